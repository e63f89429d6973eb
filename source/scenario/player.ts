/*
Playing a scenario: a World, the checks on it, and the steps that are taken one after the other.

A step with a time is taken at the end of that instant, one without as soon as the step before is done, and those
that fall on one instant in their order. What is waited for is looked at when an instant is over, never in its
midst: so that a session, in which every step has its time, plays the same. A broken promise ends the run at the event that broke it.
*/

import {Monitor} from '../checking/monitor.js';
import type {Term} from '../raft/vocabulary.js';
import type {Command} from '../simulation/command.js';
import {perform} from '../simulation/perform.js';
import {World, type WorldOptions} from '../simulation/world.js';
import {commandText, conditionText, expectationText, timeText} from './command-text.js';
import {isCommand, isTaken, type Instruction, type Question, type TakenInstruction} from './instruction.js';
import {leadersTerm, whyNot, whyNotYet} from './judgement.js';
import {Metrics, type MetricsSummary} from './metrics.js';
import type {Scenario, Step} from './scenario.js';

/** A step that did not come out as it should. */
export type Failure = {
	readonly step: Step;
	readonly timeUs: number;
	/** What should have been, and what was instead, in a few words each. */
	readonly expected: string;
	readonly found: string;
};

/** What was done, and when: with the settings, all that a run is. */
export type Taken = {readonly timeUs: number; readonly instruction: TakenInstruction | Question};

/** Where in a run one is: everything that happens up to and including a time has happened, and so many instructions are taken. */
export type Position = {readonly timeUs: number; readonly taken: number};

/** What is being waited for: since when and until when at the latest, and the leader's term when it began. */
type Waiting = {readonly untilUs: number; readonly sinceTerm: Term};

const noHalts: ReadonlySet<Instruction> = new Set();

export class Player {
	readonly world: World;
	readonly monitor: Monitor;
	readonly failures: Failure[] = [];
	/** In the order in which it was done. */
	readonly taken: Taken[] = [];
	/** How many steps are done. */
	stepsDone = 0;
	/** Virtual seconds a second, as the scenario last asked for; for whoever shows the run. */
	speed: number | undefined;
	/** Whether a promise was broken, which ends the run. */
	isStopped = false;
	#scenario: Scenario;
	readonly #metrics: Metrics;
	/** When the step before was done. */
	#doneUs = 0;
	#waiting: Waiting | undefined;
	#isViolationExpected = false;

	private constructor(scenario: Scenario, world: World, monitor: Monitor, metrics: Metrics) {
		this.#scenario = scenario;
		this.world = world;
		this.monitor = monitor;
		this.#metrics = metrics;
	}

	/** A scenario before its first step. */
	static create(scenario: Scenario, options: WorldOptions = {}): Player {
		const player = new Player(
			scenario,
			World.create(scenario.settings, options),
			new Monitor(scenario.settings),
			new Metrics(),
		);
		player.#check();
		return player;
	}

	get scenario(): Scenario {
		return this.#scenario;
	}

	get position(): Position {
		return {timeUs: this.world.timeUs, taken: this.taken.length};
	}

	/** When anything happens next, or is to be done or looked at: virtual microseconds; infinity if nothing is left. */
	get nextUs(): number {
		return this.isOver ? this.world.nextUs : Math.min(this.world.nextUs, this.#nextUs());
	}

	/** Whether nothing is left to be done. */
	get isOver(): boolean {
		return this.isStopped || this.stepsDone === this.scenario.steps.length;
	}

	/** Whether all went as it should, as far as it went. */
	get isOk(): boolean {
		const isBroken = this.monitor.violation !== undefined || this.monitor.linearizability === 'violated';
		return this.failures.length === 0 && (!isBroken || this.#isViolationExpected);
	}

	/** When the last step that is done was done. */
	get doneUs(): number {
		return this.#doneUs;
	}

	get metrics(): MetricsSummary {
		return this.#metrics.summary();
	}

	/**
	Go on up to and including a time, or until nothing is left to be done, if that is earlier.

	@param halts - Instructions after which it stays where it is.
	@returns Whether it stays after one of these.
	*/
	play(untilUs: number, halts: ReadonlySet<Instruction> = noHalts): boolean {
		while (!this.isOver) {
			const dueUs = this.#nextUs();
			if (dueUs > untilUs) {
				this.#passTo(untilUs);
				return false;
			}

			this.#passTo(dueUs);
			if (this.isStopped) {
				return false;
			}

			const {instruction} = this.#step;
			const {length} = this.taken;
			this.#act();
			if (this.taken.length > length && halts.has(instruction)) {
				this.goTo(this.position); // Who comes here by going back stands at the same step
				return true;
			}
		}

		return false;
	}

	/** Go on up to and including a time, and past the last step if that is earlier. */
	advanceTo(timeUs: number): void {
		this.play(timeUs);
		if (!this.isStopped) {
			this.#passTo(timeUs);
		}
	}

	/**
	Go on to a position ahead, and over broken promises on the way.

	Of the instructions that are due at its very time only so many are taken as it says.
	*/
	goTo({timeUs, taken}: Position): void {
		for (;;) {
			const dueUs = this.isOver ? Number.POSITIVE_INFINITY : this.#nextUs();
			this.#passTo(Math.min(dueUs, timeUs));
			const isThere = this.world.timeUs === timeUs && this.taken.length >= taken;
			if (this.isStopped) {
				if (isThere) {
					return;
				}

				this.goOn();
			} else if (dueUs > timeUs || (isThere && isTaken(this.#step.instruction))) {
				return;
			} else {
				this.#act();
			}
		}
	}

	/** After a promise was broken: play on, unchecked. */
	goOn(): void {
		this.isStopped = false;
	}

	/**
	Do what somebody asks for now. What the scenario had in store is given up, and this comes in its place.

	@returns Why it could not be done, as a sentence; `undefined` if it was.
	*/
	perform(command: Command): string | undefined {
		const {world} = this;
		this.goOn();
		this.#passTo(world.timeUs); // A broken promise may have stopped us amid an instant, and a command has only its time to say where it stands
		const refusal = perform(world, command);
		if (refusal === undefined) {
			this.giveUp();
			this.#add(command);
			this.#check();
		}

		return refusal;
	}

	/** Leave the rest of the scenario undone. */
	giveUp(): void {
		this.#scenario = {...this.#scenario, steps: this.#scenario.steps.slice(0, this.stepsDone)};
		this.#waiting = undefined;
	}

	/** Go on with another scenario, which is the same as far as this one is done. */
	follow(scenario: Scenario): void {
		if (scenario.steps[this.stepsDone] !== this.#scenario.steps[this.stepsDone]) {
			this.#waiting = undefined; // It was not waited for any longer
		}

		this.#scenario = scenario;
	}

	/** One that goes on independently from here, exactly as this one would. */
	copy(): Player {
		const copy = new Player(this.scenario, this.world.copy(), this.monitor.copy(), this.#metrics.copy());
		copy.failures.push(...this.failures);
		copy.taken.push(...this.taken);
		copy.stepsDone = this.stepsDone;
		copy.speed = this.speed;
		copy.isStopped = this.isStopped;
		copy.#doneUs = this.#doneUs;
		copy.#waiting = this.#waiting;
		copy.#isViolationExpected = this.#isViolationExpected;
		return copy;
	}

	get #step(): Step {
		return this.scenario.steps[this.stepsDone]!;
	}

	/** When there is next something to do or to look at: virtual microseconds, not before now. */
	#nextUs(): number {
		const {timeUs, nextUs} = this.world;
		if (this.#waiting !== undefined) {
			return Math.min(nextUs, this.#waiting.untilUs);
		}

		const {when, instruction} = this.#step;
		const beginsUs = when === undefined ? this.#doneUs : 'atUs' in when ? when.atUs : this.#doneUs + when.afterUs;
		return Math.max(timeUs, instruction.type === 'sleep' ? beginsUs + instruction.us : beginsUs);
	}

	/** Let everything happen up to and including a time, unless a promise is broken on the way. */
	#passTo(timeUs: number): void {
		const {world} = this;
		while (world.nextUs <= timeUs && !this.isStopped) {
			this.#passInstant();
		}

		if (!this.isStopped && timeUs > world.timeUs) {
			this.#countLeaderless(timeUs);
			world.advanceTo(timeUs);
		}
	}

	#passInstant(): void {
		const {world} = this;
		const instantUs = world.nextUs;
		this.#countLeaderless(instantUs);
		do {
			world.advance();
			this.#check();
		} while (world.nextUs === instantUs && !this.isStopped);
	}

	#countLeaderless(toUs: number): void {
		const {leader, timeUs} = this.world;
		if (leader === undefined) {
			this.#metrics.noteLeaderless(toUs - timeUs);
		}
	}

	/** Look at what has just happened; if it breaks a promise, nothing more happens. */
	#check(): void {
		const {world, monitor} = this;
		if (!monitor.check(world)) {
			this.#stop();
		}

		this.#metrics.read(world.trace, world.timeUs);
	}

	/** The run has ended early: all that is left to ask is whether the scenario has foreseen it. */
	#stop(): void {
		this.isStopped = true;
		for (const step of this.scenario.steps.slice(this.stepsDone)) {
			if (step.instruction.type === 'expect' && step.instruction.expectation.type === 'violation') {
				this.#expect(step, step.instruction);
				return;
			}
		}
	}

	/** Its time has come: take the step, or look whether what it waits for is so. */
	#act(): void {
		const step = this.#step;
		if (this.#waiting !== undefined) {
			this.#look(step);
			return;
		}

		const {when, instruction} = step;
		if (when !== undefined && 'atUs' in when && this.#doneUs > when.atUs) {
			this.#fail(
				step,
				`to be taken at ${timeText(when.atUs)}`,
				`the steps before it took until ${timeText(this.#doneUs)}`,
			);
		}

		if (instruction.type === 'wait') {
			const {world} = this;
			this.#waiting = {untilUs: world.timeUs + instruction.withinUs, sinceTerm: leadersTerm(world)};
			this.#look(step);
			return;
		}

		this.#take(step, instruction);
		this.#finishStep();
	}

	#take(step: Step, instruction: Exclude<Instruction, {readonly type: 'wait'}>): void {
		if (isCommand(instruction)) {
			const refusal = perform(this.world, instruction);
			if (refusal === undefined) {
				this.#note(instruction);
			} else {
				this.#fail(step, 'to be done', refusal);
			}

			this.#check();
		} else {
			switch (instruction.type) {
				case 'expect': {
					this.#expect(step, instruction);

					break;
				}

				case 'speed': {
					this.speed = instruction.factor;
					this.#note(instruction);

					break;
				}

				case 'ask': {
					this.#note(instruction); // Whatever is answered, it changes nothing

					break;
				}
				// No default
			}
		}
	}

	#note(instruction: TakenInstruction | Question): void {
		this.taken.push({timeUs: this.world.timeUs, instruction});
	}

	/** Take note of a step that the scenario did not have. */
	#add(instruction: Command): void {
		const when = {atUs: this.world.timeUs};
		const step: Step = {
			when,
			instruction,
			text: `${timeText(when.atUs)} ${commandText(instruction)}`,
			line: 0,
			column: 0,
		};
		this.#scenario = {...this.#scenario, steps: [...this.#scenario.steps, step]};
		this.#note(instruction);
		this.#finishStep();
	}

	#look(step: Step): void {
		const {world} = this;
		const {instruction} = step;
		if (instruction.type !== 'wait') {
			return;
		}

		const {condition, withinUs} = instruction;
		const {untilUs, sinceTerm} = this.#waiting!;
		const reason = whyNotYet(world, condition, sinceTerm);
		if (reason === undefined) {
			this.#finishStep();
		} else if (world.timeUs >= untilUs) {
			this.#fail(step, `${conditionText(condition)} within ${timeText(withinUs)}`, reason);
			this.#finishStep();
		}
	}

	#expect(step: Step, {expectation}: Instruction & {readonly type: 'expect'}): void {
		const reason = whyNot(this.world, this.monitor, expectation);
		if (reason !== undefined) {
			this.#fail(step, expectationText(expectation), reason);
		} else if (expectation.type === 'violation') {
			this.#isViolationExpected = true;
		}
	}

	#fail(step: Step, expected: string, found: string): void {
		this.failures.push({step, timeUs: this.world.timeUs, expected, found: found.replace(/\.$/v, '')});
	}

	#finishStep(): void {
		this.stepsDone++;
		this.#doneUs = this.world.timeUs;
		this.#waiting = undefined;
	}
}
