/*
Log replication and commitment (§5.3, §5.4.2).

A leader sends at once what it is given, from `nextIndex` on. `nextIndex` follows `matchIndex` and does
not run ahead of it: a message that is lost or overtaken needs no repair, for the next one carries its
entries too. Where no next one comes, the answer to an empty heartbeat shows that something is missing.
*/

import {
	append,
	entriesBetween,
	firstIndexOfTermFrom,
	lastIndexOfTerm,
	noEntries,
	termAt,
	truncate,
	type Log,
} from './log.js';
import type {Rules} from './rules.js';
import {asFollower, type Candidate, type Follower, type Leader, type Server, type Step} from './server.js';
import {
	noOp,
	startElectionTimer,
	startHeartbeatTimer,
	type AppendEntries,
	type AppendReply,
	type Effect,
	type Entry,
	type LogIndex,
	type Payload,
	type ServerId,
} from './vocabulary.js';

/** §5.2, §5.3: a new leader knows nothing of the others' logs, and appends a no-op to have something of its own term to commit (§5.4.2). */
export function becomeLeader(candidate: Candidate, effects: Effect[], rules: Rules): Step {
	const {id, configuration, entriesPerMessageMax, currentTerm, votedFor, log, commitIndex, lastApplied} = candidate;
	const size = Math.max(...configuration.voters) + 1;
	const leader: Leader = {
		role: 'leader',
		id,
		configuration,
		entriesPerMessageMax,
		currentTerm,
		votedFor,
		log,
		commitIndex,
		lastApplied,
		nextIndex: Array.from({length: size}, () => log.lastIndex + 1),
		matchIndex: Array.from({length: size}, () => 0),
	};
	return appendAndBroadcast(leader, [{index: log.lastIndex + 1, term: currentTerm, command: noOp}], effects, rules);
}

/** §5.3: a leader appends what clients give it; anybody else says who leads. */
export function propose(server: Server, commands: readonly Payload[], rules: Rules): Step {
	if (server.role !== 'leader') {
		return [server, [{type: 'redirect', leaderId: server.role === 'follower' ? server.leaderId : undefined}]];
	}

	if (commands.length === 0) {
		return [server, []];
	}

	const {currentTerm, log} = server;
	const entries = commands.map((command, at): Entry => ({index: log.lastIndex + 1 + at, term: currentTerm, command}));
	return appendAndBroadcast(server, entries, [{type: 'accept', entries}], rules);
}

function appendAndBroadcast(leader: Leader, entries: readonly Entry[], effects: Effect[], rules: Rules): Step {
	const log = append(leader.log, entries);
	const next: Leader = {...leader, log, matchIndex: replaced(leader.matchIndex, leader.id, log.lastIndex)};
	effects.push({type: 'persistEntries', entries});
	broadcast(next, next.entriesPerMessageMax, effects);
	const commitIndex = leaderCommitIndex(next, log.lastIndex, rules); // Alone, a leader is its own quorum
	return commitAndApply(next, commitIndex, effects, rules);
}

/** §5.2: an idle leader reminds the others that it leads, with AppendEntries that carry nothing. */
export function broadcastHeartbeat(server: Server): Step {
	if (server.role !== 'leader') {
		return [server, []];
	}

	const effects: Effect[] = [];
	broadcast(server, 0, effects);
	return [server, effects];
}

/** To everybody, from its own `nextIndex` on, up to so many entries. */
function broadcast(leader: Leader, entriesMax: number, effects: Effect[]): void {
	let message: AppendEntries | undefined;
	for (const peer of leader.configuration.voters) {
		if (peer === leader.id) {
			continue;
		}

		const prevLogIndex = leader.nextIndex[peer]! - 1;
		message = message?.prevLogIndex === prevLogIndex ? message : appendEntriesAfter(leader, prevLogIndex, entriesMax);
		effects.push({type: 'send', to: peer, message});
	}

	effects.push(startHeartbeatTimer);
}

function appendEntriesAfter(
	leader: Leader,
	prevLogIndex: LogIndex,
	entriesMax = leader.entriesPerMessageMax,
): AppendEntries {
	const {log} = leader;
	return {
		type: 'AppendEntries',
		term: leader.currentTerm,
		leaderId: leader.id,
		prevLogIndex,
		prevLogTerm: termAt(log, prevLogIndex)!,
		entries:
			prevLogIndex === log.lastIndex ? noEntries : entriesBetween(log, prevLogIndex + 1, prevLogIndex + entriesMax),
		leaderCommit: leader.commitIndex,
	};
}

/** Figure 2, AppendEntries RPC, receiver. */
export function receiveAppendEntries(server: Server, from: ServerId, message: AppendEntries, rules: Rules): Step {
	const {currentTerm} = server;
	if (!rules.isCurrentRequest('append', message.term, currentTerm)) {
		return refuseAppend(server, from, message, rules.resetsElectionTimer('append of an old term'), 0, 0); // Step 1
	}

	if (server.role === 'leader') {
		return [server, []]; // Nobody else leads this term, unless a rule is broken; then the checkers shall say so, not we.
	}

	const restartsTimer = rules.resetsElectionTimer('append from the current leader');
	const {prevLogIndex, entries} = message;
	const effects: Effect[] = [];
	const follower = follow(server, message, effects, rules);
	if (!rules.matchesPrevious(server.log, {index: prevLogIndex, term: message.prevLogTerm})) {
		const conflictTerm = termAt(server.log, prevLogIndex) ?? 0;
		const conflictIndex =
			conflictTerm === 0 ? server.log.lastIndex + 1 : firstIndexOfTermFrom(server.log, conflictTerm);
		const [refusing, refusal] = refuseAppend(follower, from, message, restartsTimer, conflictTerm, conflictIndex); // Step 2
		return [refusing, [...effects, ...refusal]];
	}

	const log = reconcile(server.log, prevLogIndex, entries, effects, rules);
	if (restartsTimer) {
		effects.push(startElectionTimer);
	}

	effects.push({
		type: 'send',
		to: from,
		message: {
			type: 'AppendReply',
			term: currentTerm,
			success: true,
			prevLogIndex,
			matchIndex: rules.acknowledgedIndex(prevLogIndex, entries.length, log.lastIndex),
			conflictTerm: 0,
			conflictIndex: 0,
		},
	});
	const commitIndex = rules.followerCommitIndex(
		server.commitIndex,
		message.leaderCommit,
		prevLogIndex + entries.length,
		log.lastIndex,
	); // Step 5
	return commitAndApply(log === follower.log ? follower : {...follower, log}, commitIndex, effects, rules);
}

/** §5.2: whoever hears from the leader of its term follows it; its vote in this term stays spent. The same value if nothing changes. */
function follow(
	server: Follower | Candidate,
	{term, leaderId}: AppendEntries,
	effects: Effect[],
	rules: Rules,
): Follower {
	const {currentTerm, log} = server;
	const votedFor = rules.voteAfterSeeing(term, currentTerm, server.votedFor);
	if (votedFor !== server.votedFor) {
		effects.push({type: 'persistState', currentTerm, votedFor});
	} else if (server.role === 'follower' && server.leaderId === leaderId) {
		return server;
	}

	return asFollower(server, {currentTerm, votedFor, log}, leaderId);
}

/** Steps 3 and 4: delete what conflicts, append what is missing. */
function reconcile(log: Log, prevLogIndex: LogIndex, entries: readonly Entry[], effects: Effect[], rules: Rules): Log {
	let next = log;
	const from = rules.truncateFrom(log, prevLogIndex, entries);
	if (from !== undefined) {
		next = truncate(log, from);
		effects.push({type: 'truncate', from});
	}

	const known = next.lastIndex - prevLogIndex;
	if (known < entries.length) {
		const missing = known > 0 ? entries.slice(known) : entries;
		next = append(next, missing);
		effects.push({type: 'persistEntries', entries: missing});
	}

	return next;
}

function refuseAppend(
	server: Server,
	to: ServerId,
	message: AppendEntries,
	restartsTimer: boolean,
	conflictTerm: number,
	conflictIndex: number,
): Step {
	const {currentTerm} = server;
	const {prevLogIndex} = message;
	const reply: AppendReply = {
		type: 'AppendReply',
		term: currentTerm,
		success: false,
		prevLogIndex,
		matchIndex: 0,
		conflictTerm,
		conflictIndex,
	};
	const effects: Effect[] = [{type: 'send', to, message: reply}];
	if (restartsTimer && server.role !== 'leader') {
		effects.unshift(startElectionTimer);
	}

	return [server, effects];
}

/** Figure 2, "Leaders": what a reply to AppendEntries teaches. */
export function receiveAppendReply(server: Server, from: ServerId, reply: AppendReply, rules: Rules): Step {
	if (server.role !== 'leader' || !rules.isCurrentReply('append', reply.term, server.currentTerm)) {
		return [server, []];
	}

	const before = server.matchIndex[from]!;
	const matchIndex = rules.matchIndexAfter(before, reply);
	const leader =
		matchIndex === before ? server : {...server, matchIndex: replaced(server.matchIndex, from, matchIndex)};
	return reply.success ? acknowledged(leader, from, reply, rules) : backOff(leader, from, reply);
}

function acknowledged(leader: Leader, from: ServerId, reply: AppendReply, rules: Rules): Step {
	const nextBefore = leader.nextIndex[from]!;
	const matchIndex = leader.matchIndex[from]!;
	const next: Leader =
		nextBefore > matchIndex ? leader : {...leader, nextIndex: replaced(leader.nextIndex, from, matchIndex + 1)};
	const effects: Effect[] = [];
	if (hasUnsent(next, nextBefore, reply, matchIndex)) {
		effects.push({type: 'send', to: from, message: appendEntriesAfter(next, matchIndex)});
	}

	return commitAndApply(next, leaderCommitIndex(next, matchIndex, rules), effects, rules);
}

/**
Whether a follower that has just acknowledged up to `matchIndex` must be sent more right away.

Usually not: what is missing is on its way. But what did not fit into one message has not been sent, and
what a follower still misses when it answers a heartbeat has most likely been lost.
*/
function hasUnsent(
	{log, entriesPerMessageMax}: Leader,
	nextBefore: LogIndex,
	reply: AppendReply,
	matchIndex: LogIndex,
): boolean {
	if (log.lastIndex === matchIndex) {
		return false;
	}

	const isToHeartbeat = reply.matchIndex === reply.prevLogIndex && reply.prevLogIndex === nextBefore - 1;
	const didNotFit = matchIndex >= nextBefore && log.lastIndex >= nextBefore + entriesPerMessageMax;
	return isToHeartbeat || didNotFit;
}

/** §5.3, end: step back over a whole conflicting term at a time, and try again at once. */
function backOff(leader: Leader, from: ServerId, reply: AppendReply): Step {
	const nextIndex = leader.nextIndex[from]!;
	const isToEarlierGuess = reply.prevLogIndex !== nextIndex - 1;
	const isToEarlierTerm = reply.conflictIndex === 0; // The follower had moved on; by now this leader may lead the term it names
	if (isToEarlierGuess || isToEarlierTerm) {
		return [leader, []];
	}

	const sharedTermEnd = reply.conflictTerm === 0 ? undefined : lastIndexOfTerm(leader.log, reply.conflictTerm);
	const guess = sharedTermEnd === undefined ? reply.conflictIndex : sharedTermEnd + 1;
	const bounded = Math.max(leader.matchIndex[from]! + 1, Math.min(guess, nextIndex - 1));
	if (bounded === nextIndex) {
		return [leader, []]; // What it acknowledged it holds no more; the next heartbeat is soon enough to ask again
	}

	const next: Leader = {...leader, nextIndex: replaced(leader.nextIndex, from, bounded)};
	return [next, [{type: 'send', to: from, message: appendEntriesAfter(next, bounded - 1)}]];
}

/**
Figure 2, "Leaders", last rule: the highest N above `commitIndex` that a quorum holds and that may be committed.

@param raisedTo - The match index that has just grown; nothing above it can have become committed.
*/
function leaderCommitIndex(leader: Leader, raisedTo: LogIndex, rules: Rules): LogIndex {
	if (raisedTo <= leader.commitIndex || isCommitted(leader, raisedTo, rules)) {
		return Math.max(raisedTo, leader.commitIndex);
	}

	let best = leader.commitIndex;
	for (const voter of leader.configuration.voters) {
		const index = leader.matchIndex[voter]!;
		if (index > best && index < raisedTo && isCommitted(leader, index, rules)) {
			best = index;
		}
	}

	return best;
}

function isCommitted(leader: Leader, index: LogIndex, rules: Rules): boolean {
	const {log, currentTerm, configuration} = leader;
	return rules.mayCommit(termAt(log, index), currentTerm) && rules.hasQuorum(configuration, holdersOf(leader, index));
}

function holdersOf(leader: Leader, index: LogIndex): readonly ServerId[] {
	const holders: ServerId[] = [];
	for (const voter of leader.configuration.voters) {
		if (leader.matchIndex[voter]! >= index) {
			holders.push(voter);
		}
	}

	return holders;
}

/** Move the commit index, and let the state machine have what that allows (§5.3). */
function commitAndApply(server: Follower | Leader, commitIndex: LogIndex, effects: Effect[], rules: Rules): Step {
	const lastApplied = rules.appliedUpTo(commitIndex, server.log.lastIndex);
	if (commitIndex === server.commitIndex && lastApplied <= server.lastApplied) {
		return [server, effects];
	}

	if (lastApplied > server.lastApplied) {
		effects.push({type: 'apply', entries: entriesBetween(server.log, server.lastApplied + 1, lastApplied)});
	}

	return [{...server, commitIndex, lastApplied: Math.max(lastApplied, server.lastApplied)}, effects];
}

function replaced(values: readonly number[], at: number, value: number): readonly number[] {
	const next = [...values];
	next[at] = value;
	return next;
}
