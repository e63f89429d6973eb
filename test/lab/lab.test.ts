import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {Lab, speeds, type Asked} from '../../source/lab/lab.js';
import type {Command} from '../../source/simulation/command.js';
import type {Event} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {anyCommand, tried} from '../properties/session.js';

/** Ten milliseconds from everybody to everybody, and the same timers for all: nothing is left to chance. */
const calm: Settings = {
	...defaultSettings,
	nodes: 3,
	delay: {minUs: 10_000, maxUs: 10_000},
	electionTimeout: {minUs: 200_000, maxUs: 200_001},
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

/** A session again, from its settings and what was asked alone. */
function replay(settings: Settings, asked: readonly Asked[], untilUs: number): World {
	const world = World.create(settings);
	for (const {timeUs, command} of asked) {
		world.advanceTo(timeUs);
		assert.equal(perform(world, command), undefined);
	}

	world.advanceTo(untilUs);
	return world;
}

test('A session can be had again from its settings and what was asked, event by event', () => {
	const anyAct = fc.record({
		elapsedMs: fc.nat({max: 200}),
		command: anyCommand,
		control: fc.constantFrom('none', 'none', 'none', 'step', 'pause', 'faster', 'slower'),
	});
	let done = 0;
	fc.assert(
		fc.property(fc.nat().map(String), fc.array(anyAct, {maxLength: 80, size: 'max'}), (seed, acts) => {
			const settings = {...defaultSettings, seed, lossRate: 0.05};
			const lab = new Lab(settings, {speed: 1});
			for (const {elapsedMs, command, control} of acts) {
				lab.tick(elapsedMs);
				lab.perform(command);
				switch (control) {
					case 'step': {
						if (lab.world.nextUs < Number.POSITIVE_INFINITY) {
							lab.stepOn();
						}

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

					case 'none': {
						break;
					}
				}

				lab.snapshot();
			}

			done += lab.asked.length;
			const again = replay(settings, lab.asked, lab.world.timeUs);
			assert.deepEqual(eventsOf(again), eventsOf(lab.world));
			assert.equal(again.trace.digest, lab.world.trace.digest);
		}),
		tried(25),
	);
	assert.ok(done > 200, `${done} commands were done`);
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
			{type: 'crashed', node: 3},
			{type: 'deposed', node: 1, term: 2},
			{type: 'truncated', node: 1, from: 2},
			{type: 'unanswered', node: 1, count: 1},
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
