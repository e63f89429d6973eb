import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';
import {playTwice} from '../../source/commands/verify.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import type {ServerId} from '../../source/raft/vocabulary.js';
import {commandText} from '../../source/scenario/command-text.js';
import {Player} from '../../source/scenario/player.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import type {Event, EventType} from '../../source/simulation/event.js';
import {isRequest, shortCommand} from '../../source/state-machine/key-value.js';

const directory = new URL('../../demos/', import.meta.url);
const names = readdirSync(directory)
	.filter((name) => name.endsWith('.yaml'))
	.map((name) => name.slice(0, -5));
const textOf = (name: string): string => readFileSync(new URL(`${name}.yaml`, directory), 'utf8');
const scenarioOf = (name: string, text = textOf(name)) => parseScenario(text, `demos/${name}.yaml`);

/** A run for its own sake, which has no end to be watched for. */
const stories = names.filter((name) => name !== 'rapids');

/** How fast a scenario is shown that does not say so. */
const defaultSpeed = 0.1;

/** A demo played to its end: what happened, and how many seconds it takes to watch, in all and from one caption to the next. */
type Show = {
	readonly player: Player;
	readonly events: readonly Event[];
	readonly watchingS: number;
	readonly captionsS: ReadonlyArray<readonly [caption: string, seconds: number]>;
};

function play(name: string, text = textOf(name), rules: Rules = paperRules): Player {
	const player = Player.create(scenarioOf(name, text), {rules});
	player.play(Number.MAX_SAFE_INTEGER);
	return player;
}

const shows = new Map<string, Show>();

function show(name: string): Show {
	let shown = shows.get(name);
	if (shown === undefined) {
		shown = watch(name);
		shows.set(name, shown);
	}

	return shown;
}

const sliceUs = 1000;

function watch(name: string): Show {
	const player = Player.create(scenarioOf(name));
	const {trace} = player.world;
	const captionsS: Array<[string, number]> = [];
	let watchingS = 0;
	let read = 0;
	while (!player.isOver) {
		player.play(player.world.timeUs + sliceUs);
		for (; read < trace.length; read++) {
			const event = trace.at(read + 1)!;
			if (event.type === 'command' && event.command.type === 'say') {
				captionsS.push([event.command.text, 0]);
			}
		}

		const seconds = sliceUs / 1e6 / (player.speed ?? defaultSpeed);
		watchingS += seconds;
		const latest = captionsS.at(-1);
		if (latest !== undefined) {
			latest[1] += seconds;
		}
	}

	return {player, events: [...trace.events()], watchingS, captionsS};
}

const typed = <Type extends EventType>(events: readonly Event[], type: Type) =>
	events.filter((event): event is Extract<Event, {readonly type: Type}> => event.type === type);

/** The first event of a type that a test asks for; that there is one is part of the story. */
function first<Type extends EventType>(
	events: readonly Event[],
	type: Type,
	isIt: (event: Extract<Event, {readonly type: Type}>) => boolean = () => true,
): Extract<Event, {readonly type: Type}> {
	const found = typed(events, type).find((event) => isIt(event));
	assert.ok(found, `${type} does not happen`);
	return found;
}

/** The first event that records this command. */
const asked = (events: readonly Event[], text: string, after = 0) =>
	first(events, 'command', ({command, seq}) => seq > after && commandText(command) === text);

const leads = (events: readonly Event[], term: number) =>
	first(events, 'role', (event) => event.role === 'leader' && event.term === term);

/** Every server's log before an event, as `term:entry`. */
function logsBefore(events: readonly Event[], seq: number): ReadonlyMap<ServerId, readonly string[]> {
	const logs = new Map<ServerId, string[]>();
	const log = (node: ServerId): string[] => {
		const found = logs.get(node) ?? [];
		logs.set(node, found);
		return found;
	};

	for (const event of events.slice(0, seq - 1)) {
		switch (event.type) {
			case 'append': {
				log(event.node).push(...event.entries.map(({term, command}) => `${term}:${shortCommand(command)}`));
				break;
			}

			case 'truncate': {
				log(event.node).splice(event.from - 1);
				break;
			}

			case 'restart': {
				log(event.node).splice(event.lastIndex); // What the disk had
				break;
			}

			default: {
				break;
			}
		}
	}

	return logs;
}

/** Who has this entry, as `term:entry`, before an event. */
const holders = (events: readonly Event[], entry: string, seq: number): readonly ServerId[] =>
	[...logsBefore(events, seq)]
		.filter(([, log]) => log.includes(entry))
		.map(([node]) => node)
		.toSorted((a, b) => a - b);

/** Each once. */
const inOrder = (nodes: readonly ServerId[]): readonly ServerId[] => [...new Set(nodes)].toSorted((a, b) => a - b);

const termsOf = (log: readonly string[]): string => log.map((entry) => entry.split(':', 1)[0]).join(' ');

/** The entries that were applied anywhere, each once. */
const appliedEntries = (events: readonly Event[]): ReadonlySet<string> =>
	new Set(typed(events, 'apply').map(({entry: {term, command}}) => `${term}:${shortCommand(command)}`));

test('There is a demo for each story that a lesson on Raft tells', () => {
	assert.deepEqual(names, [
		'crash-recovery',
		'disruptive-rejoin',
		'first-election',
		'flaky-network',
		'leader-crash',
		'leader-isolation',
		'log-repair',
		'old-terms',
		'rapids',
		'replication',
		'retry-once',
		'split-vote',
	]);
});

test('Every demo plays as it says, and twice the same', () => {
	for (const name of names) {
		const {player, difference} = playTwice(scenarioOf(name), undefined);
		assert.deepEqual(player.failures, [], name);
		assert.ok(player.isOk, name);
		assert.equal(difference, undefined, name);
	}
});

test('Every demo has a title, says what it is about, has chapters, and ends with what it expects', () => {
	for (const name of names) {
		const {title, about, settings, steps} = scenarioOf(name);
		assert.notEqual(title, undefined, name);
		assert.notEqual(about, undefined, name);
		assert.match(textOf(name), /^seed: /mv);
		assert.ok(settings.nodes <= 9, name); // What the dashboard shows
		const types = steps.map(({instruction}) => instruction.type);
		const chapters = types.filter((type) => type === 'mark').length;
		assert.ok(chapters >= 3, `${name} has ${chapters} chapters`);
		assert.ok(chapters <= 6, `${name} has ${chapters} chapters`);
		assert.deepEqual(types.slice(-2), ['expect', 'expect'], name);
		const expected = steps.flatMap(({instruction}) =>
			instruction.type === 'expect' ? [instruction.expectation.type] : [],
		);
		assert.ok(expected.includes('safe'), name);
		for (const {instruction} of steps) {
			if (instruction.type === 'say' || instruction.type === 'mark') {
				const max = instruction.type === 'say' ? 100 : 30;
				assert.ok(instruction.text.length <= max, `${name}: ${instruction.text}`);
				assert.doesNotMatch(instruction.text, /\n/v);
			}
		}
	}
});

test('Every story takes some 20 to 70 seconds to watch, and its captions can be read', () => {
	for (const name of stories) {
		const {watchingS, captionsS} = show(name);
		assert.ok(watchingS >= 20, `${name} takes ${watchingS} s`);
		assert.ok(watchingS <= 70, `${name} takes ${watchingS} s`);
		assert.ok(captionsS.length >= 4, name);
		for (const [caption, seconds] of captionsS) {
			assert.ok(seconds >= 2.5, `${name} shows "${caption}" for ${seconds.toFixed(1)} s`);
		}
	}
});

/** The step without which there is no story; some are there more than once. */
const decisive: ReadonlyArray<readonly [name: string, step: string]> = [
	['first-election', 'wait leader'],
	['split-vote', 'set election-timeout 300-600ms'],
	['replication', 'isolate n3'],
	['leader-crash', 'crash n1'],
	['leader-isolation', 'partition n1 n2 | rest'],
	['log-repair', 'cut n5 -> rest'],
	['old-terms', 'cut n1 -> n3'],
	['flaky-network', 'loss 40%'],
	['crash-recovery', 'disk n1 slow 2s'],
	['retry-once', 'cut followers -> leader'],
	['disruptive-rejoin', 'isolate n5'],
];

test('Without its decisive step, no story comes true', () => {
	assert.deepEqual(decisive.map(([name]) => name).toSorted(), stories);
	for (const [name, step] of decisive) {
		const lines = textOf(name).split('\n');
		const without = lines.filter((line) => line !== `  - ${step}`);
		assert.ok(without.length < lines.length, name);
		const player = play(name, without.join('\n'));
		assert.ok(!player.isOk, `${name} without ${step}`);
		assert.ok(
			player.failures.some(({step: {instruction}}) => instruction.type === 'expect' || instruction.type === 'wait'),
			name,
		);
	}
});

test('first-election: one timer runs out first, one node campaigns, and a majority elects it', () => {
	const {events} = show('first-election');
	const candidates = typed(events, 'role').filter(({role}) => role === 'candidate');
	assert.deepEqual(
		candidates.map(({node, term}) => [node, term]),
		[[3, 1]],
	);
	const leader = leads(events, 1);
	const granted = typed(events, 'delivered').filter(
		({flight: {to, message}, seq}) =>
			seq <= leader.cause && to === leader.node && message.type === 'VoteReply' && message.voteGranted,
	);
	assert.equal(granted.length + 1, 3); // Its own vote, and two that have arrived
});

test('split-vote: terms pass in which everybody is a candidate and nobody wins, until timeouts differ', () => {
	const {events} = show('split-vote');
	for (const term of [1, 2, 3]) {
		const roles = typed(events, 'role').filter((event) => event.term === term);
		assert.equal(roles.filter(({role}) => role === 'candidate').length, 5);
		assert.equal(new Set(roles.map(({timeUs}) => timeUs)).size, 1); // All at the same instant
		assert.ok(roles.every(({role}) => role !== 'leader'));
	}

	const last = typed(events, 'role').filter(({term}) => term === 4);
	assert.equal(last.filter(({role}) => role === 'candidate').length, 1);
	assert.equal(last.filter(({role}) => role === 'leader').length, 1);
});

test('replication: three copies of five are committed at once, two are not until there is a third', () => {
	const {events} = show('replication');
	for (const [index, entry, nodes] of [
		[2, '1:x=1', undefined],
		[3, '1:y=2', [1, 2, 3]],
	] as const) {
		const committed = first(events, 'commit', (event) => event.index === index);
		assert.equal(committed.node, 1);
		const held = holders(events, entry, committed.seq);
		assert.ok(held.length >= 3);
		assert.deepEqual(nodes ?? held, held);
		const answered = first(events, 'ok', ({seq}) => seq > committed.seq);
		assert.equal(answered.timeUs, committed.timeUs);
	}

	const healed = asked(events, 'heal');
	const committed = first(events, 'commit', ({index}) => index === 4);
	assert.deepEqual(holders(events, '1:z=3', healed.seq), [1, 2]);
	assert.ok(committed.seq > healed.seq);
	assert.ok(holders(events, '1:z=3', committed.seq).length >= 3);
});

test('leader-crash: a follower with everything that was committed takes over, and the old leader follows it', () => {
	const {events, player} = show('leader-crash');
	const crashed = first(events, 'crash');
	const elected = leads(events, 2);
	assert.ok(elected.seq > crashed.seq);
	const heartbeats = typed(events, 'sent').filter(
		({flight: {message}, seq}) => message.type === 'AppendEntries' && seq > crashed.seq && seq < elected.seq,
	);
	assert.deepEqual(heartbeats, []);
	const committed = Math.max(
		...typed(events, 'commit')
			.filter(({seq}) => seq < crashed.seq)
			.map(({index}) => index),
	);
	const logs = logsBefore(events, elected.seq);
	assert.deepEqual(logs.get(elected.node)!.slice(0, committed), logs.get(crashed.node)!.slice(0, committed));
	assert.ok(typed(events, 'ok').some(({seq, node}) => seq > elected.seq && node === elected.node));
	assert.equal(player.world.host(1).server?.role, 'follower');
});

test('leader-isolation: of two leaders at once, only the one with a majority commits what it is given', () => {
	const {events} = show('leader-isolation');
	const elected = leads(events, 2);
	const deposed = first(events, 'role', ({node, role, seq}) => node === 1 && role === 'follower' && seq > elected.seq);
	const healed = asked(events, 'heal');
	assert.ok(deposed.seq > healed.seq);
	assert.deepEqual(holders(events, '1:x=lost', healed.seq), [1, 2]);
	assert.deepEqual(holders(events, '2:x=kept', healed.seq), [3, 4, 5]);
	const truncated = typed(events, 'truncate').map(({node, from}) => `n${node} from ${from}`);
	assert.deepEqual(truncated.toSorted(), ['n1 from 3', 'n2 from 3']);
	const applied = appliedEntries(events);
	assert.ok(applied.has('2:x=kept'));
	assert.ok(!applied.has('1:x=lost'));
	const lost = first(events, 'info');
	assert.deepEqual(lost.operation, {type: 'write', key: 'x', value: 'lost'}); // Whoever wrote it never heard of a success
});

test('log-repair: seven logs are as in Figure 7, and then like the leader’s, without the loss of a committed entry', () => {
	const {events, player} = show('log-repair');
	const campaign = asked(events, 'timeout n1', asked(events, 'restart all').seq);
	const before = logsBefore(events, campaign.seq);
	assert.deepEqual(
		[1, 2, 3, 4, 5, 6, 7].map((node) => termsOf(before.get(node)!)),
		[
			'1 1 1 4 4 5 5 6 6 6', // The leader of term 8
			'1 1 1 4 4 5 5 6 6', // (a)
			'1 1 1 4', // (b)
			'1 1 1 4 4 5 5 6 6 6 6', // (c)
			'1 1 1 4 4 5 5 6 6 6 7 7', // (d)
			'1 1 1 4 4 4 4', // (e)
			'1 1 1 2 2 2 3 3 3 3 3', // (f)
		],
	);
	const votes = typed(events, 'vote').filter(({term, node}) => term === 8 && node !== 1);
	assert.deepEqual(
		votes.map(({node}) => node),
		[2, 3, 6, 7],
	);
	const after = logsBefore(events, events.length + 1);
	for (const log of after.values()) {
		assert.equal(termsOf(log), '1 1 1 4 4 5 5 6 6 6 8');
		assert.deepEqual(log, after.get(1));
	}

	assert.deepEqual(inOrder(typed(events, 'truncate').map(({node}) => node)), [4, 5, 6, 7]);
	const kept = new Set(after.get(1));
	assert.deepEqual(
		[...appliedEntries(events)].filter((entry) => !kept.has(entry)),
		[],
	);
	assert.ok(player.world.hosts.every(({committedIndex}) => committedIndex === 11));
});

test('old-terms: an entry of term 2 is on a majority and not committed, until one of term 4 is on a majority', () => {
	const {events} = show('old-terms');
	const elected = leads(events, 4);
	const committed = first(events, 'commit', ({index}) => index >= 3);
	assert.equal(committed.node, elected.node);
	assert.equal(committed.index, 4);
	assert.ok(holders(events, '4:·', committed.seq).length >= 3);
	const third = first(
		events,
		'append',
		({node, entries}) => node === 3 && entries.some(({command}) => isRequest(command)),
	);
	assert.deepEqual(holders(events, '2:x=2', third.seq + 1), [1, 2, 3]);
	assert.ok(committed.timeUs - third.timeUs > 1_000_000); // A second in which it could have been counted
	const acknowledged = typed(events, 'delivered').filter(
		({flight: {to, message}, seq}) =>
			seq < committed.seq &&
			to === 1 &&
			message.type === 'AppendReply' &&
			message.term === 4 &&
			message.matchIndex >= 3,
	);
	const healed = asked(events, 'heal n1 n3');
	assert.deepEqual(
		inOrder(acknowledged.filter(({seq}) => seq < healed.seq).map(({flight}) => flight.from)),
		[2, 3], // With itself a majority, and it knew
	);
	assert.deepEqual(
		typed(events, 'vote')
			.filter(({term}) => term === 5)
			.map(({node}) => node),
		[5, 4],
	);

	// That it is right not to count it: part (d) of the figure, from where (e) begins
	const [untilThen] = textOf('old-terms').split('  - mark (e)', 1);
	const erased = play(
		'old-terms',
		`${untilThen}${[
			'crash n1',
			'restart n5',
			'timeout n5',
			'wait 100ms',
			'timeout n5',
			'wait leader',
			'wait applied 4 on n2 n3 n4 n5',
			'expect leader n5',
			'expect no value x',
			'expect safe',
		]
			.map((step) => `  - ${step}\n`)
			.join('')}`,
	);
	assert.deepEqual(erased.failures, []);

	// And that it matters: whoever counts it has answered what can be erased
	const eager = play('old-terms', undefined, {...paperRules, mayCommit: () => true});
	assert.ok(eager.failures.length > 0);
	assert.equal(eager.failures[0]!.expected, 'committed = 2');
});

test('flaky-network: messages are lost, doubled and overtaken, a leader falls, and no operation fails', () => {
	const {events, player} = show('flaky-network');
	const {messagesSent, messagesLost} = player.metrics;
	assert.ok(messagesLost > messagesSent / 10);
	const sent = typed(events, 'sent');
	assert.ok(sent.some(({flight}) => flight.copyOf !== undefined));
	const arrived = new Map<number, number>();
	const overtaken = typed(events, 'delivered').filter(({flight: {id, from, to}}) => {
		const link = from * 10 + to;
		const latest = arrived.get(link) ?? 0;
		arrived.set(link, Math.max(latest, id));
		return id < latest;
	});
	assert.ok(overtaken.length > 10);
	const worse = asked(events, 'loss 40%');
	assert.ok(typed(events, 'role').some(({role, seq}) => role === 'leader' && seq > worse.seq));
	assert.deepEqual([...typed(events, 'fail'), ...typed(events, 'info')], []);
	assert.ok(typed(events, 'ok').length > 20);
});

test('crash-recovery: a restart brings back what was saved, and not what was not', () => {
	const {events} = show('crash-recovery');
	assert.deepEqual(
		typed(events, 'restart').map(({node, lastIndex}) => [node, lastIndex]),
		[
			[1, 3], // A no-op, x=1 and y=2, and no z=3
			[2, 2],
			[3, 2],
		],
	);
	const [restarted] = typed(events, 'restart');
	assert.ok(typed(events, 'crash').every(({seq}) => seq < restarted!.seq));
	assert.ok(typed(events, 'commit').every(({index, seq}) => seq > restarted!.seq || index <= 2));
	const applied = appliedEntries(events);
	assert.ok(applied.has('1:y=2'));
	assert.ok(!applied.has('1:z=3'));
});

test('retry-once: one request is in the log twice, and each node applies it once', () => {
	const {events, player} = show('retry-once');
	const crashed = first(events, 'crash');
	assert.deepEqual(holders(events, '1:a=1', crashed.seq), [1, 2, 3, 4, 5]);
	assert.deepEqual(logsBefore(events, events.length + 1).get(2), ['1:·', '1:a=1', '2:·', '2:a=2', '2:a=1']);
	for (const {id, store} of player.world.hosts) {
		const mine = typed(events, 'apply').filter(({node, entry}) => node === id && entry.index > 1);
		assert.deepEqual(
			mine.map(({entry: {index}, result, isRepeated}) => [index, result, isRepeated]),
			[
				[2, true, false],
				[3, undefined, false],
				[4, true, false],
				[5, true, true],
			],
		);
		assert.equal(store.values.get('a'), '2');
	}

	const answers = typed(events, 'ok').filter(({client}) => client === 1);
	assert.deepEqual(
		answers.map(({node, result}) => [node, result]),
		[[2, true]],
	);
	const [, repeated] = typed(events, 'append')
		.filter(({node}) => node === 2)
		.flatMap(({entries}) => entries.map(({command}) => command))
		.filter((command) => isRequest(command) && command.session !== undefined);
	assert.deepEqual(repeated, {type: 'write', key: 'a', value: '1', session: {client: 1, serial: 1}});

	const twice = play('retry-once', undefined, {...paperRules, isRetry: () => false});
	assert.equal(twice.monitor.violation?.property, 'Applied Once');
});

test('disruptive-rejoin: a higher term deposes a leader whom a majority followed, and who had done nothing wrong', () => {
	const {events} = show('disruptive-rejoin');
	const returned = asked(events, 'rejoin n5');
	const deposed = first(events, 'role', ({node, role, term}) => node === 1 && role === 'follower' && term > 1);
	assert.ok(deposed.seq > returned.seq);
	const cause = first(events, 'delivered', ({seq}) => seq === deposed.cause);
	assert.equal(cause.flight.from, 5);
	assert.equal(cause.flight.message.term, deposed.term);
	const heartbeatUs = 50_000;
	const heard = typed(events, 'delivered').filter(
		({flight: {to, message}, timeUs, seq}) =>
			to === 1 &&
			seq < deposed.seq &&
			timeUs > deposed.timeUs - 2 * heartbeatUs &&
			message.type === 'AppendReply' &&
			message.success,
	);
	assert.deepEqual(inOrder(heard.map(({flight}) => flight.from)), [2, 3, 4]);
	const healthy = typed(events, 'role').filter(({node, term, seq}) => node !== 5 && term > 1 && seq < returned.seq);
	assert.deepEqual(healthy, []);
	assert.ok(typed(events, 'role').every(({node, role}) => node !== 5 || role !== 'leader'));
});
