/*
What people do besides crashing and healing: ask why, filter, walk along the time, present, learn, and have their own
keys. All of it in the real program, on a real terminal.
*/

import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test, {afterEach} from 'node:test';
import {directoryWith} from '../commands/program.js';
import {secondsOf, titlesOf} from './reading.js';
import {closeTerminals, program, Terminal, type TerminalOptions} from './terminal.js';

afterEach(closeTerminals);

const demos = path.join(import.meta.dirname, '../../demos');

const [escape, enter, backspace, left, right, up, down] = [
	'\u{1B}',
	'\r',
	'\u{7F}',
	'\u{1B}[D',
	'\u{1B}[C',
	'\u{1B}[A',
	'\u{1B}[B',
] as const;
const [pageUp, pageDown] = ['\u{1B}[5~', '\u{1B}[6~'] as const;
const [ctrlS, ctrlU, tab] = ['\u{13}', '\u{15}', '\t'] as const;

/** A program with its first frame on the screen, which stands still until somebody presses a key. */
async function still(args: readonly string[], options: TerminalOptions = {}): Promise<Terminal> {
	const terminal = Terminal.start(args, {columns: 100, rows: 32, ...options});
	await terminal.waitFor(/\? help$/v, 'the first frame');
	await terminal.settle();
	return terminal;
}

const footerOf = (terminal: Terminal): string => terminal.lines().at(-1)!;

/** The title line of a panel. */
const titleOf = (terminal: Terminal, title: string): string =>
	terminal.lines().find((line) => line.includes(`╭─ ${title} ─`)) ?? '';

/** Press a key and wait until the footer says something. */
const pressToBeTold = async (terminal: Terminal, keys: string, told: string): Promise<void> =>
	terminal.pressFor(keys, () => footerOf(terminal).includes(told), `${told} in the footer`);

test('A leader is cut off by arrows and Space; why its entry waits is explained, up to where it began, and one can go there', async () => {
	const terminal = await still(['--seed', '7', '--paused']);
	await terminal.pressFor('1t', '◆ candidate');
	await terminal.pressFor('.'.repeat(30), 'leader ★ n1');
	await terminal.pressFor(escape, () => !terminal.screen().includes('❯'), 'no selection');
	await pressToBeTold(terminal, 'p', 'pick one side');
	await pressToBeTold(terminal, ' ', 'No node is pointed at');
	await pressToBeTold(terminal, `${down}${down} `, 'n2 ┃ rest');
	await pressToBeTold(terminal, `${up} `, 'n1 n2 ┃ rest');
	await terminal.pressFor(enter, () => terminal.lines()[1]!.includes('partition n1 n2 ┃ n3 n4 n5'), 'the partition');
	await pressToBeTold(terminal, 'c', 'write x=1 via n1');
	terminal.press('.'.repeat(8));
	await terminal.settle();

	// In the Log one asks about the first entry that waits
	await terminal.pressFor(`${tab}w`, '╭─ Why ─');
	assert.match(terminal.screen(), /n1’s entry \d \(x=1, term 1\) is not committed/v);
	assert.match(terminal.screen(), /§5\.3/v);
	assert.match(terminal.screen(), /● +\d\.\d{3} +write x=1/v);
	const first = terminal.screen();
	await terminal.pressFor(enter, 'backspace back down');
	assert.notEqual(terminal.screen(), first);
	await terminal.pressFor(backspace, () => terminal.screen() === first, 'the first explanation');

	// Up to the last cause, which has none itself
	await terminal.pressFor(`${down.repeat(9)}${enter}`, 'backspace back down');
	await pressToBeTold(terminal, enter, 'Here it began');
	const at = secondsOf(terminal.lines());
	await terminal.pressFor('o', () => !terminal.screen().includes('╭─ Why ─'), 'the panels');
	assert.ok(secondsOf(terminal.lines()) < at, 'back to when it was asked for');
	await terminal.pressFor('L', () => secondsOf(terminal.lines()) === at, 'the newest moment');
	await terminal.pressFor('H', () => !terminal.lines()[1]!.includes('partition'), 'the end of the partition');
	await terminal.pressFor('u', () => terminal.lines()[1]!.includes('partition n1 n2'), 'the partition again');
});

test('A filter works while it is typed, says what it does not understand, and is walked through and cleared', async () => {
	const terminal = await still(['--seed', '7', '--paused', '--loss', '20%']);
	await terminal.pressFor('.'.repeat(60), ' 0.517 s ');
	await terminal.settle();
	const title = () => titleOf(terminal, 'Messages');
	const isFiltered = () => title().includes(' / ');
	await terminal.pressFor('/', 'messages /');
	const shown = (): number => Number(/ (?<shown>\d+) of /v.exec(title())?.groups?.['shown']);
	await terminal.pressFor(
		'type:v',
		() => terminal.screen().includes('messages /type:v') && !isFiltered(),
		'all of them, as long as no type is named',
	);
	await terminal.pressFor('ote', () => title().includes('/ type:vote '), 'the filter in the title');
	const votes = shown();
	await terminal.pressFor(' lost', () => title().includes('/ type:vote lost '), 'both in the title');
	assert.ok(shown() > 0, title());
	assert.ok(shown() < votes, title());
	await terminal.pressFor(`${ctrlU}term>x${enter}`, 'not done');
	await terminal.pressFor(`${ctrlU}lost`, () => /\/ lost +\d+ of \d+/v.test(title()), 'another one');
	await terminal.pressFor(
		enter,
		() => footerOf(terminal).includes('n N match  esc no filter'),
		'the keys of the filter',
	);
	const pointedAt = () => /❯\d+\.\d+ #(?<id>\d+) /v.exec(terminal.screen())?.groups?.['id'];
	await terminal.pressFor('n', () => pointedAt() !== undefined, 'a match');
	const newest = pointedAt();
	await terminal.pressFor('n', () => pointedAt() !== newest, 'the next match');
	await terminal.pressFor('N', () => pointedAt() === newest, 'the one before');
	await pressToBeTold(terminal, 'N', 'No later match.');
	await terminal.pressFor('w', 'is lost');
	await terminal.pressFor(escape, () => !terminal.screen().includes('╭─ Why ─'), 'the panels');
	await terminal.pressFor(escape, () => footerOf(terminal).includes('esc let go'), 'no filter any more');
	await terminal.pressFor(escape, () => !footerOf(terminal).includes('esc let go'), 'no selection');
	assert.ok(!isFiltered());
});

test('In the zoomed Timeline one walks from event to event, at any scale, and comes back to the panels', async () => {
	const terminal = await still(['--seed', '7', '--paused']);
	await terminal.pressFor('.'.repeat(80), ' 0.496 s ');
	await terminal.settle();
	const before = terminal.screen();
	const end = secondsOf(terminal.lines());
	await terminal.pressFor(
		`${tab.repeat(4)}z`,
		() => titlesOf(terminal.lines()).join(' ') === 'Timeline Selected',
		'the Timeline',
	);
	await terminal.settle();
	const scale = titleOf(terminal, 'Timeline');
	await terminal.pressFor('-', () => titleOf(terminal, 'Timeline') !== scale, 'more time');
	await terminal.pressFor('+', () => titleOf(terminal, 'Timeline') === scale, 'less time');
	const selected = () => terminal.screen().split('╭─ Selected ─', 2)[1];
	const last = selected();
	await terminal.pressFor(left.repeat(5), () => secondsOf(terminal.lines()) < end, 'an earlier time');
	await terminal.settle();
	const earlier = secondsOf(terminal.lines());
	assert.notEqual(selected(), last);
	await terminal.pressFor('/type:elected', 'timeline /type:elected');
	await terminal.pressFor(`${enter}N`, /(?<node>n\d) (?:becomes leader|has the votes)/v);
	await pressToBeTold(terminal, 'N', 'No earlier match.');
	assert.ok(secondsOf(terminal.lines()) <= earlier);
	await terminal.pressFor(escape, () => footerOf(terminal).includes('esc all panels'), 'no filter');
	await terminal.pressFor(right, () => !footerOf(terminal).includes('No earlier'), 'the event after it');
	await terminal.pressFor(escape, () => titlesOf(terminal.lines())[0] === 'Nodes', 'all panels');
	await terminal.pressFor(`L${tab.repeat(4)}`, () => terminal.screen() === before, 'the screen before');
});

test('A presentation goes on and back beat by beat, exactly; whoever acts leaves it, and comes back', async () => {
	const terminal = await still([path.join(demos, 'leader-crash.yaml'), '--present', '--speed', '10']);
	const beat = (): number => Number(/beat (?<beat>\d+)\//v.exec(terminal.screen())?.groups?.['beat'] ?? 0);
	const goOn = async (number: number): Promise<string> => {
		await terminal.pressFor(
			pageDown,
			() => beat() === number && terminal.screen().includes('next: '),
			`beat ${number}`,
		);
		await terminal.settle();
		return terminal.screen();
	};

	assert.equal(beat(), 1);
	const [second, third] = [await goOn(2), await goOn(3)];
	assert.notEqual(second.split('\n', 1)[0], third.split('\n', 1)[0]);
	await terminal.pressFor(pageUp, () => beat() === 2, 'the beat before');
	const withoutNewest = (screen: string): string => screen.split('\n').slice(1, -1).join('\n');
	assert.equal(withoutNewest(terminal.screen()), withoutNewest(second));
	assert.equal(withoutNewest(await goOn(3)), withoutNewest(third));

	await terminal.pressFor('2x', 'script left, Backspace returns');
	await terminal.pressFor(backspace, () => beat() === 3 && !terminal.screen().includes('script left'), 'the script');
	await terminal.pressFor(escape, () => !terminal.screen().includes('❯'), 'no selection');
	await terminal.settle();
	assert.equal(withoutNewest(terminal.screen()), withoutNewest(third));
});

test('A lesson asks, does not let its question be missed, says what is right, and counts', async () => {
	const terminal = await still(['learn', '1', '--speed', '10']);
	const goOnTo = async (question: string): Promise<void> => {
		for (let presses = 0; presses < 9 && !terminal.screen().includes(question); presses++) {
			terminal.press(pageDown);
			await terminal.settle();
		}

		assert.ok(terminal.screen().includes(question), terminal.screen());
	};

	await goOnTo('Which node will stand for election first?');
	assert.match(footerOf(terminal), /^ 1-5 answer /v);
	await pressToBeTold(terminal, ' ', 'Answer with 1 to 5; space once more goes on without an answer.');
	await terminal.pressFor('1', 'Not quite. Its timer has the least time left');
	assert.match(terminal.screen(), /0 of 1 right/v);
	await goOnTo('How many votes does n3 need');
	assert.match(footerOf(terminal), /^ 1-4 answer /v);
	await pressToBeTold(terminal, '7', 'There is no answer 7.');
	await terminal.pressFor('2', 'Right. Three of five are a majority.');
	assert.match(terminal.screen(), /1 of 2 right/v);
	assert.doesNotMatch(footerOf(terminal), /answer/v);
	await goOnTo('What will a follower do');
	await pressToBeTold(terminal, ' ', 'space once more');
	await terminal.pressFor(' ', 'Heartbeats come more often');
	assert.match(terminal.screen(), /1 of 2 right/v, 'what is passed by is not wrong');
	await terminal.pressFor(`${pageDown}${pageDown}`, '1 of 2 right · 1 not answered · beat 9/9 · the end');
	assert.match(terminal.screen(), / The next lesson is Split votes; "whitewater learn 2" opens it\./v);
});

test('A config file gives keys and colours: footer and help follow, and the screen is saved in them', async () => {
	const folder = directoryWith({});
	mkdirSync(path.join(folder, 'whitewater'));
	const file = path.join(folder, 'whitewater/config.yaml');
	writeFileSync(file, 'theme: light\nkeys:\n  crash: K\n  why: [W, ctrl+o]\n');
	const inFolder = ['-c', 'cd "$0" && exec "$@"', folder, process.execPath, program];
	const options = {columns: 100, rows: 32, env: {XDG_CONFIG_HOME: folder}};
	const terminal = Terminal.run('/bin/sh', [...inFolder, '--seed', '7', '--paused'], options);
	await terminal.waitFor(/ W why .*\(K crash: select a node\) .*\? help$/v, 'the keys in the footer');
	await terminal.settle();
	await pressToBeTold(terminal, '2K', 'crash n2');
	await terminal.pressFor('?', '╭─ Help ─');
	assert.match(terminal.screen(), / K +crash the node, or restart it/v);
	await terminal.pressFor(`/crash${enter}`, / K +crash the node, or restart it {2}crash\b/v);
	await terminal.pressFor(escape, () => !/crash {2}/v.test(terminal.screen()), 'all of the help');
	await terminal.pressFor(escape, () => titlesOf(terminal.lines()).length > 1, 'the panels');

	await pressToBeTold(terminal, ctrlS, 'saved as screen-7.svg and screen-7.txt');
	assert.deepEqual(readdirSync(folder).toSorted(), ['screen-7.svg', 'screen-7.txt', 'whitewater']);
	assert.match(readFileSync(path.join(folder, 'screen-7.txt'), 'utf8'), /n2 +✗ down/v);
	const [light, dark] = [readFileSync(path.join(folder, 'screen-7.svg'), 'utf8'), ' fill="#0d1117"'];
	assert.match(light, /^<svg .*seed 7/v);
	assert.ok(!light.includes(dark));

	writeFileSync(file, 'keys:\n  crush: K\n');
	const wrong = Terminal.start(['--seed', '7'], {...options, columns: 200});
	assert.equal(await wrong.waitForExit(), 2);
	assert.match(wrong.screen(), /config\.yaml:2:3: There is no action "crush"\. Did you mean crash\?/v);
	assert.equal(wrong.isAlternate, false);
});

test('With --screen-reader sentences are written instead of a screen, and the keys are the same', async () => {
	const terminal = Terminal.start(['--seed', '7', '--paused', '--screen-reader'], {columns: 200, rows: 32});
	await terminal.waitFor('A Raft cluster of 5 nodes, seed 7, paused.');
	await terminal.waitFor('0.000 seconds, paused. Term 0, no leader, 5 of 5 nodes running.');
	assert.equal(terminal.isAlternate, false);
	await terminal.settle();
	await terminal.pressFor('2x', '0.000: n2 crashed.');
	await terminal.pressFor('?', () => terminal.output.includes('draw the screen anew'), 'the help, read aloud');
	await terminal.pressFor(escape, 'Help closed.');
	assert.doesNotMatch(terminal.output, /[│╭╮╯╰]/v);
	terminal.press('q');
	assert.equal(await terminal.waitForExit(), 0);
	assert.match(terminal.screen(), /Replay: whitewater /v);
});
