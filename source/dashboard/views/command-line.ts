/*
The command line at the bottom of the screen: what is typed with a cursor in it, how it could go on, and below
it the keys. Above it what could stand at the cursor, or why the line cannot be done; then the word is marked.
*/

import type {Choice, CompletingEditor} from '../completing-editor.js';
import type {LineEditor, Refusal} from '../line-editor.js';
import {charactersOf, cut, fit, padded, span, textWidth, widthOf, wrap, type Line} from '../text.js';
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
	const input = inputLine(line, {prompt, hint: line.hint}, width);
	const above =
		refusal === undefined
			? choice === undefined
				? []
				: [ruleLine(`${choice.candidates.length} possible`, width), ...choiceLines(choice, rowsMax - 1)]
			: [ruleLine('not done', width), ...refusalLines(refusal, width).slice(0, Math.max(1, rowsMax - 1))];
	return lined(input, above, hints, width);
}

/** A line that asks for one thing, such as the name of a file. */
export function promptLines(line: LineEditor, prompt: string, hints: readonly Hint[], width: number): Line[] {
	const {refusal} = line;
	const input = inputLine(line, {prompt: `${prompt} `, hint: ''}, width);
	const above = refusal === undefined ? [] : [ruleLine('not done', width), ...refusalLines(refusal, width)];
	return lined(input, above, hints, width);
}

function lined({shown, mark}: Input, above: readonly Line[], hints: readonly Hint[], width: number): Line[] {
	const below = mark.length > 0 ? mark : footerLine(hints, undefined, undefined, width);
	return [...above, shown, below].map((one) => fit(one, width));
}

const ruleLine = (title: string, width: number): Line => [
	span('── ', 'focus'),
	span(title, 'bold'),
	span(` ${'─'.repeat(Math.max(0, width - title.length - 4))}`, 'focus'),
];

/** The line as it is shown, and what stands below it: a mark where the word is that is to blame, if any of it can be seen. */
type Input = {readonly shown: Line; readonly mark: Line};

/** The text around the cursor, as much as there is room for. */
function inputLine(
	{text, cursor, refusal}: LineEditor,
	{prompt, hint}: {readonly prompt: string; readonly hint: string},
	width: number,
): Input {
	const room = width - 3 - textWidth(prompt); // A blank, the prompt, the cursor at the end, and one more
	const whole = textWidth(text);
	const from = Math.max(0, Math.min(textWidth(text.slice(0, cursor)) - Math.floor(room * 0.7), whole - room));
	const ellipsis = from > 0 ? '…' : '';
	const to = Math.min(whole, from + room);
	const seen = placed(text).filter((one) => one.column >= from + ellipsis.length && one.column + one.width <= to);
	const spans: Array<Line[number]> = [span(' '), span(prompt, 'key'), span(ellipsis, 'dim')];
	spans.push(span(' '.repeat(Math.max(0, (seen[0]?.column ?? from) - from - ellipsis.length)))); // Half of a wide character
	let mark: Line = [];
	const markNext = (columns: number): void => {
		const before = mark.length === 0 ? [span(' '.repeat(widthOf(spans)))] : mark;
		mark = [...before, span('^'.repeat(columns), 'lost')];
	};

	for (const {character, at} of seen) {
		const isMistake = refusal !== undefined && at < refusal.to && at + character.length > refusal.from;
		const next = at === cursor ? cursorSpans(character) : [span(character, isMistake ? 'mistake' : undefined)];
		if (isMistake) {
			markNext(widthOf(next));
		}

		spans.push(...next);
	}

	if (to === whole && refusal !== undefined && refusal.to > text.length) {
		markNext(1); // Something is missing at the end
	}

	if (cursor === text.length) {
		spans.push(...cursorSpans(undefined));
	}

	if (to < whole) {
		spans.push(span('…', 'dim'));
	}

	const left = width - widthOf(spans) - hintGap.length - 1;
	const isHinted = hint !== '' && to === whole && left >= 12;
	return {
		shown: isHinted ? [...spans, span(hintGap), span(wholeWords(hint, left), 'dim')] : spans,
		mark,
	};
}

/** As many words as there is room for; an ellipsis tells of more. */
function wholeWords(text: string, width: number): string {
	if (textWidth(text) <= width) {
		return text;
	}

	const start = cut(text, width - 2);
	const words = text[start.length] === ' ' ? start : start.slice(0, start.lastIndexOf(' ') + 1);
	return `${words.trimEnd()} …`;
}

/** Each character with its place in the text and on the screen. */
function placed(text: string) {
	let at = 0;
	let column = 0;
	return charactersOf(text).map((character) => {
		const place = {character, at, column, width: textWidth(character)};
		at += character.length;
		column += place.width;
		return place;
	});
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
	const widest = Math.max(...candidates.map(({text}) => textWidth(text)));
	return candidates.slice(from, from + room).map(({text, hint}, row) => {
		const isChosen = from + row === at;
		return [
			span(isChosen ? ' ❯' : '  ', 'key'),
			span(padded(text, widest), isChosen ? 'selected' : 'accent'),
			span(`  ${hint}`, 'dim'),
		];
	});
}

const refusalLines = ({sentence}: Refusal, width: number): Line[] =>
	wrap([span(sentence, 'warn')], width - 2).map((line) => [span(' '), ...line]);
