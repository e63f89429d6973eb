/*
Keys that change what is seen, and those of the program itself.
*/

import {bind, type Binding} from '../binding.js';
import {digits} from './cluster.js';

const inPanels = bind('panels');
const inMessages = bind('messages');
const inEvents = bind('events');
const inLog = bind('log');
const inTimeline = bind('timeline');
const inWhy = bind('why');
const inViolation = bind('violation');
const inHelp = bind('help');
const everywhere = bind('everywhere');
const presenting = bind('presenter');
const asked = bind('question');

const reading = 'up k down j pageup pagedown home end g_g G';

export const violated: Binding = inPanels('violation', 'v', {
	group: 'View',
	help: 'the promise that was broken, if one was',
	footer: ({violation}) => (violation === undefined ? undefined : 'violation'),
	whyNot: ({violation}) => (violation === undefined ? 'No promise has been broken so far.' : undefined),
	run(dashboard) {
		dashboard.openViolation();
	},
});

export const goingBack: readonly Binding[] = [
	inPanels('match', 'n N', {
		group: 'View',
		label: 'n N',
		help: 'next, previous match of the filter',
		footer: (dashboard) => (dashboard.isFiltered ? 'match' : undefined),
		whyNot: (dashboard) => (dashboard.isFiltered ? undefined : 'Nothing is filtered here: / begins a filter.'),
		run(dashboard, key) {
			dashboard.nextMatch(key === 'n' ? 1 : -1);
		},
	}),
	inPanels('back', 'esc', {
		group: 'View',
		help: 'back: no filter, no selection, all panels',
		footer: ({panes}) => panes.releaseWord,
		run(dashboard) {
			dashboard.back();
		},
	}),
];

export const commanding: Binding = inPanels('command', ':', {
	group: 'Command line',
	help: 'the command line, for everything there is',
	footer: 'command',
	run(dashboard) {
		dashboard.line.open();
	},
});

export const explaining: Binding = inPanels('why', 'w', {
	group: 'View',
	help: 'why: the rule, and what led to it',
	footer: 'why',
	run(dashboard) {
		dashboard.openWhy();
	},
});

export const turning: Binding = inPanels('panel', 'tab shift+tab', {
	group: 'View',
	help: 'next panel; with Shift, the one before',
	footer: (dashboard) => dashboard.panelAfter(1),
	run(dashboard, key) {
		dashboard.panes.focusOn(dashboard.panelAfter(key === 'tab' ? 1 : -1));
	},
});

export const zooming: Binding = inPanels('zoom', 'z enter', {
	group: 'View',
	help: 'this panel alone, or all panels again',
	footer: ({panes}) => (panes.isZoomed ? undefined : 'zoom'),
	run({panes}) {
		panes.isZoomed = !panes.isZoomed;
	},
});

export const leaving: readonly Binding[] = [
	inPanels('quit', 'q', {
		group: 'Program',
		help: 'quit, as :q does; zoomed: all panels again',
		footer: ({panes}) => (panes.isZoomed ? undefined : 'quit'),
		run(dashboard) {
			dashboard.leave();
		},
	}),
	inPanels('help', '?', {
		group: 'Program',
		help: 'this help',
		footer: 'help',
		run({overlays}) {
			overlays.openHelp();
		},
	}),
];

export const looking: readonly Binding[] = [
	inPanels('filter', '/', {
		group: 'View',
		help: 'filter Messages, Events or the Timeline',
		footer: 'filter',
		run(dashboard) {
			dashboard.openFilter();
		},
	}),
	inPanels('save', 'S', {
		group: 'Program',
		help: 'save the session as a scenario',
		footer: 'save',
		run(dashboard) {
			dashboard.openSave();
		},
	}),
];

/** Keys so usual that the footer does not name them. */
export const moving: readonly Binding[] = [
	inPanels('move', 'up k down j left h right l', {
		group: 'View',
		label: '← ↓ ↑ →',
		help: 'move in the panel; also h j k l',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inPanels('page', 'pageup pagedown home end g_g G ctrl+u ctrl+d ctrl+b ctrl+f', {
		group: 'View',
		label: 'PgUp PgDn',
		help: 'a page on or back; g g and G: the two ends',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
];

export const inTheirPanels: readonly Binding[] = [
	inMessages('select', 'up k down j', {
		group: 'Messages',
		label: '↑ ↓',
		help: 'in Messages: select one; Esc lets it go',
		footer: ({panes}) => (panes.pointedAt === undefined ? 'select' : undefined),
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inEvents('select', 'up k down j', {
		group: 'View',
		label: '↑ ↓',
		help: 'in Events: select one; Esc lets it go',
		footer: ({panes}) => (panes.pointedAt === undefined ? 'select' : undefined),
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inEvents('go-there', 'o', {
		group: 'Time',
		help: 'in Events: go to the moment of the selected one',
		footer: ({panes}) => (panes.pointedAt === undefined ? undefined : 'go there'),
		whyNot: ({panes}) => (panes.pointedAt === undefined ? 'No event is selected: the arrows select one.' : undefined),
		run(dashboard) {
			dashboard.goToSelected();
		},
	}),
	inLog('entry', 'left h right l', {
		group: 'View',
		label: '← →',
		help: 'in the zoomed Log: from entry to entry',
		footer: 'entry',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inLog('node', 'up k down j', {
		group: 'View',
		label: '↑ ↓',
		help: 'in the zoomed Log: from node to node',
		footer: 'node',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inTimeline('event', 'left h right l', {
		group: 'View',
		label: '← →',
		help: 'in the zoomed Timeline: from event to event',
		footer: 'event',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inTimeline('lane', 'up k down j', {
		group: 'View',
		label: '↑ ↓',
		help: 'there: the events of one node only, or of all',
		footer: 'lane',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inTimeline('scale', '+ = -', {
		group: 'View',
		label: '+ -',
		help: 'there: less time, more time at a glance',
		footer: 'scale',
		run({panes}, key) {
			panes.changeScale(key === '-' ? 1 : -1);
		},
	}),
	inTimeline('fold', 'f', {
		group: 'View',
		help: 'there: fold heartbeats away, or show them',
		footer: 'heartbeats',
		run({panes}) {
			panes.isFolded = !panes.isFolded;
		},
	}),
];

export const inPresentation: readonly Binding[] = [
	presenting('next-beat', 'space pagedown', {
		group: 'Presenting',
		help: 'play to the next beat; while it plays: at once',
		footer: 'go on',
		run(dashboard) {
			dashboard.lab.nextBeat();
		},
	}),
	presenting('previous-beat', 'pageup', {
		group: 'Presenting',
		label: 'PgUp',
		help: 'back to where the beat began, and the one before',
		footer: 'back',
		run(dashboard) {
			dashboard.lab.previousBeat();
		},
	}),
	presenting('rejoin', 'backspace', {
		group: 'Presenting',
		help: 'back into the script, where you left it',
		footer: ({lab}) => (lab.isOffScript ? 'rejoin' : undefined),
		whyNot: ({lab}) => (lab.isOffScript ? undefined : 'You are in the script: act, and you leave it.'),
		run(dashboard) {
			dashboard.lab.rejoin();
		},
	}),
	asked('answer', digits, {
		group: 'Presenting',
		label: '1-9',
		help: 'answer the question',
		footer: 'answer',
		run(dashboard, key) {
			dashboard.answer(Number(key));
		},
	}),
	asked('skip', 'space', {
		group: 'Presenting',
		help: 'pressed twice: go on without an answer',
		footer: 'go on',
		run(dashboard) {
			dashboard.skipQuestion();
		},
	}),
];

export const inWhyPanel: readonly Binding[] = [
	inWhy('cause', 'up k down j pageup pagedown home end g_g G', {
		group: 'View',
		label: '↑ ↓',
		help: 'choose a cause',
		footer: ({overlays}) => ((overlays.why?.explanation.causes.length ?? 0) > 1 ? 'choose' : undefined),
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inWhy('walk-up', 'enter w', {
		group: 'View',
		help: 'explain the chosen cause in turn',
		footer: ({overlays}) => (overlays.why?.cause === undefined ? undefined : 'explain it'),
		run(dashboard) {
			dashboard.walkUp();
		},
	}),
	inWhy('walk-down', 'backspace', {
		group: 'View',
		help: 'back down to what it led to',
		footer: ({overlays}) => (overlays.why?.hasWalkedUp === true ? 'back down' : undefined),
		run({overlays}) {
			overlays.why?.walkDown();
		},
	}),
	inWhy('go-there', 'o', {
		group: 'Time',
		help: 'go to the moment when it happened',
		footer: ({overlays}) => (overlays.why?.explanation.timeUs === undefined ? undefined : 'go there'),
		run(dashboard) {
			dashboard.goToExplained();
		},
	}),
	inWhy('close', 'esc q', {
		group: 'View',
		help: 'close',
		footer: 'close',
		run(dashboard) {
			dashboard.back();
		},
	}),
	inWhy('help', '?', {
		group: 'Program',
		help: 'the help',
		footer: 'help',
		run({overlays}) {
			overlays.openHelp();
		},
	}),
];

export const inViolationPanel: readonly Binding[] = [
	inViolation('close', 'esc q v enter', {
		group: 'View',
		help: 'the panels, as they were at that event',
		footer: 'panels',
		run(dashboard) {
			dashboard.back();
		},
	}),
	inViolation('step', '.', {
		group: 'Time',
		help: 'go on by one event, unchecked',
		footer: 'step',
		run(dashboard) {
			dashboard.back();
			dashboard.stepOn();
		},
	}),
	inViolation('play', 'space', {
		group: 'Time',
		help: 'play on, unchecked',
		footer: 'play on',
		run(dashboard) {
			dashboard.back();
			dashboard.lab.togglePlaying();
		},
	}),
	inViolation('step-back', ',', {
		group: 'Time',
		help: 'back by one event',
		footer: 'back',
		run(dashboard) {
			dashboard.back();
			dashboard.stepBack();
		},
	}),
	inViolation('undo', 'u', {
		group: 'Time',
		help: 'undo the last command',
		footer: 'undo',
		run(dashboard) {
			dashboard.back();
			dashboard.undo();
		},
	}),
	inViolation('read', reading, {
		group: 'View',
		label: '↓ ↑',
		help: 'read on, read back',
		footer: 'read on',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
	inViolation('command', ':', {
		group: 'Command line',
		help: 'the command line',
		footer: 'command',
		run(dashboard) {
			dashboard.line.open();
		},
	}),
	inViolation('help', '?', {
		group: 'Program',
		help: 'the help',
		footer: 'help',
		run({overlays}) {
			overlays.openHelp();
		},
	}),
];

export const inHelpPanel: readonly Binding[] = [
	inHelp('close', 'esc q ? enter', {
		group: 'Program',
		help: 'close the help',
		footer: 'close',
		run(dashboard) {
			dashboard.back();
		},
	}),
	inHelp('search', '/', {
		group: 'View',
		help: 'search the help',
		footer: 'search',
		run({overlays}) {
			overlays.search.open(overlays.query);
		},
	}),
	inHelp('read', reading, {
		group: 'View',
		label: '↓ ↑',
		help: 'read on, read back',
		footer: 'read on',
		run(dashboard, key) {
			dashboard.move(key);
		},
	}),
];

export const inEveryPlace: readonly Binding[] = [
	everywhere('quit-at-once', 'ctrl+c', {
		group: 'Program',
		help: 'quit at once, from anywhere',
		run(dashboard) {
			dashboard.quit();
		},
	}),
	everywhere('save-screen', 'ctrl+s', {
		group: 'Program',
		help: 'save the screen: as a picture and as text',
		run(dashboard) {
			dashboard.saveScreen();
		},
	}),
	everywhere('redraw', 'ctrl+l', {
		group: 'Program',
		help: 'draw the screen anew',
		run(dashboard) {
			dashboard.redraw();
		},
	}),
	everywhere('suspend-program', 'ctrl+z', {
		group: 'Program',
		help: 'suspend; fg brings it back',
		run(dashboard) {
			dashboard.suspend();
		},
	}),
];
