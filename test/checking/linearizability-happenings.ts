/*
A history as the on-line checker is told of it, one call or return after the other.
*/

import type {Recorded} from '../../source/checking/histories/history.js';
import type {OnlineChecker} from '../../source/checking/linearizability-online.js';

/** A call or a return, as a checker is told of it. */
export type Happening = {readonly op: number; readonly recorded: Recorded; readonly isReturn: boolean};

export function happeningsOf(operations: readonly Recorded[]): readonly Happening[] {
	const happenings = operations.flatMap((recorded, op) => [
		{op, recorded, isReturn: false, order: recorded.invoked},
		...(recorded.completed === undefined ? [] : [{op, recorded, isReturn: true, order: recorded.completed}]),
	]);
	return happenings.toSorted((one, other) =>
		one.order === other.order ? Number(one.isReturn) - Number(other.isReturn) : one.order - other.order,
	);
}

export function tell(checker: OnlineChecker, {op, recorded, isReturn}: Happening): void {
	const {process, operation, outcome, result} = recorded;
	if (!isReturn) {
		checker.invoke(op, Number(process.slice(1)), operation.key, operation);
	} else if (outcome === 'ok') {
		checker.ok(op, result);
	} else if (outcome === 'fail') {
		checker.fail(op);
	} else {
		checker.info(op);
	}
}
