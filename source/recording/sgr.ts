/*
The codes by which a terminal is told how to write ("select graphic rendition"): reading them, and choosing the
fewest that turn one style into another.
*/

import {hex, partsOf} from './rgb.js';
import {plain, styleOf, type Colour, type Style} from './style.js';

/** The style after one colour code, such as 1 for bold; what the dashboard never uses changes nothing. */
export function afterCode(style: Style, [code = 0, ...rest]: readonly number[]): Style {
	const changed = codes[code];
	if (changed !== undefined) {
		return styleOf({...style, ...changed});
	}

	if (code === 0) {
		return plain;
	}

	const index = code % 10;
	switch (code - index) {
		case 30: {
			return styleOf({...style, foreground: index === 8 ? colourFrom(rest) : index});
		}

		case 40: {
			return styleOf({...style, background: index === 8 ? colourFrom(rest) : index});
		}

		case 90: {
			return styleOf({...style, foreground: 8 + index});
		}

		case 100: {
			return styleOf({...style, background: 8 + index});
		}

		default: {
			return style;
		}
	}
}

const codes: Readonly<Record<number, Partial<Style>>> = {
	1: {isBold: true},
	2: {isDim: true},
	4: {isUnderlined: true},
	7: {isInverse: true},
	22: {isBold: false, isDim: false},
	24: {isUnderlined: false},
	27: {isInverse: false},
	39: {foreground: undefined},
	49: {background: undefined},
};

/** What follows 38 or 48: 5 and a number, or 2 and the parts of red, green and blue. */
function colourFrom([kind, ...parts]: readonly number[]): Colour | undefined {
	return kind === 2 ? hex(parts) : parts[0];
}

/** The codes that turn one style into another, in one sequence: the changes, or everything afresh if that is shorter. */
export function sgrBetween(from: Style, to: Style): string {
	if (from === to) {
		return '';
	}

	const changes = changesBetween(from, to).join(';');
	const afresh = to === plain ? '' : ['0', ...changesBetween(plain, to)].join(';');
	return `\u{1B}[${changes.length < afresh.length ? changes : afresh}m`;
}

function changesBetween(from: Style, to: Style): readonly string[] {
	const isLighter = (from.isBold && !to.isBold) || (from.isDim && !to.isDim); // One code ends both
	return [
		...(isLighter ? ['22'] : []),
		...(to.isBold && (isLighter || !from.isBold) ? ['1'] : []),
		...(to.isDim && (isLighter || !from.isDim) ? ['2'] : []),
		...(to.isUnderlined === from.isUnderlined ? [] : [to.isUnderlined ? '4' : '24']),
		...(to.isInverse === from.isInverse ? [] : [to.isInverse ? '7' : '27']),
		...(to.foreground === from.foreground ? [] : [colourCode(to.foreground, 30)]),
		...(to.background === from.background ? [] : [colourCode(to.background, 40)]),
	];
}

/** Foreground codes begin at 30, those of the background at 40. */
function colourCode(colour: Colour | undefined, base: 30 | 40): string {
	if (colour === undefined) {
		return String(base + 9);
	}

	if (typeof colour === 'string') {
		return [base + 8, 2, ...partsOf(colour)].join(';');
	}

	return colour < 8 ? String(base + colour) : colour < 16 ? String(base + 52 + colour) : `${base + 8};5;${colour}`;
}
