/*
The paper's safety rules, one small function each, in one record.

The core asks the rule wherever its fact is in question, and believes the answer. A bug lab is this
record with one rule replaced; so no fact may be checked a second time otherwise, which would mask the mistake.

§ points into the extended Raft paper, or into Ongaro's thesis where it says so.
*/

import {entryAt, termAt, type Log} from './log.js';
import type {AppendReply, Configuration, Entry, LogIndex, LogPosition, Message, ServerId, Term} from './vocabulary.js';

/** What a server has just heard, as far as its election timer is concerned. */
export type Heard = 'append from the current leader' | 'append of an old term' | 'vote granted' | 'vote denied';

export type Rules = typeof paperRules;

/**
Whether these servers, each named once, are a quorum of the configuration.

§5.2, §5.3. Any two quorums share a member; elections and commitment rest on that alone.
*/
function hasQuorum(configuration: Configuration, servers: readonly ServerId[]): boolean {
	let count = 0;
	for (const server of servers) {
		if (configuration.voters.includes(server)) {
			count++;
		}
	}

	return count * 2 > configuration.voters.length;
}

/**
Whether a log ending at `candidateLast` is at least as up-to-date as one ending at `voterLast`.

§5.4.1. A committed entry is on a quorum, and every quorum of votes meets that quorum, so refusing
staler logs keeps a leader that lacks the entry from being elected.
*/
function isUpToDate(candidateLast: LogPosition, voterLast: LogPosition): boolean {
	return candidateLast.term === voterLast.term
		? candidateLast.index >= voterLast.index
		: candidateLast.term > voterLast.term;
}

/**
Whether a server that voted for `votedFor` in this term may vote for `candidateId`.

§5.2. One vote a term, so that no two candidates can both reach a majority. The same candidate may
ask again: its first answer may have been lost.
*/
function mayGrantVote(votedFor: ServerId | undefined, candidateId: ServerId): boolean {
	return votedFor === undefined || votedFor === candidateId;
}

/**
The vote a server still holds after it has seen `seenTerm`.

§5.1. A vote belongs to its term. Clearing it without a newer term would allow a second one.
*/
function voteAfterSeeing(seenTerm: Term, currentTerm: Term, votedFor: ServerId | undefined): ServerId | undefined {
	return seenTerm > currentTerm ? undefined : votedFor;
}

/**
Whether a request of `messageTerm` comes from the present and not from an old leader or candidate.

§5.1. Requests of an older term are refused, with the newer term in the reply.
*/
function isCurrentRequest(_kind: 'vote' | 'append', messageTerm: Term, currentTerm: Term): boolean {
	return messageTerm >= currentTerm;
}

/**
Whether a reply belongs to the present candidacy or reign.

§5.1. An answer given to an earlier term says nothing about this one: the vote is spent, the entry
it acknowledges may have been replaced since.
*/
function isCurrentReply(_kind: 'vote' | 'append', messageTerm: Term, currentTerm: Term): boolean {
	return messageTerm === currentTerm;
}

/**
The votes after one more was granted.

§5.2. A majority of servers, not of messages: a duplicated reply is still one vote.
*/
function addVote(votesGranted: readonly ServerId[], from: ServerId): readonly ServerId[] {
	return votesGranted.includes(from) ? votesGranted : [...votesGranted, from];
}

/**
Which news restarts the election timer.

§5.2, Figure 2 "Followers". If a denied candidate or a deposed leader could keep others waiting, a
server that cannot win could keep one that can from trying.
*/
function resetsElectionTimer(heard: Heard): boolean {
	return heard === 'append from the current leader' || heard === 'vote granted';
}

/**
Whether the log holds the entry that the leader's new entries follow.

§5.3, AppendEntries step 2. By induction, agreeing here is agreeing on everything before.
*/
function matchesPrevious(log: Log, previous: LogPosition): boolean {
	return previous.index < log.lastIncludedIndex || termAt(log, previous.index) === previous.term;
}

/**
The index from which the follower must delete, or `undefined`.

§5.3, AppendEntries step 3: only where an entry conflicts. A message that ends earlier than the log
may simply be old; cutting on its word would drop entries that were acknowledged since.
*/
function truncateFrom(log: Log, _prevLogIndex: LogIndex, entries: readonly Entry[]): LogIndex | undefined {
	for (const entry of entries) {
		const held = entryAt(log, entry.index);
		if (held !== undefined && held.term !== entry.term) {
			return entry.index;
		}
	}

	return undefined;
}

/**
How far a follower may commit on a leader's word.

§5.3, AppendEntries step 5: up to the last entry of *this message*. What the follower holds beyond it
has not been compared with the leader's log.
*/
function followerCommitIndex(
	commitIndex: LogIndex,
	leaderCommit: LogIndex,
	lastNewIndex: LogIndex,
	_lastIndex: LogIndex,
): LogIndex {
	return Math.max(commitIndex, Math.min(leaderCommit, lastNewIndex));
}

/**
Up to where a follower that accepted the message acknowledges.

§5.3. Up to the last entry that was compared, not to the end of its own log, for the same reason.
*/
function acknowledgedIndex(prevLogIndex: LogIndex, count: number, _lastIndex: LogIndex): LogIndex {
	return prevLogIndex + count;
}

/**
The match index after a reply.

Figure 2 "Leaders". Only success says that anything matches; the indices in a refusal are where to look
next. Replies may overtake one another: what is known to match stays known.
*/
function matchIndexAfter(matchIndex: LogIndex, reply: AppendReply): LogIndex {
	return reply.success ? Math.max(matchIndex, reply.matchIndex) : matchIndex;
}

/**
Whether an entry of `entryTerm` may be committed by counting replicas.

§5.4.2, Figure 8. An entry of an earlier term can be on a majority and still be overwritten by a
leader with a later one; it commits only together with an entry of the leader's own term.
*/
function mayCommit(entryTerm: Term | undefined, currentTerm: Term): boolean {
	return entryTerm === currentTerm;
}

/**
How far the state machine may be taken.

§5.3. Only what is committed is permanent.
*/
function appliedUpTo(commitIndex: LogIndex, _lastIndex: LogIndex): LogIndex {
	return commitIndex;
}

/**
The last index a server keeps when it joins a newer term.

Thesis §3.6.3. All of it: followers remove entries only where they conflict with a leader's, for an
uncommitted entry here may be one of the copies that made it committed elsewhere.
*/
function keptOnNewTerm(lastIndex: LogIndex, _commitIndex: LogIndex): LogIndex {
	return lastIndex;
}

/**
Whether a message, or what is committed by it, must wait until the sender's own writes are on its disk.

Figure 2, thesis §3.8. A vote or an acknowledgement that a crash can undo is worth nothing: the server
could vote again, the entry could be on fewer servers than the leader counted. A leader counts itself as
soon as it has appended, so its appends wait as well; thesis §10.2.1 has what it takes to write in parallel.
*/
function waitsForDisk(_kind: Message['type'] | 'apply'): boolean {
	return true;
}

/**
Whether a request has been applied already, where `latestSerial` is the client's last one that was.

§8, thesis §6.3. A leader may crash after it has committed a command and before it answers; the client
asks again, and must not be served twice.
*/
function isRetry(latestSerial: number, serial: number): boolean {
	return serial <= latestSerial;
}

/** The rules as the paper has them. */
export const paperRules = {
	hasQuorum,
	isUpToDate,
	mayGrantVote,
	voteAfterSeeing,
	isCurrentRequest,
	isCurrentReply,
	addVote,
	resetsElectionTimer,
	matchesPrevious,
	truncateFrom,
	followerCommitIndex,
	acknowledgedIndex,
	matchIndexAfter,
	mayCommit,
	appliedUpTo,
	keptOnNewTerm,
	waitsForDisk,
	isRetry,
} as const;
