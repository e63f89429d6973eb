/*
A canvas for terminals: a cell is 2 by 4 braille dots of one style, or one character laid over them.
*/

import {span, type Line} from './text.js';
import type {StyleName} from './theme.js';

export class BrailleCanvas {
	readonly columns: number;
	readonly rows: number;
	readonly #dots: Uint8Array;
	readonly #styles: Array<StyleName | undefined>;
	readonly #characters: Array<string | undefined>;

	constructor(columns: number, rows: number) {
		this.columns = columns;
		this.rows = rows;
		this.#dots = new Uint8Array(columns * rows);
		this.#styles = new Array<StyleName | undefined>(columns * rows).fill(undefined);
		this.#characters = new Array<string | undefined>(columns * rows).fill(undefined);
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

	/** Text from a cell on; what falls outside is cut. */
	text(column: number, row: number, text: string, style?: StyleName): void {
		for (let at = 0; at < text.length; at++) {
			const x = column + at;
			if (x >= 0 && x < this.columns && row >= 0 && row < this.rows) {
				this.#characters[x + row * this.columns] = text[at];
				this.#styles[x + row * this.columns] = style;
			}
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
				const character = this.#characters[cell];
				const dots = this.#dots[cell]!;
				const isBlank = character === undefined && dots === 0;
				const own = isBlank ? (style === 'selected' ? undefined : style) : this.#styles[cell]; // Blanks go with what is before them
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
