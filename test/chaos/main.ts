import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { readCpuSeconds } from './cpu-time.js';
import { allFaults, quickFaults } from './faults/index.js';
import { formatMarkdownTable, resultColumns, durationColumns } from './result-table.js';
import { runFaults } from './run-faults.js';
import type { RunResult } from './run-result.js';
import type { Fault } from './run.js';
import { runStorage } from './storage/run-storage.js';
import { writeReport } from './write-report.js';

/** A quick run spends most of its time waiting, so two cores can run several fixtures. */
const QUICK_FIXTURES = 3;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    images: { type: 'string' },
    /** Regular expression that selects faults by name. */
    only: { type: 'string', default: '' },
    /** Runs every storage operation on an S3 server with faults, without the app. */
    storage: { type: 'boolean', default: false },
    objects: { type: 'string', default: '10000' },
    /** Writes the results of a full run to docs/reliability.md. */
    write: { type: 'boolean', default: false },
  },
});
if (values.write && (values.quick || values.only)) {
  console.error('--write requires a full run. Remove --quick and --only.');
  process.exit(2);
}

// A fault runs a migration in this process, which logs expected errors.
Logger.overrideLogger(false);

// Exit handlers stop the apps and the servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
console.log(`Seed ${seed}. Repeat with \`npm run chaos -- --seed ${seed}\`.`);
if (values.storage) {
  const problemCount = await runStorage({ seed, objectCount: Number(values.objects) });
  process.exit(problemCount > 0 ? 1 : 0);
}
const nameFilter = new RegExp(values.only, 'i');
const candidates = values.quick && !values.only ? quickFaults : allFaults;

const startedAt = Date.now();
const results = await runFaults(
  candidates.filter(({ name }) => nameFilter.test(name)),
  {
    seed,
    isQuick: values.quick,
    imageCount: Number(values.images ?? (values.quick ? 120 : 2000)),
    fixtureCount: values.quick ? QUICK_FIXTURES : 1,
    onResult: printResult,
  },
);
const seconds = (Date.now() - startedAt) / 1000;

const sum = (getValue: (result: RunResult) => number) =>
  results.reduce((total, result) => total + getValue(result), 0);
const problemCount = sum((result) => result.problems.length);
console.log(`\n${formatMarkdownTable(results, [...resultColumns, ...durationColumns])}\n`);
console.log(
  `${sum(({ imageCount }) => imageCount)} images in ${seconds.toFixed(0)} s; ` +
    `lost or counted twice: ${sum(({ lostCount, countedTwiceCount }) => lostCount + countedTwiceCount)}; ` +
    `problems: ${problemCount}; seed ${seed}`,
);
console.log(
  `Total duration of the faults: ${sum((result) => result.seconds).toFixed(0)} s, ` +
    `including ${sum(({ waitedSeconds }) => waitedSeconds).toFixed(0)} s of waits; ` +
    `CPU: ${readCpuSeconds().toFixed(0)} s`,
);
if (values.write) await writeReport(results, { seed, minutes: seconds / 60 });
process.exit(problemCount > 0 || results.length === 0 ? 1 : 0);

function printResult(fault: Fault, result: RunResult | string): void {
  if (typeof result === 'string') return console.log(`${fault.name}: skipped, ${result}`);
  console.log(`${fault.name}: ${result.seconds.toFixed(1)} s`);
  for (const note of result.notes) console.log(`  ${note}`);
  for (const problem of result.problems) console.log(`  ${problem.replaceAll('\n', '\n  ')}`);
}
