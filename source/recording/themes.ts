/*
Colour schemes for pictures, which have no terminal to bring its own. As in a terminal, a colour's name says what
it is there for: "yellow" warns, and is a brown where the background is light.
*/

import type {CastTheme} from './asciicast.js';
import {hex} from './rgb.js';
import type {Colour} from './style.js';

export const themeNames = ['dark', 'light', 'contrast', 'mono'] as const;
export type ThemeName = (typeof themeNames)[number];

export type Theme = {
	/** Every colour as `#rrggbb`. */
	readonly foreground: string;
	readonly background: string;
	/** The sixteen colours of a terminal, in its order: black, red, green, yellow, blue, magenta, cyan, white, and these again, brighter. */
	readonly palette: readonly string[];
	/** How far text stands out from what is behind it, at the least (WCAG 2, contrast ratio). */
	readonly contrastMin: number;
	/** Whether every colour becomes a grey. */
	readonly isGrey: boolean;
};

/** Two lists of eight. */
const sixteen = (normal: string, bright: string): readonly string[] => `${normal} ${bright}`.split(' ');

export const themes: Readonly<Record<ThemeName, Theme>> = {
	dark: {
		foreground: '#d5dbe3',
		background: '#12171f',
		palette: sixteen(
			'#1d2430 #f2777a #7bc47f #e3b756 #6fa8f5 #cf8ee0 #52c2cf #c3cad4',
			'#6f7a8a #ff9b9d #a0dda3 #f3d283 #9cc4ff #e2b3ee #86dce6 #f4f6f9',
		),
		contrastMin: 3,
		isGrey: false,
	},
	light: {
		foreground: '#22272e',
		background: '#fcfcfa',
		palette: sixteen(
			'#22272e #bd2130 #1d7333 #8a5a00 #1f5fbf #8b3aa8 #0d6e7a #6b7480',
			'#59616c #a31322 #125c26 #704800 #144c9e #722a8c #075862 #3c434c',
		),
		contrastMin: 3,
		isGrey: false,
	},
	contrast: {
		foreground: '#ffffff',
		background: '#000000',
		palette: sixteen(
			'#000000 #ff8a80 #6dff7a #ffe14d #8ab8ff #ff9cf5 #4df3ff #ffffff',
			'#b3b3b3 #ffb3ad #a6ffad #ffee99 #b8d4ff #ffc4f9 #99f8ff #ffffff',
		),
		contrastMin: 7,
		isGrey: false,
	},
	mono: {
		foreground: '#1a1a1a',
		background: '#ffffff',
		palette: sixteen(
			'#1a1a1a #3d3d3d #5e5e5e #6b6b6b #575757 #4a4a4a #646464 #707070',
			'#5c5c5c #333333 #525252 #606060 #4d4d4d #404040 #585858 #2b2b2b',
		),
		contrastMin: 3,
		isGrey: true,
	},
};

/** A theme as an asciicast has it. */
export const castTheme = ({foreground, background, palette}: Theme): CastTheme => ({
	fg: foreground,
	bg: background,
	palette: palette.join(':'),
});

/** The colour itself. After the sixteen come a cube of colours and a row of greys, as xterm has them. */
export function rgbOf(colour: Colour, {palette}: Theme): string {
	if (typeof colour === 'string') {
		return colour;
	}

	if (colour < 16) {
		return palette[colour]!;
	}

	if (colour >= 232) {
		return hex([0, 0, 0].map(() => 8 + 10 * (colour - 232)));
	}

	const steps = [0, 95, 135, 175, 215, 255];
	return hex([36, 6, 1].map((weight) => steps[Math.floor((colour - 16) / weight) % 6]!));
}
