/*
A server's log: the entries it holds, and the place where they begin.

A log is a value. Versions of one log share a growing buffer, so that appending costs O(1); whoever
appends to a version that has already been continued elsewhere, or cut, copies first. The log may
begin after a snapshot (§7): `lastIncludedIndex` is 0 until something is compacted.
*/

import type {Entry, LogIndex, LogPosition, Term} from './vocabulary.js';

export type Log = {
	readonly lastIncludedIndex: LogIndex;
	readonly lastIncludedTerm: Term;
	readonly lastIndex: LogIndex;
	/** Shared between versions: only `lastIndex - lastIncludedIndex` entries belong to this one. */
	readonly buffer: Entry[];
};

export const emptyLog = (): Log => ({lastIncludedIndex: 0, lastIncludedTerm: 0, lastIndex: 0, buffer: []});

/** A log of these entries, the first of which has index 1. */
export const logOf = (entries: readonly Entry[]): Log => append(emptyLog(), entries);

/** The entry at an index, or `undefined` where the log does not hold it. */
export function entryAt(log: Log, index: LogIndex): Entry | undefined {
	return index > log.lastIncludedIndex && index <= log.lastIndex
		? log.buffer[index - log.lastIncludedIndex - 1]
		: undefined;
}

/** The term at an index; 0 before the first entry; `undefined` where the log cannot tell. */
export function termAt(log: Log, index: LogIndex): Term | undefined {
	return index === log.lastIncludedIndex ? log.lastIncludedTerm : entryAt(log, index)?.term;
}

export function lastTerm(log: Log): Term {
	return log.lastIndex === log.lastIncludedIndex
		? log.lastIncludedTerm
		: log.buffer[log.lastIndex - log.lastIncludedIndex - 1]!.term;
}

export const lastPosition = (log: Log): LogPosition => ({index: log.lastIndex, term: lastTerm(log)});

/** The entries from `from` to `to`, both included; what lies outside the log is left out. */
export function entriesBetween(log: Log, from: LogIndex, to: LogIndex): readonly Entry[] {
	const first = Math.max(from, log.lastIncludedIndex + 1) - log.lastIncludedIndex - 1;
	const end = Math.min(to, log.lastIndex) - log.lastIncludedIndex;
	return first < end ? log.buffer.slice(first, end) : noEntries;
}

/**
Add entries at the end; the first must have the index after the last. O(entries added).

Where the shared buffer goes on with these very entries, as it does when the same append is
persisted after it was decided, they are taken as they stand.
*/
export function append(log: Log, entries: readonly Entry[]): Log {
	const count = log.lastIndex - log.lastIncludedIndex;
	let {buffer} = log;
	if (buffer.length > count && !goesOnWith(buffer, count, entries)) {
		buffer = buffer.slice(0, count);
	}

	if (buffer.length === count) {
		for (const entry of entries) {
			buffer.push(entry);
		}
	}

	return {
		lastIncludedIndex: log.lastIncludedIndex,
		lastIncludedTerm: log.lastIncludedTerm,
		lastIndex: log.lastIndex + entries.length,
		buffer,
	};
}

function goesOnWith(buffer: readonly Entry[], from: number, entries: readonly Entry[]): boolean {
	for (let at = 0; at < entries.length; at++) {
		if (buffer[from + at] !== entries[at]) {
			return false;
		}
	}

	return true;
}

/** Drop the entry at `from` and all that follow it. */
export function truncate(log: Log, from: LogIndex): Log {
	return from > log.lastIndex ? log : {...log, lastIndex: Math.max(from - 1, log.lastIncludedIndex)};
}

/** The first index after which no entry has a term below `term`. Terms in a log never fall, so halving finds it. */
export function firstIndexOfTermFrom(log: Log, term: Term): LogIndex {
	let low = log.lastIncludedIndex + 1;
	let high = log.lastIndex + 1;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (termAt(log, middle)! < term) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	return low;
}

/** The last index whose entry has exactly this term, or `undefined`. */
export function lastIndexOfTerm(log: Log, term: Term): LogIndex | undefined {
	const index = firstIndexOfTermFrom(log, term + 1) - 1;
	return termAt(log, index) === term ? index : undefined;
}

export const noEntries: readonly Entry[] = [];
