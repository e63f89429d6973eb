/*
Chance in these tests: other runs every time, and no failure without the seed that brings it back.
*/

/** A new seed, unless `FC_SEED` asks for that of an earlier failure. */
export const drawSeed = (): number => Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** What should happen in some runs and did not. Where a run fails, fast-check names the seed; here nobody else does. */
export const never = (what: string, seed: number): string =>
	`There was no run in which ${what}. FC_SEED=${seed} repeats them.`;
