import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Message, ServerId} from '../../source/raft/vocabulary.js';
import type {LinkSettings} from '../../source/simulation/command.js';
import {digestMessage, Network} from '../../source/simulation/network.js';
import {defaultSettings, type Settings, type TimeRangeUs} from '../../source/simulation/settings.js';
import {tried} from '../properties/session.js';

const settingsWith = (changes: Partial<Settings>): Settings => ({...defaultSettings, ...changes});

const requestVote = (term: number): Message => ({
	type: 'RequestVote',
	term,
	candidateId: 1,
	lastLogIndex: 0,
	lastLogTerm: 0,
});

type Sent = {readonly from: ServerId; readonly to: ServerId; readonly identity: number};
type Fate = ReturnType<Network['fateOf']>;

const send = (network: Network, {from, to, identity}: Sent): Fate => network.fateOf(from, to, identity);

/** Three kinds of traffic that look quite unlike to a hash: one message again and again, ever new ones, one on all links. */
const traffic: Readonly<Record<string, (at: number) => Sent>> = {
	'the same message again and again': () => ({from: 1, to: 2, identity: digestMessage(requestVote(1))}),
	'a new message every time': (at) => ({from: 1, to: 2, identity: digestMessage(requestVote(at))}),
	'every message on all links': (at) => ({
		from: (at % 5) + 1,
		to: ((at + 1 + (Math.floor(at / 5) % 4)) % 5) + 1,
		identity: digestMessage(requestVote(Math.floor(at / 20))),
	}),
};

/** The fates of so many messages on one network. */
const fates = (network: Network, kind: (at: number) => Sent, count: number): readonly Fate[] =>
	Array.from({length: count}, (_, at) => send(network, kind(at)));

/** Pearson's: how far counts are from all being equal. */
function chiSquare(counts: readonly number[]): number {
	const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
	return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

for (const [name, kind] of Object.entries(traffic)) {
	test(`As many messages are lost as was asked for: ${name}`, () => {
		const count = 20_000;
		for (const lossRate of [0, 0.01, 0.2, 0.5, 0.9, 1]) {
			const network = new Network(settingsWith({lossRate}));
			const lost = fates(network, kind, count).filter((fate) => fate.lost === 'loss').length;
			const deviation = Math.sqrt(count * lossRate * (1 - lossRate));
			assert.ok(Math.abs(lost - count * lossRate) <= 4 * deviation, `${lost} of ${count} at a rate of ${lossRate}`);
		}
	});

	test(`Delays are spread evenly from the least to the greatest, both included: ${name}`, () => {
		const network = new Network(settingsWith({delay: {minUs: 10, maxUs: 29}, lossRate: 0.3}));
		const counts: Record<number, number> = Object.fromEntries(Array.from({length: 20}, (_, at) => [10 + at, 0]));
		for (const {delayUs, lost} of fates(network, kind, 20_000)) {
			assert.ok(delayUs in counts, `${delayUs}`);
			counts[delayUs]! += lost === undefined ? 1 : 0;
		}

		assert.ok(chiSquare(Object.values(counts)) < 43.8, Object.values(counts).join(' ')); // One in a thousand even spreads looks worse (19 degrees)
	});
}

for (const [name, kind] of Object.entries(traffic)) {
	test(`As many messages are doubled as was asked for, and the doubles' delays are spread evenly: ${name}`, () => {
		const count = 20_000;
		for (const duplicateRate of [0, 0.01, 0.2, 0.9, 1]) {
			const network = new Network(settingsWith({duplicateRate, delay: {minUs: 10, maxUs: 29}}));
			const delays = fates(network, kind, count).flatMap(({copyDelayUs}) => copyDelayUs ?? []);
			const deviation = Math.sqrt(count * duplicateRate * (1 - duplicateRate));
			assert.ok(
				Math.abs(delays.length - count * duplicateRate) <= 4 * deviation,
				`${delays.length} of ${count} at a rate of ${duplicateRate}`,
			);
			if (duplicateRate >= 0.2) {
				const counts = Array.from({length: 20}, (_, at) => delays.filter((delayUs) => delayUs === 10 + at).length);
				assert.equal(
					counts.reduce((sum, each) => sum + each, 0),
					delays.length,
				);
				assert.ok(chiSquare(counts) < 43.8, counts.join(' '));
			}
		}
	});
}

test('Whether a message is lost, and whether it is doubled, have nothing to do with each other, nor have the two delays', () => {
	const network = new Network(settingsWith({lossRate: 0.5, duplicateRate: 0.5, delay: {minUs: 0, maxUs: 99}}));
	for (const kind of Object.values(traffic)) {
		const pairs = [0, 0, 0, 0];
		const halves = [0, 0, 0, 0];
		for (const {lost, delayUs, copyDelayUs} of fates(network, kind, 20_000)) {
			pairs[(lost === undefined ? 0 : 2) + (copyDelayUs === undefined ? 0 : 1)]!++;
			if (copyDelayUs !== undefined) {
				halves[(delayUs < 50 ? 0 : 2) + (copyDelayUs < 50 ? 0 : 1)]!++;
			}
		}

		assert.ok(chiSquare(pairs) < 16.3, pairs.join(' '));
		assert.ok(chiSquare(halves) < 16.3, halves.join(' '));
	}
});

test('Doubling leaves losses and delays as they were, and more of it doubles what was doubled before and more', () => {
	fc.assert(
		fc.property(
			anyTraffic,
			fc.double({min: 0, max: 1, noNaN: true}),
			fc.double({min: 0, max: 1, noNaN: true}),
			(messages, one, other) => {
				const less = new Network(settingsWith({lossRate: 0.3, duplicateRate: Math.min(one, other)}));
				const more = new Network(settingsWith({lossRate: 0.3, duplicateRate: Math.max(one, other)}));
				for (const message of messages) {
					const before = send(less, message);
					const after = send(more, message);
					assert.deepEqual([after.lost, after.delayUs], [before.lost, before.delayUs]);
					assert.ok(before.copyDelayUs === undefined || after.copyDelayUs === before.copyDelayUs);
				}
			},
		),
		tried(200),
	);
});

const anyLink: fc.Arbitrary<LinkSettings> = fc
	.record(
		{
			lossRate: fc.constantFrom(0, 0.4, 1),
			duplicateRate: fc.constantFrom(0, 0.4, 1),
			delay: fc.constantFrom({minUs: 0, maxUs: 10}, {minUs: 500, maxUs: 900}),
		},
		{requiredKeys: []},
	)
	.map((link) => ({...link}));

test('What is set on a link is what the whole network would do with these settings, there; elsewhere nothing changes', () => {
	fc.assert(
		fc.property(anyTraffic, anyLink, (messages, link) => {
			const settings = settingsWith({lossRate: 0.2, duplicateRate: 0.2});
			const network = new Network(settings);
			network.setLink(1, 2, link);
			const plain = new Network(settings);
			const everywhere = new Network({...settings, ...link});
			for (const message of messages) {
				const isThere = message.from === 1 && message.to === 2;
				const fate = send(network, message);
				const [asPlain, asSet] = [send(plain, message), send(everywhere, message)];
				assert.deepEqual(fate, isThere ? asSet : asPlain);
			}
		}),
		tried(200),
	);
});

test('Link settings add up until the link is put back; they are told in order', () => {
	const network = new Network(defaultSettings);
	network.setLink(2, 1, {lossRate: 0.5});
	network.setLink(1, 2, {delay: {minUs: 1, maxUs: 1}});
	network.setLink(2, 1, {duplicateRate: 0.5});
	network.setLink(2, 1, {lossRate: 0.25});
	assert.deepEqual(network.links, [
		[1, 2, {delay: {minUs: 1, maxUs: 1}}],
		[2, 1, {lossRate: 0.25, duplicateRate: 0.5}],
	]);
	network.setLink(2, 1, undefined);
	network.setLink(3, 1, undefined);
	assert.deepEqual(network.links, [[1, 2, {delay: {minUs: 1, maxUs: 1}}]]);
	assert.ok(network.isWhole, 'A bad link is a link.');
});

test('A cut link carries nothing that way, and its messages are not doubled either', () => {
	const network = new Network(settingsWith({duplicateRate: 1}));
	network.cut(1, 2);
	network.cut(1, 2);
	network.cut(4, 3);
	assert.deepEqual(network.cuts, [
		[1, 2],
		[4, 3],
	]);
	for (const {from, to} of links) {
		const isCut = (from === 1 && to === 2) || (from === 4 && to === 3);
		assert.equal(network.connects(from, to), !isCut);
		const {lost, copyDelayUs} = network.fateOf(from, to, 1);
		assert.deepEqual([lost, copyDelayUs === undefined], isCut ? ['partition', true] : [undefined, false]);
	}

	network.mend(1, 2);
	network.mend(2, 1);
	assert.deepEqual(network.cuts, [[4, 3]]);
	network.heal();
	assert.ok(network.isWhole);
});

test('One message and the next have nothing to do with each other', () => {
	const network = new Network(settingsWith({lossRate: 0.5}));
	for (const kind of Object.values(traffic)) {
		const lost = fates(network, kind, 20_000).map((fate) => fate.lost !== undefined);
		const pairs = [0, 0, 0, 0];
		for (let at = 0; at < lost.length; at += 2) {
			pairs[(lost[at]! ? 2 : 0) + (lost[at + 1]! ? 1 : 0)]!++;
		}

		assert.ok(chiSquare(pairs) < 16.3, pairs.join(' ')); // One in a thousand (3 degrees)
	}
});

const anyRange: fc.Arbitrary<TimeRangeUs> = fc
	.tuple(fc.nat({max: 1_000_000_000}), fc.oneof(fc.constant(0), fc.nat({max: 10}), fc.nat({max: 1_000_000_000})))
	.map(([minUs, width]) => ({minUs, maxUs: minUs + width}));

const anySent: fc.Arbitrary<Sent> = fc
	.record({
		from: fc.integer({min: 1, max: 5}),
		ahead: fc.integer({min: 1, max: 4}),
		term: fc.nat({max: 5}),
	})
	.map(({from, ahead, term}) => ({
		from,
		to: ((from - 1 + ahead) % 5) + 1,
		identity: digestMessage(requestVote(term)),
	}));

const anyTraffic = fc.array(anySent, {maxLength: 100, size: 'max'});

test('A delay is a whole number of microseconds within its bounds, and never none at all', () => {
	fc.assert(
		fc.property(fc.string(), anyRange, anyTraffic, (seed, delay, messages) => {
			const network = new Network(settingsWith({seed, delay}));
			for (const message of messages) {
				const {delayUs, lost} = send(network, message);
				assert.ok(Number.isSafeInteger(delayUs));
				assert.ok(delayUs >= Math.max(1, delay.minUs));
				assert.ok(delayUs <= Math.max(1, delay.maxUs));
				assert.equal(lost, undefined);
			}
		}),
		{...tried(100), examples: [['', {minUs: 0, maxUs: 0}, [{from: 1, to: 2, identity: 1}]]]},
	);
});

test('Taking messages out leaves the fates of all others as they were', () => {
	fc.assert(
		fc.property(
			fc.array(fc.record({message: anySent, isOut: fc.boolean()}), {maxLength: 200, size: 'max'}),
			fc.constantFrom(0, 0.3),
			(plan, lossRate) => {
				const all = new Network(settingsWith({lossRate}));
				const some = new Network(settingsWith({lossRate}));
				const nameOf = ({from, to, identity}: Sent): string => `${from} ${to} ${identity}`;
				const gone = new Set(plan.filter(({isOut}) => isOut).map(({message}) => nameOf(message)));
				for (const {message} of plan) {
					// How many like it went before is part of what a message is: so all that are alike are taken out together.
					const fate = send(all, message);
					if (!gone.has(nameOf(message))) {
						assert.deepEqual(send(some, message), fate);
					}
				}
			},
		),
		tried(200),
	);
});

test('Losing more loses what was lost before and more, and leaves the delays of the rest as they were', () => {
	fc.assert(
		fc.property(
			anyTraffic,
			fc.double({min: 0, max: 1, noNaN: true}),
			fc.double({min: 0, max: 1, noNaN: true}),
			(messages, one, other) => {
				const less = new Network(settingsWith({lossRate: Math.min(one, other)}));
				const more = new Network(settingsWith({lossRate: Math.max(one, other)}));
				for (const message of messages) {
					const before = send(less, message);
					const after = send(more, message);
					assert.equal(after.delayUs, before.delayUs);
					assert.ok(before.lost === undefined || after.lost === 'loss');
				}
			},
		),
		tried(200),
	);
});

test('A partition and a wider range leave the losses of what still gets through as they were', () => {
	fc.assert(
		fc.property(anyTraffic, (messages) => {
			const whole = new Network(settingsWith({lossRate: 0.3}));
			const parted = new Network(settingsWith({lossRate: 0.3}));
			parted.groups = [
				[1, 2, 3],
				[4, 5],
			];
			parted.delay = {minUs: 0, maxUs: 1_000_000};
			for (const message of messages) {
				const before = send(whole, message);
				const after = send(parted, message);
				assert.equal(after.lost, parted.connects(message.from, message.to) ? before.lost : 'partition');
			}
		}),
		tried(200),
	);
});

const links = [1, 2, 3, 4, 5].flatMap((from) => [1, 2, 3, 4, 5].filter((to) => to !== from).map((to) => ({from, to})));

test('Servers reach each other on the same side of a partition, unless one of them is isolated', () => {
	fc.assert(
		fc.property(
			fc.array(fc.nat({max: 2}), {minLength: 5, maxLength: 5}),
			fc.boolean(),
			fc.subarray([1, 2, 3, 4, 5]),
			(sides, isParted, isolated) => {
				const network = new Network(defaultSettings);
				network.groups = isParted
					? [0, 1, 2].map((side) => [1, 2, 3, 4, 5].filter((id) => sides[id - 1] === side))
					: [];
				network.isolated = new Set(isolated);
				assert.equal(network.isWhole, !isParted && isolated.length === 0);
				for (const {from, to} of links) {
					const isTogether = !isParted || sides[from - 1] === sides[to - 1];
					const isReached = isTogether && !isolated.includes(from) && !isolated.includes(to);
					assert.equal(network.connects(from, to), isReached);
					assert.equal(network.fateOf(from, to, 1).lost, isReached ? undefined : 'partition');
				}
			},
		),
		tried(200),
	);
});

test('Another seed is another fate', () => {
	const fatesOf = (seed: string): readonly Fate[] =>
		fates(new Network(settingsWith({seed, lossRate: 0.5})), traffic['a new message every time']!, 200);
	assert.deepEqual(fatesOf('1'), fatesOf('1'));
	assert.notDeepEqual(fatesOf('1'), fatesOf('2'));
});

test('A copy of a network goes on as the network does, and neither disturbs the other', () => {
	fc.assert(
		fc.property(anyTraffic, anyTraffic, anyTraffic, (before, after, elsewhere) => {
			const network = new Network(settingsWith({lossRate: 0.3}));
			const alone = new Network(settingsWith({lossRate: 0.3}));
			for (const message of before) {
				send(network, message);
				send(alone, message);
			}

			const copy = network.copy();
			const astray = network.copy();
			astray.lossRate = 1;
			astray.delay = {minUs: 0, maxUs: 0};
			astray.isolated = new Set([1]);
			astray.groups = [[1], [2, 3, 4, 5]];
			astray.duplicateRate = 1;
			astray.cut(2, 3);
			astray.setLink(3, 4, {lossRate: 1});
			for (const message of elsewhere) {
				send(astray, message);
			}

			for (const message of after) {
				const fate = send(alone, message);
				assert.deepEqual(send(network, message), fate);
				assert.deepEqual(send(copy, message), fate);
			}

			assert.deepEqual([network.cuts, network.links, copy.cuts, copy.links], [[], [], [], []]);
		}),
		tried(200),
	);
});

test('Every field of a message is part of what it is', () => {
	const messages: readonly Message[] = [
		{type: 'RequestVote', term: 3, candidateId: 1, lastLogIndex: 5, lastLogTerm: 2},
		{type: 'VoteReply', term: 3, voteGranted: true},
		{
			type: 'AppendEntries',
			term: 3,
			leaderId: 1,
			prevLogIndex: 5,
			prevLogTerm: 2,
			entries: [{index: 6, term: 3, command: {type: 'no-op'}}],
			leaderCommit: 4,
		},
		{
			type: 'AppendReply',
			term: 3,
			success: false,
			prevLogIndex: 5,
			matchIndex: 1,
			conflictTerm: 2,
			conflictIndex: 4,
		},
	];
	const seen = new Map<number, string>();
	for (const message of messages) {
		const variants = Object.entries(message).flatMap(([field, value]: [string, unknown]) => {
			switch (typeof value) {
				case 'number': {
					return [{...message, [field]: value + 1}];
				}

				case 'boolean': {
					return [{...message, [field]: !value}];
				}

				default: {
					return [];
				}
			}
		});
		if (message.type === 'AppendEntries') {
			const [entry] = message.entries;
			variants.push(
				{...message, entries: []},
				{...message, entries: [entry!, {...entry!, index: 7}]},
				{...message, entries: [{...entry!, term: 4}]},
			);
		}

		for (const variant of [message, ...(variants as Message[])]) {
			const digest = digestMessage(variant);
			const text = JSON.stringify(variant);
			assert.equal(seen.get(digest), undefined, `${text} has the same digest.`);
			seen.set(digest, text);
		}
	}
});

test('Two messages that take turns on a link do not meet the same fates for ever, whichever they are', () => {
	const network = new Network({...defaultSettings, lossRate: 0.5});
	const stuck: number[] = [];
	for (let pair = 0; pair < 2000; pair++) {
		const [one, other] = [pair * 2 + 1, pair * 2 + 1 + 32 * (pair % 7)];
		let arrived = 0;
		for (let turn = 0; turn < 40; turn++) {
			network.fateOf(1, 2, other + 1_000_000);
			arrived += network.fateOf(1, 2, one).lost === undefined ? 1 : 0;
		}

		if (arrived === 0) {
			stuck.push(pair);
		}
	}

	assert.deepEqual(stuck, []);
});
