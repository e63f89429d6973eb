/*
One key's operations as the searches want them: what each does to the value, what it says of it, and when.
*/

import type {Operation, Result, Value, Values} from '../model.js';

/**
What a call does, and what its answer says of the value at the instant at which it took effect.

A compare-and-set that was answered "no" is a `mismatch`: it changed nothing, and the value was another than expected.
*/
export type CallKind = 'read' | 'mismatch' | 'write' | 'append' | 'cas';

export type Call = {
	readonly kind: CallKind;
	/** The value that a read returned, that a compare-and-set found, that a mismatch did not find; else -1. */
	readonly expected: number;
	/** The value that a write or a compare-and-set leaves, or that is appended; else -1. */
	readonly value: number;
	/** Where its interval begins and ends in the order of the history: infinity where it never returned, or has not yet. */
	readonly invoked: number;
	readonly returned: number;
	/** Nobody knows whether it took effect, and nobody ever will. */
	readonly isOptional: boolean;
	/** Which operation this is, in its history. */
	readonly id: number;
};

export type Outcome = 'ok' | 'fail' | 'info';

/** Whether a call only tells of the value and leaves it alone. */
export const isObserver = ({kind}: Call): boolean => kind === 'read' || kind === 'mismatch';

/** The value after a call that takes effect where `state` is the value; -1 where it cannot. */
export function stateAfter(call: Call, state: number, values: Values): number {
	switch (call.kind) {
		case 'read': {
			return state === call.expected ? state : -1;
		}

		case 'mismatch': {
			return state === call.expected ? -1 : state;
		}

		case 'write': {
			return call.value;
		}

		case 'append': {
			return values.append(state, call.value);
		}

		case 'cas': {
			return state === call.expected ? call.value : -1;
		}
	}
}

/** When a call began and ended, in the order of its history. */
export type Interval = {readonly id: number; readonly invoked: number; readonly returned: number | undefined};

/**
An operation as a call, or `undefined` where it says nothing and can do nothing: it certainly failed, or it was a read
that was never answered.
*/
export function callOf(
	operation: Operation,
	outcome: Outcome,
	result: Result,
	{id, invoked, returned}: Interval,
	values: Values,
): Call | undefined {
	if (outcome === 'fail' || (outcome === 'info' && operation.type === 'read')) {
		return undefined;
	}

	const isOptional = outcome === 'info';
	const common = {
		id,
		invoked,
		returned: isOptional ? Number.POSITIVE_INFINITY : (returned ?? Number.POSITIVE_INFINITY),
		isOptional,
	};
	switch (operation.type) {
		case 'read': {
			return {kind: 'read', expected: values.numberOf(result as Value), value: -1, ...common};
		}

		case 'write':
		case 'append': {
			return {kind: operation.type, expected: -1, value: values.numberOf(operation.value), ...common};
		}

		case 'delete': {
			return {kind: 'write', expected: -1, value: 0, ...common};
		}

		case 'cas': {
			const expected = values.numberOf(operation.expected);
			return outcome === 'ok' && result === false
				? {kind: 'mismatch', expected, value: -1, ...common}
				: {kind: 'cas', expected, value: values.numberOf(operation.value), ...common};
		}
	}
}

/** A call begins or returns. */
export type CallEvent = {readonly call: Call; readonly isReturn: boolean};

/** The beginnings and returns of calls in their order; at the same place beginnings go first, for intervals are closed. */
export function eventsOf(calls: readonly Call[]): readonly CallEvent[] {
	const events = calls.map((call) => ({order: call.invoked, call, isReturn: false}));
	for (const call of calls) {
		if (call.returned !== Number.POSITIVE_INFINITY) {
			events.push({order: call.returned, call, isReturn: true});
		}
	}

	return events.toSorted((one, other) =>
		one.order === other.order ? Number(one.isReturn) - Number(other.isReturn) : one.order - other.order,
	);
}

/** What a search finds out. */
export type Finding = 'ok' | 'violated';
