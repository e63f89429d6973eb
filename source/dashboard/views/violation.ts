/*
A broken promise, in full: what was promised and where, how it was broken, the events that prove it, and what
can be done now.
*/

import {safetyProperties} from '../../checking/safety.js';
import type {FoundViolation} from '../../checking/monitor.js';
import type {Snapshot} from '../../lab/lab.js';
import type {Event} from '../../simulation/event.js';
import type {Size, View} from '../frame.js';
import {span, wrap, type Line} from '../text.js';
import {eventLine, secondsText} from '../words.js';
import {clampScroll, whenAndWho} from './lists.js';

/** An event that belongs to the proof; `undefined` if the trace has forgotten it. */
export type Evidence = ReadonlyArray<Event | undefined>;

/** What the panel needs besides the violation itself. */
export type ViolationContext = {
	readonly evidence: Evidence;
	/** How many commands lead there. */
	readonly commands: number;
};

/** Events are indented so far, for those whose words take several lines. */
const eventIndent = 12;

export function violationLines(
	{property, section, explanation}: FoundViolation,
	{seed}: Pick<Snapshot, 'seed'>,
	{evidence, commands}: ViolationContext,
	width: number,
): Line[] {
	const promise = safetyProperties.find(({name}) => name === property)?.sentence;
	const facts =
		promise !== undefined && explanation.startsWith(promise) ? explanation.slice(promise.length).trim() : explanation;
	const paper = section.startsWith('§') ? `Raft paper ${section}` : `Ongaro’s ${section}`;
	return [
		[span(` ✗ ${property} `, 'alarm'), span(`  ${paper}`, 'dim')],
		...(promise === undefined ? [] : wrap([span(promise, 'bold')], width)),
		[],
		...wrap([span(facts, 'lost')], width),
		[],
		[span('What proves it', 'bold')],
		...evidence.flatMap((event) => evidenceLines(event, width)),
		[],
		[span('What now', 'bold')],
		...adviceLines('esc', 'the panels, as they were at that very event; v comes back here', width),
		...adviceLines('.', 'goes on by one event, space plays on: from here on nothing is checked any more', width),
		...adviceLines(
			'again',
			`seed ${seed} and ${commands === 1 ? 'the same command' : `the same ${commands} commands`} at the same times lead here again`,
			width,
		),
	];
}

function evidenceLines(event: Event | undefined, width: number): Line[] {
	if (event === undefined) {
		return [[span('  An event so long ago that it is not kept any more.', 'dim')]];
	}

	const {node, words} = eventLine(event);
	const [first = [], ...others] = wrap(words, width - eventIndent);
	return [
		whenAndWho(event.timeUs, node, first, {decimals: 3}),
		...others.map((line): Line => [span(' '.repeat(eventIndent)), ...line]),
	];
}

const adviceLines = (key: string, words: string, width: number): Line[] =>
	wrap([span(words)], width - 7).map((line, at): Line => [span((at === 0 ? ` ${key}` : '').padEnd(7), 'key'), ...line]);

export function violationView(
	violation: FoundViolation,
	snapshot: Pick<Snapshot, 'seed' | 'timeUs'>,
	context: ViolationContext,
	{width, height}: Size,
	scroll: number,
): View {
	const lines = violationLines(violation, snapshot, context, width);
	const from = clampScroll(scroll, lines.length, height);
	const more = lines.length - from - height;
	const foundUs = context.evidence.at(-1)?.timeUs;
	const found =
		foundUs === undefined ? `event ${violation.seq}` : `at ${secondsText(foundUs)} s, event ${violation.seq}`;
	return {
		title: 'Violation',
		remark: [span(more > 0 ? `↓ ${more} more lines` : found, more > 0 ? 'warn' : 'dim')],
		lines: lines.slice(from, from + height),
		scrollMax: Math.max(0, lines.length - height),
		edge: 'lost',
	};
}
