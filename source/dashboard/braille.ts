/*
A canvas for terminals: a cell is 2 by 4 braille dots of one style, with a character laid over or under them.
*/

import {charactersOf, span, textWidth, type Line} from './text.js';
import type {StyleName} from './theme.js';

/** Styles that cannot be seen on a blank, in whichever theme; going on in them saves the terminal a change. */
const carried: ReadonlySet<StyleName> = new Set([
	'dim',
	'bold',
	'node',
	'accent',
	'leader',
	'follower',
	'good',
	'lost',
]);

/** Which dots of a line are set, one after the other and over again. */
export type DotPattern = readonly boolean[];

export class BrailleCanvas {
	readonly columns: number;
	readonly rows: number;
	readonly #dots: Uint8Array;
	readonly #styles: Array<StyleName | undefined>;
	readonly #characters: Array<string | undefined>;
	readonly #grounds: Array<string | undefined>;
	readonly #groundStyles: Array<StyleName | undefined>;

	constructor(columns: number, rows: number) {
		this.columns = columns;
		this.rows = rows;
		this.#dots = new Uint8Array(columns * rows);
		this.#styles = new Array<StyleName | undefined>(columns * rows).fill(undefined);
		this.#characters = new Array<string | undefined>(columns * rows).fill(undefined);
		this.#grounds = new Array<string | undefined>(columns * rows).fill(undefined);
		this.#groundStyles = new Array<StyleName | undefined>(columns * rows).fill(undefined);
	}

	/** Set a dot; `x` counts half columns, `y` quarter rows. Outside of the canvas nothing happens. */
	dot(x: number, y: number, style?: StyleName): void {
		const column = Math.floor(x / 2);
		const row = Math.floor(y / 4);
		if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) {
			return;
		}

		const cell = column + row * this.columns;
		const right = Math.floor(x) & 1;
		const down = Math.floor(y) & 3;
		this.#dots[cell]! |= down === 3 ? 0x40 << right : 1 << (down + 3 * right);
		this.#styles[cell] = style;
	}

	/** A straight line of dots, `every` so many dots apart. */
	line(
		from: readonly [x: number, y: number],
		to: readonly [x: number, y: number],
		style: StyleName | undefined,
		every: number,
	): void {
		const [x, y] = from;
		const [dx, dy] = [to[0] - x, to[1] - y];
		const length = Math.max(Math.hypot(dx, dy), 1);
		for (let along = 0; along <= length; along += every) {
			this.dot(x + (dx * along) / length, y + (dy * along) / length, style);
		}
	}

	/**
	A line with a dot in each column or in each row, whichever are more; of these the ones that its pattern has. What lies
	outside of a range of half columns is left out, so that a part of a line is exactly a part of it.
	*/
	stroke(
		[x, y]: readonly [x: number, y: number],
		to: readonly [x: number, y: number],
		style: StyleName | undefined,
		pattern: DotPattern,
		xRange: readonly [min: number, max: number] = [0, this.columns * 2 - 1],
	): void {
		const [dx, dy] = [to[0] - x, to[1] - y];
		const steps = Math.max(Math.abs(dx), Math.abs(dy), 1);
		const [min, max] = xRange;
		const ends = dx === 0 ? [0, steps] : [((min - 1 - x) * steps) / dx, ((max + 1 - x) * steps) / dx];
		const first = Math.max(0, Math.floor(Math.min(...ends))); // What is far away should not cost time
		const last = Math.min(steps, Math.ceil(Math.max(...ends)));
		for (let step = first; step <= last; step++) {
			const atX = x + Math.round((dx * step) / steps);
			if (atX >= min && atX <= max && pattern[step % pattern.length]!) {
				this.dot(atX, y + Math.round((dy * step) / steps), style);
			}
		}
	}

	/** A character that is seen where no dots are, and nothing is laid over it. */
	ground(column: number, row: number, character: string, style?: StyleName): void {
		if (column >= 0 && column < this.columns && row >= 0 && row < this.rows) {
			this.#grounds[column + row * this.columns] = character;
			this.#groundStyles[column + row * this.columns] = style;
		}
	}

	/** Text from a cell on; what falls outside is cut. */
	text(column: number, row: number, text: string, style?: StyleName): void {
		let x = column;
		for (const character of text.length === 1 ? text : charactersOf(text)) {
			const width = textWidth(character);
			if (x >= 0 && x + width <= this.columns && row >= 0 && row < this.rows) {
				for (let at = 0; at < width; at++) {
					this.#characters[x + at + row * this.columns] = at === 0 ? character : ''; // A wide one takes the next cell too
					this.#styles[x + at + row * this.columns] = style;
				}
			}

			x += width;
		}
	}

	lines(): Line[] {
		const lines: Line[] = [];
		for (let row = 0; row < this.rows; row++) {
			const line = [];
			let text = '';
			let style: StyleName | undefined;
			for (let column = 0; column < this.columns; column++) {
				const cell = column + row * this.columns;
				const dots = this.#dots[cell]!;
				const isGround = dots === 0 && this.#characters[cell] === undefined;
				const character = isGround ? this.#grounds[cell] : this.#characters[cell];
				const isBlank = isGround && character === undefined;
				const lit = isGround ? this.#groundStyles[cell] : this.#styles[cell];
				const own = isBlank ? (style !== undefined && carried.has(style) ? style : undefined) : lit; // Blanks go with what is before them
				if (own !== style) {
					line.push(span(text, style));
					text = '';
					style = own;
				}

				text += character ?? (dots === 0 ? ' ' : String.fromCodePoint(0x28_00 + dots));
			}

			line.push(span(text, style));
			lines.push(line);
		}

		return lines;
	}
}
