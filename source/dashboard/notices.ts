/*
What has just been done or refused: it is said for a moment.
*/

import type {Notice} from './views/footer.js';

/** How long the text of a command stays, in milliseconds; a refusal, which is a sentence, stays longer. */
const noticeMs = 2000;
const refusalMs = 4000;

export class Notices {
	#notice: Notice | undefined;
	#leftMs = 0;

	get latest(): Notice | undefined {
		return this.#notice;
	}

	say(text: string): void {
		this.#notice = {text, isRefusal: false};
		this.#leftMs = noticeMs;
	}

	refuse(sentence: string): void {
		this.#notice = {text: sentence, isRefusal: true};
		this.#leftMs = refusalMs;
	}

	/** Name the key by which the latest was done, for an audience. */
	sayKey(label: string, otherwise: string): void {
		const {text, isRefusal} = this.#notice ?? {text: otherwise, isRefusal: false};
		this.#notice = {text: `${label}: ${text}`, isRefusal};
		this.#leftMs = Math.max(this.#leftMs, noticeMs);
	}

	clear(): void {
		this.#notice = undefined;
	}

	/** Let time pass outside. Returns whether something is not said any longer. */
	pass(elapsedMs: number): boolean {
		if (this.#notice === undefined) {
			return false;
		}

		this.#leftMs -= elapsedMs;
		if (this.#leftMs > 0) {
			return false;
		}

		this.#notice = undefined;
		return true;
	}
}
