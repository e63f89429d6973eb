/*
Reading one line of the language from left to right.

At each place the reader notes what could stand there. What it noted where it got stuck makes the refusal,
and what it noted where the cursor is makes the completions, so that both always tell what is really taken.
*/

import type {ServerId} from '../raft/vocabulary.js';
import {didYouMean, orList, quoted} from '../simulation/wording.js';

/** A line that asks for nothing that exists, in one sentence or two short ones. */
export class CommandError extends Error {
	override readonly name = 'CommandError';
	/** Where the wrong word begins, from 1. */
	readonly column: number;

	constructor(message: string, column: number) {
		super(message);
		this.column = column;
	}
}

/** Something that could stand at the cursor, and what it would mean. */
export type Offer = {readonly text: string; readonly hint: string};

/** `text` would take the place of what stands from `from` to the cursor. */
export type Completion = Offer & {readonly from: number};

/** Something that may stand at some place in a line. */
export type Allowed = {
	/** As it is called in a refusal: `leader`, `a time (20ms)`. */
	readonly name: string;
	/** What it could be, given the beginning of it that stands there. */
	readonly complete: (begun: string) => readonly Offer[];
};

/** Something that is always written the same. */
export const literal = (text: string, hint: string): Allowed => ({name: text, complete: () => [{text, hint}]});

export class Reader {
	readonly text: string;
	/** How many servers the cluster has. */
	readonly nodes: number;
	/** How to write the command, once it is known which. */
	usage: string | undefined;
	#at = 0;
	readonly #noted: Array<{readonly at: number; readonly allowed: readonly Allowed[]}> = [];

	constructor(text: string, nodes: number) {
		this.text = text;
		this.nodes = nodes;
	}

	/** Where the next word begins, or the end. */
	get at(): number {
		return this.#at + /^[\s,]*/v.exec(this.text.slice(this.#at))![0].length;
	}

	/** Whether nothing is left. */
	get isAtEnd(): boolean {
		return this.at === this.text.length;
	}

	/** What is left, as it stands. */
	get rest(): string {
		return this.text.slice(this.at);
	}

	/** Note what may stand here, and take what matches the pattern, which begins with `^`, if that is what stands here. */
	take(pattern: RegExp, ...allowed: readonly Allowed[]): Readonly<Record<string, string>> | undefined {
		const {at} = this;
		this.#noted.push({at, allowed});
		const found = pattern.exec(this.text.slice(at));
		if (found === null) {
			return undefined;
		}

		this.#at = at + found[0].length;
		return {0: found[0], ...found.groups};
	}

	/** Take one of these words or phrases, in any case, if one stands here. What they mean is for the completions. */
	word<Word extends string>(meanings: Readonly<Record<Word, string>>): Word | undefined {
		const {pattern, allowed} = vocabularyOf(meanings);
		const found = this.take(pattern, ...allowed);
		return found?.['0']!.toLowerCase().replaceAll(/[\s,]+/gv, ' ') as Word | undefined;
	}

	/** What was taken, which had to be there. */
	must<Value>(taken: Value | undefined): Value {
		if (taken === undefined) {
			throw this.refusal();
		}

		return taken;
	}

	/** Nothing may be left. */
	end(): void {
		if (!this.isAtEnd) {
			this.#noted.push({at: this.at, allowed: [{name: 'nothing more', complete: () => []}]});
			throw this.refusal();
		}
	}

	/** Check that there is such a server. */
	known(id: ServerId, at: number): ServerId {
		if (id < 1 || id > this.nodes) {
			throw this.error(
				`There is no n${id}; the cluster has ${this.nodes === 1 ? 'n1 alone' : `n1 to n${this.nodes}`}.`,
				at,
			);
		}

		return id;
	}

	/** A refusal in these words, about what stands at `at`. */
	error(sentence: string, at: number): CommandError {
		return new CommandError(sentence, at + 1);
	}

	/** A refusal of what stands here: what could, and what was probably meant. */
	refusal(): CommandError {
		const {at} = this;
		const allowed = this.#noted.filter((note) => note.at === at).flatMap((note) => note.allowed);
		const before = this.text.slice(0, at).trimEnd();
		const word = /^[^\s,]*/v.exec(this.text.slice(at))![0];
		const names = orList([...new Set(allowed.map(({name}) => name))]);
		const place = before === '' ? 'Here' : `After ${quoted(shortened(before))}`;
		const meant = didYouMean(
			word,
			allowed.flatMap(({complete}) => complete(word).map(({text}) => text)),
		);
		const advice = meant === '' && this.usage !== undefined ? ` Try ${this.usage}.` : meant;
		return this.error(`${place} comes ${names}${word === '' ? '' : `, not ${quoted(word)}`}.${advice}`, at);
	}

	/** What could stand at the end of the text. */
	completions(): readonly Completion[] {
		const {text} = this;
		const isInWord = /[\p{Letter}\p{Number}"%]$/v.test(text);
		const found = new Map<string, Completion>();
		for (const {at, allowed} of this.#noted) {
			if (at === text.length && isInWord) {
				continue; // A blank must come first
			}

			const begun = text.slice(at);
			for (const offer of allowed.flatMap(({complete}) => complete(begun))) {
				if (offer.text.startsWith(begun.toLowerCase()) && offer.text !== begun.toLowerCase()) {
					found.set(offer.text, {...offer, from: at});
				}
			}
		}

		return [...found].map(([, completion]) => completion);
	}
}

type Vocabulary = {readonly pattern: RegExp; readonly allowed: readonly Allowed[]};

/** Made once for each record of words, of which there are few. */
const vocabularies = new WeakMap<Record<string, unknown>, Vocabulary>();

function vocabularyOf(meanings: Readonly<Record<string, string>>): Vocabulary {
	const known = vocabularies.get(meanings);
	if (known !== undefined) {
		return known;
	}

	const phrases = Object.keys(meanings).map((words) => words.replaceAll(' ', String.raw`[\s,]+`));
	const made = {
		// Not for Unicode, in which ſ would pass for an s
		pattern: new RegExp(String.raw`^(?:${phrases.join('|')})(?!\w|-[a-z])`, 'i'), // eslint-disable-line require-unicode-regexp
		allowed: Object.entries(meanings).map(([words, meaning]) => literal(words, meaning)),
	};
	vocabularies.set(meanings, made);
	return made;
}

const shownMax = 40;

/** The end of a text that is too long to be repeated. */
const shortened = (text: string): string => (text.length > shownMax ? `…${text.slice(-shownMax)}` : text);
