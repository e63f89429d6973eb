import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {WhyWalk} from '../../source/dashboard/why-walk.js';
import {footerLine, type Hint, type Notice} from '../../source/dashboard/views/footer.js';
import {tried} from '../properties/session.js';
import {ask, ledByFirst, partition, stage} from './stage.js';

const help: Hint = {label: '?', word: 'help'};
const hints: readonly Hint[] = [
	{label: 'space', word: 'pause'},
	{label: 'x', word: 'crash n1'},
	{label: 'p', word: 'partition'},
	{label: 'q', word: 'quit'},
	help,
];

const footer = (notice: Notice | undefined, picked: readonly number[] | undefined, width = 60): string =>
	plain(footerLine(hints, notice, picked, width));

test('The footer lists the keys that matter, and at its end the way to the help', () => {
	assert.equal(footer(undefined, undefined), ' space pause  x crash n1  p partition  q quit       ? help  ');
});

test('What has just been done or refused stands first, and hints make way for it', () => {
	assert.equal(
		footer({text: 'crash n1', isRefusal: false}, undefined),
		'  crash n1   space pause  x crash n1  p partition   ? help  ',
	);
	const styleOf = (isRefusal: boolean) =>
		footerLine(hints, {text: 'crash n1', isRefusal}, undefined, 60).find(({text}) => text.includes('crash'))!.style;
	assert.notEqual(styleOf(true), styleOf(false));
});

test('Who is picked for one side of a partition is said', () => {
	assert.equal(footer(undefined, []), '  partition  pick one side   space pause            ? help  ');
	assert.equal(footer(undefined, [1, 4]), '  partition  n1 n4 ┃ rest   space pause             ? help  ');
});

const anyHint = fc.record({
	label: fc.string({unit: fc.constantFrom('a', 'b', '1', '-'), minLength: 1, maxLength: 6}),
	word: fc.string({unit: fc.constantFrom('x', 'y', 'z'), minLength: 1, maxLength: 12}),
});
const anyNotice = fc.option(
	fc.record({text: fc.string({unit: fc.constantFrom('n', '1', ' '), maxLength: 90}), isRefusal: fc.boolean()}),
	{nil: undefined},
);
const anyPicked = fc.option(fc.subarray([1, 2, 3, 4, 5, 6, 7, 8, 9]), {nil: undefined});
const anyWidth = fc.integer({min: 60, max: 250});

test('At any width the footer fills the line, and the way to the help is at its end', () => {
	fc.assert(
		fc.property(fc.array(anyHint, {maxLength: 20}), anyNotice, anyPicked, anyWidth, (some, notice, picked, width) => {
			const line = footerLine([...some, help], notice, picked, width);
			assert.equal(widthOf(line), width);
			assert.ok(plain(line).endsWith('? help  '), plain(line));
		}),
		tried(300),
	);
});

test('Hints are shown whole or not at all, from the first on', () => {
	fc.assert(
		fc.property(fc.array(anyHint, {maxLength: 20}), anyPicked, anyWidth, (some, picked, width) => {
			const text = plain(footerLine([...some, help], undefined, picked, width));
			const before = plain(footerLine([], undefined, picked, width)).trimEnd();
			const shown = text
				.slice(before.length)
				.replace(/\? help {2}$/v, '')
				.trim();
			const all = some.map(({label, word}) => `${label} ${word}`);
			assert.ok(
				all.some((_, at) => all.slice(0, at).join('  ') === shown) || all.join('  ') === shown,
				`${JSON.stringify(shown)} of ${all.join('  ')}`,
			);
		}),
		tried(300),
	);
});

test('Where there is no help to open there is no way to it', () => {
	assert.equal(plain(footerLine([{label: 'esc', word: 'close'}], undefined, undefined, 60)), ' esc close'.padEnd(60));
});

test('In an explanation the footer offers a cause to choose and to explain, and a moment to go to, only where there is one', () => {
	const lab = ledByFirst();
	ask(lab, partition(1, 2));
	lab.pause();
	const {dashboard, press, footer: shown} = stage(lab, {columns: 80, rows: 24});
	dashboard.panes.focusOn('events');
	press('down', 'w');
	assert.equal(shown(), ' o go there  esc close                                                  ? help  ');
	press('esc', 'down', 'w');
	assert.equal(shown(), ' ↑ ↓ choose  enter explain it  o go there  esc close                    ? help  ');
	dashboard.overlays.why = new WhyWalk({type: 'event', seq: lab.world.trace.length + 1}, lab.world);
	dashboard.resize(80, 25);
	assert.equal(shown(), ' esc close                                                              ? help  ');
});
