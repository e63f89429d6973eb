/*
Doing what was asked of the World: one case a command.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Command, Selector} from './command.js';
import {bootServer, type Host} from './host.js';
import {whyNotRange, whyNotRate} from './settings.js';
import {codeOf} from './trace.js';
import {digestCommand, type World} from './world.js';

/**
Perform a command now, in virtual time.

@returns Why it could not be done, as a sentence; `undefined` if it was. What could not be done changes nothing and leaves no event.
*/
export function perform(world: World, command: Command): string | undefined {
	const target = targetOf(world, command);
	if (typeof target === 'string') {
		return target;
	}

	const refusal = whyNot(world, command, target);
	if (refusal !== undefined) {
		return refusal;
	}

	carryOut(world, command, target, world.emit(codeOf.command, 0, 0, 0, 0, command, digestCommand(command)));
	return undefined;
}

/** The host that a command is about; a sentence if there is none; `undefined` if the command is about the network. */
function targetOf(world: World, command: Command): Host | string | undefined {
	if ('node' in command) {
		return resolve(world, command.node);
	}

	return command.type === 'write' ? resolve(world, command.via) : undefined;
}

function resolve(world: World, selector: Selector): Host | string {
	return selector === 'leader'
		? (world.leader ?? 'There is no leader at the moment.')
		: (world.hosts[selector - 1] ?? `There is no n${selector}; the cluster has n1 to n${world.hosts.length}.`);
}

function whyNot(world: World, command: Command, target: Host | undefined): string | undefined {
	switch (command.type) {
		case 'crash': {
			return target!.server === undefined ? `n${target!.id} is already down.` : undefined;
		}

		case 'restart': {
			return target!.server === undefined ? undefined : `n${target!.id} is running.`;
		}

		case 'timeout': {
			const {server, id} = target!;
			if (server === undefined) {
				return `n${id} is down: it has no timer.`;
			}

			return server.role === 'leader' ? `n${id} leads: it has no election timer.` : undefined;
		}

		case 'write': {
			return target!.server === undefined ? `n${target!.id} is down.` : undefined;
		}

		case 'isolate': {
			return world.network.isolated.has(target!.id) ? `n${target!.id} is already isolated.` : undefined;
		}

		case 'rejoin': {
			return world.network.isolated.has(target!.id) ? undefined : `n${target!.id} is not isolated.`;
		}

		case 'partition': {
			const named = command.groups.flat();
			const stranger = named.find((id) => world.hosts[id - 1] === undefined);
			if (stranger !== undefined) {
				return `There is no n${stranger}; the cluster has n1 to n${world.hosts.length}.`;
			}

			if (new Set(named).size !== named.length) {
				return 'A node can be on one side of a partition only.';
			}

			return sidesOf(world, command.groups).length < 2
				? 'A partition has at least two sides with a node each.'
				: undefined;
		}

		case 'heal': {
			return world.network.isWhole ? 'There is nothing to heal: every node can reach every other.' : undefined;
		}

		case 'loss': {
			return whyNotRate(command.rate);
		}

		case 'delay': {
			return whyNotRange(command.delay);
		}
	}
}

function carryOut(world: World, command: Command, target: Host | undefined, cause: number): void {
	const {network} = world;
	switch (command.type) {
		case 'partition': {
			network.groups = sidesOf(world, command.groups);
			break;
		}

		case 'isolate': {
			network.isolated = new Set([...network.isolated, target!.id].toSorted(ascending));
			break;
		}

		case 'rejoin': {
			network.isolated = new Set([...network.isolated].filter((id) => id !== target!.id));
			break;
		}

		case 'heal': {
			network.groups = [];
			network.isolated = new Set();
			break;
		}

		case 'loss': {
			network.lossRate = command.rate;
			break;
		}

		case 'delay': {
			network.delay = command.delay;
			break;
		}

		case 'crash': {
			crash(world, target!, cause);
			break;
		}

		case 'restart': {
			restart(world, target!, cause);
			break;
		}

		case 'timeout': {
			world.fireTimer(target!, cause, 'election');
			break;
		}

		case 'write': {
			const {key, value} = command;
			world.request(target!, [{type: 'write', key, value}], cause);
			break;
		}
	}
}

/** The sides of a partition: those named, and whoever was not named as the last. */
function sidesOf(world: World, groups: ReadonlyArray<readonly ServerId[]>): ReadonlyArray<readonly ServerId[]> {
	const named = new Set(groups.flat());
	const rest = world.hosts.map(({id}) => id).filter((id) => !named.has(id));
	return [...groups, rest].filter((group) => group.length > 0);
}

/** Everything volatile is gone. Whether what clients were waiting for will commit, nobody can tell them now. */
function crash(world: World, host: Host, cause: number): void {
	const crashed = world.emit(codeOf.crash, cause, host.id, 0, 0, undefined, 0);
	host.server = undefined;
	world.forgetLeader();
	host.timer = undefined;
	host.store = new Map();
	world.abandon(host, 0, crashed);
}

function restart(world: World, host: Host, cause: number): void {
	const server = bootServer(host.id, host.persisted, world.settings);
	host.server = server;
	const restarted = world.emit(codeOf.restart, cause, host.id, server.currentTerm, server.log.lastIndex, undefined, 0);
	world.armTimer(host, 'election', restarted);
}

const ascending = (a: ServerId, b: ServerId): number => a - b;
