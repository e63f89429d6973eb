/*
Keys that do something to the cluster. Each gives a command, and what is impossible is refused with the command's own reason.
*/

import {whyNotPerform} from '../../simulation/perform.js';
import {bind, type Binding} from '../binding.js';
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
	type MessageDeed,
	type NodeDeed,
} from '../deeds.js';

const inPanels = bind('panels');
const inMessages = bind('messages');
const inPicker = bind('picker');

export const digits = '1 2 3 4 5 6 7 8 9';

/** On the selected node; without one, on the leader. Without a word of its own, the footer says what it would do now. */
const onNode = (name: string, key: string, help: string, deed: NodeDeed, word?: Binding['footer']): Binding =>
	inPanels(name, key, {
		group: 'Nodes',
		help,
		footer: word ?? ((dashboard) => dashboard.nodeWord(deed, name)),
		command: (dashboard) => dashboard.onNode(deed),
	});

const onMessage = (name: string, key: string, help: string, deed: MessageDeed): Binding =>
	inMessages(name, key, {
		group: 'Messages',
		help,
		footer: (dashboard) => dashboard.messageWord(deed),
		command: (dashboard) => dashboard.onMessage(deed),
	});

export const crashing = onNode('crash', 'x', 'crash the node, or restart it', crashOrRestart, (dashboard) =>
	dashboard.nodeWord(crashOrRestart, 'crash: select a node'),
);

export const separating: readonly Binding[] = [
	inPanels('heal', 'H', {
		group: 'Network',
		help: 'heal: no partition, isolation or cut any more',
		footer: ({lab}) => (whyNotPerform(lab.world, {type: 'heal'}) === undefined ? 'heal' : undefined),
		command: () => ({type: 'heal'}),
	}),
	inPanels('partition', 'p', {
		group: 'Network',
		help: 'partition: pick one side, then Enter',
		footer: 'partition',
		run(dashboard) {
			dashboard.startPicking();
		},
	}),
];

export const writing: Binding = inPanels('write', 'c', {
	group: 'Nodes',
	help: 'write a value through the node',
	footer: 'write',
	command: (dashboard) => dashboard.nextWrite(),
});

export const selecting: Binding = inPanels('select', digits, {
	group: 'Nodes',
	label: '1-9',
	help: 'select a node (else keys act on the leader)',
	footer: 'node',
	run(dashboard, key) {
		dashboard.select(Number(key));
	},
});

export const troubling: readonly Binding[] = [
	onNode('isolate', 'i', 'isolate it from all others, or let it rejoin', isolateOrRejoin),
	onNode('suspend', 's', 'suspend the node, or let it go on', suspendOrResume),
	inPanels('loss', '{ }', {
		group: 'Network',
		label: '{ }',
		help: 'lose 5 % fewer, 5 % more of the messages',
		footer: 'loss',
		command: ({lab}, key) => changeLoss(lab.world, key === '{' ? -1 : 1),
	}),
	onNode('timeout', 't', 'let its election timer go off now', timeout, 'timeout'),
	inPanels('random', 'R', {
		group: 'Network',
		help: 'trouble at random, or no more of it',
		footer: ({lab}) => (lab.world.randomFaults.kinds.length === 0 ? 'random faults' : 'faults off'),
		command: ({lab}) => randomFaultsOnOrOff(lab.world),
	}),
	onNode('wipe', 'X', 'wipe: crash the node, and empty its disk', wipe, 'wipe'),
	inPanels('delay', '< >', {
		group: 'Network',
		label: '< >',
		help: 'halve, double the delay of messages',
		footer: 'delay',
		command: ({lab}, key) => changeDelay(lab.world, key === '<' ? 0.5 : 2),
	}),
];

export const withMessages: readonly Binding[] = [
	onMessage('drop', 'd', 'drop the selected message', drop),
	onMessage('duplicate', 'y', 'send the selected message once more', duplicate),
	onMessage('hold', 'o', 'hold the selected message, or release it', holdOrRelease),
];

export const picking: readonly Binding[] = [
	inPicker('pick', digits, {
		group: 'Network',
		label: '1-9',
		help: 'pick a node for one side, or put it back',
		footer: 'pick',
		run(dashboard, key) {
			dashboard.pick(Number(key));
		},
	}),
	inPicker('separate', 'enter p', {
		group: 'Network',
		help: 'partition: the picked nodes on one side, the rest on the other',
		footer: 'partition',
		run(dashboard) {
			dashboard.finishPicking();
		},
	}),
	inPicker('cancel', 'esc q', {
		group: 'Network',
		help: 'leave the network as it is',
		footer: 'cancel',
		run(dashboard) {
			dashboard.back();
		},
	}),
	inPicker('point', 'up k left h down j right l home end g_g G', {
		group: 'Network',
		label: '← ↓ ↑ →',
		help: 'point at a node; Space picks it',
		footer: 'point',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inPicker('pick-this', 'space', {
		group: 'Network',
		help: 'pick the node that is pointed at, or put it back',
		footer: 'pick it',
		run(dashboard) {
			dashboard.pickSelected();
		},
	}),
];
