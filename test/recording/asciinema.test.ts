/*
Our recordings in the real asciinema, where there is one.
*/

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after, afterEach} from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import {CastRecorder} from '../../source/recording/recorder.js';
import {castTheme, themes} from '../../source/recording/themes.js';
import {closeTerminals, Terminal} from '../program/terminal.js';
import {realFrames} from './screens.js';

const {stdout} = spawnSync('asciinema', ['--version'], {encoding: 'utf8'}) as {readonly stdout: string | undefined};
const found = /asciinema (?<major>\d+)\./v.exec(stdout ?? '')?.groups?.['major'];

/** Why a recording of this version cannot be tried; `false` if it can. */
const hindrance = (version: 2 | 3): string | false =>
	found === undefined
		? 'There is no asciinema on the PATH.'
		: version > 2 && Number(found) < 3 && 'This asciinema reads version 2 only.';

const folder = mkdtempSync(path.join(tmpdir(), 'asciinema-'));
const file = path.join(folder, 'film.cast');

/** Its own files do not get among those of whoever runs the tests. */
const env = {ASCIINEMA_CONFIG_HOME: folder, HOME: folder, LANG: 'C.UTF-8'};

afterEach(closeTerminals);
after(() => {
	rmSync(folder, {recursive: true});
});

const {columns, rows, frames} = realFrames();

/** Record the frames with markers among them, and say what terminals are to be sent. */
function record(version: 2 | 3): string {
	let cast = '';
	const theme = castTheme(themes.dark);
	const recorder = new CastRecorder({version, columns, rows, title: 'Rapids', theme}, (chunk) => {
		cast += chunk;
	});
	for (const [at, frame] of frames.entries()) {
		recorder.frame(frame, at / 10);
		if (at % 5 === 0) {
			recorder.marker(`Chapter ${at / 5 + 1}`, at / 10);
		}
	}

	recorder.end(frames.length / 10 + 1);
	writeFileSync(file, cast);
	const events = cast
		.trimEnd()
		.split('\n')
		.slice(1)
		.map((line) => JSON.parse(line) as [number, string, string]);
	assert.ok(events.some(([, code]) => code === 'm'));
	return events.map(([, code, data]) => (code === 'o' ? data : '')).join('');
}

for (const version of [2, 3] as const) {
	const options = {skip: hindrance(version)};

	test(`asciinema cat prints a recording of version ${version} as it was written`, options, async () => {
		const data = record(version);
		const terminal = Terminal.run('asciinema', ['cat', file], {columns, rows, env});
		assert.equal(await terminal.waitForExit(), 0);
		assert.equal(terminal.output, data);
	});

	test(`asciinema play shows a recording of version ${version} to its end, markers and all`, options, async () => {
		record(version);
		const terminal = Terminal.run('asciinema', ['play', '-s', '1000', '-i', '0.01', file], {columns, rows, env});
		assert.equal(await terminal.waitForExit(), 0);
		assert.deepEqual(
			terminal.lines(),
			frames.at(-1)!.map((row) => stripVTControlCharacters(row)),
		);
		assert.ok(terminal.isCursorShown);
	});
}
