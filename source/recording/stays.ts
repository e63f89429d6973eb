/*
What stands in each cell of a row, and from when to when, over all the frames of a film.
*/

import type {Row} from './screen.js';

/** Something in one cell, from a frame up to another. */
export type Stay<Thing> = {readonly x: number; readonly from: number; to: number; readonly thing: Thing};

/** What a cell holds, the same object as long as it is the same; `undefined` where there is nothing to draw. */
export type Reader<Thing> = (row: Row, x: number) => Thing | undefined;

/** What stands in one row of all frames, and from when to when. */
export function staysOf<Thing>(rows: readonly Row[], columns: number, read: Reader<Thing>): ReadonlyArray<Stay<Thing>> {
	const ended: Array<Stay<Thing>> = [];
	const standing = new Array<Stay<Thing> | undefined>(columns).fill(undefined);
	const replace = (x: number, at: number, thing: Thing | undefined): void => {
		const old = standing[x];
		if (old !== undefined) {
			old.to = at;
			ended.push(old);
		}

		standing[x] = thing === undefined ? undefined : {x, from: at, to: at, thing};
	};

	for (const [at, row] of rows.entries()) {
		if (at > 0 && row === rows[at - 1]) {
			continue;
		}

		for (let x = 0; x < columns; x++) {
			const thing = read(row, x);
			if (thing !== standing[x]?.thing) {
				replace(x, at, thing);
			}
		}
	}

	for (let x = 0; x < columns; x++) {
		replace(x, rows.length, undefined);
	}

	return ended;
}

/** Stays from the same frame up to the same frame, from left to right. */
export function together<Thing>(stays: ReadonlyArray<Stay<Thing>>): ReadonlyArray<ReadonlyArray<Stay<Thing>>> {
	const groups = Map.groupBy(stays, ({from, to}) => `${from}-${to}`);
	return Array.from(groups.values(), (group) => group.toSorted((a, b) => a.x - b.x));
}
