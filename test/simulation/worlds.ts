/*
Worlds for tests: quiet ones, what is done to them, and what can be read off them.
*/

import assert from 'node:assert/strict';
import {isDeepStrictEqual} from 'node:util';
import {entriesBetween} from '../../source/raft/log.js';
import type {Entry, ServerId} from '../../source/raft/vocabulary.js';
import type {Command, DiskCondition, Selector} from '../../source/simulation/command.js';
import type {Event, EventType} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World, type WorldOptions} from '../../source/simulation/world.js';

/** A millisecond and a second of virtual time. */
export const ms = 1000;
export const s = 1_000_000;

/** Three servers, 10 ms from each other, that hold elections only when told to; their disks take no time. */
export const calm: Settings = {
	...defaultSettings,
	nodes: 3,
	delay: {minUs: 10 * ms, maxUs: 10 * ms},
	electionTimeout: {minUs: 60 * s, maxUs: 60 * s + 1},
	syncDelay: {minUs: 0, maxUs: 0},
};

/** Do things one after the other, each at once and without refusal. */
export function all(world: World, ...commands: readonly Command[]): void {
	for (const command of commands) {
		assert.equal(perform(world, command), undefined, JSON.stringify(command));
	}
}

export const pass = (world: World, spanUs: number): void => {
	world.advanceTo(world.timeUs + spanUs);
};

export const timeout = (node: Selector): Command => ({type: 'timeout', node});
export const isolate = (node: Selector): Command => ({type: 'isolate', node});
export const rejoin = (node: Selector): Command => ({type: 'rejoin', node});
export const crash = (node: Selector): Command => ({type: 'crash', node});
export const restart = (node: Selector): Command => ({type: 'restart', node});
export const wipe = (node: Selector): Command => ({type: 'wipe', node});
export const suspend = (node: Selector): Command => ({type: 'suspend', node});
export const resume = (node: Selector): Command => ({type: 'resume', node});
export const write = (value: string, via: Selector): Command => ({type: 'write', key: 'x', value, via});
export const cut = (from: Selector, to: Selector): Command => ({type: 'cut', from, to, isOneWay: false});
export const cutOneWay = (from: Selector, to: Selector): Command => ({type: 'cut', from, to, isOneWay: true});
export const clock = (node: Selector, rate: number): Command => ({type: 'clock', node, rate});
export const clients = (count: number, ratePerS: number): Command => ({type: 'clients', count, ratePerS});
export const clientsOff = clients(0, 0);
export const heal: Command = {type: 'heal'};
export const delay = (us: number): Command => ({type: 'delay', delay: {minUs: us, maxUs: us}});
export const disk = (node: Selector, kind: Exclude<DiskCondition['kind'], 'slow'>): Command => ({
	type: 'disk',
	node,
	condition: {kind},
});
export const slowDisk = (node: Selector, us: number): Command => ({
	type: 'disk',
	node,
	condition: {kind: 'slow', delay: {minUs: us, maxUs: us}},
});

/** A calm cluster in which n1 leads term 1 and everybody knows it. */
export function ledByFirst(settings = calm, options: WorldOptions = {}): World {
	const world = World.create(settings, options);
	all(world, timeout(1));
	pass(world, 100 * ms);
	assert.equal(world.leader?.id, 1);
	return world;
}

export const eventsOf = ({trace}: World): readonly Event[] => [...trace.events()];

export type EventOf<Type extends EventType> = Extract<Event, {readonly type: Type}>;

export const eventsOfType = <Type extends EventType>({trace}: World, type: Type): ReadonlyArray<EventOf<Type>> => {
	const events: Array<EventOf<Type>> = [];
	for (let seq = trace.first; seq <= trace.length; seq++) {
		if (trace.typeAt(seq) === type) {
			events.push(trace.at(seq) as EventOf<Type>);
		}
	}

	return events;
};

export const entriesIn = ({log}: Pick<World['hosts'][number]['persisted'], 'log'>): readonly Entry[] =>
	entriesBetween(log, 1, log.lastIndex);

/** What a server's store holds under x. */
export const valueOf = (world: World, node: ServerId): string | undefined => world.host(node).store.values.get('x');

/** Everything in a World that tells what it will do next, apart from its streams of chance, which show in what it does. */
export function stateOf(world: World): unknown {
	const {timeUs, nextUs, inFlight, messagesSent, messagesDelivered, operationsInvoked} = world;
	const {network, randomFaults} = world;
	return {
		timeUs,
		nextUs,
		inFlight,
		messagesSent,
		messagesDelivered,
		operationsInvoked,
		electionTimeout: world.electionTimeout,
		heartbeatUs: world.heartbeatUs,
		network: {
			delay: network.delay,
			lossRate: network.lossRate,
			duplicateRate: network.duplicateRate,
			groups: network.groups,
			isolated: [...network.isolated],
			held: network.held,
			cuts: network.cuts,
			links: network.links,
		},
		faults: {kinds: randomFaults.kinds, active: randomFaults.active.map(({kind, node, end}) => ({kind, node, end}))},
		clientsActive: world.clientsActive,
		clientIntervalUs: world.clientIntervalUs,
		clients: world.clients.map(({stream: _stream, seen, ...rest}) => ({...rest, seen: [...seen]})),
		hosts: world.hosts.map(({storage: _storage, timeouts: _timeouts, syncs: _syncs, store, ...rest}) => ({
			...rest,
			inbox: [...rest.inbox],
			held: [...rest.held],
			pending: [...rest.pending],
			server: rest.server === undefined ? undefined : {...rest.server, log: entriesIn(rest.server)},
			persisted: {...rest.persisted, log: entriesIn(rest.persisted)},
			store: {values: [...store.values], sessions: [...store.sessions]},
		})),
	};
}

/** All that a run left behind. The digest comes with the events that it stands for, so that it is put to the proof as well. */
export const recordOf = (world: World): unknown => ({
	digest: world.trace.digest,
	events: eventsOf(world),
	state: stateOf(world),
});

/** What is the first thing that two runs differ in, of all that they left behind; `undefined` if they are the same. */
export function findDifference(one: World, other: World): unknown {
	const [events, others] = [eventsOf(one), eventsOf(other)];
	const at = events.findIndex((event, index) => !isDeepStrictEqual(event, others[index]));
	if (at !== -1 || events.length !== others.length) {
		return [events[at] ?? events.length, others[at] ?? others.length];
	}

	const [state, otherState] = [stateOf(one), stateOf(other)];
	return one.trace.digest === other.trace.digest && isDeepStrictEqual(state, otherState)
		? undefined
		: [one.trace.digest, state, other.trace.digest, otherState];
}
