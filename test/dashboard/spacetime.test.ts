import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {plain, widthOf, type Line} from '../../source/dashboard/text.js';
import {paint} from '../../source/dashboard/theme.js';
import {
	defaultSpanUs,
	nextEvent,
	previousEvent,
	spacetimeView,
	timeScales,
	type SpacetimeOptions,
} from '../../source/dashboard/views/spacetime.js';
import type {Lab} from '../../source/lab/lab.js';
import type {Event} from '../../source/simulation/event.js';
import type {Settings} from '../../source/simulation/settings.js';
import {
	ask,
	crash,
	frame,
	newLab,
	partition,
	pass,
	restart,
	suspend,
	timeout,
	twoLeaders,
	useColours,
	write,
} from './stage.js';

useColours(0);

const unlike = {spanUs: 100_000, isFolded: false, selected: undefined, matches: undefined} as const;
const room = {width: 60, height: 12};

const view = (lab: Lab, options: Partial<SpacetimeOptions> = {}, size = room) =>
	spacetimeView(lab.snapshot(), size, {...unlike, ...options});

const diagram = (lab: Lab, options: Partial<SpacetimeOptions> = {}, size = room): string =>
	plainLines(view(lab, options, size).lines);

const remark = (lab: Lab, options: Partial<SpacetimeOptions> = {}, size = room): string =>
	plain(view(lab, options, size).remark);

/** N1 campaigns at 0.02 s in a cluster whose own timers are too long to matter: it is elected at 0.04 s. */
function calmly(settings: Partial<Settings> = {}): Lab {
	const lab = newLab({nodes: 3, electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001}, ...settings});
	pass(lab, 20);
	ask(lab, timeout(1));
	return lab;
}

/** All that a cluster has to bear, for a while. */
function wildly(nodes: number, ms: number): Lab {
	const lab = newLab({
		nodes,
		lossRate: 0.1,
		duplicateRate: 0.05,
		delay: {minUs: 10_000, maxUs: 30_000},
		syncDelay: {minUs: 1000, maxUs: 3000},
		electionTimeout: {minUs: 150_000, maxUs: 300_000},
		clients: {count: 4, ratePerS: 50},
	});
	pass(lab, ms / 2);
	ask(lab, partition(1), suspend(2), crash(3), {
		type: 'faults',
		kinds: ['partition', 'cut', 'crash', 'suspend', 'delay'],
	});
	pass(lab, ms / 2);
	return lab;
}

/** The style of a cell of a line. */
function styleAt(line: Line, column: number): string | undefined {
	let end = 0;
	return line.find(({text}) => {
		end += text.length;
		return column < end;
	})?.style;
}

const hasDots = /[\u{2801}-\u{28FF}]/v;

/** That these are all in a text, one after the other. */
function assertInOrder(text: string, ...parts: readonly string[]): void {
	let from = 0;
	for (const part of parts) {
		const at = text.indexOf(part, from);
		assert.notEqual(at, -1, `${part} in ${text}`);
		from = at + part.length;
	}
}

/** What the events of these `seq`s are. */
const typesOf = (lab: Lab, seqs: readonly number[]): readonly string[] =>
	seqs.map((seq) => lab.snapshot().newestTrace.typeAt(seq)!);

/** Every event that the keys lead to, from the first on. */
function visited(lab: Lab, walk: Partial<Parameters<typeof nextEvent>[2]> = {}): readonly number[] {
	const seqs: number[] = [];
	let seq: number | undefined = 0;
	while ((seq = nextEvent(lab.snapshot(), seq, {...unlike, ...walk})) !== undefined) {
		seqs.push(seq);
	}

	return seqs;
}

test('An election: requests and votes, the first heartbeats and their answers, and what is committed by them', () => {
	const lab = calmly();
	pass(lab, 45);
	assert.equal(
		diagram(lab),
		frame(`
			                                       0.065
			n1 ★  ────────── ◆ 1 ══════ ★ 1 ━━━━━━✓1━│
			                ┊⢁⡀       ⣄⠁⢗⡄       ⠬   │
			                ┊⠘⠈⠂    ⢀⠈⠘ ⠘⡌⢢    ⠠⠁⠅   │
			                ┊ ⠱ ⠱  ⠐⠁⠰⠁  ⢱ ⠱⡀ ⠠⠁⠌    │
			n2 ○  ──────────┊──⢢─⠐⠜─⢀⠆────⢣─⠘⠌─⠠⠁────│
			                ┊   ⡄   ⡄     ⠈⡆   ⠅     │
			                ┊   ⠈⡀ ⡈       ⠸⡀ ⠨      │
			                ┊    ⠃ ⠃        ⢣⠠⠁      │
			n3 ○  ──────────┊────⠈⠎─────────⠈⠎───────│
			                timeout n1
			      ┴0.00─────┴0.02──────┴0.04──────┴0.06──────┴0.08──────
		`),
	);
	assert.equal(remark(lab, {}, {width: 80, height: 12}), '0.000 – 0.100 s  ⠒⠒ appends  ⠂⠂ replies  ⠒⠂ votes  ✗ lost');
});

test('Messages are told apart by their colours', () => {
	const lab = calmly();
	pass(lab, 45);
	const {lines} = view(lab);
	assert.deepEqual(
		[18, 27, 30, 35].map((column) => styleAt(lines[3]!, column)),
		['vote', undefined, 'accent', 'follower'],
	);
});

test('What is under way ends at the playhead', () => {
	const lab = calmly();
	pass(lab, 5);
	assert.equal(
		diagram(lab),
		frame(`
			                 0.025
			n1 ◆  ────────── ◆ 1
			                ┊⢁⡀│
			                ┊⠘⠈│
			                ┊ ⠱│
			n2 ○  ──────────┊──│
			                ┊  │
			                ┊  │
			                ┊  │
			n3 ○  ──────────┊──│
			                timeout n1
			      ┴0.00─────┴0.02──────┴0.04──────┴0.06──────┴0.08──────
		`),
	);
});

test('What the network loses ends half-way, and what comes to a server that is down right before its lane', () => {
	const lost = calmly({lossRate: 1});
	pass(lost, 40);
	assert.deepEqual(
		diagram(lost)
			.split('\n')
			.map((line) => line.indexOf('✗')),
		[-1, -1, -1, 19, 18, -1, -1, -1, -1, -1, -1, -1], // To n2 half-way; to n3 a row above n2's lane, on which it would be n2's
	);
	const {lines} = view(lost);
	assert.equal(styleAt(lines[3]!, 19), 'lost');

	const down = calmly();
	pass(down, 30);
	ask(down, crash(3));
	pass(down, 60);
	assert.equal(
		diagram(down, {spanUs: 200_000}),
		frame(`
			                                 0.110
			n1 ★  ───── ◆ 1  ★ 1 ━✓1━━━━━━⡄━━━━│
			           ⢉⡀  ⢀⡌⣧   ⠨⠁       ⢹⡄   │
			           ⠘⠑  ⡈⠃⢫⡆  ⠭        ⠸⣱  ⠨│
			           ┊⠇⠣ ⠻ ⢸⠘⡄⠌⠅         ⡇⢣⠠⠁│
			n2 ○  ─────┊⢰─⠎⡰──⡇⠱⠁⠅─────────⢸⠈⠎─│
			           ┊ ⡄ ⡄  ⢱ ⠨          ⠘⡄  │
			           ┊ ⢁⢀⠁  ⠘⡄⠌           ⡇  │
			           ┊ ⠘⠘    ⡇⠅           ✗  │
			n3 ✗  ─────┊──⠇────✗╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│
			           timeout n1
			      ┴0.00────────┴0.05─────────┴0.10────────┴0.15─────────
		`),
	);
});

test('Heartbeats can be folded to ticks where they are sent and received; what carries entries, and what is lost, stays', () => {
	const lab = calmly();
	pass(lab, 30);
	ask(lab, crash(3));
	pass(lab, 60);
	const lines = diagram(lab, {spanUs: 200_000, isFolded: true}).split('\n');
	assert.equal(lines[1], 'n1 ★  ───── ◆ 1  ★ 1 ━✓1━━━━━━⡄━━━━│');
	assert.equal(lines[3], '           ⠘⠑  ⡈⠃⢫⡆  ⠭        ⠸⡀   │');
	assert.equal(lines[5], 'n2 ○  ─────┊⢰─⠎⡰──⡇⠱⠁⠅─────────⢸─┼─│');
	assert.equal(remark(lab, {isFolded: true}), '0.022 – 0.122 s  ┿ heartbeats folded');
	assert.equal(remark(lab), '0.022 – 0.122 s');

	const whole = calmly();
	pass(whole, 100);
	const leader = diagram(whole, {spanUs: 200_000, isFolded: true}).split('\n', 2)[1]!;
	assert.equal(leader, 'n1 ★  ───── ◆ 1  ★ 1 ━✓1━━━━━━┿━━━━━━━│');
});

test('A lost heartbeat stays to be seen while the moment of its sending leaves the picture', () => {
	const lab = calmly();
	pass(lab, 60);
	ask(lab, {type: 'loss', rate: 1});
	const marks = (isFolded: boolean): number => diagram(lab, {spanUs: 50_000, isFolded}).split('✗').length - 1;
	const counts: number[] = [];
	for (let step = 0; step < 60; step++) {
		pass(lab, 1);
		counts.push(marks(true));
		assert.equal(counts.at(-1), marks(false));
	}

	assert.equal(Math.max(...counts), 2);
});

test('A message that is held stands still until it is released; one that is dropped ends there', () => {
	const lab = calmly();
	pass(lab, 70);
	ask(lab, write('x=1', 1));
	pass(lab, 5);
	const {messagesSent} = lab.world; // To n3, and the one before to n2
	ask(lab, {type: 'hold', message: messagesSent}, {type: 'drop', message: messagesSent - 1});
	pass(lab, 20);
	const options = {spanUs: 200_000, isFolded: true};
	assert.deepEqual(
		diagram(lab, options).split('\n').slice(1, 6),
		frame(`
			n1 ★  ───── ◆ 1  ★ 1 ━✓1━━━━━━ w x=1 │
			           ⢉⡀  ⢀⡌⣧   ⠨⠁       ⢹⡄   ⠘⣇│
			           ⠘⠑  ⡈⠃⢫⡆  ⠭        ⠸✗    ⡟│
			           ┊⠇⠣ ⠻ ⢸⠘⡄⠌⠅         ‖    ⢸│
			n2 ○  ─────┊⢰─⠎⡰──⡇⠱⠁⠅─────────┊─┼──⠘│
		`).split('\n'),
	);
	ask(lab, {type: 'release', message: messagesSent});
	pass(lab, 20);
	const lines = diagram(lab, options).split('\n');
	assert.doesNotMatch(lines[4]!, /‖/v);
	assert.match(lines[5]!, /^n2 ○.*⠤⠤⠤⠤/v); // On its way again after it stood there
	assert.match(lines[10]!, /timeout n1 +hold #12 · drop #11 +release #12/v);
});

test('A filter leaves out what does not match, but not who was what', () => {
	const lab = calmly();
	pass(lab, 45);
	const matches = (event: Event) => event.type === 'sent' && event.flight.message.type === 'VoteReply';
	assert.equal(
		diagram(lab, {matches}),
		frame(`
			                                       0.065
			n1 ★  ────────── ◆ 1 ══════ ★ 1 ━━━━━━━━━│
			                          ⣄⠁             │
			                        ⢀⠈⠘              │
			                       ⠐⠁⠰⠁              │
			n2 ○  ────────────────⠜─⢀⠆───────────────│
			                        ⡄                │
			                       ⡈                 │
			                       ⠃                 │
			n3 ○  ────────────────⠎──────────────────│

			      ┴0.00─────┴0.02──────┴0.04──────┴0.06──────┴0.08──────
		`),
	);
});

test('After going back, what lies ahead stays in the picture, and is dim', () => {
	const lab = calmly();
	pass(lab, 80);
	const before = diagram(lab).split('\n', 2)[1]!;
	lab.goToStart();
	const {lines} = view(lab);
	assert.equal(plain(lines[0]!).trimEnd(), '       0.000');
	assert.ok(plain(lines[1]!).includes(before.slice(8, 41)), before); // Further left it had left the picture
	assert.deepEqual(new Set(lines[1]!.slice(2).map(({style}) => style)), new Set(['key', 'dim', undefined]));
	assert.match(plain(lines[3]!), /⠘⠈⠂/v);
	assert.equal(styleAt(lines[3]!, 18), 'dim');
});

test('Far from what lies ahead, the playhead is at three fifths; at the newest moment near the right end', () => {
	const lab = calmly();
	pass(lab, 2000);
	const playhead = () => plain(view(lab, {}, {width: 106, height: 12}).lines[2]!).indexOf('│') - 6;
	assert.equal(Math.ceil((playhead() - 94 + 12) / 12), 1); // Within the last of the strides to there
	lab.pause();
	let steps = 0;
	while (lab.world.timeUs > 1_800_000 && steps < 100) {
		lab.stepBack();
		steps++;
	}

	assert.equal(Math.ceil((playhead() - 60 + 12) / 12), 1);
});

test('While time passes the picture stands still, and now and then moves back by an eighth of its width', () => {
	const lab = calmly();
	pass(lab, 1000);
	const rows = (): readonly string[] =>
		view(lab, {spanUs: 200_000}, {width: 106, height: 20})
			.lines.slice(1, -2)
			.map((line) => plain(line).slice(6));
	const moves: number[] = [];
	for (let step = 0; step < 40; step++) {
		const before = rows();
		pass(lab, 2); // Two milliseconds are a column
		const after = rows();
		const isMovedBy = (columns: number): boolean =>
			before.every((row, at) => row.slice(columns, 80) === after[at]!.slice(0, 80 - columns));
		moves.push([0, 12].find((columns) => isMovedBy(columns)) ?? Number.NaN);
	}

	assert.deepEqual(new Set(moves), new Set([0, 12]));
	assert.ok(moves.filter((move) => move > 0).length <= 4);
});

test('The selected event is shown inverse, and the line of its message stands out, even where heartbeats are folded', () => {
	const lab = calmly();
	pass(lab, 100);
	const snapshot = lab.snapshot();
	const seqs = visited(lab);
	const delivered = seqs.findLast((seq) => snapshot.trace.typeAt(seq) === 'delivered')!;
	const options = {spanUs: 200_000, isFolded: true, selected: delivered};
	const marked = view(lab, options).lines.flatMap((line) => line.filter(({style}) => style === 'selected'));
	assert.deepEqual(
		marked.map(({text}) => text),
		['●'],
	);
	assert.ok(
		view(lab, options).lines.some((line) => line.some(({text, style}) => style === 'bold' && hasDots.test(text))),
	);

	const role = seqs.find((seq) => snapshot.trace.typeAt(seq) === 'role')!;
	const chip = view(lab, {selected: role, spanUs: 200_000}).lines[1]!.find(({style}) => style === 'selected');
	assert.equal(chip?.text, ' ◆ 1 ');

	const command = seqs.find((seq) => snapshot.trace.typeAt(seq) === 'command')!;
	const bar = view(lab, {selected: command, spanUs: 200_000})
		.lines.at(-2)!
		.find(({style}) => style === 'selected');
	assert.equal(bar?.text.trimEnd(), 'timeout n1');
	assert.equal(diagram(lab, {selected: 1}), diagram(lab)); // The settings are on nobody's lane

	const lossy = calmly({lossRate: 1});
	pass(lossy, 40);
	const lost = visited(lossy).find((seq) => lossy.snapshot().trace.typeAt(seq) === 'lost')!;
	const crosses = view(lossy, {selected: lost}).lines.flatMap((line) => line.filter(({text}) => text.trim() === '✗'));
	assert.deepEqual(
		crosses.map(({style}) => style),
		['selected', 'lost'],
	);
});

test('Ticks stand at round numbers, with as many decimals as it takes', () => {
	const lab = calmly();
	pass(lab, 30_000);
	const axes = timeScales.map((spanUs) =>
		diagram(lab, {spanUs})
			.split('\n')
			.at(-1)!
			.match(/\d[\d.]*/gv)!,
	);
	assert.deepEqual(
		axes.map((labels) => labels.slice(0, 2)),
		[
			['30.005', '30.010'],
			['29.98', '29.99'],
			['29.94', '29.96'],
			['29.85', '29.90'],
			['29.6', '29.7'],
			['29.2', '29.4'],
			['28.5', '29.0'],
			['26', '27'],
			['22', '24'],
			['15', '20'],
		],
	);
	assert.ok(timeScales.includes(defaultSpanUs));
});

test('Partitions, crashes, returns and suspended servers have their marks; a deposed leader too', () => {
	const lab = twoLeaders();
	ask(lab, {type: 'heal'});
	pass(lab, 60);
	ask(lab, crash(5), suspend(4));
	pass(lab, 40);
	ask(lab, restart(5), {type: 'resume', node: 4});
	pass(lab, 20);
	const lines = diagram(lab, {spanUs: 1_000_000}, {width: 140, height: 20}).split('\n');
	const rowOf = (node: number): string => lines.find((line) => line.startsWith(`n${node} `))!;
	assertInOrder(rowOf(1), '★ 1 ', '┃', '━', '○', '─');
	assertInOrder(rowOf(3), '┃', '★ 2 ', '┃');
	assertInOrder(rowOf(4), '‖', '┈', '▶');
	assertInOrder(rowOf(5), '✗', '╌', '↺');
	assert.match(lines.at(-2)!, /partition n1 n2 \| rest.*heal/v);
});

test('What clients ask for stands on the lane of whom they ask, and who does not lead says who does', () => {
	const lab = calmly();
	pass(lab, 70);
	ask(lab, write('x=1', 1), {type: 'read', key: 'x', via: 2});
	pass(lab, 15);
	const lines = diagram(lab, {spanUs: 200_000}).split('\n');
	assert.match(lines[1]!, /━ w x=1/v);
	assert.match(lines[5]!, /→n1/v);
});

test('Many requests at once are counted', () => {
	const lab = calmly();
	pass(lab, 70);
	ask(lab, write('x=1', 1), write('x=2', 1), write('x=3', 1));
	pass(lab, 15);
	assert.match(diagram(lab, {spanUs: 200_000}).split('\n', 2)[1]!, /━ 3 ops$/v);
});

test('Lanes that do not fit are scrolled to, and their number is said', () => {
	const lab = newLab({nodes: 9});
	const names = (scroll: number): readonly string[] =>
		diagram(lab, {scroll}, {width: 60, height: 13})
			.split('\n')
			.flatMap((line) => /^n\d/v.exec(line) ?? []);
	assert.deepEqual(names(0), ['n1', 'n2', 'n3', 'n4', 'n5']);
	assert.deepEqual(names(2), ['n3', 'n4', 'n5', 'n6', 'n7']);
	assert.deepEqual(names(99), ['n5', 'n6', 'n7', 'n8', 'n9']);
	assert.equal(view(lab, {}, {width: 60, height: 13}).scrollMax, 4);
	assert.match(remark(lab, {}, {width: 60, height: 13}), / ↓ 4 more$/v);
	assert.match(remark(lab, {scroll: 3}, {width: 60, height: 13}), / ↑ 3 more {2}↓ 1 more$/v);
});

test('Too much for one picture is thinned, and that is said', () => {
	const wide = {width: 120, height: 30};
	const said = (lab: Lab, spanUs: number): string => remark(lab, {spanUs}, wide);
	const lively = calmly({nodes: 9, heartbeatUs: 2000});
	pass(lively, 400);
	assert.doesNotMatch(said(lively, 100_000), /folded/v);
	assert.match(said(lively, 500_000), /┿ heartbeats folded$/v);
	assert.match(diagram(lively, {spanUs: 500_000}, wide), /^n1 ★ .*┿/mv);

	const busy = calmly({nodes: 9, lossRate: 0.1, clients: {count: 10, ratePerS: 2000}});
	pass(busy, 400);
	assert.doesNotMatch(said(busy, 20_000), /too much/v);
	assert.match(said(busy, 500_000), /too much to draw: \+ zooms in/v);
	const {lines} = view(busy, {spanUs: 500_000}, wide);
	const styles = new Set(
		lines.slice(1, -2).flatMap((line) => line.filter(({text}) => hasDots.test(text)).map(({style}) => style)),
	);
	assert.deepEqual(styles, new Set(['vote', 'dim']));
});

test('The keys lead to every event of the diagram once, forth and back, and past what it does not show', () => {
	const lab = calmly();
	pass(lab, 45);
	const seqs = visited(lab);
	assert.deepEqual(typesOf(lab, seqs), [
		'command',
		'role',
		'sent',
		'sent',
		'delivered',
		'sent',
		'delivered',
		'sent',
		'delivered',
		'role',
		'sent',
		'sent',
		'delivered',
		'delivered',
		'sent',
		'delivered',
		'sent',
		'delivered',
		'commit',
		'delivered',
	]);

	const back: number[] = [];
	const snapshot = lab.snapshot();
	let seq: number | undefined = snapshot.trace.length + 1;
	while ((seq = previousEvent(snapshot, seq, unlike)) !== undefined) {
		back.unshift(seq);
	}

	assert.deepEqual(back, seqs);
	lab.goToStart();
	assert.deepEqual(visited(lab), seqs); // What lies ahead can be walked to as well
});

test('The keys keep to one server, to what matches, and to what is not folded', () => {
	const lab = calmly();
	pass(lab, 100);
	const nodesOf = visited(lab, {node: 2}).map((seq) => {
		const event = lab.snapshot().trace.at(seq)!;
		return event.type === 'sent' ? event.flight.from : event.type === 'delivered' ? event.flight.to : 0;
	});
	assert.ok(nodesOf.length > 4);
	assert.deepEqual(new Set(nodesOf), new Set([2]));
	const matches = ({type}: Event) => type === 'commit';
	assert.deepEqual(typesOf(lab, visited(lab, {matches})), ['commit']);
	const [all, folded] = [visited(lab), visited(lab, {isFolded: true})];
	assert.ok(folded.length < all.length);
	const heartbeats = all.filter((seq) => !folded.includes(seq));
	assert.equal(heartbeats.length, 8); // Sent to two, received, answered, and one answer at least is back
});

test('Nothing is wider or higher than its room, whatever happens in however large a cluster', () => {
	const labs = ([3, 5, 9, 25] as const).map((nodes) => wildly(nodes, nodes > 9 ? 500 : 900));
	const drawn: string[] = [];
	for (const lab of labs) {
		for (const [width, height] of [
			[40, 8],
			[41, 9],
			[76, 22],
			[116, 30],
			[250, 70],
		] as const) {
			for (const spanUs of [20_000, 500_000]) {
				const {lines, remark: said} = view(lab, {spanUs, isFolded: width > 100}, {width, height});
				assert.ok(lines.length <= height);
				assert.ok(widthOf(said) <= width - 15);
				for (const line of lines) {
					assert.ok(widthOf(line) <= width, plain(line));
					drawn.push(plain(line));
				}
			}
		}
	}

	const seen = new Set(drawn.join(''));
	for (const glyph of '★◆✗✓‖┈╌═━─│┴') {
		assert.ok(seen.has(glyph), glyph);
	}

	seen.delete('◆'); // Which is a question mark on purpose, as is that of who knows no leader
	seen.delete('?');
	const text = [...seen].join('');
	assert.doesNotMatch(paint([{text, style: undefined}], true), /\?/v);
});
