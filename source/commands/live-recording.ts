/*
Recording a dashboard as it happens: every frame, at the time at which it was shown.
*/

import {rowsOf, type Frame} from '../dashboard/bands.js';
import {CastRecorder} from '../recording/recorder.js';
import {OutputFile} from './output-file.js';
import {UsageError} from './usage-error.js';

export class LiveRecording {
	readonly #file: OutputFile;
	#recorder: CastRecorder | undefined;
	#size = '';
	#lastS = 0;

	/**
	Begin to record.

	@throws {UsageError} If nothing can be written there.
	*/
	constructor(name: string) {
		if (!name.endsWith('.cast')) {
			throw new UsageError('--record must name a file that ends in .cast. Try --record session.cast.');
		}

		this.#file = new OutputFile(name, {
			flag: '--record',
			called: 'a recording',
			beginning: '{"version":',
			example: 'session.cast',
		});
	}

	readonly onFrame = (frame: Frame, timeS: number): void => {
		const {columns, rows} = frame;
		const size = `${columns}x${rows}`;
		this.#lastS = timeS;
		if (this.#recorder === undefined) {
			this.#recorder = new CastRecorder({version: 2, columns, rows}, (chunk) => {
				this.#file.write(chunk);
			});
		} else if (size !== this.#size) {
			this.#recorder.resize(columns, rows, timeS);
		}

		this.#size = size;
		this.#recorder.frame(rowsOf(frame), timeS);
	};

	finish(): void {
		this.#recorder?.end(this.#lastS + 1);
		this.#file.finish();
	}
}
