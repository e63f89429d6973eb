import assert from 'node:assert/strict';
import test from 'node:test';
import type {Message} from '../../source/raft/vocabulary.js';
import {World} from '../../source/simulation/world.js';
import {
	all,
	calm,
	clock,
	crash,
	cutOneWay,
	eventsOfType,
	heal,
	isolate,
	ledByFirst,
	ms,
	pass,
	rejoin,
	s,
	slowDisk,
	suspend,
	timeout,
	write,
} from '../simulation/worlds.js';
import {arrival, latest, told} from './telling.js';

/** What is told of a server's latest candidacy, without what it was before and why it began. */
const outcome = (world: World, node: number): readonly string[] => {
	const facts = told(
		world,
		latest(world, 'role', (event) => event.node === node && event.role === 'candidate'),
	).filter((line) => line.startsWith('  '));
	return facts.slice(facts.findIndex((fact) => fact.includes('timer goes off')) + 1);
};

test('A vote that is granted: nobody had it before, and the log is good enough (§5.2, §5.4.1)', () => {
	const world = World.create(calm);
	all(world, timeout(1));
	pass(world, 15 * ms);
	assert.deepEqual(told(world, arrival(world, 'RequestVote', 1, 2)), [
		'n2 grants its vote to n1 for term 1',
		'  n2 had not voted in term 1 before.',
		'  n1’s log is empty, n2’s is empty: n1’s is at least as up-to-date.',
		'  RequestVote #1: term 1, log ends empty; sent at 0.000 s, there 10 ms later.',
		'→ n2 joins term 1',
		'→ n2 votes for n1 in term 1',
		'→ n2 sends VoteReply #3 to n1: term 1, granted',
		'rule Raft §5.2',
		'rule Raft §5.4.1',
		'← 0 n1 its election timer goes off',
		'← 0 timeout n1',
	]);
});

test('A denial of the term before, that comes late, is no answer to the question for votes that is open', () => {
	const world = World.create({...calm, nodes: 3});
	const sent = (type: Message['type'], from: number): number =>
		eventsOfType(world, 'sent').findLast(
			({flight}) => flight.message.type === type && flight.from === from && flight.to === 3 - from,
		)!.flight.id;
	all(world, crash(3), timeout(1));
	pass(world, 5 * ms);
	const old = sent('RequestVote', 1);
	all(world, {type: 'hold', message: old}, timeout(1));
	pass(world, 15 * ms);
	const vote = sent('VoteReply', 2);
	all(world, {type: 'hold', message: vote}, {type: 'release', message: old});
	pass(world, 15 * ms);
	assert.equal(eventsOfType(world, 'delivered').at(-1)!.flight.message.type, 'VoteReply');
	assert.deepEqual(outcome(world, 1), [
		'  For term 2 it has the votes of n1 only; 2 of 3 are needed.',
		'  Its request never reached n3 (down).',
		'  No answer yet from n2.',
		'  Nothing is decided yet.',
	]);
	all(world, {type: 'release', message: vote});
	pass(world, 15 * ms);
	assert.equal(world.leader?.id, 1);
});

test('A candidate that is suspended asks nobody, though its vote is saved', () => {
	const world = World.create({...calm, syncDelay: {minUs: 2 * ms, maxUs: 2 * ms}});
	all(world, timeout(1), suspend(1));
	pass(world, 100 * ms);
	assert.deepEqual(outcome(world, 1).slice(1), [
		'  It has asked nobody yet: it is suspended.',
		'  Nothing is decided yet.',
	]);
});

test('A leader elected: by whose votes, and back to the command that let its timer go off (§5.2, §8)', () => {
	const world = World.create(calm);
	all(world, timeout(1));
	pass(world, 25 * ms);
	assert.deepEqual(
		told(
			world,
			latest(world, 'role', ({role}) => role === 'leader'),
		),
		[
			'n1 becomes leader of term 1',
			'  n1 has the votes of n1 n2, a majority of 3.',
			'→ n1 appends entry 1 (no-op, term 1)',
			'→ n1 sends AppendEntries to n2 n3',
			'rule Raft §5.2',
			'rule Raft §8',
			'← 20 n1 receives VoteReply #3 from n2: term 1, granted',
			'← 10 n2 receives RequestVote #1 from n1: term 1, log ends empty',
			'← 0 n1 its election timer goes off',
			'← 0 timeout n1',
		],
	);
});

test('A vote that comes late changes nothing (§5.1)', () => {
	const world = World.create(calm);
	all(world, timeout(1));
	pass(world, 25 * ms);
	assert.deepEqual(told(world, arrival(world, 'VoteReply', 3, 1)), [
		'n1 receives n3’s vote for term 1',
		'  The answer changes nothing: n1 was leader of term 1 by then.',
		'  VoteReply #4: term 1, granted; sent at 0.010 s, there 10 ms later.',
		'rule Raft §5.1',
		'← 10 n3 receives RequestVote #2 from n1: term 1, log ends empty',
		'← 0 n1 its election timer goes off',
		'← 0 timeout n1',
	]);
});

test('A vote denied to a shorter log, and a leader that has to step down nevertheless (§5.4.1, §5.1)', () => {
	const world = ledByFirst();
	all(world, isolate(3), write('1', 1));
	pass(world, 100 * ms);
	all(world, heal, timeout(3));
	pass(world, 25 * ms);
	assert.deepEqual(told(world, arrival(world, 'RequestVote', 3, 2)), [
		'n2 denies its vote to n3 for term 2',
		'  n3’s log ends with entry 1 of term 1, n2’s ends with entry 2 of term 1.',
		'  n2’s log is more up-to-date: it is longer, with the same last term.',
		'  RequestVote #22: term 2, log ends at 1 of term 1; sent at 0.200 s, there 10 ms later.',
		'→ n2 joins term 2',
		'→ n2 sends VoteReply #25 to n3: term 2, denied',
		'rule Raft §5.4.1',
		'← 200 n3 its election timer goes off',
		'← 200 timeout n3',
	]);
	assert.deepEqual(
		told(
			world,
			latest(world, 'role', ({node}) => node === 1),
		),
		[
			'n1 steps down: term 2 has begun',
			'  n1 was leader of term 1.',
			'  n3’s RequestVote is of term 2.',
			'→ n1 sends VoteReply #24 to n3: term 2, denied',
			'rule Raft §5.1',
			'← 210 n1 receives RequestVote #21 from n3: term 2, log ends at 1 of term 1',
			'← 200 n3 its election timer goes off',
			'← 200 timeout n3',
		],
	);
	assert.deepEqual(told(world, {type: 'node', node: 3}), [
		'n3 is a candidate for term 2',
		'  Since 0.200 s: n3 becomes a candidate for term 2.',
		'  n3 was a follower of n1 in term 1.',
		'  Its election timer goes off.',
		'  For term 2 it has the votes of n3 only; 2 of 3 are needed.',
		'  Denied by n1 n2 (log more up-to-date).',
		'  It cannot win term 2 any more.',
		'  n3’s election timer goes off in 60.0 s, at 60.200 s; it was started at 0.200 s, when it last went off.',
		'rule Raft §5.2',
		'rule Raft §5.2',
		'← 200 n3 its election timer goes off',
		'← 200 timeout n3',
	]);
});

test('A vote denied because it has been given to another (§5.2)', () => {
	const world = World.create(calm);
	all(world, timeout(1), timeout(2));
	pass(world, 25 * ms);
	assert.deepEqual(told(world, arrival(world, 'RequestVote', 2, 3)), [
		'n3 denies its vote to n2 for term 1',
		'  n3 has voted for n1 in term 1 already, at 0.010 s.',
		'  RequestVote #4: term 1, log ends empty; sent at 0.000 s, there 10 ms later.',
		'→ n3 sends VoteReply #8 to n2: term 1, denied',
		'rule Raft §5.2',
		'← 0 n2 its election timer goes off',
		'← 0 timeout n2',
	]);
	assert.deepEqual(told(world, arrival(world, 'VoteReply', 3, 2)), [
		'n2 hears that n3 denies its vote',
		'  n3 has voted for n1 in term 1 already, at 0.010 s.',
		'  VoteReply #8: term 1, denied; sent at 0.010 s, there 10 ms later.',
		'rule Raft §5.2',
		'← 10 n3 receives RequestVote #4 from n2: term 1, log ends empty',
		'← 0 n2 its election timer goes off',
		'← 0 timeout n2',
	]);
});

test('A vote denied to a candidate of an old term, who learns of the later one (§5.1)', () => {
	const world = ledByFirst();
	all(world, isolate(3), timeout(2));
	pass(world, 100 * ms);
	all(world, timeout(1));
	pass(world, 100 * ms);
	all(world, rejoin(3), timeout(3));
	pass(world, 25 * ms);
	assert.deepEqual(told(world, arrival(world, 'RequestVote', 3, 1)), [
		'n1 denies its vote to n3 for term 2',
		'  n3 asks for term 2, but n1 is in term 3 already.',
		'  RequestVote #31: term 2, log ends at 1 of term 1; sent at 0.300 s, there 10 ms later.',
		'→ n1 sends VoteReply #33 to n3: term 3, denied',
		'rule Raft §5.1',
		'← 300 n3 its election timer goes off',
		'← 300 timeout n3',
	]);
	assert.deepEqual(told(world, arrival(world, 'VoteReply', 1, 3)), [
		'n3 hears that n1 denies its vote',
		'  n1 was in term 3, n3 in term 2 still.',
		'  n3 asks for term 2, but n1 is in term 3 already.',
		'  VoteReply #33: term 3, denied; sent at 0.310 s, there 10 ms later.',
		'→ n3 joins term 3',
		'rule Raft §5.1',
		'← 310 n1 receives RequestVote #31 from n3: term 2, log ends at 1 of term 1',
		'← 300 n3 its election timer goes off',
		'← 300 timeout n3',
	]);
});

test('An old leader hears from the new one, and follows it (§5.1, §5.2)', () => {
	const world = ledByFirst();
	all(world, isolate(1), timeout(2));
	pass(world, 100 * ms);
	assert.deepEqual(told(world, {type: 'node', node: 1}), [
		'n1 is leader of term 1',
		'  Since 0.020 s: n1 becomes leader of term 1.',
		'  n1 has the votes of n1 n2, a majority of 3.',
		'  n2 leads term 2; n1 has not heard of that yet.',
		'  n1’s heartbeat timer goes off in 20 ms, at 0.220 s; it was started at 0.170 s, when it last went off.',
		'rule Raft §5.2',
		'rule Raft §8',
		'← 20 n1 receives VoteReply #3 from n2: term 1, granted',
		'← 10 n2 receives RequestVote #1 from n1: term 1, log ends empty',
		'← 0 n1 its election timer goes off',
		'← 0 timeout n1',
	]);
	all(world, rejoin(1));
	pass(world, 100 * ms);
	assert.deepEqual(
		told(
			world,
			latest(world, 'role', ({node}) => node === 1),
		),
		[
			'n1 steps down: term 2 has begun',
			'  n1 was leader of term 1.',
			'  n2’s AppendEntries shows that it leads term 2.',
			'→ n1 sends AppendReply #32 to n2: term 2, success, match 1',
			'rule Raft §5.1',
			'rule Raft §5.2',
			'← 230 n1 receives AppendEntries #28 from n2: term 2, empty, after 1, commit 2',
			'← 220 n2 its heartbeat timer goes off, as it does at regular intervals',
		],
	);
});

test('A timer that goes off by itself: when it was started, and nothing since', () => {
	const world = World.create({...calm, electionTimeout: {minUs: 200 * ms, maxUs: 200 * ms + 1}});
	pass(world, 200 * ms);
	assert.deepEqual(
		told(
			world,
			latest(world, 'timer', ({node}) => node === 1),
		),
		[
			'n1’s election timer goes off',
			'  It was started 200 ms before: a cluster of 3 begins, seed 42.',
			'  Since then n1 has not heard from a leader of its term, nor granted a vote, which would have started it anew.',
			'  For term 1 it has the votes of n1 only; 2 of 3 are needed.',
			'  No answer yet from n2 n3.',
			'  Nothing is decided yet.',
			'→ n1 becomes a candidate for term 1',
			'→ n1 votes for itself in term 1',
			'→ n1 sends RequestVote to n2 n3',
			'rule Raft §5.2',
			'← 0 a cluster of 3 begins, seed 42',
		],
	);
	assert.deepEqual(
		told(
			world,
			latest(world, 'vote', ({node}) => node === 1),
		),
		[
			'n1 votes for itself in term 1',
			'  It is a candidate, and its own vote is the first.',
			'→ n1 sends RequestVote to n2 n3',
			'rule Raft §5.2',
			'← 200 n1 its election timer goes off, 200 ms after it was started',
		],
	);
});

test('A split vote: who voted for whom, that nobody can win, and that the next term began (§5.2)', () => {
	const world = World.create({...calm, nodes: 4});
	all(world, timeout(1), timeout(2));
	pass(world, 15 * ms);
	assert.deepEqual(outcome(world, 1), [
		'  For term 1 it has the votes of n1 only; 3 of 4 are needed.',
		'  No answer yet from n2 n3 n4.',
		'  Nothing is decided yet.',
	]);
	pass(world, 10 * ms);
	assert.deepEqual(outcome(world, 2), [
		'  For term 1 it has the votes of n2 only; 3 of 4 are needed.',
		'  Denied by n1 (voted for itself), n3 n4 (voted for n1).',
		'  It cannot win term 1 any more.',
	]);
	const other = World.create({...calm, nodes: 4});
	all(other, timeout(1), timeout(2), timeout(3));
	pass(other, 25 * ms);
	assert.ok(outcome(other, 3).includes('  Denied by n1 n2 (each voted for itself), n4 (voted for n1).'));
	all(other, timeout(3));
	const [title, was, votes, timer] = told(
		other,
		latest(other, 'role', ({node}) => node === 3),
	);
	assert.deepEqual(
		[title, was, votes, timer],
		[
			'n3 becomes a candidate for term 2',
			'  n3 was a candidate for term 1.',
			'  For term 1 it had the votes of n3 only; 3 of 4 are needed.',
			'  Its election timer goes off.',
		],
	);
	const first = told(
		other,
		latest(other, 'role', ({node, term}) => node === 3 && term === 1),
	);
	assert.ok(first.includes('  It did not win: at 0.025 s its timer went off again, and it began term 2.'));
});

test('A candidacy that was won, and one that ended when somebody else had won (§5.2)', () => {
	const world = World.create(calm);
	all(world, timeout(1), timeout(2));
	pass(world, 100 * ms);
	assert.deepEqual(outcome(world, 1), [
		'  For term 1 it had the votes of n1 n3, a majority of 3.',
		'  Denied by n2 (voted for itself).',
		'  It won, and became leader of term 1 at 0.020 s.',
	]);
	const lost = [
		'  For term 1 it had the votes of n2 only; 2 of 3 are needed.',
		'  Denied by n1 (voted for itself), n3 (voted for n1).',
	];
	assert.deepEqual(outcome(world, 2), [
		...lost,
		'  It did not win: at 0.030 s n1’s AppendEntries showed that n1 leads term 1.',
	]);
	assert.deepEqual(
		told(
			world,
			latest(world, 'role', ({node}) => node === 2),
		).slice(0, 5),
		[
			'n2 steps down: n1 leads term 1',
			'  n2 was a candidate for term 1.',
			...lost,
			'  n1’s AppendEntries shows that it leads term 1.',
		],
	);
});

test('Who is missing in an election: whom no request reached, whose answer got lost, who has not answered', () => {
	const world = ledByFirst({...calm, nodes: 7});
	all(world, isolate(2), crash(3), cutOneWay(4, 7), slowDisk(5, s), timeout(7));
	pass(world, 25 * ms);
	assert.deepEqual(outcome(world, 7), [
		'  For term 2 it has the votes of n1 n6 n7 only; 4 of 7 are needed.',
		'  Its request never reached n2 (no way led there), n3 (down).',
		'  Lost on the way back: n4’s vote.',
		'  No answer yet from n5.',
		'  Nothing is decided yet.',
	]);
});

test('A candidate that stops, or sees a later term; and one whose own disk keeps its requests back', () => {
	const world = ledByFirst();
	all(world, isolate(3), timeout(3), timeout(2));
	pass(world, 5 * ms);
	assert.deepEqual(outcome(world, 3).slice(1), [
		'  Its request never reached n1 n2 (no way led there).',
		'  It cannot win term 2 any more.',
	]);
	pass(world, 100 * ms);
	all(world, timeout(1));
	pass(world, 100 * ms);
	all(world, rejoin(3));
	pass(world, 100 * ms);
	assert.equal(
		outcome(world, 3).at(-1),
		'  It did not win: at 0.335 s it saw term 3 in n1’s AppendEntries, and joined that.',
	);
	const slow = World.create({...calm, syncDelay: {minUs: 2 * ms, maxUs: 2 * ms}});
	all(slow, slowDisk(1, s), timeout(1));
	pass(slow, 100 * ms);
	assert.deepEqual(outcome(slow, 1), [
		'  For term 1 it has the votes of n1 only; 2 of 3 are needed.',
		'  It has asked nobody yet: its vote must be on its own disk first.',
		'  Nothing is decided yet.',
	]);
	all(slow, crash(1));
	assert.equal(outcome(slow, 1).at(-1), '  It stopped at 0.100 s, before the election was decided.');
});

test('A timer of a clock that runs wrong is told by that clock too, and since when it does', () => {
	const quick = (): World => World.create({...calm, electionTimeout: {minUs: 200 * ms, maxUs: 200 * ms + 1}});
	const world = quick();
	all(world, clock(2, 4));
	const now = told(world, {type: 'node', node: 2});
	assert.ok(now.includes('  Its clock runs at 4x, since “clock n2 4x”, given at 0.000 s.'));
	pass(world, 50 * ms);
	assert.equal(
		told(world, latest(world, 'timer'))[2],
		'  Its clock was set meanwhile: “clock n2 4x”, given at 0.000 s.', // After the timer had been started
	);
	all(world, isolate(2));
	pass(world, 50 * ms);
	const timer = latest(world, 'timer', ({node}) => node === 2);
	assert.deepEqual(told(world, timer).slice(1, 3), [
		'  It was started 50 ms before, when it last went off.',
		'  By its own clock that is 200 ms: it ran at 4x, since “clock n2 4x”, given at 0.000 s.',
	]);
	const role = latest(world, 'role', ({node}) => node === 2);
	assert.ok(
		told(world, role).includes('  Its election timer goes off, 50 ms after it was started (200 ms by its own clock).'),
	);
	all(world, clock(2, 1));
	assert.ok(told(world, timer).some((line) => line.startsWith('  By its own clock that is 200 ms')));
	assert.ok(told(world, {type: 'node', node: 2}).every((line) => !line.includes('clock runs')));
	const unsure = quick();
	all(unsure, clock('random', 2));
	all(unsure, clock(1, 1), clock(2, 1), clock(3, 1));
	pass(unsure, 200 * ms);
	assert.match(told(unsure, latest(unsure, 'timer'))[2]!, /^ {2}Its clock was set meanwhile: “clock n\d 1x”/v);
});
