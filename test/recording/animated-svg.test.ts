import assert from 'node:assert/strict';
import {Buffer} from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import {animatedSvg, type FilmFrame} from '../../source/recording/animated-svg.js';
import {Looks} from '../../source/recording/look.js';
import {readScreen} from '../../source/recording/screen.js';
import {stillSvg} from '../../source/recording/svg.js';
import {themes} from '../../source/recording/themes.js';
import {tried} from '../properties/session.js';
import {expectedCells, pictureOf} from './pictures.js';
import {anyFrames, realFrames} from './screens.js';

const {dark: theme} = themes;
const looks = new Looks(theme);

const framesOf = (columns: number, painted: ReadonlyArray<readonly string[]>, times: readonly number[]): FilmFrame[] =>
	painted.map((rows, at) => ({screen: readScreen(rows, columns), timeS: times[at]!}));

/** Thirteen moments, one after the other, and none of them the beginning of time. */
const anyTimes = fc
	.uniqueArray(fc.integer({min: 5000, max: 60_000}), {minLength: 13, maxLength: 13})
	.map((timesMs) => timesMs.toSorted((a, b) => a - b).map((timeMs) => timeMs / 1000));

test('From its time up to that of the next, every frame is what is seen, in every cell and colour', () => {
	fc.assert(
		fc.property(anyFrames(12), anyTimes, ({columns, frames}, times) => {
			const film = framesOf(columns, frames, times);
			const endS = times[frames.length]!;
			const picture = pictureOf(animatedSvg({frames: film, endS}, {theme}));
			const [startMs = 0] = times.map((timeS) => Math.round(timeS * 1000));
			const isStill = frames.every(
				(frame) => JSON.stringify(readScreen(frame, columns)) === JSON.stringify(film[0]!.screen),
			);
			assert.ok(isStill || picture.periodMs === Math.round(endS * 1000) - startMs);
			for (const [at, {screen, timeS}] of film.entries()) {
				const fromMs = Math.round(timeS * 1000) - startMs;
				const lastMs = Math.round(times[at + 1]! * 1000) - startMs - 1;
				const cells = expectedCells(screen, looks);
				assert.deepEqual(picture.cellsAt(fromMs), cells);
				assert.deepEqual(picture.cellsAt(lastMs), cells);
			}
		}),
		tried(200),
	);
});

test('Where nothing moves, the first frame is what is seen', () => {
	fc.assert(
		fc.property(anyFrames(6), ({columns, frames}) => {
			const film = framesOf(columns, frames, [0, 1, 2, 3, 4, 5]);
			const picture = pictureOf(animatedSvg({frames: film, endS: 6}, {theme}));
			assert.deepEqual(picture.cellsAt(undefined), expectedCells(film[0]!.screen, looks));
		}),
		tried(100),
	);
});

test('Screens of several sizes share a picture with room for all', () => {
	const frames = [
		{screen: readScreen(['abcd'], 4), timeS: 0},
		{screen: readScreen(['x ', 'yz'], 2), timeS: 1},
	];
	const picture = pictureOf(animatedSvg({frames, endS: 2}, {theme}));
	assert.deepEqual(picture.textAt(0), ['abcd', ' '.repeat(4)]);
	assert.deepEqual(picture.textAt(1000), ['x   ', 'yz  ']);
	assert.deepEqual(picture.cellsAt(1000), expectedCells(frames[1]!.screen, looks, {columns: 4, rows: 2}));
});

test('What stays is drawn once, and what comes and goes together is one group', () => {
	const frames = framesOf(7, [['a 1   x'], ['a 2   y'], ['a 2   y'], ['a 1   x']], [0, 1, 2, 3]);
	const document = animatedSvg({frames, endS: 4}, {theme});
	assert.equal(
		/<g xml.*<\/g>/v.exec(document)![0],
		'<g xml:space="preserve">' +
			'<set attributeName="visibility" to="visible" id="a" begin="0s;b.end" dur="2s"/>' +
			'<set attributeName="visibility" to="visible" id="b" begin="a.end" dur="2s"/>' +
			'<g class="f"><set attributeName="visibility" to="hidden" begin="a.begin+1s" dur="3s"/>' +
			'<text x="18" y="13">1   x</text></g>' +
			'<text x="0" y="13">a</text>' +
			'<g><set attributeName="visibility" to="visible" begin="a.begin+1s" dur="2s"/>' +
			'<text x="18" y="13">2   y</text></g>' +
			'<g><set attributeName="visibility" to="visible" begin="a.begin+3s" dur="1s"/>' +
			'<text x="18" y="13">1   x</text></g>' +
			'</g>',
	);
});

test('Frames that are all alike make a picture no larger than one of them, but for the clock', () => {
	const {columns, frames} = realFrames();
	const same = frames.map(() => frames[0]!);
	const film = framesOf(
		columns,
		same,
		same.map((_, at) => at),
	);
	const moving = animatedSvg({frames: film, endS: 100}, {theme});
	assert.ok(moving.length < stillSvg(film[0]!.screen, {theme}).length + 500);
});

test('A real film takes a few hundred bytes a frame for each ten rows of the screen', () => {
	const {columns, frames} = realFrames();
	const film = framesOf(
		columns,
		frames,
		frames.map((_, at) => at / 10),
	);
	const document = animatedSvg({frames: film, endS: 2}, {theme, title: 'A film'});
	const bytes = Buffer.byteLength(document) / frames.length;
	assert.ok(bytes < 3000, `${bytes} bytes a frame`);
	assert.equal(pictureOf(document).periodMs, 2000);
});

test('Nobody runs scripts or fetches anything for it, and those who want no motion see none', () => {
	const {columns, frames} = realFrames();
	const document = animatedSvg({frames: framesOf(columns, frames.slice(0, 2), [0, 1]), endS: 2}, {theme});
	assert.doesNotMatch(document, /<script|href=|url\(|@import/v);
	assert.match(
		document,
		/prefers-reduced-motion:reduce\)\{g g\{visibility:hidden!important\}\.f\{visibility:visible!important\}\}/v,
	);
});

test('A film needs frames, each later than the one before, and an end after the last', () => {
	const screen = readScreen(['a'], 1);
	const refuse = (times: readonly number[], endS: number, message: string): void => {
		const frames = times.map((timeS) => ({screen, timeS}));
		assert.throws(() => animatedSvg({frames, endS}, {theme}), {name: 'RangeError', message});
	};

	refuse([], 1, 'A film without frames.');
	refuse([1, 1], 2, 'What comes at 0 ms of the film must come after 0 ms.');
	refuse([0, 2, 1], 3, 'What comes at 1000 ms of the film must come after 2000 ms.');
	refuse([0, 1], 1, 'What comes at 1000 ms of the film must come after 1000 ms.');
});
