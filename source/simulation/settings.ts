/*
What a run is started with. Times are virtual microseconds, rates are between 0 and 1.
*/

import {defaultEntriesPerMessageMax} from '../raft/server.js';

/** From `min` to `max`; drawn uniformly. */
export type TimeRangeUs = {readonly minUs: number; readonly maxUs: number};

export type Settings = {
	readonly seed: string;
	readonly nodes: number;
	/** One-way delay of each message. */
	readonly delay: TimeRangeUs;
	/** The chance that a message is lost. */
	readonly lossRate: number;
	/** The chance that a message arrives twice. */
	readonly duplicateRate: number;
	/** `maxUs` itself is never drawn (§9.3 discusses how wide the range should be). */
	readonly electionTimeout: TimeRangeUs;
	readonly heartbeatUs: number;
	/** How many entries one AppendEntries carries at the most. */
	readonly entriesPerMessageMax: number;
	/** With `none`, what is written survives at once. */
	readonly disk: 'simulated' | 'none';
	/** How long a disk takes until what was written before will survive a crash. */
	readonly syncDelay: TimeRangeUs;
	/** The simulated clients that are there from the start. */
	readonly clients: ClientSettings;
};

/** So many clients, which together begin so many operations a second. */
export type ClientSettings = {readonly count: number; readonly ratePerS: number};

export const defaultSettings: Settings = {
	seed: '42',
	nodes: 5,
	delay: {minUs: 10_000, maxUs: 30_000},
	lossRate: 0,
	duplicateRate: 0,
	electionTimeout: {minUs: 150_000, maxUs: 300_000},
	heartbeatUs: 50_000,
	entriesPerMessageMax: defaultEntriesPerMessageMax,
	disk: 'simulated',
	syncDelay: {minUs: 1000, maxUs: 3000},
	clients: {count: 0, ratePerS: 0},
};

/** Why a rate is impossible, as a sentence; `undefined` if it is not. */
export function whyNotRate(rate: number): string | undefined {
	return rate >= 0 && rate <= 1 ? undefined : `A rate is between 0% and 100%, not ${rate * 100}%.`;
}

/** Why a range of times is impossible, as a sentence; `undefined` if it is not. */
export function whyNotRange({minUs, maxUs}: TimeRangeUs): string | undefined {
	const areWhole = Number.isSafeInteger(minUs) && Number.isSafeInteger(maxUs);
	return areWhole && minUs >= 0 && minUs <= maxUs
		? undefined
		: `A range of times goes from a shorter to a longer one, in whole microseconds from 0, not from ${minUs} to ${maxUs}.`;
}

const isCounting = (count: number): boolean => Number.isSafeInteger(count) && count >= 1;

/** Why election timeouts cannot be drawn from this range, as a sentence; `undefined` if they can. */
export const whyNotElectionTimeout = (range: TimeRangeUs): string | undefined =>
	whyNotRange(range) ?? (isCounting(range.minUs) ? undefined : 'An election timeout takes at least a microsecond.');

/** Why heartbeats cannot come so often, as a sentence; `undefined` if they can. */
export const whyNotHeartbeat = (heartbeatUs: number): string | undefined =>
	isCounting(heartbeatUs) ? undefined : `Heartbeats come every microsecond at the most, not every ${heartbeatUs}.`;

const clientsMax = 1000;
const clientRateMax = 100_000;

/** Why there cannot be such clients, as a sentence; `undefined` if there can. */
export function whyNotClients({count, ratePerS}: ClientSettings): string | undefined {
	if (!(Number.isSafeInteger(count) && count >= 0 && count <= clientsMax)) {
		return `There are 0 to ${clientsMax} clients, not ${count}.`;
	}

	return count === 0 || (ratePerS > 0 && ratePerS <= clientRateMax)
		? undefined
		: `Clients begin more than 0 and up to ${clientRateMax} operations a second, not ${ratePerS}.`;
}

/** How slow and how fast a host's clock can be made to run. */
export const clockRates = {min: 0.01, max: 100};

/** As many as the trace has room for in its column. */
const nodesMax = 255;

/**
Whether a World can be made of these.

@throws {RangeError} If not, with the reason.
*/
export function checkSettings({
	nodes,
	delay,
	lossRate,
	electionTimeout,
	heartbeatUs,
	entriesPerMessageMax,
	duplicateRate,
	syncDelay,
	clients,
}: Settings): void {
	const refusal =
		whyNotRate(lossRate) ??
		whyNotRate(duplicateRate) ??
		whyNotRange(delay) ??
		whyNotRange(syncDelay) ??
		whyNotClients(clients) ??
		whyNotElectionTimeout(electionTimeout) ??
		(isCounting(nodes) && nodes <= nodesMax ? undefined : `A cluster has 1 to ${nodesMax} nodes, not ${nodes}.`) ??
		whyNotHeartbeat(heartbeatUs) ??
		(isCounting(entriesPerMessageMax)
			? undefined
			: `A message carries at least one entry, not ${entriesPerMessageMax}.`);
	if (refusal !== undefined) {
		throw new RangeError(refusal);
	}
}
