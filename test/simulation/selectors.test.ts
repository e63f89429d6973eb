/*
Whom a command is about: what each selector stands for at the moment of the command, and why it may stand for nobody.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {ServerId} from '../../source/raft/vocabulary.js';
import type {Command, Selector} from '../../source/simulation/command.js';
import {perform} from '../../source/simulation/perform.js';
import {World} from '../../source/simulation/world.js';
import {anySession, commandAt, tried} from '../properties/session.js';
import {
	all,
	calm,
	crash,
	cut,
	cutOneWay,
	eventsOfType,
	heal,
	isolate,
	ledByFirst,
	ms,
	pass,
	recordOf,
	restart,
	suspend,
	timeout,
	write,
} from './worlds.js';

const five = {...calm, nodes: 5};

/** Which servers a selector stands for now, found out on a copy. */
function standsFor(world: World, node: Selector): readonly ServerId[] | string {
	const copy = world.copy();
	const refusal = perform(copy, {type: 'clock', node, rate: 7});
	return refusal ?? copy.hosts.filter(({clockRate}) => clockRate === 7).map(({id}) => id);
}

const partition = (...groups: ReadonlyArray<readonly Selector[]>): Command => ({type: 'partition', groups});

test('A number is the server with that number', () => {
	const world = World.create(five);
	for (const id of [1, 2, 3, 4, 5]) {
		assert.deepEqual(standsFor(world, id), [id]);
	}

	for (const id of [0, 6, -1, 1.5]) {
		assert.equal(standsFor(world, id), `There is no n${id}; the cluster has n1 to n5.`);
	}
});

test('The leader is that of the highest term, be it suspended or cut off; without one it is refused', () => {
	const world = World.create(five);
	assert.equal(standsFor(world, 'leader'), 'There is no leader at the moment.');
	all(world, timeout(1));
	pass(world, 100 * ms);
	assert.deepEqual(standsFor(world, 'leader'), [1]);
	all(world, isolate(1), timeout(2));
	assert.deepEqual(standsFor(world, 'leader'), [1]);
	pass(world, 100 * ms);
	assert.deepEqual(standsFor(world, 'leader'), [2]);
	all(world, suspend(2));
	assert.deepEqual(standsFor(world, 'leader'), [2]);
	all(world, crash(2));
	assert.deepEqual(standsFor(world, 'leader'), [1]);
	all(world, crash(1));
	assert.equal(standsFor(world, 'leader'), 'There is no leader at the moment.');
});

test('The followers are those who follow now: no candidate, and nobody who is down', () => {
	const world = ledByFirst(five);
	all(world, crash(3), isolate(4), timeout(4));
	assert.deepEqual(standsFor(world, 'followers'), [2, 5]);
	all(world, crash(2), crash(5));
	assert.equal(standsFor(world, 'followers'), 'There are no followers at the moment. The cluster has n1 to n5.');
});

test('All are all, those too that are down', () => {
	const world = ledByFirst(five);
	all(world, crash(3));
	assert.deepEqual(standsFor(world, 'all'), [1, 2, 3, 4, 5]);
});

test('The rest are those whom the command has not named yet', () => {
	const world = ledByFirst(five);
	assert.deepEqual(standsFor(world, 'rest'), [1, 2, 3, 4, 5]);
	all(world, partition(['leader', 3], ['rest']));
	assert.deepEqual(world.network.groups, [
		[1, 3],
		[2, 4, 5],
	]);
	all(world, heal, cutOneWay('rest', 2)); // Whoever comes first names first
	assert.deepEqual(world.network.cuts, [
		[1, 2],
		[3, 2],
		[4, 2],
		[5, 2],
	]);
	all(world, heal, cut(2, 'rest'));
	assert.equal(world.network.cuts.length, 8);
	assert.equal(
		perform(world, cut('all', 'rest')),
		'Nobody is left for "rest": all have been named. The cluster has n1 to n5.',
	);
	assert.match(perform(world, partition([1, 2, 3, 4, 5], ['rest'])) ?? 'done', /^Nobody is left/v);
});

test('The majority is the side of the partition that is one; the minority is everybody else', () => {
	const world = ledByFirst(five);
	assert.equal(standsFor(world, 'majority'), 'There is no partition at the moment, and so no majority.');
	assert.equal(standsFor(world, 'minority'), 'There is no partition at the moment, and so no minority.');
	all(world, partition([1, 4]));
	assert.deepEqual(standsFor(world, 'majority'), [2, 3, 5]);
	assert.deepEqual(standsFor(world, 'minority'), [1, 4]);
	all(world, partition([1, 4], [2, 3]));
	assert.equal(standsFor(world, 'majority'), 'No side of the partition has a majority. The cluster has n1 to n5.');
	assert.deepEqual(standsFor(world, 'minority'), [1, 2, 3, 4, 5]);
	all(world, partition([1, 2, 3, 4]), heal);
	assert.match(standsFor(world, 'majority') as string, /no partition/v);

	const even = ledByFirst({...calm, nodes: 4});
	all(even, partition([1, 2]));
	assert.match(standsFor(even, 'majority') as string, /^No side/v); // Half is no majority
	assert.deepEqual(standsFor(even, 'minority'), [1, 2, 3, 4]);
});

test('A random one is one that is up, any of them, each as often as the others', () => {
	const world = ledByFirst(five);
	all(world, crash(2), suspend(4));
	const counts = new Map<ServerId, number>();
	for (let draw = 0; draw < 400; draw++) {
		const [id, ...others] = standsFor(world, 'random') as readonly ServerId[];
		assert.deepEqual(others, []);
		counts.set(id!, (counts.get(id!) ?? 0) + 1);
		all(world, {type: 'clock', node: 'random', rate: 1}); // Draws
	}

	assert.deepEqual(new Set(counts.keys()), new Set([1, 3, 4, 5]));
	assert.ok(
		[...counts].every(([, count]) => count > 60 && count < 140),
		JSON.stringify([...counts]),
	);
	all(world, crash('all'));
	assert.equal(standsFor(world, 'random'), 'No node is up. The cluster has n1 to n5.');
});

test('What is drawn follows from the seed and from what was drawn before; a refused command draws nothing', () => {
	const drawn = (seed: string, refused: readonly Command[]): string => {
		const world = World.create({...five, seed});
		const rates: string[] = [];
		for (let draw = 0; draw < 20; draw++) {
			for (const command of refused) {
				assert.notEqual(perform(world, command), undefined);
			}

			all(world, {type: 'clock', node: 'random', rate: 2 + draw});
			rates.push(String(world.hosts.find(({clockRate}) => clockRate === 2 + draw)!.id));
		}

		return rates.join(' ');
	};

	const refused: readonly Command[] = [
		{type: 'clock', node: 'random', rate: 1000},
		{type: 'rejoin', node: 'random'},
		cut('random', 'leader'),
		partition(['random'], [9]),
		{type: 'link', from: 'random', to: 9, isOneWay: true, link: undefined},
		{type: 'read', key: 'x', via: 'minority'},
	];
	assert.equal(drawn('1', refused), drawn('1', []));
	assert.notEqual(drawn('1', []), drawn('2', []));
	assert.ok(new Set(drawn('1', []).split(' ')).size > 3);
});

test('What is drawn does not depend on what else is left to chance', () => {
	const drawn = (changes: Record<string, unknown>): string => {
		const world = World.create({...five, ...changes});
		pass(world, 2000 * ms);
		const ids: ServerId[] = [];
		for (let draw = 0; draw < 20; draw++) {
			ids.push(...(standsFor(world, 'random') as readonly ServerId[]));
			all(world, {type: 'clock', node: 'random', rate: 1});
		}

		return ids.join(' ');
	};

	const expected = drawn({});
	assert.equal(drawn({lossRate: 0.3, duplicateRate: 0.3}), expected);
	assert.equal(drawn({clients: {count: 3, ratePerS: 50}}), expected);
	assert.equal(
		drawn({electionTimeout: {minUs: 100 * ms, maxUs: 200 * ms}, syncDelay: {minUs: 0, maxUs: 5 * ms}}),
		expected,
	);
});

test('A partition takes its sides from any selectors; whoever is not named is a side', () => {
	const world = ledByFirst(five);
	for (const [groups, expected] of [
		[[['leader']], [[1], [2, 3, 4, 5]]],
		[
			[[5, 'leader'], [3]],
			[[1, 5], [3], [2, 4]],
		],
		[
			[['followers'], ['rest']],
			[[2, 3, 4, 5], [1]],
		],
		[
			[['minority'], ['majority']],
			[[1], [2, 3, 4, 5]],
		],
		[
			[['majority', 'leader']],
			undefined, // The majority is now n2 to n5, and with the leader everybody
		],
		[
			[['leader', 1, 1], ['rest']], // Twice on one side is once
			[[1], [2, 3, 4, 5]],
		],
		[
			[[], [2]],
			[[2], [1, 3, 4, 5]],
		],
	] as const satisfies ReadonlyArray<
		readonly [ReadonlyArray<readonly Selector[]>, ReadonlyArray<readonly ServerId[]> | undefined]
	>) {
		const refusal = perform(world, {type: 'partition', groups});
		if (expected === undefined) {
			assert.equal(refusal, 'A partition has at least two sides with a node each.');
		} else {
			assert.equal(refusal, undefined);
			assert.deepEqual(world.network.groups, expected);
		}
	}

	assert.equal(
		perform(world, partition(['leader'], [2, 1])),
		'n1 is named twice; a node can be on one side of a partition only.',
	);
	assert.match(perform(world, partition(['followers'], [2])) ?? 'done', /^n2 is named twice/v);
	assert.match(perform(world, partition()) ?? 'done', /at least two sides/v);
});

test('A command about several is done to those that allow it, and refused with the reason of the first if none does', () => {
	const world = ledByFirst(five);
	all(world, crash(2), crash(4), restart('all'));
	assert.ok(world.hosts.every(({server}) => server !== undefined));
	assert.deepEqual(
		eventsOfType(world, 'restart').map(({node}) => node),
		[2, 4],
	);
	assert.equal(perform(world, restart('all')), 'n1 is running.');
	all(world, timeout('all')); // The leader has no election timer
	assert.deepEqual(
		world.hosts.map(({server}) => server!.role),
		['leader', 'candidate', 'candidate', 'candidate', 'candidate'],
	);
	all(world, crash('all'));
	assert.equal(perform(world, crash('all')), 'n1 is already down.');
	assert.match(perform(world, timeout('all')) ?? 'done', /^n1 is down/v);
});

test('An operation goes to one server; where a selector stands for several, one is to be named', () => {
	const world = ledByFirst(five);
	assert.equal(
		perform(world, write('a', 'followers')),
		'One node is wanted here, and "followers" is 4 of them. Try n2.',
	);
	assert.equal(perform(world, write('a', 'all')), 'One node is wanted here, and "all" is 5 of them. Try n1.');
	all(world, write('a', 'leader'), write('b', 'random'));
	all(world, crash(2), crash(3), crash(4), write('c', 'followers'));
	assert.deepEqual(
		eventsOfType(world, 'request')
			.map(({node}) => node)
			.filter((_, at) => at !== 1),
		[1, 5],
	);
	assert.equal(perform(world, write('a', 2)), 'n2 is down.');
});

test('Whatever a command was about, the run goes on the same if it is told by numbers', () => {
	let told = 0;
	fc.assert(
		fc.property(anySession({stepsMax: 60}), ({settings, steps}) => {
			const world = World.create(settings);
			for (const [at, step] of steps.entries()) {
				pass(world, step.afterUs);
				const command = commandAt(step, at, world);
				if (command.type !== 'isolate' && command.type !== 'suspend' && command.type !== 'clock') {
					perform(world, command);
					continue;
				}

				const ids = standsFor(world, command.node);
				const byNumbers = world.copy();
				const refusal = perform(world, command);
				if (typeof ids === 'string' || refusal !== undefined) {
					continue;
				}

				told++;
				for (const node of ids) {
					perform(byNumbers, {...command, node});
				}

				const effects = (of: World): unknown => ({
					isolated: [...of.network.isolated],
					hosts: of.hosts.map(({isSuspended, clockRate}) => ({isSuspended, clockRate})),
				});
				assert.deepEqual(effects(byNumbers), effects(world));
			}
		}),
		tried(60),
	);
	assert.ok(told > 40, `${told}`);
});

test('A selector that stands for nobody leaves the World as it was', () => {
	const world = World.create(five);
	const before = recordOf(world);
	for (const node of ['leader', 'majority', 'minority', 9] as const) {
		for (const type of ['crash', 'restart', 'wipe', 'suspend', 'resume', 'timeout', 'isolate', 'rejoin'] as const) {
			assert.match(perform(world, {type, node}) ?? 'done', /^There is no .*\.$/v);
		}

		assert.match(perform(world, write('a', node)) ?? 'done', /^There is no .*\.$/v);
		assert.match(perform(world, cut(node, 'rest')) ?? 'done', /^There is no .*\.$/v);
		assert.match(perform(world, {type: 'heal', between: ['all', node]}) ?? 'done', /^There is no .*\.$/v);
		assert.match(perform(world, partition([1], [node])) ?? 'done', /^There is no .*\.$/v);
	}

	assert.deepEqual(recordOf(world), before);
});
