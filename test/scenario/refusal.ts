/*
What a line of the command language was refused with.
*/

import {CommandError} from '../../source/scenario/reader.js';

/** The refusal, or `undefined` if there was none. Anything else that is thrown is a fault. */
export function refusalIn(read: () => unknown): CommandError | undefined {
	try {
		read();
		return undefined;
	} catch (error) {
		if (error instanceof CommandError) {
			return error;
		}

		throw error;
	}
}
