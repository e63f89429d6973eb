/*
The dashboard without a terminal: what is open and what lies uppermost, and what each key does about it. It asks the lab
for commands, and the screen for frames, and knows nothing of clocks.
*/

import type {FoundViolation} from '../checking/monitor.js';
import type {GoalName} from '../lab/goal.js';
import type {Lab, Snapshot} from '../lab/lab.js';
import type {ServerId} from '../raft/vocabulary.js';
import type {ThemeName} from '../recording/themes.js';
import {commandText} from '../scenario/command-text.js';
import type {Command} from '../simulation/command.js';
import {whyNotPerform} from '../simulation/perform.js';
import type {World} from '../simulation/world.js';
import {isSame, type Frame} from './bands.js';
import type {Binding, Place} from './binding.js';
import {CommandLine} from './command-line.js';
import {separate, type MessageDeed, type NodeDeed} from './deeds.js';
import {isFilterable, type Filters} from './filters.js';
import {inside} from './frame.js';
import type {PanelName} from './layout.js';
import {bindingFor, bindings} from './keymap.js';
import type {LineEditor} from './line-editor.js';
import {linesBy} from './moves.js';
import {Notices} from './notices.js';
import {latestByHand, Outcomes} from './outcomes.js';
import {Overlays} from './overlays.js';
import {Panes} from './panes.js';
import {nowhere, Saving, type Files} from './saving.js';
import {Screen} from './screen.js';
import {charactersOf} from './text.js';
import type {Hint, Notice} from './views/footer.js';
import {WhyWalk} from './why-walk.js';
import {notableText} from './words.js';

/** What only whoever owns the terminal can do. */
export type Terminal = {
	readonly quit: (error?: unknown) => void;
	readonly suspend: () => void;
	readonly redraw: () => void;
};

const keysWritten = ['x', 'y', 'z', 'w'];

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
	readonly panes: Panes;
	readonly overlays = new Overlays();
	readonly #saving: Saving;
	readonly #notices = new Notices();
	readonly #outcomes = new Outcomes();
	readonly #screen: Screen;
	readonly #keymap: readonly Binding[];
	/** The same in the order in which the footer names them. */
	readonly #hinted: readonly Binding[];
	readonly #themeName: ThemeName;
	#terminal: Terminal = {quit() {}, suspend() {}, redraw() {}};
	#failuresShown = 0;
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
		this.line = new CommandLine(lab.world.hosts.length, () => lab.world.messagesSent);
		this.panes = new Panes(lab);
		this.#saving = new Saving(lab, files);
		this.#screen = new Screen(columns, rows, isAscii);
		this.#keymap = keymap;
		this.#hinted = keymap.toSorted((a, b) => Number(b.isFirst ?? false) - Number(a.isFirst ?? false));
		this.#themeName = themeName;
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
		const screen = this.#screen;
		if (columns !== screen.columns || rows !== screen.rows) {
			screen.columns = columns;
			screen.rows = rows;
			this.#show();
		}
	}

	/** Let time pass, and show what it brings. Draws nothing while nothing can have changed. */
	tick(elapsedMs: number, nowMs?: () => number): void {
		this.#hasChanged ||= this.#notices.pass(elapsedMs);
		const {isPlaying, goal} = this.lab;
		const told = this.lab.tick(elapsedMs, nowMs);
		if (told !== undefined) {
			this.#notices.refuse(told);
		} else if (goal !== undefined && this.lab.goal === undefined) {
			const {reached} = this.lab;
			this.#notices.clear(); // Space does not stop it any longer
			if (reached !== undefined) {
				this.#tellOutcomes(this.lab.snapshot()); // Or it would take the place of what was run for
				this.#notices.say(`reached: ${notableText(reached)}`);
			}
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
		const refusal = this.#performed(command);
		if (refusal === undefined) {
			this.#writes += command.type === 'write' ? 1 : 0;
		} else {
			this.#notices.refuse(refusal);
		}
	}

	/** Perform a command and say so, or return why it was refused. */
	#performed(command: Command): string | undefined {
		const before = this.lab.snapshot();
		const latest = latestByHand(before);
		const refusal = this.lab.perform(command);
		if (refusal === undefined) {
			const after = this.lab.snapshot();
			const {number} = after.branch;
			const begun =
				number === before.branch.number ? '' : `: branch ${number} begins, ${this.labelOf('branch')} leaves it`;
			this.#notices.say(`${commandText(command)}${begun}`);
			this.#outcomes.await(after, latest);
		}

		return refusal;
	}

	/** How the keys of a binding are called, whatever they are by now. */
	labelOf(name: string): string {
		return this.#keymap.find((binding) => binding.name === name)!.label;
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

		if (line.isLeaving) {
			this.quit();
			return;
		}

		const {helpQuery} = line;
		if (helpQuery !== undefined) {
			line.close();
			this.overlays.openHelp(helpQuery);
			return;
		}

		const instruction = line.read();
		if (instruction === undefined) {
			return;
		}

		if (instruction.type === 'speed') {
			lab.setSpeed(instruction.factor);
			this.#notices.say(commandText(instruction));
		} else {
			const refusal = this.#performed(instruction);
			if (refusal !== undefined) {
				line.refuse(refusal);
				return;
			}
		}

		line.remember();
		line.close();
	}

	stepOn(): void {
		if (!this.lab.stepOn()) {
			this.#notices.refuse('Nothing is left to happen: restart or resume a node first.');
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
		const lines = [this.#saving.prompt, this.filters.line, this.overlays.search];
		return lines.find(({isOpen}) => isOpen) ?? this.line;
	}

	get filters(): Filters {
		return this.panes.filters;
	}

	get isFiltered(): boolean {
		return this.filters.has(this.panes.focus);
	}

	openFilter(): void {
		const {focus} = this.panes;
		const isHere = isFilterable(focus) && (focus !== 'timeline' || this.panes.isZoomed);
		const panel = isHere ? focus : 'messages';
		this.panes.focusOn(panel);
		this.filters.open(panel);
	}

	nextMatch(direction: 1 | -1): void {
		const refusal = this.panes.nextMatch(direction);
		if (refusal !== undefined) {
			this.#notices.refuse(refusal);
		}
	}

	select(id: ServerId): void {
		const nodes = this.lab.world.hosts.length;
		if (id > nodes) {
			this.#notices.refuse(`There is no n${id}; the cluster has n1 to n${nodes}.`);
		} else {
			this.panes.selected = id;
			if (this.lab.isPresenting) {
				this.#notices.say(`n${id} selected`);
			}
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
		const {message} = this.panes;
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

	/** The panel that Tab leads to: those that are in view come first. */
	panelAfter(direction: 1 | -1): PanelName {
		const {focus} = this.panes;
		const order = this.#screen.panelsInOrder(this.lab.world.hosts.length);
		return order.at((order.indexOf(focus) + direction) % order.length)!;
	}

	/** To the moment of the event that is selected. */
	goToSelected(): void {
		const timeUs = this.lab.world.trace.timeAt(this.panes.pointedAt!);
		if (timeUs === undefined) {
			this.#notices.refuse('It is too long ago.');
		} else {
			this.lab.goTo(timeUs);
		}
	}

	startPicking(): void {
		this.panes.picked = new Set();
		this.#notices.clear();
	}

	pick(id: ServerId): void {
		if (id > this.lab.world.hosts.length) {
			this.select(id); // Which says that there is no such node
			return;
		}

		const picked = new Set(this.panes.picked);
		if (!picked.delete(id)) {
			picked.add(id);
		}

		this.panes.picked = picked;
	}

	pickSelected(): void {
		const {selected} = this.panes;
		if (selected === undefined) {
			this.#notices.refuse('No node is pointed at: the arrows point at one.');
		} else {
			this.pick(selected);
		}
	}

	finishPicking(): void {
		const side = this.panes.picked!;
		this.panes.picked = undefined;
		this.attempt(separate(this.lab.world, side));
	}

	openViolation(): void {
		this.overlays.openProof();
		this.panes.picked = undefined;
	}

	/** Why is it so? Time stands still while one asks. */
	openWhy(): void {
		this.lab.pause();
		this.overlays.why = new WhyWalk(this.panes.subjectIn(this.lab.snapshot()), this.lab.world);
	}

	walkUp(): void {
		if (this.overlays.why?.walkUp() === false) {
			this.#notices.refuse('Here it began: nothing led to this.');
		}
	}

	goToExplained(): void {
		const {timeUs, subject} = this.overlays.why!.explanation;
		if (timeUs === undefined) {
			this.#notices.refuse('It is no event of its own: there is no moment to go to.');
		} else {
			this.overlays.why = undefined;
			this.lab.goTo(timeUs);
			if (subject.type === 'event') {
				this.panes.mark(subject.seq, timeUs);
			}
		}
	}

	/** Move in whatever lies uppermost. */
	move(key: string): void {
		if (this.overlays.isAny) {
			this.overlays.move(linesBy(key, inside(this.#screen.room).height) ?? 0);
		} else {
			this.panes.move(key);
		}
	}

	/** One layer at a time. */
	back(): void {
		const {filters, overlays, panes} = this;
		if (filters.line.isOpen) {
			filters.cancel();
		} else if (overlays.search.isOpen) {
			overlays.back();
		} else if (this.editor.isOpen) {
			this.editor.close();
		} else if (overlays.isAny) {
			overlays.back();
		} else if (panes.picked === undefined) {
			panes.release();
			this.#notices.clear();
		} else {
			panes.picked = undefined;
		}
	}

	/** Back to all panels; where they are, quit. */
	leave(): void {
		if (this.panes.isZoomed) {
			this.panes.isZoomed = false;
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
		return this.panes.selected ?? this.lab.world.leader?.id;
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

		if (this.overlays.search.isOpen) {
			return ['search', 'typing'];
		}

		return this.overlays.help === undefined ? this.#underHelp() : ['help'];
	}

	/** Where one is, or was before one opened the help. */
	#underHelp(): readonly Place[] {
		const {placeUnderHelp} = this.overlays;
		if (placeUnderHelp !== undefined) {
			return [placeUnderHelp];
		}

		if (this.panes.picked !== undefined) {
			return ['picker'];
		}

		return [
			...(this.lab.isWaitingForAnswer ? (['question'] as const) : []),
			...(this.lab.isPresenting ? (['presenter'] as const) : []),
			...this.panes.places,
			'panels',
		];
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
		const snapshot = this.#look();
		const {lab, line, panes, overlays, violation, notice} = this;
		const scene = {
			lab,
			line,
			panes,
			overlays,
			violation,
			notice,
			hints: this.#hints(),
			savePrompt: this.#saving.prompt,
			keymap: this.#keymap,
			placesUnderHelp: this.#underHelp(),
			whyNot: (binding: Binding) => this.whyNot(binding),
		};
		return this.#screen.draw(scene, snapshot);
	}

	#tellOutcomes(snapshot: Snapshot): void {
		const told = this.#outcomes.told(snapshot);
		if (told !== undefined) {
			this.#notices[told.isRefusal ? 'refuse' : 'say'](told.text);
		}
	}

	/** See how things are; what nobody may miss opens by itself. */
	#look(): Snapshot {
		const snapshot = this.lab.snapshot();
		if (snapshot.violation !== this.violation) {
			this.violation = snapshot.violation;
			this.overlays.proof = undefined;
			if (this.violation !== undefined) {
				this.openViolation();
			}
		}

		this.#tellOutcomes(snapshot);
		const failures = snapshot.story?.failures ?? [];
		if (failures.length > this.#failuresShown) {
			const {expected, found} = failures.at(-1)!;
			this.#notices.refuse(`expected ${expected}; found: ${found}`);
		}

		this.#failuresShown = failures.length;
		return snapshot;
	}

	/** Those of the nearest place first. */
	#hints(): Hint[] {
		const digits = this.lab.isWaitingForAnswer ? this.answerCount : Math.min(9, this.lab.world.hosts.length);
		const places = this.#places().filter((place) => place !== 'typing' && place !== 'everywhere');
		const taken = new Set<string>();
		return places.flatMap((place) =>
			this.#hinted.flatMap((binding): Hint[] => {
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
