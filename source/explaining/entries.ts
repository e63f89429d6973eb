/*
Where a log entry stands now: whether it is committed, and if not, what is missing (§5.3, §5.4.2).
*/

import {entryAt, firstIndexOfTermFrom} from '../raft/log.js';
import type {Leader} from '../raft/server.js';
import type {Entry, LogIndex, ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import {logOf, type Host} from '../simulation/host.js';
import type {World} from '../simulation/world.js';
import {isMajority, shareText, type About, type Account} from './account.js';
import {atText, entriesText, namesText} from './event-text.js';
import {isSame, missingTexts} from './missing.js';
import {paperRule} from './paper-rules.js';
import {appendOf, committedBefore, findCommit} from './past.js';
import {commitAccount, contentFacts} from './replication.js';

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
			...(leader === undefined || entry === undefined ? [] : missingTexts(leader, [host], entry, world)),
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

	const {facts, rules} = commitAccount(event, world, entry.index);
	return {account: {title, facts, rules}, event};
}

function openAccount(host: Host, entry: Entry, world: World): About {
	const {trace} = world;
	const name = nodeName(host.id);
	const what = entriesText([entry]);
	const {facts, rules, isCommitted} = openFacts(host, entry, world);
	return {
		account: {
			title: isCommitted ? `${name} does not know that its ${what} is committed` : `${name}’s ${what} is not committed`,
			facts: [...facts, ...contentFacts(host.id, entry.index, trace.length + 1, world)],
			rules,
		},
		event: appendOf(trace, host.id, entry, trace.length + 1),
	};
}

const isKnownBy = (host: Host, entry: Entry): boolean => host.committedIndex >= entry.index && isSame(entry, host);

const isKnownElsewhere = (entry: Entry, {hosts}: World): boolean => hosts.some((host) => isKnownBy(host, entry));

const leaderIn = ({leader}: World): Leader | undefined =>
	leader?.server?.role === 'leader' ? leader.server : undefined;

function openFacts(
	host: Host,
	entry: Entry,
	world: World,
): Pick<Account, 'facts' | 'rules'> & {readonly isCommitted: boolean} {
	const {trace} = world;
	const name = nodeName(host.id);
	if (isKnownElsewhere(entry, world)) {
		const knowing = world.hosts.filter((other) => isKnownBy(other, entry)).map(({id}) => id);
		const who = `${namesText(knowing)} ${knowing.length === 1 ? 'knows' : 'know'} it`;
		return {
			facts: [
				host.server === undefined
					? `${who}; ${name} is down, and has to be told after it restarts.`
					: host.isSuspended
						? `${who}; ${name} is suspended.`
						: `${who}; ${name} has not been told yet.`,
			],
			rules: [paperRule.followerLearns],
			isCommitted: true,
		};
	}

	const counted = countFacts(host, entry, world);
	const committed = committedBefore(trace, entry, trace.length + 1);
	const past =
		committed === undefined
			? []
			: [
					`${nodeName(committed.node)} committed it at ${atText(committed.timeUs)}, so it must stay; but what is committed is forgotten in a crash.`,
				];
	return {facts: [...past, ...counted.facts], rules: counted.rules, isCommitted: committed !== undefined};
}

/** Who counts copies of an entry that nobody knows to be committed, and what is missing. */
function countFacts(host: Host, entry: Entry, world: World): Pick<Account, 'facts' | 'rules'> {
	const {index, term} = entry;
	const {nodes} = world.settings;
	const leader = counterFor(host, entry, world);
	if (leader === undefined) {
		const owners = world.hosts.filter((other) => isSame(entry, other)).map(({id}) => id);
		return {
			facts: [
				'Nobody leads at the moment, so nobody counts copies.',
				`It is in the logs of ${shareText(owners, nodes)}.`,
			],
			rules: [paperRule.majorityCommits],
		};
	}

	const rival = rivalFacts(entry, world);
	if (!hasEntry(leader, entry)) {
		return {facts: rival, rules: [paperRule.conflictsGo]};
	}

	const name = nodeName(leader.id);
	const holders = holdersOf(leader, index);
	const known = `${name} knows it on ${shareText(holders, nodes)}.`;
	if (!isMajority(holders, nodes)) {
		const missing = world.hosts.filter(({id}) => !holders.includes(id));
		return {
			facts: [
				known,
				...(world.host(leader.id).isSuspended
					? [`${name} is suspended: it sends and counts nothing until it goes on.`]
					: []),
				...missingTexts(leader, missing, entry, world),
				...rival,
			],
			rules: [paperRule.majorityCommits],
		};
	}

	return term < leader.currentTerm
		? {
				facts: [
					known,
					`That does not commit it: it is of term ${term}, and ${name} leads term ${leader.currentTerm}. It commits together with an entry of that term.`,
					...ownTermFacts(leader, world),
				],
				rules: [paperRule.ownTermOnly],
			}
		: {
				facts: [
					known,
					world.host(leader.id).isSuspended
						? `${name} is suspended, and commits it when it goes on.`
						: `${name} waits until its own disk has saved it.`,
				],
				rules: [paperRule.savedFirst],
			};
}

/** How far a leader has got with the first entry of its own term: that commits all before it. */
function ownTermFacts(leader: Leader, {settings}: World): readonly string[] {
	const {currentTerm, log} = leader;
	const index = firstIndexOfTermFrom(log, currentTerm);
	return index > log.lastIndex
		? []
		: [`The first such entry, ${index}, is on ${shareText(holdersOf(leader, index), settings.nodes)}.`];
}

/** On whom a leader knows an entry of its log to be. */
const holdersOf = ({configuration, matchIndex}: Leader, index: LogIndex): readonly ServerId[] =>
	configuration.voters.filter((id) => matchIndex[id]! >= index);

const hasEntry = ({log}: Leader, {index, term}: Entry): boolean => entryAt(log, index)?.term === term;

/** Who counts the copies of an entry: its node, if that leads, even in an old term; or whom its node follows; else the leader of the highest term. */
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
			: `${name}, which leads term ${leader.currentTerm}, has an entry ${entry.index} of term ${own.term} instead: where its log is taken over, this one is deleted.`,
	];
}
