/*
Servers in whatever state a test needs, and what can be said of a step in few words.
*/

import {entriesBetween, lastTerm, logOf, type Log} from '../../source/raft/log.js';
import {
	defaultEntriesPerMessageMax,
	startServer,
	type Candidate,
	type Follower,
	type Leader,
	type Server,
} from '../../source/raft/server.js';
import {
	noOp,
	type AppendEntries,
	type Effect,
	type Entry,
	type LogIndex,
	type Message,
	type ServerId,
	type Term,
} from '../../source/raft/vocabulary.js';

export const ascending = (a: number, b: number): number => a - b;

/** Entries of these terms; the first has index `from`. */
export const entriesOf = (terms: readonly Term[], from: LogIndex = 1): readonly Entry[] =>
	terms.map((term, at) => ({index: from + at, term, command: noOp}));

export const logOfTerms = (...terms: readonly Term[]): Log => logOf(entriesOf(terms));

export const entriesIn = (log: Log): readonly Entry[] => entriesBetween(log, log.lastIncludedIndex + 1, log.lastIndex);

export const termsIn = (log: Log): readonly Term[] => entriesIn(log).map(({term}) => term);

export type Given = {
	readonly servers?: number;
	/** 1, if not given. */
	readonly id?: ServerId;
	/** The term of the last entry, if not given. */
	readonly term?: Term;
	readonly votedFor?: ServerId;
	readonly log?: readonly Term[];
	readonly commitIndex?: LogIndex;
	readonly entriesPerMessageMax?: number;
};

export function follower({
	servers = 3,
	id = 1,
	term,
	votedFor,
	log: terms = [],
	commitIndex = 0,
	entriesPerMessageMax = defaultEntriesPerMessageMax,
}: Given = {}): Follower {
	const voters = Array.from({length: servers}, (_, at) => at + 1);
	const log = logOfTerms(...terms);
	const currentTerm = term ?? lastTerm(log);
	const started = startServer(id, {voters}, {currentTerm, votedFor, log}, entriesPerMessageMax);
	return {...started, commitIndex, lastApplied: commitIndex};
}

/** A candidate with its own vote and these others. */
export function candidate(given: Given = {}, votes: readonly ServerId[] = []): Candidate {
	const {leaderId: _leaderId, ...common} = follower({...given, votedFor: given.id ?? 1});
	return {...common, role: 'candidate', votesGranted: [common.id, ...votes]};
}

/** A leader that knows of each follower, by id, up to where its log matches; and will send what comes next. */
export function leader(given: Given = {}, matched: Readonly<Record<ServerId, LogIndex>> = {}): Leader {
	const {leaderId: _leaderId, ...common} = follower({...given, votedFor: given.id ?? 1});
	const {id, log, configuration} = common;
	const matchIndex = [0, ...configuration.voters].map((voter) =>
		voter === id ? log.lastIndex : (matched[voter] ?? 0),
	);
	return {...common, role: 'leader', matchIndex, nextIndex: matchIndex.map((index) => index + 1)};
}

export const sends = (effects: readonly Effect[]): ReadonlyArray<Effect & {type: 'send'}> =>
	effects.filter((effect) => effect.type === 'send');

/** The only message that a step sends. */
export function soleMessage(effects: readonly Effect[]): Message {
	const [first, ...others] = sends(effects);
	if (first === undefined || others.length > 0) {
		throw new RangeError(`Expected one message, not ${others.length + (first === undefined ? 0 : 1)}.`);
	}

	return first.message;
}

export const typesOf = (effects: readonly Effect[]): ReadonlyArray<Effect['type']> => effects.map(({type}) => type);

/** An AppendEntries from server 1, unless it says otherwise. */
export function appendEntries(
	parts: Partial<AppendEntries> & {readonly term: Term; readonly terms?: readonly Term[]},
): AppendEntries {
	const {terms = [], ...rest} = parts;
	const prevLogIndex = parts.prevLogIndex ?? 0;
	return {
		type: 'AppendEntries',
		leaderId: 1,
		prevLogIndex,
		prevLogTerm: 0,
		entries: entriesOf(terms, prevLogIndex + 1),
		leaderCommit: 0,
		...rest,
	};
}

/** What a server is, with its log written out: equal for equal servers, whatever buffers their logs share. */
export function plain(server: Server): unknown {
	const {lastIncludedIndex, lastIncludedTerm, lastIndex} = server.log;
	return {...server, log: {lastIncludedIndex, lastIncludedTerm, lastIndex, entries: entriesIn(server.log)}};
}
