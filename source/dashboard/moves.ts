/*
How far the keys that move lead, in each kind of panel.
*/

const page = 10;
const half = page / 2;
const allTheWay = 1_000_000_000;

/** What the keys do in a list whose newest line comes first: how far towards the older ones. */
export const listMoves: Readonly<Record<string, number>> = {
	up: -1,
	k: -1,
	down: 1,
	j: 1,
	pageup: -page,
	pagedown: page,
	'ctrl+b': -page,
	'ctrl+f': page,
	'ctrl+u': -half,
	'ctrl+d': half,
	home: -allTheWay,
	'g g': -allTheWay,
	end: allTheWay,
	G: allTheWay,
};

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
