/*
What happened: the vocabulary of the trace.

`seq` counts from 1. `timeUs` is virtual. `cause` is the `seq` of the event that led to this one, 0 where nothing did.
*/

import type {Entry, LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import type {Role} from '../raft/server.js';
import type {Operation} from '../state-machine/key-value.js';
import type {Command} from './command.js';
import type {Flight, LossReason} from './network.js';
import type {Settings} from './settings.js';

export type TimerKind = 'election' | 'heartbeat';

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
	| {readonly type: 'commit'; readonly node: ServerId; readonly index: LogIndex}
	| {readonly type: 'apply'; readonly node: ServerId; readonly entry: Entry}
	| {readonly type: 'crash'; readonly node: ServerId}
	| {readonly type: 'restart'; readonly node: ServerId; readonly term: Term; readonly lastIndex: LogIndex}
	| {readonly type: 'invoke'; readonly node: ServerId; readonly op: number; readonly operation: Operation}
	| {readonly type: 'ok'; readonly node: ServerId; readonly op: number}
	| {
			readonly type: 'fail';
			readonly node: ServerId;
			readonly op: number;
			/** Whom the node that refused it believes to lead. */
			readonly leader: ServerId | undefined;
	  }
	| {readonly type: 'info'; readonly node: ServerId; readonly op: number};

export type EventType = EventBody['type'];

export type Event = {readonly seq: number; readonly timeUs: number; readonly cause: number} & EventBody;
