/*
A history: the clients' calls and returns, in order. What linearizability is judged on.
*/

import type {Outcome} from '../linearizability/call.js';
import type {ModelName, Operation, Result} from '../model.js';

/** An operation of a history, from its call to its return. */
export type Recorded = {
	/** Who called, as it is shown: `c1`, or `process 3`. */
	readonly process: string;
	readonly operation: Operation;
	/** Places in the order of events. An operation lasts from the one to the other, both included. */
	readonly invoked: number;
	/** `undefined` where nobody heard of it again. */
	readonly completed: number | undefined;
	/** What is `fail` has certainly not taken effect; what is `info` may have, or may yet. */
	readonly outcome: Outcome;
	/** Of what is `ok`: what a read returned, whether a compare-and-set took effect. */
	readonly result: Result;
};

export type History = {
	readonly model: ModelName;
	readonly operations: readonly Recorded[];
};
