/*
How a run ended: in words, and as the JSON that `--json` promises.
*/

import type {FoundViolation} from '../checking/monitor.js';
import {nodeName, timeText} from '../scenario/command-text.js';
import {highestTerm} from '../scenario/judgement.js';
import type {Failure, Player} from '../scenario/player.js';
import type {Host} from '../simulation/host.js';
import {printable} from './output.js';

export function reportJson(player: Player): Record<string, unknown> {
	const {scenario, world, monitor, failures, metrics} = player;
	const {violation, linearizability} = monitor;
	return {
		scenario: scenario.file,
		title: scenario.title ?? null,
		seed: world.settings.seed,
		ok: player.isOk,
		timeUs: world.timeUs,
		events: world.trace.length,
		hash: world.trace.digest,
		steps: {done: player.stepsDone, of: scenario.steps.length},
		leader: world.leader === undefined ? null : nodeName(world.leader.id),
		term: highestTerm(world),
		nodes: world.hosts.map((host) => nodeJson(host)),
		checks: {
			safe: violation === undefined,
			linearizable: linearizability === 'unknown' ? null : linearizability === 'ok',
			violations: violation === undefined ? [] : [violation],
		},
		failed: failures.map((failure) => failureJson(failure)),
		metrics: {...metrics, commitLatencyMs: metrics.commitLatencyMs ?? null},
	};
}

/** Of a server that is down, what it would start with. */
function nodeJson({
	id,
	server,
	isSuspended,
	committedIndex,
	appliedIndex,
	persisted,
	store,
}: Host): Record<string, unknown> {
	const {currentTerm, votedFor, log} = server ?? persisted;
	return {
		id: nodeName(id),
		role: server?.role ?? null,
		term: currentTerm,
		votedFor: votedFor === undefined ? null : nodeName(votedFor),
		lastIndex: log.lastIndex,
		commitIndex: committedIndex,
		lastApplied: appliedIndex,
		up: server !== undefined,
		suspended: isSuspended,
		state: Object.fromEntries([...store.values].toSorted(([a], [b]) => (a < b ? -1 : 1))),
	};
}

const failureJson = ({step, timeUs, expected, found}: Failure): Record<string, unknown> => ({
	step: step.text,
	line: step.line,
	column: step.column,
	timeUs,
	expected,
	found,
});

/** A few lines for a person. */
export function reportText(player: Player): string {
	const {scenario, world, monitor, failures} = player;
	const {violation} = monitor;
	const {file, title, steps} = scenario;
	return [
		title === undefined ? file : `${printable(title)} (${file})`,
		...failures.flatMap((failure) => failureLines(failure, file)),
		...(violation === undefined ? [] : violationLines(violation, world.trace.at(violation.seq)?.timeUs)),
		...(player.isStopped || player.stepsDone === steps.length
			? []
			: [row('stopped', `after ${player.stepsDone} of ${steps.length} steps`)]),
		row(
			player.isOk ? 'ok' : 'FAILED',
			`${timeText(world.timeUs)} of virtual time, ${whole(world.trace.length)} events, hash ${world.trace.digest}`,
		),
		row('leader', `${world.leader === undefined ? 'none' : nodeName(world.leader.id)}, term ${highestTerm(world)}`),
		row('checks', checksText(player)),
		...metricsLines(player),
	].join('\n');
}

const row = (name: string, text: string): string => `  ${name.padEnd(9)} ${text}`;

const failureLines = ({step, timeUs, expected, found}: Failure, file: string): readonly string[] => [
	row('FAILED', `${file}:${step.line}:${step.column}: ${printable(step.text)}`),
	row('', `expected ${printable(expected)}; at ${timeText(timeUs)}: ${printable(found)}`),
];

const violationLines = (
	{property, section, explanation, evidence, seq}: FoundViolation,
	timeUs: number | undefined,
): readonly string[] => [
	row('VIOLATED', `${property} (${section}), event ${seq}${timeUs === undefined ? '' : ` at ${timeText(timeUs)}`}`),
	row('', printable(explanation)),
	row('', `shown by ${evidence.length === 1 ? 'event' : 'events'} ${evidence.join(', ')}`),
];

function checksText({monitor}: Player): string {
	const linearizable = {
		ok: 'linearizable',
		violated: 'NOT linearizable',
		unknown: 'linearizability unknown: too many operations at a time',
	}[monitor.linearizability];
	return `${monitor.violation === undefined ? 'safe' : 'NOT safe'}, ${linearizable}`;
}

function metricsLines({metrics}: Player): readonly string[] {
	const {committed, elections, messagesSent, messagesLost, leaderlessMs, operations, commitLatencyMs} = metrics;
	const {ok, fail, info} = operations;
	const latency =
		commitLatencyMs === undefined
			? ''
			: `; latency p50 ${milliseconds(commitLatencyMs.p50)}, p95 ${milliseconds(commitLatencyMs.p95)}, p99 ${milliseconds(commitLatencyMs.p99)}`;
	return [
		row(
			'log',
			`${whole(committed)} committed, ${whole(elections)} ${elections === 1 ? 'election' : 'elections'}, ${milliseconds(leaderlessMs)} without a leader`,
		),
		row('messages', `${whole(messagesSent)} sent, ${whole(messagesLost)} lost`),
		...(ok + fail + info === 0
			? []
			: [row('clients', `${whole(ok)} answered, ${whole(fail)} failed, ${whole(info)} unknown${latency}`)]),
	];
}

const whole = (count: number): string => count.toLocaleString('en');
const milliseconds = (ms: number): string => `${Number(ms.toFixed(1))} ms`;
