import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines, type View} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {metricsView, zoomedMetricsView} from '../../source/dashboard/views/metrics.js';
import type {Lab} from '../../source/lab/lab.js';
import {latencyText} from '../../source/dashboard/words.js';
import {ask, crash, delay, frame, heal, newLab, partition, pass, restart, timeout, write} from './stage.js';

const compact = (lab: Lab, width: number, height: number): View => metricsView(lab.snapshot(), {width, height});
const zoomed = (lab: Lab, width: number, height: number): View => zoomedMetricsView(lab.snapshot(), {width, height});

/** Let so many tenths of a second pass, with a write by way of `via` in each. */
function busily(lab: Lab, tenths: number, via: number): void {
	for (let at = 0; at < tenths; at++) {
		ask(lab, write('x=1', via));
		pass(lab, 100);
	}
}

/** N1 leads three nodes from 0.02 s on, and takes ten writes a second. It crashes at 2 s; from 3 s on n2 leads, to 4 s. */
function eventful(): Lab {
	const lab = newLab({nodes: 3, electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001}});
	ask(lab, timeout(1));
	pass(lab, 100);
	busily(lab, 19, 1);
	ask(lab, crash(1));
	pass(lab, 980);
	ask(lab, timeout(2));
	pass(lab, 20);
	ask(lab, restart(1), partition(1));
	busily(lab, 5, 2);
	ask(lab, heal);
	busily(lab, 5, 2);
	return lab;
}

test('In the beginning nothing is known yet', () => {
	const view = compact(newLab(), 40, 5);
	assert.equal(
		plainLines(view.lines),
		frame(`
			commits/s                              0
			latency p95                            –
			no leader                          0.0 s
			msgs/commit                            –
			elected      ▁                         0
		`),
	);
	assert.equal(plain(view.remark), 'whole run');
});

test('Each number over the latest time, a column for each fifth of a second, and what it comes to in all of it', () => {
	const view = compact(eventful(), 46, 8);
	assert.equal(
		plainLines(view.lines),
		frame(`
			commits/s        ▆▆▆▆▆▆▆▆▆▆▁▁▁▁▁█▆▆▆▆      7.8
			latency p95      ██████████     █████    20 ms
			no leader        ▂▁▁▁▁▁▁▁▁▁█████▁▁▁▁▁    1.0 s
			messages/commit  ▆█████████     ▅▆▇██     14.5
			elected          █▁▁▁▁▁▁▁▁▁▁▁▁▁▁█▁▁▁▁▁       2
		`),
	);
	assert.equal(plain(view.remark), 'whole run');
});

test('What there is no room for is left out from below, and columns cover more time, all of them used', () => {
	const view = compact(eventful(), 28, 3);
	assert.equal(
		plainLines(view.lines),
		frame(`
			commits/s    ██▁▁▇██     6.8
			latency p95  ██  ███   20 ms
			no leader    ▁▁██▅▁▁   1.0 s
		`),
	);
});

test('Every line fits at every size', () => {
	const lab = eventful();
	for (let width = 24; width <= 120; width++) {
		for (let height = 1; height <= 8; height++) {
			const {lines} = compact(lab, width, height);
			assert.equal(lines.length, Math.min(5, height));
			assert.deepEqual(
				lines.map((line) => widthOf(line)),
				lines.map(() => width),
			);
		}
	}

	for (const width of [56, 60, 76, 100, 117, 156, 240]) {
		for (let height = 1; height <= 60; height++) {
			const {lines} = zoomed(lab, width, height);
			assert.ok(lines.length <= height, `${lines.length} of ${height}`);
			assert.ok(
				lines.every((line) => widthOf(line) <= width),
				`at ${width} × ${height}`,
			);
			assert.ok(height < 12 || lines.length === height, `at ${width} × ${height}: ${lines.length}`);
		}
	}
});

test('Every number is of the time that the title names', () => {
	const lab = newLab({nodes: 3, electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001}});
	ask(lab, timeout(1));
	ask(lab, delay(200, 200));
	busily(lab, 210, 1);
	pass(lab, 3100);
	for (const width of [30, 46, 60, 100]) {
		const {remark, lines} = compact(lab, width, 5);
		const covered = /^last (?<seconds>[\d.]+) s$/v.exec(plain(remark))?.groups?.['seconds'];
		const events = [...lab.world.trace.events()].filter(
			({timeUs}) => covered === undefined || timeUs >= lab.world.timeUs - Number(covered) * 1_000_000,
		);
		const seconds = covered === undefined ? lab.world.timeUs / 1_000_000 : Number(covered);
		const indices = events.flatMap((event) => (event.type === 'commit' && event.node === 1 ? [event.index] : []));
		const commits = Math.max(...indices) - Math.min(...indices) + 1;
		const [rate, latency, , ratio] = lines.map((line) => plain(line).trimEnd().split(/ {2,}/v).at(-1)!);
		assert.equal(Number(rate), Number((commits / seconds).toFixed(1)), `at ${width}`);
		assert.equal(latency, '401 ms');
		const sent = events.filter(({type}) => type === 'sent').length;
		assert.equal(Number(ratio), Number((sent / commits).toFixed(1)));
	}
});

test('How many campaigns were won, and how many operations were asked for by hand, which Clients does not count', () => {
	const lab = newLab({nodes: 3, electionTimeout: {minUs: 300_000, maxUs: 300_001}});
	ask(lab, timeout(1));
	pass(lab, 100);
	ask(lab, {type: 'clients', count: 2, ratePerS: 20});
	pass(lab, 2000);
	ask(lab, write('x=1', 1), write('y=1', 1));
	pass(lab, 100);
	ask(lab, write('x=2', 1), write('y=2', 1), crash(1), crash(2));
	pass(lab, 1000);
	const {clients, measurements} = lab.snapshot();
	const text = zoomed(lab, 120, 36)
		.lines.slice(0, 4)
		.map((line) => plain(line))
		.join(' ');
	const events = [...lab.world.trace.events()];
	const campaigns = events.filter((event) => event.type === 'role' && event.role === 'candidate');
	assert.ok(campaigns.length > 2);
	assert.match(text, new RegExp(`^campaigns won 1 of ${campaigns.length} `, 'v'));
	assert.equal(measurements.totals.ok, clients.counts.ok + 2);
	assert.match(text, new RegExp(String.raw`operations ok ${clients.counts.ok + 2} \(2 by hand\) `, 'v'));
	assert.match(text, new RegExp(String.raw`unknown ${clients.counts.info + 2} \(2 by hand\)`, 'v'));
	assert.match(text, /failed 0 {3}/v, 'where none was asked for by hand, nothing is said of it');
});

test('Zoomed, the whole run in charts, and below them who led and what was done', () => {
	const view = zoomed(eventful(), 76, 24);
	assert.equal(
		plainLines(view.lines),
		frame(`
			campaigns won 2 of 2   no leader 1.02 s (25.5 %)   committed 31
			messages/commit 14.5   p50 20 ms   p95 20 ms   p99 20 ms   messages 448
			lost 19 (4.2 %)   operations ok 29 (29 by hand)   failed 0   unknown 0
			commits/s  log entries, 15 at the most
			     20 ┤
			        │                                         ██
			     10 ┤███████████████████████████              █████████████
			      0 ┤███████████████████████████              █████████████
			latency  █ p50 20 ms  ▒ p95 20 ms  ░ p99 20 ms
			  50 ms ┤
			        │
			        │▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁              ▁▁▁▁▁▁▁▁▁▁▁▁▁
			        │███████████████████████████              █████████████
			  10 ms ┤███████████████████████████              █████████████
			messages/commit  14.5 over all, 16 at the most
			     20 ┤
			        │   ████████████████████████                      █████
			        │▄▄▄████████████████████████                ▆▆▆████████
			     10 ┤███████████████████████████              ▆▆███████████
			      0 ┤███████████████████████████              █████████████
			 leader  ★━━━━━━━━━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌◆╌╌★━━━━━━━━━━━━
			 faults                             ✗             ┃    ✓
			         0 s          1 s           2 s          3 s           4 s
			         ✗ crash  ┃ cut off  ✓ healed  ★ elected  ◆ campaign  ╌ no leader
		`),
	);
	assert.equal(plain(view.remark), 'whole run, in steps of 0.2 s');
});

test('In the smallest room there are two charts, and nothing explains the signs', () => {
	assert.equal(
		plainLines(zoomed(eventful(), 56, 13).lines),
		frame(`
			campaigns won 2 of 2   no leader 1.02 s (25.5 %)
			committed 31   messages/commit 14.5   p50 20 ms
			commits/s  log entries, 15 at the most
			     20 ┤                             ▂▂
			        │▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄          ██▄▄▄▄▄▄▄
			      0 ┤███████████████████          █████████
			latency  █ p50 20 ms  ▒ p95 20 ms  ░ p99 20 ms
			  50 ms ┤
			        │▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂          ▂▂▂▂▂▂▂▂▂
			  10 ms ┤███████████████████          █████████
			 leader  ★━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌◆╌★━━━━━━━━
			 faults                     ✗         ┃  ✓
			         0 s                2 s                4 s
		`),
	);
});

test('A long run has as many steps as there are columns at the most', () => {
	const lab = newLab({nodes: 3, heartbeatUs: 150_000, electionTimeout: {minUs: 800_000, maxUs: 800_001}});
	ask(lab, timeout(1));
	pass(lab, 130_000);
	const view = zoomed(lab, 60, 20);
	assert.equal(plain(view.remark), 'whole run, in steps of 3.2 s');
	assert.equal(plain(view.lines.at(-2)!).trimEnd(), '         0 s              50 s             100 s');
});

test('Latencies are said in about three digits', () => {
	assert.deepEqual(
		[0, 400, 3210, 9949, 9951, 64_400, 999_400, 999_500, 1_920_000, 12_345_000].map((us) => latencyText(us)),
		['0 ms', '0.4 ms', '3.2 ms', '9.9 ms', '10 ms', '64 ms', '999 ms', '1.00 s', '1.92 s', '12.3 s'],
	);
});
