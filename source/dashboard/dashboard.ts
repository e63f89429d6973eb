/*
The dashboard without a screen: what is selected, open and in focus, what each key does about it, and
the frame that comes of it all. It asks the lab for commands and knows nothing of terminals or clocks.
*/

import type {Lab, Snapshot} from '../lab/lab.js';
import type {ServerId} from '../raft/vocabulary.js';
import {commandText} from '../scenario/command-text.js';
import type {Command} from '../simulation/command.js';
import {framed, inside, type View, type Size} from './frame.js';
import {bindingFor, bindings, type Place} from './keymap.js';
import {layoutFor, panels, panelsIn, smallest, zoomed, type Layout, type PanelName, type Placed} from './layout.js';
import {fit, span, type Line} from './text.js';
import {hasStyles, paint} from './theme.js';
import {clusterView} from './views/cluster.js';
import {footerLine, type Hint, type Notice} from './views/footer.js';
import {headerLines} from './views/header.js';
import {helpView} from './views/help.js';
import {eventsView, messagesView} from './views/lists.js';
import {logView} from './views/log.js';
import {NodesPanel} from './views/nodes-panel.js';
import {timelineView} from './views/timeline.js';

/** What the screen shows: bands from top to bottom, in each columns from left to right, in each painted lines. */
export type Frame = {
	readonly columns: number;
	readonly rows: number;
	readonly bands: ReadonlyArray<ReadonlyArray<{readonly width: number; readonly lines: readonly string[]}>>;
};

/** What only whoever owns the terminal can do. */
export type Terminal = {
	readonly quit: (error?: unknown) => void;
	readonly suspend: () => void;
	readonly redraw: () => void;
};

/** How far back each list is scrolled, in lines or columns. */
type Scrolls = Record<'log' | 'messages' | 'events' | 'help', number>;

/** How long the text of a command stays, in milliseconds; a refusal, which is a sentence, stays longer. */
const noticeMs = 2000;
const refusalMs = 4000;

const lossStep = 0.05;
const delayUsMin = 1000;
const delayUsMax = 2_000_000;

const keysWritten = ['x', 'y', 'z', 'w'];

export class Dashboard {
	readonly lab: Lab;
	isZoomed = false;
	readonly #isAscii: boolean;
	#terminal: Terminal = {quit() {}, suspend() {}, redraw() {}};
	#columns: number;
	#rows: number;
	#selected: ServerId | undefined;
	#focus: PanelName = 'nodes';
	#isHelpOpen = false;
	#picked: ReadonlySet<ServerId> | undefined;
	#scroll: Scrolls = {log: 0, messages: 0, events: 0, help: 0};
	#notice: Notice | undefined;
	#noticeLeftMs = 0;
	#pendingKey = '';
	#writes = 0;
	#hasChanged = true;
	#frame: Frame;
	readonly #listeners = new Set<() => void>();
	readonly #nodesPanel = new NodesPanel();

	constructor(lab: Lab, {columns, rows, isAscii = false}: {columns: number; rows: number; isAscii?: boolean}) {
		this.lab = lab;
		this.#columns = columns;
		this.#rows = rows;
		this.#isAscii = isAscii;
		this.#frame = this.#draw();
	}

	/** For React: call `listener` whenever there is a new frame. */
	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	};

	/** For React: the latest frame, the same object as long as nothing on it changes. */
	readonly frame = (): Frame => this.#frame;

	attach(terminal: Terminal): void {
		this.#terminal = terminal;
	}

	resize(columns: number, rows: number): void {
		if (columns !== this.#columns || rows !== this.#rows) {
			this.#columns = columns;
			this.#rows = rows;
			this.#show();
		}
	}

	/** Let time pass, and show what it brings. Draws nothing while nothing can have changed. */
	tick(elapsedMs: number, nowMs?: () => number): void {
		if (this.#notice !== undefined) {
			this.#noticeLeftMs -= elapsedMs;
			if (this.#noticeLeftMs <= 0) {
				this.#notice = undefined;
				this.#hasChanged = true;
			}
		}

		const {isPlaying} = this.lab;
		this.lab.tick(elapsedMs, nowMs);
		if (isPlaying || this.#hasChanged) {
			this.#show();
		}
	}

	/** A key by its name in the keymap. Its effect is in the next frame. */
	press(key: string): void {
		const combined = this.#pendingKey === '' ? key : `${this.#pendingKey} ${key}`;
		if (key === 'g' && this.#pendingKey === '') {
			this.#pendingKey = 'g';
			return;
		}

		this.#pendingKey = '';
		const place: Place = this.#isHelpOpen ? 'help' : this.#picked === undefined ? 'panels' : 'picker';
		const name = bindingFor(place, combined) === undefined ? key : combined; // A g that led nowhere is forgotten
		const binding = bindingFor(place, name);
		if (binding !== undefined) {
			binding.run(this, name);
			this.#show();
		}
	}

	perform(command: Command): void {
		const refusal = this.lab.perform(command);
		this.#say(refusal ?? commandText(command, this.lab.world.hosts.length), refusal !== undefined);
	}

	stepOn(): void {
		if (!this.lab.stepOn()) {
			this.#say('Nothing is left to happen: restart a node first.', true);
		}
	}

	changeSpeed(direction: 1 | -1): void {
		const before = this.lab.speed;
		if (direction > 0) {
			this.lab.faster();
		} else {
			this.lab.slower();
		}

		const isAtEnd = before === this.lab.speed;
		this.#say(
			isAtEnd ? `It does not go ${direction > 0 ? 'faster' : 'slower'} than ${before}x.` : `speed ${this.lab.speed}x`,
			isAtEnd,
		);
	}

	select(id: ServerId): void {
		const nodes = this.lab.world.hosts.length;
		if (id > nodes) {
			this.#say(`There is no n${id}; the cluster has n1 to n${nodes}.`, true);
		} else {
			this.#selected = this.#selected === id ? undefined : id;
		}
	}

	/** What the footer calls the toggle keys now, and whom they would act on. */
	wordFor(action: 'crash' | 'isolate'): string {
		const target = this.#target();
		if (target === undefined) {
			return action;
		}

		const {network} = this.lab.world;
		const isUndone =
			action === 'crash' ? this.lab.world.host(target).server === undefined : network.isolated.has(target);
		const word = isUndone ? (action === 'crash' ? 'restart' : 'rejoin') : action;
		return `${word} n${target}`;
	}

	crashOrRestart(): void {
		this.#withTarget((node) => {
			const isDown = this.lab.world.host(node).server === undefined;
			this.perform({type: isDown ? 'restart' : 'crash', node});
		});
	}

	isolateOrRejoin(): void {
		this.#withTarget((node) => {
			this.perform({type: this.lab.world.network.isolated.has(node) ? 'rejoin' : 'isolate', node});
		});
	}

	timeout(): void {
		this.#withTarget((node) => {
			this.perform({type: 'timeout', node});
		});
	}

	write(): void {
		this.#withTarget((via) => {
			const key = keysWritten[this.#writes % keysWritten.length]!;
			this.#writes++;
			this.perform({type: 'write', key, value: String(this.#writes), via});
		});
	}

	changeLoss(direction: 1 | -1): void {
		const before = this.lab.world.network.lossRate;
		const rate = Math.max(0, Math.min(1, Math.round((before + direction * lossStep) * 1000) / 1000));
		if (rate === before) {
			this.#say(rate === 0 ? 'Nothing is lost already.' : 'Everything is lost already.', true);
		} else {
			this.perform({type: 'loss', rate});
		}
	}

	changeDelay(factor: number): void {
		const {minUs, maxUs} = this.lab.world.network.delay;
		const isAtEnd = factor < 1 ? maxUs * factor < delayUsMin : maxUs * factor > delayUsMax;
		if (isAtEnd) {
			this.#say(`The delay stays between ${delayUsMin / 1000} and ${delayUsMax / 1000} ms.`, true);
		} else if (maxUs === 0) {
			this.perform({type: 'delay', delay: {minUs: 0, maxUs: delayUsMin}});
		} else {
			this.perform({type: 'delay', delay: {minUs: Math.round(minUs * factor), maxUs: Math.round(maxUs * factor)}});
		}
	}

	startPicking(): void {
		this.#picked = new Set();
		this.#notice = undefined;
	}

	pick(id: ServerId): void {
		if (id > this.lab.world.hosts.length) {
			this.select(id); // Which says that there is no such node
			return;
		}

		const picked = new Set(this.#picked);
		if (!picked.delete(id)) {
			picked.add(id);
		}

		this.#picked = picked;
	}

	finishPicking(): void {
		const side = [...this.#picked!].toSorted((a, b) => a - b);
		this.#picked = undefined;
		if (side.length === 0) {
			this.#say('Nobody was picked: the network stays as it is.', true);
		} else {
			this.perform({type: 'partition', groups: [side]});
		}
	}

	openHelp(): void {
		this.#isHelpOpen = true;
		this.#scroll.help = 0;
	}

	toggleZoom(): void {
		this.isZoomed = !this.isZoomed;
	}

	moveFocus(direction: 1 | -1): void {
		const at = panels.indexOf(this.#focus);
		this.#focus = panels[(at + direction + panels.length) % panels.length]!;
	}

	/** Move in whatever is in focus: through a list, along the log, from node to node. */
	move(key: string): void {
		if (this.#isHelpOpen) {
			this.#scrollBy('help', listMoves[key]);
		} else if (this.#focus === 'log') {
			this.#scrollBy('log', logMoves[key]);
		} else if (this.#focus === 'messages' || this.#focus === 'events') {
			this.#scrollBy(this.#focus, listMoves[key]);
		} else {
			const nodes = this.lab.world.hosts.length;
			const by = nodeMoves[key] ?? 0;
			const from = this.#selected ?? (by < 0 ? nodes + 1 : 0);
			this.#selected = Math.max(1, Math.min(nodes, from + by));
		}
	}

	#scrollBy(panel: keyof Scrolls, by = 0): void {
		this.#scroll[panel] = Math.max(0, this.#scroll[panel] + by);
	}

	back(): void {
		if (this.#isHelpOpen) {
			this.#isHelpOpen = false;
		} else if (this.#picked !== undefined) {
			this.#picked = undefined;
		} else if (this.isZoomed) {
			this.isZoomed = false;
		} else {
			this.#selected = undefined;
			this.#scroll = {log: 0, messages: 0, events: 0, help: 0};
			this.#notice = undefined;
		}
	}

	quit(error?: unknown): void {
		this.#terminal.quit(error);
	}

	suspend(): void {
		this.#terminal.suspend();
	}

	redraw(): void {
		this.#terminal.redraw();
	}

	/** The selected node; without one, the leader. */
	#target(): ServerId | undefined {
		return this.#selected ?? this.lab.world.leader?.id;
	}

	#withTarget(act: (node: ServerId) => void): void {
		const target = this.#target();
		if (target === undefined) {
			this.#say('There is no leader at the moment: select a node by number.', true);
		} else {
			act(target);
		}
	}

	#say(text: string, isRefusal: boolean): void {
		this.#notice = {text, isRefusal};
		this.#noticeLeftMs = isRefusal ? refusalMs : noticeMs;
	}

	#show(): void {
		this.#hasChanged = false;
		const frame = this.#draw();
		if (!isSame(frame, this.#frame)) {
			this.#frame = frame;
			for (const listener of this.#listeners) {
				listener();
			}
		}
	}

	#draw(): Frame {
		const [columns, rows] = [this.#columns, this.#rows];
		const painted = (lines: readonly Line[]): string[] => lines.map((line) => paint(line, this.#isAscii));
		if (columns < smallest.columns || rows < smallest.rows) {
			const words = `Whitewater needs ${smallest.columns}x${smallest.rows}; this terminal is ${columns}x${rows}.`;
			return {columns, rows, bands: [[{width: columns, lines: painted([fit([span(words)], columns)])}]]};
		}

		const snapshot = this.lab.snapshot();
		const layout = this.#layout();
		const visible = this.#isHelpOpen ? [] : panelsIn(layout);
		const body = this.#isHelpOpen
			? [[{width: columns, lines: painted(this.#help(columns, rows))}]]
			: layout.map((band) =>
					band.map((column) => ({
						width: column[0]!.width,
						lines: painted(column.flatMap((placed) => this.#panel(placed, snapshot, visible.length > 1))),
					})),
				);
		return {
			columns,
			rows,
			bands: [
				[{width: columns, lines: painted(headerLines(snapshot, columns))}],
				...body,
				[
					{
						width: columns,
						lines: painted([
							footerLine(
								this.#hints(),
								this.#notice,
								this.#picked && [...this.#picked].toSorted((a, b) => a - b),
								columns,
							),
						]),
					},
				],
			],
		};
	}

	#layout(): Layout {
		return this.isZoomed
			? zoomed(this.#focus, this.#columns, this.#rows)
			: layoutFor(this.#columns, this.#rows, this.lab.world.hosts.length, this.#focus);
	}

	#panel({panel, width, height}: Placed, snapshot: Snapshot, canFocus: boolean): Line[] {
		return framed(
			this.#view(panel, inside({width, height}), snapshot),
			{width, height},
			canFocus && panel === this.#focus,
		);
	}

	#view(panel: PanelName, size: Size, snapshot: Snapshot): View {
		const picked = this.#picked ?? new Set();
		switch (panel) {
			case 'cluster': {
				return clusterView(snapshot, size, picked);
			}

			case 'nodes': {
				return this.#nodesPanel.view(snapshot, size, this.#selected, picked);
			}

			case 'timeline': {
				return timelineView(snapshot, size);
			}

			case 'log': {
				return this.#clamped('log', logView(snapshot, size, {scroll: this.#scroll.log, hasStyles: hasStyles()}));
			}

			case 'messages': {
				return this.#clamped('messages', messagesView(snapshot, size, this.#scroll.messages));
			}

			case 'events': {
				return this.#clamped('events', eventsView(snapshot, size, this.#scroll.events));
			}
		}
	}

	#help(columns: number, rows: number): Line[] {
		const size = {width: columns, height: rows - 3};
		return framed(this.#clamped('help', helpView(bindings, inside(size), this.#scroll.help)), size, true);
	}

	/** Nobody scrolls beyond the end, so that the first step back is one. */
	#clamped(panel: keyof Scrolls, view: View): View {
		this.#scroll[panel] = Math.min(this.#scroll[panel], view.scrollMax ?? 0);
		return view;
	}

	#hints(): Hint[] {
		const place: Place = this.#isHelpOpen ? 'help' : this.#picked === undefined ? 'panels' : 'picker';
		const nodes = this.lab.world.hosts.length;
		return bindings
			.filter((binding) => binding.place === place && binding.footer !== undefined)
			.map(({label, footer}) => ({
				label: label === '1-9' ? `1-${nodes}` : label,
				word: typeof footer === 'function' ? footer(this) : footer!,
			}));
	}
}

const page = 10;
const allTheWay = 1_000_000_000;

/** What the keys do in a list whose newest line comes first: how far towards the older ones. */
const listMoves: Readonly<Record<string, number>> = {
	up: -1,
	k: -1,
	down: 1,
	j: 1,
	pageup: -page,
	pagedown: page,
	home: -allTheWay,
	'g g': -allTheWay,
	end: allTheWay,
	G: allTheWay,
};

/** In the log, where the newest entry stands at the right. */
const logMoves: Readonly<Record<string, number>> = {
	right: -1,
	l: -1,
	left: 1,
	h: 1,
	pageup: -page,
	pagedown: page,
	home: allTheWay,
	'g g': -allTheWay,
	end: -allTheWay,
	G: allTheWay,
};

/** From node to node. */
const nodeMoves: Readonly<Record<string, number>> = {
	up: -1,
	k: -1,
	left: -1,
	h: -1,
	down: 1,
	j: 1,
	right: 1,
	l: 1,
	pageup: -allTheWay,
	home: -allTheWay,
	'g g': -allTheWay,
	pagedown: allTheWay,
	end: allTheWay,
	G: allTheWay,
};

function isSame(a: Frame, b: Frame): boolean {
	return (
		a.columns === b.columns &&
		a.rows === b.rows &&
		a.bands.length === b.bands.length &&
		a.bands.every((band, at) => {
			const other = b.bands[at]!;
			return (
				band.length === other.length &&
				band.every(({width, lines}, column) => {
					const twin = other[column]!;
					return (
						width === twin.width &&
						lines.length === twin.lines.length &&
						lines.every((line, row) => line === twin.lines[row])
					);
				})
			);
		})
	);
}
