/*
Why a message was lost: who had made the network so, or the node at its end.
*/

import type {ServerId} from '../raft/vocabulary.js';
import {nodeName, percentText} from '../scenario/command-text.js';
import type {Command, Selector} from '../simulation/command.js';
import type {Flight} from '../simulation/network.js';
import type {Trace} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {givenText, type Account} from './account.js';
import {atText, messageText} from './event-text.js';
import {paperRule} from './paper-rules.js';
import {findBefore, standingBefore, type EventOf} from './past.js';

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
export function lossText({seq, cause, flight, reason}: EventOf<'lost'>, {trace, settings}: World): string {
	const {from, to} = flight;
	switch (reason) {
		case 'loss': {
			const command = findBefore(trace, seq, ['command'], (candidate) =>
				mayMakeLossy(candidate.command, flight, trace, candidate.seq),
			);
			return command === undefined
				? `The network loses ${percentText(settings.lossRate)} of all messages, and this was one of them.`
				: `The network loses messages by chance since ${givenText(command, trace)}, and this was one of them.`;
		}

		case 'partition': {
			const command = breakBefore(trace, from, to, flight.sentSeq, settings.nodes);
			const way = `No way led from ${nodeName(from)} to ${nodeName(to)} when it was sent`;
			return command === undefined ? `${way}.` : `${way}, since ${givenText(command, trace)}.`;
		}

		case 'down': {
			const crash = findBefore(trace, seq, ['crash'], (candidate) => candidate.node === to);
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

function mayMakeLossy(command: Command, {from, to}: Flight, trace: Trace, seq: number): boolean {
	if (command.type === 'link') {
		return command.link?.lossRate !== undefined && concernsLink(command, from, to, trace, seq);
	}

	return command.type === 'loss' && command.rate > 0;
}

/**
The command that had broken the way from one server to another before an event.

That it was broken is known; of what could have done it, the latest that nothing had undone since is to blame.
*/
export function breakBefore(
	trace: Trace,
	from: ServerId,
	to: ServerId,
	seq: number,
	nodes: number,
): EventOf<'command'> | undefined {
	let isPartitionOver = false;
	let areCutsOver = false;
	const rejoined = new Set<ServerId>();
	const found = findBefore(trace, seq, ['command'], ({command, seq: at}) => {
		switch (command.type) {
			case 'partition': {
				const isPast = isPartitionOver;
				isPartitionOver = true; // A later partition takes the place of an earlier one
				return !isPast && separates(command.groups, from, to, trace, at, nodes);
			}

			case 'isolate': {
				return [from, to].some((node) => !rejoined.has(node) && isMeant(command.node, node, trace, at));
			}

			case 'cut': {
				return !areCutsOver && concernsLink(command, from, to, trace, at);
			}

			case 'rejoin': {
				for (const node of [from, to]) {
					if (isMeant(command.node, node, trace, at)) {
						rejoined.add(node);
					}
				}

				return false;
			}

			case 'heal': {
				isPartitionOver ||= command.only === 'partition';
				areCutsOver ||=
					command.between !== undefined &&
					concernsLink({from: command.between[0], to: command.between[1], isOneWay: false}, from, to, trace, at);
				return command.only === undefined && command.between === undefined;
			}

			default: {
				return false;
			}
		}
	});
	return found?.command.type === 'heal' ? undefined : found;
}

function concernsLink(
	{from: one, to: other, isOneWay}: {readonly from: Selector; readonly to: Selector; readonly isOneWay: boolean},
	from: ServerId,
	to: ServerId,
	trace: Trace,
	seq: number,
): boolean {
	const leads = (start: ServerId, end: ServerId): boolean =>
		isMeant(one, start, trace, seq) && (other === 'rest' ? one !== end : isMeant(other, end, trace, seq));
	return leads(from, to) || (!isOneWay && leads(to, from));
}

function separates(
	groups: ReadonlyArray<readonly Selector[]>,
	from: ServerId,
	to: ServerId,
	trace: Trace,
	seq: number,
	nodes: number,
): boolean {
	const sideOf = (node: ServerId): number => {
		const named = groups.findIndex((group) =>
			group.some((selector) => selector !== 'rest' && isMeant(selector, node, trace, seq)),
		);
		return named === -1 ? nodes : named; // Whoever is not named is on one side, written or not
	};

	return sideOf(from) !== sideOf(to);
}

/** Whether a selector could have meant a server when a command was given; what was drawn at random may always. */
export function isMeant(selector: Selector, node: ServerId, trace: Trace, seq: number): boolean {
	switch (selector) {
		case 'leader': {
			return leaderBefore(trace, seq) === node;
		}

		case 'followers': {
			return leaderBefore(trace, seq) !== node;
		}

		case 'all':
		case 'rest':
		case 'majority':
		case 'minority':
		case 'random': {
			return true;
		}

		default: {
			return selector === node;
		}
	}
}

/** The leader of the highest term, as far as anybody led. */
function leaderBefore(trace: Trace, seq: number): ServerId | undefined {
	const latest = findBefore(
		trace,
		seq,
		['role'],
		(event) => event.role === 'leader' && standingBefore(trace, event.node, seq)?.role === 'leader',
	);
	return latest?.node;
}
