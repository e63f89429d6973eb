/*
Writing a file while something goes on. It is written beside its place and put there when it is whole, so that
whatever happens nobody finds half of it under its name. What is no such file is not overwritten.
*/

import {closeSync, openSync, readSync, realpathSync, renameSync, rmSync, statSync, writeSync} from 'node:fs';
import process from 'node:process';
import {whyNotAccessible} from './files.js';
import {quoted, UsageError} from './usage-error.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const bufferMax = 1 << 16;

export type OutputKind = {
	/** The flag that named the file. */
	readonly flag: string;
	/** What the file is, as in `which is not a trace`. */
	readonly called: string;
	/** How every such file begins: only one that begins so, or an empty one, may be replaced unasked. */
	readonly beginning: string;
	/** How it might be named. */
	readonly example: string;
};

function isEmptyOrBegins(name: string, beginning: string): boolean {
	const descriptor = openSync(name, 'r');
	try {
		const expected = Buffer.from(beginning);
		const found = Buffer.alloc(expected.length);
		const length = readSync(descriptor, found);
		return length === 0 || found.equals(expected);
	} finally {
		closeSync(descriptor);
	}
}

export class OutputFile {
	readonly #name: string;
	readonly #kind: OutputKind;
	/** Where it will be. */
	readonly #path: string;
	/** Where it is written; the same place, where that is no regular file but a device or a pipe. */
	readonly #draft: string;
	readonly #descriptor: number;
	#buffer = '';

	/**
	Begin to write.

	@throws {UsageError} If nothing can be written there.
	*/
	constructor(name: string, kind: OutputKind) {
		this.#name = name;
		this.#kind = kind;
		const {flag, called, beginning, example} = kind;
		try {
			const existing = statSync(name, {throwIfNoEntry: false});
			if (existing?.isDirectory() === true) {
				throw new UsageError(`${flag} cannot write ${quoted(name)}: it is a directory. Try ${flag} ${example}.`);
			}

			if (existing?.isFile() === true && !isEmptyOrBegins(name, beginning)) {
				throw new UsageError(
					`${flag} would overwrite ${quoted(name)}, which is not ${called}. Try another name, such as ${flag} ${example}.`,
				);
			}

			const isReplaced = existing === undefined || existing.isFile();
			this.#path = existing === undefined ? name : realpathSync(name); // A link goes on pointing to it
			this.#draft = isReplaced ? `${this.#path}.${process.pid}.part` : this.#path;
			this.#descriptor = openSync(this.#draft, isReplaced ? 'wx' : 'w');
		} catch (error) {
			throw this.#refusal(error);
		}

		for (const signal of signals) {
			process.once(signal, this.#interrupted);
		}
	}

	write(text: string): void {
		this.#buffer += text;
		if (this.#buffer.length > bufferMax) {
			this.#flush();
		}
	}

	/** Put it in its place. */
	finish(): void {
		try {
			this.#flush();
			closeSync(this.#descriptor);
			if (this.#draft !== this.#path) {
				renameSync(this.#draft, this.#path);
			}
		} catch (error) {
			throw this.#refusal(error);
		}

		this.#forget();
	}

	/** Leave nothing behind. */
	abandon(): void {
		if (this.#draft !== this.#path) {
			rmSync(this.#draft, {force: true});
		}

		this.#forget();
	}

	#flush(): void {
		const bytes = Buffer.from(this.#buffer);
		this.#buffer = '';
		try {
			for (let at = 0; at < bytes.length;) {
				at += writeSync(this.#descriptor, bytes, at);
			}
		} catch (error) {
			throw this.#refusal(error);
		}
	}

	readonly #interrupted = (signal: NodeJS.Signals): void => {
		this.abandon();
		process.kill(process.pid, signal); // Nobody listens any more, so it ends us as it should
	};

	#forget(): void {
		for (const signal of signals) {
			process.off(signal, this.#interrupted);
		}
	}

	#refusal(error: unknown): unknown {
		return error instanceof UsageError
			? error
			: new UsageError(`${this.#kind.flag} cannot write ${quoted(this.#name)}: ${whyNotAccessible(error)}.`);
	}
}
