import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {Monitor} from '../../source/checking/monitor.js';
import {Lab, speeds, type Asked} from '../../source/lab/lab.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import type {Command} from '../../source/simulation/command.js';
import type {Event} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {anyBearableCommand, anyCommand, commandAt, tried} from '../properties/session.js';

/** Ten milliseconds from everybody to everybody, and the same timers for all: nothing is left to chance. */
const calm: Settings = {
	...defaultSettings,
	nodes: 3,
	delay: {minUs: 10_000, maxUs: 10_000},
	electionTimeout: {minUs: 200_000, maxUs: 200_001},
	syncDelay: {minUs: 0, maxUs: 0},
};

const timeout = (node: number): Command => ({type: 'timeout', node});
const crash = (node: number): Command => ({type: 'crash', node});
const restart = (node: number): Command => ({type: 'restart', node});
const write = (value: string, via: number): Command => ({type: 'write', key: 'x', value, via});

const eventsOf = ({trace}: World): readonly Event[] => [...trace.events()];

function ask(lab: Lab, ...commands: readonly Command[]): void {
	for (const command of commands) {
		assert.equal(lab.perform(command), undefined);
	}
}

/** In real milliseconds, at speed 1 the same as virtual ones. */
const newLab = (settings: Partial<Settings> = {}): Lab => new Lab({...calm, ...settings}, {speed: 1});

test('Virtual time passes at so many virtual seconds a second', () => {
	for (const speed of speeds) {
		const lab = new Lab(calm, {speed});
		lab.tick(1000);
		assert.equal(lab.world.timeUs, speed * 1_000_000);
		lab.tick(500);
		assert.equal(lab.world.timeUs, speed * 1_500_000);
	}
});

test('Fractions of a microsecond are not lost, however many ticks there are', () => {
	const lab = new Lab(calm, {speed: 0.01});
	for (let at = 0; at < 100_000; at++) {
		lab.tick(0.033); // A third of a virtual microsecond
	}

	assert.ok(Math.abs(lab.world.timeUs - 33_000) <= 1, `${lab.world.timeUs} µs`);
});

const anyTick = fc.oneof(fc.double({min: 0, max: 60, noNaN: true}), fc.double({min: 0, max: 1, noNaN: true}));

test('How time is cut into ticks does not matter, but for a microsecond', () => {
	fc.assert(
		fc.property(fc.array(anyTick, {maxLength: 60}), fc.constantFrom(...speeds), (ticks, speed) => {
			const cut = new Lab(calm, {speed});
			for (const elapsedMs of ticks) {
				cut.tick(elapsedMs);
				assert.ok(Number.isSafeInteger(cut.world.timeUs));
			}

			const whole = new Lab(calm, {speed});
			whole.tick(ticks.reduce((sum, elapsedMs) => sum + elapsedMs, 0));
			assert.ok(Math.abs(cut.world.timeUs - whole.world.timeUs) <= 1);
			const untilUs = Math.max(cut.world.timeUs, whole.world.timeUs);
			cut.world.advanceTo(untilUs);
			whole.world.advanceTo(untilUs);
			assert.equal(cut.world.trace.digest, whole.world.trace.digest);
		}),
		tried(100),
	);
});

test('A change of speed counts from then on', () => {
	const lab = newLab();
	lab.tick(100);
	lab.slower();
	assert.equal(lab.speed, 0.5);
	lab.tick(100);
	lab.faster();
	lab.faster();
	assert.equal(lab.speed, 2);
	lab.tick(100);
	assert.equal(lab.world.timeUs, 350_000);
});

test('Speed has a fastest and a slowest; one that is on no step goes to the next one', () => {
	const lab = new Lab(calm, {speed: 0.07});
	lab.faster();
	assert.equal(lab.speed, 0.1);
	const other = new Lab(calm, {speed: 0.07});
	other.slower();
	assert.equal(other.speed, 0.05);
	for (let at = 0; at < 20; at++) {
		lab.faster();
		other.slower();
	}

	assert.equal(lab.speed, speeds.at(-1));
	assert.equal(other.speed, speeds[0]);
});

test('A tick that takes too long stops where it is, and time goes on from there', () => {
	const lab = new Lab(calm, {speed: 10});
	let nowMs = 0;
	lab.tick(1000, () => {
		nowMs += 10;
		return nowMs;
	});
	const reachedUs = lab.world.timeUs;
	assert.ok(reachedUs > 0);
	assert.ok(reachedUs < 1_000_000, `${reachedUs} µs`);
	lab.tick(1, () => 0);
	assert.equal(lab.world.timeUs, reachedUs + 10_000);
});

test('While it is paused no time passes, and what the pause lasted is not made up for', () => {
	const lab = newLab();
	lab.tick(100);
	lab.togglePlaying();
	lab.tick(5000);
	assert.equal(lab.world.timeUs, 100_000);
	lab.togglePlaying();
	lab.tick(1);
	assert.equal(lab.world.timeUs, 101_000);
	assert.equal(new Lab(calm, {isPlaying: false}).isPlaying, false);
});

test('A step goes to the next instant at which something is planned, and pauses there', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.stepOn();
	assert.equal(lab.isPlaying, false);
	assert.equal(lab.world.timeUs, 10_000);
	lab.stepOn();
	assert.equal(lab.world.timeUs, 20_000);
	assert.equal(lab.snapshot().leader?.id, 1);
});

test('Steps and plain playing make the same run', () => {
	const stepped = new Lab(defaultSettings, {speed: 1});
	const played = new Lab(defaultSettings, {speed: 1});
	while (stepped.world.timeUs < 2_000_000) {
		stepped.stepOn();
	}

	played.tick(stepped.world.timeUs / 1000);
	assert.equal(stepped.world.trace.digest, played.world.trace.digest);
});

test('Every step makes something happen', () => {
	const lab = new Lab(defaultSettings);
	for (let at = 0; at < 200; at++) {
		const {length} = lab.world.trace;
		lab.stepOn();
		assert.ok(lab.world.trace.length > length, `step ${at}, ${lab.world.timeUs} µs`);
	}
});

test('Where nothing is left to happen a step changes nothing but the pause', {timeout: 10_000}, () => {
	const lab = newLab();
	ask(lab, crash(1), crash(2), crash(3));
	lab.tick(1000);
	assert.equal(lab.world.nextUs, Number.POSITIVE_INFINITY);
	const {timeUs} = lab.world;
	assert.ok(finishes(lab), 'a step never ends');
	lab.stepOn();
	assert.equal(lab.world.timeUs, timeUs);
	assert.equal(lab.isPlaying, false);
});

/** Whether going on to the next thing ends, found out without waiting for ever. */
function finishes(lab: Lab): boolean {
	const {world} = lab;
	const original = world.advance.bind(world);
	let calls = 0;
	world.advance = () => {
		if (++calls > 1000) {
			throw new Error('It goes round and round.');
		}

		original();
	};

	try {
		lab.stepOn();
		return true;
	} catch {
		return false;
	} finally {
		world.advance = original;
	}
}

test('What was done is written down with its time; what was refused is not', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(50);
	assert.equal(lab.perform({type: 'heal'}), 'There is nothing to heal: every node can reach every other.');
	assert.equal(lab.perform(crash(7)), 'There is no n7; the cluster has n1 to n3.');
	ask(lab, crash(2));
	assert.deepEqual(lab.asked, [
		{timeUs: 0, command: timeout(1)},
		{timeUs: 50_000, command: crash(2)},
	]);
});

/** A session again, from its settings and what was asked alone; what is found broken is part of it. */
function replay(settings: Settings, asked: readonly Asked[], untilUs: number, rules = paperRules): World {
	const world = World.create(settings, {rules});
	const monitor = new Monitor(settings);
	const goOn = (timeUs: number): void => {
		if (!monitor.advanceTo(world, timeUs)) {
			monitor.advanceTo(world, timeUs); // It stops where a promise is broken, once
		}
	};

	for (const {timeUs, command} of asked) {
		goOn(timeUs);
		assert.equal(perform(world, command), undefined);
		monitor.check(world);
	}

	goOn(untilUs);
	return world;
}

const anyAct = (command: fc.Arbitrary<Command>) =>
	fc.record({
		elapsedMs: fc.nat({max: 200}),
		command,
		control: fc.constantFrom('none', 'none', 'none', 'step', 'pause', 'faster', 'slower'),
	});

type Act = {readonly elapsedMs: number; readonly command: Command; readonly control: string};

/** Let somebody play, and compare what happened with the replay of what was asked. */
function playAndReplay(seed: string, acts: readonly Act[]): Lab {
	const settings = {...defaultSettings, seed, lossRate: 0.05};
	const lab = new Lab(settings, {speed: 1});
	for (const [at, {elapsedMs, command, control}] of acts.entries()) {
		lab.tick(elapsedMs);
		lab.perform(commandAt({afterUs: 0, command}, at, lab.world));
		switch (control) {
			case 'step': {
				lab.stepOn();
				break;
			}

			case 'pause': {
				lab.togglePlaying();
				break;
			}

			case 'faster':
			case 'slower': {
				lab[control]();
				break;
			}
			// No default
		}

		lab.snapshot();
	}

	const again = replay(settings, lab.asked, lab.world.timeUs);
	assert.deepEqual(eventsOf(again), eventsOf(lab.world));
	assert.equal(again.trace.digest, lab.world.trace.digest);
	return lab;
}

test('A session can be had again from its settings and what was asked, event by event', () => {
	let done = 0;
	const anyActs = fc.array(anyAct(anyBearableCommand), {maxLength: 80, size: 'max'});
	fc.assert(
		fc.property(fc.nat().map(String), anyActs, (seed, acts) => {
			const lab = playAndReplay(seed, acts);
			done += lab.asked.length;
			assert.equal(lab.snapshot().violation, undefined);
		}),
		tried(40),
	);
	assert.ok(done > 400, `${done} commands were done`);
});

test('So can one in which promises are broken', () => {
	let broken = 0;
	const anyActs = fc.array(anyAct(fc.oneof(anyCommand, anyOf('wipe'), anyOf('restart'))), {maxLength: 60, size: 'max'});
	fc.assert(
		fc.property(fc.nat().map(String), anyActs, (seed, acts) => {
			broken += playAndReplay(seed, acts).snapshot().violation === undefined ? 0 : 1;
		}),
		tried(20),
	);
	assert.ok(broken >= 3, `${broken} sessions`);
});

const anyOf = <Type extends string>(type: Type) =>
	fc.record({type: fc.constant(type), node: fc.integer({min: 1, max: 5})});

test('A promise that a command breaks is told at once, also while it is paused', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(100);
	lab.togglePlaying();
	ask(lab, {type: 'wipe', node: 1}, {type: 'wipe', node: 2});
	assert.equal(lab.world.trace.typeAt(lab.world.trace.length), 'violation');
	assert.ok(lab.snapshot().violation);
});

test('So can one in which a command is given where a broken promise has stopped the run', () => {
	const rules: Rules = {...paperRules, hasQuorum: () => true};
	const lab = new Lab(calm, {speed: 1, rules});
	lab.tick(1000);
	assert.equal(lab.world.timeUs, 200_000); // Where one has committed what it alone has, and the others' timers are about to go off
	assert.ok(lab.snapshot().violation);
	ask(lab, {type: 'say', text: 'What now?'});
	lab.togglePlaying();
	lab.tick(1000);
	assert.deepEqual(eventsOf(replay(calm, lab.asked, lab.world.timeUs, rules)), eventsOf(lab.world));
});

test('A snapshot tells the state of every node, and of one that is down what it will come back with', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(100);
	ask(lab, write('1', 1));
	lab.tick(100);
	ask(lab, crash(3));
	const {nodes, leader, timeUs, seed, isPlaying, speed, inFlight, connects} = lab.snapshot();
	assert.deepEqual([timeUs, seed, isPlaying, speed], [200_000, calm.seed, true, 1]);
	assert.equal(leader, nodes[0]);
	assert.equal(nodes[2]!.server, undefined);
	assert.equal(nodes[2]!.persisted.log.lastIndex, 2);
	assert.equal(nodes[2]!.persisted.votedFor, 1);
	assert.deepEqual([...nodes[1]!.store], [['x', '1']]);
	assert.equal(inFlight, lab.world.inFlight);
	assert.equal(connects(1, 2), true);
	ask(lab, {type: 'partition', groups: [[1]]});
	assert.equal(lab.snapshot().connects(1, 2), false);
	assert.deepEqual(lab.snapshot().groups, [[1], [2, 3]]);
});

test('A snapshot tells what has been done to the network, to messages and to machines, and what the clients are at', () => {
	const lab = newLab({syncDelay: {minUs: 5000, maxUs: 5000}});
	ask(lab, timeout(1));
	lab.tick(100);
	const link = {lossRate: 0.5};
	ask(
		lab,
		{type: 'cut', from: 2, to: 3, isOneWay: true},
		{type: 'link', from: 3, to: 1, isOneWay: true, link},
		{type: 'duplication', rate: 0.25},
		{type: 'suspend', node: 3},
		{type: 'clock', node: 2, rate: 0.5},
		{type: 'disk', node: 2, condition: {kind: 'full'}},
		{type: 'faults', kinds: ['clock', 'loss']},
		write('1', 1),
	);
	const waiting = lab.snapshot();
	assert.deepEqual(
		waiting.nodes.map(({isSuspended, clockRate, disk, isSyncing}) => [isSuspended, clockRate, disk.kind, isSyncing]),
		[
			[false, 1, 'ok', true],
			[false, 0.5, 'full', false],
			[true, 1, 'ok', false],
		],
	);
	assert.deepEqual(waiting.cuts, [[2, 3]]);
	assert.deepEqual(waiting.links, [[3, 1, link]]);
	assert.equal(waiting.duplicateRate, 0.25);
	assert.deepEqual(waiting.faults, ['clock', 'loss']);
	assert.deepEqual([...waiting.held], []);
	lab.tick(6);
	const {messagesSent} = lab.world;
	ask(lab, {type: 'hold', message: messagesSent});
	assert.deepEqual([...lab.snapshot().held], [messagesSent]);
	assert.deepEqual(lab.snapshot().clients, {
		count: 0,
		ratePerS: 0,
		open: 0,
		counts: {invoked: 0, ok: 0, fail: 0, info: 0},
	});
});

test("What clients ask for is counted by how it ends; what somebody asks for by hand is not a client's", () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(100);
	ask(lab, write('1', 1), {type: 'clients', count: 2, ratePerS: 40});
	lab.tick(2000);
	const {count, ratePerS, open, counts} = lab.snapshot().clients;
	assert.deepEqual([count, Math.round(ratePerS)], [2, 40]);
	assert.ok(counts.ok > 60);
	assert.deepEqual(counts, {invoked: counts.ok + open, ok: counts.ok, fail: 0, info: 0});
	assert.equal(counts.invoked, lab.world.operationsInvoked - 1);

	ask(lab, crash(1), crash(2), crash(3));
	lab.tick(12_000); // Twice as long as they try: first what had been taken, then what nobody takes
	const {counts: later} = lab.snapshot().clients;
	assert.ok(later.fail > 0);
	const gaveUp = told(lab).filter(({type}) => type === 'gaveUp');
	assert.equal(gaveUp.length, later.fail + later.info);
	assert.equal(gaveUp.filter(({isUnknown}) => isUnknown === true).length, later.info);
	assert.ok(
		told(lab).every(({type}) => type !== 'refused' && type !== 'unanswered'),
		'That a client is sent on is no news.',
	);
});

test('Where a promise is broken it pauses right there and tells it, once; whoever plays on goes on', () => {
	const rules: Rules = {...paperRules, hasQuorum: () => true};
	for (const goOn of [
		(lab: Lab) => {
			lab.tick(1000);
		},
		(lab: Lab) => {
			lab.tick(201);
		},
	]) {
		const lab = new Lab(calm, {speed: 1, rules});
		goOn(lab);
		const {violation, isPlaying, timeUs} = lab.snapshot();
		assert.deepEqual([isPlaying, timeUs, violation?.property], [false, 200_000, 'Committed Is Durable']);
		const last = eventsOf(lab.world).at(-1)!;
		assert.equal(last.type, 'violation');
		assert.equal(last.cause, violation!.evidence.at(-1));
		assert.equal(lab.world.trace.at(violation!.seq)!.timeUs, last.timeUs);
		assert.equal(told(lab).filter(({type}) => type === 'violation').length, 1);
		lab.togglePlaying();
		lab.tick(1000);
		assert.equal(lab.isPlaying, true);
		assert.equal(lab.world.timeUs, 1_200_000);
		assert.equal(told(lab).filter(({type}) => type === 'violation').length, 1);
	}
});

test('A step too stops where a promise is broken, within its instant', () => {
	const lab = new Lab(calm, {rules: {...paperRules, hasQuorum: () => true}});
	while (lab.snapshot().violation === undefined) {
		assert.ok(lab.stepOn());
	}

	assert.equal(eventsOf(lab.world).at(-1)!.type, 'violation');
	assert.equal(lab.isPlaying, false);
});

/** What is worth telling, as far as these tests look at it. */
const told = (lab: Lab): ReadonlyArray<Record<string, unknown>> =>
	lab
		.snapshot()
		.notables.map(({seq: _, timeUs: __, ...notable}) =>
			notable.type === 'command' ? {type: 'command', command: notable.event.command} : notable,
		);

test('An election is told with the votes that the candidate had when it won', () => {
	const lab = newLab({nodes: 5});
	ask(lab, timeout(2));
	lab.tick(100);
	assert.deepEqual(told(lab), [
		{type: 'command', command: timeout(2)},
		{type: 'campaign', node: 2, term: 1},
		{type: 'elected', node: 2, term: 1, voters: [1, 2, 3]},
		{type: 'committed', node: 2, from: 1, to: 1},
	]);
});

test('Votes of an earlier term are not counted for a later one', () => {
	const lab = newLab({nodes: 5});
	ask(lab, timeout(2));
	lab.tick(20); // N2 leads by the votes of n1 and n3
	ask(lab, {type: 'isolate', node: 1}, {type: 'isolate', node: 3}, crash(2), restart(2));
	lab.tick(5);
	ask(lab, timeout(2));
	lab.tick(50);
	const elections = told(lab).filter(({type}) => type === 'elected');
	assert.deepEqual(elections.at(-1), {type: 'elected', node: 2, term: 2, voters: [2, 4, 5]});
});

test('Crashes, returns, refusals and what is left unanswered are told in their order', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(100);
	ask(lab, {type: 'isolate', node: 1}, write('1', 1), write('2', 2));
	lab.tick(1);
	ask(lab, timeout(2));
	lab.tick(100);
	ask(lab, {type: 'heal'}, crash(3));
	lab.tick(99);
	ask(lab, restart(3));
	lab.tick(1);
	assert.deepEqual(
		told(lab).filter(({type}) => type !== 'command' && type !== 'campaign'),
		[
			{type: 'elected', node: 1, term: 1, voters: [1, 2]},
			{type: 'committed', node: 1, from: 1, to: 1},
			{type: 'refused', node: 2, leader: 1},
			{type: 'elected', node: 2, term: 2, voters: [2, 3]},
			{type: 'committed', node: 2, from: 2, to: 2},
			{type: 'crashed', node: 3, reason: 'command'},
			{type: 'deposed', node: 1, term: 2},
			{
				type: 'truncated',
				node: 1,
				from: 2,
				deleted: {to: 2, entries: [{index: 2, term: 1, command: {type: 'write', key: 'x', value: '1'}}]},
			},
			{type: 'unanswered', count: 1},
			{type: 'restarted', node: 3, term: 2, lastIndex: 2},
		],
	);
});

test('A lane says who was what from when on', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(100);
	ask(lab, crash(1));
	lab.tick(10);
	ask(lab, timeout(2));
	lab.tick(90);
	ask(lab, restart(1));
	lab.tick(100);
	assert.deepEqual(lab.snapshot().lanes, [
		[
			{fromUs: 0, state: 'follower', term: 0},
			{fromUs: 0, state: 'candidate', term: 1},
			{fromUs: 20_000, state: 'leader', term: 1},
			{fromUs: 100_000, state: 'down', term: 0},
			{fromUs: 200_000, state: 'follower', term: 1},
		],
		[
			{fromUs: 0, state: 'follower', term: 0},
			{fromUs: 110_000, state: 'candidate', term: 2},
			{fromUs: 130_000, state: 'leader', term: 2},
		],
		[{fromUs: 0, state: 'follower', term: 0}],
	]);
});

test('A lane says that a server was suspended, and what it was when it went on', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(100);
	ask(lab, {type: 'suspend', node: 1}, {type: 'suspend', node: 2});
	lab.tick(50);
	ask(lab, {type: 'resume', node: 1}, crash(2));
	const [first, second] = lab.snapshot().lanes;
	assert.deepEqual(first!.slice(-2), [
		{fromUs: 100_000, state: 'suspended', term: 0},
		{fromUs: 150_000, state: 'leader', term: 1},
	]);
	assert.deepEqual(second!.slice(-2), [
		{fromUs: 100_000, state: 'suspended', term: 0},
		{fromUs: 150_000, state: 'down', term: 0},
	]);
});

test('A lane says in which term a server goes on that came back in an earlier one', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(100);
	ask(lab, {type: 'isolate', node: 2}, {type: 'wipe', node: 2}, restart(2), {type: 'suspend', node: 2});
	lab.tick(1);
	ask(lab, {type: 'resume', node: 2});
	assert.deepEqual(lab.snapshot().lanes[1]!.at(-1), {fromUs: 101_000, state: 'follower', term: 0});
});

test('Suspensions, new disks and why a server stopped are told in their order', () => {
	const lab = newLab();
	ask(lab, timeout(1));
	lab.tick(100);
	const {length} = told(lab);
	ask(lab, {type: 'suspend', node: 2});
	lab.tick(1);
	ask(lab, {type: 'resume', node: 2}, {type: 'disk', node: 2, condition: {kind: 'failing'}}, write('1', 1));
	lab.tick(20);
	ask(lab, {type: 'disk', node: 3, condition: {kind: 'full'}}, write('2', 1));
	lab.tick(20);
	ask(lab, {type: 'wipe', node: 3}, {type: 'wipe', node: 1});
	assert.deepEqual(
		told(lab)
			.slice(length)
			.filter(({type}) => !['command', 'committed', 'violation'].includes(String(type))), // What was committed is lost with the disk
		[
			{type: 'suspended', node: 2},
			{type: 'resumed', node: 2},
			{type: 'crashed', node: 2, reason: 'disk failed'},
			{type: 'crashed', node: 3, reason: 'disk full'},
			{type: 'wiped', node: 3},
			{type: 'crashed', node: 1, reason: 'command'},
			{type: 'unanswered', count: 1},
			{type: 'wiped', node: 1},
		],
	);
});

test('What cuts or joins the network is marked on the time axis', () => {
	const lab = newLab();
	ask(lab, {type: 'loss', rate: 0.1}, {type: 'partition', groups: [[1]]});
	lab.tick(50);
	ask(lab, {type: 'isolate', node: 2}, crash(3));
	lab.tick(50);
	ask(lab, {type: 'rejoin', node: 2}, {type: 'heal'});
	assert.deepEqual(lab.snapshot().cutsUs, [0, 50_000, 100_000, 100_000]);
});

test('A message is in the list from when it is sent, and why it was lost from when it is', () => {
	const lab = newLab();
	const fates = (): ReadonlyArray<string | undefined> => lab.snapshot().messages.map(({lost}) => lost);
	ask(lab, {type: 'isolate', node: 3}, crash(2), timeout(1));
	assert.deepEqual(fates(), [undefined, 'partition']);
	lab.tick(9);
	assert.deepEqual(fates(), [undefined, 'partition']);
	lab.tick(1);
	assert.deepEqual(fates(), ['down', 'partition']);
	const lossy = newLab({lossRate: 1});
	ask(lossy, timeout(1));
	assert.deepEqual(
		lossy.snapshot().messages.map(({lost}) => lost),
		['loss', 'loss'],
	);
});

test('How often one looks does not change what there is to see', () => {
	const [often, once] = [newLab(), newLab()];
	for (const lab of [often, once]) {
		ask(lab, timeout(1));
		for (let at = 0; at < 50; at++) {
			lab.tick(10);
			if (at === 20) {
				ask(lab, write('1', 1), {type: 'partition', groups: [[1]]}, write('2', 1), timeout(2));
			}

			if (lab === often) {
				lab.snapshot();
			}
		}
	}

	const {messages, notables, lanes} = often.snapshot();
	const other = once.snapshot();
	assert.deepEqual(messages, other.messages);
	assert.deepEqual(
		notables.filter(({type}) => type !== 'committed'),
		other.notables.filter(({type}) => type !== 'committed'),
	);
	assert.deepEqual(lanes, other.lanes);
});

test('After a long run the lists that a person looks at have not grown without bound', () => {
	const lab = new Lab({...defaultSettings, lossRate: 0.3}, {speed: 1});
	for (let at = 0; at < 400; at++) {
		lab.tick(250);
		lab.perform({type: 'write', key: 'x', value: String(at), via: 'leader'});
		const node = 1 + (at % 5);
		lab.perform(at % 10 < 5 ? {type: 'isolate', node} : {type: 'rejoin', node});
		lab.snapshot();
	}

	const {messages, notables, lanes, cutsUs} = lab.snapshot();
	assert.ok(lab.world.messagesSent > 8000, `${lab.world.messagesSent} messages`);
	for (const list of [messages, notables, cutsUs, ...lanes]) {
		assert.ok(list.length <= 4000, `${list.length}`);
	}

	assert.ok(messages.length >= 2000);
	assert.equal(messages.at(-1)!.flight.id, lab.world.messagesSent);
	const underway = messages.filter(({flight, lost}) => lost === undefined && flight.dueUs > lab.world.timeUs);
	assert.equal(underway.length, lab.world.inFlight);
});

test('Where nothing is left to happen, going on by one event does nothing and says so', () => {
	const lab = new Lab({...defaultSettings, nodes: 3}, {isPlaying: false});
	for (const node of [1, 2, 3]) {
		lab.perform({type: 'crash', node});
	}

	let steps = 0;
	while (lab.stepOn()) {
		steps++;
	}

	assert.ok(steps < 100);
	const {timeUs} = lab.world;
	assert.equal(lab.stepOn(), false);
	assert.equal(lab.world.timeUs, timeUs);
});

test('Each step on brings an event', () => {
	const lab = new Lab(defaultSettings);
	for (let step = 0; step < 500; step++) {
		const {length} = lab.world.trace;
		assert.ok(lab.stepOn());
		assert.ok(lab.world.trace.length > length);
	}
});
