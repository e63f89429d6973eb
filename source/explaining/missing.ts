/*
Why a leader does not know that an entry of its log is on other nodes: what is wrong there, what is under way, or what
is in the way.
*/

import {entryAt} from '../raft/log.js';
import type {Leader} from '../raft/server.js';
import type {AppendEntries, Entry, LogIndex, Message, ServerId, Term} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import {logOf, type Host} from '../simulation/host.js';
import type {World} from '../simulation/world.js';
import {givenText} from './account.js';
import {namesText} from './event-text.js';
import {fateText, findEnd} from './messages.js';
import {PastNetwork} from './past-network.js';
import {findBefore, type EventOf} from './past.js';
import {findReply} from './unanswered.js';

export const isSame = (entry: Entry, host: Host): boolean => entryAt(logOf(host), entry.index)?.term === entry.term;

/** Stands for the nodes that a reason is about, until it is known how many share it. */
const them = '\0';

/** Why a leader does not know an entry of its log on other nodes, a sentence for all that have the same reason. */
export function missingTexts(leader: Leader, hosts: readonly Host[], entry: Entry, world: World): readonly string[] {
	const groups = new Map<string, {readonly missing: Missing; readonly ids: ServerId[]}>();
	for (const host of hosts) {
		const missing = missingOn(leader, host, entry, world);
		const key = missing.join(them);
		const group = groups.get(key) ?? {missing, ids: []};
		group.ids.push(host.id);
		groups.set(key, group);
	}

	return Array.from(groups.values(), ({missing, ids}) => {
		const [one, several, reason] = missing;
		const names = namesText(ids);
		const isOne = ids.length === 1;
		return `${names} ${isOne ? one : several}${reason.split(them).join(isOne ? names : 'them')}`;
	});
}

/** What is said of one node, of several, and why. */
type Missing = readonly [one: string, several: string, reason: string];

/** Why a leader does not know an entry of its log on a node: what is wrong there, what is under way, or what is in the way. */
function missingOn(leader: Leader, host: Host, entry: Entry, world: World): Missing {
	if (host.server === undefined) {
		return ['is down.', 'are down.', ''];
	}

	if (host.isSuspended) {
		return ['is suspended.', 'are suspended.', ''];
	}

	if (!isSame(entry, host)) {
		return ['does not have it: ', 'do not have it: ', unsentText(leader, host, entry, world)];
	}

	return isWaitingForDisk(leader, host, entry)
		? [
				'has it, but answers only once its disk has saved it.',
				'have it, but answer only once their disks have saved it.',
				'',
			]
		: ['has it, but ', 'have it, but ', unheardText(leader, host, entry, world)];
}

/** Whether a node tells a leader that it has an entry as soon as that is on its disk. */
const isWaitingForDisk = ({id, currentTerm}: Leader, {held}: Host, {index}: Entry): boolean =>
	held.some(
		({effect}) =>
			effect.type === 'send' &&
			effect.to === id &&
			effect.message.term === currentTerm &&
			isAnswerFor(index, effect.message),
	);

const isAnswerFor = (index: LogIndex, message: Message): boolean =>
	message.type === 'AppendReply' && message.success && message.matchIndex >= index;

/** Why a leader has not heard that a node has an entry. */
function unheardText(leader: Leader, host: Host, {index}: Entry, world: World): string {
	const [to, from] = [leader.id, host.id];
	const {currentTerm: term} = leader;
	const reply = latestSent(from, to, term, world, (message) => isAnswerFor(index, message));
	if (reply !== undefined) {
		return isUnderWay(reply, world) || !isBroken(from, to, world)
			? `its answer is not there: #${reply.flight.id}. ${fateText(reply.flight, world)}`
			: brokenText(from, to, from, world);
	}

	const asked = latestSent(
		to,
		from,
		term,
		world,
		(message) => message.type === 'AppendEntries' && endOf(message) >= index,
	);
	if (asked !== undefined && isUnderWay(asked, world)) {
		return `${nodeName(to)} does not know: it asks in #${asked.flight.id}. ${fateText(asked.flight, world)}`;
	}

	return (
		cutOffText(to, from, world) ??
		`${nodeName(to)} has not heard so in term ${term}; next it sends what follows entry ${leader.nextIndex[from]! - 1}.`
	);
}

/** Why a node has not got an entry from a leader. */
function unsentText(leader: Leader, host: Host, {index}: Entry, world: World): string {
	const [from, to] = [leader.id, host.id];
	const sent = latestSent(
		from,
		to,
		leader.currentTerm,
		world,
		(message) => message.type === 'AppendEntries' && message.prevLogIndex < index && endOf(message) >= index,
	);
	if (sent !== undefined && isUnderWay(sent, world)) {
		return `${nodeName(from)} sent it in #${sent.flight.id}. ${fateText(sent.flight, world)}`;
	}

	const cutOff = cutOffText(from, to, world);
	if (cutOff !== undefined) {
		return cutOff;
	}

	const isHeld = world
		.host(from)
		.held.some(
			({effect}) =>
				effect.type === 'send' &&
				effect.to === to &&
				effect.message.type === 'AppendEntries' &&
				endOf(effect.message) >= index,
		);
	if (isHeld) {
		return `${nodeName(from)} sends it once its own disk has saved it.`;
	}

	const next = `next it sends what follows entry ${leader.nextIndex[to]! - 1}`;
	if (sent === undefined) {
		return `${nodeName(from)} has not sent it yet; ${next}.`;
	}

	const inMessage = `${nodeName(from)} sent it in #${sent.flight.id}`;
	const end = findEnd(sent.flight, world);
	if (end?.type !== 'delivered') {
		return `${inMessage}. ${fateText(sent.flight, world)}`;
	}

	const reply = findReply(end, world);
	return reply?.type === 'AppendReply' && !reply.success
		? `${inMessage}, which ${nodeName(to)} refused; ${next}.`
		: `${inMessage}, but ${nodeName(to)} has lost it since; ${next}.`;
}

const endOf = ({prevLogIndex, entries}: AppendEntries): LogIndex => prevLogIndex + entries.length;

const isUnderWay = ({flight}: EventOf<'sent'>, world: World): boolean => findEnd(flight, world) === undefined;

const isBroken = (from: ServerId, to: ServerId, {network}: World): boolean => !network.connects(from, to);

/** That nothing gets from one node to another, of whom the one that misses something is left open. */
function brokenText(from: ServerId, to: ServerId, about: ServerId, world: World): string {
	const {trace} = world;
	const command = new PastNetwork(world, trace.length + 1).breakBetween(from, to);
	const since = command === undefined ? '' : `, since ${givenText(command, trace)}`;
	const [start, end] = [from, to].map((id) => (id === about ? them : nodeName(id)));
	return `nothing gets from ${start} to ${end}${since}.`;
}

/** That a leader's messages do not get to a follower, or else its answers not back; `undefined` if both do. */
const cutOffText = (leader: ServerId, follower: ServerId, world: World): string | undefined =>
	isBroken(leader, follower, world)
		? brokenText(leader, follower, follower, world)
		: isBroken(follower, leader, world)
			? brokenText(follower, leader, follower, world)
			: undefined;

/** The latest message of a term that fits; what is of an earlier term lies further back. */
function latestSent(
	from: ServerId,
	to: ServerId,
	term: Term,
	{trace}: World,
	fits: (message: Message) => boolean,
): EventOf<'sent'> | undefined {
	const found = findBefore(
		trace,
		trace.length + 1,
		['sent'],
		(node, first) => node === from && first === to,
		({flight: {message}}) => message.term < term || (message.term === term && fits(message)),
	);
	return found?.flight.message.term === term ? found : undefined;
}
