/*
Logs, each told by its last entry.

Log Matching says that an index and a term settle an entry and everything before it, in all logs there ever
were (§5.3). So as long as it holds, all logs together are one tree, and a log is a path in it, from the
root to the log's last entry: a `Prefix`. Where Log Matching breaks, an entry would need two predecessors.

A Prefix never changes, so that copies of a checker share the tree.
*/

import type {Entry, LogIndex, ServerId, Term} from '../../raft/vocabulary.js';

export class Prefix {
	/** Of the last entry; 0 if there is none. */
	readonly index: LogIndex;
	readonly term: Term;
	readonly entry: Entry;
	/** All but the last entry; of the empty log itself. */
	readonly previous: Prefix;
	/** A much shorter prefix of this one, so that any can be reached in a few leaps. */
	readonly leap: Prefix;
	/** Where the last entry was first appended. */
	readonly node: ServerId;
	readonly seq: number;
	/** The entry of another term that stood at this index before, in whosever log. */
	readonly rival: Prefix | undefined;

	constructor(entry: Entry, previous?: Prefix, rival?: Prefix, node: ServerId = 0, seq = 0) {
		this.index = entry.index;
		this.term = entry.term;
		this.entry = entry;
		this.previous = previous ?? this;
		this.leap = previous === undefined ? this : leapFrom(previous);
		this.rival = rival;
		this.node = node;
		this.seq = seq;
	}
}

/** As long as the two leaps before, if these are of one length: so the leaps' lengths are like a skew binary number's digits (E. Myers, 1983). */
function leapFrom(previous: Prefix): Prefix {
	const {leap} = previous;
	return previous.index - leap.index === leap.index - leap.leap.index ? leap.leap : previous;
}

export const emptyLog = new Prefix({index: 0, term: 0, command: {type: 'nothing'}});

/** The first `index` entries of a log that has as many. At most as many steps as entries are left out, and never more than a few dozen. */
export function cutAt(log: Prefix, index: LogIndex): Prefix {
	let prefix = log;
	while (prefix.index > index) {
		prefix = prefix.leap.index >= index ? prefix.leap : prefix.previous;
	}

	return prefix;
}

/** Whether a log begins with all of another one. */
export function startsWith(log: Prefix, prefix: Prefix): boolean {
	return log === prefix || (log.index > prefix.index && cutAt(log, prefix.index) === prefix);
}

/** What two logs have in common. */
export function commonPrefix(one: Prefix, other: Prefix): Prefix {
	let left = cutAt(one, other.index);
	let right = cutAt(other, one.index);
	while (left !== right) {
		left = left.previous;
		right = right.previous;
	}

	return left;
}
