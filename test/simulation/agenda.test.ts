import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {Agenda} from '../../source/simulation/agenda.js';
import {tried} from '../properties/session.js';

/** What an agenda ought to be: a list, sorted by time, equal times in the order of planning. */
class Model {
	#planned: ReadonlyArray<{readonly timeUs: number; readonly item: string}> = [];

	get size(): number {
		return this.#planned.length;
	}

	get nextUs(): number {
		return this.#planned[0]?.timeUs ?? Number.POSITIVE_INFINITY;
	}

	get items(): readonly string[] {
		return this.#planned.map(({item}) => item);
	}

	plan(timeUs: number, item: string): void {
		this.#planned = [...this.#planned, {timeUs, item}].toSorted((one, other) => one.timeUs - other.timeUs); // Stable
	}

	take(): string {
		const [first, ...rest] = this.#planned;
		this.#planned = rest;
		return first!.item;
	}

	remove(isIt: (item: string) => boolean): string | undefined {
		const at = this.#planned.findIndex(({item}) => isIt(item));
		const removed = this.#planned[at];
		this.#planned = this.#planned.filter((each) => each !== removed);
		return removed?.item;
	}

	copy(): Model {
		const copy = new Model();
		copy.#planned = this.#planned;
		return copy;
	}
}

type Deed =
	| {readonly type: 'plan'; readonly timeUs: number}
	| {readonly type: 'take' | 'copy' | 'drain'}
	| {readonly type: 'change agenda'; readonly to: number}
	/** The earliest of the items whose numbers end like this. */
	| {readonly type: 'remove'; readonly ending: number};

/** Few different times, so that many are equal; and some as far apart as virtual time allows. */
const anyTimeUs = fc.oneof(fc.nat({max: 3}), fc.nat({max: 20}), fc.nat({max: Number.MAX_SAFE_INTEGER}));

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
	{
		arbitrary: fc.record({type: fc.constant('plan'), timeUs: anyTimeUs}),
		weight: 8,
	},
	{arbitrary: fc.constant({type: 'take'}), weight: 5},
	{arbitrary: fc.constant({type: 'copy'}), weight: 1},
	{arbitrary: fc.record({type: fc.constant('change agenda'), to: fc.nat()}), weight: 2},
	{arbitrary: fc.constant({type: 'drain'}), weight: 1},
	{arbitrary: fc.record({type: fc.constant('remove'), ending: fc.nat({max: 9})}), weight: 2},
);

test('An agenda is a stable sort by time, however planning, taking, taking out and copying alternate', () => {
	const {numRuns} = tried(300);
	const counts = {ties: 0, takes: 0, copies: 0, removals: 0};
	fc.assert(
		fc.property(fc.array(anyDeed, {maxLength: 300, size: 'max'}), (deeds) => {
			const pairs = [{agenda: new Agenda<string>(), model: new Model()}];
			let at = 0;
			let takenUs = Number.NaN;
			const take = (): void => {
				const {agenda, model} = pairs[at]!;
				counts.takes++;
				counts.ties += model.nextUs === takenUs ? 1 : 0;
				takenUs = model.nextUs;
				assert.equal(agenda.nextUs, model.nextUs);
				assert.equal(agenda.take(), model.take());
			};

			for (const [number, deed] of [...deeds, {type: 'drain'} as const].entries()) {
				const {agenda, model} = pairs[at]!;
				switch (deed.type) {
					case 'plan': {
						agenda.plan(deed.timeUs, `item ${number}`);
						model.plan(deed.timeUs, `item ${number}`);
						break;
					}

					case 'take': {
						if (model.size > 0) {
							take();
						}

						break;
					}

					case 'copy': {
						counts.copies++;
						pairs.push({agenda: agenda.copy(), model: model.copy()});
						break;
					}

					case 'change agenda': {
						at = deed.to % pairs.length;
						break;
					}

					case 'remove': {
						const isIt = (item: string): boolean => item.endsWith(String(deed.ending));
						const removed = model.remove(isIt);
						counts.removals += removed === undefined ? 0 : 1;
						assert.equal(agenda.remove(isIt), removed);
						break;
					}

					case 'drain': {
						while (model.size > 0) {
							take();
						}

						break;
					}
				}

				assert.equal(agenda.size, model.size);
				assert.equal(agenda.nextUs, model.nextUs);
			}

			for (const {agenda, model} of pairs) {
				assert.deepEqual([...agenda.items()].toSorted(), model.items.toSorted());
				while (model.size > 0) {
					assert.equal(agenda.take(), model.take());
				}

				assert.equal(agenda.nextUs, Number.POSITIVE_INFINITY);
			}
		}),
		tried(300),
	);
	assert.ok(counts.takes > 10 * numRuns, JSON.stringify(counts));
	assert.ok(counts.ties > numRuns, JSON.stringify(counts));
	assert.ok(counts.copies > numRuns, JSON.stringify(counts));
	assert.ok(counts.removals > numRuns, JSON.stringify(counts));
});

test('A thousand things planned for one instant happen in the order in which they were planned', () => {
	const agenda = new Agenda<number>();
	const numbers = Array.from({length: 1000}, (_, at) => at);
	for (const number of numbers) {
		agenda.plan(5, number);
	}

	assert.deepEqual(
		numbers.map(() => agenda.take()),
		numbers,
	);
});
