import assert from 'node:assert/strict';
import test from 'node:test';
import {Outcomes} from '../../source/dashboard/outcomes.js';
import type {OperationRecord} from '../../source/lab/operations.js';
import {ask, crash, ledByFirst, restart, stage, twoLeaders, useColours} from './stage.js';

useColours(0);

test('What was written by hand is told of when it is committed, and once', () => {
	const scene = stage(ledByFirst());
	scene.press('c');
	assert.match(scene.footer(), /^ {2}write x=1 via n1 /v);
	scene.dashboard.tick(100);
	assert.match(scene.footer(), /^ {2}write x=1 is committed, after 20 ms /v);
	scene.dashboard.tick(2500);
	assert.doesNotMatch(scene.footer(), /x=1/v);
});

test('Who does not lead refuses at once', () => {
	const scene = stage(ledByFirst());
	scene.press('5', 'c');
	assert.match(scene.footer(), /^ {2}write x=1 failed: n5 does not lead /v);
});

test('What a suspended leader has not looked at when it crashes has failed', () => {
	const scene = stage(ledByFirst());
	scene.press('1', 's', 'c');
	ask(scene.lab, crash(1), restart(1));
	scene.press('1');
	assert.match(scene.footer(), /^ {2}write x=1 failed: n1 has crashed /v);
});

test('What is read by hand is told', () => {
	const scene = stage(twoLeaders());
	scene.press(':', ...'read', 'space', ...'y', 'enter');
	scene.dashboard.tick(100);
	assert.match(scene.footer(), /^ {2}read y gives 4, after \d+ ms /v);
});

test('Where a leader is deposed first, nobody knows whether it was done', () => {
	const scene = stage(twoLeaders());
	scene.press('1', 'c');
	scene.dashboard.tick(100);
	assert.match(scene.footer(), /write x=1 via n1/v);
	scene.press('H');
	scene.dashboard.tick(200);
	assert.match(scene.footer(), /^ {2}write x=1 was left unanswered: its client cannot know whether it was done /v);
});

test('What is taken back is told of when it is done again, in its own branch and once', () => {
	const lab = ledByFirst();
	lab.pause();
	const scene = stage(lab);
	const played = (): string => {
		scene.lab.play();
		scene.dashboard.tick(100);
		scene.lab.pause();
		const footer = scene.footer();
		scene.dashboard.tick(5000);
		return footer;
	};

	scene.press('c', 'u');
	assert.doesNotMatch(played(), /x=1 is/v);
	scene.press('ctrl+r');
	assert.match(played(), /x=1 is committed/v);
	assert.doesNotMatch(played(), /x=1 is/v);
	scene.press('u', 'c');
	assert.equal(lab.branchCount, 3);
	scene.press('b');
	assert.doesNotMatch(played(), /is committed/v);
	scene.press('b', 'b', 'u', 'ctrl+r');
	assert.match(played(), /y=2 is committed/v);
});

test('Of several that are over at once, what failed is told first', () => {
	const record = (op: number, state: OperationRecord['state']): OperationRecord => ({
		client: 0,
		op,
		operation: {type: 'write', key: 'x', value: String(op)},
		begunUs: 0,
		state,
		endedUs: state === 'open' ? undefined : 20_000,
		failure: state === 'fail' ? 'refused' : undefined,
		result: undefined,
		attempts: 1,
		node: 1,
	});
	const outcomes = new Outcomes();
	outcomes.await({operations: [[record(1, 'open'), record(2, 'open')]]}, 0);
	assert.equal(outcomes.told({operations: [[record(1, 'open'), record(2, 'open')]]}), undefined);
	assert.deepEqual(outcomes.told({operations: [[record(1, 'ok'), record(2, 'fail')]]}), {
		text: 'write x=2 failed: n1 does not lead; write x=1 is committed, after 20 ms',
		isRefusal: true,
	});
});

test('Of several that are over at once all are told, and what was run for rather', () => {
	const scene = stage(ledByFirst());
	scene.press('c', 'c');
	scene.dashboard.tick(100);
	assert.match(scene.footer(), /^ {2}write x=1 is committed, after 20 ms; write y=2 is committed, after 20 ms /v);
	scene.press('1', 'c', 'g', 'c');
	scene.dashboard.tick(100);
	assert.match(scene.footer(), /^ {2}reached: n1 committed 4 /v);
});
