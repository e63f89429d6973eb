/*
That every promise is watched in earnest: one rule of the paper is replaced by a mistake, a cluster with clients lives
through random faults, and the monitor reports the promise that the mistake breaks, at the event that breaks it. The same
runs with the paper's rules are silent.
*/

import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import {Monitor} from '../../source/checking/monitor.js';
import {safetyProperties, type SafetyProperty} from '../../source/checking/safety.js';
import {entryAt} from '../../source/raft/log.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import {noOp} from '../../source/raft/vocabulary.js';
import {perform} from '../../source/simulation/perform.js';
import type {EventType} from '../../source/simulation/event.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {codeOf} from '../../source/simulation/trace.js';
import {World} from '../../source/simulation/world.js';
import {ms, s} from '../simulation/worlds.js';

type PropertyName = SafetyProperty | 'Linearizability';

type Case = {
	readonly mistake: string;
	readonly broken: Partial<Rules>;
	/** The promise that is reported first in one of the runs. */
	readonly property: PropertyName;
	/** At an event of which type. */
	readonly at: EventType;
	/** What else may be reported first in other runs: what the promise rests on, or what rests on it. */
	readonly orElse?: readonly PropertyName[];
	readonly settings?: Partial<Settings>;
};

/** Clients are busy, messages are lost, late, early and doubled, and elections are frequent. */
const rough: Settings = {
	...defaultSettings,
	nodes: 3,
	delay: {minUs: ms, maxUs: 60 * ms},
	lossRate: 0.1,
	duplicateRate: 0.1,
	electionTimeout: {minUs: 100 * ms, maxUs: 200 * ms},
	entriesPerMessageMax: 1, // As in Figure 8: else the no-op of a leader's own term comes along with the old entries
	syncDelay: {minUs: ms, maxUs: 20 * ms},
	clients: {count: 4, ratePerS: 40},
};

/** Hardly anything but elections, and disks so slow that a crash takes a promise with it. */
const unsettled: Partial<Settings> = {
	electionTimeout: {minUs: 60 * ms, maxUs: 120 * ms},
	syncDelay: {minUs: 10 * ms, maxUs: 50 * ms},
};

const cases: readonly Case[] = [
	{
		mistake: 'two servers are a quorum, however many there are (§5.2)',
		broken: {hasQuorum: (_configuration, servers) => servers.length >= 2},
		property: 'Election Safety',
		at: 'role',
		orElse: ['Committed Is Durable'],
		settings: {nodes: 5},
	},
	{
		mistake: 'a follower appends where there is some entry before, whatever its term (§5.3)',
		broken: {matchesPrevious: (log, previous) => previous.index <= log.lastIndex},
		property: 'Log Matching',
		at: 'append',
		orElse: ['State Machine Safety'],
	},
	{
		mistake: 'a leader commits an old entry because it is on a majority (§5.4.2)',
		broken: {mayCommit: (entryTerm) => entryTerm !== undefined},
		property: 'Leader Completeness',
		at: 'role',
	},
	{
		mistake: 'a candidate counts votes and not voters (§5.2)',
		broken: {addVote: (votesGranted, from) => [...votesGranted, from]},
		property: 'Leader Completeness', // An earlier leader is still at it, and commits what the later one lacks
		at: 'commit',
		orElse: ['Election Safety'],
		settings: {nodes: 5},
	},
	{
		mistake: "a follower commits up to the end of its own log on the leader's word (§5.3)",
		broken: {
			followerCommitIndex: (commitIndex, leaderCommit, _lastNewIndex, lastIndex) =>
				Math.max(commitIndex, Math.min(leaderCommit, lastIndex)),
		},
		property: 'State Machine Safety',
		at: 'commit',
		orElse: ['Commit Index Only Grows'], // Where the leader cuts off first what was never its own
	},
	{
		mistake: 'a server votes for whoever asks, as often as it is asked (§5.2)',
		broken: {mayGrantVote: () => true},
		property: 'One Vote a Term',
		at: 'vote',
	},
	{
		mistake: "a server votes without looking at the candidate's log (§5.4.1)",
		broken: {isUpToDate: () => true},
		property: 'Election Restriction',
		at: 'vote',
	},
	{
		mistake: 'a vote is promised before it is on the disk (Figure 2, thesis §3.8)',
		broken: {waitsForDisk: (kind) => kind !== 'VoteReply'},
		property: 'Terms Only Grow',
		at: 'restart',
		settings: unsettled,
	},
	{
		mistake: 'a follower lets a late message take its commit index back (§5.3)',
		broken: {followerCommitIndex: (_commitIndex, leaderCommit, lastNewIndex) => Math.min(leaderCommit, lastNewIndex)},
		property: 'Commit Index Only Grows',
		at: 'commit',
	},
	{
		mistake: 'a server drops what it does not know to be committed when it joins a newer term (thesis §3.6.3)',
		broken: {keptOnNewTerm: (_lastIndex, commitIndex) => commitIndex},
		property: 'Committed Entries Stay',
		at: 'truncate',
		orElse: ['Committed Is Durable'],
	},
	{
		mistake: 'an entry is acknowledged before it is on the disk (Figure 2, thesis §3.8)',
		broken: {waitsForDisk: (kind) => kind !== 'AppendReply'},
		property: 'Committed Is Durable',
		at: 'commit',
	},
	{
		mistake: 'a server applies what is in its log and not yet committed (§5.3)',
		broken: {appliedUpTo: (_commitIndex, lastIndex) => lastIndex},
		property: 'Applied in Order',
		at: 'apply',
	},
	{
		mistake: 'no request is recognised as a retry (§8)',
		broken: {isRetry: () => false},
		property: 'Applied Once',
		at: 'apply',
	},
	{
		mistake: "a client's next request is taken for a retry of its last (§8)",
		broken: {isRetry: (latestSerial, serial) => serial <= latestSerial + 1},
		property: 'Linearizability',
		at: 'ok',
	},
];

/** Of the mistake that is the hardest to find one run in thirty tells, and a run takes some hundredths of a second. */
const seedsMax = 200;

const runUs = 20 * s;

/** A cluster under random faults, watched until something breaks. */
function live(settings: Settings, rules: Rules): {readonly world: World; readonly monitor: Monitor} {
	const world = World.create(settings, {rules});
	assert.equal(perform(world, {type: 'faults', kinds: ['partition', 'crash', 'cut']}), undefined);
	const monitor = new Monitor(settings);
	monitor.advanceTo(world, runUs);
	return {world, monitor};
}

/** Runs until one breaks the promise where it should; says which it was, if there is one. */
function hunt({broken, property, at, orElse = [], settings: changes}: Case): string | undefined {
	for (let seed = 1; seed <= seedsMax; seed++) {
		const settings = {...rough, ...changes, seed: String(seed)};
		const {world, monitor} = live(settings, {...paperRules, ...broken});
		const {violation} = monitor;
		if (violation === undefined) {
			continue;
		}

		assert.ok([property, ...orElse].includes(violation.property as PropertyName), violation.explanation);
		assert.equal(world.trace.typeAt(world.trace.length), 'violation'); // The run stops there
		const {world: control, monitor: unbroken} = live(settings, paperRules);
		assert.equal(unbroken.violation, undefined);
		assert.equal(control.timeUs, runUs);
		assert.ok(control.hosts.some(({appliedIndex}) => appliedIndex > 0));
		if (violation.property === property && world.trace.typeAt(violation.seq) === at) {
			return `seed ${seed}, event ${violation.seq}: ${violation.explanation}`;
		}
	}

	return undefined;
}

for (const one of cases) {
	test(`${one.property} is reported first, at an event of type ${one.at}, when ${one.mistake}`, (t: TestContext) => {
		const found = hunt(one);
		t.assert.notStrictEqual(found, undefined, 'It was not found in any run.');
		t.diagnostic(found!);
	});
}

/*
No rule, however replaced, makes a leader change its own log: whatever is of a newer term turns it into a follower before
any rule is asked what to keep, and it does not read appends of its own. So this is done for it, behind its back.
*/
for (const how of ['remove', 'replace'] as const) {
	test(`Leader Append-Only is reported when somebody ${how}s the last entry of a leader's log, and not before`, () => {
		const world = World.create({...rough, nodes: 5, seed: '1'});
		const monitor = new Monitor(world.settings);
		assert.ok(monitor.advanceTo(world, 5 * s));
		const {server, id} = world.leader!;
		const {log, currentTerm} = server!;
		const last = entryAt(log, log.lastIndex)!;
		const seq =
			how === 'remove'
				? world.emit(codeOf.truncate, world.trace.length, id, last.index, 0, undefined, 0)
				: world.emit(
						codeOf.append,
						world.trace.length,
						id,
						last.index,
						1,
						[{index: last.index, term: currentTerm, command: noOp}],
						0,
					);
		assert.ok(!monitor.check(world));
		assert.deepEqual([monitor.violation?.property, monitor.violation?.seq], ['Leader Append-Only', seq]);
	});
}

test('Every promise is broken above', () => {
	const broken = new Set<string>(cases.map(({property}) => property)).add('Leader Append-Only');
	assert.deepEqual([...broken].toSorted(), [...safetyProperties.map(({name}) => name), 'Linearizability'].toSorted());
});
