import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import xterm from '@xterm/headless';
import {pictureBytesMax, pictures, recordingOf, root} from '../../source/build/pictures.js';
import {call, directoryWith} from '../commands/program.js';

for (const picture of pictures) {
	test(`The picture of ${picture.demo} is what the program makes of it, and small enough for a page`, async () => {
		const file = path.join(directoryWith({}), 'picture.svg');
		const {code, stderr} = await call(recordingOf(picture, file), root);
		assert.equal(code, 0, stderr);
		const kept = readFileSync(path.join(root, `demos/${picture.demo}.svg`), 'utf8');
		assert.strictEqual(kept, readFileSync(file, 'utf8'), `demos/${picture.demo}.svg is out of date: npm run pictures`);
		assert.ok(Buffer.byteLength(kept) < pictureBytesMax);
	});
}

const demos = readdirSync(path.join(root, 'demos')).filter((name) => name.endsWith('.yaml'));

for (const demo of demos) {
	test(`${demo} gives the same cast twice, which ends on the frame that the dashboard shows`, async () => {
		const folder = directoryWith({});
		const record = async (name: string): Promise<string> => {
			const file = path.join(folder, name);
			const args = ['record', `demos/${demo}`, '--output', file, '--size', '80x24', '--fps', '1', '--theme', 'mono'];
			const {code, stderr} = await call(demo === 'rapids.yaml' ? [...args, '--speed', '5'] : args, root);
			assert.equal(code, 0, stderr);
			return readFileSync(file, 'utf8');
		};

		const [cast, again, text] = await Promise.all([record('one.cast'), record('two.cast'), record('end.txt')]);
		assert.equal(cast, again);
		const terminal = new xterm.Terminal({cols: 80, rows: 25, allowProposedApi: true});
		const [, ...events] = cast.trimEnd().split('\n');
		for (const line of events) {
			const [, type, data] = JSON.parse(line) as [number, string, string];
			if (type === 'o') {
				const {promise, resolve} = Promise.withResolvers<void>();
				terminal.write(data, resolve);
				await promise;
			}
		}

		const buffer = terminal.buffer.active;
		const shown = Array.from({length: 24}, (_, row) => buffer.getLine(row)!.translateToString(true).trimEnd());
		const frame = text.split('\n').slice(0, 24);
		assert.deepEqual(shown, frame);
		terminal.dispose();
	});
}
