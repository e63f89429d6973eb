/*
`whitewater check`: whether recorded histories are linearizable, our own and others'.
*/

import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import {HistoryError} from '../checking/histories/history-error.js';
import {formatNames, readHistory, type ReadHistory} from '../checking/histories/read-history.js';
import {
	checkLinearizability,
	defaultLimits,
	type Contradiction,
	type Evidence,
	type Judgement,
	type Progress,
	type Shortage,
} from '../checking/linearizability.js';
import {keyText, operationText} from '../checking/linearizability/wording.js';
import {modelNames} from '../checking/model.js';
import {readTextFile} from './files.js';
import {endQuietlyWithoutReader, printable} from './output.js';
import {didYouMean, orList, quoted, UsageError} from './usage-error.js';

export type CheckFlags = {
	readonly format: string | undefined;
	readonly model: string | undefined;
	readonly time: string | undefined;
	readonly memory: string | undefined;
	readonly json: boolean;
};

/** A history with the name of its file, as it is shown, and how long it took to read. */
type Named = ReadHistory & {readonly file: string; readonly readS: number};

const defaultTime = '60';
const timeSMax = 1_000_000;

const megabyte = 1024 * 1024;
const defaultMemory = String(defaultLimits.bytesMax / megabyte);

/** More cannot be addressed: a search numbers its words of four bytes with 32 bits. */
const memoryMbMax = 16_000;

export async function runCheck(
	files: readonly string[],
	{format, model, time, memory, json}: CheckFlags,
): Promise<void> {
	const options = {
		format: format === undefined ? undefined : parseName('--format', format, formatNames),
		model: model === undefined ? undefined : parseName('--model', model, modelNames),
	};
	const timeS = parseTime(time ?? defaultTime);
	const bytesMax = parseMemory(memory ?? defaultMemory) * megabyte;
	const histories = readHistories(files, options);
	endQuietlyWithoutReader();
	for (const one of histories) {
		tellGuesses(one, options);
	}

	for (const one of histories) {
		const started = process.hrtime.bigint();
		const judgement = checkLinearizability(one.history, {
			stepsMax: Number.POSITIVE_INFINITY, // Whoever gives the time decides how long is too long
			bytesMax,
			isOutOfTime: watch(one.file, timeS),
		});
		clearProgress();
		const wallS = one.readS + secondsSince(started);
		process.stdout.write(
			json ? `${JSON.stringify(resultJson(one, judgement, wallS))}\n` : `${resultText(one, judgement, wallS)}\n`,
		);
		if (judgement.verdict !== 'ok') {
			process.exitCode = 1; // Unknown too: a script must not take it for ok
		}

		await setImmediate(); // So that signals are heard, and that nobody reads any more
	}
}

function parseName<Name extends string>(flag: string, text: string, names: readonly Name[]): Name {
	const name = names.find((one) => one === text);
	if (name === undefined) {
		throw new UsageError(`${flag} must be ${orList(names)}, not ${quoted(text)}.${didYouMean(text, names)}`);
	}

	return name;
}

function parseTime(text: string): number {
	const timeS = /^(?:\d+(?:\.\d+)?|\.\d+)$/v.test(text) ? Number(text) : Number.NaN;
	if (!(timeS > 0 && timeS <= timeSMax)) {
		throw new UsageError(
			`--time must be a number of seconds above 0, ${timeSMax} at the most, not ${quoted(text)}. Try --time ${defaultTime}.`,
		);
	}

	return timeS;
}

function parseMemory(text: string): number {
	const memoryMb = /^\d+$/v.test(text) ? Number(text) : Number.NaN;
	if (!(memoryMb >= 1 && memoryMb <= memoryMbMax)) {
		throw new UsageError(
			`--memory must be a whole number of megabytes from 1 to ${memoryMbMax}, not ${quoted(text)}. Try --memory ${defaultMemory}.`,
		);
	}

	return memoryMb;
}

type Options = NonNullable<Parameters<typeof readHistory>[1]>;

/** All of them, so that what is wrong with the last one is told before the first one is checked. */
function readHistories(files: readonly string[], options: Options): readonly Named[] {
	const histories: Named[] = [];
	const problems: string[] = [];
	for (const file of files) {
		const started = process.hrtime.bigint();
		try {
			const read = readHistory(readTextFile(file, 'history'), options);
			histories.push({...read, file: printable(file), readS: secondsSince(started)});
		} catch (error) {
			if (error instanceof HistoryError) {
				const {line, column} = error.place;
				problems.push(`${printable(file)}:${line}:${column}: ${error.message}`);
			} else if (error instanceof UsageError) {
				problems.push(error.message);
			} else {
				throw error;
			}
		}
	}

	if (problems.length > 0) {
		throw new UsageError(problems.join('\n'));
	}

	return histories;
}

function tellGuesses({file, format, history}: Named, options: Options): void {
	const guesses = [
		...(options.format === undefined ? [`--format ${format}`] : []),
		...(options.model === undefined ? [`--model ${history.model}`] : []),
	];
	if (guesses.length > 0) {
		process.stderr.write(`${file}: taken as ${guesses.join(' ')}\n`);
	}
}

const secondsSince = (started: bigint): number => Number(process.hrtime.bigint() - started) / 1e9;

const quietS = 1;
const progressEveryS = 0.2;
let isProgressShown = false;

/** A clock for a search: it says when the time is over, and what is going on where somebody is waiting for it. */
function watch(file: string, timeS: number): (progress: Progress) => boolean {
	const started = process.hrtime.bigint();
	let nextS = quietS;
	return ({keys, keysLeft}) => {
		const passedS = secondsSince(started);
		if (passedS >= nextS && process.stderr.isTTY) {
			nextS = passedS + progressEveryS;
			isProgressShown = true;
			process.stderr.write(
				`\r\u{1B}[K${file}: ${whole(keys - keysLeft)} of ${counted(keys, 'key')} done, ${Math.floor(passedS)} of ${timeS} s`,
			);
		}

		return passedS >= timeS;
	};
}

function clearProgress(): void {
	if (isProgressShown) {
		process.stderr.write('\r\u{1B}[K');
		isProgressShown = false;
	}
}

const verdictWords = {ok: 'linearizable', violated: 'NOT linearizable', unknown: 'unknown'} as const;

function resultText(one: Named, judgement: Judgement, wallS: number): string {
	const {file, history} = one;
	const size = `${counted(history.operations.length, 'operation')}, ${counted(keysIn(one), 'key')}, ${wallS.toFixed(2)} s`;
	return [`${file}: ${verdictWords[judgement.verdict]} (${size})`, ...detailsOf(one, judgement)].join('\n');
}

const keysIn = ({history}: Named): number => new Set(history.operations.map(({operation}) => operation.key)).size;

function detailsOf(one: Named, judgement: Judgement): readonly string[] {
	switch (judgement.verdict) {
		case 'ok': {
			return [];
		}

		case 'violated': {
			const {contradiction} = judgement;
			return [`  ${printable(contradiction.explanation)}`, ...evidenceTable(contradiction, one.lines)];
		}

		case 'unknown': {
			const {undecided} = judgement;
			const shown = undecided.slice(0, undecidedShownMax);
			const more = undecided.length - shown.length;
			return [
				...shown.map(({key, shortage}) => `  ${printable(keyText(key))}: ${shortageWords[shortage]}`),
				...(more > 0 ? [`  and ${whole(more)} more`] : []),
				...(undecided.some(({shortage}) => shortage === 'time') ? ['  --time SECONDS gives it longer.'] : []),
				...(undecided.some(({shortage}) => shortage === 'memory') ? ['  --memory MB gives it more.'] : []),
			];
		}
	}
}

const undecidedShownMax = 10;

const shortageWords: Readonly<Record<Shortage, string>> = {
	time: 'given up for lack of time',
	memory: 'given up for lack of memory: too many operations at a time',
	steps: 'given up: too many operations at a time',
};

/** More operations than a person would look at; of more, the last ones, which tell the most. */
const evidenceShownMax = 30;

/** The operations that contradict one another, in the lines of the file from which to which each lasted. */
function evidenceTable({evidence, culprit}: Contradiction, lines: readonly number[]): readonly string[] {
	const shown = evidence.filter(({id}, at) => id === culprit || evidence.length - at < evidenceShownMax);
	const left = evidence.length - shown.length;
	const rows = shown.map((one) => [
		printable(one.process),
		printable(operationText(one)),
		String(lines[one.invoked]!),
		one.completed === undefined ? '' : String(lines[one.completed]!),
	]);
	const table = [['who', 'what', 'from line', 'to line'], ...rows];
	const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
	const bars = ['', ...barsOf(shown)];
	return [
		...(left > 0 ? [`  (without ${whole(left)} earlier operations that belong to it, which --json gives)`] : []),
		...table.map(([who, what, from, to], at) =>
			[
				`  ${who!.padEnd(widths[0]!)}`,
				what!.padEnd(widths[1]!),
				from!.padStart(widths[2]!),
				to!.padStart(widths[3]!),
				bars[at]!,
			]
				.join('  ')
				.trimEnd(),
		),
	];
}

/** When operations began and ended, drawn: one column for each event of theirs. */
function barsOf(evidence: readonly Evidence[]): readonly string[] {
	const events = evidence.flatMap(({invoked, completed}) =>
		completed === undefined ? [invoked] : [invoked, completed],
	);
	const columns = new Map(
		[...new Set(events)].toSorted((one, other) => one - other).map((event, column) => [event, column]),
	);
	return evidence.map(({invoked, completed}) => {
		const from = columns.get(invoked)!;
		const bar =
			completed === undefined ? '─'.repeat(columns.size - from) : `${'─'.repeat(columns.get(completed)! - from - 1)}┤`;
		return `${' '.repeat(from)}├${bar}`;
	});
}

function resultJson(one: Named, judgement: Judgement, wallS: number): Record<string, unknown> {
	const {file, format, history, lines} = one;
	const {verdict} = judgement;
	return {
		history: file,
		ok: verdict === 'ok',
		verdict,
		format,
		model: history.model,
		operations: history.operations.length,
		keys: keysIn(one),
		seconds: Number(wallS.toFixed(3)),
		contradiction: verdict === 'violated' ? contradictionJson(judgement.contradiction, lines) : null,
		undecided: verdict === 'unknown' ? judgement.undecided : [],
	};
}

/** Lines are those of the file. */
function contradictionJson(
	{key, explanation, culprit, possible, evidence}: Contradiction,
	lines: readonly number[],
): Record<string, unknown> {
	return {
		key,
		explanation,
		possible: possible?.map((value) => value ?? null) ?? null,
		evidence: evidence.map(({id, process: who, operation, outcome, result, invoked, completed}) => ({
			process: who,
			operation:
				operation.type === 'cas'
					? {...operation, expected: operation.expected ?? null, value: operation.value ?? null}
					: operation,
			outcome,
			result: result ?? null,
			fromLine: lines[invoked],
			toLine: completed === undefined ? null : lines[completed],
			isCulprit: id === culprit,
		})),
	};
}

const whole = (count: number): string => count.toLocaleString('en');
const counted = (count: number, noun: string): string => `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
