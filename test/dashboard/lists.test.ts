import assert from 'node:assert/strict';
import test from 'node:test';
import {parseFilter} from '../../source/dashboard/filter.js';
import {framed} from '../../source/dashboard/frame.js';
import {plain, span} from '../../source/dashboard/text.js';
import {
	clampScroll,
	listRemark,
	movedIn,
	noMatch,
	pointed,
	remarkRoom,
	standingOf,
	whenAndWho,
	type ListCursor,
} from '../../source/dashboard/views/lists.js';

/** A list of things that are known by these numbers. */
const listOf = (...numbers: readonly number[]) => ({items: numbers, numberOf: (number: number) => number});

const ten = listOf(10, 20, 30, 40, 50, 60, 70, 80, 90, 100);

test('Without a cursor a list begins with its newest, and nothing is selected', () => {
	assert.deepEqual(standingOf(ten, undefined, 4), {top: 9, selected: undefined, cursor: undefined});
	assert.deepEqual(standingOf(listOf(), {selected: 3, top: 3}, 4), {top: -1, selected: undefined, cursor: undefined});
});

test('With a cursor a list stays where it is, and moves only so far that the selected one can be seen', () => {
	const standing = (selected: number, top: number, height = 4): ListCursor =>
		standingOf(ten, {selected, top}, height).cursor!;
	assert.deepEqual(standing(60, 70), {selected: 60, top: 70});
	assert.deepEqual(standing(40, 70), {selected: 40, top: 70});
	assert.deepEqual(standing(30, 70), {selected: 30, top: 60});
	assert.deepEqual(standing(80, 70), {selected: 80, top: 80});
	assert.deepEqual(standing(10, 20), {selected: 10, top: 40}, 'a list is as full as it can be');
	assert.deepEqual(standing(10, 20, 40), {selected: 10, top: 100});
});

test('A number that is gone gives way to the next one there is, or to the newest', () => {
	const {cursor} = standingOf(ten, {selected: 5, top: 35}, 4);
	assert.deepEqual(cursor, {selected: 10, top: 40});
	assert.deepEqual(standingOf(ten, {selected: 55, top: 75}, 4).cursor, {selected: 60, top: 80});
	assert.deepEqual(standingOf(ten, {selected: 500, top: 500}, 4).cursor, {selected: 100, top: 100});
});

test('What takes several rows counts as many', () => {
	const rowsOf = (at: number): number => (at % 2 === 0 ? 3 : 1); // 10, 30, 50 and so on take three
	const standing = (selected: number, top: number, height: number): ListCursor =>
		standingOf(ten, {selected, top}, height, rowsOf).cursor!;
	assert.deepEqual(standing(40, 60, 5), {selected: 40, top: 60});
	assert.deepEqual(standing(30, 60, 5), {selected: 30, top: 40});
	assert.deepEqual(standing(10, 20, 8), {selected: 10, top: 40});
	assert.deepEqual(standing(30, 30, 1), {selected: 30, top: 30});
});

test('Steps lead from one to the next and end at the ends; the first leads to the newest', () => {
	assert.deepEqual(movedIn(ten, 1, undefined), {selected: 100, top: 100});
	assert.deepEqual(movedIn(ten, 2, {selected: 60, top: 70}), {selected: 40, top: 70});
	assert.deepEqual(movedIn(ten, -3, {selected: 60, top: 70}), {selected: 90, top: 70});
	assert.deepEqual(movedIn(ten, 99, {selected: 60, top: 70}), {selected: 10, top: 70});
	assert.deepEqual(movedIn(ten, -99, {selected: 60, top: 70}), {selected: 100, top: 70});
	assert.equal(movedIn(listOf(), 1, undefined), undefined);
});

test('What is selected is marked and inverse, from end to end', () => {
	const line = [span('n1', 'node'), span(' is well')];
	assert.deepEqual(pointed(line, true), [span('❯', 'key'), span('n1', 'selected'), span(' is well', 'selected')]);
	assert.deepEqual(pointed(line, false), [span(' '), ...line]);
});

test('The remark says how many are newer and what passes the filter, and cuts nothing but the filter', () => {
	const filter = parseFilter(' type:append  lost ', 5);
	const remark = (room: number, newer: number, isFiltered = true): string =>
		plain(listRemark({filter: isFiltered ? filter : undefined, shown: 9, all: 4102, newer}, room));
	assert.equal(remark(60, 0), '/ type:append  lost   9 of 4,102');
	assert.equal(remark(60, 1200), '↑ 1,200 newer   / type:append  lost   9 of 4,102');
	assert.equal(remark(40, 1200), '↑ 1,200 newer   / type:app…   9 of 4,102');
	assert.equal(remark(60, 12, false), '↑ 12 newer');
	assert.equal(remark(60, 0, false), '');
	const wide = (room: number): string =>
		plain(listRemark({filter: parseFilter('日本語', 5), shown: 9, all: 9, newer: 0}, room));
	assert.equal(wide(60), '/ 日本語   9 of 9');
	assert.equal(wide(16), '/ 日本…   9 of 9');
	assert.equal(wide(15), '/ 日…    9 of 9');
});

test('A remark that fills its room is shown, and a longer one would not be', () => {
	const top = (length: number): string =>
		plain(framed({title: 'Events', remark: [span('x'.repeat(length))], lines: []}, {width: 40, height: 3}, false)[0]!);
	const room = remarkRoom('Events', 36);
	assert.match(top(room), /x{23}/v);
	assert.equal(room, 23);
	assert.doesNotMatch(top(room + 1), /x/v);
});

test('Where nothing matches, it is said how to be rid of the filter', () => {
	assert.equal(plain(noMatch('event', 50)).trimEnd(), 'No event matches; esc clears the filter.');
	assert.equal(plain(noMatch('event', 20)), 'No event matches; e…');
});

test('An event begins with when and who', () => {
	assert.equal(plain(whenAndWho(1_250_000, 3, [span('elected')])), '  1.25 n3 elected');
	assert.equal(plain(whenAndWho(1_250_000, undefined, [span('heal')], {decimals: 3})), '  1.250    heal');
});

test('Scrolling ends where the last line is the oldest', () => {
	assert.equal(clampScroll(5, 20, 8), 5);
	assert.equal(clampScroll(15, 20, 8), 12);
	assert.equal(clampScroll(15, 3, 8), 0);
});
