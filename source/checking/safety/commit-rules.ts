/*
What a server may declare committed, and what it must keep then (§5.3, §5.4.3).
*/

import type {LogIndex} from '../../raft/vocabulary.js';
import type {Violation} from '../../simulation/event.js';
import type {Commitment, Commitments} from './commitments.js';
import type {ObservedServer} from './observed-server.js';
import {commonPrefix, cutAt} from './prefix.js';
import {broken} from './promises.js';
import {commandText, entryText} from './words.js';

/** Another entry than was committed before at the same index. Whoever commits an entry goes on to apply it, so this cannot end well. */
export function findOtherCommitted({node, log, seq}: Commitment, commitments: Commitments): Violation | undefined {
	const before = commitments.log;
	const common = commonPrefix(log, before);
	if (common.index === Math.min(log.index, before.index)) {
		return undefined;
	}

	const index = common.index + 1;
	const first = commitments.firstOf(index);
	const {entry} = cutAt(log, index);
	const other = cutAt(before, index).entry;
	return broken(
		'State Machine Safety',
		`At index ${index}, n${first.node} committed ${commandText(other)} of term ${other.term}, and n${node} commits ${commandText(entry)} of term ${entry.term} to apply it.`,
		[first.seq, seq],
	);
}

/** The commit index goes back, stays, or leaves the log. */
export function commitIndexMisplaced(
	{id, commitIndex, commitSeq, log, logSeq}: ObservedServer,
	index: LogIndex,
	seq: number,
): Violation {
	return index > log.index
		? broken(
				'Commit Index Only Grows',
				`n${id} takes its commit index to ${index}, and its log ends at index ${log.index}.`,
				[logSeq, seq],
			)
		: broken('Commit Index Only Grows', `n${id} takes its commit index from ${commitIndex} to ${index}.`, [
				commitSeq,
				seq,
			]);
}

/**
An entry that is removed though it is committed.

Committed in this server's term or a lower one, that is: a leader of an older term, which does not know better, may
still make a server of its term give up its copy of what has been committed in a later term by others.
*/
export function findCommittedRemoved(
	{id, ballot, log}: ObservedServer,
	from: LogIndex,
	commitments: Commitments,
	seq: number,
): Violation | undefined {
	const committed = commitments.upTo(ballot.term);
	if (committed === undefined || committed.log.index < from || cutAt(log, from) !== cutAt(committed.log, from)) {
		return undefined;
	}

	const first = commitments.firstOf(from);
	const {node, term, seq: committedSeq} = first.term > ballot.term ? committed : first;
	return broken(
		'Committed Entries Stay',
		`n${node} committed ${entryText(cutAt(log, from).entry)} in term ${term}, and n${id} removes it from its log in term ${ballot.term}.`,
		[committedSeq, seq],
	);
}
