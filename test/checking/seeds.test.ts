/*
Correct runs are silent: 500 seeds, each a cluster of another size under random trouble with clients at work, then
left in peace until it has converged. And sometimes: each kind of trouble does strike, and the clients do get on.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {whyNotConverged} from '../../source/checking/convergence.js';
import {Monitor} from '../../source/checking/monitor.js';
import {faultKinds, type Command} from '../../source/simulation/command.js';
import type {EventType} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';

const seeds = 500;
const troubledUs = 4_000_000;

/** Within so long after the trouble has ended, all have the same log again. */
const convergenceUs = 3_000_000;

const sizes = [3, 5, 5, 4, 7];
const lossRates = [0, 0.02, 0.1, 0.3];

const settingsOf = (seed: number): Settings => ({
	...defaultSettings,
	seed: `seed ${seed}`,
	nodes: sizes[seed % sizes.length]!,
	lossRate: lossRates[seed % lossRates.length]!,
	duplicateRate: seed % 3 === 0 ? 0.1 : 0,
	syncDelay: seed % 2 === 0 ? {minUs: 1000, maxUs: 3000} : {minUs: 5000, maxUs: 20_000},
	entriesPerMessageMax: seed % 4 === 0 ? 2 : defaultSettings.entriesPerMessageMax,
	clients: {count: 1 + (seed % 5), ratePerS: 20},
});

const peace: readonly Command[] = [
	{type: 'clients', count: 0, ratePerS: 0},
	{type: 'faults', kinds: []},
	{type: 'heal'},
	{type: 'loss', rate: 0},
	{type: 'restart', node: 'all'},
	{type: 'resume', node: 'all'},
];

/** Play on, checked, and say what was found. */
function goOn(world: World, monitor: Monitor, timeUs: number): void {
	if (!monitor.advanceTo(world, timeUs)) {
		const {property, explanation} = monitor.violation!;
		throw new Error(`Seed "${world.settings.seed}": ${property}. ${explanation}`);
	}
}

test(`In ${seeds} seeds of random trouble nothing is broken, the history is linearizable, and the cluster converges`, () => {
	const struck = new Set<Command['type']>();
	const happened = new Map<EventType, number>();
	for (let seed = 1; seed <= seeds; seed++) {
		const settings = settingsOf(seed);
		const world = World.create(settings);
		const monitor = new Monitor(settings);
		perform(world, {type: 'faults', kinds: faultKinds});
		goOn(world, monitor, troubledUs);
		for (const command of peace) {
			perform(world, command); // What has ended by itself is refused
		}

		const deadlineUs = world.timeUs + convergenceUs;
		while (whyNotConverged(world) !== undefined) {
			assert.ok(world.timeUs < deadlineUs, `Seed "${settings.seed}" at its end: ${whyNotConverged(world)}`);
			goOn(world, monitor, world.timeUs + 50_000);
		}

		assert.equal(monitor.linearizability, 'ok', `Seed "${settings.seed}"`);
		for (let seq = 1; seq <= world.trace.length; seq++) {
			const type = world.trace.typeAt(seq)!;
			happened.set(type, (happened.get(type) ?? 0) + 1);
			if (type === 'command') {
				const event = world.trace.at(seq);
				struck.add(event?.type === 'command' ? event.command.type : 'say');
			}
		}
	}

	for (const type of ['partition', 'cut', 'loss', 'delay', 'crash', 'suspend', 'clock', 'disk'] as const) {
		assert.ok(struck.has(type), type);
	}

	for (const type of ['crash', 'restart', 'suspend', 'truncate', 'lost', 'refused', 'synced'] as const) {
		assert.ok((happened.get(type) ?? 0) > seeds / 10, `${type}: ${happened.get(type)}`);
	}

	const [ok, invoked] = [happened.get('ok') ?? 0, happened.get('invoke') ?? 0];
	assert.ok(ok > 0.9 * invoked, `The clients were told of ${ok} of their ${invoked} operations.`);
});
