/*
The Log panel: what every node's log holds, a column an index, and below it what that means. Zoomed, a cursor goes from
entry to entry, and the one under it is told in full.
*/

import {rangeOf} from '../../explaining/event-text.js';
import type {Snapshot} from '../../lab/lab.js';
import {entryAt, lastTerm} from '../../raft/log.js';
import type {LogIndex} from '../../raft/vocabulary.js';
import {logOf} from '../../simulation/host.js';
import {shortCommand} from '../../state-machine/key-value.js';
import type {View, Size} from '../frame.js';
import {joined, packed, span, textWidth, widthOf, wrap, type Line} from '../text.js';
import {
	cellWidthOf,
	leaderIn,
	legend,
	nameWidthOf,
	newestIndex,
	nodeLine,
	referenceLog,
	scaleLine,
	termChips,
	termLine,
	termsShown,
	type Grid,
	type LogCursor,
} from './log-cells.js';
import {entryNote, logNotes} from './log-notes.js';
import {moreRows, remarkRoom} from './lists.js';

export type {LogCursor} from './log-cells.js';

export type LogOptions = {
	/** How many columns before the newest the view ends, and which row is its first. */
	readonly scroll: number;
	readonly rowScroll?: number;
	/** Whether terms can be told by colour; where not, each cell says its own. */
	readonly hasColours: boolean;
};

export type LogView = View & {readonly rowScrollMax: number};

/** The width of an entry's content. */
const contentWidth = {min: 4, max: 8} as const;
const zoomedContentWidth = {min: 4, max: 12} as const;

/** Where rows must be scrolled, the indices and the note stay if there are so many lines. */
const crowdedRowsMin = 6;

/** Zoomed, the entry in full gets so many lines, as long as so many nodes are in view. */
const detailRows = 6;
const zoomedNodesMin = 3;

const title = 'Log';

export function logView(
	snapshot: Snapshot,
	{width, height}: Size,
	{scroll, rowScroll = 0, hasColours}: LogOptions,
): LogView {
	const {nodes} = snapshot;
	const newest = newestIndex(snapshot);
	const nameWidth = nameWidthOf(nodes.length);
	const cells = withContent({nameWidth, termWidth: hasColours ? 0 : termDigits(snapshot)}, snapshot, width);
	const columns = columnsIn(width, cells);
	const last = Math.max(newest - scroll, Math.min(newest, columns));
	const grid: Grid = {
		...cells,
		first: Math.max(1, last - columns + 1),
		last,
		leader: leaderIn(snapshot),
		cursor: undefined,
	};
	const fitting = height >= crowdedRowsMin ? height - 2 : height;
	const rows = nodes.length <= height ? nodes.length : fitting;
	const spare = height - rows;
	const rowScrollMax = nodes.length - rows;
	const from = Math.min(rowScroll, rowScrollMax);
	const shown = nodes.slice(from, from + rows);
	const hasTerms = spare >= 3 && newest > 0;
	const picture = [...(spare >= 1 ? [scaleLine(grid)] : []), ...shown.map((node) => nodeLine(node, snapshot, grid))];
	const lines = hasTerms ? [...picture, termLine(referenceLog(snapshot), grid)] : picture;
	const isBack = last < newest;
	const isUnscaled = spare === 0 && grid.first > 1;
	const range = [
		span(newest === 0 ? 'empty' : `index ${rangeOf(grid.first, last)}${isBack ? ` of ${newest}` : ''}`, 'dim'),
	];
	const more = moreRows(from, rowScrollMax - from);
	const terms = hasColours ? termsShown(shown, grid) : [];
	const chips = termChips(terms);
	const {signs, mostNeeded, noOp} = legend(picture, grid, hasColours);
	return {
		title,
		remark: partsIn(
			remarkRoom(title, width),
			[range, more, chips, ...signs],
			[
				more,
				...(isBack || isUnscaled ? [range] : []), // Nothing else says which entries these are
				...mostNeeded,
				...(terms.length > 1 ? [chips, noOp] : [noOp, chips]), // One colour needs no key
				range,
			],
		),
		lines: [...lines, ...indented(notesFor(snapshot, width - nameWidth, height - lines.length), nameWidth)],
		scrollMax: Math.max(0, newest - columns),
		rowScrollMax,
	};
}

/** The cursor stays in the middle, as far as there are entries on both sides. */
export function zoomedLogView(
	snapshot: Snapshot,
	{width, height}: Size,
	{cursor, hasColours}: {readonly cursor: LogCursor | undefined; readonly hasColours: boolean},
): View {
	const {nodes} = snapshot;
	const at = settled(cursor, snapshot);
	const grid = gridAround(at, snapshot, width);
	const rows = Math.min(nodes.length, Math.max(zoomedNodesMin, height - 2 - detailRows));
	const from = windowAround(at.node - 1, rows, nodes.length);
	const shown = nodes.slice(from, from + rows);
	const details = entryNote(snapshot, at.node, at.index).flatMap((line) => wrap(line, width - grid.nameWidth));
	const picture = [scaleLine(grid), ...shown.map((node) => nodeLine(node, snapshot, grid))];
	const spare = height - picture.length - details.length;
	const lines = spare > 0 ? [...picture, termLine(referenceLog(snapshot), grid)] : picture;
	const room = height - lines.length;
	const told = details.length > room ? [...details.slice(0, room - 1), [span('…', 'dim')]] : details;
	const {signs, mostNeeded, noOp} = legend(picture, grid, hasColours);
	const below = [...lines, ...(spare > 1 ? [[]] : []), ...indented(told, grid.nameWidth)];
	const legendRows = packed(
		signs.filter((part) => part.length > 0),
		width,
		gap,
	).slice(0, Math.max(0, height - below.length - 1));
	const place = [
		[span(`n${at.node}, entry ${at.index} of ${newestIndex(snapshot)}`, 'dim')],
		moreRows(from, nodes.length - rows - from),
	];
	const blanks = Array.from({length: Math.max(0, height - below.length - legendRows.length)}, (): Line => []);
	const foot = legendRows.length > 0 ? [...blanks, ...legendRows] : [];
	return {
		title,
		remark: partsIn(
			remarkRoom(title, width),
			[...place, ...(foot.length > 0 ? [] : signs)],
			[...place, ...mostNeeded, noOp],
		),
		lines: [...below, ...foot].slice(0, height),
	};
}

/** Where a key leads from an entry: to another, a screen further, to a log's ends, or to another node. */
export function movedLogCursor(
	key: string,
	cursor: LogCursor | undefined,
	snapshot: Snapshot,
	{width}: Size,
): LogCursor {
	const at = settled(cursor, snapshot);
	const {first, last} = gridAround(at, snapshot, width);
	const screen = last - first + 1;
	const to = (node: number, index: number): LogCursor => settled({node, index}, snapshot);
	switch (key) {
		case 'left':
		case 'h': {
			return to(at.node, at.index - 1);
		}

		case 'right':
		case 'l': {
			return to(at.node, at.index + 1);
		}

		case 'up':
		case 'k': {
			return to(at.node - 1, at.index);
		}

		case 'down':
		case 'j': {
			return to(at.node + 1, at.index);
		}

		case 'pageup': {
			return to(at.node, at.index - screen);
		}

		case 'pagedown': {
			return to(at.node, at.index + screen);
		}

		case 'home':
		case 'g g': {
			return to(at.node, 1);
		}

		case 'end':
		case 'G': {
			return to(at.node, newestIndex(snapshot));
		}

		default: {
			return at;
		}
	}
}

/** A place that exists; without a cursor, the leader's newest entry. */
function settled(cursor: LogCursor | undefined, snapshot: Snapshot): LogCursor {
	const {nodes, leader} = snapshot;
	if (cursor === undefined) {
		const node = leader ?? nodes[0]!;
		return {node: node.id, index: Math.max(1, logOf(node).lastIndex)};
	}

	return {
		node: Math.max(1, Math.min(nodes.length, cursor.node)),
		index: Math.max(1, Math.min(newestIndex(snapshot), cursor.index)),
	};
}

/** As many entries around one as fit, each as wide as the widest of them, within bounds. */
function gridAround(cursor: LogCursor, snapshot: Snapshot, width: number): Grid {
	const {min, max} = zoomedContentWidth;
	const newest = newestIndex(snapshot);
	const fixed = {nameWidth: nameWidthOf(snapshot.nodes.length), termWidth: termDigits(snapshot)};
	const between = (columns: number) => {
		const first = 1 + windowAround(cursor.index - 1, columns, newest);
		return {first, last: Math.min(newest, first + columns - 1)};
	};

	const candidates = between(columnsIn(width, {...fixed, contentWidth: min}));
	const widest = widestBetween(snapshot, candidates.first, candidates.last);
	const cells = {...fixed, contentWidth: Math.max(min, Math.min(max, widest))};
	return {...cells, ...between(columnsIn(width, cells)), leader: leaderIn(snapshot), cursor};
}

/**
The same with the width of an entry's content. A log of which all can be shown is shown in full. In a longer one the width
depends only on how many entries there are, so that the picture keeps still: clients count up what they write.
*/
function withContent(
	fixed: Pick<Grid, 'nameWidth' | 'termWidth'>,
	snapshot: Snapshot,
	width: number,
): Pick<Grid, 'nameWidth' | 'termWidth' | 'contentWidth'> {
	const newest = newestIndex(snapshot);
	const {min, max} = contentWidth;
	const within = (wanted: number) => ({...fixed, contentWidth: Math.max(min, Math.min(max, wanted))});
	if (newest <= columnsIn(width, within(min))) {
		const cells = within(widestBetween(snapshot, 1, newest));
		if (newest <= columnsIn(width, cells)) {
			return cells;
		}
	}

	return within(`x=${newest}`.length);
}

function widestBetween({nodes}: Snapshot, first: LogIndex, last: LogIndex): number {
	let widest = 0;
	for (const node of nodes) {
		const log = logOf(node);
		for (let index = first; index <= last; index++) {
			const entry = entryAt(log, index);
			widest = entry === undefined ? widest : Math.max(widest, textWidth(shortCommand(entry.command)));
		}
	}

	return widest;
}

const columnsIn = (width: number, cells: Pick<Grid, 'nameWidth' | 'contentWidth' | 'termWidth'>): number =>
	Math.max(1, Math.floor((width - cells.nameWidth) / cellWidthOf(cells)));

/** Where a window of so many begins, so that `at` is in its middle or the window at an end. */
const windowAround = (at: number, room: number, count: number): number =>
	Math.max(0, Math.min(at - Math.floor(room / 2), count - room));

const termDigits = ({nodes}: Snapshot): number =>
	String(Math.max(...nodes.map((node) => lastTerm(logOf(node))))).length;

const indented = (lines: readonly Line[], by: number): readonly Line[] =>
	lines.map((line) => [span(' '.repeat(by)), ...line]);

/** As many sentences as there are lines for, each whole if it can be. */
function notesFor(snapshot: Snapshot, width: number, height: number): readonly Line[] {
	const lines: Line[] = [];
	for (const note of logNotes(snapshot)) {
		const wrapped = wrap(note, width);
		const room = height - lines.length;
		lines.push(...(wrapped.length <= room ? wrapped : room > 0 ? [note] : []));
	}

	return lines;
}

const gap = '  ';

/** As many parts as fit on a line, the most needed first, in the order in which they are to stand. */
function partsIn(width: number, parts: readonly Line[], mostNeeded: readonly Line[]): Line {
	const chosen = new Set<Line>();
	const line = (): Line =>
		joined(
			parts.filter((part) => chosen.has(part)),
			gap,
		);
	for (const part of mostNeeded) {
		chosen.add(part);
		if (widthOf(line()) > width) {
			chosen.delete(part);
		}
	}

	return line();
}
