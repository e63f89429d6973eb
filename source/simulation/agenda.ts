/*
What is going to happen, in order: a binary heap by virtual time, then by the order of planning.

Two things planned for the same instant happen in the order in which they were planned, so that a run has one order only.
*/

export class Agenda<Item> {
	#times: number[] = [];
	#orders: number[] = [];
	#items: Item[] = [];
	#planned = 0;

	get size(): number {
		return this.#items.length;
	}

	/** The time of the next item, in virtual microseconds; infinity if there is none. */
	get nextUs(): number {
		return this.#items.length === 0 ? Number.POSITIVE_INFINITY : this.#times[0]!;
	}

	plan(timeUs: number, item: Item): void {
		const times = this.#times;
		const orders = this.#orders;
		const items = this.#items;
		let at = items.length;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			if (times[parent]! <= timeUs) {
				break; // A later plan never goes before an earlier one of the same time
			}

			times[at] = times[parent]!;
			orders[at] = orders[parent]!;
			items[at] = items[parent]!;
			at = parent;
		}

		times[at] = timeUs;
		orders[at] = this.#planned++;
		items[at] = item;
	}

	/** Take the next item off. The agenda must not be empty. */
	take(): Item {
		const times = this.#times;
		const orders = this.#orders;
		const items = this.#items;
		const first = items[0]!;
		const timeUs = times.pop()!;
		const order = orders.pop()!;
		const item = items.pop()!;
		const {length} = items;
		if (length === 0) {
			return first;
		}

		let at = 0;
		for (;;) {
			let child = 2 * at + 1;
			if (child >= length) {
				break;
			}

			const right = child + 1;
			if (
				right < length &&
				(times[right]! < times[child]! || (times[right] === times[child] && orders[right]! < orders[child]!))
			) {
				child = right;
			}

			if (times[child]! > timeUs || (times[child] === timeUs && orders[child]! > order)) {
				break;
			}

			times[at] = times[child]!;
			orders[at] = orders[child]!;
			items[at] = items[child]!;
			at = child;
		}

		times[at] = timeUs;
		orders[at] = order;
		items[at] = item;
		return first;
	}

	/** The items, in no particular order. */
	items(): readonly Item[] {
		return this.#items;
	}

	/** Take out the earliest item of which this is true, wherever it stands; `undefined` if there is none. O(n log n), for rare use. */
	remove(isIt: (item: Item) => boolean): Item | undefined {
		const rows = this.#items.map((item, at) => ({item, timeUs: this.#times[at]!, order: this.#orders[at]!}));
		rows.sort((a, b) => (a.timeUs === b.timeUs ? a.order - b.order : a.timeUs - b.timeUs)); // What is sorted is a heap too
		const at = rows.findIndex(({item}) => isIt(item));
		const [removed] = at === -1 ? [] : rows.splice(at, 1);
		this.#times = rows.map(({timeUs}) => timeUs);
		this.#orders = rows.map(({order}) => order);
		this.#items = rows.map(({item}) => item);
		return removed?.item;
	}

	copy(): Agenda<Item> {
		const copy = new Agenda<Item>();
		copy.#times = [...this.#times];
		copy.#orders = [...this.#orders];
		copy.#items = [...this.#items];
		copy.#planned = this.#planned;
		return copy;
	}
}
