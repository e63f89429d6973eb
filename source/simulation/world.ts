/*
The World: the whole cluster at one instant of virtual time, and how it goes on.

`advance` does the next thing on the agenda. Everything that happens is recorded in the trace with the
event that caused it. The same settings and the same commands at the same virtual times give the same
trace: nothing in here knows of real time, and chance comes from the seed alone.
*/

import {append, truncate} from '../raft/log.js';
import {paperRules, type Rules} from '../raft/rules.js';
import {leaderOf, type Server} from '../raft/server.js';
import {step} from '../raft/step.js';
import type {Effect, Entry, Input, Message, ServerId} from '../raft/vocabulary.js';
import {applyCommand, type Operation} from '../state-machine/key-value.js';
import {Agenda} from './agenda.js';
import type {Command} from './command.js';
import {mixData} from './digest.js';
import {copyHost, createHost, type Host} from './host.js';
import {digestMessage, Network, type Flight, type LossReason} from './network.js';
import {drawBetween} from './random.js';
import {checkSettings, type Settings} from './settings.js';
import {
	codeOf,
	digestEntry,
	digestOperation,
	lossReasonCodes,
	roleCodes,
	timerCodes,
	Trace,
	type TraceOptions,
} from './trace.js';

/** Something planned: a message's arrival, or a look at a host's timer. */
type Planned = Flight | Host['id'];

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
	messagesSent = 0;
	messagesDelivered = 0;
	operationsInvoked = 0;
	#leader: Host | undefined;
	/** The operations that the present input proposes: the first one's number, and its event. */
	#proposed = {first: 0, firstSeq: 0};
	#isLeaderKnown = false;
	readonly #agenda: Agenda<Planned>;
	readonly #rules: Rules;

	private constructor(
		settings: Settings,
		rules: Rules,
		parts: {trace: Trace; network: Network; hosts: readonly Host[]; agenda: Agenda<Planned>},
	) {
		this.settings = settings;
		this.#rules = rules;
		this.trace = parts.trace;
		this.network = parts.network;
		this.hosts = parts.hosts;
		this.#agenda = parts.agenda;
	}

	/**
	A cluster that has just been switched on: empty logs, everybody a follower.

	@throws {RangeError} If the settings are impossible.
	*/
	static create(settings: Settings, {rules = paperRules, ...traceOptions}: WorldOptions = {}): World {
		checkSettings(settings);
		const world = new World(settings, rules, {
			trace: new Trace(traceOptions),
			network: new Network(settings),
			hosts: Array.from({length: settings.nodes}, (_, at) => createHost(at + 1, settings)),
			agenda: new Agenda(),
		});
		const started = world.emit(codeOf.settings, 0, 0, 0, 0, settings, mixData(0, settings));
		for (const host of world.hosts) {
			world.armTimer(host, 'election', started);
		}

		return world;
	}

	/** A World that goes on independently from here, exactly as this one would. */
	copy(): World {
		const copy = new World(this.settings, this.#rules, {
			trace: this.trace.copy(),
			network: this.network.copy(),
			hosts: this.hosts.map((host) => copyHost(host)),
			agenda: this.#agenda.copy(),
		});
		copy.timeUs = this.timeUs;
		copy.messagesSent = this.messagesSent;
		copy.messagesDelivered = this.messagesDelivered;
		copy.operationsInvoked = this.operationsInvoked;
		return copy;
	}

	/** The time of the next thing on the agenda, in virtual microseconds; infinity if nothing is left to happen. */
	get nextUs(): number {
		return this.#agenda.nextUs;
	}

	/** Messages on their way, lost ones left out. */
	get inFlight(): number {
		let count = 0;
		for (const item of this.#agenda.items()) {
			count += typeof item === 'number' ? 0 : 1;
		}

		return count;
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

	/** Record that some server's role has changed. `World` and the commands' performance only. */
	forgetLeader(): void {
		this.#isLeaderKnown = false;
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

	/** Record an event. Returns its `seq`. `World` and the commands' performance only. */
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
		}

		if (next.commitIndex !== server.commitIndex) {
			this.emit(codeOf.commit, cause, host.id, next.commitIndex, 0, undefined, 0);
		}

		for (const effect of effects) {
			if (effect.type === 'apply') {
				this.#apply(host, effect.entries, cause);
			}
		}
	}

	/**
	Hand a client's operations to a server, which takes them if it leads. How each ends is an event:
	`ok` once it is applied there, `fail` if it was not taken, `info` if nobody there can tell any more.
	*/
	request(host: Host, operations: readonly Operation[], cause: number): void {
		this.#proposed = {first: this.operationsInvoked + 1, firstSeq: this.trace.length + 1};
		for (const operation of operations) {
			this.emit(codeOf.invoke, cause, host.id, ++this.operationsInvoked, 0, operation, digestOperation(0, operation));
		}

		if (host.server === undefined) {
			this.#refuse(host, undefined);
		} else {
			this.give(host, {type: 'propose', commands: operations}, this.trace.length);
		}
	}

	/** Answer what was just proposed: it was not taken. */
	#refuse(host: Host, leaderId: ServerId | undefined): void {
		const {first, firstSeq} = this.#proposed;
		for (let op = first; op <= this.operationsInvoked; op++) {
			this.emit(codeOf.fail, firstSeq + op - first, host.id, op, leaderId ?? 0, undefined, 0);
		}
	}

	/** Start a host's one timer anew. Election timeouts are drawn afresh each time (§5.2). */
	armTimer(host: Host, kind: 'election' | 'heartbeat', cause: number): void {
		const {electionTimeout, heartbeatUs} = this.settings;
		const lengthUs =
			kind === 'heartbeat' ? heartbeatUs : drawBetween(host.timeouts, electionTimeout.minUs, electionTimeout.maxUs);
		const dueUs = this.timeUs + lengthUs;
		host.timer = {kind, setUs: this.timeUs, dueUs, armedBy: cause};
		if (dueUs < host.wakesUs) {
			host.wakesUs = dueUs;
			this.#agenda.plan(dueUs, host.id);
		}
	}

	#lookAtTimer(host: Host, timeUs: number): void {
		if (timeUs !== host.wakesUs) {
			return; // Planned before the timer was set to an earlier time
		}

		host.wakesUs = Number.POSITIVE_INFINITY;
		const {timer} = host;
		if (timer === undefined) {
			return;
		}

		if (timer.dueUs > timeUs) {
			host.wakesUs = timer.dueUs;
			this.#agenda.plan(timer.dueUs, host.id);
			return;
		}

		this.fireTimer(host, timer.armedBy);
	}

	/** Let a host's timer go off now, whenever it is due. */
	fireTimer(host: Host, cause: number, kind = host.timer?.kind ?? 'election'): void {
		host.timer = undefined;
		const fired = this.emit(codeOf.timer, cause, host.id, timerCodes.indexOf(kind), 0, undefined, 0);
		this.give(host, kind === 'election' ? electionTimeout : heartbeatDue, fired);
	}

	#arrive(flight: Flight): void {
		const host = this.hosts[flight.to - 1]!;
		if (host.server === undefined) {
			this.#lose(flight, 'down');
			return;
		}

		this.messagesDelivered++;
		const delivered = this.emit(codeOf.delivered, flight.sentSeq, flight.to, flight.from, 0, flight, flight.id);
		this.give(host, {type: 'receive', from: flight.from, message: flight.message}, delivered);
	}

	#carryOut(host: Host, effect: Effect, cause: number): void {
		switch (effect.type) {
			case 'persistState': {
				const {currentTerm, votedFor} = effect;
				const before = host.persisted;
				const isNewTerm = currentTerm !== before.currentTerm;
				if (isNewTerm ? votedFor !== undefined : votedFor !== before.votedFor) {
					this.emit(codeOf.vote, cause, host.id, currentTerm, votedFor ?? 0, undefined, 0);
				}

				host.persisted = {currentTerm, votedFor, log: before.log};
				break;
			}

			case 'truncate': {
				const {currentTerm, votedFor, log} = host.persisted;
				host.persisted = {currentTerm, votedFor, log: truncate(log, effect.from)};
				const truncated = this.emit(codeOf.truncate, cause, host.id, effect.from, 0, undefined, 0);
				const kept = host.pending.findIndex(({index}) => index >= effect.from);
				this.abandon(host, kept === -1 ? host.pending.length : kept, truncated);
				break;
			}

			case 'persistEntries': {
				const {currentTerm, votedFor, log} = host.persisted;
				const {entries} = effect;
				host.persisted = {currentTerm, votedFor, log: append(log, entries)};
				let contents = entries.length;
				for (const entry of entries) {
					contents = digestEntry(contents, entry);
				}

				this.emit(codeOf.append, cause, host.id, entries[0]!.index, entries.length, entries, contents);
				break;
			}

			case 'send': {
				this.#send(host.id, effect.to, effect.message, cause);
				break;
			}

			case 'setTimer': {
				this.armTimer(host, effect.timer, cause);
				break;
			}

			case 'accept': {
				const {first} = this.#proposed;
				for (const [at, {index}] of effect.entries.entries()) {
					host.pending.push({op: first + at, index});
				}

				break;
			}

			case 'redirect': {
				this.#refuse(host, effect.leaderId);
				break;
			}

			case 'apply': {
				break; // After the commit that allows it
			}
		}
	}

	#send(from: ServerId, to: ServerId, message: Message, cause: number): void {
		const identity = digestMessage(message);
		const {lost, delayUs} = this.network.fateOf(from, to, identity);
		const id = ++this.messagesSent;
		const dueUs = this.timeUs + delayUs;
		const flight: Flight = {id, from, to, message, sentUs: this.timeUs, dueUs, lost, sentSeq: this.trace.length + 1};
		this.emit(codeOf.sent, cause, from, to, delayUs, flight, identity);
		if (lost === undefined) {
			this.#agenda.plan(dueUs, flight);
		} else {
			this.#lose(flight, lost);
		}
	}

	#lose(flight: Flight, reason: LossReason): void {
		this.emit(codeOf.lost, flight.sentSeq, flight.to, lossReasonCodes.indexOf(reason), flight.from, flight, flight.id);
	}

	#apply(host: Host, entries: readonly Entry[], cause: number): void {
		for (const entry of entries) {
			applyCommand(host.store, entry.command);
			// What the entry carries is in the digest where this node appended it
			const applied = this.emit(codeOf.apply, cause, host.id, entry.index, entry.term, entry, 0);
			while (host.pending.length > 0 && host.pending[0]!.index <= entry.index) {
				this.emit(codeOf.ok, applied, host.id, host.pending.shift()!.op, 0, undefined, 0);
			}
		}
	}

	/** Whoever waits here for an operation, from the one at `from` on, waits in vain: it may yet be committed, but not tell. */
	abandon(host: Host, from: number, cause: number): void {
		for (const {op} of host.pending.splice(from)) {
			this.emit(codeOf.info, cause, host.id, op, 0, undefined, 0);
		}
	}

	#emitRole(server: Server, cause: number): void {
		this.forgetLeader();
		const role = roleCodes.indexOf(server.role) | ((leaderOf(server) ?? 0) << 2);
		this.emit(codeOf.role, cause, server.id, server.currentTerm, role, undefined, 0);
	}
}

/** A hash of a command, for the trace's digest. */
export const digestCommand = (command: Command): number => mixData(1, command);

const electionTimeout: Input = {type: 'electionTimeout'};
const heartbeatDue: Input = {type: 'heartbeatDue'};
