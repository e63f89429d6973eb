/*
What a person follows of a run, gathered from the trace as it grows: the latest messages and what became
of them, the events worth telling, who was what when, what the clients did, and what it comes to in numbers.
*/

import {deletedIn, type Deleted} from '../explaining/deleted.js';
import type {Role} from '../raft/server.js';
import type {LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import type {Command} from '../simulation/command.js';
import type {CrashReason, Event, EventType, Violation} from '../simulation/event.js';
import type {Flight, LossReason} from '../simulation/network.js';
import type {Trace} from '../simulation/trace.js';
import type {Operation} from '../state-machine/key-value.js';
import {Measurements} from './measurements.js';
import {Operations} from './operations.js';

/** A message, and when it arrived, or why it never will; neither, while that is not settled. */
export type MessageRecord = {readonly flight: Flight; arrivedUs: number | undefined; lost: LossReason | undefined};

/** Something worth telling, with the facts that the telling needs. */
export type Notable =
	| {readonly type: 'command'; readonly event: Event & {readonly type: 'command'}}
	| {readonly type: 'campaign'; readonly node: ServerId; readonly term: Term}
	| {readonly type: 'elected'; readonly node: ServerId; readonly term: Term; readonly voters: readonly ServerId[]}
	| {readonly type: 'deposed'; readonly node: ServerId; readonly term: Term}
	| {readonly type: 'committed'; readonly node: ServerId; readonly from: LogIndex; readonly to: LogIndex}
	/** What was deleted is left out where the trace has forgotten it. */
	| {readonly type: 'truncated'; readonly node: ServerId; readonly from: LogIndex; readonly deleted?: Deleted}
	| {readonly type: 'crashed'; readonly node: ServerId; readonly reason: CrashReason}
	| {readonly type: 'wiped'; readonly node: ServerId}
	| {readonly type: 'suspended' | 'resumed'; readonly node: ServerId}
	| {readonly type: 'restarted'; readonly node: ServerId; readonly term: Term; readonly lastIndex: LogIndex}
	| {readonly type: 'refused'; readonly node: ServerId; readonly leader: ServerId | undefined}
	| {readonly type: 'unanswered'; readonly count: number}
	/** A client gave up: with `info`, what it asked for may have been done. */
	| {readonly type: 'gaveUp'; readonly client: number; readonly operation: Operation; readonly isUnknown: boolean}
	| ({readonly type: 'violation'} & Violation);

export type NotableRecord = {readonly seq: number; readonly timeUs: number} & Notable;

export type LaneState = Role | 'down' | 'suspended';

/** From `fromUs` on, a node was in this state. */
export type LaneSpan = {readonly fromUs: number; readonly state: LaneState; readonly term: Term};

/** Commands after which other nodes can reach one another. */
const cutting: ReadonlySet<Command['type']> = new Set(['partition', 'isolate', 'rejoin', 'cut', 'heal']);

/** Commands whose doing is told by the events that follow. */
const toldOtherwise: ReadonlySet<Command['type']> = new Set(['crash', 'restart', 'wipe', 'suspend', 'resume']);

/** Events that a person does not follow one by one. */
const untold: ReadonlySet<EventType> = new Set(['append', 'apply', 'timer', 'synced', 'request']);

/** What the simulated clients have asked for, and how it ended. */
export type ClientCounts = {invoked: number; ok: number; fail: number; info: number};

/** Rings of this many are kept; older ones are in the trace. */
const kept = 2000;

/** So many a checkpoint keeps: there are hundreds of them. */
const keptBrief = 256;

export class Feed {
	/** Oldest first. */
	readonly messages: MessageRecord[] = [];
	readonly notables: NotableRecord[] = [];
	/** By node, `lanes[0]` being n1's. */
	readonly lanes: readonly LaneSpan[][];
	/** When the network was cut or healed. */
	readonly cutsUs: number[] = [];
	readonly counts: ClientCounts = {invoked: 0, ok: 0, fail: 0, info: 0};
	#measurements = new Measurements();
	#operations = new Operations();
	#read = 0;
	readonly #underway = new Map<number, MessageRecord>();
	readonly #roles: LaneState[];
	readonly #terms: Term[];
	readonly #committed: LogIndex[];
	readonly #votes = new Map<ServerId, {term: Term; voters: Set<ServerId>}>();
	/** How many notables there have been; one that grows counts once. */
	#told = 0;

	constructor(nodes: number) {
		this.lanes = Array.from({length: nodes}, () => [{fromUs: 0, state: 'follower', term: 0}]);
		this.#roles = Array.from({length: nodes}, () => 'follower');
		this.#terms = Array.from({length: nodes}, () => 0);
		this.#committed = Array.from({length: nodes}, () => 0);
	}

	/** What it all comes to in numbers. */
	get measurements(): Measurements {
		return this.#measurements;
	}

	/** What the clients asked for of late. */
	get operations(): Operations {
		return this.#operations;
	}

	get told(): number {
		return this.#told;
	}

	/** One that goes on by itself from here. A brief one remembers less of what was. */
	copy(isBrief = false): Feed {
		const copy = new Feed(this.lanes.length);
		const from = isBrief ? -keptBrief : 0;
		copy.messages.push(...this.messages.slice(from));
		copy.notables.push(...this.notables.slice(from));
		copy.cutsUs.push(...this.cutsUs.slice(from));
		for (const [at, lane] of this.lanes.entries()) {
			copy.lanes[at]!.splice(0, 1, ...lane.slice(from));
			copy.#roles[at] = this.#roles[at]!;
			copy.#terms[at] = this.#terms[at]!;
			copy.#committed[at] = this.#committed[at]!;
		}

		Object.assign(copy.counts, this.counts);
		copy.#measurements = this.#measurements.copy();
		copy.#operations = this.#operations.copy(isBrief);
		copy.#read = this.#read;
		copy.#told = this.#told;
		for (const [node, {term, voters}] of this.#votes) {
			copy.#votes.set(node, {term, voters: new Set(voters)});
		}

		this.#shareUnderway(copy);
		return copy;
	}

	/** What becomes of these messages is not settled, so each side keeps a record of its own. */
	#shareUnderway(copy: Feed): void {
		const places = new Map(copy.messages.map((record, at) => [record, at]));
		for (const [id, record] of this.#underway) {
			const own = {...record};
			const place = places.get(record);
			copy.#underway.set(id, own);
			if (place !== undefined) {
				copy.messages[place] = own;
			}
		}
	}

	/** Take in what the trace has got since the last time, up to now. */
	read(trace: Trace, timeUs: number): void {
		this.#measurements.read(trace, timeUs);
		this.#operations.read(trace);
		for (let seq = Math.max(this.#read + 1, trace.first); seq <= trace.length; seq++) {
			const type = trace.typeAt(seq);
			if (!untold.has(type!)) {
				this.#take(trace.at(seq)!, trace);
			}
		}

		this.#read = trace.length;
		forget(this.messages);
		forget(this.notables);
		forget(this.cutsUs);
		for (const lane of this.lanes) {
			forget(lane);
		}
	}

	#take(event: Event, trace: Trace): void {
		switch (event.type) {
			case 'sent': {
				const record: MessageRecord = {flight: event.flight, arrivedUs: undefined, lost: event.flight.lost};
				this.messages.push(record);
				if (record.lost === undefined) {
					this.#underway.set(event.flight.id, record);
				}

				break;
			}

			case 'delivered': {
				const record = this.#settled(event.flight);
				if (record !== undefined) {
					record.arrivedUs = event.timeUs;
				}

				this.#countVote(event.flight);
				break;
			}

			case 'lost': {
				const record = this.#settled(event.flight);
				if (record !== undefined) {
					record.lost = event.reason;
				}

				break;
			}

			case 'role': {
				this.#takeRole(event);
				break;
			}

			case 'commit': {
				this.#takeCommit(event);
				break;
			}

			case 'crash': {
				this.#roles[event.node - 1] = 'down';
				this.#committed[event.node - 1] = 0;
				this.#lane(event.node, event.timeUs, 'down', 0);
				this.#tell(event, {type: 'crashed', node: event.node, reason: event.reason});
				break;
			}

			case 'restart': {
				this.#roles[event.node - 1] = 'follower';
				this.#terms[event.node - 1] = event.term;
				this.#lane(event.node, event.timeUs, 'follower', event.term);
				this.#tell(event, {type: 'restarted', node: event.node, term: event.term, lastIndex: event.lastIndex});
				break;
			}

			case 'wipe': {
				this.#tell(event, {type: 'wiped', node: event.node});
				break;
			}

			case 'suspend': {
				this.#lane(event.node, event.timeUs, 'suspended', 0);
				this.#tell(event, {type: 'suspended', node: event.node});
				break;
			}

			case 'resume': {
				const role = this.#roles[event.node - 1]!;
				this.#lane(event.node, event.timeUs, role, this.#terms[event.node - 1]!);
				this.#tell(event, {type: 'resumed', node: event.node});
				break;
			}

			case 'truncate': {
				const {node, from} = event;
				const deleted = deletedIn(event, trace);
				this.#tell(event, {type: 'truncated', node, from, ...(deleted !== undefined && {deleted})});
				break;
			}

			case 'invoke':
			case 'ok':
			case 'fail':
			case 'info': {
				this.#takeOperation(event);
				break;
			}

			case 'refused': {
				if (event.client === 0) {
					this.#tell(event, {type: 'refused', node: event.node, leader: event.leader});
				}

				break;
			}

			case 'violation': {
				const {property, section, explanation, evidence} = event;
				this.#tell(event, {type: 'violation', property, section, explanation, evidence});
				break;
			}

			case 'command': {
				const {type} = event.command;
				if (cutting.has(type)) {
					this.cutsUs.push(event.timeUs);
				}

				if (!toldOtherwise.has(type)) {
					this.#tell(event, {type: 'command', event});
				}

				break;
			}

			default:
		}
	}

	/** A message that was under way up to now. */
	#settled({id}: Flight): MessageRecord | undefined {
		const record = this.#underway.get(id);
		this.#underway.delete(id);
		return record;
	}

	#takeRole(event: Event & {readonly type: 'role'}): void {
		const {node, role, term, timeUs} = event;
		const before = this.#roles[node - 1];
		this.#roles[node - 1] = role;
		this.#terms[node - 1] = term;
		const lane = this.lanes[node - 1]!;
		if (lane.at(-1)!.state !== role || (role === 'leader' && lane.at(-1)!.term !== term)) {
			this.#lane(node, timeUs, role, term);
		}

		if (role === 'candidate') {
			this.#tell(event, {type: 'campaign', node, term});
		} else if (role === 'leader') {
			const tally = this.#votes.get(node);
			const others = tally?.term === term ? [...tally.voters] : [];
			this.#tell(event, {type: 'elected', node, term, voters: [node, ...others].toSorted((a, b) => a - b)});
		} else if (before === 'leader') {
			this.#tell(event, {type: 'deposed', node, term});
		}
	}

	#takeOperation(event: Event & {readonly type: 'invoke' | 'ok' | 'fail' | 'info'}): void {
		const {type, client, operation} = event;
		if (client > 0) {
			this.counts[type === 'invoke' ? 'invoked' : type]++;
			if (type === 'fail' || type === 'info') {
				this.#tell(event, {type: 'gaveUp', client, operation, isUnknown: type === 'info'});
			}
		} else if (type === 'info') {
			this.#takeUnanswered(event);
		}
	}

	#takeUnanswered(event: Event & {readonly type: 'info'}): void {
		const last = this.notables.at(-1);
		if (last?.type === 'unanswered' && last.timeUs === event.timeUs) {
			this.notables[this.notables.length - 1] = {...last, count: last.count + 1};
		} else {
			this.#tell(event, {type: 'unanswered', count: 1});
		}
	}

	/** What the leader commits is news; that the followers hear of it is not. */
	#takeCommit(event: Event & {readonly type: 'commit'}): void {
		const {node, index} = event;
		const from = this.#committed[node - 1]! + 1;
		this.#committed[node - 1] = index;
		if (this.#roles[node - 1] !== 'leader') {
			return;
		}

		const last = this.notables.at(-1);
		if (last?.type === 'committed' && last.node === node && last.to === from - 1) {
			this.notables[this.notables.length - 1] = {...last, seq: event.seq, timeUs: event.timeUs, to: index};
		} else {
			this.#tell(event, {type: 'committed', node, from, to: index});
		}
	}

	/** The votes a candidate knows of when it is elected, not those that are still on their way to it. */
	#countVote({from, to, message}: Flight): void {
		if (message.type !== 'VoteReply' || !message.voteGranted) {
			return;
		}

		const tally = this.#votes.get(to);
		if (tally?.term === message.term) {
			tally.voters.add(from);
		} else {
			this.#votes.set(to, {term: message.term, voters: new Set([from])});
		}
	}

	#lane(node: ServerId, fromUs: number, state: LaneState, term: Term): void {
		this.lanes[node - 1]!.push({fromUs, state, term});
	}

	#tell({seq, timeUs}: Event, notable: Notable): void {
		this.notables.push({seq, timeUs, ...notable});
		this.#told++;
	}
}

function forget(ring: unknown[]): void {
	if (ring.length > 2 * kept) {
		ring.splice(0, ring.length - kept);
	}
}
