import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {after, suite, test} from 'node:test';
import {DiskFailed, DiskFull, type Disk} from '../../source/storage/disk.js';
import {DirectoryInUse, NodeDisk} from '../../source/storage/node-disk.js';
import {openStorage, StorageDamaged} from '../../source/storage/open-storage.js';
import {segmentName} from '../../source/storage/segment.js';
import {SimulatedDisk} from '../../source/storage/simulated-disk.js';
import {ask, chance, filesOf, heldBy, History, snapshot, state, truncate, write, type Request} from './history.js';

const room = mkdtempSync(path.join(tmpdir(), 'whitewater-disk-'));
let rooms = 0;
const newDirectory = (): string => path.join(room, String(++rooms));

after(() => {
	rmSync(room, {recursive: true, force: true});
});

type Step = Request | 'begin' | 'end' | 'sync' | 'open';

/** Everything a log does: segments, group commits, truncations, snapshots of both kinds, and being opened again. */
const story: readonly Step[] = [
	state(1, 2),
	'sync',
	write(1, 1, 'a', 'b'.repeat(900), 'ü'),
	'begin',
	write(4, 1, 'c'),
	state(2),
	'end',
	'begin',
	truncate(3),
	'end',
	'sync',
	'open',
	write(3, 2, 'd', 'e'),
	snapshot(3, 2, 'up to d'),
	write(5, 2, 'f'),
	'sync',
	snapshot(40, 3, 'from a leader'.repeat(100)),
	state(4, 1),
	write(41, 4, 'g'),
	'sync',
	'open',
	truncate(41),
	'sync',
	write(41, 4, 'h'),
	'sync',
];

/** What the disk holds after each step. */
function play(
	disk: Disk,
	segmentBytesMax: number,
	reopen: () => Disk,
): ReadonlyArray<Readonly<Record<string, string>>> {
	let seen = disk;
	let {storage} = openStorage(seen, {segmentBytesMax});
	storage.sync();
	const looks: Array<Readonly<Record<string, string>>> = [];
	for (const step of story) {
		switch (step) {
			case 'begin': {
				storage.beginSync();

				break;
			}

			case 'end': {
				storage.endSync();

				break;
			}

			case 'sync': {
				storage.sync();

				break;
			}

			case 'open': {
				seen = reopen();
				({storage} = openStorage(seen, {segmentBytesMax}));
				storage.sync();

				break;
			}

			default: {
				ask(storage, step);
			}
		}

		looks.push(filesOf(seen));
	}

	return looks;
}

suite('A real directory', () => {
	test('It holds byte for byte what the simulated disk holds, after every step', () => {
		let filesMax = 0;
		for (const segmentBytesMax of [1, 200, 100_000]) {
			const directory = newDirectory();
			let disk = new NodeDisk(directory);
			const real = play(disk, segmentBytesMax, () => {
				disk.close();
				disk = new NodeDisk(directory);
				return disk;
			});
			disk.close();
			const simulated = new SimulatedDisk();
			assert.deepEqual(
				real,
				play(simulated, segmentBytesMax, () => simulated),
			);
			filesMax = Math.max(filesMax, ...real.map((files) => Object.keys(files).length));
		}

		assert.ok(filesMax > 3);
	});

	test('A segment cut at every byte: the records that are whole before it, and a log that goes on', () => {
		const history = new History();
		const directory = newDirectory();
		const disk = new NodeDisk(directory);
		const {storage} = openStorage(disk);
		const ends: number[] = [];
		for (const request of [state(1, 1), write(1, 1, 'a'), write(2, 1, 'b'), truncate(2), write(2, 1, 'c')]) {
			ask(storage, request);
			history.add(request);
			storage.sync();
			ends.push(disk.read(segmentName(1)).length);
		}

		const bytes = disk.read(segmentName(1));
		disk.close();
		const file = path.join(directory, segmentName(1));
		for (let size = bytes.length; size >= 0; size--) {
			writeFileSync(file, bytes);
			truncateSync(file, size);
			const again = new NodeDisk(directory);
			const opened = openStorage(again);
			assert.deepEqual(heldBy(opened.persisted), history.held(ends.filter((end) => end <= size).length));
			opened.storage.saveState(7, 7);
			opened.storage.sync();
			assert.equal(openStorage(again).cut, undefined);
			assert.equal(openStorage(again).persisted.currentTerm, 7);
			again.close();
		}
	});

	test('Random bytes changed in the middle are refused, as on the simulated disk', () => {
		const directory = newDirectory();
		const disk = new NodeDisk(directory);
		const {storage} = openStorage(disk);
		for (let index = 1; index < 50; index++) {
			ask(storage, write(index, 1, `value ${index}`));
			storage.sync();
		}

		const bytes = disk.read(segmentName(1));
		const draw = chance(1);
		for (let round = 0; round < 100; round++) {
			const changed = new Uint8Array(bytes);
			changed[Math.floor(draw() * (bytes.length - 80))]! ^= 1 + Math.floor(draw() * 255);
			writeFileSync(path.join(directory, segmentName(1)), changed);
			assert.throws(() => openStorage(disk), StorageDamaged);
		}

		disk.close();
	});

	test('A sync may be carried out while others go on; then ending it waits for nothing', async () => {
		const directory = newDirectory();
		const disk = new NodeDisk(directory);
		const {storage} = openStorage(disk);
		for (let index = 1; index <= 20; index++) {
			ask(storage, write(index, 1, 'x'));
			if (storage.isSyncing) {
				continue;
			}

			storage.beginSync();
			await disk.carryOutSync();
			assert.strictEqual(disk.hasUnsynced, false);
			storage.endSync();
		}

		storage.sync();
		assert.equal(storage.durable, storage.written);
		disk.close();
		const again = new NodeDisk(directory);
		assert.equal(openStorage(again).persisted.log.lastIndex, 20);
		again.close();
	});

	test('What a process has left is synced before anything is written, for nobody knows whether it was', () => {
		const directory = newDirectory();
		const disk = new NodeDisk(directory);
		const {storage} = openStorage(disk);
		storage.sync();
		ask(storage, state(1, 1));
		storage.beginSync(); // And it dies
		disk.close();
		const again = new NodeDisk(directory);
		const opened = openStorage(again);
		assert.equal(opened.persisted.votedFor, 1);
		assert.ok(opened.storage.needsSync);
		const before = filesOf(again);
		ask(opened.storage, state(2, 2));
		opened.storage.beginSync();
		assert.deepEqual(filesOf(again), before);
		opened.storage.endSync();
		assert.equal(opened.storage.durable, 0);
		opened.storage.sync();
		assert.equal(opened.storage.durable, 1);
		again.close();
	});
});

suite('One process at a time', () => {
	test('A directory that is open here is refused, and free again when it is closed', () => {
		const directory = newDirectory();
		const disk = new NodeDisk(directory);
		assert.throws(() => new NodeDisk(directory), DirectoryInUse);
		disk.close();
		new NodeDisk(directory).close();
		assert.ok(!existsSync(path.join(directory, 'lock')));
	});

	test('So is one that another process holds; the sentence says which, and what to do', () => {
		const directory = newDirectory();
		new NodeDisk(directory).close();
		const lock = path.join(directory, 'lock');
		writeFileSync(lock, `${process.ppid}\n`);
		assert.throws(
			() => new NodeDisk(directory),
			new DirectoryInUse(
				`${directory} is in use by process ${process.ppid}. Stop it first; if it has nothing to do with this, remove ${lock}.`,
			),
		);
	});

	test('The lock of a dead process, of this very number, or of none is taken over', () => {
		const directory = newDirectory();
		new NodeDisk(directory).close();
		const lock = path.join(directory, 'lock');
		const {pid: dead} = spawnSync(process.execPath, ['-e', '0']);
		for (const holder of [`${dead}\n`, `${process.pid}\n`, '', 'rubbish']) {
			writeFileSync(lock, holder);
			const disk = new NodeDisk(directory);
			assert.equal(readFileSync(lock, 'utf8'), `${process.pid}\n`);
			disk.close();
		}
	});
});

suite('What goes wrong outside', () => {
	test('A file that is not there, a directory that is a file: DiskFailed, with the cause', () => {
		const directory = newDirectory();
		const disk = new NodeDisk(directory);
		const isExplained = (error: unknown): boolean =>
			error instanceof DiskFailed && error.cause instanceof Error && error.message.includes('ENOENT');
		assert.throws(() => disk.read('nothing'), isExplained);
		assert.throws(() => {
			disk.remove('nothing');
		}, isExplained);
		disk.close();
		writeFileSync(path.join(directory, 'file'), '');
		assert.throws(() => new NodeDisk(path.join(directory, 'file')), DiskFailed);
	});

	test('A device without room: DiskFull, with the cause', () => {
		if (!existsSync('/dev/full')) {
			return; // Only Linux has one
		}

		const directory = newDirectory();
		const disk = new NodeDisk(directory);
		symlinkSync('/dev/full', path.join(directory, segmentName(1)));
		assert.throws(
			() => {
				disk.append(segmentName(1), new Uint8Array(10));
			},
			(error) => error instanceof DiskFull && error.cause instanceof Error && error.cause.message.startsWith('ENOSPC'),
		);
		disk.close();
	});
});
