import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import fc from 'fast-check';
import type {Key} from 'ink';
import stringWidth from 'string-width';
import {keyNames} from '../../source/dashboard/keys.js';
import {LineEditor} from '../../source/dashboard/line-editor.js';
import {charactersOf, plain, textWidth} from '../../source/dashboard/text.js';
import {promptLines} from '../../source/dashboard/views/command-line.js';
import {tried} from '../properties/session.js';
import {useColours} from './stage.js';

useColours(0);
afterEach(() => {
	useColours(0);
});

const accent = '\u{301}';
const joiner = '\u{200D}';
const family = '👩‍👩‍👧';

function editorWith(text: string, cursor = text.length): LineEditor {
	const editor = new LineEditor();
	editor.open();
	editor.insert(text);
	editor.move(Number.NEGATIVE_INFINITY);
	editor.move(charactersOf(text.slice(0, cursor)).length);
	return editor;
}

/** The text, with a bar for the cursor. */
const stateOf = ({text, cursor}: LineEditor): string => `${text.slice(0, cursor)}▏${text.slice(cursor)}`;

/** What the keys that come as this input type, one after the other. */
function typeInto(editor: LineEditor, input: string): void {
	for (const name of keyNames(input, {} as Key)) {
		editor.insert(name === 'space' ? ' ' : name);
	}
}

const keys: Readonly<Record<string, (editor: LineEditor) => void>> = {
	left(editor) {
		editor.move(-1);
	},
	backspace(editor) {
		editor.eraseBack();
	},
	'ctrl+w'(editor) {
		editor.eraseWord();
	},
	'ctrl+u'(editor) {
		editor.eraseAll();
	},
};

const editing: ReadonlyArray<readonly [text: string, keys: string, left: string]> = [
	['say 日本', 'left', 'say 日▏本'],
	['say 日本', 'left left', 'say ▏日本'],
	['say 日本', 'backspace', 'say 日▏'],
	[`a${family}b`, 'left left', `a▏${family}b`],
	[`a${family}`, 'backspace', 'a▏'],
	[`xe${accent}`, 'backspace', 'x▏'],
	[`xe${accent}`, 'left', `x▏e${accent}`],
	['🇩🇪🇫🇷', 'left', '🇩🇪▏🇫🇷'],
	['🇩🇪🇫🇷', 'backspace', '🇩🇪▏'],
	['日 本語', 'ctrl+w', '日 ▏'],
	['日本', 'left ctrl+u', '▏'],
];

for (const [text, pressed, left] of editing) {
	test(`After "${text}", ${pressed} leaves ${left}`, () => {
		const editor = editorWith(text);
		for (const key of pressed.split(' ')) {
			keys[key]!(editor);
		}

		assert.equal(stateOf(editor), left);
	});
}

test('What the cursor stands on is erased whole, and what is typed stands before it', () => {
	const editor = editorWith(`a${family}e${accent}b`, 1);
	editor.eraseNext();
	assert.equal(stateOf(editor), `a▏e${accent}b`);
	editor.insert('語');
	assert.equal(stateOf(editor), `a語▏e${accent}b`);
	editor.eraseNext();
	editor.eraseNext();
	editor.eraseNext();
	assert.equal(stateOf(editor), 'a語▏');
});

test('An accent, a joiner or half a flag that arrives by itself joins what stands before the cursor', () => {
	const editor = editorWith('e');
	editor.insert(accent);
	assert.equal(stateOf(editor), `e${accent}▏`);
	for (const part of ['👩', joiner, '👩', joiner, '👧', '🇩', '🇪']) {
		editor.insert(part);
	}

	assert.equal(stateOf(editor), `e${accent}${family}🇩🇪▏`);
	editor.move(-1);
	editor.move(-1);
	assert.equal(stateOf(editor), `e${accent}▏${family}🇩🇪`);
});

test('What is typed may join what stands behind the cursor: then the cursor is behind both', () => {
	const editor = editorWith('👧', 0);
	editor.insert(`👩${joiner}`);
	assert.equal(stateOf(editor), `👩${joiner}👧▏`);
	const flags = editorWith('🇪🇫🇷', 0);
	flags.insert('🇩');
	assert.equal(stateOf(flags), '🇩🇪▏🇫🇷');
});

test('What cannot be seen is not typed: an accent without a letter, a joiner, a control, a mark of direction', () => {
	const editor = editorWith('');
	for (const text of [accent, joiner, '\u{200B}', '\u{202E}', '\u{1B}', '\u{D83D}', '\u{FE0F}']) {
		editor.insert(text);
		assert.equal(stateOf(editor), '▏', JSON.stringify(text));
	}
});

test('A line grows to 500 units of text, and what has no room whole is left out', () => {
	const editor = editorWith('x'.repeat(499));
	editor.insert('👩');
	assert.equal(editor.text, 'x'.repeat(499));
	editor.insert('yz');
	assert.equal(editor.text, `${'x'.repeat(499)}y`);
	editor.insert(accent);
	assert.equal(stateOf(editor), `${'x'.repeat(499)}y▏`);
});

/** What people type: of any script, wide, combining or joined. */
const anyCharacter = fc.constantFrom('a', 'z', ' ', '漢', 'か', 'é', `e${accent}`, family, '🇩🇪', '각', 'ß', '…', '★');
const anyTyped = fc.oneof(
	fc.string({unit: anyCharacter, maxLength: 60, size: 'max'}),
	fc.string({unit: 'grapheme', maxLength: 20}).map((text) =>
		charactersOf(text)
			.filter((one) => textWidth(one) > 0)
			.join(''),
	),
);

/** Text that the line keeps as it is. */
const anyKept = anyTyped.filter((text) => editorWith(text).text === text);

test('Any text is the same on the line, whether it is typed in pieces or pasted, and is erased character by character', () => {
	fc.assert(
		fc.property(anyKept, fc.boolean(), (text, isPasted) => {
			const editor = editorWith('');
			if (isPasted) {
				editor.insert(text);
			} else {
				typeInto(editor, text);
			}

			assert.equal(editor.text, text);
			assert.equal(editor.cursor, text.length);
			const characters = charactersOf(text);
			for (let left = characters.length - 1; left >= 0; left--) {
				editor.eraseBack();
				assert.equal(editor.text, characters.slice(0, left).join(''));
			}
		}),
		tried(200),
	);
});

test('Of arbitrary input every character on the line can be seen, and no part of a visible one is lost', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 40}), (input) => {
			const editor = editorWith('');
			editor.insert(input);
			assert.ok(
				charactersOf(editor.text).every((character) => textWidth(character) > 0),
				editor.text,
			);
			assert.deepEqual(
				[...editor.text].filter((character) => /\p{Letter}/v.test(character) && stringWidth(character) > 0),
				[...input].filter((character) => /\p{Letter}/v.test(character) && stringWidth(character) > 0),
			);
		}),
		tried(300),
	);
});

test('At every place of any text the line is as wide as the screen, and shows the cursor and the character it is on', () => {
	let widest = 0;
	fc.assert(
		fc.property(anyKept, fc.integer({min: 24, max: 70}), (text, width) => {
			const editor = editorWith(text);
			for (const character of [undefined, ...charactersOf(text).toReversed()]) {
				const [line] = promptLines(editor, 'save as', [], width);
				const shown = plain(line!);
				assert.equal(stringWidth(shown), width);
				widest = Math.max(widest, textWidth(text) - width);
				const after = shown.slice(shown.indexOf('▏') + 1);
				assert.ok(shown.includes('▏'), shown);
				assert.ok(character === undefined ? /^…? *$/v.test(after) : after.startsWith(character), shown);
				editor.move(-1);
			}
		}),
		tried(100),
	);
	assert.ok(widest > 0, 'some texts were wider than the screen');
});

const bottomOf = (editor: LineEditor, width: number): readonly string[] =>
	promptLines(editor, 'at', [{label: 'enter', word: 'do it'}], width)
		.slice(-2)
		.map((line) => plain(line).trimEnd());

test('The mark stands below all columns of the word that is wrong, wherever the line is scrolled to', () => {
	const editor = editorWith('say 日本語 now');
	editor.refuse('No.', 5);
	assert.deepEqual(bottomOf(editor, 40), [' at say 日本語▏ now', '        ^^^^^^']);
	editor.move(Number.NEGATIVE_INFINITY);
	assert.deepEqual(bottomOf(editor, 40), [' at ▏say 日本語 now', '         ^^^^^^']);
	const long = editorWith(`${'漢'.repeat(30)} wrong`);
	long.refuse('No.', 32);
	assert.deepEqual(bottomOf(long, 24), [' at … 漢漢漢漢漢 wrong▏', ' '.repeat(17) + '^^^^^']);
	long.move(Number.NEGATIVE_INFINITY);
	assert.deepEqual(bottomOf(long, 24), [' at ▏漢漢漢漢漢漢漢漢漢…', ' enter do it']);
});

test('In colours a wide character under the cursor is inverted whole', () => {
	useColours(1);
	const editor = editorWith('日本', 1);
	const [line] = promptLines(editor, 'at', [], 40);
	assert.deepEqual(
		line!.find(({style}) => style === 'selected'),
		{text: '本', style: 'selected', width: 2},
	);
});
