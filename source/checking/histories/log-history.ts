/*
Jepsen's logs: lines such as `INFO  jepsen.util - 3	:invoke	:cas	[0 4]` among others, which are skipped.

Endings are taken as Porcupine's parser of etcd's logs takes them. A read that timed out says nothing; whether a write or a
cas that timed out took effect, nobody knows; and a cas that failed, with its value and without an error, found another value
than it expected.
*/

import type {EDNVal} from 'edn-data';
import {firstForm, valueOf} from './forms.js';
import type {Place} from './history-error.js';
import {JepsenReader, type JepsenEvent} from './jepsen-events.js';
import {linesOf, type Line} from './lines.js';
import type {Reading} from './pairing.js';

/** What a line ends with: a process, the type, the operation, and then the value and perhaps an error. */
const eventLine =
	/^(?:.*? - |.*?jepsen\.util: )?\s*(?<process>\d+|:[\w\-]+)\s+:(?<type>[^\s\[\]]+)\s+:(?<f>[^\s\[\]]+)(?<rest>\s.*)?$/dv;

/** Whether a text looks like a log: at least one line of it is an event's. */
export const isLog = (text: string): boolean =>
	/(?:^| - |jepsen\.util: )[\t ]*(?:\d+|:[\w\-]+)[\t ]+:(?:invoke|ok|fail|info)[\t ]+:/mv.test(text);

/**
Read a history.

@throws {HistoryError} Where it is wrong.
*/
export function readLog(text: string): Reading {
	const reader = new JepsenReader();
	for (const line of linesOf(text)) {
		const event = eventOf(line);
		if (event !== undefined) {
			reader.take(event);
		}
	}

	return reader.reading;
}

function eventOf({number, text}: Line): JepsenEvent | undefined {
	const match = eventLine.exec(text);
	const groups = match?.groups;
	if (groups === undefined) {
		return undefined;
	}

	const {process: who = '', type = '', f = '', rest = ''} = groups;
	const value = rest.trimStart();
	const placeOf = (field: string): Place => {
		const at = match!.indices?.groups?.[field]?.[0];
		const column = at === undefined ? text.length - value.length + 1 : field === 'process' ? at + 1 : at;
		return {line: number, column};
	};

	const isEnding = type === 'info' || type === 'fail';
	return {
		process: who.startsWith(':') ? {key: who.slice(1)} : Number(who),
		type: {key: type},
		f: {key: f},
		value: isEnding ? undefined : valueIn(value, placeOf('value')),
		ending: isEnding ? endingOf(type, f, value) : undefined,
		place: {line: number, column: placeOf('process').column},
		placeOf,
	};
}

function valueIn(rest: string, place: Place): EDNVal | undefined {
	const form = firstForm(rest, place);
	return form && valueOf(form);
}

function endingOf(type: 'fail' | 'info', f: string, rest: string): JepsenEvent['ending'] {
	const isLate = rest.includes(':timed-out') || rest.includes(':timeout');
	if (type === 'info' || (isLate && f !== 'read')) {
		return {outcome: 'info', result: undefined};
	}

	return f === 'cas' && /^\[[^\[\]]*(?:\[[^\[\]]*\])?\]$/v.test(rest.trim())
		? {outcome: 'ok', result: false}
		: {outcome: 'fail', result: undefined};
}
