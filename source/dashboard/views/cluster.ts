/*
The Cluster panel: the nodes on a ring, and every message on its way along the line between two of them.
A message that the network loses ends half-way, one that is held stands still. A link that is cut has a bar where its
line was; one that is cut in one direction has an arrow in the other. Zoomed, everything that is not normal is said
beside it.
*/

import type {NodeState, Snapshot} from '../../lab/lab.js';
import type {MessageRecord} from '../../lab/feed.js';
import type {Message, ServerId} from '../../raft/vocabulary.js';
import type {Flight} from '../../simulation/network.js';
import {BrailleCanvas} from '../braille.js';
import type {Size, View} from '../frame.js';
import {beside, fit, joined, plain, span, widthOf, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {roleGlyphs} from '../words.js';
import {conditionLines, conditionsOf, sidesLine} from './conditions.js';
import {clampScroll, remarkRoom} from './lists.js';
import {glyphOf, lookOf, timerLine} from './nodes.js';
import {cutMark} from './timeline.js';

/** As wide as ⟨▰▰▰▰▰⟩, and as ○n12. */
const stateWidth = 7;
const bareWidth = 4;

/** More nodes than these have their names only. */
const statesMax = 11;

/** From an ellipse towards a rectangle. */
const ringPowers = [2, 3, 5, 12];

/** Of more messages than these it is not said what each is. */
const namedMessagesMax = 8;

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
const conditionsWidth = {min: 44, max: 64, step: 8} as const;
const conditionsGap = 2;

const title = 'Cluster';

export function clusterView(snapshot: Snapshot, size: Size, picked: ReadonlySet<number>): View {
	return {
		title,
		remark: remarkOf(snapshot, size.width),
		lines: ringLines(snapshot, size, picked),
	};
}

/** What is in flight, and between which nodes nothing gets through at all; that rather, where there is no room for both. */
function remarkOf(snapshot: Snapshot, width: number): Line {
	const flying: Line = [span(`${snapshot.inFlight} in flight`, 'dim')];
	const sides = sidesOf(snapshot);
	if (sides.length < 2) {
		return flying;
	}

	const split = sidesLine(sides, snapshot.nodes.length);
	const both = joined([split, flying]);
	const room = remarkRoom(title, width);
	return [both, split].find((line) => widthOf(line) <= room) ?? flying;
}

/** The nodes that messages can still go between, in whatever direction and over whatever others, by their smallest. */
function sidesOf({nodes, connects}: Snapshot): ReadonlyArray<readonly ServerId[]> {
	const left = new Set(nodes.map(({id}) => id));
	const sides: ServerId[][] = [];
	for (const {id} of nodes) {
		if (!left.delete(id)) {
			continue;
		}

		const side = [id];
		const waiting = [id];
		for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
			for (const to of left) {
				if (connects(from, to) || connects(to, from)) {
					left.delete(to);
					side.push(to);
					waiting.push(to);
				}
			}
		}

		sides.push(side.toSorted((a, b) => a - b));
	}

	return sides;
}

/** With the list of everything that is not normal. */
export function zoomedClusterView(
	snapshot: Snapshot,
	{width, height}: Size,
	picked: ReadonlySet<number>,
	scroll: number,
): View {
	const listWidthMax = Math.min(conditionsWidth.max, Math.floor(width * conditionsShare));
	const all = conditionLines(conditionsOf(snapshot), listWidthMax);
	const ringWidth = width - Math.min(listWidthMax, listWidthFor(all)) - conditionsGap;
	const from = clampScroll(scroll, all.length, height);
	const list = Array.from({length: height}, (_, row) => all[from + row] ?? []);
	const more = all.length - from - height;
	const picture = ringLines(snapshot, {width: ringWidth, height}, picked, true);
	return {
		title,
		remark: more > 0 ? [span(`↓ ${more} more lines (PgDn)`, 'warn')] : remarkOf(snapshot, width),
		lines: beside(
			picture.map((line) => fit(line, ringWidth + conditionsGap)),
			list,
		),
		scrollMax: Math.max(0, all.length - height),
	};
}

/** In steps, so that the ring does not move with every count. */
function listWidthFor(list: readonly Line[]): number {
	const {min, step} = conditionsWidth;
	const widest = Math.max(...list.map((line) => widthOf(line)));
	return Math.max(min, Math.ceil(widest / step) * step);
}

function ringLines(
	snapshot: Snapshot,
	{width, height}: Size,
	picked: ReadonlySet<number>,
	namesMessages = false,
): Line[] {
	const canvas = new BrailleCanvas(width, height);
	const hasLegend = height >= 12 && width >= 38;
	const places = placesFor(snapshot.nodes.length, width, hasLegend ? height - 1 : height);
	const flying = flyingIn(snapshot);
	const {points, hasStates} = places;
	const hasBars = drawLinks(canvas, snapshot, points, flying);
	if (namesMessages && flying.length <= namedMessagesMax) {
		nameMessages(canvas, flying, places);
	}

	for (const message of flying) {
		drawMessage(canvas, message, points);
	}

	if (hasStates) {
		for (const node of snapshot.nodes) {
			drawState(canvas, node, points[node.id - 1]!, snapshot);
		}
	}

	for (const node of snapshot.nodes) {
		const style = picked.has(node.id) ? 'selected' : lookOf(node, snapshot);
		drawName(canvas, node, points[node.id - 1]!, hasStates, style); // Names last: whatever the room, they can be read
	}

	if (hasLegend) {
		const isOneWay = snapshot.cuts.some(([from, to]) => snapshot.connects(to, from));
		const signs = ['● append', '○ reply', '◆ vote', '✗ lost'];
		const others = [
			...(hasBars ? [`${cutMark} cut`] : []),
			...(snapshot.held.size > 0 ? ['‖ held'] : []),
			...(isOneWay ? ['→ one way'] : []),
		];
		for (const sign of others) {
			if ([...signs, sign].join('  ').length <= width) {
				signs.push(sign);
			}
		}

		canvas.text(0, height - 1, signs.join('  '), 'dim');
	}

	return canvas.lines();
}

/** Where the nodes stand, and whether there is room for a second line below their names. */
type Places = {readonly points: readonly Point[]; readonly hasStates: boolean};

/** On an ellipse; where that is too crowded, with less to say about each; then nearer to the edges; then in rows. */
function placesFor(nodes: number, width: number, height: number): Places {
	const round = ring(nodes, width, height - 1, stateWidth);
	if (nodes <= statesMax && !isTight(round, stateWidth + 1, 2.5)) {
		return {points: round, hasStates: true};
	}

	for (const power of ringPowers) {
		const points = spacedRing(nodes, width, height, power);
		if (!isTight(points, bareWidth + 1, 1)) {
			return {points, hasStates: false};
		}
	}

	return {points: inRows(nodes, width, height), hasStates: false};
}

const isTight = (points: readonly Point[], apartX: number, apartY: number): boolean =>
	points.some(([x, y], at) =>
		points.some(
			([otherX, otherY], other) =>
				other < at && Math.abs(Math.round(x) - Math.round(otherX)) < apartX && Math.abs(y - otherY) < apartY,
		),
	);

/** From the top clockwise, in cells, all as far apart in angle; from the first row to the last that is left free. */
function ring(nodes: number, width: number, height: number, nameWidth: number): Point[] {
	const angles = Array.from({length: nodes}, (_, at) => (at / nodes) * 2 * Math.PI - Math.PI / 2);
	const lowest = Math.max(...angles.map((angle) => Math.sin(angle)));
	const ry = Math.max(1, (height - 1) / Math.max(1, 1 + lowest));
	const rx = Math.max(4, Math.min((width - nameWidth - 5) / 2, ry * widestRing));
	return angles.map((angle) => [(width - 1) / 2 + rx * Math.cos(angle), ry * (1 + Math.sin(angle))]);
}

/** So many steps lead around a ring along which names are spaced. */
const ringSteps = 720;

/** The same with all as far apart as names have to be: a name is wide and low. The higher the power, the nearer to a rectangle. */
function spacedRing(nodes: number, width: number, height: number, power: number): Point[] {
	const [rx, ry] = [(width - bareWidth - 1) / 2, (height - 1) / 2];
	const bent = (value: number): number => Math.sign(value) * Math.abs(value) ** (2 / power);
	const path = Array.from({length: ringSteps + 1}, (_, at): Point => {
		const angle = (at / ringSteps) * 2 * Math.PI - Math.PI / 2;
		return [(width - 1) / 2 + rx * bent(Math.cos(angle)), ry + ry * bent(Math.sin(angle))];
	});
	const ways = [0];
	for (let at = 1; at <= ringSteps; at++) {
		const [[x, y], [fromX, fromY]] = [path[at]!, path[at - 1]!];
		ways.push(ways[at - 1]! + Math.max(Math.abs(x - fromX) / (bareWidth + 1), Math.abs(y - fromY)));
	}

	const whole = ways.at(-1)!;
	return Array.from({length: nodes}, (_, at): Point => {
		const [x, y] = path[ways.findIndex((way) => way >= (whole * at) / nodes)]!;
		return [x, Math.round(y)];
	});
}

/** Spread over all of the room. */
function inRows(nodes: number, width: number, height: number): Point[] {
	const perRow = Math.max(1, Math.min(Math.floor(width / (bareWidth + 1)), Math.ceil(nodes / Math.max(1, height))));
	const rows = Math.ceil(nodes / perRow);
	return Array.from({length: nodes}, (_, at): Point => [
		((at % perRow) + 0.5) * (width / perRow),
		Math.min(height - 1, Math.floor((Math.floor(at / perRow) * height) / rows)),
	]);
}

/** A message to be drawn: how far along its way, and whether it is lost or held there. */
type Flying = {
	readonly flight: Flight;
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

const alongAt = ({sentUs, dueUs}: Flight, atUs: number): number =>
	Math.min(1, (atUs - sentUs) / Math.max(1, dueUs - sentUs));

/** Where the network loses a message. */
const halfWayUs = ({sentUs, dueUs}: Flight): number => sentUs + (dueUs - sentUs) / 2;

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

/** Returns whether any has a bar. */
function drawLinks(
	canvas: BrailleCanvas,
	{nodes, connects, leader, links}: Snapshot,
	places: readonly Point[],
	flying: readonly Flying[],
): boolean {
	let hasBars = false;
	const used = new Set(flying.map(({flight}) => linkKey(flight.from, flight.to)));
	const special = new Set(links.map(([from, to]) => linkKey(from, to)));
	for (const {id: a} of nodes) {
		for (const {id: b} of nodes.slice(a)) {
			const [there, back] = [connects(a, b), connects(b, a)];
			const key = linkKey(a, b);
			const isNotable = there !== back || special.has(key) || a === leader?.id || b === leader?.id || used.has(key);
			const [from, to] = [places[a - 1]!, places[b - 1]!];
			if (!(there || back)) {
				if (nodes.length <= allLinksMax) {
					drawBar(canvas, from, to);
					hasBars = true;
				}

				continue;
			}

			if (nodes.length > allLinksMax && !isNotable) {
				continue;
			}

			const style = there === back ? (special.has(key) ? 'warn' : 'dim') : 'lost';
			canvas.line(dots(from), dots(to), style, used.has(key) ? dense : sparse);
			if (there !== back) {
				drawArrow(canvas, there ? from : to, there ? to : from);
			}
		}
	}

	return hasBars;
}

/** Between two places where no message gets from one to the other; not half-way, where other links may cross. */
function drawBar(canvas: BrailleCanvas, [x, y]: Point, [toX, toY]: Point): void {
	canvas.text(Math.round((x * 3 + toX * 2) / 5), Math.round((y * 3 + toY * 2) / 5), cutMark, 'lost');
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
	const [column, row] = cellOf({flight, along}, places);
	if (state === 'lost') {
		canvas.text(column, row, '✗', 'lost');
		return;
	}

	const [glyph, style] = signOf(flight.message);
	canvas.text(column, row, glyph, style);
	if (state === 'held') {
		canvas.text(column + 1, row, roleGlyphs.suspended, 'suspended');
	}
}

/** Where a message is on its way. */
function cellOf({flight, along}: Pick<Flying, 'flight' | 'along'>, places: readonly Point[]): Point {
	const [x, y] = places[flight.from - 1]!;
	const [toX, toY] = places[flight.to - 1]!;
	return [Math.round(x + (toX - x) * along), Math.round(y + (toY - y) * along)];
}

/** Beside every message what it is, on whichever side nothing else stands. */
function nameMessages(canvas: BrailleCanvas, flying: readonly Flying[], {points, hasStates}: Places): void {
	const cells = flying.map((message) => cellOf(message, points));
	const taken = new Set(cells.flatMap(([column, row]) => [cellKey(column, row), cellKey(column + 1, row)]));
	for (const point of points) {
		const [left, row] = cornerOf(canvas, point, hasStates);
		for (let column = left; column < left + (hasStates ? stateWidth : bareWidth); column++) {
			taken.add(cellKey(column, row));
			taken.add(cellKey(column, hasStates ? row + 1 : row));
		}
	}

	for (const [at, {flight, state}] of flying.entries()) {
		const [column, row] = cells[at]!;
		const name = nameOf(flight.message);
		const isFree = (from: number): boolean =>
			from >= 0 &&
			from + name.length <= canvas.columns &&
			Array.from(name, (_, offset) => cellKey(from + offset, row)).every((key) => !taken.has(key));
		const from = [column + (state === 'held' ? 3 : 2), column - 1 - name.length].find((start) => isFree(start));
		if (from !== undefined) {
			canvas.text(from, row, name, 'dim');
			for (let offset = 0; offset < name.length; offset++) {
				taken.add(cellKey(from + offset, row));
			}
		}
	}
}

const cellKey = (column: number, row: number): number => row * 1000 + column;

/** What a message is, in as few words as say it. */
function nameOf(message: Message): string {
	switch (message.type) {
		case 'AppendEntries': {
			return message.entries.length === 0 ? 'heartbeat' : `append +${message.entries.length}`;
		}

		case 'AppendReply': {
			return message.success ? `ok ${message.matchIndex}` : 'refused';
		}

		case 'RequestVote': {
			return `vote t${message.term}`;
		}

		case 'VoteReply': {
			return message.voteGranted ? `granted t${message.term}` : `denied t${message.term}`;
		}
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
function drawName(canvas: BrailleCanvas, node: NodeState, place: Point, isRoomy: boolean, style: StyleName): void {
	const name = isRoomy ? ` ${glyphOf(node)} n${node.id} ` : `${glyphOf(node)}n${node.id}`;
	const [column, row] = cornerOf(canvas, place, isRoomy);
	canvas.text(column, row, name, style);
}

/** Below the name, the election timer or, for a leader, the term; who is down has neither. */
function drawState(canvas: BrailleCanvas, node: NodeState, place: Point, snapshot: Snapshot): void {
	const look = lookOf(node, snapshot);
	const [column, row] = cornerOf(canvas, place, true);
	canvas.text(column, row + 1, stateText(node, snapshot.timeUs), look === 'follower' ? 'dim' : look);
}

function stateText(node: NodeState, timeUs: number): string {
	const {server} = node;
	if (server === undefined) {
		return ' down'.padEnd(stateWidth);
	}

	if (server.role === 'leader') {
		return `⟨ t${server.currentTerm} ⟩`.padEnd(stateWidth);
	}

	return `⟨${plain(timerLine(node, timeUs))}⟩`;
}

/** The left upper cell of what is written about a node, within the canvas. */
function cornerOf(canvas: BrailleCanvas, [x, y]: Point, isRoomy: boolean): Point {
	const [width, indent] = isRoomy ? [stateWidth, 2.5] : [bareWidth, 1.5];
	const column = Math.max(0, Math.min(canvas.columns - width, Math.round(x - indent)));
	const row = Math.max(0, Math.min(canvas.rows - 1, Math.round(y)));
	return [column, row];
}
