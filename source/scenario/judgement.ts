/*
What a scenario waits for and expects, judged of a World at one instant; and how things are instead, in words.
*/

import {whyNotConverged} from '../checking/convergence.js';
import type {Monitor} from '../checking/monitor.js';
import type {LogIndex, Term} from '../raft/vocabulary.js';
import type {Host} from '../simulation/host.js';
import type {World} from '../simulation/world.js';
import {nodeName, wordText} from './command-text.js';
import {propertyWord, type Comparison, type Condition, type Expectation} from './instruction.js';

/** The highest index that any server which is up knows to be committed. */
function committedIndex({hosts}: World): LogIndex {
	let highest = 0;
	for (const {committedIndex: committed} of hosts) {
		highest = Math.max(highest, committed);
	}

	return highest;
}

/** The highest term of any server that is up. */
export function highestTerm({hosts}: World): Term {
	let highest = 0;
	for (const {server} of hosts) {
		highest = Math.max(highest, server?.currentTerm ?? 0);
	}

	return highest;
}

/** The highest term in which anybody leads now, 0 if nobody does. */
export const leadersTerm = ({leader}: World): Term => leader?.server?.currentTerm ?? 0;

/**
What keeps a condition from holding: how things are instead, as part of a sentence; `undefined` if it holds.

@param sinceTerm - The leader's term when the waiting began.
*/
export function whyNotYet(world: World, condition: Condition, sinceTerm: Term): string | undefined {
	switch (condition.type) {
		case 'leader': {
			const {leader} = world;
			const isOne = leader !== undefined && (condition.among?.includes(leader.id) ?? true);
			return isOne ? undefined : leaderWords(world);
		}

		case 'new leader': {
			return leadersTerm(world) > sinceTerm ? undefined : leaderWords(world);
		}

		case 'no leader': {
			return world.leader === undefined ? undefined : leaderWords(world);
		}

		case 'committed': {
			const committed = committedIndex(world);
			return committed >= condition.index ? undefined : `${committed} is committed`;
		}

		case 'applied': {
			return whyNotApplied(world, condition);
		}

		case 'converged': {
			return whyNotConverged(world);
		}
	}
}

function whyNotApplied({hosts}: World, {index, on}: Condition & {readonly type: 'applied'}): string | undefined {
	const asked =
		on === 'all' ? hosts.filter(({server}) => server !== undefined) : hosts.filter(({id}) => on.includes(id));
	if (asked.length === 0) {
		return 'nobody is up';
	}

	const behind = asked.find(({server, appliedIndex}) => (server === undefined ? -1 : appliedIndex) < index);
	if (behind === undefined) {
		return undefined;
	}

	return behind.server === undefined
		? `${nodeName(behind.id)} is down`
		: `${nodeName(behind.id)} has applied ${behind.appliedIndex}`;
}

/** How things are instead of what is expected, as part of a sentence; `undefined` if they are as expected. */
export function whyNot(world: World, monitor: Monitor, expectation: Expectation): string | undefined {
	switch (expectation.type) {
		case 'safe': {
			return violationWords(monitor);
		}

		case 'linearizable': {
			return linearizabilityWords(monitor);
		}

		case 'converged': {
			return whyNotConverged(world);
		}

		case 'leader': {
			const {leader} = world;
			const {node} = expectation;
			const isOne = node === undefined ? leader !== undefined : leader?.id === node;
			return isOne ? undefined : leaderWords(world);
		}

		case 'no leader': {
			return world.leader === undefined ? undefined : leaderWords(world);
		}

		case 'role': {
			const role = roleOf(world.host(expectation.node));
			return role === expectation.role
				? undefined
				: `${nodeName(expectation.node)} is ${role === 'down' ? role : `a ${role}`}`;
		}

		case 'term': {
			const term = highestTerm(world);
			return compares(term, expectation) ? undefined : `the term is ${term}`;
		}

		case 'committed': {
			const committed = committedIndex(world);
			return compares(committed, expectation) ? undefined : `${committed} is committed`;
		}

		case 'value': {
			return whyNotValue(world, expectation);
		}

		case 'violation': {
			return whyNotBroken(monitor, expectation.property);
		}
	}
}

function whyNotBroken(monitor: Monitor, property: string): string | undefined {
	const {violation, linearizability} = monitor;
	const isBroken =
		(violation !== undefined && propertyWord(violation.property) === property) ||
		(property === 'linearizability' && linearizability === 'violated');
	return isBroken ? undefined : (violationWords(monitor) ?? 'nothing has been broken');
}

const roleOf = ({server}: Host) => server?.role ?? 'down';

function compares(
	found: number,
	{comparison, than}: {readonly comparison: Comparison; readonly than: number},
): boolean {
	switch (comparison) {
		case '>=': {
			return found >= than;
		}

		case '<=': {
			return found <= than;
		}

		case '>': {
			return found > than;
		}

		case '<': {
			return found < than;
		}

		case '=': {
			return found === than;
		}
	}
}

function whyNotValue({hosts}: World, {key, value}: Expectation & {readonly type: 'value'}): string | undefined {
	const up = hosts.filter(({server}) => server !== undefined);
	const other = up.find(({store}) => store.values.get(key) !== value);
	if (up.length === 0 || other === undefined) {
		return up.length === 0 ? 'nobody is up' : undefined;
	}

	const found = other.store.values.get(key);
	return `${nodeName(other.id)} has ${found === undefined ? `no value of ${wordText(key)}` : `${wordText(key)}=${wordText(found)}`}`;
}

/** Who leads, in which term. */
const leaderWords = ({leader}: World): string =>
	leader === undefined ? 'nobody leads' : `${nodeName(leader.id)} leads in term ${leader.server!.currentTerm}`;

function violationWords({violation}: Monitor): string | undefined {
	return violation && `${propertyWord(violation.property)} was broken: ${violation.explanation}`;
}

function linearizabilityWords({linearizability}: Monitor): string | undefined {
	switch (linearizability) {
		case 'ok': {
			return undefined;
		}

		case 'violated': {
			return 'what the clients were told cannot be what one server alone answered';
		}

		case 'unknown': {
			return 'there were too many operations at a time to tell';
		}
	}
}
