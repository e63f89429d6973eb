import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import fc from 'fast-check';
import type {Lab} from '../../source/lab/lab.js';
import {commandText} from '../../source/scenario/command-text.js';
import {commandGroups} from '../../source/scenario/commands.js';
import {charactersOf, textWidth} from '../../source/dashboard/text.js';
import {tried} from '../properties/session.js';
import {ask, crash, frame, isolate, ledByFirst, newLab, stage, twoLeaders, useColours, violated} from './stage.js';

useColours(0);
afterEach(() => {
	useColours(0);
});

type Stage = ReturnType<typeof stage>;

/** Paused, with the line open. */
function open(lab: Lab = ledByFirst(), {columns = 80, rows = 24} = {}): Stage {
	lab.pause();
	const scene = stage(lab, {columns, rows});
	scene.press(':');
	return scene;
}

/** Press the keys that type a text. */
const type = ({press}: Stage, text: string): void => {
	press(...charactersOf(text).map((character) => (character === ' ' ? 'space' : character)));
};

/** The last two lines: what is typed, with a bar for the cursor, and what is below. */
const bottom = ({lines}: Stage): string =>
	lines()
		.slice(-2)
		.map((line) => line.trimEnd())
		.join('\n');

/** What is typed, with a bar for the cursor. */
function typed({dashboard}: Stage): string {
	const {text, cursor} = dashboard.line;
	return `${text.slice(0, cursor)}▏${text.slice(cursor)}`;
}

/** What stands above the line over the panels. */
function above({lines}: Stage): string {
	const all = lines().map((line) => line.trimEnd());
	const from = all.findLastIndex((line) => line.startsWith('──'));
	return from === -1 ? '' : all.slice(from, -2).join('\n');
}

const asked = ({lab}: Stage): readonly string[] => lab.asked.map(({command}) => commandText(command));

/** Type a command and perform it. */
function perform(scene: Stage, text: string): void {
	scene.press(':');
	type(scene, text);
	scene.press('enter');
}

test('The line opens in place of the footer, says its keys, and leaves the screen as it was when it closes', () => {
	const lab = ledByFirst();
	lab.pause();
	const scene = stage(lab, {columns: 80, rows: 24});
	const before = scene.screen();
	scene.press(':');
	assert.equal(
		bottom(scene),
		frame(`
			 :▏
			 enter do it  tab complete  ↑ ↓ history  esc cancel
		`),
	);
	assert.deepEqual(scene.lines().slice(0, -2), before.split('\n').slice(0, -2));
	for (const keys of [['esc'], [':', 'x', 'esc'], [':', 'backspace'], [':', 'enter'], [':', 'space', 'enter']]) {
		scene.press(...keys);
		assert.equal(scene.screen(), before, keys.join(' '));
	}

	assert.equal(lab.asked.length, 1);
});

test('What is typed is performed with Enter, said as a key’s command is, and the line is closed', () => {
	const scene = open();
	type(scene, 'CUT  n1 ->N2');
	scene.press('enter');
	assert.deepEqual(asked(scene).slice(1), ['cut n1 -> n2']);
	assert.match(scene.footer(), /^ {2}cut n1 -> n2 {3}space play /v);
});

test('Keys go to the line while it is open: Space is a space, digits and letters are what they are, g too', () => {
	const scene = open();
	type(scene, 'say gg G q ? : 123 xXsR .+-');
	assert.equal(typed(scene), 'say gg G q ? : 123 xXsR .+-▏');
	assert.equal(scene.lab.isPlaying, false);
	assert.equal(scene.lab.asked.length, 1);
	assert.deepEqual(scene.calls, []);
	scene.press('enter');
	assert.deepEqual(asked(scene).slice(1), ['say gg G q ? : 123 xXsR .+-']);
});

test('Ctrl-C quits from the line, Ctrl-Z and Ctrl-L work in it', () => {
	const scene = open();
	scene.press('ctrl+z', 'ctrl+l', 'ctrl+c');
	assert.deepEqual(scene.calls, ['suspend', 'redraw', 'quit']);
});

test('While the line is open the run goes on', () => {
	const scene = stage(newLab(), {columns: 80, rows: 24});
	scene.press(':', 'c', 'r');
	const before = scene.lab.world.timeUs;
	scene.dashboard.tick(100);
	assert.equal(scene.lab.world.timeUs, before + 100_000);
	assert.match(scene.lines()[0]!, /▶ 0\.100 s/v);
	assert.equal(typed(scene), 'cr▏');
});

const editing: ReadonlyArray<readonly [text: string, keys: readonly string[], left: string]> = [
	['crash n1', ['left', 'left', '2'], 'crash 2▏n1'],
	['crash n1', ['home', 'x'], 'x▏crash n1'],
	['crash n1', ['ctrl+a', 'right', 'x'], 'cx▏rash n1'],
	['crash n1', ['ctrl+a', 'end', 'x'], 'crash n1x▏'],
	['crash n1', ['home', 'left', 'left', 'ctrl+e', 'right', 'x'], 'crash n1x▏'],
	['crash n1', ['backspace', '2'], 'crash n2▏'],
	['crash n1', ['left', 'left', 'delete', 'delete', 'delete'], 'crash ▏'],
	['crash n1', ['ctrl+w'], 'crash ▏'],
	['crash n1', ['ctrl+w', 'ctrl+w', 'ctrl+w'], '▏'],
	['crash  n1  ', ['ctrl+w', 'x'], 'crash  x▏'],
	['crash n1', ['left', 'ctrl+w'], 'crash ▏1'],
	['crash n1', ['left', 'left', 'ctrl+u'], '▏'],
	['crash n1', ['left', 'left', 'ctrl+k'], 'crash ▏'],
	['x', ['home', 'backspace'], '▏x'],
];

for (const [text, keys, left] of editing) {
	test(`After "${text}", ${keys.join(' ')} leaves ${left}`, () => {
		const scene = open();
		type(scene, text);
		scene.press(...keys);
		assert.equal(typed(scene), left);
		assert.ok(scene.lines().at(-2)!.startsWith(` :${left}`));
	});
}

test('Behind the cursor stands how the command is written, or what its name could become', () => {
	const scene = open();
	const hint = (): string => /▏ {3}(?<hint>.*)$/v.exec(scene.lines().at(-2)!.trimEnd())?.groups?.['hint'] ?? '';
	type(scene, 're');
	assert.equal(hint(), 'rejoin  release  restart  resume  read');
	type(scene, 'st');
	assert.equal(hint(), 'restart n4');
	scene.press('ctrl+u');
	type(scene, 'DISK n2');
	assert.equal(hint(), 'disk n2 slow 20ms, or failing, full, lying, ok');
	scene.press('ctrl+u');
	type(scene, 'nonsense');
	assert.equal(hint(), '');
	scene.press('ctrl+u');
	type(scene, 'wai');
	assert.equal(hint(), '', 'wait is not for here');
});

test('Tab goes through what could stand at the cursor, Shift-Tab back, and in between is what was typed', () => {
	const scene = open();
	type(scene, 'disk n1 f');
	const seen = ['tab', 'tab', 'tab', 'tab', 'shift+tab', 'shift+tab'].map((key) => {
		scene.press(key);
		return typed(scene);
	});
	assert.deepEqual(seen, [
		'disk n1 failing▏',
		'disk n1 full▏',
		'disk n1 f▏',
		'disk n1 failing▏',
		'disk n1 f▏',
		'disk n1 full▏',
	]);
	assert.equal(
		above(scene),
		frame(`
			── 2 possible ──────────────────────────────────────────────────────────────────
			  failing  writes and syncs fail
			 ❯full     there is no room for more
		`),
	);
	scene.press('enter');
	assert.deepEqual(asked(scene).slice(1), ['disk n1 full']);
});

test('What only one thing can become is completed at once, with the blank after it; after a whole word comes the next', () => {
	const scene = open();
	type(scene, 'iso');
	scene.press('tab');
	assert.equal(typed(scene), 'isolate ▏');
	assert.equal(above(scene), '');
	scene.press('backspace', 'tab');
	assert.equal(typed(scene), 'isolate n1▏');
	assert.match(above(scene), /^── 12 possible ─+\n ❯n1 /v);
});

test('Typing on ends the choosing and keeps what was chosen; Esc closes the line', () => {
	const scene = open();
	type(scene, 'crash');
	scene.press('tab', 'tab', 'space', 'x');
	assert.equal(typed(scene), 'crash n2 x▏');
	assert.equal(above(scene), '');
	scene.press('ctrl+w', 'tab', 'esc');
	assert.equal(scene.lab.asked.length, 1);
	assert.doesNotMatch(scene.screen(), /possible|▏/v);
});

test('On an empty line Tab goes through all commands but those that are for scenario files', () => {
	const scene = open(ledByFirst(), {columns: 80, rows: 60});
	const names = new Set(commandGroups.flatMap(({forms}) => forms.map(({name}) => name)));
	const seen = new Set<string>();
	for (const _ of names) {
		scene.press('tab');
		seen.add(scene.dashboard.line.text);
	}

	seen.delete('');
	assert.deepEqual(
		[...names].filter((name) => !seen.has(name)),
		['wait', 'expect'],
	);
});

test('Completion works in the midst of a line', () => {
	const scene = open();
	type(scene, 'link n1 lo 50%');
	scene.press(...new Array<string>(4).fill('left'), 'tab');
	assert.equal(typed(scene), 'link n1 lo▏ 50%');
	scene.press('home', ...new Array<string>(7).fill('right'), 'space', 'n', '2', 'end', 'enter');
	assert.match(above(scene), /^── not done/v);
});

test('Where nothing can follow, Tab changes nothing', () => {
	const scene = open();
	type(scene, 'crash n1');
	scene.press('tab', 'tab', 'shift+tab');
	assert.equal(typed(scene), 'crash n1▏');
	assert.equal(above(scene), '');
});

test('A mistake stays in its place, with the sentence above and a mark below, and can be put right', () => {
	const scene = open();
	type(scene, 'crash n7 now');
	scene.press('enter');
	assert.equal(
		above(scene),
		frame(`
			── not done ────────────────────────────────────────────────────────────────────
			 There is no n7; the cluster has n1 to n5.
		`),
	);
	assert.equal(
		bottom(scene),
		frame(`
			 :crash n7▏ now   crash leader
			        ^^
		`),
	);
	assert.equal(scene.lab.asked.length, 1);
	scene.press('backspace', '2');
	assert.equal(above(scene), '');
	assert.match(bottom(scene), /^ :crash n2▏ now .*\n enter do it/v);
	scene.press('ctrl+k', 'enter');
	assert.deepEqual(asked(scene).slice(1), ['crash n2']);
});

test('Ctrl-U is rid of the whole line, wherever a mistake has led the cursor', () => {
	const scene = open();
	type(scene, 'partition n1 n7 2');
	scene.press('enter');
	assert.equal(typed(scene), 'partition n1 n7▏ 2');
	scene.press('ctrl+u');
	assert.equal(bottom(scene), ' :▏\n enter do it  tab complete  ↑ ↓ history  esc cancel');
	assert.equal(above(scene), '');
});

test('Who asks for help on the line gets it, all of it or what has a word in it', () => {
	for (const [text, remark] of [
		['help', / ↓ \d+ more lines ─╮/v],
		[' ? ', / ↓ \d+ more lines ─╮/v],
		['HELP crash', / \/ crash {2}\/ searches ─╮/v],
		['?  two words ', / \/ two words {2}\/ searches ─╮/v],
	] as const) {
		const scene = open();
		type(scene, text);
		scene.press('enter');
		assert.match(scene.lines().find((line) => line.startsWith('╭─ Help ─')) ?? '', remark, text);
		assert.equal(scene.dashboard.line.isOpen, false);
		assert.equal(scene.lab.asked.length, 1);
	}

	const scene = open();
	type(scene, 'helpless');
	scene.press('enter');
	assert.doesNotMatch(scene.screen(), /╭─ Help ─/v);
});

test('A word that suggests no command may be one for the help to look for', () => {
	const scene = open();
	type(scene, 'why not');
	scene.press('enter');
	assert.equal(
		above(scene),
		frame(`
			── not done ────────────────────────────────────────────────────────────────────
			 There is no command "why". Try "help why", or Tab on an empty line for all
			 commands.
		`),
	);
	assert.match(bottom(scene), /^ :why▏ not\n {2}\^{3}$/v);
	scene.press('ctrl+u');
	type(scene, 'kill n1');
	scene.press('enter');
	assert.match(above(scene), /\n There is no command "kill"\. Did you mean crash\?$/v);
});

test('Who types what other programs are left with leaves', () => {
	for (const text of ['q', 'quit', ' exit ', 'Q']) {
		const scene = open();
		scene.press('esc', 'z', ':');
		type(scene, text);
		scene.press('enter');
		assert.deepEqual(scene.calls, ['quit'], text);
	}
});

test('The message of an example is the latest one when the line was opened', () => {
	const scene = open();
	const {messagesSent} = scene.lab.world;
	assert.notEqual(messagesSent, 381);
	type(scene, 'drop');
	assert.match(bottom(scene), new RegExp(`^ :drop▏ {3}drop #${messagesSent}\n`, 'v'));
	scene.press('space', 'tab');
	assert.equal(typed(scene), `drop #${messagesSent} ▏`);
	scene.press('ctrl+u');
	type(scene, 'duplicate');
	assert.match(bottom(scene), new RegExp(` duplicate 5%, or duplicate #${messagesSent} for one message\n`, 'v'));
	scene.press('ctrl+u');
	type(scene, `drop #${messagesSent}`);
	scene.press('tab');
	assert.equal(typed(scene), `drop #${messagesSent}▏`);

	const early = open(newLab());
	type(early, 'hold');
	assert.match(bottom(early), /^ :hold▏ {3}hold #1\n/v);
});

test('A hint that has no room is cut after a word, and says so', () => {
	const scene = open();
	type(scene, 'link');
	assert.equal(
		scene.lines().at(-2)!.trimEnd(),
		' :link▏   link n1 -> n2 loss 50% delay 200ms duplicate 5%, or link n1 -> n2 …',
	);
});

test('A long sentence is broken between words, and something that is missing is marked where it belongs', () => {
	const scene = open();
	type(scene, 'crash');
	scene.press('enter');
	assert.ok(above(scene).split('\n').length >= 3);
	assert.doesNotMatch(above(scene), /…/v);
	assert.match(bottom(scene), /^ :crash▏ .*\n {7}\^$/v);
});

test('In colours the word that is wrong is underlined and the cursor inverted', () => {
	useColours(1);
	const scene = open();
	type(scene, 'crash n7');
	scene.press('enter');
	const line = scene.lines().at(-2)!;
	assert.ok(line.includes('\u{1B}[31m\u{1B}[4mn7'), line);
	assert.ok(line.includes('\u{1B}[7m \u{1B}'), line);
	assert.doesNotMatch(line, /▏/v);
});

test('What is well said and impossible now is refused in its place too, with the reason', () => {
	const lab = ledByFirst();
	ask(lab, crash(2));
	const scene = open(lab);
	type(scene, 'crash n2');
	scene.press('enter');
	assert.match(above(scene), /^── not done ─+\n n2 is already down\.$/v);
	assert.match(bottom(scene), /^ :crash n2▏ .*\n enter do it/v);
});

test('Waiting and expecting are refused with a sentence that says where they belong', () => {
	for (const text of ['wait leader', 'wait 500ms', 'WAIT', 'expect safe', 'expect nonsense']) {
		const scene = open();
		type(scene, text);
		scene.press('enter');
		assert.match(above(scene), /\n "(?:wait|expect)" belongs in a scenario file\./v, text);
		assert.match(bottom(scene), /\n {2}(?:\^{4}|\^{6})$/v, text);
	}
});

test('speed sets the speed, whatever it is, and the keys go on from there', () => {
	const scene = open();
	type(scene, 'speed 0.3x');
	scene.press('enter');
	assert.equal(scene.lab.speed, 0.3);
	assert.match(scene.footer(), /^ {2}speed 0\.3x /v);
	assert.match(scene.lines()[0]!, /×0\.3/v);
	scene.press('+');
	assert.equal(scene.lab.speed, 0.5);
});

test('Captions and chapters are commands as well', () => {
	const scene = open();
	type(scene, 'mark The election');
	scene.press('enter');
	perform(scene, 'say n1 leads');
	assert.deepEqual(asked(scene).slice(1), ['mark The election', 'say n1 leads']);
});

test('Up and Down go through what was performed, those that begin with what was typed', () => {
	const scene = open();
	scene.press('esc');
	for (const text of ['loss 10%', 'crash n2', 'loss 20%', 'restart n2', 'loss 20%']) {
		perform(scene, text);
	}

	scene.press(':');
	const walk = (...keys: readonly string[]): readonly string[] =>
		keys.map((key) => {
			scene.press(key);
			return typed(scene);
		});
	assert.deepEqual(walk('up', 'up', 'up', 'up', 'up', 'up'), [
		'loss 20%▏',
		'restart n2▏',
		'loss 20%▏',
		'crash n2▏',
		'loss 10%▏',
		'loss 10%▏',
	]);
	assert.deepEqual(walk('down', 'down', 'down', 'down', 'down', 'down'), [
		'crash n2▏',
		'loss 20%▏',
		'restart n2▏',
		'loss 20%▏',
		'▏',
		'▏',
	]);
	type(scene, 'lo');
	assert.deepEqual(walk('up', 'up', 'up', 'down', 'down'), ['loss 20%▏', 'loss 10%▏', 'loss 10%▏', 'loss 20%▏', 'lo▏']);
});

test('What was refused or given up is not remembered', () => {
	const scene = open();
	type(scene, 'crash n9');
	scene.press('enter', 'esc', ':');
	type(scene, 'heal');
	scene.press('esc', ':', 'up');
	assert.equal(typed(scene), '▏');
});

test('What is pasted into the line stays on it: line breaks become blanks, what has no place is left out', () => {
	const scene = open();
	scene.dashboard.paste('write x="a\tb"\r\n\u{1B}[31mvia 日本n1👩‍👩‍👧\u{202E}');
	assert.equal(typed(scene), 'write x="a b" [31mvia 日本n1👩‍👩‍👧▏');
	assert.equal(scene.lab.asked.length, 1);
});

test('What is pasted where no line is open is nobody’s keys', () => {
	const scene = open();
	scene.press('esc');
	const before = scene.screen();
	scene.dashboard.paste('xq');
	assert.equal(scene.screen(), before);
	assert.deepEqual(scene.calls, []);
});

test('Letters of any script can be typed, however wide they are', () => {
	const scene = open();
	type(scene, 'say é ß 日本語 👩‍👩‍👧');
	assert.equal(typed(scene), 'say é ß 日本語 👩‍👩‍👧▏');
	scene.press('left', 'left', 'left');
	assert.equal(typed(scene), 'say é ß 日本▏語 👩‍👩‍👧');
	scene.press('enter');
	assert.deepEqual(asked(scene).slice(1), ['say é ß 日本語 👩‍👩‍👧']);
});

test('Of a long line the part around the cursor is shown, on the smallest screen too', () => {
	const scene = open(ledByFirst(), {columns: 60, rows: 16});
	const text = `say ${Array.from({length: 30}, (_, at) => `word${at}`).join(' ')}`;
	type(scene, text);
	assert.match(scene.lines().at(-2)!, /^ :….*word29▏ *$/v);
	scene.press('home');
	assert.match(scene.lines().at(-2)!, /^ :▏say word0 .*… *$/v);
	for (const _ of text) {
		scene.press('right');
		assert.ok(scene.lines().every((line) => line.length === 60));
		assert.match(scene.lines().at(-2)!, /▏/v);
	}

	scene.press('enter');
	assert.deepEqual(asked(scene).slice(1), [text]);
});

test('On the smallest screen the candidates leave the panels most of the room', () => {
	const scene = open(ledByFirst(), {columns: 60, rows: 16});
	scene.press('tab', 'tab', 'tab');
	assert.equal(scene.lines().length, 16);
	assert.ok(above(scene).split('\n').length <= 5);
	assert.match(above(scene), /❯/v);
	assert.match(scene.screen(), /★ leader/v);
});

test('Every usage that the hints and the help show can be typed as it stands', () => {
	const usages = commandGroups.flatMap(({forms}) => forms.map(({name, usage}) => ({name, usage})));
	const texts = usages.flatMap(({name, usage}) => usage.split(', or ').filter((text) => text.startsWith(name)));
	assert.ok(texts.length > 40);
	for (const text of texts) {
		const scene = open(twoLeaders());
		type(scene, text.replace(/ for one .*$/v, ''));
		scene.press('enter');
		assert.doesNotMatch(above(scene), / comes | There is no command /v, text);
	}
});

test('A promise that is broken while somebody types opens below the line, and the line stays', () => {
	const lab = violated();
	const scene = open(lab);
	assert.match(scene.screen(), /╭─ Violation ─/v);
	type(scene, 'heal');
	assert.equal(typed(scene), 'heal▏');
	scene.press('esc');
	assert.match(scene.screen(), /╭─ Violation ─/v);
});

const anyKey = fc.oneof(
	{arbitrary: fc.constantFrom(...String.raw`crash n1->2%#|"\é日`, '👩‍👩‍👧', '\u{301}'), weight: 6},
	{
		arbitrary: fc.constantFrom(
			'left',
			'right',
			'home',
			'end',
			'backspace',
			'delete',
			'tab',
			'shift+tab',
			'up',
			'down',
			'enter',
			'space',
			'ctrl+a',
			'ctrl+e',
			'ctrl+u',
			'ctrl+k',
			'ctrl+w',
			'esc',
			':',
			'ctrl+x',
			'pageup',
			'alt+x',
		),
		weight: 4,
	},
);

test('Whatever is typed in whatever order, nothing throws, and every frame is as large as the screen', () => {
	fc.assert(
		fc.property(
			fc.array(anyKey, {maxLength: 60, size: 'max'}),
			fc.constantFrom({columns: 60, rows: 16}, {columns: 80, rows: 24}, {columns: 200, rows: 60}),
			(keys, size) => {
				const lab = ledByFirst();
				ask(lab, isolate(5));
				const scene = open(lab, size);
				for (const key of keys) {
					scene.press(key);
					const lines = scene.lines();
					assert.equal(lines.length, size.rows);
					assert.ok(lines.every((line) => textWidth(line) === size.columns));
				}
			},
		),
		tried(25),
	);
});
