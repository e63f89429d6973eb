/*
`whitewater record`: renders a scenario through the dashboard without a terminal, in virtual time: as an asciicast, as a
picture that moves or stands still, or as text. Nothing of it depends on the clock, so that it comes out the same every time.
*/

import path from 'node:path';
import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import {rowsOf} from '../dashboard/bands.js';
import type {Dashboard} from '../dashboard/dashboard.js';
import {Lab, defaultSpeed} from '../lab/lab.js';
import {CastRecorder, FilmRecorder, type Recorder} from '../recording/recorder.js';
import {readScreen} from '../recording/screen.js';
import {stillSvg} from '../recording/svg.js';
import {textFrame} from '../recording/text-frame.js';
import {castTheme, themes, type ThemeName} from '../recording/themes.js';
import {timeText} from '../scenario/command-text.js';
import type {Scenario} from '../scenario/scenario.js';
import {parseSpeed, parseTheme} from './flags.js';
import {OutputFile, type OutputKind} from './output-file.js';
import {reportText} from './report.js';
import {playThrough} from './run.js';
import {parseTime, readScenarios} from './scenario-files.js';
import {quoted, UsageError} from './usage-error.js';

export type RecordFlags = {
	readonly output: string | undefined;
	readonly size: string | undefined;
	readonly fps: string | undefined;
	readonly speed: string | undefined;
	readonly theme: string | undefined;
	readonly at: string | undefined;
	readonly cast: string | undefined;
};

type Size = {readonly columns: number; readonly rows: number};

/** What a call asks for. */
type Order = {
	readonly name: string;
	readonly form: Form;
	readonly size: Size;
	readonly fps: number;
	/** `undefined` leaves it to the scenario. */
	readonly speed: number | undefined;
	readonly themeName: ThemeName;
	/** The moment of a still, in virtual microseconds. */
	readonly atUs: number | undefined;
	readonly version: 2 | 3;
};

/** By their names' ends; and how those begin that we have written. At narrow sizes a text may begin otherwise, and is kept. */
const forms = {
	cast: {called: 'an asciicast', beginning: '{"version":'},
	svg: {called: 'a picture of ours', beginning: '<svg xmlns="http://www.w3.org/2000/svg" width="'},
	txt: {called: 'a screen of ours', beginning: ' whitewater'},
} as const;

type Form = keyof typeof forms;

const sizeMin: Size = {columns: 60, rows: 16};
const sizeMax: Size = {columns: 250, rows: 70};
const fpsMax = 30;

/** How long the last screen stays, in seconds. */
const lastS = 2;

/** Nobody watches for longer, in seconds. */
const lengthSMax = 600;

/** How long we work before anybody else has a turn, signals above all. */
const workMsMax = 50;

export async function runRecord(files: readonly string[], flags: RecordFlags): Promise<void> {
	const order = parseOrder(flags);
	if (files.length > 1) {
		throw new UsageError(`"whitewater record" records one scenario, and here are ${files.length}. Try one at a time.`);
	}

	const [scenario] = readScenarios(files) as [Scenario];
	const {called, beginning} = forms[order.form];
	const kind: OutputKind = {flag: '-o', called, beginning, example: `recording.${order.form}`};
	const file = new OutputFile(order.name, kind);
	try {
		// Played to its end first: that tells how long it is, and whether all went as it should
		const player = await playThrough(scenario, undefined);
		const endUs = player.world.timeUs;
		const remark = await record(scenario, endUs, order, file);
		file.finish();
		if (remark !== undefined) {
			process.stderr.write(`${scenario.file}: ${remark}\n`);
		}

		if (!player.isOk) {
			process.stderr.write(`${reportText(player)}\n`);
			process.exitCode = 1;
		}
	} catch (error) {
		file.abandon();
		throw error;
	}
}

function parseOrder({output, size, fps, speed, theme, at, cast}: RecordFlags): Order {
	const [name, form] = parseOutput(output);
	if (cast !== undefined && form !== 'cast') {
		throw new UsageError(`--cast is for asciicasts, and ${quoted(name)} is none. Try -o recording.cast.`);
	}

	if (at !== undefined && form === 'cast') {
		throw new UsageError(
			'--at chooses one moment, and an asciicast has them all. Try -o picture.svg or -o screen.txt with it.',
		);
	}

	return {
		name,
		form,
		size: parseSize(size ?? '120x36'),
		fps: parseFps(fps ?? '10'),
		speed: speed === undefined ? undefined : parseSpeed(speed),
		// A text has no colours, so marks must say what they would
		themeName: parseTheme(theme ?? (form === 'txt' ? 'mono' : 'dark')),
		atUs: at === undefined ? undefined : parseTime('--at', at),
		version: parseVersion(cast ?? '2'),
	};
}

function parseOutput(name: string | undefined): readonly [name: string, form: Form] {
	if (name === undefined || name === '') {
		throw new UsageError('"whitewater record" wants the name of the file to write. Try -o recording.cast.');
	}

	const form = path.extname(name).slice(1).toLowerCase();
	if (!Object.hasOwn(forms, form)) {
		throw new UsageError(
			`-o must end in .cast for an asciicast, .svg for a picture or .txt for text, not be ${quoted(name)}. Try -o recording.cast.`,
		);
	}

	return [name, form as Form];
}

function parseSize(text: string): Size {
	const {across, down} = /^(?<across>\d+)[x×](?<down>\d+)$/iv.exec(text)?.groups ?? {};
	const size = {columns: Number(across ?? Number.NaN), rows: Number(down ?? Number.NaN)};
	const isWithin = (side: keyof Size): boolean => size[side] >= sizeMin[side] && size[side] <= sizeMax[side];
	if (!isWithin('columns') || !isWithin('rows')) {
		const [least, most] = [sizeMin, sizeMax].map(({columns, rows}) => `${columns}x${rows}`);
		throw new UsageError(
			`--size must be columns x rows, from ${least} to ${most}, not ${quoted(text)}. Try --size 120x36.`,
		);
	}

	return size;
}

function parseFps(text: string): number {
	const fps = /^\d+$/v.test(text) ? Number(text) : Number.NaN;
	if (!(fps >= 1 && fps <= fpsMax)) {
		throw new UsageError(
			`--fps must be a whole number of frames a second from 1 to ${fpsMax}, not ${quoted(text)}. Try --fps 10.`,
		);
	}

	return fps;
}

function parseVersion(text: string): 2 | 3 {
	if (text !== '2' && text !== '3') {
		throw new UsageError(`--cast must be 2 or 3, the version of the asciicast, not ${quoted(text)}. Try --cast 2.`);
	}

	return text === '2' ? 2 : 3;
}

/** Returns what whoever asked for it will not find in it. */
async function record(scenario: Scenario, endUs: number, order: Order, file: OutputFile): Promise<string | undefined> {
	const {form, themeName, atUs, speed} = order;
	const lab = new Lab(scenario.settings, {
		scenario,
		speed: speed ?? defaultSpeed,
		isSpeedFixed: speed !== undefined,
	});
	const dashboard = await openDashboard(lab, order);
	const progress = new Progress(Math.min(endUs, atUs ?? endUs));
	try {
		if (form === 'txt' || atUs !== undefined) {
			await playTo(dashboard, atUs ?? Number.POSITIVE_INFINITY, order, progress);
			const screen = readScreen(rowsOf(dashboard.frame()), order.size.columns);
			file.write(
				form === 'txt' ? textFrame(screen) : stillSvg(screen, {...captionOf(scenario), theme: themes[themeName]}),
			);
			return atUs !== undefined && atUs > endUs
				? `the run ended at ${timeText(endUs)}, before ${timeText(atUs)}`
				: undefined;
		}

		const recorder = openRecorder(scenario, order, file);
		const isWhole = await film(dashboard, recorder, order, progress);
		return isWhole
			? undefined
			: `the recording ends after ${lengthSMax / 60} minutes, at ${timeText(lab.world.timeUs)} of ${timeText(endUs)}. Try a higher --speed.`;
	} finally {
		progress.clear();
	}
}

/** Loaded only now, so that a wrong call is answered at once. */
async function openDashboard(lab: Lab, {size, themeName}: Order): Promise<Dashboard> {
	const [{default: chalk}, {Dashboard}, {forgetPainters}] = await Promise.all([
		import('chalk'),
		import('../dashboard/dashboard.js'),
		import('../dashboard/theme.js'),
	]);
	chalk.level = themeName === 'mono' ? 0 : 3; // Whatever terminal we are called from
	forgetPainters();
	return new Dashboard(lab, {...size, isAscii: false});
}

const captionOf = ({title, file, about}: Scenario) => ({title: title ?? file, description: about});

function openRecorder(scenario: Scenario, {form, size, themeName, version}: Order, file: OutputFile): Recorder {
	const write = (text: string): void => {
		file.write(text);
	};

	const theme = themes[themeName];
	const {title, description} = captionOf(scenario);
	return form === 'cast'
		? new CastRecorder({version, ...size, title, theme: castTheme(theme)}, write)
		: new FilmRecorder({columns: size.columns, title, description, theme}, write);
}

/** Returns whether it came to the end: of the scenario, or where a promise is broken. */
async function film(dashboard: Dashboard, recorder: Recorder, {fps}: Order, progress: Progress): Promise<boolean> {
	const {lab} = dashboard;
	const breather = new Breather();
	let marked = 0;
	let frame = 0;
	recorder.frame(rowsOf(dashboard.frame()), 0);
	while (lab.isPlaying && frame < lengthSMax * fps) {
		dashboard.tick(1000 / fps);
		frame++;
		recorder.frame(rowsOf(dashboard.frame()), frame / fps);
		for (const {instruction} of lab.taken.slice(marked)) {
			if (instruction.type === 'mark') {
				recorder.marker(instruction.text, frame / fps);
			}
		}

		marked = lab.taken.length;
		progress.tell(lab.world.timeUs);
		await breather.breathe();
	}

	recorder.end(frame / fps + lastS);
	return !lab.isPlaying;
}

/** Go on to a time, or to the end if that is earlier. */
async function playTo(dashboard: Dashboard, timeUs: number, {fps}: Order, progress: Progress): Promise<void> {
	const {lab} = dashboard;
	const breather = new Breather();
	while (lab.isPlaying && lab.world.timeUs < timeUs) {
		const leftMs = (timeUs - lab.world.timeUs) / 1000 / lab.speed; // Never beyond it; what is rounded away comes next
		dashboard.tick(Math.min(1000 / fps, leftMs));
		progress.tell(lab.world.timeUs);
		await breather.breathe();
	}
}

/** Lets others have a turn from time to time. */
class Breather {
	#sinceMs = performance.now();

	async breathe(): Promise<void> {
		if (performance.now() - this.#sinceMs > workMsMax) {
			await setImmediate();
			this.#sinceMs = performance.now();
		}
	}
}

/** How far we are, for whoever waits at a terminal. */
class Progress {
	readonly #endUs: number;
	#told = '';

	constructor(endUs: number) {
		this.#endUs = endUs;
	}

	tell(timeUs: number): void {
		const text = `${(timeUs / 1e6).toFixed(1)} s of ${(this.#endUs / 1e6).toFixed(1)} s`;
		if (process.stderr.isTTY && text !== this.#told) {
			this.#told = text;
			process.stderr.write(`\r\u{1B}[K  ${text}`);
		}
	}

	clear(): void {
		if (this.#told !== '') {
			process.stderr.write('\r\u{1B}[K');
		}
	}
}
