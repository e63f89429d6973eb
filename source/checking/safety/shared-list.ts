/*
A list of which copies are cheap: they share whatever neither of them has changed since.
*/

type Chunk<Item> = {
	/** Who may change it; whoever else wants to takes a copy of it. */
	readonly owner: symbol;
	readonly items: Item[];
};

const bits = 9;
const chunkSize = 2 ** bits;

export class SharedList<Item> {
	length: number;
	#owner = Symbol('between two copies');
	readonly #chunks: Array<Chunk<Item>>;

	constructor(original?: SharedList<Item>) {
		this.length = original?.length ?? 0;
		this.#chunks = original === undefined ? [] : [...original.#chunks];
	}

	get(position: number): Item | undefined {
		return this.#chunks[position >> bits]?.items[position & (chunkSize - 1)];
	}

	push(item: Item): void {
		this.set(this.length, item);
	}

	/** Put an item in the place of another, or behind the end. */
	set(position: number, item: Item): void {
		this.#ownChunk(position >> bits).items[position & (chunkSize - 1)] = item;
		this.length = Math.max(this.length, position + 1);
	}

	copy(): SharedList<Item> {
		this.#owner = Symbol('between two copies'); // From now on its chunks are the copy's as well
		return new SharedList(this);
	}

	#ownChunk(at: number): Chunk<Item> {
		const chunk = this.#chunks[at];
		if (chunk?.owner === this.#owner) {
			return chunk;
		}

		const own = {owner: this.#owner, items: chunk === undefined ? [] : [...chunk.items]};
		this.#chunks[at] = own;
		return own;
	}
}
