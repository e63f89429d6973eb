import assert from 'node:assert/strict';
import test from 'node:test';
import {Dashboard} from '../../source/dashboard/dashboard.js';
import {panelOf, spoken, statusLine, type Heard, type Told} from '../../source/dashboard/spoken.js';
import type {Lab} from '../../source/lab/lab.js';
import {
	ask,
	crash,
	disk,
	isolate,
	ledByFirst,
	newLab,
	partition,
	pass,
	restart,
	timeout,
	twoLeaders,
	violated,
	write,
} from './stage.js';

/** Somebody who listens: `next` is what they hear now. */
function listener(lab: Lab) {
	let told: Told | undefined;
	return {
		next(heard: Partial<Heard> = {}): readonly string[] {
			const result = spoken(
				{snapshot: lab.snapshot(), panel: undefined, notice: undefined, selected: undefined, ...heard},
				told,
			);
			told = result.told;
			return result.lines;
		},
	};
}

test('At first one hears what there is, and how to go on', () => {
	assert.deepEqual(listener(newLab()).next(), [
		'A Raft cluster of 5 nodes, seed 7, playing.',
		'Space plays or pauses, a full stop goes on by one event, z reads a panel, question mark reads all keys, q quits.',
	]);
});

test('Each event is told once, in plain words', () => {
	const lab = newLab();
	const {next} = listener(lab);
	next();
	assert.deepEqual(next(), []);
	ask(lab, timeout(1));
	pass(lab, 100);
	assert.deepEqual(next(), [
		'1 other event.',
		'0.000: timeout n1.',
		'0.020: n1 elected, term 1 (n1 n2 n3).',
		'0.040: n1 committed 1.',
	]);
	assert.deepEqual(next(), []);
	ask(lab, write('x=1', 1));
	pass(lab, 100);
	assert.deepEqual(next(), ['0.100: write x=1 via n1.', '0.120: n1 committed 2.']);
});

test('Of many events those are told that matter most, in their order, and how many others there were', () => {
	const lab = ledByFirst();
	const {next} = listener(lab);
	next();
	for (const key of ['a', 'b', 'c', 'd', 'e']) {
		ask(lab, write(`${key}=1`, 1));
		pass(lab, 50);
	}

	ask(lab, partition(1, 2), crash(5));
	pass(lab, 10);
	const lines = next();
	assert.equal(lines.length, 4);
	assert.match(lines[0]!, /^\d+ other events\.$/v);
	assert.equal(lines.at(-1), '0.350: n5 crashed.');
	assert.equal(lines.at(-2), '0.350: partition n1 n2 | rest.');
});

test('A broken promise is told with what is wrong', () => {
	const lab = ledByFirst();
	const {next} = listener(lab);
	next();
	ask(lab, isolate(4), isolate(5), disk(1, 'lying'), write('x=1', 1));
	pass(lab, 100);
	ask(lab, crash(1), restart(1));
	assert.match(
		next().at(-2)!,
		/^0\.200: Committed Is Durable is broken\. A committed entry is on the disks of a quorum.*\.$/v,
	);
});

test('Who goes back hears where they are, and the same events again when time goes on', () => {
	const lab = newLab();
	const {next} = listener(lab);
	next();
	ask(lab, timeout(1));
	lab.play();
	lab.tick(100);
	assert.ok(next().includes('0.020: n1 elected, term 1 (n1 n2 n3).'));
	lab.goToStart();
	assert.equal(next()[0], 'Back at 0.000 seconds.');
	lab.play();
	lab.tick(100);
	assert.ok(next().includes('0.020: n1 elected, term 1 (n1 n2 n3).'));
});

test('Who steps hears every event, notable or not', () => {
	const lab = ledByFirst();
	lab.pause();
	const {next} = listener(lab);
	next();
	lab.stepOn();
	const [line, ...others] = next();
	assert.match(line!, /^0\.1\d\d: n\d (?:sends|receives) #\d+ (?:to|from) n\d: Append/v);
	assert.deepEqual(others, []);
});

test('Playing and pausing, notices, and the node that is selected are told when they change', () => {
	const lab = twoLeaders();
	const {next} = listener(lab);
	next();
	lab.pause();
	assert.deepEqual(next(), ['Paused at 0.400 seconds.']);
	const notice = {text: 'There is nothing to heal.', isRefusal: true};
	assert.deepEqual(next({notice}), ['There is nothing to heal.']);
	assert.deepEqual(next({notice}), []);
	assert.deepEqual(next({selected: 3}), ['n3 is selected: leader, term 2, 4 entries, committed up to 4.']);
	assert.deepEqual(next(), ['No node is selected: keys act on the leader.']);
	lab.play();
	assert.deepEqual(next(), ['Playing.']);
});

test('How things stand is one sentence each about the time, the leader and the verdicts', () => {
	const lab = twoLeaders();
	lab.pause();
	assert.equal(
		statusLine(lab.snapshot()),
		'0.400 seconds, paused. Term 2, n3 leads, 5 of 5 nodes running. Safe, linearizable.',
	);
	assert.match(statusLine(violated().snapshot()), /no leader, 5 of 5 nodes running\. Committed Is Durable is broken/v);
});

test('A panel is read when it is opened, without its frame, and not again while it stays', () => {
	const lab = twoLeaders();
	lab.pause();
	const dashboard = new Dashboard(lab, {columns: 100, rows: 40});
	const {next} = listener(lab);
	const panel = () => panelOf(dashboard.frame());
	assert.equal(panel(), undefined);
	next();
	dashboard.press('z');
	const lines = next({panel: panel()});
	assert.equal(lines[0], 'Nodes:');
	assert.match(lines[1]!, /^node {2}role {2}term {2}voted/v);
	assert.match(lines[2]!, /^n1 {2}leader {2}1 {2}n1/v);
	assert.doesNotMatch(lines.join(''), /[\u{2500}-\u{257F}★]/v);
	assert.deepEqual(next({panel: panel()}), []);
	dashboard.press('z');
	assert.deepEqual(next({panel: panel()}), ['Nodes closed.']);
});

test('The help is read to its end, all keys and all commands, without what is only for eyes', () => {
	const lab = newLab();
	lab.pause();
	const dashboard = new Dashboard(lab, {columns: 100, rows: 400});
	const {next} = listener(lab);
	next();
	dashboard.press('?');
	const lines = next({panel: panelOf(dashboard.frame())});
	assert.equal(lines[0], 'Help:');
	assert.ok(lines.includes('space  play or pause'));
	assert.ok(lines.some((line) => line.startsWith('crash leader')));
	assert.ok(!lines.includes('Signs'));
	assert.doesNotMatch(lines.join(''), /[←↑→↓↔★]/v);
});

test('Busy clients are a few lines a second at the most', () => {
	const lab = ledByFirst();
	ask(lab, {type: 'clients', count: 4, ratePerS: 20}, crash(2));
	const {next} = listener(lab);
	next();
	let count = 0;
	for (let second = 0; second < 10; second++) {
		pass(lab, 1000);
		const {length} = next();
		assert.ok(length <= 4, String(length));
		count += length;
	}

	assert.ok(count >= 10);
});
