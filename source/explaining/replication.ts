/*
Why entries were taken or refused, and what the leader learned from the answer (§5.1, §5.3, §5.4.2).
*/

import type {AppendEntries, AppendReply, LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Flight} from '../simulation/network.js';
import type {World} from '../simulation/world.js';
import {isRequest, shortCommand} from '../state-machine/key-value.js';
import {isMajority, shareText, standingText, type Account} from './account.js';
import {asking, atText, capital, entryRangeText} from './event-text.js';
import {paperRule} from './paper-rules.js';
import {
	appendOf,
	commitIndexBefore,
	effectsOf,
	entryBefore,
	findBefore,
	holdersUpTo,
	of,
	standingBefore,
	type EventOf,
} from './past.js';
import {findReply, requestBehind, unansweredText} from './unanswered.js';

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

	const end = prevLogIndex + entries.length;
	const excess =
		reply.matchIndex > end
			? [
					`It acknowledges entry ${reply.matchIndex}. No rule of the paper lets it go beyond entry ${end}, where the message ends.`,
				]
			: [];
	if (entries.length === 0) {
		return {
			title: `${follower} receives ${carried}`,
			facts: [
				`It says that ${leader} leads term ${message.term}; ${follower}’s election timer starts anew.`,
				matchText(event, message, world),
				...excess,
			],
			rules: [paperRule.heartbeat, paperRule.timerRestarts],
		};
	}

	const effects = effectsOf(world.trace, event.seq);
	const isNew = effects.some(({type}) => type === 'append');
	const conflict = effects.find((effect) => effect.type === 'truncate');
	return {
		title: `${follower} accepts ${carried}`,
		facts: [
			matchText(event, message, world),
			...(conflict === undefined ? [] : [`It deletes its own entries from ${conflict.from} on, which differ.`]),
			isNew
				? 'It appends what it did not have, and answers once that is on its disk.'
				: 'It had all of them already, and says so.',
			...excess,
		],
		rules: [paperRule.consistencyCheck, ...(conflict === undefined ? [] : [paperRule.conflictsGo])],
	};
}

/** Why a follower took what it got. Where the rules of the paper are broken, there is no reason. */
function matchText(
	{seq, flight: {from, to}}: Delivered,
	{term, prevLogIndex, prevLogTerm}: AppendEntries,
	{trace}: World,
): string {
	const [leader, follower] = [nodeName(from), nodeName(to)];
	const before = standingBefore(trace, to, seq);
	if (before !== undefined && before.term > term) {
		return `No rule of the paper lets ${follower} take it: it is of term ${term}, and ${follower} is in term ${before.term}.`;
	}

	if (prevLogIndex === 0) {
		return 'It begins at the first entry, so nothing before it can differ.';
	}

	const own = entryBefore(trace, to, prevLogIndex, seq);
	return own?.term === prevLogTerm || (own === undefined && trace.first > 1)
		? `${follower}’s log agrees with ${leader}’s up to entry ${prevLogIndex}.`
		: `No rule of the paper lets ${follower} take it: it builds on entry ${prevLogIndex} of term ${prevLogTerm}, and ${own === undefined ? `${follower} has no such entry` : `${follower}’s is of term ${own.term}`}.`;
}

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

	const needed = `The message builds on entry ${prevLogIndex} of term ${prevLogTerm}`;
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
		? message.matchIndex === 0
			? `${leader} hears from ${follower}, which acknowledges no entry yet`
			: `${leader} learns that ${follower} has everything up to entry ${message.matchIndex}`
		: `${leader} hears that ${follower} refuses what it sent`;
	if (before !== undefined && message.term > before.term) {
		return {
			title,
			facts: [`${follower} was in term ${message.term}, ${leader} in term ${before.term} still.`],
			rules: [paperRule.newerTerm],
		};
	}

	if (before !== undefined && (before.role !== 'leader' || before.term !== message.term)) {
		return {
			title,
			facts: [`The answer changes nothing: ${leader} was ${standingText(before)} by then.`],
			rules: [paperRule.staleReply],
		};
	}

	return message.success
		? {title, ...countedAccount(event, message, world)}
		: {
				title,
				facts: [...appendReplyReasons(flight, world).facts, nextText(event, message, world)],
				rules: [message.conflictIndex === 0 ? paperRule.staleReply : paperRule.backsUp],
			};
}

/** What a leader does about a refusal. */
function nextText({seq, flight: {from, to}}: Delivered, reply: AppendReply, {trace}: World): string {
	const [follower, leader] = [nodeName(from), nodeName(to)];
	const sent = effectsOf(trace, seq).find((effect) => effect.type === 'sent')?.flight.message;
	if (sent?.type === 'AppendEntries') {
		return `${leader} goes back and sends what follows entry ${sent.prevLogIndex}.`;
	}

	if (reply.conflictIndex === 0) {
		return `That was about an earlier term; it says nothing of the entries of term ${reply.term}.`;
	}

	const acknowledged = findBefore(
		trace,
		seq,
		['delivered'],
		(node, sender) => node === to && sender === from,
		({flight: {message}}) => message.type === 'AppendReply' && message.term === reply.term && message.success,
	)?.flight.message;
	return acknowledged?.type === 'AppendReply' && acknowledged.matchIndex === reply.prevLogIndex
		? `${follower} had acknowledged entry ${reply.prevLogIndex} before: its disk has lost what it said it had.`
		: `${leader} has gone back already, on an earlier refusal.`;
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
		return countedFor(commit, term, world);
	}

	if (matchIndex === 0) {
		return {
			facts: ['It answers a message that carried no entries, and had none before it.'],
			rules: [paperRule.matchKnown],
		};
	}

	if (matchIndex <= (commitIndexBefore(trace, to, seq) ?? 0)) {
		return {facts: ['Everything up to there is committed already.'], rules: [paperRule.matchKnown]};
	}

	const {where, entryTerm, isOnMajority} = countAt(to, matchIndex, term, seq, world);
	if (!isOnMajority) {
		return {facts: [where], rules: [paperRule.majorityCommits]};
	}

	return entryTerm < term
		? {
				facts: [where, `That does not commit it: it is of term ${entryTerm}, and ${nodeName(to)} leads term ${term}.`],
				rules: [paperRule.ownTermOnly],
			}
		: {
				facts: [where, `${nodeName(to)} counts itself, so it first waits until its own disk has saved the entry.`],
				rules: [paperRule.majorityCommits, paperRule.savedFirst],
			};
}

/** On whom a leader knew an entry to be, up to an event and including it. */
function countAt(
	leader: ServerId,
	index: LogIndex,
	term: Term,
	seq: number,
	world: World,
): {readonly where: string; readonly entryTerm: Term; readonly isOnMajority: boolean} {
	const {trace, settings} = world;
	const entryTerm = entryBefore(trace, leader, index, seq + 1)?.term ?? term;
	const since =
		entryTerm === term
			? appendOf(trace, leader, {index, term}, seq + 1)
			: findBefore(trace, seq, ['role'], of(leader), ({role}) => role === 'leader');
	const holders = holdersUpTo(trace, leader, {index, term}, since?.seq ?? 0, seq);
	return {
		where: `Entry ${index} of term ${entryTerm} is on ${shareText(holders, settings.nodes)}.`,
		entryTerm,
		isOnMajority: isMajority(holders, settings.nodes),
	};
}

/** Why a leader moved its commit index: on whom it knew the entry to be, and which came along. */
function countedFor(
	{seq, node, index, cause}: EventOf<'commit'>,
	term: Term,
	world: World,
): Pick<Account, 'facts' | 'rules'> {
	const {trace} = world;
	const {where, entryTerm, isOnMajority} = countAt(node, index, term, cause, world);
	if (!isOnMajority) {
		return {facts: [where, 'No rule of the paper commits it here.'], rules: [paperRule.majorityCommits]};
	}

	if (entryTerm < term) {
		return {
			facts: [
				where,
				`No rule of the paper commits it here: it is of term ${entryTerm}, and ${nodeName(node)} leads term ${term}.`,
			],
			rules: [paperRule.ownTermOnly],
		};
	}

	const before = commitIndexBefore(trace, node, seq);
	if (before === undefined || index === before + 1) {
		return {facts: [where], rules: [paperRule.majorityCommits]};
	}

	const [verb, first] = [index === before + 2 ? 'is' : 'are', entryBefore(trace, node, before + 1, seq)];
	return {
		facts: [where, `${capital(entryRangeText(before + 1, index - 1))} before it ${verb} committed with it.`],
		rules: [...(first !== undefined && first.term < term ? [paperRule.ownTermOnly] : []), paperRule.majorityCommits],
	};
}

/** A server moved its commit index; told for whoever asks about one of the entries. */
export function commitAccount(event: EventOf<'commit'>, world: World, about = event.index): Account {
	const {trace} = world;
	const {seq, node, index} = event;
	const before = commitIndexBefore(trace, node, seq);
	const title = `${nodeName(node)} commits ${before === undefined ? `everything up to entry ${index}` : entryRangeText(before + 1, index)}`;
	const moved = before === undefined ? `Commit index ${index}` : `Commit index ${before} → ${index}`;
	const cause = trace.at(event.cause);
	const content = contentFacts(node, about, seq, world);
	if (cause?.type === 'delivered' && cause.flight.message.type === 'AppendEntries') {
		const {message, from} = cause.flight;
		return {
			title,
			facts: [
				`${moved}: ${nodeName(from)}, which leads term ${message.term}, says that everything up to entry ${message.leaderCommit} is committed.`,
				...agreementFacts(event, message),
				...content,
			],
			rules: [paperRule.followerLearns],
		};
	}

	if (cause === undefined) {
		return {title, facts: [`${moved}.`, ...content], rules: [paperRule.majorityCommits]};
	}

	// Its disk may have kept it waiting, and a later term may have begun
	const term = cause.type === 'delivered' ? cause.flight.message.term : (standingBefore(trace, node, seq)?.term ?? 0);
	const counted = countedFor(event, term, world);
	return {title, facts: [`${moved}.`, ...counted.facts, ...content], rules: counted.rules};
}

/** What a follower has compared with its leader's log when it commits on its word. */
function agreementFacts({node, index}: EventOf<'commit'>, {prevLogIndex, entries}: AppendEntries): readonly string[] {
	const compared = prevLogIndex + entries.length;
	return index > compared
		? [
				`The message shows the two logs to agree up to entry ${compared} only: no rule of the paper lets ${nodeName(node)} commit more.`,
			]
		: [`The message shows that both logs agree up to entry ${compared}.`];
}

/** What an entry carries, and who asked for it, where the trace still knows. */
export function contentFacts(node: ServerId, index: LogIndex, seq: number, world: World): readonly string[] {
	const {trace} = world;
	const entry = entryBefore(trace, node, index, seq);
	if (entry === undefined) {
		return [];
	}

	const {command, term} = entry;
	if (!isRequest(command)) {
		return [`Entry ${index} is the empty one with which the leader of term ${term} began.`];
	}

	const created = findBefore(
		trace,
		seq,
		['append'],
		(_node, first, count, cause) => first <= index && index < first + count && trace.typeAt(cause) === 'request',
		({entries}) => entries[index - entries[0]!.index]!.term === term,
	);
	const request = created && trace.at(created.cause);
	const asked =
		request?.type === 'request'
			? ` ${asking(request.client)} asked ${nodeName(request.node)} for it at ${atText(request.timeUs)}.`
			: '';
	return [`Entry ${index} carries ${shortCommand(command)}.${asked}`];
}
