import assert from 'node:assert/strict';
import test from 'node:test';
import {fateOf} from '../../source/dashboard/fate.js';
import {plain} from '../../source/dashboard/text.js';
import {fateLine} from '../../source/dashboard/words.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, isolate, ledByFirst, newLab, pass, suspend, write} from './stage.js';

/** What becomes of a message: its fate, and what is said of it. */
function fateIn(lab: Lab, message: number): string {
	const snapshot = lab.snapshot();
	const record = snapshot.messages.find(({flight}) => flight.id === message)!;
	return `${fateOf(record, snapshot)}: ${plain(fateLine(record, snapshot))}`;
}

/** N1 has just sent an entry to n2, and it is this message. */
function sentToSecond(): {readonly lab: Lab; readonly message: number} {
	const lab = ledByFirst();
	ask(lab, write('x=1', 1));
	return {lab, message: lab.world.messagesSent - 3};
}

test('A message is in flight until it arrives, and then its way took as long as it did', () => {
	const {lab, message} = sentToSecond();
	assert.equal(fateIn(lab, message), 'flying: in flight');
	pass(lab, 9);
	assert.equal(fateIn(lab, message), 'flying: in flight');
	pass(lab, 1);
	assert.equal(fateIn(lab, message), 'delivered: ✓ 10 ms');
	pass(lab, 500);
	assert.equal(fateIn(lab, message), 'delivered: ✓ 10 ms');
});

test('A message that was held took as long as it was held, too', () => {
	const {lab, message} = sentToSecond();
	ask(lab, {type: 'hold', message});
	assert.equal(fateIn(lab, message), 'held: ‖ held');
	pass(lab, 40);
	assert.equal(fateIn(lab, message), 'held: ‖ held');
	ask(lab, {type: 'release', message});
	pass(lab, 100);
	assert.equal(fateIn(lab, message), 'delivered: ✓ 40 ms');
});

test('What has come for a suspended server waits there, and arrives when it goes on; what it got before has arrived', () => {
	const {lab, message} = sentToSecond();
	pass(lab, 5);
	ask(lab, suspend(2));
	assert.equal(fateIn(lab, message), 'flying: in flight');
	pass(lab, 5);
	assert.equal(fateIn(lab, message), 'waiting: ‖ at n2');
	assert.equal(fateIn(lab, message + 1), 'delivered: ✓ 10 ms');
	pass(lab, 60);
	ask(lab, {type: 'resume', node: 2});
	pass(lab, 1);
	assert.equal(fateIn(lab, message), 'delivered: ✓ 70 ms');
});

test('A message that never arrives says why', () => {
	const {lab, message} = sentToSecond();
	ask(lab, crash(2), {type: 'drop', message: message + 1});
	pass(lab, 20);
	assert.equal(fateIn(lab, message), 'lost: ✗ n2 down');
	assert.equal(fateIn(lab, message + 1), 'lost: ✗ dropped');
	ask(lab, isolate(1));
	pass(lab, 50);
	assert.equal(fateIn(lab, lab.world.messagesSent), 'lost: ✗ partition');
	const lossy = ledByFirst();
	ask(lossy, {type: 'loss', rate: 1}, write('x=1', 1));
	assert.equal(fateIn(lossy, lossy.world.messagesSent), 'lost: ✗ lost');
});

test('In the past a message has not arrived yet, and what was found out later is not told', () => {
	const lab = newLab({}, false);
	ask(lab, {type: 'timeout', node: 1});
	pass(lab, 30);
	assert.equal(fateIn(lab, 1), 'delivered: ✓ 10 ms');
	lab.goTo(5000);
	assert.equal(fateIn(lab, 1), 'flying: in flight');
});
