/*
`whitewater run`: plays scenarios without a screen, as fast as it goes, and says how they ended.
*/

import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import {traceFormats} from '../recording/trace-format.js';
import {Player} from '../scenario/player.js';
import type {Scenario} from '../scenario/scenario.js';
import {OutputFile} from './output-file.js';
import {endQuietlyWithoutReader} from './output.js';
import {reportJson, reportText} from './report.js';
import {parseUntil, readScenarios} from './scenario-files.js';
import {traceFile, TraceTeller} from './trace-file.js';
import {UsageError} from './usage-error.js';

export type RunFlags = {
	readonly json: boolean;
	readonly trace: string | undefined;
	readonly until: string | undefined;
};

/** So many of the latest events can be looked at: more than a slice brings. */
const retained = 1 << 18;

/** How much virtual time is played at a time, in microseconds. */
const sliceUs = 10_000;

/** How long we work before anybody else has a turn, signals above all. */
const workMsMax = 50;

export async function runRun(files: readonly string[], {json, trace, until}: RunFlags): Promise<void> {
	const untilUs = until === undefined ? undefined : parseUntil(until);
	if (trace !== undefined && files.length > 1) {
		throw new UsageError(`--trace writes the events of one scenario, and here are ${files.length}. Try one at a time.`);
	}

	if (trace === '' || trace === '-') {
		throw new UsageError('--trace must be the name of a file. Try --trace trace.jsonl.');
	}

	const scenarios = readScenarios(files);
	endQuietlyWithoutReader();
	for (const scenario of scenarios) {
		const started = process.hrtime.bigint();
		const player = await playTraced(scenario, untilUs, trace);
		process.stdout.write(json ? `${JSON.stringify(reportJson(player))}\n` : `${reportText(player)}\n`);
		await setImmediate(); // To hear whether anybody still reads
		if (!player.isOk) {
			process.exitCode = 1;
		}

		if (process.stderr.isTTY && !json) {
			const wallS = Number(process.hrtime.bigint() - started) / 1e9;
			process.stderr.write(`  in ${wallS.toFixed(2)} s\n`);
		}
	}
}

async function playTraced(
	scenario: Scenario,
	untilUs: number | undefined,
	traceName: string | undefined,
): Promise<Player> {
	if (traceName === undefined) {
		return playThrough(scenario, untilUs);
	}

	const {json} = traceFormats;
	const file = new OutputFile(traceName, traceFile('--trace', 'a trace', json));
	const teller = new TraceTeller(json.writer({title: scenario.file, fromUs: 0}));
	try {
		const player = await playThrough(scenario, untilUs, ({world}) => {
			for (const text of teller.tell(world.trace)) {
				file.write(text);
			}
		});
		file.finish();
		return player;
	} catch (error) {
		file.abandon();
		throw error;
	}
}

/**
Play a scenario to its end, or to a time; slice by slice, so that signals are heard.

@param afterSlice - Is called before events may be forgotten.
*/
export async function playThrough(
	scenario: Scenario,
	untilUs: number | undefined,
	afterSlice?: (player: Player) => void | Promise<void>,
): Promise<Player> {
	const player = Player.create(scenario, {retained});
	let sinceMs = performance.now();
	do {
		playSlice(player, player.world.timeUs + sliceUs, untilUs);
		await afterSlice?.(player);
		if (performance.now() - sinceMs > workMsMax) {
			await setImmediate();
			sinceMs = performance.now();
		}
	} while (!isDone(player, untilUs));

	return player;
}

/** Play on for a while, or to the end if that is earlier: that of the steps, or the time that was asked for. */
export function playSlice(player: Player, sliceEndUs: number, untilUs: number | undefined): void {
	if (untilUs === undefined) {
		player.play(sliceEndUs);
	} else {
		player.advanceTo(Math.min(sliceEndUs, untilUs));
	}
}

export const isDone = (player: Player, untilUs: number | undefined): boolean =>
	player.isStopped || (untilUs === undefined ? player.isOver : player.world.timeUs >= untilUs);
