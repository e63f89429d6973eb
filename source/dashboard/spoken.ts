/*
The dashboard in sentences, for screen readers: what has happened since somebody was told last, and how things stand.

It keeps calm. Of many events at once it tells those that matter most, and how many others there were; a panel is read
when it is opened, not whenever something in it changes.
*/

import {stripVTControlCharacters} from 'node:util';
import type {Notable, NotableRecord} from '../lab/feed.js';
import type {AskedQuestion, Snapshot, Story} from '../lab/lab.js';
import type {ServerId} from '../raft/vocabulary.js';
import {commandText, nodeName} from '../scenario/command-text.js';
import {isAwake, termOf} from '../simulation/host.js';
import type {Frame} from './bands.js';
import {plain, span} from './text.js';
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
	readonly story: Story | undefined;
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
		seq: snapshot.trace.length, // Fewer, where something was undone
		timeUs,
		isPlaying,
		notice,
		panelTitle: panel?.title,
		selected,
		story,
	};
	if (told === undefined) {
		return {lines: printable([...greeting(snapshot), ...storyLines(story, undefined)]), told: now};
	}

	const lines = [
		...noticeLines(heard, told),
		...(selected === told.selected ? [] : [selectionLine(snapshot, selected)]),
		...happened(snapshot, told),
		...storyLines(story, told.story),
		...(panel === undefined || panel.title === told.panelTitle ? [] : panelLines(panel)),
		...(panel === undefined && told.panelTitle !== undefined ? [`${told.panelTitle} closed.`] : []),
		...(isPlaying === told.isPlaying ? [] : [isPlaying ? 'Playing.' : `Paused at ${secondsText(timeUs)} seconds.`]),
	];
	return {lines: printable(lines), told: now};
}

/** What somebody wrote may hold what moves a cursor. */
const printable = (lines: readonly string[]): readonly string[] => lines.map((line) => span(line).text);

/** A command is told as the event that it is. */
function noticeLines({notice, snapshot}: Heard, told: Told): readonly string[] {
	const isToldAsEvent = (text: string): boolean =>
		snapshot.notables.some(
			(notable) => notable.type === 'command' && notable.seq > told.seq && commandText(notable.event.command) === text,
		);
	return notice === undefined || notice === told.notice || isToldAsEvent(notice.text) ? [] : [spelled(notice.text)];
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
export function statusLine({
	timeUs,
	isPlaying,
	speed,
	nodes,
	leader,
	violation,
	linearizability,
	story,
}: Snapshot): string {
	const running = nodes.filter((node) => isAwake(node)).length;
	const term = Math.max(...nodes.map((node) => termOf(node)));
	const verdicts = {ok: 'linearizable', violated: 'NOT linearizable', unknown: 'linearizable or not: unknown'};
	return [
		`${secondsText(timeUs)} seconds, ${isPlaying ? `playing at ${speed} times real time` : 'paused'}.`,
		`Term ${term}, ${leader === undefined ? 'no leader' : `${nodeName(leader.id)} leads`}, ${running} of ${nodes.length} nodes running.`,
		`${violation === undefined ? 'Safe' : `${violation.property} is broken`}, ${verdicts[linearizability]}.`,
		...(isOpen(story?.question) ? ['A question waits for its answer.'] : []),
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

/** Captions and chapters are told as such. */
const isOfStory = (notable: NotableRecord): boolean =>
	notable.type === 'command' && (notable.event.command.type === 'say' || notable.event.command.type === 'mark');

function eventLines(notables: readonly NotableRecord[], after: number): readonly string[] {
	const fresh = notables.filter((notable) => notable.seq > after && !isOfStory(notable));
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

/** What a story has told or asked since somebody was told last, and what was said to an answer. */
function storyLines(story: Story | undefined, before: Story | undefined): readonly string[] {
	if (story === undefined) {
		return [];
	}

	const {title, chapter, caption, question, score, beat, isLeft, sequel} = story;
	const heading = chapter ?? title;
	const isNewBeat = beat !== undefined && beat.number > 0 && beat.number !== before?.beat?.number;
	const isNewQuestion = question !== undefined && question.text !== before?.question?.text;
	const isAnswered = question?.chosen !== undefined && (isNewQuestion || isOpen(before?.question));
	return [
		...(heading === '' || heading === (before?.chapter ?? before?.title) ? [] : [`Chapter: ${heading}.`]),
		...(isNewBeat ? [`Beat ${beat.number} of ${beat.of}.`] : []),
		...(caption === undefined || caption === before?.caption ? [] : [spelled(caption)]),
		...(isNewQuestion ? askedLines(question) : []),
		...(isAnswered ? verdictLines(question, score) : []),
		...(sequel === undefined || sequel === before?.sequel ? [] : [spelled(sequel)]),
		...(isLeft && before?.isLeft !== true
			? [`The story is left: ${beat === undefined ? 'b' : 'Backspace'} goes back to it.`]
			: []),
		...(!isLeft && before?.isLeft === true ? ['Back in the story.'] : []),
	];
}

const isOpen = (question: AskedQuestion | undefined): boolean =>
	question !== undefined && question.chosen === undefined;

const askedLines = ({text, answers}: AskedQuestion): readonly string[] => [
	`Question: ${spelled(text)}`,
	...answers.map((answer, at) => `${at + 1}: ${spelled(answer)}.`),
	`Answer with 1 to ${answers.length}, or press Space twice to go on without an answer.`,
];

function verdictLines({isRight, right, because}: AskedQuestion, score: Story['score']): readonly string[] {
	const verdict =
		isRight === true ? 'Right.' : `Not quite. Right is ${right.map((answer) => spelled(answer)).join(' or ')}.`;
	return [`${verdict} ${spelled(because)}`, `${score.right} of ${score.answered} right so far.`];
}

function panelLines({title, lines}: Panel): readonly string[] {
	const shown = title === 'Help' ? lines : lines.slice(0, panelLinesMax);
	const more = lines.length - shown.length;
	return [`${title}:`, ...shown.map((line) => spelled(line)), ...(more === 0 ? [] : [`${more} more lines.`])];
}

const signs: ReadonlyArray<readonly [sign: RegExp, words: string]> = [
	[/ [‖◆○★✓✗](?=[\),.:;])/gv, ''], // In a sentence it stands behind its word
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
