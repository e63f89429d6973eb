/*
What an object that clients call is, one key at a time: a register, or a store of texts that can be appended to.

The two differ in what an absent value is. A register tells `nil` from every text; a store of texts, as the key-value
services of courses and of Maelstrom have it, reads an absent key as the empty text.
*/

/** `undefined` stands for no value: nobody has written yet, or the last one deleted. */
export type Value = string | undefined;

export type Operation =
	| {readonly type: 'read'; readonly key: string}
	| {readonly type: 'write'; readonly key: string; readonly value: string}
	| {readonly type: 'delete'; readonly key: string}
	/** Compare and set: takes effect only where the value is the expected one. */
	| {readonly type: 'cas'; readonly key: string; readonly expected: Value; readonly value: Value}
	/** Put a text behind what is there. */
	| {readonly type: 'append'; readonly key: string; readonly value: string};

/** Of a read the value; of a compare-and-set whether it took effect; of the others nothing that matters. */
export type Result = Value | boolean;

export const modelNames = ['register', 'kv'] as const;

export type ModelName = (typeof modelNames)[number];

/** Stands for every value that nobody will see; it is no value's number. */
export const unseen = -2;

/**
The values of one key as small numbers, which are quick to compare and to hash. 0 is the absent value.

It only ever grows, so whoever copies a checker may share it.
*/
export class Values {
	readonly #numbers = new Map<Value, number>([[undefined, 0]]);
	readonly #values: Value[] = [undefined];
	readonly #appended = new Map<number, number>();

	constructor(model: ModelName) {
		if (model === 'kv') {
			this.#numbers.set('', 0);
		}
	}

	numberOf(value: Value): number {
		const known = this.#numbers.get(value);
		if (known !== undefined) {
			return known;
		}

		const number = this.#values.length;
		this.#numbers.set(value, number);
		this.#values.push(value);
		return number;
	}

	valueOf(number: number): Value {
		return this.#values[number];
	}

	/** The number of one value with another behind it. */
	append(number: number, suffix: number): number {
		if (number === unseen) {
			return unseen; // Who does not see the beginning does not see the whole
		}

		const pair = number * 0x4_00_00_00 + suffix;
		const known = this.#appended.get(pair);
		if (known !== undefined) {
			return known;
		}

		const appended = this.numberOf((this.#values[number] ?? '') + (this.#values[suffix] ?? ''));
		this.#appended.set(pair, appended);
		return appended;
	}
}
