/*
What a key does: in which place, under which name, with which words in the footer and in the help, and why it may
be impossible now.
*/

import type {Command} from '../simulation/command.js';
import type {Dashboard} from './dashboard.js';

/**
Where a key means what it means.

`typing` is whatever can be typed on. `everywhere` is really everywhere.
*/
export const places = [
	'question',
	'presenter',
	'messages',
	'events',
	'log',
	'timeline',
	'panels',
	'picker',
	'why',
	'violation',
	'help',
	'search',
	'line',
	'prompt',
	'filter',
	'typing',
	'everywhere',
] as const;
export type Place = (typeof places)[number];

export const groups = [
	'Time',
	'Nodes',
	'Network',
	'Messages',
	'Presenting',
	'Command line',
	'View',
	'Program',
] as const;
export type Group = (typeof groups)[number];

type Words = string | ((dashboard: Dashboard) => string | undefined);

/** What a binding is, besides where and under which keys. */
type Meaning = {
	readonly group: Group;
	/** In the help. */
	readonly help: string;
	/** How the keys are called where they are listed, if not by the first of them. */
	readonly label?: string;
	/** In the footer, if it has a place there: the word, or what gives it; `undefined` where there is nothing to it now. */
	readonly footer?: Words;
	/** Whether that is the first word of its place: whoever needs it must see it. */
	readonly isFirst?: boolean;
	/** The command that the key gives, or why there is none to give. */
	readonly command?: (dashboard: Dashboard, key: string) => Command | string;
	/** What it does, if it gives no command. */
	readonly run?: (dashboard: Dashboard, key: string) => void;
	/** Why that cannot be done now. */
	readonly whyNot?: (dashboard: Dashboard) => string | undefined;
};

export type Binding = Meaning & {
	readonly place: Place;
	/** Under this name a person can give it other keys; in its place it is the only one of that name. */
	readonly name: string;
	readonly keys: readonly string[];
	readonly label: string;
};

/** What makes the bindings of a place. Their keys are separated by blanks; `g_e` is two keys, one after the other. */
export const bind =
	(place: Place) =>
	(name: string, keys: string, meaning: Meaning): Binding => {
		const list = keys.split(' ').map((key) => key.replace('_', ' '));
		return {place, name, keys: list, ...meaning, label: meaning.label ?? list[0]!.replace('ctrl+', 'ctrl-')};
	};
