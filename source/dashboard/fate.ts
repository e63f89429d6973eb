/*
What became of a message, by now.
*/

import type {MessageRecord} from '../lab/feed.js';
import type {Snapshot} from '../lab/lab.js';

/** What tells the fate of a message. */
export type Now = Pick<Snapshot, 'timeUs' | 'held' | 'nodes'>;

/** Held is what somebody holds; what waits has come for a suspended server. */
export type Fate = 'lost' | 'delivered' | 'held' | 'waiting' | 'flying';

export function fateOf({flight, lost, arrivedUs}: MessageRecord, {timeUs, held, nodes}: Now): Fate {
	if (lost !== undefined) {
		return 'lost';
	}

	if (arrivedUs !== undefined) {
		return 'delivered';
	}

	if (held.has(flight.id)) {
		return 'held';
	}

	return flight.dueUs <= timeUs && nodes[flight.to - 1]?.isSuspended === true ? 'waiting' : 'flying';
}
