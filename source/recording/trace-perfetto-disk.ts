/*
When a disk is busy, from what the trace says: it tells when a sync ends and what it saved, not when it began.

A disk syncs as soon as there is something to save, one sync at a time; what is written meanwhile shares the next. A
suspended node begins none.
*/

export class DiskActivity {
	/** The `seq`s of the events whose writes are not saved, in order. */
	#unsaved: number[] = [];
	/** When the present sync began. */
	#sinceUs: number | undefined;
	#isSuspended = false;
	/** Its restart may have to save where it has cut off the torn end of its log. */
	#restarted = {seq: 0, timeUs: 0};

	wrote(seq: number, timeUs: number): void {
		this.#unsaved.push(seq);
		this.#begin(timeUs);
	}

	/** Everything up to the event `upTo` is saved. Returns when that sync began. */
	synced(upTo: number, timeUs: number): number {
		const sinceUs = upTo === this.#restarted.seq ? this.#restarted.timeUs : (this.#sinceUs ?? timeUs);
		this.#unsaved = this.#unsaved.filter((seq) => seq > upTo);
		this.#sinceUs = undefined;
		this.#begin(timeUs);
		return sinceUs;
	}

	suspend(): void {
		this.#isSuspended = true;
	}

	resume(timeUs: number): void {
		this.#isSuspended = false;
		this.#begin(timeUs);
	}

	/** Returns when the sync began that was under way, if one was. */
	crash(): number | undefined {
		const sinceUs = this.#sinceUs;
		this.#unsaved = [];
		this.#sinceUs = undefined;
		this.#isSuspended = false;
		return sinceUs;
	}

	restart(seq: number, timeUs: number): void {
		this.#restarted = {seq, timeUs};
	}

	#begin(timeUs: number): void {
		if (this.#sinceUs === undefined && this.#unsaved.length > 0 && !this.#isSuspended) {
			this.#sinceUs = timeUs;
		}
	}
}
