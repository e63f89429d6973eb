import assert from 'node:assert/strict';
import test from 'node:test';
import {chartLines, linearScale, ratioScale, roundUp} from '../../source/dashboard/chart.js';
import {plainLines} from '../../source/dashboard/frame.js';
import {sparkline} from '../../source/dashboard/sparkline.js';
import {plain} from '../../source/dashboard/text.js';
import {toAscii} from '../../source/dashboard/theme.js';
import {frame} from './stage.js';

test('In a sparkline nothing is the lowest block, anything is higher, and what is not known is blank', () => {
	const line = sparkline([0, 0.01, 1, 2, 3, 4, 5, 6, 7, undefined, 9], 7, 'good');
	assert.equal(plain(line), '▁▂▂▃▄▅▆▇█ █');
	assert.deepEqual(
		line.map(({text, style}) => [text, style]),
		[
			['▁', 'dim'],
			['▂▂▃▄▅▆▇█', 'good'],
			[' ', undefined],
			['█', 'good'],
		],
	);
});

test('In ASCII the blocks are signs of their own, the denser the higher', () => {
	assert.equal(toAscii('▁▂▃▄▅▆▇█ ░▒'), '_.-:=+*# ,%');
});

test('Axes end at round numbers', () => {
	assert.deepEqual(
		[0.013, 1, 1.01, 3, 70, 5000, 5001].map((value) => roundUp(value)),
		[0.02, 1, 2, 5, 100, 5000, 10_000],
	);
	assert.deepEqual(
		[0, 0.4, 1.5, 3, 47, 61, 98, 1200].map((highest) => linearScale(highest).ticks),
		[
			[0, 0.5, 1],
			[0, 0.5, 1],
			[0, 1, 2],
			[0, 2, 4],
			[0, 30, 60],
			[0, 40, 80],
			[0, 50, 100],
			[0, 1000, 2000],
		],
	);
	assert.deepEqual(
		[
			[30, 40],
			[23, 840],
			[100, 10_000],
			[1, 1],
		].map(([lowest, highest]) => ratioScale(lowest!, highest!).ticks),
		[
			[10, 50],
			[10, 100, 1000],
			[50, 100, 1000, 10_000],
			[0.5, 1, 5],
		],
	);
});

test('A chart is filled up to its numbers by eighths of a cell, with an axis that names its edges', () => {
	const lines = chartLines([{values: [0, 1, 5, 10, 16, undefined, 20], style: 'good'}], linearScale(20), 4, String);
	assert.equal(
		plainLines(lines),
		frame(`
			     20 ┤    ▂ █
			        │    █ █
			     10 ┤   ██ █
			      0 ┤ ▂███ █
		`),
	);
});

test('Where ratios count, equal ratios are equally high', () => {
	const values = [1, 10, 100, 1000];
	const lines = chartLines([{values, style: 'good'}], ratioScale(2, 1000), 6, String);
	assert.equal(
		plainLines(lines),
		frame(`
			   1000 ┤   █
			        │   █
			    100 ┤  ██
			        │  ██
			     10 ┤ ███
			      1 ┤ ███
		`),
	);
});

test('Areas behind one another can be told apart without colours', () => {
	const lines = chartLines(
		[
			{values: [1, 1, 2, undefined], style: 'good'},
			{values: [2, 1, 3, undefined], style: 'warn', shade: '▒'},
			{values: [3, 4, 4, undefined], style: 'lost', shade: '░'},
		],
		linearScale(4),
		4,
		String,
	);
	assert.equal(
		plainLines(lines),
		frame(`
			      4 ┤ ░░
			        │░░▒
			      2 ┤▒░█
			      0 ┤███
		`),
	);
});
