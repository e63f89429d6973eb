/*
The Nodes panel: the table, kept while nothing in it changes, and the timers, which always do.
*/

import type {Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import type {Size, View} from '../frame.js';
import {columnWidth, nodesTable, type TableRow} from '../nodes-table.js';
import {span, type Line} from '../text.js';
import {lookOf, nodeRow, timerLine, type NodeColumn} from './nodes.js';

/** Sets of columns, from the most to the fewest: the first that fits is shown. */
const least: readonly NodeColumn[] = ['node', 'role', 'term', 'last', 'commit'];
const own: readonly NodeColumn[] = ['node', 'role', 'term', 'voted', 'last', 'commit', 'applied'];
const withLeader: readonly NodeColumn[] = [...own, 'next', 'match'];
const timerWidth = 5;
const stateWidthMin = 12;
const roleWidth = 11; // ◆ candidate

/** Counters may lag by so many frames, for nobody can read faster; whatever else changes is shown at once. */
const framesKept = 3;

export class NodesPanel {
	#content = '';
	#counters = '';
	#age = 0;
	#lines: readonly Line[] = [];

	view(snapshot: Snapshot, {width, height}: Size, selected: ServerId | undefined, picked: ReadonlySet<ServerId>): View {
		const rows = snapshot.nodes.map((node): TableRow => {
			const isSelected = node.id === selected;
			const isPicked = picked.has(node.id);
			const mark = isPicked ? '+' : isSelected ? '❯' : ' ';
			const cells = nodeRow(node, snapshot);
			return {
				cells: {...cells, node: `${mark}${cells.node}`, role: cells.role.padEnd(roleWidth)},
				look: lookOf(node, snapshot.leader?.id),
				isSelected,
				isPicked,
			};
		});
		const table = this.#table(rows, width - timerWidth, !snapshot.isPlaying);
		const lines = table.map((line, at): Line => {
			const node = snapshot.nodes[at - 1];
			return [...line, ...(node === undefined ? [span('timer', 'dim')] : timerLine(node, snapshot.timeUs))];
		});
		const up = snapshot.nodes.filter(({server}) => server !== undefined).length;
		return {
			title: 'Nodes',
			remark: [span(`${up} up`, up < snapshot.nodes.length ? 'warn' : 'dim')],
			lines: lines.slice(0, height),
		};
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

/** As many columns as fit: the leader's view of its followers too, and the state machine's content, cut to the room. */
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
	const spare = width - taken(withLeader) - 3;
	if (spare < stateWidthMin) {
		return nodesTable(rows, [withLeader, own].find((columns) => taken(columns) <= width) ?? least);
	}

	const cut = rows.map((row) => ({
		...row,
		cells: {...row.cells, state: shortened(row.cells.state, spare).padEnd(spare)},
	}));
	return nodesTable(cut, [...withLeader, 'state']);
}

const shortened = (text: string, width: number): string =>
	text.length <= width ? text : `${text.slice(0, width - 1)}…`;
