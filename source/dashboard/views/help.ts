/*
The help: every key and what it does, from the keymap; then what the signs mean.
*/

import type {Size, View} from '../frame.js';
import type {Binding} from '../keymap.js';
import {fit, span, type Line} from '../text.js';
import {roleGlyphs, roleStyles} from '../words.js';
import {clampScroll} from './lists.js';

const labelWidth = 14;
const twoColumnsFrom = 110;

export function helpView(bindings: readonly Binding[], {width, height}: Size, scroll: number): View {
	const groups = ['Time', 'Nodes', 'Network', 'View', 'Program'].map((group) => groupLines(group, bindings));
	const all = [...groups, signs()];
	let lines: Line[];
	if (width >= twoColumnsFrom) {
		const half = Math.floor(width / 2);
		const [left, right] = [all.slice(0, 3).flat(), all.slice(3).flat()];
		lines = Array.from({length: Math.max(left.length, right.length)}, (_, at) => [
			...fit(left[at] ?? [], half),
			...fit(right[at] ?? [], width - half),
		]);
	} else {
		lines = all.flat();
	}

	const from = clampScroll(scroll, lines.length, height);
	const more = lines.length - from - height;
	return {
		title: 'Help',
		remark: more > 0 ? [span(`↓ ${more} more lines`, 'dim')] : [],
		lines: lines.slice(from, from + height),
		scrollMax: Math.max(0, lines.length - height),
	};
}

function groupLines(group: string, bindings: readonly Binding[]): Line[] {
	const lines: Line[] = [[span(group, 'bold')]];
	for (const {place, label, help, group: own} of bindings) {
		if (own === group && place === 'panels') {
			lines.push([span(`  ${label}`.padEnd(labelWidth), 'key'), span(help)]);
		}
	}

	return [...lines, []];
}

function signs(): Line[] {
	const sign = (glyph: string, style: Line[number]['style'], meaning: string): Line => [
		span('  '),
		span(glyph, style),
		span(' '.repeat(labelWidth - 2 - glyph.length)),
		span(meaning),
	];
	return [
		[span('Signs', 'bold')],
		sign(roleGlyphs.leader, roleStyles.leader, 'leader; yellow: its term is over'),
		sign(roleGlyphs.candidate, roleStyles.candidate, 'candidate: asks for votes'),
		sign(roleGlyphs.follower, roleStyles.follower, 'follower; ▰▰▱: its timer, running down'),
		sign(roleGlyphs.down, roleStyles.down, 'down; on a message: lost'),
		sign('x=1', 'term0', 'an entry known to be committed; colour: term'),
		sign('x=1', 'open0', 'one that is not, and may yet be replaced'),
		sign('·', undefined, 'the empty entry a new leader begins with'),
	];
}
