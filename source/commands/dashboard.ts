/*
`whitewater`: a fresh cluster in the dashboard.
*/

import process from 'node:process';
import {Lab, defaultSpeed} from '../lab/lab.js';
import {defaultSettings, type Settings} from '../simulation/settings.js';
import {parseClients, parseColour, parseDelay, parseNodes, parsePercentage, parseSeed, parseSpeed} from './flags.js';
import {UsageError} from './usage-error.js';

export type DashboardFlags = {
	readonly nodes: string | undefined;
	readonly seed: string | undefined;
	readonly loss: string | undefined;
	readonly duplicate: string | undefined;
	readonly delay: string | undefined;
	readonly clients: string | undefined;
	readonly speed: string | undefined;
	readonly color: string | undefined;
	readonly paused: boolean;
	readonly ascii: boolean;
};

export async function runDashboard(flags: DashboardFlags): Promise<void> {
	const settings: Settings = {
		...defaultSettings,
		seed: flags.seed === undefined ? anySeed() : parseSeed(flags.seed),
		nodes: flags.nodes === undefined ? defaultSettings.nodes : parseNodes(flags.nodes),
		lossRate: flags.loss === undefined ? defaultSettings.lossRate : parsePercentage('--loss', flags.loss),
		duplicateRate:
			flags.duplicate === undefined ? defaultSettings.duplicateRate : parsePercentage('--duplicate', flags.duplicate),
		clients: flags.clients === undefined ? defaultSettings.clients : parseClients(flags.clients),
		delay: flags.delay === undefined ? defaultSettings.delay : parseDelay(flags.delay),
	};
	const speed = flags.speed === undefined ? defaultSpeed : parseSpeed(flags.speed);
	const level = parseColour(flags.color, process.env['NO_COLOR']);
	requireTerminal();

	// Only now what takes time to load, so that a wrong call is answered at once.
	const [{default: chalk}, {startDashboard}] = await Promise.all([import('chalk'), import('../dashboard/start.js')]);
	if (level !== undefined) {
		chalk.level = level;
	}

	try {
		await startDashboard(new Lab(settings, {speed, isPlaying: !flags.paused}), {isAscii: flags.ascii});
	} catch (error) {
		throw new Error(`The dashboard broke at seed ${settings.seed} with ${settings.nodes} nodes.`, {cause: error});
	}
}

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
