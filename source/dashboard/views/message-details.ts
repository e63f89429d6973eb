/*
All that one message says, by the names of the paper's Figure 2, and what became of it: for who zooms the Messages panel.
*/

import type {MessageRecord} from '../../lab/feed.js';
import type {Snapshot} from '../../lab/lab.js';
import type {Entry, Message} from '../../raft/vocabulary.js';
import {millisecondsText, nodeName} from '../../scenario/command-text.js';
import type {Flight} from '../../simulation/network.js';
import type {Trace} from '../../simulation/trace.js';
import {fateOf, isAboutVotes} from '../filter-questions.js';
import type {Size} from '../frame.js';
import {beside, fit, span, widthOf, wrap, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {secondsText} from '../words.js';
import {entryWord} from './lists.js';

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
		const lines = typeof value === 'string' ? wrap([span(value)], room) : value.map((item) => fitting(item, room));
		return lines.map((line, at): Line => [span((at === 0 ? name : '').padEnd(labelWidth), 'dim'), ...line]);
	});

const fitting = (text: string, width: number): Line => (text.length > width ? fit([span(text)], width) : [span(text)]);

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
	const texts = shown.map((entry) => `${entry.index} t${entry.term} ${entryWord(entry)}`);
	const left = entries.length - shown.length;
	return left > 0 ? [...texts, `… ${left} more`] : texts;
}

function faringOf(record: MessageRecord, snapshot: Snapshot): readonly Field[] {
	const {sentUs, dueUs, copyOf} = record.flight;
	const arrivedUs = fateOf(record, snapshot) === 'delivered' ? arrivalUs(record.flight, snapshot.trace) : undefined;
	return [
		['sent', `${secondsText(sentUs)} s`],
		arrivedUs === undefined ? ['due', `${secondsText(dueUs)} s`] : ['arrived', `${secondsText(arrivedUs)} s`],
		['delay', `${millisecondsText((arrivedUs ?? dueUs) - sentUs)} ms`],
		['fate', fateWords(record, snapshot)],
		...(copyOf === undefined ? [] : ([['copy of', `#${copyOf}`]] as const)),
	];
}

/** When it was received, which is later than it was due where it was held or had to wait. */
function arrivalUs({id, sentSeq, dueUs}: Flight, trace: Trace): number {
	for (let seq = Math.max(sentSeq, trace.first); seq <= trace.length; seq++) {
		const event = trace.typeAt(seq) === 'delivered' ? trace.at(seq) : undefined;
		if (event?.type === 'delivered' && event.flight.id === id) {
			return event.timeUs;
		}
	}

	return dueUs;
}

function fateWords(record: MessageRecord, snapshot: Snapshot): string {
	const {id, from, to, dueUs} = record.flight;
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
					return snapshot.held.has(id)
						? 'held until it is released'
						: `has come, and waits: ${nodeName(to)} is suspended`;
				}

				case 'flying': {
					return `in flight, ${millisecondsText(dueUs - snapshot.timeUs)} ms to go`;
				}

				default: {
					return 'delivered';
				}
			}
		}
	}
}
