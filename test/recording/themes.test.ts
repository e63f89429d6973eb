import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {Looks} from '../../source/recording/look.js';
import {contrastOf, greyOf, legibleOn, mix} from '../../source/recording/rgb.js';
import {plain, styleOf} from '../../source/recording/style.js';
import {rgbOf, themeNames, themes} from '../../source/recording/themes.js';
import {tried} from '../properties/session.js';

const isGrey = (rgb: string): boolean => /^#(?<part>..)\k<part>\k<part>$/v.test(rgb);

const anyColour = fc.option(
	fc.oneof(fc.nat(15), fc.nat(255), fc.constantFrom('#E69F00', '#56B4E9', '#009E73', '#F0E442', '#0072B2', '#000000')),
	{nil: undefined},
);

const anyStyle = fc
	.record({
		foreground: anyColour,
		background: anyColour,
		isBold: fc.boolean(),
		isDim: fc.boolean(),
		isUnderlined: fc.boolean(),
		isInverse: fc.boolean(),
	})
	.map((style) => styleOf(style));

test('Contrast is what it is by definition', () => {
	assert.equal(contrastOf('#000000', '#ffffff'), 21);
	assert.equal(contrastOf('#ffffff', '#ffffff'), 1);
	assert.equal(contrastOf('#767676', '#ffffff').toFixed(2), '4.54');
	assert.equal(contrastOf('#ffffff', '#0000ff').toFixed(2), '8.59');
});

test('The text of every theme is legible, and so are its colours', () => {
	for (const name of themeNames) {
		const {foreground, background, palette} = themes[name];
		assert.equal(palette.length, 16);
		assert.ok([foreground, background, ...palette].every((rgb) => /^#[\da-f]{6}$/v.test(rgb)));
		assert.ok(contrastOf(foreground, background) >= 7, name);
		for (const colour of [1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14]) {
			const contrast = contrastOf(palette[colour]!, background);
			assert.ok(contrast >= (name === 'contrast' ? 7 : 4.5), `${name} ${colour}: ${contrast}`);
		}
	}
});

test('Whatever the style, letters stand out from the paper behind them', () => {
	fc.assert(
		fc.property(anyStyle, fc.constantFrom(...themeNames), (style, name) => {
			const theme = themes[name];
			const {ink, paper} = new Looks(theme).lookOf(style);
			const behind = paper ?? theme.background;
			const best = Math.max(contrastOf('#000000', behind), contrastOf('#ffffff', behind));
			assert.ok(contrastOf(ink.colour, behind) >= Math.min(theme.contrastMin, best) - 1e-9);
		}),
		tried(500),
	);
});

test('Of the theme without colours nothing is coloured', () => {
	fc.assert(
		fc.property(anyStyle, (style) => {
			const {ink, paper} = new Looks(themes.mono).lookOf(style);
			assert.ok(isGrey(ink.colour));
			assert.ok(paper === undefined || isGrey(paper));
		}),
		tried(200),
	);
	const {foreground, background, palette} = themes.mono;
	assert.ok([foreground, background, ...palette].every((rgb) => isGrey(rgb)));
});

test('A colour that can be read stays as it is, another is only brought so far as it must be', () => {
	assert.equal(legibleOn('#000000', '#f0e442', 3), '#f0e442');
	const yellow = legibleOn('#ffffff', '#f0e442', 3);
	assert.ok(contrastOf(yellow, '#ffffff') >= 3, yellow);
	assert.ok(contrastOf(yellow, '#ffffff') < 3.6, yellow);
});

test('Dim is between the letters and the paper, inverse is one for the other, and bold and underline are kept', () => {
	const {dark} = themes;
	const looks = new Looks(dark);
	assert.equal(looks.lookOf(styleOf({...plain, isDim: true})).ink.colour, mix(dark.foreground, dark.background, 0.4));
	assert.deepEqual(
		looks.lookOf(styleOf({...plain, foreground: 1, isBold: true, isUnderlined: true, isInverse: true})),
		{
			ink: {colour: dark.background, isBold: true, isUnderlined: true},
			paper: dark.palette[1],
		},
	);
	assert.equal(looks.lookOf(plain).ink, looks.plainInk);
	assert.equal(looks.lookOf(styleOf({...plain, isInverse: true})).paper, dark.foreground);
});

test('The 256 colours are those of xterm', () => {
	const {dark} = themes;
	const expected = {
		1: dark.palette[1],
		16: '#000000',
		17: '#00005f',
		196: '#ff0000',
		214: '#ffaf00',
		231: '#ffffff',
		232: '#080808',
		255: '#eeeeee',
	};
	for (const [colour, rgb] of Object.entries(expected)) {
		assert.equal(rgbOf(Number(colour), dark), rgb);
	}

	assert.equal(rgbOf('#123456', dark), '#123456');
});

test('A grey is as bright as the colour that it stands for', () => {
	assert.equal(greyOf('#000000'), '#000000');
	assert.equal(greyOf('#ffffff'), '#ffffff');
	assert.ok(Math.abs(contrastOf(greyOf('#E69F00'), '#000000') - contrastOf('#E69F00', '#000000')) < 0.1);
});
