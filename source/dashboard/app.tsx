/*
The dashboard on a terminal: Ink lays out the painted lines, and hands over the keys.
*/

import {Box, Text, useApp, useInput, useStdin, useWindowSize} from 'ink';
import {memo, useEffect, useSyncExternalStore} from 'react';
import type {Dashboard} from './dashboard.js';
import {keyNames} from './keys.js';

/** One line, one text node: Ink's cost a frame grows with the nodes, not with the characters. */
const Row = memo(({line}: {readonly line: string}) => <Text wrap="truncate">{line}</Text>);

export type AppProps = {
	readonly dashboard: Dashboard;
	/** Called when the terminal is about to be handed back to the shell, and again when we have it back. */
	readonly onSuspend: () => void;
	readonly onResume: () => void;
};

export function App({dashboard, onSuspend, onResume}: AppProps) {
	const frame = useSyncExternalStore(dashboard.subscribe, dashboard.frame);
	const {columns, rows} = useWindowSize();
	const {exit, suspendTerminal} = useApp();
	const {isRawModeSupported} = useStdin();

	useEffect(() => {
		dashboard.resize(columns, rows);
	}, [dashboard, columns, rows]);

	useEffect(() => {
		/** Give the terminal back, stop the whole process group (npm and the shell's wrapper too), and take it again on SIGCONT. */
		const suspend = () => {
			onSuspend();
			void suspendTerminal(async () => {
				const {promise, resolve} = Promise.withResolvers<void>();
				process.once('SIGCONT', () => {
					resolve();
				});
				const alive = setInterval(() => {}, 1_000_000); // Nothing else keeps Node from ending while the terminal is not ours
				process.kill(0, 'SIGSTOP');
				await promise;
				clearInterval(alive);
			}).finally(onResume);
		};

		dashboard.attach({
			quit: exit,
			suspend,
			redraw() {
				void suspendTerminal(() => {}); // Taking the screen back is drawing it anew
			},
		});
		process.on('SIGTSTP', suspend);
		return () => {
			process.off('SIGTSTP', suspend);
		};
	}, [dashboard, exit, suspendTerminal, onSuspend, onResume]);

	useInput(
		(input, key) => {
			try {
				for (const name of keyNames(input, key)) {
					dashboard.press(name);
				}
			} catch (error) {
				exit(error); // So that the terminal is restored before anybody reads of it
			}
		},
		{isActive: isRawModeSupported},
	);

	return (
		<Box width={frame.columns} height={frame.rows} overflowY="hidden" flexDirection="column">
			{frame.bands.map((band, at) => (
				<Box key={at}>
					{band.map(({width, lines}, column) => (
						<Box key={column} width={width} flexDirection="column" flexShrink={0}>
							{lines.map((line, row) => (
								<Row key={row} line={line} />
							))}
						</Box>
					))}
				</Box>
			))}
		</Box>
	);
}
