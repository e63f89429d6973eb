/*
What still and moving pictures are made of: letters, papers, the frame around them, and the sheet of styles.

Of the monospaced fonts most are about 0.602 of their size wide, and a cell is made for those; the rest are brought
to that. In nearly all of them the lines of boxes are higher than a cell, so that they meet.
*/

import type {Layer, Letters, Paper} from './layers.js';
import type {Ink, Looks} from './look.js';

const cell = {width: 9, height: 17, fontSize: 14.95};

/** From the top of a cell to the line that letters stand on. */
const baseline = 13;

const margin = 9;

/** Letters are told how wide they are altogether from so many on; fewer do not drift far, unless they are rare. */
const driftingMin = 8;

const fonts =
	"'DejaVu Sans Mono',Menlo,'Cascadia Mono','Liberation Mono',Consolas,'Noto Sans Mono','Courier New',monospace";

export type Caption = {
	/** What it shows, in a few words. */
	readonly title?: string | undefined;
	/** For those who cannot see it. */
	readonly description?: string | undefined;
};

export type PictureOptions = Caption & {
	readonly columns: number;
	readonly rows: number;
	/** More rules for the sheet. */
	readonly rules?: string;
};

/** The parts of one picture, and the names that they share. */
export class Picture {
	readonly #looks: Looks;
	readonly #names = new Map<Ink, string>();

	constructor(looks: Looks) {
		this.#looks = looks;
	}

	/** Without the margin, which the frame around them adds. */
	letters({letters}: Layer): string {
		return letters.map((part) => this.#text(part)).join('');
	}

	papers({papers}: Layer): string {
		const byColour = Map.groupBy(papers, ({colour}) => colour);
		return Array.from(byColour, ([colour, parts]) => pathOf(colour, parts)).join('');
	}

	/** All of it, with a body of letters and papers made before. */
	document(body: string, {columns, rows, title, description, rules = ''}: PictureOptions): string {
		const {theme, plainInk} = this.#looks;
		const width = columns * cell.width + 2 * margin;
		const height = rows * cell.height + 2 * margin;
		const captions = [
			title === undefined ? '' : `<title>${escape(title)}</title>`,
			description === undefined ? '' : `<desc>${escape(description)}</desc>`,
		].join('');
		const inks = [...this.#names].map(([ink, name]) => `.${name}{${inkRule(ink)}}`).join('');
		// Newer browsers make every font as wide as the cells with font-size-adjust
		const sheet =
			`text{font:${cell.fontSize}px ${fonts};font-size-adjust:ch-width .602;white-space:pre;` +
			`font-variant-ligatures:none;fill:${plainInk.colour}}path{shape-rendering:crispEdges}${inks}${rules}`;
		return (
			`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
			`viewBox="${-margin} ${-margin} ${width} ${height}" role="img">${captions}` +
			`<style>${sheet}</style>` +
			`<rect x="${-margin}" y="${-margin}" width="${width}" height="${height}" rx="6" fill="${theme.background}"/>` +
			`<g xml:space="preserve">${body}</g></svg>\n`
		);
	}

	#text({x, y, width, text, ink, isRare}: Letters): string {
		const name = ink === this.#looks.plainInk ? '' : ` class="${this.#nameOf(ink)}"`;
		const adjust = /[\u{2500}-\u{257F}]/v.test(text) ? ' lengthAdjust="spacingAndGlyphs"' : ''; // Lines have no gaps
		const length = width < (isRare ? 2 : driftingMin) ? '' : ` textLength="${width * cell.width}"${adjust}`;
		return `<text x="${x * cell.width}" y="${y * cell.height + baseline}"${name}${length}>${escape(text)}</text>`;
	}

	#nameOf(ink: Ink): string {
		let name = this.#names.get(ink);
		if (name === undefined) {
			name = `i${this.#names.size}`;
			this.#names.set(ink, name);
		}

		return name;
	}
}

function pathOf(colour: string, papers: readonly Paper[]): string {
	const {width: across, height: down} = cell;
	const outlines = papers.map(
		({x, y, width}) => `M${x * across} ${y * down}h${width * across}v${down}h${-width * across}z`,
	);
	return `<path fill="${colour}" d="${outlines.join('')}"/>`;
}

const inkRule = ({colour, isBold, isUnderlined}: Ink): string =>
	[
		`fill:${colour}`,
		...(isBold ? ['font-weight:700'] : []),
		...(isUnderlined ? ['text-decoration:underline'] : []),
	].join(';');

const entities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;'};

/** Characters that XML cannot hold at all are left out. */
const escape = (text: string): string =>
	text
		.replaceAll(/[&<>]/gv, (character) => entities[character]!)
		.replaceAll(/[[\p{Control}\p{Surrogate}\u{FFFE}\u{FFFF}]--[\t\n\r]]/gv, '');
