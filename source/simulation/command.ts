/*
What a person or a scenario asks of the World. Plain data; its words are `scenario/`'s business.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {TimeRangeUs} from './settings.js';

/**
Servers by name, or by what they are when the command is performed.

`leader` is that of the highest term. `rest` is whoever the command has not named yet. `majority` and
`minority` are sides of the present partition. `random` is one server that is up, drawn from the run's own stream.
*/
export type Selector = ServerId | 'leader' | 'followers' | 'rest' | 'all' | 'majority' | 'minority' | 'random';

/** What a link does to messages where it differs from the rest of the network. Rates are between 0 and 1. */
export type LinkSettings = {
	readonly lossRate?: number;
	readonly duplicateRate?: number;
	readonly delay?: TimeRangeUs;
};

/**
What a disk does. `slow`: a sync takes so long. `failing`: writes and syncs fail. `full`: there is no room for more.
`lying`: a sync reports success and saves nothing.
*/
export type DiskCondition =
	{readonly kind: 'ok' | 'failing' | 'full' | 'lying'} | {readonly kind: 'slow'; readonly delay: TimeRangeUs};

/** The kinds of trouble that random faults make. */
export const faultKinds = ['partition', 'cut', 'loss', 'delay', 'crash', 'suspend', 'clock', 'disk'] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Command =
	// The network
	| {readonly type: 'partition'; readonly groups: ReadonlyArray<readonly Selector[]>}
	| {readonly type: 'isolate'; readonly node: Selector}
	| {readonly type: 'rejoin'; readonly node: Selector}
	| {readonly type: 'cut'; readonly from: Selector; readonly to: Selector; readonly isOneWay: boolean}
	/** Everything; or the cut links between two, or the partition alone. */
	| {readonly type: 'heal'; readonly between?: readonly [Selector, Selector]; readonly only?: 'partition'}
	| {readonly type: 'loss'; readonly rate: number}
	| {readonly type: 'delay'; readonly delay: TimeRangeUs}
	| {readonly type: 'duplication'; readonly rate: number}
	| {
			readonly type: 'link';
			readonly from: Selector;
			readonly to: Selector;
			readonly isOneWay: boolean;
			/** `undefined` puts the link back to what the network does. */
			readonly link: LinkSettings | undefined;
	  }
	// One message on its way, by its number
	| {readonly type: 'drop' | 'hold' | 'release' | 'duplicate'; readonly message: number}
	// Servers and the machines they run on
	| {
			readonly type: 'crash' | 'restart' | 'wipe' | 'suspend' | 'resume' | 'timeout';
			readonly node: Selector;
	  }
	| {readonly type: 'clock'; readonly node: Selector; readonly rate: number}
	| {readonly type: 'disk'; readonly node: Selector; readonly condition: DiskCondition}
	// Clients
	| {readonly type: 'write'; readonly key: string; readonly value: string; readonly via: Selector}
	| {readonly type: 'read' | 'delete'; readonly key: string; readonly via: Selector}
	| {
			readonly type: 'cas';
			readonly key: string;
			readonly expected: string;
			readonly value: string;
			readonly via: Selector;
	  }
	| {readonly type: 'clients'; readonly count: number; readonly ratePerS: number}
	/** Trouble of these kinds, from now on and at random; none ends it. */
	| {readonly type: 'faults'; readonly kinds: readonly FaultKind[]}
	| {readonly type: 'set'; readonly setting: 'election-timeout'; readonly range: TimeRangeUs}
	| {readonly type: 'set'; readonly setting: 'heartbeat'; readonly everyUs: number}
	// The story: captions and chapters change nothing, and stand in the trace
	| {readonly type: 'say' | 'mark'; readonly text: string};
