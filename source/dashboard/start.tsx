/*
Opening the dashboard on a real terminal, keeping it moving, and leaving the terminal as it was found.
*/

import {render} from 'ink';
import type {Lab} from '../lab/lab.js';
import type {ThemeName} from '../recording/themes.js';
import {App} from './app.js';
import type {Frame} from './bands.js';
import {Dashboard} from './dashboard.js';
import type {Binding} from './binding.js';
import type {Files} from './saving.js';
import {panelOf, type Heard, type Panel} from './spoken.js';
import {SpokenApp} from './spoken-app.js';
import {setTheme} from './theme.js';

const framesPerSecond = 30;

export type StartOptions = {
	readonly isAscii: boolean;
	readonly themeName: ThemeName;
	/** What the keys do, if not what they do by themselves. */
	readonly keymap?: readonly Binding[] | undefined;
	/** Whether it is told in sentences, for screen readers, in place of a screen. */
	readonly isSpoken: boolean;
	readonly files: Files;
	/** Is shown every frame, and how long the dashboard has been open, in seconds. */
	readonly onFrame?: ((frame: Frame, timeS: number) => void) | undefined;
};

/** Show a lab until its user quits, and tell in which file its session was saved, if it was. Rejects with whatever broke on the way, after the terminal is restored. */
export async function startDashboard(
	lab: Lab,
	{isAscii, themeName, keymap, isSpoken, files, onFrame}: StartOptions,
): Promise<string | undefined> {
	const {stdout} = process;
	const {columns, rows} = isSpoken ? spokenSize : stdout;
	setTheme(themeName);
	const dashboard = new Dashboard(lab, {
		columns,
		rows,
		isAscii: isAscii && !isSpoken, // What is spoken is read off a frame
		files,
		themeName,
		...(keymap !== undefined && {keymap}),
	});
	const startedMs = performance.now();
	const look = () => {
		const frame = dashboard.frame();
		const isOnlyRead = isSpoken && frame.rows === rowsOfAll; // Nobody sees the one that a panel is read off
		if (!isOnlyRead) {
			onFrame?.(frame, (performance.now() - startedMs) / 1000);
		}
	};

	look();
	dashboard.subscribe(look);
	const pacemaker = new Pacemaker((elapsedMs) => {
		try {
			dashboard.tick(elapsedMs, () => performance.now());
		} catch (error) {
			pacemaker.stop();
			dashboard.quit(error);
		}
	});
	const terminal = {
		dashboard,
		onSuspend() {
			pacemaker.stop();
		},
		onResume() {
			pacemaker.start();
		},
	};
	const app = render(
		isSpoken ? (
			<SpokenApp {...terminal} hear={() => heardOf(dashboard)} typed={() => typedOn(dashboard)} />
		) : (
			<App {...terminal} />
		),
		{
			alternateScreen: !isSpoken,
			isScreenReaderEnabled: isSpoken,
			incrementalRendering: !isSpoken,
			interactive: true, // In CI too: whether this is a terminal was asked before
			exitOnCtrlC: false, // It is a key like the others
			maxFps: 120, // Ink's limit must be well above ours, or every other frame waits for the next
		},
	);
	pacemaker.start();
	try {
		await app.waitUntilExit();
		return dashboard.savedAs;
	} finally {
		pacemaker.stop();
	}
}

/** What has no screen can be of any size: the usual one, and one on which the longest panel is whole. */
const spokenSize = {columns: 100, rows: 40};
const rowsOfAll = 400;

/** What there is to tell of. */
function heardOf(dashboard: Dashboard): Heard {
	const {lab, notice, panes} = dashboard;
	return {snapshot: lab.snapshot(), panel: wholePanelOf(dashboard), notice, selected: panes.selected};
}

/** The panel that is open, if one is, with what is below the end of the screen. */
function wholePanelOf(dashboard: Dashboard): Panel | undefined {
	if (panelOf(dashboard.frame()) === undefined) {
		return undefined;
	}

	dashboard.resize(spokenSize.columns, rowsOfAll);
	const panel = panelOf(dashboard.frame());
	dashboard.resize(spokenSize.columns, spokenSize.rows);
	return panel;
}

const typedOn = ({editor}: Dashboard): string | undefined =>
	editor.isOpen ? `${editor.refusal === undefined ? '' : `${editor.refusal.sentence} `}: ${editor.text}` : undefined;

/** Calls back so many times a second, without drift, with the time that has passed. */
class Pacemaker {
	#timer: NodeJS.Timeout | undefined;
	#lastMs = 0;
	#dueMs = 0;
	readonly #beat: (elapsedMs: number) => void;

	constructor(beat: (elapsedMs: number) => void) {
		this.#beat = beat;
	}

	start(): void {
		this.stop();
		this.#lastMs = performance.now();
		this.#dueMs = this.#lastMs;
		this.#wait();
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	#wait(): void {
		this.#dueMs += 1000 / framesPerSecond;
		this.#timer = setTimeout(
			() => {
				const nowMs = performance.now();
				const elapsedMs = nowMs - this.#lastMs;
				this.#lastMs = nowMs;
				this.#dueMs = Math.max(this.#dueMs, nowMs - 1000 / framesPerSecond); // What was missed is not made up for
				this.#beat(elapsedMs);
				this.#wait();
			},
			Math.max(0, this.#dueMs - performance.now()),
		);
	}
}
