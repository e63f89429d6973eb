/*
What a server may do in a term: join it and not go back (§5.1), vote once in it (§5.2), and only for a
candidate that may win (§5.4.1).
*/

import type {ServerId, Term} from '../../raft/vocabulary.js';
import type {Violation} from '../../simulation/event.js';
import type {Candidacy, ObservedServer} from './observed-server.js';
import type {Prefix} from './prefix.js';
import {broken} from './promises.js';

/** A vote that went down with a crash, before the disk had it and before anybody heard of it, does not count. */
export function findSecondVote(
	{id, ballot, forgottenSeq}: ObservedServer,
	term: Term,
	votedFor: ServerId,
	seq: number,
): Violation | undefined {
	if (votedFor === 0 || ballot.term !== term || ballot.votedFor === 0 || ballot.votedFor === votedFor) {
		return undefined;
	}

	const inBetween = forgottenSeq === 0 ? '' : ', crashed, came back without knowing it';
	return broken(
		'One Vote a Term',
		`In term ${term}, n${id} voted for n${ballot.votedFor}${inBetween}, and now votes for n${votedFor} as well.`,
		[ballot.seq, forgottenSeq, seq],
	);
}

/**
A vote for a candidate whose log is older than the voter's.

The candidate's log is taken as it was when it began to ask in this term. Of a candidate that was wiped
meanwhile nobody can tell before or after which wipe it asked.
*/
export function findStaleCandidate(
	{id, log, logSeq}: ObservedServer,
	candidate: ObservedServer | undefined,
	term: Term,
	seq: number,
): Violation | undefined {
	if (candidate === undefined || candidate.id === id || candidate.wasWiped) {
		return undefined;
	}

	let stale: Candidacy | undefined;
	let {candidacy} = candidate;
	for (; candidacy !== undefined && candidacy.term >= term; candidacy = candidacy.earlier) {
		if (candidacy.term === term) {
			if (isUpToDate(candidacy.log, log)) {
				return undefined;
			}

			stale = candidacy;
		}
	}

	return stale === undefined
		? undefined
		: broken(
				'Election Restriction',
				`In term ${term}, n${id} votes for n${candidate.id}, whose log ${endText(stale.log)}; its own ${endText(log)}.`,
				[stale.seq, logSeq, seq],
			);
}

/** First the last term counts, then the length (§5.4.1). */
function isUpToDate(candidate: Prefix, voter: Prefix): boolean {
	return candidate.term === voter.term ? candidate.index >= voter.index : candidate.term > voter.term;
}

const endText = ({index, term}: Prefix): string =>
	index === 0 ? 'is empty' : `ends at index ${index} with term ${term}`;

export function findTermGoneBack({id, ballot}: ObservedServer, term: Term, seq: number): Violation | undefined {
	return term < ballot.term
		? broken('Terms Only Grow', `n${id} was in term ${ballot.term} and now is in term ${term}.`, [ballot.seq, seq])
		: undefined;
}

/** A term comes back that is lower than one that counts: one that the disk had said to be saved, or that others had been told of. */
export function findTermLost(
	{id, savedBallot, savedSeq, toldTerm, toldTermSeq}: ObservedServer,
	term: Term,
	seq: number,
): Violation | undefined {
	if (term < savedBallot.term) {
		const facts = `n${id} was in term ${savedBallot.term}, and its disk had said that this was saved; it comes back in term ${term}.`;
		return broken('Terms Only Grow', facts, [savedBallot.seq, savedSeq, seq]);
	}

	return term < toldTerm
		? broken(
				'Terms Only Grow',
				`n${id} told others that it was in term ${toldTerm} before its disk had that; it comes back in term ${term}.`,
				[toldTermSeq, seq],
			)
		: undefined;
}
