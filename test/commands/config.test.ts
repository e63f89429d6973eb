import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'node:test';
import {configFile, parseConfig, readConfig, type Config} from '../../source/commands/config.js';
import {UsageError} from '../../source/commands/usage-error.js';
import {bind, type Binding} from '../../source/dashboard/binding.js';

const meaning = {group: 'View' as const, help: '', run() {}};
const bindings: readonly Binding[] = [
	bind('panels')('crash', 'x', meaning),
	bind('panels')('zoom', 'z enter', meaning),
	bind('panels')('quit', 'q', meaning),
];

const parse = (text: string): Config => parseConfig(text, 'config.yaml', bindings);

test('Everything that a config file may say is read', () => {
	const {keymap, ...others} = parse(
		[
			'# mine',
			'theme: light',
			'speed: 0.2x',
			'color: 256',
			'ascii: true',
			'keys:',
			'  crash: K',
			'  zoom: [z, f]',
		].join('\n'),
	);
	assert.deepEqual(others, {theme: 'light', speed: 0.2, color: '256', isAscii: true});
	assert.deepEqual(
		keymap!.map(({name, keys, label}) => [name, keys, label]),
		[
			['crash', ['K'], 'K'],
			['zoom', ['z', 'f', 'enter'], 'z'],
			['quit', ['q'], 'q'],
		],
	);
});

test('A file that says nothing changes nothing', () => {
	for (const text of ['', '\n\n', '# nothing yet\n', '{}', 'ascii: false']) {
		const {isAscii = false, ...others} = parse(text);
		assert.equal(isAscii, false);
		assert.deepEqual(others, {});
	}
});

const wrong: ReadonlyArray<readonly [text: string, message: string]> = [
	['theme: lihgt', '1:8: theme is dark, light, contrast or mono, not "lihgt". Did you mean light?'],
	['\nspeed: fast', '2:8: speed is a factor above 0, 100 at the most, such as 0.1x, not "fast".'],
	['speed: 0', '1:8: speed is a factor above 0, 100 at the most, such as 0.1x, not "0".'],
	['color: blue', '1:8: color is auto, never, 16, 256 or truecolor, not "blue".'],
	['ascii: maybe', '1:8: ascii is true or false, not "maybe".'],
	['colour: 256', '1:1: There is no "colour" here, only theme, speed, color, ascii and keys. Did you mean color?'],
	['theme: [light]', '1:8: theme is text, not a list.'],
	['theme: light\ntheme: dark', '2:1: "theme" stands here twice.'],
	['light', '1:1: A config file is a map such as "theme: light", and this is something else.'],
	['keys: K', '1:7: keys is a map of actions and their keys, such as {crash: K}.'],
	['keys: {crsh: K}', '1:8: There is no action "crsh". Did you mean crash?'],
	['keys: {crash: [K, esc]}', '1:19: esc always stays what it is, and can be given to nothing else.'],
	['keys: {crash: q}', '1:15: q is the key of quit, so crash cannot have it unless quit gets another.'],
	['keys:\n  crash: K\n  crash: L', '3:3: "crash" stands here twice.'],
	['keys: {crash: []}', '1:8: crash needs a key, at least one.'],
	['keys: {crash: [[K]]}', '1:16: A key is text, not a list.'],
	['theme: *mine', '1:8: Aliases such as *x have no place in a config file; write it out.'],
	['theme: &mine mono', '1:14: Anchors such as &x have no place in a config file; write it out.'],
	['theme: !mine mono', '1:14: Tags such as !x have no place in a config file.'],
	['theme: mono\n---\ntheme: light', '2:1: Here --- begins another document, and a file holds one.'],
];

for (const [text, message] of wrong) {
	test(`${JSON.stringify(text)} is refused at its place, in one sentence`, () => {
		assert.throws(() => parse(text), {name: 'UsageError', message: `config.yaml:${message}`});
	});
}

test('Several things that are wrong are told together, in the order of the file', () => {
	assert.throws(
		() => parse('speed: fast\ntheme: lihgt\n'),
		/^UsageError: config\.yaml:1:8: speed .*\nconfig\.yaml:2:8: /v,
	);
});

test('It is where the system wants it, and at home otherwise', () => {
	const atHome = path.join('/home/me', '.config/whitewater/config.yaml');
	assert.equal(configFile({XDG_CONFIG_HOME: '/etc/mine'}, '/home/me'), '/etc/mine/whitewater/config.yaml');
	assert.equal(configFile({}, '/home/me'), atHome);
	assert.equal(configFile({XDG_CONFIG_HOME: ''}, '/home/me'), atHome);
	assert.equal(configFile({XDG_CONFIG_HOME: 'relative'}, '/home/me'), atHome);
});

test('No file is no mistake; one that cannot be read is', async () => {
	const directory = mkdtempSync(path.join(tmpdir(), 'whitewater-'));
	try {
		const file = configFile({XDG_CONFIG_HOME: directory});
		assert.deepEqual(await readConfig(file), {});
		mkdirSync(file, {recursive: true});
		await assert.rejects(readConfig(file), (error: unknown) => {
			assert.ok(error instanceof UsageError);
			assert.match(error.message, /config\.yaml" cannot be read: it is a directory\.$/v);
			return true;
		});
		rmSync(file, {recursive: true});
		writeFileSync(file, 'theme: mono\nkeys: {crash: K}\n');
		const {theme, keymap} = await readConfig(file);
		assert.equal(theme, 'mono');
		assert.deepEqual(keymap!.find(({name}) => name === 'crash')!.keys, ['K']);
		writeFileSync(file, new Uint8Array([0xff, 0xfe, 0x00]));
		await assert.rejects(readConfig(file), /is not a config file: it is not text in UTF-8/v);
	} finally {
		rmSync(directory, {recursive: true});
	}
});
