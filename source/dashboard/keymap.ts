/*
The keymap: one table that the key handler, the footer and the help all read.
*/

import type {Dashboard} from './dashboard.js';
import {
	changeDelay,
	changeLoss,
	crashOrRestart,
	drop,
	duplicate,
	holdOrRelease,
	isolateOrRejoin,
	randomFaultsOnOrOff,
	suspendOrResume,
	timeout,
	wipe,
} from './deeds.js';

/** Where a key means what it means. */
/** `typing` is whatever can be typed on: the command line, and the line that asks for a file. */
export type Place = 'panels' | 'messages' | 'picker' | 'line' | 'prompt' | 'typing' | 'violation' | 'help';

export const groups = ['Time', 'Nodes', 'Network', 'Messages', 'Command line', 'View', 'Program'] as const;

export type Binding = {
	readonly place: Place;
	readonly keys: readonly string[];
	/** How the keys are called where they are listed. */
	readonly label: string;
	/** In the help. */
	readonly help: string;
	readonly group: (typeof groups)[number];
	/** In the footer, if it has a place there: the word, or what gives it; `undefined` where there is nothing to it now. */
	readonly footer?: string | ((dashboard: Dashboard) => string | undefined);
	readonly run: (dashboard: Dashboard, key: string) => void;
};

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

const goalBindings = (
	[
		['g e', 'election'],
		['g c', 'commit'],
		['g s', 'step-down'],
		['g v', 'violation'],
	] as const
).map(([key, goal]): Binding => ({
	place: 'panels',
	keys: [key],
	label: key,
	help: `run until the next ${goal}`,
	group: 'Time',
	run(dashboard) {
		dashboard.runUntil(goal);
	},
}));

export const bindings: readonly Binding[] = [
	{
		place: 'panels',
		keys: ['v'],
		label: 'v',
		help: 'the promise that was broken, if one was',
		group: 'View',
		footer: ({violation}) => (violation === undefined ? undefined : 'violation'),
		run(dashboard) {
			dashboard.openViolation();
		},
	},
	{
		place: 'panels',
		keys: ['space'],
		label: 'space',
		help: 'play or pause',
		group: 'Time',
		footer: ({lab}) => (lab.isPlaying ? 'pause' : 'play'),
		run(dashboard) {
			dashboard.lab.togglePlaying();
		},
	},
	{
		place: 'panels',
		keys: ['x'],
		label: 'x',
		help: 'crash the node, or restart it',
		group: 'Nodes',
		footer: (dashboard) => dashboard.nodeWord(crashOrRestart, 'crash'),
		run(dashboard) {
			dashboard.actOnNode(crashOrRestart);
		},
	},
	{
		place: 'panels',
		keys: ['p'],
		label: 'p',
		help: 'partition: pick one side, then Enter',
		group: 'Network',
		footer: 'partition',
		run(dashboard) {
			dashboard.startPicking();
		},
	},
	{
		place: 'panels',
		keys: [':'],
		label: ':',
		help: 'the command line, for everything there is',
		group: 'Command line',
		footer: 'command',
		run(dashboard) {
			dashboard.line.open();
		},
	},
	{
		place: 'panels',
		keys: ['H'],
		label: 'H',
		help: 'heal: no partition, isolation or cut any more',
		group: 'Network',
		footer: 'heal',
		run(dashboard) {
			dashboard.perform({type: 'heal'});
		},
	},
	{
		place: 'panels',
		keys: ['c'],
		label: 'c',
		help: 'write a value through the node',
		group: 'Nodes',
		footer: 'write',
		run(dashboard) {
			dashboard.write();
		},
	},
	{
		place: 'panels',
		keys: ['.'],
		label: '.',
		help: 'pause, and go on by one event',
		group: 'Time',
		footer: 'step',
		run(dashboard) {
			dashboard.stepOn();
		},
	},
	{
		place: 'panels',
		keys: [','],
		label: ',',
		help: 'pause, and go back by one event',
		group: 'Time',
		footer: 'back',
		run(dashboard) {
			dashboard.stepBack();
		},
	},
	{
		place: 'panels',
		keys: digits,
		label: '1-9',
		help: 'select a node (else keys act on the leader)',
		group: 'Nodes',
		footer: 'node',
		run(dashboard, key) {
			dashboard.select(Number(key));
		},
	},
	{
		place: 'panels',
		keys: ['i'],
		label: 'i',
		help: 'isolate it from all others, or let it rejoin',
		group: 'Nodes',
		footer: (dashboard) => dashboard.nodeWord(isolateOrRejoin, 'isolate'),
		run(dashboard) {
			dashboard.actOnNode(isolateOrRejoin);
		},
	},
	{
		place: 'panels',
		keys: ['s'],
		label: 's',
		help: 'suspend the node, or let it go on',
		group: 'Nodes',
		footer: (dashboard) => dashboard.nodeWord(suspendOrResume, 'suspend'),
		run(dashboard) {
			dashboard.actOnNode(suspendOrResume);
		},
	},
	{
		place: 'panels',
		keys: ['{', '}'],
		label: '{ }',
		help: 'lose 5 % fewer, 5 % more of the messages',
		group: 'Network',
		footer: 'loss',
		run(dashboard, key) {
			dashboard.attempt(changeLoss(dashboard.lab.world, key === '{' ? -1 : 1));
		},
	},
	{
		place: 'panels',
		keys: ['t'],
		label: 't',
		help: 'let its election timer go off now',
		group: 'Nodes',
		footer: 'timeout',
		run(dashboard) {
			dashboard.actOnNode(timeout);
		},
	},
	{
		place: 'panels',
		keys: ['R'],
		label: 'R',
		help: 'trouble at random, or no more of it',
		group: 'Network',
		footer: ({lab}) => (lab.world.randomFaults.kinds.length === 0 ? 'random faults' : 'faults off'),
		run(dashboard) {
			dashboard.perform(randomFaultsOnOrOff(dashboard.lab.world));
		},
	},
	{
		place: 'panels',
		keys: ['X'],
		label: 'X',
		help: 'wipe: crash the node, and empty its disk',
		group: 'Nodes',
		footer: 'wipe',
		run(dashboard) {
			dashboard.actOnNode(wipe);
		},
	},
	{
		place: 'panels',
		keys: ['<', '>'],
		label: '< >',
		help: 'halve, double the delay of messages',
		group: 'Network',
		footer: 'delay',
		run(dashboard, key) {
			dashboard.attempt(changeDelay(dashboard.lab.world, key === '<' ? 0.5 : 2));
		},
	},
	{
		place: 'panels',
		keys: ['z', 'enter'],
		label: 'z',
		help: 'this panel alone, or all panels again',
		group: 'View',
		footer: (dashboard) => (dashboard.isZoomed ? 'all panels' : 'zoom'),
		run(dashboard) {
			dashboard.toggleZoom();
		},
	},
	{
		place: 'panels',
		keys: ['tab', 'shift+tab'],
		label: 'tab',
		help: 'next panel; with Shift, the one before',
		group: 'View',
		footer: 'panel',
		run(dashboard, key) {
			dashboard.moveFocus(key === 'tab' ? 1 : -1);
		},
	},
	{
		place: 'panels',
		keys: ['q', 'ctrl+c'],
		label: 'q',
		help: 'quit; so does Ctrl-C, from anywhere',
		group: 'Program',
		footer: 'quit',
		run(dashboard) {
			dashboard.quit();
		},
	},
	{
		place: 'panels',
		keys: ['?'],
		label: '?',
		help: 'this help',
		group: 'Program',
		footer: 'help',
		run(dashboard) {
			dashboard.openHelp();
		},
	},
	{
		place: 'panels',
		keys: ['u'],
		label: 'u',
		help: 'undo: back to before the last command',
		group: 'Time',
		footer: ({lab}) => (lab.asked.length > 0 ? 'undo' : undefined),
		run(dashboard) {
			dashboard.undo();
		},
	},
	{
		place: 'panels',
		keys: ['ctrl+r'],
		label: 'ctrl-r',
		help: 'redo what was undone last',
		group: 'Time',
		run(dashboard) {
			dashboard.redo();
		},
	},
	{
		place: 'panels',
		keys: ['[', ']'],
		label: '[ ]',
		help: 'to the previous, the next notable event',
		group: 'Time',
		run(dashboard, key) {
			if (key === ']') {
				dashboard.runUntil('notable event');
			} else {
				dashboard.previousNotable();
			}
		},
	},
	...goalBindings,
	{
		place: 'panels',
		keys: ['0'],
		label: '0',
		help: 'back to the start',
		group: 'Time',
		run(dashboard) {
			dashboard.lab.goToStart();
		},
	},
	{
		place: 'panels',
		keys: ['L'],
		label: 'L',
		help: 'on to the newest moment there has been',
		group: 'Time',
		footer: ({lab}) => (lab.isAtNewest ? undefined : 'newest'),
		run(dashboard) {
			dashboard.lab.goToNewest();
		},
	},
	{
		place: 'panels',
		keys: ['b'],
		label: 'b',
		help: 'the next branch: acting in the past begins one',
		group: 'Time',
		footer: ({lab}) => (lab.branchCount > 1 ? 'branch' : undefined),
		run(dashboard) {
			dashboard.nextBranch();
		},
	},
	{
		place: 'panels',
		keys: ['a'],
		label: 'a',
		help: 'speed by itself: slow where things happen',
		group: 'Time',
		run(dashboard) {
			dashboard.toggleAutomatic();
		},
	},
	{
		place: 'panels',
		keys: ['S'],
		label: 'S',
		help: 'save the session as a scenario',
		group: 'Program',
		footer: 'save',
		run(dashboard) {
			dashboard.openSave();
		},
	},
	{
		place: 'panels',
		keys: ['+', '='],
		label: '+',
		help: 'faster',
		group: 'Time',
		run(dashboard) {
			dashboard.changeSpeed(1);
		},
	},
	{
		place: 'panels',
		keys: ['-'],
		label: '-',
		help: 'slower',
		group: 'Time',
		run(dashboard) {
			dashboard.changeSpeed(-1);
		},
	},
	{
		place: 'panels',
		keys: ['up', 'k', 'down', 'j', 'left', 'h', 'right', 'l'],
		label: '← ↓ ↑ →',
		help: 'move in the panel; also h j k l',
		group: 'View',
		run(dashboard, key) {
			dashboard.move(key);
		},
	},
	{
		place: 'panels',
		keys: ['pageup', 'pagedown', 'home', 'end', 'g g', 'G'],
		label: 'PgUp PgDn',
		help: 'a page on or back; g g and G: the two ends',
		group: 'View',
		run(dashboard, key) {
			dashboard.move(key);
		},
	},
	{
		place: 'panels',
		keys: ['esc'],
		label: 'esc',
		help: 'back: the newest, all panels, no selection',
		group: 'View',
		run(dashboard) {
			dashboard.back();
		},
	},
	{
		place: 'panels',
		keys: ['ctrl+l'],
		label: 'ctrl-l',
		help: 'draw the screen anew',
		group: 'Program',
		run(dashboard) {
			dashboard.redraw();
		},
	},
	{
		place: 'panels',
		keys: ['ctrl+z'],
		label: 'ctrl-z',
		help: 'suspend; fg brings it back',
		group: 'Program',
		run(dashboard) {
			dashboard.suspend();
		},
	},
	{
		place: 'messages',
		keys: ['up', 'k', 'down', 'j'],
		label: '↑ ↓',
		help: 'in Messages: select one; Esc lets it go',
		group: 'Messages',
		footer: 'select',
		run(dashboard, key) {
			dashboard.move(key);
		},
	},
	{
		place: 'messages',
		keys: ['d'],
		label: 'd',
		help: 'drop the selected message',
		group: 'Messages',
		footer: (dashboard) => dashboard.messageWord(drop),
		run(dashboard) {
			dashboard.actOnMessage(drop);
		},
	},
	{
		place: 'messages',
		keys: ['y'],
		label: 'y',
		help: 'send the selected message once more',
		group: 'Messages',
		footer: (dashboard) => dashboard.messageWord(duplicate),
		run(dashboard) {
			dashboard.actOnMessage(duplicate);
		},
	},
	{
		place: 'messages',
		keys: ['o'],
		label: 'o',
		help: 'hold the selected message, or release it',
		group: 'Messages',
		footer: (dashboard) => dashboard.messageWord(holdOrRelease),
		run(dashboard) {
			dashboard.actOnMessage(holdOrRelease);
		},
	},
	{
		place: 'line',
		keys: ['enter'],
		label: 'enter',
		help: 'do what the line says',
		group: 'Command line',
		footer: 'do it',
		run(dashboard) {
			dashboard.performLine();
		},
	},
	{
		place: 'line',
		keys: ['tab', 'shift+tab'],
		label: 'tab',
		help: 'what could stand here, one after the other',
		group: 'Command line',
		footer: 'complete',
		run({line, lab}, key) {
			line.complete(key === 'tab' ? 1 : -1, lab.world.hosts.length);
		},
	},
	{
		place: 'line',
		keys: ['up', 'down'],
		label: '↑ ↓',
		help: 'earlier lines that begin like this one',
		group: 'Command line',
		footer: 'history',
		run({line}, key) {
			if (key === 'up') {
				line.older();
			} else {
				line.newer();
			}
		},
	},
	{
		place: 'line',
		keys: ['esc'],
		label: 'esc',
		help: 'close the line, and do nothing',
		group: 'Command line',
		footer: 'cancel',
		run(dashboard) {
			dashboard.back();
		},
	},
	{
		place: 'typing',
		keys: ['left', 'right'],
		label: '← →',
		help: 'move the cursor; Home, End: to the ends',
		group: 'Command line',
		run({editor}, key) {
			editor.move(key === 'left' ? -1 : 1);
		},
	},
	{
		place: 'typing',
		keys: ['home', 'ctrl+a'],
		label: 'ctrl-a',
		help: 'to the beginning of the line',
		group: 'Command line',
		run({editor}) {
			editor.move(Number.NEGATIVE_INFINITY);
		},
	},
	{
		place: 'typing',
		keys: ['end', 'ctrl+e'],
		label: 'ctrl-e',
		help: 'to the end of the line',
		group: 'Command line',
		run({editor}) {
			editor.move(Number.POSITIVE_INFINITY);
		},
	},
	{
		place: 'typing',
		keys: ['ctrl+w'],
		label: 'ctrl-w',
		help: 'erase a word',
		group: 'Command line',
		run({editor}) {
			editor.eraseWord();
		},
	},
	{
		place: 'typing',
		keys: ['ctrl+u'],
		label: 'ctrl-u',
		help: 'erase everything before the cursor',
		group: 'Command line',
		run({editor}) {
			editor.eraseToStart();
		},
	},
	{
		place: 'typing',
		keys: ['ctrl+k'],
		label: 'ctrl-k',
		help: 'erase everything after it',
		group: 'Command line',
		run({editor}) {
			editor.eraseToEnd();
		},
	},
	{
		place: 'typing',
		keys: ['backspace'],
		label: 'backspace',
		help: 'erase back; on an empty line: close it',
		group: 'Command line',
		run({editor}) {
			editor.eraseBack();
		},
	},
	{
		place: 'typing',
		keys: ['delete'],
		label: 'delete',
		help: 'erase the character at the cursor',
		group: 'Command line',
		run({editor}) {
			editor.eraseNext();
		},
	},
	{
		place: 'prompt',
		keys: ['enter'],
		label: 'enter',
		help: 'save there',
		group: 'Program',
		footer: 'save',
		run(dashboard) {
			dashboard.save();
		},
	},
	{
		place: 'prompt',
		keys: ['esc'],
		label: 'esc',
		help: 'save nothing',
		group: 'Program',
		footer: 'cancel',
		run(dashboard) {
			dashboard.back();
		},
	},
	{
		place: 'picker',
		keys: digits,
		label: '1-9',
		help: 'pick a node for one side, or put it back',
		group: 'Network',
		footer: 'pick',
		run(dashboard, key) {
			dashboard.pick(Number(key));
		},
	},
	{
		place: 'picker',
		keys: ['enter', 'p'],
		label: 'enter',
		help: 'partition: the picked nodes on one side, the rest on the other',
		group: 'Network',
		footer: 'partition',
		run(dashboard) {
			dashboard.finishPicking();
		},
	},
	{
		place: 'picker',
		keys: ['esc', 'q'],
		label: 'esc',
		help: 'leave the network as it is',
		group: 'Network',
		footer: 'cancel',
		run(dashboard) {
			dashboard.back();
		},
	},
	{
		place: 'violation',
		keys: ['esc', 'q', 'v', 'enter'],
		label: 'esc',
		help: 'the panels, as they were at that event',
		group: 'View',
		footer: 'panels',
		run(dashboard) {
			dashboard.back();
		},
	},
	{
		place: 'violation',
		keys: ['.'],
		label: '.',
		help: 'go on by one event, unchecked',
		group: 'Time',
		footer: 'step',
		run(dashboard) {
			dashboard.back();
			dashboard.stepOn();
		},
	},
	{
		place: 'violation',
		keys: ['space'],
		label: 'space',
		help: 'play on, unchecked',
		group: 'Time',
		footer: 'play on',
		run(dashboard) {
			dashboard.back();
			dashboard.lab.togglePlaying();
		},
	},
	{
		place: 'violation',
		keys: [','],
		label: ',',
		help: 'back by one event',
		group: 'Time',
		footer: 'back',
		run(dashboard) {
			dashboard.back();
			dashboard.stepBack();
		},
	},
	{
		place: 'violation',
		keys: ['u'],
		label: 'u',
		help: 'undo the last command',
		group: 'Time',
		footer: 'undo',
		run(dashboard) {
			dashboard.back();
			dashboard.undo();
		},
	},
	{
		place: 'violation',
		keys: ['up', 'k', 'down', 'j', 'pageup', 'pagedown', 'home', 'end', 'g g', 'G'],
		label: '↓ ↑',
		help: 'read on, read back',
		group: 'View',
		footer: 'read on',
		run(dashboard, key) {
			dashboard.move(key);
		},
	},
	{
		place: 'violation',
		keys: [':'],
		label: ':',
		help: 'the command line',
		group: 'Command line',
		footer: 'command',
		run(dashboard) {
			dashboard.line.open();
		},
	},
	{
		place: 'violation',
		keys: ['?'],
		label: '?',
		help: 'the help',
		group: 'Program',
		footer: 'help',
		run(dashboard) {
			dashboard.openHelp();
		},
	},
	{
		place: 'help',
		keys: ['esc', 'q', '?', 'enter'],
		label: 'esc',
		help: 'close the help',
		group: 'Program',
		footer: 'close',
		run(dashboard) {
			dashboard.back();
		},
	},
	{
		place: 'help',
		keys: ['up', 'k', 'down', 'j', 'pageup', 'pagedown', 'home', 'end', 'g g', 'G'],
		label: '↓ ↑',
		help: 'read on, read back',
		group: 'View',
		footer: 'read on',
		run(dashboard, key) {
			dashboard.move(key);
		},
	},
];

/** Keys that mean the same everywhere. */
const everywhere: ReadonlySet<string> = new Set(['ctrl+c', 'ctrl+z', 'ctrl+l']);

export function bindingFor(place: Place, key: string): Binding | undefined {
	const boundIn = (where: Place): Binding | undefined =>
		bindings.find((binding) => binding.place === where && binding.keys.includes(key));
	const isShared = place === 'messages' || everywhere.has(key);
	const isTyping = place === 'line' || place === 'prompt';
	return boundIn(place) ?? (isTyping ? boundIn('typing') : undefined) ?? (isShared ? boundIn('panels') : undefined);
}
