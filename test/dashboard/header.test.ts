import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {conditionLine, conditionsOf} from '../../source/dashboard/views/conditions.js';
import {headerLines} from '../../source/dashboard/views/header.js';
import type {Lab, Snapshot} from '../../source/lab/lab.js';
import {faultKinds, type Command} from '../../source/simulation/command.js';
import {
	ask,
	crash,
	delay,
	disk,
	faulty,
	frame,
	isolate,
	ledByFirst,
	newLab,
	partition,
	pass,
	suspend,
	twoLeaders,
	violated,
} from './stage.js';

const header = (lab: Lab, width = 100): string => plainLines(headerLines(lab.snapshot(), width));

/** The same run on a network that is from now on less even. */
function unevenly(lab: Lab): Lab {
	ask(lab, delay(10, 30));
	return lab;
}

test('A fresh cluster has no leader and begins in term 0', () => {
	assert.equal(
		header(unevenly(newLab())),
		frame(`
			 whitewater  seed 7        ▶ 0.000 s ×1        term 0  leader none           ✓ safe  ✓ linearizable
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %
		`),
	);
});

test('The header says who leads in which term, and how fast virtual time runs', () => {
	assert.equal(
		header(unevenly(ledByFirst())),
		frame(`
			 whitewater  seed 7        ▶ 0.100 s ×1        term 1  leader ★ n1           ✓ safe  ✓ linearizable
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %
		`),
	);
});

test('A pause is said in words and with a sign', () => {
	const lab = unevenly(ledByFirst());
	lab.togglePlaying();
	lab.slower();
	assert.equal(
		header(lab),
		frame(`
			 whitewater  seed 7        ‖ 0.100 s ×0.5 paused        term 1  leader ★ n1  ✓ safe  ✓ linearizable
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %
		`),
	);
});

test('A leader of an old term is told from the highest term, and from one whom only few have left', () => {
	const lab = ledByFirst();
	ask(lab, isolate(3), isolate(4), isolate(5));
	pass(lab, 1000);
	assert.match(header(lab), /term \d+ {2}ex-leader ★ n1 \(term 1\)/v);
	const asleep = twoLeaders();
	ask(asleep, suspend(1));
	assert.match(header(asleep), /leader ★ n3 {2}ex-leader ‖ n1 \(term 1\)/v);
});

test('Of two leaders the one of the higher term is named first, and the sides of the partition are', () => {
	assert.equal(
		header(unevenly(twoLeaders())),
		frame(`
			 whitewater   ▶ 0.400 s ×1   term 2  leader ★ n3  ex-leader ★ n1 (term 1)    ✓ safe  ✓ linearizable
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %   partition n1 n2 ┃ n3 n4 n5
		`),
	);
});

test('Everything that is not normal is on the second line, and the loss of the majority on the first', () => {
	const lab = ledByFirst();
	ask(
		lab,
		{type: 'loss', rate: 0.25},
		delay(2.5, 40),
		partition(1, 2),
		isolate(5),
		isolate(4),
		crash(3),
		crash(2),
		crash(1),
	);
	pass(lab, 1234);
	assert.equal(
		header(lab, 120),
		frame(`
			 whitewater  seed 7        ▶ 1.334 s ×1        term 7  leader none      no majority: 2 of 5 up   ✓ safe  ✓ linearizable
			 delay 2.5–40 ms   loss ▮▮▮▯▯▯▯▯▯▯ 25 %   partition n1 n2 ┃ n3 n4 n5   isolated n4 n5   down n1 n2 n3
		`),
	);
});

test('On a narrow screen the seed and our name give way, and what is as usual does', () => {
	const lab = unevenly(twoLeaders());
	ask(lab, isolate(5), crash(4));
	assert.equal(
		header(lab, 60),
		frame(`
			 ▶ 0.400 s ×1  term 2  leader ★ n3    ✓ safe ✓ linearizable
			 partition n1 n2 ┃ n3 n4 n5  isolated n5  down n4
		`),
	);
});

test('The header is two lines, exactly as wide as the screen', () => {
	const lab = twoLeaders();
	ask(lab, isolate(5), crash(4), crash(3), crash(2));
	for (let width = 60; width <= 250; width++) {
		assert.deepEqual(
			headerLines(lab.snapshot(), width).map((line) => widthOf(line)),
			[width, width],
		);
	}
});

test('A delay that is always the same is one number', () => {
	assert.match(header(newLab()), /delay 10 ms/v);
});

test('Whether anybody leads can be read on the smallest screen, paused and without a majority', () => {
	const lab = newLab({}, false);
	ask(lab, crash(1), crash(2), crash(3));
	pass(lab, 12_345);
	for (const width of [60, 80, 100]) {
		assert.match(header(lab, width), /leader none/v, `${width} columns`);
	}
});

test('Every fault is said, where there is room at length', () => {
	assert.equal(
		header(faulty(), 400).split('\n', 2)[1],
		[
			' delay 20–400 ms   loss ▮▯▯▯▯▯▯▯▯▯ 10 %   duplicate 5 %   partition n1 n2 ┃ n3 n4 n5   isolated n5',
			'cut n1→n2 n2↔n3   link n1→n3 loss 50 % delay 200 ms, n2↔n3 duplicate 100 %   down n3   suspended n2',
			'clock n1 1.5x, n2 0.5x   disk n1 slow 20–40 ms, n2 lying, n3 full   held #27 #28',
			'random faults partition disk   clients 4 at 20/s  4 open  0 ok',
		].join(' '.repeat(3)),
	);
});

test('Where there is less room names stand for what is said about them, and what matters least is counted', () => {
	const lines = [200, 120, 80, 60].map((width) => header(faulty(), width).split('\n', 2)[1]);
	assert.equal(
		lines.join('\n'),
		frame(`
			 loss 10 %  duplicate 5 %  partition n1 n2 ┃ n3 n4 n5  isolated n5  cut n1→n2 n2↔n3  link n1→n3 n2↔n3  down n3  suspended n2  clock n1 n2 drift  disk n1 n2 n3  held #27 #28  +3 more
			 partition n1 n2 ┃ n3 n4 n5  isolated n5  cut n1→n2 n2↔n3  down n3  suspended n2  disk n1 n2 n3  held #27 #28  +7 more
			 partition n1 n2 ┃ n3 n4 n5  isolated n5  down n3  suspended n2  +10 more
			 partition n1 n2 ┃ n3 n4 n5  isolated n5  down n3  +11 more
		`),
	);
});

test('Nothing that is wrong is left out: what is not said is counted', () => {
	const conditions = conditionsOf(faulty().snapshot());
	const unusual = conditions.filter(({isUsual}) => !isUsual);
	for (let width = 60; width <= 330; width++) {
		const text = plain(conditionLine(conditions, width));
		const counted = Number(/\+(?<more>\d+) more/v.exec(text)?.groups?.['more'] ?? 0);
		const said = unusual.filter(({label}) => text.includes(` ${label} `));
		assert.equal(said.length + counted, unusual.length, text);
	}
});

test('Nodes with the same disk or clock are named together, and where there is little room it is still said what is wrong', () => {
	const lab = ledByFirst();
	const slow = (node: number): Command => ({
		type: 'disk',
		node,
		condition: {kind: 'slow', delay: {minUs: 40_000, maxUs: 40_000}},
	});
	const said = (label: string): readonly string[] => {
		const {long, short} = conditionsOf(lab.snapshot()).find((condition) => condition.label === label)!;
		return [plain(long), plain(short)];
	};

	ask(lab, slow(1), slow(2));
	assert.deepEqual(said('disk'), ['n1 n2 slow 40 ms', 'n1 n2 slow']);
	ask(lab, slow(3), slow(4));
	assert.deepEqual(said('disk'), ['n1–n4 slow 40 ms', '4 slow']);
	ask(lab, slow(5));
	assert.deepEqual(said('disk'), ['all slow 40 ms', 'all slow']);
	ask(lab, disk(2, 'full'), disk(4, 'full'));
	assert.deepEqual(said('disk'), ['n1 n3 n5 slow 40 ms, n2 n4 full', '3 slow, 2 full']);
	for (const node of [1, 2, 3, 4, 5]) {
		ask(lab, {type: 'clock', node, rate: 1.5});
	}

	assert.deepEqual(said('clock'), ['all 1.5x', 'all drift']);
	ask(lab, {type: 'clock', node: 2, rate: 0.5}, {type: 'clock', node: 4, rate: 1});
	assert.deepEqual(said('clock'), ['n1 n3 n5 1.5x, n2 0.5x', '4 drift']);
});

test('What is normal is not said: a network that is whole, clocks that are right, clients that are not there', () => {
	const labels = conditionsOf(unevenly(ledByFirst()).snapshot()).map(({label}) => label);
	assert.deepEqual(labels, ['delay', 'loss']);
});

test('What failed and what nobody knows of is said once there is any', () => {
	const snapshot = ledByFirst().snapshot();
	const clients = {count: 2, ratePerS: 5, open: 1, counts: {invoked: 9, ok: 5, fail: 2, info: 1}};
	const [, second] = headerLines({...snapshot, clients}, 120);
	assert.match(plain(second), / {3}clients 2 at 5\/s {2}1 open {2}5 ok {2}2 failed {2}1 unknown +$/v);
});

test('All random faults are one word, and clients who are gone are there until their last operation has ended', () => {
	const lab = ledByFirst();
	ask(lab, {type: 'faults', kinds: faultKinds}, {type: 'clients', count: 2, ratePerS: 100});
	pass(lab, 30);
	assert.match(header(lab, 200), /random faults on {3}clients 2 at 100\/s {2}\d open/v);
	ask(lab, crash(1), crash(2), crash(3), {type: 'clients', count: 0, ratePerS: 0});
	assert.match(header(lab, 200), /clients off {2}[12] open/v);
});

test('A leader that is suspended is said to be, and does not count for a majority', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, suspend(1), suspend(2));
	const [first, second] = header(lab, 120).split('\n', 2);
	assert.match(first!, /leader ‖ n1 +no majority: 1 of 3 running/v);
	assert.match(second!, /suspended n1 n2$/v);
});

test('A broken promise is named in the first line, on the smallest screen too that there is one', () => {
	const lab = violated();
	assert.match(header(lab, 120), / ✗ Committed Is Durable {3}✓ linearizable$/mv);
	assert.match(header(lab, 80), / ✗ Committed Is Durable {2}✓ linearizable$/mv);
	assert.match(header(lab, 60), / ✗ violated$/mv);
});

test('Whether the clients’ answers can be explained is said, and on a narrow screen the worse of the two verdicts', () => {
	const firstOf = (linearizability: Snapshot['linearizability'], width: number): string =>
		plain(headerLines({...ledByFirst().snapshot(), timeUs: 1_234_567_890, linearizability}, width)[0]).trimEnd();
	assert.match(firstOf('unknown', 100), /✓ safe {2}\? linearizable$/v);
	assert.match(firstOf('violated', 100), /✓ safe {3}✗ not linearizable$/v);
	assert.match(firstOf('ok', 60), / ✓ safe$/v);
	assert.match(firstOf('unknown', 60), /n1 +\? linearizable$/v);
	assert.match(firstOf('violated', 60), /n1 +✗ not linearizable$/v);
});
