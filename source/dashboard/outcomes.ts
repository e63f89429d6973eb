/*
What was asked of the cluster by hand, until it is told what came of it.
*/

import {operationText, resultText} from '../explaining/event-text.js';
import type {NodeState, Snapshot} from '../lab/lab.js';
import type {OperationRecord} from '../lab/operations.js';
import {nodeName} from '../scenario/command-text.js';
import type {Notice} from './views/footer.js';
import {latencyText} from './views/metrics.js';

export class Outcomes {
	/** Those that nobody has been told of, by their numbers. */
	#awaited: readonly number[] = [];

	/** Await what has been asked for since `latest` was the latest. */
	await({operations}: Snapshot, latest: number): void {
		const asked = operations[0]!.map(({op}) => op).filter((op) => op > latest);
		this.#awaited = [...this.#awaited, ...asked];
	}

	/** What came of those that are over. Of what was asked for after this moment, nothing is awaited any longer. */
	told({operations, nodes}: Snapshot): readonly Notice[] {
		const records = this.#awaited.flatMap((op) => operations[0]!.find((record) => record.op === op) ?? []);
		this.#awaited = records.filter(({state}) => state === 'open').map(({op}) => op);
		return records.flatMap((record) => outcomeOf(record, nodes) ?? []);
	}
}

/** The number of what was asked for last by hand; before the first, less than any. */
export const latestByHand = ({operations}: Snapshot): number => operations[0]!.at(-1)?.op ?? -1;

function outcomeOf(
	{state, operation, result, node, begunUs, endedUs}: OperationRecord,
	nodes: readonly NodeState[],
): Notice | undefined {
	const asked = operationText(operation);
	switch (state) {
		case 'open': {
			return undefined;
		}

		case 'ok': {
			const text = `${asked}${resultText(operation, result, ' is committed')}`;
			return {text: `${text}, after ${latencyText(endedUs! - begunUs)}`, isRefusal: false};
		}

		case 'fail': {
			const why =
				node === undefined
					? ''
					: `: ${nodeName(node)} ${nodes[node - 1]!.server === undefined ? 'is down' : 'does not lead'}`;
			return {text: `${asked} failed${why}.`, isRefusal: true};
		}

		case 'info': {
			return {text: `${asked} was left unanswered: its client cannot know whether it was done.`, isRefusal: true};
		}
	}
}
