/*
Simulated clients: one operation each at a time, asked again until it is answered, numbered so that it is done once (§8).
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import type {Payload, ServerId} from '../../source/raft/vocabulary.js';
import type {Event, EventType} from '../../source/simulation/event.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {isRequest, type Session as ClientSession} from '../../source/state-machine/key-value.js';
import {anyBearableCommand, anySession, anySettings, play, tried} from '../properties/session.js';
import {
	all,
	calm,
	clients,
	clientsOff,
	crash,
	eventsOf,
	eventsOfType,
	isolate,
	ledByFirst,
	ms,
	pass,
	rejoin,
	restart,
	resume,
	s,
	suspend,
	timeout,
	type EventOf,
} from './worlds.js';

type Told = EventOf<'invoke' | 'request' | 'refused' | 'ok' | 'fail' | 'info'>;

const tellsOf: ReadonlySet<EventType> = new Set(['invoke', 'request', 'refused', 'ok', 'fail', 'info']);

/** What a client's operations came to, in order. */
const storyOf = (world: World, client: number): readonly Told[] =>
	eventsOf(world).filter((event): event is Told => tellsOf.has(event.type) && (event as Told).client === client);

/** The same in words: `request n2 (2)` is the second attempt, at n2; times are virtual milliseconds since the first. */
function tell(world: World, client: number): readonly string[] {
	const story = storyOf(world, client);
	return story.map((event) => {
		const atMs = (event.timeUs - story[0]!.timeUs) / ms;
		switch (event.type) {
			case 'request': {
				return `${atMs} request n${event.node} (${event.attempt})`;
			}

			case 'refused': {
				return `${atMs} refused${event.leader === undefined ? '' : `, try n${event.leader}`}`;
			}

			default: {
				return `${atMs} ${event.type}`;
			}
		}
	});
}

/** One client that begins one operation now, and asks this server first. */
function withOneClient(world: World, server: ServerId): World {
	all(world, clients(1, 1000));
	const [client] = world.clients;
	client!.server = server;
	client!.tried = server;
	while (client!.outstanding === undefined) {
		assert.ok(world.nextUs <= world.timeUs + 60 * s, 'It begins nothing.');
		world.advance();
	}

	all(world, clientsOff);
	return world;
}

const runsWithClients = anySession({
	command: anyBearableCommand,
	settings: anySettings.map((settings) => ({...settings, clients: {count: 3, ratePerS: 20}})),
	stepsMax: 120,
});

test('A client has one operation outstanding at a time, numbers its attempts from 1, and is told one outcome', () => {
	fc.assert(
		fc.property(runsWithClients, (session) => {
			const world = play(session);
			for (const {id, outstanding} of world.clients) {
				let open: number | undefined;
				let attempt = 0;
				for (const event of storyOf(world, id)) {
					switch (event.type) {
						case 'invoke': {
							assert.equal(open, undefined, 'It has an operation outstanding.');
							open = event.op;
							attempt = 0;
							break;
						}

						case 'request': {
							assert.deepEqual([event.op, event.attempt], [open, ++attempt]);
							break;
						}

						case 'refused': {
							assert.ok(event.op <= (open ?? Number.POSITIVE_INFINITY)); // Perhaps long after it was given up
							break;
						}

						default: {
							assert.equal(event.op, open);
							open = undefined;
						}
					}
				}

				assert.equal(outstanding?.call.op, open);
			}
		}),
		tried(100),
	);
});

test('In a healthy cluster they begin as many operations a second as they were told to, each about as many as the others', () => {
	for (const [count, ratePerS] of [
		[1, 5],
		[4, 20],
		[10, 50],
		[3, 0.5],
	] as const) {
		const world = World.create({...defaultSettings, clients: {count, ratePerS}});
		pass(world, 5 * s); // Until a leader has emerged
		const before = eventsOfType(world, 'invoke').length;
		const seconds = 300 / ratePerS;
		pass(world, seconds * s);
		const invoked = eventsOfType(world, 'invoke').slice(before);
		const expected = ratePerS * seconds;
		assert.ok(Math.abs(invoked.length - expected) < expected * 0.07, `${invoked.length} of ${expected}`);
		for (let id = 1; id <= count; id++) {
			const own = invoked.filter(({client}) => client === id).length;
			assert.ok(Math.abs(own - expected / count) < 2 + (expected / count) * 0.15, `${own} of ${expected / count}`);
		}

		const gaps = new Set(invoked.slice(1).map(({timeUs}, at) => timeUs - invoked[at]!.timeUs));
		assert.ok(gaps.size > invoked.length / 3, 'They do not march in step.');
		assert.equal(eventsOfType(world, 'fail').length + eventsOfType(world, 'info').length, 0);
	}
});

test('Asked for more than the cluster can do, each begins the next operation as soon as it has its answer', () => {
	const world = ledByFirst();
	all(world, clients(2, 1000));
	pass(world, 2 * s);
	for (const client of [1, 2]) {
		const story = storyOf(world, client);
		const later = story.slice(story.findIndex(({type}) => type === 'ok'));
		for (const [at, {type, timeUs}] of later.entries()) {
			const next = later[at + 1];
			assert.ok(type !== 'ok' || next === undefined || (next.type === 'invoke' && next.timeUs - timeUs <= 1));
		}

		assert.ok(later.length > 150); // An answer takes 20 ms
	}
});

test('A redirect is followed; from then on the client asks the leader first', () => {
	const world = withOneClient(ledByFirst(), 3);
	pass(world, 100 * ms);
	assert.deepEqual(tell(world, 1), ['0 invoke', '0 request n3 (1)', '0 refused, try n1', '2 request n1 (2)', '22 ok']);
	assert.equal(world.clients[0]!.server, 1);
});

test('Where nobody knows who leads, it asks one after the other, down ones too, until somebody does', () => {
	const world = World.create(calm);
	all(world, crash(2));
	withOneClient(world, 1);
	pass(world, 310 * ms);
	all(world, timeout(3));
	pass(world, 100 * ms);
	assert.deepEqual(tell(world, 1), [
		'0 invoke',
		'0 request n1 (1)',
		'0 refused',
		'50 request n2 (2)',
		'50 refused',
		'100 request n3 (3)',
		'100 refused',
		'150 request n1 (4)',
		'150 refused',
		'200 request n2 (5)',
		'200 refused',
		'250 request n3 (6)',
		'250 refused',
		'300 request n1 (7)',
		'300 refused',
		'350 request n2 (8)',
		'350 refused',
		'400 request n3 (9)',
	]);
	pass(world, 20 * ms);
	assert.equal(tell(world, 1).at(-1), '420 ok');
});

test('It is not sent to and fro for ever between one that names a leader and that leader, which is down', () => {
	const world = ledByFirst();
	all(world, crash(1));
	withOneClient(world, 2);
	pass(world, 180 * ms);
	assert.deepEqual(tell(world, 1), [
		'0 invoke',
		'0 request n2 (1)',
		'0 refused, try n1',
		'2 request n1 (2)',
		'2 refused',
		'52 request n3 (3)',
		'52 refused, try n1',
		'54 request n1 (4)',
		'54 refused',
		'104 request n2 (5)',
		'104 refused, try n1',
		'106 request n1 (6)',
		'106 refused',
		'156 request n3 (7)',
		'156 refused, try n1',
		'158 request n1 (8)',
		'158 refused',
	]);
});

test('Where no answer comes it asks the next after half a second, and again with the same number', () => {
	const world = withOneClient(ledByFirst(), 1);
	all(world, isolate(1));
	pass(world, 100 * ms);
	all(world, timeout(2));
	pass(world, 500 * ms);
	assert.deepEqual(tell(world, 1), ['0 invoke', '0 request n1 (1)', '500 request n2 (2)', '520 ok']);
	const sessions = eventsOfType(world, 'append').flatMap(({node, entries}) =>
		entries.flatMap(({command}) => (node < 3 && isRequest(command) ? [command.session] : [])),
	);
	assert.deepEqual(sessions, [
		{client: 1, serial: 1}, // On n1, before it was cut off: on its way to n2 and n3
		{client: 1, serial: 1}, // There on n2
		{client: 1, serial: 1}, // Asked of n2
	]);
});

test('Where the server that had taken it crashes, or gives up its entry, the client asks the next at once', () => {
	const world = withOneClient(ledByFirst(), 1);
	pass(world, 15 * ms);
	all(world, crash(1), timeout(2));
	pass(world, 200 * ms);
	assert.deepEqual(tell(world, 1), ['0 invoke', '0 request n1 (1)', '65 request n2 (2)', '85 ok']);

	const cutOff = ledByFirst();
	all(cutOff, isolate(1));
	withOneClient(cutOff, 1);
	all(cutOff, timeout(2));
	pass(cutOff, 100 * ms);
	all(cutOff, rejoin(1));
	pass(cutOff, 200 * ms);
	const truncated = eventsOfType(cutOff, 'truncate').at(-1)!;
	const [second, third] = storyOf(cutOff, 1).slice(2);
	assert.deepEqual([second!.type, second!.timeUs - truncated.timeUs], ['request', 50 * ms]);
	assert.equal(third!.type, 'ok');
});

test('News of an attempt that it has long given up does not make it leave the server that is at work for it', () => {
	const world = ledByFirst();
	all(world, isolate(1));
	withOneClient(world, 1);
	all(world, timeout(2));
	pass(world, 490 * ms);
	const link = {delay: {minUs: 300 * ms, maxUs: 300 * ms}};
	all(world, {type: 'link', from: 'all', to: 2, isOneWay: true, link}, rejoin(1));
	pass(world, s); // At 500 n2 takes it; at 510 n1 gives up what it had taken; from 810 on n2 can answer
	assert.ok(eventsOfType(world, 'truncate').length > 0);
	assert.deepEqual(
		tell(world, 1).filter((line) => line.includes('request')),
		['0 request n1 (1)', '500 request n2 (2)'],
	);
});

test('After five seconds it gives up: failed if everybody has refused it, else nobody knows', () => {
	const refused = ledByFirst();
	all(refused, crash('all'));
	withOneClient(refused, 1);
	pass(refused, 10 * s);
	assert.match(tell(refused, 1).at(-1)!, /^50\d\d fail$/v);
	assert.ok(tell(refused, 1).length > 150);

	const taken = ledByFirst();
	all(taken, isolate(1), crash(2), crash(3));
	withOneClient(taken, 1);
	pass(taken, 10 * s);
	assert.match(tell(taken, 1).at(-1)!, /^5\d\d\d info$/v);
	assert.equal(tell(taken, 1).filter((line) => line.endsWith('info') || line.endsWith('fail')).length, 1);

	const waiting = ledByFirst(); // The request waits there, and may yet be taken
	all(waiting, suspend(1), crash(2), crash(3));
	withOneClient(waiting, 1);
	pass(waiting, 10 * s);
	assert.match(tell(waiting, 1).at(-1)!, /^5\d\d\d info$/v);
	all(waiting, resume(1), restart(2), restart(3));
	pass(waiting, s);
	assert.ok(eventsOfType(waiting, 'apply').some(({entry}) => sessionOf(entry.command) !== undefined));
	assert.ok(
		tell(waiting, 1).every((line) => !line.endsWith('ok')),
		'Nobody listens any more.',
	);
});

const sessionOf = (command: Payload): ClientSession | undefined => (isRequest(command) ? command.session : undefined);

/** How often each request took effect, by server life; and whether a retry stood in a log behind it. */
function findAppliedTwice(events: readonly Event[]): {readonly twice: readonly string[]; readonly repeated: number} {
	const twice: string[] = [];
	let repeated = 0;
	let applied = new Set<string>();
	for (const event of events) {
		if (event.type === 'crash') {
			applied = new Set([...applied].filter((name) => !name.startsWith(`n${event.node} `)));
		} else if (event.type === 'apply') {
			const session = sessionOf(event.entry.command);
			if (session !== undefined) {
				const name = `n${event.node} c${session.client} ${session.serial}`;
				repeated += event.isRepeated ? 1 : 0;
				if (!event.isRepeated && applied.has(name)) {
					twice.push(name);
				}

				applied.add(name);
			}
		}
	}

	return {twice, repeated};
}

const forgetful: Rules = {...paperRules, isRetry: () => false};

test('A request that is committed twice is applied once and answered the same; without the rule it is applied twice (§8)', () => {
	let repeated = 0;
	let twice = 0;
	fc.assert(
		fc.property(runsWithClients, (session) => {
			const events = eventsOf(play(session));
			const found = findAppliedTwice(events);
			assert.deepEqual(found.twice, []);
			repeated += found.repeated;
			twice += findAppliedTwice(eventsOf(play(session, forgetful))).twice.length;
		}),
		tried(60),
	);
	assert.ok(repeated > 20, `${repeated} retries were recognised`);
	assert.ok(twice > 20, `${twice} were applied twice without the rule`);
});

test('The answer to a retry is what the first attempt came to, not what it would come to now', () => {
	for (const rules of [paperRules, forgetful]) {
		const world = World.create(calm, {rules});
		all(world, timeout(1));
		pass(world, 100 * ms);
		const session = {client: 1, serial: 1};
		const cas = {type: 'cas', key: 'x', expected: 'a', value: 'b', session} as const;
		all(world, {type: 'write', key: 'x', value: 'a', via: 1});
		world.request(world.host(1), [cas, cas], 1);
		pass(world, 100 * ms);
		const results = eventsOfType(world, 'ok').map(({result}) => result);
		assert.deepEqual(results, [true, true, rules === paperRules]);
		assert.deepEqual(
			eventsOfType(world, 'apply')
				.filter(({node}) => node === 2)
				.map(({isRepeated}) => isRepeated),
			[false, false, false, rules === paperRules],
		);
	}
});

test('Sessions are part of the state: whoever comes back, and whoever leads next, knows what was done', () => {
	const world = withOneClient(ledByFirst(), 1);
	pass(world, 100 * ms);
	const {sessions} = world.host(1).store;
	assert.equal(sessions.size, 1);
	assert.equal(sessions.get(1)!.serial, 1);
	all(world, crash(1), restart(1));
	assert.equal(world.host(1).store.sessions.size, 0);
	all(world, timeout(2));
	pass(world, 200 * ms);
	assert.ok(world.hosts.every(({store}) => store.sessions.get(1)?.serial === 1));
});

test('Switched off, they finish what they have begun and begin nothing more; switched on, they number on', () => {
	const world = ledByFirst();
	all(world, clients(4, 100));
	pass(world, s);
	while (world.clients.filter(({outstanding}) => outstanding !== undefined).length < 2) {
		assert.ok(world.timeUs < 60 * s, 'There are never two open at once.');
		world.advance();
	}

	const open = world.clients.flatMap(({outstanding}) => outstanding?.call.op ?? []);
	const {operationsInvoked} = world;
	all(world, clientsOff);
	pass(world, 5 * s);
	assert.equal(world.operationsInvoked, operationsInvoked);
	assert.ok(world.clients.every(({outstanding}) => outstanding === undefined));
	for (const op of open) {
		assert.equal(eventsOfType(world, 'ok').filter((event) => event.op === op).length, 1);
	}

	const serials = world.clients.map(({serial}) => serial);
	all(world, clients(4, 100));
	pass(world, s);
	assert.ok(world.operationsInvoked > operationsInvoked + 50);
	assert.ok(world.clients.every(({serial}, at) => serial > serials[at]!));
	assert.equal(world.clients.length, 4);
});

test('Switched off where nobody answers, they go on trying until they give up', () => {
	const world = ledByFirst();
	all(world, clients(2, 100));
	pass(world, s);
	all(world, isolate('all'));
	pass(world, s);
	all(world, clientsOff);
	pass(world, 10 * s);
	assert.equal(eventsOfType(world, 'info').length, 2);
	const {length} = world.trace;
	pass(world, 5 * s);
	assert.deepEqual(
		eventsOf(world).filter(({seq, type}) => seq > length && tellsOf.has(type)),
		[],
	);
});

test('Their number and their rate can be changed at any time: the present ones stay, more come, those too many stop', () => {
	const world = ledByFirst();
	const perClient = (spanUs: number): readonly number[] => {
		const {length} = world.trace;
		pass(world, spanUs);
		const invoked = eventsOfType(world, 'invoke').filter(({seq}) => seq > length);
		return world.clients.map(({id}) => invoked.filter(({client}) => client === id).length);
	};

	const near = (counts: readonly number[], expected: number): boolean =>
		counts.every((count) => Math.abs(count - expected) <= 3 + expected * 0.1);
	all(world, clients(2, 10));
	assert.ok(near(perClient(20 * s), 100));
	all(world, clients(2, 20));
	perClient(s);
	assert.ok(near(perClient(10 * s), 100));
	all(world, clients(5, 20));
	perClient(s);
	const five = perClient(10 * s);
	assert.equal(five.length, 5);
	assert.ok(near(five, 40), five.join(' '));
	all(world, clients(1, 10));
	perClient(s);
	const [first, ...others] = perClient(10 * s);
	assert.ok(near([first!], 100), `${first}`);
	assert.deepEqual(others, [0, 0, 0, 0]);
	assert.deepEqual([world.clientsActive, world.clientIntervalUs], [1, 100 * ms]);
});

test('Those of the settings are there from the start, as if somebody had asked for them at once', () => {
	const asked = World.create(defaultSettings);
	all(asked, clients(3, 30));
	const set = World.create({...defaultSettings, clients: {count: 3, ratePerS: 30}});
	pass(asked, 3 * s);
	pass(set, 3 * s);
	const told = (world: World): unknown =>
		eventsOf(world)
			.filter(({type}) => type !== 'settings' && type !== 'command')
			.map(({type, timeUs, ...rest}) => [
				type,
				timeUs,
				'node' in rest ? rest.node : undefined,
				'op' in rest ? rest.operation : undefined,
			]);
	assert.deepEqual(told(set), told(asked));
});

const askedFor = (world: World, client: number): readonly string[] =>
	storyOf(world, client).flatMap((event) => (event.type === 'invoke' ? [event.operation.key] : []));

test('What a client asks for is its own affair: neither other clients nor the network have a say in it', () => {
	const keys = (changes: Partial<Settings>): readonly string[] => {
		const world = World.create({...defaultSettings, clients: {count: 1, ratePerS: 10}, ...changes});
		pass(world, 20 * s);
		return askedFor(world, 1).slice(0, 60);
	};

	const alone = keys({});
	assert.equal(alone.length, 60);
	assert.ok(new Set(alone).size > 4);
	assert.deepEqual(keys({lossRate: 0.1, delay: {minUs: 0, maxUs: 60 * ms}}), alone);
	assert.deepEqual(keys({clients: {count: 5, ratePerS: 50}}), alone);
	assert.notDeepEqual(keys({seed: 'another'}), alone);
});

test('They read, write, delete, and compare and set; each value is written by one operation only, and some comparisons succeed', () => {
	const world = World.create({...defaultSettings, clients: {count: 4, ratePerS: 80}});
	pass(world, 30 * s);
	const invoked = eventsOfType(world, 'invoke');
	const kinds = new Map<string, number>();
	for (const {operation} of invoked) {
		kinds.set(operation.type, (kinds.get(operation.type) ?? 0) + 1);
	}

	assert.deepEqual([...kinds].map(([type]) => type).toSorted(), ['cas', 'delete', 'read', 'write']);
	assert.ok(
		[...kinds].every(([, count]) => count > 50),
		JSON.stringify([...kinds]),
	);
	const values = invoked.flatMap(({operation}) => ('value' in operation ? [operation.value] : []));
	assert.equal(new Set(values).size, values.length);
	const results = eventsOfType(world, 'ok').filter(({operation}) => operation.type === 'cas');
	assert.ok(results.some(({result}) => result === true));
	assert.ok(results.some(({result}) => result === false));
	const reads = eventsOfType(world, 'ok').filter(({operation}) => operation.type === 'read');
	assert.ok(reads.some(({result}) => result === undefined));
	assert.ok(reads.some(({result}) => typeof result === 'string'));
});

test('What a client expects when it compares is the value that it has last seen under that key, written or read by itself', () => {
	const world = World.create({...defaultSettings, clients: {count: 3, ratePerS: 60}});
	pass(world, 20 * s);
	let compared = 0;
	for (const {id, seen} of world.clients) {
		const values = new Map<string, string>();
		for (const event of storyOf(world, id)) {
			const {operation} = event;
			if (event.type === 'invoke' && operation.type === 'cas') {
				compared++;
				assert.equal(operation.expected, values.get(operation.key));
			} else if (event.type === 'ok' && 'value' in operation && event.result === true) {
				values.set(operation.key, operation.value);
			} else if (event.type === 'ok' && operation.type === 'read' && typeof event.result === 'string') {
				values.set(operation.key, event.result);
			}
		}

		assert.deepEqual(seen, values);
	}

	assert.ok(compared > 100, `${compared}`);
});

test('What a client is told is what the server that tells it has just applied', () => {
	fc.assert(
		fc.property(runsWithClients, (session) => {
			const world = play(session);
			for (const {cause, node, op, client, operation, result} of eventsOfType(world, 'ok')) {
				const applied = world.trace.at(cause)!;
				assert.strictEqual(applied.type, 'apply');
				assert.equal(applied.node, node);
				assert.equal(applied.result, result);
				const {session: _session, ...rest} = applied.entry.command as typeof operation & {session?: unknown};
				assert.deepEqual({...rest}, {...operation}, `${op} of c${client}`);
			}
		}),
		tried(40),
	);
});
