/*
That searching the trace without making objects finds what looking at every event would.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {effectsOf, findAfter, findBefore, of} from '../../source/explaining/past.js';
import {calm, clients, all, eventsOf, isolate, ledByFirst, pass, s} from '../simulation/worlds.js';

test('Searches, forwards and back, find what looking at every event finds: across chunks, after forgetting, and in copies', () => {
	const world = ledByFirst(calm, {retained: 4096});
	all(world, clients(2, 40), isolate(3));
	pass(world, 40 * s);
	const copy = world.copy();
	pass(world, 2 * s); // The copy’s last chunk goes on in the original
	for (const one of [world, copy]) {
		const {trace} = one;
		assert.ok(trace.length - trace.first > 4096);
		assert.ok(trace.first > 1);
		const events = eventsOf(one);
		for (let seq = trace.first - 2; seq <= trace.length + 2; seq += 97) {
			const event = events[seq - trace.first];
			assert.equal(trace.causeAt(seq), event?.cause);
			assert.deepEqual(
				findBefore(trace, seq, ['commit', 'append'], of(2)),
				events.findLast(
					(found) =>
						found.seq < seq && ['commit', 'append'].includes(found.type) && 'node' in found && found.node === 2,
				),
			);
			assert.deepEqual(
				findAfter(trace, seq, ['sent'], (from, to) => from === 1 && to === 3),
				events.find(
					(found) => found.seq > seq && found.type === 'sent' && found.flight.from === 1 && found.flight.to === 3,
				),
			);
			const caused = events.filter(({cause}) => cause === seq);
			const applied = new Set(caused.filter(({type}) => type === 'apply').map((found) => found.seq));
			assert.deepEqual(
				effectsOf(trace, seq),
				events.filter(({cause}) => cause === seq || applied.has(cause)),
			);
		}
	}
});
