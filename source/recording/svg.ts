/*
A screen as a still picture.
*/

import {layersOf} from './layers.js';
import {Looks} from './look.js';
import type {Screen} from './screen.js';
import {Picture, type Caption} from './svg-parts.js';
import type {Theme} from './themes.js';

export type SvgOptions = Caption & {readonly theme: Theme};

/** The screen as an SVG document. */
export function stillSvg(screen: Screen, {theme, ...caption}: SvgOptions): string {
	const looks = new Looks(theme);
	const picture = new Picture(looks);
	const layers = layersOf([screen], looks);
	const parts = [...layers.map((layer) => picture.papers(layer)), ...layers.map((layer) => picture.letters(layer))];
	return picture.document(parts.join(''), {columns: screen.columns, rows: screen.rows.length, ...caption});
}
