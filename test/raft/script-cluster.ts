/*
A cluster for golden scripts: servers, what they have persisted, and the messages on their way.

Nothing here happens by itself. No timer fires and no message arrives until a script says so, and what
has been sent waits, in the order of sending, until it is delivered or dropped.
*/

import assert from 'node:assert/strict';
import {append, entriesBetween, logOf, truncate} from '../../source/raft/log.js';
import {
	defaultEntriesPerMessageMax,
	nothingPersisted,
	startServer,
	type Follower,
	type Persisted,
	type Server,
	type Step,
} from '../../source/raft/server.js';
import {
	noOp,
	type Configuration,
	type Effect,
	type Input,
	type Message,
	type Payload,
	type ServerId,
	type Term,
} from '../../source/raft/vocabulary.js';

export type Flight = {readonly from: ServerId; readonly to: ServerId; readonly message: Message};

/** `server` is `undefined` while the host is down. All three are values, so that keeping them keeps the moment. */
export type Host = {
	readonly server: Server | undefined;
	readonly persisted: Persisted;
};

type Moment = {
	readonly hosts: ReadonlyMap<ServerId, Host>;
	readonly pending: readonly Flight[];
	readonly apart: ReadonlySet<ServerId>;
};

/** No honest exchange takes this long; servers that answer each other for ever are a bug. */
const deliveriesMax = 10_000;

export class ScriptCluster {
	/** Messages sent and neither delivered nor lost, oldest first. */
	pending: readonly Flight[] = [];
	/** Where clients were sent on to, in words, oldest first. */
	readonly redirects: string[] = [];
	readonly #configuration: Configuration;
	readonly #entriesPerMessageMax: number;
	readonly #step: (server: Server, input: Input) => Step;
	#hosts: ReadonlyMap<ServerId, Host>;
	#apart: ReadonlySet<ServerId> = new Set();
	readonly #remembered = new Map<string, Moment>();

	constructor(
		voters: readonly ServerId[],
		step: (server: Server, input: Input) => Step,
		entriesPerMessageMax = defaultEntriesPerMessageMax,
	) {
		this.#configuration = {voters};
		this.#entriesPerMessageMax = entriesPerMessageMax;
		this.#step = step;
		this.#hosts = new Map(
			voters.map((id) => {
				const persisted = nothingPersisted();
				return [id, {server: this.#start(id, persisted), persisted}];
			}),
		);
	}

	get ids(): readonly ServerId[] {
		return this.#configuration.voters;
	}

	host(id: ServerId): Host {
		const host = this.#hosts.get(id);
		if (host === undefined) {
			throw new RangeError(`There is no n${id} in this cluster.`);
		}

		return host;
	}

	/** A server that must be running. */
	server(id: ServerId): Server {
		const {server} = this.host(id);
		if (server === undefined) {
			throw new RangeError(`n${id} is down.`);
		}

		return server;
	}

	/** Give a server a past: as if it had been stopped with this persisted, and started again. */
	setUp(id: ServerId, past: {terms?: readonly Term[]; currentTerm?: Term; votedFor?: ServerId}): void {
		const {persisted} = this.host(id);
		const {terms, votedFor = persisted.votedFor} = past;
		const log =
			terms === undefined ? persisted.log : logOf(terms.map((term, at) => ({index: at + 1, term, command: noOp})));
		const entryTerms = entriesBetween(log, 1, log.lastIndex).map(({term}) => term);
		const lastTerm = entryTerms.at(-1) ?? 0;
		if (entryTerms.some((term, at) => term < (entryTerms[at - 1] ?? 1))) {
			throw new RangeError('The terms in a log start at 1 and never fall.');
		}

		const currentTerm = past.currentTerm ?? Math.max(persisted.currentTerm, lastTerm);
		if (currentTerm < lastTerm) {
			throw new RangeError(`n${id} has an entry of term ${lastTerm}; it cannot be in term ${currentTerm}.`);
		}

		const next: Persisted = {currentTerm, votedFor, log};
		this.#set(id, {server: this.#start(id, next), persisted: next});
	}

	give(id: ServerId, input: Input): void {
		const [next, effects] = this.#step(this.server(id), input);
		this.#set(id, {server: next, persisted: this.host(id).persisted});
		for (const effect of effects) {
			this.#carryOut(id, effect);
		}

		// A server that knows more than its disk would forget it in a crash.
		const {persisted} = this.host(id);
		assert.equal(persisted.currentTerm, next.currentTerm, `n${id} has not persisted its term`);
		assert.equal(persisted.votedFor, next.votedFor, `n${id} has not persisted its vote`);
		assert.equal(persisted.log.lastIndex, next.log.lastIndex, `n${id} has not persisted its log`);
	}

	propose(id: ServerId, commands: readonly Payload[]): void {
		this.give(id, {type: 'propose', commands});
	}

	/** Deliver one message that is on its way. To a server that is down, it is lost. */
	deliver(flight: Flight): void {
		this.pending = this.pending.filter((other) => other !== flight);
		if (this.host(flight.to).server !== undefined) {
			this.give(flight.to, {type: 'receive', from: flight.from, message: flight.message});
		}
	}

	/** Deliver everything, and what is sent in answer, until nobody has anything to say. */
	deliverAll(): void {
		for (let count = 0; this.pending.length > 0; count++) {
			if (count === deliveriesMax) {
				throw new RangeError(`Still not quiet after ${deliveriesMax} deliveries.`);
			}

			this.deliver(this.pending[0]!);
		}
	}

	drop(flights: readonly Flight[]): void {
		this.pending = this.pending.filter((flight) => !flights.includes(flight));
	}

	/** The network makes a copy of each, to arrive after everything sent so far. */
	duplicate(flights: readonly Flight[]): void {
		this.pending = [...this.pending, ...flights.map((flight) => ({...flight}))];
	}

	/** From now on, what these servers and the others send each other is lost. Nobody apart: the network is whole. */
	setApart(ids: readonly ServerId[]): void {
		this.#apart = new Set(ids);
	}

	/** Only what was persisted remains. */
	crash(id: ServerId): void {
		this.server(id);
		this.#set(id, {server: undefined, persisted: this.host(id).persisted});
	}

	restart(id: ServerId): void {
		const {server, persisted} = this.host(id);
		if (server !== undefined) {
			throw new RangeError(`n${id} is running.`);
		}

		this.#set(id, {server: this.#start(id, persisted), persisted});
	}

	/** Keep this moment under a name, to tell later how it could have gone on instead. */
	remember(name: string): void {
		this.#remembered.set(name, {hosts: this.#hosts, pending: this.pending, apart: this.#apart});
	}

	recall(name: string): void {
		const moment = this.#remembered.get(name);
		if (moment === undefined) {
			throw new RangeError(`Nothing was remembered as "${name}".`);
		}

		this.#hosts = moment.hosts;
		this.pending = moment.pending;
		this.#apart = moment.apart;
	}

	#start(id: ServerId, persisted: Persisted): Follower {
		return startServer(id, this.#configuration, persisted, this.#entriesPerMessageMax);
	}

	#set(id: ServerId, host: Host): void {
		this.#hosts = new Map([...this.#hosts, [id, host]]);
	}

	#carryOut(id: ServerId, effect: Effect): void {
		const {server, persisted} = this.host(id);
		switch (effect.type) {
			case 'persistState': {
				const {currentTerm, votedFor} = effect;
				this.#set(id, {server, persisted: {...persisted, currentTerm, votedFor}});
				break;
			}

			case 'truncate': {
				this.#set(id, {server, persisted: {...persisted, log: truncate(persisted.log, effect.from)}});
				break;
			}

			case 'persistEntries': {
				this.#set(id, {server, persisted: {...persisted, log: append(persisted.log, effect.entries)}});
				break;
			}

			case 'send': {
				const {to, message} = effect;
				if (this.#apart.has(id) === this.#apart.has(to)) {
					this.pending = [...this.pending, {from: id, to, message}];
				}

				break;
			}

			case 'redirect': {
				const {leaderId} = effect;
				this.redirects.push(leaderId === undefined ? `n${id} knows no leader` : `n${id} redirects to n${leaderId}`);
				break;
			}

			case 'setTimer': // Timers fire when the script says so
			case 'apply':
			case 'accept': {
				break;
			}
		}
	}
}
