/*
How fast a run is shown when the speed looks after itself: as asked around elections and faults, and faster and faster
through quiet heartbeats.
*/

import type {Moment} from './moment.js';

/** So many times faster than asked, at the most. */
const factorMax = 20;

/** How fast it gets faster: so many times in a second that passes outside. */
const growthPerS = 3;

/** For so long after something happened it stays slow, in virtual microseconds. */
const calmAfterUs = 400_000;

/** A timer that has so little left, in virtual microseconds, will hardly be set anew before it goes off. */
const imminentUs = 40_000;

export class Tempo {
	#factor = 1;

	/** By how much it is faster than asked. */
	get factor(): number {
		return this.#factor;
	}

	/** Let time pass outside, in milliseconds. */
	pass(elapsedMs: number): void {
		this.#factor = Math.min(factorMax, this.#factor * growthPerS ** (elapsedMs / 1000));
	}

	/** Slow down if there is something to see. */
	look(moment: Moment): void {
		if (isEventful(moment)) {
			this.#factor = 1;
		}
	}
}

function isEventful({player, feed}: Moment): boolean {
	const {hosts, leader, timeUs} = player.world;
	const last = feed.notables.findLast(({type}) => type !== 'committed');
	return (
		leader === undefined ||
		(last !== undefined && timeUs - last.timeUs < calmAfterUs) ||
		hosts.some(
			({server, timer, isSuspended}) =>
				server !== undefined &&
				!isSuspended &&
				(server.role === 'candidate' || (timer?.kind === 'election' && timer.dueUs - timeUs < imminentUs)),
		)
	);
}
