import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {panels} from '../../source/dashboard/layout.js';
import {charactersOf, textWidth} from '../../source/dashboard/text.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, ledByFirst, pass, stage, useColours} from './stage.js';

useColours(0);
afterEach(() => {
	useColours(0);
});

const family = '👩‍👩‍👧';
const words = ['日本', `${family}${family}`, 'cafe\u{301}', '🇩🇪|\u{202E}', '語\n\u{1B}[2J\t.'];

/** Whatever a person can write stands in every panel, in letters of two columns, of several code points, or that move a cursor. */
function written(): Lab {
	const lab = ledByFirst();
	for (const [at, key] of words.entries()) {
		ask(lab, {type: 'write', key, value: words.at(at - 1)!, via: 1});
	}

	pass(lab, 100);
	const [key, other] = words as [string, string];
	ask(
		lab,
		{type: 'cas', key, expected: other, value: '漢字', via: 1},
		{type: 'read', key, via: 1},
		{type: 'delete', key: other, via: 1},
		{type: 'write', key, value: other, via: 2},
		{type: 'mark', text: `第一章 ${family}`},
		{type: 'say', text: `${words.join(' ')} これは日本語の説明です。`.repeat(3)},
	);
	pass(lab, 100);
	lab.pause();
	return lab;
}

for (const [columns, rows] of [
	[60, 16],
	[80, 24],
	[161, 48],
] as const) {
	test(`Words of any script leave every line of every panel ${columns} columns wide`, () => {
		const scene = stage(written(), {columns, rows});
		const check = (what: string): void => {
			for (const line of scene.lines()) {
				assert.equal(textWidth(line), columns, `${what}: ${line}`);
				assert.doesNotMatch(line, /[\p{Bidi_Control}\p{Control}]/v);
			}
		};

		let shown = '';
		for (const panel of panels) {
			check(`before ${panel}`);
			scene.press('z', 'down', 'down');
			check(panel);
			shown += scene.screen();
			scene.press('esc', 'esc', 'esc', 'tab');
		}

		scene.press('/', ...charactersOf(`日本${family}e\u{301}`), 'enter');
		check('filter');
		scene.press(':', ...charactersOf(`say${family}日本語`), 'enter');
		check('refusal');
		for (const part of ['第一章', '漢字', '日本', 'cafe\u{301}', family]) {
			assert.ok(shown.includes(part), part);
		}
	});
}

test('What was typed is the same in the run: a key of any script is written and read as it stands', () => {
	const lab = ledByFirst();
	const scene = stage(lab);
	for (const key of charactersOf(':write 日本=か\u{3099}e\u{301}')) {
		scene.press(key === ' ' ? 'space' : key);
	}

	scene.press('enter');
	pass(lab, 100);
	assert.deepEqual([...lab.snapshot().nodes[0]!.store], [['日本', 'か\u{3099}e\u{301}']]);
});
