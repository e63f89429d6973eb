/*
Why a vote was granted or denied, and what became of it (§5.1, §5.2, §5.4.1).
*/

import type {LogPosition, RequestVote, ServerId, VoteReply} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Flight} from '../simulation/network.js';
import type {Trace} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {shareText, standingText, type Account} from './account.js';
import {atText} from './event-text.js';
import {paperRule} from './paper-rules.js';
import {
	effectsOf,
	lastPositionBefore,
	standingBefore,
	voteBefore,
	votersUpTo,
	type EventOf,
	type Vote,
} from './past.js';
import {findReply, requestBehind, unansweredText} from './unanswered.js';

type Delivered = EventOf<'delivered'>;

/** A candidate's request reached a voter. */
export function requestVoteAccount(event: Delivered, message: RequestVote, world: World): Account {
	const {from, to} = event.flight;
	const reply = findReply(event, world);
	if (reply?.type !== 'VoteReply') {
		return {
			title: `${nodeName(to)} receives RequestVote from ${nodeName(from)}`,
			facts: [unansweredText(event, world)],
			rules: [paperRule.savedFirst],
		};
	}

	return reply.voteGranted
		? grantedAccount(event, message, world)
		: {
				title: `${nodeName(to)} denies its vote to ${nodeName(from)} for term ${message.term}`,
				...denial(event, message, reply, world),
			};
}

function grantedAccount({seq, flight: {from, to}}: Delivered, message: RequestVote, {trace}: World): Account {
	const [candidate, voter] = [nodeName(from), nodeName(to)];
	const {term} = message;
	const standing = standingBefore(trace, to, seq);
	const vote = voteBefore(trace, to, term, seq);
	const last = lastOf(message);
	const own = ownLast(seq, to, trace);
	const voteText =
		vote === undefined
			? `${voter} had not voted in term ${term} before.`
			: vote.votedFor === from
				? `${voter} had given ${candidate} its vote of term ${term} before${givenAt(vote)}, and says so again.`
				: `${voter} had voted for ${vote.votedFor === to ? 'itself' : nodeName(vote.votedFor)} in term ${term} before${givenAt(vote)}: no rule of the paper lets it vote again.`;
	return {
		title: `${voter} grants its vote to ${candidate} for term ${term}`,
		facts: [
			...(standing !== undefined && standing.term > term
				? [`${voter} was in term ${standing.term} already: no rule of the paper lets it vote in an earlier one.`]
				: []),
			voteText,
			...(own === undefined
				? []
				: [
						`${candidate}’s log ${endText(last)}, ${voter}’s ${endText(own)}: ${
							whyBetter(own, last) === undefined
								? `${candidate}’s is at least as up-to-date.`
								: `no rule of the paper lets ${voter} vote for it.`
						}`,
					]),
		],
		rules: [paperRule.oneVote, paperRule.upToDate],
	};
}

/** Where a voter's log ended when it decided. Only a server that breaks the rules has cut it upon the request. */
function ownLast(seq: number, voter: ServerId, trace: Trace): LogPosition | undefined {
	const cut = effectsOf(trace, seq).find(({type}) => type === 'truncate');
	return lastPositionBefore(trace, voter, cut === undefined ? seq : cut.seq + 1);
}

const givenAt = ({timeUs}: Vote): string => (timeUs === undefined ? '' : `, at ${atText(timeUs)}`);

/** Why a voter's log is more up-to-date than a candidate's; `undefined` if it is not. */
const whyBetter = (own: LogPosition, last: LogPosition): string | undefined =>
	own.term > last.term
		? 'its last term is later'
		: own.term === last.term && own.index > last.index
			? 'it is longer, with the same last term'
			: undefined;

/** What kept a voter from granting its vote: a later term, a vote it had given, or its log; that may be forgotten. */
type Obstacle = 'term' | Vote | {readonly own: LogPosition | undefined; readonly verdict: string | undefined};

function obstacleTo(
	{seq, flight: {from, to}}: Delivered,
	message: RequestVote,
	reply: VoteReply,
	trace: Trace,
): Obstacle {
	if (reply.term > message.term) {
		return 'term';
	}

	const vote = voteBefore(trace, to, message.term, seq);
	if (vote !== undefined && vote.votedFor !== from) {
		return vote;
	}

	const own = ownLast(seq, to, trace);
	return {own, verdict: own && whyBetter(own, lastOf(message))};
}

/** Why a vote was denied, in as few words as say it. */
export function denialText(event: Delivered, message: RequestVote, reply: VoteReply, {trace}: World): string {
	const obstacle = obstacleTo(event, message, reply, trace);
	if (obstacle === 'term') {
		return `in term ${reply.term} already`;
	}

	if ('votedFor' in obstacle) {
		const {votedFor} = obstacle;
		return `voted for ${votedFor === event.flight.to ? 'itself' : nodeName(votedFor)}`;
	}

	return obstacle.own !== undefined && obstacle.verdict === undefined
		? 'by no rule of the paper'
		: 'log more up-to-date';
}

/** Why a vote was denied. */
function denial(
	event: Delivered,
	message: RequestVote,
	reply: VoteReply,
	{trace}: World,
): Pick<Account, 'facts' | 'rules'> {
	const {from, to} = event.flight;
	const [candidate, voter] = [nodeName(from), nodeName(to)];
	const obstacle = obstacleTo(event, message, reply, trace);
	if (obstacle === 'term') {
		return {
			facts: [`${candidate} asks for term ${message.term}, but ${voter} is in term ${reply.term} already.`],
			rules: [paperRule.staleRequest],
		};
	}

	if ('votedFor' in obstacle) {
		const whom = obstacle.votedFor === to ? 'itself' : nodeName(obstacle.votedFor);
		return {
			facts: [`${voter} has voted for ${whom} in term ${message.term} already${givenAt(obstacle)}.`],
			rules: [paperRule.oneVote],
		};
	}

	const {own, verdict} = obstacle;
	if (own === undefined) {
		return {facts: [`${voter}’s log is more up-to-date than ${candidate}’s.`], rules: [paperRule.upToDate]};
	}

	return {
		facts: [
			`${candidate}’s log ${endText(lastOf(message))}, ${voter}’s ${endText(own)}.`,
			verdict === undefined
				? 'No rule of the paper denies the vote here.'
				: `${voter}’s log is more up-to-date: ${verdict}.`,
		],
		rules: [paperRule.upToDate],
	};
}

const lastOf = ({lastLogIndex, lastLogTerm}: RequestVote): LogPosition => ({index: lastLogIndex, term: lastLogTerm});

const endText = ({index, term}: LogPosition): string =>
	index === 0 ? 'is empty' : `ends with entry ${index} of term ${term}`;

/** Why a voter answered as it did, told to whoever looks at the answer. */
export function voteReplyReasons({sentSeq}: Flight, world: World): Pick<Account, 'facts' | 'rules'> {
	const request = requestBehind(sentSeq, world);
	if (request?.flight.message.type !== 'RequestVote') {
		return {facts: [], rules: []};
	}

	const {facts, rules} = requestVoteAccount(request, request.flight.message, world);
	return {facts, rules};
}

/** A vote, or its denial, reached the candidate. */
export function voteReplyAccount(event: Delivered, message: VoteReply, world: World): Account {
	const {trace, settings} = world;
	const {seq, flight} = event;
	const [voter, candidate] = [nodeName(flight.from), nodeName(flight.to)];
	const {term, voteGranted} = message;
	const title = voteGranted
		? `${candidate} receives ${voter}’s vote for term ${term}`
		: `${candidate} hears that ${voter} denies its vote`;
	const reasons = voteReplyReasons(flight, world);
	const before = standingBefore(trace, flight.to, seq);
	if (before !== undefined && term > before.term) {
		return {
			title,
			facts: [`${voter} was in term ${term}, ${candidate} in term ${before.term} still.`, ...reasons.facts],
			rules: [paperRule.newerTerm],
		};
	}

	if (before !== undefined && (before.role !== 'candidate' || before.term !== term)) {
		return {
			title,
			facts: [`The answer changes nothing: ${candidate} was ${standingText(before)} by then.`],
			rules: [paperRule.staleReply],
		};
	}

	if (!voteGranted) {
		return {title, facts: reasons.facts, rules: reasons.rules};
	}

	const voters = votersUpTo(trace, flight.to, term, seq);
	return {
		title,
		facts: [`${candidate} has the votes of ${shareText(voters, settings.nodes)}.`],
		rules: [paperRule.majorityElects],
	};
}
