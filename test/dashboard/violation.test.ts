import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {safetyProperties} from '../../source/checking/safety.js';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {violationLines, violationView} from '../../source/dashboard/views/violation.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, frame, ledByFirst, restart, stage, useColours, violated} from './stage.js';

useColours(0);
afterEach(() => {
	useColours(0);
});

function told(lab: Lab, explanation?: string, width = 76): string {
	const snapshot = lab.snapshot();
	const violation = snapshot.violation!;
	const evidence = violation.evidence.map((seq) => lab.world.trace.at(seq));
	return plainLines(
		violationLines(
			explanation === undefined ? violation : {...violation, property: 'A Promise', explanation},
			snapshot,
			{evidence, commands: lab.asked.length},
			width,
		),
	);
}

test('A broken promise is told in full: what, where, how, the proof, and what to do', () => {
	assert.equal(
		told(
			violated(),
			'n1 committed x=1 in term 1; then n1 lost it, for its disk had lied: now it is on the disks of n2 and n3 only.',
		),
		frame(`
			 ✗ A Promise   Raft paper §5.3

			n1 committed x=1 in term 1; then n1 lost it, for its disk had lied: now it
			is on the disks of n2 and n3 only.

			What proves it
			  0.100 n1 its disk says that what it wrote is saved
			  0.120 n1 commits everything up to entry 2
			  0.200 n1 restarts: term 1, log up to 1

			What now
			 esc   the panels, as they were at that very event; v comes back here
			 .     goes on by one event, space plays on: from here on nothing is checked
			       any more
			 again seed 7 and the same 7 commands at the same times lead here again
		`),
	);
});

test('What was promised stands before how it was broken', () => {
	const {sentence} = safetyProperties.find(({name}) => name === 'Committed Is Durable')!;
	const text = told(violated()).replaceAll('\n', ' ');
	assert.ok(text.includes(`§5.3 ${sentence}  n1 committed x=1`), text);
});

test('It opens by itself, and the run stands at the very event', () => {
	const {lab, screen, lines, footer} = stage(violated(), {columns: 80, rows: 24});
	assert.equal(lab.isPlaying, false);
	assert.match(lines()[0]!, / ✗ Committed Is Durable {2}✓ linearizable $/v);
	assert.match(lines()[2]!, /^╭─ Violation ─.* ─╮$/v);
	assert.match(screen(), /What proves it/v);
	assert.match(footer(), /^ esc panels {2}\. step {2}space play on /v);
});

test('It opens while the clock ticks, and by a key that breaks a promise', () => {
	const lab = ledByFirst({nodes: 3});
	const scene = stage(lab, {columns: 80, rows: 24});
	ask(lab, {type: 'disk', node: 1, condition: {kind: 'lying'}}, {type: 'disk', node: 2, condition: {kind: 'lying'}});
	scene.press('c');
	scene.dashboard.tick(100);
	ask(lab, crash(1), crash(2), restart(1));
	scene.press('2', 'x');
	assert.match(scene.screen(), /╭─ Violation ─/v);
});

test('Esc shows the panels, v comes back, and without a violation v says that there is none', () => {
	const scene = stage(violated(), {columns: 80, rows: 24});
	for (const key of ['esc', 'q', 'v', 'enter']) {
		scene.press(key);
		assert.doesNotMatch(scene.screen(), /╭─ Violation ─/v, key);
		assert.match(scene.footer(), /v violation/v);
		scene.press('v');
		assert.match(scene.screen(), /╭─ Violation ─/v, key);
	}

	assert.deepEqual(scene.calls, []);
	const safe = stage(ledByFirst(), {columns: 80, rows: 24});
	safe.press('v');
	assert.match(safe.footer(), /No promise has been broken so far\./v);
	assert.doesNotMatch(safe.footer(), /v violation/v);
});

test('It opens once: who goes on is not stopped by it again', () => {
	const scene = stage(violated(), {columns: 80, rows: 24});
	scene.press('space');
	assert.equal(scene.lab.isPlaying, true);
	scene.dashboard.tick(100);
	scene.dashboard.tick(100);
	assert.doesNotMatch(scene.screen(), /╭─ Violation ─/v);
	assert.equal(scene.lab.isPlaying, true);
	const other = stage(violated(), {columns: 80, rows: 24});
	const before = other.lab.world.timeUs;
	other.press('.');
	assert.ok(other.lab.world.timeUs > before);
	assert.doesNotMatch(other.screen(), /╭─ Violation ─/v);
});

test('From it one gets to the help and back, and to the command line', () => {
	const scene = stage(violated(), {columns: 80, rows: 24});
	scene.press('?');
	assert.match(scene.screen(), /╭─ Help ─/v);
	scene.press('esc');
	assert.match(scene.screen(), /╭─ Violation ─/v);
	scene.press(':', 'h', 'i', 'esc');
	assert.match(scene.screen(), /╭─ Violation ─/v);
});

test('Where it does not fit it is read on, and the frame says how much there is', () => {
	const scene = stage(violated(), {columns: 60, rows: 16});
	const left = (): number => Number(/↓ (?<lines>\d+) more lines/v.exec(scene.screen())?.groups?.['lines'] ?? 0);
	const all = left();
	assert.ok(all > 0);
	scene.press('down', 'j');
	assert.equal(left(), all - 2);
	scene.press('G');
	assert.equal(left(), 0);
	assert.match(scene.screen(), /lead\s+here again|again +│/v);
	scene.press('g', 'g');
	assert.equal(left(), all);
});

test('Where there is room, the logs are shown below it', () => {
	const scene = stage(violated(), {columns: 120, rows: 36});
	assert.match(scene.screen(), /╭─ Violation ─[\s\S]*╭─ Log ─/v);
	assert.doesNotMatch(stage(violated(), {columns: 120, rows: 24}).screen(), /╭─ Log ─/v);
});

test('An event that the trace has forgotten is said to be forgotten', () => {
	const {violation} = violated().snapshot();
	const text = plainLines(violationLines(violation!, {seed: '7'}, {evidence: [undefined], commands: 1}, 76));
	assert.match(text, /What proves it\n {2}An event so long ago that it is not kept any more\./v);
	assert.match(text, /seed 7 and the same command at the same times lead here again/v);
});

test('A property that is not one of Raft’s own is told by its explanation alone', () => {
	const violation = {property: 'Order', section: 'thesis §6.3', explanation: 'c1 read 2.', evidence: [], seq: 9};
	const text = plainLines(violationLines(violation, {seed: '7'}, {evidence: [], commands: 2}, 76));
	assert.match(text, /^ ✗ Order {3}Ongaro’s thesis §6\.3\n\nc1 read 2\.\n/v);
});

test('No line is wider than the panel, and nothing is cut', () => {
	const lab = violated();
	const snapshot = lab.snapshot();
	const evidence = snapshot.violation!.evidence.map((seq) => lab.world.trace.at(seq));
	for (let width = 56; width <= 246; width++) {
		const view = violationView(snapshot.violation!, snapshot, {evidence, commands: 7}, {width, height: 40}, 0);
		for (const line of view.lines) {
			assert.ok(widthOf(line) <= width, plain(line));
			assert.doesNotMatch(plain(line), /…/v);
		}
	}
});

test('In colours its frame is red', () => {
	useColours(1);
	const {lines} = stage(violated(), {columns: 80, rows: 24});
	assert.ok(lines()[2]!.startsWith('\u{1B}[31m╭─ '));
});
