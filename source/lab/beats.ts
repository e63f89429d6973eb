/*
The beats of a scenario: where whoever presents it stops and speaks. Each begins with what is told, or with what is
asked; the last one is the end.
*/

import type {Instruction} from '../scenario/instruction.js';
import type {Scenario} from '../scenario/scenario.js';

export type Beat = {
	/** It begins when this is done; the end begins when everything is. */
	readonly instruction: Instruction | undefined;
	/** What it begins with: the chapter, or else the caption or the question. */
	readonly title: string;
};

/** Whatever is told or asked begins a beat, so that nothing is hidden by what comes next; but a chapter waits for its first words. */
export function beatsOf({steps}: Pick<Scenario, 'steps'>): readonly Beat[] {
	const beats: Beat[] = [];
	let isChapter = false; // It has just begun, and nothing has happened since
	let isEnd = false; // Nothing has happened since the last beat began
	for (const {when, instruction} of steps) {
		const isAtOnce = when === undefined;
		switch (instruction.type) {
			case 'say':
			case 'mark':
			case 'ask': {
				const chapter = isChapter && isAtOnce ? beats.pop() : undefined;
				isChapter = instruction.type === 'mark';
				isEnd = true;
				beats.push({instruction, title: isChapter ? instruction.text : (chapter?.title ?? instruction.text)});
				break;
			}

			case 'speed':
			case 'expect': {
				isChapter &&= isAtOnce;
				isEnd &&= isAtOnce;
				break;
			}

			default: {
				isChapter = false;
				isEnd = false;
			}
		}
	}

	return isEnd || steps.length === 0 ? beats : [...beats, {instruction: undefined, title: 'The end'}];
}
