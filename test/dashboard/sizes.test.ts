/*
Every size a terminal can have: the frame is exactly as large, whatever is on it. By default the widths and heights
are tried one by one beside a few of the other; `WHITEWATER_SIZES=all` tries every pair, each with one of the runs and views in turn.
*/

import assert from 'node:assert/strict';
import process from 'node:process';
import test from 'node:test';
import stringWidth from 'string-width';
import {rowsOf} from '../../source/dashboard/bands.js';
import {Dashboard} from '../../source/dashboard/dashboard.js';
import {panels} from '../../source/dashboard/layout.js';
import {Panes} from '../../source/dashboard/panes.js';
import {Lab} from '../../source/lab/lab.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import {calm, faulty, newLab, pass, twoLeaders, useColours, violated} from './stage.js';

useColours(0);

const isThorough = process.env['WHITEWATER_SIZES'] === 'all';

const columnsRange = {from: 60, to: 250};
const rowsRange = {from: 16, to: 70};

const range = ({from, to}: {readonly from: number; readonly to: number}, step = 1): readonly number[] =>
	Array.from({length: Math.floor((to - from) / step) + 1}, (_, at) => from + at * step);

/** Every width with some heights, and every height with some widths. */
const sizes: ReadonlyArray<readonly [columns: number, rows: number]> = isThorough
	? range(columnsRange).flatMap((columns) => range(rowsRange).map((rows) => [columns, rows] as const))
	: [
			...range(columnsRange).map((columns) => [columns, [16, 24, 36, 48, 70][columns % 5]!] as const),
			...range(rowsRange).map((rows) => [[60, 80, 103, 120, 160, 250][rows % 6]!, rows] as const),
		];

/** Wide and combining characters, emoji, and characters that some terminals take for wide, wherever somebody can write. */
const strange = `
title: "節点 🚣 é ★ très long and longer still, so that it cannot stand anywhere on one line"
seed: strange
nodes: 5
clients: "3 at 40/s"
steps:
  - "mark 第一章 ①②③ – the beginning"
  - "say リーダーが落ちる 💥 — and what comes of it is told at some length: 選挙が始まる, then another leader 👑 is elected …"
  - timeout n1
  - wait leader
  - write 節=点
  - wait 500ms
  - crash leader
  - "say The second caption is short. ±½°"
  - wait 300ms
`;

const story = (): Lab => {
	const scenario = parseScenario(strange, 'strange.yaml');
	const lab = new Lab(scenario.settings, {scenario, speed: 1});
	for (let tick = 0; tick < 90; tick++) {
		lab.tick(10);
	}

	return lab;
};

const many = (nodes: number) => (): Lab => {
	const lab = newLab({nodes, clients: {count: 5, ratePerS: 100}, lossRate: 0.1});
	pass(lab, 1500);
	return lab;
};

const runs: Readonly<Record<string, () => Lab>> = {
	'two leaders': twoLeaders,
	'everything wrong': faulty,
	'a broken promise': violated,
	'a story in many scripts': story,
	'nine nodes': many(9),
	'25 nodes': many(25),
	'a run that has not begun': () => newLab(),
};

/** What somebody may have opened, by the keys that open it. */
const views: ReadonlyArray<readonly string[]> = [
	[],
	['?'],
	['w'],
	[':', 'p'],
	['/', 'l'],
	['S'],
	['p', '1'],
	...panels.map((_, at) => [...new Array<string>(at).fill('tab'), 'z']),
];

test('At every size the frame is exactly as wide and as high as the terminal, whatever runs and whatever is open', () => {
	const shown = Object.entries(runs).flatMap(([name, run]) => {
		const lab = run();
		lab.pause();
		return views.map((keys) => {
			const dashboard = new Dashboard(lab, {columns: 80, rows: 24});
			for (const key of ['esc', ...keys]) {
				dashboard.press(key);
			}

			return {name: `${name} after ${keys.join(' ')}`, dashboard};
		});
	});
	for (const [at, [columns, rows]] of sizes.entries()) {
		const {name, dashboard} = shown[at % shown.length]!;
		dashboard.resize(columns, rows);
		const lines = rowsOf(dashboard.frame());
		assert.equal(lines.length, rows, `${name} at ${columns}x${rows}`);
		for (const line of lines) {
			assert.equal(stringWidth(line), columns, `${name} at ${columns}x${rows}: ${line}`);
		}
	}

	assert.ok(sizes.length >= shown.length); // Each of them has been seen
});

test('No panel has more lines than its room, nor cuts one without an ellipsis', () => {
	for (const [name, run] of Object.entries(runs)) {
		const lab = run();
		lab.pause();
		for (const isZoomed of [false, true]) {
			const panes = new Panes(lab);
			panes.isZoomed = isZoomed;
			for (const panel of panels) {
				panes.focusOn(panel);
				for (const [width, height] of [
					[56, 11],
					[76, 8],
					[116, 31],
					[36, 2],
					[246, 65],
				] as const) {
					const {lines} = panes.view(panel, {width, height}, lab.snapshot());
					assert.ok(lines.length <= height, `${name}: ${panel} has ${lines.length} lines in ${width}x${height}`);
				}
			}
		}
	}
});

test('Below the smallest size one sentence says which it is', () => {
	for (const [columns, rows] of [
		[59, 16],
		[60, 15],
		[10, 3],
		[1, 1],
	] as const) {
		const dashboard = new Dashboard(newLab(calm), {columns, rows});
		const words = 'Whitewater needs 60x16';
		assert.equal(
			rowsOf(dashboard.frame())[0]!.slice(0, words.length),
			columns >= words.length ? words : rowsOf(dashboard.frame())[0],
		);
		assert.ok(stringWidth(rowsOf(dashboard.frame())[0]!) <= columns);
	}
});
