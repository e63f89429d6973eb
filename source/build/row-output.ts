/*
How Ink puts a frame together, row by row.

Ink takes every text apart into cells, lays the cells over one another, and makes strings of them again,
forty thousand times a second here. Where texts of one line stand beside one another and none overlaps,
which is how the dashboard is laid out, a row is just its texts in order. Anything else is left to Ink.

It takes the place of Ink's `Output` in the bundle.
*/

import stringWidth from './fast-string-width.js';

type Clip = {readonly x1?: number; readonly x2?: number; readonly y1?: number; readonly y2?: number};

type Operation =
	| {
			readonly type: 'write';
			readonly x: number;
			readonly y: number;
			readonly text: string;
			readonly transformers: ReadonlyArray<(line: string, index: number) => string>;
	  }
	| {readonly type: 'clip'; readonly clip: Clip}
	| {readonly type: 'unclip'};

export type Frame = {readonly output: string; readonly height: number};

/** What of Ink's class we rely on. */
export type InkOutput = {
	operations: Operation[];
	width: number;
	height: number;
	get(): Frame;
};

type InkOutputClass = new (options: {width: number; height: number}) => InkOutput;

export function rowOutputOver(Output: InkOutputClass): InkOutputClass {
	return class extends Output {
		override get(): Frame {
			const rows = rowsOf(this.operations, this.height);
			return rows === undefined ? super.get() : {output: rows.join('\n'), height: this.height};
		}
	};
}

/** The rows, or `undefined` if they take more than putting texts in a row. */
function rowsOf(operations: readonly Operation[], height: number): string[] | undefined {
	const rows = new Array<string>(height).fill('');
	const ends = new Array<number>(height).fill(0);
	const clips: Clip[] = [];
	for (const operation of operations) {
		if (operation.type === 'clip') {
			clips.push(operation.clip);
			continue;
		}

		if (operation.type === 'unclip') {
			clips.pop();
			continue;
		}

		const {x, y, text, transformers} = operation;
		if (text.includes('\n') || clips.some(({x1, x2}) => x1 !== undefined || x2 !== undefined)) {
			return undefined;
		}

		const isOutside = y < 0 || y >= height || clips.some(({y1 = 0, y2 = height}) => y < y1 || y >= y2);
		if (isOutside) {
			continue;
		}

		let line = text;

		for (const transform of transformers) {
			line = transform(line, 0);
		}

		if (x < ends[y]!) {
			return undefined;
		}

		rows[y] += ' '.repeat(x - ends[y]!) + line;
		ends[y] = x + stringWidth(line);
	}

	return rows.map((row) => row.trimEnd());
}

/** A pure function of a string that remembers its latest answers. */
export function remembering(answer: (text: string) => string): (text: string) => string {
	const kept = 1000;
	let answers = new Map<string, string>();
	return (text) => {
		let known = answers.get(text);
		if (known === undefined) {
			known = answer(text);
			if (answers.size >= kept) {
				answers = new Map();
			}

			answers.set(text, known);
		}

		return known;
	};
}
