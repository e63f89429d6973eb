/*
The network: who can reach whom, and what becomes of each message.

A message's fate is decided when it is sent, by a hash of the seed and of what the message is: its
link, its content, and how many like it went before. It is not the next number of a stream: taking a
step out of a scenario leaves the fates of the other messages as they were (but for one in thousands,
as each link remembers a limited number of kinds).
*/

import type {Message, ServerId} from '../raft/vocabulary.js';
import type {LinkSettings} from './command.js';
import {finish, mix, mixText} from './digest.js';
import type {Settings, TimeRangeUs} from './settings.js';

/** `loss`: the network dropped it. `partition`: no way leads there. `down`: nobody was there to receive it. `dropped`: somebody took it out. */
export type LossReason = 'loss' | 'partition' | 'down' | 'dropped';

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
	/** The message that this one repeats, if the network made two of one. */
	readonly copyOf: number | undefined;
};

/**
How many messages a link remembers having sent before: sets of a few, the latest first.

A message that comes around again must not meet its old fate, or one that was lost would be lost for ever.
A lagging follower makes two or three alternate on a link, so a set must hold several.
*/
const sets = 32;
const ways = 4;

/** What becomes of a message, and of its double if the network makes one. Delays are virtual microseconds, at least 1. */
export type Fate = {
	readonly lost: LossReason | undefined;
	/** The delay that it has, or would have had. */
	readonly delayUs: number;
	/** When the same message arrives once more. */
	readonly copyDelayUs: number | undefined;
};

export class Network {
	delay: TimeRangeUs;
	lossRate: number;
	duplicateRate: number;
	/** The sides of the present partition; empty if there is none. */
	groups: ReadonlyArray<readonly ServerId[]> = [];
	isolated: ReadonlySet<ServerId> = new Set();
	/** Messages that somebody holds, in the order in which they were taken. */
	held: readonly Flight[] = [];
	/** By `linkBetween`: links that carry nothing, and what is different on the others. */
	#cuts: ReadonlySet<number> = new Set();
	#links: ReadonlyMap<number, LinkSettings> = new Map();
	readonly #settings: Settings;
	readonly #width: number;
	readonly #seed: number;
	/** Link by link and set by set: pairs of a message's identity and how often it was sent before. */
	readonly #sentBefore: Int32Array;

	constructor(settings: Settings) {
		this.delay = settings.delay;
		this.lossRate = settings.lossRate;
		this.duplicateRate = settings.duplicateRate;
		this.#settings = settings;
		this.#width = settings.nodes + 1;
		this.#seed = mixText(0, `${settings.seed}/network`);
		this.#sentBefore = new Int32Array(this.#width * this.#width * sets * ways * 2);
	}

	/** Whether a message sent now could get through. */
	connects(from: ServerId, to: ServerId): boolean {
		const isOnOneSide =
			this.groups.length === 0 || this.groups.some((group) => group.includes(from) && group.includes(to));
		return isOnOneSide && !this.isolated.has(from) && !this.isolated.has(to) && !this.isCut(from, to);
	}

	/** Whether every server can reach every other. */
	get isWhole(): boolean {
		return this.groups.length === 0 && this.isolated.size === 0 && this.#cuts.size === 0;
	}

	isCut(from: ServerId, to: ServerId): boolean {
		return this.#cuts.has(this.#linkBetween(from, to));
	}

	/** The links that were cut one by one, in order. */
	get cuts(): ReadonlyArray<readonly [from: ServerId, to: ServerId]> {
		return [...this.#cuts].toSorted((a, b) => a - b).map((link) => this.#endsOf(link));
	}

	/** The links that differ from the rest of the network, in order. */
	get links(): ReadonlyArray<readonly [from: ServerId, to: ServerId, link: LinkSettings]> {
		return [...this.#links].toSorted(([a], [b]) => a - b).map(([link, settings]) => [...this.#endsOf(link), settings]);
	}

	cut(from: ServerId, to: ServerId): void {
		this.#cuts = new Set([...this.#cuts, this.#linkBetween(from, to)]);
	}

	mend(from: ServerId, to: ServerId): void {
		const mended = this.#linkBetween(from, to);
		this.#cuts = new Set([...this.#cuts].filter((link) => link !== mended));
	}

	/** No partition, nobody isolated, no link cut. */
	heal(): void {
		this.groups = [];
		this.isolated = new Set();
		this.#cuts = new Set();
	}

	/** Let a link differ in these respects too; without any, let it be like the rest. */
	setLink(from: ServerId, to: ServerId, settings: LinkSettings | undefined): void {
		const link = this.#linkBetween(from, to);
		const links = new Map(this.#links);
		if (settings === undefined) {
			links.delete(link);
		} else {
			links.set(link, {...links.get(link), ...settings});
		}

		this.#links = links;
	}

	/**
	Decide a message's fate.

	@param identity - A hash of what the message says.
	*/
	fateOf(from: ServerId, to: ServerId, identity: number): Fate {
		const link = this.#linkBetween(from, to);
		const own = this.#links.size === 0 ? undefined : this.#links.get(link);
		const {minUs, maxUs} = own?.delay ?? this.delay;
		const lossRate = own?.lossRate ?? this.lossRate;
		const duplicateRate = own?.duplicateRate ?? this.duplicateRate;
		const hash = mix(mix(mix(this.#seed, link), identity), this.#countLike(link, identity));
		// Everything is drawn from a number of its own, so that one rate leaves what another decides as it was.
		const drawDelay = (use: number): number =>
			Math.max(1, minUs + Math.floor(unit(mix(hash, use)) * (maxUs - minUs + 1)));
		const delayUs = drawDelay(1);
		if (!this.isWhole && !this.connects(from, to)) {
			return {lost: 'partition', delayUs, copyDelayUs: undefined};
		}

		const isDropped = lossRate > 0 && unit(mix(hash, 2)) < lossRate;
		const isDoubled = duplicateRate > 0 && unit(mix(hash, 3)) < duplicateRate;
		return {lost: isDropped ? 'loss' : undefined, delayUs, copyDelayUs: isDoubled ? drawDelay(4) : undefined};
	}

	copy(): Network {
		const copy = new Network(this.#settings);
		copy.delay = this.delay;
		copy.lossRate = this.lossRate;
		copy.duplicateRate = this.duplicateRate;
		copy.groups = this.groups;
		copy.isolated = this.isolated;
		copy.held = this.held;
		copy.#cuts = this.#cuts;
		copy.#links = this.#links;
		copy.#sentBefore.set(this.#sentBefore);
		return copy;
	}

	#linkBetween(from: ServerId, to: ServerId): number {
		return from * this.#width + to;
	}

	#endsOf(link: number): readonly [from: ServerId, to: ServerId] {
		return [Math.floor(link / this.#width), link % this.#width];
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
