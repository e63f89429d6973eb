/*
Leader election (§5.2, §5.4.1).
*/

import {lastPosition} from './log.js';
import {becomeLeader} from './replication.js';
import type {Rules} from './rules.js';
import type {Candidate, Server, Step} from './server.js';
import {startElectionTimer, type Effect, type RequestVote, type ServerId, type VoteReply} from './vocabulary.js';

/** §5.2: begin a term of one's own and ask everybody for a vote. */
export function startElection(server: Server, rules: Rules): Step {
	if (server.role === 'leader') {
		return [server, []];
	}

	const {id, configuration, entriesPerMessageMax, log, commitIndex, lastApplied} = server;
	const currentTerm = server.currentTerm + 1;
	const candidate: Candidate = {
		role: 'candidate',
		id,
		configuration,
		entriesPerMessageMax,
		currentTerm,
		votedFor: id,
		log,
		commitIndex,
		lastApplied,
		votesGranted: rules.addVote([], id),
	};
	const effects: Effect[] = [{type: 'persistState', currentTerm, votedFor: id}, startElectionTimer];
	if (rules.hasQuorum(configuration, candidate.votesGranted)) {
		return becomeLeader(candidate, effects, rules);
	}

	const {index, term} = lastPosition(log);
	const message: RequestVote = {
		type: 'RequestVote',
		term: currentTerm,
		candidateId: id,
		lastLogIndex: index,
		lastLogTerm: term,
	};
	for (const voter of configuration.voters) {
		if (voter !== id) {
			effects.push({type: 'send', to: voter, message});
		}
	}

	return [candidate, effects];
}

/** Figure 2, RequestVote RPC, receiver. */
export function receiveRequestVote(server: Server, from: ServerId, message: RequestVote, rules: Rules): Step {
	const {currentTerm, votedFor} = server;
	const voteGranted =
		rules.isCurrentRequest('vote', message.term, currentTerm) &&
		rules.mayGrantVote(votedFor, message.candidateId) &&
		rules.isUpToDate({index: message.lastLogIndex, term: message.lastLogTerm}, lastPosition(server.log));
	const effects: Effect[] = [];
	if (voteGranted) {
		effects.push({type: 'persistState', currentTerm, votedFor: message.candidateId}); // Before the promise leaves: thesis §3.8
	}

	if (server.role !== 'leader' && rules.resetsElectionTimer(voteGranted ? 'vote granted' : 'vote denied')) {
		effects.push(startElectionTimer);
	}

	effects.push({type: 'send', to: from, message: {type: 'VoteReply', term: currentTerm, voteGranted}});
	return [voteGranted ? {...server, votedFor: message.candidateId} : server, effects];
}

/** §5.2: a candidate with the votes of a quorum leads. */
export function receiveVoteReply(server: Server, from: ServerId, message: VoteReply, rules: Rules): Step {
	if (
		server.role !== 'candidate' ||
		!message.voteGranted ||
		!rules.isCurrentReply('vote', message.term, server.currentTerm)
	) {
		return [server, []];
	}

	const candidate: Candidate = {...server, votesGranted: rules.addVote(server.votesGranted, from)};
	return rules.hasQuorum(candidate.configuration, candidate.votesGranted)
		? becomeLeader(candidate, [], rules)
		: [candidate, []];
}
