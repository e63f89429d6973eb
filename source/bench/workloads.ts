/*
The simulator's workloads, each with the guard that keeps its figure honest: a request counts only if
it is committed, and in the open workloads the virtual latency shows that nothing waited for a batch.

Five nodes, no disk, 8-byte payloads. One-way delays uniform in [5, 15) ms and independent, so that
messages overtake one another; election timeouts uniform in [150, 300) ms; a heartbeat every 50 ms.
*/

import {Monitor} from '../checking/monitor.js';
import type {Server} from '../raft/server.js';
import {perform} from '../simulation/perform.js';
import {defaultSettings, type Settings} from '../simulation/settings.js';
import {World} from '../simulation/world.js';
import type {Operation} from '../state-machine/key-value.js';

export type WorkloadResult = {
	readonly virtualS: number;
	readonly wallS: number;
	readonly messages: number;
	readonly events: number;
	readonly requests: number;
	readonly committed: number;
	/** Virtual milliseconds from the request to its commitment by the leader. */
	readonly commitLatencyMsP50: number;
	readonly digest: string;
};

const second = 1_000_000;
const requestEveryUs = 10_000;

function settingsOf(seed: number, changes: Partial<Settings> = {}): Settings {
	return {...defaultSettings, seed: String(seed), delay: {minUs: 5000, maxUs: 14_999}, disk: 'none', ...changes};
}

/** Enough to look at, too little to weigh: the digest covers every event all the same. */
const retained = 4096;

/** What has been asked of the leader and has not been committed yet. */
class Ledger {
	requests = 0;
	committed = 0;
	readonly latenciesUs: number[] = [];
	#term = 0;
	#asked: number[] = [];
	#base = 0;

	/** Take note of what this leader has committed since. A new leader starts a new page: what the old one had open is not counted. */
	note(leader: Server, timeUs: number): void {
		if (leader.currentTerm !== this.#term) {
			this.#term = leader.currentTerm;
			this.#asked = [];
			this.#base = leader.log.lastIndex;
		}

		let done = 0;
		while (done < this.#asked.length && this.#base + done + 1 <= leader.commitIndex) {
			this.latenciesUs.push(timeUs - this.#asked[done]!);
			done++;
		}

		if (!(done > 0)) {
			return;
		}

		this.#asked.splice(0, done);
		this.#base += done;
		this.committed += done;
	}

	ask(count: number, timeUs: number): void {
		this.requests += count;
		for (let at = 0; at < count; at++) {
			this.#asked.push(timeUs);
		}
	}

	get open(): number {
		return this.#asked.length;
	}
}

/** One request every 10 ms of virtual time to the current leader. With `faults`, messages are lost at 2 %, and every 5 s the leader is cut off for 1 s. With `isChecked`, safety and linearizability are checked at every event. */
export function openWorkload(
	virtualS: number,
	{faults = false, isChecked = false, seed = 1}: {faults?: boolean; isChecked?: boolean; seed?: number} = {},
): WorkloadResult {
	const world = World.create(settingsOf(seed, {lossRate: faults ? 0.02 : 0}), {retained});
	const monitor = isChecked ? new Monitor(world.settings) : undefined;
	const ledger = new Ledger();
	const started = process.hrtime.bigint();
	for (let timeUs = requestEveryUs; timeUs <= virtualS * second; timeUs += requestEveryUs) {
		advanceNoting(world, timeUs, ledger, monitor);
		if (faults && timeUs % (5 * second) === 0) {
			perform(world, {type: 'isolate', node: 'leader'});
		} else if (faults && timeUs % (5 * second) === second && timeUs > second) {
			perform(world, {type: 'heal'});
		}

		const {leader} = world;
		if (leader === undefined) {
			continue;
		}

		ledger.note(leader.server!, world.timeUs);
		ledger.ask(1, world.timeUs);
		world.request(leader, [operation(ledger.requests)], 0);
	}

	return resultOf(world, ledger, virtualS, started);
}

/** So many entries outstanding at the leader at all times. */
export function closedWorkload(virtualS: number, outstanding: number, seed = 1): WorkloadResult {
	const world = World.create(settingsOf(seed), {retained});
	const ledger = new Ledger();
	const started = process.hrtime.bigint();
	while (world.nextUs <= virtualS * second) {
		world.advance();
		const {leader} = world;
		if (leader !== undefined) {
			ledger.note(leader.server!, world.timeUs);
			const missing = outstanding - ledger.open;
			if (missing > 0) {
				ledger.ask(missing, world.timeUs);
				world.request(
					leader,
					Array.from({length: missing}, (_, at) => operation(ledger.requests - at)),
					0,
				);
			}
		}
	}

	return resultOf(world, ledger, virtualS, started);
}

const operation = (number: number): Operation => ({
	type: 'write',
	key: 'key',
	value: String(number % 100_000).padStart(5, '0'),
});

function advanceNoting(world: World, timeUs: number, ledger: Ledger, monitor: Monitor | undefined): void {
	while (world.nextUs <= timeUs) {
		world.advance();
		if (monitor?.check(world) === false) {
			throw new Error(`The workload broke a promise: ${monitor.violation!.explanation}`);
		}

		const {leader} = world;
		if (leader !== undefined) {
			ledger.note(leader.server!, world.timeUs);
		}
	}

	world.advanceTo(timeUs);
}

function resultOf(world: World, ledger: Ledger, virtualS: number, started: bigint): WorkloadResult {
	const wallS = Number(process.hrtime.bigint() - started) / 1e9;
	const latencies = ledger.latenciesUs.toSorted((a, b) => a - b);
	return {
		virtualS,
		wallS,
		messages: world.messagesDelivered,
		events: world.trace.length,
		requests: ledger.requests,
		committed: ledger.committed,
		commitLatencyMsP50: (latencies[Math.floor(latencies.length / 2)] ?? Number.NaN) / 1000,
		digest: world.trace.digest,
	};
}
