import assert from 'node:assert/strict';
import test from 'node:test';
import {plainLines} from '../../source/dashboard/frame.js';
import {widthOf} from '../../source/dashboard/text.js';
import {headerLines} from '../../source/dashboard/views/header.js';
import type {Lab} from '../../source/lab/lab.js';
import {ask, crash, delay, frame, isolate, ledByFirst, newLab, partition, pass, twoLeaders} from './stage.js';

const header = (lab: Lab, width = 100): string => plainLines(headerLines(lab.snapshot(), width));

/** The same run on a network that is from now on less even. */
function unevenly(lab: Lab): Lab {
	ask(lab, delay(10, 30));
	return lab;
}

test('A fresh cluster has no leader and begins in term 0', () => {
	assert.equal(
		header(unevenly(newLab())),
		frame(`
			 whitewater  seed 7        ▶ 0.000 s ×1        term 0  leader none
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %
		`),
	);
});

test('The header says who leads in which term, and how fast virtual time runs', () => {
	assert.equal(
		header(unevenly(ledByFirst())),
		frame(`
			 whitewater  seed 7        ▶ 0.100 s ×1        term 1  leader ★ n1
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %
		`),
	);
});

test('A pause is said in words and with a sign', () => {
	const lab = unevenly(ledByFirst());
	lab.togglePlaying();
	lab.slower();
	assert.equal(
		header(lab),
		frame(`
			 whitewater  seed 7        ‖ 0.100 s ×0.5 paused        term 1  leader ★ n1
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %
		`),
	);
});

test('Of two leaders the one of the higher term is named, and the sides of the partition are', () => {
	assert.equal(
		header(unevenly(twoLeaders())),
		frame(`
			 whitewater  seed 7        ▶ 0.400 s ×1        term 2  leader ★ n3
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %   partition n1 n2 ┃ n3 n4 n5
		`),
	);
});

test('Everything that is not normal is on the second line, and the loss of the majority on the first', () => {
	const lab = ledByFirst();
	ask(
		lab,
		{type: 'loss', rate: 0.25},
		delay(2.5, 40),
		partition(1, 2),
		isolate(5),
		isolate(4),
		crash(3),
		crash(2),
		crash(1),
	);
	pass(lab, 1234);
	assert.equal(
		header(lab, 120),
		frame(`
			 whitewater  seed 7        ▶ 1.334 s ×1        term 7  leader none                               no majority: 2 of 5 up
			 delay 2.5–40 ms   loss ▮▮▮▯▯▯▯▯▯▯ 25 %   partition n1 n2 ┃ n3 n4 n5   isolated n4 n5   down n1 n2 n3
		`),
	);
});

test('On a narrow screen the seed gives way; what does not fit ends in an ellipsis', () => {
	const lab = unevenly(twoLeaders());
	ask(lab, isolate(5), crash(4));
	assert.equal(
		header(lab, 60),
		frame(`
			 whitewater   ▶ 0.400 s ×1   term 2  leader ★ n3
			 delay 10–30 ms   loss ▯▯▯▯▯▯▯▯▯▯ 0 %   partition n1 n2 ┃ n…
		`),
	);
});

test('The header is two lines, exactly as wide as the screen', () => {
	const lab = twoLeaders();
	ask(lab, isolate(5), crash(4), crash(3), crash(2));
	for (let width = 60; width <= 250; width++) {
		assert.deepEqual(
			headerLines(lab.snapshot(), width).map((line) => widthOf(line)),
			[width, width],
		);
	}
});

test('A delay that is always the same is one number', () => {
	assert.match(header(newLab()), /delay 10 ms/v);
});

test('Whether anybody leads can be read on the smallest screen, paused and without a majority', () => {
	const lab = newLab({}, false);
	ask(lab, crash(1), crash(2), crash(3));
	pass(lab, 12_345);
	for (const width of [60, 80, 100]) {
		assert.match(header(lab, width), /leader none/v, `${width} columns`);
	}
});
