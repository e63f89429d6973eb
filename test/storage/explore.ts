/*
Crashing at every operation of a disk, in every way that the disk allows, and looking at what is found.
*/

import {DiskFull, type Disk} from '../../source/storage/disk.js';
import {openStorage, type Opened} from '../../source/storage/open-storage.js';
import {SimulatedDisk, type Survivors} from '../../source/storage/simulated-disk.js';
import type {StorageOptions} from '../../source/storage/storage.js';
import {chance, heldBy, History, Machine, type Request} from './history.js';

/** A script: what is asked, when a sync begins and ends, and crashes on the way. `sync` goes on until nothing waits. */
export type Step = Request | 'begin' | 'end' | 'sync' | 'die' | {readonly crash: Survivors};

/** Passes everything on to a disk, and tells before each operation. */
export class ObservedDisk implements Disk {
	readonly inner: SimulatedDisk;
	readonly #before: () => void;

	constructor(inner: SimulatedDisk, before: () => void) {
		this.inner = inner;
		this.#before = before;
	}

	list(): readonly string[] {
		return this.inner.list();
	}

	read(file: string): Uint8Array {
		return this.inner.read(file);
	}

	create(file: string): void {
		this.#before();
		this.inner.create(file);
	}

	append(file: string, bytes: Uint8Array): void {
		this.#before();
		this.inner.append(file, bytes);
	}

	truncate(file: string, size: number): void {
		this.#before();
		this.inner.truncate(file, size);
	}

	rename(from: string, to: string): void {
		this.#before();
		this.inner.rename(from, to);
	}

	remove(file: string): void {
		this.#before();
		this.inner.remove(file);
	}

	get hasUnsynced(): boolean {
		return this.inner.hasUnsynced;
	}

	beginSync(): void {
		this.#before();
		this.inner.beginSync();
	}

	endSync(): void {
		this.#before();
		this.inner.endSync();
	}
}

/** A disk at one instant, and what was asked of it until then. */
type Instant = {readonly disk: SimulatedDisk; readonly history: History};

export type Explored = {
	readonly instants: number;
	readonly crashes: number;
	/** Crashes that left a tail to be cut. */
	readonly cuts: number;
	/** What was wrong, the first few. */
	readonly violations: readonly string[];
};

export type ExploreOptions = StorageOptions & {
	/** The disk that the storage sees, if it is not an honest one. */
	readonly disguise?: (disk: ObservedDisk) => Disk;
	/** Stop at the first violation, and let recoveries go undisturbed. */
	readonly isQuick?: boolean;
};

/** Play a script, crash at each instant of it, and crash the recovery as well. */
export function explore(script: readonly Step[], options: ExploreOptions = {}): Explored {
	const violations: string[] = [];
	const instants = instantsOf(script, options, violations);
	let crashes = 0;
	let cuts = 0;
	for (const [at, {disk, history}] of instants.entries()) {
		for (const [way, survivors] of waysToCrash(disk)) {
			if (options.isQuick && violations.length > 0) {
				break;
			}

			crashes++;
			const crashed = disk.copy();
			crashed.crash(survivors);
			const recovery: SimulatedDisk[] = [];
			const found = tryToOpen(crashed, options, () => {
				recovery.push(crashed.copy());
			});
			const where = `at instant ${at} of ${instants.length}, ${way}`;
			if (typeof found === 'string') {
				violations.push(`${where}: ${found}`);
				continue;
			}

			const violation = history.findViolation(found) ?? findUnexpected(found);
			if (violation !== undefined) {
				violations.push(`${where}: ${violation}`);
				continue;
			}

			if (found.cut !== undefined) {
				cuts++;
			}

			if (options.isQuick) {
				continue;
			}

			violations.push(...findViolationsAgain(recovery, found, options).map((again) => `${where}, then ${again}`));
		}
	}

	return {instants: instants.length, crashes, cuts, violations: violations.slice(0, 5)};
}

/** No crash of an honest disk damages a snapshot. */
function findUnexpected({damagedSnapshots}: Opened): string | undefined {
	return damagedSnapshots.length === 0 ? undefined : `${damagedSnapshots[0]} is damaged`;
}

function instantsOf(script: readonly Step[], options: ExploreOptions, violations: string[]): readonly Instant[] {
	const instants: Instant[] = [];
	const inner = new SimulatedDisk();
	let machine: Machine<Disk> | undefined;
	const see = (): void => {
		instants.push({disk: inner.copy(), history: machine?.history.copy() ?? new History()});
	};

	const observed = new ObservedDisk(inner, see);
	const disk = options.disguise?.(observed) ?? observed;
	try {
		machine = new Machine(disk, options);
		for (const step of script) {
			playOrWait(machine, inner, step);
		}
	} catch (error) {
		violations.push(`while it went on: ${String(error)}`);
	}

	see();
	return instants;
}

/** Where there is no room, what was asked for waits on. */
function playOrWait(machine: Machine<Disk>, disk: SimulatedDisk, step: Step): void {
	try {
		play(machine, disk, step);
	} catch (error) {
		if (!(error instanceof DiskFull)) {
			throw error;
		}
	}
}

function play(machine: Machine<Disk>, disk: SimulatedDisk, step: Step): void {
	switch (step) {
		case 'begin': {
			machine.beginSync();

			break;
		}

		case 'end': {
			machine.endSync();

			break;
		}

		case 'sync': {
			machine.sync();

			break;
		}

		case 'die': {
			machine.reopen();

			break;
		}

		default: {
			if ('crash' in step) {
				disk.crash(step.crash);
				machine.reopen({isAllDurable: true});
			} else {
				machine.ask(step);
			}
		}
	}
}

/** Open what a crash has left and let it come to rest; what is wrong with it as a text. */
function tryToOpen(disk: SimulatedDisk, options: ExploreOptions, before: () => void): Opened | string {
	const observed = new ObservedDisk(disk, before);
	try {
		const opened = openStorage(options.disguise?.(observed) ?? observed, options);
		opened.storage.sync();
		return opened;
	} catch (error) {
		return String(error);
	}
}

/** Crash the recovery, wherever it changed something: what was found must be found again. */
function findViolationsAgain(recovery: readonly SimulatedDisk[], found: Opened, options: StorageOptions): string[] {
	const violations: string[] = [];
	const expected = JSON.stringify(heldBy(found.persisted));
	for (const [at, disk] of recovery.entries()) {
		for (const [way, survivors] of waysToCrash(disk, 4)) {
			const crashed = disk.copy();
			crashed.crash(survivors);
			const again = tryToOpen(crashed, options, () => {});
			const text = typeof again === 'string' ? again : JSON.stringify(heldBy(again.persisted));
			if (text !== expected) {
				violations.push(`at instant ${at} of the recovery, ${way}: ${text} instead of ${expected}`);
			}
		}
	}

	return violations;
}

/** As many as are tried one by one; of more, this many are drawn. */
const partsMax = 6;
const drawnMax = 60;

/**
Every way in which what is unsynced may survive: the first so many operations with the next torn at any byte, and
any operations and sectors whatever others do, drawn if there are too many.
*/
export function* waysToCrash(
	disk: SimulatedDisk,
	most = partsMax,
): Generator<readonly [name: string, survivors: Survivors]> {
	const {unsynced} = disk;
	for (const [operations, bytes] of unsynced.entries()) {
		// Where records end and sectors do is what matters; long ones are not cut at every byte
		for (let tornBytes = 0; tornBytes < bytes; tornBytes += bytes > 300 ? 31 : 1) {
			yield [`${operations} operations and ${tornBytes} bytes left`, {operations, tornBytes}];
		}
	}

	yield ['all left', {operations: unsynced.length}];
	const parts = disk.unsyncedParts.flatMap((count, operation) =>
		Array.from({length: count}, (_, part) => ({operation, part})),
	);
	const draw = chance(parts.length);
	const count = parts.length > most ? drawnMax : 2 ** parts.length;
	for (let number = 0; number < count; number++) {
		const choice = parts.length > most ? parts.map(() => draw() < 0.5) : parts.map((_, at) => (number >> at) % 2 === 1);
		const name = parts.filter((_, at) => choice[at]).map(({operation, part}) => `${operation}.${part}`);
		yield [
			`parts ${name.join(' ')} left`,
			(operation, part) => choice[parts.findIndex((one) => one.operation === operation && one.part === part)]!,
		];
	}
}
