import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {NodesPanel} from '../../source/dashboard/views/nodes-panel.js';
import {lookOf, timerLine} from '../../source/dashboard/views/nodes.js';
import type {Lab} from '../../source/lab/lab.js';
import {termOf} from '../../source/simulation/host.js';
import {
	ask,
	crash,
	faulty,
	frame,
	isolate,
	ledByFirst,
	newLab,
	pass,
	timeout,
	twoLeaders,
	useColours,
	write,
} from './stage.js';

const nobody: ReadonlySet<number> = new Set();

const nodes = (lab: Lab, {width = 100, height = 10, selected = 0, picked = nobody, isZoomed = false} = {}): string =>
	plainLines(
		new NodesPanel().view(
			lab.snapshot(),
			{width, height},
			{selected: selected === 0 ? undefined : selected, picked, isZoomed},
		).lines,
	);

useColours(0);
afterEach(() => {
	useColours(0);
});

test('Fresh servers are followers in term 0 that voted for nobody', () => {
	assert.equal(
		nodes(newLab({nodes: 3})),
		frame(`
			 node  role          term  voted  last  commit  applied  next  match timer  state
			 n1    ○ follower      0      –     0       0        0               ▰▰▰▰▰
			 n2    ○ follower      0      –     0       0        0               ▰▰▰▰▰
			 n3    ○ follower      0      –     0       0        0               ▰▰▰▰▰
		`),
	);
});

test('Two leaders show their terms, and which of their entries are committed', () => {
	assert.equal(
		nodes(twoLeaders()),
		frame(`
			 node  role          term  voted  last  commit  applied  next  match timer  state
			 n1    ★ ex-leader     1     n1     4       2        2     3      0         x=1
			 n2    ○ follower      1     n1     4       2        2     3      0  ▰▰▰▰▱  x=1
			 n3    ★ leader        2     n3     4       4        4                      x=1 y=4
			 n4    ○ follower      2     n3     4       4        4     5      4  ▰▰▰▰▱  x=1 y=4
			 n5    ○ follower      2     n3     4       4        4     5      4  ▰▰▰▰▱  x=1 y=4
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
			 node  role          term  voted  last  commit  applied  next  match timer  state
			 n1    ✗ down          1     n1     2       –        –
			 n2    ○ follower      1     n1     2       1        1               ▰▰▰▰▰
			 n3    ○ follower      1     n1     2       1        1               ▰▰▰▰▰
		`),
	);
});

test('The selected server is pointed at', () => {
	assert.match(nodes(ledByFirst(), {selected: 2}), /^❯n2 {4}○ follower/mv);
	assert.doesNotMatch(nodes(ledByFirst()), /❯/v);
});

test('In colours what is selected or picked is seen, and the roles are told apart', () => {
	useColours(1);
	const lab = twoLeaders();
	ask(lab, crash(5));
	const {lines} = new NodesPanel().view(lab.snapshot(), {width: 100, height: 10}, {selected: 2, picked: new Set([4])});
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
	assert.match(heading(100), /match timer {2}state$/v);
});

test('A store that does not fit ends in an ellipsis', () => {
	const lab = ledByFirst({nodes: 3});
	for (const key of ['apples', 'bananas', 'cherries', 'dates']) {
		ask(lab, write(`${key}=1`, 1));
	}

	pass(lab, 100);
	assert.match(nodes(lab), /▰▱ {2}apples=1 bananas=1 cher…$/mv);
});

test('Every line is as wide as every other, and the timers stand below each other, at any width and any counts', () => {
	for (const lab of [ledByFirst({nodes: 3}), ledByFirst({nodes: 9}), faulty()]) {
		for (let at = 0; at < 120; at++) {
			ask(lab, write(`x=${at}`, 1));
		}

		pass(lab, 100);
		for (let width = 56; width <= 246; width += width < 80 ? 1 : 11) {
			const {lines} = new NodesPanel().view(lab.snapshot(), {width, height: 12}, {selected: 1, picked: nobody});
			const widths = lines.map((line) => widthOf(line));
			assert.equal(lines.length, lab.world.hosts.length + 1);
			assert.equal(new Set(widths).size, 1, `${width} columns: ${widths.join(' ')}`);
			assert.ok(widths[0]! <= width, `${width} columns: ${widths[0]}`);
		}
	}
});

test('While time runs, counters may lag a few frames; roles, selection and a pause are shown at once', () => {
	const lab = ledByFirst();
	const panel = new NodesPanel();
	const last = (selected?: number): string => {
		const line = plain(panel.view(lab.snapshot(), {width: 75, height: 8}, {selected, picked: nobody}).lines[1]!);
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

test('A timer with more than two seconds left says how many, in the width of the gauge', () => {
	const timer = (leftUs: number): string => {
		const lab = newLab({nodes: 3, electionTimeout: {minUs: leftUs, maxUs: leftUs + 1}});
		return plain(timerLine(lab.snapshot().nodes[0]!, 0));
	};

	assert.deepEqual(
		[2_000_000, 2_100_000, 9_940_000, 9_960_000, 58_200_000, 99_960_000, 640_000_000, 999_600_000].map((leftUs) =>
			timer(leftUs),
		),
		['▰▰▰▰▰', '2.1 s', '9.9 s', '10.0s', '58.2s', '100 s', '640 s', ' 17 m'],
	);
});

test('Of more servers than there is room for the selected one is in view, or else the leader, and the frame counts the others', () => {
	const lab = ledByFirst({nodes: 25});
	const panel = new NodesPanel();
	const seen = (selected: number | undefined): readonly string[] => {
		const {lines, remark} = panel.view(lab.snapshot(), {width: 76, height: 9}, {selected, picked: nobody});
		const rows = lines.slice(1).map((line) => /(?<name>n\d+)/v.exec(plain(line))!.groups!['name']!);
		assert.equal(rows.length, 8);
		return [rows[0]!, rows.at(-1)!, plain(remark)];
	};

	assert.deepEqual(seen(undefined), ['n1', 'n8', '25 up · ↓ 17 more']);
	assert.deepEqual(seen(8), ['n1', 'n8', '25 up · ↓ 17 more']);
	assert.deepEqual(seen(9), ['n2', 'n9', '25 up · ↑ 1 ↓ 16 more']);
	assert.deepEqual(seen(25), ['n18', 'n25', '25 up · ↑ 17 more']);
	assert.deepEqual(seen(20), ['n18', 'n25', '25 up · ↑ 17 more']);
	assert.deepEqual(seen(17), ['n17', 'n24', '25 up · ↑ 16 ↓ 1 more']);
	assert.deepEqual(seen(undefined), ['n1', 'n8', '25 up · ↓ 17 more']); // N1 leads
	ask(lab, timeout(20));
	pass(lab, 100);
	assert.deepEqual(seen(undefined), ['n13', 'n20', '25 up · ↑ 12 ↓ 5 more']);
	assert.deepEqual(seen(1), ['n1', 'n8', '25 up · ↓ 17 more']);
});

test('Zoomed with twenty-five servers, a part of the table stands above the details, which are whole', () => {
	const lab = ledByFirst({nodes: 25});
	const lines = nodes(lab, {width: 76, height: 19, selected: 20, isZoomed: true}).split('\n');
	assert.match(lines[0]!, /^ node /v);
	assert.match(lines[10]!, /^❯n20 /v);
	assert.deepEqual(lines.slice(11), [
		'',
		' n20  ○ follower of n1',
		' persistent term 1 · voted for n1 · log up to 1, term 1',
		' volatile   committed 1 · applied 1 · election timer in 180 ms',
		' disk       ok',
		' clock      1x',
		' links      whole',
		' state      empty',
	]);
	assert.match(nodes(lab, {width: 76, height: 19, selected: 1, isZoomed: true}), /^ peers {6}n2–n25 next 2 match 1$/mv);
});

test('Details that do not fit end in an ellipsis', () => {
	const lab = ledByFirst({nodes: 3});
	for (let at = 0; at < 60; at++) {
		ask(lab, write(`key${at}=${at}`, 1));
	}

	pass(lab, 100);
	const lines = nodes(lab, {width: 56, height: 14, selected: 1, isZoomed: true}).split('\n');
	assert.equal(lines.length, 14);
	assert.equal(lines.at(-1), ' …');
});

test('A leader whose term is over looks different from the leader', () => {
	const snapshot = twoLeaders().snapshot();
	assert.deepEqual(
		snapshot.nodes.map((node) => lookOf(node, snapshot)),
		['deposed', 'follower', 'leader', 'follower', 'follower'],
	);
});

test('Who leads a term that a majority has left looks so too, though nobody leads a later one; one who is cut off changes nothing', () => {
	const looks = (cutOff: readonly number[]) => {
		const lab = ledByFirst();
		ask(lab, ...cutOff.map((node) => isolate(node)));
		pass(lab, 1000);
		const snapshot = lab.snapshot();
		assert.equal(snapshot.leader?.id, 1);
		assert.ok(termOf(snapshot.nodes.at(-1)!) > termOf(snapshot.nodes[0]!));
		return lookOf(snapshot.nodes[0]!, snapshot);
	};

	assert.equal(looks([5]), 'leader');
	assert.equal(looks([4, 5]), 'leader');
	assert.equal(looks([3, 4, 5]), 'deposed');
});

test('What is wrong with a machine stands beside its row, and a suspended server keeps its role', () => {
	assert.equal(
		nodes(faulty()),
		frame(`
			 node  role          term  voted  last  commit  applied timer  machine
			 n1    ★ leader        1     n1     6       1        1         disk slow 20–40 ms · clock 1.5x
			 n2    ‖ follower      1     n1     1       1        1  ▱▱▱▱▱  disk lying · clock 0.5x
			 n3    ✗ down          1     n1     1       –        –         disk full
			 n4    ◆ candidate     3     n4     1       1        1  ▰▰▰▰▰
			 n5    ◆ candidate     3     n5     1       1        1  ▰▰▰▰▰
		`),
	);
});

test('On a narrow screen it stands there in as few words as say it', () => {
	assert.equal(
		nodes(faulty(), {width: 56}),
		frame(`
			 node  role          term  last  commit timer machine
			 n1    ★ leader        1     6       1        slow 1.5x
			 n2    ‖ follower      1     1       1  ▱▱▱▱▱ lying 0.5x
			 n3    ✗ down          1     1       –        full
			 n4    ◆ candidate     3     1       1  ▰▰▰▰▰
			 n5    ◆ candidate     3     1       1  ▰▰▰▰▰
		`),
	);
});

test('Zoomed, the panel tells everything about the selected server', () => {
	const screen = nodes(faulty(), {width: 116, height: 31, selected: 2, isZoomed: true});
	assert.equal(
		screen.split('\n').slice(7).join('\n'),
		frame(`
			 n2  ‖ follower of n1, suspended: it does nothing, and what comes for it waits
			 persistent term 1 · voted for n1 · log up to 1, term 1
			 volatile   committed 1 · applied 1 · election timer in 0 ms
			 disk       lying
			 clock      0.5x
			 links      nothing gets to n3 n4 n5 · nothing comes from n1 n3 n4 n5
			 state      empty
		`),
	);
});

test('Without a selection it tells about the leader, also what that thinks of its peers', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('x=1', 1));
	pass(lab, 30);
	assert.match(
		nodes(lab, {width: 76, height: 19, isZoomed: true}),
		/^ n1 {2}★ leader\n.*\n.*\n peers {6}n2 n3 next 3 match 2\n disk {7}ok\n clock {6}1x\n links {6}whole\n state {6}x=1$/mv,
	);
});

test('On the smallest screen the details of the selected server take the table’s place', () => {
	const screen = nodes(faulty({nodes: 9}), {width: 56, height: 11, selected: 3, isZoomed: true});
	assert.match(screen, /^ n3 {2}✗ down: it comes back with what is on its disk\n/v);
	assert.match(screen, /^ volatile {3}lost$/mv);
	assert.match(screen, /^ disk {7}full$/mv);
	assert.match(nodes(faulty({nodes: 9}), {width: 56, height: 11, isZoomed: true}), /^ node /v);
});
