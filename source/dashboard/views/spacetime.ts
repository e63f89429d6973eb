/*
The Timeline, zoomed: a space-time diagram. A lane a node from top to bottom, virtual time from left to right, and every
message a line from lane to lane. What this branch has in store is dim.
*/

import type {LaneState} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import type {Event} from '../../simulation/event.js';
import {BrailleCanvas, type DotPattern} from '../braille.js';
import type {Size, View} from '../frame.js';
import {lanesUntil, spanAt, type Lanes} from '../spacetime/lanes.js';
import {marksIn, type Bar, type Mark} from '../spacetime/marks.js';
import {waysIn, type Pulse, type Way, type Ways} from '../spacetime/ways.js';
import {ticksOf, Window} from '../spacetime/window.js';
import {joined, shortened, span, textWidth, widthOf, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {roleStyles, secondsText} from '../words.js';
import {clampScroll, remarkRoom} from './lists.js';
import {glyphOf, lookOf} from './nodes.js';
import {laneStrokes, moreLine} from './timeline.js';

export {nextEvent, previousEvent, type Walk} from '../spacetime/walk.js';
export {defaultSpanUs, timeScales} from '../spacetime/window.js';

export type SpacetimeOptions = {
	/** How much virtual time the width shows. */
	readonly spanUs: number;
	/** Whether heartbeats are ticks on the lanes, and not lines. */
	readonly isFolded: boolean;
	/** The `seq` of the event that is selected. */
	readonly selected: number | undefined;
	/** What does not match is left out; roles and crashes stay. */
	readonly matches: ((event: Event) => boolean) | undefined;
	/** The first lane shown, where there are more than fit. */
	readonly scroll?: number;
};

/** `n25 ★ ` */
const nameWidth = 6;

/** Above the lanes the time of the playhead, below them what the commands were, and the axis. */
const rowsAround = 3;

const title = 'Timeline';

/** Line by line of dots, so that they can be told apart without colours. */
const patterns: Readonly<Record<Way['kind'] | 'selected', DotPattern>> = {
	append: [true],
	reply: [true, false],
	vote: [true, true, true, false, false],
	selected: [true],
};

const wayStyles: Readonly<Record<Way['kind'], StyleName>> = {append: 'accent', reply: 'follower', vote: 'vote'};

const barLooks: Readonly<Record<Bar['look'], readonly [glyph: string, style: StyleName]>> = {
	cutting: ['┃', 'lost'],
	breaking: ['┃', 'alarm'],
	other: ['┊', 'warn'],
};

/** One tick in so many columns tells as much as many. */
const pulseColumns = 4;

export function spacetimeView(snapshot: Snapshot, {width, height}: Size, options: SpacetimeOptions): View {
	const {selected, spanUs, scroll = 0} = options;
	const columns = Math.max(1, width - nameWidth);
	const window = new Window(snapshot, columns, spanUs);
	const lanes = lanesUntil(snapshot, window.toUs);
	const layout = layLanes(snapshot.nodes.length, Math.max(1, height - rowsAround), scroll);
	const picture: Picture = {snapshot, window, layout, canvas: new BrailleCanvas(columns, layout.rows)};
	const found = waysIn(snapshot, window, options, selected);
	const {marks, bars} = marksIn(snapshot, lanes, window, options, selected);
	drawLanes(picture, lanes);
	drawPulses(picture, found.pulses);
	const ways = found.ways.map((way) => endedOffLane(way, layout));
	drawWays(picture, ways);
	drawBars(picture, bars);
	drawPlayhead(picture);
	drawEnds(picture, ways);
	drawMarks(picture, marks);
	const margin = span(' '.repeat(nameWidth));
	const lines: Line[] = [
		[margin, ...playheadLine(picture)],
		...picture.canvas.lines().map((line, row) => [...nameLine(picture, row), ...line]),
		[margin, ...barsLine(picture, bars)],
		[margin, ...axisLine(window)],
	];
	return {
		title,
		remark: remarkOf(window, layout, found, options.isFolded, remarkRoom(title, width)),
		lines: lines.slice(0, height),
		scrollMax: snapshot.nodes.length - layout.shown,
	};
}

/** Which lanes are shown, and how far apart: `gap` rows from one to the next. */
type Layout = {
	readonly rows: number;
	readonly gap: number;
	readonly top: number;
	readonly first: number;
	readonly shown: number;
	readonly nodes: number;
};

function layLanes(nodes: number, rows: number, scroll: number): Layout {
	const shown = Math.min(nodes, Math.floor((rows - 1) / 2) + 1);
	const gap = shown === 1 ? 2 : Math.max(2, Math.floor((rows - 1) / (shown - 1)));
	const top = Math.floor((rows - 1 - (shown - 1) * gap) / 2);
	return {rows, gap, top: shown < nodes ? 0 : top, first: clampScroll(scroll, nodes, shown), shown, nodes};
}

/** The row of a node's lane; those of hidden ones lie outside. */
const rowOf = ({gap, top, first}: Layout, node: number): number => top + (node - 1 - first) * gap;

/** The node whose lane is in a row, if one is. */
function nodeIn({gap, top, first, nodes, rows}: Layout, row: number): ServerId | undefined {
	const at = (row - top) / gap;
	const node = first + at + 1;
	return Number.isSafeInteger(at) && node >= 1 && node <= nodes && row >= 0 && row < rows ? node : undefined;
}

type Picture = {
	readonly snapshot: Snapshot;
	readonly window: Window;
	readonly layout: Layout;
	readonly canvas: BrailleCanvas;
};

const styleAt = (timeUs: number, {snapshot}: Picture, style: StyleName): StyleName =>
	timeUs > snapshot.timeUs && style !== 'selected' ? 'dim' : style;

function drawLanes({snapshot, window, layout, canvas}: Picture, lanes: Lanes): void {
	const now = window.column(snapshot.timeUs);
	for (const [at, lane] of lanes.entries()) {
		const row = rowOf(layout, at + 1);
		for (let index = Math.max(0, spanAt(lane, window.fromUs)); index < lane.length; index++) {
			const {fromUs, state} = lane[index]!;
			const next = lane[index + 1];
			const end = next === undefined ? window.column(snapshot.newestUs) + 1 : window.column(next.fromUs);
			for (let column = Math.max(0, window.column(fromUs)); column < Math.min(end, window.columns); column++) {
				canvas.ground(column, row, laneStrokes[state], column > now ? 'dim' : roleStyles[state]);
			}
		}
	}
}

/** Heartbeats sent and received, on their lanes. */
function drawPulses(picture: Picture, pulses: readonly Pulse[]): void {
	const {window, layout, canvas} = picture;
	const seen = new Set<string>();
	for (const {node, timeUs, isSent} of pulses) {
		const key = `${node} ${window.group(timeUs, pulseColumns)}`;
		if (!seen.has(key) && timeUs <= picture.snapshot.newestUs) {
			seen.add(key);
			const state: LaneState = isSent ? 'leader' : 'follower';
			canvas.ground(
				window.column(timeUs),
				rowOf(layout, node),
				isSent ? '┿' : '┼',
				styleAt(timeUs, picture, roleStyles[state]),
			);
		}
	}
}

/** Where the network is cut lies over the messages, for it concerns them; what else is done, under them. */
function drawBars(picture: Picture, bars: readonly Bar[]): void {
	const {window, canvas} = picture;
	for (const {timeUs, look, isSelected} of bars) {
		const [glyph, barStyle] = barLooks[look];
		const style = styleAt(timeUs, picture, isSelected ? 'selected' : barStyle);
		for (let row = 0; row < canvas.rows; row++) {
			if (look === 'other') {
				canvas.ground(window.column(timeUs), row, glyph, style);
			} else {
				canvas.text(window.column(timeUs), row, glyph, style);
			}
		}
	}
}

function drawPlayhead({snapshot, window, canvas}: Picture): void {
	for (let row = 0; row < canvas.rows; row++) {
		canvas.text(window.column(snapshot.timeUs), row, '│', 'key');
	}
}

function drawWays(picture: Picture, ways: readonly Way[]): void {
	const isAbove = ({end, isSelected}: Way): number => (isSelected ? 2 : end === 'lost' ? 1 : 0);
	for (const way of ways.toSorted((a, b) => isAbove(a) - isAbove(b))) {
		drawWay(picture, way);
	}
}

function drawWay(picture: Picture, {kind, points, end, isSelected}: Way): void {
	const {snapshot, window, layout, canvas} = picture;
	const now = window.dot(snapshot.timeUs);
	const newest = window.dot(snapshot.newestUs);
	const isLost = end === 'lost' && points.at(-1)![0] <= snapshot.timeUs;
	const style = isSelected ? 'bold' : isLost ? 'dim' : wayStyles[kind]; // What is lost is told by its end
	const pattern = patterns[isSelected ? 'selected' : kind];
	const place = (timeUs: number, lane: number): readonly [x: number, y: number] => [
		window.dot(timeUs),
		Math.round(rowOf(layout, lane) * 4) + 2,
	];
	for (const [at, [toUs, toLane]] of points.entries()) {
		if (at > 0) {
			const [from, to] = [place(...points[at - 1]!), place(toUs, toLane)];
			canvas.stroke(from, to, isSelected ? 'bold' : 'dim', pattern, [Math.max(0, now + 1), newest]);
			canvas.stroke(from, to, style, pattern, [0, now]);
		}
	}
}

/** What became of the messages that do not arrive. */
function drawEnds(picture: Picture, ways: readonly Way[]): void {
	const {window, layout, canvas} = picture;
	for (const {points, end, isSelected} of ways) {
		if (end === 'lost' || end === 'held') {
			const [timeUs, lane] = points.at(-1)!;
			const [glyph, style]: readonly [string, StyleName] = end === 'lost' ? ['✗', 'lost'] : ['‖', 'suspended'];
			const row = Math.floor(rowOf(layout, lane) + 0.5);
			canvas.text(window.column(timeUs), row, glyph, isSelected ? 'selected' : styleAt(timeUs, picture, style));
		}
	}
}

/** A line that does not arrive ends between the lanes, a row off if need be: on a lane its mark would be a server's. */
function endedOffLane(way: Way, layout: Layout): Way {
	const [before, last] = [way.points.at(-2), way.points.at(-1)!];
	const [timeUs, lane] = last;
	const isOnLane = nodeIn(layout, Math.floor(rowOf(layout, lane) + 0.5)) !== undefined;
	if (way.end === 'arrived' || way.end === 'open' || before === undefined || before[1] === lane || !isOnLane) {
		return way;
	}

	const [beforeUs, beforeLane] = before;
	const rows = layout.gap * Math.abs(lane - beforeLane);
	const kept = rows < 1.5 ? 1 / rows : (rows - 1) / rows; // Right after it was sent, the row off is one further
	const endUs = beforeUs + (timeUs - beforeUs) * Math.min(1, kept);
	return {...way, points: [...way.points.slice(0, -1), [endUs, beforeLane + (lane - beforeLane) * kept]]};
}

/** The heavier first; of equals each has room up to the next one, and the last is in front. */
function drawMarks(picture: Picture, marks: readonly Mark[]): void {
	const {window, layout, canvas} = picture;
	const taken = new Set<number>();
	const order = marks
		.map((mark) => ({...mark, column: window.column(mark.timeUs)}))
		.toSorted((a, b) => b.timeUs - a.timeUs)
		.toSorted((a, b) => b.weight - a.weight);
	for (const {node, timeUs, texts, style, column} of order) {
		const isFree = (at: number): boolean => at >= canvas.columns || !taken.has(node * canvas.columns + at);
		const fits = (text: string): boolean => {
			const gap = text.length > 1 && !text.endsWith(' ') ? 1 : 0;
			return (
				column + textWidth(text) <= canvas.columns &&
				Array.from({length: textWidth(text) + gap}, (_, at) => column + at).every((at) => isFree(at))
			);
		};

		const text = texts.find((one) => fits(one));
		const row = rowOf(layout, node);
		if (text !== undefined && column >= 0 && row >= 0 && row < canvas.rows) {
			for (let at = 0; at < textWidth(text); at++) {
				taken.add(node * canvas.columns + column + at);
			}

			canvas.text(column, row, text, styleAt(timeUs, picture, style));
		}
	}
}

function nameLine({snapshot, layout}: Picture, row: number): Line {
	const node = nodeIn(layout, row);
	if (node === undefined) {
		return [span(' '.repeat(nameWidth))];
	}

	const state = snapshot.nodes[node - 1]!;
	const widest = `n${snapshot.nodes.length} `.length;
	return [
		span(`n${node}`.padEnd(widest), 'node'),
		span(glyphOf(state).padEnd(nameWidth - widest), lookOf(state, snapshot)),
	];
}

function playheadLine({snapshot, window}: Picture): Line {
	const chip = ` ${secondsText(snapshot.timeUs)} `;
	const start = Math.max(
		0,
		Math.min(window.columns - chip.length, window.column(snapshot.timeUs) - (chip.length >> 1)),
	);
	return [span(' '.repeat(start)), span(shortened(chip, window.columns), 'notice')];
}

/** What the bars are, each up to the next; what happened at once stands together. */
function barsLine(picture: Picture, bars: readonly Bar[]): Line {
	const {window} = picture;
	const canvas = new BrailleCanvas(window.columns, 1);
	const together = Map.groupBy(bars, ({timeUs}) => window.column(timeUs));
	let end = window.columns;
	for (const [column, group] of [...together].toSorted(([a], [b]) => b - a)) {
		const text = group.map(({text: words}) => words).join(' · ');
		const start = Math.max(0, Math.min(column, end - textWidth(text)));
		const room = end - start;
		if (room > 2) {
			const {look, isSelected, timeUs} = group.find((bar) => bar.isSelected) ?? group[0]!;
			const style = isSelected ? 'selected' : styleAt(timeUs, picture, barLooks[look][1]);
			canvas.text(start, 0, shortened(text, room), style);
		}

		end = Math.min(end, start) - 1;
	}

	return canvas.lines()[0]!;
}

function axisLine(window: Window): Line {
	let text = '';
	for (const {column, label} of ticksOf(window)) {
		const tick = `┴${label}`;
		text = text.padEnd(column, '─') + (column + tick.length <= window.columns ? tick : '┴');
	}

	return [span(text.padEnd(window.columns, '─'), 'dim')];
}

const legend: Line = joined(
	[
		[span('⠒⠒ appends', wayStyles.append)],
		[span('⠂⠂ replies', wayStyles.reply)],
		[span('⠒⠂ votes', wayStyles.vote)],
		[span('✗ lost', 'lost')],
	],
	'  ',
);

/** What is shown, as much as there is room for; the order is that on the screen, and what is more urgent is first taken in. */
function remarkOf({fromUs, toUs}: Window, layout: Layout, {omitted}: Ways, isFolded: boolean, width: number): Line {
	const parts: ReadonlyArray<readonly [urgency: number, part: Line]> = [
		[2, [span(`${secondsText(fromUs)} – ${secondsText(toUs)} s`, 'dim')]],
		[4, legend],
		[3, omitted !== 'most' && (isFolded || omitted === 'heartbeats') ? [span('┿ heartbeats folded', 'dim')] : []],
		[1, omitted === 'most' ? [span('too much to draw: + zooms in', 'warn')] : []],
		[0, moreLine(layout.first, layout.nodes - layout.first - layout.shown)],
	];
	const present = parts.filter(([, part]) => part.length > 0);
	const kept = new Set<Line>();
	for (const [, part] of present.toSorted(([a], [b]) => a - b)) {
		if (widthOf(joined([...kept, part], '  ')) <= width) {
			kept.add(part);
		}
	}

	return joined(
		present.map(([, part]) => part).filter((part) => kept.has(part)),
		'  ',
	);
}
