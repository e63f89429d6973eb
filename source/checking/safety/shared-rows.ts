/*
Rows of numbers that only become more, kept as numbers so that none costs an object. Copies are cheap: they share what
there is, and of a chunk that is not full yet each takes a copy before it adds to it.
*/

type Chunk = {
	/** Who may add to it. */
	readonly owner: symbol;
	readonly numbers: Int32Array;
};

const bits = 9;
const rowsInChunk = 2 ** bits;
const width = 4;

export class SharedRows {
	length: number;
	#owner = Symbol('between two copies');
	readonly #chunks: Chunk[];

	constructor(original?: SharedRows) {
		this.length = original === undefined ? 0 : original.length;
		this.#chunks = original === undefined ? [] : [...original.#chunks];
	}

	/** A number below 2³¹; 0 where there is no such row. */
	get(row: number, column: 0 | 1 | 2 | 3): number {
		return this.#chunks[row >> bits]?.numbers[(row & (rowsInChunk - 1)) * width + column] ?? 0;
	}

	push(first: number, second: number, third: number, fourth: number): void {
		const {numbers} = this.#ownChunk(this.length >> bits);
		const at = (this.length & (rowsInChunk - 1)) * width;
		numbers[at] = first;
		numbers[at + 1] = second;
		numbers[at + 2] = third;
		numbers[at + 3] = fourth;
		this.length++;
	}

	copy(): SharedRows {
		this.#owner = Symbol('between two copies'); // From now on its chunks are the copy's as well
		return new SharedRows(this);
	}

	#ownChunk(at: number): Chunk {
		const chunk = this.#chunks[at];
		if (chunk?.owner === this.#owner) {
			return chunk;
		}

		const own: Chunk = {owner: this.#owner, numbers: new Int32Array(rowsInChunk * width)};
		own.numbers.set(chunk?.numbers ?? []);
		this.#chunks[at] = own;
		return own;
	}
}
