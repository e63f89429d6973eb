/*
Raft's safety (Figure 3) under whatever may happen to a cluster: random faults and writes at random virtual times.

`FC_RUNS=20000 FC_SEED=7` searches further than the tests do day by day.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Event} from '../../source/simulation/event.js';
import type {World} from '../../source/simulation/world.js';
import {figure3, findCommitsOutOfOrder, findSecondVotes, findTermsThatGoBack, type Finder} from './invariants.js';
import {anySession, play, serverEvents, tried} from './session.js';

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
	["A server's term never goes back (§5.1)", findTermsThatGoBack],
	['A server votes once a term (§5.2)', findSecondVotes],
	['Entries are committed and applied in order (§5.3)', findCommitsOutOfOrder],
];

for (const [title, finder] of claims) {
	test(`${title}, whatever the faults`, () => {
		fc.assert(
			fc.property(anySession(), (session) => {
				assert.deepEqual(finder(serverEvents(play(session))), []);
			}),
			tried(runs),
		);
	});
}

test('The same sessions do have leaders, commits, losses and the rest: the claims above do not hold for want of anything happening', () => {
	const counts = new Map<string, number>(Object.keys(sometimes).map((name) => [name, 0]));
	const {numRuns} = tried(runs);
	fc.assert(
		fc.property(anySession(), (session) => {
			const world = play(session);
			const events = [...world.trace.events()];
			for (const [name, isSo] of Object.entries(sometimes)) {
				counts.set(name, counts.get(name)! + (isSo(events, world) ? 1 : 0));
			}
		}),
		tried(runs),
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
	'every server is up and has applied five entries': (_events, {hosts}) =>
		hosts.every(({server}) => server !== undefined && server.lastApplied >= 5),
	'a message is lost by chance': (events) => loses(events, 'loss'),
	'a message is lost in a partition': (events) => loses(events, 'partition'),
	'a message finds nobody at home': (events) => loses(events, 'down'),
	'a message overtakes another': (events) => overtakes(events),
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
	'an operation is done': (events) => events.some(({type}) => type === 'ok'),
	'an operation is cut from the log that had taken it': (events) =>
		events.some((event) => event.type === 'info' && events[event.cause - 1]!.type === 'truncate'),
	'nobody can tell what became of an operation': (events) => events.some(({type}) => type === 'info'),
};

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
