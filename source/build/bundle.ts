/*
Makes the program: one file that holds it with all its libraries, because loading one file takes half
the time of loading them one by one, and a launcher that checks the version of Node.

Run by `npm run build`; needs a Node that reads TypeScript.
*/

import {chmod, cp, rm} from 'node:fs/promises';
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

/** Ink's inner modules that ours stand in for, each with Ink's own behind it. A release of Ink without one of them fails the build. */
const replaced = ['line-update', 'output', 'sanitize-ansi'];

const fasterInk: Plugin = {
	name: 'faster-ink',
	setup({onResolve, onEnd}) {
		const ink = path.join(source, '../node_modules/ink/build');
		const met = new Set<string>();
		for (const name of replaced) {
			// eslint-disable-next-line require-unicode-regexp -- Go reads it
			onResolve({filter: new RegExp(String.raw`^(?:\./${name}\.js|ink-${name})$`)}, ({path: asked, importer}) => {
				if (asked.startsWith('ink-')) {
					return {path: path.join(ink, `${name}.js`)};
				}

				met.add(name);
				return importer.startsWith(ink) ? {path: path.join(here, `ink-${name}.ts`)} : undefined;
			});
		}

		onEnd(() => {
			const missing = replaced.filter((name) => !met.has(name));
			if (missing.length > 0) {
				throw new Error(`Ink has no ${missing.join(', ')} any more.`);
			}
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
	define: {
		'process.env.NODE_ENV': '"production"',
		'process.env.DEV': '"false"',
		fetch: 'undefined', // Yoga would load its code through it, 40 ms slower than without
	},
	alias: {'react-devtools-core': path.join(here, 'nothing.js')},
	banner: {
		// React and signal-exit are CommonJS
		js: "import {createRequire as createRequireForBundle} from 'node:module'; const require = createRequireForBundle(import.meta.url);",
	},
	plugins: [fastStringWidth, fasterInk],
	logLevel: 'warning',
});

// Where `learn` looks for them, beside itself
await cp(path.join(source, 'commands/lessons'), path.join(dist, 'lessons'), {recursive: true});

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
