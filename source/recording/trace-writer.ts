/*
What all forms of a trace have in common: events go in one by one, text comes out piece by piece. A writer keeps no
more of the run than its form needs, so that a run may be long.
*/

import type {Event} from '../simulation/event.js';

export type TraceWriter = {
	/** What an event adds to the text, perhaps nothing yet. Writers see all events of a run, in order. */
	readonly take: (event: Event) => string;
	/** What is left to be said, now that the run has ended at this time, in virtual microseconds. */
	readonly end: (timeUs: number) => string;
	/** What is missing from the text and why, in a sentence for whoever asked for it. */
	readonly shortcoming?: () => string | undefined;
};

export type TraceOptions = {
	/** What the run is called. */
	readonly title: string;
	/** Where the text begins, in virtual microseconds; what happened before still counts for what is so then. */
	readonly fromUs: number;
};
