/*
From the command line to a sub-command, and from how that ended to an exit code: 0 all well, 1 something
was found wrong, 2 the call was wrong, 3 we were.
*/

import process from 'node:process';
import meow from 'meow';
import packageJson from '../package.json' with {type: 'json'};
import {
	calls,
	dashboardCall,
	everywhere,
	flags,
	helpText,
	helpTextOf,
	isCall,
	promised,
	typedFlag,
	type Call,
	type CallName,
	type FlagName,
} from './commands/calls.js';
import {didYouMean, quoted, UsageError} from './commands/usage-error.js';

async function main(): Promise<void> {
	refuseStrangeFlags(process.argv.slice(2));
	const {input, flags: given} = parse();
	const [name, ...others] = input;
	if (given.version) {
		process.stdout.write(`${packageJson.version}\n`);
		return;
	}

	if (given.help) {
		process.stdout.write(`${name !== undefined && isCall(name) ? helpTextOf(name) : helpText()}\n`);
		return;
	}

	const isFile = name !== undefined && !isCall(name) && /[.\/]/v.test(name);
	if (name === undefined || isFile) {
		refuseFlagsOfOthers('the dashboard', dashboardCall, given);
		if (others.length > 0) {
			throw new UsageError(
				`The dashboard plays one scenario, and ${quoted(others[0]!)} is another. Try one at a time.`,
			);
		}

		const {runDashboard} = await import('./commands/dashboard.js');
		await runDashboard({...given, color: colourOf(given)}, name);
	} else if (isCall(name)) {
		refuseFlagsOfOthers(`"whitewater ${name}"`, calls[name], given);
		await runCall(name, others, given);
	} else {
		throw refusal(name);
	}
}

type Given = ReturnType<typeof parse>['flags'];

/** `--no-color` arrives as false, whatever the types say. */
const colourOf = ({color}: Given): string | undefined =>
	(color as string | boolean | undefined) === false ? 'never' : color;

async function runCall(name: CallName, files: readonly string[], given: Given): Promise<void> {
	const {takes}: Call = calls[name];
	if (takes === '' && files.length > 0) {
		throw new UsageError(`"whitewater ${name}" takes no ${quoted(files[0]!)}. Try whitewater ${name} alone.`);
	}

	if (takes !== '' && !takes.startsWith('[') && files.length === 0) {
		throw new UsageError(`"whitewater ${name}" wants a file. Try ${calls[name].example}.`);
	}

	switch (name) {
		case 'run': {
			const {runRun} = await import('./commands/run.js');
			await runRun(files, given);
			break;
		}

		case 'verify': {
			const {runVerify} = await import('./commands/verify.js');
			await runVerify(files, given);
			break;
		}

		case 'trace': {
			const {runTrace} = await import('./commands/trace.js');
			await runTrace(files, given);
			break;
		}

		case 'record': {
			const {runRecord} = await import('./commands/record.js');
			await runRecord(files, given);
			break;
		}

		case 'check': {
			const {runCheck} = await import('./commands/check.js');
			await runCheck(files, given);
			break;
		}

		case 'learn': {
			const {runLearn} = await import('./commands/learn.js');
			await runLearn(files, {...given, color: colourOf(given)});
			break;
		}

		case 'bench': {
			const {runBench} = await import('./commands/bench.js');
			await runBench(given);
			break;
		}
	}
}

function parse() {
	try {
		return meow('', {importMeta: import.meta, pkg: packageJson, flags: meowFlags, autoHelp: false, autoVersion: false});
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error)); // Meow's own sentence, such as "can only be set once"
	}
}

const text = {type: 'string'} as const;
const yes = {type: 'boolean', default: false} as const;

/** As meow wants them; `satisfies` sees to it that none is forgotten. */
const meowFlags = {
	nodes: text,
	seed: text,
	loss: text,
	duplicate: text,
	delay: text,
	clients: text,
	speed: text,
	color: text,
	until: text,
	trace: text,
	record: text,
	from: text,
	output: {...text, shortFlag: 'o'},
	format: text,
	model: text,
	time: text,
	memory: text,
	size: text,
	fps: text,
	theme: text,
	at: text,
	cast: text,
	paused: yes,
	present: yes,
	ascii: yes,
	screenReader: yes,
	json: yes,
	help: {...yes, shortFlag: 'h'},
	version: yes,
} as const satisfies Readonly<Record<FlagName, Record<string, unknown>>>;

/** Flags under other names. */
const spokenFor: ReadonlySet<string> = new Set(['-h', '-o', '--no-color']);

/** Meow takes `--Nodes`, `--no-seed` and `--paused=maybe` for something; we do not guess. */
function refuseStrangeFlags(given: readonly string[]): void {
	const end = given.indexOf('--');
	for (const word of end === -1 ? given : given.slice(0, end)) {
		const {typed, value} = /^(?<typed>--?[^\d=][^=]*)(?:=(?<value>.*))?$/sv.exec(word)?.groups ?? {};
		if (typed === undefined || spokenFor.has(typed)) {
			continue;
		}

		const flag = Object.entries(flags).find(([name]) => typedFlag(name) === typed)?.[1];
		if (flag === undefined) {
			const known = Object.keys(flags).map((name) => typedFlag(name));
			throw new UsageError(
				`There is no flag ${quoted(typed).slice(1, -1)}.${didYouMean(typed, known)} "whitewater --help" lists them all.`,
			);
		}

		if (flag.type === 'boolean' && value !== undefined) {
			throw new UsageError(`${typed} takes no value, and ${quoted(value)} was given. Try ${typed} alone.`);
		}
	}
}

/** A flag that means nothing here was meant for something else. */
function refuseFlagsOfOthers(what: string, call: Call, given: Given): void {
	const allowed = new Set<string>([...call.flags, ...everywhere]);
	const strange = Object.entries(given).find(
		([name, value]) => !allowed.has(name) && value !== undefined && value !== false,
	);
	if (strange !== undefined) {
		const name = strange[0] as FlagName;
		if (!Object.hasOwn(flags, name)) {
			throw new UsageError(
				`There is no flag -${name}. A value that begins with a dash is written behind an equals sign, as --until=-1s.`,
			);
		}

		const owners = Object.entries<Call>(calls)
			.filter(([, other]) => other.flags.includes(name))
			.map(([owner]) => `"whitewater ${owner}"`);
		const home = dashboardCall.flags.includes(name) ? 'the dashboard' : owners.join(', ');
		const own = call.flags.map((flag) => typedFlag(flag)).join(', ');
		throw new UsageError(`${typedFlag(name)} is for ${home}; ${what} takes ${own}.`);
	}
}

function refusal(name: string): UsageError {
	if (promised.has(name)) {
		return new UsageError(
			`"whitewater ${name}" does not exist yet in version ${packageJson.version}. Try whitewater --help.`,
		);
	}

	return new UsageError(
		`There is no command ${quoted(name)}.${didYouMean(name, Object.keys(calls))} Try whitewater --help.`,
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
