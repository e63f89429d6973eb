/*
The last line: the keys that matter here, after what has just been done or refused. What is impossible now stands
in brackets.
*/

import {namesText} from '../../explaining/event-text.js';
import type {ServerId} from '../../raft/vocabulary.js';
import {span, spread, widthOf, type Line} from '../text.js';

export type Hint = {readonly label: string; readonly word: string; readonly isImpossible?: boolean};
export type Notice = {readonly text: string; readonly isRefusal: boolean};

export function footerLine(
	hints: readonly Hint[],
	notice: Notice | undefined,
	picked: readonly ServerId[] | undefined,
	width: number,
): Line {
	const line: Array<Line[number]> = [span(' ')];
	if (notice !== undefined) {
		line.push(span(` ${notice.text} `, notice.isRefusal ? 'refusal' : 'notice'), span('  '));
	}

	if (picked !== undefined) {
		const side = picked.length === 0 ? 'pick one side' : `${namesText(picked)} ┃ rest`;
		line.push(span(` partition  ${side} `, 'notice'), span('  '));
	}

	// Who sees nothing else must see how to find the rest: the way to the help is always there, at the end.
	const last = hints.find(({label}) => label === '?');
	const reserved = last === undefined ? [] : hintSpans(last);
	for (const hint of hints) {
		const spans = hint === last ? [] : hintSpans(hint);
		if (widthOf(line) + widthOf(spans) + widthOf(reserved) > width) {
			break; // A hint that does not fit whole is left out
		}

		line.push(...spans);
	}

	return spread(line, reserved, width);
}

const hintSpans = ({label, word, isImpossible = false}: Hint): Line =>
	isImpossible ? [span(`(${label} ${word})  `, 'dim')] : [span(label, 'key'), span(` ${word}  `, 'dim')];
