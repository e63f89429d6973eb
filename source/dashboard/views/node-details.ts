/*
Everything about one node, for who zooms the Nodes panel: what is on its disk, what it keeps in memory, what it
thinks of its peers, the machine that it runs on, its links, and its key-value store.
*/

import type {NodeState, Snapshot} from '../../lab/lab.js';
import {lastTerm} from '../../raft/log.js';
import type {ServerId} from '../../raft/vocabulary.js';
import {nodeName} from '../../scenario/command-text.js';
import {span, wrap, type Line} from '../text.js';
import {roleStyles} from '../words.js';
import {clockText, diskText, glyphOf, listed, lookOf, storeText} from './nodes.js';

const labelWidth = 12;

export function nodeDetails(node: NodeState, snapshot: Snapshot, width: number): Line[] {
	const {id, server, store} = node;
	const look = lookOf(node, snapshot);
	const title: Line = [
		span(` ${nodeName(id)}  `, 'node'),
		span(`${glyphOf(node)} ${standingOf(node)}`, look === 'deposed' ? 'deposed' : roleStyles[look]),
	];
	const parts: ReadonlyArray<readonly [label: string, text: string]> = [
		['persistent', persistentText(node)],
		['volatile', server === undefined ? 'lost' : volatileText(node, snapshot)],
		...(server?.role === 'leader'
			? ([['peers', peersText(server.id, server.nextIndex, server.matchIndex, snapshot)]] as const)
			: []),
		['disk', `${diskText(node.disk)}${node.isSyncing ? ', writing at the moment' : ''}`],
		['clock', clockText(node.clockRate)],
		['links', linksText(id, snapshot)],
		['state', store.size === 0 ? 'empty' : storeText(node)],
	];
	return [
		title,
		...parts.flatMap(([label, text]) =>
			wrap([span(text)], width - labelWidth).map((line, at): Line => [
				span(` ${at === 0 ? label : ''}`.padEnd(labelWidth), 'dim'),
				...line,
			]),
		),
	];
}

function standingOf({server, isSuspended}: NodeState): string {
	if (server === undefined) {
		return 'down: it comes back with what is on its disk';
	}

	const follows =
		server.role === 'follower' ? ` of ${server.leaderId === undefined ? 'nobody yet' : nodeName(server.leaderId)}` : '';
	return `${server.role}${follows}${isSuspended ? ', suspended: it does nothing, and what comes for it waits' : ''}`;
}

function persistentText({server, persisted}: NodeState): string {
	const {currentTerm, votedFor, log} = server ?? persisted;
	const vote = votedFor === undefined ? 'voted for nobody' : `voted for ${nodeName(votedFor)}`;
	const entries = log.lastIndex === 0 ? 'log empty' : `log up to ${log.lastIndex}, term ${lastTerm(log)}`;
	return `term ${currentTerm} · ${vote} · ${entries}`;
}

function volatileText({server, timer}: NodeState, {timeUs}: Snapshot): string {
	const {commitIndex, lastApplied} = server!;
	const due =
		timer === undefined
			? 'no timer'
			: `${timer.kind} timer in ${Math.max(0, Math.round((timer.dueUs - timeUs) / 1000))} ms`;
	return `committed ${commitIndex} · applied ${lastApplied} · ${due}`;
}

type Indices = Readonly<Record<ServerId, number>>;

function peersText(self: ServerId, nextIndex: Indices, matchIndex: Indices, {nodes}: Snapshot): string {
	const alike = Map.groupBy(
		nodes.filter(({id}) => id !== self),
		({id}) => `next ${nextIndex[id]} match ${matchIndex[id]}`,
	);
	return [...alike].map(([text, some]) => `${listed(some.map(({id}) => id))} ${text}`).join(' · ');
}

/** Whom it cannot reach, and who cannot reach it. */
function linksText(id: ServerId, {nodes, connects}: Snapshot): string {
	const others = nodes.filter((other) => other.id !== id);
	const none = (cannot: typeof others): boolean => cannot.length === 0;
	const names = (some: typeof others): string => listed(some.map((other) => other.id));
	const unreached = others.filter((other) => !connects(id, other.id));
	const unheard = others.filter((other) => !connects(other.id, id));
	if (none(unreached) && none(unheard)) {
		return 'whole';
	}

	return [
		...(none(unreached) ? [] : [`nothing gets to ${names(unreached)}`]),
		...(none(unheard) ? [] : [`nothing comes from ${names(unheard)}`]),
	].join(' · ');
}
