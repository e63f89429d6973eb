import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Recorded} from '../../source/checking/histories/history.js';
import {checkLinearizability, type Contradiction, type Judgement} from '../../source/checking/linearizability.js';
import {OnlineChecker} from '../../source/checking/linearizability-online.js';
import {callOf, type Call, type Finding} from '../../source/checking/linearizability/call.js';
import {ConfigurationSearch} from '../../source/checking/linearizability/configuration-search.js';
import {decideByUniqueValues} from '../../source/checking/linearizability/unique-values.js';
import {WingGongLowe} from '../../source/checking/linearizability/wing-gong-lowe.js';
import {Values, type ModelName, type Operation, type Result} from '../../source/checking/model.js';
import {tried} from '../properties/session.js';
import {anySmallHistory, simulate, withLie, type Shape} from './linearizability-generator.js';
import {happeningsOf, tell} from './linearizability-happenings.js';
import {isLinearizable} from './linearizability-reference.js';

function callsOf(operations: readonly Recorded[], model: ModelName): {calls: readonly Call[]; values: Values} {
	const values = new Values(model);
	const calls = operations
		.map(({operation, outcome, result, invoked, completed}, id) =>
			callOf(operation, outcome, result, {id, invoked, returned: completed}, values),
		)
		.filter((call) => call !== undefined)
		.toSorted((one, other) => one.invoked - other.invoked);
	return {calls, values};
}

type Search = (operations: readonly Recorded[], model: ModelName) => Finding | undefined;

const plenty = 100_000_000;

const searches: Readonly<Record<string, Search>> = {
	orders(operations, model) {
		const {calls, values} = callsOf(operations, model);
		return new WingGongLowe(calls, values, {bytes: plenty}).run(plenty);
	},
	configurations(operations, model) {
		const {calls, values} = callsOf(operations, model);
		return new ConfigurationSearch(calls, values, {bytes: plenty}).run(plenty);
	},
};

const judge = (operations: readonly Recorded[], model: ModelName = 'register'): Judgement =>
	checkLinearizability({model, operations});

function contradictionIn(operations: readonly Recorded[], model: ModelName = 'register'): Contradiction {
	const judgement = judge(operations, model);
	assert.equal(judgement.verdict, 'violated');
	return judgement.contradiction;
}

test('Each search says of small histories what trying all orders says', () => {
	const {numRuns} = tried(3000);
	const counts = {ok: 0, violated: 0, byUniqueValues: 0};
	fc.assert(
		fc.property(anySmallHistory(), ({model, operations}) => {
			const expected = isLinearizable(operations, model) ? 'ok' : 'violated';
			counts[expected]++;
			for (const [name, search] of Object.entries(searches)) {
				assert.equal(search(operations, model), expected, name);
			}

			const byUniqueValues = decideByUniqueValues(callsOf(operations, model).calls);
			counts.byUniqueValues += byUniqueValues === undefined ? 0 : 1;
			assert.equal(byUniqueValues ?? expected, expected);
			assert.equal(judge(operations, model).verdict, expected);
		}),
		tried(3000),
	);
	assert.ok(counts.ok > numRuns / 10, JSON.stringify(counts));
	assert.ok(counts.violated > numRuns / 12, JSON.stringify(counts));
	assert.ok(counts.byUniqueValues > numRuns / 20, JSON.stringify(counts));
});

test("What is given as the proof of a violation is one, and up to the culprit's return there is none", () => {
	const sizes: number[] = [];
	fc.assert(
		fc.property(anySmallHistory(20), ({model, operations}) => {
			if (isLinearizable(operations, model)) {
				return;
			}

			const {evidence, culprit, possible} = contradictionIn(operations, model);
			sizes.push(evidence.length);
			const asTold = evidence.map((one): Recorded => (one.completed === undefined ? {...one, outcome: 'info'} : one));
			assert.equal(isLinearizable(asTold, model), false, 'the evidence');
			assert.ok(evidence.some(({id}) => id === culprit));

			// No read is there in vain
			for (const one of asTold) {
				if (one.operation.type === 'read' && asTold.length > 1) {
					const others = asTold.filter((other) => other !== one);
					assert.equal(isLinearizable(others, model), true, 'a read that could be spared');
				}
			}

			// Nothing was wrong before the culprit returned. What had not returned may have taken effect, unless it turned out that it had not
			const end = operations[culprit]!.completed!;
			const upTo = (isHeard: (completed: number, id: number) => boolean, result?: Result): readonly Recorded[] =>
				operations
					.map((one, id): Recorded => {
						const isKept = one.completed !== undefined && isHeard(one.completed, id);
						const told: Recorded = id === culprit ? {...one, operation: {type: 'read', key: 'x'}, result} : one;
						return isKept ? (result === undefined ? one : told) : {...one, outcome: 'info'};
					})
					.filter(
						({invoked, outcome}, id) => invoked <= end && (outcome === 'ok' || mayHaveTakenEffect(operations[id]!)),
					)
					.filter(({operation, outcome}) => outcome !== 'info' || operation.type !== 'read');
			assert.equal(
				isLinearizable(
					upTo((completed) => completed <= end),
					model,
				),
				false,
				'with the culprit',
			);
			assert.equal(
				isLinearizable(
					upTo((completed, id) => completed < end && id !== culprit),
					model,
				),
				true,
				'without the culprit',
			);
			for (const value of model === 'register' ? (possible ?? []) : []) {
				if (value !== undefined) {
					const instead = upTo((completed, id) => completed < end || id === culprit, value);
					assert.equal(isLinearizable(instead, model), true, `it could have been ${value}`);
				}
			}
		}),
		tried(3000),
	);
	assert.ok(sizes.length > 100);
	assert.ok(sizes.some((size) => size > 3));
});

const mayHaveTakenEffect = ({operation, outcome, result}: Recorded): boolean =>
	outcome !== 'fail' && !(operation.type === 'cas' && outcome === 'ok' && result === false);

const shapes: Readonly<Record<string, Shape>> = {
	'five processes on a register, as Jepsen has it': {
		clients: 5,
		operations: 170,
		values: 5,
		types: ['read', 'write', 'cas'],
		infoRate: 0.15,
	},
	'forty processes on a register': {
		clients: 40,
		operations: 400,
		values: 5,
		types: ['read', 'write', 'cas'],
		infoRate: 0.2,
	},
	'twenty processes and many values': {clients: 20, operations: 300, values: 20, infoRate: 0.1},
	'every write its own value': {
		clients: 30,
		operations: 2000,
		types: ['read', 'write', 'write', 'cas'],
		infoRate: 0.05,
	},
	'texts that are appended to': {clients: 10, operations: 200, types: ['read', 'append', 'append', 'write']},
	'many keys': {clients: 40, operations: 10_000, keys: 50, values: 10, types: ['read', 'write', 'cas', 'delete']},
};

for (const [name, shape] of Object.entries(shapes)) {
	test(`What an atomic object answered is linearizable, and one lie is found: ${name}`, () => {
		const model = shape.types?.includes('append') ? 'kv' : 'register';
		let lies = 0;
		for (let seed = 1; seed <= 5; seed++) {
			const operations = simulate(seed, shape);
			assert.equal(judge(operations, model).verdict, 'ok', `seed ${seed}`);
			const {verdict} = judge(withLie(operations, seed), model);
			assert.notEqual(verdict, 'unknown', `seed ${seed}, with a lie`);
			lies += verdict === 'violated' ? 1 : 0;
		}

		// Where a few values come again and again, what was a lie may be true by accident
		assert.ok(shape.values !== undefined || lies >= 3, `${lies} lies found`);
	});
}

/** `c1 write 1 2 7`: client c1 writes 7, from 1 to 2. With `?2` it is given up then; with `?` nothing is heard of it again. */
function history(...lines: readonly string[]): readonly Recorded[] {
	return lines.map((line) => {
		const [process, type, from, to, ...words] = line.split(' ');
		const value = (word: string | undefined): string | undefined => (word === 'nil' ? undefined : word);
		const [first, second, third] = words;
		const operations: Readonly<Record<string, Operation>> = {
			read: {type: 'read', key: 'x'},
			write: {type: 'write', key: 'x', value: first!},
			append: {type: 'append', key: 'x', value: first!},
			delete: {type: 'delete', key: 'x'},
			cas: {type: 'cas', key: 'x', expected: value(first), value: second!},
		};
		const result: Result = type === 'read' ? value(first) : type === 'cas' ? third === 'yes' : true;
		return {
			process: process!,
			operation: operations[type!]!,
			invoked: Number(from),
			completed: to === '?' ? undefined : Number(to!.replace('?', '')),
			outcome: to!.startsWith('?') ? 'info' : 'ok',
			result: to!.startsWith('?') ? undefined : result,
		};
	});
}

type Explained = {
	readonly operations: readonly Recorded[];
	readonly model?: ModelName;
	readonly explanation: string;
	readonly evidence: readonly number[];
};

const explained: Readonly<Record<string, Explained>> = {
	'an old value after a new one was written': {
		operations: history('c1 write 1 2 1', 'c2 write 3 4 2', 'c4 read 5 6 2', 'c3 read 7 8 1'),
		explanation: 'c3 read x and got 1, at a time when x could only be 2.',
		evidence: [0, 1, 3],
	},
	'one of two, while a write is under way': {
		operations: history('c1 write 1 2 1', 'c2 write 3 4 2', 'c1 write 5 ? 3', 'c3 read 7 8 1', 'c4 read 9 10 2'),
		explanation: 'c3 read x and got 1, at a time when x could only be 2 or 3.',
		evidence: [0, 1, 3],
	},
	'a new value and then the old one, during one write': {
		operations: history('c1 write 1 2 1', 'c1 write 3 9 2', 'c2 read 4 5 2', 'c3 read 6 7 1'),
		explanation: 'c3 read x and got 1, at a time when x could only be 2.',
		evidence: [0, 1, 2, 3],
	},
	'nothing, where there was something': {
		operations: history('c1 write 1 2 1', 'c3 read 3 4 nil'),
		explanation: 'c3 read x and got nothing, at a time when x could only be 1.',
		evidence: [0, 1],
	},
	'a value from nowhere': {
		operations: history('c1 write 1 2 1', 'c3 read 3 4 7'),
		explanation: 'c3 read x and got 7, which nobody had written.',
		evidence: [1],
	},
	'a value from the future': {
		operations: history('c1 write 1 2 1', 'c3 read 3 4 7', 'c1 write 5 6 7'),
		explanation: 'c3 read x and got 7, which nobody had written.',
		evidence: [1],
	},
	'a compare-and-set that found what was gone': {
		operations: history('c1 write 1 2 1', 'c2 write 3 4 2', 'c3 cas 5 6 1 3 yes'),
		explanation: 'c3 changed x from 1 to 3, at a time when x could only be 2.',
		evidence: [0, 1, 2],
	},
	'a compare-and-set that did not find what was there': {
		operations: history('c1 write 1 2 1', 'c3 cas 3 4 1 3 no'),
		explanation:
			'c3 could not change x from 1 to 3, for it was said to be another value, at a time when x could only be 1.',
		evidence: [0, 1],
	},
	'two that both changed the same value': {
		operations: history('c1 write 1 2 1', 'c2 cas 3 5 1 2 yes', 'c3 cas 4 6 1 3 yes'),
		explanation: 'c3 changed x from 1 to 3, and no order of the operations explains it.',
		evidence: [0, 1, 2],
	},
	'what was deleted': {
		operations: history('c1 write 1 2 1', 'c2 delete 3 4', 'c3 read 5 6 1'),
		explanation: 'c3 read x and got 1, at a time when x could only be nothing.',
		evidence: [0, 1, 2],
	},
	'an append that is missing': {
		model: 'kv',
		operations: history('c1 append 1 2 a', 'c2 append 3 4 b', 'c1 append 5 ? c', 'c3 read 7 8 a'),
		explanation: 'c3 read x and got a, where b had been appended.',
		evidence: [0, 1, 3],
	},
	'appends in the order in which they cannot have been': {
		model: 'kv',
		operations: history('c1 append 1 2 a', 'c2 append 3 4 b', 'c3 read 7 8 ba'),
		explanation: 'c3 read x and got ba, where by the operations shown it could only be ab.',
		evidence: [0, 1, 2],
	},
};

for (const [name, {operations, model, explanation, evidence}] of Object.entries(explained)) {
	test(`Explained: ${name}`, () => {
		const contradiction = contradictionIn(operations, model);
		assert.equal(contradiction.explanation, explanation);
		assert.deepEqual(
			contradiction.evidence.map(({id}) => id),
			evidence,
		);
	});
}

const possible: Readonly<Record<string, readonly Recorded[]>> = {
	'an append that was written over before it could be seen, and the same one again': history(
		'c1 append 1 10 a',
		'c2 write 2 3 b',
		'c3 append 4 11 a',
		'c4 read 5 6 ba',
		'c4 read 12 13 ba',
	),
	'calls of which nobody heard again, one after the other': history(
		'c1 write 1 ?4 1',
		'c2 cas 2 ?4 1 2',
		'c3 cas 3 ?4 2 3',
		'c4 read 5 6 nil',
		'c4 read 7 8 3',
	),
	'a value that was another because of a call of which nobody heard again': history(
		'c1 write 1 ?2 1',
		'c2 write 3 4 2',
		'c3 cas 5 6 2 3 no',
		'c3 read 7 8 1',
	),
	'two writes that both are seen while both are under way': history(
		'c1 write 1 9 1',
		'c2 write 2 8 2',
		'c3 read 3 4 1',
		'c3 read 5 6 2',
	),
};

for (const [name, operations] of Object.entries(possible)) {
	test(`Possible: ${name}`, () => {
		const model = name.includes('append') ? 'kv' : 'register';
		assert.equal(isLinearizable(operations, model), true);
		for (const [searchName, search] of Object.entries(searches)) {
			assert.equal(search(operations, model), 'ok', searchName);
		}

		assert.equal(judge(operations, model).verdict, 'ok');
		const checker = new OnlineChecker(model);
		for (const happening of happeningsOf(operations)) {
			tell(checker, happening);
		}

		assert.equal(checker.verdict, 'ok');
	});
}

test('Intervals are closed: what ends where something else begins may come after it', () => {
	assert.equal(judge(history('c1 write 1 2 1', 'c2 read 2 3 nil')).verdict, 'ok');
	assert.equal(judge(history('c1 write 1 2 1', 'c2 read 3 4 nil')).verdict, 'violated');
});

test('What failed has not taken effect; what nobody heard of may have, at any time after', () => {
	const [write] = history('c1 write 1 2 1');
	const read = history('c2 read 9 10 1');
	assert.equal(judge([{...write!, outcome: 'fail', result: undefined}, ...read]).verdict, 'violated');
	assert.equal(judge([{...write!, outcome: 'info', result: undefined}, ...read]).verdict, 'ok');
	assert.equal(judge([{...write!, outcome: 'info', result: undefined}, ...history('c2 read 9 10 nil')]).verdict, 'ok');
});

test('A store reads an absent key as the empty text; a register tells the two apart', () => {
	const operations = history('c1 delete 1 2', 'c2 read 3 4 ').map((one) => ({...one}));
	assert.equal(judge(operations, 'kv').verdict, 'ok');
	assert.equal(judge(operations, 'register').verdict, 'violated');
});

/** Appends of so many lengths that very many sums of them come near the length that was read, and none is it. */
const puzzle = (key: string): readonly Recorded[] => [
	...Array.from({length: 30}, (_, at): Recorded => ({
		process: `c${at}`,
		operation: {type: 'append', key, value: 'a'.repeat(100 + 2 * at)},
		invoked: at,
		completed: undefined,
		outcome: 'info',
		result: undefined,
	})),
	{
		process: 'c99',
		operation: {type: 'read', key},
		invoked: 60,
		completed: 61,
		outcome: 'ok',
		result: 'a'.repeat(2001),
	},
];

test('Who runs out of steps, memory or time says of which key nothing is known, and that nothing wrong was found', () => {
	const operations = [...puzzle('hard'), ...history('c1 write 1 2 1', 'c2 read 3 4 1')];
	const limits = [
		[{stepsMax: 50_000}, 'steps'],
		[{bytesMax: 4_000_000}, 'memory'],
		[{stepsMax: Number.POSITIVE_INFINITY, isOutOfTime: timer(20)}, 'time'],
	] as const;
	for (const [given, shortage] of limits) {
		assert.deepEqual(checkLinearizability({model: 'kv', operations}, given), {
			verdict: 'unknown',
			undecided: [{key: 'hard', shortage}],
		});
	}
});

/** Says after so many times that time is over. */
function timer(times: number): () => boolean {
	let asked = 0;
	return () => asked++ >= times;
}

test('A violation in one key is found although another key is too hard', () => {
	const lie = history('c1 write 1 2 1', 'c2 read 3 4 nil').map((one): Recorded => ({
		...one,
		operation: {...one.operation, key: 'easy'},
	}));
	const judgement = checkLinearizability(
		{model: 'register', operations: [...puzzle('hard'), ...lie]},
		{stepsMax: 50_000},
	);
	assert.equal(judgement.verdict, 'violated');
	assert.equal(judgement.verdict === 'violated' && judgement.contradiction.key, 'easy');
});

test('The same history is judged the same every time, to the last word', () => {
	const operations = withLie(simulate(7, shapes['forty processes on a register']!), 7);
	const lied = withLie(simulate(3, shapes['every write its own value']!), 3);
	assert.deepEqual(judge(operations), judge(operations));
	assert.deepEqual(judge(lied), judge(lied));
	assert.equal(judge(lied).verdict, 'violated');
});
