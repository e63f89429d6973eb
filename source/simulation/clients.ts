/*
Simulated clients. Each has one operation outstanding at a time, and asks whomever it believes to lead until
it is answered. It numbers its requests and says the same number when it asks again, so that a command
which was committed after all is not applied twice (§8, thesis §6.3).

Their way to a server takes no time and loses nothing: what a client sees late or never is the cluster's doing alone.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Operation, Request} from '../state-machine/key-value.js';
import type {Call} from './event.js';
import {copyStream, drawBetween, randomStream, type RandomStream} from './random.js';
import type {World} from './world.js';

/** How long a client waits for an answer before it asks somebody else. */
const attemptUs = 500_000;
/** When it gives up: by then the operation may have taken effect, or may yet. */
const giveUpUs = 5_000_000;
/** Before it follows a redirect, and before it tries the next node where nobody knows who leads. */
const redirectUs = 2000;
const retryUs = 50_000;

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** What a client waits for. */
type Outstanding = {
	readonly call: Call;
	readonly request: Request;
	readonly invokedUs: number;
	/** The `seq` of its `invoke` event. */
	readonly invokedSeq: number;
	readonly attempt: number;
	/** Attempts that nobody has refused: as long as there are any, nobody can say that it failed. */
	readonly unrefused: number;
};

export type Client = {
	/** From 1. */
	readonly id: number;
	/** Of its latest request. */
	serial: number;
	/** Whom it asks. */
	server: ServerId;
	/** Whom it tried last of its own accord; redirects lead away from there and back again. */
	tried: ServerId;
	outstanding: Outstanding | undefined;
	/** When it means to begin the next operation. */
	nextUs: number;
	/** The values it has seen, by key: what a compare-and-set expects. */
	seen: ReadonlyMap<string, string>;
	/** Counts its plans; an older one is void. */
	plan: number;
	readonly stream: RandomStream;
};

export const copyClient = (client: Client): Client => ({...client, stream: copyStream(client.stream)});

/**
Let there be so many clients, which together begin so many operations a second.

Those there are already go on with what they do, at the new rate; those that are too many finish and begin nothing more.
*/
export function setClients(world: World, count: number, ratePerS: number): void {
	const intervalUs = count === 0 ? 0 : (count / ratePerS) * 1_000_000;
	world.clientIntervalUs = intervalUs;
	world.clientsActive = count;
	const {clients} = world;
	for (let id = clients.length + 1; id <= count; id++) {
		const stream = randomStream(world.settings.seed, `client ${id}`);
		const server = drawBetween(stream, 1, world.hosts.length + 1);
		clients.push({
			id,
			serial: 0,
			server,
			tried: server,
			outstanding: undefined,
			nextUs: 0,
			seen: new Map(),
			plan: 0,
			stream,
		});
	}

	for (const client of clients) {
		if (client.outstanding === undefined && client.id <= count) {
			client.nextUs = world.timeUs + Math.round(client.stream() * intervalUs);
			plan(world, client, client.nextUs, begin);
		}
	}
}

/** What a client does when its time has come. */
type Deed = (world: World, client: Client) => void;

function plan(world: World, client: Client, timeUs: number, deed: Deed): void {
	const number = ++client.plan;
	const {id} = client;
	world.plan(Math.max(timeUs, world.timeUs), (then) => {
		const same = then.clients[id - 1]!; // In the World that gets there, which may be a copy
		if (same.plan === number) {
			deed(then, same);
		}
	});
}

function begin(world: World, client: Client): void {
	if (client.id > world.clientsActive) {
		return;
	}

	const operation = drawOperation(world, client);
	const serial = ++client.serial;
	const call = world.invoke(client.id, operation, 0);
	client.outstanding = {
		call,
		request: {...operation, session: {client: client.id, serial}},
		invokedUs: world.timeUs,
		invokedSeq: world.trace.length,
		attempt: 0,
		unrefused: 0,
	};
	ask(world, client);
}

function ask(world: World, client: Client): void {
	const before = client.outstanding!;
	if (world.timeUs - before.invokedUs >= giveUpUs) {
		giveUp(world, client);
		return;
	}

	const outstanding = {...before, attempt: before.attempt + 1, unrefused: before.unrefused + 1};
	client.outstanding = outstanding;
	plan(world, client, world.timeUs + attemptUs, tryNext); // Unless an answer or a refusal plans otherwise
	world.ask(client.server, outstanding, outstanding.invokedSeq);
}

function tryNext(world: World, client: Client): void {
	const {server} = client;
	const after = (node: ServerId): ServerId => (node % world.hosts.length) + 1;
	const next = after(client.tried);
	client.tried = next === server ? after(next) : next;
	client.server = client.tried;
	ask(world, client);
}

function giveUp(world: World, client: Client): void {
	const {call, unrefused, invokedSeq} = client.outstanding!;
	world.end(unrefused > 0 ? 'info' : 'fail', call, invokedSeq);
	rest(world, client);
}

/** The operation is over; the next begins when its time has come. */
function rest(world: World, client: Client): void {
	client.outstanding = undefined;
	// Between half and one and a half of the interval, so that clients do not march in step
	client.nextUs += Math.max(1, Math.round(world.clientIntervalUs * (0.5 + client.stream())));
	client.nextUs = Math.max(client.nextUs, world.timeUs);
	plan(world, client, client.nextUs, begin);
}

/** The client that waits for this call, if it still does. */
function waitingFor(world: World, call: Call): Client | undefined {
	const client = world.clients[call.client - 1];
	return client?.outstanding?.call.op === call.op ? client : undefined;
}

/** Whether the client still waits for this call; client 0, who gives commands, waits for all of them. */
export const isAwaited = (world: World, call: Call): boolean =>
	call.client === 0 || waitingFor(world, call) !== undefined;

/** A node that does not lead, or is down, says so; perhaps it knows who leads. */
export function takeRefusal(world: World, call: Call, node: ServerId, leader: ServerId | undefined): void {
	const client = waitingFor(world, call);
	if (client === undefined) {
		return;
	}

	const outstanding = client.outstanding!;
	client.outstanding = {...outstanding, unrefused: outstanding.unrefused - 1};
	if (client.server !== node) {
		return; // It has long asked somebody else
	}

	if (leader === undefined || leader === node) {
		plan(world, client, world.timeUs + retryUs, tryNext);
	} else {
		client.server = leader;
		plan(world, client, world.timeUs + redirectUs, ask);
	}
}

/** The node that had taken the request can no longer answer it. */
export function takeSilence(world: World, call: Call, node: ServerId): void {
	const client = waitingFor(world, call);
	if (client?.server === node) {
		plan(world, client, world.timeUs + retryUs, tryNext);
	}
}

export function takeAnswer(world: World, call: Call, result: unknown): void {
	const client = waitingFor(world, call);
	if (client === undefined) {
		return;
	}

	const {operation} = call;
	if (operation.type === 'write' || (operation.type === 'cas' && result === true)) {
		client.seen = new Map(client.seen).set(operation.key, operation.value);
	} else if (operation.type === 'read' && typeof result === 'string') {
		client.seen = new Map(client.seen).set(operation.key, result);
	}

	rest(world, client);
}

/** Reads and writes for the most part; values that no other operation writes, so that whoever reads one knows where it came from. */
function drawOperation(world: World, {stream, seen}: Client): Operation {
	const key = keys[Math.floor(stream() * keys.length)]!;
	const kind = stream();
	const value = String(world.operationsInvoked + 1);
	const expected = seen.get(key);
	if (kind < 0.4) {
		return {type: 'read', key};
	}

	if (kind < 0.6 && expected !== undefined) {
		return {type: 'cas', key, expected, value};
	}

	return kind < 0.95 ? {type: 'write', key, value} : {type: 'delete', key};
}
