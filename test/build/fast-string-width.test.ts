import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import fastStringWidth from '../../source/build/fast-string-width.js';
import {tried} from '../properties/session.js';

/** The texts whose width is another than string-width says. */
const findDiffering = (texts: readonly string[]): readonly string[] =>
	texts.filter((text) => fastStringWidth(text) !== stringWidth(text));

/** Every code unit of the Basic Multilingual Plane, lone surrogates too. */
// eslint-disable-next-line unicorn/prefer-code-point
const everyUnit = Array.from({length: 0x1_00_00}, (_, code) => String.fromCharCode(code));

/** What the dashboard draws with. */
const signs = '·×–…‖←↑→↓↺▮▯▰▱▶◆◇○●◌★✓✗❯⟨⟩─│┃╭╮╰╯━═╌⠿⡇';

/** What changes the width of what stands before it, or makes one character of several. */
const combining = [
	'\u{FE0F}',
	'\u{FE0E}',
	'\u{301}',
	'\u{20E3}',
	'\u{200D}',
	'\u{308}',
	'\u{1F3FB}',
	'\u{5B0}',
	'\u{E0100}',
];

test('Every character of the Basic Multilingual Plane is as wide as string-width says', () => {
	assert.deepEqual(findDiffering(everyUnit), []);
});

test('So is every one of them between two of our own signs', () => {
	assert.deepEqual(findDiffering(everyUnit.map((unit) => `★${unit}─`)), []);
});

test('A sign with something that combines with it is as wide as string-width says', () => {
	for (const sign of [...signs, 'a', '1', '#', ' ']) {
		for (const mark of combining) {
			const texts = [sign + mark, `─${sign}${mark}─`, sign + mark + mark, mark + sign];
			assert.deepEqual(findDiffering(texts), []);
		}
	}
});

const anyCode = fc.constantFrom(
	'\u{1B}[31m',
	'\u{1B}[0m',
	'\u{1B}[m',
	'\u{1B}[38;2;1;2;3m',
	'\u{1B}[39;49m',
	'\u{1B}[1;',
	'\u{1B}[',
	'\u{1B}',
	'\u{1B}[2K',
	'\u{1B}[?25l',
	'\u{1B}]8;;https://example.org\u{7}link\u{1B}]8;;\u{7}',
	'\u{9B}31m',
	'\u{1B}[31:2m',
);

const anyPiece = fc.oneof(
	{arbitrary: fc.string({unit: fc.constantFrom(...signs, 'a', 'Z', ' ', '~'), maxLength: 8}), weight: 5},
	{arbitrary: anyCode, weight: 3},
	{arbitrary: fc.constantFrom(...combining), weight: 1},
	{arbitrary: fc.string({unit: 'grapheme', maxLength: 3}), weight: 1},
	{arbitrary: fc.constantFrom('節', '👩‍👩‍👧', '🇩🇪', '가', '１', '\t', '\n', '\r', '\u{7F}', '\u{AD}'), weight: 1},
);

test('Any mixture of signs, colour codes and stranger things is as wide as string-width says', () => {
	fc.assert(
		fc.property(fc.array(anyPiece, {maxLength: 8}), (pieces) => {
			assert.deepEqual(findDiffering([pieces.join('')]), []);
		}),
		tried(5000),
	);
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 12}), (text) => {
			assert.deepEqual(findDiffering([text]), []);
		}),
		tried(3000),
	);
});

test('Options that the library has are obeyed where it is asked', () => {
	fc.assert(
		fc.property(fc.array(anyPiece, {maxLength: 5}), (pieces) => {
			const text = pieces.join('');
			const options = {ambiguousIsNarrow: true, countAnsiEscapeCodes: false};
			assert.equal(fastStringWidth(text, options), stringWidth(text, options), JSON.stringify(text));
		}),
		tried(500),
	);
});

test('What is not text is as wide as string-width says: not at all', () => {
	for (const nothing of [undefined, null, 5, {}, []]) {
		assert.equal(fastStringWidth(nothing as string), stringWidth(nothing as string));
	}
});
