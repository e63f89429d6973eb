/*
Random faults: trouble that comes and goes by itself, from the run's own chance.

Each fault lasts a while, so that the cluster has to live with it, and ends, so that it can recover;
of servers that are down or suspended there is never more than a minority. Who wants worse gives commands.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Command, FaultKind} from './command.js';
import {copyStream, drawBetween, randomStream, type RandomStream} from './random.js';
import type {World} from './world.js';

/** From the beginning of one fault to that of the next, and from a fault's beginning to its end. */
const gapUs = {min: 500_000, max: 2_500_000};
const durationUs = {min: 1_000_000, max: 4_000_000};

/** A fault that has begun, and the command that ends it. */
type Active = {readonly kind: FaultKind; readonly node: ServerId | undefined; readonly end: Command};

export type RandomFaults = {
	kinds: readonly FaultKind[];
	/** Counts how often they were switched on or off; what was planned before is void. */
	epoch: number;
	active: readonly Active[];
	/** The `seq` of the command that switched them on. */
	cause: number;
	readonly stream: RandomStream;
};

/** How commands are performed; it stands above this file. */
type Perform = (world: World, command: Command, cause: number) => string | undefined;

export const noRandomFaults = (seed: string): RandomFaults => ({
	kinds: [],
	epoch: 0,
	active: [],
	cause: 0,
	stream: randomStream(seed, 'random faults'),
});

export const copyRandomFaults = (faults: RandomFaults): RandomFaults => ({
	...faults,
	stream: copyStream(faults.stream),
});

/** Let there be faults of these kinds from now on. Those that are under way end at once. */
export function setRandomFaults(world: World, kinds: readonly FaultKind[], cause: number, perform: Perform): void {
	const faults = world.randomFaults;
	for (const {end} of faults.active) {
		perform(world, end, cause); // Where somebody has ended it before, it is refused, which is as well
	}

	faults.active = [];
	faults.kinds = kinds;
	faults.cause = cause;
	faults.epoch++;
	if (kinds.length > 0) {
		planNext(world, perform);
	}
}

function planNext(world: World, perform: Perform): void {
	const {epoch, stream} = world.randomFaults;
	world.plan(world.timeUs + drawBetween(stream, gapUs.min, gapUs.max), (then) => {
		if (then.randomFaults.epoch === epoch) {
			strike(then, perform);
			planNext(then, perform);
		}
	});
}

function strike(world: World, perform: Perform): void {
	const faults = world.randomFaults;
	const {stream, epoch, cause} = faults;
	const kind = faults.kinds[drawBetween(stream, 0, faults.kinds.length)]!;
	const node = drawNode(world);
	const lastsUs = drawBetween(stream, durationUs.min, durationUs.max);
	const fault = faults.active.some((active) => active.kind === kind && (active.node ?? node) === node)
		? undefined
		: drawFault(world, kind, node);
	if (fault === undefined || perform(world, fault.begin, cause) !== undefined) {
		return; // Not now: there is enough of it
	}

	const active: Active = {kind, node: kindsAboutNodes.has(kind) ? node : undefined, end: fault.end};
	faults.active = [...faults.active, active];
	world.plan(world.timeUs + lastsUs, (then) => {
		if (then.randomFaults.epoch === epoch) {
			then.randomFaults.active = then.randomFaults.active.filter((other) => other !== active);
			perform(then, active.end, cause);
		}
	});
}

/** Leaders are hit more often than their number says: that is where it hurts. */
function drawNode(world: World): ServerId {
	const {stream} = world.randomFaults;
	const any = drawBetween(stream, 1, world.hosts.length + 1);
	return stream() < 0.35 ? (world.leader?.id ?? any) : any;
}

const kindsAboutNodes: ReadonlySet<FaultKind> = new Set(['crash', 'suspend', 'clock', 'disk']);

function drawFault(
	world: World,
	kind: FaultKind,
	node: ServerId,
): {readonly begin: Command; readonly end: Command} | undefined {
	const {stream} = world.randomFaults;
	const {network, hosts} = world;
	switch (kind) {
		case 'partition': {
			const side = hosts.map(({id}) => id).filter((id) => id === node || stream() < 0.4);
			return network.groups.length > 0 || side.length === hosts.length
				? undefined
				: {begin: {type: 'partition', groups: [side]}, end: {type: 'heal', only: 'partition'}};
		}

		case 'cut': {
			const to = (node % hosts.length) + 1;
			const isOneWay = stream() < 0.5;
			if (network.isCut(node, to) || network.isCut(to, node)) {
				return undefined;
			}

			return {
				begin: {type: 'cut', from: node, to, isOneWay},
				end: {type: 'heal', between: [node, to]},
			};
		}

		case 'loss': {
			const rate = Math.round(stream() * 30) / 100;
			return {begin: {type: 'loss', rate}, end: {type: 'loss', rate: network.lossRate}};
		}

		case 'delay': {
			const {minUs, maxUs} = network.delay;
			const factor = 2 + Math.floor(stream() * 4);
			return {
				begin: {type: 'delay', delay: {minUs, maxUs: maxUs * factor}},
				end: {type: 'delay', delay: network.delay},
			};
		}

		case 'crash': {
			return isMinorityAway(world) ? {begin: {type: 'crash', node}, end: {type: 'restart', node}} : undefined;
		}

		case 'suspend': {
			return isMinorityAway(world) ? {begin: {type: 'suspend', node}, end: {type: 'resume', node}} : undefined;
		}

		case 'clock': {
			const rate = Math.round((0.5 + stream() * 1.5) * 100) / 100;
			return {begin: {type: 'clock', node, rate}, end: {type: 'clock', node, rate: world.host(node).clockRate}};
		}

		case 'disk': {
			const slowUs = drawBetween(stream, 5, 50) * 1000;
			const delay = {minUs: slowUs, maxUs: slowUs};
			return {
				begin: {type: 'disk', node, condition: {kind: 'slow', delay}},
				end: {type: 'disk', node, condition: world.host(node).condition},
			};
		}
	}
}

/** Whether one more may go, and a majority still stands. */
function isMinorityAway({hosts}: World): boolean {
	const away = hosts.filter(({server, isSuspended}) => server === undefined || isSuspended).length;
	return (away + 1) * 2 < hosts.length;
}
