/*
A configuration: one possible present of a key, with what it still owes.

To each open call it stands in one of three ways:

- it **owes** the call: the call must take effect before it returns, and has not;
- it has **spent** it: the call took effect and somebody may have seen it, so it cannot take effect once more;
- it is **free** of it: the call may take effect yet, and need not. So it is with calls whose outcome nobody knows, with
  observers that have seen what they returned, and with writes and appends over which something else was written
  while they were open: each may have taken effect just before, unseen.

Owing and having spent are burdens. Of two configurations with the same value, the one whose burdens are among the
other's can do whatever the other can, so the other is not needed.
*/

import {isObserver, type Call} from './call.js';

/** The value, and then for every 32 slots a word of calls owed and a word of calls spent. Never changed once made. */
export type Configuration = readonly number[];

/** How much more may be looked at. Whoever runs out of it gives up. */
export type Budget = {steps: number};

/** Where a slot's words are: the first of the two. */
export const wordOf = (slot: number): number => 1 + 2 * (slot >> 5);
export const bitOf = (slot: number): number => 1 << (slot & 31);

export const isOwed = (configuration: Configuration, slot: number): boolean =>
	(configuration[wordOf(slot)]! & bitOf(slot)) !== 0;

export const isSpent = (configuration: Configuration, slot: number): boolean =>
	(configuration[wordOf(slot) + 1]! & bitOf(slot)) !== 0;

/** Whether a call that returns takes effect only now: it is owed, or is free of an effect and has its last chance to take it. */
export const mayTakeEffect = (configuration: Configuration, slot: number, call: Call): boolean =>
	isOwed(configuration, slot) || (!isSpent(configuration, slot) && !isObserver(call));

/** Whether a call is an observer that wants to see just this value. */
export const sees = (call: Call, state: number): boolean =>
	call.kind === 'read' ? state === call.expected : call.kind === 'mismatch' && state !== call.expected;

/** A configuration after a call began in a slot that there are words for. An observer may see at once what it wants to see. */
export function began(configuration: Configuration, slot: number, call: Call): Configuration {
	if (call.isOptional || sees(call, configuration[0]!)) {
		return configuration;
	}

	const next = [...configuration];
	next[wordOf(slot)]! |= bitOf(slot);
	return next;
}

/** A configuration with nothing said of a slot. */
export function without(configuration: Configuration, slot: number): Configuration {
	if (!isOwed(configuration, slot) && !isSpent(configuration, slot)) {
		return configuration;
	}

	const next = [...configuration];
	next[wordOf(slot)]! &= ~bitOf(slot);
	next[wordOf(slot) + 1]! &= ~bitOf(slot);
	return next;
}

/** How many burdens a configuration has. */
export function weightOf(configuration: Configuration): number {
	let weight = 0;
	for (let word = 1; word < configuration.length; word++) {
		for (let bits = configuration[word]!; bits !== 0; bits &= bits - 1) {
			weight++;
		}
	}

	return weight;
}

/** A set of configurations none of which is needed beside another. */
export class Antichain {
	readonly #byState = new Map<number, Configuration[]>();

	get configurations(): readonly Configuration[] {
		const configurations: Configuration[] = [];
		for (const row of this.#byState.values()) {
			configurations.push(...row);
		}

		return configurations;
	}

	has(configuration: Configuration): boolean {
		return this.#byState.get(configuration[0]!)?.includes(configuration) ?? false;
	}

	/** Whether it is needed: then it is in, and what it makes needless is out. */
	add(configuration: Configuration, budget: Budget): boolean {
		budget.steps--;
		const state = configuration[0]!;
		const others = this.#byState.get(state);
		if (others === undefined) {
			this.#byState.set(state, [configuration]);
			return true;
		}

		budget.steps -= others.length >> 3;
		for (const other of others) {
			if (isNoHeavier(other, configuration)) {
				return false;
			}
		}

		let kept = 0;
		for (const other of others) {
			if (!isNoHeavier(configuration, other)) {
				others[kept++] = other;
			}
		}

		others.length = kept;
		others.push(configuration);
		return true;
	}
}

function isNoHeavier(one: Configuration, other: Configuration): boolean {
	for (let word = 1; word < one.length; word++) {
		if ((one[word]! & ~other[word]!) !== 0) {
			return false;
		}
	}

	return true;
}
