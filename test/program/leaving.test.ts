/*
However the program ends, the terminal is as it was.
*/

import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {Shell} from './shell.js';
import {closeTerminals, program} from './terminal.js';

afterEach(closeTerminals);

const playing = ['--seed', '7', '--speed', '1', '--color', 'truecolor'];

for (const [name, keys] of [
	['q', 'q'],
	['Ctrl-C', '\u{3}'],
] as const) {
	test(`${name} leaves the terminal as it was found, and ends well`, async () => {
		const shell = await Shell.start(playing);
		await shell.terminal.waitFor('★ n');
		shell.terminal.press(keys);
		assert.equal(await shell.waitForShell(), 0);
		assert.ok(shell.terminal.screen().includes(program), 'what was on the screen before is there again');
	});
}

test('Ctrl-C leaves from the help and from the picker too', async () => {
	for (const [key, words] of [
		['?', '╭─ Help ─'],
		['p', 'pick one side'],
	] as const) {
		const shell = await Shell.start(playing);
		await shell.terminal.waitFor('★ n');
		await shell.terminal.pressFor(key, words);
		shell.terminal.press('\u{3}');
		assert.equal(await shell.waitForShell(), 0);
	}
});

for (const [name, code] of [
	['SIGTERM', 143],
	['SIGHUP', 129],
	['SIGINT', 130],
] as const) {
	test(`${name} leaves the terminal as it was found, and says that it was that`, async () => {
		const shell = await Shell.start(playing);
		await shell.terminal.waitFor('★ n');
		shell.signal(name);
		assert.equal(await shell.waitForShell(), code);
	});
}

/** Options for Node that make it run a few lines when the process gets SIGUSR2; while there is a listener, Ink does not end by it. */
const onSignal = (code: string): readonly string[] => [
	'--import',
	`data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2", () => { ${code} });`)}`,
];

/** Every frame pads the names of the roles. */
const breakDrawing = onSignal(
	'const {padEnd} = String.prototype;' +
		'String.prototype.padEnd = () => { String.prototype.padEnd = padEnd; throw new Error("Broken on purpose."); };',
);

test('A fault while time passes is told after the terminal is restored, with the seed, and ends with code 3', async () => {
	const shell = await Shell.start(playing, {node: breakDrawing});
	await shell.terminal.waitFor('★ n');
	shell.signal('SIGUSR2');
	assert.equal(await shell.waitForShell(), 3);
	assert.match(shell.terminal.output, /The dashboard broke at seed 7 with 5 nodes\./v);
	assert.match(shell.terminal.output, /Broken on purpose\./v);
});

test('A fault on a key is told after the terminal is restored, with the seed, and ends with code 3', async () => {
	const shell = await Shell.start(['--paused', ...playing], {node: breakDrawing});
	await shell.terminal.waitFor('paused');
	await shell.terminal.settle(); // Nothing is drawn any more
	shell.signal('SIGUSR2');
	await shell.terminal.settle();
	shell.terminal.press('2');
	assert.equal(await shell.waitForShell(), 3);
	assert.match(shell.terminal.output, /The dashboard broke at seed 7 with 5 nodes\./v);
	assert.match(shell.terminal.output, /Broken on purpose\./v);
});

for (const [name, code] of [
	['An exception that nobody catches', 'setTimeout(() => { throw new Error("Broken on purpose."); });'],
	['A rejection that nobody handles', 'void Promise.reject(new Error("Broken on purpose."));'],
] as const) {
	test(`${name} is told after the terminal is restored, and does not end well`, async () => {
		const shell = await Shell.start(playing, {node: onSignal(code)});
		await shell.terminal.waitFor('★ n');
		shell.signal('SIGUSR2');
		assert.notEqual(await shell.waitForShell(), 0);
		assert.match(shell.terminal.output, /Broken on purpose\./v);
	});
}

test('process.exit from anywhere leaves the terminal as it was found', async () => {
	const shell = await Shell.start(playing, {node: onSignal('process.exit(7);')});
	await shell.terminal.waitFor('★ n');
	shell.signal('SIGUSR2');
	assert.equal(await shell.waitForShell(), 7);
});

test('Redrawing again and again is no reason to end', async () => {
	const shell = await Shell.start(playing);
	await shell.terminal.waitFor('★ n');
	shell.terminal.press('\u{C}\u{1B}[A\u{C}');
	await shell.terminal.waitFor('❯n5');
	shell.terminal.press('q');
	assert.equal(await shell.waitForShell(), 0);
});
