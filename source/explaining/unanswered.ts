/*
What a server answered to a request, or why it has not.
*/

import type {Message} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';
import type {World} from '../simulation/world.js';
import {atText} from './event-text.js';
import {effectsOf, findAfter, of, standingBefore, type EventOf} from './past.js';

type Delivered = EventOf<'delivered'>;

const isHeld = ({seq, flight: {to}}: Delivered, world: World): boolean =>
	world.host(to).held.some(({cause}) => cause === seq);

/** What a server answered to a request, if the answer has left. */
export const findReply = ({seq}: Delivered, {trace}: World): Message | undefined =>
	effectsOf(trace, seq).find((effect) => effect.type === 'sent')?.flight.message;

/** The request whose answer was sent with an event; the answer may have been doubled on the way. */
export function requestBehind(sentSeq: number, {trace}: World): Delivered | undefined {
	let event: Event | undefined = trace.at(sentSeq);
	while (event?.type === 'sent' && event.cause !== 0) {
		event = trace.at(event.cause);
	}

	return event?.type === 'delivered' ? event : undefined;
}

/** A sentence about a request that was delivered, and that nobody has answered. */
export function unansweredText(event: Delivered, world: World): string {
	const {to} = event.flight;
	const node = nodeName(to);
	if (isHeld(event, world)) {
		return world.host(to).isSuspended
			? `${node}’s answer waits until it goes on: it is suspended.`
			: `${node}’s answer waits until its disk has saved what the answer depends on.`;
	}

	const {trace} = world;
	const before = standingBefore(trace, to, event.seq);
	if (before?.role === 'leader' && before.term === event.flight.message.term) {
		return `${node} does not answer: it leads term ${before.term} itself. The rules of the paper never let two lead one term.`;
	}

	const crash = findAfter(trace, event.seq, ['crash'], of(to));
	return crash === undefined
		? `${node} does not answer.`
		: `${node} crashed at ${atText(crash.timeUs)}, before it could answer.`;
}
