/*
What the keys ask for: from how things are now to a command, or to a sentence why there is none. A key does
nothing that a command could not do.
*/

import type {ServerId} from '../raft/vocabulary.js';
import {faultKinds, type Command} from '../simulation/command.js';
import type {World} from '../simulation/world.js';

/** A key that acts on a node; its command's name is what the footer calls it. */
export type NodeDeed = (world: World, node: ServerId) => Command & {readonly node: unknown};

export const crashOrRestart: NodeDeed = (world, node) => ({
	type: world.host(node).server === undefined ? 'restart' : 'crash',
	node,
});

export const isolateOrRejoin: NodeDeed = ({network}, node) => ({
	type: network.isolated.has(node) ? 'rejoin' : 'isolate',
	node,
});

export const suspendOrResume: NodeDeed = (world, node) => ({
	type: world.host(node).isSuspended ? 'resume' : 'suspend',
	node,
});

export const wipe: NodeDeed = (_world, node) => ({type: 'wipe', node});

export const timeout: NodeDeed = (_world, node) => ({type: 'timeout', node});

/** A key that acts on a message. */
export type MessageDeed = (world: World, message: number) => Command & {readonly message: number};

export const drop: MessageDeed = (_world, message) => ({type: 'drop', message});

export const duplicate: MessageDeed = (_world, message) => ({type: 'duplicate', message});

export const holdOrRelease: MessageDeed = ({network}, message) => ({
	type: network.held.some(({id}) => id === message) ? 'release' : 'hold',
	message,
});

const lossStep = 0.05;

export function changeLoss({network}: World, direction: 1 | -1): Command | string {
	const before = network.lossRate;
	const rate = Math.max(0, Math.min(1, Math.round((before + direction * lossStep) * 1000) / 1000));
	if (rate === before) {
		return rate === 0 ? 'Nothing is lost already.' : 'Everything is lost already.';
	}

	return {type: 'loss', rate};
}

const delayUsMin = 1000;
const delayUsMax = 2_000_000;

export function changeDelay({network}: World, factor: number): Command | string {
	const {minUs, maxUs} = network.delay;
	const isAtEnd = factor < 1 ? maxUs * factor < delayUsMin : maxUs * factor > delayUsMax;
	if (isAtEnd) {
		return `The delay stays between ${delayUsMin / 1000} and ${delayUsMax / 1000} ms.`;
	}

	return maxUs === 0
		? {type: 'delay', delay: {minUs: 0, maxUs: delayUsMin}}
		: {type: 'delay', delay: {minUs: Math.round(minUs * factor), maxUs: Math.round(maxUs * factor)}};
}

export const randomFaultsOnOrOff = ({randomFaults}: World): Command => ({
	type: 'faults',
	kinds: randomFaults.kinds.length > 0 ? [] : faultKinds,
});

/** The servers on one side of a partition; all others are on the other. */
export function separate({hosts}: World, side: ReadonlySet<ServerId>): Command | string {
	const group = [...side].toSorted((a, b) => a - b);
	if (group.length === 0) {
		return 'Nobody was picked: the network stays as it is.';
	}

	return {type: 'partition', groups: group.length === hosts.length ? [group] : [group, ['rest']]}; // One side alone is refused
}
