/*
The lines of a text one after the other, and where in it something stands.
*/

import type {Place} from './history-error.js';

export type Line = {
	/** From 1. */
	readonly number: number;
	/** Without its line break. */
	readonly text: string;
	/** Whether a line break follows; the last line of a text that was cut off has none. */
	readonly isEnded: boolean;
};

/** Nobody has to hold them all at once: traces are long. */
export function* linesOf(text: string): Generator<Line> {
	let number = 0;
	for (let at = 0; at < text.length;) {
		const end = text.indexOf('\n', at);
		const isEnded = end !== -1;
		const line = text.slice(at, isEnded ? end : text.length);
		number++;
		yield {number, text: line.endsWith('\r') ? line.slice(0, -1) : line, isEnded};
		at = isEnded ? end + 1 : text.length;
	}
}

/** Finds places by offsets that only grow. */
export class Places {
	readonly #text: string;
	#line = 1;
	#lineStart = 0;

	constructor(text: string) {
		this.#text = text;
	}

	/**
	Find one.

	@param offset - Not in a line before that of the last one that was asked for.
	*/
	at(offset: number): Place {
		for (;;) {
			const end = this.#text.indexOf('\n', this.#lineStart);
			if (end === -1 || end >= offset) {
				return {line: this.#line, column: offset - this.#lineStart + 1};
			}

			this.#line++;
			this.#lineStart = end + 1;
		}
	}
}
