import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {after} from 'node:test';
import {setTimeout} from 'node:timers/promises';
import {Ajv} from 'ajv';
import schema from '../../source/recording/trace.schema.json' with {type: 'json'};
import {call, directoryWith, root, start} from './program.js';

const isEvent = new Ajv({strictTypes: false, strictRequired: false}).compile(schema);

const quick = 'title: Quick\nseed: 3\nnodes: 3\nclients: 2 at 50/s\nsteps: [wait leader, wait 1s, expect safe]\n';
const endless = quick.replace('wait 1s', 'wait 100000s');
const failing = 'nodes: 3\nsteps:\n  - wait leader\n  - crash n1\n  - crash n1\n  - expect no leader\n';

const directory = directoryWith({
	'quick.yaml': quick,
	'endless.yaml': endless,
	'failing.yaml': failing,
	'wrong.yaml': 'steps:\n  - crash n9\n  - healp\n',
	'worse.yaml': '- heal\n',
	'binary.yaml': Uint8Array.of(0x73, 0xff, 0xfe),
	'escape.yaml': 'title: "a\\e[31mb\\nc"\nsteps: [wait leader]\n',
});
mkdirSync(path.join(directory, 'folder'));
after(() => {
	rmSync(directory, {recursive: true});
});

/** No half a trace is left, under whatever name. */
const nothingLeft = (): void => {
	assert.deepEqual(
		readdirSync(directory).filter((name) => name.includes('.part')),
		[],
	);
};

const reportKeys = [
	'scenario',
	'title',
	'seed',
	'ok',
	'timeUs',
	'events',
	'hash',
	'steps',
	'leader',
	'term',
	'nodes',
	'checks',
	'failed',
	'metrics',
];

test('run tells a person in a few lines how a scenario ended', async () => {
	const {code, stdout, stderr} = await call(['run', 'quick.yaml'], directory);
	assert.match(
		stdout,
		/^Quick \(quick\.yaml\)\n {2}ok {8}\d[\d.]*s of virtual time, [\d,]+ events, hash [\da-f]{16}\n {2}leader {4}n[1-3], term \d+\n {2}checks {4}safe, linearizable\n {2}log {7}\d+ committed, 1 election, [\d.]+ ms without a leader\n {2}messages {2}\d+ sent, 0 lost\n {2}clients {3}\d+ answered, 0 failed, \d+ unknown; latency p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms\n$/v,
	);
	assert.equal(stderr, '');
	assert.equal(code, 0);
});

test('run --json prints what the contract promises, one object a line and scenario, the same every time', async () => {
	const {code, stdout} = await call(['run', 'quick.yaml', 'failing.yaml', '--json'], directory);
	assert.equal(code, 1);
	const lines = stdout.trimEnd().split('\n');
	assert.equal(lines.length, 2);
	const [report, other] = lines.map((line) => JSON.parse(line) as Record<string, unknown>) as [
		Record<string, unknown>,
		Record<string, unknown>,
	];
	assert.deepEqual(Object.keys(report), reportKeys);
	assert.deepEqual(
		[report['scenario'], report['seed'], report['ok'], report['checks'], report['failed']],
		['quick.yaml', '3', true, {safe: true, linearizable: true, violations: []}, []],
	);
	const nodes = report['nodes'] as ReadonlyArray<Record<string, unknown>>;
	assert.deepEqual(
		nodes.map((node) => Object.keys(node)),
		nodes.map(() => [
			'id',
			'role',
			'term',
			'votedFor',
			'lastIndex',
			'commitIndex',
			'lastApplied',
			'up',
			'suspended',
			'state',
		]),
	);
	assert.equal(nodes.find(({role}) => role === 'leader')!['id'], report['leader']);
	const metrics = report['metrics'] as Record<string, unknown>;
	for (const name of ['committed', 'elections', 'messagesSent', 'messagesLost', 'commitLatencyMs']) {
		assert.ok(name in metrics, name);
	}

	assert.deepEqual(other['failed'], [
		{
			step: 'crash n1',
			line: 5,
			column: 5,
			timeUs: other['timeUs'],
			expected: 'to be done',
			found: 'n1 is already down',
		},
		{
			step: 'expect no leader',
			line: 6,
			column: 5,
			timeUs: other['timeUs'],
			expected: 'no leader',
			found: `${String(other['leader'])} leads in term ${String(other['term'])}`,
		},
	]);
	const again = await call(['run', 'quick.yaml', 'failing.yaml', '--json'], directory);
	assert.equal(again.stdout, stdout);
});

test('What failed is told with its place, what was expected and what was, and the exit code is 1', async () => {
	const {code, stdout} = await call(['run', 'failing.yaml'], directory);
	assert.match(
		stdout,
		/^failing\.yaml\n {2}FAILED {4}failing\.yaml:5:5: crash n1\n {12}expected to be done; at [\d.]+m?s: n1 is already down\n/v,
	);
	assert.equal(code, 1);
});

test('All scenarios are read before any is played, and all that is wrong is told at once', async () => {
	const {code, stdout, stderr} = await call(['run', 'quick.yaml', 'wrong.yaml', 'worse.yaml', 'none.yaml'], directory);
	assert.equal(stdout, '');
	assert.equal(
		stderr,
		[
			'whitewater: wrong.yaml:2:11: There is no n9; the cluster has n1 to n5.',
			'wrong.yaml:3:5: There is no command "healp". Did you mean heal?',
			'worse.yaml:1:1: A scenario is a map of title, nodes, steps and the like, and this is something else.',
			'"none.yaml" cannot be read: there is no such file or directory.',
			'',
		].join('\n'),
	);
	assert.equal(code, 2);
});

const refused: ReadonlyArray<readonly [readonly string[], RegExp]> = [
	[['folder'], /^whitewater: "folder" cannot be read: it is a directory\.\n$/v],
	[
		['quikc.yaml'],
		/^whitewater: "quikc\.yaml" cannot be read: there is no such file or directory\. Did you mean quick\.yaml\?\n$/v,
	],
	[['binary.yaml'], /^whitewater: "binary\.yaml" is not a scenario: it is not text in UTF-8\.\n$/v],
	[
		['quick.yaml', '--until', '30'],
		/^whitewater: --until must be a time with its unit, not "30"\. Try --until 30s\.\n$/v,
	],
	[['quick.yaml', '--until=-1s'], /^whitewater: --until must be a time with its unit, not "-1s"\./v],
	[
		['quick.yaml', 'quick.yaml', '--trace', 't'],
		/^whitewater: --trace writes the events of one scenario, and here are 2\./v,
	],
	[['quick.yaml', '--trace', 'folder'], /^whitewater: --trace cannot write "folder": it is a directory\./v],
	[
		['quick.yaml', '--trace', 'no/t'],
		/^whitewater: --trace cannot write "no\/t": there is no such file or directory\.\n$/v,
	],
	[
		['quick.yaml', '--trace', 'quick.yaml/t'],
		/^whitewater: --trace cannot write "quick\.yaml\/t": what should be a directory/v,
	],
	[
		['quick.yaml', '--trace', '/dev/full'],
		/^whitewater: --trace cannot write "\/dev\/full": no space is left on the device\.\n$/v,
	],
	[['quick.yaml', '--trace', ''], /^whitewater: --trace must be the name of a file\./v],
];

for (const [args, words] of refused) {
	test(`run ${args.join(' ')}: one sentence on standard error, and exit code 2`, async () => {
		const {code, stdout, stderr} = await call(['run', ...args], directory);
		assert.match(stderr, words);
		assert.equal(stdout, '');
		assert.equal(code, 2);
		nothingLeft();
	});
}

test('--trace writes every event of the run, a line each, whole or not at all', async () => {
	const file = path.join(directory, 'trace.jsonl');
	writeFileSync(file, '{"seq":1,"timeUs":0,"type":"settings"}\n');
	symlinkSync('trace.jsonl', path.join(directory, 'link'));
	const {code, stdout} = await call(['run', 'quick.yaml', '--json', '--trace', 'link'], directory);
	assert.equal(code, 0);
	const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
	const report = JSON.parse(stdout) as {readonly events: number; readonly timeUs: number};
	assert.equal(lines.length, report.events);
	const events = lines.map((line) => JSON.parse(line) as {seq: number; timeUs: number; type: string});
	for (const [at, event] of events.entries()) {
		assert.equal(isEvent(event), true, lines[at]!);
		assert.equal(event.seq, at + 1);
	}

	assert.equal(events[0]!.type, 'settings');
	assert.ok(events.at(-1)!.timeUs <= report.timeUs);
	nothingLeft();
});

test('--trace replaces a trace and nothing else: not even the scenario itself', async () => {
	const before = readFileSync(path.join(directory, 'quick.yaml'), 'utf8');
	const {code, stdout, stderr} = await call(['run', 'quick.yaml', '--trace', 'quick.yaml'], directory);
	assert.equal(code, 2);
	assert.equal(stdout, '');
	assert.match(stderr, /--trace would overwrite "quick\.yaml", which is not a trace\. Try another name/v);
	assert.equal(readFileSync(path.join(directory, 'quick.yaml'), 'utf8'), before);
	nothingLeft();
});

test('--until goes on to that time, past the last step or not as far as that', async () => {
	const longer = await call(['run', 'quick.yaml', '--json', '--until', '3s'], directory);
	assert.equal((JSON.parse(longer.stdout) as {timeUs: number}).timeUs, 3_000_000);
	const shorter = await call(['run', 'quick.yaml', '--until', '500ms'], directory);
	assert.match(shorter.stdout, /stopped {3}after 1 of 3 steps\n {2}ok {8}500ms of virtual time/v);
	assert.equal(shorter.code, 0);
});

test('A signal ends it at once, and leaves no half a trace', async () => {
	const {child, answer} = start(['run', 'endless.yaml', '--trace', 'endless.jsonl'], directory);
	while (readdirSync(directory).every((name) => !name.includes('.part')) && child.exitCode === null) {
		await setTimeout(20);
	}

	child.kill('SIGINT');
	const {signal, stdout} = await answer;
	assert.equal(signal, 'SIGINT');
	assert.equal(stdout, '');
	nothingLeft();
	assert.equal(existsSync(path.join(directory, 'endless.jsonl')), false);
});

test('Whoever stops reading ends it quietly', async () => {
	const {child, answer} = start(['run', ...Array.from({length: 20}, () => 'quick.yaml')], directory);
	child.stdout.once('data', () => {
		child.stdout.destroy();
	});
	const {code, stderr} = await answer;
	assert.equal(stderr, '');
	assert.equal(code, 0);
});

test('What a file says is shown without what would move the cursor', async () => {
	const {stdout} = await call(['run', 'escape.yaml'], directory);
	assert.match(stdout, /^a�\[31mb�c \(escape\.yaml\)\n/v);
});

test('Every demo plays, and all is well in it', async () => {
	const demos = readdirSync(path.join(root, 'demos')).filter((name) => name.endsWith('.yaml'));
	assert.ok(demos.length >= 3);
	const {code, stdout, stderr} = await call(['run', ...demos.map((name) => `demos/${name}`)], root);
	assert.equal(stderr, '');
	assert.equal(code, 0, stdout);
});
