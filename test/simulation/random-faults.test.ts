/*
Random faults: they come, last a while and go, leave a majority standing, and leave everything as it was.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {faultKinds, type Command, type FaultKind} from '../../source/simulation/command.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {anySession, play, tried} from '../properties/session.js';
import {
	all,
	clients,
	clock,
	cut,
	cutOneWay,
	eventsOfType,
	findDifference,
	isolate,
	ms,
	pass,
	s,
	slowDisk,
	type EventOf,
} from './worlds.js';

const faults = (...kinds: readonly FaultKind[]): Command => ({type: 'faults', kinds});
const noFaults = faults();

/** A command that a fault gave. */
type Given = EventOf<'command'>;

/** The commands that came by themselves. */
const given = (world: World): readonly Given[] => eventsOfType(world, 'command').filter(({cause}) => cause > 0);

/** Which kind of fault a command begins, or whether it ends one. */
function kindOf({command}: Given): FaultKind | 'end' {
	switch (command.type) {
		case 'partition':
		case 'cut':
		case 'crash':
		case 'suspend': {
			return command.type;
		}

		case 'loss': {
			return command.rate === 0 ? 'end' : 'loss';
		}

		case 'delay': {
			return command.delay.maxUs === defaultSettings.delay.maxUs ? 'end' : 'delay';
		}

		case 'clock': {
			return command.rate === 1 ? 'end' : 'clock';
		}

		case 'disk': {
			return command.condition.kind === 'slow' ? 'disk' : 'end';
		}

		case 'heal':
		case 'restart':
		case 'resume': {
			return 'end';
		}

		default: {
			assert.fail(`No fault gives ${command.type}.`);
		}
	}
}

/** What a fault is about: while it lasts, no other of its kind is about the same. */
const subjectOf = ({command}: Given): string => ('node' in command ? `n${String(command.node)}` : 'network');

/** How long the faults of a run lasted, where each kind came alone. */
function spansOf(world: World): readonly number[] {
	const spans: number[] = [];
	const begun = new Map<string, number>();
	for (const command of given(world)) {
		const subject = subjectOf(command);
		if (kindOf(command) === 'end') {
			spans.push(command.timeUs - begun.get(subject)!);
			assert.ok(begun.delete(subject), `${command.seq} ends what has not begun.`);
		} else {
			assert.ok(!begun.has(subject), `${command.seq} begins what has not ended.`);
			begun.set(subject, command.timeUs);
		}
	}

	for (const timeUs of begun.values()) {
		assert.ok(world.timeUs - timeUs <= 4 * s, 'It lasts too long.');
	}

	return spans;
}

const wounded = (settings: Partial<Settings>, kinds: readonly FaultKind[], spanUs: number): World => {
	const world = World.create({...defaultSettings, ...settings}, {retained: 1_000_000});
	all(world, faults(...kinds));
	pass(world, spanUs);
	return world;
};

for (const kind of faultKinds) {
	test(`Faults of one kind come again and again, each lasts from one to four seconds, and none else come: ${kind}`, () => {
		const world = wounded({seed: kind}, [kind], 100 * s);
		const command = eventsOfType(world, 'command')[0]!;
		assert.deepEqual(command.command, faults(kind));
		assert.ok(given(world).every(({cause}) => cause === command.seq));
		const spans = spansOf(world);
		assert.ok(spans.length >= 12, `${spans.length}`);
		assert.ok(
			spans.every((us) => us >= s && us <= 4 * s),
			spans.join(' '),
		);
		assert.ok(Math.max(...spans) - Math.min(...spans) > s, 'They do not all last the same.');
		const kinds = new Set(given(world).map((event) => kindOf(event)));
		assert.deepEqual([...kinds].toSorted(), [kind, 'end'].toSorted());
	});
}

test('From one fault to the next it takes half a second to two and a half, while there is room for more', () => {
	const gaps: number[] = [];
	for (let seed = 0; seed < 20; seed++) {
		const world = wounded({seed: String(seed)}, ['clock', 'disk', 'loss', 'delay'], 20 * s);
		const begins = given(world).filter((event) => kindOf(event) !== 'end');
		gaps.push(begins[0]!.timeUs, ...begins.slice(1).map(({timeUs}, at) => timeUs - begins[at]!.timeUs));
	}

	assert.ok(Math.min(...gaps) >= 0.5 * s, `${Math.min(...gaps)}`);
	const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
	assert.ok(median < 2.5 * s, `${median}`);
});

test('All kinds come where all are asked for, and leaders are hit more often than their number says', () => {
	const hits = {leader: 0, anybody: 0};
	const kinds = new Set<string>();
	for (let seed = 0; seed < 10; seed++) {
		const world = World.create({...defaultSettings, seed: String(seed)});
		all(world, faults(...faultKinds));
		let read = world.trace.length;
		while (world.timeUs < 40 * s) {
			const leader = world.leader?.id;
			world.advance();
			for (const event of world.trace.events(read + 1)) {
				if (event.type === 'command' && 'node' in event.command && kindOf(event) !== 'end' && leader !== undefined) {
					hits.anybody++;
					hits.leader += event.command.node === leader ? 1 : 0;
				}
			}

			read = world.trace.length;
		}

		for (const event of given(world)) {
			kinds.add(kindOf(event));
		}
	}

	assert.deepEqual([...kinds].toSorted(), ['end', ...faultKinds].toSorted());
	assert.ok(hits.leader / hits.anybody > 0.3, JSON.stringify(hits)); // One in five, were it blind
	assert.ok(hits.leader / hits.anybody < 0.7, JSON.stringify(hits));
});

test('Of servers that are down or suspended there is never more than a minority, however many there are', () => {
	for (const nodes of [1, 2, 3, 4, 5, 7]) {
		let awayMax = 0;
		for (let seed = 0; seed < 6; seed++) {
			const world = World.create({...defaultSettings, nodes, seed: String(seed)});
			all(world, faults('crash', 'suspend', 'disk'));
			while (world.timeUs < 30 * s) {
				world.advance();
				const away = world.hosts.filter(({server, isSuspended}) => server === undefined || isSuspended).length;
				assert.ok(away * 2 < nodes, `${away} of ${nodes} are away.`);
				awayMax = Math.max(awayMax, away);
			}
		}

		assert.equal(awayMax > 0, nodes > 2);
		assert.equal(awayMax > 1, nodes > 4);
	}
});

test('Under all of them the cluster goes on working', () => {
	for (let seed = 0; seed < 5; seed++) {
		const world = World.create({...defaultSettings, seed: String(seed), clients: {count: 3, ratePerS: 20}});
		all(world, faults(...faultKinds));
		pass(world, 30 * s);
		const {length} = eventsOfType(world, 'ok');
		assert.ok(length > 100, `${length} operations of some 600 are done`);
	}
});

/** What faults touch. */
const condition = ({network, hosts}: World): unknown => ({
	delay: network.delay,
	lossRate: network.lossRate,
	duplicateRate: network.duplicateRate,
	groups: network.groups,
	isolated: [...network.isolated],
	cuts: network.cuts,
	links: network.links,
	hosts: hosts.map(({server, isSuspended, clockRate, condition: disk}) => ({
		isUp: server !== undefined,
		isSuspended,
		clockRate,
		disk,
	})),
});

test('Switched off, they end at once, nothing is left of them, and no more come', () => {
	for (let seed = 0; seed < 40; seed++) {
		const world = World.create({...defaultSettings, seed: String(seed)});
		pass(world, s);
		const before = condition(world);
		all(world, faults(...faultKinds));
		pass(world, (3 + (seed % 9)) * s + seed * 37 * ms);
		all(world, noFaults);
		assert.deepEqual(condition(world), before, `Seed ${seed}`);
		assert.deepEqual(world.randomFaults.active, []);
		const {length} = given(world);
		pass(world, 20 * s);
		assert.equal(given(world).length, length);
		assert.equal(perform(world, noFaults), 'There are no random faults at the moment.');
		assert.ok(length > 0);
	}
});

test('Asked for anew, those of before end, and only the new kinds come', () => {
	const world = wounded({}, ['crash', 'suspend', 'clock'], 10 * s);
	all(world, faults('loss'));
	assert.ok(
		world.hosts.every(({server, isSuspended, clockRate}) => server !== undefined && !isSuspended && clockRate === 1),
	);
	const since = world.trace.length;
	pass(world, 30 * s);
	const after = given(world).filter(({seq}) => seq > since);
	assert.ok(after.length > 4);
	assert.ok(
		after.every(
			({command, cause}) =>
				command.type === 'loss' && cause === eventsOfType(world, 'command').findLast((event) => event.cause === 0)!.seq,
		),
	);
});

/** What somebody has set before the faults come, and the kinds that could take it away. */
const before: ReadonlyArray<readonly [name: string, commands: readonly Command[], kinds: readonly FaultKind[]]> = [
	['losses', [{type: 'loss', rate: 0.07}], ['loss']],
	['delays', [{type: 'delay', delay: {minUs: 3 * ms, maxUs: 4 * ms}}], ['delay']],
	['a link of its own', [{type: 'link', from: 1, to: 2, isOneWay: false, link: {lossRate: 0.5}}], faultKinds],
	['a partition', [{type: 'partition', groups: [[1, 2]]}], ['partition']],
	['an isolated server', [isolate(5)], ['partition']],
	['a cut', [cut(1, 2)], ['partition']],
	['a cut one way', [cutOneWay(1, 2), cutOneWay(2, 3), cutOneWay(3, 4)], ['cut']],
	['a clock', [clock('all', 0.8)], ['clock']],
	['a slow disk', [slowDisk('all', 4 * ms)], ['disk']],
	['a server that is down', [{type: 'crash', node: 5}], ['crash', 'suspend']],
	['a server that is suspended', [{type: 'suspend', node: 5}], ['suspend']],
];

for (const [name, commands, kinds] of before) {
	test(`They leave as it was what somebody had set before: ${name}`, () => {
		for (let seed = 0; seed < 8; seed++) {
			const world = World.create({...defaultSettings, seed: String(seed)});
			pass(world, s);
			all(world, ...commands);
			const set = condition(world);
			all(world, faults(...kinds));
			pass(world, 15 * s);
			all(world, noFaults);
			assert.deepEqual(condition(world), set, `Seed ${seed}`);
		}
	});
}

test('A cut lasts its time also where a partition ends meanwhile', () => {
	let cuts = 0;
	for (let seed = 0; seed < 20; seed++) {
		const world = World.create({...defaultSettings, seed: String(seed)});
		all(world, faults('cut', 'partition'));
		const begun = new Map<string, number>();
		while (world.timeUs < 30 * s) {
			world.advance();
			const present = new Set(world.network.cuts.map(([from, to]) => `${from} ${to}`));
			for (const [name, timeUs] of begun) {
				if (!present.has(name)) {
					begun.delete(name);
					cuts++;
					assert.ok(world.timeUs - timeUs >= s, `Seed ${seed}: ${name} was cut for ${world.timeUs - timeUs} µs.`);
				}
			}

			for (const name of present) {
				begun.set(name, begun.get(name) ?? world.timeUs);
			}
		}
	}

	assert.ok(cuts > 20, `${cuts}`);
});

test('What somebody ends by hand stays ended, and its own end does no harm', () => {
	const world = wounded({seed: '3'}, ['crash'], 0);
	while (world.hosts.every(({server}) => server !== undefined)) {
		world.advance();
		assert.ok(world.timeUs < 60 * s, 'No server crashes.');
	}

	const {id} = world.hosts.find(({server}) => server === undefined)!;
	all(world, {type: 'restart', node: id});
	const refused = world.trace.length;
	pass(world, 30 * s);
	const restarts = given(world).filter(({seq, command}) => seq > refused && command.type === 'restart');
	const crashes = given(world).filter(({seq, command}) => seq > refused && command.type === 'crash');
	assert.ok(restarts.length <= crashes.length);
	all(world, noFaults);
	assert.ok(world.hosts.every(({server}) => server !== undefined));
});

test('A copy made amid faults goes on exactly as its original, and ends them for itself alone', () => {
	for (let seed = 0; seed < 6; seed++) {
		const original = World.create({...defaultSettings, seed: String(seed)});
		all(original, faults(...faultKinds), clients(2, 10));
		pass(original, (4 + seed) * s);
		const copy = original.copy();
		const healed = original.copy();
		all(healed, noFaults);
		pass(healed, 5 * s);
		pass(original, 6 * s);
		pass(copy, 6 * s);
		assert.equal(findDifference(copy, original), undefined);
		assert.ok(given(original).length > given(healed).length);
		const uninterrupted = World.create({...defaultSettings, seed: String(seed)});
		all(uninterrupted, faults(...faultKinds), clients(2, 10));
		pass(uninterrupted, (10 + seed) * s);
		assert.equal(uninterrupted.trace.digest, original.trace.digest);
	}
});

test('Faults follow from the seed: the same come at the same times, and others with another', () => {
	const commandsOf = (seed: string): unknown =>
		given(wounded({seed}, faultKinds, 15 * s)).map(({timeUs, command}) => ({timeUs, command}));
	assert.deepEqual(commandsOf('1'), commandsOf('1'));
	assert.notDeepEqual(commandsOf('1'), commandsOf('2'));
});

test('They never break a World, whatever is done besides', () => {
	let count = 0;
	fc.assert(
		fc.property(anySession({stepsMax: 80}), (session) => {
			const always: Command = faults(...faultKinds);
			const steps = session.steps.map((step) => (step.command.type === 'faults' ? {...step, command: always} : step));
			count += given(play({...session, steps: [{afterUs: 0, command: always}, ...steps]})).length;
		}),
		tried(60),
	);
	assert.ok(count > 100, `${count}`);
});
