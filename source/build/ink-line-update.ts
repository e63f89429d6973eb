/* Ink's `line-update` with ours before it. `bundle.ts` resolves the second import to Ink's own file. */

import inkLineUpdate from 'ink-line-update';
import {cellUpdateWith} from './cell-update.js';

export default cellUpdateWith(inkLineUpdate);
