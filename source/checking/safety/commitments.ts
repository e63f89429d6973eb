/*
What is known to be committed: since when, and by which term.
*/

import type {LogIndex, ServerId, Term} from '../../raft/vocabulary.js';
import {cutAt, emptyLog, type Prefix} from './prefix.js';
import {SharedRows} from './shared-rows.js';

/**
That a server, in a term, declared a log committed to its end.

A server tells of it only when its disk has what it wrote, and may be in a later term by then. That can only spare a leader.
*/
export type Commitment = {
	readonly term: Term;
	readonly node: ServerId;
	readonly seq: number;
	readonly log: Prefix;
};

/** The longest that was declared in a term, where it is longer than what was declared in any lower term. */
type InTerm = Commitment & {readonly below: InTerm | undefined};

export class Commitments {
	/** All that is committed. */
	log = emptyLog;
	/** By falling term and length. It never changes, so that copies share it. */
	#terms: InTerm | undefined;
	/** Those that added to what was known, in order: index, term, node and seq. */
	readonly #additions: SharedRows;

	constructor(additions = new SharedRows()) {
		this.#additions = additions;
	}

	/** The longest that was declared in this term or a lower one. */
	upTo(term: Term): Commitment | undefined {
		let known = this.#terms;
		while (known !== undefined && known.term > term) {
			known = known.below;
		}

		return known;
	}

	/** The first that covered an index, which is a committed one. */
	firstOf(index: LogIndex): Commitment {
		let low = 0;
		let high = this.#additions.length - 1;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#additions.get(middle, 0) < index) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}

		return {
			log: cutAt(this.log, this.#additions.get(low, 0)),
			term: this.#additions.get(low, 1),
			node: this.#additions.get(low, 2),
			seq: this.#additions.get(low, 3),
		};
	}

	/** One that says more than was known in its term, and contradicts nothing. */
	add(term: Term, node: ServerId, seq: number, log: Prefix): void {
		const higher: InTerm[] = [];
		let below = this.#terms;
		for (; below !== undefined && below.term >= term; below = below.below) {
			if (below.log.index > log.index) {
				higher.push(below);
			}
		}

		this.#terms = {term, node, seq, log, below};
		while (higher.length > 0) {
			this.#terms = {...higher.pop()!, below: this.#terms};
		}

		if (log.index > this.log.index) {
			this.log = log;
			this.#additions.push(log.index, term, node, seq);
		}
	}

	copy(): Commitments {
		const copy = new Commitments(this.#additions.copy());
		copy.log = this.log;
		copy.#terms = this.#terms;
		return copy;
	}
}
