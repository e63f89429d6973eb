/*
A host: the machine that a server runs on, with its disk, its clock and its timer. It saves what the server
asks it to, and lets out what depends on that only once it is on the disk. When it crashes, everything
but what was on the disk is gone.
*/

import {startServer, type Persisted, type Server} from '../raft/server.js';
import type {Log} from '../raft/log.js';
import type {Effect, LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import {copyStore, emptyStore, type KeyValueStore, type Request} from '../state-machine/key-value.js';
import {DiskFailed, DiskFull} from '../storage/disk.js';
import type {DiskCondition} from './command.js';
import type {Call, CrashReason, TimerKind} from './event.js';
import type {Flight} from './network.js';
import {copyStream, randomStream, type RandomStream} from './random.js';
import type {Settings, TimeRangeUs} from './settings.js';
import {DiskStorage, MemoryStorage, type StableStorage} from './stable-storage.js';

/** A timer that is running; `armedBy` is the `seq` of the event that set it. */
export type Timer = {
	readonly kind: TimerKind;
	readonly setUs: number;
	readonly dueUs: number;
	readonly armedBy: number;
};

/** A client's operation that waits for its entry to be applied where it was accepted. */
export type PendingOperation = {readonly call: Call; readonly index: LogIndex};

/** What may happen only once the disk has what was written up to the event `after`. */
export type Held = {
	readonly after: number;
	readonly effect: Effect | {readonly type: 'commit'; readonly index: LogIndex};
	readonly cause: number;
};

/** What has come for a server while it was suspended: a message, or a client's request. */
export type Waiting = Flight | (Asked & {readonly cause: number});

/** A client's request, as a server gets it. */
export type Asked = {readonly call: Call; readonly request: Request; readonly attempt: number};

export type Host = {
	readonly id: ServerId;
	/** `undefined` while the host is down. */
	server: Server | undefined;
	/** A suspended server does nothing and loses nothing: what comes for it waits. */
	isSuspended: boolean;
	readonly inbox: Waiting[];
	readonly storage: StableStorage;
	condition: DiskCondition;
	/** What the server asked to be kept last (Figure 2); its log is in its own hands. */
	saved: Omit<Persisted, 'log'>;
	/** What the server started with, or while it is down what it would start with. */
	persisted: Persisted;
	/** The `seq` of the latest event that wrote to the disk, and of the latest that is on it for certain. */
	writtenSeq: number;
	syncedSeq: number;
	/** The sync that is under way: up to which event it will have saved everything. */
	syncing: {readonly upTo: number} | undefined;
	readonly held: Held[];
	/** What it has let be seen: what it knows may be further, and waits for the disk. */
	committedIndex: LogIndex;
	appliedIndex: LogIndex;
	store: KeyValueStore;
	/** In the order of their indices. */
	pending: PendingOperation[];
	timer: Timer | undefined;
	/** When the agenda will look at the timer next. Timers are re-armed far more often than they fire, so the agenda is told only when one becomes due earlier. */
	wakesUs: number;
	/** How fast its clock runs: at 2 its timers go off after half the time. */
	clockRate: number;
	/** Counts its lives; what was planned for an earlier one is void. */
	life: number;
	readonly timeouts: RandomStream;
	readonly syncs: RandomStream;
};

/** The server as its host starts it, for the first time or after a crash. */
export function bootServer(id: ServerId, persisted: Persisted, settings: Settings): Server {
	const voters = Array.from({length: settings.nodes}, (_, at) => at + 1);
	return startServer(id, {voters}, persisted, settings.entriesPerMessageMax);
}

export function createHost(id: ServerId, settings: Settings): Host {
	const storage = settings.disk === 'none' ? new MemoryStorage() : new DiskStorage();
	const persisted = storage.recovered();
	return {
		id,
		server: bootServer(id, persisted, settings),
		isSuspended: false,
		inbox: [],
		storage,
		condition: {kind: 'ok'},
		saved: {currentTerm: persisted.currentTerm, votedFor: persisted.votedFor},
		persisted,
		writtenSeq: 0,
		syncedSeq: 0,
		syncing: undefined,
		held: [],
		committedIndex: 0,
		appliedIndex: 0,
		store: emptyStore(),
		pending: [],
		timer: undefined,
		wakesUs: Number.POSITIVE_INFINITY,
		clockRate: 1,
		life: 1,
		timeouts: randomStream(settings.seed, `timeouts of n${id}`),
		syncs: randomStream(settings.seed, `disk of n${id}`),
	};
}

/** Whether its server takes part: it is up, and not suspended. */
export const isAwake = ({server, isSuspended}: Pick<Host, 'server' | 'isSuspended'>): boolean =>
	server !== undefined && !isSuspended;

/** The log of its server, or the one that it would come back with. */
export const logOf = ({server, persisted}: Pick<Host, 'server' | 'persisted'>): Log => (server ?? persisted).log;

/** The term that its server is in, or would come back in. */
export const termOf = ({server, persisted}: Pick<Host, 'server' | 'persisted'>): Term =>
	(server ?? persisted).currentTerm;

/** A host that shares nothing that changes with this one. */
export function copyHost(host: Host): Host {
	return {
		...host,
		inbox: [...host.inbox],
		storage: host.storage.copy(),
		held: [...host.held],
		store: copyStore(host.store),
		pending: [...host.pending],
		timeouts: copyStream(host.timeouts),
		syncs: copyStream(host.syncs),
	};
}

/** How long a sync takes on this host's disk now. */
export function syncDelayOf(host: Host, settings: Settings): TimeRangeUs {
	if (settings.disk === 'none') {
		return atOnce;
	}

	return host.condition.kind === 'slow' ? host.condition.delay : settings.syncDelay;
}

const atOnce: TimeRangeUs = {minUs: 0, maxUs: 0};

/** Why a server stopped itself; what is not the disk's doing is thrown on. */
export function reasonOf(error: unknown): CrashReason {
	if (error instanceof DiskFull) {
		return 'disk full';
	}

	if (error instanceof DiskFailed) {
		return 'disk failed';
	}

	throw error;
}
