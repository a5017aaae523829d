import { parseArgs } from 'node:util';
import { BENCHMARKS, INSTALLATION_BENCHMARKS } from './benchmarks/index.js';
import { meetsTarget, type Measurement } from './support/measurement.js';
import { killDescendantsAtExit } from './support/processes-at-exit.js';
import { loadAverage, toBenchmarkRun, type BenchmarkRun, writeReport } from './support/report.js';
import { BenchEnvironment } from './support/bench-environment.js';

/**
 * `npm run bench -- [--small] [--write] [--photographs folder] [name…]`: runs the named benchmarks, or all.
 * `--write` updates docs/performance.md. `--photographs` names the images of `automatic-quality`.
 */
const { values, positionals } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    photographs: { type: 'string' },
  },
  allowPositionals: true,
});
const all = { ...BENCHMARKS, ...INSTALLATION_BENCHMARKS };
const unknown = positionals.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(
    `Unknown benchmark: ${unknown.join(', ')}. Available: ${Object.keys(all).join(', ')}`,
  );
  process.exit(2);
}

killDescendantsAtExit();
const runs: BenchmarkRun[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)) {
  const environment = await BenchEnvironment.start(values.small, values.photographs);
  try {
    const load = loadAverage();
    const measurements = await all[name](environment);
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
  const met = meetsTarget(measurement);
  const aim = target ? ('atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`) : '';
  const mark = met === undefined ? ' ' : met ? '✓' : '✗';
  console.log(`${mark} ${label}: ${value}, ${baseline}; ratio ${ratio.toFixed(3)} ${aim}`);
}
