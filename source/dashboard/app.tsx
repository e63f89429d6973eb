/*
The dashboard on a terminal: Ink lays out the painted lines, and hands over the keys.
*/

import {Box, Text, useApp, useInput, usePaste, useStdin, useWindowSize} from 'ink';
import {memo, useEffect, useSyncExternalStore} from 'react';
import type {Dashboard} from './dashboard.js';
import {keyNames} from './keys.js';

/** One line, one text node: Ink's cost a frame grows with the nodes, not with the characters. */
const Row = memo(({line}: {readonly line: string}) => <Text wrap="truncate">{line}</Text>);

/** How long we wait to be stopped, in milliseconds. */
const stopMsMax = 200;

/**
Stop the whole process group, npm and the shell's wrapper too, until somebody continues it.

Where there is no job control the kernel does not stop us, and we go on: nobody could continue us.
*/
async function stopped(): Promise<void> {
	const {promise, resolve} = Promise.withResolvers<void>();
	const timer = setTimeout(resolve, stopMsMax);
	process.once('SIGCONT', resolve);
	process.kill(0, 'SIGTSTP');
	await promise;
	clearTimeout(timer);
	process.off('SIGCONT', resolve);
	process.kill(process.pid, 'SIGWINCH'); // The window may have changed meanwhile, and the shell was told instead of us
}

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
		// Not within React's own work: drawing renders the node table, and Yoga does not stand two renderings at once
		queueMicrotask(() => {
			try {
				dashboard.resize(columns, rows);
			} catch (error) {
				exit(error);
			}
		});
	}, [dashboard, exit, columns, rows]);

	useEffect(() => {
		let isAway = false;
		/** Give the terminal back for as long as `stay` takes. Whoever asks again meanwhile has got it already. */
		const leave = async (stay: () => Promise<void>) => {
			if (isAway) {
				return;
			}

			isAway = true;
			onSuspend();
			try {
				await suspendTerminal(stay);
			} catch (error) {
				exit(error);
			} finally {
				isAway = false;
				onResume();
			}
		};

		const suspend = () => {
			void leave(async () => {
				process.off('SIGTSTP', suspend);
				await stopped();
				process.on('SIGTSTP', suspend);
			});
		};

		dashboard.attach({
			quit: exit,
			suspend,
			redraw() {
				void leave(async () => {}); // Taking the screen back is drawing it anew
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

	usePaste(
		(text) => {
			try {
				dashboard.paste(text);
			} catch (error) {
				exit(error);
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
