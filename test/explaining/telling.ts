/*
Explanations as text, and finding the event to be explained.
*/

import assert from 'node:assert/strict';
import type {Message, ServerId} from '../../source/raft/vocabulary.js';
import {explain, type Subject} from '../../source/explaining/explain.js';
import type {Event, EventType} from '../../source/simulation/event.js';
import type {World} from '../../source/simulation/world.js';
import {eventsOf, type EventOf} from '../simulation/worlds.js';

/** The title, the facts, what followed, the rules' sections and the causes, a line each. */
export function told(world: World, subject: Subject): readonly string[] {
	const {title, facts, consequences, rules, causes} = explain(subject, world);
	return [
		title,
		...facts.map((fact) => `  ${fact}`),
		...consequences.map((clause) => `→ ${clause}`),
		...rules.map(({section}) => `rule ${section}`),
		...causes.map(({timeUs, node, text}) => `← ${timeUs / 1000} ${node === undefined ? '' : `n${node} `}${text}`),
	];
}

export const event = ({seq}: Event): Subject => ({type: 'event', seq});

/** The latest event of a type that fits. */
export function latest<Type extends EventType>(
	world: World,
	type: Type,
	fits: (event: EventOf<Type>) => boolean = () => true,
): Subject {
	const found = eventsOf(world).findLast((one) => one.type === type && fits(one as EventOf<Type>));
	assert.ok(found, `no ${type}`);
	return event(found);
}

/** The latest arrival of a message of a type between two servers. */
export const arrival = (world: World, type: Message['type'], from: ServerId, to: ServerId): Subject =>
	latest(world, 'delivered', ({flight}) => flight.message.type === type && flight.from === from && flight.to === to);
