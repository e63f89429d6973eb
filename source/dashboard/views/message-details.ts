/*
All that one message says, by the names of the paper's Figure 2, and what became of it: for who zooms the Messages panel.
*/

import {contentText} from '../../explaining/event-text.js';
import type {MessageRecord} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';
import type {Entry, Message} from '../../raft/vocabulary.js';
import {millisecondsText, nodeName} from '../../scenario/command-text.js';
import type {Flight} from '../../simulation/network.js';
import {fateOf} from '../fate.js';
import {isAboutVotes} from '../filter-questions.js';
import type {Size} from '../frame.js';
import {beside, fit, fitted, span, widthOf, wrap, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {secondsText} from '../words.js';

/** A value that takes one line or several. */
type Field = readonly [name: string, value: string | readonly string[]];

/** As wide as the longest name of a field, and a gap. */
const saidWidth = 'conflictIndex'.length + 3;

/** As wide as `arrived`, and a gap. */
const faredWidth = 9;

/** A rule that names the message, and below it two columns: what it says, and how it fared. At most `height` lines. */
export function messageDetails(record: MessageRecord, snapshot: Snapshot, {width, height}: Size): Line[] {
	const leftWidth = Math.max(30, Math.floor(width * 0.4));
	const room = height - 1;
	const said = fieldLines(fieldsOf(record.flight.message, room), saidWidth, leftWidth - 1);
	const fared = fieldLines(faringOf(record, snapshot), faredWidth, width - leftWidth);
	const rows = Math.min(room, Math.max(said.length, fared.length));
	const column = (lines: readonly Line[], columnWidth: number): Line[] =>
		Array.from({length: rows}, (_, row) => fit(lines[row] ?? [], columnWidth));
	return [ruleLine(record.flight, width), ...beside(column(said, leftWidth), column(fared, width - leftWidth))];
}

export const messageStyle = (message: Message): StyleName =>
	isAboutVotes(message) ? 'vote' : message.type === 'AppendReply' ? 'follower' : 'accent';

function ruleLine({id, from, to, message}: Flight, width: number): Line {
	const named: Line = [
		span('── ', 'dim'),
		span(`#${id} `, 'bold'),
		span(message.type, messageStyle(message)),
		span(` ${nodeName(from)} → ${nodeName(to)} `, 'node'),
	];
	return [...named, span('─'.repeat(Math.max(0, width - widthOf(named))), 'dim')];
}

/** Words are wrapped; of a list each item has its line. */
const fieldLines = (fields: readonly Field[], labelWidth: number, width: number): Line[] =>
	fields.flatMap(([name, value]) => {
		const room = width - labelWidth;
		const lines =
			typeof value === 'string' ? wrap([span(value)], room) : value.map((item) => fitted([span(item)], room));
		return lines.map((line, at): Line => [span((at === 0 ? name : '').padEnd(labelWidth), 'dim'), ...line]);
	});

/** As in Figure 2; of the entries as many as leave room for the rest. */
function fieldsOf(message: Message, room: number): readonly Field[] {
	const term: Field = ['term', String(message.term)];
	switch (message.type) {
		case 'RequestVote': {
			return [
				term,
				['candidateId', nodeName(message.candidateId)],
				['lastLogIndex', String(message.lastLogIndex)],
				['lastLogTerm', String(message.lastLogTerm)],
			];
		}

		case 'VoteReply': {
			return [term, ['voteGranted', String(message.voteGranted)]];
		}

		case 'AppendEntries': {
			const {entries} = message;
			return [
				term,
				['leaderId', nodeName(message.leaderId)],
				['prevLogIndex', String(message.prevLogIndex)],
				['prevLogTerm', String(message.prevLogTerm)],
				['entries[]', entries.length === 0 ? 'none' : entryTexts(entries, room - 5)],
				['leaderCommit', String(message.leaderCommit)],
			];
		}

		case 'AppendReply': {
			return [
				term,
				['success', String(message.success)],
				['prevLogIndex', String(message.prevLogIndex)],
				['matchIndex', String(message.matchIndex)],
				['conflictTerm', String(message.conflictTerm)],
				['conflictIndex', String(message.conflictIndex)],
			];
		}
	}
}

/** `15 t6 x=1`; where there are more than so many, the last line counts the others. */
function entryTexts(entries: readonly Entry[], most: number): readonly string[] {
	const shown = entries.length > most ? entries.slice(0, most - 1) : entries;
	const texts = shown.map((entry) => `${entry.index} t${entry.term} ${contentText(entry)}`);
	const left = entries.length - shown.length;
	return left > 0 ? [...texts, `… ${left} more`] : texts;
}

function faringOf(record: MessageRecord, snapshot: Snapshot): readonly Field[] {
	const {arrivedUs} = record;
	const {sentUs, dueUs, copyOf} = record.flight;
	return [
		['sent', `${secondsText(sentUs)} s`],
		arrivedUs === undefined ? ['due', `${secondsText(dueUs)} s`] : ['arrived', `${secondsText(arrivedUs)} s`],
		['delay', `${millisecondsText((arrivedUs ?? dueUs) - sentUs)} ms`],
		['fate', fateWords(record, snapshot)],
		...(copyOf === undefined ? [] : ([['copy of', `#${copyOf}`]] as const)),
	];
}

function fateWords(record: MessageRecord, snapshot: Snapshot): string {
	const {from, to, dueUs} = record.flight;
	switch (record.lost) {
		case 'loss': {
			return 'lost: the network dropped it';
		}

		case 'partition': {
			return `lost: no way led from ${nodeName(from)} to ${nodeName(to)}`;
		}

		case 'down': {
			return `lost: ${nodeName(to)} was down when it came`;
		}

		case 'dropped': {
			return 'lost: somebody took it off the wire';
		}

		case undefined: {
			switch (fateOf(record, snapshot)) {
				case 'held': {
					return 'held until it is released';
				}

				case 'waiting': {
					return `has come, and waits: ${nodeName(to)} is suspended`;
				}

				case 'flying': {
					return `in flight, ${millisecondsText(Math.max(0, dueUs - snapshot.timeUs))} ms to go`;
				}

				default: {
					return 'delivered';
				}
			}
		}
	}
}
