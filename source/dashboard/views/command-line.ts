/*
The command line at the bottom of the screen: what is typed with a cursor in it, how it could go on, and below
it the keys. Above it what could stand at the cursor, or why the line cannot be done; then the word is marked.
*/

import type {Choice, CompletingEditor} from '../completing-editor.js';
import type {LineEditor, Refusal} from '../line-editor.js';
import {fit, span, widthOf, wrap, type Line} from '../text.js';
import {hasStyles} from '../theme.js';
import {footerLine, type Hint} from './footer.js';

const hintGap = ' '.repeat(3);

/** From top to bottom, each exactly so wide; above the line itself there are `rowsMax` at the most. */
export function commandLineLines(
	line: CompletingEditor,
	hints: readonly Hint[],
	{width, rowsMax, prompt = ':'}: {readonly width: number; readonly rowsMax: number; readonly prompt?: string},
): Line[] {
	const {refusal, choice} = line;
	const {shown, offset} = inputLine(line, {prompt, hint: line.hint}, width);
	const above =
		refusal === undefined
			? choice === undefined
				? []
				: [ruleLine(`${choice.candidates.length} possible`, width), ...choiceLines(choice, rowsMax - 1)]
			: [ruleLine('not done', width), ...refusalLines(refusal, width).slice(0, Math.max(1, rowsMax - 1))];
	return lined(line, {above, shown, offset}, hints, width);
}

/** A line that asks for one thing, such as the name of a file. */
export function promptLines(line: LineEditor, prompt: string, hints: readonly Hint[], width: number): Line[] {
	const {refusal} = line;
	const {shown, offset} = inputLine(line, {prompt: `${prompt} `, hint: ''}, width);
	const above = refusal === undefined ? [] : [ruleLine('not done', width), ...refusalLines(refusal, width)];
	return lined(line, {above, shown, offset}, hints, width);
}

function lined(
	{refusal}: LineEditor,
	{above, shown, offset}: {readonly above: readonly Line[]; readonly shown: Line; readonly offset: number},
	hints: readonly Hint[],
	width: number,
): Line[] {
	const below =
		refusal === undefined || refusal.from === refusal.to
			? footerLine(hints, undefined, undefined, width)
			: markLine(refusal, offset);
	return [...above, shown, below].map((one) => fit(one, width));
}

const ruleLine = (title: string, width: number): Line => [
	span('── ', 'focus'),
	span(title, 'bold'),
	span(` ${'─'.repeat(Math.max(0, width - title.length - 4))}`, 'focus'),
];

/** The text around the cursor, as much as there is room for, and how far its first column is from the text's. */
function inputLine(
	{text, cursor, refusal}: LineEditor,
	{prompt, hint}: {readonly prompt: string; readonly hint: string},
	width: number,
): {shown: Line; offset: number} {
	const room = width - 3 - prompt.length; // A blank, the prompt, the cursor at the end, and one more
	const from = Math.max(0, Math.min(cursor - Math.floor(room * 0.7), text.length - room));
	const cut = from > 0 ? '…' : '';
	const to = Math.min(text.length, from + room);
	const offset = 1 + prompt.length - from;
	const spans: Array<Line[number]> = [span(' '), span(prompt, 'key'), span(cut, 'dim')];
	const styleAt = (at: number): Line[number]['style'] =>
		refusal !== undefined && at >= refusal.from && at < refusal.to ? 'mistake' : undefined;
	for (let at = from + cut.length; at < to; at++) {
		if (at === cursor) {
			spans.push(...cursorSpans(text[at]));
		} else {
			spans.push(span(text[at]!, styleAt(at)));
		}
	}

	if (cursor >= to) {
		spans.push(...cursorSpans(undefined));
	}

	if (to < text.length) {
		spans.push(span('…', 'dim'));
	}

	const left = width - widthOf(spans) - hintGap.length - 1;
	const isHinted = hint !== '' && to === text.length && left >= 12;
	return {
		shown: isHinted ? [...spans, span(hintGap), ...fit([span(hint, 'dim')], Math.min(left, hint.length))] : spans,
		offset,
	};
}

/** Where nothing can be shown inverted, a bar stands before the character; at the end there is none. */
function cursorSpans(character: string | undefined): Line {
	if (hasStyles()) {
		return [span(character ?? ' ', 'selected')];
	}

	return character === undefined ? [span('▏')] : [span('▏'), span(character)];
}

/** The candidates around the chosen one, each with what it means. */
function choiceLines({candidates, at}: Choice, rows: number): Line[] {
	const room = Math.max(1, rows);
	const from = Math.max(0, Math.min(at - Math.floor(room / 2), candidates.length - room));
	const widest = Math.max(...candidates.map(({text}) => text.length));
	return candidates.slice(from, from + room).map(({text, hint}, row) => {
		const isChosen = from + row === at;
		return [
			span(isChosen ? ' ❯' : '  ', 'key'),
			span(text.padEnd(widest), isChosen ? 'selected' : 'accent'),
			span(`  ${hint}`, 'dim'),
		];
	});
}

const refusalLines = ({sentence}: Refusal, width: number): Line[] =>
	wrap([span(sentence, 'warn')], width - 2).map((line) => [span(' '), ...line]);

/** Below the word that is to blame. */
const markLine = ({from, to}: Refusal, offset: number): Line => [
	span(' '.repeat(Math.max(0, from + offset))),
	span('^'.repeat(to - from), 'lost'),
];
