/*
What `whitewater` runs first. It asks only whether this Node will do, in words that an old one
understands, before anything is imported that would fail there.
*/

const oldest = 22;

if (Number(process.versions.node.split('.', 1)[0]) < oldest) {
	process.stderr.write(
		`whitewater needs Node ${oldest} or newer; this is ${process.version}. Install a current Node from nodejs.org and try again.\n`,
	);
	process.exitCode = 2;
} else {
	const {default: nodeModule} = await import('node:module');
	nodeModule.enableCompileCache?.();
	await import('./cli.js');
}
