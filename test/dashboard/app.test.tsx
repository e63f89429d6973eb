import assert from 'node:assert/strict';
import process from 'node:process';
import test, {afterEach} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {cleanup, render} from 'ink-testing-library';
import {App} from '../../source/dashboard/app.js';
import {Dashboard} from '../../source/dashboard/dashboard.js';
import type {Lab} from '../../source/lab/lab.js';
import {commandText} from '../../source/scenario/command-text.js';
import {ask, ledByFirst, newLab, partition, screenOf, twoLeaders, useColours} from './stage.js';

// Ink asks programs for the size that this library's terminal does not tell, unless it stands here.
process.env['COLUMNS'] = '100';
process.env['LINES'] = '30';

useColours(0);
afterEach(() => {
	cleanup();
});

/** Ink waits 20 ms after an escape character for what may follow. */
const escapeMs = 100;

/** React does things a little later than one asks for them. */
async function until(holds: () => boolean, what: string): Promise<void> {
	const deadlineMs = Date.now() + 5000;
	while (!holds()) {
		assert.ok(Date.now() < deadlineMs, `Waited in vain: ${what}`);
		await delay(5);
	}
}

async function open(lab: Lab, {columns = 100, rows = 30} = {}) {
	lab.pause();
	const dashboard = new Dashboard(lab, {columns, rows});
	const calls: string[] = [];
	const {stdin, stdout, lastFrame, frames} = render(
		<App
			dashboard={dashboard}
			onSuspend={() => {
				calls.push('suspend');
			}}
			onResume={() => {
				calls.push('resume');
			}}
		/>,
	);
	const plainly = (lines: readonly string[]): string => lines.map((line) => line.trimEnd()).join('\n');
	const isListening = (): boolean => stdin.listenerCount('readable') > 0;
	const shown = (): string => plainly(lastFrame()!.split('\n')); // Ink cuts what is blank at the ends of lines
	const expected = (): string => plainly(screenOf(dashboard.frame()));
	const isDrawn = async (): Promise<void> => {
		await until(() => shown().trimEnd() === expected().trimEnd(), `${expected()}\n, but there is\n${shown()}`);
	};

	await until(isListening, 'the first effects');
	return {
		lab,
		dashboard,
		frames,
		calls,
		async type(...inputs: readonly string[]) {
			for (const input of inputs) {
				stdin.write(input);
				await delay(input === '\u{1B}' ? escapeMs : 0);
			}

			if (isListening()) {
				await isDrawn();
			}
		},
		async resize(width: number, height: number) {
			Object.defineProperties(stdout, {
				columns: {value: width, configurable: true},
				rows: {value: height, configurable: true},
			});
			stdout.emit('resize');
			await until(() => dashboard.frame().columns === width && dashboard.frame().rows === height, 'the new size');
			await isDrawn();
		},
		shown,
		isDrawn,
		isListening,
	};
}

const askedOf = ({asked}: Lab): readonly string[] => asked.map(({command}) => commandText(command));

test('What is drawn is the dashboard’s frame, line by line', async () => {
	const {shown, isDrawn, type} = await open(twoLeaders());
	await isDrawn();
	assert.equal(shown().split('\n').length, 30);
	await type('z');
	await type('?');
	assert.match(shown(), /╭─ Help ─/v);
});

test('Keys reach the dashboard: letters, arrows, Tab, Enter and Esc', async () => {
	const {lab, type, shown} = await open(ledByFirst());
	await type('2', 'x');
	assert.deepEqual(askedOf(lab).slice(1), ['crash n2']);
	await type('\u{1B}[B');
	assert.match(shown(), /❯n3/v);
	await type('\u{1B}[A');
	assert.match(shown(), /❯n2/v);
	await type('\t', '\r');
	assert.match(shown(), /╭─ Log ─/v);
	assert.doesNotMatch(shown(), /╭─ Nodes ─/v);
	await type('\u{1B}[Z');
	assert.match(shown(), /╭─ Nodes ─/v);
	await type('\u{1B}');
	assert.match(shown(), /╭─ Log ─/v);
	await type('p', '1', '2', '\r');
	assert.deepEqual(askedOf(lab).slice(1), ['crash n2', 'partition n1 n2 | rest']);
});

test('Keys that were typed fast arrive one by one', async () => {
	const {lab, type, shown} = await open(ledByFirst());
	await type('xjj');
	assert.deepEqual(askedOf(lab).slice(1), ['crash n1']);
	assert.match(shown(), /❯n2/v);
	await type('c c.');
	assert.deepEqual(askedOf(lab).slice(2), ['write x=1 via n2', 'write y=2 via n2']);
});

test('An arrow between letters is an arrow', async () => {
	const {lab, type, shown} = await open(ledByFirst());
	await type('2\u{1B}[Bc');
	assert.deepEqual(askedOf(lab).slice(1), ['write x=1 via n3']);
	assert.match(shown(), /❯n3/v);
});

test('A command that is typed fast is one command, and its blanks are blanks', async () => {
	const {lab, type, shown} = await open(ledByFirst());
	await type(':say q x p  and so on\r');
	assert.deepEqual(askedOf(lab).slice(1), ['say q x p  and so on']);
	await type(':crash n3', '\u{7F}', '2', '\u{1B}[D', '\u{1B}[3~', '\u{1}');
	assert.match(shown(), /^ :▏crash n {3}crash leader$/mv);
	await type('\u{B}', 'heal', '\u{1B}');
	assert.doesNotMatch(shown(), /▏/v);
	assert.equal(askedOf(lab).length, 2);
});

test('What is pasted goes into the line as it is; where there is none it does nothing', async () => {
	const {lab, type, shown} = await open(ledByFirst());
	const paste = (text: string): string => `\u{1B}[200~${text}\u{1B}[201~`;
	await type(paste('xq\r'));
	assert.equal(askedOf(lab).length, 1);
	await type(':', paste('crash n1\rcrash n2\r'));
	assert.match(shown(), /^ :crash n1 crash n2 ▏/mv);
	assert.equal(askedOf(lab).length, 1);
});

test('The frame is drawn again when the dashboard has a new one, and not otherwise', async () => {
	const {lab, dashboard, frames, shown, isDrawn} = await open(newLab());
	await isDrawn();
	await delay(50);
	const before = frames.length;
	dashboard.tick(33);
	dashboard.tick(33);
	await delay(50);
	assert.equal(frames.length, before);
	ask(lab, partition(1, 2));
	lab.play();
	dashboard.tick(33);
	await isDrawn();
	assert.match(shown(), /partition n1 n2 ┃ n3 n4 n5/v);
});

for (const [name, key] of [
	['q', 'q'],
	['Ctrl-C', '\u{3}'],
] as const) {
	test(`${name} ends the program: nothing listens to keys any more`, async () => {
		const {isListening, type} = await open(ledByFirst());
		await type(key);
		await until(() => !isListening(), 'the end');
		assert.equal(isListening(), false);
	});
}

test('What breaks on a key ends the program instead of being lost', async () => {
	const {dashboard, isListening, type} = await open(ledByFirst());
	dashboard.press = () => {
		throw new Error('Broken on purpose.');
	};

	await type('x');
	await until(() => !isListening(), 'the end');
	assert.equal(isListening(), false);
});

test('A screen that changes its size is filled again, and one that is too small says so', async () => {
	const {shown, resize} = await open(ledByFirst());
	for (const [columns, rows] of [
		[160, 48],
		[60, 16],
		[250, 70],
		[80, 24],
	] as const) {
		await resize(columns, rows);
		assert.equal(shown().split('\n').length, rows);
		assert.match(shown(), /\? help$/v);
	}

	await resize(50, 12);
	assert.equal(shown().trim(), 'Whitewater needs 60x16; this terminal is 50x12.');
	await resize(100, 30);
	assert.match(shown(), /\? help$/v);
});
