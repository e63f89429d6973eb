/*
A reader of the Trace Event Format, which nests slices and binds arrows as Perfetto's importer does: in whole
nanoseconds, by time and then in the file's order, dropping what overlaps and what is bound to nothing.
*/

export type Slice = {
	readonly row: string;
	readonly name: string;
	readonly category: string;
	readonly startNs: number;
	readonly endNs: number;
	readonly depth: number;
	readonly args: Readonly<Record<string, unknown>>;
};

export type Timeline = {
	readonly rows: readonly string[];
	readonly slices: readonly Slice[];
	/** By number: from which slice to which; to none where the message never came. */
	readonly arrows: ReadonlyMap<number, {readonly from: Slice; readonly to: Slice | undefined}>;
	/** Spans of operations that may overlap. */
	readonly asynchronous: readonly TraceEvent[];
	/** What the reader could make nothing of, in a word each. */
	readonly complaints: readonly string[];
};

type TraceEvent = {
	readonly ph: string;
	readonly pid: number;
	readonly tid: number;
	readonly ts: number;
	readonly dur?: number;
	readonly cat: string;
	readonly name: string;
	readonly id?: number;
	readonly bp?: string;
	readonly args: Readonly<Record<string, unknown>>;
};

export function readTimeline(text: string): Timeline {
	const {traceEvents} = JSON.parse(text) as {readonly traceEvents: readonly TraceEvent[]};
	const rows: string[] = [];
	const names = new Map<number, string>();
	for (const {ph, name, tid, args} of traceEvents) {
		if (ph === 'M' && name === 'thread_name') {
			const row = String(args['name']);
			rows.push(row);
			names.set(tid, row);
		}
	}

	const slices: Slice[] = [];
	const stacks = new Map<number, Slice[]>();
	const arrows = new Map<number, {from: Slice; to: Slice | undefined}>();
	const asynchronous: TraceEvent[] = [];
	const complaints: string[] = [];
	const sorted = traceEvents.filter(({ph}) => ph !== 'M').toSorted((one, other) => one.ts - other.ts);
	for (const event of sorted) {
		const {ph, tid, ts, dur = 0, name, cat, id, bp, args} = event;
		const row = names.get(tid);
		if (row === undefined) {
			complaints.push(`no name for row ${tid}`);
			continue;
		}

		const stack = stacks.get(tid) ?? [];
		stacks.set(tid, stack);
		switch (ph) {
			case 'X':
			case 'i': {
				const startNs = Math.trunc(ts * 1000);
				const lengthNs = Math.trunc(dur * 1000);
				const endNs = startNs + lengthNs;
				while (stack.length > 0 && isOver(stack.at(-1)!, startNs, lengthNs)) {
					stack.pop();
				}

				if (stack.some((around) => around.endNs > startNs && endNs > around.endNs)) {
					complaints.push(`${name} on ${row} at ${ts} overlaps`);
					break;
				}

				const slice = {row, name, category: cat, startNs, endNs, depth: stack.length, args};
				stack.push(slice);
				slices.push(slice);
				break;
			}

			case 's':
			case 'f': {
				const slice = stack.at(-1);
				const arrow = arrows.get(id!);
				if (slice?.startNs !== Math.trunc(ts * 1000) || slice.endNs === slice.startNs) {
					complaints.push(`arrow ${id!} is bound to nothing`);
				} else if (ph === 's' && arrow === undefined) {
					arrows.set(id!, {from: slice, to: undefined});
				} else if (ph === 'f' && bp === 'e' && arrow !== undefined && arrow.to === undefined) {
					arrow.to = slice;
				} else {
					complaints.push(`arrow ${id!} has no beginning or two ends`);
				}

				break;
			}

			case 'b':
			case 'e': {
				asynchronous.push(event);
				break;
			}

			default: {
				complaints.push(`a ${ph}`);
			}
		}
	}

	return {rows, slices, arrows, asynchronous, complaints};
}

/** Instants lie on one another; everything else makes room for what begins when it ends. */
const isOver = ({startNs, endNs}: Slice, nextNs: number, nextLengthNs: number): boolean =>
	endNs < nextNs || (endNs === nextNs && !(startNs === endNs && nextLengthNs === 0));
