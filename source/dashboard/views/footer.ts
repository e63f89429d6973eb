/*
The last line: the keys that matter here, after what has just been done or refused.
*/

import type {ServerId} from '../../raft/vocabulary.js';
import {fit, span, widthOf, type Line} from '../text.js';
import {nodesText} from '../words.js';

export type Hint = {readonly label: string; readonly word: string};
export type Notice = {readonly text: string; readonly isRefusal: boolean};

export function footerLine(hints: readonly Hint[], notice: Notice | undefined, picked: readonly ServerId[] | undefined, width: number): Line {
	const line: Line[number][] = [span(' ')];
	if (notice !== undefined) {
		line.push(span(` ${notice.text} `, notice.isRefusal ? 'refusal' : 'notice'), span('  '));
	}

	if (picked !== undefined) {
		const side = picked.length === 0 ? 'pick one side' : `${nodesText(picked)} ┃ rest`;
		line.push(span(` partition  ${side} `, 'notice'), span('  '));
	}

	for (const [at, {label, word}] of hints.entries()) {
		const hint = [span(at === 0 ? '' : '  '), span(label, 'key'), span(` ${word}`, 'dim')];
		if (widthOf(line) + widthOf(hint) > width) {
			break; // A hint that does not fit whole is left out
		}

		line.push(...hint);
	}

	return fit(line, width);
}
