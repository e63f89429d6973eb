/*
The whole screen, painted: bands from top to bottom, in each columns from left to right, in each lines.
*/

export type Band = ReadonlyArray<{readonly width: number; readonly lines: readonly string[]}>;

export type Frame = {readonly columns: number; readonly rows: number; readonly bands: readonly Band[]};

/** The screen's rows from top to bottom, all of them as wide as it is. */
export function rowsOf({columns, rows, bands}: Frame): string[] {
	const painted = bands.flatMap((band) => band[0]!.lines.map((_, row) => band.map(({lines}) => lines[row]!).join('')));
	const blanks = new Array<string>(Math.max(0, rows - painted.length)).fill(' '.repeat(columns));
	return [...painted, ...blanks];
}

/** Without so many of the last rows, which something else lies over. */
export function withoutBottom(bands: readonly Band[], rows: number): readonly Band[] {
	const last = bands.at(-1);
	if (rows === 0 || last === undefined) {
		return bands;
	}

	const above = bands.slice(0, -1);
	const height = last[0]!.lines.length;
	return height > rows
		? [...above, last.map(({width, lines}) => ({width, lines: lines.slice(0, height - rows)}))]
		: withoutBottom(above, rows - height);
}

/** Whether nothing on the screen differs. */
export function isSame(a: Frame, b: Frame): boolean {
	return (
		a.columns === b.columns &&
		a.rows === b.rows &&
		a.bands.length === b.bands.length &&
		a.bands.every((band, at) => {
			const other = b.bands[at]!;
			return (
				band.length === other.length &&
				band.every(({width, lines}, column) => {
					const twin = other[column]!;
					return (
						width === twin.width &&
						lines.length === twin.lines.length &&
						lines.every((line, row) => line === twin.lines[row])
					);
				})
			);
		})
	);
}
