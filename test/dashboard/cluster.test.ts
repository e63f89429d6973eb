import assert from 'node:assert/strict';
import test from 'node:test';
import {inside, plainLines, type Size} from '../../source/dashboard/frame.js';
import {layoutFor, panels, zoomed} from '../../source/dashboard/layout.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {clusterView, zoomedClusterView} from '../../source/dashboard/views/cluster.js';
import type {Lab} from '../../source/lab/lab.js';
import {
	ask,
	crash,
	cut,
	faulty,
	frame,
	isolate,
	ledByFirst,
	newLab,
	partition,
	pass,
	suspend,
	timeout,
	twoLeaders,
	write,
} from './stage.js';

const size = {width: 44, height: 14};
const nobody: ReadonlySet<number> = new Set();

const view = (lab: Lab, {width, height}: Size = size, picked = nobody) =>
	clusterView(lab.snapshot(), {width, height}, picked);

const ring = (...options: Parameters<typeof view>): string => plainLines(view(...options).lines);

/** Braille dots in the picture, which are the links. */
const dots = (picture: string): number =>
	[...picture].filter((character) => /\p{Script=Braille}/v.test(character)).length;

/** The picture without its last line, which says what the signs mean. */
const drawn = (lab: Lab): string => ring(lab).split('\n').slice(0, -1).join('\n');

const count = (text: string, sign: string): number => text.split(sign).length - 1;

test('Every server stands on the ring with its role, and below it its timer or its term', () => {
	const picture = ring(twoLeaders());
	for (const words of ['★ n1', '○ n2', '★ n3', '○ n4', '○ n5', '⟨ t1 ⟩', '⟨ t2 ⟩']) {
		assert.ok(picture.includes(words), words);
	}

	assert.equal(count(picture, '⟨▰▰▰▰▱⟩'), 3);
	const lab = ledByFirst();
	ask(lab, crash(4));
	assert.match(ring(lab), /✗ n4/v);
	assert.match(ring(lab), / down /v);
});

test('A message leaves its sender, is half-way at half-time, and arrives', () => {
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1));
	const rows: number[] = [];
	for (let at = 0; at < 5; at++) {
		rows.push(
			drawn(lab)
				.split('\n')
				.findLastIndex((line, row) => row > 1 && line.includes('◆')),
		);
		pass(lab, 2);
	}

	assert.deepEqual(
		rows,
		rows.toSorted((a, b) => a - b),
	);
	assert.ok(rows.at(-1)! > rows.find((row) => row >= 0)!, rows.join(' '));
	pass(lab, 2);
	assert.equal(count(drawn(lab), '◆'), 1); // The candidate itself
});

test('Requests, appends, votes and replies each have their sign', () => {
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1));
	pass(lab, 5);
	assert.equal(count(drawn(lab), '◆'), 3);
	pass(lab, 10);
	assert.equal(count(drawn(lab), '◇'), 2);
	pass(lab, 10);
	assert.equal(count(drawn(lab), '●'), 2);
	pass(lab, 10);
	assert.equal(count(drawn(lab), '○'), 4); // Two are the followers
});

test('What the network loses ends half-way in a mark, which goes away', () => {
	const lab = newLab({nodes: 3, lossRate: 1});
	ask(lab, timeout(1));
	pass(lab, 4);
	assert.equal(count(drawn(lab), '✗'), 0);
	pass(lab, 2);
	assert.equal(count(drawn(lab), '✗'), 2);
	pass(lab, 10);
	assert.equal(count(drawn(lab), '✗'), 0);
});

test('A link that is cut has no line, but a bar where it was', () => {
	const lab = newLab({nodes: 3});
	const whole = dots(ring(lab));
	assert.equal(count(ring(lab), '┃'), 0);
	ask(lab, partition(1));
	assert.equal(count(drawn(lab), '┃'), 2);
	assert.match(ring(lab), /┃ cut$/v);
	const left = dots(ring(lab));
	assert.ok(left < whole, `${left} of ${whole}`);
	ask(lab, isolate(2));
	assert.equal(dots(ring(lab)), 0);
});

test('Who is picked is seen', () => {
	const {lines} = view(ledByFirst(), size, new Set([2]));
	const selected = lines.flat().filter(({style}) => style === 'selected');
	assert.deepEqual(
		selected.map(({text}) => text.trim()),
		['○ n2'],
	);
});

test('The panel counts what is in flight', () => {
	const lab = newLab();
	assert.equal(plain(view(lab).remark), '0 in flight');
	ask(lab, timeout(1));
	assert.equal(plain(view(lab).remark), '4 in flight');
});

test('The panel says between which nodes nothing gets through at all, and leaves out what is in flight rather', () => {
	const lab = ledByFirst();
	const said = (width = 72): string => plain(view(lab, {width, height: 12}).remark);
	const flying = said();
	ask(lab, cut(1, 2), cut(1, 3, true), suspend(5));
	assert.equal(said(), flying, 'there are ways around');
	ask(lab, partition(2, 4));
	assert.equal(said(), `n1 n3 n5 ┃ n2 n4   ${flying}`);
	assert.equal(said(36), 'n1 n3 n5 ┃ n2 n4');
	assert.equal(said(20), flying);
	ask(lab, isolate(4));
	assert.equal(said(36), 'n1 n3 n5 ┃ n2 ┃ n4');
	const {remark} = zoomedClusterView(lab.snapshot(), {width: 116, height: 31}, nobody, 0);
	assert.equal(plain(remark), `n1 n3 n5 ┃ n2 ┃ n4   ${flying}`);
});

test('The picture is exactly as large as the panel', () => {
	for (const nodes of [3, 6, 9]) {
		const lab = ledByFirst({nodes});
		for (const width of [34, 56, 72, 246]) {
			for (const height of [2, 3, 5, 11, 12, 30, 65]) {
				const {lines} = view(lab, {width, height});
				assert.deepEqual(
					lines.map((line) => widthOf(line)),
					new Array(height).fill(width),
				);
			}
		}
	}
});

/** The names that stand on the ring, each once. */
const names = (picture: string): readonly string[] =>
	Array.from(picture.matchAll(/[‖◆○★✗] ?(?<name>n\d+)/gv), ({groups}) => groups!['name']!);

/** Every size that the panel can have inside its frame, with so many servers, on screens from the smallest to the largest. */
function sizesOf(nodes: number): Iterable<Size> {
	const sizes = new Map<string, Size>();
	for (let columns = 60; columns <= 250; columns += 38) {
		for (let rows = 16; rows <= 70; rows += rows < 30 ? 1 : 8) {
			for (const layout of [layoutFor(columns, rows, nodes, panels[0]), zoomed(panels[0], columns, rows)]) {
				const {width, height} = inside(layout.flat(3).find(({panel}) => panel === 'cluster')!);
				sizes.set(`${width}x${height}`, {width, height});
			}
		}
	}

	return sizes.values();
}

test('No server stands on another’s name, at any size the panel can have', () => {
	const bad: string[] = [];
	for (const nodes of [3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 20, 25]) {
		const lab = newLab({nodes});
		const all = Array.from({length: nodes}, (_, at) => `n${at + 1}`);
		for (const panel of sizesOf(nodes)) {
			const seen = names(ring(lab, panel));
			const missing = all.filter((name) => !seen.includes(name));
			if (missing.length > 0) {
				bad.push(`${nodes} servers in ${panel.width}x${panel.height}: ${missing.join(', ')}`);
			}
		}
	}

	assert.deepEqual(bad.slice(0, 10), [], `${bad.length} sizes in all`);
});

test('Three servers fill the room from its first row to its last', () => {
	assert.equal(
		frame(`
${ring(newLab({nodes: 3}), {width: 38, height: 13}).replaceAll(/\p{Script=Braille}/gv, ' ')}
`),
		frame(`
			                 ○ n1
			                ⟨▰▰▰▰▰⟩








			      ○ n3                  ○ n2
			     ⟨▰▰▰▰▰⟩               ⟨▰▰▰▰▰⟩
			● append  ○ reply  ◆ vote  ✗ lost
		`),
	);
});

test('Where there is no room for what they do, and of twelve and more, the servers have their names only', () => {
	assert.match(ring(ledByFirst({nodes: 9}), {width: 56, height: 22}), /★ n1[\s\S]*⟨ t1 ⟩[\s\S]*○ n2[\s\S]*⟨▰/v);
	for (const [nodes, width, height] of [
		[9, 34, 11],
		[12, 240, 60],
		[25, 34, 11],
	] as const) {
		const picture = ring(ledByFirst({nodes}), {width, height});
		assert.match(picture, /★n1(?!\d)[\s\S]*○n2(?!\d)/v);
		assert.doesNotMatch(picture, /⟨/v);
	}
});

test('Twenty-five servers are told apart and surround the messages, in the smallest panel too', () => {
	const lab = ledByFirst({nodes: 25});
	ask(lab, write('x=1', 1));
	pass(lab, 5);
	const picture = ring(lab, {width: 34, height: 11});
	assert.deepEqual(
		names(picture).toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
		Array.from({length: 25}, (_, at) => `n${at + 1}`),
	);
	assert.ok(count(picture, '●') >= 15, picture);
});

test('A cluster of one or two servers has a picture too', () => {
	assert.deepEqual(names(ring(newLab({nodes: 1}))), ['n1']);
	assert.deepEqual(names(ring(newLab({nodes: 2}))), ['n1', 'n2']);
});

test('Zoomed, a few messages have their names beside them, of each kind its own', () => {
	const large = (lab: Lab): string =>
		plainLines(zoomedClusterView(lab.snapshot(), {width: 116, height: 31}, nobody, 0).lines);
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1));
	pass(lab, 5);
	assert.equal(count(large(lab), '◆ vote t1'), 2);
	assert.doesNotMatch(ring(lab, {width: 116, height: 31}), /vote t1/v, 'not where the panel is small');
	pass(lab, 10);
	assert.equal(count(large(lab), '◇ granted t1'), 2);
	pass(lab, 10);
	assert.equal(count(large(lab), '● append +1'), 2);
	pass(lab, 10);
	assert.equal(count(large(lab), '○ ok 1'), 2);
	pass(lab, 40);
	assert.equal(count(large(lab), '● heartbeat'), 2);
	const many = newLab({nodes: 15});
	ask(many, timeout(1));
	pass(many, 5);
	assert.doesNotMatch(large(many), /vote t1/v, 'too many to name');
});

test('A message’s name never covers a server, another message or the picture’s edge', () => {
	for (let width = 60; width <= 120; width += 7) {
		const lab = newLab({nodes: 5});
		ask(lab, timeout(1));
		for (let at = 0; at < 9; at++) {
			pass(lab, 1);
			const {lines} = zoomedClusterView(lab.snapshot(), {width, height: 13}, nobody, 0);
			const picture = plainLines(lines).split('\n').slice(0, -1).join('\n'); // Without the legend
			assert.deepEqual(names(picture).toSorted(), ['n1', 'n2', 'n3', 'n4', 'n5'], picture);
			assert.doesNotMatch(picture, /vote(?! t1)/v);
			assert.ok(lines.every((line) => widthOf(line) <= width));
		}
	}
});

test('A link that is cut one way has an arrow the other way; cut both ways it has no line', () => {
	const lab = newLab({nodes: 3});
	assert.doesNotMatch(drawn(lab), /[←↑→↓]/v);
	const whole = dots(ring(lab));
	ask(lab, cut(2, 3, true));
	assert.match(drawn(lab), /→/v, 'n3 stands at the left of n2');
	ask(lab, {type: 'heal'}, cut(3, 2, true));
	assert.match(drawn(lab), /←/v);
	const styles = view(lab)
		.lines.flat()
		.filter(({style}) => style === 'lost');
	assert.ok(styles.length > 0);
	ask(lab, cut(2, 3, true));
	assert.doesNotMatch(drawn(lab), /[←↑→↓]/v);
	assert.ok(dots(ring(lab)) < whole);
});

test('A link with settings of its own looks different', () => {
	const lab = newLab({nodes: 3});
	const warned = (): boolean =>
		view(lab)
			.lines.flat()
			.some(({style}) => style === 'warn');
	assert.equal(warned(), false);
	ask(lab, {type: 'link', from: 1, to: 2, isOneWay: false, link: {lossRate: 0.5}});
	assert.equal(warned(), true);
});

test('A message that is held stands still where it was, also when it is overdue, and goes on when it is released', () => {
	const lab = newLab({nodes: 3, electionTimeout: {minUs: 60_000_000, maxUs: 60_000_001}});
	ask(lab, timeout(1));
	pass(lab, 5);
	ask(lab, {type: 'hold', message: 1});
	const where = (): readonly number[] =>
		drawn(lab)
			.split('\n')
			.flatMap((line, row) => (line.includes('◆‖') ? [row, line.indexOf('◆‖')] : []));
	const before = where();
	assert.equal(before.length, 2);
	pass(lab, 3);
	assert.deepEqual(where(), before);
	pass(lab, 1000);
	assert.deepEqual(where(), before);
	assert.match(ring(lab), /‖ held$/v);
	ask(lab, {type: 'release', message: 1});
	assert.deepEqual(where(), []);
});

test('A message that is held as soon as it is sent is not hidden behind its sender', () => {
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1), {type: 'hold', message: 1}, {type: 'hold', message: 2});
	assert.equal(count(drawn(lab), '◆‖'), 2);
});

test('A message that is dropped ends in a mark where it was', () => {
	const lab = newLab({nodes: 3});
	ask(lab, timeout(1));
	pass(lab, 8);
	ask(lab, {type: 'drop', message: 1});
	assert.equal(count(drawn(lab), '✗'), 1);
	pass(lab, 9);
	assert.equal(count(drawn(lab), '✗'), 1);
	pass(lab, 2);
	assert.equal(count(drawn(lab), '✗'), 0);
});

test('A copy is a message like any other', () => {
	const lab = newLab({nodes: 3, delay: {minUs: 10_000, maxUs: 10_000}});
	ask(lab, timeout(1));
	pass(lab, 2);
	ask(lab, {type: 'duplicate', message: 1});
	pass(lab, 6);
	assert.equal(count(drawn(lab), '◆'), 4); // The candidate, two requests, and one of them again
});

test('A suspended server has its sign, and keeps its timer', () => {
	const lab = ledByFirst();
	ask(lab, suspend(1), suspend(2));
	assert.match(ring(lab), /‖ n1\n[\s\S]*⟨ t1 ⟩[\s\S]*‖ n2/v);
});

test('Zoomed, everything that is not normal stands beside the ring, in full', () => {
	const {lines} = zoomedClusterView(faulty().snapshot(), {width: 116, height: 31}, nobody, 0);
	assert.equal(
		lines
			.map((line) => plain(line).slice(64).trimEnd())
			.join('\n')
			.trimEnd(),
		frame(`
			delay         20–400 ms
			loss          ▮▯▯▯▯▯▯▯▯▯ 10 %
			duplicate     5 %
			partition     n1 n2 ┃ n3 n4 n5
			isolated      n5
			cut           n1→n2 n2↔n3
			link          n1→n3 loss 50 % delay 200 ms, n2↔n3
			              duplicate 100 %
			down          n3
			suspended     n2
			clock         n1 1.5x, n2 0.5x
			disk          n1 slow 20–40 ms, n2 lying, n3 full
			held          #27 #28
			random faults partition disk
			clients       4 at 20/s  4 open  0 ok
		`),
	);
});

test('On the smallest screen the list can be scrolled, and the frame says how much there is', () => {
	const small = (scroll: number) => zoomedClusterView(faulty().snapshot(), {width: 56, height: 11}, nobody, scroll);
	const all = Array.from({length: 30}, (_, scroll) => small(scroll)).flatMap(({lines}) =>
		lines.map((line) => plain(line)),
	);
	for (const word of ['partition n1 n2 ┃', 'disk n1 slow', 'random faults', 'clients 4 at']) {
		assert.ok(
			all.some((line) => line.includes(word)),
			word,
		);
	}

	assert.match(plain(small(0).remark), /^↓ \d+ more lines \(PgDn\)$/v);
	assert.equal(plain(small(1000).remark), 'n1 n2 ┃ n3 n4 ┃ n5   2 in flight');
	for (const {lines} of [small(0), small(5)]) {
		assert.ok(lines.every((line) => widthOf(line) <= 56));
	}
});
