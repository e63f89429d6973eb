/*
What the screen costs: how long until the first frame, and then the processor time and the bytes of a
frame while the program plays in a pseudo-terminal. Each stands beside a reference of its own: an empty
Node, and the bytes that would have sufficed to change just the cells that did change. Then how long a key
takes to be seen while everything moves, and what is written while nothing does.

Run by `npm run bench` after a build. The processor time is read from /proc, so that part needs Linux.
*/

import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

const program = path.join(import.meta.dirname, '../../dist/whitewater.js');
const starts = 15;
const warmUpMs = 4000;
const playMs = 10_000;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Milliseconds from starting the program to the end of its first frame. */
async function firstFrameMs(): Promise<number> {
	const {promise, resolve} = Promise.withResolvers<number>();
	const started = performance.now();
	const terminal = spawn(process.execPath, [program, '--seed', '1'], {cols: 120, rows: 36, name: 'xterm-256color'});
	let seen = '';
	terminal.onData((data) => {
		seen += data;
		if (seen.includes('Cluster') && seen.includes('\u{1B}[?2026l')) {
			resolve(performance.now() - started);
		}
	});
	const took = await promise;
	const ended = Promise.withResolvers<void>();
	terminal.onExit(() => {
		ended.resolve();
	});
	terminal.write('q');
	await ended.promise;
	return took;
}

function emptyNodeMs(): number {
	const started = performance.now();
	spawnSync(process.execPath, ['-e', '0']);
	return performance.now() - started;
}

type Cost = {
	readonly frames: number;
	readonly cpuShare: number | undefined;
	readonly bytes: number;
	readonly ideal: number;
	readonly cpuMs: number | undefined;
};

/** While it plays, after these keys. */
async function costWhilePlaying(columns: number, rows: number, keys: string): Promise<Cost> {
	const terminal = spawn(process.execPath, [program, '--seed', '1', '--loss', '5%'], {
		cols: columns,
		rows,
		name: 'xterm-256color',
		env: {...process.env, COLORTERM: 'truecolor'},
	});
	let chunks: string[] = [];
	terminal.onData((data) => {
		chunks.push(data);
	});
	await delay(warmUpMs);
	terminal.write(keys);
	await delay(warmUpMs);
	const screen = new Screen(columns, rows);
	await screen.write(chunks.join(''));
	chunks = [];
	const cpuBefore = cpuSeconds(terminal.pid);
	const before = performance.now();
	await delay(playMs);
	const cpuAfter = cpuSeconds(terminal.pid);
	const seconds = (performance.now() - before) / 1000;
	const output = chunks.join('');
	terminal.kill();
	const frames = output.split('\u{1B}[?2026l').slice(0, -1);
	let ideal = 0;
	for (const frame of frames) {
		const cells = screen.cells();
		await screen.write(`${frame}\u{1B}[?2026l`);
		ideal += idealBytes(cells, screen.cells());
	}

	const cpu = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
	return {
		frames: frames.length / seconds,
		cpuShare: cpu === undefined ? undefined : cpu / seconds,
		cpuMs: cpu === undefined ? undefined : (cpu * 1000) / frames.length,
		bytes: output.length / frames.length,
		ideal: ideal / frames.length,
	};
}

/** User and system time of a process so far; `undefined` where there is no /proc. */
function cpuSeconds(pid: number): number | undefined {
	const file = `/proc/${pid}/stat`;
	if (!existsSync(file)) {
		return undefined;
	}

	const fields = readFileSync(file, 'utf8').split(') ', 2)[1]!.split(' ');
	const ticksPerS = Number(execFileSync('getconf', ['CLK_TCK'], {encoding: 'utf8'}));
	return (Number(fields[11]) + Number(fields[12])) / ticksPerS;
}

const keysPressed = 150;
const keyGapMs = 90;
const idleMs = 3000;

/** Milliseconds from each of many keys to the end of the frame that shows it, while the program plays; and the bytes it writes while it is paused. */
async function keyLatencies(columns: number, rows: number): Promise<{latenciesMs: number[]; idleBytes: number}> {
	const terminal = spawn(process.execPath, [program, '--seed', '1', '--loss', '5%'], {cols: columns, rows});
	let output = '';
	let onMark: () => void = () => {};
	terminal.onData((data) => {
		output += data;
		const shown = output.indexOf('❯');
		if (shown !== -1 && output.includes('\u{1B}[?2026l', shown)) {
			onMark();
		}
	});
	await delay(warmUpMs);
	const latenciesMs: number[] = [];
	for (let at = 0; at < keysPressed; at++) {
		const {promise, resolve} = Promise.withResolvers<void>();
		output = '';
		onMark = resolve;
		const startedMs = performance.now();
		terminal.write(String((at % 5) + 1)); // Always another node than before, so that its mark is drawn anew
		await promise;
		latenciesMs.push(performance.now() - startedMs);
		await delay(keyGapMs + (at % 7) * 5); // At every point of a frame
	}

	terminal.write(' ');
	await delay(warmUpMs); // What a key said is gone by then
	output = '';
	await delay(idleMs);
	terminal.kill();
	return {latenciesMs, idleBytes: output.length};
}

type ScreenCell = {readonly glyph: string; readonly look: string};

class Screen {
	readonly #terminal: xterm.Terminal;

	constructor(columns: number, rows: number) {
		this.#terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	}

	async write(data: string): Promise<void> {
		const {promise, resolve} = Promise.withResolvers<void>();
		this.#terminal.write(data, () => {
			resolve();
		});
		await promise;
	}

	/** Every cell, row by row. */
	cells(): ScreenCell[][] {
		const {active} = this.#terminal.buffer;
		return Array.from({length: this.#terminal.rows}, (_, y) => {
			const line = active.getLine(active.baseY + y)!;
			return Array.from({length: this.#terminal.cols}, (__, x) => {
				const cell = line.getCell(x)!;
				const look = [
					cell.getFgColorMode(),
					cell.getFgColor(),
					cell.getBgColorMode(),
					cell.getBgColor(),
					cell.isBold(),
					cell.isDim(),
					cell.isUnderline(),
					cell.isInverse(),
				];
				return {glyph: cell.getChars() === '' ? ' ' : cell.getChars(), look: look.join(',')};
			});
		});
	}
}

/** The bytes of the smallest plain update: for each run of changed cells a cursor move, for each change of look a colour code, and the glyphs. */
function idealBytes(before: readonly ScreenCell[][], after: readonly ScreenCell[][]): number {
	let bytes = 0;
	let look = '';
	for (const [y, row] of after.entries()) {
		let isInRun = false;
		for (const [x, cell] of row.entries()) {
			const old = before[y]![x]!;
			if (old.glyph === cell.glyph && old.look === cell.look) {
				isInRun = false;
				continue;
			}

			if (!isInRun) {
				bytes += `\u{1B}[${y + 1};${x + 1}H`.length;
				isInRun = true;
			}

			if (cell.look !== look) {
				bytes += '\u{1B}[32m'.length;
				look = cell.look;
			}

			bytes += Buffer.byteLength(cell.glyph);
		}
	}

	return bytes;
}

await firstFrameMs(); // Fills the compile cache, as the first start on a machine does
const pairs: Array<readonly [number, number]> = [];
for (let at = 0; at < starts; at++) {
	pairs.push([emptyNodeMs(), await firstFrameMs()]);
}

const [empty, first] = [median(pairs.map(([ms]) => ms)), median(pairs.map(([, ms]) => ms))];
console.log(
	`start to first frame: ${first.toFixed(0)} ms, node -e 0: ${empty.toFixed(0)} ms, ${(first / empty).toFixed(1)} times (medians of ${starts})`,
);

for (const [columns, rows, what, keys] of [
	[120, 36, 'all panels', ''],
	[200, 60, 'all panels', ''],
	[200, 60, 'the space-time diagram', '\tz'],
] as const) {
	const {frames, cpuShare, cpuMs, bytes, ideal} = await costWhilePlaying(columns, rows, keys);
	const cpu =
		cpuShare === undefined
			? 'CPU unknown here'
			: `${(cpuShare * 100).toFixed(1)} % of a core, ${cpuMs!.toFixed(1)} ms a frame`;
	console.log(
		`playing at ${columns}x${rows}, ${what}: ${frames.toFixed(1)} frames/s, ${cpu}, ${bytes.toFixed(0)} bytes a frame, ideal cell diff ${ideal.toFixed(0)}, ${(bytes / ideal).toFixed(1)} times`,
	);
}

for (const [columns, rows] of [
	[120, 36],
	[200, 60],
] as const) {
	const {latenciesMs, idleBytes} = await keyLatencies(columns, rows);
	const sorted = latenciesMs.toSorted((a, b) => a - b);
	const at = (share: number): string => sorted[Math.ceil(sorted.length * share) - 1]!.toFixed(0);
	console.log(
		`key to frame at ${columns}x${rows}, playing: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms of ${keysPressed} keys; paused: ${idleBytes} bytes in ${idleMs / 1000} s`,
	);
}

process.exit(0);
