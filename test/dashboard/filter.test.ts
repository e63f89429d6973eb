import assert from 'node:assert/strict';
import test from 'node:test';
import {
	filterCompletions,
	filterWords,
	matchesEvent,
	matchesMessage,
	matchesNotable,
	parseFilter,
} from '../../source/dashboard/filter.js';
import {Filters} from '../../source/dashboard/filters.js';
import {plain} from '../../source/dashboard/text.js';
import {fateLine} from '../../source/dashboard/words.js';
import type {MessageRecord, Notable} from '../../source/lab/feed.js';
import type {Entry, Message} from '../../source/raft/vocabulary.js';
import {CommandError} from '../../source/scenario/reader.js';
import type {Command} from '../../source/simulation/command.js';
import type {Event, EventBody} from '../../source/simulation/event.js';
import type {Flight} from '../../source/simulation/network.js';
import type {Request} from '../../source/state-machine/key-value.js';
import {ask, crash, faulty, ledByFirst, newLab, pass, twoLeaders, write} from './stage.js';

const command: Request = {type: 'write', key: 'x', value: '1'};
const entry = (index: number, term: number): Entry => ({index, term, command});

const requestVote: Message = {type: 'RequestVote', term: 4, candidateId: 1, lastLogIndex: 15, lastLogTerm: 3};
const voteReply: Message = {type: 'VoteReply', term: 4, voteGranted: true};
const heartbeat: Message = {
	type: 'AppendEntries',
	term: 4,
	leaderId: 1,
	prevLogIndex: 15,
	prevLogTerm: 3,
	entries: [],
	leaderCommit: 15,
};
const append: Message = {...heartbeat, prevLogIndex: 13, entries: [entry(14, 3), entry(15, 3)], leaderCommit: 13};
const acknowledgement: Message = {
	type: 'AppendReply',
	term: 4,
	success: true,
	prevLogIndex: 13,
	matchIndex: 15,
	conflictTerm: 0,
	conflictIndex: 0,
};
const appendRefusal: Message = {...acknowledgement, success: false, matchIndex: 0, conflictTerm: 2, conflictIndex: 9};

const flightOf = (message: Message, part: Partial<Flight> = {}): Flight => ({
	id: 381,
	from: 1,
	to: 2,
	message,
	sentUs: 12_000_000,
	dueUs: 12_010_000,
	lost: undefined,
	sentSeq: 1,
	copyOf: undefined,
	...part,
});

/** At 12.005 s, in a cluster in which nothing has happened. */
const now = {...newLab().snapshot(), timeUs: 12_005_000, held: new Set([7])};

const matches = (text: string, message: Message, part: Partial<Flight> = {}, arrivedUs?: number): boolean => {
	const flight = flightOf(message, part);
	return matchesMessage(parseFilter(text, 5), {flight, arrivedUs, lost: flight.lost}, now);
};

test('Each word matches the messages that it means, and no others', () => {
	const all = {requestVote, voteReply, heartbeat, append, acknowledgement, appendRefusal};
	const table: ReadonlyArray<readonly [text: string, names: string]> = [
		['type:append', 'heartbeat append'],
		['type:AppendEntries', 'heartbeat append'],
		['type:heartbeat', 'heartbeat'],
		['type:vote', 'requestVote voteReply'],
		['type:reply', 'voteReply acknowledgement appendRefusal'],
		['type:append-reply', 'acknowledgement appendRefusal'],
		['type:AppendReply', 'acknowledgement appendRefusal'],
		['type:request-vote', 'requestVote'],
		['type:RequestVote', 'requestVote'],
		['type:vote-reply', 'voteReply'],
		['type:votereply', 'voteReply'],
		['type:heartbeat,vote', 'requestVote voteReply heartbeat'],
		['type:elected', ''],
		['index=15', 'requestVote append acknowledgement'],
		['index=14', 'append acknowledgement'],
		['index=9', 'appendRefusal'],
		['index=13', ''],
		['index>14', 'requestVote append acknowledgement'],
		['index<10', 'appendRefusal'],
		['index<15', 'append acknowledgement appendRefusal'],
		['index<=9', 'appendRefusal'],
		['index>=16', ''],
		['appendentries', 'heartbeat append'],
		['granted', 'voteReply'],
		['+2', 'append'],
	];
	for (const [text, names] of table) {
		const found = Object.entries(all).filter(([, message]) => matches(text, message));
		assert.equal(found.map(([name]) => name).join(' '), names, text);
	}
});

test('Messages are told apart by who sent them to whom, their term, time, number, and words', () => {
	const table: ReadonlyArray<readonly [text: string, isMatch: boolean]> = [
		['from:n1', true],
		['from:1', true],
		['FROM:N1', true],
		['from:n2', false],
		['from:n2,n1', true],
		['to:n2', true],
		['to:n1', false],
		['node:n1', true],
		['node:n2', true],
		['node:n3', false],
		['node:n3,n2', true],
		['term=4', true],
		['term:4', true],
		['term>4', false],
		['term>=4', true],
		['term<4', false],
		['term<=4', true],
		['term<5', true],
		['time>11.9', true],
		['time>12s', false],
		['time>=12s', true],
		['time<12.001s', true],
		['time<=11999ms', false],
		['#381', true],
		['#38', false],
		['12.000', true],
		['n1', true],
		['n3', false],
	];
	for (const [text, isMatch] of table) {
		assert.equal(matches(text, voteReply), isMatch, text);
	}

	assert.ok(matches('#381', voteReply, {id: 400, copyOf: 381}));
	assert.ok(matches('copy', voteReply, {copyOf: 381}));
	assert.ok(!matches('copy', voteReply));
});

test('A fate is that of this moment', () => {
	const fates = (part: Partial<Flight>, arrivedUs?: number): string =>
		['lost', 'delivered', 'flying', 'held'].filter((text) => matches(text, voteReply, part, arrivedUs)).join(' ');
	assert.equal(fates({}), 'flying');
	assert.equal(fates({dueUs: 12_004_000}, 12_004_000), 'delivered');
	assert.equal(fates({lost: 'partition'}), 'lost');
	assert.equal(fates({id: 7}), 'held');
	assert.equal(fates({id: 7, dueUs: 12_004_000}), 'held');
});

test('What a filter takes for the fate of a message is what its line says', () => {
	const signs = new Map([
		['✗', 'lost'],
		['‖', 'held'],
		['i', 'flying'],
		['✓', 'delivered'],
	]);
	const seen = new Set<string>();
	for (const lab of [faulty(), twoLeaders(), suspendedWithMail()]) {
		const snapshot = lab.snapshot();
		for (const record of snapshot.messages) {
			const fate = signs.get(plain(fateLine(record, snapshot)).charAt(0))!;
			seen.add(fate);
			assert.deepEqual(
				['lost', 'held', 'flying', 'delivered'].filter((text) =>
					matchesMessage(parseFilter(text, 5), record, snapshot),
				),
				[fate],
			);
		}
	}

	assert.equal(seen.size, 4);
});

/** A message waits for n2, and another is held. */
function suspendedWithMail() {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	ask(lab, {type: 'hold', message: lab.world.messagesSent}, {type: 'suspend', node: 2});
	pass(lab, 20);
	return lab;
}

const commanded = (given: Command): Notable => ({
	type: 'command',
	event: {type: 'command', seq: 1, timeUs: 0, cause: 0, command: given},
});

/** One of each kind that the list can tell of, all at 12 s. */
const notables: Readonly<Record<string, Notable>> = {
	campaign: {type: 'campaign', node: 3, term: 4},
	elected: {type: 'elected', node: 3, term: 4, voters: [1, 3, 5]},
	deposed: {type: 'deposed', node: 1, term: 4},
	committed: {type: 'committed', node: 3, from: 14, to: 16},
	truncated: {type: 'truncated', node: 1, from: 12},
	crashed: {type: 'crashed', node: 2, reason: 'command'},
	wiped: {type: 'wiped', node: 2},
	suspended: {type: 'suspended', node: 2},
	resumed: {type: 'resumed', node: 2},
	restarted: {type: 'restarted', node: 2, term: 5, lastIndex: 7},
	refused: {type: 'refused', node: 2, leader: 1},
	unanswered: {type: 'unanswered', count: 2},
	gaveUp: {type: 'gaveUp', client: 2, operation: {type: 'read', key: 'y'}, isUnknown: true},
	violation: {type: 'violation', property: 'Election Safety', section: '§5.2', explanation: '', evidence: []},
	partition: commanded({type: 'partition', groups: [[1, 2], ['rest']]}),
	cut: commanded({type: 'cut', from: 4, to: 5, isOneWay: true}),
	heal: commanded({type: 'heal', between: [4, 5]}),
	write: commanded({type: 'write', key: 'x', value: '1', via: 3}),
	disk: commanded({type: 'disk', node: 5, condition: {kind: 'full'}}),
	drop: commanded({type: 'drop', message: 381}),
};

const notablesThat = (text: string): string => {
	const filter = parseFilter(text, 5);
	return Object.entries(notables)
		.filter(([, notable]) => matchesNotable(filter, {seq: 9, timeUs: 12_000_000, ...notable}))
		.map(([name]) => name)
		.join(' ');
};

test('Each word matches the events of the list that it means, and no others', () => {
	const table: ReadonlyArray<readonly [text: string, names: string]> = [
		['type:candidate', 'campaign'],
		['type:elected', 'elected'],
		['type:deposed', 'deposed'],
		['type:committed', 'committed'],
		['type:truncated', 'truncated'],
		['type:crashed', 'crashed'],
		['type:restarted', 'restarted'],
		['type:wiped', 'wiped'],
		['type:suspended', 'suspended'],
		['type:resumed', 'resumed'],
		['type:command', 'partition cut heal write disk drop'],
		['type:client', 'refused unanswered gaveUp'],
		['type:violation', 'violation'],
		['type:elected,deposed', 'elected deposed'],
		['type:append', ''],
		['type:appended,applied,timer,synced', ''],
		['from:n3', ''],
		['to:n3', ''],
		['node:n1', 'deposed truncated partition'],
		['node:n3', 'campaign elected committed write'],
		['node:n4', 'cut heal'],
		['node:n5', 'cut heal disk'],
		['term=4', 'campaign elected deposed'],
		['term>4', 'restarted'],
		['index=14', 'committed truncated'],
		['index=12', 'truncated'],
		['index=17', 'truncated'],
		['index<14', 'truncated'],
		['time>11.9 type:elected', 'elected'],
		['time<12 type:elected', ''],
		['#381', 'drop'],
		['#382', ''],
		['lost', ''],
		['delivered', ''],
		['flying', ''],
		['held', ''],
		['copy', ''],
		['x=1', 'write'],
		['ELECTION', 'violation'],
		['candidate', 'campaign'],
		['12.00 n2', 'crashed wiped suspended resumed restarted refused partition'],
	];
	for (const [text, names] of table) {
		assert.equal(notablesThat(text), names, text);
	}
});

const call = {client: 2, op: 9, operation: {type: 'read', key: 'y'}} as const;

/** Events of the trace, all at 12 s. */
const bodies: Readonly<Record<string, EventBody>> = {
	sent: {type: 'sent', flight: flightOf(append)},
	'sent in vain': {type: 'sent', flight: flightOf(append, {lost: 'loss'})},
	delivered: {type: 'delivered', flight: flightOf(voteReply, {id: 5, from: 3, copyOf: 4})},
	lost: {type: 'lost', flight: flightOf(requestVote, {id: 6, to: 3}), reason: 'down'},
	timer: {type: 'timer', node: 3, timer: 'election'},
	candidate: {type: 'role', node: 3, term: 4, role: 'candidate', leader: undefined},
	leader: {type: 'role', node: 3, term: 4, role: 'leader', leader: 3},
	follower: {type: 'role', node: 4, term: 5, role: 'follower', leader: 3},
	vote: {type: 'vote', node: 4, term: 4, votedFor: 3},
	append: {type: 'append', node: 4, entries: [entry(14, 3), entry(15, 4)]},
	truncate: {type: 'truncate', node: 4, from: 14},
	commit: {type: 'commit', node: 3, index: 15},
	apply: {type: 'apply', node: 3, entry: entry(15, 4), result: true, isRepeated: false},
	crash: {type: 'crash', node: 5, reason: 'command'},
	restart: {type: 'restart', node: 5, term: 4, votedFor: undefined, lastIndex: 7},
	synced: {type: 'synced', node: 5, upTo: 7},
	wipe: {type: 'wipe', node: 5},
	suspend: {type: 'suspend', node: 5},
	resume: {type: 'resume', node: 5},
	command: {type: 'command', command: {type: 'hold', message: 381}},
	cut: {type: 'command', command: {type: 'cut', from: 4, to: 5, isOneWay: false}},
	invoke: {type: 'invoke', ...call},
	request: {type: 'request', node: 5, attempt: 1, ...call},
	violation: {type: 'violation', property: 'Election Safety', section: '§5.2', explanation: '', evidence: []},
};

const eventOf = (body: EventBody): Event => ({seq: 9, timeUs: 12_000_000, cause: 0, ...body});

test('Each word matches the events of the trace that it means, and no others', () => {
	const table: ReadonlyArray<readonly [text: string, names: string]> = [
		['type:append', 'sent, sent in vain'],
		['type:vote', 'delivered, lost, vote'],
		['type:vote-reply', 'delivered'],
		['type:candidate', 'candidate'],
		['type:elected', 'leader'],
		['type:deposed', 'follower'],
		['type:committed', 'commit'],
		['type:truncated', 'truncate'],
		['type:crashed', 'crash'],
		['type:restarted', 'restart'],
		['type:wiped', 'wipe'],
		['type:suspended', 'suspend'],
		['type:resumed', 'resume'],
		['type:command', 'command, cut'],
		['type:client', 'invoke, request'],
		['type:violation', 'violation'],
		['type:appended', 'append'],
		['type:applied', 'apply'],
		['type:timer', 'timer'],
		['type:synced', 'synced'],
		['from:n3', 'delivered'],
		['to:n3', 'lost'],
		['node:n3', 'delivered, lost, timer, candidate, leader, commit, apply'],
		['node:n4', 'follower, vote, append, truncate, cut'],
		['term=4', 'sent, sent in vain, delivered, lost, candidate, leader, vote, append, apply, restart'],
		['term>4', 'follower'],
		['index=15', 'sent, sent in vain, lost, append, truncate, commit, apply'],
		['index=13', ''],
		['#381', 'sent, sent in vain, command'],
		['#4', 'delivered'],
		['lost', 'sent in vain, lost'],
		['delivered', 'delivered'],
		['flying', 'sent'],
		['held', ''],
		['copy', 'delivered'],
		['time>12', ''],
		['time>=12 term>4', 'follower'],
		['x=1', 'apply'],
	];
	for (const [text, names] of table) {
		const filter = parseFilter(text, 5);
		const found = Object.entries(bodies).filter(([, body]) => matchesEvent(filter, eventOf(body)));
		assert.equal(found.map(([name]) => name).join(', '), names, text);
	}
});

test('All words must hold, and ! before one turns it into its opposite', () => {
	const table: ReadonlyArray<readonly [text: string, isMatch: boolean]> = [
		['', true],
		[' '.repeat(3), true],
		['from:n1 to:n2', true],
		['from:n1 to:n3', false],
		['  from:n1   flying ', true],
		['!lost', true],
		['! lost', true],
		['!flying', false],
		['! flying', false],
		['!!flying', true],
		['from:n1 !to:n2', false],
		['!to:n3 from:n1', true],
		['! from:n3 to:n3', false], // The sign is for the next word alone
	];
	for (const [text, isMatch] of table) {
		assert.equal(matches(text, voteReply), isMatch, text);
	}
});

/** Words that are all true of something in the run below. */
const words = [
	'type:append',
	'type:heartbeat',
	'type:vote',
	'type:reply',
	'type:command',
	'type:candidate',
	'type:elected',
	'type:crashed',
	'type:suspended',
	'type:client',
	'type:appended',
	'from:n1',
	'to:n1,n2',
	'node:n3',
	'term>1',
	'term=1',
	'index=2',
	'index<2',
	'time>0.2',
	'time<=0.1s',
	'#28',
	'lost',
	'delivered',
	'flying',
	'held',
	'copy',
	'partition',
	'n4',
	'granted',
];

test('Whatever is asked, a word and its opposite share out all that there is', () => {
	const lab = faulty();
	ask(lab, crash(1), {type: 'restart', node: 1}, {type: 'duplicate', message: 28});
	pass(lab, 90);
	const snapshot = lab.snapshot();
	for (const word of words) {
		const filters = [parseFilter(word, 5), parseFilter(`!${word}`, 5)];
		const found = filters.map((filter) => ({
			messages: snapshot.messages.filter((record) => matchesMessage(filter, record, snapshot)),
			notables: snapshot.notables.filter((notable) => matchesNotable(filter, notable)),
			events: [...snapshot.trace.events()].filter((event) => matchesEvent(filter, event)),
		}));
		const all = {messages: snapshot.messages, notables: snapshot.notables, events: [...snapshot.trace.events()]};
		const [those, others] = found;
		for (const list of ['messages', 'notables', 'events'] as const) {
			const seqOf = (item: MessageRecord | {readonly seq: number}): number =>
				'seq' in item ? item.seq : item.flight.id;
			const shared = [...those![list], ...others![list]].map((item) => seqOf(item)).toSorted((a, b) => a - b);
			assert.deepEqual(
				shared,
				all[list].map((item) => seqOf(item)),
				word,
			);
		}

		for (const {messages, notables: told, events} of [those!, others!]) {
			assert.ok(messages.length + told.length + events.length > 0, word);
		}
	}
});

function refusalOf(text: string, nodes = 5): string {
	try {
		parseFilter(text, nodes);
		return 'none';
	} catch (error) {
		if (error instanceof CommandError) {
			return `${error.column}: ${error.message}`;
		}

		throw error;
	}
}

test('What is not in the language is refused with its column and what was probably meant', () => {
	const table: ReadonlyArray<readonly [text: string, refusal: string]> = [
		['typ:append', '1: There is no field "typ". Did you mean type?'],
		['lost form:n2', '6: There is no field "form". Did you mean from?'],
		['!trem>4', '2: There is no field "trem". Did you mean term?'],
		[
			'colour:red',
			'1: There is no field "colour"; fields are type, from, to, node, term, index or time. Without a field stand lost, delivered, flying, held and copy.',
		],
		['status:lost', '1: There is no field "status". Did you mean lost?'],
		['fate:Dropped', '1: There is no field "fate". Did you mean lost?'],
		['type:lost', '6: There is no type "lost". Did you mean lost, without a field?'],
		['type:apend', '6: There is no type "apend". Did you mean append?'],
		['type:append,crushed', '13: There is no type "crushed". Did you mean crashed?'],
		['type:', '6: After type: comes a kind of message (append) or of event (elected).'],
		['type:vote, lost', '11: After type: comes a kind of message (append) or of event (elected).'],
		['type>append', '5: After type comes a colon, not ">". Try type:append.'],
		['from>=2', '5: After from comes a colon, not ">=". Try from:n1.'],
		['from:', '6: After from: comes n1 to n5.'],
		['from:n', '6: After from: comes n1 to n5, not "n".'],
		['to:leader', '4: After to: comes n1 to n5, not "leader".'],
		['node:n1,n9', '9: There is no n9; the cluster has n1 to n5.'],
		['node:0', '6: There is no n0; the cluster has n1 to n5.'],
		['term>', '6: After term> comes a number (4).'],
		['term>=four', '7: After term>= comes a number (4), not "four".'],
		['index=1.5', '7: After index= comes a number (4), not "1.5".'],
		['time>12 time<1m', '14: After time< comes a time (12.5s), not "1m".'],
		['!', '1: After ! comes the word whose opposite is meant (!lost).'],
		['lost !', '6: After ! comes the word whose opposite is meant (!lost).'],
	];
	for (const [text, refusal] of table) {
		assert.equal(refusalOf(text), refusal, text);
	}

	assert.equal(refusalOf('from:x', 1), '6: After from: comes n1, not "x".');
	assert.match(refusalOf('type:qqqq'), /^6: There is no type "qqqq"; types are append, heartbeat, .* or synced\.$/v);
});

test('What only looks like a field is a text to search for', () => {
	for (const text of ['x=1', '->', '#', '#x', 'a=1']) {
		assert.equal(refusalOf(text), 'none', text);
	}
});

test('What the help says of the language is in the language, and its words are all there', () => {
	for (const {usage} of filterWords) {
		assert.equal(refusalOf(usage), 'none', usage);
	}

	const starts = new Set(filterWords.map(({usage}) => usage.replace(/(?<=[:<=>]).*/v, '')));
	for (const word of [
		'type:',
		'from:',
		'to:',
		'node:',
		'term>',
		'index=',
		'time>',
		'lost',
		'delivered',
		'flying',
		'held',
		'copy',
	]) {
		assert.ok(starts.has(word), word);
	}
});

test('The cursor is offered what could stand there', () => {
	const offers = (text: string, cursor = text.length): string =>
		filterCompletions(text, cursor, 3)
			.map((offer) => `${offer.text}@${offer.from}`)
			.join(' ');
	assert.equal(
		offers(''),
		'type:@0 from:@0 to:@0 node:@0 term>@0 index=@0 time>@0 lost@0 delivered@0 flying@0 held@0 copy@0',
	);
	assert.equal(offers('t'), 'type:@0 to:@0 term>@0 time>@0');
	assert.equal(offers('lost !F'), 'from:@6 flying@6');
	assert.equal(offers('type:ap'), 'append@5 append-reply@5 appended@5 applied@5');
	assert.equal(offers('type:append'), 'append-reply@5 appended@5');
	assert.equal(offers('type:vote,hea'), 'heartbeat@10');
	assert.equal(offers('from:'), 'n1@5 n2@5 n3@5');
	assert.equal(offers('!node:n1,n'), 'n1@9 n2@9 n3@9');
	assert.equal(offers('term>'), '');
	assert.equal(offers('lost'), '');
	assert.equal(offers('ty lost', 2), 'type:@0');
	assert.deepEqual(filterCompletions('type:hear', 9, 3), [
		{text: 'heartbeat', hint: 'AppendEntries without entries', from: 5},
	]);
});

/** After each character of a text, what the list is filtered by. */
function filteredBy(text: string, before = ''): readonly string[] {
	const filters = new Filters(5);
	filters.open('messages');
	filters.line.insert(before);
	filters.follow();
	return Array.from(text, (character) => {
		filters.line.insert(character);
		filters.follow();
		return filters.of('messages')?.text ?? '';
	});
}

test('As long as a word can but become one of the language, the list stays as the words before it leave it', () => {
	const table: ReadonlyArray<readonly [before: string, typed: string, shown: readonly string[]]> = [
		['', 'type:vote', ['', '', '', '', '', '', '', '', 'type:vote']],
		['', 'term>x', ['', '', '', '', '', '']],
		['', 'term>12', ['', '', '', '', '', 'term>1', 'term>12']],
		['', '!los', ['', '', '', '']],
		['', '!lost', ['', '', '', '', '!lost']],
		['lost ', 'from:n2', ['lost', 'lost', 'lost', 'lost', 'lost', 'lost', 'lost from:n2']],
		['type:vote', ',h', ['type:vote', 'type:vote']],
		['lost from:n1', ',n', ['lost from:n1', 'lost from:n1']],
		['frm:n1 ', 'lost', ['', '', '', '']],
		['', 'los ', ['', '', '', 'los']], // Whole now, and a text to search for
		['', 'n1', ['', 'n1']], // Without the 1 it may become node
	];
	for (const [before, typed, shown] of table) {
		assert.deepEqual(filteredBy(typed, before), shown, before + typed);
	}
});

test('A word in the midst of the others is waited for too', () => {
	const filters = new Filters(5);
	const shown = () => filters.of('messages')?.text;
	filters.open('messages');
	filters.line.insert('type:vote lost');
	filters.follow();
	filters.line.move(-5);
	filters.line.eraseBack();
	filters.follow();
	assert.equal(filters.line.text, 'type:vot lost');
	assert.equal(shown(), 'lost');
	filters.line.insert('e');
	filters.follow();
	assert.equal(shown(), 'type:vote lost');
});

test('What is looked for most stands first in the hint, which has every word; other names for it lead there', () => {
	const {line} = new Filters(5);
	line.open();
	const hinted = line.hint.split('  ');
	assert.deepEqual(hinted.slice(0, 4), ['lost', 'type:append', 'from:n2', 'term>4']);
	assert.deepEqual(hinted.toSorted(), filterWords.map(({usage}) => usage).toSorted());
	for (const word of ['dropped', 'from:n1 !Drop', 'loss']) {
		line.open(word);
		assert.equal(line.hint, 'Did you mean lost, messages that never arrive?', word);
	}

	line.open('arrived');
	assert.equal(line.hint, 'Did you mean delivered, messages that have arrived?');
	line.open('lost');
	assert.equal(line.hint, '');
	assert.ok(matches('dropped', append, {lost: 'dropped'}), 'it is searched for all the same');
	assert.ok(!matches('dropped', append, {lost: 'loss'}));
});
