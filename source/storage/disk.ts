/*
What a log needs of a disk: one directory of files that grow at their ends.

Every operation is seen at once by whoever reads, and none of them lasts until a sync has ended that began
after it. Between two syncs a disk may keep any of them, in any order, and of an append any of its sectors.
A sync is two calls, so that one under way is data: `beginSync` says what it will cover, `endSync` returns when
all of that is on the disk, names included.
*/

/** Disks write these whole or not at all. */
export const sectorBytes = 512;

export type Disk = {
	/** The names of all files, in the order of their characters. */
	list(): readonly string[];
	/** A file's bytes; the caller's to keep. */
	read(file: string): Uint8Array;
	/** Make an empty file, in place of the one with this name if there is one. */
	create(file: string): void;
	/**
	Write at a file's end. The bytes are taken before this returns.

	@throws {DiskFull} If there is no room. The file is then as it was.
	*/
	append(file: string, bytes: Uint8Array): void;
	/** Shorten a file. */
	truncate(file: string, size: number): void;
	/** Give a file another name, in one step, in place of the file that had it. */
	rename(from: string, to: string): void;
	remove(file: string): void;
	/** Whether a sync would cover anything, as far as the disk admits. */
	readonly hasUnsynced: boolean;
	/** Note what the sync covers: everything so far, nothing that comes after. */
	beginSync(): void;
	/**
	Make what `beginSync` noted last.

	@throws {DiskFailed} If that cannot be said. Nobody knows then what was kept, and trying again would not tell.
	*/
	endSync(): void;
};

/** There is no room for what was to be written; nothing of it was. It may go well later. */
export class DiskFull extends Error {
	override readonly name = 'DiskFull';
}

/** The disk did not do as asked. What it holds is known only when it is read again. */
export class DiskFailed extends Error {
	override readonly name = 'DiskFailed';
}
