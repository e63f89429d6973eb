/*
What the tests of the log hold it to: a plain array of everything that was ever asked for, and how much of it has been
acknowledged. After whatever happened, the log must hold what the first so many of those records come to, for
some number that is neither below what was acknowledged nor above what was asked for.
*/

import assert from 'node:assert/strict';
import {type Log, lastTerm} from '../../source/raft/log.js';
import type {Persisted} from '../../source/raft/server.js';
import type {Entry, LogIndex, ServerId, Term} from '../../source/raft/vocabulary.js';
import type {Disk} from '../../source/storage/disk.js';
import {openStorage, type Opened} from '../../source/storage/open-storage.js';
import {SimulatedDisk, type Survivors} from '../../source/storage/simulated-disk.js';
import type {Snapshot} from '../../source/storage/snapshot-file.js';
import type {Storage, StorageOptions} from '../../source/storage/storage.js';

/** One thing a server may ask of its storage. */
export type Request =
	| {readonly type: 'state'; readonly currentTerm: Term; readonly votedFor: ServerId | undefined}
	| {readonly type: 'append'; readonly entries: readonly Entry[]}
	| {readonly type: 'truncate'; readonly from: LogIndex}
	| {readonly type: 'snapshot'; readonly snapshot: Snapshot};

/** What a log holds, in the plainest form. */
export type Held = {
	readonly currentTerm: Term;
	readonly votedFor: ServerId | undefined;
	readonly lastIncludedIndex: LogIndex;
	readonly lastIncludedTerm: Term;
	readonly entries: readonly Entry[];
};

export const nothingHeld: Held = {
	currentTerm: 0,
	votedFor: undefined,
	lastIncludedIndex: 0,
	lastIncludedTerm: 0,
	entries: [],
};

export const heldBy = ({currentTerm, votedFor, log}: Persisted): Held => ({
	currentTerm,
	votedFor,
	lastIncludedIndex: log.lastIncludedIndex,
	lastIncludedTerm: log.lastIncludedTerm,
	entries: log.buffer.slice(0, log.lastIndex - log.lastIncludedIndex),
});

export const lastIndexOf = ({lastIncludedIndex, entries}: Held): LogIndex => lastIncludedIndex + entries.length;

/** What is held after each of the records that a request makes. */
function* after(held: Held, request: Request): Generator<Held> {
	switch (request.type) {
		case 'state': {
			yield {...held, currentTerm: request.currentTerm, votedFor: request.votedFor};
			break;
		}

		case 'append': {
			for (const at of request.entries.keys()) {
				yield {...held, entries: [...held.entries, ...request.entries.slice(0, at + 1)]};
			}

			break;
		}

		case 'truncate': {
			yield {...held, entries: held.entries.filter(({index}) => index < request.from)};
			break;
		}

		case 'snapshot': {
			const {lastIncludedIndex, lastIncludedTerm} = request.snapshot;
			const isOwn =
				lastIncludedIndex === held.lastIncludedIndex ||
				held.entries.some(({index, term}) => index === lastIncludedIndex && term === lastIncludedTerm);
			const entries = isOwn ? held.entries.filter(({index}) => index > lastIncludedIndex) : [];
			yield {...held, lastIncludedIndex, lastIncludedTerm, entries};
			break;
		}
	}
}

/** Everything that was asked of one disk, and what has been acknowledged. */
export class History {
	/** What is held after so many records. */
	#held: readonly Held[] = [nothingHeld];
	#snapshots: readonly Snapshot[] = [];
	acknowledged = 0;

	get written(): number {
		return this.#held.length - 1;
	}

	get last(): Held {
		return this.#held.at(-1)!;
	}

	held(records: number): Held {
		return this.#held[records]!;
	}

	add(request: Request): void {
		this.#held = [...this.#held, ...after(this.last, request)];
		if (request.type === 'snapshot') {
			this.#snapshots = [...this.#snapshots, request.snapshot];
		}
	}

	/** The latest number of records that come to this, if any number that may be does. */
	find(held: Held): number | undefined {
		const text = JSON.stringify(held);
		for (let records = this.written; records >= this.acknowledged; records--) {
			if (JSON.stringify(this.#held[records]) === text) {
				return records;
			}
		}

		return undefined;
	}

	/** Why what was found cannot be. */
	findViolation({persisted, snapshot}: Opened): string | undefined {
		const held = heldBy(persisted);
		if (this.find(held) === undefined) {
			const lost = this.#held.findLastIndex((before) => JSON.stringify(before) === JSON.stringify(held));
			return lost === -1
				? `Found what was never written: ${JSON.stringify(held)}, not ${JSON.stringify(this.last)}`
				: `Found the first ${lost} records of ${this.written}, and ${this.acknowledged} were acknowledged`;
		}

		const {lastIncludedIndex, lastIncludedTerm} = held;
		if (snapshot === undefined) {
			return lastIncludedIndex === 0 ? undefined : `There is no snapshot of entry ${lastIncludedIndex}`;
		}

		const isKnown = this.#snapshots.some(
			(saved) =>
				saved.lastIncludedIndex === lastIncludedIndex &&
				saved.lastIncludedTerm === lastIncludedTerm &&
				Buffer.compare(saved.data, snapshot.data) === 0,
		);
		return isKnown && snapshot.lastIncludedIndex === lastIncludedIndex
			? undefined
			: `Found a snapshot of entry ${snapshot.lastIncludedIndex} that was never saved`;
	}

	/** Go on from what was found. */
	resume(records: number): void {
		this.#held = this.#held.slice(0, records + 1);
		this.acknowledged = Math.min(this.acknowledged, records);
	}

	copy(): History {
		const copy = new History();
		copy.#held = this.#held;
		copy.#snapshots = this.#snapshots;
		copy.acknowledged = this.acknowledged;
		return copy;
	}
}

/** A disk, what is on it, and what should be. */
export class Machine<SomeDisk extends Disk = SimulatedDisk> {
	readonly history: History;
	readonly disk: SomeDisk;
	readonly options: StorageOptions;
	storage: Storage;
	opened: Opened;
	/** What `storage.written` counts from. */
	#base = 0;

	constructor(disk: SomeDisk, options: StorageOptions, original?: Machine<SomeDisk>) {
		this.disk = disk;
		this.options = options;
		if (original === undefined) {
			this.history = new History();
			this.opened = openStorage(disk, options);
			this.storage = this.opened.storage;
			this.#judge();
		} else {
			this.history = original.history.copy();
			this.opened = original.opened;
			this.storage = original.storage.copy(disk);
			this.#base = original.#base;
		}
	}

	/** Open again what is on the disk; all of it is durable if the power was gone. */
	reopen({isAllDurable = false}: {readonly isAllDurable?: boolean} = {}): void {
		this.opened = openStorage(this.disk, this.options);
		this.storage = this.opened.storage;
		this.#judge();
		if (isAllDurable || !this.storage.needsSync) {
			this.history.acknowledged = this.#base;
		}
	}

	crash(survivors?: Survivors): void {
		assert.ok(this.disk instanceof SimulatedDisk);
		this.disk.crash(survivors);
		this.reopen({isAllDurable: true});
	}

	#judge(): void {
		const {history, opened} = this;
		assert.equal(history.findViolation(opened), undefined);
		this.#base = history.find(heldBy(opened.persisted))!;
		history.resume(this.#base);
		if (this.storage.written === 1) {
			history.add({type: 'snapshot', snapshot: opened.snapshot!}); // It is said once more, now that it has its name
		}
	}

	ask(request: Request): void {
		ask(this.storage, request);
		this.history.add(request);
	}

	beginSync(): void {
		this.storage.beginSync();
	}

	endSync(): void {
		this.storage.endSync();
		this.history.acknowledged = this.#base + this.storage.durable;
	}

	sync(): void {
		while (this.storage.needsSync) {
			this.beginSync();
			this.endSync();
		}
	}

	/** One that goes on by itself from here. */
	copy(this: Machine): Machine {
		return new Machine(this.disk.copy(), this.options, this);
	}
}

export function ask(storage: Storage, request: Request): void {
	switch (request.type) {
		case 'state': {
			storage.saveState(request.currentTerm, request.votedFor);
			break;
		}

		case 'append': {
			storage.append(request.entries);
			break;
		}

		case 'truncate': {
			storage.truncate(request.from);
			break;
		}

		case 'snapshot': {
			storage.saveSnapshot(request.snapshot);
			break;
		}
	}
}

export const state = (currentTerm: Term, votedFor?: ServerId): Request => ({type: 'state', currentTerm, votedFor});

/** Entries of one term, from an index on, with these values. */
export const write = (from: LogIndex, term: Term, ...values: readonly string[]): Request => ({
	type: 'append',
	entries: values.map((value, at) => ({index: from + at, term, command: {type: 'write', key: 'x', value}})),
});

export const truncate = (from: LogIndex): Request => ({type: 'truncate', from});

export const snapshot = (lastIncludedIndex: LogIndex, lastIncludedTerm: Term, text = 'all of it'): Request => ({
	type: 'snapshot',
	snapshot: {lastIncludedIndex, lastIncludedTerm, data: new TextEncoder().encode(text)},
});

/** The log ends here. */
export const lastOf = (log: Log): string => `${log.lastIndex} of term ${lastTerm(log)}`;

/** All files of a disk, as text that can be compared. */
export const filesOf = (disk: Disk): Readonly<Record<string, string>> =>
	Object.fromEntries(disk.list().map((file) => [file, Buffer.from(disk.read(file)).toString('hex')]));

/** A disk that holds these bytes, all of them durable. */
export function diskWith(files: ReadonlyMap<string, Uint8Array>): SimulatedDisk {
	const disk = new SimulatedDisk();
	for (const [file, bytes] of files) {
		disk.create(file);
		disk.append(file, bytes);
	}

	disk.beginSync();
	disk.endSync();
	return disk;
}

/** A source of numbers in [0, 1) that is the same each time: mulberry32 (T. Ettinger). */
export function chance(seed: number): () => number {
	let count = seed | 0;
	return () => {
		count = (count + 0x6d_2b_79_f5) | 0;
		const once = Math.imul(count ^ (count >>> 15), 1 | count);
		const twice = once ^ (once + Math.imul(once ^ (once >>> 7), 61 | once));
		return ((twice ^ (twice >>> 14)) >>> 0) / 0x1_00_00_00_00;
	};
}
