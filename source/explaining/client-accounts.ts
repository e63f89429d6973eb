/*
What clients ask for and hear (§5.3, §8).
*/

import {nodeName} from '../scenario/command-text.js';
import type {World} from '../simulation/world.js';
import type {Account} from './account.js';
import {capital, clauseText, clientName, msText, operationText} from './event-text.js';
import {paperRule} from './paper-rules.js';
import {effectsOf, findAfter, findBefore, standingBefore, type EventOf} from './past.js';

export function invokeAccount(event: EventOf<'invoke'>, {trace}: World): Account {
	const {client, operation, op, seq} = event;
	const end = findAfter(trace, seq, ['ok', 'fail', 'info'], (candidate) => candidate.op === op);
	const attempts = findBefore(trace, (end?.seq ?? trace.length) + 1, ['request'], (request) => request.op === op);
	const asked = attempts === undefined || attempts.attempt === 1 ? [] : [`It has asked ${attempts.attempt} times.`];
	return {
		title: `${clientName(client)} asks for ${operationText(operation)}`,
		facts: [
			...asked,
			end === undefined
				? 'It has had no answer so far.'
				: `${msText(end.timeUs - event.timeUs)} later ${clauseText(end)}.`,
		],
		rules: [paperRule.leaderAnswers],
	};
}

export function requestAccount(event: EventOf<'request'>, world: World): Account {
	const {node, client, operation, attempt, seq, op} = event;
	const name = nodeName(node);
	const effects = effectsOf(world.trace, seq);
	const title = `${clientName(client)} asks ${name} for ${operationText(operation)}`;
	const again = attempt === 1 ? [] : [`This is its attempt ${attempt}.`];
	const appended = effects.find((effect) => effect.type === 'append');
	if (appended !== undefined) {
		return {
			title,
			facts: [...again, `${name} leads, and appends it as entry ${appended.entries[0]!.index}.`],
			rules: [paperRule.leaderAppends, ...(attempt === 1 ? [] : [paperRule.retryOnce])],
		};
	}

	if (world.host(node).inbox.some((waiting) => 'call' in waiting && waiting.call.op === op)) {
		return {title, facts: [...again, `${name} is suspended: the request waits there.`], rules: [paperRule.redirects]};
	}

	return {title, facts: [...again, `${name} does not take it.`], rules: [paperRule.redirects]};
}

export function refusedAccount(event: EventOf<'refused'>, {trace}: World): Account {
	const {node, client, operation, leader, seq} = event;
	const name = nodeName(node);
	const before = standingBefore(trace, node, seq);
	const hint =
		leader === undefined
			? `It knows of no leader to name${client === 0 ? '' : ', so the client tries another node'}.`
			: `It names ${nodeName(leader)}, the leader it knows.`;
	return {
		title: `${name} turns ${clientName(client)} away: ${operationText(operation)}`,
		facts:
			before?.role === 'down'
				? [`${name} is down: nobody answers there.`]
				: [
						`${name} does not lead: it is a ${before?.role ?? 'follower'}${before === undefined ? '' : ` in term ${before.term}`}.`,
						hint,
					],
		rules: [paperRule.redirects],
	};
}

export function okAccount(event: EventOf<'ok'>, {trace}: World): Account {
	const {client, op, cause, seq, node} = event;
	const applied = trace.at(cause);
	const invoked = findBefore(trace, seq, ['invoke'], (candidate) => candidate.op === op);
	const took = invoked === undefined ? '' : `, ${msText(event.timeUs - invoked.timeUs)} after it had asked`;
	const isRepeated = applied?.type === 'apply' && applied.isRepeated;
	return {
		title: clauseText(event),
		facts: [
			applied?.type === 'apply'
				? `${nodeName(node)} has applied entry ${applied.entry.index}, which carries the request${took}.`
				: `${nodeName(node)} has applied the request${took}.`,
			...(isRepeated
				? [`${capital(clientName(client))} had asked before, and that was applied: this is the old answer.`]
				: []),
		],
		rules: [paperRule.leaderAnswers, ...(isRepeated ? [paperRule.retryOnce] : [])],
	};
}

/** The client never gets a result: it was refused for good, or will never know. */
export function unansweredAccount(event: EventOf<'fail' | 'info'>, {trace}: World): Account {
	const {client, operation, type} = event;
	const what = operationText(operation);
	const cause = trace.at(event.cause);
	const title = clauseText(event);
	if (type === 'fail') {
		const who = cause?.type === 'refused' ? nodeName(cause.node) : 'Everybody it asked';
		return {
			title,
			facts: [`${who} turned it away, so it is in no log: ${what} has not been done, and never will be.`],
			rules: [paperRule.redirects],
		};
	}

	switch (cause?.type) {
		case 'crash': {
			return {
				title,
				facts: [
					`${nodeName(cause.node)}, which had appended it, crashed before it could answer. The entry may yet be committed.`,
				],
				rules: [paperRule.crashKeepsDisk],
			};
		}

		case 'truncate': {
			return {
				title,
				facts: [
					`${nodeName(cause.node)}, which had appended it, has deleted the entry; a copy elsewhere may yet be committed.`,
				],
				rules: [paperRule.conflictsGo],
			};
		}

		default: {
			return {
				title,
				facts: [
					`${capital(clientName(client))} has waited too long and gives up. The request may be in a log, and may yet be done.`,
				],
				rules: [paperRule.leaderAnswers],
			};
		}
	}
}
