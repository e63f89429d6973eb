/*
What a person or a scenario asks of the World. Plain data; its words are `scenario/`'s business.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {TimeRangeUs} from './settings.js';

/** A server by name, or by what it is at that moment: the leader of the highest term. */
export type Selector = ServerId | 'leader';

export type Command =
	| {readonly type: 'partition'; readonly groups: ReadonlyArray<readonly ServerId[]>}
	| {readonly type: 'isolate'; readonly node: Selector}
	| {readonly type: 'rejoin'; readonly node: Selector}
	| {readonly type: 'heal'}
	| {readonly type: 'loss'; readonly rate: number}
	| {readonly type: 'delay'; readonly delay: TimeRangeUs}
	| {readonly type: 'crash'; readonly node: Selector}
	| {readonly type: 'restart'; readonly node: Selector}
	| {readonly type: 'timeout'; readonly node: Selector}
	| {readonly type: 'write'; readonly key: string; readonly value: string; readonly via: Selector};
