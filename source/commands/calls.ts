/*
How the program is called: its sub-commands, their flags and what the help says of them. One table, which
the help and the refusals read.
*/

export type Flag = {
	readonly type: 'string' | 'boolean';
	/** How its value is called in the help. */
	readonly value?: string;
	readonly help: string;
	/** A single letter that means the same. */
	readonly short?: string;
};

export const flags = {
	nodes: {type: 'string', value: '3..25', help: 'how many nodes the cluster has (default 5)'},
	seed: {type: 'string', value: 'WORD', help: 'what all chance follows from (default: any)'},
	loss: {type: 'string', value: 'PERCENT', help: 'how many messages are lost (default 0%)'},
	duplicate: {type: 'string', value: 'PERCENT', help: 'how many messages arrive twice (default 0%)'},
	delay: {type: 'string', value: 'RANGE', help: 'how long a message takes (default 10-30ms)'},
	clients: {type: 'string', value: '"N at R/s"', help: 'so many clients, R operations a second altogether'},
	speed: {type: 'string', value: 'FACTOR', help: 'virtual seconds a second (default 0.1x)'},
	paused: {type: 'boolean', help: 'begin paused'},
	present: {type: 'boolean', help: 'pause at every caption, for telling the story yourself'},
	record: {type: 'string', value: 'FILE.cast', help: 'record the session as it happens'},
	color: {type: 'string', value: 'WHEN', help: 'auto, never, 16, 256 or truecolor; see NO_COLOR'},
	ascii: {type: 'boolean', help: 'only ASCII, also where ★ or … take two columns'},
	screenReader: {type: 'boolean', help: 'plain sentences instead of a screen'},
	until: {type: 'string', value: 'TIME', help: 'go on to this virtual time, as 30s'},
	trace: {type: 'string', value: 'FILE', help: 'write every event there, one JSON object a line'},
	from: {type: 'string', value: 'TIME', help: 'begin at this virtual time, as 10s'},
	output: {type: 'string', value: 'FILE', short: 'o', help: 'write there (default: standard output)'},
	format: {type: 'string', value: 'NAME', help: 'trace, edn or text (default: by looking at the file)'},
	model: {type: 'string', value: 'NAME', help: 'register or kv (default: by looking at the operations)'},
	time: {type: 'string', value: 'SECONDS', help: 'give up after so long, and say unknown (default 60)'},
	memory: {type: 'string', value: 'MB', help: 'give up when it takes more, and say unknown (default 1024)'},
	size: {type: 'string', value: 'SIZE', help: 'columns x rows, 60x16 to 250x70 (default 120x36)'},
	fps: {type: 'string', value: '1..30', help: 'frames a second (default 10)'},
	theme: {type: 'string', value: 'NAME', help: 'dark, light, contrast or mono (default dark)'},
	at: {type: 'string', value: 'TIME', help: 'only this moment, in virtual time, as 12s'},
	cast: {type: 'string', value: '2|3', help: 'the version of the asciicast (default 2)'},
	json: {type: 'boolean', help: 'one JSON object a result, for other programs'},
	help: {type: 'boolean', help: 'this help'},
	version: {type: 'boolean', help: 'the version'},
} as const satisfies Readonly<Record<string, Flag>>;

export type FlagName = keyof typeof flags;

/** As it is typed: `--screen-reader`. */
export const typedFlag = (name: string): string =>
	`--${name.replaceAll(/[A-Z]/gv, (letter) => `-${letter.toLowerCase()}`)}`;

export type Call = {
	/** What stands after the name. */
	readonly takes: string;
	readonly summary: string;
	readonly flags: readonly FlagName[];
	/** What a flag means here, where that is not what it means elsewhere. */
	readonly flagHelps?: Readonly<Partial<Record<FlagName, string>>>;
	/** What one should know before using it. */
	readonly about: string;
	readonly example: string;
};

/** What every call understands. */
export const everywhere: readonly FlagName[] = ['help', 'version'];

export const dashboardCall: Call = {
	takes: '[SCENARIO]',
	summary: 'a Raft cluster, live, in a dashboard',
	flags: [
		'nodes',
		'seed',
		'loss',
		'duplicate',
		'delay',
		'clients',
		'speed',
		'paused',
		'present',
		'record',
		'theme',
		'color',
		'ascii',
		'screenReader',
	],
	about:
		'In the dashboard, ? lists the keys, and : opens the command line.\n' +
		'What you always want can stand in ~/.config/whitewater/config.yaml, such as\n' +
		'theme: light, speed: 0.2x, color: 256, ascii: true, keys: {crash: K}.',
	example: 'whitewater --nodes 3 --loss 10% --clients "4 at 20/s"',
};

export const calls = {
	run: {
		takes: 'SCENARIO...',
		summary: 'play scenarios without a screen',
		flags: ['json', 'trace', 'until'],
		about:
			'Plays as fast as it goes, checks every event, and says how it ended. It stops\n' +
			'at the event that breaks a promise. Latency is from call to answer.',
		example: 'whitewater run demos/rapids.yaml --json',
	},
	verify: {
		takes: 'SCENARIO...',
		summary: 'play each twice, and compare every event',
		flags: ['json', 'until'],
		about: 'The same scenario gives the same events, byte for byte; this proves it.',
		example: 'whitewater verify demos/*.yaml',
	},
	trace: {
		takes: 'SCENARIO',
		summary: 'write what happens, for other tools',
		flags: ['format', 'output', 'from', 'until'],
		flagHelps: {format: 'json, perfetto, shiviz or mermaid (default json)'},
		about:
			'json      one event a line, as whitewater run --trace has it\n' +
			'perfetto  a timeline for ui.perfetto.dev and chrome://tracing\n' +
			'shiviz    vector clocks for bestchai.github.io/shiviz: open the file there\n' +
			'          or paste it, a few seconds of a run at the most\n' +
			'mermaid   a sequence diagram of up to 200 messages, without heartbeats',
		example: 'whitewater trace demos/rapids.yaml --format perfetto -o trace.json',
	},
	record: {
		takes: 'SCENARIO',
		summary: 'render the dashboard into a file',
		flags: ['output', 'size', 'fps', 'speed', 'theme', 'at', 'cast'],
		flagHelps: {
			output: 'write there; its name ends in .cast, .svg or .txt',
			speed: "in place of the scenario's own speeds (default 0.1x)",
		},
		about:
			'.cast  an asciicast for asciinema and its players; marks are its chapters\n' +
			'.svg   an animation; with --at a still\n' +
			'.txt   one screen as text: that of --at, else the last one; mono by default\n' +
			'Without a terminal and in virtual time: the same call gives the same bytes.',
		example: 'whitewater record demos/first-election.yaml -o election.svg',
	},
	check: {
		takes: 'HISTORY...',
		summary: 'is a recorded history linearizable?',
		flags: ['format', 'model', 'time', 'memory', 'json'],
		about:
			'Reads traces of "whitewater run --trace", Jepsen\'s histories (EDN) and\n' +
			"Jepsen's logs (plain text). Says linearizable, NOT linearizable with the\n" +
			'operations that prove it, or unknown where --time or --memory did not suffice.\n' +
			'The exit code is 0 only if all are linearizable, else 1: unknown is not ok.',
		example: 'whitewater check history.edn --model register',
	},
	learn: {
		takes: '[LESSON]',
		summary: 'Raft in lessons, with questions',
		flags: ['json', 'speed', 'theme', 'color', 'ascii', 'screenReader'],
		flagHelps: {json: 'the list as one JSON object a lesson', speed: "in place of the lesson's own speeds"},
		about:
			'Lists the lessons, or opens one, by its number or name. It pauses at every\n' +
			'caption and question: Space goes on, PgUp goes back, and the digits answer.',
		example: 'whitewater learn 1',
	},
	bench: {
		takes: '',
		summary: 'how fast it all is on this machine',
		flags: ['json'],
		about: 'Workloads beside a bare loop, each with a guard that keeps its figure honest.',
		example: 'whitewater bench',
	},
} as const satisfies Readonly<Record<string, Call>>;

export type CallName = keyof typeof calls;

export const isCall = (name: string): name is CallName => Object.hasOwn(calls, name);

/** Sub-commands that are promised but do not exist yet are refused by name. */
export const promised: ReadonlySet<string> = new Set(['fuzz', 'shrink', 'bugs']);

/** The help of the whole program, 80 columns wide at the most. */
export function helpText(): string {
	const usages = Object.entries<Call>(calls).map(
		([name, {takes, summary}]) => [`whitewater ${name} ${takes}`.trimEnd(), summary] as const,
	);
	return [
		'',
		'  Usage',
		...aligned([['whitewater [SCENARIO]', dashboardCall.summary], ...usages], '    $ '),
		'',
		'  Options',
		...flagLines([...dashboardCall.flags, ...everywhere]),
		'',
		...dashboardCall.about.split('\n').map((line) => `  ${line}`),
		'  "whitewater run --help" tells of run and its options, and so for the others.',
		`  ${exitCodes}`,
		'',
		'  Examples',
		`    $ ${dashboardCall.example}`,
		...Object.values<Call>(calls).map(({example}) => `    $ ${example}`),
		'',
	].join('\n');
}

/** The help of one sub-command. */
export function helpTextOf(name: CallName): string {
	const {takes, summary, flags: own, flagHelps, about, example}: Call = calls[name];
	return [
		'',
		`  whitewater ${name}: ${summary}`,
		'',
		'  Usage',
		`    $ whitewater ${name} ${takes} [options]`.replace('  [', ' ['),
		'',
		'  Options',
		...flagLines([...own, 'help'], flagHelps),
		'',
		...about.split('\n').map((line) => `  ${line}`),
		`  ${exitCodes}`,
		'',
		'  Example',
		`    $ ${example}`,
		'',
	].join('\n');
}

const exitCodes =
	'Exit codes: 0 all well, 1 something is wrong with what was run or checked,\n  2 the call or a file was wrong, 3 internal fault.';

const flagLines = (names: readonly FlagName[], helps: Call['flagHelps'] = {}): string[] =>
	aligned(
		names.map((name) => {
			const {value, help, short}: Flag = flags[name];
			const call = `${short === undefined ? '' : `-${short}, `}${typedFlag(name)}`;
			return [value === undefined ? call : `${call} ${value}`, helps[name] ?? help];
		}),
		' '.repeat(4),
	);

function aligned(rows: ReadonlyArray<readonly [left: string, right: string]>, indent: string): string[] {
	const width = Math.max(...rows.map(([left]) => left.length));
	return rows.map(([left, right]) => `${indent}${left.padEnd(width)}  ${right}`);
}
