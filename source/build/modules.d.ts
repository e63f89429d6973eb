/* A name that only `bundle.ts` can resolve. */

declare module 'ink-line-update' {
	const lineUpdate: (previous: string, next: string, columns: number | undefined) => string;
	export default lineUpdate;
}
