/*
A scenario's chapter and caption, in a bar of their own above the footer.
*/

import type {Story} from '../../lab/lab.js';
import {fit, span, wrap, type Line} from '../text.js';

const rowsMax = 2;

/** Nothing where nothing is told. */
export function storyLines(story: Story | undefined, width: number): Line[] {
	if (story === undefined) {
		return [];
	}

	const {title, chapter, caption, stepsDone, steps, isLeft} = story;
	const name = chapter ?? title;
	const progress = steps === 0 ? '' : isLeft ? '  story left, b returns ' : `  ${stepsDone}/${steps} `;
	const head: Line = [span(' '), span(` ${name} `, 'notice'), span('  ')];
	const indent = name.length + 5;
	const words = wrap([span(caption ?? '', 'bold')], Math.max(20, width - indent - progress.length));
	const rows = words.length <= rowsMax ? words : [words[0]!, fit([...words[1]!, ...words[2]!], width - indent)];
	const first = [...fit([...head, ...(rows[0] ?? [])], width - progress.length), span(progress, 'dim')];
	return [first, ...rows.slice(1).map((row) => [span(' '.repeat(indent)), ...row])].map((line) => fit(line, width));
}
