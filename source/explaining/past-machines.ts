/*
Looking back at the machines: which command had set a node's disk or its clock at an event.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {World} from '../simulation/world.js';
import {PastNetwork, type Blame, type Meant} from './past-network.js';
import {findBefore, type EventOf} from './past.js';

/** A command that set a clock, or perhaps did. */
export type ClockSetting = Blame & {readonly rate: number};

/** The latest command that did something to a node's disk before an event; none if it has got another disk since. */
export const diskCommandBefore = (node: ServerId, seq: number, world: World): Blame | undefined =>
	settingBefore('disk', node, seq, world);

/** The same, and before one that was perhaps about another node those before it, up to one that was not. */
export function diskCommandsBefore(node: ServerId, seq: number, world: World): readonly Blame[] {
	const latest = diskCommandBefore(node, seq, world);
	return latest === undefined
		? []
		: [latest, ...(latest.isCertain ? [] : diskCommandsBefore(node, latest.command.seq, world))];
}

/** The latest command that set a node's clock before an event. */
export function clockCommandBefore(node: ServerId, seq: number, world: World): ClockSetting | undefined {
	const blame = settingBefore('clock', node, seq, world);
	const command = blame?.command.command;
	return command?.type === 'clock' ? {...blame!, rate: command.rate} : undefined;
}

function settingBefore(type: 'disk' | 'clock', node: ServerId, seq: number, world: World): Blame | undefined {
	let meant: Meant | undefined;
	const event = findBefore(
		world.trace,
		seq,
		['command', 'wipe'],
		(id, _first, _second, _cause, kind) => kind === 'command' || (type === 'disk' && id === node),
		(candidate) => {
			meant = candidate.type === 'command' ? meaningOf(type, node, candidate, world) : undefined;
			return candidate.type === 'wipe' || meant !== undefined;
		},
	);
	return event?.type === 'command' ? {command: event, isCertain: meant!.isCertain} : undefined;
}

/** Whom a command of a type was about, if that was a node, or may have been. */
function meaningOf(
	type: 'disk' | 'clock',
	node: ServerId,
	{command, seq}: EventOf<'command'>,
	world: World,
): Meant | undefined {
	if (command.type !== type) {
		return undefined;
	}

	const meant =
		typeof command.node === 'number'
			? {nodes: [command.node], isCertain: true}
			: new PastNetwork(world, seq).meantBy(command.node, seq);
	return meant.nodes.includes(node) ? meant : undefined;
}
