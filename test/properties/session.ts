/*
Random runs: what may be asked of a cluster, when, and playing it.
*/

import process from 'node:process';
import fc from 'fast-check';
import type {Rules} from '../../source/raft/rules.js';
import type {Command, Selector} from '../../source/simulation/command.js';
import type {Event, EventType} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';

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

export const anySettings: fc.Arbitrary<Settings> = fc.record({
	seed: fc.nat().map(String),
	nodes: fc.oneof({arbitrary: fc.constantFrom(3, 5), weight: 4}, {arbitrary: fc.constant(4), weight: 1}),
	delay: anyDelay,
	lossRate: anyLossRate,
	electionTimeout: fc.constantFrom(defaultSettings.electionTimeout, {minUs: 100_000, maxUs: 120_000}),
	heartbeatUs: fc.constantFrom(50_000, 30_000),
	// A backlog then takes several messages, and an old entry is acknowledged before the leader's own.
	entriesPerMessageMax: fc.constantFrom(defaultSettings.entriesPerMessageMax, 1, 2, 5),
});

const anyNode = fc.integer({min: 1, max: 5});
const anySelector: fc.Arbitrary<Selector> = fc.oneof(
	{arbitrary: fc.constant<Selector>('leader'), weight: 1},
	{arbitrary: anyNode, weight: 2},
);
const anyKey = fc.constantFrom('x', 'y', 'z');

/** Values are told apart later, by their place in the session. */
const write = (via: fc.Arbitrary<Selector>): fc.Arbitrary<Command> =>
	fc.record({type: fc.constant('write'), key: anyKey, value: fc.constant(''), via});

const withNode = <Type extends string>(type: Type) => fc.record({type: fc.constant(type), node: anySelector});

/** Servers may be named that a cluster lacks; such commands are refused and change nothing. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
	{arbitrary: write(fc.constant('leader')), weight: 6},
	{arbitrary: write(anyNode), weight: 3},
	{
		arbitrary: fc.record({
			type: fc.constant('partition'),
			groups: fc
				.tuple(fc.shuffledSubarray([1, 2, 3, 4, 5], {minLength: 2}), fc.integer({min: 1, max: 4}))
				.map(([nodes, at]) => [nodes.slice(0, at), nodes.slice(at)]),
		}),
		weight: 1,
	},
	{arbitrary: withNode('isolate'), weight: 2},
	{arbitrary: withNode('rejoin'), weight: 2},
	{arbitrary: fc.constant({type: 'heal'}), weight: 2},
	{arbitrary: withNode('crash'), weight: 2},
	{arbitrary: withNode('restart'), weight: 4},
	{arbitrary: withNode('timeout'), weight: 3},
	{arbitrary: fc.record({type: fc.constant('loss'), rate: anyLossRate}), weight: 1},
	{arbitrary: fc.record({type: fc.constant('delay'), delay: anyDelay}), weight: 1},
);

const anySpanUs = fc.oneof(fc.constant(0), fc.nat({max: 30_000}), fc.nat({max: 120_000}), fc.nat({max: 500_000}));

/** Without `size`, fast-check keeps arrays near ten items, too few to elect anyone. */
export const anySession = (stepsMax = 200, settings = anySettings): fc.Arbitrary<Session> =>
	fc.record({
		settings,
		steps: fc.array(fc.record({afterUs: anySpanUs, command: anyCommand}), {maxLength: stepsMax, size: 'max'}),
	});

/** The step's command, with a value that no other step writes. */
export const commandAt = ({command}: Step, at: number): Command =>
	command.type === 'write' ? {...command, value: String(at)} : command;

/** Play a session from the start, and on until what it set off has had a second to happen. */
export function play({settings, steps}: Session, rules?: Rules): World {
	const world = World.create(settings, rules === undefined ? {} : {rules});
	for (const [at, step] of steps.entries()) {
		world.advanceTo(world.timeUs + step.afterUs);
		perform(world, commandAt(step, at));
	}

	world.advanceTo(world.timeUs + 1_000_000);
	return world;
}

/** The messages' comings and goings, which are most of a trace and tell a server's state nothing. */
const traffic: ReadonlySet<EventType> = new Set(['sent', 'delivered', 'lost', 'timer']);

/** What happened to the servers: a run's events without its messages and timers. */
export function serverEvents({trace}: World): readonly Event[] {
	const events: Event[] = [];
	for (let seq = trace.first; seq <= trace.length; seq++) {
		if (!traffic.has(trace.typeAt(seq)!)) {
			events.push(trace.at(seq)!);
		}
	}

	return events;
}
