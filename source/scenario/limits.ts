/*
What a scenario may ask for at the most.
*/

/** A cluster of more would be slow to play and hardly a cluster any more; the dashboard shows fewer. */
export const nodesMax = 25;

/** Why something cannot be a seed, as a sentence; `undefined` if it can. It is shown, typed again and put into file names. */
export const whyNotSeed = (seed: string): string | undefined =>
	/^[\w\-.]{1,32}$/v.test(seed) ? undefined : 'A seed is up to 32 letters, digits, dots, dashes or underscores.';
