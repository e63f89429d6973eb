/*
Giving actions other keys: from a keymap and what somebody wants to another keymap, or to sentences about what cannot be.

Some keys always stay: whoever lost Esc, the arrows or Ctrl-C would be lost, and digits are the nodes' numbers.
*/

import {andList, didYouMean, quoted} from '../simulation/wording.js';
import type {Binding, Place} from './binding.js';

/** What is wrong with the change of one action, and which of the keys that were given is to blame, if one is, counted from 0. */
export type Problem = {readonly name: string; readonly at: number | undefined; readonly sentence: string};

export type Rebound = {readonly bindings: readonly Binding[]} | {readonly problems: readonly Problem[]};

/** In which places a key can mean something at the same time: two actions there cannot share one. */
const together: ReadonlyArray<readonly Place[]> = [
	['prompt', 'typing', 'everywhere'],
	['filter', 'typing', 'everywhere'],
	['line', 'typing', 'everywhere'],
	['search', 'typing', 'everywhere'],
	['help', 'everywhere'],
	['why', 'everywhere'],
	['violation', 'everywhere'],
	['picker', 'everywhere'],
	...(['messages', 'events', 'log', 'timeline'] as const).map((panel): readonly Place[] => [
		'question',
		'presenter',
		panel,
		'panels',
		'everywhere',
	]),
];

const meet = (one: Place, other: Place): boolean =>
	one === other || together.some((places) => places.includes(one) && places.includes(other));

const staying: ReadonlySet<string> = new Set([
	...'0123456789',
	'up',
	'down',
	'left',
	'right',
	'pageup',
	'pagedown',
	'home',
	'end',
	'enter',
	'esc',
	'backspace',
	'delete',
	'ctrl+c',
]);

/** What terminals send for these is what they send for other keys. */
const twins: Readonly<Record<string, string>> = {
	'ctrl+h': 'backspace',
	'ctrl+i': 'tab',
	'ctrl+j': 'enter',
	'ctrl+m': 'enter',
};

const named = /^(?:space|tab|shift\+tab|ctrl\+[a-z])$/v;
const single = /^(?:alt\+|g )?[^\s\p{Control}]$/v;

/**
Change the keys of actions.

@param changes - By the names of actions, the keys that each is to have in place of those it has. A name that stands in several places means all of them.
*/
export function rebound(keymap: readonly Binding[], changes: ReadonlyMap<string, readonly string[]>): Rebound {
	const wanted = new Map(Array.from(changes, ([name, keys]) => [name, keys.map((key) => keyName(key))]));
	const problems = Array.from(wanted, ([name, keys]) => problemOf(name, keys, keymap)).filter(
		(problem) => problem !== undefined,
	);
	if (problems.length > 0) {
		return {problems};
	}

	const bindings = keymap.map((binding) => {
		const keys = wanted.get(binding.name);
		return keys === undefined || freeKeys(binding).length === 0 ? binding : withKeys(binding, keys);
	});
	const clashes = Array.from(wanted.keys(), (name) => clashOf(name, keymap, bindings)).filter(
		(problem) => problem !== undefined,
	);
	return clashes.length > 0 ? {problems: clashes} : {bindings};
}

/** As the keymap calls it: `Ctrl-K` is ctrl+k. */
function keyName(text: string): string {
	const name = text.replace(/^(?<modifier>ctrl|alt|shift)[+\-](?=.)/iv, '$<modifier>+');
	return /^alt\+/iv.test(name)
		? `alt+${name.slice(4)}`
		: [...name].length > 1 && !name.startsWith('g ')
			? name.toLowerCase()
			: name;
}

/** Those that may be changed. */
const freeKeys = ({keys}: Binding): readonly string[] => keys.filter((key) => !staying.has(key));

/** Whether an action looks at which of its keys it was. */
const isByKey = ({run, command}: Binding): boolean => (run ?? command)!.length > 1;

function problemOf(name: string, keys: readonly string[], keymap: readonly Binding[]): Problem | undefined {
	const own = keymap.filter((binding) => binding.name === name);
	const about = (at: number | undefined, sentence: string): Problem => ({name, at, sentence});
	if (own.length === 0) {
		const names = [...new Set(keymap.map((binding) => binding.name))];
		const meant = didYouMean(name, names);
		return about(
			undefined,
			`There is no action ${quoted(name)}.${meant === '' ? ` There are ${andList(names)}.` : meant}`,
		);
	}

	if (keys.length === 0) {
		return about(undefined, `${name} needs a key, at least one.`);
	}

	const free = own.filter((binding) => freeKeys(binding).length > 0);
	if (free.length === 0) {
		return about(undefined, `${name} keeps its keys: ${andList(own[0]!.keys)} always stay what they are.`);
	}

	for (const [at, key] of keys.entries()) {
		const reason = keys.indexOf(key) < at ? `${quoted(key)} stands twice at ${name}.` : whyNotKey(key, free);
		if (reason !== undefined) {
			return about(at, reason);
		}
	}

	const uneven = free.find((binding) => isByKey(binding) && freeKeys(binding).length !== keys.length);
	if (uneven !== undefined) {
		const {length} = freeKeys(uneven);
		return about(
			undefined,
			`${name} has ${length} keys that differ, ${freeKeys(uneven).join(' ')}; in their places stand ${length} others, not ${keys.length}.`,
		);
	}

	return undefined;
}

/** Why a key cannot be given to these, as a sentence. */
function whyNotKey(key: string, bindings: readonly Binding[]): string | undefined {
	const twin = twins[key];
	if (twin !== undefined) {
		return `Terminals cannot tell ${key} from ${twin}.`;
	}

	if (staying.has(key)) {
		return `${key} always stays what it is, and can be given to nothing else.`;
	}

	if (key === 'g') {
		return 'g begins pairs of keys such as g e, and cannot stand alone.';
	}

	if (!named.test(key) && !single.test(key)) {
		return `There is no key ${quoted(key)}. A key is a character, space, tab, shift+tab, ctrl+ or alt+ and a character, or g and another such as "g e".`;
	}

	const typed = bindings.find(({place}) => meet(place, 'typing'));
	return typed !== undefined && (key === 'space' || key.startsWith('g ') || [...key].length === 1)
		? `${typed.name} is for where one types, and ${quoted(key)} would be typed. Try ctrl+ or alt+ with it.`
		: undefined;
}

/** The same action under other keys; it is told of those that it knows. */
function withKeys(binding: Binding, keys: readonly string[]): Binding {
	const free = freeKeys(binding);
	const known = new Map(isByKey(binding) ? keys.map((key, at) => [key, free[at]!]) : []);
	const {run, command} = binding;
	return {
		...binding,
		keys: [...keys, ...binding.keys.filter((key) => staying.has(key))],
		label: staying.has(binding.keys[0]!) ? binding.label : labelOf(isByKey(binding) ? keys : keys.slice(0, 1)),
		...(run !== undefined && {
			run(dashboard, key) {
				run(dashboard, known.get(key) ?? key);
			},
		}),
		...(command !== undefined && {command: (dashboard, key) => command(dashboard, known.get(key) ?? key)}),
	};
}

const labelOf = (keys: readonly string[]): string =>
	keys.map((key) => key.replace(/^(?<modifier>ctrl|alt)\+/v, '$<modifier>-')).join(' ');

/** A key that an action got and another one has where both may be meant. Those that shared a key before may share others. */
function clashOf(name: string, before: readonly Binding[], after: readonly Binding[]): Problem | undefined {
	for (const [at, {place, keys, name: own}] of after.entries()) {
		for (const key of own === name ? keys : []) {
			const other = after.find(
				(binding, otherAt) =>
					binding.name !== name &&
					binding.keys.includes(key) &&
					meet(binding.place, place) &&
					before[otherAt]!.keys.every((shared) => !before[at]!.keys.includes(shared)),
			);
			if (other !== undefined) {
				return {
					name,
					at: keys.indexOf(key), // Those that were given come first
					sentence: `${key} is the key of ${other.name}, so ${name} cannot have it unless ${other.name} gets another.`,
				};
			}
		}
	}

	return undefined;
}
