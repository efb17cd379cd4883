/* The CXML codec on its own: pure, for whoever reads documents without answering calls. */

export { checkCxml } from './check.ts';
export { type ReadElement, readCxml, textOf } from './read.ts';
