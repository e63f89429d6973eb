import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {CastRecorder, FilmRecorder, type Recorder} from '../../source/recording/recorder.js';
import {readScreen, type Screen} from '../../source/recording/screen.js';
import {themes} from '../../source/recording/themes.js';
import {tried} from '../properties/session.js';
import {pictureOf} from './pictures.js';
import {anyFrames, Emulator, type Frames} from './screens.js';

/** Frames of one size and then of another, half a second apart, with a marker at each change of size; what should be seen when. */
function play(recorder: Recorder, films: readonly Frames[]): ReadonlyMap<number, Screen> {
	const expected = new Map<number, Screen>();
	let timeS = 0;
	for (const [at, {columns, rows, frames}] of films.entries()) {
		if (at > 0) {
			recorder.resize(columns, rows, timeS);
		}

		for (const frame of frames) {
			recorder.frame(frame, timeS);
			expected.set(timeS, readScreen(frame, columns));
			timeS += 0.5;
		}

		recorder.marker(`Part ${at + 1}`, timeS);
	}

	recorder.end(timeS + 2);
	return expected;
}

const castOf = (version: 2 | 3, films: readonly Frames[]) => {
	let file = '';
	const {columns, rows} = films[0]!;
	const recorder = new CastRecorder({version, columns, rows}, (chunk) => {
		file += chunk;
	});
	return {expected: play(recorder, films), read: () => file};
};

type Event = readonly [timeS: number, code: string, data: string];

const eventsOf = (file: string): readonly Event[] =>
	file
		.trimEnd()
		.split('\n')
		.slice(1)
		.map((line) => JSON.parse(line) as Event);

const anyFilms = fc.array(anyFrames(5), {minLength: 1, maxLength: 3});

test('A recording, played in a terminal that is resized as it says, shows every frame at its time', () => {
	fc.assert(
		fc.property(anyFilms, fc.constantFrom<2 | 3>(2, 3), (films, version) => {
			const {expected, read} = castOf(version, films);
			const emulator = new Emulator(films[0]!.columns, films[0]!.rows);
			const shown = new Map<number, Screen>();
			let timeS = 0;
			for (const [given, code, data] of eventsOf(read())) {
				timeS = version === 3 ? timeS + given : given;
				if (code === 'o') {
					emulator.write(data);
				} else if (code === 'r') {
					const [columns = 0, rows = 0] = data.split('x').map(Number);
					emulator.resize(columns, rows);
				}

				shown.set(timeS, emulator.screen());
			}

			let latest: Screen | undefined;
			for (const [at, screen] of expected) {
				latest = shown.get(at) ?? latest; // A frame like the one before takes no event
				assert.deepEqual(latest, screen);
			}

			assert.deepEqual([...shown].at(-1), [[...expected].at(-1)![0] + 2.5, latest], 'The last frame stays');
		}),
		tried(100),
	);
});

test('The same frames give the same bytes', () => {
	fc.assert(
		fc.property(anyFilms, (films) => {
			assert.equal(castOf(3, films).read(), castOf(3, films).read());
		}),
		tried(20),
	);
});

test('Markers come after the frame that they belong to, and the file ends when it was told to', () => {
	const films = [
		{columns: 3, rows: 1, frames: [['abc']]},
		{columns: 4, rows: 1, frames: [['abcd'], ['abcd']]},
	];
	const events = eventsOf(castOf(2, films).read());
	assert.deepEqual(
		events.map(([timeS, code, data]) => (code === 'o' ? [timeS, code] : [timeS, code, data])),
		[
			[0, 'o'],
			[0.5, 'm', 'Part 1'],
			[0.5, 'r', '4x1'],
			[0.5, 'o'],
			[1.5, 'm', 'Part 2'],
			[3.5, 'o'],
		],
	);
});

test('After a change of size the frame is given whole, even if the size is the same', () => {
	const {read} = castOf(2, [
		{columns: 3, rows: 1, frames: [['abc']]},
		{columns: 3, rows: 1, frames: [['abc']]},
	]);
	const outputs = eventsOf(read()).filter(([, code]) => code === 'o');
	assert.equal(outputs.length, 3);
	assert.equal(outputs[0]![2], outputs[1]![2]);
});

test('A film is written at its end, with the size of its largest screen and the last of several frames at one time', () => {
	const documents: string[] = [];
	const recorder = new FilmRecorder({columns: 3, theme: themes.dark}, (document) => {
		documents.push(document);
	});
	recorder.frame(['abc'], 1);
	recorder.frame(['abd'], 1);
	recorder.resize(4);
	recorder.marker();
	recorder.frame(['efgh', 'ijkl'], 1.5);
	assert.deepEqual(documents, []);
	recorder.end(2);
	assert.equal(documents.length, 1);
	const picture = pictureOf(documents[0]!);
	assert.equal(picture.periodMs, 1000);
	assert.deepEqual(picture.textAt(0), ['abd ', ' '.repeat(4)]);
	assert.deepEqual(picture.textAt(500), ['efgh', 'ijkl']);
});
