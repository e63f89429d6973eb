/*
Scenario files, written: what is written here is read back as the same scenario.
*/

import {Document, isMap} from 'yaml';
import {defaultSettings} from '../simulation/settings.js';
import {clientsText, commandText, percentText, rangeText, timeText} from './command-text.js';
import type {Scenario, Step} from './scenario.js';

/**
A scenario as a file. Every setting is written out, so that it plays the same where the defaults are others.

What was written by hand, comments above all, is not kept.
*/
export function scenarioText({title, about, settings, steps}: Omit<Scenario, 'file'>): string {
	const {seed, nodes, electionTimeout, heartbeatUs, entriesPerMessageMax} = settings;
	const contents = {
		...(title !== undefined && {title}),
		...(about !== undefined && {about}),
		seed,
		nodes: String(nodes),
		raft: {
			'election-timeout': rangeText(electionTimeout),
			heartbeat: timeText(heartbeatUs),
			...(entriesPerMessageMax !== defaultSettings.entriesPerMessageMax && {
				'entries-per-message': String(entriesPerMessageMax),
			}),
		},
		network: {
			delay: rangeText(settings.delay),
			loss: percentText(settings.lossRate),
			duplicate: percentText(settings.duplicateRate),
		},
		disk: settings.disk === 'none' ? 'none' : {sync: rangeText(settings.syncDelay)},
		clients: clientsText(settings.clients),
		steps: steps.map((step) => stepContents(step)),
	};
	const document = new Document(contents, {schema: 'failsafe', version: '1.2'});
	for (const name of ['raft', 'network', 'disk']) {
		const map = document.get(name);
		if (isMap(map)) {
			map.flow = true;
		}
	}

	return document.toString({lineWidth: 0, flowCollectionPadding: false});
}

/** A step as it stands in a file: a line, or the map of a question, which has no time of its own. */
function stepContents({when, instruction}: Step): string | Readonly<Record<string, unknown>> {
	if (instruction.type === 'ask') {
		const {text, answers, right, because} = instruction;
		return {ask: text, answers, right: right.length === 1 ? right[0] : right, because};
	}

	const text = commandText(instruction);
	if (when === undefined) {
		return text;
	}

	return 'atUs' in when ? `${timeText(when.atUs)} ${text}` : `+${timeText(when.afterUs)} ${text}`;
}
