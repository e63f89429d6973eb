/*
The replicated state machine: a store of keys and values, and what it remembers of its clients.

It must be deterministic: the same operations in the same order give the same state on every server (§2).
Each client numbers its requests and has one outstanding at a time, so the latest answer is all that
must be remembered to recognise a retry (§8, thesis §6.3). Sessions do not expire: the clients of a run are few.
*/

import type {Rules} from '../raft/rules.js';
import type {Payload} from '../raft/vocabulary.js';

export type Operation =
	| {readonly type: 'write'; readonly key: string; readonly value: string}
	| {readonly type: 'read'; readonly key: string}
	| {readonly type: 'delete'; readonly key: string}
	/** Compare and set: takes effect only where the value is the expected one. */
	| {readonly type: 'cas'; readonly key: string; readonly expected: string; readonly value: string};

/** Who asks, and which of its requests this is, from 1. */
export type Session = {readonly client: number; readonly serial: number};

/** An operation as a log entry carries it; without a session it is applied as often as it is committed. */
export type Request = Operation & {readonly session?: Session};

/** Of a read the value, `undefined` if there is none; of a compare-and-set whether it took effect; else true. */
export type Result = string | boolean | undefined;

export type Applied = {
	readonly result: Result;
	/** Whether this was a retry of what had been applied before: the answer is the old one, the state as it was. */
	readonly isRepeated: boolean;
};

export type KeyValueStore = {
	readonly values: Map<string, string>;
	/** By client: its latest request that was applied, and the answer. */
	readonly sessions: Map<number, {readonly serial: number; readonly result: Result}>;
};

export const emptyStore = (): KeyValueStore => ({values: new Map(), sessions: new Map()});

export const copyStore = ({values, sessions}: KeyValueStore): KeyValueStore => ({
	values: new Map(values),
	sessions: new Map(sessions),
});

/** Apply one committed command; commands that are not the store's own change nothing. */
export function applyCommand(store: KeyValueStore, command: Payload, {isRetry}: Pick<Rules, 'isRetry'>): Applied {
	if (!isRequest(command)) {
		return {result: undefined, isRepeated: false};
	}

	const {session} = command;
	if (session === undefined) {
		return {result: execute(store.values, command), isRepeated: false};
	}

	const latest = store.sessions.get(session.client);
	if (latest !== undefined && isRetry(latest.serial, session.serial)) {
		return {result: latest.result, isRepeated: true};
	}

	const result = execute(store.values, command);
	store.sessions.set(session.client, {serial: session.serial, result});
	return {result, isRepeated: false};
}

function execute(values: Map<string, string>, operation: Operation): Result {
	const {key} = operation;
	switch (operation.type) {
		case 'write': {
			values.set(key, operation.value);
			return true;
		}

		case 'read': {
			return values.get(key);
		}

		case 'delete': {
			values.delete(key);
			return true;
		}

		case 'cas': {
			const isExpected = values.get(key) === operation.expected;
			if (isExpected) {
				values.set(key, operation.value);
			}

			return isExpected;
		}
	}
}

const operationTypes: ReadonlySet<string> = new Set<Operation['type']>(['write', 'read', 'delete', 'cas']);

export function isRequest(command: Payload): command is Request {
	return operationTypes.has(command.type);
}

/** An entry's content in as few characters as say it: `x=1`, `x?`, `x=1→2`, or `·` for a no-op. */
export function shortCommand(command: Payload): string {
	return isRequest(command) ? shortOperation(command) : '·';
}

function shortOperation(operation: Operation): string {
	switch (operation.type) {
		case 'write': {
			return `${operation.key}=${operation.value}`;
		}

		case 'read': {
			return `${operation.key}?`;
		}

		case 'delete': {
			return `${operation.key}=∅`;
		}

		case 'cas': {
			return `${operation.key}=${operation.expected}→${operation.value}`;
		}
	}
}
