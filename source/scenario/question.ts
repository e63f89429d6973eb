/*
Questions in scenario files: steps that are maps, for a question takes more than a line.
*/

import {isMap, isScalar, isSeq, type Node, type YAMLMap} from 'yaml';
import {orList, quoted} from '../simulation/wording.js';
import type {Question} from './instruction.js';
import {startOf, type Page} from './page.js';

/** They are chosen by the digit keys, from 1. */
const answersMax = 9;
const answersMin = 2;

/** Whether a step asks something, or means to: `ask` may have been given a time. */
export const isQuestion = (node: Node): node is YAMLMap =>
	isMap(node) && node.items.some(({key}) => isScalar(key) && /(?:^|\s)ask$/iv.test(String(key.value)));

/** Read a question; what is wrong with it is noted on the page. */
export function readQuestion(page: Page, node: YAMLMap): Question | undefined {
	let text: string | undefined;
	let answers: readonly string[] | undefined;
	let right: readonly string[] | undefined;
	let because: string | undefined;
	page.fields(
		node,
		{
			ask(value) {
				text = readText(page, value, 'A question');
			},
			answers(value) {
				answers = readAnswers(page, value);
			},
			right(value) {
				right = readRight(page, value, answers);
			},
			because(value) {
				because = readText(page, value, 'A reason');
			},
		},
		'A question is a map of ask, answers, right and because',
	);
	if (text !== undefined && answers !== undefined && right !== undefined && because !== undefined) {
		return {type: 'ask', text, answers, right, because};
	}

	// Whatever stands there and could not be read is a problem already
	if (!page.hasProblems) {
		const [missing] = Object.entries({ask: text, answers, right, because}).find(([, value]) => value === undefined)!;
		page.add(startOf(node), `A question has ask, answers, right and because, and ${quoted(missing)} is missing here.`);
	}

	return undefined;
}

function readText(page: Page, node: Node, what: string): string | undefined {
	const text = page.text(node, what);
	if (text === undefined) {
		return undefined;
	}

	const line = text.trim().replaceAll(/\s+/gv, ' ');
	if (line === '') {
		page.add(startOf(node), `${what} is not empty.`);
		return undefined;
	}

	return line;
}

/** Texts in a list, none of them wrong in itself. */
function readTexts(page: Page, nodes: readonly Node[]): readonly string[] | undefined {
	const texts = nodes.map((node) => readText(page, node, 'An answer'));
	return texts.every((text) => text !== undefined) ? texts : undefined;
}

function readAnswers(page: Page, node: Node): readonly string[] | undefined {
	const nodes = isSeq(node) ? (node.items as readonly Node[]) : [];
	if (nodes.length < answersMin || nodes.length > answersMax) {
		page.add(
			startOf(node),
			isSeq(node)
				? `A question has ${answersMin} to ${answersMax} answers, not ${nodes.length}.`
				: `answers is a list of ${answersMin} to ${answersMax} texts, such as [n1, n2, n3].`,
		);
		return undefined;
	}

	const answers = readTexts(page, nodes);
	const twice = answers?.findIndex((answer, at) => answers.indexOf(answer) < at) ?? -1;
	if (twice !== -1) {
		page.add(startOf(nodes[twice]!), `${quoted(answers![twice]!)} stands among the answers twice.`);
		return undefined;
	}

	return answers;
}

/** One of the answers, or a list of them. */
function readRight(page: Page, node: Node, answers: readonly string[] | undefined): readonly string[] | undefined {
	const nodes = isSeq(node) ? (node.items as readonly Node[]) : [node];
	if (nodes.length === 0) {
		page.add(startOf(node), 'At least one answer is right.');
		return undefined;
	}

	const right = readTexts(page, nodes);
	const stranger = right?.findIndex((text) => answers !== undefined && !answers.includes(text)) ?? -1;
	if (stranger !== -1) {
		page.add(
			startOf(nodes[stranger]!),
			`What is right is among the answers, ${orList(answers!)}, and ${quoted(right![stranger]!)} is not.`,
		);
		return undefined;
	}

	return right;
}
