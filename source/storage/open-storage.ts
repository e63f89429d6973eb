/*
Finding out what a disk holds.

A torn tail is cut and reported; damage is refused, with a sentence that says where and what to do. Opening
changes the disk only by removing what never came to be, so that a crash while it is opened does no harm: the
next opening finds the same. Nothing is written before a sync has covered those changes (see `storage.ts`).

Of two snapshots the newer stands. If it is damaged, an older one will do where the log reaches back to it, and so will
none where the log begins with the first entry: what the damaged one said follows from the log. That is reported too.
*/

import type {Log} from '../raft/log.js';
import {nothingPersisted, type Persisted} from '../raft/server.js';
import type {Entry, LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import type {Disk} from './disk.js';
import {agreesWith, logBehind} from './log-behind.js';
import {readRecord, type LogRecord} from './record.js';
import {
	findDamageInTail,
	findWrongInHeader,
	readSegmentHeader,
	recordsIn,
	segmentHeaderBytes,
	segmentHeaderChecksum,
	segmentName,
	sequenceOf,
	type SegmentHeader,
} from './segment.js';
import {indexOfSnapshot, isTemporary, readSnapshot, snapshotName, type Snapshot} from './snapshot-file.js';
import {Storage, type Contents, type SegmentPlace, type StorageOptions, type Tail} from './storage.js';

/** A tail that a crash tore, and that is cut now. */
export type Cut = {
	readonly file: string;
	/** Where the good part ends; 0 if the file is gone. */
	readonly at: number;
	/** How many bytes were cut. */
	readonly bytes: number;
};

export type Opened = {
	readonly storage: Storage;
	readonly persisted: Persisted;
	/** The one the log begins behind. */
	readonly snapshot: Snapshot | undefined;
	readonly cut: Cut | undefined;
	/** Snapshot files that cannot be read and that the log makes up for. */
	readonly damagedSnapshots: readonly string[];
};

const adviceOnDamage = 'Put an undamaged copy of the file there, or replace this server by an empty one with a new id.';

/** The disk holds something that neither writing nor a crash can have left. */
export class StorageDamaged extends Error {
	override readonly name = 'StorageDamaged';
	readonly file: string;
	readonly at: number;

	constructor(file: string, at: number, what: string, advice = adviceOnDamage) {
		super(`${file} is damaged at byte ${at}: ${what}. ${advice}`);
		this.file = file;
		this.at = at;
	}
}

/**
Open the log on a disk; an empty disk holds an empty one.

What it returns may be relied on at once if `storage.needsSync` is false, else when a sync has ended.

@throws {StorageDamaged} If what was durable is missing or changed. The disk is as it was.
@throws {DiskFull|DiskFailed} If what a crash left cannot be read or cut.
*/
export function openStorage(disk: Disk, options: StorageOptions = {}): Opened {
	const {snapshot, damagedSnapshots} = findSnapshot(disk);
	const {cut, ...contents} = readSegments(disk);
	const {log} = contents.persisted;
	if (contents.tail === undefined && (snapshot !== undefined || damagedSnapshots.length > 0)) {
		throw new StorageDamaged(segmentName(1), 0, 'there is a snapshot, but no log');
	}

	if (log.lastIncludedIndex > (snapshot?.lastIncludedIndex ?? 0)) {
		throw lostBeginning(log.lastIncludedIndex, snapshot, contents.segments[0]!, damagedSnapshots[0]);
	}

	for (const file of disk.list()) {
		if (isTemporary(file)) {
			disk.remove(file);
		}
	}

	if (cut?.at === 0) {
		disk.remove(cut.file);
	} else if (cut !== undefined) {
		disk.truncate(cut.file, cut.at);
	}

	const storage = new Storage(disk, {...contents, snapshot}, options);
	return {storage, persisted: storage.persisted, snapshot, cut, damagedSnapshots};
}

/** The newest snapshot that is whole, and the newer ones that are not. */
function findSnapshot(disk: Disk): {snapshot: Snapshot | undefined; damagedSnapshots: readonly string[]} {
	const indices = disk.list().map((file) => indexOfSnapshot(file));
	const newestFirst = indices.filter((index) => index !== undefined).toSorted((a, b) => b - a);
	const damagedSnapshots: string[] = [];
	for (const index of newestFirst) {
		const file = snapshotName(index);
		const snapshot = readSnapshot(disk.read(file));
		if (snapshot?.lastIncludedIndex === index) {
			return {snapshot, damagedSnapshots};
		}

		damagedSnapshots.push(file);
	}

	return {snapshot: undefined, damagedSnapshots};
}

function lostBeginning(
	lastIncludedIndex: LogIndex,
	snapshot: Snapshot | undefined,
	first: SegmentPlace,
	damagedSnapshot: string | undefined,
): StorageDamaged {
	const reach =
		snapshot === undefined ? 'there is no snapshot' : `the newest snapshot ends at ${snapshot.lastIncludedIndex}`;
	const missing = `the log begins after entry ${lastIncludedIndex}, and ${reach}`;
	return damagedSnapshot === undefined
		? new StorageDamaged(segmentName(first.sequence), 0, missing)
		: new StorageDamaged(damagedSnapshot, 0, `its checksum is wrong, and it is needed: ${missing}`);
}

/** The segments that belong together: each has the next number, up to the last. Older ones were to be removed. */
function findSequences(disk: Disk): readonly number[] {
	const sequences = disk.list().map((file) => sequenceOf(file));
	const ascending = sequences.filter((sequence) => sequence !== undefined).toSorted((a, b) => a - b);
	const gap = ascending.findLastIndex((sequence, at) => at > 0 && ascending[at - 1] !== sequence - 1);
	return gap === -1 ? ascending : ascending.slice(gap);
}

function readSegments(disk: Disk): Omit<Contents, 'snapshot'> & {readonly cut: Cut | undefined} {
	const sequences = findSequences(disk);
	const segments: SegmentPlace[] = [];
	let replay: Replay | undefined;
	let tail: Tail | undefined;
	let cut: Cut | undefined;
	for (const sequence of sequences) {
		const file = segmentName(sequence);
		const isLast = sequence === sequences.at(-1);
		const bytes = disk.read(file);
		const header = readSegmentHeader(bytes);
		if (header === undefined) {
			// The first segment of all may have been torn as it was made, and any other that follows a whole one
			checkTorn(file, bytes, 0, sequence, isLast && (tail !== undefined || sequence === 1));
			cut = {file, at: 0, bytes: bytes.length};
			break;
		}

		const wrong = findWrongInHeader(header, sequence);
		if (wrong !== undefined) {
			throw new StorageDamaged(file, wrong.at, wrong.what, wrong.advice);
		}

		replay = replay === undefined ? new Replay(header) : replay.goOn(tail!, header, file);
		segments.push({sequence, lastIndex: header.lastIndex});
		tail = replayRecords(replay, bytes, sequence);
		if (tail.size < bytes.length) {
			checkTorn(file, bytes, tail.size, sequence, isLast);
			cut = {file, at: tail.size, bytes: bytes.length - tail.size};
		}
	}

	return {persisted: replay?.persisted ?? nothingPersisted(), segments, tail, cut};
}

function replayRecords(replay: Replay, bytes: Uint8Array, sequence: number): Tail {
	const file = segmentName(sequence);
	let size = segmentHeaderBytes;
	let lastChecksum = segmentHeaderChecksum(bytes);
	for (const record of recordsIn(bytes, sequence)) {
		replay.take(readRecord(bytes, record), file, record.at);
		size = record.end;
		lastChecksum = record.checksum;
	}

	return {sequence, file, size, syncedTo: size, lastChecksum};
}

/**
Let a tail pass that a crash may have torn.

@throws {StorageDamaged} If it is not one.
*/
function checkTorn(file: string, bytes: Uint8Array, at: number, sequence: number, mayBeTorn: boolean): void {
	const damage = mayBeTorn
		? findDamageInTail(bytes, at, sequence)
		: {at, what: 'what stood there is wrong, and the segment was synced to its end before the next was begun'};
	if (damage !== undefined) {
		throw new StorageDamaged(file, damage.at, damage.what);
	}
}

/** What the records read so far come to. */
class Replay {
	#currentTerm: Term;
	#votedFor: ServerId | undefined;
	#log: Log;

	constructor({currentTerm, votedFor, lastIndex}: SegmentHeader) {
		this.#currentTerm = currentTerm;
		this.#votedFor = votedFor;
		this.#log = {lastIncludedIndex: lastIndex, lastIncludedTerm: 0, lastIndex, buffer: []};
	}

	get persisted(): Persisted {
		return {currentTerm: this.#currentTerm, votedFor: this.#votedFor, log: this.#log};
	}

	/** Check that the segment that begins goes on where the one before has ended. */
	goOn(before: Tail, header: SegmentHeader, file: string): this {
		if (before.size !== header.previousSize || before.lastChecksum !== header.previousChecksum) {
			const what = `it ends there, but the next segment was begun after byte ${header.previousSize} of it`;
			throw new StorageDamaged(segmentName(before.sequence), before.size, what);
		}

		const isSame =
			header.currentTerm === this.#currentTerm &&
			header.votedFor === this.#votedFor &&
			header.lastIndex === this.#log.lastIndex;
		if (!isSame) {
			throw new StorageDamaged(file, 28, 'it says otherwise than the segment before what the log held then');
		}

		return this;
	}

	take(record: LogRecord, file: string, at: number): void {
		switch (record.type) {
			case 'state': {
				this.#currentTerm = record.currentTerm;
				this.#votedFor = record.votedFor;
				break;
			}

			case 'entry': {
				this.#append(record.entry, file, at);
				break;
			}

			case 'truncate': {
				this.#cutTo(record.from - 1);
				break;
			}

			case 'snapshot': {
				// Where the log agrees, its older entries stay for now: the snapshot may turn out to be damaged
				if (!agreesWith(this.#log, record)) {
					this.#log = logBehind(this.#log, record);
				}

				// What it disagreed with may stand in segments that are gone
				this.#cutTo(record.lastIndex);
				break;
			}
		}
	}

	#append(entry: Entry, file: string, at: number): void {
		const {buffer, lastIndex} = this.#log;
		if (entry.index !== lastIndex + 1) {
			throw new StorageDamaged(file, at, `entry ${entry.index} stands there, and the last before it is ${lastIndex}`);
		}

		buffer.push(entry);
		this.#log = {...this.#log, lastIndex: entry.index};
	}

	#cutTo(lastIndex: LogIndex): void {
		const {lastIncludedIndex, buffer} = this.#log;
		if (lastIndex < lastIncludedIndex) {
			// Of what stood in segments that are gone, it is the end that is dropped
			this.#log = {lastIncludedIndex: lastIndex, lastIncludedTerm: 0, lastIndex, buffer: []};
		} else if (lastIndex < this.#log.lastIndex) {
			buffer.length = lastIndex - lastIncludedIndex;
			this.#log = {...this.#log, lastIndex};
		}
	}
}
