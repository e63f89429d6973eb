/*
What a server must not forget, on a disk: a write-ahead log in segments, and snapshots.

What is asked for is kept until the next sync begins, then written in one piece: whoever waits for a sync shares
the one after it with everybody else who waits. `written` counts the records asked for, `durable` those that a
sync has covered; an answer may leave once `durable` has reached what `written` was.

All writing is done in `beginSync`, one phase a sync, because the order matters to a crash:

	log       a record says up to where its segment was durable; a new segment begins only when the old one is durable
	opening   what was cut is durable before anything is written in its place, and what was found, before it is relied on
	snapshot  1. all records before it, and its file under a temporary name
	          2. its name
	          3. the record that the log begins behind it, and those that were asked for later
	          4. the segments and snapshots that are unnecessary now are removed

So a snapshot that has its name has the log that led to it, a log that begins behind a snapshot has the snapshot, and what
the snapshot disagreed with is dropped before the reason for it is gone. Of the segments, the last durable one stays.

A copy of a Storage goes on by itself on a copy of its disk: all state is here, none in callbacks.
*/

import {append, truncate, type Log} from '../raft/log.js';
import type {Persisted} from '../raft/server.js';
import type {Entry, LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import {DiskFailed, type Disk} from './disk.js';
import {agreesWith, logBehind} from './log-behind.js';
import {Batch} from './record.js';
import {makeSegmentHeader, segmentHeaderChecksum, segmentName, sequenceOf} from './segment.js';
import {indexOfSnapshot, snapshotName, temporaryNameOf, writeSnapshot, type Snapshot} from './snapshot-file.js';

export type StorageOptions = {
	/** A segment that has reached this size gets no more records. One sync's records stay together, so it may be larger. */
	readonly segmentBytesMax?: number;
};

export const defaultSegmentBytesMax = 1_048_576;

/** The segment that is written to, and what stands where it ends. */
export type Tail = {
	readonly sequence: number;
	readonly file: string;
	readonly size: number;
	/** Up to where it is durable. */
	readonly syncedTo: number;
	readonly lastChecksum: number;
};

/** A segment's sequence number, and the index of the last entry where it begins. */
export type SegmentPlace = {readonly sequence: number; readonly lastIndex: LogIndex};

/** What a disk was found to hold. */
export type Contents = {
	/** By the records alone, whatever the snapshot says. */
	readonly persisted: Persisted;
	/** In ascending order. */
	readonly segments: readonly SegmentPlace[];
	/** `undefined` if there is no segment yet. */
	readonly tail: Tail | undefined;
	/** It reaches at least to where the log begins. */
	readonly snapshot: Snapshot | undefined;
};

/** What was asked for and is not written yet. */
type Waiting =
	| {readonly type: 'state'; readonly currentTerm: Term; readonly votedFor: ServerId | undefined}
	| {readonly type: 'entries'; readonly entries: readonly Entry[]}
	| {readonly type: 'truncate'; readonly from: LogIndex}
	/** `lastIndex` is that of the log behind it. */
	| {readonly type: 'snapshot'; readonly snapshot: Snapshot; readonly lastIndex: LogIndex};

/** How far the snapshot that waits first has come. */
type SnapshotPhase = 'waiting' | 'writing' | 'written' | 'naming' | 'named';

/** The log's state where it ends on the disk: what the next segment's header says. */
type Written = {readonly currentTerm: Term; readonly votedFor: ServerId | undefined; readonly lastIndex: LogIndex};

/** Filled and emptied within one call, so that all can share it. */
const batch = new Batch();

export class Storage {
	/** How many records have been asked for since the disk was opened; an entry is one. */
	written = 0;
	/** How many of them will survive a crash. */
	durable = 0;
	readonly #disk: Disk;
	readonly #segmentBytesMax: number;
	#persisted: Persisted;
	#waiting: Waiting[] = [];
	/** How many records have gone to the disk. */
	#handed = 0;
	#atHand: Written;
	#segments: readonly SegmentPlace[];
	#tail: Tail | undefined;
	#snapshotPhase: SnapshotPhase = 'waiting';
	/** Of the snapshot whose record was written last: what it makes unnecessary is still there. */
	#removable: LogIndex | undefined;
	/** Nothing is written before a sync has covered what opening changed. */
	#isOpening: boolean;
	#isSyncing = false;
	#hasFailed = false;

	/** Most callers want `openStorage`. */
	constructor(
		disk: Disk,
		{persisted, segments, tail, snapshot}: Contents,
		{segmentBytesMax = defaultSegmentBytesMax}: StorageOptions = {},
	) {
		this.#disk = disk;
		this.#persisted = persisted;
		const {currentTerm, votedFor, log} = persisted;
		this.#atHand = {currentTerm, votedFor, lastIndex: log.lastIndex};
		this.#segments = segments;
		this.#tail = tail;
		this.#segmentBytesMax = segmentBytesMax;
		this.#isOpening = disk.hasUnsynced;
		if (snapshot !== undefined) {
			this.#keepLog(logBehind(log, snapshot));
			if (!agreesWith(log, snapshot)) {
				this.#snapshotPhase = 'named'; // The crash came between phases 2 and 3
				this.#wait({type: 'snapshot', snapshot, lastIndex: this.#persisted.log.lastIndex}, 1);
			}
		}
	}

	/** What would be found if everything asked for were durable. */
	get persisted(): Persisted {
		return this.#persisted;
	}

	/** Whether a sync would bring anything forward. */
	get needsSync(): boolean {
		return this.#waiting.length > 0 || this.#removable !== undefined || this.#disk.hasUnsynced;
	}

	get isSyncing(): boolean {
		return this.#isSyncing;
	}

	saveState(currentTerm: Term, votedFor: ServerId | undefined): void {
		this.#persisted = {currentTerm, votedFor, log: this.#persisted.log};
		this.#wait({type: 'state', currentTerm, votedFor}, 1);
	}

	/** Drop the entry at `from` and all that follow it. */
	truncate(from: LogIndex): void {
		this.#keepLog(truncate(this.#persisted.log, from));
		this.#wait({type: 'truncate', from}, 1);
	}

	/** Add entries; the first has the index after the last one's. The array does not change any more. */
	append(entries: readonly Entry[]): void {
		const {log} = this.#persisted;
		if (entries.length === 0) {
			return;
		}

		if (entries[0]!.index !== log.lastIndex + 1) {
			throw new Error(`Entry ${entries[0]!.index} does not follow entry ${log.lastIndex} of the log.`);
		}

		this.#keepLog(append(log, entries));
		this.#wait({type: 'entries', entries}, entries.length);
	}

	/**
	Put a snapshot in place of the entries up to its last. Entries behind it stay if the log agrees with it, else all of
	it goes (§7). What is asked for later waits until the snapshot is durable: two syncs.
	*/
	saveSnapshot(snapshot: Snapshot): void {
		this.#keepLog(logBehind(this.#persisted.log, snapshot));
		this.#wait({type: 'snapshot', snapshot, lastIndex: this.#persisted.log.lastIndex}, 1);
	}

	/**
	Write what waits, as far as its turn has come, and begin a sync of it.

	@throws {DiskFull} If there is no room. What waits goes on waiting; it may be tried again. A snapshot for which there is no
	room keeps all that waits from becoming durable.
	@throws {DiskFailed} If the disk fails. This Storage is of no use any more: open the disk again.
	*/
	beginSync(): void {
		if (this.#isSyncing) {
			throw new Error('A sync is under way already.');
		}

		this.#checkFailed();
		try {
			if (!this.#isOpening) {
				this.#removeUnnecessary();
				this.#nameSnapshot();
				this.#writeRecords();
				this.#startSnapshot();
			}

			this.#disk.beginSync();
		} catch (error) {
			this.#hasFailed = error instanceof DiskFailed;
			throw error;
		}

		this.#isSyncing = true;
	}

	/**
	The sync that was begun is over; `durable` tells how far it reached.

	@throws {DiskFailed} As `beginSync` does.
	*/
	endSync(): void {
		this.#checkFailed();
		try {
			this.#disk.endSync();
		} catch (error) {
			this.#hasFailed = error instanceof DiskFailed;
			throw error;
		}

		this.#isSyncing = false;
		this.#isOpening = false;
		this.durable = this.#handed;
		if (this.#tail !== undefined) {
			const {sequence, file, size, lastChecksum} = this.#tail;
			this.#tail = {sequence, file, size, syncedTo: size, lastChecksum};
		}

		if (this.#snapshotPhase === 'writing') {
			this.#snapshotPhase = 'written';
		} else if (this.#snapshotPhase === 'naming') {
			this.#snapshotPhase = 'named';
		}
	}

	/** Do all of it at once, where nobody minds waiting. */
	sync(): void {
		while (this.needsSync) {
			this.beginSync();
			this.endSync();
		}
	}

	/** A Storage that goes on by itself from here. `disk` is a copy of this one's. */
	copy(disk: Disk): Storage {
		const copy = new Storage(
			disk,
			{persisted: this.#persisted, segments: this.#segments, tail: this.#tail, snapshot: undefined},
			{segmentBytesMax: this.#segmentBytesMax},
		);
		copy.written = this.written;
		copy.durable = this.durable;
		copy.#waiting = [...this.#waiting];
		copy.#handed = this.#handed;
		copy.#atHand = this.#atHand;
		copy.#snapshotPhase = this.#snapshotPhase;
		copy.#removable = this.#removable;
		copy.#isOpening = this.#isOpening;
		copy.#isSyncing = this.#isSyncing;
		copy.#hasFailed = this.#hasFailed;
		return copy;
	}

	#keepLog(log: Log): void {
		const {currentTerm, votedFor} = this.#persisted;
		this.#persisted = {currentTerm, votedFor, log};
	}

	#wait(waiting: Waiting, records: number): void {
		this.#waiting.push(waiting);
		this.written += records;
	}

	/** A sync that failed cannot be repeated: the disk may think then that it has nothing left to write. */
	#checkFailed(): void {
		if (this.#hasFailed) {
			throw new DiskFailed('The disk has failed; what it holds is known only when it is opened again.');
		}
	}

	/** Phase 4, once the log is durable to its end: the record is then, and what stays. */
	#removeUnnecessary(): void {
		const upTo = this.#removable;
		if (upTo === undefined || this.#tail?.size !== this.#tail?.syncedTo) {
			return;
		}

		const first = this.#segments.findLast(({lastIndex}) => lastIndex <= upTo)?.sequence ?? 0;
		for (const file of this.#disk.list()) {
			if ((sequenceOf(file) ?? first) < first || (indexOfSnapshot(file) ?? upTo) < upTo) {
				this.#disk.remove(file);
			}
		}

		this.#segments = this.#segments.filter(({sequence}) => sequence >= first);
		this.#removable = undefined;
	}

	/** Phase 2. */
	#nameSnapshot(): void {
		const [first] = this.#waiting;
		if (first?.type === 'snapshot' && this.#snapshotPhase === 'written') {
			const name = snapshotName(first.snapshot.lastIncludedIndex);
			this.#disk.rename(temporaryNameOf(name), name);
			this.#snapshotPhase = 'naming';
		}
	}

	/** Phase 1 of a snapshot whose turn it is. */
	#startSnapshot(): void {
		const [first] = this.#waiting;
		if (first?.type === 'snapshot' && this.#snapshotPhase === 'waiting') {
			const file = temporaryNameOf(snapshotName(first.snapshot.lastIncludedIndex));
			this.#disk.create(file);
			this.#disk.append(file, writeSnapshot(first.snapshot));
			this.#snapshotPhase = 'writing';
		}
	}

	/** Write all that waits, up to the first snapshot that has not its name yet: phase 3 for the one that has. */
	#writeRecords(): void {
		const [first] = this.#waiting;
		const named = this.#snapshotPhase === 'named' && first?.type === 'snapshot' ? first : undefined;
		let count = 0;
		while (
			count < this.#waiting.length &&
			(this.#waiting[count]!.type !== 'snapshot' || this.#waiting[count] === named)
		) {
			count++;
		}

		if (count === 0 && (this.#tail !== undefined || this.#waiting.length === 0)) {
			return; // A snapshot as the very first thing still needs a segment, or nobody could tell that the log is missing
		}

		const tail = this.#tail;
		const isNew = tail === undefined || (tail.size >= this.#segmentBytesMax && tail.size === tail.syncedTo);
		const sequence = isNew ? (tail?.sequence ?? 0) + 1 : tail.sequence;
		const file = isNew ? segmentName(sequence) : tail.file;
		if (isNew) {
			const header = makeSegmentHeader({
				sequence,
				previousSize: tail?.size ?? 0,
				previousChecksum: tail?.lastChecksum ?? 0,
				...this.#atHand,
			});
			batch.begin(sequence, 0, 0);
			batch.addHeader(header, segmentHeaderChecksum(header));
		} else {
			batch.begin(sequence, tail.size, tail.syncedTo);
		}

		const {currentTerm, votedFor, lastIndex} = this.#atHand;
		const after = {currentTerm, votedFor, lastIndex};
		let records = 0;
		for (let at = 0; at < count; at++) {
			records += addToBatch(this.#waiting[at]!, after);
		}

		if (isNew) {
			this.#disk.create(file);
		}

		this.#disk.append(file, batch.bytes);

		// From here on nothing throws
		if (isNew) {
			this.#segments = [...this.#segments, {sequence, lastIndex}];
		}

		this.#tail = {
			sequence,
			file,
			size: batch.end,
			syncedTo: isNew ? 0 : tail.syncedTo,
			lastChecksum: batch.lastChecksum,
		};
		this.#atHand = after;
		this.#handed += records;
		this.#waiting = count === this.#waiting.length ? [] : this.#waiting.slice(count);
		if (named !== undefined) {
			this.#snapshotPhase = 'waiting';
			this.#removable = named.snapshot.lastIncludedIndex;
		}
	}
}

/** Returns how many records it was. */
function addToBatch(waiting: Waiting, after: {-readonly [Field in keyof Written]: Written[Field]}): number {
	switch (waiting.type) {
		case 'state': {
			after.currentTerm = waiting.currentTerm;
			after.votedFor = waiting.votedFor;
			batch.addState(waiting.currentTerm, waiting.votedFor);
			return 1;
		}

		case 'entries': {
			const {entries} = waiting;
			for (const entry of entries) {
				batch.addEntry(entry);
			}

			after.lastIndex = entries.at(-1)!.index;
			return entries.length;
		}

		case 'truncate': {
			after.lastIndex = Math.min(after.lastIndex, waiting.from - 1);
			batch.addTruncate(waiting.from);
			return 1;
		}

		case 'snapshot': {
			const {lastIncludedIndex, lastIncludedTerm} = waiting.snapshot;
			after.lastIndex = waiting.lastIndex;
			batch.addSnapshot(lastIncludedIndex, lastIncludedTerm, waiting.lastIndex);
			return 1;
		}
	}
}
