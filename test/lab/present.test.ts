import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import {beatsOf} from '../../source/lab/beats.js';
import {Lab, type LabOptions, type Story} from '../../source/lab/lab.js';
import {Player} from '../../source/scenario/player.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import {sessionOf} from '../../source/scenario/session.js';
import type {Scenario} from '../../source/scenario/scenario.js';
import {tried} from '../properties/session.js';

const quiz: Scenario = parseScenario(
	`
title: A quiz
seed: 3
steps:
  - mark Nobody leads
  - speed 0.5x
  - say Five nodes wait.
  - wait leader
  - say Somebody leads.
  - +100ms crash leader
  - ask: What comes next?
    answers: [an election, nothing]
    right: an election
    because: Nobody hears a heartbeat any more.
  - wait new leader
  - expect term > 1
  - ask: How many nodes may be down?
    answers: [none, one, two, three]
    right: [one, two]
    because: Three of five are a majority.
  - ask: And now?
    answers: [yes, no]
    right: yes
    because: It is so.
  - wait 100ms
  - restart all
  - wait converged
`,
	'quiz.yaml',
);

const open = (scenario: Scenario, options: LabOptions = {}): Lab =>
	new Lab(scenario.settings, {speed: 1, isSpeedFixed: true, scenario, ...options});

const storyOf = (lab: Lab): Story => lab.snapshot().story!;

/** Let time pass until it pauses by itself, in ticks of so many milliseconds. */
function playOn(lab: Lab, elapsedMs = 40): string | undefined {
	lab.play();
	let told: string | undefined;
	for (let at = 0; at < 100_000 && lab.isPlaying; at++) {
		told = lab.tick(elapsedMs);
	}

	assert.equal(lab.isPlaying, false);
	return told;
}

/** Where one is, and all that has happened. */
const whereOf = (lab: Lab) => {
	const {story, timeUs, trace, isPlaying} = lab.snapshot();
	return {
		digest: trace.digest,
		timeUs,
		taken: lab.taken.length,
		stepsDone: story!.stepsDone,
		caption: story!.caption,
		question: story!.question?.text,
		beat: story!.beat,
		failures: story!.failures.length,
		speed: lab.speed,
		isPlaying,
	};
};

test('A run waits at a question until somebody goes on, and says whether the answer was right, and why', () => {
	const lab = open(quiz, {isAsking: true});
	assert.equal(playOn(lab), undefined);
	const asked = {
		text: 'What comes next?',
		answers: ['an election', 'nothing'],
		right: ['an election'],
		because: 'Nobody hears a heartbeat any more.',
	};
	assert.deepEqual(storyOf(lab).question, {...asked, chosen: undefined, isRight: undefined});
	assert.deepEqual(storyOf(lab).score, {right: 0, answered: 0, passedBy: 0}, 'it is still open');
	assert.ok(!lab.answer(0));
	assert.ok(!lab.answer(3));
	assert.ok(lab.answer(2));
	assert.ok(!lab.answer(1), 'the first answer counts');
	assert.deepEqual(storyOf(lab).question, {...asked, chosen: 2, isRight: false});
	assert.deepEqual(storyOf(lab).score, {right: 0, answered: 1, passedBy: 0});

	assert.equal(playOn(lab), undefined);
	assert.equal(storyOf(lab).question?.text, 'How many nodes may be down?');
	assert.ok(lab.answer(3), 'one of the two that are right');
	assert.equal(storyOf(lab).question?.isRight, true);
	const {timeUs} = lab.world;

	assert.equal(playOn(lab), undefined);
	assert.deepEqual([storyOf(lab).question?.text, lab.world.timeUs], ['And now?', timeUs]);
	assert.equal(playOn(lab), 'The scenario ends here. Space plays on.');
	assert.equal(storyOf(lab).question, undefined);
	assert.ok(!lab.answer(1), 'nothing is asked any more');
	assert.deepEqual(storyOf(lab).score, {right: 1, answered: 2, passedBy: 1}, 'what is passed by is not wrong');
	assert.equal(storyOf(lab).beat, undefined);
});

test('Whatever is answered, and by whomever it is played, the run is the same; and a session holds no questions', () => {
	const player = Player.create(quiz);
	player.play(Number.MAX_SAFE_INTEGER);
	const {digest} = player.world.trace;
	const bare = {...quiz, steps: quiz.steps.filter(({instruction}) => instruction.type !== 'ask')};
	const without = Player.create(bare);
	without.play(Number.MAX_SAFE_INTEGER);
	assert.equal(without.world.trace.digest, digest, 'it is as if they were not there');
	assert.ok(player.isOk);

	for (const answers of [[1, 1, 1], [2, 2, 2], []]) {
		const lab = open(quiz, {isAsking: true});
		for (const answer of answers) {
			playOn(lab);
			assert.ok(lab.answer(answer));
		}

		while (storyOf(lab).stepsDone < quiz.steps.length) {
			playOn(lab);
		}

		assert.equal(lab.world.trace.digest, digest);
		assert.ok(lab.isUntouched);
	}

	const session = sessionOf(player);
	assert.ok(session.steps.length > 5);
	assert.ok(session.steps.every(({instruction}) => instruction.type !== 'ask'));
	const again = Player.create(session);
	again.play(Number.MAX_SAFE_INTEGER);
	assert.equal(again.world.trace.digest, digest);
});

test('Where nobody is to answer, a run does not wait', () => {
	const lab = open(quiz);
	assert.equal(playOn(lab), 'The scenario ends here. Space plays on.');
	assert.deepEqual(storyOf(lab).score, {right: 0, answered: 0, passedBy: 3});
	assert.equal(storyOf(lab).caption, 'Somebody leads.', 'it is not covered by questions that nobody sees');
});

test('An answer stays, with why it is right, until something else is told; what was told before does not come back', () => {
	const lab = open(
		parseScenario(
			`
steps:
  - say Nobody leads.
  - ask: Who will lead?
    answers: [n1, somebody]
    right: somebody
    because: Chance decides.
  - wait leader
  - mark Heartbeats
  - wait 50ms
  - say They come every now and then.
`,
			'x.yaml',
		),
		{isPresenting: true, isPlaying: false},
	);
	const words = () => {
		const {caption, question} = storyOf(lab);
		return [caption, question?.chosen];
	};

	const goOn = () => {
		lab.nextBeat();
		lab.tick(1);
	};

	playOn(lab);
	assert.deepEqual(words(), ['Nobody leads.', undefined]);
	playOn(lab);
	assert.equal(storyOf(lab).question?.chosen, undefined);
	goOn();
	assert.ok(lab.isPlaying);
	assert.deepEqual(words(), [undefined, undefined], 'passed by');
	assert.equal(storyOf(lab).question, undefined);
	assert.ok(!lab.answer(2), 'it is too late');

	lab.previousBeat();
	lab.answer(2);
	goOn();
	assert.ok(lab.isPlaying);
	assert.deepEqual(words(), [undefined, 2]);
	assert.equal(storyOf(lab).question?.because, 'Chance decides.');
	assert.equal(lab.perform({type: 'crash', node: 1}), undefined);
	assert.equal(storyOf(lab).question, undefined, 'in another story it may not be so');
	assert.ok(lab.rejoin());
	assert.equal(storyOf(lab).question?.chosen, 2);
	playOn(lab);
	assert.deepEqual(words(), ['They come every now and then.', undefined]);
	assert.equal(storyOf(lab).question, undefined);
});

test('What comes after a scenario is said in its last beat, and not off the script', () => {
	const sequel = 'The next lesson is another one.';
	const lab = open(quiz, {isPresenting: true, sequel});
	const {of} = storyOf(lab).beat!;
	for (let number = 1; number <= of; number++) {
		assert.equal(storyOf(lab).sequel, undefined);
		clickTwice(lab);
	}

	assert.equal(storyOf(lab).beat!.number, of);
	assert.equal(storyOf(lab).sequel, sequel);
	assert.equal(lab.perform({type: 'crash', node: 1}), undefined);
	assert.equal(storyOf(lab).sequel, undefined);
	assert.ok(lab.rejoin());
	assert.equal(storyOf(lab).sequel, sequel);
});

test('Who goes back before a question is asked again; who only moves about finds the old answer', () => {
	const lab = open(quiz, {isAsking: true});
	playOn(lab);
	const here = whereOf(lab);
	lab.answer(1);
	assert.ok(lab.stepBack());
	assert.equal(storyOf(lab).question, undefined);
	assert.deepEqual(storyOf(lab).score, {right: 0, answered: 0, passedBy: 0});
	lab.goToNewest();
	assert.equal(storyOf(lab).question?.chosen, 1);
	assert.deepEqual(whereOf(lab), here);

	lab.goToStart();
	playOn(lab);
	assert.deepEqual(whereOf(lab), here);
	assert.equal(storyOf(lab).question?.chosen, undefined);
	assert.ok(lab.answer(2));
	assert.deepEqual(storyOf(lab).score, {right: 0, answered: 1, passedBy: 0});
});

test('Steps stop at a question, too, and go on from there', () => {
	const lab = open(quiz, {isAsking: true});
	playOn(lab);
	const here = whereOf(lab);
	lab.answer(1);
	lab.goToStart();
	for (let at = 0; storyOf(lab).question === undefined; at++) {
		assert.ok(at < 10_000);
		assert.ok(lab.stepOn());
	}

	assert.deepEqual(whereOf(lab), here);
	assert.equal(storyOf(lab).question?.chosen, undefined);
	const {length} = lab.world.trace;
	assert.ok(lab.stepOn());
	assert.ok(lab.world.trace.length > length);
	assert.equal(storyOf(lab).question, undefined);
	assert.deepEqual(lab.undo(), {type: 'crash', node: 'leader'}, 'a question is nothing to take back');
});

const whoLeads = '  - {ask: Who leads?, answers: [n1, n2], right: n1, because: It does.}\n';

const titlesOf = (steps: string): readonly string[] =>
	beatsOf(parseScenario(`steps:\n${steps}`, 'x.yaml')).map(({title}) => title);

test('A beat begins where something is told or asked, a chapter waits for its first words, and the end is the last', () => {
	assert.deepEqual(
		beatsOf(quiz).map(({title}) => title),
		['Nobody leads', 'Somebody leads.', 'What comes next?', 'How many nodes may be down?', 'And now?', 'The end'],
	);
	assert.deepEqual(titlesOf('  - mark A\n  - expect no leader\n  - say B\n  - say C\n  - mark D\n'), ['A', 'C', 'D']);
	assert.deepEqual(titlesOf('  - say A\n  - speed 1x\n  - mark B\n  - mark C\n  - say D\n'), ['A', 'C']);
	assert.deepEqual(titlesOf('  - mark A\n  - +0s say B\n  - mark C\n  - crash n1\n  - say D\n  - expect safe\n'), [
		'A',
		'C',
	]);
	assert.deepEqual(titlesOf('  - mark A\n  - crash n1\n  - mark B\n  - restart n1\n'), ['B'], 'the end of the last');
	assert.deepEqual(titlesOf(`  - mark A\n${whoLeads}  - say B\n${whoLeads}${whoLeads}`), [
		'A',
		'B',
		'Who leads?',
		'Who leads?',
	]);
	assert.deepEqual(titlesOf('  - wait leader\n'), ['The end']);
	assert.deepEqual(titlesOf('  - say A\n  - crash n1\n'), ['A', 'The end']);
});

test('Presenting, it pauses at each beat with its caption, and the chapter in which it is', () => {
	const lab = open(quiz, {isPresenting: true, isSpeedFixed: false, isPlaying: false});
	assert.deepEqual(storyOf(lab).beat, {number: 0, of: 6, title: 'A quiz'});
	const seen: unknown[] = [];
	for (let at = 0; at < 6; at++) {
		assert.ok(lab.nextBeat());
		assert.ok(lab.isPlaying);
		playOn(lab);
		const {chapter, caption, question, beat} = storyOf(lab);
		assert.equal(chapter, 'Nobody leads');
		seen.push([beat!.number, question?.text ?? caption]);
	}

	assert.deepEqual(seen, [
		[1, 'Five nodes wait.'],
		[2, 'Somebody leads.'],
		[3, 'What comes next?'],
		[4, 'How many nodes may be down?'],
		[5, 'And now?'],
		[6, undefined], // What was told before the questions is over
	]);
	assert.equal(lab.speed, 0.5, 'as the scenario asks');
});

const clickTwice = (lab: Lab): boolean => {
	lab.pause();
	lab.nextBeat();
	return lab.nextBeat();
};

const directories = [
	new URL('../../demos/', import.meta.url),
	new URL('../../source/commands/lessons/', import.meta.url),
];
const scenarios: readonly Scenario[] = directories.flatMap((directory) =>
	readdirSync(directory)
		.filter((name) => name.endsWith('.yaml'))
		.map((name) => parseScenario(readFileSync(new URL(name, directory), 'utf8'), name)),
);

/** Every beat of a scenario as one comes to it by watching, by number; before the first and up to the end. */
function watched(scenario: Scenario): ReadonlyArray<ReturnType<typeof whereOf>> {
	const lab = open(scenario, {isPresenting: true});
	lab.pause();
	const beats = [whereOf(lab)];
	const {of} = storyOf(lab).beat!;
	while (beats.length <= of) {
		playOn(lab, 30);
		beats.push(whereOf(lab));
	}

	return beats;
}

for (const scenario of scenarios) {
	test(`A beat of ${scenario.file} is the same, however one has come to it`, () => {
		const beats = watched(scenario);
		assert.ok(beats.length > 3);
		assert.deepEqual(
			beats.map(({beat}) => beat!.number),
			beats.map((_, number) => number),
		);
		assert.deepEqual(
			beats.slice(1).filter(({caption, question}) => caption === undefined && question === undefined),
			[],
			'no beat is without words',
		);

		const lab = open(scenario, {isPresenting: true});
		for (const beat of beats.slice(1)) {
			assert.ok(clickTwice(lab));
			assert.deepEqual(whereOf(lab), beat, 'jumped to');
		}

		assert.ok(!clickTwice(lab), 'nothing is left');
		lab.pause();
		for (const beat of beats.slice(1, -1).toReversed()) {
			assert.ok(lab.previousBeat());
			assert.deepEqual(whereOf(lab), beat, 'gone back to');
		}

		assert.ok(!lab.previousBeat());
		assert.deepEqual(whereOf(lab), {...beats[0]!, stepsDone: whereOf(lab).stepsDone}, 'and before the first');
	});
}

const anyClick = fc.constantFrom(
	'on',
	'on',
	'twice',
	'twice',
	'back',
	'back',
	'tick',
	'improvise',
	'rejoin',
	'start',
	'newest',
);

test('Whatever a presenter does, every beat of the script stays what it is, and one can return to it', () => {
	const scenario = scenarios.find(({file}) => file === 'leader-isolation.yaml')!;
	const beats = watched(scenario);
	const {digest} = beats.at(-1)!;
	let rejoined = 0;
	fc.assert(
		fc.property(fc.array(anyClick, {minLength: 5, maxLength: 25, size: 'max'}), (clicks) => {
			const lab = open(scenario, {isPresenting: true});
			lab.pause();
			let left: number | undefined; // The beat in which the script was left
			for (const click of clicks) {
				const {number} = storyOf(lab).beat!;
				switch (click) {
					case 'on': {
						lab.pause();
						lab.nextBeat();
						playOnFor(lab, 100);
						break;
					}

					case 'twice': {
						clickTwice(lab);
						break;
					}

					case 'back': {
						lab.previousBeat();
						break;
					}

					case 'tick': {
						lab.play();
						lab.tick(70);
						break;
					}

					case 'improvise': {
						left = number; // Who acts once more further back has left it there
						assert.equal(lab.perform({type: 'loss', rate: 0.1}), undefined);
						assert.ok(lab.isOffScript);
						assert.ok(storyOf(lab).isLeft);
						break;
					}

					case 'rejoin': {
						const isLeft = lab.isOffScript;
						assert.equal(lab.rejoin(), isLeft);
						if (isLeft) {
							rejoined++;
							assert.deepEqual(whereOf(lab), {...beats[left!]!, stepsDone: whereOf(lab).stepsDone});
							assert.ok(left === 0 || whereOf(lab).stepsDone === beats[left!]!.stepsDone);
						}

						break;
					}

					case 'start': {
						lab.goToStart();
						break;
					}

					case 'newest': {
						lab.goToNewest();
						break;
					}
				}
			}

			lab.rejoin();
			for (let at = 0; at <= beats.length && storyOf(lab).beat!.number < beats.length - 1; at++) {
				clickTwice(lab);
			}

			assert.ok(lab.isPlaying || storyOf(lab).beat!.number === beats.length - 1);
			while (lab.world.timeUs > beats.at(-1)!.timeUs) {
				lab.previousBeat();
			}

			assert.equal(lab.world.trace.digest, digest);
		}),
		tried(60),
	);
	assert.ok(rejoined > 20, String(rejoined));
});

/** Let time pass, until it pauses by itself or so many milliseconds are over. */
function playOnFor(lab: Lab, milliseconds: number): void {
	for (let at = 0; at < milliseconds / 10 && lab.isPlaying; at++) {
		lab.tick(10);
	}
}

test('What was improvised stays as a branch, and the script is never forgotten', () => {
	const lab = open(quiz, {isPresenting: true});
	clickTwice(lab);
	clickTwice(lab);
	const here = whereOf(lab);
	assert.ok(!lab.rejoin(), 'it was not left');
	for (let at = 1; at <= 12; at++) {
		assert.equal(lab.perform({type: 'loss', rate: at / 100}), undefined);
		lab.stepBack(); // So that the next is another future
	}

	assert.equal(lab.branchCount, 8);
	assert.ok(lab.rejoin());
	assert.deepEqual(whereOf(lab), here);
	assert.equal(lab.branchCount, 8);
	assert.deepEqual([storyOf(lab).isLeft, lab.isOffScript], [false, false]);
});

test('Who acts after the end has left the script as well, and comes back to its end', () => {
	const lab = open(quiz, {isPresenting: true});
	while (storyOf(lab).beat!.number < 6) {
		clickTwice(lab);
	}

	const end = whereOf(lab);
	lab.play();
	lab.tick(200);
	assert.equal(storyOf(lab).beat!.number, 6);
	assert.equal(lab.perform({type: 'crash', node: 'leader'}), undefined);
	assert.ok(lab.isOffScript);
	lab.tick(200);
	assert.equal(storyOf(lab).beat!.number, 6);
	assert.ok(lab.rejoin());
	assert.deepEqual(whereOf(lab), end);
});
