/*
The two lines at the top: where in time we are and who leads; then everything that is not normal.
*/

import type {Snapshot} from '../../lab/lab.js';
import {rangeText} from '../../scenario/command-text.js';
import {fit, joined, span, spread, widthOf, type Line} from '../text.js';
import {nodesText, secondsText} from '../words.js';

const meterCells = 10;

export function headerLines(snapshot: Snapshot, width: number): readonly [Line, Line] {
	const {seed, timeUs, isPlaying, speed, leader} = snapshot;
	const isWide = width >= 100;
	const play = [
		isPlaying ? span('▶', 'good') : span('‖', 'warn'),
		span(` ${secondsText(timeUs)} s`, 'bold'),
		span(` ×${speed}`, 'dim'),
		...(isPlaying || width < 70 ? [] : [span(' paused', 'warn')]),
	];
	const term = Math.max(...snapshot.nodes.map(({server, persisted}) => (server ?? persisted).currentTerm));
	const reign = [
		span('term ', 'dim'),
		span(String(term), 'bold'),
		span('  leader ', 'dim'),
		...(leader === undefined ? [span('none', 'warn')] : [span(`★ n${leader.id}`, 'leaderBold')]),
	];
	const name = [span(' whitewater', 'key'), ...(isWide ? [span(`  seed ${seed}`, 'dim')] : [])];
	const up = snapshot.nodes.filter(({server}) => server !== undefined).length;
	const standing: Line =
		up * 2 > snapshot.nodes.length ? [] : [span(`no majority: ${up} of ${snapshot.nodes.length} up`, 'lost')];
	const left = joined([name, play, reign], isWide ? ' '.repeat(8) : ' '.repeat(3));
	const isRoomy = widthOf(left) + widthOf(standing) + 2 <= width;
	const first = spread(left, isRoomy ? [...standing, span(' ')] : [], width);
	return [first, fit([span(' '), ...joined(conditions(snapshot))], width)];
}

/** What the network is like, and whatever is broken. */
function conditions({delay, lossRate, groups, isolated, nodes}: Snapshot): Line[] {
	const filled = Math.round(lossRate * meterCells);
	const parts: Line[] = [
		[span('delay ', 'dim'), span(rangeText(delay).replace('ms', ' ms').replace('-', '–'))],
		[
			span('loss ', 'dim'),
			span('▮'.repeat(filled), 'warn'),
			span('▯'.repeat(meterCells - filled), 'dim'),
			span(` ${Number((lossRate * 100).toFixed(1))} %`, lossRate > 0 ? 'warn' : undefined),
		],
	];
	if (groups.length > 0) {
		const sides = groups.flatMap((group, at): Line => [
			...(at === 0 ? [] : [span(' ┃ ', 'lost')]),
			span(nodesText(group), group.length * 2 > nodes.length ? 'good' : 'warn'),
		]);
		parts.push([span('partition ', 'dim'), ...sides]);
	}

	if (isolated.size > 0) {
		parts.push([span('isolated ', 'dim'), span(nodesText([...isolated]), 'lost')]);
	}

	const down = nodes.filter(({server}) => server === undefined).map(({id}) => id);
	if (down.length > 0) {
		parts.push([span('down ', 'dim'), span(nodesText(down), 'down')]);
	}

	return parts;
}
