/*
Jepsen's histories, whether they come as EDN or as lines of a log: what its processes did, and how it ended.

A process has one operation open at a time. `:fail` has certainly not taken effect, and says nothing else: what Knossos
makes of it, too. Numbers, texts and keywords are taken as they are written, so that `1` and `"1"` are the same value.
*/

import type {EDNVal} from 'edn-data';
import {orList, quoted} from '../../simulation/wording.js';
import type {Outcome} from '../linearizability/call.js';
import type {Operation, Value} from '../model.js';
import {HistoryError, type Place} from './history-error.js';
import {Pairing, type Reading} from './pairing.js';

/** One event as it was written; a field that was not there is `undefined`. */
export type JepsenEvent = {
	readonly process: EDNVal | undefined;
	readonly type: EDNVal | undefined;
	readonly f: EDNVal | undefined;
	readonly key?: EDNVal | undefined;
	readonly value: EDNVal | undefined;
	/** What the ending means, where the format has a view of its own. */
	readonly ending?: {readonly outcome: Outcome; readonly result: boolean | undefined} | undefined;
	/** Where one of its fields stands, as near as that can be told. */
	readonly placeOf: (field: 'process' | 'type' | 'f' | 'key' | 'value') => Place;
	readonly place: Place;
};

const functions = {
	read: 'read',
	get: 'read',
	write: 'write',
	put: 'write',
	cas: 'cas',
	append: 'append',
	delete: 'delete',
} as const satisfies Readonly<Record<string, Operation['type']>>;

const namesOfStore: ReadonlySet<string> = new Set(['get', 'put']);

const types = ['invoke', 'ok', 'fail', 'info'] as const;

export class JepsenReader {
	readonly #pairing = new Pairing();
	/** The line of the first operation, and whether its value was a pair of a key and a value. */
	#first: {readonly line: number; readonly isPaired: boolean} | undefined;
	#isNamedAsStore = false;

	get reading(): Reading {
		const {operations, places} = this.#pairing;
		return {operations, places, isNamedAsStore: this.#isNamedAsStore};
	}

	/**
	Take the next event.

	@throws {HistoryError} Where it is wrong.
	*/
	take(event: JepsenEvent): void {
		if (isKeyword(event.process)) {
			return; // The nemesis, which is no client
		}

		const number = processOf(event);
		const type = typeOf(event);
		const name = nameOf(event);
		const who = `process ${number}`;
		if (type === 'invoke') {
			this.#isNamedAsStore ||= namesOfStore.has(name);
			this.#pairing.begin(number, who, who, this.#operationOf(event, functions[name]), event.place);
			return;
		}

		const operation = this.#pairing.opened(number, who, event.place);
		const begun = operation.type === 'delete' ? 'write' : operation.type; // To write nil is to delete
		if (functions[name] !== begun && functions[name] !== operation.type) {
			throw new HistoryError(
				event.placeOf('f'),
				`${who} ends a :${name} here, and what it began is a ${operation.type}.`,
			);
		}

		const {outcome, result} = event.ending ?? {outcome: type, result: undefined};
		const isAnswered = outcome === 'ok' && result === undefined;
		this.#pairing.end(
			number,
			outcome,
			isAnswered ? this.#resultOf(event, operation, functions[name]) : result,
			event.place,
		);
	}

	#operationOf(event: JepsenEvent, type: Operation['type']): Operation {
		const {key, value} = this.#split(event, type);
		switch (type) {
			case 'read':
			case 'delete': {
				return {type, key};
			}

			case 'write':
			case 'append': {
				if (value === undefined || isCollection(value)) {
					throw wrongValue(event, `the :value of this ${type} must be a number, a text or a keyword`);
				}

				const text = textOf(value, event);
				if (text === undefined && type === 'append') {
					throw wrongValue(event, 'the :value of an append must be a text');
				}

				return text === undefined ? {type: 'delete', key} : {type, key, value: text};
			}

			case 'cas': {
				if (!isPair(value) || value.some((part) => isCollection(part))) {
					throw wrongValue(event, 'the :value of a cas must be [expected new]');
				}

				return {type, key, expected: textOf(value[0], event), value: textOf(value[1], event)};
			}
		}
	}

	/** Of an event that is `ok`. */
	#resultOf(event: JepsenEvent, operation: Operation, type: Operation['type']): Value | boolean {
		if (operation.type === 'read') {
			return this.#readIn(event, operation.key);
		}

		// Some leave the value out where it is what it was
		if (event.value !== undefined && event.value !== null) {
			const ended = this.#operationOf(event, type);
			if (JSON.stringify(ended) !== JSON.stringify(operation)) {
				throw wrongValue(event, `this ${type} must end with the key and the value that it began with`);
			}
		}

		return operation.type === 'cas' ? true : undefined;
	}

	#readIn(event: JepsenEvent, begunKey: string): Value {
		if (event.value === undefined) {
			throw wrongValue(event, 'a read that is :ok must have a :value');
		}

		const {key, value} = this.#split(event, 'read');
		if (key !== begunKey) {
			throw wrongValue(event, `this read began with the key ${quoted(begunKey)} and must end with it`);
		}

		if (value === undefined || isCollection(value)) {
			throw wrongValue(event, 'what a read returned must be a number, a text, a keyword or nil');
		}

		return textOf(value, event);
	}

	/** Key and value, which may come as fields of their own or as a pair; all events of a history do it in the same way. */
	#split(event: JepsenEvent, type: Operation['type']): {readonly key: string; readonly value: EDNVal | undefined} {
		const value = withoutTags(event.value);
		if (event.key !== undefined) {
			return {key: keyText(event.key, event, 'key'), value};
		}

		// A cas is a pair anyway
		const isPaired = isPair(value) && (type !== 'cas' || isPair(value[1]));
		this.#first ??= {line: event.place.line, isPaired};
		if (isPaired !== this.#first.isPaired && (isPaired || isPlain(value, type))) {
			throw wrongValue(
				event,
				isPaired
					? `the value on line ${this.#first.line} is no [key value], and so none may be`
					: `the value on line ${this.#first.line} is a [key value], and so each must be`,
			);
		}

		return isPaired ? {key: keyText(value[0], event, 'value'), value: value[1]} : {key: '', value};
	}
}

/** Whether a value is what an operation without a key has; anything else is wrong in another way. */
const isPlain = (value: EDNVal | undefined, type: Operation['type']): boolean =>
	type === 'cas' ? isPair(value) : value === undefined || !isCollection(value);

function processOf(event: JepsenEvent): string {
	const number = event.process;
	if (typeof number !== 'number' && typeof number !== 'string' && typeof number !== 'bigint') {
		throw new HistoryError(
			event.placeOf('process'),
			number === undefined
				? 'an event must be a map with :process, :type and :f, and here is no :process.'
				: `:process must be a number, or a keyword where it is no client, not ${ednText(number)}.`,
		);
	}

	return String(number);
}

function typeOf(event: JepsenEvent): (typeof types)[number] {
	const {type} = event;
	const found = isKeyword(type) ? types.find((one) => one === type.key) : undefined;
	if (found === undefined) {
		throw new HistoryError(
			event.placeOf('type'),
			`:type must be ${orList(types.map((one) => `:${one}`))}, not ${ednText(type)}.`,
		);
	}

	return found;
}

function nameOf(event: JepsenEvent): keyof typeof functions {
	const {f} = event;
	if (!isKeyword(f) || !Object.hasOwn(functions, f.key)) {
		throw new HistoryError(
			event.placeOf('f'),
			`the operation must be ${orList(Object.keys(functions).map((name) => `:${name}`))}, not ${ednText(f)}.`,
		);
	}

	return f.key as keyof typeof functions;
}

const wrongValue = (event: JepsenEvent, rule: string): HistoryError =>
	new HistoryError(event.placeOf('value'), `${rule}; here it is ${ednText(event.value)}.`);

function keyText(key: EDNVal, event: JepsenEvent, field: 'key' | 'value'): string {
	const plain = withoutTags(key);
	const text = plain === undefined || plain === null || isCollection(plain) ? undefined : textOf(plain, event);
	if (text === undefined) {
		throw new HistoryError(event.placeOf(field), `a key must be a number, a text or a keyword, not ${ednText(key)}.`);
	}

	return text;
}

/** What stands for a value that is no collection. */
function textOf(value: EDNVal, event: JepsenEvent): Value {
	if (value === null) {
		return undefined;
	}

	if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
		throw new HistoryError(
			event.placeOf('value'),
			`numbers must lie within ±2^53, or two could be taken for one, and this is about ${value}.`,
		);
	}

	return ednText(value, false);
}

const isKeyword = (value: EDNVal | undefined): value is {key: string} =>
	typeof value === 'object' && value !== null && 'key' in value;

const isPair = (value: EDNVal | undefined): value is [EDNVal, EDNVal] => Array.isArray(value) && value.length === 2;

const isCollection = (value: EDNVal): boolean =>
	typeof value === 'object' && value !== null && !('key' in value || 'char' in value || 'sym' in value);

/** `#jepsen.independent/tuple [k v]` is `[k v]`. */
export function withoutTags(value: EDNVal | undefined): EDNVal | undefined {
	if (Array.isArray(value)) {
		return value.map((element) => withoutTags(element)!);
	}

	return typeof value === 'object' && value !== null && 'tag' in value ? withoutTags(value.val) : value;
}

/** A value as EDN has it, more or less. */
function ednText(value: EDNVal | undefined, isQuoted = true): string {
	if (value === undefined) {
		return 'missing';
	}

	if (value === null) {
		return 'nil';
	}

	if (typeof value === 'string') {
		return isQuoted ? quoted(value) : value;
	}

	if (typeof value !== 'object') {
		return String(value);
	}

	if (Array.isArray(value)) {
		return quoted(`[${value.map((element) => ednText(element, false)).join(' ')}]`).slice(1, -1);
	}

	if ('key' in value) {
		return `:${value.key}`;
	}

	if ('sym' in value) {
		return value.sym;
	}

	return 'char' in value ? value.char : 'a collection';
}
