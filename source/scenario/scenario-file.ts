/*
Scenario files: YAML, read into a scenario, or into sentences about what is wrong with it and where.
*/

import {isMap, isScalar, isSeq, type Node, type Scalar} from 'yaml';
import {defaultSettings, type Settings} from '../simulation/settings.js';
import {quoted} from '../simulation/wording.js';
import {timeText} from './command-text.js';
import {readClients, readElectionTimeout, readHeartbeat} from './commands.js';
import {nodesMax, whyNotSeed} from './limits.js';
import {Page, startOf} from './page.js';
import {readCommand} from './parse-command.js';
import {isQuestion, readQuestion} from './question.js';
import {literal, type Reader} from './reader.js';
import {ScenarioError, type Scenario, type Step, type When} from './scenario.js';
import {count, rate, time, timeRange} from './words.js';

/** Of a file that is wrong from end to end, the first few problems say enough. */
const problemsMax = 5;

/**
Read a scenario.

@param fileName - What the file is called in the errors.
@throws {ScenarioError} If it is none.
*/
export function parseScenario(text: string, fileName: string): Scenario {
	const page = new Page(text, 'a scenario');
	const scenario = new ScenarioReader(page).read(fileName);
	if (scenario === undefined || page.hasProblems) {
		throw new ScenarioError(fileName, page.problems(problemsMax));
	}

	return scenario;
}

class ScenarioReader {
	readonly #page: Page;
	#title: string | undefined;
	#about: string | undefined;
	#settings = defaultSettings;
	#steps: readonly Step[] | undefined;

	constructor(page: Page) {
		this.#page = page;
	}

	read(file: string): Scenario | undefined {
		const page = this.#page;
		const {contents} = page;
		if (contents === undefined) {
			if (!page.hasProblems) {
				page.add(0, 'The file is empty; a scenario has at least steps.');
			}

			return undefined;
		}

		// The settings come before the steps, which may name only servers that there are
		const fields = {
			title: (node: Node) => {
				this.#title = this.#caption(node, 'The title');
			},
			about: (node: Node) => {
				this.#about = this.#caption(node, 'What it is about');
			},
			...this.#settingsFields(),
			steps: (node: Node) => {
				this.#steps = this.#readSteps(node);
			},
		};
		page.fields(contents, fields, 'A scenario is a map of title, nodes, steps and the like');
		if (this.#steps === undefined && isMap(contents) && !page.hasProblems) {
			page.add(startOf(contents), 'There are no steps; a scenario has at least one, such as "steps: [wait leader]".');
		}

		return {
			file,
			title: this.#title,
			about: this.#about,
			settings: this.#settings,
			steps: this.#steps ?? [],
		};
	}

	#caption(node: Node, what: string): string | undefined {
		const text = this.#page.text(node, what)?.trim();
		return text === '' ? undefined : text;
	}

	#set(settings: Partial<Settings>): void {
		this.#settings = {...this.#settings, ...settings};
	}

	#settingsFields() {
		const page = this.#page;
		return {
			seed: (node: Node) => {
				const seed = page.text(node, 'A seed');
				const reason = seed === undefined ? undefined : whyNotSeed(seed);
				if (reason !== undefined) {
					page.add(startOf(node), `${reason.slice(0, -1)}, not ${quoted(seed!)}.`);
				} else if (seed !== undefined) {
					this.#set({seed});
				}
			},
			nodes: this.#value('How many nodes there are', (line) => {
				const {at} = line;
				const nodes = line.must(count(line, 'a whole number', 5));
				if (nodes < 1 || nodes > nodesMax) {
					this.#set({nodes: nodesMax}); // One mistake is enough: any node may be named below
					throw line.error(`A cluster has 1 to ${nodesMax} nodes, not ${nodes}.`, at);
				}

				return {nodes};
			}),
			raft: (node: Node) => {
				page.fields(
					node,
					{
						'election-timeout': this.#value('An election timeout', (line) => ({
							electionTimeout: readElectionTimeout(line),
						})),
						heartbeat: this.#value('A heartbeat', (line) => ({heartbeatUs: readHeartbeat(line)})),
						'entries-per-message': this.#value('How many entries a message carries', (line) => {
							const {at} = line;
							const entriesPerMessageMax = line.must(count(line, 'a whole number', 256));
							if (entriesPerMessageMax < 1) {
								throw line.error('A message carries at least one entry, not 0.', at);
							}

							return {entriesPerMessageMax};
						}),
						'pre-vote': this.#notYet('pre-vote'),
						'check-quorum': this.#notYet('check-quorum'),
					},
					'raft is a map such as {election-timeout: 150-300ms, heartbeat: 50ms}',
				);
			},
			network: (node: Node) => {
				page.fields(
					node,
					{
						delay: this.#value('A delay', (line) => ({delay: line.must(timeRange(line))})),
						loss: this.#value('A loss', (line) => ({lossRate: line.must(rate(line))})),
						duplicate: this.#value('A duplication', (line) => ({duplicateRate: line.must(rate(line, '5%'))})),
					},
					'network is a map such as {delay: 10-30ms, loss: 0%, duplicate: 0%}',
				);
			},
			disk: (node: Node) => {
				if (isScalar(node)) {
					this.#value('A disk', (line) => {
						line.must(line.word({none: 'what is written survives at once'}));
						return {disk: 'none'};
					})(node);
					return;
				}

				page.fields(
					node,
					{sync: this.#value('A sync', (line) => ({syncDelay: line.must(timeRange(line, '1-3ms'))}))},
					'disk is none, or a map such as {sync: 1-3ms}',
				);
			},
			clients: this.#value('What the clients do', (line) => {
				line.usage = '2 at 10/s';
				return {clients: readClients(line)};
			}),
		};
	}

	/** A setting whose value is a text of the command language. */
	#value(what: string, read: (line: Reader) => Partial<Settings>): (node: Node) => void {
		return (node) => {
			this.#set(this.#page.read(node, what, this.#settings.nodes, read) ?? {});
		};
	}

	/** A feature that can be off only, until it exists. */
	#notYet(name: string): (node: Node) => void {
		return (node) => {
			const value = this.#page.text(node, name);
			if (value !== undefined && !/^(?:off|false)$/iv.test(value)) {
				this.#page.add(startOf(node), `${name} does not exist yet, so it can only be off, not ${quoted(value)}.`);
			}
		};
	}

	#readSteps(node: Node): readonly Step[] {
		const page = this.#page;
		if (!isSeq(node) || node.items.length === 0) {
			page.add(startOf(node), 'steps is a list of commands, each on a line after a dash: "- wait leader".');
			return [];
		}

		const steps: Step[] = [];
		let earliestUs = 0;
		for (const item of node.items as readonly Node[]) {
			const step = isScalar(item) ? this.#readStep(item, earliestUs) : this.#readMap(item);
			if (step !== undefined) {
				steps.push(step);
				earliestUs = earliestEndUs(step, earliestUs);
			}
		}

		return steps;
	}

	#readStep(node: Scalar, earliestUs: number): Step | undefined {
		const page = this.#page;
		const text = String(node.value).trim();
		const comment = /^[\t ]+(?<comment>#\d.*)/v.exec(page.behind(node))?.groups?.['comment'];
		if (comment !== undefined) {
			page.add(
				startOf(node),
				`YAML takes ${quoted(comment)} for a comment; put the step in quotes: - ${inQuotes(`${text} ${comment.trim()}`)}.`,
			);
			return undefined;
		}

		return page.read(node, 'A step', this.#settings.nodes, (line) => {
			const when = readWhen(line, earliestUs);
			return {when, instruction: readCommand(line), text, ...page.placeOf(page.offsetIn(node, 0))};
		});
	}

	/** A step that is no line: a question, or a mistake. */
	#readMap(node: Node): Step | undefined {
		if (!isQuestion(node)) {
			this.#refuseStep(node);
			return undefined;
		}

		const page = this.#page;
		const instruction = readQuestion(page, node);
		return (
			instruction && {
				when: undefined,
				instruction,
				text: `ask: ${instruction.text}`,
				...page.placeOf(startOf(node)),
			}
		);
	}

	#refuseStep(node: Node): void {
		const pair = isMap(node) ? node.items[0] : undefined;
		const parts = [pair?.key, pair?.value].map((part) => (isScalar(part) ? String(part.value) : '…'));
		this.#page.add(
			startOf(node),
			pair === undefined
				? 'A step is one line of text after a dash, such as "- wait leader".'
				: `YAML takes ${quoted(parts[0]!)} for the name of a field because of the colon; put the step in quotes: - ${inQuotes(parts.join(': '))}.`,
		);
	}
}

/** A text as it may stand in YAML. */
const inQuotes = (text: string): string => (/["\\]/v.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`);

/** `8s`, or `+500ms`, before a step. */
function readWhen(line: Reader, earliestUs: number): When {
	if (line.take(/^\+/v, literal('+500ms', 'so long after the step before')) !== undefined) {
		return {afterUs: line.must(time(line))};
	}

	const {at} = line;
	const atUs = time(line, '8s');
	if (atUs === undefined) {
		return undefined;
	}

	if (atUs < earliestUs) {
		throw line.error(
			`${timeText(atUs)} is too early: the step before is done at ${timeText(earliestUs)} at the earliest.`,
			at,
		);
	}

	return {atUs};
}

/** When a step is done at the earliest. */
function earliestEndUs({when, instruction}: Step, beforeUs: number): number {
	const beginsUs = when === undefined ? beforeUs : 'atUs' in when ? when.atUs : beforeUs + when.afterUs;
	return beginsUs + (instruction.type === 'sleep' ? instruction.us : 0);
}
