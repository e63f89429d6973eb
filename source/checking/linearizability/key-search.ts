/*
Whether one key's history is linearizable, by whatever finds it first.

Where every value is written once there is nothing to search. Otherwise the two searches take turns: trying one order
after the other is quickest where nearly any order will do, and following what may be the case where hardly any does.
*/

import type {Values} from '../model.js';
import type {Memory} from './bitset-table.js';
import type {Call, Finding} from './call.js';
import {ConfigurationSearch} from './configuration-search.js';
import {decideByUniqueValues} from './unique-values.js';
import {WingGongLowe} from './wing-gong-lowe.js';

/** Steps to begin with for each call: enough for one order of the calls, if it is the right one. */
const firstStepsPerCall = 8;

/** How long a search goes on at a time. */
export const turnSteps = 10_000;

const decideBytesMax = 256 * 1024 * 1024;

export class KeySearch {
	/** How much was looked at so far. */
	steps = 0;
	/** If a violation was found, the call whose return made it unavoidable, where that is known. */
	culprit: Call | undefined;
	readonly #calls: readonly Call[];
	readonly #values: Values;
	readonly #memory: Memory;
	/** `undefined` once it took too much memory. */
	#orders: WingGongLowe | undefined;
	/** Begun only where the other one does not find an order at once. */
	#configurations: ConfigurationSearch | undefined;
	#isBegun = false;

	/** The calls must be sorted by their beginnings. */
	constructor(calls: readonly Call[], values: Values, memory: Memory) {
		this.#calls = withoutNeedless(calls);
		this.#values = values;
		this.#memory = memory;
	}

	/** Go on for about so many steps. */
	run(stepsMax: number): Finding | 'out of memory' | undefined {
		if (!this.#isBegun) {
			this.#isBegun = true;
			const finding = this.#begin();
			if (finding !== undefined) {
				return finding;
			}
		}

		if (this.#memory.bytes < 0) {
			if (this.#orders === undefined) {
				return 'out of memory';
			}

			this.#orders.clear();
			this.#orders = undefined;
		}

		this.#configurations ??= new ConfigurationSearch(this.#calls, this.#values, this.#memory);
		let finding = this.#orders?.run(stepsMax / 2);
		if (finding === undefined) {
			finding = this.#configurations.run(stepsMax / 2);
			this.culprit = finding === 'violated' ? this.#configurations.culprit : undefined;
		}

		this.steps = (this.#orders?.steps ?? 0) + this.#configurations.steps;
		return finding;
	}

	/** Give the memory back. */
	clear(): void {
		this.#orders?.clear();
		this.#configurations?.clear();
		this.#orders = undefined;
		this.#configurations = undefined;
	}

	#begin(): Finding | undefined {
		const finding = decideByUniqueValues(this.#calls);
		if (finding !== undefined) {
			return finding;
		}

		this.#orders = new WingGongLowe(this.#calls, this.#values, this.#memory);
		return this.#orders.run(firstStepsPerCall * this.#calls.length);
	}
}

/** Of the calls that may never have taken effect, only those are of interest whose effect somebody may have seen. */
function withoutNeedless(calls: readonly Call[]): readonly Call[] {
	if (calls.some(({kind}) => kind === 'append' || kind === 'mismatch')) {
		return calls;
	}

	const seen = new Set(calls.map(({expected}) => expected));
	return calls.filter((call) => !call.isOptional || seen.has(call.value));
}

/** The whole search at once, paid from a budget. There is no finding if that or the memory did not suffice. */
export function decide(
	calls: readonly Call[],
	values: Values,
	budget: {steps: number},
): {readonly finding: Finding | undefined; readonly culprit: Call | undefined} {
	const search = new KeySearch(calls, values, {bytes: decideBytesMax});
	let finding: ReturnType<KeySearch['run']>;
	while (finding === undefined && search.steps < budget.steps) {
		finding = search.run(turnSteps);
	}

	budget.steps -= search.steps + calls.length;
	return {finding: finding === 'out of memory' ? undefined : finding, culprit: search.culprit};
}
