/*
The replicated state machine: a store of keys and values.

It must be deterministic: the same operations in the same order give the same state on every server (§2).
*/

import type {Payload} from '../raft/vocabulary.js';

export type Operation = {readonly type: 'write'; readonly key: string; readonly value: string};

export type KeyValueStore = Map<string, string>;

/** Apply one committed command; commands that are not the store's own change nothing. */
export function applyCommand(store: KeyValueStore, command: Payload): void {
	if (isOperation(command)) {
		store.set(command.key, command.value);
	}
}

export function isOperation(command: Payload): command is Operation {
	return command.type === 'write';
}

/** An entry's content in as few characters as say it: `x=1`, or `·` for a no-op. */
export function shortCommand(command: Payload): string {
	return isOperation(command) ? `${command.key}=${command.value}` : '·';
}
