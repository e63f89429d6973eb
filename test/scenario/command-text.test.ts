import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {commandText, millisecondsText, nodeName, percentText, rangeText} from '../../source/scenario/command-text.js';
import {Network} from '../../source/simulation/network.js';
import type {Command} from '../../source/simulation/command.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {anyCommand, tried} from '../properties/session.js';

const written: ReadonlyArray<readonly [Command, string]> = [
	[{type: 'partition', groups: [[1, 2]]}, 'partition n1 n2 | rest'],
	[{type: 'partition', groups: [[3]]}, 'partition n3 | rest'],
	[{type: 'partition', groups: [[1], [2, 4]]}, 'partition n1 | n2 n4 | rest'],
	[
		{
			type: 'partition',
			groups: [
				[1, 2],
				[3, 4, 5],
			],
		},
		'partition n1 n2 | rest',
	],
	[{type: 'isolate', node: 3}, 'isolate n3'],
	[{type: 'isolate', node: 'leader'}, 'isolate leader'],
	[{type: 'rejoin', node: 3}, 'rejoin n3'],
	[{type: 'heal'}, 'heal'],
	[{type: 'loss', rate: 0}, 'loss 0%'],
	[{type: 'loss', rate: 0.2}, 'loss 20%'],
	[{type: 'loss', rate: 0.025}, 'loss 2.5%'],
	[{type: 'loss', rate: 0.07}, 'loss 7%'], // Seven hundredths times a hundred is a little more than seven
	[{type: 'loss', rate: 1}, 'loss 100%'],
	[{type: 'delay', delay: {minUs: 10_000, maxUs: 30_000}}, 'delay 10-30ms'],
	[{type: 'delay', delay: {minUs: 20_000, maxUs: 20_000}}, 'delay 20ms'],
	[{type: 'delay', delay: {minUs: 1250, maxUs: 3750}}, 'delay 1.25-3.75ms'],
	[{type: 'crash', node: 1}, 'crash n1'],
	[{type: 'crash', node: 'leader'}, 'crash leader'],
	[{type: 'restart', node: 1}, 'restart n1'],
	[{type: 'timeout', node: 2}, 'timeout n2'],
	[{type: 'write', key: 'x', value: '1', via: 'leader'}, 'write x=1'],
	[{type: 'write', key: 'x', value: '1', via: 4}, 'write x=1 via n4'],
];

test('A command is written as one would type it', () => {
	for (const [command, text] of written) {
		assert.equal(commandText(command, 5), text);
	}
});

test('Commands that do different things are written differently', () => {
	const effect = (command: Command): string => {
		const world = World.create(defaultSettings);
		world.advanceTo(1_000_000); // A leader has been elected
		world.hosts[2]!.server = undefined; // And somebody can be restarted
		const refusal = perform(world, command);
		const {network, trace} = world;
		return JSON.stringify([
			refusal,
			command.type,
			network.groups.map((group) => [...group].toSorted((a, b) => a - b)),
			[...network.isolated],
			network.lossRate,
			network.delay,
			refusal === undefined && 'node' in command && trace.at(trace.length),
		]);
	};

	fc.assert(
		fc.property(anyCommand, anyCommand, (one, other) => {
			const isOneName = !('node' in one && 'node' in other) || one.node === other.node;
			fc.pre(isOneName && one.type !== 'write' && commandText(one, 5) === commandText(other, 5));
			assert.equal(effect(one), effect(other));
		}),
		{...tried(60), maxSkipsPerRun: 1000},
	);
});

test('The sides of a partition are all that its text tells, in the order of their naming', () => {
	const anySides = fc
		.tuple(fc.shuffledSubarray([1, 2, 3, 4, 5], {minLength: 2}), fc.integer({min: 1, max: 4}))
		.map(([nodes, at]) => [nodes.slice(0, at), nodes.slice(at)].filter((side) => side.length > 0));
	fc.assert(
		fc.property(anySides, (groups) => {
			const text = commandText({type: 'partition', groups}, 5);
			const sides = text
				.replace('partition ', '')
				.split(' | ')
				.map((side) => side.split(' '));
			const named = new Set(sides.flat());
			const rest = [1, 2, 3, 4, 5].filter((id) => !named.has(nodeName(id)));
			const read = sides.map((side) => (side[0] === 'rest' ? rest : side.map((name) => Number(name.slice(1)))));
			const network = new Network(defaultSettings);
			network.groups = read;
			const original = new Network(defaultSettings);
			const left = [1, 2, 3, 4, 5].filter((id) => !groups.flat().includes(id));
			original.groups = [...groups, left].filter((side) => side.length > 0);
			for (let from = 1; from <= 5; from++) {
				for (let to = 1; to <= 5; to++) {
					assert.equal(network.connects(from, to), original.connects(from, to), text);
				}
			}
		}),
		tried(200),
	);
});

test('Rates and times are written without the noise of floating point', () => {
	assert.equal(percentText(0.1 + 0.2), '30%');
	assert.equal(percentText(0.555), '55.5%');
	assert.equal(millisecondsText(1), '0.001');
	assert.equal(millisecondsText(60_000_000), '60000');
	assert.equal(rangeText({minUs: 0, maxUs: 500}), '0-0.5ms');
	for (let step = 0; step <= 20; step++) {
		assert.equal(percentText(step / 20), `${step * 5}%`);
	}
});

test('What is written of a loss or a delay is what it is', () => {
	fc.assert(
		fc.property(fc.nat({max: 10_000}), fc.nat({max: 60_000_000}), (hundredths, timeUs) => {
			assert.equal(Number(percentText(hundredths / 10_000).replace('%', '')), hundredths / 100);
			assert.equal(Math.round(Number(millisecondsText(timeUs)) * 1000), timeUs);
		}),
		tried(300),
	);
});
