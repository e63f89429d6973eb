/*
The network: who can reach whom, and what becomes of each message.

A message's fate is decided when it is sent, by a hash of the seed and of what the message is: its
link, its content, and how many like it went before. It is not the next number of a stream: taking a
step out of a scenario leaves the fates of the other messages as they were (but for one in thousands,
as each link remembers a limited number of kinds).
*/

import type {Message, ServerId} from '../raft/vocabulary.js';
import {finish, mix, mixText} from './digest.js';
import type {Settings, TimeRangeUs} from './settings.js';

/** `loss`: the network dropped it. `partition`: no way leads there. `down`: nobody was there to receive it. */
export type LossReason = 'loss' | 'partition' | 'down';

/** One message on its way. */
export type Flight = {
	/** Counts all messages of the run from 1. */
	readonly id: number;
	readonly from: ServerId;
	readonly to: ServerId;
	readonly message: Message;
	readonly sentUs: number;
	/** When it arrives; where it is lost on the way, when it would have. */
	readonly dueUs: number;
	/** Why it never arrives, if that was decided at sending. */
	readonly lost: LossReason | undefined;
	/** The `seq` of its `sent` event. */
	readonly sentSeq: number;
};

/**
How many messages a link remembers having sent before: sets of a few, the latest first.

A message that comes around again must not meet its old fate, or one that was lost would be lost for ever.
A lagging follower makes two or three alternate on a link, so a set must hold several.
*/
const sets = 32;
const ways = 4;

export class Network {
	delay: TimeRangeUs;
	lossRate: number;
	/** The sides of the present partition; empty if there is none. */
	groups: ReadonlyArray<readonly ServerId[]> = [];
	isolated: ReadonlySet<ServerId> = new Set();
	readonly #settings: Settings;
	readonly #width: number;
	readonly #seed: number;
	/** Link by link and set by set: pairs of a message's identity and how often it was sent before. */
	readonly #sentBefore: Int32Array;

	constructor(settings: Settings) {
		this.delay = settings.delay;
		this.lossRate = settings.lossRate;
		this.#settings = settings;
		this.#width = settings.nodes + 1;
		this.#seed = mixText(0, `${settings.seed}/network`);
		this.#sentBefore = new Int32Array(this.#width * this.#width * sets * ways * 2);
	}

	/** Whether a message sent now could get through. */
	connects(from: ServerId, to: ServerId): boolean {
		const isOnOneSide =
			this.groups.length === 0 || this.groups.some((group) => group.includes(from) && group.includes(to));
		return isOnOneSide && !this.isolated.has(from) && !this.isolated.has(to);
	}

	/** Whether every server can reach every other. */
	get isWhole(): boolean {
		return this.groups.length === 0 && this.isolated.size === 0;
	}

	/**
	Decide a message's fate.

	@param identity - A hash of what the message says.
	@returns Why it is lost, if it is, and the delay in virtual microseconds, at least 1, that it has or would have had.
	*/
	fateOf(
		from: ServerId,
		to: ServerId,
		identity: number,
	): {readonly lost: LossReason | undefined; readonly delayUs: number} {
		const link = from * this.#width + to;
		const hash = mix(mix(mix(this.#seed, link), identity), this.#countLike(link, identity));
		const {minUs, maxUs} = this.delay;
		const delayUs = Math.max(1, minUs + Math.floor(unit(mix(hash, 1)) * (maxUs - minUs + 1)));
		// Both are drawn in any case, so that the loss rate leaves the delays of what survives as they were.
		const isDropped = this.lossRate > 0 && unit(mix(hash, 2)) < this.lossRate;
		return !this.isWhole && !this.connects(from, to)
			? {lost: 'partition', delayUs}
			: {lost: isDropped ? 'loss' : undefined, delayUs};
	}

	copy(): Network {
		const copy = new Network(this.#settings);
		copy.delay = this.delay;
		copy.lossRate = this.lossRate;
		copy.groups = this.groups;
		copy.isolated = this.isolated;
		copy.#sentBefore.set(this.#sentBefore);
		return copy;
	}

	#countLike(link: number, identity: number): number {
		const table = this.#sentBefore;
		const first = (link * sets + (identity & (sets - 1))) * ways * 2;
		const last = first + (ways - 1) * 2;
		let at = first;
		while (at < last && table[at] !== identity) {
			at += 2;
		}

		const count = table[at] === identity ? table[at + 1]! + 1 : 0;
		for (; at > first; at -= 2) {
			table[at] = table[at - 2]!; // What is in front of it moves one back
			table[at + 1] = table[at - 1]!;
		}

		table[first] = identity;
		table[first + 1] = count;
		return count;
	}
}

/** A hash as a number in [0, 1). */
const unit = (hash: number): number => (finish(hash) >>> 0) / 0x1_00_00_00_00;

/** A hash of everything a message says; an AppendEntries' entries by their place, for their contents are in the trace where they were appended. */
export function digestMessage(message: Message): number {
	switch (message.type) {
		case 'RequestVote': {
			return mix(mix(mix(mix(1, message.term), message.candidateId), message.lastLogIndex), message.lastLogTerm);
		}

		case 'VoteReply': {
			return mix(mix(2, message.term), message.voteGranted ? 1 : 0);
		}

		case 'AppendEntries': {
			const {term, leaderId, prevLogIndex, prevLogTerm, entries, leaderCommit} = message;
			const head = mix(mix(mix(mix(mix(3, term), leaderId), prevLogIndex), prevLogTerm), leaderCommit);
			return entries.length === 0 ? head : mix(mix(head, entries.length), entries.at(-1)!.term);
		}

		case 'AppendReply': {
			const {term, success, prevLogIndex, matchIndex, conflictTerm, conflictIndex} = message;
			return mix(
				mix(mix(mix(mix(mix(4, term), success ? 1 : 0), prevLogIndex), matchIndex), conflictTerm),
				conflictIndex,
			);
		}
	}
}
