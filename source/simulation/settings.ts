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
	/** `maxUs` itself is never drawn (§9.3 discusses how wide the range should be). */
	readonly electionTimeout: TimeRangeUs;
	readonly heartbeatUs: number;
	/** How many entries one AppendEntries carries at the most. */
	readonly entriesPerMessageMax: number;
};

export const defaultSettings: Settings = {
	seed: '42',
	nodes: 5,
	delay: {minUs: 10_000, maxUs: 30_000},
	lossRate: 0,
	electionTimeout: {minUs: 150_000, maxUs: 300_000},
	heartbeatUs: 50_000,
	entriesPerMessageMax: defaultEntriesPerMessageMax,
};
