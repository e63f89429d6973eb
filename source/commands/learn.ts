/*
`whitewater learn`: lessons, which are scenarios with questions that come with the program. Lists them, or opens one.
*/

import {readdirSync} from 'node:fs';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {beatsOf} from '../lab/beats.js';
import type {Scenario} from '../scenario/scenario.js';
import {runDashboard, type DashboardFlags} from './dashboard.js';
import {endQuietlyWithoutReader} from './output.js';
import {readScenarios} from './scenario-files.js';
import {didYouMean, quoted, UsageError} from './usage-error.js';

export type Lesson = {
	/** From 1. */
	readonly number: number;
	readonly name: string;
	/** Where it is kept. */
	readonly file: string;
};

/** The build puts them beside what it makes of this file, too. */
const directory = new URL('lessons/', import.meta.url);

/** So many beats a person reads, watches and answers in a minute. */
const beatsPerMinute = 3;

/** All lessons, in the order in which they build on one another. */
export function findLessons(): readonly Lesson[] {
	return readdirSync(directory)
		.flatMap((file) => {
			const {number, name} = /^(?<number>\d+)-(?<name>.+)\.yaml$/v.exec(file)?.groups ?? {};
			return name === undefined ? [] : [{number: Number(number), name, file: fileURLToPath(new URL(file, directory))}];
		})
		.toSorted((a, b) => a.number - b.number);
}

/**
The lesson of this number or name.

@throws {UsageError} If there is none.
*/
export function findLesson(word: string, lessons: readonly Lesson[]): Lesson {
	const lesson = lessons.find(({number, name}) => word === String(number) || word.toLowerCase() === name);
	if (lesson === undefined) {
		const names = lessons.map(({name}) => name);
		throw new UsageError(
			/^\d+$/v.test(word)
				? `There is no lesson ${word.slice(0, 20)}, only 1 to ${lessons.length}. "whitewater learn" lists them.`
				: `There is no lesson ${quoted(word)}.${didYouMean(word, names)} "whitewater learn" lists them all.`,
		);
	}

	return lesson;
}

/** How long a lesson takes, more or less. */
export const minutesOf = (scenario: Scenario): number => Math.ceil(beatsOf(scenario).length / beatsPerMinute);

export async function runLearn(
	words: readonly string[],
	flags: DashboardFlags & {readonly json: boolean},
): Promise<void> {
	const [word, other] = words;
	const lessons = findLessons();
	if (word === undefined) {
		list(lessons, flags.json);
		return;
	}

	const lesson = findLesson(word, lessons);
	const {name, file} = lesson;
	if (other !== undefined) {
		throw new UsageError(`One lesson at a time: ${quoted(word)} or ${quoted(other)}. Try whitewater learn ${name}.`);
	}

	if (flags.json) {
		throw new UsageError(
			`--json is for the list of lessons. Try whitewater learn --json, or whitewater learn ${name}.`,
		);
	}

	await runDashboard({...flags, present: true}, file, `learn ${name}`, sequelOf(lesson, lessons));
}

/** What somebody is told at the end of a lesson: which one comes next, and how to open it. */
export function sequelOf({number}: Lesson, lessons: readonly Lesson[]): string {
	const next = lessons.find((lesson) => lesson.number === number + 1);
	return next === undefined
		? `This was the last of ${lessons.length} lessons.`
		: `The next lesson is ${readScenarios([next.file])[0]!.title}; "whitewater learn ${next.number}" opens it.`;
}

function list(lessons: readonly Lesson[], isJson: boolean): void {
	endQuietlyWithoutReader();
	const scenarios = readScenarios(lessons.map(({file}) => file));
	for (const [at, {number, name}] of lessons.entries()) {
		const scenario = scenarios[at]!;
		const {title, about} = scenario;
		const minutes = minutesOf(scenario);
		process.stdout.write(
			isJson
				? `${JSON.stringify({number, name, title, about, minutes, questions: questionsIn(scenario)})}\n`
				: `${String(number).padStart(3)}  ${title}, ${minutes} minutes (${name})\n     ${about}\n`,
		);
	}

	if (!isJson) {
		const {number, name} = lessons[0]!;
		process.stdout.write(
			`\n"whitewater learn ${number}" opens the first one, and so does "whitewater learn ${name}".\n`,
		);
	}
}

const questionsIn = ({steps}: Scenario): number => steps.filter(({instruction}) => instruction.type === 'ask').length;
