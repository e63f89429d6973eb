import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {panels} from '../../source/dashboard/layout.js';
import {toAscii} from '../../source/dashboard/theme.js';
import type {Lab} from '../../source/lab/lab.js';
import {tried} from '../properties/session.js';
import {
	ask,
	crash,
	faulty,
	frame,
	isolate,
	ledByFirst,
	newLab,
	partition,
	pass,
	screenOf,
	stage,
	twoLeaders,
	useColours,
	violated,
	write,
} from './stage.js';

useColours(0);
afterEach(() => {
	useColours(0);
});

/** Much is wrong, and every panel has something to show. */
function troubled(nodes: number): Lab {
	const lab = ledByFirst({nodes, lossRate: 0.2, delay: {minUs: 10_000, maxUs: 60_000}});
	pass(lab, 1000);
	for (let at = 1; at <= 120; at++) {
		lab.perform({type: 'write', key: 'w', value: String(at), via: 'leader'});
		pass(lab, 7);
	}

	ask(lab, partition(1, 2), isolate(nodes), crash(2), {type: 'loss', rate: 0.35});
	pass(lab, 800);
	return lab;
}

/** Keys that lead to any state of the screen. */
const anyKeys = fc.record({
	focus: fc.nat({max: panels.length - 1}),
	isZoomed: fc.boolean(),
	others: fc.subarray(
		['3', '9', 'p', '?', 'G', 'x', 'H', 'pagedown', 'j', 'space', 'z', 's', 'v', ':', 'd', 'r', 'tab', 'enter', 'esc'],
		{maxLength: 6},
	),
});

const anySize = fc.record({
	columns: fc.oneof(fc.integer({min: 60, max: 250}), fc.constantFrom(60, 80, 103, 104, 120)),
	rows: fc.oneof(fc.integer({min: 16, max: 70}), fc.constantFrom(16, 24, 29, 30)),
});

const makers = {
	troubled,
	faulty: (nodes: number) => faulty({nodes}),
	violated,
} as const;
const anyMaker = fc.constantFrom('troubled', 'faulty', 'violated');

const labs = new Map<string, Lab>();
function labOf(nodes: number, maker: keyof typeof makers = 'troubled'): Lab {
	const name = `${maker} ${nodes}`;
	const lab = labs.get(name) ?? makers[maker](nodes);
	labs.set(name, lab);
	return lab;
}

for (const level of [0, 3] as const) {
	test(`Every frame is exactly as large as the screen, wherever the keys lead (colour level ${level})`, () => {
		useColours(level);
		fc.assert(
			fc.property(anySize, fc.integer({min: 3, max: 9}), anyMaker, anyKeys, fc.boolean(), (size, ...options) => {
				const [nodes, maker, keys, isAscii] = options;
				const {dashboard, press} = stage(labOf(nodes, maker), {...size, isAscii});
				press(...new Array<string>(keys.focus).fill('tab'), ...(keys.isZoomed ? ['z'] : []), ...keys.others);
				const {bands} = dashboard.frame();
				for (const band of bands) {
					for (const {width, lines} of band) {
						assert.equal(lines.length, band[0]!.lines.length);
						for (const line of lines) {
							assert.equal(stringWidth(line), width, line);
						}
					}
				}

				const lines = screenOf(dashboard.frame());
				assert.equal(lines.length, size.rows);
				for (const line of lines) {
					assert.equal(stripVTControlCharacters(line).length, size.columns, line);
					assert.equal(stringWidth(line), size.columns, line);
				}
			}),
			tried(100),
		);
	});
}

test('However much is wrong at once, no line is wider than the screen at any size, in any panel', () => {
	const lab = labOf(5, 'faulty');
	for (let columns = 60; columns <= 200; columns += 20) {
		for (const rows of [16, 24, 60]) {
			const {press, lines} = stage(lab, {columns, rows});
			for (const keys of [[], ['tab'], ['tab'], ['tab'], ['tab'], ['tab'], ['tab'], ['z'], ['tab'], ['tab'], ['esc']]) {
				press(...keys);
				for (const line of lines()) {
					assert.equal(line.length, columns, line);
				}
			}
		}
	}
});

test('On a screen that is too small there is one sentence, with the size that is needed and the size there is', () => {
	const {dashboard, lines} = stage(ledByFirst());
	for (const [columns, rows] of [
		[59, 16],
		[60, 15],
		[50, 12],
		[1, 1],
		[250, 1],
	] as const) {
		dashboard.resize(columns, rows);
		assert.equal(lines().length, 1);
		assert.equal(lines()[0]!.length, columns);
		assert.ok(
			`Whitewater needs 60x16; this terminal is ${columns}x${rows}.`.startsWith(lines()[0]!.trim().slice(0, -1)),
		);
	}

	dashboard.resize(59, 16);
	assert.equal(lines()[0]!.trim(), 'Whitewater needs 60x16; this terminal is 59x16.');
	dashboard.resize(60, 16);
	assert.equal(lines().length, 16);
});

test('The smallest screen shows the nodes, and one panel besides', () => {
	assert.equal(
		stage(twoLeaders(), {columns: 60, rows: 16})
			.lines()
			.slice(2)
			.map((line) => line.trimEnd())
			.join('\n'),
		frame(`
			╭─ Nodes ─══════════════════════════════════════════ 5 up ─╮
			│  node  role          term  last  commit timer            │
			│  n1    ★ ex-leader     1     4       2                   │
			│  n2    ○ follower      1     4       2  ▰▰▰▰▱            │
			│  n3    ★ leader        2     4       4                   │
			│  n4    ○ follower      2     4       4  ▰▰▰▰▱            │
			│  n5    ○ follower      2     4       4  ▰▰▰▰▱            │
			╰──────────────────────────────────────────────────────────╯
			╭─ Log ──────── ↓ 2 more  1:x known committed  ! not n3’s ─╮
			│ n1 ★ ┃1: ·   1:x=1 ›1?y=2! 1?z=3!                        │
			│ n2 ○ ┃1: ·   1:x=1 ›1?y=2! 1?z=3!                        │
			│ n3 ★  1: ·   1:x=1  2: ·   2:y=4                         │
			╰──────────────────────────────────────────────────────────╯
			 space pause  w why  x crash n3  H heal             ? help
		`),
	);
});

/** Entries of every kind. */
function variously(): Lab {
	const lab = ledByFirst();
	ask(
		lab,
		{type: 'read', key: 'x', via: 1},
		{type: 'delete', key: 'x', via: 1},
		{type: 'cas', key: 'x', expected: '1', value: '2', via: 1},
	);
	pass(lab, 50);
	return lab;
}

/** Every character that any panel of these runs shows. */
function glyphs(): ReadonlySet<string> {
	const seen = new Set<string>();
	for (const lab of [
		newLab(),
		twoLeaders(),
		labOf(5),
		labOf(9),
		labOf(5, 'faulty'),
		labOf(5, 'violated'),
		variously(),
	]) {
		for (const size of [
			{columns: 80, rows: 24},
			{columns: 200, rows: 60},
		]) {
			const {press, screen} = stage(lab, size);
			for (const keys of [
				[],
				['tab'],
				['tab'],
				['tab'],
				['j'],
				['tab'],
				['tab'],
				['z'],
				['z'],
				['tab'],
				['2'],
				['9'],
				['p', '1'],
				['esc'],
				['esc'],
				['?'],
				['G'],
				['esc'],
				[':', 'x'],
				['enter'],
				['esc'],
				[':', 'tab'],
				['esc'],
				['v'],
			]) {
				press(...keys);
				for (const character of screen()) {
					seen.add(character);
				}
			}
		}
	}

	seen.delete('\n');
	return seen;
}

test('Where a font has nothing but ASCII, every frame is nothing but ASCII', () => {
	for (const lab of [twoLeaders(), labOf(5), labOf(5, 'faulty'), labOf(5, 'violated'), variously()]) {
		const {press, screen} = stage(lab, {columns: 200, rows: 60, isAscii: true});
		for (const key of ['1', 'p', '2', 'esc', 'esc', '?', 'esc', ':', 'tab', 'esc', 'v']) {
			press(key);
			assert.match(screen(), /^\p{ASCII}*$/v);
		}
	}
});

test('Every sign has a counterpart of its own in ASCII, and none is given up for lost', () => {
	const lost = [...glyphs()].filter((glyph) => toAscii(glyph) === '?' && glyph !== '?');
	assert.deepEqual(lost, []);
});

test('As long as nothing changes the frame is the same object, and nobody is told', () => {
	const lab = newLab({}, false);
	const {dashboard, press} = stage(lab);
	let told = 0;
	const forget = dashboard.subscribe(() => {
		told++;
	});
	const before = dashboard.frame();
	for (let at = 0; at < 10; at++) {
		dashboard.tick(33);
	}

	press('ctrl+l', '§', 'f12', 'g', '!');
	dashboard.resize(120, 36);
	assert.equal(dashboard.frame(), before);
	assert.equal(told, 0);
	press('2');
	assert.notEqual(dashboard.frame(), before);
	assert.equal(told, 1);
	forget();
	press('3');
	assert.equal(told, 1);
});

test('While time runs, every tick that changes something is a new frame', () => {
	const {dashboard} = stage(newLab());
	const frames = new Set([dashboard.frame()]);
	for (let at = 0; at < 30; at++) {
		dashboard.tick(33);
		frames.add(dashboard.frame());
	}

	assert.equal(frames.size, 31);
});

test('The same run and the same keys give the same frames', () => {
	const play = (): readonly string[] => {
		const {dashboard, press, screen} = stage(newLab({lossRate: 0.1}), {columns: 160, rows: 48});
		return ['', 'c', 'x', '', 'p', '1', '2', 'enter', 'c', '3', 't', '', 'H', 'x', '?', 'esc', ''].map((key) => {
			if (key !== '') {
				press(key);
			}

			dashboard.tick(150);
			return screen();
		});
	};

	assert.deepEqual(play(), play());
});

test('What has been done is said for two seconds, what was refused for four', () => {
	const {dashboard, press, footer} = stage(ledByFirst({}), {columns: 120, rows: 36});
	dashboard.lab.pause();
	press('c');
	assert.match(footer(), /write x=1 via n1/v);
	dashboard.tick(1999);
	assert.match(footer(), /write x=1 via n1/v);
	dashboard.tick(1);
	assert.doesNotMatch(footer(), /write x=1 via n1/v);
	press('9');
	dashboard.tick(3999);
	assert.match(footer(), /There is no n9/v);
	dashboard.tick(1);
	assert.doesNotMatch(footer(), /There is no n9/v);
});

test('A refusal can be read whole on a usual terminal', () => {
	const {press, footer} = stage(newLab(), {columns: 80, rows: 24});
	press('c');
	assert.match(footer(), / There is no leader at the moment: select a node by number\. /v);
	press('9');
	assert.match(footer(), / There is no n9; the cluster has n1 to n5\. /v);
});

test('Without colours too one sees which panel is in focus', () => {
	const {press, screen} = stage(newLab({}, false));
	const before = screen();
	press('tab');
	assert.notEqual(screen(), before);
});

test('Without colours too one sees in the table who is picked', () => {
	const {press, lines} = stage(newLab({}, false));
	press('p');
	const before = lines().slice(0, -1);
	press('2');
	assert.notDeepEqual(lines().slice(0, -1), before);
});

test('Long logs and long runs do not change the size of anything', () => {
	const lab = ledByFirst({nodes: 3});
	for (let at = 0; at < 1200; at++) {
		ask(lab, write(`x=${at}`, 1));
	}

	pass(lab, 100);
	const {lines} = stage(lab, {columns: 100, rows: 30});
	for (const line of lines()) {
		assert.equal(line.length, 100, line);
	}
});
