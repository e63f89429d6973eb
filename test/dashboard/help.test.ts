import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {bindings} from '../../source/dashboard/keymap.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {helpView} from '../../source/dashboard/views/help.js';

const listed = bindings.filter(({place}) => place === 'panels');

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

	const keys = all.filter((line) => /^ {2}\S/v.test(line)).length;
	assert.equal(keys, listed.length + 7, 'seven signs are explained');
});

test('A narrow help is one column; a wide one is two, exactly as wide as its panel', () => {
	assert.equal(help(76, 200)[0], 'Time');
	assert.match(help(116, 200)[0]!, /^Time +View$/v);
	for (let width = 110; width <= 246; width++) {
		for (const line of helpView(bindings, {width, height: 100}, 0).lines) {
			assert.equal(widthOf(line), width, plain(line));
		}
	}
});

test('On a usual terminal nothing of the help is cut', () => {
	for (const width of [76, 116, 156]) {
		const half = width >= 110 ? Math.floor(width / 2) : width;
		for (const line of helpView(bindings, {width, height: 200}, 0).lines) {
			assert.ok(widthOf(line) <= width, `${width} columns: ${plain(line)}`);
			assert.doesNotMatch(plain(line).slice(0, half), /…/v, `${width} columns`);
			assert.doesNotMatch(plain(line).slice(half), /…/v, `${width} columns`);
		}
	}
});

test('What does not fit can be scrolled to, and the frame says how much there is', () => {
	const all = help(76, 200);
	assert.equal(remark(76, 200), '');
	assert.deepEqual(help(76, 11), all.slice(0, 11).join('\n').trimEnd().split('\n'));
	assert.equal(remark(76, 11), `↓ ${all.length - 11} more lines`);
	assert.equal(remark(76, 11, 3), `↓ ${all.length - 14} more lines`);
	assert.equal(help(76, 11, 3)[0], all[3]);
	assert.equal(help(76, 11, 1_000_000).at(-1), all.at(-1));
	assert.equal(remark(76, 11, 1_000_000), '');
});
