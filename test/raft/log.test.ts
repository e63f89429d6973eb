import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {
	append,
	emptyLog,
	entriesBetween,
	entryAt,
	firstIndexOfTermFrom,
	lastIndexOfTerm,
	lastPosition,
	lastTerm,
	logOf,
	termAt,
	truncate,
	type Log,
} from '../../source/raft/log.js';
import type {Entry, LogIndex, LogPosition, Term} from '../../source/raft/vocabulary.js';
import {drawSeed, never} from './seeds.js';
import {entriesIn, entriesOf, logOfTerms, termsIn} from './servers.js';

suite('Appending', () => {
	test('A log continued at its end shares its buffer, so that appending costs only what is added', () => {
		const log = logOfTerms(1, 1);
		const longer = append(log, entriesOf([2], 3));
		assert.equal(longer.buffer, log.buffer);
		assert.deepEqual(termsIn(longer), [1, 1, 2]);
		assert.deepEqual(termsIn(log), [1, 1]);
		assert.equal(entryAt(log, 3), undefined);
	});

	test('Continued a second time with something else, it copies: both continuations stand', () => {
		const log = logOfTerms(1, 1);
		const one = append(log, entriesOf([2], 3));
		const other = append(log, entriesOf([3, 3], 3));
		assert.notEqual(other.buffer, one.buffer);
		assert.deepEqual(termsIn(one), [1, 1, 2]);
		assert.deepEqual(termsIn(other), [1, 1, 3, 3]);
	});

	test('Continued a second time with the very same entries, as when they are persisted, it shares', () => {
		const log = logOfTerms(1);
		const entries = entriesOf([2, 2], 2);
		const decided = append(log, entries);
		assert.equal(append(log, entries).buffer, decided.buffer);
		assert.equal(append(log, entries.slice(0, 1)).buffer, decided.buffer);
		assert.equal(decided.buffer.length, 3);
	});

	test('The same entries and more than the buffer has: it copies instead of growing under the others', () => {
		const log = logOfTerms(1);
		const entries = entriesOf([2, 2], 2);
		const decided = append(log, entries.slice(0, 1));
		const longer = append(log, entries);
		assert.notEqual(longer.buffer, decided.buffer);
		assert.deepEqual(termsIn(longer), [1, 2, 2]);
		assert.deepEqual(termsIn(decided), [1, 2]);
	});

	test('Appending nothing changes nothing', () => {
		const log = truncate(logOfTerms(1, 2), 2);
		assert.deepEqual(termsIn(append(log, [])), [1]);
	});
});

suite('Truncating (§5.3)', () => {
	test('The entry at the index goes, and all after it; the version before keeps them', () => {
		const log = logOfTerms(1, 2, 3);
		assert.deepEqual(termsIn(truncate(log, 2)), [1]);
		assert.deepEqual(termsIn(truncate(log, 1)), []);
		assert.deepEqual(termsIn(log), [1, 2, 3]);
	});

	test('Beyond the end there is nothing to delete', () => {
		const log = logOfTerms(1, 2);
		assert.equal(truncate(log, 3), log);
	});

	test('What follows a cut does not overwrite what was cut', () => {
		const log = logOfTerms(1, 2, 3);
		const repaired = append(truncate(log, 2), entriesOf([4], 2));
		assert.deepEqual(termsIn(repaired), [1, 4]);
		assert.deepEqual(termsIn(log), [1, 2, 3]);
	});

	test('What a snapshot has replaced cannot be deleted (§7)', () => {
		const log = append(afterSnapshot({index: 4, term: 2}), entriesOf([2, 3], 5));
		const cut = truncate(log, 2);
		assert.deepEqual(lastPosition(cut), {index: 4, term: 2});
	});
});

suite('Looking up', () => {
	test('Before the first entry stands term 0', () => {
		const log = logOfTerms(3);
		assert.equal(termAt(log, 0), 0);
		assert.equal(termAt(log, 1), 3);
		assert.equal(termAt(log, 2), undefined);
		assert.deepEqual(lastPosition(emptyLog()), {index: 0, term: 0});
	});

	test('Of what a snapshot replaces only the last term is known (§7)', () => {
		const log = append(afterSnapshot({index: 4, term: 2}), entriesOf([3], 5));
		assert.equal(termAt(log, 3), undefined);
		assert.equal(termAt(log, 4), 2);
		assert.equal(termAt(log, 5), 3);
		assert.equal(entryAt(log, 4), undefined);
		assert.equal(lastIndexOfTerm(log, 2), 4);
		assert.equal(lastIndexOfTerm(log, 1), undefined);
	});

	test('A range is cut to what the log holds', () => {
		const log = logOfTerms(1, 2, 3);
		const indexesOf = (from: LogIndex, to: LogIndex) => entriesBetween(log, from, to).map(({index}) => index);
		assert.deepEqual(indexesOf(2, 3), [2, 3]);
		assert.deepEqual(indexesOf(2, 9), [2, 3]);
		assert.deepEqual(indexesOf(0, 1), [1]);
		assert.deepEqual(indexesOf(3, 2), []);
		assert.deepEqual(indexesOf(4, 9), []);
	});

	test('The boundaries of a term, as the accelerated back-off needs them (§5.3)', () => {
		const log = logOfTerms(1, 1, 1, 4, 4, 5, 5, 6, 6, 6); // Figure 7's leader
		assert.equal(firstIndexOfTermFrom(log, 4), 4);
		assert.equal(firstIndexOfTermFrom(log, 2), 4); // No term 2: where it would stand
		assert.equal(firstIndexOfTermFrom(log, 7), 11);
		assert.equal(lastIndexOfTerm(log, 4), 5);
		assert.equal(lastIndexOfTerm(log, 6), 10);
		assert.equal(lastIndexOfTerm(log, 2), undefined);
		assert.equal(lastIndexOfTerm(log, 7), undefined);
	});
});

/** What a log should be: plainly the entries, and what stands before them. */
type Model = {readonly before: LogPosition; readonly entries: readonly Entry[]};
type Version = {readonly log: Log; readonly model: Model};

type Change =
	| {readonly type: 'append'; readonly to: number; readonly termSteps: readonly number[]}
	| {readonly type: 'truncate'; readonly to: number; readonly keep: number}
	| {readonly type: 'persist'; readonly to: number; readonly count: number};

const anyChange: fc.Arbitrary<Change> = fc.oneof(
	fc.record({
		type: fc.constant('append' as const),
		to: fc.nat(),
		termSteps: fc.array(fc.nat({max: 2}), {maxLength: 4, size: 'max'}),
	}),
	fc.record({type: fc.constant('truncate' as const), to: fc.nat(), keep: fc.nat({max: 12})}),
	fc.record({type: fc.constant('persist' as const), to: fc.nat(), count: fc.nat({max: 4})}),
);

const anyStart = fc.oneof(
	fc.constant({index: 0, term: 0}),
	fc.record({index: fc.integer({min: 1, max: 5}), term: fc.integer({min: 1, max: 2})}),
);

test('A log behaves like an array of entries, and no version changes when others go on from it', () => {
	const seed = drawSeed();
	let shared = 0;
	let copied = 0;
	fc.assert(
		fc.property(anyStart, fc.array(anyChange, {maxLength: 40, size: 'max'}), (start, changes) => {
			const versions: Version[] = [{log: afterSnapshot(start), model: {before: start, entries: []}}];
			for (const change of changes) {
				const parent = versions[change.to % versions.length]!;
				const child = changed(parent, change, versions);
				versions.push(child);
				if (change.type !== 'truncate') {
					shared += child.log.buffer === parent.log.buffer ? 1 : 0;
					copied += child.log.buffer === parent.log.buffer ? 0 : 1;
				}
			}

			for (const version of versions) {
				assertLikeModel(version);
			}
		}),
		{seed},
	);
	assert.ok(shared > 0, never('an append shared its buffer', seed));
	assert.ok(copied > 0, never('an append copied it', seed));
});

function changed({log, model}: Version, change: Change, versions: readonly Version[]): Version {
	const {before, entries} = model;
	switch (change.type) {
		case 'append': {
			let {term} = lastOf(model);
			const added = change.termSteps.map((termStep, at): Entry => {
				term += termStep;
				return {index: before.index + entries.length + 1 + at, term, command: {type: 'any'}};
			});
			return {log: append(log, added), model: {before, entries: [...entries, ...added]}};
		}

		case 'truncate': {
			const from = before.index + change.keep + 1;
			return {log: truncate(log, from), model: {before, entries: entries.slice(0, change.keep)}};
		}

		case 'persist': {
			// What another version goes on with, if there is one that begins like this.
			const other = versions.find(
				(version) =>
					version.model.entries.length > entries.length &&
					entries.every((entry, at) => version.model.entries[at] === entry),
			);
			const added = other?.model.entries.slice(entries.length, entries.length + change.count) ?? [];
			return {log: append(log, added), model: {before, entries: [...entries, ...added]}};
		}
	}
}

function assertLikeModel({log, model}: Version): void {
	const {before, entries} = model;
	assert.deepEqual(entriesIn(log), entries);
	assert.deepEqual(lastPosition(log), lastOf(model));
	assert.equal(lastTerm(log), lastOf(model).term);
	for (let index = 0; index <= log.lastIndex + 1; index++) {
		const entry = entries.find((each) => each.index === index);
		assert.equal(entryAt(log, index), entry);
		assert.equal(termAt(log, index), index === before.index ? before.term : entry?.term);
		assert.deepEqual(
			entriesBetween(log, index, index + 2),
			entries.filter((each) => each.index >= index && each.index <= index + 2),
		);
	}

	for (let term: Term = 1; term <= lastTerm(log) + 1; term++) {
		const from = entries.find((each) => each.term >= term)?.index ?? log.lastIndex + 1;
		assert.equal(firstIndexOfTermFrom(log, term), from);
		const last = [before, ...entries].findLast((each) => each.term === term)?.index;
		assert.equal(lastIndexOfTerm(log, term), last);
	}
}

const lastOf = ({before, entries}: Model): LogPosition => {
	const {index, term} = entries.at(-1) ?? before;
	return {index, term};
};

/** A log of which a snapshot has replaced everything up to here; {0, 0} for none. */
function afterSnapshot({index, term}: LogPosition): Log {
	return {...logOf([]), lastIncludedIndex: index, lastIncludedTerm: term, lastIndex: index};
}
