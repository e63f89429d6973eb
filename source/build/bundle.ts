/*
Makes the program: one file that holds it with all its libraries, because loading one file takes half
the time of loading them one by one, and a launcher that checks the version of Node.

Run by `npm run build`; needs a Node that reads TypeScript.
*/

import {chmod, readFile, rm} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, '..');
const dist = path.join(source, '../dist');

/** Measuring strings takes a short way where it can. */
const fastStringWidth: Plugin = {
	name: 'fast-string-width',
	setup({onResolve}) {
		const replacement = path.join(here, 'fast-string-width.ts');
		// eslint-disable-next-line require-unicode-regexp -- Go reads it
		onResolve({filter: /^string-width$/}, ({importer}) => (importer === replacement ? undefined : {path: replacement}));
	},
};

/** Changed lines are written cell by cell. */
const cellUpdate: Plugin = {
	name: 'cell-update',
	setup({onResolve}) {
		const original = path.join(source, '../node_modules/ink/build/line-update.js');
		// eslint-disable-next-line require-unicode-regexp -- Go reads it
		onResolve({filter: /^(?:\.\/line-update\.js|ink-line-update)$/}, ({path: name}) => ({
			path: name === 'ink-line-update' ? original : path.join(here, 'ink-line-update.ts'),
		}));
	},
};

/** Ink forgets after each frame how its lines fell into characters; most lines are the same in the next. */
const lastingCaches: Plugin = {
	name: 'lasting-caches',
	setup({onLoad}) {
		// eslint-disable-next-line require-unicode-regexp -- Go reads it
		onLoad({filter: /ink\/build\/output\.js$/}, async ({path: file}) => {
			const original = await readFile(file, 'utf8');
			const contents = original.replace(
				'caches = new OutputCaches();',
				'caches = (lasting = lasting.styledChars.size > 2000 ? new OutputCaches() : lasting);',
			);
			if (contents === original) {
				throw new Error('Ink has changed: output.js makes its caches elsewhere now.');
			}

			return {contents: contents.replace('export default class Output', 'let lasting = new OutputCaches();\n$&')};
		});
	},
};

await rm(dist, {recursive: true, force: true});

await build({
	entryPoints: [path.join(source, 'cli.ts')],
	outdir: dist,
	bundle: true,
	platform: 'node',
	target: 'node22',
	format: 'esm', // Yoga awaits at the top level
	splitting: true, // A sub-command without a screen does not load one
	minifySyntax: true,
	sourcemap: process.argv.includes('--sourcemap'),
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	alias: {'react-devtools-core': path.join(here, 'nothing.js')},
	banner: {
		// React and signal-exit are CommonJS
		js: "import {createRequire as createRequireForBundle} from 'node:module'; const require = createRequireForBundle(import.meta.url);",
	},
	plugins: [fastStringWidth, cellUpdate, lastingCaches],
	logLevel: 'warning',
});

const launcher = path.join(dist, 'whitewater.js');
await build({
	entryPoints: [path.join(source, 'launcher.ts')],
	outfile: launcher,
	platform: 'node',
	target: 'node16',
	format: 'esm',
	banner: {js: '#!/usr/bin/env node'},
	supported: {'top-level-await': true},
	logLevel: 'warning',
});
await chmod(launcher, 0o755);
