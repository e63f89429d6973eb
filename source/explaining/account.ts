/*
What is told of one event, before its causes; and what it led to, in clauses.
*/

import type {ServerId} from '../raft/vocabulary.js';
import {commandText, nodeName} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';
import type {Trace} from '../simulation/trace.js';
import {atText, clauseText, entryRangeText, namesText} from './event-text.js';
import type {EventOf, Standing} from './past.js';
import type {PaperRule} from './paper-rules.js';

export type Account = {
	readonly title: string;
	/** Sentences: what happened, and why. */
	readonly facts: readonly string[];
	readonly rules: readonly PaperRule[];
};

/** An account, and the event that it rests on, if the trace still has it. */
export type About = {readonly account: Account; readonly event: Event | undefined};

/** `n3 n4 n5, a majority of 5`, or what they are short of. */
export function shareText(holders: readonly ServerId[], nodes: number): string {
	const needed = Math.floor(nodes / 2) + 1;
	return holders.length >= needed
		? `${namesText(holders)}, a majority of ${nodes}`
		: `${namesText(holders)} only; ${needed} of ${nodes} are needed`;
}

export const isMajority = (holders: readonly ServerId[], nodes: number): boolean => holders.length * 2 > nodes;

export const isFromFaults = ({cause}: EventOf<'command'>, trace: Trace): boolean => trace.at(cause)?.type === 'command';

/** `“cut n1 n2”, given at 1.200 s`, or by whom else. */
export function givenText(event: EventOf<'command'>, trace: Trace): string {
	const giver = isFromFaults(event, trace) ? 'done by the random faults' : 'given';
	return `“${commandText(event.command)}”, ${giver} at ${atText(event.timeUs)}`;
}

/** `leader of term 4`, `a follower of n3 in term 4`. */
export function standingText({role, term, leader}: Standing): string {
	switch (role) {
		case 'leader': {
			return `leader of term ${term}`;
		}

		case 'candidate': {
			return `a candidate for term ${term}`;
		}

		case 'follower': {
			return leader === undefined
				? `a follower in term ${term} without a known leader`
				: `a follower of ${nodeName(leader)} in term ${term}`;
		}

		case 'down': {
			return 'down';
		}
	}
}

/** What an event led to, in clauses; like ones in one. */
export function consequencesOf(effects: readonly Event[]): readonly string[] {
	const clauses: string[] = [];
	const told = new Set<Event>();
	for (const effect of effects) {
		if (told.has(effect) || isLeftOut(effect)) {
			continue;
		}

		const like = effects.filter((other) => isLike(effect, other));
		for (const one of like) {
			told.add(one);
		}

		clauses.push(clauseFor(effect, like));
	}

	return clauses;
}

/** Its own consequence comes later: a timer was only started, trouble only switched on, or a client asked again for want of an answer. */
const isLeftOut = (event: Event): boolean =>
	['timer', 'command', 'violation', 'synced'].includes(event.type) || (event.type === 'request' && event.attempt > 1);

function isLike(one: Event, other: Event): boolean {
	if (one.type === 'sent' && other.type === 'sent') {
		return (
			one.flight.from === other.flight.from &&
			one.flight.message.type === other.flight.message.type &&
			one.timeUs === other.timeUs
		);
	}

	return one === other || (one.type === 'apply' && other.type === 'apply' && one.node === other.node);
}

function clauseFor(effect: Event, like: readonly Event[]): string {
	if (effect.type === 'sent') {
		return sendingText(like as ReadonlyArray<EventOf<'sent'>>);
	}

	if (effect.type === 'apply' && like.length > 1) {
		const last = like.at(-1) as EventOf<'apply'>;
		return `${nodeName(effect.node)} applies ${entryRangeText(effect.entry.index, last.entry.index)}`;
	}

	return clauseText(effect);
}

function sendingText(sent: ReadonlyArray<EventOf<'sent'>>): string {
	if (sent.length === 1) {
		const [only] = sent as [EventOf<'sent'>];
		return `${clauseText(only)}${only.flight.lost === undefined ? '' : ': it is lost'}`;
	}

	const {from, message} = sent[0]!.flight;
	const lost = sent.filter(({flight}) => flight.lost !== undefined).map(({flight}) => flight.to);
	const to = [...new Set(sent.map(({flight}) => flight.to))];
	const count = sent.length > to.length ? `${sent.length} × ` : '';
	const fate =
		lost.length === 0
			? ''
			: lost.length === sent.length
				? ': all are lost'
				: to.length === 1
					? `: ${lost.length} of them are lost`
					: `: ${lost.length === 1 ? 'that' : 'those'} to ${namesText([...new Set(lost)])} ${lost.length === 1 ? 'is' : 'are'} lost`;
	return `${nodeName(from)} sends ${count}${message.type} to ${namesText(to)}${fate}`;
}
