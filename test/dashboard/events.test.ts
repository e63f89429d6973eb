import assert from 'node:assert/strict';
import test from 'node:test';
import {parseFilter} from '../../source/dashboard/filter.js';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {eventsView, movedEventBy} from '../../source/dashboard/views/events.js';
import type {ListCursor} from '../../source/dashboard/views/lists.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, frame, heal, ledByFirst, newLab, pass, restart, twoLeaders, violated, write} from './stage.js';

type Options = {
	readonly width?: number;
	readonly height?: number;
	readonly cursor?: ListCursor;
	readonly filter?: string;
	readonly isZoomed?: boolean;
};

const view = (lab: Lab, {width = 60, height = 20, filter, ...others}: Options = {}) =>
	eventsView(
		lab.snapshot(),
		{width, height},
		{filter: filter === undefined ? undefined : parseFilter(filter, lab.world.hosts.length), ...others},
	);

const events = (lab: Lab, options: Options = {}): string => plainLines(view(lab, options).lines);

const remark = (lab: Lab, options: Options = {}): string => plain(view(lab, options).remark);

test('Before anything happens the list is empty', () => {
	assert.equal(events(newLab()), '');
	assert.equal(remark(newLab()), '');
});

test('An election, a partition and its healing read as a story, newest first', () => {
	const lab = twoLeaders();
	ask(lab, heal);
	pass(lab, 100);
	assert.equal(
		events(lab, {height: 30}),
		frame(`
			   0.48 n2 deleted entries 3–4 (y=2 z=3)
			   0.48    2 requests left unanswered
			   0.48 n1 deleted entries 3–4 (y=2 z=3)
			   0.46 n1 steps down: term 2 has begun
			   0.40    heal
			   0.32 n3 committed 4
			   0.30    write z=3 via n1
			   0.30    write y=4 via n3
			   0.29 n3 committed 3
			   0.27 n3 elected, term 2 (n3 n4 n5)
			   0.25 n3 times out → candidate, term 2
			   0.25    timeout n3
			   0.20    write y=2 via n1
			   0.20    partition n1 n2 | rest
			   0.12 n1 committed 2
			   0.10    write x=1 via n1
			   0.04 n1 committed 1
			   0.02 n1 elected, term 1 (n1 n2 n3)
			   0.00 n1 times out → candidate, term 1
			   0.00    timeout n1
		`),
	);
});

test('A crash, a return and a refused write are told', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1', 2), crash(2), restart(2), write('x=2', 2));
	assert.equal(
		events(lab, {height: 6}),
		frame(`
			   0.10 n2 refused a request: names no leader
			   0.10    write x=2 via n2
			   0.10 n2 restarted: term 1, 1 entry kept
			   0.10 n2 crashed
			   0.10 n2 refused a request: n1 leads
			   0.10    write x=1 via n2
		`),
	);
});

test('One entry is an entry', () => {
	const lab = ledByFirst();
	ask(lab, crash(2), restart(2));
	assert.doesNotMatch(events(lab), /1 entries/v);
});

test('Commits in a row are told as one', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	pass(lab, 30);
	ask(lab, write('x=2', 1), write('x=3', 1));
	pass(lab, 30);
	assert.equal(
		events(lab, {height: 4}),
		frame(`
			   0.15 n1 committed 3–4
			   0.13    write x=3 via n1
			   0.13    write x=2 via n1
			   0.12 n1 committed 2
		`),
	);
});

test('Faults, returns and what becomes of the clients’ requests read as a story', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, {type: 'say', text: 'Now for some trouble.'}, {type: 'suspend', node: 2}, {type: 'resume', node: 2});
	ask(lab, {type: 'wipe', node: 3}, {type: 'disk', node: 2, condition: {kind: 'full'}}, write('x=1', 1));
	pass(lab, 10);
	assert.equal(
		events(lab, {height: 8}),
		frame(`
			   0.11 n2 stopped itself: its disk is full
			   0.10    write x=1 via n1
			   0.10    disk n2 full
			   0.10 n3 wiped: its disk is empty
			   0.10 n3 crashed
			   0.10 n2 goes on where it was suspended
			   0.10 n2 suspended
			   0.10    say Now for some trouble.
		`),
	);
});

test('A broken promise is an event too', () => {
	assert.match(events(violated(), {height: 2}), /^ {3}0\.20 {5}✗ Committed Is Durable$/mv);
});

test('At every width of a panel an event has one line, and the selected one a mark', () => {
	const lab = twoLeaders();
	assert.equal(
		events(lab, {width: 72, height: 4, cursor: {selected: 0, top: 0}}),
		frame(`
			   0.04 n1 committed 1
			   0.02 n1 elected, term 1 (n1 n2 n3)
			   0.00 n1 times out → candidate, term 1
			❯  0.00    timeout n1
		`),
	);
	assert.equal(
		events(lab, {width: 110, height: 3}),
		frame(`
			   0.32 n3 committed 4
			   0.30    write z=3 via n1
			   0.30    write y=4 via n3
		`),
	);
});

/** Where a number of steps leads, one after the other, in a list of five lines, by what is selected and at the top. */
function walk(lab: Lab, ...steps: readonly number[]): string {
	let cursor: ListCursor | undefined;
	for (const by of steps) {
		const snapshot = lab.snapshot();
		({cursor} = eventsView(snapshot, {width: 80, height: 5}, {cursor: movedEventBy(by, cursor, snapshot)}));
	}

	const {notables} = lab.snapshot();
	const placeOf = (seq: number | undefined): number => notables.findIndex((notable) => notable.seq === seq) + 1;
	return `${placeOf(cursor?.selected)} of ${notables.length}, below ${placeOf(cursor?.top)}`;
}

const oldest = Number.MAX_SAFE_INTEGER;

test('The first step selects the newest event, the next ones lead to the older ones and back, and no further', () => {
	const lab = twoLeaders();
	assert.equal(walk(lab, 1), '15 of 15, below 15');
	assert.equal(walk(lab, -1), '15 of 15, below 15');
	assert.equal(walk(lab, 1, 2), '13 of 15, below 15');
	assert.equal(walk(lab, 1, 2, -1), '14 of 15, below 15');
	assert.equal(walk(lab, 1, 6), '9 of 15, below 13');
	assert.equal(walk(lab, 1, 6, -2), '11 of 15, below 13');
	assert.equal(walk(lab, 1, 6, -5), '14 of 15, below 14');
	assert.equal(walk(lab, oldest), '1 of 15, below 5');
	assert.equal(walk(lab, oldest, -oldest), '15 of 15, below 15');
	assert.equal(movedEventBy(1, undefined, newLab().snapshot()), undefined);
});

/** A cursor so many events below the newest one, with that at the top. */
function cursorBelow(lab: Lab, steps: number): ListCursor {
	const snapshot = lab.snapshot();
	return movedEventBy(steps, movedEventBy(1, undefined, snapshot), snapshot)!;
}

test('As long as an event is selected the list stands still, compact and zoomed', () => {
	for (const isZoomed of [false, true]) {
		const lab = twoLeaders();
		const options = {cursor: cursorBelow(lab, 2), height: 4, isZoomed};
		const before = events(lab, options);
		assert.match(before, /^ {3}0\.32.*\n {3}0\.30.*\n❯ {2}0\.30.*\n {3}0\.29/v);
		assert.equal(remark(lab, options), '');
		ask(lab, heal);
		pass(lab, 100);
		assert.equal(events(lab, options), before);
		assert.equal(remark(lab, options), '↑ 5 newer');
	}
});

test('An event that goes on stays selected: commits in a row are told as one', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	pass(lab, 5);
	ask(lab, write('x=2', 1));
	pass(lab, 15);
	const options = {cursor: cursorBelow(lab, 0), height: 2};
	assert.equal(events(lab, options), '❯  0.12 n1 committed 2\n   0.10    write x=2 via n1');
	pass(lab, 5);
	assert.equal(events(lab, options), '❯  0.13 n1 committed 2–3\n   0.10    write x=2 via n1');
});

test('With a filter the list holds what matches, and the title says how many of how many', () => {
	const lab = twoLeaders();
	const filter = 'type:elected,committed node:n3';
	assert.equal(
		events(lab, {filter, width: 72}),
		frame(`
			   0.32 n3 committed 4
			   0.29 n3 committed 3
			   0.27 n3 elected, term 2 (n3 n4 n5)
		`),
	);
	assert.equal(remark(lab, {filter, width: 72}), '/ type:elected,committed node:n3   3 of 15');
	assert.equal(
		remark(lab, {filter, width: 44, height: 2, cursor: {selected: 1, top: 1}}),
		'↑ 1 newer   / type:e…   3 of 15',
	);
	assert.equal(events(lab, {filter: 'type:crashed'}), 'No event matches; esc clears the filter.');
	assert.equal(remark(lab, {filter: 'type:crashed'}), '/ type:crashed   0 of 15');
	const snapshot = lab.snapshot();
	const only = parseFilter(filter, 5);
	const cursor = movedEventBy(1, movedEventBy(1, undefined, snapshot, only), snapshot, only)!;
	assert.match(events(lab, {filter, cursor}), /^❯ {2}0\.29 n3 committed 3$/mv);
});

test('Zoomed, an event is told in full: its milliseconds, the votes, the entries', () => {
	const lab = ledByFirst();
	ask(lab, ...Array.from({length: 15}, (_, at) => write(`k${at}=${at}`, 1)));
	pass(lab, 30);
	assert.equal(
		events(lab, {isZoomed: true, width: 72, height: 40, filter: '!type:command'}),
		frame(`
			   0.120 n1 committed 2–16: k0=0 k1=1 k2=2 k3=3 k4=4 k5=5 k6=6 k7=7 k8=8
			            k9=9 k10=10 k11=11 … 3 more
			   0.040 n1 committed 1: no-op
			   0.020 n1 elected, term 1, with the votes of n1 n2 n3
			   0.000 n1 times out → candidate, term 1
		`),
	);
	assert.equal(
		events(lab, {isZoomed: true, width: 110, height: 1, filter: '!type:command'}),
		'   0.120 n1 committed 2–16: k0=0 k1=1 k2=2 k3=3 k4=4 k5=5 k6=6 k7=7 k8=8 k9=9 k10=10 k11=11 … 3 more',
	);
});

test('Zoomed, a broken promise is explained', () => {
	assert.equal(
		events(violated(), {isZoomed: true, width: 73, height: 6}),
		frame(`
			   0.200     ✗ Committed Is Durable  §5.3
			            A committed entry is on the disks of a quorum, and stays on
			            those of a quorum. n1 committed x=1 (index 2, term 1) in term
			            1; then n1 lost it (its disk had said that it was saved). Now
			            it is on the disk of n2 and n3 only; a quorum is 3 of 5.
			   0.200 n1 restarted: term 1, 1 entry kept
		`),
	);
});

test('Zoomed, what is selected can be seen whole, and what does not fit at the bottom ends in an ellipsis', () => {
	const lab = violated();
	assert.equal(
		events(lab, {isZoomed: true, width: 48, height: 4}),
		frame(`
			   0.200     ✗ Committed Is Durable  §5.3
			            A committed entry is on the disks of
			            a quorum, and stays on those of a
			            quorum. n1 committed x=1 (index 2, …
		`),
	);
	assert.equal(
		events(lab, {isZoomed: true, width: 40, height: 4, cursor: cursorBelow(lab, oldest)}),
		frame(`
			   0.000 n1 times out → candidate, term
			            1
			❯  0.000    timeout n1
		`),
	);
});

test('That one is selected moves nothing', () => {
	const lab = twoLeaders();
	const {seq} = lab.snapshot().notables.at(-1)!;
	for (const isZoomed of [false, true]) {
		const still = {width: 40, isZoomed};
		assert.equal(events(lab, {...still, cursor: {selected: seq, top: seq}}), events(lab, still).replace(' ', '❯'));
	}
});

test('Where there is little room words are left out, and every number stays whole', () => {
	const lab = ledByFirst();
	const {notables, ...others} = lab.snapshot();
	const snapshot = {
		...others,
		notables: (
			[
				{type: 'unanswered', count: 12_345},
				{type: 'restarted', node: 5, term: 2861, lastIndex: 12_345},
				{type: 'truncated', node: 2, from: 12_345, deleted: {to: 12_350, entries: []}},
				{type: 'refused', node: 5, leader: 3},
				{type: 'deposed', node: 3, term: 2861},
				{type: 'elected', node: 3, term: 2861, voters: [1, 3, 4]},
				{type: 'campaign', node: 3, term: 2861},
			] as const
		).map((notable, at) => ({seq: at + 1, timeUs: 600_000_000, ...notable})),
	};
	const lines = (width: number): string => plainLines(eventsView(snapshot, {width, height: 9}).lines);
	assert.equal(
		lines(40),
		frame(`
			 600.00 n3 candidate, term 2861
			 600.00 n3 elected, term 2861 (n1 n3 n4)
			 600.00 n3 steps down: term 2861
			 600.00 n5 refused a request: n3 leads
			 600.00 n2 deleted entries 12345–12350
			 600.00 n5 restarted: term 2861
			 600.00    12345 left unanswered
		`),
	);
	assert.match(lines(60), /n3 times out → candidate, term 2861\n/v);
	assert.match(lines(32), /n3 elected, term 2861\n/v);
	for (let width = 12; width <= 60; width++) {
		assert.doesNotMatch(lines(width), /\b(?:2|28|286|1|12|123|1234|1235)…/v, `${width} columns`);
	}
});

test('No line is wider than the panel, nor are there more of them', () => {
	const labs = [twoLeaders(), violated()];
	const cursor = {selected: 30, top: 60};
	const options: readonly Options[] = [{}, {cursor}, {isZoomed: true}, {isZoomed: true, cursor}, {filter: 'term>9'}];
	for (let width = 40; width <= 250; width += 7) {
		for (const height of [3, 14, 40]) {
			const views = labs.flatMap((lab) => options.map((option) => view(lab, {width, height, ...option})));
			for (const {lines} of views) {
				assert.ok(lines.length <= height);
				assert.ok(lines.every((line) => widthOf(line) <= width));
			}
		}
	}
});
