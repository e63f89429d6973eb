/*
A run that somebody has played, as a scenario that plays the same by itself.
*/

import {commandText} from './command-text.js';
import {propertyWord, type Expectation, type LineInstruction} from './instruction.js';
import type {Player} from './player.js';
import type {Scenario, Step} from './scenario.js';

/**
Every instruction has its time, and the last step stands at the run's end, so that a replay goes exactly as far. It
holds what was done; questions were only asked.
*/
export function sessionOf({scenario, taken, world, monitor}: Player): Scenario {
	const {violation} = monitor;
	const expectation: Expectation =
		violation === undefined ? {type: 'safe'} : {type: 'violation', property: propertyWord(violation.property)};
	const steps = taken.flatMap(({timeUs, instruction}) =>
		instruction.type === 'ask' ? [] : [stepAt(timeUs, instruction)],
	);
	return {...scenario, steps: [...steps, stepAt(world.timeUs, {type: 'expect', expectation})]};
}

const stepAt = (atUs: number, instruction: LineInstruction): Step => ({
	when: {atUs},
	instruction,
	text: commandText(instruction),
	line: 0,
	column: 0,
});
