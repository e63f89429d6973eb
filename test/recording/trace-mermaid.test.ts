import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {arrowsMax} from '../../source/recording/trace-mermaid.js';
import {mermaidText} from '../../source/recording/trace-mermaid-text.js';
import type {Event} from '../../source/simulation/event.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {anySession, play, tried} from '../properties/session.js';
import {everything, textOf, traceText, worldAfter, writerOf} from './trace-runs.js';

/** Each line that we write, but for its text. */
const lines = [
	/^%% Written by whitewater$/v,
	/^sequenceDiagram$/v,
	/^ {4}participant [cn]\d+$/v,
	/^ {4}title: (?<text>.+)$/v,
	/^ {4}[cn]\d+(?:->>|-->>|--x)[cn]\d+: (?<text>.+)$/v,
	/^ {4}Note over [cn]\d+(?:,n\d+)?: (?<text>.+)$/v,
];

/** What means something to Mermaid, once the entities are gone: the end of a statement, a comment, markup, mathematics. */
const meaningful = /[#$%;<>@\[\]\{\}]/v;

function checkLines(text: string): void {
	const written = text.trimEnd().split('\n');
	assert.deepEqual(written.slice(0, 2), ['%% Written by whitewater', 'sequenceDiagram']);
	for (const line of written) {
		const match = lines.map((pattern) => pattern.exec(line)).find((found) => found !== null);
		assert.notEqual(match, undefined, line);
		assert.doesNotMatch((match!.groups?.['text'] ?? '').replaceAll(/#\d+;/gv, ''), meaningful);
	}

	const named = text.match(/(?<=participant )\w+/gv)!;
	const used = text.match(/(?<=^ {4}(?:Note over |\w+--?(?:>>|x))?)[cn]\d+(?=[,\-:])/gmv) ?? [];
	assert.deepEqual(
		used.filter((name) => !named.includes(name)),
		[],
	);
}

const arrowsIn = (text: string): number => text.match(/^ {4}\w+--?[>x]/gmv)?.length ?? 0;

const heartbeat = {
	id: 1,
	from: 1,
	to: 2,
	message: {type: 'AppendEntries', term: 1, leaderId: 1, prevLogIndex: 0, prevLogTerm: 0, entries: [], leaderCommit: 0},
	sentUs: 100,
	dueUs: 300,
	lost: undefined,
	sentSeq: 3,
	copyOf: undefined,
} as const;
const answer = {
	...heartbeat,
	id: 2,
	from: 2,
	to: 1,
	message: {
		type: 'AppendReply',
		term: 1,
		success: true,
		prevLogIndex: 0,
		matchIndex: 0,
		conflictTerm: 0,
		conflictIndex: 0,
	},
} as const;
const append = {
	...heartbeat,
	id: 3,
	message: {...heartbeat.message, entries: [{index: 1, term: 1, command: {type: 'no-op'}}]},
} as const;
const call = {client: 0, op: 1, operation: {type: 'write', key: 'x', value: 'a;b'}} as const;

const small: readonly Event[] = [
	{seq: 1, timeUs: 0, cause: 0, type: 'settings', settings: {...defaultSettings, nodes: 2}},
	{seq: 2, timeUs: 100, cause: 0, type: 'role', node: 1, role: 'leader', term: 1, leader: 1},
	{seq: 3, timeUs: 100, cause: 2, type: 'sent', flight: heartbeat},
	{seq: 4, timeUs: 300, cause: 3, type: 'delivered', flight: heartbeat},
	{seq: 5, timeUs: 300, cause: 4, type: 'role', node: 2, role: 'follower', term: 1, leader: 1},
	{seq: 6, timeUs: 300, cause: 4, type: 'sent', flight: answer},
	{seq: 7, timeUs: 400, cause: 6, type: 'delivered', flight: answer},
	{seq: 8, timeUs: 500, cause: 0, type: 'command', command: {type: 'say', text: 'Now #1;\nlook'}},
	{seq: 9, timeUs: 600, cause: 2, type: 'sent', flight: append},
	{seq: 10, timeUs: 600, cause: 2, type: 'sent', flight: {...answer, id: 4}},
	{seq: 11, timeUs: 700, cause: 9, type: 'lost', flight: append, reason: 'loss'},
	{seq: 12, timeUs: 800, cause: 0, type: 'request', ...call, node: 1, attempt: 1},
	{seq: 13, timeUs: 850, cause: 10, type: 'delivered', flight: {...answer, id: 4}},
	{seq: 14, timeUs: 900, cause: 11, type: 'commit', node: 1, index: 1},
	{seq: 15, timeUs: 900, cause: 11, type: 'commit', node: 2, index: 1},
	{seq: 16, timeUs: 900, cause: 11, type: 'ok', ...call, node: 1, result: true},
	{seq: 17, timeUs: 950, cause: 0, type: 'crash', node: 2, reason: 'command'},
];

test('Messages are arrows, what becomes of nodes are notes, heartbeats are counted', () => {
	assert.equal(
		textOf(writerOf('mermaid'), small, 1000),
		`%% Written by whitewater
sequenceDiagram
    title: A test, seed 42
    participant n1
    participant n2
    participant c0
    Note over n1: 0.1ms leader, term 1
    Note over n2: 0.3ms follower, term 1, leader n1
    Note over n1,n2: 0.5ms Now #35;1#59; look
    n1--xn2: AppendEntries term 1, prevLogIndex 0, prevLogTerm 0, entry 1 (·), leaderCommit 0 (lost: loss)
    c0->>n1: write x=#34;a#59;b#34;
    n2-->>n1: AppendReply term 1, success, matchIndex 0
    Note over n1: 0.9ms commitIndex 1
    n1-->>c0: write x=#34;a#59;b#34;: true
    Note over n2: 0.95ms crash
    Note over n1,n2: 2 heartbeats and answers to them are left out
`,
	);
});

test('From a later time on it begins with what everybody is', () => {
	const [, body] = textOf(writerOf('mermaid', 940), small, 1000).split('participant n2\n', 2);
	assert.equal(
		body,
		'    Note over n1: 0.94ms leader, term 1\n    Note over n2: 0.94ms follower, term 1\n    Note over n2: 0.95ms crash\n',
	);
});

test('A text cannot end its line or become a comment, an entity or markup', () => {
	assert.equal(mermaidText('a;b#c%%d\n<e>&$$'), 'a#59;b#35;c#37;#37;d #60;e#62;#38;#36;#36;');
	assert.equal(mermaidText('é → …'), 'é → …');
	assert.ok(mermaidText('x'.repeat(10_000)).length <= 200);
});

test('A diagram is cut when it is full, and says so', () => {
	const world = worldAfter(everything);
	const writer = writerOf('mermaid');
	const text = textOf(writer, world.trace.events(), world.timeUs);
	checkLines(text);
	assert.equal(arrowsIn(text), arrowsMax);
	assert.match(text, /: cut at [\d.]+m?s: the run goes on\n$/v);
	assert.match(writer.shortcoming!()!, /^the diagram is cut at [\d.]+m?s, after 200 arrows$/v);
	const whole = writerOf('mermaid');
	textOf(whole, small, 1000);
	assert.equal(whole.shortcoming!(), undefined);
});

test('A diagram does not outgrow what Mermaid takes, however long its notes are', () => {
	const caption = {cause: 0, type: 'command', command: {type: 'say', text: ';'.repeat(1000)}} as const;
	const captions = Array.from({length: 100}, (_, at): Event => ({seq: at + 2, timeUs: at, ...caption}));
	const text = textOf(writerOf('mermaid'), [small[0]!, ...captions], 100);
	checkLines(text);
	assert.ok(text.length < 50_000);
	assert.match(text, /cut at/v);
});

test('Any run, from any time on, is lines that Mermaid knows, and no more than it takes', () => {
	let arrows = 0;
	fc.assert(
		fc.property(anySession({stepsMax: 60}), fc.nat({max: 2_000_000}), (session, fromUs) => {
			const world = play(session);
			for (const text of [traceText(world, 'mermaid'), traceText(world, 'mermaid', fromUs)]) {
				checkLines(text);
				arrows += arrowsIn(text);
				assert.ok(arrowsIn(text) <= arrowsMax);
				assert.ok(text.length < 50_000);
			}
		}),
		tried(25),
	);
	assert.ok(arrows > 500);
});
