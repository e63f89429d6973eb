import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {emptyLog} from '../../source/raft/log.js';
import type {Payload} from '../../source/raft/vocabulary.js';
import {DiskFailed, DiskFull} from '../../source/storage/disk.js';
import {openStorage} from '../../source/storage/open-storage.js';
import {SimulatedDisk} from '../../source/storage/simulated-disk.js';
import {snapshotName} from '../../source/storage/snapshot-file.js';
import type {Storage} from '../../source/storage/storage.js';
import {ask, diskWith, filesOf, heldBy, snapshot, state, truncate, write} from './history.js';

function start(segmentBytesMax = 1000): {readonly disk: SimulatedDisk; readonly storage: Storage} {
	const disk = new SimulatedDisk();
	return {disk, storage: openStorage(disk, {segmentBytesMax}).storage};
}

const sizesOf = (disk: SimulatedDisk): readonly number[] => disk.list().map((file) => disk.read(file).length);

suite('Written and durable', () => {
	test('An empty disk holds an empty log, and opening it changes nothing', () => {
		const {disk, storage} = start();
		assert.deepEqual(storage.persisted, {currentTerm: 0, votedFor: undefined, log: emptyLog()});
		assert.ok(!storage.needsSync);
		assert.deepEqual(disk.list(), []);
	});

	test('Whoever asks while a sync is under way waits for the next one, together with everybody else who does', () => {
		const {disk, storage} = start();
		ask(storage, state(1, 1));
		storage.beginSync();
		ask(storage, write(1, 1, 'a', 'b'));
		ask(storage, truncate(2));
		assert.deepEqual([storage.written, storage.durable], [4, 0]);
		storage.endSync();
		assert.deepEqual([storage.written, storage.durable, storage.needsSync], [4, 1, true]);
		storage.beginSync();
		assert.equal(disk.unsynced.length, 1);
		storage.endSync();
		assert.deepEqual([storage.written, storage.durable, storage.needsSync], [4, 4, false]);
	});

	test('A segment begins when the one before is full, and no record is divided between two', () => {
		const {disk, storage} = start(200);
		for (let index = 1; index <= 6; index++) {
			ask(storage, write(index, 1, 'x'));
			storage.sync();
		}

		assert.deepEqual(sizesOf(disk), [46 + 3 * 63, 46 + 3 * 63]);
	});

	test('An entry out of order is a mistake of the caller, and is not taken', () => {
		const {storage} = start();
		ask(storage, write(1, 1, 'a'));
		assert.throws(() => {
			ask(storage, write(3, 1, 'c'));
		}, /Entry 3 does not follow entry 1 of the log/v);
		assert.equal(storage.written, 1);
	});

	test('Any plain data comes back as it was, whatever alphabet it is written in', () => {
		const commands: ReadonlyArray<Payload & Readonly<Record<string, unknown>>> = [
			{type: 'no-op'},
			{type: 'write', key: 'ключ', value: '値 🌊 é'},
			{type: 'odd', nested: {list: [1, 2.5, -3e300, null, true]}, text: '"\\\n\u{0}\u{2028}', lone: '\u{D800}'},
			{type: 'long', text: 'x'.repeat(100_000)},
			{type: ''},
		];
		const {disk, storage} = start();
		storage.append(commands.map((command, at) => ({index: at + 1, term: 2 ** 40 + at, command})));
		storage.saveState(2 ** 48 - 1, 2 ** 32);
		storage.sync();
		const {persisted} = openStorage(disk);
		assert.deepEqual(
			persisted.log.buffer.map(({command}) => command),
			commands,
		);
		assert.deepEqual(heldBy(persisted), heldBy(storage.persisted));
	});

	test('Entries of the same index on different servers are kept apart', () => {
		const one = start();
		const other = start();
		for (let round = 0; round < 3; round++) {
			ask(one.storage, write(round + 1, 1, `one ${round}`));
			ask(other.storage, write(round + 1, 1, `other ${round}`));
			one.storage.sync();
			other.storage.sync();
		}

		assert.deepEqual(heldBy(openStorage(one.disk).persisted), heldBy(one.storage.persisted));
		assert.deepEqual(heldBy(openStorage(other.disk).persisted), heldBy(other.storage.persisted));
	});
});

suite('A disk that does not do as asked', () => {
	test('Full: what was asked for waits on, and is written once there is room', () => {
		const {disk, storage} = start(100);
		for (let index = 1; index <= 5; index++) {
			ask(storage, write(index, 1, 'x'));
			disk.fault = 'full';
			assert.throws(() => {
				storage.beginSync();
			}, DiskFull);
			assert.ok(storage.needsSync);
			assert.equal(storage.durable, index - 1);
			disk.fault = 'ok';
			storage.sync();
		}

		assert.equal(openStorage(disk).persisted.log.lastIndex, 5);
	});

	test('Full when a snapshot is written: it is tried again, and the log goes on', () => {
		const {disk, storage} = start(100);
		ask(storage, write(1, 1, 'a', 'b'));
		storage.sync();
		ask(storage, snapshot(1, 1));
		disk.fault = 'full';
		assert.throws(() => {
			storage.sync();
		}, DiskFull);
		disk.fault = 'ok';
		storage.sync();
		disk.crash();
		assert.equal(openStorage(disk).snapshot?.lastIncludedIndex, 1);
	});

	test('Failing, once: this Storage takes no more syncs, even if the disk recovers; opening it again tells what is there', () => {
		const {disk, storage} = start();
		ask(storage, state(1, 1));
		storage.beginSync();
		disk.fault = 'failing';
		assert.throws(() => {
			storage.endSync();
		}, DiskFailed);
		disk.fault = 'ok';
		assert.throws(() => {
			storage.endSync();
		}, /known only when it is opened again/v);
		assert.equal(storage.durable, 0);
		assert.equal(openStorage(disk).persisted.votedFor, 1);
		disk.crash();
		assert.equal(openStorage(disk).persisted.votedFor, undefined);
	});

	test('A sync does not begin twice', () => {
		const {storage} = start();
		storage.beginSync();
		assert.throws(() => {
			storage.beginSync();
		}, /under way already/v);
	});
});

suite('Snapshots (§7)', () => {
	test('The segments it replaces go, and what is left is found again, entries behind it included', () => {
		const {disk, storage} = start(100);
		for (let index = 1; index <= 6; index++) {
			ask(storage, write(index, 1, 'x'));
			storage.sync();
		}

		const before = disk.list().length;
		ask(storage, snapshot(4, 1, 'four'));
		ask(storage, state(2, 2));
		storage.sync();
		assert.ok(disk.list().length < before);
		assert.ok(disk.list().includes(snapshotName(4)));
		disk.crash();
		const {persisted, snapshot: found} = openStorage(disk);
		assert.equal(new TextDecoder().decode(found?.data), 'four');
		assert.deepEqual(
			persisted.log.buffer.map(({index}) => index),
			[5, 6],
		);
		assert.equal(persisted.votedFor, 2);
		assert.deepEqual(heldBy(persisted), heldBy(storage.persisted));
	});

	test('What was asked for behind it waits two syncs more, what was asked for before it does not', () => {
		const {storage} = start();
		ask(storage, state(1, 1));
		ask(storage, snapshot(7, 1));
		ask(storage, write(8, 1, 'h'));
		const durable: number[] = [];
		while (storage.needsSync) {
			storage.beginSync();
			storage.endSync();
			durable.push(storage.durable);
		}

		assert.deepEqual(durable, [1, 1, 3, 3]); // The last removes what is unnecessary
	});

	test('One that has its name but not its record yet is finished when the disk is opened again', () => {
		const {disk, storage} = start();
		ask(storage, write(1, 1, 'a'));
		ask(storage, snapshot(7, 1));
		storage.beginSync();
		storage.endSync();
		storage.beginSync();
		storage.endSync();
		disk.crash();
		const again = openStorage(disk);
		assert.deepEqual(heldBy(again.persisted), {...heldBy(storage.persisted), votedFor: undefined});
		assert.equal(again.persisted.log.lastIndex, 7);
		ask(again.storage, write(8, 1, 'h'));
		again.storage.sync();
		assert.equal(openStorage(disk).persisted.log.lastIndex, 8);
	});

	test('A copy made in any phase of one finishes it as the original does', () => {
		const {disk, storage} = start(60);
		ask(storage, write(1, 1, 'a', 'b'));
		storage.sync();
		ask(storage, write(3, 1, 'c'));
		ask(storage, snapshot(2, 1));
		ask(storage, write(4, 1, 'd'));
		const copies: Array<readonly [SimulatedDisk, Storage]> = [];
		const copy = (): void => {
			const copied = disk.copy();
			copies.push([copied, storage.copy(copied)]);
		};

		copy();
		while (storage.needsSync) {
			storage.beginSync();
			copy();
			storage.endSync();
			copy();
		}

		assert.equal(copies.length, 9);
		for (const [copied, copiedStorage] of copies) {
			if (copiedStorage.isSyncing) {
				copiedStorage.endSync();
			}

			copiedStorage.sync();
			assert.equal(copiedStorage.durable, storage.durable);
			assert.deepEqual(filesOf(copied), filesOf(disk));
		}
	});

	test('Of those that a crash has left side by side, the newest stands; the rest goes with the next', () => {
		const {disk, storage} = start();
		ask(storage, write(1, 1, 'a', 'b', 'c'));
		ask(storage, snapshot(1, 1, 'one'));
		storage.sync();
		const older = disk.read(snapshotName(1));
		ask(storage, snapshot(2, 1, 'two'));
		storage.sync();
		const files = new Map(disk.list().map((file) => [file, disk.read(file)]));
		const both = diskWith(new Map([...files, [snapshotName(1), older]]));
		const again = openStorage(both);
		assert.equal(again.snapshot?.lastIncludedIndex, 2);
		ask(again.storage, snapshot(3, 1, 'three'));
		again.storage.sync();
		assert.deepEqual(
			both.list().filter((file) => file.startsWith('snapshot')),
			[snapshotName(3)],
		);
	});
});
