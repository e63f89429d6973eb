import assert from 'node:assert/strict';
import test from 'node:test';
import {ledByFirst, stage, twoLeaders, useColours} from './stage.js';

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
	assert.match(scene.footer(), /^ {2}write x=1 failed: n5 does not lead\. /v);
});

test('What a suspended leader has not looked at when it crashes has failed', () => {
	const scene = stage(ledByFirst());
	scene.press('1', 's', 'c', 'x');
	assert.match(scene.footer(), /^ {2}write x=1 failed: n1 is down\. /v);
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
	assert.match(scene.footer(), /^ {2}write x=1 was left unanswered: its client cannot know whether it was done\. /v);
});

test('Who goes back to before it was asked for is told nothing of it', () => {
	const scene = stage(ledByFirst());
	scene.press('c', 'u', 'space');
	scene.dashboard.tick(2500);
	scene.dashboard.tick(100);
	assert.doesNotMatch(scene.footer(), /x=1/v);
});
