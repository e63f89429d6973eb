/*
What the words of a filter ask: of a message, of an event that is told, and of an event of the trace. Which words there
are and how they are written is `filter.ts`'s business.

Lists of thousands are filtered for every frame, so nothing is put into words here unless a text is searched for.
*/

import type {MessageRecord, Notable, NotableRecord} from '../lab/feed.js';
import type {Entry, Message, ServerId} from '../raft/vocabulary.js';
import type {Comparison} from '../scenario/instruction.js';
import type {Command} from '../simulation/command.js';
import type {Event, EventType} from '../simulation/event.js';
import type {Flight} from '../simulation/network.js';
import {fateOf, type Fate, type Now} from './fate.js';
import {plain} from './text.js';
import {eventLine, fateLine, messageText, notableLine, secondsText} from './words.js';

export type Question = {
	readonly message: (record: MessageRecord, now: Now) => boolean;
	readonly notable: (notable: NotableRecord) => boolean;
	readonly event: (event: Event) => boolean;
};

/** An event of the trace that is not about one message. */
type OtherEvent = Exclude<Event, {readonly flight: Flight}>;

/** In the trace a message is sent, delivered or lost; what is asked of it is the same. */
const question = (
	flight: (flight: Flight) => boolean,
	notable: (notable: NotableRecord) => boolean,
	event: (event: OtherEvent) => boolean,
): Question => ({
	message: (record) => flight(record.flight),
	notable,
	event: (one) => ('flight' in one ? flight(one.flight) : event(one)),
});

const never = (): boolean => false;

export const opposite = ({message, notable, event}: Question): Question => ({
	message: (record, now) => !message(record, now),
	notable: (one) => !notable(one),
	event: (one) => !event(one),
});

/** Whatever one of these is true of. */
export const anyOf = (questions: readonly Question[]): Question => ({
	message: (record, now) => questions.some(({message}) => message(record, now)),
	notable: (one) => questions.some(({notable}) => notable(one)),
	event: (one) => questions.some(({event}) => event(one)),
});

/** What `type:` can name. */
export type Kind = {
	readonly name: string;
	readonly about: string;
	/** The message's own name in the paper, where it means just that one. */
	readonly alias?: Message['type'];
	readonly question: Question;
};

const ofMessages = (
	name: string,
	about: string,
	message: (message: Message) => boolean,
	{alias, events = []}: {readonly alias?: Message['type']; readonly events?: readonly EventType[]} = {},
): Kind => ({
	name,
	about,
	...(alias !== undefined && {alias}),
	question: question(
		(flight) => message(flight.message),
		never,
		({type}) => events.includes(type),
	),
});

const ofEvents = (
	name: string,
	about: string,
	notables: ReadonlyArray<Notable['type']>,
	event: (event: OtherEvent) => boolean,
): Kind => ({name, about, question: question(never, ({type}) => notables.includes(type), event)});

const isOf =
	(...types: readonly EventType[]) =>
	({type}: OtherEvent): boolean =>
		types.includes(type);

export const messageKinds: readonly Kind[] = [
	ofMessages('append', 'AppendEntries', ({type}) => type === 'AppendEntries', {alias: 'AppendEntries'}),
	ofMessages(
		'heartbeat',
		'AppendEntries without entries',
		(message) => message.type === 'AppendEntries' && message.entries.length === 0,
	),
	ofMessages('vote', 'RequestVote, and the replies to it', isAboutVotes, {events: ['vote']}),
	ofMessages('reply', 'replies to either', ({type}) => type === 'AppendReply' || type === 'VoteReply'),
	ofMessages('append-reply', 'replies to AppendEntries', ({type}) => type === 'AppendReply', {alias: 'AppendReply'}),
	ofMessages('request-vote', 'RequestVote', ({type}) => type === 'RequestVote', {alias: 'RequestVote'}),
	ofMessages('vote-reply', 'replies to RequestVote', ({type}) => type === 'VoteReply', {alias: 'VoteReply'}),
];

export function isAboutVotes({type}: Message): boolean {
	return type === 'RequestVote' || type === 'VoteReply';
}

/** Those of the lists first; the last ones are in the Timeline alone. */
export const eventKinds: readonly Kind[] = [
	ofEvents('candidate', 'a server asks for votes', ['campaign'], (event) => isRole(event, 'candidate')),
	ofEvents('elected', 'a server becomes leader', ['elected'], (event) => isRole(event, 'leader')),
	ofEvents('deposed', 'a leader steps down; in the Timeline: a server follows', ['deposed'], (event) =>
		isRole(event, 'follower'),
	),
	ofEvents('committed', 'entries are known to be committed', ['committed'], isOf('commit')),
	ofEvents('truncated', 'a server drops entries', ['truncated'], isOf('truncate')),
	ofEvents('crashed', 'a server crashes, or stops itself', ['crashed'], isOf('crash')),
	ofEvents('restarted', 'a server comes back', ['restarted'], isOf('restart')),
	ofEvents('wiped', 'a disk is emptied', ['wiped'], isOf('wipe')),
	ofEvents('suspended', 'a server is suspended', ['suspended'], isOf('suspend')),
	ofEvents('resumed', 'a server goes on', ['resumed'], isOf('resume')),
	ofEvents('command', 'what was asked for', ['command'], isOf('command')),
	ofEvents(
		'client',
		'what clients ask for and hear',
		['refused', 'unanswered', 'gaveUp'],
		isOf('invoke', 'request', 'refused', 'ok', 'fail', 'info'),
	),
	ofEvents('violation', 'a promise is broken', ['violation'], isOf('violation')),
	ofEvents('appended', 'a server appends entries', [], isOf('append')),
	ofEvents('applied', 'a server applies an entry', [], isOf('apply')),
	ofEvents('timer', 'a timer goes off', [], isOf('timer')),
	ofEvents('synced', 'a disk has saved', [], isOf('synced')),
];

const isRole = (event: OtherEvent, role: 'candidate' | 'leader' | 'follower'): boolean =>
	event.type === 'role' && event.role === role;

export const fromNode = (id: ServerId): Question => question(({from}) => from === id, never, never);

export const toNode = (id: ServerId): Question => question(({to}) => to === id, never, never);

/** Messages from it or to it, what happens to it, and commands that name it. */
export const aboutNode = (id: ServerId): Question =>
	question(
		({from, to}) => from === id || to === id,
		(notable) =>
			notable.type === 'command' ? names(notable.event.command, id) : 'node' in notable && notable.node === id,
		(event) => (event.type === 'command' ? names(event.command, id) : 'node' in event && event.node === id),
	);

function names(command: Command, id: ServerId): boolean {
	switch (command.type) {
		case 'partition': {
			return command.groups.some((group) => group.includes(id));
		}

		case 'cut':
		case 'link': {
			return command.from === id || command.to === id;
		}

		case 'heal': {
			return command.between?.includes(id) === true;
		}

		default: {
			return ('node' in command && command.node === id) || ('via' in command && command.via === id);
		}
	}
}

/** A message, its copies, and commands about it. */
export const aboutMessage = (number: number): Question =>
	question(
		({id, copyOf}) => id === number || copyOf === number,
		(notable) => notable.type === 'command' && isAbout(notable.event.command, number),
		(event) => event.type === 'command' && isAbout(event.command, number),
	);

const isAbout = (command: Command, number: number): boolean => 'message' in command && command.message === number;

/** Whether one of the numbers from `least` to `most` is as it was asked for; where `least` is more, there are none. */
type IsAmong = (least: number, most: number) => boolean;

function among(comparison: Comparison, than: number): IsAmong {
	switch (comparison) {
		case '>': {
			return (least, most) => least <= most && most > than;
		}

		case '>=': {
			return (least, most) => least <= most && most >= than;
		}

		case '<': {
			return (least, most) => least <= most && least < than;
		}

		case '<=': {
			return (least, most) => least <= most && least <= than;
		}

		case '=': {
			return (least, most) => least <= than && than <= most;
		}
	}
}

export function byTerm(comparison: Comparison, than: number): Question {
	const isAmong = among(comparison, than);
	const isTerm = (term: number): boolean => isAmong(term, term);
	return question(
		({message}) => isTerm(message.term),
		(notable) => 'term' in notable && isTerm(notable.term),
		(event) => {
			switch (event.type) {
				case 'role':
				case 'vote':
				case 'restart': {
					return isTerm(event.term);
				}

				case 'append': {
					return event.entries.some(({term}) => isTerm(term));
				}

				case 'apply': {
					return isTerm(event.entry.term);
				}

				default: {
					return false;
				}
			}
		},
	);
}

/** By the entries that a message carries or answers for, or that something happens to. */
export function byIndex(comparison: Comparison, than: number): Question {
	const isAmong = among(comparison, than);
	return question(
		({message}) => isMessageAbout(message, isAmong),
		(notable) => {
			switch (notable.type) {
				case 'committed': {
					return isAmong(notable.from, notable.to);
				}

				case 'truncated': {
					return isAmong(notable.from, Number.POSITIVE_INFINITY);
				}

				default: {
					return false;
				}
			}
		},
		(event) => {
			switch (event.type) {
				case 'append': {
					return areAmong(event.entries, isAmong);
				}

				case 'apply': {
					return isAmong(event.entry.index, event.entry.index);
				}

				case 'commit': {
					return isAmong(event.index, event.index);
				}

				case 'truncate': {
					return isAmong(event.from, Number.POSITIVE_INFINITY);
				}

				default: {
					return false;
				}
			}
		},
	);
}

function isMessageAbout(message: Message, isAmong: IsAmong): boolean {
	switch (message.type) {
		case 'RequestVote': {
			return isAmong(message.lastLogIndex, message.lastLogIndex);
		}

		case 'VoteReply': {
			return false;
		}

		case 'AppendEntries': {
			return areAmong(message.entries, isAmong);
		}

		case 'AppendReply': {
			const {success, prevLogIndex, matchIndex, conflictIndex} = message;
			return success
				? isAmong(prevLogIndex + 1, matchIndex) // Of a heartbeat there are none
				: conflictIndex > 0 && isAmong(conflictIndex, conflictIndex);
		}
	}
}

const areAmong = (entries: readonly Entry[], isAmong: IsAmong): boolean =>
	entries.length > 0 && isAmong(entries[0]!.index, entries.at(-1)!.index);

/** By when a message was sent, or something happened. */
export function byTime(comparison: Comparison, thanUs: number): Question {
	const isAmong = among(comparison, thanUs);
	return {
		message: ({flight}) => isAmong(flight.sentUs, flight.sentUs),
		notable: ({timeUs}) => isAmong(timeUs, timeUs),
		event: ({timeUs}) => isAmong(timeUs, timeUs),
	};
}

/** An event of the trace tells of one fate: that a message is sent, delivered, or lost. */
function fateToldBy(event: Event): Fate | undefined {
	switch (event.type) {
		case 'sent': {
			return event.flight.lost === undefined ? 'flying' : 'lost';
		}

		case 'delivered':
		case 'lost': {
			return event.type;
		}

		default: {
			return undefined;
		}
	}
}

export const byFate = (...fates: readonly Fate[]): Question => ({
	message: (record, now) => fates.includes(fateOf(record, now)),
	notable: never,
	event(event) {
		const fate = fateToldBy(event);
		return fate !== undefined && fates.includes(fate);
	},
});

export const isCopy: Question = question(({copyOf}) => copyOf !== undefined, never, never);

/** By what stands in the line, in any case. */
export function byText(text: string): Question {
	const sought = text.toLowerCase();
	const isIn = (line: string): boolean => line.toLowerCase().includes(sought);
	return {
		message: (record, now) => isIn(messageWords(record, now)),
		notable(notable) {
			const {node, words} = notableLine(notable);
			return isIn(told(notable.timeUs, 2, node, plain(words)));
		},
		event(event) {
			const {node, words} = eventLine(event);
			return isIn(told(event.timeUs, 3, node, plain(words)));
		},
	};
}

function messageWords(record: MessageRecord, now: Now): string {
	const {id, from, to, message, sentUs, copyOf} = record.flight;
	const copy = copyOf === undefined ? '' : `copy of #${copyOf} `;
	const fate = plain(fateLine(record, now));
	return `${secondsText(sentUs)} #${id} n${from} → n${to} ${message.type} ${copy}${messageText(message)} ${fate}`;
}

const told = (timeUs: number, decimals: number, node: ServerId | undefined, words: string): string =>
	`${secondsText(timeUs, decimals)} ${node === undefined ? '' : `n${node} `}${words}`;
