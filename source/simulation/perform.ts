/*
Doing what was asked of the World: one case a command, with the reasons why it may be impossible now.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Operation} from '../state-machine/key-value.js';
import {setClients} from './clients.js';
import type {Command, LinkSettings, Selector} from './command.js';
import type {Host} from './host.js';
import {setRandomFaults} from './random-faults.js';
import {Selection} from './selectors.js';
import {
	clockRates,
	whyNotClients,
	whyNotElectionTimeout,
	whyNotHeartbeat,
	whyNotRange,
	whyNotRate,
} from './settings.js';
import {DiskStorage} from './stable-storage.js';
import {codeOf} from './trace.js';
import {digestCommand, type World} from './world.js';

/**
Perform a command now, in virtual time.

@param cause - The `seq` of the event that led to it; 0 if a person or a scenario gave it.
@returns Why it could not be done, as a sentence; `undefined` if it was. What could not be done changes nothing and leaves no event.
*/
export function perform(world: World, command: Command, cause = 0): string | undefined {
	const selection = new Selection(world);
	const deed = prepare(world, command, selection);
	if (typeof deed === 'string') {
		return deed;
	}

	world.choices = selection.choices;
	deed(world.emit(codeOf.command, cause, 0, 0, 0, command, digestCommand(command)));
	return undefined;
}

/** Why a command could not be performed now, as a sentence; `undefined` if it could. Changes nothing. */
export function whyNotPerform(world: World, command: Command): string | undefined {
	const deed = prepare(world, command, new Selection(world));
	return typeof deed === 'string' ? deed : undefined;
}

/** What is left to do, given the `seq` of the command's event. */
type Deed = (cause: number) => void;

/** Find out whether a command can be performed: what that takes, or a sentence why not. Changes nothing yet. */
function prepare(world: World, command: Command, selection: Selection): Deed | string {
	const {network} = world;
	switch (command.type) {
		case 'partition': {
			return preparePartition(world, command.groups, selection);
		}

		case 'isolate': {
			return forEach(
				selection.take(command.node),
				({id}) => (network.isolated.has(id) ? `n${id} is already isolated.` : undefined),
				({id}) => {
					network.isolated = new Set([...network.isolated, id].toSorted(ascending));
				},
			);
		}

		case 'rejoin': {
			return forEach(
				selection.take(command.node),
				({id}) => (network.isolated.has(id) ? undefined : `n${id} is not isolated.`),
				({id}) => {
					network.isolated = new Set([...network.isolated].filter((other) => other !== id));
				},
			);
		}

		case 'cut': {
			return forEachLink(
				takeLinks(selection, command.from, command.to, command.isOneWay),
				(from, to) => (network.isCut(from, to) ? `The link from n${from} to n${to} is already cut.` : undefined),
				(from, to) => {
					network.cut(from, to);
				},
			);
		}

		case 'heal': {
			return prepareHeal(world, command, selection);
		}

		case 'loss': {
			return (
				whyNotRate(command.rate) ??
				(() => {
					network.lossRate = command.rate;
				})
			);
		}

		case 'duplication': {
			return (
				whyNotRate(command.rate) ??
				(() => {
					network.duplicateRate = command.rate;
				})
			);
		}

		case 'delay': {
			return (
				whyNotRange(command.delay) ??
				(() => {
					network.delay = command.delay;
				})
			);
		}

		case 'link': {
			const {from, to, isOneWay, link} = command;
			return (
				whyNotLink(link) ??
				forEachLink(takeLinks(selection, from, to, isOneWay), possible, (one, other) => {
					network.setLink(one, other, link);
				})
			);
		}

		case 'drop':
		case 'hold':
		case 'release':
		case 'duplicate': {
			return prepareMessage(world, command.type, command.message);
		}

		case 'crash': {
			return forEach(
				selection.take(command.node),
				({id, server}) => (server === undefined ? `n${id} is already down.` : undefined),
				(host, cause) => {
					world.crash(host, 'command', cause);
				},
			);
		}

		case 'restart': {
			return forEach(
				selection.take(command.node),
				({id, server, condition, isSuspended}) =>
					server === undefined
						? condition.kind === 'failing'
							? `n${id} cannot start: its disk is failing. Try disk n${id} ok first.`
							: undefined
						: isSuspended
							? `n${id} is suspended, not down. Try resume n${id}.`
							: `n${id} is running.`,
				(host, cause) => {
					world.restart(host, cause);
				},
			);
		}

		case 'wipe': {
			return forEach(selection.take(command.node), possible, (host, cause) => {
				if (host.server !== undefined) {
					world.crash(host, 'command', cause);
				}

				world.wipe(host, cause);
			});
		}

		case 'suspend': {
			return forEach(
				selection.take(command.node),
				({id, server, isSuspended}) =>
					server === undefined ? `n${id} is down.` : isSuspended ? `n${id} is already suspended.` : undefined,
				(host, cause) => {
					world.suspend(host, cause);
				},
			);
		}

		case 'resume': {
			return forEach(
				selection.take(command.node),
				({id, server, isSuspended}) =>
					server === undefined
						? `n${id} is down, not suspended. Try restart n${id}.`
						: isSuspended
							? undefined
							: `n${id} is not suspended.`,
				(host, cause) => {
					world.resume(host, cause);
				},
			);
		}

		case 'timeout': {
			return forEach(selection.take(command.node), whyNotTimeout, (host, cause) => {
				world.fireTimer(host, cause, 'election');
			});
		}

		case 'clock': {
			const {rate} = command;
			return rate >= clockRates.min && rate <= clockRates.max
				? forEach(selection.take(command.node), possible, (host) => {
						world.setClock(host, rate);
					})
				: `A clock runs at ${clockRates.min}x to ${clockRates.max}x, not at ${rate}x.`;
		}

		case 'disk': {
			const {condition} = command;
			return (
				(condition.kind === 'slow' ? whyNotRange(condition.delay) : undefined) ??
				forEach(
					selection.take(command.node),
					({storage}) => (storage instanceof DiskStorage ? undefined : 'There are no disks in this run.'),
					(host) => {
						host.condition = condition;
						(host.storage as DiskStorage).setFault(condition.kind === 'slow' ? 'ok' : condition.kind);
					},
				)
			);
		}

		case 'write':
		case 'read':
		case 'delete':
		case 'cas': {
			const host = selection.takeOne(command.via);
			if (typeof host === 'string') {
				return host;
			}

			return host.server === undefined
				? `n${host.id} is down.`
				: (cause) => {
						world.request(host, [operationOf(command)], cause);
					};
		}

		case 'clients': {
			const {count, ratePerS} = command;
			return (
				whyNotClients({count, ratePerS}) ??
				(() => {
					setClients(world, count, ratePerS);
				})
			);
		}

		case 'faults': {
			const {kinds} = command;
			return kinds.length === 0 && world.randomFaults.kinds.length === 0
				? 'There are no random faults at the moment.'
				: (cause) => {
						setRandomFaults(world, kinds, cause, perform);
					};
		}

		case 'set': {
			return prepareSetting(world, command);
		}

		case 'say':
		case 'mark': {
			return () => undefined; // That it is in the trace is all
		}
	}
}

const possible = (): undefined => undefined;

/** The same for each of the servers; refused as a whole only if none of them allows it, with the first one's reason. */
function forEach(
	hosts: readonly Host[] | string,
	whyNot: (host: Host) => string | undefined,
	act: (host: Host, cause: number) => void,
): Deed | string {
	if (typeof hosts === 'string') {
		return hosts;
	}

	const willing = hosts.filter((host) => whyNot(host) === undefined);
	return willing.length === 0
		? whyNot(hosts[0]!)!
		: (cause) => {
				for (const host of willing) {
					act(host, cause);
				}
			};
}

type Links = ReadonlyArray<readonly [from: ServerId, to: ServerId]>;

/** The links from the one set of servers to the other, and back unless one way only is meant. */
function takeLinks(selection: Selection, from: Selector, to: Selector, isOneWay: boolean): Links | string {
	const ones = selection.take(from);
	if (typeof ones === 'string') {
		return ones;
	}

	const others = selection.take(to);
	if (typeof others === 'string') {
		return others;
	}

	const links: Array<readonly [ServerId, ServerId]> = [];
	const add = (one: ServerId, other: ServerId): void => {
		if (one !== other && links.every((link) => !(link[0] === one && link[1] === other))) {
			links.push([one, other]);
		}
	};

	for (const {id: one} of ones) {
		for (const {id: other} of others) {
			add(one, other);
			if (!isOneWay) {
				add(other, one);
			}
		}
	}

	return links.length === 0 ? 'A link has two ends; a node has none to itself.' : links;
}

function forEachLink(
	links: Links | string,
	whyNot: (from: ServerId, to: ServerId) => string | undefined,
	act: (from: ServerId, to: ServerId) => void,
): Deed | string {
	if (typeof links === 'string') {
		return links;
	}

	const possibleOnes = links.filter(([from, to]) => whyNot(from, to) === undefined);
	return possibleOnes.length === 0
		? whyNot(...links[0]!)!
		: () => {
				for (const [from, to] of possibleOnes) {
					act(from, to);
				}
			};
}

function preparePartition(
	world: World,
	groups: ReadonlyArray<readonly Selector[]>,
	selection: Selection,
): Deed | string {
	const sides: ServerId[][] = [];
	const named = new Set<ServerId>();
	for (const group of groups) {
		const side = new Set<ServerId>();
		for (const selector of group) {
			const hosts = selection.take(selector);
			if (typeof hosts === 'string') {
				return hosts;
			}

			for (const {id} of hosts) {
				if (named.has(id) && !side.has(id)) {
					return `n${id} is named twice; a node can be on one side of a partition only.`;
				}

				named.add(id);
				side.add(id);
			}
		}

		sides.push([...side]);
	}

	const rest = world.hosts.map(({id}) => id).filter((id) => !named.has(id));
	const inhabited = [...sides, rest].filter((side) => side.length > 0);
	return inhabited.length < 2
		? 'A partition has at least two sides with a node each.'
		: () => {
				world.network.groups = inhabited.map((side) => side.toSorted(ascending));
			};
}

function prepareHeal(
	{network}: World,
	{between, only}: Command & {readonly type: 'heal'},
	selection: Selection,
): Deed | string {
	if (only === 'partition') {
		return network.groups.length === 0
			? 'There is no partition at the moment.'
			: () => {
					network.groups = [];
				};
	}

	if (between === undefined) {
		return network.isWhole
			? 'There is nothing to heal: every node can reach every other.'
			: () => {
					network.heal();
				};
	}

	return forEachLink(
		takeLinks(selection, ...between, false),
		(from, to) =>
			network.isCut(from, to)
				? undefined
				: network.connects(from, to)
					? `n${from} can reach n${to} already.`
					: `The link between n${from} and n${to} is not cut: ${network.isolated.has(from) || network.isolated.has(to) ? 'one of them is isolated; rejoin ends that' : 'a partition separates them; heal alone ends it'}.`,
		(from, to) => {
			network.mend(from, to);
		},
	);
}

function whyNotLink(link: LinkSettings | undefined): string | undefined {
	const {lossRate, duplicateRate, delay} = link ?? {};
	return (
		(lossRate === undefined ? undefined : whyNotRate(lossRate)) ??
		(duplicateRate === undefined ? undefined : whyNotRate(duplicateRate)) ??
		(delay === undefined ? undefined : whyNotRange(delay))
	);
}

function prepareMessage(world: World, deed: 'drop' | 'hold' | 'release' | 'duplicate', id: number): Deed | string {
	const {network} = world;
	const flight = world.findFlight(id);
	if (flight === undefined) {
		const reached = world.hosts.find(({inbox}) => inbox.some((waiting) => 'id' in waiting && waiting.id === id));
		if (reached !== undefined) {
			return `Message #${id} has reached n${reached.id}, which is suspended.`;
		}

		return id >= 1 && id <= world.messagesSent
			? `Message #${id} is not on its way any more.`
			: `There is no message #${id} yet; the latest is #${world.messagesSent}.`;
	}

	const isHeld = network.held.includes(flight);
	switch (deed) {
		case 'drop': {
			return (cause) => {
				world.drop(world.takeFlight(id)!, cause);
			};
		}

		case 'hold': {
			return isHeld
				? `Message #${id} is held already.`
				: () => {
						network.held = [...network.held, world.takeFlight(id)!];
					};
		}

		case 'release': {
			return isHeld
				? () => {
						world.putFlight(world.takeFlight(id)!);
					}
				: `Message #${id} is not held.`;
		}

		case 'duplicate': {
			return (cause) => {
				world.putCopy(flight, cause);
			};
		}
	}
}

function whyNotTimeout({id, server, isSuspended}: Host): string | undefined {
	if (server === undefined) {
		return `n${id} is down: it has no timer.`;
	}

	if (isSuspended) {
		return `n${id} is suspended: its timer goes off when it resumes.`;
	}

	return server.role === 'leader' ? `n${id} leads: it has no election timer.` : undefined;
}

type OperationCommand = Extract<Command, {readonly via: Selector}>;

function operationOf({via: _via, ...operation}: OperationCommand): Operation {
	return operation;
}

function prepareSetting(world: World, command: Command & {readonly type: 'set'}): Deed | string {
	switch (command.setting) {
		case 'election-timeout': {
			return (
				whyNotElectionTimeout(command.range) ??
				(() => {
					world.electionTimeout = command.range;
				})
			);
		}

		case 'heartbeat': {
			return (
				whyNotHeartbeat(command.everyUs) ??
				(() => {
					world.heartbeatUs = command.everyUs;
				})
			);
		}
	}
}

const ascending = (a: ServerId, b: ServerId): number => a - b;
