/*
Styles by name, and painting lines with them. Text takes the terminal's own 16 colours, so that it is
legible on light and on dark; terms take the Okabe-Ito palette, which colour-blind eyes can tell apart
(M. Okabe, K. Ito, "Color Universal Design", 2008).
*/

import chalk, {type ChalkInstance} from 'chalk';
import type {Line} from './text.js';

/** Terms cycle through so many colours. */
export const termColours = 7;

const okabeIto = ['#E69F00', '#56B4E9', '#009E73', '#F0E442', '#D55E00', '#CC79A7', '#0072B2'] as const;

const fixed = {
	bold: chalk.bold,
	dim: chalk.dim,
	title: chalk.bold,
	accent: chalk.cyan,
	key: chalk.cyan.bold,
	node: chalk.bold,
	leader: chalk.green,
	leaderBold: chalk.green.bold,
	deposed: chalk.yellow,
	follower: chalk.blue,
	candidate: chalk.yellow,
	down: chalk.red,
	lost: chalk.red,
	good: chalk.green,
	warn: chalk.yellow,
	selected: chalk.inverse,
	notice: chalk.black.bgCyan,
	refusal: chalk.black.bgYellow,
	focus: chalk.cyan,
	vote: chalk.magenta,
	suspended: chalk.magenta,
	alarm: chalk.red.inverse, // The terminal's own background is legible on its red
	mistake: chalk.red.underline,
} as const;

type TermStyle = `term${number}` | `open${number}`;
export type StyleName = keyof typeof fixed | TermStyle;

/** The style of a committed entry of this term. */
export const termStyle = (term: number): StyleName => `term${term % termColours}`;

/** The style of an entry of this term that is not committed. */
export const openStyle = (term: number): StyleName => `open${term % termColours}`;

const painters = new Map<string, readonly [open: string, close: string]>();

/** Styles depend on how many colours there are; call this after changing `chalk.level`. */
export function forgetPainters(): void {
	painters.clear();
}

/** What is written before and after text of a style. */
function painterOf(style: StyleName): readonly [open: string, close: string] {
	let pair = painters.get(style);
	if (pair === undefined) {
		const [open = '', close = ''] = chalkOf(style)('\u{0}').split('\u{0}', 2);
		pair = [open, close];
		painters.set(style, pair);
	}

	return pair;
}

function chalkOf(style: StyleName): ChalkInstance {
	if (Object.hasOwn(fixed, style)) {
		return fixed[style as keyof typeof fixed];
	}

	const colour = okabeIto[Number(style.slice(4))]!;
	return style.startsWith('term') ? chalk.bgHex(colour).hex('#000000') : chalk.hex(colour).underline;
}

/** Where a font lacks the glyphs. */
const asciiOf: Readonly<Record<string, string>> = {
	'─': '-',
	'━': '=',
	'═': '=',
	'╌': '.',
	'│': '|',
	'┃': '|',
	'╭': '+',
	'╮': '+',
	'╰': '+',
	'╯': '+',
	'★': '*',
	'◆': '?',
	'◇': '?',
	'○': 'o',
	'●': '@',
	'✗': 'x',
	'✓': 'v',
	'↺': 'r',
	'→': '>',
	'←': '<',
	'↑': '^',
	'↓': 'v',
	'↔': '=',
	'▶': '>',
	'‖': '"',
	'┈': ',',
	'∅': '_',
	'▏': '|',
	'❯': '>',
	'▰': '#',
	'▱': '.',
	'▮': '#',
	'▯': '.',
	'⟨': '<',
	'⟩': '>',
	'·': '.',
	'–': '-',
	'…': '~',
	'’': "'",
	'×': 'x',
	'§': 'S',
};

export const toAscii = (text: string): string => [...text].map((character) => asciiCharacter(character)).join('');

function asciiCharacter(character: string): string {
	if (character <= '~') {
		return character;
	}

	const isBraille = character >= '\u{2800}' && character <= '\u{28FF}';
	return asciiOf[character] ?? (isBraille ? '.' : '?');
}

/** A line as the terminal gets it. Neighbours of one style share their colour codes. */
export function paint(line: Line, isAscii: boolean): string {
	let painted = '';
	let current: StyleName | undefined;
	let close = '';
	for (const {text, style, painted: ready} of line) {
		if (text === '') {
			continue;
		}

		if (ready !== undefined) {
			painted += close + (isAscii ? toAscii(ready) : ready);
			close = '';
			current = undefined;
			continue;
		}

		if (style !== current) {
			painted += close;
			close = '';
			current = style;
			if (style !== undefined) {
				const [open, end] = painterOf(style);
				painted += open;
				close = end;
			}
		}

		painted += isAscii ? toAscii(text) : text;
	}

	return painted + close;
}

/** Whether anything but the characters themselves can be seen. */
export const hasStyles = (): boolean => chalk.level > 0;
