/*
A screen as plain text, for where there are no colours.
*/

import type {Screen} from './screen.js';

/** Its rows, without what is blank at their ends, each with a line break. */
export const textFrame = ({rows}: Screen): string =>
	rows.map(({characters}) => `${characters.join('').trimEnd()}\n`).join('');
