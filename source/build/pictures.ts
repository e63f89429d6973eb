/*
The pictures that the README shows, each made by the program from a demo. `npm run pictures` makes them all again, and a
test says when one no longer matches its scenario.
*/

import {execFileSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

export type Picture = {readonly demo: string; readonly size: string; readonly fps: number};

export const pictures: readonly Picture[] = [
	{demo: 'leader-isolation', size: '100x30', fps: 5},
	{demo: 'leader-crash', size: '80x24', fps: 3},
	{demo: 'old-terms', size: '80x24', fps: 3},
];

/** A README picture is not to be larger than this, in bytes. */
export const pictureBytesMax = 300_000;

const here = fileURLToPath(import.meta.url);
export const root = path.join(path.dirname(here), '../..');

/** How the program is called to make one. */
export const recordingOf = ({demo, size, fps}: Picture, file: string): readonly string[] => [
	'record',
	`demos/${demo}.yaml`,
	'--output',
	file,
	'--size',
	size,
	'--fps',
	String(fps),
];

if (process.argv[1] === here) {
	for (const picture of pictures) {
		const args = recordingOf(picture, `demos/${picture.demo}.svg`);
		execFileSync(process.execPath, ['dist/whitewater.js', ...args], {cwd: root, stdio: 'inherit'});
	}
}
