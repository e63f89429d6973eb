/*
EDN, form by form. A history is long and the library says neither where it is nor that a bracket is missing, so the text is
cut into its forms here, and the library reads one at a time.
*/

import {parseEDNString, type EDNVal} from 'edn-data';
import {quoted} from '../../simulation/wording.js';
import {HistoryError, type Place} from './history-error.js';
import {Places} from './lines.js';

export type Form = {readonly text: string; readonly place: Place};

const closers: Readonly<Record<string, string>> = {'(': ')', '[': ']', '{': '}'};

/**
The forms of a text; of a text that is one vector or list, its elements.

@throws {HistoryError} Where brackets or quotes are not in order.
*/
export function* formsOf(text: string): Generator<Form> {
	const places = new Places(text);
	let at = afterBlanks(text, 0);
	const first = afterTags(text, at);
	const wrapper = text[first] === '[' || text[first] === '(' ? {closer: closers[text[first]]!, at: first} : undefined;
	const wrapperPlace = wrapper && places.at(wrapper.at);
	if (wrapper !== undefined) {
		at = afterBlanks(text, first + 1);
	}

	while (at < text.length) {
		if (wrapper !== undefined && text[at] === wrapper.closer) {
			const rest = afterBlanks(text, at + 1);
			if (rest < text.length) {
				throw new HistoryError(
					places.at(rest),
					`the history ended with the ${wrapper.closer} before this, and nothing may follow but comments.`,
				);
			}

			return;
		}

		const place = places.at(at);
		const end = endOf(text, at, place);
		if (!text.startsWith('#_', at)) {
			yield {text: text.slice(at, end), place};
		}

		at = afterBlanks(text, end);
	}

	if (wrapperPlace !== undefined) {
		throw new HistoryError(
			wrapperPlace,
			`what begins here is never closed: the ${wrapper!.closer} is missing, and perhaps the rest of the file.`,
		);
	}
}

/** The first form of a text, which begins at a place; `undefined` where there is none. */
export function firstForm(text: string, place: Place): Form | undefined {
	const at = afterBlanks(text, 0);
	const here = {...place, column: place.column + at};
	return at < text.length ? {text: text.slice(at, endOf(text, at, here)), place: here} : undefined;
}

/** The value of a form. */
export function valueOf({text, place}: Form): EDNVal {
	try {
		// The library leaves out what it does not get to the end of; then the mark is not where it must be
		const values = parseEDNString(`[${prepared(text)} :end]`) as readonly EDNVal[];
		const [value, mark] = values;
		if (values.length === 2 && value !== undefined && JSON.stringify(mark) === '{"key":"end"}') {
			return value;
		}
	} catch {
		// It says nothing that a person could use
	}

	throw new HistoryError(place, `${quoted(text)} cannot be read as EDN.`);
}

/** Texts, comments, and characters that the library takes for brackets or quotes. */
const pitfalls = /"[^"\\]*(?:\\.[^"\\]*)*"|;[^\n]*|\\["\(\),;\[\]\{\}]/gsv;

/** A form as the library gets it right. */
const prepared = (form: string): string =>
	/[;\\]/v.test(form)
		? form.replaceAll(pitfalls, (found) => {
				if (found.startsWith('"')) {
					return found;
				}

				return found.startsWith(';') ? ' ' : String.raw`\u${found.codePointAt(1)!.toString(16).padStart(4, '0')}`;
			})
		: form;

const blanks = /(?:[\s,]|;[^\n]*)*/vy;
const tag = /#[^\s"\(\),;\[\]_\{\}][^\s"\(\),;\[\]\{\}]*/vy;
const atom = /\\.[^\s"\(\),;\[\]\{\}]*|[^\s"\(\),;\[\]\{\}]+/svy;
const quotation = /"[^"\\]*(?:\\.[^"\\]*)*"/svy;
/** What matters between brackets: other brackets, and whatever may hide some. */
const inside = /["\(\);\[\]\{\}]|\\./gsv;

const matchedUpTo = (expression: RegExp, source: string, at: number): number => {
	expression.lastIndex = at;
	return expression.test(source) ? expression.lastIndex : at;
};

const afterBlanks = (source: string, at: number): number => matchedUpTo(blanks, source, at);

/** Tags change nothing of what a history says. */
function afterTags(source: string, at: number): number {
	let here = at;
	for (;;) {
		const after = matchedUpTo(tag, source, here);
		if (after === here) {
			return here;
		}

		here = afterBlanks(source, after);
	}
}

/** Where the form ends that begins at an offset. */
function endOf(source: string, at: number, place: Place): number {
	if (source.startsWith('#_', at)) {
		const discarded = afterBlanks(source, at + 2);
		return discarded < source.length ? endOf(source, discarded, place) : discarded;
	}

	const here = afterTags(source, at);
	const sign = source[here] === '#' ? source[here + 1] : source[here]; // A set is `#{…}`
	if (sign === undefined) {
		return source.length;
	}

	if (Object.hasOwn(closers, sign)) {
		return endOfBrackets(source, here, place);
	}

	if (sign === '"') {
		return endOfText(source, here, place);
	}

	const end = matchedUpTo(atom, source, here);
	if (end === here) {
		throw new HistoryError(place, `there is a ${sign} here that closes nothing.`);
	}

	return end;
}

function endOfText(source: string, at: number, place: Place): number {
	const end = matchedUpTo(quotation, source, at);
	if (end === at) {
		throw new HistoryError(
			place,
			'what begins here is never closed: a quote is missing, and perhaps the rest of the file.',
		);
	}

	return end;
}

function endOfBrackets(source: string, at: number, place: Place): number {
	const awaited: string[] = [];
	inside.lastIndex = at;
	for (let match = inside.exec(source); match !== null; match = inside.exec(source)) {
		const sign = match[0];
		const closer = closers[sign];
		if (closer !== undefined) {
			awaited.push(closer);
		} else if (sign === '"') {
			const end = endOfText(source, match.index, place);
			inside.lastIndex = end;
		} else if (sign === ';') {
			const end = source.indexOf('\n', match.index);
			inside.lastIndex = end === -1 ? source.length : end;
		} else if (!sign.startsWith('\\')) {
			const expected = awaited.pop();
			if (sign !== expected) {
				throw new HistoryError(place, `in what begins here there is a ${sign} where a ${expected ?? 'blank'} must be.`);
			}

			if (awaited.length === 0) {
				return inside.lastIndex;
			}
		}
	}

	throw new HistoryError(
		place,
		`what begins here is never closed: a ${awaited.at(-1) ?? 'bracket'} is missing, and perhaps the rest of the file.`,
	);
}
