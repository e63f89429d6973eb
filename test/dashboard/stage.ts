/*
Runs to look at: clusters in which nothing is left to chance, so that a frame follows from the protocol alone.
*/

import chalk, {type ColorSupportLevel} from 'chalk';
import type {Frame} from '../../source/dashboard/bands.js';
import {Dashboard} from '../../source/dashboard/dashboard.js';
import {forgetPainters} from '../../source/dashboard/theme.js';
import {Lab} from '../../source/lab/lab.js';
import type {Command} from '../../source/simulation/command.js';
import {defaultSettings, type Settings} from '../../source/simulation/settings.js';

/** Ten milliseconds from everybody to everybody, and none to the disk; a timer is long enough for every heartbeat, and the same for all. */
export const calm: Settings = {
	...defaultSettings,
	seed: '7',
	delay: {minUs: 10_000, maxUs: 10_000},
	electionTimeout: {minUs: 200_000, maxUs: 200_001},
	heartbeatUs: 50_000,
	syncDelay: {minUs: 0, maxUs: 0},
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
export const suspend = (node: number): Command => ({type: 'suspend', node});
export const cut = (from: number, to: number, isOneWay = false): Command => ({type: 'cut', from, to, isOneWay});
export const disk = (node: number, kind: 'ok' | 'failing' | 'full' | 'lying'): Command => ({
	type: 'disk',
	node,
	condition: {kind},
});
export const heal: Command = {type: 'heal'};
export const delay = (fromMs: number, toMs: number): Command => ({
	type: 'delay',
	delay: {minUs: fromMs * 1000, maxUs: toMs * 1000},
});
export const partition = (...side: readonly number[]): Command => ({type: 'partition', groups: [side, ['rest']]});
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

/**
N1 led and got x=1 committed with n2 and n3. Its disk only said that it had saved it: it has crashed and come
back without, and what was committed is on a minority of the disks. 0.2 s, and paused by itself.
*/
export function violated(): Lab {
	const lab = ledByFirst();
	ask(lab, isolate(4), isolate(5), disk(1, 'lying'), write('x=1', 1));
	pass(lab, 100);
	ask(lab, crash(1), restart(1));
	return lab;
}

/** Everything that can be wrong at once is wrong, most of it with n1 to n3; two messages are held. 0.5 s. */
export function faulty(settings: Partial<Settings> = {}): Lab {
	const lab = ledByFirst(settings);
	const {length} = lab.world.hosts;
	ask(lab, write('x=1', 1));
	const {messagesSent} = lab.world;
	ask(
		lab,
		{type: 'hold', message: messagesSent - 1},
		{type: 'hold', message: messagesSent},
		{type: 'clients', count: 4, ratePerS: 20},
		{type: 'loss', rate: 0.1},
		{type: 'duplication', rate: 0.05},
		delay(20, 400),
		partition(1, 2),
		isolate(length),
		cut(1, 2, true),
		cut(2, 3),
		{type: 'link', from: 1, to: 3, isOneWay: true, link: {lossRate: 0.5, delay: {minUs: 200_000, maxUs: 200_000}}},
		{type: 'link', from: 2, to: 3, isOneWay: false, link: {duplicateRate: 1}},
		suspend(2),
		crash(3),
		{type: 'clock', node: 1, rate: 1.5},
		{type: 'clock', node: 2, rate: 0.5},
		{type: 'disk', node: 1, condition: {kind: 'slow', delay: {minUs: 20_000, maxUs: 40_000}}},
		disk(2, 'lying'),
		disk(3, 'full'),
		{type: 'faults', kinds: ['partition', 'disk']},
	);
	pass(lab, 400);
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
