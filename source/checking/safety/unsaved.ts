/*
What a server has appended and its disk has not said to be safe: the events, and the log as it was after each.

The two lists are emptied and filled again all the time, so they keep their room, and `#count` says how much of it counts.
*/

import type {LogIndex} from '../../raft/vocabulary.js';
import type {Prefix} from './prefix.js';

export class Unsaved {
	#count = 0;
	readonly #seqs: number[] = [];
	readonly #logs: Prefix[] = [];

	push(log: Prefix, seq: number): void {
		this.#seqs[this.#count] = seq;
		this.#logs[this.#count] = log;
		this.#count++;
	}

	/** Take out what was appended up to this event; returns the longest of it. */
	takeUpTo(seq: number): Prefix | undefined {
		let taken = this.#count;
		while (taken > 0 && this.#seqs[taken - 1]! > seq) {
			taken--;
		}

		if (taken === 0) {
			return undefined;
		}

		const longest = this.#logs[taken - 1]!;
		for (let at = taken; at < this.#count; at++) {
			this.#seqs[at - taken] = this.#seqs[at]!;
			this.#logs[at - taken] = this.#logs[at]!;
		}

		this.#count -= taken;
		return longest;
	}

	/** Cut off what reaches to this index or beyond; returns the event in which the first such log was appended to, 0 if there is none. */
	cutFrom(index: LogIndex): number {
		let cutSeq = 0;
		while (this.#count > 0 && this.#logs[this.#count - 1]!.index >= index) {
			this.#count--;
			cutSeq = this.#seqs[this.#count]!;
		}

		return cutSeq;
	}

	clear(): void {
		this.#count = 0;
	}

	copy(): Unsaved {
		const copy = new Unsaved();
		for (let at = 0; at < this.#count; at++) {
			copy.push(this.#logs[at]!, this.#seqs[at]!);
		}

		return copy;
	}
}
