/*
What went wrong when the call was wrong: one sentence for whoever made it, and exit code 2.
*/

import {closestMatch} from 'leven';

export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** ` Did you mean --nodes?`, or nothing if nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
	const nearest = closestMatch(word, candidates, {maxDistance: Math.max(2, Math.floor(word.length / 3))});
	return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
