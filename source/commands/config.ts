/*
The config file: how somebody always wants the dashboard. What is given in the call counts more.
*/

import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import path from 'node:path';
import {isMap, isScalar, isSeq, type Node} from 'yaml';
import type {Binding} from '../dashboard/binding.js';
import {rebound} from '../dashboard/rebinding.js';
import {themeNames, type ThemeName} from '../recording/themes.js';
import {Page, startOf} from '../scenario/page.js';
import {readTextFile} from './files.js';
import {colourNames, speedOf, speedRange} from './flags.js';
import {printable} from './output.js';
import {didYouMean, orList, quoted, UsageError} from './usage-error.js';

/** What a file does not say is `undefined`. */
export type Config = {
	readonly theme?: ThemeName;
	readonly speed?: number;
	readonly color?: string;
	readonly isAscii?: boolean;
	/** The keymap with the keys that were changed. */
	readonly keymap?: readonly Binding[];
};

/** Of a file that is wrong from end to end, the first few problems say enough. */
const problemsMax = 5;

/** Where it is, whether there is one or not. */
export function configFile(environment: Readonly<Record<string, string | undefined>>, home = homedir()): string {
	const base = environment['XDG_CONFIG_HOME'] ?? '';
	return path.join(path.isAbsolute(base) ? base : path.join(home, '.config'), 'whitewater', 'config.yaml');
}

/**
Read a config file, if there is one.

@throws {UsageError} If it cannot be read, or is wrong.
*/
export async function readConfig(file: string): Promise<Config> {
	if (!existsSync(file)) {
		return {};
	}

	const text = readTextFile(file, 'config file');
	const {bindings} = await import('../dashboard/keymap.js');
	return parseConfig(text, file, bindings);
}

/**
Read the text of a config file.

@param file - What it is called in the errors.
@throws {UsageError} With a line for each thing that is wrong, as `file:line:column: sentence`.
*/
export function parseConfig(text: string, file: string, bindings: readonly Binding[]): Config {
	const page = new Page(text, 'a config file');
	const config = page.contents === undefined ? {} : readFields(page, page.contents, bindings);
	if (page.hasProblems) {
		const lines = page
			.problems(problemsMax)
			.map(({line, column, sentence}) => `${printable(file)}:${line}:${column}: ${sentence}`);
		throw new UsageError(lines.join('\n'));
	}

	return config;
}

function readFields(page: Page, contents: Node, bindings: readonly Binding[]): Config {
	let config: Config = {};
	const set = (change: Config): void => {
		config = {...config, ...change};
	};

	/** One of a few words. */
	const word = <Word extends string>(node: Node, what: string, words: readonly Word[]): Word | undefined => {
		const given = page.text(node, what);
		const found = words.find((one) => one === given);
		if (given !== undefined && found === undefined) {
			page.add(startOf(node), `${what} is ${orList(words)}, not ${quoted(given)}.${didYouMean(given, words)}`);
		}

		return found;
	};

	page.fields(
		contents,
		{
			theme(node) {
				const theme = word(node, 'theme', themeNames);
				set(theme === undefined ? {} : {theme});
			},
			speed(node) {
				const given = page.text(node, 'speed');
				const speed = given === undefined ? undefined : speedOf(given);
				if (given !== undefined && speed === undefined) {
					page.add(startOf(node), `speed is ${speedRange}, such as 0.1x, not ${quoted(given)}.`);
				}

				set(speed === undefined ? {} : {speed});
			},
			color(node) {
				const color = word(node, 'color', colourNames);
				set(color === undefined ? {} : {color});
			},
			ascii(node) {
				const answer = word(node, 'ascii', ['true', 'false']);
				set(answer === undefined ? {} : {isAscii: answer === 'true'});
			},
			keys(node) {
				const keymap = readKeys(page, node, bindings);
				set(keymap === undefined ? {} : {keymap});
			},
		},
		'A config file is a map such as "theme: light"',
	);
	return config;
}

/** The keymap as the file wants it. */
function readKeys(page: Page, node: Node, bindings: readonly Binding[]): readonly Binding[] | undefined {
	if (!isMap(node)) {
		page.add(startOf(node), 'keys is a map of actions and their keys, such as {crash: K}.');
		return undefined;
	}

	const changes = new Map<string, readonly string[]>();
	let isWhole = true;
	const nodes = new Map<string, {readonly name: Node; readonly keys: readonly Node[]}>();
	for (const {key, value} of node.items) {
		const name = isScalar(key) ? String(key.value) : '';
		const keys = isSeq(value) ? (value.items as readonly Node[]) : value === null ? [] : [value as Node];
		const texts = keys.map((one) => page.text(one, 'A key'));
		if (changes.has(name)) {
			page.add(startOf(key as Node), `${quoted(name)} stands here twice.`);
		}

		isWhole &&= !changes.has(name) && !texts.includes(undefined);
		nodes.set(name, {name: key as Node, keys});
		changes.set(
			name,
			texts.filter((one) => one !== undefined),
		);
	}

	if (!isWhole) {
		return undefined;
	}

	const result = rebound(bindings, changes);
	if ('bindings' in result) {
		return result.bindings;
	}

	for (const {name, at, sentence} of result.problems) {
		const named = nodes.get(name)!;
		page.add(startOf(at === undefined ? named.name : named.keys[at]!), sentence);
	}

	return undefined;
}
