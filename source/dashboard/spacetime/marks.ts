/*
The marks of a window of the space-time diagram: what happens on a lane, and the commands that concern them all.

Marks that come close share a lane by rules that look no further than to their neighbours, and by groups of columns that
are counted from the beginning of the run: so what can be read does not change while the window moves.
*/

import type {Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import {commandText} from '../../scenario/command-text.js';
import type {Command} from '../../simulation/command.js';
import type {Event} from '../../simulation/event.js';
import {shortCommand, type Operation} from '../../state-machine/key-value.js';
import {shortened} from '../text.js';
import {termStyle, type StyleName} from '../theme.js';
import {roleGlyphs} from '../words.js';
import type {Lanes} from './lanes.js';
import {hasMark, isAboutMessage, isLandscape, markTypes, nodeOf, type Choice} from './shown.js';
import {seqAt} from './ways.js';
import type {Window} from './window.js';

/** Something on a lane. */
export type Mark = {
	readonly node: ServerId;
	readonly timeUs: number;
	/** From the longest to the shortest, which is one column wide. */
	readonly texts: readonly string[];
	readonly style: StyleName;
	/** Which of two is shown where both cannot be. */
	readonly weight: number;
};

/** Something that concerns all lanes. */
export type Bar = {
	readonly timeUs: number;
	readonly text: string;
	readonly look: 'cutting' | 'breaking' | 'other';
	readonly isSelected: boolean;
};

export type Marks = {readonly marks: readonly Mark[]; readonly bars: readonly Bar[]};

const weights = {request: 1, commit: 2, deposed: 3, candidate: 4, leader: 5, machine: 6, selected: 7} as const;

/** Of so many columns, one commit is shown and one refusal, the last; and one request, or how many there are. */
const lastColumns = 6;
const requestColumns = 9;

const operationWidthMax = 14;

const cutting: ReadonlySet<Command['type']> = new Set(['partition', 'isolate', 'rejoin', 'cut', 'heal']);

export function marksIn(
	{newestTrace: trace}: Pick<Snapshot, 'newestTrace'>,
	lanes: Lanes,
	window: Window,
	{matches}: Choice,
	selected: number | undefined,
): Marks {
	const bars: Bar[] = [];
	const single: Mark[] = [];
	const lasts = new Map<string, Mark>();
	const requests = new Map<string, Mark & {readonly count: number}>();
	for (let seq = seqAt(trace, window.fromUs); seq <= trace.length && trace.timeAt(seq)! < window.toUs; seq++) {
		const type = trace.typeAt(seq)!;
		const isSelected = seq === selected;
		if (!markTypes.has(type) && !isSelected) {
			continue;
		}

		const event = trace.at(seq)!;
		const isChosen = hasMark(event, lanes) && (isLandscape(event) || (matches?.(event) ?? true));
		if (!isChosen && !isSelected) {
			continue;
		}

		const bar = barOf(event, isSelected);
		const mark = isSelected ? selectedMark(event) : markOf(event);
		if (bar !== undefined) {
			bars.push(bar);
		}

		if (mark === undefined) {
			continue;
		}

		if (type === 'request' && !isSelected) {
			const key = `${mark.node} ${window.group(mark.timeUs, requestColumns)}`;
			const before = requests.get(key);
			requests.set(key, before === undefined ? {...mark, count: 1} : oneMore(before));
		} else if ((type === 'commit' || type === 'refused') && !isSelected) {
			lasts.set(`${type} ${mark.node} ${window.group(mark.timeUs, lastColumns)}`, mark);
		} else {
			single.push(mark);
		}
	}

	return {marks: [...single, ...requests.values(), ...lasts.values()], bars};
}

function oneMore({count, ...mark}: Mark & {readonly count: number}): Mark & {readonly count: number} {
	const number = String(count + 1);
	return {...mark, count: count + 1, texts: [` ${number} ops `, `${number} ops`, `×${number}`, mark.texts.at(-1)!]};
}

/** What has no mark of its own gets a dot, such as a message's end on a lane. Where one is lost, its line ends in a mark. */
function selectedMark(event: Event): Mark | undefined {
	const node = nodeOf(event);
	if (node === undefined || event.type === 'lost') {
		return undefined;
	}

	const mark = markOf(event) ?? {node, timeUs: event.timeUs, texts: ['●']};
	return {...mark, style: 'selected', weight: weights.selected};
}

function barOf(event: Event, isSelected: boolean): Bar | undefined {
	const {timeUs} = event;
	switch (event.type) {
		case 'command': {
			const {command} = event;
			return {timeUs, text: commandText(command), look: cutting.has(command.type) ? 'cutting' : 'other', isSelected};
		}

		case 'violation': {
			return {timeUs, text: `✗ ${event.property}`, look: 'breaking', isSelected};
		}

		default: {
			return undefined;
		}
	}
}

function markOf(event: Event): Mark | undefined {
	const {timeUs} = event;
	const node = nodeOf(event);
	if (node === undefined || isAboutMessage(event)) {
		return undefined;
	}

	const mark = (weight: keyof typeof weights, style: StyleName, ...texts: readonly string[]): Mark => ({
		node,
		timeUs,
		texts,
		style,
		weight: weights[weight],
	});
	switch (event.type) {
		case 'role': {
			const {role, term} = event;
			const glyph = roleGlyphs[role];
			return role === 'follower'
				? mark('deposed', 'deposed', glyph)
				: mark(role, termStyle(term), ` ${glyph} ${term} `, `${glyph}${term}`, glyph);
		}

		case 'commit': {
			return mark('commit', 'good', `✓${event.index}`, '✓');
		}

		case 'crash': {
			return mark('machine', 'down', roleGlyphs.down);
		}

		case 'wipe': {
			return mark('machine', 'down', '∅');
		}

		case 'restart': {
			return mark('machine', 'follower', '↺');
		}

		case 'suspend': {
			return mark('machine', 'suspended', roleGlyphs.suspended);
		}

		case 'resume': {
			return mark('machine', 'follower', '▶');
		}

		case 'request': {
			const text = operationText(event.operation);
			return mark('request', 'notice', ` ${text} `, text, text.slice(0, 1));
		}

		case 'refused': {
			const whom = event.leader === undefined ? '?' : `n${event.leader}`;
			return mark('deposed', 'dim', `→${whom}`, '→');
		}

		default: {
			return undefined;
		}
	}
}

/** `w x=1`, `r x`. */
function operationText(operation: Operation): string {
	const {type, key} = operation;
	const text = type === 'read' || type === 'delete' ? key : shortCommand(operation);
	return shortened(`${type.slice(0, 1)} ${text}`, operationWidthMax);
}
