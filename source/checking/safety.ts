/*
Raft's safety, watched event by event: Figure 3's properties and what they rest on (`safety/promises.ts`).

It believes nothing but the trace, and takes no part in what it watches. What each server holds it works out from
the events alone; what a server merely wrote does not count until its disk says that it is saved.

Most events are messages and timers, which move no server by themselves: they are passed over at once, but for messages
that leave before what they promise is saved. Of the others each costs a few steps, however long the logs are, and an
entry is kept once for all logs that have it.
*/

import {entriesBetween} from '../raft/log.js';
import type {Persisted} from '../raft/server.js';
import type {Entry, LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import type {Violation} from '../simulation/event.js';
import type {Flight} from '../simulation/network.js';
import {codeOf, roleCodes, type AppliedEntry, type TraceReader} from '../simulation/trace.js';
import {isSameEntry} from '../raft/same.js';
import {Applications, appliedOtherwise, appliedOutOfOrder, secondEffect} from './safety/applications.js';
import {commitIndexMisplaced, findCommittedRemoved, findOtherCommitted} from './safety/commit-rules.js';
import {Commitments} from './safety/commitments.js';
import {findCommittedLost, findCommittedTooEarly} from './safety/durability.js';
import {findSecondLeader, withElection, type Election, type Elections} from './safety/elections.js';
import {findIncompleteLeader, findLeaderLeftBehind} from './safety/leader-completeness.js';
import {Ledger} from './safety/ledger.js';
import {findLeaderThatTruncates, mismatch, misplaced} from './safety/logs.js';
import {ObservedServer} from './safety/observed-server.js';
import {cutAt, emptyLog, Prefix, startsWith} from './safety/prefix.js';
import {figure3Count, safetyProperties, type SafetyProperty} from './safety/promises.js';
import {findSecondVote, findStaleCandidate, findTermGoneBack, findTermLost} from './safety/votes.js';

export {safetyProperties, type SafetyProperty} from './safety/promises.js';

export type SafetySettings = {
	readonly nodes: number;
	/** Watch Figure 3's five only, and let what they rest on break: whoever is shown a mistake may want to see where it leads. */
	readonly onlyFigure3?: boolean;
};

const {sent, role, vote, append, truncate, synced, commit, apply, crash, restart, wipe} = codeOf;

/** By the code of an event's type: whether it says anything about a server. */
const isWatched = new Uint8Array(256);
for (const code of [sent, role, vote, append, truncate, synced, commit, apply, crash, restart, wipe]) {
	isWatched[code] = 1;
}

const figure3: ReadonlySet<string> = new Set<SafetyProperty>(
	safetyProperties.slice(0, figure3Count).map(({name}) => name),
);

export class SafetyChecker implements TraceReader {
	readonly #settings: SafetySettings;
	/** `servers[0]` is n1. */
	readonly #servers: readonly ObservedServer[];
	readonly #ledger: Ledger;
	readonly #commitments: Commitments;
	readonly #applications: Applications;
	#elections: Elections;
	#violation: Violation | undefined;

	constructor(settings: SafetySettings, original?: SafetyChecker) {
		this.#settings = settings;
		if (original === undefined) {
			this.#servers = Array.from({length: settings.nodes}, (_, at) => new ObservedServer(at + 1));
			this.#ledger = new Ledger();
			this.#commitments = new Commitments();
			this.#applications = new Applications();
			return;
		}

		this.#servers = original.#servers.map((server) => server.copy());
		this.#ledger = original.#ledger.copy();
		this.#commitments = original.#commitments.copy();
		this.#applications = original.#applications.copy();
		this.#elections = original.#elections;
		this.#violation = original.#violation;
	}

	/** The first promise that was broken. Nothing is looked at after it. */
	get violation(): Violation | undefined {
		return this.#violation;
	}

	/** A checker that goes on by itself from here; what does not change any more is shared. */
	copy(): SafetyChecker {
		return new SafetyChecker(this.#settings, this);
	}

	/** Take in a trace's next row, each once and in order. */
	take(seq: number, type: number, node: ServerId, first: number, second: number, payload: unknown): void {
		if (isWatched[type] === 0 || this.#violation !== undefined) {
			return;
		}

		if (type === sent) {
			const server = this.#servers[node - 1]!;
			if (server.hasUnsavedBallot) {
				server.tell((payload as Flight).message, first, seq);
			}

			return;
		}

		const violation = this.#judge(seq, type, this.#servers[node - 1]!, first, second, payload);
		if (violation !== undefined && (this.#settings.onlyFigure3 !== true || figure3.has(violation.property))) {
			this.#violation = violation;
		}
	}

	/** One case a type of event. Each looks for what may break in it, Figure 3's first, and takes note of what happened. */
	#judge(
		seq: number,
		type: number,
		server: ObservedServer,
		first: number,
		second: number,
		payload: unknown,
	): Violation | undefined {
		switch (type) {
			case append: {
				return this.#append(seq, server, payload as readonly Entry[]);
			}

			case synced: {
				server.save(first, seq);
				return undefined;
			}

			case commit: {
				return this.#commit(seq, server, first);
			}

			case apply: {
				return this.#apply(seq, server, payload as AppliedEntry);
			}

			case role: {
				return this.#role(seq, server, first, second);
			}

			case vote: {
				return this.#vote(seq, server, first, second);
			}

			case truncate: {
				return this.#truncate(seq, server, first);
			}

			case crash: {
				server.crash();
				return undefined;
			}

			case restart: {
				return this.#restart(seq, server, payload as Persisted);
			}

			case wipe: {
				server.wipe(seq);
				return findCommittedLost(this.#servers, this.#commitments, seq);
			}

			default: {
				return undefined;
			}
		}
	}

	#role(seq: number, server: ObservedServer, term: Term, code: number): Violation | undefined {
		const {id, log} = server;
		const becomes = roleCodes[code % 4];
		const figure3Violation = becomes === 'leader' ? this.#elect({term, node: id, seq, log}) : undefined;
		const violation = figure3Violation ?? findTermGoneBack(server, term, seq);
		if (becomes === 'candidate') {
			server.candidacy = {term, log, seq, earlier: server.candidacy};
		}

		server.isLeader = becomes === 'leader';
		server.seeTerm(term, seq);
		return violation;
	}

	#elect(won: Omit<Election, 'earlier'>): Violation | undefined {
		const violation = findSecondLeader(this.#elections, won) ?? findIncompleteLeader(won, this.#commitments);
		this.#elections = withElection(this.#elections, won);
		return violation;
	}

	#vote(seq: number, server: ObservedServer, term: Term, votedFor: ServerId): Violation | undefined {
		const {ballot} = server;
		if (ballot.term === term && ballot.votedFor === votedFor) {
			return undefined; // Said once more
		}

		const violation =
			findSecondVote(server, term, votedFor, seq) ??
			findStaleCandidate(server, this.#servers[votedFor - 1], term, seq) ??
			findTermGoneBack(server, term, seq);
		server.vote(term, votedFor, seq);
		return violation;
	}

	#append(seq: number, server: ObservedServer, entries: readonly Entry[]): Violation | undefined {
		const log = this.#goOn(server, server.log, entries, seq);
		if (!(log instanceof Prefix)) {
			return log;
		}

		server.append(log, seq);
		return undefined;
	}

	/** The log that goes on with these entries, unless they cannot stand there. */
	#goOn(server: ObservedServer, log: Prefix, entries: readonly Entry[], seq: number): Prefix | Violation {
		let next = log;
		for (const entry of entries) {
			if (entry.index !== next.index + 1) {
				return misplaced(server, next, entry, seq);
			}

			const known = this.#ledger.settle(next, entry, server.id, seq);
			if (known.previous !== next || !isSameEntry(known.entry, entry)) {
				return mismatch(known, server, next, entry, seq);
			}

			next = known;
		}

		return next;
	}

	#truncate(seq: number, server: ObservedServer, from: LogIndex): Violation | undefined {
		const {log, savedLog} = server;
		if (from > log.index) {
			return undefined; // There is nothing to remove
		}

		const committed = this.#commitments.log;
		const violation =
			findLeaderThatTruncates(server, from, seq) ?? findCommittedRemoved(server, from, this.#commitments, seq);
		server.truncate(from, seq);
		const isCommittedLost =
			from <= committed.index && from <= savedLog.index && cutAt(savedLog, from) === cutAt(committed, from);
		if (!isCommittedLost) {
			return violation;
		}

		server.lose('it removed it from its log', savedLog, [seq]);
		return violation ?? findCommittedLost(this.#servers, this.#commitments, seq);
	}

	#commit(seq: number, server: ObservedServer, index: LogIndex): Violation | undefined {
		const {id, log, ballot, commitIndex} = server;
		const isInOrder = index > commitIndex && index <= log.index;
		const outOfPlace = isInOrder ? undefined : commitIndexMisplaced(server, index, seq);
		server.commitIndex = index;
		server.commitSeq = seq;
		if (index > log.index) {
			return outOfPlace;
		}

		const {term} = ballot;
		const committed = cutAt(log, index);
		const known = this.#commitments.upTo(term);
		if (known !== undefined && startsWith(known.log, committed)) {
			return outOfPlace; // A server of this term or a lower one has said so already
		}

		const commitment = {term, node: id, seq, log: committed};
		const violation =
			findLeaderLeftBehind(commitment, this.#elections, this.#commitments) ??
			findOtherCommitted(commitment, this.#commitments);
		if (violation !== undefined) {
			return violation;
		}

		const tooEarly = index > this.#commitments.log.index ? findCommittedTooEarly(commitment, this.#servers) : undefined;
		this.#commitments.add(term, id, seq, committed);
		return outOfPlace ?? tooEarly;
	}

	#apply(seq: number, server: ObservedServer, applied: AppliedEntry): Violation | undefined {
		const {entry} = applied;
		const {index} = entry;
		const {id, lastApplied, commitIndex} = server;
		const {next} = this.#applications;
		if (index < next && !this.#applications.agreesWith(applied)) {
			return appliedOtherwise(this.#applications.firstOf(index), {applied, node: id, seq});
		}

		const isInOrder = index === lastApplied + 1 && index <= commitIndex;
		const outOfOrder = isInOrder ? undefined : appliedOutOfOrder(server, entry, seq);
		server.lastApplied = index;
		server.appliedSeq = seq;
		if (index !== next) {
			return outOfOrder;
		}

		const earlier = this.#applications.add(applied, id, seq);
		return outOfOrder ?? (earlier === undefined ? undefined : secondEffect(earlier, applied, id, seq));
	}

	#restart(seq: number, server: ObservedServer, {currentTerm, votedFor, log}: Persisted): Violation | undefined {
		const {lastIncludedIndex, lastIncludedTerm, lastIndex} = log;
		const begin = this.#ledger.find(lastIncludedIndex, lastIncludedTerm) ?? emptyLog;
		const recovered = this.#goOn(server, begin, entriesBetween(log, lastIncludedIndex + 1, lastIndex), seq);
		if (!(recovered instanceof Prefix)) {
			return recovered;
		}

		const termLost = findTermLost(server, currentTerm, seq);
		server.restart(currentTerm, votedFor ?? 0, recovered, seq);
		server.commitIndex = lastIncludedIndex;
		server.lastApplied = lastIncludedIndex;
		return termLost ?? findCommittedLost(this.#servers, this.#commitments, seq);
	}
}
