import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import type {Binding, Place} from '../../source/dashboard/binding.js';
import {filterWords} from '../../source/dashboard/filter.js';
import {bindings} from '../../source/dashboard/keymap.js';
import {panels} from '../../source/dashboard/layout.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {helpView, type HelpOptions} from '../../source/dashboard/views/help.js';
import {commandGroups} from '../../source/scenario/commands.js';

type Options = Partial<HelpOptions>;

const view = (width: number, height: number, options: Options = {}) =>
	helpView(bindings, {width, height}, {places: ['panels'], whyNot: () => undefined, query: '', scroll: 0, ...options});

const help = (width: number, height: number, options?: Options): readonly string[] =>
	plainLines(view(width, height, options).lines).split('\n');

const remark = (width: number, height: number, options?: Options): string => plain(view(width, height, options).remark);

test('The help lists every key once, with what it does, in its group or its place', () => {
	const all = help(109, 500);
	for (const {label, help: words} of bindings) {
		const found = all.filter((line) => line.startsWith(`  ${label} `) && line.slice(label.length + 2).trim() === words);
		const twins = bindings.filter(
			(other) => other.label === label && other.help === words && !['help', 'prompt', 'search'].includes(other.place),
		);
		assert.equal(found.length, twins.length, `${label} ${words}`);
	}

	const text = all.join('\n');
	for (const sign of [
		'★',
		'◆',
		'○',
		'✗',
		'‖',
		'x=1',
		'x=1!',
		'┃ ›',
		'▲ ✓',
		'x? x=∅',
		'x=1→2',
		'·',
		'n1→n2 n1↔n3',
		'+2 more',
	]) {
		assert.ok(text.includes(`\n  ${sign} `), sign);
	}

	for (const {usage} of filterWords) {
		assert.ok(text.includes(`\n  ${usage} `), usage);
	}
});

test('The keys of the place where one is come first', () => {
	assert.equal(help(76, 200)[0], 'Time');
	const inMessages = help(76, 200, {places: ['messages', 'panels', 'everywhere']});
	assert.equal(inMessages[0], 'Here: In Messages');
	assert.match(inMessages[1]!, /^ {2}↑ ↓ /v);
	assert.ok(inMessages.indexOf('Time') > 3);
	const inWhy = help(76, 200, {places: ['why', 'everywhere']});
	assert.equal(inWhy[0], 'Here: In an explanation');
});

test('What can do nothing now says why, where one is; elsewhere nobody asks', () => {
	const whyNot = ({name}: Binding) => (name === 'undo' ? 'Nothing was done.' : undefined);
	const undo = (places: readonly Place[]): string =>
		help(100, 200, {places, whyNot}).find((line) => line.startsWith('  u '))!;
	assert.match(undo(['panels']), /last command; not now: Nothing was done\.$/v);
	assert.match(undo(['why']), /last command$/v);
});

test('A search keeps to what has the words in it, with its headings, and says when there is nothing', () => {
	const found = help(76, 200, {query: 'Partition'});
	assert.ok(found.some((line) => line.startsWith('  p ')));
	assert.ok(found.some((line) => line.trimStart().startsWith('partition n1 n2 | n3 n4')));
	assert.ok(found.includes('Network'));
	assert.ok(!found.includes('Signs'));
	for (const line of found) {
		assert.doesNotMatch(line, /^ {2}(?:space|x|\{ \}) /v);
	}

	assert.match(remark(76, 200, {query: 'Partition'}), /^\/ Partition/v);
	assert.deepEqual(help(76, 200, {query: 'zebra'}), ['Nothing in here has “zebra” in it. Esc shows all of it again.']);
});

test('Every panel is in the help, with what it is for and how one gets there', () => {
	const all = help(76, 400);
	const from = all.indexOf('Panels  tab: the next one; z: this one alone');
	assert.deepEqual(
		all.slice(from + 1, from + 1 + panels.length).map((line) => /^ {2}(?<name>\w+) +\S/v.exec(line)?.groups?.['name']),
		['Cluster', 'Nodes', 'Timeline', 'Log', 'Messages', 'Events', 'Clients', 'Metrics'],
	);
	assert.deepEqual(
		help(76, 200, {query: 'panels'}).filter((line) => all.indexOf(line) >= from && line !== ''),
		all.slice(from, from + 1 + panels.length),
		'a heading leads to all that is below it',
	);
	assert.ok(help(76, 200, {query: 'metric'}).some((line) => line.startsWith('  Metrics ')));
	assert.ok(help(76, 200, {query: 'brackets'}).some((line) => line.startsWith('  (u undo) ')));
});

test('The help lists every command, how it is written and what it does', () => {
	for (const [width, isWide] of [
		[200, true],
		[76, false],
		[56, false],
	] as const) {
		const words = help(width, 400).join(' ').replaceAll(/ +/gv, ' ');
		for (const {usage, about} of commandGroups.flatMap(({forms}) => forms)) {
			assert.ok(!isWide || usage.length > 50 || words.includes(` ${usage} ${about}`), `${width}: ${usage}`);
			for (const word of [...usage.split(' '), ...about.split(' ')]) {
				assert.ok(words.includes(word), `${width}: ${word}`);
			}
		}
	}
});

test('A narrow help is one column; a wide one is two, exactly as wide as its panel', () => {
	assert.equal(help(76, 200)[0], 'Time');
	assert.match(help(116, 200)[0]!, /^Time +\S/v);
	for (let width = 110; width <= 246; width++) {
		for (const line of view(width, 30).lines) {
			assert.equal(widthOf(line), width, plain(line));
		}
	}
});

test('On a usual terminal nothing of the help is cut', () => {
	for (const width of [56, 76, 116, 156]) {
		const half = width >= 110 ? Math.floor(width / 2) : width;
		for (const line of view(width, 400).lines) {
			assert.ok(widthOf(line) <= width, `${width} columns: ${plain(line)}`);
			assert.doesNotMatch(plain(line).slice(0, half), /…/v, `${width} columns`);
			assert.doesNotMatch(plain(line).slice(half), /…/v, `${width} columns`);
		}
	}
});

test('What does not fit can be scrolled to, and the frame says how much there is', () => {
	const all = help(76, 400);
	assert.equal(remark(76, 400), '/ searches');
	assert.deepEqual(help(76, 11), all.slice(0, 11).join('\n').trimEnd().split('\n'));
	assert.equal(remark(76, 11), `↓ ${all.length - 11} more lines`);
	assert.equal(remark(76, 11, {scroll: 3}), `↓ ${all.length - 14} more lines`);
	assert.equal(help(76, 11, {scroll: 3})[0], all[3]);
	assert.equal(help(76, 11, {scroll: 1_000_000}).at(-1), all.at(-1));
	assert.equal(remark(76, 11, {scroll: 1_000_000}), '/ searches');
});

test('Who searches the help sees what a config file calls each action, and finds actions by that', () => {
	const words = 'run until the next election';
	assert.ok(
		help(76, 200).some((line) => line.trimEnd().endsWith(words)),
		'nothing of it otherwise',
	);
	assert.deepEqual(help(76, 200, {query: 'until-election'}), ['Time', `  g e         ${words}  until-election`, '']);
	const found = view(76, 200, {query: 'until-election'}).lines[1]!;
	assert.equal(found.at(-1)!.text, 'until-election');
	assert.equal(found.at(-1)!.style, 'dim');
	for (const {name, place} of bindings) {
		const isThere = help(200, 400, {query: name}).some((line) => line.includes(`  ${name}`));
		assert.ok(isThere || ['help', 'prompt', 'search'].includes(place), name);
	}
});
