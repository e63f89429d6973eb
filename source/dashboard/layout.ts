/*
Which panels are shown at which size, and where.

Nodes come first: they answer most. Where not everything fits, the panel in focus takes the room below them.
*/

import type {Size} from './frame.js';

export const panels = ['cluster', 'nodes', 'timeline', 'log', 'messages', 'events'] as const;
export type PanelName = (typeof panels)[number];

export type Placed = {readonly panel: PanelName} & Size;

/** Bands from top to bottom; in each, columns from left to right; in each, panels from top to bottom. */
export type Layout = ReadonlyArray<ReadonlyArray<readonly Placed[]>>;

export const smallest = {columns: 60, rows: 16} as const;

/** Two header lines and the footer. */
export const barRows = 3;

const wideFrom = 104;

/** The ring's width, and what the node table needs beside it. */
const ringColumns = {min: 38, max: 76, share: 0.35} as const;
const nodesColumnsMin = 66;
const tallFrom = 30;
const listRowsMin = 5;
const slotRowsMin = 4;

/** What stands on a small screen, one below the other, if it fits. */
const stacked: ReadonlySet<PanelName> = new Set(['nodes', 'log', 'messages']);

export function layoutFor(columns: number, rows: number, nodes: number, focus: PanelName): Layout {
	const room = rows - barRows;
	if (columns >= wideFrom && rows >= tallFrom) {
		const layout = wide(columns, room, nodes, focus);
		if (layout !== undefined) {
			return layout;
		}
	}

	return compact(columns, room, nodes, focus);
}

/** One panel alone. */
export const zoomed = (panel: PanelName, columns: number, rows: number): Layout => [
	[[{panel, width: columns, height: rows - barRows}]],
];

export const panelsIn = (layout: Layout): readonly PanelName[] => layout.flat(2).map(({panel}) => panel);

function wide(columns: number, room: number, nodes: number, focus: PanelName): Layout | undefined {
	const nodesRows = nodes + 3;
	const timelineRows = nodes + 2;
	const ringRowsMin = 13;
	const logRows = nodes + 4;
	const wanted = Math.min(ringColumns.max, Math.floor(columns * ringColumns.share));
	const left = Math.max(ringColumns.min, Math.min(wanted, columns - nodesColumnsMin));
	const right = columns - left;
	const spare = room - logRows - listRowsMin;
	const top = Math.max(nodesRows + timelineRows, ringRowsMin);
	const topRows =
		top <= spare
			? Math.min(Math.max(top, Math.floor(room * 0.45)), spare, top + 8)
			: Math.min(Math.max(nodesRows, ringRowsMin), spare);
	if (topRows < nodesRows) {
		return undefined;
	}

	const hasTimeline = topRows >= nodesRows + timelineRows;
	const listRows = room - topRows - logRows;
	const events = Math.max(44, Math.floor(columns * 0.36));
	return [
		[
			[{panel: !hasTimeline && focus === 'timeline' ? 'timeline' : 'cluster', width: left, height: topRows}],
			hasTimeline
				? [
						{panel: 'nodes', width: right, height: nodesRows},
						{panel: 'timeline', width: right, height: topRows - nodesRows},
					]
				: [{panel: 'nodes', width: right, height: topRows}],
		],
		[[{panel: 'log', width: columns, height: logRows}]],
		[
			[{panel: 'messages', width: columns - events, height: listRows}],
			[{panel: 'events', width: events, height: listRows}],
		],
	];
}

function compact(columns: number, room: number, nodes: number, focus: PanelName): Layout {
	const nodesRows = nodes + 3;
	const logRows = nodes + 2;
	const listRows = room - nodesRows - logRows;
	const [width, slot] = [columns, room - nodesRows];
	if (listRows >= slotRowsMin && stacked.has(focus)) {
		return [
			[[{panel: 'nodes', width, height: nodesRows}]],
			[[{panel: 'log', width, height: logRows}]],
			[[{panel: 'messages', width, height: listRows}]],
		];
	}

	if (slot >= slotRowsMin) {
		const panel = focus === 'nodes' ? 'log' : focus;
		return [[[{panel: 'nodes', width, height: nodesRows}]], [[{panel, width, height: slot}]]];
	}

	return [[[{panel: focus, width, height: room}]]];
}
