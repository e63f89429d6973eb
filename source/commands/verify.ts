/*
`whitewater verify`: plays each scenario twice, in Worlds of their own, and compares every event.
*/

import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import {traceLine} from '../recording/trace-json.js';
import {timeText} from '../scenario/command-text.js';
import {Player} from '../scenario/player.js';
import type {Scenario} from '../scenario/scenario.js';
import type {Trace} from '../simulation/trace.js';
import type {WorldOptions} from '../simulation/world.js';
import {endQuietlyWithoutReader} from './output.js';
import {isDone, playSlice} from './run.js';
import {parseUntil, readScenarios} from './scenario-files.js';

export type VerifyFlags = {readonly json: boolean; readonly until: string | undefined};

/** The first event in which two runs are not the same: a line of JSON each, or `undefined` where nothing had happened by then. */
export type Difference = {
	readonly seq: number;
	readonly first: string | undefined;
	readonly second: string | undefined;
};

export async function runVerify(files: readonly string[], {json, until}: VerifyFlags): Promise<void> {
	const untilUs = until === undefined ? undefined : parseUntil(until);
	const scenarios = readScenarios(files);
	endQuietlyWithoutReader();
	for (const scenario of scenarios) {
		const {difference, player} = playTwice(scenario, untilUs);
		const {trace, timeUs} = player.world;
		if (difference !== undefined) {
			process.exitCode = 1;
		}

		if (json) {
			const {file} = scenario;
			process.stdout.write(
				`${JSON.stringify({
					scenario: file,
					ok: difference === undefined,
					timeUs,
					events: trace.length,
					hash: trace.digest,
					difference: difference ?? null,
				})}\n`,
			);
		} else {
			process.stdout.write(
				difference === undefined
					? `${scenario.file}: the same twice, ${trace.length.toLocaleString('en')} events in ${timeText(timeUs)} of virtual time, hash ${trace.digest}\n`
					: `${scenario.file}: DIFFERENT at event ${difference.seq}\n  first   ${difference.first ?? 'nothing by then'}\n  second  ${difference.second ?? 'nothing by then'}\n`,
			);
		}

		await setImmediate(); // To hear whether anybody still reads
	}
}

/** So many of the latest events can be looked at, in each World: more than a slice brings. */
const retained = 1 << 18;

/** How much virtual time is played before the events of both are compared, in microseconds. */
const sliceUs = 10_000;

/** Play a scenario twice side by side, until they end or part. */
export function playTwice(
	scenario: Scenario,
	untilUs: number | undefined,
	options: WorldOptions = {},
): {readonly player: Player; readonly difference: Difference | undefined} {
	const players = [0, 1].map(() => Player.create(scenario, {retained, ...options})) as [Player, Player];
	const [player, other] = players;
	let compared = 0;
	for (;;) {
		const sliceEndUs = player.world.timeUs + sliceUs;
		for (const one of players) {
			playSlice(one, sliceEndUs, untilUs);
		}

		const difference = findDifference(player.world.trace, other.world.trace, compared + 1);
		if (difference !== undefined || isDone(player, untilUs)) {
			return {player, difference};
		}

		compared = player.world.trace.length;
	}
}

/** The first event from `from` on that is not the same in both. */
function findDifference(first: Trace, second: Trace, from = 1): Difference | undefined {
	if (from < Math.max(first.first, second.first)) {
		throw new Error(`Events from ${from} on were forgotten before they were compared.`);
	}

	const end = Math.max(first.length, second.length);
	for (let seq = from; seq <= end; seq++) {
		const lines = [first, second].map((trace) => {
			const event = trace.at(seq);
			return event && traceLine(event);
		});
		if (lines[0] !== lines[1]) {
			return {seq, first: lines[0], second: lines[1]};
		}
	}

	return undefined;
}
