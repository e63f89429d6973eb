import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {Branch} from '../../source/lab/branch.js';
import {latenciesOf, mergeLatencies, percentilesOf} from '../../source/lab/latencies.js';
import {grainUs, Measurements, type Measured, type Slice} from '../../source/lab/measurements.js';
import {Moment} from '../../source/lab/moment.js';
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
  - +2s restart all
  - +500ms write x=1
  - write y=1 via n1
  - write y=2 via n2
  - crash leader
`;

/** Long enough for the slices of the whole run to become twice as long, twice. */
const long = `seed: 2
nodes: 3
network: {delay: 5-20ms}
raft: {heartbeat: 150ms, election-timeout: 400-800ms}
clients: 2 at 3/s
steps:
  - 50s crash leader
  - 120s restart all
`;

function begin(text: string): Moment {
	const scenario = parseScenario(text, 'test.yaml');
	return Moment.begin(scenario, {});
}

function played(text: string, untilUs: number): Moment {
	const moment = begin(text);
	moment.player.advanceTo(untilUs);
	return moment;
}

/** All that can be seen of measurements, in several widths. */
const seen = (measured: Measured): unknown => ({
	timeUs: measured.timeUs,
	totals: measured.totals,
	since: [measured.since(0), measured.since(measured.timeUs - 1_000_000)],
	recent: [measured.recent(1000, 1), measured.recent(30, 5)],
	whole: [measured.whole(1000), measured.whole(70), measured.whole(1)],
});

/** What can be counted in the trace from one time until another. */
function counted(events: readonly Event[], fromUs: number, untilUs: number): unknown {
	const within = events.filter(({timeUs}) => timeUs >= fromUs && timeUs < untilUs);
	const count = (type: Event['type']): number => within.filter((event) => event.type === type).length;
	const committedBefore = (timeUs: number): number =>
		Math.max(0, ...events.map((event) => (event.type === 'commit' && event.timeUs < timeUs ? event.index : 0)));
	return {
		commits: committedBefore(untilUs) - committedBefore(fromUs),
		sent: count('sent'),
		lost: count('lost'),
		campaigns: within.filter((event) => event.type === 'role' && event.role === 'candidate').length,
		elections: within.filter((event) => event.type === 'role' && event.role === 'leader').length,
		ok: count('ok'),
		fail: count('fail'),
		info: count('info'),
	};
}

const countsOf = ({commits, sent, lost, campaigns, elections, ok, fail, info}: Slice): unknown => ({
	commits,
	sent,
	lost,
	campaigns,
	elections,
	ok,
	fail,
	info,
});

test('Each slice holds what the trace has between its times, and all of them everything', () => {
	const {player, feed} = played(rapid, 12_300_000);
	const {measurements} = feed;
	const events = [...player.world.trace.events()];
	const slices = measurements.whole(1000);
	assert.equal(slices.length, 62);
	for (const [at, slice] of slices.entries()) {
		assert.equal(slice.fromUs, at * grainUs);
		assert.equal(slice.untilUs, at === 61 ? 12_300_000 : (at + 1) * grainUs);
		assert.deepEqual(countsOf(slice), counted(events, slice.fromUs, at === 61 ? Infinity : slice.untilUs));
	}

	assert.deepEqual(countsOf(measurements.totals), counted(events, 0, Infinity));
	const {elections, ok, fail, info} = measurements.totals;
	assert.ok(elections >= 3);
	assert.ok(ok > 100);
	assert.ok(fail > 0);
	assert.ok(info > 0);
});

test('The time without a leader is the one that the report of a run names, however it is cut into slices', () => {
	const {player, feed} = played(rapid, 12_300_000);
	const {measurements} = feed;
	const sum = (slices: readonly Slice[]): number => slices.reduce((total, {leaderlessUs}) => total + leaderlessUs, 0);
	const {leaderlessMs} = player.metrics;
	assert.ok(leaderlessMs > 300);
	assert.equal(measurements.totals.leaderlessUs, leaderlessMs * 1000);
	assert.equal(sum(measurements.whole(1000)), leaderlessMs * 1000);
	assert.equal(sum(measurements.whole(7)), leaderlessMs * 1000);
});

test('Where nothing happens time passes all the same, and nobody leads', () => {
	const {feed} = played('nodes: 3\nsteps: [wait leader, 2s crash all]', 9_900_000);
	assert.deepEqual(
		feed.measurements.whole(10).map(({fromUs, untilUs, leaderlessUs}) => [fromUs, untilUs, leaderlessUs]),
		[
			[0, 1_000_000, feed.measurements.whole(10)[0]!.leaderlessUs],
			[1_000_000, 2_000_000, 0],
			...[2, 3, 4, 5, 6, 7, 8].map((second) => [second * 1_000_000, (second + 1) * 1_000_000, 1_000_000]),
			[9_000_000, 9_900_000, 900_000],
		],
	);
});

test('Latencies are from the call to the answer, at the most one per cent too high', () => {
	const {player, feed} = played(rapid, 12_300_000);
	const exact = player.metrics.commitLatencyMs!;
	const {latency} = feed.measurements.totals;
	for (const name of ['p50', 'p95', 'p99'] as const) {
		const ratio = latency![name] / (exact[name] * 1000);
		assert.ok(ratio >= 1, `${name}: ${ratio}`);
		assert.ok(ratio < 1.01, `${name}: ${ratio}`);
	}

	assert.equal(played('steps: [wait leader]', 500_000).feed.measurements.totals.latency, undefined);
});

test('Latencies that are put together are as if they had been taken together', () => {
	const anyLatencies = fc.array(fc.nat({max: 9_000_000_000}));
	fc.assert(
		fc.property(anyLatencies, anyLatencies, (some, others) => {
			assert.deepEqual(mergeLatencies(latenciesOf(some), latenciesOf(others)), latenciesOf([...some, ...others]));
		}),
	);
});

test('Percentiles are those of the sorted list, for latencies of any length up to an hour', () => {
	fc.assert(
		fc.property(fc.array(fc.nat({max: 3_600_000_000}), {minLength: 1}), (latenciesUs) => {
			const sorted = latenciesUs.toSorted((a, b) => a - b);
			const percentiles = percentilesOf(latenciesOf(latenciesUs))!;
			for (const [percentile, us] of [
				[50, percentiles.p50],
				[95, percentiles.p95],
				[99, percentiles.p99],
			] as const) {
				const exact = sorted[Math.ceil((sorted.length * percentile) / 100) - 1]!;
				assert.ok(us >= exact, `${us} for ${exact}`);
				assert.ok(us <= exact * 1.01, `${us} for ${exact}`);
			}
		}),
	);
});

test('However long a run is, there are at most 512 slices of it, of equal length and without a gap', () => {
	const {player, feed} = played(long, 250_000_000);
	const {measurements} = feed;
	const whole = measurements.whole(100_000);
	assert.equal(whole.length, 313);
	assert.equal(whole[0]!.untilUs, 4 * grainUs);
	for (const count of [1, 3, 70, 300, 512]) {
		const slices = measurements.whole(count);
		const sliceUs = slices[0]!.untilUs;
		assert.ok(slices.length <= count, `${slices.length} of ${count}`);
		assert.ok(slices.length > count / 3, `${slices.length} of ${count}`);
		for (const [at, {fromUs, untilUs}] of slices.entries()) {
			assert.equal(fromUs, at * sliceUs);
			assert.equal(untilUs, Math.min(fromUs + sliceUs, 250_000_000));
		}

		const sent = slices.reduce((total, slice) => total + slice.sent, 0);
		assert.equal(sent, player.world.messagesSent);
	}
});

test('The latest minute is known by fifths of a second, after any time', () => {
	const {player, feed} = played(long, 250_100_000);
	const events = [...player.world.trace.events()];
	const slices = feed.measurements.recent(1000, 1);
	assert.equal(slices[0]!.fromUs, 190_000_000);
	assert.equal(slices.length, 301);
	assert.deepEqual(countsOf(slices[50]!), counted(events, 200_000_000, 200_200_000));
	assert.deepEqual(
		feed.measurements.recent(4, 5).map(({fromUs, untilUs}) => [fromUs / 1000, untilUs / 1000]),
		[
			[247_000, 248_000],
			[248_000, 249_000],
			[249_000, 250_000],
			[250_000, 250_100],
		],
	);
});

test('Everything since a time is what the slices from there on come to together, and of an older time the latest minute', () => {
	const {player, feed} = played(long, 250_100_000);
	const events = [...player.world.trace.events()];
	for (const fromUs of [200_000_000, 249_800_000, 250_000_000]) {
		const since = feed.measurements.since(fromUs);
		assert.deepEqual([since.fromUs, since.untilUs], [fromUs, 250_100_000]);
		assert.deepEqual(countsOf(since), counted(events, fromUs, Infinity));
	}

	assert.equal(feed.measurements.since(0).fromUs, 190_000_000);
	const {measurements} = played(rapid, 12_300_000).feed;
	assert.deepEqual(measurements.since(0), measurements.totals);
});

test('Campaigns are counted whether they are won or not', () => {
	const {totals} = played('nodes: 3\nsteps: [wait leader, crash leader, isolate all]', 5_000_000).feed.measurements;
	assert.equal(totals.elections, 1);
	assert.ok(totals.campaigns > 5, `${totals.campaigns}`);
});

test('It makes no difference how often one looks', () => {
	const {world} = played(rapid, 8_000_000).player;
	const rarely = new Measurements();
	rarely.read(world.trace, world.timeUs);
	const often = begin(rapid);
	for (let timeUs = 0; timeUs <= 8_000_000; timeUs += 10_000) {
		often.player.advanceTo(timeUs);
		seen(often.feed.measurements);
	}

	assert.deepEqual(seen(often.feed.measurements), seen(rarely));
});

test('A moment that is replayed measures what it did the first time, and what a fresh run does', () => {
	const moment = begin(long);
	const branch = Branch.begin(moment);
	const first = new Map<number, unknown>();
	for (let timeUs = 100_000; timeUs <= 220_000_000; timeUs += 100_000) {
		moment.player.advanceTo(timeUs);
		branch.note(moment);
		if (timeUs % 35_700_000 === 0) {
			first.set(timeUs, seen(moment.feed.measurements));
		}
	}

	assert.ok(branch.grain.checkpoints > 5);
	assert.equal(first.size, 6);
	for (const [timeUs, before] of first) {
		assert.deepEqual(seen(branch.at(branch.positionAt(timeUs)).feed.measurements), before, `at ${timeUs}`);
	}

	assert.deepEqual(seen(played(long, 178_500_000).feed.measurements), first.get(178_500_000));
});

test('What a copy comes to later is its own', () => {
	const moment = played(rapid, 3_050_000);
	const copy = moment.feed.measurements.copy();
	const before = seen(copy);
	moment.player.advanceTo(6_000_000);
	assert.equal(moment.feed.measurements.timeUs, 6_000_000);
	assert.deepEqual(seen(copy), before);
	copy.read(moment.player.world.trace, 6_000_000);
	assert.deepEqual(seen(copy), seen(moment.feed.measurements));
});
