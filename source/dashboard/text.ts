/*
Text as the views make it: lines of spans, each span with the name of a style. Colours come later, in
`paint`; until then a line is plain data that a test can read.

Every character that the dashboard uses is one column wide; what people type is checked at the door.
*/

import type {StyleName} from './theme.js';

export type Span = {
	readonly text: string;
	readonly style: StyleName | undefined;
	/** The same text with its colours, where something else has painted it already. */
	readonly painted?: string;
};
export type Line = readonly Span[];

export const span = (text: string, style?: StyleName): Span => ({text, style});

export const widthOf = (line: Line): number => {
	let width = 0;
	for (const {text} of line) {
		width += text.length;
	}

	return width;
};

/** The line's words without their styles. */
export const plain = (line: Line): string => line.map(({text}) => text).join('');

/** Make a line exactly so wide: spaces at the end, or an ellipsis where it is cut. */
export function fit(line: Line, width: number): Line {
	const missing = width - widthOf(line);
	if (missing === 0) {
		return line;
	}

	if (missing > 0) {
		return [...line, span(' '.repeat(missing))];
	}

	const spans: Span[] = [];
	let left = Math.max(0, width - 1);
	for (const {text, style} of line) {
		if (text.length >= left) {
			spans.push({text: text.slice(0, left), style});
			break;
		}

		spans.push({text, style});
		left -= text.length;
	}

	return width <= 0 ? [] : [...spans, span('…', 'dim')];
}

/** Two lines on one, the second at the right end; where both do not fit, the first is cut. */
export function spread(left: Line, right: Line, width: number): Line {
	const room = width - widthOf(right);
	return room < 8 ? fit(left, width) : [...fit(left, room), ...right];
}

/** Break a line between words so that no part is wider than `width`; a word that is wider is broken itself. Nothing gives no line. */
export function wrap(line: Line, width: number): Line[] {
	const lines: Line[] = [];
	let current: Span[] = [];
	let used = 0;
	let blanks = 0;
	const breakLine = (): void => {
		lines.push(current);
		current = [];
		used = 0;
		blanks = 0;
	};

	const room = Math.max(1, width);
	for (const {text, style} of line) {
		for (const piece of text.match(/ +|[^ ]+/gv) ?? []) {
			if (piece.startsWith(' ')) {
				blanks = used === 0 ? 0 : piece.length;
				continue;
			}

			if (used > 0 && blanks > 0 && used + blanks + piece.length > room) {
				breakLine();
			}

			current.push(span(' '.repeat(blanks)));
			used += blanks;
			blanks = 0;
			let rest = piece;
			while (used + rest.length > room) {
				const taken = room - used;
				current.push(span(rest.slice(0, taken), style));
				rest = rest.slice(taken);
				breakLine();
			}

			current.push(span(rest, style));
			used += rest.length;
		}
	}

	return used > 0 ? [...lines, current] : lines;
}

/** Lines of one width, one beside the other. */
export const beside = (left: readonly Line[], right: readonly Line[]): Line[] =>
	left.map((line, at) => [...line, ...(right[at] ?? [])]);

/** Lay one style over a whole line; spans that have none of their own take it. */
export const styled = (line: Line, style: StyleName): Line =>
	line.map((part) => ({text: part.text, style: part.style ?? style}));

/** Parts with spaces between them, empty ones left out. */
export function joined(parts: readonly Line[], gap = ' '.repeat(3)): Line {
	const full = parts.filter((part) => part.length > 0);
	return full.flatMap((part, at) => (at === 0 ? part : [span(gap), ...part]));
}
