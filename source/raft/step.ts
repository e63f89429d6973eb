/*
The Raft core: what one server decides when something happens to it.

A pure room. In come a server's state and one input; out go its next state and a list of effects
for others to carry out. § points into the extended Raft paper, or Ongaro's thesis where it says so.

Must not enter: clocks, timers, random numbers, promises, files, React, console.
*/

import {receiveRequestVote, receiveVoteReply, startElection} from './election.js';
import {broadcastHeartbeat, propose, receiveAppendEntries, receiveAppendReply} from './replication.js';
import {paperRules, type Rules} from './rules.js';
import {andThen, asFollower, type Server, type Step} from './server.js';
import {truncate} from './log.js';
import {startElectionTimer, type Effect, type Input, type Message, type ServerId, type Term} from './vocabulary.js';

/** The only way a server changes. Same server and same input, same step. */
export function step(server: Server, input: Input, rules: Rules = paperRules): Step {
	switch (input.type) {
		case 'receive': {
			const {from, message} = input;
			if (message.term > server.currentTerm && announcesTerm(message)) {
				return andThen(joinTerm(server, message.term, rules), (joined) => receive(joined, from, message, rules)); // §5.1
			}

			return receive(server, from, message, rules);
		}

		case 'electionTimeout': {
			return startElection(server, rules);
		}

		case 'heartbeatDue': {
			return broadcastHeartbeat(server);
		}

		case 'propose': {
			return propose(server, input.commands, rules);
		}
	}
}

function receive(server: Server, from: ServerId, message: Message, rules: Rules): Step {
	switch (message.type) {
		case 'RequestVote': {
			return receiveRequestVote(server, from, message, rules);
		}

		case 'VoteReply': {
			return receiveVoteReply(server, from, message, rules);
		}

		case 'AppendEntries': {
			return receiveAppendEntries(server, from, message, rules);
		}

		case 'AppendReply': {
			return receiveAppendReply(server, from, message, rules);
		}
	}
}

/** Whether a message's term has begun for whoever reads it. Pre-Vote's questions (thesis §9.6) will be the exception. */
function announcesTerm(_message: Message): boolean {
	return true;
}

/** §5.1: whoever sees a newer term joins it as a follower. Its election timer runs on; a leader has none and starts one. */
function joinTerm(server: Server, term: Term, rules: Rules): Step {
	const votedFor = rules.voteAfterSeeing(term, server.currentTerm, server.votedFor);
	const effects: Effect[] = [{type: 'persistState', currentTerm: term, votedFor}];
	let {log} = server;
	const kept = rules.keptOnNewTerm(log.lastIndex, server.commitIndex);
	if (kept < log.lastIndex) {
		log = truncate(log, kept + 1);
		effects.push({type: 'truncate', from: kept + 1});
	}

	if (server.role === 'leader') {
		effects.push(startElectionTimer);
	}

	return [asFollower(server, {currentTerm: term, votedFor, log}, undefined), effects];
}
