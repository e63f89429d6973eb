import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {clampScroll, eventsView, messagesView} from '../../source/dashboard/views/lists.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, frame, heal, ledByFirst, newLab, pass, restart, timeout, twoLeaders, write} from './stage.js';

const messages = (lab: Lab, {width = 80, height = 8, scroll = 0} = {}): string =>
	plainLines(messagesView(lab.snapshot(), {width, height}, scroll).lines);

const events = (lab: Lab, {width = 60, height = 20, scroll = 0} = {}): string =>
	plainLines(eventsView(lab.snapshot(), {width, height}, scroll).lines);

test('Before anything happens both lists are empty', () => {
	assert.equal(messages(newLab()), '');
	assert.equal(events(newLab()), '');
});

test('A campaign reads as requests and votes, newest first', () => {
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1));
	pass(lab, 10);
	assert.equal(
		messages(lab),
		frame(`
			0.010 n3 → n1 VoteReply     t1 granted                             in flight
			0.010 n2 → n1 VoteReply     t1 granted                             in flight
			0.000 n1 → n3 RequestVote   t1 last 0/0                            ✓ 10 ms
			0.000 n1 → n2 RequestVote   t1 last 0/0                            ✓ 10 ms
		`),
	);
});

test('A message says what it carries, and what became of it', () => {
	assert.equal(
		messages(twoLeaders()),
		frame(`
			0.400 n3 → n5 AppendEntries t2 prev 4/2 heartbeat commit 4         in flight
			0.400 n3 → n4 AppendEntries t2 prev 4/2 heartbeat commit 4         in flight
			0.400 n3 → n2 AppendEntries t2 prev 2/1 heartbeat commit 4         ✗ partition
			0.400 n3 → n1 AppendEntries t2 prev 2/1 heartbeat commit 4         ✗ partition
			0.400 n1 → n5 AppendEntries t1 prev 2/1 heartbeat commit 2         ✗ partition
			0.400 n1 → n4 AppendEntries t1 prev 2/1 heartbeat commit 2         ✗ partition
			0.400 n1 → n3 AppendEntries t1 prev 2/1 heartbeat commit 2         ✗ partition
			0.400 n1 → n2 AppendEntries t1 prev 4/1 heartbeat commit 2         in flight
		`),
	);
});

test('A message that carries entries says how many', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('x=1', 1));
	assert.equal(
		messages(lab, {height: 2}),
		frame(`
			0.100 n1 → n3 AppendEntries t1 prev 1/1 +1 commit 1                in flight
			0.100 n1 → n2 AppendEntries t1 prev 1/1 +1 commit 1                in flight
		`),
	);
});

test('Messages to a server that is down are lost when they arrive, not before', () => {
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1), crash(2));
	assert.match(messages(lab), /n1 → n2 RequestVote .*in flight/v);
	pass(lab, 10);
	assert.match(messages(lab), /n1 → n2 RequestVote .*✗ n2 is down/v);
});

test('What the network drops is lost at once', () => {
	const lab = newLab({lossRate: 1});
	ask(lab, timeout(1));
	assert.match(messages(lab, {height: 1}), /n1 → n5 RequestVote .*✗ lost$/v);
});

test('On a narrow screen the arrow is short, and what does not fit ends in an ellipsis before the fate', () => {
	assert.equal(
		messages(twoLeaders(), {width: 56, height: 3}),
		frame(`
			0.400 n3→n5 AppendEntries t2 prev 4/2 hea… in flight
			0.400 n3→n4 AppendEntries t2 prev 4/2 hea… in flight
			0.400 n3→n2 AppendEntries t2 prev 2/1 hea… ✗ partition
		`),
	);
});

test('One can scroll back to the oldest message and no further', () => {
	const lab = ledByFirst();
	const all = messages(lab, {height: 1000}).split('\n');
	assert.equal(all.length, 24);
	assert.deepEqual(messages(lab, {scroll: 3}).split('\n'), all.slice(3, 11));
	assert.deepEqual(messages(lab, {scroll: 16}).split('\n'), all.slice(-8));
	assert.deepEqual(messages(lab, {scroll: 17}).split('\n'), all.slice(-8));
	assert.deepEqual(messages(lab, {scroll: Number.MAX_SAFE_INTEGER}).split('\n'), all.slice(-8));
});

test('The panel counts the messages of the last second', () => {
	const lab = ledByFirst();
	const remark = (): string => plain(messagesView(lab.snapshot(), {width: 80, height: 8}, 0).remark);
	assert.equal(remark(), '24/s · 0 in flight');
	pass(lab, 2900);
	assert.equal(remark(), '160/s · 0 in flight');
});

test('An election, a partition and its healing read as a story, newest first', () => {
	const lab = twoLeaders();
	ask(lab, heal);
	pass(lab, 100);
	assert.equal(
		events(lab, {height: 30}),
		frame(`
			  0.48 n2 dropped its entries from 3
			  0.48 n1 leaves 2 writes unanswered
			  0.48 n1 dropped its entries from 3
			  0.46 n1 steps down: term 2 has begun
			  0.40    heal
			  0.32 n3 committed 4
			  0.30    write z=3 via n1
			  0.30    write y=4 via n3
			  0.29 n3 committed 3
			  0.27 n3 elected, term 2 (n3 n4 n5)
			  0.25 n3 times out → candidate, term 2
			  0.25    timeout n3
			  0.20    write y=2 via n1
			  0.20    partition n1 n2 | rest
			  0.12 n1 committed 2
			  0.10    write x=1 via n1
			  0.04 n1 committed 1
			  0.02 n1 elected, term 1 (n1 n2 n3)
			  0.00 n1 times out → candidate, term 1
			  0.00    timeout n1
		`),
	);
});

test('A crash, a return and a refused write are told', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1', 2), crash(2), restart(2), write('x=2', 2));
	assert.equal(
		events(lab, {height: 6}),
		frame(`
			  0.10 n2 refused a write: knows no leader
			  0.10    write x=2 via n2
			  0.10 n2 restarted: term 1, 1 entry kept
			  0.10 n2 crashed
			  0.10 n2 refused a write: n1 leads
			  0.10    write x=1 via n2
		`),
	);
});

test('One entry is an entry', () => {
	const lab = ledByFirst();
	ask(lab, crash(2), restart(2));
	assert.doesNotMatch(events(lab), /1 entries/v);
});

test('Commits in a row are told as one', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	pass(lab, 30);
	ask(lab, write('x=2', 1), write('x=3', 1));
	pass(lab, 30);
	assert.equal(
		events(lab, {height: 4}),
		frame(`
			  0.15 n1 committed 3–4
			  0.13    write x=3 via n1
			  0.13    write x=2 via n1
			  0.12 n1 committed 2
		`),
	);
});

test('No line of either list is wider than its panel', () => {
	const lab = twoLeaders();
	for (let width = 40; width <= 250; width++) {
		for (const line of [
			...messagesView(lab.snapshot(), {width, height: 20}, 0).lines,
			...eventsView(lab.snapshot(), {width, height: 20}, 0).lines,
		]) {
			assert.equal(widthOf(line), width, plain(line));
		}
	}
});

test('Scrolling ends where the last line is the oldest', () => {
	assert.equal(clampScroll(5, 20, 8), 5);
	assert.equal(clampScroll(15, 20, 8), 12);
	assert.equal(clampScroll(15, 3, 8), 0);
});
