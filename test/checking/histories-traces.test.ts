/*
Our own traces, as the checker reads them back: what a run wrote is linearizable, and what was changed since is not.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {readHistory} from '../../source/checking/histories/read-history.js';
import {checkLinearizability, type Contradiction} from '../../source/checking/linearizability.js';
import {traceLine} from '../../source/recording/trace-json.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';

type Line = {
	type: string;
	op: number;
	operation: {type: string; key: string; value?: string};
	result?: unknown;
};

/** The trace of a run with clients, and losses, so that not all of them are answered. */
function traceOf(seed: string): readonly string[] {
	const settings = {...defaultSettings, seed, nodes: 3, lossRate: 0.05, clients: {count: 4, ratePerS: 100}};
	const world = World.create(settings, {retained: 1 << 18});
	world.advanceTo(4_000_000);
	return [...world.trace.events(1)].map((event) => traceLine(event));
}

const trace = traceOf('histories');
const events = trace.map((text) => JSON.parse(text) as Line);

function contradictionOf(lines: readonly string[]): Contradiction | undefined {
	const judgement = checkLinearizability(readHistory(lines.join('\n')).history);
	assert.notEqual(judgement.verdict, 'unknown');
	return judgement.verdict === 'violated' ? judgement.contradiction : undefined;
}

/** The trace with other results in some lines. */
const withResults = (results: ReadonlyMap<number, unknown>): readonly string[] =>
	trace.map((text, at) => (results.has(at) ? JSON.stringify({...events[at], result: results.get(at)}) : text));

const isRead = ({type, operation}: Line): boolean => type === 'ok' && operation.type === 'read';

/** Where in the trace the invocation of an operation stands. */
const beginningOf = (op: number): number => events.findIndex(({type, op: other}) => type === 'invoke' && other === op);

test('A run is linearizable, whole or with its clients alone', () => {
	const {format, history} = readHistory(trace.join('\n'));
	assert.deepEqual([format, history.model], ['trace', 'register']);
	assert.ok(history.operations.length > 100);
	assert.ok(events.filter((line) => isRead(line)).length > 20);
	assert.equal(contradictionOf(trace), undefined);

	const alone = trace.filter((_, at) => ['invoke', 'ok', 'fail', 'info'].includes(events[at]!.type));
	assert.equal(contradictionOf(alone), undefined);
	assert.deepEqual(readHistory(`${alone.join('\r\n')}\r\n`).history, readHistory(alone.join('\n')).history);
});

test('Operations that are open at the end of a trace may or may not have taken effect', () => {
	const cut = trace.slice(0, events.findLastIndex(({type}) => type === 'invoke') + 1);
	assert.equal(readHistory(cut.join('\n')).history.operations.at(-1)!.outcome, 'info');
	assert.equal(contradictionOf(cut), undefined);
});

test('A stale read is found and explained: each read in turn is given what the key was before', () => {
	let found = 0;
	for (const [at, line] of events.entries()) {
		if (!isRead(line) || found >= 10) {
			continue;
		}

		// What was read of this key by someone who had his answer before this one asked
		const {key} = line.operation;
		const earlier = events
			.slice(0, beginningOf(line.op))
			.findLast((other) => isRead(other) && other.operation.key === key && other.result !== line.result);
		const contradiction = earlier && contradictionOf(withResults(new Map([[at, earlier.result]])));
		if (contradiction !== undefined) {
			found++;
			assert.equal(contradiction.key, key);
			assert.ok(contradiction.evidence.length >= 2);
			assert.match(contradiction.explanation, /^\P{Control}+\.$/v);
		}
	}

	assert.ok(found >= 5, `only ${found} stale reads were found`);
});

test('A lost write is found: somebody read what nobody wrote', () => {
	const read = events.find((line) => isRead(line) && typeof line.result === 'string')!;
	const writes = new Set(
		events
			.filter(
				({type, operation}) =>
					type === 'invoke' && operation.key === read.operation.key && operation.value === read.result,
			)
			.map(({op}) => op),
	);
	assert.ok(writes.size > 0);
	const contradiction = contradictionOf(trace.filter((_, at) => !writes.has(events[at]!.op)));
	assert.match(
		contradiction?.explanation ?? 'Nothing was found.',
		/ read \S+ and got \S+, which nobody had written\.$/v,
	);
});

test('Two swapped answers are found', () => {
	const reads = events.map((line, at) => [at, line] as const).filter(([, line]) => isRead(line));
	const [first, one] = reads[0]!;
	const [last, other] = reads.findLast(
		([, {operation, result}]) => operation.key === one.operation.key && result !== one.result,
	)!;
	const contradiction = contradictionOf(
		withResults(
			new Map([
				[first, other.result],
				[last, one.result],
			]),
		),
	);
	assert.equal(contradiction?.key, one.operation.key);
});
