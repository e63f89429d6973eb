/*
What linearizability is, said as plainly as possible: some order of the operations explains everything. For a few operations only.
*/

import type {Recorded} from '../../source/checking/histories/history.js';
import type {ModelName, Operation, Result, Value} from '../../source/checking/model.js';

/** Whether there is an order of the operations in which each did what it says, by trying all of them. */
export function isLinearizable(operations: readonly Recorded[], model: ModelName): boolean {
	const keys = new Set(operations.map(({operation}) => operation.key));
	return [...keys].every((key) =>
		canBeOrdered(
			operations.filter(({operation, outcome}) => operation.key === key && outcome !== 'fail'),
			undefined,
			model,
		),
	);
}

function canBeOrdered(left: readonly Recorded[], value: Value, model: ModelName): boolean {
	if (left.every(({outcome}) => outcome === 'info')) {
		return true; // None of these need have taken effect
	}

	const firstReturn = Math.min(...left.map((operation) => returnOf(operation)));
	return left.some((operation) => {
		if (operation.invoked > firstReturn) {
			return false; // It began after another one had ended
		}

		const [after, result] = apply(operation.operation, value, model);
		const isAsRecorded = operation.outcome === 'info' || isSame(result, operation.result, model);
		return (
			isAsRecorded &&
			canBeOrdered(
				left.filter((other) => other !== operation),
				after,
				model,
			)
		);
	});
}

const returnOf = ({outcome, completed}: Recorded): number =>
	outcome === 'info' ? Number.POSITIVE_INFINITY : (completed ?? Number.POSITIVE_INFINITY);

const isSame = (one: Result, other: Result, model: ModelName): boolean =>
	one === other || (model === 'kv' && (one ?? '') === (other ?? ''));

/** What an operation does, in so many words: the value after it, and what it answers. */
export function apply(operation: Operation, value: Value, model: ModelName): readonly [after: Value, result: Result] {
	switch (operation.type) {
		case 'read': {
			return [value, value];
		}

		case 'write': {
			return [operation.value, true];
		}

		case 'delete': {
			return [undefined, true];
		}

		case 'append': {
			return [(value ?? '') + operation.value, true];
		}

		case 'cas': {
			return isSame(value, operation.expected, model) ? [operation.value, true] : [value, false];
		}
	}
}
