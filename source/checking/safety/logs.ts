/*
How a log may change: Leader Append-Only and Log Matching (§5.3).
*/

import type {Entry, LogIndex} from '../../raft/vocabulary.js';
import type {Violation} from '../../simulation/event.js';
import {isSameEntry} from '../../raft/same.js';
import type {ObservedServer} from './observed-server.js';
import {cutAt, type Prefix} from './prefix.js';
import {broken} from './promises.js';
import {commandText, entriesText, entryText, instead} from './words.js';

/** A leader that removes what it has. */
export function findLeaderThatTruncates(
	{id, isLeader, ballot, log, logSeq}: ObservedServer,
	from: LogIndex,
	seq: number,
): Violation | undefined {
	return isLeader
		? broken(
				'Leader Append-Only',
				`n${id} leads term ${ballot.term} and removes ${entriesText(from, log.index)} from its log, first ${entryText(cutAt(log, from).entry)}.`,
				[logSeq, seq],
			)
		: undefined;
}

/** An entry does not come right after the last. A log with a gap cannot match another, and one that overwrites does not just append. */
export function misplaced(
	{id, isLeader, ballot, logSeq}: ObservedServer,
	log: Prefix,
	entry: Entry,
	seq: number,
): Violation {
	const where = `puts ${entryText(entry)} into its log, though ${instead(log, entry.index)}`;
	return isLeader && entry.index <= log.index
		? broken('Leader Append-Only', `n${id} leads term ${ballot.term} and ${where}.`, [logSeq, seq])
		: broken('Log Matching', `n${id} ${where}.`, [logSeq, seq]);
}

/**
An entry is not what its index and term stand for, or what is before it is not.

To compare each entry and the one before it is enough: if both are settled for every place, so is all of the log, by induction.

`known` is what stands for the index and term; `log` is what the entry was put behind.
*/
export function mismatch(known: Prefix, {id}: ObservedServer, log: Prefix, entry: Entry, seq: number): Violation {
	if (!isSameEntry(known.entry, entry)) {
		return broken(
			'Log Matching',
			`At index ${entry.index}, of term ${entry.term}, n${known.node} has ${commandText(known.entry)} and n${id} has ${commandText(entry)}.`,
			[known.seq, seq],
		);
	}

	const {previous} = known;
	return broken(
		'Log Matching',
		`n${known.node} and n${id} both have ${entryText(entry)}, but before it n${known.node} has ${entryText(previous.entry)} and n${id} has ${entryText(log.entry)}.`,
		[previous.seq, log.seq, known.seq, seq],
	);
}
