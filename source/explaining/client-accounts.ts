/*
What clients ask for and hear (§5.3, §8).
*/

import {nodeName} from '../scenario/command-text.js';
import type {World} from '../simulation/world.js';
import {abandonedAccount} from './abandoned.js';
import {standingText, type Account} from './account.js';
import {asking, clauseText, clientName, msText, operationText} from './event-text.js';
import {paperRule} from './paper-rules.js';
import {effectsOf, findAfter, findBefore, standingBefore, type EventOf} from './past.js';

export function invokeAccount(event: EventOf<'invoke'>, {trace}: World): Account {
	const {client, operation, op, seq} = event;
	const end = findAfter(trace, seq, ['ok', 'fail', 'info'], (_node, first) => first === op);
	const attempts = findBefore(trace, (end?.seq ?? trace.length) + 1, ['request'], (_node, first) => first === op);
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
		return {title, facts: [...again, `${name} is suspended: the request waits there.`], rules: []};
	}

	const refused = findAfter(world.trace, seq, ['refused'], (id, first) => id === node && first === op);
	return refused === undefined
		? {title, facts: [...again, `${name} does not take it.`], rules: []}
		: {title, facts: [...again, whyRefused(refused, world)], rules: refusedAccount(refused, world).rules};
}

export function refusedAccount(event: EventOf<'refused'>, world: World): Account {
	const {node, client, operation, leader, seq} = event;
	const isDown = standingBefore(world.trace, node, seq)?.role === 'down';
	const hint =
		leader === undefined
			? `It knows of no leader to name${client === 0 ? '' : `, so ${clientName(client)} tries another node`}.`
			: `It names ${nodeName(leader)}, the leader it knows.`;
	return {
		title: isDown
			? `${clientName(client)} gets nothing from ${nodeName(node)}: ${operationText(operation)}`
			: `${nodeName(node)} turns ${clientName(client)} away: ${operationText(operation)}`,
		facts: [whyRefused(event, world), ...(isDown ? [] : [hint])],
		rules: isDown ? [] : [paperRule.redirects],
	};
}

/** Why a node did not take a request, as a sentence. */
function whyRefused({node, seq, cause}: EventOf<'refused'>, {trace}: World): string {
	const name = nodeName(node);
	const before = standingBefore(trace, node, seq);
	if (before?.role === 'down') {
		return trace.typeAt(cause) === 'crash'
			? `${name} stopped before it could take the request, which had waited there while it was suspended.`
			: `${name} is down: nobody answers there.`;
	}

	return before === undefined ? `${name} does not lead.` : `${name} does not lead: it is ${standingText(before)}.`;
}

export function okAccount(event: EventOf<'ok'>, {trace}: World): Account {
	const {client, op, cause, seq, node} = event;
	const applied = trace.at(cause);
	const invoked = findBefore(trace, seq, ['invoke'], (_node, first) => first === op);
	const took =
		invoked === undefined ? [] : [`It took ${msText(event.timeUs - invoked.timeUs)} from the question to the answer.`];
	const isRepeated = applied?.type === 'apply' && applied.isRepeated;
	return {
		title: clauseText(event),
		facts: [
			applied?.type === 'apply'
				? `${nodeName(node)} has applied entry ${applied.entry.index}, which carries the request.`
				: `${nodeName(node)} has applied the request.`,
			...(isRepeated ? [`${asking(client)} had asked before, and that was applied: this is the old answer.`] : []),
			...took,
		],
		rules: [paperRule.leaderAnswers, ...(isRepeated ? [paperRule.retryOnce] : [])],
	};
}

/** The client never gets a result: it was refused for good, or will never know. */
export function unansweredAccount(event: EventOf<'fail' | 'info'>, world: World): Account {
	const {trace} = world;
	const {client, operation, type} = event;
	const what = operationText(operation);
	const cause = trace.at(event.cause);
	const title = clauseText(event);
	if (type === 'fail') {
		const isRefused = cause?.type === 'refused';
		return {
			title,
			facts: [
				isRefused ? whyRefused(cause, world) : 'Everybody it asked turned it away.',
				`So it is in no log: ${what} has not been done, and never will be.`,
			],
			rules: isRefused ? refusedAccount(cause, world).rules : [paperRule.redirects],
		};
	}

	switch (cause?.type) {
		case 'crash': {
			return {...abandonedAccount(cause, world), rules: [paperRule.crashKeepsDisk]};
		}

		case 'truncate': {
			return {...abandonedAccount(cause, world), rules: [paperRule.conflictsGo]};
		}

		default: {
			return {
				title,
				facts: [
					`${asking(client)} has waited too long and gives up. The request may be in a log, and may yet be done.`,
				],
				rules: [paperRule.leaderAnswers],
			};
		}
	}
}
