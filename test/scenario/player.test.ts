import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Monitor} from '../../source/checking/monitor.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import {commandText} from '../../source/scenario/command-text.js';
import {type Expectation, isCommand} from '../../source/scenario/instruction.js';
import {whyNot} from '../../source/scenario/judgement.js';
import {Player} from '../../source/scenario/player.js';
import {parseCommand} from '../../source/scenario/parse-command.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import type {Scenario} from '../../source/scenario/scenario.js';
import type {Event} from '../../source/simulation/event.js';
import type {World} from '../../source/simulation/world.js';
import {tried} from '../properties/session.js';

const forever = Number.MAX_SAFE_INTEGER;

const scenarioOf = (steps: readonly string[], settings = ''): Scenario =>
	parseScenario(`${settings}\nsteps:\n${steps.map((step) => `  - ${JSON.stringify(step)}`).join('\n')}`, 'test.yaml');

function played(steps: readonly string[], settings = '', rules?: Rules): Player {
	const player = Player.create(scenarioOf(steps, settings), rules === undefined ? {} : {rules});
	player.play(forever);
	return player;
}

/** When the World was told what, in virtual milliseconds. */
const commandsOf = ({trace}: World): ReadonlyArray<readonly [number, string]> =>
	[...trace.events()]
		.filter((event): event is Event & {readonly type: 'command'} => event.type === 'command' && event.cause === 0)
		.map(({timeUs, command}) => [timeUs / 1000, commandText(command)]);

const failuresOf = ({failures}: Player): ReadonlyArray<readonly [string, number, string, string]> =>
	failures.map(({step, timeUs, expected, found}) => [step.text, timeUs / 1000, expected, found]);

test('Steps are taken in order: at their time, so long after the step before, or as soon as that is done', () => {
	const player = played(['say one', '100ms say two', 'say three', '+50ms say four', 'wait 25ms', 'say five']);
	assert.deepEqual(commandsOf(player.world), [
		[0, 'say one'],
		[100, 'say two'],
		[100, 'say three'],
		[150, 'say four'],
		[175, 'say five'],
	]);
	assert.ok(player.isOver);
	assert.ok(player.isOk);
	assert.equal(player.world.timeUs, 175_000, 'it ends with its last step');
});

test('A wait lasts until what it waits for is so, and a step after it comes at that instant', () => {
	const {world, stepsDone, isOk} = played(['wait leader', 'say Elected', 'write x=1', 'wait applied 2', 'say Applied']);
	const events = [...world.trace.events()];
	const elected = events.find((event) => event.type === 'role' && event.role === 'leader')!;
	const applied = events.filter((event) => event.type === 'apply' && event.entry.index === 2);
	assert.deepEqual(commandsOf(world), [
		[elected.timeUs / 1000, 'say Elected'],
		[elected.timeUs / 1000, 'write x=1'],
		[applied.at(-1)!.timeUs / 1000, 'say Applied'],
	]);
	assert.equal(applied.length, 5);
	assert.ok(isOk);
	assert.equal(stepsDone, 5);
});

test('A new leader is one of a later term than when the waiting began, whatever became of the old one', () => {
	for (const away of ['crash leader', 'isolate leader', 'suspend leader']) {
		const {world, isOk} = played(['wait leader', '+100ms say before', away, 'wait new leader', 'say after']);
		const leaders = [...world.trace.events()].flatMap((event) =>
			event.type === 'role' && event.role === 'leader' ? [event] : [],
		);
		assert.ok(isOk, away);
		assert.equal(leaders.length, 2, away);
		assert.ok(leaders[1]!.term > leaders[0]!.term);
		assert.equal(commandsOf(world).at(-1)![0], leaders[1]!.timeUs / 1000);
	}
});

test('Nobody leads while the leader is down; and one of some servers may be waited for', () => {
	const player = played([
		'wait leader',
		'crash leader',
		'wait no leader',
		'restart all',
		'timeout n3',
		'wait leader among n3 within 1s',
		'expect leader n3',
	]);
	assert.deepEqual(failuresOf(player), []);
});

test('A wait that is in vain fails when its time is over, and what comes after it is still done', () => {
	const player = played(['wait leader within 100ms', 'say on', '+1s expect leader'], 'nodes: 3');
	assert.deepEqual(failuresOf(player), [['wait leader within 100ms', 100, 'leader within 100ms', 'nobody leads']]);
	assert.deepEqual(commandsOf(player.world), [[100, 'say on']]);
	assert.equal(player.isOk, false);
	assert.deepEqual([player.failures[0]!.step.line, player.failures[0]!.step.column], [3, 6]);
});

test('Without a limit a wait lasts ten virtual seconds', () => {
	const player = played(['crash all', 'wait leader']);
	assert.deepEqual(failuresOf(player), [['wait leader', 10_000, 'leader within 10s', 'nobody leads']]);
});

test('What is wrong with a wait is told as it is when the time is over', () => {
	const player = played([
		'wait leader',
		'wait committed 9 within 1s',
		'crash followers',
		'wait applied 9 on n1 n2 n3 n4 n5 within 1s',
		'crash leader',
		'wait applied 1 within 1s',
		'wait converged within 1s',
	]);
	assert.deepEqual(
		player.failures.map(({expected, found}) => [expected, found]),
		[
			['committed 9 within 1s', '1 is committed'],
			['applied 9 on n1 n2 n3 n4 n5 within 1s', 'n1 is down'],
			['applied 1 on all within 1s', 'nobody is up'],
			['converged within 1s', 'No server is running'],
		],
	);
});

test('A command that is impossible now is a failure with the reason, and the run goes on', () => {
	const player = played(['crash n1', 'crash n1', 'heal', 'restart n1']);
	assert.deepEqual(failuresOf(player), [
		['crash n1', 0, 'to be done', 'n1 is already down'],
		['heal', 0, 'to be done', 'There is nothing to heal: every node can reach every other'],
	]);
	assert.deepEqual(
		commandsOf(player.world).map(([, text]) => text),
		['crash n1', 'restart n1'],
	);
});

test('A step whose time has passed is taken late, and that is a failure', () => {
	const player = played(['crash all', 'wait leader within 2s', '1500ms restart n1'], 'nodes: 3');
	assert.deepEqual(failuresOf(player), [
		['wait leader within 2s', 2000, 'leader within 2s', 'nobody leads'],
		['1500ms restart n1', 2000, 'to be taken at 1.5s', 'the steps before it took until 2s'],
	]);
	assert.deepEqual(commandsOf(player.world).at(-1), [2000, 'restart n1']);
});

test('What is expected is judged at that instant, and a failure says how it is instead', () => {
	const player = played(
		[
			'timeout n1', // Before anybody else campaigns, so that the term is 1
			'wait leader',
			'write x=1',
			'write "the key"="a b"',
			'wait applied 3',
			'crash leader',
			'expect safe',
			'expect linearizable',
			'expect no leader',
			'expect leader',
			'expect leader n1',
			'expect converged',
			'expect term = 1',
			'expect term > 1',
			'expect term < 1',
			'expect committed >= 3',
			'expect committed <= 2',
			'expect value x=1',
			'expect value x=2',
			'expect value "the key"="a b"',
			'expect value y=1',
			'expect no value y',
			'expect no value "the key"',
			'expect violation log-matching',
		],
		'nodes: 3',
	);
	assert.deepEqual(
		player.failures.map(({expected, found}) => [expected, found]),
		[
			['leader', 'nobody leads'],
			['leader n1', 'nobody leads'],
			['converged', 'Nobody leads term 1, which is the highest'],
			['term > 1', 'the term is 1'],
			['term < 1', 'the term is 1'],
			['committed <= 2', '3 is committed'],
			['value x=2', 'n2 has x=1'],
			['value y=1', 'n2 has no value of y'],
			['no value "the key"', 'n2 has "the key"="a b"'],
			['violation log-matching', 'nothing has been broken'],
		],
	);

	const expectation = (text: string): Expectation => {
		const instruction = parseCommand(`expect ${text}`, 3);
		assert.strictEqual(instruction.type, 'expect');
		return instruction.expectation;
	};

	const {world, monitor} = player;
	assert.equal(whyNot(world, monitor, expectation('role n1 down')), undefined);
	assert.equal(whyNot(world, monitor, expectation('role n1 leader')), 'n1 is down');
	assert.equal(whyNot(world, monitor, expectation('role n2 follower')), undefined);
	assert.equal(whyNot(world, monitor, expectation('role n2 leader')), 'n2 is a follower');

	const told = (linearizability: Monitor['linearizability']): Monitor =>
		Object.defineProperty(monitor.copy(), 'linearizability', {value: linearizability});
	assert.match(whyNot(world, told('violated'), expectation('linearizable'))!, /cannot be what one server/v);
	assert.match(whyNot(world, told('unknown'), expectation('linearizable'))!, /too many operations/v);
	assert.equal(whyNot(world, told('violated'), expectation('violation linearizability')), undefined);
});

test('With nobody up, no value can be expected of anybody', () => {
	const player = played(['crash all', 'expect no value x', 'expect value x=1']);
	assert.deepEqual(
		player.failures.map(({found}) => found),
		['nobody is up', 'nobody is up'],
	);
});

/** One vote is enough, so two who campaign at once are both elected. */
const anyoneIsElected: Rules = {...paperRules, hasQuorum: () => true};
const twoCampaign = ['timeout n1', 'timeout n2', 'wait 1s', 'say not reached'];

test('A broken promise ends the run at the event that broke it, and the trace says so', () => {
	const player = played(twoCampaign, '', anyoneIsElected);
	const {world, monitor, isStopped, isOver, isOk, failures, stepsDone} = player;
	const last = world.trace.at(world.trace.length)!;
	assert.strictEqual(last.type, 'violation');
	assert.equal(last.property, 'Election Safety');
	assert.equal(last.evidence.at(-1), monitor.violation!.seq);
	assert.equal(world.trace.at(monitor.violation!.seq)!.timeUs, world.timeUs);
	assert.deepEqual([isStopped, isOver, isOk, failures, stepsDone < 4], [true, true, false, [], true]);
	player.advanceTo(10_000_000);
	assert.equal(world.trace.length, last.seq, 'nothing happens after it');
});

test('Whoever expects the violation is content with it; whoever expects another is not', () => {
	const expected = played([...twoCampaign, 'expect violation election-safety'], '', anyoneIsElected);
	assert.deepEqual([expected.isOk, failuresOf(expected)], [true, []]);

	const other = played([...twoCampaign, 'expect safe', 'expect violation log-matching'], '', anyoneIsElected);
	assert.equal(other.isOk, false);
	assert.deepEqual(
		other.failures.map(({step, expected: what}) => [step.text, what]),
		[['expect violation log-matching', 'violation log-matching']],
	);
	assert.match(other.failures[0]!.found, /^election-safety was broken: /v);

	const none = played(['wait leader', 'expect violation election-safety']);
	assert.deepEqual(
		none.failures.map(({found}) => found),
		['nothing has been broken'],
	);
});

test('The speed is for whoever shows the run, and changes nothing in it', () => {
	const [slow, plain] = [played(['wait leader', 'speed 0.02x', 'wait 1s']), played(['wait leader', 'wait 1s'])];
	assert.deepEqual([slow.speed, plain.speed], [0.02, undefined]);
	assert.equal(slow.world.trace.digest, plain.world.trace.digest);
});

/** A minute's trouble, with waits that last as long as chance will have it. */
const troubled = [
	'wait leader',
	'+20ms partition leader n1 n2 | rest',
	'wait new leader within 1s',
	'write x=1',
	'loss 10%',
	'suspend n3',
	'resume n3',
	'crash random',
	'wait 333us',
	'duplicate 10%',
	'heal',
	'restart all',
	'faults crash partition clock',
	'wait committed 12 within 2s',
	'faults off',
	'clients 2 at 40/s',
	'+1s clients off',
	'wait converged within 2s',
];

const anyTroubled = fc.record({
	seed: fc.nat({max: 9999}),
	steps: fc.subarray(troubled, {minLength: 5}),
});

const settingsText = (seed: number): string =>
	`seed: ${seed}\nnodes: 5\nnetwork: {delay: 0-30ms, loss: 2%}\ndisk: {sync: 0-3ms}\nclients: 2 at 20/s`;

test('In slices of any size a scenario plays as it does at one go', () => {
	fc.assert(
		fc.property(anyTroubled, fc.array(fc.nat({max: 400_000}), {minLength: 1}), ({seed, steps}, slicesUs) => {
			const whole = played(steps, settingsText(seed));
			const sliced = Player.create(scenarioOf(steps, settingsText(seed)));
			for (let at = 0; !sliced.isOver; at++) {
				const untilUs = sliced.world.timeUs + 1 + slicesUs[at % slicesUs.length]!;
				sliced.play(untilUs);
				assert.ok(sliced.world.timeUs <= untilUs);
			}

			assert.equal(sliced.world.trace.digest, whole.world.trace.digest);
			assert.equal(sliced.world.timeUs, whole.world.timeUs);
			assert.deepEqual(sliced.metrics, whole.metrics);
			assert.deepEqual(failuresOf(sliced), failuresOf(whole));
		}),
		tried(25),
	);
});

test('A session, which has its commands at absolute times and no waits, plays the same', () => {
	let waited = 0;
	fc.assert(
		fc.property(anyTroubled, ({seed, steps}) => {
			const original = played(steps, settingsText(seed));
			waited += original.world.timeUs;
			const session = commandsOf(original.world).map(([ms, text]) => `${ms}ms ${text}`);
			fc.pre(session.length > 0);
			const replayed = Player.create(scenarioOf(session, settingsText(seed)));
			replayed.play(forever);
			replayed.advanceTo(original.world.timeUs);
			assert.equal(replayed.world.trace.digest, original.world.trace.digest);
			assert.deepEqual(failuresOf(replayed), []);
		}),
		tried(25),
	);
	assert.ok(waited > 10_000_000, String(waited));
});

test('A copy goes on as the original would have, and does not disturb it', () => {
	fc.assert(
		fc.property(anyTroubled, fc.nat({max: 3_000_000}), ({seed, steps}, atUs) => {
			const whole = played(steps, settingsText(seed));
			const original = Player.create(scenarioOf(steps, settingsText(seed)));
			original.play(atUs);
			const copy = original.copy();
			copy.play(forever);
			original.play(forever);
			for (const player of [copy, original]) {
				assert.equal(player.world.trace.digest, whole.world.trace.digest);
				assert.deepEqual(player.metrics, whole.metrics);
				assert.deepEqual(failuresOf(player), failuresOf(whole));
				assert.equal(player.stepsDone, steps.length);
			}
		}),
		tried(15),
	);
});

test('After the last step a run can go on, with clients but without steps', () => {
	const player = played(['wait leader'], 'clients: 2 at 20/s');
	const endedUs = player.world.timeUs;
	player.advanceTo(endedUs + 1_000_000);
	assert.equal(player.world.timeUs, endedUs + 1_000_000);
	assert.ok(player.metrics.operations.ok > 10);
});

test('Commands are the World’s, and what is for the player is not', () => {
	assert.deepEqual(
		['crash n1', 'say x', 'set heartbeat 1s', 'speed 1x', 'wait 1s', 'wait leader', 'expect safe'].map((text) =>
			isCommand(parseCommand(text)),
		),
		[true, true, true, false, false, false, false],
	);
});
