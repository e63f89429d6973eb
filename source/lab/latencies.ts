/*
Latencies in few bytes: how often each occurred, to two significant digits. They never change, so whoever copies a run
shares them; a histogram is filled with them only while somebody asks for percentiles.
*/

import type {JsHistogram} from 'hdr-histogram-js';
import {build} from 'hdr-histogram-js/dist/HistogramBuilder.js'; // The whole package takes 40 ms to load

/** Pairs of a latency in virtual microseconds and how often it occurred, the shortest first. */
export type Latencies = Uint32Array;

/** What so many per cent of them did not exceed, in virtual microseconds; at the most one per cent too high. */
export type LatencyPercentiles = {readonly p50: number; readonly p95: number; readonly p99: number};

/** Longer ones count as this long. */
const longestUs = 3_600_000_000;

const histogram = build({
	useWebAssembly: false,
	bitBucketSize: 32,
	numberOfSignificantValueDigits: 2,
	highestTrackableValue: longestUs,
}) as JsHistogram;

export const noLatencies: Latencies = new Uint32Array();

/** What is known of some latencies, in virtual microseconds and in any order. */
export function latenciesOf(latenciesUs: readonly number[]): Latencies {
	const counts = new Map<number, number>();
	for (const latencyUs of latenciesUs) {
		const rounded = roundedDown(latencyUs);
		counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
	}

	return Uint32Array.from([...counts].toSorted(([a], [b]) => a - b).flat());
}

/** All of both. */
export function mergeLatencies(a: Latencies, b: Latencies): Latencies {
	if (a.length === 0 || b.length === 0) {
		return a.length === 0 ? b : a;
	}

	const merged = new Uint32Array(a.length + b.length);
	let [length, atA, atB] = [0, 0, 0];
	while (atA < a.length || atB < b.length) {
		const latencyUs = Math.min(a[atA] ?? Infinity, b[atB] ?? Infinity);
		merged[length] = latencyUs;
		if (a[atA] === latencyUs) {
			merged[length + 1]! += a[atA + 1]!;
			atA += 2;
		}

		if (b[atB] === latencyUs) {
			merged[length + 1]! += b[atB + 1]!;
			atB += 2;
		}

		length += 2;
	}

	return merged.slice(0, length);
}

/** `undefined` where there are none. */
export function percentilesOf(latencies: Latencies): LatencyPercentiles | undefined {
	if (latencies.length === 0) {
		return undefined;
	}

	histogram.reset();
	for (let at = 0; at < latencies.length; at += 2) {
		histogram.recordValueWithCount(latencies[at]!, latencies[at + 1]!);
	}

	return {
		p50: histogram.getValueAtPercentile(50),
		p95: histogram.getValueAtPercentile(95),
		p99: histogram.getValueAtPercentile(99),
	};
}

/** What the histogram does not tell apart becomes the same. */
const roundedDown = (latencyUs: number): number => histogram.lowestEquivalentValue(Math.min(latencyUs, longestUs));
