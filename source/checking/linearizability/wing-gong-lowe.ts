/*
Whether one key's history is linearizable, by trying one order of the calls after the other (Wing and Gong, 1993), never
from the same place twice (Lowe, 2017).

The calls' beginnings and returns stand in one doubly linked list, in the order of time. A call may take effect next if
no return stands before it; what took effect is taken out of the list. Where a return comes first, and what it ends has not
taken effect, the way was wrong. A place is which calls took effect, and the value.
*/

import {finish, mix} from '../../simulation/digest.js';
import type {Values} from '../model.js';
import {BitsetTable, type Memory} from './bitset-table.js';
import {eventsOf, isObserver, stateAfter, type Call, type Finding} from './call.js';

export class WingGongLowe {
	/** How much was looked at so far. */
	steps = 0;
	readonly #calls: readonly Call[];
	readonly #values: Values;
	readonly #isObserver: readonly boolean[];
	/** By call, an earlier one that does the same and returns no later, or -1. It may as well go first. */
	readonly #twins: Int32Array;
	/** The list. A call's beginning has the call's number; its return comes `calls.length` after; then the list's head and tail. */
	readonly #next: Int32Array;
	readonly #previous: Int32Array;
	readonly #head: number;
	/** Calls that have to take effect and have not. */
	#required: number;

	/** Which calls took effect: first those that have to, by their beginnings, then the optional ones. */
	readonly #bitOf: Int32Array;
	readonly #bits: Uint32Array;
	readonly #requiredWords: number;
	/** Of the words of calls that have to: the first not all ones, and the one after the last not zero. */
	#low = 0;
	#high = 0;
	#hash = 0;
	readonly #seen: BitsetTable;

	/** The way here: the calls, the values before them, and which of them left no choice. */
	readonly #way: Int32Array;
	readonly #statesBefore: Int32Array;
	readonly #isForced: Uint8Array;
	#depth = 0;
	#state = 0;
	#at: number;

	/** The calls must be sorted by their beginnings. */
	constructor(calls: readonly Call[], values: Values, memory: Memory) {
		const {length} = calls;
		this.#calls = calls;
		this.#values = values;
		this.#isObserver = calls.map((call) => isObserver(call));
		this.#twins = twinsOf(calls);
		this.#head = 2 * length;
		this.#next = new Int32Array(2 * length + 2);
		this.#previous = new Int32Array(2 * length + 2);
		this.#link();

		this.#required = calls.filter(({isOptional}) => !isOptional).length;
		this.#requiredWords = (this.#required + 31) >> 5;
		const optionalWords = (length - this.#required + 31) >> 5;
		this.#bits = new Uint32Array(this.#requiredWords + optionalWords);
		this.#bitOf = new Int32Array(length);
		let required = 0;
		let optional = this.#requiredWords * 32;
		for (const [number, {isOptional}] of calls.entries()) {
			this.#bitOf[number] = isOptional ? optional++ : required++;
		}

		this.#seen = new BitsetTable(this.#bits.length, optionalWords, memory);
		this.#way = new Int32Array(length);
		this.#statesBefore = new Int32Array(length);
		this.#isForced = new Uint8Array(length);
		this.#observe();
		this.#at = this.#next[this.#head]!;
	}

	/** Go on for about so many steps. */
	run(stepsMax: number): Finding | undefined {
		const {length} = this.#calls;
		const end = this.steps + stepsMax;
		while (this.#required > 0) {
			if (this.steps++ >= end) {
				return undefined;
			}

			if (this.#at < length) {
				this.#try(this.#at);
			} else if (!this.#turnBack()) {
				return 'violated';
			}
		}

		return 'ok';
	}

	/** Give the memory back. */
	clear(): void {
		this.#seen.clear();
	}

	/** Let a call take effect next, if it can and leads where nobody has been; or else look at the one after it. */
	#try(number: number): void {
		const twin = this.#twins[number]!;
		const isOutOfTurn = twin !== -1 && !this.#hasTakenEffect(twin);
		const state = isOutOfTurn ? -1 : stateAfter(this.#calls[number]!, this.#state, this.#values);
		if (state !== -1) {
			this.#mark(number);
			const hash = finish(mix(this.#hash, state));
			if (this.#seen.add(this.#bits, this.#low, this.#high, state, hash)) {
				this.#take(number, state, false);
				this.#observe();
				this.#at = this.#next[this.#head]!;
				return;
			}

			this.#unmark(number);
		}

		this.#at = this.#next[number]!;
	}

	/** Observers that see what they returned leave no choice: they change nothing, so now is as good as later. */
	#observe(): void {
		let before = this.#head;
		for (;;) {
			const number = this.#next[before]!;
			if (number >= this.#calls.length) {
				return;
			}

			this.steps++;
			if (this.#isObserver[number]! && stateAfter(this.#calls[number]!, this.#state, this.#values) !== -1) {
				this.#mark(number);
				this.#take(number, this.#state, true);
			} else {
				before = number;
			}
		}
	}

	/** Undo the last choice and look at the one after it. */
	#turnBack(): boolean {
		while (this.#depth > 0) {
			this.#depth--;
			this.steps++;
			const number = this.#way[this.#depth]!;
			this.#state = this.#statesBefore[this.#depth]!;
			this.#putBack(number);
			this.#unmark(number);
			if (this.#isForced[this.#depth] === 0) {
				this.#at = this.#next[number]!;
				return true;
			}
		}

		return false;
	}

	#take(number: number, state: number, isForced: boolean): void {
		this.#way[this.#depth] = number;
		this.#statesBefore[this.#depth] = this.#state;
		this.#isForced[this.#depth] = isForced ? 1 : 0;
		this.#depth++;
		this.#state = state;
		this.#unlink(number);
		if (!this.#calls[number]!.isOptional) {
			this.#required--;
			this.#unlink(number + this.#calls.length);
		}
	}

	#putBack(number: number): void {
		if (!this.#calls[number]!.isOptional) {
			this.#required++;
			this.#relink(number + this.#calls.length);
		}

		this.#relink(number);
	}

	#link(): void {
		const numbers = new Map(this.#calls.map((call, number) => [call, number]));
		let last = this.#head;
		const entries = eventsOf(this.#calls).map(
			({call, isReturn}) => numbers.get(call)! + (isReturn ? this.#calls.length : 0),
		);
		for (const entry of [...entries, this.#head + 1]) {
			this.#next[last] = entry;
			this.#previous[entry] = last;
			last = entry;
		}
	}

	#unlink(entry: number): void {
		const next = this.#next[entry]!;
		const previous = this.#previous[entry]!;
		this.#next[previous] = next;
		this.#previous[next] = previous;
	}

	#relink(entry: number): void {
		this.#next[this.#previous[entry]!] = entry;
		this.#previous[this.#next[entry]!] = entry;
	}

	#hasTakenEffect(number: number): boolean {
		const bit = this.#bitOf[number]!;
		return (this.#bits[bit >> 5]! & (1 << (bit & 31))) !== 0;
	}

	#mark(number: number): void {
		const bit = this.#bitOf[number]!;
		const word = bit >> 5;
		this.#bits[word]! |= 1 << (bit & 31);
		this.#hash ^= finish(bit + 1);
		if (word < this.#requiredWords) {
			this.#high = Math.max(this.#high, word + 1);
			while (this.#low < this.#high && this.#bits[this.#low] === 0xff_ff_ff_ff) {
				this.#low++;
			}
		}
	}

	#unmark(number: number): void {
		const bit = this.#bitOf[number]!;
		const word = bit >> 5;
		this.#bits[word]! &= ~(1 << (bit & 31));
		this.#hash ^= finish(bit + 1);
		if (word < this.#requiredWords) {
			this.#low = Math.min(this.#low, word);
			while (this.#high > this.#low && this.#bits[this.#high - 1] === 0) {
				this.#high--;
			}
		}
	}
}

function twinsOf(calls: readonly Call[]): Int32Array {
	const twins = new Int32Array(calls.length).fill(-1);
	const alike = new Map<string, number[]>();
	for (const [number, call] of calls.entries()) {
		const name = `${call.kind} ${call.expected} ${call.value}`;
		const earlier = alike.get(name) ?? [];
		alike.set(name, earlier);
		if (!isObserver(call)) {
			twins[number] = earlier.findLast((other) => calls[other]!.returned <= call.returned) ?? -1;
			earlier.push(number);
		}
	}

	return twins;
}
