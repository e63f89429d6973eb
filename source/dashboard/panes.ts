/*
What each panel shows of itself: where it is scrolled to, what is selected in it and what it is filtered by, and
what the keys that move do to that.
*/

import type {Subject} from '../explaining/explain.js';
import type {Lab, Snapshot} from '../lab/lab.js';
import type {ServerId} from '../raft/vocabulary.js';
import {logOf} from '../simulation/host.js';
import type {Place} from './binding.js';
import {matchesNotable} from './filter.js';
import {Filters} from './filters.js';
import type {Size, View} from './frame.js';
import type {PanelName} from './layout.js';
import {linesBy, logMoves, nodeMoves} from './moves.js';
import {hasColours} from './theme.js';
import {clientsView, zoomedClientsView} from './views/clients.js';
import {clusterView, zoomedClusterView} from './views/cluster.js';
import {eventsView, movedEventBy} from './views/events.js';
import type {ListCursor} from './views/lists.js';
import {logView, movedLogCursor, zoomedLogView, type LogCursor} from './views/log.js';
import {messagesView, movedBy} from './views/messages.js';
import {metricsView, zoomedMetricsView} from './views/metrics.js';
import {NodesPanel} from './views/nodes-panel.js';
import {defaultSpanUs, nextEvent, previousEvent, spacetimeView, timeScales} from './views/spacetime.js';
import {timelineView} from './views/timeline.js';

/** How far each panel is scrolled, in lines or columns. */
type Scrolls = Record<'cluster' | 'log' | 'logRows' | 'clients' | 'timeline', number>;

const unscrolled: Readonly<Scrolls> = {cluster: 0, log: 0, logRows: 0, clients: 0, timeline: 0};

export class Panes {
	focus: PanelName = 'nodes';
	isZoomed = false;
	/** The node that keys act on. */
	selected: ServerId | undefined;
	/** The nodes on one side of the partition that is being made; `undefined` while none is. */
	picked: ReadonlySet<ServerId> | undefined;
	/** Whether the zoomed Timeline leaves heartbeats out. */
	isFolded = false;
	readonly filters: Filters;
	readonly #lab: Lab;
	readonly #nodesPanel = new NodesPanel();
	#message: ListCursor | undefined;
	#event: ListCursor | undefined;
	#entry: LogCursor | undefined;
	/** The event of the Timeline that is selected, and the time to which its selection led. */
	#marked: {readonly seq: number; readonly timeUs: number} | undefined;
	#spanUs = defaultSpanUs;
	#scroll: Scrolls = {...unscrolled};
	/** The room that the panel in focus had last. */
	#room: Size = {width: 80, height: 20};

	constructor(lab: Lab) {
		this.#lab = lab;
		this.filters = new Filters(lab.world.hosts.length);
	}

	get message(): number | undefined {
		return this.#message?.selected;
	}

	/** What is selected in the list that is in focus, by its number. */
	get pointedAt(): number | undefined {
		return this.focus === 'messages' ? this.message : this.focus === 'events' ? this.#event?.selected : undefined;
	}

	/** The event that is selected in Events or in the Timeline; zoomed, or in the Timeline, else the newest. */
	eventOf(snapshot: Snapshot): number | undefined {
		switch (this.focus) {
			case 'events': {
				return this.pointedAt ?? (this.isZoomed ? this.#newestIn(snapshot) : undefined);
			}

			case 'timeline': {
				return this.#markedIn(snapshot) ?? this.#latestIn(snapshot);
			}

			default: {
				return undefined;
			}
		}
	}

	/** What one would ask about here: whatever is selected, else the node. */
	subjectIn(snapshot: Snapshot): Subject {
		const node = this.selected ?? snapshot.leader?.id ?? 1;
		const event = this.isZoomed || this.focus === 'events' ? this.eventOf(snapshot) : undefined;
		if (event !== undefined) {
			return {type: 'event', seq: event};
		}

		if (this.focus === 'messages' && this.message !== undefined) {
			return {type: 'message', id: this.message};
		}

		if (this.focus === 'log') {
			const entry = this.isZoomed
				? (this.#entry ?? newestEntry(snapshot, this.selected))
				: waitingEntry(snapshot, node);
			return entry.index > 0 ? {type: 'entry', ...entry} : {type: 'node', node: entry.node};
		}

		return {type: 'node', node};
	}

	focusOn(panel: PanelName): void {
		if (panel !== this.focus) {
			this.focus = panel;
			this.#message = undefined; // Or the lists would stand still for no visible reason
			this.#event = undefined;
		}
	}

	/** What would be let go of first; `undefined` if it is no more than a node, or where something is scrolled to. */
	get releaseWord(): string | undefined {
		if (this.filters.has(this.focus)) {
			return 'no filter';
		}

		if (this.pointedAt !== undefined) {
			return 'let go';
		}

		return this.isZoomed ? 'all panels' : undefined;
	}

	/** Where the keys are that only the panel in focus has. */
	get places(): readonly Place[] {
		switch (this.focus) {
			case 'messages': {
				return ['messages'];
			}

			case 'events': {
				return ['events'];
			}

			case 'log': {
				return this.isZoomed ? ['log'] : [];
			}

			case 'timeline': {
				return this.isZoomed ? ['timeline'] : [];
			}

			default: {
				return [];
			}
		}
	}

	/** Let go of one thing. */
	release(): void {
		if (this.filters.clear(this.focus)) {
			return;
		}

		if (this.pointedAt !== undefined) {
			this.#message = undefined;
			this.#event = undefined;
		} else if (this.isZoomed) {
			this.isZoomed = false;
		} else {
			this.selected = undefined;
			this.#entry = undefined;
			this.#marked = undefined;
			this.#scroll = {...unscrolled};
		}
	}

	changeScale(direction: 1 | -1): void {
		const at = timeScales.indexOf(this.#spanUs);
		this.#spanUs = timeScales[Math.max(0, Math.min(timeScales.length - 1, at + direction))]!;
	}

	/** Move in the panel that is in focus: through a list, along the log, from node to node. */
	move(key: string): void {
		const by = linesBy(key, this.#room.height);
		switch (this.focus) {
			case 'log': {
				this.#moveInLog(key);
				break;
			}

			case 'messages': {
				this.#message =
					by === undefined
						? this.#message
						: movedBy(by, this.#message, this.#lab.snapshot(), this.filters.of('messages'));
				break;
			}

			case 'events': {
				this.#event =
					by === undefined
						? this.#event
						: movedEventBy(by, this.#event, this.#lab.snapshot(), this.filters.of('events'));
				break;
			}

			case 'clients': {
				if (this.isZoomed) {
					this.#scrollBy('clients', by);
				} else {
					this.#moveToNode(key);
				}

				break;
			}

			case 'timeline': {
				if (this.isZoomed) {
					this.#moveInTime(key);
				} else {
					this.#moveToNode(key);
				}

				break;
			}

			case 'cluster': {
				if (this.isZoomed && key.startsWith('page')) {
					this.#scrollBy('cluster', by);
				} else {
					this.#moveToNode(key);
				}

				break;
			}

			default: {
				this.#moveToNode(key);
			}
		}
	}

	/** From node to node; beyond the last one, the first move back is to the last. */
	#moveToNode(key: string): void {
		const nodes = this.#lab.world.hosts.length;
		const by = nodeMoves[key] ?? 0;
		const from = this.selected ?? (by < 0 ? nodes + 1 : 0);
		this.selected = by === 0 ? this.selected : Math.max(1, Math.min(nodes, from + by));
	}

	#moveInLog(key: string): void {
		if (this.isZoomed) {
			const snapshot = this.#lab.snapshot();
			const cursor = this.#entry ?? newestEntry(snapshot, this.selected);
			this.#entry = movedLogCursor(key, cursor, snapshot, this.#room);
		} else if (['up', 'k', 'down', 'j'].includes(key)) {
			this.#scrollBy('logRows', linesBy(key, this.#room.height));
		} else {
			this.#scrollBy('log', logMoves[key]);
		}
	}

	#scrollBy(panel: keyof Scrolls, by = 0): void {
		this.#scroll[panel] = Math.max(0, this.#scroll[panel] + by);
	}

	/** Along the lanes from event to event, whereto the time goes too; up and down to the events of one node, or of all. */
	#moveInTime(key: string): void {
		const nodes = this.#lab.world.hosts.length;
		switch (key) {
			case 'left':
			case 'h': {
				this.#goToEvent(-1);
				break;
			}

			case 'right':
			case 'l': {
				this.#goToEvent(1);
				break;
			}

			case 'up':
			case 'k': {
				this.selected = this.selected === 1 ? undefined : (this.selected ?? nodes + 1) - 1;
				break;
			}

			case 'down':
			case 'j': {
				this.selected = this.selected === nodes ? undefined : (this.selected ?? 0) + 1;
				break;
			}

			default: {
				this.#scrollBy('timeline', linesBy(key, this.#room.height));
			}
		}
	}

	/** To the next event of the Timeline, or the one before. Returns whether there is one. */
	#goToEvent(direction: 1 | -1): boolean {
		const snapshot = this.#lab.snapshot();
		const at = this.#markedIn(snapshot);
		const seek = direction === 1 ? nextEvent : previousEvent;
		const from = at ?? snapshot.trace.length + (direction === 1 ? 0 : 1);
		const seq = seek(snapshot, from, this.#walk);
		const timeUs = seq === undefined ? undefined : snapshot.newestTrace.timeAt(seq);
		if (seq === undefined || timeUs === undefined) {
			return false;
		}

		this.#lab.goTo(timeUs);
		this.#marked = {seq, timeUs};
		return true;
	}

	/** To the next match of the filter, or the one before: later in the Timeline, further down in a list. Returns why there is none. */
	nextMatch(direction: 1 | -1): string | undefined {
		if (this.focus === 'timeline') {
			return this.#goToEvent(direction) ? undefined : direction === 1 ? 'No later match so far.' : 'No earlier match.';
		}

		const before = this.pointedAt;
		this.move(direction === 1 ? 'down' : 'up');
		const after = this.pointedAt;
		return after === undefined
			? 'Nothing matches.'
			: after === before
				? `No ${direction === 1 ? 'earlier' : 'later'} match.`
				: undefined;
	}

	/** Select an event of the Timeline, at whose time one is. */
	mark(seq: number, timeUs: number): void {
		this.#marked = {seq, timeUs};
	}

	get #walk() {
		return {node: this.selected, isFolded: this.isFolded, matches: this.filters.eventsThat('timeline')};
	}

	/** What was selected, as long as time stands where the selection led. */
	#markedIn({timeUs}: Snapshot): number | undefined {
		return this.#marked?.timeUs === timeUs ? this.#marked.seq : undefined;
	}

	/** The newest of the Events, of those that the filter lets through. */
	#newestIn({notables}: Snapshot): number | undefined {
		const filter = this.filters.of('events');
		return notables.findLast((notable) => filter === undefined || matchesNotable(filter, notable))?.seq;
	}

	#latestIn(snapshot: Snapshot): number | undefined {
		return previousEvent(snapshot, snapshot.trace.length + 1, this.#walk);
	}

	view(panel: PanelName, size: Size, snapshot: Snapshot): View {
		const {picked = new Set<ServerId>(), selected, isZoomed} = this;
		if (panel === this.focus) {
			this.#room = size;
		}

		switch (panel) {
			case 'cluster': {
				return isZoomed
					? this.#clamped('cluster', zoomedClusterView(snapshot, size, picked, this.#scroll.cluster))
					: clusterView(snapshot, size, picked);
			}

			case 'nodes': {
				return this.#nodesPanel.view(snapshot, size, {selected, picked, isZoomed});
			}

			case 'timeline': {
				const scroll = this.#scroll.timeline;
				const view = isZoomed
					? spacetimeView(snapshot, size, {
							spanUs: this.#spanUs,
							isFolded: this.isFolded,
							selected: this.eventOf(snapshot),
							matches: this.filters.eventsThat('timeline'),
							scroll,
						})
					: timelineView(snapshot, size, scroll);
				return this.#clamped('timeline', view);
			}

			case 'log': {
				return isZoomed ? this.#zoomedLog(snapshot, size) : this.#log(snapshot, size);
			}

			case 'messages': {
				const view = messagesView(snapshot, size, {
					cursor: this.#message,
					filter: this.filters.of('messages'),
					isZoomed,
				});
				this.#message = view.cursor;
				return view;
			}

			case 'events': {
				const view = eventsView(snapshot, size, {cursor: this.#event, filter: this.filters.of('events'), isZoomed});
				this.#event = view.cursor;
				return view;
			}

			case 'clients': {
				return isZoomed
					? this.#clamped('clients', zoomedClientsView(snapshot, size, this.#scroll.clients))
					: clientsView(snapshot, size);
			}

			case 'metrics': {
				return isZoomed ? zoomedMetricsView(snapshot, size) : metricsView(snapshot, size);
			}
		}
	}

	#log(snapshot: Snapshot, size: Size): View {
		const {log: scroll, logRows: rowScroll} = this.#scroll;
		const view = logView(snapshot, size, {scroll, rowScroll, hasColours: hasColours()});
		this.#scroll.logRows = Math.min(rowScroll, view.rowScrollMax ?? 0);
		return this.#clamped('log', view);
	}

	#zoomedLog(snapshot: Snapshot, size: Size): View {
		const cursor = this.#entry ?? newestEntry(snapshot, this.selected);
		return zoomedLogView(snapshot, size, {cursor, hasColours: hasColours()});
	}

	/** Nobody scrolls beyond the end, so that the first step back is one. */
	#clamped(panel: keyof Scrolls, view: View): View {
		this.#scroll[panel] = Math.min(this.#scroll[panel], view.scrollMax ?? 0);
		return view;
	}
}

/** Where one looks first: at the newest entry of the node, or of the leader. */
function newestEntry({nodes, leader}: Snapshot, selected: ServerId | undefined): LogCursor {
	const node = nodes[(selected ?? leader?.id ?? 1) - 1]!;
	return {node: node.id, index: logOf(node).lastIndex};
}

/** What one asks about first: the first entry that is not committed, as far as the node knows; else its newest. */
function waitingEntry({nodes}: Snapshot, id: ServerId): LogCursor {
	const node = nodes[id - 1]!;
	const {lastIndex} = logOf(node);
	return {node: id, index: Math.min(lastIndex, (node.server?.commitIndex ?? lastIndex) + 1)};
}
