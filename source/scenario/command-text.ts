/*
The command language, written: what a command is called on the screen, in a trace and in a scenario.

What is written here is read back as exactly the same command: a session is replayed from its text.
*/

import type {ServerId} from '../raft/vocabulary.js';
import {
	faultKinds,
	type DiskCondition,
	type FaultKind,
	type LinkSettings,
	type Selector,
} from '../simulation/command.js';
import type {ClientSettings, TimeRangeUs} from '../simulation/settings.js';
import {defaultWithinUs, type Condition, type Expectation, type LineInstruction} from './instruction.js';

/** `n3`. */
export const nodeName = (id: ServerId): string => `n${id}`;

/** A command as one would type it. */
export function commandText(command: LineInstruction): string {
	switch (command.type) {
		case 'partition': {
			return `partition ${command.groups.map((group) => selectorsText(group)).join(' | ')}`;
		}

		case 'isolate':
		case 'rejoin':
		case 'crash':
		case 'restart':
		case 'wipe':
		case 'suspend':
		case 'resume':
		case 'timeout': {
			return `${command.type} ${selectorText(command.node)}`;
		}

		case 'cut': {
			return `cut ${linkText(command)}`;
		}

		case 'heal': {
			const {between, only} = command;
			return between === undefined ? `heal ${only ?? ''}`.trimEnd() : `heal ${selectorsText(between)}`;
		}

		case 'loss': {
			return `loss ${percentText(command.rate)}`;
		}

		case 'delay': {
			return `delay ${rangeText(command.delay)}`;
		}

		case 'duplication': {
			return `duplicate ${percentText(command.rate)}`;
		}

		case 'link': {
			return `link ${linkText(command)} ${linkSettingsText(command.link)}`;
		}

		case 'drop':
		case 'hold':
		case 'release':
		case 'duplicate': {
			return `${command.type} #${command.message}`;
		}

		case 'clock': {
			return `clock ${selectorText(command.node)} ${decimalText(command.rate)}x`;
		}

		case 'disk': {
			return `disk ${selectorText(command.node)} ${diskText(command.condition)}`;
		}

		case 'write': {
			return `write ${wordText(command.key)}=${wordText(command.value)}${viaText(command.via)}`;
		}

		case 'read':
		case 'delete': {
			return `${command.type} ${wordText(command.key)}${viaText(command.via)}`;
		}

		case 'cas': {
			const words = [command.key, command.expected, command.value].map((word) => wordText(word));
			return `cas ${words.join(' ')}${viaText(command.via)}`;
		}

		case 'clients': {
			return `clients ${clientsText(command)}`;
		}

		case 'faults': {
			return `faults ${faultsText(command.kinds)}`;
		}

		case 'set': {
			return command.setting === 'heartbeat'
				? `set heartbeat ${timeText(command.everyUs)}`
				: `set election-timeout ${rangeText(command.range)}`;
		}

		case 'say':
		case 'mark': {
			return `${command.type} ${captionText(command.text)}`;
		}

		case 'speed': {
			return `speed ${decimalText(command.factor)}x`;
		}

		case 'sleep': {
			return `wait ${timeText(command.us)}`;
		}

		case 'wait': {
			const within = command.withinUs === defaultWithinUs ? '' : ` within ${timeText(command.withinUs)}`;
			return `wait ${conditionText(command.condition)}${within}`;
		}

		case 'expect': {
			return `expect ${expectationText(command.expectation)}`;
		}
	}
}

const selectorText = (selector: Selector): string => (typeof selector === 'number' ? nodeName(selector) : selector);

const selectorsText = (selectors: readonly Selector[]): string =>
	selectors.map((selector) => selectorText(selector)).join(' ');

const viaText = (via: Selector): string => (via === 'leader' ? '' : ` via ${selectorText(via)}`);

const linkText = ({from, to, isOneWay}: {from: Selector; to: Selector; isOneWay: boolean}): string =>
	`${selectorText(from)} ${isOneWay ? '-> ' : ''}${selectorText(to)}`;

function linkSettingsText(link: LinkSettings | undefined): string {
	if (link === undefined) {
		return 'default';
	}

	const {lossRate, delay, duplicateRate} = link;
	return [
		...(lossRate === undefined ? [] : [`loss ${percentText(lossRate)}`]),
		...(delay === undefined ? [] : [`delay ${rangeText(delay)}`]),
		...(duplicateRate === undefined ? [] : [`duplicate ${percentText(duplicateRate)}`]),
	].join(' ');
}

const diskText = (condition: DiskCondition): string =>
	condition.kind === 'slow' ? `slow ${rangeText(condition.delay)}` : condition.kind;

/** `2 at 10/s`, or `off`. */
export const clientsText = ({count, ratePerS}: ClientSettings): string =>
	count === 0 && ratePerS === 0 ? 'off' : `${count} at ${decimalText(ratePerS)}/s`;

function faultsText(kinds: readonly FaultKind[]): string {
	if (kinds.length === 0) {
		return 'off';
	}

	const isAll = kinds.length === faultKinds.length && kinds.every((kind, at) => kind === faultKinds[at]);
	return isAll ? 'on' : kinds.join(' ');
}

/** What a scenario waits for, as it is written there. */
export function conditionText(condition: Condition): string {
	switch (condition.type) {
		case 'leader': {
			return condition.among === undefined ? 'leader' : `leader among ${selectorsText(condition.among)}`;
		}

		case 'committed': {
			return `committed ${condition.index}`;
		}

		case 'applied': {
			return `applied ${condition.index} on ${condition.on === 'all' ? 'all' : selectorsText(condition.on)}`;
		}

		case 'new leader':
		case 'no leader':
		case 'converged': {
			return condition.type;
		}
	}
}

/** What a scenario expects, as it is written there. */
export function expectationText(expectation: Expectation): string {
	switch (expectation.type) {
		case 'safe':
		case 'linearizable':
		case 'converged':
		case 'no leader': {
			return expectation.type;
		}

		case 'leader': {
			return expectation.node === undefined ? 'leader' : `leader ${nodeName(expectation.node)}`;
		}

		case 'role': {
			return `role ${nodeName(expectation.node)} ${expectation.role}`;
		}

		case 'term':
		case 'committed': {
			return `${expectation.type} ${expectation.comparison} ${expectation.than}`;
		}

		case 'value': {
			const {key, value} = expectation;
			return value === undefined ? `no value ${wordText(key)}` : `value ${wordText(key)}=${wordText(value)}`;
		}

		case 'violation': {
			return `violation ${expectation.property}`;
		}
	}
}

/** A key or a value that needs no quotes: letters, digits and these signs. */
export const plainWord = String.raw`[\p{Letter}\p{Mark}\p{Number}!$&*+\-.\/:?@^_~]+`;
const isPlain = new RegExp(`^${plainWord}$`, 'v');

/** A key or a value, in quotes where it needs them. */
export const wordText = (word: string): string => (isPlain.test(word) ? word : JSON.stringify(word));

/** A caption as it stands, unless it would be read as another. */
const captionText = (text: string): string =>
	text === '' || text !== text.trim() || /^[",]|\p{Control}/v.test(text) ? JSON.stringify(text) : text;

/**
A number in full, however small or large, with its decimal point moved to the right.

Moved in the text and not by multiplying, so that what is read is exactly what was written: 7% is 0.07.
*/
function decimalText(number: number, moved = 0): string {
	if (number === 0) {
		return '0';
	}

	const [digits, exponent] = number.toExponential().split('e') as [string, string];
	const figures = digits.replace('.', '');
	const whole = Number(exponent) + moved + 1; // So many figures stand before the point
	const [before, after] =
		whole <= 0
			? ['0', '0'.repeat(-whole) + figures]
			: [figures.slice(0, whole).padEnd(whole, '0'), figures.slice(whole)];
	return /^0*$/v.test(after) ? before : `${before}.${after}`;
}

/** A rate between 0 and 1 as `20%`. */
export const percentText = (rate: number): string => `${decimalText(rate, 2)}%`;

/** A range of virtual time as `10-30ms`. */
export function rangeText({minUs, maxUs}: TimeRangeUs): string {
	return minUs === maxUs ? `${millisecondsText(minUs)}ms` : `${millisecondsText(minUs)}-${millisecondsText(maxUs)}ms`;
}

export const millisecondsText = (timeUs: number): string => String(Number((timeUs / 1000).toFixed(3)));

/** A length of virtual time, or a moment: `500ms`, `8s`, `12.345678s`. */
export const timeText = (us: number): string =>
	us !== 0 && us < 1_000_000 ? `${millisecondsText(us)}ms` : `${Number((us / 1_000_000).toFixed(6))}s`;
