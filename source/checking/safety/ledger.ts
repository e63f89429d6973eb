/*
Every entry there ever was in any log, by its index and term.
*/

import type {Entry, LogIndex, ServerId, Term} from '../../raft/vocabulary.js';
import {Prefix} from './prefix.js';
import {SharedList} from './shared-list.js';

export class Ledger {
	/** At index - 1: the prefix that was the last to appear with that index; the others are its rivals. */
	readonly #latest: SharedList<Prefix>;

	constructor(latest = new SharedList<Prefix>()) {
		this.#latest = latest;
	}

	find(index: LogIndex, term: Term): Prefix | undefined {
		let prefix = this.#latest.get(index - 1);
		while (prefix !== undefined && prefix.term !== term) {
			prefix = prefix.rival;
		}

		return prefix;
	}

	/** What stands for an entry's index and term already; else the log's prolongation by it, which is written down. */
	settle(log: Prefix, entry: Entry, node: ServerId, seq: number): Prefix {
		const {index, term} = entry;
		const known = this.find(index, term);
		if (known !== undefined) {
			return known;
		}

		const prefix = new Prefix(entry, log, this.#latest.get(index - 1), node, seq);
		this.#latest.set(index - 1, prefix);
		return prefix;
	}

	copy(): Ledger {
		return new Ledger(this.#latest.copy());
	}
}
