/*
The filters of the panels that have one, and the line on which one is typed: what it says so far is shown at once.
*/

import {CommandError, type Completion} from '../scenario/reader.js';
import type {Event} from '../simulation/event.js';
import {CompletingEditor} from './completing-editor.js';
import {
	filterCompletions,
	filterWords,
	isBegun,
	matchesEvent,
	parseFilter,
	wordMeantBy,
	type Filter,
} from './filter.js';
import type {PanelName} from './layout.js';

const filterable = ['messages', 'events', 'timeline'] as const;
export type Filterable = (typeof filterable)[number];

export const isFilterable = (panel: PanelName): panel is Filterable =>
	(filterable as readonly string[]).includes(panel);

/** What is looked for most comes first, for there may be no room for the rest. */
const usages = [...new Set(['lost', 'type:append', 'from:n2', 'term>4', ...filterWords.map(({usage}) => usage)])];

class FilterLine extends CompletingEditor {
	readonly #nodes: number;

	/** With so many servers that can be named. */
	constructor(nodes: number) {
		super();
		this.#nodes = nodes;
	}

	override get hint(): string {
		if (this.text === '') {
			return usages.join('  ');
		}

		const meant = wordMeantBy(this.text.split(' ').at(-1)!);
		return meant === undefined ? '' : `Did you mean ${meant.usage}, ${meant.about}?`;
	}

	/** What is typed, if the word at the cursor may be whole; and without what is being typed there, which may not be. */
	get readings(): readonly string[] {
		const start = this.before.slice(0, this.before.lastIndexOf(' ') + 1);
		const end = this.after.replace(/^\S+/v, '');
		const word = this.text.slice(start.length, this.text.length - end.length);
		const others = start + end;
		return isBegun(word) ? [others] : [this.text, start + word.replace(/,[^,]*$/v, '') + end, others];
	}

	protected override candidatesAt(text: string, cursor: number): readonly Completion[] {
		return filterCompletions(text, cursor, this.#nodes);
	}
}

export class Filters {
	readonly line: FilterLine;
	readonly #nodes: number;
	readonly #filters = new Map<Filterable, {readonly text: string; readonly filter: Filter}>();
	/** Which one is being typed, and what it was before. */
	#typing: {readonly panel: Filterable; readonly before: string} | undefined;

	constructor(nodes: number) {
		this.line = new FilterLine(nodes);
		this.#nodes = nodes;
	}

	of(panel: Filterable): Filter | undefined {
		return this.#filters.get(panel)?.filter;
	}

	/** For those who go through the trace. */
	eventsThat(panel: Filterable): ((event: Event) => boolean) | undefined {
		const filter = this.of(panel);
		return filter && ((event) => matchesEvent(filter, event));
	}

	has(panel: PanelName): boolean {
		return isFilterable(panel) && this.#filters.has(panel);
	}

	/** Type one anew, or go on with the one there is. */
	open(panel: Filterable): void {
		const before = this.#filters.get(panel)?.text ?? '';
		this.#typing = {panel, before};
		this.line.open(before);
	}

	/** Show what has been typed by now, as far as it is whole; where nothing of it can be understood, nothing changes. */
	follow(): void {
		if (this.#typing === undefined) {
			return;
		}

		if (this.line.isOpen) {
			const {panel} = this.#typing;
			this.line.readings.some((text) => this.#understand(panel, text) === undefined);
		} else {
			this.#set(this.#typing.panel, ''); // Erased, and closed with it
			this.#typing = undefined;
		}
	}

	/** Go on with what was typed, unless it cannot be understood: then the line says why. */
	keep(): void {
		const {panel} = this.#typing!;
		const error = this.#understand(panel, this.line.text);
		if (error === undefined) {
			this.#typing = undefined;
			this.line.close();
		} else {
			this.line.refuse(error.message, error.column);
		}
	}

	/** As it was before it was typed on. */
	cancel(): void {
		const {panel, before} = this.#typing!;
		this.#typing = undefined;
		this.line.close();
		this.#set(panel, before);
	}

	/** Returns whether there was one. */
	clear(panel: PanelName): boolean {
		return isFilterable(panel) && this.#filters.delete(panel);
	}

	#understand(panel: Filterable, text: string): CommandError | undefined {
		try {
			this.#set(panel, text);
			return undefined;
		} catch (error) {
			if (error instanceof CommandError) {
				return error;
			}

			throw error;
		}
	}

	#set(panel: Filterable, text: string): void {
		if (text.trim() === '') {
			this.#filters.delete(panel);
		} else {
			this.#filters.set(panel, {text, filter: parseFilter(text, this.#nodes)});
		}
	}
}
