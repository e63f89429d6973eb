/*
Walking from an explanation to that of its cause, and back down.
*/

import {explain, type Cause, type Explanation, type Subject} from '../explaining/explain.js';
import type {World} from '../simulation/world.js';

type Step = {readonly explanation: Explanation; selected: number; scroll: number};

export class WhyWalk {
	readonly #world: World;
	/** Where one began comes first. */
	readonly #steps: Step[];

	constructor(subject: Subject, world: World) {
		this.#world = world;
		this.#steps = [{explanation: explain(subject, world), selected: 0, scroll: 0}];
	}

	get #step(): Step {
		return this.#steps.at(-1)!;
	}

	get explanation(): Explanation {
		return this.#step.explanation;
	}

	/** Which of its causes is chosen. */
	get selected(): number {
		return this.#step.selected;
	}

	get cause(): Cause | undefined {
		return this.explanation.causes[this.selected];
	}

	get scroll(): number {
		return this.#step.scroll;
	}

	set scroll(scroll: number) {
		this.#step.scroll = scroll;
	}

	get hasWalkedUp(): boolean {
		return this.#steps.length > 1;
	}

	/** Choose a cause so many further up; where there is none, read on. */
	choose(by: number): void {
		const step = this.#step;
		const {length} = step.explanation.causes;
		step.selected = Math.max(0, Math.min(length - 1, step.selected + by));
		step.scroll = length === 0 ? Math.max(0, step.scroll + by) : 0;
	}

	/** Explain the chosen cause. Returns whether there is one. */
	walkUp(): boolean {
		const {cause} = this;
		if (cause === undefined) {
			return false;
		}

		const explanation = explain({type: 'event', seq: cause.seq}, this.#world);
		this.#steps.push({explanation, selected: 0, scroll: 0});
		return true;
	}

	walkDown(): void {
		if (this.hasWalkedUp) {
			this.#steps.pop();
		}
	}
}
