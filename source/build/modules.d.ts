declare module 'ink-line-update' {
	const lineUpdate: import('./cell-update.js').LineUpdate;
	export default lineUpdate;
}
