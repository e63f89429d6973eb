/*
What a message says, why it was sent, and what became of it.
*/

import {nodeName} from '../scenario/command-text.js';
import type {Flight} from '../simulation/network.js';
import type {Trace} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import type {Account} from './account.js';
import {requestVoteAccount, voteReplyAccount, voteReplyReasons} from './elections.js';
import {atText, messageText, msText} from './event-text.js';
import {lossText} from './losses.js';
import {paperRule} from './paper-rules.js';
import {findAfter, type EventOf} from './past.js';
import {appendEntriesAccount, appendReplyAccount, appendReplyReasons} from './replication.js';

/** The event in which a message was sent. Messages are numbered as they are sent, so halving finds it. */
export function findSent(trace: Trace, id: number): EventOf<'sent'> | undefined {
	let low = trace.first;
	let high = trace.length;
	while (low <= high) {
		const middle = Math.floor((low + high) / 2);
		let at = middle;
		while (at <= high && trace.typeAt(at) !== 'sent') {
			at++;
		}

		const event = at > high ? undefined : (trace.at(at) as EventOf<'sent'>);
		if (event?.flight.id === id) {
			return event;
		}

		if (event === undefined || event.flight.id > id) {
			high = middle - 1;
		} else {
			low = at + 1;
		}
	}

	return undefined;
}

/** How a message ended; `undefined` as long as it is under way. */
export function findEnd({id, to, sentSeq}: Flight, world: World): EventOf<'delivered' | 'lost'> | undefined {
	const isUnderWay =
		world.findFlight(id) !== undefined ||
		world.host(to).inbox.some((waiting) => 'sentSeq' in waiting && waiting.id === id);
	return isUnderWay
		? undefined
		: findAfter(
				world.trace,
				sentSeq,
				['delivered', 'lost'],
				(node, _first, _second, cause) => node === to && (cause === sentSeq || world.trace.typeAt(cause) === 'command'),
				({flight}) => flight.id === id,
			);
}

/** What became of a message, as a sentence. */
export function fateText(flight: Flight, world: World): string {
	const {id, to, sentUs} = flight;
	const end = findEnd(flight, world);
	switch (end?.type) {
		case 'delivered': {
			return `${nodeName(to)} received it at ${atText(end.timeUs)}, ${msText(end.timeUs - sentUs)} later.`;
		}

		case 'lost': {
			return `It was lost. ${lossText(end, world)}`;
		}

		case undefined: {
			if (world.network.held.some((held) => held.id === id)) {
				return 'Somebody holds it back.';
			}

			const arriving = world.findFlight(id);
			return arriving === undefined
				? `It has reached ${nodeName(to)}, which is suspended, and waits there.`
				: `It is on its way and will be there at ${atText(arriving.dueUs)}.`;
		}
	}
}

export function sentAccount({cause, flight}: EventOf<'sent'>, world: World): Account {
	const {id, from, to, message, copyOf} = flight;
	const copied =
		copyOf === undefined
			? []
			: [
					`It repeats message #${copyOf}: ${world.trace.typeAt(cause) === 'command' ? 'a command did that' : 'the network made two of one'}.`,
				];
	const reasons = reasonsFor(flight, cause, world);
	return {
		title: `${nodeName(from)} sends ${message.type} #${id} to ${nodeName(to)}`,
		facts: [`It says: ${messageText(message)}.`, ...copied, ...reasons.facts, fateText(flight, world)],
		rules: reasons.rules,
	};
}

/** Why a message was sent. */
function reasonsFor(flight: Flight, cause: number, world: World): Pick<Account, 'facts' | 'rules'> {
	const {message} = flight;
	switch (message.type) {
		case 'RequestVote': {
			return {facts: [], rules: [paperRule.electionTimeout]};
		}

		case 'VoteReply': {
			return voteReplyReasons(flight, world);
		}

		case 'AppendReply': {
			return appendReplyReasons(flight, world);
		}

		case 'AppendEntries': {
			const reason = world.trace.at(cause);
			if (reason?.type === 'timer') {
				return {facts: [], rules: [paperRule.heartbeat]};
			}

			if (reason?.type === 'delivered' && reason.flight.message.type === 'VoteReply') {
				return {facts: [`${nodeName(flight.from)} has just been elected.`], rules: [paperRule.noOp]};
			}

			if (reason?.type === 'delivered' && reason.flight.message.type === 'AppendReply') {
				const {success} = reason.flight.message;
				return success
					? {facts: [`${nodeName(flight.to)} lacks entries, as its answer showed.`], rules: [paperRule.leaderSends]}
					: {facts: [`${nodeName(flight.to)} refused what was sent before.`], rules: [paperRule.backsUp]};
			}

			return {facts: [], rules: [paperRule.leaderAppends]};
		}
	}
}

export function deliveredAccount(event: EventOf<'delivered'>, world: World): Account {
	const {flight, timeUs} = event;
	const {message, sentUs, dueUs} = flight;
	const account = receivedAccount(event, world);
	const waited =
		timeUs > dueUs ? `, and taken ${msText(timeUs - dueUs)} after that, as ${nodeName(flight.to)} was suspended` : '';
	const sent = `${message.type} #${flight.id}: ${messageText(message)}; sent at ${atText(sentUs)}, there ${msText(dueUs - sentUs)} later${waited}.`;
	return {...account, facts: [...account.facts, sent]};
}

function receivedAccount(event: EventOf<'delivered'>, world: World): Account {
	const {message} = event.flight;
	switch (message.type) {
		case 'RequestVote': {
			return requestVoteAccount(event, message, world);
		}

		case 'VoteReply': {
			return voteReplyAccount(event, message, world);
		}

		case 'AppendEntries': {
			return appendEntriesAccount(event, message, world);
		}

		case 'AppendReply': {
			return appendReplyAccount(event, message, world);
		}
	}
}
