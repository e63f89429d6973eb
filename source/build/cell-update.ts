/*
How Ink brings a changed line up to date, cell by cell.

Ink leaves the common beginning of a line on the screen and writes all the rest of it. Where a panel that
moves stands left of one that does not, as here, that is five times as much as has changed. This finds
the cells that differ and writes those.

It takes the place of Ink's `line-update` in the bundle, with the same arguments and the same meaning:
what to write, with the cursor on the line, so that it shows `next` instead of `previous`. Lines with
anything but colours and characters of one column are left to Ink's own.
*/

import {
	ansiCodesToString,
	diffAnsiCodes,
	reduceAnsiCodesIncremental,
	styledCharsFromTokens,
	tokenize,
	undoAnsiCodes,
	type StyledChar,
} from '@alcalzone/ansi-tokenize';
import stringWidth, {endOfColour, isOneColumn} from './fast-string-width.js';

export type LineUpdate = (previous: string, next: string, columns: number | undefined) => string;

type Cell = {readonly value: string; readonly look: string; readonly styles: StyledChar['styles']};

/** Unchanged cells between changed ones are written again if that is shorter than moving the cursor over them. */
const gapMax = 4;

/** The lines of the last frame are the ones to compare with in the next. */
const remembered = 512;
let cellsByLine = new Map<string, readonly Cell[] | undefined>();

const blank: Cell = {value: ' ', look: '', styles: []};

export function cellUpdateWith(fallback: LineUpdate): LineUpdate {
	return (previous, next, columns) => {
		const before = cellsOf(previous);
		const after = cellsOf(next);
		if (
			before === undefined ||
			after === undefined ||
			columns === undefined ||
			after.length > columns ||
			before.length > columns
		) {
			return fallback(previous, next, columns);
		}

		const cells = update(before, after);
		const whole = `\u{1B}[1G\u{1B}[K${next}`;
		return cells.length <= whole.length ? cells : whole;
	};
}

function update(before: readonly Cell[], after: readonly Cell[]): string {
	const length = Math.max(before.length, after.length);
	const contentEnd = endOfContent(after);
	let written = '';
	let styles: StyledChar['styles'] = [];
	let at = 0;
	while (at < length) {
		if (!differs(before, after, at)) {
			at++;
			continue;
		}

		if (at >= contentEnd) {
			const reset = ansiCodesToString(undoAnsiCodes(styles)); // Or the rest would be cleared in the last colour
			return `${written}${reset}\u{1B}[${at + 1}G\u{1B}[K`;
		}

		const end = Math.min(endOfRun(before, after, at, length), contentEnd);
		written += `\u{1B}[${at + 1}G`;
		for (; at < end; at++) {
			const cell = after[at] ?? blank;
			written += ansiCodesToString(diffAnsiCodes(styles, cell.styles)) + cell.value;
			styles = cell.styles;
		}
	}

	return written + ansiCodesToString(undoAnsiCodes(styles));
}

/** Where nothing but blanks follows. */
function endOfContent(cells: readonly Cell[]): number {
	let end = cells.length;
	while (end > 0 && cells[end - 1]!.value === ' ' && cells[end - 1]!.look === '') {
		end--;
	}

	return end;
}

function endOfRun(before: readonly Cell[], after: readonly Cell[], from: number, length: number): number {
	let end = from + 1;
	for (let at = end; at < length && at - end <= gapMax; at++) {
		if (differs(before, after, at)) {
			end = at + 1;
		}
	}

	return end;
}

function differs(before: readonly Cell[], after: readonly Cell[], at: number): boolean {
	const old = before[at] ?? blank;
	const cell = after[at] ?? blank;
	return old.value !== cell.value || old.look !== cell.look;
}

/** A line's cells, or `undefined` if it holds what takes more or less than a cell. */
function cellsOf(line: string): readonly Cell[] | undefined {
	if (cellsByLine.has(line)) {
		return cellsByLine.get(line);
	}

	if (cellsByLine.size >= remembered) {
		cellsByLine = new Map();
	}

	const cells = plainCellsOf(line) ?? anyCellsOf(line);
	cellsByLine.set(line, cells);
	return cells;
}

type Look = Pick<Cell, 'look' | 'styles'>;

const noLook: Look = {look: '', styles: []};

/** By the look before and the colour code that comes. There are as many as there are styles. */
const looksAfter = new Map<string, Look>();

function lookAfter({look, styles}: Look, code: string): Look {
	const key = `${look} ${code}`;
	let after = looksAfter.get(key);
	if (after === undefined) {
		const codes = tokenize(code).filter((token) => token.type === 'ansi');
		const reduced = reduceAnsiCodesIncremental(styles, codes);
		after = {styles: reduced, look: lookOf(reduced)};
		looksAfter.set(key, after);
	}

	return after;
}

const lookOf = (styles: StyledChar['styles']): string => styles.map(({code}) => code).join('');

/** Character by character, where nothing but colours and the dashboard's own signs stand in a line; else `undefined`. */
function plainCellsOf(line: string): readonly Cell[] | undefined {
	const cells: Cell[] = [];
	let {look, styles} = noLook;
	for (let at = 0; at < line.length; at++) {
		const unit = line.charCodeAt(at); // eslint-disable-line unicorn/prefer-code-point
		if (isOneColumn(unit)) {
			cells.push({value: line[at]!, look, styles});
			continue;
		}

		const end = unit === 0x1b && line[at + 1] === '[' ? endOfColour(line, at + 2) : undefined;
		if (end === undefined) {
			return undefined;
		}

		({look, styles} = lookAfter({look, styles}, line.slice(at, end + 1)));
		at = end;
	}

	return cells;
}

function anyCellsOf(line: string): readonly Cell[] | undefined {
	const tokens = tokenize(line);
	const isPlain = tokens.every(
		(token) =>
			(token.type === 'ansi' && token.code.endsWith('m')) || (token.type === 'char' && stringWidth(token.value) === 1),
	);
	return isPlain
		? styledCharsFromTokens(tokens).map(({value, styles}) => ({value, styles, look: lookOf(styles)}))
		: undefined;
}
