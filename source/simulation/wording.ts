/*
How a refusal is worded: what was typed, what may be there instead, and what was probably meant.
*/

import {closestMatch} from 'leven';

const quotedMax = 60;

/** What was typed, in quotes, without line breaks or escape codes, and not without end. */
export function quoted(text: string): string {
	const characters = [...text];
	const shown = characters
		.slice(0, quotedMax)
		.join('')
		.replaceAll(/\p{Control}/gv, '\u{FFFD}');
	return `"${shown}${characters.length > quotedMax ? '…' : ''}"`;
}

/** ` Did you mean partition?`, or nothing if nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
	const meant = nearest(word, candidates);
	return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/** What the word begins, or what its beginning nearly spells; `undefined` if nothing is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
	const typed = word.toLowerCase();
	const begun = candidates.find((candidate) => candidate.startsWith(typed) && typed !== '');
	const firstWords = candidates.map((candidate) => candidate.split(' ', 1)[0]!);
	const spelt = closestMatch(typed, firstWords, {
		maxDistance: word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3)),
	});
	return begun ?? (spelt === undefined || typed.length < 2 ? undefined : candidates[firstWords.indexOf(spelt)]);
}

/** `a, b or c`. */
export const orList = (items: readonly string[]): string => enumerated(items, 'or');

/** `a, b and c`. */
export const andList = (items: readonly string[]): string => enumerated(items, 'and');

function enumerated(items: readonly string[], word: string): string {
	return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)!}`;
}
