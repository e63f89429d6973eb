/*
What holds for every step of the core, and what one step does in the cases that the paper spells out.
*/

import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {append, entryAt, truncate} from '../../source/raft/log.js';
import {paperRules} from '../../source/raft/rules.js';
import {
	defaultEntriesPerMessageMax,
	leaderOf,
	nothingPersisted,
	startServer,
	type Leader,
	type Persisted,
	type Server,
	type Step,
} from '../../source/raft/server.js';
import {step} from '../../source/raft/step.js';
import type {
	AppendEntries,
	AppendReply,
	Effect,
	Entry,
	Input,
	Message,
	Payload,
	ServerId,
} from '../../source/raft/vocabulary.js';
import {ScriptCluster, type Flight} from './script-cluster.js';
import {drawSeed, never} from './seeds.js';
import {
	appendEntries,
	ascending,
	candidate,
	entriesOf,
	follower,
	leader,
	plain,
	sends,
	soleMessage,
	termsIn,
	typesOf,
	type Given,
} from './servers.js';

const electionTimeout: Input = {type: 'electionTimeout'};
const heartbeatDue: Input = {type: 'heartbeatDue'};
const write: Payload = {type: 'write'};
const propose = (count = 1): Input => ({type: 'propose', commands: Array.from({length: count}, () => write)});
const receive = (from: ServerId, message: Message): Input => ({type: 'receive', from, message});
const voteReply = (term: number, voteGranted = true): Message => ({type: 'VoteReply', term, voteGranted});
const requestVote = (term: number, candidateId: ServerId, index = 0, lastLogTerm = 0): Message => ({
	type: 'RequestVote',
	term,
	candidateId,
	lastLogIndex: index,
	lastLogTerm,
});
const acknowledgement = (term: number, matchIndex: number, prevLogIndex = 0): AppendReply => ({
	type: 'AppendReply',
	term,
	success: true,
	prevLogIndex,
	matchIndex,
	conflictTerm: 0,
	conflictIndex: 0,
});
const refusal = (term: number, prevLogIndex: number, conflictTerm = 0, conflictIndex = 0): AppendReply => ({
	type: 'AppendReply',
	term,
	success: false,
	prevLogIndex,
	matchIndex: 0,
	conflictTerm,
	conflictIndex,
});

/** Something that happens to a cluster. Numbers choose among what there is. */
type Happening =
	| {readonly type: 'timeout' | 'heartbeat' | 'crash' | 'restart'; readonly server: number}
	| {readonly type: 'propose'; readonly server: number; readonly count: number}
	| {readonly type: 'deliver' | 'drop' | 'duplicate'; readonly message: number};

const anyServer = fc.nat({max: 2});
const anyMessage = fc.nat({max: 9});
const happening = (type: 'timeout' | 'heartbeat' | 'crash' | 'restart') =>
	fc.record({type: fc.constant(type), server: anyServer});
const messageHappening = (type: 'deliver' | 'drop' | 'duplicate') =>
	fc.record({type: fc.constant(type), message: anyMessage});
const anyProposal = fc.record({
	type: fc.constant('propose' as const),
	server: anyServer,
	count: fc.integer({min: 1, max: 3}),
});
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
	{weight: 20, arbitrary: messageHappening('deliver')},
	{weight: 5, arbitrary: messageHappening('drop')},
	{weight: 1, arbitrary: messageHappening('duplicate')},
	{weight: 3, arbitrary: happening('timeout')},
	{weight: 3, arbitrary: happening('heartbeat')},
	{weight: 6, arbitrary: anyProposal},
	{weight: 1, arbitrary: happening('crash')},
	{weight: 2, arbitrary: happening('restart')},
);

/** Runs must be long: in short ones nobody leads, and nothing has to be deleted. */
const anyHappenings = fc.array(anyHappening, {minLength: 100, maxLength: 300, size: 'max'});

/** What can happen while nobody loses patience with the leader. */
const anyReign = fc.array(
	fc.oneof(
		{weight: 10, arbitrary: messageHappening('deliver')},
		{weight: 5, arbitrary: messageHappening('drop')},
		{weight: 2, arbitrary: messageHappening('duplicate')},
		{weight: 2, arbitrary: happening('heartbeat')},
		{weight: 2, arbitrary: anyProposal},
	),
	{maxLength: 40, size: 'max'},
);

const anyMax = fc.constantFrom(1, 2, defaultEntriesPerMessageMax);

/** Let three servers live through anything, and look at each step they take. Returns the seed. */
function assertForEachStep(look: (server: Server, input: Input, taken: Step) => void): number {
	const seed = drawSeed();
	fc.assert(
		fc.property(anyMax, anyHappenings, (entriesPerMessageMax, happenings) => {
			const looking = (server: Server, input: Input): Step => {
				const taken = step(server, input);
				look(server, input, taken);
				return taken;
			};

			const cluster = new ScriptCluster([1, 2, 3], looking, entriesPerMessageMax);
			for (const each of happenings) {
				happen(cluster, each);
			}
		}),
		{seed, numRuns: 200},
	);
	return seed;
}

function happen(cluster: ScriptCluster, it: Happening): void {
	if ('message' in it) {
		const flight = cluster.pending[it.message % Math.max(cluster.pending.length, 1)];
		if (flight !== undefined) {
			switch (it.type) {
				case 'deliver': {
					cluster.deliver(flight);
					break;
				}

				case 'drop': {
					cluster.drop([flight]);
					break;
				}

				case 'duplicate': {
					cluster.duplicate([flight]);
					break;
				}
			}
		}

		return;
	}

	const id = it.server + 1;
	const isUp = cluster.host(id).server !== undefined;
	if (it.type === 'restart') {
		if (!isUp) {
			cluster.restart(id);
		}

		return;
	}

	if (!isUp) {
		return;
	}

	switch (it.type) {
		case 'timeout': {
			cluster.give(id, electionTimeout);
			break;
		}

		case 'heartbeat': {
			cluster.give(id, heartbeatDue);
			break;
		}

		case 'propose': {
			cluster.give(id, propose(it.count));
			break;
		}

		case 'crash': {
			cluster.crash(id);
			break;
		}
	}
}

/** Start everybody anew and let them campaign in turn, until there is a leader; of it they have yet to hear. */
function electSomebody(cluster: ScriptCluster): ServerId {
	for (const id of cluster.ids) {
		if (cluster.host(id).server !== undefined) {
			cluster.crash(id);
		}

		cluster.restart(id);
	}

	const isVoting = ({message}: Flight): boolean => message.type === 'RequestVote' || message.type === 'VoteReply';
	for (const id of [...cluster.ids, ...cluster.ids]) {
		cluster.give(id, electionTimeout);
		for (
			let flight = cluster.pending.find((each) => isVoting(each));
			flight !== undefined;
			flight = cluster.pending.find((each) => isVoting(each))
		) {
			cluster.deliver(flight);
		}

		if (cluster.server(id).role === 'leader') {
			return id;
		}
	}

	throw new RangeError('Nobody was elected.');
}

/** Freeze everything within reach, except the buffer that versions of a log share: it may grow. */
function freeze(value: unknown, key = ''): void {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) {
		return;
	}

	if (key !== 'buffer') {
		Object.freeze(value);
	}

	for (const [childKey, child] of Object.entries(value)) {
		freeze(child, childKey);
	}
}

suite('Every step', () => {
	test('is decided by the server and the input alone, and changes neither', () => {
		let leaders = 0;
		const seed = assertForEachStep((server, input, [taken, takenEffects]) => {
			const before = structuredClone(plain(server));
			const bufferBefore = [...server.log.buffer];
			freeze(server); // Writing to it throws from now on
			freeze(input);
			const [next, effects] = step(server, input);
			assert.deepEqual(plain(next), plain(taken));
			assert.deepEqual(effects, takenEffects);
			assert.deepEqual(plain(server), before);
			assert.ok(bufferBefore.every((entry, at) => server.log.buffer[at] === entry));

			leaders += next.role === 'leader' && server.role !== 'leader' ? 1 : 0;
		});
		assert.ok(leaders > 0, never('a leader was elected', seed));
	});

	test('asks for saving before it asks for sending what depends on it (Figure 2, thesis §3.8)', () => {
		const promised: Promised = {votes: 0, entries: 0};
		const seed = assertForEachStep((server, _input, [, effects]) => {
			let saved: Persisted = server;
			for (const effect of effects) {
				saved = afterSaving(saved, effect);
				assertSaved(server.id, effect, saved, promised);
			}
		});
		assert.ok(promised.votes > 0, never('a vote was promised', seed));
		assert.ok(promised.entries > 0, never('an entry was promised', seed));
	});

	test('keeps what the server was started with, whatever it becomes', () => {
		const becomes = {follower: 0, candidate: 0, leader: 0};
		const seed = assertForEachStep((server, _input, [next]) => {
			assert.equal(next.id, server.id);
			assert.equal(next.configuration, server.configuration);
			assert.equal(next.entriesPerMessageMax, server.entriesPerMessageMax);
			becomes[next.role] += next.role === server.role ? 0 : 1;
		});
		assert.ok(becomes.follower > 0, never('a server became a follower', seed));
		assert.ok(becomes.candidate > 0, never('a server became a candidate', seed));
		assert.ok(becomes.leader > 0, never('a server became a leader', seed));
	});

	test('keeps what may never be taken back: terms, votes, commitment, a leader’s own log (Figures 2 and 3)', () => {
		const seen = {committed: 0, truncated: 0};
		const seed = assertForEachStep((server, _input, [next, effects]) => {
			assert.ok(next.currentTerm >= server.currentTerm);
			const isVoteKept = server.votedFor === undefined || next.votedFor === server.votedFor;
			assert.ok(isVoteKept || next.currentTerm > server.currentTerm, 'one vote a term (§5.2)');
			assert.ok(next.commitIndex >= server.commitIndex);
			assert.strictEqual(next.lastApplied, next.commitIndex);
			assert.ok(next.commitIndex <= next.log.lastIndex);
			const applied = effects.flatMap((effect) => (effect.type === 'apply' ? effect.entries : []));
			assert.deepEqual(
				applied.map(({index}) => index),
				Array.from({length: next.lastApplied - server.lastApplied}, (_, at) => server.lastApplied + 1 + at),
			);
			const cuts = effects.filter((effect) => effect.type === 'truncate');
			assert.ok(
				cuts.every(({from}) => from > server.commitIndex),
				'what is committed is never deleted',
			);
			assert.ok(cuts.length === 0 || next.role !== 'leader', 'Leader Append-Only');
			seen.committed += applied.length;
			seen.truncated += cuts.length;
		});
		assert.ok(seen.committed > 0, never('an entry was committed', seed));
		assert.ok(seen.truncated > 0, never('an entry was deleted', seed));
	});
});

type Promised = {votes: number; entries: number};

function afterSaving(saved: Persisted, effect: Effect): Persisted {
	const {currentTerm, votedFor, log} = saved;
	switch (effect.type) {
		case 'persistState': {
			return {currentTerm: effect.currentTerm, votedFor: effect.votedFor, log};
		}

		case 'truncate': {
			return {currentTerm, votedFor, log: truncate(log, effect.from)};
		}

		case 'persistEntries': {
			return {currentTerm, votedFor, log: append(log, effect.entries)};
		}

		case 'send':
		case 'setTimer':
		case 'apply':
		case 'accept':
		case 'redirect': {
			return saved;
		}
	}
}

/** That what an effect lets others rely on has been saved when its turn comes. */
function assertSaved(id: ServerId, effect: Effect, saved: Persisted, promised: Promised): void {
	const {currentTerm, votedFor, log} = saved;
	const isSaved = (entry: Entry): boolean => entryAt(log, entry.index) === entry;
	if (effect.type === 'apply') {
		assert.ok(effect.entries.every((entry) => isSaved(entry)));
	}

	if (effect.type !== 'send') {
		return;
	}

	const {to, message} = effect;
	assert.equal(currentTerm, message.term, 'the term it speaks in');
	switch (message.type) {
		case 'RequestVote': {
			assert.equal(votedFor, id, 'the candidate’s own vote');
			break;
		}

		case 'VoteReply': {
			assert.ok(!message.voteGranted || votedFor === to, 'the vote it grants');
			promised.votes += message.voteGranted ? 1 : 0;
			break;
		}

		case 'AppendEntries': {
			assert.ok(
				message.entries.every((entry) => isSaved(entry)),
				'the entries it sends',
			);
			break;
		}

		case 'AppendReply': {
			assert.ok(log.lastIndex >= message.matchIndex, 'the entries it acknowledges');
			promised.entries += message.matchIndex;
			break;
		}
	}
}

suite('Electing (§5.2)', () => {
	test('Who times out joins a new term, votes for itself and asks all others, saving first', () => {
		const [next, effects] = step(follower({id: 2, log: [1, 1, 3], votedFor: 1}), electionTimeout);
		assert.equal(next.role, 'candidate');
		assert.equal(next.currentTerm, 4);
		assert.deepEqual(typesOf(effects), ['persistState', 'setTimer', 'send', 'send']);
		assert.deepEqual(effects[0], {type: 'persistState', currentTerm: 4, votedFor: 2});
		assert.deepEqual(effects.slice(2), [
			{type: 'send', to: 1, message: requestVote(4, 2, 3, 3)},
			{type: 'send', to: 3, message: requestVote(4, 2, 3, 3)},
		]);
	});

	test('A candidate that times out tries again in a newer term, without the old votes', () => {
		const [next] = step(candidate({servers: 5, term: 1}, [2]), electionTimeout);
		assert.strictEqual(next.role, 'candidate');
		assert.equal(next.currentTerm, 2);
		assert.deepEqual(next.votesGranted, [1]);
	});

	test('A leader has no election to start', () => {
		const server = leader({log: [1]});
		assert.deepEqual(step(server, electionTimeout), [server, []]);
	});

	test('A new leader appends a no-op of its term and sends it to everybody at once (§5.4.2, §8)', () => {
		const [next, effects] = step(candidate({log: [1, 1], term: 4}), receive(2, voteReply(4)));
		assert.strictEqual(next.role, 'leader');
		assert.deepEqual(termsIn(next.log), [1, 1, 4]);
		assert.equal(next.log.buffer.at(-1)!.command.type, 'no-op');
		assert.deepEqual(typesOf(effects), ['persistEntries', 'send', 'send', 'setTimer']);
		const message = appendEntries({term: 4, prevLogIndex: 2, prevLogTerm: 1, terms: [4]});
		assert.deepEqual(sends(effects), [
			{type: 'send', to: 2, message},
			{type: 'send', to: 3, message},
		]);
	});

	test('It guesses that the others have its log, and knows nothing (Figure 2, nextIndex and matchIndex)', () => {
		const [next] = step(candidate({log: [1, 1], term: 4}), receive(2, voteReply(4)));
		assert.strictEqual(next.role, 'leader');
		assert.deepEqual(next.nextIndex.slice(2), [3, 3]);
		assert.deepEqual(next.matchIndex.slice(1), [3, 0, 0]);
	});

	test('Entries of earlier terms are not committed by winning (§5.4.2)', () => {
		const [next] = step(candidate({log: [1, 1], term: 4}), receive(2, voteReply(4)));
		assert.equal(next.commitIndex, 0);
	});

	test('A cluster of one elects itself and commits without sending anything', () => {
		const [elected, effects] = step(follower({servers: 1}), electionTimeout);
		assert.equal(elected.role, 'leader');
		assert.equal(elected.commitIndex, 1);
		assert.deepEqual(typesOf(effects), ['persistState', 'setTimer', 'persistEntries', 'setTimer', 'apply']);
		assert.deepEqual(effects.at(3), {type: 'setTimer', timer: 'heartbeat'});
		const [next, moreEffects] = step(elected, propose(2));
		assert.equal(next.commitIndex, 3);
		assert.deepEqual(typesOf(moreEffects), ['accept', 'persistEntries', 'setTimer', 'apply']);
	});

	test('A denied vote moves nobody', () => {
		const server = candidate({term: 1});
		assert.deepEqual(step(server, receive(2, voteReply(1, false))), [server, []]);
	});

	for (const success of [true, false]) {
		test(`A candidate follows whoever turns out to lead its term: it ${success ? 'accepts' : 'refuses'} what comes`, () => {
			const message = appendEntries(success ? {term: 2} : {term: 2, prevLogIndex: 5, prevLogTerm: 1});
			const [next, effects] = step(candidate({id: 2, term: 2}), receive(1, message));
			assert.strictEqual(next.role, 'follower');
			assert.equal(next.leaderId, 1);
			assert.equal(next.votedFor, 2);
			assert.deepEqual(typesOf(effects), ['setTimer', 'send']);
			assert.equal((soleMessage(effects) as AppendReply).success, success);
		});
	}

	test('A candidate does not follow the leader of an older term, but tells it of the newer one (§5.1)', () => {
		const server = candidate({id: 2, term: 2});
		const [next, effects] = step(server, receive(1, appendEntries({term: 1, terms: [1]})));
		assert.equal(next, server);
		assert.deepEqual(effects, [{type: 'send', to: 1, message: refusal(2, 0)}]);
	});
});

suite('A newer term (§5.1)', () => {
	const messages: readonly Message[] = [
		requestVote(5, 2),
		voteReply(5, false),
		appendEntries({term: 5, leaderId: 2}),
		acknowledgement(5, 1),
		refusal(5, 0),
	];
	const [following] = step(follower({log: [1], votedFor: 3}), receive(3, appendEntries({term: 1, leaderId: 3})));
	const servers: readonly Server[] = [following, candidate({log: [1], term: 4}), leader({log: [1], term: 4})];
	for (const message of messages) {
		for (const server of servers) {
			const title = `${message.type}${'success' in message && !message.success ? ', refused' : ''}`;
			test(`makes a ${server.role} join it as a follower with a vote to give: ${title}`, () => {
				const [next, effects] = step(server, receive(2, message));
				assert.equal(next.role, 'follower');
				assert.equal(next.currentTerm, 5);
				assert.equal(next.votedFor, undefined); // The sender's log is behind
				assert.deepEqual(effects[0], {type: 'persistState', currentTerm: 5, votedFor: undefined});
				assert.deepEqual(termsIn(next.log), [1]);
				assert.equal(leaderOf(next), message.type === 'AppendEntries' ? 2 : undefined);
				const timers = effects.filter(({type}) => type === 'setTimer').length;
				assert.equal(timers > 0, server.role === 'leader' || message.type === 'AppendEntries');
			});
		}
	}

	test('makes a follower forget who led the old one', () => {
		const [led] = step(follower({id: 2}), receive(1, appendEntries({term: 1})));
		const [next] = step(led, receive(3, requestVote(2, 3)));
		assert.deepEqual([leaderOf(led), leaderOf(next)], [1, undefined]);
	});

	test('is joined before the message is answered, in one step', () => {
		const [next, effects] = step(leader({term: 1}), receive(2, requestVote(2, 2)));
		assert.equal(next.votedFor, 2);
		assert.deepEqual(typesOf(effects), ['persistState', 'setTimer', 'persistState', 'setTimer', 'send']);
		assert.deepEqual(soleMessage(effects), voteReply(2));
	});
});

suite('What comes too late changes nothing, and is not answered (§5.1)', () => {
	const log = [1, 1, 3, 3];
	const ledServer = leader({log, commitIndex: 3}, {2: 3, 3: 2});
	const withBacklog = leader({log: [1, 1, 3, 3, 3, 3], commitIndex: 3, entriesPerMessageMax: 1}, {2: 3});
	const cases: ReadonlyArray<readonly [title: string, server: Server, input: Input]> = [
		['a vote for an earlier candidacy', candidate({term: 3}), receive(2, voteReply(2))],
		['a vote for the one that has won already', ledServer, receive(2, voteReply(3))],
		['a vote for the one that has given up', follower({term: 3}), receive(2, voteReply(3))],
		['an acknowledgement of an earlier reign', ledServer, receive(2, acknowledgement(2, 4))],
		['a refusal of an earlier reign', ledServer, receive(2, refusal(2, 3))],
		['an acknowledgement that a later one has overtaken', ledServer, receive(2, acknowledgement(3, 2))],
		['an acknowledgement that arrives twice', ledServer, receive(2, acknowledgement(3, 3))],
		// The first time, it brought the next message
		['an acknowledgement that arrives twice, while a backlog waits', withBacklog, receive(2, acknowledgement(3, 3, 2))],
		[
			'the answer to a heartbeat that an acknowledgement has overtaken',
			ledServer,
			receive(2, acknowledgement(3, 2, 2)),
		],
		['a refusal of an earlier guess', ledServer, receive(3, refusal(3, 4, 0, 2))],
		// A request of an older term was refused by a server that had joined this one. Of the logs it says nothing.
		['a refusal of an earlier reign’s request', ledServer, receive(3, refusal(3, 2))],
		[
			'the same where nothing is known to match',
			{...leader({log}), nextIndex: [1, 5, 5, 5]},
			receive(2, refusal(3, 4)),
		],
		['an acknowledgement at a follower', follower({log}), receive(2, acknowledgement(3, 4))],
		['an acknowledgement at a candidate', candidate({log}), receive(2, acknowledgement(3, 4))],
		['the heartbeat timer of a former leader', follower({log}), heartbeatDue],
		['the heartbeat timer at a candidate', candidate({log}), heartbeatDue],
	];
	for (const [title, server, input] of cases) {
		test(title, () => {
			const [next, effects] = step(server, input);
			assert.equal(next, server);
			assert.deepEqual(effects, []);
		});
	}
});

suite('Proposing (§5.3, §8)', () => {
	test('A leader appends, saves, and sends at once to everybody; nothing is committed yet', () => {
		const server = leader({log: [1], commitIndex: 1}, {2: 1, 3: 1});
		const [next, effects] = step(server, propose(2));
		assert.deepEqual(termsIn(next.log), [1, 1, 1]);
		assert.deepEqual(typesOf(effects), ['accept', 'persistEntries', 'send', 'send', 'setTimer']);
		assert.equal(next.commitIndex, 1);
		assert.deepEqual(
			sends(effects).map(({to, message}) => [to, (message as AppendEntries).entries.map(({index}) => index)]),
			[
				[2, [2, 3]],
				[3, [2, 3]],
			],
		);
	});

	test('If nothing is proposed, a leader does nothing, not even send; anybody else still says who leads', () => {
		const server = leader({log: [1, 1]}, {2: 1}); // With something left to send
		const [next, effects] = step(server, propose(0));
		assert.equal(next, server);
		assert.deepEqual(effects, []);
		assert.deepEqual(step(follower(), propose(0))[1], [{type: 'redirect', leaderId: undefined}]);
	});

	test('Anybody else says who leads, as far as it knows', () => {
		const [led] = step(follower({id: 2}), receive(3, appendEntries({term: 1, leaderId: 3})));
		const redirectTo = (leaderId: ServerId | undefined) => [{type: 'redirect', leaderId}];
		assert.deepEqual(step(led, propose()), [led, redirectTo(3)]);
		assert.deepEqual(step(follower(), propose())[1], redirectTo(undefined));
		assert.deepEqual(step(candidate(), propose())[1], redirectTo(undefined));
	});

	test('Only a majority commits, and of the leader’s own term (§5.3, §5.4.2)', () => {
		const server = leader({servers: 5, log: [1, 2, 2, 2]}, {2: 4});
		const [one] = step(server, receive(3, acknowledgement(2, 1)));
		assert.equal(one.commitIndex, 0); // Index 1 is on three of five, but of term 1
		const [next, effects] = step(one, receive(4, acknowledgement(2, 3)));
		assert.equal(next.commitIndex, 3); // 4, 4, 3, 1, 0
		assert.deepEqual(
			effects.flatMap((effect) => (effect.type === 'apply' ? effect.entries.map(({index}) => index) : [])),
			[1, 2, 3],
		);
	});

	test('The commit index is what the leader sends along, to nobody more than that (§5.3)', () => {
		const server = leader({log: [1, 1, 1], commitIndex: 2}, {2: 2});
		assert.deepEqual(
			sends(step(server, heartbeatDue)[1]).map(({message}) => (message as AppendEntries).leaderCommit),
			[2, 2],
		);
	});
});

suite('Heartbeats (§5.2)', () => {
	const contentsOf = ([, effects]: Step) =>
		sends(effects).map(({to, message}) => {
			const {prevLogIndex, entries} = message as AppendEntries;
			return [to, prevLogIndex, entries.length];
		});

	test('They carry nothing, whatever a follower lacks, and ask for the entry before its nextIndex (Figure 2)', () => {
		const server = leader({log: [1, 1, 1, 1], commitIndex: 4}, {2: 4, 3: 1});
		const first = step(server, heartbeatDue);
		assert.deepEqual(contentsOf(first), [
			[2, 4, 0],
			[3, 1, 0],
		]);
		assert.deepEqual(contentsOf(step(first[0], heartbeatDue)), contentsOf(first));
		assert.deepEqual(first[1].at(-1), {type: 'setTimer', timer: 'heartbeat'});
	});

	test('They do not change the leader', () => {
		const server = leader({log: [1]});
		assert.equal(step(server, heartbeatDue)[0], server);
	});

	test('Each answer that shows a follower behind brings what it lacks, once (§5.3: retries indefinitely)', () => {
		const server = leader({log: [1, 1, 1, 1], commitIndex: 4}, {2: 4, 3: 1});
		const answer = receive(3, acknowledgement(1, 1, 1));
		const first = step(server, answer);
		assert.deepEqual(contentsOf(first), [[3, 1, 3]]);
		assert.equal(first[0], server); // What has been sent need not have arrived
		assert.deepEqual(contentsOf(step(first[0], answer)), [[3, 1, 3]]); // As if what the first brought had been lost
		assert.deepEqual(contentsOf(step(first[0], receive(3, acknowledgement(1, 4, 1)))), []);
	});

	test('An answer from which the leader first learns how far a follower has come brings the rest at once', () => {
		const server: Leader = {...leader({log: [1, 1, 2]}), nextIndex: [1, 4, 3, 3]}; // It has just been elected
		const [next, effects] = step(server, receive(2, acknowledgement(2, 2, 2)));
		assert.strictEqual(next.role, 'leader');
		assert.deepEqual([next.matchIndex[2], next.nextIndex[2], next.commitIndex], [2, 3, 0]);
		assert.deepEqual(contentsOf([next, effects]), [[2, 2, 1]]);
	});

	test('The answer of a follower that has everything brings nothing', () => {
		const server = leader({log: [1, 1, 1, 1], commitIndex: 4}, {2: 4, 3: 1});
		const [next, effects] = step(server, receive(2, acknowledgement(1, 4, 4)));
		assert.equal(next, server);
		assert.deepEqual(effects, []);
	});

	test('However much was lost, an idle leader repairs it with one heartbeat; the second says what is committed', () => {
		const seed = drawSeed();
		let behind = 0;
		fc.assert(
			fc.property(anyMax, anyHappenings, anyReign, (entriesPerMessageMax, happenings, reign) => {
				const cluster = new ScriptCluster([1, 2, 3], step, entriesPerMessageMax);
				for (const each of happenings) {
					happen(cluster, each);
				}

				const leaderId = electSomebody(cluster);
				for (const each of reign) {
					happen(cluster, each);
				}

				cluster.drop(cluster.pending);
				const {log} = cluster.server(leaderId);
				behind += cluster.ids.every((id) => id === leaderId || cluster.server(id).log.lastIndex < log.lastIndex)
					? 1
					: 0;

				cluster.give(leaderId, heartbeatDue);
				cluster.deliverAll();
				cluster.give(leaderId, heartbeatDue);
				cluster.deliverAll();
				for (const id of cluster.ids) {
					assert.deepEqual(termsIn(cluster.server(id).log), termsIn(log));
					assert.equal(cluster.server(id).commitIndex, log.lastIndex);
				}
			}),
			{seed},
		);
		assert.ok(behind > 0, never('nobody else had everything', seed));
	});
});

test(`A server carries ${defaultEntriesPerMessageMax} entries in a message, unless it is told otherwise`, () => {
	const persisted = nothingPersisted();
	const configuration = {voters: [1]};
	assert.equal(startServer(1, configuration, persisted).entriesPerMessageMax, defaultEntriesPerMessageMax);
	assert.equal(startServer(1, configuration, persisted, 7).entriesPerMessageMax, 7);
});

for (const max of [1, 7, defaultEntriesPerMessageMax]) {
	suite(`No message carries more than ${max} ${max === 1 ? 'entry' : 'entries'}, if that is the size`, () => {
		const leaderOfTwo = (count: number): Leader =>
			leader({servers: 2, log: Array.from({length: count}, () => 1), entriesPerMessageMax: max});
		const sizes = ([, effects]: Step): readonly number[] =>
			sends(effects).map(({message}) => (message as AppendEntries).entries.length);

		test('A backlog of that many goes in one, of one more in two', () => {
			const heartbeatAnswered = receive(2, acknowledgement(1, 0));
			assert.deepEqual(sizes(step(leaderOfTwo(max), heartbeatAnswered)), [max]);
			assert.deepEqual(sizes(step(leaderOfTwo(max), receive(2, acknowledgement(1, max)))), []);
			const server = leaderOfTwo(max + 1);
			assert.deepEqual(sizes(step(server, heartbeatAnswered)), [max]);
			assert.deepEqual(sizes(step(server, receive(2, acknowledgement(1, max)))), [1]);
		});

		test('Each acknowledgement brings the next message, without a heartbeat, until all has been sent', () => {
			const count = 3 * max + 1;
			const carried: number[] = [];
			const recording = (server: Server, input: Input): Step => {
				if (input.type === 'receive' && input.message.type === 'AppendEntries') {
					carried.push(input.message.entries.length);
				}

				return step(server, input);
			};

			const cluster = new ScriptCluster([1, 2], recording, max);
			cluster.give(1, electionTimeout);
			cluster.deliverAll();
			cluster.give(1, propose(count));
			cluster.deliverAll();
			assert.deepEqual(carried, [1, max, max, max, 1]);
			assert.equal(cluster.server(1).commitIndex, count + 1);
		});

		test('What fits into one message is not sent again for every acknowledgement', () => {
			const server = leaderOfTwo(max);
			assert.deepEqual(sizes(step(server, receive(2, acknowledgement(1, Math.ceil(max / 2))))), []);
		});
	});
}

suite('Following (§5.3, Figure 2 AppendEntries)', () => {
	const given: Given = {id: 2, log: [1, 1, 2]};

	test('Entries that are there already are not saved again; the answer is the same', () => {
		const message = appendEntries({term: 2, prevLogIndex: 1, prevLogTerm: 1, terms: [1, 2]});
		const [next, effects] = step(follower(given), receive(1, message));
		assert.deepEqual(typesOf(effects), ['setTimer', 'send']);
		assert.equal(next.log.lastIndex, 3);
		assert.deepEqual(soleMessage(effects), acknowledgement(2, 3, 1));
	});

	test('Only what is missing is saved', () => {
		const message = appendEntries({term: 2, prevLogIndex: 1, prevLogTerm: 1, terms: [1, 2, 2, 2]});
		const [next, effects] = step(follower(given), receive(1, message));
		assert.deepEqual(effects[0], {type: 'persistEntries', entries: entriesOf([2, 2], 4)});
		assert.deepEqual(termsIn(next.log), [1, 1, 2, 2, 2]);
	});

	test('What conflicts is deleted, with all that follows it, before what replaces it is saved', () => {
		const message = appendEntries({term: 3, prevLogIndex: 1, prevLogTerm: 1, terms: [3, 3, 3]});
		const [next, effects] = step(follower(given), receive(1, message));
		assert.deepEqual(typesOf(effects), ['persistState', 'truncate', 'persistEntries', 'setTimer', 'send']);
		assert.deepEqual(effects[1], {type: 'truncate', from: 2});
		assert.deepEqual(termsIn(next.log), [1, 3, 3, 3]);
	});

	test('A refusal deletes nothing', () => {
		const message = appendEntries({term: 3, prevLogIndex: 3, prevLogTerm: 3, terms: [3]});
		const [next] = step(follower(given), receive(1, message));
		assert.deepEqual(termsIn(next.log), [1, 1, 2]);
	});

	test('A log that is too short says where it ends; a conflicting entry names its term and that term’s first', () => {
		const refusedAt = (prevLogIndex: number, prevLogTerm: number) =>
			soleMessage(step(follower(given), receive(1, appendEntries({term: 3, prevLogIndex, prevLogTerm})))[1]);
		assert.deepEqual(refusedAt(7, 3), refusal(3, 7, 0, 4));
		assert.deepEqual(refusedAt(3, 3), refusal(3, 3, 2, 3));
		assert.deepEqual(refusedAt(2, 3), refusal(3, 2, 1, 1));
	});

	test('A heartbeat from the known leader changes nothing but the timer', () => {
		const [led] = step(follower(given), receive(1, appendEntries({term: 2, prevLogIndex: 3, prevLogTerm: 2})));
		const [next, effects] = step(led, receive(1, appendEntries({term: 2, prevLogIndex: 3, prevLogTerm: 2})));
		assert.equal(next, led);
		assert.deepEqual(typesOf(effects), ['setTimer', 'send']);
	});
});

suite('Backing off (§5.3, end)', () => {
	const log = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]; // Figure 7's leader
	const cases: ReadonlyArray<readonly [title: string, reply: AppendReply, nextIndex: number]> = [
		['to the end of a log that is too short', refusal(6, 10, 0, 5), 5],
		['to the end of the conflicting term, if the leader has it', refusal(6, 10, 4, 4), 6],
		['to the beginning of the conflicting term, if not', refusal(6, 10, 3, 7), 7],
		['by at least one', refusal(6, 10, 0, 99), 10],
		['not to before what is known to match', refusal(6, 10, 0, 1), 3],
	];
	for (const [title, reply, nextIndex] of cases) {
		test(title, () => {
			const server: Leader = {...leader({log}, {2: 2}), nextIndex: [1, 11, 11, 11]};
			const [next, effects] = step(server, receive(2, reply));
			assert.strictEqual(next.role, 'leader');
			assert.equal(next.nextIndex[2], nextIndex);
			const message = soleMessage(effects) as AppendEntries;
			assert.equal(message.prevLogIndex, nextIndex - 1);
			assert.equal(message.prevLogTerm, log[nextIndex - 2]);
			assert.equal(message.entries.length, log.length - nextIndex + 1);
		});
	}

	test('Not at all where everything before is known to match: the next heartbeat asks again, from there', () => {
		const server = leader({log}, {2: 5, 3: 10});
		const [next, effects] = step(server, receive(2, refusal(6, 5, 0, 3))); // An old answer, or what was acknowledged is lost
		assert.equal(next, server);
		assert.deepEqual(effects, []);
		const [again] = sends(step(next, heartbeatDue)[1]);
		assert.equal(again!.to, 2);
		assert.equal((again!.message as AppendEntries).prevLogIndex, 5);
	});

	test('From any two logs that could meet: the follower ends with the leader’s log', () => {
		const seed = drawSeed();
		let refusals = 0;
		const anyTerms = fc
			.array(fc.integer({min: 1, max: 5}), {maxLength: 12, size: 'max'})
			.map((all) => all.toSorted(ascending));
		fc.assert(
			fc.property(anyTerms, anyTerms, fc.nat({max: 12}), anyMax, (ours, theirs, shared, max) => {
				// Log Matching: they agree up to somewhere, and have no term in common at one index after it.
				const common = ours.slice(0, shared);
				const later = theirs
					.map((term) => term + (common.at(-1) ?? 0))
					.filter((term) => !ours.slice(shared).includes(term));
				const counting = (server: Server, input: Input): Step => {
					refusals += input.type === 'receive' && 'success' in input.message && !input.message.success ? 1 : 0;
					return step(server, input);
				};

				const cluster = new ScriptCluster([1, 2], counting, max);
				cluster.setUp(1, {terms: ours, currentTerm: 20});
				cluster.setUp(2, {terms: [...common, ...later], currentTerm: 20});
				cluster.give(1, electionTimeout);
				cluster.drop(cluster.pending);
				cluster.give(1, receive(2, voteReply(21))); // As if others had elected it
				cluster.deliverAll();
				assert.deepEqual(termsIn(cluster.server(2).log), [...ours, 21]);
				assert.equal(cluster.server(1).commitIndex, ours.length + 1);
			}),
			{seed},
		);
		assert.ok(refusals > 0, never('a follower refused first', seed));
	});
});

test('The paper’s rules are the ones that apply when nothing else is said', () => {
	const server = candidate({term: 1});
	assert.deepEqual(step(server, receive(2, voteReply(1))), step(server, receive(2, voteReply(1)), paperRules));
});
