/*
The lab: one run in somebody's hands. It plays, pauses, steps, takes commands, and ties virtual time to
the time that passes outside, of which it is told; it reads no clock itself.
*/

import type {Server} from '../raft/server.js';
import type {ServerId} from '../raft/vocabulary.js';
import type {Rules} from '../raft/rules.js';
import {Monitor, type FoundViolation} from '../checking/monitor.js';
import type {Verdict} from '../checking/linearizability-online.js';
import type {Command, DiskCondition, FaultKind, LinkSettings} from '../simulation/command.js';
import type {Timer} from '../simulation/host.js';
import {perform} from '../simulation/perform.js';
import type {Settings, TimeRangeUs} from '../simulation/settings.js';
import {World} from '../simulation/world.js';
import {Feed, type ClientCounts, type LaneSpan, type MessageRecord, type NotableRecord} from './feed.js';

/** Virtual seconds a second. */
export const speeds: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
export const defaultSpeed = 0.1;

export type NodeState = {
	readonly id: ServerId;
	/** `undefined` while it is down. */
	readonly server: Server | undefined;
	/** The log that a server which is down would come back with. */
	readonly persisted: {
		readonly currentTerm: number;
		readonly votedFor: ServerId | undefined;
		readonly log: Server['log'];
	};
	readonly timer: Timer | undefined;
	readonly isSuspended: boolean;
	/** How fast its clock runs. */
	readonly clockRate: number;
	readonly disk: DiskCondition;
	/** Whether it waits for its disk. */
	readonly isSyncing: boolean;
	readonly store: ReadonlyMap<string, string>;
};

/** The simulated clients: how many begin operations, how many a second altogether, and what came of it. */
export type ClientsState = {
	readonly count: number;
	readonly ratePerS: number;
	/** Operations that have begun and not ended. */
	readonly open: number;
	readonly counts: Readonly<ClientCounts>;
};

/** What there is to see at one moment. */
export type Snapshot = {
	readonly seed: string;
	readonly timeUs: number;
	readonly isPlaying: boolean;
	readonly speed: number;
	readonly nodes: readonly NodeState[];
	readonly leader: NodeState | undefined;
	readonly delay: TimeRangeUs;
	readonly lossRate: number;
	readonly groups: ReadonlyArray<readonly ServerId[]>;
	readonly isolated: ReadonlySet<ServerId>;
	readonly duplicateRate: number;
	/** Links that were cut one by one, and those that have settings of their own. */
	readonly cuts: ReadonlyArray<readonly [from: ServerId, to: ServerId]>;
	readonly links: ReadonlyArray<readonly [from: ServerId, to: ServerId, link: LinkSettings]>;
	readonly connects: (from: ServerId, to: ServerId) => boolean;
	readonly inFlight: number;
	/** The numbers of the messages that somebody holds. */
	readonly held: ReadonlySet<number>;
	/** The kinds of trouble that come at random. */
	readonly faults: readonly FaultKind[];
	readonly clients: ClientsState;
	/** The first promise that was broken, if one was. */
	readonly violation: FoundViolation | undefined;
	readonly linearizability: Verdict;
	/** Oldest first. */
	readonly messages: readonly MessageRecord[];
	readonly notables: readonly NotableRecord[];
	readonly lanes: ReadonlyArray<readonly LaneSpan[]>;
	readonly cutsUs: readonly number[];
};

/** What was asked for, and when: with the settings, all that a run is. */
export type Asked = {readonly timeUs: number; readonly command: Command};

export type LabOptions = {
	readonly speed?: number;
	readonly isPlaying?: boolean;
	readonly rules?: Rules;
};

/** A tick does not go on for longer than this, in milliseconds, so that a screen stays responsive; virtual time then runs slower than asked. */
const workMsMax = 25;

/** So many of the latest events stay at hand, about a hundred bytes each; it must be more than one tick brings. */
const retained = 1_000_000;

/** How much virtual time is played between two looks at the clock. */
const sliceUs = 20_000;

export class Lab {
	readonly world: World;
	/** In the order in which it was done. */
	readonly asked: Asked[] = [];
	isPlaying: boolean;
	readonly #feed: Feed;
	readonly #monitor: Monitor;
	#speed: number;
	/** What is left of a microsecond. */
	#remainderUs = 0;

	constructor(settings: Settings, {speed = defaultSpeed, isPlaying = true, rules}: LabOptions = {}) {
		this.world = World.create(settings, {retained, ...(rules !== undefined && {rules})});
		this.#feed = new Feed(settings.nodes);
		this.#monitor = new Monitor(settings);
		this.#speed = speed;
		this.isPlaying = isPlaying;
	}

	get speed(): number {
		return this.#speed;
	}

	/**
	Let virtual time pass.

	@param elapsedMs - How long it has been outside, in milliseconds.
	@param nowMs - A clock to keep the work of one tick short by; without one a tick does all that is due.
	*/
	tick(elapsedMs: number, nowMs: () => number = () => 0): void {
		if (!this.isPlaying) {
			return;
		}

		const passedUs = elapsedMs * 1000 * this.#speed + this.#remainderUs;
		const targetUs = this.world.timeUs + Math.floor(passedUs);
		this.#remainderUs = passedUs - Math.floor(passedUs);
		const startedMs = nowMs();
		while (this.world.timeUs < targetUs && nowMs() - startedMs < workMsMax) {
			if (!this.#advanceTo(Math.min(targetUs, this.world.timeUs + sliceUs))) {
				return;
			}
		}
	}

	/** Returns whether it got there; at the very event that breaks a promise it pauses. */
	#advanceTo(timeUs: number): boolean {
		const isSound = this.#monitor.advanceTo(this.world, timeUs);
		this.isPlaying &&= isSound;
		return isSound;
	}

	/**
	Go on to the next instant at which anything happens, and pause there.

	@returns Whether anything did.
	*/
	stepOn(): boolean {
		this.isPlaying = false;
		this.#remainderUs = 0;
		const {world} = this;
		const {length} = world.trace;
		while (world.trace.length === length && world.nextUs < Number.POSITIVE_INFINITY) {
			this.#advanceTo(world.nextUs); // Looking at a timer that was set anew is not an event
		}

		return world.trace.length > length;
	}

	togglePlaying(): void {
		this.isPlaying = !this.isPlaying;
	}

	setSpeed(speed: number): void {
		this.#speed = speed;
	}

	faster(): void {
		this.#speed = speeds.find((speed) => speed > this.#speed) ?? this.#speed;
	}

	slower(): void {
		this.#speed = speeds.findLast((speed) => speed < this.#speed) ?? this.#speed;
	}

	/**
	Do what was asked.

	@returns Why it could not be done, as a sentence; `undefined` if it was.
	*/
	perform(command: Command): string | undefined {
		// Where a broken promise stopped the run amid an instant, that comes to its end first: a command has only its time to say where it stands
		if (!this.#advanceTo(this.world.timeUs)) {
			this.#advanceTo(this.world.timeUs); // Now unchecked: what was found is found
		}

		const refusal = perform(this.world, command);
		if (refusal === undefined) {
			if (!this.#monitor.check(this.world)) {
				this.isPlaying = false;
			}

			this.asked.push({timeUs: this.world.timeUs, command});
		}

		return refusal;
	}

	snapshot(): Snapshot {
		const {world} = this;
		const {network} = world;
		this.#feed.read(world.trace);
		const nodes = world.hosts.map((host): NodeState => {
			const {id, server, persisted, timer, isSuspended, clockRate, condition, syncing, store} = host;
			return {
				id,
				server,
				persisted,
				timer,
				isSuspended,
				clockRate,
				disk: condition,
				isSyncing: syncing !== undefined,
				store: store.values,
			};
		});
		const {leader} = world;
		return {
			seed: world.settings.seed,
			timeUs: world.timeUs,
			isPlaying: this.isPlaying,
			speed: this.#speed,
			nodes,
			leader: leader && nodes[leader.id - 1],
			delay: network.delay,
			lossRate: network.lossRate,
			groups: network.groups,
			isolated: network.isolated,
			connects: (from, to) => network.connects(from, to),
			duplicateRate: network.duplicateRate,
			cuts: network.cuts,
			links: network.links,
			inFlight: world.inFlight,
			held: new Set(network.held.map(({id}) => id)),
			faults: world.randomFaults.kinds,
			clients: this.#clients(),
			violation: this.#monitor.violation,
			linearizability: this.#monitor.linearizability,
			messages: this.#feed.messages,
			notables: this.#feed.notables,
			lanes: this.#feed.lanes,
			cutsUs: this.#feed.cutsUs,
		};
	}

	#clients(): ClientsState {
		const {world} = this;
		return {
			count: world.clientsActive,
			ratePerS: world.clientsActive === 0 ? 0 : (world.clientsActive * 1_000_000) / world.clientIntervalUs,
			open: world.clients.filter(({outstanding}) => outstanding !== undefined).length,
			counts: this.#feed.counts,
		};
	}
}
