/*
One row of a timeline in the Trace Event Format: spans that nest, and things that take no time.

What takes no time is drawn from its instant to the next one on the row, a millisecond at the most, so that it can be
seen and clicked. Readers sort by time and keep the file's order where times are equal; there an outer slice must come
before an inner one, or the inner one is dropped. Hence what begins together with a span waits until the span is written.
*/

/** An object's text in JSON. */
type Json = string;

/** What it is called, and what it belongs to, by which one can filter. */
type Label = {readonly name: string; readonly category: string};

/** An end of an arrow, which is at a slice; both ends have the same number and name. */
export type Arrow = {readonly phase: 's' | 'f'; readonly id: number; readonly name: string};

/** A slice is so wide that arrows can end at it, whether or not one does; all else is an instant. */
type Thing = Label & {readonly args: Json; readonly arrow?: Arrow | 'none'};

type Span = Label & {
	readonly startUs: number;
	/** Texts that must follow the span's own, as they begin with it. */
	readonly held: string[];
};

const shownUsMax = 1000;

/**
Many things at once lie on one another, but a pile that is too high hides the other rows: the next one stands a fraction
of a microsecond later. A node that restarts applies its whole log at once.
*/
const pileMax = 16;
const pileUs = 1 / 512; // Exact as a binary number, and more than the nanosecond in which Perfetto counts
const pilesMax = 512;

export const processId = 1;

/** One event of the format, as a line. */
export const record = (fields: Readonly<Record<string, unknown>>, args: Json): string =>
	`,\n${JSON.stringify(fields).slice(0, -1)},"args":${args}}`;

export type TrackOptions = {
	readonly tid: number;
	/** What comes before is left out, and what goes on then begins then. */
	readonly fromUs: number;
	readonly write: (text: string) => void;
};

export class Track {
	readonly #options: TrackOptions;
	/** Spans that go on, the innermost last. */
	readonly #open: Span[] = [];
	#instantUs = 0;
	/** What happened at that instant and is not written yet. */
	#things: Thing[] = [];

	constructor(options: TrackOptions) {
		this.#options = options;
	}

	begin(label: Label, timeUs: number): void {
		this.#settle(timeUs);
		this.#open.push({...label, startUs: Math.max(timeUs, this.#options.fromUs), held: []});
	}

	/** The innermost span is over, and all that is to be said of it is known. */
	end(timeUs: number, args: Json): void {
		this.#settle(timeUs);
		const {name, category, startUs, held} = this.#open.pop()!;
		if (timeUs > startUs) {
			this.#place(startUs, this.#span({name, category}, startUs, timeUs, args) + held.join(''));
		} else {
			this.add(timeUs, {name, category, args}); // It was over at once
		}
	}

	add(timeUs: number, thing: Thing): void {
		if (timeUs >= this.#options.fromUs) {
			this.#settle(timeUs);
			this.#things.push(thing);
		}
	}

	/** Nothing comes after this. */
	close(timeUs: number): void {
		this.#settle(timeUs);
	}

	/** Time has come so far: write what happened at the instant before. */
	#settle(timeUs: number): void {
		const instantUs = this.#instantUs;
		if (timeUs === instantUs) {
			return;
		}

		const things = this.#things;
		this.#things = [];
		this.#instantUs = timeUs;
		if (things.length > 0) {
			const endUs = Math.min(timeUs, instantUs + shownUsMax);
			const lastPile = pileOf(things.length - 1);
			const texts = things.map((thing, at) => {
				const pile = pileOf(at);
				const startUs = instantUs + pile * pileUs;
				return this.#thing(thing, startUs, pile === lastPile ? endUs : startUs + pileUs);
			});
			this.#place(instantUs, texts.join(''));
		}
	}

	/** Into the file, or behind the span that begins with it and is not there yet. */
	#place(startUs: number, text: string): void {
		const around = this.#open.at(-1);
		if (around?.startUs === startUs) {
			around.held.push(text);
		} else {
			this.#options.write(text);
		}
	}

	#thing({name, category, args, arrow}: Thing, startUs: number, endUs: number): string {
		if (arrow === undefined) {
			return record({ph: 'i', s: 't', ...this.#at(startUs), cat: category, name}, args);
		}

		const slice = this.#span({name, category}, startUs, endUs, args);
		if (arrow === 'none') {
			return slice;
		}

		const {phase, id, name: arrowName} = arrow;
		const binding = phase === 'f' ? {bp: 'e'} : {}; // To the slice around it, not to the next
		return slice + record({ph: phase, ...binding, ...this.#at(startUs), cat: 'message', name: arrowName, id}, '{}');
	}

	#span({name, category}: Label, startUs: number, endUs: number, args: Json): string {
		return record({ph: 'X', ...this.#at(startUs), dur: endUs - startUs, cat: category, name}, args);
	}

	#at(timeUs: number) {
		return {pid: processId, tid: this.#options.tid, ts: timeUs};
	}
}

const pileOf = (at: number): number => Math.min(Math.floor(at / pileMax), pilesMax - 1);
