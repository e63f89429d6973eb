/*
A node's two rows on a timeline: what it was and did, and when its disk was busy.
*/

import type {Role} from '../raft/server.js';
import type {ServerId, Term} from '../raft/vocabulary.js';
import {nodeName} from '../scenario/command-text.js';
import type {Event} from '../simulation/event.js';
import type {Flight, LossReason} from '../simulation/network.js';
import {traceLine} from './trace-json.js';
import {DiskActivity} from './trace-perfetto-disk.js';
import {Track, type TrackOptions} from './trace-perfetto-track.js';
import {entryText, serverEventText, type ServerEvent} from './trace-wording.js';

type Reign = {readonly role: Role; readonly term: Term; leader: ServerId | undefined};

export class NodeRows {
	readonly #track: Track;
	readonly #disk: Track;
	readonly #activity = new DiskActivity();
	readonly #fromUs: number;
	/** What its row shows now; nothing while it is down. */
	#reign: Reign | undefined;
	#isSuspended = false;

	constructor(track: TrackOptions, disk: TrackOptions) {
		this.#track = new Track(track);
		this.#disk = new Track(disk);
		this.#fromUs = track.fromUs;
		this.#beginReign({role: 'follower', term: 0, leader: undefined}, 0);
	}

	take(event: ServerEvent): void {
		const {timeUs} = event;
		switch (event.type) {
			case 'role': {
				this.#takeRole(event);
				break;
			}

			case 'crash': {
				this.#add(event, 'crash');
				this.#endSync(timeUs, 'cut short by a crash');
				this.#endSpans(timeUs);
				this.#reign = undefined;
				this.#track.begin({name: 'down', category: 'down'}, timeUs);
				break;
			}

			case 'restart': {
				this.#activity.restart(event.seq, timeUs);
				this.#endSpans(timeUs);
				this.#beginReign({role: 'follower', term: event.term, leader: undefined}, timeUs);
				this.#add(event, 'restart');
				break;
			}

			case 'suspend': {
				this.#activity.suspend();
				this.#isSuspended = true;
				this.#track.begin({name: 'suspended', category: 'suspended'}, timeUs);
				break;
			}

			case 'resume': {
				this.#activity.resume(timeUs);
				this.#endSuspension(timeUs);
				break;
			}

			case 'synced': {
				const sinceUs = this.#activity.synced(event.upTo, timeUs);
				this.#addSync(sinceUs, timeUs, traceLine(event));
				break;
			}

			case 'vote':
			case 'append':
			case 'truncate': {
				this.#activity.wrote(event.seq, timeUs);
				this.#add(event, event.type);
				break;
			}

			case 'timer': {
				this.#add(event, serverEventText(event));
				break;
			}

			case 'commit':
			case 'apply':
			case 'wipe': {
				this.#add(event, event.type);
				break;
			}
		}
	}

	send(flight: Flight): void {
		const {id, message, copyOf, sentUs, lost} = flight;
		this.#track.add(sentUs, {
			name: `${copyOf === undefined ? 'send' : 'copy'} ${message.type}`,
			category: 'send',
			args: JSON.stringify(messageFields(flight)),
			arrow: lost === undefined ? {phase: 's', id, name: message.type} : 'none',
		});
	}

	receive(flight: Flight, timeUs: number): void {
		const {id, message, sentUs} = flight;
		this.#track.add(timeUs, {
			name: `receive ${message.type}`,
			category: 'receive',
			args: JSON.stringify(messageFields(flight)),
			arrow: sentUs < this.#fromUs ? 'none' : {phase: 'f', id, name: message.type}, // It would come from nowhere
		});
	}

	lose(flight: Flight, reason: LossReason, timeUs: number): void {
		this.#track.add(timeUs, {
			name: `lost: ${reason}`,
			category: 'lost',
			args: JSON.stringify({reason, ...messageFields(flight)}),
		});
	}

	/** A client asks this node. */
	hear(event: Event & {readonly type: 'request'}): void {
		this.#track.add(event.timeUs, {name: 'request', category: 'request', args: traceLine(event)});
	}

	close(timeUs: number): void {
		this.#endSync(timeUs, 'under way when the trace ended');
		this.#endSpans(timeUs);
		this.#track.close(timeUs);
		this.#disk.close(timeUs);
	}

	#takeRole({seq, timeUs, role, term, leader}: Event & {readonly type: 'role'}): void {
		const reign = this.#reign;
		if (reign?.term !== term) {
			this.#activity.wrote(seq, timeUs); // A term is saved when it is joined (§5.1)
		}

		if (reign?.role === role && reign.term === term) {
			reign.leader = leader; // Learnt meanwhile
		} else {
			this.#endSpans(timeUs);
			this.#beginReign({role, term, leader}, timeUs);
		}
	}

	#beginReign(reign: Reign, timeUs: number): void {
		const {role, term} = reign;
		this.#reign = reign;
		this.#track.begin({name: `${role}, term ${term}`, category: role}, timeUs);
	}

	#endSuspension(timeUs: number): void {
		if (this.#isSuspended) {
			this.#isSuspended = false;
			this.#track.end(timeUs, '{}');
		}
	}

	/** What it was, it is no longer. */
	#endSpans(timeUs: number): void {
		this.#endSuspension(timeUs);
		const {role, term, leader} = this.#reign ?? {};
		const names = leader === undefined ? {} : {leader: nodeName(leader)};
		this.#track.end(timeUs, JSON.stringify({role, term, ...names}));
	}

	#endSync(timeUs: number, outcome: string): void {
		const sinceUs = this.#activity.crash();
		if (sinceUs !== undefined) {
			this.#addSync(sinceUs, timeUs, JSON.stringify({outcome}));
		}
	}

	#addSync(sinceUs: number, timeUs: number, args: string): void {
		this.#disk.begin({name: 'sync', category: 'disk'}, sinceUs);
		this.#disk.end(timeUs, args);
	}

	#add(event: ServerEvent, name: string): void {
		this.#track.add(event.timeUs, {name, category: event.type, args: traceLine(event)});
	}
}

/** A message with the paper's field names, its entries as one would read them. */
function messageFields({id, from, to, copyOf, message}: Flight): Record<string, unknown> {
	const envelope = {id, from: nodeName(from), to: nodeName(to), ...(copyOf !== undefined && {copyOf})};
	switch (message.type) {
		case 'RequestVote': {
			return {...envelope, ...message, candidateId: nodeName(message.candidateId)};
		}

		case 'AppendEntries': {
			const {leaderId, entries} = message;
			return {
				...envelope,
				...message,
				leaderId: nodeName(leaderId),
				entries: entries.map((entry) => entryText(entry)),
			};
		}

		case 'VoteReply':
		case 'AppendReply': {
			return {...envelope, ...message};
		}
	}
}
