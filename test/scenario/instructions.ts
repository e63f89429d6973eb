/*
Every instruction of the command language, at random: for whoever claims something of all of them.
*/

import fc from 'fast-check';
import {defaultWithinUs, comparisons, type LineInstruction} from '../../source/scenario/instruction.js';
import {faultKinds, type Command, type LinkSettings, type Selector} from '../../source/simulation/command.js';
import type {TimeRangeUs} from '../../source/simulation/settings.js';

const nodes = 5;

/** With a prototype, as what is parsed has one. */
const record = ((model: Record<string, fc.Arbitrary<unknown>>, constraints: Record<string, unknown> = {}) =>
	fc.record(model, {...constraints, noNullPrototype: true})) as typeof fc.record;

export const anyServer = fc.integer({min: 1, max: nodes});

export const anySelector: fc.Arbitrary<Selector> = fc.oneof(
	anyServer,
	fc.constantFrom<Selector>('leader', 'followers', 'rest', 'all', 'majority', 'minority', 'random'),
);

/** Those that people type, and those that only arithmetic brings forth. */
export const anyRate = fc.oneof(
	fc.nat({max: 1000}).map((thousandths) => thousandths / 1000),
	fc.double({min: 0, max: 1, noNaN: true}).map((rate) => rate + 0), // Without the negative zero
);

const anyTimeUs = fc.oneof(
	fc.nat({max: 100}).map((ms) => ms * 1000),
	fc.nat({max: 10_000_000}),
	fc.maxSafeNat().map((us) => us % 1e12),
);

export const anyRange: fc.Arbitrary<TimeRangeUs> = fc
	.tuple(anyTimeUs, anyTimeUs)
	.map(([one, other]) => ({minUs: Math.min(one, other), maxUs: Math.max(one, other)}));

/** Plain words, and everything that has a meaning of its own somewhere. */
const anyText = fc.oneof(
	fc.constantFrom(
		'x',
		'1',
		'via',
		'on',
		'',
		' ',
		'"',
		'\\',
		'"two words"',
		'a=b',
		'a, b',
		'#1',
		'say: x',
		'- x',
		'|',
		'->',
	),
	fc.constantFrom(
		'ключ',
		'👋🏽',
		'\u{D800}',
		'\u{2028}',
		'\u{0}',
		'\u{9B}31m',
		'\n',
		'a\r\nb',
		'\u{FEFF}',
		' x ',
		',x',
		'null',
		'{',
		'[x]',
		'&a',
		'*a',
		'!x',
		'%',
	),
	fc.string({unit: 'grapheme', maxLength: 12}),
	fc.string({unit: 'binary', maxLength: 12}),
);

const anyFactor = (min: number) =>
	fc.oneof(fc.constantFrom(0.1, 0.5, 1, 1.5, 2, 100), fc.double({min, max: 100, noNaN: true}));

const anyLink: fc.Arbitrary<LinkSettings | undefined> = fc.option(
	record({lossRate: anyRate, duplicateRate: anyRate, delay: anyRange}, {requiredKeys: []}).filter(
		(link) => Object.keys(link).length > 0,
	),
	{nil: undefined},
);

const typed = <const Type extends string>(...types: readonly Type[]) => fc.constantFrom(...types);

/** As the World takes them, but that servers and messages may not be there. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
	record({
		type: typed('partition'),
		groups: fc.array(fc.array(anySelector, {minLength: 1, maxLength: 4}), {minLength: 1, maxLength: 3}),
	}),
	record({
		type: typed('isolate', 'rejoin', 'crash', 'restart', 'wipe', 'suspend', 'resume', 'timeout'),
		node: anySelector,
	}),
	record({type: typed('cut'), from: anySelector, to: anySelector, isOneWay: fc.boolean()}),
	record({type: typed('heal'), between: fc.tuple(anySelector, anySelector)}, {requiredKeys: ['type']}),
	record({type: typed('heal'), only: typed('partition')}),
	record({type: typed('loss', 'duplication'), rate: anyRate}),
	record({type: typed('delay'), delay: anyRange}),
	record({type: typed('link'), from: anySelector, to: anySelector, isOneWay: fc.boolean(), link: anyLink}),
	record({type: typed('drop', 'hold', 'release', 'duplicate'), message: fc.integer({min: 1})}),
	record({type: typed('clock'), node: anySelector, rate: anyFactor(0.01)}),
	record({
		type: typed('disk'),
		node: anySelector,
		condition: fc.oneof(
			record({kind: typed('ok', 'failing', 'full', 'lying')}),
			record({kind: typed('slow'), delay: anyRange}),
		),
	}),
	record({type: typed('write'), key: anyText, value: anyText, via: anySelector}),
	record({type: typed('read', 'delete'), key: anyText, via: anySelector}),
	record({type: typed('cas'), key: anyText, expected: anyText, value: anyText, via: anySelector}),
	fc.oneof(
		record({
			type: typed('clients'),
			count: fc.integer({min: 1, max: 1000}),
			ratePerS: fc.oneof(fc.integer({min: 1, max: 200}), fc.double({min: 0.001, max: 100_000, noNaN: true})),
		}),
		record({type: typed('clients'), count: fc.constant(0), ratePerS: fc.constantFrom(0, 20)}),
	),
	record({type: typed('faults'), kinds: fc.oneof(fc.shuffledSubarray([...faultKinds]), fc.constant(faultKinds))}),
	record({
		type: typed('set'),
		setting: typed('election-timeout'),
		range: anyRange.filter(({minUs}) => minUs > 0),
	}),
	record({type: typed('set'), setting: typed('heartbeat'), everyUs: anyTimeUs.filter((us) => us > 0)}),
	record({type: typed('say', 'mark'), text: anyText}),
);

const anyServers = fc.array(anyServer, {minLength: 1, maxLength: 4});

const anyWait: fc.Arbitrary<LineInstruction> = record({
	type: typed('wait'),
	condition: fc.oneof(
		record({type: typed('leader'), among: fc.option(anyServers, {nil: undefined})}),
		record({type: typed('new leader', 'no leader', 'converged')}),
		record({type: typed('committed'), index: fc.nat()}),
		record({type: typed('applied'), index: fc.nat(), on: fc.oneof(anyServers, fc.constant('all' as const))}),
	),
	withinUs: fc.oneof(fc.constant(defaultWithinUs), anyTimeUs),
});

const anyExpect: fc.Arbitrary<LineInstruction> = record({
	type: typed('expect'),
	expectation: fc.oneof(
		record({type: typed('safe', 'linearizable', 'converged', 'no leader')}),
		record({type: typed('leader'), node: fc.option(anyServer, {nil: undefined})}),
		record({type: typed('role'), node: anyServer, role: typed('follower', 'candidate', 'leader', 'down')}),
		record({type: typed('term', 'committed'), comparison: fc.constantFrom(...comparisons), than: fc.nat()}),
		record({type: typed('value'), key: anyText, value: fc.option(anyText, {nil: undefined})}),
		record({
			type: typed('violation'),
			property: fc.constantFrom('leader-completeness', 'state-machine-safety', 'linearizability'),
		}),
	),
});

export const anyInstruction: fc.Arbitrary<LineInstruction> = fc.oneof(
	{arbitrary: anyCommand, weight: 6},
	{arbitrary: anyWait, weight: 2},
	{arbitrary: anyExpect, weight: 2},
	record({type: typed('speed'), factor: anyFactor(0.000001)}),
	record({type: typed('sleep'), us: anyTimeUs}),
);
