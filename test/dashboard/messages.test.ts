import assert from 'node:assert/strict';
import test from 'node:test';
import {parseFilter} from '../../source/dashboard/filter.js';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {messagesView, movedBy} from '../../source/dashboard/views/messages.js';
import type {ListCursor} from '../../source/dashboard/views/lists.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, faulty, frame, ledByFirst, newLab, pass, restart, timeout, twoLeaders, write} from './stage.js';

type Options = {
	readonly width?: number;
	readonly height?: number;
	readonly cursor?: ListCursor;
	readonly filter?: string;
	readonly isZoomed?: boolean;
};

const view = (lab: Lab, {width = 80, height = 8, filter, ...others}: Options = {}) =>
	messagesView(
		lab.snapshot(),
		{width, height},
		{filter: filter === undefined ? undefined : parseFilter(filter, lab.world.hosts.length), ...others},
	);

const messages = (lab: Lab, options: Options = {}): string => plainLines(view(lab, options).lines);

const remark = (lab: Lab, options: Options = {}): string => plain(view(lab, options).remark);

test('Before anything is sent the list is empty', () => {
	assert.equal(messages(newLab()), '');
});

test('A campaign reads as requests and votes, newest first', () => {
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1));
	pass(lab, 10);
	assert.equal(
		messages(lab),
		frame(`
			 0.010 #4 n3 → n1 VoteReply     t1 granted                           in flight
			 0.010 #3 n2 → n1 VoteReply     t1 granted                           in flight
			 0.000 #2 n1 → n3 RequestVote   t1 last 0/0                          ✓ 10 ms
			 0.000 #1 n1 → n2 RequestVote   t1 last 0/0                          ✓ 10 ms
		`),
	);
});

test('A message says what it carries, and what became of it', () => {
	assert.equal(
		messages(twoLeaders()),
		frame(`
			 0.400 #109 n3 → n5 AppendEntries t2 prev 4/2 heartbeat commit 4     in flight
			 0.400 #108 n3 → n4 AppendEntries t2 prev 4/2 heartbeat commit 4     in flight
			 0.400 #107 n3 → n2 AppendEntries t2 prev 2/1 heartbeat commit 4     ✗ partition
			 0.400 #106 n3 → n1 AppendEntries t2 prev 2/1 heartbeat commit 4     ✗ partition
			 0.400 #105 n1 → n5 AppendEntries t1 prev 2/1 heartbeat commit 2     ✗ partition
			 0.400 #104 n1 → n4 AppendEntries t1 prev 2/1 heartbeat commit 2     ✗ partition
			 0.400 #103 n1 → n3 AppendEntries t1 prev 2/1 heartbeat commit 2     ✗ partition
			 0.400 #102 n1 → n2 AppendEntries t1 prev 4/1 heartbeat commit 2     in flight
		`),
	);
});

test('A message that carries entries says how many', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('x=1', 1));
	assert.equal(
		messages(lab, {height: 2}),
		frame(`
			 0.100 #14 n1 → n3 AppendEntries t1 prev 1/1 +1 commit 1             in flight
			 0.100 #13 n1 → n2 AppendEntries t1 prev 1/1 +1 commit 1             in flight
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

test('Where there is less room the wording is shorter, so that nothing is lost', () => {
	assert.equal(
		messages(twoLeaders(), {width: 72, height: 3}),
		frame(`
			 0.400 #109 n3→n5 AppendEntries t2 prev 4/2 heartbeat c4     in flight
			 0.400 #108 n3→n4 AppendEntries t2 prev 4/2 heartbeat c4     in flight
			 0.400 #107 n3→n2 AppendEntries t2 prev 2/1 heartbeat c4     ✗ partition
		`),
	);
	assert.equal(
		messages(twoLeaders(), {width: 56, height: 3}),
		frame(`
			 0.400 #109 n3→n5 AppendEntries t2 4/2 +0 c4 in flight
			 0.400 #108 n3→n4 AppendEntries t2 4/2 +0 c4 in flight
			 0.400 #107 n3→n2 AppendEntries t2 2/1 +0 c4 ✗ partition
		`),
	);
});

/** N3 leads term 2, and n2 comes back from a crash without the latest two entries, of which n3 learns by a refusal. */
function catchingUp(): Lab {
	const lab = ledByFirst({nodes: 3});
	ask(lab, crash(2), write('x=1', 1), write('y=2', 1));
	pass(lab, 60);
	ask(lab, timeout(3), restart(2));
	pass(lab, 100);
	return lab;
}

test('Refusals are worded shorter too, and what still does not fit ends in an ellipsis before the fate', () => {
	const refused = (width: number): string => messages(catchingUp(), {width, filter: 'refused type:append-reply'});
	assert.equal(refused(110), ' 0.190 #29 n2 → n3 AppendReply   t2 refused, log ends at 1                      ✓ 10 ms');
	assert.equal(refused(72), ' 0.190 #29 n2→n3 AppendReply   t2 refused, ends at 1         ✓ 10 ms');
	assert.equal(refused(56), ' 0.190 #29 n2→n3 AppendReply   t2 refused, … ✓ 10 ms');
});

test('A message that was dropped, one that is held, one that is there twice, and one that waits for its server', () => {
	const lab = ledByFirst({nodes: 3, delay: {minUs: 20_000, maxUs: 20_000}});
	ask(lab, write('x=1', 1), {type: 'duplicate', message: 11}, {type: 'hold', message: 11}, {type: 'drop', message: 12});
	ask(lab, {type: 'suspend', node: 2});
	assert.equal(
		messages(lab, {height: 3}),
		frame(`
			 0.100 #13 n1 → n2 AppendEntries copy of #11 t1 prev 1/1 +1 commit 1 in flight
			 0.100 #12 n1 → n3 AppendEntries t1 prev 1/1 +1 commit 1             ✗ dropped
			 0.100 #11 n1 → n2 AppendEntries t1 prev 1/1 +1 commit 1             ‖ held
		`),
	);
	pass(lab, 20);
	assert.match(messages(lab), /^ 0\.100 #13 .* ‖ at n2$/mv);
	assert.match(messages(lab), /^ 0\.100 #11 .* ‖ held$/mv);
});

/** Where a number of steps leads, one after the other, in a list of eight lines. */
function walk(lab: Lab, ...steps: readonly number[]): ListCursor | undefined {
	let cursor: ListCursor | undefined;
	for (const by of steps) {
		const snapshot = lab.snapshot();
		({cursor} = messagesView(snapshot, {width: 80, height: 8}, {cursor: movedBy(by, cursor, snapshot)}));
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
	const before = messages(lab, {height: 4, cursor});
	assert.equal(
		before,
		frame(`
			 0.080 #22 n3 → n1 AppendReply   t1 ok match 1                       ✓ 10 ms
			 0.080 #21 n2 → n1 AppendReply   t1 ok match 1                       ✓ 10 ms
			❯0.070 #20 n1 → n5 AppendEntries t1 prev 1/1 heartbeat commit 1      ✓ 10 ms
			 0.070 #19 n1 → n4 AppendEntries t1 prev 1/1 heartbeat commit 1      ✓ 10 ms
		`),
	);
	assert.equal(remark(lab, {height: 4, cursor}), '↑ 2 newer');
	pass(lab, 1000);
	assert.equal(messages(lab, {height: 4, cursor}), before);
	assert.equal(remark(lab, {height: 4, cursor}), '↑ 162 newer');
});

test('A selected message that is forgotten makes way for the oldest there is', () => {
	const lab = ledByFirst({nodes: 9, heartbeatUs: 1000});
	lab.snapshot();
	pass(lab, 400);
	const {messages: kept} = lab.snapshot();
	assert.ok(kept[0]!.flight.id > 1);
	const {cursor} = view(lab, {cursor: {selected: 1, top: 8}});
	assert.equal(cursor!.selected, kept[0]!.flight.id);
});

test('The panel counts the messages of the last second', () => {
	const lab = ledByFirst();
	assert.equal(remark(lab), '24/s · 0 in flight');
	pass(lab, 2900);
	assert.equal(remark(lab), '160/s · 0 in flight');
});

const lostAppends = 'type:append lost !type:heartbeat';

test('With a filter the list holds what matches, and the title says how many of how many', () => {
	const lab = twoLeaders();
	assert.equal(
		messages(lab, {filter: lostAppends, width: 72, height: 4}),
		frame(`
			 0.300 #84 n1→n5 AppendEntries t1 prev 2/1 +2 c2             ✗ partition
			 0.300 #83 n1→n4 AppendEntries t1 prev 2/1 +2 c2             ✗ partition
			 0.300 #82 n1→n3 AppendEntries t1 prev 2/1 +2 c2             ✗ partition
			 0.300 #78 n3→n2 AppendEntries t2 prev 2/1 +2 c3             ✗ partition
		`),
	);
	assert.equal(
		messages(lab, {filter: lostAppends, width: 110, height: 2}),
		frame(`
			 0.300 #84 n1 → n5 AppendEntries t1 prev 2/1 +2 commit 2                        ✗ partition
			 0.300 #83 n1 → n4 AppendEntries t1 prev 2/1 +2 commit 2                        ✗ partition
		`),
	);
	assert.equal(remark(lab, {filter: lostAppends, width: 72}), '/ type:append lost !type:heartbeat   10 of 109');
	assert.equal(remark(lab, {filter: `  ${lostAppends} `, width: 46}), '/ type:append lost…   10 of 109');
	assert.equal(remark(lab, {filter: 'term>0', width: 72}), '/ term>0   109 of 109');
});

test('Where nothing matches, the list says how to be rid of the filter', () => {
	const lab = twoLeaders();
	assert.equal(messages(lab, {filter: 'term>9'}), 'No message matches; esc clears the filter.');
	assert.equal(messages(lab, {filter: 'term>9', width: 30}), 'No message matches; esc clear…');
	assert.equal(remark(lab, {filter: 'term>9'}), '/ term>9   0 of 109');
	assert.equal(messages(newLab(), {filter: 'lost'}), 'No message matches; esc clears the filter.');
	assert.equal(view(lab, {filter: 'term>9', cursor: {selected: 9, top: 9}}).cursor, undefined);
	assert.equal(movedBy(1, undefined, lab.snapshot(), parseFilter('term>9', 5)), undefined);
});

test('With a filter the cursor goes from match to match', () => {
	const lab = twoLeaders();
	const filter = parseFilter(lostAppends, 5);
	const selectedAfter = (...steps: readonly number[]): number => {
		let cursor: ListCursor | undefined;
		for (const by of steps) {
			cursor = movedBy(by, cursor, lab.snapshot(), filter);
		}

		return cursor!.selected;
	};

	assert.equal(selectedAfter(1), 84);
	assert.equal(selectedAfter(1, 3), 78);
	assert.equal(selectedAfter(1, 3, -1), 82);
	assert.equal(selectedAfter(-oldest), 84);
	assert.equal(view(lab, {filter: lostAppends, cursor: {selected: 79, top: 109}}).cursor!.selected, 82);
});

test('A filtered list stands still too while messages come that match', () => {
	const lab = twoLeaders();
	const options = {filter: 'type:heartbeat from:n3', height: 3, cursor: {selected: 107, top: 108}};
	const before = messages(lab, options);
	assert.match(before, /^ 0\.400 #108 .*\n❯0\.400 #107 .*\n 0\.400 #106 /v);
	assert.equal(remark(lab, options), '↑ 1 newer   / type:heartbeat from:n3   8 of 109');
	pass(lab, 200);
	assert.equal(messages(lab, options).replaceAll(/✓ 10 ms|in flight/gv, ''), before.replace('in flight', ''));
	assert.equal(remark(lab, options), '↑ 17 newer   / type:heartbeat from:n3   24 of 153');
});

test('That one is selected moves nothing and changes no words', () => {
	const lab = twoLeaders();
	const cursor = {selected: 109, top: 109};
	for (let width = 56; width <= 120; width++) {
		assert.equal(messages(lab, {width, cursor}), messages(lab, {width}).replace(' ', '❯'), `${width} columns`);
	}
});

test('In a list of one width what is committed is said in one way, whatever a message carries, and of copies too', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('x=1', 1), {type: 'duplicate', message: 13});
	for (let width = 60; width <= 120; width++) {
		const lines = messages(lab, {width, filter: 'type:append'}).split('\n');
		const forms = new Set(lines.map((line) => / (?<form>c|commit )\d/v.exec(line)!.groups!['form']));
		assert.equal(forms.size, 1, `${width} columns: ${lines.join('\n')}`);
		assert.match(lines[0]!, / copy /v);
	}
});

/** The zoomed panel below the list. */
const details = (lab: Lab, filter: string, {width = 72, height = 14} = {}): string => {
	const cursor = movedBy(1, undefined, lab.snapshot(), parseFilter(filter, lab.world.hosts.length))!;
	const lines = messages(lab, {filter, cursor, width, height, isZoomed: true}).split('\n');
	return lines
		.slice(lines.findIndex((line) => line.startsWith('──')))
		.join('\n')
		.trimEnd();
};

test('Zoomed, the selected message is shown whole, by the names of Figure 2', () => {
	const lab = catchingUp();
	assert.equal(
		messages(lab, {filter: 'type:request-vote', cursor: {selected: 2, top: 2}, width: 72, height: 14, isZoomed: true}),
		frame(`
			 0.160 #23 n3→n2 RequestVote   t2 last 3/1                   ✓ 10 ms
			 0.160 #22 n3→n1 RequestVote   t2 last 3/1                   ✓ 10 ms
			❯0.000 #2  n1→n3 RequestVote   t1 last 0/0                   ✓ 10 ms
			 0.000 #1  n1→n2 RequestVote   t1 last 0/0                   ✓ 10 ms

			── #2 RequestVote n1 → n3 ──────────────────────────────────────────────
			term            1             sent     0.000 s
			candidateId     n1            arrived  0.010 s
			lastLogIndex    0             delay    10 ms
			lastLogTerm     0             fate     delivered
		`),
	);
	assert.equal(
		details(lab, 'type:vote-reply'),
		frame(`
			── #25 VoteReply n2 → n3 ───────────────────────────────────────────────
			term            2             sent     0.170 s
			voteGranted     true          arrived  0.180 s
			                              delay    10 ms
			                              fate     delivered
		`),
	);
	assert.equal(
		details(lab, 'type:append index=3 to:n2'),
		frame(`
			── #30 AppendEntries n3 → n2 ───────────────────────────────────────────
			term            2             sent     0.200 s
			leaderId        n3            arrived  0.210 s
			prevLogIndex    1             delay    10 ms
			prevLogTerm     1             fate     delivered
			entries[]       2 t1 x=1
			                3 t1 y=2
			                4 t2 no-op
			leaderCommit    4
		`),
	);
	assert.equal(
		details(lab, 'type:heartbeat', {width: 56}),
		frame(`
			── #33 AppendEntries n3 → n2 ───────────────────────────
			term            2             sent     0.230 s
			leaderId        n3            arrived  0.240 s
			prevLogIndex    4             delay    10 ms
			prevLogTerm     2             fate     delivered
			entries[]       none
			leaderCommit    4
		`),
	);
	assert.equal(
		details(lab, 'type:append-reply refused', {width: 110}),
		frame(`
			── #29 AppendReply n2 → n3 ───────────────────────────────────────────────────────────────────────────────────
			term            2                           sent     0.190 s
			success         false                       arrived  0.200 s
			prevLogIndex    3                           delay    10 ms
			matchIndex      0                           fate     delivered
			conflictTerm    0
			conflictIndex   2
		`),
	);
});

test('Zoomed, a message says how it fared', () => {
	const lab = ledByFirst({nodes: 3, delay: {minUs: 20_000, maxUs: 20_000}});
	const faring = (number: number): string =>
		details(lab, `#${number} ${number === 13 ? '' : '!copy'}`, {width: 110})
			.split('\n')
			.slice(1)
			.map((line) => line.slice(44).replaceAll(/ +/gv, ' '))
			.filter((line) => line !== '')
			.join(', ');
	ask(lab, write('x=1', 1), {type: 'duplicate', message: 11}, {type: 'hold', message: 11}, {type: 'drop', message: 12});
	ask(lab, {type: 'suspend', node: 2});
	assert.equal(faring(11), 'sent 0.100 s, due 0.120 s, delay 20 ms, fate held until it is released');
	assert.equal(faring(12), 'sent 0.100 s, due 0.120 s, delay 20 ms, fate lost: somebody took it off the wire');
	assert.equal(faring(13), 'sent 0.100 s, due 0.120 s, delay 20 ms, fate in flight, 20 ms to go, copy of #11');
	pass(lab, 30);
	assert.equal(
		faring(13),
		'sent 0.100 s, due 0.120 s, delay 20 ms, fate has come, and waits: n2 is suspended, copy of #11',
	);
	ask(lab, {type: 'release', message: 11}, {type: 'resume', node: 2});
	pass(lab, 10);
	assert.equal(faring(11), 'sent 0.100 s, arrived 0.130 s, delay 30 ms, fate delivered');
	assert.equal(faring(13), 'sent 0.100 s, arrived 0.130 s, delay 30 ms, fate delivered, copy of #11');
});

test('Zoomed, a lost message says why', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, crash(3), {type: 'isolate', node: 2});
	pass(lab, 100);
	assert.match(details(lab, 'lost to:n3'), / fate {5}lost: n3 was down when it came$/mv);
	assert.match(details(lab, 'lost to:n2'), / fate {5}lost: no way led from n1 to n2$/mv);
	ask(lab, {type: 'heal'}, {type: 'loss', rate: 1});
	pass(lab, 100);
	assert.match(details(lab, 'lost to:n2'), / fate {5}lost: the network dropped it$/mv);
});

test('Of many entries those are shown that leave room for the other fields', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, ...Array.from({length: 20}, (_, at) => write(`k${at}=${'v'.repeat(at * 8)}1`, 1)));
	assert.equal(
		details(lab, 'type:append !type:heartbeat', {height: 30}),
		frame(`
			── #52 AppendEntries n1 → n3 ───────────────────────────────────────────
			term            1             sent     0.100 s
			leaderId        n1            due      0.110 s
			prevLogIndex    1             delay    10 ms
			prevLogTerm     1             fate     in flight, 10 ms to go
			entries[]       2 t1 k0=1
			                3 t1 k1=vvvv…
			                4 t1 k2=vvvv…
			                … 17 more
			leaderCommit    1
		`),
	);
});

test('Where there is no room or nothing is selected, the zoomed panel is all list', () => {
	const lab = twoLeaders();
	const cursor = {selected: 109, top: 109};
	assert.doesNotMatch(messages(lab, {cursor, height: 13, isZoomed: true}), /^──/mv);
	assert.doesNotMatch(messages(lab, {height: 14, isZoomed: true}), /^──/mv);
	assert.doesNotMatch(messages(lab, {cursor, height: 14}), /^──/mv);
	assert.match(messages(lab, {cursor, height: 14, isZoomed: true}), /^──/mv);
});

test('No line is wider than the panel, nor are there more of them', () => {
	const options: readonly Options[] = [
		{},
		{cursor: {selected: 40, top: 60}},
		{cursor: {selected: 40, top: 60}, isZoomed: true},
		{filter: lostAppends},
		{filter: 'term>9'},
	];
	const labs = [twoLeaders(), faulty()];
	for (let width = 40; width <= 250; width += 7) {
		for (const height of [3, 14, 40]) {
			const views = labs.flatMap((lab) => options.map((option) => view(lab, {width, height, ...option})));
			for (const {lines} of views) {
				assert.ok(lines.length <= height);
				assert.ok(lines.every((line) => widthOf(line) <= width));
			}
		}
	}
});
