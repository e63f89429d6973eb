/*
A log when a snapshot stands in place of its beginning (§7).
*/

import {entriesBetween, termAt, type Log} from '../raft/log.js';
import type {LogIndex, Term} from '../raft/vocabulary.js';

export type SnapshotPosition = {readonly lastIncludedIndex: LogIndex; readonly lastIncludedTerm: Term};

/**
Whether the entries behind a snapshot may stay: the log holds the snapshot's last entry, or begins behind it already (§7).

Otherwise the snapshot has come from a leader, and what the log holds is another history, or ends before it.
*/
export const agreesWith = (log: Log, {lastIncludedIndex, lastIncludedTerm}: SnapshotPosition): boolean =>
	lastIncludedIndex <= log.lastIncludedIndex || termAt(log, lastIncludedIndex) === lastIncludedTerm;

/** The log behind a snapshot. One that is older than the log's beginning changes nothing. */
export function logBehind(log: Log, snapshot: SnapshotPosition): Log {
	const {lastIncludedIndex, lastIncludedTerm} = snapshot;
	if (!agreesWith(log, snapshot)) {
		return {lastIncludedIndex, lastIncludedTerm, lastIndex: lastIncludedIndex, buffer: []};
	}

	if (lastIncludedIndex < log.lastIncludedIndex) {
		return log;
	}

	const buffer = [...entriesBetween(log, lastIncludedIndex + 1, log.lastIndex)];
	return {lastIncludedIndex, lastIncludedTerm, lastIndex: log.lastIndex, buffer};
}
