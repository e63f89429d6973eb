/*
The real program in a pseudo-terminal, with an emulator that shows what a person would see.
*/

import assert from 'node:assert/strict';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {spawn, type IPty} from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {directoryWith} from '../commands/program.js';

export const program = path.join(import.meta.dirname, '../../dist/whitewater.js');

/** How long to wait for something that will come, in milliseconds; what will not is waited for once. */
const patienceMs = 30_000;
const pollMs = 15;

export type TerminalOptions = {
	readonly columns?: number;
	readonly rows?: number;
	/** On top of this process's environment; `undefined` takes a variable away. */
	readonly env?: Readonly<Record<string, string | undefined>>;
};

/** Of somebody who has configured nothing, and whose sessions nobody misses. */
const home = directoryWith({});

/** The environment of a person at a good terminal, whatever started the tests. `CI` stays as it is. */
const homely: Readonly<Record<string, string | undefined>> = {
	TERM: 'xterm-256color',
	COLORTERM: 'truecolor',
	NO_COLOR: undefined,
	FORCE_COLOR: undefined,
	NODE_OPTIONS: undefined,
	COLUMNS: undefined,
	LINES: undefined,
	XDG_CONFIG_HOME: path.join(home, 'config'),
	XDG_STATE_HOME: path.join(home, 'state'),
};

export const environment = (changes: TerminalOptions['env'] = {}): Record<string, string> =>
	Object.fromEntries(
		Object.entries({...process.env, ...homely, ...changes}).filter(
			(entry): entry is [string, string] => entry[1] !== undefined,
		),
	);

const open = new Set<Terminal>();

/** For after each test: end what still runs. */
export async function closeTerminals(): Promise<void> {
	const terminals = [...open];
	open.clear();
	await Promise.all(terminals.map(async (terminal) => terminal.close()));
}

export class Terminal {
	/** Everything that was written to the terminal so far. */
	output = '';
	/** The exit code, once there is one; 128 and the signal's number if a signal ended it. */
	exitCode: number | undefined;
	readonly #pty: IPty;
	readonly #emulator: xterm.Terminal;

	private constructor(file: string, args: readonly string[], {columns = 80, rows = 24, env}: TerminalOptions) {
		this.#emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
		this.#pty = spawn(file, [...args], {cols: columns, rows, name: 'xterm-256color', env: environment(env)});
		this.#pty.onData((data) => {
			this.output += data;
			this.#emulator.write(data);
		});
		this.#pty.onExit(({exitCode, signal}) => {
			this.exitCode = signal === undefined || signal === 0 ? exitCode : 128 + signal;
		});
		this.#emulator.onData((answer) => {
			this.#pty.write(answer); // Terminals answer questions
		});
	}

	/** Whitewater itself. */
	static start(args: readonly string[], options: TerminalOptions = {}): Terminal {
		return this.run(process.execPath, [program, ...args], options);
	}

	/** Any program. */
	static run(file: string, args: readonly string[], options: TerminalOptions = {}): Terminal {
		const terminal = new this(file, args, options);
		open.add(terminal);
		return terminal;
	}

	get pid(): number {
		return this.#pty.pid;
	}

	press(keys: string): void {
		this.#pty.write(keys);
	}

	resize(columns: number, rows: number): void {
		this.#emulator.resize(columns, rows);
		this.#pty.resize(columns, rows);
	}

	/** The screen's lines, as wide as the screen. */
	lines(): string[] {
		const {active} = this.#emulator.buffer;
		const {cols, rows} = this.#emulator; // A line may remember more than that of a larger screen
		return Array.from({length: rows}, (_, row) =>
			active.getLine(active.baseY + row)!.translateToString(false, 0, cols),
		);
	}

	screen(): string {
		return this.lines()
			.map((line) => line.trimEnd())
			.join('\n');
	}

	/** Whether what is seen is the screen that programs borrow, with no scrolling and nothing left behind. */
	get isAlternate(): boolean {
		return this.#emulator.buffer.active.type === 'alternate';
	}

	get isCursorShown(): boolean {
		return this.output.lastIndexOf('\u{1B}[?25h') >= this.output.lastIndexOf('\u{1B}[?25l');
	}

	/** Wait until the screen shows a text, matches a pattern, or something else is so. */
	async waitFor(awaited: string | RegExp | (() => boolean), what = String(awaited)): Promise<void> {
		const holds = (): boolean =>
			typeof awaited === 'function'
				? awaited()
				: typeof awaited === 'string'
					? this.screen().includes(awaited)
					: awaited.test(this.screen());
		const deadlineMs = Date.now() + patienceMs;
		while (!holds()) {
			if (Date.now() > deadlineMs) {
				assert.fail(`Waited in vain for ${what}. The screen:\n${this.screen()}`);
			}

			await delay(pollMs);
		}
	}

	/** Wait for what is on its way to the screen to be there: until nothing more has come for a while. */
	async settle(quietMs = 150): Promise<void> {
		const deadlineMs = Date.now() + patienceMs;
		let seen = -1;
		while (seen !== this.output.length) {
			assert.ok(Date.now() < deadlineMs, 'It never comes to rest.');
			seen = this.output.length;
			await delay(quietMs);
		}
	}

	/** Press a key and wait for what it does. */
	async pressFor(keys: string, awaited: string | RegExp | (() => boolean), what?: string): Promise<void> {
		this.press(keys);
		await this.waitFor(awaited, what ?? `${String(awaited)} after ${JSON.stringify(keys)}`);
	}

	async waitForExit(): Promise<number> {
		await this.waitFor(() => this.exitCode !== undefined, 'the end of the program');
		await this.settle(30);
		return this.exitCode!;
	}

	async close(): Promise<void> {
		if (this.exitCode === undefined) {
			this.#pty.kill('SIGKILL');
			await this.waitFor(() => this.exitCode !== undefined, 'its end');
		}

		this.#emulator.dispose();
	}
}
