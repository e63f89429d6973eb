/*
The walls of the house: which room may import which, and what may not enter the rooms in which a run must come
out the same every time. Read from the source's syntax, not from its text, so that comments may say what they like.
*/

import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {fileURLToPath} from 'node:url';
import ts from 'typescript';

/** From bottom to top: a room imports itself and what is below it. */
const rooms = [
	'raft',
	'storage',
	'state-machine',
	'simulation',
	'checking',
	'scenario',
	'explaining',
	'fuzzing',
	'lab',
	'recording',
	'dashboard',
	'commands',
	'cli',
];

/** Not part of the program: they measure and make it, and nobody imports them but the commands that run them. */
const toolRooms = new Set(['bench', 'build']);

/** Where a run happens or is judged. What they do must follow from the seed and the commands alone. */
const deterministicRooms = new Set(['raft', 'state-machine', 'simulation', 'checking', 'scenario', 'explaining']);

/** The world's time, chance and state, by whatever name it gets in. */
const forbiddenGlobals = new Set([
	'Date',
	'performance',
	'process',
	'setTimeout',
	'setInterval',
	'setImmediate',
	'crypto',
	'fetch',
	'console',
	'global',
	'globalThis',
	'require',
]);

/** A file of source/, by its path from there: `raft/log.ts`. */
type Source = {readonly file: string; readonly text: string};

/** The room of a file; of a file that stands in none, its name: `cli`. */
const roomOf = (file: string): string => file.replace(/\/.*|\.\w+$/v, '');

function parse({file, text}: Source): ts.SourceFile {
	const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
	return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
}

function* nodesIn(node: ts.Node): Generator<ts.Node> {
	yield node;
	for (const child of node.getChildren()) {
		yield* nodesIn(child);
	}
}

/** What a file imports: `import`, `export from`, `import()`, `import = require()` and `import('…').Type` alike. */
function importsOf(source: Source): readonly string[] {
	const specifiers: string[] = [];
	for (const node of nodesIn(parse(source))) {
		if (ts.isStringLiteralLike(node) && isImported(node)) {
			specifiers.push(node.text);
		}
	}

	return specifiers;
}

function isImported(literal: ts.StringLiteralLike): boolean {
	const {parent} = literal;
	return (
		ts.isImportDeclaration(parent) ||
		ts.isExportDeclaration(parent) ||
		ts.isExternalModuleReference(parent) ||
		(ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword) ||
		(ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent))
	);
}

function findWrongImports(source: Source): readonly string[] {
	const {file} = source;
	const room = roomOf(file);
	const wrong: string[] = [];
	for (const specifier of importsOf(source)) {
		if (!specifier.startsWith('.')) {
			if (room === 'raft') {
				wrong.push(`${file} imports ${specifier}; raft/ imports nothing but itself.`);
			} else if (specifier.startsWith('node:') && deterministicRooms.has(room)) {
				wrong.push(`${file} imports ${specifier}; nothing of Node's enters ${room}/.`);
			}

			continue;
		}

		const target = path.posix.join(path.posix.dirname(file), specifier);
		const imported = roomOf(target);
		if (target === '../package.json' && room === 'cli') {
			continue; // For the version
		}

		if (imported !== room && !mayImport(room, imported)) {
			wrong.push(`${file} imports ${specifier}, from ${imported}.`);
		}
	}

	return wrong;
}

function mayImport(room: string, imported: string): boolean {
	if (toolRooms.has(room)) {
		return rooms.includes(imported) && imported !== 'cli';
	}

	if (toolRooms.has(imported)) {
		return room === 'commands';
	}

	if (room === 'launcher') {
		return imported === 'cli'; // It asks only whether this Node will do
	}

	return rooms.indexOf(imported) < rooms.indexOf(room) && rooms.includes(imported);
}

function findForbiddenNames(source: Source): readonly string[] {
	const found: string[] = [];
	for (const node of nodesIn(parse(source))) {
		const name = forbiddenNameOf(node);
		if (name !== undefined && deterministicRooms.has(roomOf(source.file))) {
			const {line} = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
			found.push(`${source.file}:${line + 1} ${name}`);
		}
	}

	return found;
}

function forbiddenNameOf(node: ts.Node): string | undefined {
	if (!ts.isIdentifier(node) || isOnlyAName(node)) {
		return undefined;
	}

	if (forbiddenGlobals.has(node.text)) {
		return node.text;
	}

	// Math itself is welcome; its chance is not, nor is passing Math on to where nobody looks.
	const {parent} = node;
	const isPlainUse =
		ts.isPropertyAccessExpression(parent) && parent.expression === node && parent.name.text !== 'random';
	return node.text === 'Math' && !isPlainUse ? 'Math.random' : undefined;
}

/** Whether an identifier names a property or a type, and so reaches nothing of the world's. */
function isOnlyAName(node: ts.Identifier): boolean {
	const {parent} = node;
	return (
		(ts.isPropertyAccessExpression(parent) && parent.name === node) ||
		(ts.isPropertyAssignment(parent) && parent.name === node) ||
		(ts.isBindingElement(parent) && parent.propertyName === node) ||
		ts.isTypeReferenceNode(parent) ||
		ts.isTypeElement(parent) ||
		ts.isClassElement(parent)
	);
}

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../source');

const sources: readonly Source[] = readdirSync(root, {recursive: true, encoding: 'utf8'})
	.map((file) => file.replaceAll('\\', '/'))
	.filter((file) => /\.tsx?$/v.test(file))
	.toSorted()
	.map((file) => ({file, text: readFileSync(path.join(root, file), 'utf8')}));

test('Imports point one way: from a room to itself and to the rooms below it', () => {
	assert.deepEqual(
		sources.flatMap((source) => findWrongImports(source)),
		[],
	);
});

test("The world's time, chance and state do not enter the rooms in which a run must come out the same every time", () => {
	assert.deepEqual(
		sources.flatMap((source) => findForbiddenNames(source)),
		[],
	);
});

test('Every file of source/ stands in a room that has a place in the order', () => {
	const known = new Set([...rooms, ...toolRooms, 'launcher']);
	assert.deepEqual(
		sources.map(({file}) => file).filter((file) => !known.has(roomOf(file))),
		[],
	);
	const empty = ['raft', 'state-machine', 'simulation'].filter((room) =>
		sources.every(({file}) => roomOf(file) !== room),
	);
	assert.deepEqual(empty, []);
});

const plantedImports: ReadonlyArray<readonly [file: string, text: string, isWrong: boolean]> = [
	['raft/log.ts', "import type {Entry} from './vocabulary.js';", false],
	['raft/log.ts', "import {World} from '../simulation/world.js';", true],
	['raft/log.ts', "import fc from 'fast-check';", true],
	['raft/log.ts', "import path from 'node:path';", true],
	['raft/log.ts', "// import {World} from '../simulation/world.js';", false],
	['raft/log.ts', 'const text = "import \'../simulation/world.js\'";', false],
	['state-machine/key-value.ts', "import type {Payload} from '../raft/vocabulary.js';", false],
	['simulation/world.ts', "import {step} from '../raft/step.js';", false],
	['simulation/world.ts', "import seedrandom from 'seedrandom';", false],
	['simulation/world.ts', "import type {Lab} from '../lab/lab.js';", true],
	['simulation/world.ts', "export * from '../scenario/run.js';", true],
	['simulation/world.ts', "const lab = await import('../lab/lab.js');", true],
	['simulation/world.ts', "type Lab = import('../lab/lab.js').Lab;", true],
	['simulation/world.ts', "import '../dashboard/app.js';", true],
	['simulation/world.ts', "import {check} from '../checking/safety.js';", true],
	['simulation/world.ts', "import {readFileSync} from 'node:fs';", true],
	['simulation/deep/er.ts', "import {step} from '../../raft/step.js';", false],
	['simulation/deep/er.ts', "import {start} from '../../dashboard/start.js';", true],
	['checking/safety.ts', "import {World} from '../simulation/world.js';", false],
	['dashboard/app.tsx', "import {Lab} from '../lab/lab.js';\nexport const App = () => <Box />;", false],
	['dashboard/app.tsx', "import {run} from '../commands/run.js';", true],
	['bench/workloads.ts', "import {World} from '../simulation/world.js';", false],
	['simulation/world.ts', "import {openWorkload} from '../bench/workloads.js';", true],
	['commands/bench.ts', "import {openWorkload} from '../bench/workloads.js';", false],
	['attic/old.ts', "import {step} from '../raft/step.js';", true],
	['commands/run.ts', "import {old} from '../attic/old.js';", true],
	['launcher.ts', "await import('./cli.js');", false],
	['cli.ts', "import {run} from './commands/run.js';", false],
	['commands/run.ts', "import '../cli.js';", true],
	['cli.ts', "import packageJson from '../package.json' with {type: 'json'};", false],
	['simulation/world.ts', "import packageJson from '../../package.json' with {type: 'json'};", true],
	['simulation/world.ts', "import {play} from '../../test/properties/session.js';", true],
];

test('A planted import against the order is found, wherever and however it is written', () => {
	const judged = plantedImports.map(([file, text]) => [file, text, findWrongImports({file, text}).length > 0]);
	assert.deepEqual(judged, plantedImports);
});

const plantedNames: ReadonlyArray<readonly [file: string, text: string, isWrong: boolean]> = [
	['simulation/random.ts', 'const chance = Math.random();', true],
	['simulation/random.ts', "const chance = Math['random']();", true],
	['simulation/random.ts', 'const {random} = Math;', true],
	['simulation/random.ts', 'const half = Math.floor(1 / 2);', false],
	['simulation/world.ts', 'const now = Date.now();', true],
	['simulation/world.ts', 'const now = new Date();', true],
	['simulation/world.ts', 'const now = performance.now();', true],
	['simulation/world.ts', 'const now = globalThis.performance.now();', true],
	['simulation/world.ts', 'setTimeout(() => {}, 5);', true],
	['simulation/world.ts', 'const later = setInterval;', true],
	['checking/safety.ts', "if (process.env['FAST']) {}", true],
	['scenario/run.ts', "const fs = require('node:fs');", true],
	['raft/step.ts', 'console.log(1);', true],
	['raft/step.ts', '// Math.random, Date.now and setTimeout must not enter.', false],
	['raft/step.ts', "const text = 'Date.now()';", false],
	['raft/step.ts', 'const text = `now: ${Date.now()}`;', true], // eslint-disable-line no-template-curly-in-string
	['raft/step.ts', 'type Row = {readonly process: string}; const row: Row = {process: name}; use(row.process);', false],
	['raft/step.ts', 'const {process} = globalThis;', true],
	['raft/step.ts', 'use({process});', true],
	['dashboard/app.tsx', 'const now = performance.now();', false],
];

test('A planted clock, timer, die or process is found where it must not be, and left alone elsewhere', () => {
	const judged = plantedNames.map(([file, text]) => [file, text, findForbiddenNames({file, text}).length > 0]);
	assert.deepEqual(judged, plantedNames);
});
