/*
Random runs: what may be asked of a cluster, when, and playing it.
*/

import process from 'node:process';
import fc from 'fast-check';
import {entriesBetween} from '../../source/raft/log.js';
import type {Rules} from '../../source/raft/rules.js';
import type {Persisted} from '../../source/raft/server.js';
import type {Entry} from '../../source/raft/vocabulary.js';
import {faultKinds, type Command, type DiskCondition, type Selector} from '../../source/simulation/command.js';
import type {EventType} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import type {Told} from './invariants.js';

/** One thing asked for, so long after the one before it. */
export type Step = {readonly afterUs: number; readonly command: Command};

export type Session = {readonly settings: Settings; readonly steps: readonly Step[]};

/**
How a property is tried. `FC_RUNS` makes the search longer and `FC_SEED` leads it elsewhere; without them every run of
the tests is the same.

@param runs - How often at the least.
*/
export const tried = (runs: number): {readonly seed: number; readonly numRuns: number} => ({
	seed: Number(process.env['FC_SEED'] ?? 20_140_619),
	numRuns: Math.max(runs, Number(process.env['FC_RUNS'] ?? 0)),
});

const anyRange = (maxUs: number) =>
	fc
		.tuple(fc.nat({max: maxUs}), fc.nat({max: maxUs}))
		.map(([one, other]) => ({minUs: Math.min(one, other), maxUs: Math.max(one, other)}));

/** From a quick network to one in which a message takes longer than an election. */
const anyDelay = fc.oneof(anyRange(20_000), anyRange(60_000), fc.constant({minUs: 0, maxUs: 400_000}));

const anyLossRate = fc.oneof(fc.constant(0), fc.constantFrom(0.02, 0.1, 0.3));

const anyDuplicateRate = fc.oneof({arbitrary: fc.constant(0), weight: 2}, {arbitrary: fc.constant(0.2), weight: 1});

/** From a disk that takes no time to one that is slower than the network. */
const anySyncDelay = fc.constantFrom({minUs: 0, maxUs: 0}, defaultSettings.syncDelay, {minUs: 0, maxUs: 40_000});

const anyClients = fc.constantFrom(
	{count: 0, ratePerS: 0},
	{count: 0, ratePerS: 0},
	{count: 1, ratePerS: 10},
	{count: 3, ratePerS: 15},
);

const anyElectionTimeout = fc.constantFrom(defaultSettings.electionTimeout, {minUs: 100_000, maxUs: 120_000});

export const anySettings: fc.Arbitrary<Settings> = fc.record({
	seed: fc.nat().map(String),
	nodes: fc.oneof({arbitrary: fc.constantFrom(3, 5), weight: 4}, {arbitrary: fc.constant(4), weight: 1}),
	delay: anyDelay,
	lossRate: anyLossRate,
	duplicateRate: anyDuplicateRate,
	electionTimeout: anyElectionTimeout,
	heartbeatUs: fc.constantFrom(50_000, 30_000),
	// A backlog then takes several messages, and an old entry is acknowledged before the leader's own.
	entriesPerMessageMax: fc.constantFrom(defaultSettings.entriesPerMessageMax, 1, 2, 5),
	disk: fc.oneof(
		{arbitrary: fc.constant<'simulated'>('simulated'), weight: 5},
		{arbitrary: fc.constant<'none'>('none'), weight: 1},
	),
	syncDelay: anySyncDelay,
	clients: anyClients,
});

/** Servers may be named that a cluster lacks; such commands are refused and change nothing. */
const anyNode = fc.integer({min: 1, max: 5});

const anySelector: fc.Arbitrary<Selector> = fc.oneof(
	{arbitrary: anyNode, weight: 8},
	{arbitrary: fc.constant<Selector>('leader'), weight: 4},
	{
		arbitrary: fc.constantFrom<Selector>('random', 'random', 'followers', 'rest', 'all', 'majority', 'minority'),
		weight: 3,
	},
);

const anyKey = fc.constantFrom('x', 'y', 'z');

const withNode = <Type extends string>(type: Type) => fc.record({type: fc.constant(type), node: anySelector});

const via = fc.oneof(
	{arbitrary: fc.constant<Selector>('leader'), weight: 6},
	{arbitrary: anyNode, weight: 3},
	{arbitrary: fc.constantFrom<Selector>('random', 'followers'), weight: 1},
);

/** Values are told apart later, by their place in the session; what is expected stands so many steps back. */
const anyOperation: fc.Arbitrary<Command> = fc.oneof(
	{arbitrary: fc.record({type: fc.constant('write'), key: anyKey, value: fc.constant(''), via}), weight: 6},
	{arbitrary: fc.record({type: fc.constantFrom('read', 'delete'), key: anyKey, via}), weight: 2},
	{
		arbitrary: fc.record({
			type: fc.constant('cas'),
			key: anyKey,
			expected: fc.integer({min: 1, max: 6}).map(String),
			value: fc.constant(''),
			via,
		}),
		weight: 1,
	},
);

const anyGroups: fc.Arbitrary<ReadonlyArray<readonly Selector[]>> = fc.oneof(
	{
		arbitrary: fc
			.tuple(fc.shuffledSubarray([1, 2, 3, 4, 5], {minLength: 2}), fc.integer({min: 1, max: 4}))
			.map(([nodes, at]) => [nodes.slice(0, at), nodes.slice(at)]),
		weight: 3,
	},
	{
		arbitrary: fc.constantFrom<ReadonlyArray<readonly Selector[]>>(
			[['leader'], ['rest']],
			[['leader', 1], ['rest']],
			[['random'], ['rest']],
			[['minority'], ['majority']],
			[['followers'], ['rest']],
			[[1], [2], ['rest']],
		),
		weight: 1,
	},
);

const anyLink = fc.option(
	fc.record({lossRate: anyLossRate, duplicateRate: anyDuplicateRate, delay: anyDelay}, {requiredKeys: []}),
	{nil: undefined},
);

/** So many messages back from the latest, or so many of those that are held. */
const anyMessage = fc.record({
	type: fc.constantFrom('drop', 'hold', 'hold', 'hold', 'release', 'release', 'duplicate'),
	message: fc.integer({min: 0, max: 6}),
});

const anyNetworkCommand: fc.Arbitrary<Command> = fc.oneof(
	{arbitrary: fc.record({type: fc.constant('partition'), groups: anyGroups}), weight: 3},
	{arbitrary: withNode('isolate'), weight: 4},
	{arbitrary: withNode('rejoin'), weight: 5},
	{
		arbitrary: fc.record({type: fc.constant('cut'), from: anySelector, to: anySelector, isOneWay: fc.boolean()}),
		weight: 3,
	},
	{arbitrary: fc.record({type: fc.constant('heal'), between: fc.tuple(anySelector, anySelector)}), weight: 2},
	{arbitrary: fc.constant({type: 'heal'}), weight: 5},
	{arbitrary: fc.constant({type: 'heal', only: 'partition'}), weight: 2},
	{arbitrary: fc.record({type: fc.constant('loss'), rate: anyLossRate}), weight: 2},
	{arbitrary: fc.record({type: fc.constant('duplication'), rate: anyDuplicateRate}), weight: 1},
	{arbitrary: fc.record({type: fc.constant('delay'), delay: anyDelay}), weight: 2},
	{
		arbitrary: fc.record({
			type: fc.constant('link'),
			from: anySelector,
			to: anySelector,
			isOneWay: fc.boolean(),
			link: anyLink,
		}),
		weight: 2,
	},
	{arbitrary: anyMessage, weight: 7},
);

const anyServerCommand = (conditions: ReadonlyArray<DiskCondition['kind']>): fc.Arbitrary<Command> =>
	fc.oneof(
		{arbitrary: withNode('crash'), weight: 4},
		{arbitrary: withNode('restart'), weight: 8},
		{arbitrary: withNode('timeout'), weight: 6},
		{arbitrary: withNode('suspend'), weight: 2},
		{arbitrary: withNode('resume'), weight: 4},
		{
			arbitrary: fc.record({
				type: fc.constant('clock'),
				node: anySelector,
				rate: fc.constantFrom(0.5, 1, 1, 1.5, 3),
			}),
			weight: 2,
		},
		{
			arbitrary: fc.record({
				type: fc.constant('disk'),
				node: anySelector,
				condition: fc.oneof(
					fc.constantFrom(...conditions).map((kind): DiskCondition => ({kind: kind as 'ok'})),
					fc.record({kind: fc.constant<'slow'>('slow'), delay: anyRange(60_000)}),
				),
			}),
			weight: 4,
		},
	);

const anyOtherCommand: fc.Arbitrary<Command> = fc.oneof(
	{
		arbitrary: fc.constantFrom<Command>(
			{type: 'clients', count: 0, ratePerS: 0},
			{type: 'clients', count: 2, ratePerS: 20},
			{type: 'clients', count: 4, ratePerS: 10},
		),
		weight: 2,
	},
	{
		arbitrary: fc.record({
			type: fc.constant('faults'),
			kinds: fc.oneof(fc.constant([]), fc.subarray([...faultKinds], {minLength: 1})),
		}),
		weight: 2,
	},
	{
		arbitrary: fc.oneof(
			fc.record({
				type: fc.constant('set'),
				setting: fc.constant('election-timeout'),
				range: anyElectionTimeout,
			}),
			fc.record({
				type: fc.constant('set'),
				setting: fc.constant('heartbeat'),
				everyUs: fc.constantFrom(30_000, 50_000, 70_000),
			}),
		),
		weight: 1,
	},
	{arbitrary: fc.record({type: fc.constantFrom('say', 'mark'), text: fc.constant('And so it goes.')}), weight: 1},
);

/** Whatever Raft must bear: disks keep what they say they keep. */
export const anyBearableCommand: fc.Arbitrary<Command> = fc.oneof(
	{arbitrary: anyOperation, weight: 8},
	{arbitrary: anyNetworkCommand, weight: 9},
	{arbitrary: anyServerCommand(['ok', 'ok', 'failing', 'full']), weight: 9},
	{arbitrary: anyOtherCommand, weight: 2},
);

/** Everything there is. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
	{arbitrary: anyBearableCommand, weight: 12},
	{arbitrary: anyServerCommand(['ok', 'lying']), weight: 1},
	{arbitrary: withNode('wipe'), weight: 1},
);

const anySpanUs = fc.oneof(fc.constant(0), fc.nat({max: 30_000}), fc.nat({max: 120_000}), fc.nat({max: 500_000}));

type SessionOptions = {
	readonly stepsMax?: number;
	readonly settings?: fc.Arbitrary<Settings>;
	readonly command?: fc.Arbitrary<Command>;
};

/** Without `size`, fast-check keeps arrays near ten items, too few to elect anyone. */
export const anySession = ({
	stepsMax = 200,
	settings = anySettings,
	command = anyCommand,
}: SessionOptions = {}): fc.Arbitrary<Session> =>
	fc.record({
		settings,
		steps: fc.array(fc.record({afterUs: anySpanUs, command}), {maxLength: stepsMax, size: 'max'}),
	});

/**
The step's command as it is given at this moment: with a value that no other step writes, and with the number of a
message that there is or was.
*/
export function commandAt({command}: Step, at: number, world: World): Command {
	switch (command.type) {
		case 'write': {
			return {...command, value: `at ${at}`};
		}

		case 'cas': {
			return {...command, expected: `at ${at - Number(command.expected)}`, value: `at ${at}`};
		}

		case 'drop':
		case 'hold':
		case 'duplicate': {
			return {...command, message: world.messagesSent - command.message};
		}

		case 'release': {
			const {held} = world.network;
			return {...command, message: held[command.message % held.length]?.id ?? world.messagesSent};
		}

		default: {
			return command;
		}
	}
}

/** Play a session from the start, and on until what it set off has had a second to happen. */
export function play({settings, steps}: Session, rules?: Rules): World {
	const world = World.create(settings, rules === undefined ? {} : {rules});
	for (const [at, step] of steps.entries()) {
		world.advanceTo(world.timeUs + step.afterUs);
		perform(world, commandAt(step, at, world));
	}

	world.advanceTo(world.timeUs + 1_000_000);
	return world;
}

/** The comings and goings of messages, which are most of a trace. */
const traffic: ReadonlySet<EventType> = new Set(['delivered', 'lost', 'timer', 'request', 'invoke']);

/** What the servers did and said: a run's events without what the network and the clients did. */
export function serverEvents({trace}: World): readonly Told[] {
	const events: Told[] = [];
	for (let seq = trace.first; seq <= trace.length; seq++) {
		if (!traffic.has(trace.typeAt(seq)!)) {
			events.push(trace.at(seq)!);
		}
	}

	const logs = recoveredLogs(trace);
	return events.map((event) => (event.type === 'restart' ? {...event, log: logs.get(event.seq)!} : event));
}

/** By the `seq` of each restart: the log that the disk gave back. */
function recoveredLogs(trace: World['trace']): ReadonlyMap<number, readonly Entry[]> {
	const logs = new Map<number, readonly Entry[]>();
	trace.read(trace.first, {
		take(seq, _type, _node, _first, _second, payload) {
			if (trace.typeAt(seq) === 'restart') {
				const {log} = payload as Persisted;
				logs.set(seq, entriesBetween(log, 1, log.lastIndex));
			}
		},
	});
	return logs;
}
