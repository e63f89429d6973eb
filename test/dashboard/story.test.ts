import assert from 'node:assert/strict';
import test from 'node:test';
import {Dashboard} from '../../source/dashboard/dashboard.js';
import {plain, widthOf} from '../../source/dashboard/text.js';
import {storyLines, type StoryOptions} from '../../source/dashboard/views/story.js';
import {Lab, type AskedQuestion, type Story} from '../../source/lab/lab.js';
import {parseScenario} from '../../source/scenario/scenario-file.js';
import {frame, newLab} from './stage.js';

const told: Story = {
	title: 'A leader crashes',
	chapter: 'Two leaders',
	caption:
		'Two leaders, in two terms. Both are about to be given a new x; watch their logs. Only one can commit (§5.3).',
	stepsDone: 7,
	steps: 31,
	isLeft: false,
	failures: [],
	question: undefined,
	score: {right: 0, answered: 0, passedBy: 0},
	beat: undefined,
	sequel: undefined,
};

const question: AskedQuestion = {
	text: 'Which of them can win the election now?',
	answers: ['n2', 'n3', 'n4 or n5', 'nobody'],
	right: ['n4 or n5'],
	because: 'Their logs end with term 3, and nobody votes for a log that is behind its own (§5.4.1).',
	chosen: undefined,
	isRight: undefined,
};

const beat = {number: 3, of: 12, title: 'Two leaders'};

/** What is seen, each line being as wide as asked. */
function seen(story: Story | undefined, width: number, options?: StoryOptions): string {
	const lines = storyLines(story, width, options);
	for (const line of lines) {
		assert.equal(widthOf(line), width);
	}

	return lines.map((line) => plain(line).trimEnd()).join('\n');
}

test('Where nothing is told, there is no bar', () => {
	assert.deepEqual(storyLines(undefined, 80), []);
});

test('A caption stands beside its chapter, in two rows at the most, with how far the story is', () => {
	assert.equal(
		seen(told, 80),
		frame(`
			  Two leaders   Two leaders, in two terms. Both are about to be given a    7/31
			                new x; watch their logs. Only one can commit (§5.3).
		`),
	);
	assert.equal(
		seen({...told, isLeft: true, chapter: undefined}, 60),
		frame(`
			  A leader crashes                    story left, b returns
			  Two leaders, in two terms. Both are about to be given a n…
		`),
	);
});

test('A beat has the rows it is given, its caption in full, and says how to go on unless it goes on by itself', () => {
	assert.equal(
		seen({...told, beat}, 60, {rowsMax: 5}),
		frame(`
			  Two leaders                       beat 3/12 · next: Space

			  Two leaders, in two terms. Both are about to be given
			  a new x; watch their logs. Only one can commit (§5.3).

		`),
	);
	assert.equal(
		seen({...told, caption: undefined, beat, score: {right: 1, answered: 2, passedBy: 1}}, 60, {
			rowsMax: 4,
			isPlaying: true,
		}),
		frame(`
			  Two leaders                      1 of 2 right · beat 3/12



		`),
	);
	assert.match(seen({...told, beat: {...beat, number: 12}}, 60), / beat 12\/12 · the end$/mv);
	assert.match(seen({...told, beat, isLeft: true}, 60), / script left, Backspace returns$/mv);
});

test('The end counts what was passed by apart, and says below its caption what comes next', () => {
	const end = {...told, beat: {...beat, number: 12}, score: {right: 1, answered: 2, passedBy: 1}};
	const sequel = 'The next lesson is Split votes; "whitewater learn 2" opens it.';
	assert.equal(
		seen({...end, sequel}, 80, {rowsMax: 5}),
		frame(`
			  Two leaders              1 of 2 right · 1 not answered · beat 12/12 · the end

			  Two leaders, in two terms. Both are about to be given
			  a new x; watch their logs. Only one can commit (§5.3).
			  The next lesson is Split votes; "whitewater learn 2" opens it.
		`),
	);
	assert.match(
		seen({...end, score: {right: 0, answered: 0, passedBy: 3}}, 80),
		/ {2}3 not answered · beat 12\/12 · the end$/mv,
	);
	assert.doesNotMatch(seen({...end, beat}, 80), /not answered/v);
});

test('Before an audience a digit says which node it has selected', () => {
	const scenario = parseScenario('steps:\n  - say Two nodes.\n  - wait leader\n', 'x.yaml');
	const lab = new Lab(scenario.settings, {scenario, isPresenting: true, isPlaying: false});
	const presented = new Dashboard(lab, {columns: 100, rows: 30});
	presented.press('2');
	assert.equal(presented.notice?.text, '2: n2 selected');
	presented.press('9');
	assert.match(presented.notice.text, /^9: There is no n9;/v);
	const quiet = new Dashboard(newLab(), {columns: 100, rows: 30});
	quiet.press('2');
	assert.equal(quiet.notice, undefined, 'whoever is alone sees it');
});

test('A question stays where it is when it is answered; then what is right is marked, and why it is', () => {
	const asked = {...told, question};
	assert.equal(
		seen(asked, 70),
		frame(`
			  Two leaders                               7/31 · answer with 1 to 4
			  Which of them can win the election now?
			  1 n2   2 n3   3 n4 or n5   4 nobody


		`),
	);
	assert.equal(
		seen(
			{...asked, beat, score: {right: 0, answered: 1, passedBy: 0}, question: {...question, chosen: 2, isRight: false}},
			70,
		),
		frame(`
			  Two leaders                  0 of 1 right · beat 3/12 · next: Space
			  Which of them can win the election now?
			    n2   ✗ n3   ✓ n4 or n5     nobody
			  Not quite. Their logs end with term 3, and nobody votes for a log
			  that is behind its own (§5.4.1).
		`),
	);
	assert.equal(
		seen(
			{...asked, score: {right: 1, answered: 1, passedBy: 0}, question: {...question, chosen: 3, isRight: true}},
			70,
		),
		frame(`
			  Two leaders                     1 of 1 right · 7/31 · Space goes on
			  Which of them can win the election now?
			    n2     n3   ✓ n4 or n5     nobody
			  Right. Their logs end with term 3, and nobody votes for a log that
			  is behind its own (§5.4.1).
		`),
	);
});

test('Many long answers take more rows, and what does not fit ends in an ellipsis', () => {
	const answers = ['it is removed from all logs', 'it is committed', 'it stays as it is on n4', 'nobody can tell'];
	assert.equal(
		seen({...told, question: {...question, answers}}, 60, {rowsMax: 4}),
		frame(`
			  Two leaders                     7/31 · answer with 1 to 4
			  Which of them can win the election now?
			  1 it is removed from all logs   2 it is committed
			  3 it stays as it is on n4   4 nobody can tell
		`),
	);
	const long = seen({...told, beat, caption: 'ever and '.repeat(100)}, 60, {rowsMax: 4}).split('\n');
	assert.equal(long.length, 4);
	assert.match(long[3]!, /…$/v);
});

test('Wide characters are measured as terminals do', () => {
	assert.equal(
		seen({...told, chapter: '選挙', caption: 'リーダーが 選ばれる '.repeat(4), beat}, 50, {rowsMax: 4}),
		frame(`
			  選挙                    beat 3/12 · next: Space

			  リーダーが 選ばれる リーダーが 選ばれる
			  リーダーが 選ばれる リーダーが 選ばれる
		`),
	);
});
