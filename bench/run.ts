import { parseArgs } from 'node:util';
import { BENCHMARKS, INSTALLATION_BENCHMARKS } from './benchmarks/index.js';
import { meetsTarget, type Measurement } from './support/measurement.js';
import { killDescendantsAtExit } from './support/processes-at-exit.js';
import {
  readLoadAverage,
  toBenchmarkRun,
  type BenchmarkRun,
  writeReport,
} from './support/report.js';
import { BenchEnvironment } from './support/bench-environment.js';

/**
 * `npm run bench -- [--small] [--write] [--photographs folder] [name…]`: runs the named benchmarks, or all.
 * `--write` updates docs/performance.md. `--photographs` selects the folder of images for `automatic-quality`.
 */
const { values, positionals } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    photographs: { type: 'string' },
  },
  allowPositionals: true,
});
const allBenchmarks = { ...BENCHMARKS, ...INSTALLATION_BENCHMARKS };
const unknownNames = positionals.filter((name) => !(name in allBenchmarks));
if (unknownNames.length > 0) {
  console.error(
    `Unknown benchmark: ${unknownNames.join(', ')}. Available: ${Object.keys(allBenchmarks).join(', ')}`,
  );
  process.exit(2);
}

killDescendantsAtExit();
const runs: BenchmarkRun[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)) {
  const environment = await BenchEnvironment.start(values.small, values.photographs);
  try {
    const load = readLoadAverage();
    const measurements = await allBenchmarks[name](environment);
    measurements.forEach(printMeasurement);
    runs.push(toBenchmarkRun(name, values.small, load, measurements));
    if (values.write) await writeReport(runs);
  } finally {
    await environment.stop();
  }
}
process.exit(0);

function printMeasurement(measurement: Measurement): void {
  const { label, value, baseline, ratio, target } = measurement;
  const isMet = meetsTarget(measurement);
  const limit = target
    ? 'atLeast' in target
      ? `>= ${target.atLeast}`
      : `<= ${target.atMost}`
    : '';
  const mark = isMet === undefined ? ' ' : isMet ? '✓' : '✗';
  console.log(`${mark} ${label}: ${value}, ${baseline}; ratio ${ratio.toFixed(3)} ${limit}`);
}
