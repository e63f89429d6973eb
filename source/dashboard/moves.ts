/*
How far the keys that move lead, in each kind of panel.
*/

const allTheWay = 1_000_000_000;

const lines: Readonly<Record<string, number>> = {
	up: -1,
	k: -1,
	down: 1,
	j: 1,
	home: -allTheWay,
	'g g': -allTheWay,
	end: allTheWay,
	G: allTheWay,
};

const pages: Readonly<Record<string, number>> = {
	pageup: -1,
	pagedown: 1,
	'ctrl+b': -1,
	'ctrl+f': 1,
	'ctrl+u': -1 / 2,
	'ctrl+d': 1 / 2,
};

/** How many lines on a key leads, where so many are seen; `undefined` if it does not lead up or down. */
export function linesBy(key: string, seen: number): number | undefined {
	const share = pages[key];
	const most = Math.max(1, seen - 1); // One line stays, or the eye would lose its place
	return share === undefined ? lines[key] : Math.sign(share) * Math.ceil(Math.abs(share) * most);
}

const page = 10;
const half = page / 2;

/** In the log, where the newest entry stands at the right. */
export const logMoves: Readonly<Record<string, number>> = {
	right: -1,
	l: -1,
	left: 1,
	h: 1,
	pageup: -page,
	pagedown: page,
	'ctrl+b': -page,
	'ctrl+f': page,
	'ctrl+u': -half,
	'ctrl+d': half,
	home: allTheWay,
	'g g': -allTheWay,
	end: -allTheWay,
	G: allTheWay,
};

/** From node to node. */
export const nodeMoves: Readonly<Record<string, number>> = {
	up: -1,
	k: -1,
	left: -1,
	h: -1,
	down: 1,
	j: 1,
	right: 1,
	l: 1,
	pageup: -allTheWay,
	home: -allTheWay,
	'g g': -allTheWay,
	pagedown: allTheWay,
	end: allTheWay,
	G: allTheWay,
};
