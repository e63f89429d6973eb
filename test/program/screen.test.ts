/*
What the real program writes to a real screen.
*/

import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {toAscii} from '../../source/dashboard/theme.js';
import {titlesOf} from './reading.js';
import {closeTerminals, Terminal, type TerminalOptions} from './terminal.js';

afterEach(closeTerminals);

const sizes = [
	{columns: 80, rows: 24},
	{columns: 120, rows: 36},
	{columns: 200, rows: 60},
] as const;

/** A run that stands still until somebody presses a key, with its first frame on the screen. */
async function still(args: readonly string[] = [], options: TerminalOptions = {}): Promise<Terminal> {
	const terminal = Terminal.start(['--paused', '--seed', '7', ...args], options);
	await terminal.waitFor(/\? help$/v, 'the first frame');
	await terminal.settle();
	return terminal;
}

for (const size of sizes) {
	test(`The first frame fills the screen to its corners (${size.columns}x${size.rows})`, async () => {
		const terminal = await still([], size);
		assert.equal(terminal.isAlternate, true);
		assert.equal(terminal.isCursorShown, false);
		const lines = terminal.lines();
		assert.match(lines[0]!, /^ whitewater /v);
		assert.match(lines.at(-1)!.trimEnd(), /\? help$/v);
		for (const line of lines.slice(2, -1)) {
			assert.match(line, /^[│╭╰].*[│╮╯]$/v);
			assert.equal(line.length, size.columns);
		}
	});
}

test('The help opens and closes, and leaves everything as it was', async () => {
	const terminal = await still();
	const before = terminal.screen();
	for (const close of ['q', '?', '\u{1B}']) {
		await terminal.pressFor('?', '╭─ Help ─');
		await terminal.pressFor(close, () => terminal.screen() === before, 'the screen before');
		assert.deepEqual(titlesOf(terminal.lines()), ['Nodes', 'Log', 'Messages']);
	}
});

test('Tab goes around all panels, z gives one the screen and gives it back', async () => {
	const terminal = await still([], {columns: 120, rows: 36});
	const before = terminal.screen();
	const zoomed = (): string =>
		titlesOf(terminal.lines())
			.filter((title) => title !== 'Selected') // Belongs to the panel above it
			.join(' ');
	await terminal.pressFor('z', () => zoomed() === 'Nodes', 'the Nodes alone');
	for (const panel of ['Timeline', 'Log', 'Messages', 'Events', 'Clients', 'Metrics', 'Cluster', 'Nodes']) {
		await terminal.pressFor('\t', () => zoomed() === panel, `${panel} alone`);
	}

	await terminal.pressFor('\u{1B}', () => terminal.screen() === before, 'the screen before');
	terminal.press('\u{1B}[Z');
	await terminal.pressFor('z', () => zoomed() === 'Cluster', 'the Cluster alone');
	assert.equal(terminal.exitCode, undefined);
});

/** Keys that take a run through most of what there is, and what to wait for before the next. */
const tour: ReadonlyArray<readonly [keys: string, awaited: string]> = [
	['.'.repeat(300), ' ★ leader'],
	[`c${'.'.repeat(30)}`, 'x=1'],
	[`x${'.'.repeat(80)}`, ' ✗ down'],
	['}}>', 'delay 20–60 ms'],
	['p', 'pick one side'],
	['12', 'n1 n2 ┃ rest'],
	['\r', 'partition n1 n2 ┃ n3 n4 n5'],
	[`${'.'.repeat(60)}3ccc${'.'.repeat(40)}`, '❯n3'],
	['H4xi', 'isolated n4'],
	[`${'.'.repeat(60)}2`, '❯n2'],
];

async function take(terminal: Terminal): Promise<void> {
	for (const [keys, awaited] of tour) {
		await terminal.pressFor(keys, awaited);
	}
}

test('The same seed and the same keys end on the same screen', async () => {
	const size = {columns: 120, rows: 36};
	const terminals = [await still([], size), await still([], size)];
	const [one, other] = await Promise.all(
		terminals.map(async (terminal) => {
			await take(terminal);
			await terminal.pressFor('\u{1B}', () => !terminal.screen().includes('❯'), 'no selection');
			await terminal.settle();
			return terminal.screen();
		}),
	);
	assert.equal(one, other);
	assert.doesNotMatch(one!, / 0\.000 s/v);
});

test('A screen that changes its size again and again is in the end as if it had always had that size', async () => {
	const terminal = await still([], {columns: 80, rows: 24});
	const storm = [
		[120, 36],
		[60, 16],
		[200, 60],
		[59, 15],
		[103, 29],
		[104, 30],
		[250, 70],
		[30, 5],
		[81, 25],
		[80, 24],
		[119, 35],
	] as const;
	for (let round = 0; round < 3; round++) {
		for (const [columns, rows] of storm) {
			terminal.resize(columns, rows);
			await terminal.settle(round === 0 ? 60 : 5);
		}
	}

	for (const [columns, rows] of [
		[110, 32],
		[60, 16],
		[200, 60],
		[80, 24],
	] as const) {
		terminal.resize(columns, rows);
		const fresh = await still([], {columns, rows});
		await terminal.waitFor(
			() => terminal.screen() === fresh.screen(),
			`the screen of a fresh start:\n${fresh.screen()}\n`,
		);
		await terminal.settle();
		assert.equal(terminal.screen(), fresh.screen());
	}

	assert.equal(terminal.exitCode, undefined);
});

test('A screen that changes its size while time runs keeps no remnants', async () => {
	const terminal = Terminal.start(['--seed', '7', '--speed', '1'], {columns: 80, rows: 24});
	await terminal.waitFor('★ n');
	for (const [columns, rows] of [
		[160, 48],
		[70, 20],
		[58, 12],
		[121, 41],
		[100, 31],
	] as const) {
		terminal.resize(columns, rows);
		await terminal.settle(5);
	}

	await terminal.waitFor(/\? help$/v, 'a whole frame');
	await terminal.pressFor(' ', 'paused');
	await terminal.settle();
	const before = terminal.screen();
	assert.equal(
		terminal
			.lines()
			.slice(2, -1)
			.filter((line) => !/^[│╭╰].*[│╮╯]$/v.test(line)).length,
		0,
		before,
	);
	terminal.press('\u{C}');
	await terminal.settle();
	assert.equal(terminal.screen(), before, 'drawing everything anew changes nothing');
});

test('Below 60x16 there is one sentence with the size that is needed, and nothing else', async () => {
	const terminal = await still([], {columns: 80, rows: 24});
	for (const [columns, rows] of [
		[59, 24],
		[80, 15],
		[50, 12],
	] as const) {
		terminal.resize(columns, rows);
		const sentence = `Whitewater needs 60x16; this terminal is ${columns}x${rows}.`;
		await terminal.waitFor(() => terminal.screen().trim() === sentence, sentence);
	}

	terminal.resize(60, 16);
	await terminal.waitFor(/\? help$/v, 'a whole frame');
	const small = Terminal.start(['--paused', '--seed', '7'], {columns: 40, rows: 10});
	await small.waitFor('Whitewater needs 60x16');
	small.resize(90, 30);
	await small.waitFor(/\? help$/v, 'a whole frame');
	small.press('q');
	assert.equal(await small.waitForExit(), 0);
});

/** The styles and colours that were written, as their parameters: `1`, `38;5;200`. */
const stylesIn = ({output}: Terminal): readonly string[] =>
	output.split('\u{1B}[').flatMap((part) => /^(?<style>[\d:;]*)m/v.exec(part)?.groups?.['style'] ?? []);

const isRich = (style: string): boolean => /[34]8[:;][25]/v.test(style);

for (const [name, args, env] of [
	['NO_COLOR=1', [], {NO_COLOR: '1'}],
	['--color never', ['--color', 'never'], {FORCE_COLOR: '3'}],
	['--no-color', ['--no-color'], {}],
] as const) {
	test(`With ${name} not one colour code is written, through all the keys`, async () => {
		const terminal = await still(args, {columns: 120, rows: 36, env});
		await take(terminal);
		assert.match(terminal.screen(), / 1:x known committed {2}1\?x not /v);
		await terminal.pressFor('?', '╭─ Help ─');
		await terminal.pressFor('qz', () => titlesOf(terminal.lines()).length === 1, 'one panel');
		assert.deepEqual(stylesIn(terminal), []);
	});
}

test('With --color truecolor and 16 there are as many colours as that, on the same screen', async () => {
	const [many, few] = await Promise.all(
		['truecolor', '16'].map(async (colours) => {
			const terminal = await still(['--color', colours], {env: {NO_COLOR: '1'}});
			await terminal.pressFor('1t', '◆ candidate');
			await terminal.pressFor('.'.repeat(30), '★ leader');
			await terminal.pressFor('\u{1B}', () => !/❯|timeout n1/v.test(terminal.screen()), 'no selection and no notice');
			await terminal.settle();
			return terminal;
		}),
	);
	assert.ok(stylesIn(many!).some((style) => isRich(style)));
	assert.ok(stylesIn(few!).length > 0);
	assert.ok(stylesIn(few!).every((style) => !isRich(style)));
	assert.equal(few!.screen(), many!.screen());
});

test('With --ascii nothing but ASCII is written, through all the keys', async () => {
	const terminal = await still(['--ascii'], {columns: 120, rows: 36});
	for (const [keys, awaited] of tour) {
		await terminal.pressFor(keys, () => terminal.screen().includes(toAscii(awaited)), awaited);
	}

	await terminal.pressFor('?', '+- Help -');
	assert.match(terminal.output, /^\p{ASCII}*$/v);
});

test('While nothing changes nothing is written', async () => {
	const terminal = await still([], {columns: 120, rows: 36});
	const {length} = terminal.output;
	await terminal.settle(500);
	assert.equal(terminal.output.length, length);
});

test('Keys typed faster than anybody looks all count', async () => {
	const terminal = Terminal.start(['--seed', '7', '--speed', '1']);
	await terminal.waitFor('★ n');
	terminal.press('p12\r');
	await delay(300);
	terminal.press('\u{1B}');
	await delay(300);
	await terminal.pressFor(' ', 'paused');
	assert.match(terminal.lines()[1]!, /partition n1 n2 ┃ n3 n4 n5/v);
});
