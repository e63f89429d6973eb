/*
Keys on lines that are typed on: the command line, the filter, the search, and where a file is asked for.
*/

import {bind, type Binding} from '../binding.js';

const onLine = bind('line');
const onPrompt = bind('prompt');
const onFilter = bind('filter');
const onSearch = bind('search');
const typing = bind('typing');

export const typed: readonly Binding[] = [
	onLine('do', 'enter', {
		group: 'Command line',
		help: 'do what the line says',
		footer: 'do it',
		run(dashboard) {
			dashboard.performLine();
		},
	}),
	onLine('complete', 'tab shift+tab', {
		group: 'Command line',
		help: 'what could stand here, one after the other',
		footer: 'complete',
		run({line}, key) {
			line.complete(key === 'tab' ? 1 : -1);
		},
	}),
	onLine('history', 'up down', {
		group: 'Command line',
		label: '↑ ↓',
		help: 'earlier lines that begin like this one',
		footer: 'history',
		run({line}, key) {
			if (key === 'up') {
				line.older();
			} else {
				line.newer();
			}
		},
	}),
	onLine('cancel', 'esc', {
		group: 'Command line',
		help: 'close the line, and do nothing',
		footer: 'cancel',
		run(dashboard) {
			dashboard.back();
		},
	}),
	typing('move', 'left right', {
		group: 'Command line',
		label: '← →',
		help: 'move the cursor; Home, End: to the ends',
		run({editor}, key) {
			editor.move(key === 'left' ? -1 : 1);
		},
	}),
	typing('line-start', 'ctrl+a home', {
		group: 'Command line',
		help: 'to the beginning of the line',
		run({editor}) {
			editor.move(Number.NEGATIVE_INFINITY);
		},
	}),
	typing('line-end', 'ctrl+e end', {
		group: 'Command line',
		help: 'to the end of the line',
		run({editor}) {
			editor.move(Number.POSITIVE_INFINITY);
		},
	}),
	typing('erase-word', 'ctrl+w', {
		group: 'Command line',
		help: 'erase a word',
		run({editor}) {
			editor.eraseWord();
		},
	}),
	typing('erase-line', 'ctrl+u', {
		group: 'Command line',
		help: 'erase the whole line',
		run({editor}) {
			editor.eraseAll();
		},
	}),
	typing('erase-to-end', 'ctrl+k', {
		group: 'Command line',
		help: 'erase everything from the cursor on',
		run({editor}) {
			editor.eraseToEnd();
		},
	}),
	typing('erase', 'backspace', {
		group: 'Command line',
		help: 'erase back; on an empty line: close it',
		run({editor}) {
			editor.eraseBack();
		},
	}),
	typing('erase-next', 'delete', {
		group: 'Command line',
		help: 'erase the character at the cursor',
		run({editor}) {
			editor.eraseNext();
		},
	}),
	onPrompt('save-there', 'enter', {
		group: 'Program',
		help: 'save there',
		footer: 'save',
		run(dashboard) {
			dashboard.save();
		},
	}),
	onPrompt('cancel', 'esc', {
		group: 'Program',
		help: 'save nothing',
		footer: 'cancel',
		run(dashboard) {
			dashboard.back();
		},
	}),
	onFilter('keep', 'enter', {
		group: 'View',
		help: 'keep the filter, and go on',
		footer: 'keep it',
		run({filters}) {
			filters.keep();
		},
	}),
	onFilter('complete', 'tab shift+tab', {
		group: 'View',
		help: 'what could stand here, one after the other',
		footer: 'complete',
		run({filters}, key) {
			filters.line.complete(key === 'tab' ? 1 : -1);
		},
	}),
	onFilter('cancel', 'esc', {
		group: 'View',
		help: 'as it was before',
		footer: 'cancel',
		run(dashboard) {
			dashboard.back();
		},
	}),
	onSearch('found', 'enter', {
		group: 'View',
		help: 'keep to what was found',
		footer: 'keep to it',
		run({overlays}) {
			overlays.keepSearch();
		},
	}),
	onSearch('cancel', 'esc', {
		group: 'View',
		help: 'all of the help again',
		footer: 'all of it',
		run(dashboard) {
			dashboard.back();
		},
	}),
];
