import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {DiskFailed, DiskFull, sectorBytes} from '../../source/storage/disk.js';
import {SimulatedDisk, type Survivors} from '../../source/storage/simulated-disk.js';
import {filesOf} from './history.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textIn = (disk: SimulatedDisk, file: string): string => new TextDecoder().decode(disk.read(file));

function sync(disk: SimulatedDisk): void {
	disk.beginSync();
	disk.endSync();
}

/** A disk with one file, `a`, that holds this durably. */
function diskWith(text: string): SimulatedDisk {
	const disk = new SimulatedDisk();
	disk.create('a');
	disk.append('a', bytes(text));
	sync(disk);
	return disk;
}

/** What a crash leaves of a disk, which itself goes on. */
function left(disk: SimulatedDisk, survivors?: Survivors): Readonly<Record<string, string>> {
	const crashed = disk.copy();
	crashed.crash(survivors);
	return Object.fromEntries(crashed.list().map((file) => [file, textIn(crashed, file)]));
}

suite('What lasts', () => {
	test('Everything is seen at once, and nothing lasts without a sync', () => {
		const disk = diskWith('one');
		disk.append('a', bytes(' two'));
		disk.create('b');
		disk.append('b', bytes('new'));
		disk.rename('b', 'c');
		assert.deepEqual(disk.list(), ['a', 'c']);
		assert.equal(textIn(disk, 'a'), 'one two');
		assert.equal(textIn(disk, 'c'), 'new');
		assert.deepEqual(left(disk), {a: 'one'});
	});

	test('A sync covers what came before it began; what comes while it goes on waits for the next', () => {
		const disk = diskWith('one');
		disk.append('a', bytes(' two'));
		disk.beginSync();
		disk.append('a', bytes(' three'));
		assert.deepEqual(left(disk), {a: 'one'});
		disk.endSync();
		assert.deepEqual(left(disk), {a: 'one two'});
		assert.ok(disk.hasUnsynced);
		sync(disk);
		assert.deepEqual(left(disk), {a: 'one two three'});
		assert.ok(!disk.hasUnsynced);
	});

	test('A crash ends the sync that is under way, and forgets it', () => {
		const disk = diskWith('one');
		disk.append('a', bytes(' two'));
		disk.beginSync();
		disk.crash();
		assert.ok(!disk.isSyncing);
		assert.throws(() => {
			disk.endSync();
		}, /No sync is under way/v);
		assert.equal(textIn(disk, 'a'), 'one');
	});

	test('Renaming puts a file in the place of another; removing and cutting last when they are synced', () => {
		const disk = diskWith('old');
		disk.create('b');
		disk.append('b', bytes('newer'));
		disk.rename('b', 'a');
		disk.truncate('a', 3);
		assert.deepEqual(left(disk), {a: 'old'});
		sync(disk);
		assert.deepEqual(left(disk), {a: 'new'});
		disk.remove('a');
		assert.deepEqual(left(disk), {a: 'new'});
		sync(disk);
		assert.deepEqual(left(disk), {});
	});

	test('Wiping leaves nothing, durable or not', () => {
		const disk = diskWith('one');
		disk.append('a', bytes('two'));
		disk.wipe();
		assert.deepEqual(disk.list(), []);
		assert.deepEqual(left(disk, {operations: 9}), {});
	});
});

suite('What survives a crash all the same', () => {
	test('The first operations, and the next append up to any byte', () => {
		const disk = diskWith('');
		disk.append('a', bytes('one'));
		disk.create('b');
		disk.append('b', bytes('two'));
		assert.deepEqual(disk.unsynced, [3, 0, 3]);
		assert.deepEqual(left(disk, {operations: 0, tornBytes: 2}), {a: 'on'});
		assert.deepEqual(left(disk, {operations: 1, tornBytes: 2}), {a: 'one'});
		assert.deepEqual(left(disk, {operations: 2, tornBytes: 1}), {a: 'one', b: 't'});
		assert.deepEqual(left(disk, {operations: 3}), {a: 'one', b: 'two'});
	});

	test('Any operations: an append behind one that is lost leaves a gap of zeros, and may lie in a file without a name', () => {
		const disk = diskWith('0');
		disk.append('a', bytes('one'));
		disk.append('a', bytes('two'));
		disk.create('b');
		disk.append('b', bytes('three'));
		assert.deepEqual(
			left(disk, (operation) => operation === 1),
			{a: '0\0\0\0two'},
		);
		assert.deepEqual(
			left(disk, (operation) => operation === 3),
			{a: '0'},
		);
		assert.deepEqual(
			left(disk, (operation) => operation === 2),
			{a: '0', b: ''},
		);
	});

	test('A cut that is lost leaves what it cut, with what was written since over it', () => {
		const disk = diskWith('abcdef');
		disk.truncate('a', 2);
		disk.append('a', bytes('XY'));
		assert.equal(textIn(disk, 'a'), 'abXY');
		assert.deepEqual(
			left(disk, (operation) => operation === 1),
			{a: 'abXYef'},
		);
		assert.deepEqual(
			left(disk, (operation) => operation === 0),
			{a: 'ab'},
		);
	});

	test('Any sectors of an append, and its length', () => {
		const disk = diskWith('.'.repeat(sectorBytes - 2));
		disk.append('a', bytes('A'.repeat(2 + sectorBytes + 3)));
		assert.deepEqual(disk.unsyncedParts, [4]);
		const only = (...parts: readonly number[]): string =>
			left(disk, (_, part) => parts.includes(part))['a']!.slice(sectorBytes - 2);
		assert.equal(only(), '');
		assert.equal(only(0), 'AA');
		assert.equal(only(1), `\0\0${'A'.repeat(sectorBytes)}`);
		assert.equal(only(0, 2), `AA${'\0'.repeat(sectorBytes)}AAA`);
		assert.equal(only(3), '\0'.repeat(2 + sectorBytes + 3));
		assert.equal(only(0, 1, 2, 3), 'A'.repeat(2 + sectorBytes + 3));
	});
});

suite('Faults', () => {
	test('A full disk refuses appends and nothing else, and is as it was', () => {
		const disk = diskWith('one');
		disk.fault = 'full';
		assert.throws(() => {
			disk.append('a', bytes('two'));
		}, DiskFull);
		disk.create('b');
		disk.remove('b');
		sync(disk);
		assert.deepEqual(left(disk), {a: 'one'});
	});

	test('A failing disk refuses every change and every sync, one that is under way too; it can be read', () => {
		const disk = diskWith('one');
		disk.append('a', bytes(' two'));
		disk.beginSync();
		disk.fault = 'failing';
		const attempts = [
			() => {
				disk.endSync();
			},
			() => {
				disk.append('a', bytes('x'));
			},
			() => {
				disk.create('b');
			},
			() => {
				disk.remove('a');
			},
			() => {
				disk.beginSync();
			},
		];
		for (const attempt of attempts) {
			assert.throws(attempt, DiskFailed);
		}

		assert.equal(textIn(disk, 'a'), 'one two');
		assert.deepEqual(left(disk), {a: 'one'});
	});

	test('A lying disk says that all is well; once it is honest, its next sync makes up for it', () => {
		const disk = diskWith('one');
		disk.append('a', bytes(' two'));
		disk.fault = 'lying';
		sync(disk);
		assert.ok(!disk.hasUnsynced);
		assert.deepEqual(left(disk), {a: 'one'});
		disk.append('a', bytes(' three'));
		assert.ok(disk.hasUnsynced);
		disk.fault = 'ok';
		sync(disk);
		assert.deepEqual(left(disk), {a: 'one two three'});
	});
});

suite('A copy', () => {
	test('Both go on from the same bytes, in turn, and neither sees the other', () => {
		const one = diskWith('');
		const other = one.copy();
		const expected = ['', ''];
		for (let round = 0; round < 200; round++) {
			for (const [at, disk] of [one, other].entries()) {
				const text = `${at}${round} `.repeat((round * 7) % 60);
				disk.append('a', bytes(text));
				expected[at] += text;
			}
		}

		assert.ok(expected[0]!.length > 16_384, 'more than one chunk');
		assert.equal(textIn(one, 'a'), expected[0]);
		assert.equal(textIn(other, 'a'), expected[1]);
	});

	test('A copy made while a sync is under way ends it by itself', () => {
		const disk = diskWith('one');
		disk.append('a', bytes(' two'));
		disk.beginSync();
		const copy = disk.copy();
		disk.endSync();
		assert.deepEqual(left(disk), {a: 'one two'});
		assert.deepEqual(left(copy), {a: 'one'});
		copy.endSync();
		assert.deepEqual(left(copy), {a: 'one two'});
	});

	test('Cut and gone on with, neither overwrites what the other still holds', () => {
		const disk = diskWith('abcdef');
		const copy = disk.copy();
		disk.truncate('a', 3);
		disk.append('a', bytes('XYZ'));
		copy.append('a', bytes('ghi'));
		assert.equal(textIn(disk, 'a'), 'abcXYZ');
		assert.equal(textIn(copy, 'a'), 'abcdefghi');
		disk.crash();
		assert.deepEqual(filesOf(disk), filesOf(diskWith('abcdef')));
	});
});
