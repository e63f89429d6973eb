/*
The Log panel: a row a node, a column an index. Colour is the term; solid is committed as far as that
node knows, underlined is not. The line below says what the picture means.
*/

import type {NodeState, Snapshot} from '../../lab/lab.js';
import {entryAt, type Log} from '../../raft/log.js';
import type {Leader} from '../../raft/server.js';
import {shortCommand} from '../../state-machine/key-value.js';
import type {View, Size} from '../frame.js';
import {span, type Line, type Span} from '../text.js';
import {openStyle, termStyle} from '../theme.js';
import {nodesText, rangeOf} from '../words.js';
import {glyphOf, isAwake, lookOf} from './nodes.js';

const cellWidth = 5;
const nameWidth = 6;

export type LogOptions = {
	/** How many columns before the newest the view ends. */
	readonly scroll: number;
	/** Whether styles can be seen; without, marks say what they would. */
	readonly hasStyles: boolean;
};

export function logView(snapshot: Snapshot, {width, height}: Size, {scroll, hasStyles}: LogOptions): View {
	const {nodes, leader} = snapshot;
	const logs = nodes.map(({server, persisted}) => (server ?? persisted).log);
	const newest = Math.max(...logs.map(({lastIndex}) => lastIndex));
	const columns = Math.max(1, Math.floor((width - nameWidth) / cellWidth));
	const last = Math.max(Math.min(newest, newest - scroll), Math.min(newest, columns));
	const first = Math.max(1, last - columns + 1);
	const hasScale = height > nodes.length;
	const hasNote = height > nodes.length + 1;
	const lines: Line[] = [];
	if (hasScale) {
		lines.push([span(' '.repeat(nameWidth)), ...indicesOf(first, last)]);
	}

	const reference = leader?.server?.log;
	for (const node of nodes) {
		lines.push(nodeLine(node, {first, last, reference, leaderId: leader?.id, hasStyles}));
	}

	if (hasNote) {
		lines.push([span(' '.repeat(nameWidth)), ...noteLine(snapshot)]);
	}

	const range = newest === 0 ? 'empty' : `index ${rangeOf(first, last)}${last < newest ? ` of ${newest}` : ''}`;
	const legend: Line = hasStyles
		? [span('  solid committed  ', 'dim'), span('underlined not', openStyle(leader?.server?.currentTerm ?? 1))]
		: [span('  ? not committed  ! differs from the leader', 'dim')];
	return {
		title: 'Log',
		remark: [span(range, 'dim'), ...(width >= 90 ? legend : [])],
		lines,
		scrollMax: Math.max(0, newest - columns),
	};
}

function indicesOf(first: number, last: number): Line {
	const spans: Span[] = [];
	for (let index = first; index <= last; index++) {
		spans.push(span(`${String(index).padStart(cellWidth - 1)} `, 'dim'));
	}

	return spans;
}

type Row = {
	readonly first: number;
	readonly last: number;
	/** The log of the leader, which the others are held against. */
	readonly reference: Log | undefined;
	readonly leaderId: number | undefined;
	readonly hasStyles: boolean;
};

function nodeLine(node: NodeState, {first, last, reference, leaderId, hasStyles}: Row): Line {
	const {id, server, persisted} = node;
	const {log} = server ?? persisted;
	const look = lookOf(node, leaderId);
	const glyph = glyphOf(node);
	const spans: Span[] = [span(`n${id} `, 'node'), span(`${glyph} `.padEnd(nameWidth - 3), look)];
	for (let index = first; index <= last; index++) {
		const entry = entryAt(log, index);
		if (entry === undefined) {
			spans.push(span(' '.repeat(cellWidth)));
			continue;
		}

		const isCommitted = server !== undefined && index <= server.commitIndex;
		const whole = shortCommand(entry.command);
		const text = whole.length < cellWidth ? whole : `${whole.slice(0, cellWidth - 2)}…`;
		const centred = text.length === 1 ? ` ${text}`.padEnd(cellWidth - 1) : text.padEnd(cellWidth - 1);
		spans.push(span(centred, isCommitted ? termStyle(entry.term) : openStyle(entry.term)));
		const other = reference && entryAt(reference, index);
		const differs = other !== undefined && other.term !== entry.term;
		spans.push(span(hasStyles ? ' ' : differs ? '!' : isCommitted ? ' ' : '?'));
	}

	return spans;
}

/** What an expert would point at: who cannot commit, and why; or what the newest entry waits for. */
export function noteLine(snapshot: Snapshot): Line {
	const {nodes, leader} = snapshot;
	const majority = Math.floor(nodes.length / 2) + 1;
	for (const {server, isSuspended} of nodes) {
		if (isSuspended && server?.role === 'leader') {
			return [
				span(
					`n${server.id} leads, and is suspended: nothing can commit until it resumes or another is elected`,
					'warn',
				),
			];
		}

		if (server?.role === 'leader' && reach(snapshot, server) < majority) {
			const {id, commitIndex, log} = server;
			const entries = log.lastIndex > commitIndex ? `: its ${count(commitIndex + 1, log.lastIndex)} cannot commit` : '';
			return [span(`n${id} leads a minority${entries}`, 'warn')];
		}
	}

	const server = leader?.server;
	if (server?.role !== 'leader') {
		const awake = nodes.filter((node) => isAwake(node)).length;
		const state = nodes.some(({isSuspended}) => isSuspended) ? 'running' : 'up';
		return [
			span(
				awake < majority
					? `no leader can be elected: ${awake} of ${nodes.length} are ${state}`
					: 'no leader: nothing can commit',
				'warn',
			),
		];
	}

	const {log, commitIndex, matchIndex, configuration} = server;
	const waiting = log.lastIndex;
	if (waiting === commitIndex) {
		return [span(`everything up to entry ${commitIndex} is committed`, 'dim')];
	}

	const holders = configuration.voters.filter((id) => matchIndex[id]! >= waiting);
	const missing = majority - holders.length;
	const words = missing <= 0 ? 'a majority' : `${missing} more for a majority`;
	return [span(`entry ${waiting} is known to be on ${nodesText(holders)}: ${words}`, 'good')];
}

const count = (from: number, to: number): string => `${from === to ? 'entry' : 'entries'} ${rangeOf(from, to)}`;

/** How many servers a leader can reach and be answered by, itself included. */
function reach({nodes, connects}: Snapshot, leader: Leader): number {
	return nodes.filter((node) => {
		const {id} = node;
		return id === leader.id || (isAwake(node) && connects(leader.id, id) && connects(id, leader.id));
	}).length;
}
