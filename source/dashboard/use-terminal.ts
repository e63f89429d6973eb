/*
What the dashboard has of its terminal: the keys that are typed, and how it is given to the shell for a while.
*/

import {setImmediate as nextTurn} from 'node:timers/promises';
import {useApp, useInput, usePaste, useStdin} from 'ink';
import {useEffect} from 'react';
import type {Dashboard} from './dashboard.js';
import {keyNames} from './keys.js';

/** How long we wait to be stopped, in milliseconds. */
const stopMsMax = 200;

/**
Stop the whole process group, npm and the shell's wrapper too, until somebody continues it. `onStop` hears of nothing
meanwhile.

Where there is no job control the kernel does not stop us, and we go on: nobody could continue us.
*/
async function stopped(onStop: () => void): Promise<void> {
	const {promise, resolve} = Promise.withResolvers<void>();
	let isContinued = false;
	const onContinue = () => {
		isContinued = true;
		resolve();
	};

	process.once('SIGCONT', onContinue);
	process.off('SIGTSTP', onStop);
	// Another stop may come before ours, and once is enough: that we were continued we hear when the loop has gone round
	await nextTurn();
	await nextTurn();
	const timer = setTimeout(resolve, stopMsMax);
	if (!isContinued) {
		process.kill(0, 'SIGTSTP');
	}

	await promise;
	clearTimeout(timer);
	process.off('SIGCONT', onContinue);
	process.on('SIGTSTP', onStop);
	process.kill(process.pid, 'SIGWINCH'); // The window may have changed meanwhile, and the shell was told instead of us
}

export type AppProps = {
	readonly dashboard: Dashboard;
	/** Called when the terminal is about to be handed back to the shell, and again when we have it back. */
	readonly onSuspend: () => void;
	readonly onResume: () => void;
};

/** Listen to the keys. `onKey` is called when the dashboard has done what they asked for. */
export function useTerminal({dashboard, onSuspend, onResume}: AppProps, onKey?: () => void): void {
	const {exit, suspendTerminal} = useApp();
	const {isRawModeSupported} = useStdin();

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
			void leave(async () => stopped(suspend));
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

				onKey?.();
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
				onKey?.();
			} catch (error) {
				exit(error);
			}
		},
		{isActive: isRawModeSupported},
	);
}
