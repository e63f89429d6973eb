import assert from 'node:assert/strict';
import test from 'node:test';
import type {Key} from 'ink';
import {bindings} from '../../source/dashboard/keymap.js';
import {keyNames} from '../../source/dashboard/keys.js';

const none: Key = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
};

const names = (input: string, key: Partial<Key> = {}): readonly string[] => keyNames(input, {...none, ...key});

test('A key has the name that the keymap knows it by', () => {
	assert.deepEqual(names('x'), ['x']);
	assert.deepEqual(names(' '), ['space']);
	assert.deepEqual(names('', {return: true}), ['enter']);
	assert.deepEqual(names('', {escape: true}), ['esc']);
	assert.deepEqual(names('', {tab: true}), ['tab']);
	assert.deepEqual(names('', {tab: true, shift: true}), ['shift+tab']);
	assert.deepEqual(names('c', {ctrl: true}), ['ctrl+c']);
	assert.deepEqual(names('H', {shift: true}), ['H']);
	for (const [property, name] of [
		['upArrow', 'up'],
		['downArrow', 'down'],
		['leftArrow', 'left'],
		['rightArrow', 'right'],
		['pageUp', 'pageup'],
		['pageDown', 'pagedown'],
		['home', 'home'],
		['end', 'end'],
		['backspace', 'backspace'],
		['delete', 'delete'],
	] as const) {
		assert.deepEqual(names('', {[property]: true}), [name]);
	}
});

test('Fast typing arrives at once, and is as many keys as were pressed', () => {
	assert.deepEqual(names('xjj'), ['x', 'j', 'j']);
	assert.deepEqual(names('x j'), ['x', 'space', 'j']);
	assert.deepEqual(names(''), []);
});

test('Enter, Tab and Ctrl keys within fast typing are keys too', () => {
	assert.deepEqual(names('p12\r'), ['p', '1', '2', 'enter']);
	assert.deepEqual(names('\t\tz'), ['tab', 'tab', 'z']);
	assert.deepEqual(names('x\u{0C}'), ['x', 'ctrl+l']);
});

test('What is seen as one character is one key, however many code points it takes', () => {
	assert.deepEqual(names('日本'), ['日', '本']);
	assert.deepEqual(names('e\u{301}👩‍👩‍👧🇩🇪x'), ['e\u{301}', '👩‍👩‍👧', '🇩🇪', 'x']);
	assert.deepEqual(names('x\r\ny'), ['x', 'enter', 'y']);
});

test('A key together with Alt is not the key alone', () => {
	assert.notDeepEqual(names('x', {meta: true}), ['x']);
});

/** What Ink can tell of, by the names that the keymap uses. */
const tellable = new Set([
	'esc',
	'enter',
	'up',
	'down',
	'left',
	'right',
	'pageup',
	'pagedown',
	'home',
	'end',
	'backspace',
	'delete',
	'tab',
	'shift+tab',
	'space',
]);

test('Every key of the keymap can be pressed', () => {
	const keys = bindings
		.flatMap((binding) => binding.keys)
		.flatMap((key) => (key.startsWith('g ') ? key.split(' ') : [key]));
	assert.deepEqual(
		keys.filter((key) => key.length > 1 && !tellable.has(key) && !/^ctrl\+[a-z]$/v.test(key)),
		[],
	);
});
