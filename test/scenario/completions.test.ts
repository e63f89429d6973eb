import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {commandText} from '../../source/scenario/command-text.js';
import {commandNames, completions, parseCommand} from '../../source/scenario/parse-command.js';
import {tried} from '../properties/session.js';
import {anyInstruction} from './instructions.js';
import {refusalIn} from './refusal.js';

const nodes = 3;

/** What may follow; `|` is the cursor. */
const offered: ReadonlyArray<readonly [string, readonly string[]]> = [
	['¦', commandNames],
	['c¦', ['cut', 'crash', 'clock', 'cas', 'clients']],
	['CRA¦', ['crash']],
	['crash¦', []],
	['crash ¦', ['n1', 'n2', 'n3', 'leader', 'followers', 'rest', 'all', 'majority', 'minority', 'random']],
	['crash le¦', ['leader']],
	['crash le¦ader', ['leader']],
	['crash n1 ¦', []],
	['partition n1|re¦', ['rest']],
	['partition n1|¦', ['n1', 'n2', 'n3', 'leader', 'followers', 'rest', 'all', 'majority', 'minority', 'random']],
	['partition n1 ¦', ['n1', 'n2', 'n3', 'leader', 'followers', 'rest', 'all', 'majority', 'minority', 'random', '|']],
	['delay ¦', ['10-30ms']],
	['delay 10-30¦', ['10-30ms', '10-30s', '10-30us']],
	['loss 2¦', ['2%']],
	['duplicate ¦', ['5%', '#381']],
	['link n1 n2 loss 5% ¦', ['delay', 'duplicate']],
	['disk n1 ¦', ['ok', 'slow', 'failing', 'full', 'lying']],
	['write x=1 ¦', ['via']],
	['clients 4 at 20¦', ['20/s']],
	['set ¦', ['election-timeout', 'heartbeat']],
	['wait n¦', ['new leader', 'no leader']],
	['wait leader ¦', ['among', 'within']],
	['wait leader among n1 ¦', ['n1', 'n2', 'n3', 'within']],
	['expect violation leader-¦', ['leader-append-only', 'leader-completeness']],
	['say anything ¦', []],
	['nonsense ¦', []],
	['transfer ¦', []],
];

test('What is offered is what could stand at the cursor', () => {
	for (const [marked, expected] of offered) {
		const cursor = marked.indexOf('¦');
		const found = completions(marked.replace('¦', ''), cursor, nodes);
		assert.deepEqual(
			found.map(({text}) => text),
			expected,
			marked,
		);
		assert.ok(found.every(({hint}) => hint !== ''));
	}
});

test('Whatever is offered is taken: the line is right up to there, whatever may still be missing', () => {
	let count = 0;
	fc.assert(
		fc.property(anyInstruction, fc.nat(), (instruction, where) => {
			const text = commandText(instruction);
			const cursor = where % (text.length + 1);
			for (const {text: offer, from} of completions(text, cursor, 5)) {
				count++;
				if (instruction.type === 'set' && /^0?\.?0*(?:-|$)/v.test(text.slice(from, cursor)) && cursor > from) {
					continue; // Nothing is a time like any other, and only these settings refuse it
				}

				const completed = text.slice(0, from) + offer;
				assert.ok(cursor >= from);
				const refusal = refusalIn(() => parseCommand(completed, 5));
				const column = refusal?.column ?? completed.length + 1;
				assert.equal(column, completed.length + 1, `${completed}: ${refusal?.message}`);
			}
		}),
		tried(1000),
	);
	assert.ok(count > 1000, String(count));
});

test('Every word of a command is offered after the words before it', () => {
	for (const text of [
		'cut n1 -> n2',
		'partition n1 | rest',
		'link n1 -> n2 default',
		'disk n2 slow 20ms',
		'wait new leader within 2s',
		'wait applied 5 on all',
		'expect role n2 follower',
		'faults partition crash disk',
		'write x=1 via n2',
	]) {
		for (const {index} of text.matchAll(/(?<= )[^\s=]+/gv)) {
			const isOffered = completions(text, index, 5).some((offer) => text.slice(index).startsWith(offer.text));
			const isInPhrase = text.slice(0, index).endsWith('new ');
			assert.ok(isOffered || isInPhrase, `${text.slice(0, index)}¦${text.slice(index)}`);
		}
	}
});
