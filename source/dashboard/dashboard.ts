/*
The dashboard without a screen: what is selected, open and in focus, what each key does about it, and
the frame that comes of it all. It asks the lab for commands and knows nothing of terminals or clocks.
*/

import type {FoundViolation} from '../checking/monitor.js';
import type {GoalName} from '../lab/goal.js';
import type {Lab, Snapshot} from '../lab/lab.js';
import type {ServerId} from '../raft/vocabulary.js';
import {commandText} from '../scenario/command-text.js';
import {scenarioText} from '../scenario/scenario-text.js';
import type {Command} from '../simulation/command.js';
import {isSame, withoutBottom, type Band, type Frame} from './bands.js';
import {CommandLine} from './command-line.js';
import {separate, type MessageDeed, type NodeDeed} from './deeds.js';
import {framed, inside, type View, type Size} from './frame.js';
import {bindingFor, bindings, type Binding, type Place} from './keymap.js';
import {
	barRows,
	layoutFor,
	panels,
	panelsIn,
	smallest,
	zoomed,
	type Layout,
	type PanelName,
	type Placed,
} from './layout.js';
import {LineEditor} from './line-editor.js';
import {listMoves, logMoves, nodeMoves} from './moves.js';
import {fit, span, type Line} from './text.js';
import {hasStyles, paint} from './theme.js';
import {clusterView, zoomedClusterView} from './views/cluster.js';
import {commandLineLines, promptLines} from './views/command-line.js';
import {footerLine, type Hint, type Notice} from './views/footer.js';
import {headerLines} from './views/header.js';
import {helpView} from './views/help.js';
import {eventsView, messagesView, movedBy, type MessageCursor} from './views/lists.js';
import {logView} from './views/log.js';
import {NodesPanel} from './views/nodes-panel.js';
import {storyLines} from './views/story.js';
import {timelineView} from './views/timeline.js';
import {violationLines, violationView} from './views/violation.js';

/** What only whoever owns the terminal can do. */
export type Terminal = {
	readonly quit: (error?: unknown) => void;
	readonly suspend: () => void;
	readonly redraw: () => void;
};

/** Where sessions are saved. */
export type Files = {
	/** Write a text to a file, whole or not at all. Returns why it was not, or that there is such a file already. */
	readonly save: (file: string, text: string, mayOverwrite: boolean) => Saved;
	/** A name that no file has yet. */
	readonly freeName: (stem: string, extension: string) => string;
};

export type Saved = 'saved' | 'exists' | {readonly refusal: string};

/** How far back each list is scrolled, in lines or columns. */
type Scrolls = Record<'cluster' | 'log' | 'events' | 'help' | 'violation', number>;

const unscrolled: Readonly<Scrolls> = {cluster: 0, log: 0, events: 0, help: 0, violation: 0};

/** How long the text of a command stays, in milliseconds; a refusal, which is a sentence, stays longer. */
const noticeMs = 2000;
const refusalMs = 4000;

const keysWritten = ['x', 'y', 'z', 'w'];

const nowhere: Files = {
	save: () => ({refusal: 'There is nowhere to save it.'}),
	freeName: (stem, extension) => `${stem}${extension}`,
};

export type DashboardOptions = {
	readonly columns: number;
	readonly rows: number;
	readonly isAscii?: boolean;
	readonly files?: Files;
};

export class Dashboard {
	readonly lab: Lab;
	readonly line = new CommandLine();
	isZoomed = false;
	/** The promise that was broken, if one was. */
	violation: FoundViolation | undefined;
	readonly #isAscii: boolean;
	readonly #files: Files;
	#terminal: Terminal = {quit() {}, suspend() {}, redraw() {}};
	/** Where the session is asked to be saved. */
	readonly #prompt = new LineEditor();
	/** The file that exists and was named twice on purpose. */
	#overwriting: string | undefined;
	/** The session that was saved last: there may be more to it by now, or another branch may be played. */
	#saved: {readonly file: string; readonly hash: string} | undefined;
	#failuresShown = 0;
	#columns: number;
	#rows: number;
	#selected: ServerId | undefined;
	#focus: PanelName = 'nodes';
	#isHelpOpen = false;
	#isViolationOpen = false;
	#picked: ReadonlySet<ServerId> | undefined;
	#message: MessageCursor | undefined;
	#scroll: Scrolls = {...unscrolled};
	#notice: Notice | undefined;
	#noticeLeftMs = 0;
	#pendingKey = '';
	#writes = 0;
	#hasChanged = true;
	#frame: Frame;
	readonly #listeners = new Set<() => void>();
	readonly #nodesPanel = new NodesPanel();

	constructor(lab: Lab, {columns, rows, isAscii = false, files = nowhere}: DashboardOptions) {
		this.lab = lab;
		this.#files = files;
		this.#columns = columns;
		this.#rows = rows;
		this.#isAscii = isAscii;
		this.#frame = this.#draw(this.#look());
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
		const told = this.lab.tick(elapsedMs, nowMs);
		if (told !== undefined) {
			this.#say(told, true);
		}

		if (isPlaying || this.#hasChanged) {
			this.#show();
		}
	}

	/** A key by its name in the keymap. Its effect is in the next frame. */
	press(key: string): void {
		const place = this.#place();
		const isTyping = place === 'line' || place === 'prompt';
		const isPrefix = key === 'g' && this.#pendingKey === '' && !isTyping;
		const combined = this.#pendingKey === '' ? key : `${this.#pendingKey} ${key}`;
		this.#pendingKey = isPrefix ? key : '';
		if (isPrefix) {
			return;
		}

		const name = bindingFor(place, combined) === undefined ? key : combined; // A g that led nowhere is forgotten
		const binding = bindingFor(place, name);
		if (binding !== undefined) {
			binding.run(this, name);
			this.#show();
		} else if (isTyping && (key === 'space' || [...key].length === 1)) {
			this.editor.insert(key === 'space' ? ' ' : key);
			this.#show();
		}
	}

	/** A text from elsewhere goes into the line; where none is open it is nobody's keys. */
	paste(text: string): void {
		if (this.editor.isOpen) {
			this.editor.insert(text);
			this.#show();
		}
	}

	perform(command: Command): void {
		const refusal = this.lab.perform(command);
		this.#say(refusal ?? commandText(command), refusal !== undefined);
	}

	/** Do what the command line says. What cannot be done stays there, with the reason. */
	performLine(): void {
		const {line, lab} = this;
		if (line.text.trim() === '') {
			line.close();
			return;
		}

		const instruction = line.read(lab.world.hosts.length);
		if (instruction === undefined) {
			return;
		}

		if (instruction.type === 'speed') {
			lab.setSpeed(instruction.factor);
		} else {
			const refusal = lab.perform(instruction);
			if (refusal !== undefined) {
				line.refuse(refusal);
				return;
			}
		}

		line.remember();
		line.close();
		this.#say(commandText(instruction), false);
	}

	stepOn(): void {
		if (!this.lab.stepOn()) {
			this.#say('Nothing is left to happen: restart a node first.', true);
		}
	}

	stepBack(): void {
		if (!this.lab.stepBack()) {
			this.#say('This is the beginning: nothing has happened yet.', true);
		}
	}

	previousNotable(): void {
		if (!this.lab.previousNotable()) {
			this.#say('Nothing notable has happened before: this is the start.', true);
		}
	}

	runUntil(goal: GoalName): void {
		this.lab.runUntil(goal);
		this.#say(`until the next ${goal}; space stops`, false);
	}

	undo(): void {
		const undone = this.lab.undo();
		this.#say(
			undone === undefined ? 'There is no command before this moment to undo.' : `undone: ${commandText(undone)}`,
			undone === undefined,
		);
	}

	redo(): void {
		const redone = this.lab.redo();
		this.#say(
			redone === undefined ? 'Nothing was undone since the last command.' : `redone: ${commandText(redone)}`,
			redone === undefined,
		);
	}

	nextBranch(): void {
		if (this.lab.nextBranch()) {
			const {number} = this.lab.snapshot().branch;
			this.#say(`branch ${number}`, false);
		} else {
			this.#say('There is only one branch: act in the past, and another begins.', true);
		}
	}

	toggleAutomatic(): void {
		this.lab.toggleAutomatic();
		this.#say(this.lab.isAutomatic ? 'fast where it is quiet, slow where something happens' : 'an even speed', false);
	}

	/** The file in which this very session was saved, if one holds it. */
	get savedAs(): string | undefined {
		return this.#saved?.hash === this.lab.session().hash ? this.#saved.file : undefined;
	}

	/** Whatever is typed on. */
	get editor(): LineEditor {
		return this.#prompt.isOpen ? this.#prompt : this.line;
	}

	openSave(): void {
		this.lab.pause();
		this.#overwriting = undefined;
		this.#prompt.open(this.#files.freeName(`session-${this.lab.world.settings.seed}`, '.yaml'));
	}

	/** Save the session where the prompt says. What exists is overwritten only when asked a second time. */
	save(): void {
		const file = this.#prompt.text.trim();
		if (file === '') {
			this.#prompt.refuse('A file needs a name, such as session.yaml.');
			return;
		}

		const {scenario, hash} = this.lab.session();
		const saved = this.#files.save(file, scenarioText(scenario), this.#overwriting === file);
		if (saved === 'saved') {
			this.#prompt.close();
			this.#saved = {file, hash};
			this.#say(`saved as ${file}`, false);
		} else if (saved === 'exists') {
			this.#overwriting = file;
			this.#prompt.refuse(`${file} exists. Enter once more overwrites it; another name leaves it alone.`);
		} else {
			this.#prompt.refuse(saved.refusal);
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

	/** Do what a key asks for, or say why that is impossible. */
	attempt(deed: Command | string): void {
		if (typeof deed === 'string') {
			this.#say(deed, true);
		} else {
			this.perform(deed);
		}
	}

	/** Act on the selected node; without one, on the leader. */
	actOnNode(deed: NodeDeed): void {
		this.#withTarget((node) => {
			this.perform(deed(this.lab.world, node));
		});
	}

	/** What the footer calls a key now, and on whom it would act. */
	nodeWord(deed: NodeDeed, otherwise: string): string {
		const target = this.#target();
		return target === undefined ? otherwise : `${deed(this.lab.world, target).type} n${target}`;
	}

	actOnMessage(deed: MessageDeed): void {
		const id = this.#message?.selected;
		this.attempt(id === undefined ? 'No message is selected: the arrows select one.' : deed(this.lab.world, id));
	}

	/** Nothing, as long as no message is selected. */
	messageWord(deed: MessageDeed): string | undefined {
		const id = this.#message?.selected;
		return id === undefined ? undefined : `${deed(this.lab.world, id).type} #${id}`;
	}

	write(): void {
		this.#withTarget((via) => {
			const key = keysWritten[this.#writes % keysWritten.length]!;
			this.#writes++;
			this.perform({type: 'write', key, value: String(this.#writes), via});
		});
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
		const side = this.#picked!;
		this.#picked = undefined;
		this.attempt(separate(this.lab.world, side));
	}

	openHelp(): void {
		this.#isHelpOpen = true;
		this.#scroll.help = 0;
	}

	openViolation(): void {
		if (this.violation === undefined) {
			this.#say('No promise has been broken so far.', true);
		} else {
			this.#isViolationOpen = true;
			this.#scroll.violation = 0;
			this.#picked = undefined;
		}
	}

	toggleZoom(): void {
		this.isZoomed = !this.isZoomed;
	}

	moveFocus(direction: 1 | -1): void {
		const at = panels.indexOf(this.#focus);
		this.#focus = panels[(at + direction + panels.length) % panels.length]!;
		this.#message = undefined; // Or the list would stand still for no visible reason
	}

	/** Move in whatever is in focus: through a list, along the log, from node to node. */
	move(key: string): void {
		if (this.#isHelpOpen) {
			this.#scrollBy('help', listMoves[key]);
		} else if (this.#isViolationOpen) {
			this.#scrollBy('violation', listMoves[key]);
		} else {
			switch (this.#focus) {
				case 'log': {
					this.#scrollBy('log', logMoves[key]);
					break;
				}

				case 'events': {
					this.#scrollBy('events', listMoves[key]);
					break;
				}

				case 'messages': {
					const by = listMoves[key];
					this.#message = by === undefined ? this.#message : movedBy(by, this.#message, this.lab.snapshot());
					break;
				}

				default: {
					if (this.#focus === 'cluster' && this.isZoomed && key.startsWith('page')) {
						this.#scrollBy('cluster', listMoves[key]);
					} else {
						const nodes = this.lab.world.hosts.length;
						const by = nodeMoves[key] ?? 0;
						const from = this.#selected ?? (by < 0 ? nodes + 1 : 0);
						this.#selected = Math.max(1, Math.min(nodes, from + by));
					}
				}
			}
		}
	}

	#scrollBy(panel: keyof Scrolls, by = 0): void {
		this.#scroll[panel] = Math.max(0, this.#scroll[panel] + by);
	}

	/** One layer at a time. */
	back(): void {
		if (this.editor.isOpen) {
			this.editor.close();
		} else if (this.#isHelpOpen) {
			this.#isHelpOpen = false;
		} else if (this.#isViolationOpen) {
			this.#isViolationOpen = false;
		} else if (this.#picked !== undefined) {
			this.#picked = undefined;
		} else if (this.#message !== undefined && this.#focus === 'messages') {
			this.#message = undefined;
		} else if (this.isZoomed) {
			this.isZoomed = false;
		} else {
			this.#selected = undefined;
			this.#message = undefined;
			this.#scroll = {...unscrolled};
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

	/** Whatever lies uppermost gets the keys. */
	#place(): Place {
		if (this.#prompt.isOpen) {
			return 'prompt';
		}

		if (this.line.isOpen) {
			return 'line';
		}

		if (this.#isHelpOpen) {
			return 'help';
		}

		if (this.#isViolationOpen) {
			return 'violation';
		}

		if (this.#picked !== undefined) {
			return 'picker';
		}

		return this.#focus === 'messages' ? 'messages' : 'panels';
	}

	#show(): void {
		this.#hasChanged = false;
		const frame = this.#draw(this.#look());
		if (!isSame(frame, this.#frame)) {
			this.#frame = frame;
			for (const listener of this.#listeners) {
				listener();
			}
		}
	}

	/** See how things are; what nobody may miss opens by itself. */
	#look(): Snapshot {
		const snapshot = this.lab.snapshot();
		if (snapshot.violation !== this.violation) {
			this.violation = snapshot.violation;
			this.#isViolationOpen = false;
			if (this.violation !== undefined) {
				this.openViolation();
			}
		}

		const failures = snapshot.story?.failures ?? [];
		if (failures.length > this.#failuresShown) {
			const {expected, found} = failures.at(-1)!;
			this.#say(`expected ${expected}; found: ${found}`, true);
		}

		this.#failuresShown = failures.length;
		return snapshot;
	}

	#draw(snapshot: Snapshot): Frame {
		const [columns, rows] = [this.#columns, this.#rows];
		if (columns < smallest.columns || rows < smallest.rows) {
			const words = `Whitewater needs ${smallest.columns}x${smallest.rows}; this terminal is ${columns}x${rows}.`;
			return {columns, rows, bands: [this.#band([fit([span(words)], columns)])]};
		}

		const body = this.#body(snapshot);
		const bottom = [...storyLines(snapshot.story, columns), ...this.#bottom()];
		return {
			columns,
			rows,
			bands: [
				this.#band(headerLines(snapshot, columns)),
				...withoutBottom(body, bottom.length - 1),
				this.#band(bottom),
			],
		};
	}

	#painted(lines: readonly Line[]): readonly string[] {
		return lines.map((line) => paint(line, this.#isAscii));
	}

	/** A band as wide as the screen. */
	#band(lines: readonly Line[]): Band {
		return [{width: this.#columns, lines: this.#painted(lines)}];
	}

	#body(snapshot: Snapshot): readonly Band[] {
		if (this.#isHelpOpen) {
			return [this.#band(this.#help())];
		}

		if (this.#isViolationOpen) {
			return this.#violationBands(snapshot);
		}

		const layout = this.#layout();
		const visible = panelsIn(layout);
		return layout.map((band) =>
			band.map((column) => ({
				width: column[0]!.width,
				lines: this.#painted(column.flatMap((placed) => this.#panel(placed, snapshot, visible.length > 1))),
			})),
		);
	}

	/** The footer, or the command line in its place, which may take a few lines more. */
	#bottom(): readonly Line[] {
		const [width, rows] = [this.#columns, this.#rows];
		if (this.#prompt.isOpen) {
			return promptLines(this.#prompt, 'save as', this.#hints(), width);
		}

		if (this.line.isOpen) {
			return commandLineLines(this.line, this.#hints(), {width, rowsMax: Math.min(9, Math.floor(rows / 3))});
		}

		const picked = this.#isHelpOpen || this.#isViolationOpen ? undefined : this.#picked;
		return [footerLine(this.#hints(), this.#notice, picked && [...picked].toSorted((a, b) => a - b), width)];
	}

	/** What was broken and how; below it, where there is room, the logs. */
	#violationBands(snapshot: Snapshot): readonly Band[] {
		const violation = this.violation!;
		const {asked, world} = this.lab;
		const context = {evidence: violation.evidence.map((seq) => world.trace.at(seq)), commands: asked.length};
		const [width, room] = [this.#columns, this.#rows - barRows];
		const wanted = violationLines(violation, snapshot, context, inside({width, height: room}).width).length + 2;
		const logRows = snapshot.nodes.length + 4;
		const hasLog = wanted + logRows <= room;
		const size = {width, height: hasLog ? room - logRows : room};
		const view = this.#clamped(
			'violation',
			violationView(violation, snapshot, context, inside(size), this.#scroll.violation),
		);
		return [
			this.#band(framed(view, size, true)),
			...(hasLog ? [this.#band(this.#panel({panel: 'log', width, height: logRows}, snapshot, false))] : []),
		];
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
				return this.isZoomed
					? this.#clamped('cluster', zoomedClusterView(snapshot, size, picked, this.#scroll.cluster))
					: clusterView(snapshot, size, picked);
			}

			case 'nodes': {
				return this.#nodesPanel.view(snapshot, size, {selected: this.#selected, picked, isZoomed: this.isZoomed});
			}

			case 'timeline': {
				return timelineView(snapshot, size);
			}

			case 'log': {
				return this.#clamped('log', logView(snapshot, size, {scroll: this.#scroll.log, hasStyles: hasStyles()}));
			}

			case 'messages': {
				const view = messagesView(snapshot, size, this.#message);
				this.#message = view.cursor;
				return view;
			}

			case 'events': {
				return this.#clamped('events', eventsView(snapshot, size, this.#scroll.events));
			}
		}
	}

	#help(): Line[] {
		const size = {width: this.#columns, height: this.#rows - barRows};
		return framed(this.#clamped('help', helpView(bindings, inside(size), this.#scroll.help)), size, true);
	}

	/** Nobody scrolls beyond the end, so that the first step back is one. */
	#clamped(panel: keyof Scrolls, view: View): View {
		this.#scroll[panel] = Math.min(this.#scroll[panel], view.scrollMax ?? 0);
		return view;
	}

	/** Those of the place first; of the panels' keys the messages take some for themselves. */
	#hints(): Hint[] {
		const place = this.#place();
		const nodes = this.lab.world.hosts.length;
		const own = bindings.filter((binding) => binding.place === place);
		const shared = place === 'messages' ? bindings.filter((binding) => binding.place === 'panels') : [];
		const wordOf = ({footer}: Binding): string | undefined => (typeof footer === 'function' ? footer(this) : footer);
		return [...own, ...shared].flatMap((binding) => {
			const word = wordOf(binding);
			const label = binding.label === '1-9' ? `1-${nodes}` : binding.label;
			return word === undefined ? [] : [{label, word}];
		});
	}
}
