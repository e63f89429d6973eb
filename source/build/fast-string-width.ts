/*
The string-width library with a short way for the characters that a dashboard is made of.

Ink measures every string of every frame, and the library takes its slow way, by grapheme, for all but
ASCII. Printable ASCII, box drawing, blocks, braille and a few more are one column wide each and can just
be counted; whatever else comes goes to the library. `test/build` compares the two.
*/

import stringWidth, {type Options} from 'string-width';

export default function fastStringWidth(text: string, options?: Options): number {
	if (typeof text !== 'string') {
		return 0;
	}

	if (options !== undefined) {
		return stringWidth(text, options);
	}

	let width = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at); // eslint-disable-line unicorn/prefer-code-point
		if (isOneColumn(code)) {
			width++;
		} else if (code === 0x1b && text[at + 1] === '[') {
			const end = endOfColour(text, at + 2);
			if (end === undefined) {
				return stringWidth(text, options);
			}

			at = end;
		} else {
			return stringWidth(text, options);
		}
	}

	return width;
}

/** The dashboard's other signs; each is one column wide unless something combines with it, and then we are not asked. */
const signs = new Set([...'§·×–—’“”…‖›←↑→↓↔↺∅▮▯▰▱▲▶◆◇○●◌★✓✗❯⟨⟩'].map((sign) => sign.codePointAt(0)!));

/** Of a character of one UTF-16 unit, by its code: whether it is known to take one column. */
export function isOneColumn(code: number): boolean {
	return (
		(code >= 0x20 && code < 0x7f) ||
		(code >= 0x25_00 && code <= 0x25_9f) || // Box drawing, blocks
		(code >= 0x28_00 && code <= 0x28_ff) || // Braille
		signs.has(code)
	);
}

/** Where `ESC [ … m` ends, given where its parameters begin. */
export function endOfColour(text: string, from: number): number | undefined {
	let at = from;
	while (at < text.length && (text[at] === ';' || (text[at]! >= '0' && text[at]! <= '9'))) {
		at++;
	}

	return text[at] === 'm' ? at : undefined;
}
