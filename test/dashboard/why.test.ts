import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines, type Size} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {toAscii} from '../../source/dashboard/theme.js';
import {whyLines, whyView} from '../../source/dashboard/views/why.js';
import {explain, type Explanation, type Subject} from '../../source/explaining/explain.js';
import type {World} from '../../source/simulation/world.js';
import {all, calm, crash, eventsOf, isolate, ledByFirst, ms, pass, s, write} from '../simulation/worlds.js';

const slow = {...calm, syncDelay: {minUs: 2 * ms, maxUs: 2 * ms}};

/** Entry 2 has been committed by n1; 0.2 s. */
function written(): World {
	const world = ledByFirst(slow);
	all(world, write('1', 1));
	pass(world, 100 * ms);
	return world;
}

const committed = (): Explanation => explain({type: 'entry', node: 1, index: 2}, written());

/** The view's lines as text. */
const shown = (explanation: Explanation, size: Size, selected?: number, scroll = 0): string =>
	plainLines(whyView(explanation, size, {selected, scroll}).lines);

test('The answer in full: what happened, the rule, and the way back to where it began', () => {
	const view = whyView(committed(), {width: 76, height: 20}, {selected: 0, scroll: 0});
	assert.equal(view.title, 'Why');
	assert.equal(plain(view.remark), 'n1 · 0.124 s');
	assert.equal(view.scrollMax, 0);
	assert.deepEqual(plainLines(view.lines).split('\n'), [
		'n1’s entry 2 (x=1, term 1) is committed',
		'  Commit index 1 → 2.',
		'  Entry 2 of term 1 is on n1 n2, a majority of 3.',
		'  Entry 2 carries x=1. A command asked n1 for it at 0.100 s.',
		'→ n1 applies entry 2 (x=1, term 1)',
		'→ n1 answers a command: write x=1 is done',
		'  rule  An entry is committed once the leader that created it knows it on a',
		'        majority.  Raft §5.3',
		'',
		'caused by',
		'❯ ↑   0.124 n1 receives AppendReply #15 from n2: term 1, success, match 2',
		'  ↑   0.114 n2 its disk says that what it wrote is saved',
		'  ↑   0.112 n2 receives AppendEntries #13 from n1: term 1, entry 2, commit 1',
		'  ↑   0.102 n1 its disk says that what it wrote is saved',
		'  ↑   0.100 n1 is asked by a command for write x=1',
		'  ●   0.100    write x=1 via n1  where it began',
	]);
});

test('Whoever comes to it sees its beginning, and whoever goes on to another cause sees that one, marked', () => {
	const explanation = committed();
	for (const height of [1, 3, 6]) {
		assert.ok(shown(explanation, {width: 76, height}, 0).startsWith('n1’s entry 2 (x=1, term 1) is committed'));
		for (const [before, {text}] of explanation.causes.slice(1).entries()) {
			for (const scroll of [0, 5, 99]) {
				const chosen = shown(explanation, {width: 76, height}, before + 1, scroll)
					.split('\n')
					.filter((line) => line.startsWith('❯'));
				assert.equal(chosen.length, 1);
				assert.ok(chosen[0]!.includes(text));
			}
		}
	}
});

test('It scrolls to its end and no further, and says what is below', () => {
	const explanation = committed();
	const view = whyView(explanation, {width: 76, height: 4}, {selected: undefined, scroll: 0});
	assert.equal(plain(view.remark), 'n1 · 0.124 s   ↓ 12 more');
	assert.deepEqual(shown(explanation, {width: 76, height: 4}).split('\n'), [
		'n1’s entry 2 (x=1, term 1) is committed',
		'  Commit index 1 → 2.',
		'  Entry 2 of term 1 is on n1 n2, a majority of 3.',
		'  Entry 2 carries x=1. A command asked n1 for it at 0.100 s.',
	]);
	assert.deepEqual(shown(explanation, {width: 76, height: 4}, undefined, 99).split('\n'), [
		'  ↑   0.112 n2 receives AppendEntries #13 from n1: term 1, entry 2, commit 1',
		'  ↑   0.102 n1 its disk says that what it wrote is saved',
		'  ↑   0.100 n1 is asked by a command for write x=1',
		'  ●   0.100    write x=1 via n1  where it began',
	]);
});

test('In a small box: the facts, the rule, what followed, and the causes in a row', () => {
	const explanation = committed();
	assert.deepEqual(plainLines(whyLines(explanation, {width: 116, height: 6})).split('\n'), [
		'n1’s entry 2 (x=1, term 1) is committed',
		'  Commit index 1 → 2. Entry 2 of term 1 is on n1 n2, a majority of 3. Entry 2 carries x=1. A command asked n1 for it',
		'  at 0.100 s.',
		'  rule  An entry is committed once the leader that created it knows it on a majority.  Raft §5.3',
		'→ n1 applies entry 2 (x=1, term 1); n1 answers a command: write x=1 is done',
		'caused by write x=1 via n1 0.100 → … → AppendEntries n1→n2 0.112 → saved on n2 0.114 → AppendReply n2→n1 0.124',
	]);
	assert.deepEqual(plainLines(whyLines(explanation, {width: 50, height: 4})).split('\n'), [
		'n1’s entry 2 (x=1, term 1) is committed',
		'  Commit index 1 → 2. Entry 2 of term 1 is on n1 …',
		'→ n1 applies entry 2 (x=1, term 1); n1 answers a …',
		'caused by write x=1 via n1 0.100 → …',
	]);
});

test('A beginning has no causes, and a chain that is forgotten no beginning', () => {
	const world = ledByFirst(slow, {retained: 1});
	assert.ok(!shown(explain({type: 'event', seq: 1}, world), {width: 76, height: 20}, 0).includes('caused by'));
	pass(world, 60 * s);
	const {first} = world.trace;
	const cut = eventsOf(world).find(({cause, type}) => cause === first && type === 'sent')!;
	const explanation = explain({type: 'event', seq: cut.seq}, world);
	assert.equal(explanation.isForgotten, true);
	assert.ok(!shown(explanation, {width: 76, height: 20}, 0).includes('where it began'));
	assert.match(plainLines(whyLines(explanation, {width: 116, height: 6})), /caused by … → /v);
});

test('It fits everywhere, with an ellipsis where it is cut, and in ASCII', () => {
	const world = written();
	all(world, isolate(2), crash(3), write('2', 1));
	const subjects: readonly Subject[] = [
		{type: 'node', node: 1},
		{type: 'node', node: 3},
		{type: 'entry', node: 1, index: 3},
		{type: 'message', id: world.messagesSent},
		{type: 'event', seq: 1},
		{type: 'event', seq: world.trace.length + 1},
	];
	for (const subject of subjects) {
		const explanation = explain(subject, world);
		for (const width of [12, 31, 50, 76, 120]) {
			for (const height of [1, 2, 3, 4, 6, 12]) {
				const size = {width, height};
				for (const lines of [whyLines(explanation, size), whyView(explanation, size, {selected: 0, scroll: 0}).lines]) {
					assert.ok(lines.length <= height);
					assert.ok(lines.every((line) => widthOf(line) <= width));
					assert.doesNotMatch(toAscii(plainLines(lines)), /\?/v);
				}
			}
		}
	}
});
