/*
The Log's picture: a row a node, a cell an entry, and above and below it what belongs to a whole column.

A cell's colour is the entry's term; solid is committed as far as that node knows, underlined is not. A node that is
down knows of no commits: its entries, as they are on its disk, are neither. Where no colour says it, the entry's term
stands before it: `2:x=1` is committed, `2?x=1` is not, `2 x=1` is on the disk of a node that is down. What follows an
entry is the leader's opinion: `!` differs from its own, `┃` ends what it knows to match, `›` is before what it would
send next.
*/

import type {NodeState, Snapshot} from '../../lab/lab.js';
import {entryAt, lastPosition, type Log} from '../../raft/log.js';
import {paperRules} from '../../raft/rules.js';
import type {Leader} from '../../raft/server.js';
import type {LogIndex, ServerId, Term} from '../../raft/vocabulary.js';
import {logOf} from '../../simulation/host.js';
import {shortCommand} from '../../state-machine/key-value.js';
import {shortened, span, textWidth, type Line, type Span} from '../text.js';
import {diskStyle, openStyle, termStyle, type StyleName} from '../theme.js';
import {glyphOf, lookOf} from './nodes.js';

/** An entry to look at, or the place where a node might have one. */
export type LogCursor = {readonly node: ServerId; readonly index: LogIndex};

/** Which entries are shown, and how. */
export type Grid = {
	readonly first: LogIndex;
	readonly last: LogIndex;
	/** Of a node's name and role, and of what stands before the other lines. */
	readonly nameWidth: number;
	/** What an entry's content may take, and before it the digits of its term; none, where the colour says it. */
	readonly contentWidth: number;
	readonly termWidth: number;
	/** Whose log the others are held against. */
	readonly leader: Leader | undefined;
	readonly cursor: LogCursor | undefined;
};

/** As wide as `n12 ○ ` where there are so many nodes, and a column for a mark before the first entry. */
export const nameWidthOf = (nodes: number): number => `n${nodes} ○ `.length + 1;

/** The entry, its term with a sign after it, and a column for marks. */
export const cellWidthOf = ({contentWidth, termWidth}: Pick<Grid, 'contentWidth' | 'termWidth'>): number =>
	contentWidth + (termWidth === 0 ? 0 : termWidth + 1) + 1;

export const newestIndex = ({nodes}: Snapshot): LogIndex => Math.max(...nodes.map((node) => logOf(node).lastIndex));

export function leaderIn({leader}: Snapshot): Leader | undefined {
	return leader?.server?.role === 'leader' ? leader.server : undefined;
}

/** How many are a majority. */
export const majorityOf = (nodes: number): number => Math.floor(nodes / 2) + 1;

/** The highest index that a leader knows to be on a majority. */
export function majorityIndex({configuration, matchIndex}: Leader): LogIndex {
	const matched = configuration.voters.map((id) => matchIndex[id]!).toSorted((a, b) => b - a);
	return matched[majorityOf(matched.length) - 1]!;
}

/** The leader's log; where nobody leads, the one that the most others would vote for (§5.4.1). */
export function referenceLog(snapshot: Snapshot): Log {
	const leader = leaderIn(snapshot);
	if (leader !== undefined) {
		return leader.log;
	}

	let best = logOf(snapshot.nodes[0]!);
	for (const node of snapshot.nodes) {
		const log = logOf(node);
		best = paperRules.isUpToDate(lastPosition(best), lastPosition(log)) ? best : log;
	}

	return best;
}

/** Every index above its entries; `▲` is on a majority, `✓` the leader has committed. */
export function scaleLine(grid: Grid): Line {
	const {first, last, nameWidth, leader, cursor} = grid;
	const cellWidth = cellWidthOf(grid);
	const majority = leader && majorityIndex(leader);
	const spans: Span[] = [span(' '.repeat(nameWidth))];
	for (let index = first; index <= last; index++) {
		const mark = index === leader?.commitIndex ? '✓' : index === majority ? '▲' : ' ';
		const style = index === cursor?.index ? 'key' : 'dim';
		spans.push(span(String(index).padStart(cellWidth - 1), style), span(mark, 'good'));
	}

	return spans;
}

/** A node and its entries. */
export function nodeLine(node: NodeState, snapshot: Snapshot, grid: Grid): Line {
	const {id} = node;
	const {first, last, nameWidth, cursor} = grid;
	const spans: Span[] = [
		span(`n${id}`.padEnd(nameWidth - 3), 'node'),
		span(`${glyphOf(node)} `, lookOf(node, snapshot)),
		gapAfter(first - 1, node, grid),
	];
	for (let index = first; index <= last; index++) {
		const isChosen = cursor?.node === id && cursor.index === index;
		if (isChosen) {
			spans[spans.length - 1] = span('❯', 'key');
		}

		spans.push(...cell(index, node, grid, isChosen));
	}

	return spans;
}

function cell(index: LogIndex, node: NodeState, grid: Grid, isChosen: boolean): readonly Span[] {
	const {server} = node;
	const {contentWidth, termWidth, leader} = grid;
	const width = cellWidthOf(grid) - 1;
	const entry = entryAt(logOf(node), index);
	const gap = gapAfter(index, node, grid);
	if (entry === undefined) {
		return [span(' '.repeat(width), isChosen ? 'selected' : undefined), gap];
	}

	const {term, command} = entry;
	const {sign, styleOf} = knowledgeOf(index, server);
	const whole = shortCommand(command);
	const content = shortened(whole.length === 1 ? ` ${whole}` : whole, contentWidth);
	const shown = `${termWidth === 0 ? '' : `${String(term).padStart(termWidth)}${sign}`}${content}`;
	const used = textWidth(shown);
	const style = isChosen ? 'selected' : styleOf(term);
	const held = leader && entryAt(leader.log, index);
	if (held === undefined || held.term === term) {
		return [span(`${shown}${' '.repeat(width - used)}`, style), gap];
	}

	const blanks = ' '.repeat(Math.max(0, width - used - 1));
	return [
		span(shown, style),
		span('!', isChosen ? 'selected' : 'warn'),
		...(used === width ? [] : [span(blanks, isChosen ? 'selected' : undefined), gap]),
	];
}

/** How it is seen whether a server knows an entry to be committed; one that is down knows nothing of that (Figure 2). */
const knowledgeOf = (
	index: LogIndex,
	server: NodeState['server'],
): {readonly sign: string; readonly styleOf: (term: Term) => StyleName} =>
	server === undefined
		? {sign: ' ', styleOf: diskStyle}
		: index <= server.commitIndex
			? {sign: ':', styleOf: termStyle}
			: {sign: '?', styleOf: openStyle};

/** What the leader thinks of a follower's log, between two of its entries. */
function gapAfter(index: LogIndex, {id}: NodeState, {leader}: Grid): Span {
	if (leader === undefined || leader.id === id) {
		return span(' ');
	}

	return index === leader.matchIndex[id]
		? span('┃', 'good')
		: index === leader.nextIndex[id]! - 1
			? span('›', 'accent')
			: span(' ');
}

/** Where each term begins in a log. */
export function termLine(log: Log, grid: Grid): Line {
	const {first, last, nameWidth} = grid;
	const cellWidth = cellWidthOf(grid);
	const spans: Span[] = [span('terms'.padEnd(nameWidth), 'dim')];
	let index = first;
	while (index <= last) {
		const term = entryAt(log, index)?.term;
		const from = index;
		while (index <= last && entryAt(log, index)?.term === term) {
			index++;
		}

		const width = (index - from) * cellWidth;
		if (term !== undefined) {
			const label = shortened(String(term), width - 1);
			spans.push(span(label, termStyle(term)), span(' '.repeat(width - label.length)));
		}
	}

	return spans;
}

/** The terms of the entries shown, in ascending order. */
export function termsShown(nodes: readonly NodeState[], {first, last}: Grid): readonly Term[] {
	const terms = new Set<Term>();
	for (const node of nodes) {
		const log = logOf(node);
		for (let index = first; index <= Math.min(last, log.lastIndex); index++) {
			terms.add(entryAt(log, index)!.term);
		}
	}

	return [...terms].toSorted((a, b) => a - b);
}

/** Each on its colour. */
export const termChips = (terms: readonly Term[]): Line =>
	terms.length === 0
		? []
		: [span('terms', 'dim'), ...terms.flatMap((term) => [span(' '), span(String(term), termStyle(term))])];

/** What the signs mean of which there are any in the picture, in the order in which they are to stand, and the most needed first. */
export function legend(
	picture: readonly Line[],
	{leader}: Grid,
	hasColours: boolean,
): {readonly signs: readonly Line[]; readonly mostNeeded: readonly Line[]; readonly noOp: Line} {
	const spans = picture.flat();
	const has = (...marks: readonly string[]): boolean => spans.some(({text}) => marks.includes(text));
	const hasStyle = (pattern: RegExp): boolean => spans.some(({style}) => style !== undefined && pattern.test(style));
	const part = (isThere: boolean, text: string): Line => (isThere ? [span(text, 'dim')] : []);
	// What comes and goes with every write stands in pairs, so that the words keep still.
	const hasEntries = hasStyle(/^(?:term|open|selected)/v);
	const committed = part(hasEntries, hasColours ? 'solid known committed' : '1:x known committed');
	const open =
		hasEntries && hasColours
			? [span('underlined not', openStyle(leader?.currentTerm ?? 1))]
			: part(hasEntries, '1?x not');
	const differs = part(leader !== undefined && has('!'), `! not n${leader?.id}’s`);
	const down = part(hasStyle(/^disk/v), '✗ on disk');
	const known = part(has('┃', '›'), '┃ match › next');
	const scale = part(has('▲', '✓'), '▲ majority ✓ commit');
	const hasNoOp = spans.some(({text}) => text.trimEnd().endsWith(' ·'));
	const noOp = part(hasNoOp, '· no-op');
	return {
		signs: [committed, open, differs, down, known, scale, noOp],
		mostNeeded: [committed, differs, down, known, open, scale],
		noOp,
	};
}
