import { parseArgs } from 'node:util';
import { Bench } from './bench.js';
import type { Fault } from './run.js';
import { longForm, shortForm } from './faults/index.js';
import { Random } from './random.js';
import { table, writeReport } from './report.js';
import { Run, type RunResult } from './run.js';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    images: { type: 'string' },
    /** Only faults whose names match this regular expression. */
    only: { type: 'string', default: '' },
    /** Puts the table into docs/reliability.md; of the whole long form only. */
    write: { type: 'boolean', default: false },
  },
});
if (values.write && (values.quick || values.only)) {
  console.error('--write is for the whole long form: leave out --quick and --only.');
  process.exit(2);
}

const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const options = {
  quick: values.quick,
  images: Number(values.images ?? (values.quick ? 200 : 2000)),
};
const faults = (values.quick && !values.only ? shortForm : longForm).filter(({ name }) =>
  new RegExp(values.only, 'i').test(name),
);
console.log(`Seed ${seed}: the same with \`npm run chaos -- --seed ${seed}\``);

// Whoever breaks it off leaves no app behind: its start hooks on to the exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const began = Date.now();
const random = new Random(seed);
const bench = await Bench.start(seed);
const results: RunResult[] = [];
for (const fault of faults) await tryOut(fault);
await bench.close();

const minutes = (Date.now() - began) / 60_000;
const sum = (of: (result: RunResult) => number) =>
  results.reduce((total, result) => total + of(result), 0);
const wrong = sum(({ problems }) => problems.length);
console.log(`\n${table(results)}\n`);
console.log(
  `${sum(({ images }) => images)} images in ${minutes.toFixed(1)} minutes; ` +
    `lost or double-counted: ${sum(({ lost, doubled }) => lost + doubled)}; ` +
    `went wrong: ${wrong}; seed ${seed}`,
);
if (values.write) await writeReport(results, { seed, minutes });
process.exit(wrong > 0 || results.length === 0 ? 1 : 0);

/** What goes wrong is told, and the next fault is tried. */
async function tryOut(fault: Fault): Promise<void> {
  const at = Date.now();
  const obstacle = await fault.prepare?.(bench);
  if (obstacle) return console.log(`${fault.name}: left out, ${obstacle}`);
  const result = await new Run(bench, fault, random, options).execute();
  await fault.tidy?.(bench).catch((error: unknown) => result.problems.push(String(error)));
  results.push(result);
  console.log(`${fault.name}: ${((Date.now() - at) / 1000).toFixed(1)} s`);
  for (const note of result.notes) console.log(`  ${note}`);
  for (const problem of result.problems) console.log(`  ${problem.replaceAll('\n', '\n  ')}`);
}
