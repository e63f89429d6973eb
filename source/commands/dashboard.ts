/*
`whitewater`: a fresh cluster in the dashboard, or a scenario.
*/

import process from 'node:process';
import {Lab, defaultSpeed} from '../lab/lab.js';
import {scenarioText} from '../scenario/scenario-text.js';
import {defaultSettings, type Settings} from '../simulation/settings.js';
import {
	parseClients,
	parseColour,
	parseDelay,
	parseNodes,
	parsePercentage,
	parseSeed,
	parseSpeed,
	parseTheme,
} from './flags.js';
import {configFile, readConfig} from './config.js';
import {readScenarios} from './scenario-files.js';
import {keepSession, sessionFiles} from './session-files.js';
import {LiveRecording} from './live-recording.js';
import {quoted, UsageError} from './usage-error.js';

export type DashboardFlags = {
	readonly nodes: string | undefined;
	readonly seed: string | undefined;
	readonly loss: string | undefined;
	readonly duplicate: string | undefined;
	readonly delay: string | undefined;
	readonly clients: string | undefined;
	readonly speed: string | undefined;
	readonly record: string | undefined;
	readonly theme: string | undefined;
	readonly color: string | undefined;
	readonly screenReader: boolean;
	readonly paused: boolean;
	readonly present: boolean;
	readonly ascii: boolean;
};

/** What a scenario says itself. */
const ownSettings = ['seed', 'nodes', 'loss', 'duplicate', 'delay', 'clients'] as const;

/**
A fresh cluster, or a scenario, until somebody quits.

@param call - What one types behind the program's name to open the scenario again.
@param sequel - What comes after the scenario, as a sentence.
*/
export async function runDashboard(
	flags: DashboardFlags,
	file?: string,
	call = file === undefined ? undefined : word(file),
	sequel?: string,
): Promise<void> {
	const strange = ownSettings.find((name) => flags[name] !== undefined);
	if (file !== undefined && strange !== undefined) {
		throw new UsageError(
			`--${strange} is for a fresh cluster; ${quoted(file)} has its own settings. Try whitewater ${word(file)} alone.`,
		);
	}

	if (file === undefined && flags.present) {
		throw new UsageError('--present wants a scenario to present. Try whitewater demos/first-election.yaml --present.');
	}

	const scenario = file === undefined ? undefined : readScenarios([file])[0]!;
	const settings: Settings = scenario?.settings ?? {
		...defaultSettings,
		seed: flags.seed === undefined ? anySeed() : parseSeed(flags.seed),
		nodes: flags.nodes === undefined ? defaultSettings.nodes : parseNodes(flags.nodes),
		lossRate: flags.loss === undefined ? defaultSettings.lossRate : parsePercentage('--loss', flags.loss),
		duplicateRate:
			flags.duplicate === undefined ? defaultSettings.duplicateRate : parsePercentage('--duplicate', flags.duplicate),
		clients: flags.clients === undefined ? defaultSettings.clients : parseClients(flags.clients),
		delay: flags.delay === undefined ? defaultSettings.delay : parseDelay(flags.delay),
	};
	const config = await readConfig(configFile(process.env));
	const givenSpeed = flags.speed === undefined ? undefined : parseSpeed(flags.speed);
	const theme = flags.theme === undefined ? config.theme : parseTheme(flags.theme);
	const level = parseColour(flags.color ?? config.color, process.env['NO_COLOR']);
	requireTerminal();

	// Only now what takes time to load, so that a wrong call is answered at once.
	const [{default: chalk}, {startDashboard}] = await Promise.all([import('chalk'), import('../dashboard/start.js')]);
	if (level !== undefined) {
		chalk.level = level;
	}

	const lab = new Lab(settings, {
		speed: givenSpeed ?? config.speed ?? defaultSpeed,
		isPlaying: !flags.paused,
		isSpeedFixed: givenSpeed !== undefined,
		isAsking: true,
		isPresenting: flags.present,
		sequel,
		...(scenario !== undefined && {scenario}),
	});
	const isSpoken = flags.screenReader || process.env['INK_SCREEN_READER'] === 'true';
	const recording = flags.record === undefined ? undefined : new LiveRecording(flags.record);
	let savedAs: string | undefined;
	try {
		savedAs = await startDashboard(lab, {
			isAscii: flags.ascii || config.isAscii === true,
			themeName: theme ?? 'dark',
			keymap: config.keymap,
			isSpoken,
			files: sessionFiles,
			onFrame: recording?.onFrame,
		});
		recording?.finish();
	} catch (error) {
		recording?.finish();
		throw new Error(`The dashboard broke at seed ${settings.seed} with ${settings.nodes} nodes.`, {cause: error});
	}

	process.stdout.write(`${isSpoken ? '\n' : ''}${replayLine(lab, flags, call, savedAs)}\n`); // What is spoken has not ended its line
}

/** What one types to have the session again. */
function replayLine(lab: Lab, flags: DashboardFlags, call: string | undefined, savedAs: string | undefined): string {
	const {settings} = lab.world;
	if (lab.isUntouched && call !== undefined) {
		return `Replay: whitewater ${call}`;
	}

	if (lab.isUntouched) {
		const given = ownSettings.flatMap((name) => {
			const value = name === 'seed' ? settings.seed : flags[name]; // It may have been drawn
			return value === undefined ? [] : [` --${name} ${word(value)}`];
		});
		return `Replay: whitewater${given.join('')}`;
	}

	if (savedAs !== undefined) {
		return `Replay: whitewater ${word(savedAs)}`;
	}

	const {scenario, hash} = lab.session();
	const kept = keepSession(scenarioText(scenario), `session-${settings.seed}-${hash.slice(0, 8)}.yaml`);
	return 'path' in kept
		? `Replay: whitewater ${word(kept.path)}`
		: `This session was not kept: ${kept.refusal} S saves it, before quitting.`;
}

/** As a shell takes it for one word. */
const word = (text: string): string =>
	/^[\w%+,\-.\/:@]+$/v.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Another run each time; the header shows the seed, so that it can be had again. */
const anySeed = (): string => String(Math.floor(Math.random() * 1_000_000));

function requireTerminal(): void {
	const missing =
		process.stdout.isTTY && process.stdin.isTTY
			? undefined
			: `standard ${process.stdout.isTTY ? 'input' : 'output'} is not one`;
	if (missing !== undefined) {
		throw new UsageError(
			`The dashboard needs a terminal, and ${missing}. Start it in a terminal, without pipes; without one, use "whitewater run SCENARIO".`,
		);
	}

	if (process.env['TERM'] === 'dumb') {
		throw new UsageError(
			'The dashboard needs a terminal that can move its cursor, and TERM is "dumb". Try TERM=xterm-256color whitewater.',
		);
	}
}
