import assert from 'node:assert/strict';
import {rmSync} from 'node:fs';
import test, {after} from 'node:test';
import {playTwice} from '../../source/commands/verify.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import {call, directoryWith} from './program.js';

const rapid = `seed: 7
nodes: 5
network: {delay: 5-30ms, loss: 5%, duplicate: 5%}
clients: 3 at 50/s
steps: [wait leader, faults on, wait 5s, faults off]
`;

const directory = directoryWith({'rapid.yaml': rapid, 'failing.yaml': 'steps: [heal, wait leader]\n'});
after(() => {
	rmSync(directory, {recursive: true});
});

test('verify says of each scenario that it came out the same twice', async () => {
	const {code, stdout, stderr} = await call(['verify', 'rapid.yaml', 'failing.yaml'], directory);
	assert.match(
		stdout,
		/^rapid\.yaml: the same twice, [\d,]+ events in [\d.]+s of virtual time, hash [\da-f]{16}\nfailing\.yaml: the same twice, /v,
	);
	assert.equal(stderr, '');
	assert.equal(code, 0);
});

test('verify --json agrees with run --json about the events and their hash', async () => {
	const [verified, ran] = await Promise.all([
		call(['verify', 'rapid.yaml', '--json', '--until', '4s'], directory),
		call(['run', 'rapid.yaml', '--json', '--until', '4s'], directory),
	]);
	const {events, hash, timeUs} = JSON.parse(ran.stdout) as Record<string, unknown>;
	assert.deepEqual(JSON.parse(verified.stdout), {
		scenario: 'rapid.yaml',
		ok: true,
		timeUs,
		events,
		hash,
		difference: null,
	});
});

test('What is wrong with a call or a file is said before anything is played', async () => {
	const {code, stdout, stderr} = await call(['verify', 'rapid.yaml', 'none.yaml'], directory);
	assert.deepEqual(
		[code, stdout, stderr],
		[2, '', 'whitewater: "none.yaml" cannot be read: there is no such file or directory.\n'],
	);
});

test('Where something else than the seed decides, the first event that differs is named', () => {
	let asked = 0;
	const moody: Rules = {
		...paperRules,
		// As if a World remembered something of another one
		resetsElectionTimer: (heard) => ++asked % 97 !== 0 && paperRules.resetsElectionTimer(heard),
	};
	const {difference} = playTwice(parseScenario(rapid, 'rapid.yaml'), undefined, {rules: moody});
	const {seq, first, second} = difference!;
	assert.notEqual(first, second);
	const lines = [first, second].filter((line) => line !== undefined);
	assert.notEqual(lines.length, 0);
	for (const line of lines) {
		assert.equal((JSON.parse(line) as {seq: number}).seq, seq);
	}
});
