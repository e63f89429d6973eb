/*
The rules that an explanation can appeal to, each in a sentence of our own and with the place where the paper has it.

§ points into the extended Raft paper, or into Ongaro's thesis where it says so.
*/

export type PaperRule = {readonly sentence: string; readonly section: string};

export const paperRule = {
	startsAsFollower: {
		sentence:
			'Every server starts as a follower, and stays one as long as it hears in time from a leader, or grants a vote.',
		section: 'Raft §5.2',
	},
	electionTimeout: {
		sentence:
			'A follower or candidate whose election timer runs out begins a new term, votes for itself and asks all others.',
		section: 'Raft §5.2',
	},
	timerRestarts: {
		sentence: 'Hearing from the leader of the term, or granting a vote, starts the election timer anew.',
		section: 'Raft §5.2',
	},
	majorityElects: {
		sentence: 'A candidate with the votes of a majority of the whole cluster leads its term.',
		section: 'Raft §5.2',
	},
	oneVote: {
		sentence:
			'A server votes once a term: for the first to ask whose log is at least as up-to-date as its own (§5.4.1).',
		section: 'Raft §5.2',
	},
	upToDate: {
		sentence:
			'A server votes only for a log at least as up-to-date as its own: the later last term wins, then the longer log.',
		section: 'Raft §5.4.1',
	},
	followsLeader: {
		sentence: 'Whoever hears from the leader of its own term, or of a later one, follows it.',
		section: 'Raft §5.2',
	},
	newerTerm: {
		sentence: 'Whoever sees a later term joins it as a follower, leaders and candidates too.',
		section: 'Raft §5.1',
	},
	staleRequest: {
		sentence: 'A request of an earlier term is refused, and the answer names the later one.',
		section: 'Raft §5.1',
	},
	staleReply: {
		sentence: 'An answer counts only in the term, and for the candidacy or reign, in which it was asked for.',
		section: 'Raft §5.1',
	},
	heartbeat: {
		sentence: 'A leader sends AppendEntries at regular intervals, empty if need be, so that nobody starts an election.',
		section: 'Raft §5.2',
	},
	leaderAppends: {
		sentence: 'A leader first appends a command to its own log, then sends it to all others.',
		section: 'Raft §5.3',
	},
	noOp: {
		sentence: 'A new leader begins with an empty entry of its own term: with it, all that is before it can commit.',
		section: 'Raft §8',
	},
	consistencyCheck: {
		sentence: 'A follower takes entries only where its log holds the entry right before them, with the same term.',
		section: 'Raft §5.3',
	},
	conflictsGo: {
		sentence: 'Where an entry differs from the leader’s in its term, the follower deletes it and all that follow.',
		section: 'Raft §5.3',
	},
	backsUp: {
		sentence: 'After a refusal the leader goes back with what it sends next, until the two logs meet.',
		section: 'Raft §5.3',
	},
	matchKnown: {
		sentence: 'What a follower acknowledges, the leader knows to be in both logs.',
		section: 'Raft §5.3',
	},
	majorityCommits: {
		sentence: 'An entry is committed once the leader that created it knows it on a majority.',
		section: 'Raft §5.3',
	},
	ownTermOnly: {
		sentence: 'A leader commits only entries of its own term by counting copies; earlier ones come along.',
		section: 'Raft §5.4.2',
	},
	followerLearns: {
		sentence: 'A follower commits what its leader says is committed, as far as this message shows their logs to agree.',
		section: 'Raft §5.3',
	},
	appliesInOrder: {
		sentence: 'Only committed entries reach the state machine, one after the other in log order.',
		section: 'Raft §5.3',
	},
	leaderAnswers: {
		sentence: 'The leader answers a client once its command has been applied.',
		section: 'Raft §5.3',
	},
	redirects: {
		sentence: 'Only a leader takes requests; anybody else turns them away and names the leader it knows.',
		section: 'Raft §8',
	},
	retryOnce: {
		sentence: 'Clients number their commands, so that one which is asked for again is carried out once.',
		section: 'Raft §8',
	},
	savedFirst: {
		sentence: 'Term, vote and log are on the disk before any answer that depends on them leaves.',
		section: 'Raft Figure 2',
	},
	crashKeepsDisk: {
		sentence: 'A crash leaves what is on the disk: term, vote and log. Role, commit index and state are gone.',
		section: 'Raft Figure 2',
	},
	losesNothingButTime: {
		sentence:
			'Messages may be late, lost, doubled or out of order: safety does not depend on them, only progress does.',
		section: 'Raft §2',
	},
	leaderSends: {
		sentence: 'For each follower the leader keeps the next entry to send, and sends what follows from there.',
		section: 'Raft §5.3',
	},
} as const satisfies Readonly<Record<string, PaperRule>>;
