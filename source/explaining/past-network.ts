/*
Looking back at the network: what was broken at an event, and by which command.

Commands name nodes by what these are at the time. Whom `random` meant is not in the trace: such a command is blamed
only if no other can have been it.
*/

import type {ServerId} from '../raft/vocabulary.js';
import type {Command, Selector} from '../simulation/command.js';
import type {Settings} from '../simulation/settings.js';
import type {Trace} from '../simulation/trace.js';
import type {World} from '../simulation/world.js';
import {findAfter, leaderBefore, standingBefore, type EventOf} from './past.js';

type Given = EventOf<'command'>;

/** A command that did something, or perhaps did. */
export type Blame = {readonly command: Given; readonly isCertain: boolean};

/** What a selector stood for, or might have. */
export type Meant = {readonly nodes: readonly ServerId[]; readonly isCertain: boolean};

const everything = (): boolean => true;

/** The network right before an event, as far back as the trace knows. */
export class PastNetwork {
	readonly #trace: Trace;
	readonly #settings: Settings;
	readonly #all: readonly ServerId[];
	/** The sides of the partition; `undefined` if nobody can say. */
	#sides: ReadonlyArray<readonly ServerId[]> | undefined;
	#partition: Blame | undefined;
	readonly #isolated = new Map<ServerId, Blame>();
	readonly #cuts = new Map<string, Blame>();
	#loss: Given | undefined;
	readonly #lossyLinks = new Map<string, Blame & {readonly rate: number}>();

	constructor({trace, settings}: World, seq: number) {
		this.#trace = trace;
		this.#settings = settings;
		this.#all = Array.from({length: settings.nodes}, (_, at) => at + 1);
		this.#sides = trace.first === 1 ? [] : undefined;
		findAfter(trace, 0, ['command'], everything, (command) => {
			if (command.seq < seq) {
				this.#take(command);
			}

			return command.seq >= seq;
		});
	}

	/** Who had broken the way from one server to another, if it was broken and that is known. */
	breakBetween(from: ServerId, to: ServerId): Given | undefined {
		const isSplit =
			this.#sides === undefined || this.#sides.every((side) => !(side.includes(from) && side.includes(to)));
		const blames = [
			this.#cuts.get(linkBetween(from, to)),
			this.#isolated.get(from),
			this.#isolated.get(to),
			isSplit ? this.#partition : undefined,
		].filter((blame) => blame !== undefined);
		const certain = blames.filter(({isCertain}) => isCertain);
		return latestOf(certain.length === 0 ? blames : certain);
	}

	/** Who had made a link lose messages, if it lost some and that is known. */
	lossBetween(from: ServerId, to: ServerId): Given | undefined {
		const link = this.#lossyLinks.get(linkBetween(from, to));
		const isLinks = link !== undefined && link.rate > 0 && (link.isCertain || this.#loss === undefined);
		return isLinks ? link.command : this.#loss;
	}

	/** Whom a selector meant; `named` are those whom the command had named before. */
	meantBy(selector: Selector, seq: number, named: readonly ServerId[] = []): Meant {
		const certain = (nodes: readonly ServerId[]): Meant => ({nodes, isCertain: true});
		const perhaps: Meant = {nodes: this.#all, isCertain: false};
		const trace = this.#trace;
		switch (selector) {
			case 'leader': {
				const leader = leaderBefore(trace, seq, this.#settings.nodes);
				return leader === undefined ? perhaps : certain([leader]);
			}

			case 'followers': {
				const roles = this.#all.map((node) => standingBefore(trace, node, seq)?.role);
				return {
					nodes: this.#all.filter((node) => roles[node - 1] === 'follower' || roles[node - 1] === undefined),
					isCertain: !roles.includes(undefined), // Of some the trace has forgotten what they were
				};
			}

			case 'rest': {
				return certain(this.#all.filter((node) => !named.includes(node)));
			}

			case 'all': {
				return certain(this.#all);
			}

			case 'majority':
			case 'minority': {
				const isMajority = selector === 'majority';
				const sides = this.#sides?.filter((side) => side.length * 2 > this.#all.length === isMajority);
				return sides === undefined ? perhaps : certain(sides.flat());
			}

			case 'random': {
				return perhaps;
			}

			default: {
				return certain([selector]);
			}
		}
	}

	#take(given: Given): void {
		const {command, seq} = given;
		switch (command.type) {
			case 'partition': {
				this.#split(given, command.groups);
				break;
			}

			case 'isolate': {
				const {nodes, isCertain} = this.meantBy(command.node, seq);
				for (const node of nodes) {
					addBlame(this.#isolated, node, {command: given, isCertain});
				}

				break;
			}

			case 'rejoin': {
				const {nodes, isCertain} = this.meantBy(command.node, seq);
				for (const node of nodes) {
					takeBack(this.#isolated, node, isCertain);
				}

				break;
			}

			case 'cut': {
				const {links, isCertain} = this.#linksOf(command, seq);
				for (const link of links) {
					addBlame(this.#cuts, link, {command: given, isCertain});
				}

				break;
			}

			case 'heal': {
				this.#heal(command, seq);
				break;
			}

			case 'loss': {
				this.#loss = command.rate > 0 ? given : undefined;
				break;
			}

			case 'link': {
				this.#setLink(given, command);
				break;
			}

			default: {
				break;
			}
		}
	}

	#split(command: Given, groups: ReadonlyArray<readonly Selector[]>): void {
		const named: ServerId[] = [];
		let isCertain = true;
		const sides = groups.map((group) =>
			group.flatMap((selector) => {
				const meant = this.meantBy(selector, command.seq, named);
				isCertain &&= meant.isCertain;
				named.push(...meant.nodes);
				return meant.nodes;
			}),
		);
		const rest = this.#all.filter((node) => !named.includes(node));
		this.#partition = {command, isCertain};
		this.#sides = isCertain ? [...sides, rest].filter((side) => side.length > 0) : undefined;
	}

	#heal({between, only}: Command & {readonly type: 'heal'}, seq: number): void {
		if (between !== undefined) {
			const {links, isCertain} = this.#linksOf({from: between[0], to: between[1], isOneWay: false}, seq);
			for (const link of links) {
				takeBack(this.#cuts, link, isCertain);
			}

			return;
		}

		this.#partition = undefined;
		this.#sides = [];
		if (only === undefined) {
			this.#isolated.clear();
			this.#cuts.clear();
		}
	}

	#setLink(command: Given, ends: Command & {readonly type: 'link'}): void {
		const {links, isCertain} = this.#linksOf(ends, command.seq);
		const rate = ends.link?.lossRate;
		for (const link of links) {
			if (ends.link === undefined && isCertain) {
				this.#lossyLinks.delete(link);
			} else if (rate !== undefined && (isCertain || this.#lossyLinks.get(link)?.isCertain !== true)) {
				this.#lossyLinks.set(link, {command, isCertain, rate});
			}
		}
	}

	#linksOf(
		{from, to, isOneWay}: {readonly from: Selector; readonly to: Selector; readonly isOneWay: boolean},
		seq: number,
	): {readonly links: readonly string[]; readonly isCertain: boolean} {
		const starts = this.meantBy(from, seq);
		const ends = this.meantBy(to, seq, starts.nodes);
		return {
			links: starts.nodes.flatMap((one) =>
				ends.nodes.flatMap((other) =>
					isOneWay ? [linkBetween(one, other)] : [linkBetween(one, other), linkBetween(other, one)],
				),
			),
			isCertain: starts.isCertain && ends.isCertain,
		};
	}
}

const linkBetween = (from: ServerId, to: ServerId): string => `${from} ${to}`;

const latestOf = (blames: readonly Blame[]): Given | undefined =>
	blames.toSorted((one, other) => other.command.seq - one.command.seq)[0]?.command;

/** What is broken already stays the deed of whoever broke it, unless that is uncertain. */
function addBlame<Key>(blames: Map<Key, Blame>, key: Key, blame: Blame): void {
	if (blames.get(key)?.isCertain !== true) {
		blames.set(key, blame);
	}
}

/** What is perhaps put right is perhaps still broken. */
function takeBack<Key>(blames: Map<Key, Blame>, key: Key, isCertain: boolean): void {
	const blame = blames.get(key);
	if (isCertain) {
		blames.delete(key);
	} else if (blame !== undefined) {
		blames.set(key, {...blame, isCertain: false});
	}
}
