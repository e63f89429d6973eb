/*
What a server answered to a request, or why it has not.
*/

import type {Message} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {World} from '../simulation/world.js';
import {atText} from './event-text.js';
import {findAfter, type EventOf} from './past.js';

type Delivered = EventOf<'delivered'>;

const isHeld = ({seq, flight: {to}}: Delivered, world: World): boolean =>
	world.host(to).held.some(({cause}) => cause === seq);

/** The answer to a request that was delivered, or the crash that came before it. */
const findOutcome = ({seq, flight: {to}}: Delivered, {trace}: World): EventOf<'sent' | 'crash'> | undefined =>
	findAfter(trace, seq, ['sent', 'crash'], (event) =>
		event.type === 'crash' ? event.node === to : event.cause === seq,
	);

/** What a server answered to a request, if the answer has left. */
export function findReply(event: Delivered, world: World): Message | undefined {
	const outcome = isHeld(event, world) ? undefined : findOutcome(event, world);
	return outcome?.type === 'sent' ? outcome.flight.message : undefined;
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

	const outcome = findOutcome(event, world);
	return outcome === undefined
		? `${node} does not answer.`
		: `${node} crashed at ${atText(outcome.timeUs)}, before it could answer.`;
}
