import assert from 'node:assert/strict';
import {Buffer} from 'node:buffer';
import test from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import {closing, FrameEncoder} from '../../source/recording/frame-encoder.js';
import {readScreen} from '../../source/recording/screen.js';
import {tried} from '../properties/session.js';
import {anyFrames, Emulator, realFrames} from './screens.js';

test('After any frames the terminal shows the last one, in every cell and colour', () => {
	let unchanged = 0;
	fc.assert(
		fc.property(anyFrames(12), ({columns, rows, frames}) => {
			const encoder = new FrameEncoder();
			const emulator = new Emulator(columns, rows).write('What was there\u{1B}[1;31;44m before');
			for (const frame of frames) {
				const screen = readScreen(frame, columns);
				const data = encoder.encode(screen);
				unchanged += data === '' ? 1 : 0;
				assert.deepEqual(emulator.write(data).screen(), screen);
			}
		}),
		tried(300),
	);
	assert.ok(unchanged > 0, 'Some frames bring nothing new.');
});

test('A frame leaves no style on, and finds the cursor wherever others have left it', () => {
	fc.assert(
		fc.property(anyFrames(6), fc.nat(), ({columns, rows, frames}, place) => {
			const encoder = new FrameEncoder();
			const emulator = new Emulator(columns, rows + 1);
			for (const frame of frames) {
				const screen = readScreen(frame, columns);
				emulator.write(encoder.encode(screen)).write(`\u{1B}[${rows + 1};1Hx\u{1B}[${(place % rows) + 1};1H`);
				const {rows: shown} = emulator.screen();
				assert.deepEqual(shown.slice(0, rows), screen.rows);
				assert.deepEqual(shown[rows], readScreen(['x'.padEnd(columns)], columns).rows[0]);
			}
		}),
		tried(200),
	);
});

test('A real run takes a small part of the bytes of its whole screens', () => {
	const {columns, frames} = realFrames();
	const encoder = new FrameEncoder();
	const bytes = frames.map((frame) => Buffer.byteLength(encoder.encode(readScreen(frame, columns))));
	const whole = frames.map((frame) => Buffer.byteLength(frame.join('\r\n')));
	const sum = (numbers: readonly number[]): number => numbers.slice(1).reduce((one, other) => one + other, 0);
	assert.ok(
		bytes.slice(1).some((count) => count > 0),
		'Something happens.',
	);
	assert.ok(sum(bytes) < sum(whole) / 10, `${sum(bytes)} of ${sum(whole)} bytes`);
});

const after = (before: readonly string[], next: readonly string[]): string => {
	const columns = stripVTControlCharacters(before[0]!).length;
	const encoder = new FrameEncoder();
	encoder.encode(readScreen(before, columns));
	return encoder.encode(readScreen(next, columns));
};

test('Only what differs is written, by the shortest way there', () => {
	const blank = ' '.repeat(30);
	const word = (text: string, at: number): string => text.padStart(at + text.length).padEnd(30);
	assert.equal(after([blank, blank], [blank, blank]), '');
	assert.equal(after([blank, blank], [blank, word('x', 4)]), '\u{1B}[2;5Hx');
	assert.equal(after(['ab3456cd'], ['aB3456Cd']), '\u{1B}[1;2HB3456C');
	assert.equal(after(['abcdefgh'], ['Abc_efgh']), '\u{1B}[HAbc_', 'What is near is written anew');
	const red = (text: string): string => `\u{1B}[31m${text}\u{1B}[39m`;
	assert.equal(after([`aa${red('bb')}`], [`Aa${red('bB')}`]), '\u{1B}[HAa\u{1B}[31mbB\u{1B}[m', 'With its style');
	assert.equal(
		after([`a${red('b')}cd`], [`A${red('b')}Cd`]),
		'\u{1B}[HA\u{1B}[CC',
		'A style only to pass by is too dear',
	);
	assert.equal(after([blank], [`x${word('y', 19).slice(1)}`]), '\u{1B}[Hx\u{1B}[18Cy', 'What is far is passed over');
	assert.equal(after([blank, blank], [word('x', 9), word('y', 10)]), '\u{1B}[1;10Hx\u{1B}[By', 'Straight down');
	assert.equal(after([blank, blank], [word('x', 9), word('y', 0)]), '\u{1B}[1;10Hx\r\ny', 'To the next line');
});

test('The first screen, one of another size, and one after something else was there are written to a clear terminal', () => {
	const encoder = new FrameEncoder();
	const clear = '\u{1B}[?25l\u{1B}[m\u{1B}[H\u{1B}[2J';
	assert.equal(encoder.encode(readScreen(['ab '], 3)), `${clear}\u{1B}[Hab`);
	assert.equal(encoder.encode(readScreen(['ab  '], 4)), `${clear}\u{1B}[Hab`);
	assert.equal(encoder.encode(readScreen(['ab  ', ' '.repeat(4)], 4)), `${clear}\u{1B}[Hab`);
	encoder.forget();
	assert.equal(encoder.encode(readScreen(['ab  ', ' '.repeat(4)], 4)), `${clear}\u{1B}[Hab`);
});

test('At the end the last screen is left as it is', () => {
	const screen = readScreen(['first', ' last'], 5);
	const emulator = new Emulator(5, 2).write(new FrameEncoder().encode(screen)).write(closing(2));
	assert.deepEqual(emulator.screen(), screen);
});
