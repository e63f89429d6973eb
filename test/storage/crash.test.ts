import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {DiskFull, type Disk} from '../../source/storage/disk.js';
import {explore, type ObservedDisk, type Step} from './explore.js';
import {snapshot, state, truncate, write} from './history.js';

const long = (text: string): string => text.repeat(300);

/** Short, so that every crash can be tried. */
const scripts: Readonly<Record<string, {readonly segmentBytesMax: number; readonly steps: readonly Step[]}>> = {
	'the first records there are': {segmentBytesMax: 1000, steps: [state(1, 1), 'sync', write(1, 1, 'a'), 'sync']},
	'a new segment with each sync': {
		segmentBytesMax: 50,
		steps: [
			state(1),
			'sync',
			write(1, 1, 'a', 'b'),
			'sync',
			truncate(2),
			write(2, 1, 'c'),
			'sync',
			state(2, 2),
			'sync',
		],
	},
	'what is asked while a sync is under way': {
		segmentBytesMax: 160,
		steps: [
			state(1, 2),
			'begin',
			write(1, 1, 'a'),
			write(2, 1, 'b'),
			'end',
			'begin',
			truncate(2),
			state(2, 3),
			write(2, 2, 'c'),
			'end',
			'begin',
			state(3),
			'end',
			'sync',
		],
	},
	'records over several sectors': {
		segmentBytesMax: 5000,
		steps: [
			state(1, 1),
			write(1, 1, 'a'),
			'sync',
			write(2, 1, long('b'), 'c', long('d')),
			write(5, 1, 'e', 'f'),
			'begin',
			write(7, 1, 'g'),
			'end',
			'sync',
		],
	},
	'a snapshot of its own, while others are waiting': {
		segmentBytesMax: 60,
		steps: [
			state(1, 1),
			'sync',
			write(1, 1, 'a', 'b'),
			'sync',
			write(3, 1, 'c'),
			snapshot(2, 1, 'a and b'),
			write(4, 1, 'd'),
			'begin',
			write(5, 1, 'e'),
			'end',
			'begin',
			truncate(5),
			'end',
			'begin',
			write(5, 1, 'f'),
			'end',
			'sync',
			snapshot(5, 1, 'all'),
			'sync',
			write(6, 1, 'g'),
			'sync',
		],
	},
	'two snapshots, one behind the other': {
		segmentBytesMax: 60,
		steps: [
			state(1),
			write(1, 1, 'a', 'b', 'c'),
			snapshot(1, 1, 'a'),
			write(4, 1, 'd'),
			snapshot(3, 1, 'a to c'),
			state(2, 2),
			'sync',
		],
	},
	'a snapshot from a leader, far ahead': {
		segmentBytesMax: 100,
		steps: [
			state(1),
			write(1, 1, 'a'),
			'sync',
			state(3),
			snapshot(9, 2, 'of the leader'),
			write(10, 3, 'j'),
			'sync',
			write(11, 3, 'k'),
			'sync',
		],
	},
	'a snapshot from a leader, of another history': {
		segmentBytesMax: 100,
		steps: [state(1), write(1, 1, 'a', 'b', 'c'), 'sync', state(2), snapshot(2, 2), write(3, 2, 'd'), 'sync'],
	},
	'a snapshot before anything else': {segmentBytesMax: 100, steps: [snapshot(4, 1), state(1), 'sync']},
	'a torn tail, cut and written over': {
		segmentBytesMax: 1000,
		steps: [
			state(1),
			write(1, 1, 'a'),
			'sync',
			write(2, 1, 'b', 'c'),
			'begin',
			{crash: {operations: 0, tornBytes: 100}},
			write(3, 1, 'd'),
			'begin',
			write(4, 1, 'e'),
			'end',
			'sync',
		],
	},
	'a lost sector, cut and written over': {
		segmentBytesMax: 5000,
		steps: [
			state(1),
			write(1, 1, 'a'),
			'sync',
			write(2, 1, long('b'), long('c'), long('d'), 'e'),
			'begin',
			{crash: (_, part) => part !== 1},
			// As long as those they stand in place of: the one behind them is still there, good, and next in order
			write(3, 1, long('C'), long('D')),
			'begin',
			'end',
			'sync',
			write(5, 1, 'E'),
			'sync',
		],
	},
	'a process that dies and leaves what it has not synced': {
		segmentBytesMax: 120,
		steps: [
			state(1, 1),
			write(1, 1, 'a'),
			'sync',
			write(2, 1, 'b'),
			'begin',
			'end',
			write(3, 1, 'c'),
			'sync',
			state(2, 2),
			'begin',
			'die',
			'sync',
			write(4, 2, 'd'),
			'begin',
			'die',
			write(5, 2, 'e'),
			'sync',
		],
	},
};

suite('A crash at every operation, whatever survives, and again while recovering', () => {
	for (const [name, {segmentBytesMax, steps}] of Object.entries(scripts)) {
		test(`${name}: nothing acknowledged is lost, nothing is invented`, () => {
			const {violations, instants, crashes, cuts} = explore(steps, {segmentBytesMax});
			assert.deepEqual(violations, []);
			assert.ok(instants >= 8);
			assert.ok(crashes > 100);
			assert.ok(cuts > 10);
		});
	}
});

test('A disk with room for records and none for a snapshot: what was half done is not taken for durable', () => {
	// The first snapshot fits. Its record and what follows are written, and then the second is found not to
	const hasRoomFor = (bytes: Uint8Array): boolean => bytes.length < 300;
	const steps: readonly Step[] = [
		state(1),
		write(1, 1, 'a', 'b'),
		'sync',
		write(3, 1, 'c'),
		'sync',
		snapshot(3, 1, 'a to c'),
		write(4, 1, 'd'),
		snapshot(4, 1, long('all')),
		'sync',
		write(5, 1, 'e'),
		'begin',
		'begin',
		'begin',
	];
	const disguise = (disk: ObservedDisk): Disk =>
		but(disk, {
			append(file, bytes) {
				if (!hasRoomFor(bytes)) {
					throw new DiskFull('Not that much.');
				}

				disk.append(file, bytes);
			},
		});
	for (const segmentBytesMax of [1, 100]) {
		const {violations, instants} = explore(steps, {segmentBytesMax, disguise});
		assert.deepEqual(violations, []);
		assert.ok(instants > 12);
	}
});

/** A disk that does one thing wrongly. */
type Wrong = (disk: ObservedDisk) => Disk;

/** Everything as the disk does it, but for what is given. */
function but(disk: ObservedDisk, wrong: Partial<Disk>): Disk {
	return {
		list: () => disk.list(),
		read: (file) => disk.read(file),
		create(file) {
			disk.create(file);
		},
		append(file, bytes) {
			disk.append(file, bytes);
		},
		truncate(file, size) {
			disk.truncate(file, size);
		},
		rename(from, to) {
			disk.rename(from, to);
		},
		remove(file) {
			disk.remove(file);
		},
		get hasUnsynced() {
			return wrong.hasUnsynced ?? disk.hasUnsynced;
		},
		beginSync() {
			disk.beginSync();
		},
		endSync() {
			disk.endSync();
		},
		...Object.fromEntries(Object.entries(wrong).filter(([name]) => name !== 'hasUnsynced')),
	};
}

const wrongs: ReadonlyArray<readonly [name: string, script: keyof typeof scripts, wrong: Wrong, violation: RegExp]> = [
	[
		'A disk whose syncs do nothing',
		'the first records there are',
		(disk) => but(disk, {endSync() {}, hasUnsynced: false}),
		/Found the first \d+ records of \d+, and \d+ were acknowledged/v,
	],
	[
		'A disk that does not say what it holds unsynced, so that a cut is not durable when it is written over',
		'a lost sector, cut and written over',
		(disk) => but(disk, {hasUnsynced: false}),
		/Found what was never written/v,
	],
	[
		'A disk that does not cut',
		'a torn tail, cut and written over',
		(disk) => but(disk, {truncate() {}}),
		/Found the first \d+ records of \d+, and \d+ were acknowledged/v,
	],
	[
		'A rename that copies',
		'a snapshot of its own, while others are waiting',
		(disk) =>
			but(disk, {
				rename(from, to) {
					disk.create(to);
					disk.append(to, disk.read(from));
					disk.remove(from);
				},
			}),
		/snapshot-\d+ is damaged/v,
	],
	[
		'A disk that removes the wrong segments',
		'a snapshot of its own, while others are waiting',
		(disk) =>
			but(disk, {
				remove(file) {
					const isSegment = (name: string): boolean => name.startsWith('log-');
					disk.remove(isSegment(file) ? disk.list().findLast((name) => isSegment(name))! : file);
				},
			}),
		/Found what was never written/v,
	],
	[
		'A disk that writes a bit the other way round',
		'the first records there are',
		(disk) =>
			but(disk, {
				append(file, bytes) {
					const changed = new Uint8Array(bytes);
					changed[bytes.length - 1]! ^= 1;
					disk.append(file, changed);
				},
			}),
		/Found the first \d+ records of \d+, and \d+ were acknowledged/v,
	],
];

suite('The same crashes find what is broken on purpose', () => {
	for (const [name, script, disguise, violation] of wrongs) {
		test(`${name}: ${violation.source}`, () => {
			const {segmentBytesMax, steps} = scripts[script]!;
			const {violations} = explore(steps, {segmentBytesMax, disguise});
			assert.match(violations.join('\n'), violation);
		});
	}

	test('Every sync is needed that covers what was written: whichever one lies, some crash finds it out', () => {
		const found = new Map<string, number>();
		for (const {segmentBytesMax, steps} of Object.values(scripts)) {
			const syncs = syncsOf(steps, segmentBytesMax);
			for (const [at, covered] of syncs.entries()) {
				let count = 0;
				const disguise: Wrong = (disk) =>
					but(disk, {
						endSync() {
							disk.inner.fault = count++ === at ? 'lying' : 'ok';
							disk.endSync();
							disk.inner.fault = 'ok';
						},
					});
				const {violations} = explore(steps, {segmentBytesMax, disguise: oncePerScript(disguise), isQuick: true});
				const isFound = violations.length > 0;
				const kind =
					['append', 'rename', 'truncate', 'remove'].find((operation) => covered.includes(operation)) ?? 'none';
				assert.ok(isFound || kind !== 'append', `sync ${at}, of ${covered.join(', ')}`);
				found.set(kind, (found.get(kind) ?? 0) + (isFound ? 1 : 0));
			}
		}

		assert.ok(found.get('append')! > 30);
		// A name matters where the log lacks what the snapshot holds, a cut where something good stands behind it
		assert.ok(found.get('rename')! > 0);
		assert.ok(found.get('truncate')! > 0);
		// What comes back after its removal does no harm
		assert.equal(found.get('remove'), 0);
	});
});

/** The script's own disk is the first that is made. */
function oncePerScript(disguise: Wrong): Wrong {
	let isFirst = true;
	return (disk) => {
		const seen = isFirst ? disguise(disk) : disk;
		isFirst = false;
		return seen;
	};
}

/** What each sync of a script covers. */
function syncsOf(steps: readonly Step[], segmentBytesMax: number): ReadonlyArray<readonly string[]> {
	const syncs: string[][] = [];
	let operations: string[] = [];
	const disguise: Wrong = (disk) =>
		but(disk, {
			create(file) {
				operations.push('create');
				disk.create(file);
			},
			append(file, bytes) {
				operations.push('append');
				disk.append(file, bytes);
			},
			truncate(file, size) {
				operations = ['truncate']; // After a crash, which has decided on what came before
				disk.truncate(file, size);
			},
			rename(from, to) {
				operations.push('rename');
				disk.rename(from, to);
			},
			remove(file) {
				operations.push('remove');
				disk.remove(file);
			},
			endSync() {
				syncs.push(operations);
				operations = [];
				disk.endSync();
			},
		});
	explore(steps, {segmentBytesMax, disguise: oncePerScript(disguise), isQuick: true});
	return syncs;
}
