/*
Charts of blocks over time, with an axis of round numbers at their left: one column a number. A chart is an area that is
filled from below; several numbers in one column are areas behind one another, told apart by how dense they are.
*/

import {blankCell, blocks, lineOf, type Cell} from './sparkline.js';
import {span, type Line} from './text.js';
import type {StyleName} from './theme.js';

/** What stands left of a chart: a number, and the axis. */
export const axisWidth = 9;

/** From low to high on the axis: where a number stands between 0 and 1, and the numbers that are named. */
type Scale = {
	readonly place: (value: number) => number;
	readonly ticks: readonly number[];
};

/** One of the areas of a chart. Partly filled cells are for those that have the blocks for it. */
export type Area = {
	readonly values: ReadonlyArray<number | undefined>;
	readonly style: StyleName;
	/** What fills a cell; by itself, blocks as high as the number is. */
	readonly shade?: string;
};

/** A few times a power of ten: the least that is not less. */
export function roundUp(value: number, times: readonly number[] = [1, 2, 5, 10]): number {
	const power = 10 ** Math.floor(Math.log10(value));
	return power * times.find((one) => one * power >= value)!;
}

function roundDown(value: number): number {
	const power = 10 ** Math.floor(Math.log10(value));
	return power * [5, 2, 1].find((one) => one * power <= value)!;
}

/** From nothing to a number of which the half is round too. */
export function linearScale(highest: number): Scale {
	const top = roundUp(Math.max(highest, 1), [1, 2, 4, 6, 8, 10]);
	return {place: (value) => value / top, ticks: [0, top / 2, top]};
}

/** Equal steps on the axis are equal ratios: that shows what is small and what is a hundred times as much. The powers of ten are named. */
export function ratioScale(lowest: number, highest: number): Scale {
	const low = roundDown(lowest / 2); // So that the lowest can be seen
	const high = roundUp(Math.max(highest, low * 5));
	const powers: number[] = [];
	for (let power = roundUp(low, [1, 10]); power < high; power *= 10) {
		powers.push(power);
	}

	return {
		place: (value) => Math.log(value / low) / Math.log(high / low),
		ticks: [low, ...powers.filter((power) => power > low), high],
	};
}

/**
The chart's rows from top to bottom, the axis with them.

@param areas - The one in front first; each is at least as high as the one before.
*/
export function chartLines(
	areas: readonly Area[],
	{place, ticks}: Scale,
	height: number,
	tickText: (value: number) => string,
): Line[] {
	const columns = areas[0]?.values.length ?? 0;
	const names = new Map<number, string>();
	for (const tick of [...ticks.slice(1, -1), ticks[0]!, ticks.at(-1)!]) {
		const row = Math.round((1 - place(tick)) * height); // Its upper edge is there; the lowest row's lower one
		names.set(Math.min(height - 1, row), tickText(tick));
	}

	return Array.from({length: height}, (_, row): Line => {
		const name = names.get(row);
		const cells = Array.from({length: columns}, (_cell, column) =>
			cellAt(areas, column, (value) => place(value) * height - (height - 1 - row)),
		);
		const axis = `${(name ?? '').padStart(axisWidth - 2)} ${name === undefined ? '│' : '┤'}`;
		return [span(axis, 'dim'), ...lineOf(cells)];
	});
}

/** One cell; `fill` says how much of it a number fills: nothing at 0, all of it from 1 on. */
function cellAt(areas: readonly Area[], column: number, fill: (value: number) => number): Cell {
	for (const {values, style, shade} of areas) {
		const value = values[column];
		const filled = value === undefined ? 0 : fill(value);
		if (shade === undefined && filled > 0) {
			const eighths = Math.max(1, Math.round(filled * blocks.length));
			return [blocks[Math.min(blocks.length, eighths) - 1]!, style];
		}

		if (shade !== undefined && filled >= 0.5) {
			return [shade, style];
		}
	}

	return blankCell;
}
