import assert from 'node:assert/strict';
import {rmSync} from 'node:fs';
import test, {after} from 'node:test';
import {call, directoryWith} from '../commands/program.js';

/** Files that are no scenarios, and the one sentence that each is refused with. */
const wrong: Readonly<Record<string, readonly [text: string | undefined, sentence: RegExp]>> = {
	'command.yaml': [
		'nodes: 5\nsteps:\n  - wait leader\n  - explode n1\n',
		/^command\.yaml:4:5: There is no command "explode"[^\n]*\.$/v,
	],
	'misspelt.yaml': [
		'steps:\n  - wait leader\n  - +1s parttion leader | rest\n',
		/^misspelt\.yaml:3:9: There is no command "parttion"[^\n]*\. Did you mean partition\?$/v,
	],
	'time.yaml': [
		'steps:\n  - wait leader\n  - wait new leader within 2 parsecs\n',
		/^time\.yaml:3:28: After "wait new leader within" comes a time \(2s\), not "2"\.(?: Did you mean \S+\?)?$/v,
	],
	'early.yaml': [
		'steps:\n  - 3s heal\n  - 2s heal\n',
		/^early\.yaml:3:5: 2s is too early: the step before is done at 3s at the earliest\.$/v,
	],
	'node.yaml': [
		'nodes: 5\nsteps:\n  - wait leader\n  - expect role n9 leader\n',
		/^node\.yaml:4:17: There is no n9; the cluster has n1 to n5\.$/v,
	],
	'twice.yaml': ['nodes: 5\nseed: 1\nnodes: 7\nsteps: [heal]\n', /^twice\.yaml:3:1: "nodes" stands here twice\.$/v],
	'tabs.yaml': ['nodes: 5\nsteps:\n\t- heal\n', /^tabs\.yaml:3:1: Here is a tab, and YAML is indented with blanks\.$/v],
	'missing.yaml': [undefined, /^"missing\.yaml" cannot be read: there is no such file or directory\.$/v],
};

const unmet = `seed: 3
nodes: 3
steps:
  - timeout n1
  - wait leader
  - +500ms expect leader n3
  - wait committed 9 within 250ms
  - expect value "two words"=1
  - expect role n2 follower
`;

const impossible = 'nodes: 3\nsteps:\n  - wait leader\n  - restart n1\n';

const directory = directoryWith({
	'unmet.yaml': unmet,
	'impossible.yaml': impossible,
	...Object.fromEntries(
		Object.entries(wrong).flatMap(([name, [text]]) => (text === undefined ? [] : [[name, text] as const])),
	),
});
after(() => {
	rmSync(directory, {recursive: true});
});

/** What the program says of files that it cannot play, a line each; nothing is played. */
async function refusals(args: readonly string[]): Promise<readonly string[]> {
	const {code, stdout, stderr} = await call(args, directory);
	assert.equal(code, 2, stderr);
	assert.equal(stdout, '');
	return stderr
		.trimEnd()
		.replace(/^whitewater: /v, '')
		.split('\n');
}

test('A file that is no scenario is refused with one sentence, and with file, line and column where there is a place', async () => {
	for (const name of ['command.yaml', 'missing.yaml']) {
		const lines = await refusals(['run', name]);
		assert.equal(lines.length, 1, lines.join('\n'));
		assert.match(lines[0]!, wrong[name]![1]);
	}
});

test('Of several files each is read before any is played, and each has its sentence', async () => {
	for (const command of ['run', 'verify']) {
		const lines = await refusals([command, ...Object.keys(wrong)]);
		assert.equal(lines.length, Object.keys(wrong).length, lines.join('\n'));
		for (const [at, [, sentence]] of Object.values(wrong).entries()) {
			assert.match(lines[at]!, sentence);
		}
	}
});

test('What was expected in vain is told: which step, what should have been, what was, and when', async () => {
	const {code, stdout, stderr} = await call(['run', 'unmet.yaml'], directory);
	assert.equal(code, 1);
	assert.equal(stderr, '');
	assert.match(
		stdout,
		/^unmet\.yaml\n {2}FAILED {4}unmet\.yaml:6:5: \+500ms expect leader n3\n {12}expected leader n3; at 5\d\d(?:\.\d+)?ms: n1 leads in term 1\n {2}FAILED {4}unmet\.yaml:7:5: wait committed 9 within 250ms\n {12}expected committed 9 within 250ms; at 7\d\d(?:\.\d+)?ms: 1 is committed\n {2}FAILED {4}unmet\.yaml:8:5: expect value "two words"=1\n {12}expected value "two words"=1; at 7\d\d(?:\.\d+)?ms: n1 has no value of "two words"\n {2}FAILED {4}\S+ of virtual time/v,
	);
});

test('The same is told to programs', async () => {
	const {code, stdout} = await call(['run', 'unmet.yaml', '--json'], directory);
	assert.equal(code, 1);
	const {ok, failed} = JSON.parse(stdout) as {ok: boolean; failed: ReadonlyArray<Record<string, unknown>>};
	assert.equal(ok, false);
	assert.deepEqual(
		failed.map(({step, line, column, expected, found}) => [step, line, column, expected, found]),
		[
			['+500ms expect leader n3', 6, 5, 'leader n3', 'n1 leads in term 1'],
			['wait committed 9 within 250ms', 7, 5, 'committed 9 within 250ms', '1 is committed'],
			['expect value "two words"=1', 8, 5, 'value "two words"=1', 'n1 has no value of "two words"'],
		],
	);
	assert.ok(failed.every(({timeUs}) => typeof timeUs === 'number' && timeUs > 500_000));
});

test('A command that is impossible when its time comes has failed, with the reason', async () => {
	const {code, stdout} = await call(['run', 'impossible.yaml'], directory);
	assert.equal(code, 1);
	assert.match(
		stdout,
		/FAILED {4}impossible\.yaml:4:5: restart n1\n {12}expected to be done; at [\d.]+m?s: n1 is running\n/v,
	);
});
