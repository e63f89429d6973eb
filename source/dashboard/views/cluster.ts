/*
The Cluster panel: the nodes on a ring, and every message on its way along the line between two of them.
A message that the network loses ends half-way, one that is held stands still. A link that is cut has no line;
one that is cut in one direction has an arrow in the other. Zoomed, everything that is not normal is said beside it.
*/

import type {NodeState, Snapshot} from '../../lab/lab.js';
import type {MessageRecord} from '../../lab/feed.js';
import type {Message} from '../../raft/vocabulary.js';
import {BrailleCanvas} from '../braille.js';
import type {Size, View} from '../frame.js';
import {beside, fit, plain, span, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {roleGlyphs} from '../words.js';
import {conditionLines, conditionsOf} from './conditions.js';
import {clampScroll} from './lists.js';
import {glyphOf, lookOf, timerLine} from './nodes.js';

/** As wide as ⟨▰▰▰▰▰⟩. */
const stateWidth = 7;

type Point = readonly [x: number, y: number];

/** A lost message's mark stays for so long after it was lost, in virtual microseconds. */
const markUs = 10_000;

/** A message that is held is to be seen beside the servers, wherever it was. */
const heldMin = 0.2;

/** A cell is about twice as high as wide; a ring may be a little flatter than round, for the room is. */
const widestRing = 2.8;

/** With more nodes than this, only the leader's links and those in use are drawn. */
const allLinksMax = 6;

/** Dots along a link that nothing travels on, and along one that is in use. */
const sparse = 9;
const dense = 4;

/** What the list of conditions takes beside the ring. */
const conditionsShare = 0.45;
const conditionsWidthMax = 64;
const conditionsGap = 2;

export function clusterView(snapshot: Snapshot, size: Size, picked: ReadonlySet<number>): View {
	return {
		title: 'Cluster',
		remark: [span(`${snapshot.inFlight} in flight`, 'dim')],
		lines: ringLines(snapshot, size, picked),
	};
}

/** With the list of everything that is not normal. */
export function zoomedClusterView(
	snapshot: Snapshot,
	{width, height}: Size,
	picked: ReadonlySet<number>,
	scroll: number,
): View {
	const listWidth = Math.min(conditionsWidthMax, Math.floor(width * conditionsShare));
	const ringWidth = width - listWidth - conditionsGap;
	const all = conditionLines(conditionsOf(snapshot), listWidth);
	const from = clampScroll(scroll, all.length, height);
	const list = Array.from({length: height}, (_, row) => all[from + row] ?? []);
	const more = all.length - from - height;
	const picture = ringLines(snapshot, {width: ringWidth, height}, picked);
	return {
		title: 'Cluster',
		remark: more > 0 ? [span(`↓ ${more} more lines (PgDn)`, 'warn')] : [span(`${snapshot.inFlight} in flight`, 'dim')],
		lines: beside(
			picture.map((line) => fit(line, ringWidth + conditionsGap)),
			list,
		),
		scrollMax: Math.max(0, all.length - height),
	};
}

function ringLines(snapshot: Snapshot, {width, height}: Size, picked: ReadonlySet<number>): Line[] {
	const canvas = new BrailleCanvas(width, height);
	const hasLegend = height >= 12 && width >= 38;
	const places = placesFor(snapshot.nodes.length, width, hasLegend ? height - 1 : height);
	const flying = flyingIn(snapshot);
	drawLinks(canvas, snapshot, places, flying);
	for (const message of flying) {
		drawMessage(canvas, message, places);
	}

	for (const node of snapshot.nodes) {
		drawState(canvas, node, places[node.id - 1]!, snapshot);
	}

	for (const node of snapshot.nodes) {
		drawName(canvas, node, places[node.id - 1]!, snapshot, picked.has(node.id)); // Names last: whatever the room, they can be read
	}

	if (hasLegend) {
		const isOneWay = snapshot.cuts.some(([from, to]) => snapshot.connects(to, from));
		const signs = ['● append', '○ reply', '◆ vote', '✗ lost'];
		for (const sign of [...(snapshot.held.size > 0 ? ['‖ held'] : []), ...(isOneWay ? ['→ one way'] : [])]) {
			if ([...signs, sign].join('  ').length <= width) {
				signs.push(sign);
			}
		}

		canvas.text(0, height - 1, signs.join('  '), 'dim');
	}

	return canvas.lines();
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

/** A message to be drawn: how far along its way, and whether it is lost or held there. */
type Flying = {
	readonly flight: MessageRecord['flight'];
	readonly along: number;
	readonly state: 'moving' | 'lost' | 'held';
};

function flyingIn(snapshot: Snapshot): readonly Flying[] {
	const times = {
		hold: commandTimes('hold', snapshot),
		drop: commandTimes('drop', snapshot),
	};
	const flying: Flying[] = [];
	for (const record of snapshot.messages) {
		const found = flyingOf(record, snapshot, times);
		if (found !== undefined) {
			flying.push(found);
		}
	}

	return flying;
}

type CommandTimes = Readonly<Record<'hold' | 'drop', ReadonlyMap<number, number>>>;

function flyingOf(
	{flight, lost}: MessageRecord,
	{timeUs, held}: Snapshot,
	{hold, drop}: CommandTimes,
): Flying | undefined {
	if (held.has(flight.id)) {
		const along = alongAt(flight, hold.get(flight.id) ?? halfWayUs(flight));
		return {flight, along: Math.max(heldMin, Math.min(1 - heldMin, along)), state: 'held'};
	}

	if (lost === 'dropped') {
		const endedUs = drop.get(flight.id);
		return endedUs === undefined ? undefined : {flight, along: alongAt(flight, endedUs), state: 'lost'};
	}

	const endsUs = lost === undefined || lost === 'down' ? flight.dueUs : halfWayUs(flight);
	if (endsUs > timeUs) {
		return {flight, along: alongAt(flight, timeUs), state: 'moving'};
	}

	const isMarked = endsUs !== flight.dueUs && endsUs + markUs > timeUs;
	return isMarked ? {flight, along: alongAt(flight, endsUs), state: 'lost'} : undefined;
}

const alongAt = ({sentUs, dueUs}: MessageRecord['flight'], atUs: number): number =>
	Math.min(1, (atUs - sentUs) / Math.max(1, dueUs - sentUs));

/** Where the network loses a message. */
const halfWayUs = ({sentUs, dueUs}: MessageRecord['flight']): number => sentUs + (dueUs - sentUs) / 2;

/** When somebody held the messages that are held now, or dropped some of late. */
function commandTimes(type: 'hold' | 'drop', {notables, timeUs, held}: Snapshot): ReadonlyMap<number, number> {
	const times = new Map<number, number>();
	for (let at = notables.length - 1; at >= 0; at--) {
		const notable = notables[at]!;
		const isOver = type === 'hold' ? times.size === held.size : notable.timeUs + markUs <= timeUs;
		if (isOver) {
			break;
		}

		if (notable.type === 'command' && notable.event.command.type === type) {
			const {message} = notable.event.command;
			if (!times.has(message) && (type === 'drop' || held.has(message))) {
				times.set(message, notable.timeUs);
			}
		}
	}

	return times;
}

function drawLinks(
	canvas: BrailleCanvas,
	{nodes, connects, leader, links}: Snapshot,
	places: readonly Point[],
	flying: readonly Flying[],
): void {
	const used = new Set(flying.map(({flight}) => linkKey(flight.from, flight.to)));
	const special = new Set(links.map(([from, to]) => linkKey(from, to)));
	for (const {id: a} of nodes) {
		for (const {id: b} of nodes) {
			const [there, back] = [connects(a, b), connects(b, a)];
			const key = linkKey(a, b);
			const isNotable = there !== back || special.has(key) || a === leader?.id || b === leader?.id || used.has(key);
			if (a >= b || !(there || back) || !(nodes.length <= allLinksMax || isNotable)) {
				continue;
			}

			const [from, to] = [places[a - 1]!, places[b - 1]!];
			const style = there === back ? (special.has(key) ? 'warn' : 'dim') : 'lost';
			canvas.line(dots(from), dots(to), style, used.has(key) ? dense : sparse);
			if (there !== back) {
				drawArrow(canvas, there ? from : to, there ? to : from);
			}
		}
	}
}

/** Half-way between two places, the way that messages can still go. */
function drawArrow(canvas: BrailleCanvas, [x, y]: Point, [toX, toY]: Point): void {
	const [dx, dy] = [toX - x, (toY - y) * 2];
	const arrow = Math.abs(dx) >= Math.abs(dy) ? (dx > 0 ? '→' : '←') : dy > 0 ? '↓' : '↑';
	canvas.text(Math.round((x + toX) / 2), Math.round((y + toY) / 2), arrow, 'lost');
}

const linkKey = (a: number, b: number): number => Math.min(a, b) * 100 + Math.max(a, b);

const dots = ([column, row]: Point): Point => [column * 2 + 1, row * 4 + 2];

function drawMessage(canvas: BrailleCanvas, {flight, along, state}: Flying, places: readonly Point[]): void {
	const {from, to, message} = flight;
	const [x, y] = places[from - 1]!;
	const [toX, toY] = places[to - 1]!;
	const [column, row] = [Math.round(x + (toX - x) * along), Math.round(y + (toY - y) * along)];
	if (state === 'lost') {
		canvas.text(column, row, '✗', 'lost');
		return;
	}

	const [glyph, style] = signOf(message);
	canvas.text(column, row, glyph, style);
	if (state === 'held') {
		canvas.text(column + 1, row, roleGlyphs.suspended, 'suspended');
	}
}

function signOf({type}: Message): readonly [string, StyleName] {
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
	const name = ` ${glyphOf(node)} n${node.id} `;
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
