/*
A question, its answers, and what was said to them.
*/

import type {AskedQuestion} from '../../lab/lab.js';
import {span, widthOf, wrap, type Line} from '../text.js';

/** Rows of the question itself, what it may be answered with, and the answer; each row at most so wide. */
export function questionLines(question: AskedQuestion, width: number): Line[] {
	return [
		...wrap([span(question.text, 'bold')], width),
		...answerLines(question, width),
		...verdictLines(question, width),
	];
}

/** Between two answers. */
const gap = 3;

/** As many answers in a row as there is room for, with their keys. */
function answerLines(question: AskedQuestion, width: number): Line[] {
	const rows: Line[] = [];
	for (const [at, answer] of question.answers.entries()) {
		const chip = answerChip(question, answer, at + 1);
		const row = rows.at(-1);
		if (row !== undefined && widthOf(row) + gap + widthOf(chip) <= width) {
			rows[rows.length - 1] = [...row, span(' '.repeat(gap)), ...chip];
		} else {
			rows.push(...(widthOf(chip) <= width ? [chip] : wrap(chip, width)));
		}
	}

	return rows;
}

/** Once it is answered, the keys mean nothing any more; in their place, what is right and what was chosen is marked. */
function answerChip({right, chosen}: AskedQuestion, answer: string, number: number): Line {
	if (chosen === undefined) {
		return [span(String(number), 'key'), span(` ${answer}`)];
	}

	if (right.includes(answer)) {
		return [span(`✓ ${answer}`, 'good')];
	}

	return number === chosen ? [span(`✗ ${answer}`, 'lost')] : [span(`  ${answer}`, 'dim')];
}

function verdictLines({chosen, isRight, because}: AskedQuestion, width: number): Line[] {
	return chosen === undefined
		? []
		: wrap([isRight === true ? span('Right.', 'good') : span('Not quite.', 'lost'), span(` ${because}`)], width);
}
