import assert from 'node:assert/strict';
import test from 'node:test';
import {plain} from '../../source/dashboard/text.js';
import {
	eventLine,
	fateLine,
	messageText,
	nodesText,
	notableLine,
	rangeOf,
	secondsText,
} from '../../source/dashboard/words.js';
import type {MessageRecord, Notable, NotableRecord} from '../../source/lab/feed.js';
import type {Message} from '../../source/raft/vocabulary.js';
import type {EventBody} from '../../source/simulation/event.js';
import {ask, calm, newLab, pass} from './stage.js';

const entry = {index: 5, term: 3, command: {type: 'no-op'}};

const append = {
	type: 'AppendEntries',
	term: 3,
	leaderId: 1,
	prevLogIndex: 4,
	prevLogTerm: 2,
	entries: [],
	leaderCommit: 4,
} as const;

const refused = {type: 'AppendReply', term: 3, success: false, prevLogIndex: 4, matchIndex: 0} as const;

const said: ReadonlyArray<readonly [Message, string]> = [
	[{type: 'RequestVote', term: 3, candidateId: 1, lastLogIndex: 7, lastLogTerm: 2}, 't3 last 7/2'],
	[{type: 'VoteReply', term: 3, voteGranted: true}, 't3 granted'],
	[{type: 'VoteReply', term: 4, voteGranted: false}, 't4 denied'],
	[append, 't3 prev 4/2 heartbeat commit 4'],
	[{...append, entries: [entry, {...entry, index: 6}]}, 't3 prev 4/2 +2 commit 4'],
	[{...refused, success: true, matchIndex: 9, conflictTerm: 0, conflictIndex: 0}, 't3 ok match 9'],
	[{...refused, conflictTerm: 0, conflictIndex: 0}, 't3 refused, old term'],
	[{...refused, conflictTerm: 0, conflictIndex: 3}, 't3 refused, log ends at 2'],
	[{...refused, conflictTerm: 2, conflictIndex: 3}, 't3 refused, term 2 from 3'],
];

test('A message says its term and the fields that matter, in one line', () => {
	for (const [message, text] of said) {
		assert.equal(messageText(message), text);
	}
});

const flight: MessageRecord['flight'] = {
	id: 7,
	from: 1,
	to: 2,
	message: append,
	sentUs: 1_000_000,
	dueUs: 1_012_400,
	lost: undefined,
	sentSeq: 1,
	copyOf: undefined,
};

test('A message’s fate is known once it is due, or lost', () => {
	const fate = (timeUs: number, lost?: MessageRecord['lost'], held: readonly number[] = []): string => {
		const {nodes, lanes} = newLab().snapshot();
		return plain(fateLine({flight, lost}, {timeUs, held: new Set(held), nodes, lanes}));
	};

	assert.equal(fate(1_000_000), 'in flight');
	assert.equal(fate(1_012_399), 'in flight');
	assert.equal(fate(1_012_400), '✓ 12 ms');
	assert.equal(fate(1_000_000, 'loss'), '✗ lost');
	assert.equal(fate(1_000_000, 'partition'), '✗ partition');
	assert.equal(fate(1_012_400, 'down'), '✗ n2 down');
	assert.equal(fate(1_012_400, 'dropped'), '✗ dropped');
	assert.equal(fate(1_000_000, undefined, [7]), '‖ held');
	assert.equal(fate(9_000_000, undefined, [6, 7]), '‖ held');
});

test('What has come for a suspended server waits there; what it got before has arrived', () => {
	const lab = newLab();
	pass(lab, 1010);
	ask(lab, {type: 'suspend', node: 2});
	const fate = (dueUs: number): string =>
		plain(fateLine({flight: {...flight, dueUs}, lost: undefined}, {...lab.snapshot(), timeUs: 2_000_000}));
	assert.equal(fate(1_009_000), '✓ 9 ms');
	assert.equal(fate(1_011_000), '‖ at n2');
	ask(lab, {type: 'resume', node: 2});
	assert.equal(fate(1_011_000), '✓ 11 ms');
});

const told: ReadonlyArray<readonly [Notable, string]> = [
	[
		{
			type: 'command',
			event: {type: 'command', seq: 1, timeUs: 0, cause: 0, command: {type: 'partition', groups: [[1, 2], ['rest']]}},
		},
		'partition n1 n2 | rest',
	],
	[{type: 'campaign', node: 3, term: 4}, 'n3 times out → candidate, term 4'],
	[{type: 'elected', node: 3, term: 4, voters: [1, 3, 5]}, 'n3 elected, term 4 (n1 n3 n5)'],
	[{type: 'deposed', node: 3, term: 5}, 'n3 steps down: term 5 has begun'],
	[{type: 'committed', node: 3, from: 5, to: 5}, 'n3 committed 5'],
	[{type: 'committed', node: 3, from: 5, to: 8}, 'n3 committed 5–8'],
	[{type: 'truncated', node: 3, from: 6}, 'n3 dropped its entries from 6'],
	[{type: 'crashed', node: 3, reason: 'command'}, 'n3 crashed'],
	[{type: 'crashed', node: 3, reason: 'disk full'}, 'n3 stopped itself: its disk is full'],
	[{type: 'crashed', node: 3, reason: 'disk failed'}, 'n3 stopped itself: its disk failed'],
	[{type: 'wiped', node: 3}, 'n3 wiped: its disk is empty'],
	[{type: 'suspended', node: 3}, 'n3 suspended'],
	[{type: 'resumed', node: 3}, 'n3 goes on where it was suspended'],
	[{type: 'restarted', node: 3, term: 4, lastIndex: 7}, 'n3 restarted: term 4, 7 entries kept'],
	[{type: 'refused', node: 3, leader: undefined}, 'n3 refused a request: knows no leader'],
	[{type: 'refused', node: 3, leader: 1}, 'n3 refused a request: n1 leads'],
	[{type: 'unanswered', count: 1}, '1 request left unanswered'],
	[{type: 'unanswered', count: 4}, '4 requests left unanswered'],
	[
		{type: 'gaveUp', client: 2, operation: {type: 'write', key: 'x', value: '1'}, isUnknown: true},
		'c2 gave up on x=1: it may yet be done',
	],
	[
		{type: 'gaveUp', client: 2, operation: {type: 'read', key: 'x'}, isUnknown: false},
		'c2 failed at x?: it was not done',
	],
	[
		{type: 'violation', property: 'Election Safety', section: '§5.2', explanation: '', evidence: []},
		' ✗ Election Safety ',
	],
];

test('An event is told in plain words: who, and what', () => {
	for (const [notable, text] of told) {
		const record: NotableRecord = {seq: 1, timeUs: 0, ...notable};
		const {node, words} = notableLine(record);
		assert.equal(`${node === undefined ? '' : `n${node} `}${plain(words)}`, text);
	}
});

const call = {client: 2, op: 9, operation: {type: 'cas', key: 'x', expected: '1', value: '2'}} as const;
const reading = {...call, operation: {type: 'read', key: 'x'}} as const;
const writing = {client: 0, op: 9, operation: {type: 'write', key: 'x', value: '1'}} as const;
const written = {...entry, command: writing.operation};

/** Any event, as the proof of a violation tells it. */
const proven: ReadonlyArray<readonly [EventBody, string]> = [
	[{type: 'command', command: {type: 'crash', node: 3}}, 'crash n3'],
	[{type: 'sent', flight}, 'n1 sends #7 to n2: AppendEntries t3 prev 4/2 heartbeat commit 4'],
	[{type: 'delivered', flight}, 'n2 receives #7 from n1: AppendEntries t3 prev 4/2 heartbeat commit 4'],
	[{type: 'lost', flight, reason: 'dropped'}, 'n1 AppendEntries #7 to n2 is lost (dropped)'],
	[{type: 'timer', node: 3, timer: 'election'}, 'n3 its election timer goes off'],
	[{type: 'role', node: 3, role: 'leader', term: 4, leader: 3}, 'n3 becomes leader of term 4'],
	[{type: 'role', node: 3, role: 'candidate', term: 4, leader: undefined}, 'n3 becomes a candidate for term 4'],
	[{type: 'role', node: 3, role: 'follower', term: 4, leader: undefined}, 'n3 follows nobody yet in term 4'],
	[{type: 'role', node: 3, role: 'follower', term: 4, leader: 1}, 'n3 follows n1 in term 4'],
	[{type: 'vote', node: 3, term: 4, votedFor: 1}, 'n3 votes for n1 in term 4'],
	[{type: 'vote', node: 3, term: 4, votedFor: 3}, 'n3 votes for itself in term 4'],
	[{type: 'vote', node: 3, term: 4, votedFor: undefined}, 'n3 takes its vote of term 4 back'],
	[{type: 'append', node: 3, entries: [written]}, 'n3 appends entry 5 (x=1, term 3)'],
	[{type: 'append', node: 3, entries: [entry]}, 'n3 appends entry 5 (no-op, term 3)'],
	[{type: 'append', node: 3, entries: [entry, {...entry, index: 6, term: 4}]}, 'n3 appends entries 5–6 (term 3–4)'],
	[{type: 'truncate', node: 3, from: 5}, 'n3 removes its entries from 5'],
	[{type: 'synced', node: 3, upTo: 12}, 'n3 its disk says that all it wrote is saved'],
	[{type: 'commit', node: 3, index: 5}, 'n3 commits everything up to entry 5'],
	[{type: 'apply', node: 3, entry: written, result: true, isRepeated: false}, 'n3 applies entry 5 (x=1, term 3)'],
	[
		{type: 'apply', node: 3, entry: {...entry, command: call.operation}, result: false, isRepeated: false},
		'n3 applies entry 5 (x=1→2, term 3) fails: the value was another',
	],
	[
		{type: 'apply', node: 3, entry: {...entry, command: reading.operation}, result: '4', isRepeated: false},
		'n3 applies entry 5 (x?, term 3) gives 4',
	],
	[
		{type: 'apply', node: 3, entry: written, result: true, isRepeated: true},
		'n3 applies entry 5 (x=1, term 3) (a retry: not done again)',
	],
	[{type: 'crash', node: 3, reason: 'disk failed'}, 'n3 stopped itself: its disk failed'],
	[{type: 'restart', node: 3, term: 4, votedFor: 1, lastIndex: 1}, 'n3 restarts: term 4, 1 entry on its disk'],
	[{type: 'wipe', node: 3}, 'n3 loses its disk: nothing is left'],
	[{type: 'suspend', node: 3}, 'n3 is suspended'],
	[{type: 'resume', node: 3}, 'n3 goes on where it was suspended'],
	[{type: 'invoke', ...call}, 'c2 asks for cas x=1→2'],
	[{type: 'invoke', ...writing}, 'a command asks for write x=1'],
	[{type: 'request', node: 3, attempt: 1, ...reading}, 'n3 is asked by c2 for read x'],
	[{type: 'refused', node: 3, leader: 1, ...writing}, 'n3 refuses write x=1: n1 leads'],
	[{type: 'refused', node: 3, leader: undefined, ...writing}, 'n3 refuses write x=1: it knows no leader'],
	[{type: 'ok', node: 3, result: true, ...writing}, 'n3 answers a command: write x=1 is done'],
	[{type: 'ok', node: 3, result: undefined, ...reading}, 'n3 answers c2: read x gives nothing'],
	[{type: 'ok', node: 3, result: true, ...call}, 'n3 answers c2: cas x=1→2 succeeds'],
	[{type: 'fail', ...call}, 'c2 hears that cas x=1→2 was not done'],
	[{type: 'info', ...reading}, 'c2 never hears whether read x was done'],
	[
		{type: 'violation', property: 'Election Safety', section: '', explanation: '', evidence: []},
		'✗ Election Safety is broken',
	],
	[{type: 'settings', settings: calm}, 'a cluster of 5 begins, seed 7'],
];

test('Any event of the trace can be told in plain words', () => {
	for (const [body, text] of proven) {
		const {node, words} = eventLine({seq: 1, timeUs: 0, cause: 0, ...body});
		assert.equal(`${node === undefined ? '' : `n${node} `}${plain(words)}`, text);
	}
});

test('Times, ranges and names are short', () => {
	assert.equal(secondsText(1_234_567), '1.235');
	assert.equal(secondsText(1_234_567, 2), '1.23');
	assert.equal(rangeOf(3, 3), '3');
	assert.equal(rangeOf(3, 5), '3–5');
	assert.equal(nodesText([1, 2, 5]), 'n1 n2 n5');
	assert.equal(nodesText([]), '');
});
