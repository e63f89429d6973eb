/*
Where a host keeps what must survive a crash: on a disk, or in memory that never forgets and takes no time, for
runs in which disks are not the subject.
*/

import {append, truncate, type Log} from '../raft/log.js';
import {isSameEntry} from '../raft/same.js';
import {nothingPersisted, type Persisted} from '../raft/server.js';
import type {Entry, LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import {openStorage} from '../storage/open-storage.js';
import {SimulatedDisk, type DiskFault} from '../storage/simulated-disk.js';
import type {Storage} from '../storage/storage.js';

export type StableStorage = {
	saveState: (currentTerm: Term, votedFor: ServerId | undefined) => void;
	truncate: (from: LogIndex) => void;
	append: (entries: readonly Entry[]) => void;
	/** What was written before this survives once `endSync` has been called. Both throw `DiskFull` or `DiskFailed`. */
	beginSync: () => void;
	endSync: () => void;
	/** Of the log, what is not synced included. */
	readonly lastIndex: LogIndex;
	/** Whether there is anything to sync. */
	readonly needsSync: boolean;
	/** How many bytes of the write that is under way a crash could leave behind, at the most. */
	readonly tearable: number;
	/** Lose what was not synced, but for so many bytes of the write that was under way. */
	crash: (tornBytes: number) => void;
	/** What would be found now, after a crash. Changes nothing. */
	recovered: () => Persisted;
	/** Begin again with what is found, after a crash. */
	reopen: () => Persisted;
	/** Lose everything. */
	wipe: () => void;
	copy: () => StableStorage;
};

/** A write-ahead log on a simulated disk. */
export class DiskStorage implements StableStorage {
	#disk: SimulatedDisk;
	#storage: Storage;
	/** The disk and what was found on it, opened after a crash; nothing has been written since. */
	#opened: {readonly disk: SimulatedDisk; readonly storage: Storage} | undefined;

	constructor(disk = new SimulatedDisk(), storage = openStorage(disk).storage) {
		this.#disk = disk;
		this.#storage = storage;
	}

	get needsSync(): boolean {
		return this.#storage.needsSync;
	}

	get lastIndex(): LogIndex {
		return this.#storage.persisted.log.lastIndex;
	}

	get tearable(): number {
		return this.#disk.unsynced[0] ?? 0;
	}

	setFault(fault: DiskFault): void {
		this.#disk.fault = fault;
	}

	saveState(currentTerm: Term, votedFor: ServerId | undefined): void {
		this.#storage.saveState(currentTerm, votedFor);
	}

	truncate(from: LogIndex): void {
		this.#storage.truncate(from);
	}

	append(entries: readonly Entry[]): void {
		this.#storage.append(entries);
	}

	beginSync(): void {
		this.#storage.beginSync();
	}

	endSync(): void {
		this.#storage.endSync();
	}

	crash(tornBytes: number): void {
		this.#disk.crash({operations: 0, tornBytes});
		this.#opened = undefined;
	}

	recovered(): Persisted {
		return this.#open().storage.persisted;
	}

	reopen(): Persisted {
		const {fault} = this.#disk;
		if (fault === 'failing' || fault === 'full') {
			this.#storage = openStorage(this.#disk).storage; // Which may be more than it can do
		} else {
			const {disk, storage} = this.#open();
			this.#disk = disk;
			this.#disk.fault = fault;
			this.#storage = storage;
		}

		this.#opened = undefined;
		return this.#storage.persisted;
	}

	/** Read the disk, whatever ails it, once after each crash. */
	#open(): {readonly disk: SimulatedDisk; readonly storage: Storage} {
		if (this.#opened === undefined) {
			const disk = this.#disk.copy();
			disk.fault = 'ok';
			const {storage} = openStorage(disk);
			shareEntries(storage.persisted.log, this.#storage.persisted.log);
			this.#opened = {disk, storage};
		}

		return this.#opened;
	}

	wipe(): void {
		this.#disk.fault = 'ok';
		this.#disk.wipe();
		this.#opened = undefined;
	}

	copy(): DiskStorage {
		const disk = this.#disk.copy();
		return new DiskStorage(disk, this.#storage.copy(disk));
	}
}

/** Of what was read back, take the entries that are in memory already: there may be many crashes, and many copies of a World. */
function shareEntries(log: Log, known: Log): void {
	for (const [at, entry] of log.buffer.entries()) {
		const same = known.buffer[entry.index - known.lastIncludedIndex - 1];
		if (same !== undefined && isSameEntry(same, entry)) {
			log.buffer[at] = same;
		}
	}
}

export class MemoryStorage implements StableStorage {
	#persisted: Persisted;

	constructor(persisted = nothingPersisted()) {
		this.#persisted = persisted;
	}

	get needsSync(): boolean {
		return false;
	}

	get lastIndex(): LogIndex {
		return this.#persisted.log.lastIndex;
	}

	get tearable(): number {
		return 0;
	}

	saveState(currentTerm: Term, votedFor: ServerId | undefined): void {
		this.#persisted = {currentTerm, votedFor, log: this.#persisted.log};
	}

	truncate(from: LogIndex): void {
		const {currentTerm, votedFor, log} = this.#persisted;
		this.#persisted = {currentTerm, votedFor, log: truncate(log, from)};
	}

	append(entries: readonly Entry[]): void {
		const {currentTerm, votedFor, log} = this.#persisted;
		this.#persisted = {currentTerm, votedFor, log: append(log, entries)};
	}

	beginSync(): void {
		// There is nothing to wait for
	}

	endSync(): void {
		// As above
	}

	crash(): void {
		// Nothing is lost
	}

	recovered(): Persisted {
		return this.#persisted;
	}

	reopen(): Persisted {
		return this.#persisted;
	}

	wipe(): void {
		this.#persisted = nothingPersisted();
	}

	copy(): MemoryStorage {
		return new MemoryStorage(this.#persisted);
	}
}
