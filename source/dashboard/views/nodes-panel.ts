/*
The Nodes panel: the table, kept while nothing in it changes, and beside it what does not go through the
table: the timers, which always change, what is wrong with the machines, where anything is, and their key-value stores.
*/

import type {NodeState, Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import {isAwake} from '../../simulation/host.js';
import type {Size, View} from '../frame.js';
import {columnWidth, nodesTable, type TableRow} from '../nodes-table.js';
import {fit, shortened, span, widthOf, type Line} from '../text.js';
import {moreRows} from './lists.js';
import {nodeDetails} from './node-details.js';
import {lookOf, machineText, nodeRow, storeText, timerCells, timerLine, type NodeColumn} from './nodes.js';

/** Sets of columns, from the most to the fewest: the first that fits is shown. */
const least: readonly NodeColumn[] = ['node', 'role', 'term', 'last', 'commit'];
const own: readonly NodeColumn[] = ['node', 'role', 'term', 'voted', 'last', 'commit', 'applied'];
const withLeader: readonly NodeColumn[] = [...own, 'next', 'match'];
const markWidth = 1;
const storeWidthMin = 12;
const storeGap = 2;
const roleWidth = 11; // ◆ candidate

/** From this width on what is wrong with a machine is said in full. */
const longMachinesFrom = 100;

/** Counters may lag by so many frames, for nobody can read faster; whatever else changes is shown at once. */
const framesKept = 3;

/** Below a table that is zoomed, the details of a node need so many lines; with fewer they take the table's place. */
const detailRowsMin = 9;

/** A table of fewer rows, its heading included, is none. */
const tableRowsMin = 4;

export type NodesOptions = {
	readonly selected: ServerId | undefined;
	readonly picked: ReadonlySet<ServerId>;
	/** Zoomed, the panel tells everything about the selected node, else about the leader. */
	readonly isZoomed?: boolean;
};

export class NodesPanel {
	/** The first row of the table that is shown, where not all fit. */
	#first = 0;
	#content = '';
	#counters = '';
	#age = 0;
	#lines: readonly Line[] = [];

	view(snapshot: Snapshot, {width, height}: Size, {selected, picked, isZoomed = false}: NodesOptions): View {
		const {nodes} = snapshot;
		const awake = nodes.filter((node) => isAwake(node)).length;
		const word = nodes.some(({isSuspended}) => isSuspended) ? 'running' : 'up';
		const standing = span(`${awake} ${word}`, awake < nodes.length ? 'warn' : 'dim');
		const chosen = isZoomed ? (selected === undefined ? snapshot.leader : nodes[selected - 1]) : undefined;
		const hasBoth = height >= tableRowsMin + 1 + detailRowsMin;
		const details =
			chosen === undefined || (selected === undefined && !hasBoth) ? [] : nodeDetails(chosen, snapshot, width);
		if (details.length > 0 && !hasBoth) {
			return {title: 'Nodes', remark: [standing], lines: whole(details, height)};
		}

		const taken = details.length === 0 ? 0 : Math.min(details.length + 1, height - tableRowsMin);
		const shown = this.#inView(nodes, height - 1 - taken, selected ?? snapshot.leader?.id);
		const table = this.#tableLines(shown, snapshot, width, {selected, picked});
		const more = moreRows(this.#first, nodes.length - shown.length - this.#first);
		return {
			title: 'Nodes',
			remark: more.length === 0 ? [standing] : [standing, span(' · ', 'dim'), ...more],
			lines: details.length === 0 ? table : [...table, [], ...whole(details, height - table.length - 1)],
		};
	}

	/** As many rows as there is room for, scrolled no further than it takes to show one node. */
	#inView(nodes: readonly NodeState[], room: number, node: ServerId | undefined): readonly NodeState[] {
		const lowest = Math.max(0, nodes.length - room);
		const [from, to] = node === undefined ? [0, lowest] : [Math.max(0, node - room), node - 1];
		this.#first = Math.min(lowest, Math.max(from, Math.min(this.#first, to)));
		return nodes.slice(this.#first, this.#first + room);
	}

	#tableLines(
		nodes: readonly NodeState[],
		snapshot: Snapshot,
		width: number,
		{selected, picked}: NodesOptions,
	): readonly Line[] {
		const rows = nodes.map((node): TableRow => {
			const isSelected = node.id === selected;
			const cells = nodeRow(node, snapshot);
			return {
				cells: {...cells, role: cells.role.padEnd(roleWidth)},
				look: lookOf(node, snapshot),
				isSelected,
				isPicked: picked.has(node.id),
			};
		});
		const machines = machinesFor(nodes, width);
		const table = this.#table(rows, width - timerCells - machines.width, !snapshot.isPlaying);
		const taken = markWidth + widthOf(table[0]!) + timerCells + machines.width;
		const storeWidth = width - taken - storeGap;
		const hasStores = storeWidth >= storeWidthMin;
		return table.map((line, at): Line => {
			const node = nodes[at - 1];
			if (node === undefined) {
				const headings = `timer${machines.heading.padEnd(machines.width)}${hasStores ? '  state' : ''}`;
				return fit([span(' '), ...line, span(headings, 'dim')], width);
			}

			const {isSelected, isPicked} = rows[at - 1]!;
			const beside: Line = [
				...timerLine(node, snapshot.timeUs),
				span(machines.texts[at - 1]!.padEnd(machines.width), 'warn'),
				...(hasStores ? [span(' '.repeat(storeGap)), span(shortened(storeText(node), storeWidth), 'dim')] : []),
			];
			return isSelected || isPicked
				? [
						span(isPicked ? '+' : '❯', 'chosen'),
						...line,
						...fit(beside, width - markWidth - widthOf(line)).map(({text}) => span(text, 'chosen')),
					]
				: fit([span(' '), ...line, ...beside], width);
		});
	}

	#table(rows: readonly TableRow[], width: number, isExact: boolean): readonly Line[] {
		const content = JSON.stringify([
			width,
			rows.map(({cells, look, isSelected, isPicked}) => [
				cells.node,
				cells.role,
				cells.term,
				cells.voted,
				look,
				isSelected,
				isPicked,
			]),
		]);
		const counters = JSON.stringify(rows.map(({cells}) => cells));
		this.#age++;
		if (content !== this.#content || (counters !== this.#counters && (isExact || this.#age >= framesKept))) {
			this.#lines = fitted(rows, width);
			this.#content = content;
			this.#counters = counters;
			this.#age = 0;
		}

		return this.#lines;
	}
}

/** As many columns as fit, the leader's view of its followers too. */
function fitted(rows: readonly TableRow[], width: number): readonly Line[] {
	const taken = (columns: readonly NodeColumn[]): number =>
		columns.reduce(
			(sum, column) =>
				sum +
				columnWidth(
					column,
					rows.map(({cells}) => cells),
				),
			0,
		);
	return nodesTable(rows, [withLeader, own].find((columns) => taken(columns) <= width) ?? least);
}

/** What is wrong with the nodes' machines, as a column as wide as it must be; none, where nothing is. */
function machinesFor(nodes: readonly NodeState[], width: number) {
	const isLong = width >= longMachinesFrom;
	const gap = ' '.repeat(isLong ? 2 : 1);
	const texts = nodes.map((node) => machineText(node)[isLong ? 'long' : 'short']);
	const heading = 'machine';
	const widest = Math.max(...texts.map((text) => text.length));
	return widest === 0
		? {texts, heading: '', width: 0}
		: {
				texts: texts.map((text) => `${gap}${text}`),
				heading: `${gap}${heading}`,
				width: gap.length + Math.max(widest, heading.length),
			};
}

/** All of these lines; where they do not fit, the last one says so. */
const whole = (lines: readonly Line[], height: number): readonly Line[] =>
	lines.length <= height ? lines : [...lines.slice(0, Math.max(0, height - 1)), [span(' …', 'dim')]];
