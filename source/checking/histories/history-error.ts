/*
What is wrong with a history, and where: one sentence for whoever gave it to us.
*/

/** Both count from 1. */
export type Place = {readonly line: number; readonly column: number};

export class HistoryError extends Error {
	override readonly name = 'HistoryError';
	readonly place: Place;

	constructor(place: Place, sentence: string) {
		super(sentence);
		this.place = place;
	}
}
