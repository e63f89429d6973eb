/*
Whether the checker agrees with the finders of `../properties/invariants.ts`, which were written apart from it and
look for Figure 3's properties after the fact: in random runs by the paper's rules, where both must be silent, and
by broken ones.
*/

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {SafetyChecker, type SafetySettings} from '../../source/checking/safety.js';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import type {Violation} from '../../source/simulation/event.js';
import {codeOf} from '../../source/simulation/trace.js';
import type {World} from '../../source/simulation/world.js';
import {figure3, findFirstBroken, type PropertyName} from '../properties/invariants.js';
import {
	anyBearableCommand,
	anyCommand,
	anySession,
	anySettings,
	play,
	serverEvents,
	tried,
} from '../properties/session.js';

type Verdict = {readonly violation: Violation | undefined; readonly seq: number};

/** What the checker says of a run, and at which event; 0 if it finds nothing. */
function check({trace, settings}: World, options: Partial<SafetySettings> = {}): Verdict {
	const checker = new SafetyChecker({nodes: settings.nodes, ...options});
	let brokenAt = 0;
	trace.read(1, {
		take(seq, ...row) {
			checker.take(seq, ...row);
			brokenAt = brokenAt === 0 && checker.violation !== undefined ? seq : brokenAt;
		},
	});
	return {violation: checker.violation, seq: brokenAt};
}

test('By the paper’s rules nothing is ever reported, whatever a cluster must bear', () => {
	fc.assert(
		fc.property(anySession({command: anyBearableCommand}), (session) => {
			assert.equal(check(play(session)).violation, undefined);
		}),
		tried(300),
	);
});

test('Where disks lie and are wiped, what is reported is that, and else only what follows from it', () => {
	const reported = new Map<string, number>();
	fc.assert(
		fc.property(anySession({command: anyCommand}), (session) => {
			const world = play(session);
			const {violation, seq} = check(world);
			if (violation === undefined) {
				return;
			}

			const {property, evidence, explanation} = violation;
			reported.set(property, (reported.get(property) ?? 0) + 1);
			const losses = rowsOf(world).filter(
				([at, type]) => at <= seq && (type === codeOf.wipe || type === codeOf.restart),
			);
			assert.notEqual(losses.length, 0, explanation);
			assert.equal(evidence.at(-1), seq);
		}),
		tried(200),
	);
	assert.ok(reported.get('Committed Is Durable')! > 20);
});

const mistakes: Readonly<Record<string, Partial<Rules>>> = {
	'a server votes for whoever asks': {mayGrantVote: () => true},
	'half of the servers are a quorum': {hasQuorum: ({voters}, servers) => servers.length * 2 >= voters.length},
	"a server votes without looking at the candidate's log": {isUpToDate: () => true},
	'a follower appends where there is some entry before': {
		matchesPrevious: (log, previous) => previous.index <= log.lastIndex,
	},
	"a follower keeps its own entry where the leader's differs": {truncateFrom: () => undefined},
	'a message that ends earlier than the log cuts the log there': {
		truncateFrom(log, previous, entries) {
			const end = previous + entries.length;
			return paperRules.truncateFrom(log, previous, entries) ?? (end < log.lastIndex ? end + 1 : undefined);
		},
	},
	'a server drops what is not committed when it joins a newer term': {
		keptOnNewTerm: (_lastIndex, commitIndex) => commitIndex,
	},
	'a follower commits up to the end of its own log': {
		followerCommitIndex: (commitIndex, leaderCommit, _lastNewIndex, lastIndex) =>
			Math.max(commitIndex, Math.min(leaderCommit, lastIndex)),
	},
	'a server applies what is in its log and not yet committed': {
		appliedUpTo: (_commitIndex, lastIndex) => lastIndex,
	},
	'nothing waits for the disk': {waitsForDisk: () => false},
};

/** How often, over all mistakes, a property was reported. */
const seen = new Map<string, number>();

for (const [mistake, broken] of Object.entries(mistakes)) {
	test(`Both report the same property first when ${mistake}`, () => {
		const settings = anySettings.map((one) => (mistake.startsWith('half') ? {...one, nodes: 4} : one));
		fc.assert(
			fc.property(anySession({command: anyBearableCommand, settings}), (session) => {
				assert.equal(findDisagreement(play(session, {...paperRules, ...broken})), undefined);
			}),
			tried(70),
		);
	});
}

/**
Where the checker and the finders say different things of a run.

At one event the finders may name several properties; the checker names the one that comes first in Figure 3. And
where different entries are about to be applied, it speaks up at the commit.
*/
function findDisagreement(world: World): string | undefined {
	const {seq: expectedSeq, properties, texts} = findFirstBroken(serverEvents(world));
	const {violation, seq} = check(world, {onlyFigure3: true});
	const all = check(world);
	if (violation === undefined) {
		return texts[0];
	}

	const {property, explanation} = violation;
	seen.set(property, (seen.get(property) ?? 0) + 1);
	const isSoon = property === 'State Machine Safety' && seq < expectedSeq && world.trace.typeAt(seq) === 'commit';
	if (property !== properties[0] || (seq !== expectedSeq && !isSoon)) {
		return `At ${seq}: ${explanation} But at ${expectedSeq}: ${texts.join(' ')}`;
	}

	// With all promises watched, what these rest on breaks earlier, never later
	return all.violation !== undefined && all.seq <= seq
		? undefined
		: `Nothing was reported before ${seq}: ${explanation}`;
}

test('The mistakes above did break most of Figure 3', () => {
	const names = Object.keys(figure3) as PropertyName[];
	// A leader that removes its own entries takes more than one broken rule
	assert.deepEqual(
		names.filter((name) => (seen.get(name) ?? 0) < 3),
		['Leader Append-Only'],
	);
});

test('A copy taken anywhere in a run comes to the same verdict, whatever the original is shown meanwhile', () => {
	const anyRules = fc.constantFrom(...Object.values(mistakes), {});
	const anyPlace = fc.double({min: 0, max: 1, noNaN: true});
	fc.assert(
		fc.property(anySession(), anySession(), anyRules, anyPlace, (session, stranger, broken, place) => {
			const world = play(session, {...paperRules, ...broken});
			const other = play({...stranger, settings: {...stranger.settings, nodes: world.settings.nodes}});
			const rows = rowsOf(world);
			const foreign = rowsOf(other);
			const original = new SafetyChecker({nodes: world.settings.nodes});
			const half = Math.floor(place * rows.length);
			for (const row of rows.slice(0, half)) {
				original.take(...row);
			}

			const copy = original.copy();
			for (const [at, row] of rows.slice(half).entries()) {
				original.take(...(foreign[at] ?? row));
				copy.take(...row);
			}

			assert.deepEqual(copy.violation, check(world).violation);
		}),
		tried(25),
	);
});

type Row = Parameters<SafetyChecker['take']>;

function rowsOf({trace}: World): readonly Row[] {
	const rows: Row[] = [];
	trace.read(1, {
		take(...row) {
			rows.push(row);
		},
	});
	return rows;
}
