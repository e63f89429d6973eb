import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Event} from '../../source/simulation/event.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import type {World} from '../../source/simulation/world.js';
import {anySession, play, tried} from '../properties/session.js';
import {everything, textOf, traceText, worldAfter, writerOf} from './trace-runs.js';

type Clock = Readonly<Record<string, number>>;

type LogEvent = {readonly event: string; readonly host: string; readonly clock: Clock};

const logEvents = (log: string, expression: string): readonly LogEvent[] =>
	// eslint-disable-next-line require-unicode-regexp -- ShiViz knows no flag v, to which a bare brace is a mistake
	Array.from(log.matchAll(new RegExp(expression, 'gm')), ({groups}) => {
		const {event, host, clock} = groups as Readonly<Record<'event' | 'host' | 'clock', string>>;
		return {event, host, clock: JSON.parse(clock) as Clock};
	});

const defaultExpression = ['(?<event>.*)', String.raw`\n`, String.raw`(?<host>\S*) (?<clock>{.*})`].join('');

/** As ShiViz reads what is pasted: wherever its expression fits. */
const readPasted = (text: string): readonly LogEvent[] => logEvents(text, defaultExpression);

/** As it reads a file: the first line is the expression, the second would tell runs apart, the log is below. */
function readOpened(text: string): readonly LogEvent[] {
	const [expression, delimiter, ...log] = text.split('\n');
	assert.equal(delimiter, '');
	return logEvents(log.join('\n'), `^${expression!}$`);
}

/** The highest of two clocks for each host. */
function merged(one: Clock, other: Clock): Clock {
	const hosts = new Set([...Object.keys(one), ...Object.keys(other)]);
	return Object.fromEntries([...hosts].map((host) => [host, Math.max(one[host] ?? 0, other[host] ?? 0)]));
}

/** The messages' numbers as their texts tell them. */
const sentPattern = /^\S+ send #(?<id>\d+) /v;
const receivedPattern = /^\S+ receive #(?<id>\d+) /v;

/**
Every clock is that of the host's event before, one further, with what a message has brought and nothing else.

@returns How many messages brought something.
*/
function checkClocks(log: readonly LogEvent[], world: World): number {
	const originals = new Map<number, number>();
	for (const event of world.trace.events()) {
		if (event.type === 'sent') {
			const {id, copyOf} = event.flight;
			originals.set(id, copyOf === undefined ? id : originals.get(copyOf)!);
		}
	}

	const latest = new Map<string, Clock>();
	const sent = new Map<number, Clock>();
	let brought = 0;
	for (const [at, {event, host, clock}] of log.entries()) {
		const before = latest.get(host) ?? {};
		const own = {...before, [host]: (before[host] ?? 0) + 1};
		const received = receivedPattern.exec(event)?.groups?.['id'];
		// A request or an answer takes no time, and stands below the line that sends it
		const from = /^\S+ receive from (?<from>\w+): /v.exec(event)?.groups?.['from'];
		const source =
			received === undefined
				? from === undefined
					? undefined
					: log[at - 1]!.clock
				: sent.get(originals.get(Number(received))!);
		assert.deepEqual(clock, source === undefined ? own : merged(own, source), `${event} ${host}`);
		if (source !== undefined) {
			brought++;
			assert.ok(Object.entries(source).every(([other, count]) => clock[other]! >= count));
			assert.notDeepEqual(clock, source);
		}

		latest.set(host, clock);
		const id = sentPattern.exec(event)?.groups?.['id'];
		if (id !== undefined) {
			sent.set(Number(id), clock);
		}
	}

	for (const {clock} of log) {
		for (const [host, count] of Object.entries(clock)) {
			assert.ok(count <= latest.get(host)![host]!); // Nobody knows of more than has been
		}
	}

	return brought;
}

const flight = {
	id: 1,
	from: 1,
	to: 2,
	message: {
		type: 'AppendReply',
		term: 3,
		success: true,
		prevLogIndex: 4,
		matchIndex: 5,
		conflictTerm: 0,
		conflictIndex: 0,
	},
	sentUs: 1500,
	dueUs: 2500,
	lost: undefined,
	sentSeq: 2,
	copyOf: undefined,
} as const;
const call = {client: 1, op: 1, operation: {type: 'write', key: 'x', value: '1'}} as const;

const copy = {...flight, id: 2, copyOf: 1, sentUs: 2200};

const small: readonly Event[] = [
	{seq: 1, timeUs: 0, cause: 0, type: 'settings', settings: {...defaultSettings, nodes: 2}},
	{seq: 2, timeUs: 1500, cause: 0, type: 'sent', flight},
	{seq: 3, timeUs: 2000, cause: 0, type: 'commit', node: 1, index: 5},
	{seq: 4, timeUs: 2200, cause: 2, type: 'sent', flight: copy},
	{seq: 5, timeUs: 2500, cause: 2, type: 'delivered', flight},
	{seq: 6, timeUs: 2600, cause: 4, type: 'delivered', flight: copy},
	{seq: 7, timeUs: 3000, cause: 0, type: 'invoke', ...call},
	{seq: 8, timeUs: 3000, cause: 7, type: 'request', ...call, node: 2, attempt: 1},
];

test('Two lines an event, and a clock that goes with the messages', () => {
	assert.equal(
		textOf(writerOf('shiviz'), small, 3000),
		[
			defaultExpression,
			'',
			'whitewater: A test, seed 42',
			'1.5ms send #1 to n2: AppendReply term 3, success, matchIndex 5',
			'n1 {"n1":1}',
			'2ms commitIndex 5',
			'n1 {"n1":2}',
			'2.5ms receive #1 from n1: AppendReply term 3, success, matchIndex 5',
			'n2 {"n2":1,"n1":1}',
			'2.6ms receive #2 from n1: AppendReply term 3, success, matchIndex 5, a copy of #1',
			'n2 {"n2":2,"n1":1}',
			'3ms invoke write x=1',
			'c1 {"c1":1}',
			'3ms send to n2: request write x=1',
			'c1 {"c1":2}',
			'3ms receive from c1: request write x=1',
			'n2 {"n2":3,"n1":1,"c1":2}',
			'',
		].join('\n'),
	);
});

test('From a later time on clocks count from 1, and what was sent before brings nothing', () => {
	const log = readPasted(textOf(writerOf('shiviz', 2000), small, 3000));
	assert.deepEqual(
		log.slice(0, 3).map(({host, clock}) => [host, clock]),
		[
			['n1', {n1: 1}],
			['n2', {n2: 1}],
			['n2', {n2: 2}],
		],
	);
});

test('A run with everything in it is read whole, pasted or opened, and its clocks are right', () => {
	const world = worldAfter(everything);
	const text = traceText(world, 'shiviz');
	const log = readPasted(text);
	assert.equal(log.length * 2 + 3, text.trimEnd().split('\n').length);
	assert.deepEqual(readOpened(text), log);
	assert.ok(checkClocks(log, world) > 500);
	assert.deepEqual([...new Set(log.map(({host}) => host))].toSorted(), [
		'c0',
		'c1',
		'c2',
		'c3',
		'n1',
		'n2',
		'n3',
		'n4',
		'n5',
	]);
});

test('Any run, from any time on: clocks say what happened before what', () => {
	let brought = 0;
	fc.assert(
		fc.property(anySession({stepsMax: 60}), fc.nat({max: 2_000_000}), (session, fromUs) => {
			const world = play(session);
			brought += checkClocks(readPasted(traceText(world, 'shiviz')), world);
			brought += checkClocks(readPasted(traceText(world, 'shiviz', fromUs)), world);
		}),
		tried(25),
	);
	assert.ok(brought > 1000);
});
