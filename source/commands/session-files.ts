/*
Saving sessions: each is written beside its place and put there when it is whole, and nothing is overwritten unasked.
*/

import {existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {Files, Saved} from '../dashboard/saving.js';
import {whyNotAccessible} from './files.js';
import {quoted} from './usage-error.js';

export const sessionFiles: Files = {
	save(file, text, mayOverwrite): Saved {
		const draft = `${file}.${process.pid}.part`;
		try {
			writeFileSync(draft, text, {flag: 'wx'});
			if (mayOverwrite) {
				renameSync(draft, file);
			} else {
				linkSync(draft, file); // Which fails if there is one, whoever has made it meanwhile
			}

			return 'saved';
		} catch (error) {
			if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
				return 'exists';
			}

			return {refusal: `${quoted(file)} cannot be written: ${whyNotAccessible(error)}.`};
		} finally {
			rmSync(draft, {force: true});
		}
	},

	freeStem(stem, extensions) {
		for (let count = 1; ; count++) {
			const numbered = count === 1 ? stem : `${stem}-${count}`;
			if (extensions.every((extension) => !existsSync(`${numbered}${extension}`))) {
				return numbered;
			}
		}
	},
};

/**
Keep a session that nobody has saved, so that it can be replayed: in the user's state directory, under a name of its contents.

@returns Its path, or why it could not be kept.
*/
export function keepSession(text: string, name: string): {readonly path: string} | {readonly refusal: string} {
	const state = process.env['XDG_STATE_HOME'];
	const folder = path.join(
		state === undefined || state === '' ? path.join(homedir(), '.local', 'state') : state,
		'whitewater',
	);
	const file = path.join(folder, name);
	try {
		mkdirSync(folder, {recursive: true});
	} catch (error) {
		return {refusal: `${quoted(folder)} cannot be made: ${whyNotAccessible(error)}.`};
	}

	const saved = sessionFiles.save(file, text, false);
	return typeof saved === 'object' ? saved : {path: file};
}
