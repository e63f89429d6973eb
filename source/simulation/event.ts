/*
What happened: the vocabulary of the trace.

`seq` counts from 1. `timeUs` is virtual. `cause` is the `seq` of the event that led to this one, 0 where nothing did.
*/

import type {Entry, LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import type {Role} from '../raft/server.js';
import type {Operation, Result} from '../state-machine/key-value.js';
import type {Command} from './command.js';
import type {Flight, LossReason} from './network.js';
import type {Settings} from './settings.js';

export type TimerKind = 'election' | 'heartbeat';

/** Somebody pulled the plug, or the server stopped itself because it could not save what it must. Only a server that breaks the rules leaves a gap in its log. */
export type CrashReason = 'command' | 'disk full' | 'disk failed' | 'log gap';

/** An operation that a client has begun: `op` counts all operations of the run from 1. Client 0 is whoever gives commands. */
export type Call = {readonly client: number; readonly op: number; readonly operation: Operation};

/** A broken promise: which, where it is made, how it was broken, and the `seq`s of the events that prove it. */
export type Violation = {
	readonly property: string;
	readonly section: string;
	readonly explanation: string;
	readonly evidence: readonly number[];
};

export type EventBody =
	| {readonly type: 'settings'; readonly settings: Settings}
	| {readonly type: 'command'; readonly command: Command}
	| {readonly type: 'sent'; readonly flight: Flight}
	| {readonly type: 'delivered'; readonly flight: Flight}
	| {readonly type: 'lost'; readonly flight: Flight; readonly reason: LossReason}
	| {readonly type: 'timer'; readonly node: ServerId; readonly timer: TimerKind}
	| {
			readonly type: 'role';
			readonly node: ServerId;
			readonly role: Role;
			readonly term: Term;
			readonly leader: ServerId | undefined;
	  }
	/** `votedFor` is `undefined` where a vote is taken back within its term, which no rule of the paper's does. */
	| {readonly type: 'vote'; readonly node: ServerId; readonly term: Term; readonly votedFor: ServerId | undefined}
	| {readonly type: 'append'; readonly node: ServerId; readonly entries: readonly Entry[]}
	| {readonly type: 'truncate'; readonly node: ServerId; readonly from: LogIndex}
	/** The disk says that everything this node wrote up to the event `upTo` will survive a crash. */
	| {readonly type: 'synced'; readonly node: ServerId; readonly upTo: number}
	| {readonly type: 'commit'; readonly node: ServerId; readonly index: LogIndex}
	| {
			readonly type: 'apply';
			readonly node: ServerId;
			readonly entry: Entry;
			readonly result: Result;
			readonly isRepeated: boolean;
	  }
	| {readonly type: 'crash'; readonly node: ServerId; readonly reason: CrashReason}
	/** With what was recovered from the disk. */
	| {
			readonly type: 'restart';
			readonly node: ServerId;
			readonly term: Term;
			readonly votedFor: ServerId | undefined;
			readonly lastIndex: LogIndex;
	  }
	/** The disk is empty from now on; a server that was running has crashed before. */
	| {readonly type: 'wipe'; readonly node: ServerId}
	| {readonly type: 'suspend' | 'resume'; readonly node: ServerId}
	| ({readonly type: 'invoke'} & Call)
	/** The client asks this node. The first attempt is 1. */
	| ({readonly type: 'request'; readonly node: ServerId; readonly attempt: number} & Call)
	/** The node does not lead, and says whom it believes to. */
	| ({readonly type: 'refused'; readonly node: ServerId; readonly leader: ServerId | undefined} & Call)
	| ({readonly type: 'ok'; readonly node: ServerId; readonly result: Result} & Call)
	/** It has certainly not taken effect and never will. */
	| ({readonly type: 'fail'} & Call)
	/** Whether it has or will, nobody knows. */
	| ({readonly type: 'info'} & Call)
	| ({readonly type: 'violation'} & Violation);

export type EventType = EventBody['type'];

export type Event = {readonly seq: number; readonly timeUs: number; readonly cause: number} & EventBody;
