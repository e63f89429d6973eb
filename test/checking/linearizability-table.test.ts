import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {BitsetTable} from '../../source/checking/linearizability/bitset-table.js';
import {tried} from '../properties/session.js';

/** Few different bits, values and hashes, so that much is alike. */
const anyPair = fc.record({
	required: fc.array(fc.constantFrom(0, 1, 0x80_00_00_00, 0xff_ff_ff_ff), {minLength: 3, maxLength: 3}),
	optional: fc.array(fc.constantFrom(0, 3), {minLength: 1, maxLength: 1}),
	state: fc.nat({max: 2}),
	hash: fc.constantFrom(0, 1, -1),
});

test('A pair is new to the table if and only if it was not added before, whatever the hashes', () => {
	let repeated = 0;
	fc.assert(
		fc.property(fc.array(anyPair, {maxLength: 400, size: 'max'}), (pairs) => {
			const memory = {bytes: 10_000_000};
			const table = new BitsetTable(4, 1, memory);
			const model = new Set<string>();
			for (const {required, optional, state, hash} of pairs) {
				const bits = Uint32Array.from([...required, ...optional]);
				const firstNotFull = required.findIndex((word) => word !== 0xff_ff_ff_ff);
				const low = firstNotFull === -1 ? 3 : firstNotFull;
				const high = Math.max(low, required.findLastIndex((word) => word !== 0) + 1);
				const name = JSON.stringify([required, optional, state, hash]);
				assert.equal(table.add(bits, low, high, state, hash), !model.has(name));
				repeated += model.has(name) ? 1 : 0;
				model.add(name);
				assert.equal(table.size, model.size);
			}

			assert.ok(memory.bytes < 10_000_000);
			table.clear();
			assert.equal(memory.bytes, 10_000_000);
		}),
		tried(100),
	);
	assert.ok(repeated > 100);
});

test('A hundred thousand pairs are found again', () => {
	const table = new BitsetTable(2, 0, {bytes: 100_000_000});
	const bits = new Uint32Array(2);
	const add = (number: number): boolean => {
		bits[0] = number;
		bits[1] = 1;
		return table.add(bits, 0, 2, number % 7, Math.imul(number, 0x9e_37_79_b1));
	};

	for (let number = 0; number < 100_000; number++) {
		assert.ok(add(number));
	}

	for (let number = 0; number < 100_000; number++) {
		assert.ok(!add(number));
	}

	assert.equal(table.size, 100_000);
});
