/*
That what is told is true: random runs in which everything may happen, and what is said of them against what the
servers really were and were asked.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {explain} from '../../source/explaining/explain.js';
import {
	commitIndexBefore,
	entryBefore,
	findCommit,
	lastPositionBefore,
	leaderBefore,
	standingBefore,
	voteBefore,
} from '../../source/explaining/past.js';
import {PastNetwork} from '../../source/explaining/past-network.js';
import {entryAt, lastPosition, termAt} from '../../source/raft/log.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import {leaderOf} from '../../source/raft/server.js';
import type {Event, EventType} from '../../source/simulation/event.js';
import {perform} from '../../source/simulation/perform.js';
import {World} from '../../source/simulation/world.js';
import {eventsOf} from '../simulation/worlds.js';
import {anySession, commandAt, play, type Session} from '../properties/session.js';

const sessions = (count: number, seed: number): readonly Session[] =>
	fc.sample(anySession({stepsMax: 100}), {numRuns: count, seed});

/** What the rules were asked at an event, by the rule's name, and what they said. */
type Asked = {
	[Name in keyof Rules]?: ReadonlyArray<readonly [...asked: Parameters<Rules[Name]>, said: ReturnType<Rules[Name]>]>;
};

/** The paper's rules, with whatever they are asked written down by the event at which it is. */
function overheard(): {
	readonly rules: Rules;
	readonly askedAt: (seq: number) => Asked;
	listenTo: (world: World) => void;
} {
	const bySeq = new Map<number, Record<string, unknown[]>>();
	let world: World | undefined;
	const rules = Object.fromEntries(
		Object.entries(paperRules).map(([name, rule]) => [
			name,
			(...asked: unknown[]): unknown => {
				const said = (rule as (...parameters: unknown[]) => unknown)(...asked);
				const seq = world?.trace.length ?? 0;
				const all = bySeq.get(seq) ?? {};
				bySeq.set(seq, {...all, [name]: [...(all[name] ?? []), [...asked, said]]});
				return said;
			},
		]),
	) as unknown as Rules;
	return {
		rules,
		askedAt: (seq) => bySeq.get(seq) ?? {},
		listenTo(listened) {
			world = listened;
		},
	};
}

/** Go through a session one thing after the other. */
function* happenings({settings, steps}: Session, rules: Rules = paperRules): Generator<World, World> {
	const world = World.create(settings, {rules});
	for (const [at, step] of steps.entries()) {
		const untilUs = world.timeUs + step.afterUs;
		while (world.nextUs <= untilUs) {
			world.advance();
			yield world;
		}

		world.advanceTo(untilUs);
		perform(world, commandAt(step, at, world));
		yield world;
	}

	return world;
}

/** Play a session, and look at the World at each step of it. */
function watch({settings, steps}: Session, look: (world: World) => void): void {
	const world = World.create(settings);
	for (const [at, step] of steps.entries()) {
		world.advanceTo(world.timeUs + step.afterUs);
		look(world);
		perform(world, commandAt(step, at, world));
		look(world);
	}
}

test('What the trace tells of a server is what it is: role, term, leader, vote, log and commit index', () => {
	for (const session of sessions(8, 1)) {
		watch(session, (world) => {
			const {trace, hosts} = world;
			const now = trace.length + 1;
			assert.equal(leaderBefore(trace, now, hosts.length), world.leader?.id);
			for (const {id, server, committedIndex} of hosts) {
				const standing = standingBefore(trace, id, now);
				assert.equal(standing?.role, server?.role ?? 'down');
				assert.equal(commitIndexBefore(trace, id, now), committedIndex);
				if (server === undefined) {
					continue;
				}

				assert.deepEqual(
					[standing?.term, standing?.role === 'leader' ? id : standing?.leader],
					[server.currentTerm, leaderOf(server)],
				);
				assert.equal(voteBefore(trace, id, server.currentTerm, now)?.votedFor, server.votedFor);
				const {index, term} = lastPositionBefore(trace, id, now)!;
				assert.deepEqual({index, term}, lastPosition(server.log));
				for (let at = 1; at <= server.log.lastIndex + 1; at++) {
					assert.deepEqual(entryBefore(trace, id, at, now), entryAt(server.log, at));
				}

				for (let at = 1; at <= committedIndex; at += 3) {
					const commit = findCommit(trace, id, at)!;
					assert.ok(commit.index >= at);
					assert.ok(commitIndexBefore(trace, id, commit.seq)! < at);
				}
			}
		});
	}
});

/** Whoever broke something of the network, as seen on the network itself right after each thing that happens. */
class Culprits {
	#seen = 0;
	#network: Pick<World['network'], 'groups' | 'isolated' | 'cuts'> = {groups: [], isolated: new Set(), cuts: []};
	#partition: readonly Event[] = [];
	readonly #isolated = new Map<number, readonly Event[]>();
	readonly #cuts = new Map<string, readonly Event[]>();

	look({trace, network}: World): readonly Event[] {
		const news = [...trace.events(this.#seen + 1)];
		this.#seen = trace.length;
		const given = news.filter(({type}) => type === 'command');
		if (given.length === 0) {
			return news;
		}

		const {groups, isolated, cuts} = network;
		this.#partition = groups === this.#network.groups ? this.#partition : given;
		for (const node of isolated) {
			this.#isolated.set(node, this.#network.isolated.has(node) ? this.#isolated.get(node)! : given);
		}

		const cutBefore = new Set(this.#network.cuts.map(String));
		for (const ends of cuts) {
			const link = String(ends);
			this.#cuts.set(link, cutBefore.has(link) ? this.#cuts.get(link)! : given);
		}

		this.#network = {groups, isolated, cuts};
		return news;
	}

	of(from: number, to: number): readonly Event[] {
		const {groups, isolated, cuts} = this.#network;
		return [
			...(groups.length > 0 && groups.every((side) => !(side.includes(from) && side.includes(to)))
				? this.#partition
				: []),
			...[from, to].flatMap((node) => (isolated.has(node) ? this.#isolated.get(node)! : [])),
			...(cuts.some((link) => String(link) === String([from, to])) ? this.#cuts.get(String([from, to]))! : []),
		];
	}
}

test('Whoever is blamed for a broken way has broken it', () => {
	let blamed = 0;
	let excused = 0;
	for (const session of sessions(25, 2)) {
		const culprits = new Culprits();
		for (const world of happenings(session)) {
			for (const event of culprits.look(world)) {
				if (event.type !== 'lost' || event.reason !== 'partition') {
					continue;
				}

				const {from, to, sentSeq} = event.flight;
				const guilty = culprits.of(from, to);
				const blame = new PastNetwork(world, sentSeq).breakBetween(from, to)!;
				const isRandom = guilty.some((one) => JSON.stringify(one).includes('"random"'));
				assert.ok(
					isRandom || guilty.some(({seq}) => seq === blame.seq),
					`${session.settings.seed} ${event.seq} ${JSON.stringify([blame, guilty])}`,
				);
				blamed++;
				excused += Number(isRandom);
			}
		}
	}

	assert.ok(blamed > 500, String(blamed));
	assert.ok(excused < blamed / 5, String(excused));
});

/** What is said only where the rules are broken. */
const broken = /no rule of the paper|never let|must never go/iv;

const names = (ids: readonly number[]): string => ids.map((id) => `n${id}`).join(' ');

const endText = ({index, term}: {readonly index: number; readonly term: number}): string =>
	index === 0 ? 'is empty' : `ends with entry ${index} of term ${term}`;

/** What is certainly said of an event, as the rules were asked there; `undefined` if they do not decide it. */
function expectedWords(event: Event, asked: Asked): readonly string[] | undefined {
	if (event.type !== 'delivered') {
		return undefined;
	}

	const {from, to, message} = event.flight;
	const [one, other] = [`n${from}`, `n${to}`];
	const isCurrent = asked.isCurrentRequest?.[0]?.at(-1);
	switch (message.type) {
		case 'RequestVote': {
			if (isCurrent === false) {
				return [
					'denies',
					`${one} asks for term ${message.term}, but ${other} is in term ${asked.isCurrentRequest![0]![2]} already`,
				];
			}

			const [votedFor, , mayGrant] = asked.mayGrantVote![0]!;
			if (!mayGrant) {
				return [
					'denies',
					`has voted for ${votedFor === to ? 'itself' : `n${votedFor}`} in term ${message.term} already`,
				];
			}

			const [last, own, isUpToDate] = asked.isUpToDate![0]!;
			const logs = `${one}’s log ${endText(last)}, ${other}’s ${endText(own)}`;
			return isUpToDate
				? ['grants', logs, 'at least as up-to-date', votedFor === undefined ? 'had not voted' : 'says so again']
				: ['denies', logs, own.term > last.term ? 'its last term is later' : 'it is longer, with the same last term'];
		}

		case 'AppendEntries': {
			if (isCurrent === false) {
				return [
					'refuses',
					`${one} speaks for term ${message.term}, but ${other} is in term ${asked.isCurrentRequest![0]![2]} already`,
				];
			}

			const [log, previous, matches] = asked.matchesPrevious![0]!;
			if (matches) {
				return [
					message.entries.length === 0 ? 'receives an empty' : 'accepts',
					previous.index === 0
						? 'begins at the first entry'
						: `${other}’s log agrees with ${one}’s up to entry ${previous.index}.`,
				];
			}

			const own = termAt(log, previous.index);
			return [
				'refuses',
				`builds on entry ${previous.index} of term ${previous.term}, but ${other}’s ${
					own === undefined
						? `log ${log.lastIndex === 0 ? 'is empty' : `ends at entry ${log.lastIndex}`}`
						: `entry ${previous.index} is of term ${own}`
				}`,
			];
		}

		case 'VoteReply': {
			const counted = asked.hasQuorum?.[0];
			return (
				counted && [
					`has the votes of ${names(counted[1].toSorted((a, b) => a - b))}${counted[2] ? ', a majority' : ' only'}`,
				]
			);
		}

		case 'AppendReply': {
			return undefined;
		}
	}
}

test('Votes, refusals and commits are told with the reason that decided them', () => {
	const seen = new Set<string>();
	for (const session of sessions(8, 3)) {
		const {rules, askedAt, listenTo} = overheard();
		let world: World | undefined;
		for (world of happenings(session, rules)) {
			listenTo(world);
		}

		assert.ok(world);
		for (const event of world.trace.events()) {
			const {title, facts} = explain({type: 'event', seq: event.seq}, world);
			const told = [title, ...facts].join(' ');
			const about = `${session.settings.seed} ${event.seq} ${told}`;
			const words =
				told.includes('answer waits') || told.includes('before it could answer')
					? undefined
					: expectedWords(event, askedAt(event.seq));
			for (const word of words ?? []) {
				assert.ok(told.includes(word), `${about}: ${word}`);
			}

			assert.doesNotMatch(told, broken, about);
			if (words !== undefined) {
				seen.add(words[0]!.replaceAll(/n\d /gv, ''));
			}

			if (event.type === 'commit') {
				const {hasQuorum = []} = askedAt(event.cause);
				const cause = world.trace.at(event.cause)!;
				if (cause.type === 'delivered' && cause.flight.message.type === 'AppendReply') {
					const holders = hasQuorum
						.filter((asked) => asked.at(-1) === true)
						.map(([, servers]) => `is on ${names(servers)}, a majority`);
					assert.ok(
						holders.some((text) => told.includes(text)),
						`${about}: ${holders.join(',')}`,
					);
					seen.add('commit');
				}
			}
		}
	}

	const all = ['accepts', 'commit', 'denies', 'grants', 'receives an empty', 'refuses'];
	assert.deepEqual(
		all.filter((word) => !seen.has(word)),
		[],
	);
	assert.ok([...seen].some((word) => word.endsWith('a majority')));
	assert.ok([...seen].some((word) => word.endsWith('only')));
});

/** A sentence about several nodes as it would be about each of them alone. */
function toldOfEach(text: string): readonly string[] {
	const {all, rest} = /^(?<all>n\d+(?: n\d+)*) (?<rest>.*)$/v.exec(text)!.groups!;
	const ids = all!.split(' ');
	const verbs: ReadonlyArray<readonly [several: string, one: string]> = [
		['are ', 'is '],
		['do not have it', 'does not have it'],
		['have it, but answer only once their disks have', 'has it, but answers only once its disk has'],
		['have it, but', 'has it, but'],
	];
	const verb = ids.length === 1 ? undefined : verbs.find(([several]) => rest!.startsWith(several))!;
	const alone = verb === undefined ? rest! : `${verb[1]}${rest!.slice(verb[0].length)}`;
	return ids.map((id) => `${id} ${ids.length === 1 ? alone : alone.split('them').join(id)}`);
}

/** What is wrong with a sentence about a node that an entry's leader misses; each sentence that it may be, with what must be so then. */
function whatIsWrong(text: string, term: number, index: number, world: World): string | undefined {
	const {id, rest} = /^n(?<id>\d+) (?<rest>.*)$/v.exec(text)!.groups!;
	const {server, isSuspended} = world.host(Number(id));
	const has = server !== undefined && termAt(server.log, index) === term;
	const way = /nothing gets from n(?<from>\d+) to n(?<to>\d+)/v.exec(text)?.groups;
	const sent = /#(?<message>\d+)[ ,.](?<fate>.*)$/v.exec(text)?.groups;
	const flight = sent === undefined ? undefined : world.findFlight(Number(sent['message']));
	const claims: ReadonlyArray<readonly [claim: RegExp, isSo: boolean]> = [
		[/^is down/v, server === undefined],
		[/^is suspended/v, isSuspended],
		[/^has it, but/v, has],
		[/^does not have it:/v, !has && server !== undefined],
		[/nothing gets from/v, way !== undefined && !world.network.connects(Number(way['from']), Number(way['to']))],
		[/on its way|holds it back/v, flight !== undefined],
		[/It was lost/v, flight === undefined],
		[/answers only once its disk/v, world.host(Number(id)).held.length > 0],
	];
	const made = claims.filter(([claim]) => claim.test(rest!));
	const isTold =
		sent === undefined ||
		/on its way|holds it back|was lost|suspended|which n\d+ refused|has lost it since/v.test(sent['fate']!);
	return made.length === 0 || !isTold ? 'no reason' : made.find(([, isSo]) => !isSo)?.[0].source;
}

test('Of an entry that is not committed, each node that is missed is told, and truly', () => {
	const seen = new Set<string>();
	for (const session of sessions(16, 4)) {
		watch(session, (world) => {
			for (const {id: node, server, persisted, committedIndex} of world.hosts) {
				const {log} = server ?? persisted;
				for (let index = committedIndex + 1; index <= log.lastIndex; index++) {
					const {title, facts} = explain({type: 'entry', node, index}, world);
					const about = `${session.settings.seed} at ${world.timeUs}: ${[title, ...facts].join('\n')}`;
					const counted = facts
						.map((fact) => /^n(?<counter>\d+) knows it on (?<all>[\d n]+?)(?:,| only)/v.exec(fact)?.groups)
						.find((groups) => groups !== undefined);
					if (counted === undefined) {
						continue;
					}

					const leader = world.host(Number(counted['counter'])).server!;
					assert.equal(leader.role, 'leader', about);
					const holders = world.hosts
						.filter(({id}) => leader.role === 'leader' && leader.matchIndex[id]! >= index)
						.map(({id}) => id);
					assert.equal(counted['all'], names(holders), about);
					if (holders.length * 2 > world.hosts.length) {
						continue;
					}

					const told = facts
						.filter((fact) =>
							/^(?:n\d+ )+(?:(?:is|are) down|(?:is|are) suspended\.|(?:has|have) it,|(?:does|do) not have it)/v.test(
								fact,
							),
						)
						.flatMap((fact) => toldOfEach(fact));
					assert.equal(told.length + holders.length, world.hosts.length, about);
					for (const text of told) {
						assert.equal(whatIsWrong(text, termAt(log, index)!, index, world), undefined, `${about}\n${text}`);
						seen.add(text.replaceAll(/[\d.]+|, since .*/gv, '·'));
					}
				}
			}
		});
	}

	assert.ok(seen.size > 10, [...seen].join('\n'));
});

/** The servers that are named in what stands between two words. */
const namedIn = (text: string, pattern: RegExp): readonly number[] =>
	(pattern.exec(text)?.groups?.['all'] ?? '')
		.split(/[ ,’]/v)
		.filter((word) => /^n\d+$/v.test(word))
		.map((word) => Number(word.slice(1)));

test('Of a candidate, each of the others is told once, the votes truly, and who cannot win does not', () => {
	const seen = new Set<string>();
	for (const session of sessions(16, 6)) {
		const hopeless = new Set<string>();
		watch(session, (world) => {
			for (const {id, server} of world.hosts) {
				if (server !== undefined) {
					const isWon = server.role === 'leader' && hopeless.has(`${id} ${server.currentTerm}`);
					assert.ok(!isWon, `${session.settings.seed}: n${id} won term ${server.currentTerm}`);
				}

				if (server?.role !== 'candidate') {
					continue;
				}

				const {seq} = standingBefore(world.trace, id, world.trace.length + 1)!;
				const {facts} = explain({type: 'event', seq}, world);
				const text = facts
					.slice(facts.findLastIndex((fact) => fact.includes('the votes of')))
					.join('\n')
					.replaceAll(/\([^\(\)]*\)/gv, '');
				const about = `${session.settings.seed} at ${world.timeUs}: ${text}`;
				const granted = namedIn(text, /the votes of (?<all>[^;]*) only/v);
				const open = namedIn(text, /(?:No answer yet from|has asked nobody yet) ?(?<all>[^.]*)/v);
				const told = [
					granted,
					namedIn(text, /Denied by (?<all>[^.]*)/v),
					namedIn(text, /never reached (?<all>[^.]*)/v),
					namedIn(text, /Lost on the way back: (?<all>[^.]*)/v),
					open,
				];
				assert.deepEqual(
					granted,
					server.votesGranted.toSorted((a, b) => a - b),
					about,
				);
				if (!text.includes('has asked nobody')) {
					const all = world.hosts.map((host) => host.id);
					assert.deepEqual(
						told.flat().toSorted((a, b) => a - b),
						all,
						about,
					);
				}

				if (text.includes('cannot win')) {
					hopeless.add(`${id} ${server.currentTerm}`);
				}

				seen.add(text.replaceAll(/\b\d+|\b(?:n\d )+/gv, ''));
			}
		});
	}

	const all = [
		'Denied by',
		'never reached',
		'Lost on the way back',
		'No answer yet',
		'cannot win',
		'Nothing is decided',
	];
	const texts = [...seen].join('\n');
	assert.deepEqual(
		all.filter((words) => !texts.includes(words)),
		[],
	);
});

/** What is said to be certain of requests that nobody answered; nothing where it is still open. */
const certainty = (text: string): string | undefined =>
	/committed all the same|never will be|will never be committed/v
		.exec(text)?.[0]
		.replace('will never be committed', 'never will be');

test('What is said to be certain of an unanswered command stays so', () => {
	const seen = new Set<string>();
	for (const session of sessions(24, 7)) {
		const said = new Map<number, string>();
		watch(session, (world) => {
			for (const event of world.trace.events()) {
				if (event.type !== 'info' || event.client !== 0) {
					continue;
				}

				const {title, facts} = explain({type: 'event', seq: event.seq}, world);
				const about = `${session.settings.seed} ${event.seq} at ${world.timeUs}: ${title} ${facts.join(' ')}`;
				for (const fact of facts) {
					const certain = certainty(fact);
					const before: string | undefined = facts.length === 1 ? said.get(event.seq) : undefined;
					assert.ok(before === undefined || before === certain, `${about}, and before ${before}`);
					seen.add(certain ?? 'open');
					if (certain !== undefined && facts.length === 1) {
						said.set(event.seq, certain);
					}
				}
			}
		});
	}

	assert.deepEqual([...seen].toSorted(), ['committed all the same', 'never will be', 'open']);
});

/** A rule, how it is broken, and what is said where that decides. */
const mistakes: ReadonlyArray<readonly [rules: Partial<Rules>, said: RegExp]> = [
	[{mayGrantVote: () => true}, /no rule of the paper lets it vote again/v],
	[{isUpToDate: () => true}, /no rule of the paper lets n\d vote for it/v],
	[{matchesPrevious: () => true}, /No rule of the paper lets n\d take it: it builds on/v],
	[
		{isCurrentRequest: (kind, term, own) => kind === 'append' || term >= own},
		/take it: it is of term \d+, and n\d is in/v,
	],
	[
		{hasQuorum: ({voters}, servers) => servers.length * 2 >= voters.length - 1},
		/No rule of the paper makes it leader/v,
	],
	[{mayCommit: (term) => term !== undefined}, /No rule of the paper commits it here: it is of term/v],
	[{appliedUpTo: (_committed, last) => last}, /No rule of the paper applies entry/v],
	[{voteAfterSeeing: () => undefined}, /No rule of the paper takes a vote back/v],
];

const deciding: ReadonlySet<EventType> = new Set(['delivered', 'role', 'vote', 'commit', 'apply']);

test('Where a server breaks a rule of the paper, no reason is made up', () => {
	for (const [rules, said] of mistakes) {
		const hasSaid = sessions(40, 5).some((session) => {
			const world = play(session, {...paperRules, ...rules});
			return eventsOf(world).some(
				({seq, type}) => deciding.has(type) && said.test(explain({type: 'event', seq}, world).facts.join(' ')),
			);
		});
		assert.ok(hasSaid, said.source);
	}
});
