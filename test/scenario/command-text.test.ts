import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {commandText, millisecondsText, percentText, rangeText, timeText} from '../../source/scenario/command-text.js';
import type {LineInstruction} from '../../source/scenario/instruction.js';
import {commandNames, parseCommand} from '../../source/scenario/parse-command.js';
import {faultKinds} from '../../source/simulation/command.js';
import {tried} from '../properties/session.js';
import {anyInstruction} from './instructions.js';

const written: ReadonlyArray<readonly [LineInstruction, string]> = [
	[{type: 'partition', groups: [[1, 2]]}, 'partition n1 n2'],
	[{type: 'partition', groups: [[1], [2, 'leader'], ['rest']]}, 'partition n1 | n2 leader | rest'],
	[{type: 'isolate', node: 'leader'}, 'isolate leader'],
	[{type: 'rejoin', node: 3}, 'rejoin n3'],
	[{type: 'cut', from: 1, to: 'followers', isOneWay: false}, 'cut n1 followers'],
	[{type: 'cut', from: 1, to: 2, isOneWay: true}, 'cut n1 -> n2'],
	[{type: 'heal'}, 'heal'],
	[{type: 'heal', between: [1, 2]}, 'heal n1 n2'],
	[{type: 'heal', only: 'partition'}, 'heal partition'],
	[{type: 'loss', rate: 0}, 'loss 0%'],
	[{type: 'loss', rate: 0.025}, 'loss 2.5%'],
	[{type: 'loss', rate: 0.07}, 'loss 7%'], // Seven hundredths times a hundred is a little more than seven
	[{type: 'loss', rate: 1}, 'loss 100%'],
	[{type: 'delay', delay: {minUs: 10_000, maxUs: 30_000}}, 'delay 10-30ms'],
	[{type: 'delay', delay: {minUs: 20_000, maxUs: 20_000}}, 'delay 20ms'],
	[{type: 'delay', delay: {minUs: 1250, maxUs: 3750}}, 'delay 1.25-3.75ms'],
	[{type: 'duplication', rate: 0.05}, 'duplicate 5%'],
	[{type: 'duplicate', message: 381}, 'duplicate #381'],
	[{type: 'drop', message: 381}, 'drop #381'],
	[
		{
			type: 'link',
			from: 1,
			to: 2,
			isOneWay: true,
			link: {lossRate: 0.5, delay: {minUs: 200_000, maxUs: 200_000}, duplicateRate: 0.05},
		},
		'link n1 -> n2 loss 50% delay 200ms duplicate 5%',
	],
	[{type: 'link', from: 1, to: 2, isOneWay: false, link: undefined}, 'link n1 n2 default'],
	[{type: 'wipe', node: 'random'}, 'wipe random'],
	[{type: 'clock', node: 2, rate: 1.5}, 'clock n2 1.5x'],
	[{type: 'disk', node: 2, condition: {kind: 'slow', delay: {minUs: 20_000, maxUs: 20_000}}}, 'disk n2 slow 20ms'],
	[{type: 'disk', node: 2, condition: {kind: 'lying'}}, 'disk n2 lying'],
	[{type: 'write', key: 'x', value: '1', via: 'leader'}, 'write x=1'],
	[{type: 'write', key: 'x', value: 'two words', via: 4}, 'write x="two words" via n4'],
	[{type: 'read', key: 'x', via: 2}, 'read x via n2'],
	[{type: 'cas', key: 'x', expected: '1', value: '', via: 'leader'}, 'cas x 1 ""'],
	[{type: 'clients', count: 4, ratePerS: 20}, 'clients 4 at 20/s'],
	[{type: 'clients', count: 0, ratePerS: 0}, 'clients off'],
	[{type: 'faults', kinds: faultKinds}, 'faults on'],
	[{type: 'faults', kinds: ['crash', 'partition']}, 'faults crash partition'],
	[{type: 'faults', kinds: []}, 'faults off'],
	[{type: 'set', setting: 'heartbeat', everyUs: 50_000}, 'set heartbeat 50ms'],
	[
		{type: 'set', setting: 'election-timeout', range: {minUs: 150_000, maxUs: 300_000}},
		'set election-timeout 150-300ms',
	],
	[{type: 'say', text: 'Now: the "leader" is cut off, #1'}, 'say Now: the "leader" is cut off, #1'],
	[{type: 'mark', text: ' padded '}, 'mark " padded "'],
	[{type: 'speed', factor: 0.1}, 'speed 0.1x'],
	[{type: 'sleep', us: 500_000}, 'wait 500ms'],
	[
		{type: 'wait', condition: {type: 'leader', among: [3, 4]}, withinUs: 2_000_000},
		'wait leader among n3 n4 within 2s',
	],
	[{type: 'wait', condition: {type: 'applied', index: 5, on: 'all'}, withinUs: 10_000_000}, 'wait applied 5 on all'],
	[{type: 'expect', expectation: {type: 'term', comparison: '>', than: 3}}, 'expect term > 3'],
	[{type: 'expect', expectation: {type: 'value', key: 'x', value: undefined}}, 'expect no value x'],
];

test('A command is written as one would type it', () => {
	for (const [command, text] of written) {
		assert.equal(commandText(command), text);
	}
});

test('What is written of a command is read back as exactly that command', () => {
	const seen = new Set<string>();
	fc.assert(
		fc.property(anyInstruction, (instruction) => {
			const text = commandText(instruction);
			seen.add(text.split(' ', 1)[0]!);
			assert.deepEqual(parseCommand(text, 5), instruction, text);
		}),
		tried(3000),
	);
	assert.deepEqual([...seen].toSorted(), commandNames.toSorted()); // What the arbitrary leaves out would not be tested
});

test('A rate is written in full and read exactly, whatever arithmetic it came from', () => {
	assert.equal(percentText(0.555), '55.5%');
	assert.equal(percentText(0.1 + 0.2), '30.000000000000004%');
	assert.equal(percentText(1e-9), '0.0000001%');
	for (let step = 0; step <= 20; step++) {
		assert.equal(percentText(step / 20), `${step * 5}%`);
	}
});

test('Times are written in the unit that suits them', () => {
	assert.equal(millisecondsText(1), '0.001');
	assert.equal(millisecondsText(60_000_000), '60000');
	assert.equal(rangeText({minUs: 0, maxUs: 500}), '0-0.5ms');
	assert.deepEqual(
		[0, 1, 500_000, 999_999, 1_000_000, 12_345_678, 1e12].map((us) => timeText(us)),
		['0s', '0.001ms', '500ms', '999.999ms', '1s', '12.345678s', '1000000s'],
	);
});
