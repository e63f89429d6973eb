/*
A trace for ui.perfetto.dev and chrome://tracing: Chrome's Trace Event Format, in JSON.

One process, with a row for what the scenario did, two for each node and one for each client. Roles and the like are
spans, messages are slices with an arrow from sending to receiving. Times are virtual microseconds, as the format wants
them. What is clicked shows the event as our own trace has it.
*/

import type {ServerId} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';
import {ClientRow, CommandedOperations, type ClientEvent} from './trace-perfetto-clients.js';
import {NodeRows} from './trace-perfetto-node.js';
import {processId, record, Track, type TrackOptions} from './trace-perfetto-track.js';
import {traceLine} from './trace-json.js';
import {clientName, storyText} from './trace-wording.js';
import type {TraceOptions, TraceWriter} from './trace-writer.js';

export const perfettoBeginning = '{"otherData":{"program":"whitewater",';

/** Rows have numbers, and stand in their order. */
const scenarioRow = 1;
const nodeRow = (id: ServerId): number => id * 2;
const diskRow = (id: ServerId): number => id * 2 + 1;
const clientRow = (client: number): number => 1000 + client;

export class PerfettoWriter implements TraceWriter {
	readonly #options: TraceOptions;
	readonly #story: Track;
	readonly #nodes: NodeRows[] = [];
	readonly #clients = new Map<number, ClientRow | CommandedOperations>();
	/** What has been written since somebody last took it. */
	#text = '';

	constructor(options: TraceOptions) {
		this.#options = options;
		this.#story = new Track(this.#track(scenarioRow));
	}

	take(event: Event): string {
		this.#take(event);
		return this.#taken();
	}

	end(timeUs: number): string {
		const endUs = timeUs + 1; // So that what happened last lies within what was so then
		for (const row of [...this.#nodes, ...this.#clients.values(), this.#story]) {
			row.close(endUs);
		}

		return `${this.#taken()}\n]}\n`;
	}

	#take(event: Event): void {
		switch (event.type) {
			case 'settings': {
				this.#begin(event);
				break;
			}

			case 'command': {
				const {type} = event.command;
				const category = type === 'say' || type === 'mark' ? type : 'command';
				this.#story.add(event.timeUs, {name: storyText(event), category, args: traceLine(event)});
				break;
			}

			case 'violation': {
				const name = `violation: ${event.property}`;
				this.#story.add(event.timeUs, {name, category: 'violation', args: traceLine(event)});
				break;
			}

			case 'sent': {
				this.#nodeOf(event.flight.from).send(event.flight);
				break;
			}

			case 'delivered': {
				this.#nodeOf(event.flight.to).receive(event.flight, event.timeUs);
				break;
			}

			case 'lost': {
				const {flight, reason, timeUs} = event;
				this.#nodeOf(reason === 'down' ? flight.to : flight.from).lose(flight, reason, timeUs); // Where it got to
				break;
			}

			case 'request': {
				this.#nodeOf(event.node).hear(event);
				this.#clientOf(event.client).take(event);
				break;
			}

			case 'invoke':
			case 'refused':
			case 'ok':
			case 'fail':
			case 'info': {
				this.#clientOf(event.client).take(event satisfies ClientEvent);
				break;
			}

			default: {
				this.#nodeOf(event.node).take(event);
			}
		}
	}

	#begin(event: Event & {readonly type: 'settings'}): void {
		const {title} = this.#options;
		const {settings} = event;
		const about = JSON.stringify({title, seed: settings.seed, settings});
		const name = record(
			{ph: 'M', pid: processId, tid: scenarioRow, name: 'process_name'},
			JSON.stringify({name: title}),
		);
		this.#text += `${perfettoBeginning}${about.slice(1)},"displayTimeUnit":"ms","traceEvents":[${name.slice(1)}`;
		this.#nameRow(scenarioRow, 'scenario');
		for (let id = 1; id <= settings.nodes; id++) {
			this.#nameRow(nodeRow(id), nodeName(id));
			this.#nameRow(diskRow(id), `${nodeName(id)} disk`);
			this.#nodes.push(new NodeRows(this.#track(nodeRow(id)), this.#track(diskRow(id))));
		}
	}

	#nameRow(row: number, name: string): void {
		const common = {ph: 'M', pid: processId, tid: row};
		this.#text += record({...common, name: 'thread_name'}, JSON.stringify({name}));
		this.#text += record({...common, name: 'thread_sort_index'}, JSON.stringify({sort_index: row}));
	}

	#nodeOf(id: ServerId): NodeRows {
		return this.#nodes[id - 1]!;
	}

	#clientOf(client: number): ClientRow | CommandedOperations {
		const known = this.#clients.get(client);
		if (known !== undefined) {
			return known;
		}

		const row = clientRow(client);
		this.#nameRow(row, clientName(client));
		const added = client === 0 ? new CommandedOperations(this.#track(row)) : new ClientRow(this.#track(row));
		this.#clients.set(client, added);
		return added;
	}

	#track(tid: number): TrackOptions {
		return {
			tid,
			fromUs: this.#options.fromUs,
			write: (text) => {
				this.#text += text;
			},
		};
	}

	#taken(): string {
		const text = this.#text;
		this.#text = '';
		return text;
	}
}
