import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';
import {Ajv} from 'ajv';
import fc from 'fast-check';
import {parse} from 'yaml';
import {commandGroups} from '../../source/scenario/commands.js';
import {parseCommand} from '../../source/scenario/parse-command.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import {scenarioText} from '../../source/scenario/scenario-text.js';
import {ScenarioError} from '../../source/scenario/scenario.js';
import schema from '../../source/scenario/scenario.schema.json' with {type: 'json'};
import {tried} from '../properties/session.js';

const isValid = new Ajv({allowUnionTypes: true, strictTypes: false, strictNumbers: false}).compile(schema);

/** What the schema makes of a file, as an editor would read it; `undefined` where it is no YAML to begin with. */
function fitsSchema(text: string): boolean | undefined {
	try {
		return isValid(parse(text));
	} catch {
		return undefined;
	}
}

/** What the program finds wrong with a file, as `line:column: sentence`. */
function problemsOf(text: string): readonly string[] {
	try {
		parseScenario(text, 'x.yaml');
		return [];
	} catch (error) {
		if (!(error instanceof ScenarioError)) {
			throw error;
		}

		return error.problems.map(({line, column, sentence}) => `${line}:${column}: ${sentence}`);
	}
}

test('Every demo fits the schema', () => {
	const demos = new URL('../../demos/', import.meta.url);
	const names = readdirSync(demos).filter((name) => name.endsWith('.yaml'));
	assert.ok(names.length > 0);
	for (const name of names) {
		assert.ok(isValid(parse(readFileSync(new URL(name, demos), 'utf8'))), `${name} ${JSON.stringify(isValid.errors)}`);
	}
});

test('Where a demo names the schema, there it is', () => {
	const demo = new URL('../../demos/first-election.yaml', import.meta.url);
	const named = /^# yaml-language-server: \$schema=(?<path>\S+)$/mv.exec(readFileSync(demo, 'utf8'))?.groups?.['path'];
	assert.deepEqual(JSON.parse(readFileSync(new URL(named!, demo), 'utf8')), schema);
});

/** The names that the program knows, from what it says to one that it does not. */
function namesIn(text: string): readonly string[] {
	const [problem] = problemsOf(text);
	const list = /here, only (?<names>[^.]+)\./v.exec(problem!)?.groups?.['names'];
	return list!.split(/, | and /v).toSorted();
}

test('The schema has the fields that the program reads, and no others', () => {
	const {raft, network, disk} = schema.properties;
	for (const [text, properties] of [
		['"?": 1\nsteps: [heal]\n', schema.properties],
		['raft: {"?": 1}\nsteps: [heal]\n', raft.properties],
		['network: {"?": 1}\nsteps: [heal]\n', network.properties],
		['disk: {"?": 1}\nsteps: [heal]\n', disk.anyOf[1]!.properties!],
		['steps: [{"?": 1, ask: 1}]\n', schema.definitions.question.properties],
	] as const) {
		assert.deepEqual(Object.keys(properties).toSorted(), namesIn(text));
	}
});

test('Its examples of steps are the commands that the program knows, each as the help writes it first', () => {
	const {examples} = schema.properties.steps.items.anyOf[0]!;
	const usages = commandGroups.flatMap(({forms}) => forms.map(({usage}) => usage.split(', or ', 1)[0]!));
	assert.deepEqual(examples, [...new Set(usages)]);
	for (const example of examples) {
		parseCommand(example, 5); // Else it throws
	}
});

const someSteps = 'steps: [wait leader]\n';

const good: readonly string[] = [
	someSteps,
	`title: 5\nabout: true\nseed: 007\n${someSteps}`,
	`title:\nabout: null\nseed: false\n${someSteps}`,
	`seed: rapids-2\nnodes: "7"\nclients: OFF\ndisk: none\n${someSteps}`,
	`raft: {election-timeout: 150 - 300 ms, heartbeat: .5s, entries-per-message: 1, pre-vote: off, check-quorum: false}\n${someSteps}`,
	`network: {delay: 0, loss: 0, duplicate: 2.5%}\ndisk: {sync: 500us-3ms}\nclients: 4 at 0.5/s\n${someSteps}`,
	'steps:\n  - 8s heal\n  - "+500ms drop #381"\n  - WAIT Leader\n',
	'steps:\n  - ask: Who?\n    answers: [n1, 2, true, null, 5, 6, 7, 8, 9]\n    right: [n1, 2]\n    because: So it is.\n',
	'steps: [{ask: "1 > 2?", answers: [yes, no], right: no, because: 2}]\n',
	scenarioText(parseScenario('title: Written by the program\nsteps: [heal]\n', 'x.yaml')),
];

/** What is wrong, and where; refused by the schema too, except where only the program can tell. */
const bad: ReadonlyArray<readonly [text: string, place: string, isForTheProgram?: boolean]> = [
	[`${someSteps}color: red\n`, '2:1'],
	[`raft:\n  election-timeout: 150-300ms\n  hartbeat: 5ms\n${someSteps}`, '3:3'],
	[`title: [a]\n${someSteps}`, '1:8'],
	[`seed: a b\n${someSteps}`, '1:7'],
	[`seed: {}\n${someSteps}`, '1:7'],
	[`nodes: five\n${someSteps}`, '1:8'],
	[`nodes: 0\n${someSteps}`, '1:8'],
	[`nodes: 26\n${someSteps}`, '1:8'],
	[`nodes: 2.5\n${someSteps}`, '1:8'],
	[`nodes: [5]\n${someSteps}`, '1:8'],
	[`raft: fast\n${someSteps}`, '1:7'],
	[`raft: {heartbeat: 50}\n${someSteps}`, '1:19'],
	[`raft: {entries-per-message: 0}\n${someSteps}`, '1:29'],
	[`raft: {pre-vote: on}\n${someSteps}`, '1:18'],
	[`network: {loss: 0.2}\n${someSteps}`, '1:17'],
	[`network: {delay: soon}\n${someSteps}`, '1:18'],
	[`network: [10ms]\n${someSteps}`, '1:10'],
	[`disk: some\n${someSteps}`, '1:7'],
	[`clients: 4\n${someSteps}`, '1:11'],
	[`clients: {count: 4}\n${someSteps}`, '1:10'],
	['nodes: 5\n', '1:1'],
	['- heal\n', '1:1'],
	['steps: heal\n', '1:8'],
	['steps: []\n', '1:8'],
	['steps: {a: heal}\n', '1:8'],
	['steps: [5]\n', '1:9'],
	['steps: [[heal]]\n', '1:9'],
	['steps:\n  - say Now: it comes\n', '2:5'],
	['steps: [{ask: Who?, answers: [a, b], right: a}]\n', '1:9'],
	['steps:\n  - because: so\n    ask: Who?\n    answers: [a, b]\n', '2:5'],
	['steps: [{8s ask: Who?, answers: [a, b], right: a, because: so}]\n', '1:10'],
	['steps: [{ask: Who?, answers: [a, b], right: a, because: so, why: so}]\n', '1:61'],
	['steps: [{ask: [], answers: [a, b], right: a, because: so}]\n', '1:15'],
	['steps: [{ask: " ", answers: [a, b], right: a, because: so}]\n', '1:15'],
	['steps: [{ask: Who?, answers: a, right: a, because: so}]\n', '1:30'],
	['steps: [{ask: Who?, answers: [a], right: a, because: so}]\n', '1:30'],
	['steps: [{ask: Who?, answers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], right: 1, because: so}]\n', '1:30'],
	['steps: [{ask: Who?, answers: [a, [b]], right: a, because: so}]\n', '1:34'],
	['steps: [{ask: Who?, answers: [a, b], right: [], because: so}]\n', '1:45'],
	['steps: [{ask: Who?, answers: [a, b], right: a, because: ""}]\n', '1:57'],
	['', '1:1'],
	[`raft: {heartbeat: 0}\n${someSteps}`, '1:19', true],
	[`network: {delay: 30-10ms}\n${someSteps}`, '1:18', true],
	[`network: {loss: 120%}\n${someSteps}`, '1:17', true],
	['steps:\n  - heal\n  - crash n9\n', '3:11', true],
	['steps:\n  - crsh n1\n', '2:5', true],
	['steps: [{ask: Who?, answers: [a, b], right: c, because: so}]\n', '1:45', true],
	['steps: [{ask: Who?, answers: [a, b], right: [a, c], because: so}]\n', '1:49', true],
	['steps: [{ask: Who?, answers: [a, b, a], right: a, because: so}]\n', '1:37', true],
	['nodes: 5\nnodes: 7\nsteps: [heal]\n', '2:1', true],
	['steps:\n\t- heal\n', '2:1', true],
	['steps: [heal\n', '2:1', true],
	['seed: &s 1\nsteps: [heal]\n', '1:10', true],
];

test('What fits is a scenario', () => {
	for (const text of good) {
		assert.equal(fitsSchema(text), true, `${text} ${JSON.stringify(isValid.errors)}`);
		assert.deepEqual(problemsOf(text), [], text);
	}
});

test('What is wrong is refused by the program with its line and column, and by the schema as far as it can tell', () => {
	for (const [text, place, isForTheProgram = false] of bad) {
		const problems = problemsOf(text);
		assert.equal(problems.length, 1, `${text} ${problems.join(' ')}`);
		assert.ok(problems[0]!.startsWith(`${place}: `), `${text} ${problems.join(' ')}`);
		if (!isForTheProgram) {
			assert.equal(fitsSchema(text), false, text);
		}
	}
});

const anyValue = fc.oneof(
	fc.constantFrom(
		'5',
		'0',
		'26',
		'1e3',
		'"7 "',
		'.5',
		'-3',
		'off',
		'On',
		'false',
		'null',
		'~',
		'""',
		'a b',
		'[]',
		'{}',
	),
	fc.constantFrom('10ms', '10-30ms', '10 - 30 MS', '1s-10ms', '0ms', '5%', '100.0%', '5 %', '"2 at 10/s"', '3, AT 5'),
	fc.constantFrom('none', 'NONE,', '[wait leader]', '[heal, heal]', '["5s heal"]', '[5]', '[null]', '{sync: 1ms}'),
	fc.constantFrom('{heartbeat: 5ms}', '{heartbeat: 5}', '{delay: 0}', '{loss: 5%}', '{pre-vote: OFF}', '{loss: }'),
	fc.string({unit: fc.constantFrom(...'amsno059%.,-_'), minLength: 1, maxLength: 6}),
);

test('Whatever the schema refuses, the program refuses', () => {
	let refused = 0;
	let taken = 0;
	const anyFields = fc.uniqueArray(fc.tuple(fc.constantFrom(...Object.keys(schema.properties), 'step'), anyValue), {
		maxLength: 3,
		selector: ([name]) => name,
	});
	fc.assert(
		fc.property(anyFields, (fields) => {
			const named = new Set(fields.map(([name]) => name));
			const written = fields.map(([name, value]) => `${name}: ${value}\n`).join('');
			const text = named.has('steps') ? written : written + someSteps;
			if (fitsSchema(text) === false) {
				refused++;
				assert.notDeepEqual(problemsOf(text), [], `${text} ${JSON.stringify(isValid.errors)}`);
			} else {
				taken += problemsOf(text).length === 0 ? 1 : 0;
			}
		}),
		tried(1000),
	);
	assert.ok(refused > 100, String(refused));
	assert.ok(taken > 100, String(taken));
});
