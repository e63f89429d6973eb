/*
Leader Completeness (§5.4): what is committed in a term, the leader of every later term has.

Of a later term only. A vote may be long on its way and make somebody the leader of an old term, when a later
leader has long been at work: it lacks what was committed in the later term, and need not have it.
*/

import type {Violation} from '../../simulation/event.js';
import type {Commitment, Commitments} from './commitments.js';
import type {Election, Elections} from './elections.js';
import {commonPrefix, cutAt, startsWith} from './prefix.js';
import {broken} from './promises.js';
import {entryText, instead} from './words.js';

/** A leader that was just elected without something that was committed before. */
export function findIncompleteLeader(
	election: Omit<Election, 'earlier'>,
	commitments: Commitments,
): Violation | undefined {
	const owed = commitments.upTo(election.term - 1);
	return owed === undefined || startsWith(election.log, owed.log)
		? undefined
		: brokenBy(election, owed, commitments, election.seq);
}

/** A leader that was elected earlier without what is committed just now, by a server of a lower term: it takes time to find out that a quorum has it. */
export function findLeaderLeftBehind(
	commitment: Commitment,
	elections: Elections,
	commitments: Commitments,
): Violation | undefined {
	for (
		let election = elections;
		election !== undefined && election.term > commitment.term;
		election = election.earlier
	) {
		if (!startsWith(election.log, commitment.log)) {
			return brokenBy(election, commitment, commitments, commitment.seq);
		}
	}

	return undefined;
}

function brokenBy(
	election: Omit<Election, 'earlier'>,
	owed: Commitment,
	commitments: Commitments,
	seq: number,
): Violation {
	const index = commonPrefix(election.log, owed.log).index + 1;
	const isNew = index > commitments.log.index || cutAt(commitments.log, index) !== cutAt(owed.log, index);
	const first = isNew ? owed : commitments.firstOf(index);
	const {node, term, seq: committedSeq} = first.term < election.term ? first : owed;
	const {entry} = cutAt(owed.log, index);
	return broken(
		'Leader Completeness',
		`n${node} committed ${entryText(entry)} in term ${term}, and n${election.node} was elected to lead term ${election.term} without it: ${instead(election.log, index)}.`,
		[committedSeq, election.seq, seq],
	);
}
