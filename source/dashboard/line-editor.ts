/*
A line of text with a cursor in it, while somebody types. The cursor goes by what is seen as one character, however many
code points and columns that takes.
*/

import {charactersOf, span, textWidth} from './text.js';

/** Why a line was refused, and where the word begins and ends that is to blame; nowhere, if none is. */
export type Refusal = {readonly sentence: string; readonly from: number; readonly to: number};

/** Longer lines are not typed, they are pasted by mistake. */
const lengthMax = 500;

export class LineEditor {
	isOpen = false;
	protected refused: Refusal | undefined;
	#text = '';
	/** How much of the text stands before it; never half a character. */
	#cursor = 0;

	get text(): string {
		return this.#text;
	}

	get cursor(): number {
		return this.#cursor;
	}

	get refusal(): Refusal | undefined {
		return this.refused;
	}

	open(text = ''): void {
		this.isOpen = true;
		this.replace(text, text.length);
	}

	/** Close it and keep nothing of what stands there. */
	close(): void {
		this.isOpen = false;
		this.replace('', 0);
	}

	/** Put in what was typed or pasted, as far as it can be seen and there is room for it. What combines may join what stands before. */
	insert(text: string): void {
		const start = cutTo(visible(this.before + typeable(text)), lengthMax - this.after.length);
		if (start.length > this.#cursor) {
			this.replace(start + this.after, start.length);
		}
	}

	/** On an empty line this closes it, as one goes on pressing it to be rid of everything. */
	eraseBack(): void {
		if (this.#text === '') {
			this.close();
		} else {
			this.#eraseFrom(this.#cursor - (charactersOf(this.before).at(-1)?.length ?? 0));
		}
	}

	eraseWord(): void {
		this.#eraseFrom(this.before.trimEnd().lastIndexOf(' ') + 1);
	}

	eraseAll(): void {
		this.replace('', 0);
	}

	eraseToEnd(): void {
		this.replace(this.before, this.#cursor);
	}

	eraseNext(): void {
		this.replace(this.before + charactersOf(this.after).slice(1).join(''), this.#cursor);
	}

	/** Move the cursor by so many characters to the left or to the right; infinitely far leads to the end. */
	move(by: number): void {
		const count = Math.max(0, charactersOf(this.before).length + by);
		this.#cursor = charactersOf(this.#text).slice(0, count).join('').length;
	}

	/** Say why the line cannot be done, and mark the word that begins at a column, if one is to blame. */
	refuse(sentence: string, column?: number): void {
		const from = column === undefined ? this.#text.length : Math.min(column - 1, this.#text.length);
		const {length} = /^[^\s,]*/v.exec(this.#text.slice(from))![0];
		const to = column === undefined ? from : from + Math.max(1, length);
		this.refused = {sentence, from, to};
		if (column !== undefined) {
			this.#cursor = boundaryIn(this.#text, to); // Where its correction begins
		}
	}

	protected get before(): string {
		return this.#text.slice(0, this.#cursor);
	}

	protected get after(): string {
		return this.#text.slice(this.#cursor);
	}

	/** Whatever changes the text ends what was going on with it. */
	protected replace(text: string, cursor: number): void {
		this.#text = text;
		this.#cursor = boundaryIn(text, cursor);
		this.refused = undefined;
	}

	#eraseFrom(start: number): void {
		this.replace(this.#text.slice(0, start) + this.after, start);
	}
}

/** What of a text can stand on one line. */
const typeable = (text: string): string => span(text.replaceAll(/\s+/gv, ' ')).text;

/** Without what nobody could see or point at, such as an accent that has no letter. */
const visible = (text: string): string =>
	charactersOf(text)
		.filter((character) => textWidth(character) > 0)
		.join('');

/** As many whole characters as have room in so much text. */
function cutTo(text: string, length: number): string {
	let taken = '';
	for (const character of charactersOf(text)) {
		if (taken.length + character.length > length) {
			break;
		}

		taken += character;
	}

	return taken;
}

/** Where the character ends that a place in a text is within: what stands on both sides of the cursor may have become one. */
function boundaryIn(text: string, at: number): number {
	let end = 0;
	for (const character of charactersOf(text)) {
		if (end >= at) {
			break;
		}

		end += character.length;
	}

	return end;
}
