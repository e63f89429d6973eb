/*
How things are called on the screen: messages, events, times.
*/

import {deletedText} from '../explaining/deleted.js';
import {clientName, entryRangeText, eventText, namesText, operationText, rangeOf} from '../explaining/event-text.js';
import type {NotableRecord, MessageRecord} from '../lab/feed.js';
import type {Role} from '../raft/server.js';
import type {Message, ServerId} from '../raft/vocabulary.js';
import {commandText, nodeName, rangeText} from '../scenario/command-text.js';
import type {Command} from '../simulation/command.js';
import type {CrashReason, Event} from '../simulation/event.js';
import type {LossReason} from '../simulation/network.js';
import type {TimeRangeUs} from '../simulation/settings.js';
import {fateOf, type Now} from './fate.js';
import {plain, span, type Line} from './text.js';
import type {StyleName} from './theme.js';

export const roleGlyphs: Readonly<Record<Role | 'down' | 'suspended', string>> = {
	leader: '★',
	candidate: '◆',
	follower: '○',
	down: '✗',
	suspended: '‖',
};

export const roleStyles: Readonly<Record<Role | 'down' | 'suspended', StyleName>> = {
	leader: 'leader',
	candidate: 'candidate',
	follower: 'follower',
	down: 'down',
	suspended: 'suspended',
};

/** Virtual seconds with so many decimals. */
export const secondsText = (timeUs: number, decimals = 3): string => (timeUs / 1_000_000).toFixed(decimals);

/** `10–30 ms`, or `10 ms`. */
export const durationText = (range: TimeRangeUs): string => rangeText(range).replace('ms', ' ms').replace('-', '–');

/** In three digits or so: `3.2 ms`, `64 ms`, `1.92 s`, `12.3 s`. */
export function latencyText(us: number): string {
	if (us < 999_500) {
		return `${(us / 1000).toFixed(us > 0 && us < 9950 ? 1 : 0)} ms`;
	}

	return `${(us / 1_000_000).toFixed(us < 9_995_000 ? 2 : 1)} s`;
}

/** How much of a run is seen, that begins so far from its start. */
export const coveredText = (fromUs: number, us: number): string =>
	fromUs === 0 ? 'whole run' : `last ${Number((us / 1_000_000).toFixed(1))} s`;

/** A rate between 0 and 1 as `20 %`. */
export const rateText = (rate: number): string => `${Number((rate * 100).toFixed(1))} %`;

/** What a message says, in one line: the fields that matter, named as in the paper or shorter. */
export function messageText(message: Message): string {
	switch (message.type) {
		case 'RequestVote': {
			return `t${message.term} last ${message.lastLogIndex}/${message.lastLogTerm}`;
		}

		case 'VoteReply': {
			return `t${message.term} ${message.voteGranted ? 'granted' : 'denied'}`;
		}

		case 'AppendEntries': {
			const {term, prevLogIndex, prevLogTerm, entries, leaderCommit} = message;
			const carried = entries.length === 0 ? 'heartbeat' : `+${entries.length}`;
			return `t${term} prev ${prevLogIndex}/${prevLogTerm} ${carried} commit ${leaderCommit}`;
		}

		case 'AppendReply': {
			const {term, success, matchIndex, conflictTerm, conflictIndex} = message;
			if (success) {
				return `t${term} ok match ${matchIndex}`;
			}

			if (conflictIndex === 0) {
				return `t${term} refused, old term`;
			}

			return conflictTerm === 0
				? `t${term} refused, log ends at ${conflictIndex - 1}`
				: `t${term} refused, term ${conflictTerm} from ${conflictIndex}`;
		}
	}
}

/** What became of a message, by now. */
export function fateLine(record: MessageRecord, now: Now): Line {
	const {flight, lost, arrivedUs} = record;
	switch (fateOf(record, now)) {
		case 'lost': {
			const style = lost === 'loss' ? 'warn' : 'lost'; // The network's usual losses are no damage
			return [span(`✗ ${lossWord(lost!, flight.to)}`, style)];
		}

		case 'delivered': {
			return [span(`✓ ${Math.round((arrivedUs! - flight.sentUs) / 1000)} ms`, 'good')];
		}

		case 'held': {
			return [span('‖ held', 'suspended')];
		}

		case 'waiting': {
			return [span(`‖ at ${nodeName(flight.to)}`, 'suspended')];
		}

		case 'flying': {
			return [span('in flight', 'accent')];
		}
	}
}

function lossWord(lost: LossReason, to: ServerId): string {
	switch (lost) {
		case 'loss': {
			return 'lost';
		}

		case 'down': {
			return `${nodeName(to)} down`;
		}

		default: {
			return lost;
		}
	}
}

const crashWords: Readonly<Record<CrashReason, string>> = {
	command: 'crashed',
	'disk full': 'stopped itself: its disk is full',
	'disk failed': 'stopped itself: its disk failed',
	'log gap': 'stopped itself: its log would have a gap',
};

/** Commands that ask the cluster for something, or tell the story; the others make trouble, or end it. */
const calmCommands: ReadonlySet<Command['type']> = new Set([
	'write',
	'read',
	'delete',
	'cas',
	'clients',
	'set',
	'heal',
	'rejoin',
	'release',
	'timeout',
	'say',
	'mark',
]);

const commandStyle = ({type}: Command): StyleName => (calmCommands.has(type) ? 'accent' : 'down');

const counted = (count: number, one: string, several = `${one}s`): string => `${count} ${count === 1 ? one : several}`;

/** An event in plain words: who, and what. */
export function notableLine(notable: NotableRecord): {readonly node: ServerId | undefined; readonly words: Line} {
	switch (notable.type) {
		case 'command': {
			const {command} = notable.event;
			return {
				node: undefined,
				words: [span(commandText(command), commandStyle(command))],
			};
		}

		case 'campaign': {
			return {node: notable.node, words: [span(`times out → candidate, term ${notable.term}`, 'candidate')]};
		}

		case 'elected': {
			return {
				node: notable.node,
				words: [span(`elected, term ${notable.term} (${namesText(notable.voters)})`, 'leader')],
			};
		}

		case 'deposed': {
			return {node: notable.node, words: [span(`steps down: term ${notable.term} has begun`, 'deposed')]};
		}

		case 'committed': {
			return {node: notable.node, words: [span(`committed ${rangeOf(notable.from, notable.to)}`, 'good')]};
		}

		case 'truncated': {
			const {node, from, deleted} = notable;
			return {node, words: [span(`deleted ${deletedText(from, deleted)}`, 'warn')]};
		}

		case 'crashed': {
			return {node: notable.node, words: [span(crashWords[notable.reason], 'down')]};
		}

		case 'wiped': {
			return {node: notable.node, words: [span('wiped: its disk is empty', 'down')]};
		}

		case 'suspended': {
			return {node: notable.node, words: [span('suspended', 'suspended')]};
		}

		case 'resumed': {
			return {node: notable.node, words: [span('goes on where it was suspended', 'follower')]};
		}

		case 'restarted': {
			const {node, term, lastIndex} = notable;
			return {
				node,
				words: [span(`restarted: term ${term}, ${counted(lastIndex, 'entry', 'entries')} kept`, 'follower')],
			};
		}

		case 'unanswered': {
			return {node: undefined, words: [span(`${counted(notable.count, 'request')} left unanswered`, 'warn')]};
		}

		case 'gaveUp': {
			const {client, operation, isUnknown} = notable;
			const end = isUnknown ? 'gave up on' : 'failed at';
			const meaning = isUnknown ? ': it may yet be done' : ': it was not done';
			return {
				node: undefined,
				words: [span(`${clientName(client)} ${end} ${operationText(operation)}${meaning}`, 'warn')],
			};
		}

		case 'refused': {
			const {node, leader} = notable;
			const words =
				leader === undefined ? 'refused a request: names no leader' : `refused a request: ${nodeName(leader)} leads`;
			return {node, words: [span(words, 'warn')]};
		}

		case 'violation': {
			return {node: undefined, words: [span(` ✗ ${notable.property} `, 'alarm')]};
		}
	}
}

/** The same in fewer words, where there are any to spare; every number stays. */
export function shortNotableWords(notable: NotableRecord): Line {
	const {words} = notableLine(notable);
	const text = shortNotableText(notable);
	return text === undefined ? words : [span(text, words[0]?.style)];
}

function shortNotableText(notable: NotableRecord): string | undefined {
	switch (notable.type) {
		case 'campaign': {
			return `candidate, term ${notable.term}`;
		}

		case 'elected': {
			return `elected, term ${notable.term}`;
		}

		case 'deposed': {
			return `steps down: term ${notable.term}`;
		}

		case 'truncated': {
			const {from, deleted} = notable;
			return `deleted ${deleted === undefined ? `all from ${from} on` : entryRangeText(from, deleted.to)}`;
		}

		case 'restarted': {
			return `restarted: term ${notable.term}`;
		}

		case 'refused': {
			return notable.leader === undefined ? 'refused a request' : `refused: ${nodeName(notable.leader)} leads`;
		}

		case 'unanswered': {
			return `${notable.count} left unanswered`;
		}

		case 'gaveUp': {
			const {client, operation, isUnknown} = notable;
			return `${clientName(client)} ${isUnknown ? 'gave up on' : 'failed at'} ${operationText(operation)}`;
		}

		default: {
			return undefined;
		}
	}
}

/** The same as a clause: `n1 elected, term 2 (n1 n2 n3)`. */
export function notableText(notable: NotableRecord): string {
	const {node, words} = notableLine(notable);
	return `${node === undefined ? '' : `${nodeName(node)} `}${plain(words)}`;
}

/** Any event of the trace in plain words, for those who want to see the proof. */
export function eventLine(event: Event): {readonly node: ServerId | undefined; readonly words: Line} {
	const {node, text} = eventText(event);
	return {node, words: [span(text, eventStyle(event))]};
}

/** Most events are the same every time; a role and a command have the looks that they have elsewhere. */
function eventStyle(event: Event): StyleName | undefined {
	switch (event.type) {
		case 'command': {
			return commandStyle(event.command);
		}

		case 'role': {
			return roleStyles[event.role];
		}

		default: {
			return eventStyles[event.type];
		}
	}
}

const eventStyles: Readonly<Partial<Record<Event['type'], StyleName>>> = {
	sent: 'accent',
	delivered: 'accent',
	lost: 'lost',
	vote: 'vote',
	truncate: 'warn',
	commit: 'good',
	crash: 'down',
	restart: 'follower',
	wipe: 'down',
	suspend: 'suspended',
	resume: 'follower',
	invoke: 'accent',
	request: 'accent',
	refused: 'warn',
	ok: 'good',
	fail: 'warn',
	info: 'warn',
	violation: 'lost',
};
