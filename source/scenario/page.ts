/*
A YAML file being read: its nodes, and what was found wrong with it, each at its place.

Everything is text here (YAML's failsafe schema): what it means is for those to say who know what belongs where.
*/

import {
	isAlias,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	parseDocument,
	visit,
	type Node,
	type Scalar,
	type YAMLError,
	type YAMLMap,
} from 'yaml';
import {andList, didYouMean, quoted} from '../simulation/wording.js';
import {CommandError, Reader} from './reader.js';
import type {Problem} from './scenario.js';

/** What a field's value is given to. */
type Fields = Readonly<Record<string, (value: Node) => void>>;

export class Page {
	/** What the file holds; `undefined` if that cannot be told. */
	readonly contents: Node | undefined;
	readonly #text: string;
	/** What the file is: `a scenario`. */
	readonly #what: string;
	readonly #lines = new LineCounter();
	readonly #problems: Array<{readonly offset: number; readonly sentence: string}> = [];

	constructor(text: string, what: string) {
		this.#what = what;
		this.#text = text.replace(/^\u{FEFF}/v, ''); // A byte order mark is no part of what was written
		const document = parseDocument(this.#text, {
			lineCounter: this.#lines,
			prettyErrors: false,
			schema: 'failsafe',
			uniqueKeys: false, // Which is said better below
		});
		const [error] = document.errors; // Others follow from it more often than not
		if (error !== undefined) {
			this.add(error.pos[0], syntaxSentence(error, what));
			return;
		}

		visit(document, {
			Node: (_, node) => {
				this.#refuseReference(node);
			},
		});
		this.contents = this.hasProblems ? undefined : (document.contents ?? undefined);
	}

	get hasProblems(): boolean {
		return this.#problems.length > 0;
	}

	/** What is wrong, in the order of the file; so many at the most. */
	problems(max: number): readonly Problem[] {
		return this.#problems
			.toSorted((a, b) => a.offset - b.offset)
			.slice(0, max)
			.map(({offset, sentence}) => ({...this.placeOf(offset), sentence}));
	}

	add(offset: number, sentence: string): void {
		this.#problems.push({offset, sentence});
	}

	placeOf(offset: number): {readonly line: number; readonly column: number} {
		const {line, col} = this.#lines.linePos(offset);
		return {line: Math.max(1, line), column: Math.max(1, col)};
	}

	/** A map with these fields at the most, each at most once, given to its reader in the order in which the readers stand. */
	fields(node: Node, fields: Fields, what: string): void {
		if (!isMap(node)) {
			this.add(startOf(node), `${what}, and this is something else.`);
			return;
		}

		const found = this.#fieldsOf(node, Object.keys(fields));
		for (const [name, read] of Object.entries(fields)) {
			const value = found.get(name);
			if (value !== undefined) {
				read(value);
			}
		}
	}

	#fieldsOf(map: YAMLMap, known: readonly string[]): ReadonlyMap<string, Node> {
		const found = new Map<string, Node>();
		for (const {key, value} of map.items) {
			const name = isScalar(key) ? String(key.value) : '';
			const offset = startOf(key as Node);
			if (!known.includes(name)) {
				this.add(offset, `There is no ${quoted(name)} here, only ${andList(known)}.${didYouMean(name, known)}`);
			} else if (found.has(name)) {
				this.add(offset, `${quoted(name)} stands here twice.`);
			} else if (value === null) {
				this.add(offset, `${quoted(name)} has no value.`);
			} else {
				found.set(name, value as Node);
			}
		}

		return found;
	}

	/** The text of a value, which has to be one. */
	text(node: Node, what: string): string | undefined {
		if (isScalar(node)) {
			return String(node.value);
		}

		this.add(startOf(node), `${what} is text, not ${isSeq(node) ? 'a list' : 'a map'}.`);
		return undefined;
	}

	/** Read a value with the words of the command language. */
	read<Value>(node: Node, what: string, nodes: number, read: (line: Reader) => Value): Value | undefined {
		const text = this.text(node, what);
		if (text === undefined) {
			return undefined;
		}

		try {
			const line = new Reader(text, nodes);
			const value = read(line);
			line.end();
			return value;
		} catch (error) {
			if (!(error instanceof CommandError)) {
				throw error;
			}

			this.add(this.offsetIn(node as Scalar, error.column - 1), error.message);
			return undefined;
		}
	}

	/** Where in the file a place in a value's text is; the value's beginning, where escapes or line breaks blur it. */
	offsetIn(node: Scalar, at: number): number {
		const [start, end] = node.range!;
		const shift = this.#text.slice(start, end).indexOf(String(node.value).trimEnd());
		return shift === -1 ? start : start + shift + at;
	}

	/** What stands in the file right behind a value. */
	behind(node: Node): string {
		return /^.*/v.exec(this.#text.slice(node.range![1]))![0];
	}

	#refuseReference(node: Node): void {
		if (isAlias(node)) {
			this.add(startOf(node), `Aliases such as *x have no place in ${this.#what}; write it out.`);
		} else if ('anchor' in node && node.anchor !== undefined) {
			this.add(startOf(node), `Anchors such as &x have no place in ${this.#what}; write it out.`);
		} else if (node.tag !== undefined) {
			this.add(startOf(node), tagSentence(this.#what));
		}
	}
}

export const startOf = (node: Node): number => node.range![0];

const tagSentence = (what: string): string => `Tags such as !x have no place in ${what}.`;

function syntaxSentence({code, message}: YAMLError, what: string): string {
	switch (code) {
		case 'TAB_AS_INDENT': {
			return 'Here is a tab, and YAML is indented with blanks.';
		}

		case 'BLOCK_AS_IMPLICIT_KEY': {
			return message.startsWith('Nested')
				? 'YAML takes what stands before a colon and a blank for the name of a field; where it is not, put the text in quotes.'
				: 'This is not indented like what it belongs to.';
		}

		case 'BAD_INDENT':
		case 'MISSING_CHAR': {
			return 'This is not indented like what it belongs to, or a quote or a bracket is not closed.';
		}

		case 'MULTIPLE_DOCS': {
			return 'Here --- begins another document, and a file holds one.';
		}

		case 'TAG_RESOLVE_FAILED': {
			return tagSentence(what);
		}

		default: {
			return `This is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}.`;
		}
	}
}
