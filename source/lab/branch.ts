/*
One course that a run has taken: the newest moment that it has come to, and checkpoints on the way there. Going back is
replaying from the nearest checkpoint, so it is exact; it takes as long as what happened between two checkpoints.

There are at most so many checkpoints: when they become too many, every second one is given up, and from then on they
are taken half as often. A checkpoint shares with the others whatever has not changed between them.
*/

import type {Position, Taken} from '../scenario/player.js';
import {isUpTo, type Moment} from './moment.js';

const checkpointsMax = 256;

/** How much happens between two checkpoints at first, in events. */
const intervalMin = 2048;

export class Branch {
	/** Counts from 1, in the order in which they began. */
	readonly number: number;
	/** Where it parted from another; `undefined` for the first one. */
	readonly forkedAt: Position | undefined;
	#newest: Moment;
	/** Oldest first; the first is the beginning of the run. */
	#checkpoints: readonly Moment[];
	#interval: number;

	private constructor(
		number: number,
		newest: Moment,
		{
			checkpoints,
			interval,
			forkedAt,
		}: {
			readonly checkpoints: readonly Moment[];
			readonly interval: number;
			readonly forkedAt: Position | undefined;
		},
	) {
		this.number = number;
		this.forkedAt = forkedAt;
		this.#newest = newest;
		this.#checkpoints = checkpoints;
		this.#interval = interval;
	}

	/** The first branch of a run, which has just begun. */
	static begin(moment: Moment): Branch {
		const checkpoints = [moment.checkpoint()];
		return new Branch(1, moment, {checkpoints, interval: intervalMin, forkedAt: undefined});
	}

	get newest(): Moment {
		return this.#newest;
	}

	/** Everything that was done in it. */
	get taken(): readonly Taken[] {
		return this.#newest.player.taken;
	}

	/** How many checkpoints there are, and how much lies between two of them, in events. */
	get grain(): {readonly checkpoints: number; readonly interval: number} {
		return {checkpoints: this.#checkpoints.length, interval: this.#interval};
	}

	/** Another future for a moment of this branch, which knows the same past. */
	fork(number: number, moment: Moment, forkedAt: Position): Branch {
		const checkpoints = this.#checkpoints.filter(({position}) => isUpTo(position, forkedAt));
		return new Branch(number, moment, {checkpoints, interval: this.#interval, forkedAt});
	}

	/** Take in that a moment of this branch has gone on. */
	note(moment: Moment): void {
		if (moment !== this.#newest && !isUpTo(this.#newest.position, moment.position)) {
			return; // It is still on a way that is known
		}

		this.#newest = moment;
		const isAmidAnInstant = moment.player.isStopped;
		if (!isAmidAnInstant && moment.work - this.#checkpoints.at(-1)!.work >= this.#interval) {
			this.#checkpoints = [...this.#checkpoints, moment.checkpoint()];
			this.#thinOut();
		}
	}

	/** The newest moment is another object from now on, of the same run at the same position. */
	keep(newest: Moment): void {
		this.#newest = newest;
	}

	/** The position that plain time leads to, with all that was done by then. */
	positionAt(timeUs: number): Position {
		const {taken} = this;
		const later = taken.findIndex((one) => one.timeUs > timeUs);
		return {timeUs, taken: later === -1 ? taken.length : later};
	}

	/** The run at a position: replayed, unless it is the newest. */
	at(position: Position): Moment {
		const newest = this.#newest;
		if (isUpTo(newest.position, position)) {
			return newest;
		}

		const checkpoint = this.#checkpoints.findLast((one) => isUpTo(one.position, position))!;
		const moment = checkpoint.copy();
		const {player} = moment;
		player.follow(newest.player.scenario);
		player.goTo(position);
		player.world.trace.recall(newest.player.world.trace);
		return moment;
	}

	#thinOut(): void {
		if (this.#checkpoints.length > checkpointsMax) {
			this.#checkpoints = this.#checkpoints.filter((_, at) => at % 2 === 0);
			this.#interval *= 2;
		}
	}
}
