import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {openStyle, termStyle} from '../../source/dashboard/theme.js';
import {logView, noteLine} from '../../source/dashboard/views/log.js';
import type {Lab} from '../../source/lab/lab.js';
import {
	ask,
	crash,
	cut,
	frame,
	heal,
	isolate,
	ledByFirst,
	newLab,
	partition,
	pass,
	restart,
	suspend,
	timeout,
	twoLeaders,
	write,
} from './stage.js';

const sizes = {width: 60, height: 8};

const view = (lab: Lab, {width, height} = sizes, scroll = 0, hasStyles = true) =>
	logView(lab.snapshot(), {width, height}, {scroll, hasStyles});

const log = (...options: Parameters<typeof view>): string => plainLines(view(...options).lines);

const note = (lab: Lab): string => plain(noteLine(lab.snapshot()));

/** N1 leads five servers and has got so many writes committed everywhere. */
function written(writes: number): Lab {
	const lab = ledByFirst();
	for (let at = 1; at <= writes; at++) {
		ask(lab, write(`x=${at}`, 1));
	}

	pass(lab, 200);
	return lab;
}

test('Of empty logs only the servers are shown', () => {
	const lab = newLab();
	assert.equal(
		log(lab),
		frame(`

			n1 ○
			n2 ○
			n3 ○
			n4 ○
			n5 ○
			      no leader: nothing can commit
		`),
	);
	assert.equal(plain(view(lab).remark), 'empty');
});

test('An index stands above its entries, and a no-op and writes are told apart', () => {
	assert.equal(
		log(written(3)),
		frame(`
			         1    2    3    4
			n1 ★   ·   x=1  x=2  x=3
			n2 ○   ·   x=1  x=2  x=3
			n3 ○   ·   x=1  x=2  x=3
			n4 ○   ·   x=1  x=2  x=3
			n5 ○   ·   x=1  x=2  x=3
			      everything up to entry 4 is committed
		`),
	);
});

test('What a minority took stays beside what the majority committed in its place', () => {
	assert.equal(
		log(twoLeaders()),
		frame(`
			         1    2    3    4
			n1 ★   ·   x=1  y=2  z=3
			n2 ○   ·   x=1  y=2  z=3
			n3 ★   ·   x=1   ·   y=4
			n4 ○   ·   x=1   ·   y=4
			n5 ○   ·   x=1   ·   y=4
			      n1 leads a minority: its entries 3–4 cannot commit
		`),
	);
});

test('An entry has the colour of its term: solid where the server knows it to be committed, underlined where not', () => {
	const cells = view(twoLeaders())
		.lines.slice(1, 6)
		.map((line) =>
			line
				.filter(({style}) => style?.startsWith('term') === true || style?.startsWith('open') === true)
				.map(({style}) => style),
		);
	const [old, fresh] = [termStyle(1), termStyle(2)];
	assert.deepEqual(cells, [
		[old, old, openStyle(1), openStyle(1)],
		[old, old, openStyle(1), openStyle(1)],
		[old, old, fresh, fresh],
		[old, old, fresh, fresh],
		[old, old, fresh, fresh],
	]);
});

test('Without styles marks say it: ! differs from the leader, ? is not committed', () => {
	const lab = twoLeaders();
	ask(lab, {type: 'crash', node: 4}, {type: 'crash', node: 5}, write('w=5', 3));
	assert.equal(
		log(lab, sizes, 0, false),
		frame(`
			         1    2    3    4    5
			n1 ★   ·   x=1  y=2 !z=3 !
			n2 ○   ·   x=1  y=2 !z=3 !
			n3 ★   ·   x=1   ·   y=4  w=5 ?
			n4 ✗   ·  ?x=1 ? ·  ?y=4 ?
			n5 ✗   ·  ?x=1 ? ·  ?y=4 ?
			      n1 leads a minority: its entries 3–4 cannot commit
		`),
	);
	assert.match(
		plain(view(lab, {width: 90, height: 8}, 0, false).remark),
		/\? not committed {2}! differs from the leader/v,
	);
});

test('After the partition the minority’s entries are gone, and all logs agree', () => {
	const lab = twoLeaders();
	ask(lab, heal);
	pass(lab, 100);
	assert.equal(
		log(lab),
		frame(`
			         1    2    3    4
			n1 ○   ·   x=1   ·   y=4
			n2 ○   ·   x=1   ·   y=4
			n3 ★   ·   x=1   ·   y=4
			n4 ○   ·   x=1   ·   y=4
			n5 ○   ·   x=1   ·   y=4
			      everything up to entry 4 is committed
		`),
	);
});

test('The newest entries are in view; one can scroll back to the first and no further', () => {
	const lab = written(14);
	const narrow = {width: 32, height: 8};
	const shown = (scroll: number): readonly string[] => log(lab, narrow, scroll).split('\n').slice(0, 2);
	assert.deepEqual(shown(0), ['        11   12   13   14   15', 'n1 ★  x=10 x=11 x=12 x=13 x=14']);
	assert.equal(plain(view(lab, narrow).remark), 'index 11–15');
	assert.deepEqual(shown(4), ['         7    8    9   10   11', 'n1 ★  x=6  x=7  x=8  x=9  x=10']);
	assert.equal(plain(view(lab, narrow, 4).remark), 'index 7–11 of 15');
	assert.deepEqual(shown(10), ['         1    2    3    4    5', 'n1 ★   ·   x=1  x=2  x=3  x=4']);
	assert.deepEqual(shown(Number.MAX_SAFE_INTEGER), shown(10));
});

test('A value that is too long for its cell is not shown as a shorter one', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1234', 1));
	assert.doesNotMatch(log(lab), /x=12(?!34)/v);
});

test('Of a low panel the servers come first, then the indices, then the note', () => {
	const lab = written(1);
	assert.equal(log(lab, {width: 40, height: 5}).split('\n').length, 5);
	assert.match(log(lab, {width: 40, height: 5}), /^n1 ★/v);
	assert.match(log(lab, {width: 40, height: 6}), /^ {9}1/v);
	assert.doesNotMatch(log(lab, {width: 40, height: 6}), /committed/v);
	assert.match(log(lab, {width: 40, height: 7}), /committed$/v);
});

test('No line is wider than the panel, at any width', () => {
	const lab = written(40);
	for (let width = 30; width <= 250; width++) {
		for (const line of view(lab, {width, height: 6}).lines) {
			assert.ok(widthOf(line) <= width, `${width} columns: ${plain(line)}`);
		}
	}
});

test('The note says what the newest entry waits for', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	assert.equal(note(lab), 'entry 2 is known to be on n1: 2 more for a majority');
	pass(lab, 20);
	assert.equal(note(lab), 'everything up to entry 2 is committed');
});

test('The note says who leads without a majority, whether others are cut off or down', () => {
	const isolated = ledByFirst();
	ask(isolated, isolate(1));
	assert.equal(note(isolated), 'n1 leads a minority');
	ask(isolated, write('x=1', 1));
	assert.equal(note(isolated), 'n1 leads a minority: its entry 2 cannot commit');
	const alone = ledByFirst();
	ask(alone, crash(2), crash(3), crash(4));
	assert.equal(note(alone), 'n1 leads a minority');
});

test('The note says why nobody leads', () => {
	const lab = ledByFirst();
	ask(lab, crash(1));
	assert.equal(note(lab), 'no leader: nothing can commit');
	ask(lab, crash(2), crash(3));
	assert.equal(note(lab), 'no leader can be elected: 2 of 5 are up');
	ask(lab, restart(1), timeout(4));
	pass(lab, 100);
	assert.match(note(lab), /everything up to entry 2 is committed/v);
});

test('Of four servers two are not a majority', () => {
	const lab = ledByFirst({nodes: 4});
	ask(lab, partition(1, 2));
	assert.equal(note(lab), 'n1 leads a minority');
});

test('Of reads, deletions and comparisons the log says what they are', () => {
	const lab = ledByFirst();
	ask(
		lab,
		{type: 'read', key: 'x', via: 1},
		{type: 'delete', key: 'x', via: 1},
		{type: 'cas', key: 'x', expected: '1', value: '2', via: 1},
	);
	assert.match(log(lab), /^n1 ★ {3}· {3}x\? {3}x=∅ {2}x=1…/mv);
});

test('A leader that is suspended, one that hears nobody, and too few who take part are remarked upon', () => {
	const lab = ledByFirst();
	ask(lab, suspend(1));
	assert.match(note(lab), /^n1 leads, and is suspended: nothing can commit/v);
	assert.match(log(lab), /^n1 ‖ /mv);
	const deaf = ledByFirst();
	for (const node of [2, 3, 4]) {
		ask(deaf, cut(node, 1, true));
	}

	assert.equal(note(deaf), 'n1 leads a minority');
	const few = newLab({nodes: 3});
	ask(few, crash(1), suspend(2));
	assert.equal(note(few), 'no leader can be elected: 1 of 3 are running');
});
