/*
Everything that is checked while a run goes on: Raft's safety properties and the linearizability of what
the clients were told. It reads the trace and nothing else.
*/

import type {Call, Violation} from '../simulation/event.js';
import type {Settings} from '../simulation/settings.js';
import {codeOf, type Answered, type Trace, type TraceReader} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {OnlineChecker, type Verdict} from './linearizability-online.js';
import {SafetyChecker} from './safety.js';

/** A violation, and the event at which it showed. */
export type FoundViolation = Violation & {readonly seq: number};

export class Monitor implements TraceReader {
	violation: FoundViolation | undefined;
	#read = 0;
	#isRecorded = false;
	readonly #safety: SafetyChecker;
	readonly #linearizability: OnlineChecker;
	/** By operation: the `seq` of its `invoke` event. */
	readonly #invoked: Map<number, number>;
	readonly #settings: Pick<Settings, 'nodes'>;

	constructor(settings: Pick<Settings, 'nodes'>) {
		this.#settings = settings;
		this.#safety = new SafetyChecker(settings);
		this.#linearizability = new OnlineChecker();
		this.#invoked = new Map();
	}

	/** Whether what the clients were told can be explained by one copy that does one operation at a time. */
	get linearizability(): Verdict {
		return this.#linearizability.verdict;
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
	}

	take(seq: number, type: number, node: number, first: number, second: number, payload: unknown): void {
		if (this.violation !== undefined) {
			return; // Nothing that follows from a broken promise is news
		}

		this.#safety.take(seq, type, node, first, second, payload);
		const {violation} = this.#safety;
		if (violation === undefined) {
			this.#takeOperation(seq, type, payload);
		} else {
			this.violation = {...violation, seq};
		}
	}

	#takeOperation(seq: number, type: number, payload: unknown): void {
		if (type === codeOf.invoke) {
			const {op, client, operation} = payload as Call;
			this.#invoked.set(op, seq);
			this.#linearizability.invoke(op, client, operation.key, operation);
		} else if (type === codeOf.ok) {
			const {call, result} = payload as Answered;
			this.#linearizability.ok(call.op, result);
		}
	}
}
