/*
What came of a candidacy: who granted a vote, who denied it and why, who was not reached, and how it ended (§5.2).
*/

import type {ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Flight, LossReason} from '../simulation/network.js';
import type {World} from '../simulation/world.js';
import {shareText} from './account.js';
import {denialText} from './elections.js';
import {atText, namesText} from './event-text.js';
import {findAfter, of, votersUpTo, type EventOf} from './past.js';
import {requestBehind} from './unanswered.js';

/** That a server became a candidate. */
type Candidacy = EventOf<'role'>;

/** What ended a candidacy: another role, or none. */
type End = EventOf<'role' | 'crash'>;

/** What the trace knows of the way to one of the others and back. */
type Way = {
	requests: number;
	/** Why each request that got lost did. */
	readonly lost: LossReason[];
	isReached: boolean;
	answers: number;
	answersLost: number;
	isGranted: boolean;
	/** The answer that the candidate has heard. */
	heard: Flight | undefined;
};

/** What came of a candidacy by now: the votes, and how it ended. */
export function candidacyFacts(event: Candidacy, world: World): readonly string[] {
	const {facts, isHopeless, end} = tallyOf(event, world);
	return [...facts, endText(event, end, isHopeless, world)];
}

/** What came of a candidate's question for votes, for as long as it was a candidate of that term. */
export const tallyFacts = (event: Candidacy, world: World): readonly string[] => tallyOf(event, world).facts;

/** The same, whether too few are left who may yet vote for it (nobody is asked a second time in a term), and what ended it. */
function tallyOf(
	event: Candidacy,
	world: World,
): {readonly facts: readonly string[]; readonly isHopeless: boolean; readonly end: End | undefined} {
	const {trace, settings} = world;
	const {node, term} = event;
	const end = endOf(event, world);
	const ways = [...waysFrom(event, end, world)];
	const heard = ways.filter(([, way]) => way.heard !== undefined);
	const silent = ways.filter(([, way]) => way.heard === undefined);
	const unreached = silent.filter(
		([, {requests, lost, isReached}]) => !isReached && lost.length >= requests && requests > 0,
	);
	const mute = silent.filter(([, {answers, answersLost}]) => answersLost >= answers && answers > 0);
	const open = silent.filter((way) => !unreached.includes(way) && !mute.includes(way)).map(([id]) => id);
	const voters = votersUpTo(trace, node, term, end === undefined ? trace.length : end.seq - 1);
	const asked = ways.filter(([id, {requests}]) => requests === 1 && !voters.includes(id));
	const lost = asked.filter((way) => way[1].heard !== undefined || unreached.includes(way) || mute.includes(way));
	const isAsking = ways.some(([, {requests}]) => requests > 0);
	const denied = grouped(
		heard.filter(([id]) => !voters.includes(id)),
		([, way]) => reasonText(way.heard!, world),
	);
	const facts = [
		`For term ${term} it ${end === undefined ? 'has' : 'had'} the votes of ${shareText(voters, settings.nodes)}.`,
		...(denied === '' ? [] : [`Denied by ${denied}.`]),
		...(unreached.length === 0
			? []
			: [`Its request never reached ${grouped(unreached, ([, way]) => lossWords[way.lost.at(-1)!])}.`]),
		...(mute.length === 0
			? []
			: [
					`Lost on the way back: ${mute.map(([id, way]) => `${nodeName(id)}’s ${way.isGranted ? 'vote' : 'denial'}`).join(', ')}.`,
				]),
		...(open.length === 0
			? []
			: isAsking
				? [`No answer ${end === undefined ? 'yet' : 'by then'} from ${namesText(open)}.`]
				: [
						end === undefined
							? `It has asked nobody yet: ${world.host(node).isSuspended ? 'it is suspended' : 'its vote must be on its own disk first'}.`
							: 'It had asked nobody by then.',
					]),
	];
	return {facts, end, isHopeless: (settings.nodes - lost.length) * 2 <= settings.nodes};
}

const lossWords: Readonly<Record<LossReason, string>> = {
	loss: 'lost by chance',
	partition: 'no way led there',
	down: 'down',
	dropped: 'taken off the wire',
};

/** `n1 n4 (voted for n2), n5 (log more up-to-date)`. */
function grouped(
	ways: ReadonlyArray<readonly [ServerId, Way]>,
	reasonOf: (way: readonly [ServerId, Way]) => string,
): string {
	const groups = new Map<string, ServerId[]>();
	for (const way of ways) {
		const reason = reasonOf(way);
		groups.set(reason, [...(groups.get(reason) ?? []), way[0]]);
	}

	return [...groups]
		.map(
			([reason, ids]) =>
				`${namesText(ids)} (${ids.length > 1 && reason.endsWith(' itself') ? `each ${reason}` : reason})`,
		)
		.join(', ');
}

function reasonText({sentSeq, message}: Flight, world: World): string {
	const request = requestBehind(sentSeq, world);
	return request?.flight.message.type === 'RequestVote' && message.type === 'VoteReply'
		? denialText(request, request.flight.message, message, world)
		: 'why is not kept any more';
}

/** What ended a candidacy, if anything has. */
const endOf = ({seq, node}: Candidacy, {trace}: World): End | undefined =>
	findAfter(trace, seq, ['role', 'crash'], of(node));

/** What became of the requests and the answers, by voter, until the candidacy ended. */
function waysFrom(event: Candidacy, end: End | undefined, world: World): ReadonlyMap<ServerId, Way> {
	const {trace, hosts} = world;
	const {seq, node, term} = event;
	const endSeq = end?.seq ?? trace.length + 1;
	const ways = new Map<ServerId, Way>();
	for (const {id} of hosts) {
		if (id !== node) {
			ways.set(id, {
				requests: 0,
				lost: [],
				isReached: false,
				answers: 0,
				answersLost: 0,
				isGranted: false,
				heard: undefined,
			});
		}
	}

	findAfter(
		trace,
		seq,
		['sent', 'delivered', 'lost'],
		(one, other, third) => [one, other, third].includes(node),
		(found) => {
			if (found.seq < endSeq) {
				const {from, to, message} = found.flight;
				if (message.type === 'RequestVote' && from === node && message.term === term) {
					takeRequest(ways.get(to)!, found);
				} else if (message.type === 'VoteReply' && to === node && isAnswer(found.flight, term, world)) {
					takeAnswer(ways.get(from)!, found);
				}
			}

			return found.seq >= endSeq;
		},
	);
	return ways;
}

type OnTheWay = EventOf<'sent' | 'delivered' | 'lost'>;

function takeRequest(way: Way, event: OnTheWay): void {
	switch (event.type) {
		case 'sent': {
			way.requests++;
			break;
		}

		case 'delivered': {
			way.isReached = true;
			break;
		}

		case 'lost': {
			way.lost.push(event.reason);
			break;
		}
	}
}

function takeAnswer(way: Way, event: OnTheWay): void {
	const {message} = event.flight;
	switch (event.type) {
		case 'sent': {
			way.answers++;
			way.isGranted = message.type === 'VoteReply' && message.voteGranted;
			break;
		}

		case 'delivered': {
			way.heard = event.flight;
			break;
		}

		case 'lost': {
			way.answersLost++;
			break;
		}
	}
}

/** Whether it answers the question for votes of a term: whoever answers may be in a later one, and an old answer may come late. */
function isAnswer({sentSeq, message}: Flight, term: number, world: World): boolean {
	const request = message.term < term ? undefined : requestBehind(sentSeq, world);
	return (request?.flight.message ?? message).term === term;
}

/** How a candidacy ended. */
function endText(event: Candidacy, end: End | undefined, isHopeless: boolean, world: World): string {
	if (end === undefined) {
		return isHopeless ? `It cannot win term ${event.term} any more.` : 'Nothing is decided yet.';
	}

	const at = atText(end.timeUs);
	if (end.type === 'crash') {
		return `It stopped at ${at}, before the election was decided.`;
	}

	if (end.role === 'leader') {
		return `It won, and became leader of term ${end.term} at ${at}.`;
	}

	if (end.role === 'candidate') {
		return `It did not win: at ${at} its timer went off again, and it began term ${end.term}.`;
	}

	const cause = world.trace.at(end.cause);
	const by =
		cause?.type === 'delivered' ? `${nodeName(cause.flight.from)}’s ${cause.flight.message.type}` : 'a message';
	return end.term > event.term
		? `It did not win: at ${at} it saw term ${end.term} in ${by}, and joined that.`
		: `It did not win: at ${at} ${by} showed that ${nodeName(end.leader ?? 0)} leads term ${end.term}.`;
}
