/*
The keymap: one table that the key handler, the footer and the help all read.
*/

import type {Dashboard} from './dashboard.js';

/** Where a key means what it means. */
export type Place = 'panels' | 'picker' | 'help';

export type Binding = {
	readonly place: Place;
	readonly keys: readonly string[];
	/** How the keys are called where they are listed. */
	readonly label: string;
	/** In the help. */
	readonly help: string;
	readonly group: 'Time' | 'Nodes' | 'Network' | 'View' | 'Program';
	/** In the footer, if it has a place there: the word, or what gives it. */
	readonly footer?: string | ((dashboard: Dashboard) => string);
	readonly run: (dashboard: Dashboard, key: string) => void;
};

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export const bindings: readonly Binding[] = [
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
		footer: (dashboard) => dashboard.wordFor('crash'),
		run(dashboard) {
			dashboard.crashOrRestart();
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
		keys: ['H'],
		label: 'H',
		help: 'heal: no partition, nobody isolated',
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
		footer: (dashboard) => dashboard.wordFor('isolate'),
		run(dashboard) {
			dashboard.isolateOrRejoin();
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
			dashboard.changeLoss(key === '{' ? -1 : 1);
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
			dashboard.timeout();
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
			dashboard.changeDelay(key === '<' ? 0.5 : 2);
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
		help: 'back: all panels, the newest, no selection',
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
	return bindings.find((binding) => (binding.place === place || everywhere.has(key)) && binding.keys.includes(key));
}
