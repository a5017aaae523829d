import { parseArgs } from 'node:util';
import { FIGURES } from './figures/index.js';
import { isMet, type Figure } from './support/figures.js';
import { loadNow, taken, type Taken, writeReport } from './support/report.js';
import { Stage } from './support/stage.js';

/** `npm run bench -- [--small] [--write] [name…]`: runs the named benchmarks, or all; `--write` updates docs/performance.md. */
const { values, positionals } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in FIGURES));
if (unknown.length > 0) {
  console.error(
    `Unknown benchmark: ${unknown.join(', ')}. Available: ${Object.keys(FIGURES).join(', ')}`,
  );
  process.exit(2);
}

const results: Taken[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(FIGURES)) {
  const stage = await Stage.set(values.small);
  try {
    const load = loadNow();
    const figures = await FIGURES[name](stage);
    figures.forEach(print);
    results.push(taken(name, values.small, load, figures));
    if (values.write) await writeReport(results);
  } finally {
    await stage.clear();
  }
}
process.exit(0);

function print(figure: Figure): void {
  const { what, measured, against, ratio, target } = figure;
  const met = isMet(figure);
  const aim = target ? ('atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`) : '';
  const mark = met === undefined ? ' ' : met ? '✓' : '✗';
  console.log(`${mark} ${what}: ${measured}, ${against}; ratio ${ratio.toFixed(3)} ${aim}`);
}
