/*
The trace: every event in order, and a running digest of all of them.

Runs have millions of events, so they are kept as columns of numbers and become objects only when
somebody looks. Full chunks never change, and a copy shares them; of a chunk that is still being filled,
only the copy that writes first goes on with it.
*/

import type {Persisted, Role} from '../raft/server.js';
import type {Entry, ServerId} from '../raft/vocabulary.js';
import {isRequest, type Applied, type Operation, type Request, type Result} from '../state-machine/key-value.js';
import type {Command} from './command.js';
import {finish, hex, mix, mixText} from './digest.js';
import type {Call, CrashReason, Event, EventBody, EventType, TimerKind, Violation} from './event.js';
import type {Flight, LossReason} from './network.js';
import type {Settings} from './settings.js';

/** The position of a type in this list is its code in the columns and in the digest: append, never reorder. */
const eventTypes = [
	'settings',
	'command',
	'sent',
	'delivered',
	'lost',
	'timer',
	'role',
	'vote',
	'append',
	'truncate',
	'commit',
	'apply',
	'crash',
	'restart',
	'invoke',
	'ok',
	'fail',
	'info',
	'synced',
	'wipe',
	'suspend',
	'resume',
	'request',
	'refused',
	'violation',
] as const satisfies readonly EventType[];

export const codeOf = Object.fromEntries(eventTypes.map((type, code) => [type, code])) as Readonly<
	Record<EventType, number>
>;

export const roleCodes: readonly Role[] = ['follower', 'candidate', 'leader'];
export const lossReasonCodes: readonly LossReason[] = ['loss', 'partition', 'down', 'dropped'];
export const crashReasonCodes: readonly CrashReason[] = ['command', 'disk full', 'disk failed', 'log gap'];
export const timerCodes: readonly TimerKind[] = ['election', 'heartbeat'];

const chunkSize = 4096;

class Chunk {
	readonly timesUs = new Float64Array(chunkSize);
	readonly causes = new Uint32Array(chunkSize);
	readonly types = new Uint8Array(chunkSize);
	readonly nodes = new Uint8Array(chunkSize);
	readonly firsts = new Int32Array(chunkSize);
	readonly seconds = new Int32Array(chunkSize);
	readonly payloads = new Array<unknown>(chunkSize).fill(undefined);
	/** Rows written, by whichever trace wrote them. */
	used = 0;

	copy(rows: number): Chunk {
		const copy = new Chunk();
		copy.timesUs.set(this.timesUs.subarray(0, rows));
		copy.causes.set(this.causes.subarray(0, rows));
		copy.types.set(this.types.subarray(0, rows));
		copy.nodes.set(this.nodes.subarray(0, rows));
		copy.firsts.set(this.firsts.subarray(0, rows));
		copy.seconds.set(this.seconds.subarray(0, rows));
		for (let row = 0; row < rows; row++) {
			copy.payloads[row] = this.payloads[row];
		}

		copy.used = rows;
		return copy;
	}
}

/** Stands for a chunk that was forgotten while it was being filled. Nobody goes on writing in it. */
const blank = new Chunk();
blank.used = Number.POSITIVE_INFINITY;

export type TraceOptions = {
	/** How many of the latest events can be looked at; the digest covers all of them in any case. Rounded up to whole chunks. */
	readonly retained?: number;
};

/** Whoever reads a trace row by row. What the columns mean for each type, `bodyOf` says; `codeOf` gives the types' codes. */
export type TraceReader = {
	take: (seq: number, type: number, node: ServerId, first: number, second: number, payload: unknown) => void;
};

/** Whether an event's columns are those of one that is looked for. */
export type Sought = (node: ServerId, first: number, second: number, cause: number, type: EventType) => boolean;

/** What an `apply` event keeps beside its columns. */
export type AppliedEntry = Applied & {readonly entry: Entry};

/** What an `ok` event keeps beside its columns. */
export type Answered = {readonly call: Call; readonly result: Result};

export class Trace {
	/** How many events there have been; the latest one's `seq`. */
	length = 0;
	#chunks: Array<Chunk | undefined>;
	#tail: Chunk;
	#row = 0;
	#isTailShared = false;
	/** The chunks before this one may be another trace's too. */
	#chunksShared = 0;
	#low = 0x57_68_69_74;
	#high = 0x65_77_61_74;
	readonly #chunksRetained: number;
	/** Before this `seq` nothing is known any more. */
	#floor = 1;

	constructor({retained = Number.POSITIVE_INFINITY}: TraceOptions = {}, original?: Trace) {
		this.#chunksRetained = Math.ceil(retained / chunkSize) + 1;
		if (original === undefined) {
			this.#tail = new Chunk();
			this.#chunks = [this.#tail];
			return;
		}

		this.length = original.length;
		this.#floor = original.#floor;
		this.#chunks = [...original.#chunks];
		this.#tail = original.#tail;
		this.#row = original.#row;
		this.#low = original.#low;
		this.#high = original.#high;
		this.#share();
		original.#share();
	}

	/** The `seq` of the oldest event that can still be looked at. */
	get first(): number {
		return Math.max(this.#floor, (this.#chunks.length - this.#chunksRetained) * chunkSize + 1);
	}

	/** 16 hexadecimal digits that depend on every field of every event. */
	get digest(): string {
		return hex(finish(this.#low)) + hex(finish(this.#high));
	}

	/**
	Append one event, as numbers. Most callers want `World.emit`.

	@param contents - A hash of what `payload` says.
	@returns Its `seq`.
	*/
	record(
		type: number,
		timeUs: number,
		cause: number,
		node: number,
		first: number,
		second: number,
		payload: unknown,
		contents: number,
	): number {
		if (this.#row === chunkSize) {
			this.#nextChunk();
		} else if (this.#isTailShared && this.#tail.used !== this.#row) {
			this.#tail = this.#tail.copy(this.#row); // Somebody else went on from here
			this.#chunks[this.#chunks.length - 1] = this.#tail;
			this.#isTailShared = false;
		}

		const row = this.#row++;
		const tail = this.#tail;
		tail.used = row + 1;
		tail.timesUs[row] = timeUs;
		tail.causes[row] = cause;
		tail.types[row] = type;
		tail.nodes[row] = node;
		tail.firsts[row] = first;
		tail.seconds[row] = second;
		tail.payloads[row] = payload;

		const low = mix(mix(mix(this.#low, type | (node << 8)), timeUs | 0), first);
		const high = mix(mix(mix(this.#high, cause), (timeUs / 0x1_00_00_00_00) | 0), second);
		this.#low = mix(low, contents);
		this.#high = mix(high, low ^ contents);
		return ++this.length;
	}

	/** The event with this `seq`, if it is still retained. */
	at(seq: number): Event | undefined {
		if (seq < this.first || seq > this.length) {
			return undefined;
		}

		const chunk = this.#chunks[Math.floor((seq - 1) / chunkSize)]!;
		const row = (seq - 1) % chunkSize;
		const body = bodyOf(
			eventTypes[chunk.types[row]!]!,
			chunk.nodes[row]!,
			chunk.firsts[row]!,
			chunk.seconds[row]!,
			chunk.payloads[row],
		);
		return {seq, timeUs: chunk.timesUs[row]!, cause: chunk.causes[row]!, ...body};
	}

	/** The type of the event with this `seq`, without making an object of it. */
	typeAt(seq: number): EventType | undefined {
		return seq < this.first || seq > this.length
			? undefined
			: eventTypes[this.#chunks[Math.floor((seq - 1) / chunkSize)]!.types[(seq - 1) % chunkSize]!];
	}

	/** When the event with this `seq` happened, if it is still retained: virtual microseconds. */
	timeAt(seq: number): number | undefined {
		return seq < this.first || seq > this.length
			? undefined
			: this.#chunks[Math.floor((seq - 1) / chunkSize)]!.timesUs[(seq - 1) % chunkSize]!;
	}

	/** The `seq` of the event that led to the one with this `seq`, if that is still retained. */
	causeAt(seq: number): number | undefined {
		return seq < this.first || seq > this.length
			? undefined
			: this.#chunks[Math.floor((seq - 1) / chunkSize)]!.causes[(seq - 1) % chunkSize]!;
	}

	/** What the event with this `seq` led to at once: the `seq`s of the retained events that name it as their cause, in order. */
	causedBy(cause: number): readonly number[] {
		const found: number[] = [];
		for (let seq = Math.max(cause + 1, this.first); seq <= this.length; seq++) {
			const base = seq - 1 - ((seq - 1) % chunkSize);
			const row = this.#chunks[base / chunkSize]!.causes.indexOf(cause, seq - 1 - base);
			seq = base + (row === -1 ? chunkSize : row + 1);
			if (row !== -1 && seq <= this.length) {
				found.push(seq);
			}
		}

		return found;
	}

	/**
	Look for an event among the retained ones, which costs no objects.

	@param from - The `seq` of the first that is looked at.
	@param step - Whether to go on from there, or back.
	@returns Its `seq`; 0 if there is none.
	*/
	find(from: number, step: 1 | -1, types: readonly EventType[], fits: Sought): number {
		const isSought = new Uint8Array(eventTypes.length);
		for (const type of types) {
			isSought[codeOf[type]] = 1;
		}

		const {first, length} = this;
		for (let seq = step === 1 ? Math.max(from, first) : Math.min(from, length); seq >= first && seq <= length;) {
			const base = seq - 1 - ((seq - 1) % chunkSize);
			const chunk = this.#chunks[base / chunkSize]!;
			for (
				let row = seq - 1 - base;
				row >= 0 && row < chunkSize && seq >= first && seq <= length;
				row += step, seq += step
			) {
				if (
					isSought[chunk.types[row]!] === 1 &&
					fits(
						chunk.nodes[row]!,
						chunk.firsts[row]!,
						chunk.seconds[row]!,
						chunk.causes[row]!,
						eventTypes[chunk.types[row]!]!,
					)
				) {
					return seq;
				}
			}
		}

		return 0;
	}

	/** What the disk gave back in the `restart` event with this `seq`, if that is still retained. */
	recoveredAt(seq: number): Persisted | undefined {
		return this.typeAt(seq) === 'restart'
			? (this.#chunks[Math.floor((seq - 1) / chunkSize)]!.payloads[(seq - 1) % chunkSize] as Persisted)
			: undefined;
	}

	/** The retained events from `from` on, in order. */
	*events(from = this.first): Generator<Event> {
		for (let seq = Math.max(from, this.first); seq <= this.length; seq++) {
			yield this.at(seq)!;
		}
	}

	/**
	Show a reader the events from `from` on as they stand in the columns, which costs no object an event.

	@throws {RangeError} If the first of them is not retained.
	*/
	read(from: number, reader: TraceReader): void {
		if (from < this.first) {
			throw new RangeError(`Event ${from} is not kept any more; the oldest is ${this.first}.`); // A checker that missed one would accuse the innocent
		}

		const end = this.length;
		for (let seq = from; seq <= end;) {
			const chunk = this.#chunks[Math.floor((seq - 1) / chunkSize)]!;
			for (let row = (seq - 1) % chunkSize; row < chunkSize && seq <= end; row++, seq++) {
				reader.take(
					seq,
					chunk.types[row]!,
					chunk.nodes[row]!,
					chunk.firsts[row]!,
					chunk.seconds[row]!,
					chunk.payloads[row],
				);
			}
		}
	}

	/** A trace that goes on by itself from here; what has been recorded is shared. */
	copy(): Trace {
		return new Trace({retained: (this.#chunksRetained - 1) * chunkSize}, this);
	}

	/** Let go of every event there is; the digest still covers them. What is recorded from now on is kept again. */
	forget(): void {
		this.#floor = this.length + 1;
		this.#chunks = new Array<Chunk | undefined>(this.#chunks.length);
		this.#tail = blank;
		this.#chunks[this.#chunks.length - 1] = blank;
		this.#share();
	}

	/**
	Know again what a trace still knows that has gone through here and further.

	@throws {RangeError} If the other has not come as far, or was not here.
	*/
	recall(other: Trace): void {
		const {length} = this;
		if (other.length < length) {
			throw new RangeError(`A trace of ${other.length} events cannot tell of event ${length}.`);
		}

		if (length === 0 || other.first >= this.first || other.first > length) {
			return; // It knows no more than we do
		}

		if (
			this.first <= length &&
			(this.timeAt(length) !== other.timeAt(length) || this.typeAt(length) !== other.typeAt(length))
		) {
			throw new RangeError(`The other trace has another event ${length}.`);
		}

		this.#floor = other.first;
		this.#chunks = other.#chunks.slice(0, this.#chunks.length);
		this.#tail = this.#chunks.at(-1)!.copy(this.#row);
		this.#chunks[this.#chunks.length - 1] = this.#tail;
		this.#isTailShared = false;
		this.#chunksShared = this.#chunks.length - 1;
		other.#share();
	}

	/** From now on somebody else may hold the chunks there are. */
	#share(): void {
		this.#isTailShared = true;
		this.#chunksShared = this.#chunks.length;
	}

	#nextChunk(): void {
		const dropped = this.#chunks.length - this.#chunksRetained;
		let spare: Chunk | undefined;
		if (dropped >= 0) {
			spare = dropped >= this.#chunksShared ? this.#chunks[dropped] : undefined;
			this.#chunks[dropped] = undefined;
		}

		this.#tail = spare ?? new Chunk();
		this.#tail.used = 0;
		this.#chunks.push(this.#tail);
		this.#row = 0;
		this.#isTailShared = false;
	}
}

/** A hash of an entry: where it stands and what it carries. */
export function digestEntry(hash: number, entry: Entry): number {
	return digestCommandOf(mix(mix(hash, entry.index), entry.term), entry.command);
}

function digestCommandOf(hash: number, command: Entry['command']): number {
	return isRequest(command) ? digestRequest(hash, command) : mixText(hash, command.type);
}

function digestRequest(hash: number, request: Request): number {
	const {session} = request;
	const h = digestOperation(hash, request);
	return session === undefined ? h : mix(mix(h, session.client), session.serial);
}

export function digestOperation(hash: number, operation: Operation): number {
	const h = mixText(mixText(hash, operation.type), operation.key);
	switch (operation.type) {
		case 'write': {
			return mixText(h, operation.value);
		}

		case 'cas': {
			return mixText(mixText(h, operation.expected), operation.value);
		}

		case 'read':
		case 'delete': {
			return h;
		}
	}
}

export function digestResult(hash: number, result: Result): number {
	return typeof result === 'string' ? mixText(hash, result) : mix(hash, result === undefined ? 2 : Number(result));
}

/** Columns hold 0 where there is no server. */
const idOrNone = (id: number): number | undefined => (id === 0 ? undefined : id);

function bodyOf(type: EventType, node: number, first: number, second: number, payload: unknown): EventBody {
	switch (type) {
		case 'settings': {
			return {type, settings: payload as Settings};
		}

		case 'command': {
			return {type, command: payload as Command};
		}

		case 'sent':
		case 'delivered': {
			return {type, flight: payload as Flight};
		}

		case 'lost': {
			return {type, flight: payload as Flight, reason: lossReasonCodes[first]!};
		}

		case 'timer': {
			return {type, node, timer: timerCodes[first]!};
		}

		case 'role': {
			return {type, node, term: first, role: roleCodes[second % 4]!, leader: idOrNone(second >> 2)};
		}

		case 'vote': {
			return {type, node, term: first, votedFor: idOrNone(second)};
		}

		case 'append': {
			return {type, node, entries: payload as readonly Entry[]};
		}

		case 'truncate': {
			return {type, node, from: first};
		}

		case 'commit': {
			return {type, node, index: first};
		}

		case 'apply': {
			const {entry, result, isRepeated} = payload as AppliedEntry;
			return {type, node, entry, result, isRepeated};
		}

		case 'crash': {
			return {type, node, reason: crashReasonCodes[first]!};
		}

		case 'restart': {
			return {type, node, term: first, votedFor: (payload as Persisted).votedFor, lastIndex: second};
		}

		case 'synced': {
			return {type, node, upTo: first};
		}

		case 'wipe':
		case 'suspend':
		case 'resume': {
			return {type, node};
		}

		case 'invoke':
		case 'fail':
		case 'info': {
			return {type, ...(payload as Call)};
		}

		case 'request': {
			return {type, node, attempt: second, ...(payload as Call)};
		}

		case 'refused': {
			return {type, node, leader: idOrNone(second), ...(payload as Call)};
		}

		case 'ok': {
			const {call, result} = payload as Answered;
			return {type, node, result, ...call};
		}

		case 'violation': {
			return {type, ...(payload as Violation)};
		}
	}
}
