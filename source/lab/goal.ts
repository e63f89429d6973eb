/*
Something to run for: the run goes on until it is told of, and stops there; or until it is given up.
*/

import type {Server} from '../raft/server.js';
import type {ServerId} from '../raft/vocabulary.js';
import type {Player} from '../scenario/player.js';
import {isAwake, type Host} from '../simulation/host.js';
import type {World} from '../simulation/world.js';
import type {NotableRecord} from './feed.js';
import type {Moment} from './moment.js';

export const goals = ['election', 'commit', 'step-down', 'violation', 'notable event'] as const;
export type GoalName = (typeof goals)[number];

/** What is told when it happens. A violation stops a run by itself, and is not watched for; of notable events any will do. */
const toldAs: Readonly<Partial<Record<GoalName, NotableRecord['type']>>> = {
	election: 'elected',
	commit: 'committed',
	'step-down': 'deposed',
};

/** So long it is sought for, in virtual microseconds: a cluster never comes to its end. */
const patienceUs = 60_000_000;
const patienceForViolationUs = 600_000_000;

export class Goal {
	readonly name: GoalName;
	/** The event that was run for, once it has happened. */
	reached: NotableRecord | undefined;
	readonly #untilUs: number;
	#read: number;
	readonly #told: number;

	constructor(name: GoalName, {player, feed}: Moment) {
		const {timeUs, trace} = player.world;
		this.name = name;
		this.#untilUs = timeUs + (name === 'violation' ? patienceForViolationUs : patienceUs);
		this.#read = trace.length;
		this.#told = feed.told;
	}

	/** Look at what has happened since the last time. */
	look(moment: Moment): void {
		if (this.name === 'violation') {
			return;
		}

		const {feed, player} = moment;
		const {notables, told} = feed;
		if (this.name === 'notable event') {
			this.reached = told > this.#told ? notables.at(this.#told - told) : undefined;
			return;
		}

		const type = toldAs[this.name];
		for (let at = notables.length - 1; at >= 0 && notables[at]!.seq > this.#read; at--) {
			this.reached = notables[at]!.type === type ? notables[at] : this.reached; // The first of several
		}

		this.#read = player.world.trace.length;
	}

	/** Why there is no sense in going on to what happens next, as a sentence that names what can be done; `undefined` if there is. */
	whyHopeless(player: Player): string | undefined {
		const {world, nextUs} = player;
		if (this.#needsMajority(world) && isLeftToItself(player)) {
			const why = whyNoMajority(world);
			if (why !== undefined) {
				return why;
			}
		}

		if (nextUs === Infinity) {
			return `Nothing is left to happen. ${deedFor(world)} nodes first.`;
		}

		return nextUs > this.#untilUs ? whyGivenUp(this.name, world) : undefined;
	}

	/** Without a majority nobody is elected, and nothing commits; and where nobody leads, nobody steps down. */
	#needsMajority({leader}: World): boolean {
		return this.name === 'election' || this.name === 'commit' || (this.name === 'step-down' && leader === undefined);
	}
}

/** Whether nobody is going to restart a node or to heal the network, and nothing is under way from before somebody did something last. */
function isLeftToItself({isOver, taken, world}: Player): boolean {
	const doneUs = taken.at(-1)?.timeUs ?? 0;
	return isOver && world.randomFaults.kinds.length === 0 && !world.hasUnderWay(doneUs);
}

const awakeIn = ({hosts}: World): readonly Host[] => hosts.filter((host) => isAwake(host));

/** Why nobody can get the votes or the copies that he needs; `undefined` if somebody can. */
function whyNoMajority(world: World): string | undefined {
	const {hosts, network} = world;
	const awake = awakeIn(world);
	const connects = (a: number, b: number): boolean => network.connects(a, b) && network.connects(b, a);
	const isReaching = ({id, server}: Host): boolean => {
		const heard = hosts.filter(
			(other) => other.id === id || hasHeard(server!, other.id) || (awake.includes(other) && connects(id, other.id)),
		);
		return heard.length * 2 > hosts.length;
	};

	if (awake.some((host) => isReaching(host))) {
		return undefined;
	}

	const state = hosts.some(({isSuspended}) => isSuspended) ? 'running' : 'up';
	return awake.length * 2 > hosts.length
		? 'Nobody reaches a majority: heal the network first.'
		: `No majority: ${awake.length} of ${hosts.length} are ${state}. ${deedFor(world)} nodes first.`;
}

/** Whether a server has already got what it wants of another: its vote, or that it has something which is not committed yet. */
const hasHeard = (server: Server, other: ServerId): boolean =>
	server.role === 'candidate'
		? server.votesGranted.includes(other)
		: server.role === 'leader' && server.matchIndex[other]! > server.commitIndex;

/** What brings nodes back. */
function deedFor({hosts}: World): string {
	const isAnySuspended = hosts.some(({isSuspended}) => isSuspended);
	const isAnyDown = hosts.some(({server}) => server === undefined);
	return isAnySuspended ? (isAnyDown ? 'Restart or resume' : 'Resume') : 'Restart';
}

function whyGivenUp(name: GoalName, world: World): string {
	return name === 'violation'
		? 'No violation in ten virtual minutes.'
		: `No ${name} in a virtual minute: ${remedyFor(name, world)}.`;
}

function remedyFor(name: GoalName, world: World): string {
	const {leader, hosts, network} = world;
	if (name === 'notable event') {
		return 'write, or crash a node';
	}

	if (leader?.server !== undefined && name !== 'commit') {
		return hosts.length === 1 ? 'it leads alone' : 'let a follower’s timer go off';
	}

	if (leader?.server !== undefined && leader.server.log.lastIndex === leader.server.commitIndex) {
		return 'write something first';
	}

	if (!network.isWhole || awakeIn(world).length < hosts.length) {
		return 'restart nodes or heal the network';
	}

	return hosts.some(({condition}) => condition.kind !== 'ok') ? 'mend the disks first' : 'lower the loss or the delay';
}
