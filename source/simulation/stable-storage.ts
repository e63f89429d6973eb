/*
Where a host keeps what must survive a crash: on a disk, or in memory that never forgets and takes no time, for
runs in which disks are not the subject.
*/

import {append, truncate} from '../raft/log.js';
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
	readonly #disk: SimulatedDisk;
	#storage: Storage;

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
	}

	recovered(): Persisted {
		const copy = this.#disk.copy();
		copy.fault = 'ok'; // Whatever ails the disk, this asks only what is on it
		return openStorage(copy).persisted;
	}

	reopen(): Persisted {
		const {storage, persisted} = openStorage(this.#disk);
		this.#storage = storage;
		return persisted;
	}

	wipe(): void {
		this.#disk.fault = 'ok';
		this.#disk.wipe();
	}

	copy(): DiskStorage {
		const disk = this.#disk.copy();
		return new DiskStorage(disk, this.#storage.copy(disk));
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
