/*
Ctrl-Z, and what else stops a program: the shell gets the terminal as it was, and `fg` brings everything back.
*/

import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {secondsOf} from './reading.js';
import {Shell} from './shell.js';
import {closeTerminals} from './terminal.js';

afterEach(closeTerminals);

const stops = [
	[
		'Ctrl-Z',
		(shell: Shell) => {
			shell.terminal.press('\u{1A}');
		},
	],
	[
		'SIGTSTP from outside',
		(shell: Shell) => {
			shell.signal('SIGTSTP');
		},
	],
] as const;

const stopMs = 1500;

for (const [name, stop] of stops) {
	test(`${name} gives the shell its terminal, fg gives it back, and no virtual time has passed in between`, async () => {
		const shell = await Shell.start(['--seed', '7', '--speed', '1'], {columns: 100, rows: 30});
		const {terminal} = shell;
		await terminal.waitFor('★ n');
		await terminal.pressFor('2', '❯n2');
		const before = secondsOf(terminal.lines());
		stop(shell);
		await terminal.waitFor('Stopped');
		await shell.waitForShell();
		assert.match(await shell.run('stty -a'), / icanon .* echo /v);
		await delay(stopMs);

		terminal.press('fg\r');
		await terminal.waitFor(() => terminal.isAlternate && terminal.screen().includes('❯n2'), 'the dashboard');
		const after = secondsOf(terminal.lines());
		assert.ok(after - before < stopMs / 1000, `${before} s, then ${after} s`);
		await terminal.waitFor(() => secondsOf(terminal.lines()) > after, 'time to go on');
		await terminal.pressFor('3', '❯n3');
		assert.equal(terminal.isCursorShown, false);

		// And once more, now from the help
		await terminal.pressFor('?', '╭─ Help');
		stop(shell);
		await terminal.waitFor(() => !terminal.isAlternate, 'the shell’s screen');
		await shell.waitForShell();
		terminal.press('fg\r');
		await terminal.waitFor(() => terminal.isAlternate && terminal.screen().includes('╭─ Help'), 'the help');
		await terminal.pressFor('q', '❯n3');
		terminal.press('q');
		assert.equal(await shell.waitForShell(), 0);
	});
}

test('A window that changed its size meanwhile is filled when the program comes back', async () => {
	const shell = await Shell.start(['--seed', '7', '--paused'], {columns: 80, rows: 24});
	const {terminal} = shell;
	await terminal.waitFor('paused');
	terminal.press('\u{1A}');
	await terminal.waitFor('Stopped');
	terminal.resize(110, 32);
	await shell.run('true');
	terminal.press('fg\r');
	await terminal.waitFor(() => terminal.isAlternate && terminal.lines()[1]!.length === 110, 'the dashboard');
	await terminal.waitFor(/╭─ Cluster /v);
	await terminal.waitFor(() => terminal.lines().at(-1)!.trimEnd().endsWith('? help'), 'the footer at the bottom');
	terminal.press('q');
	assert.equal(await shell.waitForShell(), 0);
});

test('Two stops at once are one', async () => {
	const shell = await Shell.start(['--seed', '7', '--speed', '1'], {columns: 100, rows: 30});
	const {terminal} = shell;
	await terminal.waitFor('★ n');
	shell.signal('SIGTSTP');
	await delay(1);
	shell.signal('SIGTSTP');
	await terminal.waitFor('Stopped');
	await shell.waitForShell();
	terminal.press('fg\r');
	await terminal.waitFor(() => terminal.isAlternate && terminal.screen().includes('★ n'), 'the dashboard');
	terminal.press('q');
	assert.equal(await shell.waitForShell(), 0);
});
