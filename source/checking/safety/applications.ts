/*
What the servers' state machines were given, and what came of it: State Machine Safety (§5.4.3), and that a
client's request takes effect once (thesis §6.3).
*/

import type {Entry, LogIndex, ServerId} from '../../raft/vocabulary.js';
import type {Violation} from '../../simulation/event.js';
import type {AppliedEntry} from '../../simulation/trace.js';
import {isRequest, type Result, type Session} from '../../state-machine/key-value.js';
import {isSameEntry} from '../../raft/same.js';
import type {ObservedServer} from './observed-server.js';
import {broken} from './promises.js';
import {SharedList} from './shared-list.js';
import {SharedRows} from './shared-rows.js';
import {commandText, entryText, resultText} from './words.js';

/** That a server applied an entry. */
type Application = {readonly applied: AppliedEntry; readonly node: ServerId; readonly seq: number};

/** At each index what was applied there first, by whichever server. */
export class Applications {
	/** At index - 1. */
	readonly #entries: SharedList<Entry>;
	readonly #results: SharedList<Result>;
	/** Whether it was a repetition, and node and seq. */
	readonly #rows: SharedRows;
	/** By client: the highest serial number of its requests that have taken effect. */
	readonly #serials: Map<number, number>;

	constructor(original?: Applications) {
		this.#entries = original === undefined ? new SharedList() : original.#entries.copy();
		this.#results = original === undefined ? new SharedList() : original.#results.copy();
		this.#rows = original === undefined ? new SharedRows() : original.#rows.copy();
		this.#serials = new Map(original === undefined ? [] : original.#serials);
	}

	/** The first index at which nothing was applied yet. */
	get next(): LogIndex {
		return this.#rows.length + 1;
	}

	/** Whether the first server to apply at this index applied the same, with the same outcome. */
	agreesWith({entry, result, isRepeated}: AppliedEntry): boolean {
		const at = entry.index - 1;
		const first = this.#entries.get(at)!;
		return (
			(first === entry || isSameEntry(first, entry)) &&
			this.#results.get(at) === result &&
			this.#rows.get(at, 0) === Number(isRepeated)
		);
	}

	/** The first application at an index where there is one. */
	firstOf(index: LogIndex): Application {
		const at = index - 1;
		const isRepeated = this.#rows.get(at, 0) === 1;
		return {
			applied: {entry: this.#entries.get(at)!, result: this.#results.get(at), isRepeated},
			node: this.#rows.get(at, 1),
			seq: this.#rows.get(at, 2),
		};
	}

	/**
	Write down what was applied at the index that comes next.

	@returns The earlier application of the same request, if it took effect then and takes effect now.
	*/
	add({entry, result, isRepeated}: AppliedEntry, node: ServerId, seq: number): Application | undefined {
		const session = isRepeated ? undefined : sessionOf(entry);
		const earlier = session === undefined ? undefined : this.#takeEffect(session);
		this.#entries.push(entry);
		this.#results.push(result);
		this.#rows.push(Number(isRepeated), node, seq, 0);
		return earlier;
	}

	copy(): Applications {
		return new Applications(this);
	}

	/** Serial numbers only grow, unless something is wrong; so there is no need to remember them all. */
	#takeEffect({client, serial}: Session): Application | undefined {
		if (serial > (this.#serials.get(client) ?? 0)) {
			this.#serials.set(client, serial);
			return undefined;
		}

		for (let index = this.#rows.length; index > 0; index--) {
			const session = sessionOf(this.#entries.get(index - 1)!);
			const hasTakenEffect = this.#rows.get(index - 1, 0) === 0;
			if (hasTakenEffect && session?.client === client && session.serial === serial) {
				return this.firstOf(index);
			}
		}

		return undefined;
	}
}

const sessionOf = ({command}: Entry): Session | undefined => (isRequest(command) ? command.session : undefined);

/** Another entry than was applied before at the same index, or another outcome of the same. */
export function appliedOtherwise(first: Application, now: Application): Violation {
	const before = first.applied;
	const after = now.applied;
	const {entry} = after;
	const facts = isSameEntry(before.entry, entry)
		? `n${first.node} and n${now.node} both apply ${entryText(entry)}, but on n${first.node} ${outcomeText(before)} and on n${now.node} ${outcomeText(after)}.`
		: `At index ${entry.index}, n${first.node} applied ${commandText(before.entry)} of term ${before.entry.term}, and n${now.node} applies ${commandText(entry)} of term ${entry.term}.`;
	return broken('State Machine Safety', facts, [first.seq, now.seq]);
}

const outcomeText = ({result, isRepeated}: AppliedEntry): string =>
	isRepeated ? `it was a retry, answered with ${resultText(result)}` : `it gave ${resultText(result)}`;

/** Not the entry after the last that was applied, or not yet committed. */
export function appliedOutOfOrder(
	{id, lastApplied, appliedSeq, commitIndex, commitSeq}: ObservedServer,
	entry: Entry,
	seq: number,
): Violation {
	return entry.index === lastApplied + 1
		? broken('Applied in Order', `n${id} applies ${entryText(entry)}, and its commit index is ${commitIndex}.`, [
				commitSeq,
				seq,
			])
		: broken('Applied in Order', `n${id} applies ${entryText(entry)} where entry ${lastApplied + 1} comes next.`, [
				appliedSeq,
				seq,
			]);
}

export function secondEffect(earlier: Application, {entry}: AppliedEntry, node: ServerId, seq: number): Violation {
	const {client, serial} = sessionOf(entry)!;
	return broken(
		'Applied Once',
		`Request ${serial} of c${client}, ${commandText(entry)}, took effect at index ${earlier.applied.entry.index} and takes effect again at index ${entry.index}, on n${node}.`,
		[earlier.seq, seq],
	);
}
