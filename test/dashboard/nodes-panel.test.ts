import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {NodesPanel} from '../../source/dashboard/views/nodes-panel.js';
import {lookOf, timerLine} from '../../source/dashboard/views/nodes.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, frame, ledByFirst, newLab, pass, twoLeaders, useColours, write} from './stage.js';

const nobody: ReadonlySet<number> = new Set();

const nodes = (lab: Lab, {width = 100, height = 10, selected = 0, picked = nobody} = {}): string =>
	plainLines(
		new NodesPanel().view(lab.snapshot(), {width, height}, selected === 0 ? undefined : selected, picked).lines,
	);

useColours(0);
afterEach(() => {
	useColours(0);
});

test('Fresh servers are followers in term 0 that voted for nobody', () => {
	assert.equal(
		nodes(newLab({nodes: 3})),
		frame(`
			 node  role          term  voted  last  commit  applied  next  match  state                    timer
			  n1   ○ follower      0      –     0       0        0                                         ▰▰▰▰▰
			  n2   ○ follower      0      –     0       0        0                                         ▰▰▰▰▰
			  n3   ○ follower      0      –     0       0        0                                         ▰▰▰▰▰
		`),
	);
});

test('Two leaders show their terms, and which of their entries are committed', () => {
	assert.equal(
		nodes(twoLeaders()),
		frame(`
			 node  role          term  voted  last  commit  applied  next  match  state                    timer
			  n1   ★ leader        1     n1     4       2        2     3      0   x=1
			  n2   ○ follower      1     n1     4       2        2     3      0   x=1                      ▰▰▰▰▱
			  n3   ★ leader        2     n3     4       4        4                x=1 y=4
			  n4   ○ follower      2     n3     4       4        4     5      4   x=1 y=4                  ▰▰▰▰▱
			  n5   ○ follower      2     n3     4       4        4     5      4   x=1 y=4                  ▰▰▰▰▱
		`),
	);
});

test('A server that is down shows what it will come back with, and nothing of what it lost', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('x=1', 1));
	pass(lab, 40);
	ask(lab, crash(1));
	assert.equal(
		nodes(lab),
		frame(`
			 node  role          term  voted  last  commit  applied  next  match  state                    timer
			  n1   ✗ down          1     n1     2       –        –
			  n2   ○ follower      1     n1     2       1        1                                         ▰▰▰▰▰
			  n3   ○ follower      1     n1     2       1        1                                         ▰▰▰▰▰
		`),
	);
});

test('The selected server is pointed at', () => {
	assert.match(nodes(ledByFirst(), {selected: 2}), /^ ❯n2 {3}○ follower/mv);
	assert.doesNotMatch(nodes(ledByFirst()), /❯/v);
});

test('In colours what is selected or picked is seen, and the roles are told apart', () => {
	useColours(1);
	const lab = twoLeaders();
	ask(lab, crash(5));
	const {lines} = new NodesPanel().view(lab.snapshot(), {width: 100, height: 10}, 2, new Set([4]));
	const painted = lines.map((line) => line.find((part) => part.painted !== undefined)!.painted!);
	const [inverse, yellow, green, red] = ['\u{1B}[7m', '\u{1B}[33m', '\u{1B}[32m', '\u{1B}[31m'];
	assert.deepEqual(
		painted.map((line) => [inverse, yellow, green, red].map((code) => line.includes(code))),
		[
			[false, false, false, false],
			[false, true, false, false], // A leader whose term is over
			[true, false, false, false],
			[false, false, true, false],
			[true, false, false, false],
			[false, false, false, true],
		],
	);
});

test('Of the columns as many are shown as fit, and always the same ones at a width', () => {
	const heading = (width: number): string => nodes(twoLeaders(), {width}).split('\n', 1)[0]!.trim();
	assert.equal(heading(56), 'node  role          term  last  commit timer');
	assert.equal(heading(62), 'node  role          term  voted  last  commit  applied timer');
	assert.equal(heading(75), 'node  role          term  voted  last  commit  applied  next  match timer');
	assert.match(heading(100), /match {2}state +timer$/v);
});

test('A store that does not fit ends in an ellipsis', () => {
	const lab = ledByFirst({nodes: 3});
	for (const key of ['apples', 'bananas', 'cherries', 'dates']) {
		ask(lab, write(`${key}=1`, 1));
	}

	pass(lab, 100);
	assert.match(nodes(lab), /apples=1 bananas=1 che… {2}▰/v);
});

test('Every line is as wide as every other, and the timers stand below each other, at any width and any counts', () => {
	for (const servers of [3, 9]) {
		const lab = ledByFirst({nodes: servers});
		for (let at = 0; at < 120; at++) {
			ask(lab, write(`x=${at}`, 1));
		}

		pass(lab, 100);
		for (let width = 56; width <= 246; width++) {
			const {lines} = new NodesPanel().view(lab.snapshot(), {width, height: 12}, 1, nobody);
			const widths = lines.map((line) => widthOf(line));
			assert.equal(lines.length, servers + 1);
			assert.equal(new Set(widths).size, 1, `${width} columns: ${widths.join(' ')}`);
			assert.ok(widths[0]! <= width, `${width} columns: ${widths[0]}`);
		}
	}
});

test('While time runs, counters may lag a few frames; roles, selection and a pause are shown at once', () => {
	const lab = ledByFirst();
	const panel = new NodesPanel();
	const last = (selected?: number): string => {
		const line = plain(panel.view(lab.snapshot(), {width: 75, height: 8}, selected, nobody).lines[1]!);
		return /leader +1 +n1 +(?<last>\d+) /v.exec(line)!.groups!['last']!;
	};

	assert.equal(last(), '1');
	ask(lab, write('x=1', 1));
	assert.deepEqual([last(), last(), last()], ['1', '1', '2']);
	ask(lab, write('x=2', 1));
	assert.equal(last(1), '3');
	ask(lab, write('x=3', 1));
	lab.togglePlaying();
	assert.equal(last(1), '4');
	ask(lab, write('x=4', 1));
	assert.equal(last(1), '5');
});

test('An election timer runs down; a leader and who is down have none', () => {
	const lab = newLab({nodes: 3});
	const timer = (id: number): string => plain(timerLine(lab.snapshot().nodes[id - 1]!, lab.world.timeUs));
	const seen = Array.from({length: 5}, () => {
		const shown = timer(2);
		pass(lab, 40);
		return shown;
	});
	assert.deepEqual(seen, ['▰▰▰▰▰', '▰▰▰▰▱', '▰▰▰▱▱', '▰▰▱▱▱', '▰▱▱▱▱']);
	const led = ledByFirst({nodes: 3});
	ask(led, crash(2));
	assert.deepEqual(
		led.snapshot().nodes.map((node) => plain(timerLine(node, led.world.timeUs))),
		[' '.repeat(5), ' '.repeat(5), '▰▰▰▰▰'],
	);
});

test('A leader whose term is over looks different from the leader', () => {
	const {nodes: states, leader} = twoLeaders().snapshot();
	assert.deepEqual(
		states.map((node) => lookOf(node, leader?.id)),
		['deposed', 'follower', 'leader', 'follower', 'follower'],
	);
});
