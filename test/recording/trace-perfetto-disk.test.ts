import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {DiskActivity} from '../../source/recording/trace-perfetto-disk.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {tried} from '../properties/session.js';
import {traceText} from './trace-runs.js';
import {readTimeline} from './trace-timeline.js';

test('What is written during a sync shares the next one, which begins when the disk is free', () => {
	const disk = new DiskActivity();
	disk.wrote(5, 100);
	disk.wrote(6, 110);
	assert.equal(disk.synced(5, 150), 100);
	assert.equal(disk.synced(6, 190), 150);
	disk.wrote(9, 200);
	assert.equal(disk.crash(), 200);
	assert.equal(disk.crash(), undefined);
});

test('A suspended node begins no sync, but one that is under way ends', () => {
	const disk = new DiskActivity();
	disk.wrote(5, 100);
	disk.wrote(6, 110);
	disk.suspend();
	assert.equal(disk.synced(5, 150), 100);
	disk.resume(300);
	assert.equal(disk.synced(6, 340), 300);
});

test('A log whose end was torn is saved from the restart on', () => {
	const disk = new DiskActivity();
	disk.restart(7, 500);
	disk.wrote(8, 510);
	assert.equal(disk.synced(7, 520), 500);
	assert.equal(disk.synced(8, 560), 520);
});

const anyDeed = fc.record({
	type: fc.constantFrom('suspend', 'resume', 'resume', 'crash', 'restart', 'restart'),
	node: fc.integer({min: 1, max: 3}),
	afterUs: fc.nat({max: 100_000}),
});

test('The syncs of a timeline are those of the disks, from when to when', () => {
	let syncs = 0;
	const settings = {...defaultSettings, nodes: 3, clients: {count: 3, ratePerS: 100}};
	const property = fc.property(fc.nat().map(String), fc.array(anyDeed, {maxLength: 30, size: 'max'}), (seed, deeds) => {
		const world = World.create({...settings, seed, syncDelay: {minUs: 2000, maxUs: 20_000}});
		const known = world.hosts.map((): Record<string, unknown> | undefined => undefined);
		const begun: string[] = [];
		const look = (): void => {
			for (const [at, {syncing}] of world.hosts.entries()) {
				if (syncing !== undefined && syncing !== known[at]) {
					begun.push(`n${at + 1} disk ${world.timeUs}`);
				}

				known[at] = syncing;
			}
		};

		const goOn = (untilUs: number): void => {
			while (world.nextUs <= untilUs) {
				world.advance();
				look();
			}

			world.advanceTo(untilUs);
		};

		for (const {type, node, afterUs} of deeds) {
			goOn(world.timeUs + afterUs);
			perform(world, {type, node});
			look();
		}

		goOn(world.timeUs + 300_000);
		const {slices} = readTimeline(traceText(world, 'perfetto'));
		const shown = slices
			.filter(({category}) => category === 'disk')
			.map(({row, startNs}) => `${row} ${startNs / 1000}`);
		assert.deepEqual(shown.toSorted(), begun.toSorted());
		syncs += shown.length;
	});
	fc.assert(property, tried(40));
	assert.ok(syncs > 1000);
});
