/*
Screens for the tests of recordings: random ones that follow each other, the emulator that shows what a terminal
makes of them, and real ones.
*/

import xterm from '@xterm/headless';
import defaultChalk, {Chalk} from 'chalk';
import fc from 'fast-check';
import {Lab} from '../../source/lab/lab.js';
import type {Row, Screen} from '../../source/recording/screen.js';
import {onBlank, styleOf, type Colour, type Style} from '../../source/recording/style.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {stage, useColours} from '../dashboard/stage.js';

const chalk = new Chalk({level: 3});

/** All that the dashboard has, nested and joined; the closing codes of one undo those of another. */
const paints = [
	(text: string) => text,
	chalk.bold,
	chalk.dim,
	chalk.bold.dim,
	chalk.cyan.bold,
	chalk.green,
	chalk.gray,
	chalk.inverse,
	chalk.red.inverse,
	chalk.red.underline,
	chalk.black.bgCyan,
	chalk.bgHex('#E69F00').hex('#000000'),
	chalk.hex('#0072B2').underline,
	chalk.bgBlueBright.dim,
	chalk.ansi256(200),
	(text: string) => chalk.bold(chalk.dim(text)),
] as const;

type PaintedCell = readonly [character: string, paint: number];
type Sheet = ReadonlyArray<readonly PaintedCell[]>;

const anyCell = fc.tuple(
	fc.constantFrom(...' ', 'a', 'b', '─', '│', '★', '⠿', '<', '&', '…'),
	fc.nat(paints.length - 1),
) satisfies fc.Arbitrary<PaintedCell>;

const anyBlankOrCell = fc.oneof(
	{arbitrary: fc.constant<PaintedCell>([' ', 0]), weight: 2},
	{arbitrary: anyCell, weight: 3},
);

const anySheet = (columns: number, rows: number): fc.Arbitrary<Sheet> =>
	fc.array(fc.array(anyBlankOrCell, {minLength: columns, maxLength: columns, size: 'max'}), {
		minLength: rows,
		maxLength: rows,
		size: 'max',
	});

/** A few neighbours get other cells, as when a number grows or a word gives way to another. */
type Edit = {readonly x: number; readonly y: number; readonly cells: readonly PaintedCell[]};

const anyEdit: fc.Arbitrary<Edit> = fc.record({
	x: fc.nat(),
	y: fc.nat(),
	cells: fc.array(anyBlankOrCell, {minLength: 1, maxLength: 6}),
});

function withEdits(sheet: Sheet, edits: readonly Edit[]): Sheet {
	let edited = sheet;
	for (const {x, y, cells} of edits) {
		const at = y % sheet.length;
		const row = edited[at]!;
		const from = x % row.length;
		edited = edited.with(
			at,
			row.map((old, column) => cells[column - from] ?? old),
		);
	}

	return edited;
}

/** Neighbours of one paint are painted together. */
const paintedRow = (cells: readonly PaintedCell[]): string => {
	let row = '';
	let text = '';
	for (const [at, [character, paint]] of cells.entries()) {
		text += character;
		if (cells[at + 1]?.[1] !== paint) {
			row += paints[paint]!(text);
			text = '';
		}
	}

	return row;
};

export type Frames = {
	readonly columns: number;
	readonly rows: number;
	readonly frames: ReadonlyArray<readonly string[]>;
};

/** Frames of one size, at least of two columns as the emulator wants it, in which much or little changes, or nothing, from one to the next. */
export const anyFrames = (framesMax: number): fc.Arbitrary<Frames> =>
	fc.tuple(fc.integer({min: 2, max: 24}), fc.integer({min: 1, max: 5})).chain(([columns, rows]) =>
		fc
			.tuple(
				anySheet(columns, rows),
				fc.array(fc.oneof({arbitrary: fc.array(anyEdit, {maxLength: 3}), weight: 5}, anySheet(columns, rows)), {
					maxLength: framesMax - 1,
					size: 'max',
				}),
			)
			.map(([first, changes]) => {
				const sheets = [first];
				for (const change of changes) {
					sheets.push(isSheet(change) ? change : withEdits(sheets.at(-1)!, change));
				}

				return {columns, rows, frames: sheets.map((sheet) => sheet.map((cells) => paintedRow(cells)))};
			}),
	);

const isSheet = (change: Sheet | readonly Edit[]): change is Sheet => Array.isArray(change[0]);

/** Two seconds of the dashboard at ten frames a second; in the middle of it a node crashes. */
export function realFrames(): Frames {
	const {level} = defaultChalk;
	useColours(3);
	try {
		const {dashboard, lines, press} = stage(new Lab({...defaultSettings, seed: '3'}, {speed: 0.5}), {
			columns: 100,
			rows: 30,
		});
		const frames: string[][] = [];
		for (let at = 0; at < 20; at++) {
			if (at === 10) {
				press('x');
			}

			frames.push(lines());
			dashboard.tick(100);
		}

		return {columns: 100, rows: 30, frames};
	} finally {
		useColours(level);
	}
}

/** A terminal, as a person would see it. */
export class Emulator {
	readonly #terminal: xterm.Terminal;

	constructor(columns: number, rows: number) {
		this.#terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	}

	/** Nobody waits: what is written is there at once. */
	write(data: string): this {
		(this.#terminal as unknown as {_core: {writeSync: (data: string) => void}})._core.writeSync(data);
		return this;
	}

	resize(columns: number, rows: number): void {
		this.#terminal.resize(columns, rows);
	}

	/** What is on it, cell by cell. */
	screen(): Screen {
		const {cols: columns, rows, buffer} = this.#terminal;
		const {active} = buffer;
		return {columns, rows: Array.from({length: rows}, (_, y) => rowOf(active.getLine(active.baseY + y)!, columns))};
	}
}

function rowOf(line: xterm.IBufferLine, columns: number): Row {
	const cells = Array.from({length: columns}, (_, x) => line.getCell(x)!);
	return {
		characters: cells.map((cell) => (cell.getChars() === '' ? ' ' : cell.getChars())),
		styles: cells.map((cell) =>
			styleOf({
				foreground: colourOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
				background: colourOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
				isBold: cell.isBold() !== 0,
				isDim: cell.isDim() !== 0,
				isUnderlined: cell.isUnderline() !== 0,
				isInverse: cell.isInverse() !== 0,
			}),
		),
	};
}

function colourOf(isDefault: boolean, isRgb: boolean, colour: number): Colour | undefined {
	if (isDefault) {
		return undefined;
	}

	return isRgb ? `#${colour.toString(16).padStart(6, '0')}` : colour;
}

/** Without what cannot be seen: the colour and the weight of letters where there are none. */
export const seen = ({columns, rows}: Screen): Screen => ({
	columns,
	rows: rows.map(({characters, styles}) => ({
		characters,
		styles: styles.map((style: Style, x) => (characters[x] === ' ' ? onBlank(style) : style)),
	})),
});
