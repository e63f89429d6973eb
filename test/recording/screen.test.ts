import assert from 'node:assert/strict';
import test from 'node:test';
import {Chalk} from 'chalk';
import fc from 'fast-check';
import {readScreen} from '../../source/recording/screen.js';
import {sgrBetween} from '../../source/recording/sgr.js';
import {plain, styleOf} from '../../source/recording/style.js';
import {textFrame} from '../../source/recording/text-frame.js';
import {tried} from '../properties/session.js';
import {anyFrames, Emulator, seen} from './screens.js';

const chalk = new Chalk({level: 3});

test('A screen is read as a terminal shows it', () => {
	fc.assert(
		fc.property(anyFrames(1), ({columns, rows, frames}) => {
			const painted = frames[0]!;
			const emulator = new Emulator(columns, rows).write(painted.map((row) => `${row}\u{1B}[m`).join('\r\n'));
			assert.deepEqual(readScreen(painted, columns), seen(emulator.screen()));
		}),
		tried(300),
	);
});

test('Any style can follow any other, and a terminal takes it as it is meant', () => {
	const anyColour = fc.option(fc.oneof(fc.nat(15), fc.nat(255), fc.constantFrom('#000000', '#e69f00', '#0a0b0c')), {
		nil: undefined,
	});
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
	fc.assert(
		fc.property(fc.array(anyStyle, {minLength: 2, maxLength: 20}), (styles) => {
			const letters = styles.map((style, at) => `${sgrBetween(styles[at - 1] ?? plain, style)}x`).join('');
			assert.deepEqual(readScreen([letters], styles.length).rows[0]!.styles, styles);
			assert.deepEqual(new Emulator(styles.length, 1).write(letters).screen().rows[0]!.styles, styles);
		}),
		tried(300),
	);
});

test('A change of style is one sequence, with no more than what changes', () => {
	const bold = styleOf({...plain, isBold: true});
	assert.equal(sgrBetween(plain, bold), '\u{1B}[1m');
	assert.equal(sgrBetween(bold, styleOf({...bold, foreground: 2})), '\u{1B}[32m');
	assert.equal(sgrBetween(bold, plain), '\u{1B}[m');
	assert.equal(sgrBetween(bold, bold), '');
	const loud = styleOf({...plain, isDim: true, isUnderlined: true, foreground: 3, background: 4});
	assert.equal(sgrBetween(loud, bold), '\u{1B}[0;1m');
});

test('A row that has not changed is the same object, as long as the screens in between are few', () => {
	const text = chalk.green('again');
	const [row] = readScreen([text], 5).rows;
	assert.equal(readScreen([text], 5).rows[0], row);
	for (let at = 0; at < 1000; at++) {
		readScreen([String(10_000 + at)], 5);
	}

	assert.equal(readScreen([text], 5).rows[0], row);
});

test('Letters have a colour; where there are none, only what is behind them has', () => {
	const [row] = readScreen([chalk.dim.red('a ') + chalk.underline.red(' ')], 3).rows;
	assert.deepEqual(row!.styles, [
		styleOf({...plain, isDim: true, foreground: 1}),
		plain,
		styleOf({...plain, isUnderlined: true, foreground: 1}),
	]);
});

test('A row of another width than the screen is refused, with its number', () => {
	assert.throws(() => readScreen(['abc', chalk.bold('ab')], 3), {message: 'Row 2 is 2 columns wide on a screen of 3.'});
});

test('As text a screen has no colours, and its lines end where they end', () => {
	assert.equal(textFrame(readScreen([chalk.red('a b  '), ' '.repeat(5), '    c'], 5)), 'a b\n\n    c\n');
});
