/*
Mixing numbers into hashes, with nothing but 32-bit arithmetic, so that every machine gets the same.

For telling runs apart and for deciding fates, not for secrets. The constants are MurmurHash3's (A. Appleby, public domain).
*/

/** Mix a 32-bit value into a 32-bit hash. */
export function mix(hash: number, value: number): number {
	let k = Math.imul(value, 0xcc_9e_2d_51);
	k = (k << 15) | (k >>> 17);
	let h = hash ^ Math.imul(k, 0x1b_87_35_93);
	h = (h << 13) | (h >>> 19);
	return (Math.imul(h, 5) + 0xe6_54_6b_64) | 0;
}

/** Spread a hash over all its bits, so that nearby inputs end far apart. */
export function finish(hash: number): number {
	let h = hash ^ (hash >>> 16);
	h = Math.imul(h, 0x85_eb_ca_6b);
	h ^= h >>> 13;
	h = Math.imul(h, 0xc2_b2_ae_35);
	return h ^ (h >>> 16);
}

export function mixText(hash: number, text: string): number {
	let h = mix(hash, text.length);
	for (let at = 0; at < text.length; at++) {
		h = mix(h, text.codePointAt(at)!);
	}

	return h;
}

/** Plain data, whatever order its fields were written in. */
export function mixData(hash: number, data: unknown): number {
	if (typeof data !== 'object' || data === null) {
		return mixText(hash, `${typeof data} ${String(data)}`);
	}

	const fields = Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
	let h = mix(hash, fields.length);
	for (const [name, value] of fields) {
		h = mixData(mixText(h, name), value);
	}

	return h;
}

/** Eight hexadecimal digits. */
export const hex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, '0');
