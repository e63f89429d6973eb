import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {entriesBetween} from '../../source/raft/log.js';
import type {Entry, ServerId} from '../../source/raft/vocabulary.js';
import type {Command} from '../../source/simulation/command.js';
import type {Event, EventType} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import type {Operation} from '../../source/state-machine/key-value.js';
import {anySession, commandAt, play, tried, type Step} from '../properties/session.js';

/** Three servers, 10 ms from each other, that hold elections only when told to. */
const calm: Settings = {
	...defaultSettings,
	nodes: 3,
	delay: {minUs: 10_000, maxUs: 10_000},
	electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001},
};

const ms = 1000;

/** Do things one after the other, each at once and without refusal. */
function all(world: World, ...commands: readonly Command[]): void {
	for (const command of commands) {
		assert.equal(perform(world, command), undefined);
	}
}

const pass = (world: World, spanUs: number): void => {
	world.advanceTo(world.timeUs + spanUs);
};

const timeout = (node: ServerId): Command => ({type: 'timeout', node});
const isolate = (node: ServerId): Command => ({type: 'isolate', node});
const rejoin = (node: ServerId): Command => ({type: 'rejoin', node});
const crash = (node: ServerId): Command => ({type: 'crash', node});
const restart = (node: ServerId): Command => ({type: 'restart', node});
const write = (value: string, via: ServerId): Command => ({type: 'write', key: 'x', value, via});

/** A calm cluster in which n1 leads term 1 and everybody knows it. */
function ledByFirst(settings = calm): World {
	const world = World.create(settings);
	all(world, timeout(1));
	pass(world, 100 * ms);
	return world;
}

const eventsOf = ({trace}: World): readonly Event[] => [...trace.events()];

type EventOf<Type extends EventType> = Extract<Event, {readonly type: Type}>;

const eventsOfType = <Type extends EventType>(world: World, type: Type): ReadonlyArray<EventOf<Type>> =>
	eventsOf(world).filter((event): event is EventOf<Type> => event.type === type);

/** Everything in a World that tells what it will do next, apart from its streams of chance, which show in what it does. */
function stateOf({
	timeUs,
	hosts,
	network,
	nextUs,
	inFlight,
	messagesSent,
	messagesDelivered,
	operationsInvoked,
}: World): unknown {
	return {
		timeUs,
		nextUs,
		inFlight,
		messagesSent,
		messagesDelivered,
		operationsInvoked,
		network: [network.delay, network.lossRate, network.groups, [...network.isolated]],
		hosts: hosts.map(({server, persisted, store, pending, timer}) => ({
			server: server === undefined ? undefined : {...server, log: entriesIn(server)},
			persisted: {...persisted, log: entriesIn(persisted)},
			store: [...store],
			pending: [...pending],
			timer,
		})),
	};
}

const entriesIn = ({log}: Pick<World['hosts'][number]['persisted'], 'log'>): readonly Entry[] =>
	entriesBetween(log, 1, log.lastIndex);

/** All that a run left behind. The digest comes with the events that it stands for, so that it is put to the proof as well. */
const recordOf = (world: World): unknown => ({
	digest: world.trace.digest,
	events: eventsOf(world),
	state: stateOf(world),
});

function take(world: World, step: Step, at: number): string | undefined {
	pass(world, step.afterUs);
	return perform(world, commandAt(step, at));
}

function takeAll(world: World, steps: readonly Step[], from = 0): void {
	for (const [at, step] of steps.entries()) {
		take(world, step, from + at);
	}
}

test('The same settings and the same commands at the same virtual times give the same trace', () => {
	fc.assert(
		fc.property(anySession(), (session) => {
			assert.deepEqual(recordOf(play(session)), recordOf(play(session)));
		}),
		tried(60),
	);
});

test('How virtual time is cut into spans does not matter', () => {
	const anyCut = fc.oneof(fc.constant('by events'), fc.constant('at once'), fc.nat({max: 40_000}));
	fc.assert(
		fc.property(anySession(100), fc.array(anyCut, {minLength: 1, maxLength: 20}), (session, cuts) => {
			const world = World.create(session.settings);
			let timeUs = 0;
			for (const [at, step] of session.steps.entries()) {
				timeUs += step.afterUs;
				advanceInSpans(world, timeUs, cuts[at % cuts.length]!);
				perform(world, commandAt(step, at));
			}

			advanceInSpans(world, timeUs + 1_000_000, cuts[0]!);
			assert.deepEqual(recordOf(world), recordOf(play(session)));
		}),
		tried(60),
	);
});

function advanceInSpans(world: World, timeUs: number, cut: 'by events' | 'at once' | number): void {
	if (cut === 'by events') {
		while (world.nextUs < timeUs) {
			world.advance();
		}
	} else if (cut !== 'at once') {
		for (let nextUs = world.timeUs + cut; nextUs < timeUs; nextUs += cut + 1) {
			world.advanceTo(nextUs);
		}
	}

	world.advanceTo(timeUs);
}

test('The order in which settings and commands are written down does not matter', () => {
	const {seed, nodes, ...rest} = calm;
	const one = ledByFirst(calm);
	const other = ledByFirst({...rest, nodes, seed});
	all(one, {type: 'loss', rate: 0.5});
	all(other, {rate: 0.5, type: 'loss'});
	assert.deepEqual(recordOf(other), recordOf(one));
});

test('What no World can be made of, and what no network can do, is refused with a sentence', () => {
	for (const [impossible, reason] of [
		[{nodes: 0}, /1 to 255 nodes, not 0/v],
		[{lossRate: 7}, /between 0% and 100%, not 700%/v],
		[{delay: {minUs: 20, maxUs: 10}}, /from 20 to 10/v],
		[{heartbeatUs: 0}, /not every 0/v],
		[{electionTimeout: {minUs: 0, maxUs: 5}}, /at least a microsecond/v],
		[{entriesPerMessageMax: Number.NaN}, /at least one entry, not NaN/v],
	] as const) {
		assert.throws(() => World.create({...defaultSettings, ...impossible}), reason);
	}

	const world = World.create(defaultSettings);
	const before = world.trace.digest;
	assert.match(perform(world, {type: 'loss', rate: Number.NaN}) ?? '', /NaN%/v);
	assert.match(perform(world, {type: 'delay', delay: {minUs: 0.5, maxUs: 10}}) ?? '', /from 0.5 to 10/v);
	assert.equal(world.trace.digest, before);
});

test('Time without end is refused, also where nothing is left to happen', () => {
	assert.throws(() => {
		World.create(defaultSettings).advanceTo(Number.POSITIVE_INFINITY);
	}, /finite, not Infinity/v);
	assert.throws(() => {
		World.create(defaultSettings).advanceTo(Number.NaN);
	}, /finite, not NaN/v);
});

test('Another seed gives another run', () => {
	const runs = ['1', '2', '3'].map((seed) => {
		const world = World.create({...defaultSettings, seed});
		world.advanceTo(1_000_000);
		return eventsOf(world).filter(({type}) => type !== 'settings');
	});
	assert.notDeepEqual(runs[0], runs[1]);
	assert.notDeepEqual(runs[1], runs[2]);
	assert.notDeepEqual(runs[0], runs[2]);
});

test('A copy goes on exactly as the original would, and neither disturbs the other', () => {
	fc.assert(
		fc.property(anySession(120), anySession(60), fc.nat(), (session, elsewhere, number) => {
			const {settings, steps} = session;
			const at = number % (steps.length + 1);
			const original = World.create(settings);
			takeAll(original, steps.slice(0, at));
			const copy = original.copy();
			const astray = original.copy();
			assert.deepEqual(recordOf(copy), recordOf(original));

			// The three take turns, so that whatever they shared would mix.
			for (let turn = 0; turn < Math.max(steps.length - at, elsewhere.steps.length); turn++) {
				const strayStep = elsewhere.steps[turn];
				if (strayStep !== undefined) {
					take(astray, strayStep, 1000 + turn);
				}

				const step = steps[at + turn];
				if (step !== undefined) {
					take(original, step, at + turn);
					take(copy, step, at + turn);
				}
			}

			for (const world of [original, copy, astray]) {
				pass(world, 1_000_000);
			}

			const uninterrupted = play(session);
			assert.deepEqual(recordOf(original), recordOf(uninterrupted));
			assert.deepEqual(recordOf(copy), recordOf(uninterrupted));

			const astrayAlone = World.create(settings);
			takeAll(astrayAlone, steps.slice(0, at));
			takeAll(astrayAlone, elsewhere.steps, 1000);
			pass(astrayAlone, 1_000_000);
			assert.deepEqual(recordOf(astray), recordOf(astrayAlone));
		}),
		tried(60),
	);
});

test('A copy that is left standing stays as it was, while its original goes on', () => {
	fc.assert(
		fc.property(anySession(60), anySession(60), ({settings, steps}, later) => {
			const original = World.create(settings);
			takeAll(original, steps);
			const copy = original.copy();
			const state = structuredClone(stateOf(copy));
			const {digest, length} = copy.trace;
			takeAll(original, later.steps, 1000);
			pass(original, 1_000_000);
			assert.deepEqual(stateOf(copy), state);
			assert.deepEqual({digest: copy.trace.digest, length: copy.trace.length}, {digest, length});
		}),
		tried(40),
	);
});

test('Virtual time never goes back, whatever time is asked for', () => {
	fc.assert(
		fc.property(
			anySession(60),
			fc.array(fc.oneof(fc.constant('advance'), fc.nat({max: 1_000_000})), {minLength: 1, maxLength: 60, size: 'max'}),
			({settings, steps}, times) => {
				const world = World.create(settings);
				for (const [at, step] of steps.entries()) {
					const before = world.timeUs;
					const time = times[at % times.length]!;
					if (typeof time === 'number') {
						world.advanceTo(time);
						assert.equal(world.timeUs, Math.max(time, before));
					} else {
						world.advance();
					}

					perform(world, commandAt(step, at));
					assert.ok(world.timeUs >= before);
					assert.ok(world.nextUs >= world.timeUs, 'Something planned for the past');
				}

				const timesUs = eventsOf(world).map(({timeUs}) => timeUs);
				assert.deepEqual(
					timesUs,
					timesUs.toSorted((one, other) => one - other),
				);
			},
		),
		tried(60),
	);
});

test('Where nobody is up, time passes and nothing happens', () => {
	const world = ledByFirst();
	all(world, crash(1), crash(2), crash(3));
	pass(world, 200_000_000);
	const {length} = world.trace;
	assert.equal(world.nextUs, Number.POSITIVE_INFINITY);
	world.advance();
	pass(world, 5_000_000);
	assert.equal(world.trace.length, length);
	all(world, restart(1), restart(2), timeout(2));
	pass(world, 100 * ms);
	assert.equal(world.leader?.id, 2);
});

test('A crash takes what was volatile and leaves what was persisted (Figure 2)', () => {
	const world = ledByFirst();
	all(world, write('1', 1), write('2', 1));
	pass(world, 100 * ms);
	all(world, write('unanswered', 1));
	const {persisted} = world.host(1);
	assert.equal(persisted.currentTerm, 1);
	assert.equal(persisted.votedFor, 1);
	assert.deepEqual(
		entriesIn(persisted).map(({term}) => term),
		[1, 1, 1, 1],
	);
	assert.deepEqual([...world.host(1).store], [['x', '2']]);

	all(world, crash(1));
	const {server, store, pending, timer} = world.host(1);
	assert.equal(server, undefined);
	assert.equal(store.size, 0);
	assert.deepEqual(pending, []);
	assert.equal(timer, undefined);
	assert.equal(world.host(1).persisted, persisted);

	pass(world, 50 * ms);
	all(world, restart(1));
	const {role, currentTerm, votedFor, log, commitIndex, lastApplied} = world.host(1).server!;
	assert.deepEqual({role, commitIndex, lastApplied}, {role: 'follower', commitIndex: 0, lastApplied: 0});
	assert.deepEqual({currentTerm, votedFor, log}, persisted);
	assert.equal(world.host(1).store.size, 0);

	all(world, timeout(2));
	pass(world, 200 * ms);
	assert.deepEqual([...world.host(1).store], [['x', 'unanswered']]);
});

test('At every crash and restart of a random run, the persisted state is what it was and the rest is not', () => {
	let restarts = 0;
	fc.assert(
		fc.property(anySession(), ({settings, steps}) => {
			const world = World.create(settings);
			for (const [at, step] of steps.entries()) {
				pass(world, step.afterUs);
				const before = world.hosts.map(({persisted}) => persisted);
				const down = world.hosts.filter(({server}) => server === undefined);
				perform(world, commandAt(step, at));
				for (const {id, server, persisted, store, pending} of world.hosts) {
					if (server === undefined) {
						assert.equal(persisted, before[id - 1]);
						assert.equal(store.size + pending.length, 0);
					} else {
						// What a server knows at rest is what it would know after a crash.
						const {currentTerm, votedFor, log} = server;
						assert.deepEqual({currentTerm, votedFor, log}, persisted);
					}
				}

				for (const {server, store} of down) {
					if (server !== undefined) {
						restarts++;
						assert.deepEqual([server.role, server.commitIndex, server.lastApplied, store.size], ['follower', 0, 0, 0]);
					}
				}
			}
		}),
		tried(100),
	);
	assert.ok(restarts >= tried(100).numRuns, `${restarts}`);
});

/** What may lead to what. */
const causesOf: Readonly<Record<EventType, ReadonlyArray<EventType | 'nothing'>>> = {
	settings: ['nothing'],
	command: ['nothing'],
	sent: ['delivered', 'timer', 'invoke'],
	delivered: ['sent'],
	lost: ['sent'],
	timer: ['settings', 'restart', 'delivered', 'timer', 'invoke', 'command'],
	role: ['delivered', 'timer'],
	vote: ['delivered', 'timer'],
	append: ['delivered', 'timer', 'invoke'],
	truncate: ['delivered'],
	commit: ['delivered', 'timer', 'invoke'],
	apply: ['delivered', 'timer', 'invoke'],
	crash: ['command'],
	restart: ['command'],
	invoke: ['command'],
	ok: ['apply'],
	fail: ['apply', 'invoke', 'command'],
	info: ['crash', 'truncate'],
};

/** Where an event took place; a message takes place where it is sent, and then where it arrives or would have. */
function placeOf(event: Event): ServerId | undefined {
	switch (event.type) {
		case 'settings':
		case 'command': {
			return undefined;
		}

		case 'sent': {
			return event.flight.from;
		}

		case 'delivered':
		case 'lost': {
			return event.flight.to;
		}

		default: {
			return event.node;
		}
	}
}

test('Every event is caused by an earlier one of a kind that can cause it, in the same place; walking back ends at the settings or at a command', () => {
	fc.assert(
		fc.property(anySession(100), (session) => {
			const events = eventsOf(play(session));
			for (const [at, event] of events.entries()) {
				assert.equal(event.seq, at + 1);
				const cause = events[event.cause - 1];
				const told = `${JSON.stringify(event)} because of ${JSON.stringify(cause)}`;
				assert.ok(event.cause < event.seq, told);
				assert.ok(causesOf[event.type].includes(cause?.type ?? 'nothing'), told);
				if (cause === undefined) {
					continue;
				}

				assert.ok(cause.timeUs <= event.timeUs, told);
				if (event.type === 'delivered' || event.type === 'lost') {
					assert.strictEqual(cause.type, 'sent', told);
					assert.equal(event.flight, cause.flight);
					assert.equal(event.flight.sentSeq, cause.seq);
					assert.equal(event.flight.sentUs, cause.timeUs);
				} else {
					assert.equal(placeOf(cause) ?? placeOf(event), placeOf(event), told);
					assert.ok(event.type === 'timer' || event.timeUs === cause.timeUs, told); // Only messages and timers take time
				}
			}
		}),
		tried(100),
	);
});

test('Every message is sent once, and then arrives when it was due, is lost, or is still on its way', () => {
	fc.assert(
		fc.property(anySession(100), (session) => {
			const world = play(session);
			const open = new Map<number, EventOf<'sent'>['flight']>();
			let sent = 0;
			let delivered = 0;
			for (const event of eventsOf(world)) {
				if (event.type === 'sent') {
					assert.equal(event.flight.id, ++sent);
					assert.equal(event.flight.sentUs, event.timeUs);
					open.set(event.flight.id, event.flight);
				} else if (event.type === 'delivered' || event.type === 'lost') {
					const {flight} = event;
					delivered += event.type === 'delivered' ? 1 : 0;
					assert.ok(open.delete(flight.id), `Message ${flight.id} comes twice.`);
					const isLostOnTheWay = flight.lost !== undefined;
					assert.equal(event.timeUs, isLostOnTheWay ? flight.sentUs : flight.dueUs);
					assert.equal(
						event.type === 'lost' ? event.reason : undefined,
						flight.lost ?? (event.type === 'lost' ? 'down' : undefined),
					);
				}
			}

			assert.equal(world.messagesSent, sent);
			assert.equal(world.messagesDelivered, delivered);
			assert.equal(world.inFlight, open.size);
			for (const {dueUs} of open.values()) {
				assert.ok(dueUs > world.timeUs);
			}
		}),
		tried(100),
	);
});

const outcomes = (world: World): ReadonlyArray<readonly [type: EventType, op: number]> =>
	eventsOf(world).flatMap((event) =>
		event.type !== 'invoke' && 'op' in event ? [[event.type, event.op] as const] : [],
	);

test("A write is done once the leader has applied it, fails elsewhere with the leader's name, and nobody can tell after a crash", () => {
	const world = ledByFirst();
	all(world, write('1', 1), write('2', 2));
	const [failed] = eventsOfType(world, 'fail');
	assert.equal(failed?.op, 2);
	assert.equal(failed?.leader, 1);
	assert.deepEqual(outcomes(world), [['fail', 2]]);
	pass(world, 19 * ms);
	assert.deepEqual(outcomes(world), [['fail', 2]]);
	pass(world, ms);
	assert.deepEqual(outcomes(world), [
		['fail', 2],
		['ok', 1],
	]);
	all(world, write('3', 1), crash(1));
	assert.deepEqual(outcomes(world).slice(2), [['info', 3]]);
});

test('Nobody can tell what became of a write once its entry is cut from the old leader’s log', () => {
	const world = ledByFirst();
	all(world, isolate(1), write('a', 1), timeout(2));
	pass(world, 100 * ms);
	all(world, write('b', 2));
	pass(world, 100 * ms);
	assert.deepEqual(outcomes(world), [['ok', 2]]);
	all(world, rejoin(1));
	pass(world, 100 * ms);
	assert.deepEqual(outcomes(world), [
		['ok', 2],
		['info', 1],
	]);
	assert.deepEqual(world.host(1).pending, []);
	assert.ok(world.hosts.every(({store}) => store.get('x') === 'b'));
});

test('A write that a later leader commits is done, though its own leader was deposed', () => {
	const world = ledByFirst();
	all(world, write('a', 1));
	pass(world, 5 * ms);
	all(world, isolate(1)); // The others get it, and n1 does not get to know
	pass(world, 10 * ms);
	all(world, timeout(2));
	pass(world, 100 * ms);
	assert.deepEqual(outcomes(world), []);
	all(world, rejoin(1));
	pass(world, 100 * ms);
	assert.deepEqual(outcomes(world), [['ok', 1]]);
});

test('A cluster of one elects itself and commits what it is given at once', () => {
	const world = World.create({...calm, nodes: 1});
	all(world, timeout(1), write('a', 1));
	assert.equal(world.messagesSent, 0);
	assert.deepEqual(outcomes(world), [['ok', 1]]);
	assert.deepEqual([...world.host(1).store], [['x', 'a']]);
});

/** What is wrong with the operations' outcomes, measured against what the cluster did. */
function findWrongOutcomes(events: readonly Event[]): readonly string[] {
	const wrong: string[] = [];
	const operations = new Map<number, {readonly value: string; readonly node: ServerId; outcome: string}>();
	const appliedAnywhere = new Set<unknown>();
	const appliedAt = new Set<string>();
	for (const event of events) {
		if (event.type === 'invoke') {
			const {op, node, operation} = event;
			operations.set(op, {value: operation.value, node, outcome: 'open'});
		} else if (event.type === 'apply') {
			const {value} = event.entry.command as Partial<Operation>;
			appliedAnywhere.add(value);
			appliedAt.add(`${value} at n${event.node}`);
		} else if ('op' in event) {
			const {type, op, node} = event;
			const operation = operations.get(op)!;
			const {value, outcome} = operation;
			operation.outcome = type;
			if (outcome !== 'open' || operation.node !== node) {
				wrong.push(`${op} is ${outcome}, and then ${type} at n${node}.`);
			}

			if (type === 'ok' && !appliedAt.has(`${value} at n${node}`)) {
				wrong.push(`${op} is done before it is applied.`);
			}
		}
	}

	for (const [op, {value, outcome}] of operations) {
		if (outcome === 'fail' && appliedAnywhere.has(value)) {
			wrong.push(`${op} failed and is applied all the same.`);
		}
	}

	return wrong;
}

test('Every operation has one outcome at the most; what is done was applied, and what failed never is', () => {
	fc.assert(
		fc.property(anySession(), (session) => {
			assert.deepEqual(findWrongOutcomes(eventsOf(play(session))), []);
		}),
		tried(400),
	);
});

test('Every operation ends: those of an earlier reign when their entries are cut, one of a later reign when it is done', () => {
	const world = ledByFirst();
	all(world, isolate(1), ...['a', 'b', 'c', 'd'].map((value) => write(value, 1)), timeout(2));
	pass(world, 100 * ms);
	all(world, rejoin(1));
	pass(world, 100 * ms);
	all(world, timeout(1));
	pass(world, 100 * ms);
	all(world, write('e', 1)); // Its entry has a lower index than that of d, which is gone
	pass(world, 100 * ms);
	assert.ok(world.hosts.every(({store}) => store.get('x') === 'e'));
	assert.deepEqual(outcomes(world), [
		['info', 1],
		['info', 2],
		['info', 3],
		['info', 4],
		['ok', 5],
	]);
});

/** A cluster in which n1 leads, n2 is down and n3 is isolated. */
function inTrouble(): World {
	const world = ledByFirst();
	all(world, crash(2), isolate(3));
	return world;
}

const refusals: ReadonlyArray<readonly [command: Command, sentence: RegExp]> = [
	[crash(2), /^n2 is already down\.$/v],
	[crash(4), /^There is no n4; the cluster has n1 to n3\.$/v],
	[crash(0), /^There is no n0; the cluster has n1 to n3\.$/v],
	[restart(1), /^n1 is running\.$/v],
	[timeout(1), /^n1 leads: .*\.$/v],
	[timeout(2), /^n2 is down: .*\.$/v],
	[write('1', 2), /^n2 is down\.$/v],
	[write('1', 9), /^There is no n9; .*\.$/v],
	[isolate(3), /^n3 is already isolated\.$/v],
	[rejoin(1), /^n1 is not isolated\.$/v],
	[{type: 'partition', groups: [[1], [2, 4]]}, /^There is no n4; .*\.$/v],
	[
		{
			type: 'partition',
			groups: [
				[1, 2],
				[2, 3],
			],
		},
		/node.*\.$/v,
	],
	[{type: 'partition', groups: [[1, 2, 3]]}, /two sides.*\.$/v],
];

test('What cannot be done is refused with a sentence that names the node, and leaves the World as it was', () => {
	for (const [command, sentence] of refusals) {
		const world = inTrouble();
		const before = {digest: world.trace.digest, length: world.trace.length, state: structuredClone(stateOf(world))};
		const refusal = perform(world, command);
		assert.match(refusal ?? 'done', sentence, JSON.stringify(command));
		assert.deepEqual({digest: world.trace.digest, length: world.trace.length, state: stateOf(world)}, before);
	}

	const leaderless = World.create(calm);
	for (const type of ['crash', 'restart', 'isolate', 'rejoin', 'timeout'] as const) {
		assert.equal(perform(leaderless, {type, node: 'leader'}), 'There is no leader at the moment.');
	}

	assert.equal(
		perform(leaderless, {type: 'write', key: 'x', value: '1', via: 'leader'}),
		'There is no leader at the moment.',
	);
	assert.match(perform(leaderless, {type: 'heal'}) ?? 'done', /^There is nothing to heal/v);
	assert.equal(leaderless.trace.length, 1);
});

test('A run is the same with what was refused in it and without', () => {
	const counts = {refused: 0, done: 0};
	fc.assert(
		fc.property(anySession(100), ({settings, steps}) => {
			const asked = World.create(settings);
			const done = World.create(settings);
			for (const [at, step] of steps.entries()) {
				pass(done, step.afterUs);
				const refusal = take(asked, step, at);
				if (refusal === undefined) {
					counts.done++;
					perform(done, commandAt(step, at));
				} else {
					counts.refused++;
					assert.match(refusal, /^(?:n\d|[A-Z]).*\.$/v);
				}
			}

			assert.deepEqual(recordOf(asked), recordOf(done));
		}),
		tried(60),
	);
	assert.ok(counts.refused > 100, JSON.stringify(counts));
	assert.ok(counts.done > 100, JSON.stringify(counts));
});

test("'leader' is the leader of the highest term; a deposed one may not know that it is", () => {
	const world = ledByFirst();
	all(world, isolate(1), timeout(2));
	pass(world, 100 * ms);
	assert.equal(world.host(1).server?.role, 'leader');
	assert.equal(world.leader?.id, 2);
	all(world, {type: 'write', key: 'x', value: '1', via: 'leader'});
	assert.equal(eventsOfType(world, 'invoke').at(-1)?.node, 2);
	all(world, {type: 'crash', node: 'leader'});
	assert.equal(world.host(2).server, undefined);
	assert.equal(world.leader?.id, 1);
});

test('The rest of the cluster is a side of its own in a partition, and healing ends isolation too', () => {
	const world = World.create({...calm, nodes: 5});
	all(world, {type: 'partition', groups: [[1, 2], [3]]}, isolate(5));
	assert.deepEqual(world.network.groups, [[1, 2], [3], [4, 5]]);
	assert.ok(world.network.connects(1, 2));
	assert.ok(!world.network.connects(2, 3));
	assert.ok(!world.network.connects(4, 5));
	all(world, {type: 'heal'});
	assert.ok(world.network.isWhole);
	assert.ok(world.network.connects(4, 5));
});

test('Who is being partitioned off still gets what was on its way: fates are decided at sending', () => {
	const world = World.create(calm);
	all(world, timeout(1), isolate(2));
	pass(world, 10 * ms);
	const reasons = eventsOf(world).flatMap((event) =>
		event.type === 'lost' ? [[event.flight.from, event.reason] as const] : [],
	);
	assert.equal(eventsOfType(world, 'delivered').length, 2);
	assert.deepEqual(reasons, [[2, 'partition']]);
});
