/*
A disk that is a directory of the operating system's.

The only file of this room that knows of Node. Data reach the disk through `fdatasync`, names through `fsync` of the
directory; where a directory cannot be synced (Windows), names last when the file system pleases.

One process at a time: a file `lock` holds the number of the process that has the directory open. It outlives
a `kill -9`, so a lock whose process is gone is taken over. Not guaranteed: that of two processes which find the same
dead lock at the same instant only one goes on; anything on a file system that several machines share; and if the
number has gone to another process since, the directory is refused until somebody removes the lock.
*/

import {
	closeSync,
	fdatasync,
	fdatasyncSync,
	fsync,
	fsyncSync,
	ftruncateSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {DiskFailed, DiskFull, type Disk} from './disk.js';

/** Another process has the directory open. */
export class DirectoryInUse extends Error {
	override readonly name = 'DirectoryInUse';
}

const lockName = 'lock';

/** Files kept open between syncs. */
const openMax = 8;

/** The directories that this very process has open: after a restart of the machine, a dead lock may bear its number. */
const heldHere = new Set<string>();

export class NodeDisk implements Disk {
	readonly #directory: string;
	/** Files that have been written to, or that nobody knows to be durable. */
	#unsynced: Set<string>;
	#hasUnsyncedNames = true;
	#syncing: {readonly files: ReadonlySet<string>; readonly names: boolean} | undefined;
	#failure: DiskFailed | undefined;
	readonly #open = new Map<string, {readonly descriptor: number; size: number}>();

	/**
	Open a directory, made if it is not there.

	What is in it may have been left unsynced by a process that was killed, so that the first sync covers all of it.

	@throws {DirectoryInUse}
	@throws {DiskFailed}
	*/
	constructor(directory: string) {
		this.#directory = path.resolve(directory);
		attempt(directory, () => {
			const made = mkdirSync(this.#directory, {recursive: true});
			if (made !== undefined) {
				syncDirectory(path.dirname(made));
			}
		});
		takeLock(this.#directory);
		this.#unsynced = new Set(this.list());
	}

	list(): readonly string[] {
		const found = attempt(this.#directory, () => readdirSync(this.#directory, {withFileTypes: true}));
		return found
			.filter((one) => one.isFile() && one.name !== lockName)
			.map(({name}) => name)
			.toSorted();
	}

	read(file: string): Uint8Array {
		const bytes = attempt(file, () => readFileSync(this.#pathOf(file)));
		return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
	}

	create(file: string): void {
		this.#close(file);
		const descriptor = attempt(file, () => openSync(this.#pathOf(file), 'w'));
		this.#open.set(file, {descriptor, size: 0});
		this.#unsynced.add(file);
		this.#hasUnsyncedNames = true;
	}

	append(file: string, bytes: Uint8Array): void {
		const opened = this.#opened(file);
		const {descriptor, size} = opened;
		let written = 0;
		try {
			while (written < bytes.length) {
				written += writeSync(descriptor, bytes, written, bytes.length - written, size + written);
			}
		} catch (error) {
			if (!isFull(error)) {
				throw failure(file, error);
			}

			if (written > 0) {
				attempt(file, () => {
					ftruncateSync(descriptor, size);
				});
			}

			throw new DiskFull(`No room for ${bytes.length} bytes more in ${this.#pathOf(file)}.`, {cause: error});
		}

		opened.size = size + bytes.length;
		this.#unsynced.add(file);
	}

	truncate(file: string, size: number): void {
		const opened = this.#opened(file);
		attempt(file, () => {
			ftruncateSync(opened.descriptor, size);
		});
		opened.size = size;
		this.#unsynced.add(file);
	}

	rename(from: string, to: string): void {
		this.#close(from); // Windows does not rename what is open
		this.#close(to);
		attempt(from, () => {
			renameSync(this.#pathOf(from), this.#pathOf(to));
		});
		if (this.#unsynced.delete(from)) {
			this.#unsynced.add(to);
		} else {
			this.#unsynced.delete(to);
		}

		this.#hasUnsyncedNames = true;
	}

	remove(file: string): void {
		this.#close(file);
		attempt(file, () => {
			rmSync(this.#pathOf(file));
		});
		this.#unsynced.delete(file);
		this.#hasUnsyncedNames = true;
	}

	get hasUnsynced(): boolean {
		return this.#unsynced.size > 0 || this.#hasUnsyncedNames;
	}

	beginSync(): void {
		if (this.#syncing !== undefined) {
			throw new Error('A sync is under way already.');
		}

		this.#syncing = {files: this.#unsynced, names: this.#hasUnsyncedNames};
		this.#unsynced = new Set();
		this.#hasUnsyncedNames = false;
	}

	/**
	Do what the sync that was begun has to do, while others go on. `endSync` then has nothing left to wait for. Nothing may
	be written in the meantime.

	@throws {DiskFailed}
	*/
	async carryOutSync(): Promise<void> {
		const {files, names} = this.#syncing ?? nothingToSync;
		try {
			await Promise.all([...files].map(async (file) => fdatasyncLater(this.#opened(file).descriptor)));
			if (names) {
				await syncDirectoryLater(this.#directory);
			}
		} catch (error) {
			throw this.#fail(error);
		}

		this.#syncing = nothingToSync;
	}

	endSync(): void {
		if (this.#failure !== undefined) {
			throw this.#failure;
		}

		const {files, names} = this.#syncing ?? nothingToSync;
		try {
			for (const file of files) {
				fdatasyncSync(this.#opened(file).descriptor);
			}

			if (names) {
				syncDirectory(this.#directory);
			}
		} catch (error) {
			throw this.#fail(error);
		}

		this.#syncing = undefined;
		if (this.#open.size > openMax) {
			this.#closeAll(); // Old segments, opened to be synced once
		}
	}

	/** Let go of the directory. What was not synced may be lost or not. */
	close(): void {
		this.#closeAll();
		rmSync(path.join(this.#directory, lockName), {force: true});
		heldHere.delete(this.#directory);
	}

	/** After this no sync succeeds: the system may have dropped what it could not write, and would not say so again. */
	#fail(error: unknown): DiskFailed {
		this.#failure = failure(this.#directory, error);
		return this.#failure;
	}

	#pathOf(file: string): string {
		return path.join(this.#directory, file);
	}

	#opened(file: string): {readonly descriptor: number; size: number} {
		const known = this.#open.get(file);
		if (known !== undefined) {
			return known;
		}

		const opened = attempt(file, () => ({
			descriptor: openSync(this.#pathOf(file), 'r+'),
			size: statSync(this.#pathOf(file)).size,
		}));
		this.#open.set(file, opened);
		return opened;
	}

	#close(file: string): void {
		const opened = this.#open.get(file);
		if (opened !== undefined) {
			closeSync(opened.descriptor);
			this.#open.delete(file);
		}
	}

	#closeAll(): void {
		for (const file of this.#open.keys()) {
			this.#close(file);
		}
	}
}

const nothingToSync = {files: new Set<string>(), names: false};

const fdatasyncLater = promisify(fdatasync);
const fsyncLater = promisify(fsync);

function syncDirectory(directory: string): void {
	if (process.platform === 'win32') {
		return;
	}

	const descriptor = openSync(directory, 'r');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

async function syncDirectoryLater(directory: string): Promise<void> {
	if (process.platform === 'win32') {
		return;
	}

	const descriptor = openSync(directory, 'r');
	try {
		await fsyncLater(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

function takeLock(directory: string): void {
	const lock = path.join(directory, lockName);
	if (heldHere.has(directory)) {
		throw new DirectoryInUse(`${directory} is open in this process already.`);
	}

	if (!tryLock(lock)) {
		const holder = Number(attempt(lock, () => readFileSync(lock, 'utf8')));
		if (holder !== process.pid && isAlive(holder)) {
			throw new DirectoryInUse(
				`${directory} is in use by process ${holder}. Stop it first; if it has nothing to do with this, remove ${lock}.`,
			);
		}

		rmSync(lock, {force: true});
		if (!tryLock(lock)) {
			throw new DirectoryInUse(`${directory} was taken by another process just now.`);
		}
	}

	heldHere.add(directory);
}

/** Make the lock, unless it is there. */
function tryLock(lock: string): boolean {
	try {
		writeFileSync(lock, `${process.pid}\n`, {flag: 'wx'});
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') {
			return false;
		}

		throw isFull(error) ? new DiskFull(`No room for ${lock}.`, {cause: error}) : failure(lock, error);
	}
}

function isAlive(pid: number): boolean {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch (error) {
		return codeOf(error) === 'EPERM'; // Somebody else's
	}
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && 'code' in error ? error.code : undefined;
}

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(String(codeOf(error)));

const failure = (file: string, error: unknown): DiskFailed =>
	new DiskFailed(`${file}: ${error instanceof Error ? error.message : String(error)}`, {cause: error});

function attempt<Result>(file: string, action: () => Result): Result {
	try {
		return action();
	} catch (error) {
		throw isFull(error)
			? new DiskFull(`${file}: ${error instanceof Error ? error.message : String(error)}`, {cause: error})
			: failure(file, error);
	}
}
