/*
A line that knows what could stand at its cursor.
*/

import type {Completion} from '../scenario/reader.js';
import {LineEditor} from './line-editor.js';

/** What could stand at one place: the user goes through them, and -1 is what stood there before. */
export type Choice = {
	readonly candidates: readonly Completion[];
	readonly at: number;
	readonly before: {readonly text: string; readonly cursor: number};
};

export abstract class CompletingEditor extends LineEditor {
	#choice: Choice | undefined;

	get choice(): Choice | undefined {
		return this.#choice;
	}

	override move(by: number): void {
		super.move(by);
		this.#choice = undefined;
	}

	override refuse(sentence: string, column?: number): void {
		super.refuse(sentence, column);
		this.#choice = undefined;
	}

	/** Go through what could stand at the cursor, onwards or back; where there is but one thing, it is taken. */
	complete(direction: 1 | -1): void {
		const choice = this.#choice ?? this.#findChoice();
		const {candidates, before} = choice;
		if (candidates.length === 0) {
			return;
		}

		const places = candidates.length + 1; // One of them is what was typed
		const at = ((choice.at + 1 + direction + places) % places) - 1;
		const candidate = candidates[at];
		const isOnly = candidates.length === 1 && candidate !== undefined;
		const after = before.text.slice(before.cursor);
		if (candidate === undefined) {
			this.replace(before.text, before.cursor);
		} else {
			const isWhole = !/[:<=>]$/v.test(candidate.text); // What ends in a sign wants something right behind it
			const blank = isOnly && isWhole && !after.startsWith(' ') ? ' ' : '';
			const start = before.text.slice(0, candidate.from) + candidate.text + blank;
			this.replace(start + after, start.length);
		}

		this.#choice = isOnly ? undefined : {candidates, at, before};
	}

	/** How what is being typed is written, shown behind it. */
	abstract get hint(): string;

	protected abstract candidatesAt(text: string, cursor: number): readonly Completion[];

	/** Directly after a word that is whole, what could come next needs a blank first. */
	#findChoice(): Choice {
		const here = {text: this.text, cursor: this.cursor};
		const spaced = {text: `${this.before} ${this.after}`, cursor: this.cursor + 1};
		for (const before of [here, spaced]) {
			const candidates = this.candidatesAt(before.text, before.cursor);
			if (candidates.length > 0) {
				return {candidates, at: -1, before};
			}
		}

		return {candidates: [], at: -1, before: here};
	}

	protected override replace(text: string, cursor: number): void {
		super.replace(text, cursor);
		this.#choice = undefined;
	}
}
