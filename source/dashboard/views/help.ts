/*
The help: every key and what it does, from the keymap; what the signs mean; and all commands of the `:` line.
*/

import {commandGroups, type CommandGroup} from '../../scenario/commands.js';
import type {Size, View} from '../frame.js';
import {groups, type Binding} from '../keymap.js';
import {fit, span, wrap, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {roleGlyphs, roleStyles} from '../words.js';
import {clampScroll} from './lists.js';

const labelWidth = 14;
const twoColumnsFrom = 110;

/** The places whose keys are listed; what holds in the others their footers say. */
const listed: ReadonlySet<Binding['place']> = new Set(['panels', 'messages', 'line', 'typing']);

export function helpView(bindings: readonly Binding[], {width, height}: Size, scroll: number): View {
	const isWide = width >= twoColumnsFrom;
	const columnWidth = isWide ? Math.floor(width / 2) : width;
	const sections = [...groups.map((group) => groupLines(group, bindings, columnWidth)), signs(columnWidth)];
	const lines: Line[] = isWide ? inTwoColumns(sections, width) : sections.flat();
	lines.push(...commandsLines(width));
	const from = clampScroll(scroll, lines.length, height);
	const more = lines.length - from - height;
	return {
		title: 'Help',
		remark: more > 0 ? [span(`↓ ${more} more lines`, 'dim')] : [],
		lines: lines.slice(from, from + height),
		scrollMax: Math.max(0, lines.length - height),
	};
}

/** Filled one after the other, as even as whole sections allow. */
function inTwoColumns(sections: readonly Line[][], width: number): Line[] {
	const half = Math.floor(width / 2);
	const total = sections.flat().length;
	const heights = sections.map((_, at) => sections.slice(0, at + 1).flat().length);
	const split = heights.findIndex((height) => height * 2 >= total) + 1;
	const [left, right] = [sections.slice(0, split).flat(), sections.slice(split).flat()];
	return Array.from({length: Math.max(left.length, right.length)}, (_, at) => [
		...fit(left[at] ?? [], half),
		...fit(right[at] ?? [], width - half),
	]);
}

function groupLines(group: string, bindings: readonly Binding[], width: number): Line[] {
	const lines: Line[] = [[span(group, 'bold')]];
	for (const {place, label, help, group: own} of bindings) {
		if (own === group && listed.has(place)) {
			lines.push(...labelled(label, 'key', help, width));
		}
	}

	return [...lines, []];
}

function commandsLines(width: number): Line[] {
	return [
		[span('Commands, after :', 'bold')],
		...wrap(
			[span('Servers are n1, n2 and so on, or leader, followers, rest, all, majority, minority, random.', 'dim')],
			width - 2,
		).map((line) => [span('  '), ...line]),
		[],
		...commandGroups.flatMap((group) => groupOfCommandsLines(group, width)),
	];
}

/** How each is written and what it does, beside each other where there is room. */
function groupOfCommandsLines({name, forms}: CommandGroup, width: number): Line[] {
	const isForStories = forms.some((form) => form.name === 'wait' || form.name === 'expect');
	const usageWidth = Math.min(56, Math.floor(width * 0.45));
	const lines = forms.flatMap(({usage, about}): Line[] => {
		const abouts = wrap([span(about, 'dim')], Math.max(20, width - usageWidth - 2));
		const usages = wrap([span(usage, 'key')], usageWidth - 4);
		return Array.from({length: Math.max(abouts.length, usages.length)}, (_, at): Line => [
			...fit([span(at === 0 ? '  ' : ' '.repeat(4)), ...(usages[at] ?? [])], usageWidth + 2),
			...(abouts[at] ?? []),
		]);
	});
	return [[span(name, 'bold'), ...(isForStories ? [span('  in scenario files only', 'dim')] : [])], ...lines, []];
}

/** What something means, beside it. */
const labelled = (label: string, style: StyleName | undefined, meaning: string, width: number): Line[] =>
	wrap([span(meaning)], width - labelWidth).map((line, at): Line => [
		span('  '),
		span(at === 0 ? label : '', style),
		span(' '.repeat(labelWidth - 2 - (at === 0 ? label.length : 0))),
		...line,
	]);

function signs(width: number): Line[] {
	const sign = (glyph: string, style: StyleName | undefined, meaning: string): Line[] =>
		labelled(glyph, style, meaning, width);
	return [
		[span('Signs', 'bold')],
		...sign(roleGlyphs.leader, roleStyles.leader, 'leader; yellow: its term is over'),
		...sign(roleGlyphs.candidate, roleStyles.candidate, 'candidate: asks for votes'),
		...sign(roleGlyphs.follower, roleStyles.follower, 'follower; ▰▰▱: its timer, running down'),
		...sign(roleGlyphs.down, roleStyles.down, 'down; on a message: lost'),
		...sign(roleGlyphs.suspended, roleStyles.suspended, 'suspended; on a message: held'),
		...sign('x=1', 'term0', 'an entry known to be committed; colour: term'),
		...sign('x=1', 'open0', 'one that is not, and may yet be replaced'),
		...sign('x? x=∅', undefined, 'a read; a deletion'),
		...sign('x=1→2', undefined, 'a compare-and-set, from 1 to 2'),
		...sign('·', undefined, 'the empty entry a new leader begins with'),
		...sign('n1→n2 n1↔n3', 'lost', 'a cut: one way; both ways'),
		...sign('+2 more', 'warn', 'more than fits at the top: zoom Cluster'),
		[],
	];
}
