/*
What to send to a terminal so that it shows the next screen instead of the one before: the cells that differ, in
runs, with as few codes as will do.

Every frame begins and ends with no style switched on, and does not rely on where the cursor was left.
*/

import {blankRow, type Row, type Screen} from './screen.js';
import {sgrBetween} from './sgr.js';
import {plain, type Style} from './style.js';

/** Hide the cursor, forget all styles, and clear the screen from its first cell. */
const opening = '\u{1B}[?25l\u{1B}[m\u{1B}[H\u{1B}[2J';

/** Writing more unchanged cells than this is never shorter than moving over them. */
const gapMax = 12;

export class FrameEncoder {
	#before: Screen | undefined;

	/** What makes the terminal show this screen; nothing if it does already. The first one clears it, as does one of another size. */
	encode(screen: Screen): string {
		const before = this.#before;
		this.#before = screen;
		return before?.columns === screen.columns && before.rows.length === screen.rows.length
			? update(before.rows, screen)
			: opening + update([], screen);
	}

	/** The terminal may show anything now. */
	forget(): void {
		this.#before = undefined;
	}
}

/** Leave the last screen where it is, below it the cursor to go on with. */
export const closing = (rows: number): string => `\u{1B}[${rows + 1}H\u{1B}[?25h`;

function update(before: readonly Row[], {columns, rows}: Screen): string {
	const pen = new Pen();
	const blank = blankRow(columns);
	for (const [y, row] of rows.entries()) {
		const old = before[y] ?? blank;
		if (row !== old) {
			for (let x = 0; x < columns; x++) {
				if (row.characters[x] !== old.characters[x] || row.styles[x] !== old.styles[x]) {
					pen.write(row, y, x);
				}
			}
		}
	}

	return pen.finish();
}

/** Where the terminal's cursor is, the style that is on, and all that was written. */
class Pen {
	#written = '';
	#style: Style = plain;
	#y = -1;
	/** After the last column this is one too many: the terminal waits for what comes. */
	#x = 0;

	write(row: Row, y: number, x: number): void {
		if (y !== this.#y || x !== this.#x) {
			const moved = this.#moveTo(y, x) + sgrBetween(this.#style, row.styles[x]!);
			const rewritten = this.#isNear(y, x) ? this.#rewrite(row, x) : undefined;
			this.#written += rewritten !== undefined && cost(rewritten) <= cost(moved) ? rewritten : moved;
		} else {
			this.#written += sgrBetween(this.#style, row.styles[x]!);
		}

		this.#written += row.characters[x]!;
		this.#style = row.styles[x]!;
		this.#y = y;
		this.#x = x + 1;
	}

	finish(): string {
		return this.#written + sgrBetween(this.#style, plain);
	}

	#isNear(y: number, x: number): boolean {
		return y === this.#y && x - this.#x <= gapMax;
	}

	/** The unchanged cells from the cursor to x, and then the style at x. */
	#rewrite({characters, styles}: Row, x: number): string {
		let text = '';
		let style = this.#style;
		for (let at = this.#x; at < x; at++) {
			text += sgrBetween(style, styles[at]!) + characters[at]!;
			style = styles[at]!;
		}

		return text + sgrBetween(style, styles[x]!);
	}

	#moveTo(y: number, x: number): string {
		const ways = [x === 0 ? `\u{1B}[${y === 0 ? '' : y + 1}H` : `\u{1B}[${y + 1};${x + 1}H`];
		if (this.#y === y) {
			const right = x - this.#x; // Never left: rows are written from left to right
			ways.push(`\u{1B}[${right === 1 ? '' : right}C`);
		} else if (this.#y >= 0 && x === 0) {
			ways.push('\r\n'.repeat(y - this.#y));
		} else if (this.#y >= 0 && x === this.#x) {
			ways.push(`\u{1B}[${y - this.#y === 1 ? '' : y - this.#y}B`);
		}

		let [shortest = ''] = ways;
		for (const way of ways) {
			shortest = cost(way) < cost(shortest) ? way : shortest;
		}

		return shortest;
	}
}

/** Bytes in a recording, which is JSON in UTF-8: an escape character takes six. */
function cost(text: string): number {
	let bytes = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at); // eslint-disable-line unicorn/prefer-code-point -- Four bytes for two halves is right as well
		bytes += code === 0x1b ? 6 : code < 0x20 ? 2 : code < 0x80 ? 1 : code < 0x8_00 ? 2 : 3;
	}

	return bytes;
}
