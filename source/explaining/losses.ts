/*
Why a message was lost: who had made the network so, or the node at its end.
*/

import {nodeName, percentText} from '../scenario/command-text.js';
import type {World} from '../simulation/world.js';
import {givenText, type Account} from './account.js';
import {atText, messageText} from './event-text.js';
import {paperRule} from './paper-rules.js';
import {PastNetwork} from './past-network.js';
import {findBefore, of, type EventOf} from './past.js';

export function lostAccount(event: EventOf<'lost'>, world: World): Account {
	const {flight} = event;
	const {from, to, message, id} = flight;
	return {
		title: `${message.type} #${id} from ${nodeName(from)} to ${nodeName(to)} is lost`,
		facts: [lossText(event, world), `It says: ${messageText(message)}.`],
		rules: [paperRule.losesNothingButTime],
	};
}

/** Why a message was lost, as a sentence. */
export function lossText({seq, cause, timeUs, flight, reason}: EventOf<'lost'>, world: World): string {
	const {trace, settings} = world;
	const {from, to, sentSeq} = flight;
	switch (reason) {
		case 'loss': {
			const command = new PastNetwork(world, sentSeq).lossBetween(from, to);
			return command === undefined
				? settings.lossRate > 0
					? `The network loses ${percentText(settings.lossRate)} of all messages, and this was one of them.`
					: 'The network lost it by chance.'
				: `The network loses messages by chance since ${givenText(command, trace)}, and this was one of them.`;
		}

		case 'partition': {
			const command = new PastNetwork(world, sentSeq).breakBetween(from, to);
			const way = `No way led from ${nodeName(from)} to ${nodeName(to)} when it was sent`;
			return command === undefined ? `${way}.` : `${way}, since ${givenText(command, trace)}.`;
		}

		case 'down': {
			const crash = findBefore(trace, seq, ['crash'], of(to));
			if (timeUs > flight.dueUs) {
				return `It had reached ${nodeName(to)}, which was suspended, and was lost with it when it stopped at ${atText(timeUs)}.`;
			}

			return crash === undefined
				? `${nodeName(to)} was down when it arrived.`
				: `${nodeName(to)} was down when it arrived: it had stopped at ${atText(crash.timeUs)}.`;
		}

		case 'dropped': {
			const command = trace.at(cause);
			return command?.type === 'command'
				? `Somebody took it off the wire: ${givenText(command, trace)}.`
				: 'Somebody took it off the wire.';
		}
	}
}
