/*
Which panels are shown at which size, and where.

Nodes come first: they answer most. Where not everything fits, the panel in focus takes the room below them, or
the ring's. Of more nodes than there is room for, the panels show a part, and scroll.
*/

import type {Size} from './frame.js';

export const panels = ['cluster', 'nodes', 'timeline', 'log', 'messages', 'events', 'clients', 'metrics'] as const;
export type PanelName = (typeof panels)[number];

export type Placed = {readonly panel: PanelName} & Size;

/** Panels from left to right, all as high as each other; mostly it is one. */
export type PanelRow = readonly Placed[];

/** Bands from top to bottom; in each, columns from left to right; in each, rows of panels from top to bottom. */
export type Layout = ReadonlyArray<ReadonlyArray<readonly PanelRow[]>>;

export const smallest = {columns: 60, rows: 16} as const;

/** Two header lines and the footer. */
export const barRows = 3;

const wideFrom = {columns: 104, rows: 30} as const;
const chartsFrom = {columns: 150, rows: 46} as const;

/** The ring's width, and what the node table needs beside it. */
const ringColumns = {min: 38, max: 76, share: 0.35} as const;
const nodesColumnsMin = 66;
const ringRowsMin = 13;
const listRowsMin = 5;
const chartRows = {min: 5, max: 9} as const;

/** How much of the height the ring and what is beside it take, and how many rows more than they need. */
const topShare = 0.45;
const topSurplusMax = 8;

/** Below the table of a small screen: what the third panel of a stack needs, or the only one beside the table. */
const stackedRowsMin = 4;
/** And what it keeps before the Log gets its other lines. */
const stackedListRowsWanted = 8;
const slotRowsMin = 5;
const slotShare = 0.38;

/** Below the ring and the table, the lists keep so many rows before the Log gets one for its terms. */
const listRowsWanted = 8;

/** So many nodes are shown together, even if fewer panels then have room; of more, those that there is room for. */
const nodesTogether = 9;

/** What a panel needs beside a line a node: its frame, and its other lines. */
const nodesRowsFor = (nodes: number): number => nodes + 3;
const timelineRowsFor = (nodes: number): number => nodes + 2;
const logRowsFor = (nodes: number): number => nodes + 4;
/** Without its indices and its note. */
const bareLogRowsFor = (nodes: number): number => nodes + 2;

/** What a wide screen shows in any case, besides the ring, whose place is anybody's who is in focus. */
const always: readonly PanelName[] = ['cluster', 'log', 'messages', 'events'];

/** What stands on a small screen, one below the other, if it fits. */
const stacked: ReadonlySet<PanelName> = new Set(['nodes', 'log', 'messages']);

export function layoutFor(columns: number, rows: number, nodes: number, focus: PanelName): Layout {
	const room = rows - barRows;
	if (columns >= wideFrom.columns && rows >= wideFrom.rows) {
		const layout = wide(columns, room, nodes, focus);
		if (layout !== undefined) {
			return layout;
		}
	}

	return compact(columns, room, nodes, focus);
}

/** One panel alone. */
export const zoomed = (panel: PanelName, columns: number, rows: number): Layout => [
	band([[{panel, width: columns, height: rows - barRows}]]),
];

export const panelsIn = (layout: Layout): readonly PanelName[] => layout.flat(3).map(({panel}) => panel);

/** A band of columns in which every panel has a row to itself. */
const band = (columns: ReadonlyArray<readonly Placed[]>): Layout[number] =>
	columns.map((column) => column.map((placed) => [placed]));

function wide(columns: number, room: number, nodes: number, focus: PanelName): Layout | undefined {
	const together = Math.floor((room - nodesRowsFor(0) - logRowsFor(0) - listRowsMin) / 2);
	const shown = Math.min(nodes, Math.max(nodesTogether, together));
	const nodesRows = nodesRowsFor(shown);
	const timelineRows = timelineRowsFor(nodes);
	const spare = room - logRowsFor(shown) - listRowsMin;
	if (spare < nodesRows) {
		return undefined;
	}

	const hasTimeline = nodesRows + timelineRows <= spare && ringRowsMin <= spare;
	const hasCharts =
		columns >= chartsFrom.columns &&
		room >= chartsFrom.rows - barRows &&
		nodesRows + timelineRows + chartRows.min <= spare;
	const needed = nodesRows + (hasTimeline ? timelineRows : 0) + (hasCharts ? chartRows.min : 0);
	const least = Math.max(ringRowsMin, needed);
	const pleasant = hasTimeline ? Math.min(Math.floor(room * topShare), least + topSurplusMax) : least;
	const topRows = Math.min(Math.max(least, pleasant), spare);

	const wanted = Math.min(ringColumns.max, Math.floor(columns * ringColumns.share));
	const width = Math.max(ringColumns.min, Math.min(wanted, columns - nodesColumnsMin));
	const chartsHeight = hasCharts ? Math.min(chartRows.max, chartRows.min + topRows - needed) : 0;
	const beside = besideRing(columns - width, topRows, hasTimeline ? nodesRows : topRows, chartsHeight);
	const below = room - topRows - logRowsFor(shown);
	const logRows = logRowsFor(shown) + (below > listRowsWanted ? 1 : 0);
	const lists = {
		height: room - topRows - logRows,
		events: Math.max(44, Math.floor(columns * 0.36)),
	};
	const elsewhere = new Set<PanelName>([...always, ...beside.flat().map(({panel}) => panel)]);
	return [
		[[[{panel: elsewhere.has(focus) ? 'cluster' : focus, width, height: topRows}]], beside],
		band([[{panel: 'log', width: columns, height: logRows}]]),
		band([
			[{panel: 'messages', width: columns - lists.events, height: lists.height}],
			[{panel: 'events', width: lists.events, height: lists.height}],
		]),
	];
}

/** The table; below it the lanes, as far as there is room, and the charts. */
function besideRing(width: number, height: number, nodesHeight: number, chartsHeight: number): readonly PanelRow[] {
	const timelineHeight = height - nodesHeight - chartsHeight;
	const half = Math.floor(width / 2);
	return [
		[{panel: 'nodes', width, height: nodesHeight}],
		...(timelineHeight > 0 ? [[{panel: 'timeline', width, height: timelineHeight}] as const] : []),
		...(chartsHeight > 0
			? [
					[
						{panel: 'metrics', width: half, height: chartsHeight},
						{panel: 'clients', width: width - half, height: chartsHeight},
					] as const,
				]
			: []),
	];
}

function compact(columns: number, room: number, nodes: number, focus: PanelName): Layout {
	const width = columns;
	const nodesRows = nodesRowsFor(nodes);
	const spare = room - nodesRows - bareLogRowsFor(nodes) - stackedListRowsWanted;
	const logRows = Math.max(bareLogRowsFor(nodes), Math.min(logRowsFor(nodes), bareLogRowsFor(nodes) + spare));
	const listRows = room - nodesRows - logRows;
	if (listRows >= stackedRowsMin && stacked.has(focus)) {
		return [
			band([[{panel: 'nodes', width, height: nodesRows}]]),
			band([[{panel: 'log', width, height: logRows}]]),
			band([[{panel: 'messages', width, height: listRows}]]),
		];
	}

	const slotRows = Math.max(room - nodesRows, slotRowsMin, Math.floor(room * slotShare));
	const panel = focus === 'nodes' ? 'log' : focus;
	return [band([[{panel: 'nodes', width, height: room - slotRows}]]), band([[{panel, width, height: slotRows}]])];
}
