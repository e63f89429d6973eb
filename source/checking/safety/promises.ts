/*
The promises that are kept watch over: Figure 3's five and what they rest on.
*/

import type {Violation} from '../../simulation/event.js';

/** Figure 3 first, in its order; of two promises that break at one event the earlier one here is reported. */
export const safetyProperties = [
	{
		name: 'Election Safety',
		section: '§5.2',
		sentence: 'A term has at most one leader, not even one after the other.',
	},
	{
		name: 'Leader Append-Only',
		section: '§5.3',
		sentence: 'A leader never removes or replaces an entry of its own log; it only appends.',
	},
	{
		name: 'Log Matching',
		section: '§5.3',
		sentence: 'Two logs that have an entry with the same index and term are the same up to that entry.',
	},
	{
		name: 'Leader Completeness',
		section: '§5.4',
		sentence: 'An entry committed in one term is in the log of the leader of every later term.',
	},
	{
		name: 'State Machine Safety',
		section: '§5.4.3',
		sentence: 'At one index all servers apply the same entry, and it has the same effect on all of them.',
	},
	{
		name: 'One Vote a Term',
		section: '§5.2',
		sentence: 'A server votes for at most one candidate in a term, even if it crashes in between.',
	},
	{
		name: 'Election Restriction',
		section: '§5.4.1',
		sentence: 'A server votes only for a candidate whose log is at least as up-to-date as its own.',
	},
	{
		name: 'Terms Only Grow',
		section: '§5.1',
		sentence: "A server's term never goes back, not even over a crash.",
	},
	{
		name: 'Commit Index Only Grows',
		section: '§5.3',
		sentence: "While a server runs, its commit index never goes back, and it stays within the server's log.",
	},
	{
		name: 'Committed Entries Stay',
		section: '§5.4.3',
		sentence: 'A server never removes an entry that was committed in its term or an earlier one.',
	},
	{
		name: 'Committed Is Durable',
		section: '§5.3',
		sentence: 'A committed entry is on the disks of a quorum, and stays on those of a quorum.',
	},
	{
		name: 'Applied in Order',
		section: '§5.3',
		sentence: 'A server applies its entries one by one, and each only when it is committed.',
	},
	{
		name: 'Applied Once',
		section: 'thesis §6.3',
		sentence: "A client's request takes effect once, however often it is asked.",
	},
] as const satisfies readonly Promised[];

type Promised = {readonly name: string; readonly section: string; readonly sentence: string};

export type SafetyProperty = (typeof safetyProperties)[number]['name'];

/** The number of Figure 3's properties, which come first. */
export const figure3Count = 5;

/**
A broken promise.

@param facts - What contradicts what, in whole sentences.
@param evidence - The `seq`s of the events that show it, in any order; 0 stands for none. The last one is that at which it broke.
*/
export function broken(name: SafetyProperty, facts: string, evidence: readonly number[]): Violation {
	const {section, sentence} = safetyProperties.find((promised) => promised.name === name)!;
	const seqs = [...new Set(evidence)].filter((seq) => seq > 0).toSorted((a, b) => a - b);
	return {property: name, section, explanation: `${sentence} ${facts}`, evidence: seqs};
}
