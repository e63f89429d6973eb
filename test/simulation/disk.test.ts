/*
Servers and their disks: nothing is said before it is saved, a crash takes what was not saved and nothing else,
and a disk misbehaves as it was told to (Figure 2, thesis §3.8).
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import {isDeepStrictEqual} from 'node:util';
import fc from 'fast-check';
import {paperRules} from '../../source/raft/rules.js';
import type {Persisted} from '../../source/raft/server.js';
import type {Entry, LogIndex, Message, ServerId, Term} from '../../source/raft/vocabulary.js';
import type {Event} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';
import {World} from '../../source/simulation/world.js';
import {
	anyBearableCommand,
	anySession,
	anySettings,
	commandAt,
	play,
	serverEvents,
	tried,
	type Session,
} from '../properties/session.js';
import {
	all,
	calm,
	crash,
	cut,
	disk,
	entriesIn,
	eventsOf,
	eventsOfType,
	heal,
	isolate,
	ledByFirst,
	ms,
	pass,
	restart,
	resume,
	s,
	slowDisk,
	suspend,
	timeout,
	valueOf,
	wipe,
	write,
	type EventOf,
} from './worlds.js';

/** Disks that are slower than the network, as often as not. */
const anySlowRun = anySession({
	command: anyBearableCommand,
	settings: anySettings.chain((settings) =>
		fc.constantFrom(
			settings,
			{...settings, disk: 'simulated' as const, syncDelay: {minUs: 5 * ms, maxUs: 100 * ms}},
			{...settings, disk: 'simulated' as const, syncDelay: {minUs: 20 * ms, maxUs: 20 * ms}},
		),
	),
});

type Write = Extract<Event, {readonly type: 'role' | 'vote' | 'append' | 'truncate'}>;

/** What a server has written since it started, oldest first; what it started with was on the disk. */
class Writes {
	#writes: Write[] = [];
	#term: Term = 0;

	take(event: Event): void {
		switch (event.type) {
			case 'restart': {
				this.#writes = [];
				this.#term = event.term;
				break;
			}

			case 'role': {
				if (event.term > this.#term) {
					this.#term = event.term;
					this.#writes.push(event);
				}

				break;
			}

			case 'vote':
			case 'append':
			case 'truncate': {
				this.#writes.push(event);
				break;
			}

			default:
		}
	}

	/** The latest event of which the disk must have what it wrote before this is said. */
	neededFor(message: Message, cause: number): number {
		const {type, term} = message;
		const termSeq = this.#latest(cause, (one) => one.type === 'role' && one.term === term);
		switch (type) {
			case 'RequestVote':
			case 'VoteReply': {
				const isVote = type === 'RequestVote' || message.voteGranted;
				return isVote ? this.#latest(cause, (one) => one.type === 'vote' && one.term === term) : termSeq;
			}

			case 'AppendEntries': {
				return Math.max(termSeq, this.neededUpTo(message.prevLogIndex + message.entries.length, cause));
			}

			case 'AppendReply': {
				return message.success ? Math.max(termSeq, this.neededUpTo(message.matchIndex, cause)) : termSeq;
			}
		}
	}

	/** The same for the entries up to this one: what it did to them before it decided on something because of `cause`. */
	neededUpTo(index: LogIndex, cause: number): number {
		return this.#latest(
			cause,
			(one) =>
				(one.type === 'append' && one.entries[0]!.index <= index) || (one.type === 'truncate' && one.from <= index),
		);
	}

	#latest(cause: number, isIt: (one: Write) => boolean): number {
		return this.#writes.findLast((one) => one.cause <= cause && isIt(one))?.seq ?? 0;
	}
}

/** Messages, commitments and applications that came before what they rest on was on the disk. */
function findSaidTooEarly(events: readonly Event[], nodes: number): readonly string[] {
	const early: string[] = [];
	const writes = Array.from({length: nodes + 1}, () => new Writes());
	const synced = Array.from({length: nodes + 1}, () => 0);
	const says = (event: Event, node: ServerId, needed: number): void => {
		if (needed > synced[node]!) {
			early.push(`${event.seq} ${event.type} of n${node} needs what ${needed} wrote; saved is ${synced[node]}.`);
		}
	};

	for (const event of events) {
		switch (event.type) {
			case 'sent': {
				const {from, message, copyOf} = event.flight;
				if (copyOf === undefined) {
					says(event, from, writes[from]!.neededFor(message, event.cause));
				}

				break;
			}

			case 'commit': {
				says(event, event.node, writes[event.node]!.neededUpTo(event.index, event.cause));
				break;
			}

			case 'apply': {
				says(event, event.node, writes[event.node]!.neededUpTo(event.entry.index, event.cause));
				break;
			}

			case 'synced': {
				synced[event.node] = event.upTo;
				break;
			}

			case 'role':
			case 'vote':
			case 'append':
			case 'truncate':
			case 'restart': {
				writes[event.node]!.take(event);
				break;
			}

			default:
		}
	}

	return early;
}

test('Nothing that promises something leaves a server, and nothing is committed or applied, before the disk has what it rests on', () => {
	let waits = 0;
	fc.assert(
		fc.property(anySlowRun, (session) => {
			const events = eventsOf(play(session));
			assert.deepEqual(findSaidTooEarly(events, session.settings.nodes), []);
			waits += events.filter(
				(event) =>
					event.type === 'sent' && event.flight.copyOf === undefined && event.timeUs > events[event.cause - 1]!.timeUs,
			).length;
		}),
		tried(100),
	);
	assert.ok(waits > 10 * tried(100).numRuns, `${waits} messages have waited`);
});

for (const kind of ['RequestVote', 'VoteReply', 'AppendEntries', 'AppendReply', 'apply'] as const) {
	test(`That is so because of the rule: without it ${kind} comes too early in some runs`, () => {
		const hasty = {...paperRules, waitsForDisk: (other: string) => other !== kind};
		const {counterexample} = fc.check(
			fc.property(
				anySlowRun,
				(session) => findSaidTooEarly(eventsOf(play(session, hasty)), session.settings.nodes).length === 0,
			),
			{...tried(300), endOnFailure: true},
		);
		const early = findSaidTooEarly(eventsOf(play(counterexample![0], hasty)), counterexample![0].settings.nodes);
		const expected = kind === 'apply' ? ['apply', 'commit'] : ['sent'];
		assert.deepEqual(
			early.filter((text) => !expected.includes(text.split(' ', 2)[1]!)),
			[],
		);
	});
}

/** One record of the log on a disk. */
type LogRecord =
	| {readonly type: 'state'; readonly term: Term; readonly votedFor: ServerId | undefined}
	| {readonly type: 'entry'; readonly entry: Entry}
	| {readonly type: 'truncate'; readonly from: LogIndex};

type Kept = {readonly term: Term; readonly votedFor: ServerId | undefined; readonly log: readonly Entry[]};

function after({term, votedFor, log}: Kept, record: LogRecord): Kept {
	switch (record.type) {
		case 'state': {
			return {term: record.term, votedFor: record.votedFor, log};
		}

		case 'entry': {
			return {term, votedFor, log: [...log, record.entry]};
		}

		case 'truncate': {
			return {term, votedFor, log: log.slice(0, record.from - 1)};
		}
	}
}

const keptIn = ({currentTerm, votedFor, log}: Persisted): Kept => ({
	term: currentTerm,
	votedFor,
	log: entriesIn({log}),
});

/** What a disk ought to hold, from the events alone: what the syncs have covered, and the records that wait for one. */
class DiskModel {
	kept: Kept = {term: 0, votedFor: undefined, log: []};
	#term: Term = 0;
	#unsynced: Array<{readonly seq: number; readonly record: LogRecord}> = [];

	take(event: Event): void {
		switch (event.type) {
			case 'role': {
				this.#takeTerm(event);
				break;
			}

			case 'vote': {
				this.#write(event.seq, {type: 'state', term: event.term, votedFor: event.votedFor});
				break;
			}

			case 'append': {
				for (const entry of event.entries) {
					this.#write(event.seq, {type: 'entry', entry});
				}

				break;
			}

			case 'truncate': {
				this.#write(event.seq, {type: 'truncate', from: event.from});
				break;
			}

			case 'synced': {
				for (const {seq, record} of this.#unsynced) {
					this.kept = seq <= event.upTo ? after(this.kept, record) : this.kept;
				}

				this.#unsynced = this.#unsynced.filter(({seq}) => seq > event.upTo);
				break;
			}

			default:
		}
	}

	/** A candidate writes its term together with its vote. */
	#takeTerm({seq, term, role}: Event & {readonly type: 'role'}): void {
		if (term > this.#term) {
			this.#term = term;
			if (role === 'follower') {
				this.#write(seq, {type: 'state', term, votedFor: undefined});
			}
		}
	}

	#write(seq: number, record: LogRecord): void {
		this.#unsynced.push({seq, record});
	}

	get unsynced(): number {
		return this.#unsynced.length;
	}

	/** What a crash may leave: what was saved, and of the write that was under way no more than its beginning. */
	possible(underWay: number): readonly Kept[] {
		const possible = [this.kept];
		for (const {seq, record} of this.#unsynced) {
			if (seq <= underWay) {
				possible.push(after(possible.at(-1)!, record));
			}
		}

		return possible;
	}

	begin(kept: Kept): void {
		this.kept = kept;
		this.#term = kept.term;
		this.#unsynced = [];
	}
}

/** Play a session event by event, and hold what every crash leaves and every restart finds against the model. */
function checkCrashes(session: Session, counts: Record<'crashes' | 'losses' | 'torn' | 'restarts', number>): void {
	const {settings, steps} = session;
	const world = World.create(settings);
	const models = world.hosts.map(() => new DiskModel());
	let read = 0;
	const follow = (act: () => unknown): void => {
		const syncing = world.hosts.map((host) => host.syncing?.upTo ?? 0);
		act();
		for (const event of world.trace.events(read + 1)) {
			if (!('node' in event) || event.node === undefined) {
				continue;
			}

			const {type, node} = event;
			const model = models[node - 1]!;
			model.take(event);
			if (type === 'crash') {
				const possible = model.possible(syncing[node - 1]!);
				const left = keptIn(world.host(node).persisted);
				const at = possible.findLastIndex((kept) => isDeepStrictEqual(kept, left));
				assert.notEqual(at, -1, `${JSON.stringify(left)} is left of ${JSON.stringify(possible)}.`);
				counts.crashes++;
				counts.losses += model.unsynced > at ? 1 : 0;
				counts.torn += at > 0 ? 1 : 0;
				model.begin(left);
			} else if (type === 'restart') {
				counts.restarts++;
				assert.deepEqual(keptIn(world.host(node).persisted), model.kept);
				assert.deepEqual(
					{term: event.term, votedFor: event.votedFor, lastIndex: event.lastIndex},
					{term: model.kept.term, votedFor: model.kept.votedFor, lastIndex: model.kept.log.length},
				);
			}
		}

		read = world.trace.length;
	};

	for (const [at, step] of steps.entries()) {
		const untilUs = world.timeUs + step.afterUs;
		while (world.nextUs <= untilUs) {
			follow(() => {
				world.advance();
			});
		}

		world.advanceTo(untilUs);
		follow(() => perform(world, commandAt(step, at, world)));
	}

	for (const {id, server} of world.hosts) {
		if (server === undefined) {
			perform(world, disk(id, 'ok'));
			follow(() => perform(world, restart(id)));
		}
	}
}

test('A crash takes exactly what was not on the disk, but for the beginning of the write that was under way', () => {
	const counts = {crashes: 0, losses: 0, torn: 0, restarts: 0};
	fc.assert(
		fc.property(anySlowRun, (session) => {
			fc.pre(session.settings.disk === 'simulated');
			checkCrashes(session, counts);
		}),
		tried(120),
	);
	const {numRuns} = tried(120);
	assert.ok(counts.crashes > numRuns, JSON.stringify(counts));
	assert.ok(counts.losses > numRuns / 4, JSON.stringify(counts));
	assert.ok(counts.torn > 0, JSON.stringify(counts)); // More of that below
	assert.ok(counts.restarts > numRuns, JSON.stringify(counts));
});

/** What was written while a sync was under way and is not in the next one. */
function findLeftOut(events: readonly Event[]): readonly string[] {
	const leftOut: string[] = [];
	const written = new Map<ServerId, number>();
	const due = new Map<ServerId, number>();
	for (const event of events) {
		switch (event.type) {
			case 'crash': {
				due.delete(event.node);
				break;
			}

			case 'vote':
			case 'append':
			case 'truncate': {
				written.set(event.node, event.seq);
				break;
			}

			case 'synced': {
				const {seq, node, upTo} = event;
				if (upTo < (due.get(node) ?? 0)) {
					leftOut.push(`${seq} covers ${upTo}, though ${due.get(node)} was written before it began.`);
				}

				due.set(node, written.get(node) ?? 0);
				break;
			}

			default:
		}
	}

	return leftOut;
}

test('What is written while a sync is under way shares the next one, whatever the run', () => {
	let shared = 0;
	fc.assert(
		fc.property(anySlowRun, (session) => {
			const world = play(session);
			assert.deepEqual(findLeftOut(eventsOf(world)), []);
			shared += eventsOfType(world, 'synced').filter(({seq, node, upTo}) =>
				eventsOfType(world, 'append').some((event) => event.node === node && event.seq > upTo && event.seq < seq),
			).length;
		}),
		tried(40),
	);
	assert.ok(shared > tried(40).numRuns, `${shared} syncs left something to the next one`);
});

const leftLabels = (world: World): ReadonlyArray<readonly [type: string, timeMs: number]> =>
	eventsOf(world).flatMap((event) =>
		['append', 'synced', 'sent'].includes(event.type) &&
		placeOf(event) === 1 &&
		(event.type !== 'sent' || event.flight.to === 2)
			? [[event.type, event.timeUs / ms] as const]
			: [],
	);

const placeOf = (event: Event): ServerId | undefined =>
	event.type === 'sent' ? event.flight.from : 'node' in event ? event.node : undefined;

/** A calm cluster that n1 leads, with its clock at 100 ms and nothing said since; heartbeats are rare. */
const quiet: Settings = {...calm, heartbeatUs: 40 * s};

test('Group commit: three writes, two syncs, and the messages leave with the sync that covers them', () => {
	const world = ledByFirst(quiet);
	all(world, slowDisk(1, 50 * ms), write('a', 1));
	pass(world, 10 * ms);
	all(world, write('b', 1));
	pass(world, 10 * ms);
	all(world, write('c', 1));
	const before = world.trace.length;
	pass(world, 300 * ms);
	assert.deepEqual(
		leftLabels(world).filter(([, timeMs]) => timeMs >= 100),
		[
			['append', 100],
			['append', 110],
			['append', 120],
			['synced', 150],
			['sent', 150],
			['synced', 200],
			['sent', 200],
			['sent', 200],
		],
	);
	const [first, second] = eventsOfType(world, 'synced').filter(({seq, node}) => seq > before && node === 1);
	const [a, , c] = eventsOfType(world, 'append').filter(({node, timeUs}) => node === 1 && timeUs >= 100 * ms);
	assert.deepEqual([first!.upTo, second!.upTo], [a!.seq, c!.seq]);
	assert.equal(valueOf(world, 1), 'c');
});

test('A sync takes as long as the settings say, or as `disk slow` says, until `disk ok`', () => {
	const spans = (world: World): readonly number[] =>
		eventsOfType(world, 'synced').map(({timeUs, upTo}) => timeUs - world.trace.at(upTo)!.timeUs);
	const world = World.create({...defaultSettings, syncDelay: {minUs: 1000, maxUs: 3000}});
	world.advanceTo(5 * s);
	assert.ok(spans(world).length > 5);
	assert.ok(spans(world).every((us) => us >= 1000 && us <= 3000));
	assert.ok(new Set(spans(world)).size > 3, 'Each takes its own time');

	const calmly = ledByFirst(quiet);
	for (const [command, expected] of [
		[slowDisk(2, 7 * ms), 7 * ms],
		[{type: 'disk', node: 2, condition: {kind: 'slow', delay: {minUs: 0, maxUs: 0}}}, 0],
		[slowDisk('all', 9 * ms), 9 * ms],
		[disk(2, 'ok'), 0],
	] as const) {
		all(calmly, command, write('a', 1));
		pass(calmly, 100 * ms);
		const synced = eventsOfType(calmly, 'synced').findLast(({node}) => node === 2)!;
		assert.equal(synced.timeUs - calmly.trace.at(synced.upTo)!.timeUs, expected);
	}
});

test('A disk that is full or failing: the server stops itself, says why, and what waited for the disk is never said', () => {
	for (const [kind, reason] of [
		['full', 'disk full'],
		['failing', 'disk failed'],
	] as const) {
		const world = ledByFirst(quiet);
		const sentBefore = world.messagesSent;
		all(world, disk(1, kind));
		pass(world, 100 * ms);
		assert.notEqual(world.host(1).server, undefined, 'It does not mind until it writes');
		all(world, write('a', 1));
		const {seq, timeUs: _timeUs, cause, ...crashed} = eventsOfType(world, 'crash').at(-1)!;
		assert.deepEqual(crashed, {type: 'crash', node: 1, reason});
		assert.equal(world.trace.at(cause)!.type, 'append');
		assert.ok(seq > cause);
		assert.equal(world.host(1).server, undefined);
		assert.equal(world.messagesSent, sentBefore);
		assert.equal(eventsOfType(world, 'info').length, 1);
		assert.equal(eventsOfType(world, 'crash').length, 1);
		assert.equal(world.host(1).persisted.log.lastIndex, 1);
		pass(world, 20 * s);
		assert.equal(world.messagesSent, sentBefore);
		assert.ok(world.hosts.every(({persisted}) => persisted.log.lastIndex <= 1));
		all(world, disk(1, 'ok'), restart(1));
		assert.deepEqual(world.host(1).held, []);
		all(world, timeout(1)); // And so it writes
		pass(world, s);
		const later = eventsOfType(world, 'sent').slice(sentBefore);
		assert.ok(later.length > 0);
		assert.ok(
			later.every(({flight}) => flight.message.term > 1),
			'Nor is it said in the next life.',
		);
	}
});

test('A disk that begins to fail while it saves: the server stops itself when it should be done, and may have saved some of it', () => {
	const left = new Set<number>();
	for (let seed = 0; seed < 40; seed++) {
		const world = ledByFirst({...calm, seed: String(seed)});
		all(world, slowDisk(2, 30 * ms));
		world.request(
			world.host(1),
			Array.from({length: 20}, (_, at) => ({type: 'write', key: 'x', value: `${at}`})),
			1,
		);
		pass(world, 20 * ms); // Its disk has it since 10 ms ago
		const syncs = eventsOfType(world, 'synced').length;
		all(world, disk(2, 'failing'));
		pass(world, 19 * ms);
		assert.notEqual(world.host(2).server, undefined);
		pass(world, ms);
		assert.equal(world.host(2).server, undefined);
		assert.equal(eventsOfType(world, 'crash').at(-1)!.reason, 'disk failed');
		assert.equal(eventsOfType(world, 'synced').filter(({node}) => node === 2).length, 2); // Its vote and the no-op, not this
		assert.ok(eventsOfType(world, 'synced').length >= syncs);
		const {lastIndex} = world.host(2).persisted.log;
		left.add(lastIndex);
		assert.ok(lastIndex >= 1);
		assert.ok(lastIndex <= 21);
		assert.match(perform(world, restart(2)) ?? 'done', /its disk is failing/v);
		all(world, disk(2, 'ok'), restart(2));
		assert.equal(world.host(2).server!.log.lastIndex, lastIndex);
		all(world, write('more', 1)); // Which brings along what is missing
		pass(world, 200 * ms);
		assert.equal(valueOf(world, 2), 'more');
		assert.equal(world.host(2).server!.log.lastIndex, 22);
	}

	assert.ok(left.size > 4, [...left].join(' '));
});

test('A full disk lets a server start and stops it again when it writes', () => {
	const world = ledByFirst();
	all(world, crash(2), disk(2, 'full'), restart(2));
	pass(world, 100 * ms);
	assert.notEqual(world.host(2).server, undefined);
	all(world, write('a', 1));
	pass(world, 100 * ms);
	assert.equal(world.host(2).server, undefined);
	all(world, disk(2, 'ok'), restart(2), write('b', 1));
	pass(world, 100 * ms);
	assert.equal(valueOf(world, 2), 'b');
});

test('A lying disk reports what it has not done: the sync is in the trace, and the crash takes what it claimed', () => {
	const world = ledByFirst(quiet);
	all(world, disk(2, 'lying'), write('a', 1), write('b', 1));
	pass(world, 100 * ms);
	const appended = eventsOfType(world, 'append').findLast(({node}) => node === 2)!;
	assert.ok(eventsOfType(world, 'synced').some(({node, upTo}) => node === 2 && upTo >= appended.seq));
	assert.equal(world.host(2).server!.log.lastIndex, 3);
	assert.equal(valueOf(world, 1), 'b');
	all(world, crash(2));
	assert.ok(world.host(2).persisted.log.lastIndex < 3);

	// Had it become honest before, its next sync would have made up for it
	const other = ledByFirst(quiet);
	all(other, disk(2, 'lying'), write('a', 1), write('b', 1));
	pass(other, 100 * ms);
	all(other, disk(2, 'ok'), write('c', 1));
	pass(other, 100 * ms);
	all(other, crash(2));
	assert.equal(other.host(2).persisted.log.lastIndex, 4);
});

test('So Raft bears no lying disks: a vote that was promised is given again, and a term gets two leaders (thesis §3.8)', () => {
	const world = World.create(quiet);
	all(world, disk(3, 'lying'), cut(1, 2), timeout(1));
	pass(world, 100 * ms);
	all(world, isolate(1), crash(3), restart(3), heal, isolate(1), timeout(2));
	pass(world, 100 * ms);
	const leaders = eventsOfType(world, 'role').filter(({role, term}) => role === 'leader' && term === 1);
	assert.deepEqual(
		leaders.map(({node}) => node),
		[1, 2],
	);
});

test('A server whose disk is replaced by an empty one comes back knowing nothing, whether it was up or down, and learns all again from the next leader', () => {
	for (const isUp of [true, false]) {
		const world = ledByFirst();
		all(world, write('a', 1));
		pass(world, 100 * ms);
		all(world, ...(isUp ? [] : [crash(2)]), wipe(2));
		const {node, cause} = eventsOfType(world, 'wipe').at(-1)!;
		assert.equal(node, 2);
		assert.equal(world.trace.at(cause)!.type, 'command');
		assert.equal(eventsOfType(world, 'crash').length, 1);
		assert.deepEqual(keptIn(world.host(2).persisted), {term: 0, votedFor: undefined, log: []});
		all(world, restart(2));
		assert.deepEqual(
			[world.host(2).server!.currentTerm, world.host(2).server!.votedFor, world.host(2).server!.log.lastIndex],
			[0, undefined, 0],
		);
		all(world, timeout(3)); // To n1 it has acknowledged what it holds no more
		pass(world, 200 * ms);
		assert.equal(valueOf(world, 2), 'a');
		assert.equal(world.host(2).server!.log.lastIndex, 3);
	}
});

test('A new disk has nothing wrong with it', () => {
	const world = ledByFirst();
	all(world, disk(2, 'failing'), disk(3, 'lying'), wipe(2), restart(2), wipe(3), restart(3));
	assert.deepEqual(
		world.hosts.map(({condition}) => condition.kind),
		['ok', 'ok', 'ok'],
	);
	all(world, timeout(2));
	pass(world, 100 * ms);
	assert.notEqual(world.host(2).server, undefined);
	assert.equal(world.host(2).persisted.currentTerm, 0);
	all(world, crash(2), crash(3));
	assert.ok(world.host(2).persisted.currentTerm > 0);
	assert.ok(world.host(3).persisted.currentTerm > 0);
});

test('Where the crash tore the last write, its rest is cut off at the restart, nothing is said before that is saved, and the run goes on', () => {
	let cuts = 0;
	for (let seed = 0; seed < 30; seed++) {
		const world = ledByFirst({...calm, seed: `torn ${seed}`});
		all(world, slowDisk('all', 30 * ms), write('a', 1));
		pass(world, 60 * ms); // At 140 it arrives, and is being saved
		all(world, crash(2), restart(2));
		const restarted = eventsOfType(world, 'restart').at(-1)!;
		const {lastIndex} = world.host(2).persisted.log;
		all(world, timeout(2));
		pass(world, 29 * ms);
		const saidEarly = eventsOfType(world, 'sent').filter(({seq, flight}) => flight.from === 2 && seq > restarted.seq);
		assert.deepEqual(saidEarly, []);
		pass(world, 500 * ms);
		if (eventsOfType(world, 'synced').some(({upTo}) => upTo === restarted.seq)) {
			cuts++;
		}

		all(world, crash(2));
		assert.ok(world.host(2).persisted.log.lastIndex >= lastIndex);
		all(world, restart(2), timeout(1));
		pass(world, s);
		all(world, write('b', 1));
		pass(world, s);
		assert.deepEqual([valueOf(world, 1), valueOf(world, 2), valueOf(world, 3)], ['b', 'b', 'b']);
	}

	assert.ok(cuts >= 3, `${cuts} of 30`);
});

test('A suspended server begins no sync; one that is under way ends, and what waited for it leaves when the server goes on', () => {
	const world = ledByFirst(quiet);
	all(world, slowDisk(1, 30 * ms), write('a', 1));
	pass(world, 10 * ms);
	all(world, write('b', 1), suspend(1));
	pass(world, 100 * ms);
	const [a, b] = eventsOfType(world, 'append').filter(({node, timeUs}) => node === 1 && timeUs >= 100 * ms);
	const syncs = (): ReadonlyArray<readonly [upTo: number, timeUs: number]> =>
		eventsOfType(world, 'synced')
			.filter(({node, timeUs}) => node === 1 && timeUs > 100 * ms)
			.map(({upTo, timeUs}) => [upTo, timeUs / ms]);
	const said = (): readonly number[] =>
		eventsOfType(world, 'sent')
			.filter(({flight, timeUs}) => flight.from === 1 && flight.to === 2 && timeUs >= 100 * ms)
			.map(({timeUs}) => timeUs / ms);
	assert.deepEqual(syncs(), [[a!.seq, 130]]);
	assert.deepEqual(said(), []);
	all(world, resume(1));
	assert.deepEqual(said(), [210]);
	pass(world, 100 * ms);
	assert.deepEqual(syncs(), [
		[a!.seq, 130],
		[b!.seq, 240],
	]);
	assert.deepEqual(said(), [210, 240]);
});

test('Without disks nothing is ever lost or waited for, and there is nothing to misbehave', () => {
	const world = ledByFirst({...defaultSettings, nodes: 3, disk: 'none', electionTimeout: calm.electionTimeout});
	for (const condition of [{kind: 'ok'}, {kind: 'full'}, {kind: 'slow', delay: {minUs: 1, maxUs: 1}}] as const) {
		assert.equal(perform(world, {type: 'disk', node: 1, condition}), 'There are no disks in this run.');
	}

	fc.assert(
		fc.property(
			anySession({settings: anySettings.map((settings) => ({...settings, disk: 'none'})), command: anyBearableCommand}),
			(session) => {
				const played = play(session);
				const events = serverEvents(played);
				const terms = new Map<ServerId, Term>();
				const logs = new Map<ServerId, LogIndex>();
				for (const event of events) {
					switch (event.type) {
						case 'role': {
							terms.set(event.node, event.term);
							break;
						}

						case 'append': {
							logs.set(event.node, event.entries.at(-1)!.index);
							break;
						}

						case 'truncate': {
							logs.set(event.node, event.from - 1);
							break;
						}

						case 'synced': {
							assert.equal(event.timeUs, events.find(({seq}) => seq === event.upTo)!.timeUs);
							break;
						}

						case 'restart': {
							assert.equal(event.term, terms.get(event.node) ?? 0);
							assert.equal(event.lastIndex, logs.get(event.node) ?? 0);
							break;
						}

						default:
					}
				}
			},
		),
		tried(50),
	);
});

test('A server that takes entries behind a gap, which only a broken rule allows, stops itself: no log has one', () => {
	for (const kept of ['simulated', 'none'] as const) {
		const world = ledByFirst({...quiet, disk: kept}, {rules: {...paperRules, matchesPrevious: () => true}});
		all(world, isolate(2), write('a', 1), write('b', 1));
		pass(world, 100 * ms);
		all(world, heal, isolate(1), timeout(3)); // A new leader believes that all are as far as it is
		pass(world, 100 * ms);
		const [{node, reason, cause}] = eventsOfType(world, 'crash') as [EventOf<'crash'>];
		assert.deepEqual([node, reason, world.trace.at(cause)!.type], [2, 'log gap', 'append']);
		assert.equal(world.host(2).persisted.log.lastIndex, 1);
		all(world, restart(2));
	}
});

test('A cluster of one stops itself once, however much it had to do', () => {
	for (const kind of ['full', 'failing'] as const) {
		const world = World.create({...quiet, nodes: 1});
		all(world, timeout(1));
		assert.equal(world.host(1).server!.commitIndex, 1);
		all(world, disk(1, kind), write('a', 1));
		pass(world, 100 * ms);
		assert.equal(eventsOfType(world, 'crash').length, 1);
		assert.equal(eventsOfType(world, 'apply').length, 1);
	}
});
