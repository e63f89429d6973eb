import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {framed, inside, plainLines, type View} from '../../source/dashboard/frame.js';
import {plain, span, widthOf} from '../../source/dashboard/text.js';
import {tried} from '../properties/session.js';
import {frame} from './stage.js';

const view: View = {title: 'Log', remark: [span('index 1–4', 'dim')], lines: [[span('one')], [span('two')]]};

test('A panel is its lines in a frame, with a title and a remark', () => {
	assert.equal(
		plainLines(framed(view, {width: 30, height: 5}, false)),
		frame(`
			╭─ Log ────────── index 1–4 ─╮
			│ one                        │
			│ two                        │
			│                            │
			╰────────────────────────────╯
		`),
	);
});

test('A remark that does not fit beside the title is left out; lines are cut at the right and at the bottom', () => {
	assert.equal(
		plainLines(framed({...view, lines: [[span('something long')], [span('more')]]}, {width: 16, height: 3}, false)),
		frame(`
			╭─ Log ────────╮
			│ something l… │
			╰──────────────╯
		`),
	);
});

test('The panel in focus has another edge', () => {
	const styles = (isFocused: boolean) =>
		new Set(framed(view, {width: 30, height: 5}, isFocused).flatMap((line) => line.map(({style}) => style)));
	assert.ok(styles(true).has('focus'));
	assert.ok(!styles(false).has('focus'));
});

test('A framed panel is exactly as large as asked, whatever is in it', () => {
	const anyText = fc.string({unit: fc.constantFrom('a', ' ', '▰'), maxLength: 40}).map((text) => span(text));
	const anyView = fc.record({
		title: fc.constantFrom('Log', 'Cluster', 'Messages'),
		remark: fc.array(anyText, {maxLength: 2}),
		lines: fc.array(fc.array(anyText, {maxLength: 3}), {maxLength: 12}),
	});
	fc.assert(
		fc.property(
			anyView,
			fc.integer({min: 16, max: 90}),
			fc.integer({min: 2, max: 20}),
			fc.boolean(),
			(any, width, height, isFocused) => {
				const lines = framed(any, {width, height}, isFocused);
				assert.deepEqual(
					lines.map((line) => widthOf(line)),
					new Array(height).fill(width),
					lines.map((line) => plain(line)).join('\n'),
				);
			},
		),
		tried(300),
	);
});

test('Inside of a frame there are four columns and two rows less, never fewer than none', () => {
	assert.deepEqual(inside({width: 30, height: 5}), {width: 26, height: 3});
	assert.deepEqual(inside({width: 2, height: 1}), {width: 0, height: 0});
});
