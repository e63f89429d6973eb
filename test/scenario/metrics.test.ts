import assert from 'node:assert/strict';
import test from 'node:test';
import {Player} from '../../source/scenario/player.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import type {Event} from '../../source/simulation/event.js';

const rapid = `seed: 5
nodes: 5
network: {delay: 5-40ms, loss: 10%, duplicate: 5%}
clients: 3 at 60/s
steps:
  - wait leader
  - +2s isolate leader
  - +2s heal
  - +2s crash leader
  - read x
  - +2s restart all
  - +500ms write x=1
`;

function played(): {readonly player: Player; readonly events: readonly Event[]} {
	const player = Player.create(parseScenario(rapid, 'rapid.yaml'));
	player.play(Number.MAX_SAFE_INTEGER);
	return {player, events: [...player.world.trace.events()]};
}

/** What so many of a hundred do not exceed, as one would look it up in a sorted list. */
function percentile(values: readonly number[], percent: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted.find((value) => sorted.filter((other) => other <= value).length >= (sorted.length * percent) / 100)!;
}

test('The metrics are what can be counted in the trace', () => {
	const {player, events} = played();
	const {metrics} = player;
	const count = (type: Event['type']): number => events.filter((event) => event.type === type).length;
	assert.equal(metrics.messagesSent, count('sent'));
	assert.equal(metrics.messagesLost, count('lost'));
	assert.ok(metrics.messagesLost > 100);
	assert.equal(metrics.elections, events.filter((event) => event.type === 'role' && event.role === 'leader').length);
	assert.equal(metrics.committed, Math.max(...events.map((event) => (event.type === 'commit' ? event.index : 0))));
	const {ok, fail, info} = metrics.operations;
	assert.equal(ok, count('ok'));
	assert.equal(fail, count('fail'));
	assert.equal(ok + fail + info, count('invoke'), 'what is under way at the end counts as unknown');
	assert.ok(info > 0);
});

test('Latency is from the call of an operation to its answer, whoever asked and however often', () => {
	const {player, events} = played();
	const begun = new Map<number, number>();
	const latenciesMs: number[] = [];
	for (const event of events) {
		if (event.type === 'invoke') {
			begun.set(event.op, event.timeUs);
		} else if (event.type === 'ok') {
			latenciesMs.push((event.timeUs - begun.get(event.op)!) / 1000);
		}
	}

	assert.deepEqual(player.metrics.commitLatencyMs, {
		p50: percentile(latenciesMs, 50),
		p95: percentile(latenciesMs, 95),
		p99: percentile(latenciesMs, 99),
	});
	assert.ok(latenciesMs.length > 100);
});

test('The time without a leader is that before the first is elected, and that after one has gone', () => {
	const player = Player.create(
		parseScenario('nodes: 3\nsteps: [wait leader, +1s crash leader, +50ms crash all, wait 1s]', 'x.yaml'),
	);
	player.play(Number.MAX_SAFE_INTEGER);
	const events = [...player.world.trace.events()];
	const elected = events.find((event) => event.type === 'role' && event.role === 'leader')!;
	assert.equal(player.metrics.leaderlessMs, elected.timeUs / 1000 + 50 + 1000);
});

test('Where nothing was asked there is no latency', () => {
	const player = Player.create(parseScenario('steps: [wait leader]', 'x.yaml'));
	player.play(Number.MAX_SAFE_INTEGER);
	assert.equal(player.metrics.commitLatencyMs, undefined);
	assert.deepEqual(player.metrics.operations, {ok: 0, fail: 0, info: 0});
});
