/*
That the cluster comes to itself: once the network is whole and quick and everybody is up, a leader emerges, stays,
and gets everybody to the same state, whatever was done to them before.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {entriesBetween} from '../../source/raft/log.js';
import type {Command} from '../../source/simulation/command.js';
import type {Call, Event} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import type {World} from '../../source/simulation/world.js';
import {anyBearableCommand, anySession, play, tried} from './session.js';

/** End all faults. What is on its way already may still arrive late. */
function mend(world: World): void {
	const ends: readonly Command[] = [
		{type: 'faults', kinds: []},
		{type: 'heal'},
		{type: 'loss', rate: 0},
		{type: 'duplication', rate: 0},
		{type: 'delay', delay: {minUs: 1000, maxUs: 10_000}},
		{type: 'link', from: 'all', to: 'all', isOneWay: false, link: undefined},
		{type: 'disk', node: 'all', condition: {kind: 'ok'}},
		{type: 'clock', node: 'all', rate: 1},
		{type: 'set', setting: 'election-timeout', range: defaultSettings.electionTimeout},
		{type: 'set', setting: 'heartbeat', everyUs: defaultSettings.heartbeatUs},
		{type: 'resume', node: 'all'},
		{type: 'restart', node: 'all'},
		...world.network.held.map(({id}): Command => ({type: 'release', message: id})),
	];
	for (const command of ends) {
		perform(world, command); // What need not be ended is refused
	}
}

/** Some twenty times the longest wait for an election (§9.3), for votes may be split again and again. */
const patienceUs = 20 * defaultSettings.electionTimeout.maxUs;

test('Once all faults end, one leader leads on, a write is done, and all servers agree on the log and the store (§5.2, §5.3)', () => {
	fc.assert(
		fc.property(anySession({command: anyBearableCommand}), (session) => {
			const world = play(session);
			mend(world);
			world.advanceTo(world.timeUs + patienceUs);
			const terms = new Set(world.hosts.map(({server}) => server!.currentTerm));
			assert.equal(terms.size, 1, 'There is no common term.');
			assert.equal(perform(world, {type: 'write', key: 'last', value: 'word', via: 'leader'}), undefined);

			perform(world, {type: 'clients', count: 0, ratePerS: 0});
			world.advanceTo(world.timeUs + patienceUs);
			const events = [...world.trace.events()];
			const invoked = events.findLast((event) => event.type === 'invoke' && event.client === 0);
			assert.ok(events.some((event) => event.type === 'ok' && event.op === (invoked as Call & Event).op));
			assert.ok(world.clients.every(({outstanding}) => outstanding === undefined));
			const [first, ...others] = world.hosts.map(({server, store}) => ({
				term: server!.currentTerm,
				log: entriesBetween(server!.log, 1, server!.log.lastIndex),
				commitIndex: server!.commitIndex,
				lastApplied: server!.lastApplied,
				store: {values: [...store.values], sessions: [...store.sessions]},
			}));
			assert.equal(first!.lastApplied, first!.log.length);
			assert.ok(terms.has(first!.term), 'The leader did not lead on.');
			for (const other of others) {
				assert.deepEqual(other, first);
			}
		}),
		tried(200),
	);
});
