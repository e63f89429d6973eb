/*
Asciicast files, in which asciinema and its players keep what a terminal was sent and when: a header and one
event a line, each in JSON. Version 2 is what everything reads; version 3 counts each time from the event before.

https://docs.asciinema.org/manual/asciicast/v2/ and https://docs.asciinema.org/manual/asciicast/v3/

There is no wall-clock time in it: the same run gives the same bytes.
*/

export type CastTheme = {
	/** Colours as `#rrggbb`. */
	readonly fg: string;
	readonly bg: string;
	/** Eight or sixteen of them, with colons between them. */
	readonly palette: string;
};

export type CastOptions = {
	readonly version: 2 | 3;
	readonly columns: number;
	readonly rows: number;
	readonly title?: string | undefined;
	readonly theme?: CastTheme | undefined;
};

const terminalType = 'xterm-256color';

export class CastWriter {
	readonly #version: 2 | 3;
	readonly #write: (chunk: string) => void;
	#lastMs = 0;

	/** Writes the header at once. Every chunk is a whole number of lines. */
	constructor(options: CastOptions, write: (chunk: string) => void) {
		this.#version = options.version;
		this.#write = write;
		write(`${JSON.stringify(headerOf(options))}\n`);
	}

	/** What the terminal was sent. */
	output(data: string, timeS: number): void {
		this.#event('o', data, timeS);
	}

	/** A place to jump to, or a chapter. */
	marker(label: string, timeS: number): void {
		this.#event('m', label, timeS);
	}

	resize(columns: number, rows: number, timeS: number): void {
		this.#event('r', `${columns}x${rows}`, timeS);
	}

	/**
	One line.

	@throws {RangeError} If time runs backwards.
	*/
	#event(code: 'o' | 'm' | 'r', data: string, timeS: number): void {
		const timeMs = Math.round(timeS * 1000);
		if (!(timeMs >= this.#lastMs)) {
			throw new RangeError(`An event at ${timeS} s after one at ${this.#lastMs / 1000} s.`);
		}

		// Whole milliseconds are subtracted, so that rounding never adds up
		const writtenMs = this.#version === 3 ? timeMs - this.#lastMs : timeMs;
		this.#lastMs = timeMs;
		this.#write(`${JSON.stringify([writtenMs / 1000, code, data])}\n`);
	}
}

function headerOf({version, columns, rows, title, theme}: CastOptions): Record<string, unknown> {
	return version === 2
		? {version, width: columns, height: rows, title, env: {TERM: terminalType}, theme}
		: {version, term: {cols: columns, rows, type: terminalType, theme}, title};
}
