/*
Something to run for: the run goes on until it is told of, and stops there; or until it is given up.
*/

import type {Player} from '../scenario/player.js';
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

/** A message and the disk take so much longer, as a rule, than a message alone at the most. */
const slackUs = 100_000;

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
			return 'Nothing is left to happen: restart a node first.';
		}

		return nextUs > this.#untilUs ? whyGivenUp(this.name, world) : undefined;
	}

	/** Without a majority nobody is elected, and nothing commits; and where nobody leads, nobody steps down. */
	#needsMajority({leader}: World): boolean {
		return this.name === 'election' || this.name === 'commit' || (this.name === 'step-down' && leader === undefined);
	}
}

/** Whether nobody is going to restart a node or to heal the network, and what was under way when something was done last has arrived. */
function isLeftToItself({isOver, taken, nextUs, world}: Player): boolean {
	const doneUs = taken.at(-1)?.timeUs ?? 0;
	return isOver && world.randomFaults.kinds.length === 0 && nextUs > doneUs + world.network.delay.maxUs + slackUs;
}

function whyNoMajority({hosts, network}: World): string | undefined {
	const isMajority = (count: number): boolean => count * 2 > hosts.length;
	const awake = hosts.filter(({server, isSuspended}) => server !== undefined && !isSuspended);
	if (!isMajority(awake.length)) {
		const isAnySuspended = hosts.some(({isSuspended}) => isSuspended);
		const isAnyDown = hosts.some(({server}) => server === undefined);
		const deed = isAnySuspended ? (isAnyDown ? 'Restart or resume' : 'Resume') : 'Restart';
		return `No majority: ${awake.length} of ${hosts.length} are ${isAnySuspended ? 'running' : 'up'}. ${deed} nodes first.`;
	}

	const reaches = (from: number, to: number): boolean =>
		from === to || (network.connects(from, to) && network.connects(to, from));
	return network.isWhole || awake.some(({id}) => isMajority(awake.filter((other) => reaches(id, other.id)).length))
		? undefined
		: 'Nobody reaches a majority: heal the network first.';
}

function whyGivenUp(name: GoalName, world: World): string {
	return name === 'violation'
		? 'No violation in ten virtual minutes.'
		: `No ${name} in a virtual minute: ${remedyFor(name, world)}.`;
}

function remedyFor(name: GoalName, {leader, hosts, network}: World): string {
	if (name === 'notable event') {
		return 'write, or crash a node';
	}

	if (leader?.server !== undefined && name !== 'commit') {
		return 'let a follower’s timer go off';
	}

	if (leader?.server !== undefined && leader.server.log.lastIndex === leader.server.commitIndex) {
		return 'write something first';
	}

	return network.isWhole && hosts.every(({server, isSuspended}) => server !== undefined && !isSuspended)
		? 'lower the loss or the delay'
		: 'restart nodes or heal the network';
}
