import assert from 'node:assert/strict';
import test from 'node:test';
import {bind, type Binding} from '../../source/dashboard/binding.js';
import type {Dashboard} from '../../source/dashboard/dashboard.js';
import {rebound, type Rebound} from '../../source/dashboard/rebinding.js';

const told: string[] = [];
const nobody = undefined as unknown as Dashboard;

const meaning = (name: string) => ({
	group: 'View' as const,
	help: name,
	run() {
		told.push(name);
	},
});
const byKey = (name: string) => ({
	group: 'View' as const,
	help: name,
	run(_: Dashboard, key: string) {
		told.push(`${name} ${key}`);
	},
});

const keymap: readonly Binding[] = [
	bind('panels')('crash', 'x', meaning('crash')),
	bind('panels')('zoom', 'z enter', meaning('zoom')),
	bind('panels')('loss', '{ }', {...byKey('loss'), label: '{ }'}),
	bind('panels')('election', 'g_e', meaning('election')),
	bind('panels')('select', '1 2 3', {...byKey('select'), label: '1-3'}),
	bind('panels')('move', 'up k down j', {...byKey('move'), label: '↑ ↓'}),
	bind('messages')('drop', 'd', meaning('drop')),
	bind('messages')('select-message', 'up k down j', {...byKey('select-message'), label: '↑ ↓'}),
	bind('violation')('close', 'esc q v', meaning('close')),
	bind('help')('close', 'esc q ?', meaning('close')),
	bind('typing')('erase-word', 'ctrl+w', meaning('erase-word')),
	bind('everywhere')('redraw', 'ctrl+l', meaning('redraw')),
];

const change = (changes: Readonly<Record<string, readonly string[]>>): Rebound =>
	rebound(keymap, new Map(Object.entries(changes)));

function changed(changes: Readonly<Record<string, readonly string[]>>): readonly Binding[] {
	const result = change(changes);
	assert.ok('bindings' in result, JSON.stringify(result));
	return result.bindings;
}

function sentences(changes: Readonly<Record<string, readonly string[]>>): readonly string[] {
	const result = change(changes);
	assert.ok('problems' in result, 'It is refused');
	return result.problems.map(({sentence}) => sentence);
}

const keysOf = (bindings: readonly Binding[], name: string): ReadonlyArray<readonly string[]> =>
	bindings.filter((binding) => binding.name === name).map(({keys}) => keys);

test('An action gets the keys it is given, and is listed under the first of them; all else stays', () => {
	const bindings = changed({crash: ['K', 'ctrl-k']});
	assert.deepEqual(keysOf(bindings, 'crash'), [['K', 'ctrl+k']]);
	assert.equal(bindings[0]!.label, 'K');
	assert.deepEqual(bindings.slice(1), keymap.slice(1));
	assert.equal(changed({crash: ['Ctrl+K']})[0]!.label, 'ctrl-k');
	assert.equal(changed({crash: ['Ctrl+X']})[0]!.label, 'ctrl-x');
	assert.deepEqual(change({}), {bindings: keymap});
});

test('Keys that always stay are kept beside the new ones', () => {
	assert.deepEqual(keysOf(changed({zoom: ['f', 'z']}), 'zoom'), [['f', 'z', 'enter']]);
	const move = changed({move: ['w', 's'], 'select-message': ['w', 's']});
	assert.deepEqual(keysOf(move, 'move'), [['w', 's', 'up', 'down']]);
	assert.equal(move.find(({name}) => name === 'move')!.label, '↑ ↓');
});

test('A name that stands in several places means all of them, however many keys each had', () => {
	assert.deepEqual(keysOf(changed({close: ['Q']}), 'close'), [
		['Q', 'esc'],
		['Q', 'esc'],
	]);
});

test('An action that looks at its key is told of the key it knows', () => {
	const bindings = changed({loss: ['a', 'b'], move: ['w', 's']});
	const [loss, move] = ['loss', 'move'].map((name) => bindings.find((binding) => binding.name === name)!);
	assert.equal(loss!.label, 'a b');
	told.length = 0;
	for (const key of loss!.keys) {
		loss!.run!(nobody, key);
	}

	for (const key of move!.keys) {
		move!.run!(nobody, key);
	}

	assert.deepEqual(told, ['loss {', 'loss }', 'move k', 'move j', 'move up', 'move down']);
});

test('A command is made by the key it knows, too', () => {
	const asking = bind('panels')('delay', '< >', {
		group: 'Network',
		help: '',
		command: (_, key) => (key === '<' ? 'shorter' : 'longer'),
	});
	const result = rebound([asking], new Map([['delay', ['a', 'b']]]));
	assert.ok('bindings' in result);
	assert.deepEqual(
		['a', 'b'].map((key) => result.bindings[0]!.command!(nobody, key)),
		['shorter', 'longer'],
	);
});

test('A key that another action has is refused where both may be meant, unless that one moves too', () => {
	assert.deepEqual(sentences({crash: ['z']}), [
		'z is the key of zoom, so crash cannot have it unless zoom gets another.',
	]);
	assert.deepEqual(sentences({crash: ['d']}), [
		'd is the key of drop, so crash cannot have it unless drop gets another.',
	]);
	assert.deepEqual(sentences({drop: ['x']}), [
		'x is the key of crash, so drop cannot have it unless crash gets another.',
	]);
	assert.deepEqual(sentences({crash: ['ctrl+l']}), [
		'ctrl+l is the key of redraw, so crash cannot have it unless redraw gets another.',
	]);
	assert.deepEqual(keysOf(changed({crash: ['z'], zoom: ['x']}), 'crash'), [['z']]);
	assert.deepEqual(keysOf(changed({crash: ['q']}), 'crash'), [['q']]);
	assert.deepEqual(keysOf(changed({crash: ['ctrl+w']}), 'crash'), [['ctrl+w']]);
	assert.equal(sentences({crash: ['K'], zoom: ['K']}).length, 2);
});

test('What two actions share already they may go on to share', () => {
	assert.deepEqual(keysOf(changed({move: ['k', 'w']}), 'move'), [['k', 'w', 'up', 'down']]);
});

const refused: ReadonlyArray<readonly [name: string, keys: readonly string[], sentence: RegExp]> = [
	['crsh', ['K'], /^There is no action "crsh"\. Did you mean crash\?$/v],
	['frobnicate', ['K'], /^There is no action "frobnicate"\. There are crash, zoom, .* and redraw\.$/v],
	['crash', [], /^crash needs a key, at least one\.$/v],
	['crash', ['esc'], /^esc always stays what it is/v],
	['crash', ['Enter'], /^enter always stays/v],
	['crash', ['7'], /^7 always stays/v],
	['crash', ['up'], /^up always stays/v],
	['crash', ['ctrl-c'], /^ctrl\+c always stays/v],
	['crash', ['ctrl+i'], /^Terminals cannot tell ctrl\+i from tab\.$/v],
	['crash', ['g'], /^g begins pairs of keys/v],
	['crash', ['xy'], /^There is no key "xy"\. A key is a character, space, /v],
	['crash', [''], /^There is no key ""\./v],
	['crash', ['f1'], /^There is no key "f1"\./v],
	['crash', ['K', 'K'], /^"K" stands twice at crash\.$/v],
	['loss', ['a'], /^loss has 2 keys that differ, \{ \}; in their places stand 2 others, not 1\.$/v],
	['select', ['a', 'b', 'c'], /^select keeps its keys: 1, 2 and 3 always stay what they are\.$/v],
	['erase-word', ['w'], /^erase-word is for where one types, and "w" would be typed\. Try ctrl\+ or alt\+ with it\.$/v],
	['redraw', ['space'], /^redraw is for where one types/v],
];

for (const [name, keys, sentence] of refused) {
	test(`${name}: [${keys.join(', ')}] is refused in a sentence, and nothing is changed`, () => {
		const [found, ...others] = sentences({[name]: keys});
		assert.match(found!, sentence);
		assert.deepEqual(others, []);
	});
}

test('Single characters of any script, pairs and alt are keys', () => {
	for (const key of ['é', 'ß', '漢', 'g x', 'alt+x', 'alt+X', 'tab', 'space', ':']) {
		assert.deepEqual(keysOf(changed({crash: [key]}), 'crash'), [[key]]);
	}
});

test('Any action of the dashboard can have a key that nobody has, and keeps what it does', async () => {
	const {bindings} = await import('../../source/dashboard/keymap.js');
	const names = [...new Set(bindings.map(({name}) => name))];
	let count = 0;
	for (const name of names) {
		const result = rebound(bindings, new Map([[name, ['alt+q']]]));
		if ('bindings' in result) {
			count++;
			assert.ok(
				keysOf(result.bindings, name).some((keys) => keys[0] === 'alt+q'),
				name,
			);
		} else {
			assert.match(result.problems[0]!.sentence, /always stay|keys that differ/v);
		}
	}

	assert.ok(count > 30, `${count} of ${names.length}`);
	const crash = rebound(bindings, new Map([['crash', ['K']]]));
	assert.ok('bindings' in crash);
});
