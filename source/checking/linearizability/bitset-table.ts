/*
A set of (set of calls, value) pairs, for searches that must not go twice where they have been.

JavaScript's own `Set` ends at 2^24 entries and wants a string or an object for each. This one keeps them as numbers in
typed arrays, whole, so that it never takes one for another: a wrong "seen before" would be a wrong verdict.
*/

/** How much memory may still be taken, by everything that shares it. */
export type Memory = {bytes: number};

const chunkWordsMin = 1 << 12;
const slotsMin = 1 << 8;
const headerWords = 4;

export class BitsetTable {
	readonly #memory: Memory;
	readonly #optionalWords: number;
	readonly #chunkBits: number;
	#chunks: Uint32Array[] = [];
	/** Words used of the last chunk. */
	#used = 0;
	/** Addresses of entries plus one, by hash; 0 where there is none. */
	#slots = new Uint32Array(slotsMin);
	#size = 0;

	/**
	An empty set.

	@param words - How long the bitsets are.
	@param optionalWords - How many of these, at the end, are stored whole. Of those before only the ones between the
	first that is not all ones and the last that is not zero are.
	*/
	constructor(words: number, optionalWords: number, memory: Memory) {
		this.#memory = memory;
		this.#optionalWords = optionalWords;
		this.#chunkBits = Math.max(Math.ceil(Math.log2(chunkWordsMin)), Math.ceil(Math.log2(words + headerWords)));
		this.#memory.bytes -= this.#slots.byteLength;
	}

	get size(): number {
		return this.#size;
	}

	/**
	Add a pair, if there is memory left.

	@param low - The first of the words before the optional ones that is not all ones.
	@param high - The one after the last of these that is not zero.
	@returns Whether it is new.
	*/
	add(bits: Uint32Array, low: number, high: number, state: number, hash: number): boolean {
		const mask = this.#slots.length - 1;
		let slot = hash & mask;
		for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
			if (this.#isAt(this.#slots[slot]! - 1, bits, low, high, state, hash)) {
				return false;
			}
		}

		if (this.#memory.bytes < 0) {
			return true;
		}

		this.#slots[slot] = this.#store(bits, low, high, state, hash) + 1;
		this.#size++;
		if (this.#size * 3 > this.#slots.length * 2) {
			this.#grow();
		}

		return true;
	}

	/** Give the memory back. */
	clear(): void {
		this.#memory.bytes += this.#slots.byteLength + this.#chunks.length * 4 * (1 << this.#chunkBits);
		this.#chunks = [];
		this.#slots = new Uint32Array(0);
		this.#used = 0;
		this.#size = 0;
	}

	#isAt(address: number, bits: Uint32Array, low: number, high: number, state: number, hash: number): boolean {
		const chunk = this.#chunks[address >>> this.#chunkBits]!;
		let at = address & ((1 << this.#chunkBits) - 1);
		if (chunk[at] !== hash >>> 0 || chunk[at + 1] !== state || chunk[at + 2] !== low || chunk[at + 3] !== high) {
			return false;
		}

		at += headerWords;
		for (let word = low; word < high; word++) {
			if (chunk[at++] !== bits[word]) {
				return false;
			}
		}

		for (let word = bits.length - this.#optionalWords; word < bits.length; word++) {
			if (chunk[at++] !== bits[word]) {
				return false;
			}
		}

		return true;
	}

	#store(bits: Uint32Array, low: number, high: number, state: number, hash: number): number {
		const length = headerWords + high - low + this.#optionalWords;
		const chunkWords = 1 << this.#chunkBits;
		if (this.#chunks.length === 0 || this.#used + length > chunkWords) {
			this.#chunks.push(new Uint32Array(chunkWords));
			this.#memory.bytes -= 4 * chunkWords;
			this.#used = 0;
		}

		const chunk = this.#chunks.at(-1)!;
		const start = this.#used;
		let at = start;
		chunk[at++] = hash;
		chunk[at++] = state;
		chunk[at++] = low;
		chunk[at++] = high;
		for (let word = low; word < high; word++) {
			chunk[at++] = bits[word]!;
		}

		for (let word = bits.length - this.#optionalWords; word < bits.length; word++) {
			chunk[at++] = bits[word]!;
		}

		this.#used = at;
		return (this.#chunks.length - 1) * chunkWords + start;
	}

	#grow(): void {
		const old = this.#slots;
		const slots = new Uint32Array(old.length * 2);
		const mask = slots.length - 1;
		for (const entry of old) {
			if (entry !== 0) {
				const address = entry - 1;
				let slot = this.#chunks[address >>> this.#chunkBits]![address & ((1 << this.#chunkBits) - 1)]! & mask;
				while (slots[slot] !== 0) {
					slot = (slot + 1) & mask;
				}

				slots[slot] = entry;
			}
		}

		this.#slots = slots;
		this.#memory.bytes -= slots.byteLength - old.byteLength;
	}
}
