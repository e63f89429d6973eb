import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {commandText} from '../../source/scenario/command-text.js';
import {commandGroups} from '../../source/scenario/commands.js';
import type {LineInstruction} from '../../source/scenario/instruction.js';
import {commandNames, isUnheardOf, otherNames, parseCommand} from '../../source/scenario/parse-command.js';
import type {CommandError} from '../../source/scenario/reader.js';
import {faultKinds} from '../../source/simulation/command.js';
import {tried} from '../properties/session.js';
import {anyInstruction} from './instructions.js';
import {refusalIn} from './refusal.js';

const nodes = 5;

const range = (minMs: number, maxMs = minMs) => ({minUs: minMs * 1000, maxUs: maxMs * 1000});

/** Spellings that are taken besides the one in which a command is written. */
const read: ReadonlyArray<readonly [string, LineInstruction]> = [
	['PARTITION N1, Leader|REST', {type: 'partition', groups: [[1, 'leader'], ['rest']]}],
	['  crash\tn3  ', {type: 'crash', node: 3}],
	['cut n1->n2', {type: 'cut', from: 1, to: 2, isOneWay: true}],
	['cut n1 → n2', {type: 'cut', from: 1, to: 2, isOneWay: true}],
	['cut n1, n2', {type: 'cut', from: 1, to: 2, isOneWay: false}],
	['loss 20 %', {type: 'loss', rate: 0.2}],
	['loss .5%', {type: 'loss', rate: 0.005}],
	['loss 0', {type: 'loss', rate: 0}],
	['delay 0', {type: 'delay', delay: range(0)}],
	['delay 10ms - 2s', {type: 'delay', delay: range(10, 2000)}],
	['delay 10–30 MS', {type: 'delay', delay: range(10, 30)}],
	['delay 500us-1ms', {type: 'delay', delay: range(0.5, 1)}],
	['delay 500µs', {type: 'delay', delay: range(0.5)}], // U+00B5
	['delay 500μs', {type: 'delay', delay: range(0.5)}], // U+03BC
	['delay 0.000001s', {type: 'delay', delay: {minUs: 1, maxUs: 1}}],
	['drop 381', {type: 'drop', message: 381}],
	[
		'link n1 n2 duplicate 5%, loss 50%',
		{type: 'link', from: 1, to: 2, isOneWay: false, link: {duplicateRate: 0.05, lossRate: 0.5}},
	],
	['clock n2 1.5', {type: 'clock', node: 2, rate: 1.5}],
	['write X = Ünï.code/1 VIA n2', {type: 'write', key: 'X', value: 'Ünï.code/1', via: 2}],
	[String.raw`write "a=b"="\u0041 \"B\""`, {type: 'write', key: 'a=b', value: 'A "B"', via: 'leader'}],
	['write via=via via n1', {type: 'write', key: 'via', value: 'via', via: 1}],
	['read via', {type: 'read', key: 'via', via: 'leader'}],
	['clients 4 at 20', {type: 'clients', count: 4, ratePerS: 20}],
	['faults on', {type: 'faults', kinds: faultKinds}],
	['faults partition, crash', {type: 'faults', kinds: ['partition', 'crash']}],
	['say two\nlines', {type: 'say', text: 'two lines'}],
	['say "Hello," she said', {type: 'say', text: '"Hello," she said'}],
	['SAY Hello, N1', {type: 'say', text: 'Hello, N1'}],
	['speed 2', {type: 'speed', factor: 2}],
	['wait 1.5 s', {type: 'sleep', us: 1_500_000}],
	['wait applied 5', {type: 'wait', condition: {type: 'applied', index: 5, on: 'all'}, withinUs: 10_000_000}],
	['wait new  leader within 2s', {type: 'wait', condition: {type: 'new leader'}, withinUs: 2_000_000}],
	['expect term>=3', {type: 'expect', expectation: {type: 'term', comparison: '>=', than: 3}}],
	['expect committed ≤ 3', {type: 'expect', expectation: {type: 'committed', comparison: '<=', than: 3}}],
	['expect committed == 3', {type: 'expect', expectation: {type: 'committed', comparison: '=', than: 3}}],
	['expect leader', {type: 'expect', expectation: {type: 'leader', node: undefined}}],
	[
		'expect violation Leader-Completeness',
		{type: 'expect', expectation: {type: 'violation', property: 'leader-completeness'}},
	],
];

test('Commands are taken in other spellings than the one in which they are written', () => {
	for (const [text, instruction] of read) {
		assert.deepEqual(parseCommand(text, nodes), instruction, text);
	}
});

/** What is refused, the column of the word that is wrong, and the sentence. */
const refused: ReadonlyArray<readonly [string, number, string]> = [
	['', 1, 'A command is missing here. Try crash leader.'],
	[' , ', 4, 'A command is missing here. Try crash leader.'],
	['partitoin n1', 1, 'There is no command "partitoin". Did you mean partition?'],
	['  Healp', 3, 'There is no command "Healp". Did you mean heal?'],
	['Kill n1', 1, 'There is no command "Kill". Did you mean crash?'],
	['put x=1', 1, 'There is no command "put". Did you mean write?'], // And not cut, which is nearer
	[
		'isolate leadr',
		9,
		'After "isolate" comes n1 to n5, leader, followers, rest, all, majority, minority or random, not "leadr". Did you mean leader?',
	],
	['crash n6', 7, 'There is no n6; the cluster has n1 to n5.'],
	['crash n0', 7, 'There is no n0; the cluster has n1 to n5.'],
	['crash 6', 7, 'There is no n6; the cluster has n1 to n5.'],
	[
		'clock 1.5x',
		7,
		'After "clock" comes n1 to n5, leader, followers, rest, all, majority, minority or random, not "1.5x". Try clock n2 1.5x.',
	],
	['crash n1 n2', 10, 'After "crash n1" comes nothing more, not "n2". Try crash leader.'],
	[
		'cut n1',
		7,
		'After "cut n1" comes ->, n1 to n5, leader, followers, rest, all, majority, minority or random. Try cut n1 n2, or cut n1 -> n2 for one way.',
	],
	['heal n1 n2 n3', 12, 'After "heal n1 n2" comes nothing more, not "n3". Try heal, or heal n1 n2, or heal partition.'],
	['loss 20', 6, 'After "loss" comes a percentage (20%), not "20". Did you mean 20%?'],
	['loss 140%', 6, 'A percentage is from 0% to 100%, not 140%.'],
	['delay 30-10ms', 7, 'A range of times begins with the shorter one. Did you mean 10-30ms?'],
	['delay 10-30', 7, 'After "delay" comes a time or a range of times (10-30ms), not "10-30". Did you mean 10-30ms?'],
	['delay 0.5us', 7, 'Time comes in whole microseconds, and 0.5us is not.'],
	['delay 9999999999999s', 7, 'No time is longer than 1000000s, and 9999999999999s is.'],
	[
		'duplicate 381',
		11,
		'After "duplicate" comes a percentage (5%) or the number of a message (#381), not "381". Did you mean #381?',
	],
	['drop #0', 6, 'Messages are numbered from 1: there is no #0.'],
	[
		'link n1 n2 loss 5% loss 4%',
		20,
		'After "link n1 n2 loss 5%" comes delay, duplicate or nothing more, not "loss". Try link n1 -> n2 loss 50% delay 200ms duplicate 5%, or link n1 -> n2 default.',
	],
	['clock n2 0', 10, 'This factor is from 0.01x to 100x, not 0x.'],
	['disk n2 sloww', 9, 'After "disk n2" comes ok, slow, failing, full or lying, not "sloww". Did you mean slow?'],
	['write x', 8, 'After "write x" comes =. Try write x=1, or write x="two words" via n2.'],
	[
		'write x=a b',
		11,
		'After "write x=a" comes via or nothing more, not "b". Try write x=1, or write x="two words" via n2.',
	],
	[
		String.raw`write "a\q"=1`,
		7,
		String.raw`What stands in quotes is written as in JSON: \" for a quote, \\ for a backslash, \n for a new line.`,
	],
	['clients 5000 at 20/s', 9, 'There are 0 to 1000 clients, not 5000.'],
	['clients 4', 10, 'After "clients 4" comes at. Try clients 4 at 20/s, or clients off.'],
	[
		'faults loss loss',
		13,
		'After "faults loss" comes partition, cut, delay, crash, suspend, clock, disk or nothing more, not "loss". Try faults on, or faults partition crash, or faults off.',
	],
	['set heartbeat 0', 15, 'Heartbeats come every microsecond at the most, not every 0.'],
	['set hartbeat 5ms', 5, 'After "set" comes election-timeout or heartbeat, not "hartbeat". Did you mean heartbeat?'],
	['say', 4, 'After "say" comes a text. Try say The leader is cut off.'],
	[
		'wait new',
		6,
		'After "wait" comes a time (500ms), leader, new leader, no leader, committed, applied or converged, not "new". Did you mean new leader?',
	],
	[
		'wait converged within',
		22,
		'After "wait converged within" comes a time (2s). Try wait leader within 2s, or wait 500ms.',
	],
	[
		'expect role n2 folower',
		16,
		'After "expect role n2" comes follower, candidate, leader or down, not "folower". Did you mean follower?',
	],
	['ſay x', 1, 'There is no command "ſay". Did you mean say?'], // Not every letter that folds to an s is one
];

function refusalOf(text: string): CommandError | undefined {
	return refusalIn(() => parseCommand(text, nodes));
}

test('A refusal names the word that is wrong, what is allowed there and what was probably meant, with the column', () => {
	for (const [text, column, sentence] of refused) {
		const refusal = refusalOf(text);
		assert.deepEqual([refusal?.column, refusal?.message], [column, sentence], text);
	}
});

test('Words from elsewhere are no commands, and lead to one that is', () => {
	assert.ok(otherNames.size > 20);
	for (const [word, name] of otherNames) {
		assert.ok(!commandNames.includes(word), word);
		assert.ok(commandNames.includes(name), name);
		assert.equal(refusalOf(`${word} n1`)?.message, `There is no command "${word}". Did you mean ${name}?`);
		assert.equal(isUnheardOf(word), false);
	}

	assert.deepEqual(['why', 'metrics', 'crsh', 'transfer', 'ASK', 'heal', ''].filter(isUnheardOf), ['why', 'metrics']);
});

test('A node is meant by its number alone as well, wherever one may stand, and is written as ever', () => {
	for (const text of [
		'partition n1 n2 | n3 leader | rest',
		'isolate n4',
		'cut n1 -> n2',
		'heal n1 n2',
		'link n1 n2 loss 50%',
		'restart n5',
		'clock n2 1.5x',
		'disk n2 slow 20ms',
		'write x=1 via n2',
		'cas x 1 2 via n3',
		'wait leader among n3 n4 within 2s',
		'wait applied 5 on n1 n2',
		'expect leader n3',
		'expect role n2 follower',
	]) {
		const numbered = text.replaceAll(/\bn(?=\d)/gv, '');
		assert.notEqual(numbered, text);
		assert.deepEqual(parseCommand(numbered, nodes), parseCommand(text, nodes), numbered);
		assert.equal(commandText(parseCommand(numbered, nodes)), commandText(parseCommand(text, nodes)), numbered);
	}

	assert.equal(commandText(parseCommand('partition 1,2|3', nodes)), 'partition n1 n2 | n3');
});

test('What does not exist yet is refused by name, and not called unknown', () => {
	for (const [text, column, name] of [
		['transfer n4', 1, 'The command "transfer"'],
		['add n6 as learner', 1, 'The command "add"'],
		['promote n6', 1, 'The command "promote"'],
		['remove n2', 1, 'The command "remove"'],
		['snapshot n3', 1, 'The command "snapshot"'],
		['bug commit-earlier-term', 1, 'The command "bug"'],
		['bug none', 1, 'The command "bug"'],
		['set pre-vote on', 5, 'The setting "pre-vote"'],
		['set check-quorum off', 5, 'The setting "check-quorum"'],
		['set reads read-index', 5, 'The setting "reads"'],
		['set snapshot-every 100', 5, 'The setting "snapshot-every"'],
	] as const) {
		const refusal = refusalOf(text);
		assert.equal(refusal?.column, column, text);
		assert.ok(refusal.message.startsWith(`${name} does not exist yet`), refusal.message);
	}
});

/** One word more or less, or a character. */
const anyEdit = fc
	.tuple(anyInstruction, fc.nat(), fc.nat({max: 3}), fc.string({unit: 'grapheme', maxLength: 3}))
	.map(([instruction, where, removed, added]) => {
		const text = commandText(instruction);
		const at = where % (text.length + 1);
		return text.slice(0, at) + added + text.slice(at + removed);
	});

test('Whatever is typed, it is understood or refused in a sentence or two with a place in the line', () => {
	let refusals = 0;
	fc.assert(
		fc.property(fc.oneof(anyEdit, fc.string({unit: 'binary'})), (text) => {
			const refusal = refusalOf(text);
			if (refusal !== undefined) {
				refusals++;
				assert.equal(refusal.column, Math.max(1, Math.min(text.length + 1, refusal.column)), refusal.message);
				assert.match(refusal.message, /^["A-Z]\P{Control}*[.?]$/v);
			}
		}),
		tried(3000),
	);
	assert.ok(refusals > 300, String(refusals));
});

test('The beginning of a command is never another command’s end: what is cut short is refused where it ends, or means less', () => {
	for (const [, text] of [
		['x', 'cut n1 -> n2'],
		['x', 'write x=1 via n2'],
		['x', 'wait leader among n1 within 2s'],
	]) {
		const words = text!.split(' ');
		for (let count = 1; count < words.length; count++) {
			const begun = words.slice(0, count).join(' ');
			assert.equal(refusalOf(begun)?.column ?? begun.length + 1, begun.length + 1, begun);
		}
	}
});

test('Case, blanks and commas between words make no difference', () => {
	const apart = (text: string): string => text.toUpperCase().replaceAll(' ', ' ,\t ');
	for (const text of [
		'partition n1 n2 | leader | rest',
		'cut n1 -> n2',
		'link n1 -> n2 loss 50% delay 10-200ms duplicate 5%',
		'clock n2 1.5x',
		'disk n2 slow 20ms',
		'clients 4 at 20/s',
		'set election-timeout 150-300ms',
		'wait leader among n3 n4 within 500us',
		'wait no leader',
		'expect role n2 follower',
		'expect violation leader-completeness',
	]) {
		assert.deepEqual(parseCommand(apart(text), nodes), parseCommand(text, nodes), apart(text));
	}
});

test('Every way of writing a command that the help shows is understood, and is of that command', () => {
	const forms = commandGroups.flatMap((group) => group.forms);
	for (const {name, usage} of forms) {
		const [first, ...others] = usage.split(', or ');
		// "disk n2 slow 20ms, or failing, full": what comes after the first may go without its beginning
		const ways = [first!, ...others.filter((other) => other.startsWith(`${name} `) || other === name)];
		for (const way of ways) {
			const text = way.replace(/ for one (?:way|message)$/v, '');
			assert.ok(commandText(parseCommand(text, nodes)).startsWith(name), text);
		}
	}

	assert.deepEqual(
		commandGroups.map((group) => group.name),
		['network', 'messages', 'servers', 'trouble', 'clients', 'settings', 'story', 'waiting', 'expecting'],
	);
	assert.equal(commandNames.length, new Set(forms.map(({name}) => name)).size);
});
