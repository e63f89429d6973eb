import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
	nodesMin,
	parseColour,
	parseDelay,
	parseNodes,
	parsePercentage,
	parseSeed,
	parseSpeed,
} from '../../source/commands/flags.js';
import {didYouMean, UsageError} from '../../source/commands/usage-error.js';
import {rangeText} from '../../source/scenario/command-text.js';
import {nodesMax} from '../../source/scenario/limits.js';
import {tried} from '../properties/session.js';

type Flag = {
	readonly name: string;
	readonly parse: (text: string) => unknown;
	readonly allowed: ReadonlyArray<readonly [text: string, meaning: unknown]>;
	readonly refused: readonly string[];
};

const notNumbers = ['', ' ', 'x', 'five', '-1', '+5', '1e3', '0x5', 'NaN', 'Infinity', '1,5', '1.2.3', '5 5', '٣'];

const flags: readonly Flag[] = [
	{
		name: '--nodes',
		parse: parseNodes,
		allowed: [
			['3', 3],
			['5', 5],
			['9', 9],
			['25', 25],
			['03', 3],
		],
		refused: [...notNumbers, '0', '1', '2', '26', '5.5', '3.0', '999999999999999999999'],
	},
	{
		name: '--seed',
		parse: parseSeed,
		allowed: [
			['42', '42'],
			['0', '0'],
			['rapids-2', 'rapids-2'],
			['a_b.c', 'a_b.c'],
			['x'.repeat(32), 'x'.repeat(32)],
		],
		refused: ['', ' ', 'a b', 'x'.repeat(33), 'a/b', 'ä', '$(reboot)', '4\n2', '\u{1B}[31m'],
	},
	{
		name: '--loss',
		parse: (text) => parsePercentage('--loss', text),
		allowed: [
			['0', 0],
			['0%', 0],
			['10%', 0.1],
			['10', 0.1],
			['10 %', 0.1],
			['2.5%', 0.025],
			['.5', 0.005],
			['100%', 1],
		],
		refused: [...notNumbers, '140%', '100.1', '-5%', '%', '10%%', '10 percent', '1/2'],
	},
	{
		name: '--delay',
		parse: parseDelay,
		allowed: [
			['10-30ms', {minUs: 10_000, maxUs: 30_000}],
			['10-30', {minUs: 10_000, maxUs: 30_000}],
			['10 - 30 ms', {minUs: 10_000, maxUs: 30_000}],
			['10–30ms', {minUs: 10_000, maxUs: 30_000}],
			['20ms', {minUs: 20_000, maxUs: 20_000}],
			['20', {minUs: 20_000, maxUs: 20_000}],
			['0', {minUs: 0, maxUs: 0}],
			['0.5-1.25ms', {minUs: 500, maxUs: 1250}],
			['.5', {minUs: 500, maxUs: 500}],
			['60000ms', {minUs: 60_000_000, maxUs: 60_000_000}],
		],
		refused: [...notNumbers, '30-10ms', '10-', '-10', '10-20-30', '10s', '60001', '1-60000.1ms', 'ms', '10ms-30ms'],
	},
	{
		name: '--speed',
		parse: parseSpeed,
		allowed: [
			['1', 1],
			['0.1', 0.1],
			['0.1x', 0.1],
			['2X', 2],
			['.5x', 0.5],
			['100', 100],
			['0.000001', 0.000001],
		],
		refused: [...notNumbers, '0', '0x', '0.0', '100.1', '101', 'x', '1x2', '10%'],
	},
	{
		name: '--color',
		parse: (text) => parseColour(text, undefined),
		allowed: [
			['auto', undefined],
			['never', 0],
			['16', 1],
			['256', 2],
			['truecolor', 3],
		],
		refused: ['', 'always', 'blue', '8', 'Never', 'toString', '__proto__', '016'],
	},
];

/** What goes wrong with a text, if anything does. */
function failureOf({parse}: Flag, text: string): unknown {
	try {
		parse(text);
		return undefined;
	} catch (error) {
		return error;
	}
}

function refusalOf(flag: Flag, text: string): string {
	const failure = failureOf(flag, text);
	assert.ok(failure instanceof UsageError, `${flag.name} ${JSON.stringify(text)}: ${String(failure)}`);
	return failure.message;
}

for (const flag of flags) {
	test(`${flag.name} means what it says`, () => {
		for (const [text, meaning] of flag.allowed) {
			assert.deepEqual(flag.parse(text), meaning, text);
		}
	});

	test(`${flag.name} refuses the rest: it names itself, repeats what was typed and says what to type`, () => {
		for (const text of flag.refused) {
			const message = refusalOf(flag, text);
			assert.ok(message.startsWith(`${flag.name} must `), message);
			assert.ok(message.includes(`not "${text.replaceAll(/\p{Control}/gv, '�')}"`), message);
			assert.match(message, new RegExp(String.raw` Try ${flag.name} [\w%.\-]+(?: for [a-z ]+)?\.$`, 'v'));
		}
	});

	test(`What a refusal of ${flag.name} says to type is taken`, () => {
		for (const text of flag.refused) {
			const message = refusalOf(flag, text);
			const advice = new RegExp(String.raw`Try ${flag.name} (?<value>\S+?)(?: for .*)?\.$`, 'v').exec(message)!.groups![
				'value'
			]!;
			assert.equal(failureOf(flag, advice), undefined, message);
		}
	});

	test(`${flag.name} never fails in any other way, whatever is typed`, () => {
		const anyText = fc.oneof(
			fc.string({unit: 'binary', maxLength: 40}),
			fc.string({unit: fc.constantFrom(...'0123456789.-–%xms '), maxLength: 10}),
		);
		fc.assert(
			fc.property(anyText, (text) => {
				const failure = failureOf(flag, text);
				assert.ok(failure === undefined || failure instanceof UsageError, String(failure));
			}),
			tried(500),
		);
	});
}

test('Nodes are from three to as many as a scenario may have', () => {
	assert.deepEqual([nodesMin, nodesMax], [3, 25]);
	assert.equal(parseNodes(String(nodesMax)), nodesMax);
});

test('A delay that is turned around is refused with the delay that was meant', () => {
	assert.throws(() => parseDelay('30-10ms'), {
		message: '--delay must begin with the shorter time, not "30-10ms". Try --delay 10-30ms.',
	});
});

test('A delay as it is written on the screen can be typed', () => {
	fc.assert(
		fc.property(fc.nat({max: 60_000_000}), fc.nat({max: 60_000_000}), (one, other) => {
			const delay = {minUs: Math.min(one, other), maxUs: Math.max(one, other)};
			assert.deepEqual(parseDelay(rangeText(delay)), delay);
		}),
		tried(300),
	);
});

test('NO_COLOR counts if it is set to anything, unless colours are asked for', () => {
	assert.equal(parseColour(undefined, undefined), undefined);
	assert.equal(parseColour(undefined, ''), undefined);
	assert.equal(parseColour(undefined, '1'), 0);
	assert.equal(parseColour(undefined, '0'), 0);
	assert.equal(parseColour('auto', '1'), 0);
	assert.equal(parseColour('never', undefined), 0);
	assert.equal(parseColour('256', '1'), 2);
	assert.equal(parseColour('truecolor', '1'), 3);
});

test('A near miss is answered with what may have been meant, anything else with nothing', () => {
	const known = ['--nodes', '--seed', '--speed', '--paused', '--ascii'];
	assert.equal(didYouMean('--node', known), ' Did you mean --nodes?');
	assert.equal(didYouMean('--asci', known), ' Did you mean --ascii?');
	assert.equal(didYouMean('--speedy', known), ' Did you mean --speed?');
	assert.equal(didYouMean('--frobnicate', known), '');
	assert.equal(didYouMean('--anything', []), '');
});
