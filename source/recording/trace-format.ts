/*
The forms in which a trace can be written, by the names under which one asks for them.
*/

import {traceLine} from './trace-json.js';
import {mermaidBeginning, MermaidWriter} from './trace-mermaid.js';
import {perfettoBeginning, PerfettoWriter} from './trace-perfetto.js';
import {shivizBeginning, ShivizWriter} from './trace-shiviz.js';
import type {TraceOptions, TraceWriter} from './trace-writer.js';

export type TraceFormat = {
	/** How every file of this form begins, by which one is recognised. */
	readonly beginning: string;
	/** How a file of this form is usually called. */
	readonly fileName: string;
	readonly writer: (options: TraceOptions) => TraceWriter;
};

export const traceFormats = {
	json: {
		beginning: '{"seq":1,"timeUs":0,',
		fileName: 'trace.jsonl',
		writer: ({fromUs}) => ({
			// What the run was started with is the head of the trace, wherever that begins
			take: (event) => (event.type === 'settings' || event.timeUs >= fromUs ? `${traceLine(event)}\n` : ''),
			end: () => '',
		}),
	},
	perfetto: {
		beginning: perfettoBeginning,
		fileName: 'trace.json',
		writer: (options) => new PerfettoWriter(options),
	},
	shiviz: {
		beginning: shivizBeginning,
		fileName: 'trace.log',
		writer: (options) => new ShivizWriter(options),
	},
	mermaid: {
		beginning: mermaidBeginning,
		fileName: 'trace.mmd',
		writer: (options) => new MermaidWriter(options),
	},
} as const satisfies Readonly<Record<string, TraceFormat>>;

export type TraceFormatName = keyof typeof traceFormats;

export const traceFormatNames = Object.keys(traceFormats) as readonly TraceFormatName[];

/** Other names: the Trace Event Format is Chrome's. */
const aliases: Readonly<Record<string, TraceFormatName>> = {chrome: 'perfetto'};

/** The form with this name, if there is one. */
export const findTraceFormat = (name: string): TraceFormatName | undefined =>
	traceFormatNames.find((one) => one === name) ?? (Object.hasOwn(aliases, name) ? aliases[name] : undefined);
