/*
Writing a trace while a run goes on. It is written beside its place and put there when it is whole, so that
whatever happens nobody finds half of it under its name.
*/

import {closeSync, openSync, readSync, realpathSync, renameSync, rmSync, statSync, writeSync} from 'node:fs';
import process from 'node:process';
import {traceLine} from '../recording/trace-json.js';
import type {Trace} from '../simulation/trace.js';
import {whyNotAccessible} from './scenario-files.js';
import {quoted, UsageError} from './usage-error.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const bufferMax = 1 << 16;

/** Whether a file is empty or begins as a trace does: only such a one may be replaced unasked. */
function isTrace(name: string): boolean {
	const descriptor = openSync(name, 'r');
	try {
		const beginning = Buffer.alloc(traceBeginning.length);
		const length = readSync(descriptor, beginning);
		return length === 0 || beginning.toString() === traceBeginning;
	} finally {
		closeSync(descriptor);
	}
}

const traceBeginning = '{"seq":1,"timeUs":0,';

export class TraceFile {
	readonly #name: string;
	/** Where it will be. */
	readonly #path: string;
	/** Where it is written; the same place, where that is no regular file but a device or a pipe. */
	readonly #draft: string;
	readonly #descriptor: number;
	#buffer = '';
	#written = 0;

	/**
	Begin to write.

	@throws {UsageError} If nothing can be written there.
	*/
	constructor(name: string) {
		this.#name = name;
		try {
			const existing = statSync(name, {throwIfNoEntry: false});
			if (existing?.isDirectory() === true) {
				throw new UsageError(`--trace cannot write ${quoted(name)}: it is a directory. Try --trace trace.jsonl.`);
			}

			if (existing?.isFile() === true && !isTrace(name)) {
				throw new UsageError(
					`--trace would overwrite ${quoted(name)}, which is not a trace. Try another name, such as --trace trace.jsonl.`,
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

	/** Write the events that are new since the last time, all of which must still be there. */
	write(trace: Trace): void {
		if (trace.first > this.#written + 1) {
			throw new Error(`Events from ${this.#written + 1} on were forgotten before they were written.`);
		}

		for (const event of trace.events(this.#written + 1)) {
			this.#buffer += `${traceLine(event)}\n`;
			if (this.#buffer.length > bufferMax) {
				this.#flush();
			}
		}

		this.#written = trace.length;
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
			: new UsageError(`--trace cannot write ${quoted(this.#name)}: ${whyNotAccessible(error)}.`);
	}
}
