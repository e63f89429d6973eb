/*
The answer to "why?": what happened, the rule that decided it, and the way up to where it began.
*/

import type {Cause, Explanation} from '../../explaining/explain.js';
import type {Size, View} from '../frame.js';
import {fit, fitted, joined, span, textWidth, widthOf, wrap, type Line} from '../text.js';
import {secondsText} from '../words.js';
import {clampScroll, markWidth, pointed, whenAndWho} from './lists.js';

export type WhyCursor = {
	/** Which cause Enter leads to. */
	readonly selected: number | undefined;
	readonly scroll: number;
};

const beganRemark = '  where it began';

/** Before the words of a rule. */
const ruleLabel = '  rule  ';

/**
The whole answer. Whoever comes to it sees it from its beginning, with the first cause chosen; whoever chooses another sees
that.
*/
export function whyView(explanation: Explanation, {width, height}: Size, {selected, scroll}: WhyCursor): View {
	const {causes, isForgotten} = explanation;
	const beginning = isForgotten ? -1 : causes.length - 1;
	const head = [...headLines(explanation, width), ...(causes.length === 0 ? [] : [[], [span('caused by', 'dim')]])];
	const lines = [...head, ...causes.map((cause, at) => causeLine(cause, at === beginning, at === selected, width))];
	const wanted = clampScroll(scroll, lines.length, height);
	const row = selected === undefined || selected === 0 ? undefined : head.length + selected;
	const from = row === undefined ? wanted : Math.min(row, Math.max(wanted, row - height + 1));
	const below = lines.length - from - height;
	return {
		title: 'Why',
		remark: joined([whenAndWhom(explanation), below > 0 ? [span(`↓ ${below} more`, 'warn')] : []]),
		lines: lines.slice(from, from + height),
		scrollMax: Math.max(0, lines.length - height),
	};
}

/** The answer for a small box: the facts and the rule first, and the causes in a row. */
export function whyLines(explanation: Explanation, {width, height}: Size): Line[] {
	const {title, facts, consequences, rules} = explanation;
	const row = causeRow(explanation, width);
	const followed: Line = consequences.length === 0 ? [] : [span('→ ', 'accent'), span(consequences.join('; '))];
	const ruled = rules.slice(0, 1).flatMap(({sentence, section}) => ruleLines(sentence, section, width));
	const last = [followed, row].filter((line) => line.length > 0).map((line) => fitted(line, width));
	const rule = atMost(ruled, Math.min(2, height - 2 - last.length), width);
	const told = indented([], [span(facts.join(' '))], 2, width);
	const room = height - 1 - last.length - rule.length;
	const lines = [fitted([span(title, 'bold')], width), ...atMost(told, room, width), ...rule, ...last];
	return lines.slice(0, Math.max(0, height));
}

/** So many lines, with an ellipsis where more would follow. */
function atMost(lines: readonly Line[], count: number, width: number): Line[] {
	if (lines.length <= count) {
		return [...lines];
	}

	return lines
		.slice(0, Math.max(0, count))
		.map((line, at) =>
			at === count - 1 ? fit([...line, span(' '.repeat(width))], Math.min(width, widthOf(line) + 2)) : line,
		);
}

function headLines({title, facts, consequences, rules}: Explanation, width: number): Line[] {
	return [
		...wrap([span(title, 'bold')], width),
		...facts.flatMap((fact) => indented([], [span(fact)], 2, width)),
		...consequences.flatMap((clause) => indented([span('→ ', 'accent')], [span(clause)], 2, width)),
		...rules.flatMap(({sentence, section}) => ruleLines(sentence, section, width)),
	];
}

/** The section stands behind the sentence, or below it where it would be torn apart. */
function ruleLines(sentence: string, section: string, width: number): Line[] {
	const lines = indented([span(ruleLabel, 'key')], [span(sentence, 'good')], ruleLabel.length, width);
	const source = span(section, 'dim');
	const last = lines.at(-1)!;
	return widthOf(last) + 2 + section.length <= width
		? [...lines.slice(0, -1), [...last, span('  '), source]]
		: [...lines, fitted([span(' '.repeat(ruleLabel.length)), source], width)];
}

/** Words behind a mark, and all of their lines under the first. */
function indented(mark: Line, words: Line, indent: number, width: number): Line[] {
	const blank: Line = [span(' '.repeat(indent))];
	return wrap(words, width - indent).map((line, at): Line => [
		...(at === 0 && mark.length > 0 ? mark : blank),
		...line,
	]);
}

/** One cause a line. Each led to the one above it, down to what began it all. */
function causeLine({timeUs, node, text}: Cause, isOrigin: boolean, isSelected: boolean, width: number): Line {
	const line: Line = [
		span(isOrigin ? ' ● ' : ' ↑ ', isOrigin ? 'accent' : 'dim'),
		...whenAndWho(timeUs, node, [span(text)], {decimals: 3}),
	];
	const room = width - markWidth;
	const remark: Line = isOrigin && widthOf(line) + beganRemark.length <= room ? [span(beganRemark, 'dim')] : [];
	return pointed(fitted([...line, ...remark], room), isSelected);
}

function whenAndWhom({subject, timeUs, node}: Explanation): Line {
	const who = subject.type === 'message' ? `#${subject.id}` : node === undefined ? '' : `n${node}`;
	const when = timeUs === undefined ? '' : `${secondsText(timeUs)} s`;
	return joined(
		[who, when].map((text) => (text === '' ? [] : [span(text, 'dim')])),
		' · ',
	);
}

/** `caused by write x=1 0.100 → … → AppendReply n3→n1 0.124`: where it began, and of the way from there the nearest steps that fit. */
function causeRow({causes, isForgotten}: Explanation, width: number): Line {
	const steps = causes.map(({brief, timeUs}) => `${brief} ${secondsText(timeUs)}`);
	const origin = steps.at(-1);
	if (origin === undefined) {
		return [];
	}

	const way = steps.toReversed();
	const gap = isForgotten ? ['…'] : [];
	const rows = way.map((_, left) => [...gap, ...(left < 2 ? way : [origin, '…', ...way.slice(left)])].join(' → '));
	const label = 'caused by ';
	const row =
		rows.find((text) => label.length + textWidth(text) <= width) ?? `${origin}${steps.length > 1 ? ' → …' : ''}`;
	return [span(label, 'dim'), span(row)];
}
