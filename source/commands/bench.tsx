/*
`whitewater bench`: the simulator's workloads beside a bare loop, each with the guard that keeps it honest.
*/

import process from 'node:process';
import {renderToString} from 'ink';
import {Table} from 'ink-table';
import {bareLoop} from '../bench/bare-loop.js';
import {closedWorkload, openWorkload, type WorkloadResult} from '../bench/workloads.js';

const runs = 5;
const bareEvents = 5_000_000;
const latencyMsMax = 20;
const committedShareMin = 0.999;

type Workload = {
	readonly name: string;
	readonly run: (virtualS: number) => WorkloadResult;
	readonly virtualS: number;
	/** What keeps the figure honest, besides that the digest is the same in every run. */
	readonly isHonest: (result: WorkloadResult) => boolean;
};

const workloads: readonly Workload[] = [
	{
		name: 'A-open',
		run: (virtualS) => openWorkload(virtualS),
		virtualS: 600,
		isHonest: ({commitLatencyMsP50, committed, requests}) =>
			commitLatencyMsP50 <= latencyMsMax && committed >= requests * committedShareMin,
	},
	{
		name: 'A-open, checked',
		run: (virtualS) => openWorkload(virtualS, {isChecked: true}),
		virtualS: 600,
		isHonest: ({commitLatencyMsP50, committed, requests}) =>
			commitLatencyMsP50 <= latencyMsMax && committed >= requests * committedShareMin,
	},
	{
		name: 'B-closed(64)',
		run: (virtualS) => closedWorkload(virtualS, 64),
		virtualS: 60,
		isHonest: ({committed, requests}) => committed >= requests * committedShareMin,
	},
	{
		name: 'D-faults, checked',
		run: (virtualS) => openWorkload(virtualS, {faults: true, isChecked: true}),
		virtualS: 600,
		// A fifth of the time the old leader is cut off, so that some of what it was given is never committed
		isHonest: ({committed, requests}) => committed >= requests * 0.9,
	},
];

/** One D-faults seed is so many virtual seconds. */
const seedS = 60;

export async function runBench({json}: {readonly json: boolean}): Promise<void> {
	const measured = workloads.map((workload) => {
		say(`${workload.name}, ${workload.virtualS} virtual seconds, ${runs} times…`);
		return measure(workload);
	});
	// Last, or what it puts on the agenda would spoil what the compiler has learnt of the workloads
	say(`Bare loop, ${bareEvents.toLocaleString('en')} events, ${runs} times…`);
	const barePerS = median(Array.from({length: runs}, () => bareLoop(bareEvents)));
	const results = measured.map((row): Row => ({...row, shareOfBare: row.messagesPerS / barePerS}));
	if (json) {
		process.stdout.write(
			`${JSON.stringify({node: process.version, bareEventsPerS: Math.round(barePerS), workloads: results})}\n`,
		);
	} else {
		process.stdout.write(
			`${table(results)}\nbare loop: ${millions(barePerS)} events/s; Node ${process.version}; medians of ${runs} runs\n`,
		);
	}

	if (results.some(({honest}) => !honest)) {
		say('A guard failed: the figures above are not honest.');
		process.exitCode = 1;
	}
}

type Row = {
	readonly workload: string;
	readonly virtualSPerS: number;
	readonly seedsPerS: number;
	readonly messagesPerS: number;
	readonly eventsPerS: number;
	readonly committedPerS: number;
	readonly shareOfBare: number;
	readonly latencyMsP50: number;
	readonly committedShare: number;
	readonly digest: string;
	readonly honest: boolean;
};

function measure({name, run, virtualS, isHonest}: Workload): Omit<Row, 'shareOfBare'> {
	run(virtualS / 10); // For the compiler to warm up on
	const results = Array.from({length: runs}, () => run(virtualS));
	const perS = (count: (result: WorkloadResult) => number): number =>
		median(results.map((result) => count(result) / result.wallS));
	const [first] = results as [WorkloadResult];
	return {
		workload: name,
		virtualSPerS: perS((result) => result.virtualS),
		seedsPerS: perS((result) => result.virtualS / seedS),
		messagesPerS: perS((result) => result.messages),
		eventsPerS: perS((result) => result.events),
		committedPerS: perS((result) => result.committed),
		latencyMsP50: first.commitLatencyMsP50,
		committedShare: first.committed / first.requests,
		digest: first.digest,
		honest: results.every((result) => isHonest(result) && result.digest === first.digest),
	};
}

function table(rows: readonly Row[]): string {
	const data = rows.map((row) => ({
		workload: row.workload,
		'virtual s/s': row.virtualSPerS.toFixed(0),
		'seeds/s': row.seedsPerS.toFixed(1),
		'messages/s': millions(row.messagesPerS),
		'events/s': millions(row.eventsPerS),
		'committed/s': `${(row.committedPerS / 1000).toFixed(0)} k`,
		'of bare loop': `${(row.shareOfBare * 100).toFixed(1)} %`,
		'p50 ms': row.latencyMsP50.toFixed(1),
		committed: `${(row.committedShare * 100).toFixed(2)} %`,
		honest: row.honest ? 'yes' : 'NO',
	}));
	const columns = Object.keys(data[0]!) as Array<keyof (typeof data)[number]>;
	return renderToString(
		<Table data={data} columns={columns.map((key) => ({key, align: key === 'workload' ? 'left' : 'right'}))} />,
		{columns: 200},
	);
}

const millions = (count: number): string => `${(count / 1e6).toFixed(2)} M`;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const say = (text: string): void => {
	process.stderr.write(`${text}\n`);
};
