/*
Who has led which term, and with what log that leader began: Election Safety (§5.2).
*/

import type {ServerId, Term} from '../../raft/vocabulary.js';
import type {Violation} from '../../simulation/event.js';
import {broken} from './promises.js';
import type {Prefix} from './prefix.js';

export type Election = {
	readonly term: Term;
	readonly node: ServerId;
	readonly seq: number;
	/** As it was when it won: its own no-op comes after. */
	readonly log: Prefix;
	/** The election of the next lower term in which there was one. */
	readonly earlier: Election | undefined;
};

/** The elections, by falling term. It never changes, so that copies share it. */
export type Elections = Election | undefined;

/** The election of a term. */
export function electionIn(elections: Elections, term: Term): Election | undefined {
	let election = elections;
	while (election !== undefined && election.term > term) {
		election = election.earlier;
	}

	return election?.term === term ? election : undefined;
}

/** Usually of the highest term, but a vote that was long on its way may still elect a leader of an older one. */
export function withElection(elections: Elections, won: Omit<Election, 'earlier'>): Election {
	const later: Election[] = [];
	let earlier = elections;
	while (earlier !== undefined && earlier.term > won.term) {
		later.push(earlier);
		earlier = earlier.earlier;
	}

	let election: Election = {...won, earlier};
	for (const above of later.toReversed()) {
		election = {...above, earlier: election};
	}

	return election;
}

/** Over the whole run: two leaders of one term are wrong even if the first was long gone. */
export function findSecondLeader(elections: Elections, won: Omit<Election, 'earlier'>): Violation | undefined {
	const first = electionIn(elections, won.term);
	return first === undefined || first.node === won.node
		? undefined
		: broken(
				'Election Safety',
				`n${first.node} was elected to lead term ${won.term}, and now n${won.node} is elected to lead it too.`,
				[first.seq, won.seq],
			);
}
