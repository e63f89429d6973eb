/*
What the logs mean, in sentences: what an expert would point at, and everything about one entry.
*/

import {entryRangeText, rangeOf} from '../../explaining/event-text.js';
import type {NodeState, Snapshot} from '../../lab/lab.js';
import {entryAt, firstIndexOfTermFrom, lastPosition, termAt, type Log} from '../../raft/log.js';
import {paperRules} from '../../raft/rules.js';
import type {Leader} from '../../raft/server.js';
import type {Entry, LogIndex, ServerId} from '../../raft/vocabulary.js';
import {nodeName} from '../../scenario/command-text.js';
import {isAwake, logOf, termOf} from '../../simulation/host.js';
import {isRequest, type Request} from '../../state-machine/key-value.js';
import {span, type Line} from '../text.js';
import {leaderIn, majorityIndex, majorityOf} from './log-cells.js';
import {listed} from './nodes.js';

/** The most important first. */
export function logNotes(snapshot: Snapshot): readonly Line[] {
	const leader = leaderIn(snapshot);
	const trouble = troubleText(snapshot);
	const conflict = leader && powerlessText(snapshot, leader) === undefined ? conflictText(snapshot, leader) : undefined;
	const note = noteLine(snapshot, trouble);
	if (conflict === undefined) {
		return [note];
	}

	const isQuiet = trouble === undefined && leader!.log.lastIndex === leader!.commitIndex;
	const warning = [span(conflict, 'warn')];
	return isQuiet ? [warning, note] : [note, warning];
}

/** Who cannot commit, and why; or what the next entry waits for. */
export function noteLine(snapshot: Snapshot, trouble = troubleText(snapshot)): Line {
	if (trouble !== undefined) {
		return [span(trouble, 'warn')];
	}

	const leader = leaderIn(snapshot)!;
	const {log, commitIndex, currentTerm} = leader;
	if (log.lastIndex === commitIndex) {
		return [span(`everything up to entry ${commitIndex} is committed${laggingText(snapshot, commitIndex)}`, 'dim')];
	}

	const older = olderOnMajority(leader);
	if (older !== undefined) {
		const isOne = older === commitIndex + 1;
		const which = `${entryRangeText(commitIndex + 1, older)} of term ${termsText(log, commitIndex + 1, older)}`;
		return [span(`${which} ${isOne ? 'is' : 'are'} on a majority, but ${olderTermText(leader, isOne)}`, 'good')];
	}

	const next = Math.min(log.lastIndex, Math.max(commitIndex + 1, firstIndexOfTermFrom(log, currentTerm)));
	return [span(`entry ${next} is ${waitText(snapshot, leader, next)}`, 'good')];
}

/** Why somebody who leads cannot commit, or why nobody leads. */
function troubleText(snapshot: Snapshot): string | undefined {
	for (const {server, isSuspended} of snapshot.nodes) {
		if (server?.role !== 'leader') {
			continue;
		}

		const {id, commitIndex, log} = server;
		if (isSuspended) {
			return `${nodeName(id)} leads, and is suspended: nothing can commit until it resumes or another is elected`;
		}

		const open = log.lastIndex > commitIndex ? `its ${entryRangeText(commitIndex + 1, log.lastIndex)}` : undefined;
		const powerless = powerlessText(snapshot, server, open);
		if (powerless !== undefined) {
			return powerless;
		}
	}

	return leaderIn(snapshot) === undefined ? leaderlessText(snapshot) : undefined;
}

const termsText = (log: Log, from: LogIndex, to: LogIndex): string => rangeOf(termAt(log, from)!, termAt(log, to)!);

/** The last entry of an earlier term that is on a majority and not committed, if there is one. */
function olderOnMajority(leader: Leader): LogIndex | undefined {
	const {log, currentTerm, commitIndex} = leader;
	const last = Math.min(majorityIndex(leader), firstIndexOfTermFrom(log, currentTerm) - 1);
	return last > commitIndex ? last : undefined;
}

/** §5.4.2. */
function olderTermText({id, log, currentTerm}: Leader, isOne: boolean): string {
	const first = firstIndexOfTermFrom(log, currentTerm);
	const which = first <= log.lastIndex ? `entry ${first}, the first` : 'the first entry';
	return `${nodeName(id)} leads term ${currentTerm}: ${isOne ? 'it commits' : 'they commit'} with ${which} of term ${currentTerm} (§5.4.2)`;
}

/** Who is known to have an entry, and who else must have it before it commits. */
function waitText(snapshot: Snapshot, leader: Leader, index: LogIndex): string {
	const {voters} = leader.configuration;
	const holders = voters.filter((id) => leader.matchIndex[id]! >= index);
	const missing = majorityOf(voters.length) - holders.length;
	const candidates = snapshot.nodes.filter((node) => !holders.includes(node.id) && heeds(snapshot, leader, node));
	const names = namesOf(candidates);
	const wait =
		missing <= 0
			? 'a majority'
			: candidates.length < missing
				? 'too few others can be reached'
				: `it waits for ${candidates.length === missing ? names : `${missing} of ${names}`}`;
	return `known to be on ${listed(holders)}: ${wait}`;
}

const namesOf = (nodes: readonly NodeState[]): string =>
	nodes.length === 0 ? 'nobody' : listed(nodes.map(({id}) => id));

/** Whether a leader's messages get to a node, and its answers back. */
const answers = ({connects}: Snapshot, leader: ServerId, node: NodeState): boolean =>
	isAwake(node) && connects(leader, node.id) && connects(node.id, leader);

/** Whether a node answers a leader with more than that its term is over (§5.1). */
const heeds = (snapshot: Snapshot, {id, currentTerm}: Leader, node: NodeState): boolean =>
	answers(snapshot, id, node) && termOf(node) <= currentTerm;

/** Why a leader has no majority with which to commit, itself included; `undefined` if it has one. */
function powerlessText(snapshot: Snapshot, leader: Leader, open?: string): string | undefined {
	const {nodes} = snapshot;
	const {id, currentTerm} = leader;
	const name = nodeName(id);
	if (nodes.filter((node) => node.id === id || heeds(snapshot, leader, node)).length >= majorityOf(nodes.length)) {
		return undefined;
	}

	const refusing = nodes.filter((node) => answers(snapshot, id, node) && termOf(node) > currentTerm);
	if (refusing.length === 0) {
		return `${name} leads a minority${open === undefined ? '' : `: ${open} cannot commit`}`;
	}

	const terms = new Set(refusing.map((node) => termOf(node)));
	const where = terms.size === 1 ? `term ${[...terms].join('')}` : 'later terms';
	const [are, refuse] = refusing.length === 1 ? ['is', 'refuses'] : ['are', 'refuse'];
	return `${namesOf(refusing)} ${are} in ${where} and ${refuse} ${name}: it will step down`;
}

function leaderlessText(snapshot: Snapshot): string {
	const {nodes} = snapshot;
	const majority = majorityOf(nodes.length);
	const awake = nodes.filter((node) => isAwake(node));
	if (awake.length < majority) {
		const state = nodes.some(({isSuspended}) => isSuspended) ? 'running' : 'up';
		return `no leader can be elected: ${awake.length} of ${nodes.length} are ${state}`;
	}

	const heard = (candidate: NodeState) =>
		awake.filter((voter) => voter.id === candidate.id || answers(snapshot, candidate.id, voter));
	const reaching = awake.filter((candidate) => heard(candidate).length >= majority);
	if (reaching.length === 0) {
		return 'no leader can be elected: nobody reaches a majority';
	}

	const electable = reaching.filter(
		(candidate) => heard(candidate).filter((voter) => isUpToDate(candidate, voter)).length >= majority,
	);
	if (electable.length === awake.length) {
		return 'no leader: nothing can commit';
	}

	const who = electable.length === 0 ? 'nobody' : `only ${namesOf(electable)}`;
	return `no leader: ${who} can win a majority’s votes${electable.length < reaching.length ? ' (§5.4.1)' : ''}`;
}

const isUpToDate = (candidate: NodeState, voter: NodeState): boolean =>
	paperRules.isUpToDate(lastPosition(logOf(candidate)), lastPosition(logOf(voter)));

/** Who has not got all that is committed. */
function laggingText({nodes}: Snapshot, commitIndex: LogIndex): string {
	const lagging = nodes.filter((node) => logOf(node).lastIndex < commitIndex);
	if (lagging.length === 0) {
		return '';
	}

	const [one] = lagging;
	return lagging.length === 1
		? `; ${nodeName(one!.id)} lacks ${rangeOf(logOf(one!).lastIndex + 1, commitIndex)}`
		: `; ${namesOf(lagging)} lack some of it`;
}

/** Whose logs the leader will have to overwrite, and from where on. */
function conflictText({nodes}: Snapshot, leader: Leader): string | undefined {
	const conflicts = nodes.flatMap((node) => {
		const from = firstConflict(logOf(node), leader.log);
		return from === undefined ? [] : [{name: nodeName(node.id), from}];
	});
	const [first, ...others] = conflicts;
	if (first === undefined) {
		return undefined;
	}

	const name = nodeName(leader.id);
	const more = others.map((other) => `, ${other.name} from ${other.from} on`).join('');
	return `${first.name} differs from ${name} from entry ${first.from} on${more}: ${name}’s entries will take their place (§5.3)`;
}

/** The first index at which two logs differ. Where they agree they agree on all before (§5.3), so halving finds it. */
function firstConflict(log: Log, other: Log): LogIndex | undefined {
	const end = Math.min(log.lastIndex, other.lastIndex);
	let low = 1;
	let high = end + 1;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (termAt(log, middle) === termAt(other, middle)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	return low <= end ? low : undefined;
}

/** Everything about a node's entry at an index: what it is, who has it, and what becomes of it. */
export function entryNote(snapshot: Snapshot, id: ServerId, index: LogIndex): readonly Line[] {
	const {nodes} = snapshot;
	const log = logOf(nodes[id - 1]!);
	const entry = entryAt(log, index);
	if (entry === undefined) {
		const end = log.lastIndex === 0 ? 'is empty' : `ends at ${log.lastIndex}`;
		return [[span(`${nodeName(id)} has no entry ${index}: its log ${end}`)], ...othersLine(snapshot, undefined, index)];
	}

	const holders = nodes.filter((node) => entryAt(logOf(node), index)?.term === entry.term);
	const committed = holders.filter(({server}) => server !== undefined && server.commitIndex >= index);
	const applied = holders.filter(({server}) => server !== undefined && server.lastApplied >= index);
	const majority = holders.length >= majorityOf(nodes.length) ? 'a majority' : 'no majority';
	return [
		[span(`entry ${index}`, 'bold'), span(`  term ${entry.term}  ${commandInFull(entry)}`)],
		committed.length > 0
			? [span('it is committed: every later leader has it too (§5.4)', 'good')]
			: prospectOf(snapshot, entry),
		[
			span('stored by ', 'dim'),
			span(`${namesOf(holders)}, ${majority}`),
			span(' · committed on ', 'dim'),
			span(namesOf(committed)),
			...(committed.length > 0 ? [span(' · applied on ', 'dim'), span(namesOf(applied))] : []),
		],
		...othersLine(snapshot, entry, index),
	];
}

function commandInFull({command}: Entry): string {
	if (!isRequest(command)) {
		return 'no-op: with it a leader begins its term';
	}

	const {session} = command;
	return `${operationInFull(command)}${session === undefined ? '' : `  request ${session.serial} of c${session.client}`}`;
}

function operationInFull(operation: Request): string {
	switch (operation.type) {
		case 'write': {
			return `write ${operation.key}=${operation.value}`;
		}

		case 'read':
		case 'delete': {
			return `${operation.type} ${operation.key}`;
		}

		case 'cas': {
			return `cas ${operation.key}: ${operation.value} if it is ${operation.expected}`;
		}
	}
}

/** What the nodes have at an index that do not have this entry. */
function othersLine({nodes}: Snapshot, entry: Entry | undefined, index: LogIndex): readonly Line[] {
	const alike = Map.groupBy(nodes, (node) => {
		const {lastIndex} = logOf(node);
		return termAt(logOf(node), index) ?? (lastIndex === 0 ? 'log is empty' : `log ends at ${lastIndex}`);
	});
	const texts = [...alike].flatMap(([held, some]) =>
		held === entry?.term || (entry === undefined && typeof held === 'string')
			? []
			: [
					`${namesOf(some)}: ${typeof held === 'string' ? held : `${entry === undefined ? 'one' : 'another'} of term ${held}`}`,
				],
	);
	return texts.length === 0 ? [] : [[span(texts.join(' · '), 'warn')]];
}

/** What becomes of an entry that nobody has committed. */
function prospectOf(snapshot: Snapshot, {index, term}: Entry): Line {
	const leader = leaderIn(snapshot);
	if (leader === undefined) {
		return [span('nobody leads: it waits for a leader that has it', 'warn')];
	}

	const powerless = powerlessText(snapshot, leader, 'it');
	const name = nodeName(leader.id);
	const held = entryAt(leader.log, index);
	if (powerless !== undefined) {
		return held?.term === term
			? [span(powerless, 'warn')]
			: [span(`${name} cannot commit anything, and does not have it: who has it may be elected and commit it`, 'warn')];
	}

	if (held?.term !== term) {
		return [
			span(
				held === undefined
					? `${name} leads without it: what ${name} appends next takes its place (§5.3)`
					: `${name} leads and has another entry here, which will take its place (§5.3)`,
				'warn',
			),
		];
	}

	return [
		span(
			term < leader.currentTerm
				? `it is of an earlier term, and ${olderTermText(leader, true)}`
				: `${name} leads, and it is ${waitText(snapshot, leader, index)}`,
			'good',
		),
	];
}
