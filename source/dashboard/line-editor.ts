/*
A line of text with a cursor in it, while somebody types.
*/

import stringWidth from 'string-width';

/** Why a line was refused, and where the word begins and ends that is to blame; nowhere, if none is. */
export type Refusal = {readonly sentence: string; readonly from: number; readonly to: number};

/** Longer lines are not typed, they are pasted by mistake. */
const lengthMax = 500;

export class LineEditor {
	isOpen = false;
	protected refused: Refusal | undefined;
	#text = '';
	/** How many characters stand before it. */
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

	/** Put in what was typed or pasted, as far as it can stand on one line of single columns. */
	insert(text: string): void {
		const allowed = [...text.replaceAll(/\s+/gv, ' ')]
			.filter((character) => isAllowed(character))
			.join('')
			.slice(0, lengthMax - this.#text.length);
		if (allowed !== '') {
			this.replace(this.before + allowed + this.after, this.#cursor + allowed.length);
		}
	}

	/** On an empty line this closes it, as one goes on pressing it to be rid of everything. */
	eraseBack(): void {
		if (this.#text === '') {
			this.close();
		} else {
			this.#eraseFrom(Math.max(0, this.#cursor - 1));
		}
	}

	eraseWord(): void {
		this.#eraseFrom(this.before.trimEnd().lastIndexOf(' ') + 1);
	}

	eraseToStart(): void {
		this.#eraseFrom(0);
	}

	eraseToEnd(): void {
		this.replace(this.before, this.#cursor);
	}

	eraseNext(): void {
		this.replace(this.before + this.after.slice(1), this.#cursor);
	}

	/** Move the cursor to the left or to the right; infinitely far leads to the end. */
	move(by: number): void {
		this.#cursor = Math.max(0, Math.min(this.#text.length, this.#cursor + by));
	}

	/** Say why the line cannot be done, and mark the word that begins at a column, if one is to blame. */
	refuse(sentence: string, column?: number): void {
		const from = column === undefined ? this.#text.length : Math.min(column - 1, this.#text.length);
		const {length} = /^[^\s,]*/v.exec(this.#text.slice(from))![0];
		const to = column === undefined ? from : from + Math.max(1, length);
		this.refused = {sentence, from, to};
		if (column !== undefined) {
			this.#cursor = Math.min(to, this.#text.length); // Where its correction begins
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
		this.#cursor = cursor;
		this.refused = undefined;
	}

	#eraseFrom(start: number): void {
		this.replace(this.#text.slice(0, start) + this.after, start);
	}
}

/** Every character of the screen takes one column and one unit of text. */
const isAllowed = (character: string): boolean =>
	character.length === 1 &&
	!/[\p{Control}\p{Format}\p{Private_Use}\p{Surrogate}]/v.test(character) &&
	stringWidth(character) === 1;
