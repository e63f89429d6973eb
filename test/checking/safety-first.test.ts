/*
Which of several broken promises is reported: the first, and of those that break at one event the most fundamental,
in the order of Figure 3. And that copies of a checker go their own ways.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {SafetyChecker, safetyProperties, type SafetyProperty} from '../../source/checking/safety.js';
import {codeOf} from '../../source/simulation/trace.js';
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
	show,
	truncates,
	votes,
	wipes,
	type Row,
} from './safety-rows.js';

const a = entry(1, 1, 'a');
const b = entry(2, 1, 'b');
const c = entry(1, 2, 'c');

test("Figure 3's properties come first, in its order, and every property has a section and a sentence", () => {
	assert.deepEqual(
		safetyProperties.slice(0, 5).map(({name}) => name),
		['Election Safety', 'Leader Append-Only', 'Log Matching', 'Leader Completeness', 'State Machine Safety'],
	);
	for (const {section, sentence} of safetyProperties) {
		assert.match(section, /^(?:thesis )?§\d+(?:\.\d+)*$/v);
		assert.match(sentence, /^\p{Uppercase_Letter}.*\.$/v);
	}

	assert.equal(new Set(safetyProperties.map(({name}) => name)).size, safetyProperties.length);
});

/** Rows of which the last breaks several promises at once. */
const ties: ReadonlyArray<{readonly breaks: readonly SafetyProperty[]; readonly rows: readonly Row[]}> = [
	{
		breaks: ['Election Safety', 'Leader Completeness', 'Terms Only Grow'],
		rows: [leads(1, 1), ...replicates([1, 2], a), commits(1, 1), leads(2, 3), follows(3, 4), leads(3, 3)],
	},
	{
		breaks: ['Leader Completeness', 'Terms Only Grow'],
		rows: [leads(1, 1), ...replicates([1, 2], a), commits(1, 1), follows(3, 4), leads(3, 3)],
	},
	{
		breaks: ['Leader Append-Only', 'Committed Entries Stay', 'Committed Is Durable'],
		rows: [leads(1, 1), ...replicates([1, 2], a), commits(1, 1), truncates(1, 1)],
	},
	{
		breaks: ['Committed Entries Stay', 'Committed Is Durable'],
		rows: [leads(1, 1), follows(2, 1, 1), ...replicates([1, 2], a), commits(1, 1), truncates(2, 1)],
	},
	{
		breaks: ['Leader Completeness', 'State Machine Safety', 'Committed Is Durable'],
		rows: [
			leads(2, 2),
			...replicates([2, 3], c),
			commits(2, 1),
			appends(1, a, b),
			follows(1, 1),
			leads(3, 3),
			commits(1, 2),
		],
	},
	{
		breaks: ['State Machine Safety', 'Committed Is Durable'],
		rows: [follows(1, 5), leads(2, 2), ...replicates([2, 3], c), commits(2, 1), appends(1, a, b), commits(1, 2)],
	},
	{
		breaks: ['State Machine Safety', 'Applied in Order'],
		rows: [...replicates([1, 2], a), commits(1, 1), applies(1, a), applies(3, c)],
	},
	{
		breaks: ['One Vote a Term', 'Election Restriction'],
		rows: [appends(1, a), votes(1, 1, 1), asks(2, 1), votes(1, 1, 2)],
	},
	{
		breaks: ['Election Restriction', 'Terms Only Grow'],
		rows: [appends(1, a), follows(1, 2), asks(2, 1), votes(1, 1, 2)],
	},
	{
		breaks: ['Log Matching', 'Terms Only Grow', 'Committed Is Durable'],
		rows: [follows(1, 1), ...replicates([1, 2], a), commits(1, 1), crashes(1), restarts(1, 0, [entry(1, 1, 'other')])],
	},
	{
		breaks: ['Terms Only Grow', 'Committed Is Durable'],
		rows: [follows(1, 1), ...replicates([1, 2], a), commits(1, 1), crashes(1), restarts(1, 0)],
	},
	{
		breaks: ['Applied in Order', 'Applied Once'],
		rows: [
			...replicates([1, 2], entry(1, 1, 'x', {client: 1, serial: 1}), entry(2, 1, 'x', {client: 1, serial: 1})),
			commits(1, 1),
			applies(1, entry(1, 1, 'x', {client: 1, serial: 1})),
			applies(1, entry(2, 1, 'x', {client: 1, serial: 1})),
		],
	},
];

for (const {breaks, rows} of ties) {
	test(`Of ${breaks.join(', ')} at one event, the first is reported`, () => {
		assert.equal(judge(rows.slice(0, -1)).violation, undefined);
		const {violation, seq} = judge(rows);
		assert.equal(violation?.property, breaks[0]);
		assert.equal(seq, rows.length);
	});
}

test('The first violation stays, and nothing is looked at after it', () => {
	const checker = new SafetyChecker({nodes: 3});
	const {violation} = show(checker, [leads(1, 1), leads(2, 1)]);
	assert.equal(violation?.property, 'Election Safety');
	show(checker, [appends(1, b), leads(3, 1), commits(2, 7)], 2);
	assert.equal(checker.violation, violation);
	checker.take(6, codeOf.append, 1, 1, 1, undefined); // It would throw, if it were looked at
});

test('Whoever watches Figure 3 only lets the rest break, and sees where it leads', () => {
	const rows = [
		appends(2, a),
		votes(2, 1, 2),
		asks(1, 1),
		votes(2, 1, 1),
		commits(2, 1),
		applies(2, a),
		leads(1, 1),
		leads(3, 2),
	];
	assert.equal(judge(rows).violation?.property, 'One Vote a Term');
	const {violation, seq} = judge(rows, {onlyFigure3: true});
	assert.equal(violation?.property, 'Leader Completeness');
	assert.equal(seq, 8);
});

test('Rows that say nothing of any server are passed over, whatever they carry', () => {
	const checker = new SafetyChecker({nodes: 1});
	const watched = new Set([
		'sent',
		'role',
		'vote',
		'append',
		'truncate',
		'synced',
		'commit',
		'apply',
		'crash',
		'restart',
		'wipe',
	]);
	for (const [type, code] of Object.entries(codeOf)) {
		if (!watched.has(type)) {
			checker.take(1, code, 0, -1, -1, undefined);
		}
	}

	assert.equal(checker.violation, undefined);
});

test('A copy goes on by itself: what either is shown, the other does not know', () => {
	const checker = new SafetyChecker({nodes: 3});
	const before = [leads(1, 1), ...replicates([1, 2], a), commits(1, 1), applies(1, a)];
	show(checker, before);
	const copy = checker.copy();
	const at = before.length;

	// In one future the second entry is b, in the other something else; each is true to itself
	const other = entry(2, 1, 'other');
	const future = (second: typeof b, votedFor: number): readonly Row[] => [
		...replicates([1, 2], second),
		commits(1, 2),
		applies(1, second),
		votes(3, 2, votedFor),
		leads(votedFor, 2),
		crashes(1),
		restarts(1, 1, [a, second]),
	];
	assert.equal(show(checker, future(b, 1), at).violation, undefined);
	assert.equal(show(copy, future(other, 2), at).violation, undefined);

	assert.equal(show(checker.copy(), [appends(3, a, b)], 99).violation, undefined);
	assert.equal(show(copy.copy(), [appends(3, a, other)], 99).violation, undefined);
	assert.equal(show(checker.copy(), [appends(3, a, other)], 99).violation?.property, 'Log Matching');
	assert.equal(show(copy.copy(), [appends(3, a, b)], 99).violation?.property, 'Log Matching');
	assert.equal(show(checker.copy(), [votes(3, 2, 2)], 99).violation?.property, 'One Vote a Term');
	assert.equal(show(copy.copy(), [votes(3, 2, 2)], 99).violation, undefined);
	assert.equal(show(checker.copy(), [leads(2, 2)], 99).violation?.property, 'Election Safety');
	assert.equal(show(copy.copy(), [leads(2, 2)], 99).violation, undefined);
	assert.equal(show(checker.copy(), [applies(2, a), applies(2, other)], 99).violation?.property, 'Applied in Order');
	assert.equal(checker.violation, undefined);
	assert.equal(copy.violation, undefined);
});

test('A copy knows what was known, and what was not yet saved', () => {
	const checker = new SafetyChecker({nodes: 3});
	show(checker, [leads(1, 1), ...replicates([1], a), appends(2, a), votes(2, 1, 1)]);
	const saved = checker.copy();
	assert.equal(show(saved, [saves(2), commits(1, 1)], 5).violation, undefined);
	assert.equal(show(checker, [commits(1, 1)], 5).violation?.property, 'Committed Is Durable');
	assert.equal(show(saved.copy(), [crashes(2), wipes(2)], 7).violation?.property, 'Committed Is Durable');
	assert.equal(checker.copy().violation, checker.violation);
});

/** Enough that what copies share fills many chunks. */
const many = 3100;

test('Long logs: copies taken all along the way agree with a checker that has seen their future only', () => {
	const entries = Array.from({length: many}, (_, at) => entry(at + 1, 1, String(at)));
	const rowsOf = (one: (typeof entries)[number]): readonly Row[] => [
		...replicates([1, 2], one),
		commits(1, one.index),
		applies(1, one),
	];
	const checker = new SafetyChecker({nodes: 3});
	const copies: Array<readonly [index: number, copy: SafetyChecker]> = [];
	let seq = 0;
	for (const one of entries) {
		if (one.index % 250 === 0) {
			copies.push([one.index, checker.copy()]);
		}

		const rows = rowsOf(one);
		assert.equal(show(checker, rows, seq).violation, undefined);
		seq += rows.length;
	}

	for (const [index, copy] of copies) {
		const changed = entries.map((one) => (one.index < index ? one : entry(one.index, 2, 'changed')));
		for (const one of changed.slice(index - 1, index + 600)) {
			assert.equal(show(copy, rowsOf(one), (one.index - 1) * 6).violation, undefined);
		}

		assert.equal(show(copy.copy(), [appends(3, ...changed.slice(0, index + 300))], seq).violation, undefined);
		const wrong = [...entries.slice(0, index), ...changed.slice(index)];
		const {violation} = show(copy, [appends(3, ...wrong.slice(0, index + 300))], seq);
		assert.equal(violation?.property, 'Log Matching');
	}

	assert.equal(show(checker, [appends(3, ...entries)], seq).violation, undefined);
	const {violation} = show(checker, [follows(3, 1), truncates(3, 2)], seq + 1);
	assert.equal(violation?.property, 'Committed Entries Stay');
	// Of the second entry's six rows, the fifth
	assert.deepEqual(violation?.evidence, [11, seq + 3]);
});
