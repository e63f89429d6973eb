/*
The Timeline, compact: a lane a node, a column a slice of time. Who led when, who campaigned, who was down.
*/

import type {LaneSpan, LaneState} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';
import type {Size, View} from '../frame.js';
import {lineOf, type Cell} from '../sparkline.js';
import {joined, span, widthOf, type Line} from '../text.js';
import {termStyle} from '../theme.js';
import {coveredText, roleGlyphs, roleStyles} from '../words.js';
import {clampScroll} from './lists.js';

/** A column's slice of time: the shortest with which the whole run fits; beyond the longest, the latest of it is shown. */
const sliceScalesUs = [10_000, 20_000, 50_000, 100_000, 200_000] as const;

/** The slices that are shown, of so many microseconds each, counted from the beginning of the run. */
type Stretch = {readonly sliceUs: number; readonly first: number; readonly last: number};

const nameWidth = 4;

/** Where several things happen in one slice, the rarer one is shown. */
const weight: Readonly<Record<LaneState, number>> = {follower: 0, leader: 1, suspended: 2, down: 3, candidate: 4};

/** How the lanes show who is what. */
export const laneStrokes: Readonly<Record<LaneState, string>> = {
	follower: '─',
	leader: '━',
	candidate: '═',
	down: '╌',
	suspended: '┈',
};

/** Where the network was cut or healed. */
export const cutMark = '┃';

/** How a state begins, where that is to be seen. */
const beginnings: Readonly<Partial<Record<LaneState, string>>> = {
	down: roleGlyphs.down,
	suspended: roleGlyphs.suspended,
};

export function timelineView(snapshot: Snapshot, {width, height}: Size, scroll = 0): View {
	const {timeUs, lanes, cutsUs} = snapshot;
	const slices = Math.max(1, width - nameWidth);
	const stretch = stretchUntil(timeUs, slices);
	const {sliceUs} = stretch;
	const cuts = new Set(cutsUs.map((cutUs) => Math.floor(cutUs / sliceUs)));
	const first = clampScroll(scroll, lanes.length, height);
	const shown = lanes.slice(first, first + height);
	const drawn = shown.map((lane) => laneCells(lane, stretch, cuts));
	const lines: Line[] = drawn.map((cells, at) => [
		span(`n${first + at + 1} `.padEnd(nameWidth), 'node'),
		...lineOf(cells),
	]);
	if (height > lanes.length) {
		lines.push(scaleLine(stretch, slices));
	}

	if (height > lanes.length + 1) {
		lines.push(legendLine(new Set(drawn.flat().map(([sign]) => sign)), slices));
	}

	const covered = coveredText(stretch.first, slices * sliceUs);
	return {
		title: 'Timeline',
		remark: joined([[span(covered, 'dim')], moreLine(first, lanes.length - first - shown.length)], '  '),
		lines,
		scrollMax: lanes.length - shown.length,
	};
}

function stretchUntil(timeUs: number, slices: number): Stretch {
	const sliceUs = sliceScalesUs.find((scaleUs) => timeUs < scaleUs * slices) ?? sliceScalesUs.at(-1)!;
	const last = Math.floor(timeUs / sliceUs);
	return {sliceUs, first: Math.max(0, last - slices + 1), last};
}

/** How many lanes there are above and below those that are shown. */
export const moreLine = (above: number, below: number): Line =>
	joined(
		[above > 0 ? [span(`↑ ${above} more`, 'warn')] : [], below > 0 ? [span(`↓ ${below} more`, 'warn')] : []],
		'  ',
	);

function laneCells(lane: readonly LaneSpan[], stretch: Stretch, cuts: ReadonlySet<number>): readonly Cell[] {
	const {sliceUs, first, last} = stretch;
	const cells: Cell[] = [];
	let at = 0;
	for (let slice = first; slice <= last; slice++) {
		const endUs = (slice + 1) * sliceUs;
		while (lane[at + 1] !== undefined && lane[at + 1]!.fromUs < slice * sliceUs) {
			at++;
		}

		let shown = lane[at]!;
		let next = at + 1;
		while (lane[next] !== undefined && lane[next]!.fromUs < endUs) {
			const candidate = lane[next]!;
			shown = weight[candidate.state] >= weight[shown.state] ? candidate : shown;
			next++;
		}

		const isCut = cuts.has(slice) && shown.state !== 'candidate';
		const beginning = shown.fromUs >= slice * sliceUs ? beginnings[shown.state] : undefined;
		cells.push(isCut ? [cutMark, 'lost'] : [beginning ?? laneStrokes[shown.state], roleStyles[shown.state]]);
	}

	writeTerms(lane, stretch, cells);
	return cells;
}

/** A reign bears its term where it begins. */
function writeTerms(lane: readonly LaneSpan[], {sliceUs, first}: Stretch, cells: Cell[]): void {
	for (const {fromUs, state, term} of lane) {
		if (state !== 'leader') {
			continue;
		}

		let start = Math.max(0, Math.floor(fromUs / sliceUs) - first + 1);
		while (cells[start]?.[0] === cutMark) {
			start++;
		}

		const isInView = fromUs >= (first - 1) * sliceUs;
		const rest = cells.slice(start).findIndex(([character]) => character !== laneStrokes.leader);
		const reign = rest === -1 ? cells.length - start : rest;
		const room = isInView ? reign : 0; // Over the reign itself, and nothing that came after it
		const label = room >= String(term).length + 2 ? ` ${term} ` : String(term);
		for (let at = 0; at < label.length && label.length <= room; at++) {
			cells[start + at] = [label[at]!, termStyle(term)];
		}
	}
}

/** A tick every ten columns or so, at round times; none whose time there is no room for. */
function scaleLine({sliceUs, first}: Stretch, slices: number): Line {
	const perTick = 10;
	let text = '';
	for (let slice = 0; slice < slices; slice++) {
		const absolute = first + slice;
		const label = String((absolute * sliceUs) / 1_000_000);
		if (absolute % perTick === 0 && text.length <= slice && slice + label.length <= slices) {
			text = text.padEnd(slice) + label;
		}
	}

	return [span(' '.repeat(nameWidth)), span(text, 'dim')];
}

/** What matters least comes last. */
const legendOrder = ['leader', 'candidate', 'down', 'suspended', 'cut', 'follower'] as const;

/** What the signs mean that are there, as many as there is room for. */
function legendLine(drawn: ReadonlySet<string>, width: number): Line {
	let line: Line = [];
	for (const name of legendOrder) {
		const isCut = name === 'cut';
		const signs = isCut ? [cutMark] : [beginnings[name] ?? '', laneStrokes[name]];
		const shown = signs.filter((sign) => drawn.has(sign)).join('');
		const meaning = isCut ? 'cut or healed' : name;
		const entry = [span(shown, isCut ? 'lost' : roleStyles[name]), span(` ${meaning}`, 'dim')];
		const longer = joined([line, shown === '' ? [] : entry], '  ');
		line = widthOf(longer) <= width ? longer : line;
	}

	return [span(' '.repeat(nameWidth)), ...line];
}
