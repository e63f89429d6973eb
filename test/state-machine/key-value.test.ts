/*
The replicated store: what each operation does and answers, and that a retry does nothing twice (§8).
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {paperRules} from '../../source/raft/rules.js';
import {noOp} from '../../source/raft/vocabulary.js';
import {
	applyCommand,
	copyStore,
	emptyStore,
	isRequest,
	shortCommand,
	type Applied,
	type KeyValueStore,
	type Operation,
	type Request,
	type Result,
} from '../../source/state-machine/key-value.js';
import {tried} from '../properties/session.js';

const apply = (store: KeyValueStore, command: Request, rules = paperRules): Applied =>
	applyCommand(store, command, rules);

/** What operations without a session answer, one after the other. */
const results = (store: KeyValueStore, ...operations: readonly Operation[]): readonly Result[] =>
	operations.map((operation) => {
		const {result, isRepeated} = apply(store, operation);
		assert.equal(isRepeated, false);
		return result;
	});

const write = (key: string, value: string): Operation => ({type: 'write', key, value});
const read = (key: string): Operation => ({type: 'read', key});
const remove = (key: string): Operation => ({type: 'delete', key});
const cas = (key: string, expected: string, value: string): Operation => ({type: 'cas', key, expected, value});
const by = (client: number, serial: number, operation: Operation): Request => ({
	...operation,
	session: {client, serial},
});

const contents = ({values, sessions}: KeyValueStore): unknown => ({values: [...values], sessions: [...sessions]});

test('What is written is read, the last of several writes; each key has its own value', () => {
	const store = emptyStore();
	assert.deepEqual(results(store, read('x'), write('x', '1'), read('x'), write('x', '2'), read('x'), read('y')), [
		undefined,
		true,
		'1',
		true,
		'2',
		undefined,
	]);
	assert.deepEqual(results(store, write('x', ''), read('x')), [true, '']); // Empty is a value
});

test('What is deleted is gone, and deleting what is not there is no failure', () => {
	assert.deepEqual(results(emptyStore(), remove('x'), write('x', '1'), remove('x'), read('x'), remove('x')), [
		true,
		true,
		true,
		undefined,
		true,
	]);
});

test('Compare and set takes effect where the value is the expected one, and says whether it did', () => {
	const store = emptyStore();
	assert.deepEqual(results(store, cas('x', '', '1'), read('x')), [false, undefined]); // No value is not an empty one
	assert.deepEqual(results(store, write('x', '1'), cas('x', '2', '3'), read('x')), [true, false, '1']);
	assert.deepEqual(results(store, cas('x', '1', '3'), read('x'), cas('x', '1', '4'), read('x')), [
		true,
		'3',
		false,
		'3',
	]);
	assert.deepEqual(results(store, cas('x', '3', '3')), [true]);
	assert.deepEqual(results(store, remove('x'), cas('x', '3', '4'), read('x')), [true, false, undefined]);
});

test('Reading and comparing in vain change nothing', () => {
	const store = emptyStore();
	results(store, write('x', '1'), write('y', '2'));
	const before = contents(store);
	results(store, read('x'), read('z'), cas('x', '2', '3'), cas('z', '', '1'), remove('z'));
	assert.deepEqual(contents(store), before);
});

test("What is not the store's own changes nothing and answers nothing", () => {
	const store = emptyStore();
	for (const command of [noOp, {type: 'configuration'}, {type: 'WRITE'}]) {
		assert.equal(isRequest(command), false);
		assert.deepEqual(applyCommand(store, command, paperRules), {result: undefined, isRepeated: false});
		assert.equal(shortCommand(command), '·');
	}

	assert.deepEqual(contents(store), contents(emptyStore()));
});

test('The same request again does nothing and has the first answer, whatever has happened since', () => {
	const store = emptyStore();
	assert.deepEqual(apply(store, by(1, 1, write('x', '1'))), {result: true, isRepeated: false});
	apply(store, by(2, 1, write('x', '2')));
	assert.deepEqual(apply(store, by(1, 1, write('x', '1'))), {result: true, isRepeated: true});
	assert.equal(store.values.get('x'), '2');
	assert.deepEqual(apply(store, by(1, 2, cas('x', '2', '3'))), {result: true, isRepeated: false});
	assert.deepEqual(apply(store, by(1, 2, cas('x', '2', '3'))), {result: true, isRepeated: true});
	assert.deepEqual(apply(store, by(2, 2, read('x'))), {result: '3', isRepeated: false});
	apply(store, by(1, 3, write('x', '4')));
	assert.deepEqual(apply(store, by(2, 2, read('x'))), {result: '3', isRepeated: true});
	assert.deepEqual(apply(store, by(3, 1, read('nothing'))), {result: undefined, isRepeated: false});
	assert.deepEqual(apply(store, by(3, 1, read('nothing'))), {result: undefined, isRepeated: true});
});

test('A request that comes after a later one of its client does nothing: nobody waits for it any more', () => {
	const store = emptyStore();
	apply(store, by(1, 2, write('x', '2')));
	assert.equal(apply(store, by(1, 1, write('x', '1'))).isRepeated, true);
	assert.equal(store.values.get('x'), '2');
	assert.equal(apply(store, by(1, 4, write('x', '4'))).isRepeated, false); // The third never arrived
	assert.equal(store.values.get('x'), '4');
	assert.deepEqual([...store.sessions], [[1, {serial: 4, result: true}]]);
});

test('Without a session, an operation is done as often as it is committed', () => {
	const store = emptyStore();
	const operation = cas('x', '1', '2');
	assert.deepEqual(results(store, write('x', '1'), operation, operation), [true, true, false]);
	assert.equal(store.sessions.size, 0);
});

test('Whether it is a retry the rule says, and nothing else', () => {
	const asked: Array<readonly [number, number]> = [];
	const rules = {
		...paperRules,
		isRetry(latest: number, serial: number) {
			asked.push([latest, serial]);
			return false;
		},
	};
	const store = emptyStore();
	for (const serial of [1, 1, 3, 2]) {
		assert.equal(apply(store, by(1, serial, write('x', '1')), rules).isRepeated, false);
	}

	assert.deepEqual(asked, [
		[1, 1],
		[1, 3],
		[3, 2],
	]);
	assert.equal(store.sessions.get(1)!.serial, 2);
});

const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
	fc.record({type: fc.constant('write'), key: fc.constantFrom('x', 'y'), value: fc.constantFrom('1', '2', '3')}),
	fc.record({type: fc.constantFrom('read', 'delete'), key: fc.constantFrom('x', 'y')}),
	fc.record({
		type: fc.constant('cas'),
		key: fc.constantFrom('x', 'y'),
		expected: fc.constantFrom('1', '2', '3'),
		value: fc.constantFrom('1', '2', '3'),
	}),
);

const anyRequest: fc.Arbitrary<Request> = fc.oneof(
	anyOperation,
	fc
		.tuple(anyOperation, fc.integer({min: 1, max: 3}), fc.integer({min: 1, max: 6}))
		.map(([operation, client, serial]) => by(client, serial, operation)),
);

test('The same commands in the same order give the same state and the same answers on every server (§2)', () => {
	fc.assert(
		fc.property(fc.array(anyRequest, {maxLength: 60, size: 'max'}), (requests) => {
			const [one, other] = [emptyStore(), emptyStore()];
			const answers = requests.map((request) => apply(one, request));
			assert.deepEqual(
				requests.map((request) => apply(other, request)),
				answers,
			);
			assert.deepEqual(contents(other), contents(one));
		}),
		tried(200),
	);
});

test('However often requests are committed again behind others of their clients’, each takes effect once', () => {
	let repeats = 0;
	fc.assert(
		fc.property(fc.array(anyRequest, {maxLength: 60, size: 'max'}), (committed) => {
			const [all, firsts] = [emptyStore(), emptyStore()];
			const latest = new Map<number, number>();
			for (const request of committed) {
				const {session} = request;
				const isFirst = session === undefined || session.serial > (latest.get(session.client) ?? 0);
				const {isRepeated} = apply(all, request);
				assert.equal(isRepeated, !isFirst);
				if (isFirst) {
					apply(firsts, request);
					if (session !== undefined) {
						latest.set(session.client, session.serial);
					}
				} else {
					repeats++;
				}
			}

			assert.deepEqual(contents(all), contents(firsts));
		}),
		tried(200),
	);
	assert.ok(repeats > 500, `${repeats}`);
});

test('A copy goes on by itself', () => {
	fc.assert(
		fc.property(fc.array(anyRequest), fc.array(anyRequest), fc.array(anyRequest), (before, here, there) => {
			const store = emptyStore();
			for (const request of before) {
				apply(store, request);
			}

			const copy = copyStore(store);
			assert.deepEqual(contents(copy), contents(store));
			const alone = emptyStore();
			for (const request of [...before, ...there]) {
				apply(alone, request);
			}

			for (const request of here) {
				apply(store, request);
			}

			for (const request of there) {
				apply(copy, request);
			}

			assert.deepEqual(contents(copy), contents(alone));
		}),
		tried(200),
	);
});

test('Operations are told in few characters', () => {
	assert.deepEqual(
		[write('x', '1'), read('x'), remove('x'), cas('x', '1', '2'), by(1, 2, write('y', '3'))].map((operation) =>
			shortCommand(operation),
		),
		['x=1', 'x?', 'x=∅', 'x=1→2', 'y=3'],
	);
});
