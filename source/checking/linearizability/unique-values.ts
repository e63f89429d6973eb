/*
Whether one key's history is linearizable, without any search, where every value was written once at the most.

Then it is known who wrote what each read saw (Gibbons and Korach, "Testing shared memories", 1997). The calls of one
value, its write and its reads, must stand together with no other write between them; values that compare-and-sets turned
into one another make a chain whose calls must stand together, in its order. One chain must stand wholly before
another if any of its calls returned before one of the other's began. The history is linearizable if and only if no chain
contradicts itself and no two must each stand before the other.
*/

import type {Call, Finding} from './call.js';

/** A value: who put it there, who saw it, and who replaced it by compare-and-set. */
type Cluster = {writer: Call | undefined; readonly reads: Call[]; successor: Call | undefined};

/** When the first call of a chain returned, and when the last one began. */
type Zone = {readonly firstReturn: number; readonly lastBeginning: number};

/** The verdict; `undefined` if the history is not of this kind. */
export function decideByUniqueValues(calls: readonly Call[]): Finding | undefined {
	const writers = writersOf(calls);
	if (writers === undefined) {
		return undefined;
	}

	const clusters = clustersOf(calls, writers);
	const zones = clusters && zonesOf(clusters);
	return zones === undefined || areCrossed(zones) ? 'violated' : 'ok';
}

/** By value, the one call that leaves it; `undefined` if there is more than one, or there are calls to which this does not apply. */
function writersOf(calls: readonly Call[]): ReadonlyMap<number, Call> | undefined {
	const writers = new Map<number, Call>();
	for (const call of calls) {
		if (call.kind === 'append' || call.kind === 'mismatch') {
			return undefined;
		}

		if (call.kind !== 'read') {
			if (call.value === 0 || writers.has(call.value)) {
				return undefined;
			}

			writers.set(call.value, call);
		}
	}

	return writers;
}

/**
The values that were there at some time. Calls that nobody heard of again count only if somebody saw what they left; otherwise
they may as well never have taken effect.

@returns `undefined` if a value was seen that nobody wrote, or two calls replaced the same one.
*/
function clustersOf(
	calls: readonly Call[],
	writers: ReadonlyMap<number, Call>,
): ReadonlyMap<number, Cluster> | undefined {
	const clusters = new Map<number, Cluster>([[0, {writer: undefined, reads: [], successor: undefined}]]);
	const effective = calls.filter(({isOptional}) => !isOptional);
	const count = (value: number): Cluster | undefined => {
		const known = clusters.get(value);
		if (known !== undefined) {
			return known;
		}

		const writer = writers.get(value);
		if (writer === undefined) {
			return undefined;
		}

		const cluster: Cluster = {writer, reads: [], successor: undefined};
		clusters.set(value, cluster);
		if (writer.isOptional) {
			effective.push(writer);
		}

		return cluster;
	};

	for (const call of effective) {
		if (call.kind !== 'read') {
			count(call.value);
		}

		if (call.kind !== 'write') {
			const seen = count(call.expected);
			if (seen === undefined || (call.kind === 'cas' && seen.successor !== undefined)) {
				return undefined;
			}

			if (call.kind === 'cas') {
				seen.successor = call;
			} else {
				seen.reads.push(call);
			}
		}
	}

	return clusters;
}

/** The zones of all chains; `undefined` if one contradicts itself. */
function zonesOf(clusters: ReadonlyMap<number, Cluster>): readonly Zone[] | undefined {
	const zones: Zone[] = [];
	let chained = 0;
	for (const head of clusters.values()) {
		if (head.writer?.kind === 'cas') {
			continue; // Not where a chain begins
		}

		// The first value was there before all calls
		let firstReturn = head.writer === undefined ? -1 : Number.POSITIVE_INFINITY;
		let lastBeginning = -1;
		for (let at: Cluster | undefined = head; at !== undefined; at = at.successor && clusters.get(at.successor.value)) {
			chained++;
			for (const together of [at.writer === undefined ? [] : [at.writer], at.reads]) {
				if (Math.min(...together.map(({returned}) => returned)) < lastBeginning) {
					return undefined;
				}

				for (const {invoked, returned} of together) {
					firstReturn = Math.min(firstReturn, returned);
					lastBeginning = Math.max(lastBeginning, invoked);
				}
			}
		}

		zones.push({firstReturn, lastBeginning});
	}

	return chained === clusters.size ? zones : undefined; // Or else some replaced one another in a ring that nobody began
}

/** Whether any two chains must each stand before the other. */
function areCrossed(zones: readonly Zone[]): boolean {
	const isForward = ({firstReturn, lastBeginning}: Zone): boolean => firstReturn < lastBeginning;
	const forward = zones.filter((zone) => isForward(zone)).toSorted((one, other) => one.firstReturn - other.firstReturn);
	for (let at = 1; at < forward.length; at++) {
		if (forward[at - 1]!.lastBeginning > forward[at]!.firstReturn) {
			return true;
		}
	}

	// A chain all of whose calls overlap has no place within the span of another. Those spans are apart by now.
	const backward = zones
		.filter((zone) => !isForward(zone))
		.toSorted((one, other) => one.lastBeginning - other.lastBeginning);
	let at = -1;
	for (const zone of backward) {
		while (at + 1 < forward.length && forward[at + 1]!.firstReturn < zone.lastBeginning) {
			at++;
		}

		if (at !== -1 && zone.firstReturn < forward[at]!.lastBeginning) {
			return true;
		}
	}

	return false;
}
