/*
Who is what when, in what this branch has in store too: the lanes end now, and are carried on from the trace.
*/

import type {LaneSpan, LaneState} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';

export type Lanes = ReadonlyArray<readonly LaneSpan[]>;

/** The lanes up to a moment, or up to where this branch has come. */
export function lanesUntil({lanes, nodes, trace, newestTrace}: Snapshot, untilUs: number): Lanes {
	const from = Math.max(trace.length + 1, newestTrace.first);
	if (from > newestTrace.length) {
		return lanes;
	}

	const longer = lanes.map((lane) => [...lane]);
	const running = nodes.map(({server}): {state: LaneState; term: number} => ({
		state: server?.role ?? 'down',
		term: server?.currentTerm ?? 0,
	}));
	const add = (node: number, fromUs: number, state: LaneState, term: number): void => {
		const last = longer[node - 1]!.at(-1);
		if (last?.state !== state || (state === 'leader' && last.term !== term)) {
			longer[node - 1]!.push({fromUs, state, term});
		}
	};

	for (let seq = from; seq <= newestTrace.length && newestTrace.timeAt(seq)! <= untilUs; seq++) {
		const type = newestTrace.typeAt(seq)!;
		if (!changing.has(type)) {
			continue;
		}

		const event = newestTrace.at(seq)!;
		switch (event.type) {
			case 'role': {
				running[event.node - 1] = {state: event.role, term: event.term};
				add(event.node, event.timeUs, event.role, event.term);
				break;
			}

			case 'restart': {
				running[event.node - 1] = {state: 'follower', term: event.term};
				add(event.node, event.timeUs, 'follower', event.term);
				break;
			}

			case 'crash': {
				add(event.node, event.timeUs, 'down', 0);
				break;
			}

			case 'suspend': {
				add(event.node, event.timeUs, 'suspended', 0);
				break;
			}

			case 'resume': {
				const {state, term} = running[event.node - 1]!;
				add(event.node, event.timeUs, state, term);
				break;
			}

			default:
		}
	}

	return longer;
}

const changing: ReadonlySet<string> = new Set(['role', 'restart', 'crash', 'suspend', 'resume']);

/** Where the span stands that a node is in at a moment; -1 if that is forgotten. */
export function spanAt(lane: readonly LaneSpan[], timeUs: number): number {
	let [low, high] = [0, lane.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (lane[middle]!.fromUs <= timeUs) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	return low - 1;
}
