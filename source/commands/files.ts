/*
Files that are named in a call: their text, or why it cannot be had.
*/

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {nearest} from '../simulation/wording.js';
import {printable} from './output.js';
import {quoted, UsageError} from './usage-error.js';

/** Longer texts than about twice this cannot be held at all. */
const megabytesMax = 256;

/**
Read a text in UTF-8.

@param kind - What it should be, as in `is not a history`.
@throws {UsageError} If it is not that, or cannot be read.
*/
export function readTextFile(file: string, kind: string): string {
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw new UsageError(`${quoted(file)} cannot be read: ${whyNotAccessible(error)}.${meantFile(file, error)}`);
	}

	const megabytes = Math.ceil(bytes.length / 1024 / 1024);
	if (megabytes > megabytesMax) {
		throw new UsageError(
			`${quoted(file)} is too long for a ${kind}: it has ${megabytes} MB, and ${megabytesMax} MB is the most.`,
		);
	}

	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch {
		throw new UsageError(`${quoted(file)} is not a ${kind}: it is not text in UTF-8.`);
	}
}

/** ` Did you mean history.edn?`, if there is such a file beside: of the same kind, or of the same name. */
function meantFile(file: string, error: unknown): string {
	if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
		return '';
	}

	const {dir, name, ext} = path.parse(file);
	const near = beside(dir).filter((other) => other.ext === ext || other.name === name);
	const meant = nearest(
		name,
		near.map((other) => other.name),
	);
	const found = near.find((other) => other.name === meant);
	return found === undefined ? '' : ` Did you mean ${printable(path.join(dir, found.base))}?`;
}

function beside(directory: string): readonly path.ParsedPath[] {
	try {
		return readdirSync(directory === '' ? '.' : directory).map((name) => path.parse(name));
	} catch {
		return []; // There is no such directory either
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
