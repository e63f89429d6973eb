/*
What has to wait, and what is lost in a crash: where the present and the past do not look alike.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import type {World} from '../../source/simulation/world.js';
import type {Command} from '../../source/simulation/command.js';
import {
	all,
	calm,
	crash,
	cut,
	disk,
	isolate,
	ledByFirst,
	ms,
	pass,
	rejoin,
	restart,
	resume,
	s,
	slowDisk,
	suspend,
	timeout,
	wipe,
	write,
} from '../simulation/worlds.js';
import {latest, told} from './telling.js';

/** The facts about an entry of a server, without who asked for it. */
const factsOf = (world: World, node: number, index: number): readonly string[] =>
	told(world, {type: 'entry', node, index})
		.filter((line) => line.startsWith('  '))
		.slice(0, -1);

test('A request that waits in a suspended server, is taken very late, or never', () => {
	const world = ledByFirst();
	all(world, suspend(1), write('1', 1));
	const [, waits] = told(world, latest(world, 'request'));
	assert.equal(waits, '  n1 is suspended: the request waits there.');
	pass(world, 30 * s);
	all(world, resume(1));
	const [, taken] = told(world, latest(world, 'request'));
	assert.equal(taken, '  n1 leads, and appends it as entry 2.');
	const other = ledByFirst();
	all(other, suspend(1), write('1', 1), crash(1));
	const [, never] = told(other, latest(other, 'request'));
	assert.equal(never, '  n1 stopped before it could take the request, which had waited there while it was suspended.');
});

test('A message that had reached a suspended server is lost with it', () => {
	const world = ledByFirst();
	all(world, suspend(2), write('1', 1));
	pass(world, 20 * ms);
	all(world, crash(2));
	const [, why] = told(world, latest(world, 'lost'));
	assert.equal(why, '  It had reached n2, which was suspended, and was lost with it when it stopped at 0.120 s.');
});

test('What was written and not saved is gone after a crash, the deletion of entries too (Figure 2)', () => {
	const world = ledByFirst({...calm, seed: '2'}); // With others, a part of what was being written may survive
	all(world, isolate(1), write('1', 1), write('2', 1), timeout(2));
	pass(world, 100 * ms);
	all(world, rejoin(1));
	while (world.host(1).server!.currentTerm < 2) {
		world.advance();
	}

	all(world, slowDisk(1, s));
	pass(world, 30 * ms);
	assert.equal(world.host(1).server!.log.lastIndex, 2); // It has n2’s entry in place of its own two, and has not saved that
	all(world, crash(1), restart(1));
	const [, found] = told(world, latest(world, 'restart'));
	assert.equal(found, '  Its disk gives back term 2 with no vote in it, and entries 1–3.');
	all(world, timeout(3));
	pass(world, 2 * s);
	const vote = told(
		world,
		latest(world, 'vote', ({node}) => node === 1),
	);
	assert.equal(
		vote[2],
		'  n3’s log ends with entry 2 of term 2, n1’s ends with entry 3 of term 1: n3’s is at least as up-to-date.',
	);
	all(world, slowDisk(2, s), write('3', 3));
	pass(world, 15 * ms);
	all(world, crash(2), restart(2));
	const gone = told(world, latest(world, 'restart'))[2];
	assert.equal(gone, '  When it stopped its log went on with entry 4: that is gone.');
});

test('A disk that lies, and the leader that finds out (Figure 2)', () => {
	const world = ledByFirst();
	all(world, disk(2, 'lying'), write('1', 1));
	pass(world, 100 * ms);
	const [, lie] = told(
		world,
		latest(world, 'synced', ({node}) => node === 2),
	);
	assert.equal(lie, '  That is not so: since “disk n2 lying”, given at 0.100 s, it only says that, and saves nothing.');
	all(world, crash(2), restart(2));
	pass(world, 200 * ms);
	assert.ok(
		told(
			world,
			latest(world, 'delivered', ({flight: {message}}) => message.type === 'AppendReply' && !message.success),
		).includes('  n2 had acknowledged entry 2 before: its disk has lost what it said it had.'),
	);
	all(world, wipe(2), restart(2));
	pass(world, 200 * ms);
	const [, anew] = told(
		world,
		latest(world, 'synced', ({node}) => node === 2),
	);
	assert.match(anew!, /survives a crash from now on/v);
	const other = ledByFirst();
	all(other, {type: 'disk', node: 'random', condition: {kind: 'lying'}}, write('1', 1));
	const [, perhaps] = told(other, latest(other, 'synced'));
	assert.match(perhaps!, /from now on, unless “disk random lying”, given at 0\.100 s, meant this disk\.$/v);
	const mended = ledByFirst();
	all(mended, disk(2, 'lying'), disk('random', 'ok'), write('1', 1));
	pass(mended, 15 * ms);
	const [, still] = told(
		mended,
		latest(mended, 'synced', ({node}) => node === 2),
	);
	assert.match(still!, /from now on, unless it still lies, as it did since “disk n2 lying”, given at 0\.100 s\.$/v);
	const split = ledByFirst();
	all(split, {type: 'partition', groups: [['random'], ['rest']]}, disk('majority', 'lying'), write('1', 'leader'));
	const [, some] = told(split, latest(split, 'synced'));
	assert.match(some!, /unless “disk majority lying”, given at 0\.100 s, meant this disk\.$/v);
});

test('What had waited in a suspended server follows when it goes on', () => {
	const world = ledByFirst({...calm, syncDelay: {minUs: 2 * ms, maxUs: 2 * ms}});
	all(world, write('1', 1));
	pass(world, 13 * ms);
	all(world, suspend(2)); // It has the entry, and its disk is still saving it
	pass(world, 5 * ms);
	all(world, resume(2));
	assert.ok(
		told(world, latest(world, 'resume')).includes('→ n2 sends AppendReply #16 to n1: term 1, success, match 2'),
	);
});

test('What was committed stays so when everybody who knew has crashed', () => {
	const world = ledByFirst();
	all(world, write('1', 1));
	pass(world, 100 * ms);
	all(world, crash('all'), restart('all'));
	assert.equal(
		told(world, {type: 'entry', node: 1, index: 2})[0],
		'n1 does not know that its entry 2 (x=1, term 1) is committed',
	);
	assert.deepEqual(factsOf(world, 1, 2), [
		'  n1 committed it at 0.120 s, so it must stay; but what is committed is forgotten in a crash.',
		'  Nobody leads at the moment, so nobody counts copies.',
		'  It is in the logs of n1 n2 n3, a majority of 3.',
	]);
});

test('What is missing for an entry: an answer that left in time, a way that is cut since, and a leader’s own disk', () => {
	const world = ledByFirst();
	all(world, write('1', 1));
	pass(world, 12 * ms);
	all(world, cut(1, 2), isolate(3));
	assert.deepEqual(factsOf(world, 1, 2), [
		'  n1 knows it on n1 only; 2 of 3 are needed.',
		'  n2 has it, but its answer is not there: #15. It is on its way and will be there at 0.120 s.',
		'  n3 has it, but its answer is not there: #16. It is on its way and will be there at 0.120 s.',
	]);
	pass(world, 60 * ms);
	all(world, write('2', 1));
	assert.deepEqual(factsOf(world, 1, 3).slice(1), [
		'  n2 does not have it: nothing gets from n1 to n2, since “cut n1 n2”, given at 0.112 s.',
		'  n3 does not have it: nothing gets from n1 to n3, since “isolate n3”, given at 0.112 s.',
	]);
	const slow = ledByFirst({...calm, syncDelay: {minUs: 2 * ms, maxUs: 2 * ms}});
	all(slow, slowDisk(1, s), write('1', 1));
	pass(slow, 100 * ms);
	assert.deepEqual(factsOf(slow, 1, 2).slice(1), [
		'  n2 n3 do not have it: n1 sends it once its own disk has saved it.',
	]);
	all(slow, suspend(1));
	assert.equal(factsOf(slow, 1, 2)[1], '  n1 is suspended: it sends and counts nothing until it goes on.');
});

test('A server whose disk was emptied votes twice in a term, and does not know', () => {
	const world = ledByFirst();
	all(world, isolate(1), wipe(2), restart(2), wipe(3), restart(3), timeout(3));
	pass(world, 15 * ms);
	const [, before] = told(
		world,
		latest(world, 'vote', ({node}) => node === 2),
	);
	assert.equal(before, '  n2 had not voted in term 1 before.');
});

test('Since when a disk has been as it is, is said of the command that was about it for certain, and of no other', () => {
	const crashed = (...commands: readonly Command[]): readonly string[] => {
		const world = ledByFirst();
		all(world, ...commands, write('1', 1));
		pass(world, 15 * ms);
		return told(
			world,
			latest(world, 'crash', ({node, reason}) => node === 1 && reason === 'disk full'),
		);
	};

	const since = '  Its disk is like that since “disk n1 full”, given at 0.100 s.';
	assert.ok(crashed(disk(1, 'full')).includes(since));
	assert.ok(crashed(disk(1, 'full'), slowDisk('random', 5 * ms)).every((line) => !line.includes('like that')));
});
