/*
Numbers as a row of blocks: one column a number, higher for more. Nothing is the lowest block, dim, and anything is
higher than that; what is not known is blank.
*/

import {span, type Line, type Span} from './text.js';
import type {StyleName} from './theme.js';

/** From an eighth of a cell to all of it. */
export const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One character and its style. */
export type Cell = readonly [character: string, style?: StyleName];

export const blankCell: Cell = [' '];

/** Cells one after the other, as a line. */
export function lineOf(cells: readonly Cell[]): Line {
	const line: Span[] = [];
	let text = '';
	let style: StyleName | undefined;
	for (const [character, own] of cells) {
		if (own !== style) {
			line.push(span(text, style));
			text = '';
			style = own;
		}

		text += character;
	}

	return [...line, span(text, style)].filter((part) => part.text !== '');
}

/** The highest block stands for `highest`. */
export function sparkline(values: ReadonlyArray<number | undefined>, highest: number, style: StyleName): Line {
	return lineOf(
		values.map((value): Cell => {
			if (value === undefined) {
				return blankCell;
			}

			const steps = Math.ceil((Math.min(value, highest) / highest) * (blocks.length - 1));
			return value <= 0 ? [blocks[0], 'dim'] : [blocks[Math.max(1, steps)]!, style];
		}),
	);
}
