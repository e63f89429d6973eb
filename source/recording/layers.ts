/*
Screens that follow each other, taken apart by how long things stay: what stands somewhere from one frame up to
another is drawn once, and all that comes and goes together is one layer.

Letters and the paper behind them are apart, for they seldom change together.
*/

import type {Ink, Looks} from './look.js';
import {blankRow, type Screen} from './screen.js';
import {staysOf, together, type Reader, type Stay} from './stays.js';

/** Letters side by side, alike but for blanks between them. */
export type Letters = {
	readonly x: number;
	readonly y: number;
	/** In cells, like all here. */
	readonly width: number;
	readonly text: string;
	readonly ink: Ink;
	/** Whether many fonts lack them all. */
	readonly isRare: boolean;
};

export type Paper = {readonly x: number; readonly y: number; readonly width: number; readonly colour: string};

export type Layer = {
	/** The frame in which it appears, and the one in which it is gone again. */
	readonly from: number;
	readonly to: number;
	readonly letters: Letters[];
	readonly papers: Paper[];
};

type Letter = {readonly character: string; readonly ink: Ink};

/** So many blanks in between are shorter than beginning anew. */
const blanksMax = 8;

/** Room for the widest and the highest of them. */
export const sizeOf = (screens: readonly Screen[]): {readonly columns: number; readonly rows: number} => ({
	columns: Math.max(...screens.map(({columns}) => columns)),
	rows: Math.max(...screens.map(({rows}) => rows.length)),
});

/** The layers in order of time. */
export function layersOf(screens: readonly Screen[], looks: Looks): readonly Layer[] {
	const layers: Layer[] = [];
	const layersByStay = new Map<string, Layer>();
	const layerOf = ({from, to}: {readonly from: number; readonly to: number}): Layer => {
		const key = `${from}-${to}`;
		let layer = layersByStay.get(key);
		if (layer === undefined) {
			layer = {from, to, letters: [], papers: []};
			layersByStay.set(key, layer);
			layers.push(layer);
		}

		return layer;
	};

	const {columns, rows: height} = sizeOf(screens);
	const blank = blankRow(columns);
	for (let y = 0; y < height; y++) {
		const rows = screens.map((screen) => screen.rows[y] ?? blank);
		for (const stays of together(staysOf(rows, columns, letterReader(looks)))) {
			layerOf(stays[0]!).letters.push(...lettersOf(stays, y));
		}

		for (const stays of together(staysOf(rows, columns, paperReader(looks)))) {
			layerOf(stays[0]!).papers.push(...papersOf(stays, y));
		}
	}

	return layers.toSorted((a, b) => (a.from === b.from ? a.to - b.to : a.from - b.from));
}

function letterReader(looks: Looks): Reader<Letter> {
	const letters = new Map<Ink, Map<string, Letter>>();
	return ({characters, styles}, x) => {
		const character = characters[x] ?? ' ';
		const style = styles[x];
		if (style === undefined || (character === ' ' && !style.isUnderlined)) {
			return undefined;
		}

		const {ink} = looks.lookOf(style);
		const alike = letters.get(ink) ?? new Map<string, Letter>();
		letters.set(ink, alike);
		const letter = alike.get(character) ?? {character, ink};
		alike.set(character, letter);
		return letter;
	};
}

const paperReader =
	(looks: Looks): Reader<string> =>
	({styles}, x) =>
		styles[x] === undefined ? undefined : looks.lookOf(styles[x]).paper;

/** Whether many a font lacks it: then another one's is taken, of another width, and pushes its neighbours about. */
const isRare = (character: string): boolean => character >= '\u{25A0}';

function lettersOf(stays: ReadonlyArray<Stay<Letter>>, y: number): readonly Letters[] {
	const all: Letters[] = [];
	for (const {x, thing} of stays) {
		const last = all.at(-1);
		const blanks = last === undefined ? 0 : x - last.x - last.width;
		const isAlike = last?.ink === thing.ink && last.isRare === isRare(thing.character);
		if (isAlike && blanks <= (last.isRare || thing.ink.isUnderlined ? 0 : blanksMax)) {
			const text = last.text + ' '.repeat(blanks) + thing.character;
			all[all.length - 1] = {...last, width: last.width + blanks + 1, text};
		} else {
			all.push({x, y, width: 1, text: thing.character, ink: thing.ink, isRare: isRare(thing.character)});
		}
	}

	return all;
}

function papersOf(stays: ReadonlyArray<Stay<string>>, y: number): readonly Paper[] {
	const all: Paper[] = [];
	for (const {x, thing} of stays) {
		const last = all.at(-1);
		if (last?.colour === thing && x === last.x + last.width) {
			all[all.length - 1] = {...last, width: last.width + 1};
		} else {
			all.push({x, y, width: 1, colour: thing});
		}
	}

	return all;
}
