/*
The keymap: one table that the key handler, the footer and the help all read. Where there is room for a few keys only,
the footer shows the first ones, and before them what whoever needs it must see.
*/

import type {Binding, Place} from './binding.js';
import {crashing, picking, selecting, separating, troubling, withMessages, writing} from './bindings/cluster.js';
import {playing, stepping, travelling} from './bindings/time.js';
import {typed} from './bindings/typing.js';
import {
	commanding,
	explaining,
	goingBack,
	inEveryPlace,
	inHelpPanel,
	inPresentation,
	inTheirPanels,
	inViolationPanel,
	inWhyPanel,
	leaving,
	looking,
	moving,
	turning,
	violated,
	zooming,
} from './bindings/view.js';

export const bindings: readonly Binding[] = [
	violated,
	...goingBack,
	playing,
	explaining,
	crashing,
	...separating,
	turning,
	writing,
	zooming,
	selecting,
	commanding,
	...stepping,
	...looking,
	...troubling,
	...leaving,
	...travelling,
	...moving,
	...inTheirPanels,
	...withMessages,
	...inPresentation,
	...picking,
	...inWhyPanel,
	...inViolationPanel,
	...inHelpPanel,
	...typed,
	...inEveryPlace,
];

/** What a key does, given the places that it may mean something in, the nearest first. */
export function bindingFor(keymap: readonly Binding[], places: readonly Place[], key: string): Binding | undefined {
	for (const place of places) {
		const found = keymap.find((binding) => binding.place === place && binding.keys.includes(key));
		if (found !== undefined) {
			return found;
		}
	}

	return undefined;
}
