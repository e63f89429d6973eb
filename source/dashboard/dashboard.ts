/*
The dashboard without a screen: what is open and what lies uppermost, what each key does about it, and the frame that
comes of it all. It asks the lab for commands and knows nothing of terminals or clocks.
*/

import type {FoundViolation} from '../checking/monitor.js';
import {explain} from '../explaining/explain.js';
import type {GoalName} from '../lab/goal.js';
import type {Lab, Snapshot} from '../lab/lab.js';
import type {ServerId} from '../raft/vocabulary.js';
import type {ThemeName} from '../recording/themes.js';
import {commandText} from '../scenario/command-text.js';
import type {Command} from '../simulation/command.js';
import {whyNotPerform} from '../simulation/perform.js';
import type {World} from '../simulation/world.js';
import {isSame, withoutBottom, type Band, type Frame} from './bands.js';
import type {Binding, Place} from './binding.js';
import {CommandLine} from './command-line.js';
import {separate, type MessageDeed, type NodeDeed} from './deeds.js';
import {isFilterable, type Filters} from './filters.js';
import {framed, inside, type Size, type View} from './frame.js';
import {bindingFor, bindings} from './keymap.js';
import {barRows, layoutFor, panelsIn, smallest, zoomed, type Layout, type PanelRow, type Placed} from './layout.js';
import {LineEditor} from './line-editor.js';
import {linesBy} from './moves.js';
import {Notices} from './notices.js';
import {Panes} from './panes.js';
import {nowhere, Saving, type Files} from './saving.js';
import {charactersOf, fit, span, widthOf, wrap, type Line} from './text.js';
import {paint} from './theme.js';
import {commandLineLines, promptLines} from './views/command-line.js';
import {footerLine, type Hint, type Notice} from './views/footer.js';
import {headerLines} from './views/header.js';
import {helpView} from './views/help.js';
import {storyLines} from './views/story.js';
import {violationLines, violationView} from './views/violation.js';
import {whyLines, whyView} from './views/why.js';
import {WhyWalk} from './why-walk.js';

/** What only whoever owns the terminal can do. */
export type Terminal = {
	readonly quit: (error?: unknown) => void;
	readonly suspend: () => void;
	readonly redraw: () => void;
};

/** What people type out of habit who want to leave. */
const wordsToQuit: ReadonlySet<string> = new Set(['q', 'quit']);

const keysWritten = ['x', 'y', 'z', 'w'];

/** Below a zoomed list, the selected event is explained in so many rows, where the list keeps this many itself. */
const selectedRows = 8;
const listRowsMin = 12;

/** What lies over the panels leaves some of them to be seen, or takes all the room. */
const drawerShare = 0.65;

/** How many rows captions have, on the screen of somebody who reads and on that of an audience. */
const toldRows = 2;
const presentedRows = 6;

export type DashboardOptions = {
	readonly columns: number;
	readonly rows: number;
	readonly isAscii?: boolean;
	readonly files?: Files;
	/** What the keys do, if not what they do by themselves. */
	readonly keymap?: readonly Binding[];
	/** In which colours a picture of the screen is saved. */
	readonly themeName?: ThemeName;
};

export class Dashboard {
	readonly lab: Lab;
	readonly line: CommandLine;
	/** The promise that was broken, if one was. */
	violation: FoundViolation | undefined;
	readonly #panes: Panes;
	readonly #saving: Saving;
	readonly #search = new LineEditor();
	readonly #notices = new Notices();
	readonly #isAscii: boolean;
	readonly #keymap: readonly Binding[];
	readonly #themeName: ThemeName;
	#terminal: Terminal = {quit() {}, suspend() {}, redraw() {}};
	#failuresShown = 0;
	#columns: number;
	#rows: number;
	/** Where the help and the violation are scrolled to, while they are open. */
	#help: {scroll: number; query: string} | undefined;
	#proof: {scroll: number} | undefined;
	#why: WhyWalk | undefined;
	#storyRows = 0;
	#pendingKey = '';
	#writes = 0;
	#hasChanged = true;
	#frame: Frame;
	readonly #listeners = new Set<() => void>();

	constructor(
		lab: Lab,
		{columns, rows, isAscii = false, files = nowhere, keymap = bindings, themeName = 'dark'}: DashboardOptions,
	) {
		this.lab = lab;
		this.line = new CommandLine(lab.world.hosts.length);
		this.#panes = new Panes(lab);
		this.#saving = new Saving(lab, files);
		this.#columns = columns;
		this.#rows = rows;
		this.#isAscii = isAscii;
		this.#keymap = keymap;
		this.#themeName = themeName;
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
		this.#hasChanged ||= this.#notices.pass(elapsedMs);
		const {isPlaying} = this.lab;
		const told = this.lab.tick(elapsedMs, nowMs);
		if (told !== undefined) {
			this.#notices.refuse(told);
		}

		if (isPlaying || this.#hasChanged) {
			this.#show();
		}
	}

	/** A key by its name in the keymap. Its effect is in the next frame. */
	press(key: string): void {
		const places = this.#places();
		const isTyping = places.includes('typing');
		const isPrefix = key === 'g' && this.#pendingKey === '' && !isTyping;
		const combined = this.#pendingKey === '' ? key : `${this.#pendingKey} ${key}`;
		this.#pendingKey = isPrefix ? key : '';
		if (isPrefix) {
			return;
		}

		const name = bindingFor(this.#keymap, places, combined) === undefined ? key : combined; // A g that led nowhere is forgotten
		const binding = bindingFor(this.#keymap, places, name);
		if (binding !== undefined) {
			this.#run(binding, name);
			this.filters.follow();
			this.#show();
		} else if (isTyping && (key === 'space' || charactersOf(key).length === 1)) {
			this.#type(key === 'space' ? ' ' : key);
		}
	}

	#run(binding: Binding, key: string): void {
		const {command, run, label, help, keys} = binding;
		const before = this.#notices.latest;
		const reason = binding.whyNot?.(this);
		if (reason !== undefined) {
			this.#notices.refuse(reason);
		} else if (command === undefined) {
			run?.(this, key);
		} else {
			this.attempt(command(this, key));
		}

		if (this.#notices.latest === before) {
			this.#notices.clear(); // It was about another key
		}

		if (this.lab.isPresenting && binding.place === 'panels') {
			this.#notices.sayKey(keys.length === 1 || key.length > 1 ? label : key, help);
		}
	}

	/** A text from elsewhere goes into the line; where none is open it is nobody's keys. */
	paste(text: string): void {
		if (this.editor.isOpen) {
			this.#type(text);
		}
	}

	#type(text: string): void {
		this.editor.insert(text);
		this.filters.follow();
		this.#show();
	}

	perform(command: Command): void {
		const refusal = this.lab.perform(command);
		if (refusal === undefined) {
			this.#writes += command.type === 'write' ? 1 : 0;
			this.#notices.say(commandText(command));
		} else {
			this.#notices.refuse(refusal);
		}
	}

	/** Do what a key asks for, or say why that is impossible. */
	attempt(deed: Command | string): void {
		if (typeof deed === 'string') {
			this.#notices.refuse(deed);
		} else {
			this.perform(deed);
		}
	}

	/** Why none of a binding's keys can do anything now; `undefined` if one can. */
	whyNot({command, keys, whyNot}: Binding): string | undefined {
		if (command === undefined) {
			return whyNot?.(this);
		}

		const reasons = keys.map((key) => {
			const deed = command(this, key);
			return typeof deed === 'string' ? deed : whyNotPerform(this.lab.world, deed);
		});
		return reasons.includes(undefined) ? undefined : reasons[0];
	}

	/** Do what the command line says. What cannot be done stays there, with the reason. */
	performLine(): void {
		const {line, lab} = this;
		if (line.text.trim() === '') {
			line.close();
			return;
		}

		if (wordsToQuit.has(line.text.trim())) {
			this.quit();
			return;
		}

		const instruction = line.read();
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
		this.#notices.say(commandText(instruction));
	}

	stepOn(): void {
		if (!this.lab.stepOn()) {
			this.#notices.refuse('Nothing is left to happen: restart a node first.');
		}
	}

	stepBack(): void {
		if (!this.lab.stepBack()) {
			this.#notices.refuse('This is the beginning: nothing has happened yet.');
		}
	}

	previousNotable(): void {
		if (!this.lab.previousNotable()) {
			this.#notices.refuse('Nothing notable has happened before: this is the start.');
		}
	}

	runUntil(goal: GoalName): void {
		this.lab.runUntil(goal);
		this.#notices.say(`until the next ${goal}; space stops`);
	}

	undo(): void {
		const undone = this.lab.undo();
		if (undone !== undefined) {
			this.#notices.say(`undone: ${commandText(undone)}`);
		}
	}

	redo(): void {
		const redone = this.lab.redo();
		if (redone === undefined) {
			this.#notices.refuse('Nothing was undone since the last command.');
		} else {
			this.#notices.say(`redone: ${commandText(redone)}`);
		}
	}

	nextBranch(): void {
		if (this.lab.nextBranch()) {
			this.#notices.say(`branch ${this.lab.snapshot().branch.number}`);
		}
	}

	toggleAutomatic(): void {
		this.lab.toggleAutomatic();
		this.#notices.say(this.lab.isAutomatic ? 'fast where it is quiet, slow where something happens' : 'an even speed');
	}

	changeSpeed(direction: 1 | -1): void {
		const before = this.lab.speed;
		if (direction > 0) {
			this.lab.faster();
		} else {
			this.lab.slower();
		}

		if (before === this.lab.speed) {
			this.#notices.refuse(`It does not go ${direction > 0 ? 'faster' : 'slower'} than ${before}x.`);
		} else {
			this.#notices.say(`speed ${this.lab.speed}x`);
		}
	}

	/** Whoever goes on by habit is asked once more, or would miss the question. */
	skipQuestion(): void {
		const sentence = `Answer with 1 to ${this.answerCount}; space once more goes on without an answer.`;
		if (this.notice?.text === sentence) {
			this.#notices.clear();
			this.lab.play();
		} else {
			this.#notices.refuse(sentence);
		}
	}

	get answerCount(): number {
		return this.lab.snapshot().story?.question?.answers.length ?? 0;
	}

	answer(choice: number): void {
		if (!this.lab.answer(choice)) {
			this.#notices.refuse(`There is no answer ${choice}.`);
		}
	}

	/** What was done or refused last, while it is being said. */
	get notice(): Notice | undefined {
		return this.#notices.latest;
	}

	/** The node that keys act on, if not on the leader. */
	get selected(): ServerId | undefined {
		return this.#panes.selected;
	}

	/** The file in which this very session was saved, if one holds it. */
	get savedAs(): string | undefined {
		return this.#saving.savedAs;
	}

	openSave(): void {
		this.#saving.open();
	}

	save(): void {
		const file = this.#saving.saveSession();
		if (file !== undefined) {
			this.#notices.say(`saved as ${file}`);
		}
	}

	saveScreen(): void {
		const saved = this.#saving.saveScreen(this.#frame, this.#themeName);
		if ('refusal' in saved) {
			this.#notices.refuse(saved.refusal);
		} else {
			this.#notices.say(`saved as ${saved.names}`);
		}
	}

	/** Whatever is typed on. */
	get editor(): LineEditor {
		const lines = [this.#saving.prompt, this.filters.line, this.#search];
		return lines.find(({isOpen}) => isOpen) ?? this.line;
	}

	get filters(): Filters {
		return this.#panes.filters;
	}

	get isFiltered(): boolean {
		return this.filters.has(this.#panes.focus);
	}

	openFilter(): void {
		const {focus} = this.#panes;
		const isHere = isFilterable(focus) && (focus !== 'timeline' || this.isZoomed);
		const panel = isHere ? focus : 'messages';
		this.#panes.focusOn(panel);
		this.filters.open(panel);
	}

	keepFilter(): void {
		this.filters.keep();
	}

	nextMatch(direction: 1 | -1): void {
		const refusal = this.#panes.nextMatch(direction);
		if (refusal !== undefined) {
			this.#notices.refuse(refusal);
		}
	}

	select(id: ServerId): void {
		const nodes = this.lab.world.hosts.length;
		if (id > nodes) {
			this.#notices.refuse(`There is no n${id}; the cluster has n1 to n${nodes}.`);
		} else {
			this.#panes.selected = this.#panes.selected === id ? undefined : id;
		}
	}

	/** A command about the selected node; without one, about the leader. */
	onNode<Deed extends Command>(deed: (world: World, node: ServerId) => Deed): Deed | string {
		const target = this.#target();
		return target === undefined
			? 'There is no leader at the moment: select a node by number.'
			: deed(this.lab.world, target);
	}

	/** What the footer calls a key now, and on whom it would act. */
	nodeWord(deed: NodeDeed, otherwise: string): string {
		const target = this.#target();
		return target === undefined ? otherwise : `${deed(this.lab.world, target).type} n${target}`;
	}

	/** A command about the selected message. */
	onMessage(deed: MessageDeed): Command | string {
		const {message} = this.#panes;
		return message === undefined ? 'No message is selected: the arrows select one.' : deed(this.lab.world, message);
	}

	/** Nothing, unless a message is selected to which that can be done: all is over for most. */
	messageWord(deed: MessageDeed): string | undefined {
		const command = this.onMessage(deed);
		return typeof command === 'string' || whyNotPerform(this.lab.world, command) !== undefined
			? undefined
			: command.type;
	}

	/** A write of a value that there was not before. */
	nextWrite(): Command | string {
		return this.onNode((_world, via) => ({
			type: 'write',
			key: keysWritten[this.#writes % keysWritten.length]!,
			value: String(this.#writes + 1),
			via,
		}));
	}

	startPicking(): void {
		this.#panes.picked = new Set();
		this.#notices.clear();
	}

	pick(id: ServerId): void {
		if (id > this.lab.world.hosts.length) {
			this.select(id); // Which says that there is no such node
			return;
		}

		const picked = new Set(this.#panes.picked);
		if (!picked.delete(id)) {
			picked.add(id);
		}

		this.#panes.picked = picked;
	}

	pickSelected(): void {
		const {selected} = this.#panes;
		if (selected === undefined) {
			this.#notices.refuse('No node is pointed at: the arrows point at one.');
		} else {
			this.pick(selected);
		}
	}

	finishPicking(): void {
		const side = this.#panes.picked!;
		this.#panes.picked = undefined;
		this.attempt(separate(this.lab.world, side));
	}

	openHelp(): void {
		this.#help = {scroll: 0, query: ''};
	}

	openSearch(): void {
		this.#search.open(this.#help!.query);
	}

	keepSearch(): void {
		this.#help = {scroll: 0, query: this.#search.text};
		this.#search.close();
	}

	openViolation(): void {
		this.#proof = {scroll: 0};
		this.#panes.picked = undefined;
	}

	/** Why is it so? Time stands still while one asks. */
	openWhy(): void {
		this.lab.pause();
		this.#why = new WhyWalk(this.#panes.subjectIn(this.lab.snapshot()), this.lab.world);
	}

	get hasWalkedUp(): boolean {
		return this.#why?.hasWalkedUp ?? false;
	}

	walkUp(): void {
		if (!this.#why!.walkUp()) {
			this.#notices.refuse('Here it began: nothing led to this.');
		}
	}

	walkDown(): void {
		this.#why?.walkDown();
	}

	goToExplained(): void {
		const {timeUs, subject} = this.#why!.explanation;
		if (timeUs === undefined) {
			this.#notices.refuse('It is no event of its own: there is no moment to go to.');
		} else {
			this.#why = undefined;
			this.lab.goTo(timeUs);
			if (subject.type === 'event') {
				this.#panes.mark(subject.seq, timeUs);
			}
		}
	}

	get isZoomed(): boolean {
		return this.#panes.isZoomed;
	}

	/** Whether something is selected in the list that is in focus. */
	get hasPointed(): boolean {
		return this.#panes.pointedAt !== undefined;
	}

	/** What Esc would do first, if that is worth a word. */
	get backWord(): string | undefined {
		return this.#panes.releaseWord;
	}

	toggleZoom(): void {
		this.#panes.isZoomed = !this.#panes.isZoomed;
	}

	get isFolded(): boolean {
		return this.#panes.isFolded;
	}

	toggleFolded(): void {
		this.#panes.isFolded = !this.#panes.isFolded;
	}

	changeScale(direction: 1 | -1): void {
		this.#panes.changeScale(direction);
	}

	moveFocus(direction: 1 | -1): void {
		this.#panes.moveFocus(direction);
	}

	/** Move in whatever lies uppermost. */
	move(key: string): void {
		const by = linesBy(key, inside(this.#room).height) ?? 0;
		if (this.#help !== undefined) {
			this.#help.scroll = Math.max(0, this.#help.scroll + by);
		} else if (this.#why !== undefined) {
			this.#why.choose(by);
		} else if (this.#proof === undefined) {
			this.#panes.move(key);
		} else {
			this.#proof.scroll = Math.max(0, this.#proof.scroll + by);
		}
	}

	/** One layer at a time. */
	back(): void {
		if (this.filters.line.isOpen) {
			this.filters.cancel();
		} else if (this.#search.isOpen) {
			this.#search.close();
			this.#help = {scroll: 0, query: ''};
		} else if (this.editor.isOpen) {
			this.editor.close();
		} else if (this.#help !== undefined) {
			this.#help = this.#help.query === '' ? undefined : {scroll: 0, query: ''};
		} else if (this.#why !== undefined) {
			this.#why = undefined;
		} else if (this.#proof !== undefined) {
			this.#proof = undefined;
		} else if (this.#panes.picked === undefined) {
			this.#panes.release();
			this.#notices.clear();
		} else {
			this.#panes.picked = undefined;
		}
	}

	/** Close what is open; where nothing is, quit. */
	leave(): void {
		if (this.isZoomed) {
			this.toggleZoom();
		} else {
			this.quit();
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
		return this.#panes.selected ?? this.lab.world.leader?.id;
	}

	/** Where a key may mean something now, what lies uppermost first. */
	#places(): readonly Place[] {
		return [...this.#uppermost(), 'everywhere'];
	}

	#uppermost(): readonly Place[] {
		if (this.#saving.prompt.isOpen) {
			return ['prompt', 'typing'];
		}

		if (this.filters.line.isOpen) {
			return ['filter', 'typing'];
		}

		if (this.line.isOpen) {
			return ['line', 'typing'];
		}

		if (this.#search.isOpen) {
			return ['search', 'typing'];
		}

		return this.#help === undefined ? this.#underHelp() : ['help'];
	}

	/** Where one is, or was before one opened the help. */
	#underHelp(): readonly Place[] {
		if (this.#why !== undefined) {
			return ['why'];
		}

		if (this.#proof !== undefined) {
			return ['violation'];
		}

		if (this.#panes.picked !== undefined) {
			return ['picker'];
		}

		return [
			...(this.lab.isWaitingForAnswer ? (['question'] as const) : []),
			...(this.lab.isPresenting ? (['presenter'] as const) : []),
			...this.#placesOfPanel(),
			'panels',
		];
	}

	#placesOfPanel(): readonly Place[] {
		switch (this.#panes.focus) {
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
			this.#proof = undefined;
			if (this.violation !== undefined) {
				this.openViolation();
			}
		}

		const failures = snapshot.story?.failures ?? [];
		if (failures.length > this.#failuresShown) {
			const {expected, found} = failures.at(-1)!;
			this.#notices.refuse(`expected ${expected}; found: ${found}`);
		}

		this.#failuresShown = failures.length;
		return snapshot;
	}

	#draw(snapshot: Snapshot): Frame {
		const [columns, rows] = [this.#columns, this.#rows];
		if (columns < smallest.columns || rows < smallest.rows) {
			const words = `Whitewater needs ${smallest.columns}x${smallest.rows}; this terminal is ${columns}x${rows}.`;
			const lines = wrap([span(words)], columns).slice(0, rows);
			return {columns, rows, bands: [this.#band(lines.map((line) => fit(line, columns)))]};
		}

		const story = this.#story(snapshot);
		this.#storyRows = story.length;
		const body = this.#body(snapshot);
		const bottom = [...story, ...this.#bottom()];
		return {
			columns,
			rows,
			bands: [
				this.#band(headerLines(snapshot, columns)),
				...withoutBottom(body, bottom.length - story.length - 1),
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

	/** The captions, always in so many rows, or the panels would jump with every sentence. */
	#story({story}: Snapshot): readonly Line[] {
		if (story === undefined) {
			return [];
		}

		const {isPresenting, isPlaying} = this.lab;
		const rowsWanted = isPresenting || story.question !== undefined ? presentedRows : toldRows;
		const rowsMax = Math.max(1, Math.min(rowsWanted, Math.floor(this.#rows / 4)));
		const lines = storyLines(story, this.#columns, {rowsMax, isPlaying});
		const blanks = Array.from({length: Math.max(0, rowsMax - lines.length)}, () => fit([], this.#columns));
		return [...lines, ...blanks];
	}

	/** The room between the header, and the captions or the footer. */
	get #room(): Size {
		return {width: this.#columns, height: this.#rows - barRows - this.#storyRows};
	}

	#body(snapshot: Snapshot): readonly Band[] {
		if (this.#help !== undefined) {
			return [this.#band(this.#helpLines(this.#help))];
		}

		if (this.#why !== undefined) {
			return this.#whyBands(snapshot, this.#why);
		}

		if (this.#proof !== undefined) {
			return this.#violationBands(snapshot, this.#proof);
		}

		const {focus} = this.#panes;
		const isExplained = this.isZoomed && (focus === 'timeline' || focus === 'events');
		return isExplained && this.#room.height >= listRowsMin + selectedRows
			? this.#explainedBands(snapshot)
			: this.#layoutBands(snapshot);
	}

	#layoutBands(snapshot: Snapshot): readonly Band[] {
		const layout = this.#layout();
		const canFocus = panelsIn(layout).length > 1;
		return layout.map((band) =>
			band.map((column) => {
				const lines = column.flatMap((row) => this.#panelRow(row, snapshot, canFocus));
				return {width: widthOf(lines[0]!), lines: this.#painted(lines)};
			}),
		);
	}

	/** Panels from left to right. */
	#panelRow(row: PanelRow, snapshot: Snapshot, canFocus: boolean): Line[] {
		const panels = row.map((placed) => this.#panel(placed, snapshot, canFocus));
		return panels[0]!.map((_, at) => panels.flatMap((lines) => lines[at]!));
	}

	/** The panel in focus, and below it why the selected event happened. */
	#explainedBands(snapshot: Snapshot): readonly Band[] {
		const {width, height} = this.#room;
		const seq = this.#panes.eventOf(snapshot);
		const size = {width, height: selectedRows};
		const lines =
			seq === undefined
				? [[span('Nothing is selected yet.', 'dim')]]
				: whyLines(explain({type: 'event', seq}, this.lab.world), inside(size));
		const below: View = {title: 'Selected', remark: [span('w tells more', 'dim')], lines};
		return [
			this.#band(this.#panel({panel: this.#panes.focus, width, height: height - selectedRows}, snapshot, false)),
			this.#band(framed(below, size, false)),
		];
	}

	/** The explanation lies over the lower part of the panels, which it is about; where it is long, over all of them. */
	#whyBands(snapshot: Snapshot, why: WhyWalk): readonly Band[] {
		const {explanation, selected, scroll} = why;
		const {width, height: room} = this.#room;
		const {length} = whyView(explanation, {...inside(this.#room), height: room * 4}, {selected, scroll: 0}).lines;
		const height = length + 2 > room * drawerShare ? room : length + 2;
		const view = whyView(explanation, inside({width, height}), {selected, scroll});
		why.scroll = Math.min(scroll, view.scrollMax ?? 0);
		return [...withoutBottom(this.#layoutBands(snapshot), height), this.#band(framed(view, {width, height}, true))];
	}

	/** The footer, or a line in its place that is typed on, which may take a few lines more. */
	#bottom(): readonly Line[] {
		const [width, rows] = [this.#columns, this.#rows];
		const hints = this.#hints();
		const room = {width, rowsMax: Math.min(9, Math.floor(rows / 3))};
		if (this.#saving.prompt.isOpen) {
			return promptLines(this.#saving.prompt, 'save as', hints, width);
		}

		if (this.#search.isOpen) {
			return promptLines(this.#search, '/', hints, width);
		}

		if (this.filters.line.isOpen) {
			return commandLineLines(this.filters.line, hints, {...room, prompt: `${this.#panes.focus} /`});
		}

		if (this.line.isOpen) {
			return commandLineLines(this.line, hints, room);
		}

		const isCovered = this.#help !== undefined || this.#proof !== undefined || this.#why !== undefined;
		const picked = isCovered ? undefined : this.#panes.picked;
		return [footerLine(hints, this.#notices.latest, picked && [...picked].toSorted((a, b) => a - b), width)];
	}

	/** What was broken and how; below it, where there is room, the logs. */
	#violationBands(snapshot: Snapshot, proof: {scroll: number}): readonly Band[] {
		const violation = this.violation!;
		const {asked, world} = this.lab;
		const context = {evidence: violation.evidence.map((seq) => world.trace.at(seq)), commands: asked.length};
		const {width, height: room} = this.#room;
		const wanted = violationLines(violation, snapshot, context, inside(this.#room).width).length + 2;
		const logRows = snapshot.nodes.length + 4;
		const hasLog = wanted + logRows <= room;
		const size = {width, height: hasLog ? room - logRows : room};
		const view = violationView(violation, snapshot, context, inside(size), proof.scroll);
		proof.scroll = Math.min(proof.scroll, view.scrollMax ?? 0);
		return [
			this.#band(framed(view, size, true)),
			...(hasLog ? [this.#band(this.#panel({panel: 'log', width, height: logRows}, snapshot, false))] : []),
		];
	}

	#layout(): Layout {
		const {focus} = this.#panes;
		const rows = this.#rows - this.#storyRows;
		return this.isZoomed
			? zoomed(focus, this.#columns, rows)
			: layoutFor(this.#columns, rows, this.lab.world.hosts.length, focus);
	}

	#panel({panel, width, height}: Placed, snapshot: Snapshot, canFocus: boolean): Line[] {
		const view = this.#panes.view(panel, inside({width, height}), snapshot);
		return framed(view, {width, height}, canFocus && panel === this.#panes.focus);
	}

	#helpLines(help: {scroll: number; query: string}): Line[] {
		const query = this.#search.isOpen ? this.#search.text : help.query;
		const view = helpView(this.#keymap, inside(this.#room), {
			places: this.#underHelp(),
			whyNot: (binding) => this.whyNot(binding),
			query,
			scroll: help.scroll,
		});
		help.scroll = Math.min(help.scroll, view.scrollMax ?? 0);
		return framed(view, this.#room, true);
	}

	/** Those of the nearest place first. */
	#hints(): Hint[] {
		const digits = this.lab.isWaitingForAnswer ? this.answerCount : Math.min(9, this.lab.world.hosts.length);
		const places = this.#places().filter((place) => place !== 'typing' && place !== 'everywhere');
		const taken = new Set<string>();
		return places.flatMap((place) =>
			this.#keymap.flatMap((binding): Hint[] => {
				const {label, footer} = binding;
				const word = typeof footer === 'function' ? footer(this) : footer;
				if (binding.place !== place || word === undefined || taken.has(label)) {
					return [];
				}

				taken.add(label);
				const shown = label === '1-9' ? `1-${digits}` : label;
				return [{label: shown, word, isImpossible: this.whyNot(binding) !== undefined}];
			}),
		);
	}
}
