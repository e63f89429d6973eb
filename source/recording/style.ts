/*
How a cell of a terminal looks: its colours and its emphasis. There is one object for each style, so that two
styles are the same if they are identical.
*/

/** One of the terminal's 256 colours by its number, or any other as `#rrggbb`. */
export type Colour = number | string;

export type Style = {
	/** `undefined` is the terminal's own. */
	readonly foreground: Colour | undefined;
	readonly background: Colour | undefined;
	readonly isBold: boolean;
	readonly isDim: boolean;
	readonly isUnderlined: boolean;
	readonly isInverse: boolean;
};

const known = new Map<string, Style>();

/** The one object for this style. */
export function styleOf(style: Style): Style {
	const {foreground, background, isBold, isDim, isUnderlined, isInverse} = style;
	const key = `${foreground}/${background}/${Number(isBold)}${Number(isDim)}${Number(isUnderlined)}${Number(isInverse)}`;
	const twin = known.get(key);
	if (twin !== undefined) {
		return twin;
	}

	const only = {foreground, background, isBold, isDim, isUnderlined, isInverse};
	known.set(key, only);
	return only;
}

/** As a terminal writes before anybody has asked for anything. */
export const plain = styleOf({
	foreground: undefined,
	background: undefined,
	isBold: false,
	isDim: false,
	isUnderlined: false,
	isInverse: false,
});

/** What can be seen of a style where nothing is written: not the colour or the weight of the letters. */
export const onBlank = (style: Style): Style =>
	style.isUnderlined || style.isInverse ? style : styleOf({...plain, background: style.background});
