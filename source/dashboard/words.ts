/*
How things are called on the screen: messages, events, times.
*/

import type {NotableRecord, MessageRecord} from '../lab/feed.js';
import type {Snapshot} from '../lab/lab.js';
import type {Role} from '../raft/server.js';
import type {Entry, Message, ServerId} from '../raft/vocabulary.js';
import {commandText, nodeName, rangeText} from '../scenario/command-text.js';
import type {Command} from '../simulation/command.js';
import type {CrashReason, Event} from '../simulation/event.js';
import type {TimeRangeUs} from '../simulation/settings.js';
import {shortCommand, type Operation, type Result} from '../state-machine/key-value.js';
import {span, type Line} from './text.js';
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

/** A rate between 0 and 1 as `20 %`. */
export const rateText = (rate: number): string => `${Number((rate * 100).toFixed(1))} %`;

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

/** What became of a message, by now. */
export function fateLine(
	{flight, lost}: MessageRecord,
	{timeUs, held, nodes, lanes}: Pick<Snapshot, 'timeUs' | 'held' | 'nodes' | 'lanes'>,
): Line {
	const {id, to, sentUs, dueUs} = flight;
	switch (lost) {
		case 'loss': {
			return [span('✗ lost', 'warn')];
		}

		case 'partition': {
			return [span('✗ partition', 'lost')];
		}

		case 'down': {
			return [span(`✗ ${nodeName(to)} down`, 'lost')];
		}

		case 'dropped': {
			return [span('✗ dropped', 'lost')];
		}

		case undefined: {
			if (held.has(id)) {
				return [span('‖ held', 'suspended')];
			}

			if (dueUs > timeUs) {
				return [span('in flight', 'accent')];
			}

			const isWaiting = nodes[to - 1]?.isSuspended === true && dueUs >= lanes[to - 1]!.at(-1)!.fromUs;
			return isWaiting
				? [span(`‖ at ${nodeName(to)}`, 'suspended')]
				: [span(`✓ ${Math.round((dueUs - sentUs) / 1000)} ms`, 'good')];
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
	'say',
	'mark',
]);

const counted = (count: number, one: string, several = `${one}s`): string => `${count} ${count === 1 ? one : several}`;

/** `c1`; whoever gives commands has no number. */
const clientName = (client: number): string => (client === 0 ? 'a command' : `c${client}`);

/** An event in plain words: who, and what. */
export function notableLine(notable: NotableRecord): {readonly node: ServerId | undefined; readonly words: Line} {
	switch (notable.type) {
		case 'command': {
			const {command} = notable.event;
			return {
				node: undefined,
				words: [span(commandText(command), calmCommands.has(command.type) ? 'accent' : 'down')],
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
				words: [span(`${clientName(client)} ${end} ${shortCommand(operation)}${meaning}`, 'warn')],
			};
		}

		case 'refused': {
			const {node, leader} = notable;
			const words =
				leader === undefined ? 'refused a request: knows no leader' : `refused a request: ${nodeName(leader)} leads`;
			return {node, words: [span(words, 'warn')]};
		}

		case 'violation': {
			return {node: undefined, words: [span(` ✗ ${notable.property} `, 'alarm')]};
		}
	}
}

/** Any event of the trace in plain words, for those who want to see the proof. */
export function eventLine(event: Event): {readonly node: ServerId | undefined; readonly words: Line} {
	const about = (node: ServerId | undefined, text: string, style?: StyleName) => ({node, words: [span(text, style)]});
	switch (event.type) {
		case 'settings': {
			return about(undefined, `a cluster of ${event.settings.nodes} begins, seed ${event.settings.seed}`);
		}

		case 'command': {
			return about(undefined, commandText(event.command), calmCommands.has(event.command.type) ? 'accent' : 'down');
		}

		case 'sent': {
			const {id, from, to, message} = event.flight;
			return about(from, `sends #${id} to ${nodeName(to)}: ${message.type} ${messageText(message)}`, 'accent');
		}

		case 'delivered': {
			const {id, from, to, message} = event.flight;
			return about(to, `receives #${id} from ${nodeName(from)}: ${message.type} ${messageText(message)}`, 'accent');
		}

		case 'lost': {
			const {id, from, to, message} = event.flight;
			return about(from, `${message.type} #${id} to ${nodeName(to)} is lost (${event.reason})`, 'lost');
		}

		case 'timer': {
			return about(event.node, `its ${event.timer} timer goes off`);
		}

		case 'role': {
			const {node, role, term, leader} = event;
			const words = {
				leader: `becomes leader of term ${term}`,
				candidate: `becomes a candidate for term ${term}`,
				follower: `follows ${leader === undefined ? 'nobody yet' : nodeName(leader)} in term ${term}`,
			};
			return about(node, words[role], roleStyles[role]);
		}

		case 'vote': {
			const {node, term, votedFor} = event;
			const whom = votedFor === node ? 'itself' : votedFor === undefined ? undefined : nodeName(votedFor);
			return about(
				node,
				whom === undefined ? `takes its vote of term ${term} back` : `votes for ${whom} in term ${term}`,
				'vote',
			);
		}

		case 'append': {
			return about(event.node, `appends ${entriesText(event.entries)}`);
		}

		case 'truncate': {
			return about(event.node, `removes its entries from ${event.from}`, 'warn');
		}

		case 'synced': {
			return about(event.node, 'its disk says that all it wrote is saved');
		}

		case 'commit': {
			return about(event.node, `commits everything up to entry ${event.index}`, 'good');
		}

		case 'apply': {
			const {node, entry, result, isRepeated} = event;
			const answer = isRepeated ? ' (a retry: not done again)' : resultText(entry.command, result);
			return about(node, `applies ${entriesText([entry])}${answer}`);
		}

		case 'crash': {
			return about(event.node, crashWords[event.reason], 'down');
		}

		case 'restart': {
			const {node, term, lastIndex} = event;
			return about(node, `restarts: term ${term}, ${counted(lastIndex, 'entry', 'entries')} on its disk`, 'follower');
		}

		case 'wipe': {
			return about(event.node, 'loses its disk: nothing is left', 'down');
		}

		case 'suspend': {
			return about(event.node, 'is suspended', 'suspended');
		}

		case 'resume': {
			return about(event.node, 'goes on where it was suspended', 'follower');
		}

		case 'invoke': {
			return about(undefined, `${clientName(event.client)} asks for ${operationText(event.operation)}`, 'accent');
		}

		case 'request': {
			const {node, client, operation} = event;
			return about(node, `is asked by ${clientName(client)} for ${operationText(operation)}`, 'accent');
		}

		case 'refused': {
			const {node, leader, operation} = event;
			const why = leader === undefined ? 'it knows no leader' : `${nodeName(leader)} leads`;
			return about(node, `refuses ${operationText(operation)}: ${why}`, 'warn');
		}

		case 'ok': {
			const {node, client, operation, result} = event;
			return about(
				node,
				`answers ${clientName(client)}: ${operationText(operation)}${resultText(operation, result, ' is done')}`,
				'good',
			);
		}

		case 'fail': {
			return about(
				undefined,
				`${clientName(event.client)} hears that ${operationText(event.operation)} was not done`,
				'warn',
			);
		}

		case 'info': {
			return about(
				undefined,
				`${clientName(event.client)} never hears whether ${operationText(event.operation)} was done`,
				'warn',
			);
		}

		case 'violation': {
			return about(undefined, `✗ ${event.property} is broken`, 'lost');
		}
	}
}

/** `entry 3 (x=1, term 2)`, or `entries 3–5 (term 2)`. */
function entriesText(entries: readonly Entry[]): string {
	const [first, last] = [entries[0], entries.at(-1)];
	if (first === undefined || last === undefined) {
		return 'nothing';
	}

	return entries.length === 1
		? `entry ${first.index} (${first.command.type === 'no-op' ? 'no-op' : shortCommand(first.command)}, term ${first.term})`
		: `entries ${rangeOf(first.index, last.index)} (term ${rangeOf(first.term, last.term)})`;
}

const operationText = (operation: Operation): string =>
	operation.type === 'read' || operation.type === 'delete'
		? `${operation.type} ${operation.key}`
		: `${operation.type} ${shortCommand(operation)}`;

/** What came of an operation, where that can differ. */
function resultText({type}: {readonly type: string}, result: Result, otherwise = ''): string {
	switch (type) {
		case 'read': {
			return result === undefined ? ' gives nothing' : ` gives ${String(result)}`;
		}

		case 'cas': {
			return result === true ? ' succeeds' : ' fails: the value was another';
		}

		default: {
			return otherwise;
		}
	}
}
