/*
CRC-32C (Castagnoli), as in iSCSI, ext4 and LevelDB: it finds every burst of up to 32 wrong bits.

A checksum under way is a 32-bit state, so that the state after an entry's bytes can be kept and gone on
with. Four bytes a step, with a table for each (M. Kounavis and F. Berry, "slicing").
*/

const tables = makeTables();

function makeTables(): Int32Array {
	const made = new Int32Array(1024);
	for (let byte = 0; byte < 256; byte++) {
		let state = byte;
		for (let bit = 0; bit < 8; bit++) {
			state = (state & 1) === 0 ? state >>> 1 : (state >>> 1) ^ 0x82_f6_3b_78;
		}

		made[byte] = state;
	}

	for (let at = 256; at < 1024; at++) {
		const before = made[at - 256]!;
		made[at] = (before >>> 8) ^ made[before & 255]!;
	}

	return made;
}

/** The state before the first byte. */
export const checksumStart = -1;

/** Go on over `bytes`, from `start` up to but not including `end`. */
export function checksumBytes(state: number, bytes: Uint8Array, start: number, end: number): number {
	let s = state;
	let at = start;
	for (; at + 4 <= end; at += 4) {
		s = checksumWord(s, bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
	}

	for (; at < end; at++) {
		s = (s >>> 8) ^ tables[(s ^ bytes[at]!) & 255]!;
	}

	return s;
}

/** Go on over a 32-bit number as over its four bytes, the lowest first. */
export function checksumWord(state: number, word: number): number {
	const s = state ^ word;
	return (
		tables[768 + (s & 255)]! ^ tables[512 + ((s >>> 8) & 255)]! ^ tables[256 + ((s >>> 16) & 255)]! ^ tables[s >>> 24]!
	);
}

/** The checksum that a state stands for, as a signed 32-bit number. */
export const finishChecksum = (state: number): number => ~state;
