/*
Runs for the tests of the trace's forms, and their text in one of them.
*/

import {traceFormats, type TraceFormatName} from '../../source/recording/trace-format.js';
import type {TraceWriter} from '../../source/recording/trace-writer.js';
import {Player} from '../../source/scenario/player.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import type {Event} from '../../source/simulation/event.js';
import type {World} from '../../source/simulation/world.js';

/** A world after a scenario, which may use all of the language. */
export function worldAfter(scenario: string): World {
	const player = Player.create(parseScenario(scenario, 'test.yaml'));
	player.play(Number.MAX_SAFE_INTEGER);
	return player.world;
}

export const writerOf = (format: TraceFormatName, fromUs = 0): TraceWriter =>
	traceFormats[format].writer({title: 'A test', fromUs});

export const textOf = (writer: TraceWriter, events: Iterable<Event>, endUs: number): string =>
	Array.from(events, (event) => writer.take(event)).join('') + writer.end(endUs);

export const traceText = ({trace, timeUs}: World, format: TraceFormatName, fromUs = 0): string =>
	textOf(writerOf(format, fromUs), trace.events(), timeUs);

/** Something of everything: leaders crashed and suspended, disks lost, messages lost, doubled and held, clients in doubt. */
export const everything = String.raw`seed: 11
nodes: 5
network: {delay: 5-30ms, loss: 5%, duplicate: 10%}
clients: 3 at 40/s
steps:
  - mark It begins
  - wait leader
  - say "Text with; a # and\nmore"
  - write x=1
  - read x via n1
  - +300ms suspend leader
  - wait new leader
  - +500ms resume all
  - disk random full
  - +300ms partition leader | rest
  - wait new leader
  - heal
  - write x="two words"
  - crash leader
  - disk all ok
  - +300ms restart all
  - wait leader
  - +200ms wipe n2
  - restart n2
  - +500ms suspend n3
  - +100ms crash n3
  - +200ms crash n4
`;
