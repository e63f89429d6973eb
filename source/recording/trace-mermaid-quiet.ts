/*
What a diagram leaves out: heartbeats, and the answers that say nothing but that they have come.
*/

import type {Event} from '../simulation/event.js';
import type {Flight} from '../simulation/network.js';
import {isHeartbeat} from './trace-wording.js';

export class QuietTraffic {
	/** How many there were, arrived or lost. */
	leftOut = 0;
	/** The `seq`s of heartbeats' arrivals that are not answered yet. */
	readonly #unanswered = new Set<number>();
	/** The numbers of the answers that are under way. */
	readonly #answers = new Set<number>();

	/** Whether an event belongs to them; those that are shown otherwise are counted. */
	take(event: Event, isShown: boolean): boolean {
		switch (event.type) {
			case 'sent': {
				this.#noteAnswer(event.flight, event.cause);
				return false;
			}

			case 'delivered':
			case 'lost': {
				const {id, message} = event.flight;
				const isQuiet = this.#answers.delete(id) || isHeartbeat(message);
				if (isQuiet && isShown) {
					this.leftOut++;
				}

				if (event.type === 'delivered' && isHeartbeat(message)) {
					this.#unanswered.add(event.seq);
				}

				return isQuiet;
			}

			default: {
				return false;
			}
		}
	}

	#noteAnswer({id, message, copyOf}: Flight, cause: number): void {
		const isAnswer = copyOf === undefined ? this.#unanswered.delete(cause) : this.#answers.has(copyOf);
		if (isAnswer && message.type === 'AppendReply' && message.success) {
			this.#answers.add(id);
		}
	}
}
