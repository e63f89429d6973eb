import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {CastWriter, type CastOptions} from '../../source/recording/asciicast.js';
import {castTheme, themes} from '../../source/recording/themes.js';
import {tried} from '../properties/session.js';

function cast(options: Partial<CastOptions>, fill: (writer: CastWriter) => void): readonly string[] {
	const chunks: string[] = [];
	fill(
		new CastWriter({version: 2, columns: 80, rows: 24, ...options}, (chunk) => {
			chunks.push(chunk);
		}),
	);
	return chunks;
}

test('Version 2: the header has the size of the screen, and every event its time from the beginning', () => {
	const chunks = cast({title: 'A "story"'}, (writer) => {
		writer.output('\u{1B}[Hé★', 0);
		writer.marker('Chapter 1', 0.1 + 0.2);
		writer.resize(100, 30, 1.5);
		writer.output('end', 12);
	});
	assert.deepEqual(chunks, [
		'{"version":2,"width":80,"height":24,"title":"A \\"story\\"","env":{"TERM":"xterm-256color"}}\n',
		'[0,"o","\\u001b[Hé★"]\n',
		'[0.3,"m","Chapter 1"]\n',
		'[1.5,"r","100x30"]\n',
		'[12,"o","end"]\n',
	]);
});

test('Version 3: the header describes the terminal, and every event has its time from the one before', () => {
	const theme = {fg: '#ffffff', bg: '#000000', palette: '#111111:#222222'};
	const chunks = cast({version: 3, title: 'Story', theme}, (writer) => {
		writer.output('a', 0.25);
		writer.marker('', 0.25);
		writer.resize(100, 30, 1.5);
		writer.output('b', 1.75);
	});
	assert.deepEqual(chunks, [
		'{"version":3,"term":{"cols":80,"rows":24,"type":"xterm-256color",' +
			'"theme":{"fg":"#ffffff","bg":"#000000","palette":"#111111:#222222"}},"title":"Story"}\n',
		'[0.25,"o","a"]\n',
		'[0,"m",""]\n',
		'[1.25,"r","100x30"]\n',
		'[0.25,"o","b"]\n',
	]);
});

test('A theme is two colours and a palette of sixteen', () => {
	const [header] = cast({theme: castTheme(themes.dark)}, () => {});
	const {theme} = JSON.parse(header!) as {theme: Record<string, string>};
	assert.deepEqual(Object.keys(theme), ['fg', 'bg', 'palette']);
	assert.match(theme['palette']!, /^#[\da-f]{6}(?::#[\da-f]{6}){15}$/v);
});

test('Times have no more than three decimals, and those of version 3 never drift from those of version 2', () => {
	const anyTimes = fc.array(fc.double({min: 0, max: 1e4, noNaN: true}), {minLength: 1, maxLength: 50});
	fc.assert(
		fc.property(anyTimes, (unsorted) => {
			const times = unsorted.toSorted((a, b) => a - b);
			const timesOf = (version: 2 | 3): readonly number[] =>
				cast({version}, (writer) => {
					for (const timeS of times) {
						writer.output('x', timeS);
					}
				})
					.slice(1)
					.map((line) => {
						assert.match(line, /^\[\d+(?:\.\d{1,3})?,/v);
						return (JSON.parse(line) as [number])[0];
					});
			let sumMs = 0;
			const absolute = timesOf(3).map((intervalS) => {
				sumMs += Math.round(intervalS * 1000);
				return sumMs / 1000;
			});
			assert.deepEqual(absolute, timesOf(2));
			assert.ok(absolute.every((timeS, at) => Math.abs(timeS - times[at]!) <= 0.000501));
		}),
		tried(100),
	);
});

test('Time that runs backwards is refused', () => {
	cast({}, (writer) => {
		writer.output('a', 2);
		assert.throws(
			() => {
				writer.marker('b', 1.5);
			},
			{name: 'RangeError', message: 'An event at 1.5 s after one at 2 s.'},
		);
		assert.throws(() => {
			writer.marker('b', Number.NaN);
		}, RangeError);
	});
});
