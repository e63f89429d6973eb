/*
A trace for ShiViz (bestchai.github.io/shiviz), which draws who could have known what from vector clocks.

Two lines an event: what it was, then its host with its clock. The file begins as ShiViz wants a file that is opened,
with the expression that it is read with, which is its default, and an empty line for runs that are told apart; a
text that is pasted may begin so, too. Servers and clients are hosts; what nobody of them takes part in is left out.
*/

import {nodeName, timeText} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';
import type {Flight} from '../simulation/network.js';
import {callText, clientName, messageText, resultText, serverEventText} from './trace-wording.js';
import type {TraceOptions, TraceWriter} from './trace-writer.js';

export const shivizExpression = String.raw`(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`;

export const shivizBeginning = `${shivizExpression}\n\nwhitewater: `;

/** How many events of each host one can know of. */
type Clock = ReadonlyMap<string, number>;

const noClock: Clock = new Map();

export class ShivizWriter implements TraceWriter {
	readonly #options: TraceOptions;
	readonly #clocks = new Map<string, Clock>();
	/** By the number of the message: what its sender knew. */
	readonly #underWay = new Map<number, Clock>();

	constructor(options: TraceOptions) {
		this.#options = options;
	}

	take(event: Event): string {
		if (event.type === 'settings') {
			return `${shivizBeginning}${oneLine(this.#options.title)}, seed ${event.settings.seed}\n`;
		}

		// Clocks count from 1, so what came before has never been
		return event.timeUs < this.#options.fromUs ? this.#takeEarlier(event) : this.#take(event);
	}

	end(): string {
		return '';
	}

	/** A message from before the beginning comes with nothing to be known. */
	#takeEarlier(event: Event): string {
		if (event.type === 'sent') {
			this.#underWay.set(event.flight.id, noClock);
		} else if (event.type === 'delivered' || event.type === 'lost') {
			this.#underWay.delete(event.flight.id);
		}

		return '';
	}

	#take(event: Event): string {
		const {timeUs} = event;
		switch (event.type) {
			case 'settings':
			case 'command':
			case 'violation': {
				return '';
			}

			case 'sent': {
				return this.#send(event.flight);
			}

			case 'delivered': {
				const {id, from, to, message, copyOf} = event.flight;
				const known = this.#underWay.get(id);
				this.#underWay.delete(id);
				const copy = copyOf === undefined ? '' : `, a copy of #${copyOf}`;
				const text = `receive #${id} from ${nodeName(from)}: ${messageText(message)}${copy}`;
				return this.#tell(nodeName(to), timeUs, text, known);
			}

			case 'lost': {
				this.#underWay.delete(event.flight.id);
				return ''; // Neither end takes notice
			}

			case 'invoke': {
				return this.#tell(clientName(event.client), timeUs, `invoke ${callText(event)}`);
			}

			case 'request': {
				const [client, node] = [clientName(event.client), nodeName(event.node)];
				return this.#exchange(client, node, timeUs, `request ${callText(event)}`);
			}

			case 'refused': {
				const [client, node] = [clientName(event.client), nodeName(event.node)];
				const leader = event.leader === undefined ? '' : `, leader ${nodeName(event.leader)}`;
				return this.#exchange(node, client, timeUs, `refusal of ${callText(event)}${leader}`);
			}

			case 'ok': {
				const [client, node] = [clientName(event.client), nodeName(event.node)];
				return this.#exchange(node, client, timeUs, `answer to ${callText(event)}: ${resultText(event.result)}`);
			}

			case 'fail':
			case 'info': {
				const outcome = event.type === 'fail' ? 'failed' : 'outcome unknown';
				return this.#tell(clientName(event.client), timeUs, `${callText(event)}: ${outcome}`);
			}

			default: {
				return this.#tell(nodeName(event.node), timeUs, serverEventText(event));
			}
		}
	}

	#send({id, from, to, message, sentUs, lost, copyOf}: Flight): string {
		const sender = nodeName(from);
		if (copyOf !== undefined) {
			// The network's doing, not the sender's. The original may be lost already: then it has only just been sent
			this.#underWay.set(id, this.#underWay.get(copyOf) ?? this.#clocks.get(sender) ?? noClock);
			return '';
		}

		const fate = lost === undefined ? '' : `, lost: ${lost}`;
		const text = this.#tell(sender, sentUs, `send #${id} to ${nodeName(to)}: ${messageText(message)}${fate}`);
		this.#underWay.set(id, this.#clocks.get(sender)!);
		return text;
	}

	/** What takes no time on its way: it is sent and received at once. */
	#exchange(from: string, to: string, timeUs: number, text: string): string {
		const sent = this.#tell(from, timeUs, `send to ${to}: ${text}`);
		return sent + this.#tell(to, timeUs, `receive from ${from}: ${text}`, this.#clocks.get(from));
	}

	/** One more event of a host, which knows from then on what came with it. */
	#tell(host: string, timeUs: number, text: string, known = noClock): string {
		const clock = new Map(this.#clocks.get(host));
		clock.set(host, (clock.get(host) ?? 0) + 1);
		for (const [other, count] of known) {
			clock.set(other, Math.max(count, clock.get(other) ?? 0));
		}

		this.#clocks.set(host, clock);
		return `${timeText(timeUs)} ${oneLine(text)}\n${host} ${JSON.stringify(Object.fromEntries(clock))}\n`;
	}
}

/** Keys and values may contain anything. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Control}\u{2028}\u{2029}]/gv, ' ');
