/*
The lab: one run in somebody's hands. It plays, pauses, steps on and back, takes commands and takes them back, and ties
virtual time to the time that passes outside, of which it is told; it reads no clock itself.

Going back is replaying. Whoever does something else in the past begins another branch; the old one stays as it was.
*/

import type {Server} from '../raft/server.js';
import type {ServerId} from '../raft/vocabulary.js';
import type {Rules} from '../raft/rules.js';
import type {FoundViolation} from '../checking/monitor.js';
import type {Verdict} from '../checking/linearizability-online.js';
import {isCommand, type Instruction, type Question} from '../scenario/instruction.js';
import type {Failure, Player, Position, Taken} from '../scenario/player.js';
import type {Scenario} from '../scenario/scenario.js';
import {sessionOf} from '../scenario/session.js';
import type {Command, DiskCondition, FaultKind, LinkSettings} from '../simulation/command.js';
import type {Timer} from '../simulation/host.js';
import type {Settings, TimeRangeUs} from '../simulation/settings.js';
import type {Trace} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {beatsOf, type Beat} from './beats.js';
import {Branch} from './branch.js';
import type {ClientCounts, LaneSpan, MessageRecord, NotableRecord} from './feed.js';
import {Goal, type GoalName} from './goal.js';
import type {Measured} from './measurements.js';
import {isUpTo, Moment} from './moment.js';
import type {OperationRecord} from './operations.js';
import {Tempo} from './tempo.js';

/** Virtual seconds a second. */
export const speeds: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
export const defaultSpeed = 0.1;

export type NodeState = {
	readonly id: ServerId;
	/** `undefined` while it is down. */
	readonly server: Server | undefined;
	/** The log that a server which is down would come back with. */
	readonly persisted: {
		readonly currentTerm: number;
		readonly votedFor: ServerId | undefined;
		readonly log: Server['log'];
	};
	readonly timer: Timer | undefined;
	readonly isSuspended: boolean;
	/** How fast its clock runs. */
	readonly clockRate: number;
	readonly disk: DiskCondition;
	/** Whether it waits for its disk. */
	readonly isSyncing: boolean;
	readonly store: ReadonlyMap<string, string>;
};

/** The simulated clients: how many begin operations, how many a second altogether, and what came of it. */
export type ClientsState = {
	readonly count: number;
	readonly ratePerS: number;
	/** Operations that have begun and not ended. */
	readonly open: number;
	readonly counts: Readonly<ClientCounts>;
};

/** What there is to see at one moment. */
export type Snapshot = {
	readonly seed: string;
	readonly settings: Settings;
	/** Everything that has happened up to now, as far back as it is kept. */
	readonly trace: Trace;
	/** The same, and what this branch has in store if one has gone back. */
	readonly newestTrace: Trace;
	readonly timeUs: number;
	readonly isPlaying: boolean;
	/** As asked for, and how many times that it is now, while the speed looks after itself. */
	readonly speed: number;
	readonly tempo: number | undefined;
	/** What the run goes on for, as fast as it can. */
	readonly goal: GoalName | undefined;
	/** How far its branch has come; later than now if one has gone back. */
	readonly newestUs: number;
	readonly branch: {readonly number: number; readonly count: number};
	/** The scenario that is played, if one is. */
	readonly story: Story | undefined;
	readonly nodes: readonly NodeState[];
	readonly leader: NodeState | undefined;
	readonly delay: TimeRangeUs;
	readonly lossRate: number;
	readonly groups: ReadonlyArray<readonly ServerId[]>;
	readonly isolated: ReadonlySet<ServerId>;
	readonly duplicateRate: number;
	/** Links that were cut one by one, and those that have settings of their own. */
	readonly cuts: ReadonlyArray<readonly [from: ServerId, to: ServerId]>;
	readonly links: ReadonlyArray<readonly [from: ServerId, to: ServerId, link: LinkSettings]>;
	readonly connects: (from: ServerId, to: ServerId) => boolean;
	readonly inFlight: number;
	/** The numbers of the messages that somebody holds. */
	readonly held: ReadonlySet<number>;
	/** The kinds of trouble that come at random. */
	readonly faults: readonly FaultKind[];
	readonly clients: ClientsState;
	/** The first promise that was broken, if one was. */
	readonly violation: FoundViolation | undefined;
	readonly linearizability: Verdict;
	/** Oldest first. */
	readonly messages: readonly MessageRecord[];
	readonly notables: readonly NotableRecord[];
	readonly lanes: ReadonlyArray<readonly LaneSpan[]>;
	readonly cutsUs: readonly number[];
	/** What the run comes to in numbers, up to now. */
	readonly measurements: Measured;
	/** By client, oldest first; the first list is of whoever gives commands. */
	readonly operations: ReadonlyArray<readonly OperationRecord[]>;
};

/** A scenario on the screen. */
export type Story = {
	readonly title: string;
	readonly chapter: string | undefined;
	readonly caption: string | undefined;
	readonly stepsDone: number;
	readonly steps: number;
	/** Whether somebody has taken over, so that the rest of it will not come. */
	readonly isLeft: boolean;
	readonly failures: readonly Failure[];
	/** What is being asked; once it is answered it stays, with what was said to it, until something else is told. */
	readonly question: AskedQuestion | undefined;
	/** How many questions were answered, up to now, how many of them right, and how many were passed by. */
	readonly score: {readonly right: number; readonly answered: number; readonly passedBy: number};
	/** While presenting: which beat this is, from 1; none has begun at 0. */
	readonly beat: {readonly number: number; readonly of: number; readonly title: string} | undefined;
	/** In the last beat: what comes after this scenario, as a sentence. */
	readonly sequel: string | undefined;
};

/** A question, and what was answered. */
export type AskedQuestion = Omit<Question, 'type'> & {
	/** Which of the answers, from 1. */
	readonly chosen: number | undefined;
	readonly isRight: boolean | undefined;
};

/** What was asked for, and when: with the settings, all that a run is. */
export type Asked = {readonly timeUs: number; readonly command: Command};

export type LabOptions = {
	readonly speed?: number;
	readonly isPlaying?: boolean;
	readonly rules?: Rules;
	/** What is to be played; by itself, nothing. Its settings are the lab's. */
	readonly scenario?: Scenario;
	/** Whether the speeds that a scenario asks for are left aside. */
	readonly isSpeedFixed?: boolean;
	/** Whether somebody is there who may answer: then it pauses at each question. */
	readonly isAsking?: boolean;
	/** Whether it pauses at each beat of the scenario, questions among them. */
	readonly isPresenting?: boolean;
	/** What comes after the scenario, as a sentence for its last beat. */
	readonly sequel?: string | undefined;
};

/** A tick does not go on for longer than this, in milliseconds, so that a screen stays responsive; virtual time then runs slower than asked. */
const workMsMax = 25;

/** So many of the latest events stay at hand, about a hundred bytes each; it must be more than one tick brings. */
const retained = 500_000;

/** How much virtual time is played between two looks at the clock. */
const sliceUs = 20_000;

/** So many branches are kept; of more, those are forgotten that nobody has been in for longest. */
const branchesMax = 8;

/** Commands that only tell something: who takes back the last command does not mean them. */
const telling: ReadonlySet<Taken['instruction']['type']> = new Set(['say', 'mark', 'speed', 'ask']);

export class Lab {
	readonly #scenario: Scenario;
	readonly #firstSpeed: number;
	readonly #isSpeedFixed: boolean;
	readonly #isAsking: boolean;
	readonly #sequel: string | undefined;
	/** None, unless they are being presented. */
	readonly #beats: readonly Beat[];
	/** While presenting: the branch that is played as it is written. */
	readonly #script: Branch | undefined;
	/** After these it pauses. */
	readonly #halts: ReadonlySet<Instruction>;
	/** What was answered, from 1: as often as a question was asked anew, the last time. */
	readonly #answers = new Map<Question, number>();
	#isPlaying: boolean;
	#moment: Moment;
	/** In the order in which somebody was in them last. */
	#branches: readonly Branch[];
	#branchesBegun = 1;
	/** What was taken back, the latest last: in which branch, and how many commands there were with it. */
	#undone: {readonly branch: Branch; readonly counts: readonly number[]} | undefined;
	/** Whether the commands that lie ahead in this branch are among them, and so will not come. */
	#isUndoing = false;
	#speed: number;
	/** The speed that the scenario asked for last. */
	#speedAsked: number | undefined;
	#tempo: Tempo | undefined;
	#goal: Goal | undefined;
	#reached: NotableRecord | undefined;
	/** What is left of a microsecond. */
	#remainderUs = 0;

	constructor(
		settings: Settings,
		{
			speed = defaultSpeed,
			isPlaying = true,
			rules,
			scenario = nothingIn(settings),
			isSpeedFixed = false,
			isAsking = false,
			isPresenting = false,
			sequel,
		}: LabOptions = {},
	) {
		this.#scenario = scenario;
		this.#moment = Moment.begin(scenario, {retained, ...(rules !== undefined && {rules})});
		this.#branches = [Branch.begin(this.#moment)];
		this.#speed = speed;
		this.#firstSpeed = speed;
		this.#isSpeedFixed = isSpeedFixed;
		this.#isAsking = isAsking || isPresenting;
		this.#sequel = sequel;
		this.#beats = isPresenting ? beatsOf(scenario) : [];
		this.#script = this.#beats.length > 0 ? this.#branch : undefined;
		const asked = this.#isAsking
			? scenario.steps.map(({instruction}) => instruction).filter(({type}) => type === 'ask')
			: [];
		this.#halts = new Set([...asked, ...this.#beats.flatMap(({instruction}) => instruction ?? [])]);
		this.#isPlaying = isPlaying;
	}

	get world(): World {
		return this.#moment.player.world;
	}

	/** What was done up to now, in the order in which it was done. */
	get taken(): readonly Taken[] {
		return this.#moment.player.taken;
	}

	/** The commands among it. */
	get asked(): readonly Asked[] {
		return this.taken.flatMap(({timeUs, instruction}) =>
			isCommand(instruction) ? [{timeUs, command: instruction}] : [],
		);
	}

	get isPlaying(): boolean {
		return this.#isPlaying;
	}

	get speed(): number {
		return this.#speed;
	}

	/** Whether the speed looks after itself. */
	get isAutomatic(): boolean {
		return this.#tempo !== undefined;
	}

	get goal(): GoalName | undefined {
		return this.#goal?.name;
	}

	/** What was run for the last time, if it has happened. */
	get reached(): NotableRecord | undefined {
		return this.#reached;
	}

	/** Whether nothing of this branch lies ahead. */
	get isAtNewest(): boolean {
		return this.#moment === this.#branch.newest;
	}

	get branchCount(): number {
		return this.#branches.length;
	}

	/**
	Let virtual time pass.

	@param elapsedMs - How long it has been outside, in milliseconds.
	@param nowMs - A clock to keep the work of one tick short by; without one a tick does all that is due.
	@returns What somebody should be told: that it came to the end of its story, or why a goal was given up.
	*/
	tick(elapsedMs: number, nowMs: () => number = () => 0): string | undefined {
		if (!this.#isPlaying) {
			return undefined;
		}

		const startedMs = nowMs();
		const isLate = () => nowMs() - startedMs >= workMsMax;
		if (this.#goal !== undefined) {
			return this.#runFor(this.#goal, isLate);
		}

		this.#tempo?.pass(elapsedMs);
		const passedUs = elapsedMs * 1000 * this.#speed * (this.#tempo?.factor ?? 1) + this.#remainderUs;
		const targetUs = this.world.timeUs + Math.floor(passedUs);
		this.#remainderUs = passedUs - Math.floor(passedUs);
		while (this.world.timeUs < targetUs && !isLate()) {
			const factor = this.#tempo?.factor;
			if (!this.#advanceTo(Math.min(targetUs, this.world.timeUs + sliceUs))) {
				return this.#whyStopped();
			}

			this.#tempo?.look(this.#moment);
			if (this.#tempo?.factor !== factor) {
				break; // What has just begun is worth a look
			}
		}

		return undefined;
	}

	#runFor(goal: Goal, isLate: () => boolean): string | undefined {
		while (!isLate()) {
			const {player} = this.#moment;
			const {nextUs} = player;
			const whyHopeless = goal.whyHopeless(player);
			if (whyHopeless !== undefined || !this.#advanceTo(nextUs)) {
				this.pause();
				return whyHopeless ?? this.#whyStopped();
			}

			goal.look(this.#moment);
			if (goal.reached !== undefined) {
				this.#reached = goal.reached;
				this.pause();
				return undefined;
			}
		}

		return undefined;
	}

	/** Returns whether it got there; at the very event that breaks a promise it pauses, and where its story does. */
	#advanceTo(timeUs: number): boolean {
		const isPause = this.#playTo(timeUs);
		const {player} = this.#moment;
		if (!isPause) {
			player.advanceTo(timeUs);
		}

		this.#branch.note(this.#moment);
		this.#followSpeed();
		const isThere = !isPause && !player.isStopped;
		this.#isPlaying &&= isThere;
		return isThere;
	}

	/** Play what the scenario has in store. Returns whether there is a pause in it: a question, a beat, or its end. */
	#playTo(timeUs: number): boolean {
		this.#leaveUndone();
		const {player} = this.#moment;
		player.goOn();
		const wasOver = player.isOver;
		const isHalted = player.play(timeUs, this.#halts);
		if (isHalted) {
			this.#askAnew();
		}

		return isHalted || (player.isOver && !wasOver && this.#isStory);
	}

	/** Told by the violation itself, where that is why; and a beat has its caption. */
	#whyStopped(): string | undefined {
		const {isStopped, isOver} = this.#moment.player;
		return isStopped || !isOver ? undefined : 'The scenario ends here. Space plays on.';
	}

	/** The question that has been asked last, if nothing has come after it. */
	get #question(): Question | undefined {
		const {taken, world} = this.#moment.player;
		const last = taken.at(-1);
		return this.#isAsking && last?.instruction.type === 'ask' && last.timeUs === world.timeUs
			? last.instruction
			: undefined;
	}

	/** Who comes to a question again by playing may answer it again. */
	#askAnew(): void {
		const question = this.#question;
		if (question !== undefined) {
			this.#answers.delete(question);
		}
	}

	/**
	Answer the question that is being asked. The first answer counts.

	@param choice - Which of the answers, from 1.
	@returns Whether it is an answer to anything.
	*/
	answer(choice: number): boolean {
		const question = this.#question;
		if (question?.answers[choice - 1] === undefined || this.#answers.has(question)) {
			return false;
		}

		this.#answers.set(question, choice);
		return true;
	}

	/**
	While presenting: play on to where the next beat begins; while that is being played, go there at once.

	@returns Whether anything is left of what is presented.
	*/
	nextBeat(): boolean {
		if (!this.#isPlaying) {
			this.play();
			return true;
		}

		this.#leaveUndone();
		if (isDone(this.#moment.player)) {
			return false;
		}

		this.#playTo(Number.POSITIVE_INFINITY);
		this.#branch.note(this.#moment);
		this.#followSpeed();
		this.pause();
		return true;
	}

	/**
	While presenting: go back to where this beat began or, right there, to where the one before did, and pause there.

	@returns Whether one had begun.
	*/
	previousBeat(): boolean {
		this.pause();
		const {position} = this.#moment;
		const before = this.#beatsBegun(this.#moment).findLast((begun) => !isUpTo(position, begun));
		this.#jump(before ?? beginning);
		return before !== undefined;
	}

	get isPresenting(): boolean {
		return this.#script !== undefined;
	}

	/** Whether a question waits for its answer. */
	get isWaitingForAnswer(): boolean {
		const question = this.#question;
		return question !== undefined && !this.#answers.has(question);
	}

	/** While presenting: whether somebody has acted, so that the script does not go on from here. */
	get isOffScript(): boolean {
		return this.#script !== undefined && this.#branch !== this.#script;
	}

	/**
	While presenting: go back into the script, to where the beat began in which this branch parted from it, and pause
	there. What was done instead stays as a branch.

	@returns Whether it had been left.
	*/
	rejoin(): boolean {
		if (this.#script === undefined || !this.isOffScript) {
			return false;
		}

		this.pause();
		const left = this.#beatsBegun(this.#branch.newest).at(-1);
		this.#enter(this.#script);
		this.#jump(left ?? beginning);
		return true;
	}

	/** Where the beats began that lie behind a moment, in their order; what is improvised adds none. */
	#beatsBegun({player, position}: Moment): readonly Position[] {
		if (this.#script === undefined) {
			return [];
		}

		const starts = new Set(this.#beats.map(({instruction}) => instruction));
		const begun = player.taken.flatMap(({timeUs, instruction}, at) =>
			starts.has(instruction) ? [{timeUs, taken: at + 1}] : [],
		);
		const script = this.#script.newest.player;
		const end: Position = {timeUs: script.doneUs, taken: script.taken.length};
		const isAtEnd =
			starts.has(undefined) && isDone(script) && isDone(player) && this.#isStoryOf(player) && isUpTo(end, position);
		return isAtEnd ? [...begun, end] : begun;
	}

	/** Whether the scenario that was opened is still being played. */
	get #isStory(): boolean {
		return this.#isStoryOf(this.#moment.player);
	}

	#isStoryOf({scenario}: Player): boolean {
		const last = this.#scenario.steps.at(-1);
		return last !== undefined && scenario.steps.includes(last);
	}

	get #branch(): Branch {
		return this.#branches.at(-1)!;
	}

	/**
	Go on to the next instant at which anything happens, or to the next command of its own or question, and pause there.

	@returns Whether anything did.
	*/
	stepOn(): boolean {
		this.pause();
		this.#leaveUndone();
		const {length} = this.world.trace;
		const {player} = this.#moment;
		player.goOn();
		let isAsked = false;
		while (!isAsked && this.world.trace.length === length && player.nextUs < Number.POSITIVE_INFINITY) {
			const {nextUs, position} = player;
			player.goTo({timeUs: nextUs, taken: position.taken}); // Looking at a timer that was set anew is not an event
			if (this.world.trace.length === length) {
				player.goTo({timeUs: nextUs, taken: position.taken + 1});
				isAsked = player.taken.length > position.taken && this.#question !== undefined;
			}
		}

		if (isAsked) {
			this.#askAnew();
		}

		this.#branch.note(this.#moment);
		this.#followSpeed();
		return isAsked || this.world.trace.length > length;
	}

	/**
	Go back to before the last thing that happened, and pause there.

	@returns Whether anything had.
	*/
	stepBack(): boolean {
		this.pause();
		const {trace} = this.world;
		const {taken} = this.#moment.player;
		const latestUs = trace.timeAt(trace.length) ?? this.world.timeUs;
		const last = taken.findLastIndex(({instruction}) => isCommand(instruction));
		if (last !== -1 && taken[last]!.timeUs >= latestUs) {
			this.#jump({timeUs: taken[last]!.timeUs, taken: last});
			return true;
		}

		if (trace.length <= 1) {
			return false;
		}

		let seq = trace.length;
		while (trace.timeAt(seq) === latestUs) {
			seq--;
		}

		const beforeUs = seq === 0 ? 0 : (trace.timeAt(seq) ?? latestUs - 1); // What is forgotten comes again when it is replayed
		this.#jump(this.#branch.positionAt(Math.max(0, beforeUs)));
		return true;
	}

	/**
	Go back to the last notable event before now, and pause there.

	@returns Whether there was one.
	*/
	previousNotable(): boolean {
		this.pause();
		const {timeUs} = this.world;
		const before = this.#moment.feed.notables.findLast((notable) => notable.timeUs < timeUs);
		this.#jump(before === undefined ? beginning : this.#branch.positionAt(before.timeUs));
		return before !== undefined;
	}

	/** Run as fast as it goes until this happens, and stop there. */
	runUntil(name: GoalName): void {
		this.#goal = new Goal(name, this.#moment);
		this.#reached = undefined;
		this.#isPlaying = true;
	}

	goToStart(): void {
		this.#jump(beginning);
	}

	/** To when everything of this branch has happened up to and including a time, and pause there. */
	goTo(timeUs: number): void {
		this.pause();
		this.#jump(this.#branch.positionAt(Math.min(timeUs, this.#branch.newest.position.timeUs)));
	}

	/** To the newest moment of this branch. */
	goToNewest(): void {
		this.#jump(this.#branch.newest.position);
	}

	/**
	Take back the last command: go to right before it. What comes instead is another branch.

	@returns What was taken back; `undefined` if nothing has been done.
	*/
	undo(): Command | undefined {
		const {taken} = this;
		const at = taken.findLastIndex(({instruction}) => !telling.has(instruction.type));
		if (at === -1) {
			return undefined;
		}

		const {timeUs, instruction} = taken[at]!;
		const branch = this.#branch;
		const counts = this.#undone?.branch === branch && this.#isUndoing ? this.#undone.counts : [];
		this.#jump({timeUs, taken: at});
		this.#undone = {branch, counts: [...counts, at + 1]};
		this.#isUndoing = true;
		return instruction as Command;
	}

	/**
	Do again what was taken back last, at its time and in its branch.

	@returns What it was; `undefined` if nothing was taken back since the last command.
	*/
	redo(): Command | undefined {
		const {branch, counts = []} = this.#undone ?? {};
		const count = counts.at(-1);
		if (branch === undefined || count === undefined || !this.#branches.includes(branch)) {
			return undefined;
		}

		const {timeUs, instruction} = branch.taken[count - 1]!;
		this.#enter(branch);
		this.#jump({timeUs, taken: count});
		this.#undone = {branch, counts: counts.slice(0, -1)};
		this.#isUndoing = counts.length > 1;
		return instruction as Command;
	}

	/**
	Go to another branch, one after the other: to the same time there, or as far as it has come.

	@returns Whether there is another.
	*/
	nextBranch(): boolean {
		const inOrder = this.#branches.toSorted((a, b) => a.number - b.number);
		const next = inOrder[(inOrder.indexOf(this.#branch) + 1) % inOrder.length]!;
		if (next === this.#branch) {
			return false;
		}

		const {timeUs} = this.world;
		this.#enter(next);
		this.#jump(next.positionAt(Math.min(timeUs, next.newest.position.timeUs)));
		return true;
	}

	/** All of this branch as a scenario that plays the same by itself; where something was taken back, up to there. With the hash that it comes to. */
	session(): {readonly scenario: Scenario; readonly hash: string} {
		const {player} = this.#isUndoing ? this.#moment : this.#branch.newest;
		return {scenario: sessionOf(player), hash: player.world.trace.digest};
	}

	/** Whether the scenario is played as it was opened, and nothing else was done. */
	get isUntouched(): boolean {
		const {scenario} = this.#branch.newest.player;
		return this.#branches.length === 1 && scenario.steps === this.#scenario.steps;
	}

	pause(): void {
		this.#isPlaying = false;
		this.#goal = undefined;
		this.#remainderUs = 0;
	}

	play(): void {
		this.#isPlaying = true;
	}

	togglePlaying(): void {
		if (this.#isPlaying) {
			this.pause();
		} else {
			this.play();
		}
	}

	toggleAutomatic(): void {
		this.#tempo = this.#tempo === undefined ? new Tempo() : undefined;
	}

	setSpeed(speed: number): void {
		this.#speed = speed;
	}

	faster(): void {
		this.#speed = speeds.find((speed) => speed > this.#speed) ?? this.#speed;
	}

	slower(): void {
		this.#speed = speeds.findLast((speed) => speed < this.#speed) ?? this.#speed;
	}

	/**
	Do what was asked. Where something else lay ahead, another branch begins; and where a script is presented, which
	stays as it is written.

	@returns Why it could not be done, as a sentence; `undefined` if it was.
	*/
	perform(command: Command): string | undefined {
		const {player} = this.#moment;
		const branch = this.#branch;
		const {position, stepsDone} = player;
		const isFork = !this.isAtNewest || stepsDone < player.scenario.steps.length || branch === this.#script;
		const untouched = isFork && this.isAtNewest ? this.#moment.copy() : undefined;
		const refusal = player.perform(command);
		if (refusal !== undefined) {
			return refusal;
		}

		if (untouched !== undefined) {
			branch.keep(untouched);
		}

		if (isFork) {
			this.#fork(branch, position);
		}

		this.#undone = undefined;
		this.#isUndoing = false;
		this.#goal = undefined;
		this.#branch.note(this.#moment);
		this.#isPlaying &&= !player.isStopped;
		return undefined;
	}

	/** This moment is the first of another future. */
	#fork(branch: Branch, position: Position): void {
		const isUndone = (one: Branch) => one === this.#undone?.branch;
		const fork = branch.fork(++this.#branchesBegun, this.#moment, position);
		const kept = this.#branches.filter((one) => isUndone(one) || one === branch || one === this.#script);
		const others = this.#branches.filter((one) => !kept.includes(one));
		this.#branches = [...others.slice(Math.max(0, others.length + kept.length + 1 - branchesMax)), ...kept, fork];
	}

	/** Where the last commands were taken back, going on is another future, in which they never were. */
	#leaveUndone(): void {
		if (!this.#isUndoing) {
			return;
		}

		const {player} = this.#moment;
		this.#isUndoing = false;
		player.giveUp();
		this.#fork(this.#branch, player.position);
	}

	#enter(branch: Branch): void {
		this.#branches = [...this.#branches.filter((one) => one !== branch), branch];
	}

	/** Go to another position of this branch. */
	#jump(position: Position): void {
		this.#moment = this.#branch.at(position);
		this.#isUndoing = false;
		this.#goal = undefined;
		this.#remainderUs = 0;
		this.#followSpeed();
	}

	/** Where a scenario asks for another speed than before, it is played at that. */
	#followSpeed(): void {
		const {speed} = this.#moment.player;
		if (speed !== this.#speedAsked) {
			this.#speedAsked = speed;
			this.#speed = this.#isSpeedFixed ? this.#speed : (speed ?? this.#firstSpeed);
		}
	}

	snapshot(): Snapshot {
		const {player, feed} = this.#moment;
		const {world, monitor} = player;
		const {network} = world;
		const nodes = world.hosts.map((host): NodeState => {
			const {id, server, persisted, timer, isSuspended, clockRate, condition, syncing, store} = host;
			return {
				id,
				server,
				persisted,
				timer,
				isSuspended,
				clockRate,
				disk: condition,
				isSyncing: syncing !== undefined,
				store: store.values,
			};
		});
		const {leader} = world;
		return {
			seed: world.settings.seed,
			settings: world.settings,
			trace: world.trace,
			newestTrace: this.isAtNewest ? world.trace : this.#branch.newest.player.world.trace,
			timeUs: world.timeUs,
			isPlaying: this.#isPlaying,
			speed: this.#speed,
			tempo: this.#tempo?.factor,
			goal: this.#goal?.name,
			newestUs: Math.max(world.timeUs, this.#branch.newest.position.timeUs),
			branch: {number: this.#branch.number, count: this.#branches.length},
			story: this.#story(),
			nodes,
			leader: leader && nodes[leader.id - 1],
			delay: network.delay,
			lossRate: network.lossRate,
			groups: network.groups,
			isolated: network.isolated,
			connects: (from, to) => network.connects(from, to),
			duplicateRate: network.duplicateRate,
			cuts: network.cuts,
			links: network.links,
			inFlight: world.inFlight,
			held: new Set(network.held.map(({id}) => id)),
			faults: world.randomFaults.kinds,
			clients: this.#clients(feed.counts),
			violation: monitor.violation,
			linearizability: monitor.linearizability,
			messages: feed.messages,
			notables: feed.notables,
			lanes: feed.lanes,
			cutsUs: feed.cutsUs,
			measurements: feed.measurements,
			operations: feed.operations.byClient,
		};
	}

	#clients(counts: Readonly<ClientCounts>): ClientsState {
		const {world} = this;
		return {
			count: world.clientsActive,
			ratePerS: world.clientsActive === 0 ? 0 : (world.clientsActive * 1_000_000) / world.clientIntervalUs,
			open: world.clients.filter(({outstanding}) => outstanding !== undefined).length,
			counts,
		};
	}

	#story(): Story | undefined {
		const {title, file, steps} = this.#scenario;
		const {player} = this.#moment;
		const last = (...types: ReadonlyArray<Taken['instruction']['type']>) =>
			player.taken.findLast(({instruction}) => types.includes(instruction.type))?.instruction;
		const chapter = last('mark');
		const words = last('say', 'mark');
		const told = this.#isAsking ? last('say', 'mark', 'ask') : words;
		const isOver = told?.type === 'ask' && told !== this.#question; // A question ends what was told before it
		if (steps.length === 0 && told === undefined) {
			return undefined;
		}

		const isLeft = steps.length > 0 && (!this.#isStory || this.isOffScript);
		const beat = this.#beat();
		return {
			title: title ?? file,
			chapter: chapter?.type === 'mark' ? chapter.text : undefined,
			caption: words?.type === 'say' && !isOver ? words.text : undefined,
			stepsDone: Math.min(player.stepsDone, steps.length),
			steps: steps.length,
			isLeft,
			failures: player.failures,
			question: told?.type === 'ask' ? this.#askedQuestion(told, isLeft) : undefined,
			score: this.#score(),
			beat,
			sequel: beat !== undefined && beat.number === beat.of && !isLeft ? this.#sequel : undefined,
		};
	}

	/** Once time goes on, only what was answered stays: why it is so can be read while it happens. */
	#askedQuestion(question: Question, isLeft: boolean): AskedQuestion | undefined {
		const chosen = this.#answers.get(question);
		if (question !== this.#question && (chosen === undefined || isLeft)) {
			return undefined;
		}

		const {text, answers, right, because} = question;
		return {
			text,
			answers,
			right,
			because,
			chosen,
			isRight: chosen === undefined ? undefined : isRight(question, chosen),
		};
	}

	#score(): Story['score'] {
		const {taken} = this.#moment.player;
		const asked = taken.flatMap(({instruction}) => (instruction.type === 'ask' ? [instruction] : []));
		const answered = asked.filter((one) => this.#answers.has(one));
		const right = answered.filter((one) => isRight(one, this.#answers.get(one)));
		const passedBy = asked.length - answered.length - (this.isWaitingForAnswer ? 1 : 0);
		return {right: right.length, answered: answered.length, passedBy};
	}

	#beat(): Story['beat'] {
		if (this.#script === undefined) {
			return undefined;
		}

		const number = this.#beatsBegun(this.#moment).length;
		const {title, file} = this.#scenario;
		return {number, of: this.#beats.length, title: this.#beats[number - 1]?.title ?? title ?? file};
	}
}

/** Before anything is done. */
const beginning: Position = {timeUs: 0, taken: 0};

/** Whether all that is asked for has been done. */
const isDone = ({stepsDone, scenario}: Player): boolean => stepsDone === scenario.steps.length;

const isRight = ({answers, right}: Question, choice: number | undefined): boolean =>
	choice !== undefined && right.includes(answers[choice - 1]!);

/** A fresh cluster, for which nothing is planned. */
const nothingIn = (settings: Settings): Scenario => ({
	file: '',
	title: undefined,
	about: undefined,
	settings,
	steps: [],
});
