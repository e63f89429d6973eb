/*
Calls that are answered without a screen: one sentence, and an exit code that says whose fault it was.
*/

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import packageJson from '../../package.json' with {type: 'json'};
import {environment, program} from './terminal.js';

type Answer = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** Whoever runs the tests may have a config file; it is theirs. */
const homeless = {XDG_CONFIG_HOME: path.join(tmpdir(), 'whitewater-no-config')};

async function call(
	args: readonly string[],
	node: readonly string[] = [],
	env: Readonly<Record<string, string>> = homeless,
): Promise<Answer> {
	const {promise, resolve} = Promise.withResolvers<Answer>();
	const child = execFile(
		process.execPath,
		[...node, program, ...args],
		{env: environment(env), timeout: 60_000},
		(error, stdout, stderr) => {
			resolve({code: error === null ? 0 : Number(error.code), stdout, stderr});
		},
	);
	child.stdin?.end();
	return promise;
}

const wrong: ReadonlyArray<readonly [args: readonly string[], words: RegExp]> = [
	[['--nodes', '0'], /--nodes must be .* from 3 to 25, not "0"\. Try --nodes 5\./v],
	[['--nodes', 'x'], /--nodes must be .*, not "x"/v],
	[['--nodes'], /--nodes must be .*, not ""/v],
	[['--loss', '140%'], /--loss must be .* from 0% to 100%, not "140%"\. Try --loss 10%\./v],
	[['--delay', '30-10ms'], /--delay must begin with the shorter time, not "30-10ms"\. Try --delay 10-30ms\./v],
	[['--speed', '0'], /--speed must be .* above 0, .*, not "0"\. Try --speed 0\.1x/v],
	[['--seed', 'a b'], /--seed must be .*, not "a b"\. Try --seed 42\./v],
	[['--color', 'blue'], /--color must be auto, never, 16, 256 or truecolor, not "blue"/v],
	[['--theme', 'lihgt'], /--theme must be dark, light, contrast or mono, not "lihgt"\. Did you mean light\?/v],
	[['--screenreader'], /There is no flag --screenreader\. Did you mean --screen-reader\?/v],
	[['--screenReader'], /There is no flag --screenReader\. Did you mean --screen-reader\?/v],
	[['run', 'demos/rapids.yaml', '--screen-reader'], /--screen-reader is for the dashboard/v],
	[['--frobnicate'], /There is no flag --frobnicate\. "whitewater --help" lists them all\./v],
	[['--node', '5'], /There is no flag --node\. Did you mean --nodes\?/v],
	[['-x'], /There is no flag -x\./v],
	[['--help', '--frobnicate'], /There is no flag --frobnicate\./v],
	[['--nodes', '3', '--nodes', '5'], /--nodes can only be set once/v],
	[['frobnicate'], /There is no command "frobnicate"\. Try whitewater --help\./v],
	[['bnech'], /There is no command "bnech"\. Did you mean bench\?/v],
	[[''], /There is no command ""/v],
	[['run'], /"whitewater run" wants a file\. Try whitewater run demos\/rapids\.yaml/v],
	[['run', 'demos/none.yaml'], /demos\/none\.yaml/v],
	[['run', 'demos'], /demos/v],
	[['run', 'demos/rapids.yaml', '--until', 'soon'], /--until .* "soon"/v],
	[
		['run', 'demos/rapids.yaml', '--nodes', '3'],
		/--nodes is for the dashboard; "whitewater run" takes --json, --trace, --until\./v,
	],
	[['verify'], /"whitewater verify" wants a file\./v],
	[['check'], /"whitewater check" wants a file\./v],
	[['check', 'package.json'], /package\.json/v],
	[['check', 'none.edn'], /none\.edn/v],
	[['fuzz'], /"whitewater fuzz" does not exist yet in version \d+\.\d+\.\d+\./v],
	[['demo.raft'], /"demo\.raft" cannot be read: there is no such file or directory/v],
	[['./demos/first'], /"\.\/demos\/first" cannot be read/v],
	[['demos/rapids.yaml', '--seed', '3'], /--seed is for a fresh cluster; "demos\/rapids\.yaml" has its own settings/v],
	[['demos/rapids.yaml'], /The dashboard needs a terminal/v],
	[['bench', 'fast'], /"whitewater bench" takes no "fast"\. Try whitewater bench alone\./v],
	[
		['--json'],
		/--json is for "whitewater run", "whitewater verify", "whitewater check", "whitewater learn", "whitewater bench"; the dashboard takes/v,
	],
	[['--clients', 'many'], /--clients must be a number and a rate, not "many"\. Try --clients "4 at 20\/s"\./v],
	[['--duplicate', '200%'], /--duplicate must be .* from 0% to 100%, not "200%"/v],
	[[], /The dashboard needs a terminal, and standard output is not one\./v],
	[['--nodes', '3', '--paused'], /The dashboard needs a terminal/v],
];

for (const [args, words] of wrong) {
	test(`whitewater ${args.join(' ')}: one line on standard error, and exit code 2`, async () => {
		const {code, stdout, stderr} = await call(args);
		assert.equal(stdout, '');
		assert.match(stderr, /^whitewater: [^\n]+\n$/v);
		assert.match(stderr, words);
		assert.equal(code, 2);
	});
}

test('What was typed is repeated without what would move the cursor', async () => {
	for (const args of [['--nodes', '3\n4'], ['--seed', 'a\u{1B}[31mb'], ['two\nlines']]) {
		const {code, stderr} = await call(args);
		assert.match(stderr, /^\P{Control}+\n$/v);
		assert.equal(code, 2);
	}
});

test('A flag of the dashboard is refused where there is none', async () => {
	const {code, stdout, stderr} = await call(['bench', '--nodes', '3']);
	assert.equal(stdout, '');
	assert.match(stderr, /^whitewater: --nodes is for the dashboard; "whitewater bench" takes --json\.\n$/v);
	assert.equal(code, 2);
});

test('Flags that mean nothing are refused', async () => {
	for (const args of [['--no-seed'], ['--paused=maybe'], ['--Nodes', '3']]) {
		const {code, stderr} = await call(args);
		assert.doesNotMatch(stderr, /needs a terminal/v, args.join(' '));
		assert.equal(code, 2);
	}
});

test('--help tells how to call it, on standard output, and is no mistake', async () => {
	for (const flag of ['--help', '-h']) {
		const {code, stdout, stderr} = await call([flag]);
		assert.equal(code, 0);
		assert.equal(stderr, '');
		for (const word of [
			'--nodes',
			'--seed',
			'--loss',
			'--delay',
			'--speed',
			'--paused',
			'--color',
			'--ascii',
			'--theme',
			'--screen-reader',
			'config.yaml',
			'--clients',
			'run',
			'verify',
			'check',
			'bench',
		]) {
			assert.ok(stdout.includes(word), word);
		}
	}
});

test('--help fits on a terminal of 80 columns, and so does that of each command', async () => {
	for (const command of [[], ['run'], ['verify'], ['check'], ['bench']]) {
		const {code, stdout, stderr} = await call([...command, '--help']);
		assert.equal(code, 0);
		assert.equal(stderr, '');
		assert.ok(stdout.includes(['whitewater', ...command].join(' ')));
		for (const line of stdout.split('\n')) {
			assert.ok(line.length <= 80, line);
		}
	}
});

test('A scenario is run without a terminal: 0 and the facts as JSON, verified, its trace checked', async () => {
	const directory = mkdtempSync(path.join(tmpdir(), 'whitewater-'));
	try {
		const trace = path.join(directory, 'trace.jsonl');
		const scenario = fileURLToPath(new URL('../../demos/leader-isolation.yaml', import.meta.url));
		const run = await call(['run', scenario, '--json', '--trace', trace]);
		assert.deepEqual([run.code, run.stderr], [0, '']);
		const facts = JSON.parse(run.stdout) as {
			ok: boolean;
			events: number;
			checks: {safe: boolean; linearizable: boolean};
		};
		assert.deepEqual([facts.ok, facts.checks.safe, facts.checks.linearizable], [true, true, true]);
		assert.equal(readFileSync(trace, 'utf8').trimEnd().split('\n').length, facts.events);
		const verified = await call(['verify', scenario]);
		assert.equal(verified.code, 0);
		const check = await call(['check', trace]);
		assert.equal(check.code, 0);
		assert.match(check.stdout, /linearizable/v);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('An expectation that fails is told, and the exit code is 1', async () => {
	const directory = mkdtempSync(path.join(tmpdir(), 'whitewater-'));
	try {
		const scenario = path.join(directory, 'wrong.yaml');
		writeFileSync(scenario, 'steps:\n  - wait leader\n  - expect term > 900\n');
		const {code, stdout} = await call(['run', scenario]);
		assert.equal(code, 1);
		assert.match(stdout, /wrong\.yaml:3:\d+/v);
		assert.match(stdout, /term > 900/v);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('A config file that is wrong is told at its place, before any screen; other calls do not read it', async () => {
	const directory = mkdtempSync(path.join(tmpdir(), 'whitewater-'));
	try {
		const file = path.join(directory, 'whitewater', 'config.yaml');
		mkdirSync(path.dirname(file));
		writeFileSync(file, 'theme: lihgt\nkeys:\n  crash: q\n');
		const env = {XDG_CONFIG_HOME: directory};
		const {code, stdout, stderr} = await call([], [], env);
		assert.deepEqual([code, stdout], [2, '']);
		assert.equal(
			stderr,
			[
				`whitewater: ${file}:1:8: theme is dark, light, contrast or mono, not "lihgt". Did you mean light?`,
				`${file}:3:10: q is the key of quit, so crash cannot have it unless quit gets another.\n`,
			].join('\n'),
		);
		const other = await call(['run', 'demos/none.yaml'], [], env);
		assert.doesNotMatch(other.stderr, /config/v);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('--version is the version, and nothing else', async () => {
	assert.deepEqual(await call(['--version']), {code: 0, stdout: `${packageJson.version}\n`, stderr: ''});
});

/** Makes Node say that it is another version, and tells at the end which modules were loaded. */
const pretending = (version: string): readonly string[] => [
	'--import',
	`data:text/javascript,${encodeURIComponent(
		[
			'import {registerHooks} from "node:module";',
			'const loaded = [];',
			'registerHooks({load(url, context, next) { loaded.push(url); return next(url, context); }});',
			`Object.defineProperty(process, "versions", {value: {...process.versions, node: "${version}"}});`,
			`Object.defineProperty(process, "version", {value: "v${version}"});`,
			'process.on("exit", () => { process.stdout.write(JSON.stringify(loaded)); });',
		].join('\n'),
	)}`,
];

for (const version of ['12.22.12', '18.20.8', '20.20.2', '21.7.3']) {
	test(`Node ${version} is refused in one line, before anything is imported that it could not read`, async () => {
		const {code, stdout, stderr} = await call([], pretending(version));
		assert.equal(
			stderr,
			`whitewater needs Node 22 or newer; this is v${version}. Install a current Node from nodejs.org and try again.\n`,
		);
		assert.equal(code, 2);
		assert.deepEqual(
			(JSON.parse(stdout) as readonly string[]).map((url) => url.replace(/^.*\//v, '')),
			['whitewater.js'],
		);
	});
}

test('A newer Node is welcome', async () => {
	const {code, stderr} = await call(['--nodes', '0'], pretending('100.0.0'));
	assert.match(stderr, /--nodes must be/v);
	assert.equal(code, 2);
});
