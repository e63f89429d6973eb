/*
The two lines at the top: where in time we are, who leads, and whether every promise has been kept; then
everything that is not normal.
*/

import type {Snapshot} from '../../lab/lab.js';
import {isAwake, termOf} from '../../simulation/host.js';
import {joined, span, spread, widthOf, type Line, type Span} from '../text.js';
import {secondsText} from '../words.js';
import {conditionLine, conditionsOf} from './conditions.js';
import {glyphOf, isDeposed, lookOf} from './nodes.js';

export function headerLines(snapshot: Snapshot, width: number): readonly [Line, Line] {
	return [firstLine(snapshot, width), conditionLine(conditionsOf(snapshot), width)];
}

/** As much as fits: since when the leader leads gives way first, then the seed, the scenario's title, the majority that is missing, our name, words that signs stand for, leaders of old terms, then the branch. */
function firstLine(snapshot: Snapshot, width: number): Line {
	const isWide = width >= 100;
	const name: Line = [span(' whitewater', 'key')];
	const seed = span(`  seed ${snapshot.seed}`, 'dim');
	const named = isWide ? [...name, seed] : name;
	const entitled = snapshot.story === undefined ? named : [...name, span(`  ${snapshot.story.title}`, 'bold')];
	const titled = snapshot.story === undefined ? named : [...entitled, seed];
	const [playInWords, playOn] = [playLine(snapshot, 'words'), playLine(snapshot, 'branch')];
	const play = playLine(snapshot, 'signs');
	const [reign, deposed] = [reignLine(snapshot), deposedLine(snapshot)];
	const reigns = [...reign, ...deposed];
	const reignSince = [...reign, ...sinceLine(snapshot), ...deposed];
	const [whole, short, shortest] = [verdictLine(snapshot), shortVerdict(snapshot), shortestVerdict(snapshot)];
	const [tight, standing] = [verdictLine(snapshot, ' '), standingLine(snapshot)];
	const gap = ' '.repeat(isWide ? 8 : 3);
	const choices: ReadonlyArray<readonly [left: Line, right: Line]> = [
		...(isWide
			? ([
					[joined([titled, playInWords, reignSince], gap), joined([standing, whole])],
					[joined([titled, playInWords, reigns], gap), joined([standing, whole])],
					[joined([titled, playInWords, reigns]), joined([standing, whole])],
					[joined([entitled, playInWords, reigns]), joined([standing, whole])],
				] as const)
			: []),
		[joined([named, playInWords, reigns], gap), joined([standing, whole])],
		[joined([name, playInWords, reigns]), joined([standing, whole])],
		[joined([name, playInWords, reigns]), whole],
		[joined([name, playInWords, reigns], '  '), tight],
		[[span(' '), ...joined([playInWords, reigns], '  ')], tight],
		[[span(' '), ...joined([playOn, reigns], '  ')], tight],
		[[span(' '), ...joined([playOn, reign], '  ')], tight],
		[[span(' '), ...joined([play, reign], '  ')], tight],
		[joined([name, play, reign], '  '), short],
		[[span(' '), ...joined([play, reign], '  ')], short],
		[[span(' '), ...joined([play, reign], '  ')], shortest],
	];
	const [left, right] = choices.find(([one, other]) => widthOf(one) + widthOf(other) + 3 <= width) ?? choices.at(-1)!;
	return spread(left, [...right, span(' ')], width);
}

/** Whether it is said in words that time stands still, and in which branch of several one is. */
type PlayDetail = 'words' | 'branch' | 'signs';

function playLine({timeUs, newestUs, isPlaying, speed, tempo, goal, branch}: Snapshot, detail: PlayDetail): Line {
	const [now, newest] = [secondsText(timeUs), secondsText(newestUs)];
	const pace = Number((speed * (tempo ?? 1)).toPrecision(2));
	return [
		isPlaying ? span('▶', 'good') : span('‖', 'warn'),
		span(` ${now} s`, 'bold'),
		...(newestUs > timeUs && newest !== now ? [span(` of ${newest}`, 'warn')] : []),
		goal === undefined
			? span(` ×${pace}${tempo === undefined ? '' : ' auto'}`, 'dim')
			: span(` until ${goal}`, 'accent'),
		...(isPlaying || detail !== 'words' ? [] : [span(newestUs > timeUs ? ' past' : ' paused', 'warn')]),
		...(branch.count > 1 && detail !== 'signs' ? [span(`  branch ${branch.number}`, 'accent')] : []),
	];
}

/** The highest term, and whoever leads the highest term that anybody leads: it may be an old one. */
function reignLine(snapshot: Snapshot): Line {
	const {nodes, leader} = snapshot;
	const term = Math.max(...nodes.map((node) => termOf(node)));
	const look = leader && lookOf(leader, snapshot);
	return [
		span('term ', 'dim'),
		span(String(term), 'bold'),
		span(leader !== undefined && isDeposed(leader, snapshot) ? '  ex-leader ' : '  leader ', 'dim'),
		leader === undefined
			? span('none', 'warn')
			: span(`${glyphOf(leader)} n${leader.id}`, look === 'leader' ? 'leaderBold' : look),
		...(leader === undefined || termOf(leader) === term ? [] : [span(` (term ${termOf(leader)})`, 'warn')]),
	];
}

/** Who has not heard yet that his term is over. */
function deposedLine(snapshot: Snapshot): Line {
	const deposed = snapshot.nodes.filter((node) => node.id !== snapshot.leader?.id && isDeposed(node, snapshot));
	return deposed.length === 0
		? []
		: [
				span('  ex-leader ', 'dim'),
				span(deposed.map((node) => `${glyphOf(node)} n${node.id} (term ${termOf(node)})`).join(' '), 'warn'),
			];
}

/** Since when the leader leads. */
function sinceLine({leader, lanes}: Snapshot): Line {
	const reign = leader && lanes[leader.id - 1]!.findLast(({state}) => state === 'leader');
	return reign === undefined ? [] : [span(`  since ${secondsText(reign.fromUs)} s`, 'dim')];
}

/** Said only where too few take part to elect anybody. */
function standingLine({nodes}: Snapshot): Line {
	const awake = nodes.filter((node) => isAwake(node)).length;
	const word = nodes.some(({isSuspended}) => isSuspended) ? 'running' : 'up';
	return awake * 2 > nodes.length ? [] : [span(`no majority: ${awake} of ${nodes.length} ${word}`, 'lost')];
}

/** Whether what Raft promises has held so far, and whether what the clients were told can be explained. */
const verdictLine = ({violation, linearizability}: Snapshot, gap = '  '): Line => [
	safetySpan(violation),
	span(gap),
	linearizabilitySpan(linearizability),
];

const safetySpan = (violation: Snapshot['violation']): Span =>
	violation === undefined ? span('✓ safe', 'good') : span(` ✗ ${violation.property} `, 'alarm');

function linearizabilitySpan(verdict: Snapshot['linearizability']): Span {
	switch (verdict) {
		case 'ok': {
			return span('✓ linearizable', 'good');
		}

		case 'violated': {
			return span(' ✗ not linearizable ', 'alarm');
		}

		case 'unknown': {
			return span('? linearizable', 'warn');
		}
	}
}

/** The worse of the two. */
const shortVerdict = ({violation, linearizability}: Snapshot): Line => [
	violation === undefined && linearizability !== 'ok' ? linearizabilitySpan(linearizability) : safetySpan(violation),
];

const shortestVerdict = (snapshot: Snapshot): Line =>
	snapshot.violation === undefined ? shortVerdict(snapshot) : [span(' ✗ violated ', 'alarm')];
