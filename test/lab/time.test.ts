import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {Branch} from '../../source/lab/branch.js';
import type {MessageRecord, NotableRecord} from '../../source/lab/feed.js';
import type {GoalName} from '../../source/lab/goal.js';
import {Lab, type Snapshot} from '../../source/lab/lab.js';
import {Moment} from '../../source/lab/moment.js';
import type {Position} from '../../source/scenario/player.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import type {Scenario} from '../../source/scenario/scenario.js';
import type {Command} from '../../source/simulation/command.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import type {World} from '../../source/simulation/world.js';
import {anyBearableCommand, anyCommand, commandAt, tried} from '../properties/session.js';

const settings: Settings = {...defaultSettings, seed: '7', clients: {count: 3, ratePerS: 30}, lossRate: 0.05};
const newLab = (own: Partial<Settings> = {}): Lab => new Lab({...settings, ...own}, {speed: 1});

const crashLeader: Command = {type: 'crash', node: 'leader'};
const say = (text: string): Command => ({type: 'say', text});

/** A log shares its buffer with longer ones. */
const text = (value: unknown): string =>
	JSON.stringify(value, (_key, part: unknown) =>
		typeof part === 'object' && part !== null && 'buffer' in part && 'lastIndex' in part
			? {...part, buffer: (part.buffer as unknown[]).slice(0, Number(part.lastIndex))}
			: part,
	);

/** All of a World that one could see, and what it is going to do. */
function essence(world: World): unknown {
	const later = world.copy();
	const {hosts, network, timeUs, trace, messagesSent, operationsInvoked, clientsActive} = world;
	const now = hosts.map(({server, timer, isSuspended, condition, store, persisted, pending, committedIndex}) => ({
		server,
		timer,
		isSuspended,
		condition,
		values: [...store.values],
		sessions: [...store.sessions],
		persisted,
		pending,
		committedIndex,
	}));
	const {lossRate, groups, isolated, cuts, links, held} = network;
	later.advanceTo(timeUs + 2_000_000);
	return structuredClone({
		timeUs,
		hash: trace.digest,
		events: trace.length,
		now: text(now),
		network: JSON.stringify({lossRate, groups, isolated: [...isolated], cuts, links, held}),
		counts: {messagesSent, operationsInvoked, clientsActive},
		later: later.trace.digest,
	});
}

/** What the panels are made of, as far as a checkpoint remembers it. */
function followed({messages, notables, lanes, cutsUs, clients, violation, nodes}: Snapshot): unknown {
	return text({
		messages: messages.slice(-100),
		notables: notables.slice(-100),
		lanes: lanes.map((lane) => lane.slice(-100)),
		cutsUs: cutsUs.slice(-100),
		clients,
		violation,
		nodes: nodes.map(({id, server, isSuspended}) => ({id, server, isSuspended})),
	});
}

const anySession = (command: fc.Arbitrary<Command>, maxLength = 25) =>
	fc.record({
		seed: fc.nat().map(String),
		acts: fc.array(fc.record({elapsedMs: fc.nat({max: 400}), command}), {minLength: 3, maxLength, size: 'max'}),
	});

type Session = {
	readonly seed: string;
	readonly acts: ReadonlyArray<{readonly elapsedMs: number; readonly command: Command}>;
};

const positionOf = ({world, taken}: Lab): Position => ({timeUs: world.timeUs, taken: taken.length});

type Landing = {readonly position: Position; readonly essence: unknown; readonly followed: unknown};

/** Somebody's session, and how it was at some of its moments. */
function play({seed, acts}: Session): {readonly lab: Lab; readonly landings: readonly Landing[]} {
	const lab = newLab({seed});
	const landings: Landing[] = [];
	const note = () => {
		if (lab.snapshot().violation === undefined) {
			landings.push({position: positionOf(lab), essence: essence(lab.world), followed: followed(lab.snapshot())});
		}
	};

	for (const [at, {elapsedMs, command}] of acts.entries()) {
		lab.play();
		lab.tick(elapsedMs);
		note();
		lab.perform(commandAt({afterUs: 0, command}, at, lab.world));
	}

	lab.play();
	lab.tick(300);
	lab.pause();
	note();
	return {lab, landings};
}

/** The same session as one branch of a run, by itself. */
function branchOf({world, asked}: Lab): {readonly branch: Branch; readonly moment: Moment} {
	const moment = Moment.begin({file: '', title: undefined, about: undefined, settings: world.settings, steps: []}, {});
	const branch = Branch.begin(moment);
	const passTo = (timeUs: number) => {
		while (moment.player.world.timeUs < timeUs) {
			moment.player.goTo({timeUs: Math.min(timeUs, moment.player.world.timeUs + 20_000), taken: 0});
			branch.note(moment);
		}
	};

	for (const {timeUs, command} of asked) {
		passTo(timeUs);
		assert.equal(moment.player.perform(command), undefined);
		branch.note(moment);
	}

	passTo(world.timeUs);
	return {branch, moment};
}

const anyShare = fc.double({min: 0, max: 1, noNaN: true});

test('Whatever happened, any moment is found again as it was, and playing on from there makes the same run', () => {
	let broken = 0;
	let checkpoints = 0;
	fc.assert(
		fc.property(anySession(anyCommand), fc.array(anyShare, {minLength: 2, maxLength: 6}), (session, shares) => {
			const {lab, landings} = play(session);
			const {branch, moment} = branchOf(lab);
			assert.equal(moment.player.world.trace.digest, lab.world.trace.digest);
			broken += moment.player.monitor.violation === undefined ? 0 : 1;
			checkpoints = Math.max(checkpoints, branch.grain.checkpoints);
			for (const share of shares) {
				const {position, essence: then} = landings[Math.floor(share * (landings.length - 1))]!;
				const again = branch.at({...position, taken: lab.taken.filter(({timeUs}) => timeUs <= position.timeUs).length});
				const before = branch.at(position);
				assert.deepEqual(before.position, position);
				assert.deepEqual(essence(before.player.world), then);
				for (const one of [before, again]) {
					one.player.goTo(moment.position);
					assert.equal(one.player.world.trace.digest, lab.world.trace.digest);
					assert.deepEqual(one.player.monitor.violation, moment.player.monitor.violation);
				}
			}
		}),
		tried(25),
	);
	assert.ok(checkpoints > 2, 'Some of them are so long that they have several checkpoints');
	assert.ok(broken > 0, 'Some of them break a promise, and are stopped by it each time');
});

test('Step by step one comes back, and by as many steps on again', () => {
	fc.assert(
		fc.property(anySession(anyBearableCommand, 12), (session) => {
			const {lab} = play(session);
			lab.stepOn();
			const steps = [{position: positionOf(lab), hash: lab.world.trace.digest, followed: followed(lab.snapshot())}];
			for (let count = 0; count < 25 && lab.stepBack(); count++) {
				steps.push({position: positionOf(lab), hash: lab.world.trace.digest, followed: followed(lab.snapshot())});
			}

			assert.equal(new Set(steps.map(({hash}) => hash)).size, steps.length, 'Every step is a step');
			for (const {position, hash, followed: then} of steps.toReversed()) {
				if (lab.world.trace.digest !== hash) {
					lab.stepOn();
				}

				assert.deepEqual([positionOf(lab), lab.world.trace.digest], [position, hash]);
				assert.deepEqual(followed(lab.snapshot()), then);
			}

			assert.ok(lab.isAtNewest);
			assert.equal(lab.branchCount, 1, 'Looking at the past leaves it alone');
		}),
		tried(25),
	);
});

test('Undoing finds the moment before the command, exactly; redoing the one after it', () => {
	const lab = newLab();
	lab.tick(1000);
	const before = essence(lab.world);
	const beforeFollowed = followed(lab.snapshot());
	assert.equal(lab.perform(crashLeader), undefined);
	const after = essence(lab.world);
	lab.tick(500);
	assert.equal(lab.snapshot().nodes.filter(({server}) => server === undefined).length, 1);
	const later = essence(lab.world);

	assert.deepEqual(lab.undo(), crashLeader);
	assert.deepEqual(essence(lab.world), before);
	assert.deepEqual(followed(lab.snapshot()), beforeFollowed);
	assert.deepEqual(lab.redo(), crashLeader);
	assert.deepEqual(essence(lab.world), after);
	lab.goToNewest();
	assert.deepEqual(essence(lab.world), later);
	assert.equal(lab.branchCount, 1);
	assert.equal(lab.redo(), undefined, 'Nothing is taken back any more');
});

test('What was taken back does not come when one plays on; it can still be done again', () => {
	const lab = newLab();
	lab.tick(1000);
	lab.perform(crashLeader);
	lab.tick(100);
	lab.perform({type: 'loss', rate: 0.5});
	lab.tick(100);
	const old = essence(lab.world);
	assert.deepEqual(lab.undo(), {type: 'loss', rate: 0.5});
	assert.deepEqual(lab.undo(), crashLeader);
	assert.equal(lab.undo(), undefined);
	lab.tick(400);
	assert.deepEqual(lab.asked, []);
	assert.equal(lab.world.network.lossRate, 0.05);
	assert.equal(lab.branchCount, 2);
	assert.deepEqual(lab.redo(), crashLeader);
	assert.equal(lab.asked.length, 1);
	lab.tick(50);
	assert.deepEqual(lab.redo(), {type: 'loss', rate: 0.5});
	lab.goToNewest();
	assert.deepEqual(essence(lab.world), old, 'The branch in which it was done is as it was');
});

test('A new command is the end of what could be done again', () => {
	const lab = newLab();
	lab.tick(1000);
	lab.perform(crashLeader);
	lab.undo();
	lab.perform({type: 'loss', rate: 0.5});
	assert.equal(lab.redo(), undefined);
	assert.deepEqual(
		lab.asked.map(({command}) => command),
		[{type: 'loss', rate: 0.5}],
	);
});

test('A caption is not what one means to take back', () => {
	const lab = newLab();
	lab.tick(1000);
	lab.perform(crashLeader);
	lab.perform(say('It is dead.'));
	assert.deepEqual(lab.undo(), crashLeader);
});

test('Acting in the past begins another branch, which shares its past, and leaves the old one untouched', () => {
	let forks = 0;
	fc.assert(
		fc.property(
			anySession(anyBearableCommand, 12),
			fc.nat({max: 30}),
			anySession(anyBearableCommand, 6),
			(session, back, other) => {
				const {lab} = play(session);
				const old = essence(lab.world);
				const oldTrace = [...lab.world.trace.events()];
				for (let at = 0; at < back; at++) {
					lab.stepBack();
				}

				const past = lab.world.trace.length;
				const wasAtNewest = lab.isAtNewest;
				const refusal = lab.perform({type: 'loss', rate: 0.77});
				assert.equal(refusal, undefined);
				for (const [at, {elapsedMs, command}] of other.acts.entries()) {
					lab.play();
					lab.tick(elapsedMs);
					lab.perform(commandAt({afterUs: 0, command}, at, lab.world));
				}

				assert.equal(lab.branchCount, wasAtNewest ? 1 : 2);
				if (!wasAtNewest) {
					forks++;
					const forked = essence(lab.world);
					const forkedUs = lab.world.timeUs;
					const shared = [...lab.world.trace.events()].slice(0, past);
					assert.deepEqual(shared, oldTrace.slice(0, past), 'What happened before has happened in both');
					assert.ok(lab.nextBranch());
					assert.ok(lab.world.timeUs <= forkedUs, 'To the same time, as far as that has come');
					lab.goToNewest();
					assert.deepEqual(essence(lab.world), old);
					assert.deepEqual([...lab.world.trace.events()], oldTrace);
					assert.ok(lab.nextBranch());
					lab.goToNewest();
					assert.deepEqual(essence(lab.world), forked);
				}
			},
		),
		tried(25),
	);
	assert.ok(forks > 10, `${forks} forks`);
});

const story: Scenario = parseScenario(
	`
title: A story
seed: 3
steps:
  - mark The beginning
  - wait leader
  - say Somebody leads.
  - +100ms crash leader
  - speed 0.5x
  - wait new leader
  - say Somebody else does.
  - +200ms restart all
  - wait converged
  - expect safe
`,
	'story.yaml',
);

const tell = (): Lab => new Lab(story.settings, {speed: 1, scenario: story});

test('A scenario plays by itself, says where it is, changes the speed, and stops at its end', () => {
	const lab = tell();
	lab.tick(1);
	assert.equal(lab.snapshot().story?.chapter, 'The beginning');
	assert.equal(lab.snapshot().story?.caption, undefined);
	let told: string | undefined;
	for (let at = 0; at < 100 && lab.isPlaying; at++) {
		told = lab.tick(100);
	}

	assert.equal(told, 'The scenario ends here. Space plays on.');
	assert.equal(lab.speed, 0.5);
	const {story: after} = lab.snapshot();
	assert.deepEqual([after?.caption, after?.stepsDone, after?.isLeft], ['Somebody else does.', 10, false]);
	assert.deepEqual(after?.failures, []);
	const endUs = lab.world.timeUs;
	lab.play();
	lab.tick(100);
	assert.equal(lab.world.timeUs, endUs + 50_000, 'and plays on if one wants');
});

test('Somebody may take over from a scenario at any time; its own future stays, to be returned to', () => {
	const whole = tell();
	while (whole.isPlaying) {
		whole.tick(100);
	}

	for (const ms of [1, 150, 300, 600]) {
		const lab = tell();
		lab.tick(ms);
		assert.equal(lab.perform({type: 'loss', rate: 0.1}), undefined);
		assert.equal(lab.snapshot().story?.isLeft, true);
		assert.equal(lab.branchCount, 2);
		const {length} = lab.asked;
		lab.tick(3000);
		assert.equal(lab.asked.length, length, 'The rest of it does not come');
		assert.ok(lab.nextBranch());
		assert.equal(lab.snapshot().story?.isLeft, false);
		lab.play();
		while (lab.isPlaying) {
			lab.tick(100);
		}

		assert.equal(lab.world.trace.digest, whole.world.trace.digest);
	}
});

test('Branches are kept, but not for ever: of many, those are forgotten that nobody was in for longest', () => {
	const lab = newLab();
	lab.tick(500);
	for (let at = 0; at < 20; at++) {
		lab.stepBack();
		lab.perform({type: 'loss', rate: at / 100});
	}

	assert.equal(lab.branchCount, 8);
	const numbers = new Set<number>();
	for (let at = 0; at < 8; at++) {
		lab.nextBranch();
		numbers.add(lab.snapshot().branch.number);
	}

	assert.deepEqual(
		[...numbers].toSorted((a, b) => a - b),
		[14, 15, 16, 17, 18, 19, 20, 21],
	);
});

test('One runs until the next election, commit or step-down, and stops at its instant, with what is told of it', () => {
	const lab = newLab({clients: {count: 0, ratePerS: 0}});
	const reach = (name: GoalName): NotableRecord => {
		const {notables} = lab.snapshot();
		const {length} = notables;
		lab.runUntil(name);
		assert.equal(lab.reached, undefined);
		assert.equal(lab.tick(33), undefined);
		assert.equal(lab.isPlaying, false);
		const {reached} = lab;
		const {type, timeUs} = reached!;
		assert.equal(timeUs, lab.world.timeUs);
		const news = lab.snapshot().notables.slice(length);
		assert.equal(
			news.find((notable) => notable.type === type),
			reached,
			'It is the first of its kind',
		);
		return reached!;
	};

	const told = ({type, ...facts}: NotableRecord): unknown => [type, 'node' in facts ? facts.node : undefined];
	const first = told(reach('election'));
	const leader = lab.world.leader!.id;
	assert.deepEqual(first, ['elected', leader]);
	assert.deepEqual(told(reach('commit')), ['committed', leader]);
	const other = leader === 1 ? 2 : 1;
	lab.perform({type: 'timeout', node: other});
	assert.deepEqual(told(reach('step-down')), ['deposed', leader]);
	assert.deepEqual(told(reach('notable event')), ['elected', other]);
});

test('A follower that learns what is committed is no commit to run for', () => {
	const lab = newLab({clients: {count: 0, ratePerS: 0}, lossRate: 0});
	lab.runUntil('commit');
	lab.tick(33);
	const {length} = lab.world.trace;
	lab.runUntil('commit');
	assert.match(lab.tick(33) ?? '', /^No commit in a virtual minute: write something first\.$/v);
	const since = [...lab.world.trace.events(length + 1)];
	assert.ok(since.some(({type}) => type === 'commit'));
});

test('A leader that crashed and campaigns again has not stepped down', () => {
	const lab = newLab({clients: {count: 0, ratePerS: 0}, lossRate: 0});
	lab.runUntil('election');
	lab.tick(33);
	const leader = lab.world.leader!.id;
	lab.runUntil('step-down');
	lab.perform({type: 'crash', node: leader});
	lab.perform({type: 'restart', node: leader});
	lab.runUntil('step-down');
	assert.match(lab.tick(33) ?? '', /^No step-down in a virtual minute: let a follower’s timer go off\.$/v);
});

test('What does not happen is given up after a minute, a violation after ten', () => {
	const lab = newLab({clients: {count: 0, ratePerS: 0}, lossRate: 0});
	lab.runUntil('election');
	lab.tick(33);
	for (const [name, pattern, us] of [
		['election', /^No election in a virtual minute: let a follower’s timer go off\.$/v, 60_000_000],
		['violation', /^No violation in ten virtual minutes\.$/v, 600_000_000],
	] as const) {
		const {timeUs} = lab.world;
		lab.runUntil(name);
		assert.match(lab.tick(33) ?? '', pattern);
		assert.equal(lab.isPlaying, false);
		assert.equal(lab.reached, undefined);
		assert.ok(Math.abs(lab.world.timeUs - timeUs - us) < 100_000);
	}
});

test('Where nobody reaches a majority, what takes one is given up as soon as nothing is under way, and why is said', () => {
	const given = (name: GoalName, ...commands: readonly Command[]): string | undefined => {
		const lab = newLab({clients: {count: 0, ratePerS: 0}, lossRate: 0});
		lab.runUntil('commit');
		lab.tick(33);
		for (const command of commands) {
			assert.equal(lab.perform(command), undefined);
		}

		const {timeUs} = lab.world;
		lab.runUntil(name);
		const told = lab.tick(33);
		assert.equal(lab.isPlaying, false);
		assert.ok(told === undefined || told.length <= 66, 'It fits beside the way to the help');
		assert.ok(told === undefined || lab.world.timeUs - timeUs <= 200_000);
		return told;
	};

	const crashRandom: Command = {type: 'crash', node: 'random'};
	const crash: readonly Command[] = [crashLeader, crashRandom, crashRandom];
	const suspendRandom: Command = {type: 'suspend', node: 'random'};
	const partition: Command = {type: 'partition', groups: [[1, 2], [3, 4], ['rest']]};
	for (const name of ['election', 'commit', 'step-down'] as const) {
		assert.equal(given(name, ...crash), 'No majority: 2 of 5 are up. Restart nodes first.');
	}

	assert.equal(
		given('commit', crashLeader, suspendRandom, suspendRandom),
		'No majority: 2 of 5 are running. Restart or resume nodes first.',
	);
	for (const name of ['election', 'commit'] as const) {
		assert.equal(given(name, partition), 'Nobody reaches a majority: heal the network first.');
	}

	const apart: Command = {type: 'partition', groups: [['leader'], ['rest']]};
	assert.equal(given('election', apart), undefined, 'four are a majority');
	assert.equal(given('notable event', ...crash), undefined, 'somebody campaigns');
	assert.equal(given('violation', {type: 'crash', node: 'all'}), 'Nothing is left to happen. Restart nodes first.');
	assert.equal(given('violation', {type: 'suspend', node: 'all'}), 'Nothing is left to happen. Resume nodes first.');
});

test('What was under way when the majority went may still bring what is run for', () => {
	const lab = newLab({clients: {count: 0, ratePerS: 0}, lossRate: 0});
	lab.runUntil('commit');
	lab.tick(33);
	const leader = lab.world.leader!.id;
	const others = [1, 2, 3, 4, 5].filter((node) => node !== leader);
	lab.perform({type: 'write', key: 'x', value: '1', via: leader});
	const confirmed = ({flight: {message}}: MessageRecord) => message.type === 'AppendReply' && message.matchIndex === 2;
	while (lab.snapshot().messages.filter((record) => confirmed(record)).length < 2) {
		lab.stepOn();
	}

	for (const node of others) {
		lab.perform({type: 'crash', node});
	}

	lab.runUntil('commit');
	assert.equal(lab.tick(33), undefined);
	assert.equal(lab.reached?.type, 'committed');
});

test('What comes late over a slow link is waited for too', () => {
	const lab = newLab({nodes: 3, clients: {count: 0, ratePerS: 0}, lossRate: 0});
	lab.runUntil('commit');
	lab.tick(33);
	const leader = lab.world.leader!.id;
	const others = [1, 2, 3].filter((node) => node !== leader);
	const slow = {minUs: 3_000_000, maxUs: 3_000_000};
	for (const from of others) {
		lab.perform({type: 'link', from, to: leader, isOneWay: true, link: {delay: slow}});
	}

	lab.perform({type: 'write', key: 'x', value: '1', via: leader});
	const {timeUs} = lab.world;
	lab.play();
	while (lab.world.timeUs < timeUs + 100_000) {
		lab.tick(33);
	}

	lab.perform({type: 'crash', node: others[0]!});
	lab.perform({type: 'crash', node: others[1]!});
	lab.runUntil('commit');
	assert.equal(lab.tick(33), undefined);
	assert.equal(lab.reached?.type, 'committed');
	assert.ok(lab.world.timeUs > timeUs + 2_000_000);
});

test('What the story has in store may bring a majority, and so may what comes and goes at random', () => {
	const scenario = parseScenario(
		'nodes: 3\nsteps: [wait leader, crash all, 10s restart all, 20s say The end]',
		'test.yaml',
	);
	const lab = new Lab(scenario.settings, {scenario});
	for (const name of ['election', 'election'] as const) {
		lab.runUntil(name);
		assert.equal(lab.tick(33), undefined);
		assert.equal(lab.reached?.type, 'elected');
	}

	assert.ok(lab.world.timeUs > 10_000_000);
	lab.perform({type: 'faults', kinds: ['partition']});
	lab.perform({type: 'crash', node: 'all'});
	lab.perform({type: 'restart', node: 1});
	lab.runUntil('election');
	assert.match(lab.tick(33) ?? '', /^No election in a virtual minute: restart nodes or heal the network\.$/v);
});

test('The speed looks after itself: slow where something happens, faster and faster where nothing does', () => {
	const lab = new Lab({...settings, clients: {count: 0, ratePerS: 0}, lossRate: 0}, {speed: 0.1});
	lab.toggleAutomatic();
	while (lab.world.leader === undefined) {
		lab.tick(33);
		assert.equal(lab.snapshot().tempo, 1);
	}

	for (let at = 0; at < 300; at++) {
		lab.tick(33);
	}

	assert.equal(lab.snapshot().tempo, 20);
	lab.perform(crashLeader);
	lab.tick(33);
	assert.equal(lab.snapshot().tempo, 1);
});
