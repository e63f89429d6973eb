/*
The dashboard in sentences, for screen readers: what has happened since somebody was told last, and how things stand.

It keeps calm. Of many events at once it tells those that matter most, and how many others there were; a panel is read
when it is opened, not whenever something in it changes.
*/

import {stripVTControlCharacters} from 'node:util';
import type {Notable, NotableRecord} from '../lab/feed.js';
import type {Snapshot} from '../lab/lab.js';
import type {ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Frame} from './bands.js';
import {plain} from './text.js';
import type {Notice} from './views/footer.js';
import {eventLine, notableLine, secondsText} from './words.js';

/** What there is to tell of. */
export type Heard = {
	readonly snapshot: Snapshot;
	/** The panel that fills the screen, if one does. */
	readonly panel: Panel | undefined;
	/** What has just been done or refused. */
	readonly notice: Notice | undefined;
	/** The node that keys act on. */
	readonly selected: ServerId | undefined;
};

export type Panel = {readonly title: string; readonly lines: readonly string[]};

/** What somebody knows already. */
export type Told = {
	/** The number of the last event, and when it was. */
	readonly seq: number;
	readonly timeUs: number;
	readonly isPlaying: boolean;
	readonly notice: Notice | undefined;
	readonly panelTitle: string | undefined;
	readonly selected: ServerId | undefined;
	readonly caption: string | undefined;
	readonly chapter: string | undefined;
};

/** So many events are told one by one. */
const eventsMax = 3;

/** A panel is read as far as this; the help to its end. */
const panelLinesMax = 24;

/** What somebody should hear now, and what they know then. */
export function spoken(heard: Heard, told: Told | undefined): {readonly lines: readonly string[]; readonly told: Told} {
	const {snapshot, panel, notice, selected} = heard;
	const {timeUs, isPlaying, story} = snapshot;
	const now: Told = {
		seq: Math.max(told !== undefined && timeUs >= told.timeUs ? told.seq : 0, snapshot.notables.at(-1)?.seq ?? 0),
		timeUs,
		isPlaying,
		notice,
		panelTitle: panel?.title,
		selected,
		caption: story?.caption,
		chapter: story?.chapter,
	};
	if (told === undefined) {
		return {lines: [...greeting(snapshot), ...captionLines(story, undefined)], told: now};
	}

	const isNewNotice = notice !== undefined && notice !== told.notice;
	const lines = [
		...(isNewNotice ? [spelled(notice.text)] : []),
		...(selected === told.selected ? [] : [selectionLine(snapshot, selected)]),
		...happened(snapshot, told),
		...captionLines(story, told),
		...(panel === undefined || panel.title === told.panelTitle ? [] : panelLines(panel)),
		...(panel === undefined && told.panelTitle !== undefined ? [`${told.panelTitle} closed.`] : []),
		...(isPlaying === told.isPlaying ? [] : [isPlaying ? 'Playing.' : `Paused at ${secondsText(timeUs)} seconds.`]),
	];
	return {lines, told: now};
}

function happened({timeUs, isPlaying, notables, trace}: Snapshot, told: Told): readonly string[] {
	if (timeUs < told.timeUs) {
		return [`Back at ${secondsText(timeUs)} seconds.`];
	}

	const lines = eventLines(notables, told.seq);
	const last = trace.at(trace.length);
	const isStep = lines.length === 0 && !isPlaying && !told.isPlaying && timeUs > told.timeUs;
	return isStep && last !== undefined ? [timedLine(last.timeUs, eventLine(last))] : lines;
}

const timedLine = (timeUs: number, {node, words}: ReturnType<typeof eventLine>): string =>
	`${secondsText(timeUs)}: ${node === undefined ? '' : `${nodeName(node)} `}${spelled(plain(words))}.`;

const greeting = ({seed, nodes, isPlaying}: Snapshot): readonly string[] => [
	`A Raft cluster of ${nodes.length} nodes, seed ${seed}, ${isPlaying ? 'playing' : 'paused'}.`,
	'Space plays or pauses, a full stop goes on by one event, z reads a panel, question mark reads all keys, q quits.',
];

/** How things stand, in one line. */
export function statusLine({timeUs, isPlaying, speed, nodes, leader, violation, linearizability}: Snapshot): string {
	const running = nodes.filter(({server, isSuspended}) => server !== undefined && !isSuspended).length;
	const term = Math.max(...nodes.map(({server, persisted}) => (server ?? persisted).currentTerm));
	const verdicts = {ok: 'linearizable', violated: 'NOT linearizable', unknown: 'linearizable or not: unknown'};
	return [
		`${secondsText(timeUs)} seconds, ${isPlaying ? `playing at ${speed} times real time` : 'paused'}.`,
		`Term ${term}, ${leader === undefined ? 'no leader' : `${nodeName(leader.id)} leads`}, ${running} of ${nodes.length} nodes running.`,
		`${violation === undefined ? 'Safe' : `${violation.property} is broken`}, ${verdicts[linearizability]}.`,
	].join(' ');
}

function selectionLine({nodes}: Snapshot, selected: ServerId | undefined): string {
	const node = selected === undefined ? undefined : nodes[selected - 1];
	if (node === undefined) {
		return 'No node is selected: keys act on the leader.';
	}

	const {id, server, persisted, isSuspended} = node;
	const {currentTerm, log} = server ?? persisted;
	const state = server === undefined ? 'down' : isSuspended ? `suspended, ${server.role}` : server.role;
	const committed = server === undefined ? '' : `, committed up to ${server.commitIndex}`;
	return `${nodeName(id)} is selected: ${state}, term ${currentTerm}, ${log.lastIndex} entries${committed}.`;
}

/** Who leads and who is gone matters more than what is committed. */
const grave: ReadonlySet<Notable['type']> = new Set([
	'command',
	'elected',
	'deposed',
	'crashed',
	'wiped',
	'suspended',
	'resumed',
	'restarted',
	'violation',
]);

function eventLines(notables: readonly NotableRecord[], after: number): readonly string[] {
	const fresh = notables.filter(({seq}) => seq > after);
	const byWeight = [...fresh.filter(({type}) => !grave.has(type)), ...fresh.filter(({type}) => grave.has(type))];
	const chosen = new Set(byWeight.slice(-eventsMax));
	const others = fresh.length - chosen.size;
	return [
		...(others === 0 ? [] : [`${others} other ${others === 1 ? 'event' : 'events'}.`]),
		...fresh.filter((notable) => chosen.has(notable)).map((notable) => toldLine(notable)),
	];
}

function toldLine(notable: NotableRecord): string {
	const {timeUs} = notable;
	return notable.type === 'violation'
		? `${secondsText(timeUs)}: ${notable.property} is broken. ${spelled(notable.explanation)}`
		: timedLine(timeUs, notableLine(notable));
}

function captionLines(
	story: Snapshot['story'],
	told: Pick<Told, 'caption' | 'chapter'> | undefined,
): readonly string[] {
	const chapter = story?.chapter ?? (told === undefined ? story?.title : undefined);
	return [
		...(chapter !== undefined && chapter !== told?.chapter ? [`Chapter: ${chapter}.`] : []),
		...(story?.caption !== undefined && story.caption !== told?.caption ? [story.caption] : []),
	];
}

function panelLines({title, lines}: Panel): readonly string[] {
	const shown = title === 'Help' ? lines : lines.slice(0, panelLinesMax);
	const more = lines.length - shown.length;
	return [`${title}:`, ...shown.map((line) => spelled(line)), ...(more === 0 ? [] : [`${more} more lines.`])];
}

const signs: ReadonlyArray<readonly [sign: RegExp, words: string]> = [
	[/← ↓ ↑ →/gv, 'arrows'],
	[/↑ ↓|↓ ↑/gv, 'up and down'],
	[/← →/gv, 'left and right'],
	[/ → /gv, ', now '],
	[/→/gv, ' to '],
	[/↔/gv, ' and '],
	[/ ┃ /gv, ' against '],
	[/(?<=\d)–(?=\d)/gv, ' to '],
	[/–/gv, 'none'],
	[/∅/gv, 'nothing'],
	[/×/gv, 'times '],
	[/§/gv, 'section '],
	[/❯/gv, 'selected '],
	[/[‖─━│┃╌═▮▯▰▱▶◆◇○◌●★✓✗⟨⟩]/gv, ''],
	[/ {2,}/gv, '  '],
];

/** In words what is a sign on the screen. Columns stay apart by two blanks. */
function spelled(text: string): string {
	let words = text;
	for (const [sign, word] of signs) {
		words = words.replaceAll(sign, () => word);
	}

	return words.trim();
}

/** The panel that somebody has opened, for it has the screen for itself or explains something: its title, and its lines without the frame. */
export function panelOf({bands}: Frame): Panel | undefined {
	const panels = bands
		.slice(1, -1)
		.map((band) => (band.length === 1 ? panelIn(band[0]!.lines) : undefined))
		.filter((panel) => panel !== undefined);
	const isAlone = bands.length === 3;
	return panels.find(({title}) => isAlone || opened.has(title));
}

/** Panels that are there only when somebody has opened them. */
const opened: ReadonlySet<string> = new Set(['Why', 'Violation']);

function panelIn(painted: readonly string[]): Panel | undefined {
	const rows = painted.map((line) => stripVTControlCharacters(line));
	const title = /^╭─ (?<title>.+?) ─/v.exec(rows[0] ?? '')?.groups?.['title'];
	const lines = rows
		.filter((row) => row.startsWith('│'))
		.map((row) => row.slice(1, -1).trim())
		.filter((row) => row !== '');
	return title === undefined ? undefined : {title, lines: title === 'Help' ? withoutSigns(lines) : lines};
}

/** What signs look like is for eyes. */
function withoutSigns(lines: readonly string[]): readonly string[] {
	const from = lines.indexOf('Signs');
	const to = lines.findIndex((line) => line.startsWith('Commands'));
	return from === -1 || to < from ? lines : [...lines.slice(0, from), ...lines.slice(to)];
}
