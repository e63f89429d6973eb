/*
The command line while somebody types on it: the text, the cursor, what was typed before, what could come next,
and what was wrong with it. It knows the language and nothing of screens.
*/

import {commandGroups} from '../scenario/commands.js';
import {completions, parseCommand} from '../scenario/parse-command.js';
import {CommandError, type Completion} from '../scenario/reader.js';
import type {TakenInstruction} from '../scenario/instruction.js';
import {LineEditor} from './line-editor.js';

/** What could stand at one place: the user goes through them, and -1 is what stood there before. */
export type Choice = {
	readonly candidates: readonly Completion[];
	readonly at: number;
	readonly before: {readonly text: string; readonly cursor: number};
};

/** Of what was performed so much is remembered. */
const remembered = 200;

/** These wait for something or judge it, which a person at the screen does alone. */
const storyOnly = /^\s*(?<name>wait|expect)\b/iv;

export class CommandLine extends LineEditor {
	#choice: Choice | undefined;
	readonly #history: string[] = [];
	/** While one goes through the past: what was typed before, and how far back one has gone. */
	#past: {readonly draft: string; readonly at: number} | undefined;

	get choice(): Choice | undefined {
		return this.#choice;
	}

	override move(by: number): void {
		super.move(by);
		this.#choice = undefined;
	}

	/** An earlier line that begins with what was typed. */
	older(): void {
		const {draft, at} = this.#past ?? {draft: this.text, at: this.#history.length};
		const found = this.#history.findLastIndex(
			(line, index) => index < at && line.startsWith(draft) && line !== this.text,
		);
		if (found !== -1) {
			this.#recall({draft, at: found}, this.#history[found]!);
		}
	}

	/** A later one; after the latest comes what was typed. */
	newer(): void {
		if (this.#past === undefined) {
			return;
		}

		const {draft, at} = this.#past;
		const found = this.#history.findIndex((line, index) => index > at && line.startsWith(draft) && line !== this.text);
		if (found === -1) {
			this.replace(draft, draft.length);
		} else {
			this.#recall({draft, at: found}, this.#history[found]!);
		}
	}

	#recall(past: {draft: string; at: number}, line: string): void {
		this.replace(line, line.length);
		this.#past = past;
	}

	/** Go through what could stand at the cursor, onwards or back; where there is but one thing, it is taken. */
	complete(direction: 1 | -1, nodes: number): void {
		const choice = this.#choice ?? this.#findChoice(nodes);
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
			const start =
				before.text.slice(0, candidate.from) + candidate.text + (isOnly && !after.startsWith(' ') ? ' ' : '');
			this.replace(start + after, start.length);
		}

		this.#choice = isOnly ? undefined : {candidates, at, before};
	}

	/** Directly after a word that is whole, what could come next needs a blank first. */
	#findChoice(nodes: number): Choice {
		const here = {text: this.text, cursor: this.cursor};
		const spaced = {text: `${this.before} ${this.after}`, cursor: this.cursor + 1};
		for (const before of [here, spaced]) {
			const candidates = completions(before.text, before.cursor, nodes).filter(({text}) => !storyOnly.test(text));
			if (candidates.length > 0) {
				return {candidates, at: -1, before};
			}
		}

		return {candidates: [], at: -1, before: here};
	}

	/**
	What the line asks for.

	@returns `undefined` if it asks for nothing that can be done here; then the line says why, and waits for its correction.
	*/
	read(nodes: number): TakenInstruction | undefined {
		const storyName = storyOnly.exec(this.text)?.groups?.['name'];
		if (storyName !== undefined) {
			this.refuse(
				`"${storyName.toLowerCase()}" belongs into a scenario file. Here time is in your hands: Space and . move it.`,
				1,
			);
			return undefined;
		}

		try {
			const instruction = parseCommand(this.text, nodes);
			switch (instruction.type) {
				case 'sleep':
				case 'wait':
				case 'expect': {
					return undefined; // Refused above, by name
				}

				default: {
					return instruction;
				}
			}
		} catch (error) {
			if (!(error instanceof CommandError)) {
				throw error;
			}

			this.refuse(error.message, error.column);
			return undefined;
		}
	}

	override refuse(sentence: string, column?: number): void {
		super.refuse(sentence, column);
		this.#choice = undefined;
	}

	/** What was performed is found again with Up. */
	remember(): void {
		const text = this.text.trim();
		if (text !== this.#history.at(-1)) {
			this.#history.push(text);
			this.#history.splice(0, this.#history.length - remembered);
		}
	}

	/** How the command is written that is being typed; while only its name is begun, what it could be. */
	get hint(): string {
		const typed = this.text.trimStart();
		const name = typed.split(' ', 1)[0]!.toLowerCase();
		if (usages.has(name)) {
			return usages.get(name)!;
		}

		if (name === '' || typed.includes(' ')) {
			return '';
		}

		const possible = [...usages].filter(([other]) => other.startsWith(name));
		return possible.length === 1 ? possible[0]![1] : possible.map(([other]) => other).join('  ');
	}

	protected override replace(text: string, cursor: number): void {
		super.replace(text, cursor);
		this.#choice = undefined;
		this.#past = undefined;
	}
}

/** Every name that can be typed here, with how it is written; of several forms the first, which tells of all. */
const usages = new Map<string, string>();
for (const {name, usage} of commandGroups.flatMap(({forms}) => forms)) {
	if (!storyOnly.test(name) && !usages.has(name)) {
		usages.set(name, usage);
	}
}
