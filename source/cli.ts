/*
From the command line to a sub-command, and from how that ended to an exit code: 0 all well, 1 something
was found wrong, 2 the call was wrong, 3 we were.
*/

import process from 'node:process';
import meow from 'meow';
import packageJson from '../package.json' with {type: 'json'};
import {didYouMean, quoted, UsageError} from './commands/usage-error.js';

const help = `
	Usage
	  $ whitewater [options]         a Raft cluster, live, in a dashboard
	  $ whitewater bench [--json]    how fast it all is on this machine

	Options
	  --nodes 3..9       how many nodes the cluster has (default 5)
	  --seed WORD        what all chance follows from (default: another each time)
	  --loss PERCENT     how many messages are lost (default 0%)
	  --delay RANGE      how long a message takes (default 10-30ms)
	  --speed FACTOR     virtual seconds a second (default 0.1x)
	  --paused           begin paused
	  --color WHEN       auto, never, 16, 256 or truecolor (NO_COLOR is respected)
	  --ascii            only ASCII characters
	  --version, --help

	In the dashboard, ? lists the keys.
	Exit codes: 0 all well, 2 the call was wrong, 3 internal fault.

	Examples
	  $ whitewater --nodes 3 --loss 10% --seed 7
	  $ whitewater --paused --speed 0.02x
`;

/** Sub-commands that are promised but do not exist yet are refused by name. */
const promised: ReadonlySet<string> = new Set([
	'run',
	'verify',
	'record',
	'fuzz',
	'shrink',
	'check',
	'bugs',
	'learn',
	'trace',
]);

const flags = {
	nodes: {type: 'string'},
	seed: {type: 'string'},
	loss: {type: 'string'},
	delay: {type: 'string'},
	speed: {type: 'string'},
	color: {type: 'string'},
	paused: {type: 'boolean', default: false},
	ascii: {type: 'boolean', default: false},
	json: {type: 'boolean', default: false},
	help: {type: 'boolean', shortFlag: 'h', default: false},
	version: {type: 'boolean', default: false},
} as const;

async function main(): Promise<void> {
	refuseStrangeFlags(process.argv.slice(2));
	const cli = parse();
	if (cli.flags.help) {
		cli.showHelp(0);
	}

	if (cli.flags.version) {
		cli.showVersion();
	}

	const [command, ...others] = cli.input;
	if (command === undefined) {
		if (cli.flags.json) {
			throw new UsageError('--json goes with "whitewater bench"; the dashboard prints nothing.');
		}

		const {runDashboard} = await import('./commands/dashboard.js');
		const {nodes, seed, loss, delay, speed, color, paused, ascii} = cli.flags;
		// `--no-color` arrives as false, whatever the types say
		const colour = (color as string | boolean | undefined) === false ? 'never' : color;
		await runDashboard({nodes, seed, loss, delay, speed, color: colour, paused, ascii});
	} else if (command === 'bench' && others.length === 0) {
		const strange = Object.entries(cli.flags).find(
			([name, value]) => name !== 'json' && value !== undefined && value !== false,
		);
		if (strange !== undefined) {
			throw new UsageError(`--${strange[0]} is for the dashboard; "whitewater bench" takes only --json.`);
		}

		const {runBench} = await import('./commands/bench.js');
		await runBench({json: cli.flags.json});
	} else {
		throw refusal(command, others);
	}
}

function parse() {
	try {
		return meow(help, {importMeta: import.meta, pkg: packageJson, flags, autoHelp: false, autoVersion: false});
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error)); // Meow's own sentence, such as "can only be set once"
	}
}

/** Flags under other names. */
const spokenFor: ReadonlySet<string> = new Set(['-h', '--no-color']);

/** Meow takes `--Nodes`, `--no-seed` and `--paused=maybe` for something; we do not guess. */
function refuseStrangeFlags(given: readonly string[]): void {
	const end = given.indexOf('--');
	for (const word of end === -1 ? given : given.slice(0, end)) {
		const {typed, value} = /^(?<typed>--?[^\d=][^=]*)(?:=(?<value>.*))?$/sv.exec(word)?.groups ?? {};
		if (typed === undefined || spokenFor.has(typed)) {
			continue;
		}

		const flag = Object.entries(flags).find(([name]) => `--${name}` === typed)?.[1];
		if (flag === undefined) {
			const known = Object.keys(flags).map((name) => `--${name}`);
			throw new UsageError(
				`There is no flag ${quoted(typed).slice(1, -1)}.${didYouMean(typed, known)} "whitewater --help" lists them all.`,
			);
		}

		if (flag.type === 'boolean' && value !== undefined) {
			throw new UsageError(`${typed} takes no value, and ${quoted(value)} was given. Try ${typed} alone.`);
		}
	}
}

function refusal(command: string, others: readonly string[]): UsageError {
	if (command === 'bench') {
		return new UsageError(`"whitewater bench" takes no ${quoted(others[0]!)}. Try whitewater bench --json.`);
	}

	if (promised.has(command)) {
		return new UsageError(
			`"whitewater ${command}" does not exist yet in version ${packageJson.version}. Try whitewater --help.`,
		);
	}

	if (/[.\/]/v.test(command)) {
		return new UsageError(
			`Version ${packageJson.version} does not play files yet, ${quoted(command)} included. Try whitewater alone, for a fresh cluster.`,
		);
	}

	return new UsageError(
		`There is no command ${quoted(command)}.${didYouMean(command, ['bench'])} Try whitewater --help.`,
	);
}

try {
	await main();
} catch (error) {
	if (error instanceof UsageError) {
		process.stderr.write(`whitewater: ${error.message}\n`);
		process.exitCode = 2;
	} else {
		console.error(error);
		process.exitCode = 3;
	}
}
