/*
The words that all of the Raft core uses. Numbers count from 1; 0 stands before the first.
*/

/** A member of the cluster, from 1. Printed as `n1`. */
export type ServerId = number;

/** A numbered reign with at most one leader (§5.1). */
export type Term = number;

/** A position in the log, from 1; 0 is before the first entry (§5.3). */
export type LogIndex = number;

export type LogPosition = {readonly index: LogIndex; readonly term: Term};

/**
What an entry carries. The core looks at nothing but its own kinds; the state machine knows the others.
*/
export type Payload = {readonly type: string};

/** The empty entry a new leader appends, so that it can commit in its own term (§5.4.2, §8). */
export const noOp: Payload = {type: 'no-op'};

export type Entry = {readonly index: LogIndex; readonly term: Term; readonly command: Payload};

/**
Who has a say. Learners and joint quorums (§6) will be further fields here, and `hasQuorum` the only place to read them.
*/
export type Configuration = {readonly voters: readonly ServerId[]};

/** Figure 2's RPCs and their replies, with the paper's field names. Who sent it stands on the envelope. */
export type RequestVote = {
	readonly type: 'RequestVote';
	readonly term: Term;
	readonly candidateId: ServerId;
	readonly lastLogIndex: LogIndex;
	readonly lastLogTerm: Term;
};

export type VoteReply = {readonly type: 'VoteReply'; readonly term: Term; readonly voteGranted: boolean};

export type AppendEntries = {
	readonly type: 'AppendEntries';
	readonly term: Term;
	readonly leaderId: ServerId;
	readonly prevLogIndex: LogIndex;
	readonly prevLogTerm: Term;
	readonly entries: readonly Entry[];
	readonly leaderCommit: LogIndex;
};

export type AppendReply = {
	readonly type: 'AppendReply';
	readonly term: Term;
	readonly success: boolean;
	/** The request's, so that a refusal which was overtaken can be told from a fresh one. */
	readonly prevLogIndex: LogIndex;
	/** If successful, up to where the follower's log is known to equal the leader's; else 0. */
	readonly matchIndex: LogIndex;
	/** If refused: the term of the entry in the way (0 if the log is too short), and the first index with that term (§5.3, end). */
	readonly conflictTerm: Term;
	readonly conflictIndex: LogIndex;
};

export type Message = RequestVote | VoteReply | AppendEntries | AppendReply;

/** Everything that can happen to a server. Nothing else moves it. */
export type Input =
	| {readonly type: 'electionTimeout'}
	| {readonly type: 'heartbeatDue'}
	| {readonly type: 'receive'; readonly from: ServerId; readonly message: Message}
	| {readonly type: 'propose'; readonly commands: readonly Payload[]};

/**
What a server asks its host to do, in this order. The order matters: what a message promises is
persisted before the message is sent (thesis §3.8).

A server has one timer: arming it for an election or for a heartbeat replaces what it was armed for.
*/
export type Effect =
	| {readonly type: 'persistState'; readonly currentTerm: Term; readonly votedFor: ServerId | undefined}
	| {readonly type: 'truncate'; readonly from: LogIndex}
	| {readonly type: 'persistEntries'; readonly entries: readonly Entry[]}
	| {readonly type: 'send'; readonly to: ServerId; readonly message: Message}
	| {readonly type: 'setTimer'; readonly timer: 'election' | 'heartbeat'}
	| {readonly type: 'apply'; readonly entries: readonly Entry[]}
	| {readonly type: 'accept'; readonly entries: readonly Entry[]}
	| {readonly type: 'redirect'; readonly leaderId: ServerId | undefined};

export const startElectionTimer: Effect = {type: 'setTimer', timer: 'election'};
export const startHeartbeatTimer: Effect = {type: 'setTimer', timer: 'heartbeat'};
