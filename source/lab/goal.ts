/*
Something to run for: the run goes on until it happens, and stops there.
*/

import type {ServerId} from '../raft/vocabulary.js';
import {codeOf, roleCodes, type Trace, type TraceReader} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import type {Moment} from './moment.js';

export const goals = ['election', 'commit', 'step-down', 'violation', 'notable event'] as const;
export type GoalName = (typeof goals)[number];

/** So long it is sought for, in virtual microseconds: a cluster never comes to its end. */
const patienceUs = 600_000_000;

const {role, commit} = codeOf;
const [candidate, leader] = [roleCodes.indexOf('candidate'), roleCodes.indexOf('leader')];

export class Goal implements TraceReader {
	readonly name: GoalName;
	/** Then it is given up. */
	readonly untilUs: number;
	/** Whether it has happened. A violation stops a run by itself, and is no goal to be watched for. */
	isReached = false;
	#read: number;
	readonly #told: number;
	readonly #leaders: Set<ServerId>;

	constructor(name: GoalName, {player, feed}: Moment) {
		const {world} = player;
		this.name = name;
		this.untilUs = world.timeUs + patienceUs;
		this.#read = world.trace.length;
		this.#told = feed.told;
		this.#leaders = leadersOf(world);
	}

	/** Look at what has happened since the last time. */
	look({player, feed}: Moment): void {
		if (this.name === 'notable event') {
			this.isReached = feed.told > this.#told;
		} else {
			this.#readOn(player.world.trace);
		}
	}

	take(_seq: number, type: number, node: number, _first: number, second: number): void {
		if (type === commit) {
			this.isReached ||= this.name === 'commit';
		} else if (type === role) {
			const is = second % 4;
			this.isReached ||= this.name === 'election' && is === candidate;
			this.isReached ||= this.name === 'step-down' && is !== leader && this.#leaders.has(node);
			if (is === leader) {
				this.#leaders.add(node);
			}
		}
	}

	#readOn(trace: Trace): void {
		const from = this.#read + 1;
		this.#read = trace.length;
		trace.read(from, this);
	}
}

const leadersOf = ({hosts}: World): Set<ServerId> =>
	new Set(hosts.filter(({server}) => server?.role === 'leader').map(({id}) => id));
