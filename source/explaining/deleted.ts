/*
What a server deleted from the end of its log.
*/

import type {Entry, LogIndex} from '../raft/vocabulary.js';
import type {Trace} from '../simulation/trace.js';
import {namedEntriesText, namedMax} from './event-text.js';
import {entryBefore, lastPositionBefore, type EventOf} from './past.js';

/** Where the log had ended, and the first of the entries that were deleted. */
export type Deleted = {readonly to: LogIndex; readonly entries: readonly Entry[]};

/** What a server deleted; `undefined` if the trace has forgotten where its log ended. */
export function deletedIn({node, from, seq}: EventOf<'truncate'>, trace: Trace): Deleted | undefined {
	const to = lastPositionBefore(trace, node, seq)?.index ?? 0;
	if (to < from) {
		return undefined;
	}

	const entries: Entry[] = [];
	for (let index = from; index <= Math.min(to, from + namedMax - 1); index++) {
		const entry = entryBefore(trace, node, index, seq);
		if (entry === undefined) {
			break;
		}

		entries.push(entry);
	}

	return {to, entries};
}

/** `entry 3 (x=1)`, `entries 4–6 (y=2 z=3 w=4)`; without an end, where that is forgotten. */
export const deletedText = (from: LogIndex, deleted: Deleted | undefined): string =>
	deleted === undefined ? `its entries from ${from} on` : namedEntriesText(from, deleted.to, deleted.entries);
