/*
A trace as a sequence diagram in Mermaid, for a page or a pull request.

Such a diagram must be small: it ends after so many arrows or characters, whatever the run does then, and heartbeats
and their answers are left out. An arrow stands where the message arrives or is lost, since Mermaid draws it level.
*/

import type {ServerId, Term} from '../raft/vocabulary.js';
import {nodeName, timeText} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';
import {QuietTraffic} from './trace-mermaid-quiet.js';
import {arrowLine, noteLine, participantLine, titleLine, type ArrowStyle} from './trace-mermaid-text.js';
import {
	callText,
	clientName,
	messageText,
	resultText,
	serverEventText,
	storyText,
	type ServerEvent,
} from './trace-wording.js';
import type {TraceOptions, TraceWriter} from './trace-writer.js';

export const mermaidBeginning = '%% Written by whitewater\n';

export const arrowsMax = 200;

/** Mermaid itself refuses more than 50 000, unless it is told otherwise. */
const charactersMax = 45_000;

/** What a node is, for whoever begins to look later. */
type Standing = {
	readonly words: string;
	readonly term: Term;
	readonly isLeader: boolean;
	readonly isSuspended: boolean;
};

/** Commands of which one sees what they do: arrows from a client. */
const operations: ReadonlySet<string> = new Set(['write', 'read', 'delete', 'cas']);

export class MermaidWriter implements TraceWriter {
	readonly #options: TraceOptions;
	#head = '';
	/** The lines below the participants. */
	#body = '';
	#nodes: readonly string[] = [];
	readonly #clients = new Set<number>();
	readonly #standing = new Map<ServerId, Standing>();
	readonly #quiet = new QuietTraffic();
	#arrows = 0;
	#hasBegun: boolean;
	/** When there was no room for more. */
	#cutUs: number | undefined;

	constructor(options: TraceOptions) {
		this.#options = options;
		this.#hasBegun = options.fromUs === 0; // Everybody is then what one is at first
	}

	take(event: Event): string {
		if (event.type === 'settings') {
			this.#begin(event);
		} else if (this.#cutUs === undefined) {
			const isShown = event.timeUs >= this.#options.fromUs;
			if (isShown) {
				this.#tellStanding();
			}

			const isQuiet = this.#quiet.take(event, isShown);
			if (isShown && !isQuiet) {
				this.#take(event);
			}

			this.#noteStanding(event);
		}

		return '';
	}

	end(): string {
		this.#tellStanding();
		const {leftOut} = this.#quiet;
		const remarks = [
			...(leftOut === 0 ? [] : [`${leftOut} heartbeats and answers to them are left out`]),
			...(this.#cutUs === undefined ? [] : [`cut at ${timeText(this.#cutUs)}: the run goes on`]),
		];
		const clients = [...this.#clients].toSorted((one, other) => one - other);
		return [
			this.#head,
			...clients.map((client) => participantLine(clientName(client))),
			this.#body,
			...remarks.map((remark) => noteLine(this.#everybody, remark)),
		].join('');
	}

	shortcoming(): string | undefined {
		return this.#cutUs === undefined
			? undefined
			: `the diagram is cut at ${timeText(this.#cutUs)}, after ${this.#arrows} arrows`;
	}

	get #everybody(): readonly string[] {
		return this.#nodes.length === 1 ? this.#nodes : [this.#nodes[0]!, this.#nodes.at(-1)!];
	}

	#begin({settings}: Event & {readonly type: 'settings'}): void {
		this.#nodes = Array.from({length: settings.nodes}, (_, at) => nodeName(at + 1));
		const participants = this.#nodes.map((name) => participantLine(name));
		const title = titleLine(`${this.#options.title}, seed ${settings.seed}`);
		this.#head = `${mermaidBeginning}sequenceDiagram\n${title}${participants.join('')}`;
		for (let id = 1; id <= settings.nodes; id++) {
			this.#standing.set(id, {words: 'follower, term 0', term: 0, isLeader: false, isSuspended: false});
		}
	}

	#take(event: Event): void {
		switch (event.type) {
			case 'command': {
				if (!operations.has(event.command.type)) {
					this.#note(event.timeUs, this.#everybody, storyText(event));
				}

				break;
			}

			case 'violation': {
				this.#note(
					event.timeUs,
					this.#everybody,
					`${event.property} is violated (${event.section}): ${event.explanation}`,
				);
				break;
			}

			case 'delivered': {
				const {from, to, message} = event.flight;
				const style = message.type === 'VoteReply' || message.type === 'AppendReply' ? 'dashed' : 'solid';
				this.#arrow(event.timeUs, nodeName(from), style, nodeName(to), messageText(message));
				break;
			}

			case 'lost': {
				const {from, to, message} = event.flight;
				const text = `${messageText(message)} (lost: ${event.reason})`;
				this.#arrow(event.timeUs, nodeName(from), 'lost', nodeName(to), text);
				break;
			}

			case 'request': {
				this.#arrow(event.timeUs, this.#client(event.client), 'solid', nodeName(event.node), callText(event));
				break;
			}

			case 'refused': {
				const leader = event.leader === undefined ? '' : `, leader ${nodeName(event.leader)}`;
				const text = `${callText(event)}: refused${leader}`;
				this.#arrow(event.timeUs, nodeName(event.node), 'dashed', this.#client(event.client), text);
				break;
			}

			case 'ok': {
				const text = `${callText(event)}: ${resultText(event.result)}`;
				this.#arrow(event.timeUs, nodeName(event.node), 'dashed', this.#client(event.client), text);
				break;
			}

			case 'fail':
			case 'info': {
				const outcome = event.type === 'fail' ? 'failed' : 'outcome unknown';
				this.#note(event.timeUs, [this.#client(event.client)], `${callText(event)}: ${outcome}`);
				break;
			}

			case 'settings':
			case 'sent':
			case 'invoke': {
				break; // Nothing to be seen yet
			}

			default: {
				if (this.#isNotable(event)) {
					this.#note(event.timeUs, [nodeName(event.node)], serverEventText(event));
				}
			}
		}
	}

	#isNotable(event: ServerEvent): boolean {
		const before = this.#standing.get(event.node)!;
		switch (event.type) {
			case 'role': {
				return !before.words.startsWith(event.role) || before.term !== event.term; // Not that it learns who leads
			}

			case 'commit': {
				return before.isLeader; // The others are told in the messages
			}

			case 'timer':
			case 'vote':
			case 'append':
			case 'apply':
			case 'synced': {
				return false;
			}

			default: {
				return true;
			}
		}
	}

	#noteStanding(event: Event): void {
		switch (event.type) {
			case 'role': {
				const {node, role, term} = event;
				const words = `${role}, term ${term}`;
				this.#standing.set(node, {words, term, isLeader: role === 'leader', isSuspended: false});
				break;
			}

			case 'crash': {
				this.#standing.set(event.node, {words: 'down', term: 0, isLeader: false, isSuspended: false});
				break;
			}

			case 'restart': {
				const {node, term} = event;
				this.#standing.set(node, {words: `follower, term ${term}`, term, isLeader: false, isSuspended: false});
				break;
			}

			case 'suspend':
			case 'resume': {
				const isSuspended = event.type === 'suspend';
				this.#standing.set(event.node, {...this.#standing.get(event.node)!, isSuspended});
				break;
			}

			default: {
				break;
			}
		}
	}

	/** Where one begins to look. */
	#tellStanding(): void {
		if (!this.#hasBegun) {
			this.#hasBegun = true;
			for (const [id, {words, isSuspended}] of this.#standing) {
				this.#note(this.#options.fromUs, [nodeName(id)], `${words}${isSuspended ? ', suspended' : ''}`);
			}
		}
	}

	#client(client: number): string {
		if (this.#cutUs === undefined) {
			this.#clients.add(client);
		}

		return clientName(client);
	}

	#arrow(timeUs: number, from: string, style: ArrowStyle, to: string, text: string): void {
		if (this.#arrows === arrowsMax) {
			this.#cutUs ??= timeUs;
		} else if (this.#add(timeUs, arrowLine(from, style, to, text))) {
			this.#arrows++;
		}
	}

	#note(timeUs: number, over: readonly string[], text: string): void {
		this.#add(timeUs, noteLine(over, `${timeText(timeUs)} ${text}`));
	}

	#add(timeUs: number, line: string): boolean {
		if (this.#cutUs === undefined && this.#body.length + line.length > charactersMax) {
			this.#cutUs = timeUs;
		}

		if (this.#cutUs === undefined) {
			this.#body += line;
		}

		return this.#cutUs === undefined;
	}
}
