/*
Why a history is not linearizable: as few operations as tell it, and a sentence.

First everything after the return that made it unavoidable goes. Of what is left, operations are taken away as long as
the rest still contradicts itself. To take away a read proves nothing false: if the whole could be explained, so could the
rest. To take away a write could, for what somebody read would then have come from nowhere; so a write stays as long as
anybody who stays saw what it wrote.
*/

import type {Recorded} from '../histories/history.js';
import type {Value, Values} from '../model.js';
import {eventsOf, isObserver, stateAfter, type Call} from './call.js';
import {ConfigurationSearch} from './configuration-search.js';
import {decide} from './key-search.js';
import {decideByUniqueValues} from './unique-values.js';
import {explanationOf} from './wording.js';

export type Evidence = Recorded & {
	/** Which operation of the history this is. */
	readonly id: number;
};

/** Operations on one key that cannot all have taken effect, each at one instant between its call and its return. */
export type Contradiction = {
	readonly key: string;
	/** One sentence. */
	readonly explanation: string;
	/** Whose return made it unavoidable. */
	readonly culprit: number;
	/** What the value may have been instead while the culprit was under way; `undefined` where that is not known. */
	readonly possible: readonly Value[] | undefined;
	/**
	The operations that prove it, in the order in which they began. One that had not returned when the culprit did counts
	as one that never did, and has no `completed`.
	*/
	readonly evidence: readonly Evidence[];
};

type Budget = {steps: number};

/** For finding the culprit and a small proof, and for finding out what the value may have been. */
const stepsMax = 20_000_000;
const bytesMax = 256 * 1024 * 1024;

/** More values are not looked into: it takes long, and tells nobody much. */
const possibleMax = 16;
const ordersMax = 20_000;

/**
Explain a violation.

@param calls - One key's, which are not linearizable, sorted by their beginnings.
@param known - The call whose return made it unavoidable, if that is known.
@param operationOf - The operation that has a call's id.
*/
export function explain(
	key: string,
	calls: readonly Call[],
	values: Values,
	known: Call | undefined,
	operationOf: (id: number) => Recorded,
): Contradiction {
	const budget = {steps: stepsMax};
	const culprit = known ?? findCulpritAtOnce(calls, values, budget) ?? findCulprit(calls, values, budget);
	const prefix = prefixOf(calls, culprit);
	const proof = reduce(prefix, culprit, values, budget);
	const isText = prefix.some(({kind}) => kind === 'append');
	const numbers = isText
		? possibleTexts(proof, culprit, values)
		: possibleValues(prefix, culprit, values, {steps: stepsMax});
	const possible = numbers?.map((number) => values.valueOf(number)).toSorted(byValue);
	const wasWritten =
		isText || culprit.expected === 0 || prefix.some((call) => call !== culprit && call.value === culprit.expected);
	return {
		key,
		explanation: explanationOf(operationOf(culprit.id), {
			possible,
			wasWritten,
			wasReplaced: !isText && wasReplaced(prefix, culprit),
			lacks: isText ? lackingIn(culprit, possible, proof, values) : undefined,
			isText,
		}),
		culprit: culprit.id,
		possible,
		evidence: proof.map(({id, returned}) => ({
			...operationOf(id),
			id,
			completed: returned === Number.POSITIVE_INFINITY ? undefined : returned,
		})),
	};
}

const byNumber = new Intl.Collator('en', {numeric: true});

/** Numbers in their order, no value last. */
const byValue = (one: Value, other: Value): number =>
	one === undefined || other === undefined
		? Number(one === undefined) - Number(other === undefined)
		: byNumber.compare(one, other);

/** A text that was appended, that is not in what the culprit read, and that is in whatever it could have read. */
function lackingIn(
	culprit: Call,
	possible: readonly Value[] | undefined,
	proof: readonly Call[],
	values: Values,
): string | undefined {
	const read = values.valueOf(culprit.expected) ?? '';
	return proof
		.filter(({kind}) => kind === 'append')
		.map(({value}) => values.valueOf(value) ?? '')
		.find((text) => !read.includes(text) && possible?.every((value) => value?.includes(text)));
}

/** The same as `findCulprit`, where the one search that knows it finds it. */
function findCulpritAtOnce(calls: readonly Call[], values: Values, budget: Budget): Call | undefined {
	if (decideByUniqueValues(calls) !== undefined) {
		return undefined; // Asking again and again is quick then
	}

	const search = new ConfigurationSearch(calls, values, {bytes: bytesMax});
	const finding = search.run(budget.steps / 4);
	budget.steps -= search.steps;
	return finding === 'violated' ? search.culprit : undefined;
}

/** The call whose return ends the shortest part from the beginning that is a violation already. */
function findCulprit(calls: readonly Call[], values: Values, budget: Budget): Call {
	const returns = eventsOf(calls)
		.filter(({isReturn}) => isReturn)
		.map(({call}) => call);
	let low = 0;
	let high = returns.length - 1; // With this one it certainly is
	while (low < high) {
		const middle = (low + high) >> 1;
		if (decide(prefixOf(calls, returns[middle]!), values, budget).finding === 'violated') {
			high = middle;
		} else {
			low = middle + 1;
		}
	}

	return returns[high]!;
}

/** The history up to and including a call's return. Calls that return later may have taken effect or not. */
function prefixOf(calls: readonly Call[], last: Call): readonly Call[] {
	const returned = new Set<Call>();
	for (const {call, isReturn} of eventsOf(calls)) {
		if (isReturn) {
			returned.add(call);
		}

		if (isReturn && call === last) {
			break;
		}
	}

	const prefix: Call[] = [];
	for (const call of calls) {
		if (returned.has(call)) {
			prefix.push(call);
		} else if (call.invoked <= last.returned && !isObserver(call)) {
			prefix.push({...call, isOptional: true, returned: Number.POSITIVE_INFINITY});
		}
	}

	return prefix;
}

/** Fewer calls that contradict one another still. */
function reduce(prefix: readonly Call[], culprit: Call, values: Values, budget: Budget): readonly Call[] {
	const sight = new Sight(prefix, values);
	let proof = without(prefix, (call) => call !== culprit, sight, values, budget);
	for (;;) {
		const {length} = proof;
		proof = without(proof, (call) => call !== culprit && isObserver(call), sight, values, budget);
		proof = without(proof, (call) => call !== culprit && !isObserver(call), sight, values, budget);
		if (proof.length === length) {
			return proof;
		}
	}
}

/** The calls without as many of some as can be spared; many at a time are tried first, and the earliest. */
function without(
	calls: readonly Call[],
	isCandidate: (call: Call) => boolean,
	sight: Sight,
	values: Values,
	budget: Budget,
): readonly Call[] {
	let kept = calls;
	let candidates = calls.filter((call) => isCandidate(call));
	for (let size = candidates.length; size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		for (let at = 0; at < candidates.length && budget.steps > 0; at += size) {
			const chunk = new Set(candidates.slice(at, at + size));
			const rest = sight.withNeeded(kept.filter((call) => !chunk.has(call)));
			if (rest.length < kept.length && decide(rest, values, budget).finding === 'violated') {
				kept = rest;
			}
		}

		const left = new Set(kept);
		candidates = candidates.filter((call) => left.has(call));
	}

	return kept;
}

/** Who may have seen what others left. */
class Sight {
	readonly #calls: readonly Call[];
	readonly #values: Values;
	readonly #isText: boolean;
	/** Those that leave a value, all and by the value. */
	readonly #leaving: readonly Call[];
	readonly #byValue: ReadonlyMap<number, readonly Call[]>;

	/** The calls must be sorted by their beginnings. */
	constructor(calls: readonly Call[], values: Values) {
		this.#calls = calls;
		this.#values = values;
		this.#isText = calls.some(({kind}) => kind === 'append');
		this.#leaving = calls.filter((call) => !isObserver(call));
		this.#byValue = Map.groupBy(this.#leaving, ({value}) => value);
	}

	/**
	Some of the calls, and whichever else are needed so that together they contradict one another only if all calls do.

	What left a value is needed if somebody may have seen it. That is out of the question if another one of
	those that are kept surely replaced it in between; but for the sake of whoever reads it, the latest that left
	the value stays even then.
	*/
	withNeeded(some: readonly Call[]): readonly Call[] {
		const kept = new Set(some);
		for (;;) {
			const {size} = kept;
			this.#addNeeded(kept);
			if (kept.size === size) {
				return this.#calls.filter((call) => kept.has(call));
			}
		}
	}

	#addNeeded(kept: Set<Call>): void {
		// A text that was pieced together is not understood without its pieces, replaced or not
		const replacing = this.#leaving
			.filter((call) => kept.has(call) && !call.isOptional && !this.#isText)
			.toSorted((one, other) => one.returned - other.returned);
		let at = 0;
		let replaced = -1;
		for (const observer of this.#calls) {
			if (!kept.has(observer) || observer.expected === -1) {
				continue;
			}

			// What returned before this was replaced before the observer began
			for (; at < replacing.length && replacing[at]!.returned < observer.invoked; at++) {
				replaced = Math.max(replaced, replacing[at]!.invoked);
			}

			let hasSource = observer.kind === 'mismatch' || observer.expected === 0;
			for (const call of this.#leftFor(observer).toReversed()) {
				if (call !== observer && call.invoked <= observer.returned && (!hasSource || call.returned >= replaced)) {
					kept.add(call);
					hasSource = true;
				}
			}
		}
	}

	/** What may have left what an observer saw, or a part of it. */
	#leftFor({kind, expected}: Call): readonly Call[] {
		if (kind === 'mismatch') {
			return this.#leaving.filter(({value}) => this.#isText || value !== expected);
		}

		const text = this.#textOf(expected);
		return this.#isText
			? this.#leaving.filter(({value}) => text.includes(this.#textOf(value)))
			: (this.#byValue.get(expected) ?? []);
	}

	#textOf(number: number): string {
		return this.#values.valueOf(number) ?? '';
	}
}

/** Of the writes that returned before a call began, the last beginning: what returned before it was surely written over. */
function overwrittenBefore(calls: readonly Call[], {invoked: began}: Call): number {
	let latest = -1;
	for (const {kind, isOptional, invoked, returned} of calls) {
		if (kind === 'write' && !isOptional && returned < began) {
			latest = Math.max(latest, invoked);
		}
	}

	return latest;
}

/** Whether whatever left the value that the culprit saw was surely written over by then. */
function wasReplaced(prefix: readonly Call[], culprit: Call): boolean {
	const overwritten = overwrittenBefore(prefix, culprit);
	return prefix.every((call) => call.value !== culprit.expected || call.returned < overwritten);
}

/** What a read in the culprit's place could have returned. */
function possibleValues(
	prefix: readonly Call[],
	culprit: Call,
	values: Values,
	budget: Budget,
): readonly number[] | undefined {
	const overwritten = overwrittenBefore(prefix, culprit);
	const candidates = new Set(overwritten === -1 ? [0] : []);
	for (const call of prefix) {
		if (call !== culprit && !isObserver(call) && call.returned >= overwritten) {
			candidates.add(call.value);
		}
	}

	if (candidates.size > possibleMax) {
		return undefined;
	}

	const possible: number[] = [];
	for (const expected of candidates) {
		const read: Call = {...culprit, kind: 'read', expected, value: -1};
		const {finding} = decide(
			prefix.map((call) => (call === culprit ? read : call)),
			values,
			budget,
		);
		if (finding === undefined) {
			return undefined;
		}

		if (finding === 'ok') {
			possible.push(expected);
		}
	}

	return possible.length === 0 ? undefined : possible;
}

/** What a read in the culprit's place could have returned as far as the proof goes, by trying all orders. */
function possibleTexts(proof: readonly Call[], culprit: Call, values: Values): readonly number[] | undefined {
	const possible = new Set<number>();
	let orders = 0;
	/** Try what may take effect next; `seen` is what the culprit would have returned. */
	const goOn = (state: number, left: readonly Call[], seen: number): void => {
		if (left.every(({isOptional}) => isOptional)) {
			possible.add(seen);
		}

		const firstReturn = Math.min(...left.map(({returned}) => returned));
		for (const call of left) {
			if (call.invoked <= firstReturn && orders <= ordersMax) {
				orders++;
				const next = call === culprit ? state : stateAfter(call, state, values);
				if (next !== -1) {
					goOn(
						next,
						left.filter((other) => other !== call),
						call === culprit ? state : seen,
					);
				}
			}
		}
	};

	goOn(0, proof, -1);
	return orders > ordersMax || possible.size === 0 ? undefined : [...possible];
}
