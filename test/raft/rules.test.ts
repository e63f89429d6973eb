/*
Each rule by itself: what it claims and where it turns. Then each rule in its place: that the core asks
it, and nothing else, so that replacing it changes what a server does.
*/

import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import type {Server, Step} from '../../source/raft/server.js';
import {step} from '../../source/raft/step.js';
import type {AppendReply, Input, Message, ServerId, VoteReply} from '../../source/raft/vocabulary.js';
import {drawSeed, never} from './seeds.js';
import {
	appendEntries,
	ascending,
	candidate,
	entriesOf,
	follower,
	leader,
	logOfTerms,
	soleMessage,
	termsIn,
	typesOf,
} from './servers.js';

const rules: Rules = paperRules;

const voters = (count: number): readonly ServerId[] => Array.from({length: count}, (_, at) => at + 1);

suite('hasQuorum', () => {
	const sizes = [
		[1, 1],
		[2, 2],
		[3, 2],
		[4, 3],
		[5, 3],
		[6, 4],
		[7, 4],
		[8, 5],
		[9, 5],
	] as const;
	for (const [size, quorum] of sizes) {
		test(`Of ${size} it takes ${quorum} (§5.2)`, () => {
			const configuration = {voters: voters(size)};
			assert.equal(rules.hasQuorum(configuration, voters(quorum)), true);
			assert.equal(rules.hasQuorum(configuration, voters(quorum - 1)), false);
			assert.equal(rules.hasQuorum(configuration, voters(size).slice(size - quorum)), true);
		});
	}

	test('Who has no vote does not count', () => {
		assert.equal(rules.hasQuorum({voters: [1, 2, 3]}, [1, 4, 5]), false);
	});

	test('Any two quorums share a server, and some sets are quorums (§5.2)', () => {
		const pairs = [1, 2, 3, 4, 5, 6].flatMap((size) => {
			const subsets = Array.from({length: 2 ** size}, (_, bits) =>
				voters(size).filter((id) => ((bits >> (id - 1)) & 1) === 1),
			);
			const quorums = subsets.filter((subset) => rules.hasQuorum({voters: voters(size)}, subset));
			return quorums.flatMap((one) => quorums.map((other) => [one, other] as const));
		});
		assert.ok(pairs.length > 6);
		assert.deepEqual(
			pairs.filter(([one, other]) => one.every((id) => !other.includes(id))),
			[],
		);
	});
});

suite('isUpToDate', () => {
	const at = (index: number, term: number) => ({index, term});
	const cases = [
		['a later last term beats any length', at(1, 3), at(9, 2), true],
		['an earlier last term loses at any length', at(9, 2), at(1, 3), false],
		['of the same last term, the longer log', at(5, 2), at(4, 2), true],
		['of the same last term, not the shorter log', at(4, 2), at(5, 2), false],
		['equal logs', at(4, 2), at(4, 2), true],
		['empty logs', at(0, 0), at(0, 0), true],
		['an empty log against any other', at(0, 0), at(1, 1), false],
	] as const;
	for (const [title, candidateLast, voterLast, isUpToDate] of cases) {
		test(`${isUpToDate ? 'Up-to-date' : 'Not up-to-date'}: ${title} (§5.4.1)`, () => {
			assert.equal(rules.isUpToDate(candidateLast, voterLast), isUpToDate);
		});
	}

	test('Of two logs at least one is up-to-date for the other; both only if they end alike (§5.4.1)', () => {
		const anyPosition = fc.record({index: fc.nat({max: 4}), term: fc.nat({max: 4})});
		fc.assert(
			fc.property(anyPosition, anyPosition, (one, other) => {
				const isOne = rules.isUpToDate(one, other);
				const isOther = rules.isUpToDate(other, one);
				assert.ok(isOne || isOther);
				assert.equal(isOne && isOther, one.index === other.index && one.term === other.term);
			}),
			{seed: drawSeed()},
		);
	});
});

suite('mayGrantVote', () => {
	test('A vote not yet given may be given; given, only to the same candidate again (§5.2)', () => {
		assert.equal(rules.mayGrantVote(undefined, 2), true);
		assert.equal(rules.mayGrantVote(2, 2), true);
		assert.equal(rules.mayGrantVote(2, 3), false);
		assert.equal(rules.mayGrantVote(3, 2), false);
	});
});

suite('voteAfterSeeing', () => {
	test('A newer term frees the vote; the same or an older one does not (§5.1)', () => {
		assert.equal(rules.voteAfterSeeing(4, 3, 2), undefined);
		assert.equal(rules.voteAfterSeeing(3, 3, 2), 2);
		assert.equal(rules.voteAfterSeeing(2, 3, 2), 2);
		assert.equal(rules.voteAfterSeeing(3, 3, undefined), undefined);
	});
});

suite('isCurrentRequest', () => {
	for (const kind of ['vote', 'append'] as const) {
		test(`${kind}: of this term or a newer one, not of an older one (§5.1)`, () => {
			assert.equal(rules.isCurrentRequest(kind, 3, 3), true);
			assert.equal(rules.isCurrentRequest(kind, 4, 3), true);
			assert.equal(rules.isCurrentRequest(kind, 2, 3), false);
		});
	}
});

suite('isCurrentReply', () => {
	for (const kind of ['vote', 'append'] as const) {
		test(`${kind}: of exactly this term (§5.1)`, () => {
			assert.equal(rules.isCurrentReply(kind, 3, 3), true);
			assert.equal(rules.isCurrentReply(kind, 2, 3), false);
			assert.equal(rules.isCurrentReply(kind, 4, 3), false);
		});
	}
});

suite('addVote', () => {
	test('A vote counts once, however often it arrives (§5.2)', () => {
		const once = rules.addVote([1], 2);
		assert.deepEqual(once, [1, 2]);
		assert.deepEqual(rules.addVote(once, 2), [1, 2]);
		assert.deepEqual(rules.addVote(once, 3), [1, 2, 3]);
	});
});

suite('resetsElectionTimer', () => {
	const cases = [
		['append from the current leader', true],
		['vote granted', true],
		['append of an old term', false],
		['vote denied', false],
	] as const;
	for (const [heard, isReset] of cases) {
		test(`${isReset ? 'Waits anew after' : 'Does not wait longer for'}: ${heard} (§5.2)`, () => {
			assert.equal(rules.resetsElectionTimer(heard), isReset);
		});
	}
});

suite('matchesPrevious', () => {
	const log = logOfTerms(1, 1, 3);
	const cases = [
		['before the first entry, every log agrees', 0, 0, true],
		['the entry is there, of that term', 2, 1, true],
		['the last entry is that one', 3, 3, true],
		['the entry there is of another term', 3, 2, false],
		['the log ends before', 4, 3, false],
	] as const;
	for (const [title, index, term, matches] of cases) {
		test(`${matches ? 'Matches' : 'Does not match'}: ${title} (§5.3)`, () => {
			assert.equal(rules.matchesPrevious(log, {index, term}), matches);
		});
	}

	test('What a snapshot replaces was committed, and matches; its last entry is still compared (§7)', () => {
		const compacted = {...logOfTerms(), lastIncludedIndex: 4, lastIncludedTerm: 2, lastIndex: 4};
		assert.equal(rules.matchesPrevious(compacted, {index: 3, term: 1}), true);
		assert.equal(rules.matchesPrevious(compacted, {index: 4, term: 2}), true);
		assert.equal(rules.matchesPrevious(compacted, {index: 4, term: 1}), false);
		assert.equal(rules.matchesPrevious(compacted, {index: 5, term: 2}), false);
	});
});

suite('truncateFrom', () => {
	const log = logOfTerms(1, 1, 2, 2);
	const cases = [
		['nothing to compare', [], 1, undefined],
		['the entries are there already, and more after them', [1, 1], 1, undefined],
		['the entries are there and go on', [2, 2, 3], 3, undefined],
		['the entries are all new', [3], 5, undefined],
		['the first conflicts', [3, 3], 3, 3],
		['a later one conflicts', [1, 2, 3], 2, 4],
	] as const;
	for (const [title, terms, from, expected] of cases) {
		test(`${expected === undefined ? 'Keeps all' : `Deletes from ${expected}`}: ${title} (§5.3, step 3)`, () => {
			assert.equal(rules.truncateFrom(log, from - 1, entriesOf(terms, from)), expected);
		});
	}

	test('Deletes nothing that agrees, and leaves nothing that conflicts (§5.3, step 3)', () => {
		const seed = drawSeed();
		let cuts = 0;
		const anyTerms = fc.array(fc.integer({min: 1, max: 3}), {maxLength: 6}).map((terms) => terms.toSorted(ascending));
		fc.assert(
			fc.property(anyTerms, anyTerms, fc.nat({max: 6}), (held, sent, previous) => {
				fc.pre(previous <= held.length);
				const ours = logOfTerms(...held);
				const from = rules.truncateFrom(ours, previous, entriesOf(sent, previous + 1));
				const firstConflict = sent.findIndex((term, at) => (held[previous + at] ?? term) !== term);
				assert.equal(from, firstConflict === -1 ? undefined : previous + 1 + firstConflict);
				cuts += from === undefined ? 0 : 1;
			}),
			{seed},
		);
		assert.ok(cuts > 0, never('a message conflicted', seed));
	});
});

suite('followerCommitIndex', () => {
	test('As far as the leader has committed, up to the last entry of this message (§5.3, step 5)', () => {
		assert.equal(rules.followerCommitIndex(2, 4, 6, 6), 4);
		assert.equal(rules.followerCommitIndex(2, 6, 4, 4), 4);
	});

	test('Not to the end of its own log, which this message does not vouch for (§5.3, step 5)', () => {
		assert.equal(rules.followerCommitIndex(2, 6, 4, 9), 4);
	});

	test('What is committed stays so when an older message arrives', () => {
		assert.equal(rules.followerCommitIndex(5, 3, 3, 9), 5);
		assert.equal(rules.followerCommitIndex(5, 9, 3, 9), 5);
	});
});

suite('acknowledgedIndex', () => {
	test('To the last entry that was compared, not to the end of the log (§5.3)', () => {
		assert.equal(rules.acknowledgedIndex(3, 2, 9), 5);
		assert.equal(rules.acknowledgedIndex(3, 0, 9), 3);
		assert.equal(rules.acknowledgedIndex(0, 0, 9), 0);
	});
});

suite('matchIndexAfter', () => {
	const acknowledges = (matchIndex: number): AppendReply => ({
		type: 'AppendReply',
		term: 3,
		success: true,
		prevLogIndex: 0,
		matchIndex,
		conflictTerm: 0,
		conflictIndex: 0,
	});
	test('Only grows, for replies may overtake one another (Figure 2)', () => {
		assert.equal(rules.matchIndexAfter(3, acknowledges(5)), 5);
		assert.equal(rules.matchIndexAfter(5, acknowledges(3)), 5);
		assert.equal(rules.matchIndexAfter(4, acknowledges(4)), 4);
		assert.equal(
			rules.matchIndexAfter(4, {...acknowledges(6), success: false, conflictIndex: 6}),
			4,
			'a refusal says nothing',
		);
	});
});

suite('mayCommit', () => {
	test('Only what is of the leader’s own term, however many hold it (§5.4.2)', () => {
		assert.equal(rules.mayCommit(4, 4), true);
		assert.equal(rules.mayCommit(2, 4), false);
		assert.equal(rules.mayCommit(undefined, 4), false);
	});
});

suite('appliedUpTo', () => {
	test('What is committed, and nothing after it (§5.3)', () => {
		assert.equal(rules.appliedUpTo(3, 7), 3);
		assert.equal(rules.appliedUpTo(7, 7), 7);
		assert.equal(rules.appliedUpTo(0, 7), 0);
	});
});

suite('keptOnNewTerm', () => {
	test('The whole log, committed or not (thesis §3.6.3)', () => {
		assert.equal(rules.keptOnNewTerm(7, 3), 7);
		assert.equal(rules.keptOnNewTerm(7, 7), 7);
	});
});

suite('waitsForDisk', () => {
	test('Every message, and what is committed by it (thesis §3.8)', () => {
		for (const kind of ['RequestVote', 'VoteReply', 'AppendEntries', 'AppendReply', 'apply'] as const) {
			assert.equal(rules.waitsForDisk(kind), true);
		}
	});
});

suite('isRetry', () => {
	test('The latest request that was applied, and older ones (§8, thesis §6.3)', () => {
		assert.equal(rules.isRetry(7, 7), true);
		assert.equal(rules.isRetry(7, 6), true);
	});
	test('Not a newer one, though some in between may be missing: nobody will ask for those again', () => {
		assert.equal(rules.isRetry(7, 8), false);
		assert.equal(rules.isRetry(7, 10), false);
	});
});

/** Rules that the core leaves to others: to the host that saves and sends, and to the state machine. Their tests are there. */
const others = ['waitsForDisk', 'isRetry'] as const satisfies ReadonlyArray<keyof Rules>;

type Reach = {
	readonly replaced: Partial<Rules>;
	readonly server: Server;
	readonly input: Input;
	/** What is looked at, as it is with the paper's rule and as it is with the other. */
	readonly seen: (step: Step) => unknown;
	readonly paper: unknown;
	readonly other: unknown;
};

const receive = (from: ServerId, message: Message): Input => ({type: 'receive', from, message});
const voteReply = (term: number): VoteReply => ({type: 'VoteReply', term, voteGranted: true});
const appendReply = (term: number, matchIndex: number): AppendReply => ({
	type: 'AppendReply',
	term,
	success: true,
	prevLogIndex: 0,
	matchIndex,
	conflictTerm: 0,
	conflictIndex: 0,
});
const requestVote = (term: number, candidateId: ServerId, lastLogIndex = 0, lastLogTerm = 0): Input =>
	receive(candidateId, {type: 'RequestVote', term, candidateId, lastLogIndex, lastLogTerm});

const roleOf = ([next]: Step): string => next.role;
const voteOf = ([next]: Step): ServerId | undefined => next.votedFor;
const termsOf = ([next]: Step): readonly number[] => termsIn(next.log);
const commitOf = ([next]: Step): number => next.commitIndex;
const isTimerSet = ([, effects]: Step): boolean => typesOf(effects).includes('setTimer');
const appliedIndexes = ([, effects]: Step): readonly number[] =>
	effects.flatMap((effect) => (effect.type === 'apply' ? effect.entries.map(({index}) => index) : []));

/** For each rule a moment in which everything hangs on it. */
const reaches: Readonly<Record<Exclude<keyof Rules, (typeof others)[number]>, Reach | readonly Reach[]>> = {
	hasQuorum: [
		{
			replaced: {hasQuorum: (configuration, servers) => servers.length * 2 >= configuration.voters.length},
			server: candidate({servers: 4, term: 1}),
			input: receive(2, voteReply(1)),
			seen: roleOf,
			paper: 'candidate',
			other: 'leader',
		},
		{
			replaced: {hasQuorum: () => false},
			server: follower({servers: 1}),
			input: {type: 'electionTimeout'},
			seen: roleOf,
			paper: 'leader',
			other: 'candidate',
		},
		{
			replaced: {hasQuorum: (configuration, servers) => servers.length * 2 >= configuration.voters.length},
			server: leader({servers: 4, log: [1]}),
			input: receive(2, appendReply(1, 1)),
			seen: commitOf,
			paper: 0,
			other: 1,
		},
	],
	isUpToDate: {
		replaced: {isUpToDate: () => true},
		server: follower({log: [1, 2]}),
		input: requestVote(3, 2, 5, 1),
		seen: voteOf,
		paper: undefined,
		other: 2,
	},
	mayGrantVote: {
		replaced: {mayGrantVote: () => true},
		server: follower({term: 1, votedFor: 3}),
		input: requestVote(1, 2),
		seen: voteOf,
		paper: 3,
		other: 2,
	},
	voteAfterSeeing: [
		{
			replaced: {voteAfterSeeing: (_seenTerm, _currentTerm, votedFor) => votedFor},
			server: follower({term: 1, votedFor: 3}),
			input: requestVote(2, 2),
			seen: voteOf,
			paper: 2,
			other: 3,
		},
		{
			replaced: {voteAfterSeeing: () => undefined},
			server: follower({id: 2, term: 1, votedFor: 3}),
			input: receive(1, appendEntries({term: 1})),
			seen: voteOf,
			paper: 3,
			other: undefined,
		},
		{
			// Refused, but from the leader all the same; and its log stays behind everybody's
			replaced: {voteAfterSeeing: () => undefined},
			server: follower({id: 2, term: 1, votedFor: 3}),
			input: receive(1, appendEntries({term: 1, prevLogIndex: 4, prevLogTerm: 1})),
			seen: voteOf,
			paper: 3,
			other: undefined,
		},
		{
			replaced: {voteAfterSeeing: () => undefined},
			server: candidate({id: 2, term: 1}),
			input: receive(1, appendEntries({term: 1})),
			seen: voteOf,
			paper: 2,
			other: undefined,
		},
	],
	isCurrentRequest: [
		{
			replaced: {isCurrentRequest: (kind) => kind === 'vote'},
			server: follower({term: 3}),
			input: requestVote(2, 2),
			seen: voteOf,
			paper: undefined,
			other: 2,
		},
		{
			replaced: {isCurrentRequest: (kind) => kind === 'append'},
			server: follower({id: 2, term: 3}),
			input: receive(1, appendEntries({term: 2, terms: [2]})),
			seen: termsOf,
			paper: [],
			other: [2],
		},
	],
	isCurrentReply: [
		{
			replaced: {isCurrentReply: (kind) => kind === 'vote'},
			server: candidate({term: 2}),
			input: receive(2, voteReply(1)),
			seen: roleOf,
			paper: 'candidate',
			other: 'leader',
		},
		{
			replaced: {isCurrentReply: (kind) => kind === 'append'},
			server: leader({log: [1, 2]}),
			input: receive(2, appendReply(1, 2)),
			seen: commitOf,
			paper: 0,
			other: 2,
		},
	],
	addVote: {
		replaced: {addVote: (votesGranted, from) => [...votesGranted, from]},
		server: candidate({servers: 5, term: 1}, [2]),
		input: receive(2, voteReply(1)),
		seen: roleOf,
		paper: 'candidate',
		other: 'leader',
	},
	resetsElectionTimer: [
		{
			replaced: {resetsElectionTimer: (heard) => heard !== 'vote granted'},
			server: follower(),
			input: requestVote(1, 2),
			seen: isTimerSet,
			paper: true,
			other: false,
		},
		{
			replaced: {resetsElectionTimer: (heard) => heard === 'vote denied'},
			server: follower({term: 1, votedFor: 3}),
			input: requestVote(1, 2),
			seen: isTimerSet,
			paper: false,
			other: true,
		},
		{
			replaced: {resetsElectionTimer: (heard) => heard !== 'append from the current leader'},
			server: follower({id: 2, term: 1}),
			input: receive(1, appendEntries({term: 1})),
			seen: isTimerSet,
			paper: true,
			other: false,
		},
		{
			// Refused, but from the leader all the same
			replaced: {resetsElectionTimer: (heard) => heard !== 'append from the current leader'},
			server: follower({id: 2, term: 1}),
			input: receive(1, appendEntries({term: 1, prevLogIndex: 4, prevLogTerm: 1})),
			seen: isTimerSet,
			paper: true,
			other: false,
		},
		{
			replaced: {resetsElectionTimer: (heard) => heard === 'append of an old term'},
			server: follower({id: 2, term: 2}),
			input: receive(1, appendEntries({term: 1})),
			seen: isTimerSet,
			paper: false,
			other: true,
		},
	],
	matchesPrevious: {
		replaced: {matchesPrevious: (log, previous) => previous.index <= log.lastIndex},
		server: follower({id: 2, log: [1]}),
		input: receive(1, appendEntries({term: 3, prevLogIndex: 1, prevLogTerm: 2, terms: [3]})),
		seen: termsOf,
		paper: [1],
		other: [1, 3],
	},
	truncateFrom: [
		{
			replaced: {truncateFrom: (_log, _previous, entries) => entries[0]?.index},
			server: follower({id: 2, log: [1, 1, 1]}),
			input: receive(1, appendEntries({term: 1, terms: [1]})),
			seen: termsOf,
			paper: [1, 1, 1],
			other: [1],
		},
		{
			replaced: {truncateFrom: () => undefined},
			server: follower({id: 2, log: [1, 1, 1]}),
			input: receive(1, appendEntries({term: 2, prevLogIndex: 1, prevLogTerm: 1, terms: [2, 2]})),
			seen: termsOf,
			paper: [1, 2, 2],
			other: [1, 1, 1],
		},
	],
	followerCommitIndex: {
		replaced: {
			followerCommitIndex: (commitIndex, leaderCommit, _lastNewIndex, lastIndex) =>
				Math.max(commitIndex, Math.min(leaderCommit, lastIndex)),
		},
		server: follower({id: 2, log: [1, 1]}),
		input: receive(1, appendEntries({term: 2, prevLogIndex: 1, prevLogTerm: 1, leaderCommit: 2})),
		seen: commitOf,
		paper: 1,
		other: 2,
	},
	acknowledgedIndex: {
		replaced: {acknowledgedIndex: (_prevLogIndex, _count, lastIndex) => lastIndex},
		server: follower({id: 2, log: [1, 1]}),
		input: receive(1, appendEntries({term: 2})),
		seen: ([, effects]) => (soleMessage(effects) as AppendReply).matchIndex,
		paper: 0,
		other: 2,
	},
	matchIndexAfter: {
		replaced: {matchIndexAfter: (_matchIndex, reply) => reply.matchIndex},
		server: leader({log: [1, 1, 1]}, {2: 2}),
		input: receive(2, appendReply(1, 1)),
		seen: ([next]) => next.role === 'leader' && next.matchIndex[2],
		paper: 2,
		other: 1,
	},
	mayCommit: {
		replaced: {mayCommit: () => true},
		server: leader({log: [1, 1, 2]}),
		input: receive(2, appendReply(2, 2)),
		seen: commitOf,
		paper: 0,
		other: 2,
	},
	appliedUpTo: {
		replaced: {appliedUpTo: (_commitIndex, lastIndex) => lastIndex},
		server: follower({id: 2}),
		input: receive(1, appendEntries({term: 1, terms: [1, 1], leaderCommit: 1})),
		seen: appliedIndexes,
		paper: [1],
		other: [1, 2],
	},
	keptOnNewTerm: {
		replaced: {keptOnNewTerm: (_lastIndex, commitIndex) => commitIndex},
		server: follower({log: [1, 1, 1], commitIndex: 1}),
		input: requestVote(2, 2, 9, 1),
		seen: termsOf,
		paper: [1, 1, 1],
		other: [1],
	},
};

suite('The core does what the rule says, and does otherwise when that one rule is replaced', () => {
	for (const [name, oneOrMore] of Object.entries(reaches)) {
		for (const {replaced, server, input, seen, paper, other} of [oneOrMore].flat()) {
			test(`${name}: ${JSON.stringify(paper)} becomes ${JSON.stringify(other)}`, () => {
				assert.deepEqual(Object.keys(replaced), [name]);
				assert.deepEqual(seen(step(server, input)), paper);
				assert.deepEqual(seen(step(server, input, {...paperRules, ...replaced})), other);
			});
		}
	}

	test('No rule is left out', () => {
		assert.deepEqual([...Object.keys(reaches), ...others].toSorted(), Object.keys(paperRules).toSorted());
	});
});

test('A rule that cuts logs on a new term is carried out on disk, too', () => {
	const cutting: Rules = {...paperRules, keptOnNewTerm: (_lastIndex, commitIndex) => commitIndex};
	const server = follower({log: [1, 1, 1], commitIndex: 1});
	const [next, effects] = step(server, requestVote(2, 2, 9, 1), cutting);
	assert.deepEqual(typesOf(effects).slice(0, 2), ['persistState', 'truncate']);
	assert.deepEqual(termsIn(next.log), [1]);
});

test('A rule that forgets a vote within its term is carried out on disk, too; the paper’s rule writes nothing', () => {
	const server = follower({id: 2, term: 1, votedFor: 3});
	const append = receive(1, appendEntries({term: 1}));
	const [, effects] = step(server, append, {...paperRules, voteAfterSeeing: () => undefined});
	assert.deepEqual(effects[0], {type: 'persistState', currentTerm: 1, votedFor: undefined});
	assert.deepEqual(typesOf(step(server, append)[1]), ['setTimer', 'send']);
});
