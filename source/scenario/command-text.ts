/*
The command language, written: what a command is called on the screen, in a trace and in a scenario.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Command, Selector} from '../simulation/command.js';
import type {TimeRangeUs} from '../simulation/settings.js';

/** `n3`. */
export const nodeName = (id: ServerId): string => `n${id}`;

/** A command as one would type it. `nodes` is how many the cluster has. */
export function commandText(command: Command, nodes: number): string {
	switch (command.type) {
		case 'partition': {
			return `partition ${partitionText(command.groups, nodes)}`;
		}

		case 'isolate':
		case 'rejoin':
		case 'crash':
		case 'restart':
		case 'timeout': {
			return `${command.type} ${selectorText(command.node)}`;
		}

		case 'heal': {
			return 'heal';
		}

		case 'loss': {
			return `loss ${percentText(command.rate)}`;
		}

		case 'delay': {
			return `delay ${rangeText(command.delay)}`;
		}

		case 'write': {
			const {key, value, via} = command;
			return via === 'leader' ? `write ${key}=${value}` : `write ${key}=${value} via ${selectorText(via)}`;
		}
	}
}

const selectorText = (selector: Selector): string => (selector === 'leader' ? selector : nodeName(selector));

/** `n1 n2 | rest`; the last side is `rest` if nobody is left out. */
function partitionText(groups: ReadonlyArray<readonly ServerId[]>, nodes: number): string {
	const named = new Set(groups.flat()).size;
	const sides = groups.map((group) => group.map((id) => nodeName(id)).join(' '));
	if (named < nodes) {
		sides.push('rest');
	} else if (sides.length > 1) {
		sides[sides.length - 1] = 'rest';
	}

	return sides.join(' | ');
}

/** A rate between 0 and 1 as `20%`. */
export const percentText = (rate: number): string => `${Number((rate * 100).toFixed(2))}%`;

/** A range of virtual time as `10-30ms`. */
export function rangeText({minUs, maxUs}: TimeRangeUs): string {
	return minUs === maxUs ? `${millisecondsText(minUs)}ms` : `${millisecondsText(minUs)}-${millisecondsText(maxUs)}ms`;
}

export const millisecondsText = (timeUs: number): string => String(Number((timeUs / 1000).toFixed(3)));
