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

export type Finder = (events: Iterable<Event>) => readonly Fact[];

/** Election Safety (§5.2): at most one server ever leads a term, at once or one after the other. */
export function findTermsWithTwoLeaders(events: Iterable<Event>): readonly Fact[] {
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
export function findLeadersThatTruncate(events: Iterable<Event>): readonly Fact[] {
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
export function findLogsThatDiffer(events: Iterable<Event>): readonly Fact[] {
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

The term of a commitment is the one its first witness was in. A leader of an earlier term need not have the
entry, even if it came to power afterwards: a vote may reach it late, when a later leader has long been at work.
*/
export function findLeadersThatLackCommitted(events: Iterable<Event>): readonly Fact[] {
	const facts: Fact[] = [];
	const logs = new Logs();
	const terms = new Map<ServerId, Term>();
	const commitIndexes = commitProgress();
	const committed: Array<{readonly entry: Entry; term: Term}> = [];
	const elections: Array<{readonly node: ServerId; readonly term: Term; readonly log: readonly Entry[]}> = [];
	const lacks = (log: readonly Entry[], entry: Entry): boolean => !isSame(log[entry.index - 1], entry);

	function takeElection({seq, node, term}: EventOf<'role'>): void {
		const log = [...logs.of(node)];
		elections.push({node, term, log});
		const lacking = committed.find((known) => known.term < term && lacks(log, known.entry));
		if (lacking !== undefined) {
			const {entry} = lacking;
			facts.push({seq, text: `n${node} leads term ${term} without ${say(entry)}, committed in term ${lacking.term}.`});
		}
	}

	function takeCommitment(seq: number, node: ServerId, entry: Entry): void {
		const term = terms.get(node)!;
		const known = committed.find((other) => isSame(other.entry, entry));
		if (known === undefined) {
			committed.push({entry, term});
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
		if (event.type === 'role') {
			terms.set(event.node, event.term);
			if (event.role === 'leader') {
				takeElection(event);
			}
		} else if (event.type === 'commit') {
			const {seq, node, index} = event;
			for (const entry of logs.of(node).slice(commitIndexes.of(node), index)) {
				takeCommitment(seq, node, entry);
			}
		}

		logs.take(event);
		commitIndexes.take(event);
	}

	return facts;
}

/** State Machine Safety (§5.4.3): no two servers ever apply different entries at one index. */
export function findAppliedDifferently(events: Iterable<Event>): readonly Fact[] {
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

/** Terms only grow, over crashes too (§5.1). */
export function findTermsThatGoBack(events: Iterable<Event>): readonly Fact[] {
	const facts: Fact[] = [];
	const terms = new Map<ServerId, Term>();
	for (const event of events) {
		if ('term' in event) {
			const {seq, node, term} = event;
			const before = terms.get(node) ?? 0;
			terms.set(node, term);
			if (term < before) {
				facts.push({seq, text: `n${node} went back from term ${before} to term ${term}.`});
			}
		}
	}

	return facts;
}

/** A server votes for one candidate in a term, over crashes too (§5.2). */
export function findSecondVotes(events: Iterable<Event>): readonly Fact[] {
	const facts: Fact[] = [];
	const votes = new Map<string, ServerId>();
	for (const event of events) {
		if (event.type === 'vote' && event.votedFor !== undefined) {
			const {seq, node, term, votedFor} = event;
			const first = votes.get(`n${node} in ${term}`) ?? votedFor;
			votes.set(`n${node} in ${term}`, first);
			if (first !== votedFor) {
				facts.push({seq, text: `n${node} voted for n${first} and for n${votedFor} in term ${term}.`});
			}
		}
	}

	return facts;
}

/** Between crashes, the commit index only grows and stays within the log, and entries are applied one by one up to it (§5.3). */
export function findCommitsOutOfOrder(events: Iterable<Event>): readonly Fact[] {
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
export function findFirstBroken(events: readonly Event[]): {
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

/** Every server's log as its append and truncate events left it. A crash leaves it as it is: it was persisted. */
class Logs {
	readonly #logs = new Map<ServerId, Entry[]>();

	of(node: ServerId): readonly Entry[] {
		return this.#logs.get(node) ?? [];
	}

	take(event: Event): void {
		if (event.type === 'append') {
			this.#logs.set(event.node, [...this.of(event.node), ...event.entries]);
		} else if (event.type === 'truncate') {
			this.#logs.set(event.node, this.of(event.node).slice(0, event.from - 1));
		}
	}
}

/** How far each server has come since it last started; a crash forgets it (Figure 2, "volatile state"). */
class Progress {
	readonly #indexes = new Map<ServerId, LogIndex>();

	readonly #indexIn: (event: Event) => LogIndex | undefined;

	constructor(indexIn: (event: Event) => LogIndex | undefined) {
		this.#indexIn = indexIn;
	}

	of(node: ServerId): LogIndex {
		return this.#indexes.get(node) ?? 0;
	}

	take(event: Event): void {
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

const isSame = (one: Entry | undefined, other: Entry): boolean => one === other || isDeepStrictEqual(one, other);

const say = ({index, term, command}: Entry): string => `${shortCommand(command)} at ${index} of term ${term}`;
