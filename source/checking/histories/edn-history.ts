/*
Jepsen's histories as EDN: one map an event, each on a line of its own or all in one vector.
*/

import type {EDNVal} from 'edn-data';
import {quoted} from '../../simulation/wording.js';
import {formsOf, valueOf, type Form} from './forms.js';
import {HistoryError, type Place} from './history-error.js';
import {JepsenReader, withoutTags} from './jepsen-events.js';
import type {Reading} from './pairing.js';

/**
Read a history.

@throws {HistoryError} Where it is wrong.
*/
export function readEdn(text: string): Reading {
	const reader = new JepsenReader();
	for (const form of formsOf(text)) {
		const fields = fieldsOf(form);
		reader.take({
			process: fields.get('process'),
			type: fields.get('type'),
			f: fields.get('f'),
			key: fields.get('key'),
			value: fields.get('value'),
			place: form.place,
			placeOf: (field) => placeWithin(form, `:${field}`),
		});
	}

	return reader.reading;
}

function fieldsOf(form: Form): ReadonlyMap<string, EDNVal> {
	const value = withoutTags(valueOf(form));
	if (typeof value !== 'object' || value === null || !('map' in value) || !Array.isArray(value.map)) {
		throw new HistoryError(
			form.place,
			`an event must be a map such as {:process 0, :type :invoke, :f :read, :value nil}, not ${quoted(form.text)}.`,
		);
	}

	const fields = new Map<string, EDNVal>();
	for (const [name, field] of value.map as ReadonlyArray<readonly [EDNVal, EDNVal]>) {
		if (typeof name === 'object' && name !== null && 'key' in name) {
			fields.set(name.key, field);
		}
	}

	return fields;
}

/** Where a form has a keyword first, or else where it begins. */
function placeWithin({text, place}: Form, keyword: string): Place {
	const at = Math.max(0, text.search(new RegExp(String.raw`${keyword}[\s,]`, 'v')));
	const lines = text.slice(0, at).split('\n');
	return lines.length === 1
		? {line: place.line, column: place.column + at}
		: {line: place.line + lines.length - 1, column: lines.at(-1)!.length + 1};
}
