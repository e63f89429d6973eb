/*
The command line of the real program: faults given in words, mistakes explained in place, and a promise broken by disks that lie.
*/

import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {secondsOf} from './reading.js';
import {closeTerminals, Terminal} from './terminal.js';

afterEach(closeTerminals);

const sizes = [
	{columns: 80, rows: 24},
	{columns: 120, rows: 36},
] as const;

/** Type a command, and wait until the line has closed over it. */
async function command(terminal: Terminal, text: string): Promise<void> {
	await terminal.pressFor(':', 'esc cancel');
	terminal.press(text);
	await terminal.waitFor(text, 'the command as typed');
	await terminal.pressFor('\r', () => !terminal.lines().join('\n').includes('esc cancel'), 'the command to be done');
}

for (const size of sizes) {
	test(`Disks that lie lose what was committed, and the run stops there and says so (${size.columns}x${size.rows})`, async () => {
		const terminal = Terminal.start(['--seed', '7', '--speed', '2', '--clients', '3 at 30/s'], size);
		await terminal.waitFor(/leader ★ n\d/v, 'a leader');
		await terminal.waitFor('✓ safe', 'the verdict');
		await command(terminal, 'disk all lying');
		await terminal.waitFor(/lying/v, 'the disks in the header');
		const since = secondsOf(terminal.lines());
		await terminal.waitFor(() => secondsOf(terminal.lines()) > since + 1, 'a second of lies');
		await command(terminal, 'crash all');
		await terminal.waitFor(/leader none/v, 'nobody leading');
		await command(terminal, 'restart all');
		await terminal.waitFor('Violation', 'the violation');
		const screen = terminal.lines().join('\n');
		assert.match(screen, /✗ (?:Committed Is Durable|Terms Only Grow|Leader Completeness)/v);
		assert.match(screen, /paused|‖/v);
		assert.match(screen, /What proves it/v);
		terminal.press('q');
		terminal.press('q');
		assert.equal(await terminal.waitForExit(), 0);
	});
}

test('A mistake is explained where it stands, and the text is still there to be put right', async () => {
	const terminal = Terminal.start(['--seed', '7', '--paused'], {columns: 80, rows: 24});
	await terminal.pressFor(':', 'esc cancel');
	terminal.press('partiton n1 n2');
	await terminal.waitFor(':partiton n1 n2', 'the text as typed');
	await terminal.pressFor('\r', 'Did you mean partition');
	await terminal.waitFor(/:partiton▏? n1 n2/v, 'the text to be still there'); // Without colours the cursor is a sign
	terminal.press('\u{15}'); // Ctrl-U
	terminal.press('cra\t');
	await terminal.waitFor(':crash', 'the completed word');
	await terminal.pressFor('\u{1B}', () => !terminal.lines().join('\n').includes('esc cancel'), 'the line to close');
	terminal.press('q');
	assert.equal(await terminal.waitForExit(), 0);
});
