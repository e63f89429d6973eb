/*
Why entries were taken or refused, and what the leader learned from the answer (§5.1, §5.3, §5.4.2).
*/

import type {AppendEntries, AppendReply} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Flight} from '../simulation/network.js';
import type {World} from '../simulation/world.js';
import {isRequest, shortCommand} from '../state-machine/key-value.js';
import {isMajority, shareText, standingText, type Account} from './account.js';
import {requestBehind} from './elections.js';
import {atText, capital, clientName, entryRangeText} from './event-text.js';
import {paperRule, type PaperRule} from './paper-rules.js';
import {
	commitIndexBefore,
	effectsOf,
	entryBefore,
	findBefore,
	holdersUpTo,
	standingBefore,
	type EventOf,
} from './past.js';
import {findReply, unansweredText} from './unanswered.js';

type Delivered = EventOf<'delivered'>;

/** A leader's entries, or its heartbeat, reached a follower. */
export function appendEntriesAccount(event: Delivered, message: AppendEntries, world: World): Account {
	const {from, to} = event.flight;
	const [leader, follower] = [nodeName(from), nodeName(to)];
	const {prevLogIndex, entries} = message;
	const reply = findReply(event, world);
	const carried =
		entries.length === 0
			? `an empty AppendEntries from ${leader}`
			: `${entryRangeText(prevLogIndex + 1, prevLogIndex + entries.length)} from ${leader}`;
	if (reply?.type !== 'AppendReply') {
		return {
			title: `${follower} receives ${carried}`,
			facts: [unansweredText(event, world)],
			rules: [paperRule.savedFirst],
		};
	}

	if (!reply.success) {
		return {
			title: `${follower} refuses ${carried}`,
			...refusal(follower, leader, message, reply),
		};
	}

	if (entries.length === 0) {
		return {
			title: `${follower} receives ${carried}`,
			facts: [
				`It says that ${leader} leads term ${message.term}; ${follower}’s election timer starts anew.`,
				matchText(follower, leader, prevLogIndex),
			],
			rules: [paperRule.heartbeat, paperRule.timerRestarts],
		};
	}

	const effects = effectsOf(world.trace, event.seq);
	const isNew = effects.some(({type}) => type === 'append');
	const hasConflict = effects.some(({type}) => type === 'truncate');
	return {
		title: `${follower} accepts ${carried}`,
		facts: [
			matchText(follower, leader, prevLogIndex),
			isNew
				? 'It appends what it did not have, and answers once that is on its disk.'
				: 'It had all of it already, and says so.',
		],
		rules: [paperRule.consistencyCheck, ...(hasConflict ? [paperRule.conflictsGo] : [])],
	};
}

const matchText = (follower: string, leader: string, index: number): string =>
	index === 0
		? 'It begins at the first entry, so nothing before it can differ.'
		: `${follower}’s log agrees with ${leader}’s up to entry ${index}.`;

/** Why a follower took nothing. */
function refusal(
	follower: string,
	leader: string,
	{term, prevLogIndex, prevLogTerm}: AppendEntries,
	reply: AppendReply,
): Pick<Account, 'facts' | 'rules'> {
	if (reply.conflictIndex === 0) {
		return {
			facts: [`${leader} speaks for term ${term}, but ${follower} is in term ${reply.term} already.`],
			rules: [paperRule.staleRequest],
		};
	}

	const needed = `The entries follow entry ${prevLogIndex} of term ${prevLogTerm}`;
	return {
		facts: [
			reply.conflictTerm === 0
				? `${needed}, but ${follower}’s log ${reply.conflictIndex === 1 ? 'is empty' : `ends at entry ${reply.conflictIndex - 1}`}.`
				: `${needed}, but ${follower}’s entry ${prevLogIndex} is of term ${reply.conflictTerm}.`,
		],
		rules: [paperRule.consistencyCheck],
	};
}

/** Why a follower answered as it did, told to whoever looks at the answer. */
export function appendReplyReasons({sentSeq}: Flight, world: World): Pick<Account, 'facts' | 'rules'> {
	const request = requestBehind(sentSeq, world);
	if (request?.flight.message.type !== 'AppendEntries') {
		return {facts: [], rules: []};
	}

	const {facts, rules} = appendEntriesAccount(request, request.flight.message, world);
	return {facts, rules};
}

/** An answer to AppendEntries reached the leader. */
export function appendReplyAccount(event: Delivered, message: AppendReply, world: World): Account {
	const {trace} = world;
	const {seq, flight} = event;
	const [follower, leader] = [nodeName(flight.from), nodeName(flight.to)];
	const before = standingBefore(trace, flight.to, seq);
	const title = message.success
		? `${leader} learns that ${follower} has everything up to entry ${message.matchIndex}`
		: `${leader} hears that ${follower} refuses its entries`;
	if (before !== undefined && message.term > before.term) {
		return {
			title,
			facts: [`${follower} is in term ${message.term}, ${leader} was in term ${before.term}.`],
			rules: [paperRule.newerTerm],
		};
	}

	if (before !== undefined && (before.role !== 'leader' || before.term !== message.term)) {
		return {
			title,
			facts: [`The answer changes nothing: ${leader} is ${standingText(before)} by now.`],
			rules: [paperRule.staleReply],
		};
	}

	if (!message.success) {
		const {facts} = appendReplyReasons(flight, world);
		const next = effectsOf(trace, seq).find((effect) => effect.type === 'sent');
		const sent = next?.flight.message;
		return {
			title,
			facts: [
				...facts,
				sent?.type === 'AppendEntries'
					? `${leader} goes back and sends what follows entry ${sent.prevLogIndex}.`
					: `${leader} has gone back already, on an earlier refusal.`,
			],
			rules: [paperRule.backsUp],
		};
	}

	return {title, ...countedAccount(event, message, world)};
}

/** What an acknowledgement means for the leader's commit index. */
function countedAccount(
	{seq, flight: {to}}: Delivered,
	{matchIndex, term}: AppendReply,
	world: World,
): Pick<Account, 'facts' | 'rules'> {
	const {trace} = world;
	const commit = effectsOf(trace, seq).find((effect) => effect.type === 'commit');
	if (commit !== undefined) {
		return countAt(to, commit.index, term, seq, world);
	}

	return matchIndex <= (commitIndexBefore(trace, to, seq) ?? 0)
		? {facts: ['Everything up to there is committed already.'], rules: [paperRule.matchKnown]}
		: countAt(to, matchIndex, term, seq, world);
}

/** On whom a leader knows an entry to be, and whether that commits it. */
export function countAt(
	leader: number,
	index: number,
	term: number,
	seq: number,
	world: World,
): {readonly facts: readonly string[]; readonly rules: readonly PaperRule[]} {
	const {trace, settings} = world;
	const appended = entryBefore(trace, leader, index, seq + 1);
	const entryTerm = appended?.entry.term ?? term;
	const since = entryTerm === term ? appended?.event.seq : standingBefore(trace, leader, seq)?.seq;
	const holders = holdersUpTo(trace, leader, {index, term}, since ?? trace.first, seq);
	const where = `Entry ${index} of term ${entryTerm} is on ${shareText(holders, settings.nodes)}.`;
	return entryTerm < term && isMajority(holders, settings.nodes)
		? {
				facts: [
					where,
					`That does not commit it: it is of term ${entryTerm}, and ${nodeName(leader)} leads term ${term}.`,
				],
				rules: [paperRule.ownTermOnly],
			}
		: {
				facts: [where],
				rules: [isMajority(holders, settings.nodes) ? paperRule.ownTermOnly : paperRule.majorityCommits],
			};
}

/** A server moved its commit index. */
export function commitAccount(event: EventOf<'commit'>, world: World): Account {
	const {trace} = world;
	const {seq, node, index} = event;
	const before = commitIndexBefore(trace, node, seq);
	const title = `${nodeName(node)} commits ${before === undefined ? `everything up to entry ${index}` : entryRangeText(before + 1, index)}`;
	const moved = before === undefined ? `Commit index ${index}` : `Commit index ${before} → ${index}`;
	const cause = trace.at(event.cause);
	const content = contentFacts(node, index, seq, world);
	if (cause?.type === 'delivered' && cause.flight.message.type === 'AppendEntries') {
		const {message, from} = cause.flight;
		return {
			title,
			facts: [
				`${moved}: ${nodeName(from)}, which leads term ${message.term}, says that entries up to ${message.leaderCommit} are committed.`,
				`This message shows that the logs of both agree up to entry ${message.prevLogIndex + message.entries.length}.`,
				...content,
			],
			rules: [paperRule.followerLearns],
		};
	}

	const term = standingBefore(trace, node, seq)?.term ?? 0;
	const counted = countAt(node, index, term, event.cause, world);
	const earlier =
		before !== undefined && index > before + 1
			? [
					`${capital(entryRangeText(before + 1, index - 1))} before it ${index === before + 2 ? 'is' : 'are'} committed with it.`,
				]
			: [];
	return {
		title,
		facts: [`${moved}.`, ...counted.facts, ...earlier, ...content],
		rules: counted.rules,
	};
}

/** What an entry carries, and who asked for it, where the trace still knows. */
export function contentFacts(node: number, index: number, seq: number, world: World): readonly string[] {
	const {trace} = world;
	const appended = entryBefore(trace, node, index, seq);
	if (appended === undefined) {
		return [];
	}

	const {entry} = appended;
	const {command, term} = entry;
	if (!isRequest(command)) {
		return [`Entry ${index} is the empty one with which the leader of term ${term} began.`];
	}

	const created = findBefore(
		trace,
		appended.event.seq + 1,
		['append'],
		({entries, cause}) =>
			entries[0]!.index <= index &&
			entries[index - entries[0]!.index]?.command === command &&
			trace.typeAt(cause) === 'request',
	);
	const request = created && trace.at(created.cause);
	const asked =
		request?.type === 'request'
			? ` ${capital(clientName(request.client))} asked ${nodeName(request.node)} for it at ${atText(request.timeUs)}.`
			: '';
	return [`Entry ${index} carries ${shortCommand(command)}.${asked}`];
}
