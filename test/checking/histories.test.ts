import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {HistoryError} from '../../source/checking/histories/history-error.js';
import {readHistory, type FormatName} from '../../source/checking/histories/read-history.js';
import {checkLinearizability} from '../../source/checking/linearizability.js';
import {operationText} from '../../source/checking/linearizability/wording.js';
import type {ModelName} from '../../source/checking/model.js';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

/** Each operation in words, with the lines from which to which it lasted. */
function told(text: string, options?: Parameters<typeof readHistory>[1]): readonly string[] {
	const {history, lines} = readHistory(text, options);
	return history.operations.map((operation) => {
		const {process, invoked, completed} = operation;
		const to = completed === undefined ? '' : lines[completed];
		return `${process} ${operationText(operation)} @${lines[invoked]}-${to}`;
	});
}

function verdictOf(text: string): string {
	return checkLinearizability(readHistory(text).history).verdict;
}

const registerEdn = fixture('register.edn');
const registerLog = fixture('register.log');
const store = fixture('store.edn');
const trace = [
	'{"seq":1,"timeUs":0,"cause":0,"type":"settings","settings":{}}',
	'{"seq":2,"timeUs":10,"cause":0,"type":"invoke","client":1,"op":1,"operation":{"type":"write","key":"x","value":"1"}}',
	'{"seq":3,"timeUs":10,"cause":0,"type":"invoke","client":0,"op":2,"operation":{"type":"read","key":"x"}}',
	'{"seq":4,"timeUs":10,"cause":0,"type":"invoke","client":0,"op":3,"operation":{"type":"cas","key":"x","expected":"1","value":"2"}}',
	'{"seq":5,"timeUs":20,"cause":2,"type":"ok","client":0,"op":2,"operation":{"type":"read","key":"x"},"result":null,"node":"n1"}',
	'{"seq":6,"timeUs":21,"cause":2,"type":"ok","client":0,"op":3,"operation":{"type":"cas","key":"x","expected":"1","value":"2"},"result":false,"node":"n1"}',
	'{"seq":7,"timeUs":22,"cause":2,"type":"info","client":1,"op":1,"operation":{"type":"write","key":"x","value":"1"}}',
	'{"seq":8,"timeUs":30,"cause":0,"type":"invoke","client":1,"op":4,"operation":{"type":"delete","key":"x"}}',
].join('\n');

type Shape = {
	readonly name: string;
	readonly text: string;
	readonly format: FormatName;
	readonly model: ModelName;
	readonly operations: readonly string[];
};

const shapes: readonly Shape[] = [
	{
		name: 'a register as EDN',
		text: registerEdn,
		format: 'edn',
		model: 'register',
		operations: [
			'process 0 write 1 @2-5',
			'process 1 read: 1 @4-6',
			'process 1 cas 1 → 2, outcome unknown @7-8',
			'process 3 cas 1 → 3, failed @9-10',
			'process 0 read: 2 @11-12',
		],
	},
	{
		name: 'a log',
		text: registerLog,
		format: 'text',
		model: 'register',
		operations: [
			'process 0 write 1 @2-5',
			'process 1 read: 1 @4-6',
			'process 1 cas 1 → 2, outcome unknown @7-8',
			'process 3 cas 4 → 3: no @9-10',
			'process 0 read, failed @11-12',
			'process 0 write 5, outcome unknown @13-14',
		],
	},
	{
		name: 'a store of texts as a vector of EDN',
		text: store,
		format: 'edn',
		model: 'kv',
		operations: [
			'process 0 write a x @1-4',
			'process 1 read b: "" @2-3',
			String.raw`process 0 append a "\"y\n" @5-6`,
			String.raw`process 1 read a: "x\"y\n" @7-8`,
		],
	},
	{
		name: 'a trace, whose clients may have several operations open',
		text: trace,
		format: 'trace',
		model: 'register',
		operations: [
			'c1 write x 1, outcome unknown @2-7',
			'c0 read x: nothing @3-5',
			'c0 cas x 1 → 2: no @4-6',
			'c1 delete x, outcome unknown @8-',
		],
	},
	{
		name: 'independent keys, tagged',
		text:
			'#jepsen.history.Op{:process 0, :type :invoke, :f :read, :value #jepsen.independent/tuple [7 nil]}\n' +
			'#jepsen.history.Op {:process 1, :type :invoke, :f :cas, :value #jepsen.independent/tuple [:k [nil 2]]}\n' +
			'#jepsen.history.Op{:process 0, :type :ok, :f :read, :value #jepsen.independent/tuple [7 3]}\n' +
			'#jepsen.history.Op{:process 1, :type :ok, :f :cas, :value [:k [nil 2]]}\n' +
			'#_ {:process 1 :nothing "]"} ; and this is no operation {[\n' +
			'{:f :write :value [7 3] :process 0 :type :invoke :error {:what [#{1} (2) \\] "}"], :at #inst "2020-01-01"}}\n',
		format: 'edn',
		model: 'register',
		operations: [
			'process 0 read 7: 3 @1-3',
			'process 1 cas :k nothing → 2: yes @2-4',
			'process 0 write 7 3, outcome unknown @6-',
		],
	},
	{
		name: 'a tagged vector with all on one line',
		text: '#jepsen/history [{:process 0 :type :invoke :f :write :value nil},{:process 0 :type :ok :f :write :value nil}]',
		format: 'edn',
		model: 'register',
		operations: ['process 0 delete @1-1'],
	},
	{
		name: 'a later log, with errors and independent keys',
		text:
			'2017-03-30 16:31:50,440 INFO jepsen worker 0 - jepsen.util: 0\t:invoke\t:cas\t[9 [1 2]]\n' +
			'2017-03-30 16:31:50,441 INFO jepsen worker 0 - jepsen.util: 0\t:fail\t:cas\t[9 [1 2]]\t[:error "no - :route"]\n' +
			'2017-03-30 16:31:50,442 INFO jepsen worker 0 - jepsen.util: 0\t:invoke\t:write\t[9 "a b"]\n' +
			'2017-03-30 16:31:50,443 WARN jepsen worker 0 - jepsen.core: something - else :happened :here\n',
		format: 'text',
		model: 'register',
		operations: ['process 0 cas 9 1 → 2, failed @1-2', 'process 0 write 9 "a b", outcome unknown @3-'],
	},
	{
		name: 'a register called as a store: without append it is one, but not with cas',
		text: '{:process 0 :type :invoke :f :put :value 1}\n{:process 1 :type :invoke :f :cas :value [1 2]}',
		format: 'edn',
		model: 'register',
		operations: ['process 0 write 1, outcome unknown @1-', 'process 1 cas 1 → 2, outcome unknown @2-'],
	},
];

for (const {name, text, format, model, operations} of shapes) {
	test(`Read and guessed: ${name}`, () => {
		const read = readHistory(text);
		assert.deepEqual([read.format, read.history.model], [format, model]);
		assert.deepEqual(told(text), operations);
		assert.deepEqual(told(text, {format, model}), operations);
	});

	test(`CRLF, blank lines at both ends and a missing last line break change nothing: ${name}`, () => {
		const unix = text.trimEnd();
		const strange = `\n\n${unix}\n\n  \n`.replaceAll('\n', '\r\n');
		const {history, lines} = readHistory(strange);
		assert.deepEqual(history, readHistory(unix).history);
		assert.deepEqual(
			lines,
			readHistory(unix).lines.map((line) => line + 2),
		);
	});
}

test('What is read can be judged', () => {
	assert.deepEqual(
		[registerEdn, registerLog, store, trace].map((text) => verdictOf(text)),
		['ok', 'ok', 'ok', 'ok'],
	);
	assert.equal(verdictOf(registerEdn.replace(':f :read, :value 2', ':f :read, :value 3')), 'violated');
	assert.equal(verdictOf(registerLog.replaceAll('[4 3]', '[1 3]')), 'ok'); // The cas before may have come first
	assert.equal(verdictOf(registerLog.replaceAll('[1 2]', '[7 2]').replaceAll('[4 3]', '[1 3]')), 'violated');
	assert.equal(verdictOf(store.replace(String.raw`"x\"y\n"}]`, String.raw`"\"y\n"}]`)), 'violated');
	assert.equal(verdictOf(trace.replace('"result":false', '"result":true')), 'ok');
	assert.equal(verdictOf(trace.replace('"result":null', '"result":"2"')), 'violated');
});

test('A process that goes on under its old number after :info is let', () => {
	const text =
		'{:process 0 :type :invoke :f :write :value 1}\n{:process 0 :type :info :f :write :value 1}\n' +
		'{:process 0 :type :invoke :f :write :value 2}\n{:process 0 :type :ok :f :write}\n';
	assert.deepEqual(told(text), ['process 0 write 1, outcome unknown @1-2', 'process 0 write 2 @3-4']);
});

test('A long history is read within a second or two', () => {
	const lines = Array.from(
		{length: 30_000},
		(_, at) =>
			`{:process ${at % 10}, :type :invoke, :f :write, :value ${at}, :time ${at}, :index ${2 * at}}\n` +
			`{:process ${at % 10}, :type :ok, :f :write, :value ${at}, :time ${at}, :index ${2 * at + 1}}\n`,
	);
	const before = process.cpuUsage();
	assert.equal(readHistory(lines.join('')).history.operations.length, 30_000);
	const {user, system} = process.cpuUsage(before);
	assert.ok(user + system < 6_000_000, `${user + system} µs of this processor`);
});

type Refusal = readonly [
	name: string,
	text: string,
	place: string,
	words: RegExp,
	options?: Parameters<typeof readHistory>[1],
];

const edn = (...fields: readonly string[]): string => fields.map((field) => `{:process 0, ${field}}`).join('\n');
const invokeWrite = ':type :invoke, :f :write, :value 1';
const line = (fields: Record<string, unknown>): string =>
	JSON.stringify({client: 1, op: 1, operation: {type: 'read', key: 'x'}, ...fields});

const refusals: readonly Refusal[] = [
	['nothing', '', '1:1', /the history is empty; it must have at least one operation/v],
	['blanks', '\n \n', '1:1', /empty/v],
	[
		'something else',
		'\n  title: A scenario\n',
		'2:3',
		/begins like no history: it must be a trace .*, EDN or a Jepsen log\./v,
	],
	['junk', '\u{0}\u{1}PNG\u{2}', '1:1', /begins like no history/v],
	['no operations in a trace', '{"seq":1,"type":"settings"}', '1:1', /read as trace, this has no operation/v],
	['only a nemesis', '{:process :nemesis, :type :info, :f :start}', '1:1', /read as edn, this has no operation/v],
	['a log that is none', 'hello', '1:1', /read as text, this has no operation/v, {format: 'text'}],

	[
		'an end without a beginning',
		edn(invokeWrite, ':type :ok, :f :write', ':type :ok, :f :write'),
		'3:1',
		/process 0 ends here and has not begun/v,
	],
	[
		'two at a time',
		edn(invokeWrite, invokeWrite),
		'2:1',
		/process 0 begins something while what it began on line 1 is still open/v,
	],
	[
		'the end of another',
		edn(invokeWrite, ':type :ok, :f :read, :value 1'),
		'2:25',
		/ends a :read here, and what it began is a write/v,
	],
	[
		'another value at the end',
		edn(invokeWrite, ':type :ok, :f :write, :value 2'),
		'2:36',
		/must end with the key and the value that it began with; here it is 2/v,
	],
	[
		'an unknown operation',
		edn(':type :invoke, :f :frob, :value 1'),
		'1:29',
		/must be :read, .* or :delete, not :frob/v,
	],
	['an unknown type', edn(':type :okay, :f :read'), '1:14', /:type must be :invoke, :ok, :fail or :info, not :okay/v],
	['no type', edn(':f :read'), '1:1', /:type must be .*, not missing/v],
	['no process', '{:type :invoke}', '1:1', /here is no :process/v],
	['a strange process', '{:process [1], :type :invoke}', '1:2', /:process must be a number, .*, not \[1\]/v],
	['no map', '{:process :nemesis}\n17', '2:1', /an event must be a map such as .*, not "17"/v],
	[
		'a write of nothing',
		edn(':type :invoke, :f :write'),
		'1:1',
		/of this write must be a number, .*; here it is missing/v,
	],
	[
		'a write of a set',
		edn(':type :invoke, :f :write, :value #{1}'),
		'1:40',
		/of this write must be .*; here it is a collection/v,
	],
	[
		'an append of nil',
		edn(':type :invoke, :f :append, :key "k", :value nil'),
		'1:51',
		/an append must be a text; here it is nil/v,
	],
	['a cas of one', edn(':type :invoke, :f :cas, :value 1'), '1:38', /a cas must be \[expected new\]; here it is 1/v],
	[
		'a cas of three',
		edn(':type :invoke, :f :cas, :value [1 2 3]'),
		'1:38',
		/a cas must be \[expected new\]; here it is \[1 2 3\]/v,
	],
	[
		'a read of nobody knows what',
		edn(':type :invoke, :f :read', ':type :ok, :f :read'),
		'2:1',
		/a read that is :ok must have a :value/v,
	],
	[
		'a read of many',
		edn(':type :invoke, :f :read', ':type :ok, :f :read, :value [1 2 3]'),
		'2:35',
		/must be a number, a text, a keyword or nil; here it is \[1 2 3\]/v,
	],
	[
		'a key now and then',
		edn(':type :invoke, :f :write, :value [1 1]', ':type :ok, :f :write') + '\n' + edn(invokeWrite),
		'3:40',
		/the value on line 1 is a \[key value\], and so each must be; here it is 1/v,
	],
	[
		'another key at the end',
		edn(':type :invoke, :f :read, :value [1 nil]', ':type :ok, :f :read, :value [2 nil]'),
		'2:35',
		/began with the key "1" and must end with it; here it is \[2 nil\]/v,
	],
	['a key that is none', edn(':type :invoke, :f :read, :key [1]'), '1:39', /a key must be .*, not \[1\]/v],
	[
		'a number that another could be',
		edn(':type :invoke, :f :write, :value 12345678901234567890'),
		'1:40',
		/numbers must lie within/v,
	],
	[
		'a map that is cut off',
		`${edn(invokeWrite)}\n  {:process 0, :type :o`,
		'2:3',
		/never closed: a \} is missing, and perhaps the rest of the file/v,
	],
	['a vector that is cut off', `\n[${edn(invokeWrite)}`, '2:1', /never closed: the \] is missing/v],
	['a text that is cut off', '{:process 0, :value "a', '1:1', /never closed: a quote is missing/v],
	['the wrong bracket', `${edn(invokeWrite)}\n{:process [0}}`, '2:1', /there is a \} where a \] must be/v],
	['a bracket too many', `${edn(invokeWrite)}\n }`, '2:2', /there is a \} here that closes nothing/v],
	['something behind the vector', `[${edn(invokeWrite)}]\n{}`, '2:1', /nothing may follow but comments/v],
	['no EDN', String.raw`{:process "\q"}`, '1:1', /cannot be read as EDN/v],
	[
		'append and cas',
		`${edn(':type :invoke, :f :append, :key 1, :value "a"')}\n{:process 1, :type :invoke, :f :cas, :key 1, :value [1 2]}`,
		'2:1',
		/there is a cas among operations of the model kv, and no model has both/v,
	],
	[
		'a register that is none',
		store,
		'5:2',
		/the model register has no append; .* Try --model kv\./v,
		{model: 'register'},
	],
	['a store that is none', registerEdn, '7:1', /the model kv has no cas; .* Try --model register\./v, {model: 'kv'}],
	['EDN that is none', registerLog, '1:1', /an event must be a map such as .*, not "INFO"/v, {format: 'edn'}],
	[
		'a trace that is none',
		registerEdn,
		'1:1',
		/this is not JSON; a trace has one JSON object a line/v,
		{format: 'trace'},
	],

	[
		'a log with an unknown operation',
		'INFO  jepsen.util - 0\t:invoke\t:frob\tnil\nINFO  jepsen.util - 0\t:invoke\t:read\tnil',
		'1:31',
		/not :frob/v,
	],
	[
		'a log with an unknown type',
		'INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:okay\t:read\tnil',
		'2:23',
		/not :okay/v,
	],
	[
		'a log with an end too many',
		'INFO  jepsen.util - 0\t:ok\t:read\tnil',
		'1:21',
		/process 0 ends here and has not begun/v,
	],
	[
		'a log with a strange value',
		'INFO  jepsen.util - 0\t:invoke\t:cas\t4',
		'1:36',
		/a cas must be \[expected new\]; here it is 4/v,
	],
	['a log that is cut off', 'INFO  jepsen.util - 0\t:invoke\t:cas\t[4', '1:36', /never closed/v],

	['a trace that is cut off', `${trace}\n{"seq":9,"type":"in`, '9:20', /the file ends in the middle of this line/v],
	['a trace with a broken line', `${line({type: 'invoke'})}\n{"seq":9,"type":in}\n`, '2:1', /this is not JSON/v],
	[
		'a trace with a line that is no object',
		`${line({type: 'invoke'})}\n[1]\n`,
		'2:1',
		/one JSON object a line, and here is \[1\]/v,
	],
	['a trace without types', '{"client":1}', '1:1', /every line of a trace has a "type"/v],
	[
		'a trace in disorder',
		`${line({seq: 2, type: 'invoke'})}\n${line({seq: 1, type: 'ok', result: null})}`,
		'2:58',
		/in the order of "seq", and here 2 comes before 1/v,
	],
	[
		'a trace without a client',
		line({type: 'invoke', client: 'c1'}),
		'1:2',
		/"client" must be a whole number, not "c1"/v,
	],
	[
		'a trace without an operation',
		line({type: 'invoke', operation: 'read'}),
		'1:20',
		/"operation" must be an object .*, not "read"/v,
	],
	[
		'a trace with a strange operation',
		line({type: 'invoke', operation: {type: 'frob', key: 'x'}}),
		'1:20',
		/no operation "frob"; it must be "read", .* or "append"/v,
	],
	[
		'a trace with a strange value',
		line({type: 'invoke', operation: {type: 'write', key: 'x', value: 1}}),
		'1:20',
		/"value" of a write must be a string, not 1/v,
	],
	[
		'a trace with an end too many',
		line({type: 'ok', result: null}),
		'1:1',
		/operation 1 of c1 ends here and has not begun/v,
	],
	[
		'a trace with one twice',
		`${line({type: 'invoke'})}\n${line({type: 'invoke'})}`,
		'2:1',
		/operation 1 of c1 begins something while what it began on line 1 is still open/v,
	],
	[
		'a trace with another operation at the end',
		`${line({type: 'invoke'})}\n${line({type: 'fail', operation: {type: 'read', key: 'y'}})}`,
		'2:20',
		/the two must be the same/v,
	],
	[
		'a trace without a result',
		`${line({type: 'invoke'})}\n${line({type: 'ok'})}`,
		'2:1',
		/"result" of a read must be a string, or null .*, not missing/v,
	],
	[
		'a trace with a strange result',
		`${line({type: 'invoke'})}\n${line({type: 'ok', result: 3})}`,
		'2:70',
		/"result" of a read must be .*, not 3/v,
	],
];

for (const [name, text, place, words, options] of refusals) {
	test(`Refused in one sentence, with its place: ${name}`, () => {
		assert.throws(
			() => readHistory(text, options),
			(error) => {
				assert.ok(error instanceof HistoryError, String(error));
				assert.match(error.message, words);
				assert.match(error.message, /^\P{Control}+\.$/v);
				assert.equal(`${error.place.line}:${error.place.column}`, place);
				return true;
			},
		);
	});
}
