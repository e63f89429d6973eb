/*
A process that writes a log in a real directory as fast as it can, until somebody kills it.

	node writer.js <directory> <how>

It tells on its standard output what it takes for acknowledged: the index of the last entry and the term, a line
each time. `how` is `honest`, or `hasty`: then it tells before it has synced.
*/

import {writeSync} from 'node:fs';
import process from 'node:process';
import {NodeDisk} from '../../source/storage/node-disk.js';
import {openStorage} from '../../source/storage/open-storage.js';
import {entryOf, segmentBytesMax, snapshotOf} from './written.js';

const [directory, how] = process.argv.slice(2);
const {storage} = openStorage(new NodeDisk(directory!), {segmentBytesMax});
storage.sync();

for (let round = 0; ; round++) {
	const {currentTerm, log} = storage.persisted;
	storage.saveState(currentTerm + 1, (currentTerm % 5) + 1);
	const count = 1 + (currentTerm % 7);
	storage.append(Array.from({length: count}, (_, at) => entryOf(log.lastIndex + 1 + at)));
	if (currentTerm % 40 === 39) {
		storage.saveSnapshot(snapshotOf(log.lastIndex - 3));
	}

	if (how !== 'hasty' || round % 8 === 7) {
		storage.sync();
	}

	tell(`${storage.persisted.log.lastIndex} ${storage.persisted.currentTerm}\n`);
}

/** Wait where whoever listens has not kept up. */
function tell(text: string): void {
	for (;;) {
		try {
			writeSync(1, text);
			return;
		} catch (error) {
			if (!(error instanceof Error && error.message.startsWith('EAGAIN'))) {
				throw error;
			}
		}
	}
}
