/*
The Messages panel: what was said, and what became of it. Newest first; zoomed, with all that the selected one says.
*/

import type {MessageRecord} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';
import type {Message} from '../../raft/vocabulary.js';
import {logOf, termOf} from '../../simulation/host.js';
import {matchesMessage, type Filter} from '../filter.js';
import type {Size} from '../frame.js';
import {fit, span, widthOf, type Line} from '../text.js';
import {fateLine, messageText, secondsText} from '../words.js';
import {
	listRemark,
	movedIn,
	noMatch,
	pointed,
	remarkRoom,
	markWidth,
	standingOf,
	type Listed,
	type ListCursor,
	type ListOptions,
	type ListView,
} from './lists.js';
import {messageDetails, messageStyle} from './message-details.js';

const title = 'Messages';

/** Messages are counted over so much of the latest virtual time. */
const rateWindowUs = 1_000_000;

/** As wide as `✗ partition`. */
const fateWidth = 11;

/** Beside the longest message there is room for more entries, or for saying whose copy it is. */
const spareWidth = 16;

/** In fewer rows there is no room for all that a message says. */
const detailsFrom = 14;

export function messagesView(
	snapshot: Snapshot,
	{width, height}: Size,
	{cursor, filter, isZoomed = false}: ListOptions = {},
): ListView {
	const list = matching(snapshot, filter);
	const {items} = list;
	const hasDetails = isZoomed && height >= detailsFrom && cursor !== undefined && items.length > 0;
	const detailsHeight = hasDetails ? Math.max(9, Math.min(18, Math.floor(height / 3))) : 0;
	const listHeight = height - detailsHeight;
	const standing = standingOf(list, cursor, listHeight);
	const {top, selected} = standing;
	const newer = items.length - 1 - top;
	const lines = listLines(items, standing, snapshot, {width, height: listHeight});
	if (hasDetails) {
		const blank = Array.from({length: listHeight - lines.length}, (): Line => []);
		lines.push(...blank, ...messageDetails(items[selected!]!, snapshot, {width, height: detailsHeight}));
	}

	return {
		title,
		remark:
			newer > 0 || filter !== undefined
				? listRemark({filter, shown: items.length, all: snapshot.messages.length, newer}, remarkRoom(title, width))
				: [span(`${sentLately(snapshot)}/s · ${snapshot.inFlight} in flight`, 'dim')],
		lines: filter !== undefined && items.length === 0 ? [noMatch('message', width)] : lines,
		cursor: standing.cursor,
	};
}

function matching(snapshot: Snapshot, filter: Filter | undefined): Listed<MessageRecord> {
	const {messages} = snapshot;
	return {
		items: filter === undefined ? messages : messages.filter((record) => matchesMessage(filter, record, snapshot)),
		numberOf: ({flight}) => flight.id,
	};
}

/** The cursor after a step of so many messages towards the older ones, of those that the filter lets through; the first step leads to the newest. */
export const movedBy = (
	steps: number,
	cursor: ListCursor | undefined,
	snapshot: Snapshot,
	filter?: Filter,
): ListCursor | undefined => movedIn(matching(snapshot, filter), steps, cursor);

function listLines(
	messages: readonly MessageRecord[],
	{top, selected}: {readonly top: number; readonly selected: number | undefined},
	snapshot: Snapshot,
	{width, height}: Size,
): Line[] {
	const columns = columnsFor(width, messages[top]?.flight.id ?? 0, snapshot);
	const lines: Line[] = [];
	for (let at = top; at >= 0 && lines.length < height; at--) {
		lines.push(pointed(messageLine(messages[at]!, snapshot, columns, width - markWidth), at === selected));
	}

	return lines;
}

/** How the room of a line is shared out. */
type Columns = {
	readonly numberWidth: number;
	readonly arrow: string;
	readonly routeWidth: number;
	readonly textOf: (message: Message) => string;
	/** Of all but the fate, which stands so near that the eye finds it. */
	readonly leftWidth: number;
};

/** The wording is the longest in which even the longest message can be said whole; that one is selected must not change it. */
function columnsFor(width: number, highestNumber: number, snapshot: Snapshot): Columns {
	const numberWidth = `#${highestNumber}`.length;
	const arrow = width >= 80 ? ' → ' : '→';
	const routeWidth = `n1${arrow}n${snapshot.nodes.length} `.length;
	const others = `${secondsText(snapshot.timeUs)} `.length + numberWidth + 1 + routeWidth + typeWidth;
	const room = width - markWidth - others - fateWidth - 1;
	const longest = longestIn(snapshot);
	const textOf = [messageText, shorterText].find((text) => text(longest).length <= room) ?? shortestText;
	return {numberWidth, arrow, routeWidth, textOf, leftWidth: others + textOf(longest).length + spareWidth};
}

/** A heartbeat of the highest term and the longest log there is. */
function longestIn({nodes}: Snapshot): Message {
	const term = Math.max(...nodes.map((node) => termOf(node)));
	const index = Math.max(...nodes.map((node) => logOf(node).lastIndex));
	return {
		type: 'AppendEntries',
		term,
		leaderId: 1,
		prevLogIndex: index,
		prevLogTerm: term,
		entries: [],
		leaderCommit: index,
	};
}

/** As wide as `AppendEntries `. */
const typeWidth = 14;

function messageLine(
	record: MessageRecord,
	snapshot: Snapshot,
	{numberWidth, arrow, routeWidth, textOf, leftWidth}: Columns,
	width: number,
): Line {
	const {id, from, to, message, sentUs, copyOf} = record.flight;
	const route: Line = [
		span(`${secondsText(sentUs)} ${`#${id}`.padEnd(numberWidth)} `, 'dim'),
		span(`n${from}`, 'node'),
		span(arrow, 'dim'),
		span(`n${to} `.padEnd(routeWidth - `n${from}${arrow}`.length), 'node'),
		span(message.type.padEnd(typeWidth), messageStyle(message)),
	];
	const taken = Math.min(leftWidth, width - fateWidth - 1);
	const copies = copyOf === undefined ? [''] : [`copy of #${copyOf} `, 'copy '];
	const wordings = [textOf, shorterText, shortestText].flatMap((one) =>
		copies.map((copy): Line => [...route, span(copy, 'warn'), span(one(message))]),
	);
	return [
		...fit(wordings.find((line) => widthOf(line) <= taken) ?? wordings.at(-1)!, taken),
		span(' '),
		...fit(fateLine(record, snapshot), width - taken - 1),
	];
}

/** `t6 prev 147/6 +1 c147`, where there is no room for more words. */
function shorterText(message: Message): string {
	switch (message.type) {
		case 'AppendEntries': {
			const {term, prevLogIndex, prevLogTerm, entries, leaderCommit} = message;
			const carried = entries.length === 0 ? 'heartbeat' : `+${entries.length}`;
			return `t${term} prev ${prevLogIndex}/${prevLogTerm} ${carried} c${leaderCommit}`;
		}

		case 'AppendReply': {
			const {term, conflictTerm, conflictIndex} = message;
			if (conflictIndex === 0) {
				return messageText(message);
			}

			return conflictTerm === 0
				? `t${term} refused, ends at ${conflictIndex - 1}`
				: `t${term} refused, t${conflictTerm} from ${conflictIndex}`;
		}

		default: {
			return messageText(message);
		}
	}
}

/** `t6 147/6 +0 c147`, where there is hardly any. */
function shortestText(message: Message): string {
	if (message.type !== 'AppendEntries') {
		return shorterText(message);
	}

	const {term, prevLogIndex, prevLogTerm, entries, leaderCommit} = message;
	return `t${term} ${prevLogIndex}/${prevLogTerm} +${entries.length} c${leaderCommit}`;
}

function sentLately({messages, timeUs}: Snapshot): number {
	let sent = 0;
	while (sent < messages.length && messages[messages.length - 1 - sent]!.flight.sentUs > timeUs - rateWindowUs) {
		sent++;
	}

	return sent;
}
