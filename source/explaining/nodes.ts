/*
What a node is now, and since when.
*/

import type {ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';
import type {Host} from '../simulation/host.js';
import type {World} from '../simulation/world.js';
import {shareText, standingText, type About} from './account.js';
import {accountOf} from './accounts.js';
import {startText} from './causes.js';
import {clockFacts} from './clocks.js';
import {atText, clauseText, msText} from './event-text.js';
import {findBefore, of, standingBefore, votersUpTo} from './past.js';

export function nodeAccount(node: ServerId, world: World): About {
	const {trace} = world;
	const host = world.host(node);
	const {server, isSuspended} = host;
	const standing =
		server === undefined
			? ({role: 'down', term: 0, leader: undefined, seq: 0} as const)
			: {
					role: server.role,
					term: server.currentTerm,
					leader: server.role === 'follower' ? server.leaderId : undefined,
					seq: 0,
				};
	const event = isSuspended
		? findBefore(trace, trace.length + 1, ['suspend'], of(node))
		: trace.at(Math.max(1, standingBefore(trace, node, trace.length + 1)?.seq ?? 1));
	const title = `${nodeName(node)} is ${standingText(standing)}${isSuspended ? ', and suspended' : ''}`;
	const since = event === undefined ? undefined : accountOf(event, world);
	return {
		account: {
			title,
			facts: [
				event === undefined
					? 'What made it so is so long ago that it is not kept any more.'
					: `Since ${atText(event.timeUs)}: ${clauseText(event)}.`,
				...(since?.facts ?? []),
				...presentFacts(host, event, world),
				timerText(host, world),
				...clockFacts(host, world),
			],
			rules: since?.rules ?? [],
		},
		event,
	};
}

/** What keeps it where it is: a candidate the votes it lacks, unless that is told already; an old leader the news it lacks. */
function presentFacts({server}: Host, since: Event | undefined, {trace, settings, leader}: World): readonly string[] {
	if (server?.role === 'candidate') {
		return since?.type === 'role'
			? []
			: [
					`It has the votes of ${shareText(votersUpTo(trace, server.id, server.currentTerm, trace.length), settings.nodes)}.`,
				];
	}

	return server?.role === 'leader' && leader !== undefined && leader.id !== server.id
		? [
				`${nodeName(leader.id)} leads term ${leader.server!.currentTerm}; ${nodeName(server.id)} has not heard of that yet.`,
			]
		: [];
}

function timerText({id, timer, isSuspended, server}: Host, {trace, timeUs}: World): string {
	if (server === undefined) {
		return 'It has no timer and hears nothing.';
	}

	if (timer === undefined) {
		return 'It has no timer.';
	}

	const left = timer.dueUs - timeUs;
	const due =
		left > 0
			? `goes off in ${msText(left)}, at ${atText(timer.dueUs)}${isSuspended ? ', or when it goes on, if that is later' : ''}`
			: isSuspended
				? 'is due, and goes off when it goes on'
				: 'is due now';
	const by = trace.at(timer.armedBy);
	const started = by === undefined ? '' : `; it was started at ${atText(timer.setUs)}${startText(by, timer.kind)}`;
	return `${nodeName(id)}’s ${timer.kind} timer ${due}${started}.`;
}
