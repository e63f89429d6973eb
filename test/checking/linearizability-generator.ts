/*
Histories: small ones of all kinds, for properties; and large ones as a real cluster might give them, from an object that is
atomic, with delays before and after.
*/

import fc from 'fast-check';
import type {Recorded} from '../../source/checking/histories/history.js';
import type {ModelName, Operation, Result, Value} from '../../source/checking/model.js';
import {randomStream} from '../../source/simulation/random.js';
import {apply} from './linearizability-reference.js';

type Draft = {-readonly [Field in keyof Recorded]: Recorded[Field]};

/** What a process does next: it begins something, or ends what it began. */
type Deed = {
	readonly process: number;
	readonly type: Operation['type'];
	readonly value: number;
	readonly expected: number;
	readonly outcome: Recorded['outcome'];
	/** Whether an operation takes effect as it begins, rather than as it ends. */
	readonly isPrompt: boolean;
	/** Whether something else is told than what was the case. */
	readonly isLie: boolean;
	/** Whether this happens at the same place in the order as the deed before. */
	readonly isAtOnce: boolean;
};

export type Small = {readonly model: ModelName; readonly operations: readonly Recorded[]};

const often = <Item>(common: Item, rare: Item, times: number): fc.Arbitrary<Item> =>
	fc.oneof({arbitrary: fc.constant(common), weight: times}, {arbitrary: fc.constant(rare), weight: 1});

const anyTypes: fc.Arbitrary<{readonly model: ModelName; readonly types: ReadonlyArray<Operation['type']>}> =
	fc.constantFrom(
		{model: 'register', types: ['read', 'write']},
		{model: 'register', types: ['read', 'write', 'cas']},
		{model: 'register', types: ['read', 'write', 'cas', 'delete']},
		{model: 'kv', types: ['read', 'append']},
		{model: 'kv', types: ['read', 'append', 'write', 'cas', 'delete']},
	);

/** A few operations on one key, honestly answered or not. */
export const anySmallHistory = (deedsMax = 16): fc.Arbitrary<Small> =>
	anyTypes.chain(({model, types}) =>
		fc
			.record({
				isUnique: fc.boolean(),
				deeds: fc.array(
					fc.record({
						process: fc.nat({max: 4}),
						type: fc.constantFrom(...types),
						value: fc.nat({max: 2}),
						expected: fc.nat({max: 3}),
						outcome: fc.oneof(
							{arbitrary: fc.constant<'ok'>('ok'), weight: 3},
							{arbitrary: fc.constantFrom('fail', 'info'), weight: 1},
						),
						isPrompt: fc.boolean(),
						isLie: often(false, true, 5),
						isAtOnce: often(false, true, 5),
					}),
					{minLength: 2, maxLength: deedsMax, size: 'max'},
				),
			})
			.map(({isUnique, deeds}) => ({model, operations: happen(deeds, model, isUnique)})),
	);

function happen(deeds: readonly Deed[], model: ModelName, isUnique: boolean): readonly Recorded[] {
	const texts = model === 'kv' ? ['', 'a', 'ab'] : ['0', '1', '2'];
	const open = new Map<number, {readonly draft: Draft; readonly isPrompt: boolean; truth: Result}>();
	const operations: Draft[] = [];
	let value: Value;
	let order = 0;
	for (const [at, deed] of deeds.entries()) {
		order += deed.isAtOnce ? 0 : 1;
		const begun = open.get(deed.process);
		if (begun === undefined) {
			const written = isUnique ? String(at) : texts[deed.value]!;
			const seen = isUnique ? String(at - 1 - deed.expected) : texts[deed.expected];
			const operation = operationOf(deed.type, written, seen);
			const draft: Draft = {
				process: `c${deed.process}`,
				operation,
				invoked: order,
				completed: undefined,
				outcome: 'info',
				result: undefined,
			};
			operations.push(draft);
			const [after, truth] = deed.isPrompt ? apply(operation, value, model) : [value, undefined];
			value = after;
			open.set(deed.process, {draft, isPrompt: deed.isPrompt, truth});
			continue;
		}

		open.delete(deed.process);
		const {draft, isPrompt} = begun;
		let {truth} = begun;
		if (!isPrompt && deed.outcome === 'ok') {
			[value, truth] = apply(draft.operation, value, model);
		}

		draft.completed = order;
		draft.outcome = deed.outcome === 'fail' && isPrompt && !deed.isLie ? 'info' : deed.outcome;
		draft.result = deed.outcome === 'ok' ? told(draft.operation, truth, deed, texts) : undefined;
	}

	return operations;
}

function operationOf(type: Operation['type'], written: string, seen: Value): Operation {
	const key = 'x';
	return type === 'read' || type === 'delete'
		? {type, key}
		: type === 'cas'
			? {type, key, expected: seen, value: written}
			: {type, key, value: written};
}

/** What a client is told: the truth, mostly. */
function told({type}: Operation, truth: Result, {isLie, value}: Deed, texts: readonly string[]): Result {
	if (!isLie) {
		return truth;
	}

	return type === 'read' ? texts[value] : type === 'cas' ? truth !== true : truth;
}

export type Shape = {
	readonly clients: number;
	readonly operations: number;
	readonly keys?: number;
	/** How many values writes choose from; without it every write has its own. */
	readonly values?: number;
	readonly types?: ReadonlyArray<Operation['type']>;
	/** How often nobody hears of an operation again; half of these take effect some time. */
	readonly infoRate?: number;
};

/** Operations on objects that are atomic, each taking effect at some time between its call and its return: linearizable. */
export function simulate(seed: number, shape: Shape): readonly Recorded[] {
	const random = randomStream(String(seed), 'history');
	const below = (count: number): number => Math.floor(random() * count);
	const {clients, operations: count, keys = 1, values, types = ['read', 'write'], infoRate = 0} = shape;
	const idle = Array.from({length: clients}, (_, process) => ({process, sinceTime: random()}));
	const happenings: Array<{
		readonly time: number;
		readonly draft: Draft;
		readonly what: 'begins' | 'takes effect' | 'ends';
	}> = [];
	const operations: Draft[] = [];
	const present = new Map<string, Value>();
	let written = 0;
	const anyValue = (): string => String(values === undefined ? ++written : below(values));
	for (let made = 0; made < count; made++) {
		const client = idle.toSorted((one, other) => one.sinceTime - other.sinceTime)[0]!;
		const key = `k${below(keys)}`;
		const type = types[below(types.length)]!;
		const expected = values === undefined ? String(Math.max(1, written - below(4))) : anyValue();
		const operation = {...operationOf(type, anyValue(), expected), key};
		const draft: Draft = {
			process: `c${client.process}`,
			operation,
			invoked: 0,
			completed: 0,
			outcome: random() < infoRate ? 'info' : 'ok',
			result: undefined,
		};
		operations.push(draft);
		const lasts = random();
		const begins = client.sinceTime;
		const delay = random() * lasts * (draft.outcome === 'info' ? 8 : 1);
		happenings.push(
			{time: begins, draft, what: 'begins'},
			{time: begins + delay, draft, what: 'takes effect'},
			{time: begins + lasts, draft, what: 'ends'},
		);
		client.sinceTime += lasts + random() * 0.6;
		client.process += draft.outcome === 'info' ? clients : 0;
	}

	for (const [order, {draft, what}] of happenings.toSorted((one, other) => one.time - other.time).entries()) {
		if (what === 'begins') {
			draft.invoked = order;
		} else if (what === 'ends') {
			draft.completed = order;
		} else if (draft.outcome === 'ok' || random() < 0.5) {
			const {key} = draft.operation;
			const [after, result] = apply(draft.operation, present.get(key), 'register');
			present.set(key, after);
			draft.result = draft.outcome === 'ok' ? result : undefined;
		}
	}

	return operations;
}

/** The history with one read, of those in its later half, that returned another value than it did. */
export function withLie(operations: readonly Recorded[], seed: number): readonly Recorded[] {
	const random = randomStream(String(seed), 'lie');
	const reads = operations.filter(({operation, outcome}) => operation.type === 'read' && outcome === 'ok');
	const read = reads[Math.floor(reads.length * (0.5 + random() / 2))]!;
	const others = operations
		.filter(({operation, outcome}) => operation.key === read.operation.key && outcome === 'ok')
		.flatMap(({operation}) => (operation.type === 'write' ? [operation.value] : []))
		.filter((value) => value !== read.result);
	const result = others[Math.floor(random() * others.length)];
	return operations.map((operation) => (operation === read ? {...read, result} : operation));
}
