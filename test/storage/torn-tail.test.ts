import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {putWord} from '../../source/storage/bytes.js';
import {checksumBytes, checksumStart, finishChecksum} from '../../source/storage/checksum.js';
import {openStorage, StorageDamaged, type Opened} from '../../source/storage/open-storage.js';
import {segmentHeaderBytes, segmentName} from '../../source/storage/segment.js';
import type {SimulatedDisk} from '../../source/storage/simulated-disk.js';
import {snapshotName} from '../../source/storage/snapshot-file.js';
import {diskWith, heldBy, lastOf, Machine, snapshot, state, truncate, write, type Request} from './history.js';

/** A history over three segments, one sync a line, the last segment's with several records each. */
const story: ReadonlyArray<readonly Request[]> = [
	[state(1, 2)],
	[write(1, 1, 'a', 'b')],
	[state(2)],
	[write(3, 2, 'c', 'é', '')],
	[truncate(4), state(3, 1)],
	[write(4, 3, 'd')],
	[write(5, 3, 'e', 'f')],
	[truncate(6), state(4, 3), write(6, 4, 'g')],
	[write(7, 4, 'h'), state(5)],
];

type Written = {readonly files: ReadonlyMap<string, Uint8Array>; readonly machine: Machine};

/** So that the story takes three. */
const segmentBytesMax = 240;

function writeStory(requests = story, bytesMax = segmentBytesMax): Written {
	const machine = new Machine(diskWith(new Map()), {segmentBytesMax: bytesMax});
	for (const together of requests) {
		for (const request of together) {
			machine.ask(request);
		}

		machine.sync();
	}

	return {files: filesIn(machine.disk), machine};
}

const filesIn = (disk: SimulatedDisk): ReadonlyMap<string, Uint8Array> =>
	new Map(disk.list().map((file) => [file, disk.read(file)]));

const withFile = (files: ReadonlyMap<string, Uint8Array>, file: string, bytes: Uint8Array): SimulatedDisk =>
	diskWith(new Map([...files, [file, bytes]]));

function tryToOpen(disk: SimulatedDisk): Opened | StorageDamaged {
	try {
		return openStorage(disk);
	} catch (error) {
		if (error instanceof StorageDamaged) {
			return error;
		}

		throw error;
	}
}

/** What is said of a disk that is refused. */
function refusalOf(disk: SimulatedDisk): string {
	const found = tryToOpen(disk);
	return found instanceof StorageDamaged ? String(found) : 'It was opened.';
}

/** Where the records of a segment end, found from their length fields alone. */
function endsIn(bytes: Uint8Array): readonly number[] {
	const ends: number[] = [];
	for (let at = segmentHeaderBytes; at < bytes.length;) {
		at += 13 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 4, true);
		ends.push(at);
	}

	return ends;
}

const {files, machine} = writeStory();
const names = machine.disk.list();
const lastFile = names.at(-1)!;
const lastBytes = files.get(lastFile)!;
const lastEnds = endsIn(lastBytes);
const recordsBefore = machine.history.written - lastEnds.length;

test('The story takes three segments, so that it has a first, a middle and a last one', () => {
	assert.deepEqual(names, [segmentName(1), segmentName(2), segmentName(3)]);
	assert.equal(lastEnds.length, 5);
	assert.equal(lastEnds.at(-1), lastBytes.length);
	assert.deepEqual(heldBy(openStorage(machine.disk).persisted), machine.history.last);
});

suite('A file that ends too early', () => {
	test('The last segment, cut at every byte: exactly the records that are whole before it', () => {
		for (let size = 0; size <= lastBytes.length; size++) {
			const {persisted, cut} = openStorage(withFile(files, lastFile, lastBytes.subarray(0, size)));
			const whole = lastEnds.filter((end) => end <= size);
			assert.deepEqual(heldBy(persisted), machine.history.held(recordsBefore + whole.length), `cut at byte ${size}`);
			const good = size < segmentHeaderBytes ? 0 : (whole.at(-1) ?? segmentHeaderBytes);
			const expected = good === size && size > 0 ? undefined : {file: lastFile, at: good, bytes: size - good};
			assert.deepEqual(cut, expected);
		}
	});

	test('What comes next goes exactly where the cut was made, and the file is as if nothing had been torn', () => {
		for (let size = 0; size <= lastBytes.length; size++) {
			const whole = lastEnds.filter((end) => end <= size);
			const disk = withFile(files, lastFile, lastBytes.subarray(0, size));
			const {storage} = openStorage(disk, {segmentBytesMax: 1000});
			storage.saveState(9, 9);
			storage.sync();
			const clean = withFile(files, lastFile, lastBytes.subarray(0, whole.at(-1) ?? segmentHeaderBytes));
			const other = openStorage(clean, {segmentBytesMax: 1000});
			other.storage.saveState(9, 9);
			other.storage.sync();
			if (size >= segmentHeaderBytes) {
				assert.deepEqual(filesIn(disk), filesIn(clean), `cut at byte ${size}`);
			}

			assert.deepEqual(openStorage(disk).persisted, openStorage(clean).persisted);
		}
	});

	test('Zeros at the end are a tail, as long as they like: a file may grow before its bytes are written', () => {
		for (let size = 0; size <= lastBytes.length; size++) {
			const bytes = new Uint8Array(lastBytes.length + 700);
			bytes.set(lastBytes.subarray(0, size));
			// Records and headers may end in zeros themselves
			const good = lastBytes.findIndex((byte, at) => bytes[at] !== byte);
			const whole = lastEnds.filter((end) => good === -1 || end <= good);
			const {persisted, cut} = openStorage(withFile(files, lastFile, bytes));
			assert.deepEqual(heldBy(persisted), machine.history.held(recordsBefore + whole.length));
			assert.equal(cut?.at, good !== -1 && good < segmentHeaderBytes ? 0 : (whole.at(-1) ?? segmentHeaderBytes));
		}
	});

	test('Any other segment, cut at any byte, is refused: it was durable to its end before the next was begun', () => {
		for (const file of names.slice(0, -1)) {
			const bytes = files.get(file)!;
			for (let size = 0; size < bytes.length; size++) {
				const found = tryToOpen(withFile(files, file, bytes.subarray(0, size)));
				assert.ok(found instanceof StorageDamaged, `${file} cut at byte ${size} was believed`);
				assert.equal(found.file, file);
			}
		}
	});

	test('Any other segment with something behind its end is refused too', () => {
		const bytes = files.get(names[0]!)!;
		const longer = new Uint8Array(bytes.length + 1);
		longer.set(bytes);
		assert.ok(tryToOpen(withFile(files, names[0]!, longer)) instanceof StorageDamaged);
	});
});

suite('A byte that is not what was written', () => {
	const changes: ReadonlyArray<readonly [name: string, change: (byte: number) => number]> = [
		['its lowest bit the other way round', (byte) => byte ^ 1],
		['its highest bit the other way round', (byte) => byte ^ 128],
		['all bits the other way round', (byte) => byte ^ 255],
		['zero', () => 0],
		['one', () => 1],
	];

	for (const [name, change] of changes) {
		test(`Every byte of every segment in turn, ${name}: refused, or cut if it is in the very last record`, () => {
			for (const [file, bytes] of files) {
				for (const [at, byte] of bytes.entries()) {
					if (change(byte) === byte) {
						continue;
					}

					const changed = new Uint8Array(bytes);
					changed[at] = change(byte);
					const found = tryToOpen(withFile(files, file, changed));
					const where = `byte ${at} of ${file}`;
					if (file === lastFile && at >= lastEnds.at(-2)!) {
						assert.ok(!(found instanceof StorageDamaged), where);
						assert.deepEqual(heldBy(found.persisted), machine.history.held(machine.history.written - 1), where);
						assert.deepEqual(found.cut, {
							file,
							at: lastEnds.at(-2),
							bytes: lastBytes.length - lastEnds.at(-2)!,
						});
					} else {
						assert.ok(found instanceof StorageDamaged, `${where} was believed`);
						assert.equal(found.file, file);
						assert.match(found.message, /^log-\d{10} is damaged at byte \d+: .+\. Put an undamaged copy/v);
					}
				}
			}
		});
	}

	test('The error names the file, the record and the reason, and says what to do', () => {
		const changed = new Uint8Array(lastBytes);
		changed[lastEnds[0]! + 4] = 77;
		const found = tryToOpen(withFile(files, lastFile, changed));
		assert.ok(found instanceof StorageDamaged);
		assert.equal(found.at, lastEnds[0]);
		assert.equal(
			found.message,
			`log-0000000003 is damaged at byte ${lastEnds[0]}: what stood there is wrong, and was synced before the record at ` +
				`byte ${lastEnds[2]} was written. Put an undamaged copy of the file there, or replace this server by an empty ` +
				'one with a new id.',
		);
	});
});

suite('Sectors of the last sync that were never written', () => {
	const long = 'l'.repeat(400);

	/** Five records of some 470 bytes in the last sync, behind one that was synced before. */
	const wide = writeStory([[write(1, 1, 'a')], [write(2, 1, long, long, long, long, long)]], 100_000);
	const bytes = wide.files.get(segmentName(1))!;
	const ends = endsIn(bytes);

	test('In the last sync: cut before the first record that lacks one, though good ones follow', () => {
		for (let sector = 512; sector < bytes.length; sector += 512) {
			const changed = new Uint8Array(bytes);
			changed.fill(0, sector, sector + 512);
			const {persisted, cut} = openStorage(withFile(wide.files, segmentName(1), changed));
			const whole = ends.filter((end) => end <= sector);
			assert.equal(persisted.log.lastIndex, whole.length);
			assert.equal(cut?.at, whole.at(-1));
		}
	});

	test('Not all zeros: refused, unless it is the very last record', () => {
		for (let sector = 512; sector < ends.at(-2)! - 512; sector += 512) {
			const changed = new Uint8Array(bytes);
			changed.fill(0, sector, sector + 511);
			changed[sector + 511] = 1;
			assert.ok(tryToOpen(withFile(wide.files, segmentName(1), changed)) instanceof StorageDamaged, `sector ${sector}`);
		}
	});

	test('In an earlier sync: refused, because what follows was written when that was durable', () => {
		const later = writeStory([[write(1, 1, 'a')], [write(2, 1, long, long, long, long, long)], [state(2, 1)]], 100_000);
		for (let sector = 512; sector < ends.at(-1)! - 512; sector += 512) {
			const changed = new Uint8Array(later.files.get(segmentName(1))!);
			changed.fill(0, sector, sector + 512);
			const found = tryToOpen(withFile(later.files, segmentName(1), changed));
			assert.ok(found instanceof StorageDamaged, `sector ${sector}`);
			assert.match(found.message, /was synced before the record at byte \d+ was written/v);
		}
	});
});

/** Make a changed header's checksum right again. */
function setRight(header: Uint8Array): void {
	const checksum = checksumBytes(checksumBytes(checksumStart, header, 0, 8), header, 12, segmentHeaderBytes);
	putWord(header, 8, finishChecksum(checksum));
}

suite('Files that are missing, or there too many', () => {
	const without = (file: string): SimulatedDisk => diskWith(new Map([...files].filter(([name]) => name !== file)));

	test('A segment missing in the middle, or the first without a snapshot: refused', () => {
		for (const file of names.slice(0, -1)) {
			const found = tryToOpen(without(file));
			assert.ok(found instanceof StorageDamaged);
			assert.match(found.message, /the log begins after entry \d+, and there is no snapshot/v);
		}
	});

	test('A torn header behind a gap is not taken for the last segment', () => {
		const disk = without(names[1]!);
		disk.truncate(lastFile, 10);
		assert.ok(tryToOpen(disk) instanceof StorageDamaged);
	});

	test('A segment under another number, or from another log: refused', () => {
		const renamed = new Map([...files, [segmentName(4), lastBytes]]);
		assert.match(refusalOf(diskWith(renamed)), /it says that it is segment 3 of the log/v);
		const other = writeStory([
			[state(1, 2)],
			[write(1, 1, 'A', 'B')],
			...story.slice(2, 6),
			[write(5, 3, 'E', 'F')],
			...story.slice(7),
		]);
		const foreign = other.files.get(lastFile)!;
		assert.match(refusalOf(withFile(files, lastFile, foreign)), /next segment was begun after byte/v);
	});

	test('A record moved to another place, or into another segment, is not believed', () => {
		const first = files.get(names[0]!)!;
		const moved = lastBytes.slice(0, lastEnds[0]! + 40);
		moved.set(lastBytes.subarray(segmentHeaderBytes, lastEnds[0]), lastEnds[0]);
		assert.equal(openStorage(withFile(files, lastFile, moved)).cut?.at, lastEnds[0]);
		const foreign = lastBytes.slice(0, segmentHeaderBytes + 25);
		foreign.set(first.subarray(segmentHeaderBytes, segmentHeaderBytes + 25), segmentHeaderBytes);
		assert.equal(openStorage(withFile(files, lastFile, foreign)).cut?.at, segmentHeaderBytes);
	});

	test('A snapshot without any log: refused, for the vote is lost with the log', () => {
		const saved = writeStory([[state(2, 1), write(1, 1, 'a'), snapshot(1, 1)]]).files;
		const alone = new Map([...saved].filter(([file]) => file === snapshotName(1)));
		assert.equal(alone.size, 1);
		assert.match(refusalOf(diskWith(alone)), /there is a snapshot, but no log/v);
	});

	test('A header that says otherwise than the log before it, though its checksum is right: refused', () => {
		const header = lastBytes.slice(0, segmentHeaderBytes);
		header[28] = 99;
		setRight(header);
		assert.match(refusalOf(withFile(files, lastFile, header)), /it says otherwise than the segment before/v);
	});

	test('A format of the future is refused, even where a torn header would be cut', () => {
		const header = lastBytes.slice(0, segmentHeaderBytes);
		header[12] = 2;
		assert.equal(openStorage(withFile(files, lastFile, header)).cut?.at, 0);
		setRight(header);
		assert.match(
			refusalOf(withFile(files, lastFile, header)),
			/written in format 2, and .+ only\. Open it with the program that wrote it\./v,
		);
	});

	test('An unfinished snapshot is removed, and files of other people are left alone', () => {
		const disk = diskWith(
			new Map([
				...files,
				['snapshot-000000000000007.new', new Uint8Array(9)],
				['notes.txt', new Uint8Array(3)],
				['log-12', new Uint8Array(1)],
			]),
		);
		const {storage, persisted} = openStorage(disk);
		storage.sync();
		disk.crash();
		assert.deepEqual(disk.list(), [...names, 'log-12', 'notes.txt'].toSorted());
		assert.equal(lastOf(persisted.log), '7 of term 4');
	});
});

suite('Damaged snapshots', () => {
	const saved = writeStory([
		[state(1, 1), write(1, 1, 'a', 'b', 'c')],
		[snapshot(2, 1, 'a and b')],
		[write(4, 1, 'd')],
	]);

	test('Every byte in turn: where the log still begins at the beginning, it makes up for the snapshot, and says so', () => {
		const file = snapshotName(2);
		const bytes = saved.files.get(file)!;
		for (const at of bytes.keys()) {
			const changed = new Uint8Array(bytes);
			changed[at] = bytes[at]! ^ 16;
			const {persisted, snapshot: found, damagedSnapshots} = openStorage(withFile(saved.files, file, changed));
			assert.equal(found, undefined);
			assert.deepEqual(damagedSnapshots, [file]);
			assert.deepEqual(
				persisted.log.buffer.map(({command}) => command),
				['a', 'b', 'c', 'd'].map((value) => ({type: 'write', key: 'x', value})),
			);
		}
	});

	test('Under the name of another, it is as good as damaged', () => {
		const renamed = new Map([...saved.files, [snapshotName(3), saved.files.get(snapshotName(2))!]]);
		const {snapshot: found, damagedSnapshots} = openStorage(diskWith(renamed));
		assert.equal(found?.lastIncludedIndex, 2);
		assert.deepEqual(damagedSnapshots, [snapshotName(3)]);
	});

	test('Undamaged, the log begins behind it', () => {
		const {persisted, snapshot: found} = openStorage(diskWith(saved.files));
		assert.equal(new TextDecoder().decode(found?.data), 'a and b');
		assert.deepEqual(heldBy(persisted), saved.machine.history.last);
		assert.equal(persisted.log.lastIncludedIndex, 2);
	});

	test('The older of two will do if the log reaches back to it; the newer stands if it is whole', () => {
		const older = saved.files.get(snapshotName(2))!;
		const later = writeStory(
			[
				[state(1, 1), write(1, 1, 'a', 'b', 'c')],
				[snapshot(2, 1, 'a and b')],
				[write(4, 1, 'd')],
				[snapshot(3, 1, 'a to c')],
			],
			100_000,
		).files;
		assert.ok(!later.has(snapshotName(2)));
		const both = new Map([...later, [snapshotName(2), older]]);
		assert.equal(openStorage(diskWith(both)).snapshot?.lastIncludedIndex, 3);
		const newer = new Uint8Array(later.get(snapshotName(3))!);
		newer[20] = 99;
		const {snapshot: found, persisted} = openStorage(withFile(both, snapshotName(3), newer));
		assert.equal(found?.lastIncludedIndex, 2);
		assert.deepEqual(
			persisted.log.buffer.map(({index}) => index),
			[3, 4],
		);
	});

	test('Where the log begins behind it, it is refused', () => {
		const needed = writeStory(
			[[state(1, 1), write(1, 1, 'a', 'b', 'c')], [write(4, 1, 'd')], [snapshot(4, 1)], [write(5, 1, 'e')]],
			60,
		);
		const file = snapshotName(4);
		assert.ok(!needed.files.has(segmentName(1)));
		const changed = new Uint8Array(needed.files.get(file)!);
		changed[30] = 0;
		assert.match(
			refusalOf(withFile(needed.files, file, changed)),
			/^StorageDamaged: snapshot-000000000000004 is damaged at byte 0: its checksum is wrong, and it is needed: /v,
		);
		const gone = diskWith(new Map([...needed.files].filter(([name]) => name !== file)));
		assert.match(refusalOf(gone), /the log begins after entry \d+, and there is no snapshot/v);
	});

	test('So it is if it came from a leader and was ahead of the log', () => {
		const needed = writeStory([[state(1, 1), write(1, 1, 'a')], [snapshot(7, 1)], [write(8, 1, 'h')]]);
		assert.ok(needed.files.has(segmentName(1)));
		const {persisted} = openStorage(diskWith(needed.files));
		assert.equal(lastOf(persisted.log), '8 of term 1');
		const changed = new Uint8Array(needed.files.get(snapshotName(7))!);
		changed[30] = 0;
		assert.ok(tryToOpen(withFile(needed.files, snapshotName(7), changed)) instanceof StorageDamaged);
	});
});
