/*
Events in words, for the tools that show text: what a server or a client did, with the paper's names for the fields.
*/

import type {Entry, Message, ServerId} from '../raft/vocabulary.js';
import {commandText, nodeName} from '../scenario/command-text.js';
import type {Call, Event} from '../simulation/event.js';
import {shortCommand, type Result} from '../state-machine/key-value.js';

/** `c2`; `c0` is whoever gives commands. */
export const clientName = (client: number): string => `c${client}`;

/** `write x=1`, as the command would be. */
export const callText = ({operation}: Call): string => commandText({...operation, via: 'leader'});

export const resultText = (result: Result): string => (result === undefined ? 'nothing' : String(result));

/** `5 (term 2) x=1`. */
export const entryText = ({index, term, command}: Entry): string => `${index} (term ${term}) ${shortCommand(command)}`;

const commandsShownMax = 3;

/** `entries 5 to 7 (x=1, y=2, z?)`, or `no entries`. */
export function entriesText(entries: readonly Entry[]): string {
	const [first, last] = [entries[0], entries.at(-1)];
	if (first === undefined || last === undefined) {
		return 'no entries';
	}

	const shown = entries.slice(0, commandsShownMax).map(({command}) => shortCommand(command));
	const commands = [...shown, ...(entries.length > shown.length ? ['…'] : [])].join(', ');
	return `${first === last ? `entry ${first.index}` : `entries ${first.index} to ${last.index}`} (${commands})`;
}

/** Whether an AppendEntries carries no log entries (§5.2). */
export const isHeartbeat = (message: Message): boolean =>
	message.type === 'AppendEntries' && message.entries.length === 0;

/** A message with the fields that matter. */
export function messageText(message: Message): string {
	switch (message.type) {
		case 'RequestVote': {
			const {type, term, lastLogIndex, lastLogTerm} = message;
			return `${type} term ${term}, lastLogIndex ${lastLogIndex}, lastLogTerm ${lastLogTerm}`;
		}

		case 'VoteReply': {
			return `${message.type} term ${message.term}, voteGranted ${message.voteGranted}`;
		}

		case 'AppendEntries': {
			const {type, term, prevLogIndex, prevLogTerm, entries, leaderCommit} = message;
			return `${type} term ${term}, prevLogIndex ${prevLogIndex}, prevLogTerm ${prevLogTerm}, ${entriesText(entries)}, leaderCommit ${leaderCommit}`;
		}

		case 'AppendReply': {
			const {type, term, success, matchIndex, conflictIndex, conflictTerm} = message;
			return success
				? `${type} term ${term}, success, matchIndex ${matchIndex}`
				: `${type} term ${term}, refused, conflictIndex ${conflictIndex}, conflictTerm ${conflictTerm}`;
		}
	}
}

/** What a server does by itself. */
export type ServerEvent = Extract<Event, {readonly node: ServerId}> & {
	readonly type: Exclude<Event['type'], 'request' | 'refused' | 'ok'>;
};

export function serverEventText(event: ServerEvent): string {
	switch (event.type) {
		case 'timer': {
			return event.timer === 'election' ? 'election timeout' : 'heartbeat due';
		}

		case 'role': {
			const {role, term, leader} = event;
			return `${role}, term ${term}${role === 'follower' && leader !== undefined ? `, leader ${nodeName(leader)}` : ''}`;
		}

		case 'vote': {
			const {term, votedFor} = event;
			return `term ${term}, votedFor ${votedFor === undefined ? 'nobody' : nodeName(votedFor)}`;
		}

		case 'append': {
			return `append ${entriesText(event.entries)}`;
		}

		case 'truncate': {
			return `truncate from ${event.from}`;
		}

		case 'synced': {
			return 'synced to disk';
		}

		case 'commit': {
			return `commitIndex ${event.index}`;
		}

		case 'apply': {
			const {entry, result, isRepeated} = event;
			return `apply ${entryText(entry)}: ${resultText(result)}${isRepeated ? ' (a retry, not done again)' : ''}`;
		}

		case 'crash': {
			return event.reason === 'command' ? 'crash' : `crash: ${event.reason}`;
		}

		case 'restart': {
			const {term, votedFor, lastIndex} = event;
			const vote = votedFor === undefined ? '' : `, votedFor ${nodeName(votedFor)}`;
			return `restart with term ${term}${vote}, last entry ${lastIndex}`;
		}

		case 'wipe':
		case 'suspend':
		case 'resume': {
			return event.type;
		}
	}
}

/** A command as it was given; of a caption or a chapter, what it says. */
export const storyText = ({command}: Extract<Event, {readonly type: 'command'}>): string =>
	command.type === 'say' || command.type === 'mark' ? command.text : commandText(command);
