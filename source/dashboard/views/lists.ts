/*
The Messages and Events panels: what was said, and what came of it. Newest first.
*/

import type {Snapshot} from '../../lab/lab.js';
import type {Size, View} from '../frame.js';
import {fit, span, spread, type Line} from '../text.js';
import {fateLine, messageText, notableLine, secondsText} from '../words.js';

/** Messages are counted over so much of the latest virtual time. */
const rateWindowUs = 1_000_000;

export function messagesView(snapshot: Snapshot, {width, height}: Size, scroll: number): View {
	const {messages, timeUs, inFlight} = snapshot;
	const arrow = width >= 80 ? ' → ' : '→';
	const lines: Line[] = [];
	const scrollMax = Math.max(0, messages.length - height);
	const top = messages.length - 1 - Math.min(scroll, scrollMax);
	for (let at = top; at >= 0 && lines.length < height; at--) {
		const record = messages[at]!;
		const {from, to, message, sentUs} = record.flight;
		const isReply = message.type === 'VoteReply' || message.type === 'AppendReply';
		const isVote = message.type === 'RequestVote' || message.type === 'VoteReply';
		const left: Line = [
			span(`${secondsText(sentUs)} `, 'dim'),
			span(`n${from}`, 'node'),
			span(arrow, 'dim'),
			span(`n${to} `, 'node'),
			span(message.type.padEnd(14), isVote ? 'vote' : isReply ? 'follower' : 'accent'),
			span(messageText(message)),
		];
		lines.push(spread(left, [span(' '), ...fit(fateLine(record, timeUs), 13)], width));
	}

	return {
		title: 'Messages',
		remark: [span(`${sentLately(snapshot)}/s · ${inFlight} in flight`, 'dim')],
		lines,
		scrollMax,
	};
}

function sentLately({messages, timeUs}: Snapshot): number {
	let sent = 0;
	while (sent < messages.length && messages[messages.length - 1 - sent]!.flight.sentUs > timeUs - rateWindowUs) {
		sent++;
	}

	return sent;
}

export function eventsView({notables, nodes}: Snapshot, {width, height}: Size, scroll: number): View {
	const lines: Line[] = [];
	const scrollMax = Math.max(0, notables.length - height);
	const top = notables.length - 1 - Math.min(scroll, scrollMax);
	for (let at = top; at >= 0 && lines.length < height; at--) {
		const notable = notables[at]!;
		const {node, words} = notableLine(notable, nodes.length);
		const who = node === undefined ? '' : `n${node}`;
		lines.push(
			fit(
				[span(secondsText(notable.timeUs, 2).padStart(6), 'dim'), span(` ${who.padEnd(3)}`, 'node'), ...words],
				width,
			),
		);
	}

	return {title: 'Events', remark: [], lines, scrollMax};
}

/** So that one never scrolls beyond the oldest. */
export const clampScroll = (scroll: number, count: number, height: number): number =>
	Math.max(0, Math.min(scroll, count - height));
