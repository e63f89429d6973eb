import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {Track} from '../../source/recording/trace-perfetto-track.js';
import type {Event} from '../../source/simulation/event.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import type {World} from '../../source/simulation/world.js';
import {anySession, play, tried} from '../properties/session.js';
import {everything, textOf, traceText, worldAfter, writerOf} from './trace-runs.js';
import {readTimeline, type Slice, type Timeline} from './trace-timeline.js';

const ns = (timeUs: number): number => timeUs * 1000;

/** What stands on a row: its slices as `from-to name`, in microseconds, indented by depth. */
const drawn = ({slices}: Timeline, row: string): readonly string[] =>
	slices
		.filter((slice) => slice.row === row)
		.map(({startNs, endNs, depth, name}) => `${' '.repeat(depth)}${startNs / 1000}-${endNs / 1000} ${name}`);

const flight = {
	id: 1,
	from: 1,
	to: 2,
	message: {type: 'RequestVote', term: 1, candidateId: 1, lastLogIndex: 0, lastLogTerm: 0},
	sentUs: 100,
	dueUs: 300,
	lost: undefined,
	sentSeq: 4,
	copyOf: undefined,
} as const;

const small: readonly Event[] = [
	{seq: 1, timeUs: 0, cause: 0, type: 'settings', settings: {...defaultSettings, nodes: 2}},
	{seq: 2, timeUs: 100, cause: 0, type: 'timer', node: 1, timer: 'election'},
	{seq: 3, timeUs: 100, cause: 2, type: 'role', node: 1, role: 'candidate', term: 1, leader: undefined},
	{seq: 4, timeUs: 100, cause: 2, type: 'vote', node: 1, term: 1, votedFor: 1},
	{seq: 5, timeUs: 100, cause: 2, type: 'sent', flight},
	{seq: 6, timeUs: 250, cause: 4, type: 'synced', node: 1, upTo: 4},
	{seq: 7, timeUs: 300, cause: 5, type: 'delivered', flight},
	{seq: 8, timeUs: 300, cause: 7, type: 'role', node: 2, role: 'follower', term: 1, leader: undefined},
	{seq: 9, timeUs: 400, cause: 0, type: 'crash', node: 2, reason: 'command'},
];

test('A node is a row of roles with what happened in them, a message an arrow', () => {
	const text = textOf(writerOf('perfetto'), small, 500);
	const timeline = readTimeline(text);
	assert.deepEqual(timeline.complaints, []);
	assert.deepEqual(timeline.rows, ['scenario', 'n1', 'n1 disk', 'n2', 'n2 disk']);
	assert.deepEqual(drawn(timeline, 'n1'), [
		'0-100 follower, term 0',
		'100-501 candidate, term 1',
		' 100-100 election timeout',
		'  100-100 vote',
		' 100-501 send RequestVote',
	]);
	assert.deepEqual(drawn(timeline, 'n1 disk'), ['100-250 sync']);
	assert.deepEqual(drawn(timeline, 'n2'), [
		'0-300 follower, term 0',
		'300-400 follower, term 1',
		' 300-400 receive RequestVote',
		'400-501 down',
		' 400-400 crash',
	]);
	assert.deepEqual(drawn(timeline, 'n2 disk'), ['300-400 sync']);
	const {from, to} = timeline.arrows.get(1)!;
	assert.deepEqual([from.name, to?.name], ['send RequestVote', 'receive RequestVote']);
	assert.deepEqual(to?.args, {
		id: 1,
		from: 'n1',
		to: 'n2',
		type: 'RequestVote',
		term: 1,
		candidateId: 'n1',
		lastLogIndex: 0,
		lastLogTerm: 0,
	});
	assert.equal(text, textOf(writerOf('perfetto'), small, 500));
});

test('What goes on when the trace begins, begins with it', () => {
	const timeline = readTimeline(textOf(writerOf('perfetto', 200), small, 500));
	assert.deepEqual(timeline.complaints, []);
	assert.deepEqual(drawn(timeline, 'n1'), ['200-501 candidate, term 1']);
	assert.deepEqual(drawn(timeline, 'n1 disk'), ['200-250 sync']);
	assert.equal(timeline.arrows.size, 0);
});

test('A crowd of things at one instant is laid in piles that do not reach far down', () => {
	const texts: string[] = [];
	const track = new Track({
		tid: 2,
		fromUs: 0,
		write(text) {
			texts.push(text);
		},
	});
	track.begin({name: 'all', category: 'role'}, 7);
	for (let id = 1; id <= 5000; id++) {
		track.add(7, {name: 'send', category: 'send', args: '{}', arrow: {phase: 's', id, name: 'm'}});
	}

	track.end(9, '{}');
	const head = '{"ph":"M","tid":2,"name":"thread_name","args":{"name":"n1"}}';
	const {slices, arrows, complaints} = readTimeline(`{"traceEvents":[${head}${texts.join('')}]}`);
	assert.deepEqual(complaints, []);
	assert.equal(slices.length, 5001);
	assert.equal(arrows.size, 5000);
	assert.ok(Math.max(...slices.map(({depth}) => depth)) <= 16);
	assert.ok(slices.slice(1).every(({startNs}) => startNs >= ns(7) && startNs < ns(8)));
});

/** What a node is: one of these after the other, without a gap. */
const lives: ReadonlySet<string> = new Set(['follower', 'candidate', 'leader', 'down']);

function bothIn(some: ReadonlySet<number>, others: ReadonlySet<number>): ReadonlySet<number> {
	const both = new Set<number>();
	for (const one of some) {
		if (others.has(one)) {
			both.add(one);
		}
	}

	return both;
}

/** Everything that must be so, whatever the run. */
function checkTimeline(world: World, fromUs: number): Timeline {
	const timeline = readTimeline(traceText(world, 'perfetto', fromUs));
	const {rows, slices, arrows, asynchronous, complaints} = timeline;
	assert.deepEqual(complaints, []);
	const endNs = ns(world.timeUs + 1);
	assert.ok(slices.every((slice) => slice.startNs >= ns(fromUs) && slice.endNs <= endNs));

	for (const {id} of world.hosts) {
		assert.ok(rows.includes(`n${id}`));
		let atNs = ns(fromUs);
		for (const {startNs, endNs: until} of spansOf(slices, `n${id}`)) {
			assert.equal(startNs, atNs);
			atNs = until;
		}

		assert.equal(atNs, endNs);
	}

	const idsOf = (type: 'delivered' | 'sent') =>
		new Set(
			[...world.trace.events()].flatMap((event) =>
				event.type === type && event.timeUs >= fromUs ? [event.flight.id] : [],
			),
		);
	const arrived = [...arrows].filter(([, {to}]) => to !== undefined).map(([id]) => id);
	assert.deepEqual(new Set(arrived), bothIn(idsOf('delivered'), idsOf('sent')));
	for (const [, {from, to}] of arrows) {
		assert.ok(to === undefined || (from.args['id'] === to.args['id'] && from.args['to'] === to.row));
	}

	const idsIn = (phase: string) => new Set(asynchronous.filter(({ph}) => ph === phase).map(({id}) => id));
	assert.deepEqual(idsIn('b'), idsIn('e'));
	return timeline;
}

const spansOf = (slices: readonly Slice[], row: string): readonly Slice[] =>
	slices.filter((slice) => slice.row === row && lives.has(slice.category) && slice.endNs > slice.startNs);

test('A run with everything in it: every kind of span and instant is there', () => {
	const {slices, asynchronous} = checkTimeline(worldAfter(everything), 0);
	const categories = new Set(slices.map(({category}) => category));
	for (const category of [
		...lives,
		'suspended',
		'disk',
		'operation',
		'request',
		'refused',
		'send',
		'receive',
		'lost',
		'command',
		'say',
		'mark',
		'timer',
		'vote',
		'append',
		'commit',
		'apply',
		'crash',
		'restart',
		'wipe',
	]) {
		assert.ok(categories.has(category), category);
	}

	assert.ok(asynchronous.length > 0);
	assert.ok(slices.some(({row, name}) => row === 'c1' && /^(?:read|write|cas|delete) /v.test(name)));
});

test('Any run: rows are named, slices nest, each arrow that ends has begun, and a node is always something', () => {
	let spans = 0;
	fc.assert(
		fc.property(anySession({stepsMax: 60}), fc.nat({max: 3_000_000}), (session, fromUs) => {
			const world = play(session);
			checkTimeline(world, 0);
			spans += checkTimeline(world, Math.min(fromUs, world.timeUs)).slices.length;
		}),
		tried(40),
	);
	assert.ok(spans > 1000);
});
