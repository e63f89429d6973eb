import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import {styledCharsFromTokens, tokenize} from '@alcalzone/ansi-tokenize';
import fc from 'fast-check';
import {plain, span, type Line, type Span} from '../../source/dashboard/text.js';
import {
	diskStyle,
	hasStyles,
	openStyle,
	paint,
	setTheme,
	termColours,
	termStyle,
	toAscii,
	type StyleName,
} from '../../source/dashboard/theme.js';
import {contrastOf, hex} from '../../source/recording/rgb.js';
import {themeNames, themes} from '../../source/recording/themes.js';
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
	'chosen',
	'notice',
	'refusal',
	'focus',
	'vote',
	'suspended',
	'alarm',
	'mistake',
	...Array.from({length: termColours}, (_, term) => termStyle(term)),
	...Array.from({length: termColours}, (_, term) => openStyle(term)),
	...Array.from({length: termColours}, (_, term) => diskStyle(term)),
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
	setTheme('dark');
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
	assert.equal(toAscii('‖ 1.2 s paused'), 'H 1.2 s paused');
});

test('Signs that stand beside each other for different things are told apart in ASCII too', () => {
	for (const signs of [
		'★◆○✗‖', // Who is what
		'●○◆◇✗‖┃', // On the ring
		'─━═╌┈┃✗‖', // On the lanes
		'★◆○✗‖:?!┃›·✓▲', // In the Log
		'✓✗‖', // What became of a message
		'▶‖', // Of time
	]) {
		assert.equal(new Set(toAscii(signs)).size, signs.length, `${signs} ${toAscii(signs)}`);
	}
});

test('A wide character takes as much room in ASCII, and what combines takes none', () => {
	assert.equal(toAscii('漢字 e\u{301} 👩‍👧!'), '???? ? ??!');
	assert.equal(paint([span('漢')], true), '??');
});

/** What is written before a text of a style. */
const codesOf = (style: StyleName): string => paint([span('x', style)], false).replace(/x.*/v, '');

const termNumbers = Array.from({length: termColours}, (_, term) => term);

for (const theme of themeNames) {
	for (const level of [1, 2, 3] as const) {
		const where = `in theme ${theme} with colour level ${level}`;

		test(`Roles and what is wrong with them look different (${where})`, () => {
			useColours(level);
			setTheme(theme);
			const roles = (['leader', 'follower', 'candidate', 'down', 'suspended'] as const).map((role) => codesOf(role));
			assert.equal(new Set(roles).size, roles.length, JSON.stringify(roles));
			for (const [one, other] of [
				['leader', 'deposed'],
				['good', 'warn'],
				['good', 'lost'],
				['notice', 'refusal'],
				['focus', 'dim'],
				['alarm', 'good'],
			] as const) {
				assert.notEqual(codesOf(one), codesOf(other), `${one} and ${other}`);
			}

			for (const style of ['selected', 'chosen', 'notice', 'refusal', 'alarm', 'mistake'] as const) {
				assert.notEqual(codesOf(style), '', style);
			}
		});

		test(`What is on the disk of a server that is down looks like no other entry (${where})`, () => {
			useColours(level);
			setTheme(theme);
			const others = new Set(termNumbers.flatMap((term) => [codesOf(termStyle(term)), codesOf(openStyle(term))]));
			for (const term of termNumbers) {
				assert.ok(!others.has(codesOf(diskStyle(term))), `term ${term}`);
			}
		});

		test(`A committed entry never looks like another, and terms look different (${where})`, () => {
			useColours(level);
			setTheme(theme);
			const [committed, open] = [termStyle, openStyle].map((style) => termNumbers.map((term) => codesOf(style(term))));
			assert.deepEqual(
				committed!.filter((look) => open!.includes(look)),
				[],
			);
			for (const codes of [committed!, open!]) {
				for (const term of termNumbers) {
					assert.notEqual(codes[term], codes[(term + 1) % termColours], `terms ${term} and ${term + 1}`);
				}

				assert.equal(new Set(codes).size, theme === 'mono' ? 3 : termColours);
			}
		});
	}

	test(`Without colours nothing but the text is written in theme ${theme} either`, () => {
		useColours(0);
		setTheme(theme);
		for (const style of styleNames) {
			assert.equal(paint([span('x', style)], false), 'x', style);
		}
	});
}

test('Mono has no colours: bold, faint, underlined and inverted are all there is', () => {
	setTheme('mono');
	for (const level of [1, 2, 3] as const) {
		useColours(level);
		for (const style of styleNames) {
			const painted = paint([span('x', style)], false).replaceAll('\u{1B}', 'ESC');
			assert.match(painted, /^(?:ESC\[[1247]m)*x(?:ESC\[2[247]m)*$/v, style);
		}
	}
});

test('In contrast nothing is faint', () => {
	setTheme('contrast');
	useColours(3);
	for (const style of styleNames) {
		assert.doesNotMatch(codesOf(style), /\[2m/v, style);
	}
});

const rgbIn = (codes: string, ground: 38 | 48): string =>
	hex(new RegExp(String.raw`${ground};2;(\d+);(\d+);(\d+)`, 'v').exec(codes)!.slice(1).map(Number));

for (const [theme, behind, least] of [
	['dark', themes.dark.background, 3.4],
	['light', '#ffffff', 4.3],
	['contrast', '#000000', 7],
] as const) {
	test(`A term’s colour can be read, as text and behind it (theme ${theme})`, () => {
		useColours(3);
		setTheme(theme);
		for (const term of termNumbers) {
			const [committed, open] = [codesOf(termStyle(term)), codesOf(openStyle(term))];
			assert.ok(contrastOf(rgbIn(committed, 48), rgbIn(committed, 38)) >= Math.min(least, 4), `behind, term ${term}`);
			const found = contrastOf(rgbIn(open, 38), behind);
			assert.ok(found >= least, `as text, term ${term}: ${found}`);
		}
	});
}
