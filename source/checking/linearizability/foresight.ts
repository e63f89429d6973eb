/*
What the rest of the history says of a value: who will see it, and whether it can be what they see.

Two things are worth knowing at once, rather than when it is too late. A value that nobody will see any more is as good
as any other such value: they all count as one. And a text that is appended to can only grow as long as nothing can be put in its
place, so it must begin what is read next; of so many appends that are open at once this tells the order, which
otherwise all orders would be tried for.
*/

import {unseen, type Values} from '../model.js';
import type {Call} from './call.js';
import type {Configuration} from './configuration.js';
import type {Field} from './field.js';

/** After one return: when the next call begins that may put something else in a text's place, and the next read to end of those yet to begin. */
type Outlook = {readonly calmUntil: number; readonly read: Call | undefined};

export class Foresight {
	readonly #values: Values;
	/** When the last call returns that tells a value from others: by the value's number. */
	readonly #seenUntil: number[] = [];
	/** The calls that tell a value from others, the last to return first. */
	readonly #telling: readonly Call[];
	/** Their texts, sorted. */
	#texts: readonly string[] | undefined;
	/** Only where texts are appended to: values that are written whole say nothing of one another. */
	readonly #outlooks: ReadonlyMap<Call, Outlook> | undefined;

	constructor(calls: readonly Call[], values: Values) {
		this.#values = values;
		this.#telling = calls
			.filter(({expected}) => expected !== -1)
			.toSorted((one, other) => other.returned - one.returned);
		this.#outlooks = calls.some(({kind}) => kind === 'append') ? outlooksOf(calls) : undefined;
		if (this.#outlooks === undefined) {
			for (const {expected, returned} of this.#telling) {
				this.#seenUntil[expected] = Math.max(this.#seenUntil[expected] ?? 0, returned);
			}
		}
	}

	/** Whether it may tell a contradiction before anybody has seen it. */
	get isFarsighted(): boolean {
		return this.#outlooks !== undefined;
	}

	/** A configuration as a call returns, with what matters of its value; `undefined` where it contradicts what will be read. */
	simplify(configuration: Configuration, field: Field, returning: Call): Configuration | undefined {
		const state = configuration[0]!;
		const isSeen = state !== unseen && this.#isSeenAfter(state, returning.returned);
		if (
			this.#outlooks !== undefined &&
			!field.canBeReplaced(configuration) &&
			this.#isContradicted(configuration, field, returning)
		) {
			return undefined;
		}

		return isSeen || state === unseen ? configuration : [unseen, ...configuration.slice(1)];
	}

	#isSeenAfter(state: number, order: number): boolean {
		if (this.#outlooks === undefined) {
			return (this.#seenUntil[state] ?? -1) >= order;
		}

		this.#seenUntil[state] ??= this.#findLastThatBegins(this.#textOf(state));
		return this.#seenUntil[state] >= order;
	}

	/** When the last call returns whose value begins with a text; -1 if there is none. */
	#findLastThatBegins(text: string): number {
		this.#texts ??= this.#telling.map(({expected}) => this.#textOf(expected)).toSorted();
		let low = 0;
		let high = this.#texts.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#texts[middle]! < text) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}

		// What begins with a text comes right behind it, so most wrong ones are found out here
		return this.#texts[low]?.startsWith(text)
			? this.#telling.find(({expected}) => this.#textOf(expected).startsWith(text))!.returned
			: -1;
	}

	#isContradicted(configuration: Configuration, field: Field, returning: Call): boolean {
		const {calmUntil, read} = this.#outlooks!.get(returning)!;
		const state = configuration[0]!;
		const contradicts = (later: Call): boolean =>
			later.returned < calmUntil && (state === unseen || !this.#textOf(later.expected).startsWith(this.#textOf(state)));
		return (
			(read !== undefined && contradicts(read)) || field.readsOwed(configuration).some((owed) => contradicts(owed))
		);
	}

	#textOf(number: number): string {
		return this.#values.valueOf(number) ?? '';
	}
}

function outlooksOf(calls: readonly Call[]): ReadonlyMap<Call, Outlook> {
	const outlooks = new Map<Call, Outlook>();
	const byReturn = calls.filter(({isOptional}) => !isOptional).toSorted((one, other) => other.returned - one.returned);
	const byBeginning = calls.toSorted((one, other) => other.invoked - one.invoked);
	let calmUntil = Number.POSITIVE_INFINITY;
	let read: Call | undefined;
	let at = 0;
	for (const call of byReturn) {
		for (; at < byBeginning.length && byBeginning[at]!.invoked > call.returned; at++) {
			const later = byBeginning[at]!;
			if (later.kind === 'write' || later.kind === 'cas') {
				calmUntil = later.invoked;
			} else if (later.kind === 'read' && later.returned < (read?.returned ?? Number.POSITIVE_INFINITY)) {
				read = later;
			}
		}

		outlooks.set(call, {calmUntil, read});
	}

	return outlooks;
}
