/*
A host: the machine that a server runs on. It keeps what the server persisted, draws its timeouts, and
applies what is committed. When it crashes, everything but the persisted state is gone.
*/

import {nothingPersisted, startServer, type Persisted, type Server} from '../raft/server.js';
import type {LogIndex, ServerId} from '../raft/vocabulary.js';
import type {KeyValueStore} from '../state-machine/key-value.js';
import type {TimerKind} from './event.js';
import type {Settings} from './settings.js';
import {copyStream, randomStream, type RandomStream} from './random.js';

/** A timer that is running; `armedBy` is the `seq` of the event that set it. */
export type Timer = {
	readonly kind: TimerKind;
	readonly setUs: number;
	readonly dueUs: number;
	readonly armedBy: number;
};

/** A client's operation that waits for its entry to be applied where it was accepted. */
export type PendingOperation = {readonly op: number; readonly index: LogIndex};

export type Host = {
	readonly id: ServerId;
	/** `undefined` while the host is down. */
	server: Server | undefined;
	persisted: Persisted;
	store: KeyValueStore;
	/** In the order of their indices. */
	pending: PendingOperation[];
	timer: Timer | undefined;
	/** When the agenda will look at the timer next. Timers are re-armed far more often than they fire, so the agenda is told only when one becomes due earlier. */
	wakesUs: number;
	readonly timeouts: RandomStream;
};

/** The server as its host starts it, for the first time or after a crash. */
export function bootServer(id: ServerId, persisted: Persisted, settings: Settings): Server {
	const voters = Array.from({length: settings.nodes}, (_, at) => at + 1);
	return startServer(id, {voters}, persisted, settings.entriesPerMessageMax);
}

export function createHost(id: ServerId, settings: Settings): Host {
	const persisted = nothingPersisted();
	return {
		id,
		server: bootServer(id, persisted, settings),
		persisted,
		store: new Map(),
		pending: [],
		timer: undefined,
		wakesUs: Number.POSITIVE_INFINITY,
		timeouts: randomStream(settings.seed, `timeouts of n${id}`),
	};
}

/** A host that shares nothing that changes with this one. */
export function copyHost(host: Host): Host {
	return {...host, store: new Map(host.store), pending: [...host.pending], timeouts: copyStream(host.timeouts)};
}
