import assert from 'node:assert/strict';
import test from 'node:test';
import {Ajv} from 'ajv';
import {paperRules} from '../../source/raft/rules.js';
import {traceLine} from '../../source/recording/trace-json.js';
import {Player} from '../../source/scenario/player.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import type {Event, EventBody, EventType} from '../../source/simulation/event.js';
import {codeOf} from '../../source/simulation/trace.js';
import schema from '../../source/recording/trace.schema.json' with {type: 'json'};

const isValid = new Ajv({allErrors: true, strictTypes: false, strictRequired: false}).compile(schema);

const at = (body: EventBody): Event => ({seq: 7, timeUs: 1500, cause: 3, ...body});
const operation = {type: 'cas', key: 'x', expected: '1', value: '2'} as const;
const call = {client: 2, op: 9, operation};
const flight = {
	id: 381,
	from: 1,
	to: 4,
	sentUs: 1000,
	dueUs: 1500,
	lost: undefined,
	sentSeq: 6,
	copyOf: undefined,
};
const entry = {index: 5, term: 2, command: {...operation, session: {client: 2, serial: 3}}};

/** Each type once, with the line that the contract promises; what all lines have in common is left out. */
const lines: ReadonlyArray<readonly [EventBody, Record<string, unknown>]> = [
	[{type: 'command', command: {type: 'partition', groups: [[1, 2], ['rest']]}}, {text: 'partition n1 n2 | rest'}],
	[
		{
			type: 'sent',
			flight: {
				...flight,
				message: {type: 'RequestVote', term: 2, candidateId: 1, lastLogIndex: 4, lastLogTerm: 1},
			},
		},
		{
			id: 381,
			from: 'n1',
			to: 'n4',
			message: {type: 'RequestVote', term: 2, candidateId: 'n1', lastLogIndex: 4, lastLogTerm: 1},
		},
	],
	[
		{
			type: 'sent',
			flight: {
				...flight,
				copyOf: 380,
				message: {
					type: 'AppendEntries',
					term: 2,
					leaderId: 1,
					prevLogIndex: 4,
					prevLogTerm: 1,
					entries: [entry],
					leaderCommit: 3,
				},
			},
		},
		{
			id: 381,
			from: 'n1',
			to: 'n4',
			message: {
				type: 'AppendEntries',
				term: 2,
				leaderId: 'n1',
				prevLogIndex: 4,
				prevLogTerm: 1,
				entries: [
					{
						index: 5,
						term: 2,
						command: {type: 'cas', key: 'x', expected: '1', value: '2', session: {client: 2, serial: 3}},
					},
				],
				leaderCommit: 3,
			},
			copyOf: 380,
		},
	],
	[{type: 'delivered', flight: {...flight, message: {type: 'VoteReply', term: 2, voteGranted: true}}}, {id: 381}],
	[
		{type: 'lost', reason: 'partition', flight: {...flight, message: {type: 'VoteReply', term: 2, voteGranted: true}}},
		{id: 381, reason: 'partition'},
	],
	[
		{type: 'timer', node: 2, timer: 'election'},
		{node: 'n2', timer: 'election'},
	],
	[
		{type: 'role', node: 2, role: 'candidate', term: 3, leader: undefined},
		{node: 'n2', role: 'candidate', term: 3, leader: null},
	],
	[
		{type: 'role', node: 2, role: 'follower', term: 3, leader: 1},
		{node: 'n2', role: 'follower', term: 3, leader: 'n1'},
	],
	[
		{type: 'vote', node: 2, term: 3, votedFor: 1},
		{node: 'n2', term: 3, votedFor: 'n1'},
	],
	[
		{type: 'append', node: 2, entries: [{index: 1, term: 1, command: {type: 'no-op'}}]},
		{node: 'n2', entries: [{index: 1, term: 1, command: {type: 'no-op'}}]},
	],
	[
		{type: 'truncate', node: 2, from: 4},
		{node: 'n2', from: 4},
	],
	[
		{type: 'synced', node: 2, upTo: 6},
		{node: 'n2', upTo: 6},
	],
	[
		{type: 'commit', node: 2, index: 4},
		{node: 'n2', index: 4},
	],
	[
		{type: 'apply', node: 2, entry, result: undefined, isRepeated: false},
		{node: 'n2', index: 5, term: 2, command: entry.command, result: null, isRepeated: false},
	],
	[
		{type: 'apply', node: 2, entry, result: false, isRepeated: true},
		{node: 'n2', index: 5, term: 2, command: entry.command, result: false, isRepeated: true},
	],
	[
		{type: 'crash', node: 2, reason: 'disk full'},
		{node: 'n2', reason: 'disk full'},
	],
	[
		{type: 'restart', node: 2, term: 3, votedFor: undefined, lastIndex: 4},
		{node: 'n2', term: 3, votedFor: null, lastIndex: 4},
	],
	[{type: 'wipe', node: 2}, {node: 'n2'}],
	[{type: 'suspend', node: 2}, {node: 'n2'}],
	[{type: 'resume', node: 2}, {node: 'n2'}],
	[
		{type: 'invoke', ...call},
		{client: 2, op: 9, operation},
	],
	[
		{type: 'request', node: 3, attempt: 2, ...call},
		{client: 2, op: 9, operation, node: 'n3', attempt: 2},
	],
	[
		{type: 'refused', node: 3, leader: 1, ...call},
		{client: 2, op: 9, operation, node: 'n3', leader: 'n1'},
	],
	[
		{type: 'ok', node: 3, result: 'v', ...call},
		{client: 2, op: 9, operation, result: 'v', node: 'n3'},
	],
	[
		{type: 'fail', ...call},
		{client: 2, op: 9, operation},
	],
	[
		{type: 'info', ...call},
		{client: 2, op: 9, operation},
	],
	[
		{type: 'violation', property: 'Log Matching', section: '§5.3', explanation: 'They differ.', evidence: [3, 6]},
		{property: 'Log Matching', section: '§5.3', explanation: 'They differ.', evidence: [3, 6]},
	],
];

test('An event is one line of JSON with the fields that the contract names', () => {
	for (const [body, fields] of lines) {
		const line = traceLine(at(body));
		assert.doesNotMatch(line, /\n/v);
		assert.deepEqual(JSON.parse(line), {seq: 7, timeUs: 1500, cause: 3, type: body.type, ...fields});
		assert.ok(isValid(JSON.parse(line)), `${line} ${JSON.stringify(isValid.errors)}`);
	}
});

test('What is no event is not taken for one', () => {
	const sent = JSON.parse(traceLine(at(lines[1]![0]))) as Record<string, unknown>;
	const {id: _missing, ...withoutId} = sent;
	const message = sent['message'] as Record<string, unknown>;
	for (const wrong of [
		{},
		{...sent, type: 'posted'},
		{...sent, to: 4},
		{...sent, to: 'n0'},
		{...sent, seq: 0},
		{...sent, timeUs: 0.5},
		{...sent, color: 'red'},
		withoutId,
		{...sent, message: {...message, term: '2'}},
		{...sent, message: {...message, entries: []}},
		{seq: 7, timeUs: 1, cause: 3, type: 'invoke', client: 2, op: 9, operation: {type: 'write', key: 'x'}},
		{seq: 7, timeUs: 1, cause: 3, type: 'lost', id: 3, reason: 'bad luck'},
	]) {
		assert.equal(isValid(wrong), false, JSON.stringify(wrong));
	}
});

const everything = `seed: 11
nodes: 5
network: {delay: 5-30ms, loss: 5%, duplicate: 10%}
clients: 4 at 60/s
steps:
  - wait leader
  - read x via n1
  - cas x 1 2 via random
  - delete x
  - +1s suspend leader
  - wait new leader
  - resume all
  - disk random full
  - "+1s partition leader | rest"
  - wait new leader
  - heal
  - +1s write x=lost
  - crash leader
  - write x="two words" via n2
  - disk all ok
  - +1s restart all
  - +1s wipe n2
  - restart n2
  - faults on
  - +8s faults off
  - +1s crash all
`;

test('Every line of a run with all kinds of trouble fits the schema, and every type of event is among them', () => {
	const player = Player.create(parseScenario(everything, 'everything.yaml'));
	player.play(Number.MAX_SAFE_INTEGER);
	const broken = Player.create(parseScenario('nodes: 3\nsteps: [timeout n1, timeout n2, wait 1s]', 'broken.yaml'), {
		rules: {...paperRules, hasQuorum: () => true},
	});
	broken.play(Number.MAX_SAFE_INTEGER);
	const seen = new Set<EventType>();
	for (const {world} of [player, broken]) {
		let seq = 0;
		let timeUs = 0;
		for (const event of world.trace.events()) {
			seen.add(event.type);
			const line = traceLine(event);
			const read = JSON.parse(line) as {seq: number; timeUs: number; cause: number};
			assert.ok(isValid(read), `${line} ${JSON.stringify(isValid.errors)}`);
			assert.equal(read.seq, ++seq);
			assert.ok(read.timeUs >= timeUs);
			assert.ok(read.cause < read.seq);
			({timeUs} = read);
		}

		assert.equal(seq, world.trace.length);
	}

	assert.deepEqual([...seen].toSorted(), Object.keys(codeOf).toSorted());
});
