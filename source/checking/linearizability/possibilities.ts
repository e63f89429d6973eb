/*
What may be the case, all of it: the configurations that a key can be in right now.

The history is read event by event, and only what is possible is kept: just-in-time linearization (Lowe, "Testing for
linearizability", 2017). No call takes effect before a return forces something to; where that return can be had in
several ways, all of them are kept. Nothing left is a violation, found at the very return that makes it unavoidable.
*/

import type {Values} from '../model.js';
import type {Call} from './call.js';
import {
	Antichain,
	began,
	isOwed,
	isSpent,
	mayTakeEffect,
	without,
	type Budget,
	type Configuration,
} from './configuration.js';
import {Field} from './field.js';

/** Plain data that is never changed: whoever copies a world may share it. */
export type Possibilities = {
	/** The calls that have not returned; each has the same slot in all configurations. */
	readonly open: ReadonlyArray<Call | undefined>;
	/**
	Calls whose outcome nobody will ever know and which no configuration has spent. There may be hundreds in a long
	run, and hardly ever does one of them matter, so they get a slot only when it does.
	*/
	readonly left: readonly Call[];
	/** None of them is needed beside another. If there is none at all, the history is not linearizable. */
	readonly configurations: readonly Configuration[];
};

export const atFirst: Possibilities = {open: [], left: [], configurations: [[0]]};

/** Whether a call may do without a slot. What an append would leave cannot be told from the append alone. */
const isLeft = (call: Call): boolean => call.isOptional && call.kind !== 'append';

/** A call begins. */
export function invoke(now: Possibilities, call: Call): Possibilities {
	return isLeft(call) ? {...now, left: [...now.left, call]} : withSlot(now, call);
}

function withSlot({open, left, configurations}: Possibilities, call: Call): Possibilities {
	const vacant = open.indexOf(undefined);
	const slot = vacant === -1 ? open.length : vacant;
	const isWide = slot % 32 !== 0 || slot < open.length;
	return {
		open: vacant === -1 ? [...open, call] : open.with(slot, call),
		left,
		configurations: configurations.map((configuration) =>
			began(isWide ? configuration : [...configuration, 0, 0], slot, call),
		),
	};
}

/** Where an open call stands, by its id; -1 if it has no slot. */
export const slotOf = ({open}: Possibilities, id: number): number => open.findIndex((call) => call?.id === id);

/**
The call in a slot returns, having taken effect by now.

@returns `undefined` if the budget did not suffice.
*/
export function complete(
	before: Possibilities,
	slot: number,
	values: Values,
	budget: Budget,
): Possibilities | undefined {
	const now = recall(before);
	const call = now.open[slot]!;
	const remaining = new Antichain();
	const undecided: Configuration[] = [];
	for (const configuration of now.configurations) {
		if (!isOwed(configuration, slot)) {
			remaining.add(without(configuration, slot), budget);
		}

		if (mayTakeEffect(configuration, slot, call)) {
			undecided.push(configuration);
		}
	}

	if (undecided.length > 0) {
		linearize(new Field(now.open, values), undecided, slot, remaining, budget);
	}

	const {configurations} = remaining;
	return budget.steps < 0 ? undefined : settle({...now, open: now.open.with(slot, undefined), configurations});
}

/** The call in a slot turns out to have had no effect: what rests on its effect was not the case. */
export function remove(now: Possibilities, slot: number, budget: Budget): Possibilities {
	const remaining = new Antichain();
	for (const configuration of now.configurations) {
		if (!isSpent(configuration, slot)) {
			remaining.add(without(configuration, slot), budget);
		}
	}

	const {configurations} = remaining;
	return settle({...now, open: now.open.with(slot, undefined), configurations});
}

/** Nobody will ever know whether the call in a slot took effect: it is owed no longer, and stays open for good. */
export function leaveOpen(now: Possibilities, slot: number, budget: Budget): Possibilities {
	const remaining = new Antichain();
	for (const configuration of now.configurations) {
		remaining.add(isOwed(configuration, slot) ? without(configuration, slot) : configuration, budget);
	}

	const {configurations} = remaining;
	return settle({...now, open: now.open.with(slot, {...now.open[slot]!, isOptional: true}), configurations});
}

/** Give slots to the calls left open that may matter now: somebody wants to see what they would leave, or needs it. */
function recall(now: Possibilities): Possibilities {
	if (now.left.length === 0) {
		return now;
	}

	const wanted = new Set<number>();
	let isAnyWanted = false;
	for (const [slot, call] of now.open.entries()) {
		if (call?.kind === 'read' || call?.kind === 'cas') {
			wanted.add(call.expected);
		} else if (call?.kind === 'append' || call?.kind === 'mismatch') {
			isAnyWanted ||= call.kind === 'append' || now.configurations.some((one) => isOwed(one, slot));
		}
	}

	const recalled = new Set<Call>();
	const findMore = (): readonly Call[] =>
		now.left.filter((call) => !recalled.has(call) && (isAnyWanted || wanted.has(call.value)));
	for (let more = findMore(); more.length > 0; more = findMore()) {
		for (const call of more) {
			recalled.add(call);
			if (call.kind === 'cas') {
				wanted.add(call.expected);
			}
		}
	}

	let slotted = recalled.size === 0 ? now : {...now, left: now.left.filter((call) => !recalled.has(call))};
	for (const call of recalled) {
		slotted = withSlot(slotted, call);
	}

	return slotted;
}

function withoutAll(configuration: Configuration, slots: readonly number[]): Configuration {
	let lighter = configuration;
	for (const slot of slots) {
		lighter = without(lighter, slot);
	}

	return lighter;
}

/** Take the slots back from calls left open that every configuration has spent, or none. */
function settle(now: Possibilities): Possibilities {
	const vacated: number[] = [];
	const left: Call[] = [];
	for (const [slot, call] of now.open.entries()) {
		if (call !== undefined && isLeft(call)) {
			const isSpentByAll = now.configurations.every((configuration) => isSpent(configuration, slot));
			if (isSpentByAll || now.configurations.every((configuration) => !isSpent(configuration, slot))) {
				vacated.push(slot);
				left.push(...(isSpentByAll ? [] : [call]));
			}
		}
	}

	return vacated.length === 0
		? now
		: {
				open: now.open.map((call, slot) => (vacated.includes(slot) ? undefined : call)),
				left: [...now.left, ...left],
				configurations: now.configurations.map((configuration) => withoutAll(configuration, vacated)),
			};
}

/** Whether the value is the same in all that is possible, and this one. */
export const isCertainly = ({configurations}: Possibilities, state: number): boolean =>
	configurations.every(([value]) => value === state);

/** Whether the value is another one in all that is possible. */
export const isCertainlyNot = ({configurations}: Possibilities, state: number): boolean =>
	configurations.every(([value]) => value !== state);

/**
Let the call in a slot take effect, before it others as need be, from each of the configurations and in every way that differs.

@param remaining - Receives what is possible after that, with the slot cleared; not all of it if the budget runs out.
*/
function linearize(
	field: Field,
	from: readonly Configuration[],
	slot: number,
	remaining: Antichain,
	budget: Budget,
): void {
	const reached = new Antichain();
	const queue = from.filter((configuration) => reached.add(configuration, budget));
	for (let at = 0; at < queue.length && budget.steps >= 0; at++) {
		const configuration = queue[at]!;
		if (!reached.has(configuration)) {
			continue; // Another one has made it needless
		}

		const done = field.done(configuration, slot);
		if (done !== undefined) {
			remaining.add(without(done, slot), budget);
		}

		for (const next of field.further(configuration, slot)) {
			if (field.isSeen(next, slot)) {
				remaining.add(without(next, slot), budget);
			} else if (reached.add(next, budget)) {
				queue.push(next);
			}
		}
	}
}
