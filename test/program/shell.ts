/*
Whitewater as people start it: from an interactive shell, to which the terminal goes back.
*/

import assert from 'node:assert/strict';
import process from 'node:process';
import {program, Terminal, type TerminalOptions} from './terminal.js';

const prompt = 'ready>';

export type ShellOptions = TerminalOptions & {
	/** Options for Node, before the program. */
	readonly node?: readonly string[];
};

export class Shell {
	readonly terminal: Terminal;
	/** Whitewater's process, once it runs. */
	pid = 0;
	#modes = '';

	private constructor(terminal: Terminal) {
		this.terminal = terminal;
	}

	/** A shell in which Whitewater runs and has drawn its first leader. */
	static async start(args: readonly string[], {node = [], env, ...options}: ShellOptions = {}) {
		const terminal = Terminal.run('bash', ['--noprofile', '--norc', '-i'], {
			...options,
			env: {...env, PS1: `${prompt} `},
		});
		const shell = new Shell(terminal);
		await shell.#waitForPrompt();
		shell.#modes = await shell.#readModes();
		const words = [process.execPath, ...node, program, ...args].map((word) => `'${word}'`);
		terminal.press(`(echo pid=$BASHPID; exec ${words.join(' ')})\r`);
		await terminal.waitFor(() => terminal.isAlternate, 'the dashboard');
		shell.pid = Number(/pid=(?<pid>\d+)/v.exec(terminal.output)!.groups!['pid']);
		return shell;
	}

	/** Send Whitewater a signal from outside. */
	signal(name: NodeJS.Signals): void {
		process.kill(this.pid, name);
	}

	/** Run a command and give what it prints. */
	async run(command: string): Promise<string> {
		await this.#waitForPrompt();
		const from = this.terminal.output.length;
		const printed = (): string =>
			this.terminal.output
				.slice(from)
				.replaceAll('\u{1B}[?2004h', '') // What bash says of pasting
				.replaceAll('\u{1B}[?2004l\r', '')
				.replaceAll('\r\n', '\n');
		this.terminal.press(`${command}; echo "[done]"\r`);
		await this.terminal.waitFor(() => printed().includes('\n[done]'), command);
		return printed()
			.replace(/^.*?\n/sv, '')
			.replace(/\[done\].*$/sv, '');
	}

	/**
	Wait until the shell has the terminal back, and check that it is as it was.

	@returns How Whitewater ended, as the shell tells it; what it is after a stop, shells disagree on.
	*/
	async waitForShell(): Promise<number> {
		const {terminal} = this;
		await this.#waitForPrompt();
		const code = await this.run('echo $?');
		assert.equal(terminal.isAlternate, false, 'the screen is the shell’s own');
		assert.equal(terminal.isCursorShown, true, 'the cursor is shown');
		assert.equal(await this.#readModes(), this.#modes, 'the terminal’s modes are what they were');
		return Number(code.trim());
	}

	/** Echo, lines, signals from keys and all the rest, as one number each. */
	async #readModes(): Promise<string> {
		return this.run('stty -g');
	}

	async #waitForPrompt(): Promise<void> {
		const {terminal} = this;
		await terminal.waitFor(
			() => !terminal.isAlternate && terminal.screen().trimEnd().endsWith(prompt),
			'the shell’s prompt',
		);
	}
}
