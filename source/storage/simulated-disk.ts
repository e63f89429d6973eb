/*
A disk in memory that behaves as badly as real ones may.

Two views: what a reader sees, and what would be there after a crash. The operations that make the
difference stand in a journal, in order; a sync settles those it covers. A crash decides for each of the rest,
and for each sector of an append, whether it had happened.

Contents are values, like the Raft core's logs: versions share growing chunks, and whoever appends to a version
that was continued elsewhere copies one chunk first. So a copy of a disk costs by the file, not by the byte.
*/

import {copyBytes} from './bytes.js';
import {DiskFailed, DiskFull, sectorBytes, type Disk} from './disk.js';

/**
How a disk misbehaves. `full`: appends throw `DiskFull`. `failing`: changes and syncs throw `DiskFailed`.
`lying`: a sync that ends reports success and makes nothing last; the next honest one makes up for it.
*/
export type DiskFault = 'ok' | 'full' | 'failing' | 'lying';

/**
What a crash leaves of the operations that no sync has covered.

A count: the first so many of them, and of the next one, if it is an append, the first `tornBytes`.
A choice: any of them. `part` is 0 for an operation that happens at once or not at all; an append has a part for
each sector it writes to and, last, one for the file's length. A sector that was not written reads as zeros where
the file goes on behind it.
*/
export type Survivors =
	((operation: number, part: number) => boolean) | {readonly operations: number; readonly tornBytes?: number};

const noSurvivors: Survivors = {operations: 0};

const chunkBytes = 16_384;

type Chunk = {readonly bytes: Uint8Array; /** By whichever version wrote furthest. */ used: number};

/** What is beyond `size` in the chunks belongs to other versions. */
type Content = {readonly chunks: Chunk[]; readonly size: number};

type Inode = number;

type Operation =
	| {readonly type: 'create'; readonly file: string; readonly inode: Inode}
	| {readonly type: 'append'; readonly inode: Inode; readonly from: number; readonly content: Content}
	| {readonly type: 'truncate'; readonly inode: Inode; readonly content: Content}
	| {readonly type: 'rename'; readonly inode: Inode; readonly from: string; readonly to: string}
	| {readonly type: 'remove'; readonly inode: Inode; readonly file: string};

/** Names and contents apart: a file's bytes may last when its name does not, and the other way round. */
class View {
	readonly names: Map<string, Inode>;
	readonly contents: Map<Inode, Content>;

	constructor(original?: View) {
		this.names = new Map(original?.names);
		this.contents = new Map(original?.contents);
	}

	/** Name a file; the one that had the name is gone. */
	link(file: string, inode: Inode): void {
		this.unlink(file);
		this.names.set(file, inode);
	}

	unlink(file: string): void {
		const inode = this.names.get(file);
		if (inode !== undefined) {
			this.names.delete(file);
			this.contents.delete(inode);
		}
	}

	/** Take over what an operation did, given that all before it have been taken over. */
	settle(operation: Operation): void {
		switch (operation.type) {
			case 'create': {
				this.link(operation.file, operation.inode);
				this.contents.set(operation.inode, noContent());
				break;
			}

			case 'append':
			case 'truncate': {
				this.contents.set(operation.inode, operation.content);
				break;
			}

			case 'rename': {
				const content = this.contents.get(operation.inode) ?? noContent();
				this.unlink(operation.from);
				this.link(operation.to, operation.inode);
				this.contents.set(operation.inode, content);
				break;
			}

			case 'remove': {
				this.unlink(operation.file);
				break;
			}
		}
	}
}

export class SimulatedDisk implements Disk {
	fault: DiskFault = 'ok';
	#seen = new View();
	#durable = new View();
	/** What is seen and not yet durable, in order. */
	#journal: Operation[] = [];
	/** How many of the journal's operations the sync under way covers. */
	#syncing: number | undefined;
	/** How many of them a lying sync has claimed to have covered. */
	#claimed = 0;
	#lastInode = 0;

	list(): readonly string[] {
		return [...this.#seen.names].map(([file]) => file).toSorted();
	}

	read(file: string): Uint8Array {
		return bytesOf(this.#seen.contents.get(this.#inodeOf(file))!);
	}

	create(file: string): void {
		this.#change({type: 'create', file, inode: ++this.#lastInode});
	}

	append(file: string, bytes: Uint8Array): void {
		if (this.fault === 'full') {
			throw new DiskFull(`No room for ${bytes.length} bytes more in ${file}.`);
		}

		const inode = this.#inodeOf(file);
		const before = this.#seen.contents.get(inode)!;
		this.#change({type: 'append', inode, from: before.size, content: appended(before, bytes)});
	}

	truncate(file: string, size: number): void {
		const inode = this.#inodeOf(file);
		const before = this.#seen.contents.get(inode)!;
		this.#change({type: 'truncate', inode, content: {chunks: before.chunks, size: Math.min(size, before.size)}});
	}

	rename(from: string, to: string): void {
		this.#change({type: 'rename', inode: this.#inodeOf(from), from, to});
	}

	remove(file: string): void {
		this.#change({type: 'remove', inode: this.#inodeOf(file), file});
	}

	get hasUnsynced(): boolean {
		return this.#journal.length > this.#claimed;
	}

	get isSyncing(): boolean {
		return this.#syncing !== undefined;
	}

	/** The operations that a crash now would decide on: how many bytes each appends, 0 if it is not an append. */
	get unsynced(): readonly number[] {
		return this.#journal.map((operation) =>
			operation.type === 'append' ? operation.content.size - operation.from : 0,
		);
	}

	/** How many parts each of them has (see `Survivors`). */
	get unsyncedParts(): readonly number[] {
		return this.#journal.map((operation) =>
			operation.type === 'append'
				? Math.ceil(operation.content.size / sectorBytes) - Math.floor(operation.from / sectorBytes) + 1
				: 1,
		);
	}

	/** Of a sync whose process died before it ended, nothing is known any more: this one takes its place. */
	beginSync(): void {
		if (this.fault === 'failing') {
			throw new DiskFailed('The disk fails.');
		}

		this.#syncing = this.#journal.length;
	}

	endSync(): void {
		const covered = this.#syncing;
		if (covered === undefined) {
			throw new Error('No sync is under way.');
		}

		this.#syncing = undefined;
		if (this.fault === 'failing') {
			throw new DiskFailed('The disk failed while it synced.');
		}

		if (this.fault === 'lying') {
			this.#claimed = Math.max(this.#claimed, covered);
			return;
		}

		for (let at = 0; at < covered; at++) {
			this.#durable.settle(this.#journal[at]!);
		}

		if (covered === this.#journal.length) {
			this.#journal.length = 0;
		} else {
			this.#journal.splice(0, covered);
		}

		this.#claimed = Math.max(0, this.#claimed - covered);
	}

	/** The power goes: what no sync has covered is lost, but for what the caller lets survive. A sync under way is over. */
	crash(survivors: Survivors = noSurvivors): void {
		if (typeof survivors === 'function') {
			for (const [at, operation] of this.#journal.entries()) {
				this.#surviveInParts(operation, (part) => survivors(at, part));
			}
		} else {
			const {operations, tornBytes = 0} = survivors;
			for (const operation of this.#journal.slice(0, operations)) {
				this.#durable.settle(operation);
			}

			const torn = this.#journal[operations];
			if (torn?.type === 'append' && tornBytes > 0) {
				const size = Math.min(torn.from + tornBytes, torn.content.size);
				this.#durable.settle({...torn, content: {chunks: torn.content.chunks, size}});
			}
		}

		this.#restart();
	}

	/** Lose everything, as when the disk is replaced by a new one. */
	wipe(): void {
		this.#durable = new View();
		this.#restart();
	}

	/** A disk that goes on by itself from here. */
	copy(): SimulatedDisk {
		const copy = new SimulatedDisk();
		copy.fault = this.fault;
		copy.#seen = new View(this.#seen);
		copy.#durable = new View(this.#durable);
		copy.#journal = [...this.#journal];
		copy.#syncing = this.#syncing;
		copy.#claimed = this.#claimed;
		copy.#lastInode = this.#lastInode;
		return copy;
	}

	#inodeOf(file: string): Inode {
		const inode = this.#seen.names.get(file);
		if (inode === undefined) {
			throw new DiskFailed(`There is no file ${file}.`);
		}

		return inode;
	}

	#change(operation: Operation): void {
		if (this.fault === 'failing') {
			throw new DiskFailed('The disk fails.');
		}

		this.#seen.settle(operation);
		this.#journal.push(operation);
	}

	#surviveInParts(operation: Operation, survives: (part: number) => boolean): void {
		if (operation.type === 'append') {
			this.#surviveInSectors(operation, survives);
		} else if (survives(0)) {
			// An append before it may be lost, so that there is less to cut
			const {chunks, size} = this.#durable.contents.get(operation.inode) ?? noContent();
			this.#durable.settle(
				operation.type === 'truncate'
					? {...operation, content: {chunks, size: Math.min(size, operation.content.size)}}
					: operation,
			);
		}
	}

	#surviveInSectors(
		{inode, from, content}: Operation & {readonly type: 'append'},
		survives: (part: number) => boolean,
	): void {
		const written = bytesOf(content);
		const before = bytesOf(this.#durable.contents.get(inode) ?? noContent());
		const after = new Uint8Array(Math.max(before.length, content.size));
		after.set(before);
		let size = before.length;
		let part = 0;
		for (let start = from; start < content.size; part++) {
			const end = Math.min(content.size, start - (start % sectorBytes) + sectorBytes);
			if (survives(part)) {
				after.set(written.subarray(start, end), start);
				size = Math.max(size, end);
			}

			start = end;
		}

		if (survives(part)) {
			size = after.length;
		}

		this.#durable.contents.set(inode, appended(noContent(), after.subarray(0, size)));
	}

	/** What is durable is what there is. */
	#restart(): void {
		const named = new Set(this.#durable.names.values());
		for (const inode of this.#durable.contents.keys()) {
			if (!named.has(inode)) {
				this.#durable.contents.delete(inode);
			}
		}

		for (const inode of named) {
			if (!this.#durable.contents.has(inode)) {
				this.#durable.contents.set(inode, noContent());
			}
		}

		this.#seen = new View(this.#durable);
		this.#journal = [];
		this.#syncing = undefined;
		this.#claimed = 0;
	}
}

const noContent = (): Content => ({chunks: [], size: 0});

/** Both versions stand: what the longer one has more is written where no other version reads. */
function appended({chunks: before, size}: Content, bytes: Uint8Array): Content {
	let chunks = before;
	const full = Math.floor(size / chunkBytes);
	let used = size % chunkBytes;
	const isOurs = used === 0 ? chunks.length === full : chunks.length === full + 1 && chunks[full]!.used === used;
	if (!isOurs) {
		chunks = chunks.slice(0, full);
		if (used > 0) {
			const chunk = {bytes: new Uint8Array(chunkBytes), used};
			copyBytes(before[full]!.bytes, 0, used, chunk.bytes, 0);
			chunks.push(chunk);
		}
	}

	for (let at = 0; at < bytes.length; used = 0) {
		if (used === 0) {
			chunks.push({bytes: new Uint8Array(chunkBytes), used: 0});
		}

		const chunk = chunks.at(-1)!;
		const end = Math.min(bytes.length, at + chunkBytes - used);
		copyBytes(bytes, at, end, chunk.bytes, used);
		chunk.used = used + end - at;
		at = end;
	}

	return {chunks, size: size + bytes.length};
}

function bytesOf({chunks, size}: Content): Uint8Array {
	const bytes = new Uint8Array(size);
	for (let start = 0; start < size; start += chunkBytes) {
		copyBytes(chunks[start / chunkBytes]!.bytes, 0, Math.min(chunkBytes, size - start), bytes, start);
	}

	return bytes;
}
