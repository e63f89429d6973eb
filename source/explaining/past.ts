/*
Looking back: what a server was and had at an event of the trace, read from the events before it.

The trace may have forgotten its beginning; what stands there only is `undefined`.
*/

import {entryAt, lastPosition} from '../raft/log.js';
import type {Role} from '../raft/server.js';
import type {Entry, LogIndex, LogPosition, ServerId, Term} from '../raft/vocabulary.js';
import type {Event, EventType} from '../simulation/event.js';
import type {Sought, Trace} from '../simulation/trace.js';

export type EventOf<Type extends EventType> = Event & {readonly type: Type};

const always = (): boolean => true;

/** That an event is about a server, for those that have one; of `sent` it is the sender, of what ends a message who gets it. */
export const of =
	(id: ServerId): Sought =>
	(node) =>
		node === id;

/** The latest event before `seq` of these types whose columns are sought, and that fits. */
export function findBefore<Type extends EventType>(
	trace: Trace,
	seq: number,
	types: readonly Type[],
	sought: Sought,
	fits: (event: EventOf<Type>) => boolean = always,
): EventOf<Type> | undefined {
	return findFrom(trace, seq - 1, -1, types, sought, fits);
}

/** The first event after `seq` of these types whose columns are sought, and that fits. */
export function findAfter<Type extends EventType>(
	trace: Trace,
	seq: number,
	types: readonly Type[],
	sought: Sought,
	fits: (event: EventOf<Type>) => boolean = always,
): EventOf<Type> | undefined {
	return findFrom(trace, seq + 1, 1, types, sought, fits);
}

function findFrom<Type extends EventType>(
	trace: Trace,
	from: number,
	step: 1 | -1,
	types: readonly Type[],
	sought: Sought,
	fits: (event: EventOf<Type>) => boolean,
): EventOf<Type> | undefined {
	for (let at = trace.find(from, step, types, sought); at !== 0; at = trace.find(at + step, step, types, sought)) {
		const event = trace.at(at) as EventOf<Type>;
		if (fits(event)) {
			return event;
		}
	}

	return undefined;
}

/** What an event led to, in order: directly, or by way of an entry that was applied, whose answers follow at once. */
export function effectsOf(trace: Trace, seq: number): readonly Event[] {
	const effects: Event[] = [];
	for (const at of trace.causedBy(seq)) {
		effects.push(trace.at(at)!);
		for (let answer = at + 1; trace.typeAt(at) === 'apply' && trace.causeAt(answer) === at; answer++) {
			effects.push(trace.at(answer)!);
		}
	}

	return effects;
}

/** Who lets be seen what its disk, or being suspended, can have kept waiting; `undefined` for what never waits. */
export function letOutBy(event: Event): ServerId | undefined {
	switch (event.type) {
		case 'sent': {
			return event.flight.from;
		}

		case 'commit':
		case 'apply': {
			return event.node;
		}

		default: {
			return undefined;
		}
	}
}

/** What a server is from an event on. */
export type Standing = {
	readonly role: Role | 'down';
	readonly term: Term;
	readonly leader: ServerId | undefined;
	/** Since this event; 0 if since the beginning. */
	readonly seq: number;
};

/** What a server was right before an event; `undefined` if that is forgotten. */
export function standingBefore(trace: Trace, node: ServerId, seq: number): Standing | undefined {
	const event = findBefore(trace, seq, ['role', 'crash', 'restart'], of(node));
	switch (event?.type) {
		case 'role': {
			return {role: event.role, term: event.term, leader: event.leader, seq: event.seq};
		}

		case 'crash': {
			return {role: 'down', term: 0, leader: undefined, seq: event.seq};
		}

		case 'restart': {
			return {role: 'follower', term: event.term, leader: undefined, seq: event.seq};
		}

		case undefined: {
			return trace.first === 1 ? {role: 'follower', term: 0, leader: undefined, seq: 0} : undefined;
		}
	}
}

/** The leader of the highest term before an event; `undefined` if nobody led, or if that is forgotten. */
export function leaderBefore(trace: Trace, seq: number, nodes: number): ServerId | undefined {
	let leader: ServerId | undefined;
	let term = -1;
	for (let node = 1; node <= nodes; node++) {
		const standing = standingBefore(trace, node, seq);
		if (standing?.role === 'leader' && standing.term > term) {
			leader = node;
			({term} = standing);
		}
	}

	return leader;
}

/** A vote, and when it was given, if that is still known. */
export type Vote = {readonly votedFor: ServerId; readonly timeUs: number | undefined};

/** The vote that a server had given in a term before an event. A crash takes back what was not saved. */
export function voteBefore(trace: Trace, node: ServerId, term: Term, seq: number): Vote | undefined {
	const event = findBefore(
		trace,
		seq,
		['vote', 'restart'],
		of(node),
		(candidate) => candidate.term <= term || candidate.type === 'restart',
	);
	if (event?.term !== term || event.votedFor === undefined) {
		return undefined;
	}

	const {votedFor} = event;
	const given =
		event.type === 'vote' ? event : findBefore(trace, event.seq, ['vote'], of(node), (vote) => vote.term === term);
	return {votedFor, timeUs: given?.timeUs};
}

/** What changes a log, or tells what is left of it. */
const logTypes = ['append', 'truncate', 'restart'] as const;

/** Where a server's log ended before an event; `undefined` if that is forgotten. */
export function lastPositionBefore(trace: Trace, node: ServerId, seq: number): LogPosition | undefined {
	const event = findBefore(trace, seq, logTypes, of(node));
	switch (event?.type) {
		case 'append': {
			return event.entries.at(-1);
		}

		case 'truncate': {
			const index = event.from - 1;
			return index === 0 ? nowhere : entryBefore(trace, node, index, event.seq);
		}

		case 'restart': {
			return lastPosition(trace.recoveredAt(event.seq)!.log);
		}

		case undefined: {
			return trace.first === 1 ? nowhere : undefined;
		}
	}
}

const nowhere: LogPosition = {index: 0, term: 0};

/** The entry that a server had at an index before an event, if that is known. */
export function entryBefore(trace: Trace, node: ServerId, index: LogIndex, seq: number): Entry | undefined {
	const event = findBefore(
		trace,
		seq,
		logTypes,
		(id, first, count, _cause, type) =>
			id === node && (type === 'restart' || (first <= index && (type === 'truncate' || index < first + count))),
	);
	switch (event?.type) {
		case 'append': {
			return event.entries[index - event.entries[0]!.index];
		}

		case 'restart': {
			return entryAt(trace.recoveredAt(event.seq)!.log, index);
		}

		case 'truncate':
		case undefined: {
			return undefined;
		}
	}
}

/** The append that put an entry where a server had it before an event. */
export const appendOf = (
	trace: Trace,
	node: ServerId,
	{index, term}: LogPosition,
	seq: number,
): EventOf<'append'> | undefined =>
	findBefore(
		trace,
		seq,
		['append'],
		(candidate, first, count) => candidate === node && first <= index && index < first + count,
		({entries}) => entries[index - entries[0]!.index]!.term === term,
	);

/** The commit index that a server had before an event; `undefined` if that is forgotten. */
export function commitIndexBefore(trace: Trace, node: ServerId, seq: number): LogIndex | undefined {
	const event = findBefore(trace, seq, ['commit', 'crash'], of(node));
	return event?.type === 'commit' ? event.index : event === undefined && trace.first > 1 ? undefined : 0;
}

/** An event before another in which a server found an entry to be committed, if there was one: each server's first that could have been it. */
export function committedBefore(trace: Trace, {index, term}: LogPosition, seq: number): EventOf<'commit'> | undefined {
	const seen = new Set<ServerId>();
	const found = findAfter(
		trace,
		0,
		['commit'],
		(node, first) => first >= index && !seen.has(node),
		(event) => {
			seen.add(event.node);
			return event.seq >= seq || entryBefore(trace, event.node, index, event.seq)?.term === term;
		},
	);
	return found === undefined || found.seq >= seq ? undefined : found;
}

/** The event in which a server came to know that an entry is committed, if it knows now and that is not forgotten. */
export function findCommit(trace: Trace, node: ServerId, index: LogIndex): EventOf<'commit'> | undefined {
	const began = findBefore(trace, trace.length + 1, ['crash'], of(node))?.seq ?? 0;
	const event = findAfter(trace, began, ['commit'], (id, first) => id === node && first >= index);
	return event !== undefined && commitIndexBefore(trace, node, event.seq) === undefined ? undefined : event;
}

/** Who had granted a candidate its vote for a term, up to an event and including it. */
export function votersUpTo(trace: Trace, candidate: ServerId, term: Term, seq: number): readonly ServerId[] {
	const voters = new Set([candidate]);
	findBefore(trace, seq + 1, ['delivered', 'role'], of(candidate), (event) => {
		if (event.type === 'role') {
			return event.role === 'candidate';
		}

		const {from, message} = event.flight;
		if (message.type === 'VoteReply' && message.voteGranted && message.term === term) {
			voters.add(from);
		}

		return false;
	});
	return ascending(voters);
}

/**
Who a leader knew to hold an entry of its log, up to an event and including it.

@param since - The earliest event that can tell of it: when the leader appended it, or began to lead.
*/
export function holdersUpTo(
	trace: Trace,
	leader: ServerId,
	{index, term}: {readonly index: LogIndex; readonly term: Term},
	since: number,
	seq: number,
): readonly ServerId[] {
	const holders = new Set([leader]);
	findAfter(trace, since, ['delivered'], of(leader), (event) => {
		if (event.seq > seq) {
			return true;
		}

		const {from, message} = event.flight;
		if (message.type === 'AppendReply' && message.success && message.term === term && message.matchIndex >= index) {
			holders.add(from);
		}

		return false;
	});
	return ascending(holders);
}

const ascending = (ids: Iterable<ServerId>): readonly ServerId[] => [...ids].toSorted((a, b) => a - b);
