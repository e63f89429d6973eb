/*
What each client has asked for of late, and what came of it.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Call} from '../simulation/event.js';
import {codeOf, type Answered, type Trace} from '../simulation/trace.js';
import type {Result} from '../state-machine/key-value.js';

/** An operation from its call on, as far as it has come. It never changes; another takes its place. */
export type OperationRecord = Call & {
	readonly begunUs: number;
	readonly state: 'open' | 'ok' | 'fail' | 'info';
	/** `undefined` while it is open. */
	readonly endedUs: number | undefined;
	/** Why it failed: the node that was asked refused it, or crashed before it looked at it. */
	readonly failure: 'refused' | 'crashed' | undefined;
	/** What was answered, if it is ok. */
	readonly result: Result;
	/** How often the client has asked, and whom it asked last; `undefined` before it asks. */
	readonly attempts: number;
	readonly node: ServerId | undefined;
};

const {invoke, request, ok, fail, info} = codeOf;

/** So many are kept of each client; a checkpoint keeps fewer. */
const kept = 32;
const keptBrief = 8;

export class Operations {
	#read = 0;
	/** By client, oldest first; the first list is of whoever gives commands. */
	readonly byClient: OperationRecord[][] = [[]];

	/** One that goes on by itself from here. A brief one remembers less of what was. */
	copy(isBrief: boolean): Operations {
		const copy = new Operations();
		copy.#read = this.#read;
		for (const [client, records] of this.byClient.entries()) {
			copy.byClient[client] = isBrief ? brief(records) : [...records];
		}

		return copy;
	}

	/** Take in what has happened since the last time. */
	read(trace: Trace): void {
		const from = Math.max(this.#read + 1, trace.first);
		this.#read = trace.length;
		trace.read(from, {
			take: (seq, type, node, _first, second, payload) => {
				switch (type) {
					case invoke: {
						this.#begin(payload as Call, trace.timeAt(seq)!);
						break;
					}

					case request: {
						this.#change(payload as Call, {attempts: second, node});
						break;
					}

					case ok: {
						const {call, result} = payload as Answered;
						this.#change(call, {state: 'ok', result, node, endedUs: trace.timeAt(seq)!});
						break;
					}

					case fail: {
						const why = trace.causeAt(trace.causeAt(seq) ?? 0) ?? 0;
						const failure = trace.typeAt(why) === 'crash' ? 'crashed' : 'refused';
						this.#change(payload as Call, {state: 'fail', failure, endedUs: trace.timeAt(seq)!});
						break;
					}

					case info: {
						this.#change(payload as Call, {state: 'info', endedUs: trace.timeAt(seq)!});
						break;
					}

					default: // Not about operations
				}
			},
		});
	}

	#begin(call: Call, begunUs: number): void {
		while (this.byClient.length <= call.client) {
			this.byClient.push([]);
		}

		const records = this.byClient[call.client]!;
		records.push({
			...call,
			begunUs,
			state: 'open',
			endedUs: undefined,
			failure: undefined,
			result: undefined,
			attempts: 0,
			node: undefined,
		});
		if (records.length > 2 * kept) {
			records.splice(0, records.length - kept);
		}
	}

	/** What is forgotten by now changes no more. */
	#change({client, op}: Call, change: Partial<OperationRecord>): void {
		const records = this.byClient[client];
		const at = records === undefined ? -1 : records.findLastIndex((record) => record.op === op);
		if (at !== -1) {
			records![at] = {...records![at]!, ...change};
		}
	}
}

/** The latest, and those that somebody still waits for. */
const brief = (records: readonly OperationRecord[]): OperationRecord[] =>
	records.filter(({state}, at) => state === 'open' || at >= records.length - keptBrief);
