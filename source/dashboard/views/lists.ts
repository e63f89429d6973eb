/*
What the lists have in common that grow while one reads them, newest first: where they stand, what is selected in
them, and what is said of their filter.
*/

import type {Filter} from '../filter.js';
import type {View} from '../frame.js';
import {fit, fitted, joined, span, widthOf, type Line} from '../text.js';
import {secondsText} from '../words.js';

/** What somebody has chosen, and what was at the top of the list at that time, by their numbers: the list stays where it is. */
export type ListCursor = {readonly selected: number; readonly top: number};

/** A list that is shown: oldest first, with the number by which each is known, which grows. */
export type Listed<Item> = {readonly items: readonly Item[]; readonly numberOf: (item: Item) => number};

export type ListOptions = {
	readonly cursor?: ListCursor | undefined;
	readonly filter?: Filter | undefined;
	readonly isZoomed?: boolean;
};

/** The list, and the cursor as the list has room for it. */
export type ListView = View & {readonly cursor: ListCursor | undefined};

/** Where the list begins on the screen, and what is selected, as places in it; the cursor as the list has room for it. */
export type Standing = {
	readonly top: number;
	readonly selected: number | undefined;
	readonly cursor: ListCursor | undefined;
};

/** Where a list stands: nowhere but at its newest, or so that what is selected can be seen and it has moved as little as possible. */
export function standingOf<Item>(
	list: Listed<Item>,
	cursor: ListCursor | undefined,
	height: number,
	rowsOf: (at: number) => number = () => 1,
): Standing {
	const {items, numberOf} = list;
	const newest = items.length - 1;
	if (cursor === undefined || newest < 0) {
		return {top: newest, selected: undefined, cursor: undefined};
	}

	/** The highest place from which the list still reaches down to another. */
	const reach = (from: number): number => {
		let top = from;
		let rows = rowsOf(from);
		while (top < newest && rows + rowsOf(top + 1) <= height) {
			top++;
			rows += rowsOf(top);
		}

		return top;
	};

	const selected = placeOf(cursor.selected, list);
	const fullest = Math.max(placeOf(cursor.top, list), reach(0));
	const top = Math.max(selected, Math.min(fullest, reach(selected)));
	return {top, selected, cursor: {selected: numberOf(items[selected]!), top: numberOf(items[top]!)}};
}

/** Where a number stands in a list that is not empty; where it is not in it, what came next, for what is told can grow and be told anew. */
function placeOf<Item>(number: number, {items, numberOf}: Listed<Item>): number {
	const at = items.findIndex((item) => numberOf(item) >= number);
	return at === -1 ? items.length - 1 : at;
}

/** The cursor after a step of so many towards the older ones; the first step leads to the newest. */
export function movedIn<Item>(
	list: Listed<Item>,
	steps: number,
	cursor: ListCursor | undefined,
): ListCursor | undefined {
	const {items, numberOf} = list;
	const newest = items.length - 1;
	if (newest < 0) {
		return undefined;
	}

	const from = cursor === undefined ? newest + 1 : placeOf(cursor.selected, list);
	const selected = numberOf(items[Math.max(0, Math.min(newest, from - steps))]!);
	return {selected, top: cursor?.top ?? numberOf(items[newest]!)};
}

/** As wide as the mark of what is selected. */
export const markWidth = 1;

/** A line behind the column of the mark, so that nothing moves when something is selected; what is selected is inverse. */
export function pointed(line: Line, isSelected: boolean): Line {
	return isSelected ? [span('❯', 'key'), ...line.map(({text}) => span(text, 'selected'))] : [span(' '), ...line];
}

/** What the frame of so wide a panel leaves beside its title. */
export const remarkRoom = (title: string, width: number): number => width - title.length - 7;

/** What is said at the right of a title: how many are newer than the top of the list, and what the filter lets through. */
export function listRemark(
	{
		filter,
		shown,
		all,
		newer,
	}: {
		readonly filter: Filter | undefined;
		readonly shown: number;
		readonly all: number;
		readonly newer: number;
	},
	room: number,
): Line {
	const above: Line = newer > 0 ? [span(`↑ ${counted(newer)} newer`, 'warn')] : [];
	if (filter === undefined) {
		return above;
	}

	const count: Line = [span(`${counted(shown)} of ${counted(all)}`, 'dim')];
	const roomLeft = room - widthOf(joined([above, [span('/ ')], count]));
	const text: Line = [span('/ ', 'key'), ...fitted([span(filter.text)], Math.max(1, roomLeft))];
	return joined([above, text, count]);
}

/** `4,102`. */
const counted = (count: number): string => count.toLocaleString('en');

/** What stands where nothing passes a filter. */
export const noMatch = (what: string, width: number): Line =>
	fit([span(`No ${what} matches; `), span('esc', 'key'), span(' clears the filter.')], width);

/** `  1.25 n3 elected`, as events are told; nodes' names may take so many columns. */
export function whenAndWho(
	timeUs: number,
	node: number | undefined,
	words: Line,
	{decimals = 2, nameWidth = 2}: {readonly decimals?: number; readonly nameWidth?: number} = {},
): Line {
	const who = node === undefined ? '' : `n${node}`;
	return [
		span(secondsText(timeUs, decimals).padStart(decimals + 4), 'dim'),
		span(` ${who.padEnd(nameWidth)} `, 'node'),
		...words,
	];
}

/** How many rows are out of sight above and below. */
export function moreRows(above: number, below: number): Line {
	const texts = [...(above > 0 ? [`↑ ${above}`] : []), ...(below > 0 ? [`↓ ${below}`] : [])];
	return texts.length === 0 ? [] : [span(`${texts.join(' ')} more`, 'warn')];
}

/** So that one never scrolls beyond the oldest. */
export const clampScroll = (scroll: number, count: number, height: number): number =>
	Math.max(0, Math.min(scroll, count - height));
