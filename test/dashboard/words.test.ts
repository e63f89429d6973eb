import assert from 'node:assert/strict';
import test from 'node:test';
import {plain} from '../../source/dashboard/text.js';
import type {StyleName} from '../../source/dashboard/theme.js';
import {eventLine, messageText, notableLine, secondsText} from '../../source/dashboard/words.js';
import {eventText} from '../../source/explaining/event-text.js';
import type {Notable, NotableRecord} from '../../source/lab/feed.js';
import type {Message} from '../../source/raft/vocabulary.js';
import type {EventBody} from '../../source/simulation/event.js';

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
	[{type: 'truncated', node: 3, from: 6}, 'n3 deleted its entries from 6 on'],
	[{type: 'truncated', node: 3, from: 6, deleted: {to: 6, entries: [entry]}}, 'n3 deleted entry 6 (no-op)'],
	[
		{type: 'truncated', node: 3, from: 6, deleted: {to: 8, entries: [entry, entry]}},
		'n3 deleted entries 6–8 (no-op no-op … 1 more)',
	],
	[{type: 'crashed', node: 3, reason: 'command'}, 'n3 crashed'],
	[{type: 'crashed', node: 3, reason: 'disk full'}, 'n3 stopped itself: its disk is full'],
	[{type: 'crashed', node: 3, reason: 'disk failed'}, 'n3 stopped itself: its disk failed'],
	[{type: 'wiped', node: 3}, 'n3 wiped: its disk is empty'],
	[{type: 'suspended', node: 3}, 'n3 suspended'],
	[{type: 'resumed', node: 3}, 'n3 goes on where it was suspended'],
	[{type: 'restarted', node: 3, term: 4, lastIndex: 7}, 'n3 restarted: term 4, 7 entries kept'],
	[{type: 'refused', node: 3, leader: undefined}, 'n3 refused a request: names no leader'],
	[{type: 'refused', node: 3, leader: 1}, 'n3 refused a request: n1 leads'],
	[{type: 'unanswered', count: 1}, '1 request left unanswered'],
	[{type: 'unanswered', count: 4}, '4 requests left unanswered'],
	[
		{type: 'gaveUp', client: 2, operation: {type: 'write', key: 'x', value: '1'}, isUnknown: true},
		'c2 gave up on write x=1: it may yet be done',
	],
	[
		{type: 'gaveUp', client: 2, operation: {type: 'read', key: 'x'}, isUnknown: false},
		'c2 failed at read x: it was not done',
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

const styled: ReadonlyArray<readonly [EventBody, string, StyleName | undefined]> = [
	[{type: 'command', command: {type: 'crash', node: 3}}, 'crash n3', 'down'],
	[{type: 'command', command: {type: 'say', text: 'hello'}}, 'say hello', 'accent'],
	[{type: 'role', node: 3, role: 'leader', term: 4, leader: 3}, 'n3 becomes leader of term 4', 'leader'],
	[{type: 'role', node: 3, role: 'follower', term: 4, leader: 1}, 'n3 follows n1 in term 4', 'follower'],
	[{type: 'commit', node: 3, index: 5}, 'n3 commits everything up to entry 5', 'good'],
	[{type: 'crash', node: 3, reason: 'disk full'}, 'n3 stops itself: its disk is full', 'down'],
	[{type: 'timer', node: 3, timer: 'election'}, 'n3 its election timer goes off', undefined],
];

test('Any event of the trace is told in the words of its explanation, in a style of its kind', () => {
	for (const [body, text, style] of styled) {
		const event = {seq: 1, timeUs: 0, cause: 0, ...body};
		const {node, words} = eventLine(event);
		assert.equal(plain(words), eventText(event).text);
		assert.equal(`${node === undefined ? '' : `n${node} `}${plain(words)}`, text);
		assert.deepEqual(
			words.map((word) => word.style),
			[style],
		);
	}
});

test('Times are short', () => {
	assert.equal(secondsText(1_234_567), '1.235');
	assert.equal(secondsText(1_234_567, 2), '1.23');
});
