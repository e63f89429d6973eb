/*
The World: the whole cluster at one instant of virtual time, and how it goes on.

`advance` does the next thing on the agenda. Everything that happens is recorded in the trace with the
event that caused it. The same settings and the same commands at the same virtual times give the same
trace: nothing in here knows of real time, and chance comes from the seed alone.
*/

import {paperRules, type Rules} from '../raft/rules.js';
import {lastTerm} from '../raft/log.js';
import {leaderOf, nothingPersisted, type Server} from '../raft/server.js';
import {step} from '../raft/step.js';
import type {Effect, Entry, Input, Message, ServerId} from '../raft/vocabulary.js';
import {applyCommand, emptyStore, type Operation, type Result} from '../state-machine/key-value.js';
import {Agenda} from './agenda.js';
import {copyClient, isAwaited, setClients, takeAnswer, takeRefusal, takeSilence, type Client} from './clients.js';
import type {Command} from './command.js';
import {mix, mixData} from './digest.js';
import type {Call, CrashReason, Violation} from './event.js';
import {bootServer, copyHost, createHost, reasonOf, syncDelayOf, type Asked, type Held, type Host} from './host.js';
import {digestMessage, Network, type Flight, type LossReason} from './network.js';
import {copyRandomFaults, noRandomFaults, type RandomFaults} from './random-faults.js';
import {copyStream, drawBetween, randomStream, type RandomStream} from './random.js';
import {checkSettings, type Settings, type TimeRangeUs} from './settings.js';
import {
	codeOf,
	crashReasonCodes,
	digestEntry,
	digestOperation,
	digestResult,
	lossReasonCodes,
	roleCodes,
	timerCodes,
	Trace,
	type AppliedEntry,
	type TraceOptions,
} from './trace.js';

/** Something to be done at a time. It must hold nothing that changes: a copy of the World does it too, to itself. */
export type Deed = (world: World) => void;

/** Something planned: a message's arrival, a look at a host's timer, or any other deed. */
type Planned = Flight | Host['id'] | Deed;

export type WorldOptions = TraceOptions & {
	/** The protocol's rules, if not the paper's. */
	readonly rules?: Rules;
};

export class World {
	readonly settings: Settings;
	/** The virtual time: a whole number of microseconds. */
	timeUs = 0;
	readonly trace: Trace;
	readonly network: Network;
	/** In the order of their ids: `hosts[0]` is n1. */
	readonly hosts: readonly Host[];
	/** In the order of their ids: `clients[0]` is c1. */
	readonly clients: Client[] = [];
	/** How many of them begin new operations, and how often each does. */
	clientsActive = 0;
	clientIntervalUs = 0;
	electionTimeout: TimeRangeUs;
	heartbeatUs: number;
	messagesSent = 0;
	messagesDelivered = 0;
	operationsInvoked = 0;
	/** How many entries have been read back from disks after crashes, which takes longer than anything else. */
	entriesRecovered = 0;
	randomFaults: RandomFaults;
	/** What commands choose at random. */
	choices: RandomStream;
	#leader: Host | undefined;
	/** What the present input proposes. */
	#proposed: readonly Asked[] = [];
	#isLeaderKnown = false;
	readonly #agenda: Agenda<Planned>;
	readonly #rules: Rules;

	private constructor(
		settings: Settings,
		rules: Rules,
		parts: {
			readonly trace: Trace;
			readonly network: Network;
			readonly hosts: readonly Host[];
			readonly agenda: Agenda<Planned>;
			readonly randomFaults: RandomFaults;
			readonly choices: RandomStream;
		},
	) {
		this.settings = settings;
		this.electionTimeout = settings.electionTimeout;
		this.heartbeatUs = settings.heartbeatUs;
		this.#rules = rules;
		this.trace = parts.trace;
		this.network = parts.network;
		this.hosts = parts.hosts;
		this.randomFaults = parts.randomFaults;
		this.choices = parts.choices;
		this.#agenda = parts.agenda;
	}

	/**
	A cluster that has just been switched on: empty disks, everybody a follower.

	@throws {RangeError} If the settings are impossible.
	*/
	static create(settings: Settings, {rules = paperRules, ...traceOptions}: WorldOptions = {}): World {
		checkSettings(settings);
		const world = new World(settings, rules, {
			trace: new Trace(traceOptions),
			network: new Network(settings),
			hosts: Array.from({length: settings.nodes}, (_, at) => createHost(at + 1, settings)),
			agenda: new Agenda(),
			randomFaults: noRandomFaults(settings.seed),
			choices: randomStream(settings.seed, 'choices'),
		});
		const started = world.emit(codeOf.settings, 0, 0, 0, 0, settings, mixData(0, settings));
		for (const host of world.hosts) {
			world.armTimer(host, 'election', started);
		}

		setClients(world, settings.clients.count, settings.clients.ratePerS);
		return world;
	}

	/** A World that goes on independently from here, exactly as this one would. */
	copy(): World {
		const copy = new World(this.settings, this.#rules, {
			trace: this.trace.copy(),
			network: this.network.copy(),
			hosts: this.hosts.map((host) => copyHost(host)),
			agenda: this.#agenda.copy(),
			randomFaults: copyRandomFaults(this.randomFaults),
			choices: copyStream(this.choices),
		});
		copy.timeUs = this.timeUs;
		copy.clients.push(...this.clients.map((client) => copyClient(client)));
		copy.clientsActive = this.clientsActive;
		copy.clientIntervalUs = this.clientIntervalUs;
		copy.electionTimeout = this.electionTimeout;
		copy.heartbeatUs = this.heartbeatUs;
		copy.messagesSent = this.messagesSent;
		copy.messagesDelivered = this.messagesDelivered;
		copy.operationsInvoked = this.operationsInvoked;
		copy.entriesRecovered = this.entriesRecovered;
		return copy;
	}

	/** The time of the next thing on the agenda, in virtual microseconds; infinity if nothing is left to happen. */
	get nextUs(): number {
		return this.#agenda.nextUs;
	}

	/** Messages on their way, held ones included, lost ones left out. */
	get inFlight(): number {
		let count = this.network.held.length;
		for (const item of this.#agenda.items()) {
			count += typeof item === 'object' ? 1 : 0;
		}

		return count;
	}

	/** Whether a message that was sent up to a time, and is not held, has yet to arrive. */
	hasUnderWay(sentUs: number): boolean {
		return this.#agenda.items().some((item) => typeof item === 'object' && item.sentUs <= sentUs);
	}

	host(id: ServerId): Host {
		const host = this.hosts[id - 1];
		if (host === undefined) {
			throw new RangeError(`There is no n${id}; the cluster has n1 to n${this.hosts.length}.`);
		}

		return host;
	}

	/** The leader of the highest term, as far as anybody leads. A deposed one may not know it yet. */
	get leader(): Host | undefined {
		if (!this.#isLeaderKnown) {
			this.#leader = this.#findLeader();
			this.#isLeaderKnown = true;
		}

		return this.#leader;
	}

	#findLeader(): Host | undefined {
		let leader: Host | undefined;
		for (const host of this.hosts) {
			if (
				host.server?.role === 'leader' &&
				(leader === undefined || host.server.currentTerm > leader.server!.currentTerm)
			) {
				leader = host;
			}
		}

		return leader;
	}

	/**
	Do the next thing on the agenda.

	Several may share an instant. A command given between them cannot be given again by its time alone, so
	whoever keeps commands for replay stops with `advanceTo`.
	*/
	advance(): void {
		const timeUs = this.#agenda.nextUs;
		if (timeUs === Number.POSITIVE_INFINITY) {
			return;
		}

		this.timeUs = timeUs;
		const item = this.#agenda.take();
		if (typeof item === 'number') {
			this.#lookAtTimer(this.hosts[item - 1]!, timeUs);
		} else if (typeof item === 'function') {
			item(this);
		} else {
			this.#arrive(item);
		}
	}

	/**
	Do everything that happens up to and including a time, and let the clock stand there.

	@throws {RangeError} If the time is not finite: a cluster never comes to its end.
	*/
	advanceTo(timeUs: number): void {
		if (!Number.isFinite(timeUs)) {
			throw new RangeError(`Virtual time is finite, not ${timeUs}.`);
		}

		while (this.#agenda.nextUs <= timeUs) {
			this.advance();
		}

		this.timeUs = Math.max(this.timeUs, timeUs);
	}

	/** Let a deed be done at a time, after whatever has been planned for that time before. */
	plan(timeUs: number, deed: Deed): void {
		this.#agenda.plan(timeUs, deed);
	}

	/** Record an event. Returns its `seq`. For this room only. */
	emit(
		type: number,
		cause: number,
		node: number,
		first: number,
		second: number,
		payload: unknown,
		contents: number,
	): number {
		return this.trace.record(type, this.timeUs, cause, node, first, second, payload, contents);
	}

	/** Put into the trace that a checker has found a promise broken. */
	record(violation: Violation): void {
		const {property, section, explanation, evidence} = violation;
		const recorded: Violation = {property, section, explanation, evidence};
		this.emit(codeOf.violation, evidence.at(-1) ?? 0, 0, 0, 0, recorded, mixData(0, recorded));
	}

	/** Let a server take an input, and carry out what it asks for. */
	give(host: Host, input: Input, cause: number): void {
		const {server} = host;
		if (server === undefined) {
			return;
		}

		const [next, effects] = step(server, input, this.#rules);
		if (next !== server) {
			host.server = next;
			if (next.role !== server.role || next.currentTerm !== server.currentTerm || leaderOf(next) !== leaderOf(server)) {
				this.#emitRole(next, cause);
			}
		}

		for (const effect of effects) {
			this.#carryOut(host, effect, cause);
			if (host.server === undefined) {
				return; // Its disk has failed it
			}
		}

		if (next.commitIndex !== server.commitIndex) {
			this.#whenSaved(host, 'apply', {type: 'commit', index: next.commitIndex}, cause);
		}

		for (const effect of effects) {
			if (effect.type === 'apply') {
				this.#whenSaved(host, 'apply', effect, cause);
			}
		}

		this.#beginSync(host);
	}

	/** Let somebody begin an operation; client 0 gives commands. */
	invoke(client: number, operation: Operation, cause: number): Call {
		const call: Call = {client, op: ++this.operationsInvoked, operation};
		this.emit(codeOf.invoke, cause, 0, call.op, client, call, digestOperation(0, operation));
		return call;
	}

	/** Hand operations to a server as they are, once and without a session: it takes them if it leads. */
	request(host: Host, operations: readonly Operation[], cause: number): void {
		const asked: Asked[] = [];
		let invoked = cause;
		for (const operation of operations) {
			asked.push({call: this.invoke(0, operation, cause), request: operation, attempt: 1});
			invoked = this.trace.length;
		}

		this.#ask(host, asked, invoked);
	}

	/** Hand a client's request to a server. How it ends is an event: `ok`, `fail` or `info`. */
	ask(server: ServerId, asked: Asked, cause: number): void {
		this.#ask(this.hosts[server - 1]!, [asked], cause);
	}

	#ask(host: Host, asked: readonly Asked[], cause: number): void {
		let requested = cause;
		for (const {call, attempt} of asked) {
			requested = this.emit(codeOf.request, cause, host.id, call.op, attempt, call, 0);
		}

		if (host.server === undefined) {
			this.#refuse(host, asked, undefined, requested);
		} else if (host.isSuspended || host.inbox.length > 0) {
			host.inbox.push(...asked.map((one) => ({...one, cause: requested})));
		} else {
			this.#propose(host, asked, requested);
		}
	}

	#propose(host: Host, asked: readonly Asked[], cause: number): void {
		this.#proposed = asked;
		this.give(host, {type: 'propose', commands: asked.map(({request}) => request)}, cause);
		this.#proposed = [];
	}

	#refuse(host: Host, asked: readonly Asked[], leader: ServerId | undefined, cause: number): void {
		for (const {call} of asked) {
			const refused = this.emit(codeOf.refused, cause, host.id, call.op, leader ?? 0, call, 0);
			if (call.client === 0) {
				this.end('fail', call, refused);
			} else {
				takeRefusal(this, call, host.id, leader);
			}
		}
	}

	/** An operation is over, and nobody was told its result. */
	end(outcome: 'fail' | 'info', call: Call, cause: number): void {
		this.emit(codeOf[outcome], cause, 0, call.op, call.client, call, 0);
	}

	/** Start a host's one timer anew. Election timeouts are drawn afresh each time (§5.2). */
	armTimer(host: Host, kind: 'election' | 'heartbeat', cause: number): void {
		const {minUs, maxUs} = this.electionTimeout;
		const localUs = kind === 'heartbeat' ? this.heartbeatUs : drawBetween(host.timeouts, minUs, maxUs);
		const dueUs = this.timeUs + lengthOn(host, localUs);
		host.timer = {kind, setUs: this.timeUs, dueUs, armedBy: cause};
		this.#wakeAt(host, dueUs);
	}

	#wakeAt(host: Host, timeUs: number): void {
		if (timeUs < host.wakesUs) {
			host.wakesUs = timeUs;
			this.#agenda.plan(timeUs, host.id);
		}
	}

	#lookAtTimer(host: Host, timeUs: number): void {
		if (timeUs !== host.wakesUs) {
			return; // Planned before the timer was set to an earlier time
		}

		host.wakesUs = Number.POSITIVE_INFINITY;
		const {timer} = host;
		if (timer === undefined || host.isSuspended) {
			return;
		}

		if (timer.dueUs > timeUs) {
			this.#wakeAt(host, timer.dueUs);
		} else {
			this.fireTimer(host, timer.armedBy);
		}
	}

	/** Let a host's timer go off now, whenever it is due. */
	fireTimer(host: Host, cause: number, kind = host.timer?.kind ?? 'election'): void {
		host.timer = undefined;
		const fired = this.emit(codeOf.timer, cause, host.id, timerCodes.indexOf(kind), 0, undefined, 0);
		this.give(host, kind === 'election' ? electionTimeout : heartbeatDue, fired);
	}

	/** Let a host's clock run at another rate; what is left of its timer is measured anew. */
	setClock(host: Host, rate: number): void {
		const before = host.clockRate;
		host.clockRate = rate;
		const {timer} = host;
		if (timer !== undefined) {
			const leftUs = Math.max(0, timer.dueUs - this.timeUs);
			const dueUs = this.timeUs + Math.round((leftUs * before) / rate);
			host.timer = {...timer, dueUs};
			this.#wakeAt(host, dueUs);
		}
	}

	#arrive(flight: Flight): void {
		const host = this.hosts[flight.to - 1]!;
		if (host.server === undefined) {
			this.#lose(flight, 'down');
			return;
		}

		if (host.isSuspended || host.inbox.length > 0) {
			host.inbox.push(flight);
		} else {
			this.#receive(host, flight);
		}
	}

	#receive(host: Host, flight: Flight): void {
		this.messagesDelivered++;
		const delivered = this.emit(codeOf.delivered, flight.sentSeq, flight.to, flight.from, 0, flight, flight.id);
		this.give(host, {type: 'receive', from: flight.from, message: flight.message}, delivered);
	}

	/** Take a message off the wire, or from who holds it; `undefined` if it is not under way. */
	takeFlight(id: number): Flight | undefined {
		const {network} = this;
		const held = network.held.find((flight) => flight.id === id);
		if (held !== undefined) {
			network.held = network.held.filter((flight) => flight !== held);
			return held;
		}

		return this.#agenda.remove((item) => typeof item === 'object' && item.id === id) as Flight | undefined;
	}

	/** A message on the wire or held, by its number. */
	findFlight(id: number): Flight | undefined {
		const isIt = (item: Planned): item is Flight => typeof item === 'object' && item.id === id;
		return this.network.held.find((flight) => isIt(flight)) ?? this.#agenda.items().find((item) => isIt(item));
	}

	/** Put a message on the wire, to arrive when it is due, or now if that is past. */
	putFlight(flight: Flight): void {
		const dueUs = Math.max(flight.dueUs, this.timeUs);
		this.#agenda.plan(dueUs, dueUs === flight.dueUs ? flight : {...flight, dueUs});
	}

	/** Send once more what is under way already. */
	putCopy({id, from, to, message, dueUs, sentSeq}: Flight, cause = sentSeq): void {
		const copy = this.#newFlight(from, to, message, {lost: undefined, dueUs: Math.max(dueUs, this.timeUs)}, id);
		this.emit(codeOf.sent, cause, from, to, copy.dueUs - this.timeUs, copy, id);
		this.#agenda.plan(copy.dueUs, copy);
	}

	/** Carry out an effect, at once or when the disk allows it. */
	#carryOut(host: Host, effect: Effect, cause: number): void {
		switch (effect.type) {
			case 'persistState': {
				const {currentTerm, votedFor} = effect;
				const before = host.saved;
				if (currentTerm === before.currentTerm && votedFor === before.votedFor) {
					return; // The same vote again
				}

				host.storage.saveState(currentTerm, votedFor);
				host.saved = {currentTerm, votedFor};
				if (currentTerm === before.currentTerm || votedFor !== undefined) {
					this.emit(codeOf.vote, cause, host.id, currentTerm, votedFor ?? 0, undefined, 0);
				}

				host.writtenSeq = this.trace.length; // Here and below: each write comes with an event that tells it from others
				break;
			}

			case 'truncate': {
				host.storage.truncate(effect.from);
				const truncated = this.emit(codeOf.truncate, cause, host.id, effect.from, 0, undefined, 0);
				host.writtenSeq = truncated;
				const kept = host.pending.findIndex(({index}) => index >= effect.from);
				this.#abandon(host, kept === -1 ? host.pending.length : kept, truncated);
				break;
			}

			case 'persistEntries': {
				const {entries} = effect;
				if (entries.length === 0) {
					break; // Only a server that breaks the rules asks for that
				}

				let contents = entries.length;
				for (const entry of entries) {
					contents = digestEntry(contents, entry);
				}

				const [{index}] = entries as [Entry];
				host.writtenSeq = this.emit(codeOf.append, cause, host.id, index, entries.length, entries, contents);
				if (index === host.storage.lastIndex + 1) {
					host.storage.append(entries);
				} else {
					this.crash(host, 'log gap', host.writtenSeq); // Nor is there a log with a gap
				}

				break;
			}

			case 'send': {
				this.#whenSaved(host, effect.message.type, effect, cause);
				break;
			}

			case 'setTimer': {
				this.armTimer(host, effect.timer, cause);
				break;
			}

			case 'accept': {
				for (const [at, {index}] of effect.entries.entries()) {
					host.pending.push({call: this.#proposed[at]!.call, index});
				}

				break;
			}

			case 'redirect': {
				this.#refuse(host, this.#proposed, effect.leaderId, cause);
				break;
			}

			case 'apply': {
				break; // After the commit that allows it
			}
		}
	}

	/** Let an effect be seen, unless it depends on what is not yet on the disk: then as soon as it is (thesis §3.8). */
	#whenSaved(host: Host, kind: Message['type'] | 'apply', effect: Held['effect'], cause: number): void {
		if (host.writtenSeq > host.syncedSeq && this.#rules.waitsForDisk(kind)) {
			this.#beginSync(host); // Which is all, where the disk takes no time
			if (host.server !== undefined && host.writtenSeq > host.syncedSeq) {
				host.held.push({after: host.writtenSeq, effect, cause});
				return;
			}
		}

		if (host.server !== undefined) {
			this.#letOut(host, effect, cause); // Else its disk has failed it
		}
	}

	#letOut(host: Host, effect: Held['effect'], cause: number): void {
		switch (effect.type) {
			case 'send': {
				this.#send(host.id, effect.to, effect.message, cause);
				break;
			}

			case 'commit': {
				host.committedIndex = effect.index;
				this.emit(codeOf.commit, cause, host.id, effect.index, 0, undefined, 0);
				break;
			}

			case 'apply': {
				this.#apply(host, effect.entries, cause);
				break;
			}
			// No default
		}
	}

	/** Ask the disk to save what was written, unless it is busy with that. What is written meanwhile shares the next sync. */
	#beginSync(host: Host): void {
		const isIdle = host.writtenSeq === host.syncedSeq || host.server === undefined;
		if (isIdle || host.syncing !== undefined || host.isSuspended) {
			return;
		}

		const {id, life} = host;
		host.syncing = {upTo: host.writtenSeq};
		if (!this.#dare(host, 'beginSync')) {
			return;
		}

		const {minUs, maxUs} = syncDelayOf(host, this.settings);
		const delayUs = maxUs === 0 ? 0 : drawBetween(host.syncs, minUs, maxUs + 1);
		if (delayUs === 0) {
			this.#endSync(host);
		} else {
			this.plan(this.timeUs + delayUs, (world) => {
				const same = world.hosts[id - 1]!;
				if (same.life === life) {
					world.#endSync(same);
				}
			});
		}
	}

	#endSync(host: Host): void {
		const {upTo} = host.syncing!;
		if (this.#dare(host, 'endSync')) {
			host.syncing = undefined;
			host.syncedSeq = upTo;
			this.emit(codeOf.synced, upTo, host.id, upTo, 0, undefined, 0);
			this.#letOutSaved(host);
			this.#beginSync(host);
		}
	}

	/** Let the disk do its part; a server that cannot save what it must stops itself, and says no more. Returns whether it went well. */
	#dare(host: Host, part: 'beginSync' | 'endSync'): boolean {
		try {
			host.storage[part]();
			return true;
		} catch (error) {
			this.crash(host, reasonOf(error), host.syncing!.upTo);
			return false;
		}
	}

	#letOutSaved(host: Host): void {
		if (host.isSuspended) {
			return;
		}

		const {held} = host;
		if (held.length === 0) {
			return;
		}

		let count = 0;
		while (count < held.length && held[count]!.after <= host.syncedSeq) {
			const {effect, cause} = held[count++]!;
			this.#letOut(host, effect, cause);
		}

		held.splice(0, count);
	}

	#send(from: ServerId, to: ServerId, message: Message, cause: number): void {
		const identity = digestMessage(message);
		const {lost, delayUs, copyDelayUs} = this.network.fateOf(from, to, identity);
		const flight = this.#newFlight(from, to, message, {lost, dueUs: this.timeUs + delayUs}, undefined);
		this.emit(codeOf.sent, cause, from, to, delayUs, flight, identity);
		if (lost === undefined) {
			this.#agenda.plan(flight.dueUs, flight);
		} else {
			this.#lose(flight, lost);
		}

		if (copyDelayUs !== undefined) {
			this.putCopy({...flight, dueUs: this.timeUs + copyDelayUs});
		}
	}

	#newFlight(
		from: ServerId,
		to: ServerId,
		message: Message,
		{lost, dueUs}: Pick<Flight, 'lost' | 'dueUs'>,
		copyOf: number | undefined,
	): Flight {
		const id = ++this.messagesSent;
		return {id, from, to, message, sentUs: this.timeUs, dueUs, lost, sentSeq: this.trace.length + 1, copyOf};
	}

	#lose(flight: Flight, reason: LossReason, cause = flight.sentSeq): void {
		this.emit(codeOf.lost, cause, flight.to, lossReasonCodes.indexOf(reason), flight.from, flight, flight.id);
	}

	/** Take a message away for good. */
	drop(flight: Flight, cause: number): void {
		this.#lose(flight, 'dropped', cause);
	}

	#apply(host: Host, entries: readonly Entry[], cause: number): void {
		for (const entry of entries) {
			const {result, isRepeated} = applyCommand(host.store, entry.command, this.#rules);
			host.appliedIndex = entry.index;
			const payload: AppliedEntry = {entry, result, isRepeated};
			// What the entry carries is in the digest where this node appended it
			const contents = digestResult(Number(isRepeated), result);
			const applied = this.emit(codeOf.apply, cause, host.id, entry.index, entry.term, payload, contents);
			while (host.pending.length > 0 && host.pending[0]!.index <= entry.index) {
				this.#answer(host, host.pending.shift()!.call, result, applied);
			}
		}
	}

	#answer(host: Host, call: Call, result: Result, cause: number): void {
		if (isAwaited(this, call)) {
			this.emit(codeOf.ok, cause, host.id, call.op, call.client, {call, result}, digestResult(0, result));
			takeAnswer(this, call, result);
		}
	}

	/** Whoever waits here for an operation, from the one at `from` on, waits in vain: it may yet be committed, but not tell. */
	#abandon(host: Host, from: number, cause: number): void {
		for (const {call} of host.pending.splice(from)) {
			if (call.client === 0) {
				this.end('info', call, cause);
			} else {
				takeSilence(this, call, host.id);
			}
		}
	}

	/** Everything that is not on the disk is gone. Whether what clients were waiting for will commit, nobody can tell them now. */
	crash(host: Host, reason: CrashReason, cause: number): void {
		const crashed = this.emit(codeOf.crash, cause, host.id, crashReasonCodes.indexOf(reason), 0, undefined, 0);
		host.life++;
		host.server = undefined;
		this.#isLeaderKnown = false;
		host.isSuspended = false;
		host.timer = undefined;
		host.store = emptyStore();
		host.committedIndex = 0;
		host.appliedIndex = 0;
		host.held.length = 0;
		host.syncing = undefined;
		host.storage.crash(drawBetween(host.syncs, 0, host.storage.tearable));
		host.persisted = host.storage.recovered();
		this.entriesRecovered += host.persisted.log.lastIndex;
		this.#abandon(host, 0, crashed);
		for (const waiting of host.inbox.splice(0)) {
			if ('call' in waiting) {
				this.#refuse(host, [waiting], undefined, crashed);
			} else {
				this.#lose(waiting, 'down');
			}
		}
	}

	/** Start the server of a host that is down, with what its disk gives back. */
	restart(host: Host, cause: number): void {
		const {storage} = host;
		const persisted = storage.reopen();
		host.persisted = persisted;
		const {currentTerm, votedFor, log} = persisted;
		host.saved = {currentTerm, votedFor};
		host.server = bootServer(host.id, persisted, this.settings);
		const restarted = this.emit(
			codeOf.restart,
			cause,
			host.id,
			currentTerm,
			log.lastIndex,
			persisted,
			mix(votedFor ?? 0, lastTerm(log)),
		);
		host.writtenSeq = restarted;
		host.syncedSeq = storage.needsSync ? restarted - 1 : restarted; // Where the end of the log was torn, it has been cut off
		this.armTimer(host, 'election', restarted);
		this.#beginSync(host);
	}

	/** Take the disk out and put an empty one in, which has nothing wrong with it. The server must be down. */
	wipe(host: Host, cause: number): void {
		host.condition = {kind: 'ok'};
		this.emit(codeOf.wipe, cause, host.id, 0, 0, undefined, 0);
		host.storage.wipe();
		host.persisted = nothingPersisted();
	}

	suspend(host: Host, cause: number): void {
		this.emit(codeOf.suspend, cause, host.id, 0, 0, undefined, 0);
		host.isSuspended = true;
	}

	/** Go on as if nothing had been: what was due is late, and what came meanwhile is taken in order. */
	resume(host: Host, cause: number): void {
		this.emit(codeOf.resume, cause, host.id, 0, 0, undefined, 0);
		host.isSuspended = false;
		this.#letOutSaved(host);
		this.#beginSync(host);
		if (host.timer !== undefined) {
			this.#wakeAt(host, Math.max(host.timer.dueUs, this.timeUs));
		}

		this.#catchUp(host);
	}

	/** Take what has waited, in portions, so that whoever reads the trace gets to see all of it. What comes meanwhile waits behind it. */
	#catchUp(host: Host): void {
		for (let left = catchUpMax; left > 0 && host.inbox.length > 0 && !host.isSuspended; left--) {
			const waiting = host.inbox.shift()!; // Should the disk fail the server now, the rest is lost with it
			if ('call' in waiting) {
				this.#propose(host, [waiting], waiting.cause);
			} else {
				this.#receive(host, waiting);
			}
		}

		const {id, life} = host;
		if (host.inbox.length > 0 && !host.isSuspended) {
			this.plan(this.timeUs, (world) => {
				const same = world.hosts[id - 1]!;
				if (same.life === life && !same.isSuspended) {
					world.#catchUp(same);
				}
			});
		}
	}

	#emitRole(server: Server, cause: number): void {
		this.#isLeaderKnown = false;
		const role = roleCodes.indexOf(server.role) | ((leaderOf(server) ?? 0) << 2);
		this.emit(codeOf.role, cause, server.id, server.currentTerm, role, undefined, 0);
	}
}

/** So many messages and requests a server takes at once when it goes on. */
const catchUpMax = 64;

/** How long a span on a host's own clock takes in virtual time. */
const lengthOn = ({clockRate}: Host, localUs: number): number =>
	clockRate === 1 ? localUs : Math.max(1, Math.round(localUs / clockRate));

/** A hash of a command, for the trace's digest. */
export const digestCommand = (command: Command): number => mixData(1, command);

const electionTimeout: Input = {type: 'electionTimeout'};
const heartbeatDue: Input = {type: 'heartbeatDue'};
