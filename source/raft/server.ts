/*
What one server knows: Figure 2's state, tagged with the role, so that only a leader has `matchIndex`
and only a candidate counts votes.
*/

import type {Configuration, Effect, LogIndex, ServerId, Term} from './vocabulary.js';
import {emptyLog, type Log} from './log.js';

type Common = {
	readonly id: ServerId;
	readonly configuration: Configuration;
	/** How many entries one AppendEntries carries at the most. */
	readonly entriesPerMessageMax: number;
	/** Persistent: saved before anything that depends on it is said (Figure 2). */
	readonly currentTerm: Term;
	readonly votedFor: ServerId | undefined;
	readonly log: Log;
	/** Volatile: begins at 0 after every restart (Figure 2). */
	readonly commitIndex: LogIndex;
	readonly lastApplied: LogIndex;
};

export type Follower = Common & {readonly role: 'follower'; readonly leaderId: ServerId | undefined};

export type Candidate = Common & {readonly role: 'candidate'; readonly votesGranted: readonly ServerId[]};

export type Leader = Common & {
	readonly role: 'leader';
	/** By server id. The next entry to send: a guess (§5.3). */
	readonly nextIndex: readonly LogIndex[];
	/** By server id, the leader's own included. The highest entry known to be replicated: a fact (§5.3). */
	readonly matchIndex: readonly LogIndex[];
};

export type Server = Follower | Candidate | Leader;
export type Role = Server['role'];

/** What survives a crash (Figure 2, "persistent state"). */
export type Persisted = {readonly currentTerm: Term; readonly votedFor: ServerId | undefined; readonly log: Log};

export const nothingPersisted = (): Persisted => ({currentTerm: 0, votedFor: undefined, log: emptyLog()});

/** Enough that only a long backlog takes several messages. */
export const defaultEntriesPerMessageMax = 256;

/** A server as it starts, for the first time or after a crash: a follower that knows what was persisted (§5.2). */
export function startServer(
	id: ServerId,
	configuration: Configuration,
	persisted: Persisted,
	entriesPerMessageMax = defaultEntriesPerMessageMax,
): Follower {
	const {currentTerm, votedFor, log} = persisted;
	return {
		role: 'follower',
		id,
		configuration,
		entriesPerMessageMax,
		currentTerm,
		votedFor,
		log,
		commitIndex: log.lastIncludedIndex,
		lastApplied: log.lastIncludedIndex,
		leaderId: undefined,
	};
}

/** The same server as a follower: it keeps what it knows, and gives up what its role alone had. */
export function asFollower(
	{id, configuration, entriesPerMessageMax, commitIndex, lastApplied}: Server,
	{currentTerm, votedFor, log}: Persisted,
	leaderId: ServerId | undefined,
): Follower {
	return {
		role: 'follower',
		id,
		configuration,
		entriesPerMessageMax,
		currentTerm,
		votedFor,
		log,
		commitIndex,
		lastApplied,
		leaderId,
	};
}

export type Step = readonly [next: Server, effects: readonly Effect[]];

/** Take a second step from where the first ended, and keep the effects of both. */
export function andThen([server, effects]: Step, second: (server: Server) => Step): Step {
	const [next, more] = second(server);
	return [next, [...effects, ...more]];
}

/** Whom this server believes to lead. */
export function leaderOf(server: Server): ServerId | undefined {
	switch (server.role) {
		case 'leader': {
			return server.id;
		}

		case 'follower': {
			return server.leaderId;
		}

		case 'candidate': {
			return undefined;
		}
	}
}
