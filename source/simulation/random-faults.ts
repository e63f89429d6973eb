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

/** A fault that can begin: the commands that make and end it, and whether it still stands as it was made. */
type Fault = {
	readonly begin: Command;
	readonly end: Command;
	/** Holds nothing that changes. What somebody has changed since is theirs, and stays. */
	readonly stands: (world: World) => boolean;
};

/** A fault that has begun. */
type Active = Pick<Fault, 'end' | 'stands'> & {readonly kind: FaultKind; readonly node: ServerId | undefined};

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
	for (const {end, stands} of faults.active) {
		if (stands(world)) {
			perform(world, end, cause);
		}
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

	const {end, stands} = fault;
	const active: Active = {kind, node: kindsAboutNodes.has(kind) ? node : undefined, end, stands};
	faults.active = [...faults.active, active];
	world.plan(world.timeUs + lastsUs, (then) => {
		if (then.randomFaults.epoch === epoch) {
			then.randomFaults.active = then.randomFaults.active.filter((other) => other !== active);
			if (stands(then)) {
				perform(then, end, cause);
			}
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

function drawFault(world: World, kind: FaultKind, node: ServerId): Fault | undefined {
	const {stream} = world.randomFaults;
	const {network, hosts} = world;
	const host = world.host(node);
	switch (kind) {
		case 'partition': {
			const side = hosts.map(({id}) => id).filter((id) => id === node || stream() < 0.4);
			const rest = hosts.map(({id}) => id).filter((id) => !side.includes(id));
			return network.groups.length > 0 || rest.length === 0
				? undefined
				: {
						begin: {type: 'partition', groups: [side, ['rest']]},
						end: {type: 'heal', only: 'partition'},
						stands: ({network: {groups}}) => JSON.stringify(groups) === JSON.stringify([side, rest]),
					};
		}

		case 'cut': {
			const to = (node % hosts.length) + 1;
			const isOneWay = stream() < 0.5;
			return network.isCut(node, to) || network.isCut(to, node)
				? undefined
				: {
						begin: {type: 'cut', from: node, to, isOneWay},
						end: {type: 'heal', between: [node, to]},
						stands: (then) => then.network.isCut(node, to) && then.network.isCut(to, node) !== isOneWay,
					};
		}

		case 'loss': {
			const rate = Math.max(network.lossRate, Math.round(stream() * 30) / 100);
			return {
				begin: {type: 'loss', rate},
				end: {type: 'loss', rate: network.lossRate},
				stands: ({network: {lossRate}}) => lossRate === rate,
			};
		}

		case 'delay': {
			const {minUs, maxUs} = network.delay;
			const delay = {minUs, maxUs: maxUs * (2 + Math.floor(stream() * 4))};
			return {
				begin: {type: 'delay', delay},
				end: {type: 'delay', delay: network.delay},
				stands: (then) => then.network.delay === delay,
			};
		}

		case 'crash': {
			const life = host.life + 1;
			return isMinorityAway(world) && host.server !== undefined
				? {
						begin: {type: 'crash', node},
						end: {type: 'restart', node},
						stands: (then) => then.host(node).life === life && then.host(node).server === undefined,
					}
				: undefined;
		}

		case 'suspend': {
			const {life} = host;
			return isMinorityAway(world)
				? {
						begin: {type: 'suspend', node},
						end: {type: 'resume', node},
						stands: (then) => then.host(node).life === life && then.host(node).isSuspended,
					}
				: undefined;
		}

		case 'clock': {
			const rate = Math.round((0.5 + stream() * 1.5) * 100) / 100;
			return {
				begin: {type: 'clock', node, rate},
				end: {type: 'clock', node, rate: host.clockRate},
				stands: (then) => then.host(node).clockRate === rate,
			};
		}

		case 'disk': {
			const slowUs = drawBetween(stream, 5, 50) * 1000;
			const condition = {kind: 'slow', delay: {minUs: slowUs, maxUs: slowUs}} as const;
			return host.condition.kind === 'ok' || host.condition.kind === 'slow'
				? {
						begin: {type: 'disk', node, condition},
						end: {type: 'disk', node, condition: host.condition},
						stands: (then) => then.host(node).condition === condition,
					}
				: undefined; // A disk that somebody has broken is not put right
		}
	}
}

/** Whether one more may go, and a majority still stands. */
function isMinorityAway({hosts}: World): boolean {
	const away = hosts.filter(({server, isSuspended}) => server === undefined || isSuspended).length;
	return (away + 1) * 2 < hosts.length;
}
