/*
What a run comes to in numbers, over time: how much was committed, sent and answered in each fifth of a second, how
long that took, and for how long nobody led.

The latest minute is kept in slices of that length; of the whole run there are so many slices that a screen can show
them, each twice as long whenever they become too many. Which slices there are follows from the time alone. A slice that
is over never changes, so that copies share it.
*/

import {Calls} from '../scenario/metrics.js';
import type {Call} from '../simulation/event.js';
import {codeOf, roleCodes, type Answered, type Trace} from '../simulation/trace.js';
import {
	latenciesOf,
	mergeLatencies,
	noLatencies,
	percentilesOf,
	type Latencies,
	type LatencyPercentiles,
} from './latencies.js';

/** The shortest time that is measured by itself. */
export const grainUs = 200_000;

/** So many slices of that length are kept: a minute. */
const recentMax = 300;

/** So many slices are kept of the whole run. */
const wholeMax = 512;

/** What is counted. */
type Counts = {
	/** Log entries by which the highest index that any server has declared committed has grown. */
	commits: number;
	sent: number;
	lost: number;
	/** How often somebody asked for votes in a term of his own. */
	campaigns: number;
	/** How often somebody was elected. */
	elections: number;
	/** For how long nobody led, not even somebody who could not commit anything. */
	leaderlessUs: number;
	/** Operations that ended, by how they did. */
	ok: number;
	fail: number;
	info: number;
};

/** What is known of a time that is over. */
type Bucket = Readonly<Counts> & {readonly latencies: Latencies};

/** What happened from one virtual time until another. */
export type Slice = Readonly<Counts> & {
	readonly fromUs: number;
	readonly untilUs: number;
	/** From an operation's call to its answer, for those that were answered in this time; `undefined` where none was. */
	readonly latency: LatencyPercentiles | undefined;
};

/** Measurements for whoever only looks. */
export type Measured = Pick<Measurements, 'timeUs' | 'recent' | 'whole' | 'since' | 'totals'>;

const {sent, lost, role, commit, crash, restart, invoke, ok, fail, info} = codeOf;
const [candidateCode, leaderCode] = [roleCodes.indexOf('candidate'), roleCodes.indexOf('leader')];

const nothing: Counts = {
	commits: 0,
	sent: 0,
	lost: 0,
	campaigns: 0,
	elections: 0,
	leaderlessUs: 0,
	ok: 0,
	fail: 0,
	info: 0,
};
const emptyBucket: Bucket = {...nothing, latencies: noLatencies};

const sum = (a: Bucket, b: Bucket): Bucket => ({
	commits: a.commits + b.commits,
	sent: a.sent + b.sent,
	lost: a.lost + b.lost,
	campaigns: a.campaigns + b.campaigns,
	elections: a.elections + b.elections,
	leaderlessUs: a.leaderlessUs + b.leaderlessUs,
	ok: a.ok + b.ok,
	fail: a.fail + b.fail,
	info: a.info + b.info,
	latencies: mergeLatencies(a.latencies, b.latencies),
});

/** By halves, so that what has become long is put together with few others. */
function sumOf(buckets: readonly Bucket[]): Bucket {
	const half = Math.ceil(buckets.length / 2);
	return half === buckets.length
		? (buckets[0] ?? emptyBucket)
		: sum(sumOf(buckets.slice(0, half)), sumOf(buckets.slice(half)));
}

export class Measurements {
	/** Everything up to here is measured. */
	timeUs = 0;
	#read = 0;
	#committed = 0;
	#calls = new Calls();
	readonly #leaders = new Set<number>();
	/** The present fifth of a second, which goes on. */
	#counts: Counts = {...nothing};
	#latenciesUs: number[] = [];
	/** How many are over. */
	#closed = 0;
	/** The latest of them. */
	#recent: Bucket[] = [];
	/** All of them, so many together; the last may lack some. */
	#whole: Bucket[] = [];
	#together = 1;
	/** All of them in one. */
	#all = emptyBucket;
	/** What was asked for already, by the first of the buckets in it. In one run, the same follow it each time. */
	readonly #slices = new WeakMap<Bucket, {readonly together: number; readonly slice: Slice}>();

	/** One that goes on by itself from here. */
	copy(): Measurements {
		const copy = new Measurements();
		copy.timeUs = this.timeUs;
		copy.#read = this.#read;
		copy.#committed = this.#committed;
		copy.#calls = this.#calls.copy();
		for (const leader of this.#leaders) {
			copy.#leaders.add(leader);
		}

		copy.#counts = {...this.#counts};
		copy.#latenciesUs = [...this.#latenciesUs];
		copy.#closed = this.#closed;
		copy.#recent = [...this.#recent];
		copy.#whole = [...this.#whole];
		copy.#together = this.#together;
		copy.#all = this.#all;
		return copy;
	}

	/** Take in what has happened since the last time, up to and including this time. */
	read(trace: Trace, timeUs: number): void {
		const from = Math.max(this.#read + 1, trace.first);
		this.#read = trace.length;
		trace.read(from, {
			take: (seq, type, node, first, second, payload) => {
				this.#passTo(trace.timeAt(seq)!);
				this.#take(type, node, first, second, payload);
			},
		});
		this.#passTo(timeUs);
	}

	#take(type: number, node: number, first: number, second: number, payload: unknown): void {
		const counts = this.#counts;
		switch (type) {
			case sent: {
				counts.sent++;
				break;
			}

			case lost: {
				counts.lost++;
				break;
			}

			case role: {
				counts.campaigns += second % 4 === candidateCode ? 1 : 0;
				if (second % 4 === leaderCode) {
					counts.elections++;
					this.#leaders.add(node);
				} else {
					this.#leaders.delete(node);
				}

				break;
			}

			case crash:
			case restart: {
				this.#leaders.delete(node);
				break;
			}

			case commit: {
				counts.commits += Math.max(0, first - this.#committed);
				this.#committed = Math.max(first, this.#committed);
				break;
			}

			case invoke: {
				this.#calls.begin((payload as Call).op, this.timeUs);
				break;
			}

			case ok: {
				counts.ok++;
				this.#latenciesUs.push(this.#calls.end((payload as Answered).call.op, this.timeUs));
				break;
			}

			case fail: {
				counts.fail++;
				this.#calls.end((payload as Call).op, this.timeUs);
				break;
			}

			case info: {
				counts.info++;
				this.#calls.end((payload as Call).op, this.timeUs);
				break;
			}

			default: // Nothing to measure
		}
	}

	#passTo(timeUs: number): void {
		while (timeUs >= (this.#closed + 1) * grainUs) {
			this.#wait((this.#closed + 1) * grainUs);
			this.#close();
		}

		this.#wait(timeUs);
	}

	#wait(untilUs: number): void {
		if (this.#leaders.size === 0) {
			this.#counts.leaderlessUs += untilUs - this.timeUs;
		}

		this.timeUs = untilUs;
	}

	#close(): void {
		const bucket = this.#present();
		this.#counts = {...nothing};
		this.#latenciesUs = [];
		this.#all = sum(this.#all, bucket);
		this.#recent.push(bucket);
		if (this.#recent.length > recentMax) {
			this.#recent.shift();
		}

		if (this.#closed % this.#together === 0) {
			this.#whole.push(bucket);
		} else {
			this.#whole.push(sum(this.#whole.pop()!, bucket));
		}

		this.#closed++;
		if (this.#closed === wholeMax * this.#together) {
			this.#whole = paired(this.#whole);
			this.#together *= 2;
		}
	}

	#present(): Bucket {
		return {...this.#counts, latencies: latenciesOf(this.#latenciesUs)};
	}

	/** Everything from the beginning to now. */
	get totals(): Slice {
		return sliceOf(sum(this.#all, this.#present()), 0, this.timeUs);
	}

	/** Everything from a time to now, in whole fifths of a second; from later on, where that is more than a minute ago. */
	since(fromUs: number): Slice {
		const first = this.#closed - this.#recent.length;
		const begins = Math.max(first, Math.floor(fromUs / grainUs));
		return sliceOf(sumOf([...this.#recent.slice(begins - first), this.#present()]), begins * grainUs, this.timeUs);
	}

	/**
	The latest minute at the most, in slices one after the other, of which the last has just begun or goes on.

	@param count - So many slices at the most; fewer while the run is young.
	@param together - How many fifths of a second are in each.
	*/
	recent(count: number, together: number): readonly Slice[] {
		const first = this.#closed - this.#recent.length;
		const last = Math.floor(this.#closed / together);
		const begins = Math.max(Math.ceil(first / together), last - count + 1) * together;
		return this.#inSlices(this.#recent.slice(begins - first), begins * grainUs, together, together * grainUs);
	}

	/** The whole run in slices of one length: as many as there can be, and at the most so many. The last one goes on. */
	whole(count: number): readonly Slice[] {
		const begun = Math.floor(this.#closed / this.#together) + 1;
		const together = Math.ceil(begun / Math.max(1, count));
		return this.#inSlices(this.#whole, 0, together, together * this.#together * grainUs);
	}

	#inSlices(buckets: readonly Bucket[], beginsUs: number, together: number, sliceUs: number): readonly Slice[] {
		const slices: Slice[] = [];
		let at = 0;
		for (let fromUs = beginsUs; fromUs <= this.timeUs; fromUs += sliceUs, at += together) {
			const untilUs = fromUs + sliceUs;
			if (untilUs > this.timeUs) {
				slices.push(sliceOf(sumOf([...buckets.slice(at), this.#present()]), fromUs, this.timeUs));
				break;
			}

			const known = this.#slices.get(buckets[at]!);
			if (known?.together === together) {
				slices.push(known.slice);
			} else {
				const slice = sliceOf(sumOf(buckets.slice(at, at + together)), fromUs, untilUs);
				this.#slices.set(buckets[at]!, {together, slice});
				slices.push(slice);
			}
		}

		return slices;
	}
}

function sliceOf({latencies, ...counts}: Bucket, fromUs: number, untilUs: number): Slice {
	return {...counts, fromUs, untilUs, latency: percentilesOf(latencies)};
}

const paired = (buckets: readonly Bucket[]): Bucket[] =>
	Array.from({length: buckets.length / 2}, (_, at) => sum(buckets[at * 2]!, buckets[at * 2 + 1]!));
