/*
Which events the space-time diagram shows: what a person follows from lane to lane. What a server does for itself,
such as writing to its disk, is left to the lists.
*/

import type {ServerId} from '../../raft/vocabulary.js';
import type {Command} from '../../simulation/command.js';
import type {Event, EventType} from '../../simulation/event.js';
import type {Flight} from '../../simulation/network.js';
import type {Trace} from '../../simulation/trace.js';
import {spanAt, type Lanes} from './lanes.js';

/** What is to be seen of a run. */
export type Choice = {
	/** Whether heartbeats and the replies to them are left out. */
	readonly isFolded: boolean;
	/** Of messages, commands and requests only these; roles and crashes are always shown. */
	readonly matches: ((event: Event) => boolean) | undefined;
};

/** Events that are messages, or the ends of messages. */
export type MessageEvent = Extract<Event, {readonly flight: Flight}>;

export const isAboutMessage = (event: Event): event is MessageEvent => 'flight' in event;

/** Events that may have a mark of their own. */
export const markTypes: ReadonlySet<EventType> = new Set([
	'role',
	'commit',
	'crash',
	'restart',
	'wipe',
	'suspend',
	'resume',
	'command',
	'request',
	'refused',
	'violation',
]);

/** What can be shown at all. */
export const shownTypes: ReadonlySet<EventType> = new Set([...markTypes, 'sent', 'delivered', 'lost']);

/** Shown by the events that follow, or told by the story. */
const silentCommands: ReadonlySet<Command['type']> = new Set([
	'crash',
	'restart',
	'wipe',
	'suspend',
	'resume',
	'write',
	'read',
	'delete',
	'cas',
	'say',
	'mark',
]);

/** Events that are not on the message lines, and have a mark of their own. */
export function hasMark(event: Event, lanes: Lanes): boolean {
	switch (event.type) {
		case 'role': {
			return event.role !== 'follower' || isDeposed(event, lanes);
		}

		case 'commit': {
			const lane = lanes[event.node - 1]!;
			return lane[spanAt(lane, event.timeUs)]?.state === 'leader'; // That the others hear of it is not news
		}

		case 'command': {
			return !silentCommands.has(event.command.type);
		}

		case 'crash':
		case 'restart':
		case 'wipe':
		case 'suspend':
		case 'resume':
		case 'request':
		case 'refused':
		case 'violation': {
			return true;
		}

		default: {
			return false;
		}
	}
}

/** Whether a leader becomes a follower by this. */
function isDeposed({node, timeUs}: Event & {readonly node: ServerId}, lanes: Lanes): boolean {
	const lane = lanes[node - 1]!;
	const at = spanAt(lane, timeUs);
	return lane[at]?.fromUs === timeUs && lane[at - 1]?.state === 'leader';
}

/** Changes of roles and of machines: the diagram's landscape, which no filter takes away. */
const landscape: ReadonlySet<EventType> = new Set(['role', 'crash', 'restart', 'wipe', 'suspend', 'resume']);

export const isLandscape = ({type}: Event): boolean => landscape.has(type);

/** An AppendEntries without entries, or a reply that agrees to one. A refusal is news. */
export function isHeartbeat(trace: Trace, {message, sentSeq}: Flight): boolean {
	if (message.type === 'AppendEntries') {
		return message.entries.length === 0;
	}

	if (message.type !== 'AppendReply' || !message.success) {
		return false;
	}

	let cause = trace.at(trace.at(sentSeq)?.cause ?? 0);
	while (cause?.type === 'sent') {
		cause = trace.at(cause.cause); // The network made two of one
	}

	return cause?.type === 'delivered' && isHeartbeat(trace, cause.flight);
}

/** The server on whose lane an event happens. */
export function nodeOf(event: Event): ServerId | undefined {
	if (isAboutMessage(event)) {
		return event.type === 'sent' ? event.flight.from : event.flight.to;
	}

	return 'node' in event ? event.node : undefined;
}
