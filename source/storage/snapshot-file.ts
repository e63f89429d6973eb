/*
A snapshot (§7) in a file of its own.

	at  bytes
	 0      8  "WWSNAPSH"
	 8      4  checksum: CRC-32C of all other bytes
	12      4  version of the format: 1
	16      6  lastIncludedIndex
	22      6  lastIncludedTerm
	28         data, to the end of the file

It is written under another name and renamed when it is durable: whatever has a snapshot's name was whole once.
*/

import type {LogIndex, Term} from '../raft/vocabulary.js';
import {numberAt, putNumber, putWord, wordAt} from './bytes.js';
import {checksumBytes, checksumStart, finishChecksum} from './checksum.js';

/** The state machine's state, in place of the entries up to one of them. The bytes never change. */
export type Snapshot = {
	readonly lastIncludedIndex: LogIndex;
	readonly lastIncludedTerm: Term;
	readonly data: Uint8Array;
};

const headerBytes = 28;
const version = 1;
const magic = Uint8Array.from('WWSNAPSH', (character) => character.codePointAt(0)!);

export const snapshotName = (lastIncludedIndex: LogIndex): string =>
	`snapshot-${String(lastIncludedIndex).padStart(15, '0')}`;

export const temporaryNameOf = (file: string): string => `${file}.new`;

/** Whether a file is one that was never finished. */
export const isTemporary = (file: string): boolean => /^snapshot-\d{15}\.new$/v.test(file);

/** The `lastIncludedIndex` of the snapshot with this name, if it is one's. */
export function indexOfSnapshot(file: string): LogIndex | undefined {
	const digits = /^snapshot-(?<index>\d{15})$/v.exec(file)?.groups?.['index'];
	return digits === undefined ? undefined : Number(digits);
}

export function writeSnapshot({lastIncludedIndex, lastIncludedTerm, data}: Snapshot): Uint8Array {
	const bytes = new Uint8Array(headerBytes + data.length);
	bytes.set(magic);
	putWord(bytes, 12, version);
	putNumber(bytes, 16, lastIncludedIndex);
	putNumber(bytes, 22, lastIncludedTerm);
	bytes.set(data, headerBytes);
	putWord(bytes, 8, checksumOf(bytes));
	return bytes;
}

/** The snapshot in a file's bytes, unless they are damaged or of another version. */
export function readSnapshot(bytes: Uint8Array): Snapshot | undefined {
	const isWhole =
		bytes.length >= headerBytes &&
		magic.every((byte, at) => bytes[at] === byte) &&
		wordAt(bytes, 12) === version &&
		checksumOf(bytes) === wordAt(bytes, 8);
	return isWhole
		? {
				lastIncludedIndex: numberAt(bytes, 16),
				lastIncludedTerm: numberAt(bytes, 22),
				data: bytes.subarray(headerBytes),
			}
		: undefined;
}

function checksumOf(bytes: Uint8Array): number {
	const state = checksumBytes(checksumStart, bytes, 0, 8);
	return finishChecksum(checksumBytes(state, bytes, 12, bytes.length));
}
