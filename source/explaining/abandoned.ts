/*
What became of requests that a server had appended and cannot answer any more: it crashed, or deleted their entries.
*/

import {termAt} from '../raft/log.js';
import type {Entry, LogIndex, Message, ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import {logOf, type Host} from '../simulation/host.js';
import type {World} from '../simulation/world.js';
import type {Account} from './account.js';
import {atText, clauseText, namedEntriesText, operationText} from './event-text.js';
import {findEnd} from './messages.js';
import {appendOf, committedBefore, effectsOf, entryBefore, findAfter, findBefore, of, type EventOf} from './past.js';

type Abandoned = EventOf<'info'>;

/** So many requests are named. */
const requestsMax = 6;

/** All requests that one event left without an answer. */
export function abandonedAccount(cause: EventOf<'crash' | 'truncate'>, world: World): Pick<Account, 'title' | 'facts'> {
	const {trace} = world;
	const requests = effectsOf(trace, cause.seq).filter((effect) => effect.type === 'info');
	const entries = requests
		.map((request) => entryFor(request, cause.node, world))
		.filter((entry) => entry !== undefined);
	return {
		title: requests.length === 1 ? clauseText(requests[0]!) : titleFor(requests),
		facts:
			entries.length < requests.length
				? [
						`${nodeName(cause.node)}, which had appended ${requests.length === 1 ? 'it' : 'them'}, ${cause.type === 'crash' ? 'crashed before it could answer' : 'deleted the entries'}.`,
					]
				: runsOf(entries, cause.node, world).map((run) => runText(run, cause, world)),
	};
}

function titleFor(requests: readonly Abandoned[]): string {
	const named = requests.slice(0, requestsMax).map(({operation}) => operationText(operation));
	const left = requests.length - named.length;
	return `${requests.length} requests are left unanswered: ${named.join(', ')}${left > 0 ? `, … ${left} more` : ''}`;
}

/** The entry in which a server had put a request. */
function entryFor({op, seq}: Abandoned, node: ServerId, {trace}: World): Entry | undefined {
	const request = findBefore(trace, seq, ['request'], (id, first) => id === node && first === op);
	const append =
		request &&
		findAfter(trace, request.seq, ['append'], (id, _first, _count, cause) => id === node && cause === request.seq);
	return append?.entries.length === 1 ? append.entries[0] : undefined;
}

/** What is certain of an entry that was in some logs. */
type Fate =
	| {readonly kind: 'committed'}
	/** An entry of another term is committed in its place or before it. */
	| {readonly kind: 'replaced'; readonly index: LogIndex; readonly term: number}
	| {readonly kind: 'gone'}
	| {readonly kind: 'open'};

function fateOf(entry: Entry, node: ServerId, world: World): Fate {
	const {index, term} = entry;
	const committed = committedTermAt(index, world);
	if (committed !== undefined) {
		return committed === term ? {kind: 'committed'} : {kind: 'replaced', index, term: committed};
	}

	// Terms only grow along a log, so whoever has that entry can never have ours
	for (const host of world.hosts) {
		const before = termAt(logOf(host), host.committedIndex) ?? 0;
		if (before > term) {
			return {kind: 'replaced', index: host.committedIndex, term: before};
		}
	}

	return isGone(entry, node, world) ? {kind: 'gone'} : {kind: 'open'};
}

/** The term of the entry that was committed at an index, if one was; the first, where lost disks have let it be done twice. */
function committedTermAt(index: LogIndex, {hosts, trace}: World): number | undefined {
	const commit = findAfter(trace, 0, ['commit'], (_node, first) => first >= index);
	const entry = commit && entryBefore(trace, commit.node, index, commit.seq);
	if (entry !== undefined) {
		return entry.term;
	}

	const knowing = hosts.find(({committedIndex}) => committedIndex >= index);
	return knowing && termAt(logOf(knowing), index);
}

/** Whether an entry is in no log, on no disk and in no message. A disk that has lied may bring back anything. */
function isGone(entry: Entry, node: ServerId, world: World): boolean {
	const {hosts, trace} = world;
	const {index, term} = entry;
	const append = appendOf(trace, node, entry, trace.length + 1);
	if (trace.first > 1 || append === undefined || hosts.some((host) => isOn(host, entry))) {
		return false;
	}

	const covers = (first: number, count: number): boolean => first <= index && index < first + count;
	const hasCopy = findAfter(
		trace,
		append.seq,
		['append'],
		(id, first, count) => id !== node && covers(first, count),
		({entries}) => entries[index - entries[0]!.index]!.term === term,
	);
	const hasLied = findAfter(
		trace,
		0,
		['command'],
		() => true,
		({command}) => command.type === 'disk' && command.condition.kind === 'lying',
	);
	const isOnItsWay = findAfter(
		trace,
		append.seq,
		['sent'],
		of(node),
		({flight}) => flight.lost === undefined && carries(flight.message, entry) && findEnd(flight, world) === undefined,
	);
	return hasCopy === undefined && hasLied === undefined && isOnItsWay === undefined;
}

/** Whether an entry is with a server: in its log, on its disk for all that anybody knows, or in what it has yet to send. */
const isOn = (host: Host, entry: Entry): boolean =>
	termAt(logOf(host), entry.index) === entry.term ||
	(host.server !== undefined && host.writtenSeq > host.syncedSeq) ||
	host.held.some(({effect}) => effect.type === 'send' && carries(effect.message, entry));

const carries = (message: Message, {index, term}: Entry): boolean =>
	message.type === 'AppendEntries' &&
	message.prevLogIndex < index &&
	message.entries[index - message.prevLogIndex - 1]?.term === term;

/** Entries in a row that have met with the same. */
type Run = {readonly entries: readonly Entry[]; readonly fate: Fate};

function runsOf(entries: readonly Entry[], node: ServerId, world: World): readonly Run[] {
	const runs: Run[] = [];
	for (const entry of entries) {
		const fate = fateOf(entry, node, world);
		const last = runs.at(-1);
		if (last?.fate.kind === fate.kind && last.entries.at(-1)!.index === entry.index - 1) {
			runs[runs.length - 1] = {entries: [...last.entries, entry], fate: last.fate};
		} else {
			runs.push({entries: [entry], fate});
		}
	}

	return runs;
}

function runText({entries, fate}: Run, cause: EventOf<'crash' | 'truncate'>, world: World): string {
	const name = nodeName(cause.node);
	const [first, last] = [entries[0]!, entries.at(-1)!];
	const what = namedEntriesText(first.index, last.index, entries);
	const done =
		cause.type === 'crash' ? `${name} crashed before it could answer for ${what}` : `${name} deleted ${what}`;
	return `${done}: ${fateText(fate, entries, cause, world)}.`;
}

function fateText(fate: Fate, entries: readonly Entry[], cause: EventOf<'crash' | 'truncate'>, {trace}: World): string {
	const isOne = entries.length === 1;
	const never = `so ${isOne ? 'it' : 'they'} never will be`;
	switch (fate.kind) {
		case 'committed': {
			const commit = committedBefore(trace, entries.at(-1)!, trace.length + 1);
			const by = commit === undefined ? '' : `, by ${nodeName(commit.node)} at ${atText(commit.timeUs)}`;
			return `${isOne ? 'it is' : 'they are'} committed all the same${by}`;
		}

		case 'replaced': {
			return isOne && fate.index === entries[0]!.index
				? `another entry is committed there, ${never}`
				: `an entry of term ${fate.term} is committed at ${fate.index}, ${never}`;
		}

		case 'gone': {
			return `nobody has a copy, and none is under way, so ${isOne ? 'it' : 'they'} will never be committed`;
		}

		case 'open': {
			return cause.type === 'crash'
				? `${isOne ? 'it' : 'they'} may yet be committed`
				: `${isOne ? 'a copy' : 'copies'} elsewhere may yet be committed`;
		}
	}
}
