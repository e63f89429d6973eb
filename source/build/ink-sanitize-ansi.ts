/* Ink's `sanitizeAnsi`, asked once a text. `bundle.ts` resolves the second import to Ink's own file. */

import sanitizeAnsi from 'ink-sanitize-ansi';
import {remembering} from './row-output.js';

export default remembering(sanitizeAnsi);
