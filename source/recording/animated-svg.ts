/*
Screens that follow each other as one picture that moves: it plays wherever a picture may stand, without scripts,
and begins again at its end. Where nothing moves, or nothing should, it shows the first screen.

Each layer is there all the time and shown for its part of it. A clock that goes round sets it visible and hidden
again; as an animation of its own, with keyframes for the whole time, each would be at work in every moment.
*/

import {layersOf, sizeOf, type Layer} from './layers.js';
import {Looks} from './look.js';
import type {Screen} from './screen.js';
import {Picture} from './svg-parts.js';
import type {SvgOptions} from './svg.js';

/** A screen, and when it appears, in seconds. */
export type FilmFrame = {readonly screen: Screen; readonly timeS: number};

export type Film = {
	/** In order of time. The first one's time is the beginning. */
	readonly frames: readonly FilmFrame[];
	/** When the last screen goes, in seconds. */
	readonly endS: number;
};

/**
The film as an SVG document.

@throws {RangeError} If there are no frames, or one comes no later than the one before.
*/
export function animatedSvg({frames, endS}: Film, {theme, ...caption}: SvgOptions): string {
	const times = timesOf(frames, endS);
	const looks = new Looks(theme);
	const picture = new Picture(looks);
	const clock = new Clock(times);
	const screens = frames.map(({screen}) => screen);
	const layers = layersOf(screens, looks);
	const papers = layers.map((layer) => clock.during(layer, picture.papers(layer)));
	const letters = layers.map((layer) => clock.during(layer, picture.letters(layer)));
	const body = [clock.works, ...papers, ...letters].join('');
	return picture.document(body, {...sizeOf(screens), rules, ...caption});
}

/** When each frame appears and the last one goes, in whole milliseconds from the beginning. */
function timesOf(frames: readonly FilmFrame[], endS: number): readonly number[] {
	const [first] = frames;
	if (first === undefined) {
		throw new RangeError('A film without frames.');
	}

	const times = [...frames.map(({timeS}) => timeS), endS].map((timeS) => Math.round((timeS - first.timeS) * 1000));
	for (const [at, timeMs] of times.entries()) {
		if (at > 0 && !(timeMs > times[at - 1]!)) {
			throw new RangeError(`What comes at ${timeMs} ms of the film must come after ${times[at - 1]} ms.`);
		}
	}

	return times;
}

/** Shows parts of the picture for parts of the time. */
class Clock {
	readonly #times: readonly number[];

	constructor(times: readonly number[]) {
		this.#times = times;
	}

	/** Goes round and round: its first half, called `a`, starts the second one, `b`, and that the first one again. */
	get works(): string {
		const half = seconds(this.#endMs / 2);
		const set = '<set attributeName="visibility" to="visible"';
		return `${set} id="a" begin="0s;b.end" dur="${half}"/>${set} id="b" begin="a.end" dur="${half}"/>`;
	}

	/** The drawing, to be seen while its layer is there. */
	during({from, to}: Layer, drawing: string): string {
		const [fromMs, toMs] = [this.#times[from]!, this.#times[to]!];
		if (drawing === '' || toMs - fromMs === this.#endMs) {
			return drawing;
		}

		return from === 0
			? `<g class="f">${change('hidden', toMs, this.#endMs - toMs)}${drawing}</g>`
			: `<g>${change('visible', fromMs, toMs - fromMs)}${drawing}</g>`;
	}

	get #endMs(): number {
		return this.#times.at(-1)!;
	}
}

const change = (to: 'hidden' | 'visible', fromMs: number, lengthMs: number): string =>
	`<set attributeName="visibility" to="${to}" begin="a.begin+${seconds(fromMs)}" dur="${seconds(lengthMs)}"/>`;

const seconds = (ms: number): string => `${ms / 1000}s`;

/** Only the first screen by itself, and nothing else for those who want no motion. */
const rules =
	'g g{visibility:hidden}.f{visibility:visible}@media(prefers-reduced-motion:reduce)' +
	'{g g{visibility:hidden!important}.f{visibility:visible!important}}';
