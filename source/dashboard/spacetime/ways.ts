/*
The messages of a window of the space-time diagram: the way of each from lane to lane, and where it ends.

A message that arrives, or is lost, tells with its event when it was sent. So only what is still under way when the window
ends, and was sent before it began, has to be looked for; not without bounds.
*/

import type {Snapshot} from '../../lab/lab.js';
import type {ServerId} from '../../raft/vocabulary.js';
import type {Flight, LossReason} from '../../simulation/network.js';
import type {Trace} from '../../simulation/trace.js';
import {isAboutMessage, isHeartbeat, type Choice, type MessageEvent} from './shown.js';
import type {Window} from './window.js';

/** A moment, and a place between lanes: 1 is n1's. */
export type Point = readonly [timeUs: number, lane: number];

export type Way = {
	readonly kind: 'append' | 'reply' | 'vote';
	readonly points: readonly Point[];
	readonly end: 'arrived' | 'lost' | 'held' | 'open';
	readonly isSelected: boolean;
};

/** A sign of life that is not drawn as a line: who sent or received it, and when. */
export type Pulse = {readonly node: ServerId; readonly timeUs: number; readonly isSent: boolean};

export type Ways = {
	readonly ways: readonly Way[];
	readonly pulses: readonly Pulse[];
	/** What was left out because there was too much: heartbeats, or everything but lost messages and votes. */
	readonly omitted: 'nothing' | 'heartbeats' | 'most';
};

/** More lines than this cannot be told apart. */
const waysMax = 1500;

/** How far before a window somebody looks for messages that are still under way. */
const lookBack = {us: 2_000_000, events: 4000};

/** What is known of a message by the end of the window. */
type Course = {
	readonly flight: Flight;
	/** When it comes to its receiver, which is later than planned if it was held. */
	arrivesUs: number;
	arrived: boolean;
	lost: {readonly timeUs: number; readonly reason: LossReason} | undefined;
	isHeartbeat: boolean;
	isChosen: boolean;
};

type Hold = {readonly fromUs: number; untilUs: number | undefined};

/** The first event at or after a moment. */
export function seqAt(trace: Trace, timeUs: number): number {
	let [low, high] = [trace.first, trace.length + 1];
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (trace.timeAt(middle)! < timeUs) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	return low;
}

export function waysIn(snapshot: Snapshot, window: Window, choice: Choice, selected: number | undefined): Ways {
	const {newestTrace, newestUs} = snapshot;
	const holds = holdsIn(snapshot, window);
	const event = newestTrace.at(selected ?? 0);
	const chosenFlight = event !== undefined && isAboutMessage(event) ? event.flight.id : undefined;
	const isSelected = ({flight}: Course) => flight.id === chosenFlight;
	const courses = coursesIn(newestTrace, window, choice, holds);
	const all = courses.filter((course) => course.isChosen || isSelected(course));
	const folded = all.filter((course) => isSelected(course) || !course.isHeartbeat || course.lost !== undefined);
	const rare = folded.filter(
		(course) => isSelected(course) || course.lost !== undefined || kindOf(course.flight) === 'vote',
	);
	const wanted = choice.isFolded ? folded : all;
	const omitted = wanted.length <= waysMax ? 'nothing' : folded.length <= waysMax ? 'heartbeats' : 'most';
	const drawn = {nothing: wanted, heartbeats: folded, most: rare}[omitted];
	return {
		ways: drawn.map((course) => wayOf(course, holds.get(course.flight.id) ?? [], newestUs, isSelected(course))),
		pulses: choice.isFolded || omitted !== 'nothing' ? pulsesIn(courses) : [],
		omitted,
	};
}

function coursesIn(
	trace: Trace,
	window: Window,
	{matches}: Choice,
	holds: ReadonlyMap<number, readonly Hold[]>,
): readonly Course[] {
	const courses = new Map<number, Course>();
	const begin = seqAt(trace, window.fromUs);
	const from = Math.max(seqAt(trace, window.fromUs - lookBack.us), begin - lookBack.events);
	for (let seq = from; seq <= trace.length && trace.timeAt(seq)! < window.toUs; seq++) {
		const type = trace.typeAt(seq)!;
		const isTaken = type === 'sent' || type === 'lost' || (type === 'delivered' && seq >= begin);
		if (!isTaken) {
			continue;
		}

		const event = trace.at(seq)! as MessageEvent;
		const {flight} = event;
		if (seq < begin && flight.dueUs < window.fromUs && !holds.has(flight.id)) {
			continue; // It came to its end before
		}

		const course = courses.get(flight.id) ?? beginCourse(trace, flight);
		courses.set(flight.id, course);
		course.isChosen ||= matches?.(event) ?? true;
		course.arrivesUs = flight.dueUs;
		course.arrived ||= type === 'delivered';
		course.lost = event.type === 'lost' ? event : course.lost;
	}

	const found = Array.from(courses, ([, course]) => course);
	return found.toSorted((a, b) => a.flight.id - b.flight.id); // So that they lie over each other in the same order, wherever the window begins
}

function beginCourse(trace: Trace, flight: Flight): Course {
	const sent = trace.at(flight.sentSeq);
	return {
		flight: sent !== undefined && isAboutMessage(sent) ? sent.flight : flight, // As it was planned
		arrivesUs: flight.dueUs,
		arrived: false,
		lost: undefined,
		isHeartbeat: isHeartbeat(trace, flight),
		isChosen: false,
	};
}

function pulsesIn(courses: readonly Course[]): readonly Pulse[] {
	const pulses: Pulse[] = [];
	for (const {flight, isHeartbeat: isSignOfLife, arrived, arrivesUs, isChosen} of courses) {
		if (isSignOfLife && isChosen && flight.message.type === 'AppendEntries') {
			pulses.push({node: flight.from, timeUs: flight.sentUs, isSent: true});
			if (arrived) {
				pulses.push({node: flight.to, timeUs: arrivesUs, isSent: false});
			}
		}
	}

	return pulses;
}

/** When somebody held which messages: up to now as it is told, and after that from the trace. */
function holdsIn({notables, trace, newestTrace}: Snapshot, window: Window): ReadonlyMap<number, readonly Hold[]> {
	const holds = new Map<number, Hold[]>();
	const take = (type: string, message: number, timeUs: number): void => {
		const held = holds.get(message) ?? [];
		if (type === 'hold') {
			holds.set(message, [...held, {fromUs: timeUs, untilUs: undefined}]);
		} else if (held.length > 0) {
			held.at(-1)!.untilUs ??= timeUs; // Released, or dropped
		}
	};

	for (const notable of notables) {
		if (notable.type === 'command' && 'message' in notable.event.command) {
			const {type, message} = notable.event.command;
			if (type !== 'duplicate') {
				take(type, message, notable.timeUs);
			}
		}
	}

	const from = Math.max(trace.length + 1, newestTrace.first);
	for (let seq = from; seq <= newestTrace.length && newestTrace.timeAt(seq)! < window.toUs; seq++) {
		if (newestTrace.typeAt(seq) === 'command') {
			const event = newestTrace.at(seq)!;
			if (event.type === 'command' && 'message' in event.command && event.command.type !== 'duplicate') {
				take(event.command.type, event.command.message, event.timeUs);
			}
		}
	}

	return holds;
}

function kindOf({message: {type}}: Flight): Way['kind'] {
	return type === 'AppendEntries' ? 'append' : type === 'AppendReply' ? 'reply' : 'vote';
}

function wayOf({flight, arrivesUs, lost}: Course, holds: readonly Hold[], newestUs: number, isSelected: boolean): Way {
	const {from, to, sentUs, dueUs} = flight;
	const laneAt = (timeUs: number): number =>
		from + (to - from) * Math.min(1, (timeUs - sentUs) / Math.max(1, dueUs - sentUs));
	const points: Point[] = [[sentUs, from]];
	const end = (way: Way['end'], ...last: readonly Point[]): Way => ({
		kind: kindOf(flight),
		points: [...points, ...last],
		end: way,
		isSelected,
	});
	for (const {fromUs, untilUs} of holds) {
		const lane = laneAt(fromUs);
		points.push([fromUs, lane]);
		if (untilUs === undefined) {
			return end('held');
		}

		points.push([untilUs, lane]);
	}

	if (lost?.reason === 'dropped') {
		return holds.length > 0 && holds.at(-1)!.untilUs === lost.timeUs
			? end('lost')
			: end('lost', [lost.timeUs, laneAt(lost.timeUs)]);
	}

	if (flight.lost !== undefined) {
		const halfUs = (sentUs + dueUs) / 2;
		return end(halfUs <= newestUs ? 'lost' : 'open', [halfUs, (from + to) / 2]);
	}

	const endUs = Math.max(arrivesUs, holds.at(-1)?.untilUs ?? 0);
	return end(lost === undefined ? (endUs <= newestUs ? 'arrived' : 'open') : 'lost', [endUs, to]);
}
