import assert from 'node:assert/strict';
import test from 'node:test';
import {explain, type Subject} from '../../source/explaining/explain.js';
import {faultKinds, type Command} from '../../source/simulation/command.js';
import type {EventType} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings} from '../../source/simulation/settings.js';
import {codeOf} from '../../source/simulation/trace.js';
import {World} from '../../source/simulation/world.js';
import {crash, disk, heal, isolate, ms, pass, restart, resume, suspend, timeout, wipe} from '../simulation/worlds.js';

/** Where a chain of causes may end. */
const origins: ReadonlySet<EventType | undefined> = new Set(['settings', 'command', 'timer', 'invoke']);

const write: Command = {type: 'write', key: 'x', value: 'y', via: 'random'};

/** First an old leader loses what it took alone, and servers go and come; then there are random faults, and hard ones on top. */
const troubles: readonly Command[] = [
	isolate('leader'),
	{...write, via: 'leader'},
	write,
	heal,
	suspend('leader'),
	write,
	resume(1),
	resume(2),
	resume(3),
	resume(4),
	resume(5),
	{type: 'faults', kinds: faultKinds},
	disk(3, 'full'),
	write,
	crash(1),
	restart(1),
	timeout(5),
	wipe(1),
	timeout(2),
];

/** A run in which every kind of event happens; 7 s. */
function troubledRun(seed: string): World {
	const world = World.create({...defaultSettings, seed, clients: {count: 4, ratePerS: 8}, duplicateRate: 0.05});
	pass(world, 500 * ms);
	for (const trouble of troubles) {
		perform(world, trouble); // Some are impossible at their time
		pass(world, 350 * ms);
	}

	world.record({property: 'A Promise', section: '§5.2', explanation: 'It was broken.', evidence: [world.trace.length]});
	return world;
}

function checkExplained(subject: Subject, world: World): void {
	const {title, facts, consequences, rules, causes, seq} = explain(subject, world);
	const about = JSON.stringify(subject);
	assert.notEqual(title, '', about);
	assert.notEqual(facts.length, 0, about);
	assert.ok(causes.length <= 30, about);
	const words = [
		title,
		...facts,
		...consequences,
		...rules.map(({sentence}) => sentence),
		...causes.map(({text}) => text),
	];
	for (const text of words) {
		assert.doesNotMatch(text, /undefined|NaN|No rule of the paper/v, about);
	}

	let later = seq ?? 0;
	for (const cause of causes) {
		assert.ok(cause.seq < later, `${about}: a cause comes before its effect`);
		later = cause.seq;
	}

	assert.ok(seq === undefined || origins.has(world.trace.typeAt(causes.at(-1)?.seq ?? seq)), about);
}

test('Whatever has happened is explained, back to where it began', () => {
	const world = troubledRun('2');
	const seen = new Set<EventType>();
	for (const {seq, type} of world.trace.events()) {
		seen.add(type);
		checkExplained({type: 'event', seq}, world);
	}

	// A kind of event that never happens would not be proved to be explained
	assert.deepEqual([...seen].toSorted(), Object.keys(codeOf).toSorted());
});

test('Every node and every entry is explained, and every message is found by its number', () => {
	const world = troubledRun('2');
	for (let id = 1; id <= world.messagesSent; id++) {
		const subject: Subject = {type: 'message', id};
		const event = world.trace.at(explain(subject, world).seq!)!;
		assert.equal('flight' in event && event.flight.id, id);
	}

	for (const {id: node, persisted, server} of world.hosts) {
		checkExplained({type: 'node', node}, world);
		for (let index = 1; index <= (server ?? persisted).log.lastIndex + 1; index++) {
			checkExplained({type: 'entry', node, index}, world);
		}
	}
});
