/*
Looking back: what a server was and had at an event of the trace, read from the events before it.

The trace may have forgotten its beginning; what stands there only is `undefined`.
*/

import type {Role} from '../raft/server.js';
import type {Entry, LogIndex, LogPosition, ServerId, Term} from '../raft/vocabulary.js';
import type {Event, EventType} from '../simulation/event.js';
import type {Trace} from '../simulation/trace.js';

export type EventOf<Type extends EventType> = Event & {readonly type: Type};

/** Effects follow their cause closely, unless a disk is very slow; so many events are looked through. */
const effectsWithin = 500;

/** The latest event before `seq` of these types that fits. */
export function findBefore<Type extends EventType>(
	trace: Trace,
	seq: number,
	types: readonly Type[],
	fits: (event: EventOf<Type>) => boolean,
): EventOf<Type> | undefined {
	const {first} = trace;
	for (let at = Math.min(seq - 1, trace.length); at >= first; at--) {
		if (types.includes(trace.typeAt(at) as Type)) {
			const event = trace.at(at) as EventOf<Type>;
			if (fits(event)) {
				return event;
			}
		}
	}

	return undefined;
}

/** The first event after `seq` of these types that fits. */
export function findAfter<Type extends EventType>(
	trace: Trace,
	seq: number,
	types: readonly Type[],
	fits: (event: EventOf<Type>) => boolean,
): EventOf<Type> | undefined {
	for (let at = Math.max(seq + 1, trace.first); at <= trace.length; at++) {
		if (types.includes(trace.typeAt(at) as Type)) {
			const event = trace.at(at) as EventOf<Type>;
			if (fits(event)) {
				return event;
			}
		}
	}

	return undefined;
}

/** What an event led to, in order: directly, or by way of an entry that was applied. */
export function effectsOf(trace: Trace, seq: number): readonly Event[] {
	const causes = new Set([seq]);
	const effects: Event[] = [];
	for (let at = Math.max(seq + 1, trace.first); at <= Math.min(trace.length, seq + effectsWithin); at++) {
		const event = trace.at(at)!;
		if (causes.has(event.cause)) {
			effects.push(event);
			if (event.type === 'apply') {
				causes.add(at);
			}
		}
	}

	return effects;
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
	const event = findBefore(trace, seq, ['role', 'crash', 'restart'], (candidate) => candidate.node === node);
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

/** The vote that a server had given in a term before an event. */
export const voteBefore = (
	trace: Trace,
	node: ServerId,
	term: Term,
	seq: number,
): (EventOf<'vote'> & {readonly votedFor: ServerId}) | undefined => {
	const event = findBefore(
		trace,
		seq,
		['vote', 'wipe'],
		(candidate) => candidate.node === node && (candidate.type === 'wipe' || candidate.term <= term),
	);
	return event?.type === 'vote' && event.term === term && event.votedFor !== undefined
		? {...event, votedFor: event.votedFor}
		: undefined;
};

/** The latest append that put an entry where a server had it before an event, and the entry; at the end of the log, or at an index. */
function appendBefore(
	trace: Trace,
	node: ServerId,
	seq: number,
	index?: LogIndex,
): 'none' | {readonly event: EventOf<'append'>; readonly entry: Entry} | undefined {
	let end = Number.POSITIVE_INFINITY;
	let isGone = false;
	let found: Entry | undefined;
	const event = findBefore(trace, seq, ['append', 'truncate', 'restart', 'wipe'], (candidate) => {
		if (candidate.node !== node) {
			return false;
		}

		switch (candidate.type) {
			case 'append': {
				const from = candidate.entries[0]!.index;
				const wanted = index ?? Math.min(end, candidate.entries.at(-1)!.index);
				found = wanted <= end ? candidate.entries[wanted - from] : undefined;
				return found !== undefined;
			}

			case 'truncate': {
				end = Math.min(end, candidate.from - 1);
				break;
			}

			case 'restart': {
				end = Math.min(end, candidate.lastIndex);
				break;
			}

			case 'wipe': {
				end = 0;
				break;
			}
		}

		isGone = end < (index ?? 1);
		return isGone;
	});
	if (event?.type === 'append' && found !== undefined) {
		return {event, entry: found};
	}

	return isGone || trace.first === 1 ? 'none' : undefined;
}

/** Where a server's log ended before an event; `undefined` if that is forgotten. */
export function lastPositionBefore(trace: Trace, node: ServerId, seq: number): LogPosition | undefined {
	const appended = appendBefore(trace, node, seq);
	return appended === 'none' ? {index: 0, term: 0} : appended?.entry;
}

/** The entry that a server had at an index before an event, and the append that put it there. */
export function entryBefore(
	trace: Trace,
	node: ServerId,
	index: LogIndex,
	seq: number,
): {readonly event: EventOf<'append'>; readonly entry: Entry} | undefined {
	const appended = appendBefore(trace, node, seq, index);
	return appended === 'none' ? undefined : appended;
}

/** The commit index that a server had before an event; `undefined` if that is forgotten. */
export function commitIndexBefore(trace: Trace, node: ServerId, seq: number): LogIndex | undefined {
	const event = findBefore(trace, seq, ['commit', 'crash'], (candidate) => candidate.node === node);
	return event?.type === 'commit' ? event.index : event === undefined && trace.first > 1 ? undefined : 0;
}

/** The event in which a server came to know that an entry is committed, if it knows now. Far back it is found by halving. */
export function findCommit(trace: Trace, node: ServerId, index: LogIndex): EventOf<'commit'> | undefined {
	const isKnownBefore = (seq: number): boolean => (commitIndexBefore(trace, node, seq) ?? index) >= index;
	let known = trace.length + 1;
	let unknown = known;
	for (let step = 64; isKnownBefore(unknown); step *= 2) {
		known = unknown;
		if (unknown === trace.first) {
			return undefined;
		}

		unknown = Math.max(trace.first, unknown - step);
	}

	while (known - unknown > 1) {
		const middle = Math.floor((unknown + known) / 2);
		if (isKnownBefore(middle)) {
			known = middle;
		} else {
			unknown = middle;
		}
	}

	const event = trace.at(unknown);
	return event?.type === 'commit' ? event : undefined;
}

/** Who had granted a candidate its vote for a term, up to an event and including it. */
export function votersUpTo(trace: Trace, candidate: ServerId, term: Term, seq: number): readonly ServerId[] {
	const voters = new Set([candidate]);
	findBefore(trace, seq + 1, ['delivered', 'role'], (event) => {
		if (event.type === 'role') {
			return event.node === candidate && event.role === 'candidate';
		}

		const {from, to, message} = event.flight;
		if (to === candidate && message.type === 'VoteReply' && message.voteGranted && message.term === term) {
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
	findBefore(trace, seq + 1, ['delivered'], (event) => {
		const {from, to, message} = event.flight;
		if (
			to === leader &&
			message.type === 'AppendReply' &&
			message.success &&
			message.term === term &&
			message.matchIndex >= index
		) {
			holders.add(from);
		}

		return event.seq <= since;
	});
	return ascending(holders);
}

const ascending = (ids: Iterable<ServerId>): readonly ServerId[] => [...ids].toSorted((a, b) => a - b);
