/*
What Raft promises (Figure 3), looked for in a trace after the fact.

Written for the tests alone and from the paper alone: it shares no line with what it judges. Every finder
reads a run's events and returns the places where the promise was broken, so an empty list is good news.
*/

import {isDeepStrictEqual} from 'node:util';
import type {Entry, LogIndex, ServerId, Term} from '../../source/raft/vocabulary.js';
import type {Event, EventType} from '../../source/simulation/event.js';
import {shortCommand} from '../../source/state-machine/key-value.js';

/** One broken promise: the `seq` of the event with which it was broken, and how. */
export type Fact = {readonly seq: number; readonly text: string};

type EventOf<Type extends EventType> = Extract<Event, {readonly type: Type}>;

/** An event; of a restart also the log that was recovered, which the trace keeps behind what an event shows. */
export type Told = Event & {readonly log?: readonly Entry[]};

export type Finder = (events: Iterable<Told>) => readonly Fact[];

/** Election Safety (§5.2): at most one server ever leads a term, at once or one after the other. */
export function findTermsWithTwoLeaders(events: Iterable<Told>): readonly Fact[] {
	const facts: Fact[] = [];
	const leaders = new Map<Term, ServerId>();
	for (const event of events) {
		if (event.type !== 'role' || event.role !== 'leader') {
			continue;
		}

		const {seq, node, term} = event;
		const first = leaders.get(term) ?? node;
		leaders.set(term, first);
		if (first !== node) {
			facts.push({seq, text: `n${first} and n${node} both led term ${term}.`});
		}
	}

	return facts;
}

/** Leader Append-Only (§5.3): a leader never removes an entry from its own log. */
export function findLeadersThatTruncate(events: Iterable<Told>): readonly Fact[] {
	const facts: Fact[] = [];
	const leading = new Set<ServerId>();
	for (const event of events) {
		if (event.type === 'role' && event.role === 'leader') {
			leading.add(event.node);
		} else if (event.type === 'role' || event.type === 'crash') {
			leading.delete(event.node);
		} else if (event.type === 'truncate' && leading.has(event.node)) {
			facts.push({seq: event.seq, text: `n${event.node} removed its entries from ${event.from} on while it led.`});
		}
	}

	return facts;
}

/**
Log Matching (§5.3): an index and a term identify an entry, and everything before it, in all logs there ever were.

It is enough to look at each entry and the term of the one before it: if both are settled for every
place, so is the whole prefix, by induction.
*/
export function findLogsThatDiffer(events: Iterable<Told>): readonly Fact[] {
	const facts: Fact[] = [];
	const logs = new Logs();
	const settled = new Map<string, {readonly node: ServerId; readonly entry: Entry; readonly previousTerm: Term}>();
	for (const event of events) {
		if (event.type === 'append') {
			const {seq, node, entries} = event;
			let {length} = logs.of(node);
			let previousTerm = logs.of(node).at(-1)?.term ?? 0;
			for (const entry of entries) {
				const {index, term} = entry;
				if (index !== length + 1) {
					facts.push({seq, text: `n${node} put entry ${index} after ${length} others.`});
				}

				const first = settled.get(`${index}/${term}`) ?? {node, entry, previousTerm};
				settled.set(`${index}/${term}`, first);
				if (!isSame(first.entry, entry)) {
					facts.push({seq, text: `n${first.node} has ${say(first.entry)}, n${node} has ${say(entry)}.`});
				} else if (first.previousTerm !== previousTerm) {
					facts.push({
						seq,
						text: `Before ${say(entry)}, n${first.node} has term ${first.previousTerm}, n${node} has term ${previousTerm}.`,
					});
				}

				previousTerm = term;
				length++;
			}
		}

		logs.take(event);
	}

	return facts;
}

/**
Leader Completeness (§5.4): an entry committed in a term is in the log of the leader of every later term.

The term of a commitment is the one its first witness was in when it decided on it, which may be before its disk let it
say so. A leader of an earlier term need not have the
entry, even if it came to power afterwards: a vote may reach it late, when a later leader has long been at work.
*/
export function findLeadersThatLackCommitted(events: Iterable<Told>): readonly Fact[] {
	const facts: Fact[] = [];
	const logs = new Logs();
	const terms = new Terms();
	const commitIndexes = commitProgress();
	const committed = new Map<LogIndex, ReadonlyArray<{readonly entry: Entry; term: Term}>>();
	const elections: Array<{readonly node: ServerId; readonly term: Term; readonly log: readonly Entry[]}> = [];
	const lacks = (log: readonly Entry[], entry: Entry): boolean => !isSame(log[entry.index - 1], entry);

	function takeElection({seq, node, term}: EventOf<'role'>): void {
		const log = [...logs.of(node)];
		elections.push({node, term, log});
		const lacking = [...committed]
			.flatMap(([, entries]) => entries)
			.find((known) => known.term < term && lacks(log, known.entry));
		if (lacking !== undefined) {
			const {entry} = lacking;
			facts.push({seq, text: `n${node} leads term ${term} without ${say(entry)}, committed in term ${lacking.term}.`});
		}
	}

	function takeCommitment(seq: number, node: ServerId, term: Term, entry: Entry): void {
		const known = committed.get(entry.index)?.find((other) => isSame(other.entry, entry));
		if (known === undefined) {
			committed.set(entry.index, [...(committed.get(entry.index) ?? []), {entry, term}]);
		} else if (known.term <= term) {
			return;
		} else {
			known.term = term;
		}

		const later = elections.find((election) => election.term > term && lacks(election.log, entry));
		if (later !== undefined) {
			facts.push({
				seq,
				text: `n${node} committed ${say(entry)} in term ${term}; n${later.node} leads term ${later.term} without it.`,
			});
		}
	}

	for (const event of events) {
		switch (event.type) {
			case 'role': {
				if (event.role === 'leader') {
					takeElection(event);
				}

				break;
			}

			case 'commit': {
				const {seq, node, cause, index} = event;
				const term = terms.of(node, cause);
				for (const entry of logs.of(node).slice(commitIndexes.of(node), index)) {
					takeCommitment(seq, node, term, entry);
				}

				break;
			}
			// No default
		}

		terms.take(event);
		logs.take(event);
		commitIndexes.take(event);
	}

	return facts;
}

/** State Machine Safety (§5.4.3): no two servers ever apply different entries at one index. */
export function findAppliedDifferently(events: Iterable<Told>): readonly Fact[] {
	const facts: Fact[] = [];
	const applied = new Map<LogIndex, {readonly node: ServerId; readonly entry: Entry}>();
	for (const event of events) {
		if (event.type !== 'apply') {
			continue;
		}

		const {seq, node, entry} = event;
		const first = applied.get(entry.index) ?? {node, entry};
		applied.set(entry.index, first);
		if (!isSame(first.entry, entry)) {
			facts.push({seq, text: `n${first.node} applied ${say(first.entry)}, n${node} applied ${say(entry)}.`});
		}
	}

	return facts;
}

/**
Terms only grow (§5.1): a server's own between two crashes, and what it says of it for ever.

A crash may take a term that nobody was told of.
*/
export function findTermsThatGoBack(events: Iterable<Told>): readonly Fact[] {
	const facts: Fact[] = [];
	const own = new Map<ServerId, Term>();
	const said = new Map<ServerId, Term>();

	function take(seq: number, node: ServerId, term: Term, terms: Map<ServerId, Term>): void {
		const before = terms.get(node) ?? 0;
		terms.set(node, term);
		if (term < before) {
			facts.push({seq, text: `n${node} went back from term ${before} to term ${term}.`});
		}
	}

	for (const event of events) {
		switch (event.type) {
			case 'sent': {
				const {from, message, copyOf} = event.flight;
				if (copyOf === undefined) {
					take(event.seq, from, message.term, said); // What the network repeats, the server does not say
				}

				break;
			}

			case 'crash': {
				own.delete(event.node);
				break;
			}

			case 'role':
			case 'vote':
			case 'restart': {
				take(event.seq, event.node, event.term, own);
				break;
			}

			default:
		}
	}

	return facts;
}

/**
A server votes for one candidate in a term (§5.2): between two crashes, and over crashes as far as it has told anybody.

A candidate that asks for votes says thereby that it has its own.
*/
export function findSecondVotes(events: Iterable<Told>): readonly Fact[] {
	const facts: Fact[] = [];
	const given = new Map<ServerId, Map<Term, ServerId>>();
	const told = new Map<ServerId, Map<Term, ServerId>>();

	function take(seq: number, node: ServerId, term: Term, votedFor: ServerId, votes: typeof given): void {
		const ofNode = votes.get(node) ?? new Map<Term, ServerId>();
		votes.set(node, ofNode);
		const first = ofNode.get(term) ?? votedFor;
		ofNode.set(term, first);
		if (first !== votedFor) {
			facts.push({seq, text: `n${node} voted for n${first} and for n${votedFor} in term ${term}.`});
		}
	}

	for (const event of events) {
		switch (event.type) {
			case 'vote':
			case 'restart': {
				if (event.votedFor !== undefined) {
					take(event.seq, event.node, event.term, event.votedFor, given);
				}

				break;
			}

			case 'crash': {
				given.delete(event.node);
				break;
			}

			case 'sent': {
				const {from, to, message} = event.flight;
				if (message.type === 'RequestVote') {
					take(event.seq, from, message.term, from, told);
				} else if (message.type === 'VoteReply' && message.voteGranted) {
					take(event.seq, from, message.term, to, told);
				}

				break;
			}
			// No default
		}
	}

	return facts;
}

/** Between crashes, the commit index only grows and stays within the log, and entries are applied one by one up to it (§5.3). */
export function findCommitsOutOfOrder(events: Iterable<Told>): readonly Fact[] {
	const facts: Fact[] = [];
	const logs = new Logs();
	const commitIndexes = commitProgress();
	const lastApplied = applyProgress();
	for (const event of events) {
		if (event.type === 'commit') {
			const {seq, node, index} = event;
			const before = commitIndexes.of(node);
			const {length} = logs.of(node);
			if (index <= before || index > length) {
				facts.push({seq, text: `n${node} took its commit index from ${before} to ${index}, with ${length} entries.`});
			}
		} else if (event.type === 'apply') {
			const {seq, node, entry} = event;
			const before = lastApplied.of(node);
			const limit = commitIndexes.of(node);
			if (entry.index !== before + 1 || entry.index > limit) {
				facts.push({seq, text: `n${node} applied ${say(entry)} after ${before}, with commit index ${limit}.`});
			}
		}

		logs.take(event);
		commitIndexes.take(event);
		lastApplied.take(event);
	}

	return facts;
}

/** Figure 3, by name. */
export const figure3 = {
	'Election Safety': findTermsWithTwoLeaders,
	'Leader Append-Only': findLeadersThatTruncate,
	'Log Matching': findLogsThatDiffer,
	'Leader Completeness': findLeadersThatLackCommitted,
	'State Machine Safety': findAppliedDifferently,
} as const satisfies Record<string, Finder>;

export type PropertyName = keyof typeof figure3;

/** Which of Figure 3's properties breaks first, at which event, and what the finders say of it. More than one only if they break at the same event. */
export function findFirstBroken(events: readonly Told[]): {
	readonly seq: number;
	readonly properties: readonly PropertyName[];
	readonly texts: readonly string[];
} {
	const reports = (Object.keys(figure3) as PropertyName[]).flatMap((property) =>
		figure3[property](events).map(({seq, text}) => ({property, seq, text})),
	);
	const seq = Math.min(...reports.map((report) => report.seq));
	const first = reports.filter((report) => report.seq === seq);
	return {
		seq,
		properties: [...new Set(first.map(({property}) => property))],
		texts: first.map(({text}) => text),
	};
}

/** Every server's log as its append and truncate events left it, and after a crash what the disk gave back. */
class Logs {
	readonly #logs = new Map<ServerId, Entry[]>();

	of(node: ServerId): readonly Entry[] {
		return this.#logs.get(node) ?? [];
	}

	take(event: Told): void {
		switch (event.type) {
			case 'restart': {
				this.#logs.set(event.node, [...(event.log ?? this.of(event.node))]);
				break;
			}

			case 'append': {
				const log = this.#logs.get(event.node) ?? [];
				log.push(...event.entries);
				this.#logs.set(event.node, log);
				break;
			}

			case 'truncate': {
				this.#logs.set(event.node, this.of(event.node).slice(0, event.from - 1));
				break;
			}
			// No default
		}
	}
}

/** The terms that each server has been in since it last started, and the causes by which it came to them. */
class Terms {
	readonly #terms = new Map<ServerId, Array<{readonly cause: number; readonly term: Term}>>();

	/** The term in which a server was when something caused it to decide. */
	of(node: ServerId, cause: number): Term {
		return this.#terms.get(node)?.findLast((one) => one.cause <= cause)?.term ?? 0;
	}

	take(event: Told): void {
		if (event.type === 'role' || event.type === 'restart') {
			const {node, cause, term} = event;
			const earlier = event.type === 'role' ? (this.#terms.get(node) ?? []) : [];
			earlier.push({cause, term});
			this.#terms.set(node, earlier);
		}
	}
}

/** How far each server has come since it last started; a crash forgets it (Figure 2, "volatile state"). */
class Progress {
	readonly #indexes = new Map<ServerId, LogIndex>();

	readonly #indexIn: (event: Told) => LogIndex | undefined;

	constructor(indexIn: (event: Told) => LogIndex | undefined) {
		this.#indexIn = indexIn;
	}

	of(node: ServerId): LogIndex {
		return this.#indexes.get(node) ?? 0;
	}

	take(event: Told): void {
		const index = this.#indexIn(event);
		if (index !== undefined && 'node' in event) {
			this.#indexes.set(event.node, index);
		} else if (event.type === 'crash') {
			this.#indexes.delete(event.node);
		}
	}
}

const commitProgress = (): Progress => new Progress((event) => (event.type === 'commit' ? event.index : undefined));
const applyProgress = (): Progress => new Progress((event) => (event.type === 'apply' ? event.entry.index : undefined));

/** A disk gives back another object with the same contents. */
const isSame = (one: Entry | undefined, other: Entry): boolean =>
	one === other || (one?.index === other.index && one.term === other.term && isDeepStrictEqual(one, other));

const say = ({index, term, command}: Entry): string => `${shortCommand(command)} at ${index} of term ${term}`;
