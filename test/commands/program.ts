/*
The built program as a child process: what it prints, and how it ends.
*/

import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

export type Answer = {
	readonly code: number | undefined;
	readonly signal: string | undefined;
	readonly stdout: string;
	readonly stderr: string;
};

const program = path.join(root, 'dist/whitewater.js');

/** Start the program in a directory; `answer` is there when it has ended. */
export function start(args: readonly string[], cwd: string) {
	const child = spawn(process.execPath, [program, ...args], {
		cwd,
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: 60_000,
	});
	const written = {stdout: '', stderr: ''};
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (text: string) => {
			written[name] += text;
		});
	}

	const {promise, resolve} = Promise.withResolvers<Answer>();
	child.on('close', (code, signal) => {
		resolve({code: code ?? undefined, signal: signal ?? undefined, ...written});
	});
	return {child, answer: promise};
}

export const call = async (args: readonly string[], cwd: string): Promise<Answer> => start(args, cwd).answer;

const directories: string[] = [];

/** A new directory with these files, which is gone when the tests have ended. */
export function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
	const directory = mkdtempSync(path.join(tmpdir(), 'whitewater-'));
	directories.push(directory);
	if (directories.length === 1) {
		process.once('exit', () => {
			for (const one of directories) {
				rmSync(one, {recursive: true, force: true});
			}
		});
	}

	for (const [name, text] of Object.entries(files)) {
		writeFileSync(path.join(directory, name), text);
	}

	return directory;
}
