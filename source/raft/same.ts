/*
Whether two things say the same, though they may be two objects: what was read from a disk is never the one that was written.
*/

import type {Entry} from './vocabulary.js';

export const isSameEntry = (one: Entry, other: Entry): boolean => one === other || isSameData(one, other);

/** Plain data. */
function isSameData(one: unknown, other: unknown): boolean {
	if (one === other) {
		return true;
	}

	if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
		return false;
	}

	const names = Object.keys(one);
	return (
		names.length === Object.keys(other).length &&
		names.every((name) => isSameData(one[name as keyof typeof one], other[name as keyof typeof other]))
	);
}
