/*
Our own traces: JSON lines, of which those count that tell of clients. A history of nothing but these is fine.
*/

import {orList, quoted} from '../../simulation/wording.js';
import type {Operation, Result} from '../model.js';
import {HistoryError, type Place} from './history-error.js';
import {linesOf, type Line} from './lines.js';
import {Pairing, type Reading} from './pairing.js';

type Fields = Readonly<Record<string, unknown>>;

const types: ReadonlySet<unknown> = new Set(['invoke', 'ok', 'fail', 'info']);

/** What each operation has besides its type, and which of that may be null. */
const operationFields = {
	read: {key: 'string'},
	write: {key: 'string', value: 'string'},
	delete: {key: 'string'},
	cas: {key: 'string', expected: 'string or null', value: 'string or null'},
	append: {key: 'string', value: 'string'},
} as const satisfies Readonly<Record<Operation['type'], Readonly<Record<string, string>>>>;

/**
Read a history.

@throws {HistoryError} Where it is wrong.
*/
export function readTrace(text: string): Reading {
	const pairing = new Pairing();
	let seqBefore = Number.NEGATIVE_INFINITY;
	for (const line of linesOf(text)) {
		if (line.text.trim() === '') {
			continue;
		}

		const fields = parseLine(line);
		if (!types.has(fields['type'])) {
			if (typeof fields['type'] !== 'string') {
				throw refusal(line, 'type', 'every line of a trace has a "type", such as "invoke", and this one has none.');
			}

			continue;
		}

		const {seq = seqBefore} = fields;
		if (typeof seq !== 'number' || seq < seqBefore) {
			const sentence = `the lines of a trace are in the order of "seq", and here ${seqBefore} comes before ${shown(seq)}.`;
			throw refusal(line, 'seq', sentence);
		}

		seqBefore = seq;
		takeEvent(line, fields, pairing);
	}

	return {operations: pairing.operations, places: pairing.places, isNamedAsStore: false};
}

function takeEvent(line: Line, fields: Fields, pairing: Pairing): void {
	const client = numberIn(line, fields, 'client');
	const op = numberIn(line, fields, 'op');
	const operation = operationIn(line, fields);
	const place: Place = {line: line.number, column: 1};
	const who = `operation ${op} of c${client}`;
	if (fields['type'] === 'invoke') {
		pairing.begin(op, who, `c${client}`, operation, place);
		return;
	}

	const begun = pairing.opened(op, who, place);
	if (!isSame(begun, operation)) {
		const sentence = `${who} is ${shown(operation)} here and began as ${shown(begun)}; the two must be the same.`;
		throw refusal(line, 'operation', sentence);
	}

	const outcome = fields['type'] as 'ok' | 'fail' | 'info';
	pairing.end(op, outcome, outcome === 'ok' ? resultIn(line, fields, operation) : undefined, place);
}

function parseLine(line: Line): Fields {
	let value: unknown;
	try {
		value = JSON.parse(line.text);
	} catch (error) {
		throw notJson(line, error);
	}

	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new HistoryError(
			{line: line.number, column: 1},
			`a trace has one JSON object a line, and here is ${shown(value)}.`,
		);
	}

	return value as Fields;
}

function notJson({number, text, isEnded}: Line, error: unknown): HistoryError {
	const message = error instanceof Error ? error.message : '';
	const position = /at position (?<position>\d+)/v.exec(message)?.groups?.['position'];
	const isAtEnd = /end of JSON|Unterminated/v.test(message) || Number(position) >= text.length;
	const column = position === undefined ? (isAtEnd ? text.length : 0) : Number(position);
	return new HistoryError(
		{line: number, column: column + 1},
		isAtEnd && !isEnded
			? 'the file ends in the middle of this line; a trace is whole when the run has ended. Remove the line to check what comes before it.'
			: 'this is not JSON; a trace has one JSON object a line.',
	);
}

function numberIn(line: Line, fields: Fields, name: string): number {
	const value = fields[name];
	if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
		throw refusal(line, name, `"${name}" must be a whole number, not ${shown(value)}.`);
	}

	return value;
}

function operationIn(line: Line, fields: Fields): Operation {
	const {operation} = fields;
	if (typeof operation !== 'object' || operation === null) {
		const sentence = `"operation" must be an object with a type and a key, not ${shown(operation)}.`;
		throw refusal(line, 'operation', sentence);
	}

	const given = operation as Fields;
	const {type} = given;
	if (typeof type !== 'string' || !Object.hasOwn(operationFields, type)) {
		const allowed = Object.keys(operationFields).map((name) => `"${name}"`);
		throw refusal(line, 'operation', `there is no operation ${shown(type)}; it must be ${orList(allowed)}.`);
	}

	const needed = Object.entries(operationFields[type as Operation['type']]);
	for (const [name, kind] of needed) {
		const value = given[name];
		if (typeof value !== 'string' && !(value === null && kind === 'string or null')) {
			throw refusal(line, 'operation', `"${name}" of a ${type} must be a ${kind}, not ${shown(value)}.`);
		}
	}

	const own = Object.fromEntries(needed.map(([name]) => [name, given[name] ?? undefined]));
	return Object.assign(own, {type}) as unknown as Operation;
}

function resultIn(line: Line, fields: Fields, {type}: Operation): Result {
	const {result} = fields;
	if (type === 'read' && typeof result !== 'string' && result !== null) {
		const sentence = `the "result" of a read must be a string, or null where there was none, not ${shown(result)}.`;
		throw refusal(line, 'result', sentence);
	}

	if (type === 'cas' && typeof result !== 'boolean') {
		throw refusal(line, 'result', `the "result" of a cas must be true or false, not ${shown(result)}.`);
	}

	return type === 'read' || type === 'cas' ? ((result ?? undefined) as Result) : undefined;
}

const isSame = (one: Operation, other: Operation): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A value as it stands in the file. */
function shown(value: unknown): string {
	if (value === undefined) {
		return 'missing';
	}

	return typeof value === 'string' ? quoted(value) : quoted(JSON.stringify(value)).slice(1, -1);
}

/** Points to a field, or to the line's beginning where there is no such field. */
const refusal = ({number, text}: Line, field: string, sentence: string): HistoryError =>
	new HistoryError({line: number, column: Math.max(0, text.indexOf(`"${field}"`)) + 1}, sentence);
