/*
The Clients panel: what each client has asked for, and what came of it. Compact, the latest operation of each; zoomed, all
that is known of it, and the operations that are over, newest first. What was asked for by hand stands here too.
*/

import {operationText} from '../../explaining/event-text.js';
import type {Snapshot} from '../../lab/lab.js';
import type {OperationRecord} from '../../lab/operations.js';
import {nodeName} from '../../scenario/command-text.js';
import type {Size, View} from '../frame.js';
import {fit, joined, padded, span, spread, widthOf, wrap, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {latencyText, secondsText} from '../words.js';
import {clampScroll} from './lists.js';

/** The latest operation of a client is at least so wide; where two have room, they stand beside each other. */
const cellWidthMin = 22;
const cellGap = 2;

export function clientsView(snapshot: Snapshot, {width, height}: Size): View {
	const {operations, timeUs} = snapshot;
	if (isIdle(snapshot)) {
		const byHand = operations[0]!.toReversed().map((record) => latestLine(record, timeUs, width));
		return {
			title: 'Clients',
			remark: loadLine(snapshot),
			lines: [...howToStart(width), ...byHand].slice(0, height),
		};
	}

	const inRow = width >= 2 * cellWidthMin + cellGap ? 2 : 1;
	const cellWidth = Math.floor((width - (inRow - 1) * cellGap) / inRow);
	const latest = operations.slice(1).flatMap((records) => records.slice(-1));
	const rowsMax = Math.max(0, height - 1);
	const places = rowsMax * inRow;
	const shown = latest.length <= places ? latest : latest.slice(0, Math.max(1, places - 1));
	const cells = shown.map((record) => latestLine(record, timeUs, cellWidth));
	if (shown.length < Math.min(latest.length, places)) {
		cells.push(fit([span(`and ${latest.length - shown.length} more`, 'dim')], cellWidth));
	}

	const rows = Math.min(rowsMax, Math.ceil(cells.length / inRow));
	const lines = Array.from({length: rows}, (_, row) =>
		joined([cells[row]!, cells[row + rows] ?? []], ' '.repeat(cellGap)),
	);
	return {
		title: 'Clients',
		remark: loadLine(snapshot),
		lines: [...lines, countsLine(snapshot, width)].slice(0, height),
	};
}

/** What is known of an operation, in the order of the columns. */
const headings = {
	when: 'begun',
	who: 'client',
	operation: 'operation',
	outcome: 'outcome',
	latency: 'latency',
	attempts: 'tries',
	node: 'node',
};

/** As wide as `12345.678`, `by hand`, `✗ not 1234`, `12.3 s`, and their headings, with a gap. */
const widths = {when: 11, who: 8, outcome: 12, latency: 9, attempts: 6, node: 4};
const operationWidthMin = 12;
const operationWidthMax = 40;

export function zoomedClientsView(snapshot: Snapshot, {width, height}: Size, scroll: number): View {
	const {operations, timeUs} = snapshot;
	const byHand = operations[0]!.filter(({state}) => state === 'open');
	const latest = [...byHand, ...operations.slice(1).flatMap((records) => records.slice(-1))];
	const over = operations
		.flat()
		.filter(({state}) => state !== 'open')
		.toSorted((a, b) => (a.endedUs === b.endedUs ? b.op - a.op : b.endedUs! - a.endedUs!));
	const row = (record: OperationRecord) => (): Line => operationLine(record, timeUs, width);
	const blank = (): Line => [];
	const drawn: ReadonlyArray<() => Line> = [
		...(isIdle(snapshot) ? howToStart(width).map((line) => (): Line => line) : [() => countsLine(snapshot, width)]),
		...(latest.length > 0 ? [blank, () => headingLine(width), ...latest.map((record) => row(record))] : []),
		...(over.length > 0 ? [blank, (): Line => [span('What is over, newest first', 'bold')]] : []),
		...(latest.length === 0 && over.length > 0 ? [() => headingLine(width)] : []),
		...over.map((record) => row(record)),
	];
	const from = clampScroll(scroll, drawn.length, height);
	const more = drawn.length - from - height;
	return {
		title: 'Clients',
		remark: more > 0 ? [span(`↓ ${more} more lines (PgDn)`, 'warn')] : loadLine(snapshot),
		lines: drawn.slice(from, from + height).map((draw) => draw()),
		scrollMax: Math.max(0, drawn.length - height),
	};
}

/** Whether no client has ever asked for anything. */
const isIdle = ({clients, operations}: Snapshot): boolean => clients.count === 0 && operations.length === 1;

const howToStart = (width: number): Line[] =>
	wrap([span('No clients run. Four of them: ', 'dim'), span(':clients', 'key'), span(' 4 at 20/s', 'key')], width);

/** `4 at 20/s · 2 waiting`, or that only commands have asked for anything. */
function loadLine(snapshot: Snapshot): Line {
	const {count, ratePerS, open} = snapshot.clients;
	const load = count === 0 ? 'stopped' : `${count} at ${Number(ratePerS.toFixed(2))}/s`;
	const byHand = snapshot.operations[0]!.length === 0 ? 'none' : 'by hand';
	return [span(isIdle(snapshot) ? byHand : `${load} · ${open} waiting`, 'dim')];
}

/** In words, or in signs where there is no room for words. */
function countsLine({clients: {counts}}: Snapshot, width: number): Line {
	const counted = (label: string, count: number, style: StyleName): Line => [
		span(`${label} ${count.toLocaleString('en')}`, count === 0 ? 'dim' : style),
	];
	const parts = ([ok, fail, info]: readonly [string, string, string]): readonly Line[] => [
		counted(ok, counts.ok, 'good'),
		counted(fail, counts.fail, 'lost'),
		counted(info, counts.info, 'warn'),
	];
	const words = joined(parts(['ok', 'failed', 'unknown']));
	return widthOf(words) <= width ? words : fit(joined(parts(['✓', '✗', '?']), '  '), width);
}

/** `c1`; whoever gives commands has no number. */
const whoText = (client: number): string => (client === 0 ? 'by hand' : `c${client}`);

/** `read x → 7`: with what was read, if anything was. */
const askedText = ({operation, state, result}: OperationRecord): string =>
	operation.type === 'read' && state === 'ok'
		? `${operationText(operation)} → ${result === undefined ? '∅' : String(result)}`
		: operationText(operation);

/** How long it took, or takes up to now. */
const durationUs = ({begunUs, endedUs}: OperationRecord, timeUs: number): number => (endedUs ?? timeUs) - begunUs;

/** An operation of a client in a cell: what was asked for, and what came of it. */
function latestLine(record: OperationRecord, timeUs: number, width: number): Line {
	const duration = latencyText(durationUs(record, timeUs));
	const [text, style] = outcomeOf(record);
	const outcome: Line =
		record.state === 'open'
			? [span(` … ${duration}`, 'accent')]
			: [span(text === '✓' ? ` ✓ ${duration}` : ` ${text}`, style)];
	const who = record.client === 0 ? '' : `${whoText(record.client)} `;
	const asked: Line = [span(who, 'node'), span(askedText(record))];
	const reason: Line = isRefused(record) ? [span(` ✗ ${failureText(record)}`, style)] : outcome;
	return spread(asked, widthOf(asked) + widthOf(reason) <= width ? reason : outcome, width);
}

/** Who gives a command asks once, and it has failed as soon as a node refuses it; a client asks others, and gives up. */
const isRefused = ({client, state, node}: OperationRecord): boolean =>
	client === 0 && state === 'fail' && node !== undefined;

const failureText = ({failure, node}: OperationRecord): string =>
	failure === 'crashed' ? `${nodeName(node!)} crashed` : `refused by ${nodeName(node!)}`;

function outcomeOf({state, result, operation}: OperationRecord): readonly [text: string, style: StyleName] {
	switch (state) {
		case 'open': {
			return ['… waits', 'accent'];
		}

		case 'ok': {
			return operation.type === 'cas' && result === false ? [`✗ not ${operation.expected}`, 'warn'] : ['✓', 'good'];
		}

		case 'fail': {
			return ['✗ failed', 'lost'];
		}

		case 'info': {
			return ['? unknown', 'warn'];
		}
	}
}

/** What the columns leave to the operation itself, and whether there is room to say when it began. */
function roomFor(width: number): {readonly hasWhen: boolean; readonly operationWidth: number} {
	const {when, ...others} = widths;
	let left = width;
	for (const column of Object.values(others)) {
		left -= column;
	}

	const hasWhen = left - when >= operationWidthMin;
	return {hasWhen, operationWidth: Math.max(1, Math.min(operationWidthMax, hasWhen ? left - when : left))};
}

function headingLine(width: number): Line {
	const {hasWhen, operationWidth} = roomFor(width);
	const {when, who, operation, outcome, latency, attempts, node} = headings;
	const text = [
		hasWhen ? padded(when.padStart(widths.when - 2), widths.when) : '',
		padded(who, widths.who),
		padded(operation, operationWidth),
		padded(outcome, widths.outcome),
		padded(latency.padStart(widths.latency - 2), widths.latency),
		padded(attempts, widths.attempts),
		node,
	].join('');
	return fit([span(text, 'dim')], width);
}

function operationLine(record: OperationRecord, timeUs: number, width: number): Line {
	const {client, begunUs, attempts, node} = record;
	const {hasWhen, operationWidth} = roomFor(width);
	const [text, style] = outcomeOf(record);
	const outcome = isRefused(record) ? `✗ ${record.failure!}` : text;
	const isDone = outcome === '✓';
	const duration = latencyText(durationUs(record, timeUs)).padStart(widths.latency - 2);
	const cell = (line: Line, cellWidth: number): Line => [...fit(line, cellWidth - 1), span(' ')];
	const columns: Line = [
		...(hasWhen ? [span(padded(secondsText(begunUs).padStart(widths.when - 2), widths.when), 'dim')] : []),
		...cell([span(whoText(client), 'node')], widths.who),
		...cell([span(askedText(record))], operationWidth),
		...cell([span(isDone ? '✓ done' : outcome, style)], widths.outcome),
		...cell([span(duration, record.state === 'open' ? 'accent' : undefined)], widths.latency),
		...cell(
			[span(String(attempts).padStart(headings.attempts.length), attempts > 1 ? 'warn' : 'dim')],
			widths.attempts,
		),
		span(node === undefined ? '' : nodeName(node)),
	];
	return fit(columns, width);
}
