/*
The log's files. Each is a segment: a header, then records, written at the end and nowhere else.

	at  bytes
	 0      8  "WWSEGMNT"
	 8      4  checksum: CRC-32C of the header's other bytes
	12      4  version of the format: 1
	16      4  sequence number, one more than the segment's before
	20      4  size of the segment before; 0 if there was none
	24      4  checksum of the last record of the segment before, or of its header if it had none; 0 if there was none
	28      6  currentTerm when the segment begins
	34      6  votedFor then; 0 for nobody
	40      6  index of the last entry then
	46         records (see `record.ts`)

A segment begins only when the one before is durable to its end, and says how that ended: so no part of any but
the last can be missing without its being known. With what the header says of the server, a segment can be
read without those before it, once a snapshot has replaced their entries.

A tail that a crash tore is no damage: what it held was never acknowledged. A segment ends where the first record
is wrong, if that can be the work of a crash:

- Nothing valid follows: it is the end, however it looks. A disk may leave anything where it was writing.
- Valid records follow. A record says up to where the segment was durable when it was written (`syncedTo`). If that
  is beyond the wrong place, what stood there was durable once: damage. If all that follow were written before the wrong
  place was known to be durable, a crash may have kept them and lost this: but then a sector of it was never
  written and reads as zeros. If none does, it is damage.

What cannot be told is damage in the records of the very last sync: nothing after it says that they were durable.
*/

import type {LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import {numberAt, putNumber, putWord, wordAt} from './bytes.js';
import {checksumBytes, checksumStart, finishChecksum} from './checksum.js';
import {sectorBytes} from './disk.js';
import {findRecord, type PlacedRecord} from './record.js';

/** What the log has said when a segment begins. */
export type SegmentStart = {
	readonly sequence: number;
	readonly previousSize: number;
	readonly previousChecksum: number;
	readonly currentTerm: Term;
	readonly votedFor: ServerId | undefined;
	readonly lastIndex: LogIndex;
};

export const segmentHeaderBytes = 46;
const version = 1;
const magic = Uint8Array.from('WWSEGMNT', (character) => character.codePointAt(0)!);

export const segmentName = (sequence: number): string => `log-${String(sequence).padStart(10, '0')}`;

/** The sequence number of the segment with this name, if it is one's. */
export function sequenceOf(file: string): number | undefined {
	const digits = /^log-(?<sequence>\d{10,})$/v.exec(file)?.groups?.['sequence'];
	return digits === undefined ? undefined : Number(digits);
}

export function makeSegmentHeader(start: SegmentStart): Uint8Array {
	const bytes = new Uint8Array(segmentHeaderBytes);
	bytes.set(magic);
	putWord(bytes, 12, version);
	putWord(bytes, 16, start.sequence);
	putWord(bytes, 20, start.previousSize);
	putWord(bytes, 24, start.previousChecksum);
	putNumber(bytes, 28, start.currentTerm);
	putNumber(bytes, 34, start.votedFor ?? 0);
	putNumber(bytes, 40, start.lastIndex);
	putWord(bytes, 8, headerChecksum(bytes));
	return bytes;
}

export const segmentHeaderChecksum = (header: Uint8Array): number => wordAt(header, 8);

function headerChecksum(bytes: Uint8Array): number {
	const state = checksumBytes(checksumStart, bytes, 0, 8);
	return finishChecksum(checksumBytes(state, bytes, 12, segmentHeaderBytes));
}

/** Why a file is not to be believed, as a sentence's end, and where in it; with what to do, where that is not the usual. */
export type Damage = {readonly at: number; readonly what: string; readonly advice?: string};

export type SegmentHeader = SegmentStart & {readonly version: number};

/** A segment's header, if there is one whole. */
export function readSegmentHeader(bytes: Uint8Array): SegmentHeader | undefined {
	const isWhole =
		bytes.length >= segmentHeaderBytes &&
		magic.every((byte, at) => bytes[at] === byte) &&
		headerChecksum(bytes) === segmentHeaderChecksum(bytes);
	if (!isWhole) {
		return undefined;
	}

	const votedFor = numberAt(bytes, 34);
	return {
		version: wordAt(bytes, 12),
		sequence: wordAt(bytes, 16) >>> 0,
		previousSize: wordAt(bytes, 20) >>> 0,
		previousChecksum: wordAt(bytes, 24),
		currentTerm: numberAt(bytes, 28),
		votedFor: votedFor === 0 ? undefined : votedFor,
		lastIndex: numberAt(bytes, 40),
	};
}

/** What is wrong with a whole header, if anything is. */
export function findWrongInHeader(header: SegmentHeader, sequence: number): Damage | undefined {
	if (header.version !== version) {
		const what = `it is written in format ${header.version}, and this program knows format ${version} only`;
		return {at: 12, what, advice: 'Open it with the program that wrote it.'};
	}

	return header.sequence === sequence
		? undefined
		: {at: 16, what: `it says that it is segment ${header.sequence} of the log`};
}

/** The records of a segment, in order, up to the first that is wrong. */
export function* recordsIn(bytes: Uint8Array, sequence: number): Generator<PlacedRecord, void> {
	for (let at = segmentHeaderBytes; ;) {
		const record = findRecord(bytes, at, sequence);
		if (record === undefined) {
			return;
		}

		yield record;
		at = record.end;
	}
}

/**
Why what a segment holds from an offset on is damage. `undefined` if it may be a tail that a crash tore.

@param at - Where a record should begin and none does; or 0, if it is the header that is wrong.
*/
export function findDamageInTail(bytes: Uint8Array, at: number, sequence: number): Damage | undefined {
	let firstValid: number | undefined;
	for (let offset = at + 1; offset < bytes.length; offset++) {
		const record = findRecord(bytes, offset, sequence);
		if (record === undefined) {
			continue;
		}

		if (record.syncedTo > at) {
			return {at, what: `what stood there is wrong, and was synced before the record at byte ${offset} was written`};
		}

		firstValid ??= offset;
		offset = record.end - 1;
	}

	return firstValid === undefined || hasUnwrittenSector(bytes, at, firstValid)
		? undefined
		: {at, what: `what stood there is wrong, and a good record follows at byte ${firstValid}`};
}

/** Whether one of the sectors that a range touches has nothing but zeros there. */
function hasUnwrittenSector(bytes: Uint8Array, start: number, end: number): boolean {
	for (let from = start; from < end;) {
		const to = Math.min(end, from - (from % sectorBytes) + sectorBytes);
		if (bytes.subarray(from, to).every((byte) => byte === 0)) {
			return true;
		}

		from = to;
	}

	return false;
}
