/*
Recording what a dashboard shows, whoever moves it: a program that renders without a screen, or one that has one.
*/

import {animatedSvg, type FilmFrame} from './animated-svg.js';
import {CastWriter, type CastOptions} from './asciicast.js';
import {closing, FrameEncoder} from './frame-encoder.js';
import {readScreen} from './screen.js';
import type {SvgOptions} from './svg.js';

/** Times are in seconds from the beginning, and never go back. */
export type Recorder = {
	/** The screen from now on: its rows from top to bottom, exactly as wide as the screen. */
	frame(rows: readonly string[], timeS: number): void;
	/** A place to find again. It belongs to the frame before it. */
	marker(label: string, timeS: number): void;
	/** The screen has another size; its next frame is given whole. */
	resize(columns: number, rows: number, timeS: number): void;
	/** The last frame stays until now. */
	end(timeS: number): void;
};

/** Writes an asciicast as it goes. */
export class CastRecorder implements Recorder {
	readonly #cast: CastWriter;
	readonly #encoder = new FrameEncoder();
	#columns: number;
	#rows: number;

	constructor(options: CastOptions, write: (chunk: string) => void) {
		this.#cast = new CastWriter(options, write);
		this.#columns = options.columns;
		this.#rows = options.rows;
	}

	frame(rows: readonly string[], timeS: number): void {
		const data = this.#encoder.encode(readScreen(rows, this.#columns));
		if (data !== '') {
			this.#cast.output(data, timeS);
		}
	}

	marker(label: string, timeS: number): void {
		this.#cast.marker(label, timeS);
	}

	resize(columns: number, rows: number, timeS: number): void {
		this.#columns = columns;
		this.#rows = rows;
		this.#encoder.forget();
		this.#cast.resize(columns, rows, timeS);
	}

	end(timeS: number): void {
		this.#cast.output(closing(this.#rows), timeS);
	}
}

/** Writes an animation at the end, when all is known. A picture has no markers. */
export class FilmRecorder implements Recorder {
	readonly #frames: FilmFrame[] = [];
	readonly #options: SvgOptions;
	readonly #write: (document: string) => void;
	#columns: number;

	constructor({columns, ...options}: SvgOptions & {readonly columns: number}, write: (document: string) => void) {
		this.#columns = columns;
		this.#options = options;
		this.#write = write;
	}

	/** Of several at one time the last one counts. */
	frame(rows: readonly string[], timeS: number): void {
		if (this.#frames.at(-1)?.timeS === timeS) {
			this.#frames.pop();
		}

		this.#frames.push({screen: readScreen(rows, this.#columns), timeS});
	}

	marker(): void {}

	resize(columns: number): void {
		this.#columns = columns;
	}

	end(timeS: number): void {
		this.#write(animatedSvg({frames: this.#frames, endS: timeS}, this.#options));
	}
}
