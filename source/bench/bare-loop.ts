/*
The reference: the same agenda with as many things on it, and handlers that do nothing but plan the next.
What a simulator reaches is best said as a share of this, which goes from machine to machine.
*/

import {Agenda} from '../simulation/agenda.js';
import {finish} from '../simulation/digest.js';

/** About as many messages and timers as five nodes have under way. */
const underWay = 24;

/** Events a second. */
export function bareLoop(events: number): number {
	const agenda = new Agenda<number>();
	for (let at = 0; at < underWay; at++) {
		agenda.plan(at, at);
	}

	const started = process.hrtime.bigint();
	for (let count = 0; count < events; count++) {
		const timeUs = agenda.nextUs;
		const item = agenda.take();
		agenda.plan(timeUs + 5000 + ((finish(count) >>> 0) % 10_000), item);
	}

	return events / (Number(process.hrtime.bigint() - started) / 1e9);
}
