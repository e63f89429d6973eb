import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {after} from 'node:test';
import {setTimeout} from 'node:timers/promises';
import {readTimeline} from '../recording/trace-timeline.js';
import {call, directoryWith, start} from './program.js';

const quick = 'title: Quick\nseed: 3\nnodes: 3\nclients: 2 at 50/s\nsteps: [wait leader, wait 1s, expect safe]\n';

const directory = directoryWith({
	'quick.yaml': quick,
	'calm.yaml': 'nodes: 3\nsteps: [wait leader, write x=1, wait 200ms]\n',
	'endless.yaml': quick.replace('wait 1s', 'wait 100000s'),
	'failing.yaml': 'nodes: 3\nsteps: [wait leader, expect no leader]\n',
	'notes.txt': 'Do not lose this.\n',
});
mkdirSync(path.join(directory, 'folder'));
after(() => {
	rmSync(directory, {recursive: true});
});

const contentOf = (name: string): string => readFileSync(path.join(directory, name), 'utf8');

/** No half a trace is left, under whatever name. */
const nothingLeft = (): void => {
	assert.deepEqual(
		readdirSync(directory).filter((name) => name.includes('.part')),
		[],
	);
};

test('trace writes to standard output the very trace that run --trace does', async () => {
	const [traced, ran] = await Promise.all([
		call(['trace', 'quick.yaml'], directory),
		call(['run', 'quick.yaml', '--trace', 'run.jsonl'], directory),
	]);
	assert.deepEqual([traced.code, traced.stderr, ran.code], [0, '', 0]);
	assert.equal(traced.stdout, contentOf('run.jsonl'));
});

const beginnings: ReadonlyArray<readonly [format: string, beginning: RegExp]> = [
	['json', /^\{"seq":1,"timeUs":0,"cause":0,"type":"settings"/v],
	['perfetto', /^\{"otherData":\{"program":"whitewater","title":"Quick","seed":"3"/v],
	['chrome', /^\{"otherData":/v],
	['shiviz', /^\(\?<event>\.\*\)\\n\(\?<host>\\S\*\) \(\?<clock>\{\.\*\}\)\n\nwhitewater: Quick, seed 3\n/v],
	['mermaid', /^%% Written by whitewater\nsequenceDiagram\n {4}title: Quick, seed 3\n/v],
];

for (const [format, beginning] of beginnings) {
	test(`--format ${format}: to a file, over an older one, byte for byte as to standard output`, async () => {
		const file = `trace.${format}`;
		const args = ['trace', 'quick.yaml', '--format', format, '--until', '400ms'];
		const {code, stdout} = await call(args, directory);
		assert.equal(code, 0);
		assert.match(stdout, beginning);
		writeFileSync(path.join(directory, file), `${stdout}and more`);
		const written = await call([...args, '-o', file], directory);
		assert.deepEqual([written.code, written.stdout], [0, '']);
		assert.equal(contentOf(file), stdout);
		nothingLeft();
	});
}

test('--from and --until choose a part of the run', async () => {
	const json = await call(['trace', 'quick.yaml', '--from', '300ms', '--until', '400ms'], directory);
	const [settings, ...events] = json.stdout
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as {timeUs: number; type: string});
	assert.equal(settings!.type, 'settings');
	assert.ok(events.length > 10);
	assert.ok(events.every(({timeUs}) => timeUs >= 300_000 && timeUs <= 400_000));
	const {stdout} = await call(
		['trace', 'quick.yaml', '--format', 'perfetto', '--from', '300ms', '--until', '400ms', '-o', '-'],
		directory,
	);
	const {slices, complaints} = readTimeline(stdout);
	assert.deepEqual(complaints, []);
	assert.ok(slices.every(({startNs, endNs}) => startNs >= 300_000_000 && endNs <= 400_001_000));
});

test('A diagram that is cut is told of, and it is no failure', async () => {
	const {code, stderr, stdout} = await call(['trace', 'quick.yaml', '--format', 'mermaid'], directory);
	assert.match(
		stderr,
		/^quick\.yaml: the diagram is cut at [\d.]+m?s, after 200 arrows; --from and --until choose another part of the run\n$/v,
	);
	assert.match(stdout, /cut at/v);
	assert.equal(code, 0);
	const whole = await call(['trace', 'calm.yaml', '--format', 'mermaid'], directory);
	assert.deepEqual([whole.code, whole.stderr], [0, '']);
	assert.match(whole.stdout, /c0->>n\d: write x=1\n/v);
});

test('A beginning after the end of the run is told of', async () => {
	const {code, stderr} = await call(['trace', 'calm.yaml', '--from', '1000s'], directory);
	assert.match(stderr, /^calm\.yaml: the run ended at [\d.]+ms, before 1000s\n$/v);
	assert.equal(code, 0);
});

test('Of a run that did not go as it should the trace is written all the same, and the exit code is 1', async () => {
	const {code, stdout, stderr} = await call(['trace', 'failing.yaml', '--format', 'perfetto'], directory);
	assert.equal(code, 1);
	assert.deepEqual(readTimeline(stdout).complaints, []);
	assert.match(stderr, /FAILED {4}failing\.yaml:2:\d+: expect no leader\n/v);
});

const refused: ReadonlyArray<readonly [readonly string[], RegExp]> = [
	[
		['quick.yaml', '--format', 'perfeto'],
		/^whitewater: --format must be json, perfetto, shiviz or mermaid, not "perfeto"\. Did you mean perfetto\?\n$/v,
	],
	[
		['quick.yaml', '--format', 'edn'],
		/^whitewater: --format must be json, perfetto, shiviz or mermaid, not "edn"\.\n$/v,
	],
	[
		['quick.yaml', '--from', 'soon'],
		/^whitewater: --from must be a time with its unit, not "soon"\. Try --from 10s\.\n$/v,
	],
	[
		['quick.yaml', '--from', '2s', '--until', '1s'],
		/^whitewater: --from must not be later than --until, and 2s is later than 1s\.\n$/v,
	],
	[
		['quick.yaml', 'calm.yaml'],
		/^whitewater: "whitewater trace" writes one scenario, and here are 2\. Try one at a time\.\n$/v,
	],
	[[], /^whitewater: "whitewater trace" wants a file\. Try whitewater trace demos\/rapids\.yaml/v],
	[['none.yaml'], /^whitewater: "none\.yaml" cannot be read: there is no such file or directory\./v],
	[
		['quick.yaml', '-o', 'folder'],
		/^whitewater: -o cannot write "folder": it is a directory\. Try -o trace\.jsonl\.\n$/v,
	],
	[['quick.yaml', '-o', 'no/t'], /^whitewater: -o cannot write "no\/t": there is no such file or directory\.\n$/v],
	[
		['quick.yaml', '-o', '/dev/full'],
		/^whitewater: -o cannot write "\/dev\/full": no space is left on the device\.\n$/v,
	],
	[['quick.yaml', '-o', ''], /^whitewater: --output must be the name of a file\. Try -o trace\.jsonl\.\n$/v],
	[
		['quick.yaml', '-o', 'notes.txt'],
		/^whitewater: -o would overwrite "notes\.txt", which is not a trace in the format json\. Try another name, such as -o trace\.jsonl\.\n$/v,
	],
	[
		['quick.yaml', '--json'],
		/^whitewater: --json is for .*; "whitewater trace" takes --format, --output, --from, --until\.\n$/v,
	],
];

for (const [args, words] of refused) {
	test(`trace ${args.join(' ')}: one sentence on standard error, and exit code 2`, async () => {
		const {code, stdout, stderr} = await call(['trace', ...args], directory);
		assert.match(stderr, words);
		assert.equal(stdout, '');
		assert.equal(code, 2);
		assert.equal(contentOf('notes.txt'), 'Do not lose this.\n');
		nothingLeft();
	});
}

test('A trace in one format is not taken for one in another', async () => {
	await call(['trace', 'calm.yaml', '-o', 'mine'], directory);
	const {code, stderr} = await call(['trace', 'calm.yaml', '--format', 'shiviz', '--output', 'mine'], directory);
	assert.match(stderr, /which is not a trace in the format shiviz\. Try another name, such as -o trace\.log\./v);
	assert.equal(code, 2);
});

test('A signal ends it at once, and leaves no half a trace', async () => {
	const {child, answer} = start(['trace', 'endless.yaml', '--format', 'perfetto', '-o', 'endless.json'], directory);
	while (readdirSync(directory).every((name) => !name.includes('.part')) && child.exitCode === null) {
		await setTimeout(20);
	}

	child.kill('SIGINT');
	const {signal} = await answer;
	assert.equal(signal, 'SIGINT');
	nothingLeft();
	assert.equal(existsSync(path.join(directory, 'endless.json')), false);
});

test('Whoever stops reading ends it quietly', async () => {
	const {child, answer} = start(['trace', 'endless.yaml'], directory);
	child.stdout.once('data', () => {
		child.stdout.destroy();
	});
	const {code, stderr} = await answer;
	assert.equal(stderr, '');
	assert.equal(code, 0);
});

test('The help of --format is that of the command', async () => {
	const [trace, check] = await Promise.all([
		call(['trace', '--help'], directory),
		call(['check', '--help'], directory),
	]);
	assert.match(trace.stdout, /--format NAME +json, perfetto, shiviz or mermaid/v);
	assert.match(trace.stdout, /-o, --output FILE/v);
	assert.match(check.stdout, /--format NAME +trace, edn or text/v);
	for (const line of trace.stdout.split('\n')) {
		assert.ok(line.length <= 80, line);
	}
});
