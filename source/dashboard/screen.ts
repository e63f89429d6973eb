/*
The frame that comes of it all: the header, the panels or what lies over them, the captions, and the footer or a line
that is typed on.
*/

import type {FoundViolation} from '../checking/monitor.js';
import {explain} from '../explaining/explain.js';
import type {Lab, Snapshot} from '../lab/lab.js';
import {withoutBottom, type Band, type Frame} from './bands.js';
import type {Binding, Place} from './binding.js';
import type {CommandLine} from './command-line.js';
import {framed, inside, type Size, type View} from './frame.js';
import {
	barRows,
	layoutFor,
	panels,
	panelsIn,
	smallest,
	zoomed,
	type Layout,
	type PanelName,
	type PanelRow,
	type Placed,
} from './layout.js';
import type {LineEditor} from './line-editor.js';
import type {Overlays} from './overlays.js';
import type {Panes} from './panes.js';
import {fit, span, widthOf, wrap, type Line} from './text.js';
import {paint} from './theme.js';
import {commandLineLines, promptLines} from './views/command-line.js';
import {footerLine, type Hint, type Notice} from './views/footer.js';
import {headerLines} from './views/header.js';
import {helpView} from './views/help.js';
import {storyLines} from './views/story.js';
import {violationLines, violationView} from './views/violation.js';
import {whyLines, whyView} from './views/why.js';
import type {WhyWalk} from './why-walk.js';

/** What there is to draw. */
export type Scene = {
	readonly lab: Lab;
	readonly panes: Panes;
	readonly overlays: Overlays;
	/** The promise that was broken, if one was. */
	readonly violation: FoundViolation | undefined;
	readonly notice: Notice | undefined;
	readonly hints: readonly Hint[];
	/** Lines that may be typed on. */
	readonly line: CommandLine;
	readonly savePrompt: LineEditor;
	/** What the help tells of: all keys, where one is, and what is impossible now. */
	readonly keymap: readonly Binding[];
	readonly placesUnderHelp: readonly Place[];
	readonly whyNot: (binding: Binding) => string | undefined;
};

/** Below a zoomed list, the selected event is explained in so many rows, where the list keeps this many itself. */
const selectedRows = 8;
const listRowsMin = 12;

/** What lies over the panels leaves some of them to be seen, or takes all the room. */
const drawerShare = 0.65;

/** How many rows captions have, on the screen of somebody who reads and on that of an audience. */
const toldRows = 2;
const presentedRows = 6;

export class Screen {
	columns: number;
	rows: number;
	readonly #isAscii: boolean;
	#storyRows = 0;

	constructor(columns: number, rows: number, isAscii: boolean) {
		this.columns = columns;
		this.rows = rows;
		this.#isAscii = isAscii;
	}

	/** The room between the header, and the captions or the footer. */
	get room(): Size {
		return {width: this.columns, height: this.rows - barRows - this.#storyRows};
	}

	/** The panels that are in view where nothing is zoomed, from above, and then the others. */
	panelsInOrder(nodes: number): readonly PanelName[] {
		const shown = new Set(panelsIn(layoutFor(this.columns, this.rows - this.#storyRows, nodes, 'nodes')));
		return [...panels.filter((panel) => shown.has(panel)), ...panels.filter((panel) => !shown.has(panel))];
	}

	draw(scene: Scene, snapshot: Snapshot): Frame {
		const {columns, rows} = this;
		if (columns < smallest.columns || rows < smallest.rows) {
			const words = `Whitewater needs ${smallest.columns}x${smallest.rows}; this terminal is ${columns}x${rows}.`;
			const lines = wrap([span(words)], columns).slice(0, rows);
			return {columns, rows, bands: [this.#band(lines.map((line) => fit(line, columns)))]};
		}

		const story = this.#story(scene, snapshot);
		this.#storyRows = story.length;
		const body = this.#body(scene, snapshot);
		const bottom = [...story, ...this.#bottom(scene)];
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
		return [{width: this.columns, lines: this.#painted(lines)}];
	}

	/** The captions, always in so many rows, or the panels would jump with every sentence. */
	#story({lab}: Scene, {story}: Snapshot): readonly Line[] {
		if (story === undefined) {
			return [];
		}

		const {isPresenting, isPlaying} = lab;
		const rowsWanted = isPresenting || story.question !== undefined ? presentedRows : toldRows;
		const rowsMax = Math.max(1, Math.min(rowsWanted, Math.floor(this.rows / 4)));
		const lines = storyLines(story, this.columns, {rowsMax, isPlaying});
		const blanks = Array.from({length: Math.max(0, rowsMax - lines.length)}, () => fit([], this.columns));
		return [...lines, ...blanks];
	}

	#body(scene: Scene, snapshot: Snapshot): readonly Band[] {
		const {overlays, panes} = scene;
		if (overlays.help !== undefined) {
			return [this.#band(this.#helpLines(scene, overlays.help))];
		}

		if (overlays.why !== undefined) {
			return this.#whyBands(scene, snapshot, overlays.why);
		}

		if (overlays.proof !== undefined) {
			return this.#violationBands(scene, snapshot, overlays.proof);
		}

		const isExplained = panes.isZoomed && (panes.focus === 'timeline' || panes.focus === 'events');
		return isExplained && this.room.height >= listRowsMin + selectedRows
			? this.#explainedBands(scene, snapshot)
			: this.#layoutBands(scene, snapshot);
	}

	#layoutBands({panes}: Scene, snapshot: Snapshot): readonly Band[] {
		const layout = this.#layout(panes, snapshot.nodes.length);
		const canFocus = panelsIn(layout).length > 1;
		return layout.map((band) =>
			band.map((column) => {
				const lines = column.flatMap((row) => this.#panelRow(panes, row, snapshot, canFocus));
				return {width: widthOf(lines[0]!), lines: this.#painted(lines)};
			}),
		);
	}

	/** Panels from left to right. */
	#panelRow(panes: Panes, row: PanelRow, snapshot: Snapshot, canFocus: boolean): Line[] {
		const columns = row.map((placed) => panelLines(panes, placed, snapshot, canFocus));
		return columns[0]!.map((_, at) => columns.flatMap((lines) => lines[at]!));
	}

	/** The panel in focus, and below it why the selected event happened. */
	#explainedBands({lab, panes}: Scene, snapshot: Snapshot): readonly Band[] {
		const {width, height} = this.room;
		const seq = panes.eventOf(snapshot);
		const size = {width, height: selectedRows};
		const lines =
			seq === undefined
				? [[span('Nothing is selected yet.', 'dim')]]
				: whyLines(explain({type: 'event', seq}, lab.world), inside(size));
		const below: View = {title: 'Selected', remark: [span('w tells more', 'dim')], lines};
		return [
			this.#band(panelLines(panes, {panel: panes.focus, width, height: height - selectedRows}, snapshot, false)),
			this.#band(framed(below, size, false)),
		];
	}

	/** The explanation lies over the lower part of the panels, which it is about; where it is long, over all of them. */
	#whyBands(scene: Scene, snapshot: Snapshot, why: WhyWalk): readonly Band[] {
		const {explanation, selected, scroll} = why;
		const {width, height: room} = this.room;
		const {length} = whyView(explanation, {...inside(this.room), height: room * 4}, {selected, scroll: 0}).lines;
		const height = length + 2 > room * drawerShare ? room : length + 2;
		const view = whyView(explanation, inside({width, height}), {selected, scroll});
		why.scroll = Math.min(scroll, view.scrollMax ?? 0);
		return [
			...withoutBottom(this.#layoutBands(scene, snapshot), height),
			this.#band(framed(view, {width, height}, true)),
		];
	}

	/** The footer, or a line in its place that is typed on, which may take a few lines more. */
	#bottom({hints, savePrompt, overlays, panes, line, notice}: Scene): readonly Line[] {
		const {columns: width, rows} = this;
		const room = {width, rowsMax: Math.min(9, Math.floor(rows / 3))};
		if (savePrompt.isOpen) {
			return promptLines(savePrompt, 'save as', hints, width);
		}

		if (overlays.search.isOpen) {
			return promptLines(overlays.search, '/', hints, width);
		}

		if (panes.filters.line.isOpen) {
			return commandLineLines(panes.filters.line, hints, {...room, prompt: `${panes.focus} /`});
		}

		if (line.isOpen) {
			return commandLineLines(line, hints, room);
		}

		const picked = overlays.isAny ? undefined : panes.picked;
		return [footerLine(hints, notice, picked && [...picked].toSorted((a, b) => a - b), width)];
	}

	/** What was broken and how; below it, where there is room, the logs. */
	#violationBands({violation, lab, panes}: Scene, snapshot: Snapshot, proof: {scroll: number}): readonly Band[] {
		const {asked, world} = lab;
		const {evidence} = violation!;
		const context = {evidence: evidence.map((seq) => world.trace.at(seq)), commands: asked.length};
		const {width, height: room} = this.room;
		const wanted = violationLines(violation!, snapshot, context, inside(this.room).width).length + 2;
		const logRows = snapshot.nodes.length + 4;
		const hasLog = wanted + logRows <= room;
		const size = {width, height: hasLog ? room - logRows : room};
		const view = violationView(violation!, snapshot, context, inside(size), proof.scroll);
		proof.scroll = Math.min(proof.scroll, view.scrollMax ?? 0);
		return [
			this.#band(framed(view, size, true)),
			...(hasLog ? [this.#band(panelLines(panes, {panel: 'log', width, height: logRows}, snapshot, false))] : []),
		];
	}

	#layout({focus, isZoomed}: Panes, nodes: number): Layout {
		const {columns} = this;
		const rows = this.rows - this.#storyRows;
		return isZoomed ? zoomed(focus, columns, rows) : layoutFor(columns, rows, nodes, focus);
	}

	#helpLines({keymap, placesUnderHelp: places, whyNot, overlays}: Scene, help: {scroll: number}): Line[] {
		const {room} = this;
		const view = helpView(keymap, inside(room), {places, whyNot, query: overlays.query, scroll: help.scroll});
		help.scroll = Math.min(help.scroll, view.scrollMax ?? 0);
		return framed(view, room, true);
	}
}

function panelLines(panes: Panes, {panel, width, height}: Placed, snapshot: Snapshot, canFocus: boolean): Line[] {
	const view = panes.view(panel, inside({width, height}), snapshot);
	return framed(view, {width, height}, canFocus && panel === panes.focus);
}
