/*
The Nodes panel: the table, kept while nothing in it changes, and the timers, which always do.
*/

import type {Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import type {Size, View} from '../frame.js';
import {nodesTable, type TableRow} from '../nodes-table.js';
import {span, type Line} from '../text.js';
import {lookOf, nodeRow, timerLine, type NodeColumn} from './nodes.js';

/** What is always shown, and what comes with more room. */
const always: readonly NodeColumn[] = ['node', 'role', 'term', 'voted', 'last', 'commit', 'applied'];
const widths: Readonly<Record<NodeColumn, number>> = {node: 4, role: 11, term: 4, voted: 5, last: 4, commit: 6, applied: 7, next: 4, match: 5, state: 12};
const timerWidth = 7;

/** Counters may lag by so many frames, for nobody can read faster; whatever else changes is shown at once. */
const framesKept = 3;

export class NodesPanel {
	#content = '';
	#counters = '';
	#age = 0;
	#lines: readonly Line[] = [];

	view(snapshot: Snapshot, {width, height}: Size, selected: ServerId | undefined, picked: ReadonlySet<ServerId>): View {
		const {columns, gap, stateWidth} = layout(width);
		const rows = snapshot.nodes.map((node): TableRow => {
			const isSelected = node.id === selected;
			const cells = nodeRow(node, snapshot, stateWidth);
			return {
				cells: {...cells, node: `${isSelected ? '❯' : ' '}${cells.node}`, role: cells.role.padEnd(widths.role)},
				look: lookOf(node, snapshot.leader?.id),
				isSelected,
				isPicked: picked.has(node.id),
			};
		});
		const table = this.#table(rows, columns, gap, !snapshot.isPlaying);
		const lines = table.map((line, at): Line => {
			const node = snapshot.nodes[at - 1];
			return [...line, ...(node === undefined ? [span('timer', 'dim')] : timerLine(node, snapshot.timeUs))];
		});
		const up = snapshot.nodes.filter(({server}) => server !== undefined).length;
		return {title: 'Nodes', remark: [span(`${up} up`, up < snapshot.nodes.length ? 'warn' : 'dim')], lines: lines.slice(0, height)};
	}

	#table(rows: readonly TableRow[], columns: readonly NodeColumn[], gap: number, isExact: boolean): readonly Line[] {
		const content = JSON.stringify([
			columns,
			gap,
			rows.map(({cells, look, isSelected, isPicked}) => [cells.node, cells.role, cells.term, cells.voted, look, isSelected, isPicked]),
		]);
		const counters = JSON.stringify(rows.map(({cells}) => cells));
		this.#age++;
		if (content !== this.#content || (counters !== this.#counters && (isExact || this.#age >= framesKept))) {
			this.#lines = nodesTable(rows, columns, gap);
			this.#content = content;
			this.#counters = counters;
			this.#age = 0;
		}

		return this.#lines;
	}
}

function layout(width: number): {columns: readonly NodeColumn[]; gap: number; stateWidth: number} {
	const taken = (columns: readonly NodeColumn[], gap: number): number =>
		timerWidth + columns.reduce((sum, column) => sum + widths[column] + gap, 0);
	const withLeader: readonly NodeColumn[] = [...always, 'next', 'match'];
	const all: readonly NodeColumn[] = [...withLeader, 'state'];
	for (const gap of [2, 1]) {
		for (const columns of [all, withLeader]) {
			const spare = width - taken(columns, gap);
			if (spare >= 0) {
				return {columns, gap, stateWidth: columns === all ? widths.state + spare : 0};
			}
		}
	}

	return {columns: always, gap: width >= taken(always, 2) ? 2 : 1, stateWidth: 0};
}
