/*
The dashboard on a terminal: Ink lays out the painted lines.
*/

import {Box, Text, useApp, useWindowSize} from 'ink';
import {memo, useEffect, useSyncExternalStore} from 'react';
import {useTerminal, type AppProps} from './use-terminal.js';

/** One line, one text node: Ink's cost a frame grows with the nodes, not with the characters. */
const Row = memo(({line}: {readonly line: string}) => <Text wrap="truncate">{line}</Text>);

export function App(props: AppProps) {
	const {dashboard} = props;
	const frame = useSyncExternalStore(dashboard.subscribe, dashboard.frame);
	const {columns, rows} = useWindowSize();
	const {exit} = useApp();

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

	useTerminal(props);

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
