import { ensureCorpus } from './corpus.js';

/**
 * Draws the corpus in a separate process, because the app's code blocks sharp's SVG loader in the
 * benchmark process.
 */
process.send?.(await ensureCorpus());
process.disconnect();
