import assert from 'node:assert/strict';
import test from 'node:test';
import {
	capital,
	clauseText,
	contentText,
	entriesText,
	entryRangeText,
	messageText,
	namedEntriesText,
	namesText,
	rangeOf,
} from '../../source/explaining/event-text.js';
import type {Entry, Message} from '../../source/raft/vocabulary.js';
import type {EventBody} from '../../source/simulation/event.js';
import {defaultSettings} from '../../source/simulation/settings.js';

const entry: Entry = {index: 5, term: 3, command: {type: 'no-op'}};

const append = {
	type: 'AppendEntries',
	term: 3,
	leaderId: 1,
	prevLogIndex: 4,
	prevLogTerm: 2,
	entries: [],
	leaderCommit: 4,
} as const;

const flight = {
	id: 7,
	from: 1,
	to: 2,
	message: append,
	sentUs: 1_000_000,
	dueUs: 1_012_400,
	lost: undefined,
	sentSeq: 1,
	copyOf: undefined,
} as const;

const refused = {type: 'AppendReply', term: 3, success: false, prevLogIndex: 4, matchIndex: 0} as const;

const said: ReadonlyArray<readonly [Message, string]> = [
	[{type: 'RequestVote', term: 3, candidateId: 1, lastLogIndex: 7, lastLogTerm: 2}, 'term 3, log ends at 7 of term 2'],
	[{type: 'RequestVote', term: 1, candidateId: 1, lastLogIndex: 0, lastLogTerm: 0}, 'term 1, log ends empty'],
	[{type: 'VoteReply', term: 3, voteGranted: true}, 'term 3, granted'],
	[{type: 'VoteReply', term: 4, voteGranted: false}, 'term 4, denied'],
	[append, 'term 3, empty, after 4, commit 4'],
	[{...append, entries: [entry]}, 'term 3, entry 5, commit 4'],
	[{...append, entries: [entry, {...entry, index: 6}]}, 'term 3, entries 5–6, commit 4'],
	[{...refused, success: true, matchIndex: 9, conflictTerm: 0, conflictIndex: 0}, 'term 3, success, match 9'],
	[{...refused, conflictTerm: 0, conflictIndex: 0}, 'term 3, refused: old term'],
	[{...refused, conflictTerm: 0, conflictIndex: 3}, 'term 3, refused: log ends at 2'],
	[{...refused, conflictTerm: 2, conflictIndex: 3}, 'term 3, refused: term 2 from 3'],
];

test('A message says the fields that matter, in words', () => {
	for (const [message, text] of said) {
		assert.equal(messageText(message), text);
	}
});

const call = {client: 2, op: 9, operation: {type: 'cas', key: 'x', expected: '1', value: '2'}} as const;
const reading = {...call, operation: {type: 'read', key: 'x'}} as const;
const writing = {client: 0, op: 9, operation: {type: 'write', key: 'x', value: '1'}} as const;
const written = {...entry, command: writing.operation};

const told: ReadonlyArray<readonly [EventBody, string]> = [
	[{type: 'command', command: {type: 'crash', node: 3}}, 'crash n3'],
	[{type: 'sent', flight}, 'n1 sends AppendEntries #7 to n2: term 3, empty, after 4, commit 4'],
	[{type: 'delivered', flight}, 'n2 receives AppendEntries #7 from n1: term 3, empty, after 4, commit 4'],
	[{type: 'lost', flight, reason: 'dropped'}, 'n1’s AppendEntries #7 to n2 is lost (dropped)'],
	[{type: 'timer', node: 3, timer: 'election'}, 'n3’s election timer goes off'],
	[{type: 'role', node: 3, role: 'leader', term: 4, leader: 3}, 'n3 becomes leader of term 4'],
	[{type: 'role', node: 3, role: 'candidate', term: 4, leader: undefined}, 'n3 becomes a candidate for term 4'],
	[{type: 'role', node: 3, role: 'follower', term: 4, leader: undefined}, 'n3 joins term 4'],
	[{type: 'role', node: 3, role: 'follower', term: 4, leader: 1}, 'n3 follows n1 in term 4'],
	[{type: 'vote', node: 3, term: 4, votedFor: 1}, 'n3 votes for n1 in term 4'],
	[{type: 'vote', node: 3, term: 4, votedFor: 3}, 'n3 votes for itself in term 4'],
	[{type: 'vote', node: 3, term: 4, votedFor: undefined}, 'n3 takes its vote of term 4 back'],
	[{type: 'append', node: 3, entries: [written]}, 'n3 appends entry 5 (x=1, term 3)'],
	[{type: 'append', node: 3, entries: [entry]}, 'n3 appends entry 5 (no-op, term 3)'],
	[{type: 'append', node: 3, entries: [entry, {...entry, index: 6, term: 4}]}, 'n3 appends entries 5–6 (term 3–4)'],
	[{type: 'truncate', node: 3, from: 5}, 'n3 deletes its entries from 5 on'],
	[{type: 'synced', node: 3, upTo: 12}, 'n3’s disk says that what it wrote is saved'],
	[{type: 'commit', node: 3, index: 5}, 'n3 commits everything up to entry 5'],
	[{type: 'apply', node: 3, entry: written, result: true, isRepeated: false}, 'n3 applies entry 5 (x=1, term 3)'],
	[
		{type: 'apply', node: 3, entry: {...entry, command: call.operation}, result: false, isRepeated: false},
		'n3 applies entry 5 (x=1→2, term 3) fails: the value was not the expected one',
	],
	[
		{type: 'apply', node: 3, entry: {...entry, command: reading.operation}, result: '4', isRepeated: false},
		'n3 applies entry 5 (x?, term 3) gives 4',
	],
	[
		{type: 'apply', node: 3, entry: written, result: true, isRepeated: true},
		'n3 applies entry 5 (x=1, term 3) (a retry: not done again)',
	],
	[{type: 'crash', node: 3, reason: 'disk failed'}, 'n3 stops itself: its disk failed'],
	[{type: 'restart', node: 3, term: 4, votedFor: 1, lastIndex: 1}, 'n3 restarts: term 4, log up to 1'],
	[{type: 'wipe', node: 3}, 'n3 gets an empty disk'],
	[{type: 'suspend', node: 3}, 'n3 is suspended'],
	[{type: 'resume', node: 3}, 'n3 goes on where it was suspended'],
	[{type: 'invoke', ...call}, 'c2 asks for cas x=1→2'],
	[{type: 'invoke', ...writing}, 'a command asks for write x=1'],
	[{type: 'request', node: 3, attempt: 1, ...reading}, 'n3 is asked by c2 for read x'],
	[{type: 'refused', node: 3, leader: 1, ...writing}, 'n3 turns a command away with write x=1: n1 leads'],
	[
		{type: 'refused', node: 3, leader: undefined, ...writing},
		'n3 turns a command away with write x=1: it names no leader',
	],
	[{type: 'ok', node: 3, result: true, ...writing}, 'n3 answers a command: write x=1 is done'],
	[{type: 'ok', node: 3, result: undefined, ...reading}, 'n3 answers c2: read x gives nothing'],
	[{type: 'ok', node: 3, result: true, ...call}, 'n3 answers c2: cas x=1→2 succeeds'],
	[{type: 'fail', ...call}, 'c2 hears that cas x=1→2 was not done'],
	[{type: 'info', ...reading}, 'c2 never hears whether read x was done'],
	[{type: 'info', ...writing}, 'the client never hears whether write x=1 was done'],
	[
		{type: 'violation', property: 'Election Safety', section: '', explanation: '', evidence: []},
		'Election Safety is broken',
	],
	[{type: 'settings', settings: {...defaultSettings, nodes: 5, seed: '7'}}, 'a cluster of 5 begins, seed 7'],
];

test('Any event of the trace is told in a clause: who, and what', () => {
	for (const [body, text] of told) {
		assert.equal(clauseText({seq: 1, timeUs: 0, cause: 0, ...body}), text);
	}
});

test('Entries, ranges and names are short', () => {
	assert.equal(contentText(entry), 'no-op');
	assert.equal(contentText(written), 'x=1');
	assert.equal(entriesText([]), 'nothing');
	const [a, b] = [written, {...entry, index: 6}];
	assert.equal(namedEntriesText(5, 5, [a]), 'entry 5 (x=1)');
	assert.equal(namedEntriesText(5, 6, [a, b]), 'entries 5–6 (x=1 no-op)');
	assert.equal(namedEntriesText(5, 12, [a, b, b, b, b, b]), 'entries 5–12 (x=1 no-op no-op no-op … 4 more)');
	assert.equal(namedEntriesText(5, 12, []), 'entries 5–12');
	assert.equal(entryRangeText(3, 3), 'entry 3');
	assert.equal(entryRangeText(3, 5), 'entries 3–5');
	assert.equal(rangeOf(3, 3), '3');
	assert.equal(rangeOf(3, 5), '3–5');
	assert.equal(namesText([1, 2, 5]), 'n1 n2 n5');
	assert.equal(namesText([]), '');
	assert.equal(capital('n1 leads'), 'N1 leads');
});
