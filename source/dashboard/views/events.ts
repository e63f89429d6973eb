/*
The Events panel: what happened that is worth telling. Newest first; zoomed, in all its words.
*/

import {contentText, namesText} from '../../explaining/event-text.js';
import type {NotableRecord} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';
import type {Entry, LogIndex} from '../../raft/vocabulary.js';
import {nodeName} from '../../scenario/command-text.js';
import type {Trace} from '../../simulation/trace.js';
import {matchesNotable, type Filter} from '../filter.js';
import type {Size} from '../frame.js';
import {fit, span, widthOf, wrap, type Line} from '../text.js';
import {notableLine, shortNotableWords} from '../words.js';
import {
	listRemark,
	markWidth,
	movedIn,
	noMatch,
	pointed,
	remarkRoom,
	standingOf,
	whenAndWho,
	type Listed,
	type ListCursor,
	type ListOptions,
	type ListView,
} from './lists.js';

const title = 'Events';

export function eventsView(
	snapshot: Snapshot,
	{width, height}: Size,
	{cursor, filter, isZoomed = false}: ListOptions = {},
): ListView {
	const list = matching(snapshot, filter);
	const {items} = list;
	const room = width - markWidth;
	const rowsAt = (at: number): readonly Line[] =>
		isZoomed ? wrappedRows(items[at]!, snapshot, room) : [briefRow(items[at]!, snapshot, room)];
	const heightAt = isZoomed ? (at: number) => rowsAt(at).length : undefined;
	const {top, selected, cursor: kept} = standingOf(list, cursor, height, heightAt);
	const lines: Line[] = [];
	for (let at = top; at >= 0 && lines.length < height; at--) {
		for (const row of cutTo(rowsAt(at), height - lines.length, room)) {
			lines.push(pointed(fit(row, room), at === selected));
		}
	}

	return {
		title,
		remark: listRemark(
			{filter, shown: items.length, all: snapshot.notables.length, newer: items.length - 1 - top},
			remarkRoom(title, width),
		),
		lines: filter !== undefined && items.length === 0 ? [noMatch('event', width)] : lines,
		cursor: kept,
	};
}

function matching({notables}: Snapshot, filter: Filter | undefined): Listed<NotableRecord> {
	return {
		items: filter === undefined ? notables : notables.filter((notable) => matchesNotable(filter, notable)),
		numberOf: ({seq}) => seq,
	};
}

/** The cursor after a step of so many events towards the older ones, of those that the filter lets through; the first step leads to the newest. */
export const movedEventBy = (
	steps: number,
	cursor: ListCursor | undefined,
	snapshot: Snapshot,
	filter?: Filter,
): ListCursor | undefined => movedIn(matching(snapshot, filter), steps, cursor);

const nameWidthIn = ({nodes}: Snapshot): number => nodeName(nodes.length).length;

function briefRow(notable: NotableRecord, snapshot: Snapshot, width: number): Line {
	const {node, words} = notableLine(notable);
	const rowOf = (some: Line): Line => whenAndWho(notable.timeUs, node, some, {nameWidth: nameWidthIn(snapshot)});
	const row = rowOf(words);
	return widthOf(row) <= width ? row : rowOf(shortNotableWords(notable));
}

/** As wide as `  1.250 ` and a blank after the name. */
const indentWithoutName = 9;

/** The line, and below it what there was no room for beside it. */
function wrappedRows(notable: NotableRecord, snapshot: Snapshot, width: number): readonly Line[] {
	const nameWidth = nameWidthIn(snapshot);
	const indent = indentWithoutName + nameWidth;
	const {node, words} = notableLine(notable);
	const rows =
		notable.type === 'violation'
			? [[...words, span(` ${notable.section}`, 'dim')], ...wrap([span(notable.explanation)], width - indent)]
			: wrap(fullWords(notable, words, snapshot.trace), width - indent);
	return rows.map((row, at): Line =>
		at === 0 ? whenAndWho(notable.timeUs, node, row, {decimals: 3, nameWidth}) : [span(' '.repeat(indent)), ...row],
	);
}

/** With the votes, or with the entries. */
function fullWords(notable: NotableRecord, words: Line, trace: Trace): Line {
	switch (notable.type) {
		case 'elected': {
			return [span(`elected, term ${notable.term}, with the votes of ${namesText(notable.voters)}`, 'leader')];
		}

		case 'committed': {
			const entries = committedEntries(notable, trace);
			return entries.length === 0 ? words : [...words, span(':', 'good'), ...entries.map((text) => span(` ${text}`))];
		}

		default: {
			return words;
		}
	}
}

/** So many entries are told one by one. */
const entriesTold = 12;

/** An append that lies further back than so many events is not looked for. */
const eventsSearched = 2000;

/** What was committed, `x=1 y=2 … 4 more`; nothing, unless all that is told of is still in the trace. */
function committedEntries(
	{node, from, to, seq}: NotableRecord & {readonly type: 'committed'},
	trace: Trace,
): readonly string[] {
	const last = Math.min(to, from + entriesTold - 1);
	const found = new Map<LogIndex, Entry>();
	const oldest = Math.max(trace.first, seq - eventsSearched);
	for (let at = seq; at >= oldest && found.size <= last - from; at--) {
		const event = trace.typeAt(at) === 'append' ? trace.at(at) : undefined;
		for (const entry of event?.type === 'append' && event.node === node ? event.entries : []) {
			if (entry.index >= from && entry.index <= last && !found.has(entry.index)) {
				found.set(entry.index, entry); // The latest one, should another have stood there before
			}
		}
	}

	if (found.size <= last - from) {
		return [];
	}

	const texts = Array.from({length: found.size}, (_, at) => contentText(found.get(from + at)!));
	return to > last ? [...texts, '…', `${to - last}`, 'more'] : texts;
}

/** What does not fit at the bottom ends in an ellipsis. */
function cutTo(rows: readonly Line[], height: number, width: number): readonly Line[] {
	if (rows.length <= height) {
		return rows;
	}

	return [...rows.slice(0, height - 1), fit([...rows[height - 1]!, span(' …', 'dim')], width)];
}
