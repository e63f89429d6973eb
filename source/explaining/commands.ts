/*
What a command does, in a sentence.
*/

import {commandText} from '../scenario/command-text.js';
import type {Command} from '../simulation/command.js';
import type {World} from '../simulation/world.js';
import {isFromFaults, type Account} from './account.js';
import {paperRule, type PaperRule} from './paper-rules.js';
import type {EventOf} from './past.js';

export function commandAccount(event: EventOf<'command'>, {trace}: World): Account {
	const {command} = event;
	const giver = isFromFaults(event, trace) ? 'The random faults gave it.' : 'It was given by hand or by the scenario.';
	return {title: `“${commandText(command)}”`, facts: [meanings[command.type], giver], rules: rulesFor(command)};
}

const meanings: Readonly<Record<Command['type'], string>> = {
	partition: 'From now on what is sent from one side to the other is lost.',
	isolate: 'From now on what is sent to the node or from it is lost.',
	rejoin: 'The node can be reached again, unless something else is in the way.',
	cut: 'From now on what is sent over the link is lost.',
	heal: 'What was broken of the network carries messages again; what was lost stays lost.',
	loss: 'From now on so many of all messages are lost, drawn by chance.',
	delay: 'From now on messages take so long.',
	duplication: 'From now on so many of all messages arrive twice, drawn by chance.',
	link: 'From now on this link differs from the rest of the network.',
	drop: 'The message is taken off the wire, for good.',
	hold: 'The message is kept back until it is released.',
	release: 'The message goes on its way again.',
	duplicate: 'The message is sent once more as it is.',
	crash: 'The node stops at once; what it had not saved is lost.',
	restart: 'The node starts again, with what its disk gives back.',
	wipe: 'The node’s disk is replaced by an empty one.',
	suspend: 'The node does nothing any more and loses nothing: what comes for it waits.',
	resume: 'The node goes on where it was, with what has come meanwhile.',
	timeout: 'The node’s election timer goes off now, whenever it was due.',
	clock: 'From now on the node’s clock runs at another rate, and its timers with it.',
	disk: 'From now on the node’s disk behaves like that.',
	write: 'The node is asked to write.',
	read: 'The node is asked to read.',
	delete: 'The node is asked to delete.',
	cas: 'The node is asked to compare and set.',
	clients: 'From now on so many clients ask for operations by themselves.',
	faults: 'From now on trouble of these kinds comes and goes at random.',
	set: 'From now on timers are started with that.',
	say: 'A caption; it changes nothing.',
	mark: 'A chapter of the story; it changes nothing.',
};

function rulesFor({type}: Command): readonly PaperRule[] {
	switch (type) {
		case 'crash':
		case 'restart': {
			return [paperRule.crashKeepsDisk];
		}

		case 'timeout': {
			return [paperRule.electionTimeout];
		}

		case 'write':
		case 'read':
		case 'delete':
		case 'cas': {
			return [paperRule.leaderAppends];
		}

		case 'partition':
		case 'isolate':
		case 'cut':
		case 'loss':
		case 'delay':
		case 'duplication':
		case 'drop':
		case 'hold':
		case 'suspend': {
			return [paperRule.losesNothingButTime];
		}

		default: {
			return [];
		}
	}
}
