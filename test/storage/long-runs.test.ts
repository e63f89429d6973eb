/*
Long random lives of a log: requests, syncs that begin and end at any time, crashes with any survivors, processes that
die, disks that fill up, fail and recover. The oracle is an array of records (see `history.ts`).
*/

import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import type {LogIndex, Term} from '../../source/raft/vocabulary.js';
import {DiskFailed, DiskFull} from '../../source/storage/disk.js';
import {SimulatedDisk, type Survivors} from '../../source/storage/simulated-disk.js';
import {tried} from '../properties/session.js';
import {chance, filesOf, lastIndexOf, Machine, snapshot, state, truncate, write, type Request} from './history.js';

/** Chosen without knowing what the log holds; `share` (0 to 1) says where in it. */
type Act =
	| {readonly type: 'state'; readonly votedFor: number}
	| {readonly type: 'append'; readonly count: number; readonly bytes: number}
	| {readonly type: 'truncate'; readonly share: number}
	| {readonly type: 'compact'; readonly share: number}
	| {readonly type: 'install'; readonly ahead: number}
	| {readonly type: 'begin' | 'end' | 'sync' | 'die'}
	| {readonly type: 'fault'; readonly fault: 'full' | 'failing'}
	| {readonly type: 'crash'; readonly way: 'none' | 'prefix' | 'any'; readonly seed: number};

const share = fc.double({min: 0, max: 1, noNaN: true});

const anyAct: fc.Arbitrary<Act> = fc.oneof(
	{arbitrary: fc.record({type: fc.constant('state'), votedFor: fc.nat({max: 5})}), weight: 20},
	{
		arbitrary: fc.record({
			type: fc.constant('append'),
			count: fc.integer({min: 1, max: 4}),
			bytes: fc.constantFrom(1, 1, 1, 40, 300, 2000),
		}),
		weight: 60,
	},
	{arbitrary: fc.record({type: fc.constant('truncate'), share}), weight: 10},
	{arbitrary: fc.record({type: fc.constant('compact'), share}), weight: 10},
	{arbitrary: fc.record({type: fc.constant('install'), ahead: fc.integer({min: -2, max: 9})}), weight: 3},
	{arbitrary: fc.record({type: fc.constantFrom('begin', 'end')}), weight: 80},
	{arbitrary: fc.record({type: fc.constant('sync')}), weight: 20},
	{arbitrary: fc.record({type: fc.constant('die')}), weight: 7},
	{arbitrary: fc.record({type: fc.constant('fault'), fault: fc.constantFrom('full', 'failing')}), weight: 7},
	{
		arbitrary: fc.record({
			type: fc.constant('crash'),
			way: fc.constantFrom('none', 'prefix', 'any', 'any'),
			seed: fc.nat(),
		}),
		weight: 20,
	},
);

/** What an act asks for, given what the log holds. */
function requestFor(act: Act, machine: Machine): Request | undefined {
	const {last} = machine.history;
	const lastIndex = lastIndexOf(last);
	const indexAt = (at: number): LogIndex => last.lastIncludedIndex + 1 + Math.floor(at * last.entries.length);
	const termAt = (index: LogIndex): Term => last.entries.find((entry) => entry.index === index)?.term ?? 0;
	switch (act.type) {
		case 'state': {
			return state(last.currentTerm + 1, act.votedFor === 0 ? undefined : act.votedFor);
		}

		case 'append': {
			const values = Array.from({length: act.count}, (_, at) => String((lastIndex + at) % 10).repeat(act.bytes));
			return write(lastIndex + 1, last.currentTerm, ...values);
		}

		case 'truncate': {
			const from = indexAt(act.share);
			return from > lastIndex ? undefined : truncate(from);
		}

		case 'compact': {
			const upTo = indexAt(act.share);
			return upTo > lastIndex ? undefined : snapshot(upTo, termAt(upTo), `to ${upTo}`);
		}

		case 'install': {
			const upTo = lastIndex + act.ahead;
			return upTo > last.lastIncludedIndex ? snapshot(upTo, last.currentTerm, `from a leader ${upTo}`) : undefined;
		}

		default: {
			return undefined;
		}
	}
}

function survivorsOf({way, seed}: Act & {readonly type: 'crash'}, disk: SimulatedDisk): Survivors {
	const draw = chance(seed);
	const {unsynced} = disk;
	if (way === 'none') {
		return {operations: 0};
	}

	if (way === 'prefix') {
		const operations = Math.floor(draw() * (unsynced.length + 1));
		return {operations, tornBytes: Math.floor(draw() * ((unsynced[operations] ?? 0) + 1))};
	}

	const likely = draw();
	const choices = disk.unsyncedParts.map((parts) => Array.from({length: parts}, () => draw() < likely));
	return (operation, part) => choices[operation]![part]!;
}

type Seen = {crashes: number; cuts: number; snapshots: number; deaths: number; full: number; failed: number};

/** Let a life go its way; `Machine` judges whatever is found after each crash. */
function live(acts: readonly Act[], machine: Machine, seen: Seen): void {
	for (const act of acts) {
		const request = requestFor(act, machine);
		if (request !== undefined) {
			machine.ask(request);
			seen.snapshots += request.type === 'snapshot' ? 1 : 0;
			continue;
		}

		try {
			happen(act, machine, seen);
		} catch (error) {
			machine.disk.fault = 'ok';
			if (error instanceof DiskFull) {
				seen.full++; // Somebody makes room; what waits goes on waiting
				continue;
			}

			if (!(error instanceof DiskFailed)) {
				throw error;
			}

			seen.failed++;
			machine.reopen();
		}
	}

	machine.disk.fault = 'ok';
	if (machine.storage.isSyncing) {
		machine.endSync();
	}

	machine.sync();
	assert.equal(machine.history.acknowledged, machine.history.written);
	machine.crash();
	assert.equal(machine.opened.cut, undefined);
}

function happen(act: Act, machine: Machine, seen: Seen): void {
	const {disk, storage} = machine;
	switch (act.type) {
		case 'begin': {
			if (!storage.isSyncing) {
				machine.beginSync();
			}

			break;
		}

		case 'end': {
			if (storage.isSyncing) {
				machine.endSync();
			}

			break;
		}

		case 'sync': {
			if (!storage.isSyncing) {
				machine.sync();
			}

			break;
		}

		case 'die': {
			seen.deaths++;
			disk.fault = 'ok';
			machine.reopen();
			break;
		}

		case 'crash': {
			seen.crashes++;
			disk.fault = 'ok';
			machine.crash(survivorsOf(act, disk));
			seen.cuts += machine.opened.cut === undefined ? 0 : 1;
			break;
		}

		case 'fault': {
			disk.fault = act.fault;
			break;
		}

		default: {
			break; // It asked for what the log has no room for
		}
	}
}

const anyLife = fc.array(anyAct, {maxLength: 150, size: 'max'});
const anySegmentBytesMax = fc.constantFrom(1, 100, 400, 3000);

suite('Long random lives', () => {
	test('Nothing acknowledged is ever lost, nothing is invented, and a log comes to rest whatever happened', () => {
		const seen: Seen = {crashes: 0, cuts: 0, snapshots: 0, deaths: 0, full: 0, failed: 0};
		fc.assert(
			fc.property(anyLife, anySegmentBytesMax, (acts, segmentBytesMax) => {
				live(acts, new Machine(new SimulatedDisk(), {segmentBytesMax}), seen);
			}),
			tried(300),
		);
		for (const [what, count] of Object.entries(seen)) {
			assert.ok(count > 50, `${what}: only ${count}`);
		}
	});

	test('A copy of a disk and its log, made at any time: both go on as if alone, and neither sees what the other writes', () => {
		const unseen: Seen = {crashes: 0, cuts: 0, snapshots: 0, deaths: 0, full: 0, failed: 0};
		let differing = 0;
		fc.assert(
			fc.property(anyLife, anyLife, anyLife, anySegmentBytesMax, (before, one, other, segmentBytesMax) => {
				const start = (): Machine => {
					const machine = new Machine(new SimulatedDisk(), {segmentBytesMax});
					try {
						for (const act of before.slice(0, 40)) {
							step(machine, act, unseen);
						}
					} catch {
						machine.disk.fault = 'ok';
						machine.crash();
					}

					return machine;
				};

				const original = start();
				const copy = original.copy();
				// By turns, so that each writes where the other has just written
				const alone = [start(), start()] as const;
				for (let at = 0; at < 40; at++) {
					for (const [machine, acts] of [
						[original, one],
						[copy, other],
						[alone[0], one],
						[alone[1], other],
					] as const) {
						tryStep(machine, acts[at], unseen);
					}
				}

				assert.deepEqual(lookOf(original), lookOf(alone[0]));
				assert.deepEqual(lookOf(copy), lookOf(alone[1]));
				differing += JSON.stringify(lookOf(copy)) === JSON.stringify(lookOf(original)) ? 0 : 1;
				for (const machine of [original, copy]) {
					machine.disk.fault = 'ok';
					machine.crash();
				}

				assert.deepEqual(filesOf(original.disk), filesOf(crashed(alone[0]).disk));
				assert.deepEqual(filesOf(copy.disk), filesOf(crashed(alone[1]).disk));
			}),
			tried(150),
		);
		assert.ok(differing > 100);
	});
});

function step(machine: Machine, act: Act, seen: Seen): void {
	const request = requestFor(act, machine);
	if (request === undefined) {
		happen(act, machine, seen);
	} else {
		machine.ask(request);
	}
}

function tryStep(machine: Machine, act: Act | undefined, seen: Seen): void {
	try {
		if (act !== undefined) {
			step(machine, act, seen);
		}
	} catch (error) {
		if (!(error instanceof DiskFailed || error instanceof DiskFull)) {
			throw error;
		}

		machine.disk.fault = 'ok';
		machine.reopen();
	}
}

function crashed(machine: Machine): Machine {
	machine.disk.fault = 'ok';
	machine.crash();
	return machine;
}

/** All that can be seen of a disk and its log. */
const lookOf = ({disk, storage, history}: Machine): unknown => ({
	files: filesOf(disk),
	unsynced: disk.unsynced,
	written: storage.written,
	durable: storage.durable,
	needsSync: storage.needsSync,
	isSyncing: storage.isSyncing,
	last: history.last,
	acknowledged: history.acknowledged,
});
