/*
A panel: a view's lines in a frame, with a title and what is to be said at the right of it.
*/

import {hasStyles, type StyleName} from './theme.js';
import {fit, plain, span, widthOf, type Line, type Span} from './text.js';

/** What a view gives: its title, a remark at the right end of the frame, and its lines. */
export type View = {
	readonly title: string;
	readonly remark: Line;
	readonly lines: readonly Line[];
	/** How far it can be scrolled, if it can. */
	readonly scrollMax?: number;
	/** The colour of its frame, if it is not that of all frames. */
	readonly edge?: StyleName;
};

export type Size = {readonly width: number; readonly height: number};

/** The room inside a frame of this size. */
export const inside = ({width, height}: Size): Size => ({
	width: Math.max(0, width - 4),
	height: Math.max(0, height - 2),
});

/** Exactly `height` lines of exactly `width` columns. */
export function framed(view: View, {width, height}: Size, isFocused: boolean): Line[] {
	const {lines, edge = isFocused ? 'focus' : 'dim'} = view;
	const room = inside({width, height});
	const side: Span = span('│', edge);
	const framedLines: Line[] = [topEdge(view, edge, width, isFocused)];
	for (let row = 0; row < room.height; row++) {
		framedLines.push([side, span(' '), ...fit(lines[row] ?? [], room.width), span(' '), side]);
	}

	framedLines.push([span(`╰${'─'.repeat(width - 2)}╯`, edge)]);
	return framedLines;
}

function topEdge({title, remark}: View, edge: StyleName, width: number, isFocused: boolean): Line {
	const stroke = isFocused && !hasStyles() ? '═' : '─';
	const room = width - title.length - 8; // '╭─ title ' and '─╮'
	const said = widthOf(remark) > 0 && widthOf(remark) <= room - 3 ? remark : [];
	const rule = width - title.length - 5 - (said.length > 0 ? widthOf(said) + 3 : 1);
	return [
		span('╭─ ', edge),
		span(title, isFocused ? 'key' : 'title'),
		span(` ─${stroke.repeat(Math.max(0, rule - 1))}`, edge),
		...(said.length > 0 ? [span(' '), ...said, span(' ─╮', edge)] : [span('─╮', edge)]),
	];
}

/** For tests and for people who read a frame as text. */
export const plainLines = (lines: readonly Line[]): string => lines.map((line) => plain(line).trimEnd()).join('\n');
