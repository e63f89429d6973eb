/*
That each promise's breaking is seen, at which event, how it is explained and proved; and that what Raft allows is
let pass, however close it comes. All on traces made by hand.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {safetyProperties, type SafetyProperty} from '../../source/checking/safety.js';
import type {Message} from '../../source/raft/vocabulary.js';
import {
	appends,
	applies,
	asks,
	commits,
	crashes,
	entry,
	follows,
	judge,
	leads,
	replicates,
	restarts,
	saves,
	sends,
	truncates,
	votes,
	wipes,
	type Row,
} from './safety-rows.js';

const a = entry(1, 1, 'a');
const b = entry(2, 1, 'b');
const c = entry(1, 2, 'c');
const d = entry(2, 3, 'd');
const otherA = entry(1, 1, 'A');
const grant = (term: number): Message => ({type: 'VoteReply', term, voteGranted: true});
const acknowledge = (term: number): Message => ({
	type: 'AppendReply',
	term,
	success: true,
	prevLogIndex: 0,
	matchIndex: 0,
	conflictTerm: 0,
	conflictIndex: 0,
});
const ask = (node: number, term: number): Message => ({
	type: 'RequestVote',
	term,
	candidateId: node,
	lastLogIndex: 0,
	lastLogTerm: 0,
});

/** What is expected: the event, the facts that the explanation gives after the promise itself, and the evidence before the event. */
type Found = readonly [seq: number, facts: string, evidence: readonly number[]];

type Example = {
	readonly name: string;
	readonly nodes?: number;
	readonly rows: readonly Row[];
	/** If not, it is allowed. */
	readonly found?: Found;
};

const examples: Readonly<Record<SafetyProperty, readonly Example[]>> = {
	'Election Safety': [
		{
			name: 'two leaders of one term, the second when the first is long gone',
			rows: [leads(1, 1), crashes(1), leads(2, 2), leads(3, 1)],
			found: [4, 'n1 was elected to lead term 1, and now n3 is elected to lead it too.', [1]],
		},
		{
			name: 'two leaders at once, of different terms',
			rows: [leads(1, 1), leads(2, 2), leads(1, 3)],
		},
		{
			name: 'a leader of an older term, elected late',
			rows: [leads(2, 2), leads(3, 4), leads(1, 1), leads(1, 3)],
		},
		{
			name: 'a leader that is said to lead once more',
			rows: [leads(1, 1), leads(1, 1), crashes(1), leads(1, 1)],
		},
	],
	'Leader Append-Only': [
		{
			name: 'a leader that removes its entries',
			rows: [leads(1, 1), appends(1, a, b), truncates(1, 2)],
			found: [3, 'n1 leads term 1 and removes entry 2 from its log, first x=b (index 2, term 1).', [2]],
		},
		{
			name: 'a leader that writes over what it has',
			rows: [leads(1, 3), appends(1, a, b), appends(1, d)],
			found: [
				3,
				'n1 leads term 3 and puts x=d (index 2, term 3) into its log, though it has x=b (index 2, term 1) there.',
				[2],
			],
		},
		{
			name: 'a leader that removes what it does not have',
			rows: [leads(1, 1), appends(1, a), truncates(1, 2)],
		},
		{
			name: 'a follower that removes what is not committed, one that has led before, and one that comes back',
			rows: [
				appends(2, a),
				truncates(2, 1),
				leads(1, 1),
				appends(1, a),
				follows(1, 2),
				truncates(1, 1),
				leads(1, 3),
				...replicates([1], c),
				crashes(1),
				restarts(1, 3, [c]),
				truncates(1, 1),
			],
		},
	],
	'Log Matching': [
		{
			name: 'two entries of one index and term',
			rows: [appends(1, a), appends(2, otherA)],
			found: [2, 'At index 1, of term 1, n1 has x=a and n2 has x=A.', [1]],
		},
		{
			name: 'one entry behind two different ones, though the first log is long gone',
			rows: [appends(1, a, d), truncates(1, 1), appends(2, c), appends(2, d)],
			found: [
				4,
				'n1 and n2 both have x=d (index 2, term 3), but before it n1 has x=a (index 1, term 1) and n2 has x=c (index 1, term 2).',
				[1, 3],
			],
		},
		{
			name: 'a gap',
			rows: [appends(1, b)],
			found: [1, 'n1 puts x=b (index 2, term 1) into its log, though its log is empty.', []],
		},
		{
			name: 'an entry that a follower writes over another',
			rows: [appends(1, a, b), appends(1, d)],
			found: [2, 'n1 puts x=d (index 2, term 3) into its log, though it has x=b (index 2, term 1) there.', [1]],
		},
		{
			name: 'an entry that a disk gives back and that is not the one written',
			rows: [appends(1, a), saves(1), crashes(1), restarts(1, 0, [otherA])],
			found: [4, 'At index 1, of term 1, n1 has x=a and n1 has x=A.', [1]],
		},
		{
			name: 'logs that part and are made to agree again',
			rows: [appends(1, a, b), appends(2, c), truncates(1, 1), appends(1, c, d), appends(2, d)],
		},
		{
			name: 'an entry that is another object with the same contents, as disks give them back',
			rows: [
				appends(1, a),
				saves(1),
				crashes(1),
				restarts(1, 0, [structuredClone(a)]),
				appends(2, structuredClone(a), b),
			],
		},
	],
	'Leader Completeness': [
		{
			name: "a later term's leader that lacks what was committed",
			rows: [leads(1, 1), ...replicates([1, 2], a, b), commits(1, 1), commits(1, 2), appends(3, a), leads(3, 2)],
			found: [
				9,
				'n1 committed x=b (index 2, term 1) in term 1, and n3 was elected to lead term 2 without it: its log ends at index 1.',
				[7],
			],
		},
		{
			name: "a later term's leader that has something else instead",
			rows: [leads(1, 2), appends(3, a), ...replicates([1, 2], c), commits(1, 1), leads(3, 3)],
			found: [
				8,
				'n1 committed x=c (index 1, term 2) in term 2, and n3 was elected to lead term 3 without it: it has x=a (index 1, term 1) there.',
				[7],
			],
		},
		{
			name: "a later term's leader, long at work, that lacks what is committed in the earlier term only now",
			rows: [leads(1, 1), ...replicates([1, 2], a), leads(3, 2), commits(1, 1)],
			found: [
				7,
				'n1 committed x=a (index 1, term 1) in term 1, and n3 was elected to lead term 2 without it: its log is empty.',
				[6],
			],
		},
		{
			name: "a later term's leader whose log is longer, and another",
			rows: [leads(1, 2), appends(3, a, b), ...replicates([1, 2], c), commits(1, 1), leads(3, 3)],
			found: [
				8,
				'n1 committed x=c (index 1, term 2) in term 2, and n3 was elected to lead term 3 without it: it has x=a (index 1, term 1) there.',
				[7],
			],
		},
		{
			name: "a later term's leader that lacks what is committed now, in place of what was committed before",
			rows: [
				leads(2, 2),
				...replicates([2, 3], c),
				commits(2, 1),
				appends(1, a, b),
				follows(1, 1),
				leads(3, 3),
				commits(1, 2),
			],
			found: [
				10,
				'n1 committed x=a (index 1, term 1) in term 1, and n3 was elected to lead term 3 without it: it has x=c (index 1, term 2) there.',
				[9],
			],
		},
		{
			name: 'an entry that two leaders commit, the one of the later term first: it counts as committed in the earlier one',
			rows: [leads(1, 1), ...replicates([1, 3], a), leads(2, 2), follows(3, 3), commits(3, 1), commits(1, 1)],
			found: [
				9,
				'n1 committed x=a (index 1, term 1) in term 1, and n2 was elected to lead term 2 without it: its log is empty.',
				[6],
			],
		},
		{
			name: 'a leader elected late, of a term between two in which something was committed: it needs the first only, and lacks it',
			rows: [
				leads(1, 2),
				...replicates([1, 2], c),
				commits(1, 1),
				leads(1, 5),
				...replicates([1, 2], entry(2, 5, 'e')),
				commits(1, 2),
				leads(3, 4),
			],
			found: [
				13,
				'n1 committed x=c (index 1, term 2) in term 2, and n3 was elected to lead term 4 without it: its log is empty.',
				[6],
			],
		},
		{
			name: 'a leader elected late, of a term between two in which something was committed: it needs the first only, and has it',
			rows: [
				leads(1, 2),
				...replicates([1, 2, 3], c),
				commits(1, 1),
				leads(1, 5),
				...replicates([1, 2], entry(2, 5, 'e')),
				commits(1, 2),
				leads(3, 4),
			],
		},
		{
			name: 'a leader of an earlier term than that in which it was committed last: the first counts, whatever came after',
			rows: [
				leads(1, 1),
				...replicates([1, 2], a),
				commits(1, 1),
				crashes(1),
				restarts(1, 1, [a]),
				follows(1, 4),
				commits(1, 1),
				leads(3, 2),
			],
			found: [
				11,
				'n1 committed x=a (index 1, term 1) in term 1, and n3 was elected to lead term 2 without it: its log is empty.',
				[6],
			],
		},
		{
			name: "an earlier term's leader elected late, by a vote that was long on its way",
			rows: [leads(2, 2), ...replicates([2, 3], c), commits(2, 1), leads(1, 1)],
		},
		{
			name: 'a leader that has what was committed and is not the longest of logs',
			rows: [leads(1, 1), ...replicates([1, 2], a), commits(1, 1), appends(1, b), leads(2, 2)],
		},
	],
	'State Machine Safety': [
		{
			name: 'different entries applied at one index',
			rows: [...replicates([1, 2], a), commits(1, 1), applies(1, a), applies(3, c)],
			found: [7, 'At index 1, n1 applied x=a of term 1, and n3 applies x=c of term 2.', [6]],
		},
		{
			name: 'a different entry committed, and about to be applied, at one index',
			rows: [
				...replicates([1, 2], a),
				follows(1, 1),
				commits(1, 1),
				follows(3, 1),
				...replicates([3], c),
				commits(3, 1),
			],
			found: [10, 'At index 1, n1 committed x=a of term 1, and n3 commits x=c of term 2 to apply it.', [6]],
		},
		{
			name: 'one entry with different results',
			rows: [
				...replicates([1, 2], a),
				commits(1, 1),
				applies(1, a, {result: 'old'}),
				commits(2, 1),
				applies(2, a, {result: undefined}),
			],
			found: [8, 'n1 and n2 both apply x=a (index 1, term 1), but on n1 it gave "old" and on n2 it gave nothing.', [6]],
		},
		{
			name: 'one entry that is a retry for one server only',
			rows: [...replicates([1, 2], a), commits(1, 1), applies(1, a), commits(2, 1), applies(2, a, {isRepeated: true})],
			found: [
				8,
				'n1 and n2 both apply x=a (index 1, term 1), but on n1 it gave true and on n2 it was a retry, answered with true.',
				[6],
			],
		},
		{
			name: 'entries applied again after a crash, as other objects',
			rows: [
				...replicates([1, 2], a),
				commits(1, 1),
				applies(1, a),
				crashes(1),
				restarts(1, 0, [structuredClone(a)]),
				commits(1, 1),
				applies(1, structuredClone(a)),
			],
		},
	],
	'One Vote a Term': [
		{
			name: 'two votes',
			rows: [votes(1, 1, 2), votes(1, 1, 3)],
			found: [2, 'In term 1, n1 voted for n2, and now votes for n3 as well.', [1]],
		},
		{
			name: 'a vote that was taken back before another',
			rows: [votes(1, 1, 2), votes(1, 1, 0), votes(1, 1, 3)],
			found: [3, 'In term 1, n1 voted for n2, and now votes for n3 as well.', [1]],
		},
		{
			name: 'two votes with a crash in between, in which a disk loses what it had said to be saved',
			rows: [votes(1, 1, 2), saves(1), crashes(1), restarts(1, 1), votes(1, 1, 3)],
			found: [
				5,
				'In term 1, n1 voted for n2, crashed, came back without knowing it, and now votes for n3 as well.',
				[1, 4],
			],
		},
		{
			name: 'two votes with a crash in between that the first survived by luck',
			rows: [votes(1, 1, 2), crashes(1), restarts(1, 1, [], 2), votes(1, 1, 3)],
			found: [4, 'In term 1, n1 voted for n2, and now votes for n3 as well.', [1]],
		},
		{
			name: 'two votes with a crash in between, the first of which was told before the disk had it',
			rows: [
				follows(1, 1),
				saves(1),
				votes(1, 1, 2),
				sends(1, 2, grant(1)),
				crashes(1),
				restarts(1, 1),
				votes(1, 1, 3),
			],
			found: [
				7,
				'In term 1, n1 voted for n2, crashed, came back without knowing it, and now votes for n3 as well.',
				[3, 6],
			],
		},
		{
			name: "a vote after a crash, by a candidate that had asked for others' votes before the disk had its own",
			rows: [
				follows(1, 1),
				saves(1),
				votes(1, 1, 1),
				sends(1, 2, ask(1, 1)),
				crashes(1),
				restarts(1, 1),
				votes(1, 1, 3),
			],
			found: [
				7,
				'In term 1, n1 voted for n1, crashed, came back without knowing it, and now votes for n3 as well.',
				[3, 6],
			],
		},
		{
			name: 'a vote for the same candidate, and one for another in the next term',
			rows: [votes(1, 1, 2), votes(1, 1, 2), votes(1, 2, 3)],
		},
		{
			name: 'another vote after a crash, where the disk did not have the first and nobody was told',
			rows: [
				follows(1, 1),
				saves(1),
				votes(1, 1, 2),
				sends(1, 2, acknowledge(1)),
				sends(1, 3, grant(1)),
				crashes(1),
				restarts(1, 1),
				votes(1, 1, 3),
			],
		},
		{
			name: 'a vote after a crash that took the vote for itself, where it had asked nobody yet',
			rows: [
				follows(1, 1),
				saves(1),
				votes(1, 1, 1),
				sends(1, 2, acknowledge(1)),
				crashes(1),
				restarts(1, 1),
				votes(1, 1, 3),
			],
		},
		{
			name: 'another vote after a wipe: it is a new server',
			rows: [votes(1, 1, 2), saves(1), crashes(1), wipes(1), restarts(1, 0), votes(1, 1, 3)],
		},
	],
	'Election Restriction': [
		{
			name: 'a vote for an empty log',
			rows: [appends(2, a), asks(1, 1), votes(2, 1, 1)],
			found: [3, 'In term 1, n2 votes for n1, whose log is empty; its own ends at index 1 with term 1.', [1, 2]],
		},
		{
			name: 'a vote for a longer log with an older last term',
			rows: [appends(1, a, b), appends(2, c), asks(1, 3), votes(2, 3, 1)],
			found: [
				4,
				'In term 3, n2 votes for n1, whose log ends at index 2 with term 1; its own ends at index 1 with term 2.',
				[2, 3],
			],
		},
		{
			name: 'a vote that is late: what counts is the log with which the candidate has asked',
			rows: [asks(1, 1), asks(1, 2), appends(1, c), appends(2, a), follows(2, 1), votes(2, 1, 1)],
			found: [6, 'In term 1, n2 votes for n1, whose log is empty; its own ends at index 1 with term 1.', [1, 4]],
		},
		{
			name: 'a vote for an equal log, for a longer one, and for a shorter one with a newer last term',
			rows: [
				appends(1, a),
				appends(2, a),
				asks(1, 1),
				votes(2, 1, 1),
				appends(1, b),
				asks(1, 2),
				votes(2, 2, 1),
				appends(3, c),
				asks(3, 3),
				votes(1, 3, 3),
			],
		},
		{
			name: 'a vote for oneself, and one for a candidate of which nothing is known',
			rows: [appends(1, a), asks(1, 1), votes(1, 1, 1), votes(1, 2, 3)],
		},
		{
			name: 'a vote that is said once more when the voter has gone on',
			rows: [asks(1, 1), votes(2, 1, 1), appends(2, a), votes(2, 1, 1)],
		},
		{
			name: 'a vote for a candidate that was wiped meanwhile and may have asked before that',
			rows: [
				appends(1, a),
				asks(1, 2),
				crashes(1),
				wipes(1),
				restarts(1, 0),
				asks(1, 1),
				asks(1, 2),
				appends(2, a),
				votes(2, 2, 1),
			],
		},
	],
	'Terms Only Grow': [
		{
			name: 'a role in an older term',
			rows: [follows(1, 3), follows(1, 2)],
			found: [2, 'n1 was in term 3 and now is in term 2.', [1]],
		},
		{
			name: 'a vote in an older term',
			rows: [votes(1, 3, 1), votes(1, 2, 2)],
			found: [2, 'n1 was in term 3 and now is in term 2.', [1]],
		},
		{
			name: 'a disk that loses the term it had said to be saved',
			rows: [follows(1, 3), saves(1), crashes(1), restarts(1, 2)],
			found: [4, 'n1 was in term 3, and its disk had said that this was saved; it comes back in term 2.', [1, 2]],
		},
		{
			name: 'a crash that loses a term of which others were told too early',
			rows: [
				follows(1, 3),
				saves(1),
				follows(1, 4),
				sends(1, 2, acknowledge(4)),
				sends(1, 3, acknowledge(4)),
				crashes(1),
				restarts(1, 3),
			],
			found: [7, 'n1 told others that it was in term 4 before its disk had that; it comes back in term 3.', [4]],
		},
		{
			name: 'a crash that loses a term that was not saved, and of which nobody was told',
			rows: [
				follows(1, 3),
				saves(1),
				follows(1, 4),
				sends(1, 2, acknowledge(3)),
				crashes(1),
				restarts(1, 3),
				follows(1, 4),
			],
		},
		{
			name: 'a server that was wiped and begins with term 0',
			rows: [follows(1, 3), saves(1), crashes(1), wipes(1), restarts(1, 0), follows(1, 1)],
		},
	],
	'Commit Index Only Grows': [
		{
			name: 'a commit index that goes back',
			rows: [...replicates([1, 2], a, b), commits(1, 2), commits(1, 1)],
			found: [6, 'n1 takes its commit index from 2 to 1.', [5]],
		},
		{
			name: 'a commit index that is where it was',
			rows: [...replicates([1, 2], a, b), commits(1, 2), commits(1, 2)],
			found: [6, 'n1 takes its commit index from 2 to 2.', [5]],
		},
		{
			name: 'a commit index beyond the log',
			rows: [...replicates([1, 2], a, b), commits(1, 3)],
			found: [5, 'n1 takes its commit index to 3, and its log ends at index 2.', [1]],
		},
		{
			name: 'a commit index that begins from 0 again after a crash',
			rows: [
				...replicates([1, 2], a, b),
				commits(1, 2),
				crashes(1),
				restarts(1, 0, [a, b]),
				commits(1, 1),
				commits(1, 2),
			],
		},
	],
	'Committed Entries Stay': [
		{
			name: 'a follower that removes what was committed in its term',
			rows: [leads(1, 1), follows(2, 1, 1), ...replicates([1, 2, 3], a), commits(1, 1), truncates(2, 1)],
			found: [10, 'n1 committed x=a (index 1, term 1) in term 1, and n2 removes it from its log in term 1.', [9]],
		},
		{
			name: 'a follower that removes what was committed first of several things in that term',
			rows: [leads(1, 1), follows(2, 1, 1), ...replicates([1, 2], a, b), commits(1, 1), commits(1, 2), truncates(2, 1)],
			found: [9, 'n1 committed x=a (index 1, term 1) in term 1, and n2 removes it from its log in term 1.', [7]],
		},
		{
			name: 'a follower that removes, in a later term, much of which a part was committed',
			rows: [
				leads(1, 1),
				...replicates([1, 2, 3], a),
				...replicates([2], b),
				commits(1, 1),
				follows(2, 5),
				truncates(2, 1),
			],
			found: [12, 'n1 committed x=a (index 1, term 1) in term 1, and n2 removes it from its log in term 5.', [10]],
		},
		{
			name: 'a follower that removes another entry than the one committed there',
			rows: [leads(1, 2), follows(3, 2, 1), appends(3, a), ...replicates([1, 2], c), commits(1, 1), truncates(3, 1)],
		},
		{
			name: 'a follower that a leader of an older term makes remove its copy of what others have committed since',
			nodes: 5,
			rows: [
				leads(1, 2),
				...replicates([1, 4], entry(1, 2, 'e')),
				leads(5, 3),
				follows(4, 3, 5),
				leads(1, 4),
				...replicates([2, 3], entry(1, 2, 'e')),
				...replicates([1, 2, 3], entry(2, 4, 'f')),
				commits(1, 2),
				truncates(4, 1),
				appends(4, entry(1, 3, 'g')),
			],
		},
	],
	'Committed Is Durable': [
		{
			name: 'something committed that only the leader has saved',
			rows: [leads(1, 1), ...replicates([1], a), appends(2, a), commits(1, 1)],
			found: [
				5,
				'n1 commits x=a (index 1, term 1) when it is on the disk of n1 only, and in the memory of n2; a quorum is 2 of 3.',
				[2],
			],
		},
		{
			name: 'something committed that nobody has saved',
			nodes: 1,
			rows: [leads(1, 1), appends(1, a), commits(1, 1)],
			found: [
				3,
				'n1 commits x=a (index 1, term 1) when it is on no disk, and in the memory of n1; a quorum is 1 of 1.',
				[2],
			],
		},
		{
			name: 'something committed that half of the disks have',
			nodes: 4,
			rows: [...replicates([1, 2], a), commits(1, 1)],
			found: [5, 'n1 commits x=a (index 1, term 1) when it is on the disk of n1 and n2 only; a quorum is 3 of 4.', [1]],
		},
		{
			name: 'something committed of which the second entry was not yet saved',
			rows: [...replicates([1, 2], a), appends(1, b), appends(2, b), saves(2, 5), saves(1), commits(1, 2)],
			found: [
				9,
				'n1 commits x=b (index 2, term 1) when it is on the disk of n1 only, and in the memory of n2; a quorum is 2 of 3.',
				[5],
			],
		},
		{
			name: 'something committed that was saved and then removed',
			rows: [...replicates([1, 2], a), truncates(2, 1), commits(1, 1)],
			found: [6, 'n1 commits x=a (index 1, term 1) when it is on the disk of n1 only; a quorum is 2 of 3.', [1]],
		},
		{
			name: 'something committed that was removed before it was saved',
			rows: [...replicates([1], a), appends(2, a, b), truncates(2, 1), saves(2), commits(1, 1)],
			found: [6, 'n1 commits x=a (index 1, term 1) when it is on the disk of n1 only; a quorum is 2 of 3.', [1]],
		},
		{
			name: 'something committed of which all of an append was removed before it was saved',
			rows: [...replicates([1], a), appends(2, a), truncates(2, 1), saves(2), commits(1, 1)],
			found: [6, 'n1 commits x=a (index 1, term 1) when it is on the disk of n1 only; a quorum is 2 of 3.', [1]],
		},
		{
			name: 'something committed that a crash has taken from one that had not saved it',
			rows: [...replicates([1], a), appends(2, a), crashes(2), commits(1, 1)],
			found: [5, 'n1 commits x=a (index 1, term 1) when it is on the disk of n1 only; a quorum is 2 of 3.', [1]],
		},
		{
			name: 'a wipe that leaves too few copies of what is committed',
			rows: [
				leads(1, 1),
				...replicates([1, 2], a),
				...replicates([1, 2, 3], b).slice(0, 4),
				commits(1, 1),
				commits(1, 2),
				crashes(2),
				wipes(2),
			],
			found: [
				13,
				'n1 committed x=a (index 1, term 1) in term 1; then n2 lost it (its disk was wiped). Now it is on the disk of n1 only; a quorum is 2 of 3.',
				[10],
			],
		},
		{
			name: 'two wipes that together leave too few copies of what is committed',
			rows: [leads(1, 1), ...replicates([1, 2, 3], a), commits(1, 1), crashes(3), wipes(3), crashes(2), wipes(2)],
			found: [
				12,
				'n1 committed x=a (index 1, term 1) in term 1; then n2 lost it (its disk was wiped), n3 lost it (its disk was wiped). Now it is on the disk of n1 only; a quorum is 2 of 3.',
				[8, 10],
			],
		},
		{
			name: 'two wipes, of which the first is not forgotten over what that server has lost since',
			rows: [
				...replicates([1, 2, 3], a),
				commits(1, 1),
				crashes(3),
				wipes(3),
				restarts(3, 0),
				...replicates([3], c),
				truncates(3, 1),
				crashes(2),
				wipes(2),
			],
			found: [
				15,
				'n1 committed x=a (index 1, term 1) in term 0; then n2 lost it (its disk was wiped), n3 lost it (its disk was wiped). Now it is on the disk of n1 only; a quorum is 2 of 3.',
				[7, 9],
			],
		},
		{
			name: 'a disk that had said to have saved what is committed, and gives it back no more',
			rows: [leads(1, 1), ...replicates([1, 2], a), commits(1, 1), crashes(2), restarts(2, 0)],
			found: [
				8,
				'n1 committed x=a (index 1, term 1) in term 1; then n2 lost it (its disk had said that it was saved). Now it is on the disk of n1 only; a quorum is 2 of 3.',
				[5, 6],
			],
		},
		{
			name: 'the last copy but two, which a leader of an older term has rightly removed after a wipe',
			nodes: 5,
			rows: [
				leads(1, 2),
				...replicates([1, 4], c),
				leads(5, 3),
				follows(4, 3, 5),
				leads(1, 4),
				...replicates([2, 3], c),
				commits(1, 1),
				wipes(3),
				truncates(4, 1),
			],
			found: [
				15,
				'n1 committed x=c (index 1, term 2) in term 4; then n3 lost it (its disk was wiped), n4 lost it (it removed it from its log). Now it is on the disk of n1 and n2 only; a quorum is 3 of 5.',
				[13, 14],
			],
		},
		{
			name: 'the rest of an append of which the end was removed before it was saved',
			rows: [...replicates([1], a), appends(2, a, b), truncates(2, 2), saves(2, 3), commits(1, 1)],
		},
		{
			name: 'an append that is saved only after another one was removed and replaced',
			rows: [
				...replicates([1], a, d),
				...replicates([2], a),
				appends(2, b),
				truncates(2, 2),
				appends(2, d),
				saves(2, 7),
				commits(1, 2),
			],
		},
		{
			name: 'what a crash has left though it was not saved: it is on the disk now',
			rows: [...replicates([1], a), appends(2, a), crashes(2), restarts(2, 0, [a]), commits(1, 1)],
		},
		{
			name: 'a wipe that leaves a quorum, and another when the first has been made good',
			rows: [
				...replicates([1, 2, 3], a),
				commits(1, 1),
				crashes(3),
				wipes(3),
				restarts(3, 0),
				...replicates([3], a),
				crashes(2),
				wipes(2),
			],
		},
		{
			name: 'a disk that gives back less than was appended, but no less than it had said to have saved',
			rows: [...replicates([1, 2], a), commits(1, 1), appends(2, b), crashes(2), restarts(2, 0, [a])],
		},
		{
			name: 'a lost copy of what is not committed',
			rows: [...replicates([1, 2], a, b), commits(1, 1), crashes(2), restarts(2, 0, [a])],
		},
	],
	'Applied in Order': [
		{
			name: 'an entry that is applied before it is committed',
			rows: [...replicates([1, 2], a, b), commits(1, 1), applies(1, a), applies(1, b)],
			found: [7, 'n1 applies x=b (index 2, term 1), and its commit index is 1.', [5]],
		},
		{
			name: 'an entry that is left out',
			rows: [...replicates([1, 2], a, b), commits(1, 2), applies(1, b)],
			found: [6, 'n1 applies x=b (index 2, term 1) where entry 1 comes next.', []],
		},
		{
			name: 'an entry that is applied twice',
			rows: [...replicates([1, 2], a, b), commits(1, 2), applies(1, a), applies(1, a)],
			found: [7, 'n1 applies x=a (index 1, term 1) where entry 2 comes next.', [6]],
		},
		{
			name: 'entries that are applied from the beginning again after a crash and after a wipe',
			rows: [
				...replicates([1, 2, 3], a),
				commits(1, 1),
				applies(1, a),
				crashes(1),
				restarts(1, 0, [a]),
				commits(1, 1),
				applies(1, a),
				crashes(1),
				wipes(1),
				restarts(1, 0),
				appends(1, a),
				commits(1, 1),
				applies(1, a),
			],
		},
	],
	'Applied Once': [
		{
			name: 'a request that takes effect twice',
			rows: requests([7, 1], [7, 2], [7, 1]),
			found: [9, 'Request 1 of c7, x=a, took effect at index 1 and takes effect again at index 3, on n1.', [7]],
		},
		{
			name: 'a request that takes effect twice in a row',
			rows: requests([7, 1], [7, 1]),
			found: [8, 'Request 1 of c7, x=a, took effect at index 1 and takes effect again at index 2, on n1.', [7]],
		},
		{
			name: 'a request that is recognised once, and then not',
			rows: requests([7, 1], [7, 2], [7, 1, 'repeated'], [7, 1]),
			found: [10, 'Request 1 of c7, x=a, took effect at index 1 and takes effect again at index 4, on n1.', [7]],
		},
		{
			name: 'a request that takes effect late, and then again',
			rows: requests([7, 2], [7, 1], [7, 1]),
			found: [9, 'Request 1 of c7, x=a, took effect at index 2 and takes effect again at index 3, on n1.', [8]],
		},
		{
			name: 'a request that is recognised when it comes again',
			rows: requests([7, 1], [7, 2], [7, 1, 'repeated'], [7, 1, 'repeated']),
		},
		{
			name: "the same number for another client's request, one that takes effect late, and requests of nobody",
			rows: requests([7, 2], [8, 2], [8, 1], [7, 1], [], []),
		},
		{
			name: 'a request that each server applies, and again after a crash',
			rows: [
				...requests([7, 1]),
				commits(2, 1),
				applies(2, entry(1, 1, 'a', {client: 7, serial: 1})),
				crashes(1),
				restarts(1, 1, [entry(1, 1, 'a', {client: 7, serial: 1})]),
				commits(1, 1),
				applies(1, entry(1, 1, 'a', {client: 7, serial: 1})),
			],
		},
	],
};

/** N1 applies requests of these clients with these numbers, one after the other. */
function requests(
	...sessions: ReadonlyArray<readonly [client?: number, serial?: number, repeated?: 'repeated']>
): readonly Row[] {
	const entries = sessions.map(([client = 0, serial = 0], at) =>
		entry(at + 1, 1, 'a', client === 0 ? undefined : {client, serial}),
	);
	return [
		follows(1, 1),
		...replicates([1, 2], ...entries),
		commits(1, entries.length),
		...entries.map((one, at) => applies(1, one, {isRepeated: sessions[at]![2] !== undefined})),
	];
}

for (const {name, section, sentence} of safetyProperties) {
	for (const {name: example, nodes = 3, rows, found} of examples[name]) {
		test(`${name} (${section}) ${found === undefined ? 'allows' : 'is broken by'} ${example}`, () => {
			const {violation, seq} = judge(rows, {nodes});
			if (found === undefined) {
				assert.equal(violation, undefined);
				return;
			}

			const [at, facts, evidence] = found;
			assert.deepEqual(violation, {
				property: name,
				section,
				explanation: `${sentence} ${facts}`,
				evidence: [...evidence, at],
			});
			assert.equal(seq, at);
		});
	}
}
