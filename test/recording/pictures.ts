/*
Reading pictures back: what an SVG of ours shows, cell by cell, at any moment. It knows only the few elements that
they are made of, and refuses everything else, as a strict reader of XML would.
*/

import assert from 'node:assert/strict';
import {sizeOf} from '../../source/recording/layers.js';
import type {Ink, Looks} from '../../source/recording/look.js';
import type {Screen} from '../../source/recording/screen.js';
import {plain} from '../../source/recording/style.js';

/** One cell: its letter, how that looks, and what is behind it. */
export type SeenCell = {
	readonly character: string;
	readonly ink: string;
	readonly paper: string | undefined;
};

const cellWidth = 9;
const cellHeight = 17;

type Element = {
	readonly name: string;
	readonly attributes: ReadonlyMap<string, string>;
	readonly children: Array<Element | string>;
};

const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>'};

/** Fails where an ampersand stands by itself. */
const unescape = (text: string): string =>
	text
		.split('&')
		.map((part, at) => (at === 0 ? part : unescapeFirst(part)))
		.join('');

function unescapeFirst(part: string): string {
	const {name = '', rest = ''} = /^(?<name>\w+);(?<rest>.*)$/sv.exec(part)?.groups ?? {};
	const character = entities[name];
	assert.notStrictEqual(character, undefined, `An ampersand by itself before ${part}`);
	return character + rest;
}

const piece = /<(?<end>\/?)(?<name>\w+)(?<attributes>(?: [\w\-:]+="[^"<]*")*)(?<empty>\/?)>|(?<text>[^<]+)/gvy;

/** A document's one element. Fails where it is not well-formed. */
export function parseXml(document: string): Element {
	const root: Element = {name: '', attributes: new Map(), children: []};
	const open = [root];
	let read = 0;
	for (const {0: match, groups} of document.matchAll(piece)) {
		read += match.length;
		const {end, name, attributes, empty, text} = groups!;
		const {children} = open.at(-1)!;
		if (text !== undefined) {
			children.push(unescape(text));
		} else if (end === '/') {
			assert.equal(open.pop()!.name, name, 'Elements end in order');
		} else {
			const element = {name: name!, attributes: attributesOf(attributes!), children: []};
			children.push(element);
			if (empty === '') {
				open.push(element);
			}
		}
	}

	assert.equal(read, document.length, `Not XML: ${document.slice(read, read + 80)}`);
	assert.equal(open.length, 1, 'Every element ends');
	const [element, ...others] = elementsIn(root);
	assert.deepEqual(others, []);
	return element!;
}

/** Of ` one="1" two="2"`. */
function attributesOf(text: string): ReadonlyMap<string, string> {
	const parts = text.split('"'); // Names and values in turn
	const pairs = parts
		.slice(0, -1)
		.flatMap((name, at) => (at % 2 === 0 ? [[name.trim().replace('=', ''), unescape(parts[at + 1]!)] as const] : []));
	const attributes = new Map(pairs);
	assert.equal(attributes.size, pairs.length, 'No attribute comes twice');
	return attributes;
}

const elementsIn = ({children}: Element): readonly Element[] => children.filter((child) => typeof child !== 'string');

const textIn = ({children}: Element): string => children.filter((child) => typeof child === 'string').join('');

/** What a picture of ours should show, worked out from the screen itself. */
export const expectedCells = (
	screen: Screen,
	looks: Looks,
	{columns, rows} = sizeOf([screen]),
): ReadonlyArray<readonly SeenCell[]> =>
	Array.from({length: rows}, (_, y) =>
		Array.from({length: columns}, (__, x) => {
			const character = screen.rows[y]?.characters[x] ?? ' ';
			const {ink, paper} = looks.lookOf(screen.rows[y]?.styles[x] ?? plain);
			const isSeen = character !== ' ' || ink.isUnderlined;
			return {character, ink: isSeen ? ruleOf(ink) : '', paper};
		}),
	);

const ruleOf = ({colour, isBold, isUnderlined}: Ink): string =>
	`fill:${colour}${isBold ? ';font-weight:700' : ''}${isUnderlined ? ';text-decoration:underline' : ''}`;

const numberOf = ({attributes}: Element, name: string): number => Number(attributes.get(name));

export type Picture = {
	readonly columns: number;
	readonly rows: number;
	/** After which it begins again; 0 if nothing moves. */
	readonly periodMs: number;
	readonly title: string | undefined;
	readonly description: string | undefined;
	readonly background: string;
	/** What is seen at a moment, or where animations are not played. */
	readonly cellsAt: (timeMs: number | undefined) => ReadonlyArray<readonly SeenCell[]>;
	readonly textAt: (timeMs: number | undefined) => readonly string[];
};

export function pictureOf(document: string): Picture {
	const svg = parseXml(document);
	assert.equal(svg.name, 'svg');
	const named = (name: string): Element | undefined => elementsIn(svg).find((element) => element.name === name);
	const body = named('g')!;
	assert.equal(body.attributes.get('xml:space'), 'preserve');
	const title = named('title');
	const description = named('desc');
	const sheet = textIn(named('style')!);
	const columns = (numberOf(svg, 'width') - 18) / cellWidth;
	const rows = (numberOf(svg, 'height') - 18) / cellHeight;
	const inks = inksOf(sheet);
	const clock = elementsIn(body).filter(({name}) => name === 'set');
	const periodMs = clock.map((half) => millisecondsOf(half.attributes.get('dur')!)).reduce((a, b) => a + b, 0);
	if (clock.length > 0) {
		assert.deepEqual(
			clock.map(({attributes}) => [attributes.get('id'), attributes.get('begin')]),
			[
				['a', '0s;b.end'],
				['b', 'a.end'],
			],
		);
		assert.ok(sheet.includes('g g{visibility:hidden}.f{visibility:visible}'));
	}

	const cellsAt = (timeMs: number | undefined): ReadonlyArray<readonly SeenCell[]> => {
		const canvas = new Canvas(columns, rows, inks);
		for (const element of elementsIn(body)) {
			if (element.name !== 'g') {
				canvas.draw(element);
			} else if (isVisible(element, timeMs)) {
				for (const part of elementsIn(element)) {
					canvas.draw(part);
				}
			}
		}

		return canvas.cells;
	};

	return {
		columns,
		rows,
		periodMs,
		title: title && textIn(title),
		description: description && textIn(description),
		background: named('rect')!.attributes.get('fill')!,
		cellsAt,
		textAt: (timeMs) => cellsAt(timeMs).map((row) => row.map(({character}) => character).join('')),
	};
}

/** By its class, unless its one animation has set it to something else just now. */
function isVisible(group: Element, timeMs: number | undefined): boolean {
	const sets = elementsIn(group).filter(({name}) => name === 'set');
	assert.equal(sets.length, 1, 'A group of its own comes and goes');
	const {attributes} = sets[0]!;
	assert.equal(attributes.get('attributeName'), 'visibility');
	const from = millisecondsOf(/^a\.begin\+(?<offset>.*)$/v.exec(attributes.get('begin')!)!.groups!['offset']!);
	const isSet = timeMs !== undefined && timeMs >= from && timeMs < from + millisecondsOf(attributes.get('dur')!);
	return isSet ? attributes.get('to') === 'visible' : group.attributes.get('class') === 'f';
}

const millisecondsOf = (text: string): number => {
	assert.match(text, /^\d+(?:\.\d+)?s$/v);
	return Math.round(Number(text.slice(0, -1)) * 1e6) / 1e3;
};

/** How letters of each class look; of none under the empty name. */
const inksOf = (sheet: string): ReadonlyMap<string, string> =>
	new Map([
		['', /^text\{[^\}]*(?<fill>fill:#[\da-f]{6})\}/v.exec(sheet)!.groups!['fill']!],
		...Array.from(
			sheet.matchAll(/\.(?<name>i\d+)\{(?<rule>[^\}]*)\}/gv),
			({groups}) => [groups!['name']!, groups!['rule']!] as const,
		),
	]);

/** Where letters and papers end up. Nothing may be drawn over anything else, for then one of them would be seen only by chance. */
class Canvas {
	readonly cells: SeenCell[][];
	readonly #inks: ReadonlyMap<string, string>;

	constructor(columns: number, rows: number, inks: ReadonlyMap<string, string>) {
		this.#inks = inks;
		this.cells = Array.from({length: rows}, () =>
			Array.from({length: columns}, () => ({character: ' ', ink: '', paper: undefined})),
		);
	}

	draw(element: Element): void {
		if (element.name === 'text') {
			this.#write(element);
		} else if (element.name === 'path') {
			this.#cover(element);
		} else {
			assert.equal(element.name, 'set');
		}
	}

	#write(text: Element): void {
		const letters = [...textIn(text)];
		const column = numberOf(text, 'x') / cellWidth;
		const row = (numberOf(text, 'y') - 13) / cellHeight;
		const ink = this.#inks.get(text.attributes.get('class') ?? '')!;
		const length = text.attributes.get('textLength');
		assert.ok(length === undefined || Number(length) === letters.length * cellWidth);
		for (const [at, character] of letters.entries()) {
			const cell = this.cells[row]![column + at]!;
			if (character !== ' ' || ink.includes('underline')) {
				assert.equal(cell.ink, '', `Letters over letters in row ${row}, column ${column + at}`);
				this.cells[row]![column + at] = {...cell, character, ink};
			}
		}
	}

	#cover(path: Element): void {
		const outlines = path.attributes.get('d')!;
		const outline = /M(?<x>\d+) (?<y>\d+)h(?<width>\d+)v17h-\k<width>z/gv;
		assert.equal(outlines.replaceAll(outline, ''), '');
		for (const {groups} of outlines.matchAll(outline)) {
			const [x = 0, y = 0, width = 0] = [groups!['x'], groups!['y'], groups!['width']].map(Number);
			for (let column = x / cellWidth; column < (x + width) / cellWidth; column++) {
				const cell = this.cells[y / cellHeight]![column]!;
				assert.equal(cell.paper, undefined, 'Paper over paper');
				this.cells[y / cellHeight]![column] = {...cell, paper: path.attributes.get('fill')!};
			}
		}
	}
}
