/*
What a run has come to in numbers, counted while it goes on.
*/

import {SharedList} from '../checking/safety/shared-list.js';
import {codeOf, roleCodes, type Answered, type Trace, type TraceReader} from '../simulation/trace.js';
import type {Call} from '../simulation/event.js';

/** Of the operations that were answered: virtual milliseconds from a client's call to its answer. */
type Percentiles = {readonly p50: number; readonly p95: number; readonly p99: number};

export type MetricsSummary = {
	/** The highest index that any server has declared committed. */
	readonly committed: number;
	/** How often somebody was elected. */
	readonly elections: number;
	readonly messagesSent: number;
	readonly messagesLost: number;
	/** Virtual milliseconds in which nobody led. */
	readonly leaderlessMs: number;
	/** `info` counts those whose outcome nobody knows, the ones under way at the end included. */
	readonly operations: {readonly ok: number; readonly fail: number; readonly info: number};
	/** `undefined` where no operation was answered. */
	readonly commitLatencyMs: Percentiles | undefined;
};

const {sent, lost, role, commit, invoke, ok, fail, info} = codeOf;
const leaderCode = roleCodes.indexOf('leader');

/** The operations under way, and how long each takes. Latency is always meant so: from the call to the answer, however often the client had to ask. */
export class Calls {
	/** By operation: when it began. */
	readonly #begunUs: Map<number, number>;

	constructor(original?: Calls) {
		this.#begunUs = new Map(original === undefined ? [] : original.#begunUs);
	}

	/** How many there are. */
	get count(): number {
		return this.#begunUs.size;
	}

	begin(op: number, timeUs: number): void {
		this.#begunUs.set(op, timeUs);
	}

	/** Returns how long it took, in virtual microseconds. */
	end(op: number, timeUs: number): number {
		const latencyUs = timeUs - this.#begunUs.get(op)!;
		this.#begunUs.delete(op);
		return latencyUs;
	}

	copy(): Calls {
		return new Calls(this);
	}
}

export class Metrics implements TraceReader {
	#read = 0;
	#nowUs = 0;
	#committed = 0;
	#elections = 0;
	#messagesSent = 0;
	#messagesLost = 0;
	#leaderlessUs = 0;
	#failed = 0;
	#unknown = 0;
	readonly #calls: Calls;
	/** All of them, for whoever is told exact percentiles. */
	readonly #latenciesUs: SharedList<number>;

	constructor(original?: Metrics) {
		if (original === undefined) {
			this.#calls = new Calls();
			this.#latenciesUs = new SharedList();
			return;
		}

		this.#calls = original.#calls.copy();
		this.#latenciesUs = original.#latenciesUs.copy();
		this.#read = original.#read;
		this.#committed = original.#committed;
		this.#elections = original.#elections;
		this.#messagesSent = original.#messagesSent;
		this.#messagesLost = original.#messagesLost;
		this.#leaderlessUs = original.#leaderlessUs;
		this.#failed = original.#failed;
		this.#unknown = original.#unknown;
	}

	/** Take in what has happened since the last time, all of it at this time. */
	read(trace: Trace, timeUs: number): void {
		const from = this.#read + 1;
		this.#read = trace.length;
		this.#nowUs = timeUs;
		trace.read(from, this);
	}

	/** Take note that nobody led for so long. */
	noteLeaderless(us: number): void {
		this.#leaderlessUs += us;
	}

	take(_seq: number, type: number, _node: number, first: number, second: number, payload: unknown): void {
		switch (type) {
			case sent: {
				this.#messagesSent++;
				break;
			}

			case lost: {
				this.#messagesLost++;
				break;
			}

			case role: {
				this.#elections += second % 4 === leaderCode ? 1 : 0;
				break;
			}

			case commit: {
				this.#committed = Math.max(this.#committed, first);
				break;
			}

			case invoke: {
				this.#calls.begin((payload as Call).op, this.#nowUs);
				break;
			}

			case ok: {
				this.#latenciesUs.push(this.#calls.end((payload as Answered).call.op, this.#nowUs));
				break;
			}

			case fail: {
				this.#failed++;
				this.#calls.end((payload as Call).op, this.#nowUs);
				break;
			}

			case info: {
				this.#unknown++;
				this.#calls.end((payload as Call).op, this.#nowUs);
				break;
			}

			default: // Nothing to count
		}
	}

	summary(): MetricsSummary {
		const {length} = this.#latenciesUs;
		const latenciesUs = Float64Array.from({length}, (_, at) => this.#latenciesUs.get(at)!).toSorted();
		return {
			committed: this.#committed,
			elections: this.#elections,
			messagesSent: this.#messagesSent,
			messagesLost: this.#messagesLost,
			leaderlessMs: this.#leaderlessUs / 1000,
			operations: {ok: length, fail: this.#failed, info: this.#unknown + this.#calls.count},
			commitLatencyMs:
				length === 0
					? undefined
					: {
							p50: percentileMs(latenciesUs, 50),
							p95: percentileMs(latenciesUs, 95),
							p99: percentileMs(latenciesUs, 99),
						},
		};
	}

	copy(): Metrics {
		return new Metrics(this);
	}
}

/** The least of them that so many per cent do not exceed. */
const percentileMs = (sortedUs: Float64Array, percent: number): number =>
	sortedUs[Math.max(0, Math.ceil((sortedUs.length * percent) / 100) - 1)]! / 1000;
