/*
"Why?": what happened, which rule of the paper decided it, and the chain of causes back to where it began.

A pure room. The World is read and never moved: about the present it is asked, about the past its trace.
*/

import type {LogIndex, ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';
import type {Trace} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {consequencesOf, type About} from './account.js';
import {accountOf} from './accounts.js';
import {causesOf, type Cause} from './causes.js';
import {entryAccount} from './entries.js';
import {eventText} from './event-text.js';
import {findEnd, findSent} from './messages.js';
import {nodeAccount} from './nodes.js';
import type {PaperRule} from './paper-rules.js';
import {effectsOf, letOutBy} from './past.js';

export type {Cause} from './causes.js';

export type Subject =
	| {readonly type: 'node'; readonly node: ServerId}
	| {readonly type: 'message'; readonly id: number}
	| {readonly type: 'entry'; readonly node: ServerId; readonly index: LogIndex}
	| {readonly type: 'event'; readonly seq: number};

export type Explanation = {
	readonly subject: Subject;
	/** The event it is about, if the trace has it. */
	readonly seq: number | undefined;
	readonly timeUs: number | undefined;
	/** The server that did it, or that has or is it. */
	readonly node: ServerId | undefined;
	readonly title: string;
	/** Sentences: what happened, and why. */
	readonly facts: readonly string[];
	/** Clauses: what it led to at once. */
	readonly consequences: readonly string[];
	/** The rules of the paper that decided it; none where it was not the protocol's to decide. */
	readonly rules: readonly PaperRule[];
	/** Nearest first; the last is the command, the timer, the client or the beginning of the run where it all began. */
	readonly causes: readonly Cause[];
	/** Whether the way back ends before that, because the trace does not go back so far. */
	readonly isForgotten: boolean;
};

export function explain(subject: Subject, world: World): Explanation {
	const {account, event} = about(subject, world);
	const {causes, isForgotten} = event === undefined ? {causes: [], isForgotten: false} : causesOf(event, world);
	return {
		subject,
		seq: event?.seq,
		timeUs: event?.timeUs,
		node: 'node' in subject ? subject.node : event && eventText(event).node,
		title: account.title,
		facts: isForgotten
			? [...account.facts, 'What led there is so long ago that it is not kept any more.']
			: account.facts,
		consequences: event === undefined || subject.type === 'node' ? [] : consequencesOf(followersOf(event, world)),
		rules: account.rules,
		causes,
		isForgotten,
	};
}

function about(subject: Subject, world: World): About {
	switch (subject.type) {
		case 'node': {
			return isMember(subject.node, world) ? nodeAccount(subject.node, world) : unknown(nodeName(subject.node), world);
		}

		case 'entry': {
			const {node, index} = subject;
			return isMember(node, world) ? entryAccount(node, index, world) : unknown(nodeName(node), world);
		}

		case 'message': {
			const sent = findSent(world.trace, subject.id);
			const event = sent && (findEnd(sent.flight, world) ?? sent);
			return event === undefined ? unknown(`Message #${subject.id}`, world) : {account: accountOf(event, world), event};
		}

		case 'event': {
			const event = world.trace.at(subject.seq);
			return event === undefined ? unknown(`Event ${subject.seq}`, world) : {account: accountOf(event, world), event};
		}
	}
}

const isMember = (node: ServerId, {hosts}: World): boolean => hosts.some(({id}) => id === node);

/** What has not happened, or has been forgotten. */
const unknown = (title: string, {trace}: World): About => ({
	account: {
		title,
		facts: [
			trace.first === 1
				? 'There is no such thing in this run so far.'
				: `The trace knows nothing of it: it goes back to event ${trace.first} only.`,
		],
		rules: [],
	},
	event: undefined,
});

/** What came of an event; for what a server did along with other things, those that followed. */
function followersOf(event: Event, {trace}: World): readonly Event[] {
	switch (event.type) {
		case 'role':
		case 'vote':
		case 'append':
		case 'truncate':
		case 'commit': {
			return effectsOf(trace, event.cause).filter(({seq}) => seq > event.seq);
		}

		case 'sent': {
			return []; // What became of it is told already
		}

		case 'synced':
		case 'resume': {
			return letOutUpon(event, trace);
		}

		default: {
			return effectsOf(trace, event.seq);
		}
	}
}

/** What had waited for a disk, or until the server goes on, follows at once, with causes from before. */
function letOutUpon({seq, timeUs, node}: Event & {readonly node: ServerId}, trace: Trace): readonly Event[] {
	const followers: Event[] = [];
	for (let at = seq + 1; trace.timeAt(at) === timeUs; at++) {
		const event = trace.at(at)!;
		if (event.cause < seq) {
			if (letOutBy(event) !== node) {
				break;
			}

			followers.push(event);
		}
	}

	return followers;
}
