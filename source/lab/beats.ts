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

/** Whatever is told or asked begins a beat, so that nothing is hidden by what comes next; but a chapter waits for its first words, for it shows nothing before. */
export function beatsOf({steps}: Pick<Scenario, 'steps'>): readonly Beat[] {
	const beats: Beat[] = [];
	let chapter: string | undefined; // It has begun, and nothing has been told in it
	let isEnd = false; // Nothing has happened since the last beat began
	for (const {when, instruction} of steps) {
		switch (instruction.type) {
			case 'say':
			case 'ask': {
				beats.push({instruction, title: chapter ?? instruction.text});
				chapter = undefined;
				isEnd = true;
				break;
			}

			case 'speed':
			case 'expect': {
				isEnd &&= when === undefined;
				break;
			}

			case 'mark': {
				chapter = instruction.text;
				isEnd = false;
				break;
			}

			default: {
				isEnd = false;
			}
		}
	}

	return isEnd || steps.length === 0 ? beats : [...beats, {instruction: undefined, title: chapter ?? 'The end'}];
}
