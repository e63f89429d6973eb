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
} from '../../source/dashboard/layout.js';

const barRows = 3;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** What is wrong with a layout on a screen of this size; nothing, if the panels tile it. */
function findGaps(layout: Layout, columns: number, rows: number): readonly string[] {
	const wrong: string[] = [];
	const heights = layout.map((band) => {
		const widths = band.map((column) => column[0]!.width);
		if (sum(widths) !== columns) {
			wrong.push(`widths ${widths.join(' + ')}`);
		}

		if (band.some((column) => column.some(({width}) => width !== column[0]!.width))) {
			wrong.push('panels of two widths below each other');
		}

		const columnHeights = band.map((column) => sum(column.map(({height}) => height)));
		if (new Set(columnHeights).size !== 1) {
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

	if (layout.flat(2).some(({width, height}) => width < 30 || height < 3)) {
		wrong.push('a panel with no room inside');
	}

	return wrong;
}

/** Call back for every size, number of servers and focus there is. */
function forAll(check: (columns: number, rows: number, nodes: number, focus: PanelName) => void): void {
	for (let {columns} = smallest; columns <= 250; columns++) {
		for (let {rows} = smallest; rows <= 70; rows++) {
			for (let nodes = 3; nodes <= 9; nodes++) {
				for (const focus of panels) {
					check(columns, rows, nodes, focus);
				}
			}
		}
	}
}

test('At every size, for every number of servers and in every focus, the panels tile the screen', () => {
	const seen = new Set<Layout['length']>();
	forAll((columns, rows, nodes, focus) => {
		const layout = layoutFor(columns, rows, nodes, focus);
		const wrong = findGaps(layout, columns, rows);
		seen.add(panelsIn(layout).length);
		if (wrong.length > 0) {
			assert.fail(`${columns}x${rows}, ${nodes} servers, ${focus}: ${wrong.join('; ')}`);
		}
	});
	assert.deepEqual(
		[...seen].toSorted((a, b) => a - b),
		[1, 2, 3, 5, 6],
	);
});

test('The panel in focus is always there', () => {
	const missing: string[] = [];
	forAll((columns, rows, nodes, focus) => {
		const isWithoutTimeline = focus === 'timeline' && panelsIn(layoutFor(columns, rows, nodes, 'nodes')).length === 5;
		if (!isWithoutTimeline && !panelsIn(layoutFor(columns, rows, nodes, focus)).includes(focus)) {
			missing.push(`${columns}x${rows}, ${nodes} servers, ${focus}`);
		}
	});
	assert.deepEqual(missing.slice(0, 10), []);
});

test('Where a wide screen has no room for the Timeline, the focus still leads to it', () => {
	const missing: string[] = [];
	forAll((columns, rows, nodes, focus) => {
		if (focus === 'timeline' && !panelsIn(layoutFor(columns, rows, nodes, focus)).includes(focus)) {
			missing.push(`${columns}x${rows}, ${nodes} servers`);
		}
	});
	assert.deepEqual(missing.slice(0, 10), [], `${missing.length} sizes in all`);
});

test('The sizes that people have show what they are meant to', () => {
	assert.deepEqual(panelsIn(layoutFor(80, 24, 5, 'nodes')), ['nodes', 'log', 'messages']);
	assert.deepEqual(panelsIn(layoutFor(80, 24, 5, 'cluster')), ['nodes', 'cluster']);
	for (const [columns, rows] of [
		[120, 36],
		[160, 48],
		[200, 60],
	] as const) {
		assert.deepEqual(panelsIn(layoutFor(columns, rows, 5, 'nodes')).toSorted(), [...panels].toSorted());
	}
});

test('A zoomed panel has the screen to itself', () => {
	for (const panel of panels) {
		const layout = zoomed(panel, 100, 40);
		assert.deepEqual(panelsIn(layout), [panel]);
		assert.deepEqual(findGaps(layout, 100, 40), []);
	}
});
