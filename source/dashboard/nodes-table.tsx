/*
The table of the Nodes panel, laid out by ink-table.

A live table costs more a frame than all other panels together, for ink-table mounts a changed row anew
and Ink repaints every cell. So it is rendered to strings, and only when its content has changed.

ink-table gives a cell its column and its text, never its row. A row's number therefore travels in the
text, as one private-use character in place of the space after it.
*/

import {stripVTControlCharacters} from 'node:util';
import {renderToString, Text} from 'ink';
import {Table, type CellProps} from 'ink-table';
import {createContext, use, type PropsWithChildren} from 'react';
import {fit, span, type Line} from './text.js';
import type {NodeColumn, NodeRow, RowLook} from './views/nodes.js';

export type TableRow = {
	readonly cells: NodeRow;
	readonly look: RowLook;
	readonly isSelected: boolean;
	readonly isPicked: boolean;
};

const firstMark = 0xe0_00;

/** What a cell cannot be told through ink-table, which reads its components' props once. */
const Rows = createContext<readonly TableRow[]>([]);

const lookColours: Readonly<Record<RowLook, string>> = {
	leader: 'green',
	deposed: 'yellow',
	candidate: 'yellow',
	follower: 'blue',
	down: 'red',
	suspended: 'magenta',
};

const roleColumn = 1;
const faintFrom = 7; // Next and match are the leader's opinion, not the node's state

function Cell({column, children}: CellProps) {
	const rows = use(Rows);
	const text = children as string; // Ink-table has made it one
	const row = [...text]
		.map((character) => rows[character.codePointAt(0)! - firstMark])
		.find((found) => found !== undefined);
	const shown = text.replaceAll(/[\u{E000}-\u{E0FF}]/gv, ' ');
	if (row !== undefined && (row.isSelected || row.isPicked)) {
		return (
			<Text inverse bold wrap="truncate">
				{shown}
			</Text>
		);
	}

	if (column === roleColumn && row !== undefined) {
		return (
			<Text color={lookColours[row.look]} wrap="truncate">
				{shown}
			</Text>
		);
	}

	return (
		<Text bold={column === 0} dimColor={row?.look === 'down' || column >= faintFrom} wrap="truncate">
			{shown}
		</Text>
	);
}

const Heading = ({children}: PropsWithChildren) => (
	<Text dimColor wrap="truncate">
		{children}
	</Text>
);

/** The panel's frame is frame enough. */
const NoSkeleton = () => null;

const leftAligned = new Set<NodeColumn>(['node', 'role', 'state']);

/** What `nodesTable` takes for a column: the longest text or the heading, the mark, and ink-table's padding on both sides. */
export const columnWidth = (column: NodeColumn, rows: readonly NodeRow[]): number =>
	Math.max(column.length, ...rows.map((cells) => cells[column].length + 1)) + 2;

/** The heading and a line a row. */
export function nodesTable(rows: readonly TableRow[], columns: readonly NodeColumn[]): Line[] {
	const data = rows.map(({cells}, at) => {
		const mark = String.fromCodePoint(firstMark + at);
		return Object.fromEntries(columns.map((column) => [column, cells[column] + mark]));
	});
	const painted = renderToString(
		<Rows value={rows}>
			<Table
				data={data}
				columns={columns.map((key) => ({key, align: leftAligned.has(key) ? 'left' : 'right'}))}
				header={Heading}
				cell={Cell}
				skeleton={NoSkeleton}
			/>
		</Rows>,
		{columns: 250},
	);
	const cells = rows.map((row) => row.cells);
	const width = columns.reduce((sum, column) => sum + columnWidth(column, cells), 0);
	return painted
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => fit([{...span(stripVTControlCharacters(line)), painted: line}], width)); // Ink cuts spaces at the end
}
