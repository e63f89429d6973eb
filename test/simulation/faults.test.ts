/*
What can be done to the network, to single messages and to machines: each fault does what it says, and no more.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {ServerId} from '../../source/raft/vocabulary.js';
import type {Command, LinkSettings, Selector} from '../../source/simulation/command.js';
import type {Event} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {figure3} from '../properties/invariants.js';
import {
	anyBearableCommand,
	anySession,
	anySettings,
	commandAt,
	play,
	serverEvents,
	tried,
} from '../properties/session.js';
import {
	all,
	calm,
	clock,
	crash,
	cut,
	cutOneWay,
	delay,
	eventsOf,
	eventsOfType,
	findDifference,
	heal,
	isolate,
	ledByFirst,
	ms,
	pass,
	recordOf,
	restart,
	resume,
	s,
	suspend,
	timeout,
	valueOf,
	write,
	type EventOf,
} from './worlds.js';

/** A calm cluster in which nobody says anything by itself. */
const quiet: Settings = {...calm, heartbeatUs: 40 * s};

type Flight = EventOf<'sent'>['flight'];

/** What became of the messages on a link since an event: `?` if it is under way. */
function fates(world: World, from: ServerId, to: ServerId, sinceSeq = 0): readonly string[] {
	const told = new Map<number, {readonly type: string; readonly fate: string}>();
	for (const event of world.trace.events(sinceSeq + 1)) {
		if (event.type === 'sent' && event.flight.from === from && event.flight.to === to) {
			told.set(event.flight.id, {type: event.flight.message.type, fate: '?'});
		} else if (event.type === 'delivered' || event.type === 'lost') {
			const before = told.get(event.flight.id);
			if (before !== undefined) {
				told.set(event.flight.id, {...before, fate: event.type === 'lost' ? event.reason : 'delivered'});
			}
		}
	}

	return [...told].map(([, {type, fate}]) => `${type} ${fate}`);
}

const sent = (world: World): readonly Flight[] => eventsOfType(world, 'sent').map(({flight}) => flight);

const lastSent = (world: World, to: ServerId): Flight => sent(world).findLast((flight) => flight.to === to)!;

/** When a message arrived, in virtual milliseconds. */
const arrivals = (world: World, id: number): readonly number[] =>
	eventsOfType(world, 'delivered')
		.filter(({flight}) => flight.id === id)
		.map(({timeUs}) => timeUs / ms);

test('A link that is cut one way carries nothing there and everything back', () => {
	const world = ledByFirst(quiet);
	all(world, cutOneWay(2, 1), write('a', 1));
	const {length} = world.trace;
	pass(world, 50 * ms);
	assert.deepEqual(fates(world, 1, 2, length - 10), ['AppendEntries delivered']);
	assert.deepEqual(fates(world, 2, 1, length), ['AppendReply partition']);
	assert.deepEqual(world.network.cuts, [[2, 1]]);
	assert.ok(world.network.connects(1, 2));
	assert.ok(!world.network.connects(2, 1));
	assert.ok(!world.network.isWhole);
	assert.equal(valueOf(world, 1), 'a'); // By the acknowledgement of n3
	assert.equal(world.host(2).server!.log.lastIndex, 2);

	all(world, cutOneWay(3, 1), write('b', 1));
	pass(world, 100 * ms);
	assert.equal(valueOf(world, 1), 'a'); // The entries arrive, the acknowledgements do not
	assert.equal(world.host(3).server!.log.lastIndex, 3);
});

test('A link that is cut both ways carries nothing, and cut again only where it was not', () => {
	const world = World.create({...quiet, nodes: 4});
	all(world, cutOneWay(1, 2), cut(1, 2), cut(3, 'rest'));
	assert.deepEqual(world.network.cuts, [
		[1, 2],
		[1, 3],
		[2, 1],
		[2, 3],
		[3, 1],
		[3, 2],
		[3, 4],
		[4, 3],
	]);
	all(world, timeout(1), timeout(2));
	pass(world, 100 * ms);
	assert.deepEqual(fates(world, 1, 2), ['RequestVote partition']);
	assert.deepEqual(fates(world, 2, 1), ['RequestVote partition']);
	assert.match(perform(world, cut(1, 2)) ?? 'done', /^The link from n1 to n2 is already cut\.$/v);
	assert.match(perform(world, cut(1, 1)) ?? 'done', /^A link has two ends; a node has none to itself\.$/v);
});

test('Healing between two mends that link alone; healing mends everything', () => {
	const world = World.create({...quiet, nodes: 4});
	all(world, cut(1, 2), cutOneWay(2, 3), isolate(4), {type: 'heal', between: [2, 1]});
	assert.deepEqual(world.network.cuts, [[2, 3]]);
	assert.ok(world.network.connects(1, 2));
	assert.ok(world.network.connects(2, 1));
	assert.match(perform(world, {type: 'heal', between: [1, 2]}) ?? 'done', /^n1 can reach n2 already\.$/v);
	assert.match(perform(world, {type: 'heal', between: [1, 4]}) ?? 'done', /not cut: one of them is isolated/v);
	all(world, {type: 'heal', between: [3, 2]});
	assert.deepEqual(world.network.cuts, []);
	all(world, cut(1, 2), {type: 'partition', groups: [[1, 2], ['rest']]});
	assert.match(perform(world, {type: 'heal', between: [1, 3]}) ?? 'done', /not cut: a partition separates them/v);
	all(world, heal);
	assert.ok(world.network.isWhole);
	assert.equal(perform(world, heal), 'There is nothing to heal: every node can reach every other.');
});

test('A partition can be healed alone: who is cut off or isolated otherwise stays so', () => {
	const world = World.create({...quiet, nodes: 4});
	const healPartition: Command = {type: 'heal', only: 'partition'};
	assert.equal(perform(world, healPartition), 'There is no partition at the moment.');
	all(world, cutOneWay(1, 2), isolate(4), {type: 'partition', groups: [[1, 2], ['rest']]}, healPartition);
	assert.deepEqual(world.network.groups, []);
	assert.deepEqual(world.network.cuts, [[1, 2]]);
	assert.deepEqual([...world.network.isolated], [4]);
	assert.ok(world.network.connects(2, 3));
	assert.ok(!world.network.isWhole);
});

const link = (from: Selector, to: Selector, settings: LinkSettings | undefined, isOneWay = true): Command => ({
	type: 'link',
	from,
	to,
	isOneWay,
	link: settings,
});

test('A link loses, doubles and delays as it was told; the others go on as the network does, and so does it by default', () => {
	const world = ledByFirst(quiet);
	const ask = (): ReadonlyArray<readonly string[]> => {
		const {length} = world.trace;
		all(world, write('a', 1));
		pass(world, 300 * ms);
		return [fates(world, 1, 2, length), fates(world, 1, 3, length)];
	};

	const once = ['AppendEntries delivered'];
	all(world, link(1, 2, {lossRate: 1}));
	assert.deepEqual(ask(), [['AppendEntries loss'], once]);
	all(world, link(1, 2, {delay: {minUs: 200 * ms, maxUs: 200 * ms}})); // What was said of the link before still holds
	assert.deepEqual(ask()[0], ['AppendEntries loss']);
	assert.deepEqual(world.network.links, [[1, 2, {lossRate: 1, delay: {minUs: 200 * ms, maxUs: 200 * ms}}]]);
	all(world, link(1, 2, {lossRate: 0}));
	ask();
	const {id, sentUs} = lastSent(world, 2);
	assert.deepEqual(arrivals(world, id), [sentUs / ms + 200]);
	assert.equal(lastSent(world, 3).dueUs - lastSent(world, 3).sentUs, 10 * ms);
	assert.equal(lastSent(world, 1).dueUs - lastSent(world, 1).sentUs, 10 * ms, 'Not on the way back');

	all(world, link(1, 2, undefined));
	assert.deepEqual(world.network.links, []);
	assert.deepEqual(ask(), [once, once]);
	all(world, link('leader', 'followers', {duplicateRate: 1}, false));
	const twice = [...once, ...once];
	assert.deepEqual(ask(), [twice, twice]);
	assert.equal(world.network.links.length, 4);
	all(world, link('all', 'all', undefined, false), {type: 'loss', rate: 1});
	assert.deepEqual(ask(), [['AppendEntries loss'], ['AppendEntries loss']]);
	all(world, link(1, 2, {lossRate: 0}));
	assert.deepEqual(ask(), [once, ['AppendEntries loss']], 'What a link does itself, the network does not change');
});

test('Where everything arrives twice, every message does, each time by a way of its own', () => {
	const world = World.create({...calm, delay: {minUs: 5 * ms, maxUs: 20 * ms}, duplicateRate: 1});
	all(world, timeout(1));
	pass(world, 100 * ms);
	for (let at = 0; at < 20; at++) {
		all(world, write(String(at), 1));
		pass(world, 30 * ms);
	}

	const flights = sent(world);
	const originals = flights.filter(({copyOf}) => copyOf === undefined);
	const copies = new Map(flights.map((flight) => [flight.copyOf, flight]));
	assert.equal(flights.length, 2 * originals.length);
	for (const {id, from, to, message, sentUs} of originals) {
		const copy = copies.get(id)!;
		assert.deepEqual([copy.from, copy.to, copy.message, copy.sentUs], [from, to, message, sentUs]);
		assert.ok(copy.dueUs - sentUs >= 5 * ms);
		assert.ok(copy.dueUs - sentUs <= 20 * ms);
	}

	assert.ok(new Set(originals.map(({id, dueUs}) => copies.get(id)!.dueUs - dueUs)).size > 20);
	pass(world, 100 * ms);
	const open = sent(world).filter(({dueUs}) => dueUs > world.timeUs).length;
	assert.equal(eventsOfType(world, 'delivered').length, world.messagesSent - open);
	assert.ok(world.hosts.every(({store}) => store.values.get('x') === '19'));
});

test('What was lost may have been doubled before: then it arrives after all, and a cut lets neither through', () => {
	const world = World.create({...quiet, lossRate: 1, duplicateRate: 1});
	all(world, cut(1, 3), timeout(1));
	pass(world, 15 * ms);
	assert.deepEqual(fates(world, 1, 2), ['RequestVote loss', 'RequestVote delivered']);
	assert.deepEqual(fates(world, 1, 3), ['RequestVote partition']);
});

test('Raft is safe though everything arrives twice (Figure 3), and operations are done', () => {
	let done = 0;
	fc.assert(
		fc.property(
			anySession({
				settings: anySettings.map((settings) => ({...settings, duplicateRate: 1})),
				command: anyBearableCommand,
				stepsMax: 100,
			}),
			(session) => {
				const world = play(session);
				const events = serverEvents(world);
				for (const [name, find] of Object.entries(figure3)) {
					assert.deepEqual(find(events), [], name);
				}

				done += eventsOfType(world, 'ok').length;
			},
		),
		tried(60),
	);
	assert.ok(done > 200, `${done}`);
});

const drop = (message: number): Command => ({type: 'drop', message});
const hold = (message: number): Command => ({type: 'hold', message});
const release = (message: number): Command => ({type: 'release', message});
const duplicate = (message: number): Command => ({type: 'duplicate', message});

test('A message that is dropped never arrives; whoever did it is to blame', () => {
	const world = ledByFirst(quiet);
	all(world, write('a', 1));
	const {id} = lastSent(world, 2);
	pass(world, 5 * ms);
	all(world, drop(id));
	const lost = eventsOfType(world, 'lost').at(-1)!;
	assert.deepEqual([lost.flight.id, lost.reason, lost.timeUs], [id, 'dropped', 105 * ms]);
	assert.equal(world.trace.at(lost.cause)!.type, 'command');
	pass(world, 50 * ms);
	assert.deepEqual(arrivals(world, id), []);
	assert.equal(world.host(2).server!.log.lastIndex, 1);
	assert.equal(world.host(3).server!.log.lastIndex, 2);
	assert.equal(perform(world, drop(id)), `Message #${id} is not on its way any more.`);
});

test('A message that is held arrives when it is released, and not before it was due', () => {
	const world = ledByFirst(quiet);
	all(world, write('a', 1));
	const late = lastSent(world, 2);
	const soon = lastSent(world, 3);
	const {inFlight} = world;
	all(world, hold(late.id), hold(soon.id));
	assert.equal(world.inFlight, inFlight);
	assert.deepEqual(
		world.network.held.map(({id}) => id),
		[late.id, soon.id],
	);
	pass(world, 4 * ms);
	all(world, release(soon.id));
	pass(world, 500 * ms);
	assert.deepEqual(arrivals(world, soon.id), [110]);
	assert.deepEqual(arrivals(world, late.id), []);
	all(world, release(late.id));
	assert.deepEqual(arrivals(world, late.id), []);
	pass(world, 0);
	assert.deepEqual(arrivals(world, late.id), [604]);
	assert.equal(world.inFlight, 1); // What n2 answers
});

test('A held message is dropped and doubled as any other; a cut of its link does not keep it', () => {
	const world = ledByFirst(quiet);
	all(world, write('a', 1));
	const {id} = lastSent(world, 2);
	all(world, hold(id));
	pass(world, 50 * ms);
	all(world, duplicate(id), isolate(2));
	const copy = lastSent(world, 2);
	assert.equal(copy.copyOf, id);
	pass(world, 0);
	assert.deepEqual(arrivals(world, copy.id), [150]);
	assert.equal(world.host(2).server!.log.lastIndex, 2);
	all(world, drop(id));
	assert.deepEqual(world.network.held, []);
	assert.equal(perform(world, release(id)), `Message #${id} is not on its way any more.`);
	assert.deepEqual(fates(world, 1, 2).slice(-2), ['AppendEntries dropped', 'AppendEntries delivered']);
});

test('A message that is doubled arrives twice at once, and its double is a message of its own', () => {
	const world = ledByFirst(quiet);
	all(world, write('a', 1));
	const {id, dueUs, message} = lastSent(world, 2);
	pass(world, 3 * ms);
	all(world, duplicate(id));
	const copy = sent(world).at(-1)!;
	assert.deepEqual([copy.id, copy.copyOf, copy.dueUs, copy.message], [world.messagesSent, id, dueUs, message]);
	const told = eventsOfType(world, 'sent').at(-1)!;
	assert.equal(world.trace.at(told.cause)!.type, 'command');
	all(world, drop(id));
	pass(world, 7 * ms);
	assert.deepEqual(arrivals(world, copy.id), [110]);
	assert.equal(world.host(2).server!.log.lastIndex, 2);
});

test('Messages are refused by number when they are not there yet, are there no more, are held or are not', () => {
	const world = ledByFirst(quiet);
	all(world, write('a', 1));
	const flying = lastSent(world, 3).id;
	const {messagesSent} = world;
	const before = recordOf(world);
	for (const deed of [drop, hold, release, duplicate]) {
		assert.equal(perform(world, deed(1)), 'Message #1 is not on its way any more.');
		for (const id of [0, -1, messagesSent + 1, 1.5, Number.NaN]) {
			assert.match(perform(world, deed(id)) ?? 'done', /^(?:Message|There is no message) #.*\.$/v);
		}

		assert.equal(
			perform(world, deed(messagesSent + 1)),
			`There is no message #${messagesSent + 1} yet; the latest is #${messagesSent}.`,
		);
	}

	assert.equal(perform(world, release(flying)), `Message #${flying} is not held.`);
	assert.deepEqual(recordOf(world), before);
	all(world, hold(flying));
	assert.equal(perform(world, hold(flying)), `Message #${flying} is held already.`);
	all(world, {type: 'loss', rate: 1}, write('b', 1));
	assert.match(perform(world, hold(world.messagesSent)) ?? 'done', /not on its way/v);
});

test('A suspended server does nothing and loses nothing: what came meanwhile it takes in order, its timer goes off late', () => {
	const world = ledByFirst(quiet);
	all(world, suspend(2));
	assert.equal(world.host(2).isSuspended, true);
	for (const value of ['a', 'b', 'c']) {
		all(world, write(value, 1));
		pass(world, 30 * ms);
	}

	const {inbox} = world.host(2);
	assert.deepEqual(
		inbox.map((waiting) => ('message' in waiting ? waiting.message.type : 'request')),
		['AppendEntries', 'AppendEntries', 'AppendEntries'],
	);
	assert.equal(world.host(2).server!.log.lastIndex, 1);
	assert.equal(
		eventsOf(world).filter((event) => event.type === 'delivered' && event.flight.to === 2 && event.timeUs > 100 * ms)
			.length,
		0,
	);
	assert.equal(perform(world, suspend(2)), 'n2 is already suspended.');
	assert.equal(perform(world, restart(2)), 'n2 is suspended, not down. Try resume n2.');
	const {id} = inbox[0] as Flight;
	assert.equal(perform(world, drop(id)), `Message #${id} has reached n2, which is suspended.`);
	assert.match(perform(world, timeout(2)) ?? 'done', /^n2 is suspended: /v);

	pass(world, 5 * ms);
	const {length} = world.trace;
	all(world, resume(2));
	const taken = [...world.trace.events(length + 1)].filter(
		(event): event is EventOf<'delivered'> => event.type === 'delivered',
	);
	assert.deepEqual(
		taken.map(({timeUs, flight}) => [timeUs / ms, flight.dueUs / ms]),
		[
			[195, 110],
			[195, 140],
			[195, 170],
		],
	);
	assert.equal(world.host(2).server!.log.lastIndex, 4);
	pass(world, 100 * ms);
	assert.equal(perform(world, resume(2)), 'n2 is not suspended.');
});

test('The timer of a suspended server goes off the moment it resumes if it is overdue, else when it is due', () => {
	for (const [resumedMs, firesMs] of [
		[400, 400],
		[250, 300],
	] as const) {
		const world = World.create({...calm, electionTimeout: {minUs: 300 * ms, maxUs: 300 * ms + 1}});
		all(world, isolate(2), suspend(2));
		world.advanceTo(resumedMs * ms);
		all(world, resume(2));
		pass(world, 60 * ms);
		const first = eventsOfType(world, 'timer').find(({node}) => node === 2);
		assert.equal(first!.timeUs, firesMs * ms);
	}
});

test('A suspended leader leads on when it resumes, unless it hears that others have gone on without it', () => {
	const world = ledByFirst();
	all(world, suspend(1));
	pass(world, 200 * ms);
	const beats = (): number =>
		eventsOfType(world, 'timer').filter(({node, timeUs}) => node === 1 && timeUs > 100 * ms).length;
	assert.equal(beats(), 0);
	all(world, resume(1));
	pass(world, 0);
	assert.equal(beats(), 1);
	assert.equal(world.leader?.id, 1);
	all(world, suspend(1), timeout(2));
	pass(world, 100 * ms);
	assert.equal(world.leader?.id, 2);
	assert.equal(world.host(1).server!.role, 'leader');
	all(world, resume(1));
	pass(world, 0);
	assert.equal(world.host(1).server!.role, 'follower');
	assert.deepEqual([world.host(1).server!.currentTerm, world.leader?.id], [2, 2]);
});

test('A request to a suspended server waits for it; a crash refuses it, and loses the messages that waited', () => {
	const world = ledByFirst(quiet);
	all(world, suspend(1), write('a', 1));
	assert.equal(eventsOfType(world, 'append').filter(({node}) => node === 1).length, 1);
	pass(world, 50 * ms);
	all(world, resume(1));
	pass(world, 50 * ms);
	assert.equal(valueOf(world, 1), 'a');
	assert.deepEqual(
		eventsOfType(world, 'ok').map(({op}) => op),
		[1],
	);

	all(world, suspend(1), write('b', 1), write('c', 1), timeout(2));
	pass(world, 50 * ms);
	const waiting = world.host(1).inbox.filter((each) => 'message' in each).length;
	assert.ok(waiting > 0);
	const lostBefore = eventsOfType(world, 'lost').length;
	const {inFlight} = world;
	all(world, crash(1));
	assert.deepEqual(
		eventsOfType(world, 'fail').map(({op}) => op),
		[2, 3],
	);
	const lost = eventsOfType(world, 'lost').slice(lostBefore);
	assert.deepEqual(
		lost.map(({reason, timeUs}) => [reason, timeUs]),
		Array.from({length: waiting}, () => ['down', world.timeUs]),
	);
	assert.equal(world.inFlight, inFlight);
	assert.equal(world.host(1).isSuspended, false);
	assert.match(perform(world, resume(1)) ?? 'done', /^n1 is down, not suspended\. Try restart n1\.$/v);
	assert.equal(perform(world, suspend(1)), 'n1 is down.');
	all(world, restart(1));
	pass(world, 100 * ms);
	assert.equal(world.host(1).server!.log.lastIndex, 2);
});

test('However much has waited, it is taken in order and before anything that comes later, in one instant', () => {
	const world = ledByFirst(quiet);
	all(world, suspend(2));
	for (let at = 0; at < 200; at++) {
		all(world, write(String(at), 1));
	}

	pass(world, 10 * ms);
	const waiting = world.host(2).inbox.map((each) => ('id' in each ? each.id : 0));
	assert.equal(waiting.length, 200);
	all(world, write('late', 1));
	pass(world, 10 * ms - 1);
	const {length} = world.trace;
	all(world, resume(2));
	pass(world, 1);
	const taken = eventsOfType(world, 'delivered').filter(({seq, flight}) => seq > length && flight.to === 2);
	assert.deepEqual(
		taken.map(({flight}) => flight.id),
		[...waiting, lastSent(world, 2).id],
	);
	assert.ok(taken.slice(0, -1).every(({timeUs}) => timeUs === world.timeUs - 1));
	assert.equal(world.host(2).server!.log.lastIndex, 202);
	assert.equal(world.host(2).inbox.length, 0);
});

test('A copy that is made while a server catches up goes on as its original', () => {
	const world = ledByFirst(quiet);
	all(world, suspend(2));
	for (let at = 0; at < 200; at++) {
		all(world, write(String(at), 1));
	}

	pass(world, 10 * ms);
	all(world, resume(2));
	const copy = world.copy();
	pass(world, s);
	pass(copy, s);
	assert.equal(findDifference(copy, world), undefined);
});

test('A server that stops itself while it takes what has waited for it refuses the rest', () => {
	const world = ledByFirst(quiet);
	all(world, write('a', 1));
	pass(world, 5 * ms);
	all(world, suspend(1), write('b', 1), write('c', 1));
	pass(world, 50 * ms); // Behind the requests, the acknowledgements of a wait
	all(world, {type: 'disk', node: 1, condition: {kind: 'failing'}}, resume(1));
	assert.equal(eventsOfType(world, 'crash').at(-1)!.reason, 'disk failed');
	const ends = eventsOf(world).flatMap((event) =>
		event.type === 'fail' || event.type === 'info' ? [`${event.op} ${event.type}`] : [],
	);
	assert.deepEqual(ends, ['1 info', '2 info', '3 fail']);
	assert.deepEqual(
		eventsOfType(world, 'lost').map(({flight, reason, timeUs}) => [flight.to, reason, timeUs]),
		[
			[1, 'down', world.timeUs],
			[1, 'down', world.timeUs],
		],
	);
});

test('In no run does a suspended server do anything: no event takes place there between suspension and its end', () => {
	let suspensions = 0;
	fc.assert(
		fc.property(anySession(), (session) => {
			const suspended = new Set<ServerId>();
			for (const event of eventsOf(play(session))) {
				if (event.type === 'suspend') {
					suspended.add(event.node);
					suspensions++;
				} else if (event.type === 'resume' || event.type === 'crash') {
					suspended.delete(event.node);
				} else if (isDeedOf(event)) {
					const node =
						event.type === 'sent' ? event.flight.from : event.type === 'delivered' ? event.flight.to : event.node;
					assert.ok(!suspended.has(node), JSON.stringify(event));
				}
			}
		}),
		tried(60),
	);
	assert.ok(suspensions > 20, `${suspensions}`);
});

type Deed = EventOf<
	'sent' | 'delivered' | 'timer' | 'role' | 'vote' | 'append' | 'truncate' | 'commit' | 'apply' | 'refused' | 'ok'
>;

/** What a server does itself; what the network repeats and what its disk completes is not its doing. */
function isDeedOf(event: Event): event is Deed {
	switch (event.type) {
		case 'sent': {
			return event.flight.copyOf === undefined;
		}

		case 'delivered':
		case 'timer':
		case 'role':
		case 'vote':
		case 'append':
		case 'truncate':
		case 'commit':
		case 'apply':
		case 'refused':
		case 'ok': {
			return true;
		}

		default: {
			return false;
		}
	}
}

/** When n2's election timer goes off, in virtual milliseconds. */
function firesAt(changes: ReadonlyArray<readonly [timeMs: number, rate: number]>): number {
	const world = World.create({...calm, electionTimeout: {minUs: 300 * ms, maxUs: 300 * ms + 1}});
	for (const [timeMs, rate] of changes) {
		world.advanceTo(timeMs * ms);
		all(world, clock(2, rate));
	}

	all(world, isolate(2));
	world.advanceTo(2 * s);
	return eventsOfType(world, 'timer').find(({node}) => node === 2)!.timeUs / ms;
}

test('A timer goes off when the clock of its host says so, at a changed rate too, and changed again while it runs', () => {
	assert.equal(firesAt([]), 300);
	assert.equal(firesAt([[0, 2]]), 150);
	assert.equal(firesAt([[0, 0.5]]), 600);
	assert.equal(firesAt([[100, 2]]), 200); // 100 at 1, 200 at 2
	assert.equal(firesAt([[100, 0.5]]), 500);
	assert.equal(
		firesAt([
			[100, 2],
			[150, 0.5],
			[250, 1],
		]),
		300, // 100 at 1, 100 in 50 ms at 2, 50 in 100 ms at ½, 50 at 1
	);
});

test('However often a clock changes its rate, a timer has run as long as the clock says', () => {
	const anyChange = fc.record({afterMs: fc.integer({min: 0, max: 60}), rate: fc.constantFrom(0.5, 1, 1.5, 2, 4)});
	fc.assert(
		fc.property(fc.array(anyChange, {maxLength: 12}), (changes) => {
			let timeMs = 0;
			let rate = 1;
			let leftMs = 300;
			const given: Array<readonly [number, number]> = [];
			for (const change of changes) {
				const runs = change.afterMs * rate;
				if (runs >= leftMs) {
					break;
				}

				leftMs -= runs;
				timeMs += change.afterMs;
				rate = change.rate;
				given.push([timeMs, rate]);
			}

			const expected = timeMs + leftMs / rate;
			assert.ok(Math.abs(firesAt(given) - expected) <= 0.001 * (given.length + 1), `${firesAt(given)} ${expected}`);
		}),
		tried(100),
	);
});

test('A leader with a slow clock sends its heartbeats seldom, and one with a fast clock often', () => {
	for (const [rate, expectedMs] of [
		[0.25, 200],
		[1, 50],
		[5, 10],
	] as const) {
		const world = ledByFirst();
		all(world, clock(1, rate));
		pass(world, 500 * ms);
		const times = eventsOfType(world, 'timer')
			.filter(({timer}) => timer === 'heartbeat')
			.map(({timeUs}) => timeUs / ms);
		assert.equal(times.at(-1)! - times.at(-2)!, expectedMs);
		assert.strictEqual(world.host(1).clockRate, rate);
		assert.strictEqual(world.host(2).clockRate, 1);
	}
});

test('A clock keeps its rate over a crash, and the timer is measured by it', () => {
	const world = World.create({...calm, electionTimeout: {minUs: 300 * ms, maxUs: 300 * ms + 1}});
	all(world, clock('all', 3), crash(2), isolate(2), restart(2));
	world.advanceTo(120 * ms);
	assert.deepEqual(
		eventsOfType(world, 'timer').map(({timeUs}) => timeUs / ms),
		[100, 100, 100],
	);
});

test('`set` changes how long the next timers run, and leaves those that run already', () => {
	const world = World.create({...calm, electionTimeout: {minUs: 300 * ms, maxUs: 300 * ms + 1}});
	all(world, isolate('all'), {type: 'set', setting: 'election-timeout', range: {minUs: 80 * ms, maxUs: 80 * ms + 1}});
	world.advanceTo(500 * ms);
	assert.deepEqual(
		eventsOfType(world, 'timer')
			.filter(({node}) => node === 1)
			.map(({timeUs}) => timeUs / ms),
		[300, 380, 460],
	);

	const led = ledByFirst();
	all(led, {type: 'set', setting: 'heartbeat', everyUs: 20 * ms});
	led.advanceTo(201 * ms);
	const beats = eventsOfType(led, 'timer')
		.filter(({timer}) => timer === 'heartbeat')
		.map(({timeUs}) => timeUs / ms);
	assert.deepEqual(beats, [70, 120, 140, 160, 180, 200]);
});

test('Captions and chapters leave an event and nothing else', () => {
	for (const type of ['say', 'mark'] as const) {
		const world = ledByFirst();
		const before = world.copy();
		all(world, {type, text: 'Now watch the leader.'});
		assert.equal(world.trace.length, before.trace.length + 1);
		const told = eventsOf(world).at(-1)!;
		assert.deepEqual(told.type === 'command' && told.command, {type, text: 'Now watch the leader.'});
		pass(world, s);
		pass(before, s);
		const later = (of: World): readonly string[] =>
			eventsOf(of)
				.filter((event) => event.type !== 'command')
				.map((event) => `${event.timeUs} ${event.type}`);
		assert.deepEqual(later(world), later(before));
	}
});

test('Every command can be given at any moment of any run: it is done or refused with a sentence, and never breaks the World', () => {
	const counts = new Map<string, {done: number; refused: number}>();
	fc.assert(
		fc.property(anySession(), ({settings, steps}) => {
			const world = World.create(settings);
			for (const [at, step] of steps.entries()) {
				pass(world, step.afterUs);
				const command = commandAt(step, at, world);
				const refusal = perform(world, command);
				const count = counts.get(command.type) ?? {done: 0, refused: 0};
				counts.set(command.type, count);
				count[refusal === undefined ? 'done' : 'refused']++;
			}
		}),
		tried(200),
	);
	const types: ReadonlyArray<Command['type']> = [
		...(['partition', 'isolate', 'rejoin', 'cut', 'heal', 'loss', 'delay', 'duplication', 'link'] as const),
		...(['drop', 'hold', 'release', 'duplicate', 'crash', 'restart', 'wipe', 'suspend', 'resume', 'timeout'] as const),
		...(['clock', 'disk', 'write', 'read', 'delete', 'cas', 'clients', 'faults', 'set', 'say', 'mark'] as const),
	];
	assert.deepEqual([...counts].map(([type]) => type).toSorted(), types.toSorted());
	for (const [type, {done}] of counts) {
		assert.ok(done > 10, `${type} was done ${done} times.`);
	}
});

test('A run with delays of its own for each message is the same with a caption in it', () => {
	const runs = [true, false].map((isTold) => {
		const world = World.create({...defaultSettings, lossRate: 0.2});
		pass(world, s);
		all(world, delay(20 * ms), ...(isTold ? [{type: 'say', text: ''} as const] : []));
		pass(world, 2 * s);
		return eventsOfType(world, 'sent').map(({timeUs, flight: {from, to, dueUs, lost}}) => ({
			timeUs,
			from,
			to,
			dueUs,
			lost,
		}));
	});
	assert.deepEqual(runs[0], runs[1]);
});
