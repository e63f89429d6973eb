import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Payload, ServerId} from '../../source/raft/vocabulary.js';
import type {Command} from '../../source/simulation/command.js';
import type {Call, Event, EventType} from '../../source/simulation/event.js';
import type {Flight, LossReason} from '../../source/simulation/network.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {isRequest} from '../../source/state-machine/key-value.js';
import {anySession, commandAt, play, tried, type Step} from '../properties/session.js';
import {
	all,
	calm,
	crash,
	entriesIn,
	eventsOf,
	eventsOfType,
	findDifference,
	isolate,
	ledByFirst,
	ms,
	pass,
	rejoin,
	restart,
	stateOf,
	timeout,
	valueOf,
	write,
} from './worlds.js';

function take(world: World, step: Step, at: number): string | undefined {
	pass(world, step.afterUs);
	return perform(world, commandAt(step, at, world));
}

function takeAll(world: World, steps: readonly Step[], from = 0): void {
	for (const [at, step] of steps.entries()) {
		take(world, step, from + at);
	}
}

test('The same settings and the same commands at the same virtual times give the same trace', () => {
	fc.assert(
		fc.property(anySession(), (session) => {
			assert.equal(findDifference(play(session), play(session)), undefined);
		}),
		tried(40),
	);
});

test('How virtual time is cut into spans does not matter', () => {
	const anyCut = fc.oneof(fc.constant('by events'), fc.constant('at once'), fc.nat({max: 40_000}));
	fc.assert(
		fc.property(anySession({stepsMax: 100}), fc.array(anyCut, {minLength: 1, maxLength: 20}), (session, cuts) => {
			const world = World.create(session.settings);
			let timeUs = 0;
			for (const [at, step] of session.steps.entries()) {
				timeUs += step.afterUs;
				advanceInSpans(world, timeUs, cuts[at % cuts.length]!);
				perform(world, commandAt(step, at, world));
			}

			advanceInSpans(world, timeUs + 1_000_000, cuts[0]!);
			assert.equal(findDifference(world, play(session)), undefined);
		}),
		tried(40),
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
	assert.equal(findDifference(other, one), undefined);
});

test('What no World can be made of, and what no network can do, is refused with a sentence', () => {
	for (const [impossible, reason] of [
		[{nodes: 0}, /1 to 255 nodes, not 0/v],
		[{lossRate: 7}, /between 0% and 100%, not 700%/v],
		[{delay: {minUs: 20, maxUs: 10}}, /from 20 to 10/v],
		[{heartbeatUs: 0}, /not every 0/v],
		[{electionTimeout: {minUs: 0, maxUs: 5}}, /at least a microsecond/v],
		[{entriesPerMessageMax: Number.NaN}, /at least one entry, not NaN/v],
		[{duplicateRate: -1}, /between 0% and 100%, not -100%/v],
		[{syncDelay: {minUs: 3, maxUs: 2}}, /from 3 to 2/v],
		[{clients: {count: 1001, ratePerS: 1}}, /0 to 1000 clients, not 1001/v],
		[{clients: {count: 1, ratePerS: 0}}, /operations a second, not 0/v],
	] as const) {
		assert.throws(() => World.create({...defaultSettings, ...impossible}), reason);
	}

	const world = World.create(defaultSettings);
	const before = world.trace.digest;
	const badDelay = {minUs: 0.5, maxUs: 10};
	for (const [command, reason] of [
		[{type: 'loss', rate: Number.NaN}, /not NaN%/v],
		[{type: 'duplication', rate: 1.5}, /not 150%/v],
		[{type: 'delay', delay: badDelay}, /from 0.5 to 10/v],
		[{type: 'link', from: 1, to: 2, isOneWay: true, link: {lossRate: 2}}, /not 200%/v],
		[{type: 'link', from: 1, to: 2, isOneWay: true, link: {duplicateRate: 2}}, /not 200%/v],
		[{type: 'link', from: 1, to: 2, isOneWay: true, link: {delay: badDelay}}, /from 0.5 to 10/v],
		[{type: 'disk', node: 1, condition: {kind: 'slow', delay: badDelay}}, /from 0.5 to 10/v],
		[{type: 'clock', node: 1, rate: 0}, /not at 0x/v],
		[{type: 'clock', node: 1, rate: 101}, /not at 101x/v],
		[{type: 'clock', node: 1, rate: Number.NaN}, /not at NaNx/v],
		[{type: 'clients', count: -1, ratePerS: 1}, /not -1\./v],
		[{type: 'clients', count: 1, ratePerS: Number.POSITIVE_INFINITY}, /not Infinity/v],
		[{type: 'set', setting: 'election-timeout', range: {minUs: 0, maxUs: 10}}, /at least a microsecond/v],
		[{type: 'set', setting: 'heartbeat', everyUs: 0.5}, /not every 0.5/v],
	] as const satisfies ReadonlyArray<readonly [Command, RegExp]>) {
		assert.match(perform(world, command) ?? 'done', reason);
	}

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
		fc.property(anySession({stepsMax: 120}), anySession({stepsMax: 60}), fc.nat(), (session, elsewhere, number) => {
			const {settings, steps} = session;
			const at = number % (steps.length + 1);
			const original = World.create(settings);
			takeAll(original, steps.slice(0, at));
			const copy = original.copy();
			const astray = original.copy();
			assert.equal(findDifference(copy, original), undefined);

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
			assert.equal(findDifference(original, uninterrupted), undefined);
			assert.equal(findDifference(copy, uninterrupted), undefined);

			const astrayAlone = World.create(settings);
			takeAll(astrayAlone, steps.slice(0, at));
			takeAll(astrayAlone, elsewhere.steps, 1000);
			pass(astrayAlone, 1_000_000);
			assert.equal(findDifference(astray, astrayAlone), undefined);
		}),
		tried(40),
	);
});

test('A copy that is left standing stays as it was, while its original goes on', () => {
	fc.assert(
		fc.property(anySession({stepsMax: 60}), anySession({stepsMax: 60}), ({settings, steps}, later) => {
			const original = World.create(settings);
			takeAll(original, steps);
			const copy = original.copy();
			const state = structuredClone(stateOf(copy));
			const {digest, length} = copy.trace;
			takeAll(original, later.steps, 1000);
			pass(original, 1_000_000);
			assert.deepEqual(structuredClone(stateOf(copy)), state); // A clone has lost the commands' prototypes
			assert.deepEqual({digest: copy.trace.digest, length: copy.trace.length}, {digest, length});
		}),
		tried(40),
	);
});

test('Virtual time never goes back, whatever time is asked for', () => {
	fc.assert(
		fc.property(
			anySession({stepsMax: 60}),
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

					perform(world, commandAt(step, at, world));
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
		tried(40),
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
	const {currentTerm, votedFor} = world.host(1).server!;
	const entries = entriesIn(world.host(1).server!);
	assert.deepEqual({currentTerm, votedFor}, {currentTerm: 1, votedFor: 1});
	assert.deepEqual(
		entries.map(({term}) => term),
		[1, 1, 1, 1],
	);
	assert.equal(valueOf(world, 1), '2');

	all(world, crash(1));
	const {server, store, pending, timer, persisted} = world.host(1);
	assert.equal(server, undefined);
	assert.equal(store.values.size, 0);
	assert.deepEqual(pending, []);
	assert.equal(timer, undefined);
	assert.deepEqual({...persisted, log: entriesIn(persisted)}, {currentTerm, votedFor, log: entries});

	pass(world, 50 * ms);
	all(world, restart(1));
	const {role, log, commitIndex, lastApplied, ...restarted} = world.host(1).server!;
	assert.deepEqual({role, commitIndex, lastApplied}, {role: 'follower', commitIndex: 0, lastApplied: 0});
	assert.deepEqual(
		{currentTerm: restarted.currentTerm, votedFor: restarted.votedFor, log: entriesIn({log})},
		{currentTerm, votedFor, log: entries},
	);
	assert.equal(world.host(1).store.values.size, 0);
	assert.deepEqual(eventsOfType(world, 'restart'), [
		{
			type: 'restart',
			seq: eventsOfType(world, 'restart')[0]!.seq,
			timeUs: world.timeUs,
			cause: world.trace.length - 1,
			node: 1,
			term: 1,
			votedFor: 1,
			lastIndex: 4,
		},
	]);

	all(world, timeout(2));
	pass(world, 200 * ms);
	assert.equal(valueOf(world, 1), 'unanswered');
});

test('A server that is down knows nothing, and one that comes back is a follower that has applied nothing, whatever the run', () => {
	let restarts = 0;
	fc.assert(
		fc.property(anySession(), ({settings, steps}) => {
			const world = World.create(settings);
			for (const [at, step] of steps.entries()) {
				pass(world, step.afterUs);
				const down = world.hosts.filter(({server}) => server === undefined);
				perform(world, commandAt(step, at, world));
				for (const {server, store, pending, held, inbox, timer, syncing, isSuspended} of world.hosts) {
					if (server === undefined) {
						assert.equal(store.values.size + store.sessions.size + pending.length + held.length + inbox.length, 0);
						assert.deepEqual([timer, syncing, isSuspended], [undefined, undefined, false]);
					}
				}

				for (const {server, store} of down) {
					if (server !== undefined) {
						restarts++;
						assert.deepEqual(
							[server.role, server.commitIndex, server.lastApplied, store.values.size, store.sessions.size],
							['follower', 0, 0, 0, 0],
						);
					}
				}
			}
		}),
		tried(100),
	);
	assert.ok(restarts >= tried(100).numRuns, `${restarts}`);
});

/** What writes to a disk; where a server only joins a term, its new role tells it. */
const writes = ['vote', 'role', 'append', 'truncate', 'restart'] as const;

/** What may lead to what. */
const causesOf: Readonly<Record<EventType, ReadonlyArray<EventType | 'nothing'>>> = {
	settings: ['nothing'],
	command: ['nothing', 'command'], // Random faults are commands that a command has called forth
	sent: ['delivered', 'timer', 'request', 'sent', 'command'], // The last two where a message is sent twice
	delivered: ['sent'],
	lost: ['sent', 'command'],
	timer: ['settings', 'restart', 'delivered', 'timer', 'request', 'command'],
	role: ['delivered', 'timer'],
	vote: ['delivered', 'timer'],
	append: ['delivered', 'timer', 'request'],
	truncate: ['delivered'],
	synced: writes,
	commit: ['delivered', 'timer', 'request'],
	apply: ['delivered', 'timer', 'request'],
	crash: ['command', ...writes], // It cannot save what it has written
	restart: ['command'],
	wipe: ['command'],
	suspend: ['command'],
	resume: ['command'],
	invoke: ['nothing', 'command'],
	request: ['invoke'],
	refused: ['request', 'crash', 'resume'],
	ok: ['apply'],
	fail: ['refused', 'invoke'],
	info: ['crash', 'truncate', 'invoke'],
	violation: [],
};

/** What happens in the same instant as its cause. The rest takes time: on the wire, on the disk, on a timer, in somebody's patience. */
function happensAtOnce({type}: Event, cause: Event): boolean {
	switch (type) {
		case 'role':
		case 'vote':
		case 'truncate':
		case 'ok':
		case 'restart':
		case 'wipe':
		case 'suspend':
		case 'resume': {
			return true;
		}

		// A request may have waited for a server that was suspended
		case 'append':
		case 'refused': {
			return cause.type !== 'request';
		}

		// Or a client for an answer
		case 'info':
		case 'fail': {
			return cause.type !== 'invoke';
		}

		case 'invoke': {
			return cause.type === 'command';
		}

		default: {
			return false;
		}
	}
}

/** Where an event took place; a message takes place where it is sent, and then where it arrives or would have. */
function placeOf(event: Event): ServerId | undefined {
	switch (event.type) {
		case 'sent': {
			return event.flight.from;
		}

		case 'delivered':
		case 'lost': {
			return event.flight.to;
		}

		default: {
			return 'node' in event ? event.node : undefined;
		}
	}
}

test('Every event is caused by an earlier one of a kind that can cause it, in the same place; walking back ends at the settings or at a command', () => {
	fc.assert(
		fc.property(anySession({stepsMax: 100}), (session) => {
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
				if (event.type === 'delivered' || (event.type === 'lost' && cause.type === 'sent')) {
					assert.equal(event.flight.sentSeq, cause.seq);
					assert.equal(event.flight.sentUs, cause.timeUs);
					assert.equal(event.flight.message, cause.type === 'sent' ? cause.flight.message : undefined);
				} else if (event.type !== 'refused' && event.type !== 'fail') {
					assert.equal(placeOf(cause) ?? placeOf(event), placeOf(event) ?? placeOf(cause), told);
					assert.ok(!happensAtOnce(event, cause) || event.timeUs === cause.timeUs, told);
				}
			}
		}),
		tried(100),
	);
});

test('Every message is sent once, and then arrives when it is due, is lost, or is still on its way', () => {
	const counts = {held: 0, late: 0, copies: 0, dropped: 0};
	const lostAtSending: ReadonlySet<LossReason> = new Set(['loss', 'partition']);
	fc.assert(
		fc.property(anySession(), (session) => {
			const world = play(session);
			const open = new Map<number, Flight>();
			const resumed = new Map<ServerId, number>();
			const crashed = new Map<ServerId, number>();
			let sent = 0;
			let delivered = 0;
			for (const event of eventsOf(world)) {
				switch (event.type) {
					case 'sent': {
						assert.equal(event.flight.id, ++sent);
						assert.equal(event.flight.sentUs, event.timeUs);
						counts.copies += event.flight.copyOf === undefined ? 0 : 1;
						open.set(event.flight.id, event.flight);
						break;
					}

					case 'resume': {
						resumed.set(event.node, event.timeUs);
						break;
					}

					case 'crash': {
						crashed.set(event.node, event.timeUs);
						break;
					}

					case 'delivered':
					case 'lost': {
						const {timeUs, flight} = event;
						const {dueUs, ...promised} = open.get(flight.id)!;
						delivered += event.type === 'delivered' ? 1 : 0;
						assert.deepEqual({...flight, dueUs}, {...promised, dueUs});
						assert.ok(open.delete(flight.id), `Message ${flight.id} comes twice.`);
						assert.equal(
							flight.lost,
							event.type === 'lost' && lostAtSending.has(event.reason) ? event.reason : undefined,
						);
						if (flight.dueUs !== dueUs) {
							counts.held++; // Until after it was due; it arrives when it is let go
							assert.ok(flight.dueUs > dueUs);
						}

						if (event.type === 'lost' && event.reason === 'dropped') {
							counts.dropped++;
						} else if (flight.lost !== undefined) {
							assert.equal(timeUs, flight.sentUs);
						} else if (timeUs !== flight.dueUs) {
							counts.late++; // Its addressee was suspended when it came
							assert.ok(timeUs > flight.dueUs);
							assert.equal(timeUs, (event.type === 'lost' ? crashed : resumed).get(flight.to));
						}

						break;
					}
					// No default
				}
			}

			assert.equal(world.messagesSent, sent);
			assert.equal(world.messagesDelivered, delivered);
			const held = new Set(world.network.held.map(({id}) => id));
			const waiting = new Set(
				world.hosts.flatMap(({inbox}) => inbox.flatMap((each) => ('id' in each ? [each.id] : []))),
			);
			assert.equal(world.inFlight, open.size - waiting.size);
			for (const {id, dueUs} of open.values()) {
				assert.ok(dueUs > world.timeUs || held.has(id) || waiting.has(id));
			}
		}),
		tried(100),
	);
	assert.ok(Math.min(...Object.values(counts)) >= 3, JSON.stringify(counts));
});

const isOutcome = (event: Event): event is Event & Call & {readonly type: 'ok' | 'fail' | 'info'} =>
	['ok', 'fail', 'info'].includes(event.type);

const outcomes = (world: World): ReadonlyArray<readonly [type: EventType, op: number]> =>
	eventsOf(world).flatMap((event) => (isOutcome(event) ? [[event.type, event.op] as const] : []));

test("A write is done once the leader has applied it, fails elsewhere with the leader's name, and nobody can tell after a crash", () => {
	const world = ledByFirst();
	all(world, write('1', 1), write('2', 2));
	const [refused] = eventsOfType(world, 'refused');
	assert.deepEqual([refused?.op, refused?.node, refused?.leader], [2, 2, 1]);
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
	assert.ok(world.hosts.every(({store}) => store.values.get('x') === 'b'));
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

test('Of two writes that an old leader had taken, the one whose entry stays is done, and only of the other nobody can tell', () => {
	const world = ledByFirst();
	all(world, write('a', 1));
	pass(world, 5 * ms);
	all(world, isolate(1), write('b', 1)); // The others get a, and not b
	pass(world, 10 * ms);
	all(world, timeout(2));
	pass(world, 15 * ms);
	all(world, rejoin(1)); // In time for what n2 says first as a leader, before it has committed anything
	pass(world, 100 * ms);
	assert.deepEqual(outcomes(world), [
		['info', 2],
		['ok', 1],
	]);
});

test('A cluster of one elects itself and commits what it is given at once', () => {
	const world = World.create({...calm, nodes: 1});
	all(world, timeout(1), write('a', 1));
	assert.equal(world.messagesSent, 0);
	assert.deepEqual(outcomes(world), [['ok', 1]]);
	assert.equal(valueOf(world, 1), 'a');
});

/** The operation that an entry carries: a client's by its session, anything else by itself. */
const nameOf = (command: Payload): unknown =>
	isRequest(command) && command.session !== undefined
		? `c${command.session.client} ${command.session.serial}`
		: command;

/** What is wrong with the operations' outcomes, measured against what the cluster did. */
function findWrongOutcomes(events: readonly Event[]): readonly string[] {
	const wrong: string[] = [];
	const operations = new Map<number, {readonly name: unknown; readonly nodes: Set<ServerId>; outcome: string}>();
	const serials = new Map<number, number>();
	const appended = new Set<unknown>();
	const appliedAt = new Map<unknown, Set<ServerId>>();
	for (const event of events) {
		switch (event.type) {
			case 'invoke': {
				const {op, client, operation} = event;
				const serial = (serials.get(client) ?? 0) + 1;
				serials.set(client, serial);
				operations.set(op, {
					name: client === 0 ? operation : `c${client} ${serial}`,
					nodes: new Set(),
					outcome: 'open',
				});
				break;
			}

			case 'request': {
				operations.get(event.op)!.nodes.add(event.node);
				break;
			}

			case 'append': {
				for (const {command} of event.entries) {
					appended.add(nameOf(command));
				}

				break;
			}

			case 'apply': {
				const name = nameOf(event.entry.command);
				appliedAt.set(name, (appliedAt.get(name) ?? new Set()).add(event.node));
				break;
			}

			default: {
				if (isOutcome(event)) {
					const {type, op} = event;
					const operation = operations.get(op)!;
					if (operation.outcome !== 'open') {
						wrong.push(`${op} is ${operation.outcome}, and then ${type}.`);
					}

					operation.outcome = type;
					if (
						event.type === 'ok' &&
						!(operation.nodes.has(event.node) && appliedAt.get(operation.name)?.has(event.node))
					) {
						wrong.push(`${op} is done at n${event.node} where it was not asked for or is not applied.`);
					}
				}
			}
		}
	}

	for (const [op, {name, outcome}] of operations) {
		if (outcome === 'fail' && appended.has(name)) {
			wrong.push(`${op} failed and somebody's log has it all the same.`);
		}
	}

	return wrong;
}

test('Every operation has one outcome at the most; what is done was applied where it was asked for, and what failed stands in no log ever', () => {
	const counts: Record<string, number> = {ok: 0, fail: 0, info: 0};
	fc.assert(
		fc.property(anySession(), (session) => {
			const events = eventsOf(play(session));
			assert.deepEqual(findWrongOutcomes(events), []);
			for (const event of events) {
				if (isOutcome(event)) {
					counts[event.type]!++;
				}
			}
		}),
		tried(150),
	);
	assert.ok(Math.min(...Object.values(counts)) > 100, JSON.stringify(counts));
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
	assert.ok(world.hosts.every(({store}) => store.values.get('x') === 'e'));
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
		fc.property(anySession({stepsMax: 100}), ({settings, steps}) => {
			const asked = World.create(settings);
			const done = World.create(settings);
			for (const [at, step] of steps.entries()) {
				pass(done, step.afterUs);
				const refusal = take(asked, step, at);
				if (refusal === undefined) {
					counts.done++;
					perform(done, commandAt(step, at, done));
				} else {
					counts.refused++;
					assert.match(refusal, /^(?:n\d|[A-Z]).*\.$/v);
				}
			}

			assert.equal(findDifference(asked, done), undefined);
		}),
		tried(40),
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
	assert.equal(eventsOfType(world, 'request').at(-1)?.node, 2);
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
