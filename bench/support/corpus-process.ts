import { ensureCorpus } from './corpus.js';

/** Draws the corpus in a separate process. In the process of the benchmarks, the app's code blocks sharp's SVG reader. */
process.send?.(await ensureCorpus());
process.disconnect();
