/*
Events and messages in plain words, a short clause each.
*/

import type {Role} from '../raft/server.js';
import type {Entry, Message, ServerId} from '../raft/vocabulary.js';
import {commandText, nodeName} from '../scenario/command-text.js';
import type {CrashReason, Event} from '../simulation/event.js';
import {shortCommand, type Operation, type Result} from '../state-machine/key-value.js';

/** Who does it, and what. */
export type EventText = {readonly node: ServerId | undefined; readonly text: string};

export const namesText = (ids: readonly ServerId[]): string => ids.map((id) => nodeName(id)).join(' ');

/** As a sentence begins. */
export const capital = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;

/** Virtual seconds, to the millisecond. */
export const atText = (timeUs: number): string => `${(timeUs / 1_000_000).toFixed(3)} s`;

export const msText = (us: number): string =>
	us < 10_000_000 ? `${Number((us / 1000).toFixed(us < 10_000 ? 1 : 0))} ms` : `${(us / 1_000_000).toFixed(1)} s`;

/** `15–18`, or `15` alone. */
export const rangeOf = (from: number, to: number): string => (from === to ? String(from) : `${from}–${to}`);

/** `entry 15`, or `entries 15–18`. */
export const entryRangeText = (from: number, to: number): string =>
	`${from === to ? 'entry' : 'entries'} ${rangeOf(from, to)}`;

/** What an entry carries, in a word. */
export const contentText = ({command}: Entry): string => (command.type === 'no-op' ? 'no-op' : shortCommand(command));

/** `entry 3 (x=1, term 2)`, or `entries 3–5 (term 2)`. */
export function entriesText(entries: readonly Entry[]): string {
	const [first, last] = [entries[0], entries.at(-1)];
	if (first === undefined || last === undefined) {
		return 'nothing';
	}

	return entries.length === 1
		? `entry ${first.index} (${contentText(first)}, term ${first.term})`
		: `${entryRangeText(first.index, last.index)} (term ${rangeOf(first.term, last.term)})`;
}

/** So many entries are named by what they carry. */
export const namedMax = 4;

/** `entry 3 (x=1)`, or `entries 4–6 (y=2 z=3 w=4)`; of many the first ones, of which there may be none that is known. */
export function namedEntriesText(from: number, to: number, entries: readonly Entry[]): string {
	const named = entries.slice(0, namedMax).map((entry) => contentText(entry));
	const left = to - from + 1 - named.length;
	return named.length === 0
		? entryRangeText(from, to)
		: `${entryRangeText(from, to)} (${named.join(' ')}${left > 0 ? ` … ${left} more` : ''})`;
}

/** `c1`; whoever gives commands has no number. */
export const clientName = (client: number): string => (client === 0 ? 'a command' : `c${client}`);

/** The same, of who waits for an answer. */
const hearing = (client: number): string => (client === 0 ? 'the client' : `c${client}`);

/** The same, as a sentence begins. */
export const asking = (client: number): string => (client === 0 ? 'A command' : `c${client}`);

export const operationText = (operation: Operation): string =>
	operation.type === 'read' || operation.type === 'delete'
		? `${operation.type} ${operation.key}`
		: `${operation.type} ${shortCommand(operation)}`;

/** What came of an operation, where that can differ. */
export function resultText({type}: {readonly type: string}, result: Result, otherwise = ''): string {
	switch (type) {
		case 'read': {
			return result === undefined ? ' gives nothing' : ` gives ${String(result)}`;
		}

		case 'cas': {
			return result === true ? ' succeeds' : ' fails: the value was not the expected one';
		}

		default: {
			return otherwise;
		}
	}
}

/** What a message says, in words: the fields that matter. */
export function messageText(message: Message): string {
	switch (message.type) {
		case 'RequestVote': {
			return `term ${message.term}, log ends ${message.lastLogIndex === 0 ? 'empty' : `at ${message.lastLogIndex} of term ${message.lastLogTerm}`}`;
		}

		case 'VoteReply': {
			return `term ${message.term}, ${message.voteGranted ? 'granted' : 'denied'}`;
		}

		case 'AppendEntries': {
			const {term, prevLogIndex, entries, leaderCommit} = message;
			const carried =
				entries.length === 0
					? `empty, after ${prevLogIndex}`
					: entryRangeText(prevLogIndex + 1, prevLogIndex + entries.length);
			return `term ${term}, ${carried}, commit ${leaderCommit}`;
		}

		case 'AppendReply': {
			const {term, success, matchIndex, conflictTerm, conflictIndex} = message;
			if (success) {
				return `term ${term}, success, match ${matchIndex}`;
			}

			if (conflictIndex === 0) {
				return `term ${term}, refused: old term`;
			}

			return conflictTerm === 0
				? `term ${term}, refused: log ends at ${conflictIndex - 1}`
				: `term ${term}, refused: term ${conflictTerm} from ${conflictIndex}`;
		}
	}
}

const crashWords: Readonly<Record<CrashReason, string>> = {
	command: 'crashes',
	'disk full': 'stops itself: its disk is full',
	'disk failed': 'stops itself: its disk failed',
	'log gap': 'stops itself: its log would have a gap',
};

export function roleText({role, term, leader}: {role: Role; term: number; leader: ServerId | undefined}): string {
	switch (role) {
		case 'leader': {
			return `becomes leader of term ${term}`;
		}

		case 'candidate': {
			return `becomes a candidate for term ${term}`;
		}

		case 'follower': {
			return leader === undefined ? `joins term ${term}` : `follows ${nodeName(leader)} in term ${term}`;
		}
	}
}

/** Any event of the trace in a few words. */
export function eventText(event: Event): EventText {
	const about = (node: ServerId | undefined, text: string): EventText => ({node, text});
	switch (event.type) {
		case 'settings': {
			return about(undefined, `a cluster of ${event.settings.nodes} begins, seed ${event.settings.seed}`);
		}

		case 'command': {
			return about(undefined, commandText(event.command));
		}

		case 'sent': {
			const {id, from, to, message} = event.flight;
			return about(from, `sends ${message.type} #${id} to ${nodeName(to)}: ${messageText(message)}`);
		}

		case 'delivered': {
			const {id, from, to, message} = event.flight;
			return about(to, `receives ${message.type} #${id} from ${nodeName(from)}: ${messageText(message)}`);
		}

		case 'lost': {
			const {id, from, to, message} = event.flight;
			return about(from, `its ${message.type} #${id} to ${nodeName(to)} is lost (${event.reason})`);
		}

		case 'timer': {
			return about(event.node, `its ${event.timer} timer goes off`);
		}

		case 'role': {
			return about(event.node, roleText(event));
		}

		case 'vote': {
			const {node, term, votedFor} = event;
			return about(
				node,
				votedFor === undefined
					? `takes its vote of term ${term} back`
					: `votes for ${votedFor === node ? 'itself' : nodeName(votedFor)} in term ${term}`,
			);
		}

		case 'append': {
			return about(event.node, `appends ${entriesText(event.entries)}`);
		}

		case 'truncate': {
			return about(event.node, `deletes its entries from ${event.from} on`);
		}

		case 'synced': {
			return about(event.node, 'its disk says that what it wrote is saved');
		}

		case 'commit': {
			return about(event.node, `commits everything up to entry ${event.index}`);
		}

		case 'apply': {
			const {node, entry, result, isRepeated} = event;
			const answer = isRepeated ? ' (a retry: not done again)' : resultText(entry.command, result);
			return about(node, `applies ${entriesText([entry])}${answer}`);
		}

		case 'crash': {
			return about(event.node, crashWords[event.reason]);
		}

		case 'restart': {
			const {node, term, lastIndex} = event;
			return about(node, `restarts: term ${term}, log up to ${lastIndex}`);
		}

		case 'wipe': {
			return about(event.node, 'gets an empty disk');
		}

		case 'suspend': {
			return about(event.node, 'is suspended');
		}

		case 'resume': {
			return about(event.node, 'goes on where it was suspended');
		}

		case 'invoke': {
			return about(undefined, `${clientName(event.client)} asks for ${operationText(event.operation)}`);
		}

		case 'request': {
			const {node, client, operation, attempt} = event;
			const again = attempt === 1 ? '' : `, attempt ${attempt}`;
			return about(node, `is asked by ${clientName(client)} for ${operationText(operation)}${again}`);
		}

		case 'refused': {
			const {node, client, operation, leader} = event;
			const why = leader === undefined ? 'it names no leader' : `${nodeName(leader)} leads`;
			return about(node, `turns ${clientName(client)} away with ${operationText(operation)}: ${why}`);
		}

		case 'ok': {
			const {node, client, operation, result} = event;
			const outcome = resultText(operation, result, ' is done');
			return about(node, `answers ${clientName(client)}: ${operationText(operation)}${outcome}`);
		}

		case 'fail': {
			return about(undefined, `${hearing(event.client)} hears that ${operationText(event.operation)} was not done`);
		}

		case 'info': {
			return about(
				undefined,
				`${hearing(event.client)} never hears whether ${operationText(event.operation)} was done`,
			);
		}

		case 'violation': {
			return about(undefined, `${event.property} is broken`);
		}
	}
}

/** The same as a clause with its subject: `n3 becomes leader of term 4`, `n3’s election timer goes off`. */
export function clauseText(event: Event): string {
	const {node, text} = eventText(event);
	if (node === undefined) {
		return text;
	}

	return text.startsWith('its ') ? `${nodeName(node)}’s ${text.slice(4)}` : `${nodeName(node)} ${text}`;
}
