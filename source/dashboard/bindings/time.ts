/*
Keys that move through time.
*/

import type {GoalName} from '../../lab/goal.js';
import {bind, type Binding} from '../binding.js';
import type {Dashboard} from '../dashboard.js';

const inPanels = bind('panels');

const goals: ReadonlyArray<readonly [key: string, goal: GoalName]> = [
	['g_e', 'election'],
	['g_c', 'commit'],
	['g_s', 'step-down'],
	['g_v', 'violation'],
];

const newestText = (dashboard: Dashboard): string =>
	dashboard.lab.branchCount > 1
		? `This is the newest moment of this branch; ${dashboard.labelOf('branch')} goes to the next one.`
		: 'This is the newest moment there has been.';

export const playing: Binding = inPanels('play', 'space', {
	group: 'Time',
	help: 'play or pause',
	footer: ({lab}) => (lab.isPlaying ? 'pause' : 'play'),
	run(dashboard) {
		dashboard.lab.togglePlaying();
	},
});

export const stepping: readonly Binding[] = [
	inPanels('step', '.', {
		group: 'Time',
		help: 'pause, and go on by one event',
		footer: 'step',
		run(dashboard) {
			dashboard.stepOn();
		},
	}),
	inPanels('step-back', ',', {
		group: 'Time',
		help: 'pause, and go back by one event',
		footer: 'back',
		run(dashboard) {
			dashboard.stepBack();
		},
	}),
];

export const travelling: readonly Binding[] = [
	inPanels('undo', 'u', {
		group: 'Time',
		help: 'undo: back to before the last command',
		footer: 'undo',
		whyNot: ({lab}) => (lab.asked.length > 0 ? undefined : 'There is no command before this moment to undo.'),
		run(dashboard) {
			dashboard.undo();
		},
	}),
	inPanels('redo', 'ctrl+r', {
		group: 'Time',
		help: 'redo what was undone last',
		run(dashboard) {
			dashboard.redo();
		},
	}),
	inPanels('notable', '[ ]', {
		group: 'Time',
		label: '[ ]',
		help: 'to the previous, the next notable event',
		footer: 'notable event',
		run(dashboard, key) {
			if (key === '[') {
				dashboard.previousNotable();
			} else {
				dashboard.runUntil('notable event');
			}
		},
	}),
	...goals.map(([key, goal]) =>
		inPanels(`until-${goal}`, key, {
			group: 'Time',
			help: `run until the next ${goal}`,
			run(dashboard) {
				dashboard.runUntil(goal);
			},
		}),
	),
	inPanels('start', '0', {
		group: 'Time',
		help: 'back to the start',
		run(dashboard) {
			dashboard.lab.goToStart();
		},
	}),
	inPanels('newest', 'L', {
		group: 'Time',
		help: 'back to the newest moment of this branch',
		footer: ({lab}) => (lab.isAtNewest ? undefined : 'newest'),
		isFirst: true,
		whyNot: (dashboard) => (dashboard.lab.isAtNewest ? newestText(dashboard) : undefined),
		run(dashboard) {
			dashboard.lab.goToNewest();
		},
	}),
	inPanels('branch', 'b', {
		group: 'Time',
		help: 'the next branch: acting in the past begins one',
		footer: ({lab}) => (lab.branchCount > 1 ? 'branch' : undefined),
		whyNot: ({lab}) =>
			lab.branchCount > 1 ? undefined : 'There is only one branch: act in the past, and another begins.',
		run(dashboard) {
			dashboard.nextBranch();
		},
	}),
	inPanels('automatic', 'a', {
		group: 'Time',
		help: 'speed by itself: slow where things happen',
		run(dashboard) {
			dashboard.toggleAutomatic();
		},
	}),
	inPanels('faster', '+ =', {
		group: 'Time',
		help: 'faster',
		run(dashboard) {
			dashboard.changeSpeed(1);
		},
	}),
	inPanels('slower', '-', {
		group: 'Time',
		help: 'slower',
		run(dashboard) {
			dashboard.changeSpeed(-1);
		},
	}),
];
