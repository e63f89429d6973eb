/*
What a step of a scenario asks for: a command to the World, or something for whoever plays the run.
*/

import type {Role} from '../raft/server.js';
import type {LogIndex, ServerId, Term} from '../raft/vocabulary.js';
import type {Command} from '../simulation/command.js';

/** What a scenario waits for. It holds or does not hold of a World at one instant. */
export type Condition =
	/** Somebody leads; of these servers, if any are named. */
	| {readonly type: 'leader'; readonly among: readonly ServerId[] | undefined}
	/** Somebody leads in a later term than anybody did when the waiting began. */
	| {readonly type: 'new leader'}
	| {readonly type: 'no leader'}
	/** Some server that is up knows this index to be committed. */
	| {readonly type: 'committed'; readonly index: LogIndex}
	/** These servers, or all that are up, have applied up to this index. */
	| {readonly type: 'applied'; readonly index: LogIndex; readonly on: readonly ServerId[] | 'all'}
	| {readonly type: 'converged'};

export const comparisons = ['>=', '<=', '>', '<', '='] as const;
export type Comparison = (typeof comparisons)[number];

/** What a scenario says must be true at one instant. */
export type Expectation =
	| {readonly type: 'safe' | 'linearizable' | 'converged' | 'no leader'}
	| {readonly type: 'leader'; readonly node: ServerId | undefined}
	| {readonly type: 'role'; readonly node: ServerId; readonly role: Role | 'down'}
	/** The highest term of any server that is up. */
	| {readonly type: 'term'; readonly comparison: Comparison; readonly than: Term}
	/** The highest index that any server that is up knows to be committed. */
	| {readonly type: 'committed'; readonly comparison: Comparison; readonly than: LogIndex}
	/** On every server that is up; `undefined` where the key must have no value. */
	| {readonly type: 'value'; readonly key: string; readonly value: string | undefined}
	/** That this property is broken, by its name in kebab-case. */
	| {readonly type: 'violation'; readonly property: string};

/** A property as the language calls it: `leader-completeness`. */
export const propertyWord = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

/** Something for whoever watches to think about. The World never hears of it. */
export type Question = {
	readonly type: 'ask';
	readonly text: string;
	/** In the order in which they are offered; no two are the same. */
	readonly answers: readonly string[];
	/** Those of them that are right, one at least. */
	readonly right: readonly string[];
	/** Why they are, in a sentence or two. */
	readonly because: string;
};

/** What one line of the language asks for. */
export type LineInstruction =
	| Command
	/** For whoever shows the run: so many virtual seconds a second. */
	| {readonly type: 'speed'; readonly factor: number}
	| {readonly type: 'sleep'; readonly us: number}
	| {readonly type: 'wait'; readonly condition: Condition; readonly withinUs: number}
	| {readonly type: 'expect'; readonly expectation: Expectation};

/** A question takes more than a line. */
export type Instruction = LineInstruction | Question;

/** An instruction that changes something, rather than waiting or judging. */
export type TakenInstruction = Exclude<LineInstruction, {readonly type: 'sleep' | 'wait' | 'expect'}>;

/** How long a wait lasts at the most, where it does not say: virtual microseconds. */
export const defaultWithinUs = 10_000_000;

const ownTypes: ReadonlySet<string> = new Set(['speed', 'sleep', 'wait', 'expect', 'ask']);

/** Whether the World performs it. */
export function isCommand(instruction: Instruction): instruction is Command {
	return !ownTypes.has(instruction.type);
}

/** Whether it counts among what was done; a question does, for going back to it is going back in the run. */
export function isTaken(instruction: Instruction): instruction is TakenInstruction | Question {
	return isCommand(instruction) || instruction.type === 'speed' || instruction.type === 'ask';
}
