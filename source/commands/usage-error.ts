/*
What went wrong when the call was wrong: one sentence for whoever made it, and exit code 2.
*/

import {closestMatch} from 'leven';

export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** What was typed, in quotes, without line breaks or escape codes, and not without end. */
export function quoted(text: string): string {
	const shown = [...text]
		.slice(0, quotedMax)
		.join('')
		.replaceAll(/\p{Control}/gv, '�');
	return `"${shown}${text.length > quotedMax ? '…' : ''}"`;
}

const quotedMax = 60;

/** ` Did you mean --nodes?`, or nothing if nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
	const nearest = closestMatch(word, candidates, {maxDistance: Math.max(2, Math.floor(word.length / 3))});
	return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
