/*
Scenarios as they are named in a call: all are read and checked before any is played, so that a slip in the last one is told at once.
*/

import {readFileSync} from 'node:fs';
import {CommandError, Reader} from '../scenario/reader.js';
import {parseScenario} from '../scenario/scenario-file.js';
import {ScenarioError, type Scenario} from '../scenario/scenario.js';
import {time} from '../scenario/words.js';
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
			scenarios.push(parseScenario(readText(file), printable(file)));
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

function readText(file: string): string {
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw new UsageError(`${quoted(file)} cannot be read: ${whyNotAccessible(error)}.`);
	}

	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch {
		throw new UsageError(`${quoted(file)} is not a scenario: it is not text in UTF-8.`);
	}
}

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file or directory',
	ENOTDIR: 'what should be a directory on the way there is none',
	EISDIR: 'it is a directory',
	EACCES: 'permission is denied',
	EPERM: 'permission is denied',
	EROFS: 'the file system is read-only',
	ENOSPC: 'no space is left on the device',
	EDQUOT: 'the disk quota is used up',
	ENAMETOOLONG: 'the name is too long',
	ELOOP: 'the links go round in a circle',
	EMFILE: 'too many files are open',
};

/** Why a file cannot be opened, read or written, as part of a sentence. Any other error is thrown on. */
export function whyNotAccessible(error: unknown): string {
	if (!(error instanceof Error && 'code' in error)) {
		throw error;
	}

	return reasons[String(error.code)] ?? `the system says ${String(error.code)}`;
}

/** A text from outside, without what would move the cursor. */
export const printable = (text: string): string => text.replaceAll(/\p{Control}/gv, '\u{FFFD}');

/** `30s`, in virtual microseconds. */
export function parseUntil(text: string): number {
	const line = new Reader(text, 0);
	try {
		const us = line.must(time(line, '30s'));
		line.end();
		return us;
	} catch (error) {
		if (!(error instanceof CommandError)) {
			throw error;
		}

		throw new UsageError(`--until must be a time with its unit, not ${quoted(text)}. Try --until 30s.`);
	}
}
