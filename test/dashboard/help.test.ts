import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {bindings} from '../../source/dashboard/keymap.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {helpView} from '../../source/dashboard/views/help.js';
import {commandGroups} from '../../source/scenario/commands.js';

const listed = bindings.filter(({place}) => ['panels', 'messages', 'line'].includes(place));

const help = (width: number, height: number, scroll = 0): readonly string[] =>
	plainLines(helpView(bindings, {width, height}, scroll).lines).split('\n');

const remark = (width: number, height: number, scroll = 0): string =>
	plain(helpView(bindings, {width, height}, scroll).remark);

test('The help lists every key of the panels once, with what it does, in its group', () => {
	const lines = help(200, 200).map((line) => line.slice(0, 100).trimEnd());
	const right = help(200, 200).map((line) => line.slice(100).trimEnd());
	const all = [...lines, ...right];
	for (const {label, help: words, group} of listed) {
		const found = all.filter((line) => line.startsWith(`  ${label} `) && line.endsWith(` ${words}`));
		assert.equal(found.length, 1, `${label} ${words}`);
		const heading = all.slice(0, all.indexOf(found[0]!)).findLast((line) => /^\S/v.test(line));
		assert.equal(heading, group, label);
	}

	const text = all.join('\n');
	for (const sign of ['★', '◆', '○', '✗', '‖', 'x=1', 'x? x=∅', 'x=1→2', '·', 'n1→n2 n1↔n3', '+2 more']) {
		assert.ok(text.includes(`\n  ${sign} `), sign);
	}
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
	assert.match(help(116, 200)[0]!, /^Time +View$/v);
	for (let width = 110; width <= 246; width++) {
		for (const line of helpView(bindings, {width, height: 30}, 0).lines) {
			assert.equal(widthOf(line), width, plain(line));
		}
	}
});

test('On a usual terminal nothing of the help is cut', () => {
	for (const width of [56, 76, 116, 156]) {
		const half = width >= 110 ? Math.floor(width / 2) : width;
		for (const line of helpView(bindings, {width, height: 400}, 0).lines) {
			assert.ok(widthOf(line) <= width, `${width} columns: ${plain(line)}`);
			assert.doesNotMatch(plain(line).slice(0, half), /…/v, `${width} columns`);
			assert.doesNotMatch(plain(line).slice(half), /…/v, `${width} columns`);
		}
	}
});

test('What does not fit can be scrolled to, and the frame says how much there is', () => {
	const all = help(76, 400);
	assert.equal(remark(76, 400), '');
	assert.deepEqual(help(76, 11), all.slice(0, 11).join('\n').trimEnd().split('\n'));
	assert.equal(remark(76, 11), `↓ ${all.length - 11} more lines`);
	assert.equal(remark(76, 11, 3), `↓ ${all.length - 14} more lines`);
	assert.equal(help(76, 11, 3)[0], all[3]);
	assert.equal(help(76, 11, 1_000_000).at(-1), all.at(-1));
	assert.equal(remark(76, 11, 1_000_000), '');
});
