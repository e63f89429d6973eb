/*
Which stretch of virtual time the space-time diagram shows, and its time axis.

While time passes the picture stands still and the playhead moves, until it has gone through an eighth of the width: then
the picture is moved back by as much. So it can be read while it plays, and little of it has to be drawn anew.
*/

import type {Snapshot} from '../../lab/lab.js';
import {roundUp} from '../chart.js';
import {secondsText} from '../words.js';

/** How much virtual time the diagram can show at once, in microseconds. */
export const timeScales: readonly number[] = [
	20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000,
];

export const defaultSpanUs = 500_000;

/** Where now is at the most, as a share of the width: with nothing known ahead, and where much is. */
const playheadShare = {newest: 0.94, least: 0.6};

/** By such a share of the width the picture moves. */
const moveShare = 1 / 8;

export class Window {
	readonly columns: number;
	/** The moments of its edges, in virtual microseconds; `toUs` lies outside. */
	readonly fromUs: number;
	readonly toUs: number;
	readonly #firstColumn: number;
	readonly #columnUs: number;

	/** Around now: as much as possible of what is known, and a little more. */
	constructor({timeUs, newestUs}: Pick<Snapshot, 'timeUs' | 'newestUs'>, columns: number, spanUs: number) {
		const columnUs = spanUs / columns;
		const move = Math.max(1, Math.floor(columns * moveShare));
		const fromFor = (us: number, share: number): number =>
			Math.ceil((Math.floor(us / columnUs) - Math.floor(columns * share)) / move) * move;
		const fromEnd = fromFor(newestUs, playheadShare.newest);
		const fromNow = fromFor(timeUs, playheadShare.least);
		this.columns = columns;
		this.#columnUs = columnUs;
		this.#firstColumn = Math.max(0, Math.min(fromEnd, fromNow));
		this.fromUs = this.#firstColumn * columnUs;
		this.toUs = this.fromUs + spanUs;
	}

	/** The column of a moment, which may lie outside of the window. */
	column(timeUs: number): number {
		return Math.floor(timeUs / this.#columnUs) - this.#firstColumn;
	}

	/** The half column of a moment. */
	dot(timeUs: number): number {
		return Math.floor((timeUs * 2) / this.#columnUs) - this.#firstColumn * 2;
	}

	/** The ordinal of so many columns since the beginning of the run, into which a moment falls. */
	group(timeUs: number, columns: number): number {
		return Math.floor(timeUs / (this.#columnUs * columns));
	}
}

/** Between two ticks of the axis there is at least so much room. */
const tickColumnsMin = 10;

type Tick = {readonly column: number; readonly label: string};

/** At round numbers of seconds, with the decimals that it takes to tell them apart. */
export function ticksOf(window: Window): readonly Tick[] {
	const stepUs = roundUp((tickColumnsMin * (window.toUs - window.fromUs)) / window.columns);
	const decimals = Math.max(0, 6 - Math.floor(Math.log10(stepUs)));
	const ticks: Tick[] = [];
	for (let timeUs = Math.ceil(window.fromUs / stepUs) * stepUs; timeUs < window.toUs; timeUs += stepUs) {
		const column = window.column(timeUs);
		ticks.push({column, label: secondsText(timeUs, decimals)});
	}

	return ticks;
}
