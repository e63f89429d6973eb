/*
Chance. Each use has a stream of its own, named, so that drawing more from one never disturbs another.

Alea (J. Baagøe), through seedrandom: small state, so that a stream is copied with the World.
*/

import seedrandom from 'seedrandom';

export type RandomStream = seedrandom.StatefulPRNG<seedrandom.State.Alea>;

export function randomStream(seed: string, use: string): RandomStream {
	return seedrandom.alea(`${seed}/${use}`, {state: true});
}

export function copyStream(stream: RandomStream): RandomStream {
	return seedrandom.alea('', {state: stream.state()});
}

/** A whole number from `min` to `max`, `max` excluded unless it equals `min`. */
export function drawBetween(stream: RandomStream, min: number, max: number): number {
	return min + Math.floor(stream() * (max - min));
}
