/*
What is wrong with a history, and where: one sentence for whoever gave it to us.
*/

/** Both count from 1. */
export type Place = {readonly line: number; readonly column: number};

export class HistoryError extends Error {
	override readonly name = 'HistoryError';
	readonly place: Place;

	constructor(place: Place, sentence: string) {
		super(sentence);
		this.place = place;
	}
}

const quotedMax = 60;

/** What stands in a history, in quotes, without line breaks or escape codes, and not without end. */
export function quoted(text: string): string {
	const shown = text.slice(0, quotedMax).replaceAll(/\p{Control}/gv, '\u{FFFD}');
	return `"${shown}${text.length > quotedMax ? '…' : ''}"`;
}

/** `a, b or c`. */
export const orList = (items: readonly string[]): string => `${items.slice(0, -1).join(', ')} or ${items.at(-1)!}`;
