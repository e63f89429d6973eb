import assert from 'node:assert/strict';
import test from 'node:test';
import {Chalk} from 'chalk';
import fc from 'fast-check';
import {Looks} from '../../source/recording/look.js';
import {readScreen} from '../../source/recording/screen.js';
import {stillSvg} from '../../source/recording/svg.js';
import {themeNames, themes} from '../../source/recording/themes.js';
import {tried} from '../properties/session.js';
import {expectedCells, parseXml, pictureOf} from './pictures.js';
import {anyFrames, realFrames} from './screens.js';

const chalk = new Chalk({level: 3});
const {dark: theme} = themes;

test('A picture shows every cell of the screen where it is, in its colours, in every theme', () => {
	fc.assert(
		fc.property(anyFrames(1), fc.constantFrom(...themeNames), ({columns, rows, frames}, name) => {
			const screen = readScreen(frames[0]!, columns);
			const picture = pictureOf(stillSvg(screen, {theme: themes[name]}));
			assert.deepEqual([picture.columns, picture.rows, picture.periodMs], [columns, rows, 0]);
			assert.equal(picture.background, themes[name].background);
			assert.deepEqual(picture.cellsAt(undefined), expectedCells(screen, new Looks(themes[name])));
		}),
		tried(300),
	);
});

test('A real screen is there from corner to corner', () => {
	const {columns, rows, frames} = realFrames();
	const screen = readScreen(frames.at(-1)!, columns);
	const document = stillSvg(screen, {theme});
	const picture = pictureOf(document);
	assert.deepEqual([picture.columns, picture.rows], [columns, rows]);
	assert.deepEqual(
		picture.textAt(undefined),
		screen.rows.map(({characters}) => characters.join('')),
	);
	assert.ok(document.length < 25_000, `${document.length} bytes`);
});

test('The caption is for readers of titles; what XML cannot hold is written so that it can, or left out', () => {
	const screen = readScreen(['a<b>&"c"'], 8);
	const picture = pictureOf(
		stillSvg(screen, {theme, title: 'Leaders & <terms>', description: 'n1 "leads"\u{0}\u{1B}.'}),
	);
	assert.equal(picture.title, 'Leaders & <terms>');
	assert.equal(picture.description, 'n1 "leads".');
	assert.deepEqual(picture.textAt(undefined), ['a<b>&"c"']);
	const unnamed = pictureOf(stillSvg(screen, {theme}));
	assert.deepEqual([unnamed.title, unnamed.description], [undefined, undefined]);
});

const textsOf = (rows: readonly string[]): readonly string[] =>
	Array.from(stillSvg(readScreen(rows, rows[0]!.length), {theme}).matchAll(/<text .*?<\/text>/gv), ([text]) => text);

test('Letters alike are one text, with the blanks between them; a long one is told how wide it is', () => {
	assert.deepEqual(textsOf(['  ab cd      ']), ['<text x="18" y="13">ab cd</text>']);
	assert.deepEqual(textsOf(['ab cd ef g']), ['<text x="0" y="13" textLength="90">ab cd ef g</text>']);
	assert.deepEqual(textsOf([`a${' '.repeat(20)}b`]), ['<text x="0" y="13">a</text>', '<text x="189" y="13">b</text>']);
});

test('Lines of boxes are stretched where they must be, so that they meet', () => {
	assert.deepEqual(textsOf(['┌────────┐']), [
		'<text x="0" y="13" textLength="90" lengthAdjust="spacingAndGlyphs">┌────────┐</text>',
	]);
});

test('What may come from another font does not push its neighbours about', () => {
	assert.deepEqual(textsOf(['a★b ⠿⠿']), [
		'<text x="0" y="13">a</text>',
		'<text x="9" y="13">★</text>',
		'<text x="18" y="13">b</text>',
		'<text x="36" y="13" textLength="18">⠿⠿</text>',
	]);
});

test('Inverse swaps letters and paper, underlined blanks have their line, and the plain style needs no class', () => {
	const painted = [chalk.inverse('x') + chalk.underline(' ') + chalk.bgHex('#E69F00').black(' y') + 'z'];
	const [row = []] = pictureOf(stillSvg(readScreen(painted, 5), {theme})).cellsAt(undefined);
	const {background, foreground, palette} = theme;
	assert.deepEqual(row, [
		{character: 'x', ink: `fill:${background}`, paper: foreground},
		{character: ' ', ink: `fill:${foreground};text-decoration:underline`, paper: undefined},
		{character: ' ', ink: '', paper: '#e69f00'},
		{character: 'y', ink: `fill:${palette[0]}`, paper: '#e69f00'},
		{character: 'z', ink: `fill:${foreground}`, paper: undefined},
	]);
});

test('The reader of these tests refuses what is not XML', () => {
	for (const document of [
		'<a><b></a></b>',
		'<a>&b</a>',
		'<a>&nbsp;</a>',
		'<a b="1" b="2"/>',
		'<a b=1/>',
		'<a/><a/>',
		'<a>',
		'<',
	]) {
		assert.throws(() => parseXml(document), assert.AssertionError, document);
	}

	assert.equal(parseXml('<a b="1">x &lt; y<c/></a>').children.length, 2);
});
