/*
What can lie over the panels: the help, an explanation, the proof that a promise was broken. One lies over the other in
this order.
*/

import type {Place} from './binding.js';
import {LineEditor} from './line-editor.js';
import type {WhyWalk} from './why-walk.js';

export class Overlays {
	/** Where the help is scrolled to, and to what it was searched. */
	help: {scroll: number; query: string} | undefined;
	why: WhyWalk | undefined;
	proof: {scroll: number} | undefined;
	/** On which a search of the help is typed. */
	readonly search = new LineEditor();

	get isAny(): boolean {
		return this.help !== undefined || this.why !== undefined || this.proof !== undefined;
	}

	/** What the help is searched for, as far as it is typed. */
	get query(): string {
		return this.search.isOpen ? this.search.text : (this.help?.query ?? '');
	}

	/** The place that the uppermost is, apart from the help, if there is any. */
	get placeUnderHelp(): Place | undefined {
		return this.why === undefined ? (this.proof === undefined ? undefined : 'violation') : 'why';
	}

	openHelp(query = ''): void {
		this.help = {scroll: 0, query};
	}

	openProof(): void {
		this.proof = {scroll: 0};
	}

	/** Keep to what was found. */
	keepSearch(): void {
		this.openHelp(this.search.text);
		this.search.close();
	}

	/** Read on in the uppermost, by so many lines. */
	move(by: number): void {
		const read = this.help ?? (this.why === undefined ? this.proof : undefined);
		if (read === undefined) {
			this.why?.choose(by);
		} else {
			read.scroll = Math.max(0, read.scroll + by);
		}
	}

	/** Close the uppermost, or show all of the help again. */
	back(): void {
		if (this.search.isOpen) {
			this.search.close();
			this.openHelp();
		} else if (this.help !== undefined) {
			this.help = this.help.query === '' ? undefined : {scroll: 0, query: ''};
		} else if (this.why === undefined) {
			this.proof = undefined;
		} else {
			this.why = undefined;
		}
	}
}
