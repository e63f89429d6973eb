/*
What convergence is, and what is said to be missing as long as it is not reached.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {whyNotConverged, type Cluster} from '../../source/checking/convergence.js';
import {logOf} from '../../source/raft/log.js';
import {
	nothingPersisted,
	startServer,
	type Candidate,
	type Follower,
	type Leader,
	type Server,
} from '../../source/raft/server.js';
import {noOp, type Entry} from '../../source/raft/vocabulary.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';

const entries: readonly Entry[] = [
	{index: 1, term: 1, command: noOp},
	{index: 2, term: 2, command: noOp},
];

/** In term 2, following n1, with everything applied. */
const follower = (id: number, changes: Partial<Follower> = {}): Follower => ({
	...startServer(id, {voters: [1, 2, 3]}, {...nothingPersisted(), log: logOf(entries)}),
	currentTerm: 2,
	leaderId: 1,
	commitIndex: 2,
	lastApplied: 2,
	...changes,
});

function leader(id: number, changes: Partial<Leader> = {}): Leader {
	const {leaderId: _nobody, ...common} = follower(id);
	return {...common, role: 'leader', nextIndex: [], matchIndex: [], ...changes};
}

function candidate(id: number): Candidate {
	const {leaderId: _nobody, ...common} = follower(id);
	return {...common, role: 'candidate', votesGranted: [id]};
}

type Member = Server | 'down' | {readonly suspended: Server};

const cluster = (...members: readonly Member[]): Cluster => ({
	hosts: members.map((member, at) => {
		const id = at + 1;
		if (member === 'down') {
			return {id, server: undefined, isSuspended: false};
		}

		return 'suspended' in member
			? {id, server: member.suspended, isSuspended: true}
			: {id, server: member, isSuspended: false};
	}),
});

const examples: ReadonlyArray<readonly [missing: string | undefined, ...members: readonly Member[]]> = [
	[undefined, leader(1), follower(2), follower(3)],
	[undefined, leader(1), 'down', {suspended: follower(3, {currentTerm: 7})}],
	['No server is running.', 'down', 'down', {suspended: leader(3)}],
	['Nobody leads term 2, which is the highest.', follower(1), follower(2), follower(3)],
	['Nobody leads term 3, which is the highest.', leader(1), follower(2), follower(3, {currentTerm: 3})],
	['n1 and n2 lead term 2 at once.', leader(1), leader(2), follower(3)],
	['n2 is in term 1, and n1 leads term 2.', leader(1), leader(2, {currentTerm: 1}), follower(3)],
	['n3 is in term 1, and n1 leads term 2.', leader(1), follower(2), follower(3, {currentTerm: 1})],
	['n2 is a candidate in term 2, which n1 leads.', leader(1), candidate(2), follower(3)],
	['n2 follows nobody, and n1 leads term 2.', leader(1), follower(2, {leaderId: undefined}), follower(3)],
	['n2 follows n3, and n1 leads term 2.', leader(1), follower(2, {leaderId: 3}), follower(3)],
	[
		'The log of n3 ends at index 1 with term 1, that of n1, who leads, at index 2 with term 2.',
		leader(1),
		follower(2),
		follower(3, {log: logOf(entries.slice(0, 1))}),
	],
	[
		'The log of n3 ends at index 2 with term 1, that of n1, who leads, at index 2 with term 2.',
		leader(1),
		follower(2),
		follower(3, {log: logOf([entries[0]!, {index: 2, term: 1, command: noOp}])}),
	],
	['n1 has 2 entries, and its commit index is 1.', leader(1, {commitIndex: 1}), follower(2), follower(3)],
	['n3 has 2 entries, and its commit index is 0.', leader(1), follower(2), follower(3, {commitIndex: 0})],
	['n2 has committed 2 entries, and applied 1.', leader(1), follower(2, {lastApplied: 1}), follower(3)],
];

for (const [missing, ...members] of examples) {
	test(missing === undefined ? 'Nothing is missing' : `Missing: ${missing}`, () => {
		assert.equal(whyNotConverged(cluster(...members)), missing);
	});
}

test('A cluster converges once it is left in peace, and not while somebody is cut off', () => {
	const world = World.create({...defaultSettings, nodes: 3});
	assert.equal(whyNotConverged(world), 'Nobody leads term 0, which is the highest.');
	world.advanceTo(2_000_000);
	assert.equal(whyNotConverged(world), undefined);
	const {id, server} = world.leader!;
	assert.equal(perform(world, {type: 'isolate', node: id}), undefined);
	assert.equal(perform(world, {type: 'write', key: 'x', value: '1', via: id}), undefined);
	world.advanceTo(4_000_000);
	assert.ok(whyNotConverged(world)!.startsWith(`n${id} is in term ${server!.currentTerm}, and n`));
	assert.equal(perform(world, {type: 'rejoin', node: id}), undefined);
	world.advanceTo(6_000_000);
	assert.equal(whyNotConverged(world), undefined);
});
