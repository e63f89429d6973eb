/*
How things are called on the screen: messages, events, times.
*/

import type {NotableRecord, MessageRecord} from '../lab/feed.js';
import type {Message, ServerId} from '../raft/vocabulary.js';
import {commandText, nodeName} from '../scenario/command-text.js';
import type {Role} from '../raft/server.js';
import {span, type Line} from './text.js';
import type {StyleName} from './theme.js';

export const roleGlyphs: Readonly<Record<Role | 'down', string>> = {
	leader: '★',
	candidate: '◆',
	follower: '○',
	down: '✗',
};

export const roleStyles: Readonly<Record<Role | 'down', StyleName>> = {
	leader: 'leader',
	candidate: 'candidate',
	follower: 'follower',
	down: 'down',
};

/** Virtual seconds with so many decimals. */
export const secondsText = (timeUs: number, decimals = 3): string => (timeUs / 1_000_000).toFixed(decimals);

export const nodesText = (ids: readonly ServerId[]): string => ids.map((id) => nodeName(id)).join(' ');

/** `15–18`, or `15` alone. */
export const rangeOf = (from: number, to: number): string => (from === to ? String(from) : `${from}–${to}`);

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

/** What became of a message, by a given time. */
export function fateLine({flight, lost}: MessageRecord, timeUs: number): Line {
	switch (lost) {
		case 'loss': {
			return [span('✗ lost', 'warn')];
		}

		case 'partition': {
			return [span('✗ partition', 'lost')];
		}

		case 'down': {
			return [span(`✗ ${nodeName(flight.to)} is down`, 'lost')];
		}

		case undefined: {
			const delayMs = Math.round((flight.dueUs - flight.sentUs) / 1000);
			return flight.dueUs > timeUs ? [span('in flight', 'accent')] : [span(`✓ ${delayMs} ms`, 'good')];
		}
	}
}

/** An event in plain words: who, and what. */
export function notableLine(
	notable: NotableRecord,
	nodes: number,
): {readonly node: ServerId | undefined; readonly words: Line} {
	switch (notable.type) {
		case 'command': {
			const {command} = notable.event;
			return {
				node: undefined,
				words: [span(commandText(command, nodes), command.type === 'write' ? 'accent' : 'down')],
			};
		}

		case 'campaign': {
			return {node: notable.node, words: [span(`times out → candidate, term ${notable.term}`, 'candidate')]};
		}

		case 'elected': {
			return {
				node: notable.node,
				words: [span(`elected, term ${notable.term} (${nodesText(notable.voters)})`, 'leader')],
			};
		}

		case 'deposed': {
			return {node: notable.node, words: [span(`steps down: term ${notable.term} has begun`, 'deposed')]};
		}

		case 'committed': {
			return {node: notable.node, words: [span(`committed ${rangeOf(notable.from, notable.to)}`, 'good')]};
		}

		case 'truncated': {
			return {node: notable.node, words: [span(`dropped its entries from ${notable.from}`, 'warn')]};
		}

		case 'crashed': {
			return {node: notable.node, words: [span('crashed', 'down')]};
		}

		case 'restarted': {
			const {node, term, lastIndex} = notable;
			return {
				node,
				words: [
					span(`restarted: term ${term}, ${lastIndex} ${lastIndex === 1 ? 'entry' : 'entries'} kept`, 'follower'),
				],
			};
		}

		case 'unanswered': {
			const {node, count} = notable;
			return {node, words: [span(`leaves ${count} write${count === 1 ? '' : 's'} unanswered`, 'warn')]};
		}

		case 'refused': {
			const {node, leader} = notable;
			const words =
				leader === undefined ? 'refused a write: knows no leader' : `refused a write: ${nodeName(leader)} leads`;
			return {node, words: [span(words, 'warn')]};
		}
	}
}
