/*
Numbers and text as bytes. The lowest byte comes first.
*/

export function putWord(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value;
	bytes[at + 1] = value >>> 8;
	bytes[at + 2] = value >>> 16;
	bytes[at + 3] = value >>> 24;
}

/** A signed 32-bit number. */
export function wordAt(bytes: Uint8Array, at: number): number {
	return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** How many bytes a term, an index or an id takes: enough for a million a second for nine years. */
export const numberBytes = 6;
const numberMax = 2 ** 48 - 1;

/**
Write a term, an index or an id.

@throws {RangeError} If it is not a whole number from 0 to 2^48 - 1.
*/
export function putNumber(bytes: Uint8Array, at: number, value: number): void {
	if (!(Number.isSafeInteger(value) && value >= 0 && value <= numberMax)) {
		throw new RangeError(`The log keeps whole numbers from 0 to ${numberMax}, not ${value}.`);
	}

	putWord(bytes, at, value | 0);
	const high = (value / 0x1_00_00_00_00) | 0;
	bytes[at + 4] = high;
	bytes[at + 5] = high >>> 8;
}

export function numberAt(bytes: Uint8Array, at: number): number {
	return (wordAt(bytes, at) >>> 0) + (bytes[at + 4]! | (bytes[at + 5]! << 8)) * 0x1_00_00_00_00;
}

const encoder = new TextEncoder();

/**
Write text as UTF-8. `bytes` must have room for three bytes a character.

@returns Where it ends.
*/
export function putText(bytes: Uint8Array, at: number, text: string): number {
	// Keys and values are short and mostly ASCII, and the platform's encoder takes as long for one as for a hundred
	for (let character = 0; character < text.length; character++) {
		const code = text.charCodeAt(character); // eslint-disable-line unicorn/prefer-code-point -- all below 128 alike
		if (code > 127) {
			return at + encoder.encodeInto(text, bytes.subarray(at)).written;
		}

		bytes[at + character] = code;
	}

	return at + text.length;
}

const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

export const textAt = (bytes: Uint8Array, start: number, end: number): string =>
	decoder.decode(bytes.subarray(start, end));

/** Copy bytes from `start` up to but not including `end`. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
	if (end - start > 48) {
		to.set(start === 0 && end === from.length ? from : from.subarray(start, end), at);
		return;
	}

	// Where there is little to copy, making a view costs more
	for (let offset = start; offset < end; offset++) {
		to[at + offset - start] = from[offset]!;
	}
}
