/*
What a newcomer does first, with the real program, on screens of three sizes.
*/

import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {reignOf, rowsOf, type Reign, type Row} from './reading.js';
import {closeTerminals, Terminal} from './terminal.js';

afterEach(closeTerminals);

const sizes = [
	{columns: 80, rows: 24},
	{columns: 120, rows: 36},
	{columns: 200, rows: 60},
] as const;

/** Wait until somebody leads in a later term. */
async function leaderAfter(terminal: Terminal, {term, leader}: Reign): Promise<Reign & {readonly leader: number}> {
	const next = (): Reign | undefined => reignOf(terminal.lines());
	await terminal.waitFor(() => {
		const reign = next();
		return reign?.leader !== undefined && reign.leader !== leader && reign.term > term;
	}, `a leader after n${leader}, term ${term}`);
	return next() as Reign & {readonly leader: number};
}

for (const size of sizes) {
	test(`A leader crashes, another is cut off and takes writes in vain, and all agree in the end (${size.columns}x${size.rows})`, async () => {
		const terminal = Terminal.start(['--seed', '7', '--speed', '2'], size);
		const rowOf = (id: number): Row | undefined => rowsOf(terminal.lines()).find((row) => row.id === id);
		const first = await leaderAfter(terminal, {term: 0, leader: undefined});
		assert.equal(terminal.lines().length, size.rows);

		// The leader crashes: somebody else leads in a later term, and it comes back as a follower
		await terminal.pressFor('x', () => rowOf(first.leader)?.role === 'down', 'the crash');
		const second = await leaderAfter(terminal, first);
		assert.equal(rowOf(first.leader)?.role, 'down');
		await terminal.pressFor(String(first.leader), `❯n${first.leader}`);
		await terminal.pressFor('x', () => rowOf(first.leader)?.role === 'follower', 'its return');

		// The new leader is cut off together with somebody
		const other = [1, 2, 3, 4, 5].find((id) => id !== second.leader && id !== first.leader)!;
		await terminal.pressFor('p', 'pick one side');
		await terminal.pressFor(String(second.leader), `n${second.leader} ┃ rest`);
		const side = [second.leader, other].toSorted((a, b) => a - b).map((id) => `n${id}`);
		await terminal.pressFor(String(other), `${side.join(' ')} ┃ rest`);
		await terminal.pressFor('\r', () => /partition n\d/v.test(terminal.lines()[1]!), 'the partition in the header');
		const third = await leaderAfter(terminal, second);
		assert.ok(![second.leader, other].includes(third.leader));

		// It still takes writes, which its one follower gets and nobody commits
		await terminal.pressFor(String(second.leader), `❯n${second.leader}`);
		terminal.press('cc');
		await terminal.waitFor(() => {
			const [cut, follower] = [rowOf(second.leader), rowOf(other)];
			return (
				cut !== undefined && follower !== undefined && cut.last - (cut.commit ?? 0) >= 2 && follower.last === cut.last
			);
		}, 'two entries that are not committed');
		const cut = rowOf(second.leader)!;
		assert.deepEqual([cut.role, cut.term], ['ex-leader', second.term]);
		assert.ok(rowOf(other)!.commit! < rowOf(other)!.last);
		assert.deepEqual([rowOf(third.leader)!.role, rowOf(third.leader)!.term], ['leader', third.term]);

		// The network heals, and every log is the same
		await terminal.pressFor('H', () => !terminal.lines()[1]!.includes('partition'), 'the end of the partition');
		await terminal.waitFor(() => {
			const rows = rowsOf(terminal.lines());
			const [{last, term}] = rows as [Row];
			return (
				rows.length === 5 &&
				rows.every((row) => row.last === last && row.commit === last && row.term === term) &&
				rows.filter(({role}) => role === 'leader').length === 1
			);
		}, 'five logs that agree');

		terminal.press('q');
		assert.equal(await terminal.waitForExit(), 0);
	});
}
