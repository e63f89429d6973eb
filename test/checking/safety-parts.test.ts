/*
What the checker is made of, where its examples do not reach: logs as prefixes of one another, and sameness.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {Ledger} from '../../source/checking/safety/ledger.js';
import {commonPrefix, cutAt, emptyLog, startsWith, type Prefix} from '../../source/checking/safety/prefix.js';
import {isSameEntry} from '../../source/raft/same.js';
import type {Payload} from '../../source/raft/vocabulary.js';
import {entry} from './safety-rows.js';

/** A log of so many entries of a term, going on from another. */
function prolong(ledger: Ledger, log: Prefix, count: number, term: number): Prefix {
	let prefix = log;
	for (let added = 0; added < count; added++) {
		prefix = ledger.settle(prefix, entry(prefix.index + 1, term, 'x'), 1, 1);
	}

	return prefix;
}

test('Any prefix of a long log is reached in a few steps, and is the right one', () => {
	const ledger = new Ledger();
	const length = 100_000;
	const log = prolong(ledger, emptyLog, length, 1);
	for (let index = 0; index <= length; index += index < 100 || index > length - 100 ? 1 : 997) {
		const prefix = cutAt(log, index);
		assert.equal(prefix, index === 0 ? emptyLog : ledger.find(index, 1));
		let steps = 0;
		for (let at = log; at.index > index; steps++) {
			at = at.leap.index >= index ? at.leap : at.previous;
		}

		assert.ok(steps <= 40, `${steps} steps to ${index}`);
	}
});

test('A log starts with its own prefixes and with no other log, however long; what two have in common ends where they part', () => {
	const ledger = new Ledger();
	const stem = prolong(ledger, emptyLog, 10, 1);
	const left = prolong(ledger, stem, 20, 2);
	const right = prolong(ledger, stem, 5, 3);
	assert.ok(startsWith(left, left));
	assert.ok(startsWith(left, stem));
	assert.ok(startsWith(left, emptyLog));
	assert.ok(startsWith(emptyLog, emptyLog));
	assert.ok(!startsWith(stem, left));
	assert.ok(!startsWith(left, right));
	assert.ok(!startsWith(right, cutAt(left, 12)));
	assert.equal(commonPrefix(left, right), stem);
	assert.equal(commonPrefix(right, left), stem);
	assert.equal(commonPrefix(stem, right), stem);
	assert.equal(commonPrefix(emptyLog, right), emptyLog);
	assert.equal(ledger.find(12, 2), cutAt(left, 12));
	assert.equal(ledger.find(12, 3), cutAt(right, 12));
	assert.equal(ledger.find(12, 1), undefined);
});

const one = {type: 'write', key: 'x', value: 'a', session: {client: 1, serial: 2}};

const pairs: ReadonlyArray<
	readonly [name: string, other: Payload & Readonly<Record<string, unknown>>, isSame: boolean]
> = [
	['a copy', structuredClone(one), true],
	['the same fields in another order', {session: {serial: 2, client: 1}, value: 'a', key: 'x', type: 'write'}, true],
	['another value', {...one, value: 'b'}, false],
	['another number in its session', {...one, session: {client: 1, serial: 3}}, false],
	['no session', {type: 'write', key: 'x', value: 'a'}, false],
	['nothing for a session', {...one, session: null}, false],
	['a word for a session', {...one, session: 'mine'}, false],
	['one more field', {...one, expected: 'b'}, false],
];

for (const [name, other, isSame] of pairs) {
	test(`An entry ${isSame ? 'is the same as' : 'differs from one with'} ${name}`, () => {
		const first = {index: 1, term: 1, command: one};
		assert.equal(isSameEntry(first, {index: 1, term: 1, command: other}), isSame);
		assert.equal(isSameEntry({index: 1, term: 1, command: other}, first), isSame);
		assert.equal(isSameEntry(first, {index: 1, term: 2, command: other}), false);
	});
}
