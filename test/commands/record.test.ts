import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {after} from 'node:test';
import xterm from '@xterm/headless';
import {call, directoryWith} from './program.js';

const directory = directoryWith({
	'short.yaml':
		'title: Short\nseed: 3\nnodes: 3\nsteps: [mark Alone, speed 0.5x, wait leader, mark Led, write x=1, wait 200ms, expect safe]\n',
	'failing.yaml': 'seed: 3\nnodes: 3\nsteps: [wait 300ms, expect term = 99]\n',
	'long.yaml': 'nodes: 3\nsteps: [speed 0.01x, wait 7s]\n',
	'foreign.svg': '<?xml version="1.0"?><svg/>',
	'foreign.txt': 'Dear diary\n',
});
after(() => {
	rmSync(directory, {recursive: true});
});

const read = (name: string): string => readFileSync(path.join(directory, name), 'utf8');

/** Record the short scenario, small. */
async function record(name: string, ...flags: readonly string[]): Promise<string> {
	const {code, stdout, stderr} = await call(
		['record', 'short.yaml', '-o', name, '--size', '80x24', '--fps', '5', ...flags],
		directory,
	);
	assert.deepEqual({code, stdout, stderr}, {code: 0, stdout: '', stderr: ''});
	return read(name);
}

type Event = readonly [timeS: number, code: string, data: string];

function eventsOf(cast: string): readonly Event[] {
	const [, ...lines] = cast.trimEnd().split('\n');
	return lines.map((line) => JSON.parse(line) as Event);
}

/** What a terminal shows after all of it, as a text frame. */
async function lastScreenOf(cast: string): Promise<string> {
	const terminal = new xterm.Terminal({cols: 80, rows: 24, allowProposedApi: true});
	const {promise, resolve} = Promise.withResolvers<void>();
	const outputs = eventsOf(cast).filter(([, code]) => code === 'o');
	terminal.write(outputs.map((event) => event[2]).join(''), resolve);
	await promise;
	return Array.from(
		{length: 24},
		(_, row) => `${terminal.buffer.active.getLine(row)!.translateToString(true).trimEnd()}\n`,
	).join('');
}

for (const name of ['film.cast', 'film.svg', 'screen.txt']) {
	test(`The same call writes the same bytes again, over what it wrote before: ${name}`, async () => {
		const [once, again] = [await record(name), await record(name)];
		assert.notEqual(once, '');
		assert.equal(again, once);
		assert.deepEqual(
			readdirSync(directory).filter((file) => file.startsWith(`${name}.`)),
			[],
		);
	});
}

test('An asciicast in a terminal ends on the screen that the text is', async () => {
	const themed = ['--theme', 'mono'];
	const [cast, text] = [await record('end.cast', ...themed), await record('end.txt', ...themed)];
	assert.match(text, /^ whitewater .*leader ★ n\d/v);
	assert.equal(await lastScreenOf(cast), text);
	const coloured = ['--theme', 'dark'];
	assert.equal(await lastScreenOf(await record('dark.cast', ...coloured)), await record('dark.txt', ...coloured));
});

test('An asciicast has a header with its size and theme, chapters as markers, and holds the last screen', async () => {
	const cast = await record('chapters.cast', '--theme', 'light');
	const header = JSON.parse(cast.split('\n', 1)[0]!) as Record<string, unknown>;
	assert.deepEqual([header['version'], header['width'], header['height'], header['title']], [2, 80, 24, 'Short']);
	assert.equal((header['theme'] as Record<string, unknown>)['bg'], '#fcfcfa');
	const events = eventsOf(cast);
	assert.deepEqual(
		events.filter(([, code]) => code === 'm').map((event) => event[2]),
		['Alone', 'Led'],
	);
	const [before, last] = events.slice(-2);
	assert.ok(last![0] - before![0] >= 2);
	const third = await record('third.cast', '--cast', '3');
	assert.match(third, /^\{"version":3,"term":\{"cols":80,"rows":24/v);
});

test('--speed stands in place of the speeds of the scenario', async () => {
	const lengthOf = (cast: string): number => eventsOf(cast).at(-1)![0];
	const [own, faster] = [await record('own.cast'), await record('fast.cast', '--speed', '2x')];
	assert.ok(lengthOf(faster) < lengthOf(own));
	assert.doesNotMatch(await record('fast.txt', '--speed', '2x'), /×0\.5/v);
});

test('--at gives that very moment: a picture that does not move, or a text', async () => {
	assert.match(await record('moving.svg'), /<set /v);
	const still = await record('still.svg', '--at', '123ms');
	assert.match(still, /^<svg .*<title>Short<\/title>/v);
	assert.doesNotMatch(still, /<set /v);
	assert.match(await record('moment.txt', '--at', '123ms'), /^ whitewater .* 0\.123 s ×0\.5/v);
	const {code, stderr} = await call(
		['record', 'short.yaml', '-o', 'late.txt', '--size', '80x24', '--at', '60s'],
		directory,
	);
	assert.equal(code, 0);
	assert.match(
		stderr,
		/^short\.yaml: the run ended at .*, before 1m\n$|^short\.yaml: the run ended at .*, before 60s\n$/v,
	);
});

test('What went wrong is recorded, too, and told', async () => {
	const {code, stderr} = await call(['record', 'failing.yaml', '-o', 'failing.txt', '--size', '80x24'], directory);
	assert.equal(code, 1);
	assert.match(stderr, /term = 99/v);
	assert.match(read('failing.txt'), /^ whitewater/v);
});

test('A recording does not go on for longer than ten minutes', async () => {
	const {code, stderr} = await call(
		['record', 'long.yaml', '-o', 'long.cast', '--size', '60x16', '--fps', '1'],
		directory,
	);
	assert.equal(code, 0);
	assert.match(stderr, /^long\.yaml: the recording ends after 10 minutes, at .* of 7s\. Try a higher --speed\.\n$/v);
	assert.equal(eventsOf(read('long.cast')).at(-1)![0], 602);
});

const refused: ReadonlyArray<readonly [flags: readonly string[], sentence: RegExp]> = [
	[[], /wants the name of the file to write\. Try -o recording\.cast\./v],
	[['-o', 'x.gif'], /-o must end in \.cast .*, \.svg .* or \.txt .*, not be "x\.gif"\./v],
	[['-o', 'x.svg', '--size', '80'], /--size must be columns x rows, from 60x16 to 250x70, not "80"\./v],
	[['-o', 'x.svg', '--size', '59x16'], /--size must be .*, not "59x16"\./v],
	[['-o', 'x.svg', '--size', '80x71'], /--size must be .*, not "80x71"\./v],
	[['-o', 'x.svg', '--fps', '31'], /--fps must be a whole number .* from 1 to 30, not "31"\./v],
	[['-o', 'x.svg', '--speed', '0'], /--speed must be a factor above 0/v],
	[['-o', 'x.svg', '--theme', 'drak'], /--theme must be .*, not "drak"\. Did you mean dark\?/v],
	[['-o', 'x.svg', '--at', 'noon'], /--at must be a time with its unit, not "noon"\. Try --at 30s\./v],
	[['-o', 'x.cast', '--at', '1s'], /--at chooses one moment/v],
	[['-o', 'x.svg', '--cast', '3'], /--cast is for asciicasts/v],
	[['-o', 'x.cast', '--cast', '4'], /--cast must be 2 or 3/v],
	[['-o', 'x.cast', 'failing.yaml'], /records one scenario, and here are 2\./v],
];

test('A wrong call is refused with a sentence, and leaves no file', async () => {
	const answers = await Promise.all(
		refused.map(async ([flags]) => call(['record', 'short.yaml', ...flags], directory)),
	);
	for (const [at, {code, stdout, stderr}] of answers.entries()) {
		assert.match(stderr, refused[at]![1]);
		assert.match(stderr, /^whitewater: [^\n]+\n$/v);
		assert.deepEqual([code, stdout], [2, '']);
	}

	assert.deepEqual(
		readdirSync(directory).filter((name) => name.startsWith('x.')),
		[],
	);
});

test('What is no recording is not overwritten', async () => {
	writeFileSync(path.join(directory, 'foreign.cast'), 'Cast: Alice, Bob\n');
	for (const name of ['foreign.cast', 'foreign.svg', 'foreign.txt']) {
		const before = read(name);
		const {code, stderr} = await call(['record', 'short.yaml', '-o', name], directory);
		assert.equal(code, 2);
		assert.match(stderr, /-o would overwrite "foreign\.\w+", which is not .*\. Try another name/v);
		assert.equal(read(name), before);
	}

	assert.ok(!existsSync(path.join(directory, 'foreign.cast.part')));
});
