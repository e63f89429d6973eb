/*
Linearizability while a run goes on: told of one call or return at a time, it finds a violation at the very one that
makes it unavoidable.

For each key it keeps what may be the case. What a read or a compare-and-set says of the value is known only when it returns,
and it says it of any instant since it began. So what was possible then is kept as long as it is open, and
gone through once more with that knowledge, unless it is plain that it changes nothing.

A key with more possibilities than it can follow is unknown for good. All it holds is never changed once made, or only added to,
so that copying it for a copy of the World costs little.
*/

import type {Recorded} from './histories/history.js';
import {callOf, isObserver, type Call} from './linearizability/call.js';
import type {Budget} from './linearizability/configuration.js';
import {
	atFirst,
	complete,
	invoke,
	isCertainly,
	isCertainlyNot,
	leaveOpen,
	remove,
	slotOf,
	type Possibilities,
} from './linearizability/possibilities.js';
import {explain, type Contradiction} from './linearizability/contradiction.js';
import {Values, type ModelName, type Operation, type Result} from './model.js';

export type {Contradiction, Evidence} from './linearizability/contradiction.js';

export type Verdict = 'ok' | 'violated' | 'unknown';

export type OnlineLimits = {
	/** How many configurations of a key are followed before it counts as unknown. */
	readonly configurationsMax?: number;
	/** How much may be looked at for one event. */
	readonly stepsMax?: number;
};

type Begun = {readonly type: 'invoke'; readonly op: number; readonly client: number; readonly operation: Operation};
type Ended = {readonly type: 'ok' | 'fail' | 'info'; readonly op: number; readonly result: Result};

/** An open call that will say something of the value: where in the key's events it began, and what was possible before. */
type Observer = {readonly op: number; readonly at: number; readonly before: Possibilities};

type Key = {
	readonly values: Values;
	/** Shared with other copies, which may have gone on: only `length` of them are this one's. */
	readonly events: Array<Begun | Ended>;
	readonly length: number;
	readonly now: Possibilities;
	/** In the order in which they began. */
	readonly observers: readonly Observer[];
	readonly isUnknown: boolean;
};

export class OnlineChecker {
	verdict: Verdict = 'ok';
	/** The key that is violated. */
	#violated: string | undefined;
	#contradiction: Contradiction | undefined;
	#keys = new Map<string, Key>();
	/** The keys of the operations that are open. */
	#keyOf = new Map<number, string>();
	readonly #model: ModelName;
	readonly #configurationsMax: number;
	readonly #stepsMax: number;

	constructor(model: ModelName = 'register', {configurationsMax = 1000, stepsMax = 200_000}: OnlineLimits = {}) {
		this.#model = model;
		this.#configurationsMax = configurationsMax;
		this.#stepsMax = stepsMax;
	}

	/** Why the verdict is what it is, if it is a violation. */
	get contradiction(): Contradiction | undefined {
		if (this.#violated !== undefined) {
			this.#contradiction ??= contradictionOf(this.#violated, this.#keys.get(this.#violated)!, this.#model);
		}

		return this.#contradiction;
	}

	/** An operation begins, under a number that no other one has. */
	invoke(op: number, client: number, key: string, operation: Operation): void {
		this.#keyOf.set(op, key);
		const known = this.#keys.get(key) ?? newKey(this.#model);
		if (this.#violated === undefined && !known.isUnknown) {
			this.#keys.set(key, afterBeginning(known, {type: 'invoke', op, client, operation}));
		}
	}

	/** It took effect; of a read the result is the value, of a compare-and-set whether it did. */
	ok(op: number, result: Result): void {
		this.#end({type: 'ok', op, result});
	}

	/** It has certainly not taken effect and never will. */
	fail(op: number): void {
		this.#end({type: 'fail', op, result: undefined});
	}

	/** Whether it has or will, nobody will ever know. */
	info(op: number): void {
		this.#end({type: 'info', op, result: undefined});
	}

	/** A checker that goes on by itself from here. */
	copy(): OnlineChecker {
		const copy = new OnlineChecker(this.#model, {configurationsMax: this.#configurationsMax, stepsMax: this.#stepsMax});
		copy.verdict = this.verdict;
		copy.#violated = this.#violated;
		copy.#contradiction = this.#contradiction;
		copy.#keys = new Map(this.#keys);
		copy.#keyOf = new Map(this.#keyOf);
		return copy;
	}

	#end(event: Ended): void {
		const key = this.#keyOf.get(event.op);
		if (key === undefined) {
			throw new Error(`Operation ${event.op} ended, and had never begun.`);
		}

		this.#keyOf.delete(event.op);
		const known = this.#keys.get(key);
		if (this.#violated !== undefined || known === undefined || known.isUnknown) {
			return; // Nothing that follows is news
		}

		const next = afterEnd(known, event, {steps: this.#stepsMax});
		if (next === undefined || next.now.configurations.length > this.#configurationsMax) {
			this.#keys.set(key, {...newKey(this.#model), isUnknown: true});
			this.verdict = 'unknown';
			return;
		}

		this.#keys.set(key, next);
		if (next.now.configurations.length === 0) {
			this.#violated = key;
			this.verdict = 'violated';
		}
	}
}

const newKey = (model: ModelName): Key => ({
	values: new Values(model),
	events: [],
	length: 0,
	now: atFirst,
	observers: [],
	isUnknown: false,
});

/** The key with one more event; whoever shares its events does not see it. */
function withEvent(key: Key, event: Begun | Ended): Key {
	const events = key.events.length === key.length ? key.events : key.events.slice(0, key.length);
	events.push(event);
	return {...key, events, length: key.length + 1};
}

function afterBeginning(key: Key, event: Begun): Key {
	const {now, observers, length: at} = key;
	const call = callAt(event, at, undefined, key.values);
	const {type} = event.operation;
	return {
		...withEvent(key, event),
		now: call === undefined ? now : invoke(now, call),
		observers: type === 'read' || type === 'cas' ? [...observers, {op: event.op, at, before: now}] : observers,
	};
}

/** An operation as far as is known: one that is open will take effect, and of a read nothing is known before it returns. */
function callAt({op, operation}: Begun, at: number, end: Ended | undefined, values: Values): Call | undefined {
	const interval = {id: op, invoked: at, returned: undefined};
	return end === undefined
		? callOf(operation, operation.type === 'read' ? 'info' : 'ok', true, interval, values)
		: callOf(operation, end.type, end.result, interval, values);
}

/** The key after an operation ended; `undefined` if the budget did not suffice. */
function afterEnd(key: Key, event: Ended, budget: Budget): Key | undefined {
	const {values} = key;
	const observer = key.observers.find(({op}) => op === event.op);
	const observers = observer === undefined ? key.observers : key.observers.filter((other) => other !== observer);
	const told = {...withEvent(key, event), observers};
	const now = ended(key.now, event, values, budget);
	if (now === undefined) {
		return undefined;
	}

	const call = observer && callAt(key.events[observer.at] as Begun, observer.at, event, values);
	if (observer === undefined || call === undefined || !isObserver(call)) {
		return {...told, now};
	}

	// What it says is no news if it was so throughout when it began; or if it is now, and nobody looks back to before now
	const isPlain = (possibilities: Possibilities): boolean =>
		call.kind === 'read' ? isCertainly(possibilities, call.expected) : isCertainlyNot(possibilities, call.expected);
	return isPlain(observer.before) || (isPlain(now) && observers.every(({at}) => at < observer.at))
		? {...told, now}
		: replayed(told, observer, budget);
}

/** What is possible after an operation ended, whatever it said of the value. */
function ended(
	now: Possibilities,
	{type, op, result}: Ended,
	values: Values,
	budget: Budget,
): Possibilities | undefined {
	const slot = slotOf(now, op);
	const call = now.open[slot];
	if (call === undefined) {
		return now; // A read, of which nothing was known
	}

	if (type === 'fail' || (call.kind === 'cas' && result === false)) {
		return remove(now, slot, budget);
	}

	if (type === 'info') {
		return call.isOptional ? now : leaveOpen(now, slot, budget);
	}

	return complete(now, slot, values, budget);
}

/** The key's events once more, from where an observer began that has told now what it saw. */
function replayed(key: Key, from: Observer, budget: Budget): Key | undefined {
	const ends = new Map<number, Ended>();
	for (let {at} = from; at < key.length; at++) {
		const event = key.events[at]!;
		if (event.type !== 'invoke') {
			ends.set(event.op, event);
		}
	}

	const observers = [...key.observers];
	let now = from.before;
	for (let {at} = from; at < key.length; at++) {
		const event = key.events[at]!;
		if (event.type === 'invoke') {
			const observer = observers.findIndex(({op}) => op === event.op);
			if (observer !== -1) {
				observers[observer] = {...observers[observer]!, before: now};
			}

			const call = callAt(event, at, ends.get(event.op), key.values);
			now = call === undefined ? now : invoke(now, call);
			continue;
		}

		const next = ended(now, event, key.values, budget);
		if (next === undefined) {
			return undefined;
		}

		now = next;
	}

	return {...key, now, observers};
}

function contradictionOf(key: string, {events, length}: Key, model: ModelName): Contradiction {
	const ends = new Map<number, readonly [at: number, end: Ended]>();
	for (const [at, event] of events.slice(0, length).entries()) {
		if (event.type !== 'invoke') {
			ends.set(event.op, [at, event]);
		}
	}

	const values = new Values(model);
	const operations = new Map<number, Recorded>();
	const calls: Call[] = [];
	for (const [invoked, event] of events.slice(0, length).entries()) {
		if (event.type === 'invoke') {
			const {op, client, operation} = event;
			const [completed, {type: outcome, result}] = ends.get(op) ?? [undefined, {type: 'info', result: undefined}];
			operations.set(op, {process: `c${client}`, operation, invoked, completed, outcome, result});
			const call = callOf(operation, outcome, result, {id: op, invoked, returned: completed}, values);
			if (call !== undefined) {
				calls.push(call);
			}
		}
	}

	return explain(key, calls, values, undefined, (id) => operations.get(id)!);
}
