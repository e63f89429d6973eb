/*
`whitewater trace`: plays a scenario without a screen and writes what happened in a form that other tools read.
*/

import {once} from 'node:events';
import process from 'node:process';
import {findTraceFormat, traceFormatNames, traceFormats, type TraceFormatName} from '../recording/trace-format.js';
import type {TraceWriter} from '../recording/trace-writer.js';
import {timeText} from '../scenario/command-text.js';
import type {Player} from '../scenario/player.js';
import type {Scenario} from '../scenario/scenario.js';
import {OutputFile} from './output-file.js';
import {endQuietlyWithoutReader} from './output.js';
import {reportText} from './report.js';
import {playThrough} from './run.js';
import {parseTime, parseUntil, readScenarios} from './scenario-files.js';
import {traceFile, TraceTeller} from './trace-file.js';
import {didYouMean, orList, quoted, UsageError} from './usage-error.js';

export type TraceFlags = {
	readonly format: string | undefined;
	readonly output: string | undefined;
	readonly from: string | undefined;
	readonly until: string | undefined;
};

export async function runTrace(files: readonly string[], {format, output, from, until}: TraceFlags): Promise<void> {
	const name = parseFormat(format ?? 'json');
	const fromUs = from === undefined ? 0 : parseTime('--from', from, '10s');
	const untilUs = until === undefined ? undefined : parseUntil(until);
	if (untilUs !== undefined && fromUs > untilUs) {
		throw new UsageError(
			`--from must not be later than --until, and ${timeText(fromUs)} is later than ${timeText(untilUs)}.`,
		);
	}

	if (output === '') {
		throw new UsageError(`--output must be the name of a file. Try -o ${traceFormats[name].fileName}.`);
	}

	if (files.length > 1) {
		throw new UsageError(`"whitewater trace" writes one scenario, and here are ${files.length}. Try one at a time.`);
	}

	const [scenario] = readScenarios(files) as [Scenario];
	const writer: TraceWriter = traceFormats[name].writer({title: scenario.title ?? scenario.file, fromUs});
	const player =
		output === undefined || output === '-'
			? await writeToStandardOutput(scenario, untilUs, writer)
			: await writeToFile(scenario, untilUs, writer, output, name);
	for (const remark of remarksOn(player, writer, fromUs)) {
		process.stderr.write(`${scenario.file}: ${remark}\n`);
	}

	if (!player.isOk) {
		process.stderr.write(`${reportText(player)}\n`);
		process.exitCode = 1;
	}
}

function parseFormat(text: string): TraceFormatName {
	const name = findTraceFormat(text);
	if (name === undefined) {
		throw new UsageError(
			`--format must be ${orList(traceFormatNames)}, not ${quoted(text)}.${didYouMean(text, traceFormatNames)}`,
		);
	}

	return name;
}

async function writeToStandardOutput(
	scenario: Scenario,
	untilUs: number | undefined,
	writer: TraceWriter,
): Promise<Player> {
	endQuietlyWithoutReader();
	const teller = new TraceTeller(writer);
	const player = await playThrough(scenario, untilUs, async ({world}) => {
		process.stdout.write([...teller.tell(world.trace)].join(''));
		if (process.stdout.writableNeedDrain) {
			await once(process.stdout, 'drain'); // Whoever reads may be slower than we are
		}
	});
	process.stdout.write(writer.end(player.world.timeUs));
	return player;
}

async function writeToFile(
	scenario: Scenario,
	untilUs: number | undefined,
	writer: TraceWriter,
	output: string,
	name: TraceFormatName,
): Promise<Player> {
	const file = new OutputFile(output, traceFile('-o', `a trace in the format ${name}`, traceFormats[name]));
	const teller = new TraceTeller(writer);
	try {
		const player = await playThrough(scenario, untilUs, ({world}) => {
			for (const text of teller.tell(world.trace)) {
				file.write(text);
			}
		});
		file.write(writer.end(player.world.timeUs));
		file.finish();
		return player;
	} catch (error) {
		file.abandon();
		throw error;
	}
}

/** What whoever asked for the trace will not find in it. */
function remarksOn({world}: Player, writer: TraceWriter, fromUs: number): readonly string[] {
	const shortcoming = writer.shortcoming?.();
	return [
		...(fromUs > world.timeUs ? [`the run ended at ${timeText(world.timeUs)}, before ${timeText(fromUs)}`] : []),
		...(shortcoming === undefined ? [] : [`${shortcoming}; --from and --until choose another part of the run`]),
	];
}
