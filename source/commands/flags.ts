/*
Flags' values: from what was typed to what it means, or a sentence that says what is allowed.
*/

import {themeNames, type ThemeName} from '../recording/themes.js';
import {whyNotClients, type ClientSettings, type TimeRangeUs} from '../simulation/settings.js';
import {nodesMax, whyNotSeed} from '../scenario/limits.js';
import {didYouMean, orList, quoted, UsageError} from './usage-error.js';

export const nodesMin = 3;

const delayMsMax = 60_000;
const speedMax = 100;

/** What a speed may be, as part of a sentence. */
export const speedRange = `a factor above 0, ${speedMax} at the most`;

/** Virtual and wall-clock time in the ratio that `0.1` or `0.1x` says; `undefined` if it says none. */
export function speedOf(text: string): number | undefined {
	const speed = Number(/^(?<factor>\d+(?:\.\d+)?|\.\d+)x?$/iv.exec(text)?.groups?.['factor'] ?? Number.NaN);
	return speed > 0 && speed <= speedMax ? speed : undefined;
}

export function parseSpeed(text: string): number {
	const speed = speedOf(text);
	if (speed === undefined) {
		throw new UsageError(
			`--speed must be ${speedRange}, not ${quoted(text)}. Try --speed 0.1x for a tenth of real time.`,
		);
	}

	return speed;
}

export function parseNodes(text: string): number {
	const nodes = /^\d+$/v.test(text) ? Number(text) : Number.NaN;
	if (!(nodes >= nodesMin && nodes <= nodesMax)) {
		throw new UsageError(
			`--nodes must be a whole number from ${nodesMin} to ${nodesMax}, not ${quoted(text)}. Try --nodes 5.`,
		);
	}

	return nodes;
}

/** A seed is shown, typed again and put into file names, so it is kept to characters that survive that. */
export function parseSeed(text: string): string {
	if (whyNotSeed(text) !== undefined) {
		throw new UsageError(
			`--seed must be up to 32 letters, digits, dots, dashes or underscores, not ${quoted(text)}. Try --seed 42.`,
		);
	}

	return text;
}

/** `10%`, or `10`, as 0.1. */
export function parsePercentage(flag: string, text: string): number {
	const percent = Number(/^(?<number>\d+(?:\.\d+)?|\.\d+)\s*%?$/v.exec(text)?.groups?.['number'] ?? Number.NaN);
	if (!(percent >= 0 && percent <= 100)) {
		throw new UsageError(`${flag} must be a percentage from 0% to 100%, not ${quoted(text)}. Try ${flag} 10%.`);
	}

	return percent / 100;
}

/** `10-30ms`, `10-30`, or `20ms` for a delay that is always the same. */
export function parseDelay(text: string): TimeRangeUs {
	const {least, most} =
		/^(?<least>\d+(?:\.\d+)?|\.\d+)(?:\s*[\-–]\s*(?<most>\d+(?:\.\d+)?|\.\d+))?\s*(?:ms)?$/v.exec(text)?.groups ?? {};
	if (least === undefined) {
		throw new UsageError(`--delay must be a range of milliseconds, not ${quoted(text)}. Try --delay 10-30ms.`);
	}

	const [minMs, maxMs] = [Number(least), Number(most ?? least)];
	if (minMs > maxMs) {
		throw new UsageError(
			`--delay must begin with the shorter time, not ${quoted(text)}. Try --delay ${maxMs}-${minMs}ms.`,
		);
	}

	if (maxMs > delayMsMax) {
		throw new UsageError(`--delay must be ${delayMsMax} ms at the most, not ${quoted(text)}. Try --delay 10-30ms.`);
	}

	return {minUs: Math.round(minMs * 1000), maxUs: Math.round(maxMs * 1000)};
}

/** `4 at 20/s`. */
export function parseClients(text: string): ClientSettings {
	const {count, rate} = /^(?<count>\d+) at (?<rate>\d+(?:\.\d+)?)\/s$/v.exec(text.trim())?.groups ?? {};
	const clients = {count: Number(count ?? Number.NaN), ratePerS: Number(rate ?? Number.NaN)};
	const refusal =
		count === undefined ? `--clients must be a number and a rate, not ${quoted(text)}.` : whyNotClients(clients);
	if (refusal !== undefined) {
		throw new UsageError(`${refusal} Try --clients "4 at 20/s".`);
	}

	return clients;
}

const colourLevels = {never: 0, 16: 1, 256: 2, truecolor: 3} as const;

/** What `--color` may be. */
export const colourNames = ['auto', 'never', '16', '256', 'truecolor'] as const;

export type ColourLevel = (typeof colourLevels)[keyof typeof colourLevels];

/**
How many colours to use, as chalk's level; `undefined` leaves it to what the terminal says of itself.

NO_COLOR counts if it is set to anything (no-color.org), unless the flag asks for more.
*/
export function parseColour(text: string | undefined, noColour: string | undefined): ColourLevel | undefined {
	if (text === undefined || text === 'auto') {
		return noColour === undefined || noColour === '' ? undefined : 0;
	}

	if (!Object.hasOwn(colourLevels, text)) {
		throw new UsageError(`--color must be ${orList(colourNames)}, not ${quoted(text)}. Try --color 256.`);
	}

	return colourLevels[text as keyof typeof colourLevels];
}

export function parseTheme(text: string): ThemeName {
	const name = themeNames.find((theme) => theme === text);
	if (name === undefined) {
		throw new UsageError(`--theme must be ${orList(themeNames)}, not ${quoted(text)}.${didYouMean(text, themeNames)}`);
	}

	return name;
}
