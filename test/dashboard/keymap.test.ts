import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {places, type Binding, type Place} from '../../source/dashboard/binding.js';
import {bindingFor, bindings} from '../../source/dashboard/keymap.js';
import type {Lab} from '../../source/lab/lab.js';
import {commandText} from '../../source/scenario/command-text.js';
import {tried} from '../properties/session.js';
import {
	ask,
	crash,
	disk,
	isolate,
	ledByFirst,
	newLab,
	partition,
	pass,
	restart,
	stage,
	suspend,
	twoLeaders,
	useColours,
	violated,
	write,
} from './stage.js';

useColours(0);

type Stage = ReturnType<typeof stage>;

/** Paused, so that nothing but keys changes anything. */
function still(lab: Lab = ledByFirst(), options: Parameters<typeof stage>[1] = {}): Stage {
	lab.pause();
	return stage(lab, options);
}

const at = (place: Place): readonly Binding[] => bindings.filter((binding) => binding.place === place);

test('In no place is a key bound twice, nor two bindings called the same', () => {
	for (const place of places) {
		const keys = at(place).flatMap((binding) => binding.keys);
		const names = at(place).map(({name}) => name);
		assert.equal(new Set(keys).size, keys.length, `${place}: ${keys.join(' ')}`);
		assert.equal(new Set(names).size, names.length, `${place}: ${names.join(' ')}`);
		for (const key of keys) {
			assert.equal(bindingFor(bindings, [place, 'everywhere'], key)!.place, place, `${key} in ${place}`);
		}
	}
});

test('Every place has keys, and what lies nearest prevails', () => {
	for (const place of places) {
		assert.ok(at(place).length > 0, place);
	}

	assert.equal(bindingFor(bindings, ['presenter', 'panels'], 'space')!.name, 'next-beat');
	assert.equal(bindingFor(bindings, ['panels', 'presenter'], 'space')!.name, 'play');
	assert.equal(bindingFor(bindings, ['help'], 'x'), undefined);
});

/** The keys that a label names. */
function keysOf(label: string): readonly string[] {
	const names: Readonly<Record<string, string>> = {
		'←': 'left',
		'↓': 'down',
		'↑': 'up',
		'→': 'right',
		PgUp: 'pageup',
		PgDn: 'pagedown',
	};
	const words = /^g [cesv]$/v.test(label) ? [label] : label.replace('g g', 'gg').split(' ');
	return words.flatMap((word) =>
		word === '1-9'
			? ['1', '2', '3', '4', '5', '6', '7', '8', '9']
			: [word === 'gg' ? 'g g' : (names[word] ?? word.replace('ctrl-', 'ctrl+'))],
	);
}

test('The help and the footer name keys that are bound, to just what they name', () => {
	for (const {label, keys, help} of bindings) {
		for (const key of keysOf(label)) {
			assert.ok(keys.includes(key), `${label}: ${help}`);
		}
	}
});

test('The footer names the keys of the place, and they are in the help', () => {
	const wide = {columns: 420, rows: 40};
	const {press, footer, dashboard} = still(violated(), wide);
	for (const [place, keys] of [
		['violation', []],
		['panels', ['esc']],
		['picker', ['p']],
		['help', ['esc', '?']],
		['messages', ['esc', 'tab', 'tab', 'tab']],
		['line', [':']],
	] as const) {
		press(...keys);
		dashboard.tick(5000);
		const wordOf = ({footer: word}: Binding) => (typeof word === 'function' ? word(dashboard) : word);
		const hints = at(place).filter((binding) => wordOf(binding) !== undefined);
		assert.ok(hints.length > 0);
		for (const {label} of hints) {
			const shown = label === '1-9' ? '1-5' : label;
			assert.ok(
				[` ${shown} `, `(${shown} `].some((hint) => footer().includes(hint)),
				`${label} in ${footer()}`,
			);
		}
	}
});

const toMessages = ['tab', 'tab', 'tab'];

/** A key that changes the cluster: what was done before, the keys, and the command as it is written. */
const commanding: ReadonlyArray<readonly [lab: () => Lab, keys: readonly string[], text: string]> = [
	[ledByFirst, ['x'], 'crash n1'],
	[ledByFirst, ['3', 'x'], 'crash n3'],
	[() => without(3), ['3', 'x'], 'restart n3'],
	[ledByFirst, ['i'], 'isolate n1'],
	[ledByFirst, ['4', 'i'], 'isolate n4'],
	[() => apart(4), ['4', 'i'], 'rejoin n4'],
	[ledByFirst, ['2', 't'], 'timeout n2'],
	[ledByFirst, ['c'], 'write x=1 via n1'],
	[ledByFirst, ['5', 'c'], 'write x=1 via n5'],
	[twoLeaders, ['c'], 'write x=1 via n3'],
	[twoLeaders, ['H'], 'heal'],
	[ledByFirst, ['}'], 'loss 5%'],
	[() => newLab({lossRate: 0.1}), ['{'], 'loss 5%'],
	[ledByFirst, ['>'], 'delay 20ms'],
	[() => newLab({delay: {minUs: 10_000, maxUs: 30_000}}), ['<'], 'delay 5-15ms'],
	[ledByFirst, ['p', '1', '2', 'enter'], 'partition n1 n2 | rest'],
	[ledByFirst, ['p', '5', '3', '5', '4', 'p'], 'partition n3 n4 | rest'],
	[ledByFirst, ['X'], 'wipe n1'],
	[() => without(3), ['3', 'X'], 'wipe n3'],
	[ledByFirst, ['s'], 'suspend n1'],
	[ledByFirst, ['4', 's'], 'suspend n4'],
	[() => asleep(4), ['4', 's'], 'resume n4'],
	[ledByFirst, ['R'], 'faults on'],
	[troubled, ['R'], 'faults off'],
	[sending, [...toMessages, 'down', 'd'], 'drop #28'],
	[sending, [...toMessages, 'down', 'down', 'y'], 'duplicate #27'],
	[sending, [...toMessages, 'j', 'j', 'o'], 'hold #27'],
	[() => holding(27), [...toMessages, 'j', 'j', 'o'], 'release #27'],
];

function asleep(node: number): Lab {
	const lab = ledByFirst();
	ask(lab, suspend(node));
	return lab;
}

function troubled(): Lab {
	const lab = ledByFirst();
	ask(lab, {type: 'faults', kinds: ['crash']});
	return lab;
}

/** Four messages are on their way, the last of them is #28. */
function sending(): Lab {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	return lab;
}

function holding(message: number): Lab {
	const lab = sending();
	ask(lab, {type: 'hold', message});
	return lab;
}

function without(node: number): Lab {
	const lab = ledByFirst();
	ask(lab, crash(node));
	return lab;
}

function apart(node: number): Lab {
	const lab = ledByFirst();
	ask(lab, isolate(node));
	return lab;
}

for (const [lab, keys, text] of commanding) {
	test(`${keys.join(' ')} asks for "${text}", once, and says so`, () => {
		const scene = still(lab());
		const before = scene.lab.asked.length;
		scene.press(...keys);
		assert.equal(scene.lab.asked.length, before + 1);
		const {command, timeUs} = scene.lab.asked.at(-1)!;
		assert.equal(commandText(command), text);
		assert.equal(timeUs, scene.lab.world.timeUs);
		assert.ok(scene.footer().includes(`  ${text.replace(/ via n5$/v, ' failed: n5 does not lead')} `), scene.footer());
	});
}

/** A key that cannot do what it does: the sentence that says why. */
const refusals: ReadonlyArray<readonly [lab: () => Lab, keys: readonly string[], words: RegExp]> = [
	[newLab, ['x'], /There is no leader at the moment: select a node/v],
	[newLab, ['i'], /There is no leader at the moment: select a node/v],
	[newLab, ['t'], /There is no leader at the moment: select a node/v],
	[newLab, ['c'], /There is no leader at the moment: select a node/v],
	[ledByFirst, ['t'], /n1 leads: it has no election timer\./v],
	[() => without(3), ['3', 't'], /n3 is down: it has no timer\./v],
	[() => without(3), ['3', 'c'], /n3 is down\./v],
	[ledByFirst, ['H'], /There is nothing to heal/v],
	[ledByFirst, ['{'], /Nothing is lost already\./v],
	[() => newLab({lossRate: 1}), ['}'], /Everything is lost already\./v],
	[() => newLab({delay: {minUs: 1000, maxUs: 1000}}), ['<'], /The delay stays between 1 and 2000 ms\./v],
	[() => newLab({delay: {minUs: 2_000_000, maxUs: 2_000_000}}), ['>'], /The delay stays between 1 and 2000 ms\./v],
	[ledByFirst, ['p', 'enter'], /Nobody was picked/v],
	[ledByFirst, ['p', '1', '2', '3', '4', '5', 'enter'], /at least two sides/v],
	[ledByFirst, ['7'], /There is no n7; the cluster has n1 to n5\./v],
	[ledByFirst, ['p', '7'], /There is no n7; the cluster has n1 to n5\./v],
	[newLab, ['s'], /There is no leader at the moment: select a node/v],
	[newLab, ['X'], /There is no leader at the moment: select a node/v],
	[() => without(3), ['3', 's'], /n3 is down\./v],
	[sending, [...toMessages, 'd'], /No message is selected: the arrows select one\./v],
	[sending, [...toMessages, 'y'], /No message is selected/v],
	[sending, [...toMessages, 'o'], /No message is selected/v],
	[ledByFirst, [...toMessages, 'down', 'd'], /Message #24 is not on its way any more\./v],
	[newLab, [...toMessages, 'down', 'o'], /No message is selected/v],
	[newLab, ['v'], /No promise has been broken so far\./v],
];

for (const [lab, keys, words] of refusals) {
	test(`${keys.join(' ')} is refused in a sentence where it cannot be done, and changes nothing: ${words.source}`, () => {
		const scene = still(lab());
		const {asked, world} = scene.lab;
		const before = [asked.length, world.trace.digest];
		scene.press(...keys);
		assert.deepEqual([asked.length, world.trace.digest], before);
		assert.match(scene.footer(), words);
	});
}

test('Loss goes up to everything and down to nothing, in steps that add up', () => {
	const scene = still();
	for (let step = 1; step <= 20; step++) {
		scene.press('}');
		assert.equal(scene.lab.world.network.lossRate, step / 20);
	}

	scene.press('}');
	assert.equal(scene.lab.world.network.lossRate, 1);
	scene.press(...new Array<string>(21).fill('{'));
	assert.equal(scene.lab.world.network.lossRate, 0);
});

test('Loss goes from any rate down to nothing and up to everything', () => {
	const few = still(newLab({lossRate: 0.03}));
	few.press('{');
	assert.equal(few.lab.world.network.lossRate, 0);
	const most = still(newLab({lossRate: 0.97}));
	most.press('}');
	assert.equal(most.lab.world.network.lossRate, 1);
	const halves = still(newLab({lossRate: 0.025}));
	halves.press('}');
	assert.equal(halves.lab.world.network.lossRate, 0.075);
});

test('Delay is doubled and halved back to what it was', () => {
	const scene = still(newLab({delay: {minUs: 10_000, maxUs: 30_000}}));
	scene.press('>', '>', '>', '<', '<', '<', '<', '>');
	assert.deepEqual(scene.lab.world.network.delay, {minUs: 10_000, maxUs: 30_000});
});

test('A delay that began outside of the keys’ range can be brought into it', () => {
	const long = still(newLab({delay: {minUs: 5_000_000, maxUs: 5_000_000}}));
	long.press('<');
	assert.equal(long.lab.asked.length, 1);
	const none = still(newLab({delay: {minUs: 0, maxUs: 0}}));
	none.press('>');
	assert.equal(none.lab.asked.length, 1);
});

test('Writes take their turn among the keys, and no value comes twice', () => {
	const scene = still();
	scene.press('c', 'c', 'c', 'c', 'c');
	assert.deepEqual(
		scene.lab.asked.slice(-5).map(({command}) => command.type === 'write' && `${command.key}=${command.value}`),
		['x=1', 'y=2', 'z=3', 'w=4', 'x=5'],
	);
});

test('After the leader’s crash the same key does not bring it back, for it acts on whoever leads', () => {
	const scene = still();
	scene.press('x', 'x');
	assert.deepEqual(
		scene.lab.asked.slice(1).map(({command}) => commandText(command)),
		['crash n1'],
	);
	assert.match(scene.footer(), /There is no leader at the moment/v);
	scene.press('1', 'x');
	assert.equal(commandText(scene.lab.asked.at(-1)!.command), 'restart n1');
});

test('The footer says what a key would do now, and to whom', () => {
	const scene = still(newLab(), {columns: 200, rows: 40});
	assert.match(scene.footer(), / space play .*\(x crash: select a node\) .*\(i isolate\)/v);
	ask(scene.lab, {type: 'timeout', node: 2});
	pass(scene.lab, 100);
	scene.press('space');
	assert.match(scene.footer(), / space pause .* x crash n2 .* i isolate n2 /v);
	scene.press('4', 'i', 'x');
	scene.dashboard.tick(2000);
	assert.match(scene.footer(), / x restart n4 .* i rejoin n4 /v);
});

test('Space plays and pauses; . pauses and goes on to where something happens', () => {
	const scene = stage(newLab());
	scene.press('space');
	assert.equal(scene.lab.isPlaying, false);
	scene.press('space');
	assert.equal(scene.lab.isPlaying, true);
	scene.press('.');
	assert.equal(scene.lab.isPlaying, false);
	assert.equal(scene.lab.world.timeUs, 200_000);
	assert.ok(scene.lab.world.trace.length > 1);
});

test('Speed goes through its steps and stops at both ends with a word', () => {
	const scene = still();
	scene.press('+');
	assert.equal(scene.lab.speed, 2);
	assert.match(scene.footer(), /speed 2x/v);
	scene.press('=', '-');
	assert.equal(scene.lab.speed, 2);
	scene.press(...new Array<string>(20).fill('+'));
	assert.match(scene.footer(), /does not go faster than 10x/v);
	scene.press(...new Array<string>(20).fill('-'));
	assert.match(scene.footer(), /does not go slower than 0\.01x/v);
});

test('A number selects a node, however often, and Esc lets it go', () => {
	const scene = still();
	scene.press('3');
	assert.match(scene.screen(), /❯n3/v);
	scene.press('4');
	assert.match(scene.screen(), /❯n4/v);
	scene.press('4');
	assert.match(scene.screen(), /❯n4/v);
	scene.press('esc');
	assert.doesNotMatch(scene.screen(), /❯/v);
});

test('In the Nodes panel arrows, and letters as in vi, go from node to node and stop at both ends', () => {
	const scene = still();
	const selected = (): string | undefined => /❯(?<name>n\d)/v.exec(scene.screen())?.groups?.['name'];
	const seen = ['down', 'j', 'down', 'j', 'down', 'j', 'up', 'k'].map((key) => {
		scene.press(key);
		return selected();
	});
	assert.deepEqual(seen, ['n1', 'n2', 'n3', 'n4', 'n5', 'n5', 'n4', 'n3']);
	const other = still();
	other.press('up');
	assert.match(other.screen(), /❯n5/v);
});

test('In the Nodes panel g g and G go to the first and to the last', () => {
	const scene = still();
	scene.press('3', 'G');
	assert.match(scene.screen(), /❯n5/v);
	scene.press('g', 'g');
	assert.match(scene.screen(), /❯n1/v);
});

test('Tab goes through the panels in view, then through all others and around, Shift-Tab back', () => {
	const scene = still(ledByFirst(), {columns: 80, rows: 24});
	const titles = (): readonly string[] =>
		Array.from(scene.screen().matchAll(/╭─ (?<title>\w+) /gv), ({groups}) => groups!['title']!);
	const shown = Array.from({length: 8}, () => {
		scene.press('tab');
		return titles();
	});
	assert.deepEqual(shown, [
		['Nodes', 'Log', 'Messages'],
		['Nodes', 'Log', 'Messages'],
		['Nodes', 'Cluster'],
		['Nodes', 'Timeline'],
		['Nodes', 'Events'],
		['Nodes', 'Clients'],
		['Nodes', 'Metrics'],
		['Nodes', 'Log', 'Messages'],
	]);
	scene.press('shift+tab');
	assert.deepEqual(titles(), ['Nodes', 'Metrics']);
});

test('z and Enter give the panel in focus the screen, and give it back', () => {
	const scene = still(ledByFirst(), {columns: 200, rows: 60});
	const titles = (): readonly string[] =>
		Array.from(scene.screen().matchAll(/╭─ (?<title>\w+) /gv), ({groups}) => groups!['title']!);
	for (const key of ['z', 'enter']) {
		scene.press(key);
		assert.deepEqual(titles(), ['Nodes']);
		assert.match(scene.footer(), /^ esc all panels /v);
		scene.press('tab');
		assert.deepEqual(titles(), ['Timeline', 'Selected']);
		scene.press('shift+tab', key);
		assert.equal(titles().length, 8);
	}
});

test('? opens the help anywhere among the panels; keys of the panels do nothing in it', () => {
	const scene = still();
	scene.press('?');
	assert.match(scene.screen(), /╭─ Help ─/v);
	const help = scene.screen();
	scene.press('x', 'c', 'space', '1', 'z', 'tab', 'p', '.');
	assert.equal(scene.screen(), help);
	assert.equal(scene.lab.asked.length, 1);
	for (const key of ['?', 'esc', 'q', 'enter']) {
		scene.press(key);
		assert.doesNotMatch(scene.screen(), /╭─ Help ─/v, key);
		scene.press('?');
	}

	assert.deepEqual(scene.calls, []);
});

test('A long help is read line by line and page by page, to its end and back', () => {
	const scene = still(ledByFirst(), {columns: 80, rows: 20});
	const left = (): number => Number(/↓ (?<lines>\d+) more lines/v.exec(scene.screen())?.groups?.['lines'] ?? 0);
	scene.press('?');
	const all = left();
	scene.press('j', 'down');
	assert.equal(left(), all - 2);
	scene.press('k', 'up');
	assert.equal(left(), all);
	scene.press('pagedown');
	assert.equal(left(), all - 14, 'one line of fifteen stays');
	scene.press('pageup');
	assert.equal(left(), all);
	scene.press('G');
	assert.equal(left(), 0);
	scene.press('g', 'g');
	assert.equal(left(), all);
});

test('In the picker numbers go to one side and back, and nothing else is done', () => {
	const scene = still(twoLeaders());
	const before = scene.lab.asked.length;
	scene.press('p');
	assert.match(scene.footer(), /partition {2}pick one side .* 1-5 pick .* enter partition .* esc cancel/v);
	scene.press('4', '1');
	assert.match(scene.footer(), /partition {2}n1 n4 ┃ rest/v);
	scene.press('4', 'x', 'c', 'H', 'space', 't', 'i', '{', '>', '?', 'z', 'tab');
	assert.match(scene.footer(), /partition {2}n1 ┃ rest/v);
	assert.equal(scene.lab.asked.length, before);
	assert.equal(scene.lab.isPlaying, false);
	for (const key of ['esc', 'q']) {
		scene.press(key);
		assert.doesNotMatch(scene.footer(), /┃/v, key);
		assert.equal(scene.lab.asked.length, before);
		assert.deepEqual(scene.calls, []);
		scene.press('p');
	}
});

test('Every opening of the picker begins with nobody', () => {
	const scene = still();
	scene.press('p', '1', '2', 'esc', 'p');
	assert.match(scene.footer(), /pick one side/v);
});

test('Esc goes back one layer at a time, and never quits', () => {
	const scene = still(ledByFirst(), {columns: 200, rows: 60});
	const zoomed = / esc all panels /v;
	scene.press('2', 'z', 'p', '1');
	scene.press('esc');
	assert.doesNotMatch(scene.footer(), /┃/v);
	assert.match(scene.footer(), zoomed);
	scene.press('?', 'esc');
	assert.match(scene.footer(), zoomed);
	scene.press('esc');
	assert.doesNotMatch(scene.footer(), zoomed);
	assert.match(scene.screen(), /❯n2/v);
	scene.press('esc');
	assert.doesNotMatch(scene.screen(), /❯/v);
	scene.press('esc', 'esc');
	assert.deepEqual(scene.calls, []);
});

test('q quits among the panels, Ctrl-C from anywhere; Ctrl-Z and Ctrl-L work anywhere too', () => {
	const scene = still();
	scene.press('q');
	assert.deepEqual(scene.calls, ['quit']);
	for (const keys of [[], ['p'], ['esc', '?'], ['esc', 'z']]) {
		const {press, calls} = scene;
		calls.length = 0;
		press(...keys, 'ctrl+c', 'ctrl+z', 'ctrl+l');
		assert.deepEqual(calls, ['quit', 'suspend', 'redraw']);
	}
});

test('A g that nothing follows takes no key away: g q quits, and so does g Ctrl-C', () => {
	for (const key of ['q', 'ctrl+c']) {
		const scene = still();
		scene.press('g', key);
		assert.deepEqual(scene.calls, ['quit'], key);
	}
});

/** The indices that the Log shows. */
const indices = (scene: Stage): string => /╭─ Log .* index (?<range>\S+)/v.exec(scene.screen())!.groups!['range']!;

function longLog(): Lab {
	const lab = ledByFirst();
	for (let value = 1; value <= 60; value++) {
		ask(lab, write(`x=${value}`, 1));
	}

	pass(lab, 200);
	return lab;
}

/** Focus and zoom: Nodes comes first, then Timeline, Log, Messages, Events. */
const zoomOn = (scene: Stage, tabs: number): void => {
	scene.press(...new Array<string>(tabs).fill('tab'), 'z');
};

test('In the Log left and right go along it, a page at a time with PgDn and PgUp, and G to its beginning', () => {
	const scene = still(longLog(), {columns: 80, rows: 24});
	scene.press('tab');
	const [newest] = [indices(scene)];
	const seen = ['left', 'h', 'right', 'pagedown', 'l', 'pageup', 'G', 'g g'].map((key) => {
		scene.press(...key.split(' '));
		return Number(indices(scene).split('–', 1)[0]) - Number(newest.split('–', 1)[0]);
	});
	assert.deepEqual(seen, [-1, -2, -1, -11, -10, 0, 1 - Number(newest.split('–', 1)[0]), 0]);
});

test('In Messages the arrows select, a page at a time with PgDn and PgUp, and G the oldest', () => {
	const scene = still(longLog(), {columns: 120, rows: 36});
	zoomOn(scene, 3);
	const newest = scene.lab.world.messagesSent;
	const seen = ['j', 'down', 'pagedown', 'k', 'up', 'pageup', 'G', 'g g', 'end', 'home'].map((key) => {
		scene.press(...key.split(' '));
		return newest - Number(/❯\d+\.\d+ #(?<id>\d+) /v.exec(scene.screen())!.groups!['id']!);
	});
	assert.deepEqual(seen, [0, 1, 31, 30, 29, 0, newest - 1, 0, newest - 1, 0]);
});

test('The selected message stays where it is while new ones come; Esc lets it go, and the newest are there again', () => {
	const scene = still(longLog(), {columns: 120, rows: 36});
	scene.press(...toMessages, 'j', 'j', 'j');
	const list = (): readonly string[] =>
		scene
			.lines()
			.slice(28, 35)
			.map((line) => line.slice(0, 60));
	const before = list();
	scene.lab.play();
	for (let tick = 0; tick < 10; tick++) {
		scene.dashboard.tick(33);
	}

	scene.lab.pause();
	scene.press('3');
	assert.deepEqual(list(), before);
	assert.match(scene.screen(), /↑ \d+ newer/v);
	scene.press('esc');
	assert.doesNotMatch(scene.screen(), /❯\d|newer/v);
	assert.match(scene.screen(), /❯n3/v);
});

test('Who leaves the Messages lets the selected one go', () => {
	const scene = still(sending());
	scene.press(...toMessages, 'j', 'tab', 'shift+tab');
	assert.doesNotMatch(scene.screen(), /❯/v);
	scene.press('d');
	assert.match(scene.footer(), /No message is selected/v);
});

test('In other panels the keys for messages do nothing', () => {
	const scene = still(sending());
	const before = scene.lab.asked.length;
	scene.press('d', 'y', 'o', 'tab', 'd', 'y', 'o');
	assert.equal(scene.lab.asked.length, before);
});

test('From the oldest one step leads back at once, in every list', () => {
	for (const [tabs, back] of [
		[3, 'up'],
		[4, 'up'],
	] as const) {
		const scene = still(longLog());
		zoomOn(scene, tabs);
		scene.press('G');
		const oldest = scene.screen();
		scene.press(back);
		assert.notEqual(scene.screen(), oldest, back);
	}

	const scene = still(ledByFirst(), {columns: 80, rows: 20});
	scene.press('?', 'G');
	const end = scene.screen();
	scene.press('up');
	assert.notEqual(scene.screen(), end, 'help');
});

test('In a list the keys of the other direction change nothing', () => {
	for (const [tabs, away, keys] of [[3, 'down', ['left', 'right', 'h', 'l']]] as const) {
		const scene = still(longLog());
		zoomOn(scene, tabs);
		scene.press(away, away);
		const before = scene.screen();
		for (const key of keys) {
			scene.press(key);
			assert.equal(scene.screen(), before, key);
		}
	}
});

test('In the Log Home goes to the beginning and End to the end', () => {
	const log = still(longLog(), {columns: 80, rows: 24});
	log.press('tab');
	const newest = indices(log);
	log.press('home');
	assert.match(indices(log), /^1–/v);
	log.press('end');
	assert.equal(indices(log), newest);
});

test('Keys that nothing is bound to do nothing', () => {
	const scene = still(twoLeaders());
	const before = scene.screen();
	scene.press('A', 'Z', '§', 'd', 'y', 'o', 'ctrl+x', 'f12', 'backspace', '"');
	assert.equal(scene.screen(), before);
	assert.deepEqual(scene.calls, []);
});

const timeKeys = new Set(bindings.flatMap(({group, keys}) => (group === 'Time' ? keys : [])));

test('Whatever keys are pressed in whatever order, nothing throws, and only what was said is done', () => {
	const anyKeys = fc.array(fc.constantFrom(...new Set(bindings.flatMap(({keys}) => keys))), {
		maxLength: 60,
		size: 'max',
	});
	fc.assert(
		fc.property(anyKeys, fc.boolean(), (keys, isSmall) => {
			const scene = still(twoLeaders(), isSmall ? {columns: 60, rows: 16} : {});
			for (const key of keys) {
				const {length} = scene.lab.asked;
				scene.press(...(key.startsWith('g ') ? key.split(' ') : [key]));
				const done = scene.lab.asked.slice(length).map(({command}) => commandText(command));
				if (timeKeys.has(key)) {
					continue; // They find again what was said before
				}

				assert.ok(done.length <= 1, key);
				assert.ok(
					done.every((text) => scene.footer().includes(`  ${text.replace(/ via n\d$/v, '')}`)),
					`${key}: ${scene.footer()}`,
				);
			}
		}),
		tried(20),
	);
});

test('Healing, isolation and partitions are told in the header at once', () => {
	const scene = still();
	scene.press('p', '1', '2', 'enter', '3', 'i');
	assert.match(scene.lines()[1]!, /partition n1 n2 ┃ n3 n4 n5 {3}isolated n3/v);
	scene.press('H');
	assert.doesNotMatch(scene.lines()[1]!, /partition|isolated/v);
	ask(scene.lab, partition(1));
	scene.press('esc');
	assert.match(scene.lines()[1]!, /partition n1 ┃ n2 n3 n4 n5/v);
});

test('What there is to heal, to clear and to come back from is in the footer, and else it is not', () => {
	const scene = still(ledByFirst(), {columns: 80, rows: 24});
	assert.equal(scene.footer(), ' space play  w why  x crash n1  p partition  tab log  c write  z zoom   ? help  ');
	scene.press('p', '1', 'enter', 'esc');
	assert.equal(scene.footer(), ' space play  w why  x crash n1  H heal  p partition  tab log  c write   ? help  ');
	scene.press('H', 'esc', 'tab', 'tab', 'tab', 'tab', 'z');
	assert.equal(scene.footer(), ' ← → event  ↑ ↓ lane  + - scale  f heartbeats  esc all panels           ? help  ');
	scene.press('esc', 'shift+tab', 'shift+tab', '/', 'v', 'enter');
	assert.match(scene.footer(), /^ ↑ ↓ select {2}n N match {2}esc no filter {2}space play /v);
	scene.press('n');
	assert.match(scene.footer(), /^ n N match {2}esc no filter {2}space play {2}w why /v, 'it has arrived');
	scene.press('esc');
	assert.match(scene.footer(), / esc let go {2}space play {2}w why /v);
	scene.press('esc');
	assert.match(scene.footer(), /^ ↑ ↓ select {2}space play /v);
	const flying = still(sending(), {columns: 80, rows: 24});
	flying.press('tab', 'tab', 'down');
	assert.equal(flying.footer(), ' d drop  y duplicate  o hold  esc let go  space play  w why             ? help  ');
});

test('What was said about one key is gone with the next, unless that has something to say itself', () => {
	const scene = still();
	scene.press('9');
	assert.match(scene.footer(), /There is no n9/v);
	scene.press('tab');
	assert.doesNotMatch(scene.footer(), /n9/v);
	scene.press('g', 'v');
	assert.match(scene.footer(), /until the next violation; space stops/v);
	scene.press('w');
	assert.equal(scene.lab.isPlaying, false);
	assert.doesNotMatch(scene.footer(), /space stops/v);
});

test('Once what was run for is reached the footer names it, and does not say any longer that space stops', () => {
	const scene = still(newLab({electionTimeout: {minUs: 200_000, maxUs: 400_000}}));
	scene.press('g', 'e');
	assert.match(scene.footer(), / until the next election; space stops /v);
	scene.dashboard.tick(33);
	assert.equal(scene.lab.isPlaying, false);
	const {id} = scene.lab.world.leader!;
	assert.match(scene.footer(), new RegExp(String.raw` reached: n${id} elected, term \d+ \(n\d n\d n\d\) `, 'v'));
	scene.press('g', 'c');
	scene.dashboard.tick(33);
	assert.match(scene.footer(), new RegExp(` reached: n${id} committed 1 `, 'v'));
	scene.press('1', 'x', '2', 'x', '3', 'x', 'g', 'c');
	scene.dashboard.tick(33);
	assert.match(scene.footer(), / No majority: 2 of 5 are up\. Restart nodes first\. /v);
});

test('A run that a broken promise stops says no longer that space stops it', () => {
	const scene = still(violated());
	scene.press('esc', 'u', 'g', 'v');
	scene.dashboard.tick(33);
	assert.equal(scene.lab.isPlaying, false);
	assert.doesNotMatch(scene.footer(), /space stops/v);
});

test('In the Log w asks about the first entry that is not committed; where all are, about the newest', () => {
	const scene = still(twoLeaders(), {columns: 80, rows: 24});
	const [cut] = scene.lab.world.hosts;
	const committed = cut!.server!.commitIndex;
	assert.ok(cut!.server!.log.lastIndex > committed + 1, 'more than one waits');
	scene.press('tab', '1', 'w');
	assert.match(scene.screen(), new RegExp(`n1’s entry ${committed + 1} .* is not committed`, 'v'));
	const done = still(longLog(), {columns: 80, rows: 24});
	const {lastIndex} = done.lab.world.hosts[0]!.server!.log;
	done.press('tab', 'w');
	assert.match(done.screen(), new RegExp(`entry ${lastIndex} .* is committed`, 'v'));
});

test('Whoever walks on from the last match is told that there is none, and with no match at all too', () => {
	const scene = still(longLog(), {columns: 120, rows: 36});
	scene.press(...toMessages, '/', ...'#1 ', 'enter', 'n');
	assert.match(scene.screen(), /❯\d+\.\d+ #1 /v);
	scene.press('n');
	assert.match(scene.footer(), / No earlier match\. /v);
	scene.press('N');
	assert.match(scene.footer(), / No later match\. /v);
	scene.press('esc', '/', ...'zebra', 'enter', 'n');
	assert.match(scene.footer(), / Nothing matches\. /v);
});

test('The filter says what it is for; what is half typed hides nothing', () => {
	const scene = still(longLog(), {columns: 120, rows: 36});
	const list = () => scene.lines().slice(28, 31);
	scene.press(...toMessages);
	const before = list();
	scene.press('/', ...'type:');
	assert.match(scene.screen(), /\n messages \/type:\S? /v);
	assert.deepEqual(list(), before);
	scene.press(...'vote');
	assert.notDeepEqual(list(), before);
});

test('In Events o goes to the moment of the selected event, and L comes back from it', () => {
	const scene = still(twoLeaders());
	scene.press('tab', 'tab', 'tab', 'tab');
	assert.doesNotMatch(scene.footer(), / go there /v);
	scene.press('o');
	assert.match(scene.footer(), / No event is selected: the arrows select one\. /v);
	scene.press('down', 'down', 'down');
	const selected = /❯ *(?<seconds>\d\.\d+) /v.exec(scene.screen())!.groups!['seconds']!;
	assert.match(scene.footer(), / o go there /v);
	scene.press('o');
	assert.match(scene.lines()[0]!, new RegExp(String.raw` ‖ ${selected}\d* s of 0\.400 `, 'v'));
	assert.match(scene.footer(), / L newest /v);
	scene.press('L');
	assert.match(scene.lines()[0]!, / ‖ 0\.400 s ×1 paused /v);
	assert.doesNotMatch(scene.footer(), / L newest /v);
});

test('Who acts in the past is told that another branch begins and how to leave it, and the header says which', () => {
	const scene = still(twoLeaders(), {columns: 80, rows: 24});
	scene.press(',', 'x');
	assert.match(scene.footer(), /^ {2}crash n3: branch 2 begins, b leaves it /v);
	assert.match(scene.lines()[0]!, / branch 2 /v);
	scene.press('L');
	assert.match(scene.footer(), /^ {2}This is the newest moment of this branch; b goes to the next one\. /v);
	scene.press('b');
	assert.match(scene.lines()[0]!, / branch 1 /v);
	scene.press('x');
	assert.match(scene.footer(), /branch 3 begins/v);
	const newest = still(twoLeaders());
	newest.press('x');
	assert.doesNotMatch(newest.footer(), /branch/v);
});

test('Who goes where an explained event happened finds it selected in the Timeline', () => {
	const scene = still(longLog(), {columns: 120, rows: 36});
	scene.press('tab', 'z', 'w', 'enter');
	const lines = () => scene.lines().map((line) => line.slice(2, -2).trimEnd());
	const title = lines()[scene.lines().findIndex((line) => line.startsWith('╭─ Why ─')) + 1]!;
	scene.press('o');
	assert.equal(lines()[scene.lines().findIndex((line) => line.startsWith('╭─ Selected ─')) + 1], title);
});

test('A promise that is broken while somebody types a filter is shown at once, and the filter can be finished', () => {
	const lab = ledByFirst();
	ask(lab, isolate(4), isolate(5), disk(1, 'lying'), write('x=1', 1));
	pass(lab, 100);
	const scene = still(lab);
	scene.press('/', ...'lo');
	ask(lab, crash(1), restart(1));
	scene.press('s', 't');
	assert.match(scene.screen(), /╭─ Violation ─/v);
	assert.match(scene.screen(), /\n messages \/lost/v);
	scene.press('enter');
	assert.match(scene.footer(), /^ esc panels /v);
	scene.press('esc');
	assert.match(scene.screen(), /╭─ Messages ─.* \/ lost /v);
});

test('A page is what is seen of a list, but for a line, and half a page the half of it', () => {
	const scene = still(longLog(), {columns: 80, rows: 24});
	scene.press('tab', 'tab', 'down');
	const newest = scene.lab.world.messagesSent;
	const seen = ['pagedown', 'ctrl+f', 'ctrl+b', 'ctrl+d', 'ctrl+u', 'pageup'].map((key) => {
		scene.press(key);
		return newest - Number(/❯\d+\.\d+ #(?<id>\d+) /v.exec(scene.screen())!.groups!['id']!);
	});
	const rows = scene.lines().filter((line) => /^│ ?❯?\s*\d+\.\d+ #/v.test(line)).length;
	assert.equal(rows, 4);
	assert.deepEqual(seen, [3, 6, 3, 5, 3, 0]);
});
