/*
A screen as cells: what stands in each, and how it looks. It is read from rows of painted text, in which every
character takes one column.
*/

import {tokenize} from '@alcalzone/ansi-tokenize';
import {afterCode} from './sgr.js';
import {onBlank, plain, type Style} from './style.js';

/** Cells from left to right, their characters and their styles. */
export type Row = {readonly characters: readonly string[]; readonly styles: readonly Style[]};

export type Screen = {readonly columns: number; readonly rows: readonly Row[]};

/**
Read a screen. A row that reads like an earlier one is the same object, as long as it is remembered.

@param painted - The rows from top to bottom, with the colour codes of a terminal.
@throws {Error} If a row is not exactly so wide.
*/
export function readScreen(painted: readonly string[], columns: number): Screen {
	const rows = painted.map((text, at) => {
		const row = readRow(text);
		if (row.characters.length !== columns) {
			throw new Error(`Row ${at + 1} is ${row.characters.length} columns wide on a screen of ${columns}.`);
		}

		return row;
	});
	return {columns, rows};
}

/** A row with nothing on it. */
export const blankRow = (columns: number): Row => ({
	characters: new Array<string>(columns).fill(' '),
	styles: new Array<Style>(columns).fill(plain),
});

/** So many rows are remembered at the least, and at most twice as many. */
const remembered = 1024;
let recent = new Map<string, Row>();
let older: ReadonlyMap<string, Row> = new Map();

function readRow(text: string): Row {
	let row = recent.get(text);
	if (row === undefined) {
		row = older.get(text) ?? parse(text);
		if (recent.size >= remembered) {
			older = recent;
			recent = new Map();
		}

		recent.set(text, row);
	}

	return row;
}

function parse(text: string): Row {
	const characters: string[] = [];
	const styles: Style[] = [];
	let style = plain;
	for (const token of tokenize(text)) {
		if (token.type === 'char') {
			characters.push(token.value);
			styles.push(token.value === ' ' ? onBlank(style) : style);
		} else if (token.type === 'ansi' && token.code.endsWith('m')) {
			style = afterCode(style, token.code.slice(2, -1).split(';').map(Number));
		}
	}

	return {characters, styles};
}
