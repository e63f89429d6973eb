/*
What a server's own clock showed, where it ran at another rate than virtual time.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Event} from '../simulation/event.js';
import type {Host} from '../simulation/host.js';
import type {World} from '../simulation/world.js';
import {givenText} from './account.js';
import {msText} from './event-text.js';
import {clockCommandBefore, type ClockSetting} from './past-machines.js';

/** The rate of a server's clock from one event to another; `undefined` if it was set between them, or if nobody can say. */
export const rateThroughout = (node: ServerId, from: Event, to: Event, world: World): number | undefined =>
	rateAfter(clockCommandBefore(node, to.seq, world), node, from, world);

function rateAfter(setting: ClockSetting | undefined, node: ServerId, from: Event, world: World): number | undefined {
	const {trace} = world;
	if (setting === undefined ? trace.first === 1 : setting.isCertain) {
		return setting === undefined ? 1 : setting.command.seq > from.seq ? undefined : setting.rate;
	}

	const latest = clockCommandBefore(node, trace.length + 1, world);
	const isLatest = latest?.command.seq === setting?.command.seq && (latest?.command.seq ?? 0) < from.seq;
	return isLatest ? world.host(node).clockRate : undefined; // Nobody has set it since
}

/** How long a server waited from one event to another by its own clock, if that ran wrong or may have. */
export function ownTimeFacts(node: ServerId, from: Event, to: Event, world: World): readonly string[] {
	const {trace} = world;
	const setting = clockCommandBefore(node, to.seq, world);
	if (setting !== undefined && setting.command.seq > from.seq) {
		const verb = setting.isCertain ? 'was' : 'may have been';
		return [`Its clock ${verb} set meanwhile: ${givenText(setting.command, trace)}.`];
	}

	const rate = rateAfter(setting, node, from, world);
	if (rate === undefined) {
		return setting === undefined ? [] : [`Its clock may have run wrong: ${givenText(setting.command, trace)}.`];
	}

	const spanText = msText((to.timeUs - from.timeUs) * rate);
	return rate === 1
		? []
		: [`By its own clock that is ${spanText}: it ran at ${rateText(rate)}${sinceText(setting, world)}.`];
}

/** How a server's clock runs now, if it runs wrong. */
export function clockFacts({id, clockRate}: Host, world: World): readonly string[] {
	if (clockRate === 1) {
		return [];
	}

	const setting = clockCommandBefore(id, world.trace.length + 1, world);
	return [`Its clock runs at ${rateText(clockRate)}${sinceText(setting, world)}.`];
}

const sinceText = (setting: ClockSetting | undefined, {trace}: World): string =>
	setting?.isCertain ? `, since ${givenText(setting.command, trace)}` : '';

const rateText = (rate: number): string => `${Number(rate.toFixed(3))}x`;
