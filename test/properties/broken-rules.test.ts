/*
That the finders find: one rule of the paper is replaced by a well-known mistake, and Figure 3 must break, at
first in the property that the mistake offends and in no other. Most mistakes come out in random runs; those that
need a long or an exact course of events have it written down, and it must do no harm to the paper's rules.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {SafetyChecker, type SafetyProperty} from '../../source/checking/safety.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import type {AppendEntries, ServerId} from '../../source/raft/vocabulary.js';
import type {Command} from '../../source/simulation/command.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {findFirstBroken, type PropertyName} from './invariants.js';
import {anyBearableCommand, anySession, anySettings, play, serverEvents, tried, type Session} from './session.js';

type Mistake = {
	readonly mistake: string;
	readonly broken: Partial<Rules>;
	/** The property that breaks first; where the course of events decides, all that may. */
	readonly reportedBy: readonly PropertyName[];
};

/** These come out so often that all the runs are played, and none may break anything else first. */
const oneForEachProperty: readonly Mistake[] = [
	{
		mistake: 'a server votes for whoever asks, as often as it is asked (§5.2)',
		broken: {mayGrantVote: () => true},
		reportedBy: ['Election Safety'],
	},
	{
		mistake: 'a follower appends where there is some entry before, whatever its term (§5.3)',
		broken: {matchesPrevious: (log, previous) => previous.index <= log.lastIndex},
		// The second where it was a heartbeat that was accepted, and what stood before it committed
		reportedBy: ['Log Matching', 'State Machine Safety'],
	},
	{
		mistake: "a server votes without looking at the candidate's log (§5.4.1)",
		broken: {isUpToDate: () => true},
		reportedBy: ['Leader Completeness'],
	},
	{
		mistake: 'a server applies what is in its log and not yet committed (§5.3)',
		broken: {appliedUpTo: (_commitIndex, lastIndex) => lastIndex},
		reportedBy: ['State Machine Safety'],
	},
];

for (const {mistake, broken, reportedBy} of oneForEachProperty) {
	test(`${reportedBy[0]} breaks, and nothing unexpected, when ${mistake}`, () => {
		const reports = new Set<string>();
		fc.assert(
			fc.property(anySession({command: anyBearableCommand}), (session) => {
				const {properties} = findFirstBroken(serverEvents(play(session, {...paperRules, ...broken})));
				for (const property of properties) {
					reports.add(property);
				}
			}),
			tried(100),
		);
		assert.ok(reports.has(reportedBy[0]!));
		assert.deepEqual(
			[...reports].filter((property) => !(reportedBy as readonly string[]).includes(property)),
			[],
		);
	});
}

/** Random runs until one breaks something. */
const huntable: ReadonlyArray<Mistake & {readonly settings?: fc.Arbitrary<Settings>}> = [
	{
		mistake: 'half of the servers are a quorum (§5.2)',
		broken: {hasQuorum: ({voters}, servers) => servers.length * 2 >= voters.length},
		reportedBy: ['Election Safety', 'Leader Completeness'],
		settings: anySettings.map((settings) => ({...settings, nodes: 4})),
	},
	{
		mistake: 'a candidate counts a vote that was given to it in an earlier term (§5.1)',
		broken: {isCurrentReply: (kind, term, currentTerm) => kind === 'vote' || term === currentTerm},
		reportedBy: ['Election Safety', 'Leader Completeness'],
	},
	{
		mistake: 'the longer log wins, even if its last term is older (§5.4.1)',
		broken: {
			isUpToDate: (candidate, voter) =>
				candidate.index === voter.index ? candidate.term >= voter.term : candidate.index > voter.index,
		},
		reportedBy: ['Leader Completeness'],
	},
	{
		mistake: 'only the length of the logs is compared (§5.4.1)',
		broken: {isUpToDate: (candidate, voter) => candidate.index >= voter.index},
		reportedBy: ['Leader Completeness'],
	},
	{
		mistake: 'only the last terms of the logs are compared (§5.4.1)',
		broken: {isUpToDate: (candidate, voter) => candidate.term >= voter.term},
		reportedBy: ['Leader Completeness'],
	},
	{
		mistake: "a follower takes entries from an old term's leader (§5.1)",
		broken: {isCurrentRequest: (kind, term, currentTerm) => kind === 'append' || term >= currentTerm},
		reportedBy: ['Leader Completeness'],
	},
	{
		mistake: 'a follower appends wherever it is told, on whatever is or is not before (§5.3)',
		broken: {matchesPrevious: () => true},
		reportedBy: ['Log Matching'],
	},
	{
		mistake: 'a message that ends earlier than the log cuts the log there (§5.3)',
		broken: {
			truncateFrom(log, previous, entries) {
				const end = previous + entries.length;
				return paperRules.truncateFrom(log, previous, entries) ?? (end < log.lastIndex ? end + 1 : undefined);
			},
		},
		reportedBy: ['Leader Completeness'],
	},
	{
		mistake: "a follower keeps its own entry where the leader's differs (§5.3)",
		broken: {truncateFrom: () => undefined},
		reportedBy: ['Log Matching', 'State Machine Safety'],
	},
	{
		mistake: 'a server drops what is not committed when it joins a newer term (thesis §3.6.3)',
		broken: {keptOnNewTerm: (_lastIndex, commitIndex) => commitIndex},
		reportedBy: ['Leader Completeness'],
	},
];

for (const {mistake, broken, reportedBy, settings} of huntable) {
	test(`${reportedBy.join(' or ')} breaks in a random run when ${mistake}`, () => {
		const rules = {...paperRules, ...broken};
		const isUnbroken = (session: Session): boolean =>
			findFirstBroken(serverEvents(play(session, rules))).properties.length === 0;
		const {counterexample} = fc.check(
			fc.property(anySession({settings: settings ?? anySettings, command: anyBearableCommand}), isUnbroken),
			{
				...tried(5000),
				endOnFailure: true,
			},
		);
		assert.notEqual(counterexample, null, 'Nothing broke in any run.');
		const [session] = counterexample!;
		const {properties, texts} = findFirstBroken(serverEvents(play(session, rules)));
		assert.equal(properties.length, 1, texts.join(' '));
		assert.ok(reportedBy.includes(properties[0]!), texts.join(' '));
		assert.deepEqual(findFirstBroken(serverEvents(play(session))).texts, []);
	});
}

/** What is done, and when, in virtual milliseconds. Every message takes 10 ms, and no timer goes off by itself. */
type Script = ReadonlyArray<readonly [timeMs: number, ...deeds: ReadonlyArray<Command | ((world: World) => void)>]>;

const timeout = (node: ServerId): Command => ({type: 'timeout', node});
const isolate = (node: ServerId): Command => ({type: 'isolate', node});
const rejoin = (node: ServerId): Command => ({type: 'rejoin', node});
const write = (key: string, via: ServerId): Command => ({type: 'write', key, value: `by n${via}`, via});
const reboot = (node: ServerId): readonly Command[] => [
	{type: 'crash', node},
	{type: 'restart', node},
];
const slowDisk = (node: ServerId): Command => ({
	type: 'disk',
	node,
	condition: {kind: 'slow', delay: {minUs: 1_000_000, maxUs: 1_000_000}},
});
const delayMs = (ms: number): Command => ({type: 'delay', delay: {minUs: ms * 1000, maxUs: ms * 1000}});

/** Figure 2's heartbeat, which need not carry entries; this core's leader sends along whatever is not acknowledged. */
const emptyHeartbeat = (from: ServerId, to: ServerId) => (world: World) => {
	const {currentTerm, commitIndex} = world.host(from).server!;
	const message: AppendEntries = {
		type: 'AppendEntries',
		term: currentTerm,
		leaderId: from,
		prevLogIndex: 0,
		prevLogTerm: 0,
		entries: [],
		leaderCommit: commitIndex,
	};
	world.give(world.host(to), {type: 'receive', from, message}, 1);
};

/** A network may deliver a message twice. */
const repeatVote = (from: ServerId, to: ServerId) => (world: World) => {
	const term = world.host(to).server!.currentTerm;
	world.give(world.host(to), {type: 'receive', from, message: {type: 'VoteReply', term, voteGranted: true}}, 1);
};

const scripted: ReadonlyArray<
	Mistake & {
		/** What the checker reports: the same at the same event, or earlier something that it rests on. */
		readonly checked: readonly [property: SafetyProperty, when: 'same event' | 'earlier'];
		readonly nodes: number;
		readonly entriesPerMessageMax?: number;
		readonly script: Script;
	}
> = [
	{
		mistake: 'a candidate counts votes and not voters (§5.2)',
		broken: {addVote: (votesGranted, from) => [...votesGranted, from]},
		reportedBy: ['Election Safety'],
		checked: ['Election Safety', 'same event'],
		nodes: 5,
		script: [
			[
				0,
				{
					type: 'partition',
					groups: [
						[1, 2, 3],
						[4, 5],
					],
				},
				timeout(1),
				timeout(4),
			], // Now n1 has three votes, n4 has two
			[25, repeatVote(5, 4)],
		],
	},
	{
		mistake: 'a server forgets its vote when it hears from the leader of the same term (§5.2)',
		broken: {voteAfterSeeing: () => undefined},
		reportedBy: ['Election Safety'],
		checked: ['One Vote a Term', 'earlier'],
		nodes: 3,
		script: [
			[0, isolate(3), timeout(1)], // So n3 lacks the no-op of term 1, and would refuse what n1 sends it in term 2
			[100, rejoin(3), ...reboot(1), timeout(1), delayMs(35), timeout(2), delayMs(10)],
			[115, isolate(2)], // Still a candidate when n1, with the vote of n3, leads term 2
			[132, rejoin(2)], // By now n3 has heard from n1; the request of n2 arrives at 135
		],
	},
	{
		mistake: 'a vote is promised before it is on the disk, and forgotten in a crash (Figure 2, thesis §3.8)',
		broken: {waitsForDisk: (kind) => kind !== 'VoteReply'},
		reportedBy: ['Election Safety'],
		checked: ['Terms Only Grow', 'earlier'],
		nodes: 3,
		script: [
			[
				0,
				{type: 'cut', from: 1, to: 2, isOneWay: false},
				slowDisk(3),
				timeout(1),
				delayMs(25),
				timeout(2),
				delayMs(10),
			],
			[12, ...reboot(3)], // Its vote for n1 is on the way; the request of n2 arrives at 25, before n1 can tell it that it leads
		],
	},
	{
		mistake: 'an entry is acknowledged before it is on the disk, and lost in a crash (Figure 2, thesis §3.8)',
		broken: {waitsForDisk: (kind) => kind !== 'AppendReply'},
		reportedBy: ['Leader Completeness'],
		checked: ['Committed Is Durable', 'earlier'],
		nodes: 3,
		script: [
			[0, timeout(1)],
			[100, {type: 'cut', from: 1, to: 2, isOneWay: false}, slowDisk(3), write('a', 1)],
			[112, ...reboot(3)], // Its acknowledgement is on the way: n1 commits at 120
			[125, isolate(1), timeout(2)],
		],
	},
	{
		// With longer messages, its first would bring the no-op of its own term along, and all would be well.
		mistake: 'a leader commits an old entry because it is on a majority: Figure 8 (§5.4.2)',
		entriesPerMessageMax: 1,
		broken: {mayCommit: (entryTerm) => entryTerm !== undefined},
		reportedBy: ['Leader Completeness'],
		checked: ['Leader Completeness', 'same event'],
		nodes: 3,
		script: [
			[0, timeout(1)],
			[15, isolate(1)],
			[25, write('a', 1)],
			[100, timeout(3)],
			[115, isolate(3)], // Now n3 leads term 2, and nobody has its no-op
			[200, ...reboot(1), rejoin(1), timeout(1), timeout(1)], // Now n1 leads term 3 and sends its entries of term 1 to n2
			[255, isolate(1)], // The answer of n2 is on its way already; what follows it is lost
			[300, ...reboot(3), rejoin(3), timeout(3), timeout(3)], // The last term of n3 is newer than that of n2
		],
	},
	{
		mistake: 'a leader believes an acknowledgement that was meant for its earlier reign (§5.1)',
		broken: {isCurrentReply: (kind, term, currentTerm) => kind === 'append' || term === currentTerm},
		reportedBy: ['Leader Completeness'],
		checked: ['Committed Is Durable', 'earlier'],
		nodes: 5,
		script: [
			[0, timeout(1)],
			[15, isolate(3), isolate(4), isolate(5)],
			[20, write('a', 1)], // On n1 and n2 alone: 1 and 2 of term 1
			[25, delayMs(1000)], // The acknowledgement of n2 leaves at 30 and is long in coming
			[35, delayMs(10), isolate(2), rejoin(3), rejoin(4), rejoin(5)],
			[40, timeout(5)], // Now n5 leads term 2; n1 gives up its entries for n5's no-op
			[100, isolate(5), timeout(1)],
			[115, isolate(4)], // Now n1 leads term 3, and only n3 gets its no-op, at 2
			[1100, rejoin(2), rejoin(4), rejoin(5), isolate(1), isolate(3), ...reboot(5), timeout(5), timeout(5)],
		],
	},
	{
		mistake: "a follower commits up to the end of its own log on the leader's word (§5.3)",
		broken: {
			followerCommitIndex: (commitIndex, leaderCommit, _lastNewIndex, lastIndex) =>
				Math.max(commitIndex, Math.min(leaderCommit, lastIndex)),
		},
		reportedBy: ['State Machine Safety'],
		checked: ['State Machine Safety', 'earlier'],
		nodes: 3,
		script: [
			[0, timeout(1)],
			[15, isolate(1)],
			[25, write('a', 1)],
			[100, timeout(2)],
			[130, write('b', 2)], // Committed on n2 and n3
			[200, emptyHeartbeat(2, 1)],
		],
	},
	{
		mistake: 'a follower acknowledges all of its own log (§5.3)',
		broken: {acknowledgedIndex: (_prevLogIndex, _count, lastIndex) => lastIndex},
		reportedBy: ['Leader Completeness'],
		checked: ['Committed Is Durable', 'earlier'],
		nodes: 3,
		script: [
			[0, timeout(1)],
			[15, isolate(1)],
			[25, write('a', 1)],
			[100, timeout(2)],
			[115, isolate(3)], // Now n2 leads term 2 alone
			[130, write('b', 2), rejoin(1), emptyHeartbeat(2, 1), isolate(2)],
			[200, rejoin(3), timeout(1)],
		],
	},
];

function playScript(script: Script, changes: Partial<Settings>, rules: Rules): World {
	const settings: Settings = {
		...defaultSettings,
		...changes,
		delay: {minUs: 10_000, maxUs: 10_000},
		electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001},
		heartbeatUs: 40_000_000,
		syncDelay: {minUs: 0, maxUs: 0},
	};
	const world = World.create(settings, {rules});
	for (const [timeMs, ...deeds] of script) {
		world.advanceTo(timeMs * 1000);
		for (const deed of deeds) {
			if (typeof deed === 'function') {
				deed(world);
			} else {
				assert.equal(perform(world, deed), undefined);
			}
		}
	}

	world.advanceTo(world.timeUs + 5_000_000);
	return world;
}

/** What the checker reports first, and at which event. */
function check({trace, settings}: World): {readonly property: string | undefined; readonly seq: number} {
	const checker = new SafetyChecker(settings);
	trace.read(1, checker);
	return {property: checker.violation?.property, seq: checker.violation?.evidence.at(-1) ?? 0};
}

for (const {mistake, broken, reportedBy, checked, script, ...settings} of scripted) {
	test(`${reportedBy[0]} breaks in a known course of events when ${mistake}`, () => {
		const world = playScript(script, settings, {...paperRules, ...broken});
		const {seq, properties, texts} = findFirstBroken(serverEvents(world));
		assert.deepEqual(properties, reportedBy, texts.join(' '));
		const checker = check(world);
		assert.deepEqual([checker.property, checker.seq === seq ? 'same event' : 'earlier'], checked);
		assert.ok(checker.seq <= seq);
		const unbroken = playScript(script, settings, paperRules);
		assert.deepEqual(findFirstBroken(serverEvents(unbroken)).texts, []);
		assert.equal(check(unbroken).property, undefined);
	});
}
