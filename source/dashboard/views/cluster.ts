/*
The Cluster panel: the nodes on a ring, and every message on its way along the line between two of them.
A message that the network loses ends half-way; a link that is cut has no line.
*/

import type {NodeState, Snapshot} from '../../lab/lab.js';
import type {MessageRecord} from '../../lab/feed.js';
import type {Message} from '../../raft/vocabulary.js';
import {BrailleCanvas} from '../braille.js';
import type {Size, View} from '../frame.js';
import {plain, span} from '../text.js';
import type {StyleName} from '../theme.js';
import {roleGlyphs} from '../words.js';
import {lookOf, timerLine} from './nodes.js';

/** As wide as ⟨▰▰▰▰▰⟩. */
const stateWidth = 7;

type Point = readonly [x: number, y: number];

/** A lost message's mark stays for so long after it was lost, in virtual microseconds. */
const markUs = 10_000;

/** A cell is about twice as high as wide; a ring may be a little flatter than round, for the room is. */
const widestRing = 2.8;

/** With more nodes than this, only the leader's links and those in use are drawn. */
const allLinksMax = 6;

/** Dots along a link that nothing travels on, and along one that is in use. */
const sparse = 9;
const dense = 4;

export function clusterView(snapshot: Snapshot, {width, height}: Size, picked: ReadonlySet<number>): View {
	const canvas = new BrailleCanvas(width, height);
	const hasLegend = height >= 12 && width >= 38;
	const places = placesFor(snapshot.nodes.length, width, hasLegend ? height - 1 : height);
	const flying = snapshot.messages.filter((record) => isShown(record, snapshot.timeUs));
	drawLinks(canvas, snapshot, places, flying);
	for (const record of flying) {
		drawMessage(canvas, record, places, snapshot.timeUs);
	}

	for (const node of snapshot.nodes) {
		drawState(canvas, node, places[node.id - 1]!, snapshot);
	}

	for (const node of snapshot.nodes) {
		drawName(canvas, node, places[node.id - 1]!, snapshot, picked.has(node.id)); // Names last: whatever the room, they can be read
	}

	if (hasLegend) {
		canvas.text(0, height - 1, '● append  ○ reply  ◆ vote  ✗ lost', 'dim');
	}

	return {title: 'Cluster', remark: [span(`${snapshot.inFlight} in flight`, 'dim')], lines: canvas.lines()};
}

/** Places on an ellipse; where the room is too low for one, in rows. */
function placesFor(nodes: number, width: number, height: number): readonly Point[] {
	const round = ring(nodes, width, height);
	const isTight = round.some(([x, y], at) =>
		round.some(
			([otherX, otherY], other) => other < at && Math.abs(x - otherX) < stateWidth + 1 && Math.abs(y - otherY) < 2.5,
		),
	);
	if (!isTight) {
		return round;
	}

	const perRow = Math.max(1, Math.floor(width / (stateWidth + 2)));
	const rowHeight = Math.ceil(nodes / perRow) * 2 <= height ? 2 : 1;
	return Array.from({length: nodes}, (_, at): Point => [
		(at % perRow) * (stateWidth + 2) + 3,
		Math.floor(at / perRow) * rowHeight,
	]);
}

/** From the top clockwise, in cells. */
function ring(nodes: number, width: number, height: number): Point[] {
	const [cx, cy] = [(width - 1) / 2, (height - 2) / 2];
	const ry = Math.max(1, (height - 2) / 2);
	const rx = Math.max(4, Math.min(width / 2 - 6, ry * widestRing));
	return Array.from({length: nodes}, (_, at): Point => {
		const angle = (at / nodes) * 2 * Math.PI - Math.PI / 2;
		return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
	});
}

function isShown({flight, lost}: MessageRecord, timeUs: number): boolean {
	return lost === undefined || lost === 'down' ? flight.dueUs > timeUs : endsUs(flight) + markUs > timeUs;
}

/** Where a message is lost: half-way. */
const endsUs = ({sentUs, dueUs}: MessageRecord['flight']): number => sentUs + (dueUs - sentUs) / 2;

function drawLinks(
	canvas: BrailleCanvas,
	{nodes, connects, leader}: Snapshot,
	places: readonly Point[],
	flying: readonly MessageRecord[],
): void {
	const used = new Set(flying.map(({flight}) => linkKey(flight.from, flight.to)));
	for (const {id: a} of nodes) {
		for (const {id: b} of nodes) {
			const isDrawn = nodes.length <= allLinksMax || a === leader?.id || b === leader?.id || used.has(linkKey(a, b));
			if (a < b && isDrawn && connects(a, b)) {
				canvas.line(dots(places[a - 1]!), dots(places[b - 1]!), 'dim', used.has(linkKey(a, b)) ? dense : sparse);
			}
		}
	}
}

const linkKey = (a: number, b: number): number => Math.min(a, b) * 100 + Math.max(a, b);

const dots = ([column, row]: Point): Point => [column * 2 + 1, row * 4 + 2];

function drawMessage(
	canvas: BrailleCanvas,
	{flight, lost}: MessageRecord,
	places: readonly Point[],
	timeUs: number,
): void {
	const {from, to, sentUs, dueUs, message} = flight;
	const isDropped = lost === 'loss' || lost === 'partition';
	const isOver = isDropped && endsUs(flight) <= timeUs;
	const along = isOver ? 0.5 : (timeUs - sentUs) / (dueUs - sentUs);
	const [x, y] = places[from - 1]!;
	const [toX, toY] = places[to - 1]!;
	const [glyph, style] = isOver ? (['✗', 'lost'] as const) : glyphOf(message);
	canvas.text(Math.round(x + (toX - x) * along), Math.round(y + (toY - y) * along), glyph, style);
}

function glyphOf({type}: Message): readonly [string, StyleName] {
	switch (type) {
		case 'AppendEntries': {
			return ['●', 'accent'];
		}

		case 'AppendReply': {
			return ['○', 'accent'];
		}

		case 'RequestVote': {
			return ['◆', 'vote'];
		}

		case 'VoteReply': {
			return ['◇', 'vote'];
		}
	}
}

/** The node's role and name, centred on its place. */
function drawName(canvas: BrailleCanvas, node: NodeState, place: Point, snapshot: Snapshot, isPicked: boolean): void {
	const name = ` ${roleGlyphs[node.server?.role ?? 'down']} n${node.id} `;
	const [column, row] = cornerOf(canvas, place);
	canvas.text(column, row, name, isPicked ? 'selected' : lookOf(node, snapshot.leader?.id));
}

/** Below the name, the election timer or, for a leader, the term. */
function drawState(canvas: BrailleCanvas, node: NodeState, place: Point, snapshot: Snapshot): void {
	const {server} = node;
	const look = lookOf(node, snapshot.leader?.id);
	const [column, row] = cornerOf(canvas, place);
	canvas.text(column, row + 1, stateText(node, snapshot.timeUs), look === 'follower' ? 'dim' : look);
	if (server === undefined) {
		canvas.text(column, row + 1, ' down  ', 'down');
	}
}

function stateText(node: NodeState, timeUs: number): string {
	if (node.server?.role === 'leader') {
		return `⟨ t${node.server.currentTerm} ⟩`.padEnd(stateWidth);
	}

	return `⟨${plain(timerLine(node, timeUs))}⟩`;
}

/** The left upper cell of a node's two lines, within the canvas. */
function cornerOf(canvas: BrailleCanvas, [x, y]: Point): Point {
	const column = Math.max(0, Math.min(canvas.columns - stateWidth, Math.round(x - 2.5)));
	const row = Math.max(0, Math.min(canvas.rows - 1, Math.round(y)));
	return [column, row];
}
