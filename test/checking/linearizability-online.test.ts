import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Recorded} from '../../source/checking/histories/history.js';
import {checkLinearizability} from '../../source/checking/linearizability.js';
import {OnlineChecker} from '../../source/checking/linearizability-online.js';
import {tried} from '../properties/session.js';
import {happeningsOf, tell, type Happening} from './linearizability-happenings.js';
import {anySmallHistory, simulate, withLie, type Shape} from './linearizability-generator.js';
import {isLinearizable} from './linearizability-reference.js';

/** What is known of the operations after some of what happened: who has not returned may never do so. */
function knownAfter(happenings: readonly Happening[]): readonly Recorded[] {
	const returned = new Set(happenings.filter(({isReturn}) => isReturn).map(({op}) => op));
	return happenings
		.filter(({isReturn}) => !isReturn)
		.map(({op, recorded}): Recorded => (returned.has(op) ? recorded : {...recorded, outcome: 'info'}))
		.filter(({operation, outcome}) => outcome !== 'info' || operation.type !== 'read');
}

test('After every event the verdict is what trying all orders says, so a violation is found when it becomes unavoidable', () => {
	const counts = {ok: 0, violated: 0, onReturnOfFail: 0};
	fc.assert(
		fc.property(anySmallHistory(18), ({model, operations}) => {
			const checker = new OnlineChecker(model, {configurationsMax: 10_000, stepsMax: 10_000_000});
			const happenings = happeningsOf(operations);
			for (const [at, happening] of happenings.entries()) {
				const before = checker.verdict;
				tell(checker, happening);
				const isOk = isLinearizable(knownAfter(happenings.slice(0, at + 1)), model);
				assert.equal(checker.verdict, isOk ? 'ok' : 'violated', `event ${at + 1}`);
				counts.onReturnOfFail += !isOk && before === 'ok' && happening.recorded.outcome === 'fail' ? 1 : 0;
				if (!isOk) {
					break;
				}
			}

			counts[checker.verdict as 'ok' | 'violated']++;
			assert.equal(checker.contradiction === undefined, checker.verdict === 'ok');
		}),
		tried(3000),
	);
	assert.ok(counts.ok > 300, JSON.stringify(counts));
	assert.ok(counts.violated > 300, JSON.stringify(counts));
	assert.ok(counts.onReturnOfFail > 0, JSON.stringify(counts));
});

test('A copy and its original go their own ways, and neither knows of the other', () => {
	const counts = {ok: 0, violated: 0, differing: 0};
	fc.assert(
		fc.property(anySmallHistory(24), anySmallHistory(12), fc.nat(), ({model, operations}, other, cut) => {
			const happenings = happeningsOf(operations);
			const at = cut % (happenings.length + 1);
			// What happens in the original once it was copied is another story, of other operations
			const elsewhere = happeningsOf(
				other.operations.filter(({operation}) => model === 'kv' || operation.type !== 'append'),
			).map((happening) => ({...happening, op: happening.op + 1000}));
			const original = new OnlineChecker(model);
			const alone = new OnlineChecker(model);
			for (const happening of happenings) {
				tell(alone, happening);
			}

			for (const happening of happenings.slice(0, at)) {
				tell(original, happening);
			}

			const copy = original.copy();
			for (const [step, happening] of happenings.slice(at).entries()) {
				if (elsewhere[step] !== undefined) {
					tell(original, elsewhere[step]);
				}

				tell(copy, happening);
			}

			assert.equal(copy.verdict, alone.verdict);
			assert.deepEqual(copy.contradiction, alone.contradiction);
			counts[copy.verdict as 'ok' | 'violated']++;
			counts.differing += original.verdict === copy.verdict ? 0 : 1;
		}),
		tried(1500),
	);
	assert.ok(counts.ok > 100, JSON.stringify(counts));
	assert.ok(counts.violated > 100, JSON.stringify(counts));
	assert.ok(counts.differing > 30, JSON.stringify(counts));
});

const shapes: Readonly<Record<string, Shape>> = {
	'four clients, every write its own value': {
		clients: 4,
		operations: 5000,
		keys: 4,
		types: ['read', 'read', 'write', 'write', 'cas', 'delete'],
		infoRate: 0.01,
	},
	'ten clients on one key': {clients: 10, operations: 1000, types: ['read', 'write', 'cas'], infoRate: 0.01},
	'few values': {clients: 4, operations: 500, values: 5, types: ['read', 'write', 'cas'], infoRate: 0.01},
};

for (const [name, shape] of Object.entries(shapes)) {
	test(`On-line and off-line agree: ${name}`, () => {
		let lies = 0;
		for (let seed = 1; seed <= 5; seed++) {
			const operations = simulate(seed, shape);
			for (const told of [operations, withLie(operations, seed)]) {
				const checker = new OnlineChecker();
				for (const happening of happeningsOf(told)) {
					tell(checker, happening);
				}

				const judgement = checkLinearizability({model: 'register', operations: told});
				assert.equal(checker.verdict, judgement.verdict, `seed ${seed}`);
				if (judgement.verdict === 'violated') {
					lies++;
					assert.equal(checker.contradiction?.culprit, judgement.contradiction.culprit, `seed ${seed}`);
				}
			}
		}

		assert.ok(lies > 0);
	});
}

test('A violation names the operations by their numbers, and what the value could have been', () => {
	const checker = new OnlineChecker();
	checker.invoke(11, 1, 'x', {type: 'write', key: 'x', value: '1'});
	checker.ok(11, true);
	checker.invoke(12, 2, 'x', {type: 'write', key: 'x', value: '2'});
	checker.invoke(13, 3, 'x', {type: 'read', key: 'x'});
	checker.ok(13, '2');
	checker.invoke(14, 3, 'x', {type: 'read', key: 'x'});
	assert.equal(checker.verdict, 'ok');
	checker.ok(14, '1');
	assert.equal(checker.verdict, 'violated');
	const {key, explanation, culprit, possible, evidence} = checker.contradiction!;
	assert.deepEqual(
		{key, explanation, culprit, possible, evidence: evidence.map(({id}) => id)},
		{
			key: 'x',
			explanation: 'c3 read x and got 1, at a time when x could only be 2.',
			culprit: 14,
			possible: ['2'],
			evidence: [11, 12, 13, 14],
		},
	);
});

test('What comes after a violation is no news', () => {
	const checker = new OnlineChecker();
	checker.invoke(1, 1, 'x', {type: 'read', key: 'x'});
	checker.invoke(2, 2, 'x', {type: 'write', key: 'x', value: '1'});
	checker.ok(1, '7');
	const {contradiction} = checker;
	checker.ok(2, true);
	checker.invoke(3, 1, 'y', {type: 'read', key: 'y'});
	checker.ok(3, '8');
	assert.equal(checker.verdict, 'violated');
	assert.equal(checker.contradiction, contradiction);
});

test('A key with too many possibilities is unknown for good, and a violation in another is still found', () => {
	const checker = new OnlineChecker('register', {configurationsMax: 5});
	for (let op = 1; op <= 10; op++) {
		checker.invoke(op, op, 'x', {type: 'write', key: 'x', value: String(op)});
	}

	for (let op = 1; op <= 10; op++) {
		checker.ok(op, true);
	}

	assert.equal(checker.verdict, 'unknown');
	checker.invoke(11, 1, 'x', {type: 'read', key: 'x'});
	checker.ok(11, 'from nowhere');
	assert.equal(checker.verdict, 'unknown');
	assert.equal(checker.contradiction, undefined);
	checker.invoke(12, 1, 'y', {type: 'read', key: 'y'});
	checker.ok(12, 'from nowhere');
	assert.equal(checker.verdict, 'violated');
	assert.match(JSON.stringify(checker.contradiction), /^\{"key":"y"/v);
});

test('An operation that ends without having begun is a mistake of ours', () => {
	assert.throws(() => {
		new OnlineChecker().ok(1, true);
	}, /Operation 1 ended, and had never begun/v);
});
