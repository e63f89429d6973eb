/*
The Messages and Events panels: what was said, and what came of it. Newest first.
*/

import type {MessageRecord} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';
import type {Size, View} from '../frame.js';
import {fit, span, spread, type Line} from '../text.js';
import {fateLine, messageText, notableLine, secondsText} from '../words.js';

/** Messages are counted over so much of the latest virtual time. */
const rateWindowUs = 1_000_000;

/** As wide as `✗ partition`. */
const fateWidth = 11;

/** A message that somebody has chosen, and the one at the top of the list at that time, by their numbers: the list stays where it is. */
export type MessageCursor = {readonly selected: number; readonly top: number};

/** The list, and the cursor as the list has room for it. */
export type MessagesView = View & {readonly cursor: MessageCursor | undefined};

export function messagesView(
	snapshot: Snapshot,
	{width, height}: Size,
	cursor: MessageCursor | undefined,
): MessagesView {
	const {messages, inFlight} = snapshot;
	const newest = messages.length - 1;
	const selected = cursor && nearestTo(cursor.selected, messages);
	const top = cursor === undefined || selected === undefined ? newest : topFor(selected, cursor, messages, height);
	const bottom = Math.max(0, top - height + 1);
	const numberWidth = `#${messages[top]?.flight.id ?? ''}`.length;
	const lines: Line[] = [];
	for (let at = top; at >= bottom; at--) {
		const isSelected = at === selected;
		const mark = selected === undefined ? [] : [span(isSelected ? '❯' : ' ', 'key')];
		const line = messageLine(messages[at]!, snapshot, width - mark.length, numberWidth);
		lines.push([...mark, ...(isSelected ? line.map(({text}) => span(text, 'selected')) : line)]);
	}

	const newer = newest - top;
	return {
		title: 'Messages',
		remark:
			newer > 0
				? [span(`↑ ${newer} newer`, 'warn')]
				: [span(`${sentLately(snapshot)}/s · ${inFlight} in flight`, 'dim')],
		lines,
		cursor:
			selected === undefined ? undefined : {selected: messages[selected]!.flight.id, top: messages[top]!.flight.id},
	};
}

function messageLine(record: MessageRecord, snapshot: Snapshot, width: number, numberWidth: number): Line {
	const {id, from, to, message, sentUs, copyOf} = record.flight;
	const isReply = message.type === 'VoteReply' || message.type === 'AppendReply';
	const isVote = message.type === 'RequestVote' || message.type === 'VoteReply';
	const left: Line = [
		span(`${secondsText(sentUs)} ${`#${id}`.padEnd(numberWidth)} `, 'dim'),
		span(`n${from}`, 'node'),
		span(width >= 80 ? ' → ' : '→', 'dim'),
		span(`n${to} `, 'node'),
		span(message.type.padEnd(14), isVote ? 'vote' : isReply ? 'follower' : 'accent'),
		...(copyOf === undefined ? [] : [span(`copy of #${copyOf} `, 'warn')]),
		span(messageText(message)),
	];
	return spread(left, [span(' '), ...fit(fateLine(record, snapshot), fateWidth)], width);
}

/** Where a message stands in the list, or the oldest if it is forgotten. */
function nearestTo(id: number, messages: readonly MessageRecord[]): number | undefined {
	return messages.length === 0
		? undefined
		: Math.max(
				0,
				messages.findLastIndex(({flight}) => flight.id <= id),
			);
}

/** Where the list begins, so that the selected message is in it and it has moved as little as possible. */
function topFor(selected: number, {top}: MessageCursor, messages: readonly MessageRecord[], height: number): number {
	const wanted = nearestTo(top, messages)!;
	const fullest = Math.min(messages.length - 1, Math.max(wanted, height - 1));
	return Math.max(selected, Math.min(fullest, selected + height - 1));
}

/** The cursor after a step of so many messages towards the older ones; the first step leads to the newest. */
export function movedBy(
	steps: number,
	cursor: MessageCursor | undefined,
	{messages}: Snapshot,
): MessageCursor | undefined {
	const newest = messages.length - 1;
	if (newest < 0) {
		return undefined;
	}

	const from = cursor === undefined ? newest + 1 : nearestTo(cursor.selected, messages)!;
	const {id} = messages[Math.max(0, Math.min(newest, from - steps))]!.flight;
	return {selected: id, top: cursor?.top ?? messages[newest]!.flight.id};
}

function sentLately({messages, timeUs}: Snapshot): number {
	let sent = 0;
	while (sent < messages.length && messages[messages.length - 1 - sent]!.flight.sentUs > timeUs - rateWindowUs) {
		sent++;
	}

	return sent;
}

export function eventsView({notables}: Snapshot, {width, height}: Size, scroll: number): View {
	const lines: Line[] = [];
	const scrollMax = Math.max(0, notables.length - height);
	const top = notables.length - 1 - Math.min(scroll, scrollMax);
	for (let at = top; at >= 0 && lines.length < height; at--) {
		const notable = notables[at]!;
		const {node, words} = notableLine(notable);
		lines.push(fit(whenAndWho(notable.timeUs, node, words), width));
	}

	return {title: 'Events', remark: [], lines, scrollMax};
}

/** `  1.25 n3  elected`, as events are told. */
export function whenAndWho(timeUs: number, node: number | undefined, words: Line, decimals = 2): Line {
	const who = node === undefined ? '' : `n${node}`;
	return [
		span(secondsText(timeUs, decimals).padStart(decimals + 4), 'dim'),
		span(` ${who.padEnd(3)}`, 'node'),
		...words,
	];
}

/** So that one never scrolls beyond the oldest. */
export const clampScroll = (scroll: number, count: number, height: number): number =>
	Math.max(0, Math.min(scroll, count - height));
