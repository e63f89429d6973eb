import assert from 'node:assert/strict';
import {mkdirSync, rmSync, symlinkSync} from 'node:fs';
import path from 'node:path';
import test, {after} from 'node:test';
import {runCheck, type CheckFlags} from '../../source/commands/check.js';
import {UsageError} from '../../source/commands/usage-error.js';
import {call, directoryWith, start} from './program.js';

const ok = `{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 1}
`;
const stale = `${ok}{:process 0, :type :invoke, :f :write, :value 2}
{:process 0, :type :ok, :f :write, :value 2}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 1}
`;

/** Nobody can tell soon whether this is linearizable: very many sums come near the length that was read, and none is it. */
function hard(): string {
	const appends = Array.from(
		{length: 60},
		(_, at) => `{:process ${at}, :type :invoke, :f :append, :key "k", :value "${'a'.repeat(100 + 2 * at)}"}`,
	);
	return [
		...appends,
		'{:process 100, :type :invoke, :f :get, :key "k", :value nil}',
		`{:process 100, :type :ok, :f :get, :key "k", :value "${'a'.repeat(2001)}"}`,
	].join('\n');
}

const directory = directoryWith({
	'ok.edn': ok,
	'stale.edn': stale,
	'hard.edn': hard(),
	'store.edn': '{:process 0, :type :invoke, :f :append, :key "k", :value "a"}\n',
	'log.txt': 'INFO  jepsen.util - 0\t:invoke\t:write\t1\r\nINFO  jepsen.util - 0\t:ok\t:write\t1\r\n',
	'empty.edn': '',
	'wrong.edn': `${ok}{:process 0, :type :ok, :f :write}\n`,
	'cut.jsonl': '{"seq":1,"type":"settings"}\n{"seq":2,"ty',
	'binary.edn': Uint8Array.of(0x7b, 0xff, 0x00, 0xfe),
	'escape\u{1B}[31m.edn': '}',
});
mkdirSync(path.join(directory, 'folder'));
symlinkSync('round.edn', path.join(directory, 'round.edn'));
after(() => {
	rmSync(directory, {recursive: true});
});

const none: CheckFlags = {format: undefined, model: undefined, time: undefined, memory: undefined, json: false};

test('One line a file says that all are linearizable; what was guessed is told on standard error', async () => {
	const {code, stdout, stderr} = await call(['check', 'ok.edn', 'log.txt'], directory);
	assert.match(
		stdout,
		/^ok\.edn: linearizable \(2 operations, 1 key, \d+\.\d\d s\)\nlog\.txt: linearizable \(1 operation, 1 key, \d+\.\d\d s\)\n$/v,
	);
	assert.equal(
		stderr,
		'ok.edn: taken as --format edn --model register\nlog.txt: taken as --format text --model register\n',
	);
	assert.equal(code, 0);
});

test('A violation is explained in a sentence and a table, and the exit code is 1 whatever comes after', async () => {
	const {code, stdout, stderr} = await call(
		['check', 'stale.edn', 'ok.edn', '--format', 'edn', '--model', 'register'],
		directory,
	);
	const [verdict, explanation, ...rest] = stdout.trimEnd().split('\n');
	assert.match(verdict!, /^stale\.edn: NOT linearizable \(4 operations, 1 key, \d+\.\d\d s\)$/v);
	assert.equal(explanation, '  Process 1 read the register and got 1, at a time when the register could only be 2.');
	assert.deepEqual(rest.slice(0, -1), [
		'  who        what     from line  to line',
		'  process 0  write 1          1        2  ├┤',
		'  process 0  write 2          5        6    ├┤',
		'  process 1  read: 1          7        8      ├┤',
	]);
	assert.match(rest.at(-1)!, /^ok\.edn: linearizable/v);
	assert.equal(stderr, '');
	assert.equal(code, 1);
});

test('What cannot be decided in time is unknown, which is not ok either', async () => {
	const {code, stdout} = await call(['check', 'hard.edn', '--time', '0.000001'], directory);
	assert.match(
		stdout,
		/^hard\.edn: unknown \(61 operations, 1 key, \d+\.\d\d s\)\n {2}k: given up for lack of time\n {2}--time SECONDS gives it longer\.\n$/v,
	);
	assert.equal(code, 1);
});

test('What cannot be decided in so little memory is unknown, which is not ok either', async () => {
	const {code, stdout} = await call(['check', 'ok.edn', 'hard.edn', '--memory', '1'], directory);
	assert.match(
		stdout,
		/^ok\.edn: linearizable \(.*\)\nhard\.edn: unknown \(61 operations, 1 key, \d+\.\d\d s\)\n {2}k: given up for lack of memory: too many operations at a time\n {2}--memory MB gives it more\.\n$/v,
	);
	assert.equal(code, 1);
});

test('--json prints one object a file', async () => {
	const {code, stdout} = await call(['check', 'ok.edn', 'stale.edn', '--json'], directory);
	const [first, second] = stdout
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);
	assert.deepEqual(
		{...first, seconds: 0},
		{
			history: 'ok.edn',
			ok: true,
			verdict: 'ok',
			format: 'edn',
			model: 'register',
			operations: 2,
			keys: 1,
			seconds: 0,
			contradiction: null,
			undecided: [],
		},
	);
	assert.equal(typeof first!['seconds'], 'number');
	assert.deepEqual([second!['history'], second!['ok'], second!['verdict']], ['stale.edn', false, 'violated']);
	const {evidence, ...contradiction} = second!['contradiction'] as {evidence: readonly unknown[]};
	assert.deepEqual(contradiction, {
		key: '',
		explanation: 'Process 1 read the register and got 1, at a time when the register could only be 2.',
		possible: ['2'],
	});
	assert.deepEqual(evidence.at(-1), {
		process: 'process 1',
		operation: {type: 'read', key: ''},
		outcome: 'ok',
		result: '1',
		fromLine: 7,
		toLine: 8,
		isCulprit: true,
	});
	assert.equal(code, 1);
});

test('Files that are wrong are all told of, with exit code 2, and nothing is checked', async () => {
	const {code, stdout, stderr} = await call(['check', 'ok.edn', 'wrong.edn', 'cut.jsonl'], directory);
	assert.equal(stdout, '');
	assert.equal(
		stderr,
		'whitewater: wrong.edn:5:1: process 0 ends here and has not begun; an invoke must come before.\n' +
			'cut.jsonl:2:13: the file ends in the middle of this line; a trace is whole when the run has ended. Remove the line to check what comes before it.\n',
	);
	assert.equal(code, 2);
});

test('Whoever has seen enough ends it quietly', async () => {
	const {child, answer} = start(['check', ...Array.from({length: 200}, () => 'stale.edn')], directory);
	child.stdout.destroy();
	const {signal, stderr} = await answer;
	assert.equal(signal, undefined);
	assert.doesNotMatch(stderr, /EPIPE|Error/v);
});

const refusals: ReadonlyArray<readonly [file: string, flags: Partial<CheckFlags>, words: RegExp]> = [
	['ok.edn', {format: 'xml'}, /^--format must be trace, edn or text, not "xml"\.$/v],
	['ok.edn', {format: 'tex'}, /^--format must be .*, not "tex"\. Did you mean text\?$/v],
	['ok.edn', {model: 'registre'}, /^--model must be register or kv, not "registre"\. Did you mean register\?$/v],
	...['0', '', 'x', '-1', '1e3', '5s', '9999999'].map(
		(time) => ['ok.edn', {time}, /^--time must be a number of seconds above 0, .*\. Try --time 60\.$/v] as const,
	),
	...['0', '', 'x', '-1', '1e3', '1.5', '64MB', '16001', '9'.repeat(400)].map(
		(memory) =>
			[
				'ok.edn',
				{memory},
				/^--memory must be a whole number of megabytes from 1 to 16000, not ".*"\. Try --memory 1024\.$/v,
			] as const,
	),
	[
		'store.edn',
		{model: 'register'},
		/store\.edn:1:1: the model register has no append; that is of the model kv\. Try --model kv\.$/v,
	],
	['ok.edn', {format: 'trace'}, /ok\.edn:1:2: this is not JSON; a trace has one JSON object a line\.$/v],
	['empty.edn', {}, /empty\.edn:1:1: the history is empty; it must have at least one operation\.$/v],
	['binary.edn', {}, /^".*binary\.edn" is not a history: it is not text in UTF-8\.$/v],
	['folder', {}, /^".*folder" cannot be read: it is a directory\.$/v],
	['round.edn', {}, /^".*round\.edn" cannot be read: the links go round in a circle\.$/v],
	[
		'stael.edn',
		{},
		/^".*stael\.edn" cannot be read: there is no such file or directory\. Did you mean .*stale\.edn\?$/v,
	],
	['stale', {}, /there is no such file or directory\. Did you mean .*stale\.edn\?$/v],
	['hared.log', {}, /there is no such file or directory\.$/v],
	['nowhere/at.all', {}, /^".*nowhere.at\.all" cannot be read: there is no such file or directory\.$/v],
	['ok.edn/x', {}, /^".*ok\.edn.x" cannot be read: what should be a directory on the way there is none\.$/v],
	['escape\u{1B}[31m.edn', {}, /escape\u{FFFD}\[31m\.edn:1:1: this begins like no history/v],
];

for (const [file, flags, words] of refusals) {
	test(`check refuses ${JSON.stringify(file)} with ${JSON.stringify(flags)}, in one sentence`, async () => {
		await assert.rejects(runCheck([path.join(directory, file)], {...none, ...flags}), (error) => {
			assert.ok(error instanceof UsageError, String(error));
			assert.match(error.message, words);
			assert.match(error.message, /^\P{Control}+$/v);
			return true;
		});
	});
}
