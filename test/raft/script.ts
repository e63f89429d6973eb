/*
Golden scripts: a story told in commands and, under `---` after each part of it, what has changed since
the part before. Parts are separated by a blank line.

	cluster n1 n2 n3           the members; they start with nothing persisted. At the end of the line,
	                           `entries-per-message 1` says how many one AppendEntries carries
	log n1 1 1 4               set-up: n1's log has entries of these terms
	term n1 7                  set-up: n1's current term, if it is not that of its last entry
	vote n1 n2                 set-up: n1's vote in its current term
	timeout n1                 n1's election timer fires
	heartbeat n1               n1's heartbeat timer fires
	propose n1 x=1 y=2         clients ask n1 to write; `propose n1 x=1 times 300` repeats
	deliver                    everything on its way, and what is sent in answer, until all is quiet
	deliver n1 n2              everything on its way from n1 to n2, oldest first
	deliver n1 n2 oldest       one message; also `newest`, which overtakes the others
	duplicate n1 n2            what is on its way from n1 to n2 will arrive once more
	drop n1 n2                 what is on its way from n1 to n2 is lost
	drop n1                    what is on its way to or from n1 is lost
	drop                       everything on its way is lost
	partition n1 n2            from now on, what these and the others send each other is lost
	heal                       ends the partition
	crash n1                   only what n1 persisted remains
	restart n1
	messages n1 n2             list what is on its way from n1 to n2; also `messages`, `messages n1`
	remember name              keep this moment
	recall name                tell from that moment how it could have gone on instead

A server prints as one line: term, role, vote, log (the terms of its entries, `2*300` for a run of ten
or more) and commit index, the last three left out while empty. What is applied is shown only if it is
not what is committed, which should never be seen.
*/

import {entriesBetween, type Log} from '../../source/raft/log.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import type {Server, Step} from '../../source/raft/server.js';
import {step} from '../../source/raft/step.js';
import type {Entry, Input, Message, Payload, ServerId, Term} from '../../source/raft/vocabulary.js';
import type {Operation} from '../../source/state-machine/key-value.js';
import {ScriptCluster, type Flight} from './script-cluster.js';

/**
Run a script.

@param file - Its name, for errors.
@returns The script with its outputs as they really are.
@throws {SyntaxError} Naming file and line, if a line cannot be understood or done.
*/
export function runScript(file: string, text: string, rules: Rules = paperRules): string {
	const stage = new Stage(rules);
	const result: string[] = [];
	let isOutput = false;
	let openCommand = 0;
	for (const [at, line] of text.trimEnd().split('\n').entries()) {
		const fail = (reason: string, cause?: unknown): never => {
			throw new SyntaxError(`${file}:${at + 1}: ${reason}`, {cause});
		};

		if (isOutput) {
			if (line === '') {
				result.push(line);
				isOutput = false;
			} else if (!/^(?:n\d|nothing changes$)/v.test(line)) {
				fail(`"${line}" stands in the output. A blank line comes before the next commands.`);
			}

			continue;
		}

		result.push(line);
		if (line === '---') {
			if (openCommand === 0) {
				fail('There are no commands above "---".');
			}

			result.push(...stage.takeOutput());
			isOutput = true;
			openCommand = 0;
			continue;
		}

		const words = line.replace(/#.*/v, '').trim().split(/\s+/v);
		if (words[0] === '') {
			continue;
		}

		openCommand = at + 1;
		try {
			stage.perform(words[0]!, words.slice(1));
		} catch (error) {
			fail(error instanceof Error ? error.message : String(error), error);
		}
	}

	if (openCommand > 0) {
		throw new SyntaxError(`${file}:${openCommand}: No "---" follows this command.`);
	}

	return `${result.join('\n')}\n`;
}

class Stage {
	readonly #rules: Rules;
	#cluster: ScriptCluster | undefined;
	#hasBegun = false;
	#lastShown: ReadonlyMap<ServerId, string> = new Map();
	readonly #listed: string[] = [];

	constructor(rules: Rules) {
		this.#rules = rules;
	}

	/** What changed since this was last asked. */
	takeOutput(): readonly string[] {
		const cluster = this.#existing();
		const shown = describeAll(cluster);
		const changed = [...shown].filter(([id, line]) => line !== this.#lastShown.get(id)).map(([, line]) => line);
		const output = [...changed, ...cluster.redirects.splice(0), ...this.#listed.splice(0)];
		this.#lastShown = shown;
		return output.length === 0 ? ['nothing changes'] : output;
	}

	perform(command: string, words: readonly string[]): void {
		if (command === 'cluster') {
			this.#create(words);
			return;
		}

		const cluster = this.#existing();
		const isSetUp = ['log', 'term', 'vote'].includes(command);
		if (isSetUp && this.#hasBegun) {
			throw new RangeError(`"${command}" sets the scene, before anything happens.`);
		}

		this.#hasBegun ||= !isSetUp;
		switch (command) {
			case 'log': {
				const [server, ...terms] = words;
				cluster.setUp(serverOf(server), {terms: terms.map((word) => numberOf(word))});
				break;
			}

			case 'term': {
				expectCount(words, 2);
				cluster.setUp(serverOf(words[0]), {currentTerm: numberOf(words[1])});
				break;
			}

			case 'vote': {
				expectCount(words, 2);
				cluster.setUp(serverOf(words[0]), {votedFor: serverOf(words[1])});
				break;
			}

			case 'timeout': {
				cluster.give(oneServer(words), {type: 'electionTimeout'});
				break;
			}

			case 'heartbeat': {
				cluster.give(oneServer(words), {type: 'heartbeatDue'});
				break;
			}

			case 'propose': {
				const [server, ...writes] = words;
				cluster.propose(serverOf(server), commandsOf(writes));
				break;
			}

			case 'deliver': {
				deliver(cluster, words);
				break;
			}

			case 'duplicate': {
				expectCount(words, 2);
				cluster.duplicate(flightsOn(cluster, words));
				break;
			}

			case 'drop': {
				cluster.drop(flightsOn(cluster, words));
				break;
			}

			case 'partition': {
				cluster.setApart(someServers(cluster, words));
				break;
			}

			case 'heal': {
				expectCount(words, 0);
				cluster.setApart([]);
				break;
			}

			case 'crash': {
				cluster.crash(oneServer(words));
				break;
			}

			case 'restart': {
				cluster.restart(oneServer(words));
				break;
			}

			case 'messages': {
				this.#listed.push(...flightsOn(cluster, words).map((flight) => describeFlight(flight)));
				break;
			}

			case 'remember': {
				expectCount(words, 1);
				cluster.remember(words[0]!);
				break;
			}

			case 'recall': {
				expectCount(words, 1);
				cluster.recall(words[0]!);
				break;
			}

			default: {
				throw new RangeError(`There is no command "${command}".`);
			}
		}
	}

	#create(words: readonly string[]): void {
		if (this.#cluster !== undefined) {
			throw new RangeError('There is a cluster already.');
		}

		const {voters, entriesPerMessageMax} = clusterOf(words);
		if (voters.length === 0 || voters.some((id, at) => id <= (voters[at - 1] ?? 0))) {
			throw new RangeError('A cluster has at least one server; they are named in ascending order.');
		}

		const stepByRules = (server: Server, input: Input): Step => step(server, input, this.#rules);
		this.#cluster = new ScriptCluster(voters, stepByRules, entriesPerMessageMax);
		this.#lastShown = describeAll(this.#cluster);
	}

	#existing(): ScriptCluster {
		if (this.#cluster === undefined) {
			throw new RangeError('A script begins with "cluster".');
		}

		return this.#cluster;
	}
}

function clusterOf(words: readonly string[]): {
	readonly voters: readonly ServerId[];
	readonly entriesPerMessageMax: number | undefined;
} {
	const at = words.indexOf('entries-per-message');
	if (at === -1) {
		return {voters: words.map((word) => serverOf(word)), entriesPerMessageMax: undefined};
	}

	const entriesPerMessageMax = numberOf(words[at + 1]);
	if (entriesPerMessageMax === 0 || words.length !== at + 2) {
		throw new RangeError('How many entries does a message carry? Say "entries-per-message 1", at the end of the line.');
	}

	return {voters: words.slice(0, at).map((word) => serverOf(word)), entriesPerMessageMax};
}

function deliver(cluster: ScriptCluster, words: readonly string[]): void {
	if (words.length === 0) {
		flightsOn(cluster, words);
		cluster.deliverAll();
		return;
	}

	const [from, to, which, ...rest] = words;
	if (to === undefined || rest.length > 0) {
		throw new RangeError('Which link delivers? Say "deliver n1 n2", with "oldest" or "newest" for one message.');
	}

	const flights = flightsOn(cluster, [from!, to]);
	for (const flight of chosen(flights, which)) {
		cluster.deliver(flight);
	}
}

function chosen(flights: readonly Flight[], which: string | undefined): readonly Flight[] {
	switch (which) {
		case undefined: {
			return flights;
		}

		case 'oldest': {
			return flights.slice(0, 1);
		}

		case 'newest': {
			return flights.slice(-1);
		}

		default: {
			throw new RangeError(`A link delivers "oldest", "newest" or everything, not "${which}".`);
		}
	}
}

/** What is on its way: on one link, to and from one server, or anywhere. A script that finds nothing is mistaken. */
function flightsOn(cluster: ScriptCluster, words: readonly string[]): readonly Flight[] {
	if (words.length > 2) {
		throw new RangeError('A link has two ends.');
	}

	const [first, second] = someServers(cluster, words);
	const flights = cluster.pending.filter(({from, to}) => {
		if (second !== undefined) {
			return from === first && to === second;
		}

		return first === undefined || [from, to].includes(first);
	});
	if (flights.length === 0) {
		throw new RangeError('No such message is on its way.');
	}

	return flights;
}

function oneServer(words: readonly string[]): ServerId {
	expectCount(words, 1);
	return serverOf(words[0]);
}

function someServers(cluster: ScriptCluster, words: readonly string[]): readonly ServerId[] {
	return words.map((word) => {
		const id = serverOf(word);
		cluster.host(id);
		return id;
	});
}

function expectCount(words: readonly string[], count: number): void {
	if (words.length !== count) {
		throw new RangeError(`Expected ${count} words after the command, not ${words.length}: "${words.join(' ')}".`);
	}
}

function serverOf(word = ''): ServerId {
	if (!/^n[1-9]\d*$/v.test(word)) {
		throw new RangeError(`A server is named like n1, not "${word}".`);
	}

	return Number(word.slice(1));
}

function numberOf(word = ''): number {
	if (!/^\d+$/v.test(word)) {
		throw new RangeError(`Expected a number, not "${word}".`);
	}

	return Number(word);
}

function commandsOf(words: readonly string[]): readonly Payload[] {
	const [first] = words;
	if (first !== undefined && words.length === 3 && words[1] === 'times') {
		return Array.from({length: numberOf(words[2])}, () => writeOf(first));
	}

	if (first === undefined) {
		throw new RangeError('What is to be written? Say x=1.');
	}

	return words.map((word) => writeOf(word));
}

function writeOf(word: string): Operation {
	const {key, value} = /^(?<key>[^=]+)=(?<value>[^=]+)$/v.exec(word)?.groups ?? {};
	if (key === undefined || value === undefined) {
		throw new RangeError(`A write looks like x=1, not "${word}".`);
	}

	return {type: 'write', key, value};
}

function describeAll(cluster: ScriptCluster): ReadonlyMap<ServerId, string> {
	return new Map(cluster.ids.map((id) => [id, describeServer(cluster, id)]));
}

function describeServer(cluster: ScriptCluster, id: ServerId): string {
	const {server, persisted} = cluster.host(id);
	const {currentTerm, votedFor, log} = server ?? persisted;
	const commitIndex = server?.commitIndex ?? 0;
	let line = `n${id} term=${currentTerm} ${server?.role ?? 'down'}`;
	line += votedFor === undefined ? '' : ` votedFor=n${votedFor}`;
	line += log.lastIndex === 0 ? '' : ` log=${describeLog(log)}`;
	line += commitIndex === 0 ? '' : ` commit=${commitIndex}`;
	line += server === undefined || server.lastApplied === commitIndex ? '' : ` applied=${server.lastApplied}`;
	return line;
}

const describeLog = (log: Log): string => describeEntries(entriesBetween(log, 1, log.lastIndex));

function describeEntries(entries: readonly Entry[]): string {
	const runs: Array<{term: Term; count: number}> = [];
	for (const {term} of entries) {
		const run = runs.at(-1);
		if (run?.term === term) {
			run.count++;
		} else {
			runs.push({term, count: 1});
		}
	}

	return runs
		.flatMap(({term, count}) => (count < 10 ? Array.from({length: count}, () => String(term)) : [`${term}*${count}`]))
		.join(',');
}

function describeFlight({from, to, message}: Flight): string {
	return `n${from}->n${to} ${message.type} term=${message.term} ${describeContents(message)}`;
}

/** An entry's place in a log is written index/term. */
function describeContents(message: Message): string {
	switch (message.type) {
		case 'RequestVote': {
			return `last=${message.lastLogIndex}/${message.lastLogTerm}`;
		}

		case 'VoteReply': {
			return message.voteGranted ? 'granted' : 'denied';
		}

		case 'AppendEntries': {
			const {prevLogIndex, prevLogTerm, entries, leaderCommit} = message;
			const carried = entries.length === 0 ? '' : ` entries=${describeEntries(entries)}`;
			return `prev=${prevLogIndex}/${prevLogTerm}${carried} commit=${leaderCommit}`;
		}

		case 'AppendReply': {
			const {success, prevLogIndex, matchIndex, conflictTerm, conflictIndex} = message;
			return success
				? `match=${matchIndex}`
				: `refused prev=${prevLogIndex} conflictTerm=${conflictTerm} conflictIndex=${conflictIndex}`;
		}
	}
}
