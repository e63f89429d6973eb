/*
Whether a recorded history is linearizable: whether each operation can have taken effect at one instant between its call
and its return (Herlihy and Wing, 1990).

That is so if and only if it is so of each key by itself, so keys are judged one by one; in turns, because a violation
in one settles the matter while another may take for ever. Nothing here looks at a clock: the same history and the same limits
give the same verdict, unless whoever asks runs out of time.
*/

import type {Memory} from './linearizability/bitset-table.js';
import {callOf, type Call} from './linearizability/call.js';
import {explain, type Contradiction} from './linearizability/contradiction.js';
import {KeySearch, turnSteps} from './linearizability/key-search.js';
import type {History, Recorded} from './histories/history.js';
import {Values} from './model.js';

export type {Contradiction, Evidence} from './linearizability/contradiction.js';

export type Limits = {
	/** How much may be looked at for each key. A million steps take a tenth of a second or two. */
	readonly stepsMax?: number;
	/** How much memory the searches may take, all together. */
	readonly bytesMax?: number;
	/** Asked every few milliseconds. */
	readonly isOutOfTime?: (progress: Progress) => boolean;
};

export type Progress = {readonly keys: number; readonly keysLeft: number};

/** What was used up before a key was decided. */
export type Shortage = 'steps' | 'memory' | 'time';

export type Judgement =
	| {readonly verdict: 'ok'}
	| {readonly verdict: 'violated'; readonly contradiction: Contradiction}
	/** No violation was found, but not every key could be searched through. */
	| {
			readonly verdict: 'unknown';
			readonly undecided: ReadonlyArray<{readonly key: string; readonly shortage: Shortage}>;
	  };

export const defaultLimits = {stepsMax: 100_000_000, bytesMax: 1024 * 1024 * 1024};

type Search = {
	readonly key: string;
	readonly calls: readonly Call[];
	readonly values: Values;
	readonly search: KeySearch;
};

export function checkLinearizability(history: History, limits: Limits = {}): Judgement {
	const {stepsMax = defaultLimits.stepsMax, bytesMax = defaultLimits.bytesMax, isOutOfTime = () => false} = limits;
	const memory = {bytes: bytesMax};
	const searches = searchesOf(history, memory);
	const undecided: Array<{key: string; shortage: Shortage}> = [];
	let left: readonly Search[] = searches;
	while (left.length > 0) {
		const next: Search[] = [];
		for (const [at, one] of left.entries()) {
			if (isOutOfTime({keys: searches.length, keysLeft: next.length + left.length - at})) {
				const late = [...next, ...left.slice(at)].map(({key}) => ({key, shortage: 'time'}) as const);
				return {verdict: 'unknown', undecided: [...undecided, ...late]};
			}

			const finding = one.search.run(turnSteps);
			if (finding === 'violated') {
				const {key, calls, values, search} = one;
				return {
					verdict: 'violated',
					contradiction: explain(key, calls, values, search.culprit, (id) => history.operations[id]!),
				};
			}

			if (finding === undefined && one.search.steps < stepsMax) {
				next.push(one);
				continue;
			}

			one.search.clear();
			if (finding !== 'ok') {
				undecided.push({key: one.key, shortage: finding === undefined ? 'steps' : 'memory'});
			}
		}

		left = next;
	}

	return undecided.length === 0 ? {verdict: 'ok'} : {verdict: 'unknown', undecided};
}

function searchesOf({model, operations}: History, memory: Memory): readonly Search[] {
	const byKey = Map.groupBy(operations.entries(), ([, {operation}]) => operation.key);
	return [...byKey].map(([key, entries]) => {
		const values = new Values(model);
		const calls = callsOf(entries, values);
		return {key, calls, values, search: new KeySearch(calls, values, memory)};
	});
}

/** What of some operations matters, sorted by their beginnings. */
function callsOf(
	operations: ReadonlyArray<readonly [id: number, operation: Recorded]>,
	values: Values,
): readonly Call[] {
	return operations
		.map(([id, {operation, outcome, result, invoked, completed}]) =>
			callOf(operation, outcome, result, {id, invoked, returned: completed}, values),
		)
		.filter((call) => call !== undefined)
		.toSorted((one, other) => one.invoked - other.invoked);
}
