/*
What was asked of the cluster by hand, until it is told what came of it.
*/

import {operationText, resultText} from '../explaining/event-text.js';
import type {Snapshot} from '../lab/lab.js';
import type {OperationRecord} from '../lab/operations.js';
import {nodeName} from '../scenario/command-text.js';
import type {Notice} from './views/footer.js';
import {latencyText} from './words.js';

/** What is taken back and never done again is awaited until so many others are. */
const awaitedMax = 32;

export class Outcomes {
	/** Those that nobody has been told of. Numbers begin anew in another branch, so there is more to a key. */
	#awaited: readonly string[] = [];

	/** Await what has been asked for since `latest` was the latest. */
	await({operations}: Pick<Snapshot, 'operations'>, latest: number): void {
		const asked = operations[0]!.filter(({op}) => op > latest).map((record) => keyOf(record));
		this.#awaited = [...this.#awaited, ...asked].slice(-awaitedMax);
	}

	/** What came of those that are over at this moment, as one notice; `undefined` if none is. */
	told({operations}: Pick<Snapshot, 'operations'>): Notice | undefined {
		if (this.#awaited.length === 0) {
			return undefined;
		}

		const over = operations[0]!.filter((record) => record.state !== 'open' && this.#awaited.includes(keyOf(record)));
		const told = new Set(over.map((record) => keyOf(record)));
		this.#awaited = this.#awaited.filter((key) => !told.has(key));
		const bad = over.filter(({state}) => state !== 'ok');
		const texts = [...bad, ...over.filter(({state}) => state === 'ok')].map((record) => outcomeText(record));
		return texts.length === 0 ? undefined : {text: texts.join('; '), isRefusal: bad.length > 0};
	}
}

/** The number of what was asked for last by hand; before the first, less than any. */
export const latestByHand = ({operations}: Pick<Snapshot, 'operations'>): number => operations[0]!.at(-1)?.op ?? -1;

const keyOf = ({op, begunUs, operation}: OperationRecord): string => `${op} ${begunUs} ${operationText(operation)}`;

function outcomeText({state, operation, result, node, failure, begunUs, endedUs}: OperationRecord): string {
	const asked = operationText(operation);
	if (state === 'fail') {
		return `${asked} failed: ${nodeName(node!)} ${failure === 'crashed' ? 'has crashed' : 'does not lead'}`;
	}

	return state === 'info'
		? `${asked} was left unanswered: its client cannot know whether it was done`
		: `${asked}${resultText(operation, result, ' is committed')}, after ${latencyText(endedUs! - begunUs)}`;
}
