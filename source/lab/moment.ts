/*
A run at one instant, with what a person follows of it.
*/

import {Player, type Position} from '../scenario/player.js';
import type {Scenario} from '../scenario/scenario.js';
import type {WorldOptions} from '../simulation/world.js';
import {Feed} from './feed.js';

export class Moment {
	readonly player: Player;
	readonly #feed: Feed;

	private constructor(player: Player, feed: Feed) {
		this.player = player;
		this.#feed = feed;
	}

	/** The beginning of a run. */
	static begin(scenario: Scenario, options: WorldOptions): Moment {
		return new Moment(Player.create(scenario, options), new Feed(scenario.settings.nodes));
	}

	get position(): Position {
		return this.player.position;
	}

	/** How much had to be done to come here, in events; an entry that is read back from a disk takes as long as one. */
	get work(): number {
		const {trace, entriesRecovered} = this.player.world;
		return trace.length + entriesRecovered;
	}

	/** Up to date. */
	get feed(): Feed {
		const {trace, timeUs} = this.player.world;
		this.#feed.read(trace, timeUs);
		return this.#feed;
	}

	/** One that goes on by itself from here. */
	copy(): Moment {
		return new Moment(this.player.copy(), this.feed.copy());
	}

	/** All that is needed to go on from here, and little of what was before. */
	checkpoint(): Moment {
		const checkpoint = new Moment(this.player.copy(), this.feed.copy(true));
		checkpoint.player.world.trace.forget();
		return checkpoint;
	}
}

/** Whether a position comes before another, or is the same. */
export const isUpTo = (position: Position, other: Position): boolean =>
	position.timeUs < other.timeUs || (position.timeUs === other.timeUs && position.taken <= other.taken);
