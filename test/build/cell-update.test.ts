import assert from 'node:assert/strict';
import test from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import xterm from '@xterm/headless';
import chalk, {Chalk} from 'chalk';
import fc from 'fast-check';
import {cellUpdateWith} from '../../source/build/cell-update.js';
import {Dashboard} from '../../source/dashboard/dashboard.js';
import {forgetPainters} from '../../source/dashboard/theme.js';
import {Lab} from '../../source/lab/lab.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {tried} from '../properties/session.js';

const columns = 24;

/** Clearing the line and writing it anew is always right. */
const whole = (next: string): string => `\u{1B}[1G\u{1B}[K${next}`;

const fallen: string[] = [];
const cellUpdate = cellUpdateWith((_, next) => {
	fallen.push(next);
	return whole(next);
});

class Screen {
	readonly #terminal: xterm.Terminal;

	constructor(width = columns) {
		this.#terminal = new xterm.Terminal({cols: width, rows: 3, allowProposedApi: true});
	}

	/** Nobody waits: what is written is there at once. */
	write(data: string): this {
		(this.#terminal as unknown as {_core: {writeSync: (data: string) => void}})._core.writeSync(data);
		return this;
	}

	/** The cells of a row, each with all that can be seen of it. */
	row(y = 0): ReadonlyArray<readonly [string, string]> {
		const line = this.#terminal.buffer.active.getLine(y)!;
		return Array.from({length: this.#terminal.cols}, (_, x) => {
			const cell = line.getCell(x)!;
			const look = [
				cell.getFgColorMode(),
				cell.getFgColor(),
				cell.getBgColorMode(),
				cell.getBgColor(),
				cell.isBold(),
				cell.isDim(),
				cell.isItalic(),
				cell.isUnderline(),
				cell.isInverse(),
				cell.isStrikethrough(),
			];
			return [cell.getChars() === '' ? ' ' : cell.getChars(), look.join(',')] as const;
		});
	}
}

const paint = new Chalk({level: 3});

/** Nested and joined in every way that chalk has; the closing codes of one undo those of another. */
const styles = [
	(text: string) => text,
	paint.bold,
	paint.dim,
	paint.bold.dim,
	paint.inverse,
	paint.red,
	paint.bgHex('#E69F00').hex('#000000'),
	paint.hex('#56B4E9').underline,
	paint.black.bgCyan,
	paint.italic.strikethrough,
	(text: string) => `\u{1B}[1;32m${text}\u{1B}[0m`,
	(text: string) => `\u{1B}[38;5;200m${text}\u{1B}[0m`,
];

const anyWords = fc.string({unit: fc.constantFrom('a', 'b', ' ', '─', '★', '⠿', '…', 'e\u{301}'), maxLength: 6});
const anySpan = fc.tuple(anyWords, fc.constantFrom(...styles)).map(([text, style]) => style(text));
const anyLine = fc
	.array(
		fc.oneof(
			anySpan,
			fc.tuple(anySpan, anySpan).map(([one, other]) => paint.yellow(`${one}-${other}`)),
		),
		{maxLength: 5},
	)
	.map((spans) => spans.join(''))
	.filter((line) => stripVTControlCharacters(line).length <= columns);

/** A line, and one that it may become: another one, or the same with something changed. */
const anyChange = fc.oneof(
	fc.tuple(anyLine, anyLine),
	fc
		.tuple(fc.array(anySpan, {minLength: 1, maxLength: 4}), anySpan, fc.nat())
		.map(([spans, other, at]) => [spans.join(''), spans.with(at % spans.length, other).join('')] as const)
		.filter((lines) => lines.every((line) => stripVTControlCharacters(line).length <= columns)),
);

test('What is written over the line before makes the same cells as the line written afresh', () => {
	fc.assert(
		fc.property(anyChange, ([previous, next]) => {
			fallen.length = 0;
			const updated = new Screen().write(previous).write(cellUpdate(previous, next, columns));
			assert.deepEqual(updated.row(), new Screen().write(next).row());
			assert.deepEqual(fallen, []);
		}),
		tried(600),
	);
});

test('Nothing is left switched on: what is written next looks as it should, and other lines stay as they are', () => {
	fc.assert(
		fc.property(anyChange, ([previous, next]) => {
			const screen = new Screen().write(`above\r\n${previous}\r\nbelow\u{1B}[A\r`);
			screen.write(cellUpdate(previous, next, columns)).write('\r\n');
			assert.deepEqual(screen.row(0), new Screen().write('above').row());
			assert.deepEqual(screen.row(1), new Screen().write(next).row());
			screen.write('plain');
			assert.deepEqual(screen.row(2), new Screen().write('plain').row());
		}),
		tried(300),
	);
});

test('Many changes of one line, one after the other, end in the last', () => {
	fc.assert(
		fc.property(fc.array(anyLine, {minLength: 2, maxLength: 12}), (lines) => {
			const screen = new Screen().write(lines[0]!);
			for (const [at, line] of lines.slice(1).entries()) {
				screen.write(cellUpdate(lines[at]!, line, columns));
			}

			assert.deepEqual(screen.row(), new Screen().write(lines.at(-1)!).row());
		}),
		tried(100),
	);
});

test('A line that stays the same costs nothing', () => {
	fc.assert(
		fc.property(anyLine, (line) => {
			assert.equal(cellUpdate(line, line, columns), '');
		}),
		tried(100),
	);
});

test('An update is never longer than the whole line', () => {
	fc.assert(
		fc.property(anyChange, ([previous, next]) => {
			const update = cellUpdate(previous, next, columns);
			assert.ok(update.length <= whole(next).length, `${JSON.stringify(update)} for ${JSON.stringify(whole(next))}`);
		}),
		tried(600),
	);
});

test('What stands still between two changes is not written again', () => {
	const screen = '│ 1.234 s  ★ n1  followers 4  everything is well  │ 9 │';
	const later = screen.replace('1.234', '1.267').replace('9', '8');
	const update = cellUpdate(screen, later, 80);
	assert.equal(update, '\u{1B}[6G67\u{1B}[53G8');
});

test('Changes that are near each other are written in one go', () => {
	assert.equal(cellUpdate('abcdefgh', 'Abc_efgh', 80), '\u{1B}[1GAbc_');
	assert.equal(cellUpdate('abcdefgh', 'abcdefgH', 80), '\u{1B}[8GH');
});

test('A line that becomes shorter leaves nothing behind, one that becomes longer is all there', () => {
	assert.equal(cellUpdate('abcdef', 'abc', 80), '\u{1B}[4G\u{1B}[K');
	assert.equal(cellUpdate('abc', 'abcdef', 80), '\u{1B}[4Gdef');
	assert.equal(cellUpdate('', '', 80), '');
});

const notForUs = [
	'wide 節点',
	'emoji 🚀',
	'one of several 👩‍👩‍👧',
	'as an emoji ▶\u{FE0F}',
	'tab\there',
	'bell\u{7}',
	'back\b',
	'moves \u{1B}[5G there',
	'erases \u{1B}[K',
	'half a code \u{1B}[3',
	'\u{200B}nothing to see',
];

test('Lines with anything but colours and characters of one column are left to the whole line', () => {
	for (const line of notForUs) {
		for (const [previous, next] of [
			['plain', line],
			[line, 'plain'],
		] as const) {
			fallen.length = 0;
			assert.equal(cellUpdate(previous, next, columns * 4), whole(next), JSON.stringify(line));
			assert.deepEqual(fallen, [next]);
		}
	}
});

test('Lines with links are left to the whole line', () => {
	const line = 'link \u{1B}]8;;https://example.org\u{7}here\u{1B}]8;;\u{7}';
	assert.equal(cellUpdate('plain', line, columns * 4), whole(line));
});

test('Lines that are wider than the screen, or on a screen of unknown width, are left to the whole line', () => {
	const long = 'x'.repeat(columns + 1);
	assert.equal(cellUpdate('x', long, columns), whole(long));
	assert.equal(cellUpdate(long, 'x', columns), whole('x'));
	assert.equal(cellUpdate('x', 'y', undefined), whole('y'));
	assert.equal(cellUpdate('x'.repeat(columns), 'y'.repeat(columns), columns), `\u{1B}[1G${'y'.repeat(columns)}`);
});

test('The lines of a real run, frame after frame, end as written afresh, in a fraction of the bytes', () => {
	const {level} = chalk;
	chalk.level = 3;
	forgetPainters();
	try {
		const lab = new Lab({...defaultSettings, seed: '3', lossRate: 0.1}, {speed: 1});
		const dashboard = new Dashboard(lab, {columns: 120, rows: 36});
		const linesOf = (): readonly string[] =>
			dashboard
				.frame()
				.bands.flatMap((band) =>
					Array.from({length: band[0]!.lines.length}, (_, row) => band.map(({lines}) => lines[row]!).join('')),
				);
		let before = linesOf();
		const screens = before.map((line) => new Screen(120).write(line));
		let [bytes, all] = [0, 0];
		for (let frame = 0; frame < 60; frame++) {
			if (frame === 20 || frame === 40) {
				dashboard.press('x');
			}

			dashboard.tick(33);
			const after = linesOf();
			for (const [row, line] of after.entries()) {
				const update = cellUpdate(before[row]!, line, 120);
				screens[row]!.write(update);
				if (before[row] !== line) {
					bytes += update.length;
					all += whole(line).length;
				}
			}

			before = after;
		}

		for (const [row, line] of before.entries()) {
			assert.deepEqual(screens[row]!.row(), new Screen(120).write(line).row());
		}

		assert.ok(bytes < all / 2, `${bytes} of ${all} bytes`);
	} finally {
		chalk.level = level;
		forgetPainters();
	}
});
