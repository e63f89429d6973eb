/*
The words that commands are made of: servers, times, rates, numbers, keys and values.

Each of these takes one from a line if one stands there, and gives `undefined` if not. What has the right shape and
the wrong size is refused at once.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Selector} from '../simulation/command.js';
import type {TimeRangeUs} from '../simulation/settings.js';
import {comparisons, type Comparison} from './instruction.js';
import {literal, type Allowed, type Offer, type Reader} from './reader.js';
import {plainWord, rangeText} from './command-text.js';

/** The end of a word: what follows is neither a letter nor a digit. */
const wordEnd = String.raw`(?![\p{Letter}\p{Number}._])`;
const decimal = String.raw`\d+(?:\.\d+)?|\.\d+`;
const isDecimal = (text: string): boolean => new RegExp(`^(?:${decimal})$`, 'v').test(text);

const selectorHints: Readonly<Record<Exclude<Selector, ServerId>, string>> = {
	leader: 'whoever leads, in the highest term',
	followers: 'all who are up and do not lead',
	rest: 'all that are not named yet',
	all: 'every server',
	majority: 'the side of the partition that has more than half',
	minority: 'its other sides',
	random: 'one that is up, drawn at random',
};

/** The cluster's servers by their names. */
const serverNames = (nodes: number): Allowed => ({
	name: nodes === 1 ? 'n1' : `n1 to n${nodes}`,
	complete: () => Array.from({length: nodes}, (_, at): Offer => ({text: `n${at + 1}`, hint: `server ${at + 1}`})),
});

/** `n3`, or `3`: nothing else that is a number stands where a server may. */
export function server(line: Reader): ServerId | undefined {
	const {at} = line;
	const found = line.take(new RegExp(String.raw`^[Nn]?(?<id>\d+)${wordEnd}`, 'v'), serverNames(line.nodes));
	return found && line.known(Number(found['id']), at);
}

/** `n3`, or `leader`, or another word for servers. */
export function selector(line: Reader): Selector | undefined {
	return server(line) ?? line.word(selectorHints);
}

/** As many as there are, one at least. */
export function selectors(line: Reader): readonly Selector[] {
	return atLeastOne(line, selector);
}

export function atLeastOne<Item>(line: Reader, read: (line: Reader) => Item | undefined): readonly Item[] {
	const items = [line.must(read(line))];
	for (let item = read(line); item !== undefined; item = read(line)) {
		items.push(item);
	}

	return items;
}

/** By a unit's first letter, for microseconds alone is written in several ways: how far the decimal point moves. */
const unitDigits: Readonly<Record<string, number>> = {s: 6, m: 3};
const units = '[Ss]|[Mm][Ss]|[Uuµμ][Ss]';

/** So that what is added up stays a whole number of microseconds: more than eleven days. */
const timeUsMax = 1e12;

const unitHints = {ms: 'milliseconds', s: 'seconds', us: 'microseconds'};

const timeWords = (name: string, example: string, isRange: boolean): Allowed => ({
	name,
	complete(begun) {
		const numbers = begun.split('-', 3);
		const isBegun = numbers.length <= (isRange ? 2 : 1) && numbers.every((number) => isDecimal(number));
		return isBegun
			? Object.entries(unitHints)
					.filter(([unit]) => isTime(numbers.map((number) => shifted(number, unit))))
					.map(([unit, hint]) => ({text: `${begun}${unit}`, hint}))
			: [{text: example, hint: 'virtual time'}];
	},
});

/** Whether these are whole microseconds, none too many, and the longer ones last. */
const isTime = (timesUs: readonly number[]): boolean =>
	timesUs.every((us, at) => Number.isSafeInteger(us) && us <= timeUsMax && us >= (timesUs[at - 1] ?? 0));

/** So many of a unit in microseconds. The point is moved in the text, not by multiplying, which would not be exact. */
const shifted = (digits: string, unit: string): number =>
	Number(`${digits}e${unitDigits[unit.charAt(0).toLowerCase()] ?? 0}`);

/** `500ms` in virtual microseconds. Nothing needs no unit. */
export function time(line: Reader, example = '500ms'): number | undefined {
	const {at} = line;
	const found = line.take(
		new RegExp(String.raw`^(?:(?<number>${decimal})\s*(?<unit>${units})|0)${wordEnd}`, 'v'),
		timeWords(`a time (${example})`, example, false),
	);
	return found && (found['number'] === undefined ? 0 : microseconds(line, found['number'], found['unit']!, at));
}

/** `10-30ms`, or `20ms` for what is always the same. */
export function timeRange(line: Reader, example = '10-30ms'): TimeRangeUs | undefined {
	const {at} = line;
	const found = line.take(
		new RegExp(
			String.raw`^(?:(?<least>${decimal})(?:\s*(?<leastUnit>${units}))?\s*[\-–]\s*)?(?<most>${decimal})\s*(?<unit>${units})${wordEnd}`,
			'v',
		),
		timeWords(`a time or a range of times (${example})`, example, true),
	);
	if (found === undefined) {
		return line.take(new RegExp(`^0${wordEnd}`, 'v')) && {minUs: 0, maxUs: 0};
	}

	const {least, leastUnit, most, unit} = found;
	const maxUs = microseconds(line, most!, unit!, at);
	const minUs = least === undefined ? maxUs : microseconds(line, least, leastUnit ?? unit!, at);
	if (minUs > maxUs) {
		throw line.error(
			`A range of times begins with the shorter one. Did you mean ${rangeText({minUs: maxUs, maxUs: minUs})}?`,
			at,
		);
	}

	return {minUs, maxUs};
}

function microseconds(line: Reader, digits: string, unit: string, at: number): number {
	const us = shifted(digits, unit);
	if (us > timeUsMax) {
		throw line.error(`No time is longer than ${timeUsMax / 1e6}s, and ${digits}${unit} is.`, at);
	}

	if (!Number.isSafeInteger(us)) {
		throw line.error(`Time comes in whole microseconds, and ${digits}${unit} is not.`, at);
	}

	return us;
}

/** The number that is begun with its unit, where it is allowed; an example, where nothing is begun. */
function withUnit(
	begun: string,
	unit: string,
	example: Offer,
	isAllowed: (number: number) => boolean,
): readonly Offer[] {
	if (!isDecimal(begun)) {
		return [example];
	}

	return isAllowed(Number(begun)) ? [{text: `${begun}${unit}`, hint: example.hint}] : [];
}

/** `20%` as 0.2. */
export function rate(line: Reader, example = '20%'): number | undefined {
	const {at} = line;
	const found = line.take(new RegExp(String.raw`^(?:(?<percent>${decimal})\s*%|0${wordEnd})`, 'v'), {
		name: `a percentage (${example})`,
		complete: (begun) => withUnit(begun, '%', {text: example, hint: 'of the messages'}, (number) => number <= 100),
	});
	if (found === undefined) {
		return undefined;
	}

	const value = Number(`${found['percent'] ?? '0'}e-2`);
	if (value > 1) {
		throw line.error(`A percentage is from 0% to 100%, not ${found['percent']!}%.`, at);
	}

	return value;
}

/** `1.5x`, or `1.5`. */
export function factor(line: Reader, {min, max}: {min: number; max: number}, example: string): number | undefined {
	const {at} = line;
	const found = line.take(new RegExp(String.raw`^(?<number>${decimal})\s*[Xx]?${wordEnd}`, 'v'), {
		name: `a factor (${example})`,
		complete: (begun) =>
			withUnit(begun, 'x', {text: example, hint: 'times as fast'}, (number) => number >= min && number <= max),
	});
	const value = found && Number(found['number']);
	if (value !== undefined && !(value >= min && value <= max)) {
		throw line.error(`This factor is from ${min}x to ${max}x, not ${found!['number']!}x.`, at);
	}

	return value;
}

/** A number as one counts: 0, 1, 2 … */
export function count(line: Reader, name: string, example: number): number | undefined {
	const {at} = line;
	const found = line.take(new RegExp(String.raw`^\d+${wordEnd}`, 'v'), {
		name: `${name} (${example})`,
		complete: (begun) => (begun === '' ? [{text: String(example), hint: name}] : []),
	});
	const value = found && Number(found['0']);
	if (value !== undefined && value > Number.MAX_SAFE_INTEGER) {
		throw line.error(`${found!['0']} is too large a number.`, at);
	}

	return value;
}

/** `20/s`. */
export function perSecond(line: Reader): number | undefined {
	const found = line.take(new RegExp(String.raw`^(?<number>${decimal})\s*(?:\/\s*[Ss]${wordEnd}|${wordEnd})`, 'v'), {
		name: 'so many a second (20/s)',
		complete: (begun) => withUnit(begun, '/s', {text: '20/s', hint: 'a second, all together'}, (number) => number > 0),
	});
	return found && Number(found['number']);
}

/** `#381`; the `#` may be left out where nothing else than a message can be meant. */
export function messageNumber(line: Reader, {mustHaveSign = false} = {}): number | undefined {
	const {at} = line;
	const found = line.take(new RegExp(String.raw`^#${mustHaveSign ? '' : '?'}(?<number>\d+)${wordEnd}`, 'v'), {
		name: 'the number of a message (#381)',
		complete: (begun) => [{text: /^\d+$/v.test(begun) ? `#${begun}` : '#381', hint: 'a message, by its number'}],
	});
	const value = found && Number(found['number']);
	if (value !== undefined && !(value >= 1 && value <= Number.MAX_SAFE_INTEGER)) {
		throw line.error(`Messages are numbered from 1: there is no #${found!['number']!}.`, at);
	}

	return value;
}

/** As JSON writes them. */
const quotedWord = String.raw`"(?:[^"\\]|\\.)*"`;

/** A key or a value: `x`, or `"two words"` in quotes as in JSON. */
export function keyOrValue(line: Reader, name: string, example: string): string | undefined {
	const {at} = line;
	const found = line.take(new RegExp(`^(?:${plainWord}|${quotedWord})`, 'v'), {
		name: `${name} (${example}, or "two words" in quotes)`,
		complete: (begun) => (begun === '' ? [{text: example, hint: name}] : []),
	});
	return found && unquoted(line, found['0']!, at);
}

/** What quotes say, or the text itself where there are none. */
export function unquoted(line: Reader, text: string, at: number): string {
	if (!text.startsWith('"')) {
		return text;
	}

	try {
		return JSON.parse(text) as string;
	} catch {
		throw line.error(
			String.raw`What stands in quotes is written as in JSON: \" for a quote, \\ for a backslash, \n for a new line.`,
			at,
		);
	}
}

/** A sign such as `|`, which needs no blanks around it. */
export function sign(line: Reader, pattern: RegExp, text: string, hint: string): boolean {
	return line.take(pattern, literal(text, hint)) !== undefined;
}

const comparisonNames: Readonly<Record<string, Comparison>> = {'≥': '>=', '≤': '<=', '==': '='};

export function comparison(line: Reader): Comparison | undefined {
	const found = line.take(/^(?:>=|<=|==|[<=>≤≥])/v, ...comparisons.map((text) => literal(text, 'compared with')));
	return found && (comparisonNames[found['0']!] ?? (found['0'] as Comparison));
}
