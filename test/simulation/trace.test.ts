import assert from 'node:assert/strict';
import test from 'node:test';
import {isDeepStrictEqual} from 'node:util';
import fc from 'fast-check';
import type {Event} from '../../source/simulation/event.js';
import {codeOf, digestEntry, digestOperation, digestResult, Trace} from '../../source/simulation/trace.js';
import type {Operation} from '../../source/state-machine/key-value.js';
import {tried} from '../properties/session.js';

/** The size of the trace's chunks, at the borders of which copies could go wrong. */
const chunkSize = 4096;

type Row = Parameters<Trace['record']>;

/** An easy event to make and to recognise: a node has committed up to `index`. */
const row = (index: number, timeUs = index, node = (index % 5) + 1): Row => [
	codeOf.commit,
	timeUs,
	0,
	node,
	index,
	0,
	undefined,
	0,
];

const eventOf = (seq: number, [, timeUs, cause, node, index]: Row): Event => ({
	seq,
	timeUs,
	cause,
	type: 'commit',
	node,
	index,
});

function traceOf(rows: Iterable<Row>, retained = Number.POSITIVE_INFINITY): Trace {
	const trace = new Trace({retained});
	for (const each of rows) {
		trace.record(...each);
	}

	return trace;
}

const rowsFrom = (first: number, count: number): readonly Row[] =>
	Array.from({length: count}, (_, at) => row(first + at));

test('Events come back as they were recorded, numbered from 1', () => {
	const rows = rowsFrom(1, chunkSize + 10);
	const trace = new Trace();
	assert.equal(trace.length, 0);
	assert.equal(trace.first, 1);
	assert.equal(trace.at(1), undefined);
	assert.deepEqual([...trace.events()], []);
	for (const [at, each] of rows.entries()) {
		assert.equal(trace.record(...each), at + 1);
	}

	const expected = rows.map((each, at) => eventOf(at + 1, each));
	assert.equal(trace.length, chunkSize + 10);
	assert.deepEqual([...trace.events()], expected);
	assert.deepEqual([...trace.events(chunkSize)], expected.slice(chunkSize - 1));
	assert.deepEqual([...trace.events(trace.length + 1)], []);
	for (const seq of [1, chunkSize, chunkSize + 1, trace.length]) {
		assert.deepEqual(trace.at(seq), expected[seq - 1]);
		assert.equal(trace.typeAt(seq), 'commit');
	}

	for (const seq of [0, -1, trace.length + 1]) {
		assert.equal(trace.at(seq), undefined);
		assert.equal(trace.typeAt(seq), undefined);
	}
});

test('At least as many events as asked for can be looked at, and at most two chunks more', () => {
	fc.assert(
		fc.property(fc.oneof(fc.nat({max: 3 * chunkSize}), fc.constantFrom(0, 1, chunkSize, chunkSize + 1)), (retained) => {
			const trace = new Trace({retained});
			for (let seq = 1; seq <= 5 * chunkSize + 1; seq++) {
				trace.record(...row(seq));
				const held = seq - trace.first + 1;
				assert.ok(held >= Math.min(seq, retained), `${held} of ${seq}`);
				assert.ok(held <= retained + 2 * chunkSize, `${held} of ${seq}`);
			}

			const {first, length} = trace;
			assert.deepEqual(trace.at(first), eventOf(first, row(first)));
			assert.equal(trace.at(first - 1), undefined);
			assert.equal(trace.typeAt(first - 1), undefined);
			assert.deepEqual(
				[...trace.events(1)],
				rowsFrom(first, length - first + 1).map((each, at) => eventOf(first + at, each)),
			);
		}),
		{...tried(20), examples: [[0], [1], [chunkSize]]},
	);
});

test('The digest covers every event, whether it is still retained or not', () => {
	const rows = rowsFrom(1, 5 * chunkSize + 17);
	const {digest} = traceOf(rows);
	assert.match(digest, /^[\da-f]{16}$/v);
	for (const retained of [0, 1, chunkSize, 3 * chunkSize]) {
		assert.equal(traceOf(rows, retained).digest, digest);
	}

	assert.notEqual(traceOf(rows.slice(0, -1)).digest, digest);
	assert.notEqual(traceOf(rows.slice(1)).digest, digest);
	assert.notEqual(traceOf(rows.with(0, row(2)), 1).digest, digest);
});

const anyWord = fc.integer({min: -0x80_00_00_00, max: 0x7f_ff_ff_ff});
const anyRow: fc.Arbitrary<Row> = fc.tuple(
	fc.nat({max: Object.keys(codeOf).length - 1}),
	// A time fills more than one word: times are also told apart by the upper one alone.
	fc.oneof(
		fc.nat({max: Number.MAX_SAFE_INTEGER}),
		fc.nat({max: 0x1f_ff_ff}).map((upper) => upper * 0x1_00_00_00_00),
	),
	fc.nat({max: 0xff_ff_ff_ff}),
	fc.nat({max: 255}),
	anyWord,
	anyWord,
	fc.constant(undefined),
	anyWord,
);

test('The digest changes if any field of any event changes', () => {
	fc.assert(
		fc.property(
			fc.array(anyRow, {minLength: 1, maxLength: 20}),
			fc.nat(),
			fc.constantFrom(0, 1, 2, 3, 4, 5, 7),
			anyRow,
			(rows, at, field, other) => {
				const changed = rows[at % rows.length]!.with(field, other[field]) as Row;
				fc.pre(changed[field] !== rows[at % rows.length]![field]);
				assert.notEqual(traceOf(rows.with(at % rows.length, changed)).digest, traceOf(rows).digest);
			},
		),
		tried(2000),
	);
});

test('The digest changes if two events change places', () => {
	fc.assert(
		fc.property(fc.array(anyRow, {minLength: 2, maxLength: 20}), fc.nat(), (rows, number) => {
			const at = number % (rows.length - 1);
			const swapped = rows.with(at, rows[at + 1]!).with(at + 1, rows[at]!);
			fc.pre(JSON.stringify(swapped) !== JSON.stringify(rows));
			assert.notEqual(traceOf(swapped).digest, traceOf(rows).digest);
		}),
		tried(1000),
	);
});

test('What an entry or an operation says is told apart, down to where one text ends and the next begins', () => {
	const texts = [
		['x', '1'],
		['x', '2'],
		['y', '1'],
		['x1', ''],
		['', 'x1'],
		['x', '1\u{0}'],
		['', ''],
		['x', '😀'],
		['x', '😁'],
	] as const;
	const operations: readonly Operation[] = [
		...texts.map(([key, value]): Operation => ({type: 'write', key, value})),
		...texts.flatMap(([key, value]): readonly Operation[] => [
			{type: 'cas', key, expected: value, value: '1'},
			{type: 'cas', key: 'x', expected: key, value},
		]),
		...['x', 'y', ''].flatMap((key): readonly Operation[] => [
			{type: 'read', key},
			{type: 'delete', key},
		]),
	].filter((one, at, list) => list.findIndex((other) => isDeepStrictEqual(one, other)) === at);
	const sessions = [undefined, {client: 1, serial: 1}, {client: 1, serial: 2}, {client: 2, serial: 1}];
	const entries = operations.flatMap((operation) =>
		sessions.flatMap((session) =>
			[1, 2].flatMap((index) =>
				[1, 2].map((term) => ({index, term, command: {...operation, ...(session !== undefined && {session})}})),
			),
		),
	);
	const digests = [
		...operations.map((operation) => digestOperation(0, operation)),
		...entries.map((entry) => digestEntry(0, entry)),
		digestEntry(0, {index: 1, term: 1, command: {type: 'no-op'}}),
	];
	assert.equal(new Set(digests).size, digests.length);
});

test('Results of one operation are told apart: what was read, or that there was nothing; whether it took effect', () => {
	for (const results of [
		[undefined, '', '0', '1', '2', 'true', '\u{2}'],
		[true, false],
	]) {
		assert.equal(new Set(results.map((result) => digestResult(0, result))).size, results.length);
	}
});

const indexOf = (event: Event | undefined): number | undefined => (event?.type === 'commit' ? event.index : undefined);

type Deed =
	{readonly on: number; readonly type: 'record'; readonly count: number} | {readonly on: number; readonly type: 'copy'};

/** Spans that end before, at and after the borders of chunks. */
const anyCount = fc.oneof(
	fc.integer({min: 1, max: 20}),
	fc.constantFrom(chunkSize - 1, chunkSize, chunkSize + 1),
	fc.integer({min: 1, max: chunkSize}),
);

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
	{arbitrary: fc.record({on: fc.nat(), type: fc.constant('record'), count: anyCount}), weight: 3},
	{arbitrary: fc.record({on: fc.nat(), type: fc.constant('copy')}), weight: 1},
);

test('Copies, and copies of copies, go on without disturbing one another, across the borders of chunks too', () => {
	let copiesMade = 0;
	fc.assert(
		fc.property(
			fc.constantFrom(0, 1, chunkSize, 2 * chunkSize, Number.POSITIVE_INFINITY),
			fc.array(anyDeed, {maxLength: 30, size: 'max'}),
			(retained, deeds) => {
				const all: Array<{readonly trace: Trace; readonly rows: Row[]}> = [{trace: new Trace({retained}), rows: []}];
				let number = 0;
				for (const deed of deeds) {
					const {trace, rows} = all[deed.on % all.length]!;
					if (deed.type === 'copy') {
						copiesMade++;
						all.push({trace: trace.copy(), rows: [...rows]});
						continue;
					}

					for (let count = 0; count < deed.count; count++) {
						const each = row(++number); // Never twice the same, so that a disturbance shows
						rows.push(each);
						trace.record(...each);
					}
				}

				for (const {trace, rows} of all) {
					const alone = traceOf(rows, retained);
					assert.equal(trace.length, rows.length);
					assert.equal(trace.first, alone.first);
					assert.equal(trace.digest, alone.digest);
					for (let seq = trace.first; seq <= rows.length; seq++) {
						assert.equal(indexOf(trace.at(seq)), rows[seq - 1]![4], `Event ${seq} is another's.`);
					}
				}
			},
		),
		tried(60),
	);
	assert.ok(copiesMade > 60, `${copiesMade}`);
});

test('A copy made of nothing yet, or exactly where a chunk is full, goes on as its original does', () => {
	for (const at of [0, chunkSize - 1, chunkSize, chunkSize + 1]) {
		const original = traceOf(rowsFrom(1, at), 1);
		const copy = original.copy();
		original.record(...row(1_000_001));
		copy.record(...row(1_000_002));
		assert.deepEqual(original.at(at + 1), eventOf(at + 1, row(1_000_001)));
		const copyOfCopy = copy.copy();
		for (const each of rowsFrom(at + 2, 2 * chunkSize)) {
			original.record(...each);
			copyOfCopy.record(...each);
		}

		assert.deepEqual(copy.at(at + 1), eventOf(at + 1, row(1_000_002)));
		assert.equal(copy.length, at + 1);
		assert.deepEqual([...original.events()], [...copyOfCopy.events()]);
		assert.notEqual(original.digest, copyOfCopy.digest);
	}
});
