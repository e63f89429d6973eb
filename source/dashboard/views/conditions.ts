/*
Everything that is not as it should be, or that somebody has chosen to be so: the network, the servers and
their machines, messages that are held, and the clients. In one line for the header; in full for who zooms the Cluster.
*/

import {namesText} from '../../explaining/event-text.js';
import type {NodeState, Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import {nodeName} from '../../scenario/command-text.js';
import {faultKinds, type LinkSettings} from '../../simulation/command.js';
import {defaultSettings} from '../../simulation/settings.js';
import {fit, joined, span, widthOf, wrap, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {durationText, rateText} from '../words.js';
import {clockText, diskText, listed} from './nodes.js';

/** One thing that is so: in full, and in as few words as say it. */
export type Condition = {
	readonly label: string;
	readonly long: Line;
	readonly short: Line;
	/** Whether nobody misses it where there is no room for it. */
	readonly isUsual: boolean;
};

const meterCells = 10;

/** The most lasting first, so that what comes and goes does not move the others. */
export function conditionsOf(snapshot: Snapshot): readonly Condition[] {
	return [
		...networkConditions(snapshot),
		...linkConditions(snapshot),
		...serverConditions(snapshot),
		...workConditions(snapshot),
	];
}

const plainCondition = (label: string, text: string, style?: StyleName, isUsual = false): Condition => ({
	label,
	long: [span(text, style)],
	short: [span(text, style)],
	isUsual,
});

/** Of so many things the names are said where there is little room; more are counted. */
const namedMax = 3;

/** One that lists things; `names` are the things without what there is to say about them. */
function listing(
	label: string,
	items: readonly string[],
	style: StyleName,
	{gap = ' ', names = items}: {gap?: string; names?: readonly string[]} = {},
): Condition[] {
	if (items.length === 0) {
		return [];
	}

	const short = names.length <= namedMax ? names.join(' ') : String(names.length);
	return [{label, long: [span(items.join(gap), style)], short: [span(short, style)], isUsual: false}];
}

function networkConditions({delay, lossRate, duplicateRate, groups, isolated, nodes}: Snapshot): Condition[] {
	const filled = Math.round(lossRate * meterCells);
	const {minUs, maxUs} = defaultSettings.delay;
	const isUsual = delay.minUs === minUs && delay.maxUs === maxUs;
	const loss = span(rateText(lossRate), lossRate > 0 ? 'warn' : undefined);
	const conditions: Condition[] = [
		plainCondition('delay', durationText(delay), undefined, isUsual),
		{
			label: 'loss',
			long: [span('▮'.repeat(filled), 'warn'), span('▯'.repeat(meterCells - filled), 'dim'), span(' '), loss],
			short: [loss],
			isUsual: lossRate === 0,
		},
	];
	if (duplicateRate > 0) {
		conditions.push(plainCondition('duplicate', rateText(duplicateRate), 'warn'));
	}

	if (groups.length > 0) {
		const sides = sidesLine(groups, nodes.length);
		conditions.push({label: 'partition', long: sides, short: sides, isUsual: false});
	}

	return [
		...conditions,
		...listing(
			'isolated',
			[...isolated].map((id) => nodeName(id)),
			'lost',
		),
	];
}

/** `n1 n2 ┃ n3 n4 n5`: what nothing gets between; the side that is a majority differs. */
export const sidesLine = (sides: ReadonlyArray<readonly ServerId[]>, nodes: number): Line =>
	sides.flatMap((side, at): Line => [
		...(at === 0 ? [] : [span(' ┃ ', 'lost')]),
		span(namesText(side), side.length * 2 > nodes ? 'good' : 'warn'),
	]);

function linkConditions({cuts, links}: Snapshot): Condition[] {
	const isCut = (from: ServerId, to: ServerId): boolean => cuts.some(([a, b]) => a === from && b === to);
	const cutTexts = cuts.flatMap(([from, to]) =>
		isCut(to, from) ? (from < to ? [linkText(from, to, '↔')] : []) : [linkText(from, to, '→')],
	);
	const own = links.map(([from, to, link]) => ({from, to, text: settingsText(link)}));
	const different = own.flatMap(({from, to, text}) => {
		const isBothWays = own.some((other) => other.from === to && other.to === from && other.text === text);
		return isBothWays && from > to ? [] : [{link: linkText(from, to, isBothWays ? '↔' : '→'), text}];
	});
	return [
		...listing('cut', cutTexts, 'lost'),
		...listing(
			'link',
			different.map(({link, text}) => `${link} ${text}`),
			'warn',
			{gap: ', ', names: different.map(({link}) => link)},
		),
	];
}

const linkText = (from: ServerId, to: ServerId, sign: string): string => `${nodeName(from)}${sign}${nodeName(to)}`;

function settingsText({lossRate, delay, duplicateRate}: LinkSettings): string {
	return [
		...(lossRate === undefined ? [] : [`loss ${rateText(lossRate)}`]),
		...(delay === undefined ? [] : [`delay ${durationText(delay)}`]),
		...(duplicateRate === undefined ? [] : [`duplicate ${rateText(duplicateRate)}`]),
	].join(' ');
}

function serverConditions({nodes, held}: Snapshot): Condition[] {
	const down = nodes.filter(({server}) => server === undefined);
	const suspended = nodes.filter(({isSuspended}) => isSuspended);
	const clocks = nodes.filter(({clockRate}) => clockRate !== 1);
	const disks = nodes.filter(({disk}) => disk.kind !== 'ok');
	const names = (some: typeof nodes): readonly string[] => some.map(({id}) => nodeName(id));
	return [
		...listing('down', names(down), 'down'),
		...listing('suspended', names(suspended), 'suspended'),
		...machineCondition(
			'clock',
			clocks,
			nodes.length,
			({clockRate}) => clockText(clockRate),
			() => 'drift',
		),
		...machineCondition(
			'disk',
			disks,
			nodes.length,
			({disk}) => diskText(disk),
			({disk}) => disk.kind,
		),
		...listing(
			'held',
			[...held].toSorted((a, b) => a - b).map((id) => `#${id}`),
			'suspended',
		),
	];
}

/** What is wrong with the clocks or the disks: nodes with the same are named together, and where there is little room what it is in a word. */
function machineCondition(
	label: string,
	nodes: readonly NodeState[],
	total: number,
	textOf: (node: NodeState) => string,
	kindOf: (node: NodeState) => string,
): Condition[] {
	if (nodes.length === 0) {
		return [];
	}

	const grouped = (keyOf: (node: NodeState) => string, nameOf: (ids: readonly ServerId[]) => string): string =>
		[...Map.groupBy(nodes, (node) => keyOf(node))]
			.map(([key, group]) => `${nameOf(group.map(({id}) => id))} ${key}`)
			.join(', ');
	const nameAll = (ids: readonly ServerId[]): string => (ids.length === total ? 'all' : listed(ids));
	const nameFew = (ids: readonly ServerId[]): string =>
		ids.length === total || ids.length <= namedMax ? nameAll(ids) : String(ids.length);
	const isOneKind = new Set(nodes.map((node) => kindOf(node))).size === 1;
	const isFew = nodes.length <= namedMax && !isOneKind;
	const short = isFew ? namesText(nodes.map(({id}) => id)) : grouped(kindOf, isOneKind ? nameFew : countOf);
	return [{label, long: [span(grouped(textOf, nameAll), 'warn')], short: [span(short, 'warn')], isUsual: false}];
}

const countOf = (ids: readonly ServerId[]): string => String(ids.length);

function workConditions({faults, clients}: Snapshot): Condition[] {
	const conditions: Condition[] = [];
	if (faults.length > 0) {
		const isAll = faults.length === faultKinds.length;
		const short = isAll ? 'on' : faults.length === 1 ? faults[0]! : `${faults.length} kinds`;
		conditions.push({
			label: 'random faults',
			long: [span(isAll ? 'on' : faults.join(' '), 'warn')],
			short: [span(short, 'warn')],
			isUsual: false,
		});
	}

	const {count, ratePerS, open, counts} = clients;
	if (count > 0 || open > 0) {
		const work = count === 0 ? 'off' : `${count} at ${Number(ratePerS.toFixed(2))}/s`;
		const {ok, fail, info} = counts;
		conditions.push({
			label: 'clients',
			long: [
				span(work, 'accent'),
				span(`  ${open} open  `, 'dim'),
				span(`${ok} ok`, 'good'),
				...(fail > 0 ? [span(`  ${fail} failed`, 'warn')] : []),
				...(info > 0 ? [span(`  ${info} unknown`, 'warn')] : []),
			],
			short: [span(work, 'accent')],
			isUsual: false,
		});
	}

	return conditions;
}

const said = ({label}: Condition, value: Line): Line => [span(`${label} `, 'dim'), ...value];

/**
As much as fits into one line.

First what is said at length gives way, from the last on; then what is as usual; then what matters least is
counted only, and the zoomed Cluster has it all.
*/
export function conditionLine(conditions: readonly Condition[], width: number): Line {
	const usual = conditions.filter(({isUsual}) => isUsual);
	const others = conditions.filter(({isUsual}) => !isUsual);
	const order = [...usual, ...others.toReversed()];
	const shortened = new Set<Condition>();
	const lineOf = (some: readonly Condition[], gap: string): Line => [
		span(' '),
		...joined(
			some.map((condition) => said(condition, shortened.has(condition) ? condition.short : condition.long)),
			gap,
		),
	];
	for (let at = 0; ; at++) {
		const line = lineOf(conditions, at === 0 ? ' '.repeat(3) : ' '.repeat(2));
		if (widthOf(line) <= width) {
			return fit(line, width);
		}

		if (at === order.length) {
			break;
		}

		shortened.add(order[at]!);
	}

	for (let left = 0; left <= others.length; left++) {
		const dropped = new Set(others.toSorted((a, b) => rankOf(b) - rankOf(a)).slice(0, left));
		const shown = others.filter((condition) => !dropped.has(condition));
		const more = left === 0 ? [] : [span(`${shown.length === 0 ? '' : '  '}+${left} more`, 'warn')];
		const line = [...lineOf(shown, '  '), ...more];
		if (widthOf(line) <= width) {
			return fit(line, width);
		}
	}

	return fit([], width);
}

/** What changes most comes first: it is said even where there is room for little. */
const ranks: readonly string[] = [
	'partition',
	'down',
	'isolated',
	'suspended',
	'cut',
	'held',
	'disk',
	'clock',
	'loss',
	'duplicate',
	'link',
	'random faults',
	'delay',
	'clients',
];

const rankOf = ({label}: Condition): number => ranks.indexOf(label);

const labelWidth = 14;

/** Every one in full, one below the other. */
export function conditionLines(conditions: readonly Condition[], width: number): Line[] {
	const isNarrow = width < 44;
	return conditions.flatMap((condition): Line[] =>
		isNarrow
			? wrap(said(condition, condition.long), width - 1).map((line, at) => [span(at === 0 ? '' : ' '), ...line])
			: wrap(condition.long, width - labelWidth).map((line, at) => [
					span((at === 0 ? condition.label : '').padEnd(labelWidth), 'dim'),
					...line,
				]),
	);
}
