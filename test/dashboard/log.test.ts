import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {diskStyle, openStyle, termStyle} from '../../source/dashboard/theme.js';
import {logNotes, noteLine} from '../../source/dashboard/views/log-notes.js';
import {logView, movedLogCursor, zoomedLogView, type LogCursor} from '../../source/dashboard/views/log.js';
import {Lab, type NodeState, type Snapshot} from '../../source/lab/lab.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
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

const view = (lab: Lab, {width, height} = sizes, scroll = 0, hasColours = true) =>
	logView(lab.snapshot(), {width, height}, {scroll, hasColours});

const log = (...options: Parameters<typeof view>): string => plainLines(view(...options).lines);

const note = (lab: Lab): string => plain(noteLine(lab.snapshot()));

const zoomedSize = {width: 76, height: 18};

const zoomedView = (lab: Lab, cursor?: LogCursor, {width, height} = zoomedSize, hasColours = true) =>
	zoomedLogView(lab.snapshot(), {width, height}, {cursor, hasColours});

const zoomed = (...options: Parameters<typeof zoomedView>): string => plainLines(zoomedView(...options).lines);

/** What stands below the picture of the zoomed panel. */
const told = (lab: Lab, node: number, index: number, width = 116): readonly string[] =>
	zoomed(lab, {node, index}, {width, height: 40})
		.split('\n')
		.slice(lab.world.hosts.length + 3)
		.map((line) => line.trim())
		.filter((line) => line !== '' && !line.startsWith('solid ')); // That says what the signs mean

/** N1 leads five servers and has got so many writes committed everywhere. */
function written(writes: number): Lab {
	const lab = ledByFirst();
	for (let at = 1; at <= writes; at++) {
		ask(lab, write(`x=${at}`, 1));
	}

	pass(lab, 200);
	return lab;
}

/** The demo of Figure 7's logs, when n1 leads term 8 and has begun to repair them. */
function figure7(): Lab {
	const scenario = parseScenario(readFileSync('demos/log-repair.yaml', 'utf8'), 'log-repair.yaml');
	const lab = new Lab(scenario.settings, {speed: 1, scenario, isSpeedFixed: true});
	while (lab.snapshot().story?.chapter !== 'Repair') {
		lab.tick(10);
	}

	return lab;
}

/** How often anybody has looked at an entry of this long log. */
const looks = {count: 0};

const longLog = new Proxy(
	Array.from({length: 100_000}, (_, at) => ({
		index: at + 1,
		term: 1,
		command: {type: 'write', key: 'x', value: String(at % 10)},
	})),
	{
		get(entries, key) {
			looks.count++;
			return Reflect.get(entries, key) as unknown;
		},
	},
);

/** The same moment, with a hundred thousand entries on every server. */
function withLongLogs({nodes, leader, ...rest}: Snapshot): Snapshot {
	const longer = nodes.map((node): NodeState => {
		const {server} = node;
		return {...node, server: server && {...server, log: {...server.log, lastIndex: longLog.length, buffer: longLog}}};
	});
	return {...rest, nodes: longer, leader: leader && longer[leader.id - 1]};
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

test('An index stands above its entries; what the leader has committed and what it knows of the others is marked', () => {
	assert.equal(
		log(written(3)),
		frame(`
			         1    2    3    4✓
			n1 ★   ·   x=1  x=2  x=3
			n2 ○   ·   x=1  x=2  x=3 ┃
			n3 ○   ·   x=1  x=2  x=3 ┃
			n4 ○   ·   x=1  x=2  x=3 ┃
			n5 ○   ·   x=1  x=2  x=3 ┃
			terms 1
			      everything up to entry 4 is committed
		`),
	);
});

test('What a minority took stays, marked, beside what the majority committed in its place', () => {
	assert.equal(
		log(twoLeaders(), {width: 60, height: 10}),
		frame(`
			         1    2    3    4✓
			n1 ★ ┃ ·   x=1 ›y=2! z=3!
			n2 ○ ┃ ·   x=1 ›y=2! z=3!
			n3 ★   ·   x=1   ·   y=4
			n4 ○   ·   x=1   ·   y=4 ┃
			n5 ○   ·   x=1   ·   y=4 ┃
			terms 1         2
			      n1 leads a minority: its entries 3–4 cannot commit
			      n1 differs from n3 from entry 3 on, n2 from 3 on: n3’s
			      entries will take their place (§5.3)
		`),
	);
});

test('An entry has the colour of its term: solid where the server knows it to be committed, underlined where not', () => {
	const cells = view(twoLeaders())
		.lines.slice(1, 6)
		.map((line) =>
			line
				.filter(({text, style}) => text.trim() !== '' && /^(?:term|open)\d/v.test(style ?? ''))
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

test('What a server has on its disk while it is down is neither solid nor underlined: it knows of no commits (Figure 2)', () => {
	const lab = twoLeaders();
	const stylesOf = (row: number) =>
		view(lab)
			.lines[row]!.filter(({text, style}) => text.trim() !== '' && /^(?:term|open|disk)/v.test(style ?? ''))
			.map(({style}) => style);
	const [known, onDisk] = [termStyle, diskStyle].map((styleOf) => [1, 1, 2, 2].map((term) => styleOf(term)));
	assert.deepEqual(stylesOf(5), known);
	assert.doesNotMatch(plain(view(lab, {width: 100, height: 8}).remark), /on disk/v);
	ask(lab, crash(5));
	assert.deepEqual(stylesOf(5), onDisk);
	assert.match(plain(view(lab, {width: 100, height: 8}).remark), /✗ on disk/v);
});

test('The frame says what a mark means while there is one in the picture, before it says which terms and indices', () => {
	const low = {width: 76, height: 5};
	const said = (lab: Lab, scroll = 0): string => plain(view(lab, low, scroll).remark);
	assert.equal(said(ledByFirst()), 'solid known committed  underlined not  ┃ match › next  · no-op');
	const lab = twoLeaders();
	assert.equal(said(lab), 'solid known committed  underlined not  ! not n3’s  ┃ match › next');
	ask(lab, crash(5));
	assert.equal(said(lab), 'solid known committed  ! not n3’s  ✗ on disk  ┃ match › next');
	ask(lab, heal);
	pass(lab, 100);
	assert.equal(said(lab), 'solid known committed  underlined not  ✗ on disk  ┃ match › next');
	ask(lab, crash(1), crash(2), crash(3));
	assert.equal(said(lab), 'terms 1 2  solid known committed  underlined not  ✗ on disk');
	const long = written(40);
	assert.match(said(long), /┃ match › next/v);
	assert.equal(said(long, 20), 'index 8–21 of 41  terms 1  solid known committed  underlined not');
});

test('The marks above the entries are explained where they are shown', () => {
	const lab = written(3);
	const said = (height: number): string => plain(view(lab, {width: 116, height}).remark);
	assert.match(said(8), /▲ majority ✓ commit/v);
	assert.doesNotMatch(said(5), /▲/v);
});

test('The terms are named too, each on its colour, where they begin and in the panel’s frame', () => {
	const {lines, remark} = view(twoLeaders(), {width: 90, height: 9});
	const named = (line: (typeof lines)[number]) =>
		line.filter(({style}) => style?.startsWith('term') === true).map(({text, style}) => [text, style]);
	assert.deepEqual(named(lines[6]!), [
		['1', termStyle(1)],
		['2', termStyle(2)],
	]);
	assert.deepEqual(named(remark), [
		['1', termStyle(1)],
		['2', termStyle(2)],
	]);
});

test('Without styles every entry tells its term, and a sign whether it is committed', () => {
	const lab = twoLeaders();
	ask(lab, crash(4), crash(5), write('w=5', 3));
	assert.equal(
		log(lab, sizes, 0, false),
		frame(`
			           1      2      3      4✓     5
			n1 ★ ┃1: ·   1:x=1 ›1?y=2! 1?z=3!
			n2 ○ ┃1: ·   1:x=1 ›1?y=2! 1?z=3!
			n3 ★  1: ·   1:x=1  2: ·   2:y=4  2?w=5
			n4 ✗  1  ·   1 x=1  2  ·   2 y=4 ┃
			n5 ✗  1  ·   1 x=1  2  ·   2 y=4 ┃
			terms 1             2
			      n1 leads a minority: its entries 3–4 cannot commit
		`),
	);
	assert.equal(
		plain(view(lab, {width: 100, height: 8}, 0, false).remark),
		'1:x known committed  1?x not  ! not n3’s  ✗ on disk  ┃ match › next  ▲ majority ✓ commit',
	);
});

test('Figure 7: conflicts, what is on a majority and may not be committed, and how far each log is known', () => {
	const lab = figure7();
	assert.equal(
		log(lab, {width: 100, height: 12}),
		frame(`
			         1    2    3    4    5    6    7    8    9✓  10▲  11
			n1 ★   ·   a=1  a=2   ·   d=1   ·   e=1   ·   f=1  f=2   ·
			n2 ○   ·   a=1  a=2   ·   d=1   ·   e=1   ·   f=1  f=2 ┃
			n3 ○   ·   a=1  a=2   ·   d=1 ┃
			n4 ○   ·   a=1  a=2   ·   d=1   ·   e=1   ·   f=1  f=2   ·  ┃
			n5 ○   ·   a=1  a=2   ·   d=1   ·   e=1   ·   f=1  f=2   ·  ┃
			n6 ○ ┃ ·   a=1  a=2   ·   d=1 ›d=2! d=3!
			n7 ○ ┃ ·   a=1  a=2 › ·!  b=1! b=2!  ·!  c=1! c=2! c=3! c=4!
			terms 1              4         5         6              8
			      entry 10 of term 6 is on a majority, but n1 leads term 8: it commits with entry 11, the first
			      of term 8 (§5.4.2)
			      n6 differs from n1 from entry 6 on, n7 from 4 on: n1’s entries will take their place (§5.3)
		`),
	);
	const marks = view(lab, {width: 100, height: 12})
		.lines.flat()
		.filter(({text, style}) => text === '!' && style === 'warn');
	assert.equal(marks.length, 10);
	lab.tick(100);
	assert.equal(note(lab), 'everything up to entry 11 is committed; n3 n6 n7 lack some of it');
});

test('After the partition the minority’s entries are gone, and all logs agree', () => {
	const lab = twoLeaders();
	ask(lab, heal);
	pass(lab, 15);
	assert.deepEqual(
		logNotes(lab.snapshot()).map((line) => plain(line)),
		[
			'n3 n4 n5 are in term 2 and refuse n1: it will step down',
			'n1 differs from n3 from entry 3 on, n2 from 3 on: n3’s entries will take their place (§5.3)',
		],
	);
	pass(lab, 85);
	assert.equal(
		log(lab),
		frame(`
			         1    2    3    4✓
			n1 ○   ·   x=1   ·   y=4 ┃
			n2 ○   ·   x=1   ·   y=4 ┃
			n3 ★   ·   x=1   ·   y=4
			n4 ○   ·   x=1   ·   y=4 ┃
			n5 ○   ·   x=1   ·   y=4 ┃
			terms 1         2
			      everything up to entry 4 is committed
		`),
	);
});

test('The newest entries are in view; one can scroll back to the first and no further', () => {
	const lab = written(14);
	const narrow = {width: 32, height: 8};
	const shown = (scroll: number): readonly string[] => log(lab, narrow, scroll).split('\n').slice(0, 2);
	assert.deepEqual(shown(0), ['        11   12   13   14   15✓', 'n1 ★  x=10 x=11 x=12 x=13 x=14']);
	assert.equal(plain(view(lab, narrow).remark), 'solid known committed');
	assert.deepEqual(shown(4), ['         7    8    9   10   11', 'n1 ★  x=6  x=7  x=8  x=9  x=10']);
	assert.equal(plain(view(lab, narrow, 4).remark), 'index 7–11 of 15');
	assert.deepEqual(shown(10), ['         1    2    3    4    5', 'n1 ★   ·   x=1  x=2  x=3  x=4']);
	assert.deepEqual(shown(Number.MAX_SAFE_INTEGER), shown(10));
});

test('Of a low panel every row can be scrolled to, and the frame says how many are out of sight', () => {
	const lab = written(1);
	const low = (rowScroll?: number) =>
		logView(
			lab.snapshot(),
			{width: 56, height: 3},
			{scroll: 0, hasColours: true, ...(rowScroll !== undefined && {rowScroll})},
		);
	const rows = (rowScroll?: number): readonly string[] => low(rowScroll).lines.map((line) => plain(line).slice(0, 2));
	const said = (rowScroll?: number): string => plain(low(rowScroll).remark);
	assert.deepEqual([rows(), said()], [['n1', 'n2', 'n3'], '↓ 2 more  solid known committed  · no-op']);
	assert.deepEqual([rows(1), said(1)], [['n2', 'n3', 'n4'], '↑ 1 ↓ 1 more  solid known committed  · no-op']);
	assert.deepEqual([rows(2), said(2)], [['n3', 'n4', 'n5'], '↑ 2 more  solid known committed  · no-op']);
	assert.deepEqual(rows(99), rows(2));
	assert.equal(low().rowScrollMax, 2);
	assert.equal(view(lab).rowScrollMax, 0);
});

test('A value that is too long for its cell is not shown as a shorter one', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1234567', 1));
	assert.match(log(lab), /x=12345…/v);
	assert.doesNotMatch(log(lab), /x=123456/v);
});

test('Of a low panel the servers come first, then the indices, then the note, then the terms', () => {
	const lab = written(1);
	const starts = (height: number): string =>
		log(lab, {width: 40, height}).replaceAll(/^(?<start>.{6}).*$/gmv, '$<start>');
	const servers = 'n1 ★  \nn2 ○  \nn3 ○  \nn4 ○  \nn5 ○  ';
	assert.equal(starts(5), servers);
	assert.equal(starts(6), `      \n${servers}`);
	assert.equal(starts(7), `      \n${servers}\n      `);
	assert.match(log(lab, {width: 60, height: 7}), /committed$/v);
	assert.equal(starts(8), `      \n${servers}\nterms \n      `);
});

test('No line is wider than the panel, at any width, whoever leads what', () => {
	for (const lab of [written(40), twoLeaders(), figure7(), ledByFirst({nodes: 25})]) {
		for (let width = 30; width <= 250; width += 9) {
			const views = [true, false].flatMap((hasColours) => [
				view(lab, {width, height: 6}, 0, hasColours),
				view(lab, {width, height: 32}, 0, hasColours),
				zoomedView(lab, undefined, {width, height: 20}, hasColours),
			]);
			const tooWide = views
				.flatMap(({lines, remark}) => [remark, ...lines])
				.filter((line) => widthOf(line) > width && !plain(line).startsWith(' '.repeat(6))); // The frame cuts a note, if it must
			assert.deepEqual(
				tooWide.map((line) => plain(line)),
				[],
				`${width} columns`,
			);
		}
	}
});

test('Long indices do not run into each other', () => {
	const longer = withLongLogs(newLab().snapshot());
	const scale = (width: number): string =>
		plain(logView(longer, {width, height: 8}, {scroll: 0, hasColours: true}).lines[0]!);
	assert.equal(scale(36).trimEnd(), '         99998    99999   100000');
	assert.equal(scale(26).trimEnd(), '         99999   100000');
});

test('Of a hundred thousand entries only those in view are looked at', () => {
	const snapshot = withLongLogs(written(1).snapshot());
	const size = {width: 116, height: 12};
	const looked = (look: () => unknown): number => {
		looks.count = 0;
		look();
		return looks.count;
	};

	const counts = [
		looked(() => logView(snapshot, size, {scroll: 50_000, hasColours: true})),
		looked(() => zoomedLogView(snapshot, size, {cursor: {node: 2, index: 50_000}, hasColours: true})),
		looked(() => movedLogCursor('pagedown', {node: 2, index: 50_000}, snapshot, size)),
	];
	assert.ok(
		counts.every((count) => count > 0 && count < 3000),
		counts.join(', '),
	);
});

test('The note says which entry waits for whom', () => {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	assert.equal(note(lab), 'entry 2 is known to be on n1: it waits for 2 of n2–n5');
	ask(lab, crash(2), crash(3));
	assert.equal(note(lab), 'entry 2 is known to be on n1: it waits for n4 n5');
	ask(lab, write('x=2', 1));
	assert.equal(note(lab), 'entry 2 is known to be on n1: it waits for n4 n5');
	pass(lab, 20);
	assert.equal(note(lab), 'everything up to entry 3 is committed; n2 n3 lack some of it');
	ask(lab, restart(2));
	pass(lab, 100);
	assert.equal(note(lab), 'everything up to entry 3 is committed; n3 lacks 2–3');
});

test('What is on a majority and not committed is marked, until the next reply says so', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('x=1', 1));
	assert.match(log(lab), /^ +1✓ +2$/mv);
	pass(lab, 20);
	assert.match(log(lab), /^ +1 +2✓$/mv);
});

test('An entry of an earlier term on a majority waits for the leader’s own term (§5.4.2)', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('x=1', 1));
	pass(lab, 15);
	ask(lab, crash(1), timeout(2));
	pass(lab, 20);
	assert.equal(note(lab), 'entry 3 is known to be on n2: it waits for n3');
	ask(lab, {type: 'set', setting: 'heartbeat', everyUs: 1_000_000});
	pass(lab, 30);
	assert.match(note(lab), /^everything up to entry 3 is committed/v);
	assert.equal(
		note(figure7()),
		'entry 10 of term 6 is on a majority, but n1 leads term 8: it commits with entry 11, the first of term 8 (§5.4.2)',
	);
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

test('The note says why nobody leads, and who can', () => {
	const lab = ledByFirst();
	ask(lab, crash(1));
	assert.equal(note(lab), 'no leader: nothing can commit');
	ask(lab, crash(2), crash(3));
	assert.equal(note(lab), 'no leader can be elected: 2 of 5 are up');
	ask(lab, restart(1), timeout(4));
	pass(lab, 100);
	assert.match(note(lab), /^everything up to entry 2 is committed/v);

	const behind = ledByFirst({nodes: 3});
	ask(behind, isolate(3), write('x=1', 1));
	pass(behind, 30);
	ask(behind, heal, crash(1));
	assert.equal(note(behind), 'no leader: only n2 can win a majority’s votes (§5.4.1)');
	ask(behind, restart(1), isolate(1), crash(2), restart(2));
	assert.equal(note(behind), 'no leader: only n2 can win a majority’s votes (§5.4.1)');
	ask(behind, isolate(2));
	assert.equal(note(behind), 'no leader can be elected: nobody reaches a majority');
});

/** N1 leads term 1 and has an entry 3 that only n2 has too; n3 has begun term 2 on the other side, without being elected. */
function outvoted(): Lab {
	const lab = ledByFirst();
	ask(lab, write('a=1', 1));
	pass(lab, 100);
	ask(lab, partition(1, 2), write('x=1', 1));
	pass(lab, 30);
	ask(lab, timeout(3));
	pass(lab, 1);
	ask(lab, crash(3));
	pass(lab, 14);
	return lab;
}

test('Who is in a later term refuses a leader: nobody waits for it, and what it would take away is not said to go (§5.1)', () => {
	const lab = outvoted();
	const prospect = (): string => told(lab, 1, 3)[1]!;
	assert.equal(note(lab), 'n1 leads a minority: its entry 3 cannot commit');
	assert.equal(prospect(), 'n1 leads a minority: it cannot commit');
	ask(lab, heal);
	const refused = 'n4 n5 are in term 2 and refuse n1: it will step down';
	assert.equal(note(lab), refused);
	assert.equal(prospect(), refused);
	ask(lab, isolate(5));
	assert.equal(note(lab), 'n4 is in term 2 and refuses n1: it will step down');
	ask(lab, isolate(4));
	assert.equal(note(lab), 'n1 leads a minority: its entry 3 cannot commit');
	ask(lab, heal);
	pass(lab, 60);
	assert.doesNotMatch(note(lab), /n1 leads|refuse/v);

	const one = ledByFirst();
	ask(one, isolate(5), timeout(5), write('x=1', 1), heal);
	assert.equal(note(one), 'entry 2 is known to be on n1: it waits for 2 of n2 n3 n4');
});

test('A leader that cannot commit is not said to overwrite others', () => {
	const lab = ledByFirst();
	ask(lab, partition(1, 2), write('y=2', 1));
	pass(lab, 50);
	ask(lab, timeout(3));
	pass(lab, 50);
	ask(lab, isolate(3));
	assert.deepEqual(
		logNotes(lab.snapshot()).map((line) => plain(line)),
		['n1 leads a minority: its entry 2 cannot commit'],
	);
	assert.equal(
		told(lab, 1, 2)[1],
		'n3 cannot commit anything, and does not have it: who has it may be elected and commit it',
	);
});

test('Terms of four digits can be read in every row', () => {
	const lab = ledByFirst();
	ask(lab, isolate(5));
	for (let term = 2; term <= 2860; term++) {
		ask(lab, timeout(5));
	}

	ask(lab, heal);
	pass(lab, 100);
	ask(lab, timeout(1));
	pass(lab, 100);
	ask(lab, timeout(2));
	pass(lab, 100);
	const {currentTerm} = lab.snapshot().leader!.server!;
	assert.ok(currentTerm > 2860);
	assert.match(log(lab, {width: 60, height: 8}), new RegExp(`^terms 1 .* ${currentTerm}$`, 'mv'));
	assert.match(zoomed(lab), new RegExp(`^n2 ★ {5}1: · .*❯${currentTerm}: ·$`, 'mv'));
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
	assert.match(log(lab), /^n1 ★ {3}· {4}x\? {4}x=∅ {3}x=1→2$/mv);
	assert.equal(told(lab, 1, 2)[0], 'entry 2  term 1  read x');
	assert.equal(told(lab, 1, 3)[0], 'entry 3  term 1  delete x');
	assert.equal(told(lab, 1, 4)[0], 'entry 4  term 1  cas x: 2 if it is 1');
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

test('Zoomed, the entry under the cursor is told in full', () => {
	const lab = figure7();
	assert.equal(
		zoomed(lab, {node: 7, index: 4}, {width: 90, height: 15}),
		frame(`
			           1      2      3      4      5      6      7      8      9✓    10▲    11
			n1 ★  1: ·   1:a=1  1:a=2  4: ·   4:d=1  5: ·   5:e=1  6: ·   6:f=1  6?f=2  8? ·
			n2 ○  1: ·   1:a=1  1:a=2  4: ·   4:d=1  5: ·   5:e=1  6: ·   6:f=1  6?f=2 ┃
			n3 ○  1: ·   1:a=1  1:a=2  4: ·   4:d=1 ┃
			n4 ○  1: ·   1:a=1  1:a=2  4: ·   4:d=1  5: ·   5:e=1  6: ·   6:f=1  6?f=2  8? ·  ┃
			n5 ○  1: ·   1:a=1  1:a=2  4: ·   4:d=1  5: ·   5:e=1  6: ·   6:f=1  6?f=2  8? ·  ┃
			n6 ○ ┃1? ·   1?a=1  1?a=2  4? ·   4?d=1 ›4?d=2! 4?d=3!
			n7 ○ ┃1? ·   1?a=1  1?a=2 ❯2? ·!  2?b=1! 2?b=2! 3? ·!  3?c=1! 3?c=2! 3?c=3! 3?c=4!
			terms 1                    4             5             6                    8

			      entry 4  term 2  no-op: with it a leader begins its term
			      n1 leads and has another entry here, which will take its place (§5.3)
			      stored by n7, no majority · committed on nobody
			      n1–n6: another of term 4
		`),
	);
	assert.match(
		plain(zoomedView(lab, {node: 7, index: 4}, {width: 90, height: 15}).remark),
		/^n7, entry 4 of 11 {2}solid known committed {2}! not n1’s {2}┃ match › next/v,
	);
});

test('Where there is room, what the signs mean stands below everything else', () => {
	const lab = figure7();
	const size = {width: 100, height: 17};
	const {remark, lines} = zoomedView(lab, {node: 7, index: 4}, size);
	assert.equal(plain(remark), 'n7, entry 4 of 11');
	assert.equal(lines.length, 17);
	assert.equal(
		plain(lines.at(-1)!),
		'solid known committed  underlined not  ! not n1’s  ┃ match › next  ▲ majority ✓ commit  · no-op',
	);
	const narrow = zoomedView(lab, {node: 7, index: 4}, {width: 76, height: 21}).lines.map((line) => plain(line));
	assert.deepEqual(narrow.slice(-3), [
		'',
		'solid known committed  underlined not  ! not n1’s  ┃ match › next',
		'▲ majority ✓ commit  · no-op',
	]);
	assert.match(
		plain(zoomedView(lab, {node: 7, index: 4}, size, false).lines.at(-1)!),
		/^1:x known committed {2}1\?x not/v,
	);
});

test('A short log is shown in full; in a long one the width of the entries follows from how many there are', () => {
	const first = (lab: Lab, width: number): string => log(lab, {width, height: 8}).split('\n', 2)[1]!;
	const short = ledByFirst({nodes: 3});
	ask(short, write('x=longer', 1), write('y=2', 1));
	pass(short, 100);
	assert.equal(first(short, 40), 'n1 ★   ·       x=longer y=2');
	assert.equal(first(short, 30), 'n1 ★   ·   x=l… y=2');
	assert.equal(first(written(99), 40), 'n1 ★  x=95  x=96  x=97  x=98  x=99');
});

test('It says what becomes of each: committed, waiting, of an earlier term, without a leader, or of a minority', () => {
	const lab = figure7();
	assert.deepEqual(told(lab, 1, 5), [
		'entry 5  term 4  write d=1',
		'it is committed: every later leader has it too (§5.4)',
		'stored by n1–n6, a majority · committed on n1–n5 · applied on n1–n5',
		'n7: another of term 2',
	]);
	assert.deepEqual(told(lab, 4, 10), [
		'entry 10  term 6  write f=2',
		'it is of an earlier term, and n1 leads term 8: it commits with entry 11, the first of term 8 (§5.4.2)',
		'stored by n1 n2 n4 n5, a majority · committed on nobody',
		'n3: log ends at 5 · n6: log ends at 7 · n7: another of term 3',
	]);
	assert.equal(told(lab, 5, 11)[1], 'n1 leads, and it is known to be on n1 n4 n5: it waits for 1 of n2 n3 n6 n7');
	assert.deepEqual(told(lab, 3, 9), [
		'n3 has no entry 9: its log ends at 5',
		'n1 n2 n4 n5: one of term 6 · n7: one of term 3',
	]);
	assert.equal(told(newLab(), 1, 1)[0], 'n1 has no entry 1: its log is empty');
	const cutOff = ledByFirst();
	ask(cutOff, isolate(1), write('x=1', 1));
	assert.equal(told(cutOff, 1, 2)[1], 'n1 leads a minority: it cannot commit');
	ask(cutOff, crash(1));
	assert.equal(told(cutOff, 1, 2)[1], 'nobody leads: it waits for a leader that has it');
	const shorter = twoLeaders();
	ask(shorter, write('z=4', 1), write('z=5', 1));
	assert.equal(told(shorter, 1, 6)[1], 'n3 leads without it: what n3 appends next takes its place (§5.3)');
});

test('Of a client’s request it says whose it is, and which', () => {
	const lab = ledByFirst({clients: {count: 1, ratePerS: 20}});
	pass(lab, 1000);
	const index = lab.snapshot().leader!.server!.log.lastIndex;
	assert.ok(index > 2);
	assert.match(told(lab, 1, index)[0]!, /^entry \d+ {2}term 1 {2}\S.* {2}request \d+ of c1$/v);
});

test('Zoomed, a cell is as wide as the widest content in view, up to twelve columns', () => {
	const lab = ledByFirst({nodes: 3});
	ask(lab, write('colour=red', 1), write('x=1', 1));
	assert.match(zoomed(lab), /^n1 ★ {2}1: · {9}1\?colour=red❯1\?x=1$/mv);
	ask(lab, write('colour=magenta', 1));
	assert.match(zoomed(lab), /1\?colour=mage…/v);
	assert.equal(told(lab, 1, 4)[0], 'entry 4  term 1  write colour=magenta');
});

test('The cursor goes from entry to entry and from node to node, by screens and to the ends, and never further', () => {
	const lab = written(60);
	const snapshot = lab.snapshot();
	const size = {width: 76, height: 18};
	const moved = (cursor: LogCursor | undefined, ...keys: readonly string[]): LogCursor => {
		let at = cursor;
		for (const key of keys) {
			at = movedLogCursor(key, at, snapshot, size);
		}

		return at!;
	};

	const middle = {node: 3, index: 30};
	assert.deepEqual(moved(undefined, 'left'), {node: 1, index: 60});
	assert.deepEqual(
		[moved(middle, 'left'), moved(middle, 'h')],
		[
			{node: 3, index: 29},
			{node: 3, index: 29},
		],
	);
	assert.deepEqual(
		[moved(middle, 'right'), moved(middle, 'l')],
		[
			{node: 3, index: 31},
			{node: 3, index: 31},
		],
	);
	assert.deepEqual(
		[moved(middle, 'up'), moved(middle, 'k')],
		[
			{node: 2, index: 30},
			{node: 2, index: 30},
		],
	);
	assert.deepEqual(
		[moved(middle, 'down'), moved(middle, 'j')],
		[
			{node: 4, index: 30},
			{node: 4, index: 30},
		],
	);
	assert.deepEqual(
		[moved(middle, 'home'), moved(middle, 'g g')],
		[
			{node: 3, index: 1},
			{node: 3, index: 1},
		],
	);
	assert.deepEqual(
		[moved(middle, 'end'), moved(middle, 'G')],
		[
			{node: 3, index: 61},
			{node: 3, index: 61},
		],
	);
	assert.deepEqual(moved(middle, 'pagedown'), {node: 3, index: 40});
	assert.deepEqual(moved(middle, 'pageup'), {node: 3, index: 20});
	assert.deepEqual(moved({node: 1, index: 1}, 'left', 'up', 'pageup'), {node: 1, index: 1});
	assert.deepEqual(moved({node: 5, index: 61}, 'right', 'down', 'pagedown'), {node: 5, index: 61});
	assert.deepEqual(moved({node: 9, index: 99}, 'x'), {node: 5, index: 61});
	assert.match(zoomed(lab, moved(middle, 'left')), /^ +24 +25 +26 +27 +28 +29 +30 +31 +32 +33$/mv);
	assert.equal(told(lab, 3, 29)[0], 'entry 29  term 1  write x=28');
});

test('Of twenty-five servers the one under the cursor is in view, and names stand as far from the entries as of five', () => {
	const lab = ledByFirst({nodes: 25});
	ask(lab, write('x=1', 1));
	const picture = zoomed(lab, {node: 20, index: 1}, {width: 76, height: 18});
	assert.match(picture, /^n20 ○ ❯1: ·/mv);
	assert.equal(picture.split('\n').filter((line) => /^n\d+ /v.test(line)).length, 10);
	assert.equal(plain(zoomedView(lab, {node: 20, index: 1}).remark).slice(0, 32), 'n20, entry 1 of 2  ↑ 14 ↓ 1 more');
	assert.equal(log(lab, {width: 40, height: 4}).split('\n', 1)[0], 'n1  ★   ·   x=1');
	assert.equal(
		log(lab, {width: 100, height: 6}),
		frame(`
			          1✓   2
			n1  ★   ·   x=1
			n2  ○   ·  ┃
			n3  ○   ·  ┃
			n4  ○   ·  ┃
			       entry 2 is known to be on n1: it waits for 12 of n2–n25
		`),
	);
});

test('On the smallest screen the zoomed panel still tells what becomes of the entry, and says when there is more', () => {
	const small = (node: number, index: number): string => zoomed(figure7(), {node, index}, {width: 56, height: 11});
	assert.match(small(7, 4), /take its place \(§5\.3\)/v);
	assert.equal(small(4, 10).split('\n').length, 11);
	assert.match(small(4, 10), /commits with entry\s+11/v);
});
