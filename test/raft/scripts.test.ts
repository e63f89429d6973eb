/*
Runs the golden scripts of test/scripts and compares what happens with what they say.

UPDATE_SCRIPTS=1 writes the outputs anew. Read the difference line by line before keeping it.
*/

import assert from 'node:assert/strict';
import {readFileSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {paperRules, type Rules} from '../../source/raft/rules.js';
import {runScript} from './script.js';

const directory = path.join(path.dirname(fileURLToPath(import.meta.url)), '../scripts');
const names = readdirSync(directory).toSorted();
const read = (name: string): string => readFileSync(path.join(directory, name), 'utf8');

suite('Golden scripts', () => {
	for (const name of names) {
		test(name, () => {
			const told = read(name);
			const happened = runScript(`test/scripts/${name}`, told);
			if (process.env['UPDATE_SCRIPTS'] === '1') {
				writeFileSync(path.join(directory, name), happened);
				return;
			}

			assert.equal(happened, told); // Without a message, so that the difference is printed
		});
	}

	test('The stories that everybody expects of Raft are told', () => {
		const stories = ['election', 'split-vote', 'log-repair-figure-7', 'figure-8', 'old-leader-in-minority'];
		assert.deepEqual(
			stories.filter((story) => !names.includes(story)),
			[],
		);
		assert.deepEqual(
			names.filter((name) => !/^---\nn\d/mv.test(read(name))),
			[],
			'every story shows something',
		);
	});
});

suite('A story notices when the rule it is about is broken', () => {
	const stories: ReadonlyArray<readonly [story: string, broken: Partial<Rules>]> = [
		['election', {hasQuorum: (_configuration, servers) => servers.length > 0}],
		['split-vote', {hasQuorum: ({voters}, servers) => servers.length * 2 >= voters.length}],
		['election-restriction', {isUpToDate: () => true}],
		['election-restriction', {isUpToDate: (candidateLast, voterLast) => candidateLast.index >= voterLast.index}],
		['vote-once', {mayGrantVote: () => true}],
		['vote-once', {voteAfterSeeing: (_seenTerm, _currentTerm, votedFor) => votedFor}],
		['vote-counted-once', {addVote: (votesGranted, from) => [...votesGranted, from]}],
		['vote-of-an-earlier-term', {isCurrentReply: () => true}],
		['log-repair-figure-7', {matchesPrevious: () => true}],
		['log-repair-figure-7', {truncateFrom: () => undefined}],
		['old-leader-in-minority', {keptOnNewTerm: (_lastIndex, commitIndex) => commitIndex}],
		['old-leader-in-minority', {isCurrentRequest: () => true}],
		['old-leader-in-minority', {hasQuorum: () => true}],
		[
			'stale-append',
			{
				truncateFrom: (log, previous, entries) =>
					previous + entries.length < log.lastIndex ? previous + 1 : undefined,
			},
		],
		['leader-crash-recovery', {appliedUpTo: (_commitIndex, lastIndex) => lastIndex}],
		['leader-crash-recovery', {followerCommitIndex: (commitIndex) => commitIndex}],
		['long-backlog', {followerCommitIndex: (_commitIndex, leaderCommit) => leaderCommit}],
		['lost-append', {acknowledgedIndex: (_prevLogIndex, _count, lastIndex) => lastIndex}],
		['lost-append', {followerCommitIndex: (_commitIndex, leaderCommit) => leaderCommit}],
	];
	for (const [story, broken] of stories) {
		test(`${story}: ${Object.keys(broken).join(',')}`, () => {
			const told = read(story);
			let happened: string;
			try {
				happened = runScript(story, told, {...paperRules, ...broken});
			} catch {
				return; // The story cannot even be told to its end
			}

			assert.notEqual(happened, told);
		});
	}
});

suite('What a story then tells wrongly is what the rule is there to prevent', () => {
	const stories: ReadonlyArray<readonly [story: string, broken: Partial<Rules>, wrong: readonly string[]]> = [
		[
			'figure-8',
			{mayCommit: () => true},
			[
				'n1 term=4 leader votedFor=n1 log=1,2,4 commit=2', // In (c); in (d), entry 2 is overwritten as it always is
			],
		],
		[
			'vote-kept-while-following',
			{voteAfterSeeing: () => undefined},
			[
				'n3 term=2 follower',
				'n3 term=2 follower votedFor=n2',
				'n3->n2 VoteReply term=2 granted',
				'n2 term=2 leader votedFor=n2 log=2', // As is n1
				'n2 term=2 leader votedFor=n2 log=2 commit=1', // Where n1 has log=1,2 commit=2
				'n3 term=2 follower log=1,2',
			],
		],
		[
			'commit-beyond-last-new',
			{
				followerCommitIndex: (commitIndex, leaderCommit, _lastNewIndex, lastIndex) =>
					Math.max(commitIndex, Math.min(leaderCommit, lastIndex)),
			},
			['n1 term=2 follower log=1,1 commit=2'], // Where n2 and n3 have log=1,2 commit=2
		],
		[
			'acknowledge-only-what-was-compared',
			{acknowledgedIndex: (_prevLogIndex, _count, lastIndex) => lastIndex},
			[
				'n1->n2 AppendReply term=2 match=2',
				'n2 term=2 leader votedFor=n2 log=1,2 commit=2', // Where n1 then has log=1,1,3 commit=3
			],
		],
	];
	for (const [story, broken, wrong] of stories) {
		test(`${story}: ${Object.keys(broken).join(',')}`, () => {
			const told = new Set(read(story).split('\n'));
			const happened = runScript(story, read(story), {...paperRules, ...broken}).split('\n');
			assert.deepEqual(
				[...new Set(happened)].filter((line) => !told.has(line)),
				wrong,
			);
		});
	}
});

test('A story shows what the servers were given, then only what changes', () => {
	const script = `# A comment
cluster n1 n2 # Another
term n1 3
vote n1 n2
log n2 1 1 2
---
n1 term=3 follower votedFor=n2
n2 term=2 follower log=1,1,2

timeout n2
messages n2 n1
---
n2 term=3 candidate votedFor=n2 log=1,1,2
n2->n1 RequestVote term=3 last=3/2

deliver
propose n1 x=1
---
n1 term=3 follower votedFor=n2 log=1,1,2,3
n2 term=3 leader votedFor=n2 log=1,1,2,3 commit=4
n1 redirects to n2

timeout n2
---
nothing changes
`;
	assert.equal(runScript('story', script), script);
});

suite('A script that cannot be understood or done is refused, with file and line', () => {
	const start = 'cluster n1 n2 n3\n';
	const mistakes: ReadonlyArray<readonly [title: string, script: string, refusal: RegExp]> = [
		['unknown command', `${start}dance n1\n---\n`, /^story:2: There is no command "dance"/v],
		['no cluster', '# A comment\ntimeout n1\n---\n', /^story:2: A script begins with "cluster"/v],
		['second cluster', `${start}${start}---\n`, /^story:2: There is a cluster already/v],
		['messages of no size', 'cluster n1 entries-per-message 0\n---\n', /^story:1: How many entries/v],
		['servers after the size', 'cluster entries-per-message 1 n1\n---\n', /^story:1: How many entries/v],
		['size that is no number', 'cluster n1 entries-per-message n2\n---\n', /^story:1: .*not "n2"/v],
		['servers out of order', 'cluster n2 n1\n---\n', /^story:1: .*ascending/v],
		['unknown server', `${start}timeout n4\n---\n`, /^story:2: There is no n4/v],
		['not a server', `${start}timeout one\n---\n`, /^story:2: A server is named like n1, not "one"/v],
		['too many words', `${start}timeout n1 n2\n---\n`, /^story:2: Expected 1 words/v],
		['nothing on its way', `${start}deliver\n---\n`, /^story:2: No such message/v],
		['link without messages', `${start}timeout n1\ndeliver n2 n1\n---\n`, /^story:3: No such message/v],
		['half a link', `${start}timeout n1\ndeliver n1\n---\n`, /^story:3: Which link delivers/v],
		['unknown choice', `${start}timeout n1\ndeliver n1 n2 loudest\n---\n`, /^story:3: .*not "loudest"/v],
		['not a write', `${start}propose n1 x\n---\n`, /^story:2: A write looks like x=1/v],
		['crashed twice', `${start}crash n1\n\ncrash n1\n---\n`, /^story:4: n1 is down/v],
		['restarted while running', `${start}restart n1\n---\n`, /^story:2: n1 is running/v],
		['terms that fall', `${start}log n1 2 1\n---\n`, /^story:2: .*never fall/v],
		['term below the log', `${start}log n1 2\nterm n1 1\n---\n`, /^story:3: n1 has an entry of term 2/v],
		['set-up too late', `${start}timeout n1\nlog n2 1\n---\n`, /^story:3: "log" sets the scene/v],
		['unknown moment', `${start}recall later\n---\n`, /^story:2: Nothing was remembered as "later"/v],
		['commands in the output', `${start}timeout n1\n---\nn1 term=1\ndeliver\n`, /^story:5: "deliver" stands in/v],
		['output without commands', `${start}---\n\n---\n`, /^story:4: There are no commands/v],
		['commands without output', `${start}timeout n1\n\n# The end\n`, /^story:2: No "---" follows/v],
	];
	for (const [title, script, message] of mistakes) {
		test(title, () => {
			assert.throws(() => runScript('story', script), {name: 'SyntaxError', message});
		});
	}
});
