/* Names that only `bundle.ts` can resolve: Ink's own modules, where ours stand in their place. */

declare module 'ink-line-update' {
	const lineUpdate: (previous: string, next: string, columns: number | undefined) => string;
	export default lineUpdate;
}

declare module 'ink-output' {
	export default class Output {
		operations: never[];
		width: number;
		height: number;
		constructor(options: {width: number; height: number});
		get(): {output: string; height: number};
	}
}

declare module 'ink-sanitize-ansi' {
	const sanitizeAnsi: (text: string) => string;
	export default sanitizeAnsi;
}
