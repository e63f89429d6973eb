/*
The Nodes panel's rows: each server's state in the words of Figure 2, its timer, and what is wrong with the
machine that it runs on. `nodesTable` lays them out.
*/

import type {NodeState, Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import {nodeName} from '../../scenario/command-text.js';
import type {DiskCondition} from '../../simulation/command.js';
import {termOf} from '../../simulation/host.js';
import {span, type Line} from '../text.js';
import {durationText, roleGlyphs} from '../words.js';

/** One server, ready to be shown: text only. */
export type NodeRow = {
	readonly node: string;
	readonly role: string;
	readonly term: string;
	readonly voted: string;
	readonly last: string;
	readonly commit: string;
	readonly applied: string;
	readonly next: string;
	readonly match: string;
};

/** How a whole row is to be seen. */
export type RowLook = 'leader' | 'deposed' | 'candidate' | 'follower' | 'down' | 'suspended';

export type NodeColumn = keyof NodeRow;

export function nodeRow(node: NodeState, snapshot: Snapshot): NodeRow {
	const {id, server, persisted} = node;
	const {currentTerm, votedFor, log} = server ?? persisted;
	const leader = snapshot.leader?.server;
	const follows = leader?.role === 'leader' && leader.id !== id;
	return {
		node: `n${id}`,
		role: `${glyphOf(node)} ${roleText(node, snapshot)}`,
		term: String(currentTerm),
		voted: votedFor === undefined ? '–' : `n${votedFor}`,
		last: String(log.lastIndex),
		commit: server === undefined ? '–' : String(server.commitIndex),
		applied: server === undefined ? '–' : String(server.lastApplied),
		next: follows ? String(leader.nextIndex[id]) : '',
		match: follows ? String(leader.matchIndex[id]) : '',
	};
}

/** A leader whose term is over by now is told from the one that leads. */
const roleText = (node: NodeState, snapshot: Snapshot): string =>
	isDeposed(node, snapshot) ? 'ex-leader' : (node.server?.role ?? 'down');

export function lookOf(node: NodeState, snapshot: Snapshot): RowLook {
	const {server, isSuspended} = node;
	if (server === undefined) {
		return 'down';
	}

	if (isSuspended) {
		return 'suspended';
	}

	return isDeposed(node, snapshot) ? 'deposed' : server.role;
}

/** Whether a node leads a term that is over: somebody leads a later one, or so many are in a later one that the others are no majority. */
export const isDeposed = ({id, server}: NodeState, {leader, nodes}: Snapshot): boolean =>
	server?.role === 'leader' &&
	(leader?.id !== id || nodes.filter((node) => termOf(node) <= server.currentTerm).length * 2 <= nodes.length);

/** Its role, unless it plays none at the moment. */
export const glyphOf = ({server, isSuspended}: NodeState): string =>
	roleGlyphs[server === undefined ? 'down' : isSuspended ? 'suspended' : server.role];

/** So many neighbours are named one by one; of more, the first and the last. */
const namedMax = 3;

/** `n1 n2 n7–n12`: servers in ascending order. */
export function listed(ids: readonly ServerId[]): string {
	const names: string[] = [];
	for (let at = 0; at < ids.length;) {
		let end = at;
		while (ids[end + 1] === ids[end]! + 1) {
			end++;
		}

		const run = ids.slice(at, end + 1).map((id) => nodeName(id));
		names.push(...(run.length > namedMax ? [`${run[0]!}–${run.at(-1)!}`] : run));
		at = end + 1;
	}

	return names.join(' ');
}

/** What a disk does, in so many words. */
export const diskText = (disk: DiskCondition): string =>
	disk.kind === 'slow' ? `slow ${durationText(disk.delay)}` : disk.kind;

export const clockText = (rate: number): string => `${Number(rate.toFixed(3))}x`;

/** What is wrong with a node's machine: in full, and in the fewest words. Empty, if nothing is. */
export function machineText({disk, clockRate}: NodeState): {readonly long: string; readonly short: string} {
	const isDiskWrong = disk.kind !== 'ok';
	const clocks = clockRate === 1 ? [] : [clockText(clockRate)];
	return {
		long: [...(isDiskWrong ? [`disk ${diskText(disk)}`] : []), ...clocks.map((clock) => `clock ${clock}`)].join(' · '),
		short: [...(isDiskWrong ? [disk.kind] : []), ...clocks].join(' '),
	};
}

/** Key by key, in the order in which they were first written. */
export const storeText = ({store}: NodeState): string => [...store].map(([key, value]) => `${key}=${value}`).join(' ');

export const timerCells = 5;

/** With more time left than this a gauge would seem to stand still. */
const gaugeUsMax = 2_000_000;

/** The election timer running down, as the panel and the ring show it; blank for whoever has none. */
export function timerLine({server, timer}: NodeState, timeUs: number): Line {
	if (server === undefined || timer?.kind !== 'election') {
		return [span(' '.repeat(timerCells))];
	}

	const leftUs = Math.max(0, timer.dueUs - timeUs);
	if (leftUs > gaugeUsMax) {
		return [span(longTimeText(leftUs).padStart(timerCells), 'dim')];
	}

	const left = leftUs / (timer.dueUs - timer.setUs);
	const filled = Math.min(timerCells, Math.ceil(left * timerCells));
	return [
		span('▰'.repeat(filled), filled <= timerCells / 3 ? 'warn' : 'dim'),
		span('▱'.repeat(timerCells - filled), 'dim'),
	];
}

/** In five columns at the most: `9.8 s`, `58.2s`, `120 s`, `17 m`. */
function longTimeText(timeUs: number): string {
	const seconds = timeUs / 1_000_000;
	return seconds < 9.95
		? `${seconds.toFixed(1)} s`
		: seconds < 99.95
			? `${seconds.toFixed(1)}s`
			: seconds < 999.5
				? `${seconds.toFixed(0)} s`
				: `${(seconds / 60).toFixed(0)} m`;
}
