/*
A log's records, as bytes. What they are for stands in `segment.ts`.

	at  bytes
	 0      4  checksum: CRC-32C of the body, then of the four numbers below it here, then of the segment's sequence
	           number and of the offset at which the record stands in it, all as 32-bit numbers
	 4      4  length of the body
	 8      4  syncedTo: up to which offset the segment was durable when this was written
	12      1  type
	13         body

	type           body
	1 state        currentTerm 6, votedFor 6 (0 for nobody)
	2 entry        index 6, term 6, command as JSON in UTF-8
	3 truncate     from 6
	4 snapshot     lastIncludedIndex 6, lastIncludedTerm 6, index of the last entry there is then 6

The checksum covers where the record stands, so that bytes left over from another file or another place are not
taken for one. The body comes first in it, because the same entry is written by every server: its bytes and
their share of the checksum are kept for the next.
*/

import type {Entry, LogIndex, Payload, ServerId, Term} from '../raft/vocabulary.js';
import {copyBytes, numberAt, numberBytes, putNumber, putText, putWord, textAt, wordAt} from './bytes.js';
import {checksumBytes, checksumStart, checksumWord, finishChecksum} from './checksum.js';

/** What a log says, one thing a record. */
export type LogRecord =
	| {readonly type: 'state'; readonly currentTerm: Term; readonly votedFor: ServerId | undefined}
	| {readonly type: 'entry'; readonly entry: Entry}
	| {readonly type: 'truncate'; readonly from: LogIndex}
	| {
			readonly type: 'snapshot';
			readonly lastIncludedIndex: LogIndex;
			readonly lastIncludedTerm: Term;
			readonly lastIndex: LogIndex;
	  };

const codes = {state: 1, entry: 2, truncate: 3, snapshot: 4} as const;
const codeMax = 4;

const headerBytes = 13;

/** Where a record stands among a segment's bytes; its checksum has been found right. */
export type PlacedRecord = {
	readonly at: number;
	/** The offset behind it. */
	readonly end: number;
	readonly syncedTo: number;
	readonly checksum: number;
};

/** The record at an offset, if there is one whole. */
export function findRecord(bytes: Uint8Array, at: number, sequence: number): PlacedRecord | undefined {
	const body = at + headerBytes;
	if (body > bytes.length) {
		return undefined;
	}

	const length = wordAt(bytes, at + 4) >>> 0;
	const code = bytes[at + 12]!;
	if (code === 0 || code > codeMax || body + length > bytes.length) {
		return undefined;
	}

	const syncedTo = wordAt(bytes, at + 8) >>> 0;
	const state = checksumBytes(checksumStart, bytes, body, body + length);
	const checksum = checksumRecord(state, length, syncedTo, code, sequence, at);
	return checksum === wordAt(bytes, at) ? {at, end: body + length, syncedTo, checksum} : undefined;
}

function checksumRecord(
	bodyState: number,
	length: number,
	syncedTo: number,
	code: number,
	sequence: number,
	at: number,
): number {
	let state = checksumWord(bodyState, length);
	state = checksumWord(state, syncedTo);
	state = checksumWord(state, code);
	state = checksumWord(state, sequence);
	return finishChecksum(checksumWord(state, at));
}

/** What a record says. */
export function readRecord(bytes: Uint8Array, {at, end}: PlacedRecord): LogRecord {
	const body = at + headerBytes;
	const first = numberAt(bytes, body);
	const second = numberAt(bytes, body + numberBytes);
	switch (bytes[at + 12]) {
		case codes.state: {
			return {type: 'state', currentTerm: first, votedFor: second === 0 ? undefined : second};
		}

		case codes.entry: {
			const command = JSON.parse(textAt(bytes, body + 2 * numberBytes, end)) as Payload;
			return {type: 'entry', entry: {index: first, term: second, command}};
		}

		case codes.truncate: {
			return {type: 'truncate', from: first};
		}

		default: {
			const lastIndex = numberAt(bytes, body + 2 * numberBytes);
			return {type: 'snapshot', lastIncludedIndex: first, lastIncludedTerm: second, lastIndex};
		}
	}
}

/** Bytes that are about to be appended to a segment. There is room for a fair sync's worth; more is made when it is needed. */
export class Batch {
	#bytes = new Uint8Array(65_536);
	#length = 0;
	#sequence = 0;
	#start = 0;
	#syncedTo = 0;
	#lastChecksum = 0;

	/** Begin anew, at an offset of a segment. */
	begin(sequence: number, start: number, syncedTo: number): void {
		if (this.#bytes.length > 4_194_304) {
			this.#bytes = new Uint8Array(65_536); // One huge batch shall not keep its room for ever
		}

		this.#length = 0;
		this.#sequence = sequence;
		this.#start = start;
		this.#syncedTo = syncedTo;
	}

	/** Valid until the next change. */
	get bytes(): Uint8Array {
		return this.#bytes.subarray(0, this.#length);
	}

	/** The offset behind all of it. */
	get end(): number {
		return this.#start + this.#length;
	}

	/** Of the last record, or of the segment's header if there is none. */
	get lastChecksum(): number {
		return this.#lastChecksum;
	}

	addHeader(header: Uint8Array, checksum: number): void {
		this.#reserve(header.length);
		this.#bytes.set(header, this.#length);
		this.#length += header.length;
		this.#lastChecksum = checksum;
	}

	addState(currentTerm: Term, votedFor: ServerId | undefined): void {
		this.#addNumbers(codes.state, currentTerm, votedFor ?? 0);
	}

	addEntry(entry: Entry): void {
		const slot = slotOf(entry);
		this.#addRecord(codes.entry, arenas[slot]!, starts[slot]!, ends[slot]!, states[slot]!);
	}

	addTruncate(from: LogIndex): void {
		this.#addNumbers(codes.truncate, from);
	}

	addSnapshot(lastIncludedIndex: LogIndex, lastIncludedTerm: Term, lastIndex: LogIndex): void {
		this.#addNumbers(codes.snapshot, lastIncludedIndex, lastIncludedTerm, lastIndex);
	}

	#addNumbers(code: number, ...numbers: readonly number[]): void {
		const body = new Uint8Array(numbers.length * numberBytes);
		for (const [at, number] of numbers.entries()) {
			putNumber(body, at * numberBytes, number);
		}

		this.#addRecord(code, body, 0, body.length, checksumBytes(checksumStart, body, 0, body.length));
	}

	#addRecord(code: number, body: Uint8Array, start: number, end: number, bodyState: number): void {
		this.#reserve(headerBytes + end - start);
		const at = this.#length;
		const length = end - start;
		const checksum = checksumRecord(bodyState, length, this.#syncedTo, code, this.#sequence, this.end);
		const bytes = this.#bytes;
		putWord(bytes, at, checksum);
		putWord(bytes, at + 4, length);
		putWord(bytes, at + 8, this.#syncedTo);
		bytes[at + 12] = code;
		copyBytes(body, start, end, bytes, at + headerBytes);
		this.#length = at + headerBytes + length;
		this.#lastChecksum = checksum;
	}

	#reserve(more: number): void {
		if (this.#length + more > this.#bytes.length) {
			const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
			grown.set(this.bytes);
			this.#bytes = grown;
		}
	}
}

/*
The latest entries' bodies. An entry never changes, so finding the same one again is enough. One slot for each
index, by its last bits: servers write the same entries at about the same time. A map held weakly by entries
would do the same at ten times the price, most of it to the garbage collector.
*/

const slotCount = 4096;
const entries = new Array<Entry | undefined>(slotCount).fill(undefined);
const starts = new Int32Array(slotCount);
const ends = new Int32Array(slotCount);
/** Of the checksum, after the body. */
const states = new Int32Array(slotCount);

/** Bodies are written one behind the other; a new arena follows a full one, which lives as long as a slot points into it. */
const arenaBytes = 65_536;
let arena = new Uint8Array(arenaBytes);
let arenaUsed = 0;
const arenas = Array.from({length: slotCount}, () => arena);

/** The slot in which this entry's body is, once this returns. */
function slotOf(entry: Entry): number {
	const slot = entry.index % slotCount;
	if (entries[slot] === entry) {
		return slot;
	}

	const json = JSON.stringify(entry.command);
	const room = 2 * numberBytes + json.length * 3;
	if (arenaUsed + room > arena.length) {
		arena = new Uint8Array(Math.max(arenaBytes, room));
		arenaUsed = 0;
	}

	const start = arenaUsed;
	putNumber(arena, start, entry.index);
	putNumber(arena, start + numberBytes, entry.term);
	arenaUsed = putText(arena, start + 2 * numberBytes, json);
	entries[slot] = entry;
	arenas[slot] = arena;
	starts[slot] = start;
	ends[slot] = arenaUsed;
	states[slot] = checksumBytes(checksumStart, arena, start, arenaUsed);
	return slot;
}
