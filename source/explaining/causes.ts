/*
Causes: from an event back to the command, the timer or the client that began it, nearest first.
*/

import {nodeName} from '../scenario/command-text.js';
import type {ServerId} from '../raft/vocabulary.js';
import type {Event, TimerKind} from '../simulation/event.js';
import type {Trace} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {rateThroughout} from './clocks.js';
import {clauseText, eventText, msText} from './event-text.js';
import {findBefore, letOutBy, of, type EventOf} from './past.js';

/** One event of the chain. */
export type Cause = {
	readonly seq: number;
	readonly timeUs: number;
	readonly node: ServerId | undefined;
	readonly text: string;
	/** The same in as few words as say it: `AppendReply n3→n1`. */
	readonly brief: string;
};

export type Causes = {
	/** Nearest first; the last is where it began, unless that is forgotten. */
	readonly causes: readonly Cause[];
	/** Whether the chain ends before its beginning, because the trace does not go back so far. */
	readonly isForgotten: boolean;
};

/** A chain is told in so many lines; of a longer one the nearest causes and the first. */
const causesMax = 30;

export function causesOf(event: Event, world: World): Causes {
	const {trace} = world;
	const causes: Cause[] = [];
	let steps = 0;
	let last: Cause | undefined;
	let current = event;
	for (;;) {
		const previous = previousOf(current, event, trace);
		if (previous === undefined || previous === 'forgotten') {
			const unlisted = steps - causes.length;
			if (unlisted > 0) {
				causes.push(unlisted === 1 ? last! : {...last!, text: `… and so on, ${unlisted - 1} more … ${last!.text}`});
			}

			return {causes, isForgotten: previous === 'forgotten'};
		}

		for (const one of [...waitOf(current, previous, trace), previous]) {
			if (!isToldBySuccessor(one, current)) {
				steps++;
				last = causeOf(one, world);
				if (causes.length < causesMax - 1) {
					causes.push(last);
				}
			}
		}

		current = previous;
	}
}

/** What led to an event, if anything did; for what begins a chain nothing is asked, unless it is the subject itself. */
function previousOf(event: Event, subject: Event, trace: Trace): Event | 'forgotten' | undefined {
	if (event.cause === 0 || event.cause >= event.seq) {
		return undefined;
	}

	const previous = trace.at(event.cause);
	if (event.type === 'timer' && event !== subject && previous?.type !== 'command') {
		return undefined; // It would have gone off without whatever had started it
	}

	return previous ?? 'forgotten';
}

/** A message that arrives tells of its sending; a command that asks for an operation tells of that. */
const isToldBySuccessor = (event: Event, successor: Event): boolean =>
	(event.type === 'sent' && ['delivered', 'lost', 'sent'].includes(successor.type)) ||
	(event.type === 'invoke' && event.client === 0);

/** What an effect had to wait for after its cause: the disk, or that the server goes on. */
function waitOf(event: Event, previous: Event, trace: Trace): readonly Event[] {
	const node = event.timeUs === previous.timeUs ? undefined : letOutBy(event);
	const wait = node === undefined ? undefined : findBefore(trace, event.seq, ['synced', 'resume'], of(node));
	return wait?.timeUs === event.timeUs ? [wait] : [];
}

function causeOf(event: Event, world: World): Cause {
	const {node, text} = eventText(event);
	const {seq, timeUs} = event;
	return {seq, timeUs, node, text: event.type === 'timer' ? timerText(event, world) : text, brief: briefText(event)};
}

function briefText(event: Event): string {
	switch (event.type) {
		case 'sent':
		case 'delivered': {
			const {from, to, message} = event.flight;
			return `${message.type} ${nodeName(from)}→${nodeName(to)}`;
		}

		case 'timer': {
			return `${nodeName(event.node)}’s ${event.timer} timer`;
		}

		case 'synced': {
			return `saved on ${nodeName(event.node)}`;
		}

		case 'request': {
			return `asked of ${nodeName(event.node)}`;
		}

		default: {
			return clauseText(event);
		}
	}
}

/** When a timer was started says more than that it went off. */
export function timerText(event: EventOf<'timer'>, world: World): string {
	const started = world.trace.at(event.cause);
	const {text} = eventText(event);
	if (started === undefined || started.type === 'command') {
		return text;
	}

	return event.timer === 'heartbeat'
		? `${text}, as it does at regular intervals`
		: `${text}, ${msText(event.timeUs - started.timeUs)} after it was started${ownTimeText(event, started, world)}`;
}

function ownTimeText(event: EventOf<'timer'>, started: Event, world: World): string {
	const rate = rateThroughout(event.node, started, event, world);
	return rate === undefined || rate === 1
		? ''
		: ` (${msText((event.timeUs - started.timeUs) * rate)} by its own clock)`;
}

/** What started a timer, as it goes on after when that was. */
export const startText = (started: Event, kind: TimerKind): string =>
	started.type === 'timer' && started.timer === kind ? ', when it last went off' : `: ${clauseText(started)}`;
