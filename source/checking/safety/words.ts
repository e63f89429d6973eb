/*
How a violation's explanation names things.
*/

import type {Entry, LogIndex, ServerId} from '../../raft/vocabulary.js';
import {andList} from '../../simulation/wording.js';
import {isRequest, shortCommand, type Result} from '../../state-machine/key-value.js';
import {cutAt, type Prefix} from './prefix.js';

/** `x=1 (index 5, term 2)`. */
export const entryText = (entry: Entry): string => `${commandText(entry)} (index ${entry.index}, term ${entry.term})`;

export const commandText = ({command}: Entry): string =>
	isRequest(command) ? shortCommand(command) : `a ${command.type}`;

/** What a log has at an index where another entry is looked for. */
export function instead(log: Prefix, index: LogIndex): string {
	if (log.index === 0) {
		return 'its log is empty';
	}

	return log.index < index
		? `its log ends at index ${log.index}`
		: `it has ${entryText(cutAt(log, index).entry)} there`;
}

/** `n1`, `n1 and n2`, `n1, n2 and n3`. */
export const nodesText = (ids: readonly ServerId[]): string => andList(ids.map((id) => `n${id}`));

/** `entry 5`, `entries 5 to 7`. */
export const entriesText = (from: LogIndex, to: LogIndex): string =>
	from === to ? `entry ${from}` : `entries ${from} to ${to}`;

/** A value stands in quotation marks; that there is none is `nothing`. */
export const resultText = (result: Result): string =>
	typeof result === 'string' ? `"${result}"` : result === undefined ? 'nothing' : String(result);
