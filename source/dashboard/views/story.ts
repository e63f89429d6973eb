/*
A scenario's chapter, caption and questions, in a bar of their own above the footer.
*/

import type {Story} from '../../lab/lab.js';
import {fit, joined, span, spread, widthOf, wrap, type Line} from '../text.js';
import {questionLines} from './question.js';

export type StoryOptions = {
	/** Captions take two rows at the most, unless they are presented. */
	readonly rowsMax?: number;
	/** Whether time passes, so that nobody needs to be told how to go on. */
	readonly isPlaying?: boolean;
};

const captionRowsMax = 2;

/** A caption in fewer columns is hard to read. */
const besideMin = 20;

/** Longer lines are hard to read aloud. */
const readableMax = 100;

/** Below the chapter's own letters. */
const indent = 2;

const chip = (text: string): Line => [span(' '), span(` ${text} `, 'notice'), span('  ')];

/**
Nothing where nothing is told. A beat and a question take as many rows as there may be, so that nothing moves when
the next one comes, or the answer.
*/
export function storyLines(
	story: Story | undefined,
	width: number,
	{rowsMax = 5, isPlaying = false}: StoryOptions = {},
): Line[] {
	if (story === undefined) {
		return [];
	}

	const lines =
		story.beat !== undefined || story.question !== undefined
			? stageLines(story, width, {rowsMax, isPlaying})
			: captionLines(story, width, Math.min(rowsMax, captionRowsMax));
	return lines.map((line) => fit(line, width));
}

/** The caption beside the chapter, or below it where there is no room. */
function captionLines(
	{title, chapter, caption, stepsDone, steps, isLeft}: Story,
	width: number,
	rowsMax: number,
): Line[] {
	const progress = steps === 0 ? '' : isLeft ? '  story left, b returns ' : `  ${stepsDone}/${steps} `;
	const head = chip(chapter ?? title);
	const words: Line = [span(caption ?? '', 'bold')];
	const headWidth = widthOf(head);
	const room = width - headWidth - progress.length;
	const isBeside = room >= besideMin;
	const rows = isBeside
		? limited(wrap(words, room), rowsMax, width - headWidth)
		: limited(wrap(words, width - indent), rowsMax - 1, width - indent);
	const first = [
		...fit([...head, ...(isBeside ? (rows.shift() ?? []) : [])], width - progress.length),
		span(progress, 'dim'),
	];
	return [first, ...rows.map((row) => [span(' '.repeat(isBeside ? headWidth : indent)), ...row])];
}

/** What everybody should look at, below a head that says where in the story it is. */
function stageLines(story: Story, width: number, {rowsMax, isPlaying}: Required<StoryOptions>): Line[] {
	const {title, chapter, caption, question, sequel} = story;
	const head = spread(chip(chapter ?? title), placeOf(story, isPlaying), width);
	const room = Math.min(width - indent - 1, readableMax);
	const words = question === undefined ? balanced([span(caption ?? '', 'bold')], room) : questionLines(question, room);
	const after = sequel === undefined ? [] : wrap([span(sequel, 'dim')], room);
	const rows = limited([...words, ...after], rowsMax - 1, room).map((row) => [span(' '.repeat(indent)), ...row]);
	const hasAir = question === undefined && rows.length + 2 <= rowsMax; // A question stays where it is when it is answered
	const lines = [head, ...(hasAir ? [[]] : []), ...rows];
	return [...lines, ...Array.from({length: Math.max(0, rowsMax - lines.length)}, (): Line => [])];
}

/** How far it is, how many answers were right, and how one goes on. */
function placeOf({question, score, beat, stepsDone, steps, isLeft}: Story, isPlaying: boolean): Line {
	const isEnd = beat !== undefined && beat.number === beat.of;
	const parts: string[] = [];
	if (score.answered > 0) {
		parts.push(`${score.right} of ${score.answered} right`);
	}

	if (isEnd && score.passedBy > 0) {
		parts.push(`${score.passedBy} not answered`);
	}

	if (isLeft) {
		parts.push(beat === undefined ? 'story left, b returns' : 'script left, Backspace returns');
	} else {
		parts.push(beat === undefined ? `${stepsDone}/${steps}` : `beat ${beat.number}/${beat.of}`);
		if (question !== undefined && question.chosen === undefined) {
			parts.push(`answer with 1 to ${question.answers.length}`);
		} else if (isEnd) {
			parts.push('the end');
		} else if (!isPlaying) {
			parts.push(beat === undefined ? 'Space goes on' : 'next: Space');
		}
	}

	return [
		...joined(
			parts.map((part) => [span(part, 'dim')]),
			' · ',
		),
		span(' '),
	];
}

/** Wrapped into rows that are about equally long, so that no word is left alone on the last one. */
function balanced(line: Line, width: number): Line[] {
	const rows = wrap(line, width);
	let narrow = Math.ceil(widthOf(line) / Math.max(1, rows.length));
	while (narrow < width && wrap(line, narrow).length > rows.length) {
		narrow++;
	}

	return narrow < width ? wrap(line, narrow) : rows;
}

/** So many lines at the most; what is left out is an ellipsis. */
const limited = (lines: readonly Line[], max: number, width: number): Line[] =>
	lines.length <= max || max <= 0
		? lines.slice(0, Math.max(0, max))
		: [...lines.slice(0, max - 1), fit(joined(lines.slice(max - 1), ' '), width)];
