/*
Names for keys, as the keymap has them: `x`, `space`, `enter`, `ctrl+c`, `shift+tab`.
*/

import type {Key} from 'ink';

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
	['delete', 'backspace'],
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

	if (key.ctrl) {
		return [`ctrl+${input}`];
	}

	return [...input].map((character) => (character === ' ' ? 'space' : character));
}
