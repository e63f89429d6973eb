/*
From events to operations: what a client began is paired with what it heard of it.
*/

import type {Outcome} from '../linearizability/call.js';
import type {Operation, Result} from '../model.js';
import {HistoryError, type Place} from './history-error.js';
import type {Recorded} from './history.js';

/** The operations that a file tells of, before anybody has said what kind of object they were called on. */
export type Reading = {
	readonly operations: readonly Recorded[];
	/** Where the events stand, by their places in the order: an operation's `invoked` and `completed`. */
	readonly places: readonly Place[];
	/** Whether the operations are called as those of a store of texts are: `put` and `get`. */
	readonly isNamedAsStore: boolean;
};

type Open = {readonly caller: string; readonly operation: Operation; readonly at: number; readonly id: number};

export class Pairing {
	readonly operations: Recorded[] = [];
	readonly places: Place[] = [];
	readonly #open = new Map<string | number, Open>();

	/**
	Begin an operation.

	@param call - What its beginning and its end have in common.
	@param who - How that is called in a refusal.
	@param caller - How who called is shown.
	*/
	begin(call: string | number, who: string, caller: string, operation: Operation, place: Place): void {
		const other = this.#open.get(call);
		if (other !== undefined) {
			throw new HistoryError(
				place,
				`${who} begins something while what it began on line ${this.lineOf(other.at)} is still open; an :ok, :fail or :info must come between.`,
			);
		}

		const at = this.#next(place);
		const id = this.operations.length;
		this.#open.set(call, {caller, operation, at, id});
		// Stays so where nothing more is heard of it
		this.operations.push({
			process: caller,
			operation,
			invoked: at,
			completed: undefined,
			outcome: 'info',
			result: undefined,
		});
	}

	/** What is open under that name. */
	opened(call: string | number, who: string, place: Place): Operation {
		const open = this.#open.get(call);
		if (open === undefined) {
			throw new HistoryError(place, `${who} ends here and has not begun; an invoke must come before.`);
		}

		return open.operation;
	}

	/** End what is open under that name. */
	end(call: string | number, outcome: Outcome, result: Result, place: Place): void {
		const {caller, operation, at, id} = this.#open.get(call)!;
		this.#open.delete(call);
		this.operations[id] = {process: caller, operation, invoked: at, completed: this.#next(place), outcome, result};
	}

	lineOf(at: number): number {
		return this.places[at]!.line;
	}

	#next(place: Place): number {
		this.places.push(place);
		return this.places.length - 1;
	}
}
