/*
Whether a cluster has come to rest: everybody who runs follows one leader and has done all that he has.

It looks at the servers themselves, from outside. In a healed network nothing less is to be expected after a while (liveness).
*/

import {lastPosition} from '../raft/log.js';
import type {Server} from '../raft/server.js';
import type {ServerId} from '../raft/vocabulary.js';
import type {Host} from '../simulation/host.js';
import {nodesText} from './safety/words.js';

/** A World, or as much of it as matters here. */
export type Cluster = {
	readonly hosts: ReadonlyArray<Pick<Host, 'id' | 'server' | 'isSuspended'> & Partial<Pick<Host, 'appliedIndex'>>>;
};

/**
What is missing until the servers that run have converged, as a sentence; `undefined` if nothing is.

Whoever is down or suspended does not count. Logs are compared at their ends, which is enough where Log Matching holds.
*/
export function whyNotConverged({hosts}: Cluster): string | undefined {
	const running: Server[] = [];
	for (const {server, isSuspended} of hosts) {
		if (server !== undefined && !isSuspended) {
			running.push(server);
		}
	}

	if (running.length === 0) {
		return 'No server is running.';
	}

	const term = Math.max(...running.map(({currentTerm}) => currentTerm));
	const leaders = running.filter(({role, currentTerm}) => role === 'leader' && currentTerm === term);
	const [leader] = leaders;
	if (leader === undefined) {
		return `Nobody leads term ${term}, which is the highest.`;
	}

	if (leaders.length > 1) {
		return `${nodesText(leaders.map(({id}) => id))} lead term ${term} at once.`;
	}

	for (const server of running) {
		const reason = whyNotFollowing(server, leader) ?? whyNotDone(server, leader);
		if (reason !== undefined) {
			return reason;
		}
	}

	const waiting = hosts.find(
		({server, isSuspended, appliedIndex}) =>
			server !== undefined && !isSuspended && appliedIndex !== undefined && appliedIndex < server.lastApplied,
	);
	return waiting && `n${waiting.id} waits for its disk before it applies what it knows to be committed.`;
}

function whyNotFollowing(server: Server, leader: Server): string | undefined {
	const {id, currentTerm} = server;
	if (currentTerm !== leader.currentTerm) {
		return `n${id} is in term ${currentTerm}, and n${leader.id} leads term ${leader.currentTerm}.`;
	}

	switch (server.role) {
		case 'leader': {
			return undefined;
		}

		case 'candidate': {
			return `n${id} is a candidate in term ${currentTerm}, which n${leader.id} leads.`;
		}

		case 'follower': {
			return server.leaderId === leader.id
				? undefined
				: `n${id} follows ${nodeText(server.leaderId)}, and n${leader.id} leads term ${currentTerm}.`;
		}
	}
}

function whyNotDone({id, log, commitIndex, lastApplied}: Server, leader: Server): string | undefined {
	const {index, term} = lastPosition(log);
	const wanted = lastPosition(leader.log);
	if (index !== wanted.index || term !== wanted.term) {
		return `The log of n${id} ends at index ${index} with term ${term}, that of n${leader.id}, who leads, at index ${wanted.index} with term ${wanted.term}.`;
	}

	if (commitIndex !== index) {
		return `n${id} has ${index} entries, and its commit index is ${commitIndex}.`;
	}

	return lastApplied === index ? undefined : `n${id} has committed ${index} entries, and applied ${lastApplied}.`;
}

const nodeText = (id: ServerId | undefined): string => (id === undefined ? 'nobody' : `n${id}`);
