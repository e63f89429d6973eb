/*
What is told of each kind of event.
*/

import {safetyProperties} from '../checking/safety.js';
import type {LogIndex, ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {CrashReason, Event} from '../simulation/event.js';
import type {Trace} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {givenText, isMajority, shareText, standingText, type Account} from './account.js';
import {candidacyFacts, tallyFacts} from './candidacies.js';
import {startText, timerText} from './causes.js';
import {invokeAccount, okAccount, refusedAccount, requestAccount, unansweredAccount} from './client-accounts.js';
import {ownTimeFacts} from './clocks.js';
import {commandAccount} from './commands.js';
import {requestVoteAccount} from './elections.js';
import {atText, capital, clauseText, entriesText, entryRangeText, eventText, roleText, msText} from './event-text.js';
import {deletedIn, deletedText} from './deleted.js';
import {lostAccount} from './losses.js';
import {deliveredAccount, sentAccount} from './messages.js';
import {paperRule} from './paper-rules.js';
import {diskCommandBefore, diskCommandsBefore} from './past-machines.js';
import {
	commitIndexBefore,
	committedBefore,
	entryBefore,
	findBefore,
	lastPositionBefore,
	of,
	standingBefore,
	votersUpTo,
	type EventOf,
} from './past.js';
import {commitAccount, contentFacts} from './replication.js';

export function accountOf(event: Event, world: World): Account {
	const {trace} = world;
	switch (event.type) {
		case 'settings': {
			return {
				title: 'The run begins',
				facts: [`${event.settings.nodes} nodes start with empty logs, all of them followers in term 0.`],
				rules: [paperRule.startsAsFollower],
			};
		}

		case 'command': {
			return commandAccount(event, world);
		}

		case 'sent': {
			return sentAccount(event, world);
		}

		case 'delivered': {
			return deliveredAccount(event, world);
		}

		case 'lost': {
			return lostAccount(event, world);
		}

		case 'timer': {
			return timerAccount(event, world);
		}

		case 'role': {
			return roleAccount(event, world);
		}

		case 'vote': {
			return voteAccount(event, world);
		}

		case 'append': {
			return appendAccount(event, world);
		}

		case 'truncate': {
			return truncateAccount(event, world);
		}

		case 'synced': {
			return syncedAccount(event, world);
		}

		case 'commit': {
			return commitAccount(event, world);
		}

		case 'apply': {
			return applyAccount(event, world);
		}

		case 'crash': {
			return crashAccount(event, world);
		}

		case 'restart': {
			const {node, term, votedFor, lastIndex, seq} = event;
			const vote = votedFor === undefined ? 'no vote in it' : `its vote for ${nodeName(votedFor)} in it`;
			const log = lastIndex === 0 ? 'an empty log' : entryRangeText(1, lastIndex);
			return {
				title: `${nodeName(node)} restarts`,
				facts: [
					`Its disk gives back term ${term} with ${vote}, and ${log}.`,
					...goneFacts(node, lastIndex, seq, trace),
					'It is a follower; what is committed it must be told again.',
				],
				rules: [paperRule.crashKeepsDisk, paperRule.startsAsFollower],
			};
		}

		case 'wipe': {
			return {
				title: `${nodeName(event.node)} gets an empty disk`,
				facts: [
					'Its term, its vote and its log are gone: it may vote twice, and entries have a copy less. The paper rules that out.',
				],
				rules: [paperRule.savedFirst],
			};
		}

		case 'suspend': {
			return {
				title: `${nodeName(event.node)} is suspended`,
				facts: ['It does nothing and loses nothing: messages, its timer and its disk wait for it.'],
				rules: [paperRule.losesNothingButTime],
			};
		}

		case 'resume': {
			return {
				title: `${nodeName(event.node)} goes on where it was suspended`,
				facts: ['It does not know that time has passed: what came for it meanwhile it takes in order.'],
				rules: [paperRule.losesNothingButTime],
			};
		}

		case 'invoke': {
			return invokeAccount(event, world);
		}

		case 'request': {
			return requestAccount(event, world);
		}

		case 'refused': {
			return refusedAccount(event, world);
		}

		case 'ok': {
			return okAccount(event, world);
		}

		case 'fail':
		case 'info': {
			return unansweredAccount(event, world);
		}

		case 'violation': {
			const {property, section, explanation} = event;
			const promise = safetyProperties.find(({name}) => name === property)?.sentence;
			return {
				title: `${property} is broken`,
				facts: [explanation],
				rules:
					promise === undefined
						? []
						: [{sentence: promise, section: section.startsWith('§') ? `Raft ${section}` : section}],
			};
		}
	}
}

function syncedAccount({node, seq, upTo, timeUs}: EventOf<'synced'>, world: World): Account {
	const written = world.trace.at(upTo);
	const what = written === undefined ? 'Everything it had written' : `Everything up to “${clauseText(written)}”`;
	const took =
		written === undefined || written.timeUs === timeUs
			? ''
			: `, ${msText(timeUs - written.timeUs)} after it was written`;
	const commands = diskCommandsBefore(node, seq, world);
	const lying = commands.find(({command: {command}}) => command.type === 'disk' && command.condition.kind === 'lying');
	const since = lying === undefined ? '' : givenText(lying.command, world.trace);
	const unless =
		lying === undefined
			? ''
			: lying.isCertain
				? `, unless it still lies, as it did since ${since}`
				: `, unless ${since}, meant this disk`;
	return {
		title: `${nodeName(node)}’s disk says that what it wrote is saved`,
		facts:
			lying?.isCertain && lying === commands[0]
				? [`That is not so: since ${since}, it only says that, and saves nothing.`]
				: [`${what} survives a crash from now on${took}${unless}.`],
		rules: [paperRule.savedFirst],
	};
}

function applyAccount(event: EventOf<'apply'>, world: World): Account {
	const {node, entry, isRepeated, seq} = event;
	const {index} = entry;
	const committed = commitIndexBefore(world.trace, node, seq) ?? index;
	return {
		title: clauseText(event),
		facts: [
			index > committed
				? `No rule of the paper applies entry ${index}: ${nodeName(node)} has committed up to entry ${committed} only.`
				: `Entry ${index} is committed, and everything before it is applied.`,
			...contentFacts(node, index, seq, world),
			...(isRepeated ? ['The client’s request was applied before: it gets the old answer again.'] : []),
		],
		rules: [paperRule.appliesInOrder, ...(isRepeated ? [paperRule.retryOnce] : [])],
	};
}

/** What a server had in its log when it stopped, and has not any more. */
function goneFacts(node: ServerId, lastIndex: LogIndex, seq: number, trace: Trace): readonly string[] {
	const crash = findBefore(trace, seq, ['crash'], of(node));
	const had = crash && lastPositionBefore(trace, node, crash.seq);
	return had === undefined || had.index <= lastIndex
		? []
		: [`When it stopped its log went on with ${entryRangeText(lastIndex + 1, had.index)}: that is gone.`];
}

function timerAccount(event: EventOf<'timer'>, world: World): Account {
	const {trace} = world;
	const {node, timer} = event;
	const cause = trace.at(event.cause);
	const next = trace.at(event.seq + 1);
	const campaign = next?.type === 'role' && next.role === 'candidate' && next.cause === event.seq ? next : undefined;
	const name = nodeName(node);
	const meaning =
		timer === 'election'
			? `Since then ${name} has not heard from a leader of its term, nor granted a vote, which would have started it anew.`
			: `As long as ${name} leads, heartbeats go out at regular intervals.`;
	return {
		title: `${name}’s ${timer} timer goes off`,
		facts: [
			...(cause === undefined
				? ['When it was started is not kept any more.']
				: cause.type === 'command'
					? [`${givenText(cause, trace)}, let it go off before its time.`]
					: [
							`It was started ${msText(event.timeUs - cause.timeUs)} before${startText(cause, timer)}.`,
							...ownTimeFacts(node, cause, event, world),
							meaning,
						]),
			...(campaign === undefined ? [] : candidacyFacts(campaign, world)),
		],
		rules: [timer === 'election' ? paperRule.electionTimeout : paperRule.heartbeat],
	};
}

function roleAccount(event: EventOf<'role'>, world: World): Account {
	const {trace, settings} = world;
	const {seq, node, role, term, leader} = event;
	const name = nodeName(node);
	const cause = trace.at(event.cause);
	const before = standingBefore(trace, node, seq);
	const was = before === undefined ? [] : [`${name} was ${standingText(before)}.`];
	const candidacy = before?.role === 'candidate' ? trace.at(before.seq) : undefined;
	const tally = candidacy?.type === 'role' ? tallyFacts(candidacy, world) : [];
	switch (role) {
		case 'leader': {
			const voters = votersUpTo(trace, node, term, event.cause);
			return {
				title: `${name} ${roleText(event)}`,
				facts: [
					`${name} has the votes of ${shareText(voters, settings.nodes)}.`,
					...(isMajority(voters, settings.nodes) ? [] : ['No rule of the paper makes it leader.']),
				],
				rules: [paperRule.majorityElects, paperRule.noOp],
			};
		}

		case 'candidate': {
			const timer = cause?.type === 'timer' ? [`${capital(timerText(cause, world))}.`] : [];
			return {
				title: `${name} ${roleText(event)}`,
				facts: [...was, ...tally.slice(0, 1), ...timer, ...candidacyFacts(event, world)],
				rules: [paperRule.electionTimeout, paperRule.majorityElects],
			};
		}

		case 'follower': {
			const {message, from} = cause?.type === 'delivered' ? cause.flight : {};
			const isNewTerm = before === undefined || term > before.term;
			const shown =
				message === undefined
					? []
					: [
							`${nodeName(from!)}’s ${message.type} ${leader === undefined ? `is of term ${message.term}` : `shows that it leads term ${message.term}`}.`,
						];
			const stepsDown = before?.role === 'leader' || before?.role === 'candidate';
			return {
				title: stepsDown
					? `${name} steps down: ${isNewTerm ? `term ${term} has begun` : `${nodeName(leader ?? 0)} leads term ${term}`}`
					: `${name} ${roleText(event)}`,
				facts: [...was, ...tally, ...shown],
				rules: [
					...(isNewTerm ? [paperRule.newerTerm] : []),
					...(leader === undefined ? [] : [paperRule.followsLeader]),
				],
			};
		}
	}
}

function voteAccount(event: EventOf<'vote'>, world: World): Account {
	const {node, votedFor, cause} = event;
	const reason = world.trace.at(cause);
	if (reason?.type === 'delivered' && reason.flight.message.type === 'RequestVote') {
		const {facts, rules} = requestVoteAccount(reason, reason.flight.message, world);
		return {title: clauseText(event), facts, rules};
	}

	return votedFor === node
		? {
				title: clauseText(event),
				facts: ['It is a candidate, and its own vote is the first.'],
				rules: [paperRule.electionTimeout],
			}
		: {
				title: clauseText(event),
				facts: ['No rule of the paper takes a vote back within its term.'],
				rules: [paperRule.oneVote],
			};
}

function appendAccount(event: EventOf<'append'>, world: World): Account {
	const {seq, node, entries} = event;
	const cause = world.trace.at(event.cause);
	const title = `${nodeName(node)} appends ${entriesText(entries)}`;
	const content = entries.length === 1 ? contentFacts(node, entries[0]!.index, seq + 1, world) : [];
	if (cause?.type === 'delivered' && cause.flight.message.type === 'AppendEntries') {
		const {from, message} = cause.flight;
		const {prevLogIndex} = message;
		return {
			title,
			facts: [
				prevLogIndex === 0
					? `${nodeName(from)} sent its log from the first entry on.`
					: `${nodeName(from)} sent what follows entry ${prevLogIndex}, up to which both logs agree.`,
				...content,
			],
			rules: [paperRule.consistencyCheck],
		};
	}

	return cause?.type === 'request'
		? {title, facts: [`${nodeName(node)} leads and takes the request.`, ...content], rules: [paperRule.leaderAppends]}
		: {title, facts: [`${nodeName(node)} has just been elected.`, ...content], rules: [paperRule.noOp]};
}

function truncateAccount(event: EventOf<'truncate'>, world: World): Account {
	const {seq, node, from} = event;
	const {trace} = world;
	const cause = trace.at(event.cause);
	const title = `${nodeName(node)} deletes ${deletedText(from, deletedIn(event, trace))}`;
	const own = entryBefore(trace, node, from, seq);
	if (cause?.type !== 'delivered' || cause.flight.message.type !== 'AppendEntries') {
		return {title, facts: ['No rule of the paper deletes entries here.'], rules: [paperRule.conflictsGo]};
	}

	const {message, from: leader} = cause.flight;
	const sent = message.entries.find(({index}) => index === from);
	if (own === undefined) {
		const facts = [`They differ from those of ${nodeName(leader)}, which leads term ${message.term}.`];
		return {title, facts, rules: [paperRule.conflictsGo]};
	}

	const committed = committedBefore(trace, own, seq);
	return {
		title,
		facts: [
			sent === undefined || sent.term === own.term
				? `No rule of the paper deletes entry ${from}, which does not differ from what ${nodeName(leader)} sent.`
				: `${nodeName(leader)}, which leads term ${message.term}, has an entry ${from} of term ${sent.term}; ${nodeName(node)}’s is of term ${own.term}.`,
			committed === undefined
				? 'None of them was committed: every later leader has all that is committed.'
				: `Entry ${from} was committed by ${nodeName(committed.node)} at ${atText(committed.timeUs)}, and must never go.`,
		],
		rules: [paperRule.conflictsGo],
	};
}

const crashReasons: Readonly<Record<Exclude<CrashReason, 'command'>, string>> = {
	'disk full': 'There was no room left on its disk, and without saving it must not go on.',
	'disk failed': 'Its disk failed, and without saving it must not go on.',
	'log gap': 'It was to append an entry beyond the end of its log, which the rules of the paper never ask for.',
};

function crashAccount(event: EventOf<'crash'>, world: World): Account {
	const {trace} = world;
	const {seq, node, reason, cause} = event;
	const before = standingBefore(trace, node, seq);
	return {
		title: `${nodeName(node)} ${eventText(event).text}`,
		facts: [
			...(reason === 'command' ? pluggedFacts(trace.at(cause), trace) : [crashReasons[reason]]),
			...(reason === 'disk full' || reason === 'disk failed' ? ailingFacts(event, world) : []),
			...(before === undefined ? [] : [`It was ${standingText(before)}.`]),
		],
		rules: [paperRule.crashKeepsDisk],
	};
}

const pluggedFacts = (command: Event | undefined, trace: Trace): readonly string[] =>
	command?.type === 'command'
		? [`Somebody pulled the plug: ${givenText(command, trace)}.`]
		: ['Somebody pulled the plug.'];

function ailingFacts({node, seq}: EventOf<'crash'>, world: World): readonly string[] {
	const blame = diskCommandBefore(node, seq, world);
	return blame?.isCertain ? [`Its disk is like that since ${givenText(blame.command, world.trace)}.`] : [];
}
