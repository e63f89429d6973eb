/*
Writing a trace while a run goes on, in whatever form: the events that are new are told before they are forgotten.
*/

import type {TraceFormat} from '../recording/trace-format.js';
import type {TraceWriter} from '../recording/trace-writer.js';
import type {Trace} from '../simulation/trace.js';
import type {OutputKind} from './output-file.js';

/** A file with a trace of this form. */
export const traceFile = (flag: string, called: string, {beginning, fileName}: TraceFormat): OutputKind => ({
	flag,
	called,
	beginning,
	example: fileName,
});

export class TraceTeller {
	readonly #writer: TraceWriter;
	/** How many events have been told. */
	#told = 0;

	constructor(writer: TraceWriter) {
		this.#writer = writer;
	}

	/** The text of the events that are new since the last time, all of which must still be there. */
	*tell(trace: Trace): Generator<string> {
		if (trace.first > this.#told + 1) {
			throw new Error(`Events from ${this.#told + 1} on were forgotten before they were written.`);
		}

		for (const event of trace.events(this.#told + 1)) {
			yield this.#writer.take(event);
		}

		this.#told = trace.length;
	}
}
