import assert from 'node:assert/strict';
import test from 'node:test';
import {World} from '../../source/simulation/world.js';
import {
	all,
	calm,
	clients,
	crash,
	cut,
	cutOneWay,
	heal,
	isolate,
	ledByFirst,
	ms,
	pass,
	rejoin,
	restart,
	s,
	slowDisk,
	suspend,
	timeout,
	wipe,
	write,
} from '../simulation/worlds.js';
import {arrival, event, latest, told} from './telling.js';

test('A command from its request to its commitment: on whom it is, who asked, and each step of the way (§5.3)', () => {
	const world = ledByFirst({...calm, syncDelay: {minUs: 2 * ms, maxUs: 2 * ms}});
	all(world, write('1', 1));
	pass(world, 100 * ms);
	assert.deepEqual(
		told(
			world,
			latest(world, 'commit', ({node}) => node === 1),
		),
		[
			'n1 commits entry 2',
			'  Commit index 1 → 2.',
			'  Entry 2 of term 1 is on n1 n2, a majority of 3.',
			'  Entry 2 carries x=1. A command asked n1 for it at 0.100 s.',
			'→ n1 applies entry 2 (x=1, term 1)',
			'→ n1 answers a command: write x=1 is done',
			'rule Raft §5.3',
			'← 124 n1 receives AppendReply #15 from n2: term 1, success, match 2',
			'← 114 n2 its disk says that what it wrote is saved',
			'← 112 n2 receives AppendEntries #13 from n1: term 1, entry 2, commit 1',
			'← 102 n1 its disk says that what it wrote is saved',
			'← 100 n1 is asked by a command for write x=1',
			'← 100 write x=1 via n1',
		],
	);
	assert.deepEqual(told(world, latest(world, 'ok')), [
		'n1 answers a command: write x=1 is done',
		'  n1 has applied entry 2, which carries the request.',
		'  It took 24 ms from the question to the answer.',
		'rule Raft §5.3',
		'← 124 n1 applies entry 2 (x=1, term 1)',
		'← 124 n1 receives AppendReply #15 from n2: term 1, success, match 2',
		'← 114 n2 its disk says that what it wrote is saved',
		'← 112 n2 receives AppendEntries #13 from n1: term 1, entry 2, commit 1',
		'← 102 n1 its disk says that what it wrote is saved',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
	assert.deepEqual(told(world, {type: 'entry', node: 2, index: 2}), [
		'n2’s entry 2 (x=1, term 1) is committed',
		'  Commit index 1 → 2: n1, which leads term 1, says that everything up to entry 2 is committed.',
		'  The message shows that both logs agree up to entry 2.',
		'  Entry 2 carries x=1. A command asked n1 for it at 0.100 s.',
		'→ n2 applies entry 2 (x=1, term 1)',
		'rule Raft §5.3',
		'← 160 n2 receives AppendEntries #17 from n1: term 1, empty, after 2, commit 2',
		'← 150 n1 its heartbeat timer goes off, as it does at regular intervals',
	]);
});

test('What a client asks for, and what it hears', () => {
	const world = ledByFirst();
	all(world, clients(1, 1));
	pass(world, s);
	assert.deepEqual(told(world, latest(world, 'invoke')), [
		'c1 asks for read b',
		'  20 ms later n1 answers c1: read b gives nothing.',
		'→ n1 is asked by c1 for read b',
		'rule Raft §5.3',
	]);
	assert.deepEqual(told(world, latest(world, 'ok')), [
		'n1 answers c1: read b gives nothing',
		'  n1 has applied entry 2, which carries the request.',
		'  It took 20 ms from the question to the answer.',
		'rule Raft §5.3',
		'← 551.614 n1 applies entry 2 (b?, term 1) gives nothing',
		'← 551.614 n1 receives AppendReply #53 from n2: term 1, success, match 2',
		'← 541.614 n2 receives AppendEntries #49 from n1: term 1, entry 2, commit 1',
		'← 531.614 n1 is asked by c1 for read b',
		'← 531.614 c1 asks for read b',
	]);
});

test('Somebody who does not lead turns a request away and names the leader (§8)', () => {
	const world = ledByFirst();
	all(world, write('1', 2));
	assert.deepEqual(told(world, latest(world, 'refused')), [
		'n2 turns a command away: write x=1',
		'  n2 does not lead: it is a follower of n1 in term 1.',
		'  It names n1, the leader it knows.',
		'→ the client hears that write x=1 was not done',
		'rule Raft §8',
		'← 100 n2 is asked by a command for write x=1',
		'← 100 write x=1 via n2',
	]);
	assert.deepEqual(told(world, latest(world, 'fail')), [
		'the client hears that write x=1 was not done',
		'  n2 does not lead: it is a follower of n1 in term 1.',
		'  So it is in no log: write x=1 has not been done, and never will be.',
		'rule Raft §8',
		'← 100 n2 turns a command away with write x=1: n1 leads',
		'← 100 n2 is asked by a command for write x=1',
		'← 100 write x=1 via n2',
	]);
});

test('Entries refused for what is missing before them, and what the leader does about it (§5.3)', () => {
	const world = ledByFirst();
	all(world, isolate(3), write('1', 1));
	pass(world, 100 * ms);
	all(world, timeout(2));
	pass(world, 40 * ms);
	all(world, rejoin(3));
	pass(world, 60 * ms);
	assert.deepEqual(
		told(
			world,
			latest(
				world,
				'delivered',
				({flight: {to, message}}) => to === 2 && message.type === 'AppendReply' && !message.success,
			),
		),
		[
			'n2 hears that n3 refuses what it sent',
			'  The message builds on entry 2 of term 1, but n3’s log ends at entry 1.',
			'  n2 goes back and sends what follows entry 1.',
			'  AppendReply #31: term 2, refused: log ends at 1; sent at 0.280 s, there 10 ms later.',
			'→ n2 sends AppendEntries #32 to n3: term 2, entries 2–3, commit 3',
			'rule Raft §5.3',
			'← 280 n3 receives AppendEntries #29 from n2: term 2, empty, after 2, commit 3',
			'← 270 n2 its heartbeat timer goes off, as it does at regular intervals',
		],
	);
	assert.deepEqual(
		told(
			world,
			latest(
				world,
				'sent',
				({flight: {from, message}}) => from === 3 && message.type === 'AppendReply' && !message.success,
			),
		),
		[
			'n3 sends AppendReply #31 to n2',
			'  It says: term 2, refused: log ends at 1.',
			'  The message builds on entry 2 of term 1, but n3’s log ends at entry 1.',
			'  n2 received it at 0.290 s, 10 ms later.',
			'rule Raft §5.3',
			'← 280 n3 receives AppendEntries #29 from n2: term 2, empty, after 2, commit 3',
			'← 270 n2 its heartbeat timer goes off, as it does at regular intervals',
		],
	);
});

test('Entries refused for the term before them, and then deleted (§5.3)', () => {
	const world = ledByFirst();
	all(world, isolate(1), write('1', 1), write('2', 1));
	all(world, timeout(2));
	pass(world, 100 * ms);
	all(world, write('3', 2));
	pass(world, 100 * ms);
	all(world, timeout(3));
	pass(world, 40 * ms);
	all(world, rejoin(1));
	pass(world, 100 * ms);
	assert.deepEqual(told(world, latest(world, 'truncate')), [
		'n1 deletes entries 2–3 (x=1 x=2)',
		'  n3, which leads term 3, has an entry 2 of term 2; n1’s is of term 1.',
		'  None of them was committed: every later leader has all that is committed.',
		'→ n1 appends entries 2–4 (term 2–3)',
		'→ n1 sends AppendReply #58 to n3: term 3, success, match 4',
		'→ n1 commits everything up to entry 4',
		'→ n1 applies entries 2–4',
		'rule Raft §5.3',
		'← 400 n1 receives AppendEntries #57 from n3: term 3, entries 2–4, commit 4',
		'← 390 n3 receives AppendReply #55 from n1: term 3, refused: term 1 from 1',
		'← 380 n1 receives AppendEntries #53 from n3: term 3, empty, after 3, commit 4',
		'← 370 n3 its heartbeat timer goes off, as it does at regular intervals',
	]);
	assert.deepEqual(told(world, latest(world, 'info')), [
		'2 requests are left unanswered: write x=1, write x=2',
		'  n1 deleted entries 2–3 (x=1 x=2): an entry of term 2 is committed at 2, so they never will be.',
		'rule Raft §5.3',
		'← 400 n1 deletes its entries from 2 on',
		'← 400 n1 receives AppendEntries #57 from n3: term 3, entries 2–4, commit 4',
		'← 390 n3 receives AppendReply #55 from n1: term 3, refused: term 1 from 1',
		'← 380 n1 receives AppendEntries #53 from n3: term 3, empty, after 3, commit 4',
		'← 370 n3 its heartbeat timer goes off, as it does at regular intervals',
	]);
	assert.deepEqual(
		told(
			world,
			latest(world, 'sent', ({flight: {message}}) => message.type === 'AppendReply' && message.conflictTerm > 0),
		),
		[
			'n1 sends AppendReply #55 to n3',
			'  It says: term 3, refused: term 1 from 1.',
			'  The message builds on entry 3 of term 2, but n1’s entry 3 is of term 1.',
			'  n3 received it at 0.390 s, 10 ms later.',
			'rule Raft §5.3',
			'← 380 n1 receives AppendEntries #53 from n3: term 3, empty, after 3, commit 4',
			'← 370 n3 its heartbeat timer goes off, as it does at regular intervals',
		],
	);
});

test('An entry that stays uncommitted: whom the leader misses, and why each of them (§5.3)', () => {
	const world = ledByFirst({...calm, nodes: 7});
	all(world, crash(2), suspend(3), isolate(4), cutOneWay(5, 1), slowDisk(6, s), write('1', 1));
	pass(world, 15 * ms);
	assert.deepEqual(told(world, {type: 'entry', node: 1, index: 2}), [
		'n1’s entry 2 (x=1, term 1) is not committed',
		'  n1 knows it on n1 only; 4 of 7 are needed.',
		'  n2 is down.',
		'  n3 is suspended.',
		'  n4 does not have it: nothing gets from n1 to n4, since “isolate n4”, given at 0.100 s.',
		'  n5 has it, but nothing gets from n5 to n1, since “cut n5 -> n1”, given at 0.100 s.',
		'  n6 has it, but answers only once its disk has saved it.',
		'  n7 has it, but its answer is not there: #44. It is on its way and will be there at 0.120 s.',
		'  Entry 2 carries x=1. A command asked n1 for it at 0.100 s.',
		'→ n1 sends AppendEntries to n2 n3 n4 n5 n6 n7: that to n4 is lost',
		'rule Raft §5.3',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
	assert.deepEqual(told(world, {type: 'entry', node: 4, index: 2}), [
		'n4 has no entry 2',
		'  n4’s log ends at entry 1.',
		'  There is one in the logs of n1 n5 n6 n7.',
		'  n4 does not have it: nothing gets from n1 to n4, since “isolate n4”, given at 0.100 s.',
		'rule Raft §5.3',
	]);
});

test('An entry on its way to commitment: what is in flight, and what was lost', () => {
	const world = ledByFirst();
	all(world, {type: 'loss', rate: 1}, write('1', 1));
	assert.deepEqual(told(world, {type: 'entry', node: 1, index: 2}), [
		'n1’s entry 2 (x=1, term 1) is not committed',
		'  n1 knows it on n1 only; 2 of 3 are needed.',
		'  n2 does not have it: n1 sent it in #13. It was lost. The network loses messages by chance since “loss 100%”, given at 0.100 s, and this was one of them.',
		'  n3 does not have it: n1 sent it in #14. It was lost. The network loses messages by chance since “loss 100%”, given at 0.100 s, and this was one of them.',
		'  Entry 2 carries x=1. A command asked n1 for it at 0.100 s.',
		'→ n1 sends AppendEntries to n2 n3: all are lost',
		'rule Raft §5.3',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
	all(world, {type: 'loss', rate: 0}, write('2', 1));
	assert.deepEqual(told(world, {type: 'entry', node: 1, index: 3}), [
		'n1’s entry 3 (x=2, term 1) is not committed',
		'  n1 knows it on n1 only; 2 of 3 are needed.',
		'  n2 does not have it: n1 sent it in #15. It is on its way and will be there at 0.110 s.',
		'  n3 does not have it: n1 sent it in #16. It is on its way and will be there at 0.110 s.',
		'  Entry 3 carries x=2. A command asked n1 for it at 0.100 s.',
		'→ n1 sends AppendEntries to n2 n3',
		'rule Raft §5.3',
		'← 100 n1 is asked by a command for write x=2',
		'← 100 write x=2 via n1',
	]);
	pass(world, 12 * ms);
	assert.deepEqual(told(world, {type: 'entry', node: 1, index: 3}), [
		'n1’s entry 3 (x=2, term 1) is not committed',
		'  n1 knows it on n1 only; 2 of 3 are needed.',
		'  n2 has it, but its answer is not there: #17. It is on its way and will be there at 0.120 s.',
		'  n3 has it, but its answer is not there: #18. It is on its way and will be there at 0.120 s.',
		'  Entry 3 carries x=2. A command asked n1 for it at 0.100 s.',
		'→ n1 sends AppendEntries to n2 n3',
		'rule Raft §5.3',
		'← 100 n1 is asked by a command for write x=2',
		'← 100 write x=2 via n1',
	]);
});

test('An entry of an old term on a majority is not committed, until one of the present term is (§5.4.2, Figure 8)', () => {
	const world = ledByFirst({...calm, nodes: 5, entriesPerMessageMax: 1});
	all(world, cutOneWay(1, 3), cutOneWay(1, 4), cutOneWay(1, 5), write('1', 1));
	pass(world, 60 * ms);
	all(world, crash(1), heal, timeout(2));
	pass(world, 65 * ms);
	assert.deepEqual(told(world, {type: 'entry', node: 2, index: 2}), [
		'n2’s entry 2 (x=1, term 1) is not committed',
		'  n2 knows it on n2 n3 n4 n5, a majority of 5.',
		'  That does not commit it: it is of term 1, and n2 leads term 2. It commits together with an entry of that term.',
		'  The first such entry, 3, is on n2 only; 3 of 5 are needed.',
		'  Entry 2 carries x=1. A command asked n1 for it at 0.100 s.',
		'→ n2 sends AppendReply #29 to n1: term 1, success, match 2',
		'rule Raft §5.4.2',
		'← 110 n2 receives AppendEntries #25 from n1: term 1, entry 2, commit 1',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
	assert.deepEqual(told(world, arrival(world, 'AppendReply', 4, 2)), [
		'n2 learns that n4 has everything up to entry 2',
		'  Entry 2 of term 1 is on n2 n3 n4, a majority of 5.',
		'  That does not commit it: it is of term 1, and n2 leads term 2.',
		'  AppendReply #53: term 2, success, match 2; sent at 0.210 s, there 10 ms later.',
		'→ n2 sends AppendEntries #56 to n4: term 2, entry 3, commit 1',
		'rule Raft §5.4.2',
		'← 210 n4 receives AppendEntries #50 from n2: term 2, entry 2, commit 1',
		'← 200 n2 receives AppendReply #47 from n4: term 2, refused: log ends at 1',
		'← 190 n4 receives AppendEntries #44 from n2: term 2, entry 3, commit 1',
		'← 180 n2 receives VoteReply #40 from n4: term 2, granted',
		'← 170 n4 receives RequestVote #37 from n2: term 2, log ends at 2 of term 1',
		'← 160 n2 its election timer goes off',
		'← 160 timeout n2',
	]);
	pass(world, 20 * ms);
	assert.deepEqual(told(world, latest(world, 'commit')), [
		'n2 commits entries 2–3',
		'  Commit index 1 → 3.',
		'  Entry 3 of term 2 is on n2 n3 n4, a majority of 5.',
		'  Entry 2 before it is committed with it.',
		'  Entry 3 is the empty one with which the leader of term 2 began.',
		'→ n2 applies entries 2–3',
		'rule Raft §5.4.2',
		'rule Raft §5.3',
		'← 240 n2 receives AppendReply #63 from n4: term 2, success, match 3',
		'← 230 n4 receives AppendEntries #56 from n2: term 2, entry 3, commit 1',
		'← 220 n2 receives AppendReply #53 from n4: term 2, success, match 2',
		'← 210 n4 receives AppendEntries #50 from n2: term 2, entry 2, commit 1',
		'← 200 n2 receives AppendReply #47 from n4: term 2, refused: log ends at 1',
		'← 190 n4 receives AppendEntries #44 from n2: term 2, entry 3, commit 1',
		'← 180 n2 receives VoteReply #40 from n4: term 2, granted',
		'← 170 n4 receives RequestVote #37 from n2: term 2, log ends at 2 of term 1',
		'← 160 n2 its election timer goes off',
		'← 160 timeout n2',
	]);
});

test('A crash, and what comes back from the disk (Figure 2)', () => {
	const world = ledByFirst();
	all(world, write('1', 1), crash(1));
	assert.deepEqual(told(world, latest(world, 'crash')), [
		'n1 crashes',
		'  Somebody pulled the plug: “crash n1”, given at 0.100 s.',
		'  It was leader of term 1.',
		'→ the client never hears whether write x=1 was done',
		'rule Raft Figure 2',
		'← 100 crash n1',
	]);
	assert.deepEqual(told(world, {type: 'node', node: 1}), [
		'n1 is down',
		'  Since 0.100 s: n1 crashes.',
		'  Somebody pulled the plug: “crash n1”, given at 0.100 s.',
		'  It was leader of term 1.',
		'  It has no timer and hears nothing.',
		'rule Raft Figure 2',
		'← 100 crash n1',
	]);
	all(world, restart(1));
	assert.deepEqual(told(world, latest(world, 'restart')), [
		'n1 restarts',
		'  Its disk gives back term 1 with its vote for n1 in it, and entries 1–2.',
		'  It is a follower; what is committed it must be told again.',
		'rule Raft Figure 2',
		'rule Raft §5.2',
		'← 100 restart n1',
	]);
	assert.deepEqual(told(world, {type: 'node', node: 1}), [
		'n1 is a follower in term 1 without a known leader',
		'  Since 0.100 s: n1 restarts: term 1, log up to 2.',
		'  Its disk gives back term 1 with its vote for n1 in it, and entries 1–2.',
		'  It is a follower; what is committed it must be told again.',
		'  n1’s election timer goes off in 60.0 s, at 60.100 s; it was started at 0.100 s: n1 restarts: term 1, log up to 2.',
		'rule Raft Figure 2',
		'rule Raft §5.2',
		'← 100 restart n1',
	]);
});

test('What is not there is said to be not there', () => {
	const world = World.create(calm);
	assert.deepEqual(told(world, {type: 'event', seq: 99}), ['Event 99', '  There is no such thing in this run so far.']);
	assert.deepEqual(told(world, {type: 'message', id: 1}), [
		'Message #1',
		'  There is no such thing in this run so far.',
	]);
	assert.deepEqual(told(world, {type: 'node', node: 9}), ['n9', '  There is no such thing in this run so far.']);
	assert.deepEqual(told(world, {type: 'entry', node: 1, index: 1}), [
		'n1 has no entry 1',
		'  n1’s log is empty.',
		'  Nobody has such an entry.',
		'rule Raft §5.3',
	]);
});

test('What the trace has forgotten is said to be forgotten', () => {
	const world = ledByFirst(calm, {retained: 1});
	pass(world, 60 * s);
	assert.ok(world.trace.first > 1);
	assert.deepEqual(told(world, {type: 'event', seq: 1}), [
		'Event 1',
		`  The trace knows nothing of it: it goes back to event ${world.trace.first} only.`,
	]);
	assert.ok(
		told(world, {type: 'node', node: 1}).includes('  What made it so is so long ago that it is not kept any more.'),
	);
	const first = world.trace.at(world.trace.first)!;
	assert.ok(told(world, event(first)).includes('  What led there is so long ago that it is not kept any more.'));
});

test('A request that waited at a suspended leader when that crashed was not turned away by somebody who does not lead', () => {
	const world = ledByFirst();
	all(world, suspend(1), write('1', 1), crash(1));
	assert.deepEqual(told(world, latest(world, 'fail')).slice(1, 3), [
		'  n1 stopped before it could take the request, which had waited there while it was suspended.',
		'  So it is in no log: write x=1 has not been done, and never will be.',
	]);
});

/** What is told of the latest request that nobody answered. */
const unanswered = (world: World): readonly string[] =>
	told(world, latest(world, 'info')).filter((line) => !line.startsWith('←') && !line.startsWith('rule'));

test('A command whose entry was deleted: as long as a copy is left it may be committed, and then it is not', () => {
	const world = ledByFirst({...calm, nodes: 5});
	all(world, cut(1, 3), cut(1, 4), cut(1, 5), write('1', 1));
	pass(world, 15 * ms);
	all(world, isolate(2), timeout(3)); // N2 keeps a copy
	pass(world, 25 * ms);
	all(world, isolate(4), isolate(5), {type: 'heal', between: [1, 3]});
	pass(world, 100 * ms);
	assert.deepEqual(unanswered(world), [
		'the client never hears whether write x=1 was done',
		'  n1 deleted entry 2 (x=1): a copy elsewhere may yet be committed.',
	]);
	all(world, heal);
	pass(world, 200 * ms);
	assert.deepEqual(unanswered(world), [
		'the client never hears whether write x=1 was done',
		'  n1 deleted entry 2 (x=1): another entry is committed there, so it never will be.',
	]);
});

test('Commands whose leader crashed: their entries are committed all the same, or nobody has them', () => {
	const world = ledByFirst();
	all(world, write('1', 1), write('2', 1));
	pass(world, 15 * ms);
	all(world, crash(1));
	const open = unanswered(world);
	assert.deepEqual(open, [
		'2 requests are left unanswered: write x=1, write x=2',
		'  n1 crashed before it could answer for entries 2–3 (x=1 x=2): they may yet be committed.',
	]);
	all(world, timeout(2));
	pass(world, 100 * ms);
	assert.equal(
		unanswered(world)[1],
		'  n1 crashed before it could answer for entries 2–3 (x=1 x=2): they are committed all the same, by n2 at 0.155 s.',
	);
	all(world, wipe(2), restart(2), wipe(3), restart(3), timeout(2), timeout(3), timeout(3));
	pass(world, 100 * ms);
	all(world, write('3', 'leader'), write('4', 'leader'));
	pass(world, 100 * ms);
	assert.ok(world.leader!.committedIndex > 2, 'what was committed is so no more');
	assert.match(unanswered(world)[1]!, /they are committed all the same, by n2 at 0\.155 s\.$/v);
	const alone = ledByFirst({...calm, syncDelay: {minUs: 2 * ms, maxUs: 2 * ms}});
	all(alone, slowDisk(1, s), write('1', 1));
	pass(alone, 100 * ms);
	all(alone, crash(1));
	assert.equal(
		unanswered(alone)[1],
		'  n1 crashed before it could answer for entry 2 (x=1): nobody has a copy, and none is under way, so it will never be committed.',
	);
});

test('Nodes that an entry is missing on for the same reason are told in one sentence', () => {
	const world = ledByFirst({...calm, nodes: 7});
	all(world, {type: 'partition', groups: [[1, 6, 7], ['rest']]}, crash(6), crash(7), write('1', 1));
	const facts = told(world, {type: 'entry', node: 1, index: 2}).filter((line) => line.startsWith('  '));
	assert.deepEqual(facts.slice(1, 3), [
		'  n2 n3 n4 n5 do not have it: nothing gets from n1 to them, since “partition n1 n6 n7 | rest”, given at 0.100 s.',
		'  n6 n7 are down.',
	]);
	const deaf = ledByFirst();
	all(deaf, cutOneWay(2, 1), cutOneWay(3, 1), write('1', 1));
	pass(deaf, 15 * ms);
	assert.ok(
		told(deaf, {type: 'entry', node: 1, index: 2}).includes(
			'  n2 has it, but nothing gets from n2 to n1, since “cut n2 -> n1”, given at 0.100 s.',
		),
	);
	const slow = ledByFirst();
	all(slow, slowDisk(2, s), slowDisk(3, s), write('1', 1));
	pass(slow, 15 * ms);
	assert.ok(
		told(slow, {type: 'entry', node: 1, index: 2}).includes(
			'  n2 n3 have it, but answer only once their disks have saved it.',
		),
	);
});
