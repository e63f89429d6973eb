/*
Everything that is checked while a run goes on: Raft's safety properties and the linearizability of what
the clients were told. It reads the trace and nothing else.
*/

import type {Call, Violation} from '../simulation/event.js';
import {codeOf, type Answered, type Trace, type TraceReader} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {OnlineChecker, type Contradiction, type Verdict} from './linearizability-online.js';
import {SafetyChecker, type SafetySettings} from './safety.js';

const {invoke, ok, fail, info} = codeOf;

/** Their first column is the operation's number. */
const isOfOperation: ReadonlySet<number> = new Set([invoke, ok, fail, info]);

/** A violation, and the event at which it showed. */
export type FoundViolation = Violation & {readonly seq: number};

export class Monitor implements TraceReader {
	violation: FoundViolation | undefined;
	#read = 0;
	#isRecorded = false;
	/** Where an answer was given that nothing explains; 0 if none was. */
	#unexplainedSeq = 0;
	readonly #safety: SafetyChecker;
	readonly #linearizability: OnlineChecker;
	readonly #settings: SafetySettings;

	constructor(settings: SafetySettings, original?: Monitor) {
		this.#settings = settings;
		if (original === undefined) {
			this.#safety = new SafetyChecker(settings);
			this.#linearizability = new OnlineChecker();
			return;
		}

		this.#safety = original.#safety.copy();
		this.#linearizability = original.#linearizability.copy();
		this.#read = original.#read;
		this.#isRecorded = original.#isRecorded;
		this.#unexplainedSeq = original.#unexplainedSeq;
		this.violation = original.violation;
	}

	/** Whether what the clients were told can be explained by one copy that does one operation at a time. */
	get linearizability(): Verdict {
		return this.#linearizability.verdict;
	}

	/** A monitor that goes on by itself from here, on a copy of the World. */
	copy(): Monitor {
		return new Monitor(this.#settings, this);
	}

	/**
	Do everything that happens up to and including a time, as `World.advanceTo` does, and check it.

	@returns Whether it got there; if not, it stands right after the event that broke a promise, and the violation is in the trace.
	*/
	advanceTo(world: World, timeUs: number): boolean {
		while (world.nextUs <= timeUs) {
			world.advance();
			if (!this.check(world)) {
				return false;
			}
		}

		world.advanceTo(timeUs);
		return true;
	}

	/**
	Check what has happened since the last time.

	@returns Whether nothing was found. What is found is put into the trace, and is found once: whoever goes on after that, goes on unchecked.
	*/
	check(world: World): boolean {
		this.read(world.trace);
		const {violation} = this;
		if (violation === undefined || this.#isRecorded) {
			return true;
		}

		this.#isRecorded = true;
		world.record(violation);
		return false;
	}

	/** Take in what the trace has got since the last time. */
	read(trace: Trace): void {
		const from = this.#read + 1;
		this.#read = trace.length;
		trace.read(from, this);
		if (this.#unexplainedSeq > 0) {
			this.violation ??= violationOf(this.#linearizability.contradiction!, trace, this.#unexplainedSeq);
		}
	}

	take(seq: number, type: number, node: number, first: number, second: number, payload: unknown): void {
		if (this.violation !== undefined || this.#unexplainedSeq > 0) {
			return; // Nothing that follows from a broken promise is news
		}

		this.#safety.take(seq, type, node, first, second, payload);
		const {violation} = this.#safety;
		if (violation === undefined) {
			this.#takeOperation(type, payload);
			if (this.#linearizability.verdict === 'violated') {
				this.#unexplainedSeq = seq;
			}
		} else {
			this.violation = {...violation, seq};
		}
	}

	#takeOperation(type: number, payload: unknown): void {
		switch (type) {
			case invoke: {
				const {op, client, operation} = payload as Call;
				this.#linearizability.invoke(op, client, operation.key, operation);
				break;
			}

			case ok: {
				const {call, result} = payload as Answered;
				this.#linearizability.ok(call.op, result);
				break;
			}

			case fail: {
				this.#linearizability.fail((payload as Call).op);
				break;
			}

			case info: {
				this.#linearizability.info((payload as Call).op);
				break;
			}

			default:
		}
	}
}

/** What cannot be explained, as a broken promise: the calls and answers that prove it stand in the trace. */
function violationOf(
	{explanation, evidence: operations}: Contradiction,
	trace: Trace,
	brokenAt: number,
): FoundViolation {
	const ops = new Set(operations.map(({id}) => id));
	const evidence: number[] = [];
	trace.read(trace.first, {
		take(seq, type, _node, op) {
			if (isOfOperation.has(type) && ops.has(op) && seq <= brokenAt) {
				evidence.push(seq);
			}
		},
	});
	return {
		property: 'Linearizability',
		section: '§8',
		explanation: `Each operation takes effect at one instant between its call and its answer. ${explanation}`,
		evidence,
		seq: brokenAt,
	};
}
