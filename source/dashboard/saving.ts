/*
Saving: the session, where the user says, and the screen as it is, as a picture and as text.
*/

import type {Lab} from '../lab/lab.js';
import {readScreen} from '../recording/screen.js';
import {stillSvg} from '../recording/svg.js';
import {textFrame} from '../recording/text-frame.js';
import {themes, type ThemeName} from '../recording/themes.js';
import {scenarioText} from '../scenario/scenario-text.js';
import {rowsOf, type Frame} from './bands.js';
import {LineEditor} from './line-editor.js';

/** Where files are put. */
export type Files = {
	/** Write a text to a file, whole or not at all. Returns why it was not, or that there is such a file already. */
	readonly save: (file: string, text: string, mayOverwrite: boolean) => Saved;
	/** A stem that no file has yet, with whichever of the extensions. */
	readonly freeStem: (stem: string, extensions: readonly string[]) => string;
};

export type Saved = 'saved' | 'exists' | {readonly refusal: string};

export const nowhere: Files = {
	save: () => ({refusal: 'There is nowhere to save it.'}),
	freeStem: (stem) => stem,
};

export class Saving {
	/** Where the session is asked to be saved. */
	readonly prompt = new LineEditor();
	readonly #lab: Lab;
	readonly #files: Files;
	/** The file that exists and was named twice on purpose. */
	#overwriting: string | undefined;
	/** The session that was saved last: there may be more to it by now, or another branch may be played. */
	#saved: {readonly file: string; readonly hash: string} | undefined;

	constructor(lab: Lab, files: Files) {
		this.#lab = lab;
		this.#files = files;
	}

	/** The file in which this very session was saved, if one holds it. */
	get savedAs(): string | undefined {
		return this.#saved?.hash === this.#lab.session().hash ? this.#saved.file : undefined;
	}

	open(): void {
		this.#lab.pause();
		this.#overwriting = undefined;
		this.prompt.open(`${this.#files.freeStem(`session-${this.#lab.world.settings.seed}`, ['.yaml'])}.yaml`);
	}

	/**
	Save the session where the prompt says. What exists is overwritten only when asked a second time.

	@returns The file's name; `undefined` if it was not saved, and then the prompt says why.
	*/
	saveSession(): string | undefined {
		const {prompt} = this;
		const file = prompt.text.trim();
		if (file === '') {
			prompt.refuse('A file needs a name, such as session.yaml.');
			return undefined;
		}

		const {scenario, hash} = this.#lab.session();
		const saved = this.#files.save(file, scenarioText(scenario), this.#overwriting === file);
		if (saved === 'saved') {
			prompt.close();
			this.#saved = {file, hash};
			return file;
		}

		if (saved === 'exists') {
			this.#overwriting = file;
			prompt.refuse(`${file} exists. Enter once more overwrites it; another name leaves it alone.`);
		} else {
			prompt.refuse(saved.refusal);
		}

		return undefined;
	}

	/** Save what is to be seen, under a name of its own. Returns the two files' names, or why there are none. */
	saveScreen(frame: Frame, themeName: ThemeName): {readonly names: string} | {readonly refusal: string} {
		const screen = readScreen(rowsOf(frame), frame.columns);
		const {seed} = this.#lab.world.settings;
		const texts = {
			'.svg': stillSvg(screen, {title: `Whitewater, seed ${seed}`, description: undefined, theme: themes[themeName]}),
			'.txt': textFrame(screen),
		};
		const stem = this.#files.freeStem(`screen-${seed}`, Object.keys(texts));
		const names: string[] = [];
		for (const [extension, text] of Object.entries(texts)) {
			const name = `${stem}${extension}`;
			const saved = this.#files.save(name, text, false);
			if (saved !== 'saved') {
				return {refusal: saved === 'exists' ? `${name} exists by now: try again.` : saved.refusal};
			}

			names.push(name);
		}

		return {names: names.join(' and ')};
	}
}
