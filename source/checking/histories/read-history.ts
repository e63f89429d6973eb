/*
A recorded history from its text, whoever wrote it: in which format, and of what kind of object.
*/

import type {ModelName, Operation} from '../model.js';
import {readEdn} from './edn-history.js';
import {HistoryError, type Place} from './history-error.js';
import type {History} from './history.js';
import {isLog, readLog} from './log-history.js';
import type {Reading} from './pairing.js';
import {readTrace} from './trace-history.js';

export const formatNames = ['trace', 'edn', 'text'] as const;

export type FormatName = (typeof formatNames)[number];

export type ReadHistory = {
	readonly format: FormatName;
	readonly history: History;
	/** The line of each event, by its place in the order: an operation's `invoked` and `completed`. */
	readonly lines: readonly number[];
};

const readers: Readonly<Record<FormatName, (text: string) => Reading>> = {
	trace: readTrace,
	edn: readEdn,
	text: readLog,
};

/**
Read a history. What `options` leaves open is guessed.

@throws {HistoryError} Where it is wrong, or is not a history at all.
*/
export function readHistory(
	text: string,
	options: {readonly format?: FormatName | undefined; readonly model?: ModelName | undefined} = {},
): ReadHistory {
	if (text.trim() === '') {
		throw new HistoryError({line: 1, column: 1}, 'the history is empty; it must have at least one operation.');
	}

	const format = options.format ?? formatOf(text);
	const reading = readers[format](text);
	const {operations, places} = reading;
	if (operations.length === 0) {
		throw new HistoryError(
			{line: 1, column: 1},
			`read as ${format}, this has no operation of a client, and a history must have one.`,
		);
	}

	const model = options.model ?? guessModel(reading);
	refuseStrangeOperations(reading, model, options.model === undefined);
	return {format, history: {model, operations}, lines: places.map(({line}) => line)};
}

function formatOf(text: string): FormatName {
	if (/^\s*\{\s*"/v.test(text)) {
		return 'trace';
	}

	if (isLog(text)) {
		return 'text';
	}

	if (/^(?:[\s,]|;[^\n]*\n)*[#\(\[\{]/v.test(text)) {
		return 'edn';
	}

	throw new HistoryError(
		placeOfFirst(text),
		'this begins like no history: it must be a trace (JSON lines), EDN or a Jepsen log. Try --format trace, edn or text if it is one.',
	);
}

function placeOfFirst(text: string): Place {
	const before = text.slice(0, text.search(/\S/v)).split('\n');
	return {line: before.length, column: before.at(-1)!.length + 1};
}

/** What only one model has. */
const ownOperations: Readonly<Record<ModelName, ReadonlySet<Operation['type']>>> = {
	register: new Set(['cas', 'delete']),
	kv: new Set(['append']),
};

const guessModel = ({operations, isNamedAsStore}: Reading): ModelName =>
	operations.some(({operation}) => ownOperations.kv.has(operation.type)) ||
	(isNamedAsStore && operations.every(({operation}) => !ownOperations.register.has(operation.type)))
		? 'kv'
		: 'register';

function refuseStrangeOperations({operations, places}: Reading, model: ModelName, isGuessed: boolean): void {
	const other = model === 'kv' ? 'register' : 'kv';
	const strange = operations.find(({operation}) => ownOperations[other].has(operation.type));
	if (strange !== undefined) {
		const {type} = strange.operation;
		throw new HistoryError(
			places[strange.invoked]!,
			isGuessed
				? `there is ${aOrAn(type)} ${type} among operations of the model ${model}, and no model has both.`
				: `the model ${model} has no ${type}; that is of the model ${other}. Try --model ${other}.`,
		);
	}
}

const aOrAn = (word: string): string => (/^[aeiou]/v.test(word) ? 'an' : 'a');
