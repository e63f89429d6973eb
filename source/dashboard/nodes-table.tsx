/*
The table of the Nodes panel, laid out by ink-table.

A live table costs more a frame than all other panels together, for ink-table mounts a changed row anew
and Ink repaints every cell. So it is rendered to strings, and only when its content has changed.

ink-table gives a cell its column and its text, never its row, and takes a text to be as wide as it is long. What it
gets for text is therefore one private-use character a column, and another that tells the row, in place of the space
after it.
*/

import {stripVTControlCharacters} from 'node:util';
import {renderToString, Text} from 'ink';
import {Table, type CellProps} from 'ink-table';
import {createContext, use, type PropsWithChildren} from 'react';
import {fit, span, textWidth, type Line} from './text.js';
import {paint, type StyleName} from './theme.js';
import type {NodeColumn, NodeRow, RowLook} from './views/nodes.js';

export type TableRow = {
	readonly cells: NodeRow;
	readonly look: RowLook;
	readonly isSelected: boolean;
	readonly isPicked: boolean;
};

const firstMark = 0xe0_00;
const placeholder = '\u{E0FF}';

/** What a cell cannot be told through ink-table, which reads its components' props once. */
const Content = createContext<{readonly rows: readonly TableRow[]; readonly columns: readonly NodeColumn[]}>({
	rows: [],
	columns: [],
});

const roleColumn = 1;
const faintFrom = 7; // Next and match are the leader's opinion, not the node's state

function Cell({column, children}: CellProps) {
	const {rows, columns} = use(Content);
	const text = children as string; // Ink-table has made it one
	const row = [...text]
		.map((character) => rows[character.codePointAt(0)! - firstMark])
		.find((found) => found !== undefined);
	const own = row?.cells[columns[column]!] ?? '';
	const shown = text.replace(/\u{E0FF}+/v, () => own).replaceAll(/[\u{E000}-\u{E0FE}]/gv, ' ');
	return <Text wrap="truncate">{paint([span(shown, styleOf(column, row))], false)}</Text>;
}

function styleOf(column: number, row: TableRow | undefined): StyleName | undefined {
	if (row !== undefined && (row.isSelected || row.isPicked)) {
		return 'chosen';
	}

	if (column === roleColumn && row !== undefined) {
		return row.look; // A look is called like the style of it
	}

	const isFaint = row?.look === 'down' || column >= faintFrom;
	return isFaint ? 'dim' : column === 0 ? 'node' : undefined;
}

const Heading = ({children}: PropsWithChildren) => (
	<Text wrap="truncate">{paint([span(children as string, 'dim')], false)}</Text>
);

/** The panel's frame is frame enough. */
const NoSkeleton = () => null;

const leftAligned = new Set<NodeColumn>(['node', 'role']);

/** What `nodesTable` takes for a column: the longest text or the heading, the mark, and ink-table's padding on both sides. */
export const columnWidth = (column: NodeColumn, rows: readonly NodeRow[]): number =>
	Math.max(column.length, ...rows.map((cells) => textWidth(cells[column]) + 1)) + 2;

/** The heading and a line a row; without ink-table's first blank, for the panel has a mark to set there. */
export function nodesTable(rows: readonly TableRow[], columns: readonly NodeColumn[]): Line[] {
	const data = rows.map(({cells}, at) => {
		const mark = String.fromCodePoint(firstMark + at);
		return Object.fromEntries(columns.map((column) => [column, placeholder.repeat(textWidth(cells[column])) + mark]));
	});
	const painted = renderToString(
		<Content value={{rows, columns}}>
			<Table
				data={data}
				columns={columns.map((key) => ({key, align: leftAligned.has(key) ? 'left' : 'right'}))}
				header={Heading}
				cell={Cell}
				skeleton={NoSkeleton}
			/>
		</Content>,
		{columns: 250},
	);
	const cells = rows.map((row) => row.cells);
	const width = columns.reduce((sum, column) => sum + columnWidth(column, cells), 0) - 1;
	return painted
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => line.replace(' ', ''))
		.map((line) => fit([{...span(stripVTControlCharacters(line)), painted: line}], width)); // Ink cuts spaces at the end
}
