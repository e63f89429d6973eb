/*
Standard output: what may be put there, and what becomes of us when nobody reads it any more.
*/

import process from 'node:process';

/** A text from outside, without what would move the cursor. */
export const printable = (text: string): string => text.replaceAll(/\p{Control}/gv, '\u{FFFD}');

/** Whoever reads our output may have seen enough, as `head` does; then there is nothing left to do, and nothing to complain about. */
export function endQuietlyWithoutReader(): void {
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') {
			throw error;
		}

		process.exit();
	});
}
