import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {
	beside,
	charactersOf,
	cut,
	fit,
	joined,
	padded,
	plain,
	shortened,
	span,
	spread,
	styled,
	textWidth,
	widthOf,
	wrap,
	type Line,
} from '../../source/dashboard/text.js';
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

test('A number is whole or not there: what is left of it would be another', () => {
	const fitted = (width: number): string => plain(fit([span('n3', 'node'), span(' leads term 2861 of 1,024')], width));
	assert.equal(fitted(19), 'n3 leads term 2861…');
	assert.equal(fitted(18), 'n3 leads term …   ');
	assert.equal(fitted(15), 'n3 leads term …');
	assert.equal(fitted(26), 'n3 leads term 2861 of …   ');
	assert.equal(fitted(27), 'n3 leads term 2861 of 1,024');
	assert.equal(plain(fit([span('2861')], 3)), '…  ');
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

/** What people type: of any script, wide, combining, joined or out of order. */
const anyTyped = fc.oneof(
	fc.string({unit: 'binary', maxLength: 30}),
	fc.string({unit: 'grapheme', maxLength: 30}),
	fc.string({
		unit: fc.constantFrom(
			'漢',
			'字',
			'か',
			'é',
			'e\u{301}',
			'👩‍👩‍👧',
			'🇩🇪',
			'각',
			' ',
			'a',
			'…',
			'★',
			'\u{1B}[31m',
			'\n',
			'\u{202E}',
		),
		maxLength: 30,
	}),
);

/** Nobody measures what stands before the end of an escape code or a half of a pair. */
const shown = (text: string): string => span(text).text;

test('A text of any script, fitted, is exactly as wide as asked, as string-width measures it', () => {
	fc.assert(
		fc.property(anyTyped, anyTyped, anyWidth, (one, other, width) => {
			const fitted = fit([span(one, 'dim'), span('|'), span(other)], width);
			assert.equal(widthOf(fitted), width);
			assert.equal(
				fitted.reduce((sum, {text}) => sum + stringWidth(text), 0),
				width,
			);
		}),
		tried(500),
	);
});

test('A text of any script, wrapped, is never too wide and loses nothing but blanks', () => {
	fc.assert(
		fc.property(anyTyped, anyTyped, fc.integer({min: 2, max: 30}), (one, other, width) => {
			const line = [span(one, 'dim'), span(other)];
			const lines = wrap(line, width);
			for (const part of lines) {
				assert.ok(widthOf(part) <= width, plain(part));
			}

			assert.equal(
				lines
					.map((part) => plain(part))
					.join('')
					.replaceAll(' ', ''),
				plain(line).replaceAll(' ', ''),
			);
		}),
		tried(500),
	);
});

test('A text is measured as string-width does, whether we know all its signs or not', () => {
	fc.assert(
		fc.property(anyTyped, (text) => {
			assert.equal(textWidth(shown(text)), stringWidth(shown(text)));
			assert.equal(textWidth(text), textWidth(shown(text)));
			assert.equal(widthOf([span(text)]), stringWidth(shown(text)));
		}),
		tried(500),
	);
	for (let code = 0x20; code < 0x30_00; code++) {
		const text = shown(String.fromCodePoint(code));
		assert.equal(textWidth(text), stringWidth(text), code.toString(16));
	}
});

test('A cut text is a beginning in whole characters, as many as fit', () => {
	fc.assert(
		fc.property(anyTyped, fc.nat({max: 20}), (typed, width) => {
			const text = shown(typed);
			const taken = cut(text, width);
			const whole = charactersOf(text);
			const count = charactersOf(taken).length;
			assert.equal(taken, whole.slice(0, count).join(''));
			assert.ok(textWidth(taken) <= width);
			assert.ok(count === whole.length || textWidth(taken + whole[count]!) > width);
		}),
		tried(300),
	);
});

test('Half of a wide character is a blank; what is cut says so', () => {
	assert.deepEqual(fit([span('漢字')], 4), [span('漢字')]);
	assert.equal(plain(fit([span('漢字x')], 4)), '漢… ');
	assert.equal(plain(fit([span('漢字x')], 3)), '漢…');
	assert.equal(plain(fit([span('漢字x')], 2)), '… ');
	assert.equal(plain(fit([span('e\u{301}e\u{301}e\u{301}')], 2)), 'e\u{301}…');
	assert.equal(plain(fit([span('👩‍👩‍👧👩‍👩‍👧')], 3)), '👩‍👩‍👧…');
	assert.deepEqual(
		wrap([span('漢字漢字 漢')], 5).map((line) => plain(line)),
		['漢字', '漢字', '漢'],
	);
	assert.equal(shortened('漢字x', 4), '漢…');
	assert.equal(shortened('漢字x', 5), '漢字x');
	assert.equal(shortened('ab', 0), '');
	assert.equal(padded('漢', 4), '漢  ');
	assert.equal(padded('abcde', 4), 'abcde');
});

test('What moves the cursor or turns the direction of writing is not shown, and a new line is a blank', () => {
	assert.equal(span('a\u{1B}[2Jb\u{7}').text, 'a[2Jb');
	assert.equal(span('a\r\nb\tc\u{2028}d').text, 'a b c d');
	assert.equal(span('a\u{202E}b\u{9B}c\u{200B}d\u{FEFF}').text, 'abcd');
	assert.equal(span('\u{D83D}x').text, 'x');
	assert.equal(span('👩‍👧').text, '👩‍👧');
	fc.assert(
		fc.property(anyTyped, (text) => {
			assert.doesNotMatch(span(text).text, /[\p{Bidi_Control}\p{Control}\p{Surrogate}]/v);
		}),
		tried(300),
	);
});
