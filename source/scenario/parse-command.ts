/*
The command language, read: from a line of text to what it asks for, or to one sentence about what is wrong with it.

Words may be written in any case, and commas stand for blanks.
*/

import {nearest, orList, quoted} from '../simulation/wording.js';
import {commandGroups, promisedCommands, type CommandForm} from './commands.js';
import {nodesMax} from './limits.js';
import type {LineInstruction} from './instruction.js';
import {CommandError, Reader, type Completion} from './reader.js';

/** By name. Where two forms share one, the first tells how to write both. */
const forms: ReadonlyMap<string, CommandForm> = new Map(
	commandGroups
		.flatMap((group) => group.forms)
		.toReversed()
		.map((form) => [form.name, form]),
);

/** The names of all commands, in the order of the groups. */
export const commandNames: readonly string[] = [
	...new Set(commandGroups.flatMap((group) => group.forms.map(({name}) => name))),
];

const nameHints = Object.fromEntries(commandNames.map((name) => [name, forms.get(name)!.about]));

/** What people call a command who know it from elsewhere. */
export const otherNames: ReadonlyMap<string, string> = new Map([
	['kill', 'crash'],
	['stop', 'crash'],
	['halt', 'crash'],
	['shutdown', 'crash'],
	['start', 'restart'],
	['reboot', 'restart'],
	['recover', 'restart'],
	['pause', 'suspend'],
	['freeze', 'suspend'],
	['unpause', 'resume'],
	['unsuspend', 'resume'],
	['continue', 'resume'],
	['elect', 'timeout'],
	['campaign', 'timeout'],
	['skew', 'clock'],
	['drift', 'clock'],
	['split', 'partition'],
	['disconnect', 'isolate'],
	['block', 'cut'],
	['unpartition', 'heal'],
	['reconnect', 'rejoin'],
	['connect', 'rejoin'],
	['join', 'rejoin'],
	['latency', 'delay'],
	['chaos', 'faults'],
	['put', 'write'],
	['get', 'read'],
]);

/** Which command somebody means who types a word that is none, if any comes to mind. */
const meantBy = (word: string): string | undefined => otherNames.get(word.toLowerCase()) ?? nearest(word, commandNames);

const isOfQuestion = (word: string): boolean => word.toLowerCase() === 'ask';
const isPromised = (word: string): boolean => promisedCommands.has(word.toLowerCase());

/** Whether a word is no command, will be none, and suggests none. */
export const isUnheardOf = (word: string): boolean =>
	word !== '' && !isOfQuestion(word) && !isPromised(word) && meantBy(word) === undefined;

/**
Read one line.

@param nodes - How many servers the cluster has; others are refused.
@throws {CommandError} If it asks for nothing that exists, with a sentence and the column.
*/
export function parseCommand(text: string, nodes = nodesMax): LineInstruction {
	return readCommand(new Reader(text, nodes));
}

/** Read a command up to the end of the line. */
export function readCommand(line: Reader): LineInstruction {
	const name = line.word(nameHints);
	if (name === undefined) {
		throw refusalOfName(line);
	}

	const form = forms.get(name)!;
	line.usage = form.usage;
	const instruction = form.read(line);
	line.end();
	return instruction;
}

function refusalOfName(line: Reader): Error {
	const word = /^[^\s,]*/v.exec(line.rest)![0];
	if (word === '') {
		return line.error('A command is missing here. Try crash leader.', line.at);
	}

	if (isOfQuestion(word)) {
		return line.error('A question is a map, in a scenario file: ask, answers, right and because.', line.at);
	}

	if (isPromised(word)) {
		return line.error(`The command ${quoted(word)} does not exist yet.`, line.at);
	}

	const meant = meantBy(word);
	return line.error(
		meant === undefined
			? `There is no command ${quoted(word)}; commands begin with ${orList(commandNames)}.`
			: `There is no command ${quoted(word)}. Did you mean ${meant}?`,
		line.at,
	);
}

/**
What could stand at the cursor of a line that is being typed: the next word, or the rest of the one that is begun.

@param cursor - How many characters stand before it; those behind it do not matter.
*/
export function completions(text: string, cursor: number, nodes: number): readonly Completion[] {
	const line = new Reader(text.slice(0, cursor), nodes);
	try {
		readCommand(line);
	} catch (error) {
		if (!(error instanceof CommandError)) {
			throw error; // It need not be finished, nor right, for its end to be guessed; but we must be
		}
	}

	return line.completions();
}
