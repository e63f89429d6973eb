import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {timelineView} from '../../source/dashboard/views/timeline.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, frame, heal, newLab, partition, pass, restart, suspend, timeout} from './stage.js';

const timeline = (lab: Lab, width = 44, height = 4): string =>
	plainLines(timelineView(lab.snapshot(), {width, height}).lines);

/** N1 leads from 0.02 s on, in a cluster whose timers are too long to matter. */
function calmly(nodes = 3): Lab {
	const lab = newLab({nodes, electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001}});
	ask(lab, timeout(1));
	return lab;
}

test('In the beginning everybody follows', () => {
	assert.equal(
		timeline(newLab({nodes: 3})),
		frame(`
			n1  ─
			n2  ─
			n3  ─
			    0         0.1       0.2       0.3
		`),
	);
});

test('A campaign, then a reign with its term, a column for each tenth of a second', () => {
	const lab = calmly();
	pass(lab, 3000);
	assert.equal(
		timeline(lab),
		frame(`
			n1  ═ 1 ━━━━━━━━━━━━━━━━━━━━━━━━━━━
			n2  ───────────────────────────────
			n3  ───────────────────────────────
			    0         1         2         3
		`),
	);
	assert.equal(plain(timelineView(lab.snapshot(), {width: 44, height: 6}).remark), 'whole run');
});

test('Crashes and returns, a new reign, and where the network was cut and healed', () => {
	const lab = calmly();
	pass(lab, 2050);
	ask(lab, crash(1));
	pass(lab, 400);
	ask(lab, timeout(2));
	pass(lab, 1600);
	ask(lab, restart(1));
	pass(lab, 1000);
	ask(lab, partition(1));
	pass(lab, 800);
	ask(lab, heal);
	pass(lab, 900);
	assert.equal(
		timeline(lab),
		frame(`
			n1  ═ 1 ━━━━━━✗╌╌╌╌╌╌╌╌╌╌────┃───┃────
			n2  ────────────═ 2 ━━━━━━━━━┃━━━┃━━━━
			n3  ─────────────────────────┃───┃────
			    0         2         4         6
		`),
	);
});

test('A suspended server is told from one that is down, and its reign begins anew after it', () => {
	const lab = calmly();
	pass(lab, 1050);
	ask(lab, suspend(1));
	pass(lab, 800);
	ask(lab, {type: 'resume', node: 1});
	pass(lab, 800);
	assert.equal(
		timeline(lab),
		frame(`
			n1  ═ 1 ━━━━━━‖┈┈┈┈┈┈┈┈ 1 ━━━━━
			n2  ───────────────────────────
			n3  ───────────────────────────
			    0         1         2         3
		`),
	);
});

test('When time outgrows the panel, the latest is in view', () => {
	const lab = calmly();
	pass(lab, 20_000);
	ask(lab, crash(1));
	pass(lab, 500);
	assert.equal(
		timeline(lab, 24),
		frame(`
			n1  ━━━━━━━━━━━━━━━━━✗╌╌
			n2  ────────────────────
			n3  ────────────────────
			           18        20
		`),
	);
	assert.equal(plain(timelineView(lab.snapshot(), {width: 24, height: 6}).remark), 'last 4 s');
});

test('However young the run, it takes most of the width; a column stands for ever more time, up to a fifth of a second', () => {
	const lab = calmly();
	const scaleAfter = (ms: number): string => {
		pass(lab, ms - lab.world.timeUs / 1000);
		return timeline(lab).split('\n').at(-1)!.trim();
	};

	assert.equal(scaleAfter(399), '0         0.1       0.2       0.3');
	assert.equal(scaleAfter(400), '0         0.2       0.4       0.6');
	assert.equal(scaleAfter(800), '0         0.5       1         1.5');
	assert.equal(scaleAfter(2000), '0         1         2         3');
	assert.equal(scaleAfter(4000), '0         2         4         6');
	assert.equal(scaleAfter(7999), '0         2         4         6');
});

test('A reign that begins where the network is cut bears its term after that', () => {
	const lab = newLab({nodes: 3, electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001}});
	ask(lab, timeout(1));
	pass(lab, 30);
	ask(lab, partition(1));
	pass(lab, 100);
	assert.match(timeline(lab), /^n1 {2}═══┃ 1 ━+$/mv);
});

test('A crash soon after an election is to be seen', () => {
	const lab = calmly();
	pass(lab, 500);
	ask(lab, crash(1));
	pass(lab, 1000);
	assert.match(timeline(lab), /^n1 {2}.*✗/v);
});

test('The scale has no time that it has no room for', () => {
	const lab = calmly();
	pass(lab, 3000);
	const scale = (width: number): string => timeline(lab, width).split('\n').at(-1)!.trim();
	assert.equal(scale(44), '0         1         2         3');
	assert.equal(scale(46), '0         1         2         3         4');
	for (let width = 12; width <= 120; width++) {
		const ticks = timeline(newLab({nodes: 3}), width)
			.split('\n')
			.at(-1)!
			.trim()
			.split(/ +/v, 20);
		assert.deepEqual(
			ticks,
			ticks.map((_, at) => String(at / 10)),
			`${width} columns`,
		);
	}
});

test('Where there is room below the scale, it is said what the signs mean that are there', () => {
	const lab = calmly();
	const legend = (width = 76, height = 5): string | undefined => timeline(lab, width, height).split('\n', 5)[4]?.trim();
	assert.equal(legend(76, 4), undefined);
	assert.equal(legend(), '═ candidate  ─ follower');
	pass(lab, 1050);
	assert.equal(legend(), '━ leader  ═ candidate  ─ follower');
	ask(lab, crash(2), suspend(3));
	pass(lab, 400);
	ask(lab, partition(1));
	pass(lab, 400);
	assert.equal(legend(), '━ leader  ═ candidate  ✗╌ down  ‖┈ suspended  ┃ cut or healed');
	assert.equal(legend(100), '━ leader  ═ candidate  ✗╌ down  ‖┈ suspended  ┃ cut or healed  ─ follower');
	assert.equal(legend(44), '━ leader  ═ candidate  ✗╌ down');
});

test('The scale is left out where there is no room for it', () => {
	const lab = calmly();
	pass(lab, 3000);
	assert.equal(timeline(lab, 44, 3).split('\n').length, 3);
});

test('Lanes that do not fit are scrolled to, and their number is said', () => {
	const lab = calmly(9);
	const at = (scroll: number) => {
		const {lines, remark, scrollMax} = timelineView(lab.snapshot(), {width: 44, height: 6}, scroll);
		return {names: lines.map((line) => plain(line).slice(0, 2)).join(' '), said: plain(remark), scrollMax};
	};

	assert.deepEqual(at(0), {names: 'n1 n2 n3 n4 n5 n6', said: 'whole run  ↓ 3 more', scrollMax: 3});
	assert.deepEqual(at(2), {names: 'n3 n4 n5 n6 n7 n8', said: 'whole run  ↑ 2 more  ↓ 1 more', scrollMax: 3});
	assert.deepEqual(at(50), {names: 'n4 n5 n6 n7 n8 n9', said: 'whole run  ↑ 3 more', scrollMax: 3});
});

test('No line is wider than the panel, however long the run', () => {
	const lab = calmly(9);
	for (const ms of [0, 100, 5000, 40_000, 900_000]) {
		pass(lab, ms);
		for (const width of [5, 20, 56, 80, 150, 246]) {
			for (const line of timelineView(lab.snapshot(), {width, height: 12}).lines) {
				assert.ok(widthOf(line) <= width, `${width} columns: ${plain(line)}`);
			}
		}
	}
});
