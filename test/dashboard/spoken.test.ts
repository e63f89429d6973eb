import assert from 'node:assert/strict';
import test from 'node:test';
import {Dashboard} from '../../source/dashboard/dashboard.js';
import {panelOf, spoken, statusLine, type Heard, type Told} from '../../source/dashboard/spoken.js';
import {Lab, type LabOptions} from '../../source/lab/lab.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
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
	assert.match(line!, /^0\.1\d\d: n\d (?:sends|receives) Append(?:Entries|Reply) #\d+ (?:to|from) n\d: term 1, /v);
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
	assert.match(lines[2]!, /^n1 {2}ex-leader {2}1 {2}n1/v);
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

const quiz = parseScenario(
	`
title: A quiz
seed: 3
steps:
  - mark Nobody leads
  - say Five nodes ○, and nobody leads.
  - timeout n1
  - wait leader
  - ask: What comes next (§5.2)?
    answers: [heartbeats, an election]
    right: heartbeats
    because: n1 leads ★.
  - ask: How many may be down?
    answers: [one, two, three]
    right: [one, two]
    because: Three of five are a majority.
  - wait 100ms
`,
	'quiz.yaml',
);

/** The quiz, opened, and what a listener hears when it goes on until it pauses by itself. */
function quizzed(options: LabOptions) {
	const lab = new Lab(quiz.settings, {speed: 1, isSpeedFixed: true, scenario: quiz, ...options});
	const {next} = listener(lab);
	return {
		lab,
		next,
		playOn(): readonly string[] {
			lab.play();
			for (let at = 0; at < 1000 && lab.isPlaying; at++) {
				lab.tick(40);
			}

			assert.equal(lab.isPlaying, false);
			return next();
		},
	};
}

test('A story is told by its chapters and captions, each once and not as commands too, and a question with its answers', () => {
	const {lab, next, playOn} = quizzed({isAsking: true, isPlaying: false});
	assert.equal(next().at(-1), 'Chapter: A quiz.');
	const lines = playOn();
	assert.deepEqual(lines.slice(0, 1), ['0.000: timeout n1.']);
	assert.equal(lines[1], '0.000: n1 times out, now candidate, term 1.');
	assert.match(lines[2]!, /^0\.\d{3}: n1 elected, term 1 /v);
	assert.deepEqual(lines.slice(3), [
		'Chapter: Nobody leads.',
		'Five nodes, and nobody leads.',
		'Question: What comes next (section 5.2)?',
		'1: heartbeats.',
		'2: an election.',
		'Answer with 1 to 2, or press Space twice to go on without an answer.',
	]);
	assert.match(statusLine(lab.snapshot()), / A question waits for its answer\.$/v);
	assert.deepEqual(next(), []);
	lab.answer(2);
	assert.deepEqual(next(), ['Not quite. Right is heartbeats. n1 leads.', '0 of 1 right so far.']);
	assert.doesNotMatch(statusLine(lab.snapshot()), /question/v);
	assert.deepEqual(next(), []);
	assert.equal(playOn()[0], 'Question: How many may be down?');
	lab.answer(2);
	assert.deepEqual(next(), ['Right. Three of five are a majority.', '1 of 2 right so far.']);
});

test('While presenting each beat is told with its number, and that the story is left and found again', () => {
	const sequel = 'This was the last quiz.';
	const {lab, next, playOn} = quizzed({isPresenting: true, isPlaying: false, sequel});
	next();
	assert.deepEqual(playOn(), ['Chapter: Nobody leads.', 'Beat 1 of 4.', 'Five nodes, and nobody leads.']);
	assert.ok(playOn().includes('Beat 2 of 4.'));
	ask(lab, crash(2));
	assert.deepEqual(next().slice(-2), [
		`${(lab.world.timeUs / 1e6).toFixed(3)}: n2 crashed.`,
		'The story is left: Backspace goes back to it.',
	]);
	assert.ok(lab.rejoin());
	assert.ok(next().includes('Back in the story.'));
	assert.ok(!playOn().includes(sequel));
	assert.equal(playOn().filter((line) => line === sequel).length, 1);
	assert.deepEqual(next(), [], 'once');
});

test('What a key or a line has done is told once, as the event that it is', () => {
	const lab = ledByFirst();
	lab.pause();
	const {next} = listener(lab);
	next();
	ask(lab, partition(1, 2));
	const notice = {text: 'partition n1 n2 | rest', isRefusal: false};
	assert.deepEqual(next({notice}), ['0.100: partition n1 n2 | rest.']);
	assert.deepEqual(next({notice: {text: 'speed 0.2x', isRefusal: false}}), ['speed 0.2x']);
});

test('What happens otherwise after an undoing is told', () => {
	const lab = ledByFirst();
	lab.pause();
	const {next} = listener(lab);
	next();
	ask(lab, crash(2));
	assert.deepEqual(next(), ['0.100: n2 crashed.']);
	lab.undo();
	assert.deepEqual(next(), []);
	ask(lab, crash(3));
	assert.deepEqual(next(), ['0.100: n3 crashed.']);
});

test('What would move a cursor is not told', () => {
	const lab = ledByFirst();
	const {next} = listener(lab);
	next();
	ask(lab, {type: 'write', key: 'x', value: '\u{1B}[2J\n語', via: 1});
	const lines = next({notice: {text: 'a\u{1B}b', isRefusal: true}});
	assert.ok(lines.includes('ab'));
	assert.doesNotMatch(lines.join(''), /\p{Control}/v);
});

test('A caption that somebody types without a story has no chapter', () => {
	const lab = ledByFirst();
	const {next} = listener(lab);
	next();
	ask(lab, {type: 'say', text: '日本語'});
	assert.deepEqual(next(), ['日本語']);
});
