import { corpusFolder } from './corpus.js';

/** Draws the corpus in a process of its own: in the bench's, the app's code blocks sharp's SVG reader. */
process.send?.(await corpusFolder());
process.disconnect();
