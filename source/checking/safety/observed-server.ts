/*
What the trace has shown of one server: what it holds, and how much of that its disk has said to be safe.
*/

import type {LogIndex, Message, ServerId, Term} from '../../raft/vocabulary.js';
import {cutAt, emptyLog, startsWith, type Prefix} from './prefix.js';
import {Unsaved} from './unsaved.js';

/** A server's term and the vote it has given in it, 0 for none; and the event that showed them. */
export type Ballot = {readonly term: Term; readonly votedFor: ServerId; readonly seq: number};

const noBallot: Ballot = {term: 0, votedFor: 0, seq: 0};

/** That a server asked for votes in a term, and the log it had then. */
export type Candidacy = {
	readonly term: Term;
	readonly log: Prefix;
	readonly seq: number;
	readonly earlier: Candidacy | undefined;
};

/** How a server came to lose what its disk had saved, at which event, and what that was. */
export type Loss = {
	readonly how: 'its disk was wiped' | 'its disk had said that it was saved' | 'it removed it from its log';
	readonly log: Prefix;
	readonly seqs: readonly number[];
};

export class ObservedServer {
	readonly id: ServerId;
	isLeader = false;
	ballot = noBallot;
	log = emptyLog;
	/** The latest first. */
	candidacy: Candidacy | undefined;
	commitIndex: LogIndex = 0;
	lastApplied: LogIndex = 0;
	/** The events that showed the log and these two. */
	logSeq = 0;
	commitSeq = 0;
	appliedSeq = 0;
	/** What survives a crash, if the disk tells the truth. */
	savedBallot = noBallot;
	savedLog = emptyLog;
	/** The event in which the disk said so last. */
	savedSeq = 0;
	/** What others were told too early, before the disk had it: a term with the event in which they were, and a vote. */
	toldTerm: Term = 0;
	toldTermSeq = 0;
	toldBallot = noBallot;
	/** The restart in which the vote that counts was lost, or 0. */
	forgottenSeq = 0;
	/** Whether it has begun anew with an empty disk. */
	wasWiped = false;
	loss: Loss | undefined;
	/** What was written since. */
	#unsavedBallots: Ballot[] = [];
	#unsavedLogs = new Unsaved();

	constructor(id: ServerId) {
		this.id = id;
	}

	seeTerm(term: Term, seq: number): void {
		if (term !== this.ballot.term) {
			this.#write({term, votedFor: 0, seq});
		}
	}

	/** A vote that is taken back has been given nonetheless. */
	vote(term: Term, votedFor: ServerId, seq: number): void {
		if (term !== this.ballot.term || (votedFor !== 0 && votedFor !== this.ballot.votedFor)) {
			this.#write({term, votedFor, seq});
		}
	}

	#write(ballot: Ballot): void {
		this.ballot = ballot;
		this.forgottenSeq = 0;
		this.#unsavedBallots.push(ballot);
	}

	append(log: Prefix, seq: number): void {
		this.log = log;
		this.logSeq = seq;
		this.#unsavedLogs.push(log, seq);
	}

	/** What is removed counts as gone from the disk at once: only what is appended must wait to count. */
	truncate(from: LogIndex, seq: number): void {
		this.log = cutAt(this.log, from - 1);
		this.logSeq = seq;
		if (this.savedLog.index >= from) {
			this.savedLog = this.log;
		}

		const cutSeq = this.#unsavedLogs.cutFrom(from);
		if (cutSeq > 0) {
			this.#unsavedLogs.push(this.log, cutSeq); // What is left of that append is saved when it would have been
		}
	}

	/** The disk says that everything up to the event `upTo` is safe. */
	save(upTo: number, seq: number): void {
		this.savedSeq = seq;
		this.savedLog = this.#unsavedLogs.takeUpTo(upTo) ?? this.savedLog;
		while (this.#unsavedBallots.length > 0 && this.#unsavedBallots[0]!.seq <= upTo) {
			this.savedBallot = this.#unsavedBallots.shift()!;
		}
	}

	crash(): void {
		this.isLeader = false;
		this.commitIndex = 0;
		this.lastApplied = 0;
		this.log = this.savedLog;
		this.#unsavedLogs.clear();
	}

	/** Whether a message that leaves now may tell of what the disk does not have yet. */
	get hasUnsavedBallot(): boolean {
		return this.ballot !== this.savedBallot;
	}

	/** A message leaves. If it tells of what the disk does not have yet, it should have waited (thesis §3.8). */
	tell(message: Message, to: ServerId, seq: number): void {
		const {term, votedFor} = this.ballot;
		if (message.term !== term) {
			return; // It had to wait longer than the term lasted
		}

		if (this.savedBallot.term < term && this.toldTerm < term) {
			this.toldTerm = term;
			this.toldTermSeq = seq;
		}

		const asksForItself = message.type === 'RequestVote' && votedFor === this.id;
		const grantsVote = message.type === 'VoteReply' && message.voteGranted && votedFor === to;
		if (asksForItself || grantsVote) {
			this.toldBallot = this.ballot;
		}
	}

	/**
	Start with what the disk gives back. That may be more than it had promised. If it is less, the server does not know
	what it has voted, but others may: here it is not forgotten.
	*/
	restart(term: Term, votedFor: ServerId, log: Prefix, seq: number): void {
		this.crash();
		this.logSeq = seq;
		if (!startsWith(log, this.savedLog)) {
			this.lose('its disk had said that it was saved', this.savedLog, [this.savedSeq, seq]);
		}

		this.log = log;
		this.savedLog = log;
		const ballots = [this.savedBallot, ...this.#unsavedBallots];
		const given = [this.savedBallot, this.toldBallot].find((ballot) => ballot.term === term && ballot.votedFor !== 0);
		const known = ballots.findLast((ballot) => ballot.term === term && ballot.votedFor === votedFor);
		this.ballot = given ?? known ?? {term, votedFor, seq};
		this.forgottenSeq = this.ballot.votedFor === votedFor ? 0 : seq;
		this.savedBallot = this.ballot;
		this.#unsavedBallots = [];
	}

	/** From here on it is a new server. */
	wipe(seq: number): void {
		this.lose('its disk was wiped', this.savedLog, [seq]);
		this.crash();
		this.ballot = noBallot;
		this.log = emptyLog;
		this.savedBallot = noBallot;
		this.toldTerm = 0;
		this.toldBallot = noBallot;
		this.savedLog = emptyLog;
		this.#unsavedBallots = [];
		this.wasWiped = true;
	}

	/** Remember what it had, for whoever misses it. */
	lose(how: Loss['how'], log: Prefix, seqs: readonly number[]): void {
		if (log.index > 0) {
			this.loss = {how, log, seqs};
		}
	}

	copy(): ObservedServer {
		const copy = Object.assign(new ObservedServer(this.id), this);
		copy.#unsavedBallots = [...this.#unsavedBallots];
		copy.#unsavedLogs = this.#unsavedLogs.copy();
		return copy;
	}
}
