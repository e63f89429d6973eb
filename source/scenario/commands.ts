/*
All commands, as data: what each is called, how it is written, what it does, and how it is read.

The parser, the completions and the help are all made from these tables.
*/

import {safetyProperties} from '../checking/safety/promises.js';
import {
	faultKinds,
	type Command,
	type DiskCondition,
	type FaultKind,
	type LinkSettings,
} from '../simulation/command.js';
import {
	clockRates,
	whyNotClients,
	whyNotElectionTimeout,
	whyNotHeartbeat,
	type ClientSettings,
	type TimeRangeUs,
} from '../simulation/settings.js';
import {quoted} from '../simulation/wording.js';
import {defaultWithinUs, propertyWord, type Condition, type Expectation, type LineInstruction} from './instruction.js';
import type {Reader} from './reader.js';
import {
	atLeastOne,
	comparison,
	count,
	factor,
	keyOrValue,
	messageNumber,
	perSecond,
	rate,
	selector,
	selectors,
	server,
	sign,
	time,
	timeRange,
	unquoted,
} from './words.js';

export type CommandForm = {
	readonly name: string;
	/** How it is written, in one line. */
	readonly usage: string;
	/** What it does, in a few words. */
	readonly about: string;
	/** Read what comes after the name. */
	readonly read: (line: Reader) => LineInstruction;
};

export type CommandGroup = {readonly name: string; readonly forms: readonly CommandForm[]};

/** A command that is about one server. */
const aboutNode = (
	name: Extract<Command, {readonly node: unknown}>['type'] & Exclude<Command['type'], 'clock' | 'disk'>,
	example: string,
	about: string,
): CommandForm => ({
	name,
	usage: `${name} ${example}`,
	about,
	read: (line) => ({type: name, node: line.must(selector(line))}),
});

/** A command that is about one message. */
const aboutMessage = (name: 'drop' | 'hold' | 'release', about: string): CommandForm => ({
	name,
	usage: `${name} #381`,
	about,
	read: (line) => ({type: name, message: line.must(messageNumber(line))}),
});

const duplicateUsage = 'duplicate 5%, or duplicate #381 for one message';

function readDuplicate(line: Reader): LineInstruction {
	const chance = rate(line, '5%');
	return chance === undefined
		? {type: 'duplicate', message: line.must(messageNumber(line, {mustHaveSign: true}))}
		: {type: 'duplication', rate: chance};
}

/** `n1 n2`, or `n1 -> n2` for one way. */
function readLink(line: Reader) {
	const from = line.must(selector(line));
	const isOneWay = sign(line, /^(?:->|→)/v, '->', 'only messages that go this way');
	return {from, to: line.must(selector(line)), isOneWay};
}

const linkWords = {
	loss: 'how many messages are lost',
	delay: 'how long a message takes',
	duplicate: 'how many messages arrive twice',
};

function readLinkSettings(line: Reader): LinkSettings | undefined {
	if (line.word({default: 'as the rest of the network'}) !== undefined) {
		return undefined;
	}

	let link: LinkSettings = {};
	eachOnce(line, linkWords, (word) => {
		if (word === 'delay') {
			link = {...link, delay: line.must(timeRange(line))};
		} else {
			link = {...link, [word === 'loss' ? 'lossRate' : 'duplicateRate']: line.must(rate(line))};
		}
	});
	return link;
}

/** One or more of these words, none of them twice. */
function eachOnce<Word extends string>(
	line: Reader,
	words: Readonly<Record<Word, string>>,
	take: (word: Word) => void,
): void {
	const left = new Map(Object.entries<string>(words));
	let word: string | undefined = line.must(line.word(words));
	while (word !== undefined) {
		take(word as Word);
		left.delete(word);
		word = left.size === 0 ? undefined : line.word(Object.fromEntries(left));
	}
}

const network: readonly CommandForm[] = [
	{
		name: 'partition',
		usage: 'partition n1 n2 | n3 n4 | rest',
		about: 'let only servers on one side reach one another',
		read(line) {
			const groups = [selectors(line)];
			while (sign(line, /^\|/v, '|', 'another side')) {
				groups.push(selectors(line));
			}

			return {type: 'partition', groups};
		},
	},
	aboutNode('isolate', 'leader', 'cut a server off from all others'),
	aboutNode('rejoin', 'n1', 'undo isolate'),
	{
		name: 'cut',
		usage: 'cut n1 n2, or cut n1 -> n2 for one way',
		about: 'let no message through between two servers',
		read: (line) => ({type: 'cut', ...readLink(line)}),
	},
	{
		name: 'heal',
		usage: 'heal, or heal n1 n2, or heal partition',
		about: 'undo partition, isolate and cut; or between two servers, or the partition only',
		read(line) {
			if (line.word({partition: 'but not what was cut or isolated'}) !== undefined) {
				return {type: 'heal', only: 'partition'};
			}

			const one = selector(line);
			return one === undefined ? {type: 'heal'} : {type: 'heal', between: [one, line.must(selector(line))]};
		},
	},
	{
		name: 'loss',
		usage: 'loss 20%',
		about: 'lose so many of the messages',
		read: (line) => ({type: 'loss', rate: line.must(rate(line))}),
	},
	{
		name: 'delay',
		usage: 'delay 10-30ms',
		about: 'let messages take so long',
		read: (line) => ({type: 'delay', delay: line.must(timeRange(line))}),
	},
	{
		name: 'duplicate',
		usage: duplicateUsage,
		about: 'let so many of the messages arrive twice',
		read: readDuplicate,
	},
	{
		name: 'link',
		usage: 'link n1 -> n2 loss 50% delay 200ms duplicate 5%, or link n1 -> n2 default',
		about: 'let one link differ from the rest of the network',
		read: (line) => ({type: 'link', ...readLink(line), link: readLinkSettings(line)}),
	},
];

const messages: readonly CommandForm[] = [
	aboutMessage('drop', 'take a message out'),
	aboutMessage('hold', 'keep a message back'),
	aboutMessage('release', 'let a message that is held go on'),
	{name: 'duplicate', usage: 'duplicate #381', about: 'send a message a second time', read: readDuplicate},
];

const conditionWords = {
	ok: 'as it should be',
	slow: 'a sync takes so long',
	failing: 'writes and syncs fail',
	full: 'there is no room for more',
	lying: 'a sync reports success and saves nothing',
};

const servers: readonly CommandForm[] = [
	aboutNode('crash', 'leader', 'stop a server; it keeps what its disk has saved'),
	aboutNode('restart', 'n4', 'start a server that is down'),
	aboutNode('wipe', 'n4', 'crash a server and empty its disk'),
	aboutNode('suspend', 'n3', 'stop a server without its noticing'),
	aboutNode('resume', 'n3', 'let a suspended server go on'),
	aboutNode('timeout', 'n3', 'let its election timer go off now'),
	{
		name: 'clock',
		usage: 'clock n2 1.5x',
		about: 'let a server’s clock run fast or slow',
		read: (line) => ({
			type: 'clock',
			node: line.must(selector(line)),
			rate: line.must(factor(line, clockRates, '1.5x')),
		}),
	},
	{
		name: 'disk',
		usage: 'disk n2 slow 20ms, or failing, full, lying, ok',
		about: 'let a server’s disk misbehave',
		read(line) {
			const node = line.must(selector(line));
			const kind = line.must(line.word(conditionWords));
			const condition: DiskCondition = kind === 'slow' ? {kind, delay: line.must(timeRange(line, '20ms'))} : {kind};
			return {type: 'disk', node, condition};
		},
	},
];

const faults: readonly CommandForm[] = [
	{
		name: 'faults',
		usage: 'faults on, or faults partition crash, or faults off',
		about: 'make trouble at random: all kinds of it, or some',
		read(line) {
			if (line.word({on: 'all kinds of trouble'}) !== undefined) {
				return {type: 'faults', kinds: faultKinds};
			}

			return line.word({off: 'no more trouble'}) === undefined
				? {type: 'faults', kinds: readFaultKinds(line)}
				: {type: 'faults', kinds: []};
		},
	},
];

const faultHints: Readonly<Record<FaultKind, string>> = {
	partition: 'sides that cannot reach one another',
	cut: 'single links that let nothing through',
	loss: 'messages that are lost',
	delay: 'messages that take long',
	crash: 'servers that stop and start again',
	suspend: 'servers that stand still for a while',
	clock: 'clocks that run fast or slow',
	disk: 'disks that are slow or fail',
};

function readFaultKinds(line: Reader): readonly FaultKind[] {
	const kinds: FaultKind[] = [];
	eachOnce(line, faultHints, (kind) => {
		kinds.push(kind);
	});
	return kinds;
}

/** `via n2`; the leader, where it is not said. */
function readVia(line: Reader) {
	return line.word({via: 'ask this server, leader or not'}) === undefined ? 'leader' : line.must(selector(line));
}

const key = (line: Reader): string => line.must(keyOrValue(line, 'a key', 'x'));
const value = (line: Reader): string => line.must(keyOrValue(line, 'a value', '1'));

/** `x=1`. */
function readAssignment(line: Reader) {
	const name = key(line);
	line.must(sign(line, /^=/v, '=', 'the value comes after it') || undefined);
	return {key: name, value: value(line)};
}

/** `4 at 20/s`, or `off`. */
export function readClients(line: Reader): ClientSettings {
	if (line.word({off: 'no clients'}) !== undefined) {
		return {count: 0, ratePerS: 0};
	}

	const {at} = line;
	const clients = line.must(count(line, 'how many clients', 4));
	line.must(line.word({at: 'how much they do, all together'}));
	const settings = {count: clients, ratePerS: line.must(perSecond(line))};
	refuseIf(whyNotClients(settings), line, at);
	return settings;
}

const clients: readonly CommandForm[] = [
	{
		name: 'write',
		usage: 'write x=1, or write x="two words" via n2',
		about: 'set a key to a value',
		read: (line) => ({type: 'write', ...readAssignment(line), via: readVia(line)}),
	},
	{
		name: 'read',
		usage: 'read x, or read x via n2',
		about: 'ask for the value of a key',
		read: (line) => ({type: 'read', key: key(line), via: readVia(line)}),
	},
	{
		name: 'delete',
		usage: 'delete x, or delete x via n2',
		about: 'take a key and its value away',
		read: (line) => ({type: 'delete', key: key(line), via: readVia(line)}),
	},
	{
		name: 'cas',
		usage: 'cas x 1 2, or cas x 1 2 via n2',
		about: 'compare and set: from the first value to the second, or not at all',
		read: (line) => ({type: 'cas', key: key(line), expected: value(line), value: value(line), via: readVia(line)}),
	},
	{
		name: 'clients',
		usage: 'clients 4 at 20/s, or clients off',
		about: 'let clients work, with so many operations a second all together',
		read: (line) => ({type: 'clients', ...readClients(line)}),
	},
];

const settingHints = {
	'election-timeout': 'how long a server waits for a leader',
	heartbeat: 'how often a leader says that it leads',
};

const promisedSettings: ReadonlySet<string> = new Set(['pre-vote', 'check-quorum', 'reads', 'snapshot-every']);

export function readElectionTimeout(line: Reader): TimeRangeUs {
	const {at} = line;
	const range = line.must(timeRange(line, '150-300ms'));
	refuseIf(whyNotElectionTimeout(range), line, at);
	return range;
}

export function readHeartbeat(line: Reader): number {
	const {at} = line;
	const everyUs = line.must(time(line, '50ms'));
	refuseIf(whyNotHeartbeat(everyUs), line, at);
	return everyUs;
}

/** The World's own reasons, with the place in the line. */
function refuseIf(reason: string | undefined, line: Reader, at: number): void {
	if (reason !== undefined) {
		throw line.error(reason, at);
	}
}

const settings: readonly CommandForm[] = [
	{
		name: 'set',
		usage: 'set election-timeout 150-300ms, or set heartbeat 50ms',
		about: 'change what the servers go by, from the next timer on',
		read(line) {
			const promised = /^[\w\-]+/v.exec(line.rest)?.[0].toLowerCase() ?? '';
			if (promisedSettings.has(promised)) {
				throw line.error(
					`The setting ${quoted(promised)} does not exist yet; there are election-timeout and heartbeat.`,
					line.at,
				);
			}

			const setting = line.must(line.word(settingHints));
			return setting === 'heartbeat'
				? {type: 'set', setting, everyUs: readHeartbeat(line)}
				: {type: 'set', setting, range: readElectionTimeout(line)};
		},
	},
];

/** All that is left of the line, as it stands or in quotes. */
function readText(line: Reader): string {
	const {at, rest} = line;
	line.must(line.take(/^.+/sv, {name: 'a text', complete: () => []}));
	return /^"(?:[^"\\]|\\.)*"\s*$/v.test(rest) ? unquoted(line, rest, at) : rest.trim().replaceAll(/\r?\n */gv, ' ');
}

const speed = {min: 0.000001, max: 100};

const story: readonly CommandForm[] = [
	{
		name: 'say',
		usage: 'say The leader is cut off',
		about: 'show a caption',
		read: (line) => ({type: 'say', text: readText(line)}),
	},
	{
		name: 'mark',
		usage: 'mark The election',
		about: 'begin a chapter',
		read: (line) => ({type: 'mark', text: readText(line)}),
	},
	{
		name: 'speed',
		usage: 'speed 0.1x',
		about: 'let so many virtual seconds pass a second',
		read: (line) => ({type: 'speed', factor: line.must(factor(line, speed, '0.1x'))}),
	},
];

const conditionHints = {
	leader: 'somebody leads',
	'new leader': 'somebody leads in a later term than now',
	'no leader': 'nobody leads',
	committed: 'so many entries are committed',
	applied: 'so many entries are applied, on these servers',
	converged: 'all who are up agree, and nothing is left to do',
};

const index = (line: Reader): number => line.must(count(line, 'a log index', 5));

function readCondition(line: Reader): Condition {
	const type = line.must(line.word(conditionHints));
	switch (type) {
		case 'leader': {
			const among = line.word({among: 'one of these'}) === undefined ? undefined : atLeastOne(line, server);
			return {type, among};
		}

		case 'committed': {
			return {type, index: index(line)};
		}

		case 'applied': {
			return {type, index: index(line), on: readOn(line)};
		}

		case 'new leader':
		case 'no leader':
		case 'converged': {
			return {type};
		}
	}
}

/** `on all`, or `on n1 n2`; all, where it is not said. */
function readOn(line: Reader): readonly number[] | 'all' {
	const isAll =
		line.word({on: 'on which servers'}) === undefined || line.word({all: 'every server that is up'}) !== undefined;
	return isAll ? 'all' : atLeastOne(line, server);
}

function readWait(line: Reader): LineInstruction {
	const us = time(line);
	if (us !== undefined) {
		return {type: 'sleep', us};
	}

	const condition = readCondition(line);
	const isLimited = line.word({within: 'how long it may take'}) !== undefined;
	return {type: 'wait', condition, withinUs: isLimited ? line.must(time(line, '2s')) : defaultWithinUs};
}

const waitForm = (usage: string, about: string): CommandForm => ({name: 'wait', usage, about, read: readWait});

const waiting: readonly CommandForm[] = [
	waitForm('wait leader within 2s, or wait 500ms', 'until this is so, 10s at the most; or so long'),
	waitForm('wait leader among n3 n4', 'until one of these leads'),
	waitForm('wait new leader', 'until somebody leads in a later term than now'),
	waitForm('wait no leader', 'until nobody leads'),
	waitForm('wait committed 5', 'until the entry at this index is committed'),
	waitForm('wait applied 5 on all', 'until these, or all who are up, have applied it'),
	waitForm('wait converged', 'until all who are up agree, and nothing is left to do'),
];

const expectationHints = {
	safe: 'no property of Raft has been broken',
	linearizable: 'what the clients saw is what one server alone could have answered',
	converged: 'all who are up agree, and nothing is left to do',
	leader: 'this server leads, or anybody does',
	'no leader': 'nobody leads',
	role: 'a server has this role',
	term: 'the highest term is so high',
	committed: 'so many entries are committed',
	value: 'a key has this value on every server that is up',
	'no value': 'a key has no value on any server that is up',
	violation: 'this property has been broken',
};

/** By their names in kebab-case. */
const propertyHints: Readonly<Record<string, string>> = Object.fromEntries<string>([
	...safetyProperties.map(({name, sentence}): [string, string] => [propertyWord(name), sentence]),
	['linearizability', 'The clients saw what one server alone could have answered.'],
]);

const roleHints = {
	follower: 'it follows',
	candidate: 'it campaigns',
	leader: 'it leads',
	down: 'it is not running',
};

function readExpectation(line: Reader): Expectation {
	const type = line.must(line.word(expectationHints));
	switch (type) {
		case 'safe':
		case 'linearizable':
		case 'converged':
		case 'no leader': {
			return {type};
		}

		case 'leader': {
			return {type, node: server(line)};
		}

		case 'role': {
			return {type, node: line.must(server(line)), role: line.must(line.word(roleHints))};
		}

		case 'term':
		case 'committed': {
			return {type, comparison: line.must(comparison(line)), than: line.must(count(line, 'a number', 3))};
		}

		case 'value': {
			return {type, ...readAssignment(line)};
		}

		case 'no value': {
			return {type: 'value', key: key(line), value: undefined};
		}

		case 'violation': {
			return {type, property: line.must(line.word(propertyHints))};
		}
	}
}

const expectForm = (usage: string, about: string): CommandForm => ({
	name: 'expect',
	usage,
	about,
	read: (line) => ({type: 'expect', expectation: readExpectation(line)}),
});

const expecting: readonly CommandForm[] = [
	expectForm('expect leader n3, or expect leader', 'this server leads, or anybody does'),
	expectForm('expect no leader', 'nobody leads'),
	expectForm('expect role n2 follower', 'a server is follower, candidate, leader or down'),
	expectForm('expect term > 3', 'the highest term of those who are up'),
	expectForm('expect committed >= 5', 'the highest index that is committed'),
	expectForm('expect value x=1, or expect no value x', 'on every server that is up'),
	expectForm('expect converged', 'all who are up agree, and nothing is left to do'),
	expectForm('expect safe', 'no property of Raft has been broken'),
	expectForm('expect linearizable', 'the clients saw what one server alone could have answered'),
	expectForm('expect violation leader-completeness', 'this property is broken here, or before'),
];

export const commandGroups: readonly CommandGroup[] = [
	{name: 'network', forms: network},
	{name: 'messages', forms: messages},
	{name: 'servers', forms: servers},
	{name: 'trouble', forms: faults},
	{name: 'clients', forms: clients},
	{name: 'settings', forms: settings},
	{name: 'story', forms: story},
	{name: 'waiting', forms: waiting},
	{name: 'expecting', forms: expecting},
];

/** Commands that are promised, and refused by name until they exist. */
export const promisedCommands: ReadonlySet<string> = new Set([
	'transfer',
	'add',
	'promote',
	'remove',
	'snapshot',
	'bug',
]);
