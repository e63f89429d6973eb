/*
Styles by name, each as every theme has it, and painting lines with them.

Text takes the terminal's own 16 colours, so that it is legible on light and on dark. Terms take the Okabe-Ito palette,
which colour-blind eyes can tell apart (M. Okabe, K. Ito, "Color Universal Design", 2008), or what of the 16 comes near.
*/

import chalk, {type ChalkInstance, type ForegroundColorName} from 'chalk';
import type {ThemeName} from '../recording/themes.js';
import {charactersOf, textWidth, type Line} from './text.js';

/** Terms cycle through so many colours. */
export const termColours = 7;

/** In the order dark, light, contrast, mono. On light, yellow and cyan are hard to read; mono has no colours at all. */
type Looks = readonly [dark: ChalkInstance, light: ChalkInstance, contrast: ChalkInstance, mono: ChalkInstance];

const {bold, dim, inverse, underline} = chalk;
const plain = chalk;
const fixed = {
	bold: [bold, bold, bold, bold],
	dim: [dim, dim, plain, dim],
	title: [bold, bold, bold, bold],
	accent: [chalk.cyan, chalk.blue, chalk.cyanBright, plain],
	key: [chalk.cyan.bold, chalk.blue.bold, chalk.cyanBright.bold, bold],
	node: [bold, bold, bold, bold],
	leader: [chalk.green, chalk.green, chalk.greenBright.bold, bold],
	leaderBold: [chalk.green.bold, chalk.green.bold, chalk.greenBright.bold, bold],
	deposed: [chalk.yellow, chalk.magenta, chalk.yellowBright.bold, dim],
	follower: [chalk.blue, chalk.blue, chalk.cyanBright.bold, plain],
	candidate: [chalk.yellow, chalk.magenta, chalk.yellowBright.bold, underline],
	down: [chalk.red, chalk.red, chalk.redBright.bold, dim],
	lost: [chalk.red, chalk.red, chalk.redBright.bold, bold],
	good: [chalk.green, chalk.green, chalk.greenBright.bold, plain],
	warn: [chalk.yellow, chalk.magenta, chalk.yellowBright.bold, bold],
	selected: [inverse, inverse, inverse, inverse],
	chosen: [inverse.bold, inverse.bold, inverse.bold, inverse.bold],
	notice: [chalk.cyan.inverse, chalk.whiteBright.bgBlue, chalk.cyanBright.inverse, inverse], // Many terminals' black is a grey
	refusal: [chalk.yellow.inverse, chalk.whiteBright.bgMagenta, chalk.yellowBright.inverse, inverse.bold],
	focus: [chalk.cyan, chalk.blue, chalk.cyanBright.bold, bold],
	vote: [chalk.magenta, chalk.blackBright.bold, chalk.magentaBright.bold, bold],
	suspended: [chalk.magenta, chalk.blackBright.bold, chalk.magentaBright.bold, bold.dim],
	alarm: [chalk.red.inverse, chalk.red.inverse, chalk.redBright.inverse.bold, inverse.bold], // The terminal's own background is legible on its red
	mistake: [chalk.red.underline, chalk.red.underline, chalk.redBright.bold.underline, bold.underline],
} as const satisfies Readonly<Record<string, Looks>>;

const places: Readonly<Record<ThemeName, number>> = {dark: 0, light: 1, contrast: 2, mono: 3};

/** A term's colour: behind its committed entries, with what can be read on it; of the others' text; and of the sixteen the nearest that no other term has, with what can be read on that, if not the terminal's own background. */
type TermColour = {
	readonly fill: string;
	readonly onFill: '#000000' | '#FFFFFF';
	readonly text: string;
	readonly sixteen: ForegroundColorName;
	readonly onSixteen: 'black' | 'whiteBright' | undefined;
};

const termColour = (
	fill: string,
	text: string,
	sixteen: ForegroundColorName,
	onSixteen?: TermColour['onSixteen'],
	onFill: TermColour['onFill'] = '#000000',
): TermColour => ({fill, onFill, text, sixteen, onSixteen});

const onDark: readonly TermColour[] = [
	termColour('#E69F00', '#E69F00', 'yellow'),
	termColour('#56B4E9', '#56B4E9', 'cyan'),
	termColour('#009E73', '#009E73', 'green'),
	termColour('#F0E442', '#F0E442', 'yellowBright'),
	termColour('#D55E00', '#D55E00', 'red'),
	termColour('#CC79A7', '#CC79A7', 'magenta'),
	termColour('#0072B2', '#3A8FD6', 'blueBright', undefined, '#FFFFFF'),
];

/** The same behind text; as text darker. Yellow is none of the sixteen that can be read on white. */
const onLight: readonly TermColour[] = [
	termColour('#E69F00', '#8F6000', 'blackBright', 'whiteBright'),
	termColour('#56B4E9', '#1A7FB8', 'cyan', 'black'),
	termColour('#009E73', '#007553', 'green', 'black'),
	termColour('#F0E442', '#6E6A00', 'black', 'whiteBright'),
	termColour('#D55E00', '#C24600', 'red', 'whiteBright'),
	termColour('#CC79A7', '#A8407B', 'magenta', 'whiteBright'),
	termColour('#0072B2', '#00508F', 'blue', 'whiteBright', '#FFFFFF'),
];

const inContrast: readonly TermColour[] = [
	termColour('#FFB020', '#FFB020', 'yellow'),
	termColour('#6CC8FF', '#6CC8FF', 'cyanBright'),
	termColour('#00CC95', '#00CC95', 'greenBright'),
	termColour('#FFF250', '#FFF250', 'yellowBright'),
	termColour('#FF7A30', '#FF7A30', 'redBright'),
	termColour('#FF9CD0', '#FF9CD0', 'magentaBright'),
	termColour('#93A7FF', '#93A7FF', 'whiteBright'),
];

const colouredTerms: Readonly<Record<Exclude<ThemeName, 'mono'>, readonly TermColour[]>> = {
	dark: onDark,
	light: onLight,
	contrast: inContrast,
};

type TermStyle = `term${number}` | `open${number}` | `disk${number}`;
export type StyleName = keyof typeof fixed | TermStyle;

/** The style of a committed entry of this term. */
export const termStyle = (term: number): StyleName => `term${term % termColours}`;

/** The style of an entry of this term that is not committed. */
export const openStyle = (term: number): StyleName => `open${term % termColours}`;

/** The style of an entry of this term on the disk of a server that is down: nobody there knows what is committed. */
export const diskStyle = (term: number): StyleName => `disk${term % termColours}`;

let theme: ThemeName = 'dark';
const painters = new Map<string, readonly [open: string, close: string]>();

/** Paint in this theme from now on. */
export function setTheme(name: ThemeName): void {
	theme = name;
	forgetPainters();
}

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
		return fixed[style as keyof typeof fixed][places[theme]]!;
	}

	const term = Number(style.slice(4));
	const isCommitted = style.startsWith('term');
	const isOnDisk = style.startsWith('disk');
	if (theme === 'mono') {
		return isOnDisk ? dim : monoTerm(term, isCommitted);
	}

	const look = termLook(colouredTerms[theme][term]!, isCommitted);
	if (isOnDisk) {
		return theme === 'contrast' ? look : look.dim;
	}

	return isCommitted ? look : theme === 'contrast' ? look.underline.bold : look.underline;
}

function termLook({fill, onFill, text, sixteen, onSixteen}: TermColour, isCommitted: boolean): ChalkInstance {
	if (chalk.level > 1) {
		return isCommitted ? chalk.bgHex(fill).hex(onFill) : chalk.hex(text);
	}

	if (!isCommitted) {
		return chalk[sixteen];
	}

	return onSixteen === undefined ? chalk[sixteen].inverse : chalk[onSixteen][behind(sixteen)];
}

const behind = (colour: ForegroundColorName) =>
	`bg${colour.charAt(0).toUpperCase()}${colour.slice(1)}` as `bg${Capitalize<ForegroundColorName>}`;

/** Which term it is the words say; that another begins can be seen. */
function monoTerm(term: number, isCommitted: boolean): ChalkInstance {
	const look = isCommitted ? inverse : underline;
	return term === termColours - 1 ? look.dim : term % 2 === 0 ? look : look.bold;
}

/** Where a font lacks the glyphs. Two may share a sign if they never stand in one panel for two things: `V` votes, `H` is halted or held. */
const asciiOf: Readonly<Record<string, string>> = {
	'─': '-',
	'━': '=',
	'═': '~',
	'╌': '.',
	'│': '|',
	'┃': '|',
	'┤': '+',
	'╭': '+',
	'╮': '+',
	'╰': '+',
	'╯': '+',
	'★': '*',
	'◆': 'V',
	'◇': 'U',
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
	'‖': 'H',
	'┈': ',',
	'┼': '+',
	'┿': '+',
	'┴': '+',
	'┊': ':',
	'∅': '_',
	'▏': '|',
	'❯': '>',
	'▲': '^',
	'›': ')',
	'▰': '#',
	'▱': '.',
	'▮': '#',
	'▯': '.',
	'▁': '_',
	'▂': '.',
	'▃': '-',
	'▄': ':',
	'▅': '=',
	'▆': '+',
	'▇': '*',
	'█': '#',
	'░': ',',
	'▒': '%',
	'⟨': '<',
	'⟩': '>',
	'·': '.',
	'–': '-',
	'…': '~',
	'’': "'",
	'“': '"',
	'”': '"',
	'×': 'x',
	'§': 'S',
};

/** A text of the same width in ASCII alone. */
export const toAscii = (text: string): string =>
	isAsciiOnly.test(text)
		? text
		: charactersOf(text)
				.map((character) => asciiCharacter(character))
				.join('');

const isAsciiOnly = /^\p{ASCII}*$/v;

function asciiCharacter(character: string): string {
	if (isAsciiOnly.test(character)) {
		return character;
	}

	const isBraille = character >= '\u{2800}' && character <= '\u{28FF}';
	return asciiOf[character] ?? (isBraille ? '.' : '?'.repeat(textWidth(character)));
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

/** Whether a term can be told by its colour. */
export const hasColours = (): boolean => hasStyles() && theme !== 'mono';
