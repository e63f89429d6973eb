/*
Runs to look at: clusters in which nothing is left to chance, so that a frame follows from the protocol alone.
*/

import chalk, {type ColorSupportLevel} from 'chalk';
import {Dashboard, type Frame} from '../../source/dashboard/dashboard.js';
import {forgetPainters} from '../../source/dashboard/theme.js';
import {Lab} from '../../source/lab/lab.js';
import type {Command} from '../../source/simulation/command.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';

/** Ten milliseconds from everybody to everybody; a timer is long enough for every heartbeat, and the same for all. */
export const calm: Settings = {
	...defaultSettings,
	seed: '7',
	delay: {minUs: 10_000, maxUs: 10_000},
	electionTimeout: {minUs: 200_000, maxUs: 200_001},
	heartbeatUs: 50_000,
};

export const newLab = (settings: Partial<Settings> = {}, isPlaying = true): Lab =>
	new Lab({...calm, ...settings}, {speed: 1, isPlaying});

/** Let so many milliseconds of virtual time pass, playing or not. */
export function pass({world}: Lab, ms: number): void {
	world.advanceTo(world.timeUs + ms * 1000);
}

/** Do things one after the other, each at once and without refusal. */
export function ask(lab: Lab, ...commands: readonly Command[]): void {
	for (const command of commands) {
		const refusal = lab.perform(command);
		if (refusal !== undefined) {
			throw new Error(refusal);
		}
	}
}

export const timeout = (node: number): Command => ({type: 'timeout', node});
export const crash = (node: number): Command => ({type: 'crash', node});
export const restart = (node: number): Command => ({type: 'restart', node});
export const isolate = (node: number): Command => ({type: 'isolate', node});
export const heal: Command = {type: 'heal'};
export const delay = (fromMs: number, toMs: number): Command => ({
	type: 'delay',
	delay: {minUs: fromMs * 1000, maxUs: toMs * 1000},
});
export const partition = (...side: readonly number[]): Command => ({type: 'partition', groups: [side]});
export const write = (text: string, via: number): Command => {
	const [key, value] = text.split('=') as [string, string];
	return {type: 'write', key, value, via};
};

/** N1 leads term 1 and everybody knows it; 0.1 s. */
export function ledByFirst(settings: Partial<Settings> = {}): Lab {
	const lab = newLab(settings);
	ask(lab, timeout(1));
	pass(lab, 100);
	return lab;
}

/**
N1 led term 1 and got x=1 committed; then it was cut off with n2, and took y=2 and z=3 there. On the other
side n3 leads term 2 and has got y=4 committed. 0.4 s.
*/
export function twoLeaders(): Lab {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	pass(lab, 100);
	ask(lab, partition(1, 2), write('y=2', 1));
	pass(lab, 50);
	ask(lab, timeout(3));
	pass(lab, 50);
	ask(lab, write('y=4', 3), write('z=3', 1));
	pass(lab, 100);
	return lab;
}

/** How many colours there are, for all tests of a file. */
export function useColours(level: ColorSupportLevel): void {
	chalk.level = level;
	forgetPainters();
}

export type StageOptions = {
	readonly columns?: number;
	readonly rows?: number;
	readonly isAscii?: boolean;
};

/** A dashboard on a lab, and what its owner would have been asked to do. */
export function stage(lab: Lab, {columns = 120, rows = 36, isAscii = false}: StageOptions = {}) {
	const dashboard = new Dashboard(lab, {columns, rows, isAscii});
	const calls: string[] = [];
	dashboard.attach({
		quit(error) {
			calls.push(error === undefined ? 'quit' : 'quit with an error');
		},
		suspend() {
			calls.push('suspend');
		},
		redraw() {
			calls.push('redraw');
		},
	});
	return {
		lab,
		dashboard,
		calls,
		press(...keys: readonly string[]) {
			for (const key of keys) {
				dashboard.press(key);
			}
		},
		lines: () => screenOf(dashboard.frame()),
		screen: () => screenOf(dashboard.frame()).join('\n'),
		footer: () => screenOf(dashboard.frame()).at(-1)!,
	};
}

/** A frame's lines from top to bottom, with colours if there are any. */
export const screenOf = ({bands}: Frame): string[] =>
	bands.flatMap((band) =>
		Array.from({length: Math.max(...band.map(({lines}) => lines.length))}, (_, row) =>
			band.map(({lines}) => lines[row] ?? '').join(''),
		),
	);

/** A text as it stands in a test: without its first and last line break, its indentation and what is blank at the ends of lines. */
export function frame(text: string): string {
	const lines = text.split('\n').slice(1, -1);
	const indent = /^\t*/v.exec(lines.find((line) => line !== '') ?? '')![0];
	return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line).trimEnd()).join('\n');
}
