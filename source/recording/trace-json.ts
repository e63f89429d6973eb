/*
The trace for other programs: one JSON object an event. `trace.schema.json` says what may stand in it.

Servers are "n1", clients are numbers, times are virtual microseconds, and what there is not is null.
*/

import type {Entry, Message, ServerId} from '../raft/vocabulary.js';
import {commandText, nodeName} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';

/** One event as a line of JSON, without the line break. */
export function traceLine(event: Event): string {
	const {seq, timeUs, cause, type} = event;
	return JSON.stringify({seq, timeUs, cause, type, ...fieldsOf(event)});
}

function fieldsOf(event: Event): Record<string, unknown> {
	switch (event.type) {
		case 'settings': {
			return {settings: event.settings};
		}

		case 'command': {
			return {text: commandText(event.command)};
		}

		case 'sent': {
			const {id, from, to, message, copyOf} = event.flight;
			return {
				id,
				from: nodeName(from),
				to: nodeName(to),
				message: messageOf(message),
				...(copyOf !== undefined && {copyOf}),
			};
		}

		case 'delivered': {
			return {id: event.flight.id};
		}

		case 'lost': {
			return {id: event.flight.id, reason: event.reason};
		}

		case 'timer': {
			return {node: nodeName(event.node), timer: event.timer};
		}

		case 'role': {
			const {node, role, term, leader} = event;
			return {node: nodeName(node), role, term, leader: nameOrNull(leader)};
		}

		case 'vote': {
			return {node: nodeName(event.node), term: event.term, votedFor: nameOrNull(event.votedFor)};
		}

		case 'append': {
			return {node: nodeName(event.node), entries: event.entries.map((entry) => entryOf(entry))};
		}

		case 'truncate': {
			return {node: nodeName(event.node), from: event.from};
		}

		case 'synced': {
			return {node: nodeName(event.node), upTo: event.upTo};
		}

		case 'commit': {
			return {node: nodeName(event.node), index: event.index};
		}

		case 'apply': {
			const {node, entry, result, isRepeated} = event;
			return {node: nodeName(node), ...entryOf(entry), result: result ?? null, isRepeated};
		}

		case 'crash': {
			return {node: nodeName(event.node), reason: event.reason};
		}

		case 'restart': {
			const {node, term, votedFor, lastIndex} = event;
			return {node: nodeName(node), term, votedFor: nameOrNull(votedFor), lastIndex};
		}

		case 'wipe':
		case 'suspend':
		case 'resume': {
			return {node: nodeName(event.node)};
		}

		case 'invoke':
		case 'fail':
		case 'info': {
			const {client, op, operation} = event;
			return {client, op, operation};
		}

		case 'request': {
			const {client, op, operation, node, attempt} = event;
			return {client, op, operation, node: nodeName(node), attempt};
		}

		case 'refused': {
			const {client, op, operation, node, leader} = event;
			return {client, op, operation, node: nodeName(node), leader: nameOrNull(leader)};
		}

		case 'ok': {
			const {client, op, operation, result, node} = event;
			return {client, op, operation, result: result ?? null, node: nodeName(node)};
		}

		case 'violation': {
			const {property, section, explanation, evidence} = event;
			return {property, section, explanation, evidence};
		}
	}
}

const nameOrNull = (id: ServerId | undefined) => (id === undefined ? null : nodeName(id));

/** A message with the paper's field names, and servers by theirs. */
function messageOf(message: Message): Record<string, unknown> {
	switch (message.type) {
		case 'RequestVote': {
			return {...message, candidateId: nodeName(message.candidateId)};
		}

		case 'AppendEntries': {
			const {leaderId, entries} = message;
			return {...message, leaderId: nodeName(leaderId), entries: entries.map((entry) => entryOf(entry))};
		}

		case 'VoteReply':
		case 'AppendReply': {
			return message;
		}
	}
}

/** The fields that the format promises, whatever else an entry may come to carry. */
const entryOf = ({index, term, command}: Entry): Record<string, unknown> => ({index, term, command});
