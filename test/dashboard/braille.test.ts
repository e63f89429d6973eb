import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {BrailleCanvas} from '../../source/dashboard/braille.js';
import {plain, span, widthOf} from '../../source/dashboard/text.js';
import {tried} from '../properties/session.js';

const columns = 6;
const rows = 4;

/** Unicode's order of the dots of a cell: by column and row, the bit. */
const bits = [
	[0x01, 0x02, 0x04, 0x40],
	[0x08, 0x10, 0x20, 0x80],
] as const;

const text = (canvas: BrailleCanvas): string =>
	canvas
		.lines()
		.map((line) => plain(line))
		.join('\n');

const anyDot = fc.tuple(fc.integer({min: -3, max: columns * 2 + 3}), fc.integer({min: -5, max: rows * 4 + 5}));

test('Each dot is where Unicode has it in its cell, and those outside of the canvas change nothing', () => {
	fc.assert(
		fc.property(fc.array(anyDot, {maxLength: 60}), (dots) => {
			const canvas = new BrailleCanvas(columns, rows);
			const cells = Array.from({length: rows}, () => new Array<number>(columns).fill(0));
			for (const [x, y] of dots) {
				canvas.dot(x, y);
				if (x >= 0 && y >= 0 && x < columns * 2 && y < rows * 4) {
					cells[Math.floor(y / 4)]![Math.floor(x / 2)]! |= bits[x % 2]![y % 4]!;
				}
			}

			const expected = cells
				.map((row) => row.map((cell) => (cell === 0 ? ' ' : String.fromCodePoint(0x28_00 + cell))).join(''))
				.join('\n');
			assert.equal(text(canvas), expected);
		}),
		tried(200),
	);
});

test('Every line is as wide as the canvas, whatever is drawn over whatever', () => {
	const anyText = fc.record({
		column: fc.integer({min: -8, max: 10}),
		row: fc.integer({min: -2, max: 6}),
		text: fc.string({unit: fc.constantFrom('a', ' ', '★'), maxLength: 12}),
	});
	fc.assert(
		fc.property(fc.array(fc.oneof(anyDot, anyText), {maxLength: 30}), (things) => {
			const canvas = new BrailleCanvas(columns, rows);
			for (const thing of things) {
				if ('text' in thing) {
					canvas.text(thing.column, thing.row, thing.text, 'bold');
				} else {
					canvas.line([5, 5], thing, 'dim', 1);
				}
			}

			const lines = canvas.lines();
			assert.equal(lines.length, rows);
			for (const line of lines) {
				assert.equal(widthOf(line), columns);
			}
		}),
		tried(200),
	);
});

test('Text lies over dots, and is cut at the edges of the canvas', () => {
	const canvas = new BrailleCanvas(6, 2);
	canvas.line([0, 0], [11, 0], 'dim', 1);
	canvas.text(2, 0, 'n1');
	canvas.text(-1, 1, 'abc');
	canvas.text(4, 1, 'xyz');
	canvas.text(0, 7, 'nowhere');
	assert.equal(text(canvas), '⠉⠉n1⠉⠉\nbc  xy');
});

test('A line has its dots at even distances from its one end on', () => {
	const canvas = new BrailleCanvas(5, 1);
	canvas.line([0, 1], [9, 1], undefined, 3);
	assert.equal(text(canvas), '⠂⠐ ⠂⠐');
	const backwards = new BrailleCanvas(5, 1);
	backwards.line([9, 1], [0, 1], undefined, 3);
	assert.equal(text(backwards), text(canvas));
	const point = new BrailleCanvas(1, 1);
	point.line([1, 3], [1, 3], undefined, 3);
	assert.equal(text(point), '⢀');
});

test('A cell has the style of what was drawn there last', () => {
	const canvas = new BrailleCanvas(4, 1);
	canvas.line([0, 0], [7, 0], 'dim', 1);
	canvas.text(1, 0, 'n1', 'selected');
	assert.deepEqual(
		canvas.lines()[0]!.filter(({text: words}) => words !== ''),
		[span('⠉', 'dim'), span('n1', 'selected'), span('⠉', 'dim')],
	);
});

test('What is selected ends where it ends: blanks after it are not', () => {
	const canvas = new BrailleCanvas(6, 1);
	canvas.text(0, 0, 'n1', 'selected');
	assert.deepEqual(
		canvas.lines()[0]!.filter(({text: words}) => words !== ''),
		[span('n1', 'selected'), span(' '.repeat(4), undefined)],
	);
});

test('A stroke has a dot in each column or row, in its pattern from its beginning on, wherever it is seen from', () => {
	const solid = new BrailleCanvas(5, 1);
	solid.stroke([0, 0], [9, 3], undefined, [true]);
	assert.equal(text(solid), '⠉⠒⠢⠤⣀');
	const dashed = new BrailleCanvas(5, 1);
	dashed.stroke([0, 1], [9, 1], undefined, [true, true, false]);
	assert.equal(text(dashed), '⠒⠐⠂⠒⠐');
	const shifted = new BrailleCanvas(5, 1);
	shifted.stroke([-2, 1], [7, 1], undefined, [true, true, false]);
	assert.equal(text(shifted), '⠐⠂⠒⠐ ');
	const steep = new BrailleCanvas(1, 2);
	steep.stroke([1, 0], [1, 7], undefined, [true, false]);
	assert.equal(text(steep), '⠨\n⠨');
});

test('Two parts of a stroke are the whole stroke', () => {
	fc.assert(
		fc.property(anyDot, anyDot, fc.integer({min: -1, max: columns * 2}), (from, to, middle) => {
			const whole = new BrailleCanvas(columns, rows);
			whole.stroke(from, to, undefined, [true, true, false]);
			const parts = new BrailleCanvas(columns, rows);
			parts.stroke(from, to, undefined, [true, true, false], [0, middle]);
			parts.stroke(from, to, undefined, [true, true, false], [middle + 1, columns * 2]);
			assert.equal(text(parts), text(whole));
		}),
		tried(200),
	);
});

test('The ground is seen where nothing is drawn, with a style of its own', () => {
	const canvas = new BrailleCanvas(4, 1);
	for (let column = -1; column < 9; column++) {
		canvas.ground(column, 0, '─', 'follower');
	}

	canvas.dot(2, 0, 'vote');
	canvas.text(3, 0, '★', 'leader');
	assert.deepEqual(
		canvas.lines()[0]!.filter(({text: words}) => words !== ''),
		[span('─', 'follower'), span('⠁', 'vote'), span('─', 'follower'), span('★', 'leader')],
	);
});

test('A wide character takes two cells, and is left out where there is but one', () => {
	const canvas = new BrailleCanvas(6, 1);
	canvas.text(0, 0, 'a水b');
	canvas.text(5, 0, '水');
	assert.equal(text(canvas), 'a水b  ');
	assert.equal(widthOf(canvas.lines()[0]!), 6);
});
