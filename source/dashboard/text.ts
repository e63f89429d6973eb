/*
Text as the views make it: lines of spans, each span with the name of a style. Colours come later, in
`paint`; until then a line is plain data that a test can read.

Every sign that the dashboard draws with is one column wide. What people type may be wider, or nothing at all: it is
measured as terminals do, by what is seen as one character. Of characters that are narrow in some places of the world
and wide in others, such as ★ ○ … ─ and ×, terminals make one column unless they are told otherwise; so do we.
*/

import stringWidth from 'string-width';
import type {StyleName} from './theme.js';

export type Span = {
	readonly text: string;
	readonly style: StyleName | undefined;
	/** How many columns it takes, where they are not as many as its length. */
	readonly width?: number;
	/** The same text with its colours, where something else has painted it already. */
	readonly painted?: string;
};
export type Line = readonly Span[];

/** Our own signs, lines, blocks and braille dots, each one column wide. */
const sign = /[·×–‖…←↑→↓↔↺∅\u{2500}-\u{25FC}\u{2605}✓✗❯⟨⟩\u{2800}-\u{28FF}]/v;

/** By code unit, whether it is one of those, or printable ASCII: every text of every frame is looked at. */
const isPlainUnit = Uint8Array.from({length: 0x30_00}, (_, code) =>
	code < 0x7f ? Number(code >= 0x20) : Number(sign.test(String.fromCodePoint(code))),
);

/** Whether a text is as wide as it is long, and nothing in it combines. */
function isPlain(text: string): boolean {
	const {length} = text;
	for (let at = 0; at < length; at++) {
		const unit = text.charCodeAt(at); // eslint-disable-line unicorn/prefer-code-point -- Whatever has two units is not plain
		if ((unit < 0x20 || unit > 0x7e) && isPlainUnit[unit] !== 1) {
			return false;
		}
	}

	return true;
}

/** What moves the cursor, turns the direction of writing, or is no character at all; joiners belong to emoji and to some scripts. */
const unprintable =
	/[[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Surrogate}]--[\u{200C}\u{200D}]]/gv;

/** Text to be shown. What cannot be is left out; instead of the end of a line comes a blank. */
export const span = (text: string, style?: StyleName): Span => (isPlain(text) ? {text, style} : oddSpan(text, style));

function oddSpan(text: string, style: StyleName | undefined): Span {
	const shown = printable(text);
	return {text: shown, style, width: stringWidth(shown)};
}

const printable = (text: string): string =>
	text.replaceAll(/\r\n|[\t\n\v\f\r\u{85}\u{2028}\u{2029}]/gv, ' ').replaceAll(unprintable, '');

/** So many blanks. */
const blankSpan = (width: number): Span => ({text: ' '.repeat(width), style: undefined});

/** How many columns a text takes where it is shown. */
export const textWidth = (text: string): number => (isPlain(text) ? text.length : stringWidth(printable(text)));

export const widthOf = (line: Line): number => {
	let width = 0;
	for (const part of line) {
		width += part.width ?? part.text.length;
	}

	return width;
};

const segmenter = new Intl.Segmenter();

/** What is seen as one character each, however many code points that takes. */
export const charactersOf = (text: string): readonly string[] =>
	Array.from(segmenter.segment(text), ({segment}) => segment);

/** As much of a text as fits, without half a character. */
export function cut(text: string, width: number): string {
	if (isPlain(text)) {
		return text.slice(0, Math.max(0, width));
	}

	let taken = '';
	for (const character of charactersOf(text)) {
		if (textWidth(taken + character) > width) {
			break;
		}

		taken += character;
	}

	return taken;
}

/** A text in so many columns, with an ellipsis where it is cut. */
export const shortened = (text: string, width: number): string =>
	textWidth(text) <= width ? text : width < 1 ? '' : `${cut(text, width - 1)}…`;

/** A text with blanks behind it up to so many columns. */
export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)));

/** Parts in as few lines as they fit into, none of them broken. */
export function packed(parts: readonly Line[], width: number, gap = ' '.repeat(3)): readonly Line[] {
	const lines: Line[] = [];
	for (const part of parts) {
		const last = lines.at(-1);
		if (last !== undefined && widthOf(last) + gap.length + widthOf(part) <= width) {
			lines[lines.length - 1] = [...last, span(gap), ...part];
		} else {
			lines.push(part);
		}
	}

	return lines;
}

/** No wider than this: with an ellipsis where it is cut, and as it is where it is not. */
export const fitted = (line: Line, width: number): Line => (widthOf(line) > width ? fit(line, width) : line);

/** The line's words without their styles. */
export const plain = (line: Line): string => line.map(({text}) => text).join('');

/** The beginning of a text without the number that it would end in the midst of: `term 2…` is no term 2861. */
function withoutPart(beginning: string, text: string): string {
	if (!/\d$/v.test(beginning) || !/^[,.]?\d/v.test(text.slice(beginning.length))) {
		return beginning;
	}

	let end = beginning.length;
	while (end > 0 && /[\d,.]/v.test(beginning[end - 1]!)) {
		end--;
	}

	return beginning.slice(0, end);
}

/**
Make a line exactly so wide: spaces at the end, or an ellipsis where it is cut. Half of a wide character is a space, and
there are no halves of numbers.
*/
export function fit(line: Line, width: number): Line {
	const missing = width - widthOf(line);
	if (missing === 0) {
		return line;
	}

	if (missing > 0) {
		return [...line, blankSpan(missing)];
	}

	if (width <= 0) {
		return [];
	}

	const spans: Span[] = [];
	let left = width - 1;
	for (const {text, style} of line) {
		const taken = withoutPart(cut(text, left), text);
		spans.push(span(taken, style));
		left -= textWidth(taken);
		if (taken !== text) {
			break;
		}
	}

	spans.push(span('…', 'dim'));
	return left > 0 ? [...spans, blankSpan(left)] : spans;
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

			if (used > 0 && blanks > 0 && used + blanks + textWidth(piece) > room) {
				breakLine();
			}

			current.push(span(' '.repeat(blanks)));
			used += blanks;
			blanks = 0;
			let rest = piece;
			while (used + textWidth(rest) > room) {
				const whole = cut(rest, room - used);
				const taken = whole === '' && used === 0 ? String.fromCodePoint(rest.codePointAt(0)!) : whole; // Some characters are wider than any two
				current.push(span(taken, style));
				rest = rest.slice(taken.length);
				breakLine();
			}

			current.push(span(rest, style));
			used += textWidth(rest);
		}
	}

	return used > 0 ? [...lines, current] : lines;
}

/** Lines of one width, one beside the other. */
export const beside = (left: readonly Line[], right: readonly Line[]): Line[] =>
	left.map((line, at) => [...line, ...(right[at] ?? [])]);

/** Lay one style over a whole line; spans that have none of their own take it. */
export const styled = (line: Line, style: StyleName): Line => line.map((part) => span(part.text, part.style ?? style));

/** Parts with spaces between them, empty ones left out. */
export function joined(parts: readonly Line[], gap = ' '.repeat(3)): Line {
	const full = parts.filter((part) => part.length > 0);
	return full.flatMap((part, at) => (at === 0 ? part : [span(gap), ...part]));
}
