import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines, type View} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {clientsView, zoomedClientsView} from '../../source/dashboard/views/clients.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, frame, ledByFirst, partition, pass, write} from './stage.js';

const compact = (lab: Lab, width: number, height: number): View => clientsView(lab.snapshot(), {width, height});
const zoomed = (lab: Lab, width: number, height: number, scroll = 0): View =>
	zoomedClientsView(lab.snapshot(), {width, height}, scroll);

/** N1 leads; somebody has asked it and others for this and that, and it crashes before it can answer the last. 0.26 s. */
function byHand(): Lab {
	const lab = ledByFirst();
	ask(
		lab,
		write('x=1', 1),
		{type: 'read', key: 'x', via: 1},
		{type: 'cas', key: 'x', expected: '2', value: '3', via: 1},
	);
	pass(lab, 100);
	ask(lab, {type: 'read', key: 'nothing', via: 1}, {type: 'delete', key: 'x', via: 1});
	pass(lab, 50);
	ask(lab, write('y=2', 2), write('z=3', 1));
	pass(lab, 10);
	ask(lab, crash(1));
	return lab;
}

/** So many clients for a second, and then n1, which leads, is cut off from all others for so long. */
function busy(clients: number, cutOffMs = 700): Lab {
	const lab = ledByFirst({electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001}});
	ask(lab, {type: 'clients', count: clients, ratePerS: 5 * clients});
	pass(lab, 1000);
	ask(lab, partition(1));
	pass(lab, cutOffMs);
	return lab;
}

test('Where no clients run it says how to start them', () => {
	const view = compact(ledByFirst(), 48, 3);
	assert.equal(plainLines(view.lines), 'No clients run. Four of them: :clients 4 at 20/s');
	assert.equal(plain(view.remark), 'none');
	assert.equal(plain(compact(byHand(), 48, 3).remark), 'by hand');
	assert.equal(plainLines(compact(ledByFirst(), 30, 3).lines), 'No clients run. Four of them:\n:clients 4 at 20/s');
});

test('What was asked for by hand stands below, the latest first, with what came of it', () => {
	assert.equal(
		plainLines(compact(byHand(), 48, 9).lines),
		frame(`
			No clients run. Four of them: :clients 4 at 20/s
			write z=3                              ? unknown
			write y=2                        ✗ refused by n2
			delete x                                 ✓ 20 ms
			read nothing → ∅                         ✓ 20 ms
			cas x=2→3                                ✗ not 2
			read x → 1                               ✓ 20 ms
			write x=1                                ✓ 20 ms
		`),
	);
});

test('Why what was asked for by hand has failed gives way to what it was', () => {
	const failed = (width: number): string =>
		plainLines(compact(byHand(), width, 9).lines)
			.split('\n')
			.at(-6)!;
	assert.equal(failed(25), 'write y=2 ✗ refused by n2');
	assert.equal(failed(24), 'write y=2       ✗ failed');
});

test('Of each client the latest operation, side by side where there is room, and how many ended how', () => {
	const view = compact(busy(4), 48, 3);
	assert.equal(
		plainLines(view.lines),
		frame(`
			c1 read c      … 656 ms  c3 write a=22  … 647 ms
			c2 write g=23  … 631 ms  c4 write b=21  … 649 ms
			ok 19   failed 0   unknown 0
		`),
	);
	assert.equal(plain(view.remark), '4 at 20/s · 4 waiting');
	assert.equal(
		plainLines(compact(busy(4), 30, 6).lines),
		frame(`
			c1 read c             … 656 ms
			c2 write g=23         … 631 ms
			c3 write a=22         … 647 ms
			c4 write b=21         … 649 ms
			ok 19   failed 0   unknown 0
		`),
	);
});

test('Clients that there is no room for are counted', () => {
	assert.equal(
		plainLines(compact(busy(9), 48, 3).lines),
		frame(`
			c1 read c      … 656 ms  c3 write a=50  … 647 ms
			c2 write g=51  … 631 ms  and 6 more
			ok 44   failed 0   unknown 0
		`),
	);
});

test('Who has waited in vain for five seconds does not know what became of it', () => {
	const lab = busy(2, 5600);
	assert.equal(
		plainLines(compact(lab, 48, 3).lines),
		frame(`
			c1 write a=13  … 538 ms  c2 write c=14  … 513 ms
			ok 10   failed 0   unknown 2
		`),
	);
	ask(lab, {type: 'clients', count: 0, ratePerS: 0});
	assert.match(plain(compact(lab, 48, 3).remark), /^stopped · \d waiting$/v);
});

test('Zoomed, what each client is doing and what is over, with the node that was asked and how often', () => {
	const lab = busy(2);
	ask(lab, write('x=1', 1), write('y=1', 2));
	assert.equal(
		plainLines(zoomed(lab, 76, 16).lines),
		frame(`
			ok 10   failed 0   unknown 0

			    begun  client  operation                 outcome     latency  tries node
			    1.800  by hand write x=1                 … waits        0 ms      1 n1
			    1.144  c1      read c                    … waits      656 ms      3 n1
			    1.169  c2      write g=12                … waits      631 ms      3 n1

			What is over, newest first
			    1.800  by hand write y=1                 ✗ refused      0 ms      1 n2
			    0.948  c2      write h=10                ✓ done        20 ms      1 n1
			    0.944  c1      write c=9                 ✓ done        20 ms      1 n1
			    0.733  c2      write d=8                 ✓ done        20 ms      1 n1
			    0.646  c1      delete g                  ✓ done        20 ms      1 n1
			    0.548  c2      read c → ∅                ✓ done        20 ms      1 n1
			    0.530  c1      write g=5                 ✓ done        20 ms      1 n1
			    0.376  c2      read d → ∅                ✓ done        20 ms      1 n1
		`),
	);
	assert.equal(
		plainLines(zoomed(lab, 56, 8).lines),
		frame(`
			ok 10   failed 0   unknown 0

			client  operation        outcome     latency  tries node
			by hand write x=1        … waits        0 ms      1 n1
			c1      read c           … waits      656 ms      3 n1
			c2      write g=12       … waits      631 ms      3 n1

			What is over, newest first
		`),
	);
});

test('The zoomed panel scrolls down to the oldest operation and no further', () => {
	const lab = busy(2);
	const {scrollMax, lines, remark} = zoomed(lab, 76, 10);
	assert.ok(scrollMax! > 0);
	assert.equal(plain(remark), `↓ ${scrollMax} more lines (PgDn)`);
	const end = zoomed(lab, 76, 10, scrollMax! + 5);
	assert.equal(end.lines.length, 10);
	assert.match(plain(end.lines.at(-1)!), / c2 /v);
	assert.deepEqual(end.lines, zoomed(lab, 76, 10, scrollMax).lines);
	assert.notDeepEqual(end.lines, lines);
	assert.equal(plain(end.remark), '2 at 10/s · 2 waiting');
});

test('Every line fits at every size', () => {
	for (const lab of [ledByFirst(), byHand(), busy(5)]) {
		for (let width = 20; width <= 120; width++) {
			for (const height of [1, 2, 3, 8]) {
				for (const {lines} of [compact(lab, width, height), zoomed(lab, Math.max(width, 56), height)]) {
					assert.ok(lines.length > 0);
					assert.ok(lines.length <= height);
					assert.ok(
						lines.every((line) => widthOf(line) <= Math.max(width, 56)),
						`at ${width} × ${height}`,
					);
				}

				assert.ok(compact(lab, width, height).lines.every((line) => widthOf(line) <= width));
			}
		}
	}
});
