/*
Whom a command is about: from the selector's words to servers, at the moment of the command.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Selector} from './command.js';
import type {Host} from './host.js';
import {copyStream, drawBetween, type RandomStream} from './random.js';
import type {World} from './world.js';

/**
The servers that the selectors of one command stand for, one selector after the other.

It remembers whom the command has named, for `rest`, and draws from a copy of the run's stream, which
becomes the run's own only if the command is performed: a refused one changes nothing.
*/
export class Selection {
	readonly choices: RandomStream;
	readonly #world: World;
	readonly #named = new Set<ServerId>();

	constructor(world: World) {
		this.#world = world;
		this.choices = copyStream(world.choices);
	}

	/** At least one server, or a sentence that says why there is none. */
	take(selector: Selector): readonly Host[] | string {
		const {hosts} = this.#world;
		const found = this.#find(selector);
		if (typeof found === 'string') {
			return found;
		}

		for (const {id} of found) {
			this.#named.add(id);
		}

		return found.length > 0 ? found : `${emptySentences[selector as string]} The cluster has n1 to n${hosts.length}.`;
	}

	/** Exactly one server, or a sentence. */
	takeOne(selector: Selector): Host | string {
		const found = this.take(selector);
		if (typeof found === 'string') {
			return found;
		}

		return found.length === 1
			? found[0]!
			: `One node is wanted here, and "${selector}" is ${found.length} of them. Try n${found[0]!.id}.`;
	}

	#find(selector: Selector): readonly Host[] | string {
		const world = this.#world;
		const {hosts, leader} = world;
		switch (selector) {
			case 'leader': {
				return leader === undefined ? 'There is no leader at the moment.' : [leader];
			}

			case 'followers': {
				return hosts.filter(({server}) => server?.role === 'follower');
			}

			case 'rest': {
				return hosts.filter(({id}) => !this.#named.has(id));
			}

			case 'all': {
				return hosts;
			}

			case 'majority':
			case 'minority': {
				const wantsMajority = selector === 'majority';
				const {groups} = world.network;
				if (groups.length === 0) {
					return `There is no partition at the moment, and so no ${selector}.`;
				}

				const sides = groups.filter((side) => side.length * 2 > hosts.length === wantsMajority);
				return sides.flat().map((id) => hosts[id - 1]!);
			}

			case 'random': {
				const up = hosts.filter(({server}) => server !== undefined);
				return up.length === 0 ? up : [up[drawBetween(this.choices, 0, up.length)]!];
			}

			default: {
				const host = hosts[selector - 1];
				return host === undefined ? `There is no n${selector}; the cluster has n1 to n${hosts.length}.` : [host];
			}
		}
	}
}

const emptySentences: Readonly<Record<string, string>> = {
	followers: 'There are no followers at the moment.',
	rest: 'Nobody is left for "rest": all have been named.',
	majority: 'No side of the partition has a majority.',
	minority: 'No side of the partition is a minority.',
	random: 'No node is up.',
};
