/*
The command line while somebody types on it: the text, the cursor, what was typed before, what could come next,
and what was wrong with it. It knows the language, what keys are called, and nothing of screens.
*/

import {commandGroups} from '../scenario/commands.js';
import {completions, isUnheardOf, otherNames, parseCommand} from '../scenario/parse-command.js';
import {CommandError, type Completion} from '../scenario/reader.js';
import {quoted} from '../simulation/wording.js';
import type {TakenInstruction} from '../scenario/instruction.js';
import {CompletingEditor} from './completing-editor.js';
import {bindings} from './keymap.js';

/** Of what was performed so much is remembered. */
const remembered = 200;

/** These wait for something or judge it, which a person at the screen does alone. */
const storyOnly = /^\s*(?<name>wait|expect)\b/iv;

/** What the help calls keys: people type these as commands. */
const namesOfKeys: ReadonlySet<string> = new Set(bindings.map(({name}) => name));

/** A word that is also used for a command is answered with that. */
const isOnlyKey = (word: string): boolean => namesOfKeys.has(word) && !otherNames.has(word);

/** People ask for help where they are. */
const askingForHelp = /^(?:help(?=\s|$)|\?)/iv;

/** What people type out of habit who want to leave. */
const wordsToQuit: ReadonlySet<string> = new Set(['q', 'quit', 'exit']);

/** A message in what shows how something is written. */
const exampleMessage = /#\d+/gv;

export class CommandLine extends CompletingEditor {
	readonly #nodes: number;
	readonly #countMessages: () => number;
	/** The latest message when the line was opened, for examples that can be typed as they stand. */
	#latestMessage = '';
	readonly #history: string[] = [];
	/** While one goes through the past: what was typed before, and how far back one has gone. */
	#past: {readonly draft: string; readonly at: number} | undefined;

	/** With so many servers that can be named, and messages that are numbered from 1. */
	constructor(nodes: number, countMessages: () => number) {
		super();
		this.#nodes = nodes;
		this.#countMessages = countMessages;
	}

	override open(text = ''): void {
		this.#latestMessage = `#${Math.max(1, this.#countMessages())}`;
		super.open(text);
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

	protected override candidatesAt(text: string, cursor: number): readonly Completion[] {
		return completions(text, cursor, this.#nodes)
			.filter((candidate) => !storyOnly.test(candidate.text))
			.map((candidate) => ({...candidate, text: this.#withMessage(candidate.text)}))
			.filter((candidate) => isLonger(candidate.text, text.slice(candidate.from, cursor).toLowerCase()));
	}

	#withMessage(example: string): string {
		return example.replaceAll(exampleMessage, () => this.#latestMessage);
	}

	/** Whether the line asks for the end of the program. */
	get isLeaving(): boolean {
		return wordsToQuit.has(this.text.trim().toLowerCase());
	}

	/** What is looked for in the help, where the line asks for that; nothing, for all of it. */
	get helpQuery(): string | undefined {
		const text = this.text.trim();
		const asking = askingForHelp.exec(text)?.[0];
		return asking === undefined ? undefined : text.slice(asking.length).trim();
	}

	/**
	What the line asks for.

	@returns `undefined` if it asks for nothing that can be done here; then the line says why, and waits for its correction.
	*/
	read(): TakenInstruction | undefined {
		const storyName = storyOnly.exec(this.text)?.groups?.['name'];
		if (storyName !== undefined) {
			this.refuse(
				`"${storyName.toLowerCase()}" belongs in a scenario file. Here time is in your hands: Space and . move it.`,
				1,
			);
			return undefined;
		}

		try {
			const instruction = parseCommand(this.text, this.#nodes);
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

			this.refuse(this.#sentenceFor(error), error.column);
			return undefined;
		}
	}

	/** Whoever types a word that is no command may look for a key. */
	#sentenceFor({message, column}: CommandError): string {
		const word = /^[^\s,]+/v.exec(this.text.slice(column - 1))?.[0] ?? '';
		const isFirst = /^[\s,]*$/v.test(this.text.slice(0, column - 1));
		return isFirst && (isUnheardOf(word) || isOnlyKey(word.toLowerCase()))
			? `There is no command ${quoted(word)}. Try ${quoted(`help ${word}`)}, or Tab on an empty line for all commands.`
			: message;
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
	override get hint(): string {
		const typed = this.text.trimStart();
		const name = typed.split(' ', 1)[0]!.toLowerCase();
		if (usages.has(name)) {
			return this.#withMessage(usages.get(name)!);
		}

		if (name === '' || typed.includes(' ')) {
			return '';
		}

		const possible = [...usages].filter(([other]) => other.startsWith(name));
		return possible.length === 1 ? this.#withMessage(possible[0]![1]) : possible.map(([other]) => other).join('  ');
	}

	protected override replace(text: string, cursor: number): void {
		super.replace(text, cursor);
		this.#past = undefined;
	}
}

const isLonger = (text: string, begun: string): boolean => text.startsWith(begun) && text !== begun;

/** Every name that can be typed here, with how it is written; of several forms the first, which tells of all. */
const usages = new Map<string, string>([['help', 'help, or help crash']]);
for (const {name, usage} of commandGroups.flatMap(({forms}) => forms)) {
	if (!storyOnly.test(name) && !usages.has(name)) {
		usages.set(name, usage);
	}
}
