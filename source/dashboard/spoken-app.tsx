/*
The dashboard for screen readers: lines that stay, one below the other, and below them how things stand or what is being typed.
*/

import {Static, Text} from 'ink';
import {useCallback, useEffect, useRef, useState} from 'react';
import {spoken, statusLine, type Heard, type Told} from './spoken.js';
import {useTerminal, type AppProps} from './use-terminal.js';

/** How often somebody is told of what happens by itself, in milliseconds; keys are answered at once. */
const everyMs = 1000;

type Props = AppProps & {
	/** What there is to tell of now. */
	readonly hear: () => Heard;
	/** The line that is being typed on, if one is. */
	readonly typed: () => string | undefined;
};

export function SpokenApp({hear, typed, ...terminal}: Props) {
	const told = useRef<Told>(undefined);
	const wasTyping = useRef(false);
	const [lines, setLines] = useState<readonly string[]>([]);
	const [standing, setStanding] = useState('');

	const tell = useCallback(() => {
		const heard = hear();
		const next = spoken(heard, told.current);
		told.current = next.told;
		const line = typed();
		if (next.lines.length > 0) {
			setLines((before) => [...before, ...next.lines]);
		}

		if (next.lines.length > 0 || line !== undefined || wasTyping.current) {
			setStanding(line ?? statusLine(heard.snapshot)); // Left alone otherwise, or it would be read again each second
		}

		wasTyping.current = line !== undefined;
	}, [hear, typed]);

	useEffect(() => {
		tell();
		const timer = setInterval(tell, everyMs);
		return () => {
			clearInterval(timer);
		};
	}, [tell]);

	useTerminal(terminal, tell);

	return (
		<>
			<Static items={[...lines]}>{(line, at) => <Text key={at}>{line}</Text>}</Static>
			<Text>{standing}</Text>
		</>
	);
}
