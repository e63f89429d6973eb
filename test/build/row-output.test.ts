/*
Frames put together row by row must be what Ink would have made of them, cell by cell.
*/

import assert from 'node:assert/strict';
import path from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import xterm from '@xterm/headless';
import {Chalk} from 'chalk';
import fc from 'fast-check';
import {remembering, rowOutputOver, type InkOutput} from '../../source/build/row-output.js';

type OutputClass = new (options: {width: number; height: number}) => InkOutput & {
	write(x: number, y: number, text: string, options: {transformers: ReadonlyArray<(line: string) => string>}): void;
	clip(clip: {x1: number | undefined; x2: number | undefined; y1: number | undefined; y2: number | undefined}): void;
	unclip(): void;
};

// Ink does not export it, so it is taken where the bundle takes it
const inkFile = path.join(import.meta.dirname, '../../node_modules/ink/build/output.js');
const {default: InkOutputClass} = (await import(pathToFileURL(inkFile).href)) as {default: OutputClass};
const RowOutput = rowOutputOver(InkOutputClass) as OutputClass;

const [width, height] = [40, 6];

/** What each cell of a frame shows, and how. */
function cellsOf(frame: string): string[] {
	const terminal = new xterm.Terminal({cols: width, rows: height, allowProposedApi: true, convertEol: true});
	// Nobody waits: what is written is there at once
	(terminal as unknown as {_core: {writeSync: (data: string) => void}})._core.writeSync(frame);
	return Array.from({length: height}, (_, y) => {
		const line = terminal.buffer.active.getLine(y)!;
		return Array.from({length: width}, (__, x) => {
			const cell = line.getCell(x)!;
			const glyph = cell.getChars() === '' ? ' ' : cell.getChars();
			return glyph === ' ' ? glyph : `${glyph}${cell.getFgColor()}`;
		}).join('');
	});
}

const paint = new Chalk({level: 1});

const anyText = fc
	.tuple(
		fc.string({unit: fc.constantFrom('a', 'b', '★', '─', ' '), minLength: 1, maxLength: 9}),
		fc.constantFrom((text: string) => text, paint.red, paint.green),
	)
	.map(([text, colour]) => ({text: colour(text), length: text.length}));

const anyWrite = fc.record({x: fc.nat({max: 30}), y: fc.nat({max: height - 1}), text: anyText});

const yellow = (line: string): string => paint.yellow(line);

test('Texts in rows come out as Ink puts them, whether they stand apart or overlap', () => {
	let overlapping = 0;
	fc.assert(
		fc.property(fc.array(anyWrite, {maxLength: 12, size: 'max'}), fc.boolean(), (writes, isTransformed) => {
			const frames = [InkOutputClass, RowOutput].map((Output) => {
				const output = new Output({width, height});
				output.clip({x1: undefined, x2: undefined, y1: 0, y2: height - 1});
				for (const {x, y, text} of writes) {
					output.write(x, y, text.text, {transformers: isTransformed ? [yellow] : []});
				}

				output.unclip();
				return output.get();
			});
			const spans = writes.map(({x, y, text}) => ({y, from: x, to: x + text.length}));
			const isOverlapping = spans.some((one, at) =>
				spans.slice(0, at).some((other) => one.y === other.y && one.from < other.to && other.from < one.to),
			);
			overlapping += isOverlapping ? 1 : 0;
			assert.deepEqual(cellsOf(frames[1]!.output), cellsOf(frames[0]!.output));
			assert.equal(frames[1]!.height, frames[0]!.height);
		}),
	);
	assert.ok(overlapping > 0, 'some texts overlapped');
});

test('Texts of several lines and clipping from the side are left to Ink', () => {
	for (const prepare of [
		(output: InstanceType<OutputClass>) => {
			output.write(0, 0, 'one\ntwo', {transformers: []});
		},
		(output: InstanceType<OutputClass>) => {
			output.clip({x1: 2, x2: 5, y1: undefined, y2: undefined});
			output.write(0, 0, 'abcdefgh', {transformers: []});
			output.unclip();
		},
	]) {
		const frames = [InkOutputClass, RowOutput].map((Output) => {
			const output = new Output({width, height});
			prepare(output);
			return output.get();
		});
		assert.deepEqual(frames[1], frames[0]);
	}
});

test('What remembers its answers gives the same ones, and does not grow for ever', () => {
	let asked = 0;
	const shout = remembering((text) => {
		asked++;
		return text.toUpperCase();
	});
	for (let round = 0; round < 3; round++) {
		for (let at = 0; at < 900; at++) {
			assert.equal(shout(`text ${at}`), `TEXT ${at}`);
		}
	}

	assert.equal(asked, 900);
	for (let at = 0; at < 5000; at++) {
		shout(`other ${at}`);
	}

	assert.equal(shout('text 1'), 'TEXT 1');
	assert.equal(asked, 900 + 5000 + 1);
});
