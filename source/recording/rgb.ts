/*
Arithmetic with colours, written `#rrggbb`: mixing them, and how far they stand out from each other.
*/

/** Red, green and blue, from 0 to 255 each, as `#rrggbb`. */
export const hex = (parts: readonly number[]): string =>
	`#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** Red, green and blue, from 0 to 255 each. */
export const partsOf = (rgb: string): readonly number[] =>
	[1, 3, 5].map((at) => Number.parseInt(rgb.slice(at, at + 2), 16));

/** A colour so far, from 0 to 1, on the way to another. */
export function mix(from: string, to: string, share: number): string {
	const goal = partsOf(to);
	return hex(partsOf(from).map((part, at) => part + share * (goal[at]! - part)));
}

/** The grey that is as bright. */
export function greyOf(rgb: string): string {
	const linear = luminanceOf(rgb);
	const part = linear <= 0.00313 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
	return hex([part * 255, part * 255, part * 255]);
}

/** From 1, no difference at all, to 21, black on white (WCAG 2). */
export function contrastOf(one: string, other: string): number {
	const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
	return (lighter + 0.05) / (darker + 0.05);
}

/** How bright a colour is to the eye, from 0 to 1. */
function luminanceOf(rgb: string): number {
	const [red = 0, green = 0, blue = 0] = partsOf(rgb).map((part) => {
		const share = part / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The nearest colour to this one that can be read on a background: on the way to black or to white, whichever is shorter. */
export function legibleOn(background: string, colour: string, contrastMin: number): string {
	for (let share = 0; share <= 1; share += 0.05) {
		for (const end of ['#000000', '#ffffff']) {
			const candidate = mix(colour, end, share);
			if (contrastOf(candidate, background) >= contrastMin) {
				return candidate;
			}
		}
	}

	return contrastOf('#000000', background) > contrastOf('#ffffff', background) ? '#000000' : '#ffffff';
}
