/*
That each finder finds what it is for, and keeps silent about what Raft allows, on traces made by hand.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import type {Entry, Message} from '../../source/raft/vocabulary.js';
import type {Event, EventBody} from '../../source/simulation/event.js';
import {
	figure3,
	findCommitsOutOfOrder,
	findFirstBroken,
	findSecondVotes,
	findTermsThatGoBack,
	type Finder,
} from './invariants.js';

const trace = (...bodies: readonly EventBody[]): readonly Event[] =>
	bodies.map((body, at) => ({seq: at + 1, timeUs: at, cause: at, ...body}));

const entry = (index: number, term: number, value: string): Entry => {
	const command = {type: 'write', key: 'x', value};
	return {index, term, command};
};

const leads = (node: number, term: number): EventBody => ({type: 'role', node, term, role: 'leader', leader: node});
const follows = (node: number, term: number): EventBody => ({
	type: 'role',
	node,
	term,
	role: 'follower',
	leader: undefined,
});
const appends = (node: number, ...entries: readonly Entry[]): EventBody => ({type: 'append', node, entries});
const truncates = (node: number, from: number): EventBody => ({type: 'truncate', node, from});
const commits = (node: number, index: number): EventBody => ({type: 'commit', node, index});
const applies = (node: number, applied: Entry): EventBody => ({
	type: 'apply',
	node,
	entry: applied,
	result: true,
	isRepeated: false,
});
const crashes = (node: number): EventBody => ({type: 'crash', node, reason: 'command'});
const restarts = (
	node: number,
	term: number,
	votedFor?: number,
	log?: readonly Entry[],
): EventBody & {readonly log?: readonly Entry[]} => ({
	type: 'restart',
	node,
	term,
	votedFor,
	lastIndex: 0,
	...(log !== undefined && {log}),
});
const says = (from: number, to: number, message: Message): EventBody => ({
	type: 'sent',
	flight: {id: 1, from, to, message, sentUs: 0, dueUs: 0, lost: undefined, sentSeq: 1, copyOf: undefined},
});
const promises = (node: number, term: number, votedFor: number): EventBody =>
	says(node, votedFor, {type: 'VoteReply', term, voteGranted: true});
const denies = (node: number, term: number, candidate: number): EventBody =>
	says(node, candidate, {type: 'VoteReply', term, voteGranted: false});
const asks = (node: number, to: number, term: number): EventBody =>
	says(node, to, {type: 'RequestVote', term, candidateId: node, lastLogIndex: 0, lastLogTerm: 0});
const votes = (node: number, term: number, votedFor: number): EventBody => ({type: 'vote', node, term, votedFor});

const a = entry(1, 1, 'a');
const b = entry(2, 1, 'b');
const c = entry(1, 2, 'c');

const examples: ReadonlyArray<{
	readonly name: string;
	readonly finder: Finder;
	readonly events: readonly Event[];
	readonly found: readonly number[];
}> = [
	{
		name: 'two leaders of one term, one long after the other',
		finder: figure3['Election Safety'],
		events: trace(leads(1, 1), crashes(1), leads(2, 2), leads(3, 1)),
		found: [4],
	},
	{
		name: 'two leaders at once, but of different terms, are allowed',
		finder: figure3['Election Safety'],
		events: trace(leads(1, 1), leads(2, 2), leads(1, 3)),
		found: [],
	},
	{
		name: 'a leader that truncates',
		finder: figure3['Leader Append-Only'],
		events: trace(leads(1, 1), appends(1, a), truncates(1, 1)),
		found: [3],
	},
	{
		name: 'a leader that truncates once it has stepped down or come back is allowed',
		finder: figure3['Leader Append-Only'],
		events: trace(leads(1, 1), appends(1, a), follows(1, 2), truncates(1, 1), leads(1, 3), crashes(1), truncates(1, 1)),
		found: [],
	},
	{
		name: 'two entries of one index and term',
		finder: figure3['Log Matching'],
		events: trace(appends(1, a), appends(2, entry(1, 1, 'other'))),
		found: [2],
	},
	{
		name: 'one entry after two different ones, though the first log is long gone',
		finder: figure3['Log Matching'],
		events: trace(appends(1, a, entry(2, 3, 'd')), truncates(1, 1), appends(2, c), appends(2, entry(2, 3, 'd'))),
		found: [4],
	},
	{
		name: 'a gap in a log',
		finder: figure3['Log Matching'],
		events: trace(appends(1, b)),
		found: [1],
	},
	{
		name: 'logs that part and are made to agree again are allowed',
		finder: figure3['Log Matching'],
		events: trace(appends(1, a, b), appends(2, c), truncates(1, 1), appends(1, c)),
		found: [],
	},
	{
		name: "a later term's leader that lacks what was committed",
		finder: figure3['Leader Completeness'],
		events: trace(leads(1, 1), appends(1, a), commits(1, 1), leads(2, 2)),
		found: [4],
	},
	{
		name: "a later term's leader that lacks what is committed in the earlier term only afterwards",
		finder: figure3['Leader Completeness'],
		events: trace(leads(1, 1), appends(1, a), leads(2, 2), commits(1, 1)),
		found: [4],
	},
	{
		name: 'an entry that two leaders commit, the later one first: it counts as committed in the earlier term',
		finder: figure3['Leader Completeness'],
		events: trace(leads(1, 1), appends(1, a), leads(2, 2), follows(3, 3), appends(3, a), commits(3, 1), commits(1, 1)),
		found: [7],
	},
	{
		name: "an earlier term's leader elected late, by a vote that was long on its way, is allowed to lack it",
		finder: figure3['Leader Completeness'],
		events: trace(leads(2, 2), appends(2, c), commits(2, 1), leads(1, 1)),
		found: [],
	},
	{
		name: 'a commitment that the disk held back until its server was in a later term counts in the earlier one',
		finder: figure3['Leader Completeness'],
		events: [
			...trace(leads(1, 1), appends(1, a), leads(2, 2), follows(1, 3)),
			{seq: 5, timeUs: 5, cause: 2, ...commits(1, 1)},
		],
		found: [5],
	},
	{
		name: 'a server that commits again from the beginning after a crash adds nothing',
		finder: figure3['Leader Completeness'],
		events: trace(leads(1, 1), appends(1, a), commits(1, 1), crashes(1), leads(3, 1), follows(1, 4), commits(1, 1)),
		found: [],
	},
	{
		name: 'different entries applied at one index',
		finder: figure3['State Machine Safety'],
		events: trace(applies(1, a), applies(2, a), applies(3, c)),
		found: [3],
	},
	{
		name: 'entries applied again after a crash are allowed',
		finder: figure3['State Machine Safety'],
		events: trace(applies(1, a), crashes(1), applies(1, {...a})),
		found: [],
	},
	{
		name: 'a log that a crash has shortened begins again where it ends',
		finder: figure3['Log Matching'],
		events: trace(appends(1, a, b), crashes(1), restarts(1, 1, undefined, [a]), appends(1, b), appends(1, b)),
		found: [5],
	},
	{
		name: 'a leader that lost in a crash what was committed',
		finder: figure3['Leader Completeness'],
		events: trace(leads(1, 1), appends(1, a), commits(1, 1), crashes(1), restarts(1, 1, undefined, []), leads(1, 2)),
		found: [6],
	},
	{
		name: 'a term that goes back',
		finder: findTermsThatGoBack,
		events: trace(follows(1, 3), follows(2, 2), follows(1, 2)),
		found: [3],
	},
	{
		name: 'a term that goes back over a restart, though others were told of it',
		finder: findTermsThatGoBack,
		events: trace(follows(1, 3), denies(1, 3, 2), crashes(1), restarts(1, 2), denies(1, 2, 2), asks(2, 1, 1)),
		found: [5],
	},
	{
		name: 'a term that a crash took before anybody was told is allowed',
		finder: findTermsThatGoBack,
		events: trace(follows(1, 3), crashes(1), restarts(1, 2), denies(1, 2, 2), follows(1, 3)),
		found: [],
	},
	{
		name: 'two votes in a term',
		finder: findSecondVotes,
		events: trace(votes(1, 1, 2), votes(1, 1, 2), votes(1, 1, 3), votes(1, 2, 3), votes(2, 1, 3)),
		found: [3],
	},
	{
		name: 'a second vote after a restart with the first',
		finder: findSecondVotes,
		events: trace(votes(1, 1, 2), crashes(1), restarts(1, 1, 2), votes(1, 1, 3)),
		found: [4],
	},
	{
		name: 'two votes that were promised in a term, the first of them lost in a crash',
		finder: findSecondVotes,
		events: trace(votes(1, 1, 2), promises(1, 1, 2), crashes(1), restarts(1, 0), votes(1, 1, 3), promises(1, 1, 3)),
		found: [6],
	},
	{
		name: 'a vote for another after a candidacy that was lost in a crash',
		finder: findSecondVotes,
		events: trace(votes(1, 1, 1), asks(1, 2, 1), asks(1, 3, 1), crashes(1), restarts(1, 0), promises(1, 1, 3)),
		found: [6],
	},
	{
		name: 'a vote that a crash took before anybody was told, a promise made twice, and refusals are allowed',
		finder: findSecondVotes,
		events: trace(
			votes(1, 1, 2),
			crashes(1),
			restarts(1, 0),
			votes(1, 1, 3),
			promises(1, 1, 3),
			promises(1, 1, 3),
			denies(1, 1, 2),
		),
		found: [],
	},
	{
		name: 'a commit index that goes back, and one beyond the log',
		finder: findCommitsOutOfOrder,
		events: trace(appends(1, a, b), commits(1, 2), commits(1, 1), commits(1, 3)),
		found: [3, 4],
	},
	{
		name: 'an entry applied before it is committed, one left out, one applied twice',
		finder: findCommitsOutOfOrder,
		events: trace(
			appends(1, a, b),
			commits(1, 1),
			applies(1, a),
			applies(1, b),
			appends(2, a, b),
			commits(2, 2),
			applies(2, b),
			applies(1, b),
		),
		found: [4, 7, 8],
	},
	{
		name: 'commitment and application from the beginning again after a crash are allowed',
		finder: findCommitsOutOfOrder,
		events: trace(
			appends(1, a),
			commits(1, 1),
			applies(1, a),
			crashes(1),
			restarts(1, 1),
			commits(1, 1),
			applies(1, a),
		),
		found: [],
	},
];

for (const {name, finder, events, found} of examples) {
	test(`${finder.name}: ${name}`, () => {
		const facts = finder(events);
		assert.deepEqual(
			facts.map(({seq}) => seq),
			found,
		);
		assert.ok(facts.every(({text}) => /^(?:n\d|Before ).*\.$/v.test(text)));
	});
}

test('Of several broken properties the first is named, with its event', () => {
	const events = trace(leads(1, 1), appends(1, a), commits(1, 1), leads(2, 2), leads(3, 2));
	assert.deepEqual(findFirstBroken(events), {
		seq: 4,
		properties: ['Leader Completeness'],
		texts: ['n2 leads term 2 without x=a at 1 of term 1, committed in term 1.'],
	});
	assert.deepEqual(findFirstBroken(trace(leads(1, 1))).properties, []);
});
