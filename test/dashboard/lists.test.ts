import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {
	clampScroll,
	eventsView,
	messagesView,
	movedBy,
	type MessageCursor,
} from '../../source/dashboard/views/lists.js';
import type {Lab} from '../../source/lab/lab.js';
import {
	ask,
	crash,
	frame,
	heal,
	ledByFirst,
	newLab,
	pass,
	restart,
	timeout,
	twoLeaders,
	violated,
	write,
} from './stage.js';

const messages = (lab: Lab, {width = 80, height = 8} = {}, cursor?: MessageCursor): string =>
	plainLines(messagesView(lab.snapshot(), {width, height}, cursor).lines);

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
			0.010 #4 n3 → n1 VoteReply     t1 granted                            in flight
			0.010 #3 n2 → n1 VoteReply     t1 granted                            in flight
			0.000 #2 n1 → n3 RequestVote   t1 last 0/0                           ✓ 10 ms
			0.000 #1 n1 → n2 RequestVote   t1 last 0/0                           ✓ 10 ms
		`),
	);
});

test('A message says what it carries, and what became of it', () => {
	assert.equal(
		messages(twoLeaders()),
		frame(`
			0.400 #109 n3 → n5 AppendEntries t2 prev 4/2 heartbeat commit 4      in flight
			0.400 #108 n3 → n4 AppendEntries t2 prev 4/2 heartbeat commit 4      in flight
			0.400 #107 n3 → n2 AppendEntries t2 prev 2/1 heartbeat commit 4      ✗ partition
			0.400 #106 n3 → n1 AppendEntries t2 prev 2/1 heartbeat commit 4      ✗ partition
			0.400 #105 n1 → n5 AppendEntries t1 prev 2/1 heartbeat commit 2      ✗ partition
			0.400 #104 n1 → n4 AppendEntries t1 prev 2/1 heartbeat commit 2      ✗ partition
			0.400 #103 n1 → n3 AppendEntries t1 prev 2/1 heartbeat commit 2      ✗ partition
			0.400 #102 n1 → n2 AppendEntries t1 prev 4/1 heartbeat commit 2      in flight
		`),
	);
});

test('A message that carries entries says how many', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('x=1', 1));
	assert.equal(
		messages(lab, {height: 2}),
		frame(`
			0.100 #14 n1 → n3 AppendEntries t1 prev 1/1 +1 commit 1              in flight
			0.100 #13 n1 → n2 AppendEntries t1 prev 1/1 +1 commit 1              in flight
		`),
	);
});

test('Messages to a server that is down are lost when they arrive, not before', () => {
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1), crash(2));
	assert.match(messages(lab), /n1 → n2 RequestVote .*in flight/v);
	pass(lab, 10);
	assert.match(messages(lab), /n1 → n2 RequestVote .*✗ n2 down/v);
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
			0.400 #109 n3→n5 AppendEntries t2 prev 4/2 … in flight
			0.400 #108 n3→n4 AppendEntries t2 prev 4/2 … in flight
			0.400 #107 n3→n2 AppendEntries t2 prev 2/1 … ✗ partition
		`),
	);
});

test('A message that was dropped, one that is held, one that is there twice, and one that waits for its server', () => {
	const lab = ledByFirst({nodes: 3, delay: {minUs: 20_000, maxUs: 20_000}});
	ask(lab, write('x=1', 1), {type: 'duplicate', message: 11}, {type: 'hold', message: 11}, {type: 'drop', message: 12});
	ask(lab, {type: 'suspend', node: 2});
	assert.equal(
		messages(lab, {height: 3}),
		frame(`
			0.100 #13 n1 → n2 AppendEntries copy of #11 t1 prev 1/1 +1 commit 1  in flight
			0.100 #12 n1 → n3 AppendEntries t1 prev 1/1 +1 commit 1              ✗ dropped
			0.100 #11 n1 → n2 AppendEntries t1 prev 1/1 +1 commit 1              ‖ held
		`),
	);
	pass(lab, 20);
	assert.match(messages(lab), /^0\.100 #13 .* ‖ at n2$/mv);
	assert.match(messages(lab), /^0\.100 #11 .* ‖ held$/mv);
});

/** Where a number of steps leads, one after the other, in a list of eight lines. */
function walk(lab: Lab, ...steps: readonly number[]): MessageCursor | undefined {
	let cursor: MessageCursor | undefined;
	for (const by of steps) {
		const snapshot = lab.snapshot();
		({cursor} = messagesView(snapshot, {width: 80, height: 8}, movedBy(by, cursor, snapshot)));
	}

	return cursor;
}

const oldest = Number.MAX_SAFE_INTEGER;

test('The first step selects the newest message, the next ones lead to the older ones and back, and no further', () => {
	const lab = ledByFirst(); // Which has sent 24
	assert.deepEqual(walk(lab, 1), {selected: 24, top: 24});
	assert.deepEqual(walk(lab, -1), {selected: 24, top: 24});
	assert.deepEqual(walk(lab, 1, 1, 1), {selected: 22, top: 24});
	assert.deepEqual(walk(lab, 1, 1, 1, -1), {selected: 23, top: 24});
	assert.deepEqual(walk(lab, 1, 10), {selected: 14, top: 21});
	assert.deepEqual(walk(lab, 1, 10, -2), {selected: 16, top: 21});
	assert.deepEqual(walk(lab, oldest), {selected: 1, top: 8});
	assert.deepEqual(walk(lab, oldest, 1), {selected: 1, top: 8});
	assert.deepEqual(walk(lab, oldest, -oldest), {selected: 24, top: 24});
	assert.equal(walk(newLab(), 1), undefined);
});

test('The selected message is pointed at, and as long as it is the list stands still', () => {
	const lab = ledByFirst();
	const cursor = {selected: 20, top: 22};
	const before = messages(lab, {height: 4}, cursor);
	assert.equal(
		before,
		frame(`
			 0.080 #22 n3→n1 AppendReply   t1 ok match 1                         ✓ 10 ms
			 0.080 #21 n2→n1 AppendReply   t1 ok match 1                         ✓ 10 ms
			❯0.070 #20 n1→n5 AppendEntries t1 prev 1/1 heartbeat commit 1        ✓ 10 ms
			 0.070 #19 n1→n4 AppendEntries t1 prev 1/1 heartbeat commit 1        ✓ 10 ms
		`),
	);
	const remark = (): string => plain(messagesView(lab.snapshot(), {width: 80, height: 4}, cursor).remark);
	assert.equal(remark(), '↑ 2 newer');
	pass(lab, 1000);
	assert.equal(messages(lab, {height: 4}, cursor), before);
	assert.equal(remark(), '↑ 162 newer');
});

test('A selected message that is forgotten makes way for the oldest there is', () => {
	const lab = ledByFirst({nodes: 9, heartbeatUs: 1000});
	lab.snapshot();
	pass(lab, 400);
	const {messages: kept} = lab.snapshot();
	assert.ok(kept[0]!.flight.id > 1);
	const {cursor} = messagesView(lab.snapshot(), {width: 80, height: 8}, {selected: 1, top: 8});
	assert.equal(cursor!.selected, kept[0]!.flight.id);
});

test('The panel counts the messages of the last second', () => {
	const lab = ledByFirst();
	const remark = (): string => plain(messagesView(lab.snapshot(), {width: 80, height: 8}, undefined).remark);
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
			  0.48    2 requests left unanswered
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
			  0.10 n2 refused a request: knows no leader
			  0.10    write x=2 via n2
			  0.10 n2 restarted: term 1, 1 entry kept
			  0.10 n2 crashed
			  0.10 n2 refused a request: n1 leads
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
			...messagesView(lab.snapshot(), {width, height: 20}, undefined).lines,
			...messagesView(lab.snapshot(), {width, height: 20}, {selected: 100, top: 105}).lines,
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

test('Faults, returns and what becomes of the clients’ requests read as a story', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, {type: 'say', text: 'Now for some trouble.'}, {type: 'suspend', node: 2}, {type: 'resume', node: 2});
	ask(lab, {type: 'wipe', node: 3}, {type: 'disk', node: 2, condition: {kind: 'full'}}, write('x=1', 1));
	pass(lab, 10);
	assert.equal(
		events(lab, {height: 8}),
		frame(`
			  0.11 n2 stopped itself: its disk is full
			  0.10    write x=1 via n1
			  0.10    disk n2 full
			  0.10 n3 wiped: its disk is empty
			  0.10 n3 crashed
			  0.10 n2 goes on where it was suspended
			  0.10 n2 suspended
			  0.10    say Now for some trouble.
		`),
	);
});

test('A broken promise is an event too', () => {
	assert.match(events(violated(), {height: 2}), /^ {2}0\.20 {5}✗ Committed Is Durable$/mv);
});
