/*
Raft's safety (Figure 3) under whatever it must bear: random faults and operations at random virtual times.

Left out are disks that lie and disks that are wiped: a server that forgets what it has promised is none that Raft
allows for (§2, thesis §3.8). What then breaks is shown in `test/simulation/disk.test.ts`.

`FC_RUNS=20000 FC_SEED=7` searches further than the tests do day by day.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Event, EventType} from '../../source/simulation/event.js';
import type {World} from '../../source/simulation/world.js';
import {
	figure3,
	findCommitsOutOfOrder,
	findSecondVotes,
	findTermsThatGoBack,
	type Fact,
	type Finder,
} from './invariants.js';
import {anyBearableCommand, anySession, play, serverEvents, tried} from './session.js';

const runs = 400;

const claims: ReadonlyArray<readonly [title: string, finder: Finder]> = [
	['Election Safety: at most one leader in a term (§5.2)', figure3['Election Safety']],
	['Leader Append-Only: a leader removes nothing from its log (§5.3)', figure3['Leader Append-Only']],
	['Log Matching: index and term settle an entry and all before it (§5.3)', figure3['Log Matching']],
	[
		'Leader Completeness: what is committed is in the log of every leader of a later term (§5.4)',
		figure3['Leader Completeness'],
	],
	['State Machine Safety: at an index, every server applies the same entry (§5.4.3)', figure3['State Machine Safety']],
	["A server's term never goes back, and nobody hears of an earlier one from it (§5.1)", findTermsThatGoBack],
	['A server votes once a term, as far as anybody knows (§5.2)', findSecondVotes],
	['Entries are committed and applied in order (§5.3)', findCommitsOutOfOrder],
];

const anyRun = anySession({command: anyBearableCommand});

test(`Whatever the faults: ${claims.map(([title]) => title).join('; ')}`, () => {
	fc.assert(
		fc.property(anyRun, (session) => {
			const events = serverEvents(play(session));
			const broken = claims
				.map(([title, finder]): readonly [string, readonly Fact[]] => [title, finder(events)])
				.filter(([, facts]) => facts.length > 0);
			assert.deepEqual(broken, []);
		}),
		tried(runs),
	);
});

test('The same sessions do have leaders, commits, losses and the rest: the claims above do not hold for want of anything happening', () => {
	const counts = new Map<string, number>(Object.keys(sometimes).map((name) => [name, 0]));
	const {numRuns} = tried(runs / 2);
	fc.assert(
		fc.property(anyRun, (session) => {
			const world = play(session);
			const events = [...world.trace.events()];
			for (const [name, isSo] of Object.entries(sometimes)) {
				counts.set(name, counts.get(name)! + (isSo(events, world) ? 1 : 0));
			}
		}),
		tried(runs / 2),
	);
	const tooSeldom = [...counts].filter(([_name, count]) => count < Math.floor(numRuns / 20));
	assert.deepEqual(tooSeldom, [], `of ${numRuns} runs, though at least one in twenty was expected`);
});

/** What ought to happen in one run of twenty at the least. */
const sometimes: Readonly<Record<string, (events: readonly Event[], world: World) => boolean>> = {
	'a leader is elected': (events) => reigns(events) > 0,
	'another leader follows': (events) => reigns(events) > 1,
	'five leaders follow one another': (events) => reigns(events) >= 5,
	'a vote is split or wasted: a candidate must try again': (events) =>
		events.some((event) => event.type === 'role' && event.role === 'candidate' && event.term > reigns(events) + 1),
	"an entry of a client's is committed": (events) =>
		events.some((event) => event.type === 'apply' && event.entry.command.type === 'write'),
	'every server has applied five entries': (events, {hosts}) =>
		hosts.every(({id}) =>
			events.some((event) => event.type === 'apply' && event.node === id && event.entry.index >= 5),
		),
	'a message is lost by chance': (events) => loses(events, 'loss'),
	'a message is lost in a partition': (events) => loses(events, 'partition'),
	'a message finds nobody at home': (events) => loses(events, 'down'),
	'somebody takes a message out': (events) => loses(events, 'dropped'),
	'a message overtakes another': (events) => overtakes(events),
	'the network makes two of a message': (events) =>
		events.some((event) => event.type === 'sent' && event.flight.copyOf !== undefined),
	'a follower removes entries': (events) => events.some(({type}) => type === 'truncate'),
	'a server that had committed crashes and returns'(events) {
		const committed = new Set<number>();
		const crashed = new Set<number>();
		return events.some((event) => {
			if (event.type === 'commit') {
				committed.add(event.node);
			} else if (event.type === 'crash' && committed.has(event.node)) {
				crashed.add(event.node);
			}

			return event.type === 'restart' && crashed.has(event.node);
		});
	},
	'a crash takes what was written and not yet on the disk': losesUnsynced,
	'a server stops itself because its disk is full': (events) =>
		events.some((event) => event.type === 'crash' && event.reason === 'disk full'),
	'a server stops itself because its disk fails': (events) =>
		events.some((event) => event.type === 'crash' && event.reason === 'disk failed'),
	'a write waits for the disk': (events) =>
		events.some((event) => event.type === 'synced' && event.timeUs > events[event.cause - 1]!.timeUs),
	'a server is suspended and goes on': (events) => events.some(({type}) => type === 'resume'),
	'a clock runs fast or slow': (events) =>
		events.some((event) => event.type === 'command' && event.command.type === 'clock' && event.command.rate !== 1),
	'a fault comes at random': (events) => events.some((event) => event.type === 'command' && event.cause > 0),
	'an operation is done': (events) => events.some(({type}) => type === 'ok'),
	'an operation is cut from the log that had taken it': (events) =>
		events.some((event) => event.type === 'info' && events[event.cause - 1]!.type === 'truncate'),
	'nobody can tell what became of an operation': (events) => events.some(({type}) => type === 'info'),
	'an operation fails': (events) => events.some(({type}) => type === 'fail'),
	'a client asks again': (events) => events.some((event) => event.type === 'request' && event.attempt > 1),
	'a request is committed twice, and applied once': (events) =>
		events.some((event) => event.type === 'apply' && event.isRepeated),
};

/** By the kinds of events that tell of a write; where a server only joins a term, its new role does. */
const writing: ReadonlySet<EventType> = new Set(['vote', 'append', 'truncate']);

function losesUnsynced(events: readonly Event[]): boolean {
	const written = new Map<number, number>();
	const synced = new Map<number, number>();
	return events.some((event) => {
		if (event.type === 'synced') {
			synced.set(event.node, event.upTo);
		} else if (writing.has(event.type) && 'node' in event) {
			written.set(event.node, event.seq);
		}

		return event.type === 'crash' && (written.get(event.node) ?? 0) > (synced.get(event.node) ?? 0);
	});
}

const reigns = (events: readonly Event[]): number =>
	new Set(events.flatMap((event) => (event.type === 'role' && event.role === 'leader' ? [event.term] : []))).size;

const loses = (events: readonly Event[], reason: string): boolean =>
	events.some((event) => event.type === 'lost' && event.reason === reason);

function overtakes(events: readonly Event[]): boolean {
	const latest = new Map<string, number>();
	return events.some((event) => {
		if (event.type !== 'delivered') {
			return false;
		}

		const {id, from, to} = event.flight;
		const link = `n${from} to n${to}`;
		const isLate = id < (latest.get(link) ?? 0);
		latest.set(link, Math.max(id, latest.get(link) ?? 0));
		return isLate;
	});
}
