import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import {scenarioText} from '../../source/scenario/scenario-text.js';
import {ScenarioError, type Scenario, type Step} from '../../source/scenario/scenario.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {tried} from '../properties/session.js';
import {anyInstruction, anyRange, anyRate} from './instructions.js';

const leaderIsolation = `title: Leader isolation
about: A leader in a minority keeps accepting writes that it can never commit.
seed: 007
nodes: 7
raft: {election-timeout: 150-250ms, heartbeat: 40ms, pre-vote: off, check-quorum: off}
network: {delay: 5-20ms, loss: 1%, duplicate: 2%}
disk: {sync: 1-4ms}
clients: 2 at 10/s
steps:
  - wait leader
  # What follows is the point of it
  - say The leader is about to be cut off, together with one follower.
  - +1s partition leader n1 | rest
  - 8s heal   # all well again
  - 'write x="a: b"'
`;

test('A scenario file says what a run is started with, and what is asked for, when, and on which line', () => {
	const {settings, steps, ...story} = parseScenario(leaderIsolation, 'demo.yaml');
	assert.deepEqual(story, {
		file: 'demo.yaml',
		title: 'Leader isolation',
		about: 'A leader in a minority keeps accepting writes that it can never commit.',
	});
	assert.deepEqual(settings, {
		...defaultSettings,
		seed: '007', // A seed is a word, not a number
		nodes: 7,
		delay: {minUs: 5000, maxUs: 20_000},
		lossRate: 0.01,
		duplicateRate: 0.02,
		electionTimeout: {minUs: 150_000, maxUs: 250_000},
		heartbeatUs: 40_000,
		syncDelay: {minUs: 1000, maxUs: 4000},
		clients: {count: 2, ratePerS: 10},
	});
	assert.deepEqual(
		steps.map(({when, text, line, column, instruction}) => [when, text, line, column, instruction.type]),
		[
			[undefined, 'wait leader', 10, 5, 'wait'],
			[undefined, 'say The leader is about to be cut off, together with one follower.', 12, 5, 'say'],
			[{afterUs: 1_000_000}, '+1s partition leader n1 | rest', 13, 5, 'partition'],
			[{atUs: 8_000_000}, '8s heal', 14, 5, 'heal'],
			[undefined, 'write x="a: b"', 15, 6, 'write'],
		],
	);
});

test('Everything but the steps may be left out', () => {
	const {settings, title, about} = parseScenario('steps: [wait leader]', 'demo.yaml');
	assert.deepEqual([settings, title, about], [defaultSettings, undefined, undefined]);
});

test('A file may begin with a byte order mark, end its lines as Windows does, and stand in flow style', () => {
	const plain = parseScenario('nodes: 3\nsteps:\n  - crash n1\n', 'demo.yaml');
	for (const text of ['\u{FEFF}nodes: 3\nsteps:\n  - crash n1\n', 'nodes: 3\r\nsteps:\r\n  - crash n1\r\n']) {
		assert.deepEqual(parseScenario(text, 'demo.yaml'), plain);
	}

	const [step] = parseScenario('{nodes: 3, steps: [crash n1]}', 'demo.yaml').steps;
	assert.deepEqual([step!.line, step!.column, step!.instruction], [1, 20, {type: 'crash', node: 1}]);
});

function problemsOf(text: string): readonly string[] {
	const error = errorIn(() => parseScenario(text, 'x.yaml'));
	assert.equal(error?.file ?? 'x.yaml', 'x.yaml');
	assert.notEqual(error?.problems.length, 0);
	return error?.message.split('\n') ?? [];
}

/** Anything else that is thrown is a fault. */
function errorIn(read: () => unknown): ScenarioError | undefined {
	try {
		read();
		return undefined;
	} catch (error) {
		if (error instanceof ScenarioError) {
			return error;
		}

		throw error;
	}
}

const someSteps = 'steps:\n  - wait leader\n';

const wrong: ReadonlyArray<readonly [string, readonly string[]]> = [
	['', ['x.yaml:1:1: The file is empty; a scenario has at least steps.']],
	['# later\n', ['x.yaml:1:1: The file is empty; a scenario has at least steps.']],
	[
		'- wait leader\n',
		['x.yaml:1:1: A scenario is a map of title, nodes, steps and the like, and this is something else.'],
	],
	[
		'\u{0}\u{1}\u{2}',
		['x.yaml:1:1: A scenario is a map of title, nodes, steps and the like, and this is something else.'],
	],
	['nodes: 5\n', ['x.yaml:1:1: There are no steps; a scenario has at least one, such as "steps: [wait leader]".']],
	['steps: []\n', ['x.yaml:1:8: steps is a list of commands, each on a line after a dash: "- wait leader".']],
	['steps: wait leader\n', ['x.yaml:1:8: steps is a list of commands, each on a line after a dash: "- wait leader".']],
	[
		`${someSteps}raft: {heartbaet: 5ms}\n`,
		[
			'x.yaml:3:8: There is no "heartbaet" here, only election-timeout, heartbeat, entries-per-message, pre-vote and check-quorum. Did you mean heartbeat?',
		],
	],
	[`nodes: 5\nnodes: 6\n${someSteps}`, ['x.yaml:2:1: "nodes" stands here twice.']],
	[someSteps + 'raft: {heartbeat}\n', ['x.yaml:3:8: "heartbeat" has no value.']],
	[`${someSteps}nodes: 26\n`, ['x.yaml:3:8: A cluster has 1 to 25 nodes, not 26.']],
	['nodes: 0\nsteps: [crash n7]\n', ['x.yaml:1:8: A cluster has 1 to 25 nodes, not 0.']],
	[`${someSteps}nodes: [1]\n`, ['x.yaml:3:8: How many nodes there are is text, not a list.']],
	[
		`${someSteps}seed: a b\n`,
		['x.yaml:3:7: A seed is up to 32 letters, digits, dots, dashes or underscores, not "a b".'],
	],
	[
		`${someSteps}raft: {pre-vote: on}\n`,
		['x.yaml:3:18: pre-vote does not exist yet, so it can only be off, not "on".'],
	],
	[
		`${someSteps}network: {delay: 30-10ms, loss: 140%}\n`,
		[
			'x.yaml:3:18: A range of times begins with the shorter one. Did you mean 10-30ms?',
			'x.yaml:3:33: A percentage is from 0% to 100%, not 140%.',
		],
	],
	[`${someSteps}clients: 4\n`, ['x.yaml:3:11: After "4" comes at. Try 2 at 10/s.']],
	[
		'steps:\n  - crash leadr\n  -  crash   n9\n',
		[
			'x.yaml:2:11: After "crash" comes n1 to n5, leader, followers, rest, all, majority, minority or random, not "leadr". Did you mean leader?',
			'x.yaml:3:14: There is no n9; the cluster has n1 to n5.',
		],
	],
	[
		'steps:\n  - "crash n9"\n  - >-\n    crash n9\n',
		[
			'x.yaml:2:12: There is no n9; the cluster has n1 to n5.',
			'x.yaml:4:11: There is no n9; the cluster has n1 to n5.',
		],
	],
	['steps:\n  - drop #381\n', ['x.yaml:2:5: YAML takes "#381" for a comment; put the step in quotes: - "drop #381".']],
	[
		'steps:\n  - say Now: it comes\n',
		[
			'x.yaml:2:5: YAML takes "say Now" for the name of a field because of the colon; put the step in quotes: - "say Now: it comes".',
		],
	],
	[
		'steps:\n  - write x="a: b"\n',
		[
			'x.yaml:2:5: YAML takes "write x="a" for the name of a field because of the colon; put the step in quotes: - \'write x="a: b"\'.',
		],
	],
	[
		'title: A: b\nsteps: [heal]\n',
		[
			'x.yaml:1:8: YAML takes what stands before a colon and a blank for the name of a field; where it is not, put the text in quotes.',
		],
	],
	['steps:\n  - [heal]\n', ['x.yaml:2:5: A step is one line of text after a dash, such as "- wait leader".']],
	['steps:\n  - 5s\n', ['x.yaml:2:7: A command is missing here. Try crash leader.']],
	[
		'steps:\n  - 5s heal\n  - wait 1s\n  - 5500ms heal\n',
		['x.yaml:4:5: 5.5s is too early: the step before is done at 6s at the earliest.'],
	],
	['steps:\n\t- heal\n', ['x.yaml:2:1: Here is a tab, and YAML is indented with blanks.']],
	['steps:\n - heal\n- heal\n', ['x.yaml:3:1: This is not indented like what it belongs to.']],
	[
		'steps: [heal\n',
		['x.yaml:2:1: This is not indented like what it belongs to, or a quote or a bracket is not closed.'],
	],
	['seed: &s 1\nsteps: [heal]\n', ['x.yaml:1:10: Anchors such as &x have no place in a scenario; write it out.']],
	['seed: *s\nsteps: [heal]\n', ['x.yaml:1:7: Aliases such as *x have no place in a scenario; write it out.']],
	['seed: !!int 1\nsteps: [heal]\n', ['x.yaml:1:13: Tags such as !x have no place in a scenario.']],
	['steps: [heal]\n---\nsteps: [heal]\n', ['x.yaml:2:1: Here --- begins another document, and a file holds one.']],
	[
		'steps: [heal, "x]\n',
		['x.yaml:2:1: This is not indented like what it belongs to, or a quote or a bracket is not closed.'],
	],
	[
		'steps: [crash m1, crash m2, crash m3, crash m4, crash m5, crash m6]\n',
		[15, 25, 35, 45, 55].map(
			(column, at) =>
				`x.yaml:1:${column}: After "crash" comes n1 to n5, leader, followers, rest, all, majority, minority or random, not "m${at + 1}". Did you mean n${at + 1}?`,
		),
	],
];

test('What is wrong is said in a sentence with file, line and column; of many mistakes, the first few', () => {
	for (const [text, problems] of wrong) {
		assert.deepEqual(problemsOf(text), problems, text);
	}
});

test('Features that do not exist yet may be off in a file', () => {
	for (const value of ['off', 'OFF', 'false']) {
		assert.deepEqual(problemsOf(`raft: {pre-vote: ${value}, check-quorum: ${value}}\n${someSteps}`), []);
	}
});

test('Whatever a file holds, it is a scenario or an error with a place in it', () => {
	let scenarios = 0;
	const anyEdit = fc
		.tuple(fc.nat(), fc.nat({max: 4}), fc.string({unit: 'grapheme', maxLength: 4}))
		.map(([where, removed, added]) => {
			const at = where % (leaderIsolation.length + 1);
			return leaderIsolation.slice(0, at) + added + leaderIsolation.slice(at + removed);
		});
	fc.assert(
		fc.property(fc.oneof({arbitrary: anyEdit, weight: 3}, fc.string({unit: 'binary', maxLength: 50})), (text) => {
			const problems = problemsOf(text);
			scenarios += problems.length === 0 ? 1 : 0;
			const lines = text.split('\n').length;
			for (const problem of problems) {
				const {line, column, sentence} =
					/^x\.yaml:(?<line>\d+):(?<column>\d+): (?<sentence>\P{Control}*)$/v.exec(problem)?.groups ?? {};
				assert.ok(Number(line) >= 1, problem);
				assert.ok(Number(line) <= lines, problem);
				assert.ok(Number(column) >= 1, problem);
				assert.match(sentence!, /[.?]$/v);
			}
		}),
		tried(500),
	);
	assert.ok(scenarios > 20, String(scenarios));
});

const anyStep: fc.Arbitrary<Pick<Step, 'when' | 'instruction'>> = fc.record(
	{
		// Absolute times would have to be in order, which is another test's business
		when: fc.option(fc.record({afterUs: fc.nat({max: 10_000_000})}, {noNullPrototype: true}), {nil: undefined}),
		instruction: anyInstruction,
	},
	{noNullPrototype: true},
);

const anyWords = fc.oneof(
	fc.constantFrom('n1', 'a: b', '# c', '- d', '"e"', '*f', '&g', '5', 'null', 'nobody: not yet', '3 of 5?'),
	fc
		.string({minLength: 1})
		.map((text) => text.trim().replaceAll(/\s+/gv, ' '))
		.filter((text) => text !== ''),
);

/** A question has no time of its own. */
const anyQuestion = fc
	.record({
		text: anyWords,
		answers: fc.uniqueArray(anyWords, {minLength: 2, maxLength: 9}),
		because: anyWords,
		rightBefore: fc.integer({min: 1, max: 9}),
	})
	.map(({text, answers, because, rightBefore}): Pick<Step, 'when' | 'instruction'> => ({
		when: undefined,
		instruction: {type: 'ask', text, answers, right: answers.slice(0, rightBefore), because},
	}));

const anyTitle = fc.option(
	fc.oneof(
		fc.constantFrom('Leader isolation', 'a: b', '# c', '- d', '"e"', "it's", '5', 'null', 'two\nlines', '\u{1}'),
		fc
			.string({unit: 'grapheme', minLength: 1})
			.map((text) => text.trim())
			.filter((text) => text !== ''),
	),
	{nil: undefined},
);

const anyScenario = fc.record({
	title: anyTitle,
	about: anyTitle,
	settings: fc.record(
		{
			seed: fc.constantFrom('42', '007', '0x10', '1e3', 'rapids-2', 'null', '-', '.5'),
			nodes: fc.integer({min: 5, max: 25}),
			delay: anyRange,
			lossRate: anyRate,
			duplicateRate: anyRate,
			electionTimeout: anyRange.filter(({minUs}) => minUs > 0),
			heartbeatUs: fc.integer({min: 1, max: 10_000_000}),
			entriesPerMessageMax: fc.constantFrom(256, 1, 5),
			disk: fc.constant('simulated' as const),
			syncDelay: anyRange,
			clients: fc.constantFrom({count: 0, ratePerS: 0}, {count: 4, ratePerS: 0.5}),
		},
		{noNullPrototype: true},
	),
	steps: fc.array(fc.oneof({weight: 3, arbitrary: anyStep}, anyQuestion), {minLength: 1, maxLength: 5}),
});

test('A scenario that is written to a file is read back as the same scenario', () => {
	fc.assert(
		fc.property(anyScenario, (scenario) => {
			const text = scenarioText(scenario as unknown as Scenario);
			const {title, about, settings, steps} = parseScenario(text, 'x.yaml');
			assert.deepEqual(
				{title, about, settings, steps: steps.map(({when, instruction}) => ({when, instruction}))},
				{...scenario},
				text,
			);
		}),
		tried(500),
	);
});

test('Absolute times and a cluster without disks are written too', () => {
	const text = 'disk: none\nsteps:\n  - 8s heal\n  - 12.345678s heal\n';
	const {settings, steps} = parseScenario(scenarioText(parseScenario(text, 'x.yaml')), 'x.yaml');
	assert.equal(settings.disk, 'none');
	assert.deepEqual(
		steps.map(({when}) => when),
		[{atUs: 8_000_000}, {atUs: 12_345_678}],
	);
});

const question = `steps:
  - wait leader
  - ask: Which node can win
      the next election?
    answers: [n1, n2, " n3 "]
    right: n3
    because: Its log ends with term 3.
  - expect leader n3
`;

test('A step may be a question, with its answers, those that are right, and why', () => {
	const {steps} = parseScenario(question, 'x.yaml');
	assert.deepEqual(steps[1], {
		when: undefined,
		instruction: {
			type: 'ask',
			text: 'Which node can win the next election?',
			answers: ['n1', 'n2', 'n3'],
			right: ['n3'],
			because: 'Its log ends with term 3.',
		},
		text: 'ask: Which node can win the next election?',
		line: 3,
		column: 5,
	});
	const several = parseScenario(question.replace('right: n3', 'right: [n1, n3]'), 'x.yaml').steps[1]!.instruction;
	assert.deepEqual(several.type === 'ask' && several.right, ['n1', 'n3']);
});

test('A question that is wrong is refused with what is allowed, and where', () => {
	const steps = (text: string) => `steps:\n  - ${text}\n`;
	for (const [text, refusal] of [
		[
			steps('{ask: Who?, answers: [n1, n2], right: n1}'),
			'x.yaml:2:5: A question has ask, answers, right and because, and "because" is missing here.',
		],
		[
			steps('{8s ask: Who?, answers: [n1, n2], right: n1, because: so}'),
			'x.yaml:2:6: There is no "8s ask" here, only ask, answers, right and because.',
		],
		[
			steps('{ask: Who?, anwsers: [n1, n2], right: n1, because: so}'),
			'x.yaml:2:17: There is no "anwsers" here, only ask, answers, right and because. Did you mean answers?',
		],
		[
			steps('{ask: Who?, answers: n1, right: n1, because: so}'),
			'x.yaml:2:26: answers is a list of 2 to 9 texts, such as [n1, n2, n3].',
		],
		[steps('{ask: Who?, answers: [n1], right: n1, because: so}'), 'x.yaml:2:26: A question has 2 to 9 answers, not 1.'],
		[
			steps('{ask: Who?, answers: [n1, n2, n1], right: n1, because: so}'),
			'x.yaml:2:35: "n1" stands among the answers twice.',
		],
		[
			steps('{ask: Who?, answers: [n1, n2], right: n3, because: so}'),
			'x.yaml:2:43: What is right is among the answers, n1 or n2, and "n3" is not.',
		],
		[steps('{ask: Who?, answers: [n1, n2], right: [], because: so}'), 'x.yaml:2:43: At least one answer is right.'],
		[steps('{ask: "", answers: [n1, n2], right: n1, because: so}'), 'x.yaml:2:11: A question is not empty.'],
		[steps('ask Who?'), 'x.yaml:2:5: A question is a map, in a scenario file: ask, answers, right and because.'],
	] as const) {
		assert.throws(() => parseScenario(text, 'x.yaml'), new ScenarioError('x.yaml', problemsIn(refusal)));
	}
});

/** `x.yaml:2:5: Sentence.`, taken apart. */
function problemsIn(line: string) {
	const {at, column, sentence} = /^x\.yaml:(?<at>\d+):(?<column>\d+): (?<sentence>.+)$/v.exec(line)!.groups!;
	return [{line: Number(at), column: Number(column), sentence: sentence!}];
}
