import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {beside, fit, joined, plain, span, spread, styled, widthOf, type Line} from '../../source/dashboard/text.js';
import type {StyleName} from '../../source/dashboard/theme.js';
import {tried} from '../properties/session.js';

const anyStyle = fc.constantFrom<StyleName | undefined>(undefined, 'dim', 'bold', 'leader', 'term3');
const anyWords = fc.string({unit: fc.constantFrom('a', ' ', '─', '▰', '⠿', '…'), maxLength: 12});
const anyLine: fc.Arbitrary<Line> = fc.array(
	fc.record({text: anyWords, style: anyStyle}).map(({text, style}) => span(text, style)),
	{maxLength: 6},
);
const anyWidth = fc.nat({max: 60});

/** Each character with its style. */
const characters = (line: Line): ReadonlyArray<readonly [string, StyleName | undefined]> =>
	line.flatMap(({text, style}) => [...text].map((character) => [character, style] as const));

test('A fitted line is exactly as wide as asked', () => {
	fc.assert(
		fc.property(anyLine, anyWidth, (line, width) => {
			assert.equal(widthOf(fit(line, width)), width);
		}),
		tried(200),
	);
});

test('A line that is short enough keeps every character and style, and spaces follow', () => {
	fc.assert(
		fc.property(anyLine, anyWidth, (line, spare) => {
			const fitted = fit(line, widthOf(line) + spare);
			assert.deepEqual(characters(fitted).slice(0, widthOf(line)), characters(line));
			assert.equal(plain(fitted), plain(line) + ' '.repeat(spare));
		}),
		tried(200),
	);
});

test('A line that is too long keeps its beginning, with its styles, and ends in an ellipsis', () => {
	fc.assert(
		fc.property(anyLine, fc.integer({min: 1, max: 30}), (line, width) => {
			fc.pre(widthOf(line) > width);
			const fitted = fit(line, width);
			assert.deepEqual(characters(fitted).slice(0, -1), characters(line).slice(0, width - 1));
			assert.deepEqual(characters(fitted).at(-1), ['…', 'dim']);
		}),
		tried(200),
	);
});

test('What has been painted already stays painted if it fits, and is cut as text if not', () => {
	const table = {...span('n1  follower'), painted: '[n1]  [follower]'};
	assert.deepEqual(fit([table], 14), [table, span('  ')]);
	assert.deepEqual(fit([table], 6), [{text: 'n1  f', style: undefined}, span('…', 'dim')]);
});

test('Two lines on one fill the width, the second whole at its right end wherever the first has eight columns', () => {
	fc.assert(
		fc.property(anyLine, anyLine, anyWidth, (left, right, width) => {
			const line = spread(left, right, width);
			assert.equal(widthOf(line), width);
			const room = width - widthOf(right);
			assert.equal(plain(line), room < 8 ? plain(fit(left, width)) : plain(fit(left, room)) + plain(right));
		}),
		tried(200),
	);
});

test('Parts are joined with a gap between any two, and empty ones leave none', () => {
	fc.assert(
		fc.property(fc.array(anyLine, {maxLength: 5}), (parts) => {
			const full = parts.filter((part) => part.length > 0);
			assert.equal(plain(joined(parts, ' | ')), full.map((part) => plain(part)).join(' | '));
		}),
		tried(200),
	);
});

test('Lines stand beside each other row by row, however many there are at the right', () => {
	const left = [[span('a')], [span('b')]];
	assert.deepEqual(
		beside(left, [[span('1')], [span('2')], [span('3')]]).map((line) => plain(line)),
		['a1', 'b2'],
	);
	assert.deepEqual(
		beside(left, [[span('1')]]).map((line) => plain(line)),
		['a1', 'b'],
	);
});

test('A style laid over a line gives way to the styles that are there', () => {
	assert.deepEqual(styled([span('a'), span('b', 'bold')], 'dim'), [span('a', 'dim'), span('b', 'bold')]);
});
