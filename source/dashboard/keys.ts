/*
Names for keys, as the keymap has them: `x`, `space`, `enter`, `ctrl+c`, `shift+tab`.
*/

import type {Key} from 'ink';
import {charactersOf} from './text.js';

const named: ReadonlyArray<readonly [keyof Key, string]> = [
	['escape', 'esc'],
	['return', 'enter'],
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
];

/** What was pressed, one name a key: fast typing and pasting arrive as one input. */
export function keyNames(input: string, key: Key): string[] {
	if (key.tab) {
		return [key.shift ? 'shift+tab' : 'tab'];
	}

	for (const [property, name] of named) {
		if (key[property] === true) {
			return [name];
		}
	}

	const prefix = key.ctrl ? 'ctrl+' : key.meta ? 'alt+' : '';
	return charactersOf(input).map((character) => prefix + nameOf(character));
}

const characterNames: Readonly<Record<string, string>> = {
	' ': 'space',
	'\r': 'enter',
	'\r\n': 'enter', // Is seen as one character
	'\n': 'enter',
	'\t': 'tab',
	'\u{1B}': 'esc',
	'\u{7F}': 'backspace',
};

/** Among fast typing, what Ink would have told of by itself arrives as a character. */
function nameOf(character: string): string {
	const code = character.codePointAt(0)!;
	return characterNames[character] ?? (code < 0x20 ? `ctrl+${String.fromCodePoint(code + 0x60)}` : character);
}
