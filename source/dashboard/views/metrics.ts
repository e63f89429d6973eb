/*
The Metrics panel: how much the cluster gets done, how long its clients wait for it, and when nobody leads. Compact, each
as a sparkline of the latest time; zoomed, as charts of the whole run, with what was done to the cluster below them.
*/

import type {ClientCounts, NotableRecord} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';
import {grainUs, type Slice} from '../../lab/measurements.js';
import type {Command} from '../../simulation/command.js';
import {axisWidth, chartLines, ratioScale, linearScale, roundUp, type Area} from '../chart.js';
import type {Size, View} from '../frame.js';
import {lineOf, sparkline, type Cell} from '../sparkline.js';
import {packed, span, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {coveredText, latencyText, rateText, roleGlyphs} from '../words.js';

/** The compact panel is about so much of the latest time, where it has the room. */
const windowUs = 32_000_000;

/** Each of its columns is at the most so many fifths of a second. */
const togetherMax = 5;

/** As wide as `1.23 s` and `12,345`. */
const valueWidth = 6;

/** One line of the compact panel. */
type Row = {
	readonly label: string;
	readonly style: StyleName;
	readonly of: (slice: Slice) => number | undefined;
	/** What it comes to in all the time that is shown. */
	readonly value: (shown: Slice) => string;
};

const none = '–';

/** What the highest block stands for at least. */
const highestMin = 1;

const rows: readonly Row[] = [
	{
		label: 'commits/s',
		style: 'good',
		of: (slice) => perSecond(slice),
		value: (shown) => frequencyText(perSecond(shown) ?? 0),
	},
	{
		label: 'latency p95',
		style: 'warn',
		of: ({latency}) => latency?.p95,
		value: ({latency}) => (latency === undefined ? none : latencyText(latency.p95)),
	},
	{
		label: 'no leader',
		style: 'lost',
		of: (slice) => leaderlessShare(slice),
		value: ({leaderlessUs}) => `${(leaderlessUs / 1_000_000).toFixed(1)} s`,
	},
	{
		label: 'messages/commit',
		style: 'accent',
		of: (slice) => messagesPerCommit(slice),
		value: ({sent, commits}) => ratioText(sent, commits),
	},
	{
		label: 'elected',
		style: 'candidate',
		of: ({elections}) => elections,
		value: ({elections}) => countText(elections),
	},
];

/** Where there is little room. */
const shortLabels: Readonly<Record<string, string>> = {'messages/commit': 'msgs/commit'};
const roomyFrom = 44;

export function metricsView({measurements}: Snapshot, {width, height}: Size): View {
	const {timeUs} = measurements;
	const shownRows = rows.slice(0, height);
	const labelOf = ({label}: Row): string => (width < roomyFrom ? (shortLabels[label] ?? label) : label);
	const labelWidth = Math.max(...shownRows.map((row) => labelOf(row).length)) + 2;
	const columns = Math.max(1, width - labelWidth - valueWidth - 1);
	const wantedUs = Math.min(windowUs, timeUs + grainUs);
	const together = Math.min(togetherMax, Math.max(1, Math.floor(wantedUs / (columns * grainUs)))); // So that all columns are used as soon as can be
	const slices = measurements.recent(columns, together);
	const {fromUs} = slices[0]!;
	const shown = measurements.since(fromUs);
	const lines = shownRows.map((row): Line => {
		const values = slices.map((slice) => row.of(slice));
		const highest = Math.max(highestMin, ...values.map((value) => value ?? 0));
		const value = row.value(shown);
		return [
			span(labelOf(row).padEnd(labelWidth), 'dim'),
			...sparkline(values, highest, row.style),
			span(' '.repeat(columns - values.length + 1)),
			span(value.padStart(valueWidth), value === none ? 'dim' : 'bold'),
		];
	});
	return {title: 'Metrics', remark: [span(coveredText(fromUs, timeUs - fromUs), 'dim')], lines};
}

const durationUs = ({fromUs, untilUs}: Slice): number => untilUs - fromUs;

/** Of less than a fifth of a second nobody can say how much that is a second. */
const isShort = (slice: Slice): boolean => durationUs(slice) < grainUs;

const perSecond = (slice: Slice): number | undefined =>
	isShort(slice) ? undefined : (slice.commits * 1_000_000) / durationUs(slice);

const messagesPerCommit = ({sent, commits}: Slice): number | undefined => (commits === 0 ? undefined : sent / commits);

const leaderlessShare = (slice: Slice): number | undefined =>
	durationUs(slice) === 0 ? undefined : slice.leaderlessUs / durationUs(slice);

/** `1,204`. */
const countText = (count: number): string => Math.round(count).toLocaleString('en');

/** `7.8`, `24`. */
const frequencyText = (count: number): string => (count < 9.95 ? String(Number(count.toFixed(1))) : countText(count));

const ratioText = (numerator: number, denominator: number): string => {
	const ratio = numerator / denominator;
	return denominator === 0 ? none : ratio < 100 ? ratio.toFixed(1) : countText(ratio);
};

/** A chart takes its title and so many rows at least. */
const plotRowsMin = 3;

/** With less room the summary is kept short, and nothing explains the signs. */
const roomyRows = 16;

/** The time axis ends at one of these, times a power of ten of seconds: so it stands still while the run fills it. */
const axisEnds = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;
const axisEndUsMin = 2_000_000;

/** Between two times on the axis there are so many columns at least. */
const tickColumnsMin = 10;

export function zoomedMetricsView(snapshot: Snapshot, {width, height}: Size): View {
	const {measurements, notables} = snapshot;
	const {timeUs, totals} = measurements;
	const columns = Math.max(1, width - axisWidth);
	const endUs = Math.max(axisEndUsMin, roundUp((timeUs + grainUs) / 1_000_000, axisEnds) * 1_000_000);
	const columnUs = endUs / columns;
	const slices = measurements.whole(Math.max(1, Math.floor(timeUs / columnUs))); // Each has a column, or more
	const sliceUs = slices.length > 1 ? durationUs(slices[0]!) : grainUs;
	const places = Array.from({length: Math.floor(timeUs / columnUs) + 1}, (_, column) =>
		Math.min(slices.length - 1, Math.floor((column * columnUs) / sliceUs)),
	);
	const isRoomy = height >= roomyRows;
	const summary = packed(summaryParts(totals, snapshot.clients.counts), width).slice(0, isRoomy ? undefined : 2);
	const marks = marksOf(slices, notables, sliceUs);
	const below = [
		signsLine('leader', marks.leadership, places, marks.lasting),
		signsLine('faults', marks.faults, places),
		timeLine(columnUs, columns),
		...(isRoomy
			? packed(legendParts(marks), width - axisWidth, '  ').map((line) => [span(' '.repeat(axisWidth)), ...line])
			: []),
	];
	const room = Math.max(0, height - summary.length - below.length);
	const charts = chartsOf(slices, totals, places).slice(0, Math.floor(room / (plotRowsMin + 1)));
	const lines = [
		...summary,
		...charts.flatMap(({title, draw}, at) => {
			const rowsHere = Math.floor((room + at) / charts.length) - 1; // What is left over goes to the lower ones
			return [title, ...draw(rowsHere)];
		}),
		...below,
	].slice(0, height);
	return {title: 'Metrics', remark: [span(`whole run, in steps of ${tickText(sliceUs / 1_000_000)} s`, 'dim')], lines};
}

type Chart = {readonly title: Line; readonly draw: (height: number) => Line[]};

/**
The one that says most first.

@param places - By column, the slice that it shows.
*/
function chartsOf(slices: readonly Slice[], {latency, ...totals}: Slice, places: readonly number[]): readonly Chart[] {
	const valuesOf = (of: (slice: Slice) => number | undefined): ReadonlyArray<number | undefined> => {
		const values = slices.map((slice) => of(slice));
		return places.map((place) => values[place]);
	};

	const bars = (label: string, about: string, of: (slice: Slice) => number | undefined, style: StyleName): Chart => {
		const values = valuesOf(of);
		const highest = Math.max(0, ...values.map((value) => value ?? 0));
		return {
			title: [
				span(label, 'bold'),
				span(`  ${highest === 0 ? 'none yet' : `${about}${frequencyText(highest)} at the most`}`, 'dim'),
			],
			draw: (height) => chartLines([{values, style}], linearScale(highest), height, tickText),
		};
	};

	const areas: readonly Area[] = [
		{values: valuesOf((slice) => slice.latency?.p50), style: 'good'},
		{values: valuesOf((slice) => slice.latency?.p95), style: 'warn', shade: '▒'},
		{values: valuesOf((slice) => slice.latency?.p99), style: 'lost', shade: '░'},
	];
	const known = areas.flatMap(({values}) => values.filter((value) => value !== undefined));
	const scale =
		known.length === 0 ? ratioScale(10_000, 100_000) : ratioScale(Math.max(1, Math.min(...known)), Math.max(...known));
	const keys = (
		[
			['p50', '█', 'good'],
			['p95', '▒', 'warn'],
			['p99', '░', 'lost'],
		] as const
	).flatMap(([name, glyph, style]) => [
		span(`  ${glyph} `, style),
		span(`${name} ${latency === undefined ? none : latencyText(latency[name])}`),
	]);
	return [
		bars('commits/s', 'log entries, ', (slice) => perSecond(slice), 'good'),
		{
			title: [span('latency', 'bold'), ...keys],
			draw: (height) => chartLines(areas, scale, height, roundLatencyText),
		},
		bars(
			'messages/commit',
			`${ratioText(totals.sent, totals.commits)} over all, `,
			(slice) => messagesPerCommit(slice),
			'accent',
		),
	];
}

/** `20 ms`, `1 s`. */
const roundLatencyText = (us: number): string =>
	us < 1_000_000 ? `${tickText(us / 1000)} ms` : `${tickText(us / 1_000_000)} s`;

/** `1,000`, `2.5`. */
const tickText = (value: number): string => value.toLocaleString('en', {maximumFractionDigits: 2});

/**
What the whole run comes to.

@param byClients - How the operations of clients ended; the others were asked for by hand.
*/
function summaryParts(totals: Slice, byClients: Readonly<ClientCounts>): readonly Line[] {
	const {campaigns, elections, leaderlessUs, commits, sent, lost, latency, untilUs} = totals;
	const part = (label: string, value: string, style: StyleName = 'bold'): Line => [
		span(`${label} `, 'dim'),
		span(value, style),
	];
	const share = (count: number, of: number): string => (of === 0 ? '' : ` (${rateText(count / of)})`);
	const operations = (label: string, outcome: 'ok' | 'fail' | 'info', style: StyleName): Line => {
		const byHand = totals[outcome] - byClients[outcome];
		const counted = part(label, countText(totals[outcome]), totals[outcome] > 0 ? style : 'bold');
		return byHand === 0 ? counted : [...counted, span(` (${countText(byHand)} by hand)`, 'dim')];
	};

	// Alone, a node is elected before anybody sees it campaign
	const won = `${countText(elections)} of ${countText(Math.max(campaigns, elections))}`;
	return [
		part('campaigns won', won),
		part('no leader', `${latencyText(leaderlessUs)}${share(leaderlessUs, untilUs)}`),
		part('committed', countText(commits)),
		part('messages/commit', ratioText(sent, commits)),
		part('p50', latency === undefined ? none : latencyText(latency.p50)),
		part('p95', latency === undefined ? none : latencyText(latency.p95)),
		part('p99', latency === undefined ? none : latencyText(latency.p99)),
		part('messages', countText(sent)),
		part('lost', `${countText(lost)}${share(lost, sent)}`),
		operations('operations ok', 'ok', 'good'),
		operations('failed', 'fail', 'warn'),
		operations('unknown', 'info', 'warn'),
	];
}

/** Something that is marked below the charts. */
type Sign = {readonly glyph: string; readonly style: StyleName; readonly meaning: string};

/** Where several things fall on one column, the first of these is shown. */
const signs = {
	violation: {glyph: '!', style: 'alarm', meaning: 'broken promise'},
	crashed: {glyph: roleGlyphs.down, style: 'down', meaning: 'crash'},
	cut: {glyph: '┃', style: 'lost', meaning: 'cut off'},
	suspended: {glyph: roleGlyphs.suspended, style: 'suspended', meaning: 'suspended'},
	changed: {glyph: '~', style: 'warn', meaning: 'other conditions'},
	back: {glyph: '↺', style: 'follower', meaning: 'back up'},
	healed: {glyph: '✓', style: 'good', meaning: 'healed'},
	clients: {glyph: 'c', style: 'accent', meaning: 'clients'},
	elected: {glyph: roleGlyphs.leader, style: 'leader', meaning: 'elected'},
	campaign: {glyph: roleGlyphs.candidate, style: 'candidate', meaning: 'campaign'},
	leaderless: {glyph: '╌', style: 'lost', meaning: 'no leader'},
	led: {glyph: '━', style: 'leader', meaning: 'led'},
} as const satisfies Readonly<Record<string, Sign>>;

type SignName = keyof typeof signs;
const signNames = Object.keys(signs) as readonly SignName[];

const signOfCommand: Readonly<Partial<Record<Command['type'], SignName>>> = {
	partition: 'cut',
	isolate: 'cut',
	cut: 'cut',
	rejoin: 'healed',
	heal: 'healed',
	loss: 'changed',
	delay: 'changed',
	duplication: 'changed',
	link: 'changed',
	disk: 'changed',
	clock: 'changed',
	faults: 'changed',
	set: 'changed',
	clients: 'clients',
};

function signOf(notable: NotableRecord): SignName | undefined {
	switch (notable.type) {
		case 'command': {
			return signOfCommand[notable.event.command.type];
		}

		case 'crashed':
		case 'suspended':
		case 'violation':
		case 'campaign': {
			return notable.type;
		}

		case 'wiped': {
			return 'crashed';
		}

		case 'resumed':
		case 'restarted': {
			return 'back';
		}

		default: {
			return undefined;
		}
	}
}

/** By slice: what is shown where it begins, and on through it; and what was done, as far back as events are kept. */
type Marks = {
	readonly leadership: ReadonlyMap<number, SignName>;
	readonly lasting: ReadonlyMap<number, SignName>;
	readonly faults: ReadonlyMap<number, SignName>;
};

function marksOf(slices: readonly Slice[], notables: readonly NotableRecord[], sliceUs: number): Marks {
	const leadership = new Map<number, SignName>();
	const lasting = new Map<number, SignName>();
	const faults = new Map<number, SignName>();
	for (const notable of notables) {
		const name = signOf(notable);
		const at = Math.floor(notable.timeUs / sliceUs);
		if (name === 'campaign') {
			leadership.set(at, name);
		} else if (name !== undefined && signNames.indexOf(name) < signNames.indexOf(faults.get(at) ?? 'led')) {
			faults.set(at, name);
		}
	}

	for (const [at, slice] of slices.entries()) {
		const isElected = slice.elections > 0;
		const rest = !isElected && slice.leaderlessUs * 2 > durationUs(slice) ? 'leaderless' : 'led';
		lasting.set(at, rest);
		leadership.set(at, isElected ? 'elected' : (leadership.get(at) ?? rest));
	}

	return {leadership, lasting, faults};
}

/** A sign stands where its slice begins; what lasts, all along it. */
function signsLine(
	label: string,
	names: ReadonlyMap<number, SignName>,
	places: readonly number[],
	lasting?: ReadonlyMap<number, SignName>,
): Line {
	const cells = places.map((place, column): Cell => {
		const isBeginning = place !== places[column - 1];
		const name = (isBeginning ? names : lasting)?.get(place);
		return name === undefined ? [' '] : [signs[name].glyph, signs[name].style];
	});
	return [span(label.padStart(axisWidth - 2).padEnd(axisWidth), 'dim'), ...lineOf(cells)];
}

function legendParts({leadership, lasting, faults}: Marks): readonly Line[] {
	const met = new Set([...leadership.values(), ...lasting.values(), ...faults.values()]);
	return signNames
		.filter((name) => met.has(name) && name !== 'led')
		.map((name): Line => [span(signs[name].glyph, signs[name].style), span(` ${signs[name].meaning}`, 'dim')]);
}

/** Round times, each at its column. */
function timeLine(columnUs: number, columns: number): Line {
	const stepS = roundUp((tickColumnsMin * columnUs) / 1_000_000);
	let text = '';
	for (let seconds = 0; ; seconds += stepS) {
		const column = Math.round((seconds * 1_000_000) / columnUs);
		const label = `${tickText(seconds)} s`;
		if (column + label.length > columns) {
			break;
		}

		text = text.padEnd(column) + label;
	}

	return [span(' '.repeat(axisWidth)), span(text, 'dim')];
}
