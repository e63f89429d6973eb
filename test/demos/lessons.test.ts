/*
What a lesson says is right, is right: each question is answered here by the run itself.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {readFileSync} from 'node:fs';
import {Ajv} from 'ajv';
import {parse} from 'yaml';
import {findLesson, findLessons, minutesOf, sequelOf} from '../../source/commands/learn.js';
import {UsageError} from '../../source/commands/usage-error.js';
import {playTwice} from '../../source/commands/verify.js';
import {plain} from '../../source/dashboard/text.js';
import {storyLines} from '../../source/dashboard/views/story.js';
import {Lab} from '../../source/lab/lab.js';
import {entriesBetween} from '../../source/raft/log.js';
import type {Question} from '../../source/scenario/instruction.js';
import {Player} from '../../source/scenario/player.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import schema from '../../source/scenario/scenario.schema.json' with {type: 'json'};
import type {Event, EventType} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import type {World} from '../../source/simulation/world.js';
import {call, root} from '../commands/program.js';

const lessons = findLessons();
const textOf = (file: string): string => readFileSync(file, 'utf8');
const scenarios = lessons.map((lesson) => {
	const {name, file} = lesson;
	return {name, scenario: parseScenario(textOf(file), `${name}.yaml`), sequel: sequelOf(lesson, lessons)};
});

/** What came between a question and the next one, or the end. */
type Answering = {readonly before: World; readonly after: World; readonly events: readonly Event[]};

const typed = <Type extends EventType>({events}: Answering, type: Type) =>
	events.filter((event): event is Extract<Event, {readonly type: Type}> => event.type === type);

const yesNo = (isSo: boolean): string => (isSo ? 'yes' : 'no');

/** `n1 n2 and n3`. */
const nodesText = (ids: readonly number[], last = 'and'): string => {
	const names = ids.map((id) => `n${id}`);
	return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(' ')} ${last} ${names.at(-1)!}`;
};

const valueOn = ({after}: Answering, id: number, key: string): string | undefined =>
	after.host(id).store.values.get(key);

/** Who voted for a node, besides itself. */
const votersFor = (answering: Answering, id: number): readonly number[] =>
	typed(answering, 'vote')
		.filter(({node, votedFor}) => votedFor === id && node !== id)
		.map(({node}) => node)
		.toSorted((a, b) => a - b);

/** Whether a node would lead if it stood for election. */
function couldWin(world: World, node: number): boolean {
	const other = world.copy();
	assert.equal(perform(other, {type: 'timeout', node}), undefined);
	other.advanceTo(other.timeUs + 1_000_000);
	return other.leader?.id === node;
}

/** All commands in the logs of a world, those on the disk of who is down among them. */
const logsOf = (world: World) =>
	world.hosts.map(({server, persisted}) => {
		const log = server?.log ?? persisted.log;
		return entriesBetween(log, 1, log.lastIndex);
	});

const hasWrite = (entries: ReturnType<typeof logsOf>[number], key: string): boolean =>
	entries.some(({command}) => JSON.stringify(command).includes(`"${key}"`));

/** What each question is answered with by what then happens. */
const answers: Readonly<Record<string, Readonly<Record<string, (answering: Answering) => string>>>> = {
	'first-election': {
		'Look at the timers. Which node will stand for election first?': (answering) =>
			`n${typed(answering, 'role').find(({role}) => role === 'candidate')!.node}`,
		'How many votes does n3 need to lead, its own among them?'(answering) {
			const {seq} = typed(answering, 'role').find(({role}) => role === 'leader')!;
			const votes = typed(answering, 'delivered').filter(
				(event) => event.seq < seq && event.flight.message.type === 'VoteReply' && event.flight.message.voteGranted,
			);
			return String(1 + votes.length);
		},
		'What will a follower do when it gets a heartbeat?'({before, after}) {
			const dueUs = (world: World) => world.hosts.flatMap(({id, timer}) => (id === 3 ? [] : [timer!.dueUs]));
			assert.ok(Math.max(...dueUs(before)) < after.timeUs, 'all timers were to run out by now');
			assert.ok(dueUs(after).every((us) => us > after.timeUs));
			return after.leader?.id === 3 && after.leader.server!.currentTerm === 1 ? 'start its timer anew' : '';
		},
	},
	'split-vote': {
		'All timers are about to run out together. Who will win the election?': ({after}) =>
			after.leader === undefined ? 'nobody' : `n${after.leader.id}`,
		'A candidate that has not won waits for its timer again. What happens then?': (answering) =>
			typed(answering, 'role').filter(({role, term}) => role === 'candidate' && term === 2).length === 5 &&
			answering.after.leader === undefined
				? 'the same once more'
				: '',
		'What would end it?': (answering) =>
			answering.after.leader !== undefined &&
			typed(answering, 'command').some(
				({command}) =>
					command.type === 'set' &&
					command.setting === 'election-timeout' &&
					command.range.minUs === 300_000 &&
					command.range.maxUs > 300_000,
			)
				? 'random timers'
				: '',
	},
	commitment: {
		'How many of the five logs must have x=1 before n1 may call it done?'(answering) {
			const {seq} = typed(answering, 'commit').find(({node, index}) => node === 1 && index === 2)!;
			const copies = typed(answering, 'delivered').filter(
				(event) =>
					event.seq < seq && event.flight.message.type === 'AppendReply' && event.flight.message.matchIndex === 2,
			);
			return String(1 + copies.length);
		},
		'Can y=2 be committed without n4 and n5?': (answering) =>
			yesNo(valueOn(answering, 1, 'y') === '2' && valueOn(answering, 4, 'y') === undefined),
		'Can z=3 be committed?': (answering) => yesNo(valueOn(answering, 1, 'z') === '3'),
		'The network is about to heal. What will become of z=3?': (answering) =>
			[1, 2, 3, 4, 5].every((id) => valueOn(answering, id, 'z') === '3') ? 'it is committed' : '',
	},
	'who-can-win': {
		'Which of the four can win an election now?': ({before}) =>
			nodesText(
				[2, 3, 4, 5].filter((id) => couldWin(before, id)),
				'or',
			),
		'Now n2 stands for election. Who will vote for it?': (answering) => nodesText(votersFor(answering, 2)),
		'n1 is about to restart. It led when it crashed. What will it be?': ({after}) => after.host(1).server!.role,
	},
	minority: {
		'What will n3, n4 and n5 do?': ({after}) => (after.leader!.id > 2 ? 'elect a leader' : ''),
		'n1 is given x=lost, the other leader x=kept. Which can be committed?'(answering) {
			const values = [1, 2, 3, 4, 5].map((id) => valueOn(answering, id, 'x'));
			assert.equal(logsOf(answering.after).filter((log) => hasWrite(log, 'lost')).length, 2);
			return values.includes('lost') ? '' : `x=${values.find((value) => value !== 'old')!}`;
		},
		'The network is about to heal. What will n1 do?'({after}) {
			const {server} = after.host(1);
			return server?.role === 'follower' && server.leaderId === after.leader!.id ? 'follow the other' : '';
		},
		'The client that wrote x=lost, had it been told that it was done?'({before, after}) {
			const events = [...after.trace.events()];
			const told = typed({before, after, events}, 'ok').map(({operation}) => JSON.stringify(operation));
			assert.ok(told.some((operation) => operation.includes('"kept"')));
			return yesNo(told.some((operation) => operation.includes('"lost"')));
		},
	},
	'log-repair': {
		"n1 stands for election. Who has a log that is ahead of n1's, and refuses?"(answering) {
			const voters = votersFor(answering, 1);
			return nodesText([2, 3, 4, 5, 6, 7].filter((id) => !voters.includes(id)));
		},
		'n7 has entries of terms 2 and 3 that n1 has not. What becomes of them?'({before, after}) {
			const isOld = ({term}: {readonly term: number}) => term === 2 || term === 3;
			assert.ok(logsOf(before)[6]!.some((entry) => isOld(entry)));
			return logsOf(after)
				.flat()
				.some((entry) => isOld(entry))
				? ''
				: 'they are removed';
		},
		'Was any entry removed that had been committed?'({after}) {
			const events = [...after.trace.events()];
			const isLost = events.some(
				(event) =>
					event.type === 'truncate' &&
					events.some(
						(other) =>
							other.type === 'commit' &&
							other.node === event.node &&
							other.index >= event.from &&
							other.seq < event.seq,
					),
			);
			assert.ok(events.some(({type}) => type === 'truncate'));
			return yesNo(isLost);
		},
	},
	'figure-8': {
		'x=2 is on n1, n2 and n3, three of five. Will n1 call it committed?'(answering) {
			assert.deepEqual(
				logsOf(answering.before).map((log) => hasWrite(log, 'x')),
				[true, true, true, false, false],
			);
			return yesNo(answering.after.host(1).committedIndex >= 3);
		},
		'When n3 has the entry of term 4, what will be committed?'(answering) {
			const committed = typed(answering, 'apply').flatMap(({node, entry}) => (node === 1 ? [entry] : []));
			const hasBoth = hasWrite(committed, 'x') && committed.some(({term}) => term === 4);
			return hasBoth ? 'that and x=2' : '';
		},
		'Who will vote for n5?': (answering) => `${nodesText([...new Set(votersFor(answering, 5))])} alone`,
	},
	'crash-recovery': {
		'n2 now asks n3 for its vote, in term 1 as well. Will it get it?'(answering) {
			assert.ok(
				typed(answering, 'delivered').some(
					({flight}) =>
						flight.from === 2 && flight.to === 3 && flight.message.type === 'RequestVote' && flight.message.term === 1,
				),
			);
			return yesNo(votersFor(answering, 2).includes(3));
		},
		'All are about to restart. What is left of x=1?': (answering) =>
			logsOf(answering.after).every((log) => hasWrite(log, 'x')) &&
			[1, 2, 3, 4, 5].every((id) => valueOn(answering, id, 'x') === undefined)
				? 'the entry in the logs'
				: '',
		'Which term will n2 begin?': (answering) =>
			String(typed(answering, 'role').find(({node, role}) => node === 2 && role === 'candidate')!.term),
	},
};

test('There are eight lessons, numbered from 1, each with a title, a line about it, and two to four questions', () => {
	assert.deepEqual(
		lessons.map(({number, name}) => [number, name]),
		Object.keys(answers).map((name, at) => [at + 1, name]),
	);
	const isValid = new Ajv({allowUnionTypes: true, strictTypes: false, strictNumbers: false}).compile(schema);
	for (const [at, {name, scenario}] of scenarios.entries()) {
		assert.ok(isValid(parse(textOf(lessons[at]!.file))), `${name} ${JSON.stringify(isValid.errors)}`);
		const {title = '', about = '', steps} = scenario;
		assert.match(title, /^.{5,40}$/v, name);
		assert.match(about, /^.{20,75}$/v, name);
		assert.match(String(minutesOf(scenario)), /^[2-6]$/v, name);
		const questions = steps.filter(({instruction}) => instruction.type === 'ask');
		assert.match(String(questions.length), /^[2-4]$/v, name);
		for (const {instruction} of steps) {
			if (instruction.type === 'say') {
				assert.ok(instruction.text.length <= 160, instruction.text);
			}
		}
	}
});

test('A lesson is found by its number or its name, and what is no lesson is refused with the nearest', () => {
	assert.equal(findLesson('7', lessons).name, 'figure-8');
	assert.equal(findLesson('Figure-8', lessons).number, 7);
	for (const [word, sentence] of [
		['figure-9', 'There is no lesson "figure-9". Did you mean figure-8? "whitewater learn" lists them all.'],
		['quorums', 'There is no lesson "quorums". "whitewater learn" lists them all.'],
		['9', 'There is no lesson 9, only 1 to 8. "whitewater learn" lists them.'],
		['0', 'There is no lesson 0, only 1 to 8. "whitewater learn" lists them.'],
	] as const) {
		assert.throws(() => findLesson(word, lessons), new UsageError(sentence));
	}
});

test('At its end each lesson names the next one and how to open it, and the last says that it is the last', () => {
	const sequels = scenarios.map(({sequel}) => sequel);
	assert.equal(sequels[0], 'The next lesson is Split votes; "whitewater learn 2" opens it.');
	for (const [at, sequel] of sequels.slice(0, -1).entries()) {
		const opens = /"whitewater learn (?<word>\d)"/v.exec(sequel)!.groups!['word']!;
		assert.equal(findLesson(opens, lessons), lessons[at + 1]);
		assert.ok(sequel.includes(scenarios[at + 1]!.scenario.title!));
	}

	assert.equal(sequels.at(-1), 'This was the last of 8 lessons.');
});

test('They are listed with what they are about and how long they take, also for other programs', async () => {
	const [listed, forPrograms] = await Promise.all([call(['learn'], root), call(['learn', '--json'], root)]);
	assert.match(listed.stdout, /^ {2}1 {2}The first election, 3 minutes \(first-election\)\n {5}Five equal nodes/v);
	assert.match(listed.stdout, /^ {2}8 {2}What a crash leaves, \d minutes \(crash-recovery\)$/mv);
	assert.ok(listed.stdout.split('\n').every((line) => line.length <= 90));
	const lines = forPrograms.stdout.trimEnd().split('\n');
	assert.deepEqual(
		lines.map((line) => (JSON.parse(line) as {readonly name: string}).name),
		Object.keys(answers),
	);
	assert.deepEqual(JSON.parse(lines[0]!), {
		number: 1,
		name: 'first-election',
		title: 'The first election',
		about: 'Five equal nodes, and one of them has to lead. How do all agree on it?',
		minutes: 3,
		questions: 3,
	});
});

for (const {name, scenario, sequel} of scenarios) {
	test(`${name}: what is said to be right is what then happens, and it is pinned in the lesson itself`, () => {
		const questions = scenario.steps.flatMap(({instruction}) => (instruction.type === 'ask' ? [instruction] : []));
		assert.deepEqual(
			questions.map(({text}) => text),
			Object.keys(answers[name]!),
		);
		const player = Player.create(scenario);
		player.play(Number.MAX_SAFE_INTEGER, new Set(questions));
		for (const [at, question] of questions.entries()) {
			const before = player.world.copy();
			const asked = scenario.steps.findIndex(({instruction}) => instruction === question);
			const isLast = at === questions.length - 1;
			const next = isLast
				? scenario.steps.length
				: scenario.steps.findIndex(({instruction}) => instruction === questions[at + 1]);
			assert.ok(
				scenario.steps.slice(asked, next).some(({instruction}) => instruction.type === 'expect'),
				question.text,
			);
			player.play(Number.MAX_SAFE_INTEGER, new Set(questions));
			const events = [...player.world.trace.events(before.trace.length + 1)];
			assert.ok(events.length > 0, question.text);
			assert.deepEqual([answers[name]![question.text]!({before, after: player.world, events})], question.right);
		}

		assert.ok(player.isOver);
		assert.deepEqual(player.failures, []);
		assert.equal(player.monitor.violation, undefined);
		assert.equal(player.monitor.linearizability, 'ok');
		assert.equal(playTwice(scenario, undefined).difference, undefined);
	});

	test(`${name}: in 80 columns and five rows every caption and question is there in full`, () => {
		const lab = new Lab(scenario.settings, {
			scenario,
			isPresenting: true,
			speed: 1,
			isSpeedFixed: true,
			isPlaying: false,
			sequel,
		});
		const show = () => {
			const lines = storyLines(lab.snapshot().story, 80, {rowsMax: 5}).map((line) => plain(line));
			assert.equal(lines.length, 5);
			assert.ok(
				lines.every((line) => line.length === 80 && !line.includes('…')),
				lines.join('\n'),
			);
			return lines.join(' ').replaceAll(/\s+/gv, ' ');
		};

		const {of} = lab.snapshot().story!.beat!;
		for (let number = 1; number <= of; number++) {
			lab.nextBeat();
			lab.nextBeat();
			const {question, caption, beat} = lab.snapshot().story!;
			assert.equal(beat!.number, number);
			assert.ok(show().includes(question?.text ?? caption!), 'and no beat without words');
			if (question !== undefined) {
				lab.answer(choiceOf(question, true));
				assert.ok(show().includes(`Right. ${question.because}`));
				lab.previousBeat();
				lab.nextBeat();
				lab.nextBeat();
				lab.answer(choiceOf(question, false));
				assert.ok(show().includes(`Not quite. ${question.because}`));
			}
		}

		assert.ok(show().includes(sequel));
	});
}

/** A right answer, or a wrong one. */
const choiceOf = ({answers: offered, right}: Omit<Question, 'type'>, isRight: boolean): number =>
	1 + offered.findIndex((answer) => right.includes(answer) === isRight);
