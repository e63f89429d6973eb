import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {checksumBytes, checksumStart, checksumWord, finishChecksum} from '../../source/storage/checksum.js';

const checksumOf = (bytes: Uint8Array): number =>
	finishChecksum(checksumBytes(checksumStart, bytes, 0, bytes.length)) >>> 0;

/** One bit at a time, as the definition has it. */
function plainChecksumOf(bytes: Uint8Array): number {
	let state = 0xff_ff_ff_ff;
	for (const byte of bytes) {
		state ^= byte;
		for (let bit = 0; bit < 8; bit++) {
			state = (state >>> 1) ^ ((state & 1) * 0x82_f6_3b_78);
		}
	}

	return ~state >>> 0;
}

suite('CRC-32C', () => {
	test('The values of RFC 3720, B.4, and the customary one of nine digits', () => {
		assert.equal(checksumOf(new Uint8Array(32)), 0x8a_91_36_aa);
		assert.equal(checksumOf(new Uint8Array(32).fill(255)), 0x62_a8_ab_43);
		assert.equal(checksumOf(Uint8Array.from({length: 32}, (_, at) => at)), 0x46_dd_79_4e);
		assert.equal(checksumOf(Uint8Array.from({length: 32}, (_, at) => 31 - at)), 0x11_3f_db_5c);
		assert.equal(checksumOf(new TextEncoder().encode('123456789')), 0xe3_06_92_83);
		assert.equal(checksumOf(new Uint8Array(0)), 0);
	});

	test('Of any length, from any place, and gone on with: the same as one bit at a time', () => {
		const bytes = Uint8Array.from({length: 70}, (_, at) => (at * 89) ^ (at << 3));
		for (let start = 0; start < 9; start++) {
			for (let end = start; end <= bytes.length; end++) {
				const part = bytes.subarray(start, end);
				const middle = Math.floor((start + end) / 2);
				const first = checksumBytes(checksumStart, bytes, start, middle);
				assert.equal(checksumOf(part), plainChecksumOf(part));
				assert.equal(finishChecksum(checksumBytes(first, bytes, middle, end)) >>> 0, plainChecksumOf(part));
			}
		}
	});

	test('A number counts as its four bytes, the lowest first', () => {
		for (const word of [0, 1, -1, 0x12_34_56_78, 0x80_00_00_00]) {
			const bytes = new Uint8Array(4);
			new DataView(bytes.buffer).setUint32(0, word, true);
			assert.equal(finishChecksum(checksumWord(checksumStart, word)) >>> 0, checksumOf(bytes));
		}
	});
});
