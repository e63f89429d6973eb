/*
Scenarios as they are named in a call: all are read and checked before any is played, so that a slip in the last one is told at once.
*/

import {CommandError, Reader} from '../scenario/reader.js';
import {parseScenario} from '../scenario/scenario-file.js';
import {ScenarioError, type Scenario} from '../scenario/scenario.js';
import {time} from '../scenario/words.js';
import {readTextFile} from './files.js';
import {printable} from './output.js';
import {quoted, UsageError} from './usage-error.js';

/**
Read all of these files.

@throws {UsageError} With a line for each thing that is wrong, as `file:line:column: sentence` where it has a place.
*/
export function readScenarios(files: readonly string[]): readonly Scenario[] {
	const scenarios: Scenario[] = [];
	const problems: string[] = [];
	for (const file of files) {
		try {
			scenarios.push(parseScenario(readTextFile(file, 'scenario'), printable(file)));
		} catch (error) {
			if (!(error instanceof ScenarioError || error instanceof UsageError)) {
				throw error;
			}

			problems.push(error.message);
		}
	}

	if (problems.length > 0) {
		throw new UsageError(problems.join('\n'));
	}

	return scenarios;
}

export const parseUntil = (text: string): number => parseTime('--until', text);

/** `30s`, in virtual microseconds. */
export function parseTime(flag: string, text: string, example = '30s'): number {
	const line = new Reader(text, 0);
	try {
		const us = line.must(time(line, example));
		line.end();
		return us;
	} catch (error) {
		if (!(error instanceof CommandError)) {
			throw error;
		}

		throw new UsageError(`${flag} must be a time with its unit, not ${quoted(text)}. Try ${flag} ${example}.`);
	}
}
