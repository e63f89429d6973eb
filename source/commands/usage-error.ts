/*
What went wrong when the call was wrong: one sentence for whoever made it, and exit code 2.
*/

export class UsageError extends Error {
	override readonly name = 'UsageError';
}

export {didYouMean, orList, quoted} from '../simulation/wording.js';
