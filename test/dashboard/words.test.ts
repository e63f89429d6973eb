import assert from 'node:assert/strict';
import test from 'node:test';
import {plain} from '../../source/dashboard/text.js';
import {fateLine, messageText, nodesText, notableLine, rangeOf, secondsText} from '../../source/dashboard/words.js';
import type {MessageRecord, Notable, NotableRecord} from '../../source/lab/feed.js';
import type {Message} from '../../source/raft/vocabulary.js';

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

test('A message’s fate is known once it is due, or lost', () => {
	const flight: MessageRecord['flight'] = {
		id: 1,
		from: 1,
		to: 2,
		message: append,
		sentUs: 1_000_000,
		dueUs: 1_012_400,
		lost: undefined,
		sentSeq: 1,
	};
	const fate = (timeUs: number, lost?: MessageRecord['lost']): string => plain(fateLine({flight, lost}, timeUs));
	assert.equal(fate(1_000_000), 'in flight');
	assert.equal(fate(1_012_399), 'in flight');
	assert.equal(fate(1_012_400), '✓ 12 ms');
	assert.equal(fate(1_000_000, 'loss'), '✗ lost');
	assert.equal(fate(1_000_000, 'partition'), '✗ partition');
	assert.equal(fate(1_012_400, 'down'), '✗ n2 is down');
});

const told: ReadonlyArray<readonly [Notable, string]> = [
	[
		{
			type: 'command',
			event: {type: 'command', seq: 1, timeUs: 0, cause: 0, command: {type: 'partition', groups: [[1, 2]]}},
		},
		'partition n1 n2 | rest',
	],
	[{type: 'campaign', node: 3, term: 4}, 'n3 times out → candidate, term 4'],
	[{type: 'elected', node: 3, term: 4, voters: [1, 3, 5]}, 'n3 elected, term 4 (n1 n3 n5)'],
	[{type: 'deposed', node: 3, term: 5}, 'n3 steps down: term 5 has begun'],
	[{type: 'committed', node: 3, from: 5, to: 5}, 'n3 committed 5'],
	[{type: 'committed', node: 3, from: 5, to: 8}, 'n3 committed 5–8'],
	[{type: 'truncated', node: 3, from: 6}, 'n3 dropped its entries from 6'],
	[{type: 'crashed', node: 3}, 'n3 crashed'],
	[{type: 'restarted', node: 3, term: 4, lastIndex: 7}, 'n3 restarted: term 4, 7 entries kept'],
	[{type: 'refused', node: 3, leader: undefined}, 'n3 refused a write: knows no leader'],
	[{type: 'refused', node: 3, leader: 1}, 'n3 refused a write: n1 leads'],
	[{type: 'unanswered', node: 3, count: 1}, 'n3 leaves 1 write unanswered'],
	[{type: 'unanswered', node: 3, count: 4}, 'n3 leaves 4 writes unanswered'],
];

test('An event is told in plain words: who, and what', () => {
	for (const [notable, text] of told) {
		const record: NotableRecord = {seq: 1, timeUs: 0, ...notable};
		const {node, words} = notableLine(record, 5);
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
