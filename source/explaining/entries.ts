/*
Where a log entry stands now: whether it is committed, and if not, what is missing (§5.3, §5.4.2).
*/

import {entryAt, type Log} from '../raft/log.js';
import type {Leader} from '../raft/server.js';
import type {Entry, LogIndex, ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Host} from '../simulation/host.js';
import type {World} from '../simulation/world.js';
import {givenText, isMajority, shareText, type About, type Account} from './account.js';
import {entriesText, namesText} from './event-text.js';
import {breakBefore} from './losses.js';
import {fateText} from './messages.js';
import {paperRule} from './paper-rules.js';
import {entryBefore, findBefore, findCommit, type EventOf} from './past.js';
import {commitAccount, contentFacts} from './replication.js';

const logOf = ({server, persisted}: Host): Log => (server ?? persisted).log;

export function entryAccount(node: ServerId, index: LogIndex, world: World): About {
	const host = world.host(node);
	const entry = entryAt(logOf(host), index);
	return entry === undefined
		? {account: absentAccount(host, index, world), event: undefined}
		: host.committedIndex >= index
			? committedAccount(host, entry, world)
			: openAccount(host, entry, world);
}

function absentAccount(host: Host, index: LogIndex, world: World): Account {
	const name = nodeName(host.id);
	const {lastIndex} = logOf(host);
	const owners = world.hosts.filter((other) => entryAt(logOf(other), index) !== undefined).map(({id}) => id);
	const leader = leaderIn(world);
	const entry = leader && entryAt(leader.log, index);
	return {
		title: `${name} has no entry ${index}`,
		facts: [
			lastIndex === 0 ? `${name}’s log is empty.` : `${name}’s log ends at entry ${lastIndex}.`,
			owners.length === 0
				? 'Nobody has such an entry.'
				: `There is one in the ${owners.length === 1 ? 'log' : 'logs'} of ${namesText(owners)}.`,
			...(leader === undefined || entry === undefined ? [] : [missingText(leader, host, entry, world)]),
		],
		rules: [paperRule.leaderSends],
	};
}

function committedAccount({id, committedIndex}: Host, entry: Entry, world: World): About {
	const event = findCommit(world.trace, id, entry.index);
	const title = `${nodeName(id)}’s ${entriesText([entry])} is committed`;
	if (event === undefined) {
		const facts = [`${nodeName(id)} has committed everything up to entry ${committedIndex}.`];
		return {account: {title, facts, rules: [paperRule.majorityCommits]}, event};
	}

	const {facts, rules} = commitAccount(event, world);
	const own = event.index === entry.index ? [] : contentFacts(id, entry.index, event.seq, world);
	return {account: {title, facts: [...own, ...facts], rules}, event};
}

function openAccount(host: Host, entry: Entry, world: World): About {
	const {trace} = world;
	const appended = entryBefore(trace, host.id, entry.index, trace.length + 1);
	const {facts, rules} = openFacts(host, entry, world);
	return {
		account: {
			title: `${nodeName(host.id)}’s ${entriesText([entry])} is not committed${isCommittedElsewhere(entry, world) ? ' there yet' : ''}`,
			facts: [...facts, ...contentFacts(host.id, entry.index, trace.length + 1, world)],
			rules,
		},
		event: appended?.event,
	};
}

const isSame = (entry: Entry, host: Host): boolean => entryAt(logOf(host), entry.index)?.term === entry.term;

const isCommittedElsewhere = (entry: Entry, {hosts}: World): boolean =>
	hosts.some((host) => host.committedIndex >= entry.index && isSame(entry, host));

const leaderIn = ({leader}: World): Leader | undefined =>
	leader?.server?.role === 'leader' ? leader.server : undefined;

function openFacts(host: Host, entry: Entry, world: World): Pick<Account, 'facts' | 'rules'> {
	const {index, term} = entry;
	if (isCommittedElsewhere(entry, world)) {
		const knowing = world.hosts.filter((other) => other.committedIndex >= index && isSame(entry, other));
		return {
			facts: [
				`${namesText(knowing.map(({id}) => id))} ${knowing.length === 1 ? 'knows' : 'know'} it to be committed; ${nodeName(host.id)} ${host.server === undefined ? 'is down, and has to be told after it restarts' : 'has not been told yet'}.`,
			],
			rules: [paperRule.followerLearns],
		};
	}

	const leader = counterFor(host, entry, world);
	if (leader === undefined) {
		const owners = world.hosts.filter((other) => isSame(entry, other)).map(({id}) => id);
		return {
			facts: [
				'Nobody leads at the moment, so nobody counts copies.',
				`It is in the logs of ${shareText(owners, world.settings.nodes)}.`,
			],
			rules: [paperRule.majorityCommits],
		};
	}

	const rival = rivalFacts(entry, world);
	if (!hasEntry(leader, entry)) {
		return {facts: rival, rules: [paperRule.conflictsGo]};
	}

	const name = nodeName(leader.id);
	const {nodes} = world.settings;
	const voters = world.hosts.map(({id}) => id);
	const holders = voters.filter((id) => leader.matchIndex[id]! >= index);
	const missing = world.hosts.filter(({id}) => !holders.includes(id));
	const isOld = term < leader.currentTerm;
	const known = `${name} knows it on ${shareText(holders, nodes)}.`;
	return isMajority(holders, nodes)
		? {
				facts: [
					known,
					isOld
						? `That does not commit it: it is of term ${term}, and ${name} leads term ${leader.currentTerm}. It commits together with an entry of that term.`
						: `${name} waits until its own disk has saved it.`,
				],
				rules: [isOld ? paperRule.ownTermOnly : paperRule.savedFirst],
			}
		: {
				facts: [known, ...missing.map((other) => missingText(leader, other, entry, world)), ...rival],
				rules: [paperRule.majorityCommits],
			};
}

const hasEntry = ({log}: Leader, {index, term}: Entry): boolean => entryAt(log, index)?.term === term;

/** Who counts the copies of an entry: its node, if that leads, even in an old term; else the leader of the highest term. */
const counterFor = ({server}: Host, entry: Entry, world: World): Leader | undefined => {
	if (server?.role === 'leader') {
		return server;
	}

	const followed =
		server?.role === 'follower' && server.leaderId !== undefined ? world.host(server.leaderId).server : undefined;
	return followed?.role === 'leader' && followed.currentTerm === server?.currentTerm && hasEntry(followed, entry)
		? followed
		: leaderIn(world);
};

/** What the leader of the highest term has in an entry's place, if not the entry. */
function rivalFacts(entry: Entry, world: World): readonly string[] {
	const leader = leaderIn(world);
	if (leader === undefined || hasEntry(leader, entry)) {
		return [];
	}

	const name = nodeName(leader.id);
	const own = entryAt(leader.log, entry.index);
	return [
		own === undefined
			? `${name}, which leads term ${leader.currentTerm}, does not have it: its log ends at entry ${leader.log.lastIndex}.`
			: `${name}, which leads term ${leader.currentTerm}, has an entry ${entry.index} of term ${own.term} instead, and where its log is taken over, this one is deleted.`,
	];
}

/** Why a leader does not know an entry of its log on a node. */
function missingText(leader: Leader, host: Host, entry: Entry, world: World): string {
	const {trace, network, settings} = world;
	const [from, to] = [leader.id, host.id];
	const [sender, name] = [nodeName(from), nodeName(to)];
	if (host.server === undefined) {
		return `${name} is down.`;
	}

	if (host.isSuspended) {
		return `${name} is suspended.`;
	}

	const brokenText = (one: ServerId, other: ServerId): string => {
		const command = breakBefore(trace, one, other, trace.length + 1, settings.nodes);
		const since = command === undefined ? '' : `, since ${givenText(command, trace)}`;
		return `nothing gets from ${nodeName(one)} to ${nodeName(other)}${since}`;
	};

	if (isSame(entry, host)) {
		if (!network.connects(to, from)) {
			return `${name} has it, but ${brokenText(to, from)}.`;
		}

		const isWaiting = host.held.some(({effect}) => effect.type === 'send' && effect.message.type === 'AppendReply');
		const reply = isWaiting ? undefined : latestSent(to, from, 'AppendReply', world);
		return isWaiting
			? `${name} has it and answers once its disk has saved it.`
			: `${name} has it, but its answer is not there${reply === undefined ? '' : `: #${reply.flight.id}. ${fateText(reply.flight, world)}`}`;
	}

	if (!network.connects(from, to)) {
		return `${name} does not have it: ${brokenText(from, to)}.`;
	}

	const sent = latestSent(from, to, 'AppendEntries', world);
	const message = sent?.flight.message;
	const isCarried =
		message?.type === 'AppendEntries' &&
		message.prevLogIndex < entry.index &&
		entry.index <= message.prevLogIndex + message.entries.length;
	return sent !== undefined && isCarried
		? `${name} does not have it: ${sender} sent it in #${sent.flight.id}. ${fateText(sent.flight, world)}`
		: `${name} does not have it: ${sender} sends next what follows entry ${leader.nextIndex[to]! - 1}.`;
}

const latestSent = (
	from: ServerId,
	to: ServerId,
	type: 'AppendEntries' | 'AppendReply',
	{trace}: World,
): EventOf<'sent'> | undefined =>
	findBefore(
		trace,
		trace.length + 1,
		['sent'],
		({flight}) => flight.from === from && flight.to === to && flight.message.type === type,
	);
