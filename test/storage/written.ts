/*
What the writing process writes, so that whoever looks afterwards knows what must be there.
*/

import type {Entry, LogIndex} from '../../source/raft/vocabulary.js';
import type {Operation} from '../../source/state-machine/key-value.js';
import type {Snapshot} from '../../source/storage/snapshot-file.js';

/** Small, so that segments come and go. */
export const segmentBytesMax = 4096;

export function entryOf(index: LogIndex): Entry {
	const command: Operation = {type: 'write', key: `k${index % 10}`, value: 'v'.repeat(index % 60)};
	return {index, term: Math.floor(index / 10) + 1, command};
}

export const snapshotOf = (lastIncludedIndex: LogIndex): Snapshot => ({
	lastIncludedIndex,
	lastIncludedTerm: entryOf(lastIncludedIndex).term,
	data: new TextEncoder().encode(`up to ${lastIncludedIndex}`),
});
