import assert from 'node:assert/strict';
import test from 'node:test';
import {Moment} from '../../source/lab/moment.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import type {Event} from '../../source/simulation/event.js';

const rapid = `seed: 5
nodes: 5
network: {delay: 5-40ms, loss: 10%}
clients: 3 at 30/s
steps:
  - wait leader
  - +500ms write x=1
  - +100ms crash leader
`;

function played(text: string, untilUs: number): Moment {
	const moment = Moment.begin(parseScenario(text, 'test.yaml'), {});
	moment.player.advanceTo(untilUs);
	return moment;
}

test('Of each client the latest operations are known as the trace tells them', () => {
	const {player, feed} = played(rapid, 4_000_000);
	const events = [...player.world.trace.events()];
	const {byClient} = feed.operations;
	assert.equal(byClient.length, 4);
	for (const [client, records] of byClient.entries()) {
		const begun = events.filter((event) => event.type === 'invoke' && event.client === client);
		assert.ok(records.length >= Math.min(32, begun.length));
		assert.deepEqual(
			records.map(({op, begunUs}) => [op, begunUs]),
			begun.slice(-records.length).map((event) => ['op' in event && event.op, event.timeUs]),
		);
		for (const {op, state, endedUs, attempts, node, result} of records) {
			const about = events.filter((event): event is Event & {op: number} => 'op' in event && event.op === op);
			const end = about.find((event) => event.type === 'ok' || ['fail', 'info'].includes(event.type));
			assert.equal(state, end?.type ?? 'open');
			assert.equal(endedUs, end?.timeUs);
			assert.equal(result, end?.type === 'ok' ? end.result : undefined);
			assert.equal(attempts, about.filter(({type}) => type === 'request').length);
			const asked = about.findLast(({type}) => type === 'request' || type === 'ok');
			assert.equal(node, asked !== undefined && 'node' in asked ? asked.node : undefined);
		}
	}

	const all = byClient.flat();
	assert.ok(all.some(({attempts}) => attempts > 1));
	assert.ok(all.some(({state}) => state === 'open'));
	assert.deepEqual(
		byClient[0]!.map(({operation, state}) => [operation, state]),
		[[{type: 'write', key: 'x', value: '1'}, 'ok']],
	);
});

test('A checkpoint remembers the last few of each, and what is open; from there on it is the same', () => {
	const moment = played(rapid, 3_000_000);
	const checkpoint = moment.checkpoint();
	const remembered = checkpoint.feed.operations.byClient;
	for (const [client, records] of remembered.entries()) {
		const {length} = moment.feed.operations.byClient[client]!;
		assert.equal(records.length, Math.min(8, length));
	}

	moment.player.advanceTo(4_000_000);
	checkpoint.player.advanceTo(4_000_000);
	for (const [client, records] of checkpoint.feed.operations.byClient.entries()) {
		assert.ok(records.length > 0);
		assert.deepEqual(records, moment.feed.operations.byClient[client]!.slice(-records.length));
	}
});

test('What a client still waits for is remembered however much came after it', () => {
	const text = `nodes: 3\nsteps:\n  - wait leader\n  - crash followers\n${'  - write x=1 via leader\n'.repeat(20)}`;
	const moment = played(text, 3_000_000);
	const states = moment.checkpoint().feed.operations.byClient[0]!.map(({state}) => state);
	assert.deepEqual(states, new Array(20).fill('open'));
});
