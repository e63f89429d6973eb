/*
A process that writes a real directory is killed, 200 times over, wherever it happens to be.

This is a process's death, not the machine's: what was written and not synced is still in the system's memory, and found. Losing
that is what `crash.test.ts` does, on the simulated disk.
*/

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {after, before, suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {NodeDisk} from '../../source/storage/node-disk.js';
import {openStorage, type Opened} from '../../source/storage/open-storage.js';
import {chance} from './history.js';
import {entryOf, segmentBytesMax, snapshotOf} from './written.js';

const kills = 200;
/** Directories that are written at the same time, one process each. */
const lanes = 4;

const room = mkdtempSync(path.join(tmpdir(), 'whitewater-kill-'));
const writer = path.join(room, 'writer.mjs');

before(async () => {
	// One plain file starts in half the time
	await build({
		entryPoints: [path.join(path.dirname(fileURLToPath(import.meta.url)), 'writer.ts')],
		outfile: writer,
		bundle: true,
		platform: 'node',
		format: 'esm',
		logLevel: 'warning',
	});
});

after(() => {
	rmSync(room, {recursive: true, force: true});
});

type Told = {readonly lastIndex: number; readonly currentTerm: number};

/** Let a process write until it is killed: after so many milliseconds, or a little after it has told something. */
async function writeAndKill(
	directory: string,
	how: 'honest' | 'hasty',
	when: {readonly afterMs: number; readonly isAfterFirst: boolean},
): Promise<Told | undefined> {
	const child = spawn(process.execPath, [writer, directory, how], {stdio: ['ignore', 'pipe', 'pipe']});
	const kill = (): void => {
		setTimeout(() => {
			child.kill('SIGKILL');
		}, when.afterMs);
	};

	let told = '';
	let complaints = '';
	if (!when.isAfterFirst) {
		kill();
	}

	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		if (told === '' && when.isAfterFirst) {
			kill();
		}

		told += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaints += text;
	});
	const signal = await new Promise((resolve) => {
		child.on('close', (_, killedBy) => {
			resolve(killedBy);
		});
	});
	assert.equal(signal, 'SIGKILL', complaints);
	const lastLine = told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1)!;
	const [lastIndex, currentTerm] = lastLine.split(' ').map(Number);
	return lastLine === '' ? undefined : {lastIndex: lastIndex!, currentTerm: currentTerm!};
}

/** What is wrong with what is found, given what was told. */
function findLoss({persisted, snapshot}: Opened, told: Told | undefined): string | undefined {
	const {log, currentTerm} = persisted;
	if (told !== undefined && (log.lastIndex < told.lastIndex || currentTerm < told.currentTerm)) {
		return `Found ${log.lastIndex} entries and term ${currentTerm}, and was told of ${told.lastIndex} and ${told.currentTerm}`;
	}

	assert.deepEqual(
		log.buffer,
		Array.from({length: log.buffer.length}, (_, at) => entryOf(log.lastIncludedIndex + 1 + at)),
	);
	assert.deepEqual(snapshot, log.lastIncludedIndex === 0 ? undefined : snapshotOf(log.lastIncludedIndex));
	return undefined;
}

function look(directory: string): Opened {
	const disk = new NodeDisk(directory);
	const opened = openStorage(disk, {segmentBytesMax});
	disk.close();
	return opened;
}

suite(`kill -9, ${kills} times`, () => {
	test('Every entry and term that the process told of is there, and the log goes on from them without a gap', async () => {
		const seen = {kills: 0, told: 0, snapshots: 0, entries: 0};
		const live = async (lane: number): Promise<void> => {
			const directory = path.join(room, `lane-${lane}`);
			const draw = chance(lane);
			let last: Told | undefined;
			for (let round = 0; round < kills / lanes; round++) {
				const isAfterFirst = draw() < 0.7;
				const afterMs = isAfterFirst ? draw() * 15 : 20 + draw() * 50;
				const told = await writeAndKill(directory, 'honest', {isAfterFirst, afterMs});
				const opened = look(directory);
				assert.equal(findLoss(opened, told ?? last), undefined);
				const {log, currentTerm} = opened.persisted;
				last = {lastIndex: log.lastIndex, currentTerm};
				seen.kills++;
				seen.told += told === undefined ? 0 : 1;
				seen.snapshots += opened.snapshot === undefined ? 0 : 1;
			}

			seen.entries += last!.lastIndex;
		};

		await Promise.all(Array.from({length: lanes}, async (_, lane) => live(lane)));
		assert.equal(seen.kills, kills);
		assert.ok(seen.told > kills / 3, JSON.stringify(seen));
		assert.ok(seen.snapshots > kills / 4, JSON.stringify(seen));
		assert.ok(seen.entries > 1000, JSON.stringify(seen));
	});

	test('A process that tells before it has synced is found out', async () => {
		const losses: Array<string | undefined> = [];
		for (let round = 0; round < 6; round++) {
			const directory = path.join(room, `hasty-${round}`);
			const told = await writeAndKill(directory, 'hasty', {isAfterFirst: true, afterMs: round});
			losses.push(findLoss(look(directory), told));
		}

		assert.ok(
			losses.some((loss) => /^Found \d+ entries and term \d+, and was told of/v.test(loss ?? '')),
			String(losses),
		);
	});
});
