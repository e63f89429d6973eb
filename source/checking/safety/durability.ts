/*
That what is committed is on the disks of a quorum: when it is declared, and from then on (§5.3).

Counted is what the disks have said to be safe. If one of them has lied, that shows at the next restart.
*/

import type {Violation} from '../../simulation/event.js';
import type {Commitment, Commitments} from './commitments.js';
import type {ObservedServer} from './observed-server.js';
import {commonPrefix, cutAt, startsWith, type Prefix} from './prefix.js';
import {broken} from './promises.js';
import {entryText, nodesText} from './words.js';

type Servers = readonly ObservedServer[];

const quorumOf = (servers: Servers): number => Math.floor(servers.length / 2) + 1;

function isOnQuorum(log: Prefix, servers: Servers): boolean {
	let missing = quorumOf(servers);
	for (const {savedLog} of servers) {
		if (startsWith(savedLog, log)) {
			missing--;
		}
	}

	return missing <= 0;
}

/** The first entry of a log that is on too few disks. The longer the prefix, the fewer have it. */
function firstTooFew(log: Prefix, servers: Servers): Prefix {
	const lengths = servers.map(({savedLog}) => commonPrefix(savedLog, log).index).toSorted((a, b) => b - a);
	return cutAt(log, lengths[quorumOf(servers) - 1]! + 1);
}

const namesOf = (servers: Servers): string => nodesText(servers.map(({id}) => id));

const onDisksOf = (servers: Servers): string =>
	servers.length === 0 ? 'on no disk' : `on the disk of ${namesOf(servers)} only`;

/** Something is declared committed too early. */
export function findCommittedTooEarly({node, log, seq}: Commitment, servers: Servers): Violation | undefined {
	if (isOnQuorum(log, servers)) {
		return undefined;
	}

	const entry = firstTooFew(log, servers);
	const holders = servers.filter(({savedLog}) => startsWith(savedLog, entry));
	const unsaved = servers.filter((server) => startsWith(server.log, entry) && !holders.includes(server));
	const others = unsaved.length === 0 ? '' : `, and in the memory of ${namesOf(unsaved)}`;
	const facts = `n${node} commits ${entryText(entry.entry)} when it is ${onDisksOf(holders)}${others}; a quorum is ${quorumOf(servers)} of ${servers.length}.`;
	return broken('Committed Is Durable', facts, [entry.seq, seq]);
}

/** Something committed is not on a quorum any more, after a server has lost it. */
export function findCommittedLost(servers: Servers, commitments: Commitments, seq: number): Violation | undefined {
	const {log} = commitments;
	if (isOnQuorum(log, servers)) {
		return undefined;
	}

	const entry = firstTooFew(log, servers);
	const first = commitments.firstOf(entry.index);
	const holders = servers.filter(({savedLog}) => startsWith(savedLog, entry));
	const losers = servers.filter((server) => server.loss !== undefined && startsWith(server.loss.log, entry));
	const lost = losers.filter((server) => !holders.includes(server));
	const losses = lost.map(({id, loss}) => `n${id} lost it (${loss!.how})`);
	return broken(
		'Committed Is Durable',
		`n${first.node} committed ${entryText(entry.entry)} in term ${first.term}; then ${losses.join(', ')}. Now it is ${onDisksOf(holders)}; a quorum is ${quorumOf(servers)} of ${servers.length}.`,
		[first.seq, ...lost.flatMap(({loss}) => loss!.seqs), seq],
	);
}
