import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import {styledCharsFromTokens, tokenize} from '@alcalzone/ansi-tokenize';
import fc from 'fast-check';
import {plain, span, type Line, type Span} from '../../source/dashboard/text.js';
import {
	hasStyles,
	openStyle,
	paint,
	termColours,
	termStyle,
	toAscii,
	type StyleName,
} from '../../source/dashboard/theme.js';
import {tried} from '../properties/session.js';
import {useColours} from './stage.js';

const levels = [0, 1, 2, 3] as const;

const styleNames: readonly StyleName[] = [
	'bold',
	'dim',
	'title',
	'accent',
	'key',
	'node',
	'leader',
	'leaderBold',
	'deposed',
	'follower',
	'candidate',
	'down',
	'lost',
	'good',
	'warn',
	'selected',
	'notice',
	'refusal',
	'focus',
	'vote',
	'suspended',
	'alarm',
	'mistake',
	...Array.from({length: termColours}, (_, term) => termStyle(term)),
	...Array.from({length: termColours}, (_, term) => openStyle(term)),
];

const anyText = fc.string({unit: fc.constantFrom('a', 'Z', ' ', '─', '★', '⠿', '·'), maxLength: 8});
const anySpan: fc.Arbitrary<Span> = fc
	.tuple(anyText, fc.option(fc.constantFrom(...styleNames), {nil: undefined}))
	.map(([text, style]) => span(text, style));
/** As the table's lines are, painted by somebody else who has closed every code. */
const anyPainted: fc.Arbitrary<Span> = anyText.map((text) => ({
	...span(text),
	painted: paint([span(text, 'down')], false),
}));
const anyLine: fc.Arbitrary<Line> = fc.array(fc.oneof({arbitrary: anySpan, weight: 5}, anyPainted), {maxLength: 8});

/** Each character as the terminal shows it: with the codes that are in force. */
const looks = (painted: string): ReadonlyArray<readonly [string, readonly string[]]> =>
	styledCharsFromTokens(tokenize(painted)).map(({value, styles}) => [value, styles.map(({code}) => code).toSorted()]);

afterEach(() => {
	useColours(0);
});

test('Without colours a painted line is its text and nothing else', () => {
	useColours(0);
	assert.equal(hasStyles(), false);
	fc.assert(
		fc.property(anyLine, (line) => {
			assert.equal(paint(line, false), plain(line));
		}),
		tried(200),
	);
});

for (const level of levels) {
	test(`Painting changes no character, and closes every code that it opens (colour level ${level})`, () => {
		useColours(level);
		fc.assert(
			fc.property(anyLine, (line) => {
				const painted = paint(line, false);
				assert.equal(stripVTControlCharacters(painted), plain(line));
				assert.deepEqual(looks(`${painted}X`).at(-1), ['X', []]);
			}),
			tried(200),
		);
	});

	test(`In a line each span looks as it does alone, whatever stands before it (colour level ${level})`, () => {
		useColours(level);
		fc.assert(
			fc.property(anyLine, (line) => {
				assert.deepEqual(
					looks(paint(line, false)),
					line.flatMap((part) => looks(paint([part], false))),
				);
			}),
			tried(200),
		);
	});
}

test('Every style can be seen, and no two terms that follow each other look alike, committed or not', () => {
	useColours(3);
	for (const style of styleNames) {
		assert.notEqual(paint([span('x', style)], false), 'x', style);
	}

	for (let term = 0; term < 20; term++) {
		const shown = [termStyle(term), termStyle(term + 1), openStyle(term), openStyle(term + 1)].map((style) =>
			paint([span('x', style)], false),
		);
		assert.equal(new Set(shown).size, shown.length, `terms ${term} and ${term + 1}`);
	}
});

test('Sixteen colours are written as sixteen colours, 256 as 256', () => {
	useColours(1);
	for (const style of styleNames) {
		assert.doesNotMatch(paint([span('x', style)], false), /[34]8;[25];/v, style);
	}

	useColours(2);
	for (const style of styleNames) {
		assert.doesNotMatch(paint([span('x', style)], false), /[34]8;2;/v, style);
	}
});

test('Neighbours of one style share their codes', () => {
	useColours(3);
	assert.equal(paint([span('a', 'dim'), span(''), span('b', 'dim')], false), paint([span('ab', 'dim')], false));
	assert.equal(paint([span('', 'bold')], false), '');
});

test('Whatever a line holds, nothing but printable ASCII and colour codes is left of it where a font has no more', () => {
	for (const level of levels) {
		useColours(level);
		fc.assert(
			fc.property(anyLine, fc.string({unit: 'grapheme'}), (line, text) => {
				const painted = paint([...line, span(text)], true);
				assert.match(stripVTControlCharacters(painted), /^[\p{ASCII}--\p{Control}]*$/v);
			}),
			tried(200),
		);
	}
});

test('A sign and its ASCII counterpart are one column wide, so that nothing moves', () => {
	fc.assert(
		fc.property(anyText, (text) => {
			assert.equal(toAscii(text).length, text.length);
		}),
		tried(200),
	);
	assert.equal(toAscii('╭─ ★ n1 ⟨▰▰▱⟩ → ✗'), '+- * n1 <##.> > x');
});
