/*
The help: first the keys of the place where one is, then all keys and what they do, from the keymap, what is impossible
now with its reason; what the signs mean; the words of filters; and all commands of the `:` line. It can be searched,
and then names each action as a config file does.
*/

import {commandGroups, type CommandGroup} from '../../scenario/commands.js';
import {groups, type Binding, type Place} from '../binding.js';
import {filterWords} from '../filter.js';
import type {Size, View} from '../frame.js';
import {panels, type PanelName} from '../layout.js';
import {fit, plain, span, textWidth, widthOf, wrap, type Line} from '../text.js';
import type {StyleName} from '../theme.js';
import {roleGlyphs, roleStyles} from '../words.js';
import {clampScroll} from './lists.js';
import {cutMark} from './timeline.js';

const labelWidth = 14;
const twoColumnsFrom = 110;

export type HelpOptions = {
	/** Where one is, the nearest place first. */
	readonly places: readonly Place[];
	readonly whyNot: (binding: Binding) => string | undefined;
	/** Only what has this in it, if anything. */
	readonly query: string;
	readonly scroll: number;
};

/** What is explained, and the lines that do it. */
type Item = readonly Line[];

type Section = {readonly title: Line; readonly items: readonly Item[]};

/** How the places are called that are not to be found everywhere. */
const titles: Readonly<Partial<Record<Place, string>>> = {
	question: 'Where something is asked',
	presenter: 'While presenting',
	messages: 'In Messages',
	events: 'In Events',
	log: 'In the zoomed Log',
	timeline: 'In the zoomed Timeline',
	picker: 'While picking one side of a partition',
	why: 'In an explanation',
	violation: 'Where a promise is broken',
	line: 'On the command line',
	filter: 'On the filter',
	typing: 'On whatever is typed on',
};

export function helpView(bindings: readonly Binding[], {width, height}: Size, options: HelpOptions): View {
	const isWide = width >= twoColumnsFrom;
	const columnWidth = isWide ? Math.floor(width / 2) : width;
	const keys = [
		...keySections(bindings, columnWidth, options),
		panelSection(bindings, columnWidth),
		signs(columnWidth),
		filters(columnWidth),
	];
	const commands = commandSections(width);
	const wanted = options.query.trim().toLowerCase();
	const found = (sections: readonly Section[]): Line[][] =>
		sections.flatMap(({title, items}) => {
			const isAsked = plain(title).toLowerCase().startsWith(wanted);
			const kept = isAsked ? items : items.filter((item) => textOf(item).includes(wanted));
			return kept.length === 0 ? [] : [[title, ...kept.flat(), []]];
		});
	const columns = found(keys);
	const lines: Line[] = [...(isWide ? inTwoColumns(columns, width) : columns.flat()), ...found(commands).flat()];
	if (lines.length === 0) {
		lines.push([span(`Nothing in here has “${options.query.trim()}” in it. Esc shows all of it again.`, 'warn')]);
	}

	const from = clampScroll(options.scroll, lines.length, height);
	const more = lines.length - from - height;
	const search: Line = wanted === '' ? [] : [span(`/ ${options.query.trim()}`, 'key'), span('  ')];
	return {
		title: 'Help',
		remark: [...search, span(more > 0 ? `↓ ${more} more lines` : '/ searches', 'dim')],
		lines: lines.slice(from, from + height),
		scrollMax: Math.max(0, lines.length - height),
	};
}

const textOf = (item: Item): string =>
	item
		.map((line) => plain(line).trim())
		.join(' ')
		.replaceAll(/ +/gv, ' ')
		.toLowerCase();

/** The keys of the nearest places, then those of all panels in their groups, then those of all other places. */
function keySections(bindings: readonly Binding[], width: number, {places, whyNot, query}: HelpOptions): Section[] {
	const itemsOf = (some: readonly Binding[], isHere: boolean): Item[] =>
		some.map((binding) => {
			const reason = isHere ? whyNot(binding) : undefined;
			const meaning = [span(binding.help, reason === undefined ? undefined : 'dim')];
			const now = reason === undefined ? [] : [span(`; not now: ${reason}`, 'dim')];
			const name = query.trim() === '' ? [] : [span(`  ${binding.name}`, 'dim')];
			return labelled(binding.label, reason === undefined ? 'key' : 'dim', [...meaning, ...now, ...name], width);
		});
	const near = places.filter((place) => Object.hasOwn(titles, place));
	const isInPanels = places.includes('panels');
	const sectionOf = (place: Place, isHere: boolean): Section => ({
		title: [span(`${isHere ? 'Here: ' : ''}${titles[place]!}`, 'bold')],
		items: itemsOf(
			bindings.filter((binding) => binding.place === place),
			isHere,
		),
	});
	return [
		...near.map((place) => sectionOf(place, true)),
		...groups.map((group) => ({
			title: [span(group, 'bold')],
			items: itemsOf(
				bindings.filter(
					(binding) => binding.group === group && (binding.place === 'panels' || binding.place === 'everywhere'),
				),
				isInPanels,
			),
		})),
		...(Object.keys(titles) as Place[])
			.filter((place) => !near.includes(place))
			.map((place) => sectionOf(place, false)),
	];
}

/** What each panel is for. */
const panelUses: Readonly<Record<PanelName, string>> = {
	cluster: 'who talks to whom, and each message on its way',
	nodes: 'the state of each server, its timer and its disk',
	timeline: 'who led, campaigned and was down, and when',
	log: 'the entries of each server, and what is committed',
	messages: 'every message, and what became of it',
	events: 'what happened, told in words',
	clients: 'what was asked of the cluster, and the answers',
	metrics: 'commits, latency, elections and time without a leader',
};

function panelSection(bindings: readonly Binding[], width: number): Section {
	const keyOf = (name: string): string =>
		bindings.find((binding) => binding.place === 'panels' && binding.name === name)!.label;
	const way = `  ${keyOf('panel')}: the next one; ${keyOf('zoom')}: this one alone`;
	return {
		title: fit([span('Panels', 'bold'), span(way, 'dim')], width),
		items: panels.map((name) =>
			labelled(`${name.charAt(0).toUpperCase()}${name.slice(1)}`, 'bold', [span(panelUses[name])], width),
		),
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

function commandSections(width: number): Section[] {
	const servers = 'Servers are n1, n2 and so on, or leader, followers, rest, all, majority, minority, random.';
	return [
		{
			title: [span('Commands, after :', 'bold')],
			items: [wrap([span(servers, 'dim')], width - 2).map((line) => [span('  '), ...line])],
		},
		...commandGroups.map((group) => commandSection(group, width)),
	];
}

/** How each is written and what it does, beside each other where there is room. */
function commandSection({name, forms}: CommandGroup, width: number): Section {
	const isForStories = forms.some((form) => form.name === 'wait' || form.name === 'expect');
	const usageWidth = Math.min(56, Math.floor(width * 0.45));
	const items = forms.map(({usage, about}): Item => {
		const abouts = wrap([span(about, 'dim')], Math.max(20, width - usageWidth - 2));
		const usages = wrap([span(usage, 'key')], usageWidth - 4);
		return Array.from({length: Math.max(abouts.length, usages.length)}, (_, at): Line => [
			...fit([span(at === 0 ? '  ' : ' '.repeat(4)), ...(usages[at] ?? [])], usageWidth + 2),
			...(abouts[at] ?? []),
		]);
	});
	const where = isForStories ? [span('  in scenario files only', 'dim')] : [];
	return {title: [span(name, 'bold'), ...where], items};
}

/** What something means, beside it. */
function labelled(label: string, style: StyleName | undefined, meaning: Line, width: number): Item {
	const indent = Math.max(labelWidth, textWidth(label) + 4);
	return wrap(meaning, width - indent - 1).map((line, at): Line => {
		const head = [span('  '), span(at === 0 ? label : '', style)];
		return [...head, span(' '.repeat(indent - widthOf(head))), ...line];
	});
}

function filters(width: number): Section {
	return {
		title: [span('Filters, after /', 'bold')],
		items: filterWords.map(({usage, about}) => labelled(usage, 'key', [span(about)], width)),
	};
}

function signs(width: number): Section {
	const sign = (glyph: string, style: StyleName | undefined, meaning: string): Item =>
		labelled(glyph, style, [span(meaning)], width);
	return {
		title: [span('Signs', 'bold')],
		items: [
			sign(roleGlyphs.leader, roleStyles.leader, 'leader; yellow: its term is over'),
			sign(roleGlyphs.candidate, roleStyles.candidate, 'candidate: asks for votes'),
			sign(roleGlyphs.follower, roleStyles.follower, 'follower; ▰▰▱: its timer, running down'),
			sign(roleGlyphs.down, roleStyles.down, 'down; on a message: lost'),
			sign(roleGlyphs.suspended, roleStyles.suspended, 'suspended; on a message: held'),
			sign('x=1', 'term0', 'an entry known to be committed; colour: term'),
			sign('x=1', 'open0', 'one that is not, and may yet be replaced'),
			sign('x=1', 'disk0', 'one on the disk of a node that is down'),
			sign('x=1!', 'warn', 'one that is not the leader’s'),
			sign('┃ ›', 'good', 'the leader knows the log to match up to here; what it sends next follows here'),
			sign('▲ ✓', 'good', 'a majority is known to have the log up to here; committed up to here'),
			sign('x? x=∅', undefined, 'a read; a deletion'),
			sign('x=1→2', undefined, 'a compare-and-set, from 1 to 2'),
			sign('·', undefined, 'the empty entry a new leader begins with'),
			sign('━ ═ ─ ╌', undefined, 'in the Timeline: leads, campaigns, follows, is down'),
			sign(cutMark, 'lost', 'there: cut or healed; in the Cluster: a cut link'),
			sign('n1→n2 n1↔n3', 'lost', 'a cut: one way; both ways'),
			sign('+2 more', 'warn', 'more than fits at the top: zoom Cluster'),
			sign('(u undo)', 'dim', 'in brackets: a key that can do nothing now'),
		],
	};
}
