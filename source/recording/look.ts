/*
What a style looks like in a picture: the colour of the letters and of the paper behind them, as a theme has them.

Terminals leave some combinations illegible, a yellow on white for one. Nobody can turn up the contrast of a
picture, so those are brought apart here.
*/

import {greyOf, legibleOn, mix} from './rgb.js';
import {plain, type Style} from './style.js';
import {rgbOf, type Theme} from './themes.js';

/** How letters look, the same object for the same look of one theme. */
export type Ink = {readonly colour: string; readonly isBold: boolean; readonly isUnderlined: boolean};

export type Look = {
	readonly ink: Ink;
	/** `undefined` where the picture's own background will do. */
	readonly paper: string | undefined;
};

/** Dim letters are so far on the way to the background. */
const dimness = 0.4;

export class Looks {
	readonly theme: Theme;
	readonly #looks = new Map<Style, Look>();
	readonly #inks = new Map<string, Ink>();

	constructor(theme: Theme) {
		this.theme = theme;
	}

	/** How what nobody has styled looks. */
	get plainInk(): Ink {
		return this.lookOf(plain).ink;
	}

	lookOf(style: Style): Look {
		let look = this.#looks.get(style);
		if (look === undefined) {
			look = this.#make(style);
			this.#looks.set(style, look);
		}

		return look;
	}

	#make(style: Style): Look {
		const {theme} = this;
		const {isBold, isDim, isUnderlined, isInverse} = style;
		const letters = this.#rgb(style.foreground) ?? theme.foreground;
		const behind = this.#rgb(style.background) ?? theme.background;
		const [wanted, background] = isInverse ? [behind, letters] : [letters, behind];
		const dimmed = isDim ? mix(wanted, background, dimness) : wanted;
		const colour = legibleOn(background, dimmed, theme.contrastMin);
		const key = `${colour}/${isBold}/${isUnderlined}`;
		let ink = this.#inks.get(key);
		if (ink === undefined) {
			ink = {colour, isBold, isUnderlined};
			this.#inks.set(key, ink);
		}

		return {ink, paper: background === theme.background ? undefined : background};
	}

	#rgb(colour: Style['foreground']): string | undefined {
		if (colour === undefined) {
			return undefined;
		}

		const rgb = rgbOf(colour, this.theme);
		return this.theme.isGrey ? greyOf(rgb) : rgb;
	}
}
