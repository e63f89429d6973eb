/*
The checker's findings in words.
*/

import {orList} from '../../simulation/wording.js';
import type {Recorded} from '../histories/history.js';
import type {Operation, Value} from '../model.js';

const textMax = 40;
const namedMax = 4;

/** A value as it is shown: plain where that cannot be mistaken, and not without end. */
export function valueText(value: Value): string {
	if (value === undefined) {
		return 'nothing';
	}

	const shown = value.length > textMax ? `${value.slice(0, textMax / 2)}…${value.slice(-textMax / 2)}` : value;
	return /^[^\s\p{Control}"]+$/v.test(shown) && shown !== 'nothing' ? shown : JSON.stringify(shown);
}

/** `x`, or `the register` where there is only one and it has no name. */
export const keyText = (key: string): string => (key === '' ? 'the register' : valueText(key));

/** An operation and how it ended, as in `read x: 1` or `write x=2`. */
export function operationText({
	operation,
	outcome,
	result,
}: Pick<Recorded, 'operation' | 'outcome' | 'result'>): string {
	const ending = outcome === 'ok' ? '' : outcome === 'fail' ? ', failed' : ', outcome unknown';
	const key = operation.key === '' ? '' : ` ${valueText(operation.key)}`;
	switch (operation.type) {
		case 'read': {
			return `read${key}${outcome === 'ok' ? `: ${valueText(result as Value)}` : ending}`;
		}

		case 'write':
		case 'append': {
			return `${operation.type}${key} ${valueText(operation.value)}${ending}`;
		}

		case 'delete': {
			return `delete${key}${ending}`;
		}

		case 'cas': {
			const change = `cas${key} ${valueText(operation.expected)} → ${valueText(operation.value)}`;
			return `${change}${outcome === 'ok' ? (result === false ? ': no' : ': yes') : ending}`;
		}
	}
}

/** What is known about why an operation could not have returned what it did. */
export type Reasons = {
	/** What the value may have been instead; of a text that is appended to, as far as the evidence goes. */
	readonly possible: readonly Value[] | undefined;
	/** Whether anybody wrote what was read. */
	readonly wasWritten: boolean;
	/** Whether what was read had surely been written over. */
	readonly wasReplaced: boolean;
	/** What was appended, and must have been in what was read. */
	readonly lacks: string | undefined;
	readonly isText: boolean;
};

/** Why an operation could not have returned what it did, in one sentence. */
export function explanationOf(
	{process: caller, operation, result}: Pick<Recorded, 'process' | 'operation' | 'result'>,
	{possible, wasWritten, wasReplaced, lacks, isText}: Reasons,
): string {
	const key = keyText(operation.key);
	const who = caller.includes(' ') ? caller.charAt(0).toUpperCase() + caller.slice(1) : caller;
	const did = `${who} ${deedOf(operation, key, result)}`;
	if (operation.type === 'read' && !wasWritten) {
		return `${did}, which nobody had written.`;
	}

	if (lacks !== undefined) {
		return `${did}, where ${valueText(lacks)} had been appended.`;
	}

	const isNoAnswer = operation.type === 'cas' && result === true && possible?.includes(operation.expected);
	if (possible === undefined && wasReplaced) {
		return `${did}, which had been replaced by then.`;
	}

	if (possible === undefined || isNoAnswer) {
		return `${did}, and no order of the operations explains it.`;
	}

	return isText
		? `${did}, where by the operations shown it could only be ${listOf(possible)}.`
		: `${did}, at a time when ${key} could only be ${listOf(possible)}.`;
}

function deedOf(operation: Operation, key: string, result: Recorded['result']): string {
	switch (operation.type) {
		case 'read': {
			return `read ${key} and got ${valueText(result as Value)}`;
		}

		case 'cas': {
			const change = `${key} from ${valueText(operation.expected)} to ${valueText(operation.value)}`;
			return result === false ? `could not change ${change}, for it was said to be another value` : `changed ${change}`;
		}

		case 'write':
		case 'append':
		case 'delete': {
			return `was told that its ${operation.type} of ${key} was done`;
		}
	}
}

function listOf(values: readonly Value[]): string {
	const words = values.map((value) => valueText(value));
	if (words.length > namedMax) {
		return `${words.slice(0, namedMax).join(', ')} or one of ${words.length - namedMax} others`;
	}

	return orList(words);
}
