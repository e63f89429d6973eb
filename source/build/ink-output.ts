/* Ink's `Output` with ours over it. `bundle.ts` resolves the second import to Ink's own file. */

import InkOutput from 'ink-output';
import {rowOutputOver} from './row-output.js';

export default rowOutputOver(InkOutput);
