/*
What clients asked, on a timeline: a row for each, as it has one operation outstanding at a time. Client 0, who gives
commands, may have several, so that his are spans of their own.
*/

import type {Call, Event} from '../simulation/event.js';
import {nodeName} from '../scenario/command-text.js';
import {traceLine} from './trace-json.js';
import {processId, record, Track, type TrackOptions} from './trace-perfetto-track.js';
import {callText} from './trace-wording.js';

export type ClientEvent = Extract<Event, Call>;

const endings: ReadonlySet<string> = new Set(['ok', 'fail', 'info']);

const unanswered = '{"outcome":"none yet"}';

export class ClientRow {
	readonly #track: Track;
	#isWaiting = false;

	constructor(options: TrackOptions) {
		this.#track = new Track(options);
	}

	take(event: ClientEvent): void {
		const {timeUs} = event;
		switch (event.type) {
			case 'invoke': {
				this.#isWaiting = true;
				this.#track.begin({name: callText(event), category: 'operation'}, timeUs);
				break;
			}

			case 'request':
			case 'refused': {
				const name = `${event.type === 'request' ? 'ask' : 'refused by'} ${nodeName(event.node)}`;
				this.#track.add(timeUs, {name, category: event.type, args: traceLine(event)});
				break;
			}

			case 'ok':
			case 'fail':
			case 'info': {
				this.#end(timeUs, traceLine(event));
				break;
			}
		}
	}

	close(timeUs: number): void {
		this.#end(timeUs, unanswered);
		this.#track.close(timeUs);
	}

	#end(timeUs: number, args: string): void {
		if (this.#isWaiting) {
			this.#isWaiting = false;
			this.#track.end(timeUs, args);
		}
	}
}

/** Operations that may overlap: the format's asynchronous spans. */
export class CommandedOperations {
	readonly #options: TrackOptions;
	/** By number. */
	readonly #open = new Map<number, {readonly name: string; readonly sinceUs: number}>();

	constructor(options: TrackOptions) {
		this.#options = options;
	}

	take(event: ClientEvent): void {
		const {type, op, timeUs} = event;
		if (type === 'invoke') {
			this.#open.set(op, {name: callText(event), sinceUs: timeUs});
		} else if (endings.has(type)) {
			this.#end(op, timeUs, traceLine(event));
		}
	}

	close(timeUs: number): void {
		for (const op of this.#open.keys()) {
			this.#end(op, timeUs, unanswered);
		}
	}

	#end(op: number, timeUs: number, args: string): void {
		const {tid, fromUs, write} = this.#options;
		const {name, sinceUs} = this.#open.get(op)!;
		this.#open.delete(op);
		if (timeUs >= fromUs) {
			const common = {cat: 'operation', name, id: op, pid: processId, tid};
			write(record({ph: 'b', ...common, ts: Math.max(sinceUs, fromUs)}, '{}'));
			write(record({ph: 'e', ...common, ts: timeUs}, args));
		}
	}
}
