/*
The filter language: `type:append from:n2 !lost`. A line of it, read; and what could stand at its cursor.

Words stand between blanks, in any case, and all of them must hold. What a word asks is in `filter-questions.ts`.
*/

import type {MessageRecord, NotableRecord} from '../lab/feed.js';
import type {ServerId} from '../raft/vocabulary.js';
import type {Comparison} from '../scenario/instruction.js';
import {nodesMax} from '../scenario/limits.js';
import {CommandError, Reader, type Completion, type Offer} from '../scenario/reader.js';
import type {Event} from '../simulation/event.js';
import {andList, didYouMean, orList, quoted} from '../simulation/wording.js';
import type {Now} from './fate.js';
import {
	aboutMessage,
	aboutNode,
	anyOf,
	byFate,
	byIndex,
	byTerm,
	byText,
	byTime,
	eventKinds,
	fromNode,
	isCopy,
	messageKinds,
	opposite,
	toNode,
	type Kind,
	type Question,
} from './filter-questions.js';

/** A filter as it was typed, and what its words ask. */
export type Filter = {readonly text: string; readonly questions: readonly Question[]};

export const matchesMessage = ({questions}: Filter, record: MessageRecord, now: Now): boolean =>
	questions.every(({message}) => message(record, now));

export const matchesNotable = ({questions}: Filter, record: NotableRecord): boolean =>
	questions.every(({notable}) => notable(record));

export const matchesEvent = ({questions}: Filter, event: Event): boolean =>
	questions.every((question) => question.event(event));

/** A word of the language. `start` is how it begins, which is what completion offers. */
export type FilterWord = {readonly usage: string; readonly about: string; readonly start?: string};

const namesOf = (kinds: readonly Kind[]): string => kinds.map(({name}) => name).join(', ');

export const filterWords: readonly FilterWord[] = [
	{
		usage: 'type:append',
		start: 'type:',
		about: `messages of a kind, or of several (vote,reply): ${namesOf(messageKinds)}`,
	},
	{usage: 'type:elected', start: 'type:', about: `events of a kind: ${namesOf(eventKinds)}`},
	{usage: 'from:n2', start: 'from:', about: 'messages that n2 sent; from:n1,n2 is n1 or n2'},
	{usage: 'to:n3', start: 'to:', about: 'messages to n3'},
	{usage: 'node:n2', start: 'node:', about: 'messages from or to n2, what happens to it, and commands that name it'},
	{usage: 'term>4', start: 'term>', about: 'the term of a message, of an event or of its entries; < <= = >= as well'},
	{usage: 'index=15', start: 'index=', about: 'what carries entry 15 or answers for it, commits or drops it'},
	{usage: 'time>12.5s', start: 'time>', about: 'what was sent or happened after 12.5 s'},
	{usage: '#381', about: 'a message by its number, its copies, and commands about it'},
	{usage: 'lost', start: 'lost', about: 'messages that never arrive'},
	{usage: 'delivered', start: 'delivered', about: 'messages that have arrived'},
	{usage: 'flying', start: 'flying', about: 'messages on their way'},
	{usage: 'held', start: 'held', about: 'messages that are held, or wait at a suspended server'},
	{usage: 'copy', start: 'copy', about: 'messages that are sent once more'},
	{usage: 'x=1', about: 'any other word: lines in which it stands'},
	{usage: '!lost', about: 'the opposite of a word: ! before it'},
];

const fates: ReadonlyMap<string, Question> = new Map([
	['lost', byFate('lost')],
	['delivered', byFate('delivered')],
	['flying', byFate('flying')],
	['held', byFate('held', 'waiting')],
	['copy', isCopy],
]);

const fateNames = [...fates].map(([name]) => name);

/** What people call these who know no better. They are texts to search for as well, so that nothing but advice comes of it. */
const otherNames: ReadonlyMap<string, string> = new Map([
	['dropped', 'lost'],
	['drop', 'lost'],
	['loss', 'lost'],
	['arrived', 'delivered'],
	['received', 'delivered'],
]);

const kinds: readonly Kind[] = [...messageKinds, ...eventKinds];
const kindNames = kinds.map(({name}) => name);

/** Fields that name things, several with commas. */
const namingFields = ['type', 'from', 'to', 'node'] as const;
type NamingField = (typeof namingFields)[number];

/** Fields that are compared with a number. */
const comparedFields = ['term', 'index', 'time'] as const;
type ComparedField = (typeof comparedFields)[number];

const fields: readonly string[] = [...namingFields, ...comparedFields];
const isNaming = (field: string): field is NamingField => (namingFields as readonly string[]).includes(field);
const isCompared = (field: string): field is ComparedField => (comparedFields as readonly string[]).includes(field);

/**
Read a filter. Where nothing is typed, everything matches.

@param nodes - How many servers the cluster has; others are refused.
@throws {CommandError} With a sentence, and the column of the word that is to blame.
*/
export function parseFilter(text: string, nodes: number): Filter {
	const questions: Question[] = [];
	let signAt: number | undefined;
	let isOpposite = false;
	for (const {0: word, index: at} of text.matchAll(/!|[^\s!]\S*/gv)) {
		if (word === '!') {
			signAt = at;
			isOpposite = !isOpposite;
		} else {
			const question = questionOf(word, at, nodes);
			questions.push(isOpposite ? opposite(question) : question);
			signAt = undefined;
			isOpposite = false;
		}
	}

	if (signAt !== undefined) {
		throw refusal('After ! comes the word whose opposite is meant (!lost).', signAt);
	}

	return {text: text.trim(), questions};
}

const refusal = (sentence: string, at: number): CommandError => new CommandError(sentence, at + 1);

function questionOf(word: string, at: number, nodes: number): Question {
	const {field, operator, value} =
		/^(?<field>[a-z]+)(?<operator>:|>=|<=|[<=>])(?<value>.*)$/iv.exec(word)?.groups ?? {};
	if (field !== undefined && operator !== undefined && value !== undefined) {
		const name = field.toLowerCase();
		const valueAt = at + word.length - value.length;
		if (isNaming(name)) {
			return naming({name, operator, value, at: valueAt}, nodes);
		}

		if (isCompared(name)) {
			return compared({name, operator, value, at: valueAt});
		}

		if (operator !== '=') {
			const fate = fateMeantBy(value);
			const meant =
				fate === undefined ? didYouMean(field, operator === ':' ? fields : comparedFields) : ` Did you mean ${fate}?`;
			throw refusal(
				meant === ''
					? `There is no field ${quoted(field)}; fields are ${orList(fields)}. Without a field stand ${andList(fateNames)}.`
					: `There is no field ${quoted(field)}.${meant}`,
				at,
			);
		}
	}

	const number = /^#(?<number>\d+)$/v.exec(word)?.groups?.['number'];
	return number === undefined ? (fates.get(word.toLowerCase()) ?? byText(word)) : aboutMessage(Number(number));
}

function fateMeantBy(word: string): string | undefined {
	const name = word.toLowerCase();
	return fates.has(name) ? name : otherNames.get(name);
}

/** What is probably looked for with a word that is but a text to search for: a word of the language. */
export function wordMeantBy(word: string): FilterWord | undefined {
	const name = otherNames.get(bare(word));
	return filterWords.find(({usage}) => usage === name);
}

/** Whether this can become a word of the language, and is none yet. */
export function isBegun(word: string): boolean {
	const begun = bare(word);
	return begun !== '' && wordOffers.some(({text}) => text.startsWith(begun) && text !== begun);
}

/** Without the signs of an opposite, in the case in which words are written. */
const bare = (word: string): string => word.replace(/^!+/v, '').toLowerCase();

/** A field with its value, which begins at `at`. */
type Pair<Name> = {readonly name: Name; readonly operator: string; readonly value: string; readonly at: number};

function naming({name, operator, value, at}: Pair<NamingField>, nodes: number): Question {
	if (operator !== ':' && operator !== '=') {
		throw refusal(
			`After ${name} comes a colon, not ${quoted(operator)}. Try ${name}:${name === 'type' ? 'append' : 'n1'}.`,
			at - operator.length,
		);
	}

	const questions: Question[] = [];
	let itemAt = at;
	for (const item of value.split(',')) {
		questions.push(name === 'type' ? kindCalled(item, itemAt) : ofNode[name](nodeCalled(item, itemAt, name, nodes)));
		itemAt += item.length + 1;
	}

	return anyOf(questions);
}

const ofNode: Readonly<Record<Exclude<NamingField, 'type'>, (id: ServerId) => Question>> = {
	from: fromNode,
	to: toNode,
	node: aboutNode,
};

function kindCalled(word: string, at: number): Question {
	const name = word.toLowerCase();
	const kind = kinds.find((one) => one.name === name || one.alias?.toLowerCase() === name);
	if (kind !== undefined) {
		return kind.question;
	}

	if (word === '') {
		throw refusal('After type: comes a kind of message (append) or of event (elected).', at);
	}

	const fate = fateMeantBy(word);
	const meant = fate === undefined ? didYouMean(word, kindNames) : ` Did you mean ${fate}, without a field?`;
	throw refusal(
		meant === ''
			? `There is no type ${quoted(word)}; types are ${orList(kindNames)}.`
			: `There is no type ${quoted(word)}.${meant}`,
		at,
	);
}

function nodeCalled(word: string, at: number, field: string, nodes: number): ServerId {
	const id = /^n?(?<id>\d+)$/iv.exec(word)?.groups?.['id'];
	if (id === undefined) {
		const names = nodes === 1 ? 'n1' : `n1 to n${nodes}`;
		throw refusal(`After ${field}: comes ${names}${word === '' ? '' : `, not ${quoted(word)}`}.`, at);
	}

	return new Reader(word, nodes).known(Number(id), at);
}

const comparing: Readonly<Record<ComparedField, (comparison: Comparison, than: number) => Question>> = {
	term: byTerm,
	index: byIndex,
	time: byTime,
};

function compared({name, operator, value, at}: Pair<ComparedField>): Question {
	const than = name === 'time' ? microseconds(value) : /^\d+$/v.test(value) ? Number(value) : undefined;
	if (than === undefined) {
		const wanted = name === 'time' ? 'a time (12.5s)' : 'a number (4)';
		throw refusal(`After ${name}${operator} comes ${wanted}${value === '' ? '' : `, not ${quoted(value)}`}.`, at);
	}

	return comparing[name](operator === ':' ? '=' : (operator as Comparison), than);
}

/** `12.5s` or `500ms`; what has no unit is seconds, as they stand in the lists. */
function microseconds(text: string): number | undefined {
	const {number, unit} = /^(?<number>\d+(?:\.\d+)?)(?<unit>s|ms)?$/iv.exec(text)?.groups ?? {};
	return number === undefined ? undefined : Math.round(Number(number) * (unit?.toLowerCase() === 'ms' ? 1e3 : 1e6));
}

/**
What could stand at the cursor: the rest of the word that is begun, or a whole one.

What ends in a sign wants its value next, and no blank.
*/
export function filterCompletions(text: string, cursor: number, nodes = nodesMax): readonly Completion[] {
	const word = text.slice(0, cursor).split(/\s/v).at(-1)!.replace(/^!+/v, '');
	const field = /^(?<field>type|from|to|node)[:=](?:[^,]*,)*/iv.exec(word);
	const begun = word.slice(field?.[0].length ?? 0).toLowerCase();
	const offers =
		field === null
			? wordOffers
			: field.groups!['field']!.toLowerCase() === 'type'
				? kinds.map(({name, about}) => ({text: name, hint: about}))
				: nodeOffers(nodes);
	return offers
		.filter((offer) => offer.text.startsWith(begun) && offer.text !== begun)
		.map((offer) => ({...offer, from: cursor - begun.length}));
}

const nodeOffers = (nodes: number): readonly Offer[] =>
	Array.from({length: nodes}, (_, at) => ({text: `n${at + 1}`, hint: `server ${at + 1}`}));

/** `type:` is offered once, as the first of its two meanings. */
const wordOffers: readonly Offer[] = filterWords
	.filter(({start}, at) => start !== undefined && filterWords.findIndex((word) => word.start === start) === at)
	.map(({start, about}) => ({text: start!, hint: about}));
