/*
A scenario: what a run is started with, and what is then asked for, and when. Plain data.
*/

import type {Settings} from '../simulation/settings.js';
import type {Instruction} from './instruction.js';

/** So long after the start, or after the step before was done; `undefined` is as soon as that. Virtual microseconds. */
export type When = {readonly atUs: number} | {readonly afterUs: number} | undefined;

export type Step = {
	readonly when: When;
	readonly instruction: Instruction;
	/** As it was written, the time included. */
	readonly text: string;
	/** Where it stands in its file, from 1. */
	readonly line: number;
	readonly column: number;
};

export type Scenario = {
	/** As it was called when it was opened. */
	readonly file: string;
	readonly title: string | undefined;
	readonly about: string | undefined;
	readonly settings: Settings;
	readonly steps: readonly Step[];
};

/** What is wrong at one place of a file. */
export type Problem = {readonly line: number; readonly column: number; readonly sentence: string};

/** A file that is no scenario. Its message has a line a problem: `file:line:column: sentence`. */
export class ScenarioError extends Error {
	override readonly name = 'ScenarioError';
	readonly file: string;
	/** In the order of their places; at least one. */
	readonly problems: readonly Problem[];

	constructor(file: string, problems: readonly Problem[]) {
		super(problems.map(({line, column, sentence}) => `${file}:${line}:${column}: ${sentence}`).join('\n'));
		this.file = file;
		this.problems = problems;
	}
}
