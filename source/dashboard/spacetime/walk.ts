/*
From event to event of the space-time diagram, in the order in which they happened.
*/

import type {Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import type {Event} from '../../simulation/event.js';
import {lanesUntil, type Lanes} from './lanes.js';
import {hasMark, isAboutMessage, isHeartbeat, nodeOf, shownTypes, type Choice} from './shown.js';

export type Walk = Choice & {
	/** Only what happens on this server's lane. */
	readonly node?: ServerId | undefined;
};

/** The `seq` of the last event before `from` that the diagram shows, wherever it is; `undefined` if there is none. */
export function previousEvent(snapshot: Snapshot, from: number, walk: Walk): number | undefined {
	const {newestTrace} = snapshot;
	const lanes = lanesUntil(snapshot, newestTrace.timeAt(from) ?? snapshot.newestUs);
	for (let seq = Math.min(from - 1, newestTrace.length); seq >= newestTrace.first; seq--) {
		if (isVisited(snapshot, seq, walk, lanes)) {
			return seq;
		}
	}

	return undefined;
}

/** The `seq` of the first event after `from` that the diagram shows; `undefined` if this branch has not come to one. */
export function nextEvent(snapshot: Snapshot, from: number, walk: Walk): number | undefined {
	const {newestTrace, newestUs} = snapshot;
	const lanes = lanesUntil(snapshot, newestUs);
	for (let seq = Math.max(from + 1, newestTrace.first); seq <= newestTrace.length; seq++) {
		if (isVisited(snapshot, seq, walk, lanes)) {
			return seq;
		}
	}

	return undefined;
}

function isVisited({newestTrace}: Snapshot, seq: number, {node, isFolded, matches}: Walk, lanes: Lanes): boolean {
	if (!shownTypes.has(newestTrace.typeAt(seq)!)) {
		return false;
	}

	const event: Event = newestTrace.at(seq)!;
	if (node !== undefined && nodeOf(event) !== node) {
		return false;
	}

	const isShown = isAboutMessage(event)
		? !isFolded || event.type === 'lost' || event.flight.lost !== undefined || !isHeartbeat(newestTrace, event.flight)
		: hasMark(event, lanes);
	return isShown && (matches?.(event) ?? true);
}
