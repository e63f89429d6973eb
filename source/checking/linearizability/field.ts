/*
What the calls that are open at one moment can do to a configuration.
*/

import type {Values} from '../model.js';
import {isObserver, stateAfter, type Call} from './call.js';
import {bitOf, isOwed, isSpent, sees, wordOf, type Configuration} from './configuration.js';

/** An open call that may be of use before another one has to take effect. */
type Candidate = {
	readonly slot: number;
	readonly call: Call;
	/** The slots of observers that would see what they want to see. */
	readonly pleased: readonly number[];
	/** The slots of calls that can take effect only then, or take another effect then. */
	readonly enabled: readonly number[];
	/** The slots of calls that would do the same and return first. */
	readonly rivals: readonly number[];
};

/** The calls that are open at one moment, and what they can do. */
export class Field {
	readonly #open: ReadonlyArray<Call | undefined>;
	readonly #values: Values;
	/** The slots of those that change the value, and of those that only look. */
	readonly #changing: number[] = [];
	readonly #observing: number[] = [];
	/** In every word the calls that a later write hides. */
	readonly #hidden: number[] = [];
	#candidates: readonly Candidate[] | undefined;

	constructor(open: ReadonlyArray<Call | undefined>, values: Values) {
		this.#open = open;
		this.#values = values;
		for (const [slot, call] of open.entries()) {
			if (slot % 32 === 0) {
				this.#hidden.push(0);
			}

			if (call === undefined) {
				continue;
			}

			if (isObserver(call)) {
				this.#observing.push(slot);
				continue;
			}

			this.#changing.push(slot);
			if (call.kind !== 'cas') {
				this.#hidden[slot >> 5]! |= bitOf(slot);
			}
		}
	}

	/** A configuration after the call in a slot took effect, this very moment; `undefined` if it cannot, or is an observer. */
	done(configuration: Configuration, slot: number): Configuration | undefined {
		return isObserver(this.#open[slot]!) ? undefined : this.#after(configuration, slot);
	}

	/** What may be after one other call took effect, of those that are of use before the one in a slot has to. */
	further(configuration: Configuration, slot: number): readonly Configuration[] {
		this.#candidates ??= this.#findCandidates();
		const further: Configuration[] = [];
		for (const candidate of this.#candidates) {
			if (candidate.slot !== slot && isOfUse(configuration, candidate) && isInTurn(configuration, candidate)) {
				const next = this.#after(configuration, candidate.slot);
				if (next !== undefined) {
					further.push(next);
				}
			}
		}

		return further;
	}

	/** Whether the observer in a slot has seen what it wants to see. */
	isSeen(configuration: Configuration, slot: number): boolean {
		return isObserver(this.#open[slot]!) && !isOwed(configuration, slot);
	}

	/** Whether anything open may yet put another value in the place of this one, rather than add to it. */
	canBeReplaced(configuration: Configuration): boolean {
		return this.#changing.some((slot) => this.#open[slot]!.kind !== 'append' && !isSpent(configuration, slot));
	}

	/** The reads that have yet to see what they returned. */
	readsOwed(configuration: Configuration): readonly Call[] {
		return this.#observing
			.filter((slot) => this.#open[slot]!.kind === 'read' && isOwed(configuration, slot))
			.map((slot) => this.#open[slot]!);
	}

	/** A configuration after an open call took effect, or `undefined` if it cannot now. */
	#after(configuration: Configuration, slot: number): Configuration | undefined {
		const call = this.#open[slot]!;
		const state = stateAfter(call, configuration[0]!, this.#values);
		if (state === -1) {
			return undefined;
		}

		const next = [...configuration];
		next[0] = state;
		const word = wordOf(slot);
		next[word]! &= ~bitOf(slot);
		next[word + 1]! |= bitOf(slot);
		if (call.kind === 'write') {
			for (let block = 0; block < this.#hidden.length; block++) {
				next[1 + 2 * block]! &= ~this.#hidden[block]!;
			}
		}

		for (const observer of this.#observing) {
			if (sees(this.#open[observer]!, state)) {
				next[wordOf(observer)]! &= ~bitOf(observer);
			}
		}

		return next;
	}

	#findCandidates(): readonly Candidate[] {
		const alike = Map.groupBy(this.#changing, (slot) => this.#open[slot]!.value);
		const candidates: Candidate[] = [];
		for (const slot of this.#changing) {
			const call = this.#open[slot]!;
			const {kind, value} = call;
			const pleased = this.#observing.filter((observer) => sees(this.#open[observer]!, value));
			const enabled = this.#changing.filter((other) => {
				const {kind: otherKind, expected} = this.#open[other]!;
				return other !== slot && (otherKind === 'append' || (otherKind === 'cas' && expected === value));
			});
			if (kind !== 'write' || pleased.length > 0 || enabled.length > 0) {
				const rivals = alike.get(value)!.filter((other) => goesFirst(this.#open[other]!, call));
				candidates.push({slot, call, pleased, enabled, rivals});
			}
		}

		return candidates;
	}
}

/**
Whether there is any use in letting an open call take effect before another one has to.

A value that nobody wants to see and on which nothing depends might as well not have been there.
*/
function isOfUse(configuration: Configuration, {slot, call, pleased, enabled}: Candidate): boolean {
	return (
		!isSpent(configuration, slot) &&
		(call.kind === 'append' ||
			(call.kind === 'cas' && isOwed(configuration, slot)) ||
			pleased.some((observer) => isOwed(configuration, observer)) ||
			enabled.some((other) => !isSpent(configuration, other)))
	);
}

/**
Whether of two open calls that do the same one may as well go first: exchanging them harms neither.

That is so of the one that returns first; of calls that never return it must only be agreed which.
*/
const goesFirst = (one: Call, other: Call): boolean =>
	one.kind === other.kind &&
	one.expected === other.expected &&
	(one.returned < other.returned || (one.isOptional && other.isOptional && one.id < other.id));

/** Whether all that would do the same and go first have done so. */
function isInTurn(configuration: Configuration, {slot, call, rivals}: Candidate): boolean {
	return rivals.every(
		(rival) =>
			isSpent(configuration, rival) ||
			// Once one of two writes is done it does not matter that the other was owed; of two appends each counts
			(call.kind === 'append' && isOwed(configuration, rival) !== isOwed(configuration, slot)),
	);
}
