import assert from 'node:assert/strict';
import test from 'node:test';
import {
	layoutFor,
	panels,
	panelsIn,
	smallest,
	zoomed,
	type Layout,
	type PanelName,
	type PanelRow,
} from '../../source/dashboard/layout.js';

const barRows = 3;
const clusters = [3, 5, 9, 15, 25];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const widthOf = (row: PanelRow): number => sum(row.map(({width}) => width));

/** What is wrong with a layout on a screen of this size; nothing, if the panels tile it. */
function findGaps(layout: Layout, columns: number, rows: number): readonly string[] {
	const wrong: string[] = [];
	const heights = layout.map((band) => {
		const widths = band.map((column) => widthOf(column[0]!));
		if (sum(widths) !== columns) {
			wrong.push(`widths ${widths.join(' + ')}`);
		}

		if (band.some((column) => column.some((row) => widthOf(row) !== widthOf(column[0]!)))) {
			wrong.push('rows of two widths below each other');
		}

		if (band.flat().some((row) => row.some(({height}) => height !== row[0]!.height))) {
			wrong.push('panels of two heights beside each other');
		}

		const columnHeights = band.map((column) => sum(column.map((row) => row[0]!.height)));
		if (columnHeights.some((height) => height !== columnHeights[0])) {
			wrong.push(`heights beside each other ${columnHeights.join(', ')}`);
		}

		return columnHeights[0]!;
	});
	if (sum(heights) !== rows - barRows) {
		wrong.push(`heights ${heights.join(' + ')}`);
	}

	const shown = panelsIn(layout);
	if (new Set(shown).size !== shown.length) {
		wrong.push('a panel twice');
	}

	if (layout.flat(3).some(({width, height}) => width < 30 || height < 4)) {
		wrong.push('a panel with too little room');
	}

	return wrong;
}

/** Call back for every size, number of servers and focus there is. */
function forAll(check: (columns: number, rows: number, nodes: number, focus: PanelName) => void): void {
	for (let {columns} = smallest; columns <= 250; columns += columns < 160 ? 1 : 6) {
		for (let {rows} = smallest; rows <= 70; rows++) {
			for (const nodes of clusters) {
				for (const focus of panels) {
					check(columns, rows, nodes, focus);
				}
			}
		}
	}
}

test('At every size, for every number of servers, the panels tile the screen, and the one in focus is there', () => {
	const seen = new Set<number>();
	forAll((columns, rows, nodes, focus) => {
		const layout = layoutFor(columns, rows, nodes, focus);
		const shown = panelsIn(layout);
		const wrong = [
			...findGaps(layout, columns, rows),
			...(shown.includes(focus) ? [] : ['the panel in focus is missing']),
			...(shown.includes('nodes') ? [] : ['the table is missing']),
		];
		seen.add(shown.length);
		if (wrong.length > 0) {
			assert.fail(`${columns}x${rows}, ${nodes} servers, ${focus}: ${wrong.join('; ')}`);
		}
	});
	assert.deepEqual(
		[...seen].toSorted((a, b) => a - b),
		[2, 3, 5, 6, 8],
	);
});

/** A layout as text: bands on lines, columns apart, rows of a column with a slash between them. */
const drawn = (columns: number, rows: number, nodes: number, focus: PanelName): readonly string[] =>
	layoutFor(columns, rows, nodes, focus).map((band) =>
		band
			.map((column) =>
				column.map((row) => row.map(({panel, width, height}) => `${panel} ${width}x${height}`).join(' + ')).join(' / '),
			)
			.join(' | '),
	);

test('The sizes that people have show what they are meant to', () => {
	assert.deepEqual(drawn(80, 24, 5, 'nodes'), ['nodes 80x8', 'log 80x7', 'messages 80x6']);
	assert.deepEqual(drawn(80, 24, 5, 'cluster'), ['nodes 80x8', 'cluster 80x13']);
	assert.deepEqual(drawn(80, 27, 5, 'nodes'), ['nodes 80x8', 'log 80x8', 'messages 80x8']);
	assert.deepEqual(drawn(100, 30, 5, 'nodes'), ['nodes 100x8', 'log 100x9', 'messages 100x10']);
	assert.deepEqual(drawn(120, 36, 5, 'nodes'), [
		'cluster 42x15 | nodes 78x8 / timeline 78x7',
		'log 120x10',
		'messages 76x8 | events 44x8',
	]);
	assert.deepEqual(drawn(160, 48, 5, 'nodes'), [
		'cluster 56x20 | nodes 104x8 / timeline 104x7 / metrics 52x5 + clients 52x5',
		'log 160x10',
		'messages 103x15 | events 57x15',
	]);
});

test('From 150 columns and 46 rows on every panel is there at once', () => {
	for (const focus of panels) {
		assert.deepEqual(panelsIn(layoutFor(150, 46, 5, focus)).toSorted(), [...panels].toSorted());
		for (const [columns, rows] of [
			[149, 46],
			[150, 45],
		] as const) {
			const isChart = focus === 'clients' || focus === 'metrics';
			assert.equal(panelsIn(layoutFor(columns, rows, 5, focus)).length, 6, focus);
			assert.equal(panelsIn(layoutFor(columns, rows, 5, focus)).includes('cluster'), !isChart, focus);
		}
	}
});

test('What has no place of its own takes the ring’s while it is in focus, on a small screen the Log’s', () => {
	for (const focus of ['timeline', 'clients', 'metrics'] as const) {
		assert.deepEqual(drawn(120, 36, 9, focus), [
			`${focus} 42x13 | nodes 78x13`,
			'log 120x13',
			'messages 76x7 | events 44x7',
		]);
		assert.deepEqual(drawn(80, 24, 5, focus), ['nodes 80x8', `${focus} 80x13`]);
	}
});

test('Up to nine servers are all in the table, as far as the screen has the rows; more leave room for the rest', () => {
	const tableRows = (columns: number, rows: number, nodes: number): number =>
		layoutFor(columns, rows, nodes, 'nodes')
			.flat(3)
			.find(({panel}) => panel === 'nodes')!.height - 3;
	assert.deepEqual(
		clusters.map((nodes) => tableRows(80, 24, nodes)),
		[3, 5, 9, 11, 11],
	);
	assert.deepEqual(
		clusters.map((nodes) => tableRows(60, 16, nodes)),
		[3, 5, 5, 5, 5],
	);
	assert.deepEqual(
		clusters.map((nodes) => tableRows(160, 48, nodes)),
		[3, 5, 9, 15, 16],
	);
});

test('A zoomed panel has the screen to itself', () => {
	for (const panel of panels) {
		const layout = zoomed(panel, 100, 40);
		assert.deepEqual(panelsIn(layout), [panel]);
		assert.deepEqual(findGaps(layout, 100, 40), []);
	}
});
