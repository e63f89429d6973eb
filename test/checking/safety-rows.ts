/*
Traces made by hand, row by row, as a checker reads them. An event's `seq` is its place in the list, from 1.
*/

import {SafetyChecker, type SafetySettings} from '../../source/checking/safety.js';
import {logOf} from '../../source/raft/log.js';
import type {Persisted} from '../../source/raft/server.js';
import type {Entry, Message} from '../../source/raft/vocabulary.js';
import type {Violation} from '../../source/simulation/event.js';
import {codeOf, type AppliedEntry} from '../../source/simulation/trace.js';
import type {Session} from '../../source/state-machine/key-value.js';

type Columns = readonly [type: number, node: number, first: number, second: number, payload?: unknown];
export type Row = (seq: number) => Columns;

/** `x=…` at an index, of a term. */
export function entry(index: number, term: number, value: string, session?: Session): Entry {
	const command = {type: 'write', key: 'x', value, ...(session !== undefined && {session})};
	return {index, term, command};
}

const row =
	(...columns: Columns): Row =>
	() =>
		columns;

export const follows = (node: number, term: number, leader = 0): Row => row(codeOf.role, node, term, leader << 2);
export const asks = (node: number, term: number): Row => row(codeOf.role, node, term, 1);
export const leads = (node: number, term: number): Row => row(codeOf.role, node, term, 2 | (node << 2));
export const votes = (node: number, term: number, votedFor: number): Row => row(codeOf.vote, node, term, votedFor);
export const appends = (node: number, ...entries: readonly Entry[]): Row =>
	row(codeOf.append, node, entries[0]!.index, entries.length, entries);
export const truncates = (node: number, from: number): Row => row(codeOf.truncate, node, from, 0);
/** Everything up to the event `upTo`, or all there has been. */
export const saves =
	(node: number, upTo?: number): Row =>
	(seq) => [codeOf.synced, node, upTo ?? seq - 1, 0];
export const commits = (node: number, index: number): Row => row(codeOf.commit, node, index, 0);
export function applies(node: number, applied: Entry, outcome: Partial<AppliedEntry> = {}): Row {
	const payload: AppliedEntry = {entry: applied, result: true, isRepeated: false, ...outcome};
	return row(codeOf.apply, node, applied.index, applied.term, payload);
}

export const crashes = (node: number): Row => row(codeOf.crash, node, 0, 0);
/** With what the disk gives back. */
export function restarts(node: number, currentTerm: number, log: readonly Entry[] = [], votedFor?: number): Row {
	const payload: Persisted = {currentTerm, votedFor, log: logOf(log)};
	return row(codeOf.restart, node, currentTerm, log.length, payload);
}

export const wipes = (node: number): Row => row(codeOf.wipe, node, 0, 0);
export const sends = (node: number, to: number, message: Message): Row =>
	row(codeOf.sent, node, to, 0, {from: node, to, message});

/** Each of these servers appends the entries and saves them: two rows a server. */
export const replicates = (nodes: readonly number[], ...entries: readonly Entry[]): readonly Row[] =>
	nodes.flatMap((node) => [appends(node, ...entries), saves(node)]);

/** Show a checker rows that come after `from` others. */
export function show(
	checker: SafetyChecker,
	rows: readonly Row[],
	from = 0,
): {violation: Violation | undefined; seq: number} {
	let seq = 0;
	for (const [at, columns] of rows.entries()) {
		const [type, node, first, second, payload] = columns(from + at + 1);
		checker.take(from + at + 1, type, node, first, second, payload);
		if (checker.violation !== undefined && seq === 0) {
			seq = from + at + 1;
		}
	}

	return {violation: checker.violation, seq};
}

export const judge = (rows: readonly Row[], settings: Partial<SafetySettings> = {}): ReturnType<typeof show> =>
	show(new SafetyChecker({nodes: 3, ...settings}), rows);
