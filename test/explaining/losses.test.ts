import assert from 'node:assert/strict';
import test from 'node:test';
import type {Command} from '../../source/simulation/command.js';
import type {World} from '../../source/simulation/world.js';
import {
	all,
	calm,
	crash,
	cut,
	delay,
	heal,
	isolate,
	ledByFirst,
	ms,
	pass,
	suspend,
	write,
} from '../simulation/worlds.js';
import {latest, told} from './telling.js';

const partition = (...side: readonly number[]): Command => ({type: 'partition', groups: [side, ['rest']]});

/** Why the latest message from one server to another was lost. */
const lost = (world: World, from: number, to: number): readonly string[] =>
	told(
		world,
		latest(world, 'lost', ({flight}) => flight.from === from && flight.to === to),
	);

test('A message lost between the sides of a partition: who drew it, and what the message was for', () => {
	const world = ledByFirst();
	all(world, partition(1), write('1', 1));
	assert.deepEqual(lost(world, 1, 3), [
		'AppendEntries #14 from n1 to n3 is lost',
		'  No way led from n1 to n3 when it was sent, since “partition n1 | rest”, given at 0.100 s.',
		'  It says: term 1, entry 2, commit 1.',
		'rule Raft §2',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
});

test('A message lost on a cut link, or to an isolated node: of several commands the one that did it', () => {
	const world = ledByFirst({...calm, nodes: 5});
	all(world, cut(1, 2), partition(3), isolate('leader'), {type: 'rejoin', node: 1}, write('1', 1));
	assert.equal(
		lost(world, 1, 2)[1],
		'  No way led from n1 to n2 when it was sent, since “cut n1 n2”, given at 0.100 s.',
	);
	assert.equal(
		lost(world, 1, 3)[1],
		'  No way led from n1 to n3 when it was sent, since “partition n3 | rest”, given at 0.100 s.',
	);
	all(world, heal, isolate('leader'), write('2', 1));
	assert.equal(
		lost(world, 1, 4)[1],
		'  No way led from n1 to n4 when it was sent, since “isolate leader”, given at 0.100 s.',
	);
});

test('A message lost by chance: by the command that made the network lose, or as it was from the start', () => {
	const world = ledByFirst();
	all(world, {type: 'loss', rate: 1}, write('1', 1));
	assert.deepEqual(lost(world, 1, 2), [
		'AppendEntries #13 from n1 to n2 is lost',
		'  The network loses messages by chance since “loss 100%”, given at 0.100 s, and this was one of them.',
		'  It says: term 1, entry 2, commit 1.',
		'rule Raft §2',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
	const lossy = ledByFirst();
	all(lossy, {type: 'link', from: 1, to: 2, isOneWay: true, link: {lossRate: 1}}, write('1', 1));
	assert.equal(
		lost(lossy, 1, 2)[1],
		'  The network loses messages by chance since “link n1 -> n2 loss 100%”, given at 0.100 s, and this was one of them.',
	);
});

test('A message that finds nobody there, and one that somebody took off the wire', () => {
	const world = ledByFirst();
	all(world, write('1', 1), crash(2));
	all(world, {type: 'drop', message: world.messagesSent});
	pass(world, 15 * ms);
	assert.deepEqual(lost(world, 1, 2), [
		'AppendEntries #13 from n1 to n2 is lost',
		'  n2 was down when it arrived: it had stopped at 0.100 s.',
		'  It says: term 1, entry 2, commit 1.',
		'rule Raft §2',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
	assert.deepEqual(lost(world, 1, 3), [
		'AppendEntries #14 from n1 to n3 is lost',
		'  Somebody took it off the wire: “drop #14”, given at 0.100 s.',
		'  It says: term 1, entry 2, commit 1.',
		'rule Raft §2',
		'← 100 drop #14',
	]);
});

test('A message under way, held back, waiting and arrived', () => {
	const world = ledByFirst();
	all(world, delay(30 * ms), write('1', 1));
	const id = world.messagesSent;
	assert.deepEqual(told(world, {type: 'message', id}), [
		'n1 sends AppendEntries #14 to n3',
		'  It says: term 1, entry 2, commit 1.',
		'  It is on its way and will be there at 0.130 s.',
		'rule Raft §5.3',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
	all(world, {type: 'hold', message: id});
	assert.equal(told(world, {type: 'message', id})[2], '  Somebody holds it back.');
	all(world, {type: 'release', message: id}, suspend(3));
	pass(world, 30 * ms);
	assert.equal(told(world, {type: 'message', id})[2], '  It has reached n3, which is suspended, and waits there.');
	all(world, {type: 'resume', node: 3});
	assert.deepEqual(told(world, {type: 'message', id}), [
		'n3 accepts entry 2 from n1',
		'  n3’s log agrees with n1’s up to entry 1.',
		'  It appends what it did not have, and answers once that is on its disk.',
		'  AppendEntries #14: term 1, entry 2, commit 1; sent at 0.100 s, there 30 ms later.',
		'→ n3 appends entry 2 (x=1, term 1)',
		'→ n3 sends AppendReply #16 to n1: term 1, success, match 2',
		'rule Raft §5.3',
		'← 100 n1 is asked by a command for write x=1',
		'← 100 write x=1 via n1',
	]);
});

test('A command given by the random faults is told from one that was given', () => {
	const world = ledByFirst(calm);
	all(world, {type: 'faults', kinds: ['cut']});
	pass(world, 20_000 * ms);
	assert.deepEqual(told(world, latest(world, 'command')), [
		'“heal n1 n2”',
		'  What was broken of the network carries messages again; what was lost stays lost.',
		'  The random faults gave it.',
		'← 100 faults cut',
	]);
	assert.deepEqual(
		told(
			world,
			latest(world, 'command', ({cause}) => cause === 0),
		),
		[
			'“faults cut”',
			'  From now on trouble of these kinds comes and goes at random.',
			'  It was given by hand or by the scenario.',
		],
	);
});
