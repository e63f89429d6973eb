/*
A session played by keys, saved, and had again.
*/

import assert from 'node:assert/strict';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {afterEach} from 'node:test';
import {call, directoryWith} from '../commands/program.js';
import {rowsOf} from './reading.js';
import {closeTerminals, Terminal} from './terminal.js';

afterEach(closeTerminals);

const size = {columns: 120, rows: 36};

test('A session of keys is saved as a scenario, which makes the same run; nothing is overwritten unasked', async () => {
	const folder = directoryWith({});
	const file = path.join(folder, 'mine.yaml');
	writeFileSync(file, 'precious');
	const terminal = Terminal.start(['--seed', '7', '--speed', '2'], {...size, env: {XDG_STATE_HOME: folder}});
	const downs = () => rowsOf(terminal.lines()).filter(({role}) => role === 'down').length;
	await terminal.waitFor(/leader ★/v);
	await terminal.pressFor('x', () => downs() === 1, 'the crash');
	terminal.press('cc}');
	await terminal.pressFor('S', 'save as session-7.yaml');
	await terminal.pressFor('\u{15}', () => !terminal.screen().includes('session-7'));
	await terminal.pressFor(file, file.slice(-9));
	await terminal.pressFor('\r', 'Enter once more overwrites it');
	assert.equal(readFileSync(file, 'utf8'), 'precious');
	await terminal.pressFor('\r', 'saved as');
	assert.deepEqual(readdirSync(folder), ['mine.yaml'], 'and no part of it lies about');
	terminal.press('q');
	assert.equal(await terminal.waitForExit(), 0);
	assert.match(terminal.screen(), /^Replay: whitewater .*mine\.yaml/mv);

	const {code, stdout} = await call(['run', '--json', file], folder);
	assert.equal(code, 0);
	const first = JSON.parse(stdout) as {hash: string; timeUs: number; metrics: unknown};
	assert.match(readFileSync(file, 'utf8'), /crash n\d/v);

	// In the dashboard it plays to the same end, and saving it there gives the same file
	const again = Terminal.start([file, '--speed', '10'], {...size, env: {XDG_STATE_HOME: folder}});
	await again.waitFor('The scenario ends here');
	await again.pressFor('S', 'save as session-7.yaml');
	const copy = path.join(folder, 'again.yaml');
	await again.pressFor('\u{15}', () => !again.screen().includes('session-7'));
	await again.pressFor(copy, 'again.yaml');
	await again.pressFor('\r', 'saved as');
	again.press('q');
	await again.waitForExit();
	assert.equal(readFileSync(copy, 'utf8'), readFileSync(file, 'utf8'));
	const replayed = await call(['run', '--json', copy], folder);
	const second = JSON.parse(replayed.stdout) as typeof first;
	assert.deepEqual([second.hash, second.timeUs, second.metrics], [first.hash, first.timeUs, first.metrics]);
});

test('Who quits without saving is told the line that replays it, and it does', async () => {
	const folder = directoryWith({});
	const terminal = Terminal.start(['--seed', '7', '--speed', '2'], {...size, env: {XDG_STATE_HOME: folder}});
	await terminal.waitFor(/leader ★/v);
	await terminal.pressFor('x', /down n\d/v);
	terminal.press('q');
	await terminal.waitForExit();
	const kept = /Replay: whitewater (?<file>\S+)/v.exec(terminal.screen().replaceAll('\n', ''))!.groups!['file']!;
	const {code, stdout} = await call(['run', '--json', kept], folder);
	assert.equal(code, 0);
	const {hash} = JSON.parse(stdout) as {hash: string};
	assert.ok(kept.endsWith(`session-7-${hash.slice(0, 8)}.yaml`), 'It is named after what it comes to');
});

test('Quitting in the past, or with more than was saved, keeps the whole session under its own name', async () => {
	const folder = directoryWith({});
	const file = path.join(folder, 'early.yaml');
	const options = {...size, env: {XDG_STATE_HOME: folder}};
	const kept = new Set<string>();
	for (const key of ['x', '}']) {
		const terminal = Terminal.start(['--seed', '7', '--speed', '2'], options);
		await terminal.waitFor(/leader ★/v);
		await terminal.pressFor('S', 'save as');
		await terminal.pressFor('\u{15}', () => !terminal.screen().includes('session-7'));
		await terminal.pressFor(`${file}${key === 'x' ? '' : '2'}`, 'early.yaml');
		await terminal.pressFor('\r', 'saved as');
		await terminal.pressFor(key, key === 'x' ? /down n\d/v : /5 %/v);
		await terminal.pressFor('0', /0\.000 s/v);
		terminal.press('q');
		await terminal.waitForExit();
		const name = /Replay: whitewater (?<file>\S+)/v.exec(terminal.screen().replaceAll('\n', ''))!.groups!['file']!;
		const {stdout} = await call(['run', '--json', name], folder);
		const {hash} = JSON.parse(stdout) as {hash: string};
		assert.ok(name.endsWith(`session-7-${hash.slice(0, 8)}.yaml`), name);
		assert.match(readFileSync(name, 'utf8'), key === 'x' ? /crash/v : /loss 5%/v);
		kept.add(name);
	}

	assert.equal(kept.size, 2, 'Two sessions are two files');
});

test('Nothing done, nothing to keep: the line has the flags alone', async () => {
	const folder = directoryWith({});
	const terminal = Terminal.start(['--seed', '7', '--nodes', '3'], {...size, env: {XDG_STATE_HOME: folder}});
	await terminal.waitFor(/term/v);
	terminal.press('q');
	assert.equal(await terminal.waitForExit(), 0);
	assert.match(terminal.screen(), /^Replay: whitewater --seed 7 --nodes 3\s*$/mv);
	assert.deepEqual(readdirSync(folder), []);
});

test('Undo after a crash of the leader: the screen before it, exactly', async () => {
	const terminal = Terminal.start(['--seed', '7', '--speed', '2', '--clients', '2 at 20/s'], size);
	await terminal.waitFor(/leader ★/v);
	await terminal.pressFor(' ', /paused/v);
	await terminal.settle();
	const panels = () => terminal.lines().slice(2, -1).join('\n');
	const before = panels();
	await terminal.pressFor('x', /down n\d/v);
	assert.notEqual(panels(), before);
	await terminal.pressFor('u', /undone: crash/v);
	await terminal.settle();
	assert.equal(panels(), before);
	await terminal.pressFor('\u{12}', /redone: crash/v);
	assert.notEqual(panels(), before);
});
