/*
Whether one key's history is linearizable, by following what may be the case from return to return.

Where a history is linearizable, a few of the configurations lead to its end, as a rule the ones with the lightest burdens; where
it is not, all of them must be followed to where they end. So they are followed in rounds: in each, from every return on, only
so many of those that were not followed yet, the lightest first; and twice as many in the next round. Nothing is
followed twice, nor what is needless beside what was met before.
*/

import type {Values} from '../model.js';
import type {Memory} from './bitset-table.js';
import {eventsOf, type Call, type Finding} from './call.js';
import {
	Antichain,
	began,
	isOwed,
	mayTakeEffect,
	weightOf,
	without,
	type Budget,
	type Configuration,
} from './configuration.js';
import {Field} from './field.js';
import {Foresight} from './foresight.js';

const widthMin = 4;

/** Roughly, besides its words. */
const bytesPerConfiguration = 64;

/** What happens up to and including one return. */
type Stage = {
	readonly begin: ReadonlyArray<{readonly slot: number; readonly call: Call}>;
	readonly slot: number;
	readonly call: Call;
	/** What was met before the return: as the stage began, and after something else took effect. */
	readonly arrived: Antichain;
	readonly reached: Antichain;
	/** What of it is to be followed yet. */
	readonly arrivals: Queue;
	readonly further: Queue;
};

export class ConfigurationSearch {
	/** How much was looked at so far. */
	steps = 0;
	readonly #stages: readonly Stage[];
	readonly #values: Values;
	readonly #memory: Memory;
	readonly #foresight: Foresight;
	/** The calls that are open as the stage ends. */
	#open: Array<Call | undefined> = [];
	#at = 0;
	#furthest = 0;
	/** Memory taken. */
	#bytes = 0;
	/** Configurations to be followed yet. */
	#waiting = 0;
	#isThrough = false;
	/** How many configurations are followed at each stage in this round. */
	#width = widthMin;

	constructor(calls: readonly Call[], values: Values, memory: Memory) {
		this.#values = values;
		this.#memory = memory;
		this.#foresight = new Foresight(calls, values);
		const {stages, slots} = stagesOf(calls);
		this.#stages = stages;
		this.#arrive(0, [0, ...new Array<number>(2 * Math.ceil(slots / 32)).fill(0)], {steps: 0});
	}

	/** If a violation was found, the call whose return made it unavoidable, unless foresight found it before. */
	get culprit(): Call | undefined {
		return this.#foresight.isFarsighted ? undefined : this.#stages[this.#furthest]?.call;
	}

	/** Go on for about so many steps. */
	run(stepsMax: number): Finding | undefined {
		const budget: Budget = {steps: stepsMax};
		while (!this.#isThrough && budget.steps > 0) {
			if (this.#at === this.#stages.length) {
				if (this.#waiting === 0) {
					this.steps += stepsMax - budget.steps;
					return 'violated';
				}

				this.#width *= 2;
				this.#at = 0;
				this.#open = [];
			}

			const stage = this.#stages[this.#at]!;
			for (const {slot, call} of stage.begin) {
				this.#open[slot] = call;
			}

			this.#follow(stage, budget);
			this.#open[stage.slot] = undefined;
			this.#at++;
			budget.steps--;
		}

		this.steps += stepsMax - budget.steps;
		return this.#isThrough ? 'ok' : undefined;
	}

	/** Give the memory back. */
	clear(): void {
		this.#memory.bytes += this.#bytes;
		this.#bytes = 0;
	}

	#follow(stage: Stage, budget: Budget): void {
		const {slot, call, arrived, reached, arrivals, further} = stage;
		for (let left = this.#width; left > 0 && arrivals.size > 0 && budget.steps > 0; left--) {
			const configuration = this.#take(arrivals);
			if (!arrived.has(configuration)) {
				left++;
				continue; // Something lighter arrived since
			}

			if (!isOwed(configuration, slot)) {
				this.#arrive(this.#at + 1, without(configuration, slot), budget);
			}

			if (mayTakeEffect(configuration, slot, call)) {
				this.#put(further, reached, configuration, budget);
			}
		}

		if (further.size === 0) {
			return;
		}

		const field = new Field([...this.#open], this.#values);
		for (let left = this.#width; left > 0 && further.size > 0 && budget.steps > 0; left--) {
			const configuration = this.#take(further);
			if (!reached.has(configuration)) {
				left++;
				continue;
			}

			const taken = field.done(configuration, slot);
			const done = taken && this.#foresight.simplify(taken, field, call);
			if (done !== undefined) {
				this.#arrive(this.#at + 1, without(done, slot), budget);
			}

			for (const possible of field.further(configuration, slot)) {
				const next = this.#foresight.simplify(possible, field, call);
				if (next === undefined) {
					continue;
				}

				if (field.isSeen(next, slot)) {
					this.#arrive(this.#at + 1, without(next, slot), budget);
				} else {
					this.#put(further, reached, next, budget);
				}
			}
		}
	}

	#arrive(at: number, configuration: Configuration, budget: Budget): void {
		const stage = this.#stages[at];
		if (stage === undefined) {
			this.#isThrough = true;
			return;
		}

		this.#furthest = Math.max(this.#furthest, at);
		let arriving = configuration;
		for (const {slot, call} of stage.begin) {
			arriving = began(arriving, slot, call);
		}

		this.#put(stage.arrivals, stage.arrived, arriving, budget);
	}

	#put(queue: Queue, met: Antichain, configuration: Configuration, budget: Budget): void {
		if (met.add(configuration, budget)) {
			queue.put(configuration);
			this.#waiting++;
			const bytes = bytesPerConfiguration + 8 * configuration.length;
			this.#memory.bytes -= bytes;
			this.#bytes += bytes;
		}
	}

	#take(queue: Queue): Configuration {
		this.#waiting--;
		return queue.take();
	}
}

/** Configurations, the lightest first. */
class Queue {
	size = 0;
	readonly #byWeight: Configuration[][] = [];

	put(configuration: Configuration): void {
		const weight = weightOf(configuration);
		while (this.#byWeight.length <= weight) {
			this.#byWeight.push([]);
		}

		this.#byWeight[weight]!.push(configuration);
		this.size++;
	}

	/** It must not be empty. */
	take(): Configuration {
		this.size--;
		return this.#byWeight.find(({length}) => length > 0)!.pop()!;
	}
}

function stagesOf(calls: readonly Call[]): {readonly stages: readonly Stage[]; readonly slots: number} {
	const vacant: number[] = [];
	const taken = new Map<Call, number>();
	const stages: Stage[] = [];
	let slots = 0;
	let begin: Array<{readonly slot: number; readonly call: Call}> = [];
	for (const {call, isReturn} of eventsOf(calls)) {
		if (isReturn) {
			const slot = taken.get(call)!;
			vacant.push(slot);
			stages.push({
				begin,
				slot,
				call,
				arrived: new Antichain(),
				reached: new Antichain(),
				arrivals: new Queue(),
				further: new Queue(),
			});
			begin = [];
		} else {
			const slot = vacant.pop() ?? slots++;
			taken.set(call, slot);
			begin.push({slot, call});
		}
	}

	return {stages, slots};
}
